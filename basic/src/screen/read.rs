//! Reading the screen: which character a cell shows.

use crate::store::memory::{Address, Memory};
use crate::store::sysvars as s;

/// Characters that are looked for.
const CHARACTERS: u8 = 96;

/// The character a cell shows, normal or inverse: SCREEN$. Only the 96 characters at CHARS are
/// looked for, so neither block graphics nor user-defined graphics are found. Lines from 24 and
/// columns from 32 on give what the ROM makes of them.
///
/// ROM: `S-SCRN-S` 2535.
#[must_use]
pub fn screen_string(m: &Memory, line: u8, column: u8) -> Option<u8> {
    let low = line.rotate_right(3) & 0xE0 ^ column;
    let high = line & 0x18 ^ 0x40;
    let mut cell = [0; 8];
    for (byte, row) in cell.iter_mut().zip(0u8..) {
        *byte = m.byte(Address::from(u16::from_le_bytes([
            low,
            high.wrapping_add(row),
        ])));
    }
    let set = Address::from(m.word(s::CHARS).wrapping_add(256));
    (0..CHARACTERS)
        .find(|&n| {
            let at = set + Address::from(n) * 8;
            let difference = cell[0] ^ m.byte(at);
            (difference == 0 || difference == 0xFF)
                && (1..8).all(|row| cell[usize::from(row as u8)] ^ m.byte(at + row) == difference)
        })
        .map(|n| n + 32)
}
