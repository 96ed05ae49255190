//! What a host shows: the picture as pixels of sixteen colours.

use super::geometry::{Geometry, cell_pixels, pixel_address};
use crate::store::Memory;
use crate::store::memory::DISPLAY_FILE;

/// The sixteen colours as 0x00RRGGBB: black blue red magenta green cyan yellow white, then the
/// same bright.
pub const PALETTE: [u32; 16] = [
    0x00_00_00, 0x00_00_D7, 0xD7_00_00, 0xD7_00_D7, 0x00_D7_00, 0x00_D7_D7, 0xD7_D7_00, 0xD7_D7_D7,
    0x00_00_00, 0x00_00_FF, 0xFF_00_00, 0xFF_00_FF, 0x00_FF_00, 0x00_FF_FF, 0xFF_FF_00, 0xFF_FF_FF,
];

/// A look at the screen; costs nothing to make.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    geometry: Geometry,
    display_file: &'a [u8],
    attributes: &'a [u8],
    border: u8,
    flash_swapped: bool,
}

impl<'a> Picture<'a> {
    /// A picture of a display file (in the ROM's order of rows) and its attributes.
    ///
    /// `border` is a colour 0 to 7; `flash_swapped` tells whether flashing cells show their
    /// colours exchanged now.
    #[must_use]
    pub const fn new(
        geometry: Geometry,
        display_file: &'a [u8],
        attributes: &'a [u8],
        border: u8,
        flash_swapped: bool,
    ) -> Self {
        Self {
            geometry,
            display_file,
            attributes,
            border,
            flash_swapped,
        }
    }

    /// The picture that the display file and the attributes shown are.
    #[must_use]
    pub fn of(memory: &'a Memory, border: u8, flash_swapped: bool) -> Self {
        let (display_file, attributes) = memory.shown();
        Self::new(
            Geometry::CLASSIC,
            display_file,
            attributes,
            border,
            flash_swapped,
        )
    }

    /// The same in one of the two phases of flashing.
    #[must_use]
    pub const fn in_phase(mut self, flash_swapped: bool) -> Self {
        self.flash_swapped = flash_swapped;
        self
    }

    /// The size of the picture without its border.
    #[must_use]
    pub const fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// The colour (0 to 7) of the border.
    #[must_use]
    pub const fn border(&self) -> u8 {
        self.border
    }

    /// Whether flashing cells show their colours exchanged now.
    #[must_use]
    pub const fn flash_swapped(&self) -> bool {
        self.flash_swapped
    }

    /// The display file and the attributes.
    #[must_use]
    pub const fn bytes(&self) -> (&'a [u8], &'a [u8]) {
        (self.display_file, self.attributes)
    }

    /// The pixels of a cell, top row first.
    #[must_use]
    pub fn cell(&self, line: usize, column: usize) -> [u8; 8] {
        cell_pixels(self.display_file, line, column)
    }

    /// The attribute of a cell.
    #[must_use]
    pub fn attribute(&self, line: usize, column: usize) -> u8 {
        let at = line * usize::from(self.geometry.columns) + column;
        self.attributes.get(at).copied().unwrap_or(0)
    }

    /// One row of pixels, `y` counted from the top, as indexes into [`PALETTE`]; `out` takes as
    /// many as it is long, at most the picture's width.
    pub fn row(&self, y: u32, out: &mut [u8]) {
        let line = y as usize / usize::from(self.geometry.cell);
        let row = pixel_address(0, y) - DISPLAY_FILE;
        let columns = usize::from(self.geometry.columns);
        let Some(bits) = self.display_file.get(row as usize..row as usize + columns) else {
            return;
        };
        let Some(attributes) = self.attributes.get(line * columns..(line + 1) * columns) else {
            return;
        };
        for ((pixels, &byte), &attribute) in out.chunks_mut(8).zip(bits).zip(attributes) {
            let bright = attribute >> 3 & 8;
            let mut ink = attribute & 7 | bright;
            let mut paper = attribute >> 3 & 7 | bright;
            if attribute & 0x80 != 0 && self.flash_swapped {
                core::mem::swap(&mut ink, &mut paper);
            }
            for (bit, pixel) in pixels.iter_mut().enumerate() {
                *pixel = if byte & 0x80 >> bit != 0 { ink } else { paper };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flashing_cell_exchanges_its_colours() {
        let mut display = [0; 6144];
        let mut attributes = [0x38; 768];
        display[0] = 0xF0;
        attributes[0] = 0x80 | 0x40 | 2 << 3 | 4;
        let mut row = [0; 256];
        Picture::new(Geometry::CLASSIC, &display, &attributes, 7, false).row(0, &mut row);
        assert_eq!(row[..9], [12, 12, 12, 12, 10, 10, 10, 10, 7]);
        Picture::new(Geometry::CLASSIC, &display, &attributes, 7, true).row(0, &mut row);
        assert_eq!(row[..9], [10, 10, 10, 10, 12, 12, 12, 12, 7]);
    }
}
