//! One run of a program: loaded, started, then further commands; and its account.

use std::fs;

use basic::files::tape;
use basic::seam::Micros;
use serde_json::{Value, json};

use crate::account::{self, Fields};
use crate::card::Folder;
use crate::cli::{RunOptions, TypeOptions};
use crate::computer::{CharacterSet, Computer};
use crate::driver::Session;
use crate::typist::Typist;
use crate::{Failure, Result, failed, listing, recognise, variables};

/// Bytes `--peek` reads at most.
const PEEK_MOST: u32 = 0x1_0000;

/// A number of seconds as microseconds; `text` is decimal, perhaps with a point.
///
/// # Errors
/// Text that is no such number.
pub fn micros(text: &str) -> std::result::Result<Micros, String> {
    let bad = || format!("not a number of seconds: {text}");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    let whole: Micros = if whole.is_empty() {
        0
    } else {
        whole.parse().map_err(|_| bad())?
    };
    let part: Micros = digits.parse().map_err(|_| bad())?;
    whole
        .checked_mul(1_000_000)
        .and_then(|w| w.checked_add(part))
        .ok_or_else(bad)
}

/// The bytes `ADDR` or `ADDR:LEN` names, for each of the names.
fn peeks(computer: &Computer, specs: &[String]) -> Result<Fields> {
    let mut fields = Fields::new();
    for spec in specs.iter().flat_map(|s| s.split(',')) {
        let (at, length) = spec.split_once(':').unwrap_or((spec, "1"));
        let at = listing::number(at);
        let length = listing::number(length).filter(|&n| n <= PEEK_MOST);
        let (Some(at), Some(length)) = (at, length) else {
            return Err(Failure(format!("--peek wants ADDR or ADDR:LEN: {spec}")));
        };
        let bytes = variables::bytes(computer.memory(), at, length);
        fields.insert(spec.to_owned(), json!(bytes));
    }
    Ok(fields)
}

/// What a further command keeps of its account.
const OF_A_COMMAND: [&str; 5] = ["status", "report", "out", "tstates", "waiting_for"];
/// What is kept of the first command's account when there are further ones.
const OF_THE_FIRST: [&str; 12] = [
    "rom",
    "status",
    "report",
    "tstates",
    "seconds",
    "out",
    "beeps",
    "ay",
    "borders",
    "tape",
    "load_errors",
    "waiting_for",
];
/// What is taken from the last command's account.
const OF_THE_LAST: [&str; 7] = [
    "screen",
    "inverse_cells",
    "attrs",
    "border",
    "display_sha256",
    "display_z",
    "attr_sha256",
];

fn copy(from: &Fields, to: &mut Fields, names: &[&str]) {
    for &name in names {
        if let Some(value) = from.get(name) {
            to.insert(name.to_owned(), value.clone());
        }
    }
}

/// Runs a listing and gives the account and the machine as it is at the end.
///
/// # Errors
/// A listing, a command or a key script that is not one.
pub fn run(
    source: &str,
    options: &RunOptions,
    characters: Option<&CharacterSet>,
) -> Result<(Fields, Computer)> {
    let card = options.card.clone().map(Folder::new);
    let mut session = Session::new(options.rom, options.scroll, characters, card);
    if let Some(path) = &options.tape {
        let doing = format!("reading {}", path.display());
        let file = fs::read(path).map_err(|e| failed(&doing, &e))?;
        session.insert_tape(tape::from_tap(&file).blocks);
    }
    session.load(source, options.keep_spaces)?;
    let limit = options.max_seconds;
    let mut fields = if options.cmd.is_empty() {
        account::of_loading(&session)
    } else {
        let outcome = session.run(&options.cmd, Some(&options.keys), limit)?;
        account::of_run(&session, &outcome)
    };
    if !options.then.is_empty() {
        let mut last = fields.clone();
        let mut commands = Vec::new();
        for text in &options.then {
            let (text, keys) = match text.split_once(" // ") {
                Some((text, keys)) => (text, Some(keys).filter(|k| !k.is_empty())),
                None => (text.as_str(), None),
            };
            let outcome = session.command(text, keys, limit)?;
            last = account::of_run(&session, &outcome);
            let mut command = Fields::new();
            command.insert("command".into(), json!(text));
            copy(&last, &mut command, &OF_A_COMMAND);
            commands.push(Value::Object(command));
        }
        let mut kept = Fields::new();
        copy(&fields, &mut kept, &OF_THE_FIRST);
        kept.insert("then".into(), Value::Array(commands));
        copy(&last, &mut kept, &OF_THE_LAST);
        if !kept.contains_key("screen") {
            let computer = session.computer();
            let shapes = recognise::Shapes::of(computer.memory(), options.rom.udgs());
            let display = recognise::display(computer.memory());
            let text = recognise::text(&display, &shapes);
            kept.insert("screen".into(), json!(text.lines));
        }
        fields = kept;
    }
    let computer = session.computer();
    if !options.peek.is_empty() {
        let peeks = peeks(computer, &options.peek)?;
        fields.insert("peek".into(), Value::Object(peeks));
    }
    if options.vars {
        let vars = variables::dump(computer.memory());
        fields.insert("vars".into(), Value::Object(vars));
    }
    if options.list {
        let listing = listing::detokenise(&account::program(computer));
        fields.insert("listing".into(), json!(listing));
    }
    if let Some(path) = &options.save_tape {
        let file = tape::to_tap(computer.machine().deck().blocks());
        let doing = format!("writing {}", path.display());
        fs::write(path, file).map_err(|e| failed(&doing, &e))?;
    }
    Ok((fields, computer.clone()))
}

/// Types a script and gives the account and the machine as it is at the end; `program` is the
/// listing of [`TypeOptions::program`].
///
/// # Errors
/// A listing or a key script that is not one, a program line that is refused.
pub fn type_keys(
    script: &str,
    program: Option<&str>,
    options: &TypeOptions,
    characters: Option<&CharacterSet>,
) -> Result<(Fields, Computer)> {
    let rom = options.rom;
    let card = options.card.clone().map(Folder::new);
    let mut typist = match program {
        Some(source) => Typist::with_program(rom, source, characters, card)?,
        None => Typist::new(rom, characters, card),
    };
    if let Some(menu) = options.menu.filter(|_| program.is_none()) {
        typist.steps(&menu.script()?);
        typist.finish(10_000_000);
    }
    typist.steps(&crate::keyscript::parse(script)?);
    let waits = typist.finish(options.seconds);
    let mut fields = account::of_typing(typist.computer(), waits);
    if !options.peek.is_empty() {
        let peeks = peeks(typist.computer(), &options.peek)?;
        fields.insert("peek".into(), Value::Object(peeks));
    }
    Ok((fields, typist.computer().clone()))
}

/// The script of a `.keys` file: its lines joined, those that begin with `#` left out.
#[must_use]
pub fn script_of(source: &str) -> String {
    source.lines().filter(|l| !l.starts_with('#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_to_the_microsecond() {
        assert_eq!(micros("120"), Ok(120_000_000));
        assert_eq!(micros("0.5"), Ok(500_000));
        assert_eq!(micros(".0000019"), Ok(1));
        assert!(micros("x").is_err());
        assert!(micros("1.x").is_err());
        assert!(micros("99999999999999999999").is_err());
    }

    #[test]
    fn key_files_are_joined_without_their_comments() {
        assert_eq!(script_of("# c\n10 a\\n\n{UP}\n"), "10 a\\n{UP}");
    }
}
