//! What was typed last, for the report of a stop: with it the machine can be brought there again.

use basic::keys::KeyEvent;
use basic::seam::Micros;

/// Events kept.
const KEPT: usize = 12;

/// The last events, the oldest overwritten first.
#[derive(Debug)]
pub struct History {
    events: [Option<(Micros, KeyEvent)>; KEPT],
    next: usize,
}

impl History {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            events: [None; KEPT],
            next: 0,
        }
    }

    /// Adds an event.
    pub fn note(&mut self, now: Micros, event: KeyEvent) {
        self.events[self.next % KEPT] = Some((now, event));
        self.next = (self.next + 1) % KEPT;
    }

    /// The events, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (Micros, KeyEvent)> + '_ {
        let (newer, older) = self.events.split_at(self.next);
        older.iter().chain(newer).flatten().copied()
    }
}

impl Default for History {
    fn default() -> Self {
        Self::new()
    }
}

/// The history of this machine.
pub static HISTORY: spin::Mutex<History> = spin::Mutex::new(History::new());

/// Adds an event.
pub fn note(now: Micros, event: KeyEvent) {
    HISTORY.lock().note(now, event);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_events_are_kept_in_order() {
        let mut history = History::new();
        assert_eq!(history.iter().count(), 0);
        for n in 0..100u8 {
            history.note(n.into(), KeyEvent::Typed(n));
        }
        let kept: Vec<Micros> = history.iter().map(|(now, _)| now).collect();
        assert_eq!(kept, (88..100).collect::<Vec<_>>());
    }
}
