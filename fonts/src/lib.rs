//! The character set, drawn for this project: 96 characters of 8 x 8 pixels.
//!
//! The drawing is `glyphs.txt`: twelve bands of eight characters side by side, a band headed by
//! its first code. It becomes the table [`GLYPHS`] when this crate is compiled.
//!
//! The codes are ASCII but for 94 (an arrow upwards), 96 (the pound sign) and 127 (the copyright
//! sign). Capitals stand in rows 1 to 6 and columns 1 to 6, small letters from row 2, their tails
//! reach row 7. No two characters look the same, nor one like another's inverse or like a block
//! graphic: a screen can be read back.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

/// Characters in the set.
pub const COUNT: usize = 96;

/// The code of the first character.
pub const FIRST: u8 = 32;

/// Rows of pixels, top first, leftmost pixel in bit 7; characters 32 to 127.
pub static GLYPHS: [[u8; 8]; COUNT] = read(include_bytes!("glyphs.txt"));

/// Characters side by side in the drawing.
const ACROSS: usize = 8;

/// Reads the drawing; the compiler stops at anything that is not as described above.
const fn read(drawing: &[u8]) -> [[u8; 8]; COUNT] {
    let mut glyphs = [[0; 8]; COUNT];
    let mut at = 0;
    let mut band = 0;
    while band < COUNT / ACROSS {
        let mut code = 0;
        while drawing[at] != b'\n' {
            assert!(drawing[at].is_ascii_digit());
            code = code * 10 + (drawing[at] - b'0') as usize;
            at += 1;
        }
        assert!(code == FIRST as usize + band * ACROSS);
        at += 1;
        let mut row = 0;
        while row < 8 {
            let mut column = 0;
            while column < 8 * ACROSS {
                let glyph = &mut glyphs[band * ACROSS + column / 8];
                match drawing[at] {
                    b'#' => glyph[row] |= 0x80 >> (column % 8),
                    pixel => assert!(pixel == b'.'),
                }
                at += 1;
                column += 1;
                if column % 8 == 0 {
                    let between = if column == 8 * ACROSS { b'\n' } else { b' ' };
                    assert!(drawing[at] == between);
                    at += 1;
                }
            }
            row += 1;
        }
        band += 1;
        if band < COUNT / ACROSS {
            assert!(drawing[at] == b'\n');
            at += 1;
        }
    }
    assert!(at == drawing.len());
    glyphs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// The sixteen block graphics as the screen draws them.
    fn blocks() -> impl Iterator<Item = [u8; 8]> {
        (0..16u8).map(|n| {
            let half = |right, left| if right { 0x0F } else { 0 } | if left { 0xF0 } else { 0u8 };
            let (top, bottom) = (half(n & 1 != 0, n & 2 != 0), half(n & 4 != 0, n & 8 != 0));
            [top, top, top, top, bottom, bottom, bottom, bottom]
        })
    }

    #[test]
    fn every_cell_on_a_screen_can_be_told() {
        let mut seen = HashMap::new();
        for (code, glyph) in (FIRST..).zip(&GLYPHS) {
            let inverse = glyph.map(|row| !row);
            assert_eq!(seen.insert(*glyph, code), None, "{code} looks like another");
            assert_eq!(
                seen.insert(inverse, code),
                None,
                "{code} inverse looks like another"
            );
        }
        // The empty and the full block are the space and its inverse.
        for block in blocks().skip(1).take(14) {
            assert_eq!(seen.get(&block), None);
        }
    }

    #[test]
    fn a_letter_is_drawn_as_in_the_drawing() {
        let capital_l = GLYPHS[usize::from(b'L' - FIRST)];
        assert_eq!(capital_l, [0, 0x40, 0x40, 0x40, 0x40, 0x40, 0x7C, 0]);
        assert_eq!(GLYPHS[0], [0; 8]);
    }

    #[test]
    fn letters_and_digits_keep_their_margins() {
        for code in (b'0'..=b'9').chain(b'A'..=b'Z') {
            let glyph = GLYPHS[usize::from(code - FIRST)];
            assert_eq!((glyph[0], glyph[7]), (0, 0), "{code} above or below");
            assert!(glyph.iter().all(|row| row & 0x81 == 0), "{code} at a side");
        }
    }
}
