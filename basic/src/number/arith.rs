//! The four operations, and the unpacked number they and the series work on.

use super::{Number, SIGN, SMALL_ZEROS, well_formed};
use crate::report::{Report, Result};

/// What the out-of-line operations give for report 6: no number has bits above 39.
const TOO_BIG: u64 = 1 << 63;

/// A number in the floating form, taken apart.
#[derive(Clone, Copy)]
pub(super) struct Float {
    /// The exponent byte: the value is the mantissa times two to the power of this less 160. 0 for nought.
    pub(super) exp: i32,
    /// 0, or -1 if negative; 0 for nought.
    pub(super) neg: i64,
    /// The mantissa with its top bit set, or 0 for nought.
    pub(super) man: u32,
}

/// The shift from which nothing is left of a mantissa, not even a bit to add back.
const LONGEST_SHIFT: i32 = 33;
/// An exponent from which 32 bits of cancellation leave a number that is not too small.
const WELL_ABOVE_NOUGHT: i32 = 64;

/// Shifts right as a two's complement number by at most [`LONGEST_SHIFT`], adding back the last
/// bit lost. ROM: `SHIFT-FP` 2FDD.
#[inline(always)]
fn shift_right(n: i64, shift: i32) -> i64 {
    (n + (1 << shift >> 1)) >> shift
}

impl Float {
    pub(super) const ZERO: Self = Self {
        exp: 0,
        neg: 0,
        man: 0,
    };
    pub(super) const ONE: Self = constant(0x81, 0);
    pub(super) const HALF: Self = constant(0x80, 0);

    /// Takes a number apart, putting a small integer in the floating form. ROM: `RE-STACK` 3297.
    ///
    /// Flaw kept: -65536 becomes nought.
    #[inline(always)]
    pub(super) fn of(x: Number) -> Self {
        Self::formed(x).unwrap_or_else(|| Self::of_odd(x))
    }

    /// [`Self::of`] a number that is well formed.
    #[inline(always)]
    fn formed(x: Number) -> Option<Self> {
        if !x.is_small() {
            Some(Self::of_floating(x))
        } else if well_formed(x.turned()) {
            Some(Self::of_whole(x.wide()))
        } else {
            None
        }
    }

    /// Takes a number in the floating form apart.
    #[inline(always)]
    pub(super) fn of_floating(x: Number) -> Self {
        let word = ((x.0 >> 8) as u32).swap_bytes();
        Self {
            exp: (x.0 & 0xFF) as i32,
            neg: i64::from(word as i32 >> 31),
            man: word | 0x8000_0000,
        }
    }

    /// A small form that is not well formed.
    #[cold]
    fn of_odd(x: Number) -> Self {
        let (sign, magnitude) = x.int_fetch();
        let whole = Self::of_whole(i32::from(magnitude));
        let neg = if magnitude == 0 {
            0
        } else {
            -i64::from(sign & 1)
        };
        Self { neg, ..whole }
    }

    /// A whole number of at most 31 bits.
    #[inline(always)]
    pub(super) fn of_whole(v: i32) -> Self {
        if v == 0 {
            return Self::ZERO;
        }
        let magnitude = v.unsigned_abs();
        let shift = magnitude.leading_zeros();
        Self {
            exp: 0xA0 - shift as i32,
            neg: i64::from(v >> 31),
            man: magnitude << shift,
        }
    }

    /// Puts the five bytes together.
    #[inline(always)]
    pub(super) fn number(self) -> Number {
        let word = self.man & (self.neg as u32 | 0x7FFF_FFFF);
        Number(((self.exp as u64) << 32 | u64::from(word)).swap_bytes() >> 24)
    }

    #[inline(always)]
    fn signed(self) -> i64 {
        (i64::from(self.man) ^ self.neg) - self.neg
    }

    #[inline(always)]
    pub(super) fn negated(self) -> Self {
        let neg = if self.man == 0 { 0 } else { !self.neg };
        Self { neg, ..self }
    }

    /// A result whose exponent is outside 1 to 255: nought, the smallest number or report 6.
    ///
    /// An exponent of 0 after normalising gives two to the power -128. ROM: `NEAR-ZERO` 3159.
    #[cold]
    #[inline(never)]
    fn edge(exp: i32, neg: i64) -> Result<Self> {
        if exp > 255 {
            Err(Report::NumberTooBig)
        } else if exp == 0 {
            Ok(Self {
                exp: 1,
                neg,
                man: 0x8000_0000,
            })
        } else {
            Ok(Self::ZERO)
        }
    }

    /// ROM: `addition` 3014, the floating part.
    ///
    /// The number of the smaller exponent is shifted right as a two's complement number, the last
    /// bit lost being added back: halves go up, towards plus infinity, so x-y and y-x may differ.
    #[inline(always)]
    pub(super) fn add(self, y: Self) -> Result<Self> {
        if y.exp >= self.exp {
            y.add_smaller(self)
        } else {
            self.add_smaller(y)
        }
    }

    /// Addition of a number whose exponent is not larger.
    #[inline(always)]
    fn add_smaller(self, small: Self) -> Result<Self> {
        let shift = self.exp - small.exp;
        if shift > LONGEST_SHIFT {
            return Ok(self);
        }
        let sum = self.signed() + shift_right(small.signed(), shift);
        Self::normalised(self.exp, sum)
    }

    /// A sum of at most 33 bits and a sign. ROM: 306C to 30A6, and from there `NORMALISE` 316C.
    #[inline(always)]
    pub(super) fn normalised(exp: i32, sum: i64) -> Result<Self> {
        if sum == 0 {
            return Ok(Self::ZERO);
        }
        let x = Self::shifted(exp, sum);
        if x.is_ordinary() {
            Ok(x)
        } else {
            Self::edge(x.exp, x.neg)
        }
    }

    /// A sum that is not nought, normalised; its exponent may be any.
    #[inline(always)]
    fn shifted(exp: i32, sum: i64) -> Self {
        let neg = sum >> 63;
        let magnitude = sum.unsigned_abs();
        let zeros = magnitude.leading_zeros();
        // A sum of 33 bits loses one, which is added back in the same way as in the shift; a
        // shorter sum has nothing in bit 31.
        let half = !(neg as u64) & (1 << 31);
        Self {
            exp: exp + 32 - zeros as i32,
            neg,
            man: ((magnitude << zeros).wrapping_add(half) >> 32) as u32,
        }
    }

    /// Whether the exponent is from 1 to 255.
    #[inline(always)]
    fn is_ordinary(self) -> bool {
        ((self.exp - 1) as u32) < 255
    }

    /// self - y + z, rounded after each step.
    ///
    /// The difference need not be normalised where z is larger: the sum is the same.
    #[inline(always)]
    pub(super) fn sub_add(self, y: Self, z: Self) -> Result<Self> {
        if self.exp >= y.exp && z.exp >= self.exp && self.exp >= WELL_ABOVE_NOUGHT {
            let shift = (self.exp - y.exp).min(LONGEST_SHIFT);
            let difference = self.signed() + shift_right(-y.signed(), shift);
            if difference.unsigned_abs() < 1 << 32 {
                let shift = (z.exp - self.exp).min(LONGEST_SHIFT);
                return Self::normalised(z.exp, z.signed() + shift_right(difference, shift));
            }
        }
        self.sub(y)?.add(z)
    }

    /// ROM: `subtract` 300F.
    #[inline(always)]
    pub(super) fn sub(self, y: Self) -> Result<Self> {
        self.add(y.negated())
    }

    /// A number added to itself.
    #[inline(always)]
    pub(super) fn double(self) -> Result<Self> {
        if self.man == 0 {
            return Ok(self);
        }
        if self.exp >= 255 {
            return Err(Report::NumberTooBig);
        }
        Ok(Self {
            exp: self.exp + 1,
            ..self
        })
    }

    /// A product or quotient of 64 bits, not nought, normalised by at most one shift and rounded
    /// by its 33rd bit. ROM: `MAKE-EXPT` 313B to 3195.
    #[inline(always)]
    fn finish(exp: i32, neg: i64, bits: u64) -> Result<Self> {
        let (x, carry) = Self::rounded(exp, neg, bits);
        if !x.is_ordinary() {
            return Self::edge(x.exp, neg);
        }
        if carry {
            if x.exp == 255 {
                return Err(Report::NumberTooBig);
            }
            return Ok(Self {
                exp: x.exp + 1,
                neg,
                man: 0x8000_0000,
            });
        }
        Ok(x)
    }

    /// As [`Self::finish`], but the exponent may be any; and whether the rounding carried, which
    /// leaves no mantissa.
    #[inline(always)]
    fn rounded(exp: i32, neg: i64, bits: u64) -> (Self, bool) {
        let zeros = (bits >> 63) ^ 1;
        let (rounded, carry) = (bits << zeros).overflowing_add(1 << 31);
        let x = Self {
            exp: exp - zeros as i32,
            neg,
            man: (rounded >> 32) as u32,
        };
        (x, carry)
    }

    /// ROM: `multiply` 30CA, the floating part.
    #[inline(always)]
    pub(super) fn mul(self, y: Self) -> Result<Self> {
        match self.product(y) {
            (_, _, 0) => Ok(Self::ZERO),
            (exp, neg, bits) => Self::finish(exp, neg, bits),
        }
    }

    /// What [`Self::finish`] makes a product of; 0 bits for nought.
    #[inline(always)]
    fn product(self, y: Self) -> (i32, i64, u64) {
        let bits = u64::from(self.man) * u64::from(y.man);
        (self.exp + y.exp - 0x80, self.neg ^ y.neg, bits)
    }

    /// ROM: `division` 31AF.
    #[inline(always)]
    pub(super) fn div(self, y: Self) -> Result<Self> {
        if y.man == 0 {
            return Err(Report::NumberTooBig);
        }
        match self.quotient(y) {
            (_, _, 0) => Ok(Self::ZERO),
            (exp, neg, bits) => Self::finish(exp, neg, bits),
        }
    }

    /// What [`Self::finish`] makes a quotient of, the divisor not being nought; 0 bits for nought.
    ///
    /// Flaw kept: the quotient's 34th bit is always 0, so a quotient whose first bit is 0 is cut
    /// off, never rounded (1/10 ends in CC).
    #[inline(always)]
    fn quotient(self, y: Self) -> (i32, i64, u64) {
        let quotient = (u64::from(self.man) << 32) / u64::from(y.man.max(1));
        (self.exp - y.exp + 0x81, self.neg ^ y.neg, quotient << 31)
    }
}

/// A constant from its exponent byte and its mantissa with the sign for top bit.
pub(super) const fn constant(exp: i32, word: u32) -> Float {
    Float {
        exp,
        neg: (word as i32 >> 31) as i64,
        man: word | 0x8000_0000,
    }
}

/// The result of an out-of-line operation.
#[inline(always)]
fn unpack(raw: u64) -> Result<Number> {
    if (raw as i64) < 0 {
        Err(Report::NumberTooBig)
    } else {
        Ok(Number(raw))
    }
}

#[inline(always)]
fn pack(result: Result<Float>) -> u64 {
    match result {
        Ok(x) => x.number().0,
        Err(_) => TOO_BIG,
    }
}

/// [`Float::normalised`], put together.
#[inline(always)]
fn pack_sum(exp: i32, sum: i64) -> u64 {
    if sum == 0 {
        return 0;
    }
    let x = Float::shifted(exp, sum);
    if x.is_ordinary() {
        x.number().0
    } else {
        pack_edge(x.exp, x.neg)
    }
}

#[cold]
#[inline(never)]
fn pack_edge(exp: i32, neg: i64) -> u64 {
    pack(Float::edge(exp, neg))
}

/// [`Float::finish`], put together; nought if there are no bits.
#[inline(always)]
fn pack_finished((exp, neg, bits): (i32, i64, u64)) -> u64 {
    let (x, carry) = Float::rounded(exp, neg, bits);
    if x.is_ordinary() && !carry && bits != 0 {
        x.number().0
    } else {
        pack_unusual(exp, neg, bits)
    }
}

#[cold]
#[inline(never)]
fn pack_unusual(exp: i32, neg: i64, bits: u64) -> u64 {
    if bits == 0 {
        return 0;
    }
    pack(Float::finish(exp, neg, bits))
}

/// An operation on a small form that is not well formed.
#[cold]
#[inline(never)]
fn odd(operation: fn(Float, Float) -> Result<Float>, a: Number, b: Number) -> u64 {
    pack(operation(Float::of(a), Float::of(b)))
}

/// Addition of any two numbers.
#[inline(never)]
fn add_long(a: Number, b: Number) -> u64 {
    let sum = match (a.is_small(), b.is_small()) {
        (false, false) => return add_parts(floating_parts(a), floating_parts(b)),
        (true, false) => small_parts(a).map(|a| add_parts(a, floating_parts(b))),
        (false, true) => small_parts(b).map(|b| add_parts(floating_parts(a), b)),
        (true, true) => {
            if let Some(sum) = add_small(a, b) {
                // The first number's fifth byte stays.
                return sum.0 | (a.0 & 0xFF_0000_0000);
            }
            small_parts(a)
                .zip(small_parts(b))
                .map(|(a, b)| add_parts(a, b))
        }
    };
    sum.unwrap_or_else(|| odd(Float::add, a, b))
}

/// Addition of two numbers as exponents and signed mantissas.
#[inline(always)]
fn add_parts((ea, a): (i32, i64), (eb, b): (i32, i64)) -> u64 {
    let (large, small) = if eb >= ea { (b, a) } else { (a, b) };
    let shift = (ea - eb).abs().min(LONGEST_SHIFT);
    pack_sum(ea.max(eb), large + shift_right(small, shift))
}

/// Exponent and signed mantissa of a small integer, if it is well formed.
#[inline(always)]
fn small_parts(x: Number) -> Option<(i32, i64)> {
    if !well_formed(x.turned()) {
        return None;
    }
    let v = x.wide();
    if v == 0 {
        return Some((0, 0));
    }
    let zeros = v.unsigned_abs().leading_zeros();
    Some((0xA0 - zeros as i32, i64::from(v) << zeros))
}

/// Exponent and signed mantissa of a number in the floating form.
#[inline(always)]
fn floating_parts(x: Number) -> (i32, i64) {
    ((x.0 & 0xFF) as i32, signed_mantissa(x))
}

/// The mantissa of a number in the floating form, with its sign.
#[inline(always)]
fn signed_mantissa(x: Number) -> i64 {
    let word = ((x.0 >> 8) as u32).swap_bytes();
    let magnitude = i64::from(word | 0x8000_0000);
    if (word as i32) < 0 {
        -magnitude
    } else {
        magnitude
    }
}

/// Subtraction of any two numbers.
#[inline(never)]
fn sub_long(a: Number, b: Number) -> u64 {
    let negated = || floating_parts(Number(b.0 ^ SIGN));
    let difference = match (a.is_small(), b.is_small()) {
        (true, true) => return add_long(a, b.neg()),
        (false, true) => small_parts(b).map(|(exp, b)| add_parts(floating_parts(a), (exp, -b))),
        (true, false) => small_parts(a).map(|a| add_parts(a, negated())),
        (false, false) => return add_parts(floating_parts(a), negated()),
    };
    difference.unwrap_or_else(|| odd(Float::sub, a, b))
}

#[inline(never)]
fn mul_long(a: Number, b: Number) -> u64 {
    if a.is_small() || b.is_small() {
        return mul_mixed(a, b);
    }
    pack_finished(Float::of_floating(a).product(Float::of_floating(b)))
}

/// Multiplication of two numbers of which one at least is in the small form.
#[inline(never)]
fn mul_mixed(a: Number, b: Number) -> u64 {
    if (a.0 | b.0) & 0xFF == 0 {
        let ((sa, ma), (sb, mb)) = (a.int_fetch(), b.int_fetch());
        if let Some(product) = ma.checked_mul(mb) {
            let sign = if product == 0 { 0 } else { sa ^ sb };
            return Number::int_store(sign, product).0;
        }
    }
    match (Float::formed(a), Float::formed(b)) {
        (Some(x), Some(y)) => pack_finished(x.product(y)),
        _ => odd(Float::mul, a, b),
    }
}

#[inline(never)]
fn div_long(a: Number, b: Number) -> u64 {
    match (Float::formed(a), Float::formed(b)) {
        (Some(x), Some(y)) if y.man != 0 => pack_finished(x.quotient(y)),
        _ => odd(Float::div, a, b),
    }
}

/// The sum of two small integers if it is one, the fifth bytes apart. ROM: `addition` 3014.
///
/// Flaw kept: the sum -65536 counts as a small integer.
#[inline(always)]
fn add_small(a: Number, b: Number) -> Option<Number> {
    // The gap of ones below the sign bytes hands the carry of the values up to them.
    let sum = a
        .turned()
        .wrapping_add(0x00FF_0000)
        .wrapping_add(b.turned());
    small_result(sum)
}

/// A turned sum or difference as a small integer, unless its sign byte shows an overflow.
#[inline(always)]
fn small_result(turned: u32) -> Option<Number> {
    if turned.wrapping_add(0x0100_0000) < 0x0200_0000 {
        Some(Number(u64::from((turned & 0xFF00_FFFF).rotate_left(16))))
    } else {
        None
    }
}

/// Exponents for which comparing can neither overflow nor lose the difference altogether.
const PLAIN: core::ops::RangeInclusive<i32> = 34..=254;

/// The sign of a-b where it shows at a glance, else none.
///
/// Exponents one apart are left to the subtraction: its rounding may lose the difference.
#[inline(always)]
fn plain_order(a: Number, b: Number) -> Option<i32> {
    if a.is_small() {
        // Two small integers come here only if the ROM has its own view of them.
        if b.is_small() || !well_formed(a.turned()) {
            return None;
        }
    } else if b.is_small() && !well_formed(b.turned()) {
        return None;
    }
    let (x, y) = (Float::of(a), Float::of(b));
    let sign = |x: Float| 1 + 2 * x.neg as i32;
    if y.man == 0 {
        return Some(sign(x));
    }
    if x.man == 0 {
        return Some(-sign(y));
    }
    if !PLAIN.contains(&x.exp) || !PLAIN.contains(&y.exp) {
        return None;
    }
    if x.neg != y.neg {
        return Some(sign(x));
    }
    if (x.exp - y.exp).abs() == 1 {
        return None;
    }
    let key = |x: Float| (x.exp as u64) << 32 | u64::from(x.man);
    let order = key(x).cmp(&key(y)) as i32;
    Some((order ^ x.neg as i32) - x.neg as i32)
}

/// Whether a stands to b in one of the wanted orders. ROM: the comparisons 353B: which of the
/// two is subtracted from the other depends on the comparison.
///
/// # Errors
/// Report 6 if the difference is too big a number.
#[inline(never)]
pub(super) fn stands(a: Number, b: Number, wanted: u8) -> Result<bool> {
    use super::order::{EQUAL, GREATER, LESS};
    const LESS_EQUAL: u8 = LESS | EQUAL;
    const GREATER_EQUAL: u8 = GREATER | EQUAL;
    if let Some(order) = plain_order(a, b) {
        return Ok(wanted >> (order + 1) & 1 != 0);
    }
    Ok(match wanted {
        LESS_EQUAL => !a.sub(b)?.is_positive(),
        GREATER_EQUAL => !b.sub(a)?.is_positive(),
        GREATER => a.sub(b)?.is_positive(),
        LESS => b.sub(a)?.is_positive(),
        EQUAL => a.sub(b)?.is_zero(),
        _ => !a.sub(b)?.is_zero(),
    })
}

/// Whether a-b is positive. ROM: the comparisons 353B.
///
/// # Errors
/// Report 6 if the difference is too big a number.
#[inline(never)]
pub(super) fn exceeds(a: Number, b: Number) -> Result<bool> {
    match plain_order(a, b) {
        Some(order) => Ok(order > 0),
        None => Ok(a.sub(b)?.is_positive()),
    }
}

/// Whether a-b is nought. ROM: the comparisons 353B.
///
/// # Errors
/// Report 6 if the difference is too big a number.
#[inline(never)]
pub(super) fn coincides(a: Number, b: Number) -> Result<bool> {
    match plain_order(a, b) {
        Some(order) => Ok(order == 0),
        None => Ok(a.sub(b)?.is_zero()),
    }
}

#[allow(
    clippy::should_implement_trait,
    reason = "these give a report, which the operators cannot"
)]
impl Number {
    /// `x + y`. ROM: `addition` 3014.
    ///
    /// # Errors
    /// Report 6 if the sum is too big a number.
    #[inline]
    pub fn add(self, y: Self) -> Result<Self> {
        if (self.0 | y.0) & SMALL_ZEROS == 0 {
            if let Some(sum) = add_small(self, y) {
                return Ok(sum);
            }
        }
        unpack(add_long(self, y))
    }

    /// `x - y`. ROM: `subtract` 300F.
    ///
    /// # Errors
    /// Report 6 if the difference is too big a number.
    #[inline]
    pub fn sub(self, y: Self) -> Result<Self> {
        if (self.0 | y.0) & SMALL_ZEROS == 0 && well_formed(y.turned()) {
            // A borrow of the values passes the gap of noughts to the sign bytes.
            if let Some(difference) = small_result(self.turned().wrapping_sub(y.turned())) {
                return Ok(difference);
            }
        }
        unpack(sub_long(self, y))
    }

    /// `x * y`. ROM: `multiply` 30CA.
    ///
    /// # Errors
    /// Report 6 if the product is too big a number.
    #[inline]
    pub fn mul(self, y: Self) -> Result<Self> {
        if (self.0 | y.0) & 0xFF == 0 {
            let product = i64::from(self.wide()) * i64::from(y.wide());
            // A malformed sign byte makes a factor so wide that the product is not in this range.
            if (product + 0xFFFF) as u64 <= 0x1_FFFE {
                return Ok(Self::small(product as i32));
            }
        }
        unpack(mul_long(self, y))
    }

    /// `x / y`. ROM: `division` 31AF.
    ///
    /// # Errors
    /// Report 6 if y is nought or the quotient is too big a number.
    #[inline]
    pub fn div(self, y: Self) -> Result<Self> {
        unpack(div_long(self, y))
    }
}
