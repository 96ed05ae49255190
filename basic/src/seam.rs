//! The seam between the machine and a host: the only file that both sides know.
//!
//! A host lends five small abilities; [`turn`] is the only caller of them. None of them may wait.

use crate::keys::KeyEvent;
use crate::machine::{Fuel, Machine, Pause};
use crate::screen::Picture;
use crate::store::memory::Rows;

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
}

/// Everything a machine needs of its surroundings.
pub trait Host: Keyboard + Clock + Display + Speaker + Console {}
impl<T: Keyboard + Clock + Display + Speaker + Console> Host for T {}

/// Lets the machine work once: takes the time and the keys, runs, hands on what came out.
pub fn turn(machine: &mut Machine, host: &mut impl Host, fuel: &mut Fuel) -> Pause {
    let now = host.now();
    while let Some(event) = host.poll_key() {
        machine.key(event);
    }
    if machine.takes_typed() {
        if let Some(code) = host.poll_typed() {
            machine.key(KeyEvent::Typed(code));
        }
    }
    let pause = machine.run(now, fuel);
    machine.drain_sounds(|at, command| host.sound(at, command));
    machine.drain_console(|text| host.print(text));
    if let Some(rows) = machine.take_changed() {
        host.present(&machine.picture(), rows);
    }
    pause
}
