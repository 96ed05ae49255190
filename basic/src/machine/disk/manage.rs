//! ERASE, MOVE and FORMAT.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Next, Task, bytes_of, done, list_of, of_plus3, ram_disk_name};
use crate::files::cassette::{self, Format};
use crate::files::drive::{PATH_MAX, codes_of, folder_of, is_wild, last_part, matches, text_of};
use crate::files::{Answer, Drive, Path, Request, StorageError};
use crate::machine::Machine;
use crate::report::{Report, Result};

/// What the board starts from: FORMAT "a:" leaves it alone.
const BOOT_FILES: &str = "bootcode.bin start*.elf fixup*.dat *.dtb kernel*.img config.txt \
                         cmdline.txt overlays licence* license* copying*";

/// Several files that are erased.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Emptying {
    /// The folder they are in.
    folder: String,
    /// Which of them; nothing: all, with folders and what is in them.
    pattern: Option<String>,
    /// What is to be erased, the last first; nothing before the list has come.
    left: Vec<Left>,
    /// A folder whose list is to come.
    listing: bool,
}

/// Something that is to be erased.
#[derive(Clone, Debug, PartialEq)]
enum Left {
    File(String),
    /// A folder that has not been looked into.
    Full(String),
    /// A folder that is empty by now.
    Empty(String),
}

impl Machine {
    /// ERASE begins.
    pub(super) fn erase(&mut self, name: &[u8]) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(name)?;
        match drive {
            Drive::Tape | Drive::Serial => return Err(Report::InvalidDrive),
            Drive::RamDisk => return self.erase_on_ram_disk(&rest),
            Drive::Card => {}
        }
        let path = self.drives()?.path(&rest)?;
        if path.folder {
            return Ok((Task::Last, Next::Ask(Request::EraseFolder(path.text))));
        }
        let pattern = last_part(&path.text);
        if !is_wild(pattern) {
            return Ok((Task::Last, Next::Ask(Request::Erase(path.text))));
        }
        let emptying = Emptying::new(folder_of(&path.text), Some(pattern.into()));
        Ok((Task::Empty(emptying), question(&codes_of(&path.text))))
    }

    /// ERASE on M:: of a drive's letter alone all files, without a question, as on the +3.
    fn erase_on_ram_disk(&mut self, name: &[u8]) -> Result<(Task, Next)> {
        if name.is_empty() {
            self.sys.ram_disk.clear();
        } else if is_wild(&text_of(name)) {
            let task = Task::EmptyRamDisk(name.to_vec());
            return Ok((task, question(&[b"m:", name].concat())));
        } else {
            let name = ram_disk_name(name)?;
            self.sys.ram_disk.erase(name).map_err(of_plus3)?;
        }
        Ok((Task::Last, Next::Done))
    }

    /// The user says yes: files on M: go.
    pub(super) fn empty_ram_disk(&mut self, pattern: &[u8]) -> Result<Next> {
        let disk = &mut self.sys.ram_disk;
        let names = disk.names_like(pattern);
        for name in &names {
            disk.erase(*name)?;
        }
        if names.is_empty() {
            return Err(Report::FileNotFound);
        }
        Ok(Next::Done)
    }

    /// MOVE begins: another name, or another folder.
    pub(super) fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(Task, Next)> {
        // On the +3 this is no name: it would set an attribute.
        if matches!(to, [b'+' | b'-', ..]) {
            return Err(Report::InvalidAttribute);
        }
        let [(from_drive, from), (to_drive, to)] = [self.drive_of(from)?, self.drive_of(to)?];
        match (from_drive, to_drive) {
            (Drive::Card, Drive::Card) => {}
            (Drive::RamDisk, Drive::RamDisk) => {
                let [from, to] = [ram_disk_name(&from)?, ram_disk_name(&to)?];
                self.sys.ram_disk.rename(from, to).map_err(of_plus3)?;
                return Ok((Task::Last, Next::Done));
            }
            (one, other) if one == other => return Err(Report::InvalidDrive),
            _ => return Err(Report::RenameBetweenDrives),
        }
        let drives = self.drives()?;
        let (from, mut to) = (drives.path(&from)?, drives.path(&to)?);
        if is_wild(&from.text) || is_wild(&to.text) {
            return Err(Report::BadFilename);
        }
        if to.folder && !from.folder {
            to.text = format!(
                "{}/{}",
                to.text.trim_end_matches('/'),
                last_part(&from.text)
            );
        }
        let request = Request::Rename(from.text, to.text);
        Ok((Task::Last, Next::Ask(request)))
    }

    /// FORMAT begins: a folder, a cassette, or a drive that is emptied.
    pub(super) fn format(&mut self, name: &[u8]) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(name)?;
        match (drive, rest.is_empty()) {
            (Drive::RamDisk, true) => {
                self.sys.ram_disk.clear();
                Ok((Task::Last, Next::Done))
            }
            (Drive::Tape, true) => {
                self.sys.deck.insert(Vec::new());
                Ok((Task::Last, Next::Done))
            }
            (Drive::Tape, false) => {
                let path = self.drives()?.path(&rest)?;
                Format::of_name(&path.text).ok_or(Report::BadFilename)?;
                let request = Request::Read(path.text.clone());
                Ok((Task::NewCassette(path, false), Next::Ask(request)))
            }
            (Drive::Card, true) if !name.is_empty() => {
                let emptying = Emptying::new("/", None);
                Ok((Task::Empty(emptying), question(b"all files on A:")))
            }
            (Drive::Card, _) => {
                let path = self.drives()?.path(&rest)?;
                if !path.folder || rest.is_empty() {
                    return Err(Report::BadFilename);
                }
                Ok((Task::Last, Next::Ask(Request::MakeFolder(path.text))))
            }
            (Drive::Serial, _) => Err(Report::InvalidDrive),
            (Drive::RamDisk, false) => Err(Report::BadFilename),
        }
    }

    /// There is no cassette of this name yet, or it has been made.
    pub(super) fn new_cassette(
        &mut self,
        path: &Path,
        free: &mut bool,
        answer: Answer,
    ) -> Result<Next> {
        let format = Format::of_name(&path.text).unwrap_or(Format::Tap);
        let bytes = cassette::write(format, &[]);
        if *free {
            done(answer)?;
            self.sys.deck.insert_file(path.text.clone(), bytes);
            return Ok(Next::Done);
        }
        match answer {
            Err(StorageError::NotFound) => {
                *free = true;
                Ok(Next::Ask(Request::Write(path.text.clone(), bytes)))
            }
            answer => bytes_of(answer).and(Err(Report::FileExists)),
        }
    }
}

/// Asks whether to erase something.
fn question(what: &[u8]) -> Next {
    Next::Question([b"Erase ", what, b" ? (Y/N)"].concat())
}

impl Emptying {
    fn new(folder: &str, pattern: Option<String>) -> Self {
        Self {
            folder: folder.into(),
            pattern,
            left: Vec::new(),
            listing: true,
        }
    }

    /// The user says yes: the folder is looked into.
    pub(super) fn go_on_erasing(&mut self) -> Next {
        Next::Ask(Request::List(self.folder.clone()))
    }

    /// A list has come, or something is erased.
    pub(super) fn go_on(&mut self, answer: Answer) -> Result<Next> {
        if core::mem::take(&mut self.listing) {
            self.take_list(answer)?;
        } else {
            done(answer)?;
        }
        let Some(next) = self.left.pop() else {
            return Ok(Next::Done);
        };
        Ok(Next::Ask(match next {
            Left::File(path) => Request::Erase(path),
            Left::Empty(path) => Request::EraseFolder(path),
            Left::Full(path) => {
                self.left.push(Left::Empty(path.clone()));
                self.folder.clone_from(&path);
                self.listing = true;
                Request::List(path)
            }
        }))
    }

    fn take_list(&mut self, answer: Answer) -> Result<()> {
        let (entries, _) = list_of(answer)?;
        let found = self.left.len();
        let at_root = self.folder == "/";
        for entry in entries {
            let path = format!("{}/{}", self.folder.trim_end_matches('/'), entry.name);
            if path.len() > PATH_MAX {
                return Err(Report::BadFilename);
            }
            let mut boot = BOOT_FILES.split(' ');
            match &self.pattern {
                Some(pattern) if !entry.folder && matches(pattern, &entry.name) => {
                    self.left.push(Left::File(path));
                }
                Some(_) => {}
                None if at_root && boot.any(|known| matches(known, &entry.name)) => {}
                None if entry.folder => self.left.push(Left::Full(path)),
                None => self.left.push(Left::File(path)),
            }
        }
        if self.pattern.is_some() && self.left.len() == found {
            return Err(Report::FileNotFound);
        }
        Ok(())
    }
}
