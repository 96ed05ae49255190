//! `cargo x rom-map`: which routine of the original ROMs is where in this project, and what tests
//! it.
//!
//! `rom/48.txt` and `rom/128-0.txt` list the routines. What ports one says so in its documentation:
//! a paragraph that begins with `ROM:` names labels with their addresses, addresses alone, or a
//! range of them; where it speaks of ROM 0 or the editor ROM, addresses alone are those of the
//! 128's ROM 0. An item counts as tested if tests beside it or of its crate name it, if it is named
//! as a file of recorded results is, if a row of DIFFERENCES.md, which has a scenario, names the
//! routine, or if the routine's label is a keyword and scenarios type it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{Error, Result, root};

const ROM_48: &str = include_str!("../rom/48.txt");
const ROM_128_0: &str = include_str!("../rom/128-0.txt");
/// Where a ROM ends.
const END: u16 = 0x4000;

/// One of the ROMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rom {
    /// The 48K's, which is the 128's ROM 1 but for a few bytes.
    Main,
    /// The 128's ROM 0.
    Editor,
}

/// A routine or table of a ROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// Which ROM it is in.
    pub rom: Rom,
    /// Its first address.
    pub start: u16,
    /// The first address of the next.
    pub end: u16,
    /// Its labels, or what it belongs to where it has none.
    pub names: Vec<&'static str>,
    /// It is a table.
    pub data: bool,
    /// Why there is no port of it.
    pub needless: Option<&'static str>,
    /// The labels inside it.
    inside: Vec<(u16, &'static str)>,
}

impl Routine {
    /// Whether a label is this routine's or inside it.
    fn has(&self, label: &str) -> bool {
        let same = |name: &&str| name.eq_ignore_ascii_case(label);
        self.names.iter().any(same) || self.inside.iter().any(|(_, name)| same(name))
    }
}

/// All routines of both ROMs.
#[must_use]
pub fn routines() -> Vec<Routine> {
    let mut all = read(Rom::Main, ROM_48);
    all.extend(read(Rom::Editor, ROM_128_0));
    all
}

fn read(rom: Rom, list: &'static str) -> Vec<Routine> {
    let mut routines: Vec<Routine> = Vec::new();
    let mut group = None;
    for line in list.lines() {
        if let Some(heading) = line.strip_prefix("== ") {
            group = Some(heading);
            continue;
        }
        let (facts, needless) = match line.split_once(" - ") {
            Some((facts, reason)) => (facts, Some(reason)),
            None => (line, None),
        };
        let mut words = facts.split_whitespace();
        let Some(address) = words.next().and_then(address) else {
            continue;
        };
        let mut names: Vec<&str> = words.collect();
        if line.starts_with(' ') {
            if let Some(routine) = routines.last_mut() {
                routine
                    .inside
                    .extend(names.iter().map(|name| (address, *name)));
            }
            continue;
        }
        let data = names.last() == Some(&"data");
        names.truncate(names.len() - usize::from(data));
        names.extend(group);
        if let Some(before) = routines.last_mut() {
            before.end = address;
        }
        routines.push(Routine {
            rom,
            start: address,
            end: END,
            names,
            data,
            needless,
            inside: Vec::new(),
        });
    }
    routines
}

/// A word that is an address: four hexadecimal digits, perhaps with something round them.
fn address(word: &str) -> Option<u16> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let right = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
    if word.len() != 4 || !word.chars().all(right) {
        return None;
    }
    u16::from_str_radix(word, 16).ok()
}

/// A word that is a label: it stands between accents.
fn label(word: &str) -> Option<&str> {
    let (_, rest) = word.split_once('`')?;
    let (name, after) = rest.split_once('`')?;
    let usual = after.chars().all(|c| c.is_ascii_punctuation());
    (usual && !name.is_empty()).then_some(name)
}

/// What documentation says of a ROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The file, from the top of the project.
    pub file: String,
    /// The line the documentation begins in.
    pub line: usize,
    /// The item documented.
    pub item: String,
    /// It stands behind `ROM:`, so the item is a port.
    pub port: bool,
    /// Which ROM is meant.
    pub rom: Rom,
    /// The label, where one is told.
    pub label: Option<String>,
    /// The address.
    pub address: u16,
    /// The last address of a range.
    pub last: u16,
}

/// The name of what a line of code defines, or its first word.
fn defined(line: &str) -> String {
    const KINDS: [&str; 8] = [
        "fn", "struct", "enum", "const", "static", "trait", "mod", "type",
    ];
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let at = words
        .iter()
        .rposition(|word| KINDS.contains(word) && *word != "const")
        .or_else(|| words.iter().position(|word| *word == "const"));
    let name = at.map_or(words.first(), |at| words.get(at + 1));
    name.map_or_else(String::new, |name| (*name).to_owned())
}

/// What a Rust file's documentation says of the ROMs.
#[must_use]
pub fn mentions(file: &str, text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut paragraph = String::new();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut begun = 0;
    for (i, line) in text.lines().enumerate() {
        let inside = line.trim_start();
        let said = ["///", "//!"].iter().find_map(|m| inside.strip_prefix(m));
        if let Some(said) = said {
            if paragraphs.is_empty() && paragraph.is_empty() {
                begun = i + 1;
            }
            if said.trim().is_empty() {
                paragraphs.push(std::mem::take(&mut paragraph));
            }
            paragraph.push_str(said);
            continue;
        }
        if paragraph.is_empty() || inside.starts_with("#[") {
            continue;
        }
        paragraphs.push(std::mem::take(&mut paragraph));
        // The first documentation of a file is the module's own if an empty line follows.
        let item = if inside.is_empty() {
            "the module".to_owned()
        } else {
            defined(inside)
        };
        for said in paragraphs.drain(..) {
            in_paragraph(&said, |port, rom, label, address, last| {
                found.push(Mention {
                    file: file.to_owned(),
                    line: begun,
                    item: item.clone(),
                    port,
                    rom,
                    label,
                    address,
                    last,
                });
            });
        }
    }
    found
}

/// Finds the labels and addresses in a paragraph.
fn in_paragraph(said: &str, mut found: impl FnMut(bool, Rom, Option<String>, u16, u16)) {
    let port_from = said.find("ROM:").or_else(|| said.find("ROM 0:"));
    let editor = said.contains("ROM 0") || said.contains("editor ROM");
    let words: Vec<&str> = said.split_whitespace().collect();
    // Where each word begins, to know whether `ROM:` came before it.
    let place = |word: &str| word.as_ptr().addr() - said.as_ptr().addr();
    let mut n = 0;
    while n < words.len() {
        let word = words[n];
        let port = port_from.is_some_and(|from| place(word) > from);
        let name = label(word).filter(|_| words.get(n + 1).is_some_and(|w| address(w).is_some()));
        n += usize::from(name.is_some());
        if let Some(at) = address(words[n]).filter(|_| port || name.is_some()) {
            let rom = if editor && name.is_none() {
                Rom::Editor
            } else {
                Rom::Main
            };
            let to = words.get(n + 1).filter(|word| **word == "to");
            let last = to.and_then(|_| address(words.get(n + 2)?));
            found(port, rom, name.map(str::to_owned), at, last.unwrap_or(at));
            n += if last.is_some() { 2 } else { 0 };
        }
        n += 1;
    }
}

/// What is wrong with a mention: its label is unknown, or elsewhere.
#[must_use]
pub fn problem(routines: &[Routine], mention: &Mention) -> Option<String> {
    let Mention { file, line, .. } = mention;
    if mention.address >= END && mention.label.is_none() {
        return None;
    }
    let home = routines.iter().find(|routine| {
        routine.rom == mention.rom && (routine.start..routine.end).contains(&mention.address)
    });
    match (home, &mention.label) {
        (Some(routine), Some(label)) if !routine.has(label) => Some(format!(
            "{file}:{line}: `{label}` {:04X}: what is there is {}",
            mention.address, routine.names[0]
        )),
        (None, _) => Some(format!(
            "{file}:{line}: {:04X} is in no routine of the lists",
            mention.address
        )),
        _ => None,
    }
}

/// A Rust file of the project.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path from the top.
    pub path: String,
    /// What stands before its tests.
    code: String,
    /// Its tests.
    tests: String,
}

impl Source {
    /// Splits a file's text where its tests begin.
    #[must_use]
    pub fn new(path: String, text: String) -> Self {
        let all = path.contains("/tests/") || path.ends_with("/tests.rs");
        let at = if all {
            0
        } else {
            text.find("#[cfg(test)]\nmod").unwrap_or(text.len())
        };
        let tests = text[at..].to_owned();
        let mut code = text;
        code.truncate(at);
        Self { path, code, tests }
    }

    /// The folder it is in.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// Whether a label is a keyword, too: letters without a hyphen, as a program has them.
fn is_keyword(label: &str) -> bool {
    label.len() > 1 && label.chars().all(|c| c.is_ascii_uppercase())
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|found| found == word)
}

/// All that the table is made of.
struct Project {
    sources: Vec<Source>,
    /// Rows of DIFFERENCES.md.
    rows: Vec<String>,
    /// Names of the files of recorded results.
    recorded: BTreeSet<String>,
    /// Names and typed lines of the scenario files.
    scenarios: Vec<(String, String)>,
}

impl Project {
    fn read() -> Result<Self> {
        let top = root();
        let wrong = |e: std::io::Error| Error::new(format!("reading the project: {e}."));
        let mut sources = Vec::new();
        for part in ["basic/src", "basic/tests", "kernel/src"] {
            collect(&top, &top.join(part), &mut sources).map_err(wrong)?;
        }
        let rows = fs::read_to_string(top.join("DIFFERENCES.md")).map_err(wrong)?;
        let mut recorded = BTreeSet::new();
        for entry in fs::read_dir(top.join("basic/tests/vectors")).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            recorded.extend(path.file_stem().map(|s| s.to_string_lossy().into_owned()));
        }
        let mut scenarios = Vec::new();
        for entry in fs::read_dir(top.join("basic/tests/scenarios")).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            let text = fs::read_to_string(&path).map_err(wrong)?;
            let typed: Vec<&str> = text.lines().filter(|l| l.starts_with("type ")).collect();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            scenarios.push((name.into_owned(), typed.join(" ").to_ascii_uppercase()));
        }
        scenarios.sort();
        Ok(Self {
            sources,
            scenarios,
            rows: rows
                .lines()
                .filter(|line| line.starts_with("| "))
                .map(str::to_owned)
                .collect(),
            recorded,
        })
    }

    /// What tests an item that ports a routine.
    fn tests(&self, routine: &Routine, mention: &Mention) -> BTreeSet<String> {
        let mut tests = BTreeSet::new();
        if self.recorded.contains(&mention.item) {
            tests.insert(format!("{}.txt", mention.item));
        }
        for row in &self.rows {
            let named = row.split_whitespace().any(|word| {
                address(word).is_some_and(|at| (routine.start..routine.end).contains(&at))
            });
            if named && routine.rom == Rom::Main {
                let number = row.split('|').nth(1).unwrap_or_default().trim();
                tests.insert(number.to_owned());
            }
        }
        for (name, typed) in &self.scenarios {
            if routine
                .names
                .iter()
                .any(|label| is_keyword(label) && has_word(typed, label))
            {
                tests.insert(name.clone());
            }
        }
        let home = self.sources.iter().find(|s| s.path == mention.file);
        for source in &self.sources {
            let beside = home.is_some_and(|home| {
                home.path == source.path
                    || source.path.ends_with("/tests.rs") && home.folder() == source.folder()
            });
            let of_crate = source.path.contains("/tests/");
            let named = if mention.item == "the module" {
                beside && !source.tests.is_empty()
            } else {
                (beside || of_crate) && has_word(&source.tests, &mention.item)
            };
            if named {
                let path = source.path.strip_prefix("basic/").unwrap_or(&source.path);
                tests.insert(path.strip_prefix("src/").unwrap_or(path).to_owned());
            }
        }
        tests
    }
}

/// The Rust files below a folder.
fn collect(top: &Path, folder: &Path, found: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(top, &path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(top).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            found.push(Source::new(name, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The table; with `gaps` only what is not ported, or has no test.
///
/// # Errors
/// When the project cannot be read.
pub fn table(gaps: bool) -> Result<String> {
    let project = Project::read()?;
    let mut ports: Vec<Mention> = Vec::new();
    for source in &project.sources {
        ports.extend(
            mentions(&source.path, &source.code)
                .into_iter()
                .filter(|m| m.port),
        );
    }
    let mut said = String::new();
    let mut counts = Vec::new();
    for rom in [Rom::Main, Rom::Editor] {
        let mut count = Count::default();
        for routine in routines().iter().filter(|routine| routine.rom == rom) {
            let of_this: Vec<&Mention> = ports.iter().filter(|m| is_port(routine, m)).collect();
            let tests: BTreeSet<String> = of_this
                .iter()
                .flat_map(|mention| project.tests(routine, mention))
                .collect();
            count.add(routine, !of_this.is_empty(), !tests.is_empty());
            let whole = !tests.is_empty() || routine.needless.is_some();
            if !gaps || !whole && !routine.data {
                said += &line(routine, &of_this, &tests);
            }
        }
        counts.push(count.text(rom));
    }
    Ok(said + &counts.concat())
}

/// Whether a mention says that its item is a port of this routine.
fn is_port(routine: &Routine, mention: &Mention) -> bool {
    routine.rom == mention.rom
        && ((routine.start..routine.end).contains(&mention.address)
            || (mention.address..=mention.last).contains(&routine.start))
}

/// A line of the table.
fn line(routine: &Routine, ports: &[&Mention], tests: &BTreeSet<String>) -> String {
    let mut items: Vec<String> = ports
        .iter()
        .map(|port| {
            let file = port.file.strip_prefix("basic/src/").unwrap_or(&port.file);
            let module = file.strip_suffix(".rs").unwrap_or(file);
            if port.item == "the module" {
                module.to_owned()
            } else {
                format!("{module}: {}", port.item)
            }
        })
        .collect();
    items.dedup();
    let items = match (items.is_empty(), routine.needless, routine.data) {
        (false, ..) => items.join(", "),
        (true, Some(reason), _) => format!("- {reason}"),
        (true, None, true) => "(a table)".to_owned(),
        (true, None, false) => "no port names it".to_owned(),
    };
    let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
    let tests = match (tests.is_empty(), ports.is_empty()) {
        (false, _) => tests.join(", "),
        (true, false) => "no test names it".to_owned(),
        (true, true) => String::new(),
    };
    let rom = if routine.rom == Rom::Editor { "0:" } else { "" };
    let name = routine.names.join(" ");
    let line = format!("{rom:2}{:04X} {name:13} | {items} | {tests}", routine.start);
    format!("{}\n", line.trim_end_matches([' ', '|']))
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    routines: usize,
    tables: usize,
    ported: usize,
    tested: usize,
    needless: usize,
}

impl Count {
    fn add(&mut self, routine: &Routine, ported: bool, tested: bool) {
        if routine.data {
            self.tables += 1;
            return;
        }
        self.routines += 1;
        self.ported += usize::from(ported);
        self.tested += usize::from(ported && tested);
        self.needless += usize::from(!ported && routine.needless.is_some());
    }

    fn text(self, rom: Rom) -> String {
        let Self {
            routines,
            tables,
            ported,
            tested,
            needless,
        } = self;
        let name = match rom {
            Rom::Main => "48K ROM",
            Rom::Editor => "128's ROM 0",
        };
        let left = routines - ported - needless;
        format!(
            "{name}: {routines} routines and {tables} tables; {ported} routines ported, {tested} of \
             them with a test that names them; {needless} not needed; {left} that no port names\n"
        )
    }
}

/// What the documentation of a Rust file says wrongly of the ROMs.
#[must_use]
pub fn problems(file: &str, text: &str) -> Vec<String> {
    let routines = routines();
    mentions(file, text)
        .iter()
        .filter_map(|mention| problem(&routines, mention))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! A module.
//!
//! ROM: `PRINT-OUT` 09F4 to 0D4C.

/// Asks. See `CLS` 0D6B.
///
/// ROM: `PO-SCR` 0C55, 0CB7
/// (`PO-SCR-2` 0C88).
#[must_use]
pub(crate) const fn ask() {}

/// Letters. ROM 0: 3DC6.
fn letter() {}
";

    #[test]
    fn the_lists_are_in_order_and_whole() {
        for (rom, least) in [(Rom::Main, 300), (Rom::Editor, 300)] {
            let list: Vec<Routine> = routines().into_iter().filter(|r| r.rom == rom).collect();
            assert!(list.len() > least);
            assert!(
                list.iter().all(|r| r.start < r.end && r.end <= END),
                "{rom:?}"
            );
            assert!(list.iter().all(|r| !r.names.is_empty()), "{rom:?}");
            let inside = |r: &Routine| r.inside.iter().all(|&(at, _)| at > r.start && at < r.end);
            assert!(list.iter().all(inside), "{rom:?}");
        }
    }

    #[test]
    fn documentation_is_read() {
        let found = mentions("f.rs", TEXT);
        let short: Vec<_> = found
            .iter()
            .map(|m| {
                (
                    m.item.as_str(),
                    m.port,
                    m.rom,
                    m.label.as_deref(),
                    m.address,
                )
            })
            .collect();
        let expected = [
            ("the module", true, Rom::Main, Some("PRINT-OUT"), 0x09F4),
            ("ask", false, Rom::Main, Some("CLS"), 0x0D6B),
            ("ask", true, Rom::Main, Some("PO-SCR"), 0x0C55),
            ("ask", true, Rom::Main, None, 0x0CB7),
            ("ask", true, Rom::Main, Some("PO-SCR-2"), 0x0C88),
            ("letter", true, Rom::Editor, None, 0x3DC6),
        ];
        assert_eq!(short, expected);
        assert_eq!(problems("f.rs", TEXT), [""; 0]);
    }

    #[test]
    fn wrong_labels_are_told() {
        let wrong = |said: &str| problems("f.rs", &format!("/// ROM: {said}.\nfn a() {{}}\n"));
        assert_eq!(wrong("`PO-SCR` 0C55"), [""; 0]);
        assert_eq!(wrong("`PO-SCR-2` 0CB7"), [""; 0]);
        assert!(wrong("`PO-SCR` 0D6B")[0].contains("CLS"));
        assert!(wrong("`NO-SUCH` 0C55")[0].contains("PO-SCR"));
    }
}
