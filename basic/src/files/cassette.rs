//! Cassettes as files, and what is on one as a folder of files.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::header::Header;
use super::tape::{BLOCKS_MAX, Block, FLAG_DATA, TAPE_MAX};
use super::{tape, tzx};

/// What was read of a file that is a cassette.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cassette {
    /// Its blocks, as far as the file is right; the last one may be a part of one.
    pub blocks: Vec<Block>,
    /// What is wrong with the file.
    pub flaw: Option<Flaw>,
    /// For each recording of sound, which is left out, how many blocks are played before it.
    pub recordings: Vec<usize>,
    /// Bytes of all blocks.
    size: usize,
}

impl Cassette {
    /// What nothing could be read of.
    #[must_use]
    pub(super) fn unreadable(at: usize, fault: Fault) -> Self {
        Self {
            flaw: Some(Flaw { at, fault }),
            ..Self::default()
        }
    }

    /// What is to be said of the file besides what is on it.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let sound = match self.recordings.len() {
            0 => None,
            1 => Some("1 recording of sound left out".into()),
            many => Some(format!("{many} recordings of sound left out")),
        };
        let flaw = self.flaw.map(|flaw| flaw.to_string());
        sound.into_iter().chain(flaw).collect()
    }

    /// What is on it, in its order.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        contents(&self.blocks, &self.recordings)
    }

    /// Takes the next block.
    pub(super) fn push(&mut self, block: &[u8]) -> Result<(), Fault> {
        self.size += block.len();
        if self.size > TAPE_MAX || self.blocks.len() == BLOCKS_MAX {
            return Err(Fault::TooLong);
        }
        self.blocks.push(Block(block.to_vec()));
        Ok(())
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The byte of the file.
    pub at: usize,
    /// What it is.
    pub fault: Fault,
}

/// What can be wrong with a cassette's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A block says that it is longer than what is left of the file.
    CutOff,
    /// The file has more than [`BLOCKS_MAX`] blocks.
    TooMany,
    /// More than [`TAPE_MAX`] bytes, or more than [`BLOCKS_MAX`] blocks, are played.
    TooLong,
    /// Jumps that lead nowhere.
    NoEnd,
    /// The first bytes are not those of a .tzx file.
    NoTzx,
    /// A later format.
    Version,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, fault } = self;
        match fault {
            Fault::CutOff => write!(f, "the block at byte {at} is cut off"),
            Fault::TooMany => write!(f, "too many blocks: those from byte {at} on are left out"),
            Fault::TooLong => write!(
                f,
                "the tape is too long: it ends with the block at byte {at}"
            ),
            Fault::NoEnd => write!(f, "jumps without an end, through the block at byte {at}"),
            Fault::NoTzx => write!(f, "no .tzx file"),
            Fault::Version => write!(f, "a .tzx file of a later version"),
        }
    }
}

/// How a cassette is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Blocks after their lengths.
    Tap,
    /// Blocks of many kinds.
    Tzx,
}

impl Format {
    /// The format a file is in: a .tzx file says so, anything else is taken for a .tap file.
    #[must_use]
    pub fn of(file: &[u8]) -> Self {
        if tzx::is_tzx(file) {
            Self::Tzx
        } else {
            Self::Tap
        }
    }

    /// The format of a file that is called so, if it is a cassette by its name.
    #[must_use]
    pub fn of_name(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit_once('.')?;
        if extension.eq_ignore_ascii_case("tap") {
            Some(Self::Tap)
        } else if extension.eq_ignore_ascii_case("tzx") {
            Some(Self::Tzx)
        } else {
            None
        }
    }
}

/// Reads a cassette in either format.
#[must_use]
pub fn read(file: &[u8]) -> Cassette {
    match Format::of(file) {
        Format::Tap => tape::from_tap(file),
        Format::Tzx => tzx::read(file),
    }
}

/// A new file with these blocks.
#[must_use]
pub fn write(format: Format, blocks: &[Block]) -> Vec<u8> {
    let mut file = Vec::new();
    match format {
        Format::Tap => tape::append_tap(&mut file, blocks),
        Format::Tzx => tzx::append(&mut file, blocks),
    }
    file
}

/// Puts blocks behind what is on a cassette, in its own format.
///
/// # Errors
/// What is wrong with the file, which stays as it is: what came behind could not be found again.
pub fn append(file: &mut Vec<u8>, blocks: &[Block]) -> Result<(), Flaw> {
    if let Some(flaw) = read(file).flaw {
        return Err(flaw);
    }
    match Format::of(file) {
        Format::Tap => tape::append_tap(file, blocks),
        Format::Tzx => tzx::append(file, blocks),
    }
    Ok(())
}

/// Something on a cassette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A header, and perhaps the file it announces.
    File {
        /// Where the header is; the file's bytes follow it.
        block: usize,
        /// The header.
        header: Header,
        /// How much there is of the file.
        state: State,
    },
    /// A block without a header before it, or a header that is none.
    Block {
        /// Where it is.
        block: usize,
        /// Its flag, if it has one.
        flag: Option<u8>,
        /// Bytes between flag and parity.
        length: usize,
        /// Whether its parity is right.
        right: bool,
    },
    /// A recording of sound, which is left out.
    Recording {
        /// The block that comes next.
        block: usize,
    },
}

impl Item {
    /// The block it begins with, or that comes next.
    #[must_use]
    pub const fn block(&self) -> usize {
        match self {
            Self::File { block, .. } | Self::Block { block, .. } | Self::Recording { block } => {
                *block
            }
        }
    }
}

/// What is behind a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The whole file.
    Whole,
    /// Another number of bytes than the header says.
    OtherLength(usize),
    /// All bytes, but not their parity.
    WrongParity,
    /// Nothing, or something else.
    Missing,
}

/// What is on a cassette, with the recordings where they are played.
#[must_use]
pub fn contents(blocks: &[Block], recordings: &[usize]) -> Vec<Item> {
    let mut items = items(blocks);
    items.extend(recordings.iter().map(|&block| Item::Recording { block }));
    // One comes before the block it is played before.
    items.sort_by_key(|item| (item.block(), !matches!(item, Item::Recording { .. })));
    items
}

/// The blocks of a cassette, in their order: headers with what follows them.
#[must_use]
pub fn items(blocks: &[Block]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(block) = blocks.get(at) {
        let Some(header) = block.header() else {
            items.push(Item::Block {
                block: at,
                flag: block.flag(),
                length: block.length(),
                right: block.is_right(),
            });
            at += 1;
            continue;
        };
        let next = blocks.get(at + 1);
        let file = next.filter(|next| next.flag() == Some(FLAG_DATA));
        let length = usize::from(header.length);
        let state = match file {
            None => State::Missing,
            Some(file) if file.length() != length => State::OtherLength(file.length()),
            Some(file) if !file.is_right() => State::WrongParity,
            Some(_) => State::Whole,
        };
        items.push(Item::File {
            block: at,
            header,
            state,
        });
        at += 1 + usize::from(file.is_some());
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::tape::FLAG_HEADER;
    use crate::files::{Kind, Name};

    fn header(length: u16) -> Header {
        Header {
            kind: Kind::Code,
            name: Name::new(b"a"),
            length,
            first: 32768,
            second: 32768,
        }
    }

    fn head(length: u16) -> Block {
        Block::new(FLAG_HEADER, &header(length).to_bytes())
    }

    #[test]
    fn headers_go_with_what_follows_them() {
        let data = Block::new(FLAG_DATA, b"abc");
        let mut spoilt = data.clone();
        spoilt.0[1] ^= 1;
        let mut spoilt_head = head(3);
        spoilt_head.0[3] ^= 1;
        let blocks = [
            head(3),
            data.clone(),
            head(3),
            spoilt.clone(),
            head(4),
            data.clone(),
            head(3),
            head(3),
            Block::new(7, b"abc"),
            spoilt_head,
            spoilt,
            Block(Vec::new()),
            head(3),
        ];
        let file = |block, length, state| Item::File {
            block,
            header: header(length),
            state,
        };
        let loose = |block, flag, length, right| Item::Block {
            block,
            flag,
            length,
            right,
        };
        assert_eq!(
            items(&blocks),
            [
                file(0, 3, State::Whole),
                file(2, 3, State::WrongParity),
                file(4, 4, State::OtherLength(3)),
                file(6, 3, State::Missing),
                file(7, 3, State::Missing),
                loose(8, Some(7), 3, true),
                loose(9, Some(0), 17, false),
                loose(10, Some(0xFF), 3, false),
                loose(11, None, 0, false),
                file(12, 3, State::Missing),
            ]
        );
    }

    #[test]
    fn a_cassette_is_written_and_added_to_in_its_own_format() {
        for format in [Format::Tap, Format::Tzx] {
            let blocks = [head(3), Block::new(FLAG_DATA, b"abc")];
            let mut file = write(format, &blocks);
            assert_eq!(Format::of(&file), format);
            append(&mut file, &blocks[1..]).unwrap();
            let tape = read(&file);
            let all = [&blocks[..], &blocks[1..]].concat();
            assert_eq!((tape.blocks, tape.flaw), (all, None));
            // Behind a block that is cut off nothing can be found.
            file.pop();
            let before = file.clone();
            let flaw = append(&mut file, &blocks).unwrap_err();
            assert_eq!(file, before);
            assert!(flaw.to_string().ends_with("is cut off"), "{flaw}");
        }
    }

    #[test]
    fn a_tape_has_a_limit() {
        let mut file = write(Format::Tap, &[Block(alloc::vec![1; 0xFFFF])]).repeat(129);
        assert_eq!(read(&file).flaw.unwrap().fault, Fault::TooLong);
        assert_eq!(read(&file).blocks.len(), 128);
        file = [0; 2].repeat(BLOCKS_MAX + 1);
        assert_eq!(read(&file).flaw.unwrap().fault, Fault::TooLong);
    }

    #[test]
    fn formats_are_known_by_name() {
        for (path, format) in [
            ("a/b.tap", Some(Format::Tap)),
            ("b.TZX", Some(Format::Tzx)),
            ("tap", None),
            ("b.tap/c", None),
            ("", None),
        ] {
            assert_eq!(Format::of_name(path), format, "{path}");
        }
    }
}
