//! S:, the serial line: programs as text, sent out and taken in.

use alloc::string::String;

use super::{Next, Task};
use crate::charset::{self, ENTER};
use crate::files::{Job, Kind, Name, Verb, load};
use crate::lang::parse::Dialect;
use crate::listing;
use crate::machine::{Activity, Fuel, Machine, Pause};
use crate::report::{Report, Result};
use crate::store::sysvars as s;

/// The line that ends a text.
const END: &str = ".";
/// The code of Ctrl-D, which ends one too.
const END_OF_TEXT: u8 = 4;
/// Shown while a text is taken in.
const SEND: &[u8] = b"Send the text, then a full stop.";
/// Bytes of a text at most: many times what a program has.
const TEXT_MAX: usize = 1 << 20;

/// A program that is taken in as text.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::machine) struct Receiving {
    job: Job,
    text: String,
}

impl Machine {
    /// SAVE, LOAD, VERIFY or MERGE of the program over the serial line.
    pub(super) fn serial_command(&mut self, job: &Job) -> Result<Next> {
        if job.header.kind != Kind::Program {
            return Err(Report::WrongFileType);
        }
        if job.verb == Verb::Save {
            self.send(job)?;
            return Ok(Next::Done);
        }
        self.ask_for_key(SEND)?;
        // Letters are letters, also where one key is a keyword.
        self.sys.memory.set_bit(s::FLAGS, 3, true);
        let text = String::new();
        self.activities
            .push(Activity::Receive(Receiving { job: *job, text }));
        Ok(Next::Done)
    }

    /// The program goes out as text, with the line that ends it.
    fn send(&mut self, job: &Job) -> Result<()> {
        let program = load::bytes_of(&self.sys.memory, job.start, job.header.second);
        let text = listing::write(&program, job.header.start_line(), Dialect::of(&self.sys));
        let text = text.map_err(|unwritable| self.say_mistake(&unwritable))?;
        self.sys.memory.count_work(text.len() as u32);
        self.sys.console_new_line();
        for line in text.lines().chain([END]) {
            let out = &mut self.sys.console_text;
            self.sys.console.title(line.as_bytes(), out);
        }
        Ok(())
    }

    /// Takes the next character of a text.
    pub(in crate::machine) fn step_receive(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        if self.sys.keys.break_held() {
            self.sys.keys.clear_break();
            self.finish(Report::BreakContRepeats);
            return None;
        }
        let m = &mut self.sys.memory;
        if !m.bit(s::FLAGS, 5) {
            return Some(Pause::Idle(None));
        }
        m.set_bit(s::FLAGS, 5, false);
        let code = m.byte(s::LAST_K);
        *fuel = fuel.saturating_sub(1);
        let Some(Activity::Receive(Receiving { text, .. })) = self.activities.last_mut() else {
            return None;
        };
        let ended = match code {
            ENTER => {
                let line = text.rsplit('\n').next().unwrap_or_default();
                let ended = line.trim() == END;
                text.push('\n');
                ended
            }
            charset::DELETE => {
                text.pop();
                false
            }
            code => {
                text.extend(charset::to_char(code));
                code == END_OF_TEXT
            }
        };
        let done = if text.len() > TEXT_MAX {
            Err(Report::OutOfMemory)
        } else if ended {
            self.received()
        } else {
            return None;
        };
        self.exec.charge(&mut self.sys);
        if let Err(report) = done {
            self.finish(report);
        }
        None
    }

    /// The whole text is there.
    fn received(&mut self) -> Result<()> {
        let Some(Activity::Receive(Receiving { job, text })) = self.activities.pop() else {
            return Ok(());
        };
        self.sys.clear_lower();
        self.sys.console_new_line();
        let text = text.trim_end().strip_suffix(END).unwrap_or(&text);
        let next = self.read_text(text.into(), job, Name::any());
        self.go_on_to(Task::Last, next)
    }
}
