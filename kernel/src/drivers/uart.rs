//! The PL011 serial port, both ways, on GPIO 14 (out) and 15 (in).
//!
//! Received bytes go into a ring by interrupt. Sent bytes go through a ring as well, so that
//! nobody waits for the line; what does not fit is counted and lost. Byte 3 (Ctrl-C) does what it
//! does on a terminal: it is told at once, and what was typed before it and not taken is dropped.

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::register_structs;
use tock_registers::registers::{ReadOnly, ReadWrite, WriteOnly};

use crate::arch::{cpu, time};
use crate::mmio::Mmio;
use crate::ring::Ring;

register_structs! {
    /// ARM PrimeCell UART (PL011), DDI 0183.
    #[allow(missing_docs, reason = "the names are the manual's")]
    pub Registers {
        (0x00 => pub data: ReadWrite<u32>),
        (0x04 => pub receive_status: ReadWrite<u32>),
        (0x08 => _unused0),
        (0x18 => pub flags: ReadOnly<u32>),
        (0x1C => _unused1),
        (0x24 => pub baud_whole: ReadWrite<u32>),
        (0x28 => pub baud_fraction: ReadWrite<u32>),
        (0x2C => pub line_control: ReadWrite<u32>),
        (0x30 => pub control: ReadWrite<u32>),
        (0x34 => pub fifo_levels: ReadWrite<u32>),
        (0x38 => pub interrupt_mask: ReadWrite<u32>),
        (0x3C => pub interrupts_raw: ReadOnly<u32>),
        (0x40 => pub interrupts: ReadOnly<u32>),
        (0x44 => pub interrupt_clear: WriteOnly<u32>),
        (0x48 => @END),
    }
}

/// The pin bytes go out by.
pub const PIN_OUT: u32 = 14;
/// The pin bytes come in by.
pub const PIN_IN: u32 = 15;

/// Bits a second on the line.
pub const BAUD: u32 = 115_200;
/// What the firmware lets the port's clock run at unless told otherwise (`init_uart_clock`).
pub const CLOCK_UNTOLD: u32 = 48_000_000;

const BUSY: u32 = 1 << 3;
const RECEIVE_EMPTY: u32 = 1 << 4;
const TRANSMIT_FULL: u32 = 1 << 5;
const RECEIVED: u32 = 1 << 4 | 1 << 6;
const TRANSMITTED: u32 = 1 << 5;
/// Framing, parity and break: the byte is not what was sent.
const DAMAGED: u32 = 7 << 8;
const OVERRUN: u32 = 1 << 11;
const BREAK: u8 = 3;

/// Longest wait for room for one byte: the time of some fifty bytes at [`BAUD`].
const SEND_LIMIT: time::Micros = 5_000;
/// Bytes taken in one interrupt, so that a flood cannot keep the handler for ever.
const BURST: usize = 256;

/// Typed ahead: enough for some two thousand lines.
static RECEIVE: Ring<0x1_0000> = Ring::new();
/// Six seconds of the line.
static TRANSMIT: Ring<0x1_0000> = Ring::new();
static BREAK_TYPED: AtomicBool = AtomicBool::new(false);
/// Where in [`RECEIVE`] the last Ctrl-C was.
static BREAK_MARK: AtomicUsize = AtomicUsize::new(0);
static LOST: AtomicU32 = AtomicU32::new(0);
/// Whether the port was set up, so that the report of a stop may use it.
static STARTED: AtomicBool = AtomicBool::new(false);

/// The baud divisor for a clock: whole part and 64ths, rounded; `None` if the port cannot do it.
#[must_use]
pub const fn divisor(clock: u32, baud: u32) -> Option<(u32, u32)> {
    // Units of 1/64: clock / (16 baud) * 64, rounded.
    let sixty_fourths = (clock as u64 * 8 / baud as u64).div_ceil(2);
    let whole = sixty_fourths / 64;
    if whole == 0 || whole > 0xFFFF {
        return None;
    }
    Some((whole as u32, (sixty_fourths % 64) as u32))
}

/// The port.
#[derive(Debug)]
pub struct Uart(Mmio<Registers>);

impl Uart {
    pub(crate) const fn new(registers: Mmio<Registers>) -> Self {
        Self(registers)
    }

    /// Sets the port up for 8 bits without parity at [`BAUD`]; `clock` in Hz. Its interrupt is not
    /// enabled yet.
    pub fn start(&mut self, clock: u32) {
        self.0.interrupt_mask.set(0);
        // What the firmware is still sending goes out first.
        let _ = time::wait_until(SEND_LIMIT, || self.0.flags.get() & BUSY == 0);
        self.0.control.set(0);
        self.0.line_control.set(0);
        self.0.interrupt_clear.set(0x7FF);
        let (whole, fraction) = divisor(clock, BAUD)
            .or(divisor(CLOCK_UNTOLD, BAUD))
            .unwrap_or((26, 3));
        self.0.baud_whole.set(whole);
        self.0.baud_fraction.set(fraction);
        // 8 bits with FIFOs; writing it also takes the divisor over.
        self.0.line_control.set(3 << 5 | 1 << 4);
        // Interrupt as soon as an eighth of either FIFO is crossed.
        self.0.fifo_levels.set(0);
        // Receive, transmit, on.
        self.0.control.set(1 << 9 | 1 << 8 | 1);
        STARTED.store(true, Ordering::Release);
    }

    /// Receives by interrupt from now on.
    pub fn receive(&mut self) {
        self.0.interrupt_mask.set(RECEIVED);
    }

    /// The oldest byte received.
    pub fn read(&mut self) -> Option<u8> {
        RECEIVE.pop()
    }

    /// Whether Ctrl-C was typed since it was last asked; what was typed before it is gone then.
    pub fn take_break(&mut self) -> bool {
        let typed = BREAK_TYPED.load(Ordering::Acquire);
        if typed {
            BREAK_TYPED.store(false, Ordering::Release);
            RECEIVE.skip_to(BREAK_MARK.load(Ordering::Acquire));
        }
        typed
    }

    /// Whether [`Self::read`] has something to tell.
    #[must_use]
    pub fn has_bytes(&self) -> bool {
        !RECEIVE.is_empty()
    }

    /// Whether [`Self::take_break`] has something to tell.
    #[must_use]
    pub fn has_break(&self) -> bool {
        BREAK_TYPED.load(Ordering::Acquire)
    }

    /// Bytes lost since it was last asked, either way.
    pub fn take_lost(&mut self) -> u32 {
        match LOST.load(Ordering::Relaxed) {
            0 => 0,
            _ => LOST.swap(0, Ordering::Relaxed),
        }
    }

    /// Sends bytes without waiting.
    pub fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if TRANSMIT.is_empty() && self.0.flags.get() & TRANSMIT_FULL == 0 {
                self.0.data.set(u32::from(byte));
                continue;
            }
            if TRANSMIT.push(byte).is_err() {
                LOST.fetch_add(1, Ordering::Relaxed);
            }
        }
        if !TRANSMIT.is_empty() {
            cpu::mask_interrupts();
            fill(&self.0);
            cpu::unmask_interrupts();
        }
    }

    /// Whether bytes wait to be sent.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        !TRANSMIT.is_empty()
    }

    /// Sends a byte, waiting for room a bounded time. For the time before interrupts.
    pub fn write_waiting(&mut self, byte: u8) {
        let _ = time::wait_until(SEND_LIMIT, || self.0.flags.get() & TRANSMIT_FULL == 0);
        self.0.data.set(u32::from(byte));
    }

    /// Waits a bounded time until everything is on the line.
    pub fn drain(&mut self) {
        cpu::mask_interrupts();
        self.drain_masked();
        cpu::unmask_interrupts();
    }

    /// The same with interrupts masked already.
    pub fn drain_masked(&mut self) {
        while let Some(byte) = TRANSMIT.pop() {
            self.write_waiting(byte);
        }
        let _ = time::wait_until(SEND_LIMIT, || self.0.flags.get() & BUSY == 0);
    }
}

/// Moves bytes from the ring to the port, as many as it takes, and asks for an interrupt when it
/// has room again. Interrupts are masked.
fn fill(port: &Mmio<Registers>) {
    while port.flags.get() & TRANSMIT_FULL == 0 {
        let Some(byte) = TRANSMIT.pop() else {
            port.interrupt_mask.set(RECEIVED);
            return;
        };
        port.data.set(u32::from(byte));
    }
    port.interrupt_mask.set(RECEIVED | TRANSMITTED);
}

/// Takes what came and sends what waits.
pub(crate) fn interrupt() {
    // SAFETY: `Uart` masks interrupts where it uses what this uses.
    let port = unsafe { Mmio::new(crate::board::UART) };
    handle(&port);
}

fn handle(port: &Mmio<Registers>) {
    let pending = port.interrupts.get();
    // Those for received bytes end when the bytes are taken. Cleared here they would stay away
    // for bytes left behind, or come in between.
    port.interrupt_clear.set(pending & !RECEIVED);
    for _ in 0..BURST {
        if port.flags.get() & RECEIVE_EMPTY != 0 {
            break;
        }
        received(port.data.get());
    }
    if pending & TRANSMITTED != 0 {
        fill(port);
    }
}

/// Takes the data register's word for a byte that came.
fn received(word: u32) {
    let [byte, ..] = word.to_le_bytes();
    if word & OVERRUN != 0 {
        LOST.fetch_add(1, Ordering::Relaxed);
    }
    if word & DAMAGED != 0 {
        LOST.fetch_add(1, Ordering::Relaxed);
    } else if byte == BREAK {
        BREAK_MARK.store(RECEIVE.mark(), Ordering::Release);
        BREAK_TYPED.store(true, Ordering::Release);
    } else if RECEIVE.push(byte).is_err() {
        LOST.fetch_add(1, Ordering::Relaxed);
    }
}

/// The port, taken from whoever has it, for the report of a stop; `None` before it was set up.
///
/// # Safety
/// Interrupts are masked and nobody but the caller will run again.
#[must_use]
pub unsafe fn steal() -> Option<Uart> {
    if !STARTED.load(Ordering::Acquire) {
        return None;
    }
    // SAFETY: The caller is the only one left.
    Some(Uart(unsafe { Mmio::new(crate::board::UART) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rings are statics: one test at a time.
    static RINGS: spin::Mutex<()> = spin::Mutex::new(());

    #[test]
    fn the_divisor_is_the_nearest() {
        assert_eq!(divisor(48_000_000, 115_200), Some((26, 3)));
        assert_eq!(divisor(3_000_000, 115_200), Some((1, 40)));
        assert_eq!(divisor(1_000_000, 115_200), None);
        assert_eq!(divisor(u32::MAX, 100), None);
        assert_eq!(divisor(0, 115_200), None);
    }

    #[test]
    fn ctrl_c_overtakes_what_was_typed_before_it() {
        let _alone = RINGS.lock();
        for byte in b"abc" {
            received(u32::from(*byte));
        }
        received(3);
        received(u32::from(b'd'));
        received(u32::from(b'x') | 1 << 8);
        // SAFETY: Nothing here touches the registers.
        let mut port = Uart(unsafe { Mmio::new(0) });
        assert!(port.take_break());
        assert!(!port.take_break());
        assert_eq!(RECEIVE.pop(), Some(b'd'));
        assert_eq!(RECEIVE.pop(), None, "a damaged byte is no byte");
        // A flood fills the ring, is counted, and Ctrl-C still gets through.
        for n in 0..0x2_0000u32 {
            received(n & 0x7F | 0x20);
        }
        received(3);
        assert!(port.take_break());
        assert!(!port.has_bytes() && !port.has_break());
        assert_eq!(port.take_lost(), 0x1_0001);
    }

    #[test]
    fn the_handler_moves_what_it_can() {
        let _alone = RINGS.lock();
        const FLAGS: usize = 0x18 / 4;
        const MASK: usize = 0x38 / 4;
        let registers = [const { AtomicU32::new(0) }; 0x48 / 4];
        // SAFETY: The array outlives the port and consists of cells for shared use.
        let mut port = Uart(unsafe { Mmio::new(registers.as_ptr().expose_provenance()) });
        let set = |register: usize, value| registers[register].store(value, Ordering::Relaxed);
        let get = |register: usize| registers[register].load(Ordering::Relaxed);
        port.write(b"a");
        assert_eq!(get(0), u32::from(b'a'));
        assert!(TRANSMIT.is_empty());
        set(FLAGS, TRANSMIT_FULL);
        port.write(b"bc");
        assert_eq!(
            get(0),
            u32::from(b'a'),
            "nothing is pushed into a full port"
        );
        assert_eq!(get(MASK), RECEIVED | TRANSMITTED);
        set(FLAGS, 0);
        fill(&port.0);
        assert_eq!(get(0), u32::from(b'c'));
        assert_eq!(get(MASK), RECEIVED);
        assert!(TRANSMIT.is_empty());
        // A flood that outlasts the handler: what is left behind must interrupt again.
        set(0, u32::from(b'x'));
        set(0x40 / 4, RECEIVED);
        handle(&port.0);
        assert_eq!(get(0x44 / 4) & RECEIVED, 0);
        RECEIVE.skip_to(RECEIVE.mark());
        // A port that is stuck keeps nobody waiting for ever.
        set(FLAGS, TRANSMIT_FULL | BUSY);
        port.write(b"d");
        port.drain();
        assert!(TRANSMIT.is_empty());
    }
}
