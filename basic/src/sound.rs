//! Time and sounds: what can be heard, as commands; making them audible is the hosts' work.

/// Microseconds since power-on.
pub type Micros = u64;

/// Ticks of a Z80's clock.
pub type TStates = u64;

/// What can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundCommand {
    /// The beeper sounds so many full waves.
    Beep {
        /// Full waves.
        waves: u32,
        /// The length of half a wave in nanoseconds.
        half_wave: u32,
    },
    /// The beeper falls silent before its time: BREAK.
    Hush,
    /// A short click or buzz of the keyboard: `length` is PIP's or RASP's value, `low` tells the
    /// buzz from the click.
    Click {
        /// Length as PIP and RASP count it.
        length: u8,
        /// A buzz of refusal and not a click.
        low: bool,
    },
    /// The loudspeaker goes to one side or the other: OUT 254 with another bit 4.
    Speaker(bool),
    /// A value written to a register of the sound chip, an AY-3-8912 at half the 128's clock.
    Psg {
        /// Register 0 to 15.
        register: u8,
        /// The byte written.
        value: u8,
    },
    /// A byte sent to the MIDI socket.
    Midi(u8),
}
