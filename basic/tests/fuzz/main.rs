//! Whatever is typed, POKEd or found in memory: the machine neither panics nor hangs, and BREAK
//! brings it back to the editor.
//!
//! Everything here is made by a seeded generator, so that a failure can be played again: its seed
//! is printed. Longer campaigns: `FUZZ_TIMES=100 FUZZ_SEED=7 cargo test -p basic --test fuzz`.

#![allow(
    clippy::unwrap_used,
    reason = "a generator that cannot go on ends the test"
)]

mod grammar;

use std::env;

use basic::keys::{KeyEvent, MatrixKey};
use basic::machine::{Entered, Fuel, Machine, Model, Pause, Waiting};
use basic::store::{areas, sysvars as s};
use basic::token as t;
use grammar::{Grammar, Random, mutate, poke_address, statements};

/// Fuel of a case.
const CASE: Fuel = 20_000;
/// Fuel of one call while BREAK is held.
const SLICE: Fuel = 5_000;
/// Calls of `run` after which BREAK must have brought back the editor.
const CALLS_TO_EDITOR: u32 = 40;

/// Prints the seed of a case that panics.
struct Seed(&'static str, u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: FUZZ_SEED={} FUZZ_TIMES=0", self.0, self.1);
        }
    }
}

/// Runs `count` cases of a kind, each with its own seed. FUZZ_TIMES=0 runs one only.
fn cases(name: &'static str, count: u64, mut case: impl FnMut(&mut Random)) {
    let number = |name, otherwise| match env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => otherwise,
    };
    let (first, times): (u64, u64) = (number("FUZZ_SEED", 0), number("FUZZ_TIMES", 1));
    let talk = env::var("FUZZ_TALK").is_ok();
    for seed in first..first + (count * times).max(1) {
        let seed = Seed(name, seed);
        if talk {
            eprintln!("{name} {}", seed.1);
        }
        case(&mut Random(seed.1.wrapping_mul(0x1234_5678_9ABC_DEF1)));
    }
}

/// A machine with its time.
#[derive(Clone)]
struct Rig {
    machine: Machine,
    now: u64,
    console: Vec<u8>,
}

impl Rig {
    fn new(model: Model) -> Self {
        Self {
            machine: Machine::new(model),
            now: 0,
            console: Vec::new(),
        }
    }

    fn any(random: &mut Random) -> Self {
        Self::new(if random.one_in(4) {
            Model::Spectrum128
        } else {
            Model::Spectrum48
        })
    }

    /// One call of `run`; looks at everything a host looks at.
    fn call(&mut self, fuel: &mut Fuel) -> Pause {
        let before = *fuel;
        let pause = self.machine.run(self.now, fuel);
        assert!(*fuel <= before);
        self.machine.drain_sounds(|_, _| {});
        self.console.clear();
        let console = &mut self.console;
        self.machine
            .drain_console(|text| console.extend_from_slice(text));
        if self.machine.take_changed().is_some() {
            let mut row = [0; 256];
            self.machine.picture().row(self.now as u32 % 192, &mut row);
        }
        pause
    }

    /// Runs until something is waited for that only a key ends, at most with `fuel`.
    fn run(&mut self, fuel: Fuel) {
        let mut left = fuel;
        for _ in 0..2_000 {
            let mut slice = left.min(SLICE);
            let given = slice;
            let pause = self.call(&mut slice);
            left -= given - slice;
            self.now += 100;
            match pause {
                Pause::Idle(Some(until)) => self.now = self.now.max(until),
                Pause::Idle(None) | Pause::Power(_) => return,
                Pause::Fuel if left == 0 => return,
                Pause::Fuel | Pause::Probe(_) => {}
            }
        }
    }

    /// BREAK until the editor waits.
    fn reach_editor(&mut self) {
        for _ in 0..CALLS_TO_EDITOR {
            if self.machine.waiting() == Waiting::Editor {
                return;
            }
            self.machine.key(KeyEvent::Break);
            let mut fuel = SLICE;
            if let Pause::Idle(Some(until)) = self.call(&mut fuel) {
                self.now = self.now.max(until);
            }
            self.now += 20_000;
        }
        let waiting = self.machine.waiting();
        assert_eq!(waiting, Waiting::Editor, "BREAK does not end it");
    }

    /// The machine can be used again after whatever happened to it.
    fn usable(&mut self) {
        self.machine.key(KeyEvent::AllUp);
        self.reach_editor();
        let mut fuel = SLICE;
        self.call(&mut fuel);
        for code in [7, 12, 13, b'r', 13] {
            self.machine.key(KeyEvent::Typed(code));
            self.now += 60_000;
            self.run(CASE);
        }
        self.reach_editor();
        let entered = self.machine.enter_line(&[t::NEW]);
        if entered != Entered::Running {
            // A RAMTOP that CLEAR lets pass can leave no room for a line, as there.
            assert_eq!(entered, Entered::NoRoom);
            return;
        }
        self.run(SLICE);
        assert_eq!(self.machine.waiting(), Waiting::Editor);
    }

    fn enter(&mut self, random: &mut Random, line: &[u8]) -> Option<Entered> {
        if random.one_in(6) && line.len() < 200 {
            // Typed: keywords spelt out.
            let dialect = basic::line::tokenise::Dialect::Spectrum48;
            for code in basic::line::spell::spell(line, dialect, &mut []) {
                self.machine.key(KeyEvent::Typed(code));
                self.now += 20_000;
                let mut fuel = SLICE;
                self.call(&mut fuel);
            }
            self.machine.key(KeyEvent::Typed(13));
            let mut fuel = SLICE;
            self.call(&mut fuel);
            None
        } else {
            Some(self.machine.enter_line(line))
        }
    }
}

/// A program line with its number, and the line entered.
fn enter_program(rig: &mut Rig, random: &mut Random, pokes: bool) -> u32 {
    let mut accepted = 0;
    for number in 1..=6 + random.below(7) {
        let mut line = (number * 10).to_string().into_bytes();
        line.extend(statements(random, pokes));
        if random.one_in(5) {
            mutate(random, &mut line);
        }
        if rig.enter(random, &line) == Some(Entered::Line) {
            accepted += 1;
        }
        rig.reach_editor();
    }
    accepted
}

/// Any key event.
fn any_key(random: &mut Random) -> KeyEvent {
    match random.below(12) {
        0..=3 => KeyEvent::Typed(random.byte()),
        4 => KeyEvent::Typed(*random.pick(&[13, 12, 8, 9, 10, 11, 7, 14, 15, 6, 4, b' '])),
        5 => KeyEvent::MatrixDown(MatrixKey(random.byte() % 44)),
        6 => KeyEvent::MatrixUp(MatrixKey(random.byte() % 44)),
        7 => KeyEvent::Down(random.byte()),
        8 => KeyEvent::Up(random.byte()),
        9 if random.one_in(6) => KeyEvent::Break,
        10 => KeyEvent::AllUp,
        _ => KeyEvent::Typed(13),
    }
}

/// Keys and time for a machine that does whatever it does.
fn storm(rig: &mut Rig, random: &mut Random, keys: usize) {
    for _ in 0..keys {
        rig.machine.key(any_key(random));
        if random.one_in(3) {
            let mut fuel = 1 + random.below(500) as Fuel;
            rig.call(&mut fuel);
        }
        rig.now += match random.below(8) {
            0 => 3_000_000,
            1 if random.one_in(40) => random.next() >> 24,
            _ => 20_000,
        };
    }
}

/// What each command does that is given to a machine in any state.
fn any_command(random: &mut Random) -> Vec<u8> {
    let command: &[u8] = random.pick::<&[u8]>(&[
        &[t::RUN],
        &[t::RUN],
        &[t::LIST],
        &[t::CONTINUE],
        &[t::RETURN],
        &[t::CLEAR],
        &[t::RESTORE],
        &[t::GO_TO, b'2', b'0'],
        &[t::GO_SUB, b'3', b'0'],
        &[
            t::PRINT,
            b'a',
            b';',
            b'a',
            b'$',
            b';',
            b'a',
            b'(',
            b'1',
            b')',
        ],
        &[t::READ, b'a', b'$'],
        &[t::NEXT, b'a'],
        &[t::FOR, b'a', b'=', b'1', t::TO, b'0'],
        &[t::LET, b'a', b'$', b'=', b'"', b'x', b'"'],
        &[t::DIM, b'a', b'(', b'9', b')'],
        &[t::PRINT, t::FN, b'a', b'(', b'1', b')'],
        b"10",
        b"20\xEAhello",
        &[t::INPUT, b'a', b'$', b'(', t::TO, b')'],
    ]);
    if random.one_in(4) {
        statements(random, false)
    } else {
        command.to_vec()
    }
}

#[test]
fn any_keys_are_survived() {
    cases("keys", 60, |random| {
        let mut rig = Rig::any(random);
        storm(&mut rig, random, 60);
        rig.reach_editor();
        enter_program(&mut rig, random, false);
        for _ in 0..3 {
            let _ = rig.machine.enter_line(&any_command(random));
            rig.run(2_000);
            storm(&mut rig, random, 40);
        }
        rig.usable();
    });
}

#[test]
fn any_lines_are_survived() {
    cases("lines", 150, |random| {
        let mut rig = Rig::any(random);
        enter_program(&mut rig, random, false);
        for _ in 0..4 {
            let _ = rig.machine.enter_line(&any_command(random));
            rig.run(CASE);
            for code in *random.pick(&[b"yyy\r".as_slice(), b"1\r2\r", b"\"a\"\r", b"n"]) {
                rig.machine.key(KeyEvent::Typed(*code));
                rig.now += 20_000;
                rig.run(CASE / 4);
            }
            if random.one_in(2) {
                rig.reach_editor();
            }
        }
        rig.usable();
    });
}

/// Writes bytes wherever the machine keeps its own.
fn scribble(rig: &mut Rig, random: &mut Random) {
    let m = rig.machine.memory_mut();
    let program = m.pointer(s::PROG);
    match random.below(5) {
        // A program of any bytes.
        0 => {
            let length = 1 + random.below(600) as u32;
            for i in 0..length {
                let code = if random.one_in(3) {
                    random.byte() % 0x40
                } else {
                    random.byte()
                };
                m.set_byte(program + i, code);
            }
            m.set_pointer(s::VARS, program + length);
            for i in 0..200 {
                let code = random.byte();
                m.set_byte(program + length + i, code);
            }
            m.set_pointer(s::E_LINE, program + length + 200);
            areas::set_min(m);
        }
        // Some bytes of the program and the variables.
        1 | 2 => {
            let end = m.pointer(s::E_LINE);
            for _ in 0..=random.below(12) {
                let at = program + random.below(end.saturating_sub(program) as usize) as u32;
                let code = random.byte();
                m.set_byte(at, code);
            }
        }
        // Variables of any bytes.
        3 => {
            let variables = m.pointer(s::VARS);
            let length = 20 + random.below(300) as u32;
            for i in 0..length {
                let code = if random.one_in(2) {
                    *random.pick(b"aAn\x81\xC1\xE1\xA1\x01\x00\xFF")
                } else {
                    random.byte()
                };
                m.set_byte(variables + i, code);
            }
            m.set_pointer(s::E_LINE, variables + length);
            areas::set_min(m);
        }
        // Pointers.
        _ => {
            for _ in 0..=random.below(4) {
                let at = poke_address(random);
                let code = random.byte();
                m.set_byte(at, code);
            }
        }
    }
    rig.machine.memory_changed();
}

#[test]
fn any_bytes_in_memory_are_survived() {
    cases("memory", 200, |random| {
        let mut rig = Rig::any(random);
        enter_program(&mut rig, random, false);
        if random.one_in(2) {
            let _ = rig.machine.enter_line(&[t::RUN]);
            rig.run(500);
        }
        for _ in 0..4 {
            scribble(&mut rig, random);
            if random.one_in(3) {
                storm(&mut rig, random, 10);
            } else {
                rig.reach_editor();
            }
            let _ = rig.machine.enter_line(&any_command(random));
            rig.run(CASE / 4);
        }
        rig.usable();
    });
}

#[test]
fn any_pokes_are_survived() {
    cases("pokes", 200, |random| {
        let mut rig = Rig::any(random);
        enter_program(&mut rig, random, true);
        for _ in 0..3 {
            let _ = rig.machine.enter_line(&any_command(random));
            for _ in 0..random.below(6) {
                rig.run(1 + random.below(300) as Fuel);
                if random.one_in(2) {
                    let at = poke_address(random);
                    rig.machine.memory_mut().set_byte(at, random.byte());
                }
                if random.one_in(2) {
                    storm(&mut rig, random, 5);
                }
            }
            rig.reach_editor();
            // A line of POKEs and what stands on the bytes POKEd.
            let line = statements(random, true);
            rig.enter(random, &line);
            rig.run(CASE / 8);
        }
        rig.usable();
    });
}

/// A line entered and run to its end; its report.
fn report_of(rig: &mut Rig, line: &[u8]) -> char {
    match rig.machine.enter_line(line) {
        Entered::Running => {}
        Entered::Refused(report, _) => return report.code(),
        Entered::Line | Entered::Nothing => return '-',
        Entered::NoRoom => return '4',
    }
    rig.run(200_000);
    rig.reach_editor();
    rig.machine
        .report()
        .map_or('0', |(report, _, _)| report.code())
}

#[test]
fn deep_and_long_lines_end_in_a_report() {
    let repeat = |code: u8, count: usize| vec![code; count];
    let line = |parts: &[&[u8]]| parts.concat();
    let mut rig = Rig::new(Model::Spectrum48);
    for count in [10, 190, 250, 10_000, 60_000] {
        let open = repeat(b'(', count);
        let close = repeat(b')', count);
        let nested = report_of(&mut rig, &line(&[&[t::PRINT], &open, b"1", &close]));
        assert_eq!(nested, if count < 100 { '0' } else { '4' }, "{count}");
        for code in [t::SIN, t::VAL, t::NOT, b'-', b'+', t::LEN, t::CHR, t::FN] {
            let codes = repeat(code, count);
            report_of(&mut rig, &line(&[&[t::PRINT], &codes, b"\"1\""]));
            report_of(&mut rig, &line(&[&[t::PRINT], &codes, b"1"]));
        }
        for piece in [
            "1+", "a+", "\"a\"+", "a(", "a$(", "\"\"(", "1^", "1,", ":", "a", "1", " ",
        ] {
            let pieces = piece.repeat(count / piece.len());
            report_of(&mut rig, &line(&[&[t::PRINT], pieces.as_bytes(), b"1"]));
            report_of(&mut rig, &line(&[&[t::REM], pieces.as_bytes()]));
            report_of(
                &mut rig,
                &line(&[b"10", &[t::DATA], pieces.as_bytes(), b"1"]),
            );
            report_of(&mut rig, &line(&[&[t::LIST]]));
            report_of(&mut rig, b"10");
        }
        let thens = [t::IF, b'1', t::THEN].repeat(count / 3);
        report_of(&mut rig, &thens);
    }
    rig.usable();
}

#[test]
fn recursion_ends_in_a_report() {
    let mut rig = Rig::new(Model::Spectrum48);
    let text = |line: &str| {
        basic::line::tokenise::tokenise(line.as_bytes(), basic::line::tokenise::Dialect::Spectrum48)
    };
    for (program, report) in [
        ("10 def fn a(x)=fn a(x)", '4'),
        ("10 def fn a(x)=fn a(x+1)+fn a(x-1)", '4'),
        ("10 let a$=chr$ 176+\"a$\": print val a$", '4'),
        (
            "10 let a$=chr$ 176+\"a$+\"+chr$ 176+\"a$\": print val a$",
            '4',
        ),
        ("10 let a$=chr$ 174+\"a$\": print val$ a$", '4'),
        ("10 dim a$(1,1): print a$(2,1)", '3'),
        ("10 let a$=\"abc\": print a$(0 to 1)", '3'),
        ("10 let a$=\"abc\": print a$(4 to 65535)", '3'),
        ("10 let a$=\"abc\": print a$(65535 to 0)", '0'),
        ("10 let a$=\"abc\": print a$(65536 to)", 'B'),
        ("10 let a$=\"\": let a$(1 to 2)=\"x\"", '3'),
        ("10 dim a(65535)", '3'),
        ("10 dim a$(300,300)", '4'),
        ("10 dim a(1,1,1,1,1,1,1): print a(1,1,1,1,1,1,1)", '0'),
        ("10 let a$=\"xxxxxxxx\": let a$=a$+a$: go to 10", 'L'),
        ("10 let a$=\"x\"\n20 let a$=a$+a$: go to 20", '4'),
        ("10 go sub 10", '4'),
    ] {
        report_of(&mut rig, &[t::NEW]);
        for line in program.lines() {
            assert_eq!(rig.machine.enter_line(&text(line)), Entered::Line, "{line}");
        }
        let _ = rig.machine.enter_line(&[t::RUN]);
        if program.contains("fn") {
            rig.run(CASE);
            let _ = rig.machine.enter_line(&text("print fn a(1)"));
        }
        rig.run(1_000_000);
        rig.reach_editor();
        let got = rig.machine.report().map(|(report, _, _)| report.code());
        assert_eq!(got, Some(report), "{program}");
    }
    // Functions that call the next one twice: two to the power of their number calls.
    report_of(&mut rig, &[t::NEW]);
    for i in 0..25_u8 {
        let (this, next) = (char::from(b'a' + i), char::from(b'b' + i));
        let line = format!("{} def fn {this}(x)=fn {next}(x)+fn {next}(x)", i + 1);
        assert_eq!(rig.machine.enter_line(&text(&line)), Entered::Line);
    }
    let _ = rig.machine.enter_line(&text("200 def fn z(x)=1"));
    let _ = rig.machine.enter_line(&text("print fn a(1)"));
    rig.run(CASE);
    assert_eq!(rig.machine.waiting(), Waiting::Nothing);
    rig.reach_editor();
    assert_eq!(rig.machine.report().unwrap().0.code(), 'L');
}

#[test]
fn any_string_is_survived_by_val() {
    cases("val", 300, |random| {
        let mut rig = Rig::new(Model::Spectrum48);
        for line in [
            statements(random, false),
            [b"10".to_vec(), statements(random, false)].concat(),
        ] {
            let _ = rig.machine.enter_line(&line);
            rig.run(500);
            rig.reach_editor();
        }
        for _ in 0..6 {
            // The string as a variable in memory: any byte can be in it.
            let mut grammar = Grammar {
                random: &mut *random,
                out: Vec::new(),
                pokes: false,
            };
            if grammar.random.one_in(2) {
                grammar.number(4);
            } else {
                grammar.text(4);
            }
            let mut text = grammar.out;
            if random.one_in(2) {
                mutate(random, &mut text);
            }
            let m = rig.machine.memory_mut();
            let at = m.pointer(s::VARS);
            m.set_byte(at, 0x41);
            m.set_word(at + 1, text.len() as u16);
            for (i, code) in (0..).zip(&text) {
                m.set_byte(at + 3 + i, *code);
            }
            let end = at + 3 + text.len() as u32;
            m.set_byte(end, 0x80);
            m.set_pointer(s::E_LINE, end + 1);
            areas::set_min(m);
            rig.machine.memory_changed();
            for function in [t::VAL, t::VAL_STR] {
                let _ = rig.machine.enter_line(&[t::PRINT, function, b'a', b'$']);
                rig.run(CASE / 4);
                rig.reach_editor();
            }
        }
        rig.usable();
    });
}

/// A rig after some fuel, given in slices; what was written on the console on the way.
fn sliced(mut rig: Rig, slice: Fuel, all: Fuel) -> (Rig, Vec<u8>) {
    let mut console = Vec::new();
    let mut left = all;
    while left > 0 {
        let given = slice.min(left);
        let mut fuel = given;
        let pause = rig.call(&mut fuel);
        console.extend_from_slice(&rig.console);
        left -= given - fuel;
        match pause {
            Pause::Idle(Some(until)) => rig.now = rig.now.max(until),
            Pause::Idle(None) if rig.machine.waiting() == Waiting::Scroll => {
                rig.machine.key(KeyEvent::Typed(b'y'));
            }
            Pause::Idle(None) | Pause::Power(_) => break,
            Pause::Fuel | Pause::Probe(_) => {}
        }
    }
    (rig, console)
}

fn assert_equal(one: &Rig, other: &Rig, what: &str) {
    let (a, b) = (one.machine.memory(), other.machine.memory());
    let differ = (0..0x1_0000).find(|&at| a.byte(at) != b.byte(at));
    assert_eq!(differ, None, "{what}");
    assert!(one.machine == other.machine, "{what}");
    assert_eq!(one.machine.report(), other.machine.report(), "{what}");
}

#[test]
fn how_fuel_is_handed_out_cannot_be_seen() {
    cases("fuel", 40, |random| {
        let mut rig = Rig::any(random);
        enter_program(&mut rig, random, false);
        rig.reach_editor();
        let _ = rig.machine.enter_line(&[t::RUN]);
        let (whole, text) = sliced(rig.clone(), 1_000_000, 1_500);
        for slice in [1, 7] {
            let (other, other_text) = sliced(rig.clone(), slice, 1_500);
            assert_equal(&whole, &other, "slices");
            assert_eq!(text, other_text);
        }
        // A copy made on the way goes the same way.
        let (half, _) = sliced(rig, 100, 700);
        let (one, _) = sliced(half.clone(), 100, 800);
        let (other, _) = sliced(half, 100, 800);
        assert_equal(&one, &other, "copies");
    });
}

#[test]
fn the_generator_reaches_what_it_is_for() {
    let mut accepted = 0;
    let mut printed = 0;
    let mut codes = std::collections::BTreeSet::new();
    let mut waits = std::collections::BTreeSet::new();
    cases("canary", 120, |random| {
        let mut rig = Rig::new(Model::Spectrum48);
        accepted += enter_program(&mut rig, random, false);
        for command in [vec![t::RUN], any_command(random), any_command(random)] {
            let _ = rig.machine.enter_line(&command);
            rig.run(3_000);
            printed += u32::from(
                rig.machine
                    .memory()
                    .slice(0x4000, 0x1600)
                    .iter()
                    .any(|b| *b != 0),
            );
            waits.insert(match rig.machine.waiting() {
                Waiting::Pause(_) => "Pause".to_owned(),
                other => format!("{other:?}"),
            });
            rig.reach_editor();
            codes.extend(rig.machine.report().map(|(report, _, _)| report.code()));
        }
    });
    assert!(accepted > 400, "{accepted} lines accepted");
    assert!(printed > 100, "{printed} runs printed");
    assert!(codes.len() >= 16, "reports seen: {codes:?}");
    for wait in ["Editor", "Input", "Scroll", "Nothing"] {
        assert!(waits.contains(wait), "waits seen: {waits:?}");
    }
}
