//! What the editor shows: rows of text and the cursor.

use super::rows::{ROWS, Row};
use super::{At, FullEditor};
use crate::charset::AT;
use crate::edit::{Out, TV_LOWER};
use crate::screen::geometry::{attribute_address, pixel_address};
use crate::store::memory::ATTRIBUTES_END;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// The colours of the editor: black on white, whatever a program prints in.
const COLOURS: u8 = 0x38;
/// ATTR_P, MASK_P, ATTR_T, MASK_T and P_FLAG while the editor prints.
const OWN_COLOURS: [u8; 5] = [COLOURS, 0, COLOURS, 0, 0];
/// The cursor: white on blue, and where a line is wrong white on red.
pub(super) const CURSOR: u8 = 0x0F;
pub(super) const CURSOR_AT_ERROR: u8 = 0x17;
/// FLASH and BRIGHT of an attribute.
pub(super) const FLASH_AND_BRIGHT: u8 = 0xC0;
/// Rows of the screen above those the editor uses in the lower screen.
const ROWS_ABOVE_LOWER: usize = 22;
/// Pixel rows of a row.
const PIXEL_ROWS: u32 = 8;
const COLUMNS: u32 = 32;

/// Which way rows go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl FullEditor {
    /// Rows of the screen above the editor's.
    pub(super) const fn rows_above(&self) -> usize {
        if self.lower { ROWS_ABOVE_LOWER } else { 0 }
    }

    /// Prints a row, unless all are printed later.
    ///
    /// ROM 0: 3604, 3B1E.
    pub(super) fn print_row(&self, out: &mut impl Out, at: usize, row: &Row) {
        if self.silent {
            return;
        }
        let m = out.memory();
        let television = m.byte(s::TV_FLAG);
        let mut colours = [0; OWN_COLOURS.len()];
        colours.copy_from_slice(m.slice(s::ATTR_P, OWN_COLOURS.len() as u32));
        m.set_bytes(s::ATTR_P, &OWN_COLOURS);
        m.set_bit(s::TV_FLAG, TV_LOWER, self.lower);
        let position = [AT, at as u8, 0];
        let text = row.cells.map(|c| match c {
            0 => b' ',
            // It would take the next characters for a place, mostly none of the screen's.
            AT => b'?',
            _ => c,
        });
        let printed = position
            .iter()
            .chain(&text)
            .try_for_each(|code| out.print(*code));
        if printed.is_err() {
            // Control codes in a line may lead out of the screen.
            out.forget();
        }
        let m = out.memory();
        m.set_byte(s::TV_FLAG, television);
        m.set_bytes(s::ATTR_P, &colours);
    }

    /// Prints a row of the screen's buffer.
    pub(super) fn print_row_at(&self, out: &mut impl Out, at: usize) {
        let row = self.rows[at.min(ROWS - 1)];
        self.print_row(out, at, &row);
    }

    /// Prints all rows. ROM 0: 1605.
    pub(super) fn print_rows(&self, out: &mut impl Out) {
        for at in 0..=self.last_row {
            self.print_row_at(out, at);
        }
    }

    /// Moves the rows below `from` up and prints the last one. ROM 0: 3ABF.
    pub(super) fn show_pulled_up(&self, out: &mut impl Out, from: usize) {
        self.shift(out.memory(), from, Way::Up);
        self.print_row_at(out, self.last_row);
    }

    /// Moves the rows from `from` on down and prints that one. ROM 0: 3AC6.
    pub(super) fn show_pushed_down(&self, out: &mut impl Out, from: usize) {
        self.shift(out.memory(), from, Way::Down);
        self.print_row_at(out, from);
    }

    /// ROM 0: 3ACD.
    fn shift(&self, m: &mut Memory, from: usize, way: Way) {
        if self.silent {
            return;
        }
        let first = self.rows_above() + from;
        let last = self.rows_above() + self.last_row;
        let copy = |m: &mut Memory, from: usize, to: usize| {
            let (from, to) = (from as u32, to as u32);
            for y in 0..PIXEL_ROWS {
                let source = pixel_address(0, from * PIXEL_ROWS + y);
                m.copy_within(source, pixel_address(0, to * PIXEL_ROWS + y), COLUMNS);
            }
            m.copy_within(
                attribute_address(0, from),
                attribute_address(0, to),
                COLUMNS,
            );
        };
        match way {
            Way::Up => (first..last).for_each(|row| copy(m, row + 1, row)),
            Way::Down => (first..last).rev().for_each(|row| copy(m, row, row + 1)),
        }
    }

    /// Clears the rows the editor uses. ROM 0: 1630.
    pub(super) fn clear_rows(&self, m: &mut Memory) {
        let above = self.rows_above();
        clear(m, above, above + self.last_row);
    }

    /// Shows the cursor where it is. ROM 0: 29F2, 3A9D.
    pub(super) fn show_cursor(&mut self, m: &mut Memory) {
        let at = self.cursor_address();
        self.covered = m.byte(at);
        m.set_byte(at, !self.covered & FLASH_AND_BRIGHT | self.colour);
    }

    /// Takes the cursor off the screen. ROM 0: 29EC, 3AB2.
    pub(super) fn hide_cursor(&self, m: &mut Memory) {
        m.set_byte(self.cursor_address(), self.covered);
    }

    pub(super) fn cursor_address(&self) -> Address {
        let line = self.rows_above() + self.cursor.row;
        let at = attribute_address(self.cursor.column as u32, line as u32);
        at.min(ATTRIBUTES_END - 1)
    }

    /// Puts the cursor somewhere and shows it. ROM 0: 29F8.
    pub(super) fn place(&mut self, m: &mut Memory, at: At, preferred: usize) {
        self.cursor = at;
        self.preferred = preferred;
        self.colour = CURSOR;
        self.show_cursor(m);
    }
}

/// Clears rows of the screen, in the editor's colours. ROM 0: 3B5E.
pub(super) fn clear(m: &mut Memory, first: usize, last: usize) {
    for row in first as u32..=last as u32 {
        for y in 0..PIXEL_ROWS {
            m.fill(pixel_address(0, row * PIXEL_ROWS + y), COLUMNS, 0);
        }
        m.fill(attribute_address(0, row), COLUMNS, COLOURS);
    }
}
