//! Benchmark programs on this computer, beside the time the original ROM takes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use basic::keys::KeyEvent;
use basic::machine::{Entered, Fuel, Machine, Pause, Waiting};
use basic::seam::Micros;

use crate::compare;
use crate::computer::{Computer, Rom};
use crate::{Failure, Result, listing};

/// A program is run again and again for so long; the fastest run counts.
const MEASURED: Duration = Duration::from_millis(300);
/// Runs at most.
const RUNS: u32 = 1000;
/// Work in one turn: the console's text is taken after each, as a host does.
const FUEL_A_TURN: Fuel = 100_000;
/// Loops the classic benchmarks make.
const LOOPS: u64 = 1000;

/// Options of `zx bench`.
#[derive(Clone, Debug, clap::Args)]
pub struct BenchOptions {
    /// Only programs whose name contains one of these
    names: Vec<String>,
    /// Where the programs are; by default `corpus/bench` of `shared/oracle` beside the checkout
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
}

impl BenchOptions {
    /// The programs whose names contain one of `names`; all if there are none.
    #[must_use]
    pub fn of(names: &[String]) -> Self {
        Self {
            names: names.to_vec(),
            programs: None,
        }
    }
}

/// The benchmarks of a folder, by default the corpus': name and file.
fn programs(folder: Option<&Path>) -> Result<Vec<(String, PathBuf)>> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => compare::beside("corpus")?.join("bench"),
    };
    let mut paths = Vec::new();
    compare::files(&folder, &mut paths)?;
    paths.retain(|p| p.extension().is_some_and(|e| e == "bas"));
    paths.sort();
    let name = |path: &Path| {
        let name = path.file_stem().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    Ok(paths.into_iter().map(|path| (name(&path), path)).collect())
}

/// Whether the name of one of the corpus' benchmarks contains this.
///
/// # Errors
/// There is no corpus.
pub fn is_program(part: &str) -> Result<bool> {
    Ok(programs(None)?.iter().any(|(name, _)| name.contains(part)))
}

/// Those of which one of `wanted` is part of the name; all if nothing is wanted.
fn chosen(
    mut programs: Vec<(String, PathBuf)>,
    wanted: &[String],
) -> Result<Vec<(String, PathBuf)>> {
    let is_there = |part: &&String| programs.iter().any(|(name, _)| name.contains(*part));
    if let Some(unknown) = wanted.iter().find(|part| !is_there(part)) {
        let names: Vec<&str> = programs.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Failure(format!(
            "no program has a name with `{unknown}` in it; there are {}",
            names.join(" ")
        )));
    }
    programs.retain(|(name, _)| wanted.is_empty() || wanted.iter().any(|part| name.contains(part)));
    Ok(programs)
}

/// Runs the benchmarks and prints a table.
///
/// # Errors
/// A name that no program has; programs that cannot be read, or that do not end with a report.
pub fn run(options: &BenchOptions) -> Result<()> {
    let chosen = chosen(programs(options.programs.as_deref())?, &options.names)?;
    let golden = compare::beside("golden").ok().map(|g| g.join("bench"));
    println!("program          here     ns a loop       ROM s    times");
    for (name, path) in chosen {
        let fastest = measure(&compare::read(&path)?, &name)?;
        let rom = golden.as_deref().and_then(|g| rom_nanos(g, &name));
        println!("{}", line(&name, fastest, rom));
    }
    Ok(())
}

/// A line of the table; `rom` is the ROM's time in nanoseconds.
fn line(name: &str, fastest: Duration, rom: Option<u128>) -> String {
    let nanos = fastest.as_nanos().max(1);
    // the classic ones are loops of a thousand
    let a_loop = if name.starts_with("bm") {
        (nanos / u128::from(LOOPS)).to_string()
    } else {
        String::new()
    };
    let (seconds, times) = rom.map_or_else(Default::default, |rom| {
        let hundredths = rom / 10_000_000;
        let seconds = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        (seconds, (rom / nanos).to_string())
    });
    let here = format!("{fastest:.1?}");
    format!("{name:10} {here:>10} {a_loop:>13} {seconds:>11} {times:>8}")
}

/// The ROM's time for a program in nanoseconds, as recorded.
fn rom_nanos(golden: &Path, name: &str) -> Option<u128> {
    let fields = compare::read_golden(&golden.join(format!("{name}.48.json"))).ok()?;
    let seconds = fields.get("seconds")?.to_string();
    Some(u128::from(crate::run::micros(&seconds).ok()?) * 1000)
}

/// The fastest of several runs.
fn measure(source: &str, name: &str) -> Result<Duration> {
    let mut computer = Computer::booted(Rom::Rom48, None, None);
    for line in listing::split_lines(source)? {
        computer.enter(&line.entered(false)?);
    }
    let loaded = computer.into_machine();
    let command = listing::tokenise("RUN", false)?;
    let mut fastest = Duration::MAX;
    let begun = Instant::now();
    let mut runs = 0;
    while runs < RUNS && (runs == 0 || begun.elapsed() < MEASURED) {
        let mut machine = loaded.clone();
        let started = Instant::now();
        if machine.enter_line(&command) != Entered::Running || !finish(&mut machine, |_| {}) {
            return Err(Failure(format!("{name} does not end")));
        }
        fastest = fastest.min(started.elapsed());
        runs += 1;
    }
    Ok(fastest)
}

/// Runs to the report and hands on what the console says; false if it wants something else.
pub fn finish(machine: &mut Machine, mut said: impl FnMut(&[u8])) -> bool {
    let mut now: Micros = 0;
    loop {
        let mut fuel = FUEL_A_TURN;
        let pause = machine.run(now, &mut fuel);
        machine.drain_console(&mut said);
        match pause {
            Pause::Fuel | Pause::Probe(_) => {}
            Pause::Power(_) => return false,
            Pause::Idle(deadline) => match machine.waiting() {
                Waiting::Editor => return machine.report().is_some(),
                Waiting::Scroll => machine.key(KeyEvent::Typed(b'y')),
                Waiting::Input
                | Waiting::AnyKey
                | Waiting::Tape
                | Waiting::Menu
                | Waiting::Pause(0) => {
                    return false;
                }
                Waiting::Nothing | Waiting::Sound | Waiting::Files | Waiting::Pause(_) => {
                    match deadline {
                        Some(at) if at > now => now = at,
                        _ => return false,
                    }
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_times_faster() {
        let line = line("bm1", Duration::from_micros(400), Some(4_310_000_000));
        let cells: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(cells, ["bm1", "400.0\u{B5}s", "400", "4.31", "10775"]);
    }

    #[test]
    fn a_name_that_no_program_has_is_refused() {
        let there = || {
            vec![
                ("bm1".to_owned(), PathBuf::new()),
                ("life".into(), PathBuf::new()),
            ]
        };
        let wanted = |part: &str| chosen(there(), &[part.to_owned()]);
        assert_eq!(wanted("li").unwrap(), there()[1..]);
        assert_eq!(chosen(there(), &[]).unwrap().len(), 2);
        let said = wanted("lief").unwrap_err().0;
        assert!(
            said.contains("`lief`") && said.contains("bm1 life"),
            "{said}"
        );
    }

    #[test]
    fn programs_that_wait_for_input_are_refused() {
        assert!(measure("10 FOR i=1 TO 30: PRINT i: NEXT i: PAUSE 10\n", "a").is_ok());
        assert!(measure("10 INPUT a\n", "b").is_err());
    }
}
