//! Differences kept as scenarios, with what the ROM shows as the expectation.

use std::fmt::Write as _;

use basic::report::Report;
use basic::store::Memory;
use zx::recognise::{Shapes, text};

use crate::original::Original;
use crate::outcome::Status;
use crate::tree;

/// Bytes of display file and attributes, from 4000.
const DISPLAY: core::ops::Range<usize> = 0x4000..0x5B00;
/// Lines of the screen above the report.
const UPPER: usize = 22;

/// The words of a report.
fn words(code: char) -> Option<&'static str> {
    (0..=u8::MAX)
        .filter_map(Report::from_err_nr)
        .find(|report| report.code() == code)
        .map(Report::text)
}

/// The lines of the screen in a machine's memory.
#[must_use]
pub fn screen(bytes: &[u8]) -> Vec<String> {
    let mut memory = Memory::new();
    let length = bytes.len() as u32;
    memory.set_bytes(0x10000 - length, bytes);
    text(&bytes[DISPLAY], &Shapes::of(&memory, 21)).lines
}

/// A case of a scenario file that types these lines and expects what the ROM shows; `None` for
/// lines that cannot be typed.
pub fn scenario(
    rom: &mut Original,
    name: &str,
    lines: &[Vec<u8>],
    t_states: u64,
) -> Option<String> {
    let mut case = format!("== {name}\nrom 48\n");
    rom.reset();
    for line in lines {
        let typed = tree::text(line);
        if typed.contains('\\') {
            return None;
        }
        let outcome = rom.enter(line, &[], t_states);
        // a String takes everything
        let _ = writeln!(case, "type {}\nidle", typed.trim_end());
        if let Status::Report(code, line, statement) = outcome.status {
            let line = if line & 0x8000 == 0 { line } else { 0 };
            let _ = writeln!(case, "report {code} {}, {line}:{statement}", words(code)?);
        }
    }
    let shown = screen(rom.spectrum.memory());
    let upper: Vec<&str> = shown.iter().take(UPPER).map(|l| l.trim_end()).collect();
    let used = upper
        .iter()
        .rposition(|l| !l.is_empty())
        .map_or(0, |i| i + 1);
    case += "screen\n";
    for line in &upper[..used] {
        let _ = writeln!(case, "|{line}");
    }
    if used < UPPER {
        case += "..\n";
    }
    Some(case)
}
