//! The screen against what was recorded from the original ROM (`recorded.txt`), and what a
//! recording cannot hold.

use super::*;
use crate::number::Number;
use crate::report::Report;
use crate::store::memory::{DISPLAY_FILE, Memory};
use crate::store::sysvars as s;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// A machine as it is after power-on, as far as the screen is concerned.
fn machine() -> Memory {
    /// Channel K: output, input, letter; then channel S.
    const CHANNELS: [u8; 10] = [0xF4, 9, 0xA8, 0x10, b'K', 0xF4, 9, 0xC4, 0x15, b'S'];
    const CHANNELS_AT: u32 = 0x5CB6;
    let mut m = Memory::new();
    m.set_pointer(s::CHANS, CHANNELS_AT);
    m.slice_mut(CHANNELS_AT, 10).copy_from_slice(&CHANNELS);
    reset(&mut m);
    reset_udgs(&mut m, 0xFF58);
    open(&mut m, false);
    m
}

/// Opens channel K or S.
fn open(m: &mut Memory, lower: bool) {
    if lower {
        scroll::open_lower(m);
    } else {
        scroll::open_upper(m);
    }
}

/// Prints, answering every `scroll?`.
fn print(m: &mut Memory, screen: &mut Screen, code: u8, yes: bool) -> (usize, Option<Report>) {
    let mut asked = 0;
    let mut done = screen.put(m, code);
    loop {
        match done {
            Ok(()) => return (asked, None),
            Err(Stop::Report(report)) => return (asked, Some(report)),
            Err(Stop::Scroll) => {
                asked += 1;
                let answered = screen
                    .ask_scroll(m)
                    .and_then(|()| screen.answer_scroll(m, yes));
                if let Err(report) = answered {
                    return (asked, Some(report));
                }
                done = screen.resume(m);
            }
        }
    }
}

/// Prints text that needs no answers.
fn type_out(m: &mut Memory, codes: &[u8]) {
    let mut screen = Screen::new();
    for &code in codes {
        assert_eq!(screen.put(m, code), Ok(()));
    }
}

/// A line of the screen as it can be read back.
fn line(m: &Memory, line: u8) -> String {
    let text: String = (0..32)
        .map(|column| match screen_string(m, line, column) {
            Some(94) => '\u{2191}',
            Some(96) => '\u{A3}',
            Some(127) => '\u{A9}',
            Some(code) => char::from(code),
            None => '\u{2591}',
        })
        .collect();
    text.trim_end().to_string()
}

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn number(text: &str) -> Number {
    let mut bytes = [0; 5];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
    }
    Number::from_bytes(bytes)
}

/// Does one line of a recording; what came of it is added to `came`. False after a report.
fn act(m: &mut Memory, screen: &mut Screen, action: &str, came: &mut String) -> bool {
    let words: Vec<&str> = action.split(' ').collect();
    let decimal = |i: usize| words[i].parse::<u32>().unwrap();
    let numbers = || words[1..].iter().copied().map(number).collect::<Vec<_>>();
    let report = match words[0] {
        "poke" => {
            m.set_byte(decimal(1), decimal(2) as u8);
            None
        }
        "chan" => {
            open(m, decimal(1) == 1);
            None
        }
        "cls" => {
            cls(m);
            None
        }
        "clsl" => {
            cls_lower(m);
            None
        }
        "print" => {
            let yes = words.last() != Some(&"n");
            let codes = words[1..].iter().take_while(|&&word| word != "answer");
            let mut stopped = None;
            for code in codes {
                let code = u8::from_str_radix(code, 16).unwrap();
                let (asked, report) = print(m, screen, code, yes);
                came.push_str(&"?".repeat(asked));
                stopped = report;
                if stopped.is_some() {
                    break;
                }
            }
            stopped
        }
        "endin" => {
            end_input(m);
            None
        }
        "perm" => {
            make_permanent(m);
            None
        }
        "border" => border(m, decimal(1) as u8).err(),
        "gt" => {
            graphics_temps(m);
            None
        }
        "plot" => plot(m, numbers()[0], numbers()[1]).err(),
        "draw" => draw(m, numbers()[0], numbers()[1]).err(),
        "arc" => draw_arc(m, numbers()[0], numbers()[1], numbers()[2]).err(),
        "circle" => circle(m, numbers()[0], numbers()[1], numbers()[2]).err(),
        "point" => {
            let point = point(m, numbers()[0], numbers()[1]);
            if let Ok(point) = point {
                came.push_str(&format!("[{}]", u8::from(point == Number::ONE)));
            }
            point.err()
        }
        other => panic!("{other}"),
    };
    if let Some(report) = report {
        came.push('!');
        came.push(report.code());
    }
    report.is_none()
}

/// What a recording says of the machine after the actions.
fn state(m: &Memory, came: &str, text: bool) -> String {
    let at = |at, length| hex(m.slice(at, length));
    let came = if came.is_empty() { "-" } else { came };
    let mut state = format!("-> {came}\n");
    state += &format!(
        "position {} {} dfsz {} scrct {}\n",
        at(s::ECHO_E, 6),
        at(s::S_POSN, 4),
        at(s::DF_SZ, 1),
        at(s::SCR_CT, 1)
    );
    state += &format!(
        "colours {} flags {:02x} tv {} tvdata {} coords {}\nattributes",
        at(s::ATTR_P, 5),
        m.byte(s::FLAGS) & 1,
        at(s::TV_FLAG, 1),
        at(s::TVDATA, 2),
        at(s::COORDS, 2)
    );
    for run in m.slice(0x5800, 768).chunk_by(|a, b| a == b) {
        state += &format!(" {:02x}x{}", run[0], run.len());
    }
    state.push('\n');
    if text {
        for n in 0..24 {
            let line = line(m, n);
            if !line.is_empty() {
                state += &format!("{n:2}|{line}\n");
            }
        }
    } else {
        let picture = hash(m.slice(DISPLAY_FILE, 6144));
        state += &format!("picture {picture:016x}\n");
    }
    state
}

#[test]
fn the_screen_does_what_the_rom_was_recorded_to_do() {
    let recordings = include_str!("recorded.txt").split("\n== ").skip(1);
    let mut count = 0;
    for recording in recordings {
        let (name, rest) = recording.split_once('\n').unwrap();
        let at = rest.find("-> ").unwrap();
        let (actions, expected) = rest.split_at(at);
        let mut m = machine();
        let mut screen = Screen::new();
        let mut came = String::new();
        for action in actions.lines() {
            if !act(&mut m, &mut screen, action, &mut came) {
                break;
            }
        }
        let text = !expected.contains("\npicture ");
        assert_eq!(
            state(&m, &came, text).trim_end(),
            expected.trim_end(),
            "{name}"
        );
        count += 1;
    }
    assert_eq!(count, 112);
}

#[test]
fn the_128_has_two_tokens_more() {
    let mut m = machine();
    type_out(&mut m, &[b'x', 0xA3, 0xA4, b'y']);
    assert_eq!(line(&m, 0), "xTUy");
    let mut m = machine();
    m.set_bit(s::FLAGS, 4, true);
    type_out(&mut m, &[b'x', 0xA3, b'x', 0xA4, b'y', 0xA2]);
    assert_eq!(line(&m, 0), "x SPECTRUM x PLAY yS");
}

#[test]
fn the_prompt_stands_in_the_lower_screen_until_it_is_answered() {
    let mut m = machine();
    let mut screen = Screen::new();
    m.set_byte(s::SCR_CT, 1);
    set_position(&mut m, 21, 31);
    assert_eq!(screen.put(&mut m, b'a'), Ok(()));
    let before = screen.clone();
    assert_eq!(before, Screen::new());
    assert_eq!(screen.put(&mut m, b'b'), Err(Stop::Scroll));
    assert!(screen.is_pending());
    screen.ask_scroll(&mut m).unwrap();
    assert_eq!(line(&m, 23), "scroll?");
    assert_eq!(line(&m, 21), format!("{:31}a", ""));
    screen.answer_scroll(&mut m, true).unwrap();
    assert_eq!(screen.resume(&mut m), Ok(()));
    assert_eq!(line(&m, 23), "");
    assert_eq!(line(&m, 20), format!("{:31}a", ""));
    assert_eq!(line(&m, 21), "b");
    assert_eq!(screen, before);
}

#[test]
fn a_no_forgets_what_was_being_printed() {
    let mut m = machine();
    let mut screen = Screen::new();
    set_position(&mut m, 21, 30);
    m.set_byte(s::SCR_CT, 1);
    assert_eq!(
        screen.put(&mut m, crate::token::RANDOMIZE),
        Err(Stop::Scroll)
    );
    screen.ask_scroll(&mut m).unwrap();
    assert_eq!(
        screen.answer_scroll(&mut m, false),
        Err(Report::BreakContRepeats)
    );
    assert_eq!(screen.resume(&mut m), Ok(()));
    assert_eq!(line(&m, 21), format!("{:31}R", ""));
    assert_eq!(screen, Screen::new());
}

#[test]
fn the_automatic_listing_ends_when_its_part_is_full() {
    let mut m = machine();
    m.set_bit(s::TV_FLAG, 4, true);
    let mut screen = Screen::new();
    let mut lines = 0;
    let end = loop {
        match screen.put(&mut m, 13) {
            Ok(()) => lines += 1,
            Err(stop) => break stop,
        }
    };
    assert_eq!(lines, 22);
    assert_eq!(end, Stop::Report(Report::Ok));
    assert!(!m.bit(s::TV_FLAG, 4));
    assert!(scroll::lower(&m));
}

#[test]
fn screen_finds_characters_in_either_colour_but_no_blocks() {
    let mut m = machine();
    type_out(&mut m, &[b'A', 20, 1, b'B', b' ', 20, 0, 0x81, 0x8F, 0x90]);
    let found: Vec<_> = (0..6).map(|column| screen_string(&m, 0, column)).collect();
    // The full block is an inverse space; the first user-defined graphic looks like A still.
    let expected = [
        Some(b'A'),
        Some(b'B'),
        Some(b' '),
        None,
        Some(b' '),
        Some(b'A'),
    ];
    assert_eq!(found, expected);
    assert_eq!(attr(&m, 0, 0), 0x38);
}

#[test]
fn only_rows_that_changed_are_marked() {
    let mut m = machine();
    let _ = m.take_changed();
    type_out(&mut m, &[22, 5, 0, b'x']);
    assert_eq!(m.take_changed(), 1 << 5);
    plot(&mut m, Number::ZERO, Number::ZERO).unwrap();
    assert_eq!(m.take_changed(), 1 << 21);
    scroll_all(&mut m);
    assert_eq!(m.take_changed(), (1 << 24) - 1);
    clear_lines(&mut m, 2);
    assert_eq!(m.take_changed(), 3 << 22);
}

#[test]
fn no_bytes_however_odd_stop_the_machine() {
    // System variables and codes from a fixed sequence: nothing may panic.
    let mut seed = 1u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    for _ in 0..300 {
        let mut m = machine();
        for at in s::ECHO_E..s::MEMBOT {
            m.set_byte(at, next());
        }
        m.set_byte(s::DF_SZ, next());
        m.set_byte(s::TV_FLAG, next());
        let mut screen = Screen::new();
        for _ in 0..200 {
            let _ = print(&mut m, &mut screen, next(), true);
            let _ = screen_string(&m, next(), next());
        }
        let mut any = || Number::from_bytes([next() & 0x8F, next(), next(), next(), next()]);
        let _ = draw(&mut m, any(), any());
        let _ = circle(&mut m, any(), any(), any());
        let _ = draw_arc(&mut m, any(), any(), any());
        cls(&mut m);
    }
}

/// Characters that are drawn together are what they are one by one, whatever they are drawn over
/// and with, from any column on, and also where a program has its own set.
#[test]
fn a_line_drawn_together_is_its_characters() {
    const COLUMNS: u8 = 32;
    const OWN_SET: u32 = 0x8000;
    let codes: Vec<u8> = (0x20..0x80).rev().collect();
    for flags in 0..=255 {
        let mut together = machine();
        for at in (DISPLAY_FILE..s::KSTATE - 0x100).chain(OWN_SET..OWN_SET + 0x400) {
            together.set_byte(at, ((at * 37) >> 3) as u8 ^ flags);
        }
        together.set_byte(s::P_FLAG, flags);
        together.set_word(s::ATTR_T, 0x70C6);
        if flags & 3 == 3 {
            together.set_pointer(s::CHARS, OWN_SET);
        }
        let column = flags % COLUMNS;
        set_position(&mut together, 5, column);
        let mut apart = together.clone();
        let done = Screen::new().put_plain(&mut together, &codes);
        assert_eq!(done, usize::from(COLUMNS - column));
        type_out(&mut apart, &codes[..done]);
        assert!(together == apart, "P_FLAG {flags}");
    }
}
