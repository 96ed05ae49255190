//! Reading the screen: which character a cell shows.

use crate::store::memory::{Address, Memory};
use crate::store::sysvars as s;

/// Characters that are looked for.
const CHARACTERS: u8 = 96;

/// What SCREEN$ makes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The character it shows.
    pub code: Option<u8>,
    /// The address of its top row.
    pub at: u16,
    /// What the ROM has in A afterwards.
    pub flag: u8,
}

/// The character a cell shows, normal or inverse: SCREEN$. Only the 96 characters at CHARS are
/// looked for, so neither block graphics nor user-defined graphics are found. Lines from 24 and
/// columns from 32 on give what the ROM makes of them.
///
/// ROM: `S-SCRN-S` 2535.
#[must_use]
pub fn read_cell(m: &Memory, line: u8, column: u8) -> Cell {
    let low = line.rotate_right(3) & 0xE0 ^ column;
    let high = line & 0x18 ^ 0x40;
    let mut cell = [0; 8];
    for (byte, row) in cell.iter_mut().zip(0u8..) {
        *byte = m.byte(Address::from(u16::from_le_bytes([
            low,
            high.wrapping_add(row),
        ])));
    }
    let at = u16::from_le_bytes([low, high]);
    let set = Address::from(m.word(s::CHARS).wrapping_add(256));
    let mut flag = 0;
    for n in 0..CHARACTERS {
        match differs(m, &cell, set + Address::from(n) * 8) {
            None => {
                let code = n + 32;
                return Cell {
                    code: Some(code),
                    at,
                    flag: code,
                };
            }
            Some(difference) => flag = difference,
        }
    }
    Cell {
        code: None,
        at,
        flag,
    }
}

/// The character a cell shows, as [`read_cell`] finds it.
#[must_use]
pub fn screen_string(m: &Memory, line: u8, column: u8) -> Option<u8> {
    read_cell(m, line, column).code
}

/// What tells a cell from a shape and its inverse; `None` if it is that.
fn differs(m: &Memory, cell: &[u8; 8], shape: Address) -> Option<u8> {
    let first = cell[0] ^ m.byte(shape);
    if first != 0 && first != 0xFF {
        return Some(first.wrapping_add(1));
    }
    (1..8)
        .map(|row| cell[row as usize] ^ m.byte(shape + row) ^ first)
        .find(|difference| *difference != 0)
}
