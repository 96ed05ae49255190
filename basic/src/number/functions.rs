//! INT and the functions made of series.

use super::Number;
use super::arith::{Float, constant};
use super::series::{ATN, EXP, LN, SIN};
use crate::report::{Report, Result};

/// The largest exponent whose numbers are taken apart into small integers without a flaw.
const EASY: i32 = 0x8F;

/// One over two PI. ROM: in `get-argt` 3783.
const REVOLUTIONS: Float = constant(0x7E, 0x22F9_836E);
/// Half of PI.
const HALF_PI: Float = constant(0x81, 0x490F_DAA2);
/// One over LN 2. ROM: in `exp` 36C4.
const INVERSE_LN_2: Float = constant(0x81, 0x38AA_3B29);
/// LN 2. ROM: in `ln` 3713.
const LN_2: Float = constant(0x80, 0x3172_17F8);
/// 2.5. ROM: in `ln` 3713.
const TWO_AND_A_HALF: Float = constant(0x82, 0x2000_0000);
/// The mantissa of 0.8, above which LN takes its argument as it is. ROM: in `ln` 3713.
const FOUR_FIFTHS: u32 = 0xCCCC_CCCD;

/// 2x^2-1, where the series of the circular functions are taken.
#[inline(always)]
fn twice_square_less_one(x: Float) -> Result<Float> {
    x.mul(x)?.double()?.sub(Float::ONE)
}

/// INT x of an x whose exponent is at most [`EASY`].
#[inline(always)]
fn easy_int(x: Float) -> i32 {
    let signed = (i64::from(x.man) ^ x.neg) - x.neg;
    (signed >> (160 - x.exp).min(63)) as i32
}

/// INT x, taken apart. ROM: `int` 36AF.
#[inline(always)]
fn whole(x: Float) -> Float {
    if x.exp <= EASY {
        return Float::of_whole(easy_int(x));
    }
    // Flaw kept: the -65536 that INT can make is nought when subtracted.
    Float::of(x.number().int())
}

/// Reduces an angle: the v from -1 to 1 whose SIN (v*PI/2) is the angle's, and whether the angle
/// lies in the second or third quadrant. ROM: `get-argt` 3783.
#[inline(always)]
fn reduce(x: Float) -> Result<(Float, bool)> {
    let turns = x.mul(REVOLUTIONS)?;
    if turns.exp < 0x7F {
        // Below a quarter: nothing to take off, and 4*Y less 1 is not above nought.
        return Ok((turns.double()?.double()?, false));
    }
    let y = turns.sub(whole(turns.add(Float::HALF)?))?;
    let quarters = y.double()?.double()?;
    let z = Float { neg: 0, ..quarters }.sub(Float::ONE)?;
    if z.man == 0 || z.neg != 0 {
        return Ok((quarters, false));
    }
    let v = z.sub(Float::ONE)?;
    Ok((if quarters.neg != 0 { v } else { v.negated() }, true))
}

/// SIN (w*PI/2). ROM: `C-ENT` 37B7.
#[inline(always)]
fn sine_of_quarters(w: Float) -> Result<Float> {
    w.mul(SIN.at(twice_square_less_one(w)?)?)
}

/// The w for the cosine of a reduced angle. ROM: in `cos` 37AA.
#[inline(always)]
fn quarters_of_cosine((v, beyond): (Float, bool)) -> Result<Float> {
    let w = Float { neg: 0, ..v }.sub(Float::ONE)?;
    Ok(if beyond { w } else { w.negated() })
}

fn atn(x: Float) -> Result<Float> {
    let (y, offset) = if x.exp < 0x81 {
        (x, Float::ZERO)
    } else {
        let y = Float::ONE.negated().div(x)?;
        (
            y,
            if y.neg != 0 {
                HALF_PI
            } else {
                HALF_PI.negated()
            },
        )
    };
    y.mul(ATN.at(twice_square_less_one(y)?)?)?.add(offset)
}

/// ROM: `ln` 3713.
fn ln(x: Float) -> Result<Float> {
    if x.man == 0 || x.neg != 0 {
        return Err(Report::InvalidArgument);
    }
    let exponent = x.exp - 0x80;
    let (exponent, fraction) = if x.man > FOUR_FIFTHS {
        (exponent, Float { exp: 0x80, ..x })
    } else {
        (exponent - 1, Float { exp: 0x81, ..x })
    };
    let whole = Float::of_whole(exponent).mul(LN_2)?;
    let fraction = fraction.sub(Float::HALF)?.sub(Float::HALF)?;
    let z = fraction.mul(TWO_AND_A_HALF)?.sub(Float::HALF)?;
    fraction.mul(LN.at(z)?)?.add(whole)
}

/// ROM: `exp` 36C4.
fn exp(x: Float) -> Result<Number> {
    let y = x.mul(INVERSE_LN_2)?;
    let (n, negative, w) = if y.exp <= EASY {
        let n = easy_int(y);
        (Some(n), n < 0, y.sub(Float::of_whole(n))?)
    } else {
        let n = y.number().int();
        let negative = n.is_negative();
        let magnitude = n.fp_to_bc().map(|(v, _)| i32::from(v));
        let n_signed = magnitude.map(|v| if negative { -v } else { v });
        (n_signed, negative, y.sub(Float::of(n))?)
    };
    let result = EXP.at(w.double()?.sub(Float::ONE)?)?;
    // The exponent is changed by at most a byte.
    let exp = match n {
        Some(n @ -255..=255) => result.exp + n,
        _ if negative => 0,
        _ => 256,
    };
    if exp > 255 {
        return Err(Report::NumberTooBig);
    }
    if exp <= 0 && negative {
        return Ok(Number::ZERO);
    }
    Ok(Float { exp, ..result }.number())
}

/// The functions made of one series, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transcendental {
    /// `SIN`.
    Sin = 1,
    /// `COS`.
    Cos,
    /// `TAN`.
    Tan,
    /// `ATN`.
    Atn,
    /// `LN`.
    Ln,
    /// `EXP`.
    Exp,
}

impl Transcendental {
    /// The function of x.
    ///
    /// # Errors
    /// Those of the function of [`Number`].
    pub fn of(self, x: Number) -> Result<Number> {
        match self {
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Atn => x.atn(),
            Self::Ln => x.ln(),
            Self::Exp => x.exp(),
        }
    }
}

/// x to the power y, with LN and EXP from elsewhere. ROM: `to-power` 3851.
#[inline(always)]
pub(super) fn raised(
    x: Number,
    y: Number,
    mut of: impl FnMut(Transcendental, Number) -> Result<Number>,
) -> Result<Number> {
    if !x.is_zero() {
        let logarithm = Float::of(y).mul(Float::of(of(Transcendental::Ln, x)?))?;
        return of(Transcendental::Exp, logarithm.number());
    }
    if y.is_zero() {
        Ok(Number::ONE)
    } else if y.is_negative() {
        Err(Report::NumberTooBig)
    } else {
        Ok(Number::ZERO)
    }
}

/// The square root of x, with LN and EXP from elsewhere. ROM: `sqr` 384A.
#[inline(always)]
pub(super) fn root(
    x: Number,
    of: impl FnMut(Transcendental, Number) -> Result<Number>,
) -> Result<Number> {
    if x.is_zero() {
        return Ok(x);
    }
    raised(x, Number::HALF, of)
}

impl Number {
    /// Cuts off the fraction, towards nought. ROM: `truncate` 3214.
    ///
    /// Flaw kept: -65536, and what lies between it and -65537, becomes [`Number::MINUS_65536`].
    #[must_use]
    pub const fn truncate(self) -> Self {
        let exp = (self.0 & 0xFF) as u32;
        let word = ((self.0 >> 8) as u32).swap_bytes();
        match exp {
            0 | 0xA0.. => self,
            1..=0x80 => Self::ZERO,
            0x81..=0x90 => {
                let magnitude = ((word | 0x8000_0000) >> (0xA0 - exp)) as i32;
                Self::small(if self.is_negative() {
                    -magnitude
                } else {
                    magnitude
                })
            }
            _ => {
                if exp == 0x91 && word & 0xFFFF_8000 == 0x8000_0000 {
                    return Self::MINUS_65536;
                }
                let kept = word & (u32::MAX << (0xA0 - exp));
                Self(((kept.swap_bytes() as u64) << 8) | exp as u64)
            }
        }
    }

    /// `INT`: the largest whole number not above it. ROM: `int` 36AF.
    ///
    /// Flaw kept: INT -65536 is -1, in the floating form.
    #[inline]
    #[must_use]
    pub fn int(self) -> Self {
        if !self.is_small() {
            let x = Float::of_floating(self);
            if x.exp <= EASY {
                return Self::small(easy_int(x));
            }
        } else if self.to_small().is_some_and(|v| v > -65536) {
            return self;
        }
        self.int_long()
    }

    /// INT of a large number, or of a small form that is not well formed.
    #[cold]
    fn int_long(self) -> Self {
        let whole = self.truncate();
        if !self.is_negative() {
            return whole;
        }
        // Neither of these can be too big a number: the results lie between what is taken off
        // and nought.
        match self.sub(whole) {
            Ok(fraction) if !fraction.is_zero() => whole.sub(Self::ONE).unwrap_or(whole),
            _ => whole,
        }
    }

    /// `SQR`, as x to the power of a half. ROM: `sqr` 384A.
    ///
    /// # Errors
    /// Report A if it is negative.
    pub fn sqr(self) -> Result<Self> {
        root(self, Transcendental::of)
    }

    /// `x ↑ y`, as EXP (y*LN x). ROM: `to-power` 3851.
    ///
    /// # Errors
    /// Report A if x is negative; report 6 if the result is too big or 0 is raised to a negative power.
    pub fn pow(self, y: Self) -> Result<Self> {
        raised(self, y, Transcendental::of)
    }

    /// `SIN`. ROM: `sin` 37B5.
    ///
    /// # Errors
    /// Report 6 is possible only for numbers near the largest.
    pub fn sin(self) -> Result<Self> {
        Ok(sine_of_quarters(reduce(Float::of(self))?.0)?.number())
    }

    /// `COS`. ROM: `cos` 37AA.
    ///
    /// # Errors
    /// Report 6 is possible only for numbers near the largest.
    pub fn cos(self) -> Result<Self> {
        let angle = reduce(Float::of(self))?;
        Ok(sine_of_quarters(quarters_of_cosine(angle)?)?.number())
    }

    /// `TAN`, as SIN x/COS x. ROM: `tan` 37DA.
    ///
    /// # Errors
    /// Report 6 if the cosine is nought.
    pub fn tan(self) -> Result<Self> {
        let angle = reduce(Float::of(self))?;
        let sine = sine_of_quarters(angle.0)?;
        let cosine = sine_of_quarters(quarters_of_cosine(angle)?)?;
        Ok(sine.div(cosine)?.number())
    }

    /// `ASN`, as twice ATN (x/(1+SQR (1-x*x))). ROM: `asn` 3833.
    ///
    /// # Errors
    /// Report A outside -1 to 1; report 6 if the square is too big a number.
    pub fn asn(self) -> Result<Self> {
        let root = self.mul(self)?.sub(Self::ONE)?.neg().sqr()?;
        let half = atn(Float::of(self.div(root.add(Self::ONE)?)?))?;
        Ok(half.double()?.number())
    }

    /// `ACS`, as PI/2-ASN x. ROM: `acs` 3843.
    ///
    /// # Errors
    /// Report A outside -1 to 1; report 6 if the square is too big a number.
    pub fn acs(self) -> Result<Self> {
        Ok(self.asn()?.sub(Self::HALF_PI)?.neg())
    }

    /// `ATN`. ROM: `atn` 37E2.
    ///
    /// # Errors
    /// None is known.
    pub fn atn(self) -> Result<Self> {
        Ok(atn(Float::of(self))?.number())
    }

    /// `LN`. ROM: `ln` 3713.
    ///
    /// # Errors
    /// Report A unless it is above nought.
    pub fn ln(self) -> Result<Self> {
        Ok(ln(Float::of(self))?.number())
    }

    /// `EXP`. ROM: `exp` 36C4.
    ///
    /// # Errors
    /// Report 6 if the result is too big a number.
    pub fn exp(self) -> Result<Self> {
        exp(Float::of(self))
    }
}
