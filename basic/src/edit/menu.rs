//! Menus: the opening one, the editor's and the calculator's.
//!
//! A [`Menu`] is drawn in the display file, over what is kept in it until it is closed. It never
//! waits: [`Menu::key`] does what one key asks for.

use alloc::vec::Vec;

use super::Out;
use crate::charset;
use crate::keys::FLAGS_NEW_KEY;
use crate::screen::geometry::{attribute_address, pixel_address};
use crate::screen::{Stop, clear_lines, dot};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// What a menu's item stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// 128 BASIC with the last program.
    Last,
    /// A program is loaded from tape.
    TapeLoader,
    /// 128 BASIC.
    Basic128,
    /// The calculator.
    Calculator,
    /// 48 BASIC.
    Basic48,
    /// What is on the tape is shown.
    TapeTester,
    /// Back to what lies below the menu.
    Back,
    /// The program's lines get new numbers.
    Renumber,
    /// The editor changes between the whole screen and its lower part.
    Screen,
    /// The program is listed on the printer.
    Print,
    /// The opening menu.
    Exit,
}

/// Which menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one shown when the machine is switched on.
    Opening,
    /// The same where there is a program to go on with.
    OpeningWithLast,
    /// What EDIT shows in 128 BASIC.
    Editor,
    /// What EDIT shows in the calculator.
    Calculator,
}

/// A line of a menu.
type Item = (&'static [u8], Choice);

const OPENING: &[Item] = &[
    (TAPE_LOADER, Choice::TapeLoader),
    (BASIC_128, Choice::Basic128),
    (CALCULATOR, Choice::Calculator),
    (b"48 BASIC", Choice::Basic48),
    (TAPE_TESTER, Choice::TapeTester),
];
const OPENING_WITH_LAST: &[Item] = &[
    (b"Last program", Choice::Last),
    (TAPE_LOADER, Choice::TapeLoader),
    (BASIC_128, Choice::Basic128),
    (CALCULATOR, Choice::Calculator),
    (b"48 BASIC", Choice::Basic48),
    (TAPE_TESTER, Choice::TapeTester),
];
const EDITOR: &[Item] = &[
    (BASIC_128, Choice::Back),
    (b"Renumber", Choice::Renumber),
    (b"Screen", Choice::Screen),
    (b"Print", Choice::Print),
    (b"Exit", Choice::Exit),
];
const CALCULATORS: &[Item] = &[(CALCULATOR, Choice::Back), (b"Exit", Choice::Exit)];

/// Titles of banners.
pub const TAPE_LOADER: &[u8] = b"Tape Loader";
/// 128 BASIC's.
pub const BASIC_128: &[u8] = b"128 BASIC";
/// The calculator's.
pub const CALCULATOR: &[u8] = b"Calculator";
/// The tape tester's.
pub const TAPE_TESTER: &[u8] = b"Tape Tester";

impl Kind {
    /// What stands in its title.
    #[must_use]
    pub const fn title(self) -> &'static [u8] {
        match self {
            Self::Opening | Self::OpeningWithLast => b"128     ",
            Self::Editor | Self::Calculator => b"Options ",
        }
    }

    const fn table(self) -> &'static [Item] {
        match self {
            Self::Opening => OPENING,
            Self::OpeningWithLast => OPENING_WITH_LAST,
            Self::Editor => EDITOR,
            Self::Calculator => CALCULATORS,
        }
    }

    /// The texts of its items.
    pub fn items(self) -> impl Iterator<Item = &'static [u8]> {
        self.table().iter().map(|(text, _)| *text)
    }
}

/// First line and column of a menu.
const LINE: u8 = 7;
const COLUMN: u8 = 7;
/// Its columns.
const WIDTH: u8 = 14;
/// Lines kept of what lies below it: as many as the longest menu could have.
const LINES_KEPT: u32 = 12;
/// System variables kept: TV_FLAG, and those from COORDS to the temporary colours.
const STATE: Address = s::COORDS;
const STATE_SIZE: u32 = 20;
/// Bright cyan and bright white paper: the item that is chosen by ENTER, and the others.
pub(super) const MARKED: u8 = 0x68;
const PLAIN: u8 = 0x78;
/// The editor's own colours: what is cleared by it gets them, whatever programs print in.
pub(super) const COLOURS: u8 = 0x38;
/// Bright black paper and ink: a banner's line.
const BANNER_COLOURS: u8 = 0x40;
/// A banner's line, and where its stripes begin.
const BANNER_LINE: u8 = 21;
const BANNER_STRIPES: u8 = 26;
/// Lines from the banner's to the bottom, and all lines.
const LOWER_LINES: u8 = 3;
const ALL_LINES: u8 = 24;
/// Length of a key's click as BEEPER takes it; its pitch is PIP's. ROM 0: 26EC.
const CLICK_TIMING: u16 = 0x0C80;

/// INK 7, PAPER 0, BRIGHT 1, without OVER and INVERSE.
pub(super) const TITLE_COLOURS: &[u8] = &[
    charset::OVER,
    0,
    charset::INVERSE,
    0,
    charset::INK,
    7,
    charset::PAPER,
    0,
    charset::BRIGHT,
    1,
];
/// The last cell of a title, and the colours of the items.
const TITLE_END: &[u8] = &[charset::PAPER, 0, b' ', charset::PAPER, 7, charset::INK, 0];
/// The stripes: a colour, its number, and a triangle, the lower right half of a cell or the upper left.
const STRIPES: &[u8] = &[
    charset::INK,
    2,
    b' ',
    charset::PAPER,
    6,
    b'!',
    charset::INK,
    4,
    b' ',
    charset::PAPER,
    5,
    b'!',
    charset::INK,
    0,
    b' ',
];
/// Where the triangles lie while they are printed, as the characters 32 and 33.
const TRIANGLES: Address = s::STRIP1;

/// A menu that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    kind: Kind,
    item: u8,
    below: Below,
}

/// What a menu covers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Below {
    television: u8,
    state: Vec<u8>,
    cells: Vec<u8>,
}

impl Menu {
    /// Draws a menu with its first item marked.
    ///
    /// ROM 0: 2704, 36A8.
    pub fn open(out: &mut impl Out, kind: Kind) -> Self {
        let menu = Self {
            kind,
            item: 0,
            below: Below::keep(out.memory()),
        };
        // Nothing here can be refused but with system variables that were POKEd; what is drawn by
        // then stays.
        let _ = draw(out, kind);
        mark(out.memory(), 0);
        menu
    }

    /// Which menu it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The number of the marked item.
    #[must_use]
    pub fn item(&self) -> usize {
        self.item.into()
    }

    /// The line and column its marked item begins in.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (usize::from(LINE) + 1 + self.item(), COLUMN.into())
    }

    /// Does what a key asks for; when it chooses, what lies below is on the screen again.
    ///
    /// ROM 0: 2669, 2717 to 2732.
    pub fn key(&mut self, out: &mut impl Out, code: u8) -> Option<Choice> {
        let m = out.memory();
        let last = self.kind.table().len() as u8 - 1;
        match code {
            charset::UP => self.mark_item(m, self.item.checked_sub(1).unwrap_or(last)),
            charset::DOWN if self.item == last => self.mark_item(m, 0),
            charset::DOWN => self.mark_item(m, self.item + 1),
            charset::EDIT | charset::ENTER => {
                self.close(out);
                return self
                    .kind
                    .table()
                    .get(self.item())
                    .map(|(_, choice)| *choice);
            }
            _ => m.set_byte(s::MODE, 0),
        }
        None
    }

    /// Takes it away: what lies below is on the screen again.
    pub fn close(&self, out: &mut impl Out) {
        self.below.put_back(out.memory());
    }

    /// Marks another item.
    pub fn mark_item(&mut self, m: &mut Memory, item: u8) {
        mark(m, self.item);
        mark(m, item);
        self.item = item;
    }
}

/// The newest key, if it is one for menus and the full-screen editor: those that change the mode
/// are obeyed here, those of colours do nothing. It clicks.
///
/// ROM 0: 2653, 367F.
pub fn take_key(out: &mut impl Out) -> Option<u8> {
    let m = out.memory();
    if !m.bit(s::FLAGS, FLAGS_NEW_KEY) {
        return None;
    }
    m.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
    m.set_bit(s::MODE, 0, false);
    let code = m.byte(s::LAST_K);
    match code {
        0..=5 | 0x10..=0x1F => return None,
        // CAPS LOCK, EXTENDED mode, GRAPHICS.
        6 | 0x0E | 0x0F => {
            super::line::mode_key(m, code);
            return None;
        }
        _ => {}
    }
    click(out);
    Some(code)
}

/// The click of a key.
pub(super) fn click(out: &mut impl Out) {
    let pip = out.memory().byte(s::PIP);
    out.sound(u16::from(pip), CLICK_TIMING);
}

/// Clears the screen's last lines in the editor's colours.
///
/// ROM 0: 3B5E.
fn clear(m: &mut Memory, lines: u8) {
    let colours = m.byte(s::ATTR_P);
    m.set_byte(s::ATTR_P, COLOURS);
    m.set_bit(s::TV_FLAG, super::TV_LOWER, false);
    clear_lines(m, lines);
    m.set_byte(s::ATTR_P, colours);
}

/// Clears the whole screen in the editor's colours.
///
/// ROM 0: 28C7.
pub fn clear_screen(m: &mut Memory) {
    clear(m, ALL_LINES);
}

/// Clears the lower screen and shows there what is going on.
///
/// ROM 0: 385A.
///
/// # Errors
/// Whatever stops printing.
pub fn banner(out: &mut impl Out, title: &[u8]) -> Result<(), Stop> {
    let m = out.memory();
    clear(m, LOWER_LINES);
    let line = attribute_address(0, BANNER_LINE.into());
    m.fill(line, 32, BANNER_COLOURS);
    print(out, TITLE_COLOURS)?;
    at(out, BANNER_LINE, 0)?;
    print(out, title)?;
    at(out, BANNER_LINE, BANNER_STRIPES)?;
    stripes(out)
}

/// ROM 0: 36A8.
fn draw(out: &mut impl Out, kind: Kind) -> Result<(), Stop> {
    out.memory().set_bit(s::TV_FLAG, super::TV_LOWER, false);
    at(out, LINE, COLUMN)?;
    print(out, TITLE_COLOURS)?;
    print(out, kind.title())?;
    stripes(out)?;
    print(out, TITLE_END)?;
    let mut line = LINE;
    // A line without text ends the menu.
    for text in kind.items().chain([&b""[..]]) {
        line += 1;
        at(out, line, COLUMN)?;
        print(out, b" ")?;
        print(out, text)?;
        for _ in text.len() + 1..WIDTH.into() {
            print(out, b" ")?;
        }
    }
    frame(out.memory(), line - LINE).map_err(Stop::Report)
}

/// The line round the items: down, to the right, and up again.
fn frame(m: &mut Memory, lines: u8) -> crate::report::Result<()> {
    let top = 175 - 8 * (LINE + 1);
    let bottom = top - (8 * lines - 1);
    let left = 8 * COLUMN;
    let right = left + 8 * WIDTH - 1;
    for y in (bottom + 1..=top).rev() {
        dot(m, left, y)?;
    }
    for x in left..right {
        dot(m, x, bottom)?;
    }
    for y in bottom..=top {
        dot(m, right, y)?;
    }
    Ok(())
}

/// ROM 0: 3822.
fn stripes(out: &mut impl Out) -> Result<(), Stop> {
    let m = out.memory();
    for row in 0..8 {
        m.set_byte(TRIANGLES + row, !(0xFE_u8 << row));
        m.set_byte(TRIANGLES + 8 + row, 0xFE << row);
    }
    let characters = m.word(s::CHARS);
    m.set_pointer(s::CHARS, TRIANGLES - 8 * Address::from(b' '));
    let done = print(out, STRIPES);
    out.memory().set_word(s::CHARS, characters);
    done
}

pub(super) fn print(out: &mut impl Out, codes: &[u8]) -> Result<(), Stop> {
    codes.iter().try_for_each(|code| out.print(*code))
}

fn at(out: &mut impl Out, line: u8, column: u8) -> Result<(), Stop> {
    print(out, &[charset::AT, line, column])
}

/// Marks an item, or takes the mark away.
///
/// ROM 0: 37CA.
fn mark(m: &mut Memory, item: u8) {
    let at = attribute_address(COLUMN.into(), u32::from(LINE + 1 + item));
    let colours = if m.byte(at) == PLAIN { MARKED } else { PLAIN };
    m.fill(at, WIDTH.into(), colours);
}

impl Below {
    /// ROM 0: 373B.
    fn keep(m: &Memory) -> Self {
        let mut cells = Vec::new();
        for (at, length) in rows() {
            cells.extend_from_slice(m.slice(at, length));
        }
        Self {
            television: m.byte(s::TV_FLAG),
            state: m.slice(STATE, STATE_SIZE).to_vec(),
            cells,
        }
    }

    /// ROM 0: 373E.
    fn put_back(&self, m: &mut Memory) {
        m.set_byte(s::TV_FLAG, self.television);
        m.set_bytes(STATE, &self.state);
        for ((at, _), row) in rows().zip(self.cells.chunks(WIDTH.into())) {
            m.set_bytes(at, row);
        }
    }
}

/// The rows of pixels and attributes that a menu covers: address and length.
fn rows() -> impl Iterator<Item = (Address, u32)> {
    let column = u32::from(COLUMN);
    let lines = LINE.into()..u32::from(LINE) + LINES_KEPT;
    lines.flat_map(move |line| {
        (0..8)
            .map(move |row| pixel_address(column, line * 8 + row))
            .chain([attribute_address(column, line)])
            .map(|at| (at, WIDTH.into()))
    })
}
