//! What a person sees from power-on: the opening menu, 128 BASIC, its menu, the calculator and 48
//! BASIC, read from the board's screen; and the pictures of the README.
#![cfg(unix)]

use std::fs;

use basic::machine::Start;
use qemu_tests::{Board, By, Options, Result, Scene, Shot, gallery, qemus, results, shows};

/// The opening menu. A `?` is a stripe, or an edge.
const MENU: &str = "..
|       128     ?????
|       ?Tape Loader ?
|       ?128 BASIC   ?
|       ?Calculator  ?
|       ?48 BASIC    ?
|       ?Tape Tester ?
|       ?____________?
..";

/// The line shown below it after power-on only, and where 48 BASIC starts.
const COPYRIGHT: &str = "|© ZX Spectrum +4 authors";

/// A person at the board.
struct Visit {
    board: Board,
    by: By,
}

impl Visit {
    fn type_text(&mut self, text: &str) -> Result<()> {
        match self.by {
            By::Keyboard => self.board.type_keys(text),
            By::Serial => self.board.serial.send(text.as_bytes()),
        }
    }

    /// Presses a key that is no character: QEMU's name of it, and what a terminal sends for it.
    fn press(&mut self, (key, sequence): (&str, &str)) -> Result<()> {
        match self.by {
            By::Keyboard => self.board.press(&[key]),
            By::Serial => self.board.serial.send(sequence.as_bytes()),
        }
    }

    fn sees(&mut self, lines: &str) -> Result<()> {
        self.board.shows_text(lines)
    }
}

const UP: (&str, &str) = ("up", "\x1b[A");
const DOWN: (&str, &str) = ("down", "\x1b[B");
/// Escape alone would be BREAK on a keyboard.
const EDIT: (&str, &str) = ("f2", "\x05");

/// From power-on through everything the opening menu leads to but the tape.
fn look_round(by: By) -> Result<()> {
    let options = Options {
        start: Start::Menu,
        counted_time: true,
        ..Options::default()
    };
    for qemu in qemus()? {
        let board = Board::start(&qemu, &format!("round-{by:?}"), &options)?;
        board.ready()?;
        if by == By::Keyboard {
            board.keyboards(1)?;
        }
        let mut visit = Visit { board, by };
        visit.sees(&format!("{MENU}\n{COPYRIGHT}"))?;
        visit.press(DOWN)?;
        visit.type_text("\r")?;
        visit.sees("..\n|128 BASIC                 ?????")?;
        visit.type_text("10 for n=1 to 3:print n*n\r")?;
        visit.type_text("20 next n\r")?;
        visit.sees(
            "|  10 FOR n=1 TO 3: PRINT n*n\n|  20 NEXT n\n..\n|128 BASIC                 ?????",
        )?;
        visit.type_text("run\r")?;
        visit.sees("|1\n|4\n|9\n..\n|0 OK, 20:1")?;

        visit.press(EDIT)?;
        visit.sees(
            "|  10 FOR n=1 TO 3: PRINT n*n
|  20 NEXT n
..
|       Options ?????
|       ?128 BASIC   ?
|       ?Renumber    ?
|       ?Screen      ?
|       ?Print       ?
|       ?Exit        ?
|       ?____________?
..
|128 BASIC                 ?????",
        )?;
        visit.press(UP)?;
        visit.type_text("\r")?;
        visit.sees(MENU)?;

        visit.press(DOWN)?;
        visit.press(DOWN)?;
        visit.type_text("\r")?;
        visit.sees("..\n|Calculator                ?????")?;
        visit.type_text("2+3\r")?;
        visit.sees("|2+3\n|5\n..\n|Calculator                ?????\n..")?;
        visit.press(EDIT)?;
        visit.sees(
            "..
|       Options ?????
|       ?Calculator  ?
|       ?Exit        ?
|       ?____________?
..",
        )?;
        visit.press(DOWN)?;
        visit.type_text("\r")?;
        visit.sees(MENU)?;

        visit.press(UP)?;
        visit.press(UP)?;
        visit.type_text("\r")?;
        visit.sees(&format!("..\n{COPYRIGHT}"))?;
        visit.type_text("10")?;
        visit.sees("..\n|10K")?;
        visit.type_text("p7*6\r")?;
        visit.sees("|  10>PRINT 7*6\n..\n|K")?;
        visit.type_text("r\r")?;
        visit.sees("|42\n..\n|0 OK, 10:1")?;
    }
    Ok(())
}

#[test]
fn a_keyboard_leads_everywhere() -> Result<()> {
    look_round(By::Keyboard)
}

#[test]
fn a_serial_line_leads_everywhere() -> Result<()> {
    look_round(By::Serial)
}

#[test]
fn the_board_shows_every_scene_at_720p_and_1080p() -> Result<()> {
    let scenes = gallery::scenes()?;
    let scenes: Vec<&Scene> = scenes.iter().collect();
    for qemu in qemus()? {
        for size in gallery::SIZES {
            let folder = results().join(format!("pictures-{}", size.1));
            gallery::take(&qemu, &scenes, size, &folder)?;
        }
    }
    Ok(())
}

/// If this fails the machine has changed: `cargo x pictures` takes them anew.
#[test]
fn the_pictures_of_the_readme_show_this_machine() -> Result<()> {
    let scenes = gallery::scenes()?;
    let readme = fs::read_to_string(xtask::root().join("README.md"))?;
    for name in gallery::README {
        let file = gallery::readme_folder().join(name).with_extension("png");
        assert!(readme.contains(&format!("(docs/{name}.png)")), "{name}");
        let scene = scenes.iter().find(|scene| scene.case.name == name);
        let machine = scene.map(|scene| scene.player.machine());
        let machine = machine.ok_or_else(|| qemu_tests::Failure::new(name))?;
        shows(&Shot::from_png(&fs::read(file)?)?, machine)?;
    }
    Ok(())
}
