//! Numbers to whole numbers, RND, and the arithmetic of BEEP.

use super::Number;
use super::arith::Float;
use crate::report::{Report, Result};

/// The modulus of RND, a prime. ROM: in `S-RND` 25F8.
const RND_MODULUS: u32 = 65537;
/// The multiplier of RND. ROM: in `S-RND` 25F8.
const RND_FACTOR: u32 = 75;
/// The exponents RND takes off, dividing by 65536. ROM: 2622.
const RND_EXPONENT: u64 = 16;

impl Number {
    /// Rounded to the nearest whole number: its magnitude and whether it is negative; none if the
    /// magnitude does not fit 16 bits. ROM: `FP-TO-BC` 2DA2.
    #[inline]
    #[must_use]
    pub fn fp_to_bc(self) -> Option<(u16, bool)> {
        if let Some(v @ 0..) = self.to_small() {
            return Some((v as u16, false));
        }
        self.rounded()
    }

    /// The magnitude as a caller has it that does not look whether it fits: of a larger number bytes
    /// of its mantissa. None if a half cannot be added.
    #[must_use]
    pub fn fp_to_bc_unlooked(self) -> Option<u16> {
        match self.fp_to_bc() {
            Some((magnitude, _)) => Some(magnitude),
            None => Some(self.add(Self::HALF).ok()?.int().int_fetch().1),
        }
    }

    fn rounded(self) -> Option<(u16, bool)> {
        if !self.is_small() {
            let x = Float::of_floating(self);
            match x.exp {
                ..=0x7E => return Some((0, false)),
                // Just below a half, adding a half may round up to 1 (flaw kept).
                0x7F => {}
                // Adding a half is exact.
                0x80..=0x8F if x.neg == 0 => {
                    let half = 0x8000_0000 >> (x.exp - 0x80);
                    let rounded = (u64::from(x.man) + half) >> (160 - x.exp);
                    return Some((rounded as u16, false));
                }
                _ => {}
            }
        }
        let whole = if self.is_small() {
            self
        } else {
            self.add(Self::HALF).ok()?.int()
        };
        if !whole.is_small() {
            return None;
        }
        let (sign, magnitude) = whole.int_fetch();
        Some((magnitude, sign & 0x80 != 0))
    }

    /// Rounded to the nearest whole number: its magnitude and whether it is negative; none if the
    /// magnitude does not fit 8 bits. ROM: `FP-TO-A` 2DD5.
    #[inline]
    #[must_use]
    pub fn fp_to_a(self) -> Option<(u8, bool)> {
        let (magnitude, negative) = self.fp_to_bc()?;
        Some((u8::try_from(magnitude).ok()?, negative))
    }

    /// Rounded to a whole number from 0 to 65535. ROM: `FIND-INT2` 1E99.
    ///
    /// # Errors
    /// Report B outside that range.
    #[inline]
    pub fn to_u16(self) -> Result<u16> {
        match self.fp_to_bc() {
            Some((v, false)) => Ok(v),
            _ => Err(Report::IntegerOutOfRange),
        }
    }

    /// Rounded to a whole number from 0 to 255. ROM: `FIND-INT1` 1E94.
    ///
    /// # Errors
    /// Report B outside that range.
    #[inline]
    pub fn to_u8(self) -> Result<u8> {
        match self.fp_to_a() {
            Some((v, false)) => Ok(v),
            _ => Err(Report::IntegerOutOfRange),
        }
    }

    /// `RND`: the number that follows from a value of SEED, and the next SEED. ROM: `S-RND` 25F8.
    #[must_use]
    pub fn rnd(seed: u16) -> (Self, u16) {
        let next = (u32::from(seed) + 1) * RND_FACTOR % RND_MODULUS;
        // A power of a prime's element is never nought, so this is from 0 to 65535.
        let next = next.saturating_sub(1);
        if next == 0 {
            return (Self::ZERO, 0);
        }
        let shift = next.leading_zeros();
        let mantissa = (next << shift) & 0x7FFF_FFFF;
        let exponent = 0xA0 - u64::from(shift) - RND_EXPONENT;
        (
            Self((u64::from(mantissa.swap_bytes()) << 8) | exponent),
            next as u16,
        )
    }

    /// Its exponent byte changed, modulo 256; a small integer's first byte likewise.
    fn scaled(self, by: i8) -> Self {
        let exponent = (self.0 as u8).wrapping_add_signed(by);
        Self((self.0 & !0xFF) | u64::from(exponent))
    }
}

/// What a semitone's fraction is multiplied by. ROM: in `BEEP` 03F8.
const SEMITONE: Number = Number::from_bytes([0x7C, 0x6C, 0x98, 0x1F, 0xF5]);
/// An eighth of 3.5 MHz. ROM: in `BEEP` 03F8.
const EIGHTH_OF_CLOCK: Number = Number::from_bytes([0x93, 0x55, 0x9F, 0x80, 0x00]);
/// What one turn of BEEPER's loop costs besides its delay, 30.125. ROM: in `BEEP` 03F8.
const LOOP_COST: Number = Number::from_bytes([0x85, 0x71, 0x00, 0x00, 0x00]);
/// The longest BEEP, seconds, plus one. ROM: 0446.
const TOO_LONG: u8 = 11;
/// The lowest pitch, semitones below middle C. ROM: 041D.
const LOWEST: u8 = 60;
/// The frequencies of the octave from middle C, in Hz. ROM: `SEMI-TONE` 046E.
const FREQUENCIES: [Number; 12] = [
    Number::from_bytes([0x89, 0x02, 0xD0, 0x12, 0x86]),
    Number::from_bytes([0x89, 0x0A, 0x97, 0x60, 0x75]),
    Number::from_bytes([0x89, 0x12, 0xD5, 0x17, 0x1F]),
    Number::from_bytes([0x89, 0x1B, 0x90, 0x41, 0x02]),
    Number::from_bytes([0x89, 0x24, 0xD0, 0x53, 0xCA]),
    Number::from_bytes([0x89, 0x2E, 0x9D, 0x36, 0xB1]),
    Number::from_bytes([0x89, 0x38, 0xFF, 0x49, 0x3E]),
    Number::from_bytes([0x89, 0x43, 0xFF, 0x6A, 0x73]),
    Number::from_bytes([0x89, 0x4F, 0xA7, 0x00, 0x54]),
    Number::from_bytes([0x89, 0x5C, 0x00, 0x00, 0x00]),
    Number::from_bytes([0x89, 0x69, 0x14, 0xF6, 0x24]),
    Number::from_bytes([0x89, 0x76, 0xF1, 0x10, 0x05]),
];

/// What `BEEP duration, pitch` gives BEEPER in DE (cycles less one) and HL (delay); none if there
/// is not one cycle to sound. The duration is in seconds, the pitch in semitones above middle C.
/// ROM: `BEEP` 03F8.
///
/// # Errors
/// Report B if the pitch or the duration is out of range; report 6 from the arithmetic.
pub fn beep(duration: Number, pitch: Number) -> Result<Option<(u16, u16)>> {
    let whole = pitch.int();
    let bend = pitch.sub(whole)?.mul(SEMITONE)?.add(Number::ONE)?;
    // The ROM looks at the low byte, its sign and whether the others repeat that: so 68 to 127
    // pass here, but their delay is refused below.
    let [form, sign, low, high, _] = whole.to_bytes();
    let extension = if low & 0x80 != 0 { 0xFF } else { 0 };
    let semitones = low.wrapping_add(LOWEST);
    if form != 0 || sign != extension || high != extension || (low & semitones) >= 0x80 {
        return Err(Report::IntegerOutOfRange);
    }
    let octave = (semitones / 12) as i8 - 5;
    let frequency = bend
        .mul(FREQUENCIES[usize::from(semitones % 12)])?
        .scaled(octave);
    if duration.to_u8()? >= TOO_LONG {
        return Err(Report::IntegerOutOfRange);
    }
    let cycles = duration.mul(frequency)?;
    let delay = EIGHTH_OF_CLOCK.div(frequency)?.sub(LOOP_COST)?.to_u16()?;
    let cycles = cycles.to_u16()?;
    Ok(cycles.checked_sub(1).map(|de| (de, delay)))
}
