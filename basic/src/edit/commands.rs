//! The commands that were entered, so that they can be brought back. No program sees them.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::Turn;

/// Commands and bytes kept at most: more than anybody goes back through by hand, and as many
/// short lines as fit, or some of the longest ones.
const COMMANDS_MAX: usize = 100;
const BYTES_MAX: usize = 0x4000;

/// The commands that were entered last, as codes without hidden numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    lines: VecDeque<Vec<u8>>,
    /// How far back the one is that was brought back last: 1 for the newest.
    back: usize,
}

impl Commands {
    /// A command was entered.
    pub fn note(&mut self, line: &[u8]) {
        self.back = 0;
        if self.lines.back().is_some_and(|last| last == line) || line.len() > BYTES_MAX {
            return;
        }
        self.lines.push_back(line.to_vec());
        let bytes = |lines: &VecDeque<Vec<u8>>| lines.iter().map(Vec::len).sum::<usize>();
        while self.lines.len() > COMMANDS_MAX || bytes(&self.lines) > BYTES_MAX {
            self.lines.pop_front();
        }
    }

    /// The command before the one brought back last, or the one after it: an empty line after the
    /// newest.
    pub fn turn(&mut self, turn: Turn) -> Option<&[u8]> {
        let back = match turn {
            Turn::Back => self.back + 1,
            Turn::On => self.back.checked_sub(1)?,
        };
        let at = self.lines.len().checked_sub(back)?;
        self.back = back;
        Some(self.lines.get(at).map_or(&[], Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_come_back_from_the_newest_on() {
        let mut commands = Commands::default();
        assert_eq!(commands.turn(Turn::Back), None);
        assert_eq!(commands.turn(Turn::On), None);
        for line in [&b"one"[..], b"two", b"two"] {
            commands.note(line);
        }
        assert_eq!(commands.turn(Turn::Back), Some(&b"two"[..]));
        assert_eq!(commands.turn(Turn::Back), Some(&b"one"[..]));
        assert_eq!(commands.turn(Turn::Back), None);
        assert_eq!(commands.turn(Turn::On), Some(&b"two"[..]));
        assert_eq!(commands.turn(Turn::On), Some(&b""[..]));
        assert_eq!(commands.turn(Turn::On), None);
        commands.turn(Turn::Back);
        commands.note(b"three");
        assert_eq!(commands.turn(Turn::Back), Some(&b"three"[..]));
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        let mut commands = Commands::default();
        for n in 0..=COMMANDS_MAX as u8 {
            commands.note(&[n]);
        }
        let mut last = None;
        while let Some(line) = commands.turn(Turn::Back) {
            last = Some(line.to_vec());
        }
        assert_eq!(last, Some(std::vec![1]));
        commands.note(&[b' '; BYTES_MAX]);
        assert_eq!(commands.turn(Turn::Back).map(<[u8]>::len), Some(BYTES_MAX));
        assert_eq!(commands.turn(Turn::Back), None);
    }
}
