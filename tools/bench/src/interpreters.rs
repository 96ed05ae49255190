//! The other interpreters: where they are, and how they are started.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use xtask::find_program;
use zx::{Failure, Result, failed};

use crate::clock::{Whose, used};

/// Seconds after which a program counts as one that never ends.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(2);

/// An interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// What the table calls it.
    pub name: &'static str,
    /// The language of its texts.
    pub language: &'static str,
    /// All its variables are global, as a BASIC's are.
    pub globals: bool,
    /// Whether it is a BASIC.
    pub basic: bool,
    program: &'static str,
    arguments: &'static [&'static str],
    ending: &'static str,
    /// What brings it.
    pub package: &'static str,
}

const LUA: Interpreter = Interpreter {
    name: "lua",
    language: "lua",
    globals: false,
    basic: false,
    program: "lua5.4",
    arguments: &[],
    ending: "lua",
    package: "the Debian package lua5.4",
};

/// All that are known.
pub const ALL: [Interpreter; 5] = [
    LUA,
    Interpreter {
        name: "lua-globals",
        globals: true,
        ..LUA
    },
    Interpreter {
        name: "brandy",
        language: "brandy",
        globals: false,
        basic: true,
        program: "brandy",
        arguments: &["-quit"],
        ending: "bbc",
        package: "the Debian package brandy",
    },
    Interpreter {
        name: "yabasic",
        language: "yabasic",
        globals: false,
        basic: true,
        program: "yabasic",
        arguments: &[],
        ending: "yab",
        package: "the Debian package yabasic",
    },
    Interpreter {
        name: "endbasic",
        language: "endbasic",
        globals: false,
        basic: true,
        program: "endbasic",
        arguments: &[],
        ending: "bas",
        package: "`cargo install endbasic --no-default-features`",
    },
];

/// A Lua text without its `local`: every variable is global.
fn without_locals(text: &str) -> String {
    text.lines()
        .filter_map(|line| {
            let inside = line.trim_start();
            let Some(rest) = inside.strip_prefix("local ") else {
                return Some(format!("{line}\n"));
            };
            // a mere declaration says nothing without its `local`
            let says = rest.contains('=') || rest.starts_with("function ");
            says.then(|| format!("{}{rest}\n", &line[..line.len() - inside.len()]))
        })
        .collect()
}

impl Interpreter {
    /// Whether it is installed.
    #[must_use]
    pub fn is_there(&self) -> bool {
        find_program(self.program).is_some()
    }

    /// Runs a text; gives the processor time of the whole process, and what it said.
    ///
    /// # Errors
    /// It fails, or does not end.
    pub fn run(&self, text: &str) -> Result<(Duration, String)> {
        let folder = Folder::new()?;
        let out = folder.0.join("out");
        let said = folder.0.join("said");
        let program = folder.0.join("program").with_extension(self.ending);
        let text = text.replace("{OUT}", &out.display().to_string());
        let text = if self.globals {
            without_locals(&text)
        } else {
            text
        };
        let doing = format!("running {}", self.program);
        let wrong = |e: std::io::Error| failed(&doing, &e);
        fs::write(&program, text).map_err(wrong)?;
        let before = used(Whose::Theirs);
        let mut child = Command::new(self.program)
            .args(self.arguments)
            .arg(&program)
            // one that draws its own window is to draw it nowhere
            .envs([("SDL_VIDEODRIVER", "dummy"), ("SDL_AUDIODRIVER", "dummy")])
            .stdin(Stdio::null())
            .stdout(File::create(&said).map_err(wrong)?)
            .stderr(Stdio::null())
            .spawn()
            .map_err(wrong)?;
        let began = Instant::now();
        while child.try_wait().map_err(wrong)?.is_none() {
            if began.elapsed() > PATIENCE {
                child.kill().map_err(wrong)?;
                child.wait().map_err(wrong)?;
                return Err(Failure(format!("{} does not end", self.program)));
            }
            thread::sleep(LOOK);
        }
        let took = used(Whose::Theirs).saturating_sub(before);
        let mut text = fs::read(&said).map_err(wrong)?;
        if out.exists() {
            text.extend(fs::read(&out).map_err(wrong)?);
        }
        Ok((took, String::from_utf8_lossy(&text).into_owned()))
    }
}

/// A folder for one run, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("zx4-bench-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|e| failed("making a folder", &e))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the folder for temporary files harms nobody.
        fs::remove_dir_all(&self.0).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lua_loses_its_locals() {
        let text = "local a\nlocal f, g = h, i\nlocal function s() end\nfor r = 1, N do\n  local k = 0\nend\n";
        let globals = "f, g = h, i\nfunction s() end\nfor r = 1, N do\n  k = 0\nend\n";
        assert_eq!(without_locals(text), globals);
    }
}
