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
    /// The program to go on with; empty if there is none. And whether it is on the card.
    last: Vec<u8>,
    is_written: bool,
    /// The layout that was last seen, and whether it was chosen and the card does not say so yet.
    layout: Layout,
    is_chosen: bool,
    /// When it is looked at what has changed.
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
    /// The settings are read, to be written with what was chosen.
    ReadForChange,
    /// Something is written.
    Write(Request),
    /// The folder is made for it.
    MakeFolder(Request),
    /// It is written again.
    WriteAgain(Request),
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
            is_written: true,
            layout: Layout::default(),
            is_chosen: false,
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
        if self.keeper.stage != Stage::Rests || self.errand.is_some() {
            return;
        }
        let layout = self.sys.keys.layout();
        if layout != self.keeper.layout {
            self.keeper.layout = layout;
            self.keeper.is_chosen = true;
            self.keeper.due = Some(self.now);
        }
        let is_due = self.keeper.due.is_some_and(|due| due <= self.now);
        if !is_due || self.waiting() != Waiting::Editor && self.help.is_none() {
            return;
        }
        self.keeper.due = None;
        if let Some(request) = self.changed_program() {
            self.ask_to_write(request);
        } else if self.keeper.is_chosen {
            self.keeper.stage = Stage::ReadForChange;
            self.errand = Some(Errand::of_keeper(Request::Read(SETTINGS.into())));
        }
    }

    fn ask_to_write(&mut self, request: Request) {
        self.keeper.stage = Stage::Write(request.clone());
        self.errand = Some(Errand::of_keeper(request));
    }

    fn changed_program(&mut self) -> Option<Request> {
        let m = &self.sys.memory;
        let start = m.pointer(s::PROG);
        let length = m.pointer(s::VARS).checked_sub(start)?;
        let program = m.slice(start, length);
        if program.is_empty() || self.keeper.is_written && program == self.keeper.last {
            return None;
        }
        self.keeper.last = program.to_vec();
        self.keeper.is_written = false;
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

    /// An answer to what was asked for here has come.
    pub(super) fn keeper_answer(&mut self, answer: Answer) {
        let next = match core::mem::replace(&mut self.keeper.stage, Stage::Rests) {
            Stage::ReadSettings => {
                self.take_settings(answer);
                self.keeper.stage = Stage::ReadLast;
                Request::Read(LAST.into())
            }
            Stage::ReadLast => return self.take_last(answer),
            Stage::ReadForChange => {
                // What cannot be read is not written over; it is tried again after the next command.
                let there = match answer {
                    Ok(Reply::Bytes(bytes)) => bytes,
                    Err(StorageError::NotFound) => Vec::new(),
                    _ => return,
                };
                let settings = with_layout(&there, self.keeper.layout);
                return self.ask_to_write(Request::Write(SETTINGS.into(), settings));
            }
            Stage::Write(request) if answer == Err(StorageError::NotFound) => {
                self.keeper.stage = Stage::MakeFolder(request);
                Request::MakeFolder(FOLDER.into())
            }
            Stage::MakeFolder(request) if answer.is_ok() => {
                self.keeper.stage = Stage::WriteAgain(request.clone());
                request
            }
            Stage::Write(request) | Stage::WriteAgain(request) if answer.is_ok() => {
                match request {
                    Request::Write(path, _) if path == LAST => self.keeper.is_written = true,
                    _ => self.keeper.is_chosen = false,
                }
                // There may be more.
                self.keeper.due.get_or_insert(self.now);
                return;
            }
            // It is tried again after the next command.
            Stage::Write(_) | Stage::WriteAgain(_) | Stage::MakeFolder(_) => return,
            stage @ (Stage::Never | Stage::Rests) => {
                self.keeper.stage = stage;
                return;
            }
        };
        self.errand = Some(Errand::of_keeper(next));
    }

    fn take_settings(&mut self, answer: Answer) {
        if let Ok(Reply::Bytes(bytes)) = answer {
            let text = String::from_utf8_lossy(&bytes);
            let mut lines = text.lines();
            let word = lines.find_map(|line| line.trim().strip_prefix(KEYBOARD));
            if let Some(layout) = word.and_then(Layout::of_word) {
                self.sys.keys.event(KeyEvent::Layout(layout));
            }
        }
        self.keeper.layout = self.sys.keys.layout();
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

/// Settings with another layout of the keyboard; everything else in them stays.
fn with_layout(settings: &[u8], layout: Layout) -> Vec<u8> {
    let is_other = |line: &&[u8]| !line.trim_ascii_start().starts_with(KEYBOARD.as_bytes());
    let lines = settings.split_inclusive(|&byte| byte == b'\n');
    let mut text = lines.filter(is_other).collect::<Vec<_>>().concat();
    if text.last().is_some_and(|&byte| byte != b'\n') {
        text.push(b'\n');
    }
    text.extend_from_slice(format!("{KEYBOARD}{}\n", layout.word()).as_bytes());
    text
}
