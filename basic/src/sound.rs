//! Time and sounds: what can be heard, as commands; making them audible is the hosts' work.

/// Microseconds since power-on.
pub type Micros = u64;

/// What can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundCommand {
    /// The beeper sounds `cycles` + 1 full waves; `timing` is half a wave's length in units of 4
    /// T-states of a 3.5 MHz Z80, less 30.125 of them (BEEPER 03B5's DE and HL).
    Beep {
        /// Full waves less one (DE).
        cycles: u16,
        /// Half a wave (HL).
        timing: u16,
    },
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
    /// A value written to a register of the sound chip.
    Psg {
        /// Register 0 to 15.
        register: u8,
        /// The byte written.
        value: u8,
    },
}
