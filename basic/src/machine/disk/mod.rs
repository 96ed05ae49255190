//! The host's files: what is asked of them, one thing at a time, and the commands that ask.
//!
//! A command never waits for an answer: it asks, and goes on when the answer has come. BREAK ends a
//! command; what it has asked for the host still does, and the answer is let go.

mod catalogue;
mod copy;
mod load;
mod manage;
mod serial;
mod show;
mod sorting;

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Activity, Fuel, Machine, Pause, Waiting};
use crate::charset::ENTER;
use crate::files::drive::{CardFile, is_wild, text_of};
use crate::files::header::NAME_SIZE;
use crate::files::{Answer, Command, Drive, Drives, Entry, FileName, Name, Path, Reply, Request};
use crate::report::{Report, Result};
use crate::store::sysvars as s;

pub(super) use catalogue::{remark_lines, tape_lines};
use copy::Copying;
use load::{Loading, ReadText, Saving};
use manage::Several;
pub(super) use serial::Receiving;
use show::shown;
pub(super) use sorting::Sorting;

/// Codes that are printed at once, at most: some lines of the screen.
const LINE_MAX: usize = 256;

/// Something the host is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Errand {
    request: Request,
    /// Not by a command, but by what keeps the last program.
    by_keeper: bool,
}

impl Errand {
    /// What is asked to keep something.
    pub(super) const fn of_keeper(request: Request) -> Self {
        Self {
            request,
            by_keeper: true,
        }
    }
}

/// A command on the host's files, and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DiskWork {
    task: Task,
    stage: Stage,
}

/// A command, with what it knows when an answer comes.
#[derive(Clone, Debug, PartialEq)]
enum Task {
    /// What was asked for is all.
    Last,
    /// LOAD, VERIFY, MERGE.
    Load(Loading),
    /// SAVE.
    Save(Saving),
    /// LOAD of a folder's name: it becomes the current one.
    Enter(Path),
    /// LOAD "t:" of a cassette's name: it goes into the deck.
    Insert(Path),
    /// FORMAT "t:" of a new cassette's name: whether it has been seen that there is none.
    NewCassette(Path, bool),
    /// CAT.
    Catalogue(catalogue::Catalogue),
    /// ERASE, FORMAT or MOVE of several files.
    Several(Several),
    /// ERASE of the files on M: that a pattern stands for.
    EmptyRamDisk(Vec<u8>),
    /// COPY.
    Copy(Copying),
    /// COPY of a file of the card to a stream.
    Show(u8, CardFile),
}

/// How far a command is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// This is to be asked, as soon as nothing else is.
    Ask(Request),
    /// The answer is to come.
    Asked,
    /// It has come.
    Answered(Answer),
    /// Y or N is to be pressed.
    Question,
    /// What CAT has found is sorted.
    Sort(catalogue::Listing),
    /// A program as text is read.
    Read(Box<ReadText>),
    /// A text is printed, from one of its codes on.
    Text(Vec<u8>, usize),
}

/// What a command does next.
enum Next {
    /// It asks this.
    Ask(Request),
    /// It asks the user, and goes on if the answer is Y.
    Question(Vec<u8>),
    /// It sorts what is to be printed.
    Sort(catalogue::Listing),
    /// It reads a program as text, and loads that.
    Read(Box<ReadText>),
    /// It prints lines, and that is all.
    Lines(u8, Vec<Vec<u8>>),
    /// It prints a text, and that is all.
    Text(u8, Vec<u8>),
    /// It is done.
    Done,
}

impl DiskWork {
    /// What is waited for, if anything.
    pub(super) fn waits(&self) -> Waiting {
        match self.stage {
            Stage::Ask(_) | Stage::Asked => Waiting::Files,
            Stage::Question => Waiting::AnyKey,
            Stage::Answered(_) | Stage::Sort(_) | Stage::Read(_) | Stage::Text(..) => {
                Waiting::Nothing
            }
        }
    }
}

impl Machine {
    /// What the host's files are asked for; asked until [`Machine::answer`] is called.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        self.errand.as_ref().map(|errand| &errand.request)
    }

    /// Takes the answer to [`Machine::request`].
    pub fn answer(&mut self, answer: Answer) {
        match self.errand.take() {
            None => return,
            Some(errand) if errand.by_keeper => return self.keeper_answer(answer),
            Some(_) => {}
        }
        // Another command than the one that asked has not asked yet.
        match self.activities.last_mut() {
            Some(Activity::Disk(work)) if work.stage == Stage::Asked => {
                work.stage = Stage::Answered(answer);
            }
            Some(Activity::Choose(choosing)) => choosing.answer(answer),
            _ => {}
        }
    }

    /// Asks the host, if nothing else is being asked; else gives the request back.
    pub(super) fn ask_host(&mut self, request: Request) -> core::result::Result<(), Request> {
        if self.errand.is_some() {
            return Err(request);
        }
        self.errand = Some(Errand {
            request,
            by_keeper: false,
        });
        Ok(())
    }

    /// A command on files begins.
    pub(super) fn begin_disk(&mut self) {
        let Some(command) = self.exec.take_command() else {
            return;
        };
        let begun = self.command(command);
        if let Err(report) = begun.and_then(|(task, next)| self.go_on_to(task, next)) {
            self.finish(report);
        }
    }

    fn command(&mut self, command: Command) -> Result<(Task, Next)> {
        match command {
            Command::File(job, name) => self.file_command(&job, &name),
            Command::Catalogue {
                stream,
                pattern,
                detailed,
            } => self.catalogue(stream, &pattern, detailed),
            Command::Erase(name) => self.erase(&name),
            Command::Move(from, to) => self.rename(&from, &to),
            Command::Copy(from, to) => self.copy(&from, &to),
            Command::Show(name, stream) => self.show(&name, stream),
            Command::Head(name) => self.copy_with_header(&name),
            Command::Format(name) => self.format(&name),
        }
    }

    /// The asking that is left when another part of a command is done.
    pub(super) fn ask_for(&mut self, request: Request) -> Result<()> {
        self.go_on_to(Task::Last, Next::Ask(request))
    }

    /// A command goes on.
    fn go_on_to(&mut self, task: Task, next: Next) -> Result<()> {
        let stage = match next {
            Next::Done => return Ok(()),
            Next::Ask(request) => Stage::Ask(request),
            Next::Question(text) => {
                self.ask_for_key(&text)?;
                Stage::Question
            }
            Next::Sort(listing) => Stage::Sort(listing),
            Next::Read(text) => Stage::Read(text),
            Next::Lines(stream, lines) => {
                return self.go_on_to(task, Next::Text(stream, lines.concat()));
            }
            Next::Text(stream, text) => {
                self.sys.open_stream(stream)?;
                Stage::Text(text, 0)
            }
        };
        self.activities
            .push(Activity::Disk(DiskWork { task, stage }));
        Ok(())
    }

    /// Goes on with a command on files.
    pub(super) fn step_disk(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        if self.sys.keys.break_held() {
            self.sys.keys.clear_break();
            self.finish(Report::BreakContRepeats);
            return None;
        }
        if self.exec.is_in_debt(fuel) {
            return None;
        }
        let Some(Activity::Disk(work)) = self.activities.last_mut() else {
            return None;
        };
        let done = match core::mem::replace(&mut work.stage, Stage::Asked) {
            Stage::Ask(request) => {
                if let Err(request) = self.ask_host(request) {
                    self.set_disk_stage(Stage::Ask(request));
                }
                return Some(Pause::Idle(None));
            }
            Stage::Asked => return Some(Pause::Idle(None)),
            Stage::Question => {
                work.stage = Stage::Question;
                if !self.sys.memory.bit(s::FLAGS, 5) {
                    return Some(Pause::Idle(None));
                }
                self.take_answer_of_user()
            }
            Stage::Answered(answer) => self.take_answer(answer),
            Stage::Sort(mut listing) => match self.sort_some(&mut listing) {
                None => {
                    self.set_disk_stage(Stage::Sort(listing));
                    Ok(())
                }
                Some(lines) => {
                    self.activities.pop();
                    self.go_on_to(Task::Last, lines)
                }
            },
            Stage::Read(mut text) => match self.read_some(&mut text) {
                Ok(None) => {
                    self.set_disk_stage(Stage::Read(text));
                    Ok(())
                }
                Ok(Some((header, bytes))) => {
                    self.activities.pop();
                    self.found(&text.job, &header, &bytes)
                }
                Err(report) => Err(report),
            },
            Stage::Text(text, at) => {
                let line = first_line(text.get(at..).unwrap_or_default()).to_vec();
                work.stage = Stage::Text(text, at + line.len());
                self.print_line(&line)
            }
        };
        *fuel = fuel.saturating_sub(1);
        self.exec.charge(&mut self.sys);
        if let Err(report) = done {
            self.finish(report);
        } else if self.sys.is_blocked() {
            self.ask_scroll();
        }
        None
    }

    fn set_disk_stage(&mut self, stage: Stage) {
        if let Some(Activity::Disk(work)) = self.activities.last_mut() {
            work.stage = stage;
        }
    }

    /// Goes on with an answer of the host.
    fn take_answer(&mut self, answer: Answer) -> Result<()> {
        let Some(Activity::Disk(DiskWork { mut task, .. })) = self.activities.pop() else {
            return Ok(());
        };
        if let Ok(Reply::Bytes(bytes)) = &answer {
            self.sys.memory.count_work(bytes.len() as u32);
        }
        let next = match &mut task {
            Task::Last | Task::EmptyRamDisk(_) => done(answer).map(|()| Next::Done),
            Task::Load(loading) => self.go_on_loading(loading, answer),
            Task::Save(saving) => saving.go_on(answer),
            Task::Enter(path) => self.enter(path, answer),
            Task::Insert(path) => self.insert(path, answer),
            Task::NewCassette(path, free) => self.new_cassette(path, free, answer),
            Task::Catalogue(catalogue) => self.go_on_catalogue(catalogue, answer),
            Task::Several(several) => several.go_on(answer),
            Task::Copy(copying) => self.go_on_copying(copying, answer),
            Task::Show(stream, file) => shown(*stream, file, &bytes_of(answer)?),
        };
        next.and_then(|next| self.go_on_to(task, next))
    }

    /// A key has been pressed: Y goes on with the command, N ends it, any other is none.
    ///
    /// The +3: 047C of its second ROM.
    fn take_answer_of_user(&mut self) -> Result<()> {
        let m = &mut self.sys.memory;
        m.set_bit(s::FLAGS, 5, false);
        let yes = match m.byte(s::LAST_K).to_ascii_lowercase() {
            b'y' => true,
            b'n' => false,
            _ => return Ok(()),
        };
        self.sys.clear_lower();
        self.sys.console_new_line();
        let Some(Activity::Disk(DiskWork { mut task, .. })) = self.activities.pop() else {
            return Ok(());
        };
        let next = match &mut task {
            Task::Several(several) if yes => several.look(),
            Task::EmptyRamDisk(pattern) if yes => self.empty_ram_disk(pattern)?,
            _ => Next::Done,
        };
        self.go_on_to(task, next)
    }

    /// Prints one line more, or none: then the command is done.
    fn print_line(&mut self, line: &[u8]) -> Result<()> {
        if line.is_empty() {
            self.activities.pop();
        }
        self.sys.print_all(line)
    }

    /// The drives of a machine that has files.
    fn drives(&self) -> Result<&Drives> {
        self.sys.drives.as_ref().ok_or(Report::InvalidDrive)
    }

    /// The drive a name means, LOAD's where it names none, and the rest of it.
    fn drive_of(&self, name: &[u8]) -> Result<(Drive, Vec<u8>)> {
        let FileName { drive, rest } = FileName::new(name)?;
        Ok((drive.unwrap_or(self.drives()?.load), rest))
    }
}

/// The codes up to the end of a line, as far as they are printed at once.
fn first_line(text: &[u8]) -> &[u8] {
    let part = text.get(..LINE_MAX).unwrap_or(text);
    part.split_inclusive(|code| *code == ENTER)
        .next()
        .unwrap_or(part)
}

/// A name on M:, which no pattern is.
fn ram_disk_name(name: &[u8]) -> Result<Name> {
    let fits = (1..=NAME_SIZE).contains(&name.len());
    if !fits || is_wild(&text_of(name)) {
        return Err(Report::BadFilename);
    }
    Ok(Name::new(name))
}

/// What the +3 calls a report of the 128's RAM disk.
const fn of_plus3(report: Report) -> Report {
    match report {
        Report::FileDoesNotExist => Report::FileNotFound,
        Report::FileAlreadyExists => Report::FileExists,
        report => report,
    }
}

/// An answer that says only whether it is done. Another kind of reply is the host's fault.
fn done(answer: Answer) -> Result<()> {
    match answer? {
        Reply::Done => Ok(()),
        Reply::Bytes(_) | Reply::List(..) => Err(Report::UnknownDiskError),
    }
}

/// An answer that is a file.
fn bytes_of(answer: Answer) -> Result<Vec<u8>> {
    match answer? {
        Reply::Bytes(bytes) => Ok(bytes),
        Reply::Done | Reply::List(..) => Err(Report::UnknownDiskError),
    }
}

/// An answer that is a folder: what is in it, and the room that is free.
fn list_of(answer: Answer) -> Result<(Vec<Entry>, u64)> {
    match answer? {
        Reply::List(entries, free) => Ok((entries, free)),
        Reply::Done | Reply::Bytes(_) => Err(Report::UnknownDiskError),
    }
}
