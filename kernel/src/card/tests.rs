//! Files on simulated cards: what is there, what a power cut leaves, what damage does.

use std::fs;
use std::path::PathBuf;
use std::slice::from_ref;
use std::sync::OnceLock;

use basic::files::request::FILE_MAX;
use basic::files::{Answer, Entry, Reply, Request, StorageError};

use super::simulated::Simulated;
use super::store::Store;

/// A fresh card with files on it.
fn image() -> &'static Vec<u8> {
    static IMAGE: OnceLock<Vec<u8>> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let name = format!("plus4-card-{}.img", std::process::id());
        let path: PathBuf = std::env::temp_dir().join(name);
        let files = [
            ("config.txt".to_owned(), b"arm_64bit=1\n".to_vec()),
            ("games/A long name.bas".to_owned(), vec![b'x'; 3000]),
        ];
        xtask::card::make(&path, xtask::card::SMALLEST, &files).unwrap();
        let image = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        image
    })
}

fn fresh() -> Store<Simulated> {
    Store::new(Simulated::new(image().clone()))
}

fn bytes(seed: u8, length: usize) -> Vec<u8> {
    (0..length)
        .map(|i| seed.wrapping_add((i % 251) as u8))
        .collect()
}

fn write(path: &str, bytes: &[u8]) -> Request {
    Request::Write(path.into(), bytes.to_vec())
}

fn read(path: &str) -> Request {
    Request::Read(path.into())
}

fn erase(path: &str) -> Request {
    Request::Erase(path.into())
}

fn make(path: &str) -> Request {
    Request::MakeFolder(path.into())
}

fn rename(from: &str, to: &str) -> Request {
    Request::Rename(from.into(), to.into())
}

const DONE: Answer = Ok(Reply::Done);

/// Names in a folder, in order; folders end in `/`.
fn names(store: &mut Store<Simulated>, path: &str) -> Vec<String> {
    match store.answer(&Request::List(path.into())) {
        Ok(Reply::List(mut entries, _)) => {
            entries.sort();
            let name = |e: Entry| if e.folder { e.name + "/" } else { e.name };
            entries.into_iter().map(name).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_kept_with_their_names_in_folders() {
    let mut store = fresh();
    assert_eq!(names(&mut store, "/"), ["config.txt", "games/"]);
    assert_eq!(store.answer(&make("/My programs")), DONE);
    let long = "/My programs/Überraschung, fünf Zeilen lang, and more than thirteen";
    for (path, length) in [("/a", 0), ("/b.tap", 1), (long, 70_000), ("/GAMES/x", 512)] {
        assert_eq!(
            store.answer(&write(path, &bytes(1, length))),
            DONE,
            "{path}"
        );
        assert_eq!(store.answer(&write(path, &bytes(2, length / 2))), DONE);
        let kept = Ok(Reply::Bytes(bytes(2, length / 2)));
        assert_eq!(store.answer(&read(&path.to_uppercase())), kept, "{path}");
    }
    assert_eq!(
        names(&mut store, "/"),
        ["My programs/", "a", "b.tap", "config.txt", "games/"]
    );
    assert_eq!(names(&mut store, "/my programs/"), [&long[13..]]);
    // Everything is on the card, not only in memory.
    let card = store.into_card();
    let mut store = Store::new(card.cut(card.log.len()));
    assert_eq!(names(&mut store, "/games"), ["A long name.bas", "x"]);
    assert_eq!(
        store.answer(&read(long)),
        Ok(Reply::Bytes(bytes(2, 35_000)))
    );
}

#[test]
fn what_cannot_be_is_said_and_changes_nothing() {
    use StorageError as E;
    let mut store = fresh();
    assert_eq!(store.answer(&make("/full")), DONE);
    assert_eq!(store.answer(&write("/full/f", b"1")), DONE);
    let before = store.into_card().bytes();
    let mut store = Store::new(Simulated::new(before.clone()));
    for (request, error) in [
        (read("/none"), E::NotFound),
        (read("/games"), E::NotFound),
        (read("/"), E::NotFound),
        (read("/config.txt/x"), E::NotFound),
        (Request::List("/none".into()), E::NotFound),
        (Request::List("/config.txt".into()), E::NotFound),
        (write("/none/x", b""), E::NotFound),
        (write("/games", b""), E::Exists),
        (write("/x", &vec![0; FILE_MAX + 1]), E::TooBig),
        (erase("/none"), E::NotFound),
        (erase("/games"), E::Exists),
        (make("/games"), E::Exists),
        (make("/CONFIG.TXT"), E::Exists),
        (make("/none/x"), E::NotFound),
        (Request::EraseFolder("/full".into()), E::NotEmpty),
        (Request::EraseFolder("/config.txt".into()), E::NotFound),
        (rename("/none", "/x"), E::NotFound),
        (rename("/config.txt", "/games"), E::Exists),
        (rename("/config.txt", "/games/A LONG NAME.BAS"), E::Exists),
        (rename("/full", "/full/inside"), E::Exists),
    ] {
        assert_eq!(store.answer(&request), Err(error), "{request:?}");
    }
    assert!(store.into_card().bytes() == before);
    let mut store = fresh();
    for name in ["a*b", "a\"", "tab\t", "", "a:b", "?"] {
        let answer = store.answer(&write(&format!("/{name}"), b"1"));
        assert_eq!(answer, Err(E::BadName), "{name}");
    }
    assert_eq!(names(&mut store, "/"), ["config.txt", "games/"]);
}

#[test]
fn a_name_is_changed_and_a_file_moved() {
    let mut store = fresh();
    let long = "/games/a much longer name than it had before, and in another folder";
    for (from, to) in [
        ("/config.txt", "/Config.TXT"),
        ("/config.txt", long),
        (long, "/c"),
    ] {
        assert_eq!(store.answer(&rename(from, to)), DONE, "{to}");
        assert_eq!(
            store.answer(&read(to)),
            Ok(Reply::Bytes(b"arm_64bit=1\n".to_vec()))
        );
    }
    assert_eq!(names(&mut store, "/"), ["c", "games/"]);
    assert_eq!(store.answer(&erase("/c")), DONE);
    assert_eq!(store.answer(&erase("/games/a long name.bas")), DONE);
    assert_eq!(store.answer(&Request::EraseFolder("/games".into())), DONE);
    assert_eq!(names(&mut store, "/"), [""; 0]);
}

/// Everything that can be done to a card, as it is after `before`: at whatever sector the power
/// goes, each file of the card is as `states` has it before or after.
fn cut_everywhere(before: &[Request], request: &Request, path: &str) -> [usize; 2] {
    let mut store = fresh();
    for request in before {
        assert_eq!(store.answer(request), DONE);
    }
    let old = store.answer(&read(path));
    let mut card = store.into_card();
    card.settle();
    let mut store = Store::new(card);
    assert_eq!(store.answer(request), DONE);
    let new = store.answer(&read(path));
    let card = store.into_card();
    let mut seen = [0; 2];
    for sectors in 0..=card.log.len() {
        let mut store = Store::new(card.cut(sectors));
        let now = store.answer(&read(path));
        let which = [&old, &new].into_iter().position(|state| *state == now);
        seen[which.unwrap_or_else(|| panic!("cut after {sectors}: {now:?}"))] += 1;
        assert_eq!(
            store.answer(&read("/games/A long name.bas")),
            Ok(Reply::Bytes(vec![b'x'; 3000]))
        );
        // The card goes on: the next file can be saved, and what the cut left is gone.
        assert_eq!(
            store.answer(&write(path, &bytes(9, 700))),
            DONE,
            "{sectors}"
        );
        assert_eq!(store.answer(&read(path)), Ok(Reply::Bytes(bytes(9, 700))));
        let parent = path.rsplit_once('/').unwrap().0;
        let left = names(&mut store, &format!("{parent}/"));
        assert!(
            left.iter()
                .all(|name| !name.to_lowercase().starts_with("unfini")),
            "cut after {sectors}: {left:?}"
        );
    }
    seen
}

#[test]
fn a_power_cut_leaves_the_old_file_or_the_new_one() {
    let long = "/games/a name that takes three entries";
    let old = write(long, &bytes(1, 5000));
    for (before, request, path) in [
        (&[][..], write("/new", &bytes(3, 4000)), "/new"),
        (&[], write("/config.txt", &bytes(3, 90_000)), "/config.txt"),
        (from_ref(&old), write(long, &bytes(3, 2000)), long),
        (from_ref(&old), write(long, b""), long),
        (&[], write(long, &bytes(3, 600)), long),
        (from_ref(&old), erase(long), long),
    ] {
        let seen = cut_everywhere(before, &request, path);
        assert!(seen[0] > 0 && seen[1] > 0, "{path}: {seen:?}");
    }
}

#[test]
fn a_power_cut_while_a_directory_grows_loses_nothing() {
    let fill: Vec<Request> = (0..30)
        .map(|n| write(&format!("/games/file number {n:02} of many"), &[n; 40]))
        .collect();
    let seen = cut_everywhere(
        &fill,
        &write("/games/one more of them", &bytes(4, 900)),
        "/games/one more of them",
    );
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
    let seen = cut_everywhere(
        &fill,
        &rename("/games/file number 07 of many", "/games/seven"),
        "/games/seven",
    );
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[test]
fn a_card_can_be_pulled_out_at_any_command_and_put_back() {
    for commands in 0.. {
        let mut store = fresh();
        assert_eq!(store.answer(&write("/f", &bytes(1, 3000))), DONE);
        store.card_mut().commands_left = Some(commands);
        let answer = store.answer(&write("/f", &bytes(2, 2000)));
        if answer == DONE {
            assert!(commands > 20);
            break;
        }
        assert_eq!(answer, Err(StorageError::NotReady));
        assert_eq!(store.answer(&read("/f")), Err(StorageError::NotReady));
        store.card_mut().commands_left = None;
        store.card_mut().there = true;
        let Ok(Reply::Bytes(kept)) = store.answer(&read("/f")) else {
            panic!("after {commands} commands the file is lost");
        };
        assert!(kept == bytes(1, 3000) || kept == bytes(2, 2000));
        assert_eq!(store.answer(&write("/f", b"again")), DONE);
    }
}

#[test]
fn another_card_is_another_card() {
    let mut store = fresh();
    assert_eq!(store.answer(&write("/f", b"1")), DONE);
    *store.card_mut() = Simulated::new(image().clone());
    assert_eq!(store.answer(&read("/f")), Err(StorageError::NotFound));
}

#[test]
fn sectors_that_fail_are_told_of() {
    let mut store = fresh();
    assert_eq!(store.answer(&write("/f", &bytes(1, 4000))), DONE);
    let card = store.into_card();
    let data = card
        .log
        .iter()
        .find(|(_, sector)| sector[..] == bytes(1, 4000)[..512])
        .unwrap()
        .0;
    let mut store = Store::new(card.clone());
    store.card_mut().bad = Some(data + 2);
    assert_eq!(store.answer(&read("/f")), Err(StorageError::Broken));
    assert_eq!(names(&mut store, "/"), ["config.txt", "f", "games/"]);
    // Without its first sectors it is no card that can be used.
    let mut store = Store::new(card);
    store.card_mut().bad = Some(0);
    assert_eq!(store.answer(&read("/f")), Err(StorageError::Broken));
}

#[test]
fn a_full_card_keeps_what_it_had() {
    let mut store = fresh();
    let mut n = 0;
    loop {
        match store.answer(&write(&format!("/big{n}"), &vec![n; FILE_MAX])) {
            DONE => n += 1,
            answer => {
                assert_eq!(answer, Err(StorageError::Full));
                break;
            }
        }
    }
    assert_eq!(n, 3);
    assert_eq!(
        store.answer(&write("/config.txt", &vec![0; FILE_MAX])),
        Err(StorageError::Full)
    );
    assert_eq!(
        store.answer(&read("/config.txt")),
        Ok(Reply::Bytes(b"arm_64bit=1\n".to_vec()))
    );
    let all = ["big0", "big1", "big2", "config.txt", "games/"];
    assert_eq!(names(&mut store, "/"), all);
    assert_eq!(store.answer(&write("/small", b"1")), DONE);
}

#[test]
fn what_is_no_fat32_is_not_recognised() {
    let unrecognised = Err(StorageError::Unrecognised);
    for image in [
        vec![0; 1 << 20],
        vec![0xFF; 1 << 20],
        // A partition of a kind that is not FAT.
        {
            let mut image = image()[..4 << 20].to_vec();
            image[450] = 0x83;
            image
        },
        // exFAT, and a volume that ends behind the card.
        {
            let mut image = image()[..4 << 20].to_vec();
            image[(1 << 20) + 3..][..8].copy_from_slice(b"EXFAT   ");
            image[(1 << 20) + 11..][..53].fill(0);
            image
        },
        image()[..4 << 20].to_vec(),
    ] {
        let mut store = Store::new(Simulated::new(image));
        assert_eq!(store.answer(&Request::List("/".into())), unrecognised);
    }
}

#[test]
fn a_directory_of_thousands_of_files_is_listed() {
    let mut store = fresh();
    for n in 0..600 {
        assert_eq!(
            store.answer(&write(&format!("/games/number {n} of the files"), &[1])),
            DONE
        );
    }
    assert_eq!(names(&mut store, "/games").len(), 601);
}

/// Damage of any kind: some answer comes, and none of them does harm to memory.
#[test]
fn damaged_cards_are_answered_for() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let mut broken = 0;
    for _ in 0..60 {
        let mut card = Simulated::new(image().clone());
        for _ in 0..1 + next() % 40 {
            // The partition table, the boot sector, the tables, the directories.
            let areas = [
                0..512,
                1 << 20..(1 << 20) + 1024,
                (1 << 20) + 0x4000..(1 << 20) + 0x4200,
                (1 << 20)..(3 << 20),
            ];
            let area = areas[(next() % 4) as usize].clone();
            let place = area.start + next() as usize % area.len();
            card.damage(place, next() as u8);
        }
        let mut store = Store::new(card);
        for request in [
            Request::List("/".into()),
            Request::List("/games".into()),
            read("/games/a long name.bas"),
            write("/games/new", &bytes(1, 5000)),
            write("/config.txt", &bytes(1, 5000)),
            erase("/games/a long name.bas"),
            make("/games/folder"),
            rename("/config.txt", "/games/x"),
        ] {
            broken += usize::from(store.answer(&request).is_err());
        }
    }
    assert!(broken > 0);
}
