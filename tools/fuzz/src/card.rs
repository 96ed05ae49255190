//! The machine with a card: all commands on files, and files that come from elsewhere.

use basic::files::StorageError;
use basic::keys::KeyEvent;
use basic::lang::parse::Dialect;
use basic::machine::{Model, Start, Waiting};
use basic::scenario::Card;
use basic::token as t;

use crate::choices::Choices;
use crate::formats::{plus3_file, tap_file, text_file, tzx_file};
use crate::rig::{CASE, Rig};
use crate::targets::{any_command, storm};

/// What is on the card before a case, if it is there.
const FILES: [&str; 10] = [
    "/plus4/settings.txt",
    "/plus4/last",
    "/a",
    "/b",
    "/a.bas",
    "/a.tap",
    "/a.tzx",
    "/d/a.tap",
    "/d/b.bas",
    "/d/a.scr",
];
/// What is written behind a drive, right and wrong.
const NAMES: [&str; 24] = [
    "",
    "a",
    "b",
    "a.bas",
    "a.tap",
    "a.tap/",
    "a.tap/a",
    "a.tzx",
    "a.tzx/a",
    "d",
    "d/",
    "d/a.tap",
    "d/a.tap/b",
    "d/b.bas",
    "d/a.scr",
    "/",
    "../",
    "*",
    "*.*",
    "*.bas",
    "?",
    "d/*",
    "c",
    "c.tap",
];
const DRIVES: [&str; 8] = ["", "", "", "a:", "m:", "t:", "s:", "x:"];
/// Most turns an answer takes.
const SLOWNESS_MAX: usize = 4;

/// A file's bytes, as its name makes one expect or not.
fn contents(choices: &mut Choices<'_>, path: &str) -> Vec<u8> {
    let dialect = Dialect {
        is_128: true,
        files: true,
    };
    let wrong = choices.one_in(8);
    match path.rsplit('.').next() {
        _ if wrong => choices.take(60).to_vec(),
        Some("bas") => text_file(choices, dialect),
        Some("tap") => tap_file(choices),
        Some("tzx") => tzx_file(choices),
        Some("scr") => vec![choices.byte(); 6911 + choices.below(3)],
        Some("txt") => b"keyboard=de\nmore=1\n".to_vec(),
        _ => plus3_file(choices),
    }
}

fn name(choices: &mut Choices<'_>) -> Vec<u8> {
    let name = if choices.one_in(16) {
        choices.take(6).to_vec()
    } else {
        choices.pick(&NAMES).as_bytes().to_vec()
    };
    let drive = choices.pick(&DRIVES).as_bytes();
    let quoted = [drive, &name].concat();
    [b"\"", &quoted[..], b"\""].concat()
}

/// A command on files.
fn command(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut line = vec![*choices.pick(&[
        t::LOAD,
        t::LOAD,
        t::LOAD,
        t::SAVE,
        t::SAVE,
        t::VERIFY,
        t::MERGE,
        t::CAT,
        t::CAT,
        t::COPY,
        t::COPY,
        t::MOVE,
        t::ERASE,
        t::FORMAT,
    ])];
    let verb = line[0];
    line.extend(name(choices));
    let rest: &[u8] = match verb {
        t::COPY | t::MOVE => {
            line.push(t::TO);
            line.extend(name(choices));
            b""
        }
        t::CAT if choices.one_in(3) => &[t::EXP],
        t::LOAD | t::SAVE | t::VERIFY => choices.pick::<&[u8]>(&[
            b"",
            b"",
            b"",
            &[t::CODE],
            &[t::CODE, b'6', b'0', b'0', b'0', b'0', b',', b'9'],
            &[t::SCREEN],
            &[t::DATA, b'a', b'(', b')'],
            &[t::DATA, b'a', b'$', b'(', b')'],
            &[t::LINE, b'1', b'0'],
        ]),
        _ => b"",
    };
    line.extend(rest);
    line
}

/// A card with any files.
fn any_card(choices: &mut Choices<'_>) -> Card {
    let mut card = Card::default();
    for path in FILES {
        if choices.one_in(2) {
            card.put(path, contents(choices, path));
        }
    }
    card.put_folder("/e");
    card
}

/// The card answers otherwise from now on.
fn disturb(card: &mut Card, choices: &mut Choices<'_>) {
    if choices.one_in(12) {
        card.set_fault(choices.one_in(2).then(|| *choices.pick(&StorageError::ALL)));
    }
    card.set_slowness(choices.below(SLOWNESS_MAX + 1) as u32);
}

/// All commands on a card with any files, faults and slowness; BREAK ends each.
pub(crate) fn card(choices: &mut Choices<'_>) {
    let model = *choices.pick(&[Model::Spectrum48, Model::Spectrum128]);
    let mut rig = Rig::with_card(Start::Line(model), any_card(choices));
    storm(&mut rig, choices, 4);
    rig.reach_editor();
    rig.enter_program(choices, false);
    while !choices.is_spent() {
        disturb(&mut rig.card, choices);
        let line = if choices.one_in(6) {
            any_command(choices)
        } else {
            command(choices)
        };
        rig.enter(choices, &line);
        rig.run(CASE / 4);
        // The answer to what ERASE asks.
        if choices.one_in(2) {
            rig.typed(b'y');
            rig.run(CASE / 4);
        }
        if choices.one_in(4) {
            storm(&mut rig, choices, 4);
        }
        rig.reach_editor();
    }
    rig.usable();
}

/// The opening menu with a card: the last program, and what Tape Loader shows.
pub(crate) fn menu(choices: &mut Choices<'_>) {
    let mut rig = Rig::with_card(Start::Menu, any_card(choices));
    while !choices.is_spent() {
        disturb(&mut rig.card, choices);
        // Down, up, left, right, ENTER, EDIT, BREAK; or any key.
        let code = *choices.pick(&[10, 11, 8, 9, 13, 13, 13, 7]);
        match choices.below(8) {
            0 => rig.typed(choices.byte()),
            1 => rig.key(KeyEvent::Break),
            _ => rig.typed(code),
        }
        rig.now += 50_000;
        rig.run(CASE / 4);
    }
    rig.key(KeyEvent::AllUp);
    // The first ends what goes on, the second is the key that is waited for after a report.
    for _ in 0..2 {
        rig.key(KeyEvent::Break);
        rig.run(CASE);
    }
    let waiting = rig.machine.waiting();
    assert!(
        matches!(waiting, Waiting::Editor | Waiting::Menu),
        "{waiting:?}"
    );
}
