//! The board: a Raspberry Pi 3B (BCM2837).
#![cfg_attr(not(test), no_std)]
pub mod usb;
