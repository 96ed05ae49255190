//! Sound: none yet. The machine keeps time as if it sounded.

use basic::seam::{Micros, SoundCommand, Speaker};

use super::PiHost;

impl Speaker for PiHost<'_> {
    fn sound(&mut self, _at: Micros, _command: SoundCommand) {}
}
