//! Keyword codes in a line spelt out, so that they can be edited letter by letter.

use alloc::vec::Vec;

use super::Keywords;
use crate::charset::operands;
use crate::token::{self, REM};

/// The line with its keywords spelt out, with the blanks a listing has round them, so that
/// [`tokenise`](super::tokenise()) makes the same keywords again.
///
/// In quotes and after REM codes stay as they are. Every place in `marks` (an index into `codes`)
/// becomes the place of the same code in the result; a place between two codes stays there.
#[must_use]
pub fn spell(codes: &[u8], keywords: Keywords, marks: &mut [usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(codes.len() * 2);
    let mut quoted = false;
    let mut remark = false;
    let mut skip = 0;
    let mut moved: Vec<Option<usize>> = marks.iter().map(|_| None).collect();
    for (i, &code) in codes.iter().enumerate() {
        for (place, mark) in moved.iter_mut().zip(marks.iter()) {
            if *mark == i {
                *place = Some(out.len());
            }
        }
        if skip > 0 {
            skip -= 1;
            out.push(code);
            continue;
        }
        skip = operands(code);
        let word = token::spelling(code)
            .filter(|_| code >= keywords.first_keyword() && !quoted && !remark);
        let Some(word) = word else {
            quoted ^= code == b'"';
            out.push(code);
            continue;
        };
        remark = code == REM;
        if token::leading_space(code) && out.last().is_some_and(|&c| c != b' ') {
            out.push(b' ');
        }
        out.extend(word.bytes());
        if token::trailing_space(code) {
            out.push(b' ');
        }
    }
    for (mark, place) in marks.iter_mut().zip(moved) {
        *mark = place.unwrap_or(out.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::tokenise;

    #[test]
    fn what_is_spelt_out_becomes_the_same_keywords_again() {
        for line in [
            &b"10\xF51\xCC2;\xA6:\xFAa\xC6b\xCB\xEC10"[..],
            b"10\xEA \xF5 print <= \xC7",
            b"20\xF5\"\xF5 <=\"\xC3\"a\";\xB2 x",
            b"30\xCEf(x)=x\xC91:\xD34,\"s\"",
            b"40 x=1",
        ] {
            let spelt = spell(line, Keywords::Spectrum48, &mut []);
            assert_eq!(tokenise(&spelt, Keywords::Spectrum48), line);
        }
    }

    #[test]
    fn marks_stay_with_their_codes() {
        let mut marks = [0, 2, 3, 4];
        let spelt = spell(b"10\xF51\xEAx", Keywords::Spectrum48, &mut marks);
        assert_eq!(spelt, b"10 PRINT 1 REM x");
        assert_eq!(marks, [0, 2, 9, 10]);
        let mut marks = [9];
        assert_eq!(spell(b"a", Keywords::Spectrum48, &mut marks), b"a");
        assert_eq!(marks, [1]);
    }

    #[test]
    fn operands_of_control_codes_are_no_keywords() {
        assert_eq!(
            spell(b"a\x10\xF5b", Keywords::Spectrum48, &mut []),
            b"a\x10\xF5b"
        );
    }
}
