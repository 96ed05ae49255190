//! The picture as characters of a terminal.

use std::io::{self, Write};

use basic::charset;
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

    /// First column and line of what is so wide and high, in the middle above the last line.
    fn middle(&self, columns: usize, lines: usize) -> (usize, usize) {
        let (wide, high) = (usize::from(self.size.0), usize::from(self.size.1));
        let left = wide.saturating_sub(columns) / 2;
        (left, high.saturating_sub(1 + lines) / 2)
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
/// Columns and lines of text.
const COLUMNS: usize = 32;
const LINES: usize = 24;

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
    /// The view that suits a terminal's size: nobody can read a picture that is made smaller.
    pub(super) const fn fitting(size: Size) -> Self {
        if squares(size, 0) == 1 {
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
                let last = usize::from(size.1).saturating_sub(1);
                if last >= LINES {
                    cells.write(0, last, HELP);
                } else {
                    for (line, part) in HELP.split("  ").enumerate() {
                        cells.write(COLUMNS + 2, line, part);
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
    let (columns, lines) = (wide.div_ceil(bare), high.div_ceil(2 * bare));
    let (left, top) = cells.middle(columns, lines);
    for line in 0..lines {
        for column in 0..columns {
            let cell = Cell {
                character: UPPER_HALF,
                ink: mean(column, 2 * line),
                paper: mean(column, 2 * line + 1),
            };
            cells.set(left + column, top + line, cell);
        }
    }
}

/// The picture as characters.
fn text(machine: &Machine, cells: &mut Cells) {
    let picture = machine.picture();
    let shapes = Shapes::of(machine.memory(), Rom::of(machine.model()).udgs());
    let swapped = picture.flash_swapped();
    // What is said beside a low terminal's picture needs the room to its right.
    let (left, top) = if usize::from(cells.size.1) > LINES {
        cells.middle(COLUMNS, LINES)
    } else {
        (0, 0)
    };
    for line in 0..LINES {
        for column in 0..COLUMNS {
            let attribute = picture.attribute(line, column);
            let bright = attribute >> 3 & 8;
            let mut ink = PALETTE[usize::from(attribute & 7 | bright)];
            let mut paper = PALETTE[usize::from(attribute >> 3 & 7 | bright)];
            let shape = picture.cell(line, column);
            let glyph = shapes.find(&shape);
            let inverse = glyph.is_some_and(|g| g.inverse);
            if inverse != (attribute & 0x80 != 0 && swapped) {
                std::mem::swap(&mut ink, &mut paper);
            }
            let character = glyph.map_or_else(|| like(shape), |g| recognise::character(g.code));
            let cell = Cell {
                character,
                ink,
                paper,
            };
            cells.set(left + column, top + line, cell);
        }
    }
}

/// The block graphic most like a shape that is no character: of each quarter what has a line in it.
fn like(shape: [u8; 8]) -> char {
    /// Pixels of a line through a quarter.
    const LINE: u32 = 4;
    let lit = |rows: &[u8], half: u8| {
        let pixels: u32 = rows.iter().map(|row| (row & half).count_ones()).sum();
        u8::from(pixels >= LINE)
    };
    let (top, bottom) = shape.split_at(4);
    let number =
        lit(top, 0x0F) | lit(top, 0xF0) << 1 | lit(bottom, 0x0F) << 2 | lit(bottom, 0xF0) << 3;
    // A few dots are to be seen, too.
    if number == 0 {
        '\u{2592}'
    } else {
        recognise::character(charset::FIRST_BLOCK + number)
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
        assert_eq!(View::fitting((256, 97)), View::Blocks);
        assert_eq!(View::fitting((80, 25)), View::Text);
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
        // A larger terminal shows the border too, and all in its middle.
        let mut cells = Cells::blank((300, 120));
        blocks(&picture, &mut cells);
        let (left, top) = (14, 7);
        assert_eq!(cells.cells[top * 300 + left - 1], BLANK);
        assert_eq!(cells.cells[top * 300 + left].ink, PALETTE[1]);
        assert_eq!(cells.cells[(top + 4) * 300 + left + 8].ink, PALETTE[10]);
    }

    #[test]
    fn what_is_no_character_is_a_block_like_it() {
        let triangle = [1, 3, 7, 15, 31, 63, 127, 255];
        assert_eq!(like(triangle), '▟');
        assert_eq!(like([0x80; 8]), '▌');
        assert_eq!(like([0, 0, 0, 0, 0, 0, 0, 0xFF]), '▄');
        assert_eq!(like([0, 0, 0x10, 0, 0, 0, 0, 0]), '▒');
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
