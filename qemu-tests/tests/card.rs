//! The board with an SD card in QEMU: what is saved is there, whatever is in the slot is told of, and
//! a key is answered meanwhile.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use basic::machine::{Model, Start};
use qemu_tests::{Board, Failure, Options, PATIENCE, Result, Slot, qemus, results};
use xtask::card;

/// What the serial line sends for BREAK.
const CTRL_C: u8 = 3;

/// Where the partition of a card begins.
const PARTITION: u64 = 2048 * 512;

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
    // The chain of the root's clusters is a loop.
    let broken = made("broken", card::SMALLEST)?;
    let file = fs::File::options().read(true).write(true).open(&broken)?;
    let mut reserved = [0; 2];
    file.read_exact_at(&mut reserved, PARTITION + 14)?;
    let table = PARTITION + 512 * u64::from(u16::from_le_bytes(reserved));
    file.write_all_at(&2_u32.to_le_bytes(), table + 4 * 2)?;
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
        (
            "broken",
            Slot::Card(broken.clone()),
            "card: 63 MB FAT32",
            "Unknown disk error",
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
    fs::remove_file(broken)?;
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

/// Bytes of a folder with so many empty files that have long names.
fn folder(files: u32) -> Vec<u8> {
    let entry = |name: &[u8], attributes: u8| {
        let mut entry = [0; 32];
        entry[..11].fill(b' ');
        entry[..name.len()].copy_from_slice(name);
        entry[11] = attributes;
        entry
    };
    let mut bytes = [entry(b".", 0x10), entry(b"..", 0x10)].concat();
    for n in 0..files {
        let short = entry(format!("FILE{n:04}TXT").as_bytes(), 0x20);
        let mut long = entry(b"\x41", 0x0F);
        long[13] = short[..11]
            .iter()
            .fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
        let places = (1..11)
            .step_by(2)
            .chain((14..26).step_by(2))
            .chain([28, 30]);
        for (at, unit) in places.zip(format!("File {n:04}.txt").encode_utf16()) {
            long[at..at + 2].copy_from_slice(&unit.to_le_bytes());
        }
        bytes.extend_from_slice(&long);
        bytes.extend_from_slice(&short);
    }
    bytes
}

/// Makes a folder of the file `MANY`, whose bytes are a folder's, in the root of a card.
fn make_folder_of_file(image: &PathBuf) -> Result<()> {
    let card = fs::File::options().read(true).write(true).open(image)?;
    let mut boot = [0; 512];
    card.read_exact_at(&mut boot, PARTITION)?;
    let word = |at: usize| u64::from(u16::from_le_bytes([boot[at], boot[at + 1]]));
    let tables = u64::from(boot[16]) * (word(36) | word(38) << 16);
    let root = PARTITION + 512 * (word(14) + tables);
    let mut entries = [0; 512];
    card.read_exact_at(&mut entries, root)?;
    let mut each = entries.chunks_mut(32);
    let entry = each.find(|entry| entry.starts_with(b"MANY "));
    let entry = entry.ok_or_else(|| Failure::new("there is no file MANY"))?;
    entry[11] = 0x10;
    entry[28..].fill(0);
    let first = [entry[20], entry[21], entry[26], entry[27]];
    card.write_all_at(&entries, root)?;
    let in_cluster = u64::from(boot[13]) * 512;
    let cluster = u64::from(u16::from_le_bytes([first[2], first[3]]));
    let folder = root + (cluster - 2) * in_cluster;
    card.write_all_at(&first[..2], folder + 20)?;
    card.write_all_at(&first[2..], folder + 26)?;
    Ok(())
}

/// How long at a time the card was worked with, in microseconds: for each thing that was asked.
fn times(board: &Board) -> Vec<u64> {
    let heard = String::from_utf8_lossy(&board.serial.raw()).into_owned();
    let micros = |line: &str| {
        let (_, said) = line.split_once("] card: ")?;
        said.strip_suffix(" us at a time")?.parse().ok()
    };
    heard.lines().filter_map(micros).collect()
}

/// Takes all clusters of a card with one small file but every second one of the last twenty.
fn fill(image: &PathBuf) -> Result<()> {
    const TAKEN: [u8; 4] = 0x0FFF_FFFF_u32.to_le_bytes();
    // Two that there are not, the root's and the file's.
    const IN_USE: u64 = 4;
    let card = fs::File::options().read(true).write(true).open(image)?;
    let mut boot = [0; 512];
    card.read_exact_at(&mut boot, PARTITION)?;
    let word = |at: usize| u64::from(u16::from_le_bytes([boot[at], boot[at + 1]]));
    let long = |at: usize| word(at) | word(at + 2) << 16;
    let (in_table, tables) = (long(36), u64::from(boot[16]));
    let clusters = (long(32) - word(14) - tables * in_table) / u64::from(boot[13]);
    let end = clusters + 2;
    let mut entries = TAKEN.repeat((end - IN_USE) as usize);
    for free in entries.chunks_exact_mut(4).rev().step_by(2).take(10) {
        free.fill(0);
    }
    for table in 0..tables {
        let place = PARTITION + 512 * (word(14) + table * in_table);
        card.write_all_at(&entries, place + 4 * IN_USE)?;
    }
    Ok(())
}

#[test]
fn a_card_that_is_nearly_full_is_searched_in_one_go() -> Result<()> {
    // Microseconds of two nanoseconds an instruction: 4 million clusters are looked at for neighbours,
    // and then for any.
    const SEARCH: u64 = 200_000;
    let image = image("nearly-full")?;
    for qemu in qemus()? {
        card::make(&image, 128 << 30, &[("a".to_owned(), vec![7; 9])])?;
        fill(&image)?;
        let options = Options {
            command_line: "timed".into(),
            ..options(Slot::Card(image.clone()))
        };
        let mut board = Board::start(&qemu, "card-nearly-full", &options)?;
        board.ready()?;
        board.serial.wait_for_log("card: 131071 MB")?;
        for (line, report) in [
            ("SAVE \"b\" CODE 0,40000", "0 OK"),
            ("SAVE \"c\" CODE 0,99", "0 OK"),
            ("SAVE \"d\" CODE 0,65535", "0 OK"),
            ("SAVE \"e\" CODE 0,65535", "0 OK"),
            ("SAVE \"f\" CODE 0,65535", "Disk full"),
            ("SAVE \"f\" CODE 0,99", "0 OK"),
        ] {
            does(&mut board, line, &format!("{report}, 0:1"))?;
        }
        does(&mut board, "VERIFY \"c\" CODE", "0 OK, 0:1")?;
        let told = times(&board);
        assert!(told.len() > 5, "{told:?}");
        assert!(told.iter().all(|&micros| micros < SEARCH), "{told:?}");
    }
    Ok(fs::remove_file(image)?)
}

#[test]
fn whatever_the_card_is_asked_others_have_their_turn_within_a_frame() -> Result<()> {
    // Microseconds of two nanoseconds an instruction.
    const FRAME: u64 = 20_000;
    // The free clusters are counted in one go: 4 million on this card, when it is mounted.
    const MOUNT: u64 = 50_000;
    /// Of a program as text; about as many as 48K hold.
    const LINES: u32 = 1_500;
    const ASKED: [(&str, &str); 6] = [
        ("LOAD \"lines.bas\"", "0 OK"),
        ("LOAD \"many/none\" CODE 32768", "File not found"),
        ("SAVE \"many/One more file\" CODE 0,99", "0 OK"),
        ("LOAD \"many/one more file\" CODE 32768", "0 OK"),
        (
            "MOVE \"many/one more file\" TO \"many/Another name of it\"",
            "0 OK",
        ),
        ("SAVE \"Some bytes\" CODE 0,32768", "0 OK"),
    ];
    let image = image("large-folder")?;
    for qemu in qemus()? {
        let lines: String = (1..=LINES)
            .map(|n| format!("{n} PRINT \"line\";{n}*a\n"))
            .collect();
        let files = [
            ("MANY".to_owned(), folder(5_000)),
            ("lines.bas".to_owned(), lines.into_bytes()),
        ];
        card::make(&image, 128 << 30, &files)?;
        make_folder_of_file(&image)?;
        let options = Options {
            command_line: "timed".into(),
            ..options(Slot::Card(image.clone()))
        };
        let mut board = Board::start(&qemu, "card-frame", &options)?;
        board.ready()?;
        board.serial.wait_for_log("card: 131071 MB")?;
        for (line, report) in ASKED {
            does(&mut board, line, &format!("{report}, 0:1"))?;
        }
        // All names are sorted, and forgotten when the question is answered with no.
        board.serial.send(b"CAT \"many/\"\r")?;
        board.serial.wait_for("scroll?")?;
        board.serial.send(b"n")?;
        board.serial.wait_for("D BREAK")?;
        let again = "LOAD \"some bytes\" CODE 32768";
        does(&mut board, again, "0 OK, 0:1")?;
        let told = times(&board);
        assert!(told.len() > ASKED.len(), "{told:?}");
        assert!(told[0] < MOUNT, "{told:?}");
        assert!(told[1..].iter().all(|&micros| micros < FRAME), "{told:?}");
    }
    Ok(fs::remove_file(image)?)
}
