//! The processor: Cortex-A53, 64 bits.
//!
//! [`tables`] is plain algebra; the others hold every instruction Rust has no word for. What an
//! ordinary computer cannot do is left out there, so that the drivers above still build for tests.

#[cfg(target_os = "none")]
pub mod boot;
#[cfg(target_os = "none")]
pub mod coroutine;
pub mod cpu;
#[cfg(target_os = "none")]
pub mod exceptions;
#[cfg(target_os = "none")]
pub mod mmu;
pub mod syndrome;
pub mod tables;
pub mod time;
