//! The program `zx` itself: files, options, exit statuses, the console without a terminal.
#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing where something must be has failed"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Runs `zx` with some standard input.
fn zx(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zx"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// A file in this test's own folder.
fn file(name: &str, contents: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, contents).unwrap();
    path
}

#[test]
fn a_listing_brings_its_options_and_the_command_line_overrides_them() {
    let listing = "# oracle: --vars --cmd \"GO TO 20\"\n10 STOP\n20 LET a=2\n";
    let path = file("options.bas", listing);
    let path = path.to_str().unwrap();
    let account = |args: &[&str]| -> serde_json::Value {
        let output = zx(&[&["run", path, "--json"], args].concat(), "");
        assert!(output.status.success());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let with_header = account(&[]);
    assert_eq!(with_header["program"], "options.bas");
    assert_eq!(with_header["report"]["text"], "0 OK, 20:1");
    assert_eq!(with_header["vars"]["a"], "0000020000");
    let overridden = account(&["--cmd", "RUN"]);
    assert_eq!(overridden["report"]["text"], "9 STOP statement, 10:1");
    let without = account(&["--no-header"]);
    assert_eq!(without["report"]["text"], "9 STOP statement, 10:1");
    assert_eq!(without.get("vars"), None);
}

#[test]
fn a_listing_may_come_from_the_standard_input() {
    let output = zx(&["run", "-"], "10 PRINT \"piped\"\n");
    assert!(text(&output).contains("--- channel S (6 bytes)\npiped\n"));
    assert!(text(&output).contains("|0 OK, 10:1 "));
}

#[test]
fn what_cannot_be_done_is_said_and_fails() {
    for (args, input, words) in [
        (
            &["run", "/no/such/file.bas"][..],
            "",
            "reading /no/such/file.bas",
        ),
        (&["run", "-"], "PRINT 1\n", "no line number"),
        (&["run", "-", "--keys", "{FOO}"], "10 STOP\n", "no key"),
        (&["run", "-", "--peek", "x"], "10 STOP\n", "--peek"),
        (
            &["run", "-"],
            "# oracle: --keys \"x\n10 STOP\n",
            "unbalanced quotes",
        ),
    ] {
        let output = zx(args, input);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with("zx: ") && said.contains(words), "{said}");
    }
}

#[test]
fn key_files_are_typed() {
    let script = "# keys\n# oracle: --rom 48\n10p6*7\\n\nr\\n\n";
    let path = file("typed.keys", script);
    let png = file("typed.png", "");
    let output = zx(
        &[
            "type",
            "--file",
            path.to_str().unwrap(),
            "--png",
            png.to_str().unwrap(),
            "--json",
            "--peek",
            "23635:2",
        ],
        "",
    );
    let account: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(account["rom"], "48");
    assert_eq!(account["listing"][0], "10 PRINT 6*7");
    assert!(account["screen"][0].as_str().unwrap().starts_with("42 "));
    assert_eq!(account["inverse_cells"], serde_json::json!([]));
    assert_eq!(account["peek"]["23635:2"], serde_json::json!([203, 92]));
    assert!(std::fs::read(png).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn vectors_are_done_again() {
    let vectors = "add 0000010000 0000010000 -> 0000020000\nln 0000000000 -> !A\n\
        seq \"a\" \"a\" -> 0000010000\nval '2*3' -> 0000060000\nval '1+' -> !C\n";
    let path = file("all.txt", vectors);
    let path = path.to_str().unwrap();
    assert_eq!(text(&zx(&["vectors", path], "")), vectors);
    let wrong = file("wrong.txt", "neg 0000010000 -> 0000010000\n");
    let output = zx(&["vectors", "--diff", wrong.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output),
        "neg 0000010000 -> 0000010000\nneg 0000010000 -> 00FFFFFF00\n"
    );
}

#[test]
fn without_a_terminal_the_console_is_plain_text() {
    let output = zx(
        &["term", "--start", "line48"],
        "10 pause 100: input a$: print \"got \";a$\nrun\nthis\nprint 1/4\n",
    );
    assert!(output.status.success());
    let said = text(&output);
    assert!(
        said.contains("\ngot this\n") || said.contains("\r\ngot this\r\n"),
        "{said:?}"
    );
    assert!(said.contains("0.25"), "{said:?}");
}

#[test]
fn without_a_terminal_the_menu_is_text_too() {
    let output = zx(&["term"], "\n");
    assert!(output.status.success());
    let said = text(&output);
    assert!(said.contains("\n> Tape Loader\r\n  128 BASIC"), "{said:?}");
    // The tape loader waits for a tape that nobody can put in: that is the end.
    assert!(said.contains("\r\nTape Loader\r\n"), "{said:?}");
}

#[test]
fn a_record_on_a_serial_line_is_made_a_machine_again() {
    use basic::machine::Model;
    use basic::scenario::{Player, parse};
    let case = "== a\nrom 48\ntype 10 INPUT a: PRINT a*a: GO TO 10\ntype RUN\ntype 12\ntype 7\n";
    let mut player = Player::new(Model::Spectrum48).unwrap();
    for step in &parse(case).unwrap()[0].steps {
        player.play(step).unwrap();
    }
    let mut said = "*** ZX Spectrum +4 has stopped\r\ncause: ..\r\n".to_owned();
    player
        .history()
        .write(Model::Spectrum48.into(), &mut said)
        .unwrap();
    let path = file("serial.log", &said);
    let output = zx(&["replay", path.to_str().unwrap()], "");
    assert!(
        text(&output).starts_with("144\n49\n\n"),
        "{}",
        text(&output)
    );
    assert!(text(&output).contains("waits for: Input"));
    let broken = file("broken.log", "nothing at all");
    assert!(
        !zx(&["replay", broken.to_str().unwrap()], "")
            .status
            .success()
    );
}

#[test]
fn what_is_saved_on_a_tape_is_there_for_the_next_run() {
    let tape = file("saved.tap", "");
    let tape = tape.to_str().unwrap();
    let save = file(
        "save.bas",
        "10 LET a=5: SAVE \"five\" LINE 20\n20 PRINT a\n",
    );
    let load = file("load.bas", "10 LOAD \"five\"\n");
    let account = |listing: &PathBuf, args: &[&str]| -> serde_json::Value {
        let listing = listing.to_str().unwrap();
        let output = zx(&[&["run", listing, "--json"], args].concat(), "");
        assert!(output.status.success());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let saved = account(&save, &["--save-tape", tape]);
    assert_eq!(saved["tape"][0]["flag"], 0);
    assert_eq!(saved["tape"][0]["length"], 17);
    assert_eq!(saved["tape"][1]["flag"], 255);
    let header = std::fs::read(tape).unwrap();
    // A block of 19 bytes: flag, kind, name.
    assert_eq!(header[..14], *b"\x13\0\0\0five      ");
    let loaded = account(&load, &["--tape", tape]);
    assert_eq!(loaded["out"]["S"]["text"], "\nProgram: five      \n5\n");
    assert_eq!(loaded["report"]["text"], "0 OK, 20:1");
    let empty = account(&load, &[]);
    assert_eq!(empty["waiting_for"], "tape");
}
