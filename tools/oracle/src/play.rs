//! Random PLAY strings: what the sound chip and MIDI get, and when.
//!
//! The 128's PLAY routine is called with strings in memory. Its delay loop is not walked through:
//! the time it takes is added. All else is done by the Z80, so that times must be equal to the
//! T-state; only a tempo's arithmetic may take now more, now less.

use std::fmt::Write as _;

use basic::machine::Model;
use basic::play::{Play, Progress};
use basic::sound::SoundCommand;
use basic::store::Address;
use basic::store::Memory;
use zx::{Failure, Result};

use crate::image::{self, Images};
use crate::random::Random;
use crate::spectrum::{Register, Snapshot, SoundWrite, Spectrum};
use crate::tally::{Amount, Case, Shared, Tally, spread_over};
use crate::variable::{ERR_NR, ERR_SP, STKBOT, STKEND, WORKSP};

/// The second instruction of the first ROM's interrupt routine: where the 128 is stopped once it
/// has started.
const INTERRUPT: u32 = 0x0039;
/// PLAY with its strings on the calculator's stack.
const PLAY: u16 = 0x0985;
/// The delay loop, its turns in BC; T-states of a turn.
pub(crate) const DELAY: u32 = 0x0F86;
const TURN: u64 = 26;
/// A T gives its tempo to the calculator.
const TEMPO: u32 = 0x0C4A;
/// Where a call of ours returns to, where errors go, the stack.
const RETURNED: u16 = 0x8100;
const FAILED: u16 = 0x8108;
const STACK: u16 = 0xBF00;
/// Where the strings stand.
const STRINGS: u16 = 0xA000;
/// T-states the ROM needs at most to come to its menu.
const BOOT: u64 = 40_000_000;
/// T-states of PLAY that are compared, at most.
const T_STATES: u64 = 100_000_000;
/// T-states of a T that may be more or less: its divisions, and an interrupt that looks at the keypad.
const TEMPO_SPREAD: u64 = 6_000;
/// The register MIDI is sent by, and what its bits are.
const MIDI: u8 = 14;
const MIDI_LOW: u8 = 0xFA;
/// Bits that are set where the keypad's lines are written to that register.
const KEYPAD: u8 = 0xFE;
/// Writes for a MIDI byte.
const MIDI_WRITES: usize = 10;

/// Strings at once, at most.
const VOICES: u32 = 8;
/// Length numbers behind a tie that the ROM has no length for.
const LENGTHS: u16 = 13;

/// One thing that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sent {
    /// T-states since the first.
    at: u64,
    command: SoundCommand,
}

/// What came of PLAY.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Played {
    sent: Vec<Sent>,
    /// Indices of what was sent after a tempo had been worked out.
    tempos: Vec<usize>,
    /// ERR_NR, if it failed.
    failed: Option<u8>,
    /// It went on for longer than is looked at.
    endless: bool,
}

/// The 128, ready to call PLAY.
struct Player {
    spectrum: Spectrum,
    ready: Snapshot,
}

impl Player {
    fn new(images: &Images) -> Result<Self> {
        let Images::Spectrum128(rom_0, rom_1) = images else {
            return Err(Failure("only the 128 has PLAY".to_owned()));
        };
        let mut spectrum = Spectrum::new_128(rom_0, rom_1);
        spectrum.run(BOOT);
        spectrum.hook(INTERRUPT, true);
        if spectrum.run(BOOT) != Some(INTERRUPT) {
            return Err(Failure("the 128 does not come to its menu".to_owned()));
        }
        spectrum.hook(INTERRUPT, false);
        for at in [DELAY, TEMPO, u32::from(RETURNED), u32::from(FAILED)] {
            spectrum.hook(at, true);
        }
        let ready = spectrum.snapshot();
        Ok(Self { spectrum, ready })
    }

    /// Plays strings, the first at an address and each behind the one before it.
    fn play(&mut self, at: u16, strings: &[Vec<u8>]) -> Played {
        self.spectrum.restore(&self.ready);
        let s = &mut self.spectrum;
        // what the first envelope is taken from
        let workspace = s.word(WORKSP);
        s.write(workspace, &[0; 1024]);
        s.set_word(STKBOT, workspace);
        let mut end = workspace;
        for (start, length) in places(at, strings) {
            s.write(end, &[1]);
            s.set_word(end + 1, start);
            s.set_word(end + 3, length);
            end += 5;
        }
        s.set_word(STKEND, end);
        s.write(at, &strings.concat());
        s.write(ERR_NR, &[0xFF]);
        s.set_word(STACK, RETURNED);
        s.set_word(STACK + 2, FAILED);
        s.set_word(ERR_SP, STACK + 2);
        s.set_register(Register::SP, STACK);
        s.set_register(Register::IY, ERR_NR);
        s.set_register(Register::BC, (strings.len() as u16) << 8);
        s.set_register(Register::PC, PLAY);
        s.take_sound();
        let begun = s.now();
        let mut played = Played::default();
        let mut writes = Vec::new();
        let mut tempos = Vec::new();
        loop {
            let left = (begun + T_STATES).saturating_sub(s.now());
            let stop = if left > 0 { s.run(left) } else { None };
            writes.append(&mut s.take_sound());
            match stop {
                Some(DELAY) => delay(s),
                Some(TEMPO) => tempos.push(writes.len()),
                Some(at) if at == u32::from(FAILED) => {
                    played.failed = Some(s.byte(ERR_NR));
                    break;
                }
                Some(_) => break,
                None => {
                    played.endless = true;
                    break;
                }
            }
        }
        played.take(&writes, &tempos);
        played
    }
}

/// Where strings stand, and their lengths.
fn places(at: u16, strings: &[Vec<u8>]) -> Vec<(u16, u16)> {
    let mut at = at;
    let place = |string: &Vec<u8>| {
        let start = at;
        at += string.len() as u16;
        (start, string.len() as u16)
    };
    strings.iter().map(place).collect()
}

impl Played {
    /// Takes the writes to the sound chip.
    fn take(&mut self, writes: &[SoundWrite], tempos: &[usize]) {
        let first = writes.first().map_or(0, |w| w.at);
        for (i, command) in commands(writes, self.endless) {
            if tempos.contains(&i) {
                self.tempos.push(self.sent.len());
            }
            self.sent.push(Sent {
                at: writes[i].at - first,
                command,
            });
        }
    }
}

/// What writes to the sound chip send, those that make a MIDI byte together, each with the number
/// of its first; the last byte may have been cut off.
pub(crate) fn commands(
    writes: &[SoundWrite],
    cut: bool,
) -> impl Iterator<Item = (usize, SoundCommand)> {
    let mut i = 0;
    std::iter::from_fn(move || {
        while writes.get(i).is_some_and(is_of_keypad) {
            i += 1;
        }
        let write = writes.get(i)?;
        let begun = i;
        let bits = writes.get(i..i + MIDI_WRITES);
        let command = match bits {
            None if write.register == MIDI && cut => return None,
            Some([_, bits @ .., _]) if write.register == MIDI && write.value == MIDI_LOW => {
                let byte = (0..).zip(bits).fold(0, |byte, (n, bit)| {
                    byte | u8::from(bit.value != MIDI_LOW) << n
                });
                i += MIDI_WRITES;
                SoundCommand::Midi(byte)
            }
            _ => {
                i += 1;
                SoundCommand::Psg {
                    register: write.register,
                    value: write.value,
                }
            }
        };
        Some((begun, command))
    })
}

/// D17: in its room, whose first and last byte are in DE and HL, PLAY finds what was in memory.
pub(crate) fn begin(s: &mut Spectrum) {
    let (first, last) = (s.register(Register::DE), s.register(Register::HL));
    let room = vec![0; usize::from(last.saturating_sub(first)) + 1];
    s.write(first, &room);
}

/// An interrupt may come while a tempo is worked out, and looks at the keypad.
fn is_of_keypad(write: &SoundWrite) -> bool {
    write.register == MIDI && write.value & KEYPAD == KEYPAD
}

/// Lets the time of the delay loop pass, at its start.
pub(crate) fn delay(s: &mut Spectrum) {
    let turns = s.register(Register::BC);
    s.set_register(Register::BC, 1);
    s.pass(TURN * u64::from(turns.wrapping_sub(1)));
}

/// Our PLAY on the same memory.
fn ours(rom: &Spectrum, at: u16, strings: &[Vec<u8>]) -> Played {
    let mut m = Memory::new();
    m.set_bytes(0x4000, &rom.memory()[0x4000..]);
    m.set_bytes(Address::from(at), &strings.concat());
    let mut play = Play::new(places(at, strings));
    let mut played = Played::default();
    let mut sent = Vec::new();
    loop {
        let result = play.step(&m);
        sent.append(&mut play.take_sent());
        match result {
            Ok(Progress::Goes) if play.now() < T_STATES => {}
            Ok(Progress::Goes) => {
                played.endless = true;
                break;
            }
            Ok(Progress::Ended) => break,
            Err(report) => {
                played.failed = Some(report.err_nr());
                break;
            }
        }
    }
    let first = sent.first().map_or(0, |s| s.0);
    played.sent = sent
        .into_iter()
        .map(|(at, command)| Sent {
            at: at - first,
            command,
        })
        .collect();
    played
}

/// What differs, if anything does.
fn compare(rom: &Played, ours: &Played) -> Option<(&'static str, String)> {
    let both = rom.sent.len().min(ours.sent.len());
    for i in 0..both {
        let (a, b) = (rom.sent[i], ours.sent[i]);
        if a.command != b.command {
            return Some((
                "what is sent",
                format!("number {i}: {:?}, here {:?}", a.command, b.command),
            ));
        }
        let Some(before) = i.checked_sub(1) else {
            continue;
        };
        let took = a.at - rom.sent[before].at;
        let here = b.at - ours.sent[before].at;
        let tempos = rom.tempos.iter().filter(|&&t| t == i).count() as u64;
        if took.abs_diff(here) > tempos * TEMPO_SPREAD {
            return Some((
                "times",
                format!(
                    "number {i}, {:?}: after {took} T-states, here {here}",
                    a.command
                ),
            ));
        }
    }
    if rom.endless != ours.endless || rom.failed != ours.failed {
        let ended = |p: &Played| match (p.failed, p.endless) {
            (Some(number), _) => format!("ERR_NR {number}"),
            (_, true) => "no end".to_owned(),
            _ => "an end".to_owned(),
        };
        return Some((
            "how it ends",
            format!("{}, here {}", ended(rom), ended(ours)),
        ));
    }
    if !rom.endless && rom.sent.len() != ours.sent.len() {
        return Some((
            "what is sent",
            format!("{} in all, here {}", rom.sent.len(), ours.sent.len()),
        ));
    }
    None
}

/// Differences that are meant.
fn explained(at: u16, strings: &[Vec<u8>]) -> Option<&'static str> {
    // a number goes on behind its string, where the next one stands
    if has_unknown_tie(&strings.concat()) {
        return Some("a tie to a length there is not: the ROM takes bytes of its code for lengths");
    }
    let hangs = |(start, length): (u16, u16)| start.wrapping_add(length) as u8 == b'_';
    if places(at, strings).into_iter().any(hangs) {
        return Some("a length number at the end of a string at ..5F: the ROM hangs");
    }
    None
}

/// Whether there is a tie to a length that there is not.
fn has_unknown_tie(string: &[u8]) -> bool {
    let ties = string.iter().enumerate().filter(|(_, c)| **c == b'_');
    let mut numbers = ties.map(|(at, _)| {
        let digits = string[at + 1..].iter().take_while(|c| c.is_ascii_digit());
        digits.fold(0_u64, |n, c| {
            n.saturating_mul(10).saturating_add(u64::from(c - b'0'))
        })
    });
    numbers.any(|n| (n & 0xFF) as u16 >= LENGTHS)
}

/// Random strings and where they stand.
fn strings(random: &mut Random) -> (u16, Vec<Vec<u8>>) {
    let at = STRINGS + random.below(0x100) as u16;
    let many = match random.below(10) {
        0..=4 => 1,
        5..=7 => random.between(2, 3),
        _ => random.between(1, VOICES),
    };
    let strings = (0..many).map(|_| string(random)).collect();
    (at, strings)
}

/// A random string; most are right.
fn string(random: &mut Random) -> Vec<u8> {
    let mut text = String::new();
    let wild = random.chance(5);
    for _ in 0..random.below(16) {
        item(random, &mut text, wild);
    }
    text.into_bytes()
}

/// A short string that can stand between quotes, and in which nothing is that is meant to differ.
pub(crate) fn short_string(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(6) {
        item(random, &mut text, false);
    }
    text.retain(|c| c != '\r');
    if has_unknown_tie(text.as_bytes()) {
        return "c".to_owned();
    }
    if text.ends_with(|last: char| last.is_ascii_digit()) {
        // D17: such a number may be where the ROM hangs
        text.push('c');
    }
    text
}

/// A number, mostly from `low` to `high`.
fn number(random: &mut Random, low: u32, high: u32) -> u32 {
    match random.below(100) {
        0 => random.below(low + 1),
        1 => high + random.below(4),
        2 => 256 + random.below(high + 2),
        3 if random.chance(20) => random.below(100_000),
        _ => random.between(low, high),
    }
}

fn item(random: &mut Random, text: &mut String, wild: bool) {
    let letter = match random.below(100) {
        0..=44 => {
            for _ in 0..random.below(3) * random.below(2) {
                text.push(random.pick(&['#', '$']));
            }
            text.push(random.pick(&[
                'a', 'b', 'c', 'd', 'e', 'f', 'g', 'A', 'B', 'C', 'D', 'E', 'F', 'G', '&',
            ]));
            return;
        }
        45..=59 => {
            let _ = write!(text, "{}", number(random, 1, 12));
            for _ in 0..random.below(3) * random.below(2) {
                let _ = write!(text, "_{}", number(random, 1, 12));
            }
            return;
        }
        60..=69 => {
            // one that was never opened mostly leads back for ever
            let open = text.matches('(').count() > text.matches(')').count();
            let close = if open {
                random.chance(60)
            } else {
                random.chance(5)
            };
            text.push(if close { ')' } else { '(' });
            return;
        }
        70 | 71 => {
            text.push_str("!a(5!");
            return;
        }
        72 => {
            text.push('H');
            return;
        }
        73 | 74 => {
            text.push(random.pick(&[' ', '\r', 'N']));
            return;
        }
        75 if wild => {
            text.push(char::from(random.between(0, 127) as u8));
            return;
        }
        75..=77 => 'O',
        78..=81 => 'T',
        82..=85 => 'V',
        86 | 87 => 'M',
        88..=90 => {
            text.push('U');
            return;
        }
        91 | 92 => 'W',
        93 | 94 => 'X',
        95..=97 => 'Y',
        _ => 'Z',
    };
    let (low, high) = match letter {
        'O' => (1, 6),
        'T' => (60, 240),
        'V' => (0, 15),
        'M' => (0, 63),
        'W' => (0, 7),
        'X' => (0, 65_535),
        'Y' => (1, 16),
        _ => (0, 255),
    };
    let _ = write!(text, "{letter}{}", number(random, low, high));
}

/// Plays many random strings on both.
///
/// # Errors
/// The 128 does not start.
pub fn many(_images: &Images, amount: Amount) -> Result<Tally> {
    let images = image::load(Model::Spectrum128)?;
    spread_over(
        || Player::new(&images),
        amount,
        |player, cases, shared| {
            for index in cases {
                if !shared.goes_on() {
                    return;
                }
                let (at, strings) = strings(&mut Random::new(amount.seed, index));
                one(player, at, strings, index, amount.show, shared);
            }
        },
    )
}

/// Plays strings on both and counts what came of it.
fn one(
    player: &mut Player,
    at: u16,
    strings: Vec<Vec<u8>>,
    index: u64,
    show: usize,
    shared: &Shared,
) {
    let mut differ = |strings: &[Vec<u8>]| {
        let rom = player.play(at, strings);
        let our = ours(&player.spectrum, at, strings);
        let found = compare(&rom, &our);
        (rom, found)
    };
    let (rom, found) = differ(&strings);
    let (field, mut text) = {
        let mut tally = shared.tally();
        tally.cases += 1;
        tally.lines += rom.sent.len() as u64;
        tally.ending(&match rom.failed {
            Some(number) => format!("ERR_NR {number}"),
            None if rom.endless => "no end".to_owned(),
            None => "OK".to_owned(),
        });
        let Some((field, text)) = found else {
            return;
        };
        if let Some(reason) = explained(at, &strings) {
            *tally.explained.entry(reason).or_default() += 1;
            return;
        }
        if !tally.differs(field, show) {
            return;
        }
        (field, text)
    };
    let mut small = strings;
    while let Some((smaller, said)) = smaller(&small).into_iter().find_map(|strings| {
        let (_, found) = differ(&strings);
        let (its, said) = found?;
        (its == field && explained(at, &strings).is_none()).then_some((strings, said))
    }) {
        small = smaller;
        text = said;
    }
    for string in &small {
        let _ = write!(text, "\n  {:?}", String::from_utf8_lossy(string));
    }
    let _ = write!(text, "\n  at {at}");
    let case = Case::untyped(text);
    shared.tally().shown.insert(index, (field.to_owned(), case));
}

/// The same strings with a piece less.
fn smaller(strings: &[Vec<u8>]) -> Vec<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for (i, string) in strings.iter().enumerate() {
        let mut less = strings.to_vec();
        less.remove(i);
        if !less.is_empty() {
            all.push(less);
        }
        for at in 0..string.len() {
            let mut less = strings.to_vec();
            less[i].remove(at);
            all.push(less);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_midi_byte_is_put_together_and_the_keypad_is_passed_over() {
        let bits = [0xFA, 0xFE, 0xFA, 0xFA, 0xFA, 0xFA, 0xFA, 0xFA, 0xFE, 0xFE];
        let values = [&[0xFE, 0xFF, 0xFE][..], &bits, &[0xFF], &bits[..4]].concat();
        let writes: Vec<SoundWrite> = values
            .iter()
            .map(|&value| SoundWrite {
                at: 0,
                register: MIDI,
                value,
            })
            .collect();
        let sent: Vec<_> = commands(&writes, true).collect();
        assert_eq!(sent, [(3, SoundCommand::Midi(0x81))]);
    }
}
