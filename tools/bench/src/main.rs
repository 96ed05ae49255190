//! `cargo x bench`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match bench::cli::start() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("cargo x bench: {error}");
            ExitCode::FAILURE
        }
    }
}
