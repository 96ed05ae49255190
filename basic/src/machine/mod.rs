//! The machine: a plain value that runs BASIC.
//!
//! Owns the order of things: what is done next and what is waited for. Nothing here knows a
//! statement; nothing here waits: [`Machine::run`] works until it has used its fuel or there is
//! nothing to do before a key comes or a time is reached.

mod choosing;
mod commands;
mod disk;
mod editing;
mod files;
mod full;
mod help;
mod keep;
mod menus;
mod playing;
mod power;
mod reports;
mod shake;
mod start;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::console::{Style, View};
use crate::edit::{Changes, Chooser, Commands, FullEditor, LineEditor, Menu};
use crate::files::{Deck, Drives, RamDisk};
use crate::keys::{KeyEvent, Reader};
use crate::lang::{Exec, Flow};
use crate::printer::Paper;
use crate::report::Report;
use crate::screen::Picture;
use crate::sound::{Micros, SoundCommand};
use crate::store::Memory;
use crate::store::memory::{ATTRIBUTES, Rows};
use crate::store::sysvars as s;
use crate::system::System;
pub use crate::system::{LogEntry, Model};

use choosing::Choosing;
pub use commands::Entered;
use disk::{DiskWork, Errand, Receiving};
use editing::InputLine;
use files::FileWork;
use help::Help;
use keep::Keeper;
use playing::Playing;
pub use start::{Setup, Start};

/// Work that may be done before [`Machine::run`] must return, about one unit a line or jump.
pub type Fuel = u32;

/// A frame: 1/50 s.
pub const FRAME: Micros = 20_000;
/// Frames between exchanges of a flashing cell's colours.
const FLASH_FRAMES: u64 = 16;
/// Frames looked at one by one after a long pause of the host; more are only counted.
const FRAMES_MAX: u64 = 0x2_0000;
/// Fuel that a statement may use while BREAK is held before it is broken into.
const BREAK_PATIENCE: u32 = 10_000;
/// Activities inside one another, at most: editor, program, INPUT, `scroll?`.
const DEPTH_MAX: usize = 8;

/// How the machine is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// Start again.
    Reset,
    /// Switch off.
    Off,
}

/// What an observer is told of; see [`Machine::set_probes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// INKEY$ is about to look at the keys.
    Inkey,
    /// INKEY$ has looked.
    InkeyDone,
    /// A PAUSE of so many frames begins; 0 for ever.
    Pause(u16),
    /// A report has been shown; the editor has not come to work yet.
    Report,
}

/// Why [`Machine::run`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The fuel is used up: call again.
    Fuel,
    /// There is nothing to do before a key comes, or this time.
    Idle(Option<Micros>),
    /// An observer is told of something; call again.
    Probe(Probe),
    /// The machine wants to be switched.
    Power(Power),
}

/// What the machine waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing: it works.
    Nothing,
    /// A line in the editor.
    Editor,
    /// A line for INPUT.
    Input,
    /// The answer to `scroll?`.
    Scroll,
    /// The end of a PAUSE of so many frames, 0 for ever.
    Pause(u16),
    /// The end of a sound.
    Sound,
    /// Any key, before SAVE.
    AnyKey,
    /// A tape with the block that LOAD, VERIFY or MERGE wants.
    Tape,
    /// A choice in a menu.
    Menu,
    /// An answer of the host's files.
    Files,
}

/// Something that is done or waited for; each stands on the one before it.
#[derive(Clone, Debug, PartialEq)]
enum Activity {
    /// A line is typed: program line or command.
    Edit,
    /// The 128's full-screen editor is used.
    Full {
        /// A report is shown until a key comes.
        resume: bool,
    },
    /// A menu is shown.
    Menu(Menu),
    /// Something is shown until a key comes; then it is the opening menu.
    ThenMenu { key: menus::Key },
    /// A command runs.
    Run,
    /// An expression that was typed is worked out.
    Value,
    /// `scroll?` waits for its answer.
    Scroll,
    /// PAUSE: frames left, 0 for ever.
    Pause(u16),
    /// A sound lasts until this time.
    Sound(Micros),
    /// PLAY plays.
    Play(Playing),
    /// INPUT: a line is typed.
    Input(InputLine),
    /// A file is saved, loaded, verified or merged.
    File(FileWork),
    /// Something is done with the host's files.
    Disk(DiskWork),
    /// A program is taken in as text.
    Receive(Receiving),
    /// A program or a place on the tape is chosen from a list.
    Choose(Choosing),
}

/// The whole machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    start: Start,
    sys: System,
    exec: Exec,
    activities: Vec<Activity>,
    editor: LineEditor,
    /// The full-screen editor, but while it does what a key says.
    full: Option<Box<FullEditor>>,
    /// Edits of the program in the full-screen editor.
    changes: Changes,
    commands: Commands,
    now: Micros,
    /// Frames counted so far.
    frames: u64,
    /// Flash phase and border as last shown.
    flash: bool,
    /// Where the console shows the `?` of a refused line, until the next key.
    mark: Option<usize>,
    /// The last report and where it was, until a command runs.
    last_report: Option<(Report, u16, u8)>,
    probes: bool,
    /// An observer is to be told of a report.
    reported: bool,
    /// Fuel used by the statement in which BREAK is held.
    held_inside: u32,
    /// The help screen, while it is shown.
    help: Option<Help>,
    /// What the host's files are asked for.
    errand: Option<Errand>,
    keeper: Keeper,
    /// Control, Alt and Delete were pressed.
    reset: bool,
}

impl Machine {
    /// A machine just switched on.
    #[must_use]
    pub fn new(setup: impl Into<Setup>) -> Self {
        Self::with_console(setup, Style::Lines)
    }

    /// The same with a console of some style.
    #[must_use]
    pub fn with_console(setup: impl Into<Setup>, style: Style) -> Self {
        let setup = setup.into();
        let start = setup.start;
        let (keeper, errand) = Keeper::new(setup.files);
        let model = start.model();
        let mut machine = Self {
            start,
            sys: System::new(model, style),
            exec: Exec::new(),
            activities: Vec::new(),
            editor: LineEditor::new(false, editing::keywords_of(model)),
            full: None,
            changes: Changes::default(),
            commands: Commands::default(),
            now: 0,
            frames: 0,
            flash: false,
            mark: None,
            last_report: None,
            probes: false,
            reported: false,
            held_inside: 0,
            help: None,
            errand,
            keeper,
            reset: false,
        };
        if setup.files {
            machine.sys.drives = Some(Drives::default());
            machine.sys.ram_disk = RamDisk::large();
        }
        machine.power_on();
        machine.begin();
        machine
    }

    /// The model it is now.
    #[must_use]
    pub fn model(&self) -> Model {
        self.sys.model
    }

    /// Takes a key event.
    pub fn key(&mut self, event: KeyEvent) {
        self.reset |= match &self.help {
            Some(help) => help.asks_reset(event),
            None => self.sys.keys.asks_reset(event),
        };
        if self.help_takes(event) {
            return;
        }
        self.sys.keys.event(event);
        self.deliver();
    }

    /// Whether no key is down and none waits: what the keyboard did before cannot be seen later.
    #[must_use]
    pub fn keys_are_quiet(&self) -> bool {
        self.sys.keys.is_quiet()
    }

    /// Whether a typed character can be taken now.
    #[must_use]
    pub fn takes_typed(&self) -> bool {
        if self.is_helping() {
            return true;
        }
        let waits = match self.waiting() {
            Waiting::Editor
            | Waiting::Input
            | Waiting::Scroll
            | Waiting::AnyKey
            | Waiting::Menu => true,
            // A PAUSE or a running program sees the key too, as the ROM's LAST-K does.
            Waiting::Pause(_) => true,
            // A program that asks for keys by INKEY$ gets what is typed; what is typed ahead of a
            // program that does not ask is kept for whoever asks next.
            Waiting::Nothing => self.exec.wants_key(),
            Waiting::Sound | Waiting::Tape | Waiting::Files => false,
        };
        waits && self.sys.keys.takes_typed(&self.sys.memory)
    }

    /// What the machine waits for.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        match self.activities.last() {
            Some(Activity::Edit | Activity::Full { .. }) => Waiting::Editor,
            Some(Activity::Menu(_)) => Waiting::Menu,
            Some(Activity::ThenMenu { .. } | Activity::Receive(_)) => Waiting::AnyKey,
            Some(Activity::Scroll) => Waiting::Scroll,
            Some(Activity::Pause(frames)) => Waiting::Pause(*frames),
            Some(Activity::Sound(_) | Activity::Play(_)) => Waiting::Sound,
            Some(Activity::Input(_)) => Waiting::Input,
            Some(Activity::File(work)) => work.waits(&self.sys.deck),
            Some(Activity::Disk(work)) => work.waits(),
            Some(Activity::Choose(choosing)) if choosing.asks() => Waiting::Files,
            Some(Activity::Choose(_)) => Waiting::Menu,
            Some(Activity::Run | Activity::Value) | None => Waiting::Nothing,
        }
    }

    /// The report the last command ended with, and its line and statement; `None` while one runs.
    #[must_use]
    pub fn report(&self) -> Option<(Report, u16, u8)> {
        self.last_report
    }

    /// All bytes a program can see.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.sys.memory
    }

    /// The same to change; whoever changes program or variables calls [`Machine::memory_changed`].
    pub fn memory_mut(&mut self) -> &mut Memory {
        &mut self.sys.memory
    }

    /// Forgets what is kept besides memory, because memory was changed from outside. Pointers that
    /// would make the machine unusable are mended as they are when a command ends: areas out of
    /// their order are emptied as by NEW.
    pub fn memory_changed(&mut self) {
        self.exec.drop_code();
        self.exec.clear_go_subs(&mut self.sys);
        self.changes.clear();
        self.mend_areas();
    }

    /// The tape deck.
    #[must_use]
    pub fn deck(&self) -> &Deck {
        &self.sys.deck
    }

    /// The tape deck, to put a tape in or to take one out.
    pub fn deck_mut(&mut self) -> &mut Deck {
        &mut self.sys.deck
    }

    /// The RAM disk of the 128.
    #[must_use]
    pub fn ram_disk(&self) -> &RamDisk {
        &self.sys.ram_disk
    }

    /// Chooses how keywords are typed: with one key each, as on a 48K, or letter by letter.
    pub fn set_keyword_keys(&mut self, on: bool) {
        self.sys.keys.keyword_keys = on;
        self.editor_ready();
    }

    /// Keeps a log of what is done, and announces INKEY$ and PAUSE.
    pub fn set_probes(&mut self, on: bool) {
        self.probes = on;
        self.exec.probes = on;
        self.sys.logging = on;
    }

    /// The log since the last call.
    pub fn take_log(&mut self) -> Vec<LogEntry> {
        core::mem::take(&mut self.sys.log)
    }

    /// CAPS LOCK, for a keyboard's light.
    #[must_use]
    pub fn caps_lock(&self) -> bool {
        crate::keys::caps_lock(&self.sys.memory)
    }

    /// Runs until the fuel is used up or there is nothing to do.
    pub fn run(&mut self, now: Micros, fuel: &mut Fuel) -> Pause {
        let passes = now > self.now;
        self.now = now.max(self.now);
        self.sys.now = self.now;
        self.count_frames();
        // Once for a time: how often a run is cut must not be seen.
        if passes {
            self.keep();
        }
        self.sys.keys.looked();
        if core::mem::take(&mut self.reset) {
            return Pause::Power(Power::Reset);
        }
        loop {
            // A program gets a typed key when it comes and at the looks of the keyboard: how often
            // a run is cut must not be seen.
            if self.waiting() != Waiting::Nothing {
                self.deliver();
            }
            let step = self.step(fuel);
            if core::mem::take(&mut self.reported) {
                return Pause::Probe(Probe::Report);
            }
            match step {
                Some(pause) => return pause,
                None if *fuel == 0 => return Pause::Fuel,
                None => {}
            }
        }
    }

    /// Counts frames in FRAMES.
    fn count(&mut self, frames: u64) {
        let m = &mut self.sys.memory;
        m.set_frames(m.frames().wrapping_add(frames as u32));
    }

    /// Hands on a typed code.
    fn deliver(&mut self) {
        let reader = self.reader();
        self.sys.keys.deliver(&mut self.sys.memory, reader);
    }

    /// Who takes what is typed.
    fn reader(&self) -> Reader {
        match self.activities.last() {
            Some(Activity::Edit | Activity::Input(_)) => Reader::LineEditor,
            Some(Activity::Full { .. }) => Reader::FullEditor,
            _ => Reader::Program,
        }
    }

    /// The duties of the 50 Hz interrupt for every frame since the last turn.
    fn count_frames(&mut self) {
        let frames = self.now / FRAME;
        let due = frames.saturating_sub(self.frames);
        self.frames = frames;
        // BEEPER and PLAY turn the interrupt off.
        if self.waiting() == Waiting::Sound {
            for _ in 0..due.min(FRAMES_MAX) {
                self.sys.keys.frame_unseen(&mut self.sys.memory);
            }
            return;
        }
        let reader = self.reader();
        self.count(due.saturating_sub(FRAMES_MAX));
        for _ in 0..due.min(FRAMES_MAX) {
            self.count(1);
            self.sys.keys.frame(&mut self.sys.memory, reader);
            if let Some(Activity::Pause(left)) = self.activities.last_mut() {
                match left {
                    0 => {}
                    1 => {
                        self.sys.memory.set_bit(s::FLAGS, 5, false);
                        self.activities.pop();
                    }
                    _ => *left -= 1,
                }
            }
        }
    }

    /// Does a piece of the innermost activity; what the host is to be told, if anything.
    fn step(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        debug_assert!(self.activities.len() <= DEPTH_MAX);
        match self.activities.last() {
            None => {
                self.activities.push(Activity::Edit);
                None
            }
            Some(Activity::Full { resume }) => {
                let resume = *resume;
                self.step_full(resume)
            }
            Some(Activity::Menu(_)) => self.step_menu(),
            Some(Activity::ThenMenu { key }) => {
                let key = *key;
                self.step_then_menu(key)
            }
            Some(Activity::Run | Activity::Value) => self.step_run(fuel),
            Some(Activity::Scroll) => self.step_scroll(),
            Some(Activity::Pause(_)) => self.step_pause(),
            Some(Activity::Sound(until)) => {
                let until = *until;
                self.step_sound(until)
            }
            Some(Activity::Play(_)) => self.step_play(fuel),
            Some(Activity::Edit) => self.step_edit(),
            Some(Activity::Input(_)) => self.step_input(),
            Some(Activity::File(_)) => self.step_file(fuel),
            Some(Activity::Disk(_)) => self.step_disk(fuel),
            Some(Activity::Choose(_)) => self.step_choose(fuel),
            Some(Activity::Receive(_)) => self.step_receive(fuel),
        }
    }

    fn step_run(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        // With BREAK held statement by statement.
        let flow = if self.sys.keys.break_held() {
            let given = (*fuel).min(BREAK_PATIENCE.saturating_sub(self.held_inside));
            let mut left = given;
            let flow = self.exec.run_statement(&mut self.sys, &mut left);
            *fuel -= given - left;
            self.held_inside += given - left;
            flow
        } else {
            self.held_inside = 0;
            self.exec.run(&mut self.sys, fuel)
        };
        match flow {
            Flow::Fuel => {
                if self.held_inside >= BREAK_PATIENCE {
                    self.break_in_statement();
                }
            }
            Flow::Statement => self.break_at_statement(),
            Flow::Report(report) => match self.activities.last() {
                Some(Activity::Value) if report == Report::Ok => self.worked_out(),
                _ => self.finish(report),
            },
            Flow::Scroll => self.ask_scroll(),
            Flow::Pause(frames) => {
                self.activities.push(Activity::Pause(frames));
                if self.probes {
                    return Some(Pause::Probe(Probe::Pause(frames)));
                }
            }
            Flow::Sound(length) => {
                let until = self.now.saturating_add(length);
                self.activities.push(Activity::Sound(until));
            }
            Flow::Play => self.begin_play(),
            Flow::Input(input) => self.begin_input(input),
            Flow::File(job) => self.begin_file(job),
            Flow::Disk => self.begin_disk(),
            Flow::New => self.new_program(),
            Flow::Spectrum => self.become_48(),
            Flow::Start48 { new } => self.start_48(new),
            Flow::AboutToLook => return Some(Pause::Probe(Probe::Inkey)),
            Flow::Looked => return Some(Pause::Probe(Probe::InkeyDone)),
        }
        None
    }

    /// `scroll?` must be asked.
    fn ask_scroll(&mut self) {
        match self.sys.screen.ask_scroll(&mut self.sys.memory) {
            Ok(()) => {
                self.sys.scroll_prompt();
                self.activities.push(Activity::Scroll);
            }
            Err(report) => self.finish(report),
        }
    }

    /// Waits for the answer to `scroll?`.
    ///
    /// ROM: `PO-SCR-2` 0CB7.
    fn step_scroll(&mut self) -> Option<Pause> {
        let broken = self.sys.keys.break_held();
        let m = &mut self.sys.memory;
        if !m.bit(s::FLAGS, 5) && !broken {
            return Some(Pause::Idle(None));
        }
        let key = m.byte(s::LAST_K);
        m.set_bit(s::FLAGS, 5, false);
        let no = broken || matches!(key, b' ' | crate::token::STOP | b'n' | b'N');
        self.sys.keys.clear_break();
        self.activities.pop();
        self.sys.console_new_line();
        let answered = self.sys.screen.answer_scroll(&mut self.sys.memory, !no);
        let result = answered.and_then(|()| self.sys.unblock());
        match result {
            Ok(()) if self.sys.is_blocked() => self.ask_scroll(),
            Ok(()) => {}
            Err(report) => self.finish(report),
        }
        None
    }

    /// PAUSE ends with a key.
    ///
    /// ROM: `PAUSE-1` 1F3D.
    fn step_pause(&mut self) -> Option<Pause> {
        let left = match self.activities.last() {
            Some(Activity::Pause(left)) => *left,
            _ => return None,
        };
        let broken = self.sys.keys.break_held();
        if self.sys.memory.bit(s::FLAGS, 5) || broken {
            self.sys.memory.set_bit(s::FLAGS, 5, false);
            self.activities.pop();
            self.break_after_wait();
            return None;
        }
        let until =
            (left > 0).then(|| (self.frames.saturating_add(u64::from(left))).saturating_mul(FRAME));
        Some(Pause::Idle(until))
    }

    /// Hands out the sounds made since the last call.
    pub fn drain_sounds(&mut self, mut take: impl FnMut(Micros, SoundCommand)) {
        for (at, command) in self.sys.sounds.drain(..) {
            take(at, command);
        }
    }

    /// Hands out the console text made since the last call.
    pub fn drain_console(&mut self, mut take: impl FnMut(&[u8])) {
        if !self.sys.console_text.is_empty() {
            take(&self.sys.console_text);
            self.sys.console_text.clear();
        }
    }

    /// The screen, while a console of [`Style::Screen`] shows it in place.
    #[must_use]
    pub fn console_view(&self) -> Option<View<'_>> {
        if let Some(help) = self
            .help
            .as_ref()
            .filter(|_| self.sys.console.shows_pages())
        {
            return Some(View {
                picture: help.picture(),
                cursor: (0, 0),
                covered: None,
            });
        }
        let (cursor, covered) = match self.activities.last() {
            _ if !self.sys.console.is_on_screen() => return None,
            Some(Activity::Full { .. }) => self.full.as_ref()?.cursor(&self.sys.memory),
            Some(Activity::Menu(menu)) => (menu.place(), None),
            Some(Activity::ThenMenu { .. }) => ((0, 0), None),
            Some(Activity::Choose(choosing)) => {
                (choosing.chooser().map_or((0, 0), Chooser::place), None)
            }
            _ => return None,
        };
        Some(View {
            picture: Picture::of(&self.sys.memory, self.sys.border, false),
            cursor,
            covered,
        })
    }

    /// Connects a printer: what it prints is kept for [`Machine::take_paper`].
    pub fn connect_printer(&mut self) {
        self.sys.printer.connect();
    }

    /// What the printer has printed since the last call, if one is connected.
    pub fn take_paper(&mut self) -> Paper {
        self.sys.printer.take_paper()
    }

    /// The cell rows changed since the last call; `Some(0)` when only the border changed.
    pub fn take_changed(&mut self) -> Option<Rows> {
        let mut rows = self.sys.memory.take_changed();
        let flash = self.flash_phase();
        if flash != self.flash {
            self.flash = flash;
            rows |= self.flashing_rows();
        }
        let border = core::mem::take(&mut self.sys.border_changed);
        if let Some(help) = &mut self.help {
            return help.take_changed().then_some(Rows::MAX);
        }
        (rows != 0 || border).then_some(rows)
    }

    /// Whether flashing cells show their colours exchanged now.
    fn flash_phase(&self) -> bool {
        self.frames / FLASH_FRAMES % 2 == 1
    }

    /// The cell rows in which a cell flashes.
    fn flashing_rows(&self) -> Rows {
        let mut rows = 0;
        for (i, line) in self
            .sys
            .memory
            .slice(ATTRIBUTES, 768)
            .chunks(32)
            .enumerate()
        {
            if line.iter().any(|a| a & 0x80 != 0) {
                rows |= 1 << i;
            }
        }
        rows
    }

    /// The picture to show.
    #[must_use]
    pub fn picture(&self) -> Picture<'_> {
        if let Some(help) = &self.help {
            return help.picture();
        }
        Picture::of(&self.sys.memory, self.sys.border, self.flash_phase())
    }

    /// The border's colour, 0 to 7.
    #[must_use]
    pub fn border(&self) -> u8 {
        self.sys.border
    }
}
