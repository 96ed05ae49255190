//! The board with an SD card in QEMU: what is saved is there, whatever is in the slot is told of, and
//! a key is answered meanwhile.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use basic::machine::{Model, Start};
use qemu_tests::{Board, Failure, Options, PATIENCE, Result, Slot, qemus, results};
use xtask::card;

/// What the serial line sends for BREAK.
const CTRL_C: u8 = 3;

/// The image of a card, for one test.
fn image(name: &str) -> Result<PathBuf> {
    fs::create_dir_all(results())?;
    Ok(results().join(format!("{name}.card")))
}

/// A card of so many bytes with some files on it.
fn made(name: &str, size: u64) -> Result<PathBuf> {
    let image = image(name)?;
    let files = [
        (
            "games/hello.bas".to_owned(),
            b"10 PRINT \"hello\"\n".to_vec(),
        ),
        ("screen.scr".to_owned(), vec![0x55; 6912]),
    ];
    card::make(&image, size, &files)?;
    Ok(image)
}

fn options(slot: Slot) -> Options {
    Options {
        start: Model::Spectrum48.into(),
        card: slot,
        counted_time: true,
        ..Options::default()
    }
}

/// Types a line and waits for its report.
fn does(board: &mut Board, line: &str, report: &str) -> Result<String> {
    board.serial.send(line.as_bytes())?;
    board.serial.send(b"\r")?;
    board.serial.wait_for(&format!("\r\n{report}"))
}

/// The card of a board that was switched off must be in order; its image is not kept.
fn is_in_order(board: Board, image: &PathBuf) -> Result<()> {
    drop(board);
    let (clean, text) = card::check(image)?;
    assert!(clean, "{text}");
    Ok(fs::remove_file(image)?)
}

#[test]
fn files_are_saved_to_cards_of_both_kinds_and_are_there_the_next_time() -> Result<()> {
    // QEMU's cards up to 2 GiB count in bytes, larger ones in sectors.
    for (kind, size, said) in [
        ("small", card::SMALLEST, "card: 63 MB FAT32"),
        ("large", 4 << 30, "card: 4095 MB FAT32"),
    ] {
        for qemu in qemus()? {
            let image = made(kind, size)?;
            let name = format!("card-{kind}");
            let mut board = Board::start(&qemu, &name, &options(Slot::Card(image.clone())))?;
            board.ready()?;
            board.serial.wait_for_log(said)?;
            does(&mut board, "LOAD \"games/hello\"", "0 OK, 0:1")?;
            does(&mut board, "RUN", "0 OK, 10:1")?;
            does(
                &mut board,
                "20 PRINT \"again\"\rSAVE \"A saved program\"",
                "0 OK, 0:1",
            )?;
            does(&mut board, "SAVE \"games/rom\" CODE 0,16384", "0 OK, 0:1")?;
            does(&mut board, "SAVE \"games/rom\" CODE 0,9000", "0 OK, 0:1")?;
            does(&mut board, "LOAD \"screen.scr\" SCREEN$", "0 OK, 0:1")?;
            does(&mut board, "ERASE \"screen.scr\"", "0 OK, 0:1")?;
            drop(board);
            let mut board = Board::start(&qemu, &name, &options(Slot::Card(image.clone())))?;
            board.ready()?;
            does(&mut board, "LOAD \"a SAVED program\"", "0 OK, 0:1")?;
            let run = does(&mut board, "RUN", "0 OK, 20:1")?;
            assert!(run.contains("hello\r\nagain"), "{run}");
            let list = does(&mut board, "CAT \"games/\"", "0 OK, 0:1")?;
            assert!(list.contains("hello.bas") && list.contains("rom"), "{list}");
            let rom = card::get(&image, "games/rom")?;
            assert_eq!(rom.len(), 9000 + 128, "with the header of its kind");
            assert!(card::get(&image, "screen.scr").is_err());
            is_in_order(board, &image)?;
        }
    }
    Ok(())
}

#[test]
fn a_slot_with_nothing_of_use_is_told_of_and_the_machine_goes_on() -> Result<()> {
    let foreign = image("foreign")?;
    let mut bytes: Vec<u8> = (0..1 << 20).map(|n: u32| (n * 7 / 5) as u8).collect();
    fs::write(&foreign, &bytes)?;
    // The boot sector of a FAT16 volume, as far as that is looked at.
    let sixteen = image("fat16")?;
    bytes.fill(0);
    bytes[11..24].copy_from_slice(&[0, 2, 4, 1, 0, 2, 0, 2, 0, 0x80, 0xF8, 64, 0]);
    bytes[510..512].copy_from_slice(&[0x55, 0xAA]);
    fs::write(&sixteen, &bytes)?;
    for (name, slot, log, report) in [
        ("none", Slot::Empty, "card: none", "Drive not ready"),
        (
            "foreign",
            Slot::Card(foreign.clone()),
            "card: no FAT32 partition",
            "Unrecognised disk format",
        ),
        (
            "fat16",
            Slot::Card(sixteen.clone()),
            "card: no FAT32 partition",
            "Unrecognised disk format",
        ),
    ] {
        for qemu in qemus()? {
            let mut board = Board::start(&qemu, &format!("card-{name}"), &options(slot.clone()))?;
            let ready = board.ready()?;
            assert!(ready < 200_000, "{ready} us");
            board.serial.wait_for_log(log)?;
            let report = format!("{report}, 0:1");
            for line in ["LOAD \"x\"", "SAVE \"x\" CODE 0,9", "CAT"] {
                does(&mut board, line, &report)?;
            }
            does(&mut board, "PRINT 6*7", "0 OK, 0:1")?;
        }
    }
    fs::remove_file(foreign)?;
    Ok(fs::remove_file(sixteen)?)
}

#[test]
fn a_key_is_answered_while_a_file_is_loaded() -> Result<()> {
    const LOAD: &str = "LOAD \"big\" CODE 32768";
    let image = image("keys")?;
    card::make(&image, card::SMALLEST, &[("big".into(), vec![7; 16 << 20])])?;
    for qemu in qemus()? {
        let mut board = Board::start(&qemu, "card-keys", &options(Slot::Card(image.clone())))?;
        board.ready()?;
        board.serial.wait_for_log("card: ")?;
        // On a busy computer the file may be there before the key comes: then once more.
        let mut tries = 0..9;
        loop {
            board.serial.send(LOAD.as_bytes())?;
            board.serial.send(b"\r")?;
            board.serial.wait_for(&format!("{LOAD}\r\n"))?;
            board.serial.send(&[CTRL_C])?;
            let said = board.serial.wait_for(", 0:1\r\n")?;
            if said.contains("BREAK") {
                break;
            }
            if tries.next().is_none() {
                return Err(Failure::new(format!("no BREAK: {said}")));
            }
        }
        // What was asked for goes on, and what is asked next waits for it.
        does(&mut board, "PRINT 6*7", "0 OK, 0:1")?;
        does(&mut board, "SAVE \"x\" CODE 0,99", "0 OK, 0:1")?;
        does(&mut board, "LOAD \"x\" CODE 32768", "0 OK, 0:1")?;
    }
    Ok(fs::remove_file(image)?)
}

#[test]
fn the_last_program_is_in_the_menu_when_the_power_was_cut() -> Result<()> {
    let image = image("last")?;
    let options = |start| Options {
        start,
        ..options(Slot::Card(image.clone()))
    };
    for qemu in qemus()? {
        card::make(&image, card::SMALLEST, &[])?;
        let mut board = Board::start(&qemu, "card-last", &options(Start::Basic128))?;
        board.ready()?;
        board.serial.send(b"10 PRINT \"kept\"\r")?;
        let start = Instant::now();
        while card::get(&image, "plus4/last").is_err() {
            assert!(start.elapsed() < PATIENCE, "the program is not kept");
            thread::sleep(Duration::from_millis(100));
        }
        drop(board);
        let mut board = Board::start(&qemu, "card-last", &options(Start::Menu))?;
        board.ready()?;
        board.shows_text("..\n|       ?Last program?\n..")?;
        board.serial.send(b"\r")?;
        board.shows_text("|  10 PRINT \"kept\"\n..")?;
    }
    Ok(fs::remove_file(image)?)
}
