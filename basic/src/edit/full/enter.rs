//! The line that is typed: what is in it, what it is taken for, and where it is wrong.

use alloc::vec::Vec;

use super::buffers::Buffer;
use super::display::CURSOR_AT_ERROR;
use super::rows::{COLUMNS, FIRST, LAST};
use super::{At, FullEditor, Gone, Host, Mode, Step, Verdict, use_letters};
use crate::charset::{ENTER, is_digit};
use crate::line::Keywords;
use crate::line::tokenise::{Typed, tokenise_typed};
use crate::store::areas::VARIABLES_END;
use crate::token as t;

/// The sound of a line that is taken, as BEEPER takes it. ROM 0: 26FA.
const TAKEN: (u16, u16) = (0x0030, 0x0300);
/// Marks a hidden number; what follows of it, and the flaw: the character after it counts too.
const NUMBER: u8 = 14;
const HIDDEN: usize = 6;

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) codes: Vec<u8>,
    /// Characters up to the cursor, and one.
    before_cursor: usize,
}

impl FullEditor {
    /// Enters the line a row belongs to: it goes into the program, is worked out, or runs; where
    /// it is wrong the cursor goes, as far as the ROM can tell. `at` is the cursor afterwards.
    ///
    /// ROM 0: 2C8E.
    pub(super) fn enter(&mut self, host: &mut impl Host, at: &mut At) -> Step<bool> {
        let first = self.first_row(at.row);
        let text = self.text(first);
        self.before_cursor = text.before_cursor as u16;
        let left_over = self.comparison.take();
        let typed = tokenise_typed(&text.codes, Keywords::Rom128, left_over);
        let line = &typed.codes;
        let verdict = if is_expression(line) {
            host.work_out(line)
        } else if self.mode == Mode::Calculator && !is_assignment(line) {
            Verdict::Taken
        } else {
            let verdict = host.enter(line, self.has_banner());
            let number = number_at_start(line);
            if verdict == Verdict::Taken && number != 0 {
                self.last_entered = number as u16;
            }
            verdict
        };
        let taken = match verdict {
            Verdict::Left => return Err(Gone),
            Verdict::Taken => {
                self.taken(host);
                true
            }
            Verdict::Refused { line, at } => {
                // The mistake is looked for in the same text, with nothing left over.
                let typed = tokenise_typed(&text.codes, Keywords::Rom128, None);
                let place = self.place_of_error(&typed, &line, at);
                self.refused(host, first, place)?;
                false
            }
        };
        *at = self.cursor;
        Ok(taken)
    }

    /// A line went into the program past the editor, as codes.
    pub fn entered(&mut self, host: &mut impl Host, line: &[u8]) {
        self.end_finding(host.memory());
        self.last_entered = number_at_start(line) as u16;
        self.taken(host);
    }

    /// The row in which the line of a row begins, if that is on the screen. ROM 0: 2C90.
    pub(super) fn first_row(&self, row: usize) -> Option<usize> {
        (0..=row).rev().find(|row| self.rows[*row].is(FIRST))
    }

    /// The characters of the line that begins in a row, or above the screen.
    ///
    /// ROM 0: 2D54.
    pub(super) fn text(&self, first: Option<usize>) -> Text {
        let mut codes = Vec::new();
        let mut before_cursor = None;
        if first.is_none() {
            for row in self.above.used() {
                codes.extend(row.cells.iter().filter(|c| **c != 0));
            }
        }
        let first = first.unwrap_or(0);
        for at in first..=self.last_row {
            let row = &self.rows[at];
            // The cursor may be behind the last column.
            for column in 0..=COLUMNS {
                // Flaw kept: a cursor in the first column of a further row is not seen.
                if at == self.cursor.row
                    && column == self.cursor.column
                    && (at == first || column > 0)
                {
                    before_cursor.get_or_insert(codes.len() + 1);
                }
                codes.extend(Some(row.cell(column)).filter(|c| *c != 0));
            }
            if row.is(LAST) {
                break;
            }
            if at == self.last_row {
                below(&self.below, &mut codes);
            }
        }
        Text {
            before_cursor: before_cursor.unwrap_or(codes.len() + 1),
            codes,
        }
    }

    /// ROM 0: 2CD8.
    fn taken(&mut self, host: &mut impl Host) {
        self.altered = false;
        self.typed.clear();
        let m = host.memory();
        super::use_editor_keys(m);
        use_letters(m);
        if self.mode == Mode::Basic {
            self.relist(host);
        }
        let (cycles, timing) = TAKEN;
        host.sound(cycles, timing);
    }

    /// After how many characters the editor takes a line to be wrong.
    fn place_of_error(&mut self, typed: &Typed, line: &[u8], wrong: usize) -> usize {
        let (place, comparison) = place_of_error(typed, line, wrong);
        self.comparison = comparison;
        place
    }

    /// Moves the cursor to the character that is wrong, from wherever it is: a cursor that is in
    /// another line enters that one on its way. The line itself, whose first row is given, is not
    /// entered again, as the ROM does without end.
    ///
    /// ROM 0: 2CEF.
    fn refused(&mut self, host: &mut impl Host, first: Option<usize>, place: usize) -> Step<()> {
        let before = usize::from(self.before_cursor);
        let mut at = self.cursor;
        let mut moved = before != place;
        for _ in place..before {
            if self.is_start_of(first, at) || self.left(host, &mut at)?.is_none() {
                break;
            }
        }
        self.typing = true;
        for _ in before..place {
            if self.right(host, &mut at)?.is_err() {
                break;
            }
        }
        self.typing = false;
        moved &= at != self.cursor;
        self.cursor = at;
        // Where the cursor stays the ROM takes whatever is at hand for the preferred column.
        if moved {
            self.preferred = 0;
        }
        self.colour = CURSOR_AT_ERROR;
        Ok(())
    }

    /// Whether a place is the first one in a row.
    fn is_start_of(&self, row: Option<usize>, at: At) -> bool {
        let cells = &self.rows[at.row].cells;
        row == Some(at.row) && cells[..at.column.min(COLUMNS)].iter().all(|c| *c == 0)
    }
}

/// The characters of the rows below the screen. ROM 0: 2DE9.
fn below(buffer: &Buffer, codes: &mut Vec<u8>) {
    for row in buffer.rows.iter().skip(1).take(buffer.count) {
        codes.extend(row.cells.iter().filter(|c| **c != 0));
        if row.is(LAST) {
            break;
        }
    }
}

/// After how many characters the editor takes a line to be wrong, and the comparison sign that is
/// left over then.
///
/// `line` is the line with the hidden numbers the ROM had put in by then, and `wrong` where it
/// stopped.
///
/// Flaws kept: the lesser of the numbers of characters and codes is taken, and a hidden number
/// swallows the character behind it.
///
/// ROM 0: 3C63, 3EFB.
fn place_of_error(typed: &Typed, line: &[u8], wrong: usize) -> (usize, Option<u8>) {
    let byte = |at| match at {
        // The areas from E_LINE on have been emptied.
        0 => ENTER,
        1 => VARIABLES_END,
        _ => line.get(at).copied().unwrap_or(0),
    };
    let mut at = 0;
    for (i, step) in typed.steps.iter().enumerate() {
        if at == wrong {
            return (step.taken.min(i + 1), step.comparison);
        }
        at += if byte(at) == NUMBER { HIDDEN } else { 1 };
    }
    (typed.length + 1, None)
}

/// The line without blanks and its number, as E-LINE-NO reads it.
fn after_number(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|c| !is_digit(*c) && *c > b' ');
    line.get(end.unwrap_or(line.len())..).unwrap_or(&[])
}

/// The number a line begins with; 0 for none.
fn number_at_start(line: &[u8]) -> u32 {
    let digits = &line[..line.len() - after_number(line).len()];
    digits
        .iter()
        .filter(|c| is_digit(**c))
        .fold(0, |n, c| n * 10 % 100_000 + u32::from(c - b'0'))
}

/// Whether a line is taken for a numeric expression.
///
/// Flaws kept: a statement that begins with a letter is, and so is a line whose text begins with
/// an `e` or an operator.
///
/// ROM 0: 0289, 22CB, 22E0.
fn is_expression(line: &[u8]) -> bool {
    let mut codes = line.iter().copied().filter(|c| *c > b' ');
    let Some(first) = codes.next() else {
        return false;
    };
    match first {
        t::AT | t::TAB => false,
        t::RND..t::BIN | b'(' | b'-' | b'+' | b'.' => true,
        _ if first.is_ascii_alphabetic() => true,
        _ if is_digit(first) => codes.find(|c| !is_digit(*c)).is_some_and(|c| {
            matches!(
                c,
                b'.' | b'e'
                    | b'E'
                    | b'+'
                    | b'-'
                    | b'*'
                    | b'/'
                    | b'^'
                    | b'='
                    | b'>'
                    | b'<'
                    | t::OR
                    | t::AND
                    | t::LESS_EQUAL
                    | t::GREATER_EQUAL
                    | t::NOT_EQUAL
            )
        }),
        _ => false,
    }
}

/// Whether a line is one LET and nothing else, which the calculator runs. ROM 0: 2297.
fn is_assignment(line: &[u8]) -> bool {
    line.iter().find(|c| **c > b' ') == Some(&t::LET) && !line.contains(&b':')
}
