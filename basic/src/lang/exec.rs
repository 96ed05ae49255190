//! Running code.
//!
//! The loop that does what programs do most of the time is in `fast`; everything else is one call
//! away in `ops`. Nothing waits: what must be waited for is said by the [`Flow`] that ends a run.

use alloc::vec::Vec;

use super::calls::{Calls, Frame};
use super::code::{Code, DIRECT, Mark, Op, Origin, Pc, Spot};
use super::fast::{self, Place, Stacks, Stop};
use super::flow::Ahead;
use super::parse::{Dialect, Hidden, Parser, Refusal, Sink, Type};
use super::stack::GoSub;
use super::subscripts::Subscripts;
use super::text::Text;
use crate::files::{Command, Job};
use crate::line::list::LineLister;
use crate::number::{Memo, Number};
use crate::play::Play;
use crate::report::{Report, Result};
use crate::sound::Micros;
use crate::store::slots::{SlotNumber, Slots};
use crate::store::sysvars as s;
use crate::store::{Address, areas};
use crate::system::System;

/// What a run may cost: one unit for each line, jump or call of a function, and for work; see the
/// constants below.
pub type Fuel = u32;

/// Work that costs one unit, in bytes moved.
const FUEL_WORK: u32 = 1024;
/// Characters compiled for one unit.
const COMPILED_FOR_FUEL: u32 = 64;
/// Bytes of the program looked through for one unit.
const SEARCHED_FOR_FUEL: u32 = 256;

/// What INPUT waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A number.
    Number,
    /// A string expression, between quotes.
    Text,
    /// A line of characters.
    Line,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The fuel is used up.
    Fuel,
    /// A statement is done, and BREAK is to be looked at; see [`Exec::run_statement`].
    Statement,
    /// The program ended, well or badly.
    Report(Report),
    /// `scroll?` must be asked.
    Scroll,
    /// PAUSE: frames to wait for, 0 for ever.
    Pause(u16),
    /// A sound of so many microseconds must pass.
    Sound(Micros),
    /// PLAY plays what [`Exec::take_tune`] gives.
    Play,
    /// INPUT wants a line.
    Input(Input),
    /// SAVE, LOAD, VERIFY or MERGE wants a file.
    File(Job),
    /// The host's files are wanted for what [`Exec::take_command`] gives.
    Disk,
    /// NEW.
    New,
    /// SPECTRUM.
    Spectrum,
    /// The 48K's ROM starts again (USR 0), or does what NEW does there.
    Start48 {
        /// As NEW does.
        new: bool,
    },
    /// An observer wants to know: INKEY$ is about to look at the keys.
    AboutToLook,
    /// An observer wants to know: INKEY$ has looked.
    Looked,
}

/// What two equal machines may differ in: it says only where the last run was cut, and is written
/// before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unseen<T>(pub(super) T);

impl<T> PartialEq for Unseen<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// The state of a program that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Exec {
    pub(super) code: Code,
    /// How often the code has been dropped.
    pub(super) epoch: u32,
    pub(super) slots: Slots,
    pub(super) pc: Pc,
    pub(super) acc: Number,
    /// Results of functions.
    pub(super) memo: Memo,
    pub(super) stack: Vec<u64>,
    pub(super) frames: Vec<Frame>,
    pub(super) calls: Calls,
    pub(super) subscripts: Vec<Subscripts>,
    pub(super) sizes: Vec<u16>,
    pub(super) go_subs: Vec<GoSub>,
    /// Bytes on the ROM's stack above the oldest of them, besides its base (see `stack`); less than
    /// none when RETURN has taken some that were not there.
    pub(super) above_go_subs: i32,
    /// The mark above the oldest of them is a line number: see [`Exec::clear_128`]. Memory does not
    /// tell, as another bank can be there.
    pub(super) is_unmarked: bool,
    /// Fuel that what was done costs and that has not been paid yet.
    debt: Fuel,
    /// The last instruction of the statement done last: what BREAK reports.
    pub(super) jumped_from: Unseen<Pc>,
    /// Whether INKEY$ is announced to an observer.
    pub probes: bool,
    pub(super) probed: bool,
    pub(super) list_from: Option<u32>,
    pub(super) list_before: bool,
    /// The line of a listing in which `scroll?` is asked.
    pub(super) list_line: Option<LineLister>,
    pub(super) input_pc: Pc,
    /// What PLAY is to play.
    pub(super) tune: Option<Play>,
    /// The file whose name has been worked out.
    pub(super) file: Option<Job>,
    /// Its name, if it is on the card.
    pub(super) card_name: Option<Vec<u8>>,
    /// What is to be done with files.
    pub(super) command: Option<Command>,
    /// INKEY$ found no key.
    pub(super) wants_key: bool,
    /// The place of a statement that was not found: what report N shows.
    pub(super) lost: Option<Spot>,
    /// Where a jump was to go that found no such statement: CONTINUE tries again.
    pub(super) missed: Option<Spot>,
}

impl Default for Exec {
    fn default() -> Self {
        Self::new()
    }
}

impl Exec {
    /// Nothing to run yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            code: Code::default(),
            epoch: 0,
            slots: Slots::default(),
            pc: 0,
            acc: Number::ZERO,
            memo: Memo::default(),
            stack: Vec::new(),
            frames: Vec::new(),
            calls: Calls::default(),
            subscripts: Vec::new(),
            sizes: Vec::new(),
            go_subs: Vec::new(),
            above_go_subs: 0,
            is_unmarked: false,
            debt: 0,
            jumped_from: Unseen(0),
            probes: false,
            probed: false,
            list_from: None,
            list_before: true,
            list_line: None,
            input_pc: 0,
            tune: None,
            file: None,
            card_name: None,
            command: None,
            wants_key: false,
            lost: None,
            missed: None,
        }
    }

    /// What PLAY is to play.
    pub fn take_tune(&mut self) -> Option<Play> {
        self.tune.take()
    }

    /// What is to be done with files.
    pub fn take_command(&mut self) -> Option<Command> {
        self.command.take()
    }

    /// The statement that runs, or ran last.
    #[must_use]
    pub fn spot(&self) -> Spot {
        if let Some(lost) = self.lost {
            return lost;
        }
        // Inside a function or VAL it is the statement that called.
        let pc = self.frames.first().map_or(self.pc, |frame| frame.back);
        self.code.spot(pc.saturating_sub(1))
    }

    /// Where a jump was to go that found no such statement.
    #[must_use]
    pub const fn missed(&self) -> Option<Spot> {
        self.missed
    }

    /// The statement that has just been done when BREAK is found.
    #[must_use]
    pub fn spot_before(&self) -> Spot {
        self.code.spot(self.jumped_from.0)
    }

    /// Where CONTINUE goes on after BREAK: line and statement as OLDPPC and OSPPC hold them.
    #[must_use]
    pub fn spot_after_break(&self) -> Spot {
        let before = self.spot_before();
        if self.pc == self.jumped_from.0 + 1 {
            return Spot {
                statement: before.statement.wrapping_add(1),
                ..before
            };
        }
        match self.code.ops.get(self.jumped_from.0 as usize) {
            Some(Op::GoTo | Op::GoToLine(..) | Op::GoSub(_) | Op::GoSubLine(..) | Op::Run) => {
                Spot {
                    statement: 0,
                    ..self.code.spot(self.pc)
                }
            }
            // What the ROM's NEWPPC and NSPPC hold then.
            Some(&Op::Next(slot)) => {
                let (line, statement) = self.slots.loop_place(slot);
                Spot { line, statement }
            }
            _ => self.code.spot_ahead(self.pc),
        }
    }

    /// Whether the program has asked for a key by INKEY$ and got none.
    #[must_use]
    pub fn wants_key(&self) -> bool {
        self.wants_key
    }

    /// Forgets all code: the program has changed.
    pub fn drop_code(&mut self) {
        self.code.clear();
        self.calls.clear();
        self.slots.clear();
        self.epoch = self.epoch.wrapping_add(1);
    }

    /// Forgets where variables are: their area has moved.
    pub fn forget_variables(&mut self) {
        self.slots.forget();
    }

    /// Makes a clean start for a command or a new statement after an error.
    pub fn reset_run(&mut self) {
        self.stack.clear();
        self.frames.clear();
        self.calls.reset();
        self.subscripts.clear();
        self.sizes.clear();
        self.debt = 0;
        self.list_from = None;
        self.list_line = None;
        self.file = None;
        self.probed = false;
        self.wants_key = false;
        self.lost = None;
        self.missed = None;
    }

    /// Whether a function or VAL is being worked out: the statement has not been done.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Whether a statement is done and the next one, which can be found again, has not begun.
    #[must_use]
    pub fn is_between(&self) -> bool {
        let free = self.stack.is_empty()
            && self.frames.is_empty()
            && self.subscripts.is_empty()
            && self.list_from.is_none()
            && self.file.is_none();
        free && self.code.begins_statement(self.pc) && !self.code.is_after_then(self.pc)
    }

    /// Goes on there with new code, which costs nothing.
    pub fn go_on_at(&mut self, sys: &System, ahead: Ahead) {
        let debt = self.debt;
        self.compile_ahead(sys, ahead);
        self.debt = debt;
    }

    /// Runs until something must be waited for or the fuel is used up.
    pub fn run(&mut self, sys: &mut System, fuel: &mut Fuel) -> Flow {
        loop {
            if self.is_in_debt(fuel) {
                return Flow::Fuel;
            }
            let careful =
                areas::is_tight(&sys.memory, self.code.need_max) || sys.memory.is_rewritten();
            let done = if careful {
                self.renew(sys);
                self.single(sys)
            } else {
                self.round(sys, false, fuel)
            };
            match done {
                Ok(None) => {}
                Ok(Some(Flow::Fuel)) => {
                    *fuel = fuel.saturating_sub(1);
                    if *fuel == 0 {
                        return Flow::Fuel;
                    }
                }
                Ok(Some(flow)) => return flow,
                Err(report) => return Flow::Report(report),
            }
        }
    }

    /// Does one instruction, before a statement's first one only if there is room for what the ROM
    /// would hold; [`Flow::Fuel`] says that it has gone elsewhere.
    #[inline(never)]
    fn single(&mut self, sys: &mut System) -> Result<Option<Flow>> {
        let need = self.code.need(self.pc);
        if need > 0 && areas::test_room(&sys.memory, need).is_err() {
            // It is this statement that reports.
            self.pc += 1;
            return Err(Report::OutOfMemory);
        }
        self.round(sys, true, &mut 1)
    }

    /// Runs to the end of a statement: BREAK is held. Ends with [`Flow::Statement`] where the ROM
    /// looks at the key: behind each statement, but not behind IF's condition, REM or one that is
    /// empty. What costs much, calls of functions and listed lines, uses fuel.
    ///
    /// ROM: `STMT-RET` 1B76.
    pub fn run_statement(&mut self, sys: &mut System, fuel: &mut Fuel) -> Flow {
        loop {
            if self.is_in_debt(fuel) {
                return Flow::Fuel;
            }
            self.renew(sys);
            let from = self.pc;
            let op = self.code.ops.get(from as usize).copied();
            let jumped = match self.single(sys) {
                Ok(None) => false,
                Ok(Some(Flow::Fuel)) => true,
                Ok(Some(flow)) => return flow,
                Err(report) => return Flow::Report(report),
            };
            let may_end = !self.is_inside() && op.is_some_and(Op::may_end_statement);
            let arrived = self.pc != from && self.code.begins_statement(self.pc);
            if may_end && (jumped || arrived) {
                self.jumped_from = Unseen(from);
                return Flow::Statement;
            }
            if jumped {
                *fuel = fuel.saturating_sub(1);
                if *fuel == 0 {
                    return Flow::Fuel;
                }
            }
        }
    }

    /// Pays what is owed; whether that takes all the fuel there is.
    #[inline]
    pub fn is_in_debt(&mut self, fuel: &mut Fuel) -> bool {
        if self.debt == 0 {
            return false;
        }
        let paid = self.debt.min(*fuel);
        self.debt -= paid;
        *fuel -= paid;
        *fuel == 0
    }

    /// Accounts for characters that were compiled.
    pub(super) fn charge_compiled(&mut self, characters: usize) {
        let units = characters as u32 / COMPILED_FOR_FUEL;
        self.debt = self.debt.saturating_add(units);
    }

    /// Accounts for a search through the program.
    pub(super) fn charge_search(&mut self, from: Address, to: Address) {
        let units = to.saturating_sub(from) / SEARCHED_FOR_FUEL;
        self.debt = self.debt.saturating_add(units);
    }

    /// Accounts for what an instruction has moved and drawn.
    #[inline]
    pub fn charge(&mut self, sys: &mut System) {
        let units = sys.memory.take_work(FUEL_WORK);
        self.debt = self.debt.saturating_add(units);
    }

    /// Runs up to an instruction that the main loop leaves to others and does that, or does a
    /// single one; what ends the run, if it does.
    #[inline(always)]
    fn round(&mut self, sys: &mut System, single: bool, fuel: &mut Fuel) -> Result<Option<Flow>> {
        let mut at = Place {
            pc: self.pc,
            acc: self.acc,
            fuel: *fuel,
        };
        if sys.memory.watch_variables() {
            self.slots.drop_copies();
        }
        let (bytes, stack_end) = sys.memory.parts();
        let stacks = Stacks {
            values: &mut self.stack,
            go_subs: &mut self.go_subs,
            stack_end,
            memo: &mut self.memo,
            epoch: self.epoch,
            tight: areas::tight(self.code.need_max),
        };
        let next = (self.pc as usize).saturating_add(1);
        let ops = match self.code.ops.get(..next) {
            Some(ops) if single => ops,
            _ => &self.code.ops,
        };
        let stop = fast::run(ops, self.slots.cells(), bytes, stacks, &mut at);
        self.pc = at.pc;
        self.acc = at.acc;
        *fuel = at.fuel;
        match stop {
            Stop::Fuel(from) => {
                self.jumped_from = Unseen(from);
                Ok(Some(Flow::Fuel))
            }
            Stop::End if single && (self.pc as usize) < self.code.ops.len() => Ok(None),
            Stop::End => Err(Report::Ok),
            Stop::Report(report) => Err(report),
            Stop::Unknown(slot) => self.find_or_make(sys, slot).map(|()| None),
            Stop::Make(slot) => {
                self.slots.let_number(&mut sys.memory, slot, self.acc)?;
                Ok(None)
            }
            Stop::Other => {
                let Some(&op) = self.code.ops.get((self.pc - 1) as usize) else {
                    return Err(Report::Ok);
                };
                let from = self.pc - 1;
                let done = self.other(sys, op)?;
                let done = match done {
                    None if !single => self.further_others(sys)?,
                    done => done,
                };
                self.charge(sys);
                match done {
                    Some(Flow::Fuel) => {
                        // A jump done out of line.
                        *fuel = fuel.saturating_sub(1);
                        if *fuel == 0 {
                            self.jumped_from = Unseen(from);
                            return Ok(Some(Flow::Fuel));
                        }
                        Ok(None)
                    }
                    flow => Ok(flow),
                }
            }
        }
    }

    /// Does the instructions of strings and of PRINT that follow: they come in groups. What was
    /// just done may have taken the room that the next statement needs.
    #[inline]
    fn further_others(&mut self, sys: &mut System) -> Result<Option<Flow>> {
        if areas::is_tight(&sys.memory, self.code.need_max) {
            return Ok(None);
        }
        while let Some(&op) = self.code.ops.get(self.pc as usize) {
            if sys.memory.work() >= FUEL_WORK || sys.memory.is_rewritten() {
                break;
            }
            match op {
                // Numbers the main loop would do, but a way there and back costs more.
                Op::Variable(slot) => match self.slots.known(&sys.memory, slot) {
                    Some(value) => {
                        self.pc += 1;
                        self.acc = value;
                    }
                    None => break,
                },
                Op::VariableAddNumber(slot, n) => match self.slots.known(&sys.memory, slot) {
                    Some(value) => {
                        self.pc += 1;
                        self.acc = value.add(n)?;
                    }
                    None => break,
                },
                Op::Literal(Origin::Fixed, at, length) => {
                    self.pc += 1;
                    self.stack.push(Text { at, length }.bits());
                }
                Op::PrintNumber | Op::PrintText | Op::PrintCode(_) => {
                    self.pc += 1;
                    if let Some(flow) = self.print_op(sys, op)? {
                        return Ok(Some(flow));
                    }
                }
                Op::Number(n) => {
                    self.pc += 1;
                    self.acc = n;
                }
                Op::SliceFrom
                | Op::SliceTo
                | Op::Subscripts(_)
                | Op::Subscript(_)
                | Op::SubscriptsText
                | Op::SubscriptsNumber
                | Op::SubscriptsPlace => {
                    self.pc += 1;
                    self.subscript_op(sys, op)?;
                }
                Op::Character | Op::Concatenate(_) | Op::LetText(_) | Op::ClearWork => {
                    self.pc += 1;
                    self.text_op(sys, op)?;
                    if areas::is_tight(&sys.memory, self.code.need_max) {
                        break;
                    }
                }
                _ => break,
            }
        }
        Ok(None)
    }

    /// A slot whose place the instruction just begun needs is looked for; the instruction is then
    /// done again.
    #[cold]
    fn find_or_make(&mut self, sys: &System, slot: SlotNumber) -> Result<()> {
        self.slots
            .value(&sys.memory, slot)
            .ok_or(Report::VariableNotFound)?;
        self.pc -= 1;
        Ok(())
    }

    /// Checks the syntax of a line's text (without its number, and without hidden numbers); puts
    /// the numbers that belong into it into `found`, as far as it came. Gives the last statement it
    /// looked at, and what came of it: the report and the character it is about.
    ///
    /// ROM: `LINE-SCAN` 1B17.
    pub fn check(
        &mut self,
        text: &[u8],
        dialect: Dialect,
        found: &mut Vec<Hidden>,
    ) -> (u8, core::result::Result<(), Refusal>) {
        self.check_by(text, dialect, found, |parser| parser.statements())
    }

    /// The same for a numeric expression.
    ///
    /// ROM 0: 21F8.
    ///
    /// # Errors
    /// The report and the character it is about.
    pub fn check_number(
        &mut self,
        text: &[u8],
        dialect: Dialect,
        found: &mut Vec<Hidden>,
    ) -> core::result::Result<(), Refusal> {
        let (_, checked) = self.check_by(text, dialect, found, |parser| {
            let kind = parser.expression()?;
            if kind != Type::Number || parser.current() != areas::ENTER {
                return Err(Report::ParameterError);
            }
            Ok(())
        });
        checked
    }

    fn check_by(
        &mut self,
        text: &[u8],
        dialect: Dialect,
        found: &mut Vec<Hidden>,
        walk: impl FnOnce(&mut Parser<'_>) -> Result<()>,
    ) -> (u8, core::result::Result<(), Refusal>) {
        let mut ops = Vec::new();
        let mut marks = Vec::new();
        let mut items = Vec::new();
        let mut slots = Slots::default();
        let sink = Sink {
            ops: &mut ops,
            marks: &mut marks,
            items: &mut items,
            slots: &mut slots,
        };
        let spot = Spot {
            line: DIRECT,
            statement: 0,
        };
        let mut parser = Parser::new(text, None, (Origin::EditLine, 0), spot, sink);
        parser.dialect = dialect;
        let walked = walk(&mut parser);
        let at = parser.at;
        let statement = parser.spot.statement;
        *found = parser.found;
        (statement, walked.map_err(|report| Refusal { report, at }))
    }

    /// Starts to work out the numeric expression in the edit line: the run ends with 0 OK, and then
    /// [`Exec::number`] has it.
    ///
    /// # Errors
    /// What its text says.
    pub fn start_number(&mut self, sys: &System, statement: u8) -> Result<()> {
        self.reset_run();
        self.code.direct = None;
        let at = sys.pointer(s::E_LINE);
        let text = super::calls::rest_of_line(&sys.memory, at);
        self.code.marks.push(Mark {
            pc: self.code.ops.len() as Pc,
            spot: Spot {
                line: DIRECT,
                statement,
            },
            at: 0,
            after_then: false,
            need: 0,
        });
        self.pc = self.compile_number(&sys.memory, text, at)?;
        self.jumped_from = Unseen(self.pc);
        Ok(())
    }

    /// The number that was worked out last.
    #[must_use]
    pub fn number(&self) -> Number {
        self.acc
    }

    /// Starts the direct command in the edit line, from its first statement.
    ///
    /// # Errors
    /// What its first line number or statement says.
    pub fn start_direct(&mut self, sys: &System) -> Result<()> {
        self.reset_run();
        self.code.direct = None;
        // A loop of an older command goes on in this one.
        self.slots.forget_targets();
        // A GO SUB of an older command returns into this one.
        for entry in self.go_subs.iter_mut().filter(|e| e.spot.line == DIRECT) {
            entry.epoch = self.epoch.wrapping_sub(1);
        }
        // Code of old commands stays behind the program's; drop all of it now and then.
        let kept = self.code.ops.len().max(self.code.marks.len());
        if kept > CODE_MAX || self.slots.count() > NAMES_MAX {
            self.drop_code();
        }
        self.pc = self.place(
            sys,
            Spot {
                line: DIRECT,
                statement: 1,
            },
        )?;
        self.jumped_from = Unseen(self.pc);
        Ok(())
    }
}

/// Instructions kept, at most, before all code is made anew.
pub(super) const CODE_MAX: usize = 1 << 20;
/// Names kept, at most, before all code is made anew; there may be one for each variable, and
/// memory has room for fewer.
const NAMES_MAX: usize = 1 << 14;
