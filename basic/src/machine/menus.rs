//! Menus: when they are shown, and what comes of a choice.

use alloc::vec::Vec;

use super::{Activity, Machine, Pause, Start};
use crate::channel;
use crate::charset::{AT, BRIGHT, INK, PAPER};
use crate::edit::menu::{self, Choice, Kind};
use crate::edit::{FullEditor, Menu};
use crate::store::sysvars as s;
use crate::system::{Model, System};
use crate::token;

/// The stream of the upper screen.
const SCREEN: u8 = 2;
/// Shown while a program is loaded, in the last line.
const HOW_TO_STOP: &[u8] = b"BREAK, then a key, leads back";
/// Where and in which colours that is shown.
const HOW_TO_STOP_AT: &[u8] = &[AT, 1, 0, INK, 0, PAPER, 7, BRIGHT, 0];
/// What the tape loader runs: LOAD "".
const LOAD_ANY: &[u8] = &[token::LOAD, b'"', b'"'];

impl Machine {
    /// Whether this is the 128 with its menus.
    fn has_menus(&self) -> bool {
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
            self.open_menu(Kind::Opening);
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
        let _ = channel::open_stream(&mut self.sys.memory, SCREEN);
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
            Choice::Basic128 => {
                self.say(menu::BASIC_128);
                self.use_full(FullEditor::basic);
            }
            Choice::Calculator => {
                self.say(menu::CALCULATOR);
                self.use_full(FullEditor::calculator);
            }
            Choice::Basic48 => self.be_a_48k(),
            Choice::TapeTester => {}
            Choice::Back => self.with_full(FullEditor::back),
            Choice::Screen => self.with_full(FullEditor::screen),
            Choice::Renumber => {}
            Choice::Print => {}
            Choice::Exit => {
                self.with_full(FullEditor::exit);
                self.go_home();
            }
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

    /// Starts again as a 48K; the program is gone.
    ///
    /// ROM 0: 1B47.
    fn be_a_48k(&mut self) {
        self.sys.model = Model::Spectrum48;
        self.sys.keys.keyword_keys = true;
        self.sys.memory = self.sys.memory.cleared();
        self.power_on();
        self.go_home();
    }

    /// Loads whatever program comes first on the tape. Its end, a report and a key, is the menu.
    ///
    /// ROM 0: 2831, 1AF1.
    fn load_tape(&mut self) {
        self.activities.push(Activity::ThenMenu);
        self.say(menu::TAPE_LOADER);
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
        self.start_command(LOAD_ANY, false);
    }

    /// A key brings the opening menu back.
    ///
    /// ROM 0: 25E3.
    pub(super) fn step_then_menu(&mut self) -> Option<Pause> {
        let broken = self.sys.keys.break_held();
        self.sys.keys.clear_break();
        if !self.sys.memory.bit(s::FLAGS, 5) && !broken {
            return Some(Pause::Idle(None));
        }
        menu::clear_screen(&mut self.sys.memory);
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
