//! The seventeen bytes before a file on tape.
//!
//! | byte | what |
//! |---|---|
//! | 0 | kind |
//! | 1 to 10 | name |
//! | 11, 12 | length of the file |
//! | 13, 14 | line to start at, letter of the array (14), or address |
//! | 15, 16 | length of the program without its variables |

use alloc::string::String;

use super::drive::text_of;
use crate::charset;

/// Bytes of a header.
pub const HEADER_SIZE: usize = 17;
/// Characters of a name.
pub const NAME_SIZE: usize = 10;
/// The first character of a wanted name that stands for any. ROM: 062D.
const ANY: u8 = 0xFF;
/// What stands for no line to start at: 32768. ROM: 071D.
pub const NO_LINE: u16 = 0x8000;
/// What `second` of arrays and bytes holds here. In the ROM it is what the workspace held before,
/// most often this.
pub const SECOND_UNUSED: u16 = 0x8000;

/// What a file holds. ROM: the first byte of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A program and its variables.
    Program = 0,
    /// An array of numbers.
    Numbers,
    /// An array of characters.
    Characters,
    /// Bytes, also a screen.
    Code,
}

impl Kind {
    /// The kind a header's first byte stands for, if any.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Program,
            1 => Self::Numbers,
            2 => Self::Characters,
            3 => Self::Code,
            _ => return None,
        })
    }

    /// Printed before the name of a file that LOAD finds. ROM: 09C1.
    #[must_use]
    pub const fn title(self) -> &'static [u8] {
        match self {
            Self::Program => b"\x0DProgram: ",
            Self::Numbers => b"\x0DNumber array: ",
            Self::Characters => b"\x0DCharacter array: ",
            Self::Code => b"\x0DBytes: ",
        }
    }
}

/// A file's name, filled up with blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub [u8; NAME_SIZE]);

impl Name {
    /// A name of these characters; what is too long is cut off.
    ///
    /// ROM: 0625-0650.
    #[must_use]
    pub fn new(characters: &[u8]) -> Self {
        let mut name = [b' '; NAME_SIZE];
        for (to, from) in name.iter_mut().zip(characters) {
            *to = *from;
        }
        Self(name)
    }

    /// The name on tape of a file on a card: what stands behind its path's last slash, without
    /// what stands behind the last point, as far as it goes.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let file = path.rsplit('/').next().unwrap_or_default();
        let stem = match file.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => file,
        };
        let mut name = Self::new(b"");
        for (to, from) in name.0.iter_mut().zip(stem.chars()) {
            *to = charset::from_char(from).unwrap_or(b'?');
        }
        name
    }

    /// What it looks like, without the blanks behind it.
    #[must_use]
    pub fn text(self) -> String {
        text_of(self.0.trim_ascii_end())
    }

    /// The name that LOAD "" wants.
    #[must_use]
    pub fn any() -> Self {
        Self::new(&[ANY])
    }

    /// Whether this name, being wanted, is satisfied by a file's.
    ///
    /// ROM: `LD-NAME` 07A6.
    #[must_use]
    pub fn matches(self, found: Self) -> bool {
        self.0[0] == ANY || self == found
    }
}

/// A header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the file holds.
    pub kind: Kind,
    /// Its name.
    pub name: Name,
    /// Its length.
    pub length: u16,
    /// The line to start at, the letter of the array (high byte), or the address.
    pub first: u16,
    /// The length of the program without its variables.
    pub second: u16,
}

impl Header {
    /// As it is written to tape.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEADER_SIZE] {
        let mut bytes = [0; HEADER_SIZE];
        bytes[0] = self.kind as u8;
        bytes[1..11].copy_from_slice(&self.name.0);
        bytes[11..13].copy_from_slice(&self.length.to_le_bytes());
        bytes[13..15].copy_from_slice(&self.first.to_le_bytes());
        bytes[15..].copy_from_slice(&self.second.to_le_bytes());
        bytes
    }

    /// As it is read from tape; nothing for a kind that does not exist.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; HEADER_SIZE]) -> Option<Self> {
        let mut name = [0; NAME_SIZE];
        name.copy_from_slice(&bytes[1..11]);
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Some(Self {
            kind: Kind::from_byte(bytes[0])?,
            name: Name(name),
            length: word(11),
            first: word(13),
            second: word(15),
        })
    }

    /// The first byte of an array's entry among the variables.
    #[must_use]
    pub const fn letter(&self) -> u8 {
        (self.first >> 8) as u8
    }

    /// Where a program that was loaded starts by itself, if it does.
    ///
    /// ROM: 089B.
    #[must_use]
    pub const fn start_line(&self) -> Option<u16> {
        if self.first & 0xC000 == 0 {
            Some(self.first)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_goes_to_bytes_and_back() {
        let header = Header {
            kind: Kind::Code,
            name: Name::new(b"screen"),
            length: 6912,
            first: 16384,
            second: SECOND_UNUSED,
        };
        let bytes = header.to_bytes();
        assert_eq!(&bytes, b"\x03screen    \x00\x1B\x00\x40\x00\x80");
        assert_eq!(Header::from_bytes(&bytes), Some(header));
        let mut wrong = bytes;
        wrong[0] = 4;
        assert_eq!(Header::from_bytes(&wrong), None);
    }

    #[test]
    fn a_wanted_name_is_the_whole_name_or_any() {
        let found = Name::new(b"abc");
        assert!(Name::new(b"abc").matches(found));
        assert!(!Name::new(b"ab").matches(found));
        assert!(Name::any().matches(found));
        assert!(Name::new(b"0123456789x").matches(Name::new(b"0123456789")));
    }

    #[test]
    fn a_name_on_tape_is_the_last_part_of_a_path() {
        for (path, name) in [
            ("/games/manic.tap", &b"manic"[..]),
            ("a very long name.bas", b"a very lon"),
            (".hidden", b".hidden"),
            ("two.dots.bas", b"two.dots"),
            ("x", b"x"),
            ("\u{A3}\u{E4}", b"\x60?"),
            ("", b""),
        ] {
            assert_eq!(Name::of_path(path), Name::new(name), "{path}");
        }
    }
}
