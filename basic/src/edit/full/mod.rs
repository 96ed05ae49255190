//! The 128's full-screen editor.
//!
//! It keeps the rows of the screen as characters: those that are shown, and those of a line that
//! begins above the screen or ends below it. A line is listed into rows, edited there, and read
//! out of them again when the cursor leaves it. The editor is a plain value and never waits:
//! [`FullEditor::key`] does what one key asks for.

mod buffers;
mod display;
mod edits;
mod enter;
mod find;
mod listing;
mod moves;
mod rows;
mod source;
mod typing;

pub use source::line_before;

use alloc::vec::Vec;

use super::{Out, Turn, menu};
use crate::channel;
use crate::charset;
use crate::keys::{FLAGS_NEW_KEY, Function};
use crate::line::list::number_at;
use crate::screen::Stop;
use crate::store::Memory;
use crate::store::program::find_line;
use crate::store::sysvars as s;
use crate::token;

use buffers::Buffer;
use display::FLASH_AND_BRIGHT;
use find::Find;
use rows::{FIRST, LAST, ROWS, Row, Rows};
use typing::Typing;

/// Rows on the screen and in its lower part, but for one. ROM 0: 2E1B, 2E1D.
const LAST_ROW: usize = 20;
const LAST_LOWER_ROW: usize = 1;
/// Rows at whose edges the listing scrolls. ROM 0: 28D1, 28D8.
const SCROLLED: (usize, usize) = (4, 16);
const LOWER_SCROLLED: (usize, usize) = (0, 1);
/// The row of the banner, and the last one.
const BANNER_ROW: usize = 21;
const BOTTOM_ROW: usize = 23;
/// REPPER in the editor, 1/50 s. ROM 0: 3663.
const REPPER: u8 = 2;
/// FLAGS: L mode, for keys and for printing.
const FLAGS_LETTERS: u8 = 0x0C;
/// The pitch of the beeps as BEEPER takes it; their length is RASP's half. ROM 0: 26F1.
const BEEP_TIMING: u16 = 0x0C80;

/// What a program line, a command or an expression that was typed led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The line is in the program, or there is nothing more to do.
    Taken,
    /// It is wrong.
    Refused {
        /// The line with the hidden numbers that were put in by then.
        line: Vec<u8>,
        /// Where it is wrong.
        at: usize,
    },
    /// Something else goes on now: the editor is left as it is, until [`FullEditor::resume`].
    Left,
}

/// What the editor needs to work: what it shows itself with, and somebody who takes lines.
pub trait Host: Out {
    /// Takes a line as codes, without hidden numbers: a line for the program or a command. A command
    /// that runs clears the banner if there is one.
    fn enter(&mut self, line: &[u8], banner: bool) -> Verdict;
    /// Takes a numeric expression. When its value is known [`FullEditor::answer`] gets it.
    fn work_out(&mut self, line: &[u8]) -> Verdict;
    /// Takes the last edit of the program back, or makes it again: the number of a line that changed,
    /// if there is such an edit, and room for it.
    fn undo(&mut self, turn: Turn) -> Option<u16>;
    /// The command before the one that came back last, or the one after it, as it is typed.
    fn command(&mut self, turn: Turn) -> Option<Vec<u8>>;
}

/// What came of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// Another key is needed.
    Wait,
    /// EDIT: the menu is wanted.
    Menu,
    /// A line was entered, and something else goes on now.
    Left,
}

/// What is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The program.
    Basic,
    /// The calculator's sums.
    Calculator,
}

/// Something else goes on: what is being done ends here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gone;

type Step<T> = Result<T, Gone>;

/// A place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At {
    row: usize,
    column: usize,
}

/// The editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullEditor {
    mode: Mode,
    /// The lower screen is used.
    lower: bool,
    rows: Rows,
    above: Buffer,
    below: Buffer,
    /// The last row used; at which rows the listing scrolls.
    last_row: usize,
    first_scrolled: usize,
    last_scrolled: usize,
    cursor: At,
    /// The column the cursor goes to in other rows.
    preferred: usize,
    /// The colours of the cursor, and those it covers.
    colour: u8,
    covered: u8,
    /// No more characters can be taken.
    full: bool,
    /// The line the cursor is in was altered.
    altered: bool,
    /// A character is being typed.
    typing: bool,
    /// Nothing is printed.
    silent: bool,
    /// Characters of the line in front of the cursor.
    before_cursor: u16,
    /// The line that was entered last.
    last_entered: u16,
    /// The line that was laid out last at the bottom, and the one at the top of the screen.
    listed: u16,
    top: u16,
    /// A comparison sign left over by a line that was wrong.
    comparison: Option<u8>,
    /// What was typed in the line the cursor is in.
    typed: Typing,
    find: Find,
}

impl FullEditor {
    /// An editor that nothing was typed at. ROM 0: 2584.
    #[must_use]
    pub fn new() -> Self {
        Self {
            mode: Mode::Basic,
            lower: false,
            rows: [Row::EMPTY; ROWS],
            above: Buffer::new(),
            below: Buffer::new(),
            last_row: LAST_ROW,
            first_scrolled: SCROLLED.0,
            last_scrolled: SCROLLED.1,
            cursor: At { row: 0, column: 0 },
            preferred: 0,
            colour: display::CURSOR,
            covered: 0,
            full: false,
            altered: false,
            typing: false,
            silent: false,
            before_cursor: 0,
            last_entered: 0,
            listed: 0,
            top: 0,
            comparison: None,
            typed: Typing::default(),
            find: Find::default(),
        }
    }

    /// What is edited.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether a command that runs clears a banner.
    #[must_use]
    pub fn has_banner(&self) -> bool {
        self.mode == Mode::Basic && !self.lower
    }

    /// The whole screen is used, the cursor at its start. ROM 0: 28BE.
    fn reset(&mut self, m: &mut Memory) {
        m.set_bit(s::TV_FLAG, super::TV_LOWER, false);
        self.lower = false;
        self.last_row = LAST_ROW;
        (self.first_scrolled, self.last_scrolled) = SCROLLED;
        self.reset_cursor();
    }

    /// The lower screen is used. ROM 0: 26BB.
    fn use_lower(&mut self, out: &mut impl Out) {
        out.memory().set_bit(s::TV_FLAG, super::TV_LOWER, true);
        for code in [charset::AT, 0, 0] {
            let _ = out.print(code);
        }
        self.lower = true;
        self.last_row = LAST_LOWER_ROW;
        (self.first_scrolled, self.last_scrolled) = LOWER_SCROLLED;
        self.reset_cursor();
    }

    fn reset_cursor(&mut self) {
        self.cursor = At { row: 0, column: 0 };
        self.preferred = 0;
        self.colour = display::CURSOR;
        self.covered = 0;
    }

    fn banner(&self, out: &mut impl Out) -> Result<(), Stop> {
        let title = match self.mode {
            Mode::Basic => menu::BASIC_128,
            Mode::Calculator => menu::CALCULATOR,
        };
        menu::banner(out, title)
    }

    /// 128 BASIC is chosen in the opening menu.
    ///
    /// ROM 0: 286C.
    pub fn basic(&mut self, host: &mut impl Host) -> Full {
        self.mode = Mode::Basic;
        host.memory().set_bit(s::TV_FLAG, super::TV_LOWER, false);
        let _ = self.banner(host);
        self.list_and_enter(host)
    }

    /// The calculator is chosen in the opening menu.
    ///
    /// ROM 0: 2885.
    pub fn calculator(&mut self, host: &mut impl Host) -> Full {
        self.mode = Mode::Calculator;
        let m = host.memory();
        self.reset(m);
        let _ = self.banner(host);
        let m = host.memory();
        m.set_word(s::E_PPC, 0);
        self.relist(host);
        self.place(host.memory(), At { row: 0, column: 0 }, 0);
        self.list_and_enter(host)
    }

    /// Screen is chosen in the editor's menu. ROM 0: 2811.
    pub fn screen(&mut self, host: &mut impl Host) -> Full {
        self.key_screen(host);
        self.list_and_enter(host)
    }

    /// The lines have new numbers. ROM 0: 2851.
    pub fn renumbered(&mut self, host: &mut impl Host) -> Full {
        host.memory().set_word(s::E_PPC, 0);
        self.last_entered = 0;
        self.listed_again(host)
    }

    /// The program was listed on the printer, or has new numbers. ROM 0: 2865.
    pub fn listed_again(&mut self, host: &mut impl Host) -> Full {
        if self.lower {
            self.list_and_enter(host)
        } else {
            self.basic(host)
        }
    }

    /// Exit is chosen in a menu. ROM 0: 281C.
    pub fn exit(&mut self, out: &mut impl Out) {
        let m = out.memory();
        self.reset(m);
        display::clear(m, 0, BOTTOM_ROW);
    }

    /// The menu was left without a change. ROM 0: 2742.
    pub fn back(&mut self, out: &mut impl Out) {
        self.show_cursor(out.memory());
    }

    /// A report has been shown, and now a key was pressed, which [`FullEditor::step`] takes next.
    ///
    /// ROM 0: 25CB.
    pub fn resume(&mut self, host: &mut impl Host) -> Full {
        ready(host.memory());
        self.altered = false;
        self.typed.clear();
        self.forget_finding();
        if !self.lower {
            let _ = self.banner(host);
        }
        self.list_and_enter(host)
    }

    /// Lists the program, the cursor in an empty row behind the current line.
    ///
    /// ROM 0: 2604.
    fn list_and_enter(&mut self, host: &mut impl Host) -> Full {
        self.below.count = 0;
        self.above.count = 0;
        if self.mode == Mode::Calculator {
            return Full::Wait;
        }
        let m = host.memory();
        let mut current = m.word(s::E_PPC);
        if current == 0 {
            if m.pointer(s::PROG) == m.pointer(s::VARS) {
                self.last_entered = 0;
            }
            current = self.last_entered;
        }
        let current = number_at(m, find_line(m, current));
        m.set_word(s::E_PPC, current);
        self.before_cursor = 0;
        self.relist(host);
        self.show_cursor(host.memory());
        match self.key_enter(host) {
            Ok(_) => Full::Wait,
            Err(Gone) => Full::Left,
        }
    }

    /// The value of an expression that was entered, in characters: they are typed under it.
    ///
    /// ROM 0: 223E.
    pub fn answer(&mut self, host: &mut impl Host, value: &[u8]) {
        ready(host.memory());
        for code in core::iter::once(charset::ENTER).chain(value.iter().copied()) {
            self.altered = false;
            self.obey(host, code);
        }
        self.altered = false;
        self.typed.clear();
    }

    /// Takes the newest key, if there is one.
    ///
    /// ROM 0: 2653.
    pub fn step(&mut self, host: &mut impl Host) -> Full {
        use_letters(host.memory());
        match menu::take_key(host) {
            Some(code) => self.obey(host, code),
            None => Full::Wait,
        }
    }

    /// Gives it a key: as if the keyboard had put `code` into LAST-K now.
    pub fn key(&mut self, host: &mut impl Host, code: u8) -> Full {
        let m = host.memory();
        m.set_byte(s::LAST_K, code);
        m.set_bit(s::FLAGS, FLAGS_NEW_KEY, true);
        self.step(host)
    }

    /// Does what a key says, or beeps.
    ///
    /// ROM 0: 2669.
    fn obey(&mut self, host: &mut impl Host, code: u8) -> Full {
        if let Some(done) = self.answer_question(host, code) {
            return self.after_key(host, done);
        }
        if code == charset::EDIT {
            self.hide_cursor(host.memory());
            return Full::Menu;
        }
        let done = self.try_key(host, code);
        if !self.altered {
            self.typed.clear();
        }
        self.after_key(host, done)
    }

    /// A key of a PC keyboard that has no code asks for something.
    pub fn comfort(&mut self, host: &mut impl Host, function: Function) -> Full {
        menu::click(host);
        if function != Function::Find {
            self.end_finding(host.memory());
        }
        let done = match function {
            Function::Undo => self.key_undo(host, Turn::Back),
            Function::Redo => self.key_undo(host, Turn::On),
            Function::LastCommand => self.key_command(host, Turn::Back),
            Function::NextCommand => self.key_command(host, Turn::On),
            Function::Find => self.key_find(host),
            _ => return Full::Wait,
        };
        self.after_key(host, done)
    }

    /// Beeps if a key could not be obeyed.
    fn after_key(&self, host: &mut impl Host, done: Step<bool>) -> Full {
        match done {
            Ok(true) => Full::Wait,
            Ok(false) => {
                beep(host);
                Full::Wait
            }
            Err(Gone) => Full::Left,
        }
    }

    /// Whether the key could be obeyed.
    ///
    /// ROM 0: 2537.
    fn try_key(&mut self, host: &mut impl Host, code: u8) -> Step<bool> {
        match code {
            charset::UP => self.key_up(host),
            charset::DOWN => self.key_down(host),
            charset::LEFT => self.key_left(host),
            charset::RIGHT => self.key_right(host),
            charset::DELETE => self.key_delete(host),
            charset::ENTER => self.key_enter(host),
            _ => match Function::of_code(code) {
                Some(function) => self.key_function(host, function),
                None if self.full => Ok(false),
                // Other keywords are not typed with one key.
                None if code >= token::FIRST => Ok(true),
                None => {
                    self.key_character(host, code)?;
                    Ok(true)
                }
            },
        }
    }

    fn key_function(&mut self, host: &mut impl Host, function: Function) -> Step<bool> {
        match function {
            Function::TenUp => self.key_ten_up(host),
            Function::TenDown => self.key_ten_down(host),
            Function::WordLeft => self.key_word_left(host),
            Function::WordRight => self.key_word_right(host),
            Function::Top => self.key_top(host),
            Function::Bottom => self.key_bottom(host),
            Function::LineStart => self.key_line_start(host),
            Function::LineEnd => self.key_line_end(host),
            Function::DeleteRight => self.key_delete_right(host),
            Function::DeleteWordRight => self.key_delete_word_right(host),
            Function::DeleteWordLeft => self.key_delete_word_left(host),
            Function::DeleteToEnd => self.key_delete_to_end(host),
            Function::DeleteToStart => self.key_delete_to_start(host),
            Function::Screen => Ok(self.key_screen(host)),
            // They have no codes.
            Function::Undo
            | Function::Redo
            | Function::Find
            | Function::LastCommand
            | Function::NextCommand => Ok(false),
        }
    }

    /// The line and column of the screen the cursor is in, and the attribute it covers there while
    /// it is shown.
    #[must_use]
    pub fn cursor(&self, m: &Memory) -> ((usize, usize), Option<u8>) {
        let line = (self.rows_above() + self.cursor.row).min(BOTTOM_ROW);
        let shown = m.byte(self.cursor_address()) & !FLASH_AND_BRIGHT == self.colour;
        ((line, self.cursor.column), shown.then_some(self.covered))
    }

    /// The line the cursor is in, as far as it is on the screen, and the place of the cursor in
    /// it: for a console.
    #[must_use]
    pub fn line(&self) -> (Vec<u8>, usize) {
        if let Some(question) = self.question() {
            let end = question.len();
            return (question, end);
        }
        let row = self.cursor.row;
        let first = (0..=row).rev().find(|row| self.rows[*row].is(FIRST));
        let mut codes = Vec::new();
        let mut cursor = 0;
        for at in first.unwrap_or(0)..=self.last_row {
            for (column, cell) in self.rows[at].cells.iter().enumerate() {
                if (At { row: at, column }) == self.cursor {
                    cursor = codes.len();
                }
                codes.extend(Some(*cell).filter(|c| *c != 0));
            }
            if self.rows[at].is(LAST) {
                break;
            }
        }
        (codes, cursor)
    }
}

impl Default for FullEditor {
    fn default() -> Self {
        Self::new()
    }
}

/// Something cannot be done. ROM 0: 26E7.
pub fn beep(out: &mut impl Out) {
    let rasp = out.memory().byte(s::RASP);
    out.sound(u16::from(rasp / 2), BEEP_TIMING);
}

/// What is printed goes to the screen, and keys give letters. ROM 0: 25CB.
pub fn ready(m: &mut Memory) {
    // Stream 2 is the screen's while nobody closes it.
    let _ = channel::open_stream(m, channel::SCREEN_STREAM);
    use_letters(m);
}

/// Clears the banner and the lower screen. ROM 0: 3881.
pub fn clear_banner(m: &mut Memory) {
    display::clear(m, BANNER_ROW, BOTTOM_ROW);
}

/// Keys give letters and not keywords. ROM 0: 3668.
fn use_letters(m: &mut Memory) {
    let flags = m.byte(s::FLAGS);
    m.set_byte(s::FLAGS, flags | FLAGS_LETTERS);
}

/// No extended mode or graphics, and keys that repeat soon. ROM 0: 365E.
fn use_editor_keys(m: &mut Memory) {
    m.set_byte(s::MODE, 0);
    m.set_byte(s::REPPER, REPPER);
}
