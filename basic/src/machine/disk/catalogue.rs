//! CAT: the files of a folder, of the RAM disk, or of a cassette.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::load::{find_on_cassette, of_cassette};
use super::{Next, Sorting, Task, bytes_of, list_of};
use crate::charset::ENTER;
use crate::edit::chooser::COLUMNS;
use crate::files::cassette::{self, Cassette, Item, State};
use crate::files::drive::{CardFile, codes_of, folder_of, is_wild, last_part, matches, text_of};
use crate::files::{Answer, Drive, Entry, Kind, Reply, Request};
use crate::lang::parse::Dialect;
use crate::listing;
use crate::machine::Machine;
use crate::report::{Report, Result};

/// Bytes of a K.
const K: u64 = 1024;

/// A CAT that waits for what the host has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Catalogue {
    stream: u8,
    /// Which names; an empty one for all.
    pattern: String,
    /// The file of a cassette that is listed, an empty name for the cassette.
    inside: Vec<u8>,
    /// Sizes in bytes.
    detailed: bool,
}

/// A folder's files on their way to lines: folders first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listing {
    stream: u8,
    detailed: bool,
    lines: Sorting<Vec<u8>>,
    /// Bytes free on the card.
    free: u64,
}

impl Machine {
    /// CAT begins.
    pub(super) fn catalogue(
        &mut self,
        stream: u8,
        pattern: &[u8],
        detailed: bool,
    ) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(pattern)?;
        let lines = match drive {
            Drive::Card => return self.card_catalogue(stream, &rest, detailed),
            Drive::Serial => return Err(Report::InvalidDrive),
            Drive::RamDisk => self.ram_disk_lines(&rest, detailed),
            Drive::Tape => {
                let deck = &self.sys.deck;
                let mut lines = tape_lines(&deck.items(), Some(deck.position()));
                lines.extend(remark_lines(deck.remarks()));
                lines
            }
        };
        Ok((Task::Last, Next::Lines(stream, lines)))
    }

    fn card_catalogue(&self, stream: u8, name: &[u8], detailed: bool) -> Result<(Task, Next)> {
        let path = self.drives()?.path(name)?;
        let file = CardFile::new(&path.text);
        let (request, pattern) = if path.folder && file.inside.is_none() {
            (Request::List(path.text), String::new())
        } else if file.inside.is_some() && !is_wild(&file.path) {
            (Request::Read(file.path.clone()), String::new())
        } else {
            let pattern = last_part(&path.text);
            (Request::List(folder_of(&path.text).into()), pattern.into())
        };
        let catalogue = Catalogue {
            stream,
            pattern,
            inside: file.inside.unwrap_or_default(),
            detailed,
        };
        Ok((Task::Catalogue(catalogue), Next::Ask(request)))
    }

    /// The folder's list has come, or the cassette.
    pub(super) fn go_on_catalogue(
        &mut self,
        catalogue: &mut Catalogue,
        answer: Answer,
    ) -> Result<Next> {
        let Catalogue {
            stream,
            pattern,
            inside,
            detailed,
        } = catalogue;
        if matches!(&answer, Ok(Reply::Bytes(_))) {
            let tape = cassette::read(&bytes_of(answer)?);
            if !inside.is_empty() {
                return Ok(Next::Lines(*stream, self.listing_of(&tape, inside)?));
            }
            let mut lines = tape_lines(&tape.items(), None);
            lines.extend(remark_lines(&tape.remarks()));
            return Ok(Next::Lines(*stream, lines));
        }
        let (mut entries, free) = list_of(answer)?;
        entries.retain(|entry| pattern.is_empty() || matches(pattern, &entry.name));
        Ok(Next::Sort(Listing {
            stream: *stream,
            detailed: *detailed,
            lines: Sorting::new(entries),
            free,
        }))
    }

    /// Sorts some more of what CAT has found.
    pub(super) fn sort_some(&mut self, listing: &mut Listing) -> Option<Next> {
        let line = |entry: &Entry| Some((entry.folder, entry_line(entry, listing.detailed)));
        let lines = listing.lines.go_on(&mut self.sys.memory, line)?;
        Some(Next::Lines(listing.stream, with_free(lines, listing.free)))
    }

    /// The BASIC in a file of a cassette, as text.
    fn listing_of(&self, tape: &Cassette, name: &[u8]) -> Result<Vec<Vec<u8>>> {
        let found = find_on_cassette(&tape.blocks, name, Kind::Program);
        let (header, bytes) = found.map_err(|report| of_cassette(tape, report))?;
        let program = bytes.get(..header.second.into()).unwrap_or(&bytes);
        let text = listing::show(program, header.start_line(), Dialect::of(&self.sys));
        let line = |line: &str| [&codes_of(line)[..], &[ENTER]].concat();
        Ok(text.lines().map(line).collect())
    }

    fn ram_disk_lines(&self, pattern: &[u8], detailed: bool) -> Vec<Vec<u8>> {
        let disk = &self.sys.ram_disk;
        let pattern = text_of(pattern);
        let mut entries: Vec<Entry> = disk
            .files()
            .map(|file| Entry {
                name: file.header.name.text(),
                size: file.bytes.len() as u32,
                folder: false,
            })
            .filter(|entry| pattern.is_empty() || matches(&pattern, &entry.name))
            .collect();
        entries.sort_unstable();
        let lines = entries.iter().map(|entry| entry_line(entry, detailed));
        with_free(lines.collect(), disk.free() as u64)
    }
}

/// Lines of files with what the +3 prints behind them.
fn with_free(mut lines: Vec<Vec<u8>>, free: u64) -> Vec<Vec<u8>> {
    if lines.is_empty() {
        lines.push(b"No files found\x0D".to_vec());
    }
    lines.push(format!("\r{}K free\r", free / K).into_bytes());
    lines
}

/// A file's line: its name, and how large it is at the right.
fn entry_line(entry: &Entry, detailed: bool) -> Vec<u8> {
    let mut line = codes_of(&entry.name);
    let size = match entry.folder {
        true => {
            line.push(b'/');
            String::new()
        }
        false if detailed => format!(" {}", entry.size),
        false => format!(" {}K", u64::from(entry.size).div_ceil(K)),
    };
    at_right(&mut line, &size);
    line.push(ENTER);
    line
}

/// Puts a text at the right end of a line, or of the next one.
fn at_right(line: &mut Vec<u8>, text: &str) {
    if text.is_empty() {
        return;
    }
    let used = line.len() % COLUMNS;
    let fits = used + text.len() <= COLUMNS && (used > 0 || line.is_empty());
    let end = if fits { COLUMNS } else { 2 * COLUMNS };
    let blanks = end.saturating_sub(used + text.len());
    line.resize(line.len() + blanks, b' ');
    line.extend_from_slice(text.as_bytes());
}

/// What is to be said of a cassette besides what is on it.
pub(in crate::machine) fn remark_lines(remarks: &[String]) -> Vec<Vec<u8>> {
    let line = |remark: &String| [&codes_of(remark)[..], &[ENTER]].concat();
    remarks.iter().map(line).collect()
}

/// What is on a tape, a line for each of its files; the place where it stands has a `>`.
pub(in crate::machine) fn tape_lines(items: &[Item], place: Option<usize>) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut marked = place.is_none();
    let mut mark = |block: usize, lines: &mut Vec<Vec<u8>>| {
        if !marked && place.is_some_and(|place| place <= block) {
            marked = true;
            lines.push(b">\x0D".to_vec());
        }
    };
    for item in items {
        mark(item.block(), &mut lines);
        let mut line = Vec::new();
        match item {
            Item::File { header, state, .. } => {
                line.extend_from_slice(header.kind.title().trim_ascii_start());
                line.extend_from_slice(&header.name.0.map(|code| match code {
                    0..0x20 => b'?',
                    code => code,
                }));
                at_right(&mut line, &format!("{}", header.length));
                if *state != State::Whole {
                    line.extend_from_slice(b"\x0D  which is not whole");
                }
            }
            Item::Block { length, .. } => {
                line.extend_from_slice(b"  a block");
                at_right(&mut line, &format!("{length}"));
            }
            Item::LeftOut { what, .. } => {
                line.extend_from_slice(format!("  {what}").as_bytes());
                at_right(&mut line, "left out");
            }
        }
        line.push(ENTER);
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(b"Nothing is on the tape\x0D".to_vec());
    } else {
        mark(usize::MAX, &mut lines);
    }
    lines
}
