//! The 128 bytes before a file on a disk of the +3, which later machines and tools read and write
//! too.
//!
//! | byte | what |
//! |---|---|
//! | 0 to 8 | `PLUS3DOS` and 26 |
//! | 9, 10 | issue and version: 1 and 0 |
//! | 11 to 14 | length of the whole file, header included |
//! | 15 to 21 | what a header on tape has but for the name: kind, length, two words |
//! | 127 | the sum of the bytes before |

use alloc::vec::Vec;

use super::header::{Header, Kind, Name};

/// Bytes before the file's own.
pub const SIZE: usize = 128;
/// What such a file begins with.
const SIGNATURE: &[u8; 9] = b"PLUS3DOS\x1A";
/// Issue and version of what is written.
const ISSUE: [u8; 2] = [1, 0];
/// Where the kind is; length and two words follow it.
const KIND: usize = 15;
/// Where the check is.
const CHECK: usize = SIZE - 1;

/// A file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plus3File<'a> {
    /// What it is, with the name it was read by.
    pub header: Header,
    /// Its bytes: fewer than the header says if the file was cut off.
    pub bytes: &'a [u8],
}

impl Plus3File<'_> {
    /// Whether all its bytes are there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.bytes.len() == usize::from(self.header.length)
    }
}

/// A file with its header before it. The name is not in it.
#[must_use]
pub fn to_file(header: &Header, bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(SIZE + bytes.len());
    file.extend_from_slice(SIGNATURE);
    file.extend(ISSUE);
    file.extend(((SIZE + bytes.len()) as u32).to_le_bytes());
    file.push(header.kind as u8);
    for word in [header.length, header.first, header.second] {
        file.extend(word.to_le_bytes());
    }
    file.resize(CHECK, 0);
    file.push(sum(&file));
    file.extend_from_slice(bytes);
    file
}

/// What a file that begins with such a header holds; nothing for any other file, which is bytes
/// without a header then, as on the +3.
#[must_use]
pub fn from_file(file: &[u8], name: Name) -> Option<Plus3File<'_>> {
    let (head, rest) = file.split_at_checked(SIZE)?;
    if !head.starts_with(SIGNATURE) || head[CHECK] != sum(&head[..CHECK]) {
        return None;
    }
    let word = |at: usize| u16::from_le_bytes([head[KIND + at], head[KIND + at + 1]]);
    let header = Header {
        kind: Kind::from_byte(head[KIND])?,
        name,
        length: word(1),
        first: word(3),
        second: word(5),
    };
    // Disks hold whole records of 128 bytes: what is behind the file's end is none of it.
    let length = rest.len().min(usize::from(header.length));
    Some(Plus3File {
        header,
        bytes: &rest[..length],
    })
}

/// The sum of all bytes.
fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| all.wrapping_add(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::header::{NO_LINE, SECOND_UNUSED};

    fn headers() -> [Header; 4] {
        let header = |kind, length, first, second| Header {
            kind,
            name: Name::new(b"a"),
            length,
            first,
            second,
        };
        [
            header(Kind::Program, 5, 10, 3),
            header(Kind::Numbers, 8, 0x8100, SECOND_UNUSED),
            header(Kind::Characters, 0, 0xC100, SECOND_UNUSED),
            header(Kind::Code, 6912, 16384, SECOND_UNUSED),
        ]
    }

    #[test]
    fn a_file_of_any_kind_goes_to_bytes_and_back() {
        for header in headers() {
            let bytes: Vec<u8> = (0..header.length).map(|i| i as u8).collect();
            let mut file = to_file(&header, &bytes);
            assert_eq!(file.len(), SIZE + bytes.len());
            file.resize(file.len() + 77, 0x1A);
            let read = from_file(&file, header.name).unwrap();
            assert_eq!((read.header, read.bytes), (header, &bytes[..]));
            assert!(read.is_whole());
        }
    }

    #[test]
    fn the_header_is_the_documented_one() {
        let header = Header {
            kind: Kind::Program,
            name: Name::new(b"x"),
            length: 0x0123,
            first: NO_LINE,
            second: 0x0120,
        };
        let file = to_file(&header, &[0; 0x123]);
        assert_eq!(
            &file[..23],
            b"PLUS3DOS\x1A\x01\x00\xA3\x01\0\0\x00\x23\x01\x00\x80\x20\x01\x00"
        );
        assert!(file[23..127].iter().all(|byte| *byte == 0));
        assert_eq!(file[127], sum(&file[..127]));
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_told() {
        let [header, ..] = headers();
        let file = to_file(&header, b"abcde");
        for length in 0..SIZE {
            assert_eq!(from_file(&file[..length], header.name), None);
        }
        let cut = from_file(&file[..SIZE + 2], header.name).unwrap();
        assert_eq!((cut.bytes, cut.is_whole()), (&b"ab"[..], false));
        for at in 0..SIZE {
            let mut wrong = file.clone();
            wrong[at] ^= 0x10;
            assert_eq!(from_file(&wrong, header.name), None, "{at}");
        }
    }
}
