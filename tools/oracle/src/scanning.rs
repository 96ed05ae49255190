//! The ROM's expression scanner, called directly: thousands of expressions a second.

use crate::original::{Original, code};
use crate::spectrum::{Register, Snapshot};
use crate::variable::{CH_ADD, E_LINE, ERR_NR, ERR_SP, FLAGS, SEED, STKBOT, STKEND, WORKSP, X_PTR};

/// SCANNING.
const SCANNING: u16 = 0x24FB;
/// CLS-LOWER.
const CLEAR_LOWER: u16 = 0x0D6E;
/// Where a call of ours returns to; nothing is ever run there.
const RETURNED: u16 = 0x7FF0;
/// Where errors return to.
const FAILED: u16 = 0x7FF8;
/// T-states an expression may take.
const T_STATES: u64 = 20_000_000;

/// FLAGS: running, not checking; the last expression is numeric.
const RUNNING: u8 = 0x80;
const NUMERIC: u8 = 0x40;
/// A number's mark in a line, and how many bytes it takes with the number.
const MARK: u8 = 14;
const MARK_SIZE: u16 = 6;
const ENTER: u8 = 13;

/// What an expression is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The five bytes of a number, and SEED afterwards.
    Number([u8; 5], u16),
    /// A string, and SEED afterwards.
    Text(Vec<u8>, u16),
    /// A report while it was run.
    Report(char),
    /// A report while it was checked, and the place of the `?`.
    Refused(char, u16),
    /// It did not end.
    Endless,
}

/// What stands before an expression in its line: the workspace begins where it would if it were
/// assigned.
#[must_use]
pub const fn before(text: bool) -> &'static [u8] {
    if text { b"\xF1r$=" } else { b"\xF1r=" }
}

/// The ROM with its variables set up.
pub struct Scanner<'a> {
    rom: &'a mut Original,
    base: Snapshot,
    /// How many characters stand before the expression.
    before: u16,
}

impl<'a> Scanner<'a> {
    /// Every expression starts from the state the ROM is in.
    pub fn new(rom: &'a mut Original) -> Self {
        let s = &mut rom.spectrum;
        s.set_interrupts(false);
        s.hook(u32::from(RETURNED), true);
        s.hook(u32::from(FAILED), true);
        // a command begins with a clear lower screen
        let sp = s.register(Register::SP).wrapping_sub(2);
        s.set_word(sp, RETURNED);
        s.set_register(Register::SP, sp);
        s.set_register(Register::PC, CLEAR_LOWER);
        s.run(T_STATES);
        let base = s.snapshot();
        Self {
            rom,
            base,
            before: 0,
        }
    }

    /// The ROM is as it was for others.
    pub fn end(self) {
        let s = &mut self.rom.spectrum;
        s.hook(u32::from(RETURNED), false);
        s.hook(u32::from(FAILED), false);
    }

    /// Calls SCANNING; `None` if it returned.
    fn call(&mut self, running: bool) -> Option<Value> {
        let s = &mut self.rom.spectrum;
        let flags = s.byte(FLAGS) & !RUNNING | if running { RUNNING } else { 0 };
        s.write(FLAGS, &[flags]);
        s.write(ERR_NR, &[0xFF]);
        let line = s.word(E_LINE);
        s.set_word(CH_ADD, line.wrapping_add(self.before));
        let error = s.word(ERR_SP);
        s.set_word(error, FAILED);
        s.set_word(error.wrapping_sub(2), RETURNED);
        s.set_register(Register::SP, error.wrapping_sub(2));
        s.set_register(Register::PC, SCANNING);
        s.forget_routine();
        let end = s.now() + T_STATES;
        loop {
            match s.run(end.saturating_sub(s.now())) {
                Some(at) if at == u32::from(RETURNED) => return None,
                Some(at) if at == u32::from(FAILED) => break,
                // what sessions stop at: STR$ prints
                Some(_) => {}
                None => return Some(Value::Endless),
            }
        }
        let report = code(s.byte(ERR_NR).wrapping_add(1));
        Some(if running {
            Value::Report(report)
        } else {
            Value::Refused(report, self.place(X_PTR))
        })
    }

    /// The place in the line, as it was given, that a pointer points to.
    fn place(&self, pointer: u16) -> u16 {
        let s = &self.rom.spectrum;
        let start = s.word(E_LINE).wrapping_add(self.before);
        let length = s.word(pointer).wrapping_sub(start);
        let mut at = 0;
        let mut place = 0;
        while at < length {
            if s.byte(start.wrapping_add(at)) == MARK {
                at += MARK_SIZE;
            } else {
                at += 1;
                place += 1;
            }
        }
        place
    }

    /// The value of an expression in tokens: checked, which puts its numbers in, then run.
    /// It is refused where a string is wanted and it is a number, and the other way round.
    pub fn value(&mut self, expression: &[u8], text: bool) -> Value {
        self.rom.spectrum.restore(&self.base);
        let s = &mut self.rom.spectrum;
        let at = s.word(E_LINE);
        let before = before(text);
        self.before = before.len() as u16;
        let line = [before, expression].concat();
        s.write(at, &line);
        let end = at.wrapping_add(line.len() as u16);
        s.write(end, &[ENTER, 0x80]);
        for pointer in [WORKSP, STKBOT, STKEND] {
            s.set_word(pointer, end.wrapping_add(2));
        }
        if let Some(stopped) = self.call(false) {
            return stopped;
        }
        let s = &mut self.rom.spectrum;
        let is_text = s.byte(FLAGS) & NUMERIC == 0;
        if s.byte(s.word(CH_ADD)) != ENTER || is_text != text {
            return Value::Refused('C', self.place(CH_ADD));
        }
        let work = s.word(WORKSP);
        s.set_word(STKBOT, work);
        s.set_word(STKEND, work);
        if let Some(stopped) = self.call(true) {
            return stopped;
        }
        let s = &self.rom.spectrum;
        let top = s.word(STKEND).wrapping_sub(5);
        let mut number = [0; 5];
        for (byte, at) in number.iter_mut().zip(top..) {
            *byte = s.byte(at);
        }
        let seed = s.word(SEED);
        if s.byte(FLAGS) & NUMERIC != 0 {
            return Value::Number(number, seed);
        }
        let [_, a, b, c, d] = number;
        let from = usize::from(u16::from_le_bytes([a, b]));
        let length = usize::from(u16::from_le_bytes([c, d]));
        let memory = s.memory();
        let text = memory[from..(from + length).min(memory.len())].to_vec();
        Value::Text(text, seed)
    }
}
