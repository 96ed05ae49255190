//! One device in each file: registers at the top, the driver below, what can be computed without
//! the device tested at the end.

pub mod emmc;
pub mod framebuffer;
pub mod gpio;
pub mod interrupts;
pub mod mailbox;
pub mod power;
pub mod property;
pub mod sd;
pub mod uart;
