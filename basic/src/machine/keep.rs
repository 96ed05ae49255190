//! What the machine keeps on the card by itself: the last program, for the menu to go on with after
//! the power was cut, and settings.
//!
//! It asks the host only while a line is waited for, some time after the last change, and never
//! makes anybody wait.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::disk::Errand;
use super::{Activity, Machine, Waiting};
use crate::edit::menu;
use crate::files::header::NO_LINE;
use crate::files::{
    Answer, Drive, Header, Job, Kind, Name, Reply, Request, StorageError, Verb, load, plus3dos,
};
use crate::keys::{KeyEvent, Layout};
use crate::sound::Micros;
use crate::store::sysvars as s;

/// Where it is kept.
const FOLDER: &str = "/plus4";
const LAST: &str = "/plus4/last";
const SETTINGS: &str = "/plus4/settings.txt";
/// What stands before the layout of the keyboard in the settings.
const KEYBOARD: &str = "keyboard=";
/// How long after a change the program is written.
const DELAY: Micros = 1_000_000;

/// What is kept, and what is being done for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Keeper {
    stage: Stage,
    /// The program on the card; empty if there is none.
    last: Vec<u8>,
    /// The settings on the card, and the layout they say.
    settings: String,
    layout: Layout,
    /// When the program is looked at: it may have changed.
    due: Option<Micros>,
}

/// What is being done.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Nothing, and nothing ever will: the host keeps no files.
    Never,
    /// The settings are read, then the last program.
    ReadSettings,
    ReadLast,
    /// Nothing.
    Rests,
    /// Something is written.
    Write(Request),
    /// The folder is made for it.
    MakeFolder(Request),
    /// It is written again.
    WriteAgain,
}

impl Keeper {
    /// A keeper that reads what there is, if the host keeps files; what it asks for first.
    pub(super) fn new(files: bool) -> (Self, Option<Errand>) {
        let keeper = Self {
            stage: if files {
                Stage::ReadSettings
            } else {
                Stage::Never
            },
            last: Vec::new(),
            settings: String::new(),
            layout: Layout::default(),
            due: None,
        };
        let errand = files.then(|| Errand::of_keeper(Request::Read(SETTINGS.into())));
        (keeper, errand)
    }
}

impl Machine {
    /// The program may have changed.
    pub(super) fn program_touched(&mut self) {
        if self.keeper.stage != Stage::Never {
            self.keeper.due = Some(self.now.saturating_add(DELAY));
        }
    }

    /// Whether there is a program to go on with, and none in memory.
    pub(super) fn has_last(&self) -> bool {
        let m = &self.sys.memory;
        !self.keeper.last.is_empty() && m.pointer(s::PROG) == m.pointer(s::VARS)
    }

    /// Time has passed: asks the host to keep what has changed.
    pub(super) fn keep(&mut self) {
        let due = self.keeper.due.is_some_and(|due| due <= self.now);
        let layout = self.sys.keys.layout();
        let at_rest = self.keeper.stage == Stage::Rests && self.errand.is_none();
        if !at_rest || !due && layout == self.keeper.layout {
            return;
        }
        if self.waiting() != Waiting::Editor && self.help.is_none() {
            return;
        }
        let request = if due {
            self.keeper.due = None;
            match self.changed_program() {
                Some(request) => request,
                None => return,
            }
        } else {
            self.changed_settings(layout)
        };
        self.keeper.stage = Stage::Write(request.clone());
        self.errand = Some(Errand::of_keeper(request));
    }

    fn changed_program(&mut self) -> Option<Request> {
        let m = &self.sys.memory;
        let start = m.pointer(s::PROG);
        let length = m.pointer(s::VARS).checked_sub(start)?;
        let program = m.slice(start, length);
        if program.is_empty() || program == self.keeper.last {
            return None;
        }
        self.keeper.last = program.to_vec();
        let length = u16::try_from(length).ok()?;
        let header = Header {
            kind: Kind::Program,
            name: Name::any(),
            length,
            first: NO_LINE,
            second: length,
        };
        let file = plus3dos::to_file(&header, &self.keeper.last);
        Some(Request::Write(LAST.into(), file))
    }

    fn changed_settings(&mut self, layout: Layout) -> Request {
        let keeper = &mut self.keeper;
        keeper.layout = layout;
        let others = keeper.settings.lines();
        let mut text: String = others
            .filter(|line| !line.trim_start().starts_with(KEYBOARD))
            .map(|line| format!("{line}\n"))
            .collect();
        text.push_str(&format!("{KEYBOARD}{}\n", layout.word()));
        keeper.settings.clone_from(&text);
        Request::Write(SETTINGS.into(), text.into_bytes())
    }

    /// An answer to what was asked for here has come.
    pub(super) fn keeper_answer(&mut self, answer: Answer) {
        let next = match core::mem::replace(&mut self.keeper.stage, Stage::Rests) {
            Stage::ReadSettings => {
                self.take_settings(answer);
                self.keeper.stage = Stage::ReadLast;
                Request::Read(LAST.into())
            }
            Stage::ReadLast => return self.take_last(answer),
            Stage::Write(request) if answer == Err(StorageError::NotFound) => {
                self.keeper.stage = Stage::MakeFolder(request);
                Request::MakeFolder(FOLDER.into())
            }
            Stage::MakeFolder(request) if answer.is_ok() => {
                self.keeper.stage = Stage::WriteAgain;
                request
            }
            Stage::Write(_) | Stage::WriteAgain | Stage::MakeFolder(_) => {
                if answer.is_err() {
                    // It is tried again after the next command.
                    self.keeper.last.clear();
                }
                return;
            }
            stage @ (Stage::Never | Stage::Rests) => {
                self.keeper.stage = stage;
                return;
            }
        };
        self.errand = Some(Errand::of_keeper(next));
    }

    fn take_settings(&mut self, answer: Answer) {
        if let Ok(Reply::Bytes(bytes)) = answer {
            self.keeper.settings = String::from_utf8_lossy(&bytes).into_owned();
        }
        let mut lines = self.keeper.settings.lines();
        let word = lines.find_map(|line| line.trim().strip_prefix(KEYBOARD));
        let layout = word.and_then(Layout::of_word);
        if let Some(layout) = layout {
            self.sys.keys.event(KeyEvent::Layout(layout));
        }
        self.keeper.layout = layout.unwrap_or(self.sys.keys.layout());
    }

    /// The last program has been read: the menu offers to go on with it.
    fn take_last(&mut self, answer: Answer) {
        let Ok(Reply::Bytes(bytes)) = answer else {
            return;
        };
        let found = plus3dos::from_file(&bytes, Name::any());
        let Some(found) = found.filter(|found| found.is_whole()) else {
            return;
        };
        if found.header.kind == Kind::Program {
            self.keeper.last = found.bytes.to_vec();
        }
        if let (true, Some(Activity::Menu(menu))) = (self.has_last(), self.activities.last_mut()) {
            if menu.kind() == menu::Kind::Opening {
                let marked = menu.item();
                menu.close(&mut self.sys);
                self.activities.pop();
                self.open_menu(menu::Kind::OpeningWithLast);
                if let (1.., Some(Activity::Menu(menu))) = (marked, self.activities.last_mut()) {
                    menu.mark_item(&mut self.sys.memory, marked as u8 + 1);
                }
            }
        }
    }

    /// Puts the last program into memory.
    pub(super) fn restore_last(&mut self) {
        let bytes = self.keeper.last.clone();
        let length = bytes.len() as u16;
        let header = Header {
            kind: Kind::Program,
            name: Name::any(),
            length,
            first: NO_LINE,
            second: length,
        };
        let job = Job {
            verb: Verb::Load,
            drive: Drive::Card,
            header,
            start: self.sys.pointer(s::PROG),
        };
        let m = &mut self.sys.memory;
        // A program that does not fit was not made here: then there is none.
        if let Ok(at) = load::place(m, &job, &header) {
            load::write(m, at, &bytes);
        }
        self.memory_changed();
    }
}
