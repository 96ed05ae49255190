//! The screen read back: characters, inverse cells, attributes.

use std::collections::HashMap;

use basic::charset;
use basic::screen::block_pixels;
use basic::screen::geometry::cell_pixels;
use basic::store::Memory;
use basic::store::memory::{ATTRIBUTES, Address, CHARACTER_SET, DISPLAY_FILE};
use basic::store::sysvars;

use crate::variables::bytes;

/// Bytes of the display file and the attributes.
pub const DISPLAY_BYTES: usize = 6912;
/// Bytes of the display file alone.
pub const PIXEL_BYTES: usize = 6144;

/// The pixels of a cell, top row first.
pub type Cell = [u8; 8];

/// A printable character for a Spectrum one: user-defined graphics as circled letters, power as
/// `^`, `?` for codes that are no character.
#[must_use]
pub fn character(code: u8) -> char {
    match code {
        charset::POWER => '^',
        _ => charset::to_char(code).unwrap_or('?'),
    }
}

/// The Spectrum character a printable one stands for; a back quote is the pound sign.
#[must_use]
pub fn code(character: char) -> Option<u8> {
    match character {
        '`' => Some(charset::POUND),
        _ => charset::from_char(character),
    }
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The character's code, 32 to 164.
    pub code: u8,
    /// Whether ink and paper are exchanged.
    pub inverse: bool,
}

/// The shapes that are known: the character set CHARS points to, the machine's own, the block
/// graphics, the user-defined graphics; then the same inverse. The first that fits counts.
#[derive(Clone, Debug)]
pub struct Shapes(HashMap<Cell, Glyph>);

impl Shapes {
    /// The shapes in memory now; the 128K has 19 user-defined graphics, the 48K 21.
    #[must_use]
    pub fn of(memory: &Memory, udgs: u8) -> Self {
        let mut shapes: Vec<(Cell, u8)> = Vec::new();
        let cell = |at: Address| {
            let mut cell = [0; 8];
            cell.copy_from_slice(&bytes(memory, at, 8));
            cell
        };
        let chars = u32::from(memory.word(sysvars::CHARS).wrapping_add(256));
        for set in [chars, CHARACTER_SET] {
            shapes.extend((32..128).map(|c| (cell(set + u32::from(c - 32) * 8), c)));
        }
        shapes.extend((128..144).map(|c| (block_pixels(c), c)));
        let udg = memory.pointer(sysvars::UDG);
        shapes.extend((0..udgs).map(|i| (cell(udg + u32::from(i) * 8), 144 + i)));
        let mut known = HashMap::new();
        for inverse in [false, true] {
            for &(cell, code) in &shapes {
                let cell = if inverse { cell.map(|b| !b) } else { cell };
                known.entry(cell).or_insert(Glyph { code, inverse });
            }
        }
        Self(known)
    }

    /// What a cell shows, if it is known.
    #[must_use]
    pub fn find(&self, cell: &Cell) -> Option<Glyph> {
        self.0.get(cell).copied()
    }
}

/// The screen's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenText {
    /// 24 lines of 32 characters, `?` for a cell that is not known.
    pub lines: Vec<String>,
    /// Line and column of the cells shown inverse.
    pub inverse: Vec<(usize, usize)>,
}

/// Reads the display file.
#[must_use]
pub fn text(display: &[u8], shapes: &Shapes) -> ScreenText {
    let mut inverse = Vec::new();
    let lines = (0..24)
        .map(|line| {
            (0..32)
                .map(
                    |column| match shapes.find(&cell_pixels(display, line, column)) {
                        None => '?',
                        Some(glyph) => {
                            if glyph.inverse {
                                inverse.push((line, column));
                            }
                            character(glyph.code)
                        }
                    },
                )
                .collect()
        })
        .collect();
    ScreenText { lines, inverse }
}

/// The display file and the attributes.
#[must_use]
pub fn display(memory: &Memory) -> Vec<u8> {
    bytes(memory, DISPLAY_FILE, ATTRIBUTES - DISPLAY_FILE + 768)
}

/// Bytes as runs: `38x704 07x64`.
#[must_use]
pub fn runs(data: &[u8]) -> String {
    data.chunk_by(|a, b| a == b)
        .map(|run| match run.len() {
            1 => format!("{:02X}", run[0]),
            n => format!("{:02X}x{n}", run[0]),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine's memory with a character set of our own making, each shape different.
    fn memory() -> Memory {
        let mut memory = Memory::new();
        memory.set_word(sysvars::CHARS, 0x7F00);
        memory.set_word(sysvars::UDG, 0x9000);
        for c in 1..96 {
            memory.set_byte(0x8000 + c * 8 + 3, c as u8);
        }
        for i in 0..21 {
            memory.set_byte(0x9000 + i * 8, 0xA0 + i as u8);
        }
        memory
    }

    fn put(memory: &mut Memory, column: u32, cell: Cell) {
        for (row, &b) in (0..).zip(&cell) {
            memory.set_byte(DISPLAY_FILE + column + 256 * row, b);
        }
    }

    #[test]
    fn cells_are_read_as_their_characters() {
        let mut memory = memory();
        put(&mut memory, 0, [0, 0, 0, 33, 0, 0, 0, 0]);
        put(&mut memory, 1, [255, 255, 255, !33, 255, 255, 255, 255]);
        put(&mut memory, 2, [0xA2, 0, 0, 0, 0, 0, 0, 0]);
        put(
            &mut memory,
            3,
            [0x0F, 0x0F, 0x0F, 0x0F, 0xF0, 0xF0, 0xF0, 0xF0],
        );
        put(&mut memory, 4, [1, 2, 3, 4, 5, 6, 7, 8]);
        put(&mut memory, 5, [0, 0, 0, 64, 0, 0, 0, 0]);
        let read = text(&display(&memory), &Shapes::of(&memory, 21));
        assert!(
            read.lines[0].starts_with("AA\u{24B8}\u{259E}?\u{A3} "),
            "{}",
            read.lines[0]
        );
        assert_eq!(read.inverse, [(0, 1)]);
        assert_eq!(read.lines.len(), 24);
        assert!(read.lines.iter().all(|l| l.chars().count() == 32));
    }

    #[test]
    fn a_solid_cell_is_the_block_and_not_an_inverse_space() {
        let mut memory = memory();
        put(&mut memory, 0, [255; 8]);
        let read = text(&display(&memory), &Shapes::of(&memory, 21));
        assert!(read.lines[0].starts_with('\u{2588}'));
        assert!(read.inverse.is_empty());
    }

    #[test]
    fn characters_and_codes_are_each_others_inverse() {
        for c in 33..=164 {
            if c != 128 {
                assert_eq!(code(character(c)), Some(c), "{c}");
            }
        }
        assert_eq!(code('\u{20AC}'), None);
    }

    #[test]
    fn runs_are_counted() {
        assert_eq!(runs(&[0x38, 0x38, 7, 0x38]), "38x2 07 38");
        assert_eq!(runs(&[]), "");
    }
}
