//! Counts per area and field, as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::fields::Compared;

/// A field is rare if less than one run in so many has it.
const RARE: usize = 12;

/// Equal ones of all.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    equal: usize,
    all: usize,
}

impl Count {
    fn add(&mut self, equal: bool) {
        self.all += 1;
        self.equal += usize::from(equal);
    }
    fn text(self) -> String {
        match (self.equal, self.all) {
            (_, 0) => ".".to_owned(),
            (equal, all) if equal == all => all.to_string(),
            (equal, all) => format!("{equal}/{all}"),
        }
    }
}

/// The counts of one area.
#[derive(Clone, Debug, Default)]
struct Row {
    runs: Count,
    fields: BTreeMap<String, Count>,
}

/// The counts of all.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    areas: BTreeMap<String, Row>,
    total: Row,
    /// Fields in the order of their first appearance.
    columns: Vec<String>,
    /// Runs with fields that are set aside, by the reason.
    aside: BTreeMap<&'static str, usize>,
}

impl Table {
    /// Counts a comparison.
    pub(super) fn add(&mut self, area: &str, compared: &Compared) {
        for reason in compared.reasons() {
            *self.aside.entry(reason).or_default() += 1;
        }
        let row = self.areas.entry(area.to_owned()).or_default();
        for row in [row, &mut self.total] {
            row.runs.add(compared.equal());
            for (field, equal) in compared.fields() {
                row.fields.entry(field.to_owned()).or_default().add(equal);
            }
        }
        for (field, _) in compared.fields() {
            if !self.columns.iter().any(|c| c == field) {
                self.columns.push(field.to_owned());
            }
        }
    }

    /// Counts a run that gave no account.
    pub(super) fn failed(&mut self, area: &str) {
        self.areas
            .entry(area.to_owned())
            .or_default()
            .runs
            .add(false);
        self.total.runs.add(false);
    }

    /// The table: one number where all are equal, `equal/all` where not. Fields that few runs
    /// have are counted together below it, then what is set aside.
    pub(super) fn text(&self) -> String {
        let (columns, rare): (Vec<&String>, Vec<&String>) = self.columns.iter().partition(|c| {
            let all = self.total.fields.get(*c).map_or(0, |count| count.all);
            all * RARE >= self.total.runs.all
        });
        let mut lines = vec![];
        let head = ["area", "runs"].map(str::to_owned);
        let names = columns.iter().map(|c| (*c).clone());
        lines.push(head.into_iter().chain(names).collect());
        let rows = self.areas.iter().map(|(name, row)| (name.as_str(), row));
        for (name, row) in rows.chain([("all", &self.total)]) {
            let mut cells = vec![name.to_owned(), row.runs.text()];
            for column in &columns {
                cells.push(row.fields.get(*column).copied().unwrap_or_default().text());
            }
            lines.push(cells);
        }
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|l: &Vec<String>| l.get(column));
            cells.map(|c| c.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns.len() + 2).map(width).collect();
        let rows = lines.iter().map(|line| {
            let cells = line.iter().zip(&widths).enumerate().map(|(i, (cell, &w))| {
                if i == 0 {
                    format!("{cell:w$}")
                } else {
                    format!("{cell:>w$}")
                }
            });
            cells.collect::<Vec<_>>().join("  ")
        });
        let mut text = rows.collect::<Vec<_>>().join("\n");
        if !rare.is_empty() {
            let rare = rare.iter().map(|c| {
                let count = self.total.fields.get(*c).copied().unwrap_or_default();
                format!("{c} {}", count.text())
            });
            text.push_str("\nalso ");
            text.push_str(&rare.collect::<Vec<_>>().join(", "));
        }
        for (reason, runs) in &self.aside {
            let _ = write!(text, "\nset aside in {runs}: {reason}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fields::compare;
    use serde_json::json;

    #[test]
    fn the_table_shows_equal_of_all() {
        let one = |a: u8, b: u8| {
            let (a, b) = (json!({"border": a}), json!({"border": b}));
            compare(a.as_object().unwrap(), b.as_object().unwrap(), true, &[])
        };
        let mut table = Table::default();
        table.add("print", &one(1, 1));
        table.add("print", &one(1, 2));
        table.add("expr", &one(1, 1));
        table.failed("tape");
        let mut editors = one(1, 2);
        editors.set_aside(|_| Some("the editor"));
        table.add("tape", &editors);
        assert_eq!(
            table.text(),
            "area   runs  border\nexpr      1       1\nprint   1/2     1/2\ntape    1/2       .\nall     3/5     2/3\nset aside in 1: the editor"
        );
    }
}
