//! The loop that runs the instructions programs spend their time in.
//!
//! It works on numbers and places only and calls nothing that could move memory or code, so the
//! instructions, the variables' places and the bytes stay where they are while it runs. Whatever
//! else an instruction needs ends the loop with a [`Stop`]; `exec` does it and comes back.

use alloc::vec::Vec;

use super::code::{Function, NOWHERE, Op, Origin, Pc};
use super::exec::Fuel;
use super::stack::{GO_SUB_ENTRY, GoSub};
use super::text::{SIMPLE, Text};
use crate::number::{Memo, Number, Transcendental};
use crate::report::{Report, Result};
use crate::store::memory::{Address, Bytes};
use crate::store::slots::{Cell, SlotNumber, loop_ended};
use crate::store::sysvars as s;
use crate::store::variables::NUMBER_SIZE;

/// In the first byte of a string's entry: that it is an array of characters.
const NOT_SIMPLE: u8 = 0x80;

/// Added to the place of an element, or to a part of a string, that a POKEd size has led beyond its
/// entry: whoever writes there must not take it for granted that it hits nothing else.
pub(super) const DOUBTFUL: u64 = 1 << 40;

/// Where a program stands.
pub(super) struct Place {
    /// The next instruction.
    pub(super) pc: Pc,
    pub(super) acc: Number,
    pub(super) fuel: Fuel,
}

/// The stacks a program works with, and what it has computed before.
pub(super) struct Stacks<'a> {
    pub(super) values: &'a mut Vec<u64>,
    pub(super) go_subs: &'a mut Vec<GoSub>,
    /// Where the machine stack ends.
    pub(super) stack_end: &'a mut Address,
    pub(super) memo: &'a mut Memo,
    /// The present life of the code.
    pub(super) epoch: u32,
    /// The room that has to be left for the loop to go on: see [`tight`](crate::store::areas::tight).
    pub(super) tight: Address,
}

/// Why the loop ended. The place is behind the instruction it was at.
pub(super) enum Stop {
    /// The instruction is none of those done here.
    Other,
    /// It needs a variable whose place is not known: to be done again when it is.
    Unknown(SlotNumber),
    /// It is done but for assigning acc to a variable that may not exist.
    Make(SlotNumber),
    /// It ends the program.
    Report(Report),
    /// The fuel is used up; the instruction that went here.
    Fuel(Pc),
    /// There are no more instructions.
    End,
}

/// The place of an element of the array with one dimension whose entry is at `entry`.
///
/// ROM: `STK-VAR` 2996.
#[cold]
#[inline(never)]
fn element_in(bytes: &Bytes, entry: Address, index: Number) -> Result<Address> {
    let head = bytes.window(entry);
    let size = u32::from(u16::from_le_bytes([head[4], head[5]]));
    let index = u32::from(index.to_u16()?);
    if index == 0 || index > size || head[3] != 1 {
        return Err(Report::SubscriptWrong);
    }
    Ok(entry + 6 + (index - 1) * NUMBER_SIZE)
}

/// Runs instructions from `place` on.
#[inline(never)]
pub(super) fn run(
    ops: &[Op],
    cells: &mut [Cell],
    bytes: &mut Bytes,
    stacks: Stacks<'_>,
    place: &mut Place,
) -> Stop {
    let Place {
        mut acc, mut fuel, ..
    } = *place;
    // What is still to be done: the place is what has been done.
    let mut code = ops.get(place.pc as usize..).unwrap_or_default().iter();
    macro_rules! done {
        () => {
            (ops.len() - code.len()) as Pc
        };
    }
    macro_rules! stop {
        ($stop:expr) => {
            break ($stop, done!())
        };
    }
    macro_rules! check {
        ($result:expr) => {
            match $result {
                Ok(value) => value,
                Err(report) => stop!(Stop::Report(report)),
            }
        };
    }
    macro_rules! variable {
        ($slot:expr) => {
            match cells.get_mut(usize::from($slot)) {
                Some(cell) if cell.is_kept() => cell.number(),
                Some(cell) => match cell.number_in(bytes) {
                    Some(number) => number,
                    None => stop!(Stop::Unknown($slot)),
                },
                None => stop!(Stop::Unknown($slot)),
            }
        };
    }
    macro_rules! assign {
        ($slot:expr, $number:expr) => {{
            let number = $number;
            match cells.get_mut(usize::from($slot)) {
                Some(cell) if cell.is_kept() => cell.assign(bytes, number),
                _ => {
                    acc = number;
                    stop!(Stop::Make($slot));
                }
            }
            line_end!();
        }};
    }
    // The entry of an array or a string.
    macro_rules! entry {
        ($slot:expr) => {
            match cells.get(usize::from($slot)).and_then(Cell::entry) {
                Some(entry) => entry,
                None => stop!(Stop::Unknown($slot)),
            }
        };
    }
    // The place of an element, and whether it is certainly one of the array's.
    macro_rules! element {
        ($slot:expr, $index:expr) => {{
            let index = $index;
            let small = index.to_small().map_or(0, |i| i as u32);
            let cell = cells.get_mut(usize::from($slot));
            match cell.and_then(|cell| cell.element(bytes, small)) {
                Some(at) => (at, true),
                None => (check!(element_in(bytes, entry!($slot), index)), false),
            }
        }};
    }
    macro_rules! pop {
        () => {
            Number::from_bits(stacks.values.pop().unwrap_or(0))
        };
    }
    macro_rules! jump {
        ($to:expr) => {
            match ops.get($to as usize..) {
                Some(rest) => code = rest.iter(),
                None => break (Stop::End, $to),
            }
        };
    }
    // Ends a statement that goes elsewhere: one unit of fuel.
    macro_rules! arrive {
        ($to:expr) => {{
            let (from, to) = (done!() - 1, $to);
            if fuel <= 1 {
                fuel = 0;
                break (Stop::Fuel(from), to);
            }
            fuel -= 1;
            jump!(to);
        }};
    }
    // Where a statement has ended: if the line has, too, goes on with the next one at once.
    macro_rules! line_end {
        () => {
            if let Some(&Op::EndLine(_, to)) = code.as_slice().first() {
                if to != NOWHERE {
                    code.next();
                    arrive!(to);
                }
            }
        };
    }
    // Goes to `to` unless the condition holds; if it does, a GO TO is done at once.
    macro_rules! branch {
        ($holds:expr, $to:expr) => {
            if $holds {
                if let Some(&Op::GoToLine(_, to)) = code.as_slice().first() {
                    if to != NOWHERE {
                        code.next();
                        arrive!(to);
                    }
                }
            } else {
                jump!($to);
                line_end!();
            }
        };
    }
    let (stop, pc) = loop {
        let Some(op) = code.next() else {
            stop!(Stop::End);
        };
        match *op {
            Op::Number(n) => acc = n,
            Op::Variable(slot) => acc = variable!(slot),
            Op::Push => stacks.values.push(acc.bits()),
            Op::Add => acc = check!(pop!().add(acc)),
            Op::Subtract => acc = check!(pop!().sub(acc)),
            Op::Multiply => acc = check!(pop!().mul(acc)),
            Op::Divide => acc = check!(pop!().div(acc)),
            Op::AddNumber(n) => acc = check!(acc.add(n)),
            Op::SubtractNumber(n) => acc = check!(acc.sub(n)),
            Op::MultiplyNumber(n) => acc = check!(acc.mul(n)),
            Op::DivideNumber(n) => acc = check!(acc.div(n)),
            Op::AddVariable(slot) => acc = check!(acc.add(variable!(slot))),
            Op::SubtractVariable(slot) => acc = check!(acc.sub(variable!(slot))),
            Op::MultiplyVariable(slot) => acc = check!(acc.mul(variable!(slot))),
            Op::DivideVariable(slot) => acc = check!(acc.div(variable!(slot))),
            Op::VariableAddNumber(slot, n) => acc = check!(variable!(slot).add(n)),
            Op::VariableSubtractNumber(slot, n) => acc = check!(variable!(slot).sub(n)),
            Op::VariableMultiplyNumber(slot, n) => acc = check!(variable!(slot).mul(n)),
            Op::VariableDivideNumber(slot, n) => acc = check!(variable!(slot).div(n)),
            Op::VariableAddVariable(slot, other) => {
                acc = check!(variable!(slot).add(variable!(other)));
            }
            Op::VariableSubtractVariable(slot, other) => {
                acc = check!(variable!(slot).sub(variable!(other)));
            }
            Op::VariableMultiplyVariable(slot, other) => {
                acc = check!(variable!(slot).mul(variable!(other)));
            }
            Op::VariableDivideVariable(slot, other) => {
                acc = check!(variable!(slot).div(variable!(other)));
            }
            Op::Compare(comparison) => {
                acc = Number::from_bool(check!(comparison.holds(pop!(), acc)));
            }
            Op::CompareNumber(comparison, n) => {
                acc = Number::from_bool(check!(comparison.holds(acc, n)));
            }
            Op::CompareVariable(comparison, slot) => {
                acc = Number::from_bool(check!(comparison.holds(acc, variable!(slot))));
            }
            Op::Negate => acc = acc.neg(),
            Op::Not => acc = acc.not(),
            Op::And => acc = pop!().and(acc),
            Op::Or => acc = pop!().or(acc),
            Op::Function(Function::Int) => acc = acc.int(),
            Op::Function(Function::Abs) => acc = acc.abs(),
            Op::Function(Function::Sgn) => acc = acc.sgn(),
            Op::Function(Function::Sin) => {
                acc = check!(stacks.memo.of(Transcendental::Sin, acc));
            }
            Op::Function(Function::Cos) => {
                acc = check!(stacks.memo.of(Transcendental::Cos, acc));
            }
            Op::Function(Function::Ln) => {
                acc = check!(stacks.memo.of(Transcendental::Ln, acc));
            }
            Op::Function(Function::Exp) => {
                acc = check!(stacks.memo.of(Transcendental::Exp, acc));
            }
            Op::Function(Function::Sqr) => acc = check!(stacks.memo.sqr(acc)),
            Op::Power => acc = check!(stacks.memo.pow(pop!(), acc)),
            Op::Let(slot) => assign!(slot, acc),
            Op::LetNumber(slot, n) => assign!(slot, n),
            Op::LetVariable(slot, other) => assign!(slot, variable!(other)),
            Op::LetVariableAddNumber(slot, other, n) => {
                assign!(slot, check!(variable!(other).add(n)));
            }
            Op::LetVariableAddVariable(slot, left, right) => {
                assign!(slot, check!(variable!(left).add(variable!(right))));
            }
            Op::IfNot(to) => branch!(!acc.is_zero(), to),
            Op::IfNotNumber(comparison, to, n) => {
                branch!(check!(comparison.holds(acc, n)), to);
            }
            Op::IfNotVariable(comparison, slot, to) => {
                branch!(check!(comparison.holds(acc, variable!(slot))), to);
            }
            Op::IfNotVariableNumber(comparison, slot, to, n) => {
                branch!(check!(comparison.holds(variable!(slot), n)), to);
            }
            Op::IfNotVariableVariable(comparison, slot, other, to) => {
                let holds = comparison.holds(variable!(slot), variable!(other));
                branch!(check!(holds), to);
            }
            Op::GoToLine(_, to) if to != NOWHERE => arrive!(to),
            Op::EndLine(_, to) if to != NOWHERE => arrive!(to),
            Op::For(slot, spot, _) => {
                // Only what is a control variable already, and a loop that is run.
                let &[.., value, limit] = stacks.values.as_slice() else {
                    stop!(Stop::Other)
                };
                let (value, limit) = (Number::from_bits(value), Number::from_bits(limit));
                let next = spot.statement.wrapping_add(1);
                if loop_ended(value, limit, acc) != Ok(false) {
                    stop!(Stop::Other);
                }
                let cell = cells.get_mut(usize::from(slot));
                let numbers = [value, limit, acc];
                if !cell.is_some_and(|c| c.set_control(bytes, numbers, spot.line, next)) {
                    stop!(Stop::Other);
                }
                let waiting = stacks.values.len().saturating_sub(2);
                stacks.values.truncate(waiting);
                line_end!();
            }
            Op::Next(slot) => {
                // Only a loop it has gone to before.
                let cell = cells.get_mut(usize::from(slot));
                let Some(cell) = cell.filter(|cell| cell.target() != NOWHERE) else {
                    stop!(Stop::Other);
                };
                let to = cell.target();
                if !check!(cell.step(bytes)) {
                    arrive!(to);
                }
            }
            Op::GoSubLine(_, spot, to) if to != NOWHERE => {
                // Only while the room left need not be looked at.
                let end = stacks.stack_end.saturating_sub(GO_SUB_ENTRY);
                if Address::from(bytes.word(s::STKEND)) + stacks.tight > end {
                    stop!(Stop::Other);
                }
                *stacks.stack_end = end;
                stacks.go_subs.push(GoSub {
                    spot,
                    pc: done!(),
                    epoch: stacks.epoch,
                });
                arrive!(to);
            }
            Op::ReturnSub => {
                let Some(&entry) = stacks.go_subs.last() else {
                    stop!(Stop::Other);
                };
                if entry.epoch != stacks.epoch {
                    stop!(Stop::Other);
                }
                stacks.go_subs.pop();
                *stacks.stack_end += GO_SUB_ENTRY;
                arrive!(entry.pc);
                line_end!();
            }
            Op::ArrayExists(slot) => {
                let _ = entry!(slot);
            }
            Op::Element(slot) => acc = bytes.number(element!(slot, acc).0),
            Op::ElementVariable(slot, index) => {
                acc = bytes.number(element!(slot, variable!(index)).0);
            }
            Op::ElementPlace(slot) => {
                let (at, certain) = element!(slot, acc);
                let doubt = if certain { 0 } else { DOUBTFUL };
                stacks.values.push(u64::from(at) | doubt);
            }
            Op::LetElement => {
                // The place was stacked first; SCREEN$ and STR$ may have left more.
                match stacks.values.first() {
                    Some(&at) if at < DOUBTFUL => {
                        stacks.values.clear();
                        bytes.set_number(at as Address, acc);
                    }
                    _ => stop!(Stop::Other),
                }
                line_end!();
            }
            Op::Text(slot) => {
                let entry = entry!(slot);
                let head = bytes.window(entry);
                if head[0] & NOT_SIMPLE != 0 {
                    stop!(Stop::Other);
                }
                let length = u16::from_le_bytes([head[1], head[2]]);
                let at = entry + 3;
                stacks.values.push(Text { at, length }.bits_with(SIMPLE));
            }
            Op::TextPlace(slot) => match cells.get(usize::from(slot)).and_then(Cell::entry) {
                Some(entry) if bytes.window(entry)[0] & NOT_SIMPLE == 0 => {}
                _ => stop!(Stop::Other),
            },
            Op::Literal(Origin::Fixed, at, length) => {
                stacks.values.push(Text { at, length }.bits());
            }
            Op::CompareText(comparison) => {
                let right = Text::from_bits(stacks.values.pop().unwrap_or(0));
                let left = Text::from_bits(stacks.values.pop().unwrap_or(0));
                let left = bytes.slice(left.at, u32::from(left.length));
                let right = bytes.slice(right.at, u32::from(right.length));
                acc = Number::from_bool(comparison.is(left.cmp(right)));
            }
            Op::Length => {
                let text = Text::from_bits(stacks.values.pop().unwrap_or(0));
                acc = Number::from_u16(text.length);
            }
            _ => stop!(Stop::Other),
        }
    };
    *place = Place { pc, acc, fuel };
    stop
}
