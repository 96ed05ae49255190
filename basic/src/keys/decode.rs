//! From the matrix to codes: the ROM's scan and its key tables.

use alloc::vec::Vec;

use super::MatrixKey;
use crate::charset;
use crate::token as t;

/// The CAPS SHIFT key.
pub const CAPS_SHIFT: MatrixKey = MatrixKey(0);
/// The SYMBOL SHIFT key.
pub const SYMBOL_SHIFT: MatrixKey = MatrixKey(36);
/// The SPACE key; BREAK with CAPS SHIFT.
pub const SPACE: MatrixKey = MatrixKey(35);
/// The ENTER key.
pub const ENTER: MatrixKey = MatrixKey(30);

/// What each key of the matrix is: capital letters, figures, ENTER and SPACE, 14 for SYMBOL
/// SHIFT, 0 for CAPS SHIFT (ROM: key table (a) 0205, in the order of the ports).
pub(super) const MAIN: &[u8; 40] = b"\0ZXCVASDFGQWERT1234509876POIUY\rLKJH \x0EMNB";
/// The main code of both shifts together, and the code they give: EXTENDED mode.
pub(super) const BOTH_SHIFTS: u8 = charset::NUMBER;

/// Letters in E mode without a shift (ROM: table (b) 022C), A to Z.
const EXTENDED: [u8; 26] = [
    t::READ,
    t::BIN,
    t::LPRINT,
    t::DATA,
    t::TAN,
    t::SGN,
    t::ABS,
    t::SQR,
    t::CODE,
    t::VAL,
    t::LEN,
    t::USR,
    t::PI,
    t::INKEY,
    t::PEEK,
    t::TAB,
    t::SIN,
    t::INT,
    t::RESTORE,
    t::RND,
    t::CHR,
    t::LLIST,
    t::COS,
    t::EXP,
    t::STR,
    t::LN,
];
/// Letters in E mode with a shift (ROM: table (c) 0246).
const EXTENDED_SHIFT: [u8; 26] = [
    b'~',
    t::BRIGHT,
    t::PAPER,
    b'\\',
    t::ATN,
    b'{',
    b'}',
    t::CIRCLE,
    t::IN,
    t::VAL_STR,
    t::SCREEN,
    t::ATTR,
    t::INVERSE,
    t::OVER,
    t::OUT,
    charset::COPYRIGHT,
    t::ASN,
    t::VERIFY,
    b'|',
    t::MERGE,
    b']',
    t::FLASH,
    t::ACS,
    t::INK,
    b'[',
    t::BEEP,
];
/// Figures 0 to 9 with CAPS SHIFT (ROM: table (d) 0260).
pub(super) const CAPS_FIGURES: [u8; 10] = [
    charset::DELETE,
    charset::EDIT,
    6,
    4,
    5,
    charset::LEFT,
    charset::DOWN,
    charset::UP,
    charset::RIGHT,
    charset::GRAPHICS,
];
/// Letters with SYMBOL SHIFT (ROM: table (e) 026A).
pub(super) const SYMBOLS: [u8; 26] = [
    t::STOP,
    b'*',
    b'?',
    t::STEP,
    t::GREATER_EQUAL,
    t::TO,
    t::THEN,
    charset::POWER,
    t::AT,
    b'-',
    b'+',
    b'=',
    b'.',
    b',',
    b';',
    b'"',
    t::LESS_EQUAL,
    b'<',
    t::NOT,
    b'>',
    t::OR,
    b'/',
    t::NOT_EQUAL,
    charset::POUND,
    t::AND,
    b':',
];
/// Figures in E mode with SYMBOL SHIFT (ROM: table (f) 0284).
const EXTENDED_FIGURES: [u8; 10] = [
    t::FORMAT,
    t::DEF_FN,
    t::FN,
    t::LINE,
    t::OPEN,
    t::CLOSE,
    t::MOVE,
    t::ERASE,
    t::POINT,
    t::CAT,
];
/// Figures with SYMBOL SHIFT.
pub(super) const SYMBOL_FIGURES: [u8; 10] = *b"_!@#$%&'()";
/// From a capital letter to the keyword on its key.
const TO_KEYWORD: u8 = 0xA5;
/// From a capital letter to its user-defined graphic.
const TO_UDG: u8 = 0x4F;

/// A shift that is down with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// None.
    None,
    /// CAPS SHIFT.
    Caps,
    /// SYMBOL SHIFT.
    Symbol,
}

/// The key that is down and the shift with it: `Some` with no key when nothing is down, `None`
/// when there are too many. A shift alone, or both, counts as a key.
///
/// ROM: `KEY-SCAN` 028E.
pub(super) fn scan(rows: &[u8; 8]) -> Option<(Shift, Option<MatrixKey>)> {
    let mut found = [None, None];
    let mut down = u64::from_le_bytes(rows.map(|row| row & 0x1F));
    while down != 0 {
        let at = down.trailing_zeros() as u8;
        down &= down - 1;
        let key = MatrixKey(at / 8 * 5 + at % 8);
        match &mut found {
            [first @ None, _] => *first = Some(key),
            [Some(_), second @ None] => *second = Some(key),
            [Some(_), Some(_)] => return None,
        }
    }
    match found {
        [first, None] => Some((Shift::None, first)),
        [Some(CAPS_SHIFT), second] => Some((Shift::Caps, second)),
        [Some(SYMBOL_SHIFT), second] => Some((Shift::Symbol, second)),
        [first, Some(SYMBOL_SHIFT)] => Some((Shift::Symbol, first)),
        _ => None,
    }
}

/// The main code of a key: a capital letter, a figure, ENTER, SPACE, or 14 for both shifts; `None`
/// for no key or one shift alone.
///
/// ROM: `K-TEST` 031E.
pub(super) fn main_code(shift: Shift, key: Option<MatrixKey>) -> Option<u8> {
    match key? {
        CAPS_SHIFT => None,
        SYMBOL_SHIFT if shift == Shift::None => None,
        MatrixKey(n) => MAIN.get(usize::from(n)).copied(),
    }
}

/// The codes that a key of a letter or figure gives, alone and with a shift; not the key's own
/// letter or figure. `mode`, `letters` and `caps_lock` as the cursor tells.
#[must_use]
pub fn legends(main: u8, mode: u8, letters: bool, caps_lock: bool) -> Vec<u8> {
    let mut codes = Vec::new();
    for shift in [Shift::None, Shift::Caps, Shift::Symbol] {
        let code = decode(main, shift, mode, letters, caps_lock);
        if code.to_ascii_uppercase() != main && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The code a key gives.
///
/// `mode` is MODE: 0 for K, L and C, 1 for E, more for G. Without `letters` (FLAGS bit 3) letters
/// give keywords.
///
/// ROM: `K-DECODE` 0333.
pub(super) fn decode(main: u8, shift: Shift, mode: u8, letters: bool, caps_lock: bool) -> u8 {
    let plain = mode == 0 || mode > 0x80;
    let of = |table: &[u8], first: u8| {
        let n = usize::from(main.wrapping_sub(first));
        table.get(n).copied().unwrap_or(main)
    };
    match main {
        b'A'.. => match (plain, mode, shift) {
            (true, _, Shift::Symbol) => of(&SYMBOLS, b'A'),
            (true, ..) if !letters => main.wrapping_add(TO_KEYWORD),
            (true, _, Shift::None) if !caps_lock => main.wrapping_add(0x20),
            (true, ..) => main,
            (false, 1, Shift::None) => of(&EXTENDED, b'A'),
            (false, 1, _) => of(&EXTENDED_SHIFT, b'A'),
            (false, ..) => main.wrapping_add(TO_UDG),
        },
        b'0'..=b'9' => match (plain, mode, shift) {
            (true, _, Shift::None) => main,
            (true, _, Shift::Caps) => of(&CAPS_FIGURES, b'0'),
            (true, _, Shift::Symbol) => of(&SYMBOL_FIGURES, b'0'),
            (false, 1, Shift::Symbol) => of(&EXTENDED_FIGURES, b'0'),
            // BRIGHT, FLASH: 2 and 3, 0 and 1.
            (false, 1, Shift::None) if main >= b'8' => main - b'8' + 2,
            (false, 1, Shift::Caps) if main >= b'8' => main - b'8',
            // PAPER, INK.
            (false, 1, Shift::None) => main - b'0' + 0x10,
            (false, 1, Shift::Caps) => main - b'0' + 0x18,
            (false, ..) if matches!(main, b'0' | b'9') => of(&CAPS_FIGURES, b'0'),
            (false, _, Shift::None) => 0x80 + (main & 7),
            (false, ..) => (0x80 + (main & 7)) ^ 0x0F,
        },
        _ => main,
    }
}
