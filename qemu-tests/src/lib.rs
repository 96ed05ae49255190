//! Boots the image in QEMU and uses it as a person would: keys on the USB keyboard, text over the
//! serial port, a look at the screen.
//!
//! [`Board`] is one QEMU with the image in it. Nothing here measures time; [`PATIENCE`] only keeps
//! a test that would wait for ever from doing so. What each board said and showed stays in
//! `target/qemu-tests`.
#![cfg(unix)]
#![forbid(unsafe_code)]

mod board;
pub mod gallery;
pub mod growth;
pub mod keyboard;
mod monitor;
mod picture;
mod scene;
mod serial;
pub mod timed;

pub use board::{Board, By, Options, Slot, files_of};
pub use monitor::Monitor;
pub use picture::{Shot, shows};
pub use scene::Scene;
pub use serial::Serial;
pub use timed::Timed;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use xtask::setup::Qemu;

/// How long to wait for what must come. Far more than it takes on a busy computer.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Why a test cannot go on. Shown as it is, so that a failed test can be read.
pub struct Failure(String);

/// What a step of a test gives.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure that says `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// The folder for logs, pictures and transcripts.
#[must_use]
pub fn results() -> PathBuf {
    xtask::root().join("target/qemu-tests")
}

/// The raw image, built if it is not up to date.
///
/// # Errors
/// When it does not build.
pub fn image() -> Result<&'static Path> {
    static IMAGE: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let image = IMAGE.get_or_init(|| {
        let built = xtask::setup::rust().and_then(|rust| xtask::build::image(&rust));
        built
            .map(|image| image.raw)
            .map_err(|error| error.to_string())
    });
    image
        .as_deref()
        .map_err(|error| Failure::new(error.as_str()))
}

/// The QEMUs to test with: the installed one, and the one that the environment's `QEMU10` names,
/// if it does.
///
/// # Errors
/// When one of them is not there.
pub fn qemus() -> Result<Vec<Qemu>> {
    let mut qemus = vec![xtask::setup::find_qemu()?];
    if let Ok(line) = std::env::var("QEMU10") {
        if !line.trim().is_empty() {
            qemus.push(Qemu::at(&line)?);
        }
    }
    Ok(qemus)
}
