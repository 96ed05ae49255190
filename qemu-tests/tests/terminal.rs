//! The 128's editor over the serial line, on a terminal.
#![cfg(unix)]

use std::num::NonZero;

use basic::charset::{DOWN, EDIT, ENTER, LEFT, UP};
use basic::console::Style;
use basic::keys::Function;
use basic::machine::Start;
use basic::scenario::{Action, Player, Step, picture_text};
use qemu_tests::{Board, Failure, Options, Result, qemus, shows};

/// Looks at a terminal that has got these bytes: its lines, and where its cursor is.
fn look(bytes: &[u8]) -> (Vec<String>, (usize, usize)) {
    let some = |n| NonZero::new(n).unwrap_or(NonZero::<u16>::MIN);
    let mut parser = vt100::Parser::new(some(24), some(80), 0);
    parser.process(bytes);
    let screen = parser.screen();
    let (line, column) = screen.cursor_position();
    let lines = screen.rows(0, 80).map(|line| line.trim_end().to_owned());
    (lines.collect(), (line.into(), column.into()))
}

/// Whether a terminal shows what a machine's screen does.
fn is_as(bytes: &[u8], player: &Player) -> Result<()> {
    let view = player.machine().console_view();
    let view = view.ok_or_else(|| Failure::new("the machine's screen is not in place"))?;
    let (lines, cursor) = look(bytes);
    // What is no character is shown as a block that is like it.
    let same = |is: &str, wanted: &str| {
        let blank = std::iter::repeat(' ');
        let wanted = wanted.chars().chain(blank.clone());
        let mut both = is.chars().chain(blank).zip(wanted).take(80);
        both.all(|(is, wanted)| is == wanted || wanted == '?')
    };
    let wanted = picture_text(&view.picture);
    let right = lines.iter().zip(&wanted).all(|(is, line)| same(is, line));
    if right && cursor == view.cursor {
        return Ok(());
    }
    let (lines, wanted) = (lines.join("\n"), wanted.join("\n"));
    let text = format!("the terminal shows\n{lines}\nand the screen is\n{wanted}");
    Err(Failure::new(text))
}

fn start(name: &str, words: &str) -> Result<Vec<Board>> {
    let options = Options {
        start: Start::Menu,
        console: Style::Screen,
        command_line: words.into(),
        counted_time: true,
        ..Options::default()
    };
    let boards = qemus()?;
    let boards = boards.iter().map(|qemu| Board::start(qemu, name, &options));
    boards.collect()
}

/// Types at a machine on this computer.
fn play(player: &mut Player, code: u8) -> Result<()> {
    for action in [Action::Type(vec![code]), Action::Idle] {
        let played = player.play(&Step { line: 0, action });
        played.map_err(|problem| Failure::new(problem.text))?;
    }
    Ok(())
}

#[test]
fn the_editor_comes_over_the_serial_line_as_it_is_on_the_screen() -> Result<()> {
    let text = |text: &'static str| text.bytes().map(|byte| (vec![byte], byte));
    let key = |bytes: &[u8], code| (bytes.to_vec(), code);
    let function = |bytes, function: Function| function.code().map(|code| key(bytes, code));
    let mut keys = vec![key(b"\x1b[B", DOWN), key(b"\r", ENTER)];
    keys.extend(text("10 PRINT \"one\"\r20 PRINT \"two\"\r30 PRINT 6*7\r"));
    keys.push(key(b"\x1b[A", UP));
    keys.extend(function(b"\x1b[H", Function::LineStart));
    keys.extend(function(b"\x1b[3~", Function::DeleteRight));
    keys.extend(text("4"));
    keys.extend(function(b"\x1b[F", Function::LineEnd));
    keys.push(key(b"\x1bOD", LEFT));
    keys.extend(text("0\r"));
    keys.push(key(b"\x05", EDIT));
    keys.push(key(b"\x1b[B", DOWN));
    keys.push(key(b"\x1b[A", UP));
    keys.extend(text("\rRUN\rx"));
    for mut board in start("terminal", "quiet")? {
        board.ready()?;
        let mut player =
            Player::on_terminal(Start::Menu).map_err(|problem| Failure::new(problem.text))?;
        for (n, (bytes, code)) in keys.iter().enumerate() {
            let wanted = player.console().len();
            let said = board.hears(wanted)?;
            assert_eq!(
                String::from_utf8_lossy(&said),
                String::from_utf8_lossy(player.console()),
                "before key {n}"
            );
            board.serial.send(bytes)?;
            play(&mut player, *code)?;
        }
        let said = board.hears(player.console().len())?;
        is_as(&said, &player)?;
        board.screen_becomes(|shot| shows(shot, player.machine()))?;
        // All of it anew.
        let before = board.serial.raw().len();
        board.serial.send(b"\x0c")?;
        board.serial.until("the screen drawn anew", |heard| {
            is_as(heard.get(before..)?, &player).ok()
        })?;
    }
    Ok(())
}

#[test]
fn the_screen_is_drawn_again_when_the_kernel_has_said_something() -> Result<()> {
    for board in start("terminal-log", "")? {
        board.ready()?;
        board.keyboards(1)?;
        let player =
            Player::on_terminal(Start::Menu).map_err(|problem| Failure::new(problem.text))?;
        board
            .serial
            .until("the menu below the log", |heard| is_as(heard, &player).ok())?;
    }
    Ok(())
}
