//! The one entry to everything this project can do.

use std::process::ExitCode;

fn main() -> ExitCode {
    match xtask::commands::start(lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo x: {error}");
            ExitCode::FAILURE
        }
    }
}
