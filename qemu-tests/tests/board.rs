//! The image in QEMU, used as a person would.
#![cfg(unix)]

use qemu_tests::{Board, Options, Result, qemus};

/// What QEMU says about devices in every run, and why it does not matter.
const EXPECTED: &[&str] = &[];

#[test]
fn it_is_ready_within_200_ms() -> Result<()> {
    for qemu in qemus()? {
        let options = Options {
            counted_time: true,
            ..Options::default()
        };
        let board = Board::start(&qemu, "ready", &options)?;
        let ready = board.ready()?;
        assert!(ready <= 200_000, "ready after {ready} us");
        assert_eq!(board.complaints(EXPECTED)?, [""; 0]);
    }
    Ok(())
}

#[test]
fn what_goes_wrong_is_told() -> Result<()> {
    for qemu in qemus()? {
        for (word, told) in [
            ("provoke=panic", "panic"),
            ("provoke=abort", "abort"),
            ("provoke=overflow", "stack"),
        ] {
            let options = Options {
                command_line: word.into(),
                ..Options::default()
            };
            let board = Board::start(&qemu, word, &options)?;
            board.serial.until(told, |heard| {
                let text = String::from_utf8_lossy(heard).to_lowercase();
                (text.contains(told) && text.contains("halted")).then_some(())
            })?;
        }
    }
    Ok(())
}
