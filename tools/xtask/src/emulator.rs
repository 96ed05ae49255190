//! Starts QEMU for a person: a window where there is a screen, else the serial console in the
//! terminal.

use std::path::Path;
use std::process::Command;

use crate::setup::{BOARD, Qemu};
use crate::{Result, say, succeed};

/// Serial port and QEMU's own monitor on the terminal.
const TERMINAL: [&str; 2] = ["-serial", "mon:stdio"];

/// Boots an image with a USB keyboard and stays until QEMU is left. `window` is the kind of window
/// to open, `None` for the terminal alone; `more` goes to QEMU as it is.
///
/// # Errors
/// When QEMU does not start or ends in failure.
pub fn boot(qemu: &Qemu, image: &Path, window: Option<&str>, more: &[String]) -> Result<()> {
    if let Some(kind) = window {
        say(&format!(
            "QEMU {} opens a window. The serial console is here, too; Ctrl-A then X leaves.",
            qemu.version
        ));
        let result = succeed(
            command(qemu, image)
                .args(["-display", kind])
                .args(TERMINAL)
                .args(more),
            "QEMU with a window",
        );
        let Err(error) = result else {
            return Ok(());
        };
        say(&format!("{error} Once more without a window."));
    }
    say(&format!(
        "QEMU {}, serial console in this terminal. Ctrl-C is BREAK; Ctrl-A then X leaves.",
        qemu.version
    ));
    succeed(
        command(qemu, image)
            .args(["-display", "none"])
            .args(TERMINAL)
            .args(more),
        "QEMU",
    )
}

/// The board with an image in it and a USB keyboard on it.
fn command(qemu: &Qemu, image: &Path) -> Command {
    let mut command = qemu.command();
    command
        .args(["-machine", BOARD, "-device", "usb-kbd", "-kernel"])
        .arg(image);
    command
}
