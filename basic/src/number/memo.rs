//! Results of the functions made of series, kept for the next time: programs ask for the same
//! ones again and again.

use alloc::vec;
use alloc::vec::Vec;

use super::functions::{raised, root};
use super::{Number, Transcendental};
use crate::report::Result;

/// How many places there are, as a power of two. With two results each they take 64K, and nine
/// in ten of a thousand results find room.
const PLACES_BITS: u32 = 11;
/// A multiplier that spreads neighbours: two to the power 64 over the golden section.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// The results by function and argument: each has one place, and there are the last two of it.
///
/// They only save time: two memos are equal whatever they hold, and a clone holds nothing.
#[derive(Default)]
pub struct Memo {
    /// None of them before the first result.
    places: Vec<[Entry; 2]>,
}

/// A function with its argument, and the result.
#[derive(Clone, Copy)]
struct Entry {
    question: u64,
    answer: Number,
}

/// No question is 0.
const EMPTY: Entry = Entry {
    question: 0,
    answer: Number::ZERO,
};

impl Memo {
    /// The function of x.
    ///
    /// # Errors
    /// Those of the function, which are not kept.
    #[inline(always)]
    pub fn of(&mut self, function: Transcendental, x: Number) -> Result<Number> {
        let question = x.bits() | (function as u64) << 40;
        let place = (question.wrapping_mul(SPREAD) >> (u64::BITS - PLACES_BITS)) as usize;
        match self.places.get(place) {
            Some([last, _]) if last.question == question => Ok(last.answer),
            Some([_, older]) if older.question == question => Ok(older.answer),
            _ => self.ask(function, x, place, question),
        }
    }

    #[inline(never)]
    fn ask(
        &mut self,
        function: Transcendental,
        x: Number,
        place: usize,
        question: u64,
    ) -> Result<Number> {
        let answer = function.of(x)?;
        if self.places.is_empty() {
            self.places = vec![[EMPTY; 2]; 1 << PLACES_BITS];
        }
        if let Some([last, older]) = self.places.get_mut(place) {
            *older = *last;
            *last = Entry { question, answer };
        }
        Ok(answer)
    }

    /// [`Number::pow`].
    ///
    /// # Errors
    /// Those of [`Number::pow`].
    #[inline(never)]
    pub fn pow(&mut self, x: Number, y: Number) -> Result<Number> {
        raised(x, y, |function, x| self.of(function, x))
    }

    /// [`Number::sqr`].
    ///
    /// # Errors
    /// Those of [`Number::sqr`].
    #[inline(never)]
    pub fn sqr(&mut self, x: Number) -> Result<Number> {
        root(x, |function, x| self.of(function, x))
    }
}

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Memo {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl core::fmt::Debug for Memo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Memo")
    }
}
