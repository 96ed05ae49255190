//! Processor time: what others do on this computer counts little in it.

use std::time::Duration;

/// Whose time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This process'.
    Ours,
    /// That of programs it started that have ended.
    Theirs,
}

/// The processor time used so far.
#[cfg(unix)]
#[must_use]
pub fn used(whose: Whose) -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;

    let who = match whose {
        Whose::Ours => UsageWho::RUSAGE_SELF,
        Whose::Theirs => UsageWho::RUSAGE_CHILDREN,
    };
    getrusage(who).map_or(Duration::ZERO, |usage| {
        let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        Duration::from_micros(micros.unsigned_abs())
    })
}

/// The time since the first call: this system does not tell processor time.
#[cfg(not(unix))]
#[must_use]
pub fn used(_whose: Whose) -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}
