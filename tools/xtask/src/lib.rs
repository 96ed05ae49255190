//! What `cargo x` does, as a library: the tests in QEMU use the same code to find QEMU and to
//! build the image.
//!
//! [`setup`] finds or installs what is needed, [`build`] makes the bare-metal image, [`card`] images
//! of cards, [`image`] the one that boots the board with its [`firmware`], [`emulator`] starts QEMU,
//! [`rom_map`] sets the original ROMs beside this project, [`commands`] strings them together.
#![forbid(unsafe_code)]

pub mod build;
pub mod card;
pub mod commands;
pub mod emulator;
pub mod firmware;
pub mod image;
pub mod rom_map;
pub mod setup;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why a command of `cargo x` stopped: a text for a person, with what to do about it.
#[derive(Debug)]
pub struct Error(String);

/// What a step of `cargo x` gives.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that says `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Self {
        Self(format!("{error}. `cargo x help` lists what there is."))
    }
}

/// The top of the project.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Says what happens now, on a line of its own; goes to standard error as cargo's own lines do.
pub fn say(text: &str) {
    eprintln!("==> {text}");
}

/// The cargo that runs us, working at the top of the project.
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command to its end, its output going where ours goes.
///
/// # Errors
/// When it cannot be started, or ends in failure; `what` says which step that was.
pub fn succeed(command: &mut Command, what: &str) -> Result<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::new(format!("{what} failed ({status})."))),
        Err(error) => Err(Error::new(format!(
            "{what} failed: {} could not be started: {error}.",
            command.get_program().display()
        ))),
    }
}

/// Runs a command and gives what it printed on standard output; nothing when it failed or could
/// not be started.
#[must_use]
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first program of this name on the path, or where Debian has root's.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
