//! The ports that IN and OUT reach: the ULA's, and on the 128 those of the sound chip.
//!
//! Owns what was last written to them. There is no tape, no joystick and nothing on the bus.

/// The ULA answers where this bit of the port is 0.
const ULA: u16 = 0x0001;
/// What the ULA is told: the border's colour, and the speaker.
const BORDER: u8 = 0x07;
const SPEAKER: u8 = 0x10;
/// What the ULA tells besides the keys: bits that are always set, and the one that is what the
/// speaker was told last, as on the Spectrum's third board.
const ULA_SET: u8 = 0xA0;
const EAR: u8 = 0x40;

/// The bits of a port by which the sound chip is chosen, and its two ports.
const PSG_MASK: u16 = 0xC002;
const PSG_SELECT: u16 = 0xC000;
const PSG_WRITE: u16 = 0x8000;
/// What bits the sound chip's registers have.
const PSG_BITS: [u8; 16] = [
    0xFF, 0x0F, 0xFF, 0x0F, 0xFF, 0x0F, 0x1F, 0xFF, 0x1F, 0x1F, 0x1F, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF,
];
/// The register the keypad was read by, and what it gives when nothing is plugged in.
const PSG_PORT: u8 = 14;
const PSG_PORT_IDLE: u8 = 0xBF;

/// What a write to a port means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nothing is there.
    Nothing,
    /// The border has this colour; where the loudspeaker is now, if it moved.
    Ula(u8, Option<bool>),
    /// A register of the sound chip has this value.
    Psg(u8, u8),
}

/// What was written to ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    /// What the ULA was told last.
    ula: u8,
    /// The sound chip's registers, and the one that is chosen.
    psg: [u8; 16],
    selected: u8,
}

impl Default for Ports {
    /// As after power-on: the 128 has looked at its keypad.
    fn default() -> Self {
        Self {
            ula: 0,
            psg: [0; 16],
            selected: PSG_PORT,
        }
    }
}

impl Ports {
    /// Takes a byte for a port.
    pub fn write(&mut self, port: u16, value: u8, is_128: bool) -> Written {
        if port & ULA == 0 {
            let moved = (self.ula ^ value) & SPEAKER != 0;
            self.ula = value;
            return Written::Ula(value & BORDER, moved.then_some(value & SPEAKER != 0));
        }
        match port & PSG_MASK {
            PSG_SELECT if is_128 => self.selected = value & 0x0F,
            PSG_WRITE if is_128 => {
                self.write_psg(self.selected, value);
                return Written::Psg(self.selected, value);
            }
            _ => {}
        }
        Written::Nothing
    }

    /// Gives a register of the sound chip a value.
    pub fn write_psg(&mut self, register: u8, value: u8) {
        self.selected = register & 0x0F;
        let at = usize::from(self.selected);
        self.psg[at] = value & PSG_BITS[at];
    }

    /// What a port gives; `keys` are the half-rows its upper half chooses.
    #[must_use]
    pub fn read(&self, port: u16, keys: u8, is_128: bool) -> u8 {
        if port & ULA == 0 {
            let ear = if self.ula & SPEAKER == 0 { 0 } else { EAR };
            return keys & !(ULA_SET | EAR) | ULA_SET | ear;
        }
        match (port & PSG_MASK, self.selected) {
            (PSG_SELECT, PSG_PORT) if is_128 => PSG_PORT_IDLE,
            (PSG_SELECT, register) if is_128 => self.psg[usize::from(register)],
            _ => 0xFF,
        }
    }

    /// The beeper was used: it leaves the speaker as it was at first.
    pub fn beeped(&mut self) {
        self.ula &= !SPEAKER;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_KEYS: u8 = 0xFF;

    #[test]
    fn the_ulas_port_reads_the_keys_and_the_speaker() {
        let mut ports = Ports::default();
        assert_eq!(ports.read(0xFEFE, NO_KEYS, false), 191);
        assert_eq!(ports.read(0xFDFE, 0xFC, false), 188);
        assert_eq!(ports.write(254, 16 + 3, false), Written::Ula(3, Some(true)));
        assert_eq!(ports.read(254, NO_KEYS, false), 255);
        assert_eq!(ports.write(0xFF00, 8, false), Written::Ula(0, Some(false)));
        assert_eq!(ports.read(254, NO_KEYS, false), 191);
    }

    #[test]
    fn the_128s_sound_chip_gives_back_what_it_was_given() {
        let mut ports = Ports::default();
        assert_eq!(ports.write(65533, 13, true), Written::Nothing);
        assert_eq!(ports.write(49149, 255, true), Written::Psg(13, 255));
        assert_eq!(ports.read(65533, NO_KEYS, true), 15);
        assert_eq!(ports.read(49149, NO_KEYS, true), 255);
        assert_eq!(ports.read(65533, NO_KEYS, false), 255);
        ports.write(65533, 14, true);
        assert_eq!(ports.read(65533, NO_KEYS, true), 191);
        assert_eq!(ports.write(49149, 255, false), Written::Nothing);
    }
}
