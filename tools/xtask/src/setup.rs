//! Finds what the project needs, and installs what is missing: Rust's parts by rustup, QEMU by
//! Debian's package manager.
//!
//! Where it may not install (not root and no sudo, or another system) it stops with the commands
//! to type.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Error, Result, find_program, output, say, succeed};

/// The kernel's target: no floating-point registers, so an interrupt has none to save.
pub const KERNEL_TARGET: &str = "aarch64-unknown-none-softfloat";

/// QEMU's program for this machine's processor.
pub const QEMU: &str = "qemu-system-aarch64";

/// The board as QEMU calls it; known by that name since QEMU 5.2.
pub const BOARD: &str = "raspi3b";

/// Debian's package with [`QEMU`] in it.
const QEMU_PACKAGE: &str = "qemu-system-arm";

/// Debian's package with QEMU's windows in it.
const WINDOW_PACKAGE: &str = "qemu-system-gui";

/// Programs that know cards' file systems better than we do, and Debian's packages of them.
const CARD_PROGRAMS: [(&str, &str); 2] = [("fsck.fat", "dosfstools"), ("mdir", "mtools")];

/// Rust's tools as this project needs them.
#[derive(Debug)]
pub struct Rust {
    /// `llvm-objcopy` of the toolchain's own LLVM.
    pub objcopy: PathBuf,
}

/// Checks that the toolchain has the kernel's target, the LLVM tools, clippy and rustfmt, and
/// fetches what is missing.
///
/// # Errors
/// When something is missing and rustup cannot fetch it.
pub fn rust() -> Result<Rust> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = output(
        Command::new(rustc)
            .args(["--print", "sysroot"])
            .current_dir(crate::root()),
    )
    .ok_or_else(|| {
        Error::new("rustc does not run. Install Rust from https://rustup.rs and try again.")
    })?;
    let sysroot = PathBuf::from(sysroot.trim());
    let target = sysroot.join("lib/rustlib").join(KERNEL_TARGET).join("lib");
    if !target.is_dir() {
        rustup(&["target", "add", KERNEL_TARGET])?;
    }
    for (component, file) in [("clippy", "cargo-clippy"), ("rustfmt", "cargo-fmt")] {
        if !sysroot
            .join("bin")
            .join(file)
            .with_extension(std::env::consts::EXE_EXTENSION)
            .is_file()
        {
            rustup(&["component", "add", component])?;
        }
    }
    if llvm_tool(&sysroot).is_none() {
        rustup(&["component", "add", "llvm-tools"])?;
    }
    let objcopy = llvm_tool(&sysroot).ok_or_else(|| {
        Error::new("the toolchain has no llvm-objcopy. Type:\n    rustup component add llvm-tools")
    })?;
    Ok(Rust { objcopy })
}

/// `llvm-objcopy`, under whichever host's name the toolchain has it.
fn llvm_tool(sysroot: &Path) -> Option<PathBuf> {
    let hosts = std::fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    hosts
        .flatten()
        .map(|host| {
            host.path()
                .join("bin/llvm-objcopy")
                .with_extension(std::env::consts::EXE_EXTENSION)
        })
        .find(|file| file.is_file())
}

fn rustup(arguments: &[&str]) -> Result<()> {
    let line = format!("rustup {}", arguments.join(" "));
    if find_program("rustup").is_none() {
        return Err(Error::new(format!(
            "this Rust was not installed by rustup, and a part is missing. Install Rust from \
             https://rustup.rs, or the part that `{line}` would install."
        )));
    }
    say(&format!("fetching a part of Rust: {line}"));
    succeed(
        Command::new("rustup")
            .args(arguments)
            .current_dir(crate::root()),
        &line,
    )
}

/// A QEMU that has the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qemu {
    /// The program.
    pub program: PathBuf,
    /// What comes before all other arguments (where its own files are, for one that is not
    /// installed).
    pub arguments: Vec<String>,
    /// Its version, `7.2.22` for instance.
    pub version: String,
}

impl Qemu {
    /// A QEMU started by `line`: a program and perhaps arguments, separated by blanks.
    ///
    /// # Errors
    /// When it does not start or does not have the board.
    pub fn at(line: &str) -> Result<Self> {
        let mut words = line.split_whitespace().map(str::to_owned);
        let program = PathBuf::from(words.next().unwrap_or_default());
        let arguments: Vec<String> = words.collect();
        let ask =
            |question: &[&str]| output(Command::new(&program).args(&arguments).args(question));
        let version = ask(&["--version"])
            .as_deref()
            .and_then(version_in)
            .map(str::to_owned)
            .ok_or_else(|| {
                Error::new(format!("`{line} --version` does not answer as QEMU does."))
            })?;
        let boards = ask(&["-machine", "help"]).unwrap_or_default();
        if !boards
            .lines()
            .any(|line| line.split_whitespace().next() == Some(BOARD))
        {
            return Err(Error::new(format!(
                "{} is QEMU {version} and has no board {BOARD}: QEMU 5.2 or later is needed.",
                program.display()
            )));
        }
        Ok(Self {
            program,
            arguments,
            version,
        })
    }

    /// A command that starts it.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// The kind of window it can open, if any.
    #[must_use]
    pub fn window(&self) -> Option<&'static str> {
        let kinds = output(self.command().args(["-display", "help"]))?;
        ["gtk", "sdl", "cocoa"]
            .into_iter()
            .find(|kind| kinds.lines().any(|line| line.trim() == *kind))
    }
}

/// The version in QEMU's answer to `--version`.
fn version_in(answer: &str) -> Option<&str> {
    let rest = answer.split_once("version ")?.1;
    rest.split_whitespace().next()
}

/// The QEMU installed here, or the one the environment's `QEMU` names.
///
/// # Errors
/// When there is none, or it is too old; nothing is installed.
pub fn find_qemu() -> Result<Qemu> {
    match std::env::var("QEMU") {
        Ok(line) if !line.trim().is_empty() => Qemu::at(&line),
        _ if find_program(QEMU).is_some() => Qemu::at(QEMU),
        _ => Err(Error::new(format!(
            "{QEMU} is not installed. `cargo x test` installs it."
        ))),
    }
}

/// The QEMU installed here; installs it when there is none.
///
/// # Errors
/// When it cannot be installed here, with the commands to type.
pub fn qemu() -> Result<Qemu> {
    if std::env::var_os("QEMU").is_none() && find_program(QEMU).is_none() {
        install(QEMU_PACKAGE, "QEMU, which plays the Raspberry Pi")?;
        if find_program(QEMU).is_none() {
            return Err(Error::new(format!(
                "the package {QEMU_PACKAGE} is installed, but {QEMU} is not on the path."
            )));
        }
    }
    find_qemu()
}

/// Installs the programs that look at cards in tests, where they are missing.
///
/// # Errors
/// When they cannot be installed here, with the commands to type.
pub fn card_programs() -> Result<()> {
    for (program, package) in CARD_PROGRAMS {
        if find_program(program).is_none() {
            install(package, &format!("{program}, which looks at cards"))?;
        }
    }
    Ok(())
}

/// The kind of window QEMU can open here; installs QEMU's windows when they are missing. Gives
/// `None`, having said why, when the machine has to make do with the terminal.
#[must_use]
pub fn window(qemu: &Qemu) -> Option<&'static str> {
    if !has_display() {
        return None;
    }
    if let Some(kind) = qemu.window() {
        return Some(kind);
    }
    match install(WINDOW_PACKAGE, "QEMU's window") {
        Ok(()) => qemu.window(),
        Err(error) => {
            say(&format!("no window: {error}"));
            None
        }
    }
}

/// Whether this session has a screen to open a window on.
fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Installs a package of Debian (or a system made from it).
fn install(package: &str, what: &str) -> Result<()> {
    let by_hand = format!(
        "    sudo apt-get update\n    sudo apt-get install --no-install-recommends {package}"
    );
    if find_program("apt-get").is_none() {
        let hint = elsewhere(package);
        return Err(Error::new(format!(
            "{what} is missing, and this system has no apt-get to install it with. Type:\n{hint}\n\
             and then the same `cargo x` command again."
        )));
    }
    let Some(prefix) = root_prefix() else {
        return Err(Error::new(format!(
            "{what} is missing, and installing it needs root. Type:\n{by_hand}\n(as root leave out \
             `sudo`) and then the same `cargo x` command again."
        )));
    };
    say(&format!(
        "installing {what}: the Debian package {package}; this takes a minute or two"
    ));
    let apt = |arguments: &[&str]| {
        let mut words: Vec<&str> = prefix.to_vec();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        words.extend(arguments);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        succeed(&mut command, &format!("apt-get {}", arguments.join(" ")))
    };
    // A failed update is not the end: some mirror of several may be down, and the lists there may do.
    if let Err(error) = apt(&["update", "-q"]) {
        say(&error.to_string());
    }
    apt(&["install", "-y", "-q", "--no-install-recommends", package])
        .map_err(|error| Error::new(format!("{error} Try it yourself:\n{by_hand}")))
}

/// How a system that is not Debian's gets what this package of Debian's has.
fn elsewhere(package: &str) -> String {
    if !package.starts_with("qemu") {
        return format!("    (your system's package of {package})");
    }
    let line = match std::env::consts::OS {
        "macos" => "    brew install qemu",
        "windows" => "    winget install SoftwareFreedomConservancy.QEMU",
        _ if find_program("dnf").is_some() => "    sudo dnf install qemu-system-aarch64",
        _ if find_program("pacman").is_some() => {
            "    sudo pacman -S qemu-system-aarch64 qemu-ui-gtk"
        }
        _ if find_program("zypper").is_some() => "    sudo zypper install qemu-arm",
        _ => "    (your system's package with the program qemu-system-aarch64)",
    };
    line.into()
}

/// What to put before a command so that root runs it; `None` when there is no way.
fn root_prefix() -> Option<&'static [&'static str]> {
    if output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    find_program("sudo")?;
    let silent = Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if silent.is_ok_and(|status| status.success()) {
        return Some(&["sudo", "-n"]);
    }
    // sudo may ask for a password where somebody can type one.
    std::io::stdin().is_terminal().then_some(&["sudo"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_qemu_answers() {
        let answer = "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright (c) ..";
        assert_eq!(version_in(answer), Some("7.2.22"));
        assert_eq!(version_in("bash: no such program"), None);
    }

    #[test]
    fn a_program_that_is_no_qemu_is_refused_with_its_name() {
        let error = Qemu::at("no-such-qemu -L nowhere").unwrap_err().to_string();
        assert!(error.contains("no-such-qemu"), "{error}");
    }
}
