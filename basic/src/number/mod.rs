//! Numbers: the five bytes of the ROM's calculator and its arithmetic, bit for bit.
//!
//! Every operation gives the five bytes, or the report, that the ROM's calculator gives for the
//! same operands, its slips included; the slips are marked "Flaw kept". The ROM works a bit at a
//! time; here the same results are closed integer arithmetic on a 32-bit mantissa and an
//! exponent, with short paths for small integers.
//!
//! The parts: the four operations (`arith`), the functions (`functions`), the series they are
//! made of (`series`) and their results kept for the next time (`memo`), numbers to and from text
//! (`text`), numbers to whole numbers, RND and BEEP (`convert`), FOR's steps (`stride`), and the
//! evaluator of recorded results (`vectors`).

use core::fmt;

use crate::report::Result;

mod arith;
mod convert;
mod functions;
mod memo;
mod series;
mod stride;
mod text;
pub mod vectors;

pub use convert::beep;
pub use functions::Transcendental;
pub use memo::Memo;
pub use stride::Stride;
pub use text::{Text, parse_bin, parse_decimal};

/// A number in the ROM's five-byte form.
///
/// Byte 0 is the exponent + 128 of the floating form (then bytes 1 to 4 are the mantissa, most
/// significant first, its top bit replaced by the sign), or 0 for the small-integer form (then
/// byte 1 is 0 or 255 for the sign and bytes 2 and 3 are the two's complement value, low byte
/// first, and byte 4 is 0).
///
/// Held as the five bytes in memory order, the first in bits 0 to 7, the bits above 39 zero.
///
/// `==` compares the bytes: 2 as a small integer and 2 in the floating form differ. What BASIC's
/// `=` says is [`Number::eq`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number(u64);

/// The bits that are zero in every well-formed small integer: the first and the fifth byte.
const SMALL_ZEROS: u64 = 0xFF_0000_00FF;
/// The sign bit of the floating form, and the top bit of the small form's sign byte.
const SIGN: u64 = 0x8000;

impl Number {
    /// Nought, in the small-integer form.
    pub const ZERO: Self = Self(0);
    /// One, in the small-integer form.
    pub const ONE: Self = Self(1 << 16);
    /// Ten, in the small-integer form. ROM: the table of constants, 32C5.
    pub const TEN: Self = Self(10 << 16);
    /// One half. ROM: the table of constants, 32C5.
    pub const HALF: Self = Self(0x80);
    /// Half of PI. ROM: the table of constants, 32C5.
    pub const HALF_PI: Self = Self::from_bytes([0x81, 0x49, 0x0F, 0xDA, 0xA2]);
    /// PI. ROM: `S-PI` 2627.
    pub const PI: Self = Self::from_bytes([0x82, 0x49, 0x0F, 0xDA, 0xA2]);
    /// The -65536 that adding two negative small integers can make.
    ///
    /// Flaw kept: its two value bytes are nought, so most of the calculator takes it for nought.
    pub const MINUS_65536: Self = Self(0xFF00);

    /// The five bytes as an entry of the value stack: the first in bits 0 to 7.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// From an entry of the value stack.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & 0xFF_FFFF_FFFF)
    }

    /// From the five bytes as they lie in memory.
    #[inline]
    #[must_use]
    pub const fn from_bytes(b: [u8; 5]) -> Self {
        Self(u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], 0, 0, 0]))
    }

    /// From the first four bytes, the first in bits 0 to 7, and the fifth.
    #[inline(always)]
    #[must_use]
    pub const fn from_parts(four: u32, last: u8) -> Self {
        Self(four as u64 | (last as u64) << 32)
    }

    /// The first four bytes, the first in bits 0 to 7, and the fifth.
    #[inline(always)]
    #[must_use]
    pub const fn to_parts(self) -> (u32, u8) {
        (self.0 as u32, (self.0 >> 32) as u8)
    }

    /// The five bytes as they lie in memory.
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 5] {
        let b = self.0.to_le_bytes();
        [b[0], b[1], b[2], b[3], b[4]]
    }

    /// The small-integer form of -65535 to 65535; values outside keep their low 16 bits and sign.
    #[inline]
    #[must_use]
    pub const fn small(v: i32) -> Self {
        Self(((v as u32) & 0xFF00_FFFF).rotate_left(16) as u64)
    }

    /// The small-integer form. ROM: `STACK-BC` 2D2B.
    #[inline]
    #[must_use]
    pub const fn from_u16(v: u16) -> Self {
        Self((v as u64) << 16)
    }

    /// A whole number, in the floating form if it is above 65535, as its digits would give it.
    #[must_use]
    pub const fn from_u32(v: u32) -> Self {
        if v <= 0xFFFF {
            return Self((v as u64) << 16);
        }
        let shift = v.leading_zeros();
        let mantissa = (v << shift) & 0x7FFF_FFFF;
        Self(((mantissa.swap_bytes() as u64) << 8) | (0xA0 - shift) as u64)
    }

    /// 1 for true, 0 for false. ROM: `FP-0/1` 350B.
    #[inline]
    #[must_use]
    pub const fn from_bool(b: bool) -> Self {
        Self((b as u64) << 16)
    }

    /// The value of a small integer; none for the floating form and for byte patterns that the
    /// ROM does not make. -65536 stands for [`Number::MINUS_65536`].
    #[inline]
    #[must_use]
    pub const fn to_small(self) -> Option<i32> {
        let v = self.wide();
        if self.0 & SMALL_ZEROS == 0 && v >= -0x1_0000 && v <= 0xFFFF {
            Some(v)
        } else {
            None
        }
    }

    /// Sign byte above a gap above the value: what small integers are added in.
    #[inline(always)]
    const fn turned(self) -> u32 {
        (self.0 as u32).rotate_left(16)
    }

    /// The value of a small integer, its sign byte repeated; beyond 17 bits if that byte is
    /// neither 0 nor 255.
    #[inline(always)]
    const fn wide(self) -> i32 {
        let t = self.turned();
        (t | ((t >> 8) & 0x00FF_0000)) as i32
    }

    /// Whether the calculator takes it for nought: the first four bytes are. ROM: `TEST-ZERO` 34E9.
    #[inline]
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 as u32 == 0
    }

    /// Whether the sign bit is set. ROM: `less-0` 3506.
    #[inline]
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 & SIGN != 0
    }

    /// Neither nought nor negative. ROM: `greater-0` 34F9.
    #[inline]
    const fn is_positive(self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// Whether it is in the small-integer form: the first byte is 0.
    #[inline]
    #[must_use]
    pub const fn is_small(self) -> bool {
        self.0 & 0xFF == 0
    }

    /// Sign byte and magnitude of a small integer. ROM: `INT-FETCH` 2D7F.
    const fn int_fetch(self) -> (u8, u16) {
        let [_, sign, low, high, _] = self.to_bytes();
        (sign, complement(sign, low, high))
    }

    /// A small integer of this sign byte and magnitude. ROM: `INT-STORE` 2D8E.
    const fn int_store(sign: u8, magnitude: u16) -> Self {
        let [low, high] = magnitude.to_le_bytes();
        let [low, high] = complement(sign, low, high).to_le_bytes();
        Self::from_bytes([0, sign, low, high, 0])
    }

    /// Unary minus. ROM: `negate` 346E.
    #[inline]
    #[must_use]
    pub const fn neg(self) -> Self {
        if !self.is_small() {
            return Self(self.0 ^ SIGN);
        }
        let v = self.wide();
        if self.0 & SMALL_ZEROS == 0 && v > -0x1_0000 && v <= 0xFFFF {
            return Self::small(-v);
        }
        self.neg_odd()
    }

    /// Unary minus of a small form that is not well formed.
    #[cold]
    const fn neg_odd(self) -> Self {
        if self.is_zero() {
            return self;
        }
        let (sign, magnitude) = self.int_fetch();
        Self::int_store(!sign, magnitude)
    }

    /// `ABS`. ROM: `abs` 346A.
    #[inline]
    #[must_use]
    pub const fn abs(self) -> Self {
        if !self.is_small() {
            return Self(self.0 & !SIGN);
        }
        let (_, magnitude) = self.int_fetch();
        Self::int_store(0, magnitude)
    }

    /// `SGN`. ROM: `sgn` 3492.
    #[inline]
    #[must_use]
    pub const fn sgn(self) -> Self {
        if self.is_zero() {
            self
        } else if self.is_negative() {
            Self::small(-1)
        } else {
            Self::ONE
        }
    }

    /// `NOT`. ROM: `not` 3501.
    #[inline]
    #[must_use]
    pub const fn not(self) -> Self {
        Self::from_bool(self.is_zero())
    }

    /// `x AND y`: x, or nought if y is nought. ROM: `no-&-no` 3524.
    #[inline]
    #[must_use]
    pub const fn and(self, y: Self) -> Self {
        if y.is_zero() { Self::ZERO } else { self }
    }

    /// `x OR y`: x, or 1 unless y is nought. ROM: `or` 351B.
    #[inline]
    #[must_use]
    pub const fn or(self, y: Self) -> Self {
        if y.is_zero() { self } else { Self::ONE }
    }

    /// Both as ordered integers, if both are small integers the ROM can compare as such.
    #[inline(always)]
    const fn both_small(self, y: Self) -> Option<(i32, i32)> {
        let (a, b) = (self.turned(), y.turned());
        if (self.0 | y.0) & SMALL_ZEROS == 0 && well_formed(a) && well_formed(b) {
            Some((a as i32, b as i32))
        } else {
            None
        }
    }

    /// `x <= y`. ROM: the comparisons 353B, by subtraction.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn le(self, y: Self) -> Result<bool> {
        match self.both_small(y) {
            Some((a, b)) => Ok(a <= b),
            None => Ok(!arith::exceeds(self, y)?),
        }
    }

    /// `x >= y`. ROM: the comparisons 353B, by subtraction of x from y.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn ge(self, y: Self) -> Result<bool> {
        match self.both_small(y) {
            Some((a, b)) => Ok(a >= b),
            None => Ok(!arith::exceeds(y, self)?),
        }
    }

    /// `x > y`. ROM: the comparisons 353B, by subtraction.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn gt(self, y: Self) -> Result<bool> {
        match self.both_small(y) {
            Some((a, b)) => Ok(a > b),
            None => arith::exceeds(self, y),
        }
    }

    /// `x < y`. ROM: the comparisons 353B, by subtraction of x from y.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn lt(self, y: Self) -> Result<bool> {
        match self.both_small(y) {
            Some((a, b)) => Ok(a < b),
            None => arith::exceeds(y, self),
        }
    }

    /// `x = y`. ROM: the comparisons 353B, by subtraction.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn eq(self, y: Self) -> Result<bool> {
        match self.both_small(y) {
            Some((a, b)) => Ok(a == b),
            None => arith::coincides(self, y),
        }
    }

    /// `x <> y`. ROM: the comparisons 353B, by subtraction.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn ne(self, y: Self) -> Result<bool> {
        Ok(!Self::eq(self, y)?)
    }
}

/// The orders in which a comparison holds, one bit each.
pub mod order {
    /// The left number is less.
    pub const LESS: u8 = 1;
    /// They are equal.
    pub const EQUAL: u8 = 2;
    /// The left number is greater.
    pub const GREATER: u8 = 4;
}

impl Number {
    /// Whether the number stands to `y` in one of the `wanted` orders (two at most): the six
    /// comparisons in one.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline(always)]
    pub fn stands(self, y: Self, wanted: u8) -> Result<bool> {
        match self.both_small(y) {
            Some((a, b)) => {
                let order = 1 + u8::from(a > b) - u8::from(a < b);
                Ok(wanted >> order & 1 != 0)
            }
            None => arith::stands(self, y, wanted),
        }
    }
}

/// The two's complement that goes with a sign byte, as the ROM does it a byte at a time: the
/// sign byte need not be 0 or 255.
const fn complement(sign: u8, low: u8, high: u8) -> u16 {
    let (low, borrow) = (low ^ sign).overflowing_sub(sign);
    let high = high.wrapping_add(sign).wrapping_add(borrow as u8) ^ sign;
    u16::from_le_bytes([low, high])
}

/// Whether a turned small integer has the sign byte 0, or 255 and a value that is not nought.
#[inline(always)]
const fn well_formed(turned: u32) -> bool {
    turned.wrapping_add(0x00FF_FFFF) <= 0x0100_FFFE
}

impl fmt::Debug for Number {
    /// The five bytes in hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e] = self.to_bytes();
        write!(f, "Number({a:02X}{b:02X}{c:02X}{d:02X}{e:02X})")
    }
}

#[cfg(test)]
mod tests;
