//! The controller of the SD card: an Arasan SDHCI, reached word by word.
//!
//! What is said to the card through it is [`super::sd`]'s matter, which knows this device only as a
//! [`Port`].

use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::registers::ReadWrite;

use super::gpio::{Function, Gpio, Pull};
use super::sd::{Port, Register};
use crate::arch::time::{self, Micros};
use crate::mmio::Mmio;

/// The registers, from offset 0 (BCM2835 ARM Peripherals, chapter 5).
pub type Registers = [ReadWrite<u32>; 64];

/// The pin of the card's clock; its command line and its four data lines follow.
const CLOCK_PIN: u32 = 48;
/// One past the last pin of the card.
const PINS_END: u32 = 54;

/// The controller, and who else may work while the card does.
#[derive(Debug)]
pub struct Emmc {
    registers: Mmio<Registers>,
    /// Lets others work for a while, if it is time.
    give_way: fn(),
}

impl Emmc {
    pub(crate) const fn new(registers: Mmio<Registers>) -> Self {
        Self {
            registers,
            give_way: || {},
        }
    }

    /// Connects the card's pins to this controller: after the firmware they are on another one.
    pub fn connect(&mut self, gpio: &mut Gpio) {
        gpio.pull(1 << CLOCK_PIN, Pull::None);
        let lines = (CLOCK_PIN + 1..PINS_END).fold(0, |pins, pin| pins | 1 << pin);
        gpio.pull(lines, Pull::Up);
        for pin in CLOCK_PIN..PINS_END {
            gpio.connect(pin, Function::Alternate3);
        }
    }

    /// Calls `give_way` while the card makes it wait, and between sectors.
    pub fn share(&mut self, give_way: fn()) {
        self.give_way = give_way;
    }

    fn register(&self, register: Register) -> &ReadWrite<u32> {
        &self.registers[register as usize / 4]
    }
}

impl Port for Emmc {
    fn get(&mut self, register: Register) -> u32 {
        self.register(register).get()
    }

    fn set(&mut self, register: Register, value: u32) {
        self.register(register).set(value);
    }

    fn now(&mut self) -> Micros {
        time::now()
    }

    fn wait(&mut self, micros: Micros) {
        time::wait(micros);
    }

    fn give_way(&mut self) {
        (self.give_way)();
    }
}
