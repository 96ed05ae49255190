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
use alloc::vec::Vec;

use super::areas::{VARIABLES_END, make_room, reclaim};
use super::memory::{Address, Memory};
use super::sysvars as s;
use crate::number::Number;
use crate::report::{Report, Result};

/// Bytes of a number.
pub const NUMBER_SIZE: u32 = 5;
/// Bytes of a control variable after its letter.
const CONTROL_SIZE: u32 = 18;
/// Bytes a control variable has more than a simple one.
const CONTROL_EXTRA: u32 = 13;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Bits 0 to 6 of an entry's first byte (LOOK-VARS' discriminator).
    first: u8,
    /// The further letters of a long name, in lower case.
    rest: Box<[u8]>,
    /// Bit n: a blank stands after further letter n + 1 (the first 64 of them).
    blanks: u64,
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
            blanks: 0,
        }
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
    fn length(&self) -> u32 {
        1 + self.rest.len() as u32
    }
}

/// The address after the entry at `at`.
///
/// ROM: `NEXT-ONE` 19B8.
#[must_use]
pub fn next_entry(m: &Memory, at: Address) -> Address {
    let first = m.byte(at);
    match first >> 5 {
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

/// A place in the table of names a program uses.
pub type SlotNumber = u16;

/// No place known.
pub const UNKNOWN: Address = 0;

/// The names a program uses and the places of their entries, so that an entry is looked for once.
///
/// A place holds until something moves the area: whoever moves it tells [`Slots::forget`] or
/// `Slots::moved`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    names: Vec<Name>,
    /// The first byte of each name's entry, or [`UNKNOWN`].
    entries: Vec<Address>,
    /// The five bytes of a number, or what follows the first byte of another entry;
    /// [`UNKNOWN`] when the entry is.
    values: Vec<Address>,
}

impl Slots {
    /// The slot of a name; a new one if it has none.
    ///
    /// # Errors
    /// Report 4 for more names than a slot number can count.
    pub fn intern(&mut self, name: &Name) -> Result<SlotNumber> {
        if let Some(i) = self.names.iter().position(|known| known == name) {
            return SlotNumber::try_from(i).map_err(|_| Report::OutOfMemory);
        }
        let number = SlotNumber::try_from(self.names.len()).map_err(|_| Report::OutOfMemory)?;
        self.names.push(name.clone());
        self.entries.push(UNKNOWN);
        self.values.push(UNKNOWN);
        Ok(number)
    }

    /// How many names there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Forgets all names.
    pub fn clear(&mut self) {
        self.names.clear();
        self.entries.clear();
        self.values.clear();
    }

    /// Forgets all places.
    pub fn forget(&mut self) {
        self.entries.fill(UNKNOWN);
        self.values.fill(UNKNOWN);
    }

    /// Follows a move: every entry above `at` went up by `up` bytes, then down by `down`; the
    /// entry at `at` itself is forgotten.
    fn moved(&mut self, at: Address, up: u32, down: u32) {
        for (entry, value) in self.entries.iter_mut().zip(&mut self.values) {
            if *entry > at && *entry + up >= at + down {
                *entry = *entry + up - down;
                *value = *value + up - down;
            } else if *entry >= at {
                // The entry itself, and what a POKEd length took with it.
                *entry = UNKNOWN;
                *value = UNKNOWN;
            }
        }
    }

    /// The name of a slot.
    #[must_use]
    pub fn name(&self, slot: SlotNumber) -> &Name {
        &self.names[usize::from(slot)]
    }

    /// Where the five bytes of each slot's number are (of an array: what follows the first byte
    /// of its entry), or [`UNKNOWN`].
    #[inline]
    #[must_use]
    pub fn values(&self) -> &[Address] {
        &self.values
    }

    /// The entry of a variable.
    #[inline]
    pub fn entry(&mut self, m: &Memory, slot: SlotNumber) -> Option<Address> {
        let known = self.entries[usize::from(slot)];
        if known == UNKNOWN {
            self.find(m, slot)
        } else {
            Some(known)
        }
    }

    /// The five bytes of a number.
    #[inline]
    pub fn value(&mut self, m: &Memory, slot: SlotNumber) -> Option<Address> {
        let known = self.values[usize::from(slot)];
        if known != UNKNOWN {
            return Some(known);
        }
        self.find(m, slot)?;
        Some(self.values[usize::from(slot)])
    }

    #[cold]
    #[inline(never)]
    fn find(&mut self, m: &Memory, slot: SlotNumber) -> Option<Address> {
        let slot = usize::from(slot);
        let name = &self.names[slot];
        let entry = look_up(m, name)?;
        self.entries[slot] = entry;
        // The entry of a long name may be a shorter one: see `look_up`.
        self.values[slot] = if name.rest.is_empty() {
            entry + 1
        } else {
            next_entry(m, entry) - NUMBER_SIZE
        };
        Some(entry)
    }

    /// Assigns to a number: an existing entry changes its value, a missing one is added.
    ///
    /// ROM: `LET` 2AFF.
    ///
    /// # Errors
    /// Report 4.
    pub fn let_number(&mut self, m: &mut Memory, slot: SlotNumber, value: Number) -> Result<()> {
        if let Some(at) = self.value(m, slot) {
            m.set_number(at, value);
            return Ok(());
        }
        let name = &self.names[usize::from(slot)];
        let at = append(m, name.length() + NUMBER_SIZE)?;
        if let Some((last, most)) = name.rest.split_last() {
            m.set_byte(at, name.first | 0xA0);
            for (i, letter) in most.iter().enumerate() {
                m.set_byte(at + 1 + i as u32, *letter);
            }
            m.set_byte(at + 1 + most.len() as u32, last | 0x80);
        } else {
            m.set_byte(at, name.first);
        }
        m.set_number(at + name.length(), value);
        Ok(())
    }

    /// Assigns to a whole string. An existing string is added anew at the end of the area before
    /// the old one is removed; an array of characters with one dimension keeps its length.
    ///
    /// ROM: `LET` 2AFF, `L-STRING` 2BC6.
    ///
    /// # Errors
    /// Report 4; report 3 for an array with more dimensions.
    pub fn let_text(
        &mut self,
        m: &mut Memory,
        slot: SlotNumber,
        text: Address,
        length: u16,
    ) -> Result<()> {
        let old = self.entry(m, slot);
        if let Some(old) = old {
            if m.byte(old) & 0x80 != 0 {
                if m.byte(old + 3) != 1 {
                    return Err(Report::SubscriptWrong);
                }
                return let_slice(m, old + 6, m.word(old + 4), text, length);
            }
        }
        let size = u32::from(length) + 3;
        let at = append(m, size)?;
        // Text in the workspace or the edit line moved up with the room.
        let text = if text > at { text + size } else { text };
        m.copy_within(text, at + 3, u32::from(length));
        m.set_byte(at, self.names[usize::from(slot)].first);
        m.set_word(at + 1, length);
        if let Some(old) = old {
            // A POKEd length does not take the new string with it.
            let gone = (u32::from(m.word(old + 1)) + 3).min(at.saturating_sub(old));
            reclaim(m, old, gone);
            self.moved(old, 0, gone);
            self.entries[usize::from(slot)] = at - gone;
            self.values[usize::from(slot)] = at - gone + 1;
        }
        Ok(())
    }

    /// Makes the number at `slot` a control variable of FOR, with `value`, `limit`, `step` and the
    /// place to loop to; gives the address of its value.
    ///
    /// ROM: `FOR` 1D03.
    ///
    /// # Errors
    /// Report 4.
    pub fn make_control(
        &mut self,
        m: &mut Memory,
        slot: SlotNumber,
        [value, limit, step]: [Number; 3],
        line: u16,
        statement: u8,
    ) -> Result<Address> {
        self.let_number(m, slot, value)?;
        let at = self.value(m, slot).ok_or(Report::VariableNotFound)?;
        let first = m.byte(at - 1);
        m.set_byte(at - 1, first | 0x80);
        if first & 0x80 == 0 {
            make_room(m, at + NUMBER_SIZE, CONTROL_EXTRA)?;
            let entry = at - 1;
            self.moved(entry, CONTROL_EXTRA, 0);
            self.entries[usize::from(slot)] = entry;
            self.values[usize::from(slot)] = at;
        }
        m.set_number(at + 5, limit);
        m.set_number(at + 10, step);
        m.set_word(at + 15, line);
        m.set_byte(at + 17, statement);
        Ok(at)
    }

    /// Makes a new array of `sizes` (each from 1), in exchange for one of the same name: zeros or
    /// spaces.
    ///
    /// ROM: `DIM` 2C02.
    ///
    /// # Errors
    /// Report 4.
    pub fn dim(&mut self, m: &mut Memory, slot: SlotNumber, sizes: &[u16]) -> Result<()> {
        let text = self.names[usize::from(slot)].kind() == Kind::Text;
        let mut bytes: u32 = if text { 1 } else { NUMBER_SIZE };
        for size in sizes {
            // GET-HL*DE 2AF4: more than 16 bits is out of memory.
            bytes = bytes.saturating_mul(u32::from(*size));
            if bytes > 0xFFFF {
                return Err(Report::OutOfMemory);
            }
        }
        let header = 4 + 2 * sizes.len() as u32;
        if bytes + header > 0xFFFF {
            return Err(Report::OutOfMemory);
        }
        let at = append(m, bytes + header)?;
        let first = self.names[usize::from(slot)].first | 0x80;
        m.set_byte(at, first);
        m.set_word(at + 1, (bytes + header - 3) as u16);
        m.set_byte(at + 3, sizes.len() as u8);
        for (i, size) in sizes.iter().enumerate() {
            m.set_word(at + 4 + 2 * i as u32, *size);
        }
        m.fill(at + header, bytes, if text { b' ' } else { 0 });
        Ok(())
    }

    /// Removes an existing array (or string) of the name, as DIM does first.
    pub fn remove(&mut self, m: &mut Memory, slot: SlotNumber) {
        if let Some(old) = self.entry(m, slot) {
            let end = m.pointer(s::E_LINE).saturating_sub(1);
            let gone = next_entry(m, old).min(end).saturating_sub(old);
            reclaim(m, old, gone);
            self.moved(old, 0, gone);
        }
    }
}

/// Opens `size` bytes at the end of the area and marks the new end; gives their address.
fn append(m: &mut Memory, size: u32) -> Result<Address> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty;

    #[test]
    fn variables_lie_as_the_rom_lays_them() {
        let mut m = empty();
        let mut slots = Slots::default();
        let a = slots.intern(&Name::new(b'A', b"", Kind::Number)).unwrap();
        let long = slots
            .intern(&Name::new(b'l', b"ONG2", Kind::Number))
            .unwrap();
        let text = slots.intern(&Name::new(b's', b"", Kind::Text)).unwrap();
        slots.let_number(&mut m, a, Number::ONE).unwrap();
        m.slice_mut(0x5B00, 2).copy_from_slice(b"hi");
        slots.let_text(&mut m, text, 0x5B00, 2).unwrap();
        slots.let_number(&mut m, long, Number::ONE).unwrap();
        let vars = m.pointer(s::VARS);
        assert_eq!(
            m.slice(vars, 23),
            b"\x61\0\0\x01\0\0\x53\x02\0hi\xAC\x6F\x6E\x67\xB2\0\0\x01\0\0\x80\x0D"
        );
        // A string assigned again goes to the end; what lay above it moves down.
        slots.let_text(&mut m, text, 0x5B00, 1).unwrap();
        assert_eq!(
            m.slice(vars, 21),
            b"\x61\0\0\x01\0\0\xAC\x6F\x6E\x67\xB2\0\0\x01\0\0\x53\x01\0h\x80"
        );
        assert_eq!(
            slots.value(&m, long),
            look_up(&m, slots.name(long)).map(|at| at + 5)
        );
        assert_eq!(slots.entry(&m, text), look_up(&m, slots.name(text)));
        let at = slots
            .make_control(&mut m, a, [Number::ONE, Number::ZERO, Number::ONE], 10, 2)
            .unwrap();
        assert_eq!(m.byte(at - 1), 0xE1);
        assert_eq!(slots.entry(&m, text), look_up(&m, slots.name(text)));
        assert_eq!(slots.value(&m, a), Some(at));
    }
}
