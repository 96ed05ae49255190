//! A program to text.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::read::{AS_IT_IS, AUTOSTART, Mode, line_of};
use super::{NUMBER_MAX, Unwritable, keywords, split};
use crate::charset::{self, COPYRIGHT, ENTER, FIRST_BLOCK, FIRST_UDG, NUMBER};
use crate::lang::Exec;
use crate::lang::parse::{Dialect, HIDDEN_SIZE, Hidden, with_numbers};
use crate::number::Number;
use crate::store::program::{LAST_LINE, LINE_HEADER};
use crate::token;

/// The text of a program's lines, and of the line that starts by itself. Read again, it makes the
/// same bytes, but for the places of DEF FN's arguments.
///
/// # Errors
/// What no text can say.
pub fn write(program: &[u8], start: Option<u16>, dialect: Dialect) -> Result<String, Unwritable> {
    let mut text = start_line(start);
    let mut before = None;
    let mut exec = Exec::default();
    let mut lines = Lines(program);
    for (number, body) in &mut lines {
        let body = body.ok_or(Unwritable::NoEnd(number))?;
        if before.is_some_and(|before| before >= number) {
            return Err(Unwritable::Order(number));
        }
        before = Some(number);
        line(&mut text, number, body, dialect, &mut exec);
    }
    if lines.0.is_empty() {
        Ok(text)
    } else {
        Err(Unwritable::Rest)
    }
}

/// A program as text to look at: what no text can say stands in it as a remark.
#[must_use]
pub fn show(program: &[u8], start: Option<u16>, dialect: Dialect) -> String {
    let mut text = start_line(start);
    let mut exec = Exec::default();
    let mut lines = Lines(program);
    for (number, body) in &mut lines {
        match body {
            Some(body) => line(&mut text, number, body, dialect, &mut exec),
            None => remark(&mut text, Unwritable::NoEnd(number)),
        }
    }
    if !lines.0.is_empty() {
        remark(&mut text, Unwritable::Rest);
    }
    text
}

fn start_line(start: Option<u16>) -> String {
    start.map_or_else(String::new, |line| format!("#{AUTOSTART} {line}\n"))
}

/// A line that is none of the program. Writing to a string cannot fail.
fn remark(text: &mut String, flaw: Unwritable) {
    let _ = writeln!(text, "# {flaw}");
}

/// The lines of a program: their numbers, and their codes if their ends are where they should be.
/// What is left is no line.
struct Lines<'p>(&'p [u8]);

impl<'p> Iterator for Lines<'p> {
    type Item = (u16, Option<&'p [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first_chunk::<{ LINE_HEADER as usize }>()?;
        let number = u16::from_be_bytes([head[0], head[1]]);
        if number > NUMBER_MAX {
            return None;
        }
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (line, after) = rest.split_at(length.min(rest.len()));
        self.0 = after;
        let body = line.strip_suffix(&[ENTER]).filter(|_| line.len() == length);
        Some((number, body))
    }
}

/// Writes one line: as it would be typed if that makes the same bytes, otherwise its codes as they
/// are.
fn line(text: &mut String, number: u16, body: &[u8], dialect: Dialect, exec: &mut Exec) {
    let wanted = checked(body, dialect, exec);
    let wanted = wanted.filter(|_| number <= LAST_LINE && !body.is_empty());
    let forms = [
        (Mode::Checked, Care::Usual),
        (Mode::Checked, Care::Letters),
        (Mode::AsItIs, Care::Usual),
        (Mode::AsItIs, Care::All),
    ];
    let _ = write!(text, "{number} ");
    let start = text.len();
    for (mode, care) in forms {
        let (mark, codes, same) = match (mode, &wanted) {
            (Mode::Checked, Some(line)) => ("", &line.written[..], &line.read[..]),
            (Mode::Checked, None) => continue,
            (Mode::AsItIs, _) => (AS_IT_IS, body, body),
        };
        text.truncate(start);
        text.push_str(mark);
        let from = text.len();
        Writer::new(text, dialect, care).line(codes);
        let read = line_of(&text[from..], mode, dialect, exec, &|_| None);
        if read.is_ok_and(|read| read == same) {
            break;
        }
    }
    text.push('\n');
}

/// A line that is right.
struct Checked {
    /// Its codes, and the hidden numbers that differ from their digits.
    written: Vec<u8>,
    /// What is made of it when it is read.
    read: Vec<u8>,
}

/// A line as it would be typed, if it can be.
fn checked(body: &[u8], dialect: Dialect, exec: &mut Exec) -> Option<Checked> {
    let (codes, given) = split(body);
    let mut hidden = Vec::new();
    exec.check(&codes, dialect, &mut hidden).1.ok()?;
    if hidden.len() != given.len() {
        return None;
    }
    let mut different: Vec<Hidden> = Vec::new();
    for (number, given) in hidden.iter_mut().zip(given) {
        if number.before != given.before {
            return None;
        }
        let other = Number::from_bytes(given.bytes);
        if !number.argument && number.number != other {
            number.number = other;
            different.push(*number);
        }
    }
    Some(Checked {
        written: with_numbers(&codes, &different),
        read: with_numbers(&codes, &hidden),
    })
}

/// What is written as codes though it could be read better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Care {
    /// Nothing.
    Usual,
    /// Letters that are no keyword: none can come of them then.
    Letters,
    /// All.
    All,
}

/// Writes the codes of a line.
struct Writer<'t> {
    text: &'t mut String,
    dialect: Dialect,
    care: Care,
    /// The last code was a keyword: the reader drops a blank behind it.
    after_keyword: bool,
    /// The last code.
    last: Option<u8>,
}

impl<'t> Writer<'t> {
    const fn new(text: &'t mut String, dialect: Dialect, care: Care) -> Self {
        Self {
            text,
            dialect,
            care,
            after_keyword: false,
            last: None,
        }
    }

    fn line(&mut self, codes: &[u8]) {
        let mut quoted = false;
        let mut remark = false;
        let mut at = 0;
        while let Some(&code) = codes.get(at) {
            let start = at;
            at += 1;
            let next = codes.get(at).copied();
            let mut keyword = false;
            if self.care == Care::All {
                self.code(code);
            } else if quoted || remark {
                quoted &= code != b'"';
                self.printable(code, next);
            } else if code == b' ' {
                at = self.blanks(codes, start);
            } else if code == NUMBER {
                at = (start + HIDDEN_SIZE).min(codes.len());
                codes[start..at].iter().for_each(|code| self.code(*code));
            } else if self.is_keyword(code) {
                keyword = true;
                remark = code == token::REM;
                self.keyword(code, next);
            } else {
                quoted = code == b'"';
                self.character(code, next);
            }
            self.after_keyword = keyword;
            self.last = Some(code);
        }
    }

    fn is_keyword(&self, code: u8) -> bool {
        code >= keywords(self.dialect).first_keyword()
    }

    /// A run of blanks; gives the place behind it.
    fn blanks(&mut self, codes: &[u8], from: usize) -> usize {
        let run = codes[from..].iter().take_while(|code| **code == b' ');
        let end = from + run.count();
        let next = codes.get(end).copied();
        // The last blank of a line would go as one that an editor left there.
        let last = usize::from(next.is_none());
        let mut count = end - from - last;
        if count > 0 {
            // A keyword takes a blank on each side.
            count += usize::from(self.after_keyword)
                + usize::from(next.is_some_and(|next| self.is_keyword(next)));
        }
        for _ in 0..count {
            self.text.push(' ');
        }
        if last > 0 {
            self.code(b' ');
        }
        end
    }

    /// A keyword with the blanks that a listing has round it, and where it would run into its
    /// neighbours.
    fn keyword(&mut self, code: u8, next: Option<u8>) {
        let runs_in = |c: char| c.is_ascii_alphabetic() || "$#<>".contains(c);
        let apart = token::leading_space(code) || self.text.ends_with(runs_in);
        if apart && self.last.is_some() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.text
            .push_str(token::spelling(code).unwrap_or_default());
        let Some(next) = next.filter(|next| *next != b' ') else {
            return;
        };
        if token::trailing_space(code) || runs_in(char::from(next)) {
            self.text.push(' ');
        }
    }

    /// A code outside quotes that is no keyword.
    fn character(&mut self, code: u8, next: Option<u8>) {
        let joins = matches!(
            (self.last, code),
            (Some(b'<'), b'=' | b'>') | (Some(b'>'), b'=')
        );
        let careful = self.care == Care::Letters && charset::is_letter(code);
        if code == b'@' {
            self.text.push_str("\\@");
        } else if joins || careful {
            self.code(code);
        } else {
            self.printable(code, next);
        }
    }

    /// A code as the character it is, if a text has it. The last character of a line is no blank:
    /// it would go as one that an editor left there.
    fn printable(&mut self, code: u8, next: Option<u8>) {
        let last = next.is_none();
        match code {
            b' ' if last => self.code(code),
            b'\\' => self.text.push_str("\\\\"),
            COPYRIGHT => self.text.push_str("\\*"),
            b' '..COPYRIGHT => self.text.push(char::from(code)),
            FIRST_BLOCK..FIRST_UDG if !last => {
                let half = |upper: u8, lower: u8| match (code >> upper & 1, code >> lower & 1) {
                    (0, 0) => ' ',
                    (1, 0) => '\'',
                    (0, 1) => '.',
                    _ => ':',
                };
                self.text.extend(['\\', half(1, 3), half(0, 2)]);
            }
            FIRST_UDG.. if !self.is_keyword(code) => {
                let letter = char::from(b'a' + (code - FIRST_UDG));
                self.text.extend(['\\', letter]);
            }
            _ => self.code(code),
        }
    }

    /// A code as a number.
    fn code(&mut self, code: u8) {
        let _ = write!(self.text, "\\{{{code}}}");
    }
}
