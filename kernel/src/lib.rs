//! The board: a Raspberry Pi 3B (BCM2837).
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod arch;
pub mod board;
pub mod command_line;
pub mod drivers;
#[cfg(target_os = "none")]
pub mod heap;
pub mod history;
pub mod host;
pub mod log;
pub mod mmio;
pub mod page;
#[cfg(target_os = "none")]
pub mod provoke;
pub mod report;
pub mod ring;
#[cfg(target_os = "none")]
pub mod start;
#[cfg(target_os = "none")]
pub mod stop;
pub mod usb;

/// What this is: the package's version and the commit it was built from.
pub const VERSION: &str = env!("KERNEL_VERSION");
