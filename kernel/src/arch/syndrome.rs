//! What an exception leaves behind: the registers, and what ESR_EL1 says in words.

/// The registers of what was interrupted.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Frame {
    /// x0 to x30.
    pub x: [u64; 31],
    /// SP_EL0: the program's stack.
    pub sp: u64,
    /// ELR_EL1: where it happened.
    pub elr: u64,
    /// SPSR_EL1: the flags then.
    pub spsr: u64,
    /// ESR_EL1: what happened.
    pub esr: u64,
    /// FAR_EL1: the address it was about.
    pub far: u64,
}

const _: () = assert!(size_of::<Frame>() == 288);

/// What the four kinds of exceptions are called; the number of a vector modulo 4.
#[must_use]
pub const fn kind(vector: u64) -> &'static str {
    match vector & 3 {
        0 => "synchronous exception",
        1 => "unexpected interrupt",
        2 => "unexpected fast interrupt",
        _ => "system error",
    }
}

/// Whether the vector is one for faults inside a handler.
#[must_use]
pub const fn is_nested(vector: u64) -> bool {
    vector & !3 == 4
}

/// The exception class.
#[must_use]
pub const fn class(esr: u64) -> &'static str {
    match esr >> 26 & 63 {
        0x00 => "unknown instruction",
        0x01 => "trapped wait",
        0x07 => "use of the FPU",
        0x0E => "illegal state of execution",
        0x15 => "supervisor call",
        0x16 => "hypervisor call",
        0x17 => "secure monitor call",
        0x18 => "trapped access to a system register",
        0x20 | 0x21 => "instruction abort",
        0x22 => "misaligned program counter",
        0x24 | 0x25 => "data abort",
        0x26 => "misaligned stack pointer",
        0x2C => "floating-point exception",
        0x2F => "system error",
        0x30 | 0x31 => "hardware breakpoint",
        0x32 | 0x33 => "single step",
        0x34 | 0x35 => "watchpoint",
        0x3C => "breakpoint instruction",
        _ => "unlisted cause",
    }
}

/// Whether FAR_EL1 tells an address for this exception.
#[must_use]
pub const fn has_address(esr: u64) -> bool {
    matches!(
        esr >> 26 & 63,
        0x20 | 0x21 | 0x22 | 0x24 | 0x25 | 0x34 | 0x35
    )
}

/// For an abort: what was tried and why it could not be done; empty for all other classes.
#[must_use]
pub const fn abort(esr: u64) -> (&'static str, &'static str) {
    let tried = match esr >> 26 & 63 {
        0x20 | 0x21 => "running",
        0x24 | 0x25 if esr & 1 << 6 != 0 => "writing",
        0x24 | 0x25 => "reading",
        _ => return ("", ""),
    };
    let why = match esr & 63 {
        0x00..=0x03 => "address too large",
        0x04..=0x07 => "nothing is mapped there",
        0x08..=0x0B => "access flag is not set",
        0x0C..=0x0F => "not allowed there",
        0x10 => "the bus answered with an error",
        0x11 | 0x18 => "parity or ECC error",
        0x14..=0x17 => "the bus answered a table walk with an error",
        0x21 => "misaligned",
        0x30 => "conflict in the TLB",
        0x34 | 0x35 => "exclusive access where there is none",
        _ => "unlisted reason",
    };
    (tried, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aborts_are_told_in_words() {
        // Reading an unmapped address, writing to the program, running data.
        assert_eq!(class(0x9600_0006), "data abort");
        assert_eq!(abort(0x9600_0006), ("reading", "nothing is mapped there"));
        assert_eq!(abort(0x9600_004F), ("writing", "not allowed there"));
        assert_eq!(class(0x8600_000E), "instruction abort");
        assert_eq!(abort(0x8600_000E), ("running", "not allowed there"));
        assert_eq!(abort(0x9600_0021), ("reading", "misaligned"));
        assert!(has_address(0x9600_0006));
    }

    #[test]
    fn other_causes_have_no_address() {
        assert_eq!(class(0xF200_0000), "breakpoint instruction");
        assert_eq!(class(0x1FE0_0000), "use of the FPU");
        assert_eq!(class(0), "unknown instruction");
        assert_eq!(abort(0xF200_0004), ("", ""));
        assert!(!has_address(0));
        assert_eq!(kind(3), "system error");
        assert!(is_nested(4) && is_nested(7) && !is_nested(3) && !is_nested(8));
    }
}
