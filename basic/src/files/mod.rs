//! Files: drives and names, the headers before files, the tape, cassettes as files, the RAM disk,
//! what is asked of a host that keeps files, and where what is loaded goes.
//!
//! Owns what SAVE, LOAD, VERIFY and MERGE do to memory and media. Never prints, asks or waits:
//! whoever runs a command asks for its next step.
//!
//! ROM: `SAVE-ETC` 0605 to 09A1; 128 editor ROM: 11EB to 2173.

pub mod cassette;
pub mod drive;
pub mod header;
pub mod load;
pub mod plus3dos;
pub mod ram_disk;
pub mod request;
pub mod tape;
pub mod tzx;

pub use drive::{Drive, Drives, FileName, Path};
pub use header::{Header, Kind, Name};
pub use ram_disk::RamDisk;
pub use request::{Answer, Entry, Reply, Request, StorageError};
pub use tape::{Block, Deck};

use alloc::vec::Vec;

use crate::store::Address;

/// What is done with a file. ROM: T-ADDR's low byte after 0609.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// SAVE
    Save,
    /// LOAD
    Load,
    /// VERIFY
    Verify,
    /// MERGE
    Merge,
}

/// What is to be done with the host's files, or as on a machine that has some; names are as they
/// were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// SAVE, LOAD, VERIFY or MERGE of a file on the card; of a cassette that is one, if the drive is
    /// the tape.
    File(Job, Vec<u8>),
    /// CAT: a list of files.
    Catalogue {
        /// The stream it is printed to.
        stream: u8,
        /// Which files.
        pattern: Vec<u8>,
        /// With all that there is to tell.
        detailed: bool,
    },
    /// ERASE: no such file any more.
    Erase(Vec<u8>),
    /// MOVE: another name.
    Move(Vec<u8>, Vec<u8>),
    /// COPY: the same again.
    Copy(Vec<u8>, Vec<u8>),
    /// COPY to a stream: what is in a file is printed.
    Show(Vec<u8>, u8),
    /// COPY TO SPECTRUM FORMAT: the same as bytes, with a header.
    Head(Vec<u8>),
    /// FORMAT: a folder, a cassette, or a drive with nothing on it.
    Format(Vec<u8>),
}

/// A command on a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// What is done.
    pub verb: Verb,
    /// Where the file is or goes.
    pub drive: Drive,
    /// The file: what is saved, or what is wanted.
    pub header: Header,
    /// The first byte in memory; 0 when the file says it, and for an array that is not there yet.
    pub start: Address,
}
