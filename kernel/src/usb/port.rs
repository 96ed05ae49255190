//! The board's own USB: the controller put together with its power, its memory and the clock.

use alloc::boxed::Box;

use basic::keys::KeyEvent;

use super::dma::DmaMemory;
use super::dwc2::Dwc2;
use super::notice::Notice;
use super::registers::Registers;
use super::{Host, Sink};
use crate::arch::time;
use crate::board::{USB, UsbPort};
use crate::drivers::property::{Device, Post, Properties};
use crate::host::keyboard::KeyQueue;
use crate::log;
use crate::mmio::Mmio;

/// The USB host of the board.
pub type BoardHost = Host<Dwc2<Mmio<Registers>>>;

/// Asks the firmware for the controller's power, and makes the host. Nothing is waited for but
/// the firmware's answer; without one, or with a no, there is no USB, and the log says so.
pub fn start(port: UsbPort, mailbox: &mut impl Post) -> Option<Box<BoardHost>> {
    match mailbox.power_on(Device::Usb) {
        Ok(true) => {}
        Ok(false) => {
            log!("no USB: the firmware gives it no power");
            return None;
        }
        Err(error) => {
            log!("no USB: its power: {error}");
            return None;
        }
    }
    let memory = DmaMemory::take()?;
    let _used_up = port;
    // SAFETY: The controller's registers lie there, and `UsbPort`, of which there is one, is used
    // up, so nobody else has them.
    let registers = unsafe { Mmio::new(USB) };
    Some(Box::new(Host::new(Dwc2::new(registers, memory, time::now))))
}

impl Sink for KeyQueue {
    fn key(&mut self, event: KeyEvent) {
        self.push(event);
    }

    fn notice(&mut self, notice: &Notice) {
        log!("{notice}");
    }
}
