//! Requests on simulated cards: right ones, wrong ones, on cards that fail.

use std::collections::BTreeMap;
use std::string::{String, ToString as _};
use std::sync::LazyLock;
use std::vec::Vec;

use super::super::simulated::{Contents, Image, Slot, look};
use super::*;

/// Sectors of most cards here: 40 MiB, in clusters of one sector as the smallest are.
const COUNT: u64 = 81_920;

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
    let image = slot.0.borrow().image.clone();
    image
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

/// What is done while the power fails: requests, and files that must be unharmed.
fn changes() -> Vec<(&'static str, Image, Request)> {
    let on = |request| (CARD.clone(), request);
    // Until the root needs another cluster: an entry more than there is room for.
    let full_folder = {
        let (slot, mut store) = usual();
        for n in 0..40 {
            let request = write(&std::format!("/games/{n}"), &bytes(n, 600));
            assert_eq!(store.answer(&request), Ok(Reply::Done));
            if contents(&slot).files.len() % 16 == 5 && n > 10 {
                break;
            }
        }
        let image = slot.0.borrow().image.clone();
        image
    };
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
                full_folder,
                write("/games/One more name, long", &bytes(8, 999)),
            ),
        ),
        named("other name", on(rename("/old", "/new"))),
        named("longer name", on(rename("/old", "/a much longer name"))),
        named("other folder", on(rename("/games/pacman", "/pacman"))),
        named("erase", on(erase("/games/pacman"))),
        named("erase a long name", on(erase("/A long name of a file.bas"))),
        named("new folder", on(make_folder("/games/a new folder"))),
        named("erase a folder", on(erase_folder("/nothing"))),
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

/// Whether files are as before a request, as after it, or as in its midst: a copy may be there
/// before the original is gone.
fn is_whole(request: &Request, before: &Contents, after: &Contents, now: &Contents) -> bool {
    let (before, after, now) = (kept(before), kept(after), kept(now));
    let mut both = before.clone();
    both.extend(after.clone());
    now == before || now == after || matches!(request, Request::Rename(..)) && now == both
}

#[test]
fn a_power_cut_at_every_sector_leaves_the_old_or_the_new() {
    let mut report = String::new();
    for (name, image, request) in changes() {
        let slot = Slot::with(image.clone());
        let mut store = Store::new(slot.clone());
        assert_eq!(store.answer(&request), Ok(Reply::Done), "{name}");
        let sectors = slot.0.borrow().sectors_written;
        let (before, after) = (look(&image), contents(&slot));
        assert_eq!(after.lost, 0, "{name}");
        let mut outcomes = [0; 3];
        let mut lost = 0;
        for cut in 0..sectors {
            let slot = Slot::with(image.clone());
            slot.0.borrow_mut().cut = Some(cut);
            let answer = Store::new(slot.clone()).answer(&request);
            assert_eq!(answer, Err(StorageError::NotReady), "{name} at {cut}");
            slot.0.borrow_mut().cut = None;
            let now = contents(&slot);
            let whole = is_whole(&request, &before, &after, &now);
            assert!(whole, "{name} at {cut}: {:?}", now.files.keys());
            let new = kept(&now) == kept(&after);
            outcomes[usize::from(new)] += 1;
            lost = lost.max(now.lost);
            // The machine finds the same, and goes on.
            let mut store = Store::new(slot.clone());
            for (path, bytes) in kept(&now) {
                if let Some(bytes) = bytes {
                    assert_eq!(
                        store.answer(&read(&path)),
                        Ok(Reply::Bytes(bytes)),
                        "{path}"
                    );
                }
            }
            for path in ["/next", "/games/next"] {
                let next = store.answer(&write(path, &bytes(11, 1500)));
                assert_eq!(next, Ok(Reply::Done), "{name} at {cut}");
            }
            let later = contents(&slot);
            assert_eq!(
                later.files.len(),
                kept(&now).len() + 2,
                "{name} at {cut}: left over"
            );
            assert!(!later.is_dirty);
        }
        let [old, new, _] = outcomes;
        report += &std::format!("{name}: {sectors} sectors, {old} old, {new} new, lost {lost}\n");
    }
    std::println!("{report}");
}
