//! GPIO pins: what they are connected to, and their pull resistors.

use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::register_structs;
use tock_registers::registers::ReadWrite;

use crate::arch::time;
use crate::mmio::Mmio;

register_structs! {
    /// The registers used here (BCM2835 ARM Peripherals, chapter 6).
    #[allow(missing_docs, reason = "the names are the manual's")]
    pub Registers {
        (0x00 => pub function: [ReadWrite<u32>; 6]),
        (0x18 => _unused0),
        (0x94 => pub pull: ReadWrite<u32>),
        (0x98 => pub pull_clock: [ReadWrite<u32>; 2]),
        (0xA0 => @END),
    }
}

/// What a pin is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Function {
    /// Nothing: it can be read.
    Input = 0,
    /// The pin's first peripheral.
    Alternate0 = 4,
    /// The pin's fourth peripheral.
    Alternate3 = 7,
}

/// A pin's resistor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Pull {
    /// None.
    None = 0,
    /// To 3.3 V.
    Up = 2,
}

/// The new value of a function register in which `pin` has `function`.
#[must_use]
pub const fn with_function(register: u32, pin: u32, function: Function) -> u32 {
    let shift = pin % 10 * 3;
    register & !(7 << shift) | (function as u32) << shift
}

/// The pins.
#[derive(Debug)]
pub struct Gpio(Mmio<Registers>);

impl Gpio {
    pub(crate) const fn new(registers: Mmio<Registers>) -> Self {
        Self(registers)
    }

    /// Connects a pin (0 to 53).
    pub fn connect(&mut self, pin: u32, function: Function) {
        if let Some(register) = self.0.function.get(pin as usize / 10) {
            register.set(with_function(register.get(), pin, function));
        }
    }

    /// Gives the pins of a set (bit n is pin n) a pull resistor, or none.
    pub fn pull(&mut self, pins: u64, pull: Pull) {
        // The manual wants 150 cycles of the core's clock (250 MHz or more) for each step.
        let [low, high] = [pins as u32, (pins >> 32) as u32];
        self.0.pull.set(pull as u32);
        time::wait(2);
        self.0.pull_clock[0].set(low);
        self.0.pull_clock[1].set(high);
        time::wait(2);
        self.0.pull.set(0);
        self.0.pull_clock[0].set(0);
        self.0.pull_clock[1].set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_changes_only_its_pin() {
        assert_eq!(with_function(0, 14, Function::Alternate0), 4 << 12);
        let all = with_function(u32::MAX, 15, Function::Alternate0);
        assert_eq!(all, !(3 << 15));
        assert_eq!(with_function(all, 15, Function::Input), !(7 << 15));
    }
}
