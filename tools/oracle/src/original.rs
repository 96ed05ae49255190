//! The original ROM, driven: lines go in where the editor would hand them over, reports come out.

use basic::files::Block;
use basic::line::numbers::strip_numbers;
use basic::machine::Model;
use basic::store::sysvars;
use basic::token::CLS;
use fonts::GLYPHS;
use zx::{Failure, Result};

use crate::first::{self, Entry};
use crate::image::Images;
use crate::mended;
use crate::outcome::{Outcome, Status};
use crate::play;
use crate::spectrum::{RAM, ROM_1, Register, Snapshot, Spectrum};
use crate::tree::Step;
use crate::variable;

/// Places in the 48K's ROM that the driver knows; those of statements are the same in the 128's
/// second one.
mod place {
    /// MAIN-EXEC is about to list.
    pub(super) const LIST: u32 = 0x12A6;
    /// Past the listing.
    pub(super) const LISTED: u16 = 0x12A9;
    /// The editor is about to be called.
    pub(super) const EDITOR: u32 = 0x12B1;
    /// The editor has returned.
    pub(super) const EDITED: u16 = 0x12B4;
    /// A wrong line has lost its hidden numbers.
    pub(super) const REFUSED: u32 = 0x12C9;
    /// MAIN-4: a command has ended.
    pub(super) const ENDED: u32 = 0x1303;
    /// The report's number is in A.
    pub(super) const REPORT: u32 = 0x1313;
    /// PRINT-A-2.
    pub(super) const PRINT: u32 = 0x15F2;
    /// WAIT-KEY, about to look.
    pub(super) const WAIT_KEY: u32 = 0x15DE;
    /// Where the editor calls WAIT-KEY.
    pub(super) const AFTER_EDITOR_KEY: u16 = 0x0F3B;
    /// Where `scroll?` calls WAIT-KEY.
    pub(super) const AFTER_SCROLL: u16 = 0x0CB6;
    /// PAUSE, its frames in BC.
    pub(super) const PAUSE: u32 = 0x1F3D;
    /// STMT-RET.
    pub(super) const AFTER_STATEMENT: u16 = 0x1B76;
    /// Where SAVE calls WAIT-KEY.
    pub(super) const AFTER_START_TAPE: u16 = 0x0984;
    /// SA-BYTES.
    pub(super) const SAVE_BYTES: u32 = 0x04C2;
    /// LD-BYTES.
    pub(super) const LOAD_BYTES: u32 = 0x0556;
    /// SA/LD-RET.
    pub(super) const TAPE_DONE: u16 = 0x053F;
    /// BEEPER.
    pub(super) const BEEPER: u32 = 0x03B5;
    /// USR is about to call machine code.
    pub(super) const MACHINE_CODE: u32 = 0x34BB;
    /// MAKE-ROOM, its bytes in BC.
    pub(super) const MAKE_ROOM: u32 = 0x1655;
    /// NEW.
    pub(super) const NEW: u32 = 0x11B7;
    /// The start.
    pub(super) const START: u32 = 0x0000;
    /// The character set.
    pub(super) const CHARACTERS: u16 = 0x3D00;
}

/// T-states the ROM needs at most to check memory and come to its editor.
pub(crate) const BOOT: u64 = 40_000_000;
/// The channel STR$ prints to.
const INTO_WORKSPACE: u8 = b'R';
/// The flag of the Z80 that says LOAD, or that all is well.
const CARRY: u8 = 1;
/// The key pressed when a tape is to be started.
const ENTER: u8 = 13;
/// What stands behind a line in the edit area.
const LINE_ENDS: [u8; 2] = [ENTER, 0x80];
/// Bytes that must stay free below the stack when something is made longer: TEST-ROOM 1F05.
const EDITORS_RESERVE: usize = 80;
/// TV_FLAG: the line is to be shown; the lower screen is to be cleared first.
const COPY_LINE: u8 = 8;
const CLEAR_LOWER: u8 = 0x20;
/// FLAGX: INPUT is going on.
const INPUT: u8 = 0x20;
/// FLAGS: a new key.
pub(crate) const NEW_KEY: u8 = 0x20;

/// The code of a report from its number; the 128's own have small letters.
#[must_use]
pub fn code(number: u8) -> char {
    match number {
        0..=9 => char::from(b'0' + number),
        10..=28 => char::from(number + b'A' - 10),
        _ => char::from(number.wrapping_add(b'a' - 29)),
    }
}

/// Makes a key known as the keyboard's interrupt does.
pub(crate) fn press(spectrum: &mut Spectrum, key: u8) {
    let flags = spectrum.byte(variable::FLAGS) | NEW_KEY;
    spectrum.write(variable::LAST_K, &[key]);
    spectrum.write(variable::FLAGS, &[flags]);
}

/// Where the drive has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// A place in the 48K's ROM, or the 128's second one.
    Common(u32),
    /// A place in the 128's first ROM.
    First(u32),
}

/// The original machine at its editor.
pub struct Original {
    /// The hardware.
    pub spectrum: Spectrum,
    /// Where lines are handed over on a 128.
    entry: Option<Entry>,
    ready: Snapshot,
    /// What will be typed where the ROM waits for a key, the next one last.
    keys: Vec<u8>,
    /// What was typed since the last line was given, our own answers too.
    given: Vec<u8>,
    tape: Tape,
    /// The highest place that the areas below the spare memory have reached.
    reach: u32,
}

/// The tape, in place of what the ROM hears and makes heard.
#[derive(Clone, Debug, Default)]
struct Tape {
    blocks: Vec<Block>,
    /// The block that is read next.
    position: usize,
    /// Blocks that may still be looked at for the one that is wanted.
    left: usize,
    /// Whether the last one looked for was a header.
    headers: bool,
}

impl Tape {
    /// The next block, for the flag wanted: a search for a header goes round once.
    fn next(&mut self, flag: u8) -> Option<&Block> {
        let header = flag == 0;
        if !(header && self.headers) {
            self.left = self.blocks.len();
        }
        self.headers = header;
        self.left = self.left.checked_sub(1)?;
        let at = self.position % self.blocks.len();
        self.position = at + 1;
        self.blocks.get(at)
    }
}

/// Where the ROM's editor is used from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Editor {
    /// Whole lines are handed over; there are no automatic listings.
    Skipped,
    /// Keys are typed.
    Used,
}

impl Original {
    /// Starts the ROM, our characters in place of its own.
    ///
    /// # Errors
    /// It does not come to its editor.
    pub fn new(images: &Images) -> Result<Self> {
        let (mut spectrum, entry) = match images {
            Images::Spectrum48(rom) => (started(rom)?, None),
            Images::Spectrum128(rom_0, rom_1) => {
                let (spectrum, entry) = Entry::started(rom_0, rom_1)?;
                (spectrum, Some(entry))
            }
        };
        let editor = [
            place::LIST,
            place::EDITOR,
            place::REFUSED,
            place::ENDED,
            place::REPORT,
        ];
        let first = [
            first::place::KEY,
            first::place::COMMAND,
            first::place::REPORT,
            first::place::REPORTED,
            first::place::TAKEN,
            first::place::PLAY,
            first::place::PLAYED,
            play::DELAY,
        ];
        let (own, base) = match entry {
            None => (&editor[..], 0),
            Some(_) => (&first[..], ROM_1),
        };
        let common = [
            place::PRINT,
            place::WAIT_KEY,
            place::PAUSE,
            place::SAVE_BYTES,
            place::LOAD_BYTES,
            place::BEEPER,
            place::MACHINE_CODE,
            place::MAKE_ROOM,
            place::NEW,
            place::START,
        ];
        let common = common.iter().map(|at| base + at);
        for at in own.iter().copied().chain(common) {
            spectrum.hook(at, true);
        }
        if entry.is_some() {
            mended::hook_statements(&mut spectrum);
        }
        let ready = spectrum.snapshot();
        let mut original = Self {
            spectrum,
            entry,
            ready,
            keys: Vec::new(),
            given: Vec::new(),
            tape: Tape::default(),
            reach: 0,
        };
        // its makers' line is not ours
        original.enter(&[CLS], &[], BOOT);
        original.ready = original.spectrum.snapshot();
        Ok(original)
    }

    /// Whose ROM it is.
    #[must_use]
    pub fn model(&self) -> Model {
        match self.entry {
            None => Model::Spectrum48,
            Some(_) => Model::Spectrum128,
        }
    }

    /// Goes back to the first editor.
    pub fn reset(&mut self) {
        self.spectrum.restore(&self.ready);
        self.tape = Tape::default();
        self.reach = 0;
    }

    /// The highest place that the areas below the spare memory have reached since then: what was
    /// there may still be.
    #[must_use]
    pub const fn reach(&self) -> u32 {
        self.reach
    }

    /// What is on the tape.
    #[must_use]
    pub fn tape(&self) -> &[Block] {
        &self.tape.blocks
    }

    /// Puts in another tape, wound to its start.
    pub fn insert(&mut self, blocks: Vec<Block>) {
        self.tape = Tape {
            blocks,
            ..Tape::default()
        };
    }

    /// Whether the edit area has room for a line: the editor, which is passed over, sees to it.
    #[must_use]
    pub fn has_room_for(&self, line: &[u8]) -> bool {
        let s = &self.spectrum;
        let end = usize::from(s.word(variable::E_LINE)) + line.len() + LINE_ENDS.len();
        let stack = match &self.entry {
            None => s.register(Register::SP),
            Some(entry) => entry.stack(s),
        };
        end + EDITORS_RESERVE <= stack.into()
    }

    /// Puts a line into the edit area.
    fn set_line(&mut self, line: &[u8]) {
        let s = &mut self.spectrum;
        let at = s.word(variable::E_LINE);
        s.write(at, line);
        let end = at.wrapping_add(line.len() as u16);
        s.write(end, &LINE_ENDS);
        for pointer in [variable::WORKSP, variable::STKBOT, variable::STKEND] {
            s.set_word(pointer, end.wrapping_add(2));
        }
        s.set_word(variable::K_CUR, at);
    }

    /// Does a step: a line is entered, or keys are typed.
    pub fn take(&mut self, step: &Step, t_states: u64) -> Outcome {
        if step.typed {
            self.press(&step.line(), t_states)
        } else {
            self.enter(&step.line(), &step.keys, t_states)
        }
    }

    /// Gives the editor a line (tokens without hidden numbers) and runs for at most so many
    /// T-states; where the ROM waits for keys it gets these.
    pub fn enter(&mut self, line: &[u8], keys: &[u8], t_states: u64) -> Outcome {
        self.resume(line);
        self.begin(Editor::Skipped, keys, t_states)
    }

    /// The same, but for what is asked then: nothing is answered.
    pub fn hand_over(&mut self, line: &[u8], t_states: u64) -> Outcome {
        self.resume(line);
        self.begin(Editor::Used, &[], t_states)
    }

    /// Goes back to where the editor hands a line over.
    fn resume(&mut self, line: &[u8]) {
        match &self.entry {
            None => self.spectrum.set_register(Register::PC, place::EDITED),
            Some(entry) => entry.resume(&mut self.spectrum),
        }
        self.set_line(line);
    }

    /// Types keys, by the codes that a keyboard's decoding gives, until the ROM waits for another.
    pub fn press(&mut self, keys: &[u8], t_states: u64) -> Outcome {
        self.begin(Editor::Used, keys, t_states)
    }

    fn begin(&mut self, editor: Editor, keys: &[u8], t_states: u64) -> Outcome {
        self.keys = keys.iter().rev().copied().collect();
        self.given.clear();
        self.spectrum.forget_routine();
        self.tape.headers = false;
        let recorded = self.tape.blocks.len();
        let mut outcome = Outcome::new();
        self.spectrum.take_borders();
        outcome.status = self.drive(editor, t_states, &mut outcome);
        outcome.borders = self.spectrum.take_borders();
        outcome.border = self.spectrum.border();
        outcome.record(&self.tape.blocks[recorded..]);
        if self.entry.is_some() {
            let s = &self.spectrum;
            let [next, free] = [sysvars::SFNEXT, sysvars::SFSPACE].map(|at| at as u16);
            let free_high = u32::from(s.byte(free + 2)) << 16;
            outcome.disk = [s.word(next).into(), free_high | u32::from(s.word(free))];
        }
        outcome
    }

    /// The keys that were taken since a line or keys were last given: those that came with it, and
    /// the answers to `scroll?` and `Start tape`.
    #[must_use]
    pub fn given(&self) -> &[u8] {
        &self.given
    }

    /// Types a key.
    fn give(&mut self, key: u8) {
        self.given.push(key);
        press(&mut self.spectrum, key);
    }

    /// Records what SA-BYTES is called with.
    fn save_bytes(&mut self) {
        let s = &mut self.spectrum;
        let flag = (s.register(Register::AF) >> 8) as u8;
        let (at, length) = (s.register(Register::IX), s.register(Register::DE));
        let bytes: Vec<u8> = (0..length).map(|i| s.byte(at.wrapping_add(i))).collect();
        self.tape.blocks.push(Block::new(flag, &bytes));
        s.set_register(Register::IX, at.wrapping_add(length).wrapping_add(1));
        s.set_register(Register::DE, 0xFFFF);
        s.set_register(Register::PC, place::TAPE_DONE);
    }

    /// Does what LD-BYTES does with the next block; whether there is one.
    fn load_bytes(&mut self) -> bool {
        let s = &mut self.spectrum;
        let [carry, flag] = s.register(Register::AF).to_le_bytes();
        let (at, length) = (s.register(Register::IX), s.register(Register::DE));
        let Some(block) = self.tape.next(flag) else {
            return false;
        };
        let reading = block.read(flag, length.into());
        let mut right = reading.right;
        for (i, &byte) in reading.bytes.iter().enumerate() {
            let at = at.wrapping_add(i as u16);
            if carry & CARRY == 0 {
                right &= s.byte(at) == byte;
            } else if at >= RAM {
                s.write(at, &[byte]);
            }
        }
        let read = reading.bytes.len() as u16;
        s.set_register(Register::IX, at.wrapping_add(read));
        s.set_register(Register::DE, length - read);
        s.set_register(Register::AF, if right { u16::from(CARRY) } else { 0 });
        s.set_register(Register::PC, place::TAPE_DONE);
        true
    }

    fn drive(&mut self, editor: Editor, t_states: u64, outcome: &mut Outcome) -> Status {
        let mut drive = Drive {
            skipped: editor == Editor::Skipped,
            ended: false,
            plays: false,
            report: None,
        };
        let status = self.until_done(t_states, &mut drive, outcome);
        if drive.plays {
            let writes = self.spectrum.take_sound();
            outcome
                .sounds
                .extend(play::commands(&writes, true).map(|sent| sent.1));
        }
        status
    }

    /// Drives until it waits or ends, or so many T-states are over.
    fn until_done(&mut self, t_states: u64, drive: &mut Drive, outcome: &mut Outcome) -> Status {
        let end = self.spectrum.now() + t_states;
        loop {
            let left = end.saturating_sub(self.spectrum.now());
            let Some(at) = self.spectrum.run(left) else {
                return Status::Endless;
            };
            if self.entry.is_some() && mended::in_statement(&mut self.spectrum, at) {
                continue;
            }
            let at = match (&self.entry, at.checked_sub(ROM_1)) {
                (None, _) => At::Common(at),
                (Some(_), Some(at)) => At::Common(at),
                (Some(_), None) => At::First(at),
            };
            let done = match at {
                At::First(at) => self.in_first(at, drive, outcome),
                At::Common(
                    at @ (place::LIST
                    | place::EDITOR
                    | place::REFUSED
                    | place::ENDED
                    | place::REPORT),
                ) => self.in_editor(at, drive),
                At::Common(at) => self.in_command(at, drive, outcome),
            };
            if let Some(status) = done {
                return status;
            }
        }
    }

    /// Where the 48K takes lines and reports.
    fn in_editor(&mut self, at: u32, drive: &mut Drive) -> Option<Status> {
        let s = &mut self.spectrum;
        match at {
            place::LIST if drive.skipped => {
                // the check of a LIST has taken back what a listing makes good
                let flags = s.byte(variable::TV_FLAG) | CLEAR_LOWER;
                s.write(variable::TV_FLAG, &[flags]);
                s.set_register(Register::PC, place::LISTED);
            }
            place::EDITOR if drive.skipped => {
                return Some(drive.report.unwrap_or(Status::Entered));
            }
            place::REFUSED if drive.skipped => {
                drive.report = Some(self.refused());
            }
            place::ENDED => {
                drive.ended = true;
                // HALT waits for the interrupt, for nothing else
                s.set_register(Register::PC, place::ENDED as u16 + 1);
            }
            place::REPORT => drive.reported(s),
            _ => {}
        }
        None
    }

    /// The same on the 128.
    fn in_first(&mut self, at: u32, drive: &mut Drive, outcome: &mut Outcome) -> Option<Status> {
        let s = &mut self.spectrum;
        match at {
            // NEW has led to the menu
            first::place::KEY => return Some(Status::Entered),
            first::place::PLAY => {
                // the serial line is at the sound chip, too
                s.take_sound();
                play::begin(s);
                drive.plays = true;
            }
            first::place::PLAYED => {
                outcome
                    .sounds
                    .extend(play::commands(&s.take_sound(), false).map(|sent| sent.1));
                drive.plays = false;
            }
            play::DELAY => play::delay(s),
            first::place::COMMAND => s.set_register(Register::PC, first::place::CLEARED),
            first::place::REPORT => drive.reported(s),
            first::place::REPORTED => return drive.report,
            _ if s.byte(variable::ERR_NR) == 0xFF => {
                self.set_line(&[]);
                return Some(Status::Entered);
            }
            _ => {
                let refused = self.refused();
                self.spectrum.write(variable::ERR_NR, &[0xFF]);
                return Some(refused);
            }
        }
        None
    }

    /// A line is wrong; there is none then.
    fn refused(&mut self) -> Status {
        let s = &mut self.spectrum;
        let number = s.byte(variable::ERR_NR).wrapping_add(1);
        let (line, mark) = (s.word(variable::E_LINE), s.word(variable::X_PTR));
        let mut at = mark.wrapping_sub(line);
        if self.entry.is_some() {
            // the numbers are still in the line
            let before: Vec<u8> = (line..mark).map(|at| s.byte(at)).collect();
            at -= (before.len() - strip_numbers(&before).len()) as u16;
        }
        s.write(variable::X_PTR + 1, &[0]);
        self.set_line(&[]);
        Status::Refused(code(number), at)
    }

    /// Where statements print and wait.
    fn in_command(&mut self, at: u32, drive: &Drive, outcome: &mut Outcome) -> Option<Status> {
        let skipped = drive.skipped;
        let s = &mut self.spectrum;
        match at {
            place::PRINT => {
                if !s.inside() {
                    s.watch_routine();
                    let channel = s.byte(s.word(variable::CURCHL).wrapping_add(4));
                    let byte = (s.register(Register::AF) >> 8) as u8;
                    if !drive.ended && skipped && channel != INTO_WORKSPACE {
                        outcome.printed.push((channel, byte));
                    }
                }
            }
            place::WAIT_KEY => {
                // the line that is edited is shown before a key is looked for
                if s.byte(variable::FLAGS) & NEW_KEY != 0
                    || s.byte(variable::TV_FLAG) & COPY_LINE != 0
                {
                    return None;
                }
                let from = s.word(s.register(Register::SP));
                if from == place::AFTER_SCROLL && skipped {
                    self.give(b'y');
                } else if from == place::AFTER_START_TAPE && skipped {
                    self.give(ENTER);
                } else if let Some(key) = self.keys.pop() {
                    self.give(key);
                } else if from == place::AFTER_EDITOR_KEY && s.byte(variable::FLAGX) & INPUT == 0 {
                    return Some(Status::Editing);
                } else {
                    return Some(Status::Waiting);
                }
            }
            place::PAUSE => {
                if s.register(Register::BC) == 0 {
                    match self.keys.pop() {
                        Some(key) => self.give(key),
                        None => return Some(Status::Waiting),
                    }
                }
            }
            place::MACHINE_CODE => outcome.machine_code = true,
            place::MAKE_ROOM => {
                let end = s.word(variable::STKEND);
                let more = s.register(Register::BC);
                self.reach = self.reach.max(u32::from(end) + u32::from(more));
            }
            place::SAVE_BYTES => self.save_bytes(),
            place::LOAD_BYTES => {
                if !self.load_bytes() {
                    return Some(Status::Waiting);
                }
            }
            place::BEEPER => {
                let sound = (s.register(Register::DE), s.register(Register::HL));
                // keys click too; the 128's statements are called by way of its RAM
                let from = s.word(s.register(Register::SP));
                if from == place::AFTER_STATEMENT || from >= RAM {
                    outcome.beeps.push(sound);
                }
                // The wave ends low, with the border in its permanent colour.
                s.write_ula(s.byte(variable::BORDCR) >> 3 & 7);
                s.ret();
            }
            _ => return Some(Status::Gone),
        }
        None
    }
}

/// How far a line has come.
struct Drive {
    /// Whether there is no editor.
    skipped: bool,
    /// Whether its command has ended.
    ended: bool,
    /// Whether PLAY is going on.
    plays: bool,
    /// What it came to.
    report: Option<Status>,
}

impl Drive {
    /// The report's number is in A.
    fn reported(&mut self, s: &Spectrum) {
        self.ended = true;
        let number = (s.register(Register::AF) >> 8) as u8;
        self.report = Some(Status::Report(
            code(number),
            s.word(variable::PPC),
            s.byte(variable::SUBPPC),
        ));
    }
}

/// A 48K at its editor.
fn started(rom: &[u8]) -> Result<Spectrum> {
    let mut spectrum = Spectrum::new(rom);
    spectrum.write(place::CHARACTERS, GLYPHS.as_flattened());
    spectrum.hook(place::EDITOR, true);
    match spectrum.run(BOOT) {
        Some(_) => Ok(spectrum),
        None => Err(Failure("the ROM does not come to its editor".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_numbers_have_the_codes_people_know() {
        assert_eq!([0, 9, 10, 27].map(code), ['0', '9', 'A', 'R']);
        assert_eq!([28, 29, 42].map(code), ['S', 'a', 'n']);
    }

    #[test]
    fn a_rom_that_never_comes_to_an_editor_is_said_to() {
        // JR -2
        let said = Original::new(&Images::Spectrum48(vec![0x18, 0xFE])).err();
        assert!(said.is_some_and(|f| f.0.contains("editor")));
    }
}
