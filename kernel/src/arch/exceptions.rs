//! Exception vectors.
//!
//! The program runs on SP_EL0, exceptions on SP_EL1: a program whose stack ran into its guard page
//! still has a stack to be reported on. A fault inside a handler starts on a third stack.

use core::arch::global_asm;

use super::syndrome::Frame;

unsafe extern "C" {
    /// The sixteen entries, 128 bytes each; entered by the processor only.
    pub fn vectors();
}

global_asm!(
    ".section .text.vectors, \"ax\"",
    ".balign 2048",
    ".global vectors",
    "vectors:",

    // What cannot be returned from: keep the registers and tell the number of the entry.
    ".macro STOPPED number",
    ".balign 128",
    "sub sp, sp, #288",
    "stp x0, x1, [sp]",
    "mov x0, #\\number",
    "b 9f",
    ".endm",
    // The same, come from a handler: its stack is not to be trusted.
    ".macro STOPPED_INSIDE number",
    ".balign 128",
    "msr tpidr_el1, x0",
    "adrp x0, __stack_emergency",
    "mov sp, x0",
    "mrs x0, tpidr_el1",
    "sub sp, sp, #288",
    "stp x0, x1, [sp]",
    "mov x0, #\\number",
    "b 9f",
    ".endm",

    "STOPPED 0",
    ".balign 128",
    "sub sp, sp, #192",
    "stp x0, x1, [sp]",
    "stp x2, x3, [sp, #16]",
    "stp x4, x5, [sp, #32]",
    "stp x6, x7, [sp, #48]",
    "stp x8, x9, [sp, #64]",
    "stp x10, x11, [sp, #80]",
    "stp x12, x13, [sp, #96]",
    "stp x14, x15, [sp, #112]",
    "stp x16, x17, [sp, #128]",
    "stp x18, x29, [sp, #144]",
    "mrs x0, elr_el1",
    "mrs x1, spsr_el1",
    "stp x30, x0, [sp, #160]",
    "str x1, [sp, #176]",
    "b 8f",
    "STOPPED 2",
    "STOPPED 3",
    "STOPPED_INSIDE 4",
    "STOPPED_INSIDE 5",
    "STOPPED_INSIDE 6",
    "STOPPED_INSIDE 7",
    "STOPPED 8",
    "STOPPED 9",
    "STOPPED 10",
    "STOPPED 11",
    "STOPPED 12",
    "STOPPED 13",
    "STOPPED 14",
    "STOPPED 15",
    ".balign 128",

    "8:",
    "bl {interrupted}",
    "ldp x30, x0, [sp, #160]",
    "ldr x1, [sp, #176]",
    "msr elr_el1, x0",
    "msr spsr_el1, x1",
    "ldp x18, x29, [sp, #144]",
    "ldp x16, x17, [sp, #128]",
    "ldp x14, x15, [sp, #112]",
    "ldp x12, x13, [sp, #96]",
    "ldp x10, x11, [sp, #80]",
    "ldp x8, x9, [sp, #64]",
    "ldp x6, x7, [sp, #48]",
    "ldp x4, x5, [sp, #32]",
    "ldp x2, x3, [sp, #16]",
    "ldp x0, x1, [sp]",
    "add sp, sp, #192",
    "eret",

    "9:",
    "stp x2, x3, [sp, #16]",
    "stp x4, x5, [sp, #32]",
    "stp x6, x7, [sp, #48]",
    "stp x8, x9, [sp, #64]",
    "stp x10, x11, [sp, #80]",
    "stp x12, x13, [sp, #96]",
    "stp x14, x15, [sp, #112]",
    "stp x16, x17, [sp, #128]",
    "stp x18, x19, [sp, #144]",
    "stp x20, x21, [sp, #160]",
    "stp x22, x23, [sp, #176]",
    "stp x24, x25, [sp, #192]",
    "stp x26, x27, [sp, #208]",
    "stp x28, x29, [sp, #224]",
    "mrs x1, sp_el0",
    "stp x30, x1, [sp, #240]",
    "mrs x1, elr_el1",
    "mrs x2, spsr_el1",
    "stp x1, x2, [sp, #256]",
    "mrs x1, esr_el1",
    "mrs x2, far_el1",
    "stp x1, x2, [sp, #272]",
    "mov x1, sp",
    "msr daifset, #15",
    "b {stopped}",
    ".previous",
    interrupted = sym interrupted,
    stopped = sym stopped,
);

extern "C" fn interrupted() {
    crate::drivers::interrupts::dispatch();
}

extern "C" fn stopped(vector: u64, frame: &Frame) -> ! {
    crate::stop::exception(vector, frame)
}
