//! A program line as it is typed, character by character.

use alloc::vec::Vec;

use crate::charset::{ENTER, NUMBER};
use crate::store::memory::SIZE_64K;
use crate::store::program::{LINE_HEADER, find_line, is_line, line_number, next_line};
use crate::store::{Address, Memory};
use crate::token;

/// The marker of a hidden number and its five bytes.
const HIDDEN: Address = 6;

/// What is being read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Source {
    /// The digits of the line's number or the letters of a keyword, and how many were given.
    letters: Vec<u8>,
    given: usize,
    /// The next code of the line.
    next: Option<Address>,
    /// The character before was a keyword's last blank.
    spaced: bool,
}

/// Line number and address of the line before the first one whose number is not lower than
/// `number`, if there are both.
///
/// ROM 0: 334A, 34B6.
#[must_use]
pub fn line_before(m: &Memory, number: u16) -> Option<(u16, Address)> {
    let place = find_line(m, number);
    let at = place.before.filter(|_| is_line(m, place.at))?;
    Some((line_number(m, at), at))
}

/// Line number and address of the line after line `number`; of the first line for 0.
///
/// ROM 0: 3352, 3430.
pub(super) fn line_after(m: &Memory, number: u16) -> Option<(u16, Address)> {
    Walk::default().line_after(m, number)
}

/// A walk through the lines of a program that nobody changes meanwhile: it does not look for each
/// of them from the first line on.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The line found last, if that is the one that looking for its number finds.
    last: Option<(u16, Address)>,
}

impl Walk {
    /// See [`line_after`].
    pub(super) fn line_after(&mut self, m: &Memory, number: u16) -> Option<(u16, Address)> {
        let at = match self.last {
            Some((last, at)) if last == number => next_line(m, at),
            _ => {
                let place = find_line(m, number);
                if place.exact && number != 0 {
                    next_line(m, place.at)
                } else {
                    place.at
                }
            }
        };
        let found = is_line(m, at).then(|| (line_number(m, at), at));
        // Numbers that were POKEd need not rise, and then an earlier line may be found.
        self.last = found.filter(|(found, _)| *found > number);
        found
    }
}

impl Source {
    /// Begins with the line at `at`: its number, right-aligned in four columns.
    ///
    /// ROM 0: 344D.
    pub(super) fn begin(&mut self, number: u16, at: Address) {
        self.letters.clear();
        self.given = 0;
        let mut seen = false;
        let mut rest = number;
        for unit in [1000, 100, 10, 1] {
            let digit = (rest / unit) as u8;
            rest %= unit;
            seen |= digit != 0;
            // Numbers that were POKEd may need more than nine thousands.
            self.letters.push(if seen { b'0' + digit } else { 0 });
        }
        self.next = Some(at + LINE_HEADER);
    }

    /// The next character.
    ///
    /// ROM 0: 3517.
    pub(super) fn fetch(&mut self, m: &Memory) -> Option<u8> {
        loop {
            if let Some(&letter) = self.letters.get(self.given) {
                self.given += 1;
                self.spaced = letter == b' ' && self.given == self.letters.len();
                return Some(letter);
            }
            let mut at = self.next?;
            while m.byte(at) == NUMBER && at < SIZE_64K as Address {
                at += HIDDEN;
            }
            let code = m.byte(at);
            self.next = (code != ENTER && at < SIZE_64K as Address).then_some(at + 1);
            let Some(word) = token::spelling(code).filter(|_| code >= token::FIRST) else {
                self.spaced = false;
                return Some(code);
            };
            // Flaw kept: `<=` and its like have blanks round them too.
            self.letters.clear();
            self.given = 0;
            if !self.spaced {
                self.letters.push(b' ');
            }
            self.letters.extend(word.bytes());
            self.letters.push(b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty;
    use crate::store::program::put_line;

    #[test]
    fn a_walk_finds_what_a_search_for_each_line_finds() {
        for poked in [None, Some(45), Some(20), Some(5), Some(0)] {
            let mut m = empty();
            for number in 1..=6 {
                put_line(&mut m, number * 10, b"x").unwrap();
            }
            if let Some(low) = poked {
                let third = find_line(&m, 30).at;
                m.set_byte(third + 1, low);
            }
            for start in [0, 10, 30, 40] {
                let (mut walk, mut number) = (Walk::default(), start);
                for _ in 0..8 {
                    let found = walk.line_after(&m, number);
                    assert_eq!(found, line_after(&m, number), "{poked:?} {number}");
                    number = found.map_or(0, |(number, _)| number);
                }
            }
        }
    }
}
