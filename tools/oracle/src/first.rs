//! The 128's first ROM, which takes lines and reports: where it does so, and how it is brought to
//! take another one.
//!
//! Its editor is left out. The machine is brought to the place where the editor hands a line over,
//! once; from there each line goes its way, with the registers, the paging and the stack of that
//! moment.

use basic::charset::{AT, DOWN, ENTER};
use basic::store::sysvars;
use fonts::GLYPHS;
use zx::{Failure, Result};

use crate::mended;
use crate::original::{BOOT, NEW_KEY, press};
use crate::spectrum::{Register, Snapshot, Spectrum};
use crate::variable;

/// Places in this ROM.
pub(crate) mod place {
    /// The opening menu or the editor looks for a key.
    pub(crate) const KEY: u32 = 0x3683;
    /// A line is about to be checked.
    pub(crate) const TAKE: u32 = 0x026B;
    /// A command is about to run, and the editor's name to be taken off the screen.
    pub(crate) const COMMAND: u32 = 0x02F1;
    /// Past that.
    pub(crate) const CLEARED: u16 = 0x02F4;
    /// The number of a report is in A.
    pub(crate) const REPORT: u32 = 0x034E;
    /// It is shown.
    pub(crate) const REPORTED: u32 = 0x03EC;
    /// A line was entered, or is wrong: what TAKE returns to.
    pub(crate) const TAKEN: u32 = 0x2CCC;
    /// PLAY has room for its notes, and it has ended.
    pub(crate) const PLAY: u32 = 0x0995;
    pub(crate) const PLAYED: u32 = 0x0AAA;
    /// The character set, in the other ROM.
    pub(crate) const CHARACTERS: usize = 0x3D00;
}

/// OLDSP: the stack that is not in use.
const OTHER_STACK: u16 = 0x5B81;
/// FLAGS: L mode of keys and of what is printed, which the editor leaves set.
const L_MODE: u8 = 8 | 4;
/// The editor, in the opening menu.
const TO_EDITOR: [u8; 2] = [DOWN, ENTER];
/// A command that does nothing, as its letters are typed.
const COMMAND: &[u8] = b"cls\r";

/// The moment in which a line is handed over.
#[derive(Clone)]
pub(crate) struct Entry {
    at: Snapshot,
    /// What OLDSP and BANKM held.
    other_stack: u16,
    bank: u8,
    /// How far the stack reached below RAMTOP.
    depth: u16,
}

impl Entry {
    /// Switches a 128 on and brings it there.
    ///
    /// # Errors
    /// It does not come to its editor.
    pub(crate) fn started(rom_0: &[u8], rom_1: &[u8]) -> Result<(Spectrum, Self)> {
        let (mut rom_0, mut rom_1) = (rom_0.to_vec(), rom_1.to_vec());
        mended::ready_printer(&mut rom_0);
        let characters = GLYPHS.as_flattened();
        rom_1[place::CHARACTERS..][..characters.len()].copy_from_slice(characters);
        let mut spectrum = Spectrum::new_128(&rom_0, &rom_1);
        spectrum.hook(place::KEY, true);
        spectrum.hook(place::TAKE, true);
        let mut keys = TO_EDITOR.iter().chain(COMMAND);
        loop {
            match spectrum.run(BOOT) {
                Some(place::TAKE) => break,
                // until the key that was pressed before is taken
                Some(_) if spectrum.byte(variable::FLAGS) & NEW_KEY != 0 => {}
                Some(_) => match keys.next() {
                    Some(&key) => press(&mut spectrum, key),
                    None => return Err(not_there()),
                },
                None => return Err(not_there()),
            }
        }
        spectrum.hook(place::KEY, false);
        spectrum.hook(place::TAKE, false);
        let entry = Self {
            other_stack: spectrum.word(OTHER_STACK),
            bank: spectrum.byte(sysvars::BANKM as u16),
            depth: spectrum.word(variable::RAMTOP) - spectrum.register(Register::SP),
            at: spectrum.snapshot(),
        };
        Ok((spectrum, entry))
    }

    /// Where the stack ends there.
    pub(crate) fn stack(&self, spectrum: &Spectrum) -> u16 {
        spectrum.word(variable::RAMTOP).wrapping_sub(self.depth)
    }

    /// Goes back there with what is in memory.
    pub(crate) fn resume(&self, spectrum: &mut Spectrum) {
        spectrum.resume(&self.at);
        spectrum.set_word(OTHER_STACK, self.other_stack);
        spectrum.write(sysvars::BANKM as u16, &[self.bank]);
        let flags = spectrum.byte(variable::FLAGS) | L_MODE;
        spectrum.write(variable::FLAGS, &[flags]);
        // the control code it has printed last, in some row
        spectrum.write(sysvars::TVDATA as u16, &[AT]);
        let stack = self.stack(spectrum);
        spectrum.set_register(Register::SP, stack);
        spectrum.set_word(stack, place::TAKEN as u16);
    }
}

fn not_there() -> Failure {
    Failure("the 128 does not come to its editor".to_owned())
}
