//! The only place where an address becomes registers.

use core::marker::PhantomData;
use core::ops::Deref;

/// The registers of one device.
///
/// `T` consists of register cells only (and the gaps between them), so that every access goes
/// through one of them and is volatile.
pub struct Mmio<T> {
    address: usize,
    registers: PhantomData<T>,
}

impl<T> Mmio<T> {
    /// The registers at an address.
    ///
    /// # Safety
    /// Registers laid out as `T` lie at `address`, mapped as device memory, for ever; and whoever
    /// else reaches them is made to fit together with the holder of this.
    #[must_use]
    pub const unsafe fn new(address: usize) -> Self {
        Self {
            address,
            registers: PhantomData,
        }
    }
}

impl<T> core::fmt::Debug for Mmio<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // Reading a register may change it: only where they are is shown.
        write!(f, "Mmio({:#x})", self.address)
    }
}

impl<T> Deref for Mmio<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: `new`'s caller promised registers there, made of cells for shared use.
        unsafe { &*core::ptr::with_exposed_provenance::<T>(self.address) }
    }
}
