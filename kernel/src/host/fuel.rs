//! How much the machine works at a time.

use basic::machine::{Fuel, Pause};
use basic::seam::Micros;

/// Less than this makes turns more work than what is done in them.
const LEAST: Fuel = 256;
/// More than this is never needed for a turn of [`LONG`].
const MOST: Fuel = 1 << 20;
/// A turn shorter than this may do more.
const SHORT: Micros = 500;
/// A turn longer than this must do less: keys and the picture wait for it.
const LONG: Micros = 2_000;

/// The measure of a turn, kept so that turns take between half a millisecond and two.
#[derive(Clone, Debug)]
pub struct Gauge(Fuel);

impl Gauge {
    /// A careful first guess.
    #[must_use]
    pub const fn new() -> Self {
        Self(1024)
    }

    /// The fuel for the next turn.
    #[must_use]
    pub const fn fuel(&self) -> Fuel {
        self.0
    }

    /// Learns from a turn that took so long and ended so.
    pub fn learn(&mut self, took: Micros, pause: Pause) {
        if took > LONG {
            self.0 = (self.0 / 2).max(LEAST);
        } else if took < SHORT && pause == Pause::Fuel {
            self.0 = (self.0 * 2).min(MOST);
        }
    }
}

impl Default for Gauge {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_end_up_between_short_and_long() {
        for nanoseconds in [5, 100, 1_000, 3_000] {
            let mut gauge = Gauge::new();
            for _ in 0..40 {
                gauge.learn(u64::from(gauge.fuel()) * nanoseconds / 1000, Pause::Fuel);
            }
            let took = u64::from(gauge.fuel()) * nanoseconds / 1000;
            assert!((SHORT..=LONG).contains(&took), "{took} us");
        }
    }

    #[test]
    fn idle_turns_teach_nothing_and_limits_hold() {
        let mut gauge = Gauge::new();
        gauge.learn(1, Pause::Idle(None));
        assert_eq!(gauge.fuel(), Gauge::new().fuel());
        for _ in 0..99 {
            gauge.learn(1_000_000, Pause::Fuel);
        }
        assert_eq!(gauge.fuel(), LEAST);
        for _ in 0..99 {
            gauge.learn(0, Pause::Fuel);
        }
        assert_eq!(gauge.fuel(), MOST);
    }
}
