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
        reason: "D16: a bracket behind a number is refused where it stands",
        is: bracket_behind_number,
    },
    Explained {
        reason: "D2: keys made up an address of the ROM for PEEK",
        is: |steps, _| {
            steps
                .iter()
                .any(|s| s.typed && s.line().contains(&token::PEEK))
        },
    },
];

/// The reason why the last of these lines differs so, if it is meant to.
#[must_use]
pub fn explained(steps: &[Step], difference: &Difference) -> Option<&'static str> {
    ALL.iter()
        .find(|known| (known.is)(steps, difference))
        .map(|known| known.reason)
}

/// We refuse the line at a bracket that follows a letter, a digit or a bracket.
fn bracket_behind_number(steps: &[Step], difference: &Difference) -> bool {
    let Some(Status::Refused('C', at)) = difference.our else {
        return false;
    };
    let line = steps.last().map(Step::line).unwrap_or_default();
    let Some((before, after)) = line.split_at_checked(usize::from(at)) else {
        return false;
    };
    let before = before.iter().rev().find(|code| **code != b' ');
    after.first() == Some(&b'(')
        && before.is_some_and(|code| {
            code.is_ascii_alphanumeric() || matches!(*code, b')' | b'.' | token::PI | token::RND)
        })
}
