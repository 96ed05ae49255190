//! The Raspberry Pi 3B: where its devices are. Each is handed out once.
use core::sync::atomic::{AtomicBool, Ordering};

use crate::drivers::emmc::Emmc;
use crate::drivers::gpio::Gpio;
use crate::drivers::interrupts::Interrupts;
use crate::drivers::mailbox::Mailbox;
use crate::drivers::power::Power;
use crate::drivers::uart::Uart;
use crate::mmio::Mmio;

/// First address of the chip's peripherals.
pub const PERIPHERALS: usize = 0x3F00_0000;
/// The chip's interrupt controller.
pub const INTERRUPTS: usize = PERIPHERALS + 0xB200;
/// The mailboxes to and from the video processor.
pub const MAILBOX: usize = PERIPHERALS + 0xB880;
/// Power management and watchdog.
pub const POWER: usize = PERIPHERALS + 0x10_0000;
/// The pins.
pub const GPIO: usize = PERIPHERALS + 0x20_0000;
/// The PL011 serial port.
pub const UART: usize = PERIPHERALS + 0x20_1000;
/// The controller of the SD card.
pub const EMMC: usize = PERIPHERALS + 0x30_0000;
/// The DWC2 USB controller.
pub const USB: usize = PERIPHERALS + 0x98_0000;
/// The cores' own interrupt controller.
pub const LOCAL_INTERRUPTS: usize = 0x4000_0000;

/// The right to make the USB driver: there is one.
#[derive(Debug)]
pub struct UsbPort(());

/// What is on the board.
#[derive(Debug)]
pub struct Board {
    /// The pins.
    pub gpio: Gpio,
    /// The serial port.
    pub uart: Uart,
    /// The mailbox to the firmware.
    pub mailbox: Mailbox,
    /// The interrupt controllers.
    pub interrupts: Interrupts,
    /// Reset and power-off.
    pub power: Power,
    /// The controller of the SD card.
    pub emmc: Emmc,
    /// The USB controller, whose registers lie at [`USB`].
    pub usb: UsbPort,
}

impl Board {
    /// Everything, the first time it is asked for; then nothing.
    #[must_use]
    #[expect(
        clippy::multiple_unsafe_ops_per_block,
        reason = "one argument holds for all devices"
    )]
    pub fn take() -> Option<Self> {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        if TAKEN.swap(true, Ordering::Relaxed) {
            return None;
        }
        // SAFETY: The addresses are the board's, mapped as device memory, and this is reached
        // once. Interrupt handlers and the report of a stop argue for themselves.
        Some(unsafe {
            Self {
                gpio: Gpio::new(Mmio::new(GPIO)),
                uart: Uart::new(Mmio::new(UART)),
                mailbox: Mailbox::new(Mmio::new(MAILBOX)),
                interrupts: Interrupts::new(Mmio::new(INTERRUPTS), Mmio::new(LOCAL_INTERRUPTS)),
                power: Power::new(Mmio::new(POWER)),
                emmc: Emmc::new(Mmio::new(EMMC)),
                usb: UsbPort(()),
            }
        })
    }
}
