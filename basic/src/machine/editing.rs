//! Typing: program lines and commands in the editor, and answers to INPUT.

use alloc::vec::Vec;

use super::{Activity, Entered, Machine, Pause};
use crate::channel::letter;
use crate::charset::ENTER;
use crate::edit::line::{add, copy, spell_edit_line};
use crate::edit::{Edit, LineEditor, Out, Turn, auto_list};
use crate::keys::Function;
use crate::lang::Input;
use crate::lang::text::Text;
use crate::line::spell::spell;
use crate::line::tokenise::{Keywords, tokenise};
use crate::report::{Report, Result};
use crate::screen::{self, Stop};
use crate::sound::SoundCommand;
use crate::store::areas;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::system::{Model, System};
use crate::token;

/// INPUT's line while it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InputLine {
    editor: LineEditor,
    kind: Input,
}

/// FLAGX: INPUT and not editing; a number is wanted; LINE.
const FLAGX_INPUT: u8 = 0x20;
const FLAGX_NUMBER: u8 = 0x40;
const FLAGX_LINE: u8 = 0x80;

impl Out for System {
    fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    fn print(&mut self, code: u8) -> core::result::Result<(), Stop> {
        let channel = crate::channel::current_letter(&self.memory);
        if self.logging {
            self.log_print(channel, code);
        }
        match channel {
            letter::K | letter::S => self.screen.put(&mut self.memory, code),
            _ => Ok(()),
        }
    }

    fn put(&mut self, code: u8) -> core::result::Result<(), Stop> {
        self.screen.put(&mut self.memory, code)
    }

    fn sound(&mut self, cycles: u16, timing: u16) {
        self.beeper(cycles, timing);
    }

    fn forget(&mut self) {
        self.screen.forget();
    }
}

impl Machine {
    /// The editor is to take a new line.
    ///
    /// ROM: `MAIN-2` 12AC.
    pub(super) fn editor_ready(&mut self) {
        if self.uses_full() {
            return;
        }
        let keyword_keys = self.sys.keys.keyword_keys;
        self.editor = LineEditor::new(keyword_keys, self.keywords());
        let screen_flags = self.sys.memory.byte(s::TV_FLAG);
        // Stream 0 is channel K: it cannot be refused.
        let _ = self.sys.open_stream(0);
        self.sys.memory.set_byte(s::TV_FLAG, screen_flags | 1);
    }

    /// A program line went in, or nothing was typed: the listing is shown again.
    ///
    /// ROM: `MAIN-EXEC` 12A2.
    fn list_again(&mut self) {
        self.mend_areas();
        self.sys.memory.set_byte(s::DF_SZ, 2);
        // Flaw kept: ERR_SP points to where AUTO-LIST's return address lies, so that what cannot be
        // printed only ends the listing.
        let _ = auto_list(&mut self.sys);
        areas::set_min(&mut self.sys.memory);
        self.editor_ready();
    }

    /// Takes the next key of the line being typed.
    pub(super) fn step_edit(&mut self) -> Option<Pause> {
        if self.sys.keys.break_held() {
            // Only a latched BREAK needs taking: CAPS SHIFT and SPACE type a space, as there.
            self.sys.keys.clear_break();
        }
        self.unmark();
        if let Some(function) = self.sys.keys.take_function() {
            self.mark = None;
            let command = match function {
                Function::LastCommand => self.commands.turn(Turn::Back),
                Function::NextCommand => self.commands.turn(Turn::On),
                _ => None,
            };
            match command {
                Some(command) => self.editor.bring_back(&mut self.sys, command),
                None => self.editor.function(&mut self.sys, function),
            }
        }
        match self.editor.step(&mut self.sys) {
            Edit::Wait => {
                self.show_line(s::E_LINE);
                Some(Pause::Idle(None))
            }
            Edit::Entered => {
                self.show_line(s::E_LINE);
                self.entered();
                None
            }
            Edit::Failed(report) => {
                self.finish(report);
                None
            }
        }
    }

    /// A key takes the `?` away.
    fn unmark(&mut self) {
        if self.sys.memory.bit(s::FLAGS, 5) {
            self.mark = None;
        }
    }

    /// ENTER was pressed.
    fn entered(&mut self) {
        let typed = self.line_at(s::E_LINE);
        let m = &self.sys.memory;
        let cursor = m.pointer(s::K_CUR).wrapping_sub(m.pointer(s::E_LINE));
        let mode = m.byte(s::MODE);
        let line = if self.sys.keys.keyword_keys {
            typed.clone()
        } else {
            tokenise(&typed, self.keywords())
        };
        match self.enter_line(&line) {
            Entered::Line | Entered::Nothing => {
                self.sys.console.edit_line(None, &mut self.sys.console_text);
                self.list_again();
            }
            Entered::Refused(_, at) => {
                self.refuse(&line, at);
                // cursor and mode stay as they were, if that is the same line still
                let m = &mut self.sys.memory;
                let start = m.pointer(s::E_LINE);
                if m.slice(start, typed.len() as u32) == typed {
                    m.set_pointer(s::K_CUR, start.wrapping_add(cursor));
                    m.set_byte(s::MODE, mode);
                }
            }
            Entered::Running => {
                self.commands.note(&line);
                self.sys.console.edit_line(None, &mut self.sys.console_text);
            }
            Entered::NoRoom => {}
        }
    }

    /// Goes on editing a wrong line, a `?` before the character `at`.
    fn refuse(&mut self, line: &[u8], at: usize) {
        let mut marks = [at];
        let text = if self.sys.keys.keyword_keys {
            line.to_vec()
        } else {
            spell(line, self.keywords(), &mut marks)
        };
        let m = &mut self.sys.memory;
        areas::set_min(m);
        // It was there before, so there is room; were it not, an empty line is left.
        let _ = add(m, &text);
        let start = m.pointer(s::E_LINE);
        m.set_pointer(s::X_PTR, start + marks[0] as Address);
        self.mark = Some(marks[0]);
        self.editor_ready();
        self.buzz();
    }

    /// The buzz of refusal. ROM: `ED-ERROR` 107F.
    fn buzz(&mut self) {
        let length = self.sys.memory.byte(s::RASP);
        self.sys
            .beeper_port(SoundCommand::Click { length, low: true });
    }

    /// The keywords this model knows.
    pub(super) fn keywords(&self) -> Keywords {
        keywords_of(self.sys.model)
    }

    /// The characters of the line that begins where `start` points, without ENTER.
    fn line_at(&self, start: Address) -> Vec<u8> {
        let m = &self.sys.memory;
        let at = m.pointer(start);
        let bytes = m.slice(at, u32::MAX >> 1);
        let end = bytes.iter().position(|c| *c == ENTER).unwrap_or(0);
        bytes[..end].to_vec()
    }

    /// Shows the line being typed on the console.
    fn show_line(&mut self, start: Address) {
        let mut line = self.line_at(start);
        let m = &self.sys.memory;
        let cursor = m.pointer(s::K_CUR).saturating_sub(m.pointer(start)) as usize;
        let mut cursor = cursor.min(line.len());
        if let Some(at) = self.mark.filter(|at| *at <= line.len()) {
            line.insert(at, b'?');
            cursor += usize::from(cursor >= at);
        }
        self.sys
            .console
            .edit_line(Some((&line, cursor)), &mut self.sys.console_text);
    }

    /// INPUT wants a line: makes its place in the workspace.
    ///
    /// ROM: 20FA to 2148.
    pub(super) fn begin_input(&mut self, kind: Input) {
        match place_input(&mut self.sys, kind) {
            Ok(()) => {
                let editor = LineEditor::new(self.sys.keys.keyword_keys, self.keywords());
                self.activities
                    .push(Activity::Input(InputLine { editor, kind }));
            }
            Err(report) => self.finish(report),
        }
    }

    /// Takes the next key of an answer.
    pub(super) fn step_input(&mut self) -> Option<Pause> {
        let Some(Activity::Input(input)) = self.activities.last_mut() else {
            return None;
        };
        if self.sys.keys.break_held() {
            // BREAK stops at the statement once ENTER ends it in the ROM; here it need not wait.
            self.sys.keys.clear_break();
            self.finish(Report::StopInInput);
            return None;
        }
        if self.sys.memory.bit(s::FLAGS, 5) {
            self.mark = None;
        }
        if let Some(function) = self.sys.keys.take_function() {
            self.mark = None;
            input.editor.function(&mut self.sys, function);
        }
        let edit = input.editor.step(&mut self.sys);
        let kind = input.kind;
        match edit {
            Edit::Wait => {
                self.show_line(s::WORKSP);
                return Some(Pause::Idle(None));
            }
            Edit::Entered => {
                self.show_line(s::WORKSP);
                if let Err(report) = self.answered(kind) {
                    self.finish(report);
                }
            }
            // Flaw kept: but for LINE the ROM begins anew then, with the line as it is.
            Edit::Failed(Report::StopInInput) if kind != Input::Line => {}
            Edit::Failed(report) => self.finish(report),
        }
        None
    }

    /// ENTER was pressed in INPUT: what was typed is checked and, if right, assigned.
    ///
    /// ROM: 2155 to 21AD, `IN-ASSIGN` 21B9, `IN-CHAN-K` 21D6.
    fn answered(&mut self, kind: Input) -> Result<()> {
        let typed = self.line_at(s::WORKSP);
        if kind != Input::Line {
            let line = self.answer_tokens(&typed);
            let first = line.iter().find(|c| **c > b' ');
            let at = self.sys.pointer(s::WORKSP);
            if first == Some(&token::STOP) {
                self.leave_input();
                return Err(Report::StopInInput);
            }
            if line != typed {
                self.replace_answer(&line)?;
            }
            let keywords = self.keywords();
            if let Err(refusal) = self.exec.check_input(&line, at, kind) {
                let m = &mut self.sys.memory;
                m.set_pointer(s::X_PTR, at + refusal.at as Address);
                self.mark = Some(refusal.at);
                if !self.sys.keys.keyword_keys {
                    // Back to letters, the mark in its place.
                    let _ = spell_edit_line(m, keywords);
                }
                self.buzz();
                return Ok(());
            }
            self.leave_input();
            return Ok(());
        }
        self.leave_input();
        let m = &self.sys.memory;
        let at = m.pointer(s::WORKSP);
        let length = m.pointer(s::STKBOT).saturating_sub(at + 1);
        self.exec.accept_line(Text {
            at,
            length: length as u16,
        });
        Ok(())
    }

    /// What was typed, with keywords made of letters: outside quotes only.
    fn answer_tokens(&self, typed: &[u8]) -> Vec<u8> {
        if self.sys.keys.keyword_keys {
            typed.to_vec()
        } else {
            tokenise(typed, self.keywords())
        }
    }

    /// Puts other characters in place of the answer.
    fn replace_answer(&mut self, line: &[u8]) -> Result<()> {
        let m = &mut self.sys.memory;
        let at = m.pointer(s::WORKSP);
        let old = m.pointer(s::STKBOT).saturating_sub(at + 1);
        areas::reclaim(m, at, old);
        m.set_pointer(s::WORKSP, at);
        m.set_pointer(s::K_CUR, at);
        add(m, line)?;
        m.set_pointer(s::WORKSP, at);
        Ok(())
    }

    /// The answer is accepted: it stays on the screen, and editing is over.
    fn leave_input(&mut self) {
        self.activities.pop();
        self.sys.console.edit_line(None, &mut self.sys.console_text);
        let letters = !self.sys.keys.keyword_keys;
        let m = &mut self.sys.memory;
        m.set_byte(s::K_CUR + 1, 0);
        if crate::channel::current_letter(m) == letter::K {
            copy(&mut self.sys, letters);
            let m = &mut self.sys.memory;
            let (column, line) = (m.byte(s::ECHO_E), m.byte(s::ECHO_E + 1));
            screen::set_rom_position(m, line, column);
        }
        let m = &mut self.sys.memory;
        let flags = m.byte(s::FLAGX);
        m.set_byte(s::FLAGX, flags & !(FLAGX_INPUT | FLAGX_LINE));
        m.set_byte(s::X_PTR + 1, 0);
    }
}

/// The keywords a model knows.
pub(super) fn keywords_of(model: Model) -> Keywords {
    match model {
        Model::Spectrum48 => Keywords::Spectrum48,
        Model::Spectrum128 => Keywords::Spectrum128,
    }
}

/// Makes room for an answer and puts the cursor there.
fn place_input(sys: &mut System, kind: Input) -> Result<()> {
    let m = &mut sys.memory;
    areas::set_work(m);
    let mut flags = m.byte(s::FLAGX) & !(FLAGX_NUMBER | FLAGX_LINE) | FLAGX_INPUT;
    match kind {
        Input::Number => flags |= FLAGX_NUMBER,
        Input::Line => flags |= FLAGX_LINE,
        Input::Text => {}
    }
    m.set_byte(s::FLAGX, flags);
    let at = areas::spaces(m, if kind == Input::Text { 3 } else { 1 })?;
    let cursor = if kind == Input::Text {
        m.set_byte(at, b'"');
        m.set_byte(at + 1, b'"');
        m.set_byte(at + 2, ENTER);
        at + 1
    } else {
        m.set_byte(at, ENTER);
        at
    };
    m.set_pointer(s::K_CUR, cursor);
    Ok(())
}
