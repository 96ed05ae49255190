//! A machine with its time, and what must hold of it whatever happens.

use basic::keys::KeyEvent;
use basic::line::spell::spell;
use basic::line::tokenise::Keywords;
use basic::machine::{Entered, Fuel, Machine, Model, Pause, Setup, Start, Waiting};
use basic::replay::History;
use basic::scenario::Card;
use basic::seam::Note;
use basic::token as t;
use std::task::Poll;

use crate::choices::Choices;
use crate::grammar::{mutate, statements};

/// Fuel of a case.
pub const CASE: Fuel = 20_000;
/// Fuel of one call.
const SLICE: Fuel = 5_000;
/// Fuel that is less than the board uses in a frame.
const FRAME_FUEL: Fuel = 40_000;
/// Virtual time that a run may take: an hour.
const TIME_MAX: u64 = 3_600_000_000;
/// Microseconds of a frame.
const FRAME: u64 = basic::machine::FRAME;

/// A machine, its time, what it said last and what went into it.
#[derive(Clone, Debug)]
pub struct Rig {
    /// The machine.
    pub machine: Machine,
    /// Its time.
    pub now: u64,
    /// What the console said in the last call.
    pub console: Vec<u8>,
    /// What went into the machine, but for lines entered at once and bytes changed from outside.
    pub history: History,
    /// The card, of a machine that was told of one.
    pub card: Card,
}

impl Rig {
    /// A machine just switched on.
    #[must_use]
    pub fn new(start: impl Into<Start>) -> Self {
        Self::with(start.into().into(), Card::default())
    }

    /// The same with a card.
    #[must_use]
    pub fn with_card(start: Start, card: Card) -> Self {
        Self::with(Setup { start, files: true }, card)
    }

    fn with(setup: Setup, card: Card) -> Self {
        Self {
            machine: Machine::new(setup),
            now: 0,
            console: Vec::new(),
            history: History::new(),
            card,
        }
    }

    /// A machine of one of the models, just switched on.
    pub fn any(choices: &mut Choices<'_>) -> Self {
        Self::new(if choices.one_in(4) {
            Model::Spectrum128
        } else {
            Model::Spectrum48
        })
    }

    /// A key event.
    pub fn key(&mut self, event: KeyEvent) {
        self.history.note(Note::Key(event));
        self.machine.key(event);
    }

    /// A typed character.
    pub fn typed(&mut self, code: u8) {
        self.key(KeyEvent::Typed(code));
    }

    /// Types a character in the full-screen editor.
    pub fn type_key(&mut self, code: u8) {
        self.typed(code);
        self.now += FRAME;
        self.run(CASE);
    }

    /// Presses a key of a PC keyboard and lets it go, perhaps while another one is held.
    pub fn press(&mut self, held: Option<u8>, usage: u8) {
        let keys = held.into_iter().chain([usage]);
        for event in keys
            .clone()
            .map(KeyEvent::Down)
            .chain(keys.map(KeyEvent::Up))
        {
            self.key(event);
            self.now += FRAME;
            self.run(CASE);
        }
    }

    /// One call of `run`; looks at everything a host looks at.
    ///
    /// # Panics
    /// When what a host sees cannot be.
    pub fn call(&mut self, fuel: &mut Fuel) -> Pause {
        let before = *fuel;
        self.ask_card();
        let asked = self.machine.request().is_some();
        self.history.note(Note::Begins(self.now));
        let pause = self.machine.run(self.now, fuel);
        assert!(*fuel <= before, "a run makes no fuel");
        let mut sounded = false;
        self.machine.drain_sounds(|_, _| sounded = true);
        self.history.note(Note::Ended {
            asks: !asked && self.machine.request().is_some(),
            used: before - *fuel,
            pause,
            quiet: self.machine.keys_are_quiet(),
            sounded,
        });
        self.console.clear();
        let console = &mut self.console;
        self.machine
            .drain_console(|text| console.extend_from_slice(text));
        assert!(
            std::str::from_utf8(&self.console).is_ok(),
            "the console says text"
        );
        if self.machine.take_changed().is_some() {
            let mut row = [0; 256];
            self.machine.picture().row(self.now as u32 % 192, &mut row);
        }
        pause
    }

    /// The card does what it is asked, or lets a turn go by.
    fn ask_card(&mut self) {
        let request = self.machine.request();
        if let Some(Poll::Ready(answer)) = request.map(|request| self.card.poll(request)) {
            self.history.note(Note::File(&answer));
            self.machine.answer(answer);
        }
    }

    /// Runs until something is waited for that only a key ends, at most with `fuel`.
    pub fn run(&mut self, fuel: Fuel) {
        let mut left = fuel;
        let end = self.now.saturating_add(TIME_MAX);
        for _ in 0..2_000 {
            let mut slice = left.min(SLICE);
            let given = slice;
            let pause = self.call(&mut slice);
            left -= given - slice;
            self.now += 100;
            match pause {
                Pause::Idle(Some(until)) => self.now = self.now.max(until),
                Pause::Idle(None) if self.machine.request().is_some() => {}
                Pause::Idle(None) | Pause::Power(_) => return,
                _ if left == 0 || self.now > end => return,
                Pause::Fuel | Pause::Probe(_) => {}
            }
        }
    }

    /// BREAK: the editor waits within a frame, whatever was going on.
    ///
    /// # Panics
    /// When it does not.
    pub fn reach_editor(&mut self) {
        if self.machine.waiting() == Waiting::Editor {
            return;
        }
        if self.machine.is_helping() {
            // That is left first.
            self.key(KeyEvent::Break);
        }
        self.key(KeyEvent::Break);
        let mut fuel = FRAME_FUEL;
        let pause = self.call(&mut fuel);
        let waiting = self.machine.waiting();
        if !matches!(pause, Pause::Power(_)) {
            assert_eq!(waiting, Waiting::Editor, "BREAK ends it within a frame");
        }
        self.now += FRAME;
    }

    /// The machine can be used again after whatever happened to it.
    ///
    /// # Panics
    /// When it cannot.
    pub fn usable(&mut self) {
        self.key(KeyEvent::AllUp);
        self.reach_editor();
        let mut fuel = SLICE;
        self.call(&mut fuel);
        for code in [7, 12, 13, b'r', 13] {
            self.typed(code);
            self.now += 3 * FRAME;
            self.run(CASE);
        }
        self.reach_editor();
        let entered = self.machine.enter_line(&[t::NEW]);
        if entered != Entered::Running {
            // A RAMTOP that CLEAR lets pass can leave no room for a line, as there.
            assert_eq!(entered, Entered::NoRoom);
            return;
        }
        self.run(SLICE);
        assert_eq!(self.machine.waiting(), Waiting::Editor);
    }

    /// A line comes into the machine: entered at once, or now and then typed letter by letter.
    pub fn enter(&mut self, choices: &mut Choices<'_>, line: &[u8]) -> Option<Entered> {
        if choices.one_in(6) && line.len() < 200 {
            self.type_line(line);
            return None;
        }
        Some(self.machine.enter_line(line))
    }

    /// Types a line with its keywords spelt out, and ENTER.
    pub fn type_line(&mut self, line: &[u8]) {
        for code in spell(line, Keywords::Spectrum48, &mut []) {
            self.typed(code);
            self.now += FRAME;
            let mut fuel = SLICE;
            self.call(&mut fuel);
        }
        self.typed(13);
        let mut fuel = SLICE;
        self.call(&mut fuel);
    }

    /// Some program lines; how many of them were accepted at once.
    pub fn enter_program(&mut self, choices: &mut Choices<'_>, pokes: bool) -> u32 {
        let mut accepted = 0;
        for number in 1..=6 + choices.below(7) {
            let mut line = (number * 10).to_string().into_bytes();
            line.extend(statements(choices, pokes));
            if choices.one_in(5) {
                mutate(choices, &mut line);
            }
            if self.enter(choices, &line) == Some(Entered::Line) {
                accepted += 1;
            }
            self.reach_editor();
            if choices.is_spent() {
                break;
            }
        }
        if choices.one_in(3) {
            // Round and round.
            let _ = self
                .machine
                .enter_line(&[b'2', b'0', b'0', t::GO_TO, b'1', b'0']);
        }
        accepted
    }
}
