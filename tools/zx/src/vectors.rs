//! Vectors: recorded operations done again by this machine.
//!
//! A line is `op operands -> result`; the operation is its first word.

use crate::bridge::evaluate;

/// A line with this machine's own result; a line that is no vector stays as it is, an operation
/// this machine does not have gets `-> ?`.
#[must_use]
pub fn redo(line: &str) -> String {
    let Some((question, _)) = split(line) else {
        return line.to_owned();
    };
    let (op, operands) = question.split_once(' ').unwrap_or((question, ""));
    let result = evaluate(op, operands).unwrap_or_else(|| "?".to_owned());
    format!("{question} -> {result}")
}

/// The question and the answer of a vector. A string may hold an arrow: the last one counts.
fn split(line: &str) -> Option<(&str, &str)> {
    line.rsplit_once(" -> ")
        .or_else(|| line.strip_suffix(" ->").map(|question| (question, "")))
        .filter(|(question, _)| !question.is_empty() && !question.starts_with('#'))
}

/// How many lines of a file of vectors are the same when done again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that are vectors.
    pub lines: usize,
    /// Those with the same result.
    pub equal: usize,
}

/// Does all lines of a file again: the lines, and how many are as they were.
#[must_use]
pub fn redo_all(source: &str) -> (Vec<String>, Tally) {
    let mut tally = Tally::default();
    let lines = source
        .lines()
        .map(|line| {
            let own = redo(line);
            if split(line).is_some() {
                tally.lines += 1;
                tally.equal += usize::from(own == line);
            }
            own
        })
        .collect();
    (lines, tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_operation_and_other_lines_are_seen() {
        assert_eq!(redo("frob 1 -> 2"), "frob 1 -> ?");
        assert_eq!(redo("# a remark -> x"), "# a remark -> x");
        assert_eq!(
            split("seq \"a -> b\" \"c\" -> 1"),
            Some(("seq \"a -> b\" \"c\"", "1"))
        );
        let (_, tally) = redo_all("frob 1 -> 2\n\n");
        assert_eq!(tally, Tally { lines: 1, equal: 0 });
    }
}
