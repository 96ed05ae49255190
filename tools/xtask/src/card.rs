//! Images of SD cards: a partition table, one FAT32 partition, files. They are written as plain
//! files, so nothing is mounted and nobody need be root.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;

use crate::find_program;
use fscommon::{BufStream, StreamSlice};
use lamfat::{FatType, FileSystem, FormatVolumeOptions, FsOptions, StdIoWrapper};

/// Bytes of a sector.
const SECTOR: u64 = 512;

/// Sector where the partition begins: 1 MiB, where partitioning programs put the first one.
const PARTITION: u32 = 2048;

/// The partition's kind: FAT32, its sectors counted from 0.
const FAT32_LBA: u8 = 0x0C;

/// What a partition table says for cylinder, head and sector where they cannot say it.
const NO_CYLINDER: [u8; 3] = [0xFE, 0xFF, 0xFF];

/// Where the boot sector has the number of sectors before the partition.
const HIDDEN_SECTORS: u64 = 28;

/// Where FAT32 keeps the second copy of its boot sector.
const SECOND_BOOT_SECTOR: u32 = 6;

/// Where a boot sector has the sectors of a cluster, those before the tables, how many tables there
/// are, their sectors, and the root's first cluster.
const CLUSTER_SECTORS: usize = 13;
const RESERVED_SECTORS: usize = 14;
const TABLES: usize = 16;
const TABLE_SECTORS: usize = 36;
const ROOT_CLUSTER: usize = 44;

/// The bits of a table's entry that are a cluster's number, and the first of those that end a chain.
const NUMBER: u32 = 0x0FFF_FFFF;
const CHAIN_ENDS: u32 = 0x0FFF_FFF8;

/// Where an entry of a folder has its attributes, three of them, and what one that was erased begins
/// with. Parts of long names have the label's attribute, too.
const ATTRIBUTES: usize = 11;
const VOLUME: u8 = 0x08;
const FOLDER: u8 = 0x10;
const TO_BE_ARCHIVED: u8 = 0x20;
const ERASED: u8 = 0xE5;

/// The volume's label, which a computer shows as the card's name.
const LABEL: [u8; 11] = *b"PLUS4      ";

/// The smallest card: FAT32 has at least 65525 clusters, and QEMU's cards have powers of two.
pub const SMALLEST: u64 = 64 << 20;

/// A file's path on the card, its folders separated by `/`, and its bytes; a folder's ends with `/`.
pub type Entry = (String, Vec<u8>);

/// A card's partition inside the image's file.
type Partition = StdIoWrapper<BufStream<StreamSlice<File>>>;

/// Makes an image of a card of `size` bytes with these files on it. The image appears whole or not
/// at all.
///
/// # Errors
/// When the size is no power of two or too small, the files do not fit or cannot be called so, or
/// the image cannot be written.
pub fn make(image: &Path, size: u64, files: &[Entry]) -> io::Result<()> {
    if size < SMALLEST || !size.is_power_of_two() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a card has 64 MiB or more, and a power of two",
        ));
    }
    let part = image.with_extension(format!("part{}", std::process::id()));
    let made = format(&part, size)
        .and_then(|()| put(&part, files))
        .and_then(|()| ask_for_archiving(&part))
        .and_then(|()| fs::rename(&part, image));
    if made.is_err() {
        fs::remove_file(&part).ok();
    }
    made
}

/// Puts files on the card of an image, over those that are there; all others stay.
///
/// # Errors
/// When there is no such card, it is full, or a file cannot be called so.
pub fn put(image: &Path, files: &[Entry]) -> io::Result<()> {
    let card = open(image)?;
    for (path, bytes) in files {
        write(&card, path, bytes)
            .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))?;
    }
    card.unmount()?;
    Ok(())
}

fn write(card: &FileSystem<Partition>, path: &str, bytes: &[u8]) -> io::Result<()> {
    let root = card.root_dir();
    for (end, _) in path.match_indices('/') {
        root.create_dir(&path[..end])?;
    }
    if path.ends_with('/') {
        return Ok(());
    }
    let mut file = root.create_file(path)?;
    file.truncate()?;
    file.write_all(bytes)?;
    file.flush()?;
    Ok(())
}

/// A file of the card of an image.
///
/// # Errors
/// When there is no such card, no such file on it, or it cannot be read.
pub fn get(image: &Path, path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let card = open(image)?;
    card.root_dir().open_file(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn open(image: &Path) -> io::Result<FileSystem<Partition>> {
    let file = OpenOptions::new().read(true).write(true).open(image)?;
    Ok(FileSystem::new(partition(file)?, FsOptions::new())?)
}

/// The partition of the card in a file: from its place to the end.
fn partition(file: File) -> io::Result<Partition> {
    let end = file.metadata()?.len();
    let start = u64::from(PARTITION) * SECTOR;
    if end < start {
        let error = "it is too short for a card";
        return Err(io::Error::new(io::ErrorKind::InvalidData, error));
    }
    Ok(StdIoWrapper::new(BufStream::new(StreamSlice::new(
        file, start, end,
    )?)))
}

/// Whether the file system on the card of an image is in order, and what fsck.fat says of it.
///
/// # Errors
/// When the image cannot be read, or fsck.fat is not installed.
pub fn check(image: &Path) -> io::Result<(bool, String)> {
    let program = find_program("fsck.fat").ok_or_else(|| {
        let error = "fsck.fat is not installed; `cargo x test` installs it";
        io::Error::new(io::ErrorKind::NotFound, error)
    })?;
    // It looks at a partition only when that is a file of its own.
    let part = image.with_extension(format!("check{}", std::process::id()));
    let mut whole = File::open(image)?;
    whole.seek(SeekFrom::Start(u64::from(PARTITION) * SECTOR))?;
    let copied = File::create(&part).and_then(|mut alone| copy_sparsely(&mut whole, &mut alone));
    let output = copied.and_then(|()| Command::new(program).arg("-n").arg(&part).output());
    fs::remove_file(&part).ok();
    let output = output?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((output.status.success(), text))
}

/// Copies a file that is mostly empty: what is zero is left out.
fn copy_sparsely(from: &mut File, to: &mut File) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let count = from.read(&mut bytes)?;
        if count == 0 {
            return to.set_len(length);
        }
        if bytes[..count].iter().any(|&byte| byte != 0) {
            to.seek(SeekFrom::Start(length))?;
            to.write_all(&bytes[..count])?;
        }
        length += count as u64;
    }
}

/// An empty card.
fn format(image: &Path, size: u64) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(image)?;
    file.set_len(size)?;
    file.write_all(&partition_table(size)?)?;
    let options = FormatVolumeOptions::new()
        .fat_type(FatType::Fat32)
        .volume_label(LABEL);
    lamfat::format_volume(&mut partition(file.try_clone()?)?, options)?;
    // What lamfat leaves at 0, as it does not know of the partition.
    for sector in [PARTITION, PARTITION + SECOND_BOOT_SECTOR] {
        file.seek(SeekFrom::Start(u64::from(sector) * SECTOR + HIDDEN_SECTORS))?;
        file.write_all(&PARTITION.to_le_bytes())?;
    }
    Ok(())
}

/// Notes of every file that it is to be archived, as all who write files to cards do but lamfat.
fn ask_for_archiving(image: &Path) -> io::Result<()> {
    let mut card = OpenOptions::new().read(true).write(true).open(image)?;
    let read = |card: &mut File, place: u64, into: &mut [u8]| {
        card.seek(SeekFrom::Start(place))?;
        card.read_exact(into)
    };
    let partition = u64::from(PARTITION) * SECTOR;
    let mut boot = [0; SECTOR as usize];
    read(&mut card, partition, &mut boot)?;
    let word = |bytes: &[u8], at: usize| u32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let long = |bytes: &[u8], at: usize| word(bytes, at) | word(bytes, at + 2) << 16;
    let table = partition + u64::from(word(&boot, RESERVED_SECTORS)) * SECTOR;
    let tables = u64::from(boot[TABLES]) * u64::from(long(&boot, TABLE_SECTORS)) * SECTOR;
    let mut bytes = vec![0; usize::from(boot[CLUSTER_SECTORS]) * SECTOR as usize];
    let mut folders = vec![long(&boot, ROOT_CLUSTER)];
    while let Some(mut cluster) = folders.pop() {
        while cluster < CHAIN_ENDS {
            let place = table + tables + u64::from(cluster - 2) * bytes.len() as u64;
            read(&mut card, place, &mut bytes)?;
            let entries = bytes.chunks_exact_mut(32).take_while(|entry| entry[0] != 0);
            for entry in entries.filter(|entry| !matches!(entry[0], ERASED | b'.')) {
                match entry[ATTRIBUTES] {
                    kind if kind & VOLUME != 0 => {}
                    kind if kind & FOLDER != 0 => {
                        folders.push(word(entry, 26) | word(entry, 20) << 16);
                    }
                    _ => entry[ATTRIBUTES] |= TO_BE_ARCHIVED,
                }
            }
            card.seek(SeekFrom::Start(place))?;
            card.write_all(&bytes)?;
            let mut next = [0; 4];
            read(&mut card, table + u64::from(cluster) * 4, &mut next)?;
            cluster = u32::from_le_bytes(next) & NUMBER;
        }
    }
    Ok(())
}

/// The card's first sector: one partition, which takes all that is left.
fn partition_table(size: u64) -> io::Result<[u8; SECTOR as usize]> {
    let sectors = u32::try_from(size / SECTOR - u64::from(PARTITION))
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a card has less than 2 TiB"))?;
    let mut table = [0; SECTOR as usize];
    let entry = &mut table[446..462];
    entry[1..4].copy_from_slice(&NO_CYLINDER);
    entry[4] = FAT32_LBA;
    entry[5..8].copy_from_slice(&NO_CYLINDER);
    entry[8..12].copy_from_slice(&PARTITION.to_le_bytes());
    entry[12..].copy_from_slice(&sectors.to_le_bytes());
    table[510..].copy_from_slice(&[0x55, 0xAA]);
    Ok(table)
}
