//! The command line.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use zx::Result;

use crate::image;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::compare;
use crate::programs::{self, Amount, Tally};
use crate::{expressions, keep, lines};

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
    /// Lines of your own on both, one after the other
    Ask {
        /// Program lines and commands
        #[arg(required = true)]
        lines: Vec<String>,
    },
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
    /// Adds the cases shown to a scenario file, as the ROM plays them
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
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
    let (tally, file) = match options.command {
        Command::Ask { lines } => return ask(&mut rom, &lines),
        Command::Programs(much) => (
            programs::many(&mut rom, much.amount(), much.show, |maker| maker.session()),
            much.keep,
        ),
        Command::Print(much) => (
            programs::many(&mut rom, much.amount(), much.show, |maker| maker.printing()),
            much.keep,
        ),
        Command::Expressions(much) => (
            expressions::many(&mut rom, much.amount(), much.show),
            much.keep,
        ),
        Command::Lines(much) => (lines::many(&mut rom, much.amount(), much.show), much.keep),
    };
    println!("{tally}");
    if let Some(file) = file {
        keep_all(&mut rom, &tally, &file)?;
    }
    Ok(u8::from(tally.differences() > 0))
}

/// Adds what was found to a scenario file.
fn keep_all(rom: &mut Original, tally: &Tally, file: &Path) -> Result<()> {
    let doing = format!("writing {}", file.display());
    let mut text = if file.exists() {
        fs::read_to_string(file).map_err(|e| zx::failed(&doing, &e))?
    } else {
        "# Cases the differential tester found; the expectations are the ROM's.\n".to_owned()
    };
    for (i, (field, lines)) in tally.kept.iter().enumerate() {
        let name = format!("{field} ({})", i + 1);
        match keep::scenario(rom, &name, lines, programs::T_STATES) {
            Some(case) => text += &format!("\n{case}"),
            None => println!("not kept, it cannot be typed: {name}"),
        }
    }
    fs::write(file, text).map_err(|e| zx::failed(&doing, &e))
}

/// Gives both machines the same lines and prints what they make of them.
fn ask(rom: &mut Original, lines: &[String]) -> Result<u8> {
    rom.reset();
    let mut ours = Ours::fresh();
    let mut differ = false;
    let mut said = String::new();
    for text in lines {
        let line = zx::listing::tokenise(text, false)?;
        let theirs = rom.enter(&line, programs::T_STATES);
        let own = ours.enter(&line, programs::FUEL);
        // a String takes everything
        let _ = writeln!(
            said,
            "{text}\n  rom {}\n  our {}",
            theirs.status, own.status
        );
        let memory = (rom.spectrum.memory(), ours.memory());
        if let Some(found) = compare(
            (&theirs, memory.0),
            (&own, memory.1),
            theirs.status.goes_on(),
        ) {
            differ = true;
            let _ = writeln!(said, "{}", found.text);
        }
    }
    print!("{said}");
    Ok(u8::from(differ))
}
