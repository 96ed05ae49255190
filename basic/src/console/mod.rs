//! The mirror on a serial line or a terminal: what the machine prints, as UTF-8 text.
//!
//! Owns the translation of the character set and the redrawing of the line being typed. It knows
//! no screen: colours are dropped, and AT, TAB and the comma become spaces and new lines, so that
//! the text can be read, kept and compared as it comes. No line is broken at 32 columns; the
//! terminal does that at its own width.
//!
//! Terminal codes are used only while a line is typed: `ESC [ n A/B/C/D` to move, `ESC [ K` and
//! `ESC [ J` to wipe. Text typed at the end of the line comes out as it is typed, so a plain log
//! stays readable.
//!
//! The 128's editor and its menus are shown either so, line by line, or in place by a
//! [`Terminal`] of the host's; then nothing is said of them here, nor of a report that stands on
//! the screen while nothing else was printed.

pub(crate) mod cell;
mod screen;

use alloc::string::String;
use alloc::vec::Vec;

pub use screen::{Terminal, View};

use crate::charset::{self, ENTER, NUMBER};
use crate::screen::Picture;
use crate::token;

/// How the 128's editor and the menus are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As lines of text.
    #[default]
    Lines,
    /// In place: the screen's 24 lines.
    Screen,
}

/// Columns of the terminal: a line typed that is longer goes on in the next row.
pub const TERMINAL_COLUMNS: usize = 80;

/// Columns of the screen: what TAB, AT and the comma count in.
const SCREEN_COLUMNS: usize = 32;

/// Lines of the screen.
const PAGE_LINES: usize = 24;

/// Last line of the upper screen; what is printed below it has scrolled.
const LAST_LINE: usize = 21;

/// The text mirror of one machine: where the terminal's cursor is and what is half printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// The channel that printed last.
    channel: u8,
    /// Cells in the terminal's present line.
    column: usize,
    /// The line of the screen this line began in, where AT has told.
    line: Option<usize>,
    /// A control code that waits for operands, and those that have come.
    control: Option<(u8, Option<u8>)>,
    /// The last character was a space, so that a keyword puts none before it (FLAGS bit 0).
    after_space: bool,
    /// The line being typed, as it stands on the terminal.
    edit: Option<Edit>,
    /// A menu stands above the terminal's cursor; which of its items is marked.
    menu: Option<usize>,
    style: Style,
    /// The terminal shows the screen in place: nothing was said since the editor or a menu did so.
    on_screen: bool,
    /// What is printed stays on the screen that is shown in place.
    kept: bool,
}

/// A line being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    /// The column it starts in.
    start: usize,
    cells: Vec<char>,
    /// The cell the terminal's cursor is on; the number of cells when it is behind them.
    at: usize,
    /// The terminal has filled its last column and not yet gone to the next row.
    pending: bool,
}

impl Console {
    /// A mirror whose terminal is at the start of a line.
    #[must_use]
    pub const fn new(style: Style) -> Self {
        Self {
            channel: b'S',
            column: 0,
            line: None,
            control: None,
            after_space: true,
            edit: None,
            menu: None,
            style,
            on_screen: false,
            kept: false,
        }
    }

    /// The editor or a menu is on the screen: whether the terminal shows it in place, so that
    /// nothing need be said of it.
    pub fn show_screen(&mut self, out: &mut Vec<u8>) -> bool {
        if self.style == Style::Screen && !self.on_screen {
            self.fresh_line(out);
            self.on_screen = true;
        }
        self.on_screen
    }

    /// Whether the terminal shows the screen in place.
    #[must_use]
    pub const fn is_on_screen(&self) -> bool {
        self.on_screen
    }

    /// While the screen is shown in place, what is printed from now on is seen there (a report),
    /// until this is taken back.
    pub const fn keep_screen(&mut self, keep: bool) {
        self.kept = keep && self.on_screen;
    }

    /// Whether the terminal's cursor is at the start of a line with nothing in it.
    #[must_use]
    pub fn at_line_start(&self) -> bool {
        self.column == 0 && self.edit.as_ref().is_none_or(|edit| edit.cells.is_empty())
    }

    /// Starts a new line unless the cursor is at the start of one: what follows a report, for
    /// instance. Ends a line being typed.
    pub fn fresh_line(&mut self, out: &mut Vec<u8>) {
        self.edit_line(None, out);
        if self.column > 0 {
            self.new_line(out);
        }
        self.control = None;
    }

    /// The next keyword puts no space before it (FLAGS bit 0 set without a space being printed,
    /// as LIST does behind the line cursor).
    pub fn suppress_space(&mut self) {
        self.after_space = true;
    }

    /// Takes one code printed to a channel: `S` the screen, `K` its lower part, `P` the printer.
    ///
    /// Codes come as BASIC sends them to the channel, operands of control codes as codes of their
    /// own and keywords not yet spelt out.
    pub fn printed(&mut self, channel: u8, code: u8, out: &mut Vec<u8>) {
        if self.kept {
            return;
        }
        self.on_screen = false;
        self.edit_line(None, out);
        if channel != self.channel {
            self.fresh_line(out);
            self.channel = channel;
            self.line = None;
        }
        match self.control.take() {
            Some((control @ 22..=23, None)) => self.control = Some((control, Some(code))),
            Some((22, Some(line))) => self.at(usize::from(line), usize::from(code), out),
            Some((23, Some(low))) => self.tab(usize::from(low), out),
            Some(_) => {}
            None => self.code(code, out),
        }
    }

    /// Whether the next code printed to a channel would be taken as it is: no line is being
    /// typed, no control code waits for operands and the channel is the one before.
    #[must_use]
    pub fn takes_plain(&self, channel: u8) -> bool {
        self.edit.is_none()
            && self.menu.is_none()
            && !self.on_screen
            && self.control.is_none()
            && channel == self.channel
    }

    /// Takes plain characters (32 to 127) at once, when [`Console::takes_plain`].
    pub fn printed_plain(&mut self, codes: &[u8], out: &mut Vec<u8>) {
        if codes.iter().any(|c| matches!(c, 94 | 96 | 127)) {
            for code in codes {
                push(character(*code), out);
            }
        } else {
            out.extend_from_slice(codes);
        }
        self.column += codes.len();
        if let Some(last) = codes.last() {
            self.after_space = *last == b' ';
        }
    }

    fn code(&mut self, code: u8, out: &mut Vec<u8>) {
        match code {
            // ROM: `PO-COMMA` 0A5F: to column 16, or to the next line.
            6 if self.column % SCREEN_COLUMNS < SCREEN_COLUMNS / 2 => {
                self.tab(SCREEN_COLUMNS / 2, out);
            }
            6 => {
                self.new_line(out);
                self.after_space = true;
            }
            8 => {
                if self.column > 0 {
                    self.column -= 1;
                    out.push(8);
                }
            }
            9 => {
                self.column += 1;
                out.extend_from_slice(b"\x1b[C");
            }
            ENTER => self.new_line(out),
            16..=23 => self.control = Some((code, None)),
            _ => {
                let mut after_space = self.after_space;
                let mut cells = 0;
                spell(code, &mut after_space, |c| {
                    push(c, out);
                    cells += 1;
                });
                self.after_space = after_space;
                self.column += cells;
            }
        }
    }

    /// ROM: `PO-TAB` 0AC2: spaces up to a column, in the next line when that is past.
    fn tab(&mut self, to: usize, out: &mut Vec<u8>) {
        let (from, to) = (self.column % SCREEN_COLUMNS, to % SCREEN_COLUMNS);
        if to == from {
            return;
        }
        if to < from {
            self.new_line(out);
            self.spaces(to, out);
        } else {
            self.spaces(to - from, out);
        }
        self.after_space = true;
    }

    /// AT: goes on in the present line where it can, else in a new one.
    fn at(&mut self, line: usize, column: usize, out: &mut Vec<u8>) {
        let here = self.line.map(|line| line + self.column / SCREEN_COLUMNS);
        let from = self.column % SCREEN_COLUMNS;
        if here == Some(line) && column >= from {
            self.spaces(column - from, out);
        } else {
            if self.column > 0 {
                self.new_line(out);
            }
            self.spaces(column.min(SCREEN_COLUMNS), out);
            self.line = Some(line);
        }
    }

    fn new_line(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        // A line that is exactly full has not taken the next one.
        let rows = self.column.saturating_sub(1) / SCREEN_COLUMNS + 1;
        self.line = self.line.map(|line| (line + rows).min(LAST_LINE));
        self.column = 0;
    }

    fn spaces(&mut self, count: usize, out: &mut Vec<u8>) {
        out.resize(out.len() + count, b' ');
        self.column += count;
    }

    /// Shows the line being typed: its codes and the place of the cursor in them (0 before the
    /// first). `None` when there is none any more: it was entered.
    ///
    /// A line typed after output to the screen starts in a new row; one after output to the lower
    /// screen, INPUT's prompt for instance, starts behind it.
    pub fn edit_line(&mut self, line: Option<(&[u8], usize)>, out: &mut Vec<u8>) {
        self.menu = None;
        let Some((codes, cursor)) = line else {
            if let Some(mut edit) = self.edit.take() {
                if self.column > 0 || !edit.cells.is_empty() {
                    let end = edit.cells.len();
                    edit.go(end, out);
                    out.extend_from_slice(b"\r\n");
                }
                self.column = 0;
                self.line = None;
                self.after_space = true;
            }
            return;
        };
        self.on_screen = false;
        let start = match &self.edit {
            Some(edit) => edit.start,
            None => {
                if self.channel != b'K' && self.column > 0 {
                    self.new_line(out);
                }
                self.channel = b'K';
                self.column % TERMINAL_COLUMNS
            }
        };
        let (cells, at) = spell_line(codes, cursor);
        let edit = self.edit.get_or_insert(Edit {
            start,
            cells: Vec::new(),
            at: 0,
            pending: false,
        });
        edit.show(cells, at, out);
    }
}

impl Console {
    /// Whether a page that is no text is shown in place.
    #[must_use]
    pub fn shows_pages(&self) -> bool {
        self.style == Style::Screen
    }

    /// Shows a page that is no text, as lines where it is not shown in place.
    pub fn page(&mut self, picture: &Picture<'_>, out: &mut Vec<u8>) {
        if self.shows_pages() {
            return;
        }
        self.fresh_line(out);
        for line in 0..PAGE_LINES {
            let shown = (0..SCREEN_COLUMNS).map(|column| {
                let known = cell::known(picture.cell(line, column));
                known.map_or('?', |(shows, _)| shows)
            });
            let shown: String = shown.collect();
            out.extend_from_slice(shown.trim_end().as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }

    /// That page is not shown any more: what is typed or printed goes on in a line of its own.
    pub fn page_is_over(&mut self, out: &mut Vec<u8>) {
        if self.on_screen {
            return;
        }
        self.edit = None;
        self.menu = None;
        self.column = 0;
        self.line = None;
        out.extend_from_slice(b"\r\n");
    }

    /// Shows what begins, in a line of its own.
    pub fn title(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.fresh_line(out);
        self.on_screen = false;
        out.extend_from_slice(text);
        out.extend_from_slice(b"\r\n");
    }

    /// Shows a menu, one of its items marked, or marks another item of the menu shown last.
    pub fn menu(&mut self, title: &[u8], items: &[&[u8]], marked: usize, out: &mut Vec<u8>) {
        let show = |item: usize, out: &mut Vec<u8>| {
            out.extend_from_slice(if item == marked { b"> " } else { b"  " });
            out.extend_from_slice(items.get(item).copied().unwrap_or_default());
        };
        match self.menu {
            None => {
                self.title(title.trim_ascii_end(), out);
                for item in 0..items.len() {
                    show(item, out);
                    out.extend_from_slice(b"\r\n");
                }
            }
            Some(old) if old != marked => {
                for item in [old, marked] {
                    let rows = items.len().saturating_sub(item);
                    code(rows, b'A', out);
                    show(item, out);
                    out.push(b'\r');
                    code(rows, b'B', out);
                }
            }
            Some(_) => {}
        }
        self.menu = Some(marked);
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new(Style::default())
    }
}

impl Edit {
    /// Changes what stands on the terminal into `cells` with the cursor on cell `at`.
    fn show(&mut self, cells: Vec<char>, at: usize, out: &mut Vec<u8>) {
        if self.cells != cells {
            let same = self
                .cells
                .iter()
                .zip(&cells)
                .take_while(|(a, b)| a == b)
                .count();
            self.go(same, out);
            let old_end = self.start + self.cells.len();
            self.cells = cells;
            self.write_to(self.cells.len(), out);
            let end = self.start + self.cells.len();
            if old_end > end {
                // In the last column the terminal would wipe the character just written.
                if self.pending {
                    self.wrap(out);
                }
                let more_rows =
                    old_end.saturating_sub(1) / TERMINAL_COLUMNS > end / TERMINAL_COLUMNS;
                out.extend_from_slice(if more_rows { b"\x1b[J" } else { b"\x1b[K" });
            }
        }
        self.go(at, out);
    }

    /// Writes the cells from the cursor up to cell `to`.
    fn write_to(&mut self, to: usize, out: &mut Vec<u8>) {
        for &c in self.cells.get(self.at..to).unwrap_or_default() {
            push(c, out);
        }
        if to > self.at {
            self.at = to;
            self.pending = (self.start + to).is_multiple_of(TERMINAL_COLUMNS);
        }
    }

    /// Takes a terminal that waits behind its last column to the next row.
    fn wrap(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b" \r");
        self.pending = false;
    }

    /// Moves the terminal's cursor to cell `to`, which may be the one behind the last.
    fn go(&mut self, to: usize, out: &mut Vec<u8>) {
        if to == self.at {
            return;
        }
        let from = self.place(self.at, self.pending);
        let target = self.start + to;
        let (row, column) = (target / TERMINAL_COLUMNS, target % TERMINAL_COLUMNS);
        if from.0 == row && !self.pending {
            if column < from.1 {
                code(from.1 - column, b'D', out);
            } else {
                code(column - from.1, b'C', out);
            }
        } else if to == self.cells.len() && column == 0 && to > 0 {
            // Behind a full last row: that row need not be there yet. Its last cell is written anew.
            self.go(to - 1, out);
            self.write_to(to, out);
            return;
        } else {
            if from.0 > row {
                code(from.0 - row, b'A', out);
            } else if row > from.0 {
                code(row - from.0, b'B', out);
            }
            out.push(b'\r');
            if column > 0 {
                code(column, b'C', out);
            }
        }
        self.at = to;
        self.pending = false;
    }

    /// Row and column of a cell as the terminal has them.
    fn place(&self, cell: usize, pending: bool) -> (usize, usize) {
        let at = self.start + cell;
        if pending {
            (at / TERMINAL_COLUMNS - 1, TERMINAL_COLUMNS - 1)
        } else {
            (at / TERMINAL_COLUMNS, at % TERMINAL_COLUMNS)
        }
    }
}

/// `ESC [ n X`, without a number that is 1.
fn code(count: usize, letter: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b[");
    if count > 1 {
        digits(count, out);
    }
    out.push(letter);
}

fn digits(number: usize, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    let mut rest = number;
    while rest > 0 {
        first -= 1;
        digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    out.extend_from_slice(&digits[first..]);
}

/// The cells of a line being typed, and the one its cursor is on. Numbers in their hidden form and
/// colour controls are left out.
fn spell_line(codes: &[u8], cursor: usize) -> (Vec<char>, usize) {
    let mut cells = Vec::with_capacity(codes.len());
    let mut after_space = true;
    let mut at = None;
    let mut i = 0;
    while i < codes.len() {
        if at.is_none() && cursor <= i {
            at = Some(cells.len());
        }
        i += match codes[i] {
            NUMBER => 6,
            16..=21 => 2,
            22..=23 => 3,
            code => {
                spell(code, &mut after_space, |c| cells.push(c));
                1
            }
        };
    }
    let at = at.unwrap_or(cells.len());
    (cells, at)
}

/// Spells a code 0 to 255 that is no control as the ROM prints it.
///
/// ROM: `PO-ANY` 0B24, `PO-TOKENS` 0C10; unassigned controls print `?` (`PO-QUEST` 0A69).
fn spell(code: u8, after_space: &mut bool, mut put: impl FnMut(char)) {
    match code {
        // Graphics do not go through PO-CHAR, and leave FLAGS bit 0 as it is.
        charset::FIRST_BLOCK..charset::FIRST_UDG => put(character(code)),
        ..token::FIRST_48 => {
            put(character(code));
            *after_space = code == b' ';
        }
        token::FIRST_48.. => {
            if token::leading_space(code) && !*after_space {
                put(' ');
            }
            token::spelling(code)
                .unwrap_or_default()
                .chars()
                .for_each(&mut put);
            *after_space = token::trailing_space(code);
            if *after_space {
                put(' ');
            }
        }
    }
}

/// A code 32 to 164 as Unicode has it.
fn character(code: u8) -> char {
    charset::to_char(code).unwrap_or('?')
}

fn push(c: char, out: &mut Vec<u8>) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests;
