//! A list on the whole screen, of which one line is chosen with the cursor keys; it scrolls.

use alloc::vec::Vec;

use super::{Out, menu};
use crate::charset::{self, AT};
use crate::screen::geometry::attribute_address;
use crate::screen::{Geometry, Stop};
use crate::store::Memory;

/// The first line of the list, and its lines: the title is above, a hint and the banner below.
const FIRST: u8 = 1;
const LINES: usize = 19;
/// The line of the hint.
const HINT: u8 = 20;
/// Columns.
pub const COLUMNS: usize = Geometry::CLASSIC.columns as usize;

/// A list that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chooser {
    title: Vec<u8>,
    hint: &'static [u8],
    lines: Vec<Vec<u8>>,
    marked: usize,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Another line is marked, perhaps on another page.
    Moved {
        /// The page is another one.
        page: bool,
    },
    /// The marked line is taken.
    Taken,
    /// The list is left.
    Left,
    /// It means nothing to a list.
    Other,
}

impl Chooser {
    /// A list with one of its lines marked.
    #[must_use]
    pub fn new(title: Vec<u8>, hint: &'static [u8], lines: Vec<Vec<u8>>, marked: usize) -> Self {
        let marked = marked.min(lines.len().saturating_sub(1));
        Self {
            title,
            hint,
            lines,
            marked,
        }
    }

    /// The number of the marked line.
    #[must_use]
    pub const fn marked(&self) -> usize {
        self.marked
    }

    /// The line and column of the screen its marked line begins in.
    #[must_use]
    pub const fn place(&self) -> (usize, usize) {
        (FIRST as usize + self.marked % LINES, 0)
    }

    /// The title, the lines of the page that is shown, and which of them is marked.
    #[must_use]
    pub fn page(&self) -> (&[u8], Vec<&[u8]>, usize) {
        let first = self.first();
        let lines = self.lines.iter().skip(first).take(LINES);
        let lines = lines.map(|line| line.get(..COLUMNS).unwrap_or(line));
        (&self.title, lines.collect(), self.marked - first)
    }

    /// The first line of the page.
    const fn first(&self) -> usize {
        self.marked - self.marked % LINES
    }

    /// Draws the page, with a banner below.
    pub fn draw(&self, out: &mut impl Out, banner: &[u8]) {
        menu::clear_screen(out.memory());
        // Nothing here can be refused but with system variables that were POKEd; what is drawn by
        // then stays.
        let _ = menu::banner(out, banner).and_then(|()| self.draw_lines(out));
        mark(out.memory(), self.marked % LINES, true);
    }

    fn draw_lines(&self, out: &mut impl Out) -> Result<(), Stop> {
        menu::print(out, menu::TITLE_COLOURS)?;
        let title = self.title.len().saturating_sub(COLUMNS);
        at(out, 0)?;
        let mut title = self.title.get(title..).unwrap_or_default().to_vec();
        title.resize(COLUMNS, b' ');
        menu::print(out, &title)?;
        menu::print(out, PLAIN)?;
        let (_, lines, _) = self.page();
        for (line, text) in (FIRST..).zip(lines) {
            at(out, line)?;
            menu::print(out, text)?;
        }
        at(out, HINT)?;
        menu::print(out, self.hint)
    }

    /// Does what a key asks for.
    pub fn key(&mut self, out: &mut impl Out, code: u8) -> Press {
        let last = self.lines.len().saturating_sub(1);
        let to = match code {
            charset::ENTER if self.lines.is_empty() => return Press::Left,
            charset::ENTER => return Press::Taken,
            charset::EDIT => return Press::Left,
            charset::UP => self.marked.checked_sub(1).unwrap_or(last),
            charset::DOWN if self.marked == last => 0,
            charset::DOWN => self.marked + 1,
            charset::LEFT => self.marked.saturating_sub(LINES),
            charset::RIGHT => (self.marked + LINES).min(last),
            _ => return Press::Other,
        };
        self.mark_line(out, to)
    }

    fn mark_line(&mut self, out: &mut impl Out, to: usize) -> Press {
        mark(out.memory(), self.marked % LINES, false);
        let page = self.first();
        self.marked = to;
        mark(out.memory(), to % LINES, true);
        Press::Moved {
            page: self.first() != page,
        }
    }

    /// Marks the next line that begins with a letter.
    pub fn find(&mut self, out: &mut impl Out, letter: u8) -> Press {
        let after = self.marked + 1;
        let begins = |line: &Vec<u8>| {
            line.first()
                .is_some_and(|c| c.eq_ignore_ascii_case(&letter))
        };
        let behind = self.lines.iter().skip(after).position(begins);
        let found = behind.map(|n| n + after);
        let Some(to) = found.or_else(|| self.lines.iter().position(begins)) else {
            return Press::Other;
        };
        self.mark_line(out, to)
    }
}

/// The colours of lines.
const PLAIN: &[u8] = &[charset::INK, 0, charset::PAPER, 7, charset::BRIGHT, 0];

fn at(out: &mut impl Out, line: u8) -> Result<(), Stop> {
    menu::print(out, &[AT, line, 0])
}

/// Marks a line, or takes the mark away.
fn mark(m: &mut Memory, line: usize, marked: bool) {
    let colours = if marked { menu::MARKED } else { menu::COLOURS };
    let at = attribute_address(0, u32::from(FIRST) + line as u32);
    m.fill(at, COLUMNS as u32, colours);
}
