//! The functions of the editors that have no key on the Spectrum, those of the 128's editor and
//! comforts beyond it: their codes, and the keys of a PC keyboard that give them.

use super::modifiers::Modifiers;
use crate::token as t;

/// A function of an editor besides the cursor keys, DELETE, EDIT and ENTER: those of the 128's
/// editor in the order of [`super::table::EDITING`], then those of [`super::table::COMFORTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The character at the cursor goes.
    DeleteRight,
    /// The cursor goes to the start of the line.
    LineStart,
    /// The cursor goes to the end of the line.
    LineEnd,
    /// The cursor goes to the start of the word before.
    WordLeft,
    /// The cursor goes to the start of the next word.
    WordRight,
    /// The cursor goes up ten rows.
    TenUp,
    /// The cursor goes down ten rows.
    TenDown,
    /// The cursor goes to the start of the program.
    Top,
    /// The cursor goes to the end of the program.
    Bottom,
    /// The word before the cursor goes.
    DeleteWordLeft,
    /// The word behind the cursor goes.
    DeleteWordRight,
    /// All before the cursor goes.
    DeleteToStart,
    /// All from the cursor on goes.
    DeleteToEnd,
    /// From the whole screen to its lower part and back.
    Screen,
    /// The last edit is taken back.
    Undo,
    /// The last edit that was taken back is made again.
    Redo,
    /// Text is looked for.
    Find,
    /// The command before comes back.
    LastCommand,
    /// The command after it comes back.
    NextCommand,
}

/// What must be held with a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Nothing,
    Control,
    Alt,
}

/// The usage of the key Delete.
pub(super) const DELETE: u8 = 0x4C;

/// The keys of a PC keyboard: usage and what is held with it.
const KEYS: [(u8, With, Function); 19] = [
    (0x50, With::Control, Function::WordLeft),
    (0x4F, With::Control, Function::WordRight),
    (0x4B, With::Nothing, Function::TenUp),
    (0x4E, With::Nothing, Function::TenDown),
    (0x4A, With::Nothing, Function::LineStart),
    (0x4D, With::Nothing, Function::LineEnd),
    (0x4A, With::Control, Function::Top),
    (0x4D, With::Control, Function::Bottom),
    (DELETE, With::Nothing, Function::DeleteRight),
    (0x2A, With::Control, Function::DeleteWordLeft),
    (DELETE, With::Control, Function::DeleteWordRight),
    (0x2A, With::Alt, Function::DeleteToStart),
    (DELETE, With::Alt, Function::DeleteToEnd),
    (0x3E, With::Nothing, Function::Screen), // F5
    // F7, F8, F10 to F12: on the Spectrum they are nothing, as Control with a letter is not.
    (0x40, With::Nothing, Function::Undo),
    (0x41, With::Nothing, Function::Redo),
    (0x43, With::Nothing, Function::Find),
    (0x44, With::Nothing, Function::LastCommand),
    (0x45, With::Nothing, Function::NextCommand),
];

impl Function {
    /// The code that gives it in the 128's editor: a token, which no key types there. The comforts
    /// have none.
    #[must_use]
    pub const fn code(self) -> Option<u8> {
        Some(match self {
            Self::WordLeft => t::CODE,
            Self::WordRight => t::VAL_STR,
            Self::TenUp => t::TAB,
            Self::TenDown => t::AT,
            Self::LineStart => t::FN,
            Self::LineEnd => t::PI,
            Self::Top => t::INKEY,
            Self::Bottom => t::RND,
            Self::DeleteRight => t::SCREEN,
            Self::DeleteWordLeft => t::TAN,
            Self::DeleteWordRight => t::COS,
            Self::DeleteToStart => t::LEN,
            Self::DeleteToEnd => t::VAL,
            Self::Screen => t::POINT,
            Self::Undo | Self::Redo | Self::Find | Self::LastCommand | Self::NextCommand => {
                return None;
            }
        })
    }

    /// The function that a code gives in the 128's editor.
    ///
    /// ROM 0: 2537.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        let all = KEYS.iter().map(|&(.., function)| function);
        all.into_iter()
            .find(|function| function.code() == Some(code))
    }

    /// The function that a key of a PC keyboard gives.
    pub(super) fn of_key(usage: u8, with: Modifiers) -> Option<Self> {
        let held = if with.has(Modifiers::CONTROL) {
            With::Control
        } else if with.has(Modifiers::LEFT_ALT.and(Modifiers::ALT_GR)) {
            With::Alt
        } else {
            With::Nothing
        };
        KEYS.iter()
            .find(|&&(key, with, _)| key == usage && with == held)
            .map(|&(.., function)| function)
    }

    /// The function that Control and a letter give in a terminal, which has not all the keys above;
    /// letters of either kind.
    #[must_use]
    pub const fn of_letter(letter: u8) -> Option<Self> {
        Some(match letter.to_ascii_uppercase() {
            b'F' => Self::Find,
            b'K' => Self::DeleteToEnd,
            b'N' => Self::NextCommand,
            b'P' => Self::LastCommand,
            b'U' => Self::DeleteToStart,
            b'W' => Self::DeleteWordLeft,
            b'Y' => Self::Redo,
            b'Z' => Self::Undo,
            _ => return None,
        })
    }

    /// The key of a PC keyboard that gives it with nothing held, as a USB usage.
    #[must_use]
    pub fn key(self) -> Option<u8> {
        KEYS.iter()
            .find(|&&(_, with, function)| with == With::Nothing && function == self)
            .map(|&(usage, ..)| usage)
    }

    /// What KSTATE holds for it: no main code of a key of the Spectrum.
    pub(super) const fn main_code(self) -> u8 {
        b'a' + self as u8
    }
}
