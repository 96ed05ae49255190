//! What was typed last, and all that went into the machine, for the report of a stop: with it the
//! machine can be brought there again (`zx replay`).

use basic::keys::KeyEvent;
use basic::machine::{Setup, Start};
use basic::replay;
use basic::seam::{Micros, Note};

/// Events kept.
const KEPT: usize = 12;

/// The last events, the oldest overwritten first, and the whole record.
#[derive(Debug)]
pub struct History {
    events: [Option<(Micros, KeyEvent)>; KEPT],
    /// How the machine started.
    pub setup: Setup,
    /// How many there have been.
    pub count: usize,
    /// All of it.
    pub record: replay::History,
}

impl History {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            events: [None; KEPT],
            setup: Setup {
                start: Start::Menu,
                files: false,
            },
            count: 0,
            record: replay::History::new(),
        }
    }

    /// Adds what the machine's host is told.
    pub fn note(&mut self, now: Micros, note: Note<'_>) {
        if let Note::Key(event) = note {
            self.events[self.count % KEPT] = Some((now, event));
            self.count += 1;
        }
        self.record.note(note);
    }

    /// The events, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (Micros, KeyEvent)> + '_ {
        let (newer, older) = self.events.split_at(self.count % KEPT);
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

/// Adds what the machine's host is told.
pub fn note(now: Micros, note: Note<'_>) {
    HISTORY.lock().note(now, note);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_events_are_kept_in_order() {
        let mut history = History::new();
        assert_eq!(history.iter().count(), 0);
        for n in 0..100u8 {
            history.note(n.into(), Note::Key(KeyEvent::Typed(n)));
        }
        let kept: Vec<Micros> = history.iter().map(|(now, _)| now).collect();
        assert_eq!(kept, (88..100).collect::<Vec<_>>());
    }
}
