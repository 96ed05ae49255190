//! The machine's requests, done on a card.
//!
//! A file is written under another name first and takes the place of the old one when it is whole:
//! by the writing of one sector of its folder, so that the old file or the new one is there
//! whenever the power fails. What gets another name has both for a moment. What a cut leaves is put
//! in order when the card is next mounted, and a file that could not be finished is erased when the
//! next one is written to its folder.
//! Only an empty file, which has nothing to be known by, keeps both names then.
//!
//! A card that does not answer as the one that was mounted is looked at anew: it may be another.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use basic::files::request::{
    Answer, Attribute, Attributes, Entry, FILE_MAX, Reply, Request, StorageError,
};
use resident_fat::{Attributes as OnFat, DirEntry};

use super::mend;
use super::path;
use super::volume::{ATTRIBUTES, ENTRIES_IN_SECTOR, Found, Medium, Result, Volume, told};
use super::{BlockError, Blocks};

/// A card, or the place for one.
pub struct Store<B: Blocks> {
    medium: Rc<RefCell<Medium<B>>>,
    volume: Option<Volume<B>>,
    news: Option<Result<Mounted>>,
}

/// What a mounted card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// Bytes of the volume.
    pub size: u64,
    /// Bytes that are free.
    pub free: u64,
    /// Bytes of a cluster.
    pub cluster: u32,
}

impl fmt::Display for Mounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mega = |bytes: u64| bytes >> 20;
        write!(
            f,
            "{} MB FAT32 in clusters of {} bytes, {} MB free",
            mega(self.size),
            self.cluster,
            mega(self.free)
        )
    }
}

impl<B: Blocks> Store<B> {
    /// A place for a card; none is looked for yet.
    pub fn new(blocks: B) -> Self {
        let medium = Medium {
            blocks,
            sectors: 0,
            wrote: false,
        };
        Self {
            medium: Rc::new(RefCell::new(medium)),
            volume: None,
            news: None,
        }
    }

    /// What came of looking for a card, if one was looked for since this was last asked.
    pub fn take_news(&mut self) -> Option<core::result::Result<Mounted, StorageError>> {
        self.news.take()
    }

    /// Looks for a card if none is mounted.
    ///
    /// # Errors
    /// Why there is none.
    pub fn look(&mut self) -> core::result::Result<Mounted, StorageError> {
        self.mounted().map(|volume| volume.told())
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn answer(&mut self, request: &Request) -> Answer {
        self.medium.borrow_mut().wrote = false;
        let volume = self.mounted()?;
        volume.make_room();
        let answer = volume.answer(request);
        // What is in memory may be ahead of what is on the card.
        if answer.is_err() && self.medium.borrow().wrote {
            self.volume = None;
        }
        answer
    }

    /// The card that is there.
    fn mounted(&mut self) -> Result<&mut Volume<B>> {
        let volume = match self.volume.take() {
            Some(volume) if self.medium.borrow_mut().blocks.is_there() => volume,
            _ => {
                let mounted = self.mount();
                self.news = Some(mounted.as_ref().map(Volume::told).map_err(|why| *why));
                mounted?
            }
        };
        Ok(self.volume.insert(volume))
    }

    fn mount(&self) -> Result<Volume<B>> {
        let started = self.medium.borrow_mut().blocks.start();
        self.medium.borrow_mut().sectors = started.map_err(|error| match error {
            BlockError::NoCard => StorageError::NotReady,
            _ => StorageError::Broken,
        })?;
        mend::mount(&self.medium)
    }
}

impl<B: Blocks> Volume<B> {
    fn told(&self) -> Mounted {
        Mounted {
            size: self.size(),
            free: self.free(),
            cluster: self.cluster(),
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Read(path) => self.read(path).map(Reply::Bytes),
            Request::Write(path, bytes) => self.write(path, bytes),
            Request::List(path) => self.list(path),
            Request::Erase(path) => self.erase(path),
            Request::Rename(from, to) => self.rename(from, to),
            Request::MakeFolder(path) => self.make_folder(path),
            Request::EraseFolder(path) => self.erase_folder(path),
            Request::Mark(path, attribute, on) => self.mark(path, *attribute, *on),
        }
    }

    /// What a path leads to, and its folder.
    fn at(&mut self, path: &str) -> Result<(u32, Found)> {
        let mut parts = path::parts(path)?;
        let name = parts.pop().ok_or(StorageError::NotFound)?;
        let folder = self.folder(&parts)?;
        let found = self.find(folder, name)?.ok_or(StorageError::NotFound)?;
        Ok((folder, found))
    }

    /// A file whose chain is whole.
    fn file(&mut self, path: &str) -> Result<Found> {
        let (_, found) = self.at(path)?;
        if found.is_folder {
            return Err(StorageError::NotFound);
        }
        self.file_chain(&found)?;
        Ok(found)
    }

    fn read(&mut self, path: &str) -> Result<Vec<u8>> {
        let found = self.file(path)?;
        if found.size as usize > FILE_MAX {
            return Err(StorageError::TooBig);
        }
        let file = self.files.open(path).map_err(told)?;
        self.files.read_all(&file).map_err(told)
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Answer {
        if bytes.len() > FILE_MAX {
            return Err(StorageError::TooBig);
        }
        let (folders, name) = path::new_name(path)?;
        let folder = self.folder(&folders)?;
        let old = self.find(folder, name)?;
        if let Some(old) = &old {
            if old.is_folder {
                return Err(StorageError::Exists);
            }
            if old.is_read_only {
                return Err(StorageError::ReadOnly);
            }
            self.file_chain(old)?;
        }
        let above = &path[..path.len() - name.len()];
        self.erase_temporaries(folder, above)?;
        // An entry that is there keeps its name.
        let temporary = path::temporary(if old.is_some() { "x" } else { name });
        let temporary = format!("{above}{temporary}");
        let written = self.files.write_file(&temporary, bytes);
        let written = written.and_then(|_| self.files.rename(&temporary, path));
        self.finish(written.map_err(told))
    }

    /// Sees to it that all of a change is on the card.
    fn finish(&mut self, changed: Result<()>) -> Answer {
        // Where the card was full nothing came of it, and that is to be on the card.
        if matches!(changed, Ok(()) | Err(StorageError::Full)) {
            self.files.sync().map_err(told)?;
        }
        changed.map(|()| Reply::Done)
    }

    /// Erases what was not finished in a folder, whose path ends with `/`.
    fn erase_temporaries(&mut self, folder: u32, path: &str) -> Result<()> {
        let parsed = self.files.read_dir(folder).map_err(told)?;
        let names: Vec<String> = parsed
            .iter()
            .filter(|entry| !entry.is_directory() && path::is_temporary(entry.name()))
            .map(|entry| entry.name().into())
            .collect();
        for name in names {
            if let Some(found) = self.find(folder, &name)? {
                self.file_chain(&found)?;
                self.files.remove(&format!("{path}{name}")).map_err(told)?;
            }
        }
        Ok(())
    }

    fn list(&mut self, path: &str) -> Answer {
        let folder = self.folder(&path::parts(path)?)?;
        let parsed = self.files.read_dir(folder).map_err(told)?;
        // What other computers keep for themselves.
        let is_hidden = |entry: &&DirEntry| {
            entry.name().starts_with('.') || entry.attributes().contains(OnFat::HIDDEN)
        };
        let entries = parsed
            .iter()
            .filter(|entry| !is_hidden(entry) && !path::is_temporary(entry.name()))
            .map(|entry| Entry {
                name: entry.name().into(),
                size: entry.len(),
                folder: entry.is_directory(),
                attributes: noted(entry.attributes()),
            })
            .collect();
        Ok(Reply::List(entries, self.free()))
    }

    /// Changes an attribute of a file: one byte in one sector.
    fn mark(&mut self, path: &str, attribute: Attribute, on: bool) -> Answer {
        let (folder, found) = self.at(path)?;
        if found.is_folder {
            return Err(StorageError::NotFound);
        }
        let (bit, when) = of_fat(attribute);
        self.change_entry(folder, found.place, |entry| {
            let old = entry[ATTRIBUTES];
            entry[ATTRIBUTES] = if on == when { old | bit } else { old & !bit };
        })?;
        Ok(Reply::Done)
    }

    fn erase(&mut self, path: &str) -> Answer {
        if self.file(path)?.is_read_only {
            return Err(StorageError::ReadOnly);
        }
        let erased = self.files.remove(path);
        self.finish(erased.map_err(told))
    }

    fn rename(&mut self, from: &str, to: &str) -> Answer {
        let (folder, found) = self.at(from)?;
        let (folders, name) = path::new_name(to)?;
        let way = self.folders(&folders)?;
        let is_same_folder = way.last() == Some(&folder);
        let there = self.find(way.last().copied().unwrap_or(folder), name)?;
        // Its own name in other letters is another name.
        if let Some(there) = &there {
            if !is_same_folder || there.place != found.place {
                return Err(StorageError::Exists);
            }
        }
        if found.is_read_only && !found.is_folder {
            return Err(StorageError::ReadOnly);
        }
        if found.is_folder && !is_same_folder {
            if way.contains(&found.first_cluster) {
                return Err(StorageError::BadName);
            }
            self.check_way_up(&way)?;
            // The crate changes its `..`.
            self.open_folder(found.first_cluster)?;
        }
        // The same name in other letters is found by either while it is half written.
        let entries = path::entries(name);
        let sector = |entry| entry / ENTRIES_IN_SECTOR;
        let is_torn = is_same_folder
            && there.is_none()
            && entries <= found.entries
            && sector(found.place + 1 - entries) != sector(found.place);
        let renamed = match is_torn {
            true => self.name_anew(folder, &found, to),
            false => self.files.rename(from, to).map_err(told),
        };
        self.finish(renamed)
    }

    /// Gives something another name in its folder. The crate would write that over the old one; a
    /// cut would leave half of each where they lie in two sectors. So it is made beside it, first as
    /// that of a file that is not finished.
    fn name_anew(&mut self, folder: u32, found: &Found, to: &str) -> Result<()> {
        let (above, name) = to.split_at(to.rfind('/').map_or(0, |at| at + 1));
        self.erase_temporaries(folder, above)?;
        let temporary = path::temporary(name);
        let path = format!("{above}{temporary}");
        self.files.create(&path).map_err(told)?;
        let made = self.find(folder, &temporary)?.ok_or(StorageError::Broken)?;
        self.share(folder, found.place, made.place)?;
        self.files.rename(&path, to).map_err(told)?;
        self.take_out(folder, found.place + 1 - found.entries, found.place)
    }

    /// The crate follows `..` up from a folder: it must lead where we came from.
    fn check_way_up(&mut self, way: &[u32]) -> Result<()> {
        let root = self.files.root_cluster();
        for pair in way.windows(2) {
            let up = self.find(pair[1], "..")?.map(|up| up.first_cluster);
            let is_above = match up {
                Some(0) => pair[0] == root,
                Some(cluster) => cluster == pair[0],
                None => false,
            };
            if !is_above {
                return Err(StorageError::Broken);
            }
        }
        Ok(())
    }

    fn make_folder(&mut self, path: &str) -> Answer {
        let (folders, name) = path::new_name(path)?;
        let folder = self.folder(&folders)?;
        if self.find(folder, name)?.is_some() {
            return Err(StorageError::Exists);
        }
        let made = self.files.create_dir(path).map(|_| ());
        self.finish(made.map_err(told))
    }

    fn erase_folder(&mut self, path: &str) -> Answer {
        let (_, found) = self.at(path)?;
        if !found.is_folder {
            return Err(StorageError::NotFound);
        }
        self.open_folder(found.first_cluster)?;
        self.erase_temporaries(found.first_cluster, &format!("{path}/"))?;
        let erased = self.files.remove_dir(path);
        self.finish(erased.map_err(told))
    }
}

/// An attribute's bit on FAT, and whether it is set there where the attribute is: FAT notes what is
/// still to be archived, as it is for a file that was just written.
const fn of_fat(attribute: Attribute) -> (u8, bool) {
    match attribute {
        Attribute::Protected => (OnFat::READ_ONLY.bits(), true),
        Attribute::System => (OnFat::SYSTEM.bits(), true),
        Attribute::Archived => (OnFat::ARCHIVE.bits(), false),
    }
}

/// The attributes that FAT's are.
fn noted(attributes: OnFat) -> Attributes {
    let mut noted = Attributes::default();
    for attribute in Attribute::ALL {
        let (bit, when) = of_fat(attribute);
        noted.mark(attribute, (attributes.bits() & bit != 0) == when);
    }
    noted
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
