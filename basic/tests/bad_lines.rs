//! Lines as nobody types them, in both editors: they are shown, they can be changed, and nothing of
//! them is lost.

use basic::keys::KeyEvent;
use basic::machine::{FRAME, Machine, Start, Waiting};
use basic::scenario::screen_text;
use basic::store::sysvars as s;
use basic::token::REM;

const LEFT: u8 = 8;
const RIGHT: u8 = 9;
const DOWN: u8 = 10;
const UP: u8 = 11;
const ENTER: u8 = 13;
const EDIT: u8 = 7;
/// A line of more rows than four screens have.
const LONG: usize = 3000;

struct Bench {
    machine: Machine,
    now: u64,
}

impl Bench {
    fn new(start: &str) -> Self {
        let start = Start::by_name(start).expect("the name of a start");
        let mut bench = Self {
            machine: Machine::new(start),
            now: 0,
        };
        bench.pass(5);
        bench
    }

    /// A machine whose program is one line 10: REM and these bytes.
    fn with_remark(start: &str, bytes: &[u8]) -> Self {
        let mut bench = Self::new(start);
        bench.type_codes(b"10 rem x\r");
        let m = bench.machine.memory_mut();
        let text = m.pointer(s::PROG) + 4;
        let more = bytes.len() as u32 - 1;
        basic::store::areas::make_room(m, text + 1, more).expect("room");
        m.set_bytes(text + 1, bytes);
        m.set_word(text - 2, bytes.len() as u16 + 2);
        bench.machine.memory_changed();
        // The listing is made anew.
        bench.type_codes(b"20 rem\r");
        bench
    }

    fn pass(&mut self, frames: u32) {
        for _ in 0..frames {
            self.now += FRAME;
            self.machine.run(self.now, &mut 1_000_000);
        }
    }

    fn type_codes(&mut self, codes: &[u8]) {
        for &code in codes {
            while !self.machine.takes_typed() {
                self.pass(1);
            }
            self.machine.key(KeyEvent::Typed(code));
            self.pass(2);
        }
    }

    fn press(&mut self, key: u8, times: usize) {
        self.type_codes(&vec![key; times]);
    }

    /// The text of line 10 behind REM, without its ENTER.
    fn remark(&self) -> Vec<u8> {
        let m = self.machine.memory();
        let at = m.pointer(s::PROG);
        assert_eq!(m.slice(at, 2), [0, 10], "line 10 is there");
        let line = m.slice(at + 4, m.word(at + 2).into());
        assert_eq!((line.first(), line.last()), (Some(&REM), Some(&ENTER)));
        line[1..line.len() - 1].to_vec()
    }

    fn edits(&self) -> bool {
        matches!(self.machine.waiting(), Waiting::Editor)
    }
}

/// Each character in its place, so that a lost one is seen.
fn long_text() -> Vec<u8> {
    (0..LONG).map(|n| b'a' + (n % 26) as u8).collect()
}

/// All codes but ENTER, and a hidden number cut short at the end of the line.
fn strange_text() -> Vec<u8> {
    let all = (0..=255_u8).filter(|code| *code != ENTER && *code != 14);
    let mut text: Vec<u8> = all.chain([b'1', 14, 1, 2]).collect();
    text.extend([0, 0, 0]);
    text
}

#[test]
fn a_line_of_thousands_of_characters_is_shown_and_changed_in_the_128s_editor() {
    let mut bench = Bench::with_remark("128", &long_text());
    // Up from line 20 through all rows of it, down to line 20 again.
    bench.press(UP, LONG / 20);
    let screen = screen_text(bench.machine.memory());
    assert!(screen[0].starts_with("  10 REM abc"), "{screen:#?}");
    bench.press(DOWN, LONG / 20);
    assert_eq!(bench.remark(), long_text());
    // Into the last row of it, where the line ends in the middle.
    bench.press(UP, 2);
    bench.press(RIGHT, 32);
    bench.press(LEFT, 2);
    bench.type_codes(b"!");
    bench.press(ENTER, 1);
    let mut changed = bench.remark();
    let at = changed.iter().position(|code| *code == b'!');
    let at = at.expect("it went into the line");
    assert!(at > LONG - 27, "in its last row: {at}");
    changed.remove(at);
    assert_eq!(changed, long_text());
    assert!(bench.edits());
}

#[test]
fn a_line_of_thousands_of_characters_is_changed_in_the_line_editor() {
    let mut bench = Bench::with_remark("line48", &long_text());
    bench.press(UP, 1);
    bench.press(EDIT, 1);
    bench.press(RIGHT, LONG / 2);
    bench.type_codes(b"!");
    bench.press(ENTER, 1);
    let mut changed = bench.remark();
    assert_eq!(changed.len(), LONG + 1);
    let at = changed.iter().position(|code| *code == b'!');
    changed.remove(at.expect("it went into the line"));
    assert_eq!(changed, long_text());
}

#[test]
fn strange_codes_are_walked_through_and_stay() {
    for (start, there) in [("128", UP), ("line48", EDIT)] {
        let mut bench = Bench::with_remark(start, &strange_text());
        if start == "line48" {
            bench.press(UP, 1);
        }
        bench.press(there, 1);
        bench.press(RIGHT, 400);
        bench.press(LEFT, 400);
        assert!(bench.edits(), "{start}");
        assert_eq!(bench.remark(), strange_text(), "{start}");
    }
}

#[test]
fn a_keyboard_that_vanishes_leaves_what_was_typed() {
    const SHIFT: u8 = 0xE1;
    const LETTER_A: u8 = 0x04;
    for start in ["128", "line48"] {
        let mut bench = Bench::new(start);
        bench.type_codes(b"10 rem one");
        bench.machine.key(KeyEvent::Down(SHIFT));
        bench.machine.key(KeyEvent::Down(LETTER_A));
        bench.pass(3);
        bench.machine.key(KeyEvent::AllUp);
        // Long enough to repeat, if it were still held.
        bench.pass(100);
        bench.type_codes(b"two\r");
        assert_eq!(bench.remark(), b"oneAtwo", "{start}");
    }
}

#[test]
fn keys_of_no_table_and_chords_without_sense_type_nothing() {
    for start in ["128", "line48"] {
        let mut bench = Bench::new(start);
        bench.type_codes(b"10 rem a");
        // Usages of no key, of keypads of other makes, of media keys.
        for usage in [0_u8, 1, 2, 3, 0x66, 0x7F, 0x80, 0xA4, 0xDF, 0xE8, 0xFF] {
            bench.machine.key(KeyEvent::Down(usage));
            bench.pass(2);
            bench.machine.key(KeyEvent::Up(usage));
            bench.pass(2);
        }
        // Seven letters at once, all modifiers with them, let go in another order.
        let chord: Vec<u8> = (0xE0..=0xE7).chain(0x04..0x0B).collect();
        for &usage in &chord {
            bench.machine.key(KeyEvent::Down(usage));
        }
        for &usage in chord.iter().rev() {
            bench.machine.key(KeyEvent::Up(usage));
        }
        bench.pass(10);
        assert!(bench.edits(), "{start}");
        bench.type_codes(b"b\r");
        let text = bench.remark();
        assert_eq!(
            (text.first(), text.last()),
            (Some(&b'a'), Some(&b'b')),
            "{start}: {text:?}"
        );
    }
}
