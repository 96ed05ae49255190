//! What scenarios expect, recorded from the original ROM.
//!
//! A case that says `rom 48` is typed at the ROM, key by key; one that says `rom 128` gives the 128
//! its lines whole, without its editor, and types what is asked for between them. What it then says
//! of the report, the screen, memory and the border is replaced where the ROM shows something else.
//! What still holds stays as it is written. Left alone are cases with steps that the ROM's driver has
//! not: a card, `printed`, and `key` but for the keys that edit a line of the 48K.

use std::fs;
use std::path::{Path, PathBuf};

use basic::charset::ENTER;
use basic::line::{Keywords, tokenise};
use basic::machine::{Model, Start};
use basic::scenario::{Action, Case, Step, block, is_report, is_screen, parse, screen_text, usage};
use basic::store::Memory;
use basic::store::sysvars as s;
use zx::{Failure, Result, failed};

use crate::image;
use crate::original::Original;
use crate::outcome::{Outcome, Status};

/// Bit of FLAGX: INPUT is going on, not the editor.
const INPUT: u8 = 5;
/// T-states after which a line counts as one that does not end: a minute.
const T_STATES: u64 = 60 * 3_500_000;
/// Lines of the upper screen.
const UPPER: usize = 22;

/// Lines of a file to be put in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    /// The first line replaced, from 1, and how many.
    line: usize,
    count: usize,
    text: String,
}

/// Records the cases of some files; with `check` only says what would change. Gives the exit code:
/// 1 if something is not as the ROM has it.
///
/// # Errors
/// There is no ROM, or a file cannot be read or written.
pub fn files(paths: &[PathBuf], check: bool) -> Result<u8> {
    let original = |model| Original::new(&image::load(model)?);
    let mut roms = [original(Model::Spectrum48)?, original(Model::Spectrum128)?];
    let mut differs = false;
    for path in paths {
        differs |= file(&mut roms, path, check)?;
    }
    Ok(u8::from(differs && check))
}

/// Records the cases of a file; gives whether anything is not as it was.
fn file(roms: &mut [Original], path: &Path, check: bool) -> Result<bool> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|e| failed(&format!("reading {shown}"), &e))?;
    let cases = parse(&text)
        .map_err(|problem| Failure(format!("{shown}:{}: {}", problem.line, problem.text)))?;
    let lines: Vec<&str> = text.lines().collect();
    let mut changes = Vec::new();
    let mut recorded = 0;
    for case in cases.iter().filter(|case| is_asked(case, &lines)) {
        let model = case.setup.start.model();
        let Some(rom) = roms.iter_mut().find(|rom| rom.model() == model) else {
            continue;
        };
        match changes_of(rom, case, &lines) {
            Ok(found) => {
                recorded += 1;
                changes.extend(found);
            }
            Err(why) => println!("{shown}:{}: `{}` left alone: {why}", case.line, case.name),
        }
    }
    for change in &changes {
        println!("{shown}:{}: the ROM: {}", change.line, change.text);
    }
    println!("{shown}: {recorded} cases, {} differences", changes.len());
    if !check && !changes.is_empty() {
        fs::write(path, changed(lines, &changes))
            .map_err(|e| failed(&format!("writing {shown}"), &e))?;
    }
    Ok(!changes.is_empty())
}

/// The lines with changes made.
fn changed<'a>(mut lines: Vec<&'a str>, changes: &'a [Change]) -> String {
    for change in changes.iter().rev() {
        let from = change.line - 1;
        lines.splice(from..from + change.count, change.text.lines());
    }
    lines.join("\n") + "\n"
}

/// The text of one case with what the ROM shows as its expectations.
///
/// # Errors
/// It is no case, or the ROM cannot play it.
pub fn recorded(rom: &mut Original, text: &str) -> Result<String> {
    let cases = parse(text).map_err(|problem| Failure(problem.text))?;
    let lines: Vec<&str> = text.lines().collect();
    let mut changes = Vec::new();
    for case in &cases {
        changes.extend(changes_of(rom, case, &lines)?);
    }
    Ok(changed(lines, &changes))
}

/// The line of a case that asks for a ROM's results.
#[must_use]
pub const fn asking(model: Model) -> &'static str {
    match model {
        Model::Spectrum48 => "rom 48",
        Model::Spectrum128 => "rom 128",
    }
}

/// Whether a case asks for the results of its model's ROM.
fn is_asked(case: &Case, lines: &[&str]) -> bool {
    let Start::Line(model) = case.setup.start else {
        return false;
    };
    let mut inside = lines[case.line..]
        .iter()
        .take_while(|line| !line.starts_with("== "));
    inside.any(|line| *line == asking(model))
}

/// Plays a case on the ROM; gives what it expects wrongly, or why it cannot be played.
fn changes_of(rom: &mut Original, case: &Case, lines: &[&str]) -> Result<Vec<Change>> {
    rom.reset();
    let mut changes = Vec::new();
    let mut border = rom.spectrum.border();
    // what it has come to last
    let mut status = match rom.model() {
        Model::Spectrum48 => Status::Editing,
        Model::Spectrum128 => Status::Entered,
    };
    for step in &case.steps {
        match &step.action {
            Action::Type(_) | Action::Key(_) => {
                let Some(outcome) = typed(rom, status, &step.action) else {
                    return Err(not_there(step, lines));
                };
                status = outcome.status;
                border = outcome.border;
                if !(status.goes_on() || status == Status::Waiting)
                    || matches!(status, Status::Refused(..))
                {
                    return Err(Failure(format!("its line {} {status}", step.line)));
                }
            }
            Action::Idle => {}
            Action::Break
            | Action::Frames(_)
            | Action::Printed(_)
            | Action::Off
            | Action::Card(_) => {
                return Err(not_there(step, lines));
            }
            _ => changes.extend(change(&memory(rom), border, step)),
        }
    }
    Ok(changes)
}

/// Types at a ROM that has come to this, if that can be typed then.
fn typed(rom: &mut Original, status: Status, action: &Action) -> Option<Outcome> {
    let takes_keys = matches!(status, Status::Editing | Status::Waiting);
    match action {
        Action::Type(codes) if !takes_keys => {
            let text = codes.strip_suffix(&[ENTER])?;
            Some(rom.hand_over(&tokenise(text, Keywords::Spectrum128), T_STATES))
        }
        Action::Key(_) if !takes_keys => None,
        _ => {
            let input = status == Status::Waiting || memory(rom).bit(s::FLAGX, INPUT);
            Some(rom.press(&keys(input, action)?, T_STATES))
        }
    }
}

/// A step that the ROM's driver has not.
fn not_there(step: &Step, lines: &[&str]) -> Failure {
    let line = lines.get(step.line - 1).copied().unwrap_or_default();
    Failure(format!("its line {} is `{line}`", step.line))
}

/// Keys of a PC that edit a line, by name, and the Spectrum's codes for them.
pub const EDITING: [(&str, u8); 6] = [
    ("LEFT", 8),
    ("RIGHT", 9),
    ("DOWN", 10),
    ("UP", 11),
    ("DELETE", 12),
    ("ENTER", ENTER),
];

/// The Spectrum's keys for what is typed: in the editor keywords have one each.
fn keys(input: bool, action: &Action) -> Option<Vec<u8>> {
    match action {
        Action::Key(chord) => EDITING
            .iter()
            .find(|(name, _)| usage(name).is_some_and(|usage| *chord == [usage]))
            .map(|&(_, code)| vec![code]),
        Action::Type(codes) if input => Some(codes.clone()),
        Action::Type(codes) => {
            let text = codes.strip_suffix(&[ENTER]).unwrap_or(codes);
            let keywords = tokenise(text, Keywords::Spectrum48);
            Some([&keywords, &codes[text.len()..]].concat())
        }
        _ => None,
    }
}

/// The ROM's memory as ours, so that the same eyes look at it.
fn memory(rom: &Original) -> Memory {
    memory_of(rom.spectrum.memory())
}

/// Bytes up to the end of memory as ours.
#[must_use]
pub fn memory_of(bytes: &[u8]) -> Memory {
    let mut memory = Memory::new();
    memory.set_bytes(0x10000 - bytes.len() as u32, bytes);
    memory
}

/// What an expectation must say instead, if it does not hold.
fn change(memory: &Memory, border: u8, step: &Step) -> Option<Change> {
    let screen = screen_text(memory);
    let (right, count, text) = match &step.action {
        Action::Report(expected) => (
            is_report(&screen, expected),
            1,
            format!("report {}", screen[UPPER..].concat()),
        ),
        Action::Screen(expected) => {
            let upper = &screen[..UPPER];
            let empty = upper.iter().rev().take_while(|l| l.is_empty()).count();
            let end = if empty > 0 { "..\n" } else { "" };
            (
                is_screen(&screen, expected),
                1 + expected.len(),
                format!("screen\n{}{end}", block(&upper[..UPPER - empty])),
            )
        }
        Action::Peek(at, expected) => {
            let bytes = memory.slice(*at, expected.len() as u32);
            let shown: String = bytes.iter().map(|byte| format!(" {byte}")).collect();
            (bytes == expected, 1, format!("peek {at}{shown}"))
        }
        Action::Border(expected) => (*expected == border, 1, format!("border {border}")),
        _ => return None,
    };
    (!right).then_some(Change {
        line: step.line,
        count,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_replaced_and_what_holds_stays() {
        let text = "== a\nrom 48\nborder 1\nscreen\n|x\n..\npeek 23692 0 0\n== b\nborder 1\n\
                    == c\nrom 128\n== d\nstart line\n";
        let cases = parse(text).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let asked: Vec<bool> = cases.iter().map(|case| is_asked(case, &lines)).collect();
        assert_eq!(asked, [true, false, true, false]);
        let memory = Memory::new();
        let changes: Vec<_> = cases[0]
            .steps
            .iter()
            .map(|step| change(&memory, 1, step))
            .collect();
        let screen = Change {
            line: 4,
            count: 3,
            text: "screen\n..\n".to_owned(),
        };
        assert_eq!(changes, [None, Some(screen), None]);
    }

    #[test]
    fn keywords_are_one_key_in_a_line_that_is_not_finished_too() {
        let typed = |text: &str| Action::Type(text.as_bytes().to_vec());
        assert_eq!(keys(false, &typed("PRINT 1")), Some(b"\xF51".to_vec()));
        assert_eq!(keys(false, &typed("CLS\r")), Some(b"\xFB\r".to_vec()));
        assert_eq!(keys(true, &typed("CLS\r")), Some(b"CLS\r".to_vec()));
    }
}
