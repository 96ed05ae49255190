//! Stands in for the part of the machine's driving interface that is not there yet, so that this
//! tool can be built and tested beside it. It goes when the machine has come.
#![allow(missing_docs, reason = "the machine's own items have the words")]

use basic::keys::KeyEvent;
use basic::machine::{Fuel, Power};
use basic::report::Report;
use basic::screen::Picture;
use basic::seam::{Host, Micros};
use basic::store::Memory;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    Spectrum48,
    Spectrum128,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    Line,
    Refused(Report),
    Running,
    NoRoom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    Nothing,
    Editor,
    Input,
    Scroll,
    Pause(u16),
    Tape,
    Menu,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    Inkey,
    InkeyDone,
    Pause(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    Fuel,
    Idle(Option<Micros>),
    Probe(Probe),
    Power(Power),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEntry {
    Print {
        channel: u8,
        code: u8,
        nested: bool,
    },
    Beep {
        at: Micros,
        duration: [u8; 5],
        pitch: [u8; 5],
        sounded: Option<(u16, u16)>,
    },
    Border {
        at: Micros,
        colour: u8,
    },
    Ay {
        at: Micros,
        register: u8,
        value: u8,
    },
    ReportStart,
    Statement {
        line: u16,
        stmt: u8,
    },
}

#[derive(Clone, Debug)]
pub struct Machine {
    inner: basic::machine::Machine,
    memory: Memory,
}

impl Machine {
    #[must_use]
    pub fn new(_model: Model) -> Self {
        Self {
            inner: basic::machine::Machine::new(),
            memory: Memory::new(),
        }
    }
    pub fn boot_to_basic(&mut self) {}
    pub fn set_probes(&mut self, _on: bool) {}
    pub fn set_logging(&mut self, _on: bool) {}
    pub fn enter_line(&mut self, _line: &[u8]) -> Entered {
        Entered::Refused(Report::NonsenseInBasic)
    }
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        Waiting::Editor
    }
    #[must_use]
    pub fn report(&self) -> Option<(Report, u16, u8)> {
        None
    }
    pub fn take_log(&mut self) -> Vec<LogEntry> {
        Vec::new()
    }
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }
    pub fn memory_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }
    pub fn key(&mut self, event: KeyEvent) {
        self.inner.key(event);
    }
    #[must_use]
    pub fn takes_typed(&self) -> bool {
        self.inner.takes_typed()
    }
    pub fn run(&mut self, now: Micros, fuel: &mut Fuel) -> Pause {
        mapped(self.inner.run(now, fuel))
    }
    #[must_use]
    pub fn picture(&self) -> Picture<'_> {
        self.inner.picture()
    }
    pub fn drain_console(&mut self, take: impl FnMut(&[u8])) {
        self.inner.drain_console(take);
    }
}

fn mapped(pause: basic::machine::Pause) -> Pause {
    match pause {
        basic::machine::Pause::Fuel => Pause::Fuel,
        basic::machine::Pause::Idle(at) => Pause::Idle(at),
        basic::machine::Pause::Power(power) => Pause::Power(power),
    }
}

pub fn turn(machine: &mut Machine, host: &mut impl Host, fuel: &mut Fuel) -> Pause {
    mapped(basic::seam::turn(&mut machine.inner, host, fuel))
}
