//! The text form of programs: text to tokens and back.
//!
//! Lines are read in the notation of `basic::listing`, but without being checked: what is wrong
//! with them a machine is to say.

use basic::lang::parse::Dialect;
use basic::{listing, token};

use crate::{Failure, Result};

/// Code of the hidden number that follows a literal in a program.
const HIDDEN: u8 = 0x0E;

/// Which keywords there are.
const DIALECT: Dialect = Dialect {
    is_128: true,
    files: false,
};

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Its number, 1 to 9999.
    pub number: u16,
    /// What follows the number, as the listing has it.
    pub text: String,
}

impl SourceLine {
    /// The line as it is entered: its number in digits, then tokens; no hidden numbers.
    ///
    /// # Errors
    /// A character or escape that the Spectrum does not know.
    pub fn entered(&self, keep_spaces: bool) -> Result<Vec<u8>> {
        let mut line = self.number.to_string().into_bytes();
        line.extend(tokenise(&self.text, keep_spaces)?);
        Ok(line)
    }
}

/// The lines of a listing: comments and empty lines dropped, joined ones joined.
///
/// # Errors
/// A line without a number, or with one that is not 1 to 9999.
pub fn split_lines(source: &str) -> Result<Vec<SourceLine>> {
    let mut lines = Vec::new();
    let mut begun = String::new();
    for raw in source.lines() {
        let line = std::mem::take(&mut begun) + raw;
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if line.ends_with('\\') && !line.ends_with("\\\\") {
            begun = line;
            begun.pop();
            continue;
        }
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (number, text) = trimmed.split_at(digits);
        if number.is_empty() {
            return Err(Failure(format!("no line number: {line:?}")));
        }
        match number.parse() {
            Ok(number @ 1..=9999) => lines.push(SourceLine {
                number,
                text: text.trim().to_owned(),
            }),
            _ => return Err(Failure(format!("bad line number {number}"))),
        }
    }
    Ok(lines)
}

/// A whole number written in decimal, or in hexadecimal after `0x`.
#[must_use]
pub fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The tokens of a line's text, without hidden numbers; blanks outside quotes and REM are dropped
/// unless they are to be kept.
///
/// # Errors
/// A character or escape that the Spectrum does not know.
pub fn tokenise(text: &str, keep_spaces: bool) -> Result<Vec<u8>> {
    let codes = listing::codes(text, DIALECT).map_err(|mistake| Failure(mistake.to_string()))?;
    let (mut quoted, mut remark) = (false, false);
    let kept = |code: &u8| {
        quoted ^= *code == b'"' && !remark;
        remark |= *code == token::REM && !quoted;
        keep_spaces || quoted || remark || *code != b' '
    };
    Ok(codes.into_iter().filter(kept).collect())
}

/// A program area as text, a string a line; hidden numbers are left out.
#[must_use]
pub fn detokenise(mut program: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    while let &[high, low, length_low, length_high, ref rest @ ..] = program {
        if high >= 0x40 {
            break;
        }
        let length = usize::from(u16::from_le_bytes([length_low, length_high]));
        let body = &rest[..length.saturating_sub(1).min(rest.len())];
        let number = u16::from_be_bytes([high, low]);
        lines.push(format!("{number} {}", detokenise_line(body)));
        program = rest.get(length..).unwrap_or_default();
    }
    lines
}

/// One line's tokens as text.
#[must_use]
pub fn detokenise_line(line: &[u8]) -> String {
    let mut s = String::new();
    let mut codes = line.iter();
    while let Some(&code) = codes.next() {
        if code == HIDDEN {
            // the five bytes of the number
            for _ in 0..5 {
                codes.next();
            }
        } else if let Some(word) = token::spelling(code) {
            let lettered = word.starts_with(|c: char| c.is_ascii_alphabetic());
            if lettered && s.chars().last().is_some_and(|c| c != ' ' && c != '(') {
                s.push(' ');
            }
            s.push_str(word);
            if word.ends_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '#') {
                s.push(' ');
            }
        } else {
            match code {
                0x60 => s.push('\u{A3}'),
                0x7F => s.push('\u{A9}'),
                32..=126 => s.push(char::from(code)),
                _ => s.push_str(&format!("\\{{{code}}}")),
            }
        }
    }
    s.truncate(s.trim_end_matches(' ').len());
    s
}

/// Bytes sent to a channel as readable text: a new line for ENTER, `{..}` for controls and their
/// operands and for tokens.
#[must_use]
pub fn show(mut data: &[u8]) -> String {
    const COLOURS: [&str; 6] = ["INK", "PAPER", "FLASH", "BRIGHT", "INVERSE", "OVER"];
    let mut s = String::new();
    while let Some((&code, rest)) = data.split_first() {
        data = rest;
        match (code, rest) {
            (13, _) => s.push('\n'),
            (16..=21, &[operand, ref after @ ..]) => {
                let name = COLOURS[usize::from(code - 16)];
                s.push_str(&format!("{{{name} {operand}}}"));
                data = after;
            }
            (22 | 23, &[a, b, ref after @ ..]) => {
                let name = if code == 22 { "AT" } else { "TAB" };
                s.push_str(&format!("{{{name} {a},{b}}}"));
                data = after;
            }
            (6, _) => s.push_str("{,}"),
            (8, _) => s.push_str("{LEFT}"),
            (9, _) => s.push_str("{RIGHT}"),
            (0x60, _) => s.push('\u{A3}'),
            (0x7F, _) => s.push('\u{A9}'),
            (b'{' | b'}', _) => {
                s.push('{');
                s.push(char::from(code));
                s.push('}');
            }
            (32..=126, _) => s.push(char::from(code)),
            _ => match token::spelling(code).filter(|_| code >= token::FIRST_48) {
                Some(word) => s.push_str(&format!("{{{word}}}")),
                None => s.push_str(&format!("{{{code:02X}}}")),
            },
        }
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        tokenise(text, false)
            .unwrap()
            .iter()
            .map(|b| format!("{b:02X}"))
            .collect()
    }

    #[test]
    fn keywords_are_found_as_a_typist_means_them() {
        assert_eq!(hex("print at 1,2;a$"), "F5AC312C323B6124");
        assert_eq!(hex("GOTO 10: go sub 20"), "EC31303AED3230");
        // not followed by a letter, and not inside a name
        assert_eq!(hex("LET total=tofu"), "F1746F74616C3D746F6675");
        assert_eq!(hex("FOR i=1TO 5"), "EB693D31CC35");
        assert_eq!(hex("FOR i=1e2TO 5"), "EB693D316532CC35");
        assert_eq!(hex("PRINT VAL$ a$,VAL b$"), "F5AE61242CB06224");
        assert_eq!(hex("IF a<=b AND c<>d THEN STOP"), "FA61C762C663C964CBE2");
        assert_eq!(hex("DEF FN f(x)=SIN x"), "CE662878293DB278");
        assert_eq!(hex("OPEN#4,\"s\""), "D3342C227322");
        assert_eq!(hex("RUNE"), "52554E45");
    }

    #[test]
    fn quotes_and_rem_are_kept_as_they_are() {
        assert_eq!(hex("PRINT \"go to  1\""), "F522676F20746F20203122");
        assert_eq!(hex("REM  let  it"), "EA206C6574202069 74".replace(' ', ""));
        // One blank goes with the keyword.
        assert_eq!(tokenise("PRINT  1", true).unwrap(), b"\xF5 1");
        assert_eq!(hex("PRINT \"no end"), "F5226E6F20656E64");
    }

    #[test]
    fn escapes_give_any_character() {
        assert_eq!(
            hex("PRINT \"\\a\\u\\*\\{16}\\{0xFF}\\\\`\u{A3}\""),
            "F52290A47F10FF5C606022"
        );
        assert_eq!(hex("PRINT \"\\' \\ '\\. \\ .\\::\""), "F522828188848F22");
        assert!(tokenise("PRINT \"\\z\"", false).is_err());
        assert!(tokenise("PRINT \"\u{20AC}\"", false).is_err());
        assert!(tokenise("PRINT \"\\{12", false).is_err());
    }

    #[test]
    fn listings_are_split_into_lines() {
        let lines = split_lines("# a comment\n10 PRINT 1: \\\nPRINT 2  \n\n  20STOP\n").unwrap();
        assert_eq!(lines[0].number, 10);
        assert_eq!(lines[0].text, "PRINT 1: PRINT 2");
        assert_eq!(lines[1].entered(false).unwrap(), b"20\xE2");
        assert!(split_lines("PRINT 1").is_err());
        assert!(split_lines("10000 PRINT 1").is_err());
        assert!(split_lines("0 PRINT 1").is_err());
    }

    #[test]
    fn programs_are_listed_back() {
        let line = b"\xFAa=1\x0E\0\0\x01\0\0\xCB\xF5\"\x60\x90\";\xB2(\xA7)\r";
        let mut program = vec![0, 10, line.len() as u8, 0];
        program.extend(line);
        program.extend([0, 20, 2, 0, 0xE2, 13]);
        assert_eq!(
            detokenise(&program),
            [
                "10 IF a=1 THEN PRINT \"\u{A3}\\{144}\"; SIN (PI )",
                "20 STOP"
            ]
        );
        // cut short or of nonsense lengths: no panic
        assert_eq!(detokenise(&program[..7]), ["10 IF a="]);
        assert_eq!(detokenise(&[0, 10, 0, 0]), ["10 "]);
    }

    #[test]
    fn printed_bytes_are_shown_with_their_controls() {
        assert_eq!(
            show(b"a\x16\x01\x02\x10\x07b\r\x06{\x60\xF5\x90"),
            "a{AT 1,2}{INK 7}b\n{,}{{}\u{A3}{PRINT}{90}"
        );
        assert_eq!(show(b"\x16\x01"), "{16}{01}");
    }
}
