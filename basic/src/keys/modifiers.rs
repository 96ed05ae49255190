//! The modifier keys of PC keyboards.

use super::KeyEvent;

/// First usage of the modifier keys: left Control, Shift, Alt, GUI, then the right ones.
pub(super) const FIRST: u8 = 0xE0;
/// Last usage of them.
pub(super) const LAST: u8 = 0xE7;

/// A set of modifier keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Modifiers(u8);

impl Modifiers {
    pub(super) const CONTROL: Self = Self(0b0001_0001);
    pub(super) const SHIFT: Self = Self(0b0010_0010);
    pub(super) const LEFT_SHIFT: Self = Self(0b0000_0010);
    pub(super) const LEFT_ALT: Self = Self(0b0000_0100);
    pub(super) const ALT_GR: Self = Self(0b0100_0000);

    /// The keys of both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The keys that are not in this set.
    pub(super) const fn others(self) -> Self {
        Self(!self.0)
    }

    /// Whether one of some keys is in the set.
    pub(super) const fn has(self, some: Self) -> bool {
        self.0 & some.0 != 0
    }

    /// Whether Control and Alt are in the set: Delete starts the machine again then.
    pub(super) const fn ask_reset(self) -> bool {
        self.has(Self::CONTROL) && self.has(Self::LEFT_ALT.and(Self::ALT_GR))
    }

    /// The key alone; nothing for a key that is no modifier.
    pub(super) const fn one(usage: u8) -> Self {
        match usage {
            FIRST..=LAST => Self(1 << (usage - FIRST)),
            _ => Self(0),
        }
    }

    /// Takes an event of a PC keyboard.
    pub(super) const fn change(&mut self, event: KeyEvent) {
        match event {
            KeyEvent::Down(usage) => self.0 |= Self::one(usage).0,
            KeyEvent::Up(usage) => self.0 &= !Self::one(usage).0,
            KeyEvent::AllUp => self.0 = 0,
            _ => {}
        }
    }
}
