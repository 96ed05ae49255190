//! Requests on simulated cards: right ones, wrong ones, on cards that fail.

use std::collections::{BTreeMap, BTreeSet};
use std::string::{String, ToString as _};
use std::sync::LazyLock;
use std::vec::Vec;

use super::super::simulated::{Contents, Image, Slot, look};
use super::*;

/// Sectors of most cards here: 4 MiB, in clusters of one sector.
const COUNT: u64 = 8_192;

/// A card with some files and folders on it.
static CARD: LazyLock<Image> = LazyLock::new(|| {
    let slot = Slot::with(Image::formatted(COUNT, 1));
    let mut store = Store::new(slot.clone());
    for request in [
        make_folder("/games"),
        write("/old", &bytes(1, 3000)),
        write("/A long name of a file.bas", &bytes(2, 700)),
        write("/games/pacman", &bytes(3, 40_000)),
        write("/empty", &[]),
        make_folder("/games/more"),
        make_folder("/nothing"),
    ] {
        assert_eq!(store.answer(&request), Ok(Reply::Done), "{request:?}");
    }
    slot.image()
});

fn bytes(seed: u8, count: usize) -> Vec<u8> {
    (0..count)
        .map(|n| seed.wrapping_add((n * 7 / 3) as u8))
        .collect()
}

fn read(path: &str) -> Request {
    Request::Read(path.into())
}

fn write(path: &str, bytes: &[u8]) -> Request {
    Request::Write(path.into(), bytes.into())
}

fn list(path: &str) -> Request {
    Request::List(path.into())
}

fn erase(path: &str) -> Request {
    Request::Erase(path.into())
}

fn rename(from: &str, to: &str) -> Request {
    Request::Rename(from.into(), to.into())
}

fn mark(path: &str, attribute: Attribute, on: bool) -> Request {
    Request::Mark(path.into(), attribute, on)
}

fn make_folder(path: &str) -> Request {
    Request::MakeFolder(path.into())
}

fn erase_folder(path: &str) -> Request {
    Request::EraseFolder(path.into())
}

/// The usual card in a slot, and a store for it that has not looked yet.
fn usual() -> (Slot, Store<Slot>) {
    let slot = Slot::with(CARD.clone());
    (slot.clone(), Store::new(slot))
}

/// What is on a slot's card, which must be in order.
fn contents(slot: &Slot) -> Contents {
    let contents = look(&slot.0.borrow().image);
    assert_eq!(contents.damage, [""; 0]);
    contents
}

fn names(answer: Answer) -> Vec<String> {
    let Ok(Reply::List(mut entries, _)) = answer else {
        panic!("no list: {answer:?}");
    };
    entries.sort();
    let mark = |entry: &Entry| if entry.folder { "/" } else { "" };
    let name = |entry: &Entry| std::format!("{}{} {}", entry.name, mark(entry), entry.size);
    entries.iter().map(name).collect()
}

#[test]
fn files_are_written_read_and_listed() {
    let (slot, mut store) = usual();
    assert_eq!(
        store.answer(&read("/OLD")),
        Ok(Reply::Bytes(bytes(1, 3000)))
    );
    assert_eq!(store.answer(&read("/empty")), Ok(Reply::Bytes(Vec::new())));
    assert_eq!(
        names(store.answer(&list("/"))),
        [
            "A long name of a file.bas 700",
            "empty 0",
            "games/ 0",
            "nothing/ 0",
            "old 3000"
        ]
    );
    assert_eq!(
        names(store.answer(&list("/games"))),
        ["more/ 0", "pacman 40000"]
    );
    // The name stays as it was first written.
    let done = Ok(Reply::Done);
    assert_eq!(
        store.answer(&write("/a LONG name OF a file.bas", b"x")),
        done
    );
    assert_eq!(
        store.answer(&write("/games/Ünïcode £", &bytes(9, 999))),
        done
    );
    assert_eq!(
        store.answer(&rename("/games/pacman", "/games/PacMan")),
        done
    );
    assert_eq!(store.answer(&rename("/old", "/games/more/New")), done);
    assert_eq!(store.answer(&rename("/games/more", "/nothing/more")), done);
    assert_eq!(store.answer(&erase("/empty")), done);
    let contents = contents(&slot);
    let paths: Vec<&str> = contents.files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "/A long name of a file.bas",
            "/games/",
            "/games/PacMan",
            "/games/Ünïcode £",
            "/nothing/",
            "/nothing/more/",
            "/nothing/more/New",
        ]
    );
    assert_eq!(
        contents.files["/A long name of a file.bas"],
        Some(b"x".into())
    );
    assert_eq!(contents.files["/nothing/more/New"], Some(bytes(1, 3000)));
    assert_eq!(
        (contents.lost, contents.tables_differ, contents.is_dirty),
        (0, false, false)
    );
    // And by a store that sees it for the first time.
    let mut again = Store::new(slot);
    assert_eq!(
        again.answer(&read("/games/ünïcode £")),
        Ok(Reply::Bytes(bytes(9, 999)))
    );
}

#[test]
fn an_attribute_is_changed_by_the_writing_of_one_sector() {
    let (slot, mut store) = usual();
    let long = "/A long name of a file.bas";
    let before = contents(&slot).files;
    let attributes = |store: &mut Store<Slot>| {
        let Ok(Reply::List(entries, _)) = store.answer(&list("/")) else {
            panic!("no list");
        };
        let entry = entries.iter().find(|entry| entry.name == long[1..]);
        entry.map(|entry| Attribute::ALL.map(|attribute| entry.attributes.has(attribute)))
    };
    assert_eq!(attributes(&mut store), Some([false; 3]));
    for on in [true, false] {
        for (n, attribute) in Attribute::ALL.into_iter().enumerate() {
            let sectors = slot.0.borrow().sectors_written;
            let marked = store.answer(&mark(long, attribute, on));
            assert_eq!(marked, Ok(Reply::Done), "{attribute:?} {on}");
            assert_eq!(slot.0.borrow().sectors_written, sectors + 1);
            let expected = [0, 1, 2].map(|at| (at <= n) == on);
            assert_eq!(attributes(&mut store), Some(expected), "{attribute:?} {on}");
            // Not what is in memory only.
            let mut other = Store::new(slot.clone());
            assert_eq!(attributes(&mut other), Some(expected), "{attribute:?} {on}");
            assert_eq!(contents(&slot).files, before);
        }
        let protected = match on {
            true => Err(StorageError::ReadOnly),
            false => Ok(Reply::Done),
        };
        let other = rename(long, "/other");
        assert_eq!(store.answer(&other), protected);
        if !on {
            assert_eq!(store.answer(&rename("/other", long)), protected);
        }
        assert_eq!(store.answer(&write(long, &bytes(2, 700))), protected);
    }
    for (path, error) in [
        ("/none", StorageError::NotFound),
        ("/games", StorageError::NotFound),
        ("/", StorageError::NotFound),
    ] {
        let marked = store.answer(&mark(path, Attribute::Protected, true));
        assert_eq!(marked, Err(error), "{path}");
    }
}

#[test]
fn what_cannot_be_done_is_told_and_changes_nothing() {
    use StorageError as E;
    let (slot, mut store) = usual();
    let long = "x".repeat(256);
    for (request, error) in [
        (read("/none"), E::NotFound),
        (read("/games"), E::NotFound),
        (read("/old/x"), E::NotFound),
        (read("/"), E::NotFound),
        (read("old"), E::BadName),
        (read("/games/../old"), E::BadName),
        (list("/old"), E::NotFound),
        (list("/none"), E::NotFound),
        (write("/none/x", b"x"), E::NotFound),
        (write("/games", b"x"), E::Exists),
        (write("/a:b", b"x"), E::BadName),
        (write("/~plus4~", b"x"), E::BadName),
        (write(&std::format!("/{long}"), b"x"), E::BadName),
        (write("/big", &std::vec![0; FILE_MAX + 1]), E::TooBig),
        (write("/big", &bytes(0, 45 << 20 >> 1)), E::TooBig),
        (erase("/games"), E::NotFound),
        (erase("/none"), E::NotFound),
        (rename("/old", "/empty"), E::Exists),
        (rename("/old", "/games/pacman"), E::Exists),
        (rename("/games", "/games/more/x"), E::BadName),
        (rename("/none", "/x"), E::NotFound),
        (rename("/old", "/none/x"), E::NotFound),
        (make_folder("/games"), E::Exists),
        (make_folder("/old"), E::Exists),
        (make_folder("/"), E::BadName),
        (erase_folder("/games"), E::NotEmpty),
        (erase_folder("/old"), E::NotFound),
        (erase_folder("/"), E::NotFound),
    ] {
        assert_eq!(store.answer(&request), Err(error), "{request:?}");
    }
    assert_eq!(slot.0.borrow().image, *CARD);
}

/// A card whose root has so many entries before the next free one of a sector ends, that the name
/// of three entries which comes next lies in two sectors; and a request done there.
fn across_sectors(request: Request) -> Image {
    let (slot, mut store) = usual();
    for n in 0..7 {
        let request = write(&std::format!("/f{n}"), &bytes(n, 100));
        assert_eq!(store.answer(&request), Ok(Reply::Done));
    }
    assert_eq!(store.answer(&request), Ok(Reply::Done));
    slot.image()
}

/// A card with a file larger than what is moved in memory, of zeros.
fn with_large_file() -> Image {
    let slot = Slot::with(Image::formatted(1 << 17, 64));
    let mut store = Store::new(slot.clone());
    for request in [make_folder("/folder"), write("/large", &bytes(1, 17 << 15))] {
        assert_eq!(store.answer(&request), Ok(Reply::Done));
    }
    let mut image = slot.image();
    // Its chain, cluster 4 and those behind it, is made 32 times as long.
    let table = u64::from(u32::from_le_bytes(
        image.sector(64)[36..40].try_into().expect("four bytes"),
    ));
    for cluster in 4..4 + 17 * 32 {
        let next = if cluster == 3 + 17 * 32 {
            0x0FFF_FFFF
        } else {
            cluster + 1
        };
        for copy in 0..2 {
            let at = 64 + 32 + copy * table + cluster / 128;
            let mut sector = image.sector(at);
            let entry = cluster as usize % 128 * 4;
            sector[entry..entry + 4].copy_from_slice(&(next as u32).to_le_bytes());
            image.written.insert(at, sector);
        }
    }
    let root = 64 + 32 + 2 * table;
    let mut sector = image.sector(root);
    let entry = sector
        .chunks_mut(32)
        .find(|entry| entry.starts_with(b"LARGE "));
    entry.expect("it is there")[28..].copy_from_slice(&(17_u32 << 20).to_le_bytes());
    image.written.insert(root, sector);
    image
}

/// What is done while the power fails: requests, and files that must be unharmed.
fn changes() -> Vec<(&'static str, Image, Request)> {
    let on = |request| (CARD.clone(), request);
    // The folder has no room, and its next cluster has its place in another sector of the table.
    let full_folder = {
        let (slot, mut store) = usual();
        for n in 0..12 {
            let request = write(&std::format!("/games/{n}"), &bytes(n, 10_000));
            assert_eq!(store.answer(&request), Ok(Reply::Done));
        }
        slot.image()
    };
    let long = "/A name in two sectors.txt";
    let renamed = "/A NAME of two sectors.bas";
    let with_long = || across_sectors(write(long, &bytes(4, 900)));
    let with_long_folder = || across_sectors(make_folder(long));
    let named = |name, (image, request)| (name, image, request);
    Vec::from([
        named("new file", on(write("/new", &bytes(5, 9000)))),
        named(
            "new long name",
            on(write(
                "/games/A new file, and a long name.bas",
                &bytes(5, 2000),
            )),
        ),
        named("over a file", on(write("/old", &bytes(6, 5000)))),
        named(
            "over a long name",
            on(write("/A long name of a file.bas", &bytes(6, 90))),
        ),
        named("nothing over a file", on(write("/games/pacman", &[]))),
        named(
            "something over an empty file",
            on(write("/empty", &bytes(7, 2000))),
        ),
        named(
            "new in a full folder",
            (
                full_folder.clone(),
                write("/games/One more name, long", &bytes(8, 999)),
            ),
        ),
        named("other name", on(rename("/old", "/new"))),
        named("longer name", on(rename("/old", "/a much longer name"))),
        named("other folder", on(rename("/games/pacman", "/pacman"))),
        named(
            "other folder and longer name",
            on(rename("/old", "/games/more/a much longer name")),
        ),
        named(
            "other folder, which is full",
            (full_folder.clone(), rename("/old", "/games/a longer name")),
        ),
        named("erase", on(erase("/games/pacman"))),
        named("erase a long name", on(erase("/A long name of a file.bas"))),
        named("new folder", on(make_folder("/games/a new folder"))),
        named("erase a folder", on(erase_folder("/nothing"))),
        named(
            "folder's longer name",
            on(rename("/games", "/games as ever")),
        ),
        named("folder to the root", on(rename("/games/more", "/more"))),
        named("folder from the root", on(rename("/nothing", "/games/no"))),
        named(
            "folder to a folder that is full",
            (full_folder, rename("/nothing", "/games/more than nothing")),
        ),
        named(
            "large file's longer name",
            (with_large_file(), rename("/large", "/large and longer")),
        ),
        named(
            "large file to a folder",
            (with_large_file(), rename("/large", "/folder/large")),
        ),
        named(
            "new name in two sectors",
            (
                across_sectors(write("/f0", b"")),
                write(long, &bytes(4, 900)),
            ),
        ),
        named(
            "over a name in two sectors",
            (with_long(), write(long, &bytes(5, 2000))),
        ),
        named(
            "other name in two sectors",
            (with_long(), rename(long, renamed)),
        ),
        named(
            "shorter name than one in two sectors",
            (with_long(), rename(long, "/short")),
        ),
        named("erase a name in two sectors", (with_long(), erase(long))),
        named(
            "new folder's name in two sectors",
            (across_sectors(write("/f0", b"")), make_folder(long)),
        ),
        named(
            "folder's other name in two sectors",
            (with_long_folder(), rename(long, renamed)),
        ),
        named(
            "erase a folder's name in two sectors",
            (with_long_folder(), erase_folder(long)),
        ),
    ])
}

/// The files of a card that are not left over.
fn kept(contents: &Contents) -> BTreeMap<String, Option<Vec<u8>>> {
    let kept = contents.files.iter();
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_string();
    kept.filter(|(path, _)| !path::is_temporary(&name(path)))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect()
}

/// Whether files are as before a request or as after it.
fn is_whole(before: &Contents, after: &Contents, now: &Contents) -> bool {
    let now = kept(now);
    now == kept(before) || now == kept(after)
}

/// What may be wrong with a card after a cut, before it is next mounted.
fn is_harmless(request: &Request, damage: &str) -> bool {
    // A folder that was to grow may be linked to a cluster that is not in use yet.
    damage == "/games/: cluster 0"
        // Something may have its old name and its new one.
        || matches!(request, Request::Rename(..))
            && (damage.contains(" share ") || damage.contains(": 0 bytes for "))
}

#[test]
fn a_power_cut_at_every_sector_leaves_the_old_or_the_new() {
    for (name, image, request) in changes() {
        let slot = Slot::with(image.clone());
        let mut store = Store::new(slot.clone());
        assert_eq!(store.answer(&request), Ok(Reply::Done), "{name}");
        let sectors = slot.0.borrow().sectors_written;
        let (before, after) = (look(&image), contents(&slot));
        assert_eq!(after.lost, 0, "{name}");
        let mut outcomes = [0; 2];
        for cut in 0..sectors {
            let slot = Slot::with(image.clone());
            slot.0.borrow_mut().cut = Some(cut);
            let answer = Store::new(slot.clone()).answer(&request);
            assert_eq!(answer, Err(StorageError::NotReady), "{name} at {cut}");
            slot.0.borrow_mut().cut = None;
            let torn = look(&slot.0.borrow().image);
            for damage in &torn.damage {
                assert!(is_harmless(&request, damage), "{name} at {cut}: {damage}");
            }
            // The machine mounts it, and goes on.
            let mut store = Store::new(slot.clone());
            assert!(store.look().is_ok(), "{name} at {cut}");
            let now = contents(&slot);
            let whole = is_whole(&before, &after, &now);
            assert!(whole, "{name} at {cut}: {:?}", now.files.keys());
            if torn.damage.is_empty() {
                assert_eq!(kept(&now), kept(&torn), "{name} at {cut}");
            }
            outcomes[usize::from(kept(&now) == kept(&after))] += 1;
            for (path, bytes) in kept(&now) {
                if let Some(bytes) = bytes.filter(|bytes| bytes.len() <= FILE_MAX) {
                    assert_eq!(
                        store.answer(&read(&path)),
                        Ok(Reply::Bytes(bytes)),
                        "{path}"
                    );
                }
            }
            let folders = now.files.keys().filter(|path| path.ends_with('/'));
            let folders: Vec<&str> = folders.map(String::as_str).chain(["/"]).collect();
            for folder in &folders {
                let next = write(&std::format!("{folder}next"), &bytes(11, 1500));
                assert_eq!(store.answer(&next), Ok(Reply::Done), "{name} at {cut}");
            }
            let later = contents(&slot);
            assert_eq!(
                later.files.len(),
                kept(&now).len() + folders.len(),
                "{name} at {cut}: left over"
            );
            assert_eq!((later.lost, later.is_dirty), (0, false), "{name} at {cut}");
        }
        let [old, new] = outcomes;
        assert!(old > 0 && new > 0, "{name}: {old} old, {new} new");
    }
}

/// A card on which a request was cut so that `is_torn` holds of it.
fn torn(request: &Request, is_torn: impl Fn(&Contents) -> bool) -> Image {
    let cut = (0..).map(|cut| {
        let (slot, mut store) = usual();
        slot.0.borrow_mut().cut = Some(cut);
        let answer = store.answer(request);
        assert_eq!(answer, Err(StorageError::NotReady), "there is such a cut");
        slot.image()
    });
    cut.into_iter()
        .find(|image| is_torn(&look(image)))
        .expect("there is such a cut")
}

#[test]
fn a_power_cut_while_a_card_is_put_in_order_does_no_harm() {
    let has_two_names = |contents: &Contents| !contents.damage.is_empty();
    for torn in [
        // After the new file took the old one's place, before the old one's clusters were freed.
        torn(&write("/games/pacman", &bytes(6, 5000)), |contents| {
            contents.lost > 50
        }),
        torn(&rename("/old", "/games/a longer name"), has_two_names),
        torn(&rename("/games/more", "/nothing/other"), has_two_names),
        torn(&rename("/games", "/games that were"), has_two_names),
    ] {
        let whole = {
            let slot = Slot::with(torn.clone());
            assert!(Store::new(slot.clone()).look().is_ok());
            kept(&contents(&slot))
        };
        for cut in 0.. {
            let slot = Slot::with(torn.clone());
            slot.0.borrow_mut().cut = Some(cut);
            let mended = Store::new(slot.clone()).look();
            slot.0.borrow_mut().cut = None;
            if mended.is_ok() {
                assert!(cut > 2);
                break;
            }
            assert!(Store::new(slot.clone()).look().is_ok());
            let contents = contents(&slot);
            assert_eq!(kept(&contents), whole, "cut at {cut}");
            assert_eq!((contents.lost, contents.is_dirty), (0, false));
        }
    }
}

#[test]
fn one_of_two_names_goes_also_where_something_else_is_damaged() {
    let request = rename("/old", "/games/a longer name");
    let mut image = torn(&request, |contents| !contents.damage.is_empty());
    // The chain of another file, in its midst, leads astray.
    let at = 64 + 32;
    let mut table = image.sector(at);
    assert_eq!(table[4 * 50..4 * 51], [51, 0, 0, 0]);
    table[4 * 50..4 * 51].copy_from_slice(&[0xF0, 0xFF, 0xFF, 0x0F]);
    image.written.insert(at, table);
    let mut store = Store::new(Slot::with(image));
    assert_eq!(
        store.answer(&read("/games/pacman")),
        Err(StorageError::Broken)
    );
    let answers = ["/old", "/games/a longer name"].map(|path| store.answer(&read(path)));
    let there = Ok(Reply::Bytes(bytes(1, 3000)));
    let gone = Err(StorageError::NotFound);
    assert!(answers == [there.clone(), gone.clone()] || answers == [gone, there]);
}

#[test]
fn a_card_can_be_pulled_out_at_any_command_and_put_back() {
    for (name, image, request) in changes() {
        let before = look(&image);
        let slot = Slot::with(image.clone());
        assert_eq!(Store::new(slot.clone()).answer(&request), Ok(Reply::Done));
        let after = contents(&slot);
        for commands in 0.. {
            let slot = Slot::with(image.clone());
            slot.0.borrow_mut().vanishes = Some(commands);
            let mut store = Store::new(slot.clone());
            let answer = store.answer(&request);
            if answer == Ok(Reply::Done) {
                break;
            }
            assert_eq!(answer, Err(StorageError::NotReady), "{name}");
            assert_eq!(store.answer(&list("/")), Err(StorageError::NotReady));
            slot.0.borrow_mut().vanishes = None;
            slot.0.borrow_mut().is_there = true;
            // The same store goes on with it.
            assert!(store.answer(&list("/")).is_ok());
            let now = contents(&slot);
            assert!(is_whole(&before, &after, &now), "{name} after {commands}");
            assert_eq!(now.lost, 0, "{name} after {commands}");
        }
    }
}

#[test]
fn another_card_is_another_card() {
    let (slot, mut store) = usual();
    assert!(store.answer(&read("/old")).is_ok());
    slot.0.borrow_mut().image = Image::formatted(COUNT / 2, 2);
    slot.0.borrow_mut().is_new = true;
    // Also what was in memory is forgotten.
    assert_eq!(names(store.answer(&list("/"))), [""; 0]);
    assert_eq!(store.answer(&write("/f", b"1")), Ok(Reply::Done));
    assert_eq!(names(store.answer(&list("/"))), ["f 1"]);
}

#[test]
fn a_sector_that_cannot_be_read_is_told_of_and_costs_nothing_else() {
    let (slot, mut store) = usual();
    store.look().expect("it can be mounted");
    slot.0.borrow_mut().sectors_read.clear();
    assert!(store.answer(&read("/games/pacman")).is_ok());
    let sectors = slot.0.borrow().sectors_read.clone();
    assert!(sectors.len() > 78);
    for rotten in sectors {
        let (slot, mut store) = usual();
        slot.0.borrow_mut().rotten = Some(rotten);
        let answer = store.answer(&read("/games/pacman"));
        assert_eq!(answer, Err(StorageError::Broken), "{rotten}");
        slot.0.borrow_mut().rotten = None;
        assert!(store.answer(&read("/games/pacman")).is_ok());
    }
    // Nor does one that is needed to write.
    let before = look(&CARD);
    for (name, image, request) in changes() {
        let slot = Slot::with(image.clone());
        assert!(Store::new(slot.clone()).answer(&request).is_ok());
        let after = contents(&slot);
        let before = if image == *CARD {
            before.clone()
        } else {
            look(&image)
        };
        let sectors: BTreeSet<u64> = slot.0.borrow().sectors_read.iter().copied().collect();
        for rotten in sectors {
            let slot = Slot::with(image.clone());
            slot.0.borrow_mut().rotten = Some(rotten);
            let answer = Store::new(slot.clone()).answer(&request);
            let now = contents(&slot);
            assert!(is_whole(&before, &after, &now), "{name} {rotten}");
            assert!(answer.is_ok() || answer == Err(StorageError::Broken));
        }
    }
}

#[test]
fn a_protected_card_can_be_read() {
    let (slot, mut store) = usual();
    slot.0.borrow_mut().is_protected = true;
    assert!(store.answer(&read("/old")).is_ok());
    for (name, image, request) in changes() {
        if image == *CARD {
            assert_eq!(
                store.answer(&request),
                Err(StorageError::ReadOnly),
                "{name}"
            );
        }
    }
    assert_eq!(slot.0.borrow().image, *CARD);
}

#[test]
fn a_full_card_keeps_what_it_has() {
    // 40 MiB.
    let slot = Slot::with(Image::formatted(81_920, 1));
    let mut store = Store::new(slot.clone());
    for n in 0..2 {
        let big = write(&std::format!("/big{n}"), &std::vec![n; FILE_MAX]);
        assert_eq!(store.answer(&big), Ok(Reply::Done));
    }
    assert_eq!(store.answer(&write("/small", b"small")), Ok(Reply::Done));
    let full = Err(StorageError::Full);
    assert_eq!(store.answer(&write("/more", &std::vec![0; FILE_MAX])), full);
    assert_eq!(
        store.answer(&write("/small", &std::vec![0; FILE_MAX])),
        full
    );
    // To the last cluster: neither a file nor the folder can grow.
    let mut seed = 0;
    while store
        .answer(&write(&std::format!("/{seed}"), &bytes(1, 200_000)))
        .is_ok()
    {
        seed += 1;
    }
    while store.answer(&write(&std::format!("/{seed}"), b"1")).is_ok() {
        seed += 1;
    }
    let free = match store.answer(&list("/")) {
        Ok(Reply::List(_, free)) => free,
        other => panic!("{other:?}"),
    };
    assert_eq!(free, 0);
    assert_eq!(store.answer(&make_folder("/folder")), full);
    assert_eq!(
        store.answer(&read("/small")),
        Ok(Reply::Bytes(b"small".into()))
    );
    let contents = contents(&slot);
    assert_eq!(contents.files.len(), seed as usize + 3);
    assert_eq!((contents.lost, contents.is_dirty), (0, false));
    assert_eq!(store.answer(&erase("/big0")), Ok(Reply::Done));
    assert_eq!(
        store.answer(&write("/small", &bytes(3, 99_999))),
        Ok(Reply::Done)
    );
}
