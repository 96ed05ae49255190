//! The interrupt controllers: the chip's own, and the one between it and the cores.
use tock_registers::interfaces::Readable;
use tock_registers::interfaces::Writeable;
use tock_registers::register_structs;
use tock_registers::registers::{ReadOnly, WriteOnly};

use crate::arch::cpu;
use crate::mmio::Mmio;

register_structs! {
    /// The chip's controller (BCM2835 ARM Peripherals, chapter 7).
    #[allow(missing_docs, reason = "the names are the manual's")]
    pub Registers {
        (0x00 => pub pending_basic: ReadOnly<u32>),
        (0x04 => pub pending: [ReadOnly<u32>; 2]),
        (0x0C => pub fast: WriteOnly<u32>),
        (0x10 => pub enable: [WriteOnly<u32>; 2]),
        (0x18 => pub enable_basic: WriteOnly<u32>),
        (0x1C => pub disable: [WriteOnly<u32>; 2]),
        (0x24 => pub disable_basic: WriteOnly<u32>),
        (0x28 => @END),
    }
}

register_structs! {
    /// The cores' controller (ARM Quad A7 core, 4.4, 4.6, 4.7 and 4.10).
    #[allow(missing_docs, reason = "the names are the manual's")]
    pub LocalRegisters {
        (0x00 => _unused0),
        (0x0C => pub chip_routing: WriteOnly<u32>),
        (0x10 => _unused1),
        (0x40 => pub timer_control: [WriteOnly<u32>; 4]),
        (0x50 => pub mailbox_control: [WriteOnly<u32>; 4]),
        (0x60 => pub irq_source: [ReadOnly<u32>; 4]),
        (0x70 => @END),
    }
}

/// The virtual timer's bit in the cores' controller.
const LOCAL_TIMER: u32 = 1 << 3;
/// The PL011's number.
pub const UART: u32 = 57;

/// The controllers.
#[derive(Debug)]
pub struct Interrupts {
    chip: Mmio<Registers>,
    local: Mmio<LocalRegisters>,
}

impl Interrupts {
    pub(crate) const fn new(chip: Mmio<Registers>, local: Mmio<LocalRegisters>) -> Self {
        Self { chip, local }
    }

    /// Switches every source off, whatever firmware left, and the timer's on. The timer's has no
    /// handler: it ends sleep, and the program switches the timer off before it lets interrupts
    /// happen.
    pub fn start(&mut self) {
        for disable in &self.chip.disable {
            disable.set(u32::MAX);
        }
        self.chip.disable_basic.set(u32::MAX);
        self.chip.fast.set(0);
        // What the chip's controller lets through goes to core 0.
        self.local.chip_routing.set(0);
        self.local.timer_control[0].set(LOCAL_TIMER);
        self.local.mailbox_control[0].set(0);
    }

    /// Lets the source `number` (0 to 63) through.
    pub fn enable(&mut self, number: u32) {
        if let Some(enable) = self.chip.enable.get(number as usize / 32) {
            enable.set(1 << (number % 32));
        }
    }
}

/// Handles what is pending; called with interrupts masked. There is one source that needs a
/// handler; anything else is switched off, so that it cannot come for ever.
pub fn dispatch() {
    // SAFETY: Only this handler uses the pending and disable registers after `start`.
    let chip = unsafe { Mmio::<Registers>::new(crate::board::INTERRUPTS) };
    // The chip wants a barrier where one device's registers follow another's.
    cpu::barrier();
    let [low, high] = chip.pending.each_ref().map(Readable::get);
    if high & 1 << (UART % 32) != 0 {
        super::uart::interrupt();
    }
    let strange = [low, high & !(1 << (UART % 32))];
    for (disable, strange) in chip.disable.iter().zip(strange) {
        if strange != 0 {
            disable.set(strange);
        }
    }
    cpu::barrier();
}
