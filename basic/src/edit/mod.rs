//! Editing: the line at the bottom of the screen, the listing above it, and menus.

pub mod auto_list;
pub mod changes;
pub mod chooser;
pub mod commands;
pub mod full;
pub mod line;
pub mod menu;
mod motion;

pub use auto_list::auto_list;
pub use changes::Changes;
pub use chooser::Chooser;
pub use commands::Commands;
pub use full::FullEditor;
pub use line::{Edit, LineEditor};
pub use menu::Menu;

use crate::screen::{Stop, temps};
use crate::store::Memory;
use crate::store::sysvars as s;

/// Which way through what was done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// To what is older.
    Back,
    /// To what is newer.
    On,
}

/// What the editor works on: memory, the screen and the loudspeaker.
pub trait Out {
    /// All bytes.
    fn memory(&mut self) -> &mut Memory;
    /// Prints a code in the current channel (ROM: RST 10).
    ///
    /// # Errors
    /// Whatever stops printing.
    fn print(&mut self, code: u8) -> Result<(), Stop>;
    /// Prints a code on the screen past the channel (ROM: `PRINT-OUT` 09F4): the cursor, the error
    /// mark, the blanks after a line that has become shorter.
    ///
    /// # Errors
    /// Whatever stops printing.
    fn put(&mut self, code: u8) -> Result<(), Stop>;
    /// Sounds the loudspeaker: DE and HL of the ROM's `BEEPER` 03B5.
    fn sound(&mut self, cycles: u16, timing: u16);
    /// Forgets what was left to print when printing stopped.
    fn forget(&mut self);
}

/// TV_FLAG bit 0: the lower screen is printed to.
const TV_LOWER: u8 = 0;
/// FLAGS bit 1: the printer is printed to.
const FLAGS_PRINTER: u8 = 1;
/// FLAGS2 bit 4: channel K is in use.
const FLAGS2_CHANNEL_K: u8 = 4;

/// Opens channel K (ROM: `CHAN-OPEN` 1601 for stream 0, `CHAN-K` 1634); a key pressed before is
/// forgotten.
fn open_keyboard(m: &mut Memory) {
    let channels = m.pointer(s::CHANS);
    m.set_pointer(s::CURCHL, channels);
    m.set_bit(s::TV_FLAG, TV_LOWER, true);
    m.set_bit(s::FLAGS, crate::keys::FLAGS_NEW_KEY, false);
    m.set_bit(s::FLAGS2, FLAGS2_CHANNEL_K, true);
    m.set_bit(s::FLAGS, FLAGS_PRINTER, false);
    temps(m);
}

#[cfg(test)]
mod tests;
