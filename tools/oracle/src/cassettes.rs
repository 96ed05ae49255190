//! Cassettes of one machine in the deck of the other: what programs save is the same bytes, and
//! each machine loads what the other saved. So is and does what our machine saves on cassettes
//! that are files on a card.

use std::fs;
use std::path::Path;

use basic::files::cassette::{self, Item};
use basic::files::tape::{from_tap, to_tap};
use basic::files::{Block, Header, Kind};
use basic::token;
use clap::Args;
use zx::cli::{self, RunOptions};
use zx::{Result, compare, failed, listing};

use crate::grammar::Maker;
use crate::image::Images;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::{self, used};
use crate::programs::{FUEL, T_STATES};
use crate::random::Random;
use crate::tree::Step;

/// Cassettes the machine with a card records on: in its deck, and as a file that is named.
const DECK: &str = "/deck.tap";
const NAMED: &str = "/named.tap";
/// What makes the first one the tape that is meant where no drive is named.
const INTO_THE_DECK: [&str; 3] = ["FORMAT \"t:deck.tap\"", "SAVE \"t:\"", "LOAD \"t:\""];
/// What saves the program on the second one.
const SAVE_NAMED: &str = "SAVE \"a:named.tap/named\"";

/// How many made-up sessions there are, besides programs of a folder.
#[derive(Clone, Copy, Debug, Args)]
pub struct Much {
    /// Made-up sessions with the tape
    #[arg(long, default_value_t = 300)]
    sessions: u64,
    /// Names the sessions: the same seed gives the same ones
    #[arg(long, default_value_t = 1982)]
    seed: u64,
}

/// How long a step may take on the ROM and here.
#[derive(Clone, Copy, Debug)]
struct Patience {
    t_states: u64,
    fuel: u32,
}

/// What a made-up step may take.
const STEP: Patience = Patience {
    t_states: T_STATES,
    fuel: FUEL,
};
/// The same of programs of the corpus, which are made to be run to their ends.
const PROGRAM: Patience = Patience {
    t_states: 20 * T_STATES,
    fuel: FUEL,
};

/// What came of some programs.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    programs: usize,
    /// Bytes of .tap files.
    bytes: usize,
    /// Bytes of headers that differ and that no command looks at.
    unused: usize,
    /// Files loaded and verified by both machines from the other's cassette.
    files: usize,
    /// Cassettes that are files on a card: recorded by the deck, and by their name.
    on_card: usize,
    differences: usize,
}

/// Runs all programs of a folder that save something, and made-up sessions; compares what they
/// saved, and loads it into the other machine; gives the exit code: 1 if anything differs.
///
/// # Errors
/// No such folder, or no ROM.
pub fn run(images: &Images, folder: Option<&Path>, much: &Much) -> Result<u8> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => compare::beside("corpus")?,
    };
    let mut paths = Vec::new();
    compare::files(&folder, &mut paths)?;
    paths.sort();
    let mut rom = Original::new(images)?;
    let mut sums = Sums::default();
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|is| is == "bas"))
    {
        let name = path.strip_prefix(&folder).unwrap_or(path).display();
        let steps = steps_of(path)?;
        check(&mut rom, &name.to_string(), &steps, PROGRAM, &mut sums)?;
    }
    for index in 0..much.sessions {
        let mut random = Random::new(much.seed, index);
        let steps = Maker::of(rom.model(), &mut random).tape_session();
        check(
            &mut rom,
            &format!("session {index}"),
            &steps,
            STEP,
            &mut sums,
        )?;
    }
    let Sums {
        programs,
        bytes,
        unused,
        files,
        on_card,
        differences,
    } = sums;
    println!(
        "{programs} programs, {bytes} bytes saved by each, {unused} unused bytes of headers \
         differ; {files} files loaded from the other's cassette; {on_card} cassettes on cards; \
         {differences} differences"
    );
    Ok(u8::from(differences > 0))
}

/// The lines of a program, and the commands after them.
fn steps_of(path: &Path) -> Result<Vec<Step>> {
    let doing = format!("reading {}", path.display());
    let source = fs::read_to_string(path).map_err(|e| failed(&doing, &e))?;
    let (words, _) = cli::take_roms(cli::header(&source)?)?;
    let options: RunOptions = cli::options_of(&words)?;
    let mut steps = Vec::new();
    for line in listing::split_lines(&source)? {
        steps.push(Step::raw(line.entered(options.keep_spaces)?));
    }
    for command in [&options.cmd].into_iter().chain(&options.then) {
        let command = command.split(" // ").next().unwrap_or_default();
        steps.push(Step::raw(listing::tokenise(command, false)?));
    }
    Ok(steps)
}

/// Looks at one program, if it saves something.
fn check(
    rom: &mut Original,
    name: &str,
    steps: &[Step],
    patience: Patience,
    sums: &mut Sums,
) -> Result<()> {
    let (done, tapes) = saved(rom, steps, patience);
    let [theirs, own] = &tapes;
    if theirs.is_empty() && own.is_empty() {
        return Ok(());
    }
    sums.programs += 1;
    sums.bytes += to_tap(theirs).len();
    let mut differences = Vec::new();
    match unused(theirs, own) {
        Some(unused) => sums.unused += unused,
        None => differences.push(format!("saved\n  rom {theirs:02X?}\n  our {own:02X?}")),
    }
    for item in cassette::items(own) {
        if let Item::File { header, .. } = item {
            sums.files += 1;
            differences.extend(swapped(rom, &header, &tapes));
        }
    }
    // Where there are files, other letters before a colon are drives that are not there.
    let mut headers = own.iter().filter_map(Block::header);
    if !headers.any(|header| header.name.0[1] == b':') {
        differences.extend(on_card(rom, &steps[..done], patience, own)?);
        sums.on_card += 2;
    }
    sums.differences += differences.len();
    for difference in differences {
        println!("{name}: {difference}");
    }
    Ok(())
}

/// What is saved by the ROM and by our machine, as far as both come to an end in the same way; and
/// the number of steps till then.
fn saved(rom: &mut Original, steps: &[Step], patience: Patience) -> (usize, [Vec<Block>; 2]) {
    rom.reset();
    let mut ours = Ours::fresh(rom.model());
    let mut tapes = [Vec::new(), Vec::new()];
    for (done, step) in steps.iter().enumerate() {
        let theirs = rom.take(step, patience.t_states).status;
        let own = ours.take(step, patience.fuel).status;
        if theirs != own || !theirs.goes_on() {
            return (done, tapes);
        }
        tapes = [rom.tape().to_vec(), ours.machine().deck().blocks().to_vec()];
    }
    (steps.len(), tapes)
}

/// The same steps on a machine with a card, and a cassette on it in the deck: what is recorded must
/// be in the cassette's file. Then the ROM loads the program from a cassette that SAVE named.
fn on_card(
    rom: &mut Original,
    steps: &[Step],
    patience: Patience,
    own: &[Block],
) -> Result<Vec<String>> {
    let mut ours = Ours::with_card(rom.model());
    for line in INTO_THE_DECK {
        ours.enter(&listing::tokenise(line, false)?, &[], patience.fuel);
    }
    for step in steps {
        ours.take(step, patience.fuel);
    }
    let mut differences = Vec::new();
    let recorded = ours.file(DECK).unwrap_or_default();
    if recorded != to_tap(own) {
        let recorded = from_tap(recorded).blocks;
        differences.push(format!("in the file\n  {recorded:02X?}\nnot {own:02X?}"));
    }
    ours.enter(&listing::tokenise(SAVE_NAMED, false)?, &[], patience.fuel);
    let named = from_tap(ours.file(NAMED).unwrap_or_default()).blocks;
    match named.first().and_then(Block::header) {
        Some(header) => differences.extend(swapped(rom, &header, &[named.clone(), named])),
        None => differences.push(format!("{SAVE_NAMED}: {named:02X?}")),
    }
    Ok(differences)
}

/// How many bytes differ that do not matter; nothing if any does that matters.
fn unused(theirs: &[Block], own: &[Block]) -> Option<usize> {
    let same = theirs.len() == own.len()
        && theirs
            .iter()
            .zip(own)
            .all(|(a, b)| a.0.len() == b.0.len() && used(a) == used(b));
    same.then(|| {
        let pairs = theirs.iter().zip(own).filter(|(a, b)| a != b);
        // Not the parity.
        let bytes = pairs.flat_map(|(Block(a), Block(b))| a.iter().zip(b).take(a.len() - 1));
        bytes.filter(|(a, b)| a != b).count()
    })
}

/// Each machine loads a file from the cassette that the other saved, and verifies it; what differs
/// between them then.
fn swapped(rom: &mut Original, header: &Header, [theirs, own]: &[Vec<Block>; 2]) -> Vec<String> {
    rom.reset();
    rom.insert(own.clone());
    let mut ours = Ours::fresh(rom.model());
    ours.insert(theirs.clone());
    let mut differences = Vec::new();
    for verb in [token::LOAD, token::VERIFY] {
        let step = Step::raw(command(verb, header));
        let said = (
            rom.take(&step, PROGRAM.t_states),
            ours.take(&step, PROGRAM.fuel),
        );
        let memory = (rom.spectrum.memory(), ours.memory());
        if let Some(found) = outcome::compare(rom.model(), (&said.0, memory.0), (&said.1, memory.1))
        {
            differences.push(format!("{}: {}", step.shown(), found.text));
        }
        // A program that started by itself may go on for ever.
        if !said.0.status.goes_on() {
            break;
        }
    }
    differences
}

/// The command for a file.
fn command(verb: u8, header: &Header) -> Vec<u8> {
    let mut line = vec![verb, b'"'];
    line.extend(header.name.0.iter().filter(|code| **code != b'"'));
    line.push(b'"');
    let letter = header.letter() & 0x1F | 0x60;
    match header.kind {
        Kind::Program => {}
        Kind::Numbers => line.extend([token::DATA, letter, b'(', b')']),
        Kind::Characters => line.extend([token::DATA, letter, b'$', b'(', b')']),
        Kind::Code => line.push(token::CODE),
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bytes_that_no_command_looks_at_may_differ() {
        let header = |kind: u8, at: usize, byte: u8| {
            let mut header = [kind; 17];
            header[at] = byte;
            vec![Block::new(0, &header)]
        };
        for (kind, free) in [
            (0, vec![]),
            (1, vec![13, 15, 16]),
            (2, vec![13, 15, 16]),
            (3, vec![15, 16]),
        ] {
            for at in 1..17 {
                let differ = unused(&header(kind, at, 7), &header(kind, at, 9));
                assert_eq!(differ, free.contains(&at).then_some(1), "{kind} {at}");
            }
        }
        let data = |bytes: &[u8]| vec![Block::new(0xFF, bytes)];
        assert_eq!(unused(&data(b"abc"), &data(b"abc")), Some(0));
        assert_eq!(unused(&data(b"abc"), &data(b"abd")), None);
        assert_eq!(unused(&data(b"abc"), &data(b"ab")), None);
        assert_eq!(unused(&data(b"abc"), &[]), None);
    }
}
