//! The command line.

use std::time::Duration;

use clap::Parser;
use zx::bench::BenchOptions;
use zx::{Failure, Result};

use crate::interpreters::{ALL, Interpreter};
use crate::measure;
use crate::rows;
use crate::table;

/// The same work in our BASIC and in other interpreters, timed.
#[derive(Debug, Parser)]
#[command(name = "cargo x bench")]
struct Options {
    /// Only these rows (and programs of the corpus whose names contain one of these)
    rows: Vec<String>,
    /// Measurements of each; their median counts
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// How long a measurement lasts, in milliseconds
    #[arg(long, default_value_t = 100)]
    length: u64,
    /// Only beside these, separated by commas; `none` for our machine alone
    #[arg(long, value_delimiter = ',')]
    beside: Vec<String>,
    /// Instead: the board in QEMU, in executed instructions
    #[arg(long)]
    board: bool,
}

/// Does what the command line says; gives the exit code: 1 if a result is wrong.
///
/// # Errors
/// Our machine fails, or nothing has that name.
pub fn start() -> Result<u8> {
    let options = Options::parse();
    if options.board {
        return board(&options.rows);
    }
    // without a corpus nothing of it has a name
    let mut programs = options.rows.clone();
    programs.retain(|name| zx::bench::is_program(name).unwrap_or(false));
    rows::check_names(&options.rows, &programs)?;
    let others = others(&options.beside)?;
    let rows = rows::named(&options.rows);
    let mut all = Vec::new();
    if !rows.is_empty() {
        println!("{}", table::head(&others));
    }
    for row in rows {
        let length = Duration::from_millis(options.length);
        let measured = measure::row(&row, &others, options.rounds, length)?;
        println!("{}", table::row(&measured));
        all.push(measured);
    }
    if !all.is_empty() {
        println!("{}", table::foot(&all, &others));
    }
    if options.rows.is_empty() || !programs.is_empty() {
        corpus(&programs);
    }
    let wrong: Vec<&String> = all.iter().flat_map(|measured| &measured.wrong).collect();
    for text in &wrong {
        println!("wrong: {text}");
    }
    Ok(u8::from(!wrong.is_empty()))
}

/// What the board does, in instructions.
#[cfg(unix)]
fn board(names: &[String]) -> Result<u8> {
    crate::board::print(names).map(|()| 0)
}

/// The board is driven by sockets that this system lacks.
#[cfg(not(unix))]
fn board(_names: &[String]) -> Result<u8> {
    Err(Failure("the board in QEMU needs a Unix".to_owned()))
}

/// The interpreters that are wanted and there; says what is missing.
fn others(names: &[String]) -> Result<Vec<Interpreter>> {
    for name in names {
        if name != "none" && !ALL.iter().any(|known| known.name == name) {
            let known = ALL.map(|known| known.name).join(", ");
            return Err(Failure(format!("`{name}` is none of: {known}, none")));
        }
    }
    let wanted = |known: &Interpreter| names.is_empty() || names.iter().any(|n| n == known.name);
    let mut there = Vec::new();
    for known in ALL.into_iter().filter(wanted) {
        if known.is_there() {
            there.push(known);
        } else {
            println!("not installed: {}; {} brings it", known.name, known.package);
        }
    }
    Ok(there)
}

/// The programs of the corpus beside the original ROM, where the corpus is.
fn corpus(names: &[String]) {
    println!("\nThe corpus beside the original ROM:");
    if let Err(failure) = zx::bench::run(&BenchOptions::of(names)) {
        println!("left out: {failure}");
    }
}
