//! A second line of work with a stack of its own, on the same core: it runs when it is resumed,
//! until it gives way. Neither interrupts the other, and interrupts have a stack of their own.

use core::arch::naked_asm;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use alloc::boxed::Box;

use super::time::{self, Micros};

unsafe extern "C" {
    static mut __stack_storage: u8;
}

/// What the second line of work does, again and again.
type Body = Box<dyn FnMut()>;

/// What [`switch`] keeps on a stack: registers 19 to 30.
type Frame = [usize; 12];
const X19: usize = 0;
const X30: usize = 11;

/// Stack pointer of the line of work that does not run now.
static RESTING: AtomicUsize = AtomicUsize::new(0);
/// The second line of work runs now.
static IS_SECOND: AtomicBool = AtomicBool::new(false);

/// It may give way wherever it uses the heap.
static IS_SHARING: AtomicBool = AtomicBool::new(false);
/// When it was resumed.
static SINCE: AtomicU64 = AtomicU64::new(0);

/// Longest time it works before it gives way, where it can.
const BUSY: Micros = 100;

/// The second line of work: there is one.
#[derive(Debug)]
pub struct Coroutine(());

impl Coroutine {
    /// Makes it, the first time: whenever it is resumed it goes on with `body`, which is begun
    /// anew when it ends.
    #[must_use]
    pub fn new(body: Body) -> Option<Self> {
        static MADE: AtomicBool = AtomicBool::new(false);
        if MADE.swap(true, Ordering::Relaxed) {
            return None;
        }
        let mut kept: Frame = [0; 12];
        kept[X19] = Box::into_raw(Box::new(body)).expose_provenance();
        kept[X30] = begin as *const () as usize;
        let frame = (&raw mut __stack_storage).cast::<Frame>().wrapping_sub(1);
        // SAFETY: The linker script puts the stack below the symbol, it is larger than this, and
        // nobody uses it yet.
        unsafe { frame.write(kept) };
        RESTING.store(frame.expose_provenance(), Ordering::Relaxed);
        Some(Self(()))
    }

    /// Goes on with it until it gives way.
    pub fn resume(&mut self) {
        if !IS_SECOND.swap(true, Ordering::Relaxed) {
            SINCE.store(time::now(), Ordering::Relaxed);
            // SAFETY: What rests is the second line of work, put there by `new` or `give_way`.
            unsafe { switch(RESTING.as_ptr()) };
        }
    }
}

/// Gives way to the first line of work, until that resumes; nothing when that runs already.
pub fn give_way() {
    if IS_SECOND.swap(false, Ordering::Relaxed) {
        // SAFETY: What rests is the first line of work, put there by `resume`.
        unsafe { switch(RESTING.as_ptr()) };
    }
}

/// Gives way when it has worked long enough.
#[inline(never)]
pub fn give_way_in_time() {
    let since = SINCE.load(Ordering::Relaxed);
    if IS_SECOND.load(Ordering::Relaxed) && time::now().saturating_sub(since) >= BUSY {
        give_way();
    }
}

/// Does something in which the second line of work may give way wherever it uses the heap: what
/// computes long and knows nothing of this does that, too. It holds no lock meanwhile.
pub fn sharing<T>(work: impl FnOnce() -> T) -> T {
    IS_SHARING.store(true, Ordering::Relaxed);
    let done = work();
    IS_SHARING.store(false, Ordering::Relaxed);
    done
}

/// Memory was asked for, or given back.
pub fn used_heap() {
    if IS_SHARING.load(Ordering::Relaxed) {
        give_way_in_time();
    }
}

/// Lets this line of work rest, its stack pointer in `resting`, and goes on with the one whose
/// stack pointer was there. To the compiler it is a function that returns later.
///
/// # Safety
/// The stack pointer in `resting` is one that this function, or [`Coroutine::new`], put there.
#[unsafe(naked)]
unsafe extern "C" fn switch(resting: *mut usize) {
    naked_asm!(
        "sub sp, sp, #96",
        "stp x19, x20, [sp]",
        "stp x21, x22, [sp, #16]",
        "stp x23, x24, [sp, #32]",
        "stp x25, x26, [sp, #48]",
        "stp x27, x28, [sp, #64]",
        "stp x29, x30, [sp, #80]",
        "ldr x9, [x0]",
        "mov x10, sp",
        "str x10, [x0]",
        "mov sp, x9",
        "ldp x19, x20, [sp]",
        "ldp x21, x22, [sp, #16]",
        "ldp x23, x24, [sp, #32]",
        "ldp x25, x26, [sp, #48]",
        "ldp x27, x28, [sp, #64]",
        "ldp x29, x30, [sp, #80]",
        "add sp, sp, #96",
        "ret",
    )
}

/// Where the second line of work begins: the body is in the register that `new` put it in.
#[unsafe(naked)]
unsafe extern "C" fn begin() {
    naked_asm!("mov x0, x19", "mov x30, xzr", "b {work}", work = sym work)
}

extern "C" fn work(body: usize) -> ! {
    let body = core::ptr::with_exposed_provenance_mut::<Body>(body);
    // SAFETY: `new` made it and gave it away.
    let body = unsafe { &mut *body };
    loop {
        body();
        give_way();
    }
}
