//! The board: a Raspberry Pi 3B (BCM2837), and how it is lent to the machine of `basic`.
//!
//! # From reset to BASIC
//!
//! 1. `arch::boot::_start`: parks cores 1 to 3, goes down to EL1, clears memory, takes a stack.
//! 2. `arch::boot::enter`: reads the counter and the command line, switches MMU and caches on.
//! 3. `main.rs`: opens the heap, [`board::Board::take`]s the board.
//! 4. `start::serial`, `start::tell`, `start::screen`: the serial port first, then what can be
//!    said about the board, then the display. Only the serial port is needed.
//! 5. `main.rs`: a [`host::PiHost`] and a machine, and turns of it for ever. USB is started after
//!    the first turn and polled between turns.
//!
//! # Memory
//!
//! Addresses are the same before and after translation. What is not listed is not mapped.
//!
//! | from | to | what |
//! |---|---|---|
//! | 8_0000 | | the program (read only), constants (read only), data, device buffers (not cached) |
//! | | 40_0000 | stacks, an unmapped page below each |
//! | 40_0000 | 1000_0000 | heap |
//! | as the firmware says | | framebuffer (not cached) |
//! | 3F00_0000 | 4020_0000 | devices |
//!
//! # Layers
//!
//! | layer | modules |
//! |---|---|
//! | 0 | [`mmio`], [`ring`], [`command_line`], [`pools`] |
//! | 1 | [`arch`], [`mod@log`], `heap`, [`card`] |
//! | 2 | [`drivers`] (which know addresses only from [`board`]), [`board`] |
//! | 3 | [`usb`], [`page`], [`report`], [`history`], `stop`, `provoke`, `start` |
//! | 4 | [`host`] |
//!
//! Interrupt handlers only move bytes between rings and the serial port; statics are the rings,
//! the log, the history, the heap and what the report of a stop needs.
//!
//! Modules named without a link exist only in the board's build; everything else is built and
//! tested on the computer you sit at.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod arch;
pub mod board;
pub mod card;
pub mod command_line;
pub mod drivers;
#[cfg(target_os = "none")]
pub mod heap;
pub mod history;
pub mod host;
pub mod log;
pub mod mmio;
pub mod page;
pub mod pools;
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
