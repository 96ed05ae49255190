//! Differences in words.

use serde_json::Value;

/// Characters of a text shown around the place where it differs.
const AROUND: usize = 24;

/// One field's difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In part of a line.
    pub short: String,
    /// At length, in lines.
    pub long: String,
}

impl Difference {
    /// The same words for both.
    pub(super) fn new(text: String) -> Self {
        Self {
            long: format!("  {text}"),
            short: text,
        }
    }
}

/// A value cut to a readable length.
pub(super) fn brief(value: Option<&Value>) -> String {
    let text = value.map_or("absent".to_owned(), Value::to_string);
    if text.chars().count() <= 3 * AROUND {
        text
    } else {
        text.chars().take(3 * AROUND).chain("...".chars()).collect()
    }
}

/// Two values that differ.
pub(super) fn values(golden: Option<&Value>, ours: Option<&Value>) -> Difference {
    let short = format!("{}, here {}", brief(golden), brief(ours));
    let full = |v: Option<&Value>| v.map_or("absent".to_owned(), Value::to_string);
    Difference {
        long: format!("  ROM  {}\n  here {}", full(golden), full(ours)),
        short,
    }
}

/// Two texts that differ: where, and what stands there.
pub(super) fn texts(golden: &str, ours: &str) -> Difference {
    let at = golden
        .chars()
        .zip(ours.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let piece = |text: &str| -> String {
        let from = at.saturating_sub(AROUND / 3);
        let piece: String = text.chars().skip(from).take(AROUND).collect();
        format!("{piece:?}")
    };
    Difference {
        short: format!("at {at}: {}, here {}", piece(golden), piece(ours)),
        long: format!("  ROM  {golden:?}\n  here {ours:?}"),
    }
}

/// Two screens' lines that differ.
pub(super) fn screens(golden: &Value, ours: &Value) -> Difference {
    let lines = |v: &Value| -> Vec<String> {
        v.as_array()
            .into_iter()
            .flatten()
            .map(|l| l.as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let (golden, ours) = (lines(golden), lines(ours));
    let mut short = None;
    let mut long = Vec::new();
    let mut count = 0;
    for i in 0..golden.len().max(ours.len()) {
        let line = |lines: &[String]| lines.get(i).cloned().unwrap_or_default();
        let (a, b) = (line(&golden), line(&ours));
        if a != b {
            count += 1;
            long.push(format!("  {i:2} ROM  |{a}|\n     here |{b}|"));
            short.get_or_insert_with(|| {
                format!("line {i}: |{}|, here |{}|", a.trim_end(), b.trim_end())
            });
        }
    }
    let short = short.unwrap_or_default();
    Difference {
        short: if count > 1 {
            format!("{short} and {} more lines", count - 1)
        } else {
            short
        },
        long: long.join("\n"),
    }
}

/// Cells (line, column, the two values as text) that differ, of a grid 32 wide.
pub(super) fn cells(differing: &[(usize, String, String)]) -> Option<Difference> {
    let (at, golden, ours) = differing.first()?;
    let place = |at: usize| format!("{},{}", at / 32, at % 32);
    let count = differing.len();
    let long = differing
        .iter()
        .map(|(at, a, b)| format!("  {:6} ROM {a}, here {b}", place(*at)))
        .collect::<Vec<_>>()
        .join("\n");
    Some(Difference {
        short: format!("{count} cells, first {}: {golden}, here {ours}", place(*at)),
        long,
    })
}
