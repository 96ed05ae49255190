//! The tape deck: blocks that SAVE appends and LOAD reads, one after the other.
//!
//! A block is a flag (0 for a header, 255 for what follows it), its bytes and the parity of all,
//! as in a .tap file. How long a tape takes to play is not told.

use alloc::string::String;
use alloc::vec::Vec;

use super::cassette::{self, Cassette, Fault, Flaw, Item, LeftOut};
use super::header::{HEADER_SIZE, Header};
use super::request::Request;
use crate::report::{Report, Result};

/// The flag of a header. ROM: 0989.
pub const FLAG_HEADER: u8 = 0;
/// The flag of a file's bytes. ROM: 099A.
pub const FLAG_DATA: u8 = 0xFF;

/// Bytes of all blocks of a tape, at most: far more than any cassette holds, and a part of what a
/// host has.
pub const TAPE_MAX: usize = 8 << 20;
/// Blocks of a tape that is read from a file, at most: hundreds are many.
pub const BLOCKS_MAX: usize = 1 << 16;

/// One block: flag, bytes and parity, or whatever somebody recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block(pub Vec<u8>);

/// What came of reading a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The bytes read, also of a block that is wrong.
    pub bytes: &'a [u8],
    /// Whether there were as many as wanted, and their parity is right.
    pub right: bool,
}

impl Block {
    /// The header it is, if it is one.
    #[must_use]
    pub fn header(&self) -> Option<Header> {
        let reading = self.read(FLAG_HEADER, HEADER_SIZE);
        let bytes = reading.bytes.try_into().ok().filter(|_| reading.right)?;
        Header::from_bytes(bytes)
    }

    /// Bytes between its flag and its check.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.len().saturating_sub(2)
    }

    /// A block as it is recorded.
    ///
    /// ROM: `SA-BYTES` 04C2.
    #[must_use]
    pub fn new(flag: u8, bytes: &[u8]) -> Self {
        let mut block = Vec::with_capacity(bytes.len() + 2);
        block.push(flag);
        block.extend_from_slice(bytes);
        block.push(parity(&block));
        Self(block)
    }

    /// Whether its parity is right.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.0.len() >= 2 && parity(&self.0) == 0
    }

    /// Its flag, if it is long enough to have one.
    #[must_use]
    pub fn flag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Reads `length` bytes of a block that should have this flag: nothing if it has another. The
    /// byte after those wanted is taken for the parity, as in the ROM.
    ///
    /// ROM: `LD-BYTES` 0556.
    #[must_use]
    pub fn read(&self, flag: u8, length: usize) -> Reading<'_> {
        let none = Reading {
            bytes: &[],
            right: false,
        };
        let Some((&first, rest)) = self.0.split_first() else {
            return none;
        };
        if first != flag {
            return none;
        }
        Reading {
            bytes: &rest[..length.min(rest.len())],
            // Flaw kept: of no bytes the ROM takes the flag itself for the parity.
            right: length > 0 && rest.get(..=length).is_some_and(|all| parity(all) == first),
        }
    }
}

/// All bytes XORed.
fn parity(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| all ^ byte)
}

/// A deck with the tape in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deck {
    blocks: Vec<Block>,
    /// The block that is read next.
    position: usize,
    /// Blocks that the command being done may still look at.
    left: usize,
    /// The file it is on the host's card, if it is one.
    file: Option<CassetteFile>,
}

/// A cassette that is a file: what is recorded goes there too.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CassetteFile {
    path: String,
    bytes: Vec<u8>,
    /// What is on it besides its blocks, which is left out.
    left_out: Vec<(usize, LeftOut)>,
    remarks: Vec<String>,
}

impl Deck {
    /// Puts in a tape, wound to its start; gives the one that was there.
    pub fn insert(&mut self, blocks: Vec<Block>) -> Vec<Block> {
        let old = core::mem::replace(&mut self.blocks, blocks);
        self.position = 0;
        self.file = None;
        self.begin();
        old
    }

    /// Puts in a cassette that is a file on the card.
    pub fn insert_file(&mut self, path: String, bytes: Vec<u8>) {
        let tape = cassette::read(&bytes);
        let remarks = tape.remarks();
        self.insert(tape.blocks);
        self.file = Some(CassetteFile {
            path,
            bytes,
            left_out: tape.left_out,
            remarks,
        });
    }

    /// What is to be said of the cassette's file besides what is on it.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        self.file.as_ref().map_or(&[], |file| &file.remarks)
    }

    /// What is on the tape, in its order.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let file = self.file.as_ref();
        let left_out = file.map_or(&[][..], |file| &file.left_out);
        cassette::contents(&self.blocks, left_out)
    }

    /// The path of the cassette, if it is a file on the card.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.file.as_ref().map(|file| file.path.as_str())
    }

    /// The number of the block that is read next.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Winds the tape to a block.
    pub fn wind(&mut self, to: usize) {
        self.position = to.min(self.blocks.len());
    }

    /// All that is on the tape.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Appends the blocks of a file, wherever the tape stands; gives what the host is to be asked
    /// for if the cassette is a file.
    ///
    /// # Errors
    /// Report 4, nothing appended: the tape is full. R: the cassette's file is broken.
    pub(crate) fn record(&mut self, file: [Block; 2]) -> Result<Option<Request>> {
        let length = |blocks: &[Block]| blocks.iter().map(|block| block.0.len()).sum::<usize>();
        if length(&self.blocks) + length(&file) > TAPE_MAX {
            return Err(Report::OutOfMemory);
        }
        let request = match &mut self.file {
            Some(CassetteFile { path, bytes, .. }) => {
                cassette::append(bytes, &file).map_err(|_| Report::TapeLoadingError)?;
                Some(Request::Write(path.clone(), bytes.clone()))
            }
            None => None,
        };
        self.blocks.extend(file);
        Ok(request)
    }

    /// A command begins: it may look at each block once.
    pub(crate) fn begin(&mut self) {
        self.left = self.blocks.len();
    }

    /// Whether the whole tape has been looked at.
    pub(crate) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// The next block; after the last one the first.
    pub(crate) fn next_block(&mut self) -> Option<&Block> {
        self.left = self.left.checked_sub(1)?;
        if self.position >= self.blocks.len() {
            self.position = 0;
        }
        let block = self.blocks.get(self.position)?;
        self.position += 1;
        Some(block)
    }
}

/// The blocks of a .tap file: each after its length in two bytes, low first. A last block that is
/// cut off is what is there of it.
#[must_use]
pub fn from_tap(file: &[u8]) -> Cassette {
    let mut tape = Cassette::default();
    let mut at = 0;
    while at < file.len() {
        let flaw = |fault| Some(Flaw { at, fault });
        let Some((length, rest)) = file[at..].split_first_chunk() else {
            tape.flaw = flaw(Fault::CutOff);
            break;
        };
        let length = usize::from(u16::from_le_bytes(*length));
        let block = &rest[..length.min(rest.len())];
        if let Err(fault) = tape.push(block) {
            tape.flaw = flaw(fault);
            break;
        }
        if block.len() < length {
            tape.flaw = flaw(Fault::CutOff);
            break;
        }
        at += 2 + length;
    }
    tape
}

/// A .tap file of these blocks; of one that is too long for it what fits.
#[must_use]
pub fn to_tap(blocks: &[Block]) -> Vec<u8> {
    let mut file = Vec::new();
    append_tap(&mut file, blocks);
    file
}

/// Puts blocks behind a .tap file; of one that is too long for it what fits.
pub fn append_tap(file: &mut Vec<u8>, blocks: &[Block]) {
    for Block(block) in blocks {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        file.extend_from_slice(&length.to_le_bytes());
        file.extend_from_slice(&block[..usize::from(length)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_as_it_was_recorded() {
        let block = Block::new(FLAG_DATA, b"abc");
        assert_eq!(block.0, [0xFF, b'a', b'b', b'c', 0xFF ^ b'a' ^ b'b' ^ b'c']);
        let reading = block.read(FLAG_DATA, 3);
        assert_eq!((reading.bytes, reading.right), (&b"abc"[..], true));
        assert_eq!(block.read(FLAG_HEADER, 3).bytes, b"");
    }

    #[test]
    fn a_block_of_another_length_is_wrong_and_what_it_has_is_read() {
        let block = Block::new(FLAG_DATA, b"abc");
        for length in [0, 2, 4, 5, 70_000] {
            let reading = block.read(FLAG_DATA, length);
            assert!(!reading.right, "{length}");
            assert_eq!(reading.bytes.len(), length.min(4));
        }
        for stump in [&[][..], &[0xFF], &[0xFF, 0x12]] {
            assert!(!Block(stump.to_vec()).read(FLAG_DATA, 1).right);
        }
    }

    #[test]
    fn a_tap_file_comes_back_as_it_was() {
        let blocks = [Block::new(0, b"header"), Block(Vec::new()), Block(vec![7])];
        let file = to_tap(&blocks);
        assert_eq!(from_tap(&file).blocks, blocks);
        assert_eq!(from_tap(&file).flaw, None);
        // Cut off, its last block is what is left of it.
        let cut = from_tap(&file[..5]);
        assert_eq!(cut.blocks, [Block(b"\0he".to_vec())]);
        let fault = Fault::CutOff;
        assert_eq!(cut.flaw, Some(Flaw { at: 0, fault }));
        let stump = from_tap(&[1, 0, 7, 9]);
        assert_eq!(stump.blocks, [Block(vec![7])]);
        assert_eq!(stump.flaw, Some(Flaw { at: 3, fault }));
    }

    #[test]
    fn each_block_is_looked_at_once_from_where_the_tape_stands() {
        let mut deck = Deck::default();
        deck.begin();
        assert_eq!(deck.next_block(), None);
        let blocks = [1, 2, 3].map(|flag| Block::new(flag, b""));
        deck.insert(blocks.to_vec());
        assert_eq!(deck.next_block(), Some(&blocks[0]));
        deck.begin();
        for i in [1, 2, 0] {
            assert!(!deck.is_over());
            assert_eq!(deck.next_block(), Some(&blocks[i]));
        }
        assert!(deck.is_over());
        assert_eq!(deck.next_block(), None);
        // Another tape can be looked at.
        assert_eq!(deck.insert(vec![blocks[2].clone()]), blocks);
        assert_eq!(deck.next_block(), Some(&blocks[2]));
    }

    use alloc::vec;
}
