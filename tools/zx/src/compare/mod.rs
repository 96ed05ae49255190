//! The corpus run here and compared with the recorded results, field by field.

mod aside;
mod difference;
mod fields;
mod font;
mod table;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::account::Fields;
use crate::cli::{self, RunOptions, TypeOptions};
use crate::computer::{CharacterSet, Rom};
use crate::{Failure, Result, failed, run};

pub use fields::{Compared, IGNORED};

/// A run that takes longer than this in real time is given up, and the tool with it.
const PATIENCE: Duration = Duration::from_secs(120);

thread_local! {
    /// What this thread runs, for the last words of a panic.
    static RUNNING: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Options of `zx compare`.
#[derive(Clone, Debug, clap::Args)]
pub struct CompareOptions {
    /// Only these areas, or programs whose `AREA/NAME` contains one of these
    names: Vec<String>,
    /// Where the programs are; by default the corpus of `shared/oracle` beside the checkout
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Where the recorded results are
    #[arg(long, value_name = "DIR")]
    golden: Option<PathBuf>,
    /// Compare only these fields, with commas between
    #[arg(long, value_delimiter = ',', value_name = "FIELD")]
    fields: Vec<String>,
    /// Only this ROM
    #[arg(long, value_enum)]
    rom: Option<Rom>,
    /// Every difference at length, not only the first of each program
    #[arg(long, short)]
    verbose: bool,
    /// Say which fields are not compared, and why
    #[arg(long)]
    ignored: bool,
    /// Keep this machine's own character set: cells of text then count as equal when they show
    /// the same character
    #[arg(long)]
    own_font: bool,
    /// Threads
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

/// One program on one ROM.
struct Job {
    area: String,
    /// `AREA/NAME`.
    name: String,
    rom: Rom,
    task: Task,
    golden: Fields,
}

/// What is to be done with a file of the corpus.
enum Task {
    Run(String, Box<RunOptions>),
    Type(String, TypeOptions),
}

/// How a job came out.
struct Finished {
    job: usize,
    compared: std::result::Result<Compared, String>,
    took: Duration,
}

/// The folder of a name in `shared/oracle` beside this checkout, seen from here.
///
/// # Errors
/// There is none.
pub fn beside(name: &str) -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|e| failed("where am I", &e))?;
    here.ancestors()
        .map(|folder| folder.join("shared/oracle").join(name))
        .find(|folder| folder.is_dir())
        .ok_or_else(|| Failure(format!("no shared/oracle/{name} beside the checkout")))
}

/// Every file under a folder.
///
/// # Errors
/// A folder that cannot be read.
pub fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let doing = format!("reading {}", folder.display());
    for entry in fs::read_dir(folder).map_err(|e| failed(&doing, &e))? {
        let path = entry.map_err(|e| failed(&doing, &e))?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| failed(&format!("reading {}", path.display()), &e))
}

pub(crate) fn read_golden(path: &Path) -> Result<Fields> {
    match serde_json::from_str(&read(path)?) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Failure(format!("{}: not an object", path.display()))),
        Err(e) => Err(failed(&path.display().to_string(), &e)),
    }
}

/// The jobs of one file of the corpus: one for each ROM of its header.
fn jobs_of(
    path: &Path,
    corpus: &Path,
    golden: &Path,
    options: &CompareOptions,
) -> Result<Vec<Job>> {
    let relative = path.strip_prefix(corpus).unwrap_or(path);
    let name = relative
        .with_extension("")
        .to_string_lossy()
        .replace('\\', "/");
    let extension = relative.extension().unwrap_or_default();
    let area = name.split('/').next().unwrap_or_default().to_owned();
    // the name of an area is that area; anything else is part of a name
    let chosen = |n: &String| {
        if corpus.join(n).is_dir() {
            area == *n
        } else {
            name.contains(n)
        }
    };
    let wanted = options.names.is_empty() || options.names.iter().any(chosen);
    if !wanted || !(extension == "bas" || extension == "keys") {
        return Ok(Vec::new());
    }
    let source = read(path)?;
    let (words, mut roms) = cli::take_roms(cli::header(&source)?)?;
    if roms.is_empty() {
        roms.push(if extension == "keys" {
            Rom::Rom128
        } else {
            Rom::Rom48
        });
    }
    let mut jobs = Vec::new();
    for rom in roms {
        if options.rom.is_some_and(|only| only != rom) {
            continue;
        }
        let with_rom = [
            words.as_slice(),
            &["--rom".to_owned(), rom.name().to_owned()],
        ]
        .concat();
        let task = if extension == "keys" {
            Task::Type(run::script_of(&source), cli::options_of(&with_rom)?)
        } else {
            Task::Run(source.clone(), Box::new(cli::options_of(&with_rom)?))
        };
        let golden = read_golden(&golden.join(format!("{name}.{}.json", rom.name())))?;
        jobs.push(Job {
            area: area.clone(),
            name: name.clone(),
            rom,
            task,
            golden,
        });
    }
    Ok(jobs)
}

impl Job {
    fn title(&self) -> String {
        format!("{} [{}]", self.name, self.rom.name())
    }

    fn run(
        &self,
        characters: Option<&CharacterSet>,
        options: &CompareOptions,
    ) -> std::result::Result<Compared, String> {
        let ours = match &self.task {
            Task::Run(source, run_options) => run::run(source, run_options, characters),
            Task::Type(script, type_options) => {
                run::type_keys(script, None, type_options, characters)
            }
        };
        let (ours, _) = ours.map_err(|e| e.0)?;
        let mut compared =
            fields::compare(&self.golden, &ours, characters.is_some(), &options.fields);
        compared.set_aside(|field| aside::reason(&self.name, self.rom, field));
        Ok(compared)
    }
}

/// Runs the corpus and prints what is equal and what is not; 1 if anything differs.
///
/// # Errors
/// A corpus or recorded results that cannot be read; a run that does not end.
pub fn run(options: &CompareOptions) -> Result<u8> {
    if options.ignored {
        for (field, reason) in IGNORED {
            println!("{field:16} {reason}");
        }
        return Ok(0);
    }
    let started = Instant::now();
    let corpus = options
        .corpus
        .clone()
        .map_or_else(|| beside("corpus"), Ok)?;
    let golden = options
        .golden
        .clone()
        .map_or_else(|| beside("golden"), Ok)?;
    let mut paths = Vec::new();
    files(&corpus, &mut paths)?;
    paths.sort();
    let mut jobs = Vec::new();
    for path in &paths {
        jobs.extend(jobs_of(path, &corpus, &golden, options)?);
    }
    if jobs.is_empty() {
        return Err(Failure("no program has such a name".to_owned()));
    }
    let characters = if options.own_font {
        None
    } else {
        font::learn(&golden)?
    };
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        RUNNING.with_borrow(|title| eprintln!("zx: a panic while running {title}"));
        usual(info);
    }));
    let finished = run_all(&jobs, characters.as_ref(), options)?;
    let differ = print_results(&jobs, &finished, options);
    let pixels = if characters.is_some() {
        "pixels compared exactly, with the character set that the recorded screens show"
    } else {
        "cells of text compared by their character"
    };
    println!("{pixels}; {:.1?}", started.elapsed());
    Ok(u8::from(differ))
}

/// Runs all jobs on some threads.
fn run_all(
    jobs: &[Job],
    characters: Option<&CharacterSet>,
    options: &CompareOptions,
) -> Result<BTreeMap<usize, Finished>> {
    let next = AtomicUsize::new(0);
    let threads = options.jobs.clamp(1, 64);
    let running: Vec<Mutex<Option<usize>>> = (0..threads).map(|_| Mutex::new(None)).collect();
    let busy = || -> Vec<String> {
        running
            .iter()
            .filter_map(|slot| *slot.lock().unwrap_or_else(PoisonError::into_inner))
            .map(|job| jobs[job].title())
            .collect()
    };
    let mut finished = BTreeMap::new();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for slot in &running {
            let sender = sender.clone();
            let next = &next;
            scope.spawn(move || {
                loop {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    let Some(work) = jobs.get(job) else { break };
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(job);
                    RUNNING.set(work.title());
                    let begun = Instant::now();
                    let compared = work.run(characters, options);
                    let took = begun.elapsed();
                    let done = Finished {
                        job,
                        compared,
                        took,
                    };
                    if sender.send(done).is_err() {
                        break;
                    }
                }
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
            });
        }
        drop(sender);
        loop {
            match receiver.recv_timeout(PATIENCE) {
                Ok(done) => {
                    finished.insert(done.job, done);
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    // a thread in an endless loop cannot be stopped: say where, and go
                    eprintln!("zx: no end after {PATIENCE:?}: {}", busy().join(", "));
                    print_results(jobs, &finished, options);
                    std::process::exit(3);
                }
            }
        }
    });
    Ok(finished)
}

/// Prints the table and the list of differences; true if there are any.
fn print_results(
    jobs: &[Job],
    finished: &BTreeMap<usize, Finished>,
    options: &CompareOptions,
) -> bool {
    let mut table = table::Table::default();
    let mut slowest: Option<&Finished> = None;
    let mut differ = false;
    for done in finished.values() {
        let job = &jobs[done.job];
        if slowest.is_none_or(|s| s.took < done.took) {
            slowest = Some(done);
        }
        match &done.compared {
            Err(error) => {
                differ = true;
                table.failed(&job.area);
                println!("{}: {error}", job.title());
            }
            Ok(compared) => {
                table.add(&job.area, compared);
                differ |= !compared.equal();
                if options.verbose {
                    for (field, difference) in compared.differences() {
                        println!("{}: {field}", job.title());
                        println!("{}", difference.long);
                    }
                } else if let Some(line) = compared.summary() {
                    println!("{}: {line}", job.title());
                }
            }
        }
    }
    println!("\n{}", table.text());
    if let Some(done) = slowest {
        println!("slowest: {} {:.2?}", jobs[done.job].title(), done.took);
    }
    differ
}
