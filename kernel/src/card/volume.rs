//! A mounted card. What a card says of itself is not trusted: what the file system's crate would
//! be led astray by is found before it is asked.

use alloc::collections::BTreeSet;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;

use basic::files::request::StorageError;
use resident_fat::mbr::PartitionTable;
use resident_fat::{Attributes, BLOCK_SIZE, BlockDevice, Error, FatError, FileSystem};

use super::{BlockError, Blocks, SECTOR};

/// Bytes of a folder at most: the specification's 65,536 entries of 32 bytes.
const FOLDER_MAX: u32 = 65_536 * 32;
/// Bytes of the folders that are kept in memory, before they are made entries of.
const FOLDERS_MAX: u32 = 4 * FOLDER_MAX;
/// Pieces of a file at most: what the crate's list of them takes stays below 1 MiB.
const PIECES_MAX: u32 = 65_536;
/// Clusters of a chain that are followed before others have their turn.
const STEPS: u32 = 4096;
/// Entries in a sector of a folder, and the bytes of one.
pub(super) const ENTRIES_IN_SECTOR: u32 = (SECTOR / ENTRY) as u32;
const ENTRY: usize = 32;
/// What an entry that was erased begins with.
const ERASED: u8 = 0xE5;
/// Where an entry has what it says besides the name.
pub(super) const ATTRIBUTES: usize = 0x0B;
const CONTENTS: core::ops::Range<usize> = 0x0D..ENTRY;
/// Bytes of the allocation table at most, all of which is kept in memory: that of a card of
/// 128 GiB with the smallest clusters a formatting program makes on it.
const TABLE_MAX: u64 = 128 << 20;

/// What the crate gives.
pub(super) type Result<T> = core::result::Result<T, StorageError>;

/// The card below a volume: it stays when the volume goes.
pub(super) struct Medium<B> {
    pub(super) blocks: B,
    /// Its sectors.
    pub(super) sectors: u64,
    /// Something was to be written since this was last made false.
    pub(super) wrote: bool,
}

/// A medium, as the crate wants it.
pub(super) struct Device<B>(pub(super) Rc<RefCell<Medium<B>>>);

impl<B: Blocks> BlockDevice for Device<B> {
    type Error = BlockError;

    fn read(&mut self, sector: u64, into: &mut [u8]) -> core::result::Result<(), BlockError> {
        self.0.borrow_mut().blocks.read(sector, into)
    }

    fn write(&mut self, sector: u64, from: &[u8]) -> core::result::Result<(), BlockError> {
        let medium = &mut *self.0.borrow_mut();
        medium.wrote = true;
        medium.blocks.write(sector, from)
    }

    fn block_count(&mut self) -> core::result::Result<Option<u64>, BlockError> {
        Ok(Some(self.0.borrow().sectors))
    }

    fn max_transfer_blocks(&self) -> u64 {
        self.0.borrow().blocks.sectors_at_once() as u64
    }
}

/// What the crate's error is to the machine.
pub(super) fn told(error: Error<BlockError>) -> StorageError {
    match error {
        Error::Device(BlockError::NoCard) => StorageError::NotReady,
        Error::Device(BlockError::Protected) => StorageError::ReadOnly,
        Error::Boot(_)
        | Error::NoPartitionTable
        | Error::NoSuchPartition { .. }
        | Error::NoFatPartition => StorageError::Unrecognised,
        Error::NotFound { .. } | Error::NotADirectory { .. } | Error::IsADirectory { .. } => {
            StorageError::NotFound
        }
        Error::Fat(FatError::DiskFull { .. })
        | Error::DirectoryFull
        | Error::NoAliasAvailable { .. } => StorageError::Full,
        Error::BadName { .. } | Error::MoveIntoItself { .. } => StorageError::BadName,
        Error::DirectoryNotEmpty { .. } => StorageError::NotEmpty,
        Error::AlreadyExists { .. } => StorageError::Exists,
        Error::OutOfMemory { .. } => StorageError::TooBig,
        _ => StorageError::Broken,
    }
}

/// A file or folder that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) is_folder: bool,
    pub(super) is_read_only: bool,
    pub(super) size: u32,
    pub(super) first_cluster: u32,
    /// The place of its entry, and how many entries its name takes.
    pub(super) place: u32,
    pub(super) entries: u32,
}

/// A mounted card.
pub(super) struct Volume<B: Blocks> {
    pub(super) files: FileSystem<Device<B>>,
    /// Folders the crate keeps, and their bytes.
    folders: BTreeSet<u32>,
    folder_bytes: u32,
}

impl<B: Blocks> Volume<B> {
    /// Mounts the first partition with FAT, or the whole card when it has none.
    pub(super) fn mount(medium: &Rc<RefCell<Medium<B>>>) -> Result<Self> {
        let mut device = Device(Rc::clone(medium));
        let table = PartitionTable::read(&mut device).map_err(told)?;
        let partition = table.and_then(|table| table.first_fat().copied());
        let start = partition.map_or(0, |partition| partition.first_block);
        let mut boot = [0; BLOCK_SIZE];
        device
            .read(start, &mut boot)
            .map_err(|error| told(Error::Device(error)))?;
        if !is_sensible(&boot) {
            return Err(StorageError::Unrecognised);
        }
        let files = FileSystem::mount_first_fat(device).map_err(told)?;
        Ok(Self {
            files,
            folders: BTreeSet::new(),
            folder_bytes: 0,
        })
    }

    /// Bytes of a cluster.
    pub(super) fn cluster(&self) -> u32 {
        self.files.boot_sector().cluster_bytes()
    }

    /// Follows a chain to its end: what it must not be is damaged, longer than `at_most` clusters,
    /// in more than [`PIECES_MAX`] pieces or led into a folder that is known. Gives its clusters.
    fn chain(&self, first: u32, at_most: u32) -> Result<u32> {
        let (mut clusters, mut pieces) = (1, 1);
        let mut at = first;
        while let Some(next) = self.next(at, clusters)? {
            clusters += 1;
            pieces += u32::from(next != at + 1);
            if clusters > at_most || pieces > PIECES_MAX || self.folders.contains(&next) {
                return Err(StorageError::Broken);
            }
            at = next;
        }
        Ok(clusters)
    }

    /// The cluster behind one, which is the `nth` of its chain.
    pub(super) fn next(&self, cluster: u32, nth: u32) -> Result<Option<u32>> {
        if nth.is_multiple_of(STEPS) {
            self.files.device().0.borrow_mut().blocks.give_way();
        }
        let next = self.files.fat().next(cluster);
        next.map_err(|_| StorageError::Broken)
    }

    /// Clusters of a file's chain, which is whole and long enough for the file.
    pub(super) fn file_chain(&self, file: &Found) -> Result<u32> {
        if file.first_cluster == 0 {
            return match file.size {
                0 => Ok(0),
                _ => Err(StorageError::Broken),
            };
        }
        if self.folders.contains(&file.first_cluster) {
            return Err(StorageError::Broken);
        }
        let clusters = self.chain(file.first_cluster, self.files.fat().cluster_count())?;
        if u64::from(clusters) * u64::from(self.cluster()) < u64::from(file.size) {
            return Err(StorageError::Broken);
        }
        Ok(clusters)
    }

    /// Reads a folder, unless it is known.
    pub(super) fn open_folder(&mut self, first: u32) -> Result<()> {
        let clusters = self.chain(first, FOLDER_MAX / self.cluster())?;
        if self.folders.insert(first) {
            self.folder_bytes += clusters * self.cluster();
        }
        if self.folder_bytes > FOLDERS_MAX {
            return Err(StorageError::TooBig);
        }
        self.files.read_dir(first).map(|_| ()).map_err(told)
    }

    /// Makes room for other folders when many are kept: between two requests.
    pub(super) fn make_room(&mut self) {
        if self.folder_bytes > FOLDERS_MAX / 2 {
            self.forget_folders();
        }
    }

    fn forget_folders(&mut self) {
        self.files.forget_directories();
        self.folders.clear();
        self.folder_bytes = 0;
    }

    /// The folder that these names lead to, and those above it, the root first.
    pub(super) fn folders(&mut self, names: &[&str]) -> Result<Vec<u32>> {
        let root = self.files.root_cluster();
        let mut way = vec![root];
        self.open_folder(root)?;
        for name in names {
            let last = way.last().copied().unwrap_or(root);
            let found = self.find(last, name)?.ok_or(StorageError::NotFound)?;
            if !found.is_folder {
                return Err(StorageError::NotFound);
            }
            let next = match found.first_cluster {
                0 => root,
                cluster => cluster,
            };
            self.open_folder(next)?;
            way.push(next);
        }
        Ok(way)
    }

    /// The folder that these names lead to.
    pub(super) fn folder(&mut self, names: &[&str]) -> Result<u32> {
        let way = self.folders(names)?;
        Ok(way.last().copied().unwrap_or(self.files.root_cluster()))
    }

    /// What has a name in a folder.
    pub(super) fn find(&mut self, folder: u32, name: &str) -> Result<Option<Found>> {
        let parsed = self.files.read_dir(folder).map_err(told)?;
        Ok(parsed.get(name).map(|entry| Found {
            is_folder: entry.is_directory(),
            is_read_only: entry.attributes().contains(Attributes::READ_ONLY),
            size: entry.len(),
            first_cluster: entry.first_cluster(),
            place: entry.index(),
            entries: entry.index() - entry.first_slot() + 1,
        }))
    }

    /// The sector of the card that has an entry of a folder, and the entry's place in it.
    fn place(&self, folder: u32, entry: u32) -> Result<(u64, usize)> {
        let boot = self.files.boot_sector();
        let in_cluster = u32::from(boot.sectors_per_cluster);
        let sector = entry / ENTRIES_IN_SECTOR;
        let nth = sector / in_cluster;
        let runs = self.files.runs(folder).map_err(told)?;
        let run = runs.iter().rfind(|run| run.file_cluster <= nth);
        let run = run.ok_or(StorageError::Broken)?;
        let cluster = run.start_cluster + (nth - run.file_cluster);
        let sector = boot.cluster_sector(cluster) + sector % in_cluster;
        let place = (entry % ENTRIES_IN_SECTOR) as usize * ENTRY;
        Ok((self.files.first_block() + u64::from(sector), place))
    }

    /// An entry of a folder, as it is on the card.
    fn entry(&mut self, folder: u32, entry: u32) -> Result<[u8; ENTRY]> {
        let mut bytes = [0; ENTRY];
        self.sector_of(folder, entry, |entry| bytes.copy_from_slice(entry))?;
        Ok(bytes)
    }

    /// Changes an entry of a folder on the card.
    pub(super) fn change_entry(
        &mut self,
        folder: u32,
        entry: u32,
        change: impl FnOnce(&mut [u8]),
    ) -> Result<()> {
        let (sector, bytes) = self.sector_of(folder, entry, change)?;
        let device = self.files.device_mut();
        let written = device.write(sector, &bytes);
        // What is known of it no longer holds.
        self.forget_folders();
        written.map_err(|error| told(Error::Device(error)))
    }

    /// The sector with an entry of a folder, after a look at that entry.
    fn sector_of(
        &mut self,
        folder: u32,
        entry: u32,
        look: impl FnOnce(&mut [u8]),
    ) -> Result<(u64, [u8; SECTOR])> {
        let (sector, at) = self.place(folder, entry)?;
        let mut bytes = [0; SECTOR];
        let read = self.files.device_mut().read(sector, &mut bytes);
        read.map_err(|error| told(Error::Device(error)))?;
        look(&mut bytes[at..at + ENTRY]);
        Ok((sector, bytes))
    }

    /// Gives a name of a folder what another one of it leads to.
    pub(super) fn share(&mut self, folder: u32, from: u32, to: u32) -> Result<()> {
        let contents = self.entry(folder, from)?;
        self.change_entry(folder, to, |entry| {
            entry[ATTRIBUTES] = contents[ATTRIBUTES];
            entry[CONTENTS].copy_from_slice(&contents[CONTENTS]);
        })
    }

    /// Takes a name out of its folder, and leaves what it leads to. Its last entry makes it a name.
    pub(super) fn take_out(&mut self, folder: u32, first: u32, last: u32) -> Result<()> {
        (first..=last)
            .rev()
            .try_for_each(|entry| self.change_entry(folder, entry, |entry| entry[0] = ERASED))
    }

    /// Bytes that are free.
    pub(super) fn free(&self) -> u64 {
        u64::from(self.files.fat().free_clusters()) * u64::from(self.cluster())
    }

    /// Bytes of the volume.
    pub(super) fn size(&self) -> u64 {
        u64::from(self.files.boot_sector().total_sectors) * SECTOR as u64
    }
}

/// Whether a boot sector's numbers go together so far that the crate can count with them. It is not
/// asked here whether it is one at all.
fn is_sensible(boot: &[u8; BLOCK_SIZE]) -> bool {
    let word = |at: usize| u64::from(u16::from_le_bytes([boot[at], boot[at + 1]]));
    let long = |at: usize| word(at) | word(at + 2) << 16;
    let tables = u64::from(boot[0x10]);
    let table_sectors = long(0x24);
    let tables_end = word(0x0E) + tables * table_sectors;
    let hints = word(0x30);
    // On FAT12 and FAT16 other things lie there; the crate tells them.
    word(0x16) != 0
        || tables_end <= u64::from(u32::MAX)
            && table_sectors * SECTOR as u64 <= TABLE_MAX
            && (hints == 0xFFFF || hints < word(0x0E).max(1))
}
