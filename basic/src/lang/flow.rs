//! Where the program goes: lines found and compiled, jumps, loops, RUN and CONTINUE.

use super::calls::rest_of_line;
use super::code::{Behind, DIRECT, Item, Line, NOWHERE, Op, Origin, Pc, Spot};
use super::exec::{Exec, Flow};
use super::parse::{Dialect, Parser, Sink};
use super::room;
use super::stack::GO_SUB_ENTRY;
use super::syntax::GO_TO_LIMIT;
use crate::number::Number;
use crate::report::{Report, Result};
use crate::screen;
use crate::store::areas;
use crate::store::program::{self, Found};
use crate::store::slots::loop_ended;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::system::{Model, System};
use crate::token;

/// Bytes that must lie between STKEND and a new RAMTOP. ROM: 1EC9.
const CLEAR_ROOM: Address = 50;

/// A place in a program or a direct command at which a run goes on.
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    /// The statement it is in; the one before, where one begins.
    spot: Spot,
    /// Where it is, counted from PROG, or as code of a direct command counts.
    at: Address,
    behind: Behind,
    /// Where the line behind is, from the same place.
    next_line: Address,
}

/// What the addresses of [`Ahead`] are counted from.
fn base_of(m: &Memory, spot: Spot) -> Address {
    match spot.line {
        DIRECT => 0,
        _ => m.pointer(s::PROG),
    }
}

impl Exec {
    /// The code of a statement; its line is compiled if it has not been.
    ///
    /// ROM: `LINE-NEW` 1B9E, `LINE-USE` 1BBF, `NEXT-LINE` 1BD1.
    ///
    /// # Errors
    /// Report 0 past the program's end, N for a statement that is not there.
    pub(super) fn place(&mut self, sys: &System, spot: Spot) -> Result<Pc> {
        if spot.line & 0x8000 != 0 {
            if spot.statement == 0 {
                // Flaw kept: GO TO 32768 looks for statement 0 of the command, which is none (1BD1).
                self.lost = Some(Spot {
                    line: DIRECT,
                    statement: 0xFF,
                });
                return Err(Report::StatementLost);
            }
            let line = match self.code.direct {
                Some(line) => line,
                None => self.compile_direct(sys),
            };
            return self.statement(sys, line, spot.statement);
        }
        self.code.index(&sys.memory);
        let index = self.code.line_from(spot.line);
        let Some(line) = self.code.linked().get(index) else {
            return Err(if spot.statement == 0 {
                Report::Ok
            } else {
                // NSPPC still holds the jump when 1BEC is reported.
                self.missed = Some(spot);
                Report::StatementLost
            });
        };
        if line.number != spot.line && spot.statement != 0 {
            self.missed = Some(spot);
            return Err(Report::StatementLost);
        }
        let line = self.compiled(sys, index);
        self.statement(sys, line, spot.statement)
    }

    /// The code of a statement of a compiled line; 0 is the first.
    fn statement(&mut self, sys: &System, line: Line, statement: u8) -> Result<Pc> {
        // PPC and SUBPPC are set before the statement is looked for (1BC6, 1BE0).
        self.lost = Some(Spot {
            line: line.number,
            statement: statement.saturating_sub(1),
        });
        let found = self.find_statement(sys, line, statement)?;
        self.lost = None;
        Ok(found)
    }

    fn find_statement(&mut self, sys: &System, line: Line, statement: u8) -> Result<Pc> {
        let statement = statement.max(1);
        if u32::from(statement) > line.statements {
            return self.find_further(sys, line, statement);
        }
        let mark = self
            .code
            .marks
            .get(line.marks as usize + usize::from(statement) - 1);
        match mark {
            // Flaw kept: EACH-STMT (198B) stops at THEN, where STMT-NEXT wants a colon.
            Some(mark) if mark.after_then => Err(Report::NonsenseInBasic),
            Some(mark) => Ok(mark.pc),
            None => Err(Report::StatementLost),
        }
    }

    /// A statement that a line's code does not have: at the line's end, or behind a REM or a
    /// statement that is wrong.
    fn find_further(&mut self, sys: &System, line: Line, statement: u8) -> Result<Pc> {
        let m = &sys.memory;
        let start = match line.number {
            DIRECT => m.pointer(s::E_LINE),
            _ => line.at + program::LINE_HEADER,
        };
        match program::each_statement(m, start - 1, statement, 0) {
            (Found::End, _, 0) if u32::from(statement) == line.statements + 1 => Ok(line.end),
            // Behind REM: the statement before is the one that is reported.
            (Found::End, at, 0) => {
                let before = Spot {
                    line: line.number,
                    statement: statement.saturating_sub(2),
                };
                let end = self.compile_line(sys, before, at, Behind::Statement);
                Ok(end.code)
            }
            (Found::Statement, at, _) if m.byte(at) == b':' => {
                let before = Spot {
                    line: line.number,
                    statement: statement - 1,
                };
                Ok(self
                    .compile_line(sys, before, at + 1, Behind::Statement)
                    .code)
            }
            (Found::Statement, ..) => Err(Report::NonsenseInBasic),
            _ => Err(Report::StatementLost),
        }
    }

    /// Where something was written over the program since, makes all code anew and goes on with what
    /// stands next: a statement, or the rest of PRINT.
    pub(super) fn renew(&mut self, sys: &mut System) {
        if !(sys.memory.is_rewritten() || self.code.is_unsteady()) {
            return;
        }
        let item = self.code.item_at(self.pc).copied();
        if item.is_none() && !self.is_between() {
            return;
        }
        sys.memory.forget_rewritten();
        let ahead = self.ahead(&sys.memory, item);
        self.drop_code();
        self.compile_ahead(sys, ahead);
    }

    /// What stands next: a place within PRINT, or where [`Exec::is_between`]. It holds when the code
    /// is dropped, and when the program moves.
    #[must_use]
    pub fn ahead(&self, m: &Memory, item: Option<Item>) -> Ahead {
        let mut spot = match item {
            Some(_) => self.spot(),
            None => self.code.spot_ahead(self.pc),
        };
        let origin = Origin::of_line(spot.line);
        let next_line = self.next_line(m, spot.line);
        let (at, behind) = match item {
            Some(item) => (item.at, item.behind),
            None => {
                // At the line's end the last statement is still the one that is reported.
                let (before, at) = match self.code.mark_at(self.pc) {
                    Some(mark) => (1, mark.at),
                    None => (2, origin.offset(m, next_line.saturating_sub(1))),
                };
                spot.statement = spot.statement.saturating_sub(before);
                (at, Behind::Statement)
            }
        };
        let base = base_of(m, spot);
        Ahead {
            spot,
            at: at.wrapping_sub(base),
            behind,
            next_line: next_line.wrapping_sub(base),
        }
    }

    /// The line is not looked for: its number may be another one by now.
    pub(super) fn compile_ahead(&mut self, sys: &System, ahead: Ahead) {
        let m = &sys.memory;
        let base = base_of(m, ahead.spot);
        if ahead.spot.line != DIRECT {
            self.code.reach(m, ahead.next_line.wrapping_add(base));
        }
        let origin = Origin::of_line(ahead.spot.line);
        let at = origin.place(m, ahead.at.wrapping_add(base));
        let line = self.compile_line(sys, ahead.spot, at, ahead.behind);
        self.pc = line.code;
    }

    /// A line of the table with its code.
    fn compiled(&mut self, sys: &System, index: usize) -> Line {
        let line = self.code.lines[index];
        if line.code != NOWHERE {
            return line;
        }
        let at = line.at + program::LINE_HEADER;
        let spot = Spot {
            line: line.number,
            statement: 0,
        };
        let made = self.compile_line(sys, spot, at, Behind::Statement);
        let line = Line {
            number: line.number,
            at: line.at,
            ..made
        };
        self.code.lines[index] = line;
        line
    }

    /// The direct command in the edit line.
    fn compile_direct(&mut self, sys: &System) -> Line {
        let start = sys.pointer(s::E_LINE);
        let spot = Spot {
            line: DIRECT,
            statement: 0,
        };
        let line = self.compile_line(sys, spot, start, Behind::Statement);
        self.code.direct = Some(line);
        line
    }

    /// Compiles what stands in a line from an address on, where so much of the statement given has
    /// been read.
    fn compile_line(&mut self, sys: &System, spot: Spot, at: Address, behind: Behind) -> Line {
        let origin = Origin::of_line(spot.line);
        let end = Op::EndLine(self.line_behind(sys, spot, at), NOWHERE);
        let characters = rest_of_line(&sys.memory, at);
        self.charge_compiled(characters.len());
        let code = self.code.ops.len() as Pc;
        let marks = self.code.marks.len() as u32;
        let items = self.code.items.len();
        let sink = Sink {
            ops: &mut self.code.ops,
            marks: &mut self.code.marks,
            items: &mut self.code.items,
            slots: &mut self.slots,
        };
        let base = origin.offset(&sys.memory, at);
        let mut parser = Parser::new(characters, Some(&sys.memory), (origin, base), spot, sink);
        parser.dialect = Dialect::of(sys);
        // A line that does not compile ends in the report where it goes wrong.
        let end_at = parser.line(behind, end);
        let statements = u32::from(parser.spot.statement);
        let (searched, outside) = (parser.searched, parser.outside);
        self.charge_search(0, searched);
        let statements_made = self.code.marks.iter().skip(marks as usize);
        let items_made = self.code.items.iter().skip(items);
        let needs = statements_made.map(|mark| mark.need);
        let needs = needs.chain(items_made.map(|item| item.need));
        self.code.need_max = needs.fold(self.code.need_max, u32::max);
        if outside {
            self.code.mark_unsteady();
        }
        Line {
            number: spot.line,
            at,
            code,
            marks,
            statements,
            end: end_at,
        }
    }

    /// The index of the line that follows the one with this statement and this address in it.
    fn line_behind(&mut self, sys: &System, spot: Spot, at: Address) -> u32 {
        if spot.line == DIRECT {
            return u32::MAX;
        }
        self.code.index(&sys.memory);
        self.code.lines.partition_point(|line| line.at <= at) as u32
    }

    /// Does an instruction of this module. [`Flow::Fuel`] says that `pc` was changed by a jump.
    pub(super) fn flow_op(&mut self, sys: &mut System, op: Op) -> Result<Option<Flow>> {
        let here = self.pc - 1;
        match op {
            Op::EndLine(next, _) => {
                self.code.index(&sys.memory);
                let next = next as usize;
                if self.code.ends_at(next) {
                    return Err(Report::Ok);
                }
                let to = self.compiled(sys, next).code;
                self.code.ops[here as usize] = Op::EndLine(next as u32, to);
                self.pc = to;
            }
            Op::GoToLine(line, _) => {
                let to = self.place(sys, Spot { line, statement: 0 })?;
                self.code.ops[here as usize] = Op::GoToLine(line, to);
                self.pc = to;
            }
            Op::GoSubLine(line, spot, _) => {
                let back = self.pc;
                self.push_go_sub(sys, spot, back);
                let to = self.place(sys, Spot { line, statement: 0 })?;
                self.code.ops[here as usize] = Op::GoSubLine(line, spot, to);
                self.pc = to;
            }
            Op::GoTo => {
                let line = self.line_number()?;
                self.pc = self.place(sys, Spot { line, statement: 0 })?;
            }
            Op::GoSub(spot) => {
                let back = self.pc;
                let line = self.line_number();
                self.push_go_sub(sys, spot, back);
                self.pc = self.place(
                    sys,
                    Spot {
                        line: line?,
                        statement: 0,
                    },
                )?;
            }
            Op::For(slot, spot, end) => return self.for_loop(sys, slot, spot, end),
            Op::Next(slot) => {
                let Some(spot) = self.next_loop(sys, slot)? else {
                    return Ok(None);
                };
                let mut to = self.place(sys, spot)?;
                // FOR at the end of its line: the loop begins with the next one.
                if let Some(&Op::EndLine(_, next)) = self.code.ops.get(to as usize) {
                    if next != NOWHERE {
                        to = next;
                    }
                }
                self.slots.set_loop(slot, (spot.line, spot.statement), to);
                self.pc = to;
            }
            Op::ReturnSub => {
                let to = match self.go_subs.pop() {
                    // The code has been made anew since GO SUB.
                    Some(entry) => {
                        let end = sys.memory.stack_end();
                        sys.memory.set_stack_end(end + GO_SUB_ENTRY);
                        let statement = entry.spot.statement.saturating_add(1);
                        Spot {
                            statement,
                            ..entry.spot
                        }
                    }
                    None => self.return_128(sys)?,
                };
                self.pc = self.place(sys, to)?;
            }
            Op::Run => {
                let line = self.line_number()?;
                restore(&mut sys.memory, 0);
                self.clear(sys, 0)?;
                self.pc = self.place(sys, Spot { line, statement: 0 })?;
            }
            Op::Clear => {
                let top = self.acc.to_u16()?;
                self.clear(sys, top)?;
                return Ok(None);
            }
            Op::Restore => {
                let line = self.acc.to_u16()?;
                restore(&mut sys.memory, line);
                return Ok(None);
            }
            Op::Continue => {
                let line = sys.memory.word(s::OLDPPC);
                let statement = sys.memory.byte(s::OSPPC);
                if statement & 0x80 != 0 {
                    // NSPPC with bit 7 is no jump.
                    return Ok(None);
                }
                self.pc = self.place(sys, Spot { line, statement })?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Flow::Fuel))
    }

    /// The line number in the accumulator. ROM: `GO-TO` 1E67.
    fn line_number(&self) -> Result<u16> {
        let line = self.acc.to_u16()?;
        if line >= GO_TO_LIMIT {
            Err(Report::IntegerOutOfRange)
        } else {
            Ok(line)
        }
    }

    /// CLEAR: no variables, a clear screen, no GO SUBs, perhaps another RAMTOP.
    ///
    /// ROM: `CLEAR` 1EAC.
    fn clear(&mut self, sys: &mut System, top: u16) -> Result<()> {
        let m = &mut sys.memory;
        let top = if top == 0 {
            m.pointer(s::RAMTOP)
        } else {
            Address::from(top)
        };
        let from = m.pointer(s::VARS);
        let to = areas::variables_end(m);
        areas::reclaim(m, from, to.saturating_sub(from));
        self.slots.forget();
        screen::cls(m);
        if m.pointer(s::STKEND) + CLEAR_ROOM >= top || top > m.pointer(s::P_RAMT) {
            return Err(Report::RamtopNoGood);
        }
        if sys.model == Model::Spectrum128 {
            self.clear_128(sys, top);
        } else {
            m.set_pointer(s::RAMTOP, top);
            m.set_byte(top, RAMTOP_MARK);
            self.clear_go_subs(sys);
        }
        Ok(())
    }

    /// FOR: makes the control variable; goes past the loop's NEXT if it is over already.
    ///
    /// ROM: `FOR` 1D03.
    fn for_loop(
        &mut self,
        sys: &mut System,
        slot: u16,
        spot: Spot,
        end: Address,
    ) -> Result<Option<Flow>> {
        let step = self.acc;
        let limit = self.pop_number();
        let value = self.pop_number();
        let next = spot.statement.wrapping_add(1);
        let numbers = [value, limit, step];
        let held = room::CONTROL + room::by_model(sys.model);
        self.slots
            .make_control(&mut sys.memory, slot, numbers, (spot.line, next), held)?;
        if !loop_ended(value, limit, step)? {
            return Ok(None);
        }
        let at = if spot.line == DIRECT {
            sys.pointer(s::E_LINE) + end
        } else {
            end
        };
        let letter = self.slots.name(slot).letter();
        let (target, end) =
            find_next(&sys.memory, at, spot, letter).ok_or(Report::ForWithoutNext)?;
        self.charge_search(at, end);
        self.pc = self.place(sys, target)?;
        Ok(Some(Flow::Fuel))
    }

    /// Adds the step; where the loop goes on, if it does.
    ///
    /// ROM: `NEXT` 1DAB, `NEXT-LOOP` 1DDA.
    fn next_loop(&mut self, sys: &mut System, slot: u16) -> Result<Option<Spot>> {
        let m = &mut sys.memory;
        let at = self.slots.value(m, slot).ok_or(Report::VariableNotFound)?;
        if m.byte(at - 1) & 0x80 == 0 {
            return Err(Report::NextWithoutFor);
        }
        let step = m.number(at + 10);
        let value = m.number(at).add(step)?;
        self.slots.let_number(m, slot, value)?;
        if loop_ended(value, m.number(at + 5), step)? {
            return Ok(None);
        }
        Ok(Some(Spot {
            line: m.word(at + 15),
            statement: m.byte(at + 17),
        }))
    }

    /// After a POKE of NSPPC: goes to the line and statement POKEd.
    pub(super) fn poked_jump(&mut self, sys: &mut System) -> Result<Option<Flow>> {
        let statement = sys.memory.byte(s::NSPPC);
        if statement & 0x80 != 0 {
            return Ok(None);
        }
        let line = sys.memory.word(s::NEWPPC);
        sys.memory.set_byte(s::NSPPC, 0xFF);
        self.pc = self.place(sys, Spot { line, statement })?;
        Ok(Some(Flow::Fuel))
    }

    /// A number that must wait, on the value stack.
    pub(super) fn push_number(&mut self, number: Number) {
        self.stack.push(number.bits());
    }
}

/// The byte at RAMTOP: ends the GO SUB stack. ROM: 1EE2.
pub const RAMTOP_MARK: u8 = 0x3E;

/// Makes READ go on with the first DATA from a line on.
///
/// ROM: `RESTORE` 1E42.
pub fn restore(m: &mut Memory, line: u16) {
    let at = program::find_line(m, line).at;
    m.set_pointer(s::DATADD, at.wrapping_sub(1));
}

/// The statement after the NEXT of a loop that is not to be run, and where that NEXT is.
///
/// ROM: 1D5C-1D83.
fn find_next(m: &Memory, mut at: Address, from: Spot, letter: u8) -> Option<(Spot, Address)> {
    let mut count = from.statement.wrapping_neg();
    let mut line = from.line;
    loop {
        let found = program::look_for(m, at, count, token::NEXT)?;
        line = found.line.unwrap_or(line);
        count = found.count;
        at = program::next_character(m, found.at);
        if m.byte(at) | 0x20 == letter {
            let spot = Spot {
                line,
                statement: 1_u8.wrapping_sub(count),
            };
            return Some((spot, at));
        }
        at = program::next_character(m, at);
    }
}
