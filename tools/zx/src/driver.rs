//! Runs programs and commands, giving keys when the program asks for them.
//!
//! Plain keys go to whatever polls for one: INPUT, PAUSE 0, `scroll?` (if it is not answered by
//! itself), the editor. INKEY$ gets one at every second look, so that loops that wait for no key
//! end. A typed key is down for three frames, and seven pass before the next.

use std::collections::VecDeque;

use basic::files::Block;
use basic::machine::{Entered, LogEntry, Probe, Waiting};
use basic::report::Report;
use basic::seam::Micros;
use basic::store::sysvars;

use crate::Result;
use crate::card::Folder;
use crate::computer::{CharacterSet, Computer, FRAME, Rom, Stop, Watch};
use crate::keyscript::{self, BREAK, Chord, ENTER, Step, YES};
use crate::listing::{self, SourceLine};

/// Frames a typed key is down.
pub const DOWN: u32 = 3;
/// Frames between a typed key and the next.
pub const UP: u32 = 7;
/// Frames a key is down for INKEY$ and PAUSE.
const DOWN_LONG: u32 = 5;
/// Frames a key that is typed waits for the machine to ask for it, at most.
const SETTLE: u32 = 500;
/// Keys that lead from a line that was refused to an empty one: the menu's Exit, and back.
const LEAVE_LINE: &str = "{EDIT}{DOWN*4}{ENTER}{DOWN}{ENTER}";
/// Frames BREAK is down.
const DOWN_BREAK: u32 = 6;

/// Who answers `scroll?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scroll {
    /// Nobody need: it is answered with `y`.
    Auto,
    /// The key script.
    Keys,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// With a report.
    Report,
    /// It wants a key and there is none left.
    Waiting,
    /// The time is over.
    Timeout,
    /// The command was refused.
    Syntax,
    /// In the editor, without a report.
    Editor,
    /// The command was a program line and is in the program.
    Entered,
}

impl Status {
    /// Its name in accounts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Waiting => "waiting",
            Self::Timeout => "timeout",
            Self::Syntax => "syntax",
            Self::Editor => "editor",
            Self::Entered => "entered",
        }
    }
}

/// A line that was refused when the program was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Its number.
    pub line: u16,
    /// The code of the report.
    pub report: char,
    /// Its text.
    pub text: String,
}

/// What a command did.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// What it waits for, if [`Status::Waiting`].
    pub waiting_for: Option<&'static str>,
    /// The report with line and statement, if [`Status::Report`].
    pub report: Option<(Report, u16, u8)>,
    /// Why it was refused, if [`Status::Syntax`].
    pub refused: Option<Report>,
    /// It was a program line and no direct command.
    pub program_line: bool,
    /// When it began to run, if it did.
    pub began: Option<Micros>,
    /// When its report came, or else when it was left.
    pub ended: Micros,
    /// What it did, in order.
    pub log: Vec<LogEntry>,
    /// What it recorded on the tape.
    pub recorded: Vec<Block>,
    /// How often it looked at INKEY$.
    pub inkeys: u32,
    /// Whether it asked `scroll?`.
    pub scrolled: bool,
    /// Steps of the key script that nothing asked for.
    pub keys_left: usize,
}

/// A machine with a program and a key script.
#[derive(Clone, Debug)]
pub struct Session {
    computer: Computer,
    scroll: Scroll,
    load_errors: Vec<LoadError>,
    steps: VecDeque<Step>,
    last: Option<(Status, Option<&'static str>)>,
    /// When the key that is down goes up.
    held: Option<Micros>,
    /// No new key before this time.
    ready: Micros,
    /// When the `{wait:N}` at the front of the script is over.
    wait_end: Option<Micros>,
    /// The frames of a PAUSE that has just begun.
    new_pause: Option<u16>,
    /// A key is down for one INKEY$ only.
    once: bool,
    /// The next INKEY$ gets a key.
    inkey_next: bool,
    inkeys: u32,
    scrolled: bool,
}

impl Session {
    /// A machine that waits for its first line.
    #[must_use]
    pub fn new(
        rom: Rom,
        scroll: Scroll,
        characters: Option<&CharacterSet>,
        card: Option<Folder>,
    ) -> Self {
        let mut computer = Computer::booted(rom, characters, card);
        computer.set_probes(true);
        computer.connect_printer();
        Self {
            computer,
            scroll,
            load_errors: Vec::new(),
            steps: VecDeque::new(),
            last: None,
            held: None,
            ready: 0,
            wait_end: None,
            new_pause: None,
            once: false,
            inkey_next: false,
            inkeys: 0,
            scrolled: false,
        }
    }

    /// The machine.
    #[must_use]
    pub const fn computer(&self) -> &Computer {
        &self.computer
    }
    /// Puts a tape into the deck.
    pub fn insert_tape(&mut self, blocks: Vec<Block>) {
        self.computer.insert_tape(blocks);
    }

    /// The lines that were refused.
    #[must_use]
    pub fn load_errors(&self) -> &[LoadError] {
        &self.load_errors
    }

    /// Enters the lines of a listing; those the machine refuses become load errors.
    ///
    /// # Errors
    /// A listing that is not one.
    pub fn load(&mut self, source: &str, keep_spaces: bool) -> Result<()> {
        for line in listing::split_lines(source)? {
            let refused = match self.computer.enter(&line.entered(keep_spaces)?) {
                Entered::Refused(report, _) => Some(report),
                Entered::NoRoom => Some(Report::NoRoomForLine),
                Entered::Line | Entered::Nothing | Entered::Running => None,
            };
            if let Some(report) = refused {
                self.load_errors.push(LoadError {
                    line: line.number,
                    report: report.code(),
                    text: line.text,
                });
            }
        }
        Ok(())
    }

    /// Gives a direct command or a program line after an earlier command; without keys of its own
    /// it goes on with those that are left.
    ///
    /// # Errors
    /// A command or a key script that is not one.
    pub fn command(&mut self, text: &str, keys: Option<&str>, limit: Micros) -> Result<Outcome> {
        self.leave_wait()?;
        self.last = None;
        // Keys let go are seen to be up at the next look.
        self.computer.frames_through(UP);
        let text = text.trim_start();
        if self.computer.rom() == Rom::Rom128 {
            return self.run_typed(text, keys, limit);
        }
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return self.run(text, keys, limit);
        }
        let mut outcome = self.nothing();
        for line in listing::split_lines(text)? {
            self.enter_line(&line, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Enters one line of a program.
    fn enter_line(&mut self, line: &SourceLine, outcome: &mut Outcome) -> Result<()> {
        let refused = match self.computer.enter(&line.entered(false)?) {
            Entered::Refused(report, _) => Some(report),
            Entered::NoRoom => Some(Report::NoRoomForLine),
            Entered::Line | Entered::Nothing | Entered::Running => None,
        };
        outcome.program_line = true;
        outcome.refused = refused;
        outcome.status = refused.map_or(Status::Entered, |_| Status::Syntax);
        Ok(())
    }

    /// The outcome of a command that has done nothing yet.
    fn nothing(&self) -> Outcome {
        Outcome {
            status: Status::Entered,
            waiting_for: None,
            report: None,
            refused: None,
            program_line: false,
            began: None,
            ended: self.computer.now(),
            log: Vec::new(),
            recorded: Vec::new(),
            inkeys: 0,
            scrolled: false,
            keys_left: self.steps.len(),
        }
    }

    /// Ends what an earlier command still waits for.
    fn leave_wait(&mut self) -> Result<()> {
        if let (Rom::Rom128, Some((Status::Syntax, _))) = (self.computer.rom(), self.last) {
            for step in keyscript::parse(LEAVE_LINE)? {
                if let Step::Key(chord) = step {
                    self.type_key(chord);
                }
            }
        }
        let Some((Status::Waiting | Status::Timeout, waiting_for)) = self.last else {
            return Ok(());
        };
        let shifted = |key| Chord::two(basic::keys::MatrixKey(0), basic::keys::MatrixKey(key));
        let (left, down) = (shifted(19), shifted(24));
        let stop = Chord::two(basic::keys::MatrixKey(36), basic::keys::MatrixKey(5));
        let tries: &[Chord] = if waiting_for == Some("INPUT") {
            &[left, stop, ENTER, down, BREAK]
        } else {
            &[BREAK; 3]
        };
        for &chord in tries {
            self.computer.press(chord);
            let frames = if chord == BREAK { 60 } else { DOWN };
            let mut done = self.computer.frames(frames);
            self.computer.release();
            done = done || self.computer.frames(12);
            if done {
                break;
            }
        }
        Ok(())
    }

    /// Gives a direct command and drives it to its end, for at most `limit` microseconds; without
    /// keys it goes on with those that are left.
    ///
    /// # Errors
    /// A command or a key script that is not one.
    pub fn run(&mut self, command: &str, keys: Option<&str>, limit: Micros) -> Result<Outcome> {
        self.begin(keys)?;
        let tokens = listing::tokenise(command, false)?;
        self.computer.take_log();
        let mut outcome = self.nothing();
        let recorded = self.computer.machine().deck().blocks().len();
        match self.computer.enter(&tokens) {
            Entered::Refused(report, _) => {
                outcome.status = Status::Syntax;
                outcome.refused = Some(report);
            }
            Entered::NoRoom => {
                outcome.status = Status::Syntax;
                outcome.refused = Some(Report::NoRoomForLine);
            }
            Entered::Line | Entered::Nothing => {}
            Entered::Running => self.drive_on(&mut outcome, recorded, limit),
        }
        Ok(self.done(outcome))
    }

    /// The same, the command being typed in the 128's editor.
    fn run_typed(&mut self, command: &str, keys: Option<&str>, limit: Micros) -> Result<Outcome> {
        self.begin(keys)?;
        for character in command.chars() {
            for chord in keyscript::chords(character)? {
                self.type_key(chord);
            }
        }
        self.computer.settle(SETTLE);
        let mut outcome = self.nothing();
        let recorded = self.computer.machine().deck().blocks().len();
        // The command begins with the key that enters it.
        self.computer.press_now(ENTER);
        self.held = Some(self.computer.now() + Micros::from(DOWN) * FRAME);
        self.drive_on(&mut outcome, recorded, limit);
        if outcome.status == Status::Editor {
            outcome.status = Status::Entered;
            outcome.program_line = command.starts_with(|c: char| c.is_ascii_digit());
            outcome.refused = Report::from_err_nr(self.computer.memory().byte(sysvars::ERR_NR))
                .filter(|report| *report != Report::Ok);
            if outcome.refused.is_some() {
                outcome.status = Status::Syntax;
            }
        }
        Ok(self.done(outcome))
    }

    /// Types a key when something waits for one.
    fn type_key(&mut self, chord: Chord) {
        self.computer.settle(SETTLE);
        self.computer.press(chord);
        self.computer.frames_through(DOWN);
        self.computer.release();
        self.computer.frames_through(UP);
    }

    /// Nothing is known of a new command yet.
    fn begin(&mut self, keys: Option<&str>) -> Result<()> {
        if let Some(keys) = keys {
            self.steps = keyscript::parse(keys)?.into();
        }
        self.held = None;
        self.ready = 0;
        self.wait_end = None;
        self.new_pause = None;
        self.once = false;
        self.inkey_next = false;
        self.inkeys = 0;
        self.scrolled = false;
        Ok(())
    }

    /// Drives a command that runs to its end.
    fn drive_on(&mut self, outcome: &mut Outcome, recorded: usize, limit: Micros) {
        self.computer.take_log();
        let began = self.computer.now();
        outcome.began = Some(began);
        (outcome.status, outcome.waiting_for) = self.drive(began + limit);
        if outcome.status == Status::Report {
            outcome.report = self.computer.report();
        }
        outcome.ended = self.computer.now();
        outcome.log = self.computer.take_log();
        let blocks = self.computer.machine().deck().blocks();
        outcome.recorded = blocks.get(recorded..).unwrap_or_default().to_vec();
    }

    /// What is known of a command when it is over.
    fn done(&mut self, mut outcome: Outcome) -> Outcome {
        self.computer.release();
        outcome.inkeys = self.inkeys;
        outcome.scrolled = self.scrolled;
        outcome.keys_left = self.steps.len();
        self.last = Some((outcome.status, outcome.waiting_for));
        outcome
    }

    /// Runs to the end and says how it ended.
    fn drive(&mut self, limit: Micros) -> (Status, Option<&'static str>) {
        loop {
            let now = self.computer.now();
            if self.held.is_some_and(|up| now >= up) {
                self.computer.release();
                self.held = None;
                self.ready = now + Micros::from(UP) * FRAME;
            }
            self.by_the_clock();
            if now >= limit {
                return (Status::Timeout, None);
            }
            let mut due = limit;
            if let Some(up) = self.held {
                due = due.min(up);
            } else if self.ready > now {
                due = due.min(self.ready);
            } else if let Some(Step::Wait(_)) = self.steps.front() {
                due = due.min(self.wait_end.unwrap_or(now + FRAME));
            }
            let armed = self.held.is_none() && now >= self.ready;
            let watch = Watch {
                keys: armed,
                pause: armed && self.new_pause.is_some(),
            };
            let stuck = match self.computer.run_until(due, watch) {
                Stop::Time => None,
                Stop::Power => return (Status::Editor, None),
                Stop::Waits(Waiting::Editor) => {
                    return match self.computer.report() {
                        Some(_) => (Status::Report, None),
                        None => (Status::Editor, None),
                    };
                }
                Stop::Waits(waiting) => self.answer(waiting),
                Stop::Probe(Probe::Pause(frames)) => {
                    self.new_pause = Some(frames);
                    None
                }
                Stop::Probe(Probe::Inkey) => {
                    self.inkey();
                    None
                }
                Stop::Probe(Probe::Report) => return (Status::Report, None),
                Stop::Probe(Probe::InkeyDone) => {
                    if std::mem::take(&mut self.once) {
                        self.computer.release_now();
                    }
                    None
                }
            };
            if stuck.is_some() {
                return (Status::Waiting, stuck);
            }
        }
    }

    /// Steps that go by the clock: `{wait:N}`, `{hold:N:KEY}`, BREAK.
    fn by_the_clock(&mut self) {
        let now = self.computer.now();
        while self.held.is_none() {
            match self.steps.front() {
                Some(&Step::Wait(frames)) => {
                    let end = *self
                        .wait_end
                        .get_or_insert(now + Micros::from(frames) * FRAME);
                    if now < end {
                        return;
                    }
                    self.wait_end = None;
                    self.steps.pop_front();
                }
                Some(&Step::Hold(frames, chord)) => {
                    self.steps.pop_front();
                    self.press(chord, frames);
                }
                Some(&Step::Key(BREAK)) if now >= self.ready => {
                    self.steps.pop_front();
                    self.press(BREAK, DOWN_BREAK);
                }
                _ => return,
            }
        }
    }

    fn press(&mut self, chord: Chord, frames: u32) {
        self.computer.press(chord);
        self.held = Some(self.computer.now() + Micros::from(frames) * FRAME);
    }

    /// The next step, if it is a plain key.
    fn next_key(&mut self) -> Option<Chord> {
        match self.steps.front() {
            Some(&Step::Key(chord)) => {
                self.steps.pop_front();
                Some(chord)
            }
            _ => None,
        }
    }

    /// Gives a key to what waits for one; what it waits for if there is none.
    fn answer(&mut self, waiting: Waiting) -> Option<&'static str> {
        let (chord, what) = match waiting {
            Waiting::Nothing
            | Waiting::Sound
            | Waiting::Files
            | Waiting::Editor
            | Waiting::Menu => return None,
            Waiting::Scroll => {
                self.scrolled = true;
                let given = match self.steps.front() {
                    Some(&Step::Scroll(chord)) => {
                        self.steps.pop_front();
                        chord
                    }
                    _ if self.scroll == Scroll::Keys => self.next_key(),
                    _ => None,
                };
                let usual = (self.scroll == Scroll::Auto).then_some(YES);
                (given.or(usual), "scroll?")
            }
            Waiting::Input => (self.next_key(), "INPUT"),
            Waiting::AnyKey => (Some(ENTER), "a key"),
            Waiting::Tape => return Some("tape"),
            Waiting::Pause(_) => {
                let endless = self.new_pause.take() == Some(0);
                match self.steps.front() {
                    Some(&Step::Pause(chord)) => {
                        self.steps.pop_front();
                        if let Some(chord) = chord {
                            self.press(chord, DOWN_LONG);
                        }
                    }
                    Some(&Step::Key(chord)) if endless => {
                        self.steps.pop_front();
                        self.press(chord, DOWN_LONG);
                    }
                    None if endless => return Some("PAUSE 0"),
                    _ => {}
                }
                return None;
            }
        };
        match chord {
            Some(chord) => {
                self.press(chord, DOWN);
                None
            }
            None => Some(what),
        }
    }

    /// An INKEY$ is about to look at the keys.
    fn inkey(&mut self) {
        self.inkeys += 1;
        if self.held.is_some() {
            return;
        }
        match self.steps.front() {
            Some(Step::NoKey) => {
                self.steps.pop_front();
            }
            Some(&Step::Inkey(chord)) => {
                self.steps.pop_front();
                self.computer.press_now(chord);
                self.once = true;
            }
            Some(&Step::Key(chord)) if self.computer.now() >= self.ready => {
                if self.inkey_next {
                    self.steps.pop_front();
                    self.computer.press_now(chord);
                    self.held = Some(self.computer.now() + Micros::from(DOWN_LONG) * FRAME);
                }
                self.inkey_next = !self.inkey_next;
            }
            _ => {}
        }
    }
}
