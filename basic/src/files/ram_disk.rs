//! The RAM disk of the 128: files in the memory that BASIC does not see.
//!
//! ROM: 128 editor ROM, 1BAD to 2173. Pages and addresses are not told, only how much there is.

use alloc::vec::Vec;

use super::drive::{matches, text_of};
use super::header::{Header, Name};
use crate::report::{Report, Result};

/// Bytes of an empty RAM disk: four pages, and a fifth up to the catalogue's first entry (EBEC).
const SIZE: usize = 4 * 0x4000 + 0x2BEC;
/// The same on a machine that has more memory than the 128: a hundred programs as large as its
/// memory, and a part of what a board has.
const LARGE_SIZE: usize = 8 << 20;
/// Where the catalogue's first entry is; the others lie below. ROM: 128 editor ROM, 1CA2.
const FIRST_ENTRY: usize = 0xEBEC;
/// Bytes a file takes in the catalogue.
const ENTRY_SIZE: usize = 20;
/// Bytes before a file's own: kind, lengths and addresses. ROM: 128 editor ROM, 1BC5.
const PREFIX: usize = 9;
/// Files the catalogue has room for. ROM: 128 editor ROM, 1CA2.
const FILES_MAX: usize = 562;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it is.
    pub header: Header,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A line of the catalogue, with the file if it did fit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: Name,
    file: Option<File>,
}

impl Entry {
    /// Bytes it takes, with its line of the catalogue.
    fn size(&self) -> usize {
        let file = self.file.as_ref();
        ENTRY_SIZE + file.map_or(0, |file| PREFIX + file.bytes.len())
    }
}

/// The RAM disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RamDisk {
    /// In the order in which they were saved.
    entries: Vec<Entry>,
    size: usize,
}

impl Default for RamDisk {
    /// An empty one as the 128's.
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            size: SIZE,
        }
    }
}

impl RamDisk {
    /// An empty one that is larger than the 128's.
    #[must_use]
    pub fn large() -> Self {
        Self {
            size: LARGE_SIZE,
            ..Self::default()
        }
    }

    /// Nothing is on it any more.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Bytes that are free. ROM: SFSPACE 5B85.
    #[must_use]
    pub fn free(&self) -> usize {
        self.size - self.entries.iter().map(Entry::size).sum::<usize>()
    }

    /// SFNEXT and SFSPACE: where the next entry of the catalogue goes, and what is free.
    #[must_use]
    pub fn pointers(&self) -> [u32; 2] {
        let next = FIRST_ENTRY - ENTRY_SIZE * self.entries.len();
        [next as u32, self.free() as u32]
    }

    /// The place of a name in the catalogue.
    fn find(&self, name: Name) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == name)
    }

    /// Saves a file.
    ///
    /// Flaw kept: the name of a file that does not fit stays in the catalogue.
    ///
    /// ROM: 128 editor ROM, 1BAD and 1C97.
    ///
    /// # Errors
    /// Report e for a name that is there, 4 when it does not fit.
    pub fn save(&mut self, file: File) -> Result<()> {
        let name = file.header.name;
        if self.find(name).is_some() {
            return Err(Report::FileAlreadyExists);
        }
        if self.entries.len() >= FILES_MAX || self.free() < ENTRY_SIZE {
            return Err(Report::OutOfMemory);
        }
        let fits = PREFIX + file.bytes.len() <= self.free() - ENTRY_SIZE;
        let file = fits.then_some(file);
        self.entries.push(Entry { name, file });
        if fits {
            Ok(())
        } else {
            Err(Report::OutOfMemory)
        }
    }

    /// Saves a file as on the +3's drives: in the place of one of its name; one that does not fit
    /// changes nothing.
    ///
    /// # Errors
    /// `Disk full`.
    pub fn replace(&mut self, file: File) -> Result<()> {
        let name = file.header.name;
        let old = self.find(name);
        let given_back = old.map_or(0, |at| self.entries[at].size());
        let file = Some(file);
        let entry = Entry { name, file };
        let is_full = old.is_none() && self.entries.len() >= FILES_MAX;
        if is_full || entry.size() > self.free() + given_back {
            return Err(Report::DiskFull);
        }
        match old {
            Some(at) => self.entries[at] = entry,
            None => self.entries.push(entry),
        }
        Ok(())
    }

    /// Finds a file.
    ///
    /// Flaw kept: a name whose file did not fit stands for the file saved after it.
    ///
    /// ROM: 128 editor ROM, 1D35.
    ///
    /// # Errors
    /// Report h for a name that is not there; b when no file was saved after one that did not fit.
    pub fn load(&self, name: Name) -> Result<&File> {
        let at = self.find(name).ok_or(Report::FileDoesNotExist)?;
        let mut files = self.entries[at..].iter().filter_map(|e| e.file.as_ref());
        files.next().ok_or(Report::WrongFileType)
    }

    /// Erases a file.
    ///
    /// ROM: 128 editor ROM, 1F5F.
    ///
    /// # Errors
    /// Report h.
    pub fn erase(&mut self, name: Name) -> Result<()> {
        let at = self.find(name).ok_or(Report::FileDoesNotExist)?;
        self.entries.remove(at);
        Ok(())
    }

    /// Gives an entry another name.
    ///
    /// # Errors
    /// Report h for a name that is not there, e for a new one that is.
    pub fn rename(&mut self, from: Name, to: Name) -> Result<()> {
        let at = self.find(from).ok_or(Report::FileDoesNotExist)?;
        if self.find(to).is_some() {
            return Err(Report::FileAlreadyExists);
        }
        let entry = &mut self.entries[at];
        entry.name = to;
        if let Some(file) = &mut entry.file {
            file.header.name = to;
        }
        Ok(())
    }

    /// The names that a pattern stands for, in the order of their characters.
    #[must_use]
    pub fn names_like(&self, pattern: &[u8]) -> Vec<Name> {
        let pattern = text_of(pattern);
        let mut names = self.names();
        names.retain(|name| matches(&pattern, &name.text()));
        names
    }

    /// The files, in no order that means anything.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.entries.iter().filter_map(|entry| entry.file.as_ref())
    }

    /// The names in the order of their characters, as CAT ! prints them.
    ///
    /// ROM: 128 editor ROM, 20D2.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self.entries.iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Kind;
    use alloc::vec;

    fn file(name: &[u8], length: usize) -> File {
        File {
            header: Header {
                kind: Kind::Code,
                name: Name::new(name),
                length: length as u16,
                first: 0x8000,
                second: 0,
            },
            bytes: vec![7; length],
        }
    }

    #[test]
    fn a_file_takes_its_bytes_and_twenty_nine_more() {
        let mut disk = RamDisk::default();
        assert_eq!(disk.free(), 76_780);
        disk.save(file(b"b", 1000)).unwrap();
        assert_eq!(disk.free(), 76_780 - 1029);
        assert_eq!(disk.save(file(b"b", 1)), Err(Report::FileAlreadyExists));
        disk.save(file(b"a", 0)).unwrap();
        assert_eq!(disk.names(), [Name::new(b"a"), Name::new(b"b")]);
        assert_eq!(disk.load(Name::new(b"b")), Ok(&file(b"b", 1000)));
        disk.erase(Name::new(b"b")).unwrap();
        assert_eq!(disk.free(), 76_780 - 29);
        assert_eq!(disk.load(Name::new(b"b")), Err(Report::FileDoesNotExist));
    }

    #[test]
    fn a_file_that_does_not_fit_leaves_its_name() {
        let mut disk = RamDisk::default();
        disk.save(file(b"big", 65_535)).unwrap();
        assert_eq!(disk.save(file(b"more", 65_535)), Err(Report::OutOfMemory));
        assert_eq!(disk.free(), 76_780 - 65_535 - 29 - 20);
        assert_eq!(disk.load(Name::new(b"more")), Err(Report::WrongFileType));
        disk.save(file(b"small", 5)).unwrap();
        assert_eq!(disk.load(Name::new(b"more")), Ok(&file(b"small", 5)));
        disk.erase(Name::new(b"more")).unwrap();
        assert_eq!(disk.names(), [Name::new(b"big"), Name::new(b"small")]);
    }

    #[test]
    fn a_file_that_replaces_another_fits_into_its_place_or_changes_nothing() {
        let mut disk = RamDisk::default();
        disk.replace(file(b"a", 65_535)).unwrap();
        disk.replace(file(b"a", 60_000)).unwrap();
        assert_eq!(disk.free(), 76_780 - 60_029);
        assert_eq!(disk.replace(file(b"b", 60_000)), Err(Report::DiskFull));
        assert_eq!(disk.names(), [Name::new(b"a")]);
        disk.replace(file(b"b", 76_780 - 60_029 - 29)).unwrap();
        assert_eq!(disk.free(), 0);
        assert_eq!(disk.replace(file(b"a", 60_001)), Err(Report::DiskFull));
        assert_eq!(disk.load(Name::new(b"a")), Ok(&file(b"a", 60_000)));
    }

    #[test]
    fn the_catalogue_can_be_full() {
        let mut disk = RamDisk::default();
        for i in 0..FILES_MAX {
            disk.save(file(&i.to_le_bytes(), 1)).unwrap();
        }
        assert_eq!(disk.save(file(b"x", 1)), Err(Report::OutOfMemory));
        assert_eq!(disk.replace(file(b"x", 1)), Err(Report::DiskFull));
        assert_eq!(disk.free(), 76_780 - 562 * 30);
    }
}
