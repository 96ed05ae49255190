//! The same work in our BASIC and in other interpreters, timed.
//!
//! [`rows`] holds the programs, one text for each language; [`interpreters`] finds and runs what is
//! installed; [`ours`] runs our machine in this process; [`clock`] reads processor time;
//! [`measure`] sets them side by side; [`table`] prints. `board` counts instructions on the board.
#![forbid(unsafe_code)]
#![allow(
    clippy::float_arithmetic,
    reason = "nanoseconds and ratios for people to read"
)]

#[cfg(unix)]
pub mod board;
pub mod cli;
pub mod clock;
pub mod interpreters;
pub mod measure;
pub mod ours;
pub mod rows;
pub mod table;
