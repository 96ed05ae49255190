//! Text to a program.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use super::scan::{Scanned, label_length, scan};
use super::{Given, Listing, Mistake, NUMBER_MAX, Reason, keywords, split};
use crate::charset::ENTER;
use crate::lang::Exec;
use crate::lang::parse::{Dialect, with_numbers};
use crate::line::tokenise::{Typed, tokenise_written};
use crate::number::Number;
use crate::store::program::{LAST_LINE, LINE_HEADER};

/// Bytes of a program, at most: what a machine's memory has from PROG's first place (5CCB) on.
pub const PROGRAM_MAX: usize = 0x1_0000 - 0x5CCB;
/// Characters of a line of text, at most: each code of the longest line as a number in hexadecimal.
const LINE_MAX: usize = PROGRAM_MAX * 7;
/// Lines of a program, at most: each has its number, length, end and a code.
const LINES_MAX: usize = PROGRAM_MAX / 6;
/// Labels in front of one line, and characters of each, at most.
const PENDING_MAX: usize = 16;
const LABEL_MAX: usize = 63;
/// The character that ends texts of old systems.
const END_OF_FILE: char = '\u{1A}';
/// From a line to the next one where none has a number.
const STEP: u16 = 10;
/// What stands before a line whose codes are taken as they are.
pub(super) const AS_IT_IS: &str = "\\!";
/// What stands, behind `#`, before the number of the line that starts by itself.
pub(super) const AUTOSTART: &str = "autostart";

/// A line of the program, still as text.
#[derive(Clone, Debug, PartialEq)]
struct Source {
    /// Which line of the text it is, from 1.
    line: usize,
    number: u16,
    /// What stands behind the number.
    text: String,
    /// Characters before that.
    column: usize,
}

/// Reads a text. What it makes is what would come of typing its lines.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(text: &[u8], dialect: Dialect) -> Result<Listing, Mistake> {
    let mut reading = Reading::new(text.to_vec(), dialect);
    loop {
        if let Some(listing) = reading.go_on(usize::MAX)? {
            return Ok(listing);
        }
    }
}

/// A text on its way to a program, some lines at a time: the numbers of all lines are looked for
/// first, for the labels that stand for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    dialect: Dialect,
    text: Text,
    sources: Sources,
    /// Which of the sources comes next.
    next: usize,
    lines: BTreeMap<u16, (usize, Vec<u8>)>,
    /// Bytes of the program.
    size: usize,
}

impl Reading {
    /// Nothing of it is read.
    #[must_use]
    pub const fn new(text: Vec<u8>, dialect: Dialect) -> Self {
        Self {
            dialect,
            text: Text::new(text),
            sources: Sources::new(),
            next: 0,
            lines: BTreeMap::new(),
            size: 0,
        }
    }

    /// Reads so many lines; gives the program behind the last one.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn go_on(&mut self, lines: usize) -> Result<Option<Listing>, Mistake> {
        let mut exec = Exec::default();
        for _ in 0..lines {
            if !self.text.is_read() {
                self.text.next(&mut self.sources)?;
            } else if let Some(source) = self.sources.lines.get(self.next) {
                let (number, line) = (source.number, source.line);
                let body = compile(source, &self.sources.labels, self.dialect, &mut exec)?;
                self.next += 1;
                self.size += LINE_HEADER as usize + body.len() + 1;
                if self.size > PROGRAM_MAX {
                    return Err(Mistake::of_line(line, Reason::TooLong));
                }
                if let Some((other, _)) = self.lines.insert(number, (line, body)) {
                    return Err(Mistake::of_line(line, Reason::Again(other)));
                }
            } else {
                return Ok(Some(self.program()));
            }
        }
        Ok(None)
    }

    /// The lines in their order.
    fn program(&mut self) -> Listing {
        let mut program = Vec::with_capacity(self.size);
        for (number, (_, body)) in core::mem::take(&mut self.lines) {
            program.extend(number.to_be_bytes());
            program.extend((body.len() as u16 + 1).to_le_bytes());
            program.extend(body);
            program.push(ENTER);
        }
        let start = self.sources.start;
        Listing { program, start }
    }
}

/// A line as it will be in memory.
fn compile(
    source: &Source,
    labels: &BTreeMap<String, u16>,
    dialect: Dialect,
    exec: &mut Exec,
) -> Result<Vec<u8>, Mistake> {
    let label = |name: &str| labels.get(name).copied();
    let (text, mode) = match source.text.strip_prefix(AS_IT_IS) {
        Some(text) => (text, Mode::AsItIs),
        None => (&*source.text, Mode::Checked),
    };
    line_of(text, mode, dialect, exec, &label).map_err(|(column, reason)| Mistake {
        column: column.map(|column| source.column + column + 1),
        ..Mistake::of_line(source.line, reason)
    })
}

/// Whether a line is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// As when it is typed.
    Checked,
    /// Not at all.
    AsItIs,
}

/// A line in memory, without its number, length and end.
///
/// # Errors
/// What is wrong, and in which column of the text, from 0, if it is one.
pub(super) fn line_of(
    text: &str,
    mode: Mode,
    dialect: Dialect,
    exec: &mut Exec,
    label: &dyn Fn(&str) -> Option<u16>,
) -> Result<Vec<u8>, (Option<usize>, Reason)> {
    let scanned = scan(text, label).map_err(|(column, reason)| (Some(column), reason))?;
    let typed = tokenise_written(&scanned.codes, keywords(dialect));
    if mode == Mode::AsItIs {
        return Ok(typed.codes);
    }
    let (codes, given) = split(&typed.codes);
    let mut hidden = Vec::new();
    let (_, checked) = exec.check(&codes, dialect, &mut hidden);
    checked.map_err(|refusal| {
        // Behind a hidden number that was written out it is not known.
        let column = given
            .is_empty()
            .then(|| column_of(refusal.at, &typed, &scanned));
        (column, Reason::Basic(refusal.report))
    })?;
    for Given { before, bytes } in given {
        let place = hidden.binary_search_by_key(&before, |number| number.before);
        let place = place.map_err(|_| (None, Reason::HiddenNumber))?;
        hidden[place].number = Number::from_bytes(bytes);
    }
    Ok(with_numbers(&codes, &hidden))
}

/// The column of a code; that behind the last one is behind the text.
fn column_of(at: usize, typed: &Typed, scanned: &Scanned) -> usize {
    let step = typed.steps.get(at);
    match step.and_then(|step| scanned.columns.get(step.place)) {
        Some(column) => *column as usize,
        None => scanned
            .columns
            .last()
            .map_or(0, |column| *column as usize + 1),
    }
}

/// A text that is taken apart.
#[derive(Clone, Debug, PartialEq)]
struct Text {
    bytes: Vec<u8>,
    /// Where the next line begins, if there is one.
    at: Option<usize>,
    /// Lines that have been taken.
    number: usize,
    /// A line that goes on, and where it began.
    begun: Option<(usize, String)>,
}

impl Text {
    const fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            at: Some(0),
            number: 0,
            begun: None,
        }
    }

    const fn is_read(&self) -> bool {
        self.at.is_none()
    }

    /// Takes the next line.
    fn next(&mut self, sources: &mut Sources) -> Result<(), Mistake> {
        let mut rest = self.at.and_then(|at| self.bytes.get(at..));
        if self.at == Some(0) {
            rest = rest.map(|text| text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text));
        }
        let Some(bytes) = next_line(&mut rest) else {
            return Ok(());
        };
        self.at = rest.map(|rest| self.bytes.len() - rest.len());
        self.number += 1;
        let number = self.number;
        let text = str::from_utf8(bytes).map_err(|error| {
            let right = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            Mistake {
                column: Some(right.chars().count() + 1),
                ..Mistake::of_line(number, Reason::NotText)
            }
        })?;
        let text = text.trim_end_matches([' ', '\t', END_OF_FILE]);
        let part = text.strip_suffix('\\').filter(|_| goes_on(text));
        let (line, mut whole) = self.begun.take().unwrap_or((number, String::new()));
        whole.push_str(part.unwrap_or(text));
        if whole.len() > LINE_MAX {
            return Err(Mistake::of_line(number, Reason::TooLong));
        }
        if part.is_some() && self.at.is_some() {
            self.begun = Some((line, whole));
        } else {
            let taken = sources.take(line, whole);
            taken.map_err(|reason| Mistake::of_line(line, reason))?;
        }
        if self.at.is_none() {
            sources.end();
        }
        Ok(())
    }
}

/// The lines of a program in a text.
#[derive(Clone, Debug, PartialEq)]
struct Sources {
    lines: Vec<Source>,
    labels: BTreeMap<String, u16>,
    /// Labels that stand in front of the next line.
    pending: Vec<String>,
    start: Option<u16>,
    /// The number of the last line.
    last: u16,
}

impl Sources {
    const fn new() -> Self {
        Self {
            lines: Vec::new(),
            labels: BTreeMap::new(),
            pending: Vec::new(),
            start: None,
            last: 0,
        }
    }

    /// There are no more lines.
    fn end(&mut self) {
        for name in core::mem::take(&mut self.pending) {
            self.labels.insert(name, self.last.saturating_add(STEP));
        }
    }

    /// Takes one line.
    fn take(&mut self, line: usize, mut text: String) -> Result<(), Reason> {
        let whole = text.chars().count();
        drop_front(&mut text, blanks);
        if let Some(comment) = text.strip_prefix('#') {
            if let Some(number) = comment.strip_prefix(AUTOSTART) {
                let number = number.trim_matches(' ').parse().ok();
                let number = number.filter(|number| *number <= LAST_LINE);
                self.start = Some(number.ok_or(Reason::Number)?);
            }
            return Ok(());
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number = match digits {
            0 => self.last.saturating_add(STEP),
            _ => text[..digits].parse().unwrap_or(u16::MAX),
        };
        if digits > 0 {
            drop_front(&mut text, |text| {
                digits + usize::from(text[digits..].starts_with([' ', '\t']))
            });
        }
        let label = text.strip_prefix('@').map_or(0, label_length);
        if label > 0 && text[1 + label..].starts_with(':') {
            self.label(&text[1..=label])?;
            drop_front(&mut text, |text| 2 + label + blanks(&text[2 + label..]));
        }
        if text.is_empty() {
            return if digits > 0 {
                Err(Reason::Empty)
            } else {
                Ok(())
            };
        }
        let highest = if text.starts_with(AS_IT_IS) {
            NUMBER_MAX
        } else {
            LAST_LINE
        };
        if number > highest {
            return Err(Reason::Number);
        }
        if self.lines.len() == LINES_MAX {
            return Err(Reason::TooLong);
        }
        self.last = number;
        for name in self.pending.drain(..) {
            self.labels.insert(name, number);
        }
        let column = whole - text.chars().count();
        self.lines.push(Source {
            line,
            number,
            text,
            column,
        });
        Ok(())
    }

    /// A label in front of the next line.
    fn label(&mut self, name: &str) -> Result<(), Reason> {
        if self.labels.contains_key(name) || self.pending.iter().any(|other| other == name) {
            return Err(Reason::LabelAgain(name.to_owned()));
        }
        if self.pending.len() == PENDING_MAX || name.len() > LABEL_MAX {
            return Err(Reason::TooLong);
        }
        self.pending.push(name.to_owned());
        Ok(())
    }
}

/// The next line of a text, without its end: a line feed, a carriage return, or both.
fn next_line<'t>(rest: &mut Option<&'t [u8]>) -> Option<&'t [u8]> {
    let text = rest.take()?;
    let Some(end) = text.iter().position(|c| matches!(c, b'\n' | b'\r')) else {
        return Some(text);
    };
    let (line, after) = text.split_at(end);
    *rest = Some(after.strip_prefix(b"\r\n").unwrap_or(&after[1..]));
    Some(line)
}

/// Whether a line goes on in the next: it ends in a `\` that is not itself behind one.
fn goes_on(text: &str) -> bool {
    text.bytes().rev().take_while(|c| *c == b'\\').count() % 2 == 1
}

/// Blanks at the start of a text.
fn blanks(text: &str) -> usize {
    text.bytes()
        .take_while(|c| matches!(c, b' ' | b'\t'))
        .count()
}

/// Takes some bytes off the front of a text.
fn drop_front(text: &mut String, count: impl FnOnce(&str) -> usize) {
    let count = count(text);
    drop(text.drain(..count));
}
