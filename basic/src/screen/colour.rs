//! Colours: permanent and temporary attributes, and the colour of a cell.
//!
//! Owns ATTR_P, MASK_P, ATTR_T, MASK_T, P_FLAG and BORDCR (all bytes in memory). ROM: 0BDB, 0D4D,
//! 2211 to 22A9, 2580. Never touches a pixel.

use crate::report::{Report, Result};
use crate::store::memory::{Address, Memory};
use crate::store::sysvars as s;

/// Control code of INK; PAPER, FLASH, BRIGHT, INVERSE and OVER follow.
pub const CONTROL_INK: u8 = 16;
/// Control code of PAPER.
pub const CONTROL_PAPER: u8 = 17;
/// Control code of FLASH.
pub const CONTROL_FLASH: u8 = 18;
/// Control code of BRIGHT.
pub const CONTROL_BRIGHT: u8 = 19;
/// Control code of INVERSE.
pub const CONTROL_INVERSE: u8 = 20;
/// Control code of OVER.
pub const CONTROL_OVER: u8 = 21;

/// P_FLAG, bit 0: OVER 1 for now.
pub(super) const OVER: u8 = 1 << 0;
/// P_FLAG, bit 2: INVERSE 1 for now.
pub(super) const INVERSE: u8 = 1 << 2;
/// P_FLAG, bit 4: INK 9 for now.
pub(super) const INK_9: u8 = 1 << 4;
/// P_FLAG, bit 6: PAPER 9 for now.
pub(super) const PAPER_9: u8 = 1 << 6;
/// The bits of P_FLAG that hold for now; the others are permanent.
const TEMPORARY: u8 = 0b0101_0101;

/// The ink's bits of an attribute.
const INK_BITS: u8 = 0x07;
/// The paper's bits of an attribute.
const PAPER_BITS: u8 = 0x38;

/// The bits of `old` that are set in `mask`, the others from `new`.
const fn blend(old: u8, new: u8, mask: u8) -> u8 {
    (old ^ new) & mask ^ new
}

/// Makes the permanent colours the temporary ones; in the lower screen those of the border.
///
/// ROM: `TEMPS` 0D4D.
pub fn temps(m: &mut Memory) {
    let flags = m.byte(s::P_FLAG);
    let temporary = if m.bit(s::TV_FLAG, 0) {
        let border = m.byte(s::BORDCR);
        m.set_byte(s::ATTR_T, border);
        m.set_byte(s::MASK_T, 0);
        0
    } else {
        let permanent = m.word(s::ATTR_P);
        m.set_word(s::ATTR_T, permanent);
        flags.rotate_right(1)
    };
    m.set_byte(s::P_FLAG, blend(temporary, flags, TEMPORARY));
}

/// Makes the temporary colours the permanent ones, as the statements INK to OVER do after their
/// colour item.
///
/// ROM: second half of `PERMS` 1C96.
pub fn make_permanent(m: &mut Memory) {
    let temporary = m.word(s::ATTR_T);
    m.set_word(s::ATTR_P, temporary);
    let flags = m.byte(s::P_FLAG);
    m.set_byte(s::P_FLAG, blend(flags << 1, flags, !TEMPORARY));
}

/// What PLOT, DRAW and CIRCLE start from: the main screen's permanent colours, but the cells
/// keep their paper, brightness and flashing.
///
/// ROM: first half of `CLASS-09` 1CBE.
pub fn graphics_temps(m: &mut Memory) {
    m.set_bit(s::TV_FLAG, 0, false);
    temps(m);
    let mask = m.byte(s::MASK_T);
    m.set_byte(s::MASK_T, mask | !INK_BITS);
    let flags = m.byte(s::P_FLAG);
    m.set_byte(s::P_FLAG, flags & !PAPER_9);
}

/// Sets a temporary colour: `control` is the control code 16 (INK) to 21 (OVER).
///
/// ROM: `CO-TEMP-5` 2211. Codes outside that range act as OVER, as there.
///
/// # Errors
/// Report K: INK and PAPER take 0 to 9, FLASH and BRIGHT 0, 1 and 8, INVERSE and OVER 0 and 1.
pub fn colour_item(m: &mut Memory, control: u8, value: u8) -> Result<()> {
    match control {
        CONTROL_INK if value <= 9 => ink_or_paper(m, value, value, INK_BITS, INK_9),
        CONTROL_PAPER if value <= 9 => ink_or_paper(m, value, value << 3, PAPER_BITS, PAPER_9),
        CONTROL_FLASH if matches!(value, 0 | 1 | 8) => flash_or_bright(m, value, 0x80),
        CONTROL_BRIGHT if matches!(value, 0 | 1 | 8) => flash_or_bright(m, value, 0x40),
        CONTROL_INK..=CONTROL_BRIGHT => return Err(Report::InvalidColour),
        _ if value > 1 => return Err(Report::InvalidColour),
        CONTROL_INVERSE => impress(m, s::P_FLAG, value << 2, INVERSE),
        _ => impress(m, s::P_FLAG, value, OVER),
    }
    Ok(())
}

/// ROM: `CO-TEMP-9` 2246; `shifted` is `value` at the place of `mask`.
fn ink_or_paper(m: &mut Memory, value: u8, shifted: u8, mask: u8, contrast: u8) {
    let old = m.byte(s::ATTR_T);
    let colour = match value {
        8 => old,
        // White where the other colour is dark: its green bit (2 or 5) tells.
        9 if (old | mask) & 0x24 == 0x24 => 0,
        9 => mask,
        _ => shifted,
    };
    impress(m, s::ATTR_T, colour, mask);
    impress(m, s::MASK_T, if value >= 8 { 0xFF } else { 0 }, mask);
    impress(m, s::P_FLAG, if value >= 9 { 0xFF } else { 0 }, contrast);
}

/// ROM: `CO-TEMP-C` 2273.
fn flash_or_bright(m: &mut Memory, value: u8, mask: u8) {
    impress(m, s::ATTR_T, if value == 1 { mask } else { 0 }, mask);
    impress(m, s::MASK_T, if value == 8 { mask } else { 0 }, mask);
}

/// Copies the bits in `mask` from `value`. ROM: `CO-CHANGE` 226C.
fn impress(m: &mut Memory, at: Address, value: u8, mask: u8) {
    let old = m.byte(at);
    m.set_byte(at, blend(value, old, mask));
}

/// Sets BORDCR as BORDER does: the colour, and an ink that can be read on it. The border itself
/// is the caller's to colour.
///
/// ROM: `BORDER` 2294.
///
/// # Errors
/// Report K above 7.
pub fn border(m: &mut Memory, colour: u8) -> Result<()> {
    if colour > 7 {
        return Err(Report::InvalidColour);
    }
    let ink = if colour >= 4 { 0 } else { 7 };
    m.set_byte(s::BORDCR, colour << 3 | ink);
    Ok(())
}

/// The attribute a cell takes that has `old` now, by ATTR_T, MASK_T and P_FLAG.
///
/// ROM: the middle of `PO-ATTR` 0BDB.
#[inline]
pub(super) fn new_attribute(m: &Memory, old: u8) -> u8 {
    let flags = m.byte(s::P_FLAG);
    let mut new = blend(old, m.byte(s::ATTR_T), m.byte(s::MASK_T));
    if flags & (INK_9 | PAPER_9) != 0 {
        if flags & PAPER_9 != 0 {
            new &= !PAPER_BITS;
            if new & 0x04 == 0 {
                new |= PAPER_BITS;
            }
        }
        if flags & INK_9 != 0 {
            new &= !INK_BITS;
            if new & 0x20 == 0 {
                new |= INK_BITS;
            }
        }
    }
    new
}

/// Where the attribute lies for a byte of the display file. Addresses outside the display file
/// give what the ROM makes of them (5800 to 5BFF).
#[inline]
pub(super) const fn attribute_of(at: Address) -> Address {
    0x5800 | at >> 3 & 0x300 | at & 0xFF
}

/// Colours the cell that the byte at `at` of the display file belongs to.
///
/// ROM: `PO-ATTR` 0BDB.
#[inline]
pub(super) fn set_attribute(m: &mut Memory, at: Address) {
    let at = attribute_of(at);
    let new = new_attribute(m, m.byte(at));
    m.set_byte(at, new);
}

/// The attribute of a cell, as ATTR gives it. Nothing is checked: lines from 24 and columns from
/// 32 on give what the ROM makes of them.
///
/// ROM: `S-ATTR-S` 2580.
#[must_use]
pub fn attr(m: &Memory, line: u8, column: u8) -> u8 {
    let line = line.rotate_right(3);
    let low = line & 0xE0 ^ column;
    let high = line & 0x03 ^ 0x58;
    m.byte(Address::from(high) << 8 | Address::from(low))
}
