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
    /// What is left out, each with the number of blocks that are played before it.
    pub left_out: Vec<(usize, LeftOut)>,
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
        let (mut recordings, mut tones, mut unknown) = (0, 0, 0);
        for (_, what) in &self.left_out {
            *match what {
                LeftOut::Recording => &mut recordings,
                LeftOut::Tones => &mut tones,
                LeftOut::Unknown(_) => &mut unknown,
            } += 1;
        }
        let say = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one} left out")),
            _ => Some(format!("{count} {many} left out")),
        };
        let said = [
            say(recordings, "recording of sound", "recordings of sound"),
            say(tones, "tone", "tones"),
            say(unknown, "unknown block", "unknown blocks"),
        ];
        let flaw = self.flaw.map(|flaw| flaw.to_string());
        said.into_iter().flatten().chain(flaw).collect()
    }

    /// Whether there is sound besides the blocks, in which a file may be.
    #[must_use]
    pub fn has_sound(&self) -> bool {
        let mut left_out = self.left_out.iter();
        left_out.any(|(_, it)| !matches!(it, LeftOut::Unknown(_)))
    }

    /// What is on it, in its order.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        contents(&self.blocks, &self.left_out)
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
    /// Something that is left out.
    LeftOut {
        /// The block that comes next.
        block: usize,
        /// What it is.
        what: LeftOut,
    },
}

/// What is left out of a cassette's file: the ROM does not load it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// A recording of sound.
    Recording,
    /// Tones and pulses that no bytes follow.
    Tones,
    /// A block that is not known, or of another machine, by its kind.
    Unknown(u8),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recording => write!(f, "a recording"),
            Self::Tones => write!(f, "a tone"),
            Self::Unknown(kind) => write!(f, "a block of kind {kind:02X}"),
        }
    }
}

impl Item {
    /// The block it begins with, or that comes next.
    #[must_use]
    pub const fn block(&self) -> usize {
        match self {
            Self::File { block, .. } | Self::Block { block, .. } | Self::LeftOut { block, .. } => {
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

/// What is on a cassette, with what is left out where it is played.
#[must_use]
pub fn contents(blocks: &[Block], left_out: &[(usize, LeftOut)]) -> Vec<Item> {
    let mut items = items(blocks);
    let left_out = left_out.iter();
    items.extend(left_out.map(|&(block, what)| Item::LeftOut { block, what }));
    // That comes before the block it is played before.
    items.sort_by_key(|item| (item.block(), !matches!(item, Item::LeftOut { .. })));
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
