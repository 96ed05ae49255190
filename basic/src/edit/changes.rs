//! Edits of the program, so that they can be taken back and made again.
//!
//! Of an edit only what it takes to reverse it is kept: lines as they were.

use alloc::vec::Vec;

use super::Turn;
use crate::charset::ENTER;
use crate::store::areas::{exchange, test_room};
use crate::store::memory::SIZE_64K;
use crate::store::program::{LINE_HEADER, find_line, next_line, put_line};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// Bytes kept at most: as many as there are in the memory that holds the program, so that any one
/// edit can be taken back.
const BYTES_MAX: usize = SIZE_64K;
/// What an edit and each text takes besides the bytes of the text, at most.
const OVERHEAD: usize = 64;

/// A line of the program: its number and its text, ENTER included.
type Line<'p> = (u16, &'p [u8]);

/// What reverses an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    /// A line's text without ENTER; none where there was no such line.
    Line(u16, Option<Vec<u8>>),
    /// All lines' numbers, and the texts of some by their places in the program.
    Numbers(Vec<u16>, Vec<(usize, Vec<u8>)>),
}

/// The edits since the program was last changed by anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    done: Vec<Change>,
    undone: Vec<Change>,
}

impl Changes {
    /// Forgets all: the program has been changed by something else.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// A line was put in, exchanged or removed; `before` is what [`text`] gave before.
    pub fn line(&mut self, m: &Memory, number: u16, before: Option<Vec<u8>>) {
        if text(m, number) != before {
            self.note(Change::Line(number, before));
        }
    }

    /// The lines have new numbers; `before` is what [`program`] gave before.
    pub fn renumbered(&mut self, m: &Memory, before: &[u8]) {
        let after = program(m);
        if after == before {
            return;
        }
        let numbers = lines(before).map(|(number, _)| number).collect();
        let pairs = lines(before).zip(lines(after)).enumerate();
        let texts = pairs
            .filter(|(_, ((_, old), (_, new)))| old != new)
            .map(|(place, ((_, old), _))| (place, old.to_vec()))
            .collect();
        self.note(Change::Numbers(numbers, texts));
    }

    fn note(&mut self, change: Change) {
        self.undone.clear();
        self.done.push(change);
        let mut bytes: usize = self.done.iter().map(Change::size).sum();
        let too_much = self.done.iter().take_while(|change| {
            let more = bytes > BYTES_MAX;
            bytes = bytes.saturating_sub(change.size());
            more
        });
        let too_much = too_much.count();
        self.done.drain(..too_much);
    }

    /// Takes the last edit back, or makes the last one that was taken back again; gives the number
    /// of a line that it changed. Nothing happens if there is none, or no room for it.
    pub fn turn(&mut self, m: &mut Memory, turn: Turn) -> Option<u16> {
        let (from, to) = match turn {
            Turn::Back => (&mut self.done, &mut self.undone),
            Turn::On => (&mut self.undone, &mut self.done),
        };
        let (reverse, number) = from.last()?.make(m)?;
        from.pop();
        to.push(reverse);
        Some(number)
    }
}

impl Change {
    fn size(&self) -> usize {
        let size = |text: &Vec<u8>| OVERHEAD + text.len();
        match self {
            Self::Line(_, text) => OVERHEAD + text.as_ref().map_or(0, size),
            Self::Numbers(numbers, texts) => {
                let texts = texts.iter().map(|(_, text)| size(text));
                OVERHEAD + numbers.len() * size_of::<u16>() + texts.sum::<usize>()
            }
        }
    }

    /// Makes it; gives what reverses it, and the number of a line that it changed. Where there is
    /// no room, or the program is not the one it belongs to, nothing happens.
    fn make(&self, m: &mut Memory) -> Option<(Self, u16)> {
        match self {
            Self::Line(number, new) => {
                let old = text(m, *number);
                let growth = line_size(new.as_ref()).saturating_sub(line_size(old.as_ref()));
                test_room(m, growth as u32).ok()?;
                put_line(m, *number, new.as_deref().unwrap_or_default()).ok()?;
                Some((Self::Line(*number, old), *number))
            }
            Self::Numbers(numbers, texts) => {
                let program = program(m).to_vec();
                let mut lines: Vec<Line<'_>> = lines(&program).collect();
                if lines.len() != numbers.len() {
                    return None;
                }
                let mut old_numbers = Vec::with_capacity(numbers.len());
                for ((number, _), new) in lines.iter_mut().zip(numbers) {
                    old_numbers.push(core::mem::replace(number, *new));
                }
                let mut old_texts = Vec::with_capacity(texts.len());
                for (place, new) in texts {
                    let (_, text) = lines.get_mut(*place)?;
                    old_texts.push((*place, core::mem::replace(text, new).to_vec()));
                }
                put_lines(m, &lines)?;
                Some((Self::Numbers(old_numbers, old_texts), *numbers.first()?))
            }
        }
    }
}

/// Bytes of a line with such a text.
fn line_size(text: Option<&Vec<u8>>) -> usize {
    text.map_or(0, |text| LINE_HEADER as usize + text.len() + 1)
}

/// The text of a line, without ENTER.
#[must_use]
pub fn text(m: &Memory, number: u16) -> Option<Vec<u8>> {
    let place = find_line(m, number);
    let start = place.exact.then_some(place.at + LINE_HEADER)?;
    // A POKEd length does not reach into the variables.
    let end = next_line(m, place.at).min(m.pointer(s::VARS));
    let text = m.slice(start, end.saturating_sub(start));
    Some(text.strip_suffix(&[ENTER]).unwrap_or(text).to_vec())
}

/// The bytes of the program.
#[must_use]
pub fn program(m: &Memory) -> &[u8] {
    let start = m.pointer(s::PROG);
    m.slice(start, m.pointer(s::VARS).saturating_sub(start))
}

/// The lines of a program's bytes. A POKEd length does not reach behind them.
fn lines(mut program: &[u8]) -> impl Iterator<Item = Line<'_>> {
    core::iter::from_fn(move || {
        let (&[high, low, length @ ..], rest) = program.split_first_chunk::<4>()?;
        // Where no line begins, the program ends.
        if high & 0xC0 != 0 {
            return None;
        }
        let length = usize::from(u16::from_le_bytes(length)).min(rest.len());
        let (text, behind) = rest.split_at(length);
        program = behind;
        Some((u16::from_be_bytes([high, low]), text))
    })
}

/// Puts lines in the place of the program; DATA are read from its start then. Fails where there is
/// no room.
fn put_lines(m: &mut Memory, lines: &[Line<'_>]) -> Option<()> {
    let mut program = Vec::new();
    for (number, text) in lines {
        program.extend_from_slice(&number.to_be_bytes());
        program.extend_from_slice(&(text.len() as u16).to_le_bytes());
        program.extend_from_slice(text);
    }
    let (start, end) = (m.pointer(s::PROG), m.pointer(s::VARS));
    let moved = |old: u16| match Address::from(old) {
        at if at <= start => old,
        at if at >= end => (at + program.len() as u32 - (end - start)) as u16,
        _ => (start - 1) as u16,
    };
    exchange(m, start, end.checked_sub(start)?, &program, moved).ok()
}
