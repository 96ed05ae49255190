//! The hidden numbers in program lines: code 14, then the five bytes of the number's value.

use alloc::vec::Vec;

use crate::charset::{ENTER, NUMBER};
use crate::number::Number;

/// Bytes a hidden number takes: its marker and the number.
pub const LENGTH: usize = 6;

/// The bytes to insert after a literal of this value.
#[must_use]
pub const fn hidden(number: Number) -> [u8; LENGTH] {
    let b = number.to_bytes();
    [NUMBER, b[0], b[1], b[2], b[3], b[4]]
}

/// The place after the hidden number at `at`, or `at` itself if there is none (ROM: `NUMBER`
/// 18B6). Never beyond the end of `line`.
#[inline]
#[must_use]
pub fn skip_number(line: &[u8], at: usize) -> usize {
    if line.get(at) == Some(&NUMBER) {
        (at + LENGTH).min(line.len())
    } else {
        at
    }
}

/// The line without its hidden numbers, up to and with its first ENTER (ROM: `REMOVE-FP` 11A7).
///
/// Flaw kept: a code 14 that is no marker (in quotes, say) also loses the five bytes after it.
#[must_use]
pub fn strip_numbers(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    loop {
        // A marker right after a number is copied: the ROM looks once for each code it copies.
        at = skip_number(line, at);
        let Some(&code) = line.get(at) else {
            return out;
        };
        out.push(code);
        at += 1;
        if code == ENTER {
            return out;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_and_text_stays() {
        let mut line = b"\xF51".to_vec();
        line.extend(hidden(Number::ONE));
        line.extend(b"+2");
        line.extend(hidden(Number::ZERO));
        line.push(ENTER);
        assert_eq!(strip_numbers(&line), b"\xF51+2\r");
        assert_eq!(skip_number(&line, 2), 8);
        assert_eq!(skip_number(&line, 1), 1);
    }

    #[test]
    fn a_number_cut_off_at_the_end_is_no_harm() {
        assert_eq!(strip_numbers(b"a\x0E\0\0"), b"a");
        assert_eq!(strip_numbers(b""), b"");
        assert_eq!(skip_number(b"\x0E", 0), 1);
        assert_eq!(skip_number(b"", 7), 7);
    }

    /// B20.
    #[test]
    fn a_code_14_that_is_no_mark_hides_five_bytes() {
        assert_eq!(strip_numbers(b"\"a\x0Ebcdefg\"\r"), b"\"ag\"\r");
    }
}
