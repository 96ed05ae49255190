//! Menus: when they are shown, and what comes of a choice.

use alloc::format;
use alloc::vec::Vec;

use super::{Activity, Machine, Pause, Start};
use crate::channel;
use crate::charset::{AT, BRIGHT, ENTER, INK, PAPER};
use crate::edit::menu::{self, Choice, Kind};
use crate::edit::{FullEditor, Menu};
use crate::edit::{changes, full};
use crate::line::renumber::renumber;
use crate::store::sysvars as s;
use crate::system::{Model, System};
use crate::token;

/// Shown while a program is loaded, in the last line.
const HOW_TO_STOP: &[u8] = b"BREAK, then a key, leads back";
/// Where and in which colours that is shown.
const HOW_TO_STOP_AT: &[u8] = &[AT, 1, 0, INK, 0, PAPER, 7, BRIGHT, 0];
/// Blocks of a tape that the tape tester shows: as many as there are lines for.
const BLOCKS_SHOWN: usize = 19;
/// Where it begins, and in which colours.
const PLAIN_AT_TOP: &[u8] = &[AT, 0, 0, INK, 0, PAPER, 7, BRIGHT, 0];
/// What the tape loader runs: LOAD "".
const LOAD_ANY: &[u8] = &[token::LOAD, b'"', b'"'];

/// The same where the tape is not the only drive: LOAD "t:*".
const LOAD_ON_TAPE: &[u8] = &[token::LOAD, b'"', b't', b':', b'*', b'"'];

/// What becomes of the key that brings the menu back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It is the menu's first.
    IsMenus,
    /// It does nothing else.
    IsTaken,
}

impl Machine {
    /// Whether this is the 128 with its menus.
    pub(super) fn has_menus(&self) -> bool {
        self.sys.model == Model::Spectrum128 && !matches!(self.start, Start::Line(_))
    }

    /// What a machine does that was just switched on.
    pub(super) fn begin(&mut self) {
        match self.start {
            Start::Basic128 => self.choose(Choice::Basic128),
            Start::Basic48 => self.choose(Choice::Basic48),
            Start::Menu | Start::Line(_) => self.go_home(),
        }
    }

    /// What comes when there is nothing else to do: the opening menu where there is one, and the
    /// editor.
    pub(super) fn go_home(&mut self) {
        self.activities.clear();
        if self.has_menus() {
            self.open_menu(if self.has_last() {
                Kind::OpeningWithLast
            } else {
                Kind::Opening
            });
        } else {
            self.activities.push(Activity::Edit);
            self.editor_ready();
        }
    }

    /// Shows a menu over what is on the screen.
    ///
    /// ROM 0: 259F.
    pub(super) fn open_menu(&mut self, kind: Kind) {
        self.sys.drop_output();
        // A stream that was POKEd shut leaves the channel in use.
        let _ = channel::open_stream(&mut self.sys.memory, channel::SCREEN_STREAM);
        self.letters();
        let menu = Menu::open(&mut self.sys, kind);
        self.sys.console_new_line();
        mirror(&mut self.sys, &menu);
        self.activities.push(Activity::Menu(menu));
    }

    /// Letters are typed and printed as letters.
    ///
    /// ROM 0: 3668.
    fn letters(&mut self) {
        let m = &mut self.sys.memory;
        m.set_bit(s::FLAGS, 2, true);
        m.set_bit(s::FLAGS, 3, true);
    }

    /// Takes the next key of a menu.
    pub(super) fn step_menu(&mut self) -> Option<Pause> {
        // There is nothing to break into.
        self.sys.keys.clear_break();
        let Some(code) = menu::take_key(&mut self.sys) else {
            return Some(Pause::Idle(None));
        };
        let Some(Activity::Menu(menu)) = self.activities.last_mut() else {
            return None;
        };
        match menu.key(&mut self.sys, code) {
            Some(choice) => {
                self.activities.pop();
                self.choose(choice);
            }
            None => mirror(&mut self.sys, menu),
        }
        None
    }

    /// Does what was chosen in a menu.
    pub(super) fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::TapeLoader => self.load_tape(),
            Choice::Last => {
                self.restore_last();
                self.choose(Choice::Basic128);
            }
            Choice::Basic128 => {
                self.say(menu::BASIC_128);
                self.use_full(FullEditor::basic);
            }
            Choice::Calculator => {
                self.say(menu::CALCULATOR);
                self.use_full(FullEditor::calculator);
            }
            Choice::Basic48 => self.start_48(false),
            Choice::TapeTester => self.show_tape(),
            Choice::Back => self.with_full(FullEditor::back),
            Choice::Screen => self.with_full(FullEditor::screen),
            Choice::Renumber => self.renumber(),
            Choice::Print => {
                self.start_command(&[token::LLIST], self.has_banner());
            }
            Choice::Exit => {
                self.with_full(FullEditor::exit);
                self.go_home();
            }
        }
    }

    /// Shows the console again what is waited for, where that does not show itself.
    pub(super) fn mirror_again(&mut self) {
        match self.activities.last() {
            Some(Activity::Menu(menu)) => mirror(&mut self.sys, menu),
            Some(Activity::Full { .. }) => self.show_full_line(),
            _ => {}
        }
    }

    /// Shows on the console what begins.
    fn say(&mut self, title: &[u8]) {
        let System {
            console,
            console_text,
            ..
        } = &mut self.sys;
        if !console.show_screen(console_text) {
            console.title(title, console_text);
        }
    }

    /// Gives the program's lines new numbers, or beeps.
    ///
    /// ROM 0: 2851.
    fn renumber(&mut self) {
        self.exec.drop_code();
        self.program_touched();
        let before = changes::program(&self.sys.memory).to_vec();
        if !renumber(&mut self.sys.memory) {
            full::beep(&mut self.sys);
        }
        self.changes.renumbered(&self.sys.memory, &before);
        self.with_full(FullEditor::renumbered);
    }

    /// Loads whatever program comes first on the tape. Its end, a report and a key, is the menu.
    ///
    /// ROM 0: 2831, 1AF1.
    fn load_tape(&mut self) {
        self.activities
            .push(Activity::ThenMenu { key: Key::IsMenus });
        self.say(menu::TAPE_LOADER);
        if self.sys.drives.is_some() && self.sys.deck.blocks().is_empty() {
            self.choose_program();
        } else {
            let on_tape = self.sys.drives.is_some();
            self.load_in_menu(if on_tape { LOAD_ON_TAPE } else { LOAD_ANY });
        }
    }

    /// Loads by a command, below which a banner and how to stop are shown.
    pub(super) fn load_in_menu(&mut self, command: &[u8]) {
        // What follows is text.
        let System {
            console,
            console_text,
            ..
        } = &mut self.sys;
        if console.is_on_screen() {
            console.title(menu::TAPE_LOADER, console_text);
        }
        // The lines of the screen that this is printed in are there.
        let _ = menu::banner(&mut self.sys, menu::TAPE_LOADER);
        let m = &mut self.sys.memory;
        m.set_bit(s::TV_FLAG, 0, true);
        let _ = self.sys.print_all(HOW_TO_STOP_AT);
        let _ = self.sys.print_all(HOW_TO_STOP);
        let m = &mut self.sys.memory;
        m.set_bit(s::TV_FLAG, 0, false);
        m.set_bit(s::TV_FLAG, super::commands::TV_KEEPS_LOWER, true);
        let _ = self.sys.print_all(&[AT, 0, 0]);
        self.start_command(command, false);
    }

    /// Shows what is on the tape, until a key brings the menu back.
    ///
    /// Differs: the ROM shows the level of the sound (ROM 0: 3BE9).
    fn show_tape(&mut self) {
        self.activities
            .push(Activity::ThenMenu { key: Key::IsTaken });
        self.say(menu::TAPE_TESTER);
        if self.sys.drives.is_some() {
            self.show_deck();
            return;
        }
        let _ = menu::banner(&mut self.sys, menu::TAPE_TESTER);
        let blocks = self.sys.deck.blocks();
        let mut text = Vec::new();
        for block in blocks.iter().take(BLOCKS_SHOWN) {
            match block.header() {
                Some(header) => {
                    text.extend_from_slice(header.kind.title().trim_ascii_start());
                    text.extend_from_slice(&header.name.0);
                }
                None => text.extend_from_slice(format!("  {} bytes", block.length()).as_bytes()),
            }
            text.push(ENTER);
        }
        match blocks.len().checked_sub(BLOCKS_SHOWN) {
            None if blocks.is_empty() => text.extend_from_slice(b"There is no tape."),
            None | Some(0) => {}
            Some(more) => text.extend_from_slice(format!("and {more} more").as_bytes()),
        }
        self.sys.console.keep_screen(true);
        let _ = self.sys.print_all(PLAIN_AT_TOP);
        let _ = self.sys.print_all(&text);
        self.sys.console_new_line();
        self.sys.console.keep_screen(false);
    }

    /// A key brings the opening menu back.
    ///
    /// ROM 0: 25E3, 3C56.
    pub(super) fn step_then_menu(&mut self, key: Key) -> Option<Pause> {
        // The key of BREAK is a key; that it is still down from what it ended is none.
        let broken = self.sys.keys.take_typed_break();
        if !self.sys.memory.bit(s::FLAGS, 5) && !broken {
            return Some(Pause::Idle(None));
        }
        let m = &mut self.sys.memory;
        if key == Key::IsTaken {
            m.set_bit(s::FLAGS, 5, false);
        }
        menu::clear_screen(m);
        self.go_home();
        None
    }
}

/// Shows a menu on the console.
fn mirror(sys: &mut System, menu: &Menu) {
    let out = &mut sys.console_text;
    if !sys.console.show_screen(out) {
        let kind = menu.kind();
        let items: Vec<&[u8]> = kind.items().collect();
        sys.console.menu(kind.title(), &items, menu.item(), out);
    }
}
