//! Differences kept as scenarios, with what the ROM shows as the expectation.

use std::fmt::Write as _;

use basic::charset::ENTER;
use basic::machine::Model;
use basic::scenario::{parse, play, screen_text};
use basic::token;
use zx::{Failure, Result};

use crate::original::Original;
use crate::outcome::Status;
use crate::programs::T_STATES;
use crate::record;
use crate::tally::Case;
use crate::tree::{self, Step};

/// What was typed, the answers to its questions, and how it ended.
struct Done<'a> {
    step: &'a Step,
    answers: Vec<u8>,
    status: Status,
}

/// The lines of the screen in a machine's memory.
#[must_use]
pub fn screen(bytes: &[u8]) -> Vec<String> {
    screen_text(&record::memory_of(bytes))
        .into_iter()
        .map(|line| format!("{line:32}"))
        .collect()
}

/// A case of a scenario file that types what a case says and expects what the ROM shows.
///
/// # Errors
/// It cannot be typed as a scenario does, or the ROM does not end.
pub fn scenario(rom: &mut Original, name: &str, case: &Case) -> Result<String> {
    rom.reset();
    let mut done = Vec::new();
    for step in &case.steps {
        let status = rom.take(step, T_STATES).status;
        let answers = if step.typed { &[] } else { rom.given() };
        done.push(Done {
            step,
            answers: answers.to_vec(),
            status,
        });
    }
    let unrecorded = unrecorded(name, rom.model(), &done, &case.expectations)?;
    record::recorded(rom, &unrecorded)
}

/// Whether our machine does all that a scenario expects.
#[must_use]
pub fn passes(scenario: &str) -> bool {
    parse(scenario).is_ok_and(|cases| cases.iter().all(|case| play(case).problem.is_none()))
}

/// The case before its reports and its screen are recorded.
fn unrecorded(name: &str, model: Model, done: &[Done<'_>], expectations: &str) -> Result<String> {
    if done.is_empty() {
        return Err(Failure("no BASIC is typed in it".to_owned()));
    }
    let mut case = format!("== {name}\n{}\n", record::asking(model));
    for Done {
        step,
        answers,
        status,
    } in done
    {
        let mut line = step.line();
        if !step.typed {
            line.push(ENTER);
        }
        typed(&mut case, &line)?;
        typed(&mut case, answers)?;
        if matches!(status, Status::Report(..)) {
            case += "report ?\n";
        }
    }
    Ok(case + "screen\n" + expectations)
}

/// Writes what types these keys.
fn typed(case: &mut String, keys: &[u8]) -> Result<()> {
    let no_key = |code: u8| record::EDITING.iter().all(|&(_, known)| known != code);
    for line in keys.split_inclusive(|&key| key == ENTER) {
        let (text, ended) = match line.split_last() {
            Some((&ENTER, text)) => (text, true),
            _ => (line, false),
        };
        if !text.iter().any(|&key| key < b' ') {
            let text = tree::text(text);
            if text.contains('\\') {
                return Err(Failure(format!("`{text}` cannot be typed")));
            }
            let word = if ended { "type" } else { "press" };
            // a String takes everything
            let _ = writeln!(case, "{word} {}\nidle", text.trim_end());
            continue;
        }
        // typed letter by letter a keyword has more places for the cursor than as a key
        if text
            .iter()
            .any(|&key| key >= token::FIRST_48 || key < b' ' && no_key(key))
        {
            return Err(Failure(format!("`{}` cannot be typed", tree::show(text))));
        }
        for &key in line {
            let name = record::EDITING.iter().find(|&&(_, code)| code == key);
            let _ = match name {
                Some((name, _)) => writeln!(case, "key {name}"),
                None => writeln!(case, "press {}", char::from(key)),
            };
        }
        *case += "idle\n";
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(steps: &[(Step, &[u8], Status)], expectations: &str) -> Result<String> {
        let done: Vec<Done<'_>> = steps
            .iter()
            .map(|(step, answers, status)| Done {
                step,
                answers: answers.to_vec(),
                status: *status,
            })
            .collect();
        unrecorded("kept", Model::Spectrum48, &done, expectations)
    }

    fn line(text: &str) -> Step {
        Step::raw(zx::listing::tokenise(text, false).unwrap())
    }

    #[test]
    fn answers_are_typed_where_they_were_given() {
        let ok = Status::Report('0', 10, 2);
        let steps = [
            (line("10 INPUT a: PRINT a*2"), &b""[..], Status::Entered),
            (line("RUN"), b"21\x0D", ok),
        ];
        let text = case(&steps, "peek 23692 1\n").unwrap();
        assert_eq!(
            text,
            "== kept\nrom 48\ntype 10 INPUT a:PRINT a*2\nidle\ntype RUN\nidle\n\
             type 21\nidle\nreport ?\nscreen\npeek 23692 1\n"
        );
        let recorded = text
            .replace("report ?", "report 0 OK, 10:2")
            .replace("screen\npeek 23692 1\n", "screen\n|42\n..\n");
        assert!(passes(&recorded));
        assert!(!passes(&recorded.replace("|42", "|43")));
        assert!(!passes(&(recorded + "border 1\n")));
    }

    #[test]
    fn keys_that_edit_are_typed_as_keys() {
        let steps = [(
            Step::typing(b"LETa=12\x08\x0C3\x0D"),
            &b""[..],
            Status::Editing,
        )];
        let text = case(&steps, "").unwrap();
        assert!(text.contains("press 2\nkey LEFT\nkey DELETE\npress 3\nkey ENTER\nidle\n"));
        assert!(case(&[(Step::typing(&[7]), b"", Status::Editing)], "").is_err());
        let keyword = Step::typing(&[token::PRINT, 8, b'1']);
        assert!(case(&[(keyword, b"", Status::Editing)], "").is_err());
        assert!(case(&[], "").is_err());
    }
}
