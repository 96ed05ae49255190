//! A card of memory: its power fails, it vanishes, its sectors rot, as a test wants it. And a
//! look at what is on it, by other eyes than the file system's.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::string::{String, ToString as _};
use std::vec::Vec;

use super::{BlockError, Blocks, SECTOR};

/// A sector's bytes.
pub(crate) type Sector = [u8; SECTOR];

/// What is on a card: the sectors that are not all zero, or were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    /// Sectors of the card.
    pub(crate) count: u64,
    /// Those that were written.
    pub(crate) written: BTreeMap<u64, Sector>,
}

/// Where the partition begins.
const PARTITION: u64 = 64;
/// Sectors before the tables.
const RESERVED: u64 = 32;

impl Image {
    /// A card without anything on it.
    pub(crate) const fn blank(count: u64) -> Self {
        Self {
            count,
            written: BTreeMap::new(),
        }
    }

    /// A card with an empty FAT32 partition in clusters of so many sectors.
    pub(crate) fn formatted(count: u64, in_cluster: u64) -> Self {
        let mut image = Self::blank(count);
        let sectors = count - PARTITION;
        let table = (sectors / in_cluster + 2).div_ceil(SECTOR as u64 / 4);
        let long = |value: u64| u32::try_from(value).expect("fits").to_le_bytes();
        let mut first = [0; SECTOR];
        first[446 + 4] = 0x0C;
        first[454..458].copy_from_slice(&long(PARTITION));
        first[458..462].copy_from_slice(&long(sectors));
        let mut boot = [0; SECTOR];
        boot[..11].copy_from_slice(b"\xEB\x58\x90MSDOS5.0");
        boot[11..16].copy_from_slice(&[0, 2, in_cluster as u8, RESERVED as u8, 0]);
        boot[16] = 2;
        boot[21] = 0xF8;
        boot[28..32].copy_from_slice(&long(PARTITION));
        boot[32..36].copy_from_slice(&long(sectors));
        boot[36..40].copy_from_slice(&long(table));
        boot[44..52].copy_from_slice(&[2, 0, 0, 0, 1, 0, 6, 0]);
        boot[66] = 0x29;
        boot[71..90].copy_from_slice(b"NO NAME    FAT32   ");
        let mut hints = [0; SECTOR];
        hints[..4].copy_from_slice(b"RRaA");
        hints[484..488].copy_from_slice(b"rrAa");
        hints[488..496].fill(0xFF);
        for sector in [&mut first, &mut boot, &mut hints] {
            sector[510..].copy_from_slice(&[0x55, 0xAA]);
        }
        let mut entries = [0; SECTOR];
        for (n, entry) in [0x0FFF_FFF8_u32, 0x0FFF_FFFF, 0x0FFF_FFFF]
            .iter()
            .enumerate()
        {
            entries[4 * n..4 * n + 4].copy_from_slice(&entry.to_le_bytes());
        }
        image.written.insert(0, first);
        for at in [0, 6] {
            image.written.insert(PARTITION + at, boot);
            image.written.insert(PARTITION + at + 1, hints);
        }
        for copy in 0..2 {
            let at = PARTITION + RESERVED + copy * table;
            image.written.insert(at, entries);
        }
        image
    }

    /// A sector.
    pub(crate) fn sector(&self, at: u64) -> Sector {
        self.written.get(&at).copied().unwrap_or([0; SECTOR])
    }
}

/// A card in a slot, and what is wrong with it. It is shared: a test looks at it while a store has
/// it.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) image: Image,
    pub(crate) is_there: bool,
    pub(crate) is_protected: bool,
    /// It came after the slot was last looked at, and answers nothing before it is.
    pub(crate) is_new: bool,
    /// Sectors that can still be written before the power fails.
    pub(crate) cut: Option<u64>,
    /// Commands before it is pulled out.
    pub(crate) vanishes: Option<u64>,
    /// A sector that cannot be read.
    pub(crate) rotten: Option<u64>,
    /// Commands that read and write.
    pub(crate) reads: u64,
    pub(crate) writes: u64,
    /// Times others may have had their turn while no sectors were moved.
    pub(crate) turns: u64,
    /// Sectors read and written.
    pub(crate) sectors_read: Vec<u64>,
    pub(crate) sectors_written: u64,
}

/// The slot.
#[derive(Clone, Debug)]
pub(crate) struct Slot(pub(crate) Rc<RefCell<Card>>);

impl Slot {
    /// A slot with a card in it.
    pub(crate) fn with(image: Image) -> Self {
        Self(Rc::new(RefCell::new(Card {
            image,
            is_there: true,
            is_protected: false,
            is_new: false,
            cut: None,
            vanishes: None,
            rotten: None,
            reads: 0,
            writes: 0,
            turns: 0,
            sectors_read: Vec::new(),
            sectors_written: 0,
        })))
    }
}

impl Slot {
    /// What is on its card.
    pub(crate) fn image(&self) -> Image {
        self.0.borrow().image.clone()
    }
}

impl Card {
    fn command(&mut self, sector: u64, bytes: usize) -> Result<(), BlockError> {
        if let Some(left) = &mut self.vanishes {
            self.is_there &= *left > 0;
            *left = left.saturating_sub(1);
        }
        if !self.is_there || self.is_new || self.cut == Some(0) {
            return Err(BlockError::NoCard);
        }
        assert!(bytes > 0 && bytes.is_multiple_of(SECTOR));
        match sector.checked_add((bytes / SECTOR) as u64) {
            Some(end) if end <= self.image.count => Ok(()),
            _ => Err(BlockError::Broken),
        }
    }
}

impl Blocks for Slot {
    fn start(&mut self) -> Result<u64, BlockError> {
        let card = &mut *self.0.borrow_mut();
        card.is_new = false;
        match card.is_there && card.cut != Some(0) {
            true => Ok(card.image.count),
            false => Err(BlockError::NoCard),
        }
    }

    fn is_there(&mut self) -> bool {
        let card = self.0.borrow();
        card.is_there && !card.is_new && card.cut != Some(0)
    }

    fn read(&mut self, sector: u64, into: &mut [u8]) -> Result<(), BlockError> {
        let card = &mut *self.0.borrow_mut();
        card.command(sector, into.len())?;
        card.reads += 1;
        for (at, bytes) in (sector..).zip(into.chunks_mut(SECTOR)) {
            card.sectors_read.push(at);
            if card.rotten == Some(at) {
                return Err(BlockError::Broken);
            }
            bytes.copy_from_slice(&card.image.sector(at));
        }
        Ok(())
    }

    fn write(&mut self, sector: u64, from: &[u8]) -> Result<(), BlockError> {
        let card = &mut *self.0.borrow_mut();
        card.command(sector, from.len())?;
        if card.is_protected {
            return Err(BlockError::Protected);
        }
        card.writes += 1;
        for (at, bytes) in (sector..).zip(from.chunks(SECTOR)) {
            match &mut card.cut {
                Some(0) => return Err(BlockError::NoCard),
                Some(left) => *left -= 1,
                None => {}
            }
            card.sectors_written += 1;
            let bytes = bytes.try_into().expect("a sector");
            card.image.written.insert(at, bytes);
        }
        Ok(())
    }

    fn sectors_at_once(&self) -> usize {
        0xFFFF
    }

    fn give_way(&mut self) {
        self.0.borrow_mut().turns += 1;
    }
}

/// What is on a card.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    /// Files by their paths, and folders (`None`), whose paths end with `/`.
    pub(crate) files: BTreeMap<String, Option<Vec<u8>>>,
    /// Clusters that are taken and belong to nothing.
    pub(crate) lost: usize,
    /// What must never be.
    pub(crate) damage: Vec<String>,
    /// The two copies of the table differ.
    pub(crate) tables_differ: bool,
    /// The card says it was being written.
    pub(crate) is_dirty: bool,
    owners: BTreeMap<u32, String>,
}

/// A volume being looked at.
struct Look<'a> {
    image: &'a Image,
    boot: Sector,
    data: u64,
    clusters: u32,
    contents: Contents,
}

impl Look<'_> {
    fn long(&self, at: usize) -> u64 {
        u32::from_le_bytes(self.boot[at..at + 4].try_into().expect("four bytes")).into()
    }

    fn entry(&self, cluster: u32, copy: u64) -> u32 {
        let table = PARTITION + RESERVED + copy * self.long(36);
        let sector = self.image.sector(table + u64::from(cluster / 128));
        let at = cluster as usize % 128 * 4;
        u32::from_le_bytes(sector[at..at + 4].try_into().expect("four bytes")) & 0x0FFF_FFFF
    }

    /// The bytes of a chain, whose clusters belong to `owner` from now on.
    fn chain(&mut self, first: u32, owner: &str) -> Vec<u8> {
        let (mut bytes, mut at) = (Vec::new(), first);
        loop {
            if !(2..self.clusters + 2).contains(&at) {
                self.contents
                    .damage
                    .push(std::format!("{owner}: cluster {at}"));
                return bytes;
            }
            if let Some(other) = self.contents.owners.insert(at, owner.to_string()) {
                self.contents
                    .damage
                    .push(std::format!("{owner} and {other} share {at}"));
                return bytes;
            }
            let in_cluster = u64::from(self.boot[13]);
            let sector = self.data + u64::from(at - 2) * in_cluster;
            let start = bytes.len();
            bytes.resize(start + in_cluster as usize * SECTOR, 0);
            for (n, written) in self.image.written.range(sector..sector + in_cluster) {
                let at = start + (n - sector) as usize * SECTOR;
                bytes[at..at + SECTOR].copy_from_slice(written);
            }
            at = self.entry(at, 0);
            if at >= 0x0FFF_FFF8 {
                return bytes;
            }
        }
    }

    fn folder(&mut self, first: u32, path: &str) {
        let bytes = self.chain(first, path);
        let mut long = Vec::new();
        for entry in bytes.chunks(32).take_while(|entry| entry[0] != 0) {
            if entry[0] == 0xE5 {
                long.clear();
                continue;
            }
            if entry[11] == 0x0F {
                let units: Vec<u16> = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]
                    .map(|at| u16::from_le_bytes([entry[at], entry[at + 1]]))
                    .into_iter()
                    .take_while(|&unit| unit != 0)
                    .collect();
                if entry[0] & 0x40 != 0 {
                    long.clear();
                }
                long.insert(0, (entry[13], units));
                continue;
            }
            self.file(entry, &core::mem::take(&mut long), path);
        }
    }

    fn file(&mut self, entry: &[u8], long: &[(u8, Vec<u16>)], above: &str) {
        let sum = entry[..11]
            .iter()
            .fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
        let short = |from: usize, to: usize, small: bool| {
            let text = String::from_utf8_lossy(&entry[from..to])
                .trim_end()
                .to_string();
            if small { text.to_lowercase() } else { text }
        };
        let mut name = short(0, 8, entry[12] & 8 != 0);
        let ending = short(8, 11, entry[12] & 16 != 0);
        if !ending.is_empty() {
            name = std::format!("{name}.{ending}");
        }
        if !long.is_empty() && long.iter().all(|(of, _)| *of == sum) {
            let units: Vec<u16> = long.iter().flat_map(|(_, units)| units.clone()).collect();
            name = String::from_utf16_lossy(&units);
        }
        if matches!(name.as_str(), "." | "..") || entry[11] & 8 != 0 {
            return;
        }
        let half = |at: usize| u32::from(u16::from_le_bytes([entry[at], entry[at + 1]]));
        let first = half(20) << 16 | half(26);
        let size = (half(30) << 16 | half(28)) as usize;
        let path = std::format!("{above}{name}");
        if entry[11] & 16 != 0 {
            let path = path + "/";
            self.contents.files.insert(path.clone(), None);
            return self.folder(first, &path);
        }
        let mut bytes = match first {
            0 => Vec::new(),
            _ => self.chain(first, &path),
        };
        let cluster = usize::from(self.boot[13]) * SECTOR;
        // A file that is being written has its room, and no size yet.
        let reserved = size == 0 && super::path::is_temporary(&name);
        if !reserved && bytes.len() != size.next_multiple_of(cluster) {
            let damage = std::format!("{path}: {} bytes for {size}", bytes.len());
            self.contents.damage.push(damage);
        }
        bytes.truncate(size);
        if self
            .contents
            .files
            .insert(path.clone(), Some(bytes))
            .is_some()
        {
            self.contents.damage.push(std::format!("two of {path}"));
        }
    }
}

/// Looks at all that is on a card formatted by [`Image::formatted`].
pub(crate) fn look(image: &Image) -> Contents {
    let boot = image.sector(PARTITION);
    let mut look = Look {
        image,
        boot,
        data: 0,
        clusters: 0,
        contents: Contents::default(),
    };
    let table = look.long(36);
    look.data = PARTITION + RESERVED + 2 * table;
    look.clusters = ((PARTITION + look.long(32) - look.data) / u64::from(boot[13])) as u32;
    look.contents.is_dirty = boot[0x41] & 1 != 0;
    let tables = PARTITION + RESERVED..PARTITION + RESERVED + table;
    look.contents.tables_differ = tables
        .clone()
        .any(|at| image.sector(at) != image.sector(at + table));
    look.folder(2, "/");
    let owned: BTreeSet<u32> = look.contents.owners.keys().copied().collect();
    for at in tables.clone().filter(|at| image.written.contains_key(at)) {
        for n in 0..128 {
            let cluster = (at - tables.start) as u32 * 128 + n;
            let is_taken = cluster >= 2
                && cluster < look.clusters + 2
                && look.entry(cluster, 0) != 0
                && !owned.contains(&cluster);
            look.contents.lost += usize::from(is_taken);
        }
    }
    look.contents
}
