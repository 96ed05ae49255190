//! Programs as text that is written and read elsewhere: in an editor, in version control, over a
//! serial line.
//!
//! The notation is that of common converters: keywords in letters of any case, and `\` before what
//! a keyboard lacks.
//!
//! | | |
//! |---|---|
//! | `\a` to `\u` | user-defined graphics |
//! | `\` and two of `'`, `.`, `:`, blank | a block graphic: its left and its right half |
//! | `\*`, `` ` `` or `£`, `^` or `↑` | copyright, pound, power |
//! | `\\`, `\@` | `\`, `@` |
//! | `\{n}` | the code n, decimal or, behind `0x`, hexadecimal |
//! | `\` at the end | the line goes on in the next |
//! | `#` in front | no line of the program; `#autostart 10` is the line that starts by itself |
//! | `@name:` in front, `@name` | the number of the line, and what stands for it elsewhere |
//! | `\!` behind the number | the codes of the line as they are, right or wrong |
//!
//! Blank lines and blanks at ends of lines are nothing. A line without a number has that of the one
//! before it and ten. Blocks, circled letters and the like may also be Unicode, as the console
//! shows them. Numbers are hidden behind digits as in a line that is typed; those that differ from
//! their digits stand there as the codes 14 and five more. What the places of DEF FN's arguments
//! hold is not kept.

mod read;
mod scan;
#[cfg(test)]
mod tests;
mod write;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::charset::NUMBER;
use crate::lang::parse::{Dialect, HIDDEN_SIZE};
use crate::line::Keywords;
use crate::line::tokenise::tokenise_written;
use crate::report::Report;
use crate::token::REM;

pub use read::{PROGRAM_MAX, Reading, read};
pub use write::{show, write};

/// The highest number a line in memory can have; above it there are variables. ROM: 196E.
const NUMBER_MAX: u16 = 0x3FFF;

/// The codes of a text of one line, right or wrong as BASIC, without hidden numbers.
///
/// # Errors
/// A character or an escape that the machine does not have.
pub fn codes(text: &str, dialect: Dialect) -> Result<Vec<u8>, Mistake> {
    let scanned = scan::scan(text, &|_| None).map_err(|(column, reason)| Mistake {
        line: 1,
        column: Some(column + 1),
        reason,
    })?;
    Ok(tokenise_written(&scanned.codes, keywords(dialect)).codes)
}

/// A program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Its lines, as they are in memory.
    pub program: Vec<u8>,
    /// The line that starts by itself.
    pub start: Option<u16>,
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the text, from 1.
    pub line: usize,
    /// The character in it, from 1, if it is one.
    pub column: Option<usize>,
    /// What it is.
    pub reason: Reason,
}

/// What can be wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The line is not right as BASIC.
    Basic(Report),
    /// The text is not UTF-8.
    NotText,
    /// A character that the machine does not have.
    Character(char),
    /// A `\` with something behind it that means nothing.
    Escape,
    /// A line number that is too high.
    Number,
    /// A line number that an earlier line of the text has.
    Again(usize),
    /// A line number with nothing behind it.
    Empty,
    /// A label that stands in front of no line.
    Label(String),
    /// A label that stands in front of an earlier line of the text too.
    LabelAgain(String),
    /// A hidden number where none belongs.
    HiddenNumber,
    /// The line or the program is longer than the machine's memory.
    TooLong,
}

impl Mistake {
    /// Something wrong with a line as a whole.
    const fn of_line(line: usize, reason: Reason) -> Self {
        Self {
            line,
            column: None,
            reason,
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic(report) => write!(f, "{} {}", report.code(), report.text()),
            Self::NotText => write!(f, "the text is not UTF-8"),
            Self::Character(c) => write!(f, "the machine has no character {c:?}"),
            Self::Escape => write!(f, "what is behind the \\ means nothing"),
            Self::Number => write!(f, "the line number is too high"),
            Self::Again(line) => write!(f, "line {line} has this number too"),
            Self::Empty => write!(f, "nothing behind the line number"),
            Self::Label(name) => write!(f, "no line is called @{name}"),
            Self::LabelAgain(name) => write!(f, "a line before is called @{name} too"),
            Self::HiddenNumber => write!(f, "a hidden number where none belongs"),
            Self::TooLong => write!(f, "too long for the machine's memory"),
        }
    }
}

/// What no text can say of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// The line of this number goes on beyond the program's end, or has no end.
    NoEnd(u16),
    /// The line of this number comes behind one of a higher number or the same.
    Order(u16),
    /// Bytes behind the last line that are no line.
    Rest,
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnd(line) => write!(f, "line {line} has no end"),
            Self::Order(line) => write!(f, "line {line} is not in the order of numbers"),
            Self::Rest => write!(f, "the program ends in bytes that are no line"),
        }
    }
}

/// The keywords of a dialect.
const fn keywords(dialect: Dialect) -> Keywords {
    if dialect.is_128 {
        Keywords::Spectrum128
    } else {
        Keywords::Spectrum48
    }
}

/// A hidden number in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Given {
    /// Before which of the codes that are not hidden.
    before: usize,
    /// Its bytes.
    bytes: [u8; HIDDEN_SIZE - 1],
}

/// The codes of a line that are not hidden, and the numbers that are. What looks like a number in
/// quotes and behind REM is none.
fn split(line: &[u8]) -> (Vec<u8>, Vec<Given>) {
    let mut codes = Vec::with_capacity(line.len());
    let mut numbers = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    while let Some(&code) = line.get(at) {
        let hidden = line.get(at + 1..at + HIDDEN_SIZE);
        match (code, hidden.and_then(|bytes| bytes.try_into().ok())) {
            (NUMBER, Some(bytes)) if !quoted => {
                let before = codes.len();
                numbers.push(Given { before, bytes });
                at += HIDDEN_SIZE;
                continue;
            }
            (REM, _) if !quoted => {
                codes.extend_from_slice(&line[at..]);
                break;
            }
            (b'"', _) => quoted = !quoted,
            _ => {}
        }
        codes.push(code);
        at += 1;
    }
    (codes, numbers)
}
