//! New numbers for a program's lines, and in what refers to them.
//!
//! The 128's rules, flaws included: only a whole number written out, right behind its keyword and
//! alone in its statement, is a reference. All is done in one walk over the program, in a copy of it.

use alloc::vec::Vec;

use crate::charset::{ENTER, NUMBER};
use crate::number::Number;
use crate::store::areas::{self, RESERVE, VARIABLES_END};
use crate::store::program::{LINE_HEADER, is_line, line_number, next_line};
use crate::store::sysvars as s;
use crate::store::variables::next_entry;
use crate::store::{Address, Memory};
use crate::token;

/// The keywords a line's number can follow. ROM 0: 3907.
const REFERRING: [u8; 7] = [
    token::LINE,
    token::LIST,
    token::LLIST,
    token::GO_TO,
    token::GO_SUB,
    token::RESTORE,
    token::RUN,
];
/// No line may get this number or a higher one.
const TOO_HIGH: u16 = 10_000;
/// What a reference to a line behind the last one becomes.
const BEHIND_ALL: u16 = 9999;
/// Bytes of a number behind its mark.
const NUMBER_SIZE: Address = 5;
/// Bytes that must be free above STKEND for a reference to grow. ROM 0: 39AA.
const ROOM_TO_GROW: i64 = 0x82;
/// Bytes of the machine stack in use when that is asked for, and when the calculator asks for room for
/// the old number and for the new one.
const USED_GROWING: i64 = 12;
const USED_READING: i64 = 14;
const USED_WRITING: i64 = 18;

/// A program that is being renumbered.
struct Renumbering {
    first: u16,
    step: u16,
    /// For each line, and each variable behind them, the highest number up to it: a search for a
    /// line goes on into the variables, whose first two bytes it takes for numbers (flaw kept).
    highest: Vec<u16>,
    /// The program as it becomes.
    text: Vec<u8>,
    /// What was exchanged: where, and how many bytes more there are now.
    exchanged: Vec<(Address, i32)>,
    /// Where the calculator's stack ends meanwhile.
    stack: i64,
    /// Where the machine stack begins, which it must not meet.
    limit: i64,
}

/// It has no room to go on.
struct NoRoom;

/// Gives the lines of the program new numbers; whether it did.
///
/// It does nothing when there is no program or the highest number would be too high. When there is
/// no room for a longer reference, or for the calculator, it stops there, and the lines keep their
/// numbers (flaw kept: the references before it are changed).
///
/// ROM 0: 3888.
pub fn renumber(m: &mut Memory) -> bool {
    let (start, end) = (m.pointer(s::PROG), m.pointer(s::VARS));
    let lines = lines(m);
    let (first, step) = (m.word(s::RNFIRST), m.word(s::RNSTEP));
    let last = multiply(step, lines.len() as u16).wrapping_add(first);
    if lines.is_empty() || last >= TOO_HIGH {
        return false;
    }
    let mut work = Renumbering {
        first,
        step,
        highest: highest(m, &lines),
        text: Vec::with_capacity((end - start) as usize),
        exchanged: Vec::new(),
        stack: m.pointer(s::STKEND).into(),
        limit: i64::from(m.pointer(s::RAMTOP)) + 1,
    };
    let mut copied = start;
    let mut done = Ok(());
    for at in &lines {
        done = work.line(m, *at, &mut copied);
        if done.is_err() {
            break;
        }
    }
    work.copy(m, copied, end);
    if done.is_ok() {
        work.number_lines(lines.len());
    }
    let exchanged = &work.exchanged;
    let put = areas::exchange(m, start, end - start, &work.text, |old| {
        moved(exchanged, old.into()) as u16
    });
    done.is_ok() && put.is_ok()
}

/// The places of all lines.
fn lines(m: &Memory) -> Vec<Address> {
    let mut lines = Vec::new();
    let mut at = m.pointer(s::PROG);
    while is_line(m, at) {
        lines.push(at);
        at = next_line(m, at);
    }
    lines
}

/// See [`Renumbering::highest`].
fn highest(m: &Memory, lines: &[Address]) -> Vec<u16> {
    let mut all = Vec::with_capacity(lines.len());
    let mut most = 0;
    for at in lines {
        most = most.max(line_number(m, *at));
        all.push(most);
    }
    let end = areas::variables_end(m);
    let mut at = m.pointer(s::VARS);
    while at < end && m.byte(at) != VARIABLES_END {
        most = most.max(line_number(m, at));
        all.push(most);
        at = next_entry(m, at);
    }
    all
}

/// Where a pointer leads after the exchanges.
fn moved(exchanged: &[(Address, i32)], mut pointer: Address) -> Address {
    let mut sum = 0;
    for &(at, more) in exchanged {
        if pointer > at.wrapping_add_signed(sum) {
            pointer = pointer.wrapping_add_signed(more);
        }
        sum += more;
    }
    pointer
}

impl Renumbering {
    /// Exchanges the references of the line at `start`. What lies before `copied` is in the new text.
    ///
    /// ROM 0: 38AA to 38C4, 390E.
    fn line(&mut self, m: &Memory, start: Address, copied: &mut Address) -> Result<(), NoRoom> {
        let length_at = self.text.len() + (start - *copied) as usize + 2;
        let (mut at, end) = (start + LINE_HEADER, next_line(m, start));
        while at < end {
            if m.byte(at) == NUMBER {
                at += 1 + NUMBER_SIZE;
            }
            let code = m.byte(at);
            if code == ENTER {
                break;
            }
            at += 1;
            if !REFERRING.contains(&code) {
                continue;
            }
            let Some(mark) = mark_behind(m, at) else {
                continue;
            };
            if is_alone(m, mark) {
                self.copy(m, *copied, at);
                *copied = at;
                let more = self.refer(m, at, mark)?;
                *copied = mark + 1 + NUMBER_SIZE;
                self.lengthen(length_at, more);
                self.exchanged.push((at, more));
            }
            at = mark;
        }
        Ok(())
    }

    /// Copies bytes of the old program to the new text.
    fn copy(&mut self, m: &Memory, from: Address, to: Address) {
        let length = to.saturating_sub(from);
        self.text.extend_from_slice(m.slice(from, length));
    }

    /// Writes what becomes of the reference at `at`, whose number has its mark at `mark`; gives how
    /// many bytes more it takes.
    ///
    /// ROM 0: 3943 to 39E8.
    fn refer(&mut self, m: &Memory, at: Address, mark: Address) -> Result<i32, NoRoom> {
        self.test_calculator(USED_READING)?;
        let number = self.new_number(m.number(mark + 1))?;
        let digits = digits(number);
        let shown = digits.iter().take(3).take_while(|c| **c == b'0').count();
        let digits = &digits[shown..];
        let more = digits.len() as i32 - (mark - at) as i32;
        if more > 0 && self.stack + i64::from(more) + ROOM_TO_GROW >= self.limit - USED_GROWING {
            return Err(NoRoom);
        }
        self.stack += i64::from(more);
        self.test_calculator(USED_WRITING)?;
        // Flaw kept: what the calculator held stays there.
        self.stack += i64::from(NUMBER_SIZE);
        self.text.extend_from_slice(digits);
        self.text.push(NUMBER);
        self.text
            .extend_from_slice(&Number::from_u16(number).to_bytes());
        Ok(more)
    }

    /// Whether the calculator can take a number.
    fn test_calculator(&self, used: i64) -> Result<(), NoRoom> {
        if self.stack + i64::from(NUMBER_SIZE + RESERVE) < self.limit - used {
            Ok(())
        } else {
            Err(NoRoom)
        }
    }

    /// The new number of the line that a number stands for, or of the next one.
    ///
    /// ROM 0: 3957 to 397F.
    fn new_number(&self, old: Number) -> Result<u16, NoRoom> {
        let old = old.fp_to_bc_unlooked().ok_or(NoRoom)?;
        let place = self.highest.partition_point(|number| *number < old);
        Ok(if place < self.highest.len() {
            self.number_of(place)
        } else {
            BEHIND_ALL
        })
    }

    /// The number of the line at that place.
    fn number_of(&self, place: usize) -> u16 {
        multiply(self.step, place as u16).wrapping_add(self.first)
    }

    /// Adds to the length of a line, which stands at `at` in the new text.
    fn lengthen(&mut self, at: usize, more: i32) {
        if let Some([low, high]) = self.text.get_mut(at..at + 2) {
            let length = u16::from_le_bytes([*low, *high]);
            [*low, *high] = length.wrapping_add_signed(more as i16).to_le_bytes();
        }
    }

    /// Gives the lines their numbers.
    ///
    /// ROM 0: 38D2.
    fn number_lines(&mut self, count: usize) {
        let mut at = 0;
        for place in 0..count {
            let number = self.number_of(place);
            let Some([high, low, length @ ..]) = self.text.get_mut(at..at + 4) else {
                return;
            };
            [*high, *low] = number.to_be_bytes();
            at += 4 + usize::from(u16::from_le_bytes([length[0], length[1]]));
        }
    }
}

/// The mark of the number written out at `at`, if there is one.
///
/// ROM 0: 391F.
fn mark_behind(m: &Memory, at: Address) -> Option<Address> {
    let mut mark = at;
    loop {
        match m.byte(mark) {
            NUMBER => return Some(mark),
            b'0'..=b'9' | b'.' | b' ' => {}
            b'e' | b'E' if mark > at => {}
            _ => return None,
        }
        mark += 1;
    }
}

/// Whether the statement ends behind the number with its mark at `mark`.
fn is_alone(m: &Memory, mark: Address) -> bool {
    let mut at = mark + 1 + NUMBER_SIZE;
    while m.byte(at) == b' ' {
        at += 1;
    }
    matches!(m.byte(at), b':' | ENTER)
}

/// A number's four digits; flaw kept: a number of five has a first one above 9.
///
/// ROM 0: 3A3C.
fn digits(number: u16) -> [u8; 4] {
    let digit = |n: u16| b'0'.wrapping_add(n as u8);
    [
        digit(number / 1000),
        digit(number / 100 % 10),
        digit(number / 10 % 10),
        digit(number % 10),
    ]
}

/// A product of 16 bits; flaw kept: one that does not fit is left as far as it has come.
///
/// ROM: `HL-HLxDE` 30A9.
fn multiply(mut bits: u16, factor: u16) -> u16 {
    let mut product = 0_u16;
    for _ in 0..16 {
        let (twice, over) = product.overflowing_add(product);
        product = twice;
        if over {
            break;
        }
        let one = bits & 0x8000 != 0;
        bits <<= 1;
        if one {
            let (sum, over) = product.overflowing_add(factor);
            product = sum;
            if over {
                break;
            }
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty;
    use crate::store::program::put_line;

    /// A number as it stands in a program.
    fn hidden(text: &str) -> Vec<u8> {
        let number = Number::from_u16(text.trim().parse().unwrap());
        [text.as_bytes(), &[NUMBER], &number.to_bytes()].concat()
    }

    /// A memory with lines, the last byte of each a keyword that refers to the number.
    fn program(lines: &[(u16, &[u8], &str)]) -> Memory {
        let mut m = empty();
        m.set_pointer(s::RAMTOP, 0xFF57);
        m.set_stack_end(0xFF50);
        m.set_word(s::RNFIRST, 10);
        m.set_word(s::RNSTEP, 10);
        for (number, text, refers) in lines {
            let text = match refers.is_empty() {
                true => text.to_vec(),
                false => [text, &hidden(refers)[..]].concat(),
            };
            put_line(&mut m, *number, &text).unwrap();
        }
        m
    }

    fn bytes(m: &Memory) -> Vec<u8> {
        let at = m.pointer(s::PROG);
        m.slice(at, m.pointer(s::VARS) - at).to_vec()
    }

    #[test]
    fn lines_and_what_refers_to_them_change_together() {
        let mut m = program(&[
            (5, b"\xF51", ""),
            (7, b"\xEC", "5"),
            (9, b"a:\xED", " 7 "),
            (11, b"\xE5", "0008"),
            (12, b"\xF7", "13"),
        ]);
        assert!(renumber(&mut m));
        let wanted = program(&[
            (10, b"\xF51", ""),
            (20, b"\xEC", "10"),
            (30, b"a:\xED", "20"),
            (40, b"\xE5", "30"),
            (50, b"\xF7", "9999"),
        ]);
        assert_eq!(bytes(&m), bytes(&wanted));
        assert_eq!(m.pointer(s::E_LINE), wanted.pointer(s::E_LINE));
        let end = m.pointer(s::VARS);
        assert_eq!(m.byte(end), VARIABLES_END);
    }

    #[test]
    fn what_is_no_number_alone_stays() {
        let lines: [(u16, &[u8], &str); 3] = [
            (1, b"\xECa+", "1"),
            (2, b"\xEC\xB0\"1\"", ""),
            (3, b"\xF01,", "1"),
        ];
        let mut m = program(&lines);
        assert!(renumber(&mut m));
        let wanted = program(&[
            (10, lines[0].1, "1"),
            (20, lines[1].1, ""),
            (30, lines[2].1, "1"),
        ]);
        assert_eq!(bytes(&m), bytes(&wanted));
    }

    #[test]
    fn with_variables_a_line_behind_the_last_is_the_next_one() {
        let mut m = program(&[(1, b"\xEC", "99")]);
        let end = m.pointer(s::VARS);
        let name = [b'a', 0, 0, 1, 0, 0];
        areas::make_room(&mut m, end, 6).unwrap();
        m.set_pointer(s::VARS, end);
        m.set_bytes(end, &name);
        assert_eq!(next_entry(&m, end), end + 6);
        assert!(renumber(&mut m));
        let wanted = program(&[(10, b"\xEC", "20")]);
        assert_eq!(bytes(&m), bytes(&wanted));
        assert_eq!(m.slice(m.pointer(s::VARS), 6), name);
    }

    #[test]
    fn nothing_changes_when_a_number_would_be_too_high() {
        let mut m = program(&[(1, b"\xEC", "2"), (2, b"\xEC", "1")]);
        m.set_word(s::RNSTEP, 4995);
        let before = m.clone();
        assert!(!renumber(&mut m));
        assert!(m == before);
        m.set_word(s::RNSTEP, 4994);
        assert!(renumber(&mut m));
        assert!(!renumber(&mut program(&[])));
    }

    #[test]
    fn a_full_memory_stops_it_where_a_reference_would_grow() {
        let mut m = program(&[(1, b"\xEC", "0002"), (2, b"\xEC", "1")]);
        m.set_word(s::RNFIRST, 1000);
        m.set_pointer(s::RAMTOP, m.pointer(s::STKEND) + 140);
        m.set_stack_end(m.pointer(s::RAMTOP));
        assert!(!renumber(&mut m));
        let wanted = program(&[(1, b"\xEC", "1010"), (2, b"\xEC", "1")]);
        assert_eq!(bytes(&m), bytes(&wanted));
    }

    #[test]
    fn products_that_do_not_fit_are_left_as_far_as_they_have_come() {
        assert_eq!(multiply(10, 300), 3000);
        assert_eq!(multiply(65535, 2), 65532);
        assert_eq!(digits(7), *b"0007");
        assert_eq!(digits(12345), *b"<345");
    }

    #[test]
    fn a_line_without_an_end_ends_where_its_length_says() {
        let mut m = program(&[(1, b"\xEC", "2"), (2, b"\xEC", "1")]);
        let second = next_line(&m, m.pointer(s::PROG));
        m.set_byte(second - 1, b' ');
        assert!(renumber(&mut m));
        let second = next_line(&m, m.pointer(s::PROG));
        assert_eq!(line_number(&m, second), 20);
    }

    #[test]
    fn without_room_for_the_calculator_nothing_changes() {
        let mut m = program(&[(1, b"\xEC", "1")]);
        m.set_pointer(s::RAMTOP, m.pointer(s::STKEND) + 90);
        let before = bytes(&m);
        assert!(!renumber(&mut m));
        assert_eq!(bytes(&m), before);
    }
}
