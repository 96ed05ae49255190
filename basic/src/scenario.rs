//! Scenarios: what is typed at a machine and what must come of it, as readable text.
//!
//! Owns the form of the files, a host that plays them in virtual time (waiting costs nothing) and
//! the reading of the screen. The same cases are played on the board, so nothing in them depends
//! on how fast anything is.
//!
//! A file holds cases; each starts with a machine just switched on:
//!
//! ```text
//! # a remark; empty lines say nothing
//! == name of the case
//! rom 48                  the model whose behaviour is expected (48 when it is not said); where it
//!                         is said, `cargo x oracle record` writes what is expected from the ROM
//! start menu              how the machine starts (`Start::by_name`); else it is the model's `line`
//! type 10 PRINT "hi"      types the text and ENTER, as from a terminal
//! press y                 types the text without ENTER
//! key LEFT SHIFT+a        presses keys of a PC keyboard, one after the other
//! break                   BREAK, as from a terminal
//! idle                    goes on until the machine waits for a key and nothing else
//! frames 50               goes on for so many fiftieths of a second
//! off                     switched off and on again; the card stays as it is
//! host only REASON        this case cannot be played on the board
//! known REASON            this case must fail, and is to be mended
//!
//! report 0 OK, 0:1        the report at the bottom of the screen
//! screen                  the screen's lines, from the top; blanks at their ends do not count
//! |hi
//! ..                      any number of lines; what is not said of the upper screen is blank
//! printed                 what the console has said since the last `printed`
//! |hi
//! peek 23692 1 2          the bytes from an address
//! border 7                the border's colour
//!
//! card                    the host keeps files, on a card with nothing on it (so does a host of a
//!                         case with any of the following)
//! card file /games/notes  there is a file on it, of these lines
//! |hi
//! card bytes /games/x 0 1 there is a file on it, of these bytes
//! card folder /games      there is a folder on it
//! card fails full         each answer is this error (`StorageError` in small letters); `nothing`
//!                         ends it
//! card slow 5             each answer takes so many turns
//! card holds /games/notes it must hold this file, of these lines
//! |hi
//! card holds bytes /x 0 1 it must hold this file, of these bytes
//! card lacks /games/notes it must not hold such a file
//! ```

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::task::Poll;

use crate::console::{Style, Terminal, View, cell};
use crate::files::{Answer, Request, StorageError};
use crate::keys::KeyEvent;
use crate::machine::{FRAME, Fuel, Machine, Pause, Setup, Waiting};
use crate::replay::History;
use crate::screen::Picture;
use crate::seam::{self, Micros, SoundCommand};
use crate::store::memory::{Address, Memory, Rows};

mod card;
mod parse;

pub use card::Card;
pub use parse::{parse, usage};

/// Work in one turn of a machine that is busy.
const FUEL_A_TURN: Fuel = 10_000;
/// Virtual time that such a turn takes.
const BUSY_TURN: Micros = 1_000;
/// How long a key of a PC keyboard is down, and the pause after it.
const KEY_TIME: Micros = 3 * FRAME;
/// Virtual time after which a machine that should become idle counts as one that never will.
const PATIENCE: Micros = 600_000_000;
/// Turns after which it does.
const TURNS_MAX: u32 = 2_000_000;

/// The lines of the upper screen; reports stand below them.
const UPPER_LINES: usize = 22;

/// A case of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// The line of the file it starts in.
    pub line: usize,
    /// How the machine starts, and whether there is a card.
    pub setup: Setup,
    /// Why it cannot be played on the board, if it cannot.
    pub host_only: Option<String>,
    /// Why it must fail, if it must.
    pub known: Option<String>,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One line of a case, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of the file.
    pub line: usize,
    /// What happens.
    pub action: Action,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Codes of the Spectrum's character set come from a terminal.
    Type(Vec<u8>),
    /// A key of a PC keyboard, with those held down before it, as USB usages.
    Key(Vec<u8>),
    /// BREAK comes from a terminal.
    Break,
    /// On until the machine waits for a key.
    Idle,
    /// On for so many frames.
    Frames(u64),
    /// The report must be this.
    Report(String),
    /// The screen must be this; `..` is any number of lines.
    Screen(Vec<String>),
    /// The console must have said this.
    Printed(Vec<String>),
    /// Memory must hold these bytes.
    Peek(Address, Vec<u8>),
    /// The border must have this colour.
    Border(u8),
    /// The machine is switched off and on.
    Off,
    /// Something about the card.
    Card(OnCard),
}

/// What a step says of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnCard {
    /// There is a file of these bytes.
    File(String, Vec<u8>),
    /// There is a folder.
    Folder(String),
    /// Every answer is this.
    Fails(Option<StorageError>),
    /// An answer takes so many turns.
    Slow(u32),
    /// It must hold a file of these bytes.
    Holds(String, Vec<u8>),
    /// It must not hold this file.
    Lacks(String),
}

/// What is wrong, and in which line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file.
    pub line: usize,
    /// What is wrong.
    pub text: String,
}

fn problem<T>(line: usize, text: impl Into<String>) -> Result<T, Problem> {
    Err(Problem {
        line,
        text: text.into(),
    })
}

/// The host of a scenario: time that jumps, keys from the script, a console that is kept.
#[derive(Clone, Debug, Default)]
struct Script {
    now: Micros,
    events: VecDeque<KeyEvent>,
    typed: VecDeque<u8>,
    console: Vec<u8>,
    terminal: Terminal,
    history: History,
    card: Card,
}

impl seam::Witness for Script {
    fn note(&mut self, note: seam::Note<'_>) {
        self.history.note(note);
    }
}

impl seam::Keyboard for Script {
    fn poll_key(&mut self) -> Option<KeyEvent> {
        self.events.pop_front()
    }
    fn poll_typed(&mut self) -> Option<u8> {
        self.typed.pop_front()
    }
}

impl seam::Clock for Script {
    fn now(&mut self) -> Micros {
        self.now
    }
}

impl seam::Display for Script {
    fn present(&mut self, _picture: &Picture<'_>, _changed: Rows) {}
}

impl seam::Speaker for Script {
    fn sound(&mut self, _at: Micros, _command: SoundCommand) {}
}

impl seam::Storage for Script {
    fn poll_file(&mut self, request: &Request) -> Poll<Answer> {
        self.card.poll(request)
    }
}

impl seam::Console for Script {
    fn print(&mut self, text: &[u8]) {
        self.terminal.print(text, &mut self.console);
    }
    fn show(&mut self, view: &View<'_>) {
        if self.typed.is_empty() {
            self.terminal.show(view, &mut self.console);
        }
    }
}

/// Plays steps on a machine in virtual time.
#[derive(Clone, Debug)]
pub struct Player {
    machine: Machine,
    made_as: (Setup, Style),
    host: Script,
    /// Console bytes that a `printed` has seen.
    seen: usize,
    /// The fuel of each piece of a turn, one after the other, over and over; none: a turn is one.
    pieces: Vec<Fuel>,
    piece: usize,
    /// Whether all that can move is moved after each piece, and how often it was.
    shaken: Option<u32>,
}

impl Player {
    /// A machine just switched on, which has shown what it shows then.
    ///
    /// # Errors
    /// When it never gets there.
    pub fn new(setup: impl Into<Setup>) -> Result<Self, Problem> {
        Self::in_pieces(setup, &[])
    }

    /// The same with turns that are cut into pieces of so much fuel, over and over.
    ///
    /// # Errors
    /// When it never gets there.
    pub fn in_pieces(setup: impl Into<Setup>, pieces: &[Fuel]) -> Result<Self, Problem> {
        Self::with(setup.into(), Style::Lines, pieces)
    }

    /// The same with a console that shows the editor and the menus in place.
    ///
    /// # Errors
    /// When it never gets there.
    pub fn on_terminal(setup: impl Into<Setup>) -> Result<Self, Problem> {
        Self::with(setup.into(), Style::Screen, &[])
    }

    fn with(setup: Setup, style: Style, pieces: &[Fuel]) -> Result<Self, Problem> {
        let mut player = Self {
            machine: Machine::with_console(setup, style),
            made_as: (setup, style),
            host: Script::default(),
            seen: 0,
            pieces: pieces.to_vec(),
            piece: 0,
            shaken: None,
        };
        player.until_idle(0)?;
        player.seen = player.host.console.len();
        Ok(player)
    }

    /// The same in the smallest pieces, with everything that can move moved after each of them
    /// (see [`Machine::shake`]).
    ///
    /// # Errors
    /// When it never gets there.
    pub fn shaken(setup: impl Into<Setup>) -> Result<Self, Problem> {
        let mut player = Self::in_pieces(setup, &[1])?;
        player.shaken = Some(0);
        Ok(player)
    }

    /// How often something was moved.
    #[must_use]
    pub fn shakes(&self) -> u32 {
        self.shaken.unwrap_or(0)
    }

    fn shake(&mut self) {
        /// Bytes the areas lie above their places, at most.
        const GAP_MAX: u32 = 41;
        if let Some(count) = &mut self.shaken {
            let gap = *count * 7 % GAP_MAX;
            *count += u32::from(self.machine.shake(gap));
        }
    }

    /// The machine as it is now.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// What went into it.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.host.history
    }

    /// All that the console has said.
    #[must_use]
    pub fn console(&self) -> &[u8] {
        &self.host.console
    }

    /// The screen's 24 lines, blanks at their ends left off.
    #[must_use]
    pub fn screen(&self) -> Vec<String> {
        picture_text(&self.machine.picture())
    }

    /// Plays a step.
    ///
    /// # Errors
    /// When an expectation is not met, or the machine does not take what is typed or never becomes
    /// idle.
    pub fn play(&mut self, step: &Step) -> Result<(), Problem> {
        let line = step.line;
        match &step.action {
            Action::Type(codes) => {
                self.host.typed.extend(codes);
                self.until_taken(line)
            }
            Action::Key(usages) => {
                self.host
                    .events
                    .extend(usages.iter().map(|&key| KeyEvent::Down(key)));
                self.pass(KEY_TIME, line)?;
                self.host
                    .events
                    .extend(usages.iter().rev().map(|&key| KeyEvent::Up(key)));
                self.pass(KEY_TIME, line)
            }
            Action::Break => {
                self.host.events.push_back(KeyEvent::Break);
                self.turn();
                Ok(())
            }
            Action::Idle => self.until_idle(line),
            Action::Frames(frames) => self.pass(frames.saturating_mul(FRAME), line),
            Action::Report(expected) => {
                let screen = self.screen();
                if is_report(&screen, expected) {
                    return Ok(());
                }
                problem(
                    line,
                    format!("no report `{expected}`; the screen is\n{}", block(&screen)),
                )
            }
            Action::Screen(expected) => {
                let screen = self.screen();
                if is_screen(&screen, expected) {
                    return Ok(());
                }
                problem(line, format!("the screen is\n{}", block(&screen)))
            }
            Action::Printed(expected) => {
                let printed = plain(&self.host.console[self.seen..]);
                self.seen = self.host.console.len();
                let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
                let expected = expected
                    .iter()
                    .map(|line| line.strip_prefix('|').unwrap_or(line));
                if expected.eq(lines.iter().copied()) {
                    return Ok(());
                }
                problem(line, format!("the console has said\n{}", block(&lines)))
            }
            Action::Peek(at, expected) => {
                let bytes: Vec<u8> = (*at..)
                    .zip(expected)
                    .map(|(at, _)| self.machine.memory().byte(at))
                    .collect();
                if bytes == *expected {
                    return Ok(());
                }
                problem(line, format!("the bytes from {at} are {bytes:?}"))
            }
            Action::Off => {
                let (setup, style) = self.made_as;
                self.machine = Machine::with_console(setup, style);
                self.host.terminal = Terminal::default();
                self.host.history = History::new();
                self.until_idle(line)
            }
            Action::Card(what) => self.play_card(line, what),
            &Action::Border(expected) => {
                let border = self.machine.picture().border();
                if border == expected {
                    return Ok(());
                }
                problem(line, format!("the border is {border}"))
            }
        }
    }

    fn play_card(&mut self, line: usize, what: &OnCard) -> Result<(), Problem> {
        let card = &mut self.host.card;
        match what {
            OnCard::File(path, bytes) => card.put(path, bytes.clone()),
            OnCard::Folder(path) => card.put_folder(path),
            OnCard::Fails(error) => card.set_fault(*error),
            OnCard::Slow(turns) => card.set_slowness(*turns),
            OnCard::Holds(path, expected) => match card.file(path) {
                Some(bytes) if bytes == expected => {}
                Some(bytes) => {
                    let text = String::from_utf8_lossy(bytes);
                    return problem(line, format!("the card holds {bytes:?}\n{text}"));
                }
                None => return problem(line, "the card holds no such file"),
            },
            OnCard::Lacks(path) if card.file(path).is_some() => {
                return problem(line, "the card holds this file");
            }
            OnCard::Lacks(_) => {}
        }
        Ok(())
    }

    /// The fuel of the next piece of a turn that has so much left.
    fn next_piece(&mut self, left: Fuel) -> Fuel {
        let next = self.pieces.get(self.piece).copied().unwrap_or(left);
        self.piece = (self.piece + 1) % self.pieces.len().max(1);
        next.clamp(1, left)
    }

    fn turn(&mut self) -> Pause {
        let mut left = FUEL_A_TURN;
        let mut fuel = self.next_piece(left);
        left -= fuel;
        self.shake();
        let mut pause = seam::turn(&mut self.machine, &mut self.host, &mut fuel);
        self.shake();
        while pause == Pause::Fuel && left > 0 {
            fuel = self.next_piece(left);
            left -= fuel;
            let now = self.host.now;
            pause = seam::go_on(&mut self.machine, &mut self.host, now, &mut fuel);
            self.shake();
        }
        if pause == Pause::Fuel || self.machine.request().is_some() {
            self.host.now += BUSY_TURN;
        }
        pause
    }

    /// Whether the machine waits for a key and would do so for ever.
    fn is_idle(&self) -> bool {
        match self.machine.waiting() {
            Waiting::Editor
            | Waiting::Input
            | Waiting::Scroll
            | Waiting::AnyKey
            | Waiting::Tape
            | Waiting::Menu
            | Waiting::Pause(0) => true,
            Waiting::Nothing | Waiting::Pause(_) | Waiting::Sound | Waiting::Files => false,
        }
    }

    /// Goes on until all that was typed has been taken.
    fn until_taken(&mut self, line: usize) -> Result<(), Problem> {
        let limit = self.host.now.saturating_add(PATIENCE);
        for _ in 0..TURNS_MAX {
            let left = self.host.typed.len();
            let pause = self.turn();
            if self.host.typed.is_empty() {
                return Ok(());
            }
            // What it takes it takes at once; otherwise time must pass.
            if self.host.typed.len() == left && !self.machine.takes_typed() {
                match pause {
                    Pause::Fuel | Pause::Probe(_) => {}
                    Pause::Idle(Some(until)) => self.host.now = self.host.now.max(until),
                    Pause::Idle(None) if self.machine.request().is_some() => {}
                    Pause::Idle(None) | Pause::Power(_) => break,
                }
            }
            if self.host.now > limit {
                break;
            }
        }
        let left = self.host.typed.len();
        problem(
            line,
            format!("the machine takes nothing more; {left} characters are left"),
        )
    }

    /// Goes on until the machine waits for a key and nothing else.
    fn until_idle(&mut self, line: usize) -> Result<(), Problem> {
        let limit = self.host.now.saturating_add(PATIENCE);
        for _ in 0..TURNS_MAX {
            match self.turn() {
                Pause::Fuel | Pause::Probe(_) => {}
                Pause::Idle(_) if self.is_idle() && self.machine.request().is_none() => {
                    return Ok(());
                }
                Pause::Idle(Some(until)) => self.host.now = self.host.now.max(until),
                Pause::Idle(None) if self.machine.request().is_some() => {}
                Pause::Idle(None) => break,
                Pause::Power(_) => return problem(line, "the machine wants to be switched"),
            }
            if self.host.now > limit {
                break;
            }
        }
        let screen = block(&self.screen());
        problem(
            line,
            format!("the machine is still busy; the screen is\n{screen}"),
        )
    }

    /// Goes on for some time.
    fn pass(&mut self, time: Micros, line: usize) -> Result<(), Problem> {
        let end = self.host.now.saturating_add(time);
        for _ in 0..TURNS_MAX {
            match self.turn() {
                Pause::Fuel | Pause::Probe(_) => {}
                Pause::Idle(_) if self.machine.request().is_some() => {}
                Pause::Idle(Some(until)) => self.host.now = self.host.now.max(until.min(end)),
                Pause::Idle(None) => self.host.now = end,
                Pause::Power(_) => return problem(line, "the machine wants to be switched"),
            }
            if self.host.now >= end {
                self.turn();
                return Ok(());
            }
        }
        problem(line, "the machine does not let time pass")
    }
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All that the console said.
    pub console: Vec<u8>,
    /// How many bytes that were before the first step, and after each one that was played.
    pub marks: Vec<usize>,
    /// What went wrong, if anything did.
    pub problem: Option<Problem>,
}

/// Plays a case from switching on to the first thing that goes wrong.
#[must_use]
pub fn play(case: &Case) -> Outcome {
    let mut player = match Player::new(case.setup) {
        Ok(player) => player,
        Err(problem) => {
            return Outcome {
                console: Vec::new(),
                marks: Vec::new(),
                problem: Some(problem),
            };
        }
    };
    let mut marks = Vec::with_capacity(case.steps.len() + 1);
    marks.push(player.console().len());
    let mut problem = None;
    for step in &case.steps {
        if let Err(found) = player.play(step) {
            problem = Some(found);
            break;
        }
        marks.push(player.console().len());
    }
    Outcome {
        console: player.host.console,
        marks,
        problem,
    }
}

/// The console's text without the terminal codes of a line being typed.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\x1b' => {
                // `ESC [`, digits, a letter.
                let _ = rest.find(char::is_ascii_alphabetic);
            }
            '\r' => {}
            _ => plain.push(c),
        }
    }
    plain
}

/// Whether the lower screen holds this report, which may take two lines.
#[must_use]
pub fn is_report(screen: &[String], expected: &str) -> bool {
    let lower = screen.get(UPPER_LINES..).unwrap_or_default();
    let [first, last] = lower else {
        return false;
    };
    last == expected || expected.strip_prefix(first.as_str()) == Some(last)
}

/// Whether the screen is as the lines of a scenario say.
#[must_use]
pub fn is_screen(screen: &[String], expected: &[String]) -> bool {
    let given = expected.len();
    let lines = if given <= UPPER_LINES && !expected.iter().any(|line| line == "..") {
        screen.get(..UPPER_LINES)
    } else {
        Some(screen)
    };
    matches(lines.unwrap_or(screen), expected)
}

fn matches(lines: &[String], expected: &[String]) -> bool {
    match expected.split_first() {
        None => lines.iter().all(String::is_empty),
        Some((first, rest)) if first == ".." => {
            rest.is_empty() || (0..=lines.len()).any(|skip| matches(&lines[skip..], rest))
        }
        Some((first, rest)) => {
            let text = first.strip_prefix('|').unwrap_or(first);
            lines
                .split_first()
                .is_some_and(|(line, more)| line == text && matches(more, rest))
        }
    }
}

/// Lines as a scenario writes them, so that they can be copied into one: several blank lines in a
/// row are `..`.
pub fn block<S: AsRef<str>>(lines: &[S]) -> String {
    let mut text = String::new();
    let mut blanks = 0;
    for line in lines.iter().map(AsRef::as_ref) {
        if line.is_empty() {
            blanks += 1;
            continue;
        }
        text.push_str(if blanks > 2 {
            "..\n"
        } else {
            &"|\n|\n"[..2 * blanks]
        });
        blanks = 0;
        text.push_str(&format!("|{line}\n"));
    }
    text
}

/// The screen's text, line by line, blanks at their ends left off: the machine's own characters
/// and block graphics, inverse ones as what they are inverse of, `?` for anything else.
#[must_use]
pub fn screen_text(memory: &Memory) -> Vec<String> {
    picture_text(&Picture::of(memory, 0, false))
}

/// The same of what is shown: the help screen, while it is there.
#[must_use]
pub fn picture_text(picture: &Picture<'_>) -> Vec<String> {
    (0..24)
        .map(|line| {
            let text: String = (0..32)
                .map(|column| cell::known(picture.cell(line, column)).map_or('?', |(c, _)| c))
                .collect();
            text.trim_end().into()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Model, Start};
    use crate::store::memory::DISPLAY_FILE;
    use alloc::string::ToString;
    use alloc::vec;

    #[test]
    fn a_screen_that_fits_all_is_refused() {
        assert_eq!(parse("== one\nscreen\n..\nidle\n").unwrap_err().line, 2);
        assert!(parse("== one\nscreen\nidle\n").is_ok());
    }

    #[test]
    fn a_case_is_read_line_by_line() {
        let text = "# remark\n== one\nrom 128\ntype 10 PRINT \"£↑\"\nkey SHIFT+a LEFT\n\nidle\nscreen\n|a  \n..\n|..\nreport 0 OK, 0:1\npeek 23692 1 2\n== two\nhost only because\npress y\n";
        let cases = parse(text).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(
            (cases[0].name.as_str(), cases[0].line, cases[0].setup),
            ("one", 2, Start::Line(Model::Spectrum128).into())
        );
        let actions: Vec<&Action> = cases[0].steps.iter().map(|step| &step.action).collect();
        let lines = ["|a", "..", "|.."].map(ToString::to_string).to_vec();
        assert_eq!(
            actions,
            [
                &Action::Type(b"10 PRINT \"`^\"\r".to_vec()),
                &Action::Key(vec![0xE1, 4]),
                &Action::Key(vec![0x50]),
                &Action::Idle,
                &Action::Screen(lines),
                &Action::Report("0 OK, 0:1".into()),
                &Action::Peek(23692, vec![1, 2]),
            ]
        );
        assert_eq!(cases[1].host_only.as_deref(), Some("because"));
        assert_eq!(cases[1].steps[0].action, Action::Type(b"y".to_vec()));
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_line() {
        for (text, line) in [
            ("type x", 1),
            ("== a\n\njump", 3),
            ("== a\n|x", 2),
            ("== a\nkey HYPER+x", 2),
            ("== a\npeek x 1", 2),
            ("== a\npeek 5 256", 2),
            ("== a\ntype €", 2),
            ("== a\nrom 16", 2),
        ] {
            assert_eq!(parse(text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn keys_are_usages() {
        let named = ["a", "Z", "1", "0", "F1", "F12", "ENTER", "SHIFT"];
        let usages = [4, 0x1D, 0x1E, 0x27, 0x3A, 0x45, 0x28, 0xE1];
        assert_eq!(named.map(|name| usage(name).unwrap()), usages);
        assert_eq!(usage("F13"), None);
    }

    #[test]
    fn the_screen_is_compared_from_the_top() {
        let mut screen = vec![String::new(); 24];
        screen[0] = "a".into();
        screen[5] = "b".into();
        screen[23] = "0 OK, 0:1".into();
        let is = |lines: &[&str]| {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            is_screen(&screen, &lines)
        };
        assert!(is(&["|a", "|", "|", "|", "|", "|b"]));
        assert!(is(&["|a", "..", "|b", "..", "|0 OK, 0:1"]));
        assert!(is(&["..", "|b", ".."]));
        assert!(!is(&["|a"]));
        assert!(!is(&["|a", "..", "|b"]));
        assert!(!is(&["|b"]));
        assert!(is_report(&screen, "0 OK, 0:1"));
        assert!(!is_report(&screen, "0 OK"));
        screen[22] = "C Nonsense in BASIC and more of".into();
        screen[23] = " it, 0:1".into();
        assert!(is_report(
            &screen,
            "C Nonsense in BASIC and more of it, 0:1"
        ));
    }

    #[test]
    fn terminal_codes_are_no_text() {
        assert_eq!(plain(b"a\x1b[12Db\x1b[K\r\nc"), "ab\nc");
    }

    #[test]
    fn cells_are_read_as_characters_blocks_and_inverse() {
        let mut memory = Memory::new();
        let mut put = |column: u32, cell: [u8; 8]| {
            for (row, byte) in (0..).zip(cell) {
                memory.set_byte(DISPLAY_FILE + column + 256 * row, byte);
            }
        };
        let odd = [1, 2, 3, 4, 5, 6, 7, 8];
        put(1, [0x0F, 0x0F, 0x0F, 0x0F, 0xF0, 0xF0, 0xF0, 0xF0]);
        put(2, [0xFF; 8]);
        put(3, odd);
        put(4, fonts::GLYPHS[33]);
        put(5, fonts::GLYPHS[33].map(|row| !row));
        let text = &screen_text(&memory)[0];
        assert!(text.starts_with(" ▞█?"), "{text}");
        // Whatever the font is, a character and its inverse read the same.
        let letter = |n| text.chars().nth(n).unwrap_or(' ');
        assert!(letter(4) == 'A' && letter(5) == 'A' || fonts::GLYPHS[33] == [0; 8]);
    }

    #[test]
    fn a_scenario_takes_no_real_time() {
        let mut player = Player::new(Model::Spectrum48).unwrap();
        let step = |action| Step { line: 1, action };
        player.play(&step(Action::Frames(50 * 3600))).unwrap();
        assert!(player.host.now >= 3600 * 1_000_000);
        let wrong = player.play(&step(Action::Report("no such report".into())));
        assert_eq!(wrong.unwrap_err().line, 1);
    }
}
