//! Differences that are meant: what they look like, and why.

use basic::token;

use crate::outcome::{Difference, Status};
use crate::tree::Step;

/// A difference that is meant.
struct Explained {
    /// Why, with its number in DIFFERENCES.md.
    reason: &'static str,
    /// Whether these lines, the last of them differing so, are such a case.
    is: fn(&[Step], &Difference) -> bool,
}

/// All that is meant.
const ALL: &[Explained] = &[
    Explained {
        reason: "D3: machine code does not run",
        is: machine_code,
    },
    Explained {
        reason: "D16: a bracket behind a number is refused where it stands",
        is: bracket_behind_number,
    },
    Explained {
        reason: "D2: keys made up an address of the ROM for PEEK",
        is: rom_address_for_peek,
    },
    Explained {
        reason: "D8: keys made up a RANDOMIZE, which takes the time",
        is: randomize,
    },
    Explained {
        reason: "D18: room for a statement is looked at before anything else of it",
        is: room_first,
    },
    Explained {
        reason: "D18: room for the numbers of a line that is typed is looked at once",
        is: room_for_numbers,
    },
    Explained {
        reason: "D26: a line that was written over goes wrong, or leads nowhere",
        is: written_over,
    },
];

/// The reason why the last of these lines differs so, if it is meant to.
#[must_use]
pub fn explained(steps: &[Step], difference: &Difference) -> Option<&'static str> {
    ALL.iter()
        .find(|known| (known.is)(steps, difference))
        .map(|known| known.reason)
}

/// What PEEK gave is shown or kept; it reaches nothing else.
fn rom_address_for_peek(steps: &[Step], difference: &Difference) -> bool {
    matches!(difference.field.as_str(), "display" | "variables") && typed(steps, token::PEEK)
}

/// Without a number SEED is set from FRAMES.
fn randomize(steps: &[Step], difference: &Difference) -> bool {
    difference.field == "system SEED" && typed(steps, token::RANDOMIZE)
}

/// After a CLEAR that leaves little room we report 4 where the same statement ends otherwise.
fn room_first(steps: &[Step], difference: &Difference) -> bool {
    let (Some(Status::Report(_, line, statement)), Some(our)) = (difference.rom, difference.our)
    else {
        return false;
    };
    our == Status::Report('4', line, statement) && is_tight(steps)
}

/// After a CLEAR that leaves little room a line may be refused only there or only here, or with the
/// `?` that the ROM does not show.
fn room_for_numbers(steps: &[Step], difference: &Difference) -> bool {
    [difference.rom, difference.our]
        .iter()
        .any(|status| matches!(status, Some(Status::Refused('4', _))))
        && is_tight(steps)
}

/// We report S where the ROM has called machine code.
fn machine_code(_: &[Step], difference: &Difference) -> bool {
    difference.machine_code && matches!(difference.our, Some(Status::Report('S', ..)))
}

/// What is no BASIC any more is report C where it goes wrong; where a length leads nowhere, the
/// program ends.
fn written_over(_: &[Step], difference: &Difference) -> bool {
    difference.written_over && matches!(difference.our, Some(Status::Report('C' | '0', ..)))
}

/// Whether there may be little room.
fn is_tight(steps: &[Step]) -> bool {
    steps.iter().any(|s| s.line().contains(&token::CLEAR))
}

/// Whether a keyword was typed as a key.
fn typed(steps: &[Step], keyword: u8) -> bool {
    steps.iter().any(|s| s.typed && s.line().contains(&keyword))
}

/// We refuse the line at a bracket that follows a letter, a digit or a bracket.
fn bracket_behind_number(steps: &[Step], difference: &Difference) -> bool {
    let Some(last) = steps.last() else {
        return false;
    };
    let line = last.line();
    let is_such = |at: usize| {
        line.split_at_checked(at)
            .is_some_and(|(before, after)| after.first() == Some(&b'(') && ends_number(before))
    };
    match difference.our {
        Some(Status::Refused('C', at)) => is_such(at.into()),
        // The `?` of what keys made up is on the screen.
        None => last.typed && difference.field == "display" && (0..line.len()).any(is_such),
        _ => false,
    }
}

/// Whether a number can end here.
fn ends_number(text: &[u8]) -> bool {
    let last = text.iter().rev().find(|code| **code != b' ');
    last.is_some_and(|code| {
        code.is_ascii_alphanumeric() || matches!(*code, b')' | b'.' | token::PI | token::RND)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_written_over_explains_only_c_and_an_end() {
        let why = |our, written_over| {
            let difference = Difference {
                our,
                written_over,
                ..Difference::of("report 2/C", "")
            };
            explained(&[Step::typing(b"1")], &difference)
        };
        let report = |code| Some(Status::Report(code, 10, 1));
        assert!(why(report('C'), true).is_some_and(|reason| reason.starts_with("D26")));
        assert!(why(report('0'), true).is_some());
        assert_eq!(why(report('C'), false), None);
        assert_eq!(why(report('2'), true), None);
        assert_eq!(why(None, true), None);
    }

    #[test]
    fn machine_code_explains_only_the_report_that_says_so() {
        let why = |code, machine_code| {
            let difference = Difference {
                our: Some(Status::Report(code, 10, 1)),
                machine_code,
                ..Difference::of("report 4/S", "")
            };
            explained(&[Step::typing(b"1")], &difference)
        };
        assert!(why('S', true).is_some_and(|reason| reason.starts_with("D3")));
        assert_eq!(why('S', false), None);
        assert_eq!(why('4', true), None);
    }

    #[test]
    fn a_peek_explains_only_what_its_number_reaches() {
        let steps = [Step::typing(&[token::PRINT, token::PEEK, b'1', 13])];
        let why = |field: &str| {
            let difference = Difference {
                field: field.to_owned(),
                ..Difference::default()
            };
            explained(&steps, &difference)
        };
        assert!(why("display").is_some_and(|reason| reason.starts_with("D2")));
        assert_eq!(why("program"), None);
        assert_eq!(why("status"), None);
    }
}
