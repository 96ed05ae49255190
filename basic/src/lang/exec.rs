//! Running code.
//!
//! The loop here does what programs do most of the time; everything else is one call away in
//! `ops`. Nothing waits: what must be waited for is said by the [`Flow`] that ends a run.

use alloc::vec::Vec;

use super::calls::{Calls, Frame};
use super::code::{Code, Comparison, DIRECT, NOWHERE, Op, Origin, Pc, Spot};
use super::parse::{Hidden, Parser, Refusal, Sink};
use super::subscripts::Subscripts;
use crate::number::Number;
use crate::report::{Report, Result};
use crate::sound::Micros;
use crate::store::areas;
use crate::store::sysvars as s;
use crate::store::variables::{NUMBER_SIZE, SlotNumber, Slots};
use crate::store::{Address, Memory};
use crate::system::{Model, System};

/// What a run may cost: one unit for each line or jump.
pub type Fuel = u32;

/// Bytes the ROM's stack holds between RAMTOP and the oldest GO SUB entry, and what a statement
/// being run needs below the newest: seen on the ROM by `PRINT 65536-USR 7962`.
const STACK_BASE: u32 = 17;
/// Bytes between the lowest place of the stack and the newest entry's error address.
const BELOW_ENTRY: u32 = STACK_BASE - 3;
/// Bytes of a GO SUB entry.
const GO_SUB_ENTRY: u32 = 3;
/// Bytes GO SUB asks for besides its entry. ROM: 1F02.
const GO_SUB_ROOM: u32 = 20;

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
    /// The program ended, well or badly.
    Report(Report),
    /// `scroll?` must be asked.
    Scroll,
    /// PAUSE: frames to wait for, 0 for ever.
    Pause(u16),
    /// A sound of so many microseconds must pass.
    Sound(Micros),
    /// INPUT wants a line.
    Input(Input),
    /// NEW.
    New,
    /// The machine starts again (USR 0).
    Reset,
    /// An observer wants to know: INKEY$ is about to look at the keys.
    AboutToLook,
    /// An observer wants to know: INKEY$ has looked.
    Looked,
}

/// Tells memory where the machine stack ends, and the program where its newest entry is.
fn set_stack(m: &mut Memory, end: Address) {
    m.set_stack_end(end);
    m.set_pointer(s::ERR_SP, end + BELOW_ENTRY);
}

/// One GO SUB that has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GoSub {
    spot: Spot,
    /// Where the code went on, and in which life of the code that was.
    pc: Pc,
    epoch: u32,
}

/// The state of a program that runs.
#[derive(Clone, Debug)]
pub struct Exec {
    pub(super) code: Code,
    /// How often the code has been dropped.
    pub(super) epoch: u32,
    pub(super) slots: Slots,
    pub(super) pc: Pc,
    pub(super) acc: Number,
    pub(super) stack: Vec<u64>,
    pub(super) frames: Vec<Frame>,
    pub(super) calls: Calls,
    pub(super) subscripts: Vec<Subscripts>,
    pub(super) sizes: Vec<u16>,
    go_subs: Vec<GoSub>,
    /// The last jump or line end done: what BREAK reports.
    pub(super) jumped_from: Pc,
    /// Whether INKEY$ is announced to an observer.
    pub probes: bool,
    pub(super) probed: bool,
    pub(super) list_from: Option<u32>,
    pub(super) list_before: bool,
    pub(super) input_pc: Pc,
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

impl PartialEq for Exec {
    /// Code is a cache and does not count.
    fn eq(&self, other: &Self) -> bool {
        self.stack == other.stack
            && self.go_subs.len() == other.go_subs.len()
            && self
                .go_subs
                .iter()
                .zip(&other.go_subs)
                .all(|(a, b)| a.spot == b.spot)
            && self.acc == other.acc
            && self.spot() == other.spot()
    }
}

/// Ends the run with a report when something failed.
macro_rules! check {
    ($self:ident, $pc:ident, $acc:ident, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(report) => {
                $self.pc = $pc;
                $self.acc = $acc;
                return Flow::Report(report);
            }
        }
    };
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
            stack: Vec::new(),
            frames: Vec::new(),
            calls: Calls::default(),
            subscripts: Vec::new(),
            sizes: Vec::new(),
            go_subs: Vec::new(),
            jumped_from: 0,
            probes: false,
            probed: false,
            list_from: None,
            list_before: true,
            input_pc: 0,
            wants_key: false,
            lost: None,
            missed: None,
        }
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

    /// The statement of the last jump or line end: what has just been done when BREAK is found.
    #[must_use]
    pub fn spot_before(&self) -> Spot {
        self.code.spot(self.jumped_from)
    }

    /// Where CONTINUE goes on after BREAK: line and statement as OLDPPC and OSPPC hold them.
    #[must_use]
    pub fn spot_after_break(&self) -> Spot {
        let before = self.spot_before();
        match self.code.ops.get(self.jumped_from as usize) {
            Some(Op::EndLine(..)) => Spot {
                statement: before.statement.wrapping_add(1),
                ..before
            },
            Some(Op::GoTo | Op::GoToLine(..) | Op::GoSub(_) | Op::GoSubLine(..) | Op::Run) => {
                Spot {
                    statement: 0,
                    ..self.code.spot(self.pc)
                }
            }
            _ => self.code.spot(self.pc),
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

    /// Forgets all GO SUBs.
    pub fn clear_go_subs(&mut self, sys: &mut System) {
        self.go_subs.clear();
        self.mark_stack(sys);
    }

    /// Tells memory how far down the machine stack reaches.
    pub(super) fn mark_stack(&self, sys: &mut System) {
        let top = sys.pointer(s::RAMTOP);
        let used = STACK_BASE + GO_SUB_ENTRY * self.go_subs.len() as u32;
        set_stack(&mut sys.memory, top.saturating_sub(used));
    }

    /// Makes a clean start for a command or a new statement after an error.
    pub fn reset_run(&mut self) {
        self.stack.clear();
        self.frames.clear();
        self.calls.reset();
        self.subscripts.clear();
        self.sizes.clear();
        self.list_from = None;
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

    /// Runs until something must be waited for or the fuel is used up.
    pub fn run(&mut self, sys: &mut System, fuel: &mut Fuel) -> Flow {
        let mut pc = self.pc;
        let mut acc = self.acc;
        // Ends a statement that goes elsewhere: one unit of fuel.
        macro_rules! arrive {
            ($from:expr, $to:expr) => {{
                let from = $from;
                pc = $to;
                *fuel = fuel.saturating_sub(1);
                if *fuel == 0 {
                    self.jumped_from = from;
                    self.pc = pc;
                    self.acc = acc;
                    return Flow::Fuel;
                }
            }};
        }
        macro_rules! variable {
            ($slot:expr) => {
                match self.slots.known_value($slot) {
                    Some(at) => sys.memory.number(at),
                    None => check!(self, pc, acc, self.variable(sys, $slot)),
                }
            };
        }
        macro_rules! pop {
            () => {
                Number::from_bits(self.stack.pop().unwrap_or(0))
            };
        }
        loop {
            let Some(&op) = self.code.ops.get(pc as usize) else {
                self.pc = pc;
                return Flow::Report(Report::Ok);
            };
            pc += 1;
            match op {
                Op::Number(n) => acc = n,
                Op::Variable(slot) => acc = variable!(slot),
                Op::Push => self.stack.push(acc.bits()),
                Op::Add => acc = check!(self, pc, acc, pop!().add(acc)),
                Op::Subtract => acc = check!(self, pc, acc, pop!().sub(acc)),
                Op::Multiply => acc = check!(self, pc, acc, pop!().mul(acc)),
                Op::Divide => acc = check!(self, pc, acc, pop!().div(acc)),
                Op::AddNumber(n) => acc = check!(self, pc, acc, acc.add(n)),
                Op::SubtractNumber(n) => acc = check!(self, pc, acc, acc.sub(n)),
                Op::MultiplyNumber(n) => acc = check!(self, pc, acc, acc.mul(n)),
                Op::DivideNumber(n) => acc = check!(self, pc, acc, acc.div(n)),
                Op::AddVariable(slot) => {
                    let right = variable!(slot);
                    acc = check!(self, pc, acc, acc.add(right));
                }
                Op::SubtractVariable(slot) => {
                    let right = variable!(slot);
                    acc = check!(self, pc, acc, acc.sub(right));
                }
                Op::MultiplyVariable(slot) => {
                    let right = variable!(slot);
                    acc = check!(self, pc, acc, acc.mul(right));
                }
                Op::DivideVariable(slot) => {
                    let right = variable!(slot);
                    acc = check!(self, pc, acc, acc.div(right));
                }
                Op::Compare(comparison) => {
                    let holds = check!(self, pc, acc, compare(comparison, pop!(), acc));
                    acc = Number::from_bool(holds);
                }
                Op::CompareNumber(comparison, n) => {
                    let holds = check!(self, pc, acc, compare(comparison, acc, n));
                    acc = Number::from_bool(holds);
                }
                Op::CompareVariable(comparison, slot) => {
                    let right = variable!(slot);
                    let holds = check!(self, pc, acc, compare(comparison, acc, right));
                    acc = Number::from_bool(holds);
                }
                Op::Negate => acc = acc.neg(),
                Op::Not => acc = acc.not(),
                Op::And => acc = pop!().and(acc),
                Op::Or => acc = pop!().or(acc),
                Op::Let(slot) => match self.slots.known_value(slot) {
                    Some(at) => sys.memory.set_number(at, acc),
                    None => check!(
                        self,
                        pc,
                        acc,
                        self.slots.let_number(&mut sys.memory, slot, acc)
                    ),
                },
                Op::IfNot(to) => {
                    if acc.is_zero() {
                        pc = to;
                    }
                }
                Op::IfNotNumber(comparison, to, n) => {
                    if !check!(self, pc, acc, compare(comparison, acc, n)) {
                        pc = to;
                    }
                }
                Op::IfNotVariable(comparison, slot, to) => {
                    let right = variable!(slot);
                    if !check!(self, pc, acc, compare(comparison, acc, right)) {
                        pc = to;
                    }
                }
                Op::GoToLine(_, to) if to != NOWHERE => arrive!(pc - 1, to),
                Op::EndLine(_, to) if to != NOWHERE => arrive!(pc - 1, to),
                Op::Next(slot, _, _) => {
                    let place = check!(self, pc, acc, self.next_loop(sys, slot));
                    if let Some(at) = place {
                        let from = pc - 1;
                        let spot = Spot {
                            line: sys.memory.word(at + 15),
                            statement: sys.memory.byte(at + 17),
                        };
                        match self.code.ops[from as usize] {
                            Op::Next(_, known, to) if known == spot && to != NOWHERE => {
                                arrive!(from, to);
                            }
                            _ => {
                                self.pc = pc;
                                let to = match self.place(sys, spot) {
                                    Ok(to) => to,
                                    Err(report) => {
                                        self.acc = acc;
                                        return Flow::Report(report);
                                    }
                                };
                                if let Some(op) = self.code.ops.get_mut(from as usize) {
                                    *op = Op::Next(slot, spot, to);
                                }
                                arrive!(from, to);
                            }
                        }
                    }
                }
                Op::GoSubLine(_, spot, to) if to != NOWHERE => {
                    check!(self, pc, acc, self.push_go_sub(sys, spot, pc));
                    arrive!(pc - 1, to);
                }
                Op::ReturnSub => {
                    let Some(&entry) = self.go_subs.last() else {
                        self.pc = pc;
                        return Flow::Report(Report::ReturnWithoutGosub);
                    };
                    self.go_subs.pop();
                    let end = sys.memory.stack_end() + GO_SUB_ENTRY;
                    set_stack(&mut sys.memory, end);
                    let from = pc - 1;
                    let to = if entry.epoch == self.epoch {
                        entry.pc
                    } else {
                        let next = entry.spot.statement.saturating_add(1);
                        check!(
                            self,
                            pc,
                            acc,
                            self.place(
                                sys,
                                Spot {
                                    statement: next,
                                    ..entry.spot
                                }
                            )
                        )
                    };
                    arrive!(from, to);
                }
                Op::Element(slot) => {
                    let at = check!(self, pc, acc, self.element(sys, slot, acc));
                    acc = sys.memory.number(at);
                }
                Op::ElementPlace(slot) => {
                    let at = check!(self, pc, acc, self.element(sys, slot, acc));
                    self.stack.push(u64::from(at));
                }
                Op::LetElement => {
                    // The place was stacked first; SCREEN$ and STR$ may have left more.
                    let at = self.stack.first().copied().unwrap_or(0) as u32;
                    self.stack.clear();
                    sys.memory.set_number(at, acc);
                }
                _ => {
                    self.pc = pc;
                    self.acc = acc;
                    match self.other(sys, op) {
                        Ok(None) => {
                            pc = self.pc;
                            acc = self.acc;
                        }
                        Ok(Some(Flow::Fuel)) => {
                            // A jump done out of line.
                            acc = self.acc;
                            let to = self.pc;
                            arrive!(pc - 1, to);
                        }
                        Ok(Some(flow)) => return flow,
                        Err(report) => return Flow::Report(report),
                    }
                }
            }
        }
    }

    /// A variable whose place is not known yet.
    #[cold]
    #[inline(never)]
    fn variable(&mut self, sys: &System, slot: SlotNumber) -> Result<Number> {
        let at = self
            .slots
            .value(&sys.memory, slot)
            .ok_or(Report::VariableNotFound)?;
        Ok(sys.memory.number(at))
    }

    /// The place of an element of an array with one dimension.
    ///
    /// ROM: `STK-VAR` 2996.
    #[inline]
    fn element(&mut self, sys: &System, slot: SlotNumber, index: Number) -> Result<u32> {
        let Some(entry) = self.slots.entry(&sys.memory, slot) else {
            return Err(Report::VariableNotFound);
        };
        let index = match index.to_small() {
            Some(small @ 0..=0xFFFF) => small as u32,
            _ => u32::from(index.to_u16()?),
        };
        let size = u32::from(sys.memory.word(entry + 4));
        if index == 0 || index > size || sys.memory.byte(entry + 3) != 1 {
            return Err(Report::SubscriptWrong);
        }
        Ok(entry + 6 + (index - 1) * NUMBER_SIZE)
    }

    /// Adds the step; where the control variable's value is if the loop goes on.
    ///
    /// ROM: `NEXT` 1DAB, `NEXT-LOOP` 1DDA.
    #[inline]
    fn next_loop(&mut self, sys: &mut System, slot: SlotNumber) -> Result<Option<u32>> {
        let at = self
            .slots
            .value(&sys.memory, slot)
            .ok_or(Report::VariableNotFound)?;
        if sys.memory.byte(at - 1) & 0x80 == 0 {
            return Err(Report::NextWithoutFor);
        }
        let step = sys.memory.number(at + 10);
        let value = sys.memory.number(at).add(step)?;
        sys.memory.set_number(at, value);
        let limit = sys.memory.number(at + 5);
        Ok((!loop_ended(value, limit, step)?).then_some(at))
    }

    /// Notes a GO SUB. ROM: `GO-SUB` 1EED.
    pub(super) fn push_go_sub(&mut self, sys: &mut System, spot: Spot, back: Pc) -> Result<()> {
        let end = sys.memory.stack_end().saturating_sub(GO_SUB_ENTRY);
        let needed = sys.pointer(s::STKEND) + GO_SUB_ROOM + areas::RESERVE;
        self.go_subs.push(GoSub {
            spot,
            pc: back,
            epoch: self.epoch,
        });
        set_stack(&mut sys.memory, end);
        let entry = sys.pointer(s::ERR_SP) + 2;
        sys.memory.set_word(entry, spot.line);
        let next = spot.statement.wrapping_add(1);
        sys.memory.set_byte(entry + 2, next);
        if needed >= end {
            Err(Report::OutOfMemory)
        } else {
            Ok(())
        }
    }

    /// How many GO SUBs have not returned.
    #[must_use]
    pub fn go_sub_depth(&self) -> usize {
        self.go_subs.len()
    }

    /// Checks the syntax of a line's text (without its number, and without hidden numbers); gives
    /// the numbers that belong into it.
    ///
    /// ROM: `LINE-SCAN` 1B17.
    ///
    /// # Errors
    /// The report and the character it is about.
    pub fn check(
        &mut self,
        text: &[u8],
        model: Model,
    ) -> core::result::Result<Vec<Hidden>, Refusal> {
        let mut ops = Vec::new();
        let mut marks = Vec::new();
        let mut slots = Slots::default();
        let sink = Sink {
            ops: &mut ops,
            marks: &mut marks,
            slots: &mut slots,
        };
        let spot = Spot {
            line: DIRECT,
            statement: 0,
        };
        let mut parser = Parser::new(text, false, (Origin::EditLine, 0), spot, sink);
        parser.is_128 = model == Model::Spectrum128;
        match parser.statements() {
            Ok(()) => Ok(parser.found),
            Err(report) => Err(Refusal {
                report,
                at: parser.at,
            }),
        }
    }

    /// Starts the direct command in the edit line, from its first statement.
    ///
    /// # Errors
    /// What its first line number or statement says.
    pub fn start_direct(&mut self, sys: &System) -> Result<()> {
        self.reset_run();
        self.code.direct = None;
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
        self.jumped_from = self.pc;
        Ok(())
    }
}

/// Instructions kept, at most, before all code is made anew.
pub(super) const CODE_MAX: usize = 1 << 20;
/// Names kept, at most; each is looked for among all.
const NAMES_MAX: usize = 4096;

/// A comparison of numbers.
#[inline]
fn compare(comparison: Comparison, left: Number, right: Number) -> Result<bool> {
    match comparison {
        Comparison::LessEqual => left.le(right),
        Comparison::GreaterEqual => left.ge(right),
        Comparison::Unequal => left.ne(right),
        Comparison::Greater => left.gt(right),
        Comparison::Less => left.lt(right),
        Comparison::Equal => left.eq(right),
    }
}

/// Whether a loop is over: the value is past the limit, in the direction of the step.
///
/// ROM: `NEXT-LOOP` 1DDA.
///
/// # Errors
/// Report 6.
#[inline]
pub(super) fn loop_ended(value: Number, limit: Number, step: Number) -> Result<bool> {
    if step.is_negative() {
        limit.gt(value)
    } else {
        value.gt(limit)
    }
}
