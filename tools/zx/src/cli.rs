//! The command line, and the options that listings carry in `# oracle:` lines.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use basic::machine::Machine;
use basic::printer::Paper;
use basic::seam::Micros;
use basic::{replay, scenario};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::computer::{Computer, Rom};
use crate::driver::Scroll;
use crate::keyscript::{self, Step};
use crate::{
    Failure, Result, account, bench, compare, convert, failed, picture_png, run, term, vectors,
};

/// The machine on this computer.
#[derive(Debug, Parser)]
#[command(name = "zx", version, args_override_self = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs a program and gives an account of all it did
    #[command(args_override_self = true)]
    Run(RunArgs),
    /// Types keys at a machine just switched on
    #[command(args_override_self = true)]
    Type(TypeArgs),
    /// Does a file of recorded operations again and prints its lines with this machine's results
    Vectors(VectorsArgs),
    /// The machine in this terminal
    Term(term::TermOptions),
    /// Runs the corpus and compares it with the recorded results
    Compare(compare::CompareOptions),
    /// Makes a machine again from the record in what a serial line said when the kernel stopped
    Replay(ReplayArgs),
    /// Times the benchmark programs beside the original ROM
    Bench(bench::BenchOptions),
    /// Makes a text, a cassette or a file of a card of another of these
    Convert(convert::ConvertOptions),
    /// Says what is on a cassette, or lists a program
    List(convert::ListOptions),
}

/// Options of a run.
#[derive(Clone, Debug, Args)]
pub struct RunOptions {
    /// Which ROMs' behaviour
    #[arg(long, value_enum, default_value = "48")]
    pub rom: Rom,
    /// Keys given when the program wants keys
    #[arg(
        long,
        default_value = "",
        allow_hyphen_values = true,
        hide_default_value = true
    )]
    pub keys: String,
    /// Virtual seconds each command may take
    #[arg(long, value_parser = run::micros, default_value = "120")]
    pub max_seconds: Micros,
    /// ADDR or ADDR:LEN, read at the end
    #[arg(long)]
    pub peek: Vec<String>,
    /// The direct command to start with; empty: the program is only loaded
    #[arg(long, default_value = "RUN", allow_hyphen_values = true)]
    pub cmd: String,
    /// A further direct command or line; `CMD // KEYS` gives it its own keys
    #[arg(long, value_name = "CMD", allow_hyphen_values = true)]
    pub then: Vec<String>,
    /// Who answers `scroll?`
    #[arg(long, value_enum, default_value = "auto")]
    pub scroll: Scroll,
    /// Show the variables
    #[arg(long)]
    pub vars: bool,
    /// Show the program as it is at the end
    #[arg(long)]
    pub list: bool,
    /// Keep the spaces of the listing
    #[arg(long)]
    pub keep_spaces: bool,
    /// A .tap file in the deck
    #[arg(long, value_name = "FILE")]
    pub tape: Option<PathBuf>,
    /// A folder of this computer as the machine's card
    #[arg(long, value_name = "FOLDER")]
    pub card: Option<PathBuf>,
    /// Write what is on the tape at the end as a .tap file
    #[arg(long, value_name = "FILE")]
    pub save_tape: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// The listing; `-` is the standard input
    program: PathBuf,
    #[command(flatten)]
    options: RunOptions,
    /// Write the picture
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Write what the printer printed: its text, and its rows of dots as FILE.pbm
    #[arg(long, value_name = "FILE")]
    printer: Option<PathBuf>,
    /// The account as JSON
    #[arg(long)]
    json: bool,
    /// Ignore the listing's `# oracle:` lines
    #[arg(long)]
    no_header: bool,
}

/// A line of the 128K's opening menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Menu {
    /// Tape Loader
    Tape,
    /// 128 BASIC
    #[value(name = "128")]
    Basic128,
    /// Calculator
    Calc,
    /// 48 BASIC
    #[value(name = "48")]
    Basic48,
    /// Tape Tester
    Tester,
}

impl Menu {
    /// The keys that choose it.
    ///
    /// # Errors
    /// None: its keys exist.
    pub fn script(self) -> Result<Vec<Step>> {
        let script = "{DOWN}".repeat(self as usize);
        keyscript::parse(&(script + "{ENTER}"))
    }
}

/// Options of typing.
#[derive(Clone, Debug, Args)]
pub struct TypeOptions {
    /// A folder of this computer as the machine's card
    #[arg(long, value_name = "FOLDER")]
    pub card: Option<PathBuf>,
    /// Which ROMs' behaviour
    #[arg(long, value_enum, default_value = "128")]
    pub rom: Rom,
    /// Choose this from the opening menu first
    #[arg(long, value_enum)]
    pub menu: Option<Menu>,
    /// A listing in memory to start with
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// Virtual seconds allowed after the last key
    #[arg(long, value_parser = run::micros, default_value = "10")]
    pub seconds: Micros,
    /// ADDR or ADDR:LEN, read at the end
    #[arg(long)]
    pub peek: Vec<String>,
}

#[derive(Debug, Args)]
struct TypeArgs {
    /// The key script
    #[arg(required_unless_present = "file", allow_hyphen_values = true)]
    keys: Option<String>,
    /// A file with the key script, its lines joined, options in its `# oracle:` lines
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    file: Option<PathBuf>,
    #[command(flatten)]
    options: TypeOptions,
    /// Write the picture
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// The account as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct VectorsArgs {
    /// The file, `op operands -> result` a line
    file: PathBuf,
    /// Print only the lines that differ, each after the recorded one
    #[arg(long)]
    diff: bool,
}

#[derive(Debug, Args)]
struct ReplayArgs {
    /// What the serial line said; `-` is the standard input
    file: PathBuf,
    /// Write the picture
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

/// The words of a text's `# oracle:` lines.
///
/// # Errors
/// Quotes without their end.
pub fn header(source: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    for line in source.lines() {
        let options = line
            .trim_start()
            .strip_prefix('#')
            .and_then(|l| l.trim_start().strip_prefix("oracle:"));
        if let Some(options) = options {
            let split = shlex::split(options.trim());
            words.extend(split.ok_or_else(|| Failure(format!("unbalanced quotes: {line}")))?);
        }
    }
    Ok(words)
}

/// A header without its `--roms` or `--rom`, and the ROMs it names.
///
/// # Errors
/// A ROM that does not exist.
pub fn take_roms(header: Vec<String>) -> Result<(Vec<String>, Vec<Rom>)> {
    let mut rest = Vec::new();
    let mut roms = Vec::new();
    let mut words = header.into_iter();
    while let Some(word) = words.next() {
        if word == "--roms" || word == "--rom" {
            for name in words.next().unwrap_or_default().split(',') {
                roms.push(Rom::from_str(name, false).map_err(|e| failed(&word, &e))?);
            }
        } else {
            rest.push(word);
        }
    }
    Ok((rest, roms))
}

/// Parses options alone, as headers hold them.
///
/// # Errors
/// Options that do not exist.
pub fn options_of<T: Args>(words: &[String]) -> Result<T> {
    let command = T::augment_args(clap::Command::new("header").args_override_self(true));
    let name = std::iter::once("header".to_owned());
    let doing = "options in the header";
    let matches = command
        .no_binary_name(false)
        .try_get_matches_from(name.chain(words.iter().cloned()))
        .map_err(|e| failed(doing, &e))?;
    T::from_arg_matches(&matches).map_err(|e| failed(doing, &e))
}

/// Reads a text file, or the standard input for `-`.
fn read(path: &Path) -> Result<String> {
    let doing = format!("reading {}", path.display());
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|e| failed(&doing, &e))?;
        return Ok(text);
    }
    fs::read_to_string(path).map_err(|e| failed(&doing, &e))
}

/// Runs the tool: what it has to say to the shell is the exit status.
///
/// # Errors
/// Files that cannot be read, listings and key scripts that are none.
pub fn main(args: &[String]) -> Result<u8> {
    match parse(args).command {
        Command::Run(parsed) => run_program(args, parsed),
        Command::Type(parsed) => type_keys(args, parsed),
        Command::Vectors(parsed) => redo_vectors(&parsed),
        Command::Term(options) => term::run(&options).map(|()| 0),
        Command::Compare(options) => compare::run(&options),
        Command::Replay(parsed) => replay_record(&parsed).map(|()| 0),
        Command::Bench(options) => bench::run(&options).map(|()| 0),
        Command::Convert(options) => convert::convert(&options).map(|()| 0),
        Command::List(options) => convert::list(&options).map(|right| u8::from(!right)),
    }
}

/// Parses a command line, or ends with clap's message.
fn parse(args: &[String]) -> Cli {
    Cli::parse_from(args)
}

/// A command line with a header's words before its own.
fn with_header(args: &[String], header: Vec<String>) -> Vec<String> {
    let (command, own) = args.split_at(2.min(args.len()));
    [command, &header, own].concat()
}

fn run_program(args: &[String], mut parsed: RunArgs) -> Result<u8> {
    let source = read(&parsed.program)?;
    let (words, roms) = take_roms(header(&source)?)?;
    let some = !words.is_empty() || !roms.is_empty();
    if some && !parsed.no_header {
        let mut words = words;
        if let Some(rom) = roms.first() {
            words.extend(["--rom".to_owned(), rom.name().to_owned()]);
        }
        if let Command::Run(again) = parse(&with_header(args, words)).command {
            parsed = again;
        }
    }
    let (fields, mut computer) = run::run(&source, &parsed.options, None)?;
    let mut all = account::Fields::new();
    let name = parsed.program.file_name().unwrap_or_default();
    all.insert("program".into(), name.to_string_lossy().into());
    all.extend(fields);
    write_png(parsed.png.as_deref(), &computer)?;
    if let Some(path) = &parsed.printer {
        write_paper(path, &computer.take_paper())?;
    }
    if parsed.json {
        println!("{}", account::to_text(&all));
    } else {
        print!("{}", crate::report::of_run(&all));
    }
    Ok(0)
}

fn type_keys(args: &[String], mut parsed: TypeArgs) -> Result<u8> {
    let mut script = parsed.keys.clone().unwrap_or_default();
    if let Some(path) = &parsed.file {
        let source = read(path)?;
        script = run::script_of(&source);
        let words = header(&source)?;
        if let Command::Type(again) = parse(&with_header(args, words)).command {
            parsed = again;
        }
    }
    let program = parsed.options.program.as_deref().map(read).transpose()?;
    let (fields, computer) = run::type_keys(&script, program.as_deref(), &parsed.options, None)?;
    write_png(parsed.png.as_deref(), &computer)?;
    if parsed.json {
        println!("{}", account::to_text(&fields));
    } else {
        print!("{}", crate::report::of_typing(&fields));
    }
    Ok(0)
}

fn redo_vectors(parsed: &VectorsArgs) -> Result<u8> {
    let source = read(&parsed.file)?;
    let (lines, tally) = vectors::redo_all(&source);
    for (line, was) in lines.iter().zip(source.lines()) {
        if !parsed.diff {
            println!("{line}");
        } else if line != was {
            println!("{was}\n{line}");
        }
    }
    if parsed.diff {
        eprintln!("{} of {} equal", tally.equal, tally.lines);
    }
    Ok(u8::from(parsed.diff && tally.equal != tally.lines))
}

/// Shows the machine a record leads to. If the record ends in a panic of the machine, so does this.
fn replay_record(parsed: &ReplayArgs) -> Result<()> {
    let (start, entries) = replay::read(&read(&parsed.file)?).map_err(Failure)?;
    let machine = replay::play(start, &entries);
    for line in scenario::screen_text(machine.memory()) {
        println!("{line}");
    }
    println!("waits for: {:?}", machine.waiting());
    write_picture(parsed.png.as_deref(), &machine)
}

fn write_png(path: Option<&Path>, computer: &Computer) -> Result<()> {
    write_picture(path, computer.machine())
}

/// Writes what a printer printed: text, and rows of dots as a portable bitmap beside it.
fn write_paper(path: &Path, paper: &Paper) -> Result<()> {
    let write = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes).map_err(|e| failed(&format!("writing {}", path.display()), &e))
    };
    write(path, paper.text.as_bytes())?;
    if paper.rows.is_empty() {
        return Ok(());
    }
    let mut bitmap = format!("P4\n256 {}\n", paper.rows.len()).into_bytes();
    bitmap.extend_from_slice(paper.rows.as_flattened());
    let mut picture = path.as_os_str().to_owned();
    picture.push(".pbm");
    write(Path::new(&picture), &bitmap)
}

fn write_picture(path: Option<&Path>, machine: &Machine) -> Result<()> {
    let Some(path) = path else {
        return Ok(());
    };
    let png = picture_png::encode(&machine.picture(), 2)?;
    fs::write(path, png).map_err(|e| failed(&format!("writing {}", path.display()), &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn headers_are_split_as_a_shell_would() {
        let source = "# a program\n # oracle: --roms 48,128 --then 'PRINT \"a b\"'\n10 REM\n#oracle: --keys \"x\\\"\\n\"\n";
        let all = header(source).unwrap();
        assert_eq!(
            all,
            [
                "--roms",
                "48,128",
                "--then",
                "PRINT \"a b\"",
                "--keys",
                "x\"\\n"
            ]
        );
        let (rest, roms) = take_roms(all).unwrap();
        assert_eq!(roms, [Rom::Rom48, Rom::Rom128]);
        let options: RunOptions = options_of(&rest).unwrap();
        assert_eq!(options.then, ["PRINT \"a b\""]);
        assert_eq!(options.keys, "x\"\\n");
        assert_eq!(options.max_seconds, 120_000_000);
        assert!(header("# oracle: --keys \"x").is_err());
    }

    #[test]
    fn the_command_line_overrides_the_header() {
        let args = words("zx run p.bas --max-seconds 5 --then STOP");
        let header = words("--vars --max-seconds 300 --then RUN");
        let Command::Run(parsed) = parse(&with_header(&args, header)).command else {
            panic!("not a run");
        };
        assert_eq!(parsed.options.max_seconds, 5_000_000);
        assert_eq!(parsed.options.then, ["RUN", "STOP"]);
        assert!(parsed.options.vars);
        assert_eq!(parsed.program, Path::new("p.bas"));
    }

    #[test]
    fn menus_are_chosen_by_their_place() {
        assert_eq!(Menu::Tape.script().unwrap().len(), 1);
        assert_eq!(Menu::Basic48.script().unwrap().len(), 4);
    }
}
