//! `zx`: the machine on this computer.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    match zx::cli::main(&args) {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("zx: {failure}");
            ExitCode::from(2)
        }
    }
}
