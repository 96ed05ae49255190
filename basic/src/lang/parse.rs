//! Reading a line's characters and making code of them: what statements and expressions share.

use alloc::vec::Vec;

use super::calls::rest_of_line;
use super::code::{Item, Mark, Op, Origin, Pc, Spot};
use super::room::{self, Held};
use crate::number::{self, Number};
use crate::report::{Report, Result};
use crate::store::areas::{ENTER, VARIABLES_END};
use crate::store::slots::{SlotNumber, Slots};
use crate::store::sysvars as s;
use crate::store::variables::Name;
use crate::store::{Address, Memory};
use crate::system::{Model, System};
use crate::token;

/// Brackets, functions and the like inside one another, at most. The ROM's limit is its memory;
/// this one keeps the host's stack small.
pub const NESTING_MAX: u32 = 200;

/// Marks a hidden number in a line: its five bytes follow.
pub const NUMBER_MARK: u8 = 14;
/// The marker and the five bytes.
pub const HIDDEN_SIZE: usize = 6;

/// Whether an expression is a number or a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number, in the accumulator.
    Number,
    /// A string, on the value stack.
    Text,
}

/// An argument of the function whose expression is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its letter, lower case.
    pub letter: u8,
    /// Whether it is a string.
    pub kind: Type,
    /// Where its five bytes are.
    pub at: Address,
}

/// A hidden number to be put into a line that passed the syntax check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Before which character of the line.
    pub before: usize,
    /// The five bytes.
    pub number: Number,
    /// Whether they are the place of an argument of DEF FN, which a call fills.
    pub argument: bool,
}

/// A line's text with the hidden numbers put in.
#[must_use]
pub fn with_numbers(text: &[u8], hidden: &[Hidden]) -> Vec<u8> {
    let mut line = Vec::with_capacity(text.len() + hidden.len() * HIDDEN_SIZE);
    let mut from = 0;
    for number in hidden {
        let to = number.before.min(text.len());
        line.extend_from_slice(&text[from..to]);
        line.push(NUMBER_MARK);
        line.extend_from_slice(&number.number.to_bytes());
        from = to;
    }
    line.extend_from_slice(&text[from..]);
    line
}

/// Why a text was refused, and at which character of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The report.
    pub report: Report,
    /// Offset of the character the ROM's CH-ADD would stand at (for the `?` marker).
    pub at: usize,
}

impl From<Refusal> for Report {
    fn from(refusal: Refusal) -> Self {
        refusal.report
    }
}

/// Which statements there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// The tokens of the 128 are statements.
    pub is_128: bool,
    /// Those for disks have the +3's syntax.
    pub files: bool,
}

impl Dialect {
    /// What a machine knows as it is now.
    #[must_use]
    pub fn of(sys: &System) -> Self {
        Self {
            is_128: sys.model == Model::Spectrum128,
            files: sys.drives.is_some(),
        }
    }
}

/// What a parser writes to.
#[derive(Debug)]
pub struct Sink<'a> {
    /// The instructions.
    pub ops: &'a mut Vec<Op>,
    /// The statements.
    pub marks: &'a mut Vec<Mark>,
    /// Places within PRINTs.
    pub items: &'a mut Vec<Item>,
    /// The names.
    pub slots: &'a mut Slots,
}

/// A walk along a line's characters.
#[derive(Debug)]
pub struct Parser<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    /// The memory the text lies in, its literals followed by their hidden five bytes; nothing
    /// where numbers are read from their digits.
    pub(super) hidden: Option<&'a Memory>,
    /// Bytes looked through for a hidden number that was not in its line.
    pub(super) searched: u32,
    /// Whether one was found outside the program, where it can change at any time.
    pub(super) outside: bool,
    pub(super) origin: Origin,
    /// Address (or offset from E_LINE) of the text's first character.
    pub(super) base: Address,
    pub(super) parameters: &'a [Parameter],
    pub(super) out: Sink<'a>,
    /// Numbers found where none were hidden.
    pub(super) found: Vec<Hidden>,
    pub(super) depth: u32,
    /// Bytes the ROM holds where the walk is, and at most in this statement; see `room`.
    pub(super) held: Held,
    pub(super) need: Held,
    /// The statement being compiled.
    pub(super) spot: Spot,
    /// Instructions of IFs that go to the end of the line.
    pub(super) ifs: Vec<(Pc, Spot)>,
    pub(super) dialect: Dialect,
    /// Whether the first bytes of strings' parameters can be seen: STR$ and SCREEN$ leave
    /// something behind, and the string before it is then taken as a number.
    pub(super) flags_count: bool,
}

impl<'a> Parser<'a> {
    /// A parser at the start of a text.
    #[must_use]
    pub fn new(
        text: &'a [u8],
        hidden: Option<&'a Memory>,
        (origin, base): (Origin, Address),
        spot: Spot,
        out: Sink<'a>,
    ) -> Self {
        Self {
            text,
            at: 0,
            hidden,
            searched: 0,
            outside: false,
            origin,
            base,
            parameters: &[],
            out,
            found: Vec::new(),
            depth: 0,
            held: Held::default(),
            need: Held::default(),
            spot,
            ifs: Vec::new(),
            dialect: Dialect::default(),
            flags_count: text
                .iter()
                .any(|c| matches!(*c, token::STR | token::SCREEN)),
        }
    }

    /// The same for the expression of a function with these arguments.
    #[must_use]
    pub fn with_parameters(mut self, parameters: &'a [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// The character at an offset; ENTER past the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(ENTER)
    }

    /// The character the walk stands at, blanks and colour controls skipped.
    ///
    /// ROM: `GET-CHAR` 0018, `SKIP-OVER` 007D.
    pub(super) fn current(&mut self) -> u8 {
        loop {
            let code = self.byte(self.at);
            match code {
                ENTER | 0x21.. => return code,
                0x10..=0x15 => self.at += 2,
                0x16 | 0x17 => self.at += 3,
                _ => self.at += 1,
            }
        }
    }

    /// Steps on and gives the next character.
    ///
    /// ROM: `NEXT-CHAR` 0020.
    pub(super) fn next(&mut self) -> u8 {
        if self.at < self.text.len() {
            self.at += 1;
        }
        self.current()
    }

    /// Steps over a character that must be there.
    ///
    /// # Errors
    /// Report C.
    pub(super) fn expect(&mut self, code: u8) -> Result<()> {
        if self.current() == code {
            self.next();
            Ok(())
        } else {
            Err(Report::NonsenseInBasic)
        }
    }

    /// Whether the statement ends here.
    pub(super) fn at_end(&mut self) -> bool {
        matches!(self.current(), ENTER | b':')
    }

    /// Appends an instruction.
    pub(super) fn emit(&mut self, op: Op) {
        self.out.ops.push(op);
    }

    /// The place of the next instruction.
    pub(super) fn here(&self) -> Pc {
        self.out.ops.len() as Pc
    }

    /// The address of the text's character `at`.
    pub(super) fn address(&self, at: usize) -> Address {
        self.base + at as Address
    }

    /// One level of brackets deeper.
    ///
    /// # Errors
    /// Report 4 past [`NESTING_MAX`].
    pub(super) fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            Err(Report::OutOfMemory)
        } else {
            Ok(())
        }
    }

    /// The literal the walk stands at (digits, a point, or BIN).
    ///
    /// ROM: `S-DECIMAL` 268D.
    ///
    /// # Errors
    /// Report C for a point without digits; report 6.
    pub(super) fn literal(&mut self) -> Result<Number> {
        if let Some(memory) = self.hidden {
            return self.hidden_number(memory);
        }
        let binary = self.byte(self.at) == token::BIN;
        if binary {
            self.next();
        }
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        let (number, used) = if binary {
            self.takes_checking(room::READ_BINARY);
            number::parse_bin(rest)?
        } else {
            // The `?` stands where the ROM's reader has come to.
            let (number, read) = number::parse_decimal(rest);
            self.takes_checking(room::reading(&rest[..read]));
            (number.inspect_err(|_| self.at += read)?, read)
        };
        self.at += used;
        self.current();
        self.found.push(Hidden {
            before: self.at,
            number,
            argument: false,
        });
        Ok(number)
    }

    /// The next hidden number. The ROM does not look at the digits, nor at the end of the line: where
    /// the mark is missing, as in DATA behind REM, the next one in memory counts, and the walk goes on
    /// behind that.
    ///
    /// ROM: `S-STK-DEC` 26B5.
    ///
    /// # Errors
    /// Report C where there is none below the calculator's stack.
    fn hidden_number(&mut self, memory: &'a Memory) -> Result<Number> {
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        if let Some(mark) = rest.iter().position(|code| *code == NUMBER_MARK) {
            let mut bytes = [0; 5];
            for (i, byte) in bytes.iter_mut().enumerate() {
                *byte = self.byte(self.at + mark + 1 + i);
            }
            self.at = (self.at + mark + HIDDEN_SIZE).min(self.text.len());
            return Ok(Number::from_bytes(bytes));
        }
        let from = self.origin.place(memory, self.address(self.text.len()));
        let to = memory.pointer(s::STKBOT);
        let rest = memory.slice(from, to.saturating_sub(from));
        let mark = rest.iter().position(|code| *code == NUMBER_MARK);
        self.searched += mark.unwrap_or(rest.len()) as u32;
        let mark = from + mark.ok_or(Report::NonsenseInBasic)? as Address;
        self.outside |= mark >= memory.pointer(s::VARS);
        let behind = mark + HIDDEN_SIZE as Address;
        self.base = self.origin.offset(memory, behind);
        self.text = rest_of_line(memory, behind);
        self.at = 0;
        Ok(memory.number(mark + 1))
    }

    /// Steps over a hidden number (or notes that one belongs here): DEF FN's arguments.
    ///
    /// Flaw kept: the five bytes are what the ROM's making of room leaves there, which is the text
    /// from the second character after the name on, and the name's last character (1F95).
    pub(super) fn slot_of_argument(&mut self) {
        if self.hidden.is_some() {
            if self.byte(self.at) == NUMBER_MARK {
                self.at = (self.at + HIDDEN_SIZE).min(self.text.len());
            }
        } else {
            let end = self.text.len();
            let left = |at: usize| match self.text.get(at) {
                Some(code) => *code,
                None if at == end => ENTER,
                None => VARIABLES_END,
            };
            let [a, b, c, d] = [1, 2, 3, 4].map(|i| left(self.at + i));
            let name = self.at.checked_sub(1).map_or(0, left);
            self.found.push(Hidden {
                before: self.at,
                number: Number::from_bytes([a, b, c, d, name]),
                argument: true,
            });
        }
    }

    /// A letter's name and the kind of variable that stands here; the walk goes past the name
    /// (and its `$`), to the bracket of an array.
    ///
    /// ROM: the first half of `LOOK-VARS` 28B2.
    ///
    /// # Errors
    /// Report C unless a letter stands here.
    pub(super) fn name(&mut self) -> Result<(Name, u8)> {
        use crate::store::variables::Kind;
        let letter = self.current();
        if !letter.is_ascii_alphabetic() {
            return Err(Report::NonsenseInBasic);
        }
        let second = self.next();
        if second == b'(' {
            return Ok((Name::new(letter, b"", Kind::Numbers), letter | 0x20));
        }
        if second == b'$' {
            self.next();
            return Ok((Name::new(letter, b"", Kind::Text), letter | 0x20));
        }
        let mut rest = Vec::new();
        let mut blanks = 0;
        let mut code = second;
        while code.is_ascii_alphanumeric() {
            if !self.byte(self.at + 1).is_ascii_alphanumeric() && rest.len() < 64 {
                blanks |= 1 << rest.len();
            }
            rest.push(code);
            code = self.next();
        }
        let name = Name::new(letter, &rest, Kind::Number).with_blanks(blanks);
        Ok((name, letter | 0x20))
    }

    /// The slot of a name.
    ///
    /// # Errors
    /// Report 4 for too many names.
    pub(super) fn slot(&mut self, name: &Name) -> Result<SlotNumber> {
        self.out.slots.intern(name)
    }
}
