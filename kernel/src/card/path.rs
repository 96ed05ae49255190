//! Paths and names, as a card with FAT can have them.

use alloc::string::String;
use alloc::vec::Vec;

use basic::files::request::StorageError;
use resident_fat::ShortName;

/// What the names of files that are being written begin with, in small letters. A name of its own
/// cannot begin so.
const TEMPORARY: &str = "~plus4~";

/// UTF-16 units of a name at most.
const NAME_MAX: usize = 255;
/// UTF-16 units in an entry of a folder that holds a part of a long name.
const UNITS_IN_ENTRY: usize = 13;

/// The parts of an absolute path.
pub(super) fn parts(path: &str) -> Result<Vec<&str>, StorageError> {
    let inside = path.strip_prefix('/').ok_or(StorageError::BadName)?;
    if inside.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<&str> = inside.split('/').collect();
    match parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
        true => Err(StorageError::BadName),
        false => Ok(parts),
    }
}

/// The parts of a path to something that is to have a name of its own, and that name.
pub(super) fn new_name(path: &str) -> Result<(Vec<&str>, &str), StorageError> {
    let mut parts = parts(path)?;
    let name = parts.pop().ok_or(StorageError::BadName)?;
    let reserved = |c: char| c < ' ' || "\"*/:<>?\\|\u{7F}".contains(c);
    let bad = name.starts_with(' ')
        || name.ends_with([' ', '.'])
        || name.contains(reserved)
        || name.encode_utf16().count() > NAME_MAX
        || is_temporary(name);
    if bad {
        return Err(StorageError::BadName);
    }
    Ok((parts, name))
}

/// Entries a name takes in its folder.
pub(super) fn entries(name: &str) -> u32 {
    match ShortName::from_8_3(name) {
        Some(_) => 1,
        None => name.encode_utf16().count().div_ceil(UNITS_IN_ENTRY) as u32 + 1,
    }
}

/// A name for a file that is to become `name` when it is whole. It takes as many entries: so the
/// new name can be written over it, entry by entry.
pub(super) fn temporary(name: &str) -> String {
    if entries(name) == 1 {
        return TEMPORARY.into();
    }
    // Letters of both kinds need a long name.
    let mut long = String::from("~Plus4~");
    for _ in long.len()..name.encode_utf16().count() {
        long.push('~');
    }
    long
}

/// Whether a name is that of a file that was being written.
pub(super) fn is_temporary(name: &str) -> bool {
    let start = name.as_bytes().get(..TEMPORARY.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(TEMPORARY.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_parts() {
        assert_eq!(parts("/"), Ok(Vec::new()));
        assert_eq!(parts("/a/b c"), Ok(["a", "b c"].into()));
        for bad in ["", "a", "a/b", "//", "/a/", "/a//b", "/./a", "/a/.."] {
            assert_eq!(parts(bad), Err(StorageError::BadName), "{bad}");
        }
    }

    #[test]
    fn names_with_every_character_are_good_or_bad() {
        for code in 0..=0xFF_u8 {
            let path = std::format!("/x{}y", char::from(code));
            let good = !matches!(
                char::from(code),
                '\0'..='\x1F' | '"' | '*' | ':' | '<' | '>' | '?' | '\\' | '|' | '\x7F'
            );
            assert_eq!(new_name(&path).is_ok(), good, "{code}");
        }
        let long = |n| std::format!("/{}", "x".repeat(n));
        assert!(new_name(&long(255)).is_ok());
        for bad in [
            "/",
            "/ x",
            "/x ",
            "/x.",
            "/~Plus4~",
            "/a/~PLUS4~1",
            &long(256),
        ] {
            assert_eq!(new_name(bad), Err(StorageError::BadName), "{bad}");
        }
    }

    #[test]
    fn a_temporary_name_takes_as_much_room() {
        let names = ["a", "game.bas", "Game.bas", "a long name.txt"];
        let more = [13, 14, 26, 27, 254, 255].map(|n| "x".repeat(n));
        for name in names.into_iter().chain(more.iter().map(String::as_str)) {
            let temporary = temporary(name);
            assert_eq!(entries(&temporary), entries(name), "{name}");
            assert!(is_temporary(&temporary));
        }
        assert!(!is_temporary("~plus"));
        assert!(!is_temporary("~pluß4~"));
    }
}
