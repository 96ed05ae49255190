//! Plays every scenario on the machine, in virtual time.

#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be read ends the test"
)]

mod cases;

use basic::scenario::{parse, play};

#[test]
fn every_scenario_ends_as_it_says() {
    let mut wrong = Vec::new();
    let mut played = 0;
    for (file, text) in cases::files() {
        let cases = match parse(&text) {
            Ok(cases) => cases,
            Err(problem) => {
                wrong.push(format!("{file}:{}: {}", problem.line, problem.text));
                continue;
            }
        };
        for case in &cases {
            played += 1;
            match (play(case).problem, &case.known) {
                (None, None) | (Some(_), Some(_)) => {}
                (Some(problem), None) => {
                    wrong.push(format!(
                        "{file}:{}: `{}`: {}",
                        problem.line, case.name, problem.text
                    ));
                }
                (None, Some(_)) => wrong.push(format!(
                    "{file}:{}: `{}` passes now: take `known` out",
                    case.line, case.name
                )),
            }
        }
    }
    assert!(played > 0);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_case_played_twice_says_the_same() {
    for case in cases::all() {
        assert_eq!(play(&case), play(&case), "{}", case.name);
    }
}
