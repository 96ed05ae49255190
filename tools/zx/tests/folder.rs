//! A folder of this computer as a card: what is noted of its files.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that finds nothing where something must be has failed"
)]

use std::fs;
use std::path::PathBuf;

use basic::files::{Attribute, Reply, Request, StorageError};
use zx::card::Folder;

#[test]
fn a_file_can_be_protected_and_nothing_else_noted_of_it() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("folder");
    fs::create_dir_all(&root).unwrap();
    let folder = Folder::new(root);
    let done = Ok(Reply::Done);
    let write = |name: &str| Request::Write(name.into(), vec![1]);
    let protect = |name: &str, on| Request::Mark(name.into(), Attribute::Protected, on);
    let is_protected = || {
        let Ok(Reply::List(entries, _)) = folder.answer(&Request::List("/".into())) else {
            panic!("no list");
        };
        let file = entries.iter().find(|entry| entry.name == "a").unwrap();
        file.attributes.has(Attribute::Protected)
    };
    // What an earlier run left.
    drop(folder.answer(&protect("/a", false)));
    assert_eq!(folder.answer(&write("/a")), done);
    assert!(!is_protected());
    assert_eq!(folder.answer(&protect("/A", true)), done);
    assert!(is_protected());
    for request in [
        write("/a"),
        Request::Erase("/a".into()),
        Request::Rename("/a".into(), "/b".into()),
    ] {
        let answer = folder.answer(&request);
        assert_eq!(answer, Err(StorageError::ReadOnly), "{request:?}");
    }
    for (attribute, on) in [(Attribute::System, true), (Attribute::Archived, false)] {
        let mark = Request::Mark("/a".into(), attribute, on);
        assert_eq!(folder.answer(&mark), Err(StorageError::NoAttribute));
    }
    assert_eq!(
        folder.answer(&protect("/none", true)),
        Err(StorageError::NotFound)
    );
    assert_eq!(
        folder.answer(&protect("/", true)),
        Err(StorageError::NotFound)
    );
    assert_eq!(folder.answer(&protect("/a", false)), done);
    assert_eq!(folder.answer(&Request::Erase("/a".into())), done);
}
