//! The board as the machine's host: the six abilities of `basic::seam`, one in each file.

mod clock;
mod console;
pub mod display;
pub mod fuel;
pub mod keyboard;
pub mod serial_input;
mod speaker;
mod storage;

use basic::console::Terminal;
use basic::seam::Micros;

use crate::card::desk::Desk;
use crate::drivers::framebuffer::Framebuffer;
use crate::drivers::uart::Uart;

use display::PiDisplay;
use keyboard::KeyQueue;
use serial_input::SerialInput;

/// The board, lent to a machine.
#[derive(Debug)]
pub struct PiHost<'a> {
    /// Where drivers of keyboards put their events.
    pub keys: KeyQueue,
    /// Where what is asked of the card lies.
    pub desk: Desk,
    uart: Uart,
    serial_input: SerialInput,
    display: PiDisplay<'a>,
    terminal: Terminal,
    /// The console's last byte ended a line.
    at_line_start: bool,
    /// Log lines are kept back.
    quiet: bool,
    /// When a key came that types no character, until what followed from it is done.
    pressed: Option<Micros>,
}

impl<'a> PiHost<'a> {
    /// A host with what was found.
    #[must_use]
    pub fn new(uart: Uart, framebuffer: Option<Framebuffer<'a>>) -> Self {
        Self {
            keys: KeyQueue::new(),
            desk: Desk::new(),
            uart,
            serial_input: SerialInput::new(),
            display: PiDisplay::new(framebuffer),
            terminal: Terminal::new(),
            at_line_start: true,
            quiet: false,
            pressed: None,
        }
    }

    /// Whether there is something for the machine; characters count only if it is `typing`.
    #[must_use]
    pub fn has_input(&self, typing: bool) -> bool {
        !self.keys.is_empty() || self.uart.has_break() || typing && self.uart.has_bytes()
    }

    /// When the key came, one that types no character, that the machine has worked on until now; told
    /// once.
    pub const fn take_pressed(&mut self) -> Option<Micros> {
        self.pressed.take()
    }

    /// Keeps the log's lines back from now on.
    pub const fn be_quiet(&mut self) {
        self.quiet = true;
    }

    /// Waits a bounded time until everything printed is on the line.
    pub fn drain(&mut self) {
        self.uart.drain();
    }
}
