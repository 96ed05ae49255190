//! Bytes of a terminal become characters of the Spectrum.
//!
//! | typed | character |
//! |---|---|
//! | printable ASCII | itself (the grave accent's code is the pound sign) |
//! | carriage return, line feed, both | 13 ENTER |
//! | delete (7F), backspace (08) | 12 DELETE |
//! | cursor up, down, right, left | 11, 10, 9, 8 |
//! | escape alone, Ctrl-E | 7 EDIT |
//! | UTF-8 pound sign, copyright sign, up arrow | 96, 127, 94 |
//! | Ctrl-C | BREAK (told apart before it comes here) |
//!
//! Everything else, known sequences of other keys among it, is taken without effect.

use basic::seam::Micros;

/// ENTER.
const ENTER: u8 = 13;
/// DELETE.
const DELETE: u8 = 12;
/// EDIT.
const EDIT: u8 = 7;

/// How long after an escape the rest of a sequence may come; longer, and it was the key alone.
const ESCAPE_WAIT: Micros = 50_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    /// After a carriage return: a line feed belongs to it.
    Return,
    /// After an escape that came then.
    Escape(Micros),
    /// In a sequence that a byte of 40 to 7E ends.
    Sequence,
    /// After `ESC O`: one byte follows.
    Single,
    /// In a character of several bytes: how many follow, and what came so far.
    Utf8(u8, u32),
}

/// The decoder.
#[derive(Clone, Debug)]
pub struct SerialInput(State);

impl SerialInput {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(State::Start)
    }

    /// Takes a byte that came at `now`; gives the character it completes.
    pub fn take(&mut self, byte: u8, now: Micros) -> Option<u8> {
        match (core::mem::replace(&mut self.0, State::Start), byte) {
            (State::Escape(_), b'[') => self.0 = State::Sequence,
            (State::Escape(_), b'O') => self.0 = State::Single,
            // Two escapes: the first was the key alone, the second may begin something.
            (State::Escape(_), 0x1B) => {
                self.0 = State::Escape(now);
                return Some(EDIT);
            }
            // A key with Alt.
            (State::Escape(_), 0x20..=0x7E) => {}
            (State::Sequence, 0x20..=0x3F) => self.0 = State::Sequence,
            (State::Sequence | State::Single, 0x40..=0x7E) => return cursor(byte),
            (State::Utf8(more, so_far), 0x80..=0xBF) => {
                let so_far = so_far << 6 | u32::from(byte & 0x3F);
                if more > 1 {
                    self.0 = State::Utf8(more - 1, so_far);
                } else {
                    return character(so_far);
                }
            }
            (State::Return, b'\n') => {}
            // Whatever was begun was no sequence: the byte counts for itself.
            _ => return self.first(byte, now),
        }
        None
    }

    fn first(&mut self, byte: u8, now: Micros) -> Option<u8> {
        match byte {
            b'\r' => {
                self.0 = State::Return;
                return Some(ENTER);
            }
            b'\n' => return Some(ENTER),
            0x08 | 0x7F => return Some(DELETE),
            0x05 => return Some(EDIT),
            0x20..=0x7E => return Some(byte),
            0x1B => self.0 = State::Escape(now),
            0xC2..=0xDF => self.0 = State::Utf8(1, u32::from(byte & 0x1F)),
            0xE0..=0xEF => self.0 = State::Utf8(2, u32::from(byte & 0x0F)),
            0xF0..=0xF4 => self.0 = State::Utf8(3, u32::from(byte & 0x07)),
            _ => {}
        }
        None
    }

    /// To be asked when no byte is waiting: the character that only the lack of more completes.
    pub fn nothing_more(&mut self, now: Micros) -> Option<u8> {
        match self.0 {
            State::Escape(since) if now.saturating_sub(since) >= ESCAPE_WAIT => {
                self.0 = State::Start;
                Some(EDIT)
            }
            _ => None,
        }
    }

    /// Forgets what was begun.
    pub const fn forget(&mut self) {
        self.0 = State::Start;
    }
}

impl Default for SerialInput {
    fn default() -> Self {
        Self::new()
    }
}

const fn cursor(last: u8) -> Option<u8> {
    match last {
        b'A' => Some(11),
        b'B' => Some(10),
        b'C' => Some(9),
        b'D' => Some(8),
        _ => None,
    }
}

const fn character(unicode: u32) -> Option<u8> {
    match unicode {
        0xA3 => Some(96),
        0xA9 => Some(127),
        0x2191 => Some(94),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8]) -> Vec<u8> {
        let mut input = SerialInput::new();
        bytes.iter().filter_map(|&b| input.take(b, 0)).collect()
    }

    #[test]
    fn printable_characters_are_themselves() {
        let all: Vec<u8> = (0x20..0x7F).collect();
        assert_eq!(typed(&all), all);
    }

    #[test]
    fn every_end_of_line_is_one_enter() {
        assert_eq!(typed(b"a\rb\nc\r\nd\r\r\n\n"), b"a\rb\rc\rd\r\r\r");
    }

    #[test]
    fn keys_of_a_terminal() {
        assert_eq!(typed(b"\x1b[A\x1b[B\x1b[C\x1b[D"), [11, 10, 9, 8]);
        assert_eq!(typed(b"\x1bOA\x1bOD\x1b[1;5C"), [11, 8, 9]);
        assert_eq!(typed(b"\x7f\x08\x05"), [12, 12, 7]);
        // Home, End, Insert, Page up, F1, F5, Alt-x, a mouse's report.
        assert_eq!(
            typed(b"\x1b[H\x1b[F\x1b[2~\x1b[5~\x1bOP\x1b[15~\x1bx\x1b[<0;1;1Mz"),
            b"z"
        );
    }

    #[test]
    fn characters_of_several_bytes() {
        assert_eq!(typed("£©↑".as_bytes()), [96, 127, 94]);
        assert_eq!(typed("aé€▗😀b".as_bytes()), b"ab");
        // Broken off, not begun, not allowed.
        assert_eq!(
            typed(b"\xc2a\xe2\x86b\xa3c\xff\xfe\xc0d\xf0\x9f\x1b[A"),
            [b'a', b'b', b'c', b'd', 11]
        );
    }

    #[test]
    fn escape_alone_is_edit_after_a_while() {
        let mut input = SerialInput::new();
        assert_eq!(input.take(0x1B, 1_000), None);
        assert_eq!(input.nothing_more(1_000 + ESCAPE_WAIT - 1), None);
        assert_eq!(input.nothing_more(1_000 + ESCAPE_WAIT), Some(7));
        assert_eq!(input.nothing_more(9_000_000), None);
        assert_eq!(input.take(b'[', 9_000_000), Some(b'['));
        assert_eq!(typed(b"\x1b\x1b[A"), [7, 11]);
        assert_eq!(
            typed(b"\x1b\ra"),
            b"\ra",
            "escape, then something that is no sequence"
        );
    }

    #[test]
    fn any_bytes_are_taken() {
        let mut input = SerialInput::new();
        let mut seed = 1u32;
        for now in 0..100_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [.., byte] = seed.to_le_bytes();
            if let Some(code) = input.take(byte, now) {
                assert!(matches!(code, 7..=13 | 32..=127), "{code}");
            }
        }
        for byte in b"xx" {
            input.take(*byte, 0);
        }
        assert_eq!(input.take(b'y', 0), Some(b'y'), "never stuck");
    }
}
