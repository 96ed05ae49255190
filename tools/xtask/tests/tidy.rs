//! The rules of the house that a compiler does not check. Each failure names file and line.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be read ends the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Files that may contain `unsafe`; a folder ends in `/`. Adding one needs an argument.
const UNSAFE_FILES: &[&str] = &[
    "kernel/src/arch/",                  // instructions and system registers
    "kernel/src/board.rs",               // hands out each device once
    "kernel/src/drivers/framebuffer.rs", // memory that the video processor reads
    "kernel/src/drivers/interrupts.rs",  // handlers share their devices with the main loop
    "kernel/src/drivers/mailbox.rs",     // memory that the other processor writes
    "kernel/src/drivers/uart.rs",        // the handler, and the report of a stop
    "kernel/src/heap.rs",                // the allocator
    "kernel/src/main.rs",                // the entry point's symbol
    "kernel/src/mmio.rs",                // turns addresses into registers
    "kernel/src/pools.rs",               // the allocator's small blocks
    "kernel/src/provoke.rs",             // faults on demand
    "kernel/src/start.rs",               // takes the framebuffer's memory
    "kernel/src/stop.rs",                // takes devices from whoever had them
    "kernel/src/usb/dma.rs",             // memory that the USB host reads and writes
    "kernel/src/usb/dwc2.rs",            // the same
    "kernel/src/usb/port.rs",            // the device's registers, taken once
];

/// Crate roots that must forbid `unsafe` altogether.
const SAFE_CRATES: &[&str] = &[
    "basic/src/lib.rs",
    "fonts/src/lib.rs",
    "qemu-tests/src/lib.rs",
    "tools/bench/src/lib.rs",
    "tools/fuzz/src/lib.rs",
    "tools/xtask/src/lib.rs",
];

/// Uses of a higher layer that are there on purpose: (module, used module, why).
const LAYER_EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "lang",
        "seam",
        "the plain types of time and sound that cross the seam",
    ),
    (
        "machine",
        "seam",
        "the plain types of time and sound that cross the seam",
    ),
    ("system", "seam", "the same"),
    (
        "machine",
        "console",
        "the machine tells the mirror what it prints",
    ),
];

/// Lines a source file may have; more want a module of their own.
const LINES_MAX: usize = 1000;

/// A file of the project, by its path from the top.
struct Source {
    path: String,
    text: String,
}

fn top() -> PathBuf {
    xtask::root()
}

/// Every text file of the project whose name ends in one of `endings`.
fn sources(endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![top()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap();
                let path = path
                    .strip_prefix(top())
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "no file ends in {endings:?}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The lines of a Rust file with their numbers, comments taken off.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.split("//").next().unwrap_or_default()))
}

/// The words (identifiers and keywords) of a line.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn unsafe_stands_only_in_the_listed_files() {
    let mut problems = Vec::new();
    for file in sources(&[".rs"]) {
        let listed = UNSAFE_FILES.iter().any(|entry| {
            file.path == *entry || entry.ends_with('/') && file.path.starts_with(entry)
        });
        if listed || file.path == "tools/xtask/tests/tidy.rs" {
            continue;
        }
        for (number, line) in code(&file.text) {
            if words(line).any(|word| word == "unsafe") {
                problems.push(format!("{}:{number}: unsafe outside the list", file.path));
            }
        }
    }
    for path in SAFE_CRATES {
        let text = fs::read_to_string(top().join(path)).unwrap();
        if !text.contains("#![forbid(unsafe_code)]") {
            problems.push(format!("{path}: does not forbid unsafe code"));
        }
    }
    report(&problems);
}

#[test]
fn the_machine_and_the_kernel_have_no_floating_point() {
    let mut problems = Vec::new();
    for file in sources(&[".rs"]) {
        if !["basic/", "kernel/", "fonts/"]
            .iter()
            .any(|part| file.path.starts_with(part))
        {
            continue;
        }
        for (number, line) in code(&file.text) {
            if words(line).any(|word| word == "f32" || word == "f64") {
                problems.push(format!("{}:{number}: floating point", file.path));
            }
        }
    }
    report(&problems);
}

#[test]
fn modules_of_basic_use_only_lower_layers() {
    let layers = layer_table(&fs::read_to_string(top().join("basic/src/lib.rs")).unwrap());
    assert!(
        layers.len() > 10,
        "the layer table of basic/src/lib.rs is not read: {layers:?}"
    );
    let mut problems = Vec::new();
    for file in sources(&[".rs"]) {
        let Some(inside) = file.path.strip_prefix("basic/src/") else {
            continue;
        };
        let module = inside.split(['/', '.']).next().unwrap_or_default();
        if module == "lib" {
            continue;
        }
        let Some(&layer) = layers.get(module) else {
            problems.push(format!(
                "{}: `{module}` is missing in the layer table",
                file.path
            ));
            continue;
        };
        for (number, used) in crate_paths(&file.text) {
            let excepted = LAYER_EXCEPTIONS
                .iter()
                .any(|&(from, to, _)| from == module && to == used);
            match layers.get(used.as_str()) {
                Some(&other) if used == module || other < layer || excepted => {}
                // Two modules of one layer may not lean on each other both ways; one way is fine.
                Some(&other) if other == layer => {}
                Some(&other) => problems.push(format!(
                    "{}:{number}: `{module}` (layer {layer}) uses `{used}` (layer {other})",
                    file.path
                )),
                None => {}
            }
        }
    }
    report(&problems);
}

/// The layer of each module, from the table in the crate's documentation.
fn layer_table(text: &str) -> BTreeMap<String, u32> {
    let mut layers = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = line.split('|');
        let Some(Ok(layer)) = cells.next().map(|cell| cell.trim().parse::<u32>()) else {
            continue;
        };
        let names = cells.next().unwrap_or_default();
        for name in names.split("[`").skip(1) {
            layers.insert(name.split('`').next().unwrap_or_default().to_owned(), layer);
        }
    }
    layers
}

/// The modules a file names by `crate::`, with line numbers; its tests are free to use anything.
fn crate_paths(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut depth = 0; // braces open inside `crate::{ .. }`
    for (number, line) in code(text) {
        if line.trim_start().starts_with("#[cfg(test)]") {
            break;
        }
        let mut rest = line;
        loop {
            if depth == 0 {
                let Some((_, after)) = rest.split_once("crate::") else {
                    break;
                };
                if let Some(list) = after.strip_prefix('{') {
                    depth = 1;
                    rest = list;
                } else {
                    found.extend(words(after).next().map(|name| (number, name.to_owned())));
                    rest = after;
                }
            } else {
                let mut word = String::new();
                let mut used = 0;
                let mut path = false; // behind `::`, so not a module of the crate
                for c in rest.chars() {
                    used += c.len_utf8();
                    if c.is_alphanumeric() || c == '_' {
                        word.push(c);
                        continue;
                    }
                    if depth == 1 && !path && !word.is_empty() {
                        found.push((number, word.clone()));
                    }
                    path = c == ':';
                    word.clear();
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    if depth == 0 {
                        break;
                    }
                }
                if depth == 1 && !path && !word.is_empty() {
                    found.push((number, word));
                }
                rest = &rest[used..];
                if depth > 0 {
                    break;
                }
            }
        }
    }
    found
}

#[test]
fn the_reader_of_layers_sees_every_form_of_use() {
    let text = "use crate::number::Number;\nuse crate::{\n    keys::KeyEvent, store::{Memory, memory},\n    token,\n};\nlet x = crate::line::list(); // crate::edit\n#[cfg(test)]\nuse crate::machine;\n";
    let used: Vec<(usize, String)> = crate_paths(text);
    let expected = [
        (1, "number"),
        (3, "keys"),
        (3, "store"),
        (4, "token"),
        (6, "line"),
    ];
    let expected: Vec<_> = expected.map(|(line, name)| (line, name.to_owned())).into();
    assert_eq!(used, expected);
}

#[test]
fn nothing_names_this_computer_or_where_packages_come_from() {
    // Put together here so that this file does not contain them.
    let forbidden = [
        ["/wo", "rk/"].concat(),
        ["/tm", "p/"].concat(),
        ["crates", ".io"].concat(),
        ["arti", "factory"].concat(),
        ["/ro", "ot/"].concat(),
    ];
    let mut problems = Vec::new();
    for file in sources(&[
        ".rs", ".md", ".toml", ".yml", ".ld", ".txt", ".bas", ".zxs", ".S", ".s", "run",
    ]) {
        for (i, line) in file.text.lines().enumerate() {
            if let Some(what) = forbidden.iter().find(|what| line.contains(what.as_str())) {
                problems.push(format!("{}:{}: names {what}", file.path, i + 1));
            }
        }
    }
    report(&problems);
}

#[test]
fn no_test_is_switched_off_and_no_file_is_too_long() {
    let off = ["#[ign", "ore"].concat();
    let mut problems = Vec::new();
    for file in sources(&[".rs"]) {
        for (number, line) in code(&file.text) {
            if line.contains(&off) {
                problems.push(format!("{}:{number}: a test is switched off", file.path));
            }
        }
        let lines = file.text.lines().count();
        if lines > LINES_MAX {
            problems.push(format!(
                "{}: {lines} lines, more than {LINES_MAX}",
                file.path
            ));
        }
    }
    report(&problems);
}

#[test]
fn dependencies_say_why_they_are_there() {
    let mut problems = Vec::new();
    for file in sources(&["Cargo.toml"]) {
        let mut inside = false;
        for (i, line) in file.text.lines().enumerate() {
            if line.starts_with('[') {
                inside = line.contains("dependencies");
            } else if inside
                && line.contains('=')
                && !line.starts_with(' ')
                && !line.contains(" # ")
            {
                problems.push(format!(
                    "{}:{}: a dependency without a reason",
                    file.path,
                    i + 1
                ));
            }
        }
    }
    report(&problems);
}

#[test]
fn every_scenario_is_one_that_the_players_find() {
    let folder = top().join("basic/tests/scenarios");
    let mut scenarios = 0;
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        let path = entry.path();
        let right = path.is_file() && path.extension().is_some_and(|ending| ending == "zxs");
        assert!(
            right,
            "{}: the players look for *.zxs in this folder only",
            path.display()
        );
        scenarios += 1;
    }
    assert!(scenarios > 0);
}

#[test]
fn the_licences_are_there_in_full() {
    for (file, words) in [
        ("LICENSE-MIT", "Permission is hereby granted"),
        ("LICENSE-APACHE", "END OF TERMS AND CONDITIONS"),
    ] {
        let text = fs::read_to_string(top().join(file)).unwrap();
        assert!(text.contains(words), "{file} is not the whole text");
    }
    for file in sources(&["Cargo.toml"]) {
        let licensed = file.text.contains("license.workspace = true")
            || file.text.contains("license = \"MIT OR Apache-2.0\"");
        assert!(licensed, "{} names no licence", file.path);
    }
}

#[test]
fn documentation_names_routines_of_the_roms_where_they_are() {
    let mut problems = Vec::new();
    for file in sources(&[".rs"]) {
        if file.path.starts_with("basic/src/") || file.path.starts_with("kernel/src/") {
            problems.extend(xtask::rom_map::problems(&file.path, &file.text));
        }
    }
    report(&problems);
}

#[test]
fn every_flaw_and_difference_has_its_scenario() {
    let list = fs::read_to_string(top().join("DIFFERENCES.md")).unwrap();
    let mut scenarios = String::new();
    for entry in fs::read_dir(top().join("basic/tests/scenarios")).unwrap() {
        scenarios += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let numbered = |word: &str| {
        let number = word.strip_prefix(['B', 'D']);
        number.is_some_and(|n| n.parse::<u32>().is_ok())
    };
    let rows: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_whitespace().next())
        .filter(|number| numbered(number))
        .collect();
    let cases: Vec<&str> = scenarios
        .lines()
        .filter_map(|line| line.strip_prefix("== ")?.split_whitespace().next())
        .filter(|number| numbered(number))
        .collect();
    assert!(rows.len() > 30, "the rows of DIFFERENCES.md are not read");
    let mut problems = Vec::new();
    for row in &rows {
        if !cases.contains(row) {
            problems.push(format!("DIFFERENCES.md: no scenario shows {row}"));
        }
    }
    for case in &cases {
        if !rows.contains(case) {
            problems.push(format!(
                "{case} has a scenario and no row in DIFFERENCES.md"
            ));
        }
    }
    report(&problems);
}
