use std::format;
use std::string::String;
use std::vec::Vec;

use super::*;
use crate::report::Report;
use crate::store::Address;

/// Where the strings of these tests lie.
const STRINGS: u16 = 0x9000;

/// Plays strings; what was sent, and how it ended.
fn play(strings: &[&str]) -> (Vec<(TStates, String)>, Result<()>) {
    let mut m = Memory::new();
    let mut at = STRINGS;
    let mut places = Vec::new();
    for string in strings {
        m.set_bytes(Address::from(at), string.as_bytes());
        places.push((at, string.len() as u16));
        at += string.len() as u16;
    }
    played(&m, &places)
}

fn played(m: &Memory, places: &[(u16, u16)]) -> (Vec<(TStates, String)>, Result<()>) {
    let mut play = Play::new(places.iter().copied());
    let result = loop {
        match play.step(m) {
            Ok(Progress::Goes) => {}
            Ok(Progress::Ended) => break Ok(()),
            Err(report) => break Err(report),
        }
    };
    let sent = play
        .take_sent()
        .into_iter()
        .map(|(at, command)| {
            let text = match command {
                SoundCommand::Psg { register, value } => format!("{register} {value}"),
                SoundCommand::Midi(byte) => format!("midi {byte}"),
                other => format!("{other:?}"),
            };
            (at, text)
        })
        .collect();
    (sent, result)
}

/// What strings send between the three writes at the start and the four at the end.
fn sent(strings: &[&str]) -> Vec<String> {
    let (sent, result) = play(strings);
    assert_eq!(result, Ok(()), "{strings:?}");
    let texts: Vec<String> = sent.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts[..3], ["7 248", "11 255", "12 255"]);
    let end = texts.len() - 4;
    assert_eq!(texts[end..], ["7 255", "8 0", "9 0", "10 0"]);
    texts[3..end].to_vec()
}

fn report(string: &str) -> Option<char> {
    play(&[string]).1.err().map(Report::code)
}

#[test]
fn notes_go_to_the_sound_chip_in_the_roms_order() {
    assert_eq!(
        sent(&["cD"]),
        [
            "6 16", "0 168", "1 1", "8 15", "8 0", "6 13", "0 189", "1 0", "8 15", "8 0"
        ]
    );
    assert_eq!(
        sent(&["c", "e"])[..7],
        ["6 16", "0 168", "1 1", "8 15", "2 80", "3 1", "9 15"]
    );
}

#[test]
fn notes_last_as_long_as_the_roms_loops() {
    // The intervals are what an original 128 takes whose memory is never slowed.
    let lasts = |strings: &[&str]| {
        let (sent, _) = play(strings);
        let on = sent.iter().find(|s| s.1 == "8 15").map_or(0, |s| s.0);
        let off = sent.iter().rposition(|s| s.1 == "8 0");
        let off = sent[..off.unwrap_or(0)].iter().rfind(|s| s.1 == "8 0");
        off.map_or(0, |s| s.0) - on
    };
    // A crotchet is 24 units at 120 beats a minute, of which the last passes in silence.
    let unit = 26 * (2842 - 100) + 130;
    let crotchet = lasts(&["c"]);
    assert_eq!(lasts(&["1c"]) + 18 * unit, crotchet);
    assert_eq!(lasts(&["9c"]) - 72 * unit, crotchet);
    assert_eq!(lasts(&["5_7c"]) - 48 * unit, crotchet);
    assert_eq!(crotchet - 23 * unit, 2184);
}

#[test]
fn brackets_repeat_and_comments_are_passed() {
    let once = sent(&["cc"]);
    assert_eq!(sent(&["(c)"]), once);
    assert_eq!(sent(&["c!))H!c"]), once);
    // for ever, but H ends all
    let ever = sent(&["cd)", "9&H"]);
    assert_eq!(ever.iter().filter(|text| *text == "0 168").count(), 3);
}

#[test]
fn every_report() {
    for (string, code) in [
        ("(((((c", 'd'),
        ("h", 'k'),
        ("T99999c", 'l'),
        ("V65536c", 'l'),
        ("O8#######################B", 'm'),
        ("O9c", 'n'),
        ("V16c", 'n'),
        ("M64c", 'n'),
        ("W8c", 'n'),
        ("Y0c", 'n'),
        ("Y17c", 'n'),
        ("T59c", 'n'),
        ("T241c", 'n'),
        ("13c", 'n'),
        ("0c", 'n'),
        ("10_10_10_10_10_10c", 'o'),
    ] {
        assert_eq!(report(string), Some(code), "{string}");
    }
}

#[test]
fn midi_gets_keys_down_and_up() {
    assert_eq!(
        sent(&["&", "&", "&", "Y3V7cZ5&"])[1..],
        [
            "midi 146", "midi 60", "midi 56", "8 0", "9 0", "10 0", "midi 130", "midi 60",
            "midi 64", "midi 5", "midi 130", "midi 60", "midi 64"
        ]
    );
}

#[test]
fn midi_gets_note_0_up_where_none_was_down() {
    assert_eq!(sent(&["Y3&"]), ["8 0", "midi 130", "midi 0", "midi 64"]);
}

#[test]
fn the_fourth_strings_volume_is_the_envelopes_period() {
    assert_eq!(sent(&["&", "&", "&", "V5&", "V6&"])[..2], ["11 5", "12 6"]);
}

#[test]
fn only_the_low_byte_of_a_number_counts() {
    assert_eq!(sent(&["V256&"])[0], "8 0");
    assert_eq!(report("T376c"), Some('n'));
}

#[test]
fn a_number_at_the_end_of_a_slice_goes_on_behind_it() {
    let mut m = Memory::new();
    m.set_bytes(Address::from(STRINGS), b"V15h");
    let (sent, result) = played(&m, &[(STRINGS, 2)]);
    assert_eq!(sent[3].1, "8 15");
    assert_eq!(result, Err(Report::InvalidNoteName));
}

#[test]
fn lengths_that_end_one_unit_apart_last_very_long() {
    let (sent, _) = play(&["2c", "11ccc"]);
    let last = sent.last().map_or(0, |s| s.0);
    let unit = 26 * (2842 - 100) + 130;
    assert!(last > 65_536 * unit, "{last}");
}

#[test]
fn what_the_rom_takes_its_code_for_is_refused() {
    assert_eq!(report("5_13c"), Some('n'));
    assert_eq!(report("5_12c"), None);
}

#[test]
fn the_envelope_has_the_last_shape_or_nought() {
    let first = ["6 16", "0 168", "1 1", "13 0", "8 31", "8 0"];
    assert_eq!(sent(&["Uc"]), first);
    let shaped = sent(&["W3X258M5Uc"]);
    assert_eq!(shaped[..3], ["11 2", "12 1", "7 250"]);
    assert_eq!(shaped[6], "13 13");
}

#[test]
fn a_string_that_ends_in_a_length_ends_wherever_it_lies() {
    let mut m = Memory::new();
    m.set_bytes(0x9000, b"c5");
    assert_eq!(played(&m, &[(0x9000, 2)]).1, Ok(()));
    m.set_bytes(0x905D, b"c5");
    assert_eq!(played(&m, &[(0x905D, 2)]).1, Ok(()));
}
