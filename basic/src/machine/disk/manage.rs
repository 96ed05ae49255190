//! ERASE, MOVE and FORMAT: names, attributes, and what goes.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Next, Task, bytes_of, done, list_of, of_plus3, ram_disk_name};
use crate::files::cassette::{self, Format};
use crate::files::drive::{PATH_MAX, codes_of, folder_of, is_wild, last_part, matches, text_of};
use crate::files::{Answer, Attribute, Drive, Path, Request, StorageError};
use crate::machine::Machine;
use crate::report::{Report, Result};

/// What the board starts from: FORMAT "a:" leaves it alone.
const BOOT_FILES: &str = "bootcode.bin start*.elf fixup*.dat *.dtb kernel*.img config.txt \
                         cmdline.txt overlays licence* license* copying*";

/// Several files that are erased or get an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Several {
    /// The folder they are in.
    folder: String,
    deed: Deed,
    /// What it is to be done to, the last first; nothing before the list has come.
    left: Vec<Left>,
    /// A folder whose list is to come.
    listing: bool,
}

/// What is done to several files.
#[derive(Clone, Debug, PartialEq)]
enum Deed {
    /// All go, also what is protected, and folders with what is in them.
    Empty,
    /// Those with names like this go.
    Erase(String),
    /// They have an attribute from now on, or have it no more.
    Mark(String, Attribute, bool),
}

/// Something that it is to be done to.
#[derive(Clone, Debug, PartialEq)]
enum Left {
    File(String),
    /// A file that is protected, and goes nevertheless.
    Protected(String),
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
        let several = Several::new(folder_of(&path.text), Deed::Erase(pattern.into()));
        Ok((Task::Several(several), question(&codes_of(&path.text))))
    }

    /// ERASE on M:: of a drive's letter alone all files, without a question, as on the +3.
    fn erase_on_ram_disk(&mut self, name: &[u8]) -> Result<(Task, Next)> {
        if name.is_empty() {
            self.sys.ram_disk.erase_all()?;
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

    /// MOVE begins: an attribute, another name, or another folder.
    ///
    /// The +3: 04E5 of its second ROM.
    pub(super) fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(Task, Next)> {
        if let [sign @ (b'+' | b'-'), letters @ ..] = to {
            let attribute = match letters.to_ascii_lowercase()[..] {
                [b'p'] => Attribute::Protected,
                [b's'] => Attribute::System,
                [b'a'] => Attribute::Archived,
                _ => return Err(Report::InvalidAttribute),
            };
            return self.mark(from, attribute, *sign == b'+');
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

    /// MOVE TO "+p" and its like: of one file, or of all that a pattern stands for.
    fn mark(&mut self, name: &[u8], attribute: Attribute, on: bool) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(name)?;
        match drive {
            Drive::Tape | Drive::Serial => return Err(Report::InvalidDrive),
            Drive::RamDisk => {
                self.mark_on_ram_disk(&rest, attribute, on)?;
                return Ok((Task::Last, Next::Done));
            }
            Drive::Card => {}
        }
        let path = self.drives()?.path(&rest)?;
        if path.folder {
            return Err(Report::BadFilename);
        }
        let pattern = last_part(&path.text);
        if !is_wild(pattern) {
            let request = Request::Mark(path.text, attribute, on);
            return Ok((Task::Last, Next::Ask(request)));
        }
        let deed = Deed::Mark(pattern.into(), attribute, on);
        let several = Several::new(folder_of(&path.text), deed);
        let next = several.look();
        Ok((Task::Several(several), next))
    }

    fn mark_on_ram_disk(&mut self, name: &[u8], attribute: Attribute, on: bool) -> Result<()> {
        let disk = &mut self.sys.ram_disk;
        let names = match is_wild(&text_of(name)) {
            true => disk.names_like(name),
            false => Vec::from([ram_disk_name(name)?]),
        };
        for name in &names {
            disk.mark(*name, attribute, on).map_err(of_plus3)?;
        }
        match names.is_empty() {
            true => Err(Report::FileNotFound),
            false => Ok(()),
        }
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
                let several = Several::new("/", Deed::Empty);
                Ok((Task::Several(several), question(b"all files on A:")))
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

impl Deed {
    /// The names it is done to; nothing for all.
    fn pattern(&self) -> Option<&str> {
        match self {
            Self::Empty => None,
            Self::Erase(pattern) | Self::Mark(pattern, ..) => Some(pattern),
        }
    }

    fn request(&self, path: String) -> Request {
        match self {
            Self::Empty | Self::Erase(_) => Request::Erase(path),
            Self::Mark(_, attribute, on) => Request::Mark(path, *attribute, *on),
        }
    }
}

impl Several {
    fn new(folder: &str, deed: Deed) -> Self {
        Self {
            folder: folder.into(),
            deed,
            left: Vec::new(),
            listing: true,
        }
    }

    /// The folder is looked into.
    pub(super) fn look(&self) -> Next {
        Next::Ask(Request::List(self.folder.clone()))
    }

    /// A list has come, or it is done to one of them.
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
            Left::File(path) => self.deed.request(path),
            Left::Protected(path) => {
                self.left.push(Left::File(path.clone()));
                Request::Mark(path, Attribute::Protected, false)
            }
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
            match self.deed.pattern() {
                Some(pattern) if !entry.folder && matches(pattern, &entry.name) => {
                    self.left.push(Left::File(path));
                }
                Some(_) => {}
                None if at_root && boot.any(|known| matches(known, &entry.name)) => {}
                None if entry.folder => self.left.push(Left::Full(path)),
                None if entry.attributes.has(Attribute::Protected) => {
                    self.left.push(Left::Protected(path));
                }
                None => self.left.push(Left::File(path)),
            }
        }
        if self.deed.pattern().is_some() && self.left.len() == found {
            return Err(Report::FileNotFound);
        }
        Ok(())
    }
}
