//! Barriers, interrupt masking, waiting and wide copies.

#[cfg(target_os = "none")]
use core::arch::asm;

/// Waits until every access to memory before it is complete (`dsb sy`).
#[inline(always)]
pub fn barrier() {
    #[cfg(target_os = "none")]
    // SAFETY: A barrier changes no state; without `nomem` the compiler keeps memory in order too.
    unsafe {
        asm!("dsb sy", options(nostack, preserves_flags));
    }
    #[cfg(not(target_os = "none"))]
    core::sync::atomic::fence(core::sync::atomic::Ordering::SeqCst);
}

/// Masks every interrupt. There is no way back: for the end of the world.
#[inline(always)]
pub fn mask_all() {
    #[cfg(target_os = "none")]
    // SAFETY: Masking only stops handlers from running.
    unsafe {
        asm!("msr daifset, #15", options(nostack, preserves_flags));
    }
}

/// Masks interrupts.
#[inline(always)]
pub fn mask_interrupts() {
    #[cfg(target_os = "none")]
    // SAFETY: Masking only stops handlers from running.
    unsafe {
        asm!("msr daifset, #2", options(nostack, preserves_flags));
    }
}

/// Lets interrupts happen.
#[inline(always)]
pub fn unmask_interrupts() {
    #[cfg(target_os = "none")]
    // SAFETY: Handlers touch nothing but atomics and rings made for them, and save what they use.
    unsafe {
        asm!("msr daifclr, #2", options(nostack, preserves_flags));
    }
}

/// Lets errors of the bus and the memory be told.
#[inline(always)]
pub fn unmask_errors() {
    #[cfg(target_os = "none")]
    // SAFETY: Such an error is reported and ends everything: nothing is returned to.
    unsafe {
        asm!("msr daifclr, #4", options(nostack, preserves_flags));
    }
}

/// Sleeps until an interrupt is pending, also when it is masked.
#[inline(always)]
pub fn wait_for_interrupt() {
    #[cfg(target_os = "none")]
    // SAFETY: Waiting changes no state; the barrier before it sends out what was written.
    unsafe {
        asm!("dsb sy", "wfi", options(nostack, preserves_flags));
    }
}

/// Stops this core for ever.
pub fn halt() -> ! {
    mask_all();
    loop {
        wait_for_interrupt();
        core::hint::spin_loop();
    }
}

/// Copies `from` to the start of `to`, 64 bytes at a time where it can; the shorter one decides
/// how much. For copies into the framebuffer, where stores of 16 bytes count.
#[inline]
pub fn copy_wide(to: &mut [u32], from: &[u32]) {
    let length = to.len().min(from.len());
    #[cfg(target_os = "none")]
    {
        let blocks = length / 16;
        let (mut source, mut target) = (from.as_ptr(), to.as_mut_ptr());
        if blocks > 0 && (source as usize | target as usize).is_multiple_of(8) {
            // SAFETY: `blocks` times 64 bytes lie within both slices, which are aligned for the
            // loads and stores; the slices cannot overlap, one of them being borrowed mutably.
            unsafe {
                asm!(
                    "2:",
                    "ldp {a}, {b}, [{source}]",
                    "ldp {c}, {d}, [{source}, #16]",
                    "ldp {e}, {f}, [{source}, #32]",
                    "ldp {g}, {h}, [{source}, #48]",
                    "add {source}, {source}, #64",
                    "subs {blocks}, {blocks}, #1",
                    "stp {a}, {b}, [{target}]",
                    "stp {c}, {d}, [{target}, #16]",
                    "stp {e}, {f}, [{target}, #32]",
                    "stp {g}, {h}, [{target}, #48]",
                    "add {target}, {target}, #64",
                    "b.ne 2b",
                    source = inout(reg) source,
                    target = inout(reg) target,
                    blocks = inout(reg) blocks => _,
                    a = out(reg) _, b = out(reg) _, c = out(reg) _, d = out(reg) _,
                    e = out(reg) _, f = out(reg) _, g = out(reg) _, h = out(reg) _,
                    options(nostack),
                );
            }
            let _ = (source, target);
            let done = blocks * 16;
            to[done..length].copy_from_slice(&from[done..length]);
            return;
        }
    }
    to[..length].copy_from_slice(&from[..length]);
}
