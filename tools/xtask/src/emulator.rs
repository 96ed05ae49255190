//! Starts QEMU for a person: a window where there is a screen, else the serial console in the
//! terminal.

use std::path::Path;
use std::process::Command;

use crate::setup::{BOARD, Qemu};
use crate::{Result, say, succeed};

/// Serial port and QEMU's own monitor on the terminal.
const TERMINAL: [&str; 2] = ["-serial", "mon:stdio"];

/// What is switched on.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// The kernel's image.
    pub kernel: &'a Path,
    /// The image of the card in its slot.
    pub card: Option<&'a Path>,
}

/// Boots a machine with a USB keyboard and stays until QEMU is left. `window` is the kind of window
/// to open, `None` for the terminal alone; `more` goes to QEMU as it is.
///
/// # Errors
/// When QEMU does not start or ends in failure.
pub fn boot(
    qemu: &Qemu,
    machine: Machine<'_>,
    window: Option<&str>,
    more: &[String],
) -> Result<()> {
    if let Some(kind) = window {
        say(&format!(
            "QEMU {} opens a window. The serial console is here, too; Ctrl-A then X leaves.",
            qemu.version
        ));
        let result = succeed(
            command(qemu, machine)
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
        command(qemu, machine)
            .args(["-display", "none"])
            .args(TERMINAL)
            .args(more),
        "QEMU",
    )
}

/// The board with a kernel and a card in it and a USB keyboard on it.
fn command(qemu: &Qemu, machine: Machine<'_>) -> Command {
    let mut command = qemu.command();
    command
        .args(["-machine", BOARD, "-device", "usb-kbd", "-kernel"])
        .arg(machine.kernel);
    if let Some(card) = machine.card {
        command.args(["-drive", &drive(card)]);
    }
    command
}

/// A card as QEMU wants it described, where a comma of a file's name is written twice.
#[must_use]
pub fn drive(card: &Path) -> String {
    let file = card.display().to_string().replace(',', ",,");
    format!("file={file},if=sd,format=raw")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_in_a_cards_name_is_not_taken_for_the_end_of_it() {
        assert_eq!(
            drive(Path::new("a,b.img")),
            "file=a,,b.img,if=sd,format=raw"
        );
    }
}
