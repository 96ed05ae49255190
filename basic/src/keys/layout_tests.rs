//! What every key of every layout types, and the keys that are no characters.

use super::tests::{key, machine, taken, typed};
use super::*;
use crate::charset;
use crate::token;
use std::string::String;
use std::vec;

/// The printable keys of a PC keyboard, row by row.
const ROWS: [&[u8]; 4] = [
    &[
        0x35, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2D, 0x2E,
    ],
    &[
        0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30,
    ],
    &[
        0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x32,
    ],
    &[
        0x64, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38,
    ],
];
const SHIFT: u8 = 0xE1;
const CONTROL: u8 = 0xE0;
const ALT: u8 = 0xE2;
const ALT_GR: u8 = 0xE6;

/// The codes that come when a key is pressed with others held.
fn chord(layout: Layout, held: &[u8], usage: u8) -> Vec<u8> {
    let mut events = vec![KeyEvent::Layout(layout)];
    events.extend(held.iter().map(|&usage| KeyEvent::Down(usage)));
    events.extend([KeyEvent::Down(usage), KeyEvent::Up(usage)]);
    events.extend(held.iter().map(|&usage| KeyEvent::Up(usage)));
    typed(&events)
}

/// What the printable keys type, row by row; a dot in the middle for nothing.
fn characters(layout: Layout, held: &[u8]) -> [String; 4] {
    ROWS.map(|row| {
        row.iter()
            .map(|&usage| match chord(layout, held, usage)[..] {
                [] => '·',
                [code] => charset::to_char(code).unwrap(),
                _ => panic!("several codes from usage {usage}"),
            })
            .collect()
    })
}

#[test]
fn every_key_of_every_layout_types_its_character() {
    let expected = [
        (
            Layout::Us,
            [
                "£1234567890-=",
                "qwertyuiop[]",
                "asdfghjkl;'\\",
                "\\zxcvbnm,./",
            ],
            [
                "~!@#$%↑&*()_+",
                "QWERTYUIOP{}",
                "ASDFGHJKL:\"|",
                "|ZXCVBNM<>?",
            ],
        ),
        (
            Layout::Uk,
            [
                "£1234567890-=",
                "qwertyuiop[]",
                "asdfghjkl;'#",
                "\\zxcvbnm,./",
            ],
            [
                "·!\"£$%↑&*()_+",
                "QWERTYUIOP{}",
                "ASDFGHJKL:@~",
                "|ZXCVBNM<>?",
            ],
        ),
        (
            Layout::German,
            [
                "↑1234567890··",
                "qwertzuiop·+",
                "asdfghjkl··#",
                "<yxcvbnm,.-",
            ],
            [
                "·!\"·$%&/()=?£",
                "QWERTZUIOP·*",
                "ASDFGHJKL··'",
                ">YXCVBNM;:_",
            ],
        ),
        (
            Layout::French,
            [
                "·&·\"'(-·_··)=",
                "azertyuiop↑$",
                "qsdfghjklm·*",
                "<wxcvbn,;:!",
            ],
            [
                "·1234567890·+",
                "AZERTYUIOP·£",
                "QSDFGHJKLM%·",
                ">WXCVBN?./·",
            ],
        ),
        (
            Layout::Spanish,
            [
                "·1234567890'·",
                "qwertyuiop£+",
                "asdfghjkl···",
                "<zxcvbnm,.-",
            ],
            [
                "·!\"·$%&/()=?·",
                "QWERTYUIOP↑*",
                "ASDFGHJKL···",
                ">ZXCVBNM;:_",
            ],
        ),
    ];
    for (layout, alone, shifted) in expected {
        assert_eq!(characters(layout, &[]), alone, "{layout:?}");
        assert_eq!(characters(layout, &[SHIFT]), shifted, "{layout:?} shifted");
    }
}

#[test]
fn alt_gr_types_the_third_character_or_is_symbol_shift() {
    for (layout, pairs) in [
        (Layout::German, "7{8[9]0}-\\q@]~\\|"),
        (Layout::French, "2~3#4{5[6|7£8\\9↑0@-]=}"),
        (Layout::Spanish, "`\\1|2@3#4~[[]]'{\\}"),
    ] {
        let pairs: Vec<char> = pairs.chars().collect();
        for pair in pairs.chunks(2) {
            // The key that has this character on a United States keyboard; the last of the German
            // ones is the key beside Shift.
            let us = |usage: &&u8| Layout::Us.character(**usage, false, false) == Some(pair[0]);
            let named = *ROWS.concat().iter().find(us).unwrap();
            let usage = if (layout, pair[1]) == (Layout::German, '|') {
                0x64
            } else {
                named
            };
            let code = chord(layout, &[ALT_GR], usage);
            assert_eq!(
                code,
                [charset::from_char(pair[1]).unwrap_or(charset::POUND)]
            );
        }
    }
    // No character of the layout, or none that the Spectrum has: SYMBOL SHIFT.
    for layout in Layout::ALL {
        assert_eq!(chord(layout, &[ALT_GR], 0x0B), [charset::POWER], "h");
        assert_eq!(chord(layout, &[ALT_GR], 0x08), [token::GREATER_EQUAL], "e");
        assert_eq!(chord(layout, &[CONTROL], 0x0B), [charset::POWER], "h");
        assert_eq!(chord(layout, &[CONTROL], 0x1F), [b'@'], "2");
        assert_eq!(chord(layout, &[CONTROL], 0x27), [b'_'], "0");
    }
}

#[test]
fn alt_and_a_figure_is_the_spectrums_row_of_editing_keys() {
    for layout in [Layout::Us, Layout::French, Layout::German] {
        let row: Vec<u8> = (0x1E..0x28)
            .flat_map(|u| chord(layout, &[ALT], u))
            .collect();
        assert_eq!(row, [7, 6, 4, 5, 8, 10, 11, 9, 15, 12], "{layout:?}");
    }
}

#[test]
fn the_keys_of_a_keyboard_made_for_spectrums_are_the_spectrums() {
    let zx = Layout::Spectrum;
    let row: Vec<u8> = (0x1E..0x28).flat_map(|u| chord(zx, &[SHIFT], u)).collect();
    assert_eq!(row, [7, 6, 4, 5, 8, 10, 11, 9, 15, 12]);
    // Whatever such a keyboard calls its SYMBOL SHIFT.
    for symbol in [0xE0, 0xE2, 0xE4, 0xE5, 0xE6] {
        assert_eq!(chord(zx, &[symbol], 0x13), [b'"']);
        assert_eq!(chord(zx, &[symbol], 0x1E), [b'!']);
    }
    assert_eq!(chord(zx, &[SHIFT], 0xE5), [14]);
}

#[test]
fn keys_with_a_name_type_the_spectrums_editing_keys() {
    for (usage, code) in [
        (0x28, 13), // Enter
        (0x2A, 12), // Backspace
        (0x2B, 14), // Tab
        (0x39, 6),  // Caps Lock
        (0x3B, 7),  // F2
        (0x3C, 4),  // F3
        (0x3D, 5),  // F4
        (0x3F, 14), // F6
        (0x42, 15), // F9
        (0x49, 7),  // Insert
        (0x4F, 9),
        (0x50, 8),
        (0x51, 10),
        (0x52, 11),
        (0x58, 13),
    ] {
        for layout in Layout::ALL {
            assert_eq!(chord(layout, &[], usage), [code], "usage {usage}");
        }
    }
    for (usage, sign) in (0x54..0x58)
        .zip(*b"/*-+")
        .chain((0x59..0x64).zip(*b"1234567890."))
    {
        assert_eq!(chord(Layout::French, &[], usage), [sign]);
        assert_eq!(chord(Layout::French, &[SHIFT], usage), [sign]);
    }
    // Escape and Pause are BREAK.
    for usage in [0x29, 0x48] {
        let (mut keys, mut m) = machine(false);
        keys.event(KeyEvent::Down(usage));
        keys.frame(&mut m, Reader::Program);
        assert!(keys.break_held(), "usage {usage}");
    }
}

/// Editing keys in the order of the table: what is held, the key, the function.
const FUNCTIONS: [(Option<u8>, u8, Function); 19] = [
    (None, 0x4C, Function::DeleteRight),
    (None, 0x4A, Function::LineStart),
    (None, 0x4D, Function::LineEnd),
    (Some(CONTROL), 0x50, Function::WordLeft),
    (Some(CONTROL), 0x4F, Function::WordRight),
    (None, 0x4B, Function::TenUp),
    (None, 0x4E, Function::TenDown),
    (Some(CONTROL), 0x4A, Function::Top),
    (Some(CONTROL), 0x4D, Function::Bottom),
    (Some(CONTROL), 0x2A, Function::DeleteWordLeft),
    (Some(CONTROL), 0x4C, Function::DeleteWordRight),
    (Some(ALT), 0x2A, Function::DeleteToStart),
    (Some(ALT), 0x4C, Function::DeleteToEnd),
    (None, 0x3E, Function::Screen),
    (None, 0x40, Function::Undo),
    (None, 0x41, Function::Redo),
    (None, 0x43, Function::Find),
    (None, 0x44, Function::LastCommand),
    (None, 0x45, Function::NextCommand),
];

/// Presses keys of the Spectrum together, lets them go, and gives the code they typed.
fn press(keys: &mut Keys, m: &mut Memory, names: &[&str]) -> Option<u8> {
    for name in names {
        keys.event(KeyEvent::MatrixDown(key(name)));
    }
    keys.frame(m, Reader::Program);
    for name in names {
        keys.event(KeyEvent::MatrixUp(key(name)));
    }
    let code = taken(m);
    for _ in 0..=RELEASE_FRAMES {
        keys.frame(m, Reader::Program);
    }
    code
}

/// The code that the Spectrum's keys give as the table names them.
fn forty(names: &str) -> Option<u8> {
    let (mut keys, mut m) = machine(false);
    let names: Vec<&str> = names.split(' ').collect();
    let rest = match &names[..] {
        ["E", rest @ ..] => {
            assert_eq!(
                press(&mut keys, &mut m, &["CS", "SS"]),
                Some(charset::NUMBER)
            );
            m.set_byte(s::MODE, 1);
            rest
        }
        all => all,
    };
    press(&mut keys, &mut m, rest)
}

#[test]
fn every_function_of_the_full_editor_has_a_key_and_is_reached_with_the_forty() {
    for ((held, usage, function), row) in FUNCTIONS.into_iter().zip(table::EDITING) {
        let (mut keys, mut m) = machine(false);
        for usage in held.into_iter().chain([usage]) {
            keys.event(KeyEvent::Down(usage));
        }
        keys.frame(&mut m, Reader::FullEditor);
        assert_eq!(taken(&mut m), function.code(), "{row:?}");
        assert_eq!(forty(row.spectrum), function.code(), "{row:?}");
    }
    // The rest are CAPS SHIFT and a figure.
    let figures = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
    let codes: Vec<u8> = figures
        .iter()
        .filter_map(|f| forty(&std::format!("CS {f}")))
        .collect();
    assert_eq!(codes, [7, 6, 4, 5, 8, 10, 11, 9, 15, 12]);
}

#[test]
fn the_table_fits_the_help_screen() {
    for row in table::KEYS
        .iter()
        .chain(&table::EDITING)
        .chain(&table::COMFORTS)
    {
        assert!(row.pc.len() <= table::PC_WIDTH, "{row:?}");
        assert!(row.spectrum.len() <= table::SPECTRUM_WIDTH, "{row:?}");
        assert!(row.does.len() <= table::DOES_WIDTH, "{row:?}");
    }
}

#[test]
fn editing_keys_are_functions_in_the_line_editor_and_nothing_to_a_program() {
    for (held, usage, function) in FUNCTIONS {
        for reader in [Reader::LineEditor, Reader::Program] {
            let (mut keys, mut m) = machine(true);
            for usage in held.into_iter().chain([usage]) {
                keys.event(KeyEvent::Down(usage));
            }
            keys.frame(&mut m, reader);
            assert_eq!(taken(&mut m), None, "{function:?} types nothing");
            assert_eq!(keys.inkey(&m), None);
            assert_eq!(keys.half_rows(0), 0x1F);
            let expected = (reader == Reader::LineEditor).then_some(function);
            assert_eq!(keys.take_function(), expected);
            assert_eq!(keys.take_function(), None);
        }
    }
}

#[test]
fn comforts_are_functions_in_the_full_editor_too() {
    assert_eq!(
        FUNCTIONS.len(),
        table::EDITING.len() + table::COMFORTS.len()
    );
    for (_, usage, function) in &FUNCTIONS[table::EDITING.len()..] {
        let (mut keys, mut m) = machine(false);
        keys.event(KeyEvent::Down(*usage));
        keys.frame(&mut m, Reader::FullEditor);
        assert_eq!(taken(&mut m), None);
        assert_eq!(keys.take_function(), Some(*function));
    }
}

#[test]
fn editing_keys_and_signs_repeat_as_the_system_variables_say() {
    for (reader, usage, layout) in [
        (Reader::LineEditor, 0x4C, Layout::Us),
        (Reader::FullEditor, 0x4C, Layout::Us),
        (Reader::Program, 0x2F, Layout::Us), // [
        (Reader::Program, 0x50, Layout::German),
    ] {
        let (mut keys, mut m) = machine(false);
        m.set_byte(s::REPDEL, 10);
        m.set_byte(s::REPPER, 3);
        keys.event(KeyEvent::Layout(layout));
        keys.event(KeyEvent::Down(usage));
        let mut at = vec![];
        for frame in 0..20 {
            keys.frame(&mut m, reader);
            if taken(&mut m).is_some() || keys.take_function().is_some() {
                at.push(frame);
            }
        }
        assert_eq!(at, [0, 10, 13, 16, 19]);
    }
}

#[test]
fn as_many_keys_are_seen_together_as_are_down() {
    // Q A O P SPACE and M of one keyboard, X C V of another, ENTER and a cursor key.
    let (mut keys, mut m) = machine(false);
    for usage in [
        0x14, 0x04, 0x12, 0x13, 0x2C, 0x10, 0x1B, 0x06, 0x19, 0x28, 0x50,
    ] {
        keys.event(KeyEvent::Down(usage));
        keys.frame(&mut m, Reader::Program);
        keys.looked();
    }
    let rows: Vec<u8> = (0..8).map(|row| keys.half_rows(!(1 << row))).collect();
    // CAPS SHIFT X C V; A; Q; 5; none; P O; ENTER; SPACE M
    let down = [0b11101, 1, 1, 0b10000, 0, 0b11, 1, 0b101];
    assert_eq!(rows, down.map(|keys| keys ^ 0x1F));
    keys.event(KeyEvent::AllUp);
    keys.frame(&mut m, Reader::Program);
    assert_eq!(keys.half_rows(0), 0x1F);
    assert!(keys.is_quiet());
}

#[test]
fn keys_no_table_knows_do_nothing() {
    for layout in Layout::ALL {
        // Errors of the keyboard (1 to 3), Print Screen, Scroll Lock, Num Lock, Menu and what is
        // beyond.
        let unknown = (0..4)
            .chain([0x46, 0x47, 0x53, 0x65, 0x66])
            .chain(0x68..0xE0)
            .chain(0xE8..=0xFF);
        for usage in unknown {
            for held in [&[][..], &[SHIFT], &[CONTROL], &[ALT], &[ALT_GR]] {
                assert_eq!(chord(layout, held, usage), [], "{layout:?} {usage:02X}");
            }
        }
    }
}

#[test]
fn a_layout_is_chosen_by_its_word() {
    for layout in Layout::ALL {
        assert_eq!(Layout::of_word(layout.word()), Some(layout));
    }
    assert_eq!(Layout::of_word("dvorak"), None);
    assert_eq!(Layout::of_word(""), None);
}
