//! SAVE, LOAD, VERIFY and MERGE on the card; folders entered, cassettes put in.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::Display;

use super::{Next, Task, bytes_of, done, list_of, of_plus3, ram_disk_name, remark_lines};
use crate::channel::{self, OwnStream, SCREEN_STREAM};
use crate::charset::ENTER;
use crate::files::cassette::{self, Cassette, Format, Item, State};
use crate::files::drive::{
    CardFile, codes_of, extension, folder_of, is_wild, last_part, matches, name_of, stem,
};
use crate::files::header::NO_LINE;
use crate::files::ram_disk::File;
use crate::files::tape::{Block, FLAG_DATA, FLAG_HEADER};
use crate::files::{
    Answer, Drive, Header, Job, Kind, Name, Path, Request, StorageError, Verb, load, plus3dos,
};
use crate::lang::parse::Dialect;
use crate::listing::{self, Reading};
use crate::machine::Machine;
use crate::report::{Report, Result};
use crate::store::memory::{ATTRIBUTES_END, DISPLAY_FILE, SIZE_64K};

/// Extensions that LOAD looks for when there is no file of the name alone.
const OTHERS: [&str; 3] = [".bas", ".tap", ".tzx"];
/// Lines of a text that are read at a time, and what one costs: as much as so many bytes moved.
const LINES_A_STEP: u32 = 4;
const LINE_WORK: u32 = 1 << 12;
/// Bytes of a screen.
const SCREEN_SIZE: usize = (ATTRIBUTES_END - DISPLAY_FILE) as usize;

/// A file that is loaded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Loading {
    job: Job,
    file: CardFile,
    /// The list of the folder comes first: the name stands for one of its files.
    wild: bool,
    /// Extensions that are still to be looked for.
    others: Vec<&'static str>,
    /// The path without them.
    path: String,
}

/// A program as text that is loaded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReadText {
    reading: Reading,
    pub(super) job: Job,
    name: Name,
}

/// What a file holds for a command.
enum Found {
    File(Header, Vec<u8>),
    /// A program as text, and what it is called.
    Text(Vec<u8>, Name),
}

/// A file that is saved.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Saving {
    /// It is written.
    Written,
    /// It goes behind what is on this cassette, which is read.
    Behind(String, Vec<Block>),
}

impl Machine {
    /// SAVE, LOAD, VERIFY or MERGE of a file on a drive of the +3's begins.
    pub(super) fn file_command(&mut self, job: &Job, name: &[u8]) -> Result<(Task, Next)> {
        match job.drive {
            Drive::Serial => return Ok((Task::Last, self.serial_command(job)?)),
            Drive::RamDisk => {
                self.ram_disk_command(job, name)?;
                return Ok((Task::Last, Next::Done));
            }
            Drive::Card | Drive::Tape => {}
        }
        let path = self.drives()?.path(name)?;
        if job.drive == Drive::Tape {
            let request = Request::Read(path.text.clone());
            return Ok((Task::Insert(path), Next::Ask(request)));
        }
        if path.folder {
            if job.verb != Verb::Load || name.is_empty() {
                return Err(Report::BadFilename);
            }
            let request = Request::List(path.text.clone());
            return Ok((Task::Enter(path), Next::Ask(request)));
        }
        let file = CardFile::new(&path.text);
        if job.verb == Verb::Save {
            let header = job.header;
            let bytes = load::bytes_of(&self.sys.memory, job.start, header.length);
            self.sys.memory.count_work(bytes.len() as u32);
            let (saving, next) = self.save(file, header, &bytes)?;
            return Ok((Task::Save(saving), next));
        }
        let wild = is_wild(last_part(&file.path));
        let request = if wild {
            Request::List(folder_of(&file.path).into())
        } else {
            Request::Read(file.path.clone())
        };
        let plain = file.inside.is_none() && !OTHERS.contains(&extension(&file.path));
        let loading = Loading {
            wild,
            job: *job,
            path: file.path.clone(),
            file,
            others: if plain && !wild {
                OTHERS.to_vec()
            } else {
                Vec::new()
            },
        };
        Ok((Task::Load(loading), Next::Ask(request)))
    }

    /// The same on M:, which needs no answer. What is said is what is said of the card.
    fn ram_disk_command(&mut self, job: &Job, name: &[u8]) -> Result<()> {
        let job = Job {
            drive: Drive::Card,
            ..*job
        };
        let name = ram_disk_name(name)?;
        if job.verb == Verb::Save {
            let header = Header { name, ..job.header };
            let bytes = load::bytes_of(&self.sys.memory, job.start, header.length);
            self.sys.memory.count_work(bytes.len() as u32);
            return self.sys.ram_disk.replace(File { header, bytes });
        }
        let file = self.sys.ram_disk.load(name).map_err(of_plus3)?;
        let File { header, bytes } = file.clone();
        self.sys.memory.count_work(bytes.len() as u32);
        self.found(&job, &header, &bytes)
    }

    /// A file is there: is it of the kind that is wanted?
    pub(super) fn found(&mut self, job: &Job, header: &Header, bytes: &[u8]) -> Result<()> {
        if header.kind != job.header.kind {
            return Err(Report::WrongFileType);
        }
        self.file_found(job, header, bytes)
    }

    /// The file has been read, or there is none of that name.
    pub(super) fn go_on_loading(&mut self, loading: &mut Loading, answer: Answer) -> Result<Next> {
        if answer == Err(StorageError::NotFound) && !loading.others.is_empty() {
            let path = loading.path.clone() + loading.others.remove(0);
            loading.file = CardFile::new(&path);
            return Ok(Next::Ask(Request::Read(path)));
        }
        if core::mem::take(&mut loading.wild) {
            let (mut entries, _) = list_of(answer)?;
            let pattern = last_part(&loading.file.path);
            entries.retain(|entry| !entry.folder && matches(pattern, &entry.name));
            let first = entries.iter().min().ok_or(Report::FileNotFound)?;
            let folder = folder_of(&loading.file.path).trim_end_matches('/');
            loading.file.path = format!("{folder}/{}", first.name);
            return Ok(Next::Ask(Request::Read(loading.file.path.clone())));
        }
        let bytes = bytes_of(answer)?;
        let job = &loading.job;
        match find(&loading.file, bytes, job)? {
            Found::File(header, bytes) => self.found(job, &header, &bytes)?,
            Found::Text(text, name) => return Ok(self.read_text(text, *job, name)),
        }
        Ok(Next::Done)
    }

    /// A folder is there: it becomes the current one.
    pub(super) fn enter(&mut self, path: &Path, answer: Answer) -> Result<Next> {
        list_of(answer)?;
        if let Some(drives) = &mut self.sys.drives {
            drives.folder.clone_from(&path.text);
        }
        Ok(Next::Done)
    }

    /// A cassette has been read: it goes into the deck.
    pub(super) fn insert(&mut self, path: &Path, answer: Answer) -> Result<Next> {
        let bytes = bytes_of(answer)?;
        let tape = cassette::read(&bytes);
        if tape.blocks.is_empty() && tape.flaw.is_some() {
            return Err(Report::TapeLoadingError);
        }
        if tape.blocks.is_empty() && tape.has_sound() {
            return Err(Report::SoundIsNotLoaded);
        }
        let deck = &mut self.sys.deck;
        deck.insert_file(path.text.clone(), bytes);
        let lines = remark_lines(deck.remarks());
        if lines.is_empty() {
            return Ok(Next::Done);
        }
        Ok(Next::Lines(SCREEN_STREAM, lines))
    }

    /// Saves a file: what must be asked for it.
    pub(super) fn save(
        &mut self,
        file: CardFile,
        mut header: Header,
        bytes: &[u8],
    ) -> Result<(Saving, Next)> {
        let CardFile { path, inside } = file;
        let Some(name) = inside else {
            if header.kind == Kind::Program && extension(&path) == ".bas" {
                let program = bytes.get(..header.second.into()).unwrap_or(bytes);
                let text = listing::write(program, header.start_line(), Dialect::of(&self.sys));
                let text = text.map_err(|unwritable| self.say_mistake(&unwritable))?;
                let request = Request::Write(path, text.into_bytes());
                return Ok((Saving::Written, Next::Ask(request)));
            }
            let screen = header.kind == Kind::Code && bytes.len() == SCREEN_SIZE;
            let file = if screen && extension(&path) == ".scr" {
                bytes.to_vec()
            } else {
                plus3dos::to_file(&header, bytes)
            };
            return Ok((Saving::Written, Next::Ask(Request::Write(path, file))));
        };
        let new = name.is_empty();
        header.name = Name::new(if new { stem(&path) } else { name }.as_slice());
        let blocks = blocks_of(&header, bytes);
        Ok(if new {
            let format = Format::of_name(&path).unwrap_or(Format::Tap);
            let file = cassette::write(format, &blocks);
            (Saving::Written, Next::Ask(Request::Write(path, file)))
        } else {
            let request = Request::Read(path.clone());
            (Saving::Behind(path, blocks.to_vec()), Next::Ask(request))
        })
    }

    /// A text is there, and is read.
    pub(super) fn read_text(&self, text: Vec<u8>, job: Job, name: Name) -> Next {
        Next::Read(Box::new(ReadText {
            reading: Reading::new(text, Dialect::of(&self.sys)),
            job,
            name,
        }))
    }

    /// Reads some more of a text; gives the program that it is, with its header, at its end.
    pub(super) fn read_some(&mut self, text: &mut ReadText) -> Result<Option<(Header, Vec<u8>)>> {
        self.sys.memory.count_work(LINES_A_STEP * LINE_WORK);
        let read = text.reading.go_on(LINES_A_STEP as usize);
        let Some(listing) = read.map_err(|mistake| self.say_mistake(&mistake))? else {
            return Ok(None);
        };
        // No listing is longer than memory.
        let length = listing.program.len() as u16;
        let header = Header {
            kind: Kind::Program,
            name: text.name,
            length,
            first: listing.start.unwrap_or(NO_LINE),
            second: length,
        };
        Ok(Some((header, listing.program)))
    }

    /// Prints what is wrong with a text.
    pub(super) fn say_mistake(&mut self, mistake: &impl Display) -> Report {
        let said = channel::open_own_stream(&mut self.sys.memory, OwnStream::Upper)
            .and_then(|()| self.sys.print_all(&codes_of(&mistake.to_string())))
            .and_then(|()| self.sys.print(ENTER));
        said.err().unwrap_or(Report::MistakeInText)
    }
}

/// What a file holds for a command.
fn find(file: &CardFile, bytes: Vec<u8>, job: &Job) -> Result<Found> {
    let name = Name::new(&name_of(&file.path));
    if let Some(wanted) = &file.inside {
        let tape = cassette::read(&bytes);
        let found = find_on_cassette(&tape.blocks, wanted, job.header.kind);
        return found
            .map(|(header, bytes)| Found::File(header, bytes))
            .map_err(|report| of_cassette(&tape, report));
    }
    if let Some(found) = plus3dos::from_file(&bytes, name) {
        return if found.is_whole() {
            Ok(Found::File(found.header, found.bytes.to_vec()))
        } else {
            Err(Report::EndOfFileFound)
        };
    }
    if job.header.kind == Kind::Program && extension(&file.path) == ".bas" {
        return Ok(Found::Text(bytes, name));
    }
    if job.header.kind == Kind::Code && job.start != 0 {
        if bytes.len() > SIZE_64K.saturating_sub(job.start as usize) {
            return Err(Report::FileTooBig);
        }
        let header = Header {
            name,
            length: bytes.len() as u16,
            ..job.header
        };
        return Ok(Found::File(header, bytes));
    }
    Err(Report::WrongFileType)
}

/// The first file of this kind, and of this name if it is not empty.
pub(super) fn find_on_cassette(
    blocks: &[Block],
    wanted: &[u8],
    kind: Kind,
) -> Result<(Header, Vec<u8>)> {
    let name = if wanted.is_empty() {
        Name::any()
    } else {
        Name::new(wanted)
    };
    for item in cassette::items(blocks) {
        if let Item::File {
            block,
            header,
            state,
        } = item
        {
            if header.kind != kind || !name.matches(header.name) {
                continue;
            }
            let bytes = blocks.get(block + 1).filter(|_| state == State::Whole);
            let reading = bytes.map(|block| block.read(FLAG_DATA, header.length.into()));
            return match reading {
                Some(reading) => Ok((header, reading.bytes.to_vec())),
                None => Err(Report::TapeLoadingError),
            };
        }
    }
    Err(Report::FileNotFound)
}

/// The report for what was not found on a cassette: it may be among what is left out of it.
pub(super) fn of_cassette(tape: &Cassette, report: Report) -> Report {
    if report == Report::FileNotFound && tape.has_sound() {
        Report::SoundIsNotLoaded
    } else {
        report
    }
}

/// The blocks of a file on tape.
pub(super) fn blocks_of(header: &Header, bytes: &[u8]) -> [Block; 2] {
    [
        Block::new(FLAG_HEADER, &header.to_bytes()),
        Block::new(FLAG_DATA, bytes),
    ]
}

impl Saving {
    /// Something is written, or a cassette is read.
    pub(super) fn go_on(&mut self, answer: Answer) -> Result<Next> {
        match core::mem::replace(self, Self::Written) {
            Self::Written => done(answer).map(|()| Next::Done),
            Self::Behind(path, blocks) => {
                let format = Format::of_name(&path).unwrap_or(Format::Tap);
                let mut file = match answer {
                    Err(StorageError::NotFound) => cassette::write(format, &[]),
                    answer => bytes_of(answer)?,
                };
                // What would come behind a part of a block could not be found again.
                cassette::append(&mut file, &blocks).map_err(|_| Report::TapeLoadingError)?;
                Ok(Next::Ask(Request::Write(path, file)))
            }
        }
    }
}
