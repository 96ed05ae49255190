//! How much is done, by how many workers, and what comes of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use zx::Result;

use crate::image::Images;
use crate::original::Original;
use crate::tree::Step;

/// Cases a worker takes at a time; expressions share their variables as long.
pub const BLOCK: u64 = 500;

/// How much is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Names the cases.
    pub seed: u64,
    /// The first case.
    pub from: u64,
    /// Cases at most.
    pub count: u64,
    /// Real time at most.
    pub time: Duration,
    /// Workers.
    pub jobs: usize,
    /// Cases shown in full of each kind of difference.
    pub show: usize,
}

/// A case that differs, as small as it still does.
#[derive(Clone, Debug)]
pub struct Case {
    /// For a reader.
    pub text: String,
    /// What is typed, to be kept; nothing where no BASIC is typed.
    pub steps: Vec<Step>,
    /// Lines of a scenario that hold on the ROM and not here, where the screen may not tell.
    pub expectations: String,
}

impl Case {
    /// A case in which no BASIC is typed.
    #[must_use]
    pub const fn untyped(text: String) -> Self {
        Self {
            text,
            steps: Vec::new(),
            expectations: String::new(),
        }
    }
}

/// What came of many cases.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Cases that ran.
    pub cases: u64,
    /// Lines or keys given to the editors.
    pub lines: u64,
    /// Cases that end because the ROM did not, and are compared up to the cut, or waited for a key.
    pub left: u64,
    /// How the lines ended.
    pub endings: BTreeMap<String, u64>,
    /// Differences by field: how many.
    pub found: BTreeMap<String, u64>,
    /// Differences that are meant, by their reason: how many.
    pub explained: BTreeMap<&'static str, u64>,
    /// The cases that are shown: by the number of the case, its field and itself.
    pub shown: BTreeMap<u64, (String, Case)>,
}

impl Tally {
    /// How many cases differ without a reason.
    #[must_use]
    pub fn differences(&self) -> u64 {
        self.found.values().sum()
    }

    /// Adds the counts of another, which showed nothing.
    pub fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        for (ending, many) in &other.endings {
            *self.endings.entry(ending.clone()).or_default() += many;
        }
    }

    /// Counts how a line ended.
    pub fn ending(&mut self, ending: &str) {
        match self.endings.get_mut(ending) {
            Some(many) => *many += 1,
            None => {
                self.endings.insert(ending.to_owned(), 1);
            }
        }
    }

    /// Counts a difference; true if its case is to be shown, which is one of the first of its kind.
    pub fn differs(&mut self, field: &str, show: usize) -> bool {
        let many = self.found.entry(field.to_owned()).or_default();
        *many += 1;
        *many <= show as u64
    }
}

impl core::fmt::Display for Tally {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (index, (field, case)) in &self.shown {
            writeln!(f, "---- {field}: case {index}\n{}", case.text)?;
        }
        let endings: Vec<String> = self
            .endings
            .iter()
            .map(|(ending, many)| format!("{ending} {many}"))
            .collect();
        writeln!(f, "endings: {}", endings.join(", "))?;
        for (reason, many) in &self.explained {
            writeln!(f, "meant to differ: {many} cases: {reason}")?;
        }
        for (field, many) in &self.found {
            writeln!(f, "differ: {many} cases: {field}")?;
        }
        write!(
            f,
            "{} cases, {} lines, {} of them up to where the ROM went on; {} differ",
            self.cases,
            self.lines,
            self.left,
            self.differences()
        )
    }
}

/// What workers share.
pub struct Shared {
    tally: Mutex<Tally>,
    /// None is later than clocks go.
    end: Option<Instant>,
}

impl Shared {
    /// Whether there is time left.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.end.is_none_or(|end| Instant::now() < end)
    }

    /// The tally, for a moment.
    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        match self.tally.lock() {
            Ok(tally) => tally,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}

/// Lets workers, each with its own original, do blocks of cases until all are done or the time is
/// over.
///
/// # Errors
/// An original does not start.
pub fn spread(
    images: &Images,
    amount: Amount,
    work: impl Fn(&mut Original, Range<u64>, &Shared) + Sync,
) -> Result<Tally> {
    spread_over(|| Original::new(images), amount, work)
}

/// The same with originals of another making.
///
/// # Errors
/// An original does not start.
pub fn spread_over<T: Send>(
    make: impl Fn() -> Result<T>,
    amount: Amount,
    work: impl Fn(&mut T, Range<u64>, &Shared) + Sync,
) -> Result<Tally> {
    let next = AtomicU64::new(amount.from / BLOCK);
    let end = amount.from.saturating_add(amount.count);
    let mut originals = Vec::new();
    for _ in 0..amount.jobs.max(1) {
        originals.push(make()?);
    }
    let shared = Shared {
        tally: Mutex::new(Tally::default()),
        end: Instant::now().checked_add(amount.time),
    };
    thread::scope(|scope| {
        for mut rom in originals {
            let (shared, next, work) = (&shared, &next, &work);
            scope.spawn(move || {
                while shared.goes_on() {
                    let block = next.fetch_add(1, Ordering::Relaxed);
                    let from = (block * BLOCK).max(amount.from);
                    let to = (block + 1).saturating_mul(BLOCK).min(end);
                    if from >= to {
                        break;
                    }
                    work(&mut rom, from..to, shared);
                }
            });
        }
    });
    Ok(match shared.tally.into_inner() {
        Ok(tally) => tally,
        Err(poisoned) => poisoned.into_inner(),
    })
}
