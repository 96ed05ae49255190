//! The machine's screen on a terminal, in place: the editor's and the menus' 24 lines of 32
//! characters.
//!
//! A [`Terminal`] knows what stands on the terminal and sends what is different: the shortest of
//! the ways it knows. It is a host's, not the machine's: how often it is asked to show something
//! changes nothing in the machine.
//!
//! Terminal codes used, all of them the VT102's or of its followers: `ESC [ r ; c H`,
//! `ESC [ n A/B/C/D` to move, `ESC [ K`, `ESC [ J` to wipe, `ESC [ @`, `ESC [ P` for a character
//! put in or taken out, `ESC [ n L/M` for lines, `ESC [ .. m` for colours, `ESC [ ? 7 l/h` so that a
//! narrow terminal shows the left of each line and not a jumble.

use alloc::vec;
use alloc::vec::Vec;

use super::{cell, code, digits, push};
use crate::screen::Picture;

/// Lines and columns of the screen.
const LINES: usize = 24;
const COLUMNS: usize = 32;
/// Lines that a listing scrolls at once, at most.
const SCROLL_MAX: usize = 8;
/// Cells that `ESC [ K` wipes at least: it is as long as three blanks.
const WIPE_MIN: usize = 4;
/// Backspaces that are as short as `ESC [ n D`.
const BACK_MAX: usize = 4;

/// Ink and paper of an attribute.
const WHITE: u8 = 7;
const BLACK: u8 = 0;

/// What is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The screen.
    pub picture: Picture<'a>,
    /// Line and column of the cursor, and the attribute it covers: the terminal shows a cursor of
    /// its own.
    pub cursor: (usize, usize),
    /// That attribute.
    pub covered: Option<u8>,
}

/// Colours of a cell, 0 to 7 as the Spectrum numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colours {
    ink: u8,
    paper: u8,
}

/// What an ordinary line has: the terminal's own colours.
const PLAIN: Colours = Colours {
    ink: BLACK,
    paper: WHITE,
};

/// A cell of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    shows: char,
    colours: Colours,
}

const BLANK: Cell = Cell {
    shows: ' ',
    colours: PLAIN,
};

type Line = [Cell; COLUMNS];

/// A terminal's screen as it stands, and what was sent to bring it there.
#[derive(Clone, Debug)]
struct Page {
    lines: [Line; LINES],
    /// Where the terminal's cursor is, if that is known.
    cursor: Option<(usize, usize)>,
    /// The colours the terminal writes in.
    colours: Colours,
    sent: Vec<u8>,
}

/// Lines that scroll: up to the last one, by how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scroll {
    first: usize,
    last: usize,
    count: usize,
    up: bool,
}

/// A terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    page: Page,
    /// The screen is shown, and not text.
    on: bool,
    /// What was shown last: display file, attributes, cursor.
    shown: (Vec<u8>, (usize, usize)),
}

impl Terminal {
    /// A terminal with text on it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            page: Page::new(),
            on: false,
            shown: (Vec::new(), (0, 0)),
        }
    }

    /// Shows text, below the screen if that is shown.
    pub fn print(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.leave(out);
        out.extend_from_slice(text);
    }

    /// Leaves the screen as it stands: what comes now is text below it, from the start of a line.
    pub fn leave(&mut self, out: &mut Vec<u8>) {
        if core::mem::take(&mut self.on) {
            self.page.sent.clear();
            self.page.use_colours(PLAIN);
            self.page.cursor = None;
            self.page.go(LINES - 1, 0);
            out.append(&mut self.page.sent);
            out.extend_from_slice(b"\x1b[?7h\r\n");
        }
    }

    /// Whatever stands on the terminal is not known any more: all is shown anew.
    pub const fn forget(&mut self) {
        self.on = false;
    }

    /// Whether the screen is shown.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.on
    }

    /// Shows the screen.
    pub fn show(&mut self, view: &View<'_>, out: &mut Vec<u8>) {
        let (display_file, attributes) = view.picture.bytes();
        let same = |kept: &[u8]| {
            let (pixels, colours) = kept.split_at(display_file.len().min(kept.len()));
            pixels == display_file && colours == attributes
        };
        if self.on && self.shown.1 == view.cursor && same(&self.shown.0) {
            return;
        }
        self.shown = ([display_file, attributes].concat(), view.cursor);
        if !self.on {
            self.on = true;
            out.extend_from_slice(b"\x1b[?7l\x1b[m\x1b[H\x1b[J");
            self.page = Page::new();
        }
        let wanted = core::array::from_fn(|line| core::array::from_fn(|at| view.cell(line, at)));
        self.page.become_lines(&wanted, view.cursor);
        out.append(&mut self.page.sent);
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl View<'_> {
    fn cell(&self, line: usize, column: usize) -> Cell {
        let pixels = self.picture.cell(line, column);
        let attribute = match self.covered {
            Some(covered) if (line, column) == self.cursor => covered,
            _ => self.picture.attribute(line, column),
        };
        let (mut ink, mut paper) = (attribute & 7, attribute >> 3 & 7);
        let (shows, inverse) = cell::known(pixels).unwrap_or_else(|| (cell::likest(pixels), false));
        if inverse {
            core::mem::swap(&mut ink, &mut paper);
        }
        match shows {
            '█' => Cell::blank(ink),
            ' ' => Cell::blank(paper),
            _ if ink == paper => Cell::blank(paper),
            _ => Cell {
                shows,
                colours: Colours { ink, paper },
            },
        }
    }
}

impl Cell {
    /// Nothing but paper; so that it has one ink only, one that contrasts.
    const fn blank(paper: u8) -> Self {
        let ink = if paper == BLACK { WHITE } else { BLACK };
        Self {
            shows: ' ',
            colours: Colours { ink, paper },
        }
    }
}

impl Page {
    /// An empty screen with the cursor at its start.
    const fn new() -> Self {
        Self {
            lines: [[BLANK; COLUMNS]; LINES],
            cursor: Some((0, 0)),
            colours: PLAIN,
            sent: Vec::new(),
        }
    }

    /// Shows lines, with the cursor at a place.
    fn become_lines(&mut self, wanted: &[Line; LINES], cursor: (usize, usize)) {
        let scroll = self.scroll_to(wanted);
        let mut ways = vec![None];
        ways.extend(scroll.map(Some));
        self.shortest(&ways, |page, scroll| {
            if let Some(scroll) = scroll {
                page.scroll(scroll);
            }
            for (at, line) in wanted.iter().enumerate() {
                page.become_line(at, line);
            }
            page.go(cursor.0, cursor.1);
        });
    }

    /// Does the same in the way that sends least.
    fn shortest<T: Copy>(&mut self, ways: &[T], go: impl Fn(&mut Self, T)) {
        let done = ways.iter().map(|&way| {
            let mut page = self.clone();
            go(&mut page, way);
            page
        });
        if let Some(page) = done.min_by_key(|page| page.sent.len()) {
            *self = page;
        }
    }

    /// Shows a line.
    fn become_line(&mut self, at: usize, wanted: &Line) {
        let old = &self.lines[at];
        let Some(first) = (0..COLUMNS).find(|&c| old[c] != wanted[c]) else {
            return;
        };
        let last = COLUMNS - 1;
        let mut ways = vec![0];
        if old[last] == BLANK && old[first] == wanted[(first + 1).min(last)] {
            ways.push(1);
        }
        if wanted[last] == BLANK && wanted[first] == old[(first + 1).min(last)] {
            ways.push(-1);
        }
        self.shortest(&ways, |page, shift| {
            match shift {
                1 => page.insert_cell(at, first),
                -1 => page.take_cell(at, first),
                _ => {}
            }
            page.write_line(at, wanted);
        });
    }

    /// Writes the cells that differ.
    fn write_line(&mut self, at: usize, wanted: &Line) {
        let end = wanted
            .iter()
            .rposition(|c| *c != BLANK)
            .map_or(0, |c| c + 1);
        let more = self.lines[at][end..].iter().filter(|c| **c != BLANK);
        let wipes = more.count() >= WIPE_MIN;
        let written = if wipes { &wanted[..end] } else { wanted };
        for (column, &cell) in written.iter().enumerate() {
            if self.lines[at][column] != cell {
                self.go(at, column);
                self.put(cell);
            }
        }
        if wipes {
            self.go(at, end);
            self.use_colours(PLAIN);
            self.sent.extend_from_slice(b"\x1b[K");
            self.lines[at][end..].fill(BLANK);
        }
    }

    fn insert_cell(&mut self, at: usize, column: usize) {
        self.go(at, column);
        self.use_colours(PLAIN);
        self.sent.extend_from_slice(b"\x1b[@");
        let line = &mut self.lines[at];
        line.copy_within(column..COLUMNS - 1, column + 1);
        line[column] = BLANK;
    }

    fn take_cell(&mut self, at: usize, column: usize) {
        self.go(at, column);
        self.use_colours(PLAIN);
        self.sent.extend_from_slice(b"\x1b[P");
        let line = &mut self.lines[at];
        line.copy_within(column + 1.., column);
        line[COLUMNS - 1] = BLANK;
    }

    /// Writes a cell at the cursor.
    fn put(&mut self, cell: Cell) {
        let Some((line, column)) = self.cursor else {
            return;
        };
        self.use_colours(cell.colours);
        push(cell.shows, &mut self.sent);
        self.lines[line][column] = cell;
        // Behind the last column a terminal of just so many waits, others go on.
        self.cursor = (column + 1 < COLUMNS).then_some((line, column + 1));
    }

    fn use_colours(&mut self, colours: Colours) {
        if self.colours == colours {
            return;
        }
        self.colours = colours;
        let Colours { ink, paper } = colours;
        self.sent.extend_from_slice(b"\x1b[");
        if (ink, paper) == (WHITE, BLACK) {
            self.sent.extend_from_slice(b";7");
        } else if colours != PLAIN {
            self.sent.extend_from_slice(&[b';', b'3', ansi(ink)]);
            if paper != WHITE {
                self.sent.extend_from_slice(&[b';', b'4', ansi(paper)]);
            }
        }
        self.sent.push(b'm');
    }

    /// Moves the cursor.
    fn go(&mut self, line: usize, column: usize) {
        if self.cursor == Some((line, column)) {
            return;
        }
        let mut best = address(line, column);
        if let Some(from) = self.cursor {
            let way = self.way(from, (line, column));
            if way.len() < best.len() {
                best = way;
            }
        }
        self.sent.append(&mut best);
        self.cursor = Some((line, column));
    }

    /// The way from one place to another, line first.
    fn way(&self, from: (usize, usize), to: (usize, usize)) -> Vec<u8> {
        let mut way = Vec::new();
        if to.0 > from.0 {
            code(to.0 - from.0, b'B', &mut way);
        } else if to.0 < from.0 {
            code(from.0 - to.0, b'A', &mut way);
        }
        if to.1 > from.1 {
            let mut forward = Vec::new();
            code(to.1 - from.1, b'C', &mut forward);
            let between = &self.lines[to.0][from.1..to.1];
            let again = between
                .iter()
                .all(|cell| cell.colours == self.colours && cell.shows.is_ascii());
            if again && between.len() < forward.len() {
                way.extend(between.iter().map(|cell| cell.shows as u8));
            } else {
                way.append(&mut forward);
            }
        } else if to.1 == 0 && from.1 > 0 {
            way.push(b'\r');
        } else if from.1 - to.1 <= BACK_MAX {
            way.resize(way.len() + from.1 - to.1, 8);
        } else {
            code(from.1 - to.1, b'D', &mut way);
        }
        way
    }

    /// The scrolling that brings most lines to their places.
    fn scroll_to(&self, wanted: &[Line; LINES]) -> Option<Scroll> {
        let differs = |line: &usize| self.lines[*line] != wanted[*line];
        let first = (0..LINES).find(differs)?;
        let last = (0..LINES).rfind(differs)?;
        let found = |scroll: &Scroll| {
            let (upper, lower) = (first..=last - scroll.count, first + scroll.count..=last);
            let (to, from) = if scroll.up {
                (upper, lower)
            } else {
                (lower, upper)
            };
            to.zip(from)
                .filter(|&(to, from)| {
                    wanted[to] == self.lines[from] && wanted[to] != [BLANK; COLUMNS]
                })
                .count()
        };
        (1..=SCROLL_MAX.min(last - first))
            .flat_map(|count| [true, false].map(|up| (count, up)))
            .map(|(count, up)| Scroll {
                first,
                last,
                count,
                up,
            })
            .max_by_key(found)
    }

    /// Scrolls: takes lines out at one end and puts blank ones in at the other, so that what lies
    /// below stays.
    fn scroll(&mut self, scroll: Scroll) {
        let Scroll {
            first,
            last,
            count,
            up,
        } = scroll;
        let near_last = last + 1 - count;
        let (taken, put_in) = if up {
            (first, near_last)
        } else {
            (near_last, first)
        };
        self.use_colours(PLAIN);
        self.go(taken, 0);
        code(count, b'M', &mut self.sent);
        self.go(put_in, 0);
        code(count, b'L', &mut self.sent);
        let lines = &mut self.lines[first..=last];
        if up {
            lines.rotate_left(count);
        } else {
            lines.rotate_right(count);
        }
        self.lines[put_in..put_in + count].fill([BLANK; COLUMNS]);
    }
}

/// A terminal's digit of a colour: red and blue are the other way round.
const fn ansi(colour: u8) -> u8 {
    b'0' + (colour & 1) * 4 + (colour & 2) / 2 + (colour & 4) / 2
}

/// `ESC [ line ; column H`, numbers that are 1 left out.
fn address(line: usize, column: usize) -> Vec<u8> {
    let mut out = b"\x1b[".to_vec();
    if line > 0 {
        digits(line + 1, &mut out);
    }
    if column > 0 {
        out.push(b';');
        digits(column + 1, &mut out);
    }
    out.push(b'H');
    out
}
