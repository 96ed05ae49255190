//! Programs as text, on cassettes and as files of a card, and from each to each.
#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing where something must be has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use basic::lang::parse::Dialect;
use basic::listing;
use zx::cli::{RunOptions, options_of};
use zx::{account, run};

/// Runs `zx`; its standard output, or what it says instead.
fn zx(args: &[&str]) -> Result<String, String> {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_zx"))
        .args(args)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if status.success() {
        Ok(text(stdout))
    } else {
        Err(format!(
            "{} {}{}",
            status.code().unwrap(),
            text(stdout),
            text(stderr)
        ))
    }
}

/// A file in this test's own folder.
fn path(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("convert");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name).to_str().unwrap().to_owned()
}

const GAME: &str = "10 LET a$=\"\\a\\::`\": PRINT a$\n20 BEEP .1,10: GO TO 10\n";

#[test]
fn a_text_goes_through_all_forms_and_comes_back() {
    let [bas, tap, tzx, card, again] =
        ["game.bas", "game.tap", "game.tzx", "game", "again.txt"].map(path);
    fs::write(&bas, GAME).unwrap();
    zx(&["convert", &bas, &tap, "--start", "10"]).unwrap();
    zx(&["convert", &tap, &tzx]).unwrap();
    zx(&["convert", &tzx, &card]).unwrap();
    zx(&["convert", &card, &again]).unwrap();
    let text = fs::read_to_string(&again).unwrap();
    assert_eq!(text, format!("#autostart 10\n{GAME}"));
    for form in [&tap, &tzx, &card, &again] {
        let listed = zx(&["list", form, "--file", "game"]).unwrap();
        assert_eq!(listed, text, "{form}");
    }
    for cassette in [&tap, &tzx] {
        let listed = zx(&["list", cassette]).unwrap();
        assert_eq!(
            listed, "Program: game          51 bytes LINE 10\n",
            "{cassette}"
        );
    }
    // The same cassette from the text that has its start, and from the card.
    let saved = fs::read(&tap).unwrap();
    for (from, name) in [(&again, "a.tap"), (&card, "b.tap")] {
        let other = path(name);
        zx(&["convert", from, &other, "--name", "game"]).unwrap();
        assert_eq!(fs::read(&other).unwrap(), saved, "{name}");
    }
    assert!(fs::read(&card).unwrap().starts_with(b"PLUS3DOS\x1A"));
}

#[test]
fn what_cannot_be_done_is_said() {
    let [bas, tap, out, other] = ["wrong.bas", "cut.tap", "out.tap", "what.xyz"].map(path);
    fs::write(&bas, "10 PRINT 1\n20 PRINT (1\n").unwrap();
    let refused = zx(&["convert", &bas, &out]).unwrap_err();
    assert!(
        refused.starts_with("2 zx: ")
            && refused.ends_with("wrong.bas: line 2, column 12: C Nonsense in BASIC\n"),
        "{refused}"
    );
    assert!(!Path::new(&out).exists());
    fs::write(&other, "10 PRINT 1").unwrap();
    let refused = zx(&["convert", &other, &out]).unwrap_err();
    assert!(
        refused.contains("a text is called .bas or .txt"),
        "{refused}"
    );
    fs::write(&bas, "10 PRINT 1\n").unwrap();
    zx(&["convert", &bas, &tap]).unwrap();
    let mut cut = fs::read(&tap).unwrap();
    cut.pop();
    fs::write(&tap, cut).unwrap();
    let refused = zx(&["convert", &tap, &out]).unwrap_err();
    assert_eq!(refused, "2 zx: the block at byte 21 is cut off\n");
    let refused = zx(&["convert", &tap, &bas]).unwrap_err();
    assert_eq!(
        refused,
        "2 zx: Program: cut           13 bytes: 12 bytes are there\n"
    );
    let listed = zx(&["list", &tap]).unwrap_err();
    assert!(
        listed.starts_with("1 Program: cut           13 bytes (12 bytes are there)\n"),
        "{listed}"
    );
    assert_eq!(fs::read(&bas).unwrap(), b"10 PRINT 1\n");
    let missing = zx(&["list", &tap, "--file", "x"]).unwrap_err();
    assert_eq!(
        missing,
        "2 zx: no file \"x\" on the cassette; the block at byte 21 is cut off\n"
    );
    assert!(zx(&["list", &path("none.tap")]).is_err());
}

/// The programs of the corpus if it is beside the checkout, otherwise those of the benchmarks.
fn programs() -> Vec<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = package.join("../../../shared/oracle/corpus");
    let mut folders = vec![if corpus.is_dir() {
        corpus
    } else {
        package.join("../bench/programs")
    }];
    let mut programs = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|is| is == "bas" || is == "txt")
            {
                programs.push(path);
            }
        }
    }
    programs
}

/// As they are entered, and as they are when they have run.
#[test]
fn programs_come_back_from_their_text() {
    let mut count = 0;
    for path in programs() {
        let source = fs::read_to_string(&path).unwrap();
        for (rom, is_128) in [("48", false), ("128", true)] {
            let dialect = Dialect {
                is_128,
                files: false,
            };
            let bytes = |cmd: &str| {
                let words = ["--rom", rom, "--cmd", cmd, "--max-seconds", "2"].map(str::to_owned);
                let options: RunOptions = options_of(&words).unwrap();
                account::program(&run::run(&source, &options, None).unwrap().1)
            };
            let entered = bytes("");
            let text = listing::write(&entered, None, dialect).unwrap();
            let read = listing::read(text.as_bytes(), dialect).unwrap();
            assert_eq!(read.program, entered, "{}\n{text}", path.display());
            assert!(!text.contains("\\!"), "{}\n{text}", path.display());
            count += text.lines().count();
            if is_128 {
                continue;
            }
            // Run, it holds other arguments of DEF FN, and perhaps other lines.
            let ran = bytes("RUN");
            let text = listing::write(&ran, None, dialect).unwrap();
            let read = listing::read(text.as_bytes(), dialect).unwrap();
            assert_eq!(listing::write(&read.program, None, dialect), Ok(text));
        }
    }
    assert!(count > 100, "{count} lines");
}
