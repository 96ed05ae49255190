//! A board whose time is counted in instructions, and which tells how long it worked on a line.

use basic::console::Style;
use basic::machine::Start;
use xtask::setup::Qemu;

use crate::serial::find;
use crate::{Board, Options, Result};

/// What the kernel says after each key that types no character, before a number of microseconds.
const WORKED: &[u8] = b"] worked ";
/// Instructions in a microsecond of counted time: one in two nanoseconds (`shift=1`).
const A_MICROSECOND: u64 = 500;
/// Instructions in a frame of 50 Hz, in counted time.
pub const FRAME: u64 = 20_000 * A_MICROSECOND;
/// A screen of 1080p.
pub const SCREEN: (u32, u32) = (1920, 1080);
/// Cells of the upper screen.
const CELLS: usize = 22 * 32;
/// Lines typed at once: fewer bytes than the kernel keeps.
const LINES_AT_ONCE: usize = 8;

/// Such a board.
#[derive(Debug)]
pub struct Timed {
    board: Board,
    /// Bytes heard that were looked at.
    passed: usize,
}

impl Timed {
    /// Switches it on as a 48K, with a screen of that size or none.
    ///
    /// # Errors
    /// When QEMU does not start.
    pub fn start(qemu: &Qemu, name: &str, screen: Option<(u32, u32)>) -> Result<Self> {
        Self::start_with(qemu, name, screen, Options::default())
    }

    /// Switches it on in the 128's editor, with a screen and a terminal that is drawn on.
    ///
    /// # Errors
    /// As [`Timed::start`].
    pub fn full_screen_editor(qemu: &Qemu, name: &str) -> Result<Self> {
        let options = Options {
            start: Start::Basic128,
            console: Style::Screen,
            ..Options::default()
        };
        Self::start_with(qemu, name, Some(SCREEN), options)
    }

    fn start_with(
        qemu: &Qemu,
        name: &str,
        screen: Option<(u32, u32)>,
        options: Options,
    ) -> Result<Self> {
        let options = Options {
            command_line: if screen.is_some() {
                "timed"
            } else {
                "timed without=screen"
            }
            .into(),
            screen,
            counted_time: true,
            ..options
        };
        let board = Board::start(qemu, name, &options)?;
        board.ready()?;
        Ok(Self { board, passed: 0 })
    }

    /// Types a line and ENTER; gives the instructions executed until the machine waits again and
    /// the screen shows what it did.
    ///
    /// # Errors
    /// When it never waits.
    pub fn enter(&mut self, line: &str) -> Result<u64> {
        self.keys(&format!("{line}\r"))
    }

    /// Types characters and at last a key that types none, as a terminal sends them; gives the
    /// instructions from that key on.
    ///
    /// # Errors
    /// As [`Timed::enter`].
    pub fn keys(&mut self, keys: &str) -> Result<u64> {
        self.board.serial.send(keys.as_bytes())?;
        Ok(self.worked()? * A_MICROSECOND)
    }

    /// Types many lines, as fast as they are taken.
    ///
    /// # Errors
    /// As [`Timed::enter`].
    pub fn enter_all(&mut self, lines: &[String]) -> Result<()> {
        for some in lines.chunks(LINES_AT_ONCE) {
            let text: String = some.iter().map(|line| format!("{line}\r")).collect();
            self.board.serial.send(text.as_bytes())?;
            for _ in some {
                self.worked()?;
            }
        }
        Ok(())
    }

    /// Fills the upper screen with characters by one PRINT; gives the instructions until all of it
    /// is shown.
    ///
    /// # Errors
    /// As [`Timed::enter`], or when it did not come to its end.
    pub fn full_screen(&mut self) -> Result<u64> {
        self.enter(&format!(
            "DIM a$({CELLS}): FOR n=1 TO {CELLS}: LET a$(n)=CHR$ (33+n-90*INT (n/90)): NEXT n: CLS"
        ))?;
        self.board.serial.pass_all();
        let instructions = self.enter("PRINT a$")?;
        self.board.serial.wait_for("0 OK, 0:1")?;
        Ok(instructions)
    }

    /// The next number of microseconds the kernel tells.
    fn worked(&mut self) -> Result<u64> {
        let from = self.passed;
        let (micros, end) = self.board.serial.until("`worked N us`", |heard| {
            let at = from + find(heard.get(from..)?, WORKED)? + WORKED.len();
            let length = find(&heard[at..], b" us\r\n")?;
            let micros = std::str::from_utf8(&heard[at..at + length]).ok()?;
            Some((micros.parse().ok()?, at + length))
        })?;
        self.passed = end;
        Ok(micros)
    }
}
