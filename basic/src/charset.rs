//! The character set: codes and the Unicode characters hosts show and type them as.

/// Comma control: on to the next zone of 16 columns.
pub const COMMA: u8 = 6;
/// The EDIT key.
pub const EDIT: u8 = 7;
/// Cursor left.
pub const LEFT: u8 = 8;
/// Cursor right.
pub const RIGHT: u8 = 9;
/// Cursor down.
pub const DOWN: u8 = 10;
/// Cursor up.
pub const UP: u8 = 11;
/// The DELETE key.
pub const DELETE: u8 = 12;
/// End of a line; the ENTER key.
pub const ENTER: u8 = 13;
/// Marks the five bytes of a number in a program line; as a key, EXTENDED mode.
pub const NUMBER: u8 = 14;
/// As a key, GRAPHICS mode.
pub const GRAPHICS: u8 = 15;
/// INK control, one operand.
pub const INK: u8 = 16;
/// PAPER control, one operand.
pub const PAPER: u8 = 17;
/// FLASH control, one operand.
pub const FLASH: u8 = 18;
/// BRIGHT control, one operand.
pub const BRIGHT: u8 = 19;
/// INVERSE control, one operand.
pub const INVERSE: u8 = 20;
/// OVER control, one operand.
pub const OVER: u8 = 21;
/// AT control, two operands: line and column.
pub const AT: u8 = 22;
/// TAB control, two operands: column, low byte first.
pub const TAB: u8 = 23;
/// The code shown as an arrow up: power.
pub const POWER: u8 = 94;
/// Pound sign.
pub const POUND: u8 = 96;
/// Copyright sign.
pub const COPYRIGHT: u8 = 127;
/// The first of the sixteen block graphics.
pub const FIRST_BLOCK: u8 = 128;
/// The first user-defined graphic.
pub const FIRST_UDG: u8 = 144;

/// The block graphics 128 to 143 (bit 0 of the code is the top right quarter, 1 top left, 2 bottom
/// right, 3 bottom left).
const BLOCKS: [char; 16] = [
    ' ', '\u{259D}', '\u{2598}', '\u{2580}', '\u{2597}', '\u{2590}', '\u{259A}', '\u{259C}',
    '\u{2596}', '\u{259E}', '\u{258C}', '\u{259B}', '\u{2584}', '\u{259F}', '\u{2599}', '\u{2588}',
];
/// The circled letter A: user-defined graphics are shown as circled letters.
const CIRCLED_A: u32 = 0x24B6;
/// User-defined graphics A to U.
const UDGS: u8 = 21;

/// The Unicode character of a printable code 32 to 164; `None` for control codes and keywords.
#[must_use]
pub const fn to_char(code: u8) -> Option<char> {
    Some(match code {
        POWER => '\u{2191}',
        POUND => '\u{A3}',
        COPYRIGHT => '\u{A9}',
        32..=126 => code as char,
        FIRST_BLOCK..FIRST_UDG => BLOCKS[(code - FIRST_BLOCK) as usize],
        FIRST_UDG..165 => match char::from_u32(CIRCLED_A + (code - FIRST_UDG) as u32) {
            Some(c) => c,
            None => return None,
        },
        _ => return None,
    })
}

/// The code of a Unicode character, `None` if the machine has none. Both `^` and the arrow up are
/// power; the back quote has no code of its own and is none.
#[must_use]
pub fn from_char(c: char) -> Option<u8> {
    match c {
        '\u{2191}' => Some(POWER),
        '\u{A3}' => Some(POUND),
        '\u{A9}' => Some(COPYRIGHT),
        '`' => None,
        ' '..='~' => u8::try_from(u32::from(c)).ok(),
        _ => {
            if let Some(n) = (1..).zip(&BLOCKS[1..]).find(|(_, b)| **b == c) {
                return Some(FIRST_BLOCK + n.0);
            }
            let n = u32::from(c).checked_sub(CIRCLED_A)?;
            let n = u8::try_from(n).ok()?;
            (n < UDGS).then(|| FIRST_UDG + n)
        }
    }
}

/// How many operand bytes follow a control code when it is printed.
#[must_use]
pub const fn operands(code: u8) -> u8 {
    match code {
        INK..=OVER => 1,
        AT | TAB => 2,
        _ => 0,
    }
}

/// Whether a code is a decimal digit (ROM: `NUMERIC` 2D1B).
#[inline]
#[must_use]
pub const fn is_digit(code: u8) -> bool {
    code.is_ascii_digit()
}

/// Whether a code is a letter of either case (ROM: `ALPHA` 2C8D).
#[inline]
#[must_use]
pub const fn is_letter(code: u8) -> bool {
    code.is_ascii_alphabetic()
}

/// Whether a code is a letter or a digit (ROM: `ALPHANUM` 2C88).
#[inline]
#[must_use]
pub const fn is_alphanumeric(code: u8) -> bool {
    code.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printable_code_goes_both_ways() {
        for code in 32..165 {
            let c = to_char(code).unwrap();
            // The blank block looks like a space and comes back as one.
            let back = if code == FIRST_BLOCK { 32 } else { code };
            assert_eq!(from_char(c), Some(back), "{code}");
        }
        assert_eq!(to_char(31), None);
        assert_eq!(to_char(165), None);
        let known = ('\0'..=char::MAX).filter(|&c| from_char(c).is_some());
        // All codes but the blank block's, and `^` beside the arrow.
        assert_eq!(known.count(), 165 - 32);
    }

    #[test]
    fn the_machine_has_its_own_signs() {
        assert_eq!(to_char(96), Some('£'));
        assert_eq!(to_char(94), Some('↑'));
        assert_eq!(from_char('^'), Some(94));
        assert_eq!(from_char('`'), None);
        assert_eq!(from_char('█'), Some(143));
        assert_eq!(from_char('▘'), Some(130));
        assert_eq!(from_char('Ⓐ'), Some(144));
        assert_eq!(from_char('Ⓥ'), None);
        assert_eq!(from_char('é'), None);
    }
}
