//! From reset to Rust: the first instructions.
//!
//! 1. Cores 1 to 3 sleep for ever: those that come here, and those that wait in the firmware's
//!    spin table, which are sent here.
//! 2. Core 0 goes down to EL1 from wherever it was entered.
//! 3. What a loader left in the caches of the image goes to memory, `.bss` is cleared, each kind
//!    of exception level gets its stack.
//! 4. `enter` copies the command line out of the first page, switches the MMU on and calls the
//!    program's `kernel_main`.

use core::arch::naked_asm;

use super::mmu::Mmu;
use super::{cpu, exceptions, mmu, time};
use crate::command_line::{self, CommandLine};

/// The first instruction of the image.
///
/// # Safety
/// Jumped to by firmware with the MMU off, at EL1, EL2 or EL3; `x0` is whatever it is.
#[unsafe(naked)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".text.boot")]
pub unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "msr daifset, #15",
        "mrs x1, mpidr_el1",
        "tst x1, #3",
        "b.ne {park}",

        // The firmware's spin table has a word for each core where it looks for an address to go
        // to. It reads them without a cache, as they are written here.
        "adr x1, {park}",
        "mov x2, #0xe0",
        "stp x1, x1, [x2]",
        "str x1, [x2, #16]",
        "dsb sy",
        "sev",

        "mrs x1, currentel",
        "cmp x1, #3 << 2",
        "b.eq 3f",
        "cmp x1, #2 << 2",
        "b.eq 2f",
        "b 1f",

        // EL3: take part in coherence (CPUECTLR.SMPEN), go to EL2 in 64 bits, not secure, with
        // HVC allowed and SMC not.
        "3:",
        "mrs x1, s3_1_c15_c2_1",
        "orr x1, x1, #0x40",
        "msr s3_1_c15_c2_1, x1",
        "mov x1, #0x5b1",
        "msr scr_el3, x1",
        "msr cptr_el3, xzr",
        "mov x1, #0x3c9",
        "msr spsr_el3, x1",
        "adr x1, 2f",
        "msr elr_el3, x1",
        "eret",

        // EL2: nothing of EL1 traps but the FPU; the counter is the same there.
        "2:",
        "mrs x1, cnthctl_el2",
        "orr x1, x1, #3",
        "msr cnthctl_el2, x1",
        "msr cntvoff_el2, xzr",
        "mov x1, #1 << 31",
        "msr hcr_el2, x1",
        "mov x1, #0x33ff",
        "msr cptr_el2, x1",
        "msr hstr_el2, xzr",
        "mrs x1, midr_el1",
        "msr vpidr_el2, x1",
        "mrs x1, mpidr_el1",
        "msr vmpidr_el2, x1",
        "movz x1, #0x0800",
        "movk x1, #0x30d0, lsl #16",
        "msr sctlr_el1, x1",
        "mov x1, #0x3c4",
        "msr spsr_el2, x1",
        "adr x1, 1f",
        "msr elr_el2, x1",
        "eret",

        // EL1: MMU and caches off, no FPU (a use of it would be a mistake of the build).
        "1:",
        "movz x1, #0x0800",
        "movk x1, #0x30d0, lsl #16",
        "msr sctlr_el1, x1",
        "msr cpacr_el1, xzr",
        "msr cntv_ctl_el0, xzr",
        "adrp x1, {vectors}",
        "add x1, x1, :lo12:{vectors}",
        "msr vbar_el1, x1",
        "isb",

        "adrp x1, __image_start",
        "adrp x2, __end",
        "4:",
        "dc civac, x1",
        "add x1, x1, #64",
        "cmp x1, x2",
        "b.lo 4b",
        "dsb sy",

        "adrp x1, __bss_start",
        "adrp x2, __bss_end",
        "5:",
        "stp xzr, xzr, [x1], #16",
        "cmp x1, x2",
        "b.lo 5b",

        "msr spsel, #1",
        "adrp x1, __stack_exception",
        "mov sp, x1",
        "msr spsel, #0",
        "adrp x1, __stack_main",
        "mov sp, x1",
        "mov x29, xzr",
        "mov x30, xzr",
        "b {enter}",
        park = sym park,
        vectors = sym exceptions::vectors,
        enter = sym enter,
    )
}

/// Where cores 1 to 3 end: nothing wakes them, so they cost nothing.
#[unsafe(naked)]
#[unsafe(link_section = ".text.park")]
unsafe extern "C" fn park() -> ! {
    naked_asm!("msr daifset, #15", "2:", "wfi", "b 2b")
}

unsafe extern "Rust" {
    /// The program: defined by the binary.
    fn kernel_main(mmu: Mmu, command_line: CommandLine) -> !;
}

extern "C" fn enter() -> ! {
    time::start();
    // SAFETY: Page 0 is still plain memory, and this core is the only one that runs.
    let tags = unsafe {
        core::slice::from_raw_parts(
            core::ptr::with_exposed_provenance::<u32>(command_line::TAGS_AT),
            command_line::TAGS_WORDS,
        )
    };
    let command_line = CommandLine::from_tags(tags);
    // SAFETY: This runs once, on core 0, with the MMU off.
    match unsafe { mmu::enable() } {
        // SAFETY: The binary defines it with this signature.
        Ok(mmu) => unsafe { kernel_main(mmu, command_line) },
        // Only a linker script that contradicts `mmu.rs` comes here; there is no console yet.
        Err(_) => cpu::halt(),
    }
}
