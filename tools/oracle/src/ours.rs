//! Our machine, driven as the original is.

use std::sync::OnceLock;
use std::task::Poll;

use basic::files::Block;
use basic::machine::{Entered, LogEntry, Machine, Model, Pause, Setup, Start, Waiting};
use basic::report::Report;
use basic::scenario::Card;
use basic::seam::Micros;
use basic::store::sysvars as s;
use basic::token::CLS;

use crate::outcome::{Outcome, Status};
use crate::tree::Step;

/// Work in one turn.
const FUEL_A_TURN: u32 = 5_000;
/// Virtual time of a turn that works.
const TURN: Micros = 1_000;
/// The key pressed when a tape is to be started.
const ENTER: u8 = 13;
/// Turns that wait for a time, at most.
const WAITS_MAX: u32 = 100_000;

/// Our machine at its editor.
#[derive(Clone)]
pub struct Ours {
    machine: Machine,
    now: Micros,
    /// What will be typed where a key is waited for, the next one last.
    keys: Vec<u8>,
    /// Blocks on the tape when the line was given.
    recorded: usize,
    /// The card, if there is one.
    card: Option<Card>,
}

impl Default for Ours {
    fn default() -> Self {
        Self::new(Model::Spectrum48)
    }
}

impl Ours {
    /// A machine just switched on.
    #[must_use]
    pub fn new(model: Model) -> Self {
        let mut ours = Self::at(model.into());
        // the greeting is not the ROM's
        ours.enter(&[CLS], &[], FUEL_A_TURN);
        ours
    }

    /// A machine just switched on, with what it then shows.
    #[must_use]
    pub fn at(start: Start) -> Self {
        Self::made(start, None)
    }

    /// A machine just switched on, with a card on which there is nothing.
    #[must_use]
    pub fn with_card(model: Model) -> Self {
        let setup = Setup {
            start: model.into(),
            files: true,
        };
        Self::made(setup, Some(Card::default()))
    }

    fn made(setup: impl Into<Setup>, card: Option<Card>) -> Self {
        let mut machine = Machine::new(setup);
        let mut fuel = 1;
        let _ = machine.run(0, &mut fuel);
        machine.set_probes(true);
        Self {
            machine,
            now: 0,
            keys: Vec::new(),
            recorded: 0,
            card,
        }
    }

    /// Puts a program in place of the one there is; there are no variables then.
    pub fn set_program(&mut self, program: &[u8]) {
        let memory = self.machine.memory_mut();
        for (at, bytes) in with_program(memory.word(s::PROG), program) {
            memory.set_bytes(at.into(), &bytes);
        }
        self.machine.memory_changed();
    }

    /// Puts in another tape, wound to its start.
    pub fn insert(&mut self, blocks: Vec<Block>) {
        self.recorded = blocks.len();
        self.machine.deck_mut().insert(blocks);
    }

    /// A copy of one that was switched on earlier: cheaper than another.
    #[must_use]
    pub fn fresh(model: Model) -> Self {
        static READY: [OnceLock<Ours>; 2] = [OnceLock::new(), OnceLock::new()];
        let [of_48, of_128] = &READY;
        let ready = match model {
            Model::Spectrum48 => of_48,
            Model::Spectrum128 => of_128,
        };
        ready.get_or_init(|| Self::new(model)).clone()
    }

    /// Keywords are typed with one key each, as on a 48K.
    pub fn use_keyword_keys(&mut self) {
        self.machine.set_keyword_keys(true);
    }

    /// All of memory, the ROM's too.
    #[must_use]
    pub fn memory(&self) -> &[u8] {
        self.machine.memory().slice(0, 0x1_0000)
    }

    /// The machine.
    #[must_use]
    pub const fn machine(&self) -> &Machine {
        &self.machine
    }

    /// What is in a file of the card.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.card.as_ref()?.file(path)
    }

    /// Does a step: a line is entered, or keys are typed.
    pub fn take(&mut self, step: &Step, fuel: u32) -> Outcome {
        if step.typed {
            self.press(&step.line(), fuel)
        } else {
            self.enter(&step.line(), &step.keys, fuel)
        }
    }

    /// Gives the editor a line (tokens without hidden numbers) and runs with at most so much fuel;
    /// where a key is waited for it is given these.
    pub fn enter(&mut self, line: &[u8], keys: &[u8], fuel: u32) -> Outcome {
        self.machine.take_log();
        self.keys = keys.iter().rev().copied().collect();
        let status = match self.machine.enter_line(line) {
            Entered::Line | Entered::Nothing => Status::Entered,
            Entered::Refused(report, at) => Status::Refused(report.code(), at as u16),
            Entered::NoRoom => self.reported(),
            Entered::Running => self.drive(false, fuel),
        };
        self.outcome(status, true)
    }

    /// Types keys, by the codes that a keyboard's decoding gives, until another is waited for.
    pub fn press(&mut self, keys: &[u8], fuel: u32) -> Outcome {
        self.machine.take_log();
        self.keys = keys.iter().rev().copied().collect();
        let status = match self.drive(true, fuel) {
            Status::Waiting if self.machine.waiting() == Waiting::Editor => Status::Editing,
            status => status,
        };
        self.outcome(status, false)
    }

    /// What the machine did since its log was last taken.
    fn outcome(&mut self, status: Status, printed: bool) -> Outcome {
        let mut outcome = Outcome::new();
        outcome.status = status;
        outcome.border = self.machine.border();
        if self.machine.model() == Model::Spectrum128 {
            outcome.disk = self.machine.ram_disk().pointers();
        }
        let blocks = self.machine.deck().blocks();
        outcome.record(&blocks[self.recorded..]);
        self.recorded = blocks.len();
        for entry in self.machine.take_log() {
            match entry {
                LogEntry::Print {
                    channel,
                    code,
                    nested: false,
                } if printed => outcome.printed.push((channel, code)),
                LogEntry::ReportStart if printed => break,
                LogEntry::Beep {
                    sounded: Some(sound),
                    ..
                } => outcome.beeps.push(sound),
                LogEntry::Played { command, .. } => outcome.sounds.push(command),
                LogEntry::Border { colour, .. } => outcome.borders.push(colour),
                _ => {}
            }
        }
        outcome
    }

    fn reported(&self) -> Status {
        match self.machine.report() {
            Some((report, line, statement)) => {
                Status::Report(Report::code(report), line, statement)
            }
            None => Status::Entered,
        }
    }

    fn drive(&mut self, editor: bool, fuel: u32) -> Status {
        let mut left = fuel;
        let mut waits = 0;
        while left > 0 {
            let mut turn = FUEL_A_TURN.min(left);
            let given = turn;
            let pause = self.machine.run(self.now, &mut turn);
            if self.answer() {
                continue;
            }
            left -= given.saturating_sub(turn);
            match pause {
                Pause::Fuel | Pause::Probe(_) => self.now += TURN,
                Pause::Power(_) => return Status::Gone,
                Pause::Idle(until) => match (self.machine.waiting(), until) {
                    (Waiting::Editor, _) if !editor => return self.reported(),
                    (Waiting::Scroll, _) if !editor => self.give(b'y'),
                    (Waiting::AnyKey, _) if !editor => self.give(ENTER),
                    (Waiting::Tape, _) => return Status::Waiting,
                    (_, Some(until)) => self.now = until.max(self.now + 1),
                    (_, None) => match self.keys.pop() {
                        Some(key) => self.give(key),
                        None => return Status::Waiting,
                    },
                },
            }
            waits += 1;
            if waits == WAITS_MAX {
                break;
            }
        }
        Status::Endless
    }

    /// Answers what the card is asked for: whether anything was.
    fn answer(&mut self) -> bool {
        let (Some(card), Some(request)) = (&mut self.card, self.machine.request()) else {
            return false;
        };
        if let Poll::Ready(answer) = card.poll(request) {
            self.machine.answer(answer);
        }
        true
    }

    /// Makes a key known as the driver of the original does.
    fn give(&mut self, key: u8) {
        let memory = self.machine.memory_mut();
        memory.set_byte(s::LAST_K, key);
        memory.set_bit(s::FLAGS, 5, true);
    }
}

/// Memory in which a program begins at an address and nothing else is there: places and bytes.
#[must_use]
pub fn with_program(at: u16, program: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let variables = at + program.len() as u16;
    let line = variables + 1;
    let workspace = line + 2;
    let pointers = [
        (s::VARS, variables),
        (s::E_LINE, line),
        (s::K_CUR, line),
        (s::WORKSP, workspace),
        (s::STKBOT, workspace),
        (s::STKEND, workspace),
    ];
    let bytes = [program, &[0x80, 13, 0x80]].concat();
    let written = pointers.map(|(name, to)| (name as u16, to.to_le_bytes().to_vec()));
    written.into_iter().chain([(at, bytes)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(text: &str) -> Outcome {
        let line = zx::listing::tokenise(text, false).unwrap();
        Ours::default().enter(&line, &[], 100_000)
    }

    #[test]
    fn a_command_prints_and_reports() {
        let outcome = enter("PRINT 7: PRINT #1;8: BEEP .01,0: STOP");
        assert_eq!(outcome.status, Status::Report('9', 0xFFFE, 4));
        assert_eq!(
            outcome.printed,
            [(b'S', b'7'), (b'S', 13), (b'K', b'8'), (b'K', 13)]
        );
        assert_eq!(outcome.beeps.len(), 1);
    }

    #[test]
    fn what_does_not_end_is_given_up() {
        let mut ours = Ours::default();
        let line = zx::listing::tokenise("10 GO TO 10", false).unwrap();
        assert_eq!(ours.enter(&line, &[], 1000).status, Status::Entered);
        let run = zx::listing::tokenise("RUN", false).unwrap();
        assert_eq!(ours.enter(&run, &[], 10_000).status, Status::Endless);
        assert_eq!(enter("PAUSE 0").status, Status::Waiting);
        assert_eq!(enter("PAUSE 5").status, Status::Report('0', 0xFFFE, 1));
        assert_eq!(enter("PRINT 1+").status, Status::Refused('C', 3));
    }

    #[test]
    fn scroll_is_answered() {
        let outcome = enter("FOR i=1 TO 50: PRINT i: NEXT i");
        assert_eq!(outcome.status, Status::Report('0', 0xFFFE, 3));
    }
}
