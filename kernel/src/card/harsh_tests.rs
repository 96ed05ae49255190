//! Cards that are not what they should be, and large ones.

use std::vec::Vec;

use basic::files::request::{Answer, Reply, Request, StorageError};

use super::SECTOR;
use super::simulated::{Image, Slot, look};
use super::store::Store;

/// Where [`Image::formatted`] puts the partition, and the tables in it.
const PARTITION: u64 = 64;
const TABLES: u64 = PARTITION + 32;

const UNRECOGNISED: Answer = Err(StorageError::Unrecognised);

fn all_requests() -> Vec<Request> {
    Vec::from([
        Request::List("/".into()),
        Request::List("/folder".into()),
        Request::Read("/file".into()),
        Request::Read("/folder/a long name of a file".into()),
        Request::Write("/file".into(), std::vec![1; 5000]),
        Request::Write("/folder/new".into(), std::vec![2; 5000]),
        Request::Rename("/folder".into(), "/folder/inside".into()),
        Request::Rename("/folder".into(), "/other".into()),
        Request::Rename("/file".into(), "/other/a longer name".into()),
        Request::MakeFolder("/other/more".into()),
        Request::Rename("/other/more".into(), "/more".into()),
        Request::Erase("/other/a long name of a file".into()),
        Request::EraseFolder("/more".into()),
        Request::EraseFolder("/other".into()),
        Request::Erase("/file".into()),
    ])
}

/// A card with a file, and a folder with one.
fn small() -> Image {
    let slot = Slot::with(Image::formatted(4_096, 1));
    let mut store = Store::new(slot.clone());
    for request in [
        Request::MakeFolder("/folder".into()),
        Request::Write("/file".into(), std::vec![3; 3000]),
        Request::Write("/folder/a long name of a file".into(), std::vec![4; 3000]),
    ] {
        assert_eq!(store.answer(&request), Ok(Reply::Done));
    }
    slot.image()
}

/// Changes bytes of a sector.
fn patch(image: &mut Image, sector: u64, at: usize, bytes: &[u8]) {
    let mut whole = image.sector(sector);
    whole[at..at + bytes.len()].copy_from_slice(bytes);
    image.written.insert(sector, whole);
}

#[test]
fn what_is_no_fat32_is_not_recognised() {
    let mut images = Vec::from([Image::blank(1 << 17), Image::blank(1)]);
    let mut garbage = Image::blank(256);
    for at in 0..256 {
        garbage.written.insert(at, [0xFF; SECTOR]);
    }
    images.push(garbage);
    let boot = |at: usize, bytes: &[u8]| {
        let mut image = small();
        patch(&mut image, PARTITION, at, bytes);
        image
    };
    // No signature; FAT16; exFAT; no clusters; a volume that ends behind the card.
    images.push(boot(510, &[0, 0]));
    images.push(boot(22, &[64, 0]));
    images.push(boot(3, &[[0; 8], [0; 8], [0; 8], [0; 8]].concat()));
    images.push(boot(13, &[0]));
    images.push(boot(32, &[0, 0, 1, 0]));
    // Tables as large as numbers can be, hints behind them.
    images.push(boot(36, &[0xFF; 4]));
    images.push(boot(16, &[0xFF, 0, 0]));
    images.push(boot(36, &[0, 0, 0, 0x80]));
    images.push(boot(48, &[0xFE, 0xFF]));
    // A partition of Linux', of a GPT, one behind the card.
    for (at, byte) in [(450, 0x83), (450, 0xEE)] {
        let mut image = small();
        patch(&mut image, 0, at, &[byte]);
        images.push(image);
    }
    for (n, image) in images.into_iter().enumerate() {
        let slot = Slot::with(image.clone());
        let mut store = Store::new(slot.clone());
        for request in all_requests() {
            assert_eq!(store.answer(&request), UNRECOGNISED, "image {n}");
        }
        assert_eq!(slot.0.borrow().image, image);
    }
}

#[test]
fn a_card_without_a_partition_table_is_one_partition() {
    let with = small();
    let mut without = Image::blank(with.count - PARTITION);
    let moved = with.written.range(PARTITION..);
    without.written = moved.map(|(at, bytes)| (at - PARTITION, *bytes)).collect();
    let mut store = Store::new(Slot::with(without));
    let file = store.answer(&Request::Read("/file".into()));
    assert_eq!(file, Ok(Reply::Bytes(std::vec![3; 3000])));
}

#[test]
fn a_chain_that_loops_or_leads_astray_is_told_of_and_nothing_is_overwritten() {
    let whole = small();
    // The folder has cluster 3; the files have 4 to 9 and 10 to 15.
    for cluster in 3..16 {
        for entry in [
            0,
            1,
            2,
            cluster,
            cluster - 1,
            0x0FFF_FFF7,
            0x0FFF_FFF0,
            4000,
        ] {
            let mut image = whole.clone();
            patch(
                &mut image,
                TABLES,
                4 * cluster as usize,
                &u32::to_le_bytes(entry),
            );
            let slot = Slot::with(image.clone());
            let mut store = Store::new(slot.clone());
            let broken = Err(StorageError::Broken);
            let mut harmed = 0;
            for path in ["/file", "/folder/a long name of a file"] {
                let answer = store.answer(&Request::Read(path.into()));
                if answer == broken {
                    harmed += 1;
                    let over = Request::Write(path.into(), std::vec![1]);
                    assert_eq!(store.answer(&over), broken, "{path}: {cluster} to {entry}");
                    let erase = Request::Erase(path.into());
                    assert_eq!(store.answer(&erase), broken, "{path}: {cluster} to {entry}");
                }
            }
            assert_eq!(slot.0.borrow().image, image);
            assert!(
                harmed > 0 || [1, 2].contains(&cluster),
                "{cluster} to {entry}"
            );
        }
    }
}

/// Numbers that look like chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

#[test]
fn damage_of_any_kind_is_answered_for() {
    let whole = small();
    let sectors: Vec<u64> = whole.written.keys().copied().collect();
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut errors = 0;
    for _ in 0..1500 {
        let mut image = whole.clone();
        for _ in 0..=chance.below(6) {
            let sector = sectors[chance.below(sectors.len() as u64) as usize];
            let at = match chance.below(3) {
                0 => chance.below(SECTOR as u64),
                1 => chance.below(96),
                _ => 446 + chance.below(66),
            };
            let byte = [0, 1, 2, 0x7F, 0x80, 0xE5, 0xFF, chance.below(256) as u8];
            patch(
                &mut image,
                sector,
                at as usize,
                &[byte[chance.below(8) as usize]],
            );
        }
        let slot = Slot::with(image);
        let mut store = Store::new(slot.clone());
        for request in all_requests() {
            errors += usize::from(store.answer(&request).is_err());
        }
        let commands = slot.0.borrow().reads + slot.0.borrow().writes;
        assert!(commands < 2_000, "{commands} commands");
    }
    assert!(errors > 5_000, "{errors} errors");
}

#[test]
fn a_folder_of_thousands_of_files_is_listed_and_written() {
    let slot = Slot::with(Image::formatted(1 << 16, 8));
    let mut store = Store::new(slot.clone());
    assert!(store.answer(&Request::MakeFolder("/many".into())).is_ok());
    let path = |n: u32| std::format!("/many/file number {n}");
    assert!(
        store
            .answer(&Request::Write(path(0), std::vec![0; 99]))
            .is_ok()
    );
    // The others are put there by hand: it takes less time.
    let mut image = slot.image();
    let data = TABLES
        + 2 * u64::from(u32::from_le_bytes(
            image.sector(PARTITION)[36..40]
                .try_into()
                .expect("four bytes"),
        ));
    let mut entries = Vec::new();
    for n in 0..2 {
        entries.extend_from_slice(&image.sector(data + 8)[32 * n..32 * n + 32]);
    }
    for n in 1..5_000 {
        let mut entry = entries[..32].to_vec();
        entry[..11].copy_from_slice(std::format!("N{n:07}   ").as_bytes());
        entry[11] = 0x20;
        entry[20..32].fill(0);
        entries.extend(entry);
    }
    let clusters = entries.len().div_ceil(8 * SECTOR) as u32;
    // The folder's first cluster, and free ones from 1000 on.
    let chain = |n: u32| if n == 0 { 3 } else { 1000 + n };
    for n in 0..clusters {
        let next = if n + 1 < clusters {
            chain(n + 1)
        } else {
            0x0FFF_FFFF
        };
        let at = chain(n) as usize * 4;
        let (sector, at) = ((at / SECTOR) as u64, at % SECTOR);
        patch(&mut image, TABLES + sector, at, &next.to_le_bytes());
        let from = n as usize * 8 * SECTOR;
        let bytes = &entries[from..entries.len().min(from + 8 * SECTOR)];
        let place = data + u64::from(chain(n) - 2) * 8;
        for (sector, bytes) in (place..).zip(bytes.chunks(SECTOR)) {
            patch(&mut image, sector, 0, bytes);
        }
    }
    let slot = Slot::with(image);
    let mut store = Store::new(slot.clone());
    let list = |store: &mut Store<Slot>| match store.answer(&Request::List("/many".into())) {
        Ok(Reply::List(entries, _)) => entries.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(list(&mut store), 4_999);
    for n in 0..3 {
        let written = store.answer(&Request::Write(path(n), std::vec![1; 700]));
        assert_eq!(written, Ok(Reply::Done));
    }
    assert_eq!(list(&mut store), 5_002);
    let rename = Request::Rename("/many/N0000007".into(), "/many/seven".into());
    assert_eq!(store.answer(&rename), Ok(Reply::Done));
    assert!(
        store
            .answer(&Request::Erase("/many/n0004999".into()))
            .is_ok()
    );
    assert_eq!(list(&mut Store::new(slot.clone())), 5_001);
}

#[test]
fn a_card_of_128_gib_is_mounted_with_few_commands() {
    // As formatting programs make them: clusters of 32 KiB.
    let slot = Slot::with(Image::formatted(1 << 28, 64));
    let mut store = Store::new(slot.clone());
    assert_eq!(
        store.look().map(|mounted| std::format!("{mounted}")),
        Ok("131071 MB FAT32 in clusters of 32768 bytes, 131039 MB free".into())
    );
    let card = slot.0.borrow();
    let commands_and_sectors = (card.reads, card.sectors_read.len());
    // Its table has 16 MiB, which is what it takes in memory too.
    assert_eq!(commands_and_sectors, (21, 32_765));
}

#[test]
fn a_long_chain_is_followed_in_steps() {
    let slot = Slot::with(Image::formatted(1 << 28, 64));
    let mut store = Store::new(slot.clone());
    let write = Request::Write("/file".into(), std::vec![1; 99]);
    assert_eq!(store.answer(&write), Ok(Reply::Done));
    // All of the card is its chain, but for the last cluster.
    let mut image = slot.image();
    let table = u64::from(u32::from_le_bytes(
        image.sector(PARTITION)[36..40]
            .try_into()
            .expect("four bytes"),
    ));
    let clusters = (image.count - TABLES - 2 * table) / 64;
    for at in 0..=clusters / 128 {
        let mut sector = image.sector(TABLES + at);
        for (n, entry) in (at * 128..).zip(sector.chunks_mut(4)) {
            if (3..=clusters).contains(&n) {
                let next = if n == clusters {
                    0x0FFF_FFFF
                } else {
                    n as u32 + 1
                };
                entry.copy_from_slice(&u32::to_le_bytes(next));
            }
        }
        image.written.insert(TABLES + at, sector);
    }
    // And it was being written when the power failed.
    patch(&mut image, PARTITION, 0x41, &[1]);
    let slot = Slot::with(image);
    let mut store = Store::new(slot.clone());
    assert!(store.look().is_ok());
    let mended = slot.0.borrow().turns;
    assert!(
        mended > clusters / 5_000,
        "{mended} turns in {clusters} steps"
    );
    let read = store.answer(&Request::Read("/file".into()));
    assert_eq!(read, Ok(Reply::Bytes(std::vec![1; 99])));
    let followed = slot.0.borrow().turns - mended;
    assert!(
        followed > clusters / 5_000,
        "{followed} turns in {clusters} steps"
    );
}

#[test]
fn a_save_and_a_load_move_sectors_in_runs() {
    let slot = Slot::with(Image::formatted(1 << 18, 8));
    let mut store = Store::new(slot.clone());
    store.look().expect("it can be mounted");
    let bytes: Vec<u8> = (0..49_179).map(|n| n as u8).collect();
    let mut cost = |request: &Request| {
        let before = slot.0.borrow().clone();
        assert!(store.answer(request).is_ok());
        let card = slot.0.borrow();
        [
            card.reads - before.reads,
            (card.sectors_read.len() - before.sectors_read.len()) as u64,
            card.writes - before.writes,
            card.sectors_written - before.sectors_written,
        ]
    };
    let write = Request::Write("/program".into(), bytes.clone());
    // 97 sectors of the file; commands to read, sectors read, commands to write, sectors written.
    assert_eq!(cost(&write), [11, 32, 10, 105], "a new file");
    assert_eq!(cost(&write), [12, 33, 13, 108], "over a file");
    assert_eq!(
        cost(&Request::Read("/program".into())),
        [3, 105, 0, 0],
        "a load"
    );
    assert_eq!(look(&slot.0.borrow().image).damage, [""; 0]);
}
