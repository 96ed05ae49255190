//! `cargo x pictures`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match qemu_tests::gallery::start(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("cargo x pictures: {failure:?}");
            ExitCode::FAILURE
        }
    }
}
