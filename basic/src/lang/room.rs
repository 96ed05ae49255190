//! How much room the ROM wants for a statement: what its calculator and the calls within each
//! other hold meanwhile.
//!
//! Nothing here is kept there, so it matters only where a program has nearly used up its memory.
//! The compiler counts it for each statement ([`Mark::need`](super::code::Mark)), and while memory
//! is tight `exec` looks at it before the statement is run. All figures are bytes below the lowest
//! place of the stack ([`Memory::stack_end`](crate::store::Memory::stack_end)) or above STKEND, as
//! seen on the ROMs where 1F05 was called; what a value's size decides is left out, or the least.
//!
//! ROM: `TEST-5-SP` 33A9, `TEST-ROOM` 1F05.

use super::parse::Parser;
use crate::report::Result;
use crate::system::Model;
use crate::token;

/// A number, or the parameters of a string, on the calculator stack.
pub(super) const VALUE: u32 = 5;
/// The calls in which a command's operands are worked out. ROM: classes 6 and 8.
const OPERANDS: u32 = 6;
/// What the 128's ROM holds besides.
const OPERANDS_128: u32 = 2;
/// The same where the command's routine works them out: LET, PRINT, classes 3 and 5.
pub(super) const BY_COMMAND: u32 = 8;
/// The same for a PRINT item's coordinates and colours, and for colour commands.
pub(super) const BY_ITEM: u32 = 10;
/// Besides [`OPERANDS`] for the colours of PLOT, DRAW and CIRCLE.
pub(super) const DRAWING_COLOUR: u32 = 8;
/// Besides [`OPERANDS`] for the subscripts of a variable that is assigned to.
pub(super) const PLACE: u32 = 16;
/// An operator or a function that waits for its operand.
pub(super) const WAITING: u32 = 2;
/// An opening bracket.
pub(super) const BRACKET: u32 = 4;
/// The subscripts of a variable in an expression.
pub(super) const SUBSCRIPT: u32 = 20;
/// The slice of a string that is no variable.
pub(super) const SLICE: u32 = 18;
/// The arguments of FN.
pub(super) const ARGUMENT: u32 = 10;
/// The coordinates of SCREEN$, ATTR and POINT.
pub(super) const COORDINATES: u32 = 8;

/// A string variable's parameters are stacked two bytes deeper than a number.
pub(super) const STRING_VARIABLE: u32 = VALUE + 2;
/// PI.
pub(super) const PI: u32 = 15;
/// RND.
pub(super) const RANDOM: u32 = 28;
/// Two strings compared, and joined (their length besides).
pub(super) const COMPARE_TEXT: u32 = 19;
pub(super) const CONCATENATE: u32 = 21;
/// Joining two strings in a command's expression, besides their length.
pub(super) const JOINING: u32 = BY_COMMAND + CONCATENATE;
/// `^`.
pub(super) const POWER: u32 = 55;

/// Statements, besides [`OPERANDS`].
pub(super) const FOR: u32 = 18;
/// FOR that stacks the step 1 by itself: all of it.
pub(super) const FOR_STEP: u32 = 25;
pub(super) const NEXT: u32 = 15;
pub(super) const BEEP: u32 = 25;
pub(super) const DRAW_ARC: u32 = 67;
pub(super) const CIRCLE: u32 = 62;
/// A number printed that is not nought, besides [`BY_COMMAND`].
pub(super) const PRINT_NUMBER: u32 = 17;

/// What DIM holds for each of its sizes when the array is made.
pub(super) const DIMENSION: u32 = 2;
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
        token::STR => 36,
        // Of a text of one letter.
        token::VAL | token::VAL_STR => 21,
        _ => VALUE,
    }
}

impl Parser<'_> {
    /// A statement begins.
    pub(super) fn begin_need(&mut self) {
        self.held = OPERANDS + if self.dialect.is_128 { OPERANDS_128 } else { 0 };
        self.need = 0;
    }

    /// So much is held for a moment besides what is held already.
    pub(super) fn takes(&mut self, bytes: u32) {
        self.need = self.need.max(self.held + bytes);
    }

    /// Compiles something while so much more is held.
    ///
    /// # Errors
    /// Those of what is compiled.
    pub(super) fn holding<T>(
        &mut self,
        bytes: u32,
        compile: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.held += bytes;
        let done = compile(self);
        self.held -= bytes;
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
        let held = core::mem::replace(&mut self.held, bytes);
        let done = compile(self);
        self.held = held;
        done
    }
}
