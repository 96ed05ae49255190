//! The names a program uses and what is kept of their variables, so that an entry is looked for
//! once and a number need not be put together from its bytes each time.
//!
//! The bytes in the variables area are the truth. A [`Cell`] holds where a variable is and, as a
//! copy, its value; whoever assigns through a cell writes both. Memory tells of anybody else's
//! writes to the area (`Memory::watch_variables`), and the copies are made anew.

use alloc::vec::Vec;

use super::areas::{self, make_room, reclaim};
use super::memory::{Address, Bytes, Memory};
use super::sysvars as s;
use super::variables::{
    CONTROL_EXTRA, Kind, NUMBER_SIZE, Name, append, let_slice, look_up, next_entry,
};
use crate::number::{Number, Stride};
use crate::report::{Report, Result};

/// A place in the table of names a program uses.
pub type SlotNumber = u16;

/// No place known.
pub const UNKNOWN: Address = 0;

/// A place in the code.
pub type Target = u32;

/// No place in the code.
pub const NO_TARGET: Target = Target::MAX;

/// Whether a loop is over: the value is past the limit, in the direction of the step.
///
/// ROM: `NEXT-LOOP` 1DDA.
///
/// # Errors
/// Report 6.
#[inline]
pub fn loop_ended(value: Number, limit: Number, step: Number) -> Result<bool> {
    if step.is_negative() {
        limit.gt(value)
    } else {
        value.gt(limit)
    }
}

/// Offsets in a control variable of FOR, from its value.
mod control {
    pub(super) const LIMIT: u32 = 5;
    pub(super) const STEP: u32 = 10;
    pub(super) const LINE: u32 = 15;
    pub(super) const STATEMENT: u32 = 17;
}

/// In an entry's first byte: a control variable or an array.
const LARGE: u8 = 0x80;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A number with a name of one letter: it may be a control variable.
    Letter,
    /// A number with a longer name.
    Long,
    /// An array of numbers.
    Numbers,
    /// A string.
    Text,
}

/// Where a variable is, and a copy of what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    number: Number,
    /// Step and limit of a control variable, if they are small.
    stride: Option<Stride>,
    /// The five bytes of a number, or what follows the first byte of another entry; [`UNKNOWN`]
    /// when the entry is.
    at: Address,
    /// Elements of an array with one dimension, if the copy is kept.
    size: u32,
    /// What the loop of a control variable goes to, if NEXT has gone there before.
    target: Target,
    /// Line and statement of that.
    line: u16,
    statement: u8,
    form: Form,
    /// Whether `number` is the variable's value.
    kept: bool,
    /// Whether it is a control variable and `stride`, `line` and `statement` are its.
    control: bool,
    /// Whether copies may be kept: not where two names stand for one entry.
    keepable: bool,
}

impl Cell {
    fn new(name: &Name) -> Self {
        let form = match name.kind() {
            Kind::Number if name.rest.is_empty() => Form::Letter,
            Kind::Number => Form::Long,
            Kind::Numbers => Form::Numbers,
            Kind::Text => Form::Text,
        };
        Self {
            number: Number::ZERO,
            stride: None,
            at: UNKNOWN,
            size: 0,
            target: NO_TARGET,
            line: 0,
            statement: 0,
            form,
            kept: false,
            control: false,
            keepable: false,
        }
    }

    /// Forgets the copies.
    fn drop_copies(&mut self) {
        self.kept = false;
        self.control = false;
        self.target = NO_TARGET;
        self.size = 0;
    }

    /// Forgets the place, too.
    fn forget(&mut self) {
        self.drop_copies();
        self.at = UNKNOWN;
    }

    /// Copies what the entry holds.
    #[cold]
    fn keep(&mut self, bytes: &Bytes) {
        if !self.keepable || self.at == UNKNOWN {
            return;
        }
        let entry = bytes.window(self.at - 1);
        match self.form {
            Form::Letter | Form::Long => {
                self.number = bytes.number(self.at);
                self.kept = true;
                if self.form == Form::Letter && entry[0] & LARGE != 0 {
                    self.control = true;
                    let limit = bytes.number(self.at + control::LIMIT);
                    let step = bytes.number(self.at + control::STEP);
                    self.stride = Stride::new(step, limit);
                    self.line = bytes.word(self.at + control::LINE);
                    self.statement = bytes.window(self.at + control::STATEMENT)[0];
                }
            }
            Form::Numbers => {
                let length = u32::from(u16::from_le_bytes([entry[1], entry[2]]));
                let size = u32::from(u16::from_le_bytes([entry[4], entry[5]]));
                // With a POKEd size elements would lie beyond the entry.
                if entry[3] == 1 && length == 3 + size * NUMBER_SIZE {
                    self.size = size;
                }
            }
            Form::Text => {}
        }
    }

    /// Whether a copy of the variable's number is kept.
    #[inline(always)]
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// The copy of the variable's number.
    #[inline(always)]
    #[must_use]
    pub fn number(&self) -> Number {
        self.number
    }

    /// Assigns to a number of which a copy is kept.
    #[inline(always)]
    pub fn assign(&mut self, bytes: &mut Bytes, number: Number) {
        self.number = number;
        bytes.set_number(self.at, number);
    }

    /// The variable's number, if its place is known; a copy is kept from now on.
    #[cold]
    #[inline(never)]
    pub fn number_in(&mut self, bytes: &Bytes) -> Option<Number> {
        self.keep(bytes);
        (self.at != UNKNOWN).then(|| bytes.number(self.at))
    }

    /// The entry, if its place is known.
    #[inline(always)]
    #[must_use]
    pub fn entry(&self) -> Option<Address> {
        (self.at != UNKNOWN).then(|| self.at - 1)
    }

    /// The place of an element of an array with one dimension, if it is certainly one of its own.
    #[inline(always)]
    pub fn element(&mut self, bytes: &Bytes, index: u32) -> Option<Address> {
        if index.wrapping_sub(1) < self.size {
            Some(self.at + index * NUMBER_SIZE)
        } else {
            self.element_in(bytes, index)
        }
    }

    #[cold]
    #[inline(never)]
    fn element_in(&mut self, bytes: &Bytes, index: u32) -> Option<Address> {
        self.keep(bytes);
        (index.wrapping_sub(1) < self.size).then(|| self.at + index * NUMBER_SIZE)
    }

    /// Where NEXT of this variable goes to, if it is kept and has gone there before; where in the
    /// code is the business of who asks.
    #[inline(always)]
    #[must_use]
    pub fn target(&self) -> Target {
        self.target
    }

    /// Adds the step of a control variable that is kept; whether the loop is over.
    ///
    /// ROM: `NEXT` 1DAB, `NEXT-LOOP` 1DDA.
    ///
    /// # Errors
    /// Report 6.
    #[inline(always)]
    pub fn step(&mut self, bytes: &mut Bytes) -> Result<bool> {
        match self.stride.and_then(|stride| stride.advance(self.number)) {
            Some((value, over)) => {
                self.number = value;
                bytes.set_number(self.at, value);
                Ok(over)
            }
            None => self.step_any(bytes),
        }
    }

    #[inline(never)]
    fn step_any(&mut self, bytes: &mut Bytes) -> Result<bool> {
        let step = bytes.number(self.at + control::STEP);
        let limit = bytes.number(self.at + control::LIMIT);
        self.number = self.number.add(step)?;
        bytes.set_number(self.at, self.number);
        loop_ended(self.number, limit, step)
    }

    /// Makes another loop of a control variable that is kept; whether it is one.
    #[inline(always)]
    pub fn set_control(
        &mut self,
        bytes: &mut Bytes,
        [value, limit, step]: [Number; 3],
        line: u16,
        statement: u8,
    ) -> bool {
        if !self.control {
            return false;
        }
        if (self.line, self.statement) != (line, statement) {
            self.target = NO_TARGET;
        }
        self.number = value;
        self.stride = Stride::new(step, limit);
        self.line = line;
        self.statement = statement;
        bytes.set_number(self.at, value);
        bytes.set_number(self.at + control::LIMIT, limit);
        bytes.set_number(self.at + control::STEP, step);
        bytes.set_word(self.at + control::LINE, line);
        bytes.set_byte(self.at + control::STATEMENT, statement);
        true
    }
}

/// The names a program uses, and all in the variables area.
///
/// A place holds until something moves the area: whoever moves it tells [`Slots::forget`] or
/// `Slots::moved`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    names: Vec<Name>,
    /// All slots, in the order of their names.
    order: Vec<SlotNumber>,
    /// The first byte of each name's entry, or [`UNKNOWN`].
    entries: Vec<Address>,
    cells: Vec<Cell>,
    /// Whether every entry of the area has its slot: a name without an entry has none.
    walked: bool,
    /// Whether a name has two entries, of which the first counts.
    doubled: bool,
}

impl Slots {
    /// The slot of a name; a new one if it has none.
    ///
    /// # Errors
    /// Report 4 for more names than a slot number can count.
    pub fn intern(&mut self, name: &Name) -> Result<SlotNumber> {
        let found = self
            .order
            .binary_search_by(|&slot| self.names[usize::from(slot)].cmp(name));
        let at = match found {
            Ok(i) => return Ok(self.order[i]),
            Err(at) => at,
        };
        let number = SlotNumber::try_from(self.names.len()).map_err(|_| Report::OutOfMemory)?;
        self.order.insert(at, number);
        self.cells.push(Cell::new(name));
        self.names.push(name.clone());
        self.entries.push(UNKNOWN);
        Ok(number)
    }

    /// How many names there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Forgets all names but the first `kept`: nothing uses the others any more.
    pub fn drop_names(&mut self, kept: usize) {
        if self.names.len() <= kept {
            return;
        }
        self.order.retain(|&slot| usize::from(slot) < kept);
        // An entry whose name goes has no slot from now on.
        let gone = self.names.drain(kept..).zip(self.entries.drain(kept..));
        let entries = gone.filter(|(name, at)| name.is_plain() && *at != UNKNOWN);
        self.walked &= entries.count() == 0;
        self.cells.truncate(kept);
    }

    /// Gives every entry of the area its slot, if it has none.
    pub fn know_all(&mut self, m: &Memory) {
        if !self.walked {
            self.walk(m);
        }
    }

    /// Forgets all names.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets all places.
    pub fn forget(&mut self) {
        self.entries.fill(UNKNOWN);
        self.cells.iter_mut().for_each(Cell::forget);
        self.walked = false;
        self.doubled = false;
    }

    /// Forgets the copies: somebody has written to the area.
    #[cold]
    pub fn drop_copies(&mut self) {
        self.cells.iter_mut().for_each(Cell::drop_copies);
    }

    /// Forgets where in the code loops go to.
    pub fn forget_targets(&mut self) {
        self.cells.iter_mut().for_each(|c| c.target = NO_TARGET);
    }

    /// Notes where NEXT of a variable has gone to: line and statement, and where in the code.
    pub fn set_loop(&mut self, slot: SlotNumber, place: (u16, u8), target: Target) {
        let cell = &mut self.cells[usize::from(slot)];
        (cell.line, cell.statement) = place;
        if cell.control {
            cell.target = target;
        }
    }

    /// Line and statement a variable's NEXT went to last.
    #[must_use]
    pub fn loop_place(&self, slot: SlotNumber) -> (u16, u8) {
        let cell = &self.cells[usize::from(slot)];
        (cell.line, cell.statement)
    }

    /// Follows a move: every entry above `at` went up by `up` bytes, then down by `down`; the
    /// entry at `at` itself is forgotten.
    fn moved(&mut self, at: Address, up: u32, down: u32) {
        for (entry, cell) in self.entries.iter_mut().zip(&mut self.cells) {
            if *entry > at && *entry + up >= at + down {
                *entry = *entry + up - down;
                cell.at = cell.at + up - down;
            } else if *entry >= at {
                // The entry itself, and what a POKEd length took with it.
                *entry = UNKNOWN;
                cell.forget();
            }
        }
        self.walked &= !self.doubled;
    }

    /// The name of a slot.
    #[must_use]
    pub fn name(&self, slot: SlotNumber) -> &Name {
        &self.names[usize::from(slot)]
    }

    /// All variables.
    #[inline]
    #[must_use]
    pub fn cells(&mut self) -> &mut [Cell] {
        &mut self.cells
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
        let known = self.cells[usize::from(slot)].at;
        if known != UNKNOWN {
            return Some(known);
        }
        self.find(m, slot)?;
        Some(self.cells[usize::from(slot)].at)
    }

    /// A number, if its place is known.
    #[inline]
    #[must_use]
    pub fn known(&self, m: &Memory, slot: SlotNumber) -> Option<Number> {
        let at = self.cells.get(usize::from(slot))?.at;
        (at != UNKNOWN).then(|| m.number(at))
    }

    #[cold]
    #[inline(never)]
    fn find(&mut self, m: &Memory, slot: SlotNumber) -> Option<Address> {
        self.know_all(m);
        let slot = usize::from(slot);
        if self.entries[slot] != UNKNOWN {
            return Some(self.entries[slot]);
        }
        let name = &self.names[slot];
        if name.is_plain() {
            return None;
        }
        let entry = look_up(m, name)?;
        // Another name may stand for the same entry: then neither keeps copies.
        for (other, cell) in self.entries.iter().zip(&mut self.cells) {
            if *other == entry {
                cell.keepable = false;
                cell.drop_copies();
            }
        }
        self.set_place(m, slot, entry);
        self.cells[slot].keepable = false;
        Some(entry)
    }

    /// Gives every entry of the area its slot.
    ///
    /// ROM: `LOOK-VARS` 28B2, for all names at once.
    fn walk(&mut self, m: &Memory) {
        self.walked = true;
        let end = m.pointer(s::E_LINE);
        let mut at = m.pointer(s::VARS);
        while at < end && m.byte(at) & 0x7F != 0 {
            let Ok(slot) = self.intern(&Name::of_entry(m, at)) else {
                return;
            };
            let slot = usize::from(slot);
            if self.entries[slot] == UNKNOWN {
                self.set_place(m, slot, at);
            } else {
                self.doubled = true;
            }
            at = next_entry(m, at);
        }
    }

    /// Notes where a variable's entry is.
    fn set_place(&mut self, m: &Memory, slot: usize, entry: Address) {
        self.entries[slot] = entry;
        let cell = &mut self.cells[slot];
        cell.forget();
        // The entry of a long name may be a shorter one: see `look_up`.
        cell.at = match cell.form {
            Form::Long => next_entry(m, entry) - NUMBER_SIZE,
            _ => entry + 1,
        };
        cell.keepable = areas::are_in_order(m);
    }

    /// Assigns to a number: an existing entry changes its value, a missing one is added.
    ///
    /// ROM: `LET` 2AFF.
    ///
    /// # Errors
    /// Report 4.
    pub fn let_number(&mut self, m: &mut Memory, slot: SlotNumber, value: Number) -> Result<()> {
        if let Some(at) = self.value(m, slot) {
            m.undisturbed(|m| m.set_number(at, value));
            let cell = &mut self.cells[usize::from(slot)];
            cell.number = value;
            if !cell.kept {
                cell.keep(m.bytes());
            }
            return Ok(());
        }
        m.undisturbed(|m| self.add_number(m, slot, value))
    }

    /// Adds a number at the end of the area.
    fn add_number(&mut self, m: &mut Memory, slot: SlotNumber, value: Number) -> Result<()> {
        let slot = usize::from(slot);
        let name = &self.names[slot];
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
        if name.is_plain() {
            self.set_place(m, slot, at);
        } else {
            // The same name written without blanks has a slot of its own.
            self.forget();
        }
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
        m.undisturbed(|m| self.replace_text(m, slot, old, text, length))
    }

    /// Adds a string at the end of the area and removes the old one.
    fn replace_text(
        &mut self,
        m: &mut Memory,
        slot: SlotNumber,
        old: Option<Address>,
        text: Address,
        length: u16,
    ) -> Result<()> {
        let slot = usize::from(slot);
        let size = u32::from(length) + 3;
        if let Some(old) = old {
            let room = m.word(old + 1);
            if old + 3 + u32::from(room) + 1 == m.pointer(s::E_LINE) {
                areas::test_room(m, size)?;
                return replace_last(m, (old + 3, room), (text, length));
            }
        }
        let at = append(m, size)?;
        // Text in the workspace or the edit line moved up with the room.
        let text = if text > at { text + size } else { text };
        m.copy_within(text, at + 3, u32::from(length));
        m.set_byte(at, self.names[slot].first);
        m.set_word(at + 1, length);
        let mut entry = at;
        if let Some(old) = old {
            // A POKEd length does not take the new string with it.
            let gone = (u32::from(m.word(old + 1)) + 3).min(at.saturating_sub(old));
            reclaim(m, old, gone);
            self.moved(old, 0, gone);
            entry -= gone;
        }
        self.set_place(m, slot, entry);
        Ok(())
    }

    /// Makes the number at `slot` a control variable of FOR, with `value`, `limit`, `step` and the
    /// place to loop to; gives the address of its value. So many bytes of the room are `held`
    /// meanwhile.
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
        (line, statement): (u16, u8),
        held: u32,
    ) -> Result<Address> {
        self.let_number(m, slot, value)?;
        let at = self.value(m, slot).ok_or(Report::VariableNotFound)?;
        m.undisturbed(|m| -> Result<()> {
            let first = m.byte(at - 1);
            m.set_byte(at - 1, first | LARGE);
            if first & LARGE == 0 {
                areas::test_room(m, CONTROL_EXTRA + held)?;
                make_room(m, at + NUMBER_SIZE, CONTROL_EXTRA)?;
                self.moved(at - 1, CONTROL_EXTRA, 0);
                self.set_place(m, usize::from(slot), at - 1);
            }
            m.set_number(at + control::LIMIT, limit);
            m.set_number(at + control::STEP, step);
            m.set_word(at + control::LINE, line);
            m.set_byte(at + control::STATEMENT, statement);
            Ok(())
        })?;
        self.cells[usize::from(slot)].keep(m.bytes());
        Ok(at)
    }

    /// Makes a new array of `sizes` (each from 1), in exchange for one of the same name: zeros or
    /// spaces. So many bytes of the room are `held` meanwhile.
    ///
    /// ROM: `DIM` 2C02.
    ///
    /// # Errors
    /// Report 4.
    pub fn dim(
        &mut self,
        m: &mut Memory,
        slot: SlotNumber,
        sizes: &[u16],
        held: u32,
    ) -> Result<()> {
        let text = self.names[usize::from(slot)].kind() == Kind::Text;
        let bytes = self.bytes_of_elements(slot, sizes)?;
        let header = 4 + 2 * sizes.len() as u32;
        if bytes + header > 0xFFFF {
            return Err(Report::OutOfMemory);
        }
        areas::test_room(m, bytes + header + held)?;
        let slot = usize::from(slot);
        m.undisturbed(|m| {
            let at = append(m, bytes + header)?;
            m.set_byte(at, self.names[slot].first | LARGE);
            m.set_word(at + 1, (bytes + header - 3) as u16);
            m.set_byte(at + 3, sizes.len() as u8);
            for (i, size) in sizes.iter().enumerate() {
                m.set_word(at + 4 + 2 * i as u32, *size);
            }
            m.fill(at + header, bytes, if text { b' ' } else { 0 });
            self.set_place(m, slot, at);
            Ok(())
        })
    }

    /// Bytes of the elements of an array of these sizes.
    ///
    /// ROM: `GET-HLxDE` 2AF4.
    ///
    /// # Errors
    /// Report 4 for more than 16 bits can hold.
    pub fn bytes_of_elements(&self, slot: SlotNumber, sizes: &[u16]) -> Result<u32> {
        let one: u32 = match self.names[usize::from(slot)].kind() {
            Kind::Text => 1,
            _ => NUMBER_SIZE,
        };
        sizes.iter().try_fold(one, |bytes, size| {
            let bytes = bytes * u32::from(*size);
            if bytes > 0xFFFF {
                return Err(Report::OutOfMemory);
            }
            Ok(bytes)
        })
    }

    /// Removes an existing array (or string) of the name, as DIM does first.
    pub fn remove(&mut self, m: &mut Memory, slot: SlotNumber) {
        if let Some(old) = self.entry(m, slot) {
            let end = areas::variables_end(m);
            let gone = next_entry(m, old).min(end).saturating_sub(old);
            m.undisturbed(|m| reclaim(m, old, gone));
            self.moved(old, 0, gone);
        }
    }
}

/// Gives the string that ends the variables area other characters, where it is: what adding the
/// new one behind it and removing the old one comes to.
fn replace_last(
    m: &mut Memory,
    (at, room): (Address, u16),
    (mut text, length): (Address, u16),
) -> Result<()> {
    if let Some(more) = length.checked_sub(room).filter(|more| *more > 0) {
        let end = m.pointer(s::E_LINE);
        make_room(m, end, u32::from(more))?;
        m.set_byte(end + u32::from(more) - 1, areas::VARIABLES_END);
        if text >= end {
            text += u32::from(more);
        }
    }
    m.copy_within(text, at, u32::from(length));
    if length != room {
        m.set_word(at - 2, length);
    }
    if let Some(less) = room.checked_sub(length).filter(|less| *less > 0) {
        reclaim(m, at + u32::from(length), u32::from(less));
    }
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
            .make_control(
                &mut m,
                a,
                [Number::ONE, Number::ZERO, Number::ONE],
                (10, 2),
                0,
            )
            .unwrap();
        assert_eq!(m.byte(at - 1), 0xE1);
        assert_eq!(slots.entry(&m, text), look_up(&m, slots.name(text)));
        assert_eq!(slots.value(&m, a), Some(at));
    }

    #[test]
    fn the_last_string_takes_other_characters_where_it_is() {
        let mut m = empty();
        let mut slots = Slots::default();
        let text = slots.intern(&Name::new(b's', b"", Kind::Text)).unwrap();
        let vars = m.pointer(s::VARS);
        m.slice_mut(0x5B00, 6).copy_from_slice(b"abcdef");
        for (from, length, is) in [
            (0x5B00, 4, &b"\x53\x04\0abcd\x80\x0D"[..]),
            // Its own characters.
            (vars + 4, 2, b"\x53\x02\0bc\x80\x0D"),
            (0x5B03, 3, b"\x53\x03\0def\x80\x0D"),
            (vars + 5, 1, b"\x53\x01\0f\x80\x0D"),
            (vars, 0, b"\x53\0\0\x80\x0D"),
            // The edit line, which moves up.
            (vars + 4, 1, b"\x53\x01\0\x0D\x80\x0D"),
        ] {
            slots.let_text(&mut m, text, from, length).unwrap();
            assert_eq!(m.slice(vars, is.len() as u32), is);
            assert_eq!(m.pointer(s::E_LINE), vars + 4 + u32::from(length));
            assert_eq!(slots.entry(&m, text), Some(vars));
        }
    }
}
