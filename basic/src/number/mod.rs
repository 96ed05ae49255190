//! Numbers: the five bytes of the ROM's calculator and its arithmetic, bit for bit.

/// A number in the ROM's five-byte form.
///
/// Byte 0 is the exponent + 128 of the floating form (then bytes 1 to 4 are the mantissa, most
/// significant first, its top bit replaced by the sign), or 0 for the small-integer form (then
/// byte 1 is 0 or 255 for the sign and bytes 2 and 3 are the two's complement value, low byte
/// first, and byte 4 is 0).
///
/// Held as the five bytes in memory order, the first in bits 0 to 7, the bits above 39 zero: so
/// reading one from memory is one load.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number(u64);

impl Number {
    /// Nought, in the small-integer form.
    pub const ZERO: Self = Self(0);
    /// One, in the small-integer form.
    pub const ONE: Self = Self(1 << 16);

    /// From the five bytes as they lie in memory.
    #[must_use]
    pub const fn from_bytes(b: [u8; 5]) -> Self {
        Self(u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], 0, 0, 0]))
    }

    /// From the first five of eight bytes read from memory at once.
    #[inline]
    #[must_use]
    pub const fn from_eight_bytes(b: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(b) & 0xFF_FFFF_FFFF)
    }

    /// The five bytes as they lie in memory.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 5] {
        let b = self.0.to_le_bytes();
        [b[0], b[1], b[2], b[3], b[4]]
    }
}
