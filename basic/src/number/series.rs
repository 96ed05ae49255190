//! Sums of Chebyshev polynomials, which the functions are made of. ROM: `series` 3449.
//!
//! [`plain`] is what the ROM does. [`Series::at`] gives the same numbers in a third of the time:
//!
//! - Every sum has its coefficient's sign and about its size ([`Series::of`] proves it), so it is
//!   kept as a magnitude in units of its coefficient's last place, and need not be normalised.
//! - Product, sum before and coefficient lie in one fixed grid. The ROM's roundings (a product's
//!   to 32 bits, then those of two shifts) are additions of half a unit each, and since each unit
//!   is a multiple of the one before, only the last has to be cut off.
//! - Which number has the larger exponent decides about units only, which are chosen without
//!   branches.

use core::hint::cold_path;

use super::arith::{Float, constant};
use crate::report::Result;

/// A series: its coefficients and what is known of every sum it can make.
pub(super) struct Series<const N: usize> {
    coefficients: [Float; N],
    /// Whether a sum may outgrow its coefficient's exponent, by one at most.
    outgrown: [bool; N],
    /// Whether a sum's exponent may be smaller than its coefficient's, by one at most.
    undergrown: [bool; N],
    /// Whether each coefficient has the other sign than the one before; else all have the same.
    alternating: bool,
    /// How many bits of a product are below the grid.
    cut: u32,
}

/// The argument of a series, and what depends on nothing else.
struct Argument {
    /// Its magnitude in units of 2 to the power -32, at most 1.
    z: u64,
    /// -1 where products are to be taken off the coefficients' magnitudes, else 0.
    flip: i64,
    /// The largest product with an exponent as if the sum were less than its coefficient's limit.
    top: u64,
    /// Minus half a unit of products, from one more than `top` downwards, in the grid.
    halves: [i64; 4],
}

/// A sum's magnitude, in units of its coefficient's last place times two to the power `point`.
#[derive(Clone, Copy)]
struct Sum {
    bits: u64,
    point: u32,
}

/// The exponent of one.
const ONE: i32 = 0x81;
/// The smallest step between the exponents of coefficients.
const SMALLEST_STEP: u32 = 2;
/// The largest step between the exponents of coefficients.
const LARGEST_STEP: u32 = 8;
/// The smallest exponent of z: its products still have a rounding bit in every grid.
const SMALLEST: i32 = 0x6C;
/// In how many parts the range of z is looked at.
const PARTS: u64 = 16;

impl<const N: usize> Series<N> {
    /// Proves that every sum has its coefficient's sign and about its size, and that what is
    /// added to a coefficient has a smaller exponent.
    const fn of(coefficients: [Float; N]) -> Self {
        let alternating = coefficients[0].neg != coefficients[1].neg;
        let mut series = Self {
            coefficients,
            outgrown: [false; N],
            undergrown: [false; N],
            alternating,
            cut: 0,
        };
        let mut k = 1;
        while k < N {
            let step = series.step(k);
            assert!(SMALLEST_STEP <= step && step <= LARGEST_STEP);
            assert!((coefficients[k].neg != coefficients[k - 1].neg) == alternating);
            if series.cut <= step {
                series.cut = step + 1;
            }
            k += 1;
        }
        let mut part = 0;
        while part < PARTS {
            series = series.bounded(part, false).bounded(part, true);
            part += 1;
        }
        series
    }

    /// Notes the sums' bounds for z in a part of its range, products being added to or taken off
    /// the coefficients' magnitudes. The sum before is always taken off.
    const fn bounded(mut self, part: u64, off: bool) -> Self {
        /// What all roundings of a sum can change.
        const ROUNDINGS: u64 = 4;
        let first = self.coefficients[0].man as u64;
        let (mut older, mut last) = ((0, 0), (first, first));
        let mut k = 1;
        while k < N {
            let a = self.coefficients[k].man as u64;
            let step = self.step(k);
            let before = if k == 1 {
                step
            } else {
                step + self.step(k - 1)
            };
            let (older_low, older_high) = (older.0 >> before, older.1 >> before);
            let low = (last.0 * part / PARTS) >> (step - 1);
            let high = (last.1 * (part + 1) / PARTS) >> (step - 1);
            older = last;
            last = if off {
                assert!(high + older_high + ROUNDINGS < 1 << 31);
                (
                    a - high - older_high - ROUNDINGS,
                    a - low - older_low + ROUNDINGS,
                )
            } else {
                assert!(high + ROUNDINGS < 1 << 31 && older_high + ROUNDINGS < 1 << 31);
                (
                    a + low - older_high - ROUNDINGS,
                    a + high - older_low + ROUNDINGS,
                )
            };
            assert!(last.0 >= 1 << 30 && last.1 < 1 << 33);
            self.undergrown[k] |= last.0 < 1 << 31;
            self.outgrown[k] |= last.1 >= 1 << 32;
            k += 1;
        }
        self
    }

    /// By how much the exponent of coefficient k is above the one before.
    const fn step(&self, k: usize) -> u32 {
        (self.coefficients[k].exp - self.coefficients[k - 1].exp) as u32
    }

    /// The sum at z.
    #[inline(always)]
    pub(super) fn at(&self, z: Float) -> Result<Float> {
        let Some(argument) = self.argument(z) else {
            return plain(z, &self.coefficients);
        };
        let (mut oldest, mut older) = (0, 0);
        let mut last = Sum {
            bits: u64::from(self.coefficients[0].man),
            point: 0,
        };
        for k in 1..N {
            let sum = self.round(k, &argument, older, last);
            oldest = older;
            older = self.rounded(k - 1, last);
            last = sum;
        }
        self.float(N - 1, self.rounded(N - 1, last))
            .sub(self.float(N - 3, oldest))
    }

    /// None if z is too small, or no multiple of 2 to the power -32 from -1 to 1.
    #[inline(always)]
    fn argument(&self, z: Float) -> Option<Argument> {
        let shift = ONE - z.exp;
        if z.exp < SMALLEST || shift < 0 {
            return None;
        }
        let doubled = u64::from(z.man) << 1;
        let fixed = doubled >> shift;
        if fixed << shift != doubled || fixed > 1 << 32 {
            return None;
        }
        let half = 32 - self.cut as i32 - shift;
        Some(Argument {
            z: fixed,
            flip: -i64::from((z.neg == 0) == self.alternating),
            top: u64::MAX >> shift,
            // Not made of each other, lest the choice between them becomes a shift.
            halves: [
                -2 << half,
                -1 << half,
                i64::MIN >> (64 - half),
                i64::MIN >> (65 - half),
            ],
        })
    }

    /// The magnitude of a sum: one of 33 bits loses one, being rounded towards plus infinity.
    #[inline(always)]
    fn rounded(&self, k: usize, sum: Sum) -> u64 {
        let magnitude = sum.bits >> sum.point;
        if !self.outgrown[k] {
            return magnitude;
        }
        let out = magnitude >> 32;
        let up = if self.coefficients[k].neg == 0 {
            out
        } else {
            0
        };
        (magnitude + up) & !out
    }

    fn float(&self, k: usize, magnitude: u64) -> Float {
        let a = self.coefficients[k];
        Float::normalised(a.exp, (magnitude as i64 ^ a.neg) - a.neg).unwrap_or(Float::ZERO)
    }

    /// A rounded sum times z; half of it, and whether it is, where it could have 65 bits.
    #[inline(always)]
    fn product(&self, k: usize, sum: Sum, z: u64) -> (u64, bool) {
        let Sum { bits, point } = sum;
        if !self.outgrown[k] {
            return ((bits >> point) * z, false);
        }
        // As `rounded`, with the sum's last bit apart.
        let odd = (bits >> point & 1).wrapping_neg();
        let out = bits >> (point + 32);
        let last = if self.coefficients[k].neg == 0 {
            odd & (z >> (out ^ 1))
        } else {
            odd & out.wrapping_sub(1) & (z >> 1)
        };
        ((bits >> (point + 1)) * z + last, true)
    }

    /// The sum k: the last one times 2z, less the one before, plus the coefficient.
    ///
    /// `unit` is the unit of the last place of what is added to the coefficient, in the grid; a
    /// half goes up, which is down for the magnitude of a negative number.
    #[inline(always)]
    fn round(&self, k: usize, argument: &Argument, older: u64, last: Sum) -> Sum {
        let a = self.coefficients[k];
        let (product, halved) = self.product(k - 1, last, argument.z);
        let half = self.half(k - 1, product, halved, argument);
        let product = (product >> (self.cut - u32::from(halved))) as i64 ^ argument.flip;
        let point = 31 + self.step(k) - self.cut;
        let coefficient = (i64::from(a.man) << point) + (1 << (point - 1));
        if k == 1 {
            let unit = if a.neg == 0 { 0 } else { half * 2 };
            let sum = product - half + unit + coefficient;
            return Sum {
                bits: sum as u64,
                point,
            };
        }
        let place = 31 - self.step(k - 1) - self.cut;
        let before = (older << place) as i64;
        let larger_half = half & self.half_before(k - 2, older, place);
        let unit = larger_half * 2;
        let change = product - half + ((-larger_half - before + a.neg) & (half * 2));
        let up = if a.neg == 0 { -unit } else { unit };
        let mut sum = change + coefficient + (up & a.neg);
        if change < unit << 32 {
            // It has 33 bits and loses one.
            cold_path();
            sum += up;
        }
        Sum {
            bits: sum as u64,
            point,
        }
    }

    /// Minus half a unit of a product's last place, in the grid.
    #[inline(always)]
    fn half(&self, k: usize, product: u64, halved: bool, argument: &Argument) -> i64 {
        let [outgrown, high, middle, low] = argument.halves;
        let (high, middle, low) = if halved {
            (outgrown, high, middle)
        } else {
            (high, middle, low)
        };
        let half = if product > argument.top { high } else { middle };
        if (halved || self.undergrown[k]) && product <= argument.top >> 1 {
            low
        } else {
            half
        }
    }

    /// Minus half a unit of an earlier sum's last place, in the grid.
    #[inline(always)]
    fn half_before(&self, k: usize, sum: u64, place: u32) -> i64 {
        if self.outgrown[k] && sum >= 1 << 32 {
            -1 << place
        } else if self.undergrown[k] && sum < 1 << 31 {
            -1 << (place - 2)
        } else {
            -1 << (place - 1)
        }
    }
}

/// A sum of Chebyshev polynomials at z. ROM: `series` 3449.
///
/// Each round makes b' = 2zb - (the b before) + a; the result is the last b less the one two
/// before it.
#[cold]
#[inline(never)]
fn plain<const N: usize>(z: Float, coefficients: &[Float; N]) -> Result<Float> {
    let twice = z.double()?;
    // The first two rounds, where the b before is nought.
    let [first, second, rest @ ..] = coefficients.as_slice() else {
        return Ok(Float::ZERO);
    };
    let (mut before, mut last) = (Float::ZERO, *first);
    let mut b = first.mul(twice)?.add(*second)?;
    for &a in rest {
        before = last;
        last = b;
        b = b.mul(twice)?.sub_add(before, a)?;
    }
    b.sub(before)
}

/// The coefficients of `sin` 37B5.
pub(super) const SIN: Series<6> = Series::of([
    constant(0x64, 0xE600_0000),
    constant(0x6C, 0x1F0B_0000),
    constant(0x73, 0x8F38_EE00),
    constant(0x79, 0x1563_BB23),
    constant(0x7E, 0x920D_CDED),
    constant(0x81, 0x235D_1BEA),
]);
/// The coefficients of `exp` 36C4.
pub(super) const EXP: Series<8> = Series::of([
    constant(0x63, 0x3600_0000),
    constant(0x68, 0x6566_0000),
    constant(0x6D, 0x7865_4000),
    constant(0x72, 0x6032_C900),
    constant(0x77, 0x21F7_AF24),
    constant(0x7B, 0x2FB0_B014),
    constant(0x7E, 0x7EBB_9458),
    constant(0x81, 0x3A7E_F8CF),
]);
/// The coefficients of `ln` 3713.
pub(super) const LN: Series<12> = Series::of([
    constant(0x61, 0xAC00_0000),
    constant(0x64, 0x0900_0000),
    constant(0x66, 0xDAA5_0000),
    constant(0x69, 0x30C5_0000),
    constant(0x6C, 0x90AA_0000),
    constant(0x6E, 0x706F_6100),
    constant(0x71, 0xCBDA_9600),
    constant(0x74, 0x319F_B400),
    constant(0x77, 0xA0FE_5CFC),
    constant(0x7A, 0x1B43_CA36),
    constant(0x7D, 0xA79C_7E5E),
    constant(0x80, 0x6E23_8093),
]);
/// The coefficients of `atn` 37E2.
pub(super) const ATN: Series<12> = Series::of([
    constant(0x60, 0xB200_0000),
    constant(0x63, 0x0E00_0000),
    constant(0x65, 0xE48D_0000),
    constant(0x68, 0x39BC_0000),
    constant(0x6B, 0x98FD_0000),
    constant(0x6E, 0x0036_7500),
    constant(0x70, 0xDBE8_B400),
    constant(0x73, 0x42C4_0000),
    constant(0x76, 0xB509_36BE),
    constant(0x79, 0x3673_1B5D),
    constant(0x7C, 0xD8DE_63BE),
    constant(0x80, 0x61A1_B30C),
]);

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways for z as a multiple of 2 to the power -32.
    fn compare<const N: usize>(series: &Series<N>, z: i64) {
        let mut magnitude = z.unsigned_abs();
        let mut exp = 0x80;
        if magnitude == 1 << 32 {
            (magnitude, exp) = (magnitude >> 1, exp + 1);
        }
        let shift = (magnitude as u32).leading_zeros();
        let z = Float {
            exp: exp - shift as i32,
            neg: z >> 63,
            man: (magnitude as u32) << shift,
        };
        assert!(series.argument(z).is_some() == (z.exp >= SMALLEST));
        let (quick, defined) = (series.at(z), plain(z, &series.coefficients));
        let number = |x: Result<Float>| x.map(|x| (x.exp, x.neg, x.man));
        assert_eq!(number(quick), number(defined), "{:X} {:X}", z.exp, z.man);
    }

    #[test]
    fn sums_are_those_of_the_definition() {
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        for round in 0..200_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let z = match round {
                0..=1000 => (1 << 32) - round,
                _ => (random >> 32 >> (random % 24)) as i64 + 1,
            };
            for z in [z, -z] {
                compare(&SIN, z);
                compare(&EXP, z);
                compare(&LN, z);
                compare(&ATN, z);
            }
        }
    }

    #[test]
    fn nought_and_what_is_no_multiple_are_summed_too() {
        for z in [
            Float::ZERO,
            constant(0x40, 0x1234_5678),
            constant(0x7F, 0x7FFF_FFFF),
            constant(0x82, 0),
        ] {
            assert!(LN.argument(z).is_none());
            let (quick, defined) = (LN.at(z), plain(z, &LN.coefficients));
            assert_eq!(quick.map(Float::number), defined.map(Float::number));
        }
    }
}
