//! The README's table of keys is the machine's own, and each of its commands for files is typed in a
//! scenario.

use basic::keys::table;
use basic::scenario::{Action, parse};
use basic::token;

#[test]
fn the_table_of_keys_in_the_readme_is_the_machines() {
    let readme = include_str!("../../README.md");
    let head = "| PC keyboard | Spectrum | what it does |";
    let (_, behind) = readme.split_once(head).unwrap();
    let rows: Vec<&str> = behind
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    let expected: Vec<String> = table::KEYS
        .iter()
        .chain(&table::EDITING)
        .chain(&table::COMFORTS)
        .map(|row| format!("| {} | {} | {} |", row.pc, row.spectrum, row.does))
        .collect();
    assert_eq!(rows, expected);
}

/// What begins a command for files.
const VERBS: [u8; 9] = [
    token::SAVE,
    token::LOAD,
    token::VERIFY,
    token::MERGE,
    token::CAT,
    token::ERASE,
    token::MOVE,
    token::COPY,
    token::FORMAT,
];

#[test]
fn every_command_for_files_in_the_readme_is_typed_in_its_scenarios() {
    let readme = include_str!("../../README.md");
    let (_, files) = readme.split_once("### Files").unwrap();
    let (files, _) = files.split_once("\n## ").unwrap();
    let is_command = |text: &&str| {
        let first = text.split(' ').next();
        VERBS.iter().any(|verb| token::spelling(*verb) == first)
    };
    // Every second part stands between back quotes.
    let commands = files.split('`').skip(1).step_by(2).filter(is_command);
    let mut typed = Vec::new();
    for case in parse(include_str!("scenarios/readme.zxs")).unwrap() {
        assert!(case.host_only.is_none() && case.known.is_none());
        for step in case.steps {
            if let Action::Type(codes) = step.action {
                typed.push(String::from_utf8_lossy(codes.trim_ascii_end()).into_owned());
            }
        }
    }
    let mut seen = 0;
    for command in commands {
        assert!(typed.iter().any(|line| line == command), "{command}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}
