//! How much room the ROM wants for a statement: what its calculator and the calls within each
//! other hold meanwhile.
//!
//! Nothing here is kept there, so it matters only where a program has nearly used up its memory.
//! The compiler counts it for each statement ([`Mark::need`](super::code::Mark)), and while memory
//! is tight `exec` looks at it before the statement is run; for an expression inside another one
//! (FN, VAL, READ) and for strings that are joined it is looked at where that happens. All figures
//! are bytes below the lowest place of the stack
//! ([`Memory::stack_end`](crate::store::Memory::stack_end)) or above STKEND, as seen on the ROMs
//! where 1F05 was called.
//!
//! ROM: `TEST-5-SP` 33A9, `TEST-ROOM` 1F05.

use super::parse::{HIDDEN_SIZE, Parser};
use crate::number::Number;
use crate::report::Result;
use crate::system::Model;
use crate::token;

/// What is held at a place in an expression.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// While it is worked out.
    pub(super) run: u32,
    /// While VAL checks it: the calculator's stack is empty then.
    pub(super) check: u32,
}

impl Held {
    /// Calls within each other, the same in both.
    const fn calls(bytes: u32) -> Self {
        Self {
            run: bytes,
            check: bytes,
        }
    }

    /// So many values besides.
    pub(super) const fn and_values(self, count: u32) -> Self {
        Self {
            run: self.run + count * VALUE,
            ..self
        }
    }

    pub(super) const fn and(self, more: Self) -> Self {
        Self {
            run: self.run + more.run,
            check: self.check + more.check,
        }
    }
}

/// A number, or the parameters of a string, on the calculator stack.
pub(super) const VALUE: u32 = 5;
/// Nothing but values.
pub(super) const NO_CALLS: Held = Held::calls(0);
/// The calls in which a command's operands are worked out. ROM: classes 6 and 8.
const OPERANDS: u32 = 6;
/// The same for the line of LIST and LLIST, in both models.
pub(super) const BY_LIST: u32 = OPERANDS;
/// What the 128's ROM holds besides.
const OPERANDS_128: u32 = 2;
/// The same where the command's routine works them out: LET, PRINT, classes 3 and 5.
pub(super) const BY_COMMAND: u32 = 8;
/// The same for AT, TAB and the colour commands,
pub(super) const BY_ITEM: u32 = 10;
/// for a stream,
pub(super) const BY_STREAM: u32 = 12;
/// and for the colours of PRINT and INPUT.
pub(super) const BY_COLOUR: u32 = 14;
/// Besides [`OPERANDS`] for the colours of PLOT, DRAW and CIRCLE.
pub(super) const DRAWING_COLOUR: Held = Held::calls(8);
/// Besides [`OPERANDS`] for the subscripts of a variable that is assigned to.
pub(super) const PLACE: Held = Held::calls(16);
/// An operator or a function that waits for its operand.
pub(super) const WAITING: Held = Held::calls(2);
/// An opening bracket.
pub(super) const BRACKET: Held = Held::calls(4);
/// The subscripts of a variable in an expression.
pub(super) const SUBSCRIPT: Held = Held::calls(20);
/// The slice of a string that is no variable.
pub(super) const SLICE: Held = Held::calls(18);
/// The arguments of FN.
pub(super) const ARGUMENT: Held = Held { run: 10, check: 6 };
/// The coordinates of SCREEN$, ATTR and POINT.
pub(super) const COORDINATES: Held = Held::calls(8);
/// The first of two numbers, besides what the second needs. ROM: `NEXT-2NUM` 1C79.
pub(super) const FIRST_OF_TWO: Held = Held::calls(2);

/// A string variable's parameters are stacked two bytes deeper than a number.
pub(super) const STRING_VARIABLE: u32 = VALUE + 2;
/// A string that is an argument.
pub(super) const STRING_ARGUMENT: u32 = VALUE + 4;
/// PI.
pub(super) const PI: u32 = 15;
/// RND.
pub(super) const RANDOM: u32 = 28;
/// Two strings compared, and joined (their length besides).
pub(super) const COMPARE_TEXT: u32 = 19;
pub(super) const CONCATENATE: u32 = 21;
/// The expression of FN.
pub(super) const FUNCTION_BODY: u32 = 8;
/// VAL's copy of its text (its length and an ENTER besides), and the expression in it.
pub(super) const VALUE_TEXT: u32 = 14;
/// `^`.
pub(super) const POWER: u32 = 55;

/// A number that VAL checks: whole, with digits behind a point, with an exponent, or BIN.
/// ROM: `DEC-TO-FP` 2C9B.
const READ_WHOLE: u32 = 33;
const READ_FRACTION: u32 = 36;
const READ_EXPONENT: u32 = 40;
pub(super) const READ_BINARY: u32 = 9;

/// Statements, besides [`OPERANDS`].
pub(super) const FOR: u32 = 18;
/// FOR that stacks the step 1 by itself: all of it.
pub(super) const FOR_STEP: u32 = 25;
pub(super) const NEXT: u32 = 15;
pub(super) const BEEP: u32 = 25;
pub(super) const DRAW_ARC: u32 = 67;
pub(super) const CIRCLE: u32 = 62;
/// The most that [`printing`] gives.
pub(super) const PRINTING_MAX: u32 = 34;
/// STR$ besides [`printing`].
pub(super) const STRING_OF: u32 = 19;

/// Besides [`OPERANDS`] for the first of DIM's sizes.
pub(super) const SIZE: Held = Held::calls(10);
/// What DIM holds for each of its sizes that is worked out.
pub(super) const DIMENSION: Held = Held::calls(2);
/// What FOR holds when the number becomes the loop's: limit and step among it.
pub(super) const CONTROL: u32 = 21;

/// What the 128's ROM holds besides while a command runs.
pub(super) const fn by_model(model: Model) -> u32 {
    match model {
        Model::Spectrum48 => 0,
        Model::Spectrum128 => OPERANDS_128,
    }
}

/// What a function with one operand holds, its operand with it.
pub(super) const fn function(code: u8) -> u32 {
    match code {
        token::INT => 18,
        token::SIN | token::COS => 41,
        token::TAN => 50,
        token::ATN | token::LN => 46,
        token::ASN => 64,
        token::ACS => 68,
        token::EXP => 36,
        token::SQR => 55,
        token::PEEK | token::IN | token::USR | token::LEN | token::CODE => 13,
        token::CHR => 14,
        _ => VALUE,
    }
}

/// What is held while a number is printed. ROM: `PRINT-FP` 2DE3.
pub(super) fn printing(number: Number) -> u32 {
    if number.is_zero() {
        return 6;
    }
    match number.to_bytes()[0] {
        // below an eighth
        1..=0x7D => PRINTING_MAX,
        // below 1
        0x7E..=0x80 => 27,
        // up to 2^27 (small numbers have no exponent)
        0..=0x9B => 17,
        _ => 22,
    }
}

/// What VAL holds to read a number from these digits.
pub(super) fn reading(digits: &[u8]) -> u32 {
    if digits.iter().any(|c| matches!(c, b'e' | b'E')) {
        READ_EXPONENT
    } else if digits.contains(&b'.') && digits.last() != Some(&b'.') {
        READ_FRACTION
    } else {
        READ_WHOLE
    }
}

impl Parser<'_> {
    /// A statement begins.
    pub(super) fn begin_need(&mut self) {
        let operands = OPERANDS + if self.dialect.is_128 { OPERANDS_128 } else { 0 };
        self.held = Held::calls(operands);
        self.need = NO_CALLS;
    }

    /// So much is held for a moment besides what is held already.
    pub(super) fn takes(&mut self, bytes: u32) {
        self.need.run = self.need.run.max(self.held.run + bytes);
    }

    /// The same while VAL checks its text, where the numbers before have got their hidden values.
    pub(super) fn takes_checking(&mut self, bytes: u32) {
        let hidden = (self.found.len() * HIDDEN_SIZE) as u32;
        self.need.check = self.need.check.max(hidden + self.held.check + bytes);
    }

    /// What is held here while the line runs, for an instruction that looks at it.
    pub(super) fn held_here(&self) -> u16 {
        self.held.run.try_into().unwrap_or(u16::MAX)
    }

    /// Compiles something while so much more is held.
    ///
    /// # Errors
    /// Those of what is compiled.
    pub(super) fn holding<T>(
        &mut self,
        more: Held,
        compile: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let before = self.held;
        self.held = before.and(more);
        let done = compile(self);
        self.held = before;
        done
    }

    /// Compiles something in a command's routine, so much held in all.
    ///
    /// # Errors
    /// Those of what is compiled.
    pub(super) fn holding_only<T>(
        &mut self,
        bytes: u32,
        compile: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let before = core::mem::replace(&mut self.held, Held::calls(bytes));
        let done = compile(self);
        self.held = before;
        done
    }
}
