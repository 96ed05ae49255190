//! What a power cut leaves of a change is put in order: when a card is mounted that says that it
//! was being written.
//!
//! The order of our own writes loses no file at any cut; what it can leave is a chain linked to a
//! cluster that is not in use yet (as a folder that was to grow), a second table that lags behind
//! the first, a file that was not finished, and clusters in use that belong to nothing. Only the
//! last takes a look at every folder, and nothing is freed when that look finds other damage.

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
use resident_fat::{BlockDevice as _, Error};

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
    let (used, unfinished) = volume.look_through()?;
    for path in unfinished {
        volume.files.remove(&path).map_err(told)?;
    }
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

impl<B: Blocks> Volume<B> {
    /// The clusters of all folders and files, and the paths of files that were not finished, whose
    /// clusters are not among them. No two of them may share one.
    fn look_through(&mut self) -> Result<(Clusters, Vec<String>)> {
        let mut used = Clusters::none(self.files.fat().cluster_count());
        let mut unfinished = Vec::new();
        let mut folders = vec![(self.files.root_cluster(), String::new())];
        while let Some((folder, path)) = folders.pop() {
            self.forget_folders();
            self.open_folder(folder)?;
            self.take(folder, &mut used)?;
            let parsed = self.files.read_dir(folder).map_err(told)?;
            let inside: Vec<_> = parsed
                .iter()
                .filter(|entry| !matches!(entry.name(), "." | ".."))
                .map(|entry| (entry.first_cluster(), entry.is_directory(), entry.name()))
                .map(|(first, is_folder, name)| (first, is_folder, String::from(name)))
                .collect();
            for (first, is_folder, name) in inside {
                let path = format!("{path}/{name}");
                if is_folder {
                    folders.push((first, path));
                } else if path::is_temporary(&name) {
                    unfinished.push(path);
                } else if first != 0 {
                    self.take(first, &mut used)?;
                }
            }
        }
        Ok((used, unfinished))
    }

    /// Puts the clusters of a chain in a set, in which none of them is.
    fn take(&self, first: u32, used: &mut Clusters) -> Result<()> {
        let mut at = Some(first);
        while let Some(cluster) = at {
            at = match self.files.fat().next(cluster) {
                Ok(next) if used.insert(cluster) => next,
                _ => return Err(StorageError::Broken),
            };
        }
        Ok(())
    }
}
