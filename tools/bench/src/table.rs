//! The table.

use crate::interpreters::Interpreter;
use crate::measure::Measured;

/// Three figures, or whole nanoseconds.
fn figures(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2}")
    } else if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// The geometric mean of ratios.
fn mean(ratios: &[f64]) -> Option<f64> {
    if ratios.is_empty() {
        return None;
    }
    let sum: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    Some((sum / ratios.len() as f64).exp())
}

/// The line above the rows.
#[must_use]
pub fn head(others: &[Interpreter]) -> String {
    let mut line = format!("{:8}{:>9}", "ns/loop", "ours");
    for other in others {
        line += &format!("{:>14}{:>7}", other.name, "ratio");
    }
    line
}

/// A row: ours, then each other with the part of its time that ours is.
#[must_use]
pub fn row(measured: &Measured) -> String {
    let mut line = format!("{:8}{:>9}", measured.row, figures(measured.ours));
    for other in &measured.others {
        let (nanos, ratio) = other.map_or_else(
            || ("-".to_owned(), "-".to_owned()),
            |other| (figures(other), figures(measured.ours / other)),
        );
        line += &format!("{nanos:>14}{ratio:>7}");
    }
    line
}

/// The line below: the geometric mean of the ratios, and the largest.
#[must_use]
pub fn foot(all: &[Measured], others: &[Interpreter]) -> String {
    let mut mean_line = format!("{:17}", "mean of ratios");
    let mut most_line = format!("{:17}", "largest ratio");
    for n in 0..others.len() {
        let ratios: Vec<f64> = all
            .iter()
            .filter_map(|measured| Some(measured.ours / measured.others[n]?))
            .collect();
        let most = ratios.iter().copied().max_by(f64::total_cmp);
        let show = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figures);
        mean_line += &format!("{:>21}", show(mean(&ratios)));
        most_line += &format!("{:>21}", show(most));
    }
    format!("{mean_line}\n{most_line}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreters::ALL;

    #[test]
    fn ratios_and_their_geometric_mean() {
        let measured = |ours, other| Measured {
            row: "bm1",
            ours,
            others: vec![other],
            wrong: Vec::new(),
        };
        let all = [
            measured(10.0, Some(40.0)),
            measured(40.0, Some(10.0)),
            measured(5.0, None),
        ];
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&row(&all[0])), ["bm1", "10.0", "40.0", "0.25"]);
        assert_eq!(words(&row(&all[2])), ["bm1", "5.00", "-", "-"]);
        let foot = foot(&all, &ALL[..1]);
        let lines: Vec<_> = foot.lines().map(words).collect();
        assert_eq!(lines[0].last().unwrap(), "1.00");
        assert_eq!(lines[1].last().unwrap(), "4.00");
    }
}
