//! A machine with a clock of its own: virtual time.
//!
//! Waiting costs nothing: time jumps to the next thing that happens. Running costs a fixed time a
//! line, so that programs that wait for FRAMES or a key in a loop get on.

use basic::files::Block;
use basic::keys::{KeyEvent, MatrixKey};
use basic::machine::{Entered, LogEntry, Machine, Model, Pause, Probe, Setup, Start, Waiting};
use basic::printer::Paper;
use basic::report::Report;
use basic::seam::Micros;
use basic::store::Memory;
use basic::store::memory::CHARACTER_SET;

use crate::card::Folder;
use crate::keyscript::Chord;

/// One television frame.
pub const FRAME: Micros = 20_000;
/// What a unit of fuel (a line or a jump) costs: 14,000 T-states, about what a statement of the
/// benchmark programs takes on the ROM (`../shared/oracle/timings.md`: 9,400 to 31,000 for plain
/// ones).
pub const STATEMENT: Micros = 4_000;

/// Which ROMs' behaviour is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Rom {
    /// The 48K's.
    #[value(name = "48")]
    Rom48,
    /// The 128K's.
    #[value(name = "128")]
    Rom128,
}

impl Rom {
    /// Its name in options and accounts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rom48 => "48",
            Self::Rom128 => "128",
        }
    }
    /// How many user-defined graphics it has.
    #[must_use]
    pub const fn udgs(self) -> u8 {
        match self {
            Self::Rom48 => 21,
            Self::Rom128 => 19,
        }
    }
    /// The ROMs of a model.
    #[must_use]
    pub const fn of(model: Model) -> Self {
        match model {
            Model::Spectrum48 => Self::Rom48,
            Model::Spectrum128 => Self::Rom128,
        }
    }
    /// How a machine is switched on that is to take lines of BASIC.
    #[must_use]
    pub const fn basic(self) -> Start {
        match self {
            Self::Rom48 => Start::Line(Model::Spectrum48),
            Self::Rom128 => Start::Basic128,
        }
    }
    /// The machine that has them.
    #[must_use]
    pub const fn model(self) -> Model {
        match self {
            Self::Rom48 => Model::Spectrum48,
            Self::Rom128 => Model::Spectrum128,
        }
    }
}

/// A character set of 96 characters, to be put in the place of the machine's own.
pub type CharacterSet = [[u8; 8]; 96];

/// What [`Computer::run_until`] is to stop for, besides the time and the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// INPUT and `scroll?`.
    pub keys: bool,
    /// A PAUSE that waits for a key.
    pub pause: bool,
}

/// Why [`Computer::run_until`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The time has come.
    Time,
    /// It waits for a key, in one of the ways that were watched for, or in the editor.
    Waits(Waiting),
    /// It was about to do what is probed for.
    Probe(Probe),
    /// It wants to be switched off or reset.
    Power,
}

/// The machine and its time.
#[derive(Clone, Debug)]
pub struct Computer {
    machine: Machine,
    rom: Rom,
    now: Micros,
    down: Vec<MatrixKey>,
    card: Option<Folder>,
}

impl Computer {
    /// A machine just switched on.
    #[must_use]
    pub fn new(rom: Rom, start: Start, characters: Option<&CharacterSet>) -> Self {
        Self::with_card(rom, start, characters, None)
    }

    /// The same with a card.
    #[must_use]
    pub fn with_card(
        rom: Rom,
        start: Start,
        characters: Option<&CharacterSet>,
        card: Option<Folder>,
    ) -> Self {
        let files = card.is_some();
        let mut machine = Machine::new(Setup { start, files });
        if let Some(set) = characters {
            let memory = machine.memory_mut();
            let size = set.as_flattened().len() as u32;
            memory
                .slice_mut(CHARACTER_SET, size)
                .copy_from_slice(set.as_flattened());
            machine.restart();
        }
        Self {
            machine,
            rom,
            now: 0,
            down: Vec::new(),
            card,
        }
    }

    /// A machine that waits for its first line of BASIC.
    #[must_use]
    pub fn booted(rom: Rom, characters: Option<&CharacterSet>, card: Option<Folder>) -> Self {
        let mut computer = Self::with_card(rom, rom.basic(), characters, card);
        computer.frames_through(1);
        computer
    }

    /// Its ROMs.
    #[must_use]
    pub const fn rom(&self) -> Rom {
        self.rom
    }
    /// The time now.
    #[must_use]
    pub const fn now(&self) -> Micros {
        self.now
    }
    /// Its memory.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        self.machine.memory()
    }
    /// The machine itself.
    #[must_use]
    pub const fn machine(&self) -> &Machine {
        &self.machine
    }
    /// Puts a tape into the deck.
    pub fn insert_tape(&mut self, blocks: Vec<Block>) {
        self.machine.deck_mut().insert(blocks);
    }
    /// The machine, without its clock.
    #[must_use]
    pub fn into_machine(self) -> Machine {
        self.machine
    }
    /// Chooses whether keywords are typed with one key each.
    pub fn set_keyword_keys(&mut self, on: bool) {
        self.machine.set_keyword_keys(on);
    }
    /// Whether it stops at INKEY$ and PAUSE, and keeps a log.
    pub fn set_probes(&mut self, on: bool) {
        self.machine.set_probes(on);
    }
    /// Connects a printer.
    pub fn connect_printer(&mut self) {
        self.machine.connect_printer();
    }
    /// What was printed since the last call.
    pub fn take_paper(&mut self) -> Paper {
        self.machine.take_paper()
    }
    /// What was logged since the last call.
    pub fn take_log(&mut self) -> Vec<LogEntry> {
        self.machine.take_log()
    }
    /// The report the last command ended with, its line and statement.
    #[must_use]
    pub fn report(&self) -> Option<(Report, u16, u8)> {
        self.machine.report()
    }
    /// Gives the editor a line and ENTER.
    pub fn enter(&mut self, line: &[u8]) -> Entered {
        self.machine.enter_line(line)
    }

    /// Holds down these keys and no others.
    pub fn press(&mut self, chord: Chord) {
        self.release();
        for key in chord.keys() {
            self.machine.key(KeyEvent::MatrixDown(key));
            self.down.push(key);
        }
    }

    /// Holds down these keys for what the machine does next: it looks at its keyboard fifty times
    /// a second, so the time goes on to the next look.
    pub fn press_now(&mut self, chord: Chord) {
        self.press(chord);
        self.now = (self.now / FRAME + 1) * FRAME;
    }

    /// Lets all keys go, and the time on to the next look at the keyboard.
    pub fn release_now(&mut self) {
        self.release();
        self.now = (self.now / FRAME + 1) * FRAME;
    }

    /// Lets all keys go.
    pub fn release(&mut self) {
        for key in self.down.drain(..) {
            self.machine.key(KeyEvent::MatrixUp(key));
        }
    }

    /// Whether it waits for a key in a way that stops a run.
    fn stopping(&self, watch: Watch) -> Option<Waiting> {
        let waiting = self.machine.waiting();
        match waiting {
            Waiting::Nothing | Waiting::Sound | Waiting::Files => false,
            Waiting::Editor | Waiting::Menu | Waiting::Tape => true,
            Waiting::Input | Waiting::Scroll | Waiting::AnyKey => watch.keys,
            Waiting::Pause(_) => watch.pause,
        }
        .then_some(waiting)
    }

    /// Runs the machine now, and answers what it asks its files for. Nobody listens here: what it did
    /// stands in its log.
    fn run_machine(&mut self, fuel: &mut u32) -> Pause {
        let pause = self.machine.run(self.now, fuel);
        self.machine.drain_sounds(|_, _| {});
        if let (Some(request), Some(card)) = (self.machine.request(), &self.card) {
            let answer = card.answer(request);
            self.machine.answer(answer);
            return Pause::Fuel;
        }
        pause
    }

    /// Runs to a time at the latest. The machine has seen that time when this returns
    /// [`Stop::Time`].
    pub fn run_until(&mut self, due: Micros, watch: Watch) -> Stop {
        loop {
            // A slice ends with the frame: the machine sees the time only when it is called.
            let end = (self.now / FRAME + 1) * FRAME;
            let given = (end - self.now).div_ceil(STATEMENT) as u32;
            let mut fuel = given;
            let pause = self.run_machine(&mut fuel);
            let used = Micros::from(given.saturating_sub(fuel));
            let before = self.now;
            self.now += used * STATEMENT;
            match pause {
                Pause::Probe(probe) => return Stop::Probe(probe),
                Pause::Power(_) => return Stop::Power,
                Pause::Fuel => {
                    if self.now >= due {
                        return Stop::Time;
                    }
                    // a machine that uses no fuel must not hold time still
                    if self.now == before {
                        self.now = end;
                    }
                }
                Pause::Idle(deadline) => {
                    if let Some(waiting) = self.stopping(watch) {
                        return Stop::Waits(waiting);
                    }
                    if self.now >= due {
                        return Stop::Time;
                    }
                    let mut next = deadline.unwrap_or(due).min(due);
                    if !self.down.is_empty() {
                        // the keyboard is looked at fifty times a second
                        next = next.min(end);
                    }
                    self.now = if next > self.now { next } else { end.min(due) };
                }
            }
        }
    }

    /// Runs for a number of frames, whatever it waits for; true if it came to wait in the editor.
    pub fn frames(&mut self, frames: u32) -> bool {
        let end = self.now + Micros::from(frames) * FRAME;
        let watch = Watch {
            keys: false,
            pause: false,
        };
        loop {
            match self.run_until(end, watch) {
                Stop::Time | Stop::Power => return false,
                Stop::Waits(_) => return true,
                Stop::Probe(_) => {}
            }
        }
    }

    /// Runs for a number of frames, past every wait.
    pub fn frames_through(&mut self, frames: u32) {
        let end = self.now + Micros::from(frames) * FRAME;
        while self.now < end {
            let mut fuel = FRAME.div_ceil(STATEMENT) as u32;
            let _ = self.run_machine(&mut fuel);
            self.now = end.min((self.now / FRAME + 1) * FRAME);
        }
        let mut fuel = 1;
        let _ = self.run_machine(&mut fuel);
    }

    /// Runs until it waits for a key, at most for a number of frames; true if it does wait.
    pub fn settle(&mut self, frames: u32) -> bool {
        let end = self.now + Micros::from(frames) * FRAME;
        let watch = Watch {
            keys: true,
            pause: true,
        };
        loop {
            match self.run_until(end, watch) {
                Stop::Time | Stop::Power => return false,
                Stop::Waits(_) => return true,
                Stop::Probe(_) => {}
            }
        }
    }
}
