//! SAVE, LOAD, VERIFY and MERGE while they work: what is asked and printed, and the order of
//! things. What becomes of memory is in `files`.
//!
//! A tape plays in no time at all, and at its end goes on at its start. When the whole of it has
//! been looked at, the command waits for another tape until BREAK ends it.

use super::{Activity, Fuel, Machine, Pause, Waiting};
use crate::channel::{self, OwnStream};
use crate::charset::ENTER;
use crate::files::header::Header;
use crate::files::load::{self, Merging};
use crate::files::ram_disk::File;
use crate::files::tape::{Block, FLAG_DATA, FLAG_HEADER};
use crate::files::{Deck, Drive, Job, Kind, Verb};
use crate::report::{Report, Result};
use crate::store::Address;
use crate::store::sysvars as s;

/// Shown before SAVE. ROM: 09A2.
const START_TAPE: &[u8] = b"Start tape, then press any key.";
/// SCR_CT when a found name is printed: no `scroll?` for it. ROM: 077A.
const NAME_SCROLLS: u8 = 3;

/// A command on a file, and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FileWork {
    job: Job,
    stage: Stage,
}

/// How far a command on a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// SAVE waits for a key.
    Key,
    /// The header that is wanted is looked for.
    Search,
    /// It has been found.
    Found(Header),
    /// What belongs to it goes here.
    Bytes(Header, Address),
    /// Lines and variables are mixed with the program; whether MERGE is the last of its line.
    Merge(Merging, bool),
}

impl FileWork {
    /// What is waited for, if anything.
    pub(super) fn waits(&self, deck: &Deck) -> Waiting {
        match self.stage {
            Stage::Key => Waiting::AnyKey,
            Stage::Search | Stage::Bytes(..) if deck.is_over() => Waiting::Tape,
            _ => Waiting::Nothing,
        }
    }
}

impl Machine {
    /// A command on a file begins.
    pub(super) fn begin_file(&mut self, job: Job) {
        let begun = match (job.drive, job.verb) {
            (Drive::Tape, Verb::Save) => self.ask_for_key(START_TAPE).map(|()| Some(Stage::Key)),
            (Drive::Tape, _) => Ok(Some(Stage::Search)),
            (Drive::RamDisk, _) => self.ram_disk_file(&job).map(|()| None),
            // The machine's host has it.
            (Drive::Card | Drive::Serial, _) => Ok(None),
        };
        match begun {
            Ok(Some(stage)) => {
                self.sys.deck.begin();
                let work = FileWork { job, stage };
                self.activities.push(Activity::File(work));
            }
            Ok(None) => {}
            Err(report) => self.finish(report),
        }
    }

    /// Does the next piece of a command on a file.
    pub(super) fn step_file(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        let Some(Activity::File(work)) = self.activities.last() else {
            return None;
        };
        let FileWork { job, stage } = *work;
        if self.sys.keys.break_held() {
            self.sys.keys.clear_break();
            self.finish(Report::BreakContRepeats);
            return None;
        }
        if self.exec.is_in_debt(fuel) {
            return None;
        }
        *fuel = fuel.saturating_sub(1);
        let done = match stage {
            Stage::Key => {
                if !self.sys.memory.bit(s::FLAGS, 5) {
                    return Some(Pause::Idle(None));
                }
                self.save_to_tape(&job)
            }
            Stage::Search | Stage::Bytes(..) if self.sys.deck.is_over() => {
                return Some(Pause::Idle(None));
            }
            Stage::Search => self.look_at_header(&job),
            Stage::Found(found) => self.make_ready(&job, &found).map(|at| {
                self.set_stage(Stage::Bytes(found, at));
            }),
            Stage::Bytes(found, at) => self.read_bytes(&job, &found, at),
            Stage::Merge(merging, last) => self.merge_step(merging, last),
        };
        self.exec.charge(&mut self.sys);
        if let Err(report) = done {
            self.finish(report);
        } else if self.sys.is_blocked() {
            self.ask_scroll();
        }
        None
    }

    /// The command goes on with another stage.
    fn set_stage(&mut self, to: Stage) {
        if let Some(Activity::File(work)) = self.activities.last_mut() {
            work.stage = to;
        }
    }

    /// Asks for a key, in the lower screen.
    ///
    /// ROM: `SA-CONTRL` 0970.
    pub(super) fn ask_for_key(&mut self, text: &[u8]) -> Result<()> {
        channel::open_own_stream(&mut self.sys.memory, OwnStream::Lower)?;
        self.sys.print_all(text)?;
        let m = &mut self.sys.memory;
        // The key clears the lower screen.
        m.set_bit(s::TV_FLAG, 5, true);
        m.set_bit(s::FLAGS, 5, false);
        Ok(())
    }

    /// A key was pressed: header and bytes go to the tape.
    ///
    /// ROM: 0984.
    fn save_to_tape(&mut self, job: &Job) -> Result<()> {
        self.sys.memory.set_bit(s::FLAGS, 5, false);
        self.sys.clear_lower();
        self.sys.console_new_line();
        let bytes = load::bytes_of(&self.sys.memory, job.start, job.header.length);
        let written = self.sys.deck.record([
            Block::new(FLAG_HEADER, &job.header.to_bytes()),
            Block::new(FLAG_DATA, &bytes),
        ])?;
        self.sys.restore_border();
        self.activities.pop();
        match written {
            Some(request) => self.ask_for(request),
            None => Ok(()),
        }
    }

    /// Reads a block as a header, and prints its name if it is one.
    ///
    /// ROM: `LD-LOOK-H` 0767.
    fn look_at_header(&mut self, job: &Job) -> Result<()> {
        let Some(block) = self.sys.deck.next_block() else {
            return Ok(());
        };
        let header = block.header();
        self.sys.restore_border();
        let Some(found) = header else {
            return Ok(());
        };
        channel::open_own_stream(&mut self.sys.memory, OwnStream::Upper)?;
        self.sys.memory.set_byte(s::SCR_CT, NAME_SCROLLS);
        self.sys.print_all(found.kind.title())?;
        self.sys.print_all(&found.name.0)?;
        if found.kind == job.header.kind && job.header.name.matches(found.name) {
            self.sys.print(ENTER)?;
            self.sys.deck.begin();
            self.set_stage(Stage::Found(found));
        }
        Ok(())
    }

    /// Makes memory ready for what was found.
    fn make_ready(&mut self, job: &Job, found: &Header) -> Result<Address> {
        let at = load::place(&mut self.sys.memory, job, found);
        if job.verb == Verb::Load {
            match found.kind {
                Kind::Program => self.memory_loaded(),
                Kind::Numbers | Kind::Characters => self.exec.forget_variables(),
                Kind::Code => {}
            }
        }
        at
    }

    /// Reads the block that follows a header.
    ///
    /// ROM: `LD-BLOCK` 0802, `VR-CONTRL` 07CB.
    fn read_bytes(&mut self, job: &Job, found: &Header, at: Address) -> Result<()> {
        let Some(block) = self.sys.deck.next_block() else {
            return Ok(());
        };
        let reading = block.read(FLAG_DATA, usize::from(found.length));
        let m = &mut self.sys.memory;
        let right = if job.verb == Verb::Verify {
            reading.right && load::bytes_of(m, at, found.length) == reading.bytes
        } else {
            load::write(m, at, reading.bytes);
            reading.right
        };
        self.sys.restore_border();
        if right {
            self.loaded(job, found, at)
        } else {
            if (job.verb, found.kind) == (Verb::Load, Kind::Code) {
                self.memory_loaded();
            }
            Err(Report::TapeLoadingError)
        }
    }

    /// Memory, perhaps the program, is no longer what it was.
    fn memory_loaded(&mut self) {
        self.exec.memory_loaded(&mut self.sys);
        self.changes.clear();
    }

    /// A file is in memory: the program goes on, perhaps another one.
    fn loaded(&mut self, job: &Job, found: &Header, at: Address) -> Result<()> {
        if job.verb == Verb::Merge {
            let merging = self.begin_merge(found, at);
            self.set_stage(merging);
            return Ok(());
        }
        self.end_file();
        match (job.verb, found.kind) {
            (Verb::Load, Kind::Program) => {
                if let Some(line) = found.start_line() {
                    let m = &mut self.sys.memory;
                    m.set_word(s::NEWPPC, line);
                    m.set_byte(s::NSPPC, 0);
                }
                self.exec.go_on_after_load(&mut self.sys, true)
            }
            // An array is where no code looks before it asks for its place again.
            (Verb::Load, Kind::Numbers | Kind::Characters) => Ok(()),
            (Verb::Verify, _) if job.drive == Drive::Tape => Ok(()),
            _ => {
                self.memory_loaded();
                self.exec.go_on_after_load(&mut self.sys, false)
            }
        }
    }

    /// A file to be merged is in the workspace.
    fn begin_merge(&mut self, found: &Header, at: Address) -> Stage {
        let line = self.exec.spot().line;
        let last = self.exec.note_next_line(&mut self.sys);
        self.memory_loaded();
        Stage::Merge(Merging::new(at, found.length, line), last)
    }

    /// Mixes in one more line or variable.
    fn merge_step(&mut self, mut merging: Merging, last: bool) -> Result<()> {
        if merging.step(&mut self.sys.memory)? {
            self.set_stage(Stage::Merge(merging, last));
            return Ok(());
        }
        self.end_file();
        let gone = merging.own_line_gone();
        self.exec.go_on_after_merge(&mut self.sys, gone, last)
    }

    /// The command is done: what it stood on goes on.
    fn end_file(&mut self) {
        if let Some(Activity::File(_)) = self.activities.last() {
            self.activities.pop();
        }
    }

    /// A command on a file of the RAM disk.
    ///
    /// Flaw kept: VERIFY ! is LOAD ! to where the bytes are.
    ///
    /// ROM: 128 editor ROM, 125A.
    fn ram_disk_file(&mut self, job: &Job) -> Result<()> {
        if job.verb == Verb::Save {
            let header = job.header;
            let bytes = load::bytes_of(&self.sys.memory, job.start, header.length);
            return self.sys.ram_disk.save(File { header, bytes });
        }
        let File { header, bytes } = self.sys.ram_disk.load(job.header.name)?.clone();
        if header.kind != job.header.kind {
            return Err(Report::WrongFileType);
        }
        self.load_found(job, &header, &bytes)
    }

    /// A whole file is there: it goes into memory, or is compared with it.
    pub(super) fn file_found(&mut self, job: &Job, found: &Header, bytes: &[u8]) -> Result<()> {
        if job.verb != Verb::Verify {
            return self.load_found(job, found, bytes);
        }
        let at = self.make_ready(job, found)?;
        if load::bytes_of(&self.sys.memory, at, found.length) == bytes {
            Ok(())
        } else {
            Err(Report::VerifyFailed)
        }
    }

    /// A whole file goes into memory.
    fn load_found(&mut self, job: &Job, found: &Header, bytes: &[u8]) -> Result<()> {
        let at = self.make_ready(job, found)?;
        load::write(&mut self.sys.memory, at, bytes);
        if job.verb == Verb::Merge {
            let stage = self.begin_merge(found, at);
            let work = FileWork { job: *job, stage };
            self.activities.push(Activity::File(work));
            return Ok(());
        }
        self.loaded(job, found, at)
    }
}
