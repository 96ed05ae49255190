//! PC keyboards: which keys of the Spectrum each of their keys stands for.

use super::decode::{
    BOTH_SHIFTS, CAPS_FIGURES, CAPS_SHIFT, ENTER, MAIN, SPACE, SYMBOL_FIGURES, SYMBOL_SHIFT,
    SYMBOLS, Shift,
};
use super::function::Function;
use super::modifiers::Modifiers;
use super::{MatrixKey, Rows, set_key};
use crate::charset;
use pc_keyboard::layouts::{Azerty, De105Key, Uk105Key, Us104Key};
use pc_keyboard::{
    DecodedKey, HandleControl, KeyboardLayout, UsbBootKeyboardReport, UsbKeyboard, UsbModifiers,
};

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
    /// A function of an editor.
    Function(Function),
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
            Self::Code(_) | Self::Function(_) => true,
        }
    }

    /// The code it gives whatever the cursor is, if it is of that kind.
    pub(super) fn direct(self) -> Option<u8> {
        match self {
            Self::Code(code) => Some(code),
            Self::Function(function) => function.code(),
            Self::Key { .. } | Self::BothShifts => None,
        }
    }

    /// The code KSTATE holds for it.
    pub(super) fn main_code(self) -> u8 {
        match self {
            Self::Key { key, .. } => MAIN.get(usize::from(key.0)).copied().unwrap_or(0xFF),
            Self::BothShifts => BOTH_SHIFTS,
            Self::Code(code) => code,
            Self::Function(function) => function.main_code(),
        }
    }
}

/// The lettering of a PC keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Layout {
    /// United States.
    #[default]
    Us,
    /// United Kingdom.
    Uk,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// The Spectrum's own forty keys, as keyboards made for Spectrums send them: figures are
    /// figures, the left Shift is CAPS SHIFT and every other modifier SYMBOL SHIFT.
    Spectrum,
}

/// The keys of a Spanish keyboard that differ from a United States one: usage, and the characters
/// alone, with Shift and with Alt Gr; a blank where there is none.
const SPANISH: &[(u8, [char; 3])] = &[
    (0x1E, ['1', '!', '|']),
    (0x1F, ['2', '"', '@']),
    (0x20, ['3', '·', '#']),
    (0x21, ['4', '$', '~']),
    (0x22, ['5', '%', '€']),
    (0x23, ['6', '&', '¬']),
    (0x24, ['7', '/', ' ']),
    (0x25, ['8', '(', ' ']),
    (0x26, ['9', ')', ' ']),
    (0x27, ['0', '=', ' ']),
    (0x2D, ['\'', '?', ' ']),
    (0x2E, ['¡', '¿', ' ']),
    (0x2F, ['`', '^', '[']),
    (0x30, ['+', '*', ']']),
    (0x31, ['ç', 'Ç', '}']),
    (0x32, ['ç', 'Ç', '}']),
    (0x33, ['ñ', 'Ñ', '~']),
    (0x34, ['´', '¨', '{']),
    (0x35, ['º', 'ª', '\\']),
    (0x36, [',', ';', ' ']),
    (0x37, ['.', ':', ' ']),
    (0x38, ['-', '_', ' ']),
    (0x64, ['<', '>', ' ']),
];

const ESCAPE: u8 = 0x29;
const SPACE_BAR: u8 = 0x2C;
const PAUSE: u8 = 0x48;
/// The key between Shift and Z, which a United States keyboard has not; there it is a second `\`.
const BESIDE_SHIFT: u8 = 0x64;
const BACKSLASH: u8 = 0x31;

/// Keys that press the same on every layout, shifts or not: usage and code.
const SAME: &[(u8, u8)] = &[
    (0x28, charset::ENTER),
    (0x2A, charset::DELETE), // Backspace
    (0x2B, charset::NUMBER), // Tab
    (0x39, CAPS_LOCK),
    (0x3B, charset::EDIT),     // F2
    (0x3C, TRUE_VIDEO),        // F3
    (0x3D, INV_VIDEO),         // F4
    (0x3F, charset::NUMBER),   // F6
    (0x42, charset::GRAPHICS), // F9
    (0x49, charset::EDIT),     // Insert
    (0x4F, charset::RIGHT),
    (0x50, charset::LEFT),
    (0x51, charset::DOWN),
    (0x52, charset::UP),
    (0x58, charset::ENTER),
    (0x67, b'='),
];

/// What the CAPS LOCK key types.
const CAPS_LOCK: u8 = 6;
/// What the TRUE VIDEO key types.
const TRUE_VIDEO: u8 = 4;
/// What the INV VIDEO key types.
const INV_VIDEO: u8 = 5;

impl Layout {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Us,
        Self::Uk,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Spectrum,
    ];

    /// The word it is chosen by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Uk => "uk",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Spectrum => "zx",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Us => "US",
            Self::Uk => "UK",
            Self::German => "German",
            Self::French => "French",
            Self::Spanish => "Spanish",
            Self::Spectrum => "Spectrum",
        }
    }

    /// The one after it, after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        let at = self as usize + 1;
        Self::ALL[at % Self::ALL.len()]
    }

    /// The layout chosen by a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.word() == word)
    }

    /// The character a key types, `None` if it types none. Dead keys type their sign at once.
    #[must_use]
    pub fn character(self, usage: u8, shift: bool, alt_gr: bool) -> Option<char> {
        let typed = match self {
            Self::Us | Self::Spectrum if usage == BESIDE_SHIFT => {
                typed_by(Us104Key, BACKSLASH, shift, alt_gr)
            }
            Self::Us | Self::Spectrum => typed_by(Us104Key, usage, shift, alt_gr),
            Self::Uk => typed_by(Uk105Key, usage, shift, alt_gr),
            Self::German => typed_by(De105Key, usage, shift, alt_gr),
            Self::French => typed_by(Azerty, usage, shift, alt_gr),
            Self::Spanish => match SPANISH.iter().find(|(own, _)| *own == usage) {
                Some((_, [.., third])) if alt_gr && *third != ' ' => Some(*third),
                Some((_, [first, second, _])) => Some(if shift { *second } else { *first }),
                None => typed_by(Us104Key, usage, shift, alt_gr),
            },
        };
        typed.filter(|c| !c.is_control())
    }

    /// The Spectrum's code for what a key types, `None` if it types nothing the Spectrum has.
    fn code(self, usage: u8, shift: bool, alt_gr: bool) -> Option<u8> {
        match self.character(usage, shift, alt_gr)? {
            // The code of the grave accent is the pound sign's.
            '`' => Some(charset::POUND),
            c => charset::from_char(c),
        }
    }

    /// The modifiers that are CAPS SHIFT, and those that are SYMBOL SHIFT.
    pub(super) const fn shifts(self) -> (Modifiers, Modifiers) {
        match self {
            Self::Spectrum => (Modifiers::LEFT_SHIFT, Modifiers::LEFT_SHIFT.others()),
            _ => (
                Modifiers::SHIFT.and(Modifiers::LEFT_ALT),
                Modifiers::CONTROL.and(Modifiers::ALT_GR),
            ),
        }
    }

    /// What a key presses; `None` for keys without a meaning.
    ///
    /// `own_figures`: the cursor is E or G. Then, and with Control, Alt or Alt Gr, the figure keys
    /// are the Spectrum's own and Shift is CAPS SHIFT.
    pub(super) fn chord(self, usage: u8, with: Modifiers, own_figures: bool) -> Option<Chord> {
        if let Some(function) = Function::of_key(usage, with) {
            return Some(Chord::Function(function));
        }
        match usage {
            SPACE_BAR => return plain_key(b' '),
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
            return Some(of_code(code));
        }
        let shift = with.has(Modifiers::SHIFT);
        let typed = self.code(usage, shift, false);
        if with.has(Modifiers::ALT_GR) {
            let third = self.code(usage, shift, true);
            if let Some(code) = third.filter(|_| third != typed) {
                return Some(of_code(code));
            }
        }
        let alone = self.code(usage, false, false);
        if let Some(letter) = alone.filter(|&c| charset::is_letter(c)) {
            return plain_key(letter.to_ascii_uppercase());
        }
        let own_figures = own_figures
            || self == Self::Spectrum
            || with.has(
                Modifiers::CONTROL
                    .and(Modifiers::LEFT_ALT)
                    .and(Modifiers::ALT_GR),
            );
        // Not the keypad's.
        let in_row = FIGURE_ROW.contains(&usage);
        let figure = [alone, self.code(usage, true, false)]
            .into_iter()
            .flatten()
            .find(|&c| in_row && charset::is_digit(c));
        match figure {
            Some(figure) if own_figures || !shift && alone == Some(figure) => plain_key(figure),
            _ => typed.map(of_code),
        }
    }
}

/// The usages of the row of figures.
const FIGURE_ROW: core::ops::RangeInclusive<u8> = 0x1E..=0x27;

/// What a keyboard types that reports one key and these modifiers.
fn typed_by(layout: impl KeyboardLayout, usage: u8, shift: bool, alt_gr: bool) -> Option<char> {
    let mut report = UsbBootKeyboardReport::default();
    report.keys[0] = usage;
    if shift {
        report.modifiers |= UsbModifiers::LShift as u8;
    }
    if alt_gr {
        report.modifiers |= UsbModifiers::RAlt as u8;
    }
    let mut keyboard = UsbKeyboard::new(layout, HandleControl::Ignore);
    match keyboard.handle_report(&report).last()? {
        DecodedKey::Unicode(c) => Some(c),
        DecodedKey::RawKey(_) => None,
    }
}

/// The keys that type a code, or the code itself.
fn of_code(code: u8) -> Chord {
    chord_of(code).unwrap_or(Chord::Code(code))
}

fn plain_key(main: u8) -> Option<Chord> {
    Some(Chord::Key {
        key: MatrixKey::named(main)?,
        shift: Shift::None,
        own: false,
    })
}

/// The keys that type a code when the cursor is L; `None` if it takes another mode.
pub(super) fn chord_of(code: u8) -> Option<Chord> {
    let place = |table: &[u8], first: u8| {
        let n = table.iter().position(|&c| c == code)?;
        MatrixKey::named(first + u8::try_from(n).ok()?)
    };
    let (key, shift) = match code {
        BOTH_SHIFTS => return Some(Chord::BothShifts),
        charset::ENTER => (ENTER, Shift::None),
        b' ' => (SPACE, Shift::None),
        b'0'..=b'9' => (MatrixKey::named(code)?, Shift::None),
        b'A'..=b'Z' => (MatrixKey::named(code)?, Shift::Caps),
        b'a'..=b'z' => (MatrixKey::named(code.to_ascii_uppercase())?, Shift::None),
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
