use super::*;
use crate::token;
use std::string::String;
use std::vec;

pub(super) fn machine(keyword_keys: bool) -> (Keys, Memory) {
    let mut m = Memory::new();
    let keys = Keys::new(keyword_keys, Layout::Us);
    keys.reset_memory(&mut m);
    m.set_bit(s::FLAGS, crate::line::list::FLAGS_L_MODE, true);
    (keys, m)
}

pub(super) fn key(name: &str) -> MatrixKey {
    let code = match name {
        "CS" => return decode::CAPS_SHIFT,
        "SS" => return decode::SYMBOL_SHIFT,
        "SPACE" => b' ',
        _ => name.as_bytes()[0].to_ascii_uppercase(),
    };
    let n = decode::MAIN.iter().position(|&c| c == code).unwrap();
    MatrixKey(u8::try_from(n).unwrap())
}

/// What a chord of the Spectrum's own keys gives.
fn gives(chord: &[&str], mode: u8, l_mode: bool) -> Option<u8> {
    let (mut keys, mut m) = machine(true);
    m.set_byte(s::MODE, mode);
    m.set_bit(s::FLAGS, crate::line::list::FLAGS_L_MODE, l_mode);
    for name in chord {
        keys.event(KeyEvent::MatrixDown(key(name)));
    }
    keys.frame(&mut m, Reader::Program);
    taken(&mut m)
}

pub(super) fn taken(m: &mut Memory) -> Option<u8> {
    let new = m.bit(s::FLAGS, FLAGS_NEW_KEY);
    m.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
    new.then(|| m.byte(s::LAST_K))
}

/// What comes when the events arrive between two looks at the keyboard and then time passes.
pub(super) fn typed(events: &[KeyEvent]) -> Vec<u8> {
    let (mut keys, mut m) = machine(false);
    for &event in events {
        keys.event(event);
    }
    let mut codes = vec![];
    for _ in 0..30 {
        keys.frame(&mut m, Reader::Program);
        // A late turn: two looks before anything is done about them.
        keys.frame(&mut m, Reader::Program);
        keys.looked();
        keys.deliver(&mut m, Reader::Program);
        codes.extend(taken(&mut m));
    }
    codes
}

fn text(events: &[KeyEvent]) -> String {
    typed(events).iter().map(|&c| char::from(c)).collect()
}

const LEFT_SHIFT: u8 = 0xE1;

#[test]
fn modes_give_what_is_printed_on_the_keys() {
    assert_eq!(gives(&["p"], 0, false), Some(token::PRINT));
    assert_eq!(gives(&["p"], 0, true), Some(b'p'));
    assert_eq!(gives(&["CS", "p"], 0, true), Some(b'P'));
    assert_eq!(gives(&["SS", "p"], 0, false), Some(b'"'));
    assert_eq!(gives(&["p"], 1, true), Some(token::TAB));
    assert_eq!(gives(&["SS", "p"], 1, true), Some(127));
    assert_eq!(gives(&["CS", "z"], 1, true), Some(token::BEEP));
    assert_eq!(gives(&["a"], 2, true), Some(144));
    assert_eq!(gives(&["1"], 2, true), Some(129));
    assert_eq!(gives(&["8"], 2, true), Some(128));
    assert_eq!(gives(&["CS", "8"], 2, true), Some(143));
    assert_eq!(gives(&["9"], 2, true), Some(15));
    assert_eq!(gives(&["2"], 1, true), Some(0x12));
    assert_eq!(gives(&["CS", "2"], 1, true), Some(0x1A));
    assert_eq!(gives(&["9"], 1, true), Some(3));
    assert_eq!(gives(&["CS", "8"], 1, true), Some(0));
    assert_eq!(gives(&["SS", "1"], 1, true), Some(token::DEF_FN));
    assert_eq!(gives(&["CS", "1"], 0, true), Some(7));
    assert_eq!(gives(&["SS", "0"], 0, true), Some(b'_'));
    assert_eq!(gives(&["SS", "2"], 0, true), Some(b'@'));
    assert_eq!(gives(&["CS", "SS"], 0, true), Some(14));
    assert_eq!(gives(&["CS"], 0, true), None);
    assert_eq!(gives(&["SS"], 0, true), None);
    assert_eq!(gives(&["CS", "SPACE"], 0, true), Some(b' '));
    assert_eq!(gives(&["a", "b"], 0, true), None);
    assert_eq!(gives(&["CS", "SS", "b"], 0, true), None);
}

#[test]
fn keywords_do_not_come_when_they_are_typed_as_letters() {
    let (mut keys, mut m) = machine(false);
    m.set_bit(s::FLAGS, crate::line::list::FLAGS_L_MODE, false);
    keys.event(KeyEvent::Down(0x13));
    keys.frame(&mut m, Reader::Program);
    assert_eq!(taken(&mut m), Some(b'p'));
}

#[test]
fn a_key_held_down_repeats_after_35_looks_and_then_every_5() {
    let (mut keys, mut m) = machine(true);
    keys.event(KeyEvent::MatrixDown(key("a")));
    let mut at = vec![];
    for frame in 0..60 {
        keys.frame(&mut m, Reader::Program);
        if taken(&mut m).is_some() {
            at.push(frame);
        }
    }
    assert_eq!(at, [0, 35, 40, 45, 50, 55]);
}

#[test]
fn a_key_of_the_matrix_is_new_only_after_five_looks_without_it() {
    for (gap, expected) in [(3, 1), (5, 2)] {
        let (mut keys, mut m) = machine(true);
        let mut count = 0;
        for _ in 0..2 {
            keys.event(KeyEvent::MatrixDown(key("l")));
            for _ in 0..3 {
                keys.frame(&mut m, Reader::Program);
                count += usize::from(taken(&mut m).is_some());
            }
            keys.event(KeyEvent::MatrixUp(key("l")));
            for _ in 0..gap {
                keys.frame(&mut m, Reader::Program);
                count += usize::from(taken(&mut m).is_some());
            }
        }
        assert_eq!(count, expected, "after {gap} looks");
    }
}

#[test]
fn a_pc_key_pressed_twice_between_two_looks_types_twice() {
    let l = 0x0F;
    let events = [KeyEvent::Down(l), KeyEvent::Up(l)];
    assert_eq!(text(&[events, events].concat()), "ll");
}

#[test]
fn rolled_keys_type_in_the_order_they_went_down() {
    let (a, b, c) = (0x04, 0x05, 0x06);
    let events = [
        KeyEvent::Down(a),
        KeyEvent::Down(b),
        KeyEvent::Up(a),
        KeyEvent::Down(c),
        KeyEvent::Up(c),
        KeyEvent::Up(b),
    ];
    assert_eq!(text(&events), "abc");
}

#[test]
fn figures_keep_their_keys_in_graphics_mode() {
    let (mut keys, mut m) = machine(false);
    m.set_byte(s::MODE, 2);
    keys.event(KeyEvent::Down(LEFT_SHIFT));
    keys.event(KeyEvent::Down(0x25));
    keys.frame(&mut m, Reader::Program);
    assert_eq!(taken(&mut m), Some(143));
}

#[test]
fn programs_see_all_keys_that_are_down() {
    let (mut keys, mut m) = machine(false);
    for usage in [0x14, 0x04, 0x2C] {
        keys.event(KeyEvent::Down(usage));
        keys.frame(&mut m, Reader::Program);
        keys.looked();
        keys.deliver(&mut m, Reader::Program);
    }
    assert_eq!(keys.half_rows(0xFB), 0b11110); // Q
    assert_eq!(keys.half_rows(0xFD), 0b11110); // A
    assert_eq!(keys.half_rows(0x7F), 0b11110); // SPACE
    assert_eq!(keys.half_rows(0xF7), 0x1F);
    assert_eq!(keys.half_rows(0x00), 0b11110);
    assert_eq!(keys.inkey(&m), None);
    keys.event(KeyEvent::AllUp);
    keys.frame(&mut m, Reader::Program);
    keys.looked();
    keys.deliver(&mut m, Reader::Program);
    assert_eq!(keys.half_rows(0x00), 0x1F);
    // A sign shows its SYMBOL SHIFT and not the Shift that is held.
    keys.event(KeyEvent::Down(LEFT_SHIFT));
    keys.event(KeyEvent::Down(0x34));
    keys.frame(&mut m, Reader::Program);
    assert_eq!(keys.half_rows(0xFE), 0x1F);
    assert_eq!(keys.half_rows(0x7F), 0b11101);
    assert_eq!(keys.half_rows(0xDF), 0b11110);
    assert_eq!(keys.inkey(&m), Some(b'"'));
}

#[test]
fn inkey_gives_letters_in_every_mode() {
    let (mut keys, mut m) = machine(true);
    m.set_bit(s::FLAGS, crate::line::list::FLAGS_L_MODE, false);
    keys.event(KeyEvent::MatrixDown(key("p")));
    keys.frame(&mut m, Reader::Program);
    assert_eq!(keys.inkey(&m), Some(b'p'));
    m.set_bit(s::FLAGS2, crate::line::list::FLAGS2_CAPS_LOCK, true);
    assert_eq!(keys.inkey(&m), Some(b'P'));
}

#[test]
fn break_is_caps_shift_and_space_or_what_a_console_sends() {
    let (mut keys, mut m) = machine(false);
    assert!(!keys.break_held());
    keys.event(KeyEvent::Down(0x29));
    keys.frame(&mut m, Reader::Program);
    assert!(keys.break_held());
    keys.event(KeyEvent::Up(0x29));
    keys.frame(&mut m, Reader::Program);
    assert!(!keys.break_held());
    keys.event(KeyEvent::Typed(b'x'));
    keys.event(KeyEvent::Break);
    assert!(keys.break_held());
    keys.clear_break();
    keys.frame(&mut m, Reader::Program);
    assert!(!keys.break_held());
    assert_eq!(taken(&mut m), Some(b' '), "only Escape was typed");
}

#[test]
fn typed_codes_wait_until_the_last_one_is_taken() {
    let (mut keys, mut m) = machine(false);
    assert!(keys.takes_typed(&m));
    for &c in b"ab" {
        keys.event(KeyEvent::Typed(c));
    }
    keys.looked();
    keys.deliver(&mut m, Reader::Program);
    assert!(!keys.takes_typed(&m));
    assert_eq!(keys.inkey(&m), Some(b'a'));
    assert_eq!(keys.half_rows(0xFD), 0b11110);
    keys.frame(&mut m, Reader::Program);
    assert_eq!(taken(&mut m), Some(b'a'));
    keys.looked();
    keys.deliver(&mut m, Reader::Program);
    assert_eq!(taken(&mut m), Some(b'b'));
    for _ in 0..=TYPED_FRAMES {
        keys.frame(&mut m, Reader::Program);
    }
    assert_eq!(keys.inkey(&m), None);
}

#[test]
fn any_flood_of_events_leaves_a_keyboard_that_works() {
    let (mut keys, mut m) = machine(false);
    let mut seed = 1u32;
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, kind, n, _] = seed.to_be_bytes();
        keys.event(match kind % 8 {
            0..=2 => KeyEvent::Down(n),
            3 => KeyEvent::Up(n),
            4 => KeyEvent::MatrixDown(MatrixKey(n)),
            5 => KeyEvent::MatrixUp(MatrixKey(n)),
            6 => KeyEvent::Typed(n),
            _ => KeyEvent::Break,
        });
        if kind % 3 == 0 {
            keys.frame(&mut m, Reader::Program);
            let _ = (keys.inkey(&m), keys.half_rows(n), keys.break_held());
        }
    }
    keys.event(KeyEvent::AllUp);
    for _ in 0..1000 {
        m.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
        keys.looked();
        keys.deliver(&mut m, Reader::Program);
        m.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
        keys.frame(&mut m, Reader::Program);
    }
    keys.looked();
    keys.deliver(&mut m, Reader::Program);
    m.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
    keys.event(KeyEvent::Down(0x04));
    keys.frame(&mut m, Reader::Program);
    assert_eq!(taken(&mut m).map(|c| c | 0x20), Some(b'a'));
}

#[test]
fn a_typed_function_is_its_readers() {
    let code = Function::LineStart.code().unwrap();
    for (reader, typed, function) in [
        (Reader::FullEditor, Some(code), None),
        (Reader::LineEditor, None, Some(Function::LineStart)),
        (Reader::Program, None, None),
    ] {
        let (mut keys, mut m) = machine(false);
        keys.event(KeyEvent::Typed(code));
        keys.deliver(&mut m, reader);
        assert_eq!(taken(&mut m), typed, "{reader:?}");
        assert_eq!(keys.take_function(), function, "{reader:?}");
        assert!(keys.is_quiet(), "{reader:?}");
    }
}
