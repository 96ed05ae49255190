//! The scenarios, read.

use std::fs;
use std::path::Path;

use basic::scenario::{Case, parse};

/// The files with their names and texts, in the order of their names.
pub(crate) fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Every case there is.
pub(crate) fn all() -> Vec<Case> {
    let cases: Vec<Case> = files()
        .iter()
        .flat_map(|(_, text)| parse(text).unwrap())
        .collect();
    assert!(cases.len() > 20);
    cases
}
