//! The loop of FOR and NEXT where all its numbers are small integers, which is nearly always.

use super::{Number, SMALL_ZEROS, well_formed};

/// Step and limit of a loop, made ready to be added and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stride {
    /// The step, with the ones that hand a carry up to the sign byte.
    step: u32,
    /// The limit, all bits changed if the step is negative: so comparing goes the other way.
    limit: i32,
    /// All ones if the step is negative.
    downwards: i32,
}

impl Stride {
    /// For a step and a limit; none unless both are small integers.
    #[must_use]
    pub fn new(step: Number, limit: Number) -> Option<Self> {
        let small = |x: Number| x.0 & SMALL_ZEROS == 0 && well_formed(x.turned());
        let downwards = if step.is_negative() { -1 } else { 0 };
        (small(step) && small(limit)).then(|| Self {
            step: step.turned().wrapping_add(0x00FF_0000),
            limit: limit.turned() as i32 ^ downwards,
            downwards,
        })
    }

    /// The value and the step added, and whether that is past the limit; none unless value and sum
    /// are small integers that the ROM can compare. ROM: `NEXT-LOOP` 1DDA.
    #[inline(always)]
    #[must_use]
    pub fn advance(self, value: Number) -> Option<(Number, bool)> {
        if value.0 & SMALL_ZEROS != 0 {
            return None;
        }
        let sum = value.turned().wrapping_add(self.step) & 0xFF00_FFFF;
        if !well_formed(sum) {
            return None;
        }
        let over = (sum as i32 ^ self.downwards) > self.limit;
        Some((Number(u64::from(sum.rotate_left(16))), over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the calculator gives.
    fn by_steps(value: Number, step: Number, limit: Number) -> (Number, bool) {
        let sum = value.add(step).unwrap();
        let over = if step.is_negative() {
            limit.gt(sum)
        } else {
            sum.gt(limit)
        };
        (sum, over.unwrap())
    }

    #[test]
    fn a_stride_is_an_addition_and_a_comparison() {
        let odd = [Number::MINUS_65536, Number::HALF, Number::from_u32(70_000)];
        let numbers: std::vec::Vec<Number> = [-65535, -40000, -2, -1, 0, 1, 2, 40000, 65535]
            .into_iter()
            .map(Number::small)
            .chain(odd)
            .collect();
        let mut done = 0;
        for &step in &numbers {
            for &limit in &numbers {
                let Some(stride) = Stride::new(step, limit) else {
                    continue;
                };
                for &value in &numbers {
                    if let Some(advanced) = stride.advance(value) {
                        assert_eq!(advanced, by_steps(value, step, limit));
                        done += 1;
                    }
                }
            }
        }
        assert!(done > 500, "{done}");
    }
}
