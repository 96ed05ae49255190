//! The machine on this computer: runs programs, types at it, compares it with recorded results,
//! shows it in a terminal.
//!
//! The options, the text form of listings, the key notation and the fields of the account are
//! those of `../shared/oracle/README.md`, so that this tool and the oracle can be compared field
//! by field.

pub mod account;
pub mod bench;
pub mod card;
pub mod cli;
pub mod compare;
pub mod computer;
pub mod convert;
pub mod driver;
pub mod keyscript;
pub mod listing;
pub mod picture_png;
pub mod recognise;
pub mod report;
pub mod run;
pub mod term;
pub mod typist;
pub mod variables;
pub mod vectors;

/// What went wrong, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// What a part of this tool gives.
pub type Result<T> = std::result::Result<T, Failure>;

/// Makes a [`Failure`] of what was being done and the system's error.
pub fn failed(doing: &str, error: &impl core::fmt::Display) -> Failure {
    Failure(format!("{doing}: {error}"))
}
