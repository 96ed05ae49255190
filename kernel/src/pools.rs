//! Memory shared out by `linked_list_allocator`, with a pool for each small size: blocks of it that
//! were given back wait there for the next that is asked for.
//!
//! The crate keeps what is free in one list by address and walks it whenever a block is given
//! back: giving back the thousands of names of a large folder would take the square of their
//! number.

use core::alloc::Layout;
use core::ptr::NonNull;

use linked_list_allocator::Heap;

/// Small blocks have sizes that are multiples of this, and lie at multiples of it.
const STEP: usize = 16;
/// Sizes of small blocks: up to one kilobyte, so that nodes of trees are among them.
const SIZES: usize = 64;

/// What a block that waits holds.
struct Waiting {
    next: Option<NonNull<Waiting>>,
}

/// Memory to be handed out as blocks.
pub struct Pools {
    all: Heap,
    /// The first block of each size that waits.
    waiting: [Option<NonNull<Waiting>>; SIZES],
    /// Bytes that wait.
    kept: usize,
}

// SAFETY: The pointers lead to memory that is nobody else's.
unsafe impl Send for Pools {}

/// Which pool a small block belongs to, and what it really takes.
fn small(layout: Layout) -> Option<(usize, Layout)> {
    let steps = layout.size().div_ceil(STEP).max(1);
    let whole = Layout::from_size_align(steps * STEP, STEP).ok()?;
    (steps <= SIZES && layout.align() <= STEP).then_some((steps - 1, whole))
}

impl Pools {
    /// No memory at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            all: Heap::empty(),
            waiting: [None; SIZES],
            kept: 0,
        }
    }

    /// Gives it memory.
    ///
    /// # Safety
    /// To be called once, with memory that is used by nobody and stays so.
    pub unsafe fn init(&mut self, bottom: *mut u8, bytes: usize) {
        // SAFETY: The caller's promise.
        unsafe { self.all.init(bottom, bytes) };
    }

    /// Bytes in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.all.used() - self.kept
    }

    /// Bytes free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.all.free() + self.kept
    }

    /// A block, if there is one.
    pub fn take(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let Some((pool, whole)) = small(layout) else {
            return self.first_fit(layout);
        };
        let Some(block) = self.waiting[pool] else {
            return self.first_fit(whole);
        };
        // SAFETY: What waits was put there by `give_back` and nobody has it.
        self.waiting[pool] = unsafe { block.read() }.next;
        self.kept -= whole.size();
        Some(block.cast())
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// It came from [`Pools::take`] with the same layout, and is not used any more.
    pub unsafe fn give_back(&mut self, block: NonNull<u8>, layout: Layout) {
        let Some((pool, whole)) = small(layout) else {
            // SAFETY: The caller's promise.
            return unsafe { self.all.deallocate(block, layout) };
        };
        let next = self.waiting[pool].replace(block.cast());
        // SAFETY: The block is unused, and large enough and so aligned.
        unsafe { block.cast().write(Waiting { next }) };
        self.kept += whole.size();
    }

    /// A block of what is in no pool; of all when there is none.
    fn first_fit(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.all.allocate_first_fit(layout).ok().or_else(|| {
            self.gather();
            self.all.allocate_first_fit(layout).ok()
        })
    }

    /// Empties the pools.
    #[cold]
    fn gather(&mut self) {
        for pool in 0..SIZES {
            let Ok(whole) = Layout::from_size_align((pool + 1) * STEP, STEP) else {
                continue;
            };
            while let Some(block) = self.waiting[pool] {
                // SAFETY: As in `take`.
                self.waiting[pool] = unsafe { block.read() }.next;
                // SAFETY: It was taken from there with this layout.
                unsafe { self.all.deallocate(block.cast(), whole) };
                self.kept -= whole.size();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    const BYTES: usize = 1 << 16;

    /// Memory that is never given back.
    fn pools() -> Pools {
        let mut pools = Pools::empty();
        let memory = vec![0_u64; BYTES / 8].leak();
        // SAFETY: Nobody else has it.
        unsafe { pools.init(memory.as_mut_ptr().cast(), BYTES) };
        pools
    }

    /// A block in use: where, what was asked for, and what it is filled with.
    type Held = (NonNull<u8>, Layout, u8);

    fn take(pools: &mut Pools, layout: Layout, mark: u8) -> Option<Held> {
        let block = pools.take(layout)?;
        assert_eq!(block.as_ptr() as usize % layout.align(), 0);
        // SAFETY: It was handed out with that size.
        unsafe { block.write_bytes(mark, layout.size()) };
        Some((block, layout, mark))
    }

    fn give_back(pools: &mut Pools, (block, layout, mark): Held) {
        // SAFETY: It was filled when it was taken.
        let bytes = unsafe { core::slice::from_raw_parts(block.as_ptr(), layout.size()) };
        assert!(
            bytes.iter().all(|byte| *byte == mark),
            "shared with another"
        );
        // SAFETY: It came from there, and goes out of use here.
        unsafe { pools.give_back(block, layout) };
    }

    #[test]
    fn no_byte_is_handed_out_twice_and_none_is_lost() {
        let mut pools = pools();
        let free = pools.free();
        let mut held = VecDeque::new();
        let mut state = 1_u32;
        let mut refused = 0;
        for round in 0..100_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let random = state as usize >> 8;
            let size = 1 + random % [24, 300, 3_000][round % 3];
            let align = 1 << (random >> 12 & 7);
            let layout = Layout::from_size_align(size, align).expect("small");
            match take(&mut pools, layout, round as u8) {
                Some(block) => held.push_back(block),
                None => refused += 1,
            }
            if random & 3 == 0 || held.len() > 200 {
                let at = (random >> 4) % held.len().max(1);
                if let Some(block) = held.swap_remove_back(at) {
                    give_back(&mut pools, block);
                }
            }
            assert_eq!(pools.used() + pools.free(), free);
        }
        assert!((1..90_000).contains(&refused), "{refused}");
        for block in held {
            give_back(&mut pools, block);
        }
        assert_eq!((pools.used(), pools.free()), (0, free));
        let all = Layout::from_size_align(free, 8).expect("all of it");
        assert!(pools.take(all).is_some());
    }

    #[test]
    fn a_block_that_came_back_is_the_next_of_its_size() {
        let mut pools = pools();
        let layout = Layout::from_size_align(20, 4).expect("small");
        let held: Vec<Held> = (0..9).filter_map(|n| take(&mut pools, layout, n)).collect();
        let places: Vec<NonNull<u8>> = held.iter().map(|held| held.0).collect();
        for block in held {
            give_back(&mut pools, block);
        }
        for place in places.iter().rev() {
            assert_eq!(pools.take(layout), Some(*place));
        }
    }
}
