//! Lines that are entered: checked, put into the program or run.

use alloc::vec::Vec;
use core::ops::Range;

use super::{Activity, Machine};
use crate::charset::AT;
use crate::edit::{changes, full};
use crate::lang::code::Spot;
use crate::lang::parse::{Dialect, HIDDEN_SIZE as NUMBER_MARK_SIZE, Hidden, Refusal, with_numbers};
use crate::report::Report;
use crate::screen;
use crate::store::Memory;
use crate::store::areas::{self, ENTER, VARIABLES_END};
use crate::store::program;
use crate::store::sysvars as s;
use crate::system::Model;

/// TV_FLAG bit 6: the next command leaves the lower screen as it is.
pub(super) const TV_KEEPS_LOWER: u8 = 6;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// It is in the program now, or its number's line is gone.
    Line,
    /// It was empty.
    Nothing,
    /// It is wrong: the report, and the character the `?` stands before.
    Refused(Report, usize),
    /// It is a command and runs.
    Running,
    /// It does not fit into memory; the report is shown.
    NoRoom,
}

impl Machine {
    /// Enters a line: tokens without hidden numbers, a program line's number as digits in front.
    /// A command that is right starts to run.
    ///
    /// ROM: `MAIN-2` 12B4 to 1300, `MAIN-ADD` 155D.
    pub fn enter_line(&mut self, line: &[u8]) -> Entered {
        let line = line.strip_suffix(&[ENTER]).unwrap_or(line);
        self.end_others();
        self.mend_areas();
        self.last_report = None;
        let checked = match self.check(line) {
            Ok(checked) => checked,
            Err(refusal) => return Entered::Refused(refusal.report, refusal.at),
        };
        let (number, text) = checked;
        let entered = if number != 0 {
            self.put_line(number, &text)
        } else if skip_blanks(&text, 0) == text.len() {
            Entered::Nothing
        } else {
            // A number 0 is no line's: it stays in front of the command, which is nonsense then.
            let command = [&line[number_of(line)], &text].concat();
            let banner = self.has_banner();
            return self.start_command(&command, banner);
        };
        if entered == Entered::Line && self.uses_full() {
            self.with_full(|full, machine| full.entered(machine, line));
        }
        entered
    }

    /// A line entered while a program runs or waits ends that first, without a report.
    fn end_others(&mut self) {
        if self.activities.len() > 1 {
            self.activities.truncate(1);
            self.sys.drop_output();
            self.exec.reset_run();
            self.sys.memory.set_byte(s::FLAGX, 0);
            areas::set_min(&mut self.sys.memory);
        }
    }

    /// Checks a line; gives its number (0 for none) and its text with the hidden numbers.
    ///
    /// ROM: `LINE-SCAN` 1B17, `E-LINE-NO` 19FB.
    pub(super) fn check(&mut self, line: &[u8]) -> Result<(u16, Vec<u8>), Refusal> {
        let mut hidden = Vec::new();
        let (number, start) = self.check_line(line, &mut hidden)?;
        Ok((number, with_numbers(&line[start..], &hidden)))
    }

    /// The same; gives the line's number and where its text begins, and puts the numbers of the text
    /// into `hidden`, as far as it came.
    pub(super) fn check_line(
        &mut self,
        line: &[u8],
        hidden: &mut Vec<Hidden>,
    ) -> Result<(u16, usize), Refusal> {
        let digits = number_of(line);
        let start = digits.end;
        let mut number = 0_u32;
        for digit in &line[digits] {
            number = number
                .saturating_mul(10)
                .saturating_add(u32::from(digit - b'0'));
        }
        if number > u32::from(program::LAST_LINE) {
            return Err(Refusal {
                report: Report::NonsenseInBasic,
                at: start,
            });
        }
        let text = &line[start..];
        let (statement, checked) = self.exec.check(text, Dialect::of(&self.sys), hidden);
        self.sys.memory.set_byte(s::SUBPPC, statement);
        checked.map_err(|refusal| Refusal {
            at: refusal.at + start,
            ..refusal
        })?;
        // The ROM puts the numbers into the line as it checks it.
        let room = text.len() as u32 + (NUMBER_MARK_SIZE * hidden.len()) as u32;
        if !hidden.is_empty() {
            areas::test_room(&self.sys.memory, room).map_err(|report| Refusal {
                report,
                at: line.len(),
            })?;
        }
        Ok((number as u16, start))
    }

    /// Puts a line into the program, or takes it out if it has no text.
    ///
    /// ROM: `MAIN-ADD` 155D, 03F7 of the 128's first ROM.
    pub(super) fn put_line(&mut self, number: u16, text: &[u8]) -> Entered {
        self.sys.memory.set_word(s::E_PPC, number);
        self.exec.drop_code();
        self.program_touched();
        let full = self.uses_full();
        let m = &mut self.sys.memory;
        let before = if full { changes::text(m, number) } else { None };
        // A blank between the number and the text is the lister's.
        let put = program::put_line(m, number, text);
        if full {
            self.changes.line(m, number, before);
        }
        if text.is_empty() && self.sys.model == Model::Spectrum128 {
            let before = full::line_before(m, number);
            m.set_word(s::E_PPC, before.map_or(0, |(number, _)| number));
        }
        match put {
            Ok(()) => Entered::Line,
            Err(report) => {
                let spot = self.last_spot();
                self.finish_at(report, spot, None);
                Entered::NoRoom
            }
        }
    }

    /// The place that the last report showed: what a line that does not fit reports.
    pub(super) fn last_spot(&self) -> Spot {
        Spot {
            line: self.sys.memory.word(s::PPC),
            statement: self.sys.memory.byte(s::SUBPPC),
        }
    }

    /// Puts a command into the edit line and runs it; the full-screen editor's banner goes.
    pub(super) fn start_command(&mut self, text: &[u8], banner: bool) -> Entered {
        if put_command(&mut self.sys.memory, text).is_err() {
            self.finish(Report::OutOfMemory);
            return Entered::NoRoom;
        }
        let m = &mut self.sys.memory;
        if m.bit(s::FLAGS2, 0) {
            screen::clear_all(m);
        }
        if !m.bit(s::TV_FLAG, TV_KEEPS_LOWER) {
            screen::cls_lower(m);
        }
        m.set_bit(s::TV_FLAG, TV_KEEPS_LOWER, false);
        if banner {
            full::clear_banner(m);
        }
        let line = m.byte(s::S_POSN + 1);
        m.set_byte(s::SCR_CT, 25_u8.wrapping_sub(line));
        m.set_bit(s::FLAGS, 7, true);
        if self.sys.model == Model::Spectrum128 {
            // Its editor has no K mode: letters are taken, and printed, as letters.
            m.set_bit(s::FLAGS, 2, true);
            m.set_bit(s::FLAGS, 3, true);
            // The control code it has printed last, which the serial line may take for its own.
            m.set_byte(s::TVDATA, AT);
            self.exec.begin_command_128(&mut self.sys);
        }
        let m = &mut self.sys.memory;
        m.set_byte(s::ERR_NR, 0xFF);
        m.set_byte(s::NSPPC, 0xFF);
        self.activities.push(Activity::Run);
        // What typing it took is not the command's.
        m.take_work(1);
        if let Err(report) = self.exec.start_direct(&self.sys) {
            self.finish(report);
        }
        Entered::Running
    }
}

/// Puts a command into the edit line.
pub(super) fn put_command(m: &mut Memory, text: &[u8]) -> crate::report::Result<()> {
    areas::set_min(m);
    let at = m.pointer(s::E_LINE);
    let length = text.len() as u32;
    areas::make_room(m, at + 1, length)?;
    m.set_bytes(at, text);
    m.set_byte(at + length, ENTER);
    m.set_byte(at + length + 1, VARIABLES_END);
    Ok(())
}

/// Where the digits of a line's number are.
///
/// ROM: `E-LINE-NO` 19FB.
pub(super) fn number_of(line: &[u8]) -> Range<usize> {
    let start = skip_blanks(line, 0);
    let digits = line[start..].iter().take_while(|c| c.is_ascii_digit());
    start..start + digits.count()
}

/// The place of the next character that is no blank or control code, or the end.
///
/// ROM: `SKIP-OVER` 007D.
pub(super) fn skip_blanks(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&code) = text.get(at) {
        match code {
            ENTER | 0x21.. => return at,
            0x10..=0x15 => at += 2,
            0x16 | 0x17 => at += 3,
            _ => at += 1,
        }
    }
    text.len()
}
