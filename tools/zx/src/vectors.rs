//! Vectors: recorded operations done again by this machine.
//!
//! A line is `op operands -> result`; the operation is its first word.

use basic::number::vectors::evaluate;
use basic::report::Report;
use basic::seam::Micros;

use crate::computer::Rom;
use crate::driver::{Scroll, Session};
use crate::variables;

/// Virtual time an expression may take.
const LIMIT: Micros = 60_000_000;

/// Answers questions: those about numbers by the arithmetic itself, those about strings by BASIC.
#[derive(Default)]
pub struct Redoer {
    session: Option<Session>,
}

impl Redoer {
    /// A line with this machine's own result; a line that is no vector stays as it is, an
    /// operation this machine does not have gets `-> ?`.
    #[must_use]
    pub fn redo(&mut self, line: &str) -> String {
        let Some((question, _)) = split(line) else {
            return line.to_owned();
        };
        let (op, operands) = question.split_once(' ').unwrap_or((question, ""));
        let result = match expression(op, operands) {
            Some(expression) => self.evaluate(&expression),
            None => evaluate(op, operands),
        };
        format!("{question} -> {}", result.unwrap_or_else(|| "?".to_owned()))
    }

    /// An expression's value, or its report after `!`, as BASIC finds it.
    fn evaluate(&mut self, expression: &str) -> Option<String> {
        let session = self
            .session
            .get_or_insert_with(|| Session::new(Rom::Rom48, Scroll::Auto, None, None));
        let command = format!("LET r={expression}");
        let outcome = session.run(&command, Some(""), LIMIT).ok()?;
        match outcome
            .report
            .map(|(report, _, _)| report)
            .or(outcome.refused)?
        {
            Report::Ok => {
                let vars = variables::dump(session.computer().memory());
                Some(vars.get("r")?.as_str()?.to_owned())
            }
            report => Some(format!("!{}", report.code())),
        }
    }
}

/// The expression of an operation on strings: a comparison of two quoted ones, or VAL of one in
/// the single quotes of the file.
fn expression(op: &str, operands: &str) -> Option<String> {
    if op == "val" {
        let quote = operands
            .chars()
            .next()
            .filter(|q| ['\'', '"'].contains(q))?;
        let text = operands.strip_prefix(quote)?.strip_suffix(quote)?;
        let text = text.replace("\\'", "'").replace("\\\\", "\\");
        return Some(format!("VAL {}", quoted(&text)));
    }
    let sign = match op {
        "sle" => "<=",
        "sge" => ">=",
        "sne" => "<>",
        "sgt" => ">",
        "slt" => "<",
        "seq" => "=",
        _ => return None,
    };
    // the first string ends at a quote that makes an even number, with a blank after it
    let quotes = operands.match_indices('"').map(|(at, _)| at);
    let end = quotes.skip(1).step_by(2).map(|at| at + 1);
    let (a, b) = end
        .filter_map(|at| operands.split_at_checked(at))
        .find(|(_, b)| b.starts_with(' '))?;
    Some(format!("{a}{sign}{}", b.trim_start()))
}

/// A string as a listing writes it.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\"\"");
    format!("\"{text}\"")
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
    let mut redoer = Redoer::default();
    let lines = source
        .lines()
        .map(|line| {
            let own = redoer.redo(line);
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
        let mut redoer = Redoer::default();
        assert_eq!(redoer.redo("frob 1 -> 2"), "frob 1 -> ?");
        assert_eq!(redoer.redo("# a remark -> x"), "# a remark -> x");
        assert_eq!(
            redoer.redo("add 0000010000 0000020000 -> 0"),
            "add 0000010000 0000020000 -> 0000030000"
        );
        assert_eq!(
            split("seq \"a -> b\" \"c\" -> 1"),
            Some(("seq \"a -> b\" \"c\"", "1"))
        );
        assert_eq!(
            expression("val", "'.5\"\"'").as_deref(),
            Some("VAL \".5\"\"\"\"\"")
        );
        assert_eq!(
            expression("sge", "\"A \" \"b c\"").as_deref(),
            Some("\"A \">=\"b c\"")
        );
        let blanks = expression("seq", "\" \" \"a\"\" \"");
        assert_eq!(blanks.as_deref(), Some("\" \"=\"a\"\" \""));
        let (_, tally) = redo_all("frob 1 -> 2\n\n");
        assert_eq!(tally, Tally { lines: 1, equal: 0 });
    }
}
