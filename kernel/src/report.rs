//! What is said when the kernel stops.

use core::fmt::{self, Write};

use basic::keys::KeyEvent;
use basic::seam::Micros;

use crate::arch::syndrome::{self, Frame};

/// Everything known about a stop but the log.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// When: microseconds since the start.
    pub now: Micros,
    /// For an exception: the vector it came by, and the registers.
    pub exception: Option<(u64, &'a Frame)>,
    /// Whose stack is used up, when the address lies in a guard page.
    pub stack: Option<&'a str>,
    /// For a panic: place and message.
    pub panic: Option<&'a dyn fmt::Display>,
}

/// The heading, the cause and the registers; lines end with `\n` and have at most 78 columns
/// (panic messages excepted).
impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.now / 1_000_000, self.now % 1_000_000);
        writeln!(
            f,
            "*** ZX Spectrum +4 has stopped: switch it off and on again ***"
        )?;
        writeln!(
            f,
            "kernel {}, {seconds}.{micros:06} s after its start",
            crate::VERSION
        )?;
        if let Some(panic) = self.panic {
            writeln!(f, "cause: {panic}")?;
        }
        let Some((vector, frame)) = self.exception else {
            return Ok(());
        };
        let inside = if syndrome::is_nested(vector) {
            " inside a handler"
        } else {
            ""
        };
        write!(f, "cause: {}{inside}", syndrome::kind(vector))?;
        if vector & 3 == 0 || vector & 3 == 3 {
            write!(f, ", {}", syndrome::class(frame.esr))?;
        }
        writeln!(f)?;
        if let Some(stack) = self.stack {
            writeln!(
                f,
                "       stack overflow: the stack of the {stack} is used up"
            )?;
        }
        let (tried, why) = syndrome::abort(frame.esr);
        if !why.is_empty() {
            writeln!(f, "       {tried} {:016x}: {why}", frame.far)?;
        } else if syndrome::has_address(frame.esr) {
            writeln!(f, "       address {:016x}", frame.far)?;
        }
        writeln!(f)?;
        let named = [
            ("ELR", frame.elr),
            ("FAR", frame.far),
            ("ESR", frame.esr),
            ("SP", frame.sp),
            ("SPSR", frame.spsr),
        ];
        for (n, (name, value)) in named.into_iter().enumerate() {
            write!(
                f,
                "{name:>4} {value:016x}{}",
                if n % 3 == 2 { "\n" } else { "   " }
            )?;
        }
        writeln!(f)?;
        for (n, value) in frame.x.iter().enumerate() {
            let width = if n < 10 { 3 } else { 2 };
            write!(
                f,
                "{:>width$}{n} {value:016x}{}",
                "x",
                if n % 3 == 2 { "\n" } else { "   " }
            )?;
        }
        writeln!(f)
    }
}

/// Writes the last keys, the newest last.
///
/// # Errors
/// The writer's.
pub fn keys(out: &mut impl Write, events: impl Iterator<Item = (Micros, KeyEvent)>) -> fmt::Result {
    writeln!(out, "\nlast keys (at microseconds):")?;
    let mut column = 0;
    for (at, event) in events {
        let (kind, number) = match event {
            KeyEvent::Down(usage) => ("down", usage),
            KeyEvent::Up(usage) => ("up", usage),
            KeyEvent::MatrixDown(key) => ("matrix down", key.0),
            KeyEvent::MatrixUp(key) => ("matrix up", key.0),
            KeyEvent::Typed(code) => ("typed", code),
            KeyEvent::Break => ("BREAK", 0),
            KeyEvent::AllUp => ("all up", 0),
            KeyEvent::Layout(layout) => ("layout", layout as u8),
        };
        column += 1;
        let end = if column % 3 == 0 { "\n" } else { "   " };
        write!(out, "{at:>10} {kind} {number}{end}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        x: [0x1234_5678_9ABC_DEF0; 31],
        sp: 0x13_0000,
        elr: 0x8_1234,
        spsr: 0x2000_03C4,
        esr: 0x9600_0047,
        far: 0x12_FFF8,
    };

    #[test]
    fn an_exception_is_told_with_its_registers() {
        let report = Report {
            now: 1_000_002,
            exception: Some((0, &FRAME)),
            stack: Some("program"),
            panic: None,
        };
        let text = report.to_string();
        let start = format!(
            "*** ZX Spectrum +4 has stopped: switch it off and on again ***\n\
             kernel {}, 1.000002 s after its start\n\
             cause: synchronous exception, data abort\n\
             \x20      stack overflow: the stack of the program is used up\n\
             \x20      writing 000000000012fff8: nothing is mapped there\n",
            crate::VERSION
        );
        assert!(text.starts_with(&start), "{text}");
        assert!(text.contains(" ELR 0000000000081234   "));
        assert!(text.contains("\n x30 123456789abcdef0"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 78));
    }

    #[test]
    fn a_panic_is_told_without_registers() {
        let report = Report {
            now: 5,
            exception: None,
            stack: None,
            panic: Some(&"panicked at x.rs:1:2:\nno more"),
        };
        let text = report.to_string();
        assert!(text.ends_with("cause: panicked at x.rs:1:2:\nno more\n"));
        assert!(!text.contains("x30"));
    }

    #[test]
    fn an_interrupt_has_no_class() {
        let report = Report {
            exception: Some((6, &FRAME)),
            now: 0,
            stack: None,
            panic: None,
        };
        let text = report.to_string();
        assert!(text.contains("cause: unexpected fast interrupt inside a handler\n"));
    }

    #[test]
    fn keys_are_told_three_on_a_line() {
        let mut text = String::new();
        let events = [(10, KeyEvent::Down(4)), (20, KeyEvent::Up(4))];
        let more = [(30, KeyEvent::Typed(65)), (40, KeyEvent::Break)];
        keys(&mut text, events.into_iter().chain(more)).unwrap();
        let last = text.lines().last().unwrap_or_default();
        assert_eq!(last.trim(), "40 BREAK 0");
        assert!(text.contains("10 down 4 "));
    }
}
