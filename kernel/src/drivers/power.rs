//! Power management: reset and power-off, both by the watchdog.

use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::register_structs;
use tock_registers::registers::ReadWrite;

use crate::arch::cpu;
use crate::mmio::Mmio;

register_structs! {
    /// The registers used here.
    #[allow(missing_docs, reason = "the names are the field's")]
    pub Registers {
        (0x00 => _unused0),
        (0x1C => pub reset_control: ReadWrite<u32>),
        (0x20 => pub reset_status: ReadWrite<u32>),
        (0x24 => pub watchdog: ReadWrite<u32>),
        (0x28 => @END),
    }
}

/// Every write carries it in its upper byte.
const PASSWORD: u32 = 0x5A00_0000;
/// What the watchdog does: a full reset.
const FULL_RESET: u32 = 0x20;
/// The bits of the field for it.
const RESET_FIELD: u32 = 0x30;
/// The bits of the partition to start from, every other one of the low eleven.
const PARTITION: u32 = 0x555;
/// Ticks of some 15 microseconds until it happens.
const TICKS: u32 = 10;

/// Power management.
#[derive(Debug)]
pub struct Power(Mmio<Registers>);

impl Power {
    pub(crate) const fn new(registers: Mmio<Registers>) -> Self {
        Self(registers)
    }

    /// Starts the board again.
    pub fn reset(self) -> ! {
        self.start_from(0)
    }

    /// Switches the board off: it starts from the partition that stands for staying off, so only
    /// the plug or the reset pin brings it back.
    pub fn off(self) -> ! {
        self.start_from(PARTITION)
    }

    fn start_from(self, partition: u32) -> ! {
        let status = self.0.reset_status.get() & 0x00FF_FFFF & !PARTITION;
        self.0.reset_status.set(PASSWORD | status | partition);
        self.0.watchdog.set(PASSWORD | TICKS);
        let control = self.0.reset_control.get() & 0x00FF_FFFF & !RESET_FIELD;
        self.0.reset_control.set(PASSWORD | control | FULL_RESET);
        cpu::halt()
    }
}
