//! The image in QEMU, where time is counted in instructions: the same every time.

use qemu_tests::timed::{FRAME, SCREEN};
use qemu_tests::{Timed, growth, image};
use xtask::setup;
use zx::{Failure, Result, failed};

use crate::rows::{self, Row};

/// How often a row's work is done, so that what happens once can be taken off.
const TIMES: [u64; 2] = [1, 11];

/// Prints what the board does; of the rows only those named, if any are.
///
/// # Errors
/// QEMU is missing, or the board does not answer.
pub fn print(names: &[String]) -> Result<()> {
    rows::check_names(names, &[])?;
    let wrong = |e: qemu_tests::Failure| Failure(format!("{e:?}"));
    let qemu = setup::qemu().map_err(|e| Failure(e.to_string()))?;
    let path = image().map_err(wrong)?;
    let size = std::fs::metadata(path).map_err(|e| failed("reading the image", &e))?;
    println!("image            {:>12} bytes", size.len());
    let mut board = Timed::start(&qemu, "bench", Some(SCREEN)).map_err(wrong)?;
    let screen = board.full_screen().map_err(wrong)?;
    let (width, height) = SCREEN;
    println!("a full screen    {screen:>12} instructions, PRINTed and shown at {width} x {height}");
    println!("a frame          {FRAME:>12}\n");
    println!("row       instructions a loop");
    for row in rows::named(names) {
        let tenths = a_loop(&mut board, &row).map_err(wrong)?;
        println!("{:8}{:>10}.{}", row.name, tenths / 10, tenths % 10);
    }
    println!("\nsize, instructions; ten times the size, instructions");
    for row in growth::measure(&qemu).map_err(wrong)? {
        let verdict = if row.is_good() { "" } else { "  TOO MUCH" };
        println!("{row}{verdict}");
    }
    Ok(())
}

/// Tenths of instructions a loop of a row takes.
fn a_loop(board: &mut Timed, row: &Row) -> qemu_tests::Result<u64> {
    let mut counts = [0; 2];
    board.enter("NEW")?;
    for (count, times) in counts.iter_mut().zip(TIMES) {
        let text = row.text("spectrum", times).unwrap_or_default();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        board.enter_all(&lines)?;
        *count = board.enter("RUN")?;
    }
    let loops = (TIMES[1] - TIMES[0]) * row.loops;
    Ok(counts[1].saturating_sub(counts[0]) * 10 / loops)
}
