//! The README's table of keys is the machine's own.

use basic::keys::table;

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
