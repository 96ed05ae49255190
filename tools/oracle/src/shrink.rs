//! Making what differs as small as it still differs.

use crate::tree::{Part, Sort, Step, Tree};

/// Trials at most.
const TRIALS: usize = 4000;

/// Tries smaller forms until none of them differs; `differs` says whether a form still does.
pub fn shrink(mut steps: Vec<Step>, mut differs: impl FnMut(&[Step]) -> bool) -> Vec<Step> {
    let mut left = TRIALS;
    let mut attempt = |steps: &[Step]| {
        left = left.saturating_sub(1);
        left > 0 && differs(steps)
    };
    loop {
        let Some(smaller) = pass(&steps, &mut attempt) else {
            return steps;
        };
        steps = smaller;
    }
}

type Attempt<'a> = dyn FnMut(&[Step]) -> bool + 'a;

/// Goes through all smaller forms once, keeping each that differs; `None` if none did.
fn pass(steps: &[Step], attempt: &mut Attempt<'_>) -> Option<Vec<Step>> {
    let mut steps = steps.to_vec();
    let mut any = false;
    let mut chunk = steps.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < steps.len() {
            let mut smaller = steps.clone();
            smaller.drain(at..(at + chunk).min(steps.len()));
            if !smaller.is_empty() && attempt(&smaller) {
                steps = smaller;
                any = true;
            } else {
                at += chunk;
            }
        }
        if chunk == 1 {
            break;
        }
        chunk /= 2;
    }
    for i in 0..steps.len() {
        let mut at = 0;
        while at < steps[i].statements.len() && steps[i].statements.len() > 1 {
            let mut smaller = steps.clone();
            smaller[i].statements.remove(at);
            if attempt(&smaller) {
                steps = smaller;
                any = true;
            } else {
                at += 1;
            }
        }
        for at in 0..steps[i].statements.len() {
            let mut n = 0;
            while n < steps[i].statements[at].count() {
                let mut done = false;
                for form in smaller_forms(&mut steps[i].statements[at], n) {
                    let mut smaller = steps.clone();
                    if let Some(tree) = smaller[i].statements[at].nth(n) {
                        *tree = form;
                    }
                    if attempt(&smaller) {
                        steps = smaller;
                        any = true;
                        done = true;
                        break;
                    }
                }
                if !done {
                    n += 1;
                }
            }
        }
    }
    any.then_some(steps)
}

/// Smaller forms of a piece.
fn smaller_forms(of: &mut Tree, n: usize) -> Vec<Tree> {
    let Some(tree) = of.nth(n) else {
        return Vec::new();
    };
    let mut forms = Vec::new();
    let simple: &[&str] = match tree.sort {
        Sort::Number => &["0", "1"],
        Sort::Text => &["\"\"", "\"a\""],
        _ => &[],
    };
    let simple: Vec<Tree> = simple
        .iter()
        .map(|&text| Tree {
            sort: tree.sort,
            parts: vec![text.into()],
        })
        .collect();
    // what is as simple already must not go round and round
    if !simple.contains(tree) {
        forms.extend(simple);
    }
    let mut below = Vec::new();
    descendants(tree, &mut below);
    forms.extend(below.into_iter().filter(|t| t.sort == tree.sort));
    for (i, part) in tree.parts.iter().enumerate() {
        if matches!(part, Part::Tree(t) if t.sort == Sort::Item) {
            let mut without = tree.clone();
            without.parts.remove(i);
            forms.push(without);
        }
    }
    forms
}

fn descendants(tree: &Tree, found: &mut Vec<Tree>) {
    for child in tree.children() {
        found.push(child.clone());
        descendants(child, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece;

    #[test]
    fn only_what_matters_is_left() {
        let bad = || piece!(Number; "7");
        let steps: Vec<Step> = (1..20)
            .map(|number| Step::line_of(number, vec![
                    piece!(Statement; "x", piece!(Number; piece!(Number; "3"), "+", piece!(Number; "(", bad(), ")")), piece!(Item; ";")),
                    piece!(Statement; "y"),
                ]))
            .collect();
        let small = shrink(steps, |steps| {
            let text: Vec<u8> = steps.iter().flat_map(Step::line).collect();
            text.contains(&b'7') && steps.iter().any(|s| s.number == 9)
        });
        let lines: Vec<String> = small
            .iter()
            .map(|s| String::from_utf8(s.line()).unwrap())
            .collect();
        // the separator went, and all but the number that matters
        assert!(
            lines.iter().all(|line| !line.contains([';', '+', '('])),
            "{lines:?}"
        );
        assert!(lines.contains(&"9x7".to_owned()), "{lines:?}");
    }
}
