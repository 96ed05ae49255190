//! SD cards: how one is identified, read and written through an SDHCI controller (SD Physical
//! Layer Simplified Specification; SD Host Controller Simplified Specification 3).
//!
//! The controller is a [`Port`], so that all of it is tested on any computer. Every wait has an
//! end, and others have their turn in each.

use crate::arch::time::Micros;
use crate::card::{BlockError, Blocks, SECTOR};

/// Where the registers lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
#[expect(missing_docs, reason = "the names are the manual's, spelled out")]
pub enum Register {
    BlockSizeAndCount = 0x04,
    Argument = 0x08,
    Command = 0x0C,
    Response0 = 0x10,
    Response1 = 0x14,
    Response2 = 0x18,
    Response3 = 0x1C,
    Data = 0x20,
    Status = 0x24,
    Control0 = 0x28,
    Control1 = 0x2C,
    Interrupt = 0x30,
    InterruptMask = 0x34,
    InterruptEnable = 0x38,
    Control2 = 0x3C,
}

/// A controller: its registers, the time, and whoever else has something to do.
pub trait Port {
    /// Reads a register.
    fn get(&mut self, register: Register) -> u32;
    /// Writes a register.
    fn set(&mut self, register: Register, value: u32);
    /// Microseconds, never going back.
    fn now(&mut self) -> Micros;
    /// Waits some microseconds.
    fn wait(&mut self, micros: Micros);
    /// Others may work now; it must not take more than some milliseconds.
    fn give_way(&mut self);
}

/// Bits of `Status`.
const COMMAND_LINE_TAKEN: u32 = 1;
const DATA_LINES_TAKEN: u32 = 1 << 1;

/// Bits of `Control0`: four data lines.
const FOUR_LINES: u32 = 1 << 1;

/// Bits of `Control1`.
const CLOCK_RUNS: u32 = 1;
const CLOCK_STABLE: u32 = 1 << 1;
const CLOCK_TO_CARD: u32 = 1 << 2;
/// The longest time-out the controller has for data; ours come first.
const DATA_TIMEOUT: u32 = 0xE << 16;
const RESET_ALL: u32 = 1 << 24;
const RESET_COMMAND: u32 = 1 << 25;
const RESET_DATA: u32 = 1 << 26;

/// Bits of `Interrupt`.
const COMMAND_DONE: u32 = 1;
const DATA_DONE: u32 = 1 << 1;
const WRITE_READY: u32 = 1 << 4;
const READ_READY: u32 = 1 << 5;
const ERROR: u32 = 0xFFFF_8000;
const COMMAND_TIMEOUT: u32 = 1 << 16;

/// Bits of `Command`.
const COUNTED: u32 = 1 << 1;
/// The controller ends the transfer itself, by STOP_TRANSMISSION.
const STOPPED: u32 = 1 << 2;
const TO_HOST: u32 = 1 << 4;
const SEVERAL: u32 = 1 << 5;
const LONG_RESPONSE: u32 = 1 << 16;
const RESPONSE: u32 = 2 << 16;
const RESPONSE_AND_BUSY: u32 = 3 << 16;
const CHECKED: u32 = 1 << 19 | 1 << 20;
const CHECKED_LONG: u32 = 1 << 19;
const HAS_DATA: u32 = 1 << 21;
const ABORT: u32 = 3 << 22;

const WRITE: u32 = RESPONSE | CHECKED | HAS_DATA;
const READ: u32 = WRITE | TO_HOST;
const MULTIPLE: u32 = SEVERAL | COUNTED | STOPPED;

/// What is asked of a card: its number and how it answers.
const GO_IDLE: u32 = 0;
const ALL_SEND_CID: u32 = 2 << 24 | LONG_RESPONSE | CHECKED_LONG;
const SEND_RELATIVE_ADDRESS: u32 = 3 << 24 | RESPONSE | CHECKED;
const SET_BUS_WIDTH: u32 = 6 << 24 | RESPONSE | CHECKED;
const SELECT: u32 = 7 << 24 | RESPONSE_AND_BUSY | CHECKED;
const SEND_IF_COND: u32 = 8 << 24 | RESPONSE | CHECKED;
const SEND_CSD: u32 = 9 << 24 | LONG_RESPONSE | CHECKED_LONG;
const STOP_TRANSMISSION: u32 = 12 << 24 | RESPONSE_AND_BUSY | CHECKED | ABORT;
const SEND_STATUS: u32 = 13 << 24 | RESPONSE | CHECKED;
const SET_BLOCK_LENGTH: u32 = 16 << 24 | RESPONSE | CHECKED;
const READ_SINGLE: u32 = 17 << 24 | READ;
const READ_MULTIPLE: u32 = 18 << 24 | READ | MULTIPLE;
const WRITE_SINGLE: u32 = 24 << 24 | WRITE;
const WRITE_MULTIPLE: u32 = 25 << 24 | WRITE | MULTIPLE;
/// Its answer carries neither its number nor a checksum.
const SEND_OPERATING_CONDITION: u32 = 41 << 24 | RESPONSE;
/// What follows is one of the commands of SD cards only.
const APPLICATION: u32 = 55 << 24 | RESPONSE | CHECKED;

/// What SEND_IF_COND sends and wants back: 2.7 to 3.6 V, and a pattern.
const IF_COND: u32 = 0x1AA;
/// 2.7 to 3.6 V.
const VOLTAGES: u32 = 0x00FF_8000;
/// In the operating condition: the card is ready; cards of more than 2 GiB are known, or are one.
const POWERED_UP: u32 = 1 << 31;
const HIGH_CAPACITY: u32 = 1 << 30;
/// Four lines, for SET_BUS_WIDTH.
const WIDTH_FOUR: u32 = 2;

/// Bits of a card's status: what went wrong with the command before or with this one.
const STATUS_ERRORS: u32 = 0xFDF9_8008;
const STATUS_READY: u32 = 1 << 8;
/// The card's state in its status: waiting for commands.
const STATE: u32 = 0xF << 9;
const STATE_TRANSFER: u32 = 4 << 9;
/// A written sector was protected.
const STATUS_PROTECTED: u32 = 1 << 26;

/// Frequency a card is identified at, at most.
const IDENTIFY_HZ: u32 = 400_000;
/// Frequency data is moved at: every card can.
const TRANSFER_HZ: u32 = 25_000_000;
/// The controller's own clock when nobody tells it: the fastest it can be, so that the card's is
/// not too fast.
pub const BASE_UNTOLD: u32 = 250_000_000;

/// Time-outs in microseconds. The controller's own reset:
const RESET_LIMIT: Micros = 100_000;
/// An answer: 64 clocks are allowed.
const COMMAND_LIMIT: Micros = 100_000;
/// Powering up: the specification allows one second.
const POWER_UP_LIMIT: Micros = 1_000_000;
/// The first or next block read: 100 ms are allowed.
const READ_LIMIT: Micros = 500_000;
/// A block being written: 500 ms are allowed.
const WRITE_LIMIT: Micros = 1_000_000;
/// Between two questions whether a card is powered up; and the 74 clocks it wants first.
const PAUSE: Micros = 1_000;

/// How often a transfer is tried.
const TRIES: u32 = 3;

/// Sectors of a command at most: the counter has 16 bits.
const SECTORS_MAX: usize = 0xFFFF;

/// Why a command or transfer came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// The card does not answer.
    Silent,
    /// An answer or data were garbled, or never came, or the card complains.
    Garbled,
    /// The card is protected.
    Protected,
}

/// A card that was identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    /// Its address on the bus, in the upper half.
    address: u32,
    /// It counts in sectors and not in bytes.
    by_sector: bool,
    sectors: u64,
    protected: bool,
}

/// The slot for a card.
#[derive(Debug)]
pub struct Slot<P> {
    port: P,
    /// The controller's clock in Hz.
    base: u32,
    /// Two of the card's clocks, in microseconds.
    settle: Micros,
    card: Option<Identity>,
}

/// The 10-bit divider for at most `target` Hz, where it lies in `Control1`; and the Hz.
const fn divider(base: u32, target: u32) -> (u32, u32) {
    let half = base.div_ceil(2 * target);
    let half = if half > 0x3FF { 0x3FF } else { half };
    ((half & 0xFF) << 8 | half >> 8 << 6, base / (2 * half))
}

impl<P: Port> Slot<P> {
    /// A slot of a controller whose own clock has so many Hz; no card is looked for yet.
    pub const fn new(port: P, base: u32) -> Self {
        Self {
            port,
            base,
            settle: 0,
            card: None,
        }
    }

    /// The controller.
    pub const fn port(&mut self) -> &mut P {
        &mut self.port
    }

    /// Waits until `done`, at most `limit` microseconds; tells whether it came true.
    fn until(&mut self, limit: Micros, mut done: impl FnMut(&mut P) -> bool) -> bool {
        let end = self.port.now().saturating_add(limit);
        loop {
            if done(&mut self.port) {
                return true;
            }
            if self.port.now() > end {
                return false;
            }
            self.port.give_way();
        }
    }

    /// Writes a register. The controller takes two of the card's clocks for it, and may lose what
    /// is written within them.
    fn set(&mut self, register: Register, value: u32) {
        self.port.set(register, value);
        self.port.wait(self.settle);
    }

    /// Sets the card's clock.
    fn clock(&mut self, target: u32) -> Result<(), Wrong> {
        let (bits, hz) = divider(self.base, target);
        // The new clock may be slower than the old one.
        self.settle = self.settle.max(2_000_000 / Micros::from(hz) + 1);
        self.set(Register::Control1, DATA_TIMEOUT);
        let bits = DATA_TIMEOUT | bits | CLOCK_RUNS;
        self.set(Register::Control1, bits);
        let stable = |port: &mut P| port.get(Register::Control1) & CLOCK_STABLE != 0;
        if !self.until(RESET_LIMIT, stable) {
            return Err(Wrong::Silent);
        }
        self.set(Register::Control1, bits | CLOCK_TO_CARD);
        self.settle = 2_000_000 / Micros::from(hz) + 1;
        Ok(())
    }

    /// Resets parts of the controller.
    fn reset(&mut self, what: u32) -> bool {
        let control = self.port.get(Register::Control1);
        self.set(Register::Control1, control | what);
        self.until(RESET_LIMIT, |port| port.get(Register::Control1) & what == 0)
    }

    /// Waits for one of the bits in `Interrupt`, and takes it.
    fn event(&mut self, bit: u32, limit: Micros) -> Result<(), Wrong> {
        let mut seen = 0;
        self.until(limit, |port| {
            seen = port.get(Register::Interrupt);
            seen & (bit | ERROR) != 0
        });
        if seen & ERROR != 0 {
            let silent = seen & COMMAND_TIMEOUT != 0;
            return Err(if silent {
                Wrong::Silent
            } else {
                Wrong::Garbled
            });
        }
        if seen & bit == 0 {
            return Err(Wrong::Garbled);
        }
        self.set(Register::Interrupt, bit);
        Ok(())
    }

    /// Sends a command and gives the first word of the answer.
    fn send(&mut self, command: u32, argument: u32) -> Result<u32, Wrong> {
        let waits = command & (HAS_DATA | RESPONSE_AND_BUSY);
        let busy = waits & HAS_DATA != 0 || waits == RESPONSE_AND_BUSY;
        let taken = match busy && command & ABORT != ABORT {
            true => COMMAND_LINE_TAKEN | DATA_LINES_TAKEN,
            false => COMMAND_LINE_TAKEN,
        };
        let free = |port: &mut P| port.get(Register::Status) & taken == 0;
        if !self.until(WRITE_LIMIT, free) {
            return Err(Wrong::Garbled);
        }
        self.set(Register::Interrupt, u32::MAX);
        self.set(Register::Argument, argument);
        self.set(Register::Command, command);
        self.event(COMMAND_DONE, COMMAND_LIMIT)?;
        if busy && command & HAS_DATA == 0 {
            self.event(DATA_DONE, WRITE_LIMIT)?;
        }
        Ok(self.port.get(Register::Response0))
    }

    /// Sends a command of SD cards only.
    fn send_application(
        &mut self,
        address: u32,
        command: u32,
        argument: u32,
    ) -> Result<u32, Wrong> {
        self.send(APPLICATION, address)?;
        self.send(command, argument)
    }

    /// Identifies the card that is in the slot.
    fn identify(&mut self) -> Result<Identity, Wrong> {
        if !self.reset(RESET_ALL) {
            return Err(Wrong::Silent);
        }
        self.set(Register::Control0, 0);
        self.set(Register::Control2, 0);
        self.clock(IDENTIFY_HZ)?;
        self.set(Register::InterruptEnable, 0);
        self.set(Register::InterruptMask, u32::MAX);
        self.until(PAUSE, |_| false);

        self.send(GO_IDLE, 0)?;
        // Cards of the first version do not know the question.
        let second = match self.send(SEND_IF_COND, IF_COND) {
            Ok(answer) => answer & 0xFFF == IF_COND,
            Err(_) if self.reset(RESET_COMMAND) => false,
            Err(wrong) => return Err(wrong),
        };
        let condition = self.power_up(second)?;
        self.send(ALL_SEND_CID, 0)?;
        let address = self.send(SEND_RELATIVE_ADDRESS, 0)? & 0xFFFF_0000;
        self.send(SEND_CSD, address)?;
        let (sectors, protected) = self.specific_data();
        self.send(SELECT, address)?;
        self.send(SET_BLOCK_LENGTH, SECTOR as u32)?;
        self.send_application(address, SET_BUS_WIDTH, WIDTH_FOUR)?;
        self.set(Register::Control0, FOUR_LINES);
        self.clock(TRANSFER_HZ)?;
        Ok(Identity {
            address,
            by_sector: condition & HIGH_CAPACITY != 0,
            sectors,
            protected,
        })
    }

    /// Asks until the card is powered up; gives its operating condition.
    fn power_up(&mut self, second: bool) -> Result<u32, Wrong> {
        let ours = if second {
            VOLTAGES | HIGH_CAPACITY
        } else {
            VOLTAGES
        };
        let end = self.port.now().saturating_add(POWER_UP_LIMIT);
        loop {
            let condition = self.send_application(0, SEND_OPERATING_CONDITION, ours)?;
            if condition & POWERED_UP != 0 {
                return Ok(condition);
            }
            if self.port.now() > end {
                return Err(Wrong::Silent);
            }
            self.until(PAUSE, |_| false);
        }
    }

    /// Sectors of the card whose card-specific data was sent last, and whether it is protected.
    fn specific_data(&mut self) -> (u64, bool) {
        use Register as R;
        let words = [R::Response0, R::Response1, R::Response2, R::Response3];
        capacity(words.map(|register| self.port.get(register)))
    }

    /// Moves sectors: into memory, or out of it.
    fn transfer(
        &mut self,
        card: Identity,
        sector: u64,
        bytes: &mut Bytes<'_>,
    ) -> Result<(), Wrong> {
        let sectors = bytes.len() / SECTOR;
        let place = match card.by_sector {
            true => sector,
            false => sector * SECTOR as u64,
        };
        let place = u32::try_from(place).map_err(|_| Wrong::Garbled)?;
        let (single, multiple, ready, limit) = match bytes {
            Bytes::Read(_) => (READ_SINGLE, READ_MULTIPLE, READ_READY, READ_LIMIT),
            Bytes::Write(_) => (WRITE_SINGLE, WRITE_MULTIPLE, WRITE_READY, WRITE_LIMIT),
        };
        let command = if sectors == 1 { single } else { multiple };
        self.set(Register::BlockSizeAndCount, (sectors << 16 | SECTOR) as u32);
        let status = self.send(command, place)?;
        if status & STATUS_ERRORS != 0 {
            return Err(Wrong::Garbled);
        }
        for n in 0..sectors {
            self.event(ready, limit)?;
            bytes.move_sector(n, &mut self.port);
            self.port.give_way();
        }
        self.event(DATA_DONE, WRITE_LIMIT)
    }

    /// Waits until what was written is in the card.
    fn written(&mut self, card: Identity) -> Result<(), Wrong> {
        let end = self.port.now().saturating_add(WRITE_LIMIT);
        loop {
            let status = self.send(SEND_STATUS, card.address)?;
            if status & STATUS_PROTECTED != 0 {
                return Err(Wrong::Protected);
            }
            if status & STATUS_ERRORS != 0 {
                return Err(Wrong::Garbled);
            }
            if status & STATUS_READY != 0 && status & STATE == STATE_TRANSFER {
                return Ok(());
            }
            if self.port.now() > end {
                return Err(Wrong::Garbled);
            }
            self.port.give_way();
        }
    }

    /// Brings controller and card back to where a command can be sent; tells whether the card is
    /// still there.
    fn recover(&mut self, card: Identity) -> bool {
        self.reset(RESET_COMMAND | RESET_DATA);
        // A card that is not in the middle of a transfer does not answer this one.
        if self.send(STOP_TRANSMISSION, 0).is_err() {
            self.reset(RESET_COMMAND | RESET_DATA);
        }
        // What went wrong before is told, and forgotten by being told.
        let alive = self.written(card) != Err(Wrong::Silent);
        alive && self.written(card).is_ok()
    }

    /// Moves sectors, more than once if need be.
    fn move_sectors(&mut self, sector: u64, mut bytes: Bytes<'_>) -> Result<(), BlockError> {
        let card = self.card.ok_or(BlockError::NoCard)?;
        let writes = matches!(bytes, Bytes::Write(_));
        if writes && card.protected {
            return Err(BlockError::Protected);
        }
        let sectors = (bytes.len() / SECTOR) as u64;
        if sectors == 0 || sector.saturating_add(sectors) > card.sectors {
            return Err(BlockError::Broken);
        }
        for _ in 0..TRIES {
            let mut result = self.transfer(card, sector, &mut bytes);
            if writes && result.is_ok() {
                result = self.written(card);
            }
            match result {
                Ok(()) => return Ok(()),
                Err(Wrong::Protected) => return Err(BlockError::Protected),
                Err(_) if self.recover(card) => {}
                Err(_) => {
                    self.card = None;
                    return Err(BlockError::NoCard);
                }
            }
        }
        Err(BlockError::Broken)
    }
}

impl<P: Port> Blocks for Slot<P> {
    fn start(&mut self) -> Result<u64, BlockError> {
        self.card = None;
        for _ in 0..TRIES {
            match self.identify() {
                Ok(card) => {
                    self.card = Some(card);
                    return Ok(card.sectors);
                }
                Err(Wrong::Silent) => break,
                Err(_) => {}
            }
        }
        Err(BlockError::NoCard)
    }

    fn is_there(&mut self) -> bool {
        let card = self.card;
        self.card = card.filter(|&card| self.written(card).is_ok() || self.recover(card));
        self.card.is_some()
    }

    fn read(&mut self, sector: u64, into: &mut [u8]) -> Result<(), BlockError> {
        self.move_sectors(sector, Bytes::Read(into))
    }

    fn write(&mut self, sector: u64, from: &[u8]) -> Result<(), BlockError> {
        self.move_sectors(sector, Bytes::Write(from))
    }

    fn sectors_at_once(&self) -> usize {
        SECTORS_MAX
    }

    fn give_way(&mut self) {
        self.port.give_way();
    }
}

/// What is moved.
enum Bytes<'a> {
    Read(&'a mut [u8]),
    Write(&'a [u8]),
}

impl Bytes<'_> {
    const fn len(&self) -> usize {
        match self {
            Self::Read(bytes) => bytes.len(),
            Self::Write(bytes) => bytes.len(),
        }
    }

    /// Moves the `n`th sector through the controller's buffer.
    fn move_sector(&mut self, n: usize, port: &mut impl Port) {
        let range = n * SECTOR..(n + 1) * SECTOR;
        match self {
            Self::Read(bytes) => {
                for word in bytes[range].chunks_exact_mut(4) {
                    word.copy_from_slice(&port.get(Register::Data).to_le_bytes());
                }
            }
            Self::Write(bytes) => {
                let (words, _) = bytes[range].as_chunks::<4>();
                for word in words {
                    port.set(Register::Data, u32::from_le_bytes(*word));
                }
            }
        }
    }
}

/// Sectors, and whether the card is protected, as its card-specific data says: 128 bits without
/// the lowest eight.
fn capacity(words: [u32; 4]) -> (u64, bool) {
    let bits = |from: u32, count: u32| {
        let all = words
            .iter()
            .rev()
            .fold(0, |all, word| all << 32 | u128::from(*word));
        (all >> (from - 8)) as u64 & ((1 << count) - 1)
    };
    let sectors = match bits(126, 2) {
        0 => (bits(62, 12) + 1) << (bits(47, 3) + 2 + bits(80, 4)) >> 9,
        _ => (bits(48, 22) + 1) << 10,
    };
    (sectors, bits(12, 2) != 0)
}

#[cfg(test)]
#[path = "sd_tests.rs"]
mod tests;
