//! A ring of bytes between an interrupt handler and the program: one writes, one reads.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// A queue of at most `N` bytes; `N` is a power of two.
#[derive(Debug)]
pub struct Ring<const N: usize> {
    bytes: [AtomicU8; N],
    /// Bytes ever written; only the writer changes it.
    written: AtomicUsize,
    /// Bytes ever read; only the reader changes it.
    read: AtomicUsize,
}

impl<const N: usize> Ring<N> {
    const POWER_OF_TWO: () = assert!(N.is_power_of_two());

    /// An empty ring.
    #[must_use]
    pub const fn new() -> Self {
        let () = Self::POWER_OF_TWO;
        Self {
            bytes: [const { AtomicU8::new(0) }; N],
            written: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
        }
    }

    /// Adds a byte. For the one writer.
    ///
    /// # Errors
    /// The byte comes back when the ring is full.
    #[inline]
    pub fn push(&self, byte: u8) -> Result<(), u8> {
        let written = self.written.load(Ordering::Relaxed);
        if written.wrapping_sub(self.read.load(Ordering::Acquire)) >= N {
            return Err(byte);
        }
        self.bytes[written & (N - 1)].store(byte, Ordering::Relaxed);
        self.written
            .store(written.wrapping_add(1), Ordering::Release);
        Ok(())
    }

    /// Takes the oldest byte. For the one reader.
    #[inline]
    pub fn pop(&self) -> Option<u8> {
        let read = self.read.load(Ordering::Relaxed);
        if read == self.written.load(Ordering::Acquire) {
            return None;
        }
        let byte = self.bytes[read & (N - 1)].load(Ordering::Relaxed);
        self.read.store(read.wrapping_add(1), Ordering::Release);
        Some(byte)
    }

    /// The place after the last byte written, for [`Self::skip_to`]. For the one writer.
    #[must_use]
    pub fn mark(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    /// Forgets what was written before a mark. For the one reader.
    pub fn skip_to(&self, mark: usize) {
        let read = self.read.load(Ordering::Relaxed);
        // A mark already passed lies behind, more than the ring's size "ahead".
        if mark.wrapping_sub(read) <= N {
            self.read.store(mark, Ordering::Release);
        }
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read.load(Ordering::Acquire) == self.written.load(Ordering::Acquire)
    }
}

impl<const N: usize> Default for Ring<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_order_and_none_is_overwritten() {
        let ring = Ring::<8>::new();
        for round in 0..5u8 {
            for n in 0..8 {
                assert_eq!(ring.push(round * 8 + n), Ok(()));
            }
            assert_eq!(ring.push(99), Err(99));
            for n in 0..8 {
                assert_eq!(ring.pop(), Some(round * 8 + n));
            }
            assert!(ring.is_empty());
            assert_eq!(ring.pop(), None);
        }
    }

    #[test]
    fn bytes_before_a_mark_can_be_skipped() {
        let ring = Ring::<4>::new();
        let old = ring.mark();
        for n in 0..4 {
            ring.push(n).unwrap();
        }
        let mark = ring.mark();
        ring.skip_to(mark);
        assert!(ring.is_empty());
        ring.push(7).unwrap();
        ring.skip_to(old);
        ring.skip_to(mark);
        assert_eq!(ring.pop(), Some(7));
    }

    #[test]
    fn two_threads_lose_nothing() {
        static RING: Ring<16> = Ring::new();
        let writer = std::thread::spawn(|| {
            for n in 0..10_000u32 {
                while RING.push(n.to_le_bytes()[0]).is_err() {
                    std::thread::yield_now();
                }
            }
        });
        let mut next = 0u32;
        while next < 10_000 {
            match RING.pop() {
                Some(byte) => {
                    assert_eq!(byte, next.to_le_bytes()[0]);
                    next += 1;
                }
                None => std::thread::yield_now(),
            }
        }
        writer.join().unwrap();
    }
}
