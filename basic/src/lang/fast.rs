//! The loop that runs the instructions programs spend their time in.
//!
//! It works on numbers and places only and calls nothing that could move memory or code, so the
//! instructions, the variables' places and the bytes stay where they are while it runs. Whatever
//! else an instruction needs ends the loop with a [`Stop`]; `exec` does it and comes back.

use alloc::vec::Vec;

use super::code::{Function, NOWHERE, Op, Origin, Pc};
use super::exec::{Fuel, GO_SUB_ENTRY, GoSub, loop_ended};
use super::text::Text;
use crate::number::{Memo, Number, Transcendental};
use crate::report::{Report, Result};
use crate::store::areas;
use crate::store::memory::{ATTRIBUTES_END, Address, Bytes};
use crate::store::sysvars as s;
use crate::store::variables::{NUMBER_SIZE, SlotNumber, UNKNOWN};

/// Bytes GO SUB asks for besides its entry. ROM: 1F02.
const GO_SUB_ROOM: u32 = 20;

/// Offsets in a control variable of FOR, from its value.
mod control {
    pub(super) const LIMIT: u32 = 5;
    pub(super) const STEP: u32 = 10;
    pub(super) const LINE: u32 = 15;
    pub(super) const STATEMENT: u32 = 17;
    /// In its first byte: that it is one.
    pub(super) const BIT: u8 = 0x80;
}

/// In the first byte of a string's entry: that it is an array of characters.
const NOT_SIMPLE: u8 = 0x80;

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

/// Checks that there is room for one GO SUB more and takes it. ROM: `TEST-ROOM` 1F05 by 1F02.
///
/// # Errors
/// Report 4; the entry is there all the same.
#[inline]
pub(super) fn room_for_go_sub(bytes: &Bytes, stack_end: &mut Address) -> Result<()> {
    let end = stack_end.saturating_sub(GO_SUB_ENTRY);
    let needed = Address::from(bytes.word(s::STKEND)) + GO_SUB_ROOM + areas::RESERVE;
    *stack_end = end;
    if needed >= end {
        Err(Report::OutOfMemory)
    } else {
        Ok(())
    }
}

/// The place of an element of the array with one dimension whose entry is at `entry`.
///
/// ROM: `STK-VAR` 2996.
#[inline(always)]
fn element(bytes: &Bytes, entry: Address, index: Number) -> Result<Address> {
    let head = bytes.window(entry);
    let size = u32::from(u16::from_le_bytes([head[4], head[5]]));
    let index = match index.to_small() {
        Some(small @ 0..=0xFFFF) => small as u32,
        _ => u32::from(index.to_u16()?),
    };
    if index == 0 || index > size || head[3] != 1 {
        return Err(Report::SubscriptWrong);
    }
    Ok(entry + 6 + (index - 1) * NUMBER_SIZE)
}

/// Runs instructions from `place` on.
#[inline(never)]
pub(super) fn run(
    ops: &[Op],
    values: &[Address],
    bytes: &mut Bytes,
    stacks: Stacks<'_>,
    place: &mut Place,
) -> Stop {
    let Place {
        mut pc,
        mut acc,
        mut fuel,
    } = *place;
    macro_rules! stop {
        ($stop:expr) => {
            break $stop
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
    // The place of a variable's number.
    macro_rules! known {
        ($slot:expr) => {
            match values.get(usize::from($slot)) {
                Some(&at) if at != UNKNOWN => at,
                _ => stop!(Stop::Unknown($slot)),
            }
        };
    }
    macro_rules! variable {
        ($slot:expr) => {
            bytes.number(known!($slot))
        };
    }
    // A place below the areas, where only POKEd pointers lead, is as good as unknown.
    macro_rules! assign {
        ($slot:expr, $number:expr) => {
            match values.get(usize::from($slot)) {
                Some(&at) if at >= ATTRIBUTES_END => bytes.set_number(at, $number),
                _ => {
                    acc = $number;
                    stop!(Stop::Make($slot))
                }
            }
        };
    }
    macro_rules! pop {
        () => {
            Number::from_bits(stacks.values.pop().unwrap_or(0))
        };
    }
    // Ends a statement that goes elsewhere: one unit of fuel.
    macro_rules! arrive {
        ($to:expr) => {{
            let from = pc - 1;
            pc = $to;
            fuel = fuel.saturating_sub(1);
            if fuel == 0 {
                stop!(Stop::Fuel(from));
            }
        }};
    }
    let stop = loop {
        let Some(op) = ops.get(pc as usize) else {
            break Stop::End;
        };
        pc += 1;
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
            Op::LetVariable(slot, other) => {
                let value = variable!(other);
                assign!(slot, value);
            }
            Op::LetVariableAddNumber(slot, other, n) => {
                let sum = check!(variable!(other).add(n));
                assign!(slot, sum);
            }
            Op::LetVariableAddVariable(slot, left, right) => {
                let sum = check!(variable!(left).add(variable!(right)));
                assign!(slot, sum);
            }
            Op::IfNot(to) => {
                if acc.is_zero() {
                    pc = to;
                }
            }
            Op::IfNotNumber(comparison, to, n) => {
                if !check!(comparison.holds(acc, n)) {
                    pc = to;
                }
            }
            Op::IfNotVariable(comparison, slot, to) => {
                if !check!(comparison.holds(acc, variable!(slot))) {
                    pc = to;
                }
            }
            Op::IfNotVariableNumber(comparison, slot, to, n) => {
                if !check!(comparison.holds(variable!(slot), n)) {
                    pc = to;
                }
            }
            Op::IfNotVariableVariable(comparison, slot, other, to) => {
                if !check!(comparison.holds(variable!(slot), variable!(other))) {
                    pc = to;
                }
            }
            Op::GoToLine(_, to) if to != NOWHERE => arrive!(to),
            Op::EndLine(_, to) if to != NOWHERE => arrive!(to),
            Op::For(slot, spot, _) => {
                // Only what is a control variable already, and a loop that is run.
                let at = match values.get(usize::from(slot)) {
                    Some(&at) if at >= ATTRIBUTES_END => at,
                    _ => stop!(Stop::Other),
                };
                let &[.., value, limit] = stacks.values.as_slice() else {
                    stop!(Stop::Other)
                };
                let (value, limit) = (Number::from_bits(value), Number::from_bits(limit));
                let step = acc;
                if bytes.window(at - 1)[0] & control::BIT == 0
                    || loop_ended(value, limit, step) != Ok(false)
                {
                    stop!(Stop::Other);
                }
                stacks
                    .values
                    .truncate(stacks.values.len().saturating_sub(2));
                bytes.set_number(at, value);
                bytes.set_number(at + control::LIMIT, limit);
                bytes.set_number(at + control::STEP, step);
                bytes.set_word(at + control::LINE, spot.line);
                bytes.set_byte(at + control::STATEMENT, spot.statement.wrapping_add(1));
            }
            // ROM: `NEXT` 1DAB, `NEXT-LOOP` 1DDA. Only a loop it has gone to before.
            Op::Next(slot, spot, to) if to != NOWHERE => {
                let at = match values.get(usize::from(slot)) {
                    Some(&at) if at >= ATTRIBUTES_END => at,
                    _ => stop!(Stop::Other),
                };
                let entry = bytes.window(at - 1);
                let line = u16::from_le_bytes([entry[16], entry[17]]);
                if entry[0] & control::BIT == 0 || line != spot.line || entry[18] != spot.statement
                {
                    stop!(Stop::Other);
                }
                let step = bytes.number(at + control::STEP);
                let limit = bytes.number(at + control::LIMIT);
                let value = check!(bytes.number(at).add(step));
                bytes.set_number(at, value);
                if !check!(loop_ended(value, limit, step)) {
                    arrive!(to);
                }
            }
            Op::GoSubLine(_, spot, to) if to != NOWHERE => {
                stacks.go_subs.push(GoSub {
                    spot,
                    pc,
                    epoch: stacks.epoch,
                });
                check!(room_for_go_sub(bytes, stacks.stack_end));
                arrive!(to);
            }
            Op::ReturnSub => {
                let Some(&entry) = stacks.go_subs.last() else {
                    stop!(Stop::Report(Report::ReturnWithoutGosub));
                };
                if entry.epoch != stacks.epoch {
                    stop!(Stop::Other);
                }
                stacks.go_subs.pop();
                *stacks.stack_end += GO_SUB_ENTRY;
                arrive!(entry.pc);
            }
            Op::ArrayExists(slot) => {
                let _ = known!(slot);
            }
            Op::Element(slot) => {
                let entry = known!(slot) - 1;
                acc = bytes.number(check!(element(bytes, entry, acc)));
            }
            Op::ElementVariable(slot, index) => {
                let entry = known!(slot) - 1;
                let index = variable!(index);
                acc = bytes.number(check!(element(bytes, entry, index)));
            }
            Op::ElementPlace(slot) => {
                let entry = known!(slot) - 1;
                let at = check!(element(bytes, entry, acc));
                stacks.values.push(u64::from(at));
            }
            Op::LetElement => {
                // The place was stacked first; SCREEN$ and STR$ may have left more.
                let Some(&at) = stacks.values.first() else {
                    stop!(Stop::Other)
                };
                let at = at as Address;
                if at < ATTRIBUTES_END {
                    stop!(Stop::Other);
                }
                stacks.values.clear();
                bytes.set_number(at, acc);
            }
            Op::Text(slot) => {
                let entry = known!(slot) - 1;
                let head = bytes.window(entry);
                if head[0] & NOT_SIMPLE != 0 {
                    stop!(Stop::Other);
                }
                let length = u16::from_le_bytes([head[1], head[2]]);
                let at = entry + 3;
                stacks.values.push(Text { at, length }.bits());
            }
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
