//! Work on the board, counted in executed instructions.
#![cfg(unix)]

use qemu_tests::timed::{FRAME, SCREEN};
use qemu_tests::{Result, Timed, growth, qemus};

#[test]
fn work_grows_as_it_should() -> Result<()> {
    for qemu in qemus()? {
        let table = growth::measure(&qemu)?;
        let said: String = table.iter().map(|row| format!("{row}\n")).collect();
        assert!(table.iter().all(growth::Growth::is_good), "\n{said}");
    }
    Ok(())
}

#[test]
fn a_full_screen_is_printed_and_shown_within_a_frame() -> Result<()> {
    for qemu in qemus()? {
        let mut board = Timed::start(&qemu, "full-screen", Some(SCREEN))?;
        let instructions = board.full_screen()?;
        assert!(instructions > 0 && instructions < FRAME, "{instructions}");
    }
    Ok(())
}
