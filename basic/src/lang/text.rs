//! Strings while a statement runs: their parameters on the value stack and the workspace.
//!
//! A string's parameters are five bytes as the ROM stacks them: a flag ([`Text::bits_with`]), the address of its characters, its length.

use crate::report::Result;
use crate::store::{Address, Memory, areas};

/// The parameters of a string, as one entry of the value stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its first character.
    pub at: Address,
    /// Its length.
    pub length: u16,
}

/// The flag of a whole simple string. ROM: 29A0.
pub const SIMPLE: u8 = 1;

impl Text {
    /// As an entry of the value stack. ROM: `STK-ST-0` 2AB1.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.bits_with(0)
    }

    /// As an entry of the value stack, with the first byte the ROM has in its A register then: it
    /// counts where a string left behind is taken as a number. ROM: `STK-STO-$` 2AB2.
    #[must_use]
    pub fn bits_with(self, flag: u8) -> u64 {
        u64::from(flag) | u64::from(self.at & 0xFFFF) << 8 | u64::from(self.length) << 24
    }

    /// From an entry of the value stack. ROM: `STK-FETCH` 2BF1.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self {
            at: (bits >> 8) as Address & 0xFFFF,
            length: (bits >> 24) as u16,
        }
    }

    /// The address behind its last character.
    #[must_use]
    pub fn end(self) -> Address {
        self.at + Address::from(self.length)
    }

    /// Its characters.
    #[must_use]
    pub fn bytes(self, m: &Memory) -> &[u8] {
        m.slice(self.at, u32::from(self.length))
    }
}

/// A new string of these characters.
///
/// # Errors
/// Report 4.
pub fn new_text(m: &mut Memory, characters: &[u8]) -> Result<Text> {
    let length = characters.len() as u32;
    let at = areas::spaces(m, length)?;
    m.set_bytes(at, characters);
    Ok(Text {
        at,
        length: length as u16,
    })
}
