//! COPY of files, also between drives.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::load::{Saving, blocks_of, find_on_cassette, of_cassette};
use super::{Next, Task, bytes_of, list_of, of_plus3, ram_disk_name};
use crate::files::cassette::{self, Item};
use crate::files::drive::{CardFile, folder_of, is_wild, last_part, matches, name_of, text_of};
use crate::files::header::NAME_SIZE;
use crate::files::plus3dos::{self, Plus3File};
use crate::files::ram_disk::File;
use crate::files::{Answer, Drive, Header, Kind, Name, Request};
use crate::machine::Machine;
use crate::report::{Report, Result};

/// The ending of a copy TO SPECTRUM FORMAT.
const HEADED: &[u8] = b".HED";

/// Files that are copied.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Copying {
    to: Target,
    /// What a header before it says goes, and it becomes bytes with a new one.
    with_header: bool,
    /// The files that are still to be copied, the next one last.
    left: Vec<Source>,
    state: State,
}

/// One of several files that are copied.
#[derive(Clone, Debug, PartialEq)]
enum Source {
    /// The path on the card.
    Card(String),
    /// The name on M:.
    RamDisk(Name),
}

/// What the answer is to.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The list of a folder, whose files with names like this are copied.
    List(String, String),
    /// A file.
    Read(CardFile),
    /// It is written.
    Written(Saving),
}

/// Where copies go.
#[derive(Clone, Debug, PartialEq)]
enum Target {
    /// Into a folder of the card, under their own names.
    Folder(String),
    /// To a file of the card, or on a cassette that is one.
    File(CardFile),
    /// To the RAM disk or the tape; without a name under their own.
    Named(Drive, Option<Name>),
}

impl Machine {
    /// COPY begins.
    pub(super) fn copy(&mut self, from: &[u8], to: &[u8]) -> Result<(Task, Next)> {
        let to = self.target(to)?;
        self.begin_copy(from, to, false)
    }

    /// COPY TO SPECTRUM FORMAT begins: the copy has the name with another ending.
    ///
    /// The +3: 3123 of its second ROM.
    pub(super) fn copy_with_header(&mut self, name: &[u8]) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(name)?;
        if is_wild(&text_of(&rest)) {
            return Err(Report::WildDestination);
        }
        let last = rest.rsplit(|code| *code == b'/').next().unwrap_or_default();
        let point = last.iter().rposition(|code| *code == b'.');
        let ending = point.map_or(0, |point| last.len() - point);
        let stem = rest.get(..rest.len() - ending).unwrap_or_default();
        let name_there = [stem, HEADED].concat();
        if drive != Drive::Card {
            ram_disk_name(&name_there)?;
        }
        let to = self.target_on(drive, &name_there)?;
        self.begin_copy(name, to, true)
    }

    fn begin_copy(&mut self, from: &[u8], to: Target, with_header: bool) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(from)?;
        let mut copying = Copying {
            to,
            with_header,
            left: Vec::new(),
            state: State::Written(Saving::Written),
        };
        let next = match drive {
            Drive::Serial => return Err(Report::InvalidDrive),
            Drive::Card => self.copy_of_card(&mut copying, &rest)?,
            Drive::RamDisk if is_wild(&text_of(&rest)) => {
                copying.to.must_be_place()?;
                let names = self.sys.ram_disk.names_like(&rest);
                copying.left = names.into_iter().rev().map(Source::RamDisk).collect();
                if copying.left.is_empty() {
                    return Err(Report::FileNotFound);
                }
                self.copy_next(&mut copying)?
            }
            Drive::RamDisk => self.copy_of_ram_disk(&mut copying, ram_disk_name(&rest)?)?,
            Drive::Tape => {
                let (header, bytes) = any_on_tape(self.sys.deck.blocks(), &rest)?;
                self.put(&mut copying, header, &bytes)?
            }
        };
        Ok((Task::Copy(copying), next))
    }

    fn target(&self, name: &[u8]) -> Result<Target> {
        let (drive, rest) = self.drive_of(name)?;
        self.target_on(drive, &rest)
    }

    fn target_on(&self, drive: Drive, name: &[u8]) -> Result<Target> {
        if drive == Drive::Serial {
            return Err(Report::InvalidDrive);
        }
        if drive != Drive::Card {
            let name = (!name.is_empty()).then(|| Name::new(name));
            return Ok(Target::Named(drive, name));
        }
        let path = self.drives()?.path(name)?;
        Ok(if is_wild(&path.text) {
            return Err(Report::WildDestination);
        } else if path.folder {
            Target::Folder(path.text)
        } else {
            Target::File(CardFile::new(&path.text))
        })
    }

    fn copy_of_card(&self, copying: &mut Copying, name: &[u8]) -> Result<Next> {
        let path = self.drives()?.path(name)?;
        if path.folder {
            return Err(Report::BadFilename);
        }
        let pattern = last_part(&path.text);
        if !is_wild(pattern) {
            let file = CardFile::new(&path.text);
            let request = Request::Read(file.path.clone());
            copying.state = State::Read(file);
            return Ok(Next::Ask(request));
        }
        copying.to.must_be_place()?;
        let folder = folder_of(&path.text);
        copying.state = State::List(folder.into(), pattern.into());
        Ok(Next::Ask(Request::List(folder.into())))
    }

    fn copy_of_ram_disk(&mut self, copying: &mut Copying, name: Name) -> Result<Next> {
        let file = self.sys.ram_disk.load(name).map_err(of_plus3)?;
        let File { header, bytes } = file.clone();
        if matches!(copying.to, Target::Named(Drive::RamDisk, to) if to.is_none_or(|to| to == name))
        {
            return Err(Report::FileExists);
        }
        self.sys.memory.count_work(bytes.len() as u32);
        self.put(copying, header, &bytes)
    }

    /// Goes on with the files that are left.
    fn copy_next(&mut self, copying: &mut Copying) -> Result<Next> {
        while let Some(source) = copying.left.pop() {
            let next = match source {
                Source::Card(path) => {
                    let request = Request::Read(path.clone());
                    copying.state = State::Read(CardFile { path, inside: None });
                    Next::Ask(request)
                }
                Source::RamDisk(name) => self.copy_of_ram_disk(copying, name)?,
            };
            if !matches!(next, Next::Done) {
                return Ok(next);
            }
        }
        Ok(Next::Done)
    }

    /// A file is read or written, or the list has come.
    pub(super) fn go_on_copying(&mut self, copying: &mut Copying, answer: Answer) -> Result<Next> {
        let written = State::Written(Saving::Written);
        let next = match core::mem::replace(&mut copying.state, written) {
            State::List(folder, pattern) => {
                let (mut entries, _) = list_of(answer)?;
                entries.retain(|entry| !entry.folder && matches(&pattern, &entry.name));
                entries.sort_unstable_by(|a, b| b.cmp(a));
                let folder = folder.trim_end_matches('/');
                let path = |name: &str| Source::Card(format!("{folder}/{name}"));
                copying.left = entries.iter().map(|entry| path(&entry.name)).collect();
                if copying.left.is_empty() {
                    return Err(Report::FileNotFound);
                }
                Next::Done
            }
            State::Read(file) => self.put_file(copying, &file, bytes_of(answer)?)?,
            State::Written(mut saving) => {
                let next = saving.go_on(answer)?;
                if !matches!(next, Next::Done) {
                    copying.state = State::Written(saving);
                }
                next
            }
        };
        match next {
            Next::Done => self.copy_next(copying),
            next => Ok(next),
        }
    }

    /// A file of the card goes to where copies go: to the card as it is.
    fn put_file(&mut self, copying: &mut Copying, file: &CardFile, bytes: Vec<u8>) -> Result<Next> {
        if let Some(wanted) = &file.inside.as_ref().filter(|name| !name.is_empty()) {
            let tape = cassette::read(&bytes);
            let found = any_on_tape(&tape.blocks, wanted);
            let (header, bytes) = found.map_err(|report| of_cassette(&tape, report))?;
            return self.put(copying, header, &bytes);
        }
        let name = last_part(&file.path);
        let path = match &copying.to {
            Target::Folder(folder) => format!("{}/{name}", folder.trim_end_matches('/')),
            Target::File(to) if to.inside.is_none() => to.path.clone(),
            // A whole cassette. Any other file goes on a new one.
            Target::File(to) if to.inside == file.inside => to.path.clone(),
            Target::File(_) | Target::Named(..) => return self.put_named(copying, name, &bytes),
        };
        if path.eq_ignore_ascii_case(&file.path) {
            return Err(Report::FileExists);
        }
        if copying.with_header {
            return self.put_named(copying, name, &bytes);
        }
        Ok(Next::Ask(Request::Write(path, bytes)))
    }

    /// A file of the card goes with its header to where it has one, or gets one.
    fn put_named(&mut self, copying: &mut Copying, name: &str, bytes: &[u8]) -> Result<Next> {
        let name = name_of(name);
        let is_cut = name.len() > NAME_SIZE;
        let name = Name::new(&name);
        let Plus3File { header, bytes } = match plus3dos::from_file(bytes, name) {
            Some(found) => found,
            None if copying.with_header => Plus3File {
                header: header_of_bytes(name, bytes)?,
                bytes,
            },
            None => return Err(Report::WrongFileType),
        };
        // Another file's name may be the same as far as there is room for it.
        let to_ram_disk = matches!(copying.to, Target::Named(Drive::RamDisk, None));
        if to_ram_disk && is_cut && self.sys.ram_disk.load(name).is_ok() {
            return Err(Report::FileExists);
        }
        self.put(copying, header, bytes)
    }

    /// A file with its header goes to where copies go.
    fn put(&mut self, copying: &mut Copying, mut header: Header, bytes: &[u8]) -> Result<Next> {
        if copying.with_header {
            header = header_of_bytes(header.name, bytes)?;
        }
        let file = match &copying.to {
            Target::Named(drive, name) => {
                header.name = name.unwrap_or(header.name);
                return self.put_on(*drive, header, bytes);
            }
            Target::File(file) => file.clone(),
            Target::Folder(folder) => {
                let own = self.drives()?.path(header.name.0.trim_ascii_end())?;
                let folder = folder.trim_end_matches('/');
                CardFile::new(&format!("{folder}/{}", last_part(&own.text)))
            }
        };
        let (saving, next) = self.save(file, header, bytes)?;
        copying.state = State::Written(saving);
        Ok(next)
    }

    fn put_on(&mut self, drive: Drive, header: Header, bytes: &[u8]) -> Result<Next> {
        if drive == Drive::Tape {
            let request = self.sys.deck.record(blocks_of(&header, bytes))?;
            return Ok(request.map_or(Next::Done, Next::Ask));
        }
        let bytes = bytes.to_vec();
        let saved = self.sys.ram_disk.replace(File { header, bytes });
        saved.map(|()| Next::Done)
    }
}

impl Target {
    /// Several files go to a folder or a drive.
    fn must_be_place(&self) -> Result<()> {
        match self {
            Self::File(_) | Self::Named(_, Some(_)) => Err(Report::DestinationNotDrive),
            Self::Folder(_) | Self::Named(_, None) => Ok(()),
        }
    }
}

/// The header of bytes that have no place in memory.
///
/// The +3: 31BD of its second ROM.
fn header_of_bytes(name: Name, bytes: &[u8]) -> Result<Header> {
    Ok(Header {
        kind: Kind::Code,
        name,
        length: u16::try_from(bytes.len()).map_err(|_| Report::FileTooBig)?,
        first: 0,
        second: 0,
    })
}

/// The first file of a name, of whatever kind.
pub(super) fn any_on_tape(
    blocks: &[crate::files::Block],
    wanted: &[u8],
) -> Result<(Header, Vec<u8>)> {
    let name = Name::new(wanted);
    let kind_of = |item: &Item| match item {
        Item::File { header, .. } if name.matches(header.name) => Some(header.kind),
        _ => None,
    };
    let items = cassette::items(blocks);
    let kind: Option<Kind> = items.iter().find_map(kind_of);
    find_on_cassette(blocks, wanted, kind.ok_or(Report::FileNotFound)?)
}
