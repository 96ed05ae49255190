//! The bytes of the machine and the pointers between its areas.
//!
//! Owns every byte that PEEK shows. Never prints, evaluates or knows what a statement is.

use alloc::boxed::Box;

use super::banks::{BANK_SIZE, Banks, PAGED};
use super::sysvars;
use crate::number::Number;

/// An address as PEEK counts it. Wider than 16 bits from the start: the machine to come has more
/// memory than a Z80 could see.
pub type Address = u32;

/// First byte of the display file.
pub const DISPLAY_FILE: Address = 0x4000;
/// First byte of the attributes.
pub const ATTRIBUTES: Address = 0x5800;
/// One past the last byte of the attributes; the printer buffer follows.
pub const ATTRIBUTES_END: Address = 0x5B00;
/// The character set as programs find it (15616): 256 more than CHARS' first value.
pub const CHARACTER_SET: Address = 0x3D00;
/// First byte that POKE changes; below it is the ROM.
pub const RAM_START: Address = 0x4000;
/// Bytes of the 48K and 128K models that a program can see at one time.
pub const SIZE_64K: usize = 0x1_0000;

/// Bytes kept beyond the last, so that a number or the head of an entry can be read anywhere in
/// one load.
const SPARE: usize = 32;
/// Bytes of the window an entry of the variables area is looked at through: a control variable
/// of FOR and some more.
pub const WINDOW: usize = 24;

/// Cell rows of the screen that have changed since somebody looked; bit n is row n.
pub type Rows = u64;

/// The bytes alone, for the loop that works on numbers: nothing else of [`Memory`] can change
/// while it does.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes([u8; SIZE_64K + SPARE]);

impl Bytes {
    /// The five bytes of a number.
    #[inline(always)]
    #[must_use]
    pub fn number(&self, at: Address) -> Number {
        let at = at as usize & (SIZE_64K - 1);
        // As it is written: four bytes and one, so that the processor can hand on at once what
        // has just been written.
        let four = self.0[at..].first_chunk().unwrap_or(&[0; 4]);
        Number::from_parts(u32::from_le_bytes(*four), self.0[at + 4])
    }

    /// Writes the five bytes of a number. The caller knows that the place is above the screen.
    #[inline(always)]
    pub fn set_number(&mut self, at: Address, number: Number) {
        let at = at as usize & (SIZE_64K - 1);
        let (four, last) = number.to_parts();
        self.0[at..at + 4].copy_from_slice(&four.to_le_bytes());
        self.0[at + 4] = last;
    }

    /// The bytes from `at` on, to look at an entry of the variables area.
    #[inline(always)]
    #[must_use]
    pub fn window(&self, at: Address) -> &[u8; WINDOW] {
        let at = at as usize & (SIZE_64K - 1);
        self.0[at..].first_chunk().unwrap_or(&[0; WINDOW])
    }

    /// The bytes from `at`, at most `length` of them (fewer at the end of memory).
    #[inline]
    #[must_use]
    pub fn slice(&self, at: Address, length: u32) -> &[u8] {
        let from = (at as usize).min(SIZE_64K);
        let to = (from + length as usize).min(SIZE_64K);
        &self.0[from..to]
    }

    /// Two bytes, low first.
    #[inline(always)]
    #[must_use]
    pub fn word(&self, at: Address) -> u16 {
        let at = at as usize & (SIZE_64K - 1);
        u16::from_le_bytes([self.0[at], self.0[at + 1]])
    }

    /// Writes two bytes, low first. The caller knows that the place is above the screen.
    #[inline(always)]
    pub fn set_word(&mut self, at: Address, value: u16) {
        let at = at as usize & (SIZE_64K - 1);
        self.0[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }

    /// Writes one byte. The caller knows that the place is above the screen.
    #[inline(always)]
    pub fn set_byte(&mut self, at: Address, value: u8) {
        self.0[at as usize & (SIZE_64K - 1)] = value;
    }
}

/// Every byte a program can see.
#[derive(Clone, PartialEq, Eq)]
pub struct Memory {
    bytes: Box<Bytes>,
    changed: Rows,
    stack_end: Address,
    work: u32,
    /// First byte of the variables whose values are kept elsewhere too, and how many bytes.
    watched: (Address, u32),
    disturbed: bool,
    /// Whether somebody has written over what may be the program.
    rewritten: bool,
    banks: Banks,
    /// Whether the 128 shows its other screen.
    shadow: bool,
}

impl Memory {
    /// Memory as it is after power-on: all zero but for the character set in the ROM.
    #[must_use]
    pub fn new() -> Self {
        let mut bytes = Box::new(Bytes([0; SIZE_64K + SPARE]));
        for (i, row) in fonts::GLYPHS.as_flattened().iter().enumerate() {
            bytes.0[CHARACTER_SET as usize + i] = *row;
        }
        Self {
            bytes,
            changed: Rows::MAX,
            stack_end: 0,
            work: 0,
            watched: (0, 0),
            disturbed: false,
            rewritten: false,
            banks: Banks::default(),
            shadow: false,
        }
    }

    /// The same with all RAM at nought.
    #[must_use]
    pub fn cleared(&self) -> Self {
        let mut memory = Self::new();
        let rom = ..RAM_START as usize;
        memory.bytes.0[rom].copy_from_slice(&self.bytes.0[rom]);
        memory
    }

    /// Watches the variables area from now on; whether somebody has written to it since the last
    /// call.
    #[inline]
    pub fn watch_variables(&mut self) -> bool {
        let start = self.pointer(sysvars::VARS);
        let length = self.pointer(sysvars::E_LINE).saturating_sub(start);
        self.watched = (start, length);
        core::mem::take(&mut self.disturbed)
    }

    /// Does work on the variables by one who keeps the values that are kept elsewhere right.
    #[inline]
    pub fn undisturbed<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.disturbed;
        let result = work(self);
        self.watch_variables();
        self.disturbed = before;
        result
    }

    /// One byte; addresses wrap at the end of memory as the Z80's do.
    #[inline]
    #[must_use]
    pub fn byte(&self, at: Address) -> u8 {
        self.bytes.0[at as usize & (SIZE_64K - 1)]
    }

    /// Writes one byte; in the ROM nothing happens.
    #[inline]
    pub fn set_byte(&mut self, at: Address, value: u8) {
        let at = at & (SIZE_64K as Address - 1);
        if at >= RAM_START {
            self.bytes.0[at as usize] = value;
            if at < ATTRIBUTES_END {
                self.changed |= 1 << row_of(at);
            } else {
                self.disturbed |= at.wrapping_sub(self.watched.0) < self.watched.1;
            }
        }
    }

    /// Writes one byte of a shape where a print position has led that may have left the screen.
    pub fn set_byte_anywhere(&mut self, at: Address, value: u8) {
        if at >= sysvars::KSTATE && self.byte(at) != value {
            self.rewritten = true;
        }
        self.set_byte(at, value);
    }

    /// Notes that the program, or a pointer to it, may have been written over.
    pub fn mark_rewritten(&mut self) {
        self.rewritten = true;
    }

    /// Whether what was made of the program may not be true any longer.
    #[inline]
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        self.rewritten
    }

    /// All that is made anew now.
    pub fn forget_rewritten(&mut self) {
        self.rewritten = false;
    }

    /// Two bytes, low first.
    #[inline]
    #[must_use]
    pub fn word(&self, at: Address) -> u16 {
        let at = at as usize & (SIZE_64K - 1);
        if at < SIZE_64K - 1 {
            u16::from_le_bytes([self.bytes.0[at], self.bytes.0[at + 1]])
        } else {
            u16::from_le_bytes([self.bytes.0[at], self.bytes.0[0]])
        }
    }

    /// Writes two bytes, low first.
    #[inline]
    pub fn set_word(&mut self, at: Address, value: u16) {
        if (ATTRIBUTES_END..super::areas::FIRST - 1).contains(&at) {
            self.bytes.set_word(at, value);
            return;
        }
        let [low, high] = value.to_le_bytes();
        self.set_byte(at, low);
        self.set_byte(at + 1, high);
    }

    /// The address a pointer among the system variables holds.
    #[inline]
    #[must_use]
    pub fn pointer(&self, sysvar: Address) -> Address {
        Address::from(self.word(sysvar))
    }

    /// Points a pointer among the system variables to `to`.
    #[inline]
    pub fn set_pointer(&mut self, sysvar: Address, to: Address) {
        self.set_word(sysvar, to as u16);
    }

    /// Whether a bit (0 to 7) of a byte is set.
    #[inline]
    #[must_use]
    pub fn bit(&self, at: Address, bit: u8) -> bool {
        self.byte(at) >> bit & 1 != 0
    }

    /// Sets or resets a bit (0 to 7) of a byte.
    #[inline]
    pub fn set_bit(&mut self, at: Address, bit: u8, on: bool) {
        let old = self.byte(at);
        self.set_byte(
            at,
            if on {
                old | 1 << bit
            } else {
                old & !(1 << bit)
            },
        );
    }

    /// The five bytes of a number.
    #[inline]
    #[must_use]
    pub fn number(&self, at: Address) -> Number {
        self.bytes.number(at)
    }

    /// Writes the five bytes of a number.
    #[inline]
    pub fn set_number(&mut self, at: Address, number: Number) {
        if (at & (SIZE_64K as Address - 1)) < ATTRIBUTES_END {
            self.set_bytes(at & (SIZE_64K as Address - 1), &number.to_bytes());
            return;
        }
        self.bytes.set_number(at, number);
        self.mark_written(at as usize & (SIZE_64K - 1), 5);
    }

    /// The bytes.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The bytes, and where the machine stack ends, to work on at the same time.
    #[inline]
    pub fn parts(&mut self) -> (&mut Bytes, &mut Address) {
        (&mut self.bytes, &mut self.stack_end)
    }

    /// Where the machine stack ends: the lowest address it uses.
    #[inline]
    #[must_use]
    pub fn stack_end(&self) -> Address {
        self.stack_end
    }

    /// Tells where the machine stack ends now.
    pub fn set_stack_end(&mut self, at: Address) {
        self.stack_end = at;
    }

    /// Counts work that goes with bytes moved or drawn.
    #[inline]
    pub fn count_work(&mut self, bytes: u32) {
        self.work = self.work.saturating_add(bytes);
    }

    /// Bytes moved and drawn that nobody has accounted for yet.
    #[inline]
    #[must_use]
    pub fn work(&self) -> u32 {
        self.work
    }

    /// The same in `units`; they are accounted for now, but for what is no whole number of them.
    #[inline]
    pub fn take_work(&mut self, units: u32) -> u32 {
        let whole = self.work / units;
        self.work %= units;
        whole
    }

    /// The bytes from `at`, at most `length` of them (fewer at the end of memory).
    #[inline]
    #[must_use]
    pub fn slice(&self, at: Address, length: u32) -> &[u8] {
        self.bytes.slice(at, length)
    }

    /// The bytes from `at` to write to. The caller marks screen rows it changes with
    /// [`Memory::mark_changed`].
    #[inline]
    pub fn slice_mut(&mut self, at: Address, length: u32) -> &mut [u8] {
        let from = (at as usize).min(SIZE_64K);
        let to = (from + length as usize).min(SIZE_64K);
        self.note_disturbance(from, to - from);
        &mut self.bytes.0[from..to]
    }

    /// The eight bytes of a shape.
    #[inline]
    #[must_use]
    pub fn eight(&self, at: Address) -> [u8; 8] {
        let at = at as usize & (SIZE_64K - 1);
        *self.bytes.0[at..].first_chunk().unwrap_or(&[0; 8])
    }

    /// So many bytes to write to, if there are so many; what [`Memory::slice_mut`] says of the
    /// screen holds here.
    #[inline]
    pub fn chunk_mut<const N: usize>(&mut self, at: Address) -> Option<&mut [u8; N]> {
        self.bytes.0.get_mut(at as usize..)?.first_chunk_mut()
    }

    /// Moves `length` bytes, fewer where memory ends; the places may overlap. What would go into
    /// the ROM is lost.
    pub fn copy_within(&mut self, from: Address, to: Address, length: u32) {
        let rom = RAM_START.saturating_sub(to).min(length);
        let (from, to, length) = (from.saturating_add(rom), to + rom, length - rom);
        let (from, to) = ((from as usize).min(SIZE_64K), (to as usize).min(SIZE_64K));
        let length = (length as usize).min(SIZE_64K - from).min(SIZE_64K - to);
        self.bytes.0.copy_within(from..from + length, to);
        self.mark_written(to, length);
    }

    /// Writes bytes; what would go into the ROM or beyond memory is lost, as everywhere where a
    /// POKEd pointer can lead.
    pub fn set_bytes(&mut self, at: Address, bytes: &[u8]) {
        let rom = (RAM_START.saturating_sub(at) as usize).min(bytes.len());
        let bytes = &bytes[rom..];
        let from = (at as usize).saturating_add(rom).min(SIZE_64K);
        let length = bytes.len().min(SIZE_64K - from);
        self.bytes.0[from..from + length].copy_from_slice(&bytes[..length]);
        self.mark_written(from, length);
    }

    /// Makes `length` bytes all the same, with the limits of [`Memory::set_bytes`].
    pub fn fill(&mut self, at: Address, length: u32, value: u8) {
        let to = at.saturating_add(length).min(SIZE_64K as Address);
        let from = at.max(RAM_START).min(to);
        self.bytes.0[from as usize..to as usize].fill(value);
        self.mark_written(from as usize, (to - from) as usize);
    }

    /// `length` bytes from `at` on were written: what is on the screen shows.
    fn mark_written(&mut self, at: usize, length: usize) {
        self.count_work(length as u32);
        self.note_disturbance(at, length);
        let at = at as Address;
        if length == 0 || at >= ATTRIBUTES_END {
            return;
        }
        let last = (at + length as Address).min(ATTRIBUTES_END) - 1;
        let (first, last) = if at < ATTRIBUTES {
            (0, row_of(ATTRIBUTES_END - 1))
        } else {
            (row_of(at), row_of(last))
        };
        self.changed |= (2 << last) - (1 << first);
    }

    /// Notes whether a write of `length` bytes at `at` touches what is watched.
    #[inline]
    fn note_disturbance(&mut self, at: usize, length: usize) {
        let (start, watched) = (self.watched.0 as usize, self.watched.1 as usize);
        self.disturbed |= at < start + watched && start < at + length;
    }

    /// Notes that cell rows of the screen (bit n for row n) have changed.
    #[inline]
    pub fn mark_changed(&mut self, rows: Rows) {
        self.changed |= rows;
    }

    /// The cell rows changed since the last call; all of them while the other screen is shown.
    pub fn take_changed(&mut self) -> Rows {
        let changed = core::mem::take(&mut self.changed);
        if self.shadow { Rows::MAX } else { changed }
    }

    /// Does what the 128's port for paging does: bits 0 to 2 are the bank at C000, bit 3 shows the
    /// other screen.
    pub fn page(&mut self, value: u8) {
        self.banks.page(value & 7, &mut self.bytes.0[..SIZE_64K]);
        self.mark_written(PAGED as usize, BANK_SIZE);
        self.count_work(BANK_SIZE as u32);
        self.shadow = value & 8 != 0;
        self.changed = Rows::MAX;
    }

    /// The display file and the attributes that are shown.
    #[must_use]
    pub fn shown(&self) -> (&[u8], &[u8]) {
        const DISPLAY: usize = (ATTRIBUTES - DISPLAY_FILE) as usize;
        const ALL: usize = (ATTRIBUTES_END - DISPLAY_FILE) as usize;
        let screen = if self.shadow {
            self.banks.shadow(self.slice(PAGED, BANK_SIZE as u32))
        } else {
            self.slice(DISPLAY_FILE, ALL as u32)
        };
        screen[..ALL].split_at(DISPLAY)
    }

    /// Sets the frame count, 24 bits (FRAMES, 5C78).
    pub fn set_frames(&mut self, count: u32) {
        let [a, b, c, _] = count.to_le_bytes();
        self.set_word(sysvars::FRAMES, u16::from_le_bytes([a, b]));
        self.set_byte(sysvars::FRAMES + 2, c);
    }

    /// The last frame count, 24 bits (FRAMES, 5C78).
    #[must_use]
    pub fn frames(&self) -> u32 {
        u32::from(self.word(sysvars::FRAMES)) | u32::from(self.byte(sysvars::FRAMES + 2)) << 16
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for Memory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Memory")
            .field("bytes", &self.bytes.0.len())
            .finish_non_exhaustive()
    }
}

/// The cell row (0 to 23) a byte of the display file or the attributes belongs to.
const fn row_of(at: Address) -> u32 {
    if at >= ATTRIBUTES {
        (at - ATTRIBUTES) >> 5
    } else {
        (at >> 8 & 0x18) | (at >> 5 & 7)
    }
}
