//! Types at a machine just switched on: menus, editors, keyword entry.

use basic::machine::{Entered, Start};
use basic::seam::Micros;

use crate::card::Folder;
use crate::computer::{CharacterSet, Computer, FRAME, Rom};
use crate::driver::{DOWN, UP};
use crate::keyscript::{Chord, Step};
use crate::{Failure, Result, listing};

/// Frames a key waits for the machine to ask for it.
const PATIENCE: u32 = 50;

/// A machine that is typed at: each key goes down when the machine waits for one.
#[derive(Clone, Debug)]
pub struct Typist {
    computer: Computer,
}

impl Typist {
    /// A machine just switched on, its first picture on the screen.
    #[must_use]
    pub fn new(rom: Rom, characters: Option<&CharacterSet>, card: Option<Folder>) -> Self {
        let start = match rom {
            Rom::Rom48 => rom.model().into(),
            Rom::Rom128 => Start::Menu,
        };
        let mut computer = Computer::with_card(rom, start, characters, card);
        // The keys that are typed are a 48K's.
        computer.set_keyword_keys(rom == Rom::Rom48);
        let mut typist = Self { computer };
        typist.ready(500);
        typist
    }

    /// A machine in BASIC with a program.
    ///
    /// # Errors
    /// A listing that is not one, a line the machine refuses.
    pub fn with_program(
        rom: Rom,
        source: &str,
        characters: Option<&CharacterSet>,
        card: Option<Folder>,
    ) -> Result<Self> {
        let mut computer = Computer::booted(rom, characters, card);
        for line in listing::split_lines(source)? {
            match computer.enter(&line.entered(false)?) {
                Entered::Line | Entered::Nothing | Entered::Running => {}
                Entered::Refused(..) | Entered::NoRoom => {
                    return Err(Failure(format!("line {} is refused", line.number)));
                }
            }
        }
        computer.set_keyword_keys(rom == Rom::Rom48);
        let mut typist = Self { computer };
        typist.ready(500);
        Ok(typist)
    }

    /// The machine.
    #[must_use]
    pub const fn computer(&self) -> &Computer {
        &self.computer
    }

    /// Runs on until the machine waits for a key, for at most so many frames.
    fn ready(&mut self, frames: u32) -> bool {
        self.computer.frames_through(1);
        self.computer.settle(frames)
    }

    fn key(&mut self, chord: Chord, down: u32) {
        self.computer.press(chord);
        self.computer.frames_through(down);
        self.computer.release();
        self.computer.frames_through(UP);
    }

    /// Types a script.
    pub fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            if let &Step::Wait(frames) = step {
                self.computer.frames_through(frames);
                continue;
            }
            self.ready(PATIENCE);
            match *step {
                Step::Hold(frames, chord) => self.key(chord, frames),
                Step::Key(chord)
                | Step::Inkey(chord)
                | Step::Pause(Some(chord))
                | Step::Scroll(Some(chord)) => self.key(chord, DOWN),
                Step::Wait(_) | Step::NoKey | Step::Pause(None) | Step::Scroll(None) => {}
            }
        }
    }

    /// Lets what was typed take effect; true if the machine waits for a key in that time.
    pub fn finish(&mut self, limit: Micros) -> bool {
        let frames = u32::try_from(limit / FRAME).unwrap_or(u32::MAX);
        let waits = self.ready(frames);
        self.computer.frames_through(2);
        waits
    }
}
