//! The machine: a plain value that runs BASIC.

use crate::keys::KeyEvent;
use crate::screen::{Geometry, Picture};
use crate::seam::{Micros, SoundCommand};
use crate::store::Memory;
use crate::store::memory::{ATTRIBUTES, DISPLAY_FILE, Rows};

/// Work that may be done before [`Machine::run`] must return, about one unit a statement.
pub type Fuel = u32;

/// How the machine is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// Start again.
    Reset,
    /// Switch off.
    Off,
}

/// Why [`Machine::run`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The fuel is used up: call again.
    Fuel,
    /// There is nothing to do before a key comes, or this time.
    Idle(Option<Micros>),
    /// The machine wants to be switched.
    Power(Power),
}

/// The whole machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    memory: Memory,
    now: Micros,
}

impl Machine {
    /// A machine just switched on.
    #[must_use]
    pub fn new() -> Self {
        Self {
            memory: Memory::new(),
            now: 0,
        }
    }
    /// Every byte a program can see.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }
    /// Takes a key event.
    pub fn key(&mut self, _event: KeyEvent) {}
    /// Whether a typed character can be taken now.
    #[must_use]
    pub fn takes_typed(&self) -> bool {
        true
    }
    /// Runs until the fuel is used up or there is nothing to do.
    pub fn run(&mut self, now: Micros, _fuel: &mut Fuel) -> Pause {
        self.now = now;
        Pause::Idle(None)
    }
    /// Hands out the sounds made since the last call.
    pub fn drain_sounds(&mut self, _take: impl FnMut(Micros, SoundCommand)) {}
    /// Hands out the console text made since the last call.
    pub fn drain_console(&mut self, _take: impl FnMut(&[u8])) {}
    /// The cell rows changed since the last call; `Some(0)` when only the border changed.
    pub fn take_changed(&mut self) -> Option<Rows> {
        match self.memory.take_changed() {
            0 => None,
            rows => Some(rows),
        }
    }
    /// The picture to show.
    #[must_use]
    pub fn picture(&self) -> Picture<'_> {
        Picture::new(
            Geometry::CLASSIC,
            self.memory.slice(DISPLAY_FILE, ATTRIBUTES - DISPLAY_FILE),
            self.memory.slice(ATTRIBUTES, 768),
            7,
            false,
        )
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}
