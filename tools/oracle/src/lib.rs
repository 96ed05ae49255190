//! A differential tester: the original ROM in a Z80 beside our machine.
//!
//! What is made up ([`grammar`]) runs on both ([`original`], [`ours`]); what they did is compared
//! in full ([`outcome`]); what is not meant to differ ([`explained`]) is made as small as it still differs ([`shrink`]). The ROM
//! image is taken from an installed package when a command runs ([`image`]) and is never stored.
#![forbid(unsafe_code)]

pub mod cassettes;
pub mod cli;
pub mod explained;
pub mod expressions;
mod first;
pub mod full;
pub mod grammar;
pub mod image;
pub mod intact;
pub mod keep;
pub mod lines;
mod mended;
pub mod operations;
pub mod original;
pub mod ours;
pub mod outcome;
pub mod peeks;
pub mod play;
pub mod programs;
pub mod random;
pub mod record;
pub mod scanning;
pub mod shrink;
pub mod spectrum;
pub mod tally;
pub mod tree;
mod variable;
