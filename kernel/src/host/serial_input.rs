//! Bytes of a terminal become characters of the Spectrum, functions of its editors, and keys.
//!
//! | typed | character, function or key |
//! |---|---|
//! | printable ASCII | itself (the grave accent's code is the pound sign) |
//! | carriage return, line feed, both | 13 ENTER |
//! | delete (7F), backspace (08) | 12 DELETE |
//! | cursor up, down, right, left | 11, 10, 9, 8 |
//! | escape alone, Ctrl-E, Insert, F2 | 7 EDIT |
//! | F3, F4, F6 or tab, F9 | 4 TRUE VIDEO, 5 INV VIDEO, 14 EXTENDED MODE, 15 GRAPHICS |
//! | Alt with a letter | SYMBOL SHIFT and the letter's key |
//! | Alt with a figure | CAPS SHIFT and the figure's key |
//! | UTF-8 pound sign, copyright sign, up arrow, block graphics | their codes |
//! | Home, End, page up, page down, Delete | line start, line end, ten rows up and down, delete right |
//! | Ctrl with left, right, Home, End, Delete | word left, word right, program start and end, delete the next word |
//! | Ctrl-W, Ctrl-U, Ctrl-K | delete the word before the cursor, all before it, all behind it |
//! | Alt with backspace, Delete | delete all before the cursor, all behind it |
//! | F5 | upper or lower screen |
//! | Ctrl and Alt with Delete | the same keys: reset |
//! | F1 | the key F1: help |
//! | F7 or Ctrl-Z, F8 or Ctrl-Y, F10 or Ctrl-F | the key F7, F8, F10: undo, redo, find |
//! | F11 or Ctrl-P, F12 or Ctrl-N | the key F11, F12: last and next command |
//! | Ctrl-L | the screen is drawn anew (done before it comes here) |
//! | Ctrl-C | BREAK (told apart before it comes here) |
//!
//! Everything else, known sequences of other keys among it, is taken without effect.

use alloc::vec;
use alloc::vec::Vec;

use basic::charset::{self, DELETE, DOWN, EDIT, ENTER, GRAPHICS, LEFT, NUMBER, RIGHT, UP};
use basic::keys::decode::{CAPS_SHIFT, SYMBOL_SHIFT};
use basic::keys::{Function, KeyEvent, MatrixKey};
use basic::seam::Micros;

/// Codes of keys that are no characters.
const TRUE_VIDEO: u8 = 4;
const INV_VIDEO: u8 = 5;

/// The usage of the key F1; those of the others follow.
const F1: u8 = 0x3A;

/// Control, Alt and Delete as USB usages.
const CONTROL_ALT_DELETE: [u8; 3] = [0xE0, 0xE2, 0x4C];

/// What came of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A code that is typed.
    Code(u8),
    /// A key of a PC keyboard: its USB usage.
    Key(u8),
    /// Control, Alt and Delete.
    Reset,
    /// A key of the Spectrum with a shift.
    Shifted(MatrixKey, MatrixKey),
}

/// Control with E.
const CONTROL_E: u8 = 5;

/// How long after an escape the rest of a sequence may come; longer, and it was the key alone. Also
/// the longest gap between two bytes of a sequence.
const ESCAPE_WAIT: Micros = 50_000;

/// What a sequence says of the keys held: a number, one more than these together.
const ALT: u8 = 2;
const CONTROL: u8 = 4;

impl Stroke {
    /// What the machine is told.
    #[must_use]
    pub fn events(self) -> Vec<KeyEvent> {
        match self {
            Self::Code(code) => vec![KeyEvent::Typed(code)],
            Self::Key(usage) => together(&[usage], KeyEvent::Down, KeyEvent::Up),
            Self::Reset => together(&CONTROL_ALT_DELETE, KeyEvent::Down, KeyEvent::Up),
            Self::Shifted(shift, key) => {
                together(&[shift, key], KeyEvent::MatrixDown, KeyEvent::MatrixUp)
            }
        }
    }
}

/// Keys go down together and up again.
fn together<K: Copy>(keys: &[K], down: fn(K) -> KeyEvent, up: fn(K) -> KeyEvent) -> Vec<KeyEvent> {
    let all = |event: fn(K) -> KeyEvent| keys.iter().map(move |key| event(*key));
    all(down).chain(all(up)).collect()
}

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
    /// After `ESC [ [` that came then: the letter of F1 to F5 on Linux's console follows.
    Linux(Micros),
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
    fn stroke(self, end: u8) -> Option<Stroke> {
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

    /// Takes a byte that came at `now`; gives what it completes.
    pub fn take(&mut self, byte: u8, now: Micros) -> Option<Stroke> {
        match (core::mem::replace(&mut self.0, State::Start), byte) {
            (State::Escape(_), b'[') => self.0 = State::Sequence(Sequence::new(now)),
            (State::Escape(_), b'O') => self.0 = State::Single(now),
            // Two escapes: the first was the key alone, the second may begin something.
            (State::Escape(_), 0x1B) => {
                self.0 = State::Escape(now);
                return Some(Stroke::Code(EDIT));
            }
            // A key with Alt.
            (State::Escape(_), 0x08 | 0x7F) => return function(Function::DeleteToStart),
            (State::Escape(_), 0x20..=0x7E) => return with_alt(byte),
            (State::Sequence(sequence), 0x20..=0x3F) if is_soon(sequence.since, now) => {
                self.0 = State::Sequence(sequence.with(byte, now));
            }
            (State::Sequence(sequence), b'[') if sequence == Sequence::new(sequence.since) => {
                self.0 = State::Linux(now);
            }
            (State::Sequence(sequence), 0x40..=0x7E) if is_soon(sequence.since, now) => {
                return sequence.stroke(byte);
            }
            (State::Single(since), 0x40..=0x7E) if is_soon(since, now) => {
                return lettered(byte, 0);
            }
            (State::Linux(since), 0x40..=0x7E) if is_soon(since, now) => {
                return function_key(byte - 0x40);
            }
            (State::Utf8(more, so_far), 0x80..=0xBF) => {
                let so_far = so_far << 6 | u32::from(byte & 0x3F);
                if more > 1 {
                    self.0 = State::Utf8(more - 1, so_far);
                } else {
                    let character = char::from_u32(so_far).and_then(charset::from_char);
                    return character.map(Stroke::Code);
                }
            }
            (State::Return, b'\n') => {}
            // Whatever was begun was no sequence: the byte counts for itself.
            _ => return self.first(byte, now),
        }
        None
    }

    fn first(&mut self, byte: u8, now: Micros) -> Option<Stroke> {
        let code = match byte {
            b'\r' => {
                self.0 = State::Return;
                ENTER
            }
            b'\n' => ENTER,
            0x08 | 0x7F => DELETE,
            b'\t' => NUMBER,
            CONTROL_E => EDIT,
            1..=26 => return Function::of_letter(byte - 1 + b'A').and_then(function),
            0x20..=0x7E => byte,
            _ => {
                self.0 = begun_by(byte, now);
                return None;
            }
        };
        Some(Stroke::Code(code))
    }

    /// To be asked when no byte is waiting: what only the lack of more completes.
    pub fn nothing_more(&mut self, now: Micros) -> Option<Stroke> {
        match self.0 {
            State::Escape(since) if now.saturating_sub(since) >= ESCAPE_WAIT => {
                self.0 = State::Start;
                Some(Stroke::Code(EDIT))
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

/// What a byte begins that is nothing alone.
fn begun_by(byte: u8, now: Micros) -> State {
    match byte {
        0x1B => State::Escape(now),
        0xC2..=0xDF => State::Utf8(1, u32::from(byte & 0x1F)),
        0xE0..=0xEF => State::Utf8(2, u32::from(byte & 0x0F)),
        0xF0..=0xF4 => State::Utf8(3, u32::from(byte & 0x07)),
        _ => State::Start,
    }
}

/// A function: its code, or its key when it has none.
fn function(function: Function) -> Option<Stroke> {
    let code = function.code().map(Stroke::Code);
    code.or_else(|| function.key().map(Stroke::Key))
}

/// A key with Alt.
fn with_alt(byte: u8) -> Option<Stroke> {
    let shift = match byte {
        b'0'..=b'9' => CAPS_SHIFT,
        b'A'..=b'Z' | b'a'..=b'z' => SYMBOL_SHIFT,
        _ => return None,
    };
    let key = MatrixKey::named(byte.to_ascii_uppercase())?;
    Some(Stroke::Shifted(shift, key))
}

/// Keys whose sequences end with a letter.
fn lettered(letter: u8, held: u8) -> Option<Stroke> {
    let code = match (letter, held & CONTROL != 0) {
        (b'A', _) => UP,
        (b'B', _) => DOWN,
        (b'C', false) => RIGHT,
        (b'D', false) => LEFT,
        (b'C', true) => return function(Function::WordRight),
        (b'D', true) => return function(Function::WordLeft),
        (b'H', false) => return function(Function::LineStart),
        (b'F', false) => return function(Function::LineEnd),
        (b'H', true) => return function(Function::Top),
        (b'F', true) => return function(Function::Bottom),
        (b'P'..=b'S', _) => return function_key(letter - b'P' + 1),
        _ => return None,
    };
    Some(Stroke::Code(code))
}

/// Keys whose sequences have a number, as the VT220's and their followers'.
fn numbered(number: u8, held: u8) -> Option<Stroke> {
    let editing = match number {
        1 | 7 => return lettered(b'H', held),
        4 | 8 => return lettered(b'F', held),
        // Insert.
        2 => return Some(Stroke::Code(EDIT)),
        3 if held & (CONTROL | ALT) == CONTROL | ALT => return Some(Stroke::Reset),
        3 if held & CONTROL != 0 => Function::DeleteWordRight,
        3 if held & ALT != 0 => Function::DeleteToEnd,
        3 => Function::DeleteRight,
        5 => Function::TenUp,
        6 => Function::TenDown,
        // 16 and 22 are no keys'.
        11..=15 => return function_key(number - 10),
        17..=21 => return function_key(number - 11),
        23..=24 => return function_key(number - 12),
        _ => return None,
    };
    function(editing)
}

/// F1 to F12.
fn function_key(number: u8) -> Option<Stroke> {
    Some(match number {
        1 | 7 | 8 | 10..=12 => Stroke::Key(F1 - 1 + number),
        2 => Stroke::Code(EDIT),
        3 => Stroke::Code(TRUE_VIDEO),
        4 => Stroke::Code(INV_VIDEO),
        5 => return function(Function::Screen),
        6 => Stroke::Code(NUMBER),
        9 => Stroke::Code(GRAPHICS),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes(bytes: &[u8]) -> Vec<Stroke> {
        let mut input = SerialInput::new();
        bytes.iter().filter_map(|&b| input.take(b, 0)).collect()
    }

    /// The codes typed; keys are left out.
    fn typed(bytes: &[u8]) -> Vec<u8> {
        let code = |stroke| match stroke {
            Stroke::Code(code) => Some(code),
            Stroke::Key(_) | Stroke::Reset | Stroke::Shifted(..) => None,
        };
        strokes(bytes).into_iter().filter_map(code).collect()
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
        // Alt with a sign, a mouse's report, numbers no key has.
        assert_eq!(
            strokes(b"\x1b?\x1b[<0;1;1M\x1b[999;999~\x1b[9A\x1b[16~\x1b[22~\x1b[25~\x1b[[~z"),
            [Stroke::Code(b'z')]
        );
    }

    #[test]
    fn function_keys_of_several_terminals() {
        let keys = [
            Stroke::Key(0x3A),
            Stroke::Code(EDIT),
            Stroke::Code(TRUE_VIDEO),
            Stroke::Code(INV_VIDEO),
            Stroke::Code(Function::Screen.code().unwrap()),
            Stroke::Code(NUMBER),
            Stroke::Key(0x40),
            Stroke::Key(0x41),
            Stroke::Code(GRAPHICS),
            Stroke::Key(0x43),
            Stroke::Key(0x44),
            Stroke::Key(0x45),
        ];
        let tail: &[u8] = b"\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~\x1b[24~";
        for start in [
            &b"\x1bOP\x1bOQ\x1bOR\x1bOS\x1b[15~"[..],
            b"\x1b[11~\x1b[12~\x1b[13~\x1b[14~\x1b[15~",
            b"\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E",
        ] {
            assert_eq!(strokes(&[start, tail].concat()), keys);
        }
        assert_eq!(
            strokes(b"\x1a\x19\x06\x10\x0e\t"),
            [keys[6], keys[7], keys[9], keys[10], keys[11], keys[5]]
        );
    }

    #[test]
    fn alt_is_a_shift_of_the_spectrum() {
        let key = |letter| MatrixKey::named(letter).unwrap();
        assert_eq!(
            strokes(b"\x1b[3;7~\x1bq\x1bQ\x1b9"),
            [
                Stroke::Reset,
                Stroke::Shifted(SYMBOL_SHIFT, key(b'Q')),
                Stroke::Shifted(SYMBOL_SHIFT, key(b'Q')),
                Stroke::Shifted(CAPS_SHIFT, key(b'9')),
            ]
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
        for start in [&b"\x1b["[..], b"\x1b[1;", b"\x1bO", b"\x1b[["] {
            let mut input = SerialInput::new();
            for byte in start {
                assert_eq!(input.take(*byte, 1_000), None);
            }
            let late = input.take(b'5', 1_000 + ESCAPE_WAIT);
            assert_eq!(late, Some(Stroke::Code(b'5')));
        }
    }

    #[test]
    fn characters_of_several_bytes() {
        assert_eq!(typed("£©↑".as_bytes()), [96, 127, 94]);
        assert_eq!(typed("▗Ⓐ".as_bytes()), [132, 144]);
        assert_eq!(typed("aé€😀b".as_bytes()), b"ab");
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
        let late = input.nothing_more(1_000 + ESCAPE_WAIT);
        assert_eq!(late, Some(Stroke::Code(EDIT)));
        assert_eq!(input.nothing_more(9_000_000), None);
        assert_eq!(input.take(b'[', 9_000_000), Some(Stroke::Code(b'[')));
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
            if let Some(Stroke::Code(code)) = input.take(byte, now) {
                assert!(
                    matches!(code, 4 | 5 | 7..=15 | 32..=164) || Function::of_code(code).is_some(),
                    "{code}"
                );
            }
        }
        for byte in b"xx" {
            input.take(*byte, 0);
        }
        let last = input.take(b'y', 0);
        assert_eq!(last, Some(Stroke::Code(b'y')), "never stuck");
    }
}
