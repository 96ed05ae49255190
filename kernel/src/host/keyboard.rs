//! Keys: USB keyboards' events and what the serial line types.

use alloc::collections::VecDeque;

use basic::keys::KeyEvent;
use basic::seam::{Keyboard, Note, Witness};

use super::PiHost;
use super::serial_input::Stroke;
use crate::arch::time;
use crate::history;

/// Ctrl-L: the terminal's screen is to be drawn anew.
const CTRL_L: u8 = 0x0C;

/// Events that wait at most: far more than hands make in a turn.
const WAITING_MAX: usize = 256;

/// Events that wait for the machine.
#[derive(Debug, Default)]
pub struct KeyQueue(VecDeque<KeyEvent>);

impl KeyQueue {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Adds an event. When too many wait they are dropped, and with them every key is up: a key
    /// must never stay down because its release was lost.
    pub fn push(&mut self, event: KeyEvent) {
        if self.0.len() >= WAITING_MAX {
            self.0.clear();
            self.0.push_back(KeyEvent::AllUp);
        }
        self.0.push_back(event);
    }

    /// The oldest event.
    pub fn pop(&mut self) -> Option<KeyEvent> {
        self.0.pop_front()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Keyboard for PiHost<'_> {
    fn poll_key(&mut self) -> Option<KeyEvent> {
        if self.uart.take_break() {
            self.serial_input.forget();
            Some(KeyEvent::Break)
        } else {
            self.keys.pop()
        }
    }

    fn poll_typed(&mut self) -> Option<u8> {
        let now = time::now();
        let stroke = loop {
            match self.uart.read() {
                Some(CTRL_L) => self.terminal.forget(),
                Some(byte) => {
                    if let Some(stroke) = self.serial_input.take(byte, now) {
                        break stroke;
                    }
                }
                None => break self.serial_input.nothing_more(now)?,
            }
        };
        let Stroke::Code(code) = stroke else {
            // What is typed behind a key waits until it has been seen.
            for event in stroke.events() {
                self.keys.push(event);
            }
            return None;
        };
        if code < b' ' {
            self.pressed = Some(now);
        }
        Some(code)
    }
}

impl Witness for PiHost<'_> {
    fn note(&mut self, note: Note<'_>) {
        history::note(time::now(), note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_events_leaves_no_key_down() {
        let mut keys = KeyQueue::new();
        for n in 0..=WAITING_MAX {
            keys.push(KeyEvent::Down(n.to_le_bytes()[0]));
        }
        assert_eq!(keys.pop(), Some(KeyEvent::AllUp));
        assert_eq!(keys.pop(), Some(KeyEvent::Down(0)));
        assert!(keys.is_empty());
    }
}
