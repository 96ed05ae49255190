//! Bytes of a terminal become characters of the Spectrum, and functions of its editor.
//!
//! | typed | character |
//! |---|---|
//! | printable ASCII | itself (the grave accent's code is the pound sign) |
//! | carriage return, line feed, both | 13 ENTER |
//! | delete (7F), backspace (08) | 12 DELETE |
//! | cursor up, down, right, left | 11, 10, 9, 8 |
//! | escape alone, Ctrl-E, Insert, F2 | 7 EDIT |
//! | UTF-8 pound sign, copyright sign, up arrow | 96, 127, 94 |
//! | Home, End, page up, page down, Delete | line start, line end, ten rows up and down, delete right |
//! | Ctrl with left, right, Home, End, Delete | word left, word right, program start and end, delete the next word |
//! | Ctrl-W, Ctrl-U, Ctrl-K | delete the word before the cursor, all before it, all behind it |
//! | Alt with backspace, Delete | delete all before the cursor, all behind it |
//! | F5 | upper or lower screen |
//! | Ctrl-L | the screen is drawn anew (done before it comes here) |
//! | Ctrl-C | BREAK (told apart before it comes here) |
//!
//! Everything else, known sequences of other keys among it, is taken without effect.

use basic::keys::Function;
use basic::seam::Micros;

/// ENTER.
const ENTER: u8 = 13;
/// DELETE.
const DELETE: u8 = 12;
/// EDIT.
const EDIT: u8 = 7;

/// How long after an escape the rest of a sequence may come; longer, and it was the key alone. Also
/// the longest gap between two bytes of a sequence.
const ESCAPE_WAIT: Micros = 50_000;

/// What a sequence says of the keys held: a number, one more than these together.
const ALT: u8 = 2;
const CONTROL: u8 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    /// After a carriage return: a line feed belongs to it.
    Return,
    /// After an escape that came then.
    Escape(Micros),
    /// In a sequence that a byte of 40 to 7E ends.
    Sequence(Sequence),
    /// After `ESC O` that came then: one byte follows.
    Single(Micros),
    /// In a character of several bytes: how many follow, and what came so far.
    Utf8(u8, u32),
}

/// What came of a sequence: its numbers, and when its last byte came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sequence {
    first: u8,
    last: u8,
    since: Micros,
}

impl Sequence {
    const fn new(since: Micros) -> Self {
        Self {
            first: 0,
            last: 0,
            since,
        }
    }

    /// With one byte more.
    const fn with(mut self, byte: u8, now: Micros) -> Self {
        self.since = now;
        match byte {
            b'0'..=b'9' => {
                self.last = self.last.saturating_mul(10).saturating_add(byte - b'0');
            }
            b';' if self.first == 0 => {
                self.first = self.last;
                self.last = 0;
            }
            // No key has more than two numbers, or other signs.
            _ => self.first = u8::MAX,
        }
        self
    }

    /// What the sequence stands for that this byte ends.
    const fn code(self, end: u8) -> Option<u8> {
        // One number is the key's, of two the second tells what is held. Letters have 1 or none
        // before it.
        let (number, held) = match (self.first, self.last) {
            (0, number) => (number, 0),
            (number, held) => (number, held.saturating_sub(1)),
        };
        match (end, number) {
            (b'~', _) => numbered(number, held),
            (_, 0 | 1) => lettered(end, held),
            _ => None,
        }
    }
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
            (State::Escape(_), b'[') => self.0 = State::Sequence(Sequence::new(now)),
            (State::Escape(_), b'O') => self.0 = State::Single(now),
            // Two escapes: the first was the key alone, the second may begin something.
            (State::Escape(_), 0x1B) => {
                self.0 = State::Escape(now);
                return Some(EDIT);
            }
            // A key with Alt.
            (State::Escape(_), 0x08 | 0x7F) => return Function::DeleteToStart.code(),
            (State::Escape(_), 0x20..=0x7E) => {}
            (State::Sequence(sequence), 0x20..=0x3F) if is_soon(sequence.since, now) => {
                self.0 = State::Sequence(sequence.with(byte, now));
            }
            (State::Sequence(sequence), 0x40..=0x7E) if is_soon(sequence.since, now) => {
                return sequence.code(byte);
            }
            (State::Single(since), 0x40..=0x7E) if is_soon(since, now) => {
                return lettered(byte, 0);
            }
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
            0x0B => return Function::DeleteToEnd.code(),
            0x15 => return Function::DeleteToStart.code(),
            0x17 => return Function::DeleteWordLeft.code(),
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

const fn is_soon(since: Micros, now: Micros) -> bool {
    now.saturating_sub(since) < ESCAPE_WAIT
}

/// Keys whose sequences end with a letter.
const fn lettered(letter: u8, held: u8) -> Option<u8> {
    let control = held & CONTROL != 0;
    let function = match (letter, control) {
        (b'A', _) => return Some(11),
        (b'B', _) => return Some(10),
        (b'C', false) => return Some(9),
        (b'D', false) => return Some(8),
        (b'Q', _) => return Some(EDIT),
        (b'C', true) => Function::WordRight,
        (b'D', true) => Function::WordLeft,
        (b'H', false) => Function::LineStart,
        (b'F', false) => Function::LineEnd,
        (b'H', true) => Function::Top,
        (b'F', true) => Function::Bottom,
        _ => return None,
    };
    function.code()
}

/// Keys whose sequences have a number, as the VT220's and their followers'.
const fn numbered(number: u8, held: u8) -> Option<u8> {
    let function = match number {
        1 | 7 => return lettered(b'H', held),
        4 | 8 => return lettered(b'F', held),
        // Insert, F2.
        2 | 12 => return Some(EDIT),
        3 if held & CONTROL != 0 => Function::DeleteWordRight,
        3 if held & ALT != 0 => Function::DeleteToEnd,
        3 => Function::DeleteRight,
        5 => Function::TenUp,
        6 => Function::TenDown,
        15 => Function::Screen,
        _ => return None,
    };
    function.code()
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
        assert_eq!(typed(b"\x1bOA\x1bOD\x1b[1;2C"), [11, 8, 9]);
        assert_eq!(typed(b"\x7f\x08\x05"), [12, 12, 7]);
        // F1, F6, Alt-x, a mouse's report, numbers no key has.
        assert_eq!(
            typed(b"\x1bOP\x1b[17~\x1bx\x1b[<0;1;1M\x1b[999;999~\x1b[9Az"),
            b"z"
        );
    }

    #[test]
    fn keys_of_the_editor() {
        use Function as F;
        for (bytes, function) in [
            (&b"\x1b[H"[..], F::LineStart),
            (b"\x1bOH", F::LineStart),
            (b"\x1b[1~", F::LineStart),
            (b"\x1b[7~", F::LineStart),
            (b"\x1b[F", F::LineEnd),
            (b"\x1b[4~", F::LineEnd),
            (b"\x1b[5~", F::TenUp),
            (b"\x1b[6~", F::TenDown),
            (b"\x1b[3~", F::DeleteRight),
            (b"\x1b[1;5D", F::WordLeft),
            (b"\x1b[1;5C", F::WordRight),
            (b"\x1b[1;5H", F::Top),
            (b"\x1b[1;5F", F::Bottom),
            (b"\x1b[3;5~", F::DeleteWordRight),
            (b"\x1b[3;3~", F::DeleteToEnd),
            (b"\x1b\x7f", F::DeleteToStart),
            (b"\x0b", F::DeleteToEnd),
            (b"\x15", F::DeleteToStart),
            (b"\x17", F::DeleteWordLeft),
            (b"\x1b[15~", F::Screen),
        ] {
            assert_eq!(
                typed(bytes),
                Vec::from_iter(function.code()),
                "{function:?}"
            );
        }
        assert_eq!(typed(b"\x1b[2~\x1bOQ\x1b[12~"), [EDIT; 3]);
    }

    #[test]
    fn a_sequence_broken_off_takes_nothing_with_it() {
        for start in [&b"\x1b["[..], b"\x1b[1;", b"\x1bO"] {
            let mut input = SerialInput::new();
            for byte in start {
                assert_eq!(input.take(*byte, 1_000), None);
            }
            assert_eq!(input.take(b'5', 1_000 + ESCAPE_WAIT), Some(b'5'));
        }
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
                assert!(
                    matches!(code, 7..=13 | 32..=127) || Function::of_code(code).is_some(),
                    "{code}"
                );
            }
        }
        for byte in b"xx" {
            input.take(*byte, 0);
        }
        assert_eq!(input.take(b'y', 0), Some(b'y'), "never stuck");
    }
}
