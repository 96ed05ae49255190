//! Differences that are meant: what they look like, and why.

use crate::outcome::Difference;
use crate::tree::Step;

/// A difference that is meant.
struct Explained {
    /// Why, with its number in DIFFERENCES.md.
    reason: &'static str,
    /// Whether these lines, the last of them differing so, are such a case.
    is: fn(&[Step], &Difference) -> bool,
}

/// All that is meant.
const ALL: &[Explained] = &[];

/// The reason why the last of these lines differs so, if it is meant to.
#[must_use]
pub fn explained(steps: &[Step], difference: &Difference) -> Option<&'static str> {
    ALL.iter()
        .find(|known| (known.is)(steps, difference))
        .map(|known| known.reason)
}
