//! How the shapes of characters come to the screen: one at a time, and those of a line together.
//!
//! ROM: `PR-ALL` 0B7F from 0B99 on.

use super::colour::{self, INVERSE, OVER};
use crate::store::memory::{ATTRIBUTES, ATTRIBUTES_END, Address, DISPLAY_FILE, Memory, RAM_START};
use crate::store::sysvars as s;

/// Whether the shape at `from` lies outside the screen and is not cut by the end of memory.
#[inline(always)]
fn is_apart(from: u16) -> bool {
    !(RAM_START - 7..ATTRIBUTES_END).contains(&Address::from(from)) && from <= 0xFFF8
}

/// Whether all shapes of the characters 32 to 127 are so, in a set that CHARS says begins at `set`.
#[inline(always)]
pub(super) fn is_set_apart(set: u16) -> bool {
    let (first, end) = (Address::from(set) + 0x100, Address::from(set) + 0x400);
    end <= 0x1_0000 && (end <= RAM_START || first >= ATTRIBUTES_END)
}

/// The rows of eight shapes side by side: byte `c` of row `r` is byte `r` of shape `c`.
#[inline(always)]
fn side_by_side(mut shapes: [u64; SHAPES]) -> [u64; SHAPES] {
    // Blocks of 4, 2 and 1 bytes change places across the diagonal; the mask says what stays.
    for first in 0..4 {
        exchange::<4>(&mut shapes, first, 0x0000_0000_FFFF_FFFF);
    }
    for first in [0, 1, 4, 5] {
        exchange::<2>(&mut shapes, first, 0x0000_FFFF_0000_FFFF);
    }
    for first in [0, 2, 4, 6] {
        exchange::<1>(&mut shapes, first, 0x00FF_00FF_00FF_00FF);
    }
    shapes
}

/// Exchanges the bytes of one shape that `stays` leaves out with those `SIZE` to their right in the
/// shape `SIZE` further on.
#[inline(always)]
fn exchange<const SIZE: usize>(shapes: &mut [u64; SHAPES], first: usize, stays: u64) {
    let second = first + SIZE;
    let change = (shapes[first] >> (8 * SIZE) ^ shapes[second]) & stays;
    shapes[second] ^= change;
    shapes[first] ^= change << (8 * SIZE);
}

/// Shapes that are drawn together; as many as a shape has rows.
const SHAPES: usize = 8;

/// How shapes are drawn: what P_FLAG and the temporary colours say.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    /// The bits of the screen that stay: all with OVER 1.
    keep: u8,
    /// All bits with INVERSE 1.
    inverse: u8,
    /// ATTR_T.
    colours: u8,
    /// MASK_T: the bits of the cell's attribute that stay.
    mask: u8,
    /// Whether INK 9 or PAPER 9 looks at the other colour.
    contrast: bool,
}

impl Pen {
    #[inline(always)]
    pub(super) fn of(m: &Memory) -> Self {
        let flags = m.byte(s::P_FLAG);
        Self {
            keep: if flags & OVER != 0 { 0xFF } else { 0 },
            inverse: if flags & INVERSE != 0 { 0xFF } else { 0 },
            colours: m.byte(s::ATTR_T),
            mask: m.byte(s::MASK_T),
            contrast: flags & (colour::INK_9 | colour::PAPER_9) != 0,
        }
    }

    /// Draws a shape outside the screen to a cell of it.
    #[inline(always)]
    fn draw(self, m: &mut Memory, from: Address, to: Address) {
        /// From the first to past the last byte of a cell.
        const CELL: usize = 7 * 256 + 1;
        let repeated = |byte| u64::from_le_bytes([byte; 8]);
        let rows = u64::from_le_bytes(m.eight(from)) ^ repeated(self.inverse);
        if let Some(cell) = m.chunk_mut::<CELL>(to) {
            if self.keep == 0 {
                for (i, row) in rows.to_le_bytes().into_iter().enumerate() {
                    cell[i * 256] = row;
                }
            } else {
                for (i, row) in rows.to_le_bytes().into_iter().enumerate() {
                    cell[i * 256] ^= row;
                }
            }
        }
    }

    /// Draws characters of a set that lies apart, beside one another from the cell at `to` on; they
    /// fit into the line.
    #[inline(always)]
    pub(super) fn draw_line(self, m: &mut Memory, set: Address, codes: &[u8], to: Address) {
        /// From the first to past the last byte of so many cells.
        const CELLS: usize = 7 * 256 + SHAPES;
        let shape_of = |code: u8| set + Address::from(code) * 8;
        let mut to = to;
        let mut groups = codes.chunks_exact(SHAPES);
        for group in &mut groups {
            let inverse = u64::from_le_bytes([self.inverse; SHAPES]);
            let shapes = core::array::from_fn(|i| u64::from_le_bytes(m.eight(shape_of(group[i]))));
            let keep = u64::from_le_bytes([self.keep; SHAPES]);
            if let Some(cells) = m.chunk_mut::<CELLS>(to) {
                for (i, row) in side_by_side(shapes).into_iter().enumerate() {
                    let place = &mut cells[i * 256..][..SHAPES];
                    let mut old = [0; SHAPES];
                    old.copy_from_slice(place);
                    let new = u64::from_le_bytes(old) & keep ^ row ^ inverse;
                    place.copy_from_slice(&new.to_le_bytes());
                }
            }
            to += SHAPES as Address;
        }
        for &code in groups.remainder() {
            self.draw(m, shape_of(code), to);
            to += 1;
        }
    }

    /// Colours cells of one line, from the one whose top row is at `to` on.
    #[inline]
    pub(super) fn colour(self, m: &mut Memory, to: Address, count: u32) {
        let first = colour::attribute_of(to);
        if self.contrast {
            for at in first..first + count {
                let new = colour::new_attribute(m, m.byte(at));
                m.set_byte(at, new);
            }
            return;
        }
        for attribute in m.slice_mut(first, count) {
            *attribute = *attribute & self.mask | self.colours & !self.mask;
        }
        m.mark_changed(1 << ((first - ATTRIBUTES) / 32));
    }
}

/// Draws the shape at `from` with its top row at `to`, and colours the cell.
///
/// ROM: `PR-ALL` 0B99 to 0BCE.
#[inline]
pub(super) fn draw(m: &mut Memory, from: u16, to: u16) {
    let pen = Pen::of(m);
    let (source, target) = (Address::from(from), Address::from(to));
    let on_screen = matches!(to, 0x4000..0x5800) && to & 0x700 == 0;
    if on_screen && is_apart(from) {
        pen.draw(m, source, target);
        pen.colour(m, target, 1);
        return;
    }
    let Pen { keep, inverse, .. } = pen;
    // Where a program has pointed DF_CC or the shapes elsewhere: byte after byte, as the ROM.
    let [low, high] = to.to_le_bytes();
    let mut last = target;
    for i in 0..8 {
        last = Address::from(u16::from_le_bytes([low, high.wrapping_add(i)]));
        let row = m.byte(source + Address::from(i));
        let new = m.byte(last) & keep ^ row ^ inverse;
        m.set_byte_anywhere(last, new);
    }
    colour::set_attribute(m, last);
}

/// The display file lies where the shapes' fast way expects it.
const _: () = assert!(DISPLAY_FILE == 0x4000 && ATTRIBUTES == 0x5800);
