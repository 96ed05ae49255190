//! Differences that are set aside: what differs for a reason that has nothing to do with what a
//! program does. They are counted apart, each with its reason.

use serde_json::Value;

use crate::account::Fields;
use crate::computer::Rom;

/// The 128's full-screen editor draws the screen in which a command is typed. It shows where keys
/// are typed at it (the programs of the area `editor`), and when a command follows the first: the
/// recorded screen then holds the line that was typed. What the program prints is compared all the
/// same, as `out`.
const EDITOR: &str = "the 128's full-screen editor shows";

/// Programs of that area in which only menus show.
const MENUS: [&str; 2] = ["editor/menu_moves", "editor/to_48_basic"];

/// What shows on a screen.
const SCREEN_FIELDS: [&str; 5] = ["screen", "display", "attrs", "inverse_cells", "listing"];

/// Programs whose results hang on something that is not the language's: name, ROM, reason.
const PROGRAMS: [(&str, Option<Rom>, &str); 4] = [
    (
        "errors/break",
        None,
        "the clock says which of two statements BREAK meets (DIFFERENCES.md D8)",
    ),
    (
        "input/pause",
        Some(Rom::Rom128),
        "the clock says whether a frame ends beside a PAUSE (DIFFERENCES.md D8)",
    ),
    (
        "print/scroll_no",
        Some(Rom::Rom128),
        "scroll? comes where the 128's editor has left the print position",
    ),
    (
        "system/peekpoke",
        None,
        "it prints bytes of the ROM (DIFFERENCES.md D2)",
    ),
];

/// Why a difference in a field of a program's account is set aside, if it is.
pub(super) fn reason(name: &str, rom: Rom, golden: &Fields, field: &str) -> Option<&'static str> {
    let known = PROGRAMS
        .iter()
        .find(|(program, only, _)| *program == name && only.is_none_or(|only| only == rom));
    if let Some((_, _, reason)) = known {
        return Some(reason);
    }
    let editor = rom == Rom::Rom128
        && SCREEN_FIELDS.contains(&field)
        && (name.starts_with("editor/") && !MENUS.contains(&name) || shows_last_command(golden));
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
}
