//! The 128's full-screen editor: what it gets and what comes of it.

use alloc::vec::Vec;

use super::commands::{number_of, put_command, skip_blanks};
use super::{Activity, Entered, Machine, Pause};
use crate::edit::full::{self, Full, Host, Mode, Verdict};
use crate::edit::menu::Kind;
use crate::edit::{FullEditor, Out, Turn};
use crate::keys::FLAGS_NEW_KEY;
use crate::lang::code::DIRECT;
use crate::lang::parse::{Dialect, HIDDEN_SIZE, Hidden, Refusal, with_numbers};
use crate::line::spell::spell;
use crate::report::{Report, Result};
use crate::screen::Stop;
use crate::store::Memory;
use crate::store::areas;
use crate::store::sysvars as s;

/// Room that must be left below RAMTOP while a line is typed.
const TYPING_RESERVE: u32 = 137;

impl Out for Machine {
    fn memory(&mut self) -> &mut Memory {
        Out::memory(&mut self.sys)
    }

    fn print(&mut self, code: u8) -> core::result::Result<(), Stop> {
        Out::print(&mut self.sys, code)
    }

    fn put(&mut self, code: u8) -> core::result::Result<(), Stop> {
        Out::put(&mut self.sys, code)
    }

    fn sound(&mut self, cycles: u16, timing: u16) {
        Out::sound(&mut self.sys, cycles, timing);
    }

    fn forget(&mut self) {
        Out::forget(&mut self.sys);
    }
}

impl Host for Machine {
    fn enter(&mut self, line: &[u8], banner: bool) -> Verdict {
        if let Err(report) = self.begin_line(line) {
            return self.no_room(report);
        }
        let mut hidden = Vec::new();
        match self.check_line(line, &mut hidden) {
            Err(refusal) => self.refuse_full(line, refusal, &hidden, number_of(line).end),
            Ok((number, start)) => {
                let text = with_numbers(&line[start..], &hidden);
                // A number 0 is no line's: it stays in front of a command, which is nonsense then.
                let command = number == 0 && skip_blanks(&text, 0) < text.len();
                let digits = if command { number_of(line) } else { 0..0 };
                let text = [&line[digits], &text].concat();
                self.sys.console.edit_line(None, &mut self.sys.console_text);
                if command {
                    self.commands.note(line);
                }
                self.take_line(number, &text, banner)
            }
        }
    }

    fn work_out(&mut self, line: &[u8]) -> Verdict {
        if let Err(report) = self.begin_line(line) {
            return self.no_room(report);
        }
        let mut hidden = Vec::new();
        let checked = self
            .exec
            .check_number(line, Dialect::of(&self.sys), &mut hidden);
        if let Err(refusal) = checked {
            return self.refuse_full(line, refusal, &hidden, 0);
        }
        self.commands.note(line);
        self.sys.console.edit_line(None, &mut self.sys.console_text);
        let m = &mut self.sys.memory;
        if let Err(report) = put_command(m, &with_numbers(line, &hidden)) {
            return self.no_room(report);
        }
        m.set_word(s::PPC, DIRECT);
        m.set_bit(s::FLAGS, 7, true);
        let statement = m.byte(s::SUBPPC);
        self.activities.push(Activity::Value);
        if let Err(report) = self.exec.start_number(&self.sys, statement) {
            self.finish(report);
        }
        Verdict::Left
    }

    fn undo(&mut self, turn: Turn) -> Option<u16> {
        self.mend_areas();
        let m = &mut self.sys.memory;
        areas::set_min(m);
        let number = self.changes.turn(m, turn)?;
        self.program_touched();
        self.exec.drop_code();
        Some(number)
    }

    fn command(&mut self, turn: Turn) -> Option<Vec<u8>> {
        let keywords = self.keywords();
        let command = self.commands.turn(turn)?;
        Some(spell(command, keywords, &mut []))
    }
}

impl Machine {
    /// A line is wrong: what the ROM had made of it by then. Its text begins at `start`.
    fn refuse_full(
        &mut self,
        line: &[u8],
        refusal: Refusal,
        hidden: &[Hidden],
        start: usize,
    ) -> Verdict {
        let error = refusal.report.err_nr();
        self.sys.memory.set_byte(s::ERR_NR, error);
        let before = hidden.iter().filter(|n| n.before + start <= refusal.at);
        let at = refusal.at + HIDDEN_SIZE * before.count();
        let text = with_numbers(&line[start..], hidden);
        Verdict::Refused {
            line: [&line[..start], &text].concat(),
            at,
        }
    }

    /// What the editor does before it looks at a line: there must be room for it. ROM 0: 026B, 3F66.
    fn begin_line(&mut self, line: &[u8]) -> Result<()> {
        self.mend_areas();
        self.last_report = None;
        let m = &mut self.sys.memory;
        areas::set_min(m);
        m.set_byte(s::ERR_NR, 0xFF);
        m.set_byte(s::DF_SZ, 2);
        let end = m.pointer(s::STKEND) + line.len() as u32 + TYPING_RESERVE;
        if !line.is_empty() && end >= m.pointer(s::RAMTOP) {
            return Err(Report::OutOfMemory);
        }
        Ok(())
    }

    /// There is no room for a line. The place shown is the last one there was.
    fn no_room(&mut self, report: Report) -> Verdict {
        self.sys.console.edit_line(None, &mut self.sys.console_text);
        let spot = self.last_spot();
        self.finish_at(report, spot, None);
        Verdict::Left
    }

    /// Puts a line that is right into the program, or runs it. ROM 0: 02C1.
    fn take_line(&mut self, number: u16, text: &[u8], banner: bool) -> Verdict {
        if number != 0 {
            return match self.put_line(number, text) {
                Entered::NoRoom => Verdict::Left,
                _ => Verdict::Taken,
            };
        }
        if skip_blanks(text, 0) == text.len() {
            return Verdict::Taken;
        }
        self.start_command(text, banner);
        Verdict::Left
    }

    /// Whether lines are typed in the full-screen editor.
    pub(super) fn uses_full(&self) -> bool {
        matches!(self.activities.first(), Some(Activity::Full { .. }))
    }

    /// The same, with a banner on the screen.
    pub(super) fn has_banner(&self) -> bool {
        self.uses_full() && self.full.as_ref().is_some_and(|full| full.has_banner())
    }

    /// Begins to use the full-screen editor.
    pub(super) fn use_full(&mut self, begin: impl FnOnce(&mut FullEditor, &mut Self) -> Full) {
        self.activities.push(Activity::Full { resume: false });
        self.with_full(begin);
    }

    /// Lets the full-screen editor do something.
    pub(super) fn with_full<T>(&mut self, work: impl FnOnce(&mut FullEditor, &mut Self) -> T) {
        if let Some(mut full) = self.full.take() {
            work(&mut full, self);
            self.full = Some(full);
        }
    }

    /// The full-screen editor, or a report that is shown above it, gets the next key.
    pub(super) fn step_full(&mut self, resume: bool) -> Option<Pause> {
        let broken = self.sys.keys.break_held();
        self.sys.keys.clear_break();
        let function = self.sys.keys.take_function();
        if broken && self.full.as_ref().is_some_and(|full| full.is_finding()) {
            // The key of BREAK types a blank.
            self.sys.memory.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
            self.with_full(|full, machine| full.end_finding(&mut machine.sys.memory));
        }
        if function.is_none() && !self.sys.memory.bit(s::FLAGS, FLAGS_NEW_KEY) {
            if !resume {
                self.show_full_line();
            }
            return Some(Pause::Idle(None));
        }
        let mut full = self.full.take()?;
        let mut done = Full::Wait;
        if resume {
            if let Some(Activity::Full { resume }) = self.activities.last_mut() {
                *resume = false;
            }
            done = full.resume(self);
        }
        if done == Full::Wait {
            done = match function {
                Some(function) => full.comfort(self, function),
                None => full.step(self),
            };
        }
        let mode = full.mode();
        self.full = Some(full);
        if done == Full::Menu {
            self.open_menu(match mode {
                Mode::Basic => Kind::Editor,
                Mode::Calculator => Kind::Calculator,
            });
        }
        None
    }

    /// An expression has been worked out: its value is typed, and there is a report.
    ///
    /// ROM 0: 223E.
    pub(super) fn worked_out(&mut self) {
        let value = self.exec.number().print();
        self.with_full(|full, machine| full.answer(machine, value.as_bytes()));
        self.finish(Report::Ok);
    }

    /// A report has been shown: the editor waits for a key.
    pub(super) fn after_report(&mut self) {
        match self.activities.first_mut() {
            Some(Activity::Full { resume }) => {
                *resume = true;
                full::ready(&mut self.sys.memory);
            }
            _ => self.editor_ready(),
        }
    }

    /// Shows the line the cursor is in on the console.
    pub(super) fn show_full_line(&mut self) {
        let out = &mut self.sys.console_text;
        if self.sys.console.show_screen(out) {
            return;
        }
        if let Some(full) = &self.full {
            let (line, cursor) = full.line();
            self.sys.console.edit_line(Some((&line, cursor)), out);
        }
    }
}
