//! The rows of the table: each is one piece of work, written for each language.
//!
//! A file of `programs` starts with a remark that says what the work is, and how many loops it
//! makes; then come the texts, `== language` before each. `{N}` in a text is how often the work is
//! done, `{OUT}` a file for its result where the language's own output goes to a window. Every
//! text ends by saying `CHECK` and a number that follows from the work.

use std::collections::BTreeMap;

use zx::{Failure, Result};

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

/// The rows with these names; all if there are none.
#[must_use]
pub fn named(names: &[String]) -> Vec<Row> {
    let mut rows = all();
    rows.retain(|row| names.is_empty() || names.iter().any(|name| name == row.name));
    rows
}

/// Refuses names of which nothing here is called so, and not in `others` either.
///
/// # Errors
/// There is such a name.
pub fn check_names(names: &[String], others: &[String]) -> Result<()> {
    let is_row = |name: &String| FILES.iter().any(|(row, _)| row == name);
    let Some(unknown) = names.iter().find(|n| !is_row(n) && !others.contains(n)) else {
        return Ok(());
    };
    let rows = FILES.map(|(row, _)| row).join(" ");
    Err(Failure(format!(
        "nothing is called `{unknown}`; the rows are {rows}"
    )))
}

/// The number behind the last `CHECK` in what a program said.
#[must_use]
pub fn check(said: &str) -> Option<f64> {
    let said = said.to_ascii_uppercase();
    let (_, after) = said.rsplit_once("CHECK")?;
    after.split_whitespace().next()?.parse().ok()
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
                let more = row.text(language, 8).unwrap_or_default();
                assert_ne!(text, more, "{}: {language}", row.name);
            }
            assert!(row.loops > 1 && !row.about.is_empty(), "{}", row.name);
        }
    }

    #[test]
    fn a_name_that_nothing_has_is_refused() {
        let names = ["bm1".to_owned(), "life".to_owned()];
        assert_eq!(named(&names).len(), 1);
        assert_eq!(named(&[]).len(), FILES.len());
        assert!(check_names(&names, &names[1..]).is_ok());
        let said = check_names(&names, &[]).unwrap_err().0;
        assert!(said.contains("`life`") && said.contains("mandel"), "{said}");
    }

    #[test]
    fn the_last_check_counts() {
        assert_eq!(check("CHECK 1\n7 14 HELLO\ncheck 2.5e3\n"), Some(2500.0));
        assert_eq!(check("nothing"), None);
        assert_eq!(check("CHECK nan?"), None);
    }
}
