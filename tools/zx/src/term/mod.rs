//! The machine in this terminal, in real time.

mod keys;
mod plain;
mod view;

use std::collections::VecDeque;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use basic::files::{Answer, Request, StorageError};
use basic::keys::KeyEvent;
use basic::machine::{Fuel, Machine, Model, Pause, Power, Setup, Start, Waiting};
use basic::screen::Picture;
use basic::seam::{
    self, Clock, Console, Display, Keyboard, Micros, SoundCommand, Speaker, Storage, Witness,
};
use basic::store::memory::Rows;
use crossterm::event::{self, Event};
use crossterm::{cursor, execute, terminal};

use crate::card::Folder;
use crate::computer::{Computer, Rom};
use crate::keyscript::Chord;
use crate::{Result, failed, listing};
use keys::Wish;
use view::{Frame, View};

/// How often the machine and the terminal are looked after.
const TURN: Duration = Duration::from_millis(20);
/// Work of one turn before keys are looked at again.
const FUEL: Fuel = 100_000;

/// How long a program that runs sees a key: a little more than the time between a terminal's
/// repeats.
const HELD: Duration = Duration::from_millis(120);

/// Options of `zx term`.
#[derive(Clone, Debug, clap::Args)]
pub struct TermOptions {
    /// A listing to have in memory
    program: Option<PathBuf>,
    /// How it starts: menu, 128, 48, or line and line48 without menus [default: menu, with a
    /// listing line48]
    #[arg(long, value_name = "HOW", value_parser = start_named)]
    start: Option<Start>,
    /// A folder of this computer as the machine's card
    #[arg(long, value_name = "FOLDER")]
    card: Option<PathBuf>,
    /// Begin with characters
    #[arg(long, conflicts_with = "blocks")]
    text: bool,
    /// Begin with pixels, drawn as half blocks (the usual way, if the terminal is large enough)
    #[arg(long)]
    blocks: bool,
}

/// What the machine needs of this computer.
struct TermHost {
    started: Instant,
    keys: VecDeque<KeyEvent>,
    typed: VecDeque<u8>,
    /// The keys that a running program sees, and until when.
    held: Option<(Chord, Instant)>,
    /// The picture changed since it was drawn.
    changed: bool,
    card: Option<Folder>,
}

impl TermHost {
    /// Gives a code to what waits for one, or shows its keys to a program that runs: a terminal
    /// tells when a key goes down but not when it goes up.
    fn give(&mut self, code: u8, running: bool) {
        let chord = keys::chord(code).filter(|_| running);
        let Some(chord) = chord else {
            self.typed.push_back(code);
            return;
        };
        if self.held.is_none_or(|(held, _)| held != chord) {
            self.let_go();
            self.keys.extend(chord.keys().map(KeyEvent::MatrixDown));
        }
        self.held = Some((chord, Instant::now() + HELD));
    }

    /// Presses keys of a PC keyboard together and lets them go.
    fn press(&mut self, usages: &[u8]) {
        let down = usages.iter().copied().map(KeyEvent::Down);
        let up = usages.iter().rev().copied().map(KeyEvent::Up);
        self.keys.extend(down.chain(up));
    }

    /// The keys a program sees go up.
    fn let_go(&mut self) {
        if let Some((chord, _)) = self.held.take() {
            self.keys.extend(chord.keys().map(KeyEvent::MatrixUp));
        }
    }
}

impl Keyboard for TermHost {
    fn poll_key(&mut self) -> Option<KeyEvent> {
        self.keys.pop_front()
    }
    fn poll_typed(&mut self) -> Option<u8> {
        self.typed.pop_front()
    }
}

impl Clock for TermHost {
    fn now(&mut self) -> Micros {
        Micros::try_from(self.started.elapsed().as_micros()).unwrap_or(Micros::MAX)
    }
}

impl Display for TermHost {
    fn present(&mut self, _picture: &Picture<'_>, _changed: Rows) {
        self.changed = true;
    }
}

impl Witness for TermHost {}

impl Storage for TermHost {
    fn poll_file(&mut self, request: &Request) -> Poll<Answer> {
        let card = self.card.as_ref();
        Poll::Ready(card.map_or(Err(StorageError::NotReady), |card| card.answer(request)))
    }
}

impl Speaker for TermHost {
    fn sound(&mut self, _at: Micros, _command: SoundCommand) {}
}

impl Console for TermHost {
    fn print(&mut self, _text: &[u8]) {}
}

/// What a key of the terminal is to do; the help screen wants keys, not what they type.
fn wish(key: &event::KeyEvent, helping: bool) -> Option<Wish> {
    match keys::wish(key) {
        Some(Wish::Type(_) | Wish::Break) if helping => keys::pressed(key),
        wish => wish,
    }
}

/// Puts the terminal back as it was, whatever happens.
struct Restore;

impl Drop for Restore {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    // nothing can be done where a terminal refuses
    execute!(
        io::stdout(),
        crossterm::style::ResetColor,
        cursor::Show,
        terminal::LeaveAlternateScreen
    )
    .unwrap_or_default();
    terminal::disable_raw_mode().unwrap_or_default();
}

/// The start that has a name.
fn start_named(name: &str) -> std::result::Result<Start, String> {
    let names = Start::ALL.map(|(name, _)| name).join(", ");
    Start::by_name(name).ok_or(format!("it is one of {names}"))
}

/// The card that is wanted.
fn card(options: &TermOptions) -> Option<Folder> {
    options.card.clone().map(Folder::new)
}

/// A machine, with the listing entered if one is wanted.
fn machine(options: &TermOptions) -> Result<Machine> {
    let Some(path) = &options.program else {
        let start = options.start.unwrap_or(Start::Menu);
        let files = options.card.is_some();
        return Ok(Machine::new(Setup { start, files }));
    };
    let doing = format!("reading {}", path.display());
    let source = std::fs::read_to_string(path).map_err(|e| failed(&doing, &e))?;
    let start = options.start.unwrap_or(Model::Spectrum48.into());
    let mut computer = Computer::with_card(Rom::of(start.model()), start, None, card(options));
    computer.frames_through(1);
    for line in listing::split_lines(&source)? {
        computer.enter(&line.entered(false)?);
    }
    Ok(computer.into_machine())
}

/// The machine in this terminal; without a terminal, as a plain text console.
///
/// # Errors
/// A listing that cannot be read, a terminal that does not do what it is asked.
pub fn run(options: &TermOptions) -> Result<()> {
    let machine = machine(options)?;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return plain::run(machine, card(options).as_ref()).map_err(|e| failed("console", &e));
    }
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // the message would be lost with the other screen
        restore();
        usual(info);
    }));
    let restored = Restore;
    let ended = in_terminal(machine, options);
    drop(restored);
    drop(std::panic::take_hook());
    ended.map_err(|e| failed("terminal", &e))
}

fn in_terminal(mut machine: Machine, options: &TermOptions) -> io::Result<()> {
    let mut out = io::stdout().lock();
    terminal::enable_raw_mode()?;
    execute!(out, terminal::EnterAlternateScreen, cursor::Hide)?;
    let mut host = TermHost {
        started: Instant::now(),
        keys: VecDeque::new(),
        typed: VecDeque::new(),
        held: None,
        changed: true,
        card: card(options),
    };
    let size = terminal::size()?;
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
    let mut view = if options.text {
        View::Text
    } else if options.blocks {
        View::Blocks
    } else {
        View::fitting(size)
    };
    let mut frame = Frame::new(size);
    let mut flash = false;
    loop {
        if host.held.is_some_and(|(_, until)| Instant::now() >= until) {
            host.let_go();
        }
        let mut fuel = FUEL;
        let pause = seam::turn(&mut machine, &mut host, &mut fuel);
        match pause {
            Pause::Power(Power::Off) => return Ok(()),
            Pause::Power(Power::Reset) => {
                machine.restart();
                host.changed = true;
            }
            Pause::Fuel | Pause::Idle(_) | Pause::Probe(_) => {}
        }
        let phase = machine.picture().flash_swapped();
        if host.changed || phase != flash {
            host.changed = false;
            flash = phase;
            let cells = view.draw(&machine, frame.size());
            frame.show(&cells, &mut out)?;
            out.flush()?;
        }
        let more = !host.typed.is_empty() && machine.takes_typed() || machine.request().is_some();
        let wait = if more || matches!(pause, Pause::Fuel) {
            Duration::ZERO
        } else {
            TURN
        };
        if ended.load(Ordering::Relaxed) {
            return Ok(());
        }
        if !event::poll(wait)? {
            continue;
        }
        while event::poll(Duration::ZERO)? {
            match event::read()? {
                Event::Resize(columns, lines) => {
                    frame = Frame::new((columns, lines));
                    execute!(out, terminal::Clear(terminal::ClearType::All))?;
                    host.changed = true;
                }
                Event::Key(key) => match wish(&key, machine.is_helping()) {
                    None => {}
                    Some(Wish::Leave) => return Ok(()),
                    Some(Wish::OtherView) => {
                        view = view.other();
                        frame = Frame::new(frame.size());
                        execute!(out, terminal::Clear(terminal::ClearType::All))?;
                        host.changed = true;
                    }
                    Some(Wish::Press(usages)) => host.press(&usages),
                    Some(Wish::Break) => host.keys.push_back(KeyEvent::Break),
                    Some(Wish::Type(code)) => {
                        host.give(code, matches!(machine.waiting(), Waiting::Nothing));
                    }
                },
                Event::Paste(text) => {
                    host.typed.extend(text.chars().filter_map(keys::typed));
                }
                Event::FocusGained | Event::FocusLost | Event::Mouse(_) => {}
            }
        }
    }
}
