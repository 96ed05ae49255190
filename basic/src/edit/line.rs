//! The line editor of the lower screen, for program lines and for INPUT.
//!
//! Its line lies in memory: from E_LINE, or from WORKSP in INPUT (FLAGX bit 5); the cursor is
//! K_CUR, the error mark X_PTR. The editor itself only knows what key it waits for. It never
//! waits: [`LineEditor::step`] does what the newest key asks for and returns.

use super::{FLAGS2_CHANNEL_K, Out, TV_LOWER, auto_list, motion, open_keyboard};
use crate::channel;
use crate::charset::{self, ENTER};
use crate::keys::{FLAGS_NEW_KEY, Function};
use crate::line::list::{
    FLAGS2_CAPS_LOCK, FLAGX_INPUT, Item, LineLister, cursor_letter, next_number, number_at,
    store_number,
};
use crate::line::spell::spell;
use crate::line::{Keywords, tokenise};
use crate::report::{Report, Result};
use crate::screen::{FIRST_COLUMN, Stop, cls_lower, set_position, temps};
use crate::store::areas::{make_room_behind, reclaim, test_room};
use crate::store::program::{Place, find_line, is_line, text_length};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// TV_FLAG bit 3: the line must be copied to the screen again.
const TV_COPY: u8 = 3;
/// TV_FLAG bit 5: the lower screen must be cleared at the next key.
const TV_CLEAR: u8 = 5;
/// The input routine of channel K that looks at LAST-K (`KEY-INPUT`), as programs see it.
const KEY_INPUT: u16 = 0x10A8;
/// The output routine of the channels of the screen.
const PRINT_OUT: u16 = 0x09F4;
/// Bytes of a channel's entry.
const CHANNEL: Address = 5;
/// The one that gives the operand of a colour key (`KEY-NEXT`).
const KEY_NEXT: u16 = 0x110D;
/// Pitch of the click of a key, as BEEPER takes it (0F41).
const CLICK_TIMING: u16 = 0x00C8;
/// Pitch of the buzz of refusal (108E).
const BUZZ_TIMING: u16 = 0x1A90;
/// Lines on the screen.
const LINES: u8 = 24;
/// Turns of a step, at most: a key with its operand, and each copied to the screen, take four.
const STEPS_MAX: u32 = 100;
/// Blanks that wipe a longer line, at most: the whole screen's.
const BLANKS_MAX: u32 = 24 * 32;
/// Room that must be there besides a line to edit it (0FC3).
const EDIT_RESERVE: u32 = 10;

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another key is needed.
    Wait,
    /// The line is complete.
    Entered,
    /// Editing ended with a report (`H STOP in INPUT`, or one of a channel that is not K).
    Failed(Report),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Wants {
    /// A key.
    #[default]
    Key,
    /// The operand of this control code.
    Operand(u8),
}

/// The editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEditor {
    /// Keyword keys are in use: the cursor may be K. Otherwise keywords are typed letter by
    /// letter and EDIT brings lines down spelt out.
    pub keyword_keys: bool,
    keywords: Keywords,
    wants: Wants,
    waiting: bool,
}

impl LineEditor {
    /// An editor that starts afresh (ROM: `EDITOR` 0F2C). Channel K is open, and the line and the
    /// cursor are in their places.
    #[must_use]
    pub const fn new(keyword_keys: bool, keywords: Keywords) -> Self {
        Self {
            keyword_keys,
            keywords,
            wants: Wants::Key,
            waiting: false,
        }
    }

    /// Gives it a key: as if the keyboard had put `code` into LAST-K now.
    pub fn key(&mut self, out: &mut impl Out, code: u8) -> Edit {
        let m = out.memory();
        m.set_byte(s::LAST_K, code);
        m.set_bit(s::FLAGS, FLAGS_NEW_KEY, true);
        self.step(out)
    }

    /// Takes the key in LAST-K, if there is a new one, does what it says and shows the line.
    ///
    /// ROM: `ED-LOOP` 0F38, `WAIT-KEY` 15D4.
    pub fn step(&mut self, out: &mut impl Out) -> Edit {
        // Where a POKEd print position leads into TV_FLAG, the line would be copied without end.
        for _ in 0..STEPS_MAX {
            if !self.waiting {
                let m = out.memory();
                if !m.bit(s::TV_FLAG, TV_CLEAR) {
                    m.set_bit(s::TV_FLAG, TV_COPY, true);
                }
                self.waiting = true;
            }
            let done = match self.input(out) {
                // A key that changed the mode shows the line again.
                Ok(None) if out.memory().bit(s::TV_FLAG, TV_COPY) => continue,
                Ok(None) => return Edit::Wait,
                Ok(Some(code)) => {
                    self.waiting = false;
                    self.take(out, code)
                }
                // No key can come from there: the ROM would buzz for ever.
                Err(report) => return Edit::Failed(report),
            };
            match done {
                Ok(None) => {}
                Ok(Some(end)) => {
                    *self = Self::new(self.keyword_keys, self.keywords);
                    return end;
                }
                Err(report) => {
                    *self = Self::new(self.keyword_keys, self.keywords);
                    // ROM: `ED-ERROR` 107F.
                    let m = out.memory();
                    note_error(m);
                    if !m.bit(s::FLAGS2, FLAGS2_CHANNEL_K) {
                        return Edit::Failed(report);
                    }
                    buzz(out);
                }
            }
        }
        Edit::Wait
    }

    /// An editing key of a PC keyboard was pressed.
    pub fn function(&mut self, out: &mut impl Out, function: Function) {
        let m = out.memory();
        if m.bit(s::TV_FLAG, TV_CLEAR) {
            cls_lower(m);
        }
        motion::obey(m, function);
        let pip = m.byte(s::PIP);
        out.sound(u16::from(pip), CLICK_TIMING);
        self.wants = Wants::Key;
        self.waiting = false;
    }

    /// Puts a command, as codes, in the place of what was typed; buzzes where there is no room.
    pub fn bring_back(&mut self, out: &mut impl Out, command: &[u8]) {
        let m = out.memory();
        if m.bit(s::TV_FLAG, TV_CLEAR) {
            cls_lower(m);
        }
        let text = if self.keyword_keys {
            command.to_vec()
        } else {
            spell(command, self.keywords, &mut [])
        };
        if exchange(m, &text, text.len()).is_err() {
            buzz(out);
        }
        self.wants = Wants::Key;
        self.waiting = false;
    }

    /// A code from the current channel. ROM: `INPUT-AD` 15E6.
    fn input(&self, out: &mut impl Out) -> Result<Option<u8>> {
        let m = out.memory();
        match m.word(m.pointer(s::CURCHL) + 2) {
            KEY_INPUT => Ok(key_input(out, !self.keyword_keys)),
            KEY_NEXT => {
                set_input(m, KEY_INPUT);
                Ok(Some(m.byte(s::K_DATA)))
            }
            // ROM: `REPORT-8` 15E4.
            _ => match channel::input(m)? {
                channel::Input::End => Err(Report::EndOfFile),
                channel::Input::Keys | channel::Input::Serial => Ok(None),
            },
        }
    }

    /// Does what a code says. ROM: 0F3B to 0F91.
    fn take(&mut self, out: &mut impl Out, code: u8) -> Result<Option<Edit>> {
        if let Wants::Operand(control) = core::mem::take(&mut self.wants) {
            add(out.memory(), &[control, code])?;
            return Ok(None);
        }
        let pip = out.memory().byte(s::PIP);
        out.sound(u16::from(pip), CLICK_TIMING);
        match code {
            charset::EDIT..=charset::GRAPHICS => self.editing_key(out, code),
            // AT and TAB do not come from the keyboard.
            charset::INK..=charset::TAB => {
                self.wants = Wants::Operand(code);
                Ok(None)
            }
            _ => {
                add(out.memory(), &[code])?;
                Ok(None)
            }
        }
    }

    /// ROM: `ED-KEYS` 0F92, `ED-LEFT` 1007, `ED-DELETE` 1015, `ED-ENTER` 1024.
    fn editing_key(&mut self, out: &mut impl Out, code: u8) -> Result<Option<Edit>> {
        let m = out.memory();
        let input = m.bit(s::FLAGX, FLAGX_INPUT);
        let cursor = m.pointer(s::K_CUR);
        match code {
            charset::EDIT if input => clear(m),
            charset::EDIT => self.edit_line(m)?,
            charset::LEFT => {
                if let Some(to) = before(m, cursor) {
                    m.set_pointer(s::K_CUR, to);
                }
            }
            // Flaw kept: this goes between a colour code and its operand.
            charset::RIGHT if m.byte(cursor) != ENTER => m.set_pointer(s::K_CUR, cursor + 1),
            charset::RIGHT => {}
            charset::DOWN if input => return Ok(Some(Edit::Failed(Report::StopInInput))),
            charset::DOWN => {
                next_number(m, s::E_PPC);
                list_again(out)?;
            }
            charset::UP if input => {}
            charset::UP => {
                let place = find_line(m, m.word(s::E_PPC));
                let number = number_at(
                    m,
                    Place {
                        at: place.before.unwrap_or_else(|| m.pointer(s::PROG)),
                        ..place
                    },
                );
                store_number(m, s::E_PPC, number);
                list_again(out)?;
            }
            charset::DELETE => {
                // The cursor moves with what is behind the hole: of a colour code only the code
                // goes, and its operand stays before the cursor.
                if let Some(to) = before(m, cursor) {
                    reclaim(m, to, 1);
                }
            }
            charset::GRAPHICS => add(m, &[code])?,
            // ENTER; EXTENDED mode (14) never gets here from the keyboard.
            _ => return Ok(Some(Edit::Entered)),
        }
        Ok(None)
    }

    /// Brings the current line down. ROM: `ED-EDIT` 0FA9.
    fn edit_line(&self, m: &mut Memory) -> Result<()> {
        let current = m.word(s::E_PPC);
        let place = find_line(m, current);
        let at = if is_line(m, place.at) {
            Some(place.at)
        } else {
            place.before
        };
        if number_at(m, place) == 0 {
            clear(m);
            return Ok(());
        }
        let Some(at) = at else {
            clear(m);
            return Ok(());
        };
        test_room(m, text_length(m, at) + EDIT_RESERVE)?;
        clear(m);
        // The line is listed into the edit line, with the current line's number one less so that
        // the mark of the current line does not come with it.
        // Flaw kept: only the low byte is lessened, so that it sometimes does.
        m.set_byte(s::E_PPC, m.byte(s::E_PPC).wrapping_sub(1));
        let mut text = alloc::vec::Vec::new();
        let mut before = true;
        if let Some(mut lister) = LineLister::line(m, at, &mut before) {
            while let Some(item) = lister.next(m) {
                if let Item::Code(code) = item {
                    text.push(code);
                }
            }
        }
        m.set_byte(s::E_PPC, m.byte(s::E_PPC).wrapping_add(1));
        if !self.keyword_keys {
            text = spell(&text, self.keywords, &mut []);
        }
        add(m, &text)?;
        let start = m.pointer(s::E_LINE);
        m.set_pointer(s::K_CUR, start + 4);
        open_keyboard(m);
        Ok(())
    }
}

/// The text being edited: its address and length, without the ENTER.
pub(super) fn edit_text(m: &Memory) -> (Address, u32) {
    let at = start(m);
    let end = if m.bit(s::FLAGX, FLAGX_INPUT) {
        m.pointer(s::STKBOT).saturating_sub(1)
    } else {
        m.pointer(s::WORKSP).saturating_sub(2)
    };
    (at, end.saturating_sub(at))
}

/// Puts a text into the line being edited in place of what is there, the cursor `cursor` codes from its
/// start.
fn exchange(m: &mut Memory, text: &[u8], cursor: usize) -> Result<()> {
    let (at, length) = edit_text(m);
    test_room(m, (text.len() as u32).saturating_sub(length))?;
    let mode = m.byte(s::MODE);
    clear(m);
    add(m, text)?;
    m.set_byte(s::MODE, mode);
    m.set_pointer(s::K_CUR, at + cursor.min(text.len()) as Address);
    Ok(())
}

/// Makes codes of the keywords typed as letters in the line being edited; the cursor stays with what it
/// stood at.
///
/// # Errors
/// Report 4, nothing changed.
pub fn tokenise_edit_line(m: &mut Memory, keywords: Keywords) -> Result<()> {
    let (at, length) = edit_text(m);
    let text = m.slice(at, length).to_vec();
    let cursor = m.pointer(s::K_CUR).saturating_sub(at).min(length) as usize;
    let codes = tokenise(&text, keywords);
    let cursor = if cursor == text.len() {
        codes.len()
    } else {
        tokenise(&text[..cursor], keywords).len()
    };
    exchange(m, &codes, cursor)
}

/// After a line was refused: spells its keywords out again, so that it can be mended letter by
/// letter; cursor and error mark stay with what they stood at.
///
/// # Errors
/// Report 4, nothing changed.
pub fn spell_edit_line(m: &mut Memory, keywords: Keywords) -> Result<()> {
    let (start, length) = edit_text(m);
    let codes = m.slice(start, length).to_vec();
    let index = |p: Address| p.checked_sub(start).filter(|&i| i <= length);
    let (cursor, mark) = (index(m.pointer(s::K_CUR)), index(m.pointer(s::X_PTR)));
    let mut marks = [
        cursor.unwrap_or(length) as usize,
        mark.unwrap_or(0) as usize,
    ];
    let text = spell(&codes, keywords, &mut marks);
    exchange(m, &text, marks[0])?;
    if mark.is_some() {
        m.set_pointer(s::X_PTR, start + marks[1] as Address);
    }
    Ok(())
}

/// Puts codes in at the cursor, which goes behind them (ROM: `ADD-CHAR` 0F81).
///
/// # Errors
/// Report 4, nothing changed.
pub fn add(m: &mut Memory, codes: &[u8]) -> Result<()> {
    m.set_bit(s::MODE, 0, false);
    let (start, text) = edit_text(m);
    let at = m.pointer(s::K_CUR).clamp(start, start + text);
    let length = codes.len() as u32;
    make_room_behind(m, at, length)?;
    m.set_bytes(at, codes);
    m.set_pointer(s::K_CUR, at + length);
    Ok(())
}

/// Empties the line being edited (ROM: `CLEAR-SP` 1097).
pub fn clear(m: &mut Memory) {
    let (start, length) = edit_text(m);
    reclaim(m, start, length);
    m.set_pointer(s::K_CUR, start);
    m.set_byte(s::MODE, 0);
}

/// Where the line being edited starts (ROM: `SET-DE` 1195).
fn start(m: &Memory) -> Address {
    m.pointer(if m.bit(s::FLAGX, FLAGX_INPUT) {
        s::WORKSP
    } else {
        s::E_LINE
    })
}

/// Operands that follow a code in the line being edited.
pub(super) const fn operands(code: u8) -> Address {
    match code {
        charset::AT | charset::TAB => 2,
        0x10..=0x1F => 1,
        _ => 0,
    }
}

/// The place one code to the left, colour codes with their operands in one; `None` at the start
/// (ROM: `ED-EDGE` 1031).
fn before(m: &Memory, cursor: Address) -> Option<Address> {
    let mut at = start(m);
    if cursor <= at {
        return None;
    }
    loop {
        let next = at + 1 + operands(m.byte(at));
        if next >= cursor {
            return Some(at);
        }
        at = next;
    }
}

/// ROM: `ED-LIST` 106E.
fn list_again(out: &mut impl Out) -> Result<()> {
    auto_list(out)?;
    open_keyboard(out.memory());
    Ok(())
}

/// What every report does to the error mark (ROM: `ERROR-1` 0008).
fn note_error(m: &mut Memory) {
    let at = m.pointer(s::CH_ADD);
    m.set_pointer(s::X_PTR, at);
}

fn buzz(out: &mut impl Out) {
    let length = out.memory().byte(s::RASP);
    out.sound(u16::from(length), BUZZ_TIMING);
}

/// The cursor is K, L or C again.
pub fn leave_mode(m: &mut Memory) {
    m.set_byte(s::MODE, 0);
    m.set_bit(s::TV_FLAG, TV_COPY, true);
}

/// Sets the input routine of channel K (ROM: `KEY-CHAN` 1113).
fn set_input(m: &mut Memory, routine: u16) {
    let channels = m.pointer(s::CHANS);
    m.set_word(channels + 2, routine);
}

/// The newest key, if it is one for the editor; keys that change the mode are obeyed here.
///
/// ROM: `KEY-INPUT` 10A8.
pub fn key_input(out: &mut impl Out, letters: bool) -> Option<u8> {
    if out.memory().bit(s::TV_FLAG, TV_COPY) {
        copy(out, letters);
    }
    let m = out.memory();
    if !m.bit(s::FLAGS, FLAGS_NEW_KEY) {
        return None;
    }
    let code = m.byte(s::LAST_K);
    m.set_bit(s::FLAGS, FLAGS_NEW_KEY, false);
    if m.bit(s::TV_FLAG, TV_CLEAR) {
        cls_lower(m);
    }
    match code {
        // FLASH, BRIGHT, INVERSE.
        0..=5 => Some(colour_key(m, charset::FLASH + (code >> 1), code & 1)),
        6 | charset::NUMBER | charset::GRAPHICS => {
            mode_key(m, code);
            None
        }
        7..charset::NUMBER => Some(code),
        0x10..=0x17 => Some(colour_key(m, charset::PAPER, code & 7)),
        0x18..=0x1F => Some(colour_key(m, charset::INK, code & 7)),
        _ => Some(code),
    }
}

/// Obeys CAPS LOCK and the keys of EXTENDED and GRAPHICS mode.
///
/// ROM: `KEY-M-CL` 10DB.
pub(super) fn mode_key(m: &mut Memory, code: u8) {
    match code.checked_sub(charset::NUMBER) {
        None => {
            let on = m.bit(s::FLAGS2, FLAGS2_CAPS_LOCK);
            m.set_bit(s::FLAGS2, FLAGS2_CAPS_LOCK, !on);
        }
        Some(mode) => {
            let same = m.byte(s::MODE) == mode + 1;
            m.set_byte(s::MODE, if same { 0 } else { mode + 1 });
        }
    }
    m.set_bit(s::TV_FLAG, TV_COPY, true);
}

/// The control code of a colour key; its operand is the next input (ROM: `KEY-DATA` 1105).
fn colour_key(m: &mut Memory, control: u8, operand: u8) -> u8 {
    m.set_byte(s::K_DATA, operand);
    set_input(m, KEY_NEXT);
    control
}

/// Prints a code flashing, past the channel (ROM: `OUT-FLASH` 18C1).
///
/// # Errors
/// Whatever stops printing.
pub fn flash(out: &mut impl Out, code: u8) -> core::result::Result<(), Stop> {
    let m = out.memory();
    let (attribute, mask, flags) = (m.byte(s::ATTR_T), m.byte(s::MASK_T), m.byte(s::P_FLAG));
    m.set_byte(s::ATTR_T, attribute | 0x80);
    m.set_byte(s::MASK_T, mask & 0x7F);
    m.set_byte(s::P_FLAG, 0);
    print_out(out, code)?;
    let m = out.memory();
    m.set_byte(s::P_FLAG, flags);
    m.set_byte(s::ATTR_T, attribute);
    m.set_byte(s::MASK_T, mask);
    Ok(())
}

/// Copies the line being edited to the lower screen, with cursor and error mark. With `letters`
/// the cursor is never K.
///
/// ROM: `ED-COPY` 111D.
pub fn copy(out: &mut impl Out, letters: bool) {
    let m = out.memory();
    temps(m);
    m.set_bit(s::TV_FLAG, TV_COPY, false);
    m.set_bit(s::TV_FLAG, TV_CLEAR, false);
    let start_position = m.word(s::SPOSNL);
    let end = match show(out, letters) {
        Ok(end) => end,
        Err(_) => {
            // ROM: `ED-FULL` 1167.
            note_error(out.memory());
            buzz(out);
            out.memory().word(s::SPOSNL)
        }
    };
    let m = out.memory();
    let [column, line] = start_position.to_le_bytes();
    set_position(
        m,
        LINES.wrapping_sub(line),
        FIRST_COLUMN.wrapping_sub(column),
    );
    m.set_word(s::ECHO_E, end);
    m.set_byte(s::X_PTR + 1, 0);
}

/// Prints the line and blanks out what is left of the last copy; gives the position of its end.
fn show(out: &mut impl Out, letters: bool) -> core::result::Result<u16, Stop> {
    let m = out.memory();
    let [old_column, old_line] = m.word(s::ECHO_E).to_le_bytes();
    let at = start(m);
    let mut lister = LineLister::text(m, at, letters);
    while let Some(item) = lister.next(out.memory()) {
        match item {
            Item::Code(code) => out.print(code)?,
            Item::Flash(code) => flash(out, code)?,
        }
    }
    let m = out.memory();
    if m.pointer(s::K_CUR) == lister.at() {
        let letter = cursor_letter(m);
        flash(out, letter)?;
    }
    let m = out.memory();
    let end = m.word(s::SPOSNL);
    temps(m);
    // ROM: `ED-BLANK` 1150.
    for _ in 0..BLANKS_MAX {
        let [column, line] = out.memory().word(s::SPOSNL).to_le_bytes();
        if line < old_line || line == old_line && column <= old_column {
            break;
        }
        print_out(out, b' ')?;
    }
    Ok(end)
}

/// Prints a character past the channel, also while the channel waits for the operand of a control
/// code: that goes on waiting, and what is printed may be a control code, too (ROM: 09F4, by a call).
fn print_out(out: &mut impl Out, code: u8) -> core::result::Result<(), Stop> {
    let m = out.memory();
    let channel = m.pointer(s::CHANS)
        + if m.bit(s::TV_FLAG, TV_LOWER) {
            0
        } else {
            CHANNEL
        };
    let routine = m.word(channel);
    m.set_word(channel, PRINT_OUT);
    let done = out.put(code);
    let m = out.memory();
    if m.word(channel) == PRINT_OUT {
        m.set_word(channel, routine);
    }
    done
}
