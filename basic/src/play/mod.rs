//! PLAY: up to eight strings at once, to writes to the sound chip and MIDI bytes with their times.
//!
//! ROM: 0985-11EA of the 128's first ROM. What is sent, in what order and when is the ROM's, its
//! T-states counted as if nothing slowed its memory down. [`Play::step`] does a small piece and
//! returns; nothing here waits.

mod output;
#[cfg(test)]
mod tests;
mod voice;

use alloc::vec::Vec;

use crate::report::Result;
use crate::sound::{SoundCommand, TStates};
use crate::store::Memory;
use output::{Output, register};
use voice::{CHIP_VOICES, REST, Reading, Shared, Voice};

/// Strings at once, at most.
pub const VOICES_MAX: usize = 8;
/// Bytes the ROM takes of the workspace, and for each string besides. ROM: 0987.
pub const SPACE: u32 = 60;
/// See [`SPACE`].
pub const SPACE_EACH: u32 = 55;
/// Turns of the delay loop in 1/96 of a semibreve before any T. ROM: 0A05.
const FIRST_TEMPO: u16 = 2842;
/// Turns that the rest of the ROM's work takes the time of. ROM: 0F7D.
const LOOP_LESS: u16 = 100;
/// T-states of a turn, and of a 1/96 besides its turns. ROM: 0F76.
const TURN: TStates = 26;
const UNIT: TStates = 130;
/// T-states of the loop over the voices: before it, and for one that is passed over. ROM: 0A4F.
const LOOP_BEGIN: TStates = 168;

/// T-states of a turn of a loop over the voices: before the work for a voice that is passed over
/// or is not, and after it, when another follows or not.
#[derive(Clone, Copy)]
struct LoopTime {
    passed: TStates,
    there: TStates,
    next: TStates,
    last: TStates,
}

/// Reading up to the first notes, and falling silent. ROM: 0A80, 0EAC.
const READING: LoopTime = LoopTime {
    passed: 35,
    there: 102,
    next: 157,
    last: 35,
};
/// Looking for the shortest note. ROM: 0F97.
const SHORTEST: LoopTime = LoopTime {
    there: 30,
    ..READING
};
/// Beginning notes. ROM: 0F45, 106F.
const BEGINNING: LoopTime = LoopTime {
    next: 155,
    last: 34,
    ..READING
};
/// Ending notes. ROM: 0FC8.
const ENDING: LoopTime = LoopTime {
    passed: 33,
    there: 105,
    next: 155,
    last: 35,
};

/// What is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A string is looked at for the first time.
    First(u8),
    /// It is read up to its first note.
    ReadFirst(u8),
    /// Notes sound.
    Lasting,
    /// A voice's note ends, if it is over.
    Ending(u8),
    /// A string is read up to its next note.
    Read(u8),
    /// Notes that were made ready begin to sound.
    Begin,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do, from the time [`Play::now`] says.
    Goes,
    /// All strings have ended.
    Ended,
}

/// PLAY at work. ROM: the 60 bytes at IY and those of the strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    voices: Vec<Voice>,
    shared: Shared,
    phase: Phase,
    /// Voices that a loop over them passes over, by their bits.
    passed: u8,
    /// Voices whose next note is ready.
    ready: u8,
    /// The length of the shortest note that sounds.
    shortest: u16,
}

impl Play {
    /// Begins to play strings: where each starts, and its length. What is beyond
    /// [`VOICES_MAX`] is not played.
    #[must_use]
    pub fn new(strings: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let voices: Vec<Voice> = (0..)
            .zip(strings.into_iter().take(VOICES_MAX))
            .map(|(number, (start, length))| Voice::new(number, start, length))
            .collect();
        let ended = 0xFF_u8.checked_shl(voices.len() as u32).unwrap_or(0);
        let mut shared = Shared {
            ended,
            tempo: FIRST_TEMPO,
            shape: 0,
            out: Output::default(),
        };
        let out = &mut shared.out;
        out.spend(14);
        out.write(register::MIXER, 0xF8);
        out.spend(14);
        out.write(register::ENVELOPE_LOW, 0xFF);
        out.spend(4);
        out.write(register::ENVELOPE_HIGH, 0xFF);
        out.spend(12);
        let mut play = Self {
            voices,
            phase: Phase::First(0),
            passed: ended,
            ready: 0,
            shortest: u16::MAX,
            shared,
        };
        play.begin_loop(play.shared.ended);
        play
    }

    /// T-states since PLAY began; the next step is due then.
    #[must_use]
    pub const fn now(&self) -> TStates {
        self.shared.out.now()
    }

    /// What was sent since the last call.
    pub fn take_sent(&mut self) -> Vec<(TStates, SoundCommand)> {
        self.shared.out.take()
    }

    /// Does the next piece of work.
    ///
    /// # Errors
    /// What is wrong with a string; all is silent then.
    pub fn step(&mut self, m: &Memory) -> Result<Progress> {
        let result = match self.phase {
            Phase::First(number) => self.first(m, number),
            Phase::Lasting => return Ok(self.lasting()),
            Phase::ReadFirst(number) => self.read_first(m, number),
            Phase::Ending(number) => self.end_note(m, number),
            Phase::Read(number) => self.read(m, number),
            Phase::Begin => {
                self.begin();
                Ok(())
            }
        };
        match result {
            Ok(()) => Ok(Progress::Goes),
            Err(report) => {
                self.silence();
                Err(report)
            }
        }
    }

    /// All is silent: the strings have ended, one is wrong, or BREAK. ROM: 0E93.
    pub fn silence(&mut self) {
        let out = &mut self.shared.out;
        out.spend(17 + 14);
        out.write(register::MIXER, 0xFF);
        out.spend(10);
        for number in 0..CHIP_VOICES {
            out.spend(4);
            out.write(register::VOLUME_A + number, 0);
        }
        self.begin_loop(self.shared.ended);
        for number in 0..VOICES_MAX as u8 {
            if let Some(voice) = self.enter(number, READING) {
                let voice = &self.voices[voice];
                voice.key_up(&mut self.shared.out);
            }
            self.leave(number, READING);
        }
    }

    /// A loop over the voices begins that passes over some. ROM: 0A4F.
    const fn begin_loop(&mut self, passed: u8) {
        self.passed = passed;
        self.shared.out.spend(LOOP_BEGIN);
    }

    /// A loop comes to a voice, if it does not pass over it.
    fn enter(&mut self, number: u8, time: LoopTime) -> Option<usize> {
        let voice = usize::from(number);
        let there = self.passed >> number & 1 == 0 && voice < self.voices.len();
        self.shared
            .out
            .spend(if there { time.there } else { time.passed });
        there.then_some(voice)
    }

    /// A loop has done with a voice; whether it is over.
    fn leave(&mut self, number: u8, time: LoopTime) -> bool {
        let last = usize::from(number) + 1 == VOICES_MAX;
        self.shared
            .out
            .spend(if last { time.last } else { time.next });
        last
    }

    /// A string is looked at that has not come to its first note. ROM: 0A80.
    fn first(&mut self, m: &Memory, number: u8) -> Result<()> {
        if self.enter(number, READING).is_some() {
            self.shared.out.spend(17);
            self.phase = Phase::ReadFirst(number);
            return Ok(());
        }
        self.first_is_read(m, number)
    }

    /// Reads on in a string that has not come to its first note. ROM: 0A89.
    fn read_first(&mut self, m: &Memory, number: u8) -> Result<()> {
        match self.command(m, number)? {
            Reading::More => Ok(()),
            Reading::Note | Reading::Ended => self.first_is_read(m, number),
        }
    }

    /// A string has come to its first note; when all have, they begin. ROM: 0A8C.
    fn first_is_read(&mut self, m: &Memory, number: u8) -> Result<()> {
        if !self.leave(number, READING) {
            self.phase = Phase::First(number + 1);
            return Ok(());
        }
        self.find_shortest();
        self.shared.out.spend(28);
        self.begin_loop(self.shared.ended);
        for number in 0..VOICES_MAX as u8 {
            if let Some(voice) = self.enter(number, BEGINNING) {
                self.first_note(m, voice)?;
            }
            self.leave(number, BEGINNING);
        }
        self.shared.out.spend(10);
        self.phase = Phase::Lasting;
        Ok(())
    }

    /// A string's first note begins. ROM: 0F4E.
    fn first_note(&mut self, m: &Memory, voice: usize) -> Result<()> {
        let voice = &mut self.voices[voice];
        self.shared.out.spend(17);
        let note = voice.take_note(m, &mut self.shared)?;
        if note == REST {
            self.shared.out.spend(19);
        } else {
            self.shared.out.spend(31);
            voice.tone(note, &mut self.shared)?;
            voice.begin(&mut self.shared.out);
        }
        Ok(())
    }

    /// Does the next command of a string. ROM: 0B5C.
    fn command(&mut self, m: &Memory, number: u8) -> Result<Reading> {
        match self.voices.get_mut(usize::from(number)) {
            Some(voice) => voice.command(m, &mut self.shared),
            None => Ok(Reading::Ended),
        }
    }

    /// Finds the shortest of what is left of the notes. ROM: 0F91.
    fn find_shortest(&mut self) {
        self.shortest = u16::MAX;
        self.shared.out.spend(39);
        self.begin_loop(self.shared.ended);
        for number in 0..VOICES_MAX as u8 {
            if let Some(voice) = self.enter(number, SHORTEST) {
                let left = self.voices[voice].left();
                let shorter = left < self.shortest;
                self.shared.out.spend(if shorter { 117 } else { 133 });
                self.shortest = self.shortest.min(left);
            }
            self.leave(number, SHORTEST);
        }
        self.shared.out.spend(48);
    }

    /// The shortest note's time passes, but for one unit. ROM: 0A9F.
    fn lasting(&mut self) -> Progress {
        self.shared.out.spend(26);
        if self.shared.ended == 0xFF {
            self.shared.out.spend(7);
            self.silence();
            return Progress::Ended;
        }
        self.shared.out.spend(35);
        self.wait(self.shortest.wrapping_sub(1));
        self.shared.out.spend(40);
        self.ready = 0;
        self.begin_loop(self.shared.ended);
        self.phase = Phase::Ending(0);
        Progress::Goes
    }

    /// So many 1/96 of a semibreve pass. Flaw kept: none are 65536. ROM: 0F76.
    fn wait(&mut self, units: u16) {
        let units = match units {
            0 => 0x1_0000,
            units => TStates::from(units),
        };
        let turns = TStates::from(self.shared.tempo.wrapping_sub(LOOP_LESS));
        self.shared.out.spend(units * (TURN * turns + UNIT) + 5);
    }

    /// Ends a voice's note, if it is over. ROM: 0FC8.
    fn end_note(&mut self, m: &Memory, number: u8) -> Result<()> {
        let Some(voice) = self.enter(number, ENDING) else {
            self.note_is_made(number);
            return Ok(());
        };
        let voice = &mut self.voices[voice];
        let out = &mut self.shared.out;
        out.spend(221);
        if !voice.pass(self.shortest) {
            out.spend(39);
            self.note_is_made(number);
            return Ok(());
        }
        out.spend(12);
        voice.silence(out);
        out.spend(57);
        if voice.next_length() {
            out.spend(155);
            return self.next_note(m, number);
        }
        out.spend(24);
        self.phase = Phase::Read(number);
        Ok(())
    }

    /// Reads on in a string. ROM: 1019.
    fn read(&mut self, m: &Memory, number: u8) -> Result<()> {
        if self.command(m, number)? == Reading::More {
            return Ok(());
        }
        self.shared.out.spend(38);
        if self.has_ended(number) {
            self.shared.out.spend(12);
            self.note_is_made(number);
            return Ok(());
        }
        self.shared.out.spend(19);
        self.next_note(m, number)
    }

    const fn has_ended(&self, number: u8) -> bool {
        self.shared.ended >> number & 1 != 0
    }

    /// Makes a voice's next note ready. ROM: 103D.
    fn next_note(&mut self, m: &Memory, number: u8) -> Result<()> {
        let Some(voice) = self.voices.get_mut(usize::from(number)) else {
            self.note_is_made(number);
            return Ok(());
        };
        self.shared.out.spend(17);
        let note = voice.take_note(m, &mut self.shared)?;
        self.shared.out.spend(42);
        if self.shared.ended >> number & 1 != 0 {
            self.shared.out.spend(12);
        } else if note == REST {
            self.shared.out.spend(30);
        } else {
            self.shared.out.spend(42);
            voice.tone(note, &mut self.shared)?;
            self.shared.out.spend(57);
            self.ready |= 1 << number;
        }
        self.note_is_made(number);
        Ok(())
    }

    /// Goes on with the next voice; after the last one unit passes. ROM: 105A.
    fn note_is_made(&mut self, number: u8) {
        if self.leave(number, ENDING) {
            self.shared.out.spend(27);
            self.wait(1);
            self.phase = Phase::Begin;
        } else {
            self.phase = Phase::Ending(number + 1);
        }
    }

    /// The notes that are ready begin to sound. ROM: 106C.
    fn begin(&mut self) {
        self.begin_loop(!self.ready);
        for number in 0..VOICES_MAX as u8 {
            if let Some(voice) = self.enter(number, BEGINNING) {
                self.voices[voice].begin(&mut self.shared.out);
            }
            self.leave(number, BEGINNING);
        }
        self.find_shortest();
        self.shared.out.spend(12);
        self.phase = Phase::Lasting;
    }
}
