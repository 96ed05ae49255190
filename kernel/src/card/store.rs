//! The keeper of files: requests of the machine, done on the card's FAT32 volume.
//!
//! A file is written under a name of its own and then put in the place of the old one, in an order
//! in which a power cut leaves the old file or the new one. What a cut leaves of the other is
//! erased when the next file is written there.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;

use basic::files::request::FILE_MAX;
use basic::files::{Answer, Entry, Reply, Request, StorageError};
use resident_fat::{Attributes, BLOCK_SIZE, BlockDevice, DirEntry, Error, FatError, FileSystem};

use super::{Card, CardError};

/// What the name of a file that is being written begins with.
const UNFINISHED: &str = "unfinished";
/// Characters of that name: as many as a name can have. So its directory entry has room for the
/// entry of any other name, and renaming it rewrites one entry instead of making a second one.
const UNFINISHED_LENGTH: usize = 255;
/// What the short name of such a file begins with, which is all of its name that a cut may leave.
const UNFINISHED_SHORT: &str = "UNFINI~";
/// Bytes of a directory at most: 65,536 entries of 32. Source: Microsoft's FAT specification.
const DIRECTORY_MAX: u64 = 2 << 20;
/// Clusters of a volume at most: 128 GiB in the clusters of 32 KiB that cards of this size have,
/// four times over. Their table takes 64 MiB of the heap.
const CLUSTERS_MAX: u32 = 16 << 20;

/// The bits of a table's entry that are a cluster's number; all of them set end a chain.
const ENTRY: u32 = 0x0FFF_FFFF;

/// A volume of a card.
type Volume<C> = FileSystem<Lent<C>>;

/// Why something was not done.
#[derive(Debug)]
enum Trouble {
    /// Nothing has been touched.
    Refused(StorageError),
    /// The volume says so.
    Volume(Error<CardError>),
}

impl From<Error<CardError>> for Trouble {
    fn from(error: Error<CardError>) -> Self {
        Self::Volume(error)
    }
}

impl From<FatError> for Trouble {
    fn from(error: FatError) -> Self {
        Self::Volume(error.into())
    }
}

type Done<T> = Result<T, Trouble>;

/// The card in the hands of the file system, which may be given up.
#[derive(Debug)]
struct Lent<C>(Rc<RefCell<C>>);

impl<C: Card> BlockDevice for Lent<C> {
    type Error = CardError;

    fn read(&mut self, start: u64, sectors: &mut [u8]) -> Result<(), CardError> {
        self.0.borrow_mut().read(start, sectors)
    }

    fn write(&mut self, start: u64, sectors: &[u8]) -> Result<(), CardError> {
        self.0.borrow_mut().write(start, sectors)
    }

    fn block_count(&mut self) -> Result<Option<u64>, CardError> {
        self.0.borrow_mut().block_count()
    }

    fn max_transfer_blocks(&self) -> u64 {
        self.0.borrow().max_transfer_blocks()
    }
}

/// The files of a card.
#[derive(Debug)]
pub struct Store<C: Card> {
    card: Rc<RefCell<C>>,
    /// What is known of the volume, until something goes wrong with it.
    volume: Option<FileSystem<Lent<C>>>,
}

impl<C: Card> Store<C> {
    /// The files of this card, which need not be there yet.
    #[must_use]
    pub fn new(card: C) -> Self {
        Self {
            card: Rc::new(RefCell::new(card)),
            volume: None,
        }
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// As [`StorageError`] says.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let done = self.volume().and_then(|volume| perform(volume, request));
        done.map_err(|trouble| match trouble {
            Trouble::Refused(told) => told,
            Trouble::Volume(error) => {
                // What is known of the volume may differ from what the card holds.
                self.volume = None;
                explain(&error)
            }
        })
    }

    /// The card, which nobody else holds.
    #[cfg(test)]
    pub(super) fn into_card(self) -> C {
        drop(self.volume);
        Rc::into_inner(self.card)
            .expect("the volume has gone")
            .into_inner()
    }

    /// The card, to do something to it.
    #[cfg(test)]
    pub(super) fn card_mut(&mut self) -> core::cell::RefMut<'_, C> {
        self.card.borrow_mut()
    }

    /// Clusters of the volume and bytes of each, while it is known.
    #[must_use]
    pub fn size(&self) -> Option<(u32, u32)> {
        let volume = self.volume.as_ref()?;
        let clusters = volume.fat().cluster_count();
        Some((clusters, volume.boot_sector().cluster_bytes()))
    }

    /// The volume of the card that is there.
    fn volume(&mut self) -> Done<&mut Volume<C>> {
        let changed = self.card.borrow_mut().ready().map_err(Error::device)?;
        let known = self.volume.take().filter(|_| !changed);
        let volume = match known {
            Some(volume) => volume,
            None => mount(&self.card)?,
        };
        Ok(self.volume.insert(volume))
    }
}

/// Reads what has to be known of a card's volume, and mends what a power cut did to its tables.
fn mount<C: Card>(card: &Rc<RefCell<C>>) -> Done<Volume<C>> {
    let read = || -> Done<Volume<C>> {
        let volume = FileSystem::mount_first_fat(Lent(Rc::clone(card)))?;
        if volume.fat().cluster_count() > CLUSTERS_MAX {
            return Err(Trouble::Refused(StorageError::Unrecognised));
        }
        Ok(volume)
    };
    let volume = read()?;
    if volume.is_dirty() && mend(&volume, &mut *card.borrow_mut()).map_err(Error::device)? {
        return read();
    }
    Ok(volume)
}

/// Mends the tables of a volume that was being written when the power went; whether there was
/// anything to mend.
///
/// A cluster may have been linked to one whose own entry was not written any more: the chain ends
/// before it, as it did before. And the second table may lag behind the first.
fn mend<C: Card>(volume: &Volume<C>, card: &mut C) -> Result<bool, CardError> {
    const AT_ONCE: u32 = 128;
    let (boot, fat) = (volume.boot_sector(), volume.fat());
    let start = volume.first_block() + u64::from(boot.fat_start);
    let used = ((u64::from(fat.cluster_count()) + 2) * 4).div_ceil(BLOCK_SIZE as u64) as u32;
    let mut mended = false;
    for first in (0..used).step_by(AT_ONCE as usize) {
        let sectors = AT_ONCE.min(used - first);
        let mut table = vec![0; sectors as usize * BLOCK_SIZE];
        card.read(start + u64::from(first), &mut table)?;
        for entry in table.as_chunks_mut().0 {
            let value = u32::from_le_bytes(*entry);
            if fat.entry(value & ENTRY) == Ok(0) {
                *entry = (value | ENTRY).to_le_bytes();
            }
        }
        let mut there = vec![0; table.len()];
        for copy in 0..u64::from(boot.fat_count) {
            let place = start + copy * u64::from(boot.sectors_per_fat) + u64::from(first);
            card.read(place, &mut there)?;
            if there != table {
                card.write(place, &table)?;
                mended = true;
            }
        }
    }
    Ok(mended)
}

/// What the machine is told of an error.
fn explain(error: &Error<CardError>) -> StorageError {
    match error {
        Error::NotFound { .. } | Error::NotADirectory { .. } | Error::IsADirectory { .. } => {
            StorageError::NotFound
        }
        Error::AlreadyExists { .. } | Error::MoveIntoItself { .. } => StorageError::Exists,
        Error::DirectoryNotEmpty { .. } => StorageError::NotEmpty,
        Error::BadName { .. } => StorageError::BadName,
        Error::Fat(FatError::DiskFull { .. })
        | Error::DirectoryFull
        | Error::NoAliasAvailable { .. } => StorageError::Full,
        Error::Boot(_) | Error::NoPartitionTable | Error::NoFatPartition => {
            StorageError::Unrecognised
        }
        Error::Device(CardError::Absent) => StorageError::NotReady,
        _ => StorageError::Broken,
    }
}

/// Does a request.
fn perform<C: Card>(volume: &mut Volume<C>, request: &Request) -> Done<Reply> {
    match request {
        Request::Read(path) => return read(volume, path).map(Reply::Bytes),
        Request::List(path) => return list(volume, path),
        Request::Write(path, bytes) => write(volume, path, bytes)?,
        Request::Erase(path) => match writable(volume, path)? {
            true => volume.remove(path)?,
            false => return Err(Trouble::Refused(StorageError::NotFound)),
        },
        Request::Rename(from, to) => rename(volume, from, to)?,
        Request::MakeFolder(path) => {
            if look(volume, path)?.is_some() {
                return Err(Trouble::Refused(StorageError::Exists));
            }
            volume.create_dir(path)?;
        }
        Request::EraseFolder(path) => {
            folder(volume, path)?;
            volume.remove_dir(path)?;
        }
    }
    volume.sync()?;
    Ok(Reply::Done)
}

/// What the name of a path parts into: the folder's path, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The cluster of a folder. On the way no directory is read that is larger than there are.
fn folder<C: Card>(volume: &mut Volume<C>, path: &str) -> Done<u32> {
    let mut cluster = volume.root_cluster();
    let bytes = u64::from(volume.boot_sector().cluster_bytes());
    let mut names = path.split('/').filter(|name| !name.is_empty());
    loop {
        if u64::from(volume.fat().chain_length(cluster)?) * bytes > DIRECTORY_MAX {
            return Err(Trouble::Refused(StorageError::Broken));
        }
        let directory = volume.read_dir(cluster)?;
        let Some(name) = names.next() else {
            return Ok(cluster);
        };
        match directory.get(name) {
            Some(entry) if entry.is_directory() => cluster = entry.first_cluster(),
            _ => return Err(Trouble::Refused(StorageError::NotFound)),
        }
    }
}

/// What there is of this name, if its folder is there.
fn look<'v, C: Card>(volume: &'v mut Volume<C>, path: &str) -> Done<Option<&'v DirEntry>> {
    let (parent, name) = split(path);
    let cluster = folder(volume, parent)?;
    Ok(volume.read_dir(cluster)?.get(name))
}

/// Whether there is a file of this name, which may be written; `Err` if it may not, or there is
/// something else.
fn writable<C: Card>(volume: &mut Volume<C>, path: &str) -> Done<bool> {
    match look(volume, path)? {
        None => Ok(false),
        Some(entry) if entry.is_directory() => Err(Trouble::Refused(StorageError::Exists)),
        Some(entry) if entry.attributes().contains(Attributes::READ_ONLY) => {
            Err(Trouble::Refused(StorageError::ReadOnly))
        }
        Some(_) => Ok(true),
    }
}

fn read<C: Card>(volume: &mut Volume<C>, path: &str) -> Done<Vec<u8>> {
    match look(volume, path)? {
        Some(entry) if entry.is_directory() => {
            return Err(Trouble::Refused(StorageError::NotFound));
        }
        Some(entry) if entry.len() as usize > FILE_MAX => {
            return Err(Trouble::Refused(StorageError::TooBig));
        }
        Some(_) => {}
        None => return Err(Trouble::Refused(StorageError::NotFound)),
    }
    let file = volume.open(path)?;
    Ok(volume.read_all(&file)?)
}

/// Files another computer keeps for itself are not shown, nor is what a power cut left.
fn is_shown(entry: &DirEntry) -> bool {
    !entry.name().starts_with('.')
        && !entry.attributes().contains(Attributes::HIDDEN)
        && !is_unfinished(entry)
}

fn list<C: Card>(volume: &mut Volume<C>, path: &str) -> Done<Reply> {
    let cluster = folder(volume, path)?;
    let bytes = u64::from(volume.boot_sector().cluster_bytes());
    let free = u64::from(volume.fat().free_clusters()) * bytes;
    let entries = volume.read_dir(cluster)?.iter().filter(|e| is_shown(e));
    let entries = entries.map(|entry| Entry {
        name: String::from(entry.name()),
        size: entry.len(),
        folder: entry.is_directory(),
    });
    Ok(Reply::List(entries.collect(), free))
}

/// Whether an entry is that of a file whose writing a power cut ended.
fn is_unfinished(entry: &DirEntry) -> bool {
    let short = entry.short_name().to_display_string();
    let has_short = short.len() >= UNFINISHED_SHORT.len()
        && short[..UNFINISHED_SHORT.len()].eq_ignore_ascii_case(UNFINISHED_SHORT);
    has_short
        && entry
            .long_name()
            .is_none_or(|name| name.len() == UNFINISHED_LENGTH && name.starts_with(UNFINISHED))
}

fn write<C: Card>(volume: &mut Volume<C>, path: &str, bytes: &[u8]) -> Done<()> {
    if bytes.len() > FILE_MAX {
        return Err(Trouble::Refused(StorageError::TooBig));
    }
    writable(volume, path)?;
    let (parent, _) = split(path);
    let cluster = folder(volume, parent)?;
    let left: Vec<String> = volume
        .read_dir(cluster)?
        .iter()
        .filter(|entry| is_unfinished(entry))
        .map(|entry| entry.short_name().to_display_string())
        .collect();
    for name in left {
        volume.remove(&format!("{parent}/{name}"))?;
    }
    let unfinished = format!("{parent}/{UNFINISHED:~<UNFINISHED_LENGTH$}");
    let written = volume
        .write_file(&unfinished, bytes)
        .and_then(|_| volume.rename(&unfinished, path));
    if written.is_err() {
        // What cannot be erased now is erased when the next file is written.
        drop(volume.remove(&unfinished).and_then(|()| volume.sync()));
    }
    Ok(written?)
}

fn rename<C: Card>(volume: &mut Volume<C>, from: &str, to: &str) -> Done<()> {
    let Some(moved) = look(volume, from)?.map(DirEntry::index) else {
        return Err(Trouble::Refused(StorageError::NotFound));
    };
    let same_folder = folder(volume, split(from).0)? == folder(volume, split(to).0)?;
    // Another spelling of its own name is no other file.
    if look(volume, to)?.is_some_and(|there| !same_folder || there.index() != moved) {
        return Err(Trouble::Refused(StorageError::Exists));
    }
    Ok(volume.rename(from, to)?)
}
