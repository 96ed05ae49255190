//! Differences that are set aside: what differs for a reason that has nothing to do with what a
//! program does. They are counted apart, each with its reason.

use serde_json::Value;

use crate::account::Fields;
use crate::computer::Rom;

/// The 128's full-screen editor draws the screen in which a command is typed. It shows where keys
/// are typed at it (the programs of the area `editor`), and when a command follows the first: the
/// recorded screen then holds the line that was typed. What the program prints is compared all the
/// same, as `out`; the pixels and colours of such a program are compared in its run on the 48's ROM
/// only.
const EDITOR: &str = "the 128's full-screen editor shows";

/// Programs of that area in which only menus show.
const MENUS: [&str; 2] = ["editor/menu_moves", "editor/to_48_basic"];

/// What shows on a screen.
const SCREEN_FIELDS: [&str; 4] = ["screen", "display", "attrs", "inverse_cells"];

/// A listing of the area `editor` is read off the screen, which the editor has laid out.
const EDITOR_LISTING: &str = "the 128's full-screen editor lays out the listing";

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
        name: "print/scroll_no",
        rom: Some(Rom::Rom128),
        fields: &["screen", "display", "then"],
        reason: "scroll? comes where the 128's editor has left the print position",
    },
    Hanging {
        name: "system/peekpoke",
        rom: None,
        fields: &["out", "screen", "display"],
        reason: "it prints bytes of the ROM (DIFFERENCES.md D2)",
    },
];

/// Why a difference in a field of a program's account is set aside, if it is.
pub(super) fn reason(name: &str, rom: Rom, golden: &Fields, field: &str) -> Option<&'static str> {
    let hanging = PROGRAMS.iter().find(|program| {
        program.name == name
            && program.rom.is_none_or(|only| only == rom)
            && program.fields.contains(&field)
    });
    if let Some(program) = hanging {
        return Some(program.reason);
    }
    if rom != Rom::Rom128 {
        return None;
    }
    let typed = name.starts_with("editor/") && !MENUS.contains(&name);
    if typed && field == "listing" {
        return Some(EDITOR_LISTING);
    }
    let editor = SCREEN_FIELDS.contains(&field) && (typed || shows_last_command(golden));
    editor.then_some(EDITOR)
}

/// Whether the recorded screen holds the last of the further commands as the editor shows it.
fn shows_last_command(golden: &Fields) -> bool {
    let list = |name| golden.get(name).and_then(Value::as_array);
    let Some(command) = list("then").and_then(|then| then.last()?.get("command")?.as_str()) else {
        return false;
    };
    let command = command.split(" // ").next().unwrap_or_default();
    // A command that is too long for its line goes on in the next.
    let command = command.trim_end();
    list("screen").is_some_and(|lines| {
        lines.iter().filter_map(Value::as_str).any(|line| {
            let full = !line.ends_with(' ');
            line.trim_end() == command || full && command.starts_with(line)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn why(name: &str, rom: Rom, golden: &Value, field: &str) -> Option<&'static str> {
        reason(name, rom, golden.as_object().unwrap(), field)
    }

    #[test]
    fn the_editor_shows_where_its_line_is_on_the_128s_screen() {
        let typed =
            json!({"then": [{"command": "GO TO 2 // x"}], "screen": ["  10 STOP", "GO TO 2   "]});
        let cleared = json!({"then": [{"command": "GO TO 2"}], "screen": ["0 OK, 2:1"]});
        assert_eq!(why("flow/x", Rom::Rom128, &typed, "screen"), Some(EDITOR));
        let long = "PRINT 1".repeat(6);
        let wrapped = json!({"then": [{"command": long}], "screen": [&long[..32], "     1"]});
        assert_eq!(why("flow/x", Rom::Rom128, &wrapped, "screen"), Some(EDITOR));
        assert_eq!(why("flow/x", Rom::Rom128, &typed, "report"), None);
        assert_eq!(why("flow/x", Rom::Rom48, &typed, "screen"), None);
        assert_eq!(why("flow/x", Rom::Rom128, &cleared, "screen"), None);
        assert_eq!(
            why("editor/x", Rom::Rom128, &json!({}), "attrs"),
            Some(EDITOR)
        );
    }

    #[test]
    fn only_what_hangs_on_something_else_is_set_aside() {
        let none = json!({});
        let aside = |name, rom, field| why(name, rom, &none, field).is_some();
        assert!(aside("system/peekpoke", Rom::Rom48, "out"));
        assert!(!aside("system/peekpoke", Rom::Rom48, "report"));
        assert!(!aside("system/peekpoke", Rom::Rom128, "vars"));
        assert!(aside("errors/break", Rom::Rom128, "then"));
        assert!(!aside("errors/break", Rom::Rom128, "out"));
        assert!(!aside("errors/break", Rom::Rom48, "then"));
        assert!(aside("input/pause", Rom::Rom128, "out"));
        assert!(!aside("input/pause", Rom::Rom48, "out"));
        assert!(aside("editor/x", Rom::Rom128, "listing"));
        assert!(!aside("flow/x", Rom::Rom128, "listing"));
    }
}
