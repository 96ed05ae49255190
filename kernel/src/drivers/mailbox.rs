//! The mailbox to the firmware.

#[cfg(target_os = "none")]
use core::cell::UnsafeCell;

use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::register_structs;
use tock_registers::registers::{ReadOnly, WriteOnly};

use super::property::{Error, Post, WORDS};
use crate::arch::{cpu, time};
use crate::mmio::Mmio;

register_structs! {
    /// Mailbox 0 is read, mailbox 1 written.
    #[allow(missing_docs, reason = "the names are the field's")]
    pub Registers {
        (0x00 => pub read: ReadOnly<u32>),
        (0x04 => _unused0),
        (0x18 => pub read_status: ReadOnly<u32>),
        (0x1C => _unused1),
        (0x20 => pub write: WriteOnly<u32>),
        (0x24 => _unused2),
        (0x38 => pub write_status: ReadOnly<u32>),
        (0x3C => @END),
    }
}

const FULL: u32 = 1 << 31;
const EMPTY: u32 = 1 << 30;
/// The channel for property messages.
const PROPERTY: u32 = 8;
/// How devices see memory past their caches.
const BUS: u32 = 0xC000_0000;
/// Longest wait for an answer: setting a display mode takes the firmware some tenths of a second.
const LIMIT: time::Micros = 1_000_000;

#[repr(C, align(16))]
#[cfg(target_os = "none")]
struct Buffer(UnsafeCell<[u32; WORDS]>);
// SAFETY: Only the one `Mailbox` uses it.
#[cfg(target_os = "none")]
unsafe impl Sync for Buffer {}

#[cfg(target_os = "none")]
#[unsafe(link_section = ".bss.dma")]
static BUFFER: Buffer = Buffer(UnsafeCell::new([0; WORDS]));

/// The mailbox.
#[derive(Debug)]
pub struct Mailbox {
    registers: Mmio<Registers>,
    /// Once an answer stayed out, it may come at any time and be taken for another.
    silent: bool,
}

impl Mailbox {
    pub(crate) const fn new(registers: Mmio<Registers>) -> Self {
        Self {
            registers,
            silent: false,
        }
    }

    /// Asks nothing from now on, as if it never answered.
    pub const fn silence(&mut self) {
        self.silent = true;
    }

    /// Sends the message at a bus address and waits for its return.
    fn call(&mut self, address: u32) -> Result<(), Error> {
        let registers = &self.registers;
        let room = || registers.write_status.get() & FULL == 0;
        if !time::wait_until(LIMIT, room) {
            return Err(Error::Silent);
        }
        cpu::barrier();
        registers.write.set(address | PROPERTY);
        let answered = time::wait_until(LIMIT, || {
            // What comes for others is dropped.
            registers.read_status.get() & EMPTY == 0 && registers.read.get() == address | PROPERTY
        });
        cpu::barrier();
        if answered { Ok(()) } else { Err(Error::Silent) }
    }
}

impl Post for Mailbox {
    #[cfg(target_os = "none")]
    fn exchange(&mut self, message: &mut [u32; WORDS]) -> Result<(), Error> {
        if self.silent {
            return Err(Error::Silent);
        }
        let buffer = BUFFER.0.get();
        // SAFETY: `self` is the only user of the buffer, and no message is under way.
        unsafe { buffer.write_volatile(*message) };
        // Below 4 MiB, as the linker script asserts.
        let address = buffer as usize as u32 | BUS;
        self.call(address).inspect_err(|_| self.silent = true)?;
        // SAFETY: As above; the firmware is done with it.
        *message = unsafe { buffer.read_volatile() };
        Ok(())
    }

    #[cfg(not(target_os = "none"))]
    fn exchange(&mut self, _message: &mut [u32; WORDS]) -> Result<(), Error> {
        if self.silent {
            return Err(Error::Silent);
        }
        self.call(BUS).inspect_err(|_| self.silent = true)
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicU32, Ordering};

    use super::super::property::Properties;
    use super::*;

    const WRITE: usize = 0x20 / 4;

    /// What a question gives with these two states of the mailboxes, and whether it was sent.
    fn asked_twice(read_status: u32, write_status: u32) -> [bool; 2] {
        let registers = [const { AtomicU32::new(0) }; 0x3C / 4];
        registers[0x18 / 4].store(read_status, Ordering::Relaxed);
        registers[0x38 / 4].store(write_status, Ordering::Relaxed);
        // SAFETY: The array outlives the mailbox and consists of cells for shared use.
        let registers_at = unsafe { Mmio::new(registers.as_ptr().expose_provenance()) };
        let mut mailbox = Mailbox::new(registers_at);
        [(); 2].map(|()| {
            assert_eq!(mailbox.firmware(), Err(Error::Silent));
            registers[WRITE].swap(0, Ordering::Relaxed) != 0
        })
    }

    #[test]
    fn a_mailbox_that_does_not_answer_is_asked_once() {
        assert_eq!(asked_twice(EMPTY, 0), [true, false]);
    }

    #[test]
    fn a_mailbox_that_takes_nothing_is_given_up() {
        assert_eq!(asked_twice(EMPTY, FULL), [false, false]);
    }

    #[test]
    fn answers_to_others_are_no_answer() {
        assert_eq!(asked_twice(0, 0), [true, false]);
    }
}
