//! The commands of `cargo x`.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{self, Stdio};

use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value, ValueExt as _};

use crate::setup::KERNEL_TARGET;
use crate::{
    Error, Result, build, card, cargo, emulator, firmware, image, rom_map, say, setup, succeed,
};

/// A command: its name, a line about it, and its help.
struct Command {
    name: &'static str,
    about: &'static str,
    help: &'static str,
    run: fn(Parser) -> Result<()>,
}

const COMMANDS: [Command; 11] = [
    Command {
        name: "run",
        about: "build the machine and switch it on in QEMU",
        help: "cargo x run [--serial] [--card FILE | --no-card] [-- QEMU ARGUMENTS]

Builds target/kernel8.img and boots it in QEMU's Raspberry Pi 3B with a USB keyboard. Where there
is a screen QEMU opens a window; the serial console is in the terminal in any case (Ctrl-C is
BREAK, Ctrl-A then X leaves). The card in it is target/plus4.img, made when it is not there; what
is saved on it is there the next time. Installs what is missing first.

  --serial     no window, even where there is a screen
  --card FILE  the image of another card, whose size has to be a power of two
  --no-card    no card
  -- ..        the rest goes to QEMU, for instance: cargo x run -- -global bcm2835-fb.xres=1920 \\
               -global bcm2835-fb.yres=1080

The environment's QEMU names another QEMU than the one on the path.",
        run,
    },
    Command {
        name: "test",
        about: "all tests: on this computer, and of the image in QEMU",
        help: "cargo x test [ARGUMENTS OF CARGO TEST]

Installs what is missing, builds the image, and runs every test of the workspace, those in QEMU
included. Arguments go to cargo test, for instance: cargo x test -p basic",
        run: test,
    },
    Command {
        name: "check",
        about: "what must hold before a commit: format, lints, documentation, all tests",
        help: "cargo x check

rustfmt, clippy for this computer and for the board (warnings are errors), rustdoc, and then all
that `cargo x test` does.",
        run: check,
    },
    Command {
        name: "build",
        about: "build target/kernel8.elf and target/kernel8.img",
        help: "cargo x build

Builds the kernel for the board, optimised: target/kernel8.elf (with symbols, for debuggers) and
target/kernel8.img (what the board's firmware loads).",
        run: build,
    },
    Command {
        name: "image",
        about: "make target/plus4.img, a card that boots a Raspberry Pi 3B",
        help: "cargo x image [--new] [--size MIB] [--firmware FOLDER]

Builds the kernel and makes target/plus4.img: a card with the kernel, its settings, the sample
programs, and the board's firmware, which is fetched as Debian's package raspi-firmware where there
is apt-get. Where it cannot be had the command says which files to copy, and from where. README.md
says how to write the image to a card. An image that is there keeps what else was saved on it, and
its own settings and sample programs where it has them.

  --new              a new card, empty but for these files
  --size MIB         a new card of this size: 64, 128, 256 .. (a power of two; 64 unless it is said)
  --firmware FOLDER  the firmware of this folder: bootcode.bin, start.elf, fixup.dat and, if it is
                     there, LICENCE.broadcom",
        run: image,
    },
    Command {
        name: "term",
        about: "the machine in this terminal, without QEMU",
        help: "cargo x term [ARGUMENTS]

Builds and runs `zx term`: the same machine as a program of this computer, with this terminal as
its screen and keyboard. Arguments go to zx.",
        run: term,
    },
    Command {
        name: "oracle",
        about: "made-up BASIC on the original ROM and on this machine, compared",
        help: "cargo x oracle KIND|ask|record [ARGUMENTS]

Runs what it makes up on the original ROM (in a Z80) and on this machine, compares everything a
program can see, and makes what differs as small as it still differs. The ROM is taken from the
Python package skoolkit, or from the folder ZX_ROMS names. Kinds:

  programs      programs, with commands and edits between their runs (--rom 128: in its BASIC, with
                PLAY and the RAM disk)
  tape          the same with files on the tape
  print         PRINT items
  pokes         POKEs of system variables between statements that feel them
  peeks         every system variable as programs see it
  pictures      PLOT, DRAW and CIRCLE
  editing       keys typed in the editor
  expressions   through the ROM's SCANNING
  operations    single operations of the calculator
  lines         accepted or refused, where the `?` is, hidden numbers
  play          the 128's PLAY strings: what is sent, and when
  all           all of these, the others their share for each program

Arguments:

  --seed S --from N --count N   which cases, and how many; the same seed gives the same cases
  --seconds T                   for how long, of each kind
  --jobs N                      workers
  --show N                      cases shown of each kind of difference
  --keep FILE                   adds them to a scenario file

  ask LINE..                    your own lines instead, one after the other
  record [--check] FILE..       writes what scenarios that say `rom 48` or `rom 128` expect from it",
        run: oracle,
    },
    Command {
        name: "bench",
        about: "how fast the language is, beside other interpreters",
        help: "cargo x bench [ROW..] [ARGUMENTS]

Does the same work in our BASIC, Lua 5.4 (with local and with global variables), Matrix Brandy,
yabasic and EndBASIC, as many of them as are installed, turn by turn; prints nanoseconds of processor
time a loop (medians), ratios and their geometric mean. Then the corpus' benchmarks beside the time
the original ROM takes. Rows: bm1 .. bm8 sieve nest str sort trig print mandel. Arguments:

  --rounds N          measurements of each
  --length MS         how long each lasts
  --beside A,B        only beside these: lua lua-globals brandy yabasic endbasic none
  --board             instead: the image in QEMU, in executed instructions (its size, each row's
                      loop, how work grows with the size of programs and strings)",
        run: bench,
    },
    Command {
        name: "pictures",
        about: "pictures of the machine, the README's among them",
        help: "cargo x pictures [WIDTHxHEIGHT..]

Boots the image in QEMU with a screen of each size, plays the scenes of qemu-tests/pictures.zxs and
keeps a PNG of each in target/pictures/WIDTHxHEIGHT. Without a size: 1280x720 and 1920x1080, and the
README's pictures in docs.",
        run: pictures,
    },
    Command {
        name: "rom-map",
        about: "the original ROMs' routines, where each is here, what tests it",
        help: "cargo x rom-map [--gaps]

Prints a line for each routine of the 48K ROM and of the 128's ROM 0: address, label, what ports it
(as the documentation beside it says), what tests that; then how many there are of each.

  --gaps   only routines that are not ported, or that no test names",
        run: rom_map,
    },
    Command {
        name: "help",
        about: "this list, or the help of one command",
        help: "cargo x help [COMMAND]",
        run: help,
    },
];

/// Runs the command that the arguments name; none shows the list.
///
/// # Errors
/// When there is no such command, or it fails.
pub fn start(arguments: Parser) -> Result<()> {
    let mut arguments = arguments;
    let name = match arguments.next()? {
        None | Some(Short('h') | Long("help")) => "help".to_owned(),
        Some(Value(name)) => name.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    let command = find(&name)?;
    (command.run)(arguments)
}

fn find(name: &str) -> Result<&'static Command> {
    COMMANDS
        .iter()
        .find(|command| command.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
            Error::new(format!(
                "there is no command `{name}`. There are: {}.",
                names.join(", ")
            ))
        })
}

fn help(mut arguments: Parser) -> Result<()> {
    match arguments.next()? {
        Some(Value(name)) => show_help(&name.to_string_lossy()),
        Some(other) => Err(other.unexpected().into()),
        None => {
            let mut list = String::from("ZX Spectrum +4. What can be done:\n\n");
            for command in &COMMANDS {
                list += &format!("  cargo x {:<8}  {}\n", command.name, command.about);
            }
            print(&(list + "\n`cargo x help COMMAND` says more about one."));
            Ok(())
        }
    }
}

/// Prints what was asked for.
fn print(text: &str) {
    // A reader that has seen enough, `head` for instance, is no failure.
    writeln!(std::io::stdout(), "{text}").ok();
}

fn show_help(name: &str) -> Result<()> {
    print(find(name)?.help);
    Ok(())
}

/// Takes no arguments but `--help`; gives whether the help was shown instead.
fn no_arguments(mut arguments: Parser, name: &str) -> Result<bool> {
    match arguments.next()? {
        None => Ok(false),
        Some(Short('h') | Long("help")) => show_help(name).map(|()| true),
        Some(other) => Err(other.unexpected().into()),
    }
}

/// Hands all arguments on; gives `None` when `--help` was the first and the help was shown.
fn all_arguments(mut arguments: Parser, name: &str) -> Result<Option<Vec<OsString>>> {
    let all: Vec<OsString> = arguments.raw_args()?.collect();
    if all
        .first()
        .is_some_and(|first| first == "--help" || first == "-h")
    {
        show_help(name)?;
        return Ok(None);
    }
    Ok(Some(all))
}

fn run(mut arguments: Parser) -> Result<()> {
    let mut serial = false;
    let mut card = Some(image::path());
    let mut more = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("serial") => serial = true,
            Long("card") => card = Some(arguments.value()?.into()),
            Long("no-card") => card = None,
            Short('h') | Long("help") => return show_help("run"),
            Value(value) => more.push(value.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    let rust = setup::rust()?;
    let qemu = setup::qemu()?;
    let window = if serial { None } else { setup::window(&qemu) };
    say("building the machine for the board");
    let kernel = build::image(&rust)?.raw;
    if card.as_ref() == Some(&image::path()) {
        let files = if image::path().exists() {
            image::kernel(&kernel)?
        } else {
            image::files(&kernel)?
        };
        image::put(&image::path(), None, &files)?;
    }
    let machine = emulator::Machine {
        kernel: &kernel,
        card: card.as_deref(),
    };
    emulator::boot(&qemu, machine, window, &more)
}

fn image(mut arguments: Parser) -> Result<()> {
    let mut size = None;
    let mut folder = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("new") => size = size.or(Some(card::SMALLEST)),
            Long("size") => size = Some(arguments.value()?.parse::<u64>()?.saturating_mul(1 << 20)),
            Long("firmware") => folder = Some(PathBuf::from(arguments.value()?)),
            Short('h') | Long("help") => return show_help("image"),
            other => return Err(other.unexpected().into()),
        }
    }
    let firmware = match folder {
        Some(folder) => Ok(firmware::in_folder(&folder)?),
        None => firmware::fetched(),
    };
    let kernel = build::image(&setup::rust()?)?.raw;
    let mut files = image::files(&kernel)?;
    let missing = match firmware {
        Ok(more) => {
            files.extend(more);
            None
        }
        Err(error) => Some(error),
    };
    let kept = image::put(&image::path(), size, &files)?;
    for (path, bytes) in &files {
        if kept.contains(path) {
            print(&format!(
                "     kept  {path}, which is another one on the card"
            ));
        } else {
            print(&format!("{:>9}  {path}", bytes.len()));
        }
    }
    print("target/plus4.img is written; README.md says how to write it to a card.");
    if let Some(error) = missing {
        say(&format!(
            "the board's firmware is not on it: {error}\n{}",
            firmware::BY_HAND
        ));
    }
    Ok(())
}

fn build(arguments: Parser) -> Result<()> {
    if no_arguments(arguments, "build")? {
        return Ok(());
    }
    let image = build::image(&setup::rust()?)?;
    print(&image.sizes()?);
    Ok(())
}

fn test(arguments: Parser) -> Result<()> {
    let Some(more) = all_arguments(arguments, "test")? else {
        return Ok(());
    };
    prepare()?;
    tests(&more)
}

/// All that the tests need: Rust's parts, QEMU, what looks at cards, the image.
fn prepare() -> Result<()> {
    let rust = setup::rust()?;
    let qemu = setup::qemu()?;
    setup::card_programs()?;
    say(&format!(
        "building the machine for the board (QEMU {} is there)",
        qemu.version
    ));
    build::image(&rust)?;
    Ok(())
}

fn tests(more: &[OsString]) -> Result<()> {
    say("running the tests; those in QEMU come last or nearly so and take a minute or two");
    let mut command = cargo();
    // One failure does not hide the next.
    command.args(["test", "--no-fail-fast"]);
    if !more
        .iter()
        .any(|argument| argument == "-p" || argument == "--package")
    {
        command.arg("--workspace");
    }
    let tally = run_tests(command.args(more))?;
    say("all tests have passed");
    say_plainly(&format!("{} passed, {} failed", tally.passed, tally.failed));
    Ok(())
}

/// Tests counted over all of cargo's runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Adds what a line of the test runner counts, if it is its closing line.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else {
            return;
        };
        let mut before = 0;
        for word in counts.split([' ', ';', '.']) {
            match word {
                "passed" => self.passed += before,
                "failed" => self.failed += before,
                _ => before = word.parse().unwrap_or(before),
            }
        }
    }
}

/// Runs the tests, shows what they say as they say it, and counts them.
fn run_tests(command: &mut process::Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Error::new(format!("the tests could not be started: {error}.")))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(|line| line.ok()) {
            tally.add(&line);
            say_plainly(&line);
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(tally),
        Ok(status) => Err(Error::new(format!("the tests failed ({status})."))),
        Err(error) => Err(Error::new(format!("the tests were lost: {error}."))),
    }
}

/// Prints a line; where nobody listens any more, nothing is lost.
fn say_plainly(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

fn check(arguments: Parser) -> Result<()> {
    if no_arguments(arguments, "check")? {
        return Ok(());
    }
    setup::rust()?;
    say("rustfmt");
    succeed(
        cargo().args(["fmt", "--all", "--check"]),
        "rustfmt (`cargo fmt` mends it)",
    )?;
    say("clippy for this computer");
    succeed(
        cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
        "clippy",
    )?;
    say("clippy for the board");
    succeed(
        cargo()
            .args(["clippy", "-p", "kernel", "-p", "basic", "-p", "fonts"])
            .args(["--target", KERNEL_TARGET, "--", "-D", "warnings"]),
        "clippy for the board",
    )?;
    say("rustdoc");
    succeed(
        cargo()
            .args([
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--quiet",
            ])
            .env("RUSTDOCFLAGS", "-D warnings"),
        "rustdoc",
    )?;
    prepare()?;
    tests(&[])
}

fn term(arguments: Parser) -> Result<()> {
    let Some(more) = all_arguments(arguments, "term")? else {
        return Ok(());
    };
    setup::rust()?;
    succeed(
        cargo()
            .args([
                "run",
                "--quiet",
                "--release",
                "--package",
                "zx",
                "--",
                "term",
            ])
            .args(more),
        "the machine in the terminal",
    )
}

fn oracle(arguments: Parser) -> Result<()> {
    tool(arguments, "oracle", "the comparison with the original ROM")
}

fn bench(arguments: Parser) -> Result<()> {
    tool(arguments, "bench", "the measurement")
}

fn pictures(arguments: Parser) -> Result<()> {
    let Some(more) = all_arguments(arguments, "pictures")? else {
        return Ok(());
    };
    prepare()?;
    run_package("qemu-tests", &more, "taking the pictures")
}

fn rom_map(mut arguments: Parser) -> Result<()> {
    let mut gaps = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("gaps") => gaps = true,
            Short('h') | Long("help") => return show_help("rom-map"),
            other => return Err(other.unexpected().into()),
        }
    }
    print(rom_map::table(gaps)?.trim_end());
    Ok(())
}

/// Builds and runs one of the tools that are commands of their own.
fn tool(arguments: Parser, name: &str, what: &str) -> Result<()> {
    let Some(more) = all_arguments(arguments, name)? else {
        return Ok(());
    };
    run_package(name, &more, what)
}

fn run_package(package: &str, arguments: &[OsString], what: &str) -> Result<()> {
    succeed(
        cargo()
            .args(["run", "--quiet", "--release", "--package", package, "--"])
            .args(arguments),
        what,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(words: &[&str]) -> String {
        start(Parser::from_args(words)).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_command_is_named_and_the_known_ones_listed() {
        let message = message(&["jump"]);
        for word in ["jump", "run", "test", "check", "build", "term", "help"] {
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn an_unknown_option_is_refused_before_anything_is_built() {
        assert!(message(&["build", "--fast"]).contains("--fast"));
        assert!(message(&["run", "--fast"]).contains("--fast"));
        assert!(message(&["image", "--size", "big"]).contains("big"));
        assert!(message(&["help", "jump"]).contains("jump"));
    }

    #[test]
    fn every_command_has_help_that_names_it() {
        for command in &COMMANDS {
            assert!(
                command
                    .help
                    .starts_with(&format!("cargo x {}", command.name))
            );
        }
    }

    #[test]
    fn closing_lines_are_counted() {
        let mut tally = Tally::default();
        tally.add("running 2 tests");
        tally.add("test result: ok. 41 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        tally.add("test result: FAILED. 5 passed; 1 failed; 0 ignored; finished in 0.10s");
        assert_eq!(
            tally,
            Tally {
                passed: 46,
                failed: 1
            }
        );
    }
}
