//! What PLAY sends, and when: T-states are counted as the ROM's routines take them.

use alloc::vec::Vec;

use crate::sound::{SoundCommand, TStates};

/// T-states of a write to the sound chip before the value goes out, and after it. ROM: 0E7C.
const WRITE_BEFORE: TStates = 60;
const WRITE_AFTER: TStates = 32;
/// T-states of a MIDI byte, with the call, before its start bit, and from there on. ROM: 11A3.
const MIDI_BEFORE: TStates = 67;
const MIDI_AFTER: TStates = 1146;

/// The sound chip's registers PLAY knows by name.
pub(super) mod register {
    pub(crate) const NOISE: u8 = 6;
    pub(crate) const MIXER: u8 = 7;
    pub(crate) const VOLUME_A: u8 = 8;
    pub(crate) const ENVELOPE_LOW: u8 = 11;
    pub(crate) const ENVELOPE_HIGH: u8 = 12;
    pub(crate) const ENVELOPE_SHAPE: u8 = 13;
}

/// The time, and what was sent and not yet handed out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Output {
    now: TStates,
    sent: Vec<(TStates, SoundCommand)>,
}

impl Output {
    /// T-states since PLAY began.
    pub(super) const fn now(&self) -> TStates {
        self.now
    }

    /// Time passes.
    pub(super) const fn spend(&mut self, t_states: TStates) {
        self.now = self.now.saturating_add(t_states);
    }

    /// Writes a register of the sound chip. ROM: 0E7C.
    pub(super) fn write(&mut self, register: u8, value: u8) {
        self.spend(WRITE_BEFORE);
        self.sent
            .push((self.now, SoundCommand::Psg { register, value }));
        self.spend(WRITE_AFTER);
    }

    /// Sends a MIDI byte. ROM: 11A3.
    pub(super) fn midi(&mut self, byte: u8) {
        self.spend(MIDI_BEFORE);
        self.sent.push((self.now, SoundCommand::Midi(byte)));
        self.spend(MIDI_AFTER);
    }

    /// What was sent since the last call.
    pub(super) fn take(&mut self) -> Vec<(TStates, SoundCommand)> {
        core::mem::take(&mut self.sent)
    }
}
