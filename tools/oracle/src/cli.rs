//! The command line.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use basic::machine::Model;
use clap::{Args, Parser, Subcommand};
use zx::Result;
use zx::computer::Rom;

use crate::grammar::Maker;
use crate::image::{self, Images};
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::compare;
use crate::tally::{Amount, Case, Tally};
use crate::tree::{self, Step};
use crate::{cassettes, expressions, full, keep, lines, operations, play, programs, record};

/// What a line of [`ask`] that is typed begins with, as they are shown.
const KEYS: &str = "keys ";

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
    Programs {
        #[command(flatten)]
        much: Much,
        /// Whose ROM
        #[arg(long, value_enum, default_value = "48")]
        rom: Rom,
    },
    /// Made-up programs and commands with the tape
    Tape(Much),
    /// Random PRINT items
    Print(Much),
    /// POKEs of system variables between statements that feel them
    Pokes(Much),
    /// Programs and commands that PEEK all system variables now and then
    Peeks(Much),
    /// PLOT, DRAW and CIRCLE with all kinds of arguments
    Pictures(Much),
    /// Keys typed in the editor
    Editing {
        #[command(flatten)]
        much: Much,
        /// Whose: of the 128 the menus too
        #[arg(long, value_enum, default_value = "48")]
        rom: Rom,
    },
    /// Random expressions, through SCANNING on the ROM
    Expressions(Much),
    /// Single operations of the calculator on random numbers
    Operations(Much),
    /// Random lines: accepted or refused, where the `?` is, hidden numbers
    Lines(Much),
    /// Random PLAY strings on the 128: what the sound chip and MIDI get, and when
    Play(Much),
    /// All of these, one after the other, and the totals
    All(Much),
    /// What programs save, and each machine loading what the other saved
    Cassettes {
        /// The programs; by default the corpus of `shared/oracle` beside the checkout
        folder: Option<PathBuf>,
        #[command(flatten)]
        much: cassettes::Much,
        /// Whose ROM
        #[arg(long, value_enum, default_value = "48")]
        rom: Rom,
    },
    /// Writes what scenarios that say `rom 48` or `rom 128` expect, as that ROM plays them
    Record {
        /// Changes nothing, only says what differs
        #[arg(long)]
        check: bool,
        /// Scenario files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Lines of your own on both, one after the other
    Ask {
        /// Adds them to a scenario file, as the ROM plays them
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
        /// The name of that case
        #[arg(long, default_value = "asked")]
        name: String,
        /// Whose ROM
        #[arg(long, value_enum, default_value = "48")]
        rom: Rom,
        /// Program lines and commands; `keys ..` types instead, codes as `\{13}`
        #[arg(required = true)]
        lines: Vec<String>,
    },
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
    /// Seconds at most, of each kind
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Workers
    #[arg(long, default_value_t = 2)]
    jobs: usize,
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
            jobs: self.jobs,
            show: self.show,
        }
    }
}

/// A kind of cases.
#[derive(Clone, Copy, Debug)]
struct Kind {
    name: &'static str,
    /// How many of its cases are done for each program, when all kinds are.
    share: u64,
    run: Run,
}

/// How cases of a kind are done.
#[derive(Clone, Copy, Debug)]
enum Run {
    /// They are sessions, which this makes.
    Sessions(fn(&mut Maker<'_>) -> Vec<Step>),
    /// In a way of their own.
    Own(fn(&Images, Amount) -> Result<Tally>),
}

const fn sessions(name: &'static str, make: fn(&mut Maker<'_>) -> Vec<Step>) -> Kind {
    Kind {
        name,
        share: 1,
        run: Run::Sessions(make),
    }
}

const PROGRAMS: Kind = sessions("programs", |maker| maker.session());
const TAPE: Kind = sessions("tape", |maker| maker.tape_session());
const PRINT: Kind = sessions("print lists", |maker| maker.printing());
const POKES: Kind = sessions("POKEs", |maker| maker.pokes());
const PEEKS: Kind = sessions("PEEKs", |maker| maker.peeks());
const PICTURES: Kind = sessions("pictures", |maker| maker.pictures());
const EDITING: Kind = sessions("editing", |maker| maker.editing());
const EDITING_128: Kind = Kind {
    name: "editing on the 128",
    share: 1,
    run: Run::Own(full::many),
};
const EXPRESSIONS: Kind = Kind {
    name: "expressions",
    share: 10,
    run: Run::Own(expressions::many),
};
const OPERATIONS: Kind = Kind {
    name: "operations",
    share: 250,
    run: Run::Own(operations::many),
};
const LINES: Kind = Kind {
    name: "lines",
    share: 5,
    run: Run::Own(lines::many),
};
const PLAY: Kind = Kind {
    name: "PLAY strings",
    share: 2,
    run: Run::Own(play::many),
};
/// All kinds; each does its share for every program.
const ALL: [Kind; 12] = [
    PROGRAMS,
    TAPE,
    PRINT,
    POKES,
    PEEKS,
    PICTURES,
    EDITING,
    EDITING_128,
    EXPRESSIONS,
    OPERATIONS,
    LINES,
    PLAY,
];

/// Does what the command line says; gives the exit code: 1 if anything differs.
///
/// # Errors
/// There is no ROM.
pub fn start() -> Result<u8> {
    let options = Options::parse();
    let images = image::load(Model::Spectrum48)?;
    match options.command {
        Command::Cassettes { folder, much, rom } => {
            cassettes::run(&image::load(rom.model())?, folder.as_deref(), &much)
        }
        Command::Record { check, files } => record::files(&files, check),
        Command::Ask {
            keep,
            name,
            rom,
            lines,
        } => {
            let images = image::load(rom.model())?;
            let steps: Result<Vec<Step>> = lines.iter().map(|text| step(text)).collect();
            let case = Case {
                text: String::new(),
                steps: steps?,
                expectations: String::new(),
            };
            let code = ask(&images, &case.steps)?;
            if let Some(file) = keep {
                keep_cases(&images, &[(name, &case)], &file)?;
            }
            Ok(code)
        }
        Command::Programs { much, rom } => some(&image::load(rom.model())?, &[PROGRAMS], &much),
        Command::Tape(much) => some(&images, &[TAPE], &much),
        Command::Print(much) => some(&images, &[PRINT], &much),
        Command::Pokes(much) => some(&images, &[POKES], &much),
        Command::Peeks(much) => some(&images, &[PEEKS], &much),
        Command::Pictures(much) => some(&images, &[PICTURES], &much),
        Command::Editing { much, rom } => {
            let kind = match rom {
                Rom::Rom48 => EDITING,
                Rom::Rom128 => EDITING_128,
            };
            some(&images, &[kind], &much)
        }
        Command::Expressions(much) => some(&images, &[EXPRESSIONS], &much),
        Command::Operations(much) => some(&images, &[OPERATIONS], &much),
        Command::Lines(much) => some(&images, &[LINES], &much),
        Command::Play(much) => some(&images, &[PLAY], &much),
        Command::All(much) => some(&images, &ALL, &much),
    }
}

/// Does some kinds and says what came of each.
fn some(images: &Images, kinds: &[Kind], much: &Much) -> Result<u8> {
    let mut differ = false;
    for kind in kinds {
        let mut amount = much.amount();
        if kinds.len() > 1 {
            amount.count = amount.count.saturating_mul(kind.share);
        }
        let begun = Instant::now();
        let tally = match kind.run {
            Run::Sessions(make) => programs::many(images, amount, make)?,
            Run::Own(many) => many(images, amount)?,
        };
        println!("==== {}, seed {}", kind.name, much.seed);
        println!("{tally}, {} s", begun.elapsed().as_secs());
        differ |= tally.differences() > 0;
        if let Some(file) = &much.keep {
            let cases: Vec<_> = tally
                .shown
                .iter()
                .map(|(index, (field, case))| (format!("{field} ({index})"), case))
                .collect();
            keep_cases(images, &cases, file)?;
        }
    }
    Ok(u8::from(differ))
}

/// Adds cases, each with its name, to a scenario file.
fn keep_cases(images: &Images, cases: &[(String, &Case)], file: &Path) -> Result<()> {
    let mut rom = Original::new(images)?;
    let doing = format!("writing {}", file.display());
    let mut text = if file.exists() {
        fs::read_to_string(file).map_err(|e| zx::failed(&doing, &e))?
    } else {
        "# Cases the differential tester found; the expectations are the ROM's.\n".to_owned()
    };
    for (name, case) in cases {
        match keep::scenario(&mut rom, name, case) {
            Ok(scenario) => {
                if keep::passes(&scenario) {
                    println!("kept, but as a scenario it passes here: {name}");
                }
                text += &format!("\n{scenario}");
            }
            Err(why) => println!("not kept: {name}: {why}"),
        }
    }
    fs::write(file, text).map_err(|e| zx::failed(&doing, &e))
}

/// What a line of [`ask`] says.
fn step(text: &str) -> Result<Step> {
    Ok(match text.strip_prefix(KEYS) {
        Some(keys) => Step::typing(&tree::codes(keys)),
        None => Step::raw(zx::listing::tokenise(text, false)?),
    })
}

/// Gives both machines the same lines and prints what they make of them.
fn ask(images: &Images, steps: &[Step]) -> Result<u8> {
    let mut rom = Original::new(images)?;
    let mut ours = Ours::fresh(rom.model());
    let mut differ = false;
    let mut said = String::new();
    if steps.iter().any(|step| step.typed) {
        ours.use_keyword_keys();
    }
    for step in steps {
        let theirs = rom.take(step, programs::T_STATES);
        let own = ours.take(step, programs::FUEL);
        // a String takes everything
        let _ = writeln!(
            said,
            "{}\n  rom {}\n  our {}",
            step.shown(),
            theirs.status,
            own.status
        );
        let memory = (rom.spectrum.memory(), ours.memory());
        if let Some(found) = compare(rom.model(), (&theirs, memory.0), (&own, memory.1)) {
            differ = true;
            let _ = writeln!(said, "{}", found.text);
            let screens = keep::screen(memory.0).into_iter();
            for (a, b) in screens.zip(keep::screen(memory.1)) {
                let mark = if a == b { ' ' } else { '*' };
                let _ = writeln!(said, "{mark}|{a}|{b}|");
            }
        }
    }
    print!("{said}");
    Ok(u8::from(differ))
}
