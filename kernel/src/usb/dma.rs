//! The memory the controller reads and writes by itself: one buffer for each channel.
//!
//! It lies in the `.bss.dma` section, which the kernel maps as normal non-cacheable memory, so
//! that no cache stands between the processor and the controller. Every access is volatile, word
//! by word; `settle` makes writes arrive before the controller is told to start.

use super::registers::MAX_CHANNELS;
use core::sync::atomic::{AtomicBool, Ordering};
use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::registers::InMemoryRegister;

/// Bytes of a channel's buffer: the largest packet USB 2.0 has (1024 bytes, high-speed
/// interrupt).
pub const BUFFER_BYTES: usize = 1024;

/// Bit pattern that makes a physical address one of the video processor's bus, past its cache.
const BUS_UNCACHED: u32 = 0xc000_0000;
const BUS_MASK: u32 = 0x3fff_ffff;

type Word = InMemoryRegister<u32>;

/// A channel's buffer, on cache lines of its own.
#[repr(C, align(64))]
struct Buffer([Word; BUFFER_BYTES / 4]);

/// The buffers of all channels.
#[repr(C, align(64))]
pub struct DmaMemory {
    buffers: [Buffer; MAX_CHANNELS],
}

impl core::fmt::Debug for DmaMemory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DmaMemory({:p})", self)
    }
}

// SAFETY: `DmaMemory::take` hands the only reference out once, so one thread of execution at a
// time reaches the cells; a second way to it would break this.
unsafe impl Sync for DmaMemory {}

#[cfg_attr(
    target_os = "none",
    // SAFETY: The section is memory like .bss, only mapped without cache; nothing else is put
    // there that this could overlap.
    unsafe(link_section = ".bss.dma.usb")
)]
static MEMORY: DmaMemory = DmaMemory::NEW;

impl DmaMemory {
    #[expect(
        clippy::declare_interior_mutable_const,
        reason = "it is only ever copied from"
    )]
    const NEW: Self = Self {
        buffers: [const { Buffer([const { Word::new(0) }; BUFFER_BYTES / 4]) }; MAX_CHANNELS],
    };

    /// Memory that is no device's.
    #[cfg(test)]
    pub(super) fn for_tests() -> Self {
        Self::NEW
    }

    /// The memory, the first time it is asked for; then nothing.
    #[must_use]
    pub fn take() -> Option<&'static Self> {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        (!TAKEN.swap(true, Ordering::Relaxed)).then_some(&MEMORY)
    }

    fn words(&self, channel: usize) -> &[Word] {
        self.buffers.get(channel).map_or(&[], |buffer| &buffer.0)
    }

    /// The bus address of a channel's buffer. Memory is mapped one to one, and what the board
    /// has ends below 2^30.
    pub(super) fn bus_address(&self, channel: usize) -> u32 {
        let address = self.words(channel).as_ptr().addr();
        let low = u32::try_from(address & 0xffff_ffff).unwrap_or(0);
        low & BUS_MASK | BUS_UNCACHED
    }

    /// Puts bytes into a channel's buffer; what does not fit is left out.
    pub(super) fn write(&self, channel: usize, bytes: &[u8]) {
        for (word, bytes) in self.words(channel).iter().zip(bytes.chunks(4)) {
            let mut four = [0; 4];
            four[..bytes.len()].copy_from_slice(bytes);
            word.set(u32::from_le_bytes(four));
        }
    }

    /// Takes bytes from a channel's buffer.
    pub(super) fn read(&self, channel: usize, into: &mut [u8]) {
        for (word, bytes) in self.words(channel).iter().zip(into.chunks_mut(4)) {
            let four = word.get().to_le_bytes();
            bytes.copy_from_slice(&four[..bytes.len()]);
        }
    }
}

/// Makes all that was written before visible to the controller before what is written after,
/// and the controller's writes visible to what is read after.
pub(super) fn settle() {
    #[cfg(target_os = "none")]
    aarch64_cpu::asm::barrier::dsb(aarch64_cpu::asm::barrier::SY);
    core::sync::atomic::compiler_fence(Ordering::SeqCst);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_in_and_come_out() {
        let memory = DmaMemory::take().unwrap();
        assert!(DmaMemory::take().is_none(), "handed out twice");
        memory.write(1, &[1, 2, 3, 4, 5]);
        let mut out = [9; 6];
        memory.read(1, &mut out);
        assert_eq!(out, [1, 2, 3, 4, 5, 0]);
        memory.read(0, &mut out);
        assert_eq!(out, [0; 6]);
        assert_eq!(
            memory.bus_address(1).wrapping_sub(memory.bus_address(0)),
            1024
        );
        assert_eq!(memory.bus_address(0) & 0xc000_003f, 0xc000_0000);
        // A channel that does not exist: nothing happens.
        memory.write(99, &[1]);
    }
}
