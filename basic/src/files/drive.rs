//! Drives, and what the names of files mean: `a:games/pacman`, `m:x`, `t:`.

use alloc::string::String;
use alloc::vec::Vec;

use super::StorageError;
use super::cassette::Format;
use crate::charset;
use crate::report::{Report, Result};

/// Characters of a path at most: what common file systems allow a name.
pub const PATH_MAX: usize = 255;
/// Stands between folders.
const SEPARATOR: char = '/';
/// The folder one up.
const UP: &str = "..";

/// Where files are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// What the host keeps: the card.
    Card,
    /// The RAM disk of the 128.
    RamDisk,
    /// The tape in the deck.
    Tape,
    /// The serial line, for a program as text.
    Serial,
}

impl Drive {
    /// The drive of a letter.
    const fn of_letter(letter: u8) -> Option<Self> {
        Some(match letter.to_ascii_lowercase() {
            b'a' => Self::Card,
            b'm' => Self::RamDisk,
            b't' => Self::Tape,
            b's' => Self::Serial,
            _ => return None,
        })
    }
}

/// A name as it is given to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// The drive it begins with, if it does.
    pub drive: Option<Drive>,
    /// What is left of it, in the Spectrum's codes.
    pub rest: Vec<u8>,
}

impl FileName {
    /// Takes a name to pieces.
    ///
    /// # Errors
    /// `Invalid drive` for a drive alone that is none, as the +3 says of the one to be chosen;
    /// `Drive not found` with a name.
    pub fn new(name: &[u8]) -> Result<Self> {
        let (drive, rest) = match name {
            [letter, b':', rest @ ..] => {
                let none = if rest.is_empty() {
                    Report::InvalidDrive
                } else {
                    Report::DriveNotFound
                };
                (Some(Drive::of_letter(*letter).ok_or(none)?), rest)
            }
            _ => (None, name),
        };
        let rest = rest.to_vec();
        Ok(Self { drive, rest })
    }
}

/// A file or folder on the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// From the root, as a host is asked for it.
    pub text: String,
    /// It was written as a folder is: with a separator at its end.
    pub folder: bool,
}

/// The drives meant where a command names none, and the current folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drives {
    /// LOAD's, VERIFY's, MERGE's and all others'.
    pub load: Drive,
    /// SAVE's.
    pub save: Drive,
    /// The current folder, from the root.
    pub folder: String,
}

impl Default for Drives {
    fn default() -> Self {
        Self {
            load: Drive::Card,
            save: Drive::Card,
            folder: SEPARATOR.into(),
        }
    }
}

impl Drives {
    /// What a name without its drive means on the card.
    ///
    /// # Errors
    /// `Bad filename` for characters that names do not have, and for a path above the root.
    pub fn path(&self, name: &[u8]) -> Result<Path> {
        let text: Option<String> = name.iter().map(|&code| character(code)).collect();
        let text = text.ok_or(Report::BadFilename)?;
        let mut parts: Vec<&str> = Vec::new();
        if !text.starts_with(SEPARATOR) {
            parts.extend(self.folder.split(SEPARATOR).filter(|part| !part.is_empty()));
        }
        for part in text.split(SEPARATOR) {
            match part {
                "" | "." => {}
                UP => {
                    parts.pop().ok_or(Report::BadFilename)?;
                }
                part => parts.push(part),
            }
        }
        let last = text.rsplit(SEPARATOR).next().unwrap_or_default();
        let folder = matches!(last, "" | "." | UP);
        let mut text = String::new();
        for part in parts {
            text.push(SEPARATOR);
            text.push_str(part);
        }
        if text.is_empty() {
            text.push(SEPARATOR);
        }
        if text.len() > PATH_MAX {
            return Err(Report::BadFilename);
        }
        Ok(Path { text, folder })
    }
}

/// A file on the card, or a file on a cassette that is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFile {
    /// The file on the card.
    pub path: String,
    /// The name on the cassette that the file is; an empty one where none is named.
    pub inside: Option<Vec<u8>>,
}

impl CardFile {
    /// The file a path means: the first part that is called as cassettes are is one.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let ends = path.match_indices(SEPARATOR).map(|(at, _)| at);
        for end in ends.chain([path.len()]) {
            let (file, inside) = path.split_at(end);
            if Format::of_name(file).is_some() {
                return Self {
                    path: file.into(),
                    inside: Some(codes_of(inside.trim_start_matches(SEPARATOR))),
                };
            }
        }
        Self {
            path: path.into(),
            inside: None,
        }
    }
}

/// Whether a name on T: is that of a cassette on the card, by its end.
#[must_use]
pub fn names_cassette(name: &[u8]) -> bool {
    matches!(extension(&String::from_utf8_lossy(name)), ".tap" | ".tzx")
}

/// The last part of a path.
#[must_use]
pub fn last_part(path: &str) -> &str {
    path.rsplit(SEPARATOR).next().unwrap_or_default()
}

/// The folder of a path.
#[must_use]
pub fn folder_of(path: &str) -> &str {
    match path.rsplit_once(SEPARATOR) {
        None | Some(("", _)) => "/",
        Some((folder, _)) => folder,
    }
}

/// A path's extension in small letters with its point, of those that mean something here; without
/// one nothing.
#[must_use]
pub fn extension(path: &str) -> &'static str {
    let name = last_part(path);
    let known = [".bas", ".tap", ".tzx", ".scr"].into_iter().find(|known| {
        let start = name.len().checked_sub(known.len());
        let end = start.and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(known))
    });
    known.unwrap_or_default()
}

/// The last part of a path, in the Spectrum's codes.
#[must_use]
pub fn name_of(path: &str) -> Vec<u8> {
    codes_of(last_part(path))
}

/// The same without its extension.
#[must_use]
pub fn stem(path: &str) -> Vec<u8> {
    let name = last_part(path);
    let length = name.len() - extension(path).len();
    codes_of(name.get(..length).unwrap_or(name))
}

/// A text in the Spectrum's codes; `?` for what it does not have.
#[must_use]
pub fn codes_of(text: &str) -> Vec<u8> {
    let code = |c| charset::from_char(c).unwrap_or(b'?');
    text.chars().map(code).collect()
}

/// Codes as a text, in which what is no character is `?`.
#[must_use]
pub fn text_of(codes: &[u8]) -> String {
    let character = |code: &u8| charset::to_char(*code).unwrap_or('?');
    codes.iter().map(character).collect()
}

/// Whether a name is one of those a pattern stands for: `*` for any characters, `?` for any one,
/// `*.*` for all.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    if pattern == "*.*" {
        return true;
    }
    let small = |text: &str| text.chars().flat_map(char::to_lowercase).collect();
    let (pattern, name): (Vec<char>, Vec<char>) = (small(pattern), small(name));
    let (mut p, mut n) = (0, 0);
    // Where the last `*` was, and how much of the name it stands for.
    let mut star = None;
    loop {
        match (pattern.get(p), name.get(n)) {
            (None, None) => return true,
            (Some('*'), _) => {
                star = Some((p, n));
                p += 1;
            }
            (Some(wanted), Some(there)) if *wanted == '?' || wanted == there => {
                p += 1;
                n += 1;
            }
            (_, there) => match star {
                Some((at, end)) if there.is_some() => {
                    star = Some((at, end + 1));
                    p = at + 1;
                    n = end + 1;
                }
                _ => return false,
            },
        }
    }
}

/// Whether a name stands for several.
#[must_use]
pub fn is_wild(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// The character a name has for one of the machine's codes; control codes and keywords are none.
fn character(code: u8) -> Option<char> {
    match code {
        charset::POWER => Some('^'),
        _ => charset::to_char(code),
    }
}

/// What an error of the card is called in a report.
impl From<StorageError> for Report {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::FileNotFound,
            StorageError::Exists => Self::FileExists,
            StorageError::NotEmpty => Self::FolderNotEmpty,
            StorageError::Full => Self::DiskFull,
            StorageError::TooBig => Self::FileTooBig,
            StorageError::BadName => Self::BadFilename,
            StorageError::NoAttribute => Self::InvalidAttribute,
            StorageError::ReadOnly => Self::FileIsReadOnly,
            StorageError::NotReady => Self::DriveNotReady,
            StorageError::Unrecognised => Self::UnrecognisedDisk,
            StorageError::Broken => Self::UnknownDiskError,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(folder: &str, name: &[u8]) -> Option<(String, bool)> {
        let drives = Drives {
            folder: folder.into(),
            ..Drives::default()
        };
        let path = drives.path(name).ok()?;
        Some((path.text, path.folder))
    }

    #[test]
    fn a_path_is_worked_out_from_the_current_folder() {
        let is = |folder, name, text: &str, is_folder| {
            assert_eq!(path(folder, name), Some((text.into(), is_folder)));
        };
        is("/", b"prog", "/prog", false);
        is("/games", b"pac man", "/games/pac man", false);
        is("/games", b"/pacman", "/pacman", false);
        is("/games", b"../x/", "/x", true);
        is("/games", b"..", "/", true);
        is("/games", b"", "/games", true);
        is("/a", b"./b//c", "/a/b/c", false);
        is("/", b"x^2`", "/x^2£", false);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in [
            &b".."[..],
            b"../x",
            b"a/../../b",
            b"a\x0D",
            b"\xCFx",
            &[b'x'; 300],
        ] {
            assert_eq!(path("/", name), None, "{name:?}");
        }
        for code in (0..32).chain(165..=u8::MAX) {
            assert_eq!(path("/", &[code]), None);
        }
    }

    #[test]
    fn a_cassette_is_a_folder_of_files() {
        let file = |path| {
            let CardFile { path, inside } = CardFile::new(path);
            (
                path,
                inside.map(|name| String::from_utf8(name).unwrap_or_default()),
            )
        };
        assert_eq!(file("/a.b/c"), ("/a.b/c".into(), None));
        assert_eq!(file("/a/b.TAP"), ("/a/b.TAP".into(), Some(String::new())));
        assert_eq!(file("/b.tzx/x/y"), ("/b.tzx".into(), Some("x/y".into())));
    }

    #[test]
    fn patterns_stand_for_names() {
        for (pattern, name, is) in [
            ("*", "", true),
            ("*.*", "x", true),
            ("a*c", "ABBC", true),
            ("a*c", "abbd", false),
            ("?b", "ab", true),
            ("?b", "b", false),
            ("*a*b", "xaybab", true),
            ("", "a", false),
            ("a", "a b", false),
        ] {
            assert_eq!(matches(pattern, name), is, "{pattern} {name}");
        }
    }

    #[test]
    fn a_drive_is_a_letter_and_a_colon() {
        let name = |text| FileName::new(text).map(|name| (name.drive, name.rest));
        assert_eq!(name(b"T:x"), Ok((Some(Drive::Tape), b"x".to_vec())));
        assert_eq!(name(b"m:"), Ok((Some(Drive::RamDisk), Vec::new())));
        assert_eq!(name(b"ax:y"), Ok((None, b"ax:y".to_vec())));
        assert_eq!(name(b"q:y"), Err(Report::DriveNotFound));
        assert_eq!(name(b"q:"), Err(Report::InvalidDrive));
    }
}
