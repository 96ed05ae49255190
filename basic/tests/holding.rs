//! A person holds a key for a tenth of a second and more. What a key has done it does not do again
//! while it is held, whatever has begun in the meantime.

use basic::files::{Attributes, Entry, Reply, Request, StorageError};
use basic::keys::KeyEvent;
use basic::machine::{FRAME, Machine, Setup, Start, Waiting};
use basic::scenario::screen_text;

/// How long a key is held: shorter than what makes it repeat.
const HELD: u32 = 20;
/// USB usages.
const ENTER: u8 = 0x28;
const ESCAPE: u8 = 0x29;
const SPACE: u8 = 0x2C;
const F1: u8 = 0x3A;
const DOWN: u8 = 0x51;
const LETTER_A: u8 = 0x04;

/// A machine and the time.
struct Bench {
    machine: Machine,
    now: u64,
    files: Vec<&'static str>,
}

impl Bench {
    fn new(start: &str) -> Self {
        Self::with_files(start, &[])
    }

    fn with_files(start: &str, files: &[&'static str]) -> Self {
        let start = Start::by_name(start).expect("the name of a start");
        let files = files.to_vec();
        let setup = Setup {
            start,
            files: !files.is_empty(),
        };
        let machine = Machine::new(setup);
        let mut bench = Self {
            machine,
            now: 0,
            files,
        };
        bench.pass(5);
        bench
    }

    fn pass(&mut self, frames: u32) {
        for _ in 0..frames {
            self.now += FRAME;
            self.machine.run(self.now, &mut 1_000_000);
            let answer = match self.machine.request() {
                None => continue,
                Some(Request::List(_)) => Ok(Reply::List(
                    self.files
                        .iter()
                        .map(|name| Entry {
                            name: name.trim_end_matches('/').into(),
                            size: 1,
                            folder: name.ends_with('/'),
                            attributes: Attributes::default(),
                        })
                        .collect(),
                    0,
                )),
                Some(_) => Err(StorageError::NotFound),
            };
            self.machine.answer(answer);
        }
    }

    fn type_in(&mut self, text: &str) {
        for code in text.bytes() {
            while !self.machine.takes_typed() {
                self.pass(1);
            }
            self.machine.key(KeyEvent::Typed(code));
            self.pass(2);
        }
    }

    fn hold(&mut self, usage: u8) {
        self.machine.key(KeyEvent::Down(usage));
        self.pass(HELD);
        self.machine.key(KeyEvent::Up(usage));
        self.pass(2);
    }

    fn sees(&self, text: &str) {
        let screen = screen_text(self.machine.memory());
        assert!(
            screen.iter().any(|line| line.contains(text)),
            "no {text:?}: {screen:#?}"
        );
    }
}

#[test]
fn break_ends_what_runs_and_the_report_stays() {
    for start in ["128", "line", "line48"] {
        for (line, report) in [
            ("10 GO TO 10", "L BREAK into program"),
            ("10 PAUSE 0", "L BREAK into program"),
            ("10 BEEP 5,0", "L BREAK into program"),
            ("10 INPUT a", "H STOP in INPUT"),
            ("10 LOAD \"\"", "D BREAK - CONT repeats"),
            ("10 SAVE \"x\"", "D BREAK - CONT repeats"),
            (
                "10 FOR i=1 TO 99: PRINT i: NEXT i",
                "D BREAK - CONT repeats",
            ),
        ] {
            let mut bench = Bench::new(start);
            bench.type_in(line);
            bench.type_in("\rrun\r");
            bench.pass(10);
            bench.hold(ESCAPE);
            bench.sees(report);
            assert_eq!(bench.machine.waiting(), Waiting::Editor, "{start} {line}");
        }
    }
    let mut bench = Bench::new("128");
    bench.type_in("10 PLAY \"9c9c9c\"\rrun\r");
    bench.pass(10);
    bench.hold(ESCAPE);
    bench.sees("L BREAK into program");
}

#[test]
fn break_in_the_tape_loader_shows_its_report() {
    let mut bench = Bench::new("menu");
    bench.hold(ENTER);
    bench.sees("BREAK, then a key");
    bench.hold(ESCAPE);
    bench.sees("D BREAK - CONT repeats");
    bench.hold(LETTER_A);
    bench.sees("Tape Tester");
}

#[test]
fn break_in_a_list_leads_to_the_menu() {
    let mut bench = Bench::with_files("menu", &["a/", "b", "c"]);
    bench.hold(ENTER);
    bench.sees("ENTER: load and run");
    bench.hold(ENTER);
    bench.sees("../");
    assert_eq!(bench.machine.waiting(), Waiting::Menu);
    bench.hold(ESCAPE);
    bench.sees("Tape Tester");
    bench.hold(DOWN);
    bench.hold(ENTER);
    bench.sees("128 BASIC");
    assert_eq!(bench.machine.waiting(), Waiting::Editor);
}

#[test]
fn the_key_that_chose_in_a_menu_types_nothing_in_the_editor() {
    let mut bench = Bench::new("128");
    bench.type_in("10 REM x\r");
    bench.type_in("\u{7}");
    bench.sees("Renumber");
    bench.hold(ENTER);
    bench.type_in("20 REM y\r");
    bench.sees("10 REM x");
    let screen = screen_text(bench.machine.memory());
    assert_eq!(screen[1].trim_end(), "  20 REM y", "{screen:#?}");
}

#[test]
fn the_key_that_answers_does_not_answer_twice() {
    let mut bench = Bench::new("line48");
    bench.type_in("10 INPUT a$: INPUT b$: PRINT a$;b$;\"!\"\rrun\r");
    bench.pass(5);
    bench.type_in("1");
    bench.hold(ENTER);
    assert_eq!(bench.machine.waiting(), Waiting::Input);
    bench.type_in("2");
    bench.hold(ENTER);
    bench.sees("12!");
    bench.type_in("new\r10 FOR i=1 TO 99: PRINT i: NEXT i\rrun\r");
    bench.pass(5);
    bench.sees("22");
    bench.hold(LETTER_A);
    assert_eq!(bench.machine.waiting(), Waiting::Scroll);
    bench.sees("44");
}

#[test]
fn the_help_screen_keeps_its_keys() {
    for start in ["128", "line48"] {
        for leaves in [F1, ESCAPE] {
            let mut bench = Bench::new(start);
            bench.type_in("print 1\r");
            bench.hold(F1);
            assert!(bench.machine.is_helping());
            bench.hold(SPACE);
            bench.hold(leaves);
            assert!(!bench.machine.is_helping());
            bench.sees("0 OK, 0:1");
        }
    }
}

#[test]
fn the_key_that_started_a_program_is_not_read_by_its_pause() {
    for start in ["128", "line48"] {
        let mut bench = Bench::new(start);
        bench.type_in("10 PAUSE 0: PRINT \"gone\"\rrun");
        bench.hold(ENTER);
        assert_eq!(bench.machine.waiting(), Waiting::Pause(0), "{start}");
    }
}

#[test]
fn a_question_waits_for_a_new_key() {
    let mut bench = Bench::with_files("128", &["a", "b"]);
    bench.type_in("erase \"*\"");
    bench.hold(ENTER);
    assert_eq!(bench.machine.waiting(), Waiting::AnyKey);
}

#[test]
fn a_machine_that_is_started_again_has_nothing_left_to_do() {
    for start in ["menu", "128", "48", "line", "line48"] {
        let mut bench = Bench::new(start);
        let fresh = bench.machine.waiting();
        for _ in 0..20 {
            bench.machine.restart();
            bench.pass(2);
            assert_eq!(bench.machine.waiting(), fresh, "{start}");
        }
    }
}
