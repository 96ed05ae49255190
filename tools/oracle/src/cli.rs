//! The command line.

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use zx::Result;

use crate::image;
use crate::original::Original;
use crate::programs::{self, Amount};
use crate::{expressions, lines};

/// Made-up BASIC on the original ROM and on our machine, compared.
#[derive(Debug, Parser)]
#[command(name = "cargo x oracle")]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Made-up programs with commands and edits between their runs
    Programs(Much),
    /// Random PRINT items
    Print(Much),
    /// Random expressions, through SCANNING on the ROM
    Expressions(Much),
    /// Random lines: accepted or refused, where the `?` is, hidden numbers
    Lines(Much),
}

#[derive(Clone, Debug, Args)]
struct Much {
    /// Names the cases: the same seed gives the same cases
    #[arg(long, default_value_t = 1982)]
    seed: u64,
    /// The number of the first case
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Cases at most
    #[arg(long, default_value_t = u64::MAX)]
    count: u64,
    /// Seconds at most
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Cases shown in full of each kind of difference
    #[arg(long, default_value_t = 1)]
    show: usize,
}

impl Much {
    const fn amount(&self) -> Amount {
        Amount {
            seed: self.seed,
            from: self.from,
            count: self.count,
            time: Duration::from_secs(self.seconds),
        }
    }
}

/// Does what the command line says; gives the exit code: 1 if anything differs.
///
/// # Errors
/// There is no ROM.
pub fn start() -> Result<u8> {
    let options = Options::parse();
    let mut rom = Original::new(&image::load()?)?;
    let tally = match options.command {
        Command::Programs(much) => {
            programs::many(&mut rom, much.amount(), much.show, |maker| maker.session())
        }
        Command::Print(much) => {
            programs::many(&mut rom, much.amount(), much.show, |maker| maker.printing())
        }
        Command::Expressions(much) => expressions::many(&mut rom, much.amount(), much.show),
        Command::Lines(much) => lines::many(&mut rom, much.amount(), much.show),
    };
    println!("{tally}");
    Ok(u8::from(tally.differences() > 0))
}
