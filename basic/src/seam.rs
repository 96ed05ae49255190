//! The seam between the machine and a host: the only file that both sides know.
//!
//! A host lends six small abilities; [`turn`] is the only caller of them. None of them may wait.
//! It may also be a [`Witness`].

use crate::console::View;
use crate::files::{Answer, Request, StorageError};
use crate::keys::KeyEvent;
use crate::machine::{Fuel, Machine, Pause};
use crate::screen::Picture;
use crate::store::memory::Rows;

use core::task::Poll;

pub use crate::sound::{Micros, SoundCommand};

/// Keys.
pub trait Keyboard {
    /// The next key event, if any.
    fn poll_key(&mut self) -> Option<KeyEvent>;
    /// The next character from a source that knows only characters (a serial line), if any; asked
    /// only when the machine can take one, so nothing typed ahead is lost.
    fn poll_typed(&mut self) -> Option<u8>;
}

/// Time.
pub trait Clock {
    /// Microseconds since power-on; never goes back.
    fn now(&mut self) -> Micros;
}

/// A picture.
pub trait Display {
    /// Shows the picture; `changed` names the cell rows that differ from the last call. Also
    /// called with no row when only the border differs.
    fn present(&mut self, picture: &Picture<'_>, changed: Rows);
}

/// Sound.
pub trait Speaker {
    /// Takes a sound that starts at `at`.
    fn sound(&mut self, at: Micros, command: SoundCommand);
}

/// A text console (a serial line, a terminal), mirrored.
pub trait Console {
    /// Takes UTF-8 text with the few terminal codes [`crate::console`] lists.
    fn print(&mut self, text: &[u8]);
    /// Shows the screen in place (see [`crate::console::Terminal`]); only asked of hosts of a
    /// machine whose console has that style, when the machine is idle or shows its help. It may be
    /// left out: it is asked again.
    fn show(&mut self, _view: &View<'_>) {}
}

/// Files.
pub trait Storage {
    /// Does what is asked, or goes on with it; asked every turn with the same request until it is
    /// ready, also when the machine no longer wants to know. Only hosts of a machine that was told
    /// of files are asked ([`Setup::files`](crate::machine::Setup::files)).
    fn poll_file(&mut self, _request: &Request) -> Poll<Answer> {
        Poll::Ready(Err(StorageError::NotReady))
    }
}

/// What goes into a machine, in the order it does: enough to make the same machine again
/// (see [`crate::replay`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note<'a> {
    /// A key event.
    Key(KeyEvent),
    /// The answer to what it asked of the host's files.
    File(&'a Answer),
    /// The machine is about to work, at this time.
    Begins(Micros),
    /// It has worked.
    Ended {
        /// Fuel used.
        used: Fuel,
        /// Why it stopped.
        pause: Pause,
        /// Nothing the keyboard did before can be seen later.
        quiet: bool,
        /// Sounds were made, whose time counts.
        sounded: bool,
        /// The host's files are asked for something that they were not before.
        asks: bool,
    },
}

/// Whoever wants to know what goes into the machine.
pub trait Witness {
    /// Is told.
    fn note(&mut self, _note: Note<'_>) {}
}

/// Everything a machine needs of its surroundings.
pub trait Host: Keyboard + Clock + Display + Speaker + Console + Storage + Witness {}
impl<T: Keyboard + Clock + Display + Speaker + Console + Storage + Witness> Host for T {}

/// Lets the machine work once: takes the time, the keys and an answer, runs, hands on what came out.
pub fn turn(machine: &mut Machine, host: &mut impl Host, fuel: &mut Fuel) -> Pause {
    let now = host.now();
    while let Some(event) = host.poll_key() {
        host.note(Note::Key(event));
        machine.key(event);
    }
    if machine.takes_typed() {
        if let Some(code) = host.poll_typed() {
            let event = KeyEvent::Typed(code);
            host.note(Note::Key(event));
            machine.key(event);
        }
    }
    if let Some(Poll::Ready(answer)) = machine.request().map(|request| host.poll_file(request)) {
        host.note(Note::File(&answer));
        machine.answer(answer);
    }
    go_on(machine, host, now, fuel)
}

/// The same without new keys, at a time that is known: the rest of a turn that was cut.
pub fn go_on(machine: &mut Machine, host: &mut impl Host, now: Micros, fuel: &mut Fuel) -> Pause {
    host.note(Note::Begins(now));
    let given = *fuel;
    let asked = machine.request().is_some();
    let pause = machine.run(now, fuel);
    let mut sounded = false;
    machine.drain_sounds(|at, command| {
        sounded = true;
        host.sound(at, command);
    });
    host.note(Note::Ended {
        used: given - *fuel,
        pause,
        quiet: machine.keys_are_quiet(),
        sounded,
        asks: !asked && machine.request().is_some(),
    });
    machine.drain_console(|text| host.print(text));
    // How a turn is cut must not be seen; behind the help screen a program may never be idle.
    if matches!(pause, Pause::Idle(_)) || machine.is_helping() {
        if let Some(view) = machine.console_view() {
            host.show(&view);
        }
    }
    if let Some(rows) = machine.take_changed() {
        host.present(&machine.picture(), rows);
    }
    pause
}
