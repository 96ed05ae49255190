//! The rows of the table: each is one piece of work, written for each language.
//!
//! A file of `programs` starts with a remark that says what the work is, and how many loops it
//! makes; then come the texts, `== language` before each. `{N}` in a text is how often the work is
//! done, `{OUT}` a file for its result where the language's own output goes to a window. Every
//! text ends by saying `CHECK` and a number that follows from the work.

use std::collections::BTreeMap;

/// Name and file of each row, in the table's order.
const FILES: [(&str, &str); 15] = [
    ("bm1", include_str!("../programs/bm1.txt")),
    ("bm2", include_str!("../programs/bm2.txt")),
    ("bm3", include_str!("../programs/bm3.txt")),
    ("bm4", include_str!("../programs/bm4.txt")),
    ("bm5", include_str!("../programs/bm5.txt")),
    ("bm6", include_str!("../programs/bm6.txt")),
    ("bm7", include_str!("../programs/bm7.txt")),
    ("bm8", include_str!("../programs/bm8.txt")),
    ("sieve", include_str!("../programs/sieve.txt")),
    ("nest", include_str!("../programs/nest.txt")),
    ("str", include_str!("../programs/str.txt")),
    ("sort", include_str!("../programs/sort.txt")),
    ("trig", include_str!("../programs/trig.txt")),
    ("print", include_str!("../programs/print.txt")),
    ("mandel", include_str!("../programs/mandel.txt")),
];

/// What stands for the number of times in a text.
const TIMES: &str = "{N}";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What is done.
    pub about: &'static str,
    /// Loops in one time.
    pub loops: u64,
    texts: BTreeMap<&'static str, String>,
}

impl Row {
    /// The text for a language that does the work so many times.
    #[must_use]
    pub fn text(&self, language: &str, times: u64) -> Option<String> {
        let text = self.texts.get(language)?;
        Some(text.replace(TIMES, &times.to_string()))
    }

    fn read(name: &'static str, file: &'static str) -> Self {
        let mut row = Self {
            name,
            about: "",
            loops: 1,
            texts: BTreeMap::new(),
        };
        let mut text = None;
        for line in file.lines() {
            if let Some(language) = line.strip_prefix("== ") {
                text = Some(row.texts.entry(language).or_default());
            } else if let Some(text) = &mut text {
                text.push_str(line);
                text.push('\n');
            } else if let Some(loops) = line.strip_prefix("loops ") {
                row.loops = loops.parse().unwrap_or(row.loops);
            } else if let Some(about) = line.strip_prefix("# ") {
                row.about = about;
            }
        }
        row
    }
}

/// All rows.
#[must_use]
pub fn all() -> Vec<Row> {
    FILES.map(|(name, file)| Row::read(name, file)).into()
}

/// The number behind the last `CHECK` in what a program said.
#[must_use]
pub fn check(said: &str) -> Option<f64> {
    let (_, number) = said
        .to_ascii_uppercase()
        .rsplit_once("CHECK")
        .map(|(before, after)| {
            (
                before.len(),
                after.split_whitespace().next().map(str::to_owned),
            )
        })?;
    number?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_written_for_every_language() {
        for row in all() {
            for language in ["spectrum", "brandy", "yabasic", "lua", "endbasic"] {
                let text = row.text(language, 7).unwrap_or_default();
                assert!(
                    text.to_ascii_uppercase().contains("CHECK") && !text.contains(TIMES),
                    "{}: {language}",
                    row.name
                );
                assert!(text.contains('7'), "{}: {language}", row.name);
            }
            assert!(row.loops > 1 && !row.about.is_empty(), "{}", row.name);
        }
    }

    #[test]
    fn the_last_check_counts() {
        assert_eq!(check("CHECK 1\n7 14 HELLO\ncheck 2.5e3\n"), Some(2500.0));
        assert_eq!(check("nothing"), None);
        assert_eq!(check("CHECK nan?"), None);
    }
}
