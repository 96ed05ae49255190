//! The machine stack as far as a program can see it: its GO SUBs, and how far down it reaches.

use super::code::{Pc, Spot};
use super::exec::Exec;
use super::flow::RAMTOP_MARK;
use crate::report::{Report, Result};
use crate::store::Address;
use crate::store::memory::SIZE_64K;
use crate::store::sysvars as s;
use crate::system::System;

/// Bytes the ROM's stack holds between RAMTOP and the oldest GO SUB entry, and what a statement
/// being run needs below the newest: seen on the ROM by `PRINT 65536-USR 7962`.
const STACK_BASE: u32 = 17;
/// Bytes of a GO SUB entry.
pub(super) const GO_SUB_ENTRY: u32 = 3;
/// Bytes between the lowest place of the stack and the error address, where ERR_SP points; with no
/// GO SUB that is RAMTOP - 3. ROM: `CLEAR` 1EDE.
const BELOW_ENTRY: u32 = STACK_BASE - 3;
/// What the 128 has on the stack besides while a command runs that has not done CLEAR.
const COMMAND_128: i32 = 2;
/// The error address that the 128 has on the stack. ROM 0: 0321.
const ERROR_128: u16 = 0x5B1D;

/// One GO SUB that has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GoSub {
    pub(super) spot: Spot,
    /// Where the code went on, and in which life of the code that was.
    pub(super) pc: Pc,
    pub(super) epoch: u32,
}

impl Exec {
    /// Forgets all GO SUBs.
    pub fn clear_go_subs(&mut self, sys: &mut System) {
        self.go_subs.clear();
        self.above_go_subs = 0;
        self.is_unmarked = false;
        self.mark_stack(sys);
    }

    /// The same for CLEAR in the 128, which may move RAMTOP.
    ///
    /// Flaw kept: it takes what lies next on the stack for the mark that ends it, also where that is
    /// the line number of a GO SUB.
    ///
    /// ROM 0: 1A3F.
    pub(super) fn clear_128(&mut self, sys: &mut System, top: Address) {
        self.show_go_subs(sys);
        let mark = match self.go_subs.last() {
            Some(entry) => entry.spot.line,
            None if self.is_unmarked => sys.memory.word(self.oldest(sys)),
            None => u16::from(RAMTOP_MARK) << 8,
        };
        sys.memory.set_pointer(s::RAMTOP, top);
        self.clear_go_subs(sys);
        sys.memory.set_word(self.oldest(sys), mark);
        self.is_unmarked = mark.to_be_bytes()[0] != RAMTOP_MARK;
    }

    /// RETURN where there is no GO SUB: after CLEAR in one the 128 takes for the line what it finds,
    /// and for the statement the byte above RAMTOP.
    ///
    /// # Errors
    /// Report 7.
    ///
    /// ROM 0: 1A6F.
    pub(super) fn return_128(&mut self, sys: &mut System) -> Result<Spot> {
        let at = self.oldest(sys);
        let line = sys.memory.word(at);
        let is_mark = line.to_be_bytes()[0] == RAMTOP_MARK;
        if !self.is_unmarked || is_mark || at + GO_SUB_ENTRY > SIZE_64K as u32 {
            return Err(Report::ReturnWithoutGosub);
        }
        let statement = sys.memory.byte(at + 2);
        sys.memory.set_word(at + 1, ERROR_128);
        self.above_go_subs -= GO_SUB_ENTRY as i32;
        self.mark_stack(sys);
        Ok(Spot { line, statement })
    }

    /// Where the stack has the mark, when there are no GO SUBs.
    fn oldest(&self, sys: &System) -> Address {
        let top = sys.pointer(s::RAMTOP);
        top.saturating_add_signed(-1 - self.above_go_subs)
    }

    /// A command of the 128 begins.
    ///
    /// ROM 0: 030C.
    pub fn begin_command_128(&mut self, sys: &mut System) {
        self.above_go_subs = COMMAND_128;
        self.mark_stack(sys);
    }

    /// Tells memory how far down the machine stack reaches.
    pub(super) fn mark_stack(&self, sys: &mut System) {
        let top = sys.pointer(s::RAMTOP);
        let go_subs = GO_SUB_ENTRY * self.go_subs.len() as u32;
        let used = (STACK_BASE + go_subs).saturating_add_signed(self.above_go_subs);
        sys.memory.set_stack_end(top.saturating_sub(used));
        sys.memory
            .set_pointer(s::ERR_SP, sys.memory.stack_end() + BELOW_ENTRY);
    }

    /// Writes the GO SUBs that have not returned to where the ROM's stack has them: a command has
    /// ended and others may look.
    ///
    /// ROM: `GO-SUB` 1EED.
    pub fn show_go_subs(&self, sys: &mut System) {
        let error = sys.memory.stack_end() + BELOW_ENTRY;
        sys.memory.set_pointer(s::ERR_SP, error);
        let mut at = error + 2;
        for entry in self.go_subs.iter().rev() {
            let [low, high] = entry.spot.line.to_le_bytes();
            let next = entry.spot.statement.wrapping_add(1);
            sys.memory.set_bytes(at, &[low, high, next]);
            at += GO_SUB_ENTRY;
        }
    }

    /// Notes a GO SUB. What its line number needs, looked at before, is no less than what the ROM
    /// asks for here.
    ///
    /// ROM: `GO-SUB` 1EED.
    pub(super) fn push_go_sub(&mut self, sys: &mut System, spot: Spot, back: Pc) {
        self.go_subs.push(GoSub {
            spot,
            pc: back,
            epoch: self.epoch,
        });
        let end = sys.memory.stack_end();
        sys.memory.set_stack_end(end.saturating_sub(GO_SUB_ENTRY));
    }
}
