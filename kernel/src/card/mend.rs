//! What a power cut leaves of a change is put in order: when a card is mounted that says that it
//! was being written.
//!
//! The order of our own writes loses no file at any cut; what it can leave is a chain linked to a
//! cluster that is not in use yet (as a folder that was to grow), a second table that lags behind
//! the first, a file that was not finished, something with two names (it was getting another), and
//! clusters in use that belong to nothing. The last three take a look at every folder, and nothing
//! is freed when that look finds other damage.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;

use basic::files::request::StorageError;

use super::path;
use super::volume::{Device, Medium, Result, Volume, told};
use super::{Blocks, SECTOR};
use resident_fat::time::DateTime;
use resident_fat::{Attributes, BlockDevice as _, DirEntry, Error};

/// The bits of a table's entry that are a cluster's number; all of them set end a chain.
const NUMBER: u32 = 0x0FFF_FFFF;
/// The number of a cluster that cannot be used.
const UNUSABLE: u32 = 0x0FFF_FFF7;
/// Entries in a sector of a table.
const ENTRIES: u32 = (SECTOR / 4) as u32;
/// Sectors of a table that are looked at together.
const AT_ONCE: u32 = 128;
/// Where the boot sector says that the volume is being written, and the bit.
const STATE: usize = 0x41;
const IS_DIRTY: u8 = 1;
/// Where the sector of hints has the number of free clusters.
const FREE_CLUSTERS: core::ops::Range<usize> = 0x1E8..0x1EC;

/// Mounts a card, in order.
pub(super) fn mount<B: Blocks>(medium: &Rc<RefCell<Medium<B>>>) -> Result<Volume<B>> {
    let volume = Volume::mount(medium)?;
    if !volume.files.is_dirty() {
        return Ok(volume);
    }
    match mend(volume, medium) {
        Err(StorageError::NotReady) => Err(StorageError::NotReady),
        // A card that is damaged otherwise, or protected, is used as it is.
        _ => Volume::mount(medium),
    }
}

fn mend<B: Blocks>(volume: Volume<B>, medium: &Rc<RefCell<Medium<B>>>) -> Result<()> {
    let table = volume.files.fat();
    let mut device = Device(Rc::clone(medium));
    rewrite(&volume, &mut device, |_, entry| {
        let leads_nowhere = table.entry(entry & NUMBER) == Ok(0);
        if leads_nowhere { entry | NUMBER } else { entry }
    })?;
    let mut volume = Volume::mount(medium)?;
    let sight = volume.look_through()?;
    let used = volume.clear_up(sight)?;
    let volume = Volume::mount(medium)?;
    rewrite(&volume, &mut device, |cluster, entry| {
        let is_lost = !used.has(cluster) && entry & NUMBER != UNUSABLE;
        if is_lost { entry & !NUMBER } else { entry }
    })?;
    let mut change = |sector: u64, change: &dyn Fn(&mut [u8])| {
        let mut bytes = [0; SECTOR];
        let place = volume.files.first_block() + sector;
        device.read(place, &mut bytes)?;
        change(&mut bytes);
        device.write(place, &bytes)
    };
    let changed = match volume.files.boot_sector().fs_info_sector {
        // Not known any more: it is counted when it is next written.
        Some(hints) => change(hints.into(), &|bytes| bytes[FREE_CLUSTERS].fill(0xFF)),
        None => Ok(()),
    };
    changed
        .and_then(|()| change(0, &|bytes| bytes[STATE] &= !IS_DIRTY))
        .map_err(|error| told(Error::Device(error)))
}

/// Changes the entries of clusters in all copies of the table, where there is something to change.
fn rewrite<B: Blocks>(
    volume: &Volume<B>,
    device: &mut Device<B>,
    entry: impl Fn(u32, u32) -> u32,
) -> Result<()> {
    let boot = volume.files.boot_sector();
    let clusters = 2..boot.cluster_count + 2;
    let start = volume.files.first_block() + u64::from(boot.fat_start);
    let failed = |error| told(Error::Device(error));
    let end = clusters.end.div_ceil(ENTRIES);
    for first in (0..end).step_by(AT_ONCE as usize) {
        let mut table = vec![0; AT_ONCE.min(end - first) as usize * SECTOR];
        let mut there = table.clone();
        device
            .read(start + u64::from(first), &mut table)
            .map_err(failed)?;
        for (cluster, word) in (first * ENTRIES..).zip(table.as_chunks_mut().0) {
            if clusters.contains(&cluster) {
                *word = entry(cluster, u32::from_le_bytes(*word)).to_le_bytes();
            }
        }
        for copy in 0..u64::from(boot.fat_count) {
            let place = start + copy * u64::from(boot.sectors_per_fat) + u64::from(first);
            device.read(place, &mut there).map_err(failed)?;
            if there != table {
                device.write(place, &table).map_err(failed)?;
            }
        }
    }
    Ok(())
}

/// A set of clusters.
struct Clusters(Vec<u64>);

impl Clusters {
    fn none(of: u32) -> Self {
        Self(vec![0; (of as usize + 2).div_ceil(64)])
    }

    fn has(&self, cluster: u32) -> bool {
        let word = self.0.get(cluster as usize / 64).copied();
        word.is_some_and(|word| word >> (cluster % 64) & 1 != 0)
    }

    /// Puts one in; tells whether it was not there.
    fn insert(&mut self, cluster: u32) -> bool {
        let is_new = !self.has(cluster);
        if let Some(word) = self.0.get_mut(cluster as usize / 64) {
            *word |= 1 << (cluster % 64);
        }
        is_new
    }
}

/// A name of something, and what it says of it.
struct Name {
    folder: u32,
    /// Its entries.
    first: u32,
    last: u32,
    is_folder: bool,
    contents: (Attributes, u32, [DateTime; 3]),
    /// The path, if it is that of a file that was not finished.
    unfinished: Option<String>,
}

impl Name {
    fn new(folder: u32, path: &str, entry: &DirEntry) -> Self {
        let times = [entry.created(), entry.modified(), entry.accessed()];
        let is_unfinished = path::is_temporary(entry.name()) && !entry.is_directory();
        Self {
            folder,
            first: entry.first_slot(),
            last: entry.index(),
            is_folder: entry.is_directory(),
            contents: (entry.attributes(), entry.len(), times),
            unfinished: is_unfinished.then(|| format!("{path}/{}", entry.name())),
        }
    }
}

/// What a look at every folder has found.
struct Sight {
    /// The clusters of the folders.
    used: Clusters,
    /// One name of everything that has clusters, by the first of them.
    names: BTreeMap<u32, Name>,
    /// The other names of something that has two.
    superfluous: Vec<Name>,
    /// Paths of files that were not finished, and have no clusters.
    unfinished: Vec<String>,
    /// There is more wrong than a cut leaves.
    is_damaged: bool,
}

impl<B: Blocks> Volume<B> {
    fn look_through(&mut self) -> Result<Sight> {
        let root = self.files.root_cluster();
        let mut sight = Sight {
            used: Clusters::none(self.files.fat().cluster_count()),
            names: BTreeMap::new(),
            superfluous: Vec::new(),
            unfinished: Vec::new(),
            is_damaged: false,
        };
        let mut folders = vec![(root, String::new())];
        while let Some((folder, path)) = folders.pop() {
            self.make_room();
            let opened = self.take(folder, &mut sight.used);
            match opened.and_then(|()| self.open_folder(folder)) {
                Err(StorageError::NotReady) => return Err(StorageError::NotReady),
                Err(_) => sight.is_damaged = true,
                Ok(()) => self.look_into(folder, &path, &mut sight, &mut folders)?,
            }
        }
        Ok(sight)
    }

    /// Looks at the names in a folder; those of other folders are to be looked into.
    fn look_into(
        &mut self,
        folder: u32,
        path: &str,
        sight: &mut Sight,
        folders: &mut Vec<(u32, String)>,
    ) -> Result<()> {
        let parsed = self.files.read_dir(folder).map_err(told)?;
        let mut inside = Vec::new();
        for entry in parsed.iter() {
            if matches!(entry.name(), "." | "..") {
                continue;
            }
            let first = entry.first_cluster();
            let name = Name::new(folder, path, entry);
            if name.is_folder && !sight.names.contains_key(&first) {
                folders.push((first, format!("{path}/{}", entry.name())));
            }
            match sight.names.get(&first) {
                _ if first == 0 => sight.unfinished.extend(name.unfinished),
                Some(other) if other.contents != name.contents => sight.is_damaged = true,
                Some(_) => inside.push((first, name)),
                None => {
                    sight.names.insert(first, name);
                }
            }
        }
        for (first, name) in inside {
            if let Some(other) = sight.names.remove(&first) {
                let (stays, goes) = match self.is_newer(first, &name, &other) {
                    true => (name, other),
                    false => (other, name),
                };
                sight.names.insert(first, stays);
                sight.superfluous.push(goes);
            }
        }
        Ok(())
    }

    /// Whether the first of two names is the one that stays: a folder knows the folder it lies in,
    /// and for a file either is right.
    fn is_newer(&mut self, first: u32, name: &Name, other: &Name) -> bool {
        if !name.is_folder {
            return other.unfinished.is_some();
        }
        let root = self.files.root_cluster();
        let above = self
            .open_folder(first)
            .and_then(|()| self.find(first, ".."));
        above.is_ok_and(|above| {
            let above = above.map_or(0, |above| above.first_cluster);
            let above = if above == 0 { root } else { above };
            above == name.folder && above != other.folder
        })
    }

    /// Erases what was not finished, and every second name. Gives the clusters that are used then.
    fn clear_up(&mut self, mut sight: Sight) -> Result<Clusters> {
        for (first, name) in &mut sight.names {
            match name.unfinished.take() {
                Some(path) => sight.unfinished.push(path),
                None if !name.is_folder => {
                    sight.is_damaged |= self.take(*first, &mut sight.used).is_err();
                }
                None => {}
            }
        }
        let mut paths = sight.unfinished.iter().filter(|_| !sight.is_damaged);
        let removed = paths.try_for_each(|path| self.files.remove(path).map_err(told));
        for name in sight.superfluous {
            self.take_out(name.folder, name.first, name.last)?;
        }
        removed?;
        match sight.is_damaged {
            true => Err(StorageError::Broken),
            false => Ok(sight.used),
        }
    }

    /// Puts the clusters of a chain in a set, in which none of them is.
    fn take(&self, first: u32, used: &mut Clusters) -> Result<()> {
        let (mut at, mut nth) = (Some(first), 0);
        while let Some(cluster) = at {
            at = self.next(cluster, nth)?;
            nth += 1;
            if !used.insert(cluster) {
                return Err(StorageError::Broken);
            }
        }
        Ok(())
    }
}
