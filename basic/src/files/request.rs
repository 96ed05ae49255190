//! What the machine asks of a host that keeps files, and what it is told.
//!
//! Whole files are asked for: where on a medium they are, and how they come there unharmed, is the
//! host's matter. A path begins with `/` at the medium's root, its parts are parted by `/`, and
//! none of them is empty, `.` or `..`. Capital and small letters of a name are the same, and it is
//! kept as it was first written.

use alloc::string::String;
use alloc::vec::Vec;

/// Bytes of a file at most: some hundred times what a program or a cassette holds.
pub const FILE_MAX: usize = 16 << 20;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The bytes of a file.
    Read(String),
    /// A file of these bytes, new or in the place of an old one: whenever the power fails, it is the
    /// old file or the new one.
    Write(String, Vec<u8>),
    /// What is in a folder.
    List(String),
    /// No such file any more.
    Erase(String),
    /// Another name, perhaps in another folder, for a file or folder; nothing is replaced.
    Rename(String, String),
    /// A folder.
    MakeFolder(String),
    /// No such folder any more: it must be empty.
    EraseFolder(String),
    /// A file has an attribute from now on, or has it no more.
    Mark(String, Attribute, bool),
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It is done.
    Done,
    /// The bytes of the file.
    Bytes(Vec<u8>),
    /// What is in the folder, in no order, and bytes free on the medium.
    List(Vec<Entry>, u64),
}

/// A file or a folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, without a path.
    pub name: String,
    /// Bytes of a file; 0 for a folder.
    pub size: u32,
    /// It is a folder.
    pub folder: bool,
    /// What is noted of it.
    pub attributes: Attributes,
}

/// What can be noted of a file. The +3: the bits of `DOS SET ATTRIBUTES` 0148.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Attribute {
    /// It is archived.
    Archived = 1,
    /// It is not listed, but where all is.
    System = 2,
    /// It is neither written nor erased, and keeps its name.
    Protected = 4,
}

impl Attribute {
    /// All of them, in the order in which CAT tells them.
    pub const ALL: [Self; 3] = [Self::Protected, Self::System, Self::Archived];
}

/// Attributes of a file. One that was just written has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attributes(u8);

impl Attributes {
    /// Those of a byte in which each has its bit.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// A byte in which each has its bit.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether one of them is there.
    #[must_use]
    pub const fn has(self, attribute: Attribute) -> bool {
        self.0 & attribute as u8 != 0
    }

    /// Notes one, or that it is not there.
    pub const fn mark(&mut self, attribute: Attribute, on: bool) {
        let bit = attribute as u8;
        self.0 = if on { self.0 | bit } else { self.0 & !bit };
    }
}

/// Why something could not be done. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// There is no such file or folder, or a file where a folder should be, or the other way round.
    NotFound,
    /// There is something of that name already.
    Exists,
    /// The folder is not empty.
    NotEmpty,
    /// The medium has no room for it.
    Full,
    /// The file has more than [`FILE_MAX`] bytes.
    TooBig,
    /// The medium cannot keep such a name.
    BadName,
    /// The medium cannot keep such an attribute.
    NoAttribute,
    /// The medium or the file is protected.
    ReadOnly,
    /// There is no medium.
    NotReady,
    /// The medium is not one this host knows.
    Unrecognised,
    /// The medium could not be read or written, or is damaged there.
    Broken,
}

impl StorageError {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::NotFound,
        Self::Exists,
        Self::NotEmpty,
        Self::Full,
        Self::TooBig,
        Self::BadName,
        Self::NoAttribute,
        Self::ReadOnly,
        Self::NotReady,
        Self::Unrecognised,
        Self::Broken,
    ];
}

/// What comes of a request.
pub type Answer = Result<Reply, StorageError>;
