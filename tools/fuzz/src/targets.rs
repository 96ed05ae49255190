//! The targets: what a case does with its bytes.

use allocation_counter::measure;
use basic::files::tape::{Block, from_tap, to_tap};
use basic::keys::{KeyEvent, Layout, MatrixKey};
use basic::machine::{Fuel, Machine, Model, Pause, Waiting};
use basic::replay;
use basic::store::memory::ATTRIBUTES_END;
use basic::store::{areas, sysvars as s};
use basic::token as t;
use kernel::host::serial_input::{SerialInput, Stroke};

use crate::card;
use crate::choices::Choices;
use crate::editor::{COMFORTS, editor};
use crate::formats;
use crate::grammar::{Grammar, mutate, poke_address, statements};
use crate::rig::{CASE, Rig};

/// The most memory a case may take at a time, all copies of the machine together: a quarter of the
/// board's heap.
const MEMORY_MAX: u64 = 16 << 20;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called, here and as a program of libFuzzer.
    pub name: &'static str,
    /// Makes a case of bytes.
    case: fn(&mut Choices<'_>),
    /// Bytes that make a case that does enough.
    pub bytes: usize,
}

impl Target {
    /// Makes a case of bytes and watches it.
    ///
    /// # Panics
    /// When something does not hold that must.
    pub fn run(&self, bytes: &[u8]) {
        let info = measure(|| (self.case)(&mut Choices::new(bytes)));
        assert!(
            info.bytes_max <= MEMORY_MAX,
            "{} bytes of memory in use at a time",
            info.bytes_max
        );
    }
}

/// All targets.
pub static TARGETS: [Target; 21] = [
    new("keys", 600, keys),
    new("editor", 400, editor),
    new("lines", 900, lines),
    new("program", 800, program),
    new("variables", 800, variables),
    new("pokes", 900, pokes),
    new("val", 600, val),
    new("input", 500, input),
    new("streams", 500, streams),
    new("serial", 400, serial),
    new("tape", 900, tape),
    new("play", 400, play),
    new("model128", 800, model_128),
    new("equal", 700, equal),
    new("plus3", 300, formats::plus3),
    new("tap", 400, formats::tap),
    new("tzx", 600, formats::tzx),
    new("text", 400, formats::text),
    new("listing", 900, formats::listing),
    new("card", 1500, card::card),
    new("menu", 900, card::menu),
];

const fn new(name: &'static str, bytes: usize, case: fn(&mut Choices<'_>)) -> Target {
    Target { name, case, bytes }
}

/// The target of a name.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn target(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.expect("there is such a target")
}

/// Panics at some bytes that are easily found: shows that whoever runs the targets sees it.
///
/// # Panics
/// See above.
pub fn canary(bytes: &[u8]) {
    // Byte after byte: libFuzzer sees each step.
    let steps = bytes.iter().zip(b"BREAK").take_while(|(a, b)| a == b);
    assert!(steps.count() < 5, "the canary is dead");
}

/// Any key event.
fn any_key(choices: &mut Choices<'_>) -> KeyEvent {
    match choices.below(12) {
        0..=3 => KeyEvent::Typed(choices.byte()),
        4 => KeyEvent::Typed(*choices.pick(&[13, 12, 8, 9, 10, 11, 7, 14, 15, 6, 4, b' '])),
        5 => KeyEvent::MatrixDown(MatrixKey(choices.byte() % 44)),
        6 => KeyEvent::MatrixUp(MatrixKey(choices.byte() % 44)),
        7 if choices.one_in(3) => KeyEvent::Down(*choices.pick(&COMFORTS)),
        8 if choices.one_in(3) => KeyEvent::Up(*choices.pick(&COMFORTS)),
        7 => KeyEvent::Down(choices.byte()),
        8 => KeyEvent::Up(choices.byte()),
        9 if choices.one_in(6) => KeyEvent::Break,
        10 => KeyEvent::AllUp,
        11 if choices.one_in(6) => KeyEvent::Layout(*choices.pick(&Layout::ALL)),
        _ => KeyEvent::Typed(13),
    }
}

/// Keys and time for a machine that does whatever it does.
pub(crate) fn storm(rig: &mut Rig, choices: &mut Choices<'_>, keys: usize) {
    for _ in 0..keys {
        rig.key(any_key(choices));
        if choices.one_in(3) {
            let mut fuel = 1 + choices.below(500) as Fuel;
            rig.call(&mut fuel);
        }
        rig.now += match choices.below(8) {
            0 => 3_000_000,
            1 if choices.one_in(40) => choices.long_time(),
            _ => 20_000,
        };
    }
}

/// A command for a machine in any state.
#[must_use]
pub fn any_command(choices: &mut Choices<'_>) -> Vec<u8> {
    if choices.one_in(4) {
        return statements(choices, false);
    }
    let commands: [&[u8]; 19] = [
        &[t::RUN],
        &[t::RUN],
        &[t::LIST],
        &[t::CONTINUE],
        &[t::RETURN],
        &[t::CLEAR],
        &[t::RESTORE],
        &[t::GO_TO, b'2', b'0'],
        &[t::GO_SUB, b'3', b'0'],
        b"\xF5a;a$;a(1)",
        &[t::READ, b'a', b'$'],
        &[t::NEXT, b'a'],
        &[t::FOR, b'a', b'=', b'1', t::TO, b'0'],
        &[t::LET, b'a', b'$', b'=', b'"', b'x', b'"'],
        &[t::DIM, b'a', b'(', b'9', b')'],
        &[t::PRINT, t::FN, b'a', b'(', b'1', b')'],
        b"10",
        // It is asked whether to scroll.
        b"\xEBx=1\xCC99:\xF5x:\xF3x",
        &[t::INPUT, b'a', b'$', b'(', t::TO, b')'],
    ];
    choices.pick(&commands).to_vec()
}

/// Keys of all kinds at the editor, at a program and at whatever it asks.
fn keys(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    storm(&mut rig, choices, 60);
    rig.reach_editor();
    rig.enter_program(choices, false);
    for _ in 0..3 {
        let _ = rig.machine.enter_line(&any_command(choices));
        rig.run(2_000);
        storm(&mut rig, choices, 40);
    }
    rig.usable();
}

/// Program lines and commands, right and wrong.
fn lines(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    rig.enter_program(choices, false);
    for _ in 0..4 {
        let line = if choices.one_in(6) {
            // No grammar at all.
            choices.take(60).to_vec()
        } else {
            any_command(choices)
        };
        rig.enter(choices, &line);
        rig.run(CASE);
        for code in *choices.pick(&[b"yyy\r".as_slice(), b"1\r2\r", b"\"a\"\r", b"n"]) {
            rig.typed(*code);
            rig.now += 20_000;
            rig.run(CASE / 4);
        }
        if choices.one_in(2) {
            rig.reach_editor();
        }
    }
    rig.usable();
}

/// What is done with a machine whose memory holds something else.
fn use_memory(rig: &mut Rig, choices: &mut Choices<'_>) {
    rig.machine.memory_changed();
    if choices.one_in(3) {
        storm(rig, choices, 10);
    } else {
        rig.reach_editor();
    }
    for _ in 0..3 {
        let _ = rig.machine.enter_line(&any_command(choices));
        rig.run(CASE / 4);
    }
    rig.reach_editor();
}

/// A program of any bytes.
fn program(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    rig.enter_program(choices, false);
    if choices.one_in(2) {
        let _ = rig.machine.enter_line(&[t::RUN]);
        rig.run(500);
    }
    for _ in 0..2 {
        let m = rig.machine.memory_mut();
        let start = m.pointer(s::PROG);
        let mut at = start;
        match choices.below(3) {
            // Whole lines, their lengths right now and then.
            0 => {
                for number in 1..=1 + choices.below(6) as u8 {
                    let mut text = statements(choices, false);
                    mutate(choices, &mut text);
                    let length = if choices.one_in(4) {
                        choices.word()
                    } else {
                        text.len() as u16 + 1
                    };
                    m.set_bytes(at, &[0, number * 10]);
                    m.set_word(at + 2, length);
                    m.set_bytes(at + 4, &text);
                    at += 4 + text.len() as u32;
                    m.set_byte(at, 13);
                    at += 1;
                }
            }
            // Bytes.
            1 => {
                let bytes = choices.take(600);
                m.set_bytes(at, bytes);
                at += bytes.len() as u32;
            }
            // Some other bytes in the program that is there.
            _ => {
                let end = m.pointer(s::E_LINE);
                for _ in 0..=choices.below(12) {
                    let place = at + choices.below(end.saturating_sub(at) as usize) as u32;
                    m.set_byte(place, choices.byte());
                }
                at = m.pointer(s::VARS);
            }
        }
        let variables = choices.take(30);
        m.set_pointer(s::VARS, at);
        m.set_bytes(at, variables);
        at += variables.len() as u32;
        m.set_byte(at, areas::VARIABLES_END);
        m.set_pointer(s::E_LINE, at + 1);
        areas::set_min(m);
        use_memory(&mut rig, choices);
    }
    rig.usable();
}

/// Variables of any bytes.
fn variables(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    rig.enter_program(choices, false);
    for _ in 0..2 {
        let m = rig.machine.memory_mut();
        let mut at = m.pointer(s::VARS);
        for _ in 0..=choices.below(8) {
            let kind = *choices.pick(b"aAn\x81\xC1\xE1\xA1\x01\x00\xFF");
            m.set_byte(at, kind);
            at += 1;
            let length = choices.below(30);
            let bytes = choices.take(length);
            m.set_bytes(at, bytes);
            if choices.one_in(2) {
                m.set_word(at, bytes.len().saturating_sub(2) as u16);
            }
            at += bytes.len() as u32;
        }
        if choices.one_in(2) {
            m.set_byte(at, areas::VARIABLES_END);
            at += 1;
        }
        m.set_pointer(s::E_LINE, at);
        areas::set_min(m);
        use_memory(&mut rig, choices);
    }
    rig.usable();
}

/// POKEs while a program runs, from inside and from outside: of the screen, system variables,
/// pointers, channels, program and variables.
fn pokes(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    rig.enter_program(choices, true);
    for _ in 0..3 {
        let _ = rig.machine.enter_line(&any_command(choices));
        for _ in 0..choices.below(6) {
            rig.run(1 + choices.below(300) as Fuel);
            if choices.one_in(2) {
                let at = poke_address(choices);
                rig.machine.memory_mut().set_byte(at, choices.byte());
                if choices.one_in(4) {
                    rig.machine.memory_changed();
                }
            }
            if choices.one_in(2) {
                storm(&mut rig, choices, 5);
            }
        }
        rig.reach_editor();
        // A line of POKEs and what stands on the bytes POKEd.
        let line = statements(choices, true);
        rig.enter(choices, &line);
        rig.run(CASE / 8);
    }
    rig.usable();
}

/// PLAY's strings: letters it knows, and any bytes. BREAK ends it within a frame.
fn play(choices: &mut Choices<'_>) {
    let mut rig = Rig::new(Model::Spectrum128);
    for _ in 0..4 {
        let mut line = vec![t::PLAY];
        for string in 0..=choices.below(8) {
            if string > 0 {
                line.push(b',');
            }
            line.push(b'"');
            for _ in 0..choices.below(24) {
                let code = if choices.one_in(12) {
                    choices.byte()
                } else {
                    *choices.pick(b"abcdefgABCDEFG#$&_()123456789NOTUVWXYZMH!,")
                };
                line.push(if matches!(code, b'"' | 13 | 14) {
                    b'&'
                } else {
                    code
                });
            }
            line.push(b'"');
        }
        let _ = rig.machine.enter_line(&line);
        rig.run(2_000);
        if choices.one_in(3) {
            storm(&mut rig, choices, 4);
        }
        rig.reach_editor();
        if choices.is_spent() {
            break;
        }
    }
    rig.usable();
}

/// A program of the 128 with its own statements, its bytes below the system variables POKEd.
fn model_128(choices: &mut Choices<'_>) {
    let mut rig = Rig::new(Model::Spectrum128);
    rig.enter_program(choices, true);
    let commands: [&[u8]; 6] = [
        &[t::RUN],
        &[t::SAVE, b'!', b'"', b'a', b'"'],
        &[t::LPRINT, b'1'],
        &[t::COPY],
        &[t::CAT, b'!'],
        &[t::SPECTRUM],
    ];
    for _ in 0..6 {
        let at = ATTRIBUTES_END + choices.below(0x100) as u32;
        rig.machine.memory_mut().set_byte(at, choices.byte());
        let command = if choices.one_in(2) {
            choices.pick(&commands).to_vec()
        } else {
            any_command(choices)
        };
        rig.enter(choices, &command);
        rig.run(CASE / 8);
        if choices.one_in(3) {
            storm(&mut rig, choices, 4);
        }
        rig.reach_editor();
    }
    rig.usable();
}

/// Strings for VAL and VAL$.
fn val(choices: &mut Choices<'_>) {
    let mut rig = Rig::new(Model::Spectrum48);
    for number in [&b""[..], b"10"] {
        let line = [number, &statements(choices, false)].concat();
        let _ = rig.machine.enter_line(&line);
        rig.run(500);
        rig.reach_editor();
    }
    for _ in 0..6 {
        // The string as a variable in memory: any byte can be in it.
        let mut text = if choices.one_in(4) {
            choices.take(40).to_vec()
        } else {
            let text = choices.one_in(2);
            let mut grammar = Grammar {
                choices: &mut *choices,
                out: Vec::new(),
                pokes: false,
            };
            if text {
                grammar.text(4);
            } else {
                grammar.number(4);
            }
            grammar.out
        };
        if choices.one_in(2) {
            mutate(choices, &mut text);
        }
        let m = rig.machine.memory_mut();
        let at = m.pointer(s::VARS);
        m.set_byte(at, 0x41);
        m.set_word(at + 1, text.len() as u16);
        m.set_bytes(at + 3, &text);
        let end = at + 3 + text.len() as u32;
        m.set_byte(end, areas::VARIABLES_END);
        m.set_pointer(s::E_LINE, end + 1);
        areas::set_min(m);
        rig.machine.memory_changed();
        for function in [t::VAL, t::VAL_STR] {
            let _ = rig.machine.enter_line(&[t::PRINT, function, b'a', b'$']);
            rig.run(CASE / 4);
            rig.reach_editor();
        }
        if choices.is_spent() {
            break;
        }
    }
    rig.usable();
}

/// INPUT of all kinds, and answers right and wrong.
fn input(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    let program: [&[u8]; 6] = [
        b"10\xE9a(3): \xE9b$(2,5): \xEEa;b$",
        b"20\xEEa,a(2),\"x\";b$(1): \xF5a;a(2);b$(1)",
        b"30\xEE\xCAc$,(c$);\xCAb$(2)(2 \xCC 3): \xF5c$;b$(2)",
        b"40\xEE#0;d,#2;e$: \xEE\xAC21,0;d;\xAC0,0;\xAD5;d$;\"\"\"\"'d",
        b"50\xECn: \xE2",
        b"60\xEC10",
    ];
    for line in program {
        let _ = rig.machine.enter_line(line);
    }
    let line = statements(choices, false);
    let _ = rig.machine.enter_line(&[b"45".as_slice(), &line].concat());
    let _ = rig.machine.enter_line(&[t::RUN]);
    for _ in 0..12 {
        rig.run(CASE / 4);
        if rig.machine.waiting() == Waiting::Editor {
            let _ = rig.machine.enter_line(&any_command(choices));
            rig.run(CASE / 4);
        }
        match choices.below(4) {
            0 => {
                let number = choices.below(2_000).to_string();
                rig.type_line(number.as_bytes());
            }
            1 => {
                let mut grammar = Grammar {
                    choices: &mut *choices,
                    out: Vec::new(),
                    pokes: false,
                };
                grammar.number(2);
                let mut answer = grammar.out;
                mutate(choices, &mut answer);
                rig.type_line(&answer);
            }
            2 => storm(&mut rig, choices, 12),
            _ => {
                let length = choices.below(20);
                let answer = choices.take(length).to_vec();
                rig.type_line(&answer);
            }
        }
        if choices.is_spent() {
            break;
        }
    }
    rig.usable();
}

/// Streams opened, closed, printed to, read from; and channels that have been POKEd.
fn streams(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    for number in 1..=9 {
        let mut line = (number * 10).to_string().into_bytes();
        let stream = choices.below(18).to_string();
        let name = *choices.pick(&["k", "s", "p", "K", "r", "x", "", "ks"]);
        let part: Vec<u8> = match choices.below(9) {
            0 | 1 => [
                &[t::OPEN],
                stream.as_bytes(),
                b",\"",
                name.as_bytes(),
                b"\"",
            ]
            .concat(),
            2 => [&[t::CLOSE], stream.as_bytes()].concat(),
            3 => [&[t::PRINT, b'#'], stream.as_bytes(), b";\"abc\",a'"].concat(),
            4 => [&[t::LIST, b'#'], stream.as_bytes()].concat(),
            5 => [&[t::INPUT, b'#'], stream.as_bytes(), b";a$"].concat(),
            6 => [&[t::PRINT, t::INKEY, b'#'], stream.as_bytes()].concat(),
            7 => {
                let at = s::STRMS + choices.below(60) as u32;
                let value = choices.byte();
                [&[t::POKE], format!("{at},{value}").as_bytes()].concat()
            }
            _ => statements(choices, false),
        };
        line.extend(part);
        if choices.one_in(8) {
            mutate(choices, &mut line);
        }
        let _ = rig.machine.enter_line(&line);
    }
    for _ in 0..4 {
        let line: &[u8] = if choices.one_in(3) {
            &[t::CONTINUE]
        } else {
            &[t::RUN]
        };
        let _ = rig.machine.enter_line(line);
        rig.run(CASE / 4);
        storm(&mut rig, choices, 4);
        rig.reach_editor();
    }
    rig.usable();
}

/// Bytes on the serial line, read as the board reads them.
fn serial(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    let mut line = SerialInput::new();
    while !choices.is_spent() {
        rig.now += match choices.below(16) {
            15 => choices.long_time(),
            14 => 100_000,
            n => n as u64 * 100,
        };
        let stroke = match choices.below(8) {
            7 => line.nothing_more(rig.now),
            _ => line.take(choices.byte(), rig.now),
        };
        if stroke == Some(Stroke::Reset) {
            // Nothing is left of what it is pressed in.
            break;
        }
        for event in stroke.into_iter().flat_map(Stroke::events) {
            rig.key(event);
        }
        rig.run(500);
    }
    rig.usable();
}

/// The bytes of a file: lines, variables, or anything.
fn file(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in 0..choices.below(5) as u8 {
        let mut line = statements(choices, false);
        if choices.one_in(4) {
            mutate(choices, &mut line);
        }
        let length = line.len() as u16 + 1;
        bytes.extend([0, 10 + 5 * number]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(line);
        bytes.push(13);
    }
    let length = choices.below(60);
    bytes.extend(choices.take(length));
    if choices.one_in(6) {
        // As much as a header can promise.
        bytes.resize(usize::from(choices.word()), choices.byte());
    }
    bytes
}

/// A header and what follows it; what it says of that is true now and then.
fn blocks(choices: &mut Choices<'_>) -> [Block; 2] {
    let bytes = file(choices);
    let mut header = vec![choices.byte() % 5];
    let name: &[u8; 10] = if choices.one_in(8) {
        b"\x16\x30\x01xxxxxxx"
    } else {
        b"a         "
    };
    header.extend(name);
    for likely in [
        [bytes.len() as u16, bytes.len() as u16, 6912],
        [10, 0x8000, 23_296],
        [0, 30, 60_000],
    ] {
        let word = if choices.one_in(8) {
            choices.word()
        } else {
            *choices.pick(&likely)
        };
        header.extend(word.to_le_bytes());
    }
    let mut blocks = [Block::new(0, &header), Block::new(0xFF, &bytes)];
    if choices.one_in(6) {
        let at = choices.below(2);
        blocks[at].0.pop();
    } else if choices.one_in(8) {
        let at = choices.below(2);
        blocks[at] = Block(choices.take(24).to_vec());
    }
    blocks
}

/// A tape of blocks that say what is not true, read by all commands there are for it.
fn tape(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    rig.enter_program(choices, false);
    let mut tape = Vec::new();
    for _ in 0..=choices.below(4) {
        tape.extend(blocks(choices));
    }
    rig.machine
        .deck_mut()
        .insert(from_tap(&to_tap(&tape)).blocks);
    for _ in 0..4 {
        let commands: [&[u8]; 8] = [
            &[t::LOAD, b'"', b'"'],
            &[t::LOAD, b'"', b'"', t::CODE],
            &[t::LOAD, b'"', b'"', t::SCREEN],
            &[t::LOAD, b'"', b'"', t::DATA, b'a', b'(', b')'],
            &[t::LOAD, b'"', b'a', b'"', t::DATA, b'a', b'$', b'(', b')'],
            &[t::MERGE, b'"', b'"'],
            &[t::VERIFY, b'"', b'"'],
            &[t::VERIFY, b'"', b'"', t::CODE],
        ];
        let mut line = choices.pick(&commands).to_vec();
        if choices.one_in(3) {
            line.splice(0..0, *b"15");
            let _ = rig.machine.enter_line(&line);
            line = vec![t::RUN];
        }
        let _ = rig.machine.enter_line(&line);
        rig.run(CASE / 4);
        rig.reach_editor();
        let _ = rig.machine.enter_line(&any_command(choices));
        rig.run(CASE / 4);
        rig.reach_editor();
    }
    rig.usable();
}

/// Any slicing of the fuel, copies on the way and what is made again from the record: all are the
/// same machine.
fn equal(choices: &mut Choices<'_>) {
    let model = if choices.one_in(4) {
        Model::Spectrum128
    } else {
        Model::Spectrum48
    };
    let mut whole = Rig::new(model);
    let mut cut = Rig::new(model);
    // Typed, so that all of it is on record.
    for number in 1..=5 {
        let line = statements(choices, false);
        let line = [number.to_string().as_bytes(), &line].concat();
        for rig in [&mut whole, &mut cut] {
            rig.type_line(&line[..line.len().min(60)]);
        }
    }
    for rig in [&mut whole, &mut cut] {
        rig.type_line(&[t::RUN]);
    }
    let mut copy: Option<Rig> = None;
    for i in 0..8 {
        for _ in 0..choices.below(5) {
            let event = any_key(choices);
            whole.key(event);
            cut.key(event);
            if let Some(copy) = &mut copy {
                copy.key(event);
            }
        }
        let fuel = 1 + choices.below(400) as Fuel;
        let slices = [1, 2, 3, 7, 1 + choices.below(50) as Fuel];
        let slice = *choices.pick(&slices);
        go_on(&mut whole, fuel, fuel);
        go_on(&mut cut, fuel, slice);
        if let Some(copy) = &mut copy {
            go_on(copy, fuel, fuel);
        }
        let time = [0, 500, 20_000, 70_000, 3_000_000];
        let time = *choices.pick(&time);
        for rig in [&mut whole, &mut cut].into_iter().chain(copy.as_mut()) {
            rig.now += time;
        }
        if i == 4 {
            copy = Some(whole.clone());
        }
    }
    assert_equal(&whole.machine, &cut.machine, "slices");
    assert_eq!(whole.console, cut.console);
    if let Some(copy) = copy {
        assert_equal(&whole.machine, &copy.machine, "copies");
    }
    for rig in [&whole, &cut] {
        let entries = rig.history.entries();
        let again = replay::play(model, &entries.unwrap_or_default());
        assert_equal(&rig.machine, &again, "made again");
    }
}

/// Runs with some fuel at one time, cut in slices.
fn go_on(rig: &mut Rig, fuel: Fuel, slice: Fuel) {
    let mut left = fuel;
    let mut said = Vec::new();
    while left > 0 {
        let given = slice.min(left);
        let mut fuel = given;
        let pause = rig.call(&mut fuel);
        said.extend_from_slice(&rig.console);
        left -= given - fuel;
        if pause != Pause::Fuel {
            break;
        }
    }
    rig.console = said;
}

fn assert_equal(one: &Machine, other: &Machine, what: &str) {
    let (a, b) = (one.memory(), other.memory());
    let differ = (0..0x1_0000).find(|&at| a.byte(at) != b.byte(at));
    assert_eq!(differ, None, "{what}: bytes");
    assert!(one == other, "{what}");
}
