//! One string of PLAY: reading its commands and notes.
//!
//! Characters are read from memory where the string lies, as the ROM does: a number at the end of
//! a slice goes on behind it (flaw kept), and then so does the string.

use super::output::{Output, register};
use crate::number::Number;
use crate::report::{Report, Result};
use crate::sound::TStates;
use crate::store::{Address, Memory};

/// Commands in the order of the ROM's table, which is searched from its start. ROM: 0AB7.
const COMMANDS: &[u8; 14] = b"HZYXWUVMT)(NO!";
/// Semitones above C of the notes A to G. ROM: 0DF9.
const SEMITONES: [u8; 7] = [9, 11, 0, 2, 4, 5, 7];
/// Note lengths by their numbers, in 1/96 of a semibreve; 0 can stand behind a tie only (flaw
/// kept). From [`TRIPLETS`] on there are three notes to it. ROM: 0E0C.
const LENGTHS: [u16; 13] = [128, 6, 9, 12, 18, 24, 36, 48, 72, 96, 4, 8, 16];
/// The first length number of a triplet.
const TRIPLETS: u8 = 10;
/// Envelope shapes W0 to W7. ROM: 0DE8.
const SHAPES: [u8; 8] = [0, 4, 11, 13, 8, 12, 14, 10];
/// Brackets inside one another, at most.
const BRACKETS_MAX: usize = 4;
/// Notes that a length is kept for, at most. ROM: 0D78.
const NOTES_MAX: u8 = 10;
/// The highest octave.
const OCTAVE_MAX: u8 = 8;
/// Semitones in an octave.
const OCTAVE: u8 = 12;
/// Voices the sound chip has.
pub(super) const CHIP_VOICES: u8 = 3;
/// Volume's bit for "by the envelope"; U sets the volume to this and the loudest.
const ENVELOPE: u8 = 0x10;
const BY_ENVELOPE: u8 = 0x1F;
/// What [`Voice::note`] gives for a rest.
pub(super) const REST: u8 = 0x80;
/// Notes of the sound chip and of MIDI: the lowest note the chip's table has, and how many the
/// keyboard of MIDI has.
const LOWEST: u8 = 21;
const NOTES: u8 = 128;
/// The period of all notes below [`LOWEST`]. ROM: 0E52.
const LOWEST_PERIOD: u16 = 4031;
/// Half periods of the notes from [`LOWEST`] on, in 1/110837 s. ROM: 1096.
const PERIODS: [u16; 108] = [
    4031, 3804, 3591, 3389, 3199, 3020, 2850, 2690, 2539, 2397, 2262, 2135, //
    2015, 1902, 1795, 1695, 1600, 1510, 1425, 1345, 1270, 1198, 1131, 1068, //
    1008, 951, 898, 847, 800, 755, 712, 673, 635, 599, 566, 534, //
    504, 476, 449, 424, 400, 377, 356, 336, 317, 300, 283, 267, //
    252, 238, 224, 212, 200, 189, 178, 168, 159, 150, 141, 133, //
    126, 119, 112, 106, 100, 94, 89, 84, 79, 75, 71, 67, //
    63, 59, 56, 53, 50, 47, 45, 42, 40, 37, 35, 33, //
    31, 30, 28, 26, 25, 24, 22, 21, 20, 19, 18, 17, //
    16, 15, 14, 13, 12, 12, 11, 11, 10, 9, 9, 8,
];
/// Beats a minute, lowest and highest.
const TEMPO_MIN: u16 = 60;
const TEMPO_MAX: u16 = 240;
/// What a tempo is divided by to give turns of the delay loop. ROM: 0A35.
const TEMPO_UNIT: Number = Number::from_bytes([0x6F, 0x75, 0xF4, 0x38, 0x75]);
/// T-states of the calculator for a tempo: from 30,434 to 31,612, as its divisions have it.
/// ROM: 0C4A.
const TEMPO_TIME: TStates = 31_000;

/// What all voices share.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shared {
    /// Voices that have ended or are not there, by their bits.
    pub(super) ended: u8,
    /// Turns of the delay loop in 1/96 of a semibreve, and [`super::LOOP_LESS`].
    pub(super) tempo: u16,
    /// The envelope's shape. The ROM's first one is what the workspace held by chance.
    pub(super) shape: u8,
    pub(super) out: Output,
}

/// What reading a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// There is more to read.
    More,
    /// A note is next.
    Note,
    /// The string has ended.
    Ended,
}

/// One string and its state. ROM: the 55 bytes at IX.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Voice {
    number: u8,
    /// The note played last.
    note: u8,
    /// The MIDI channel, 0 to 15.
    midi: Option<u8>,
    /// Semitones that the octave begins with.
    octave: u8,
    volume: u8,
    /// The length number of notes.
    length: u8,
    /// Where the next character is.
    at: u16,
    end: u16,
    /// A closing bracket had no opening one: it leads back for ever.
    endless: bool,
    /// Where opening brackets are, and how many are open; 0 is the string's start.
    opens: [u16; BRACKETS_MAX + 1],
    open: u8,
    /// Where closing brackets are that have led back, and how many less one.
    closes: [u16; BRACKETS_MAX + 1],
    close: Option<u8>,
    /// Lengths of the next notes, how many there are, and which is due.
    lengths: [u16; NOTES_MAX as usize],
    notes: u8,
    due: usize,
}

impl Voice {
    pub(super) const fn new(number: u8, start: u16, length: u16) -> Self {
        let mut opens = [0; BRACKETS_MAX + 1];
        opens[0] = start;
        Self {
            number,
            note: 0,
            midi: None,
            octave: 5 * OCTAVE,
            volume: 15,
            length: 5,
            at: start,
            end: start.wrapping_add(length),
            endless: false,
            opens,
            open: 0,
            closes: [0; BRACKETS_MAX + 1],
            close: None,
            lengths: [0; NOTES_MAX as usize],
            notes: 0,
            due: 0,
        }
    }

    const fn bit(&self) -> u8 {
        1 << self.number
    }

    /// The voice's volume register, also where the chip has none of that number.
    const fn volume_register(&self) -> u8 {
        register::VOLUME_A + self.number
    }

    /// What is left of the length of the note that sounds.
    pub(super) fn left(&self) -> u16 {
        self.lengths.get(self.due).copied().unwrap_or(0)
    }

    /// Time passes: whether the note is over. ROM: 0FD2.
    pub(super) fn pass(&mut self, time: u16) -> bool {
        let left = self.left().wrapping_sub(time);
        if left == 0 {
            return true;
        }
        if let Some(length) = self.lengths.get_mut(self.due) {
            *length = left;
        }
        false
    }

    /// Goes to the length of the next note; false if there is none. ROM: 100F.
    pub(super) fn next_length(&mut self) -> bool {
        self.notes = self.notes.wrapping_sub(1);
        if self.notes == 0 {
            return false;
        }
        self.due += 1;
        true
    }

    /// The next character that is no blank. ROM: 0EE3.
    fn peek(&mut self, m: &Memory, out: &mut Output) -> Option<u8> {
        out.spend(71);
        loop {
            if self.at == self.end {
                out.spend(116);
                return None;
            }
            let same_page = self.at >> 8 == self.end >> 8;
            out.spend(if same_page { 65 } else { 35 });
            match m.byte(Address::from(self.at)) {
                b' ' => out.spend(82),
                b'\r' => out.spend(96),
                character => {
                    out.spend(79);
                    return Some(character);
                }
            }
            self.at = self.at.wrapping_add(1);
        }
    }

    /// Takes the next character. ROM: 0AC5.
    fn next(&mut self, m: &Memory, out: &mut Output) -> Option<u8> {
        out.spend(17);
        let Some(character) = self.peek(m, out) else {
            out.spend(11);
            return None;
        };
        self.at = self.at.wrapping_add(1);
        out.spend(if self.at & 0xFF == 0 { 66 } else { 39 });
        Some(character)
    }

    /// Back to the last character taken. ROM: 0EC8.
    fn back(&mut self, m: &Memory, out: &mut Output) {
        out.spend(128);
        loop {
            self.at = self.at.wrapping_sub(1);
            match m.byte(Address::from(self.at)) {
                b' ' => out.spend(32),
                b'\r' => out.spend(46),
                _ => {
                    out.spend(41);
                    return;
                }
            }
        }
    }

    /// Takes a number; none is 0. ROM: 0B1D.
    fn number(&mut self, m: &Memory, out: &mut Output) -> Result<u16> {
        out.spend(70);
        let mut number = 0_u16;
        loop {
            let character = m.byte(Address::from(self.at));
            if !character.is_ascii_digit() {
                out.spend(if character < b'0' { 115 } else { 129 });
                return Ok(number);
            }
            let Some(tens) = number.checked_mul(10) else {
                // It is multiplied by adding.
                let added = TStates::from(u16::MAX / number);
                out.spend(119 + 31 * added);
                return Err(Report::NumberTooBig128);
            };
            let Some(sum) = tens.checked_add(u16::from(character - b'0')) else {
                out.spend(456);
                return Err(Report::NumberTooBig128);
            };
            number = sum;
            self.at = self.at.wrapping_add(1);
            out.spend(467);
        }
    }

    /// Does the next command. ROM: 0B5C.
    pub(super) fn command(&mut self, m: &Memory, s: &mut Shared) -> Result<Reading> {
        s.out.spend(79);
        let Some(character) = self.next(m, &mut s.out) else {
            s.out.spend(10);
            return Ok(self.ended(s));
        };
        let place = COMMANDS.iter().position(|c| *c == character);
        let searched = place.unwrap_or(COMMANDS.len()) as TStates;
        s.out.spend(154 + 21 * searched);
        let out = &mut s.out;
        match character {
            b'!' => loop {
                out.spend(17);
                match self.next(m, out) {
                    None => {
                        out.spend(20);
                        return Ok(self.ended(s));
                    }
                    Some(b'!') => {
                        out.spend(28);
                        break;
                    }
                    Some(_) => out.spend(34),
                }
            },
            b'N' => out.spend(10),
            b'(' => self.open_bracket(out)?,
            b')' => self.close_bracket(out)?,
            b'H' => {
                s.ended = 0xFF;
                out.spend(29);
            }
            b'U' => {
                self.volume = BY_ENVELOPE;
                out.spend(70);
            }
            b'O' | b'T' | b'M' | b'V' | b'W' | b'X' | b'Y' | b'Z' => {
                out.spend(17);
                let number = self.number(m, out)?;
                self.setting(character, number, s)?;
            }
            _ => {
                out.spend(17);
                if character.is_ascii_digit() {
                    out.spend(43);
                    self.note_length(m, out)?;
                } else {
                    out.spend(if character < b'0' { 28 } else { 43 });
                    self.plain_note(m, out);
                }
                // The way back passes the loop's jump.
                out.spend(53);
                return Ok(Reading::Note);
            }
        }
        s.out.spend(12);
        Ok(Reading::More)
    }

    /// The string has ended. ROM: 0DA2.
    fn ended(&self, s: &mut Shared) -> Reading {
        s.out.spend(67);
        s.ended |= self.bit();
        Reading::Ended
    }

    /// The commands with a number. Only its low byte is looked at, but for T and X (flaw kept).
    fn setting(&mut self, letter: u8, number: u16, s: &mut Shared) -> Result<()> {
        let [low, high] = number.to_le_bytes();
        let out = &mut s.out;
        // Up to the jump where a number is refused.
        out.spend(match letter {
            b'T' if high != 0 => 18,
            b'T' if low < TEMPO_MIN as u8 => 39,
            b'T' => 56,
            b'X' | b'Z' => 0,
            b'Y' if low == 0 || low > 0x80 => 18,
            b'Y' => 35,
            _ => 21,
        });
        let most = match letter {
            b'O' => OCTAVE_MAX,
            b'M' => 63,
            b'V' => 15,
            b'W' => 7,
            b'Y' => 16,
            _ => 0xFF,
        };
        let wrong = match letter {
            b'T' => !(TEMPO_MIN..=TEMPO_MAX).contains(&number),
            b'Y' => low == 0 || low > most,
            _ => low > most,
        };
        if wrong {
            return Err(Report::OutOfRange);
        }
        match letter {
            // Flaw kept: other strings than the first may give a tempo too, but it is ignored.
            b'T' if self.number != 0 => out.spend(34),
            b'T' => {
                s.tempo = turns(number)?;
                out.spend(TEMPO_TIME);
            }
            b'O' => {
                self.octave = OCTAVE * low;
                out.spend(61);
            }
            b'M' => {
                out.spend(15);
                out.write(register::MIXER, !low);
                out.spend(10);
            }
            b'V' => {
                self.volume = low;
                out.spend(57);
                // Flaw kept: the fourth string's register is the envelope's, and so on.
                out.write(self.volume_register(), low);
                out.spend(10);
            }
            b'W' => {
                s.shape = SHAPES[usize::from(low & 7)];
                out.spend(64);
            }
            b'X' => {
                out.spend(11);
                out.write(register::ENVELOPE_LOW, low);
                out.spend(8);
                out.write(register::ENVELOPE_HIGH, high);
                out.spend(10);
            }
            b'Y' => {
                self.midi = Some(low - 1);
                out.spend(29);
            }
            _ => {
                out.spend(4);
                out.midi(low);
                out.spend(10);
            }
        }
        Ok(())
    }

    /// `(`. ROM: 0BA6.
    fn open_bracket(&mut self, out: &mut Output) -> Result<()> {
        out.spend(40);
        let open = self.open.wrapping_add(1);
        let place = self
            .opens
            .get_mut(usize::from(open))
            .ok_or(Report::TooManyBrackets)?;
        *place = self.at;
        self.open = open;
        out.spend(190);
        Ok(())
    }

    /// `)`: the second time on, the first time back. ROM: 0BC2.
    fn close_bracket(&mut self, out: &mut Output) -> Result<()> {
        out.spend(43);
        if let Some(close) = self.close {
            out.spend(119);
            let place = self.closes[usize::from(close) % self.closes.len()];
            if place == self.at {
                out.spend(92);
                self.close = close.checked_sub(1);
                if self.close.is_some() {
                    out.spend(11);
                    return Ok(());
                }
                if !self.endless {
                    out.spend(36);
                    return Ok(());
                }
                out.spend(65);
                self.close = Some(0);
                self.lead_back(0, out);
                return Ok(());
            }
            out.spend(if place & 0xFF == self.at & 0xFF {
                51
            } else {
                12
            });
        }
        out.spend(40);
        let close = self.close.map_or(0, |close| close + 1);
        let place = self
            .closes
            .get_mut(usize::from(close))
            .ok_or(Report::TooManyBrackets)?;
        *place = self.at;
        self.close = Some(close);
        out.spend(189);
        self.lead_back(self.open, out);
        Ok(())
    }

    /// Goes back to where a bracket opened. ROM: 0C0B.
    fn lead_back(&mut self, bracket: u8, out: &mut Output) {
        self.at = self.opens[usize::from(bracket) % self.opens.len()];
        out.spend(184);
        if let Some(open) = self.open.checked_sub(1) {
            self.open = open;
            out.spend(11);
        } else {
            self.endless = true;
            out.spend(57);
        }
    }

    /// A note without a length number before it. ROM: 0D81.
    fn plain_note(&mut self, m: &Memory, out: &mut Output) {
        out.spend(17);
        self.back(m, out);
        self.notes = 1;
        self.due = 0;
        self.lengths[0] = LENGTHS[usize::from(self.length) % LENGTHS.len()];
        out.spend(415);
    }

    /// A length number, and what is tied to it. ROM: 0D01.
    fn note_length(&mut self, m: &Memory, out: &mut Output) -> Result<()> {
        self.notes = 0;
        self.due = 0;
        out.spend(276);
        self.back(m, out);
        out.spend(17);
        let low = self.number(m, out)? as u8;
        out.spend(18);
        if low == 0 {
            return Err(Report::OutOfRange);
        }
        out.spend(17);
        let mut length = length_of(low)?;
        out.spend(7);
        if low < TRIPLETS {
            self.length = low;
            out.spend(12 + 109);
        } else {
            out.spend(7 + 90);
            self.triplet(length, length, out)?;
        }
        self.count(out)?;
        loop {
            out.spend(17);
            // Flaw not kept: at a string's end the ROM takes the low byte of the address for the
            // character, and hangs if that happens to be the code of `_`.
            let tied = self.peek(m, out) == Some(b'_');
            out.spend(7);
            if !tied {
                out.spend(12 + 30);
                self.set_length(length);
                return Ok(());
            }
            out.spend(7 + 17);
            let _ = self.next(m, out);
            out.spend(17);
            let low = self.number(m, out)? as u8;
            out.spend(11);
            let more = length_of(low)?;
            length = length.wrapping_add(more);
            if low < TRIPLETS {
                self.length = low;
                out.spend(12 + 176);
            } else {
                out.spend(7 + 175);
                self.triplet(length, more, out)?;
                length = more;
                self.count(out)?;
            }
        }
    }

    /// Two of a triplet's notes; the third is the one being made. ROM: 0D22.
    fn triplet(&mut self, first: u16, second: u16, out: &mut Output) -> Result<()> {
        if self.notes == 0 {
            self.count(out)?;
        }
        self.set_length(first);
        out.spend(20);
        self.count(out)?;
        self.set_length(second);
        out.spend(44);
        Ok(())
    }

    /// One note more has a length. ROM: 0D74.
    fn count(&mut self, out: &mut Output) -> Result<()> {
        out.spend(57);
        if self.notes == NOTES_MAX {
            return Err(Report::TooManyTiedNotes);
        }
        self.notes += 1;
        out.spend(29);
        Ok(())
    }

    /// The length of the note counted last.
    fn set_length(&mut self, length: u16) {
        let last = usize::from(self.notes.wrapping_sub(1));
        if let Some(place) = self.lengths.get_mut(last) {
            *place = length;
        }
    }

    /// Takes a note: semitones above the octave's C, or [`REST`]. Flaw kept: what there is for a
    /// note at a string's end are the bits of the voices that have ended. ROM: 0AD1.
    pub(super) fn take_note(&mut self, m: &Memory, s: &mut Shared) -> Result<u8> {
        let mut bend = 0_u8;
        s.out.spend(18);
        loop {
            s.out.spend(17);
            let Some(character) = self.next(m, &mut s.out) else {
                s.out.spend(101);
                s.ended |= self.bit();
                return Ok(s.ended);
            };
            let out = &mut s.out;
            out.spend(14);
            match character {
                b'&' => {
                    out.spend(34);
                    return Ok(REST);
                }
                b'#' => {
                    bend = bend.wrapping_add(1);
                    out.spend(12 + 14 + 16);
                }
                b'$' => {
                    bend = bend.wrapping_sub(1);
                    out.spend(12 + 19 + 14 + 16);
                }
                _ => {
                    // Small letters have bit 5 set, as have digits and the like.
                    let small = character & 0x20 != 0;
                    out.spend(12 + 19 + 19 + 8);
                    out.spend(if small { 12 } else { 43 });
                    let letter = (character & 0xDF).checked_sub(b'A');
                    out.spend(if letter.is_none() { 24 } else { 41 });
                    let semitone = letter
                        .and_then(|letter| SEMITONES.get(usize::from(letter)))
                        .ok_or(Report::InvalidNoteName)?;
                    let upper = if small { 0 } else { OCTAVE };
                    out.spend(84);
                    return Ok(semitone.wrapping_add(bend).wrapping_add(upper));
                }
            }
        }
    }

    /// Makes the sound chip ready for a note. ROM: 0E20.
    pub(super) fn tone(&mut self, semitone: u8, s: &mut Shared) -> Result<()> {
        let out = &mut s.out;
        out.spend(44);
        let note = self.octave.wrapping_add(semitone);
        if note >= NOTES {
            return Err(Report::NoteOutOfRange);
        }
        out.spend(27);
        if self.number == 0 {
            out.spend(7 + 42);
            out.write(register::NOISE, (!note & (NOTES - 1)) >> 2);
        } else {
            out.spend(12);
        }
        self.note = note;
        out.spend(45);
        if self.number >= CHIP_VOICES {
            out.spend(11);
            return Ok(());
        }
        let period = match note.checked_sub(LOWEST) {
            Some(place) => {
                out.spend(5 + 28 + 12 + 43);
                PERIODS[usize::from(place) % PERIODS.len()]
            }
            None => {
                out.spend(5 + 28 + 7 + 22);
                LOWEST_PERIOD
            }
        };
        let [low, high] = period.to_le_bytes();
        out.spend(35);
        out.write(2 * self.number, low);
        out.spend(8);
        out.write(2 * self.number + 1, high);
        out.spend(20);
        if self.volume & ENVELOPE == 0 {
            out.spend(11);
        } else {
            out.spend(5 + 30);
            out.write(register::ENVELOPE_SHAPE, s.shape);
            out.spend(10);
        }
        Ok(())
    }

    /// The note is heard. ROM: 1078, 0F58.
    pub(super) fn begin(&self, out: &mut Output) {
        out.spend(26);
        if self.number < CHIP_VOICES {
            out.spend(7 + 34);
            out.write(self.volume_register(), self.volume);
        } else {
            out.spend(12);
        }
        // ROM: 116E.
        out.spend(17 + 23);
        let Some(midi) = self.midi else {
            out.spend(11);
            return;
        };
        out.spend(12);
        out.midi(0x90 | midi);
        out.spend(19);
        out.midi(self.note);
        out.spend(51);
        out.midi((self.volume & !ENVELOPE) << 3);
        out.spend(10);
    }

    /// The note is over. ROM: 0FFC.
    pub(super) fn silence(&self, out: &mut Output) {
        out.spend(26);
        if self.number < CHIP_VOICES {
            out.spend(7 + 22);
            out.write(self.volume_register(), 0);
        } else {
            out.spend(12);
        }
        self.key_up(out);
    }

    /// Tells MIDI that the note is over. ROM: 118D.
    pub(super) fn key_up(&self, out: &mut Output) {
        out.spend(17 + 23);
        let Some(midi) = self.midi else {
            out.spend(11);
            return;
        };
        out.spend(12);
        out.midi(0x80 | midi);
        out.spend(19);
        out.midi(self.note);
        out.spend(7);
        out.midi(0x40);
        out.spend(10);
    }
}

/// The length of a note. A number above 12 is refused; behind a tie the ROM does not look.
fn length_of(number: u8) -> Result<u16> {
    LENGTHS
        .get(usize::from(number))
        .copied()
        .ok_or(Report::OutOfRange)
}

/// Turns of the delay loop in 1/96 of a semibreve at so many beats a minute. ROM: 0A31.
fn turns(tempo: u16) -> Result<u16> {
    Number::from_u16(10)
        .div(Number::from_u16(4 * tempo))?
        .div(TEMPO_UNIT)?
        .to_u16()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tempo_gives_turns_of_the_delay_loop() {
        assert_eq!(turns(120), Ok(super::super::FIRST_TEMPO));
        assert_eq!(turns(240), Ok(1421));
        assert_eq!(turns(60), Ok(5684));
    }
}
