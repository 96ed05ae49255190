//! The help screen, key by key with looks at the keyboard between.

use basic::keys::KeyEvent;
use basic::machine::{FRAME, Machine, Pause, Power, Start, Waiting};
use basic::scenario::{picture_text, screen_text};

const SHIFT: u8 = 0xE1;
const CONTROL: u8 = 0xE0;
const ALT: u8 = 0xE2;
const DELETE: u8 = 0x4C;
const H: u8 = 0x0B;
const F1: u8 = 0x3A;
const ESCAPE: u8 = 0x29;
const SPACE: u8 = 0x2C;
const X: u8 = 0x1B;

/// A machine and the time.
struct Bench {
    machine: Machine,
    frames: u64,
}

impl Bench {
    fn new(start: Start) -> Self {
        let machine = Machine::new(start);
        let mut bench = Self { machine, frames: 0 };
        bench.frame();
        bench
    }

    fn frame(&mut self) {
        self.frames += 1;
        let mut fuel = 10_000;
        self.machine.run(self.frames * FRAME, &mut fuel);
    }

    fn down(&mut self, usage: u8) {
        self.machine.key(KeyEvent::Down(usage));
        self.frame();
    }

    fn up(&mut self, usage: u8) {
        self.machine.key(KeyEvent::Up(usage));
        self.frame();
    }

    fn tap(&mut self, usage: u8) {
        self.down(usage);
        self.up(usage);
    }
}

#[test]
fn both_shifts_and_h_leave_the_cursor_as_it_was() {
    for start in [
        Start::Basic128,
        Start::by_name("line").unwrap(),
        Start::by_name("line48").unwrap(),
    ] {
        let mut bench = Bench::new(start);
        bench.down(CONTROL);
        bench.down(SHIFT);
        bench.down(H);
        assert!(bench.machine.is_helping());
        for usage in [H, SHIFT, CONTROL] {
            bench.up(usage);
        }
        bench.down(SHIFT);
        bench.tap(SPACE);
        bench.up(SHIFT);
        assert!(!bench.machine.is_helping());
        bench.tap(X);
        let screen = screen_text(bench.machine.memory());
        assert!(
            screen.iter().any(|line| line.starts_with('x')),
            "{start:?}: {screen:?}"
        );
    }
}

#[test]
fn break_and_typed_edit_leave_it() {
    for event in [KeyEvent::Break, KeyEvent::Typed(7)] {
        let mut bench = Bench::new(Start::Basic128);
        bench.tap(F1);
        assert!(bench.machine.takes_typed());
        bench.machine.key(event);
        assert!(!bench.machine.is_helping());
        bench.frame();
        assert!(matches!(bench.machine.waiting(), Waiting::Editor));
    }
}

#[test]
fn control_alt_and_delete_reset() {
    let mut bench = Bench::new(Start::Basic48);
    bench.down(CONTROL);
    bench.machine.key(KeyEvent::Down(DELETE));
    let run = |bench: &mut Bench| bench.machine.run(bench.frames * FRAME, &mut 10_000);
    assert_eq!(run(&mut bench), Pause::Idle(None));
    bench.up(DELETE);
    bench.down(ALT);
    bench.machine.key(KeyEvent::Down(DELETE));
    assert_eq!(run(&mut bench), Pause::Power(Power::Reset));
    bench.machine.restart();
    assert_eq!(run(&mut bench), Pause::Idle(None));
}

#[test]
fn control_alt_and_delete_reset_behind_the_help_screen_too() {
    let mut bench = Bench::new(Start::Basic48);
    bench.tap(F1);
    bench.down(CONTROL);
    bench.down(ALT);
    bench.machine.key(KeyEvent::Down(DELETE));
    let pause = bench.machine.run(bench.frames * FRAME, &mut 10_000);
    assert_eq!(pause, Pause::Power(Power::Reset));
}

#[test]
fn a_keyboard_that_vanishes_lets_go_of_its_keys_behind_the_help_screen_too() {
    let mut bench = Bench::new(Start::by_name("line").unwrap());
    bench.tap(F1);
    bench.tap(0x50); // Left: the key tester.
    bench.down(SHIFT);
    bench.down(X);
    let held = |bench: &Bench| {
        let text = picture_text(&bench.machine.picture());
        text.into_iter().find(|line| line.starts_with("held:"))
    };
    assert_eq!(held(&bench).unwrap(), "held: E1 1B");
    bench.machine.key(KeyEvent::AllUp);
    assert_eq!(held(&bench).unwrap(), "held:");
    bench.tap(F1);
    bench.tap(X);
    let screen = screen_text(bench.machine.memory());
    assert_eq!(screen[23], "xL", "no Shift is left");
}

#[test]
fn what_a_program_sees_is_the_same_with_and_without_the_help_screen() {
    let mut bench = Bench::new(Start::by_name("line").unwrap());
    let mut other = Bench::new(Start::by_name("line").unwrap());
    bench.tap(F1);
    for usage in 0..=u8::MAX {
        if ![F1, ESCAPE, 0x48].contains(&usage) {
            bench.tap(usage);
        }
    }
    assert!(bench.machine.is_helping());
    while other.frames < bench.frames {
        other.frame();
    }
    let memory = |bench: &Bench| bench.machine.memory().slice(0, 0x1_0000).to_vec();
    assert!(memory(&bench) == memory(&other));
    assert_eq!(bench.machine.take_changed(), Some(u64::MAX));
    assert_ne!(
        picture_text(&bench.machine.picture()),
        screen_text(bench.machine.memory())
    );
    bench.tap(F1);
    assert_eq!(bench.machine.take_changed(), Some(u64::MAX));
    assert_eq!(
        picture_text(&bench.machine.picture()),
        screen_text(bench.machine.memory())
    );
}
