//! What a cell of the screen shows, as a character.

use super::character;
use crate::charset::FIRST_BLOCK;

/// The character a cell shows, and whether it is inverse: one of the machine's own or a block
/// graphic.
pub(crate) fn known(cell: [u8; 8]) -> Option<(char, bool)> {
    let glyph = |cell| {
        let code = (32..128)
            .zip(&fonts::GLYPHS)
            .find(|&(_, glyph)| *glyph == cell)?
            .0;
        Some(character(code))
    };
    let block = || {
        let [top, .., bottom] = cell;
        let whole = [top, top, top, top, bottom, bottom, bottom, bottom];
        let quarters = |row: u8| match row {
            0 => Some(0),
            0x0F => Some(1),
            0xF0 => Some(2),
            0xFF => Some(3),
            _ => None,
        };
        let number: u8 = quarters(top)? | quarters(bottom)? << 2;
        (cell == whole).then(|| character(FIRST_BLOCK + number))
    };
    let plain = glyph(cell).or_else(block).map(|c| (c, false));
    plain.or_else(|| Some((glyph(cell.map(|row| !row))?, true)))
}

/// The block graphic most like a cell: quarters of which more than half is ink.
pub(super) fn likest(cell: [u8; 8]) -> char {
    let ink = |rows: &[u8], mask: u8| {
        rows.iter()
            .map(|row| (row & mask).count_ones())
            .sum::<u32>()
    };
    let (top, bottom) = cell.split_at(4);
    let quarters = [(top, 0x0F), (top, 0xF0), (bottom, 0x0F), (bottom, 0xF0)];
    let number = quarters
        .iter()
        .enumerate()
        .filter(|(_, (rows, mask))| ink(rows, *mask) > 8)
        .map(|(bit, _)| 1 << bit)
        .sum::<u8>();
    character(FIRST_BLOCK + number)
}
