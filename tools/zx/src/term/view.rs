//! The picture as characters of a terminal.

use std::io::{self, Write};

use basic::machine::Machine;
use basic::screen::{PALETTE, Picture};
use crossterm::style::{Color, Print, SetBackgroundColor, SetForegroundColor};
use crossterm::{cursor, queue};

use super::keys::HELP;
use crate::computer::Rom;
use crate::recognise::{self, Shapes};

/// Columns and lines.
pub(super) type Size = (u16, u16);

/// One character of the terminal with its colours, 0x00RRGGBB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    character: char,
    ink: u32,
    paper: u32,
}

const BLANK: Cell = Cell {
    character: ' ',
    ink: 0x80_80_80,
    paper: 0,
};

/// A block whose upper half is ink and whose lower half is paper.
const UPPER_HALF: char = '\u{2580}';

/// What the terminal is to show: lines of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cells {
    size: Size,
    cells: Vec<Cell>,
}

impl Cells {
    fn blank(size: Size) -> Self {
        Self {
            size,
            cells: vec![BLANK; usize::from(size.0) * usize::from(size.1)],
        }
    }

    /// Sets a cell; outside nothing happens.
    fn set(&mut self, column: usize, line: usize, cell: Cell) {
        let columns = usize::from(self.size.0);
        if column < columns {
            if let Some(place) = self.cells.get_mut(line * columns + column) {
                *place = cell;
            }
        }
    }

    /// Writes a text into a line.
    fn write(&mut self, column: usize, line: usize, text: &str) {
        for (i, character) in text.chars().enumerate() {
            self.set(column + i, line, Cell { character, ..BLANK });
        }
    }
}

/// What is on the terminal now.
#[derive(Debug)]
pub(super) struct Frame(Option<Cells>, Size);

impl Frame {
    /// A terminal whose contents are not known.
    pub(super) const fn new(size: Size) -> Self {
        Self(None, size)
    }
    pub(super) const fn size(&self) -> Size {
        self.1
    }

    /// Writes what differs.
    pub(super) fn show(&mut self, cells: &Cells, out: &mut impl Write) -> io::Result<()> {
        let mut colours = None;
        let mut place = None;
        let columns = usize::from(cells.size.0).max(1);
        for (i, cell) in cells.cells.iter().enumerate() {
            if self
                .0
                .as_ref()
                .is_some_and(|old| old.cells.get(i) == Some(cell))
            {
                continue;
            }
            let at = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            if place != Some(i) {
                queue!(out, cursor::MoveTo(at(i % columns), at(i / columns)))?;
            }
            if colours != Some((cell.ink, cell.paper)) {
                queue!(
                    out,
                    SetForegroundColor(colour(cell.ink)),
                    SetBackgroundColor(colour(cell.paper))
                )?;
                colours = Some((cell.ink, cell.paper));
            }
            queue!(out, Print(cell.character))?;
            // at the end of a line terminals differ in where they are
            place = (i % columns + 1 < columns).then_some(i + 1);
        }
        self.0 = Some(cells.clone());
        Ok(())
    }
}

const fn colour(rgb: u32) -> Color {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color::Rgb { r, g, b }
}

/// How the picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// Two pixels (or squares of them) a character.
    Blocks,
    /// 32 by 24 characters.
    Text,
}

/// Pixels in the picture.
const WIDTH: usize = 256;
const HEIGHT: usize = 192;
/// Pixels of border around it, where there is room.
const BORDER: usize = 8;
/// Smaller pictures than this part of the whole cannot be read: text is better.
const LEAST: usize = 4;

/// The least number of pixels in a square that make the picture with a border fit into the
/// terminal, the last line left free.
const fn squares(size: Size, border: usize) -> usize {
    let columns = size.0 as usize;
    let rows = (size.1 as usize).saturating_sub(1) * 2;
    if columns == 0 || rows == 0 {
        return WIDTH;
    }
    let across = (WIDTH + 2 * border).div_ceil(columns);
    let down = (HEIGHT + 2 * border).div_ceil(rows);
    if across > down { across } else { down }
}

impl View {
    /// The view that suits a terminal's size.
    pub(super) const fn fitting(size: Size) -> Self {
        if squares(size, 0) <= LEAST {
            Self::Blocks
        } else {
            Self::Text
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Blocks => Self::Text,
            Self::Text => Self::Blocks,
        }
    }

    /// Draws the machine's picture for a terminal of that size.
    pub(super) fn draw(self, machine: &Machine, size: Size) -> Cells {
        let mut cells = Cells::blank(size);
        match self {
            Self::Blocks => {
                blocks(&machine.picture(), &mut cells);
                let last = usize::from(size.1).saturating_sub(1);
                cells.write(0, last, HELP);
            }
            Self::Text => {
                text(machine, &mut cells);
                if size.1 > 24 {
                    cells.write(0, 24, HELP);
                } else {
                    for (line, part) in HELP.split("  ").enumerate() {
                        cells.write(34, line, part);
                    }
                }
            }
        }
        cells
    }
}

/// The picture in half blocks.
fn blocks(picture: &Picture<'_>, cells: &mut Cells) {
    let bare = squares(cells.size, 0);
    let border = if squares(cells.size, BORDER) == bare {
        BORDER
    } else {
        0
    };
    let (wide, high) = (WIDTH + 2 * border, HEIGHT + 2 * border);
    let mut pixels = vec![picture.border(); wide * high];
    for (y, row) in pixels
        .chunks_mut(wide)
        .skip(border)
        .take(HEIGHT)
        .enumerate()
    {
        picture.row(y as u32, &mut row[border..border + WIDTH]);
    }
    // the mean colour of a square of pixels
    let mean = |column: usize, row: usize| -> u32 {
        let mut sum = [0u32; 3];
        let mut count = 0;
        for y in (row * bare..(row + 1) * bare).take_while(|&y| y < high) {
            for x in (column * bare..(column + 1) * bare).take_while(|&x| x < wide) {
                let index = pixels.get(y * wide + x).copied().unwrap_or(0);
                let [_, r, g, b] = PALETTE[usize::from(index & 15)].to_be_bytes();
                for (sum, part) in sum.iter_mut().zip([r, g, b]) {
                    *sum += u32::from(part);
                }
                count += 1;
            }
        }
        let [r, g, b] = sum.map(|s| s.checked_div(count).unwrap_or(0));
        r << 16 | g << 8 | b
    };
    for line in 0..high.div_ceil(2 * bare) {
        for column in 0..wide.div_ceil(bare) {
            let cell = Cell {
                character: UPPER_HALF,
                ink: mean(column, 2 * line),
                paper: mean(column, 2 * line + 1),
            };
            cells.set(column, line, cell);
        }
    }
}

/// The picture as characters.
fn text(machine: &Machine, cells: &mut Cells) {
    let picture = machine.picture();
    let shapes = Shapes::of(machine.memory(), Rom::of(machine.model()).udgs());
    let swapped = picture.flash_swapped();
    for line in 0..24 {
        for column in 0..32 {
            let attribute = picture.attribute(line, column);
            let bright = attribute >> 3 & 8;
            let mut ink = PALETTE[usize::from(attribute & 7 | bright)];
            let mut paper = PALETTE[usize::from(attribute >> 3 & 7 | bright)];
            let glyph = shapes.find(&picture.cell(line, column));
            let inverse = glyph.is_some_and(|g| g.inverse);
            if inverse != (attribute & 0x80 != 0 && swapped) {
                std::mem::swap(&mut ink, &mut paper);
            }
            let character = glyph.map_or('\u{2592}', |g| recognise::character(g.code));
            let cell = Cell {
                character,
                ink,
                paper,
            };
            cells.set(column, line, cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use basic::screen::Geometry;

    #[test]
    fn the_picture_fits_the_terminal() {
        assert_eq!(squares((256, 97), 0), 1);
        assert_eq!(squares((255, 97), 0), 2);
        assert_eq!(squares((128, 49), 0), 2);
        assert_eq!(squares((0, 0), 0), WIDTH);
        assert_eq!(View::fitting((80, 25)), View::Blocks);
        assert_eq!(View::fitting((60, 20)), View::Text);
    }

    #[test]
    fn half_blocks_show_two_pixels_each() {
        let mut display = vec![0; 6144];
        display[0] = 0x80;
        let attributes = vec![0x42; 768];
        let picture = Picture::new(Geometry::CLASSIC, &display, &attributes, 1, false);
        let mut cells = Cells::blank((256, 97));
        blocks(&picture, &mut cells);
        let first = cells.cells[0];
        assert_eq!((first.ink, first.paper), (PALETTE[10], PALETTE[8]));
        assert_eq!(cells.cells[1].ink, PALETTE[8]);
        // a larger terminal shows the border too
        let mut cells = Cells::blank((300, 120));
        blocks(&picture, &mut cells);
        assert_eq!(cells.cells[0].ink, PALETTE[1]);
        assert_eq!(cells.cells[4 * 300 + 8].ink, PALETTE[10]);
    }

    #[test]
    fn only_what_differs_is_written() {
        let mut frame = Frame::new((4, 2));
        let mut cells = Cells::blank((4, 2));
        let mut out = Vec::new();
        frame.show(&cells, &mut out).unwrap();
        assert!(!out.is_empty());
        out.clear();
        frame.show(&cells, &mut out).unwrap();
        assert!(out.is_empty());
        cells.write(3, 1, "xy");
        frame.show(&cells, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains('x') && !text.contains('y'), "{text:?}");
    }
}
