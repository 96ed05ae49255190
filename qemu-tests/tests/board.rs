//! The image in QEMU, used as a person would. The same inputs go to the machine on this computer,
//! and the board must say the same on its console, to the byte.
#![cfg(unix)]
#![allow(clippy::panic, reason = "a failed test says why")]

use std::fs;

use basic::machine::{Setup, Start};
use basic::scenario::{Case, parse, play};
use qemu_tests::{
    Board, By, Failure, Options, Result, Scene, Slot, files_of, qemus, results, shows,
};
use serde_json::json;
use xtask::card;

/// What QEMU says about devices in every run, and why it does not matter.
const EXPECTED: &[&str] = &[
    // The ARM clock is raised by the mailbox; QEMU has one speed.
    "set clock rate NYI",
    // The USB controller starts as the manual says; QEMU's needs neither reset nor flush.
    "Core soft reset not implemented",
    "Rx FIFO flush not implemented",
    "Tx FIFO flush not implemented",
];

/// A program that shows most of what a screen can show.
const COLOURS: &str = "== colours
type 10 BORDER 1: PAPER 6: INK 2: CLS
type 20 FOR n=0 TO 7: PRINT INK n; PAPER 7-n;\" colour \";n: NEXT n
type 30 PRINT AT 12,5; BRIGHT 1; INVERSE 1;\"INVERSE\"; FLASH 1;\" FLASH \"
type 40 CIRCLE 200,80,40: PLOT 0,0: DRAW 255,175
type RUN
idle
report 0 OK, 40:3
border 1
";

/// Ten lines, each other than the last.
const TEN_LINES: &str = "== ten lines
type 10 REM ten lines
type 20 LET a=0
type 30 DIM b(5)
type 40 FOR n=1 TO 5
type 50 LET b(n)=n*n
type 60 LET a=a+b(n)
type 70 NEXT n
type 80 LET c$=\"The sum is \"
type 90 PRINT c$;a
type 100 IF a<>55 THEN STOP
type RUN
idle
report 0 OK, 100:1
screen
|The sum is 55
";

/// The only case of a text, played on this computer.
fn scene(text: &str) -> Result<Scene> {
    let case = parse(text)
        .map_err(|problem| Failure::new(problem.text))?
        .pop()
        .ok_or_else(|| Failure::new("no case"))?;
    Scene::play(case)
}

/// Plays a case on the board and on this computer and compares what the consoles said.
fn says_the_same(board: &mut Board, text: &str, by: By) -> Result<()> {
    let scene = scene(text)?;
    board.ready()?;
    if by == By::Keyboard {
        board.keyboards(1)?;
    }
    let said = board.play(&scene.case, &scene.marks, by, 0)?;
    compare(&scene.case, &said, scene.player.console())?;
    assert_eq!(board.complaints(EXPECTED)?, [""; 0]);
    Ok(())
}

fn compare(case: &Case, said: &[u8], expected: &[u8]) -> Result<()> {
    if said == expected {
        return Ok(());
    }
    let at = said
        .iter()
        .zip(expected)
        .take_while(|(a, b)| a == b)
        .count();
    let show = |bytes: &[u8]| {
        let end = bytes.len().min(at + 80);
        String::from_utf8_lossy(&bytes[at.saturating_sub(40)..end]).into_owned()
    };
    Err(Failure::new(format!(
        "`{}`: byte {at} differs: the board has said {:?}, the machine here {:?}",
        case.name,
        show(said),
        show(expected)
    )))
}

fn start(name: &str, options: &Options) -> Result<Vec<Board>> {
    qemus()?
        .iter()
        .map(|qemu| Board::start(qemu, name, options))
        .collect()
}

/// Options for boards on which keys are pressed: in counted time no poll of the keyboard comes
/// late, however busy this computer is.
fn counted() -> Options {
    Options {
        counted_time: true,
        ..Options::default()
    }
}

#[test]
fn it_is_ready_within_200_ms_and_answers() -> Result<()> {
    for mut board in start("prompt", &counted())? {
        let ready = board.ready()?;
        assert!(ready <= 200_000, "ready after {ready} us");
        let text = "== a sum\ntype PRINT 2+2\nidle\nreport 0 OK, 0:1\nscreen\n|4\n";
        says_the_same(&mut board, text, By::Serial)?;
    }
    Ok(())
}

#[test]
fn ten_lines_typed_on_the_keyboard_run() -> Result<()> {
    for mut board in start("keyboard", &counted())? {
        says_the_same(&mut board, TEN_LINES, By::Keyboard)?;
    }
    Ok(())
}

#[test]
fn ten_lines_typed_over_the_serial_port_run() -> Result<()> {
    for mut board in start("serial", &Options::default())? {
        says_the_same(&mut board, TEN_LINES, By::Serial)?;
    }
    Ok(())
}

#[test]
fn a_keyboard_behind_two_hubs_types() -> Result<()> {
    let devices = ["usb-hub,port=1", "usb-hub,port=1.3", "usb-kbd,port=1.3.2"];
    let options = Options {
        devices: devices.map(str::to_owned).to_vec(),
        ..counted()
    };
    for mut board in start("hubs", &options)? {
        let text = "== hubs\ntype PRINT 6*7\nidle\nscreen\n|42\n";
        says_the_same(&mut board, text, By::Keyboard)?;
    }
    Ok(())
}

#[test]
fn a_keyboard_unplugged_and_plugged_in_again_types() -> Result<()> {
    for mut board in start("plug", &counted())? {
        // The first part is played alone, then as the start of the whole.
        let first = "== plug\ntype PRINT 1\nidle\n";
        says_the_same(&mut board, first, By::Keyboard)?;
        board
            .monitor
            .ask("device_del", &json!({ "id": "keyboard" }))?;
        board.monitor.event("DEVICE_DELETED")?;
        board
            .serial
            .until("word that the keyboard is unplugged", |heard| {
                String::from_utf8_lossy(heard)
                    .contains("unplugged")
                    .then_some(())
            })?;
        board
            .monitor
            .ask("device_add", &json!({ "driver": "usb-kbd", "id": "again" }))?;
        board.keyboards(2)?;
        let scene = scene(&format!("{first}type PRINT 2\nidle\nscreen\n|1\n|2\n"))?;
        let done = scene.marks[2];
        let rest = Case {
            steps: scene.case.steps[2..].to_vec(),
            ..scene.case
        };
        let marks: Vec<usize> = scene.marks[2..].iter().map(|mark| mark - done).collect();
        let said = board.play(&rest, &marks, By::Keyboard, done)?;
        compare(&rest, &said, &scene.player.console()[done..])?;
    }
    Ok(())
}

#[test]
fn the_picture_is_right_at_1080p_and_at_640_x_480() -> Result<()> {
    let scene = scene(COLOURS)?;
    for (width, height) in [(1920, 1080), (640, 480)] {
        let options = Options {
            screen: Some((width, height)),
            ..Options::default()
        };
        for mut board in start(&format!("picture{height}"), &options)? {
            board.ready()?;
            let said = board.play(&scene.case, &scene.marks, By::Serial, 0)?;
            compare(&scene.case, &said, scene.player.console())?;
            let shot = board.screen_becomes(|shot| shows(shot, scene.player.machine()))?;
            assert_eq!((shot.width, shot.height), (width as usize, height as usize));
        }
    }
    Ok(())
}

#[test]
fn an_endless_loop_ends_by_break() -> Result<()> {
    let text = "== endless
type 10 GO TO 10
type RUN
frames 10
break
idle
report L BREAK into program, 10:1
";
    for mut board in start("break-serial", &Options::default())? {
        says_the_same(&mut board, text, By::Serial)?;
    }
    for mut board in start("break-keyboard", &Options::default())? {
        says_the_same(&mut board, text, By::Keyboard)?;
    }
    Ok(())
}

#[test]
fn two_hundred_lines_typed_on_the_keyboard_lose_no_key() -> Result<()> {
    let mut text = "== two hundred\n".to_owned();
    for n in 1..=200 {
        // Every digit after every other, letters after one another and twice the same.
        text.push_str(&format!(
            "type {} REM q{}pp{}\n",
            n * 7,
            n * 31 % 1000,
            n % 7
        ));
    }
    text.push_str("idle\npeek 23755 0 7\n");
    for mut board in start("lines", &counted())? {
        says_the_same(&mut board, &text, By::Keyboard)?;
    }
    Ok(())
}

#[test]
fn a_flood_on_the_serial_port_is_survived() -> Result<()> {
    for mut board in start("flood", &counted())? {
        board.ready()?;
        let mut flood = vec![b'x'; 1000];
        flood.extend([
            0xFF, 0xC3, 0x28, 0x80, 0x1B, b'[', b'9', b'9', b'9', b'~', 0, 1, 0x1B,
        ]);
        flood.extend([b'y'; 1000]);
        // More deletions than there are characters.
        flood.extend([0x7F; 3000]);
        board.serial.send(&flood)?;
        board.serial.send(b"\rPRINT 300+21\r")?;
        board.serial.wait_for("\r\n321\r\n0 OK, 0:1\r\n")?;
    }
    Ok(())
}

#[test]
fn what_goes_wrong_is_told() -> Result<()> {
    for (word, told) in [
        ("provoke=panic", "provoked"),
        ("provoke=abort", "data abort"),
        ("provoke=overflow", "stack overflow"),
        ("provoke=write", "writing"),
        ("provoke=nested", "data abort"),
    ] {
        let options = Options {
            command_line: word.into(),
            ..Options::default()
        };
        for board in start(&word.replace('=', "-"), &options)? {
            board.serial.until(told, |heard| {
                let text = String::from_utf8_lossy(heard).to_lowercase();
                (text.contains(told) && text.contains("halted")).then_some(())
            })?;
        }
    }
    Ok(())
}

#[test]
fn what_was_done_before_a_panic_can_be_done_again() -> Result<()> {
    const KEYS: &str = "10 PRINT 7*6\rRUN\r";
    let options = Options {
        command_line: format!("provoke=panic after={}", KEYS.len()),
        ..Options::default()
    };
    for mut board in start("replay", &options)? {
        board.ready()?;
        board.serial.send(KEYS.as_bytes())?;
        let said = board.serial.until("the end of the record", |heard| {
            let text = String::from_utf8_lossy(heard).into_owned();
            text.contains("\nreplay end\r\n").then_some(text)
        })?;
        let (setup, entries) = basic::replay::read(&said).map_err(Failure::new)?;
        let machine = basic::replay::play(setup, &entries);
        let screen = basic::scenario::screen_text(machine.memory());
        assert_eq!(
            (screen[0].as_str(), screen[23].as_str()),
            ("42", "0 OK, 10:1")
        );
    }
    Ok(())
}

#[test]
fn it_goes_on_without_what_does_not_answer() -> Result<()> {
    for (word, told) in [
        ("without=mailbox", "mailbox"),
        ("without=screen", "screen"),
        ("without=32bpp", "Bits16"),
    ] {
        let options = Options {
            command_line: word.into(),
            ..Options::default()
        };
        for mut board in start(&word.replace('=', "-"), &options)? {
            board.ready()?;
            board.serial.wait_for_log(told)?;
            says_the_same(
                &mut board,
                "== a sum\ntype PRINT 2+2\nidle\nscreen\n|4\n",
                By::Serial,
            )?;
        }
    }
    Ok(())
}

#[test]
fn every_scenario_says_the_same_on_the_board_and_here() -> Result<()> {
    scenarios_say_the_same(false)
}

#[test]
fn every_scenario_with_a_card_says_the_same_on_the_board_and_here() -> Result<()> {
    scenarios_say_the_same(true)
}

/// Plays the cases with a card, or those without. Which cannot be played they say themselves.
fn scenarios_say_the_same(files: bool) -> Result<()> {
    let folder = xtask::root().join("basic/tests/scenarios");
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder)? {
        let text = fs::read_to_string(entry?.path())?;
        cases.extend(parse(&text).map_err(|problem| Failure::new(problem.text))?);
    }
    cases.retain(|case| case.host_only.is_none() && case.known.is_none());
    for (name, start) in Start::ALL {
        let setup = Setup { start, files };
        let cases: Vec<&Case> = cases.iter().filter(|case| case.setup == setup).collect();
        if !cases.is_empty() {
            all_say_the_same(&cases, name, setup)?;
        }
    }
    Ok(())
}

/// Plays cases that start alike, on a board that is reset between them.
fn all_say_the_same(cases: &[&Case], name: &str, setup: Setup) -> Result<()> {
    // In counted time a PAUSE takes none here.
    let mut options = Options {
        start: setup.start,
        ..counted()
    };
    let mut name = format!("scenarios-{name}");
    if setup.files {
        name.push_str("-card");
        fs::create_dir_all(results())?;
        let image = results().join(format!("{name}.card"));
        card::make(&image, card::SMALLEST, &[])?;
        options.card = Slot::Card(image);
    }
    for mut board in start(&name, &options)? {
        board.ready()?;
        for (n, case) in cases.iter().enumerate() {
            let from = match (setup.files, n) {
                (true, _) => board.reset_with(&files_of(case))?,
                (false, 0) => 0,
                (false, _) => board.reset()?,
            };
            let outcome = play(case);
            let said = board.play(case, &outcome.marks, By::Serial, from)?;
            compare(case, &without_room(&said), &without_room(&outcome.console))?;
        }
        assert_eq!(board.complaints(EXPECTED)?, [""; 0]);
    }
    if let Slot::Card(image) = options.card {
        fs::remove_file(image)?;
    }
    Ok(())
}

/// What a console said, without the digits of how much room a card has: cards differ in that.
fn without_room(said: &[u8]) -> Vec<u8> {
    const FREE: &[u8] = b"K free";
    let mut said = said.to_vec();
    for end in 0..said.len() {
        if said[end..].starts_with(FREE) {
            let digits = said[..end].iter_mut().rev();
            digits
                .take_while(|byte| byte.is_ascii_digit())
                .for_each(|byte| *byte = b'#');
        }
    }
    said
}
