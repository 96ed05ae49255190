//! Reading scenario files.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Action, Case, OnCard, Problem, Step, problem};
use crate::files::StorageError;
use crate::machine::{Model, Start};

/// Reads the cases of a file.
///
/// # Errors
/// The first line that says nothing known.
pub fn parse(text: &str) -> Result<Vec<Case>, Problem> {
    let mut cases: Vec<Case> = Vec::new();
    for (i, source) in text.lines().enumerate() {
        let line = i + 1;
        if source.is_empty() || source.starts_with('#') {
            continue;
        }
        if let Some(name) = source.strip_prefix("== ") {
            cases.push(Case {
                name: name.trim().to_owned(),
                line,
                setup: Model::Spectrum48.into(),
                host_only: None,
                known: None,
                steps: Vec::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            return problem(line, "there is no case yet: `== name`");
        };
        if source.starts_with('|') || source == ".." {
            match case.steps.last_mut().map(|step| &mut step.action) {
                Some(Action::Screen(lines) | Action::Printed(lines)) => {
                    lines.push(source.trim_end().to_owned());
                }
                Some(Action::Card(OnCard::File(_, bytes) | OnCard::Holds(_, bytes))) => {
                    bytes.extend_from_slice(source.trim_start_matches('|').as_bytes());
                    bytes.push(b'\n');
                }
                _ => return problem(line, "no line of text follows this"),
            }
            continue;
        }
        parse_line(case, line, source)?;
    }
    match cases.iter().flat_map(|case| &case.steps).find(says_nothing) {
        Some(step) => problem(step.line, "`..` alone is true of every text"),
        None => Ok(cases),
    }
}

/// Whether a step compares a text with something that fits all.
fn says_nothing(step: &&Step) -> bool {
    match &step.action {
        Action::Screen(lines) | Action::Printed(lines) => {
            !lines.is_empty() && lines.iter().all(|line| line == "..")
        }
        _ => false,
    }
}

fn parse_line(case: &mut Case, line: usize, source: &str) -> Result<(), Problem> {
    let (word, rest) = source.split_once(' ').unwrap_or((source, ""));
    let action = match word {
        "rom" => {
            case.setup.start = Start::Line(match rest {
                "48" => Model::Spectrum48,
                "128" => Model::Spectrum128,
                _ => return problem(line, "`rom` is 48 or 128"),
            });
            return Ok(());
        }
        "start" => {
            let Some(start) = Start::by_name(rest) else {
                return problem(line, format!("there is no start `{rest}`"));
            };
            case.setup.start = start;
            return Ok(());
        }
        "host" => {
            let Some(reason) = rest.strip_prefix("only ") else {
                return problem(line, "`host only` says why");
            };
            case.host_only = Some(reason.to_owned());
            return Ok(());
        }
        "known" => {
            case.known = Some(rest.to_owned());
            return Ok(());
        }
        "type" => {
            let mut codes = codes(line, rest)?;
            codes.push(13);
            Action::Type(codes)
        }
        "press" => Action::Type(codes(line, rest)?),
        "key" => {
            for chord in rest.split_whitespace() {
                let Some(usages) = chord_usages(chord) else {
                    return problem(line, format!("there is no key `{chord}`"));
                };
                case.steps.push(Step {
                    line,
                    action: Action::Key(usages),
                });
            }
            return Ok(());
        }
        "break" => Action::Break,
        "off" => Action::Off,
        "card" => {
            case.setup.files = true;
            if rest.is_empty() {
                return Ok(());
            }
            Action::Card(parse_card(line, rest)?)
        }
        "idle" => Action::Idle,
        "frames" => Action::Frames(number(line, rest)?),
        "report" => Action::Report(rest.to_owned()),
        "screen" => Action::Screen(Vec::new()),
        "printed" => Action::Printed(Vec::new()),
        "peek" => {
            let (at, bytes) = rest.split_once(' ').unwrap_or((rest, ""));
            let bytes: Result<Vec<u8>, Problem> = bytes
                .split_whitespace()
                .map(|byte| number(line, byte))
                .collect();
            Action::Peek(number(line, at)?, bytes?)
        }
        "border" => Action::Border(number(line, rest)?),
        _ => return problem(line, format!("`{word}` is nothing a scenario knows")),
    };
    case.steps.push(Step { line, action });
    Ok(())
}

fn parse_card(line: usize, source: &str) -> Result<OnCard, Problem> {
    let (word, rest) = source.split_once(' ').unwrap_or((source, ""));
    Ok(match word {
        "file" => OnCard::File(rest.into(), Vec::new()),
        "bytes" => {
            let (path, bytes) = path_and_bytes(line, rest)?;
            OnCard::File(path, bytes)
        }
        "folder" => OnCard::Folder(rest.into()),
        "fails" if rest == "nothing" => OnCard::Fails(None),
        "fails" => {
            let named = |error: &StorageError| format!("{error:?}").to_lowercase() == rest;
            match StorageError::ALL.into_iter().find(named) {
                None => return problem(line, format!("there is no error `{rest}`")),
                error => OnCard::Fails(error),
            }
        }
        "slow" => OnCard::Slow(number(line, rest)?),
        "holds" => match rest.strip_prefix("bytes ") {
            Some(rest) => {
                let (path, bytes) = path_and_bytes(line, rest)?;
                OnCard::Holds(path, bytes)
            }
            None => OnCard::Holds(rest.into(), Vec::new()),
        },
        "lacks" => OnCard::Lacks(rest.into()),
        _ => return problem(line, format!("`card {word}` is nothing a scenario knows")),
    })
}

/// A path without blanks, and bytes.
fn path_and_bytes(line: usize, text: &str) -> Result<(String, Vec<u8>), Problem> {
    let (path, bytes) = text.split_once(' ').unwrap_or((text, ""));
    let bytes = bytes.split_whitespace().map(|byte| number(line, byte));
    Ok((path.into(), bytes.collect::<Result<_, _>>()?))
}

fn number<T: core::str::FromStr>(line: usize, text: &str) -> Result<T, Problem> {
    text.trim()
        .parse()
        .or_else(|_| problem(line, format!("`{text}` is not a number that fits")))
}

/// The Spectrum's codes for a text.
fn codes(line: usize, text: &str) -> Result<Vec<u8>, Problem> {
    text.chars()
        .map(|c| match crate::charset::from_char(c) {
            Some(code) => Ok(code),
            None => problem(line, format!("the machine has no character `{c}`")),
        })
        .collect()
}

/// Names of keys of a PC keyboard and their usages (HID usage tables, page 7). Letters and digits
/// are added by [`usage`].
const KEYS: [(&str, u8); 34] = [
    ("ENTER", 0x28),
    ("ESC", 0x29),
    ("DELETE", 0x2A), // the PC's backspace
    ("TAB", 0x2B),
    ("SPACE", 0x2C),
    ("-", 0x2D),
    ("=", 0x2E),
    ("[", 0x2F),
    ("]", 0x30),
    ("\\", 0x31),
    (";", 0x33),
    ("'", 0x34),
    ("`", 0x35),
    (",", 0x36),
    (".", 0x37),
    ("/", 0x38),
    ("CAPSLOCK", 0x39),
    ("INSERT", 0x49),
    ("HOME", 0x4A),
    ("PGUP", 0x4B),
    ("END", 0x4D),
    ("PGDN", 0x4E),
    ("DEL", 0x4C),
    ("RIGHT", 0x4F),
    ("LEFT", 0x50),
    ("DOWN", 0x51),
    ("UP", 0x52),
    ("CTRL", 0xE0),
    ("SHIFT", 0xE1),
    ("ALT", 0xE2),
    ("RCTRL", 0xE4),
    ("RSHIFT", 0xE5),
    ("ALTGR", 0xE6),
    ("PAUSE", 0x48),
];

/// The usage of a key of a PC keyboard by its name: a letter, a digit, `F1` to `F12`, or one of
/// the names in capitals, `ENTER` for instance.
#[must_use]
pub fn usage(name: &str) -> Option<u8> {
    if let &[c] = name.as_bytes() {
        match c {
            b'a'..=b'z' => return Some(c - b'a' + 4),
            b'A'..=b'Z' => return Some(c - b'A' + 4),
            b'1'..=b'9' => return Some(c - b'1' + 0x1E),
            b'0' => return Some(0x27),
            _ => {}
        }
    }
    if let Some(Ok(n @ 1..=12)) = name.strip_prefix('F').map(str::parse::<u8>) {
        return Some(0x39 + n);
    }
    KEYS.iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, usage)| usage)
}

fn chord_usages(chord: &str) -> Option<Vec<u8>> {
    chord.split('+').map(usage).collect()
}
