//! Every target with bytes of seeded generators: the same ones each time.
//!
//! A failure names its seed; `FUZZ_SEED=7 FUZZ_TIMES=0` plays that one alone, `FUZZ_TIMES=100` a
//! hundred times as many.

#![allow(clippy::unwrap_used, reason = "what cannot be read ends the test")]

use std::{env, fs};

use basic::machine::{Model, Waiting};
use basic::token as t;
use fuzz::{Choices, Rig, TARGETS, Target, any_command, bytes_of, canary, target};

/// Prints the seed of a case that panics.
struct Seed(&'static str, u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: FUZZ_SEED={} FUZZ_TIMES=0", self.0, self.1);
        }
    }
}

/// Runs cases of a target, each with its own seed.
fn cases(name: &str, count: u64) {
    let target = target(name);
    let number = |name, otherwise| match env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => otherwise,
    };
    let (first, times): (u64, u64) = (number("FUZZ_SEED", 0), number("FUZZ_TIMES", 1));
    for seed in first..first + (count * times).max(1) {
        let seed = Seed(target.name, seed);
        // Now and then bytes that end before the case does.
        let length = if seed.1 % 8 == 7 {
            target.bytes / 4
        } else {
            target.bytes
        };
        target.run(&bytes_of(seed.1, length));
    }
}

#[test]
fn any_keys_are_survived() {
    cases("keys", 60);
}

#[test]
fn all_edits_are_taken_back_and_made_again() {
    cases("editor", 40);
}

#[test]
fn any_lines_are_survived() {
    cases("lines", 100);
}

#[test]
fn any_program_in_memory_is_survived() {
    cases("program", 120);
}

#[test]
fn any_variables_in_memory_are_survived() {
    cases("variables", 120);
}

#[test]
fn any_pokes_are_survived() {
    cases("pokes", 120);
}

#[test]
fn any_string_is_survived_by_val() {
    cases("val", 150);
}

#[test]
fn any_answers_are_survived() {
    cases("input", 80);
}

#[test]
fn any_streams_are_survived() {
    cases("streams", 80);
}

#[test]
fn any_bytes_on_the_serial_line_are_survived() {
    cases("serial", 60);
}

#[test]
fn any_tape_is_survived() {
    cases("tape", 100);
}

#[test]
fn any_play_strings_are_survived() {
    cases("play", 60);
}

#[test]
fn any_program_of_the_128_is_survived() {
    cases("model128", 60);
}

#[test]
fn slices_copies_and_records_make_equal_machines() {
    cases("equal", 60);
}

#[test]
fn any_file_of_the_plus_3_is_survived() {
    cases("plus3", 2000);
}

#[test]
fn any_tap_file_is_survived() {
    cases("tap", 2000);
}

#[test]
fn any_tzx_file_is_survived() {
    cases("tzx", 1000);
}

#[test]
fn any_text_is_survived() {
    cases("text", 600);
}

#[test]
fn programs_come_back_from_their_text() {
    cases("listing", 150);
}

#[test]
fn any_files_on_a_card_are_survived() {
    cases("card", 150);
}

#[test]
fn any_card_in_the_menu_is_survived() {
    cases("menu", 100);
}

#[test]
fn every_target_has_its_test_and_its_program() {
    let this = include_str!("smoke.rs");
    let programs = include_str!("../libfuzzer/Cargo.toml");
    for Target { name, .. } in &TARGETS {
        assert!(this.contains(&format!("cases(\"{name}\",")), "{name}");
        let program = format!("[[bin]]\nname = \"{name}\"\npath = \"targets/{name}.rs\"");
        assert!(programs.contains(&program), "{name}");
        let file = format!("{}/libfuzzer/targets/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(file).unwrap();
        assert!(
            text.contains(&format!("fuzz::target(\"{name}\")")),
            "{name}"
        );
    }
}

#[test]
#[should_panic(expected = "the canary is dead")]
fn a_panic_is_seen() {
    canary(b"BREAK");
}

#[test]
fn the_generator_reaches_what_it_is_for() {
    let mut accepted = 0;
    let mut printed = 0;
    let mut codes = std::collections::BTreeSet::new();
    let mut waits = std::collections::BTreeSet::new();
    for seed in 0..150 {
        let bytes = bytes_of(seed, 2000);
        let choices = &mut Choices::new(&bytes);
        let mut rig = Rig::new(Model::Spectrum48);
        accepted += rig.enter_program(choices, false);
        for command in [vec![t::RUN], any_command(choices), any_command(choices)] {
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
    }
    assert!(accepted > 400, "{accepted} lines accepted");
    assert!(printed > 100, "{printed} runs printed");
    assert!(codes.len() >= 16, "reports seen: {codes:?}");
    for wait in ["Editor", "Input", "Scroll", "Nothing"] {
        assert!(waits.contains(wait), "waits seen: {waits:?}");
    }
}
