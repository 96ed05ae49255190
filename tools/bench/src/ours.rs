//! Our machine, in this process.

use std::time::Duration;

use basic::machine::Entered;
use basic::report::Report;
use zx::bench::finish;
use zx::computer::{Computer, Rom};
use zx::{Failure, Result, listing};

use crate::clock::{Whose, used};

/// Bytes of the console's text that are kept: the last line is among them.
const KEPT: usize = 256;

/// Runs a program; gives the time from RUN to the report, and the end of what it printed.
///
/// # Errors
/// It cannot be entered, or does not end with `0 OK`.
pub fn run(text: &str) -> Result<(Duration, String)> {
    let mut computer = Computer::booted(Rom::Rom48, None, None);
    for line in listing::split_lines(text)? {
        computer.enter(&line.entered(false)?);
    }
    let mut machine = computer.into_machine();
    machine.drain_console(|_| {});
    let command = listing::tokenise("RUN", false)?;
    let mut said = Vec::new();
    let before = used(Whose::Ours);
    let ended = machine.enter_line(&command) == Entered::Running
        && finish(&mut machine, |text| {
            if said.len() > KEPT {
                said.drain(..said.len() - KEPT);
            }
            said.extend_from_slice(&text[text.len().saturating_sub(KEPT)..]);
        });
    let took = used(Whose::Ours).saturating_sub(before);
    match machine.report() {
        Some((Report::Ok, ..)) if ended => Ok((took, String::from_utf8_lossy(&said).into_owned())),
        report => Err(Failure(format!("our machine ends with {report:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{all, check};

    #[test]
    fn every_row_runs_here_and_comes_to_a_number() {
        for row in all() {
            let (_, said) = run(&row.text("spectrum", 1).unwrap()).unwrap();
            assert!(check(&said).is_some(), "{}: {said}", row.name);
        }
    }

    #[test]
    fn an_error_is_told() {
        assert!(
            run("10 PRINT x\n")
                .unwrap_err()
                .0
                .contains("VariableNotFound")
        );
    }
}
