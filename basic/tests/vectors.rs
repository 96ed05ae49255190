//! The calculator against recorded results of the original ROM: all of them where
//! `../shared/oracle/vectors` is beside the checkout, else a fortieth of them in `tests/vectors`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// The operations of numbers; the folder has others (strings, VAL), which are not ours.
const OPERATIONS: [&str; 32] = [
    "add", "sub", "mul", "div", "pow", "or", "and", "le", "ge", "ne", "gt", "lt", "eq", "neg",
    "sin", "cos", "tan", "asn", "acs", "atn", "ln", "exp", "int", "sqr", "sgn", "abs", "not",
    "str", "dec", "rnd", "int1", "int2",
];
/// Differing lines shown of each file.
const SHOWN: usize = 5;

#[test]
fn every_recorded_result_is_the_same() {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let all = package.join("../../shared/oracle/vectors");
    let folder = if all.is_dir() {
        all
    } else {
        package.join("tests/vectors")
    };
    let mut complaint = String::new();
    for op in OPERATIONS.into_iter().chain(["beep"]) {
        let file = folder.join(op).with_extension("txt");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => panic!("cannot read {}: {error}", file.display()),
        };
        let mut lines = 0;
        let mut wrong = 0;
        for line in text.lines() {
            lines += 1;
            let Some((question, answer)) = line.split_once(" -> ") else {
                panic!("{op}.txt, line {lines}: no \" -> \" in {line:?}");
            };
            let ours = question
                .split_once(' ')
                .and_then(|(op, operands)| basic::number::vectors::evaluate(op, operands));
            if ours.as_deref() != Some(answer) {
                wrong += 1;
                if wrong <= SHOWN {
                    let ours = ours.unwrap_or_else(|| "nothing".into());
                    let _ = writeln!(complaint, "{line}   but here {ours}");
                }
            }
        }
        assert!(lines > 0, "{op}.txt is empty");
        if wrong > 0 {
            let _ = writeln!(complaint, "{op}: {wrong} of {lines} differ");
        }
    }
    assert!(complaint.is_empty(), "\n{complaint}");
}
