//! Find: text is asked for in the row of the banner and looked for in the listing.

use alloc::vec::Vec;

use super::rows::FIRST;
use super::source::Source;
use super::{BANNER_ROW, FullEditor, Host, Mode, Step};
use crate::charset::{self, INK, OVER};
use crate::screen::geometry::{attribute_address, pixel_address};
use crate::screen::own_pixels;
use crate::store::program::{find_line, is_line, line_number, next_line};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::token;

/// What asks for the text.
const QUESTION: &[u8] = b"Find: ";
/// Its colours: bright white on blue.
const COLOURS: u8 = 0x4F;
const FLASHING: u8 = 0x80;
const COLUMNS: usize = 32;
/// Characters that can be asked for: what fits into the row, with the cursor.
const TEXT_MAX: usize = COLUMNS - QUESTION.len() - 1;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Find {
    /// The text looked for last.
    last: Vec<u8>,
    asking: Option<Question>,
}

/// The question, while it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    text: Vec<u8>,
    /// What it covers on the screen: pixels and attributes.
    below: Vec<u8>,
}

impl FullEditor {
    /// Whether text is being asked for.
    #[must_use]
    pub const fn is_finding(&self) -> bool {
        self.find.asking.is_some()
    }

    /// The question and what was typed at it: for a console.
    pub(super) fn question(&self) -> Option<Vec<u8>> {
        let question = self.find.asking.as_ref()?;
        Some([QUESTION, &question.text].concat())
    }

    /// The key of find: asks for text, and then looks for it. A line that was altered must be
    /// entered first.
    pub(super) fn key_find(&mut self, host: &mut impl Host) -> Step<bool> {
        if self.is_finding() {
            return self.find_next(host);
        }
        if self.mode == Mode::Calculator || self.altered {
            return Ok(false);
        }
        let m = host.memory();
        let mut below = Vec::new();
        for (at, length) in row() {
            below.extend_from_slice(m.slice(at, length));
        }
        self.find.asking = Some(Question {
            text: Vec::new(),
            below,
        });
        self.show_question(m);
        Ok(true)
    }

    /// The question goes, and what it covered is there again.
    pub fn end_finding(&mut self, m: &mut Memory) {
        let Some(question) = self.find.asking.take() else {
            return;
        };
        let mut below = question.below.as_slice();
        for (at, length) in row() {
            let (row, rest) = below.split_at(length as usize);
            m.set_bytes(at, row);
            below = rest;
        }
    }

    /// The screen was used by something else: the question goes with what it covered.
    pub(super) fn forget_finding(&mut self) {
        self.find.asking = None;
    }

    /// A key while text is asked for; `None` if it is not for this.
    pub(super) fn answer_question(&mut self, host: &mut impl Host, code: u8) -> Option<Step<bool>> {
        let question = self.find.asking.as_mut()?;
        match code {
            charset::ENTER => return Some(self.find_next(host)),
            charset::EDIT => {
                self.end_finding(host.memory());
                return Some(Ok(true));
            }
            charset::DELETE => {
                question.text.pop();
            }
            b' '..token::FIRST if question.text.len() < TEXT_MAX => question.text.push(code),
            b' '..token::FIRST => return Some(Ok(false)),
            _ => {
                self.end_finding(host.memory());
                return None;
            }
        }
        self.show_question(host.memory());
        Some(Ok(true))
    }

    /// Moves the cursor to the next place of the text behind it, round the end of the program.
    fn find_next(&mut self, host: &mut impl Host) -> Step<bool> {
        if let Some(question) = &self.find.asking {
            if !question.text.is_empty() {
                self.find.last = question.text.clone();
            }
        }
        let from = match self.begins() {
            Some(row) if row.number != 0 => (row.number, self.place_in_line(self.cursor)),
            // A row without a line of the program: from the line above it.
            _ => (self.number_above(), usize::MAX - 1),
        };
        let m = host.memory();
        let Some((number, place)) = search(m, &self.find.last, from) else {
            return Ok(false);
        };
        self.before_cursor = 0;
        let line = find_line(m, number);
        self.go_to(host, line)?;
        self.hide_cursor(host.memory());
        self.walk(host, place)?;
        Ok(true)
    }

    /// The number of the line of the program that is next above the cursor.
    fn number_above(&self) -> u16 {
        let mut rows = self.rows[..self.cursor.row].iter().rev();
        let row = rows.find(|row| row.is(FIRST) && row.number != 0);
        row.map_or(self.top, |row| row.number)
    }

    fn show_question(&self, m: &mut Memory) {
        let Some(text) = self.question() else {
            return;
        };
        let line = BANNER_ROW as u32;
        for (column, code) in (0..COLUMNS as u32).zip(text.iter().chain(core::iter::repeat(&b' ')))
        {
            for (row, byte) in (0..).zip(own_pixels(m, *code)) {
                m.set_byte(pixel_address(column, line * 8 + row), byte);
            }
            m.set_byte(attribute_address(column, line), COLOURS);
        }
        let cursor = attribute_address(text.len() as u32, line);
        m.set_byte(cursor, COLOURS | FLASHING);
    }
}

/// The pixels and attributes of the row that the question is in: address and length.
fn row() -> impl Iterator<Item = (Address, u32)> {
    let line = BANNER_ROW as u32;
    (0..8)
        .map(move |row| pixel_address(0, line * 8 + row))
        .chain([attribute_address(0, line)])
        .map(|at| (at, COLUMNS as u32))
}

/// The next place of `wanted` in the listing behind a line's number and place in it, round the end
/// of the program: a line and the characters in front. Capitals are as good as small letters.
fn search(m: &Memory, wanted: &[u8], (number, place): (u16, usize)) -> Option<(u16, usize)> {
    if wanted.is_empty() {
        return None;
    }
    let found = |at, from: usize, to: usize| {
        let text = listed(m, at);
        let places = text.windows(wanted.len()).enumerate();
        let mut equal = places.filter(|(_, text)| text.eq_ignore_ascii_case(wanted));
        let (place, _) = equal.find(|(place, _)| (from..=to).contains(place))?;
        Some((line_number(m, at), place))
    };
    let here = find_line(m, number);
    let first = if here.exact { place + 1 } else { 0 };
    let behind = lines(m, here.at).zip(core::iter::once(first).chain(core::iter::repeat(0)));
    let before = lines(m, m.pointer(s::PROG)).take_while(|at| *at <= here.at);
    behind
        .map(|(at, from)| (at, from, usize::MAX))
        .chain(before.map(|at| (at, 0, if at == here.at { place } else { usize::MAX })))
        .find_map(|(at, from, to)| found(at, from, to))
}

/// The places of the lines from one on.
fn lines(m: &Memory, at: Address) -> impl Iterator<Item = Address> {
    let next = move |at: &Address| Some(next_line(m, *at)).filter(|at| is_line(m, *at));
    core::iter::successors(Some(at).filter(|at| is_line(m, *at)), next)
}

/// The characters of the line at `at` as the editor lists them.
fn listed(m: &Memory, at: Address) -> Vec<u8> {
    let mut source = Source::default();
    source.begin(line_number(m, at), at);
    let mut text = Vec::new();
    loop {
        match source.fetch(m) {
            None | Some(charset::ENTER) => break,
            // A colour and its operand do not show.
            Some(INK..=OVER) => {
                source.fetch(m);
            }
            Some(0) => {}
            Some(code) => text.push(code),
        }
    }
    text
}
