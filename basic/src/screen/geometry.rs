//! Sizes of the screen, and the places of its parts in memory.

use crate::store::Address;
use crate::store::memory::{ATTRIBUTES, DISPLAY_FILE};

/// The size of a screen in cells, and of a cell in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Cells in a line.
    pub columns: u8,
    /// Lines on the screen, the lower part included.
    pub lines: u8,
    /// Pixels in a cell's side.
    pub cell: u8,
}

impl Geometry {
    /// The screen of the 48K and the 128K: 32 x 24 cells of 8 x 8 pixels.
    pub const CLASSIC: Self = Self {
        columns: 32,
        lines: 24,
        cell: 8,
    };

    /// Pixels in a row.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.columns as u32 * self.cell as u32
    }

    /// Rows of pixels.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.lines as u32 * self.cell as u32
    }
}

/// Address of the byte that holds row `y` (0 at the top) of the eight pixels of `column`.
#[inline]
#[must_use]
pub const fn pixel_address(column: u32, y: u32) -> Address {
    DISPLAY_FILE | (y & 0xC0) << 5 | (y & 7) << 8 | (y & 0x38) << 2 | column
}

/// The pixels of a cell in a display file, top row first; nothing beyond the file's end.
#[must_use]
pub fn cell_pixels(display_file: &[u8], line: usize, column: usize) -> [u8; 8] {
    let at = |row| (pixel_address(column as u32, (8 * line + row) as u32) - DISPLAY_FILE) as usize;
    core::array::from_fn(|row| display_file.get(at(row)).copied().unwrap_or(0))
}

/// Address of the attribute of a cell; line 0 is the top one.
#[inline]
#[must_use]
pub const fn attribute_address(column: u32, line: u32) -> Address {
    ATTRIBUTES + line * 32 + column
}
