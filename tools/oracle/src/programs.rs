//! Made-up sessions on both machines, compared after every line.

use std::fmt::Write as _;

use zx::Result;

use crate::explained::explained;
use crate::grammar::Maker;
use crate::image::Images;
use crate::intact::is_intact;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::{Difference, Outcome, Status, compare};
use crate::peeks;
use crate::random::Random;
use crate::shrink::shrink;
use crate::tally::{Amount, Case, Shared, Tally, spread};
use crate::tree::Step;

/// T-states a line may take on the ROM: two seconds of its time.
pub const T_STATES: u64 = 7_000_000;
/// The same for a line that ends here.
const PATIENCE: u64 = 10 * T_STATES;
/// Fuel a line may take here.
pub const FUEL: u32 = 300_000;

/// How a session went.
pub struct Played {
    /// The first difference, and the step it is in.
    pub difference: Option<(usize, Difference)>,
    /// The steps that were given to both.
    pub steps: usize,
    /// Whether the ROM went on for ever, and was compared up to the cut, or waited.
    pub left: bool,
}

/// Plays a session on both until something differs.
pub fn play(rom: &mut Original, steps: &[Step], mut see: impl FnMut(&Outcome)) -> Played {
    rom.reset();
    let mut ours = Ours::fresh(rom.model());
    if steps.iter().any(|step| step.typed || !step.keys.is_empty()) {
        ours.use_keyword_keys();
    }
    let mut played = Played {
        difference: None,
        steps: 0,
        left: false,
    };
    // Whether something has been where programs copy the system variables to.
    let mut spoilt = false;
    for (i, step) in steps.iter().enumerate() {
        played.left = !step.typed && !rom.has_room_for(&step.line());
        if played.left {
            return played;
        }
        played.steps += 1;
        let own = ours.take(step, FUEL);
        let patience = match own.status {
            Status::Endless => T_STATES,
            _ => PATIENCE,
        };
        let theirs = rom.take(step, patience);
        see(&theirs);
        // what a start leaves differs
        played.left = theirs.status == Status::Gone
            && !matches!(own.status, Status::Report(..) | Status::Refused(..));
        if played.left {
            return played;
        }
        let difference = compare(
            rom.model(),
            (&theirs, rom.spectrum.memory()),
            (&own, ours.memory()),
        );
        spoilt |= peeks::reached(rom.reach());
        let difference = difference.filter(|d| !(spoilt && peeks::is_one(d)));
        if let Some(mut difference) = difference {
            difference.written_over = !is_intact(rom.model(), rom.spectrum.memory());
            difference.machine_code = theirs.machine_code;
            played.difference = Some((i, difference));
            return played;
        }
        // an answer may be typed in several steps
        played.left = !(theirs.status.goes_on() || step.typed && theirs.status == Status::Waiting);
        if played.left {
            return played;
        }
    }
    played
}

/// A case as a reader wants to see it.
#[must_use]
pub fn describe(steps: &[Step], found: &(usize, Difference)) -> String {
    let mut text = String::new();
    for step in &steps[..=found.0] {
        // a String takes everything
        let _ = writeln!(text, "    {}", step.shown());
    }
    text + &found.1.text
}

/// Plays many sessions.
///
/// # Errors
/// There is no original.
pub fn many(
    images: &Images,
    amount: Amount,
    make: impl Fn(&mut Maker<'_>) -> Vec<Step> + Sync,
) -> Result<Tally> {
    spread(images, amount, |rom, block, shared| {
        for index in block {
            if !shared.goes_on() {
                break;
            }
            let mut random = Random::new(amount.seed, index);
            let steps = make(&mut Maker::of(rom.model(), &mut random));
            one(rom, amount, index, steps, shared);
        }
    })
}

/// Plays one session.
fn one(rom: &mut Original, amount: Amount, index: u64, steps: Vec<Step>, shared: &Shared) {
    let mut endings = Vec::new();
    let played = play(rom, &steps, |outcome| {
        endings.push(match outcome.status {
            Status::Report(code, ..) => code.to_string(),
            Status::Refused(..) => "refused".to_owned(),
            Status::Entered => "entered".to_owned(),
            other => other.to_string(),
        });
    });
    let show = {
        let mut tally = shared.tally();
        tally.cases += 1;
        tally.lines += played.steps as u64;
        tally.left += u64::from(played.left);
        for ending in &endings {
            tally.ending(ending);
        }
        match &played.difference {
            None => return,
            Some((at, difference)) => {
                if let Some(reason) = explained(&steps[..=*at], difference) {
                    *tally.explained.entry(reason).or_default() += 1;
                    return;
                }
                tally.differs(&difference.field, amount.show)
            }
        }
    };
    let Some((_, difference)) = played.difference.filter(|_| show) else {
        return;
    };
    // no key typed is no step
    let is_step = |step: &Step| !(step.typed && step.line().is_empty());
    let small = shrink(steps, |steps| {
        steps.iter().all(is_step)
            && play(rom, steps, |_| ()).difference.is_some_and(|(at, d)| {
                d.field == difference.field && explained(&steps[..=at], &d).is_none()
            })
    });
    if let Some(found) = play(rom, &small, |_| ()).difference {
        let case = Case {
            text: describe(&small, &found),
            steps: small[..=found.0].to_vec(),
            expectations: found.1.expectations,
        };
        shared.tally().shown.insert(index, (difference.field, case));
    }
}
