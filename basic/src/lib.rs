//! Sinclair BASIC and the machine round it: the feature set of the Spectrum 128K's two ROMs.
//!
//! This crate is pure: it knows no device, reads no clock, never waits and has no `unsafe`.
//! A [`machine::Machine`] is a plain value; a host drives it through [`seam`].
//!
//! Modules in layers, lowest first; a module may use only those above it in this list:
//!
//! | layer | modules |
//! |---|---|
//! | 0 | [`report`], [`charset`], [`token`], [`sound`] |
//! | 1 | [`number`] |
//! | 2 | [`store`]: memory, system variables, program, variables |
//! | 3 | [`line`](mod@line): tokenising and listing; [`files`]: headers, tape, cassettes and disk files, RAM disk |
//! | 4 | [`screen`], [`printer`], [`channel`], [`keys`], [`console`], [`ports`], [`play`], [`system`] |
//! | 5 | [`lang`]: statements and expressions, compiled and run |
//! | 6 | [`edit`]: the line editor, menus, the full-screen editor; [`listing`]: programs as text |
//! | 7 | [`machine`]: the order of things |
//! | 8 | [`seam`], [`replay`], [`scenario`] |
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod channel;
pub mod charset;
pub mod console;
pub mod edit;
pub mod files;
pub mod keys;
pub mod lang;
pub mod line;
pub mod listing;
pub mod machine;
pub mod number;
pub mod play;
pub mod ports;
pub mod printer;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod screen;
pub mod seam;
pub mod sound;
pub mod store;
pub mod system;
pub mod token;
