//! The program area: lines in the order of their numbers.
//!
//! A line is its number (two bytes, high first), the length of what follows (two bytes, low
//! first), the tokenised text and ENTER.

use super::areas::{ENTER, make_room, reclaim};
use super::memory::{Address, Memory};
use super::sysvars as s;
use crate::report::{Report, Result};

/// The highest line number that can be typed.
pub const LAST_LINE: u16 = 9999;
/// Bytes before a line's text.
pub const LINE_HEADER: u32 = 4;

/// Where a line is, or would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First byte of the first line whose number is not lower, or the end of the program.
    pub at: Address,
    /// The line before it, if there is one.
    pub before: Option<Address>,
    /// Whether that line has the very number.
    pub exact: bool,
}

/// Whether a line starts at `at`: there is program left and its number's high byte is below 64.
#[inline]
#[must_use]
pub fn is_line(m: &Memory, at: Address) -> bool {
    at < m.pointer(s::VARS) && m.byte(at) & 0xC0 == 0
}

/// The number of the line at `at`.
#[inline]
#[must_use]
pub fn line_number(m: &Memory, at: Address) -> u16 {
    u16::from_be_bytes([m.byte(at), m.byte(at + 1)])
}

/// The length of the text of the line at `at`, ENTER included.
#[inline]
#[must_use]
pub fn text_length(m: &Memory, at: Address) -> u32 {
    u32::from(m.word(at + 2))
}

/// The address after the line at `at`.
#[inline]
#[must_use]
pub fn next_line(m: &Memory, at: Address) -> Address {
    at + LINE_HEADER + text_length(m, at)
}

/// Finds line `number`.
///
/// ROM: `LINE-ADDR` 196E.
#[must_use]
pub fn find_line(m: &Memory, number: u16) -> Place {
    let mut at = m.pointer(s::PROG);
    let mut before = None;
    while is_line(m, at) {
        let found = line_number(m, at);
        if found >= number {
            return Place {
                at,
                before,
                exact: found == number,
            };
        }
        before = Some(at);
        at = next_line(m, at);
    }
    Place {
        at,
        before,
        exact: false,
    }
}

/// Puts a line in its place, in exchange for one of the same number; with an empty text the old
/// one is only removed.
///
/// ROM: `MAIN-ADD` 155D.
///
/// # Errors
/// Report G when there is no room; the old line is gone then, as in the ROM.
pub fn put_line(m: &mut Memory, number: u16, text: &[u8]) -> Result<()> {
    let place = find_line(m, number);
    if place.exact {
        // A POKEd length does not take the variables with it.
        let end = next_line(m, place.at).min(m.pointer(s::VARS));
        reclaim(m, place.at, end.saturating_sub(place.at));
    }
    if text.is_empty() {
        return Ok(());
    }
    let length = text.len() as u32 + 1;
    // PROG itself must not move when the line goes in first.
    let start = m.pointer(s::PROG);
    make_room(m, place.at, LINE_HEADER + length).map_err(|_| Report::NoRoomForLine)?;
    m.set_pointer(s::PROG, start);
    let [high, low] = number.to_be_bytes();
    m.set_byte(place.at, high);
    m.set_byte(place.at + 1, low);
    m.set_word(place.at + 2, length as u16);
    m.set_bytes(place.at + LINE_HEADER, text);
    m.set_byte(place.at + LINE_HEADER + length - 1, ENTER);
    Ok(())
}

/// What a walk over statements found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The statement counted for.
    Statement,
    /// A statement that begins with the token.
    Token,
    /// The end of the line first.
    End,
}

/// Bytes one walk looks at, at most: all memory once, where a line has been POKEd to pieces.
const WALK_MAX: u32 = 0x1_0000;

/// Walks over the statements of a line from `at` (one before the first), counting `count` down at
/// each, until it is nought or a statement begins with `token`. Gives what was found, where, and
/// the count.
///
/// ROM: `EACH-STMT` 198B.
#[must_use]
pub fn each_statement(
    m: &Memory,
    mut at: Address,
    mut count: u8,
    token: u8,
) -> (Found, Address, u8) {
    let mut quoted = false;
    let mut left = WALK_MAX;
    loop {
        count = count.wrapping_sub(1);
        if count == 0 {
            return (Found::Statement, at, count);
        }
        at = next_character(m, at);
        if m.byte(at) == token {
            return (Found::Token, at, count);
        }
        loop {
            if m.byte(at) == 14 {
                at += 6;
            }
            match m.byte(at) {
                b'"' => quoted = !quoted,
                b':' | crate::token::THEN if !quoted => break,
                ENTER => return (Found::End, at, count.wrapping_sub(1)),
                _ => {}
            }
            if left == 0 {
                return (Found::End, at, count);
            }
            left -= 1;
            at += 1;
        }
    }
}

/// The address of the next character after `at` that is no blank or colour control.
///
/// ROM: `NEXT-CHAR` 0020.
#[must_use]
pub fn next_character(m: &Memory, at: Address) -> Address {
    let mut at = at + 1;
    let mut left = WALK_MAX;
    while left > 0 {
        match m.byte(at) {
            ENTER | 0x21.. => break,
            0x10..=0x15 => at += 2,
            0x16 | 0x17 => at += 3,
            _ => at += 1,
        }
        left -= 1;
    }
    at
}

/// Where [`look_for`] found its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The token.
    pub at: Address,
    /// The number of its line, when it is not the one the search began in.
    pub line: Option<u16>,
    /// The count as EACH-STMT left it.
    pub count: u8,
}

/// Looks for the next statement that begins with `token`, from the end of a statement (at a colon,
/// or one before a line) on, to the program's end.
///
/// ROM: `LOOK-PROG` 1D86.
#[must_use]
pub fn look_for(m: &Memory, mut at: Address, mut count: u8, token: u8) -> Option<Statement> {
    let mut line = None;
    let mut same_line = m.byte(at) == b':';
    loop {
        if !same_line {
            at += 1;
            if !is_line(m, at) {
                return None;
            }
            line = Some(line_number(m, at));
            at += LINE_HEADER - 1;
            count = 0;
        }
        let (found, place, left) = each_statement(m, at, count, token);
        if found != Found::End {
            return Some(Statement {
                at: place,
                line,
                count: left,
            });
        }
        at = place;
        count = left;
        same_line = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::areas::VARIABLES_END;
    use crate::store::empty;

    fn numbers(m: &Memory) -> alloc::vec::Vec<u16> {
        let mut at = m.pointer(s::PROG);
        let mut all = alloc::vec::Vec::new();
        while is_line(m, at) {
            all.push(line_number(m, at));
            at = next_line(m, at);
        }
        all
    }

    #[test]
    fn lines_keep_their_order_and_replace_their_like() {
        let mut m = empty();
        for n in [20, 10, 30, 20] {
            put_line(&mut m, n, b"\xEAx").unwrap();
        }
        assert_eq!(numbers(&m), [10, 20, 30]);
        put_line(&mut m, 20, b"").unwrap();
        put_line(&mut m, 25, b"").unwrap();
        assert_eq!(numbers(&m), [10, 30]);
        assert_eq!(m.pointer(s::VARS), 0x5CCB + 2 * 7);
        assert_eq!(m.byte(m.pointer(s::VARS)), VARIABLES_END);
        let place = find_line(&m, 20);
        assert_eq!((place.at, place.exact), (0x5CCB + 7, false));
    }
}
