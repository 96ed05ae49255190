//! Differences that are set aside: what differs for a reason that has nothing to do with what a
//! program does. They are counted apart, each with its reason.

use crate::computer::Rom;

/// A program whose results hang on something that is not the language's.
struct Hanging {
    name: &'static str,
    /// Only on this ROM.
    rom: Option<Rom>,
    /// What may differ.
    fields: &'static [&'static str],
    reason: &'static str,
}

const PROGRAMS: [Hanging; 4] = [
    Hanging {
        name: "b128/play_errors",
        rom: Some(Rom::Rom128),
        fields: &["attrs"],
        reason: "it was recorded before the 128's editor shows its cursor at a mistake",
    },
    Hanging {
        name: "errors/break",
        rom: Some(Rom::Rom128),
        fields: &["report", "screen", "display", "then"],
        reason: "the clock says which of two statements BREAK meets (DIFFERENCES.md D8)",
    },
    Hanging {
        name: "input/pause",
        rom: Some(Rom::Rom128),
        fields: &["out", "screen", "display"],
        reason: "the clock says whether a frame ends beside a PAUSE (DIFFERENCES.md D8)",
    },
    Hanging {
        name: "system/peekpoke",
        rom: None,
        fields: &["out", "screen", "display"],
        reason: "it prints bytes of the ROM (DIFFERENCES.md D2)",
    },
];

/// Why a difference in a field of a program's account is set aside, if it is.
pub(super) fn reason(name: &str, rom: Rom, field: &str) -> Option<&'static str> {
    let hanging = PROGRAMS.iter().find(|program| {
        program.name == name
            && program.rom.is_none_or(|only| only == rom)
            && program.fields.contains(&field)
    });
    hanging.map(|program| program.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_hangs_on_something_else_is_set_aside() {
        let aside = |name, rom, field| reason(name, rom, field).is_some();
        assert!(aside("system/peekpoke", Rom::Rom48, "out"));
        assert!(!aside("system/peekpoke", Rom::Rom48, "report"));
        assert!(!aside("system/peekpoke", Rom::Rom128, "vars"));
        assert!(aside("errors/break", Rom::Rom128, "then"));
        assert!(!aside("errors/break", Rom::Rom128, "out"));
        assert!(!aside("errors/break", Rom::Rom48, "then"));
        assert!(aside("input/pause", Rom::Rom128, "out"));
        assert!(!aside("input/pause", Rom::Rom48, "out"));
        assert!(!aside("editor/edit_line", Rom::Rom128, "screen"));
    }
}
