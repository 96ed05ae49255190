//! The characters of a line of text as codes.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::{PROGRAM_MAX, Reason};
use crate::charset::{self, COPYRIGHT, FIRST_BLOCK, FIRST_UDG, NUMBER, POUND};
use crate::lang::parse::HIDDEN_SIZE;
use crate::line::tokenise::Written;
use crate::token::REM;

/// The letters of REM.
const REM_WORD: [u8; 3] = *b"REM";

/// Codes with the columns they stand in.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub(super) codes: Vec<Written>,
    /// Of each code, from 0.
    pub(super) columns: Vec<u32>,
}

/// A walk along a line's characters.
struct Scanner<'t, 'l> {
    rest: core::str::Chars<'t>,
    /// Characters passed.
    column: usize,
    /// The number of the line a label stands for.
    label: &'l dyn Fn(&str) -> Option<u16>,
    out: Scanned,
    quoted: bool,
    remark: bool,
    /// The letters that stand together here, as far as they can be REM.
    word: Vec<u8>,
    /// Bytes of a hidden number still to come.
    number: usize,
}

/// The codes of a text of one line.
///
/// # Errors
/// What is wrong, and in which column, from 0.
pub(super) fn scan(
    text: &str,
    label: &dyn Fn(&str) -> Option<u16>,
) -> Result<Scanned, (usize, Reason)> {
    let mut scanner = Scanner {
        rest: text.chars(),
        column: 0,
        label,
        out: Scanned::default(),
        quoted: false,
        remark: false,
        word: Vec::new(),
        number: 0,
    };
    loop {
        let column = scanner.column;
        match scanner.next() {
            None => return Ok(scanner.out),
            Some(_) if scanner.out.codes.len() > PROGRAM_MAX => {
                return Err((column, Reason::TooLong));
            }
            Some(c) => scanner.take(c, column).map_err(|reason| (column, reason))?,
        }
    }
}

impl Scanner<'_, '_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.column += 1;
        Some(c)
    }

    /// One character, and what belongs to it.
    fn take(&mut self, c: char, column: usize) -> Result<(), Reason> {
        let code = match c {
            '\\' => Written::Code(self.escape()?),
            '@' if !self.quoted && !self.remark && self.word != REM_WORD => {
                return self.put_label(column);
            }
            '\t' => Written::Typed(b' '),
            '`' => Written::Typed(POUND),
            _ => Written::Typed(charset::from_char(c).ok_or(Reason::Character(c))?),
        };
        self.put(code, column);
        Ok(())
    }

    fn put(&mut self, written: Written, column: usize) {
        self.out.codes.push(written);
        self.out.columns.push(column as u32);
        if self.number > 0 {
            self.number -= 1;
            return;
        }
        let letter = match written {
            Written::Typed(c) if charset::is_letter(c) => Some(c.to_ascii_uppercase()),
            Written::Typed(_) | Written::Code(_) => None,
        };
        match letter {
            // A fourth letter makes it another word.
            Some(letter) => self.word.push(letter),
            None => {
                self.remark |= !self.quoted && self.word == REM_WORD;
                self.word.clear();
            }
        }
        self.word.truncate(4);
        match written {
            Written::Code(NUMBER) if !self.quoted && !self.remark => {
                self.number = HIDDEN_SIZE - 1;
            }
            Written::Code(REM) if !self.quoted => self.remark = true,
            Written::Typed(b'"') | Written::Code(b'"') if !self.remark => {
                self.quoted = !self.quoted;
            }
            _ => {}
        }
    }

    /// A label: the digits of its line's number.
    fn put_label(&mut self, column: usize) -> Result<(), Reason> {
        let text = self.rest.as_str();
        let name = &text[..label_length(text)];
        let number = (self.label)(name).ok_or_else(|| Reason::Label(name.to_owned()))?;
        for _ in name.chars() {
            self.next();
        }
        for digit in number.to_string().bytes() {
            self.put(Written::Typed(digit), column);
        }
        Ok(())
    }

    /// What stands behind a `\`.
    fn escape(&mut self) -> Result<u8, Reason> {
        let c = self.next().ok_or(Reason::Escape)?;
        if let Some(left) = half(c) {
            let right = self.next().and_then(half).ok_or(Reason::Escape)?;
            let quarters = (right & 1) + (left & 1) * 2 + (right >> 1) * 4 + (left >> 1) * 8;
            return Ok(FIRST_BLOCK + quarters);
        }
        match c {
            '*' => Ok(COPYRIGHT),
            '\\' | '@' => Ok(c as u8),
            '`' => Ok(POUND),
            'a'..='u' => Ok(FIRST_UDG + (c as u8 - b'a')),
            'A'..='U' => Ok(FIRST_UDG + (c as u8 - b'A')),
            '{' => self.number().ok_or(Reason::Escape),
            _ => Err(Reason::Escape),
        }
    }

    /// A code as a number, to its bracket.
    fn number(&mut self) -> Option<u8> {
        let (number, _) = self.rest.as_str().split_once('}')?;
        for _ in 0..=number.chars().count() {
            self.next();
        }
        let number = number.trim_matches(' ');
        match number
            .strip_prefix("0x")
            .or_else(|| number.strip_prefix("0X"))
        {
            Some(hexadecimal) => u8::from_str_radix(hexadecimal, 16).ok(),
            None => number.parse().ok(),
        }
    }
}

/// Bytes of the name of a label at the start of a text.
pub(super) fn label_length(text: &str) -> usize {
    let is_name = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
    text.bytes().take_while(is_name).count()
}

/// The upper and the lower quarter, bits 0 and 1, of half a block graphic.
const fn half(c: char) -> Option<u8> {
    match c {
        ' ' => Some(0),
        '\'' => Some(1),
        '.' => Some(2),
        ':' => Some(3),
        _ => None,
    }
}
