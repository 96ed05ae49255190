//! Keys typed in the 128's menus and its full-screen editor: after each of them both machines show
//! the same and have the same program.

use std::fmt::Write as _;

use basic::charset::{DELETE, DOWN, EDIT, ENTER, LEFT, RIGHT, UP};
use basic::line::numbers::strip_numbers;
use basic::line::tokenise::{Keywords, tokenise};
use basic::machine::{Model, Start};
use basic::screen::geometry::{attribute_address, pixel_address};
use basic::store::sysvars;
use basic::token;
use fonts::GLYPHS;
use zx::{Failure, Result};

use crate::grammar::typing::{self, Session};
use crate::image::{self, Images};
use crate::keep;
use crate::mended;
use crate::original::{self, BOOT, NEW_KEY};
use crate::ours::Ours;
use crate::outcome::{self, Difference, Status};
use crate::programs::{FUEL, T_STATES};
use crate::random::Random;
use crate::spectrum::{ROM_1, Register, Snapshot, Spectrum};
use crate::tally::{Amount, Case, Shared, Tally, spread_over};
use crate::tree;
use crate::variable;

/// Places in the ROMs.
mod place {
    use super::ROM_1;

    /// A menu or the editor looks for a key.
    pub(super) const KEY: u32 = 0x3683;
    /// The same below a report.
    pub(super) const KEY_BELOW_REPORT: u32 = 0x25E3;
    /// WAIT-KEY, about to look.
    pub(super) const WAIT_KEY: u32 = ROM_1 + 0x15DE;
    /// PAUSE, its frames in BC.
    pub(super) const PAUSE: u32 = ROM_1 + 0x1F3D;
    /// BEEPER.
    pub(super) const BEEPER: u32 = ROM_1 + 0x03B5;
    /// SA-BYTES and LD-BYTES.
    pub(super) const SAVE_BYTES: u32 = ROM_1 + 0x04C2;
    pub(super) const LOAD_BYTES: u32 = ROM_1 + 0x0556;
    /// The character set.
    pub(super) const CHARACTERS: usize = 0x3D00;
}

/// TV_FLAG: the line that is typed is drawn again.
const REDRAWN: u8 = 8;
/// T-states a key may take where ours ends, beside those of a NEW: GO SUBs that fill the memory take
/// a minute.
const PATIENCE: u64 = 60 * T_STATES;
/// FLAGX: INPUT and not editing.
const INPUT: u8 = 0x20;
/// Trials at most to make a session smaller.
const TRIALS: usize = 250;
/// Rows and columns of the screen; the last row, in which the makers' names stand, which are not
/// the same, and what they begin with.
const ROWS: usize = 24;
const COLUMNS: usize = 32;
const LAST_ROW: usize = ROWS - 1;
const MAKERS: char = '©';
/// The row of the banner, and what stands there while the tape is tested.
const BANNER: usize = 21;
const TAPE_TESTER: &str = "Tape Tester";

/// System variables of two bytes that are compared.
const WORDS: [(&str, u32); 4] = [
    ("PROG", sysvars::PROG),
    ("VARS", sysvars::VARS),
    ("E_LINE", sysvars::E_LINE),
    ("E_PPC", sysvars::E_PPC),
];

/// The 128 in its opening menu, mended where ours differs on purpose.
struct Rom {
    spectrum: Spectrum,
    ready: Snapshot,
}

impl Rom {
    fn new(images: &Images) -> Result<Self> {
        let Images::Spectrum128(rom_0, rom_1) = images else {
            return Err(Failure("only the 128 has menus".to_owned()));
        };
        let (mut rom_0, mut rom_1) = (rom_0.clone(), rom_1.clone());
        mended::mend(&mut rom_0, &mut rom_1);
        let characters = GLYPHS.as_flattened();
        rom_1[place::CHARACTERS..][..characters.len()].copy_from_slice(characters);
        let mut spectrum = Spectrum::new_128(&rom_0, &rom_1);
        mended::hook(&mut spectrum);
        for at in [
            place::KEY,
            place::KEY_BELOW_REPORT,
            place::WAIT_KEY,
            place::PAUSE,
            place::BEEPER,
            place::SAVE_BYTES,
            place::LOAD_BYTES,
        ] {
            spectrum.hook(at, true);
        }
        let ready = spectrum.snapshot();
        let mut rom = Self { spectrum, ready };
        if rom.settle(BOOT + T_STATES) != Status::Editing {
            return Err(Failure("the 128 does not come to its menu".to_owned()));
        }
        rom.ready = rom.spectrum.snapshot();
        Ok(rom)
    }

    /// Gives a key; the ROM may take so many T-states.
    fn press(&mut self, key: u8, t_states: u64) -> Status {
        original::press(&mut self.spectrum, key);
        self.settle(t_states)
    }

    /// What was typed as an answer to INPUT, if one is wanted.
    fn answer(&self) -> Option<&[u8]> {
        let s = &self.spectrum;
        let from = usize::from(s.word(variable::WORKSP));
        let answer = s.memory()[from..].split(|code| *code == ENTER).next();
        answer.filter(|_| s.byte(variable::FLAGX) & INPUT != 0)
    }

    /// Runs until a key is looked for and there is none.
    fn settle(&mut self, t_states: u64) -> Status {
        let s = &mut self.spectrum;
        let end = s.now() + t_states;
        while let Some(at) = s.run(end.saturating_sub(s.now())) {
            let key = s.byte(variable::FLAGS) & NEW_KEY != 0;
            match at {
                place::KEY | place::KEY_BELOW_REPORT if !key => return Status::Editing,
                // the line is drawn before the key is looked for
                place::WAIT_KEY if !key && s.byte(variable::TV_FLAG) & REDRAWN == 0 => {
                    return Status::Waiting;
                }
                place::PAUSE if s.register(Register::BC) == 0 => return Status::Waiting,
                place::SAVE_BYTES | place::LOAD_BYTES => return Status::Gone,
                place::BEEPER => {
                    s.write_ula(s.byte(variable::BORDCR) >> 3 & 7);
                    s.ret();
                }
                _ => mended::at(s, at),
            }
        }
        Status::Endless
    }
}

/// Characters of the twenty rows that the ROM has for a line, without its number.
const SHOWN: usize = 32 + 19 * 27 - 5;

/// How a session went.
struct Played {
    /// The first difference, and the key it came after.
    difference: Option<(usize, Difference)>,
    /// Why it is meant, if it is.
    meant: Option<&'static str>,
    /// The keys that were given to both.
    keys: usize,
    /// How it ended.
    ending: Status,
    /// What is on the screen of the ROM and on ours in the end.
    screens: [Vec<String>; 2],
}

/// Plays a session on both until something differs.
fn play(rom: &mut Rom, session: &Session) -> Played {
    rom.spectrum.restore(&rom.ready);
    let mut ours = Ours::at(Start::Menu);
    let program = session.program();
    ours.set_program(&program);
    let s = &mut rom.spectrum;
    for (at, bytes) in crate::ours::with_program(s.word(sysvars::PROG as u16), &program) {
        s.write(at, &bytes);
    }
    let mut played = Played {
        difference: None,
        meant: None,
        keys: 0,
        ending: Status::Editing,
        screens: [Vec::new(), Vec::new()],
    };
    for (i, &key) in session.keys.iter().enumerate() {
        played.keys += 1;
        let meant = meant_by_key(rom, key);
        let own = ours.press(&[key], FUEL);
        let endless = own.status == Status::Endless;
        let patience = if endless { T_STATES } else { PATIENCE };
        played.ending = rom.press(key, BOOT + patience);
        if played.ending == Status::Gone || endless && played.ending == Status::Endless {
            break;
        }
        let border = (rom.spectrum.border(), own.border);
        let memory = (rom.spectrum.memory(), ours.memory());
        let difference = compare(memory.0, memory.1, border);
        let ending = match (played.ending, own.status) {
            (Status::Endless, _) => Some(Difference::of("ending", "the ROM does not go on")),
            (_, Status::Gone | Status::Endless) => {
                Some(Difference::of("ending", "ours does not go on"))
            }
            _ => None,
        };
        if let Some(mut difference) = ending.or(difference) {
            difference.field += &format!(" after {}", name(key));
            played.difference = Some((i, difference));
            played.meant = meant
                .or_else(|| meant_by_ending(rom, played.ending))
                .or_else(|| meant_by_length(memory.1));
            break;
        }
    }
    played.screens = [rom.spectrum.memory(), ours.memory()].map(keep::screen);
    played
}

/// Why a difference is meant that may come of a key, if it is.
fn meant_by_key(rom: &Rom, key: u8) -> Option<&'static str> {
    let answer = rom.answer().filter(|_| key == ENTER)?;
    let codes = tokenise(answer, Keywords::Spectrum128);
    (codes != answer).then_some("D1: an answer to INPUT has keywords typed as letters")
}

/// Why a difference is meant, by what the ROM does then.
fn meant_by_ending(rom: &Rom, ending: Status) -> Option<&'static str> {
    let tester = keep::screen(rom.spectrum.memory())[BANNER].starts_with(TAPE_TESTER);
    (ending == Status::Endless && tester).then_some("D23: Tape Tester shows what is on the tape")
}

/// Why a difference is meant, by the lines of our program.
fn meant_by_length(our: &[u8]) -> Option<&'static str> {
    let word = |at: usize| usize::from(u16::from_le_bytes([our[at], our[at + 1]]));
    let mut at = word(sysvars::PROG as usize);
    let end = word(sysvars::VARS as usize);
    while at < end {
        let length = word(at + 2);
        let text = strip_numbers(our.get(at + 4..at + 4 + length)?);
        let shown = |code: &u8| token::spelling(*code).map_or(1, |word| word.len() + 2);
        if text.iter().map(shown).sum::<usize>() > SHOWN {
            return Some("D39: a line has more rows than the ROM has room for");
        }
        at += 4 + length;
    }
    None
}

/// What differs between two machines that wait for a key: the first thing, and the others in its
/// text.
fn compare(rom: &[u8], our: &[u8], border: (u8, u8)) -> Option<Difference> {
    let mut found = pictures(rom, our);
    if border.0 != border.1 {
        let text = format!("border: rom {} our {}", border.0, border.1);
        found.push(Difference::of("border", text));
    }
    found.extend(outcome::basic(rom, our));
    found.extend(outcome::variables(rom, our, &WORDS));
    let texts: Vec<String> = found.iter().map(|found| found.text.clone()).collect();
    let mut first = found.into_iter().next()?;
    first.text = texts.join("\n");
    Some(first)
}

/// What differs on the screen.
fn pictures(rom: &[u8], our: &[u8]) -> Vec<Difference> {
    let makers = |memory| keep::screen(memory)[LAST_ROW].starts_with(MAKERS);
    let rows = if makers(rom) && makers(our) {
        LAST_ROW
    } else {
        ROWS
    };
    let cells = || (0..rows).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)));
    let mut found = Vec::new();
    let differs = cells().find(|&(row, column)| {
        (0..8).any(|line| {
            let at = pixel_address(column as u32, (row * 8 + line) as u32) as usize;
            rom[at] != our[at]
        })
    });
    if let Some((row, column)) = differs {
        found.push(Difference::of(
            "screen",
            format!("row {row}, column {column}"),
        ));
    }
    let mut text = String::new();
    for (row, column) in cells() {
        let at = attribute_address(column as u32, row as u32) as usize;
        if rom[at] != our[at] {
            let (rom, our) = (rom[at], our[at]);
            // a String takes everything
            let _ = write!(
                text,
                "row {row}, column {column}: rom {rom:02X} our {our:02X}; "
            );
        }
    }
    if !text.is_empty() {
        found.push(Difference::of("attributes", text));
    }
    found
}

/// A key as scripts of keys name it.
fn name(key: u8) -> String {
    let named = [
        (EDIT, "EDIT"),
        (LEFT, "LEFT"),
        (RIGHT, "RIGHT"),
        (DOWN, "DOWN"),
        (UP, "UP"),
        (DELETE, "DEL"),
        (ENTER, "ENTER"),
        (6, "CAPSLOCK"),
        (0x0E, "EXT"),
        (0x0F, "GRAPH"),
        (b'{', "{"),
        (b'}', "}"),
    ];
    match named.iter().find(|(code, _)| *code == key) {
        Some((_, name)) => format!("{{{name}}}"),
        None if key >= token::FIRST => {
            format!("{{{}}}", token::spelling(key).unwrap_or_default().trim())
        }
        None => tree::show(&[key]),
    }
}

/// Keys, those that are pressed several times counted.
fn names(keys: &[u8]) -> String {
    let mut text = String::new();
    for run in keys.chunk_by(|a, b| a == b) {
        let name = name(run[0]);
        match name.strip_suffix('}') {
            Some(begun) if run.len() > 1 => {
                // a String takes everything
                let _ = write!(text, "{begun}*{}}}", run.len());
            }
            _ => text += &name.repeat(run.len()),
        }
    }
    text
}

/// Types many random sessions on both.
///
/// # Errors
/// The 128 does not start.
pub fn many(_images: &Images, amount: Amount) -> Result<Tally> {
    let images = image::load(Model::Spectrum128)?;
    spread_over(
        || Rom::new(&images),
        amount,
        |rom, cases, shared| {
            for index in cases {
                if !shared.goes_on() {
                    return;
                }
                let session = typing::session(&mut Random::new(amount.seed, index));
                one(rom, amount, index, session, shared);
            }
        },
    )
}

/// Plays one session and counts what came of it.
fn one(rom: &mut Rom, amount: Amount, index: u64, session: Session, shared: &Shared) {
    let played = play(rom, &session);
    let (at, field) = {
        let mut tally = shared.tally();
        tally.cases += 1;
        tally.lines += played.keys as u64;
        tally.left += u64::from(!played.ending.goes_on() && played.difference.is_none());
        tally.ending(&played.ending.to_string());
        let Some((at, difference)) = played.difference else {
            return;
        };
        if let Some(reason) = played.meant {
            *tally.explained.entry(reason).or_default() += 1;
            return;
        }
        if !tally.differs(&difference.field, amount.show) {
            return;
        }
        (at, difference.field)
    };
    let mut small = session;
    small.keys.truncate(at + 1);
    let mut left = TRIALS;
    small.shrink(|session| {
        left = left.saturating_sub(1);
        left > 0
            && matches!(
                play(rom, session),
                Played { difference: Some((_, difference)), meant: None, .. } if difference.field == field
            )
    });
    let played = play(rom, &small);
    if let Some((_, difference)) = played.difference {
        let mut text = small.listing();
        let _ = writeln!(text, "  keys {}\n{}", names(&small.keys), difference.text);
        small.keys.pop();
        let [before, _] = play(rom, &small).screens;
        let [theirs, own] = played.screens;
        for ((before, rom), our) in before.iter().zip(&theirs).zip(&own) {
            let mark = if rom == our { ' ' } else { '*' };
            // a String takes everything
            let _ = writeln!(text, "{mark}|{before}|{rom}|{our}|");
        }
        shared
            .tally()
            .shown
            .insert(index, (field, Case::untyped(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_scripts_have_them() {
        let keys = [DOWN, DOWN, ENTER, b'a', b'a', b'{', token::TAN];
        assert_eq!(names(&keys), "{DOWN*2}{ENTER}aa{{}{TAN}");
    }

    #[test]
    fn a_difference_is_told_by_what_is_seen_first() {
        let (mut rom, our) = (vec![0; 0x1_0000], vec![0; 0x1_0000]);
        assert_eq!(compare(&rom, &our, (7, 7)), None);
        rom[sysvars::E_PPC as usize] = 1;
        rom[0x5800] = 1;
        let found = compare(&rom, &our, (7, 7)).unwrap();
        assert_eq!(found.field, "attributes");
        assert!(found.text.contains("E_PPC: rom 1 our 0"), "{}", found.text);
        rom[0x4000] = 1;
        assert_eq!(compare(&rom, &our, (7, 7)).unwrap().field, "screen");
    }
}
