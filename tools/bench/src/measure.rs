//! Ours and the others, turn by turn.

use std::time::Duration;

use zx::{Failure, Result};

use crate::interpreters::Interpreter;
use crate::ours;
use crate::rows::{Row, check};

/// A first measurement must last so long before it tells how often the work is to be done.
const TELLING: Duration = Duration::from_millis(20);
/// How many times the work is done at most.
const TIMES_MAX: u64 = 1 << 32;
/// The small run of a pair does this part of the large one.
const SMALL_PART: u64 = 5;
/// Results may differ by this part: some count in nine figures, some in sixteen.
const ROUNDING: f64 = 1e-6;

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Our machine.
    Ours,
    /// Another interpreter.
    Other(Interpreter),
}

impl Who {
    /// What the table calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Other(interpreter) => interpreter.name,
        }
    }

    /// Does a row's work so many times; gives the time, starting included, and the result.
    fn run(self, row: &Row, times: u64) -> Result<(Duration, f64)> {
        let language = match self {
            Self::Ours => "spectrum",
            Self::Other(interpreter) => interpreter.language,
        };
        let text = row
            .text(language, times)
            .ok_or_else(|| Failure(format!("{} is not written for {language}", row.name)))?;
        let (took, said) = match self {
            Self::Ours => ours::run(&text)?,
            Self::Other(interpreter) => interpreter.run(&text)?,
        };
        match check(&said) {
            Some(result) => Ok((took, result)),
            None => Err(Failure(format!("{}, {}: no result", self.name(), row.name))),
        }
    }
}

/// Whether two results are the same but for rounding.
#[must_use]
pub fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

/// One interpreter's measurements in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    who: Who,
    times: u64,
    samples: Vec<f64>,
}

impl Series {
    /// Finds out how often the work must be done to last `length`; `expected` is the result of
    /// doing it once.
    ///
    /// # Errors
    /// The result is another, or there is none.
    pub fn begin(who: Who, row: &Row, length: Duration, expected: Option<f64>) -> Result<Self> {
        let (started, result) = who.run(row, 1)?;
        if let Some(expected) = expected.filter(|&expected| !same(expected, result)) {
            return Err(Failure(format!(
                "{}, {}: the result is {result}, not {expected}",
                who.name(),
                row.name
            )));
        }
        let mut times = 1;
        while times < TIMES_MAX {
            let took = who.run(row, times)?.0.saturating_sub(started);
            if took >= TELLING {
                let part = length.as_secs_f64() / took.as_secs_f64();
                times = (times as f64 * part) as u64;
                break;
            }
            times *= 4;
        }
        Ok(Self {
            who,
            times: times.max(2),
            samples: Vec::new(),
        })
    }

    /// Measures once more: the difference of a large run and a small one, so that starting does
    /// not count.
    ///
    /// # Errors
    /// It does not end as it should.
    pub fn sample(&mut self, row: &Row) -> Result<()> {
        let small = (self.times / SMALL_PART).max(1);
        let a = self.who.run(row, small)?.0.as_nanos() as f64;
        let b = self.who.run(row, self.times)?.0.as_nanos() as f64;
        let loops = (self.times - small) * row.loops;
        self.samples.push((b - a).max(0.0) / loops as f64);
        Ok(())
    }

    /// The median, in nanoseconds a loop.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }
}

/// The medians of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The row's name.
    pub row: &'static str,
    /// Ours, in nanoseconds a loop.
    pub ours: f64,
    /// The others', in the order they were given; none where one failed.
    pub others: Vec<Option<f64>>,
    /// What went wrong.
    pub wrong: Vec<String>,
}

/// Measures a row: ours, another, ours, another and so on, so that what disturbs falls on all.
///
/// # Errors
/// Our machine fails.
pub fn row(row: &Row, others: &[Interpreter], rounds: u32, length: Duration) -> Result<Measured> {
    let expected = Who::Ours.run(row, 1)?.1;
    let mut ours = Series::begin(Who::Ours, row, length, None)?;
    let mut wrong = Vec::new();
    let mut series: Vec<Option<Series>> = others
        .iter()
        .map(|&other| {
            Series::begin(Who::Other(other), row, length, Some(expected))
                .map_err(|failure| wrong.push(failure.0))
                .ok()
        })
        .collect();
    for _ in 0..rounds {
        if others.is_empty() {
            ours.sample(row)?;
        }
        for series in series.iter_mut().flatten() {
            ours.sample(row)?;
            series.sample(row)?;
        }
    }
    Ok(Measured {
        row: row.name,
        ours: ours.median().unwrap_or_default(),
        others: series
            .iter()
            .map(|series| series.as_ref().and_then(Series::median))
            .collect(),
        wrong,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_difference() {
        assert!(same(1499.0, 1499.0) && same(0.123_456_789, 0.123_456_78));
        assert!(!same(1499.0, 1500.0) && !same(1.0, -1.0));
    }

    #[test]
    fn our_rows_can_be_measured_alone() {
        let rows = crate::rows::all();
        let measured = row(&rows[0], &[], 1, Duration::from_millis(1)).unwrap();
        assert!(measured.ours > 0.0 && measured.wrong.is_empty());
    }
}
