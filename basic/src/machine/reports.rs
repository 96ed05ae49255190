//! The end of a command: its report, and where CONTINUE would go on.

use super::power::page_home;
use super::{Activity, Machine};
use crate::lang::code::Spot;
use crate::report::Report;
use crate::store::areas;
use crate::store::sysvars as s;
use crate::system::{LogEntry, Model};

impl Machine {
    /// A command ended: shows its report and goes back to the editor.
    ///
    /// ROM: `MAIN-4` 1303.
    pub(super) fn finish(&mut self, report: Report) {
        let spot = self.exec.spot();
        let missed = self.exec.missed();
        self.finish_at(report, spot, missed);
    }

    /// The same at a given statement; CONTINUE goes on at `next` if something was to come first.
    pub(super) fn finish_at(&mut self, report: Report, spot: Spot, next: Option<Spot>) {
        self.sys.drop_output();
        self.exec.reset_run();
        self.held_inside = 0;
        self.exec.show_go_subs(&mut self.sys);
        if self.sys.model == Model::Spectrum128 {
            // Its main loop starts with an empty stack after each report (ROM 0, 0321).
            self.exec.clear_go_subs(&mut self.sys);
            // .. and with its own bank.
            page_home(&mut self.sys.memory);
        }
        while self.activities.len() > 1 {
            self.activities.pop();
        }
        if self.activities.is_empty() {
            self.activities.push(Activity::Edit);
        }
        self.mend_areas();
        self.program_touched();
        let m = &mut self.sys.memory;
        self.sys.printer.finish(m);
        m.set_byte(s::ERR_NR, report.err_nr());
        m.set_word(s::PPC, spot.line);
        m.set_byte(s::SUBPPC, spot.statement);
        m.set_bit(s::FLAGS, 5, false);
        m.set_bit(s::FLAGS, 7, true);
        m.set_byte(s::FLAGX, 0);
        m.set_byte(s::MODE, 0);
        m.set_byte(s::X_PTR + 1, 0);
        m.set_word(s::DEFADD, 0);
        // Stream 0 is the keyboard's again.
        m.set_word(s::STRMS + 6, 1);
        areas::set_min(m);
        self.sys.clear_lower();
        self.sys.memory.set_bit(s::TV_FLAG, 5, true);
        self.last_report = Some((report, spot.line, spot.statement));
        self.reported = self.probes;
        if self.sys.logging {
            self.sys.log.push(LogEntry::ReportStart);
        }
        self.sys.console.keep_screen(self.uses_full());
        self.sys.console_new_line();
        let text = report_text(report, spot);
        // Two lines are free and no report is longer: nothing here can be refused.
        let _ = self.sys.print_all(text.as_bytes());
        self.sys.console_new_line();
        self.sys.console.keep_screen(false);
        let m = &mut self.sys.memory;
        if report != Report::Ok {
            // SUBPPC keeps the next statement: what is worked out later is reported with it.
            if matches!(report, Report::StopStatement | Report::BreakIntoProgram) {
                m.set_byte(s::SUBPPC, spot.statement.wrapping_add(1));
            }
            let continued = next.unwrap_or(Spot {
                statement: m.byte(s::SUBPPC),
                ..spot
            });
            m.set_word(s::OLDPPC, continued.line);
            m.set_byte(s::OSPPC, continued.statement);
        }
        m.set_byte(s::NSPPC, 0xFF);
        m.set_bit(s::FLAGS, 3, false);
        self.after_report();
    }

    /// BREAK is held, and the program has just done a statement.
    ///
    /// ROM: `STMT-RET` 1B76.
    pub(super) fn break_at_statement(&mut self) {
        let (spot, next) = (self.exec.spot_before(), self.exec.spot_after_break());
        self.break_at(spot, next);
    }

    /// BREAK is held and the statement takes too long: functions without end, or several
    /// long strings to print. The ROM could not be broken into there. The statement was not done, so
    /// CONTINUE does it again.
    pub(super) fn break_in_statement(&mut self) {
        let spot = self.exec.spot();
        self.break_at(spot, spot);
    }

    fn break_at(&mut self, spot: Spot, next: Spot) {
        self.sys.keys.clear_break();
        self.finish_at(Report::BreakIntoProgram, spot, Some(next));
    }

    /// BREAK may have ended a PAUSE or a sound.
    pub(super) fn break_after_wait(&mut self) {
        if self.sys.keys.break_held() {
            self.sys.keys.clear_break();
            self.finish(Report::BreakIntoProgram);
        }
    }
}

/// A report as it is shown: `C Nonsense in BASIC, 10:2`.
#[must_use]
pub(super) fn report_text(report: Report, spot: Spot) -> alloc::string::String {
    // A direct command has no line number: 0 is shown.
    let line = if spot.line & 0x8000 != 0 {
        0
    } else {
        spot.line
    };
    let text = alloc::format!(
        "{} {}, {}:{}",
        report.code(),
        report.text(),
        line,
        spot.statement
    );
    text.trim_start().into()
}
