//! A machine with a card that answers anything: whatever comes, a command ends, and nothing else.

#![allow(
    clippy::panic,
    reason = "what does not come as it should ends the test"
)]

use basic::files::{Answer, Attributes, Entry, Reply, Request, StorageError};
use basic::keys::KeyEvent;
use basic::line::tokenise::{Keywords, tokenise};
use basic::machine::{Entered, FRAME, Machine, Model, Pause, Setup, Start, Waiting};

/// Turns a command may take.
const TURNS: u32 = 200_000;

fn machine() -> Machine {
    let start = Start::Line(Model::Spectrum128);
    let mut machine = Machine::new(Setup { start, files: true });
    while machine.request().is_some() {
        machine.answer(Err(StorageError::NotFound));
    }
    machine
}

/// What a command did: the fuel it took, and how often it asked.
#[derive(Debug, Default)]
struct Done {
    fuel: u64,
    requests: u32,
}

/// Does a line, questions answered with Y.
fn enter(machine: &mut Machine, line: &[u8], mut card: impl FnMut(&Request) -> Answer) -> Done {
    let mut done = Done::default();
    let entered = machine.enter_line(&tokenise(line, Keywords::Spectrum128));
    assert_eq!(entered, Entered::Running, "{}", line.escape_ascii());
    let mut now = 0;
    for _ in 0..TURNS {
        let mut fuel = 1000;
        let pause = machine.run(now, &mut fuel);
        machine.drain_console(|_| {});
        done.fuel += u64::from(1000 - fuel);
        now += FRAME;
        if let Some(answer) = machine.request().map(&mut card) {
            done.requests += 1;
            machine.answer(answer);
        } else if pause == Pause::Idle(None) {
            match machine.waiting() {
                Waiting::Editor => return done,
                Waiting::Scroll | Waiting::AnyKey => machine.key(KeyEvent::Typed(b'y')),
                waiting => panic!("it waits for {waiting:?}"),
            }
        }
    }
    panic!("`{}` does not end", line.escape_ascii());
}

fn entry(name: &str, folder: bool) -> Entry {
    Entry {
        name: name.into(),
        size: u32::MAX,
        folder,
        attributes: Attributes::default(),
    }
}

const COMMANDS: [&str; 27] = [
    "SAVE \"x\"",
    "SAVE \"x.bas\" LINE 10",
    "SAVE \"c.tap\"",
    "SAVE \"c.tzx/x\"CODE 1,2",
    "SAVE \"x\" SCREEN$",
    "LOAD \"x\"",
    "LOAD \"x.bas\"",
    "LOAD \"c.tap\"",
    "LOAD \"c.tap/x\"CODE 30000",
    "LOAD \"x\"CODE 65535",
    "LOAD \"x\" DATA a()",
    "LOAD \"f/\"",
    "LOAD \"t:c.tap\"",
    "VERIFY \"x\"",
    "MERGE \"x\"",
    "CAT",
    "CAT \"f/*\" EXP",
    "CAT \"c.tap\"",
    "CAT \"c.tap/x\"",
    "ERASE \"x\"",
    "ERASE \"*\"",
    "MOVE \"a\" TO \"f/\"",
    "COPY \"a\" TO \"b\"",
    "COPY \"*\" TO \"m:\"",
    "COPY \"c.tap/x\" TO \"t:\"",
    "FORMAT \"t:c.tap\"",
    "FORMAT \"a:\"",
];

#[test]
fn whatever_a_card_answers_a_command_ends() {
    let header = |length: u16| {
        let mut file = b"PLUS3DOS\x1A\x01\0\0\0\0\0\0".to_vec();
        file.extend(length.to_le_bytes());
        file.extend([0xFF; 4]);
        file.resize(127, 0);
        file.push(file.iter().fold(0, |sum, byte| sum.wrapping_add(*byte)));
        file.extend([0x0D; 100]);
        file
    };
    let names = ["", "..", "a/b", "\0", "é€", "x", "*", "plain name"];
    let mut answers: Vec<Answer> = vec![
        Ok(Reply::Done),
        Ok(Reply::Bytes(Vec::new())),
        Ok(Reply::Bytes(vec![0; 1000])),
        Ok(Reply::Bytes(vec![0xFF; 100_000])),
        Ok(Reply::Bytes(b"ZXTape!\x1A\x01\x14\x10".to_vec())),
        Ok(Reply::Bytes(header(100))),
        Ok(Reply::Bytes(header(0xFFFF))),
        Ok(Reply::Bytes(b"10 PRINT 1\r\n20 STOP".to_vec())),
        Ok(Reply::List(Vec::new(), u64::MAX)),
        Ok(Reply::List(
            names.map(|name| entry(name, false)).to_vec(),
            0,
        )),
        Ok(Reply::List(names.map(|name| entry(name, true)).to_vec(), 0)),
    ];
    answers.extend(StorageError::ALL.map(Err));
    let start = machine();
    for command in COMMANDS {
        for first in &answers {
            for later in &answers {
                let mut machine = start.clone();
                let mut asked = 0;
                let mut answer = |_: &Request| {
                    asked += 1;
                    if asked == 1 { first } else { later }.clone()
                };
                enter(&mut machine, command.as_bytes(), &mut answer);
                // Anything goes on: the machine takes another command.
                enter(&mut machine, b"PRINT 1", |_| Ok(Reply::Done));
            }
        }
    }
}

#[test]
fn a_name_may_have_any_byte() {
    let start = machine();
    for code in 0..=u8::MAX {
        for command in ["SAVE", "LOAD", "CAT", "ERASE"] {
            let mut machine = start.clone();
            let text = format!("{command} \"x\"+CHR$ {code}+\"y\"");
            enter(&mut machine, text.as_bytes(), |request| {
                let (Request::Read(path) | Request::Write(path, _) | Request::Erase(path)) =
                    request
                else {
                    return Ok(Reply::List(Vec::new(), 0));
                };
                assert!(path.starts_with('/') && !path.contains(char::is_control));
                Err(StorageError::NotFound)
            });
        }
    }
}

#[test]
fn a_catalogue_of_thousands_takes_work_in_proportion() {
    let work = |files: u32| {
        let name = |n: u32| format!("file {:05}", n.wrapping_mul(40_503) % files);
        let entries: Vec<Entry> = (0..files).map(|n| entry(&name(n), n % 7 == 0)).collect();
        let list = Ok(Reply::List(entries, 1 << 30));
        let done = enter(&mut machine(), b"CAT", |_| list.clone());
        assert_eq!(done.requests, 1);
        done.fuel
    };
    let (some, twice) = (work(2500), work(5000));
    assert!(some > 2500 && twice < some * 3, "{some} {twice}");
}

#[test]
fn break_ends_a_catalogue_of_thousands_before_it_is_sorted() {
    let fuel = |is_broken: bool| {
        let mut machine = machine();
        machine.enter_line(&tokenise(b"CAT", Keywords::Spectrum128));
        machine.run(0, &mut 1000);
        assert!(machine.request().is_some());
        let entries = (0..5000).map(|n| entry(&format!("file {n}"), n % 7 == 0));
        machine.answer(Ok(Reply::List(entries.collect(), 1 << 30)));
        if is_broken {
            machine.key(KeyEvent::Break);
        }
        let mut used = 0;
        while machine.waiting() == Waiting::Nothing {
            let mut fuel = 1000;
            machine.run(FRAME, &mut fuel);
            used += 1000 - fuel;
        }
        used
    };
    assert!(fuel(false) > 20_000, "{}", fuel(false));
    assert!(fuel(true) < 1000, "{}", fuel(true));
}

#[test]
fn a_key_is_answered_while_thousands_of_files_are_sorted() {
    let menu = |key| {
        let start = Start::Menu;
        let mut machine = Machine::new(Setup { start, files: true });
        let (mut turns, mut now) = (0, 0);
        let entries = (0..5000).map(|n| entry(&format!("file {n}"), n % 7 == 0));
        let mut list = Some(Ok(Reply::List(entries.collect(), 1 << 30)));
        machine.run(now, &mut 100_000);
        while machine.request().is_some() {
            machine.answer(Err(StorageError::NotFound));
        }
        machine.key(KeyEvent::Typed(b'\r'));
        loop {
            now += FRAME;
            turns += u32::from(list.is_none());
            let pause = machine.run(now, &mut 1000);
            machine.drain_console(|_| {});
            if machine.request().is_some() {
                machine.answer(list.take().unwrap_or(Err(StorageError::Broken)));
                machine.key(key);
            } else if list.is_none() && pause == Pause::Idle(None) {
                return turns;
            }
            assert!(turns < 100_000);
        }
    };
    // A key that means nothing comes when all is sorted; BREAK leads back at once.
    assert!(menu(KeyEvent::Typed(b'?')) > 20);
    assert!(menu(KeyEvent::Break) < 5);
}
