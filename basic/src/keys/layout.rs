//! PC keyboards: which keys of the Spectrum each of their keys stands for.

use super::decode::{
    BOTH_SHIFTS, CAPS_FIGURES, CAPS_SHIFT, ENTER, MAIN, SPACE, SYMBOL_FIGURES, SYMBOL_SHIFT,
    SYMBOLS, Shift,
};
use super::{MatrixKey, Rows, set_key};
use crate::charset;

/// The keys of the Spectrum that one key of a PC keyboard presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chord {
    /// A key, perhaps with a shift.
    Key {
        /// The key.
        key: MatrixKey,
        /// The shift.
        shift: Shift,
        /// The chord has its own idea of shifts: the shift keys held on the PC do not count.
        own: bool,
    },
    /// CAPS SHIFT and SYMBOL SHIFT: EXTENDED mode.
    BothShifts,
    /// A character that takes EXTENDED mode to type on the Spectrum: it comes as it is.
    Code(u8),
}

impl Chord {
    /// Sets its keys' bits; tells whether shift keys held on the PC do not count.
    pub(super) fn press(self, rows: &mut Rows) -> bool {
        match self {
            Self::Key { key, shift, own } => {
                set_key(rows, key, true);
                match shift {
                    Shift::None => {}
                    Shift::Caps => set_key(rows, CAPS_SHIFT, true),
                    Shift::Symbol => set_key(rows, SYMBOL_SHIFT, true),
                }
                own
            }
            Self::BothShifts => {
                set_key(rows, CAPS_SHIFT, true);
                set_key(rows, SYMBOL_SHIFT, true);
                true
            }
            Self::Code(_) => true,
        }
    }

    /// The code KSTATE holds for it.
    pub(super) fn main_code(self) -> u8 {
        match self {
            Self::Key { key, .. } => MAIN.get(usize::from(key.0)).copied().unwrap_or(0xFF),
            Self::BothShifts => BOTH_SHIFTS,
            Self::Code(code) => code,
        }
    }
}

/// The lettering of a PC keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Layout {
    /// United States.
    #[default]
    Us,
}

/// What a key with a sign on it types: its usage, the code alone, the code with Shift.
type Signs = (u8, u8, u8);

/// The keys that bear no letter, of a United States keyboard.
const US: &[Signs] = &[
    (0x1E, b'1', b'!'),
    (0x1F, b'2', b'@'),
    (0x20, b'3', b'#'),
    (0x21, b'4', b'$'),
    (0x22, b'5', b'%'),
    (0x23, b'6', charset::POWER),
    (0x24, b'7', b'&'),
    (0x25, b'8', b'*'),
    (0x26, b'9', b'('),
    (0x27, b'0', b')'),
    (0x2D, b'-', b'_'),
    (0x2E, b'=', b'+'),
    (0x2F, b'[', b'{'),
    (0x30, b']', b'}'),
    (0x31, b'\\', b'|'),
    (0x32, b'\\', b'|'),
    (0x33, b';', b':'),
    (0x34, b'\'', b'"'),
    (0x35, charset::POUND, b'~'),
    (0x36, b',', b'<'),
    (0x37, b'.', b'>'),
    (0x38, b'/', b'?'),
    (0x64, b'\\', b'|'),
];

/// Keys that type the same with and without Shift, on every layout: usage and code.
const SAME: &[(u8, u8)] = &[
    (0x28, charset::ENTER),
    (0x2A, charset::DELETE),
    (0x2B, charset::NUMBER), // Tab
    (0x39, 6),               // Caps Lock
    (0x49, charset::EDIT),   // Insert
    (0x4F, charset::RIGHT),
    (0x50, charset::LEFT),
    (0x51, charset::DOWN),
    (0x52, charset::UP),
    (0x54, b'/'),
    (0x55, b'*'),
    (0x56, b'-'),
    (0x57, b'+'),
    (0x58, charset::ENTER),
    (0x59, b'1'),
    (0x5A, b'2'),
    (0x5B, b'3'),
    (0x5C, b'4'),
    (0x5D, b'5'),
    (0x5E, b'6'),
    (0x5F, b'7'),
    (0x60, b'8'),
    (0x61, b'9'),
    (0x62, b'0'),
    (0x63, b'.'),
    (0x67, b'='),
];

const ESCAPE: u8 = 0x29;
const SPACE_BAR: u8 = 0x2C;
const PAUSE: u8 = 0x48;

impl Layout {
    const fn signs(self) -> &'static [Signs] {
        match self {
            Self::Us => US,
        }
    }

    /// What a key presses; `None` for keys without a meaning.
    ///
    /// `shift`: a Shift key is down. `other`: Control, Alt or Alt Gr is down, or the cursor is E
    /// or G: then the figure keys are the Spectrum's own and Shift is CAPS SHIFT.
    pub(super) fn chord(self, usage: u8, shift: bool, other: bool) -> Option<Chord> {
        match usage {
            0x04..=0x1D => return plain_key(b'A' + usage - 0x04),
            SPACE_BAR => {
                return Some(Chord::Key {
                    key: SPACE,
                    shift: Shift::None,
                    own: false,
                });
            }
            ESCAPE | PAUSE => {
                return Some(Chord::Key {
                    key: SPACE,
                    shift: Shift::Caps,
                    own: true,
                });
            }
            _ => {}
        }
        if let Some(&(_, code)) = SAME.iter().find(|(u, _)| *u == usage) {
            return Some(chord_of(code).unwrap_or(Chord::Code(code)));
        }
        let &(_, alone, shifted) = self.signs().iter().find(|(u, ..)| *u == usage)?;
        if alone.is_ascii_digit() && (other || !shift) {
            return plain_key(alone);
        }
        let code = if shift { shifted } else { alone };
        Some(chord_of(code).unwrap_or(Chord::Code(code)))
    }
}

fn key_of(main: u8) -> Option<MatrixKey> {
    let n = MAIN.iter().position(|&c| c == main)?;
    u8::try_from(n).ok().map(MatrixKey)
}

fn plain_key(main: u8) -> Option<Chord> {
    Some(Chord::Key {
        key: key_of(main)?,
        shift: Shift::None,
        own: false,
    })
}

/// The keys that type a code when the cursor is L; `None` if it takes another mode.
pub(super) fn chord_of(code: u8) -> Option<Chord> {
    let place = |table: &[u8], first: u8| {
        let n = table.iter().position(|&c| c == code)?;
        key_of(first + u8::try_from(n).ok()?)
    };
    let (key, shift) = match code {
        BOTH_SHIFTS => return Some(Chord::BothShifts),
        charset::ENTER => (ENTER, Shift::None),
        b' ' => (SPACE, Shift::None),
        b'0'..=b'9' => (key_of(code)?, Shift::None),
        b'A'..=b'Z' => (key_of(code)?, Shift::Caps),
        b'a'..=b'z' => (key_of(code.to_ascii_uppercase())?, Shift::None),
        _ => {
            if let Some(key) = place(&CAPS_FIGURES, b'0') {
                (key, Shift::Caps)
            } else {
                let key = place(&SYMBOL_FIGURES, b'0').or_else(|| place(&SYMBOLS, b'A'))?;
                (key, Shift::Symbol)
            }
        }
    };
    Some(Chord::Key {
        key,
        shift,
        own: true,
    })
}
