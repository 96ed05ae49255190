//! Bytes as choices: whoever makes the bytes, a seed or libFuzzer, makes the case.

use basic::seam::Micros;

/// Makes every choice from the next of some bytes. When they are spent, each choice is the first
/// of its alternatives, and nothing is "one in so many".
#[derive(Clone, Debug)]
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Choices made from `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether no byte is left.
    #[must_use]
    pub const fn is_spent(&self) -> bool {
        self.0.is_empty()
    }

    /// Any byte.
    pub fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// Any 16 bits.
    pub fn word(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        let any = match n {
            0..=1 => return 0,
            2..=0x100 => self.byte().into(),
            0x101..=0x1_0000 => self.word().into(),
            _ => usize::from(self.word()) << 8 | usize::from(self.byte()),
        };
        any % n
    }

    /// Whether a choice of `n` falls on the last.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) + 1 == n
    }

    /// One of some.
    pub fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    /// A long time, up to some weeks.
    pub fn long_time(&mut self) -> Micros {
        Micros::from(self.word()) << (self.byte() % 25)
    }

    /// At most `n` bytes as they are.
    pub fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

/// Bytes of a seeded generator (SplitMix64).
#[must_use]
pub fn bytes_of(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x1234_5678_9ABC_DEF1);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        bytes.extend((z ^ z >> 31).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
