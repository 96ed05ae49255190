//! The help screen: what a PC's keys do, what is on the Spectrum's keys, and what each key sends.
//!
//! It is a picture of its own before the machine's: programs go on and cannot see it. While it is
//! shown it takes the keys of PC keyboards and what is typed.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Machine;
use crate::charset;
use crate::edit::line::leave_mode;
use crate::keys::table::{COMFORTS, DOES_WIDTH, EDITING, KEYS, PC_WIDTH, Row};
use crate::keys::tester::{PRESSES, Tester};
use crate::keys::{KeyEvent, caps_lock, legends};
use crate::line::list::FLAGS_L_MODE;
use crate::screen::geometry::pixel_address;
use crate::screen::{Geometry, Picture, own_pixels};
use crate::store::Memory;
use crate::store::memory::{ATTRIBUTES, ATTRIBUTES_END, DISPLAY_FILE};
use crate::store::sysvars as s;
use crate::token;

const COLUMNS: usize = 32;
/// Bytes of the pixels; the attributes are behind them.
const PIXELS: usize = (ATTRIBUTES - DISPLAY_FILE) as usize;
/// Bytes of a screen.
const SIZE: usize = (ATTRIBUTES_END - DISPLAY_FILE) as usize;
/// Black on white.
const PLAIN: u8 = 0x38;
/// Bright white on black.
const TITLE: u8 = 0x47;
/// Bright white on blue.
const FOOT: u8 = 0x4F;
/// The border's colour: white.
const BORDER: u8 = 7;
/// The first line below the title.
const FIRST_LINE: usize = 2;
/// The first line of the foot.
const FOOT_LINE: usize = 22;

/// Below the comforts.
const COMFORT_NOTES: [&str; 5] = [
    "ENTER or F10 finds the next one,",
    "EDIT or BREAK ends the search.",
    "",
    "Undo, redo and find are for the",
    "128's full-screen editor.",
];

/// USB usages of keys that mean something here.
mod usage {
    pub(super) const H: u8 = 0x0B;
    pub(super) const L: u8 = 0x0F;
    pub(super) const FIGURE_5: u8 = 0x22;
    pub(super) const FIGURE_8: u8 = 0x25;
    pub(super) const ENTER: u8 = 0x28;
    pub(super) const SPACE: u8 = 0x2C;
    pub(super) const F1: u8 = 0x3A;
    pub(super) const PAGE_UP: u8 = 0x4B;
    pub(super) const PAGE_DOWN: u8 = 0x4E;
    pub(super) const RIGHT: u8 = 0x4F;
    pub(super) const LEFT: u8 = 0x50;
}

/// A page of the help screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// The Spectrum's functions on a PC keyboard.
    Keys,
    /// The functions of the 128's editor.
    Editing,
    /// What the editors do besides.
    Comforts,
    /// What the Spectrum's keys give with the cursor in force.
    Legends,
    /// What each key sends.
    Tester,
}

impl Page {
    const ALL: [Self; 5] = [
        Self::Keys,
        Self::Editing,
        Self::Comforts,
        Self::Legends,
        Self::Tester,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Keys => "Keys",
            Self::Editing => "Keys of the editor",
            Self::Comforts => "More of the editor",
            Self::Legends => "Spectrum keys",
            Self::Tester => "What keys send",
        }
    }
}

/// The help screen while it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Help {
    page: Page,
    tester: Tester,
    /// A display file and its attributes.
    screen: Vec<u8>,
    changed: bool,
}

impl Help {
    /// The picture to show.
    pub(super) fn picture(&self) -> Picture<'_> {
        let (pixels, attributes) = self.screen.split_at(PIXELS);
        Picture::new(Geometry::CLASSIC, pixels, attributes, BORDER, false)
    }

    /// Whether an event is Delete pressed while Control and Alt are held: only this sees the keys.
    pub(super) fn asks_reset(&self, event: KeyEvent) -> bool {
        self.tester.asks_reset(event)
    }

    /// Whether it has changed since the last call.
    pub(super) const fn take_changed(&mut self) -> bool {
        core::mem::replace(&mut self.changed, false)
    }

    /// Turns so many pages on, round and round.
    fn turn(&mut self, pages: usize) {
        self.page = Page::ALL[(self.page as usize + pages) % Page::ALL.len()];
        self.tester.forget();
    }

    /// Draws the page anew.
    fn draw(&mut self, m: &Memory, keyword_keys: bool) {
        self.changed = true;
        self.screen.clear();
        self.screen.resize(PIXELS, 0);
        self.screen.resize(SIZE, PLAIN);
        self.band(0, TITLE, self.page.title());
        let number = format!("{}/{}", self.page as usize + 1, Page::ALL.len());
        self.text(0, COLUMNS - 1 - number.len(), &number);
        match self.page {
            Page::Keys => self.keys(&KEYS),
            Page::Editing => self.keys(&EDITING),
            Page::Comforts => self.comforts(),
            Page::Legends => self.legends(m, keyword_keys),
            Page::Tester => self.presses(),
        }
        let layout = format!("Layout: {}", self.tester.layout.title());
        self.band(FOOT_LINE, FOOT, &layout);
        self.band(FOOT_LINE + 1, FOOT, "F1 or BREAK: leave");
        if self.page != Page::Tester {
            self.text(FOOT_LINE, 20, "L: next one");
            self.text(FOOT_LINE + 1, 20, "SPACE: next");
        }
    }

    fn keys(&mut self, rows: &[Row]) {
        self.table(rows);
        self.notes(
            rows.len(),
            &[
                "CS CAPS SHIFT   SS SYMBOL SHIFT",
                "E  both together and let go",
                "Ctrl+Alt+Del  reset",
            ],
        );
    }

    fn comforts(&mut self) {
        self.table(&COMFORTS);
        self.notes(COMFORTS.len(), &COMFORT_NOTES);
    }

    fn table(&mut self, rows: &[Row]) {
        for (line, row) in (FIRST_LINE..).zip(rows) {
            self.text(line, 0, row.pc);
            self.text(line, PC_WIDTH + 1, row.spectrum);
            self.text(line, COLUMNS - DOES_WIDTH, row.does);
        }
    }

    /// Writes lines below a table of so many rows.
    fn notes(&mut self, rows: usize, notes: &[&str]) {
        for (line, note) in (FIRST_LINE + rows + 1..).zip(notes) {
            self.text(line, 0, note);
        }
    }

    /// What the keys of the left hand and of the right hand give with the cursor in force.
    fn legends(&mut self, m: &Memory, keyword_keys: bool) {
        let mode = m.byte(s::MODE);
        let letters = !keyword_keys || m.bit(s::FLAGS, FLAGS_L_MODE);
        let caps = caps_lock(m);
        let cursor = match mode {
            0 if !letters => 'K',
            0 if caps => 'C',
            0 => 'L',
            1 => 'E',
            _ => 'G',
        };
        self.text(0, 16, &format!("cursor {cursor}"));
        for (start, keys) in [
            (0, "12345QWERTASDFGZXCV"),
            (COLUMNS / 2, "67890YUIOPHJKLBNM"),
        ] {
            for (line, key) in (FIRST_LINE..).zip(keys.bytes()) {
                self.put(line, start, key, m);
                let mut column = start + 2;
                let mut last = None;
                for code in legends(key, mode, letters, caps) {
                    let name = name(code);
                    // PAPER and INK of a colour.
                    if name.is_some() && name == last {
                        continue;
                    }
                    last = name;
                    match name {
                        Some(name) => self.text(line, column, name),
                        None => self.put(line, column, code, m),
                    }
                    column += name.map_or(1, str::len) + 1;
                }
            }
        }
    }

    fn presses(&mut self) {
        self.text(FIRST_LINE, 0, "USB  char  Spectrum   code");
        for (line, press) in (FIRST_LINE + 1..).zip(self.tester.presses().to_vec()) {
            if let Some(usage) = press.usage {
                self.text(line, 0, &format!("{usage:02X}"));
            }
            if let Some(character) = press.character {
                let code = charset::from_char(character).unwrap_or(b'?');
                self.text(line, 5, &String::from(char::from(code)));
            }
            self.text(line, 11, &press.spectrum);
            if let Some(code) = press.code {
                let what = name(code).map_or_else(|| char::from(code).into(), String::from);
                self.text(line, 22, &format!("{code} {what}"));
            }
        }
        let held = self.tester.held();
        let held: Vec<String> = held.iter().map(|usage| format!("{usage:02X}")).collect();
        self.text(
            FIRST_LINE + PRESSES + 2,
            0,
            &format!("held: {}", held.join(" ")),
        );
    }

    /// Writes a line in one colour.
    fn band(&mut self, line: usize, attribute: u8, text: &str) {
        let at = PIXELS + line * COLUMNS;
        self.screen[at..at + COLUMNS].fill(attribute);
        self.text(line, 1, text);
    }

    /// Writes text as far as the line goes; its characters are the Spectrum's codes.
    fn text(&mut self, line: usize, column: usize, text: &str) {
        for (column, c) in (column..COLUMNS).zip(text.chars()) {
            let n = usize::from(u8::try_from(c).unwrap_or(b'?').wrapping_sub(fonts::FIRST));
            self.cell(
                line,
                column,
                fonts::GLYPHS.get(n).copied().unwrap_or_default(),
            );
        }
    }

    /// Writes a character, block graphic or user-defined graphic.
    fn put(&mut self, line: usize, column: usize, code: u8, m: &Memory) {
        self.cell(line, column, own_pixels(m, code));
    }

    fn cell(&mut self, line: usize, column: usize, rows: [u8; 8]) {
        for (y, byte) in (8 * line as u32..).zip(rows) {
            let at = pixel_address(column as u32, y) - DISPLAY_FILE;
            self.screen[at as usize] = byte;
        }
    }
}

/// What a code is called that is no character.
fn name(code: u8) -> Option<&'static str> {
    const CONTROLS: [&str; 16] = [
        "FL0",
        "FL1",
        "BR0",
        "BR1",
        "TRUE VIDEO",
        "INV VIDEO",
        "CAPS LOCK",
        "EDIT",
        "LEFT",
        "RIGHT",
        "DOWN",
        "UP",
        "DELETE",
        "ENTER",
        "EXTEND",
        "GRAPHICS",
    ];
    const COLOURS: [&str; 8] = [
        "BLACK", "BLUE", "RED", "MAGENTA", "GREEN", "CYAN", "YELLOW", "WHITE",
    ];
    match code {
        0..16 => Some(CONTROLS[usize::from(code)]),
        16..32 => Some(COLOURS[usize::from(code & 7)]),
        token::FIRST_48.. => token::spelling(code),
        _ => None,
    }
}

impl Machine {
    /// Whether the help screen is shown, which takes the keys of PC keyboards.
    #[must_use]
    pub const fn is_helping(&self) -> bool {
        self.help.is_some()
    }

    /// Gives the help screen what is for it: F1, or both shifts and H on a keyboard that has no
    /// F1, and while it is shown every key of a PC keyboard and all that is typed. Tells whether it
    /// was.
    pub(super) fn help_takes(&mut self, event: KeyEvent) -> bool {
        let Some(help) = &mut self.help else {
            let opens = match event {
                KeyEvent::Down(usage::F1) => true,
                KeyEvent::Down(usage::H) => self.sys.keys.both_shifts(),
                _ => false,
            };
            if opens {
                self.open_help(event);
            }
            return opens;
        };
        help.tester.event(event);
        let key = match event {
            KeyEvent::Down(key) if help.tester.is_break(key) => Some(usage::F1),
            KeyEvent::Down(key) => Some(key),
            KeyEvent::Break => Some(usage::F1),
            KeyEvent::Typed(code) => key_of_typed(code),
            KeyEvent::Up(_) | KeyEvent::AllUp => None,
            KeyEvent::MatrixDown(_) | KeyEvent::MatrixUp(_) | KeyEvent::Layout(_) => return false,
        };
        match key {
            Some(usage::F1) => {
                self.close_help();
                return true;
            }
            Some(key) if help.page != Page::Tester => match key {
                usage::SPACE | usage::ENTER | usage::RIGHT | usage::PAGE_DOWN | usage::FIGURE_8 => {
                    help.turn(1);
                }
                usage::LEFT | usage::PAGE_UP | usage::FIGURE_5 => {
                    help.turn(Page::ALL.len() - 1);
                }
                usage::L => {
                    help.tester.layout = help.tester.layout.next();
                    self.sys.keys.event(KeyEvent::Layout(help.tester.layout));
                }
                _ => {}
            },
            Some(_) | None => {}
        }
        help.draw(&self.sys.memory, self.sys.keys.keyword_keys);
        if key.is_some() {
            self.say_help();
        }
        // A keyboard that is gone is so for everybody.
        event != KeyEvent::AllUp
    }

    /// Shows the help screen; the program sees every key go up.
    fn open_help(&mut self, event: KeyEvent) {
        let keyword_keys = self.sys.keys.keyword_keys;
        let page = if keyword_keys {
            Page::Legends
        } else {
            Page::Keys
        };
        let mut help = Help {
            page,
            tester: Tester::new(self.sys.keys.layout()),
            screen: Vec::new(),
            changed: true,
        };
        help.draw(&self.sys.memory, keyword_keys);
        self.help = Some(help);
        self.say_help();
        self.sys.keys.let_go();
        // The two shifts on the way to H made the cursor E.
        if event == KeyEvent::Down(usage::H) && self.sys.memory.byte(s::MODE) == 1 {
            leave_mode(&mut self.sys.memory);
        }
    }

    /// Shows the page to a console that is not shown it in place.
    fn say_help(&mut self) {
        if let Some(help) = &self.help {
            let sys = &mut self.sys;
            sys.console.page(&help.picture(), &mut sys.console_text);
        }
    }

    /// Shows again what was there before.
    fn close_help(&mut self) {
        self.help = None;
        self.sys.memory.mark_changed(u64::MAX);
        self.sys.border_changed = true;
        self.sys.console.page_is_over(&mut self.sys.console_text);
        self.mirror_again();
    }
}

/// The key of a PC keyboard that does here what a typed code is to do.
const fn key_of_typed(code: u8) -> Option<u8> {
    Some(match code {
        charset::EDIT => usage::F1,
        charset::ENTER => usage::ENTER,
        charset::LEFT => usage::LEFT,
        charset::RIGHT => usage::RIGHT,
        b' ' => usage::SPACE,
        b'5' => usage::FIGURE_5,
        b'8' => usage::FIGURE_8,
        b'l' | b'L' => usage::L,
        _ => return None,
    })
}
