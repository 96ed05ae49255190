//! Cassettes of one machine in the deck of the other: what programs save is the same bytes, and
//! each machine loads what the other saved.

use std::fs;
use std::path::{Path, PathBuf};

use basic::files::cassette::{self, Item};
use basic::files::tape::{from_tap, to_tap};
use basic::files::{Block, Header, Kind};
use basic::token;
use zx::cli::{self, RunOptions};
use zx::{Result, compare, failed, listing};

use crate::image::Images;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::{self, used};
use crate::programs::FUEL;
use crate::tree::Step;

/// T-states a program or a command may take: those of the corpus are made to be run to their ends.
const T_STATES: u64 = 20 * crate::programs::T_STATES;

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
    differences: usize,
}

/// Runs all programs of a folder that save something, compares what they saved, and loads it into
/// the other machine; gives the exit code: 1 if anything differs.
///
/// # Errors
/// No such folder, or no ROM.
pub fn run(images: &Images, folder: Option<&Path>) -> Result<u8> {
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
        one(&mut rom, path, &folder, &mut sums)?;
    }
    let Sums {
        programs,
        bytes,
        unused,
        files,
        differences,
    } = sums;
    println!(
        "{programs} programs, {bytes} bytes saved by each, {unused} unused bytes of headers \
         differ; {files} files loaded from the other's cassette; {differences} differences"
    );
    Ok(u8::from(differences > 0))
}

/// One program, if it saves something.
fn one(rom: &mut Original, path: &PathBuf, folder: &Path, sums: &mut Sums) -> Result<()> {
    let name = path.strip_prefix(folder).unwrap_or(path).display();
    let source = fs::read_to_string(path).map_err(|e| failed(&format!("reading {name}"), &e))?;
    let (words, _) = cli::take_roms(cli::header(&source)?)?;
    let options: RunOptions = cli::options_of(&words)?;
    rom.reset();
    let mut ours = Ours::fresh(rom.model());
    let mut steps = Vec::new();
    for line in listing::split_lines(&source)? {
        steps.push(Step::raw(line.entered(options.keep_spaces)?));
    }
    for command in [&options.cmd].into_iter().chain(&options.then) {
        let command = command.split(" // ").next().unwrap_or_default();
        steps.push(Step::raw(listing::tokenise(command, false)?));
    }
    for step in &steps {
        rom.take(step, T_STATES);
        ours.take(step, FUEL);
    }
    let saved = [to_tap(rom.tape()), to_tap(ours.machine().deck().blocks())];
    if saved[0].is_empty() && saved[1].is_empty() {
        return Ok(());
    }
    sums.programs += 1;
    sums.bytes += saved[0].len();
    let tapes = saved.map(|file| from_tap(&file).blocks);
    let [theirs, own] = &tapes;
    match unused(theirs, own) {
        Some(unused) => sums.unused += unused,
        None => {
            sums.differences += 1;
            println!("{name}: saved\n  rom {theirs:02X?}\n  our {own:02X?}");
        }
    }
    for item in cassette::items(own) {
        let Item::File { header, .. } = item else {
            continue;
        };
        sums.files += 1;
        for difference in swapped(rom, &header, &tapes) {
            sums.differences += 1;
            println!("{name}: {difference}");
        }
    }
    Ok(())
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
        let said = (rom.take(&step, T_STATES), ours.take(&step, FUEL));
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
