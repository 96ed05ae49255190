//! Made-up sessions on both machines, compared after every line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::grammar::Maker;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::{Difference, Outcome, Status, compare};
use crate::random::Random;
use crate::shrink::shrink;
use crate::tree::{self, Step};

/// T-states a line may take on the ROM: eleven seconds of its time.
pub const T_STATES: u64 = 40_000_000;
/// Fuel a line may take here.
pub const FUEL: u32 = 3_000_000;

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
}

/// What came of many cases.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Cases that ran.
    pub cases: u64,
    /// Lines given to the editors.
    pub lines: u64,
    /// Cases left because the ROM did not end or waited for a key.
    pub left: u64,
    /// How the lines ended.
    pub endings: BTreeMap<String, u64>,
    /// Differences by field: how many, and the smallest case of the first few.
    pub found: BTreeMap<String, (u64, Vec<String>)>,
    /// The lines of the cases that are shown, with what differs.
    pub kept: Vec<(String, Vec<Vec<u8>>)>,
}

impl Tally {
    /// How many cases differ.
    #[must_use]
    pub fn differences(&self) -> u64 {
        self.found.values().map(|(many, _)| many).sum()
    }
}

impl core::fmt::Display for Tally {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (field, (many, cases)) in &self.found {
            writeln!(f, "---- {field}: {many}")?;
            for case in cases {
                writeln!(f, "{case}")?;
            }
        }
        let endings: Vec<String> = self
            .endings
            .iter()
            .map(|(ending, many)| format!("{ending} {many}"))
            .collect();
        writeln!(f, "endings: {}", endings.join(", "))?;
        write!(
            f,
            "{} cases, {} lines, {} left because the ROM went on; {} differ",
            self.cases,
            self.lines,
            self.left,
            self.differences()
        )
    }
}

/// How a session went.
pub struct Played {
    /// The first difference, and the step it is in.
    pub difference: Option<(usize, Difference)>,
    /// The steps that were given to both.
    pub steps: usize,
    /// Whether the ROM went on for ever or waited.
    pub left: bool,
}

/// Plays a session on both until something differs.
pub fn play(rom: &mut Original, steps: &[Step], mut see: impl FnMut(&Outcome)) -> Played {
    rom.reset();
    let mut ours = Ours::fresh();
    for (i, step) in steps.iter().enumerate() {
        let line = step.line();
        let theirs = rom.enter(&line, T_STATES);
        see(&theirs);
        if matches!(theirs.status, Status::Endless | Status::Gone) {
            return Played {
                difference: None,
                steps: i + 1,
                left: true,
            };
        }
        let own = ours.enter(&line, FUEL);
        let difference = compare(
            (&theirs, rom.spectrum.memory()),
            (&own, ours.memory()),
            theirs.status.goes_on(),
        );
        if let Some(difference) = difference {
            return Played {
                difference: Some((i, difference)),
                steps: i + 1,
                left: false,
            };
        }
        if !theirs.status.goes_on() {
            return Played {
                difference: None,
                steps: i + 1,
                left: true,
            };
        }
    }
    Played {
        difference: None,
        steps: steps.len(),
        left: false,
    }
}

/// A case as a reader wants to see it.
#[must_use]
pub fn describe(steps: &[Step], found: &(usize, Difference)) -> String {
    let mut text = String::new();
    for step in &steps[..=found.0] {
        // a String takes everything
        let _ = writeln!(text, "    {}", tree::text(&step.line()));
    }
    text + &found.1.text
}

/// Plays many sessions.
pub fn many(
    rom: &mut Original,
    amount: Amount,
    keep: usize,
    make: impl Fn(&mut Maker<'_>) -> Vec<Step>,
) -> Tally {
    let mut tally = Tally::default();
    let begun = Instant::now();
    for index in amount.from..amount.from.saturating_add(amount.count) {
        if begun.elapsed() >= amount.time {
            break;
        }
        let mut random = Random::new(amount.seed, index);
        let steps = make(&mut Maker::new(&mut random));
        let played = play(rom, &steps, |outcome| {
            let ending = match outcome.status {
                Status::Report(code, ..) => code.to_string(),
                Status::Refused(..) => "refused".to_owned(),
                Status::Entered => "entered".to_owned(),
                other => other.to_string(),
            };
            *tally.endings.entry(ending).or_default() += 1;
        });
        tally.cases += 1;
        tally.lines += played.steps as u64;
        tally.left += u64::from(played.left);
        let Some((_, difference)) = played.difference else {
            continue;
        };
        let entry = tally.found.entry(difference.field.clone()).or_default();
        entry.0 += 1;
        if entry.1.len() >= keep {
            continue;
        }
        let small = shrink(steps, |steps| {
            play(rom, steps, |_| ())
                .difference
                .is_some_and(|(_, d)| d.field == difference.field)
        });
        if let Some(found) = play(rom, &small, |_| ()).difference {
            entry
                .1
                .push(format!("case {index}\n{}", describe(&small, &found)));
            let lines = small[..=found.0].iter().map(Step::line).collect();
            tally.kept.push((difference.field, lines));
        }
    }
    tally
}
