//! A record of all that went into a machine since it was switched on, from which the same machine
//! can be made again.
//!
//! Owns the record's form. It keeps what [`seam::turn`](crate::seam::turn) tells its host as a
//! [`Witness`](crate::seam::Witness): key events, answers of its files, times and how much was done. Turns in which
//! nothing happened are left out, and turns of one frame that differ only in where they were cut
//! are kept as one.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use crate::files::{self, Answer, Attributes, Reply, StorageError};
use crate::keys::{KeyEvent, Layout, MatrixKey};
use crate::machine::{FRAME, Fuel, Machine, Pause, Setup};
use crate::seam::Note;
use crate::sound::Micros;

/// Bytes kept at most: an hour of a program that runs, days of typing.
const LIMIT: usize = 1 << 20;
/// Bytes in a line of the text.
const LINE: usize = 32;
/// The first word of a line of the text; a line with nothing else ends it.
const WORD: &str = "replay";

/// Codes of what is kept.
mod code {
    pub(super) const DOWN: u8 = 1;
    pub(super) const UP: u8 = 2;
    pub(super) const MATRIX_DOWN: u8 = 3;
    pub(super) const MATRIX_UP: u8 = 4;
    pub(super) const TYPED: u8 = 5;
    pub(super) const BREAK: u8 = 6;
    pub(super) const ALL_UP: u8 = 7;
    /// A turn that used up its fuel: time since the last one, fuel.
    pub(super) const CUT: u8 = 8;
    /// A turn that stopped by itself.
    pub(super) const STOPPED: u8 = 9;
    /// A turn that never ended: time since the last one.
    pub(super) const BEGUN: u8 = 10;
    pub(super) const LAYOUT: u8 = 11;
    /// An answer of the host's files: an error's number, ..
    pub(super) const FILE_ERROR: u8 = 12;
    pub(super) const FILE_DONE: u8 = 13;
    /// .. the length of a file and its bytes, ..
    pub(super) const FILE_BYTES: u8 = 14;
    /// .. or bytes free, how many entries, and of each whether it is a folder, the size, the length
    /// of the name, and the name.
    pub(super) const FILE_LIST: u8 = 15;
}

/// A turn that may not be written yet: the next one may be joined to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    now: Micros,
    used: Fuel,
    /// It used up its fuel.
    cut: bool,
    sounded: bool,
}

/// What went into a machine since it was switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    bytes: Vec<u8>,
    /// The time of the last turn in `bytes`.
    written: Micros,
    last: Option<Turn>,
    /// The time of a turn that has begun and not ended.
    begun: Option<Micros>,
    /// How the last turn stopped, and whether the keyboard was quiet then.
    stopped: Option<(Pause, bool)>,
    /// Key events or answers came since.
    input: bool,
    /// The latest time told.
    now: Micros,
    /// There was more than is kept: nothing can be made of it.
    overflown: bool,
}

/// What a record holds, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A key event.
    Key(KeyEvent),
    /// What the host's files answered.
    File(Answer),
    /// A turn at a time, with the fuel that makes it end where it did.
    Turn(Micros, Fuel),
}

impl History {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            written: 0,
            last: None,
            begun: None,
            stopped: None,
            input: false,
            now: 0,
            overflown: false,
        }
    }

    /// Adds what the machine's host is told.
    pub fn note(&mut self, note: Note<'_>) {
        match note {
            Note::Key(event) => {
                self.input_comes();
                let (code, number) = key_code(event);
                self.push(code);
                self.push(number);
            }
            Note::File(answer) => {
                self.input_comes();
                encode_answer(answer, |byte| self.push(byte));
            }
            Note::Begins(now) => {
                self.now = now;
                self.begun = Some(now);
            }
            Note::Ended {
                used,
                pause,
                quiet,
                sounded,
                asks,
            } => {
                let now = self.begun.take().unwrap_or(self.now);
                let input = core::mem::take(&mut self.input);
                let stopped = Some((pause, quiet));
                let idle = matches!(pause, Pause::Idle(_)) && quiet && !input && !asks && used == 0;
                if idle && self.stopped == stopped {
                    return;
                }
                self.stopped = stopped;
                let turn = Turn {
                    now,
                    used,
                    cut: pause == Pause::Fuel,
                    sounded,
                };
                self.add(turn);
            }
        }
    }

    /// Something comes in besides time: what was before it is written.
    fn input_comes(&mut self) {
        self.write_turn();
        if self.now > self.written {
            // Turns that were left out: looks at the keyboard that did not see this.
            let turn = Turn {
                now: self.now,
                used: 0,
                cut: false,
                sounded: false,
            };
            self.last = Some(turn);
            self.write_turn();
        }
        self.input = true;
    }

    fn add(&mut self, turn: Turn) {
        if let Some(last) = &mut self.last {
            let same_frame = last.now / FRAME == turn.now / FRAME;
            let both_cut = last.cut && turn.cut;
            let sum = last.used.checked_add(turn.used);
            if let (true, true, false, Some(sum)) =
                (same_frame, both_cut, last.sounded || turn.sounded, sum)
            {
                last.used = sum;
                return;
            }
        }
        self.write_turn();
        self.last = Some(turn);
    }

    /// Writes the turn that was kept back.
    fn write_turn(&mut self) {
        if let Some(turn) = self.last.take() {
            let since = turn.now.saturating_sub(self.written);
            self.written = turn.now;
            encode(turn.code(), &[since, turn.used.into()], |byte| {
                self.push(byte);
            });
        }
    }

    fn push(&mut self, byte: u8) {
        if self.bytes.len() >= LIMIT {
            self.overflown = true;
            self.bytes = Vec::new();
        }
        if !self.overflown {
            self.bytes.push(byte);
        }
    }

    /// Hands out all bytes, with those of turns that are not written yet.
    fn each_byte(&self, mut put: impl FnMut(u8)) {
        self.bytes.iter().for_each(|byte| put(*byte));
        let mut written = self.written;
        if let Some(turn) = self.last {
            let since = turn.now.saturating_sub(written);
            encode(turn.code(), &[since, turn.used.into()], &mut put);
            written = turn.now;
        }
        if let Some(now) = self.begun {
            encode(code::BEGUN, &[now.saturating_sub(written)], put);
        } else if self.now > written {
            // Turns that were left out.
            encode(code::STOPPED, &[self.now - written, 0], put);
        }
    }

    /// What there is, in order.
    ///
    /// # Errors
    /// When more has happened than is kept.
    pub fn entries(&self) -> Result<Vec<Entry>, String> {
        if self.overflown {
            return Err("more has happened than is kept".into());
        }
        let mut bytes = Vec::new();
        self.each_byte(|byte| bytes.push(byte));
        decode(&bytes).ok_or_else(|| "the record is broken".into())
    }

    /// Writes the record as lines of text, for [`read`]. Nothing is allocated.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, setup: Setup, out: &mut impl Write) -> fmt::Result {
        if self.overflown {
            return writeln!(out, "{WORD} impossible: more has happened than is kept");
        }
        writeln!(out, "{WORD} {setup}")?;
        let mut column = 0;
        let mut result = Ok(());
        self.each_byte(|byte| {
            result = result.and_then(|()| {
                if column == 0 {
                    write!(out, "{WORD} ")?;
                }
                column = (column + 1) % LINE;
                write!(out, "{byte:02x}{}", if column == 0 { "\n" } else { "" })
            });
        });
        result?;
        writeln!(out, "{}{WORD} end", if column == 0 { "" } else { "\n" })
    }
}

impl Turn {
    fn code(self) -> u8 {
        if self.cut { code::CUT } else { code::STOPPED }
    }
}

/// A code and numbers: seven bits in each byte, the lowest first.
fn encode(code: u8, numbers: &[u64], mut put: impl FnMut(u8)) {
    put(code);
    for &number in numbers {
        let mut number = number;
        while number >= 0x80 {
            put(number as u8 | 0x80);
            number >>= 7;
        }
        put(number as u8);
    }
}

fn number(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = bytes.next()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn key_code(event: KeyEvent) -> (u8, u8) {
    match event {
        KeyEvent::Down(usage) => (code::DOWN, usage),
        KeyEvent::Up(usage) => (code::UP, usage),
        KeyEvent::MatrixDown(key) => (code::MATRIX_DOWN, key.0),
        KeyEvent::MatrixUp(key) => (code::MATRIX_UP, key.0),
        KeyEvent::Typed(code) => (code::TYPED, code),
        KeyEvent::Break => (code::BREAK, 0),
        KeyEvent::AllUp => (code::ALL_UP, 0),
        KeyEvent::Layout(layout) => (code::LAYOUT, layout as u8),
    }
}

fn encode_answer(answer: &Answer, mut put: impl FnMut(u8)) {
    match answer {
        Err(error) => {
            let error = StorageError::ALL.iter().position(|known| known == error);
            encode(code::FILE_ERROR, &[error.unwrap_or(0) as u64], put);
        }
        Ok(Reply::Done) => put(code::FILE_DONE),
        Ok(Reply::Bytes(bytes)) => {
            encode(code::FILE_BYTES, &[bytes.len() as u64], &mut put);
            bytes.iter().for_each(|byte| put(*byte));
        }
        Ok(Reply::List(entries, free)) => {
            encode(code::FILE_LIST, &[*free, entries.len() as u64], &mut put);
            for entry in entries {
                let numbers = [entry.size.into(), entry.name.len() as u64];
                let kind = entry.attributes.bits() << 1 | u8::from(entry.folder);
                encode(kind, &numbers, &mut put);
                entry.name.bytes().for_each(&mut put);
            }
        }
    }
}

fn decode_answer(code: u8, bytes: &mut impl Iterator<Item = u8>) -> Option<Answer> {
    Some(match code {
        code::FILE_ERROR => {
            let error = usize::try_from(number(bytes)?).ok()?;
            Err(*StorageError::ALL.get(error)?)
        }
        code::FILE_BYTES => Ok(Reply::Bytes(counted(bytes)?)),
        code::FILE_LIST => {
            let free = number(bytes)?;
            let mut entries = Vec::new();
            for _ in 0..number(bytes)? {
                let kind = bytes.next()?;
                entries.push(files::Entry {
                    folder: kind & 1 != 0,
                    attributes: Attributes::from_bits(kind >> 1),
                    size: u32::try_from(number(bytes)?).ok()?,
                    name: String::from_utf8(counted(bytes)?).ok()?,
                });
            }
            Ok(Reply::List(entries, free))
        }
        _ => Ok(Reply::Done),
    })
}

/// Bytes after their number.
fn counted(bytes: &mut impl Iterator<Item = u8>) -> Option<Vec<u8>> {
    (0..number(bytes)?).map(|_| bytes.next()).collect()
}

fn decode(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut bytes = bytes.iter().copied();
    let mut entries = Vec::new();
    let mut now = 0_u64;
    while let Some(code) = bytes.next() {
        entries.push(match code {
            code::CUT | code::STOPPED | code::BEGUN => {
                now = now.checked_add(number(&mut bytes)?)?;
                let fuel = match code {
                    code::BEGUN => Fuel::MAX,
                    // With one unit more it goes on until it stops by itself.
                    _ => Fuel::try_from(number(&mut bytes)?)
                        .ok()?
                        .saturating_add((code == code::STOPPED).into()),
                };
                Entry::Turn(now, fuel)
            }
            code::FILE_ERROR..=code::FILE_LIST => Entry::File(decode_answer(code, &mut bytes)?),
            _ => {
                let number = bytes.next()?;
                Entry::Key(match code {
                    code::DOWN => KeyEvent::Down(number),
                    code::UP => KeyEvent::Up(number),
                    code::MATRIX_DOWN => KeyEvent::MatrixDown(MatrixKey(number)),
                    code::MATRIX_UP => KeyEvent::MatrixUp(MatrixKey(number)),
                    code::TYPED => KeyEvent::Typed(number),
                    code::BREAK => KeyEvent::Break,
                    code::ALL_UP => KeyEvent::AllUp,
                    code::LAYOUT => KeyEvent::Layout(*Layout::ALL.get(usize::from(number))?),
                    _ => return None,
                })
            }
        });
    }
    Some(entries)
}

/// Finds a record in a text, what a serial line said for instance.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<(Setup, Vec<Entry>), String> {
    let mut setup = None;
    let mut bytes = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.trim_end().strip_prefix(WORD) else {
            continue;
        };
        match (rest.trim(), setup) {
            ("end", Some(setup)) => {
                let entries = decode(&bytes).ok_or("the record is broken")?;
                return Ok((setup, entries));
            }
            (digits, Some(_)) => {
                for pair in digits.as_bytes().chunks(2) {
                    let pair = core::str::from_utf8(pair).unwrap_or_default();
                    let byte = u8::from_str_radix(pair, 16);
                    bytes.push(byte.map_err(|_| format!("`{pair}` is no byte"))?);
                }
            }
            (name, None) => match Setup::by_name(name) {
                None => return Err(format!("a record begins with `{name}`")),
                found => setup = found,
            },
        }
    }
    Err(if setup.is_some() {
        "the record has no end".into()
    } else {
        "there is no record".into()
    })
}

/// Makes the machine again that a record was made of. What was sounded, shown and said comes to
/// nothing.
#[must_use]
pub fn play(setup: impl Into<Setup>, entries: &[Entry]) -> Machine {
    let mut machine = Machine::new(setup);
    for entry in entries {
        match entry {
            Entry::Key(event) => machine.key(*event),
            Entry::File(answer) => machine.answer(answer.clone()),
            &Entry::Turn(now, fuel) => {
                let _ = machine.run(now, &mut { fuel });
                machine.drain_sounds(|_, _| {});
                machine.drain_console(|_| {});
                machine.take_changed();
            }
        }
    }
    machine
}
