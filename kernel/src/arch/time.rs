//! Time: the generic timer's counter, and waking the core at a given time.

use core::sync::atomic::{AtomicU64, Ordering};

#[cfg(target_os = "none")]
use aarch64_cpu::registers::{CNTFRQ_EL0, CNTV_CTL_EL0, CNTV_CVAL_EL0, CNTVCT_EL0};
#[cfg(target_os = "none")]
use tock_registers::interfaces::{Readable, Writeable};

/// Microseconds.
pub type Micros = u64;

/// Counts in a second, read once at start.
static FREQUENCY: AtomicU64 = AtomicU64::new(0);
/// The counter when the kernel was entered.
static ENTRY: AtomicU64 = AtomicU64::new(0);

/// What the counter has run at when nobody says: the crystal of the board.
pub const FREQUENCY_UNTOLD: u64 = 19_200_000;

/// Whole microseconds in `counts` of a counter of `frequency` Hz, without overflow for any count.
#[must_use]
pub const fn micros(counts: u64, frequency: u64) -> Micros {
    (counts / frequency).saturating_mul(1_000_000)
        + (counts % frequency).saturating_mul(1_000_000) / frequency
}

/// Counts in `micros` microseconds, rounded up.
#[must_use]
pub const fn counts(micros: Micros, frequency: u64) -> u64 {
    (micros / 1_000_000)
        .saturating_mul(frequency)
        .saturating_add(((micros % 1_000_000) * frequency).div_ceil(1_000_000))
}

/// Reads the counter's frequency and remembers now as the time of entry.
pub fn start() {
    #[cfg(target_os = "none")]
    let frequency = match CNTFRQ_EL0.get() {
        // Firmware has to set it; a loader that did not leaves the crystal's.
        0 => FREQUENCY_UNTOLD,
        set => set,
    };
    #[cfg(not(target_os = "none"))]
    let frequency = 1_000_000;
    FREQUENCY.store(frequency, Ordering::Relaxed);
    ENTRY.store(count(), Ordering::Relaxed);
}

/// Counts in a second.
#[must_use]
pub fn frequency() -> u64 {
    FREQUENCY.load(Ordering::Relaxed).max(1)
}

/// The counter. It never goes back.
#[inline]
#[must_use]
pub fn count() -> u64 {
    #[cfg(target_os = "none")]
    {
        aarch64_cpu::asm::barrier::isb(aarch64_cpu::asm::barrier::SY);
        CNTVCT_EL0.get()
    }
    #[cfg(not(target_os = "none"))]
    {
        // Tests have no counter: time passes by looking at it.
        static LOOKS: AtomicU64 = AtomicU64::new(0);
        LOOKS.fetch_add(1, Ordering::Relaxed)
    }
}

/// Microseconds since the kernel was entered.
#[must_use]
pub fn now() -> Micros {
    micros(
        count().wrapping_sub(ENTRY.load(Ordering::Relaxed)),
        frequency(),
    )
}

/// Microseconds since the counter started: since reset, with all that the firmware took.
#[must_use]
pub fn since_reset() -> Micros {
    micros(count(), frequency())
}

/// Waits; only for waits that a device's manual asks for, and before the machine runs.
pub fn wait(micros: Micros) {
    let end = now().saturating_add(micros);
    while now() < end {
        core::hint::spin_loop();
    }
}

/// Polls `done` for at most `limit` microseconds; tells whether it came true.
#[must_use]
pub fn wait_until(limit: Micros, mut done: impl FnMut() -> bool) -> bool {
    let end = now().saturating_add(limit);
    loop {
        if done() {
            return true;
        }
        if now() > end {
            return done();
        }
        core::hint::spin_loop();
    }
}

/// Sleeps until `wake` (as [`now`] counts) or an interrupt, unless `busy` says, with interrupts
/// masked, that there is something to do. Interrupts are handled before it returns.
pub fn sleep_until(wake: Micros, busy: impl FnOnce() -> bool) {
    super::cpu::mask_interrupts();
    if !busy() && now() < wake {
        #[cfg(target_os = "none")]
        {
            let at = counts(wake, frequency()).wrapping_add(ENTRY.load(Ordering::Relaxed));
            CNTV_CVAL_EL0.set(at);
            CNTV_CTL_EL0.write(CNTV_CTL_EL0::ENABLE::SET);
            super::cpu::wait_for_interrupt();
            CNTV_CTL_EL0.write(CNTV_CTL_EL0::ENABLE::CLEAR);
        }
    }
    super::cpu::unmask_interrupts();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_microseconds_at_any_frequency() {
        assert_eq!(micros(62_500_000, 62_500_000), 1_000_000);
        assert_eq!(micros(19_199, 19_200_000), 999);
        // A hundred years of the board's counter.
        let century = 100 * 365 * 86_400;
        assert_eq!(
            micros(century * 19_200_000, 19_200_000),
            century * 1_000_000
        );
        assert_eq!(micros(u64::MAX, 62_500_000), 295_147_905_179_352_825);
    }

    #[test]
    fn a_time_to_wake_is_never_early() {
        for frequency in [1_000_000, 19_200_000, 62_500_000, 54_000_001] {
            for at in [0, 1, 19_999, 20_000, 999_999, 123_456_789_012] {
                assert!(micros(counts(at, frequency), frequency) >= at);
            }
        }
    }

    #[test]
    fn a_wait_has_an_end() {
        start();
        assert!(!wait_until(50, || false));
        assert!(wait_until(50, || true));
    }
}
