//! The host's files: what is asked of them, one thing at a time, and the commands that ask.
//!
//! A command never waits for an answer: it asks, and goes on when the answer has come. BREAK ends a
//! command; what it has asked for the host still does, and the answer is let go.

use alloc::string::String;

use super::{Activity, Fuel, Machine, Pause, Waiting};
use crate::files::{Answer, Command, Drive, FileName, Reply, Request};
use crate::report::{Report, Result};

/// Something the host is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Errand(Request);

/// A command on the host's files, and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DiskWork {
    task: Task,
    stage: Stage,
}

/// What a command does when an answer has come.
#[derive(Clone, Debug, PartialEq)]
enum Task {
    /// ERASE is done.
    Erase,
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
}

impl DiskWork {
    /// What is waited for, if anything.
    pub(super) fn waits(&self) -> Waiting {
        match self.stage {
            Stage::Ask(_) | Stage::Asked => Waiting::Files,
            Stage::Answered(_) => Waiting::Nothing,
        }
    }
}

impl Machine {
    /// What the host's files are asked for; asked until [`Machine::answer`] is called.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        self.errand.as_ref().map(|Errand(request)| request)
    }

    /// Takes the answer to [`Machine::request`].
    pub fn answer(&mut self, answer: Answer) {
        if self.errand.take().is_none() {
            return;
        }
        // Another command than the one that asked has not asked yet.
        if let Some(Activity::Disk(work)) = self.activities.last_mut() {
            if work.stage == Stage::Asked {
                work.stage = Stage::Answered(answer);
            }
        }
    }

    /// A command on files begins.
    pub(super) fn begin_disk(&mut self) {
        let begun = self
            .exec
            .take_command()
            .map(|command| self.command(&command));
        match begun {
            Some(Ok(work)) => self.activities.push(Activity::Disk(work)),
            Some(Err(report)) => self.finish(report),
            None => {}
        }
    }

    fn command(&mut self, command: &Command) -> Result<DiskWork> {
        let (task, request) = match command {
            Command::Erase(name) => (Task::Erase, Request::Erase(self.card_path(name)?)),
        };
        let stage = Stage::Ask(request);
        Ok(DiskWork { task, stage })
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
        match core::mem::replace(&mut work.stage, Stage::Asked) {
            Stage::Ask(request) if self.errand.is_none() => {
                self.errand = Some(Errand(request));
                Some(Pause::Idle(None))
            }
            stage @ (Stage::Ask(_) | Stage::Asked) => {
                work.stage = stage;
                Some(Pause::Idle(None))
            }
            Stage::Answered(answer) => {
                *fuel = fuel.saturating_sub(1);
                if let Err(report) = self.take_answer(answer) {
                    self.finish(report);
                }
                None
            }
        }
    }

    /// Goes on with an answer.
    fn take_answer(&mut self, answer: Answer) -> Result<()> {
        let Some(Activity::Disk(work)) = self.activities.pop() else {
            return Ok(());
        };
        match work.task {
            Task::Erase => done(answer),
        }
    }

    /// The path that a name means, which must be on the card.
    fn card_path(&self, name: &[u8]) -> Result<String> {
        let drives = self.sys.drives.as_ref().ok_or(Report::InvalidDrive)?;
        let name = FileName::new(name)?;
        if name.drive.unwrap_or(drives.load) != Drive::Card {
            return Err(Report::InvalidDrive);
        }
        Ok(drives.path(&name.rest)?.text)
    }
}

/// An answer that says only whether it is done. Another kind of reply is the host's fault.
fn done(answer: Answer) -> Result<()> {
    match answer? {
        Reply::Done => Ok(()),
        Reply::Bytes(_) | Reply::List(..) => Err(Report::UnknownDiskError),
    }
}
