//! The memory of the 128 that is seen at C000 only when its bank is paged in.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::memory::Address;

/// Where a bank is seen, and its bytes.
pub(super) const PAGED: Address = 0xC000;
pub(super) const BANK_SIZE: usize = 0x4000;
/// The banks that are always seen lower down, and where.
const LOWER: [(u8, Address); 2] = [(5, 0x4000), (2, 0x8000)];
/// The bank that can be shown in place of the display file.
const SHADOW: u8 = 7;
/// A bank that was never paged in.
static UNTOUCHED: [u8; BANK_SIZE] = [0; BANK_SIZE];

/// The bank that is paged in, and the bytes of those that were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Banks {
    paged: u8,
    /// A bank that was never paged in holds noughts and is not here.
    away: Vec<(u8, Box<[u8; BANK_SIZE]>)>,
}

impl Banks {
    /// Pages a bank in: keeps what is at C000 and puts the other bank's bytes there. One that is
    /// seen lower down is copied, and its copy forgotten.
    pub(super) fn page(&mut self, bank: u8, all: &mut [u8]) {
        let (below, top) = all.split_at_mut(PAGED as usize);
        let Some(top) = top.first_chunk_mut::<BANK_SIZE>() else {
            return;
        };
        if bank == self.paged {
            return;
        }
        let lower = |bank| LOWER.iter().find(|known| known.0 == bank);
        if lower(self.paged).is_none() {
            self.away.push((self.paged, Box::new(*top)));
        }
        self.paged = bank;
        if let Some((_, from)) = lower(bank) {
            top.copy_from_slice(&below[*from as usize..][..BANK_SIZE]);
            return;
        }
        match self.away.iter().position(|(known, _)| *known == bank) {
            Some(at) => *top = *self.away.swap_remove(at).1,
            None => *top = UNTOUCHED,
        }
    }

    /// The bytes of the bank with the other screen; `top` are those at C000.
    pub(super) fn shadow<'a>(&'a self, top: &'a [u8]) -> &'a [u8] {
        if self.paged == SHADOW {
            return top;
        }
        let kept = self.away.iter().find(|(bank, _)| *bank == SHADOW);
        kept.map_or(&UNTOUCHED, |(_, bytes)| &bytes[..])
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Memory;

    #[test]
    fn the_other_screen_is_bank_7s() {
        let mut m = Memory::new();
        m.set_byte(0x4000, 1);
        m.page(8);
        assert_eq!(m.shown().0[0], 0, "nobody has written to it");
        m.page(8 + 7);
        m.set_byte(0xC000, 2);
        m.set_byte(0xD800, 3);
        assert_eq!((m.shown().0[0], m.shown().1[0]), (2, 3));
        m.take_changed();
        assert_ne!(m.take_changed(), 0, "a host looks at it all the time");
        m.page(8);
        assert_eq!((m.shown().0[0], m.shown().1[0], m.byte(0xC000)), (2, 3, 0));
        m.page(0);
        assert_eq!(m.shown().0[0], 1);
    }

    #[test]
    fn every_bank_keeps_its_bytes() {
        let mut m = Memory::new();
        for round in 0..2 {
            for bank in [0, 1, 3, 4, 6, 7] {
                m.page(bank);
                assert_eq!(m.byte(0xFFFF), round * (bank + 1));
                m.set_byte(0xFFFF, bank + 1);
            }
        }
        m.set_byte(0xBFFF, 9);
        m.page(2);
        assert_eq!(m.byte(0xFFFF), 9, "what is at 8000");
    }
}
