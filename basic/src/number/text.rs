//! Numbers to and from text.

use core::fmt;

use super::Number;
use super::arith::Float;
use crate::report::{Report, Result};

/// The longest text of a number: a sign, a point, eight digits and the exponent with its sign,
/// or a sign, a point, four noughts and eight digits.
const LONGEST: usize = 16;
/// Digits shown of a number. ROM: 2EE0.
const DIGITS: u8 = 8;
/// The exponent from which a number is brought down by a power of ten to be shown. ROM: 2E58.
const LARGE: u8 = 28;

/// The text of a number, in the Spectrum's character codes (which are ASCII here).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text {
    bytes: [u8; LONGEST],
    len: u8,
}

impl Text {
    const EMPTY: Self = Self {
        bytes: [0; LONGEST],
        len: 0,
    };

    /// The characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The characters as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(usize::from(self.len)) {
            *place = byte;
            self.len += 1;
        }
    }

    /// The digits of a small integer above nought.
    fn push_whole(&mut self, v: i32) {
        let mut unit = 1;
        while v / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            self.push_digit((v / unit % 10) as u8);
            unit /= 10;
        }
    }

    fn push_digit(&mut self, digit: u8) {
        self.push(digit.wrapping_add(b'0'));
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The magnitude of INT (exponent times LOG 2), the base being 10. ROM: `LOG(2^A)` 2DC1.
const fn decimal_exponent(exponent: i8) -> u8 {
    // Five digits of LOG 2 do: no multiple below 128 comes as near to a whole number.
    (exponent as i32 * 30103).div_euclid(100_000).unsigned_abs() as u8
}

/// Times ten to the power of m, by squaring. ROM: `e-to-fp` 2D4F.
fn times_power_of_ten(x: Number, m: i8) -> Result<Number> {
    let mut x = x;
    let mut power = Number::TEN;
    let mut bits = m.unsigned_abs();
    loop {
        if bits & 1 != 0 {
            x = if m < 0 { x.div(power)? } else { x.mul(power)? };
        }
        bits >>= 1;
        if bits == 0 {
            return Ok(x);
        }
        power = power.mul(power)?;
    }
}

/// The digits of a number being printed: the ROM's print buffer and its two counters.
struct Digits {
    /// Digits, most significant first. ROM: mem-3.
    buffer: [u8; 10],
    /// How many are to be printed. ROM: the first byte of mem-5.
    count: u8,
    /// How many stand before the point, modulo 256. ROM: the second byte of mem-5.
    before: u8,
}

impl Digits {
    /// The digits of a positive number. ROM: `PF-LOOP` 2E01 to `PF-COUNT` 2F2D.
    fn of(x: Number) -> Result<Self> {
        let mut digits = Self {
            buffer: [0; 10],
            count: 0,
            before: 0,
        };
        let mut x = x;
        let carry = loop {
            let whole = x.int();
            let fraction = x.sub(whole)?;
            if whole.is_small() {
                let (_, value) = whole.int_fetch();
                if value == 0 {
                    break digits.of_fraction(fraction)?;
                }
                break digits.of_whole(u32::from(value), fraction);
            }
            let whole_parts = Float::of(whole);
            let exponent = (whole_parts.exp as u8).wrapping_sub(0x80);
            if exponent < LARGE {
                break digits.of_whole(whole_parts.man >> (32 - exponent), fraction);
            }
            let excess = (decimal_exponent(exponent as i8) as i8).wrapping_sub(7);
            digits.before = digits.before.wrapping_add_signed(excess);
            x = times_power_of_ten(whole, excess.wrapping_neg())?;
        };
        digits.round(carry);
        Ok(digits)
    }

    /// A pure fraction: brought up by a power of ten so that about one digit stands before the
    /// point. ROM: `PF-SMALL` 2E24.
    fn of_fraction(&mut self, fraction: Number) -> Result<bool> {
        let exponent = (fraction.0 as u8).wrapping_sub(0x7E);
        let n = decimal_exponent(exponent as i8);
        self.before = self.before.wrapping_sub(n);
        let y = times_power_of_ten(fraction, n as i8)?;
        let whole = y.int();
        let fraction = y.sub(whole)?;
        let digit = whole.fp_to_bc().map_or(0, |(v, _)| v as u8);
        self.buffer[0] = digit;
        self.count = u8::from(digit.wrapping_sub(1) < 0x80);
        self.before = self.before.wrapping_add(self.count);
        Ok(self.add_fraction(fraction))
    }

    /// A whole number below 2 to the power 28 and a fraction. ROM: `PF-BITS` 2E7B.
    ///
    /// A ninth digit is not kept but rounds the eighth up if it is above 4.
    fn of_whole(&mut self, value: u32, fraction: Number) -> bool {
        let mut unit = 100_000_000;
        let mut rest = value;
        while unit > 0 {
            let digit = (rest / unit) as u8;
            rest %= unit;
            unit /= 10;
            if digit != 0 || self.count != 0 {
                self.push(digit);
                self.before = self.before.wrapping_add(1);
            }
        }
        if self.count > DIGITS {
            self.count = DIGITS;
            return self.buffer[usize::from(DIGITS)] > 4;
        }
        self.add_fraction(fraction)
    }

    fn push(&mut self, digit: u8) {
        if let Some(place) = self.buffer.get_mut(usize::from(self.count)) {
            *place = digit;
            self.count += 1;
        }
    }

    /// Fills up with the digits of a fraction below 1; whether the last is to be rounded up.
    /// ROM: `PF-FRACTN` 2ECF.
    fn add_fraction(&mut self, fraction: Number) -> bool {
        let parts = Float::of(fraction);
        let mut bits = match 0x80 - parts.exp {
            0 => u64::from(parts.man),
            // The last bit lost in the shift is added back. ROM: `SHIFT-FP` 2FDD.
            shift @ 1..=32 => ((u64::from(parts.man) << 1 >> shift) + 1) >> 1,
            _ => 0,
        };
        while self.count < DIGITS {
            bits = (bits & 0xFFFF_FFFF) * 10;
            self.push((bits >> 32) as u8);
        }
        bits & 0x8000_0000 != 0
    }

    /// Rounds up if asked to and drops the noughts at the end. ROM: `PF-ROUND` 2F0C.
    ///
    /// Flaw kept: eight noughts count as a carry out of the first, so -65536 is -1E-38.
    fn round(&mut self, carry: bool) {
        let mut carry = carry;
        while self.count > 0 {
            let place = &mut self.buffer[usize::from(self.count - 1)];
            *place = place.wrapping_add(u8::from(carry));
            carry = *place >= 10;
            if !carry && *place != 0 {
                return;
            }
            self.count -= 1;
        }
        self.buffer[0] = 1;
        self.count = 1;
        self.before = self.before.wrapping_add(1);
    }

    /// Digits with a point after the first `before` of them, or after noughts if that is
    /// negative. ROM: `PF-E-SBRN` 2F4A.
    fn print(&self, before: i8, text: &mut Text) {
        let mut digits = self.buffer.iter().copied().take(usize::from(self.count));
        for _ in 0..before {
            text.push_digit(digits.next().unwrap_or(0));
        }
        if digits.len() == 0 {
            return;
        }
        text.push(b'.');
        for _ in before..0 {
            text.push(b'0');
        }
        for digit in digits {
            text.push_digit(digit);
        }
    }
}

impl Number {
    /// The text `PRINT` and `STR$` show. ROM: `PRINT-FP` 2DE3.
    ///
    /// Flaw kept: 0.1 has a nought before its point, .01 has none.
    #[must_use]
    pub fn print(self) -> Text {
        let mut text = Text::EMPTY;
        let x = if self.is_negative() {
            text.push(b'-');
            self.abs()
        } else if self.is_zero() {
            text.push(b'0');
            return text;
        } else {
            self
        };
        if let Some(v @ 1..) = x.to_small() {
            text.push_whole(v);
            return text;
        }
        // No number makes the ROM's own arithmetic here report an overflow.
        let Ok(digits) = Digits::of(x) else {
            return text;
        };
        match digits.before as i8 {
            before @ -4..=8 => {
                if before == 0 {
                    text.push(b'0');
                }
                digits.print(before, &mut text);
            }
            before => {
                digits.print(1, &mut text);
                text.push(b'E');
                let exponent = before.wrapping_sub(1);
                text.push(if exponent < 0 { b'-' } else { b'+' });
                let exponent = exponent.unsigned_abs();
                if exponent >= 10 {
                    text.push_digit(exponent / 10);
                }
                text.push_digit(exponent % 10);
            }
        }
        text
    }

    /// Whether printing it leaves a nought on the calculator stack below what comes next.
    /// ROM: `PF-SMALL` 2E24.
    ///
    /// Flaw kept: so it is for every number between -1 and 1 but nought, and for -65536; what an
    /// expression such as "A"+STR$ 0.1 then joins is the nought and the new text.
    #[must_use]
    pub fn print_leaves_zero(self) -> bool {
        if self.is_small() {
            !self.is_zero() && self.int_fetch().1 == 0
        } else {
            self.0 & 0xFF <= 0x80
        }
    }
}

/// The characters of a line, read as the ROM reads them.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

/// What ends a line, read beyond the end of the text.
const ENTER: u8 = 0x0D;

impl Reader<'_> {
    /// The present character.
    fn now(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(ENTER)
    }

    /// The present character's value if it is a digit. ROM: `NUMERIC` 2D1B, `STK-DIGIT` 2D22.
    fn digit(&self) -> Option<u8> {
        match self.now() {
            digit @ b'0'..=b'9' => Some(digit - b'0'),
            _ => None,
        }
    }

    /// Passes over blanks and control codes. ROM: `SKIP-OVER` 007D.
    fn skip(&mut self) {
        loop {
            match self.now() {
                ENTER | 0x21.. => return,
                0x10..=0x15 => self.at += 2,
                0x16 | 0x17 => self.at += 3,
                _ => self.at += 1,
            }
        }
    }

    /// Goes to the next character that is not passed over. ROM: `NEXT-CHAR` 0020.
    fn next(&mut self) {
        self.at += 1;
        self.skip();
    }

    /// A whole number; stops at the very next character that is no digit. ROM: `INT-TO-FP` 2D3B.
    fn whole(&mut self) -> Result<Number> {
        let mut value = Number::ZERO;
        while let Some(digit) = self.digit() {
            value = value
                .mul(Number::TEN)?
                .add(Number::from_u16(u16::from(digit)))?;
            self.at += 1;
        }
        Ok(value)
    }
}

/// Reads a decimal number at the start of a text of the Spectrum's character codes: digits, a
/// point, an exponent. Gives the number, and how many bytes it took or was read until it was wrong.
/// ROM: `DEC-TO-FP` 2C9B.
///
/// Blanks and control codes inside are passed over where the ROM does: not among the digits
/// before the point or of the exponent, nor after them.
///
/// # Errors
/// Of the number: report C if there is none or it is not finished; report 6 if it is too big.
pub fn parse_decimal(text: &[u8]) -> (Result<Number>, usize) {
    let mut reader = Reader { text, at: 0 };
    let number = decimal(&mut reader);
    (number, reader.at.min(text.len()))
}

fn decimal(reader: &mut Reader<'_>) -> Result<Number> {
    let mut value = Number::ZERO;
    if reader.now() == b'.' {
        reader.next();
        if reader.digit().is_none() {
            return Err(Report::NonsenseInBasic);
        }
        value = fraction(reader, value)?;
    } else if reader.digit().is_some() {
        value = reader.whole()?;
        if reader.now() == b'.' {
            reader.next();
            value = fraction(reader, value)?;
        }
    } else {
        return Err(Report::NonsenseInBasic);
    }
    if !matches!(reader.now(), b'E' | b'e') {
        return Ok(value);
    }
    reader.next();
    let negative = reader.now() == b'-';
    if negative || reader.now() == b'+' {
        reader.next();
    }
    if reader.digit().is_none() {
        return Err(Report::NonsenseInBasic);
    }
    match reader.whole()?.fp_to_a() {
        Some((m @ 0..=127, _)) => {
            let m = m as i8;
            times_power_of_ten(value, if negative { -m } else { m })
        }
        _ => Err(Report::NumberTooBig),
    }
}

/// Adds the digits after a point, each times a tenth of the unit before. ROM: `NXT-DGT-1` 2CDA.
fn fraction(reader: &mut Reader<'_>, value: Number) -> Result<Number> {
    let mut value = value;
    let mut unit = Number::ONE;
    while let Some(digit) = reader.digit() {
        unit = unit.div(Number::TEN)?;
        value = value.add(Number::from_u16(u16::from(digit)).mul(unit)?)?;
        reader.next();
    }
    Ok(value)
}

/// Reads the binary digits after BIN: the number and how many bytes it took. No digits are 0.
/// Blanks and control codes are passed over. ROM: `BIN-DIGIT` 2CA2.
///
/// # Errors
/// Report 6 if the value does not fit 16 bits.
pub fn parse_bin(text: &[u8]) -> Result<(Number, usize)> {
    let mut reader = Reader { text, at: 0 };
    reader.skip();
    let mut value: u16 = 0;
    while let Some(digit @ 0..=1) = reader.digit() {
        if value >= 0x8000 {
            return Err(Report::NumberTooBig);
        }
        value = (value << 1) | u16::from(digit);
        reader.next();
    }
    Ok((Number::from_u16(value), reader.at.min(text.len())))
}
