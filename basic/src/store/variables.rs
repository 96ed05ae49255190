//! The variables area: entries between VARS and the byte 128 before E_LINE.
//!
//! | first byte | entry | what follows the first byte |
//! |---|---|---|
//! | 010xxxxx | string | length (2), characters |
//! | 011xxxxx | number, one letter | 5 bytes |
//! | 100xxxxx | array of numbers | length (2), dimensions (1), sizes (2 each), 5 bytes each |
//! | 101xxxxx | number, long name | letters, the last + 128, then 5 bytes |
//! | 110xxxxx | array of characters | length (2), dimensions (1), sizes (2 each), characters |
//! | 111xxxxx | control variable of FOR | value, limit, step (5 each), line (2), statement (1) |

use alloc::boxed::Box;

use super::areas::{VARIABLES_END, make_room};
use super::memory::{Address, Memory};
use super::program::next_line;
use super::sysvars as s;
use crate::report::Result;

/// Bytes of a number.
pub const NUMBER_SIZE: u32 = 5;
/// Bytes of a control variable after its letter.
const CONTROL_SIZE: u32 = 18;
/// Bytes a control variable has more than a simple one.
pub(super) const CONTROL_EXTRA: u32 = 13;

/// What kind of variable a name in a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number: simple, or the control variable of a loop.
    Number,
    /// An array of numbers.
    Numbers,
    /// A string or an array of characters.
    Text,
}

/// A variable's name as a program gives it, in the form the area is searched for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Bits 0 to 6 of an entry's first byte (LOOK-VARS' discriminator).
    pub(super) first: u8,
    /// The further letters of a long name, in lower case.
    pub(super) rest: Box<[u8]>,
    /// Bit n: a blank stands after further letter n + 1 (the first 64 of them).
    pub(super) blanks: u64,
}

impl Name {
    /// From a letter (either case), the further characters of a long name, and the kind.
    #[must_use]
    pub fn new(letter: u8, rest: &[u8], kind: Kind) -> Self {
        let letter = letter & 0x1F;
        let first = match kind {
            Kind::Text => letter | 0x40,
            Kind::Numbers => letter,
            Kind::Number if rest.is_empty() => letter | 0x60,
            Kind::Number => letter | 0x20,
        };
        Self {
            first,
            rest: rest.iter().map(|c| c | 0x20).collect(),
            blanks: blank_behind(rest.len()),
        }
    }

    /// The name of the entry at `at`.
    pub(super) fn of_entry(m: &Memory, at: Address) -> Self {
        let first = m.byte(at) & 0x7F;
        let mut rest = Box::default();
        if first & 0x60 == 0x20 {
            let letters = m.slice(at + 1, m.pointer(s::E_LINE).saturating_sub(at + 1));
            let last = letters.iter().position(|c| c & 0x80 != 0);
            let letters = &letters[..last.map_or(letters.len(), |last| last + 1)];
            rest = letters.iter().map(|c| c & 0x7F).collect::<Box<[u8]>>();
        }
        let blanks = blank_behind(rest.len());
        Self {
            first,
            rest,
            blanks,
        }
    }

    /// Whether it is written without blanks, so that it stands for no shorter name.
    pub(super) fn is_plain(&self) -> bool {
        self.blanks == blank_behind(self.rest.len())
    }

    /// The same name, written with blanks after some of its further letters: see [`look_up`].
    #[must_use]
    pub fn with_blanks(self, blanks: u64) -> Self {
        Self { blanks, ..self }
    }

    /// What the name asks for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.first & 0x60 {
            0x40 => Kind::Text,
            0 => Kind::Numbers,
            _ => Kind::Number,
        }
    }

    /// Whether the name is one letter, of a number or a string, and not an array of numbers.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        self.rest.is_empty() && self.first & 0x60 != 0
    }

    /// The first letter, lower case.
    #[must_use]
    pub fn letter(&self) -> u8 {
        self.first & 0x1F | 0x60
    }

    /// Bytes of an entry before its five bytes of value.
    pub(super) fn length(&self) -> u32 {
        1 + self.rest.len() as u32
    }
}

/// The blanks of a name with so many further letters that has one behind it only.
const fn blank_behind(letters: usize) -> u64 {
    match letters {
        1..=64 => 1 << (letters - 1),
        _ => 0,
    }
}

/// The address after the entry at `at`. What was written over and is no entry any more is passed
/// over as a program line.
///
/// ROM: `NEXT-ONE` 19B8.
#[must_use]
pub fn next_entry(m: &Memory, at: Address) -> Address {
    let first = m.byte(at);
    match first >> 5 {
        0b000 | 0b001 => next_line(m, at),
        0b011 => at + 1 + NUMBER_SIZE,
        0b111 => at + 1 + CONTROL_SIZE,
        0b101 => {
            // Also entries that MERGE has in the workspace are looked at.
            let end = m.pointer(s::STKEND);
            let mut at = at + 1;
            while at < end && m.byte(at) & 0x80 == 0 {
                at += 1;
            }
            at + 1 + NUMBER_SIZE
        }
        _ => at + 3 + u32::from(m.word(at + 1)),
    }
}

/// Finds the entry a name stands for: the address of its first byte.
///
/// Flaw kept: a long name written with blanks is taken for a shorter one that ends where a blank
/// stands.
///
/// ROM: `LOOK-VARS` 28B2.
#[must_use]
pub fn look_up(m: &Memory, name: &Name) -> Option<Address> {
    let end = m.pointer(s::E_LINE);
    let mut at = m.pointer(s::VARS);
    // The area may have been POKEd to anything: never go past its end.
    while at < end {
        let first = m.byte(at) & 0x7F;
        if first == 0 {
            return None;
        }
        if first == name.first && (name.rest.is_empty() || same_rest(m, at + 1, name)) {
            return Some(at);
        }
        at = next_entry(m, at);
    }
    None
}

/// Whether the letters at `at` are those of a long name, or of its part before a blank, the last
/// one marked.
///
/// ROM: 2912-2927.
fn same_rest(m: &Memory, at: Address, name: &Name) -> bool {
    let bytes = m.slice(at, name.rest.len() as u32);
    for (i, (byte, letter)) in bytes.iter().zip(&name.rest).enumerate() {
        if byte != letter {
            let ends = i + 1 == name.rest.len() || i < 64 && name.blanks >> i & 1 != 0;
            return *byte == letter | 0x80 && ends;
        }
    }
    false
}

/// Opens `size` bytes at the end of the area and marks the new end; gives their address.
pub(super) fn append(m: &mut Memory, size: u32) -> Result<Address> {
    let end = m.pointer(s::E_LINE);
    make_room(m, end, size)?;
    m.set_byte(end + size - 1, VARIABLES_END);
    Ok(end - 1)
}

/// Assigns to a part of a string or an element: cut or filled with spaces to the length it has.
///
/// ROM: `L-DELETE$`..`L-ENTER` 2B72-2BA6. The new text is built in the workspace first, so it may
/// overlap its destination.
///
/// # Errors
/// Report 4 when the workspace has no room for it.
pub fn let_slice(m: &mut Memory, to: Address, room: u16, text: Address, length: u16) -> Result<()> {
    if room == 0 {
        return Ok(());
    }
    super::areas::test_room(m, u32::from(room))?;
    let used = length.min(room);
    m.copy_within(text, to, u32::from(used));
    m.fill(to + u32::from(used), u32::from(room - used), b' ');
    Ok(())
}
