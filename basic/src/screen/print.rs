//! Printing: one code at a time to channels K and S.
//!
//! Owns what is still to be printed when a scroll must be agreed to. Everything else (print
//! position, colours, the control code that waits for its operands) lies in memory, where the ROM
//! keeps it; the channel information (CHANS, CURCHL) must be there. ROM: `PRINT-OUT` 09F4 to `PO-SCR`
//! 0D4C. Never waits and never looks at a key.

use super::colour::{self, OVER};
use super::pen::{self, Pen};
use super::scroll::{self, FIRST_COLUMN, LINES, PRINT_OUT, Position};
use crate::report::Report;
use crate::store::memory::Memory;
use crate::store::sysvars as s;
use crate::token::{self, leading_space, spelling, trailing_space};

/// The output routine of a channel that waits for the first of two operands, `PO-TV-2`.
const FIRST_OPERAND: u16 = 0x0A6D;
/// The output routine of a channel that waits for the last operand, `PO-CONT`.
const LAST_OPERAND: u16 = 0x0A87;

const SPACE: u8 = b' ';
const ENTER: u8 = 13;
const AT: u8 = 22;

/// Code of the first of the sixteen block graphics.
const FIRST_BLOCK: u8 = 0x80;
/// Code of the first user-defined graphic.
const FIRST_UDG: u8 = 0x90;

/// What asks whether to scroll.
const PROMPT: &[u8] = b"scroll?";

/// Why printing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Leave to scroll is needed: [`Screen::ask_scroll`], [`Screen::answer_scroll`], then
    /// [`Screen::resume`]. Nothing is lost; do not print the same code again.
    Scroll,
    /// A report; what was still to be printed is forgotten. `0 OK` comes only while TV_FLAG bit 4
    /// is set: the automatic listing has filled its part of the screen and ends here; the bit is
    /// reset and channel K is open then.
    Report(Report),
}

/// What is to be printed yet, when a scroll was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Rest {
    /// Nothing.
    #[default]
    Nothing,
    /// A code of one character, or ENTER.
    Code(u8),
    /// Cursor right; P_FLAG is to become this afterwards.
    Right(u8),
    /// Some spaces.
    Spaces(u8),
    /// The characters of a token from `next` on, counted with the spaces round it.
    Token { code: u8, next: u8, led: bool },
}

/// Colours put by while `scroll?` is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Saved {
    /// ATTR_T and MASK_T.
    colours: u16,
    /// P_FLAG.
    flags: u8,
}

/// The printing side of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Screen {
    rest: Rest,
    saved: Option<Saved>,
}

impl Screen {
    /// With nothing left to print.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            rest: Rest::Nothing,
            saved: None,
        }
    }

    /// Prints a code to the upper screen, or the lower one (TV_FLAG bit 0).
    ///
    /// When it stops with [`Stop::Scroll`], the code is taken: what is left of it is printed by
    /// [`Screen::resume`] after the answer, and no other code may come before.
    ///
    /// ROM: `PRINT-OUT` 09F4. The printer (FLAGS bit 1) is not here.
    ///
    /// # Errors
    /// [`Stop::Scroll`]; report 5, B or K.
    #[inline]
    pub fn put(&mut self, m: &mut Memory, code: u8) -> Result<(), Stop> {
        if self.rest != Rest::Nothing {
            self.resume(m)?;
        }
        match take_operand(m, code) {
            Operand::None if matches!(code, SPACE..0x80) => {
                let done = character(m, code);
                self.keep(done, Rest::Code(code))
            }
            Operand::None => self.special(m, code),
            Operand::First => Ok(()),
            Operand::Last { control, first } => self.operand(m, control, first, code),
        }
    }

    /// Prints as many of the codes as are plain characters (32 to 127) and fit into the line, if
    /// nothing else is going on; says how many. The others are [`Screen::put`]'s.
    pub fn put_plain(&mut self, m: &mut Memory, codes: &[u8]) -> usize {
        let waits = matches!(m.word(scroll::channel(m)), FIRST_OPERAND | LAST_OPERAND);
        let plain = |code: &u8| matches!(*code, SPACE..0x80);
        if self.rest != Rest::Nothing || waits || !codes.first().is_some_and(plain) {
            return 0;
        }
        let set = m.word(s::CHARS);
        if !pen::is_set_apart(set) {
            return 0;
        }
        let Some(at) = fit_quietly(m) else {
            return 0;
        };
        let left = at.address & 31;
        let on_screen = matches!(at.address, 0x4000..0x5800) && at.address & 0x700 == 0;
        if !on_screen || at.column > FIRST_COLUMN {
            return 0;
        }
        let room = at.column.saturating_sub(1).min(32 - left as u8);
        let codes = codes.get(..room.into()).unwrap_or(codes);
        let count = codes.iter().position(|code| !plain(code));
        let count = count.unwrap_or(codes.len());
        let codes = codes.get(..count).unwrap_or_default();
        let pen = Pen::of(m);
        pen.draw_line(m, set.into(), codes, at.address.into());
        if let Some(&last) = codes.last() {
            pen.colour(m, at.address.into(), count as u32);
            m.set_bit(s::FLAGS, 0, last == SPACE);
            scroll::store(
                m,
                Position {
                    line: at.line,
                    column: at.column - count as u8,
                    address: at.address + count as u16,
                },
            );
        }
        count
    }

    /// Prints the word of a token with the spaces due round it; other codes print nothing.
    ///
    /// ROM: `PO-TOKENS` 0C10.
    ///
    /// # Errors
    /// As [`Screen::put`].
    pub fn put_token(&mut self, m: &mut Memory, code: u8) -> Result<(), Stop> {
        if spelling(code).is_none() {
            return Ok(());
        }
        let led = leading_space(code) && !m.bit(s::FLAGS, 0);
        self.rest = Rest::Token { code, next: 0, led };
        self.run(m)
    }

    /// Prints what was left when a scroll was asked for. Does nothing when nothing was.
    ///
    /// # Errors
    /// As [`Screen::put`]: a long word can ask again.
    pub fn resume(&mut self, m: &mut Memory) -> Result<(), Stop> {
        if self.rest == Rest::Nothing {
            return Ok(());
        }
        // The character that asked has set FLAGS bit 0 before; the prompt has changed it since.
        // Flaw kept: so a token after it has a leading space too many.
        let flag = m.bit(s::FLAGS, 0);
        let done = self.step(m);
        m.set_bit(s::FLAGS, 0, flag);
        self.settle(done)?;
        self.run(m)
    }

    /// Whether something is left to print.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.rest != Rest::Nothing
    }

    /// Forgets what is left to print, as a report does.
    pub fn forget(&mut self) {
        self.rest = Rest::Nothing;
        self.saved = None;
    }

    /// Prints the question whether to scroll; the lower screen is open afterwards. The machine
    /// then waits for a key: BREAK, SPACE, STOP, `n` and `N` mean no.
    ///
    /// ROM: `PO-SCR-2` 0C8D to 0CB2.
    ///
    /// # Errors
    /// A report, when even the question cannot be printed.
    pub fn ask_scroll(&mut self, m: &mut Memory) -> Result<(), Report> {
        let lines = m.byte(s::DF_SZ);
        m.set_byte(s::SCR_CT, LINES.wrapping_sub(lines));
        self.saved = Some(Saved {
            colours: m.word(s::ATTR_T),
            flags: m.byte(s::P_FLAG),
        });
        scroll::open_lower(m);
        let rest = core::mem::take(&mut self.rest);
        for &code in PROMPT {
            match self.put(m, code) {
                Ok(()) => {}
                Err(Stop::Report(report)) => {
                    self.forget();
                    return Err(report);
                }
                // The lower screen never asks.
                Err(Stop::Scroll) => self.rest = Rest::Nothing,
            }
        }
        self.rest = rest;
        m.set_bit(s::TV_FLAG, 5, true);
        m.set_bit(s::FLAGS, 3, true);
        m.set_bit(s::FLAGS, 5, false);
        Ok(())
    }

    /// Takes the answer: clears the lower screen, then scrolls, or gives up what was being
    /// printed. After a yes comes [`Screen::resume`].
    ///
    /// ROM: `KEY-INPUT` 10BD for the lower screen, then `PO-SCR-2` 0CB7 to 0CF7.
    ///
    /// # Errors
    /// Report D, when the answer is no.
    pub fn answer_scroll(&mut self, m: &mut Memory, yes: bool) -> Result<(), Report> {
        if m.bit(s::TV_FLAG, 5) {
            scroll::cls_lower(m);
        }
        if !yes {
            self.forget();
            return Err(Report::BreakContRepeats);
        }
        scroll::open_upper(m);
        if let Some(saved) = self.saved.take() {
            m.set_byte(s::P_FLAG, saved.flags);
            m.set_word(s::ATTR_T, saved.colours);
        }
        let _ = scroll::scroll_upper(m);
        Ok(())
    }

    /// Control codes, block graphics, user-defined graphics and tokens. ROM: `PO-COMMA` 0A5F.
    fn special(&mut self, m: &mut Memory, code: u8) -> Result<(), Stop> {
        match code {
            6 => {
                let at = scroll::fetch(m);
                self.fill(m, at.column.wrapping_sub(2) & 16)
            }
            8 => {
                back(m);
                Ok(())
            }
            9 => {
                self.rest = Rest::Right(m.byte(s::P_FLAG));
                self.run(m)
            }
            ENTER => {
                let done = new_line(m);
                self.keep(done, Rest::Code(code))
            }
            16..=21 | AT | 23 => {
                await_operands(m, code);
                Ok(())
            }
            0..SPACE => {
                let done = character(m, b'?');
                self.keep(done, Rest::Code(b'?'))
            }
            token::FIRST_48.. => self.put_token(m, code),
            token::FIRST.. if in_128_mode(m) => self.put_token(m, code),
            _ => {
                let done = self.one(m, code);
                self.keep(done, Rest::Code(code))
            }
        }
    }

    /// The last operand has come. ROM: `PO-CONT` 0A8D.
    fn operand(&mut self, m: &mut Memory, control: u8, first: u8, last: u8) -> Result<(), Stop> {
        match control {
            AT => self.at(m, first, last),
            0..AT => colour::colour_item(m, control, last).map_err(Stop::Report),
            // TAB. The second operand, the column's high byte, is not looked at.
            _ => self.fill(m, first),
        }
    }

    /// AT. ROM: 0A99 to 0ABF.
    fn at(&mut self, m: &mut Memory, line: u8, column: u8) -> Result<(), Stop> {
        const OUT_OF_RANGE: Stop = Stop::Report(Report::IntegerOutOfRange);
        if column > 31 || line > 22 {
            return Err(OUT_OF_RANGE);
        }
        let at = (LINES - line, FIRST_COLUMN - column);
        if scroll::lower(m) {
            test_scroll(m, at.0, at.1).map(|_| ())
        } else if at.0 - 1 < m.byte(s::DF_SZ) {
            Err(Stop::Report(Report::OutOfScreen))
        } else {
            let _ = scroll::set(m, at.0, at.1);
            Ok(())
        }
    }

    /// Prints spaces up to a column, modulo 32. ROM: `PO-FILL` 0AC3.
    fn fill(&mut self, m: &mut Memory, column: u8) -> Result<(), Stop> {
        let here = scroll::fetch(m).column;
        let spaces = column.wrapping_add(here).wrapping_sub(1) & 31;
        if spaces == 0 {
            return Ok(());
        }
        m.set_bit(s::FLAGS, 0, true);
        self.rest = Rest::Spaces(spaces);
        self.run(m)
    }

    /// Prints the rest.
    fn run(&mut self, m: &mut Memory) -> Result<(), Stop> {
        while self.rest != Rest::Nothing {
            let done = self.step(m);
            self.settle(done)?;
        }
        Ok(())
    }

    /// Prints the next piece of the rest, and takes it off when that could be done.
    fn step(&mut self, m: &mut Memory) -> Result<(), Stop> {
        match self.rest {
            Rest::Nothing => {}
            Rest::Code(code) => {
                self.one(m, code)?;
                self.rest = Rest::Nothing;
            }
            Rest::Right(flags) => {
                // Flaws kept: the space is drawn in the colours of the moment and the position is
                // not moved on (PO-RIGHT 0A3D does not go through PO-STORE); and after a report
                // OVER 1 stays.
                m.set_byte(s::P_FLAG, OVER);
                space_over(m)?;
                m.set_byte(s::P_FLAG, flags);
                self.rest = Rest::Nothing;
            }
            Rest::Spaces(count) => {
                character(m, SPACE)?;
                self.rest = match count {
                    0 | 1 => Rest::Nothing,
                    _ => Rest::Spaces(count - 1),
                };
            }
            Rest::Token { code, next, led } => match token_character(code, next, led) {
                None => self.rest = Rest::Nothing,
                Some(c) => {
                    character(m, c)?;
                    self.rest = Rest::Token {
                        code,
                        next: next + 1,
                        led,
                    };
                }
            },
        }
        Ok(())
    }

    /// Prints a code that is one character or ENTER.
    fn one(&mut self, m: &mut Memory, code: u8) -> Result<(), Stop> {
        match code {
            ENTER => new_line(m),
            FIRST_BLOCK..FIRST_UDG => block(m, code),
            FIRST_UDG.. => {
                m.set_bit(s::FLAGS, 0, false);
                let base = m.word(s::UDG);
                shape(m, base.wrapping_add(u16::from(code - FIRST_UDG) * 8))
            }
            _ => character(m, code),
        }
    }

    /// Keeps `rest` when a scroll was asked for.
    #[inline]
    fn keep(&mut self, done: Result<(), Stop>, rest: Rest) -> Result<(), Stop> {
        if done == Err(Stop::Scroll) {
            self.rest = rest;
        }
        done
    }

    /// Forgets the rest when printing ended otherwise than by asking for a scroll.
    fn settle(&mut self, done: Result<(), Stop>) -> Result<(), Stop> {
        if matches!(done, Err(Stop::Report(_))) {
            self.rest = Rest::Nothing;
        }
        done
    }
}

/// What a code is to a control code before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// Nothing: none waits for an operand.
    None,
    /// The first of two operands, kept.
    First,
    /// The last operand; the first of two was kept.
    Last { control: u8, first: u8 },
}

/// Sees whether the channel's last control code waits for this code.
///
/// ROM: `PO-TV-2` 0A6D, `PO-CONT` 0A87.
#[inline]
pub(crate) fn take_operand(m: &mut Memory, code: u8) -> Operand {
    let channel = scroll::channel(m);
    match m.word(channel) {
        FIRST_OPERAND => {
            m.set_byte(s::TVDATA + 1, code);
            m.set_word(channel, LAST_OPERAND);
            Operand::First
        }
        LAST_OPERAND => {
            m.set_word(channel, PRINT_OUT);
            Operand::Last {
                control: m.byte(s::TVDATA),
                first: m.byte(s::TVDATA + 1),
            }
        }
        _ => Operand::None,
    }
}

/// The channel waits for a control code's operands.
///
/// ROM: `PO-2-OPER` 0A75, `PO-1-OPER` 0A7A.
pub(crate) fn await_operands(m: &mut Memory, control: u8) {
    m.set_byte(s::TVDATA, control);
    let next = if control < AT {
        LAST_OPERAND
    } else {
        FIRST_OPERAND
    };
    m.set_word(scroll::channel(m), next);
}

/// Whether the 128's BASIC runs, which has two tokens more. ROM: FLAGS bit 4, tested at 3B9F in
/// the 128's ROM 1.
fn in_128_mode(m: &Memory) -> bool {
    m.bit(s::FLAGS, 4)
}

/// The `next`th character of a token with its spaces. ROM: `PO-TABLE` 0C14 to 0C3A.
fn token_character(code: u8, next: u8, led: bool) -> Option<u8> {
    let word = spelling(code)?.as_bytes();
    let Some(index) = usize::from(next).checked_sub(usize::from(led)) else {
        return Some(SPACE);
    };
    if index < word.len() {
        return word.get(index).copied();
    }
    (index == word.len() && trailing_space(code)).then_some(SPACE)
}

/// A character of the set at CHARS. ROM: `PO-CHAR` 0B65.
#[inline]
fn character(m: &mut Memory, code: u8) -> Result<(), Stop> {
    m.set_bit(s::FLAGS, 0, code == SPACE);
    let base = m.word(s::CHARS);
    shape(m, base.wrapping_add(u16::from(code) * 8))
}

/// A space that leaves the print position where it is. ROM: 0A45 in `PO-RIGHT`.
fn space_over(m: &mut Memory) -> Result<(), Stop> {
    m.set_bit(s::FLAGS, 0, true);
    let base = m.word(s::CHARS);
    let at = fit(m)?;
    pen::draw(m, base.wrapping_add(u16::from(SPACE) * 8), at.address);
    Ok(())
}

/// The pixels of a block graphic.
#[must_use]
pub fn block_pixels(code: u8) -> [u8; 8] {
    let half = |right: bool, left: bool| if right { 0x0F } else { 0 } | if left { 0xF0 } else { 0 };
    let upper = half(code & 1 != 0, code & 2 != 0);
    let lower = half(code & 4 != 0, code & 8 != 0);
    [upper, upper, upper, upper, lower, lower, lower, lower]
}

/// The pixels of a character of the machine's own set, whatever CHARS says, of a block graphic or a
/// user-defined one; nothing for other codes.
#[must_use]
pub fn own_pixels(m: &Memory, code: u8) -> [u8; 8] {
    match code {
        FIRST_BLOCK..FIRST_UDG => block_pixels(code),
        FIRST_UDG..token::FIRST_48 => {
            let at = m.pointer(s::UDG) + u32::from(code - FIRST_UDG) * 8;
            core::array::from_fn(|row| m.byte(at + row as u32))
        }
        _ => {
            let n = usize::from(code.wrapping_sub(fonts::FIRST));
            fonts::GLYPHS.get(n).copied().unwrap_or_default()
        }
    }
}

/// A block graphic, made in the calculator's memory. ROM: `PO-GR-1` 0B38.
fn block(m: &mut Memory, code: u8) -> Result<(), Stop> {
    m.set_bytes(s::MEMBOT, &block_pixels(code));
    shape(m, s::MEMBOT as u16)
}

/// Prints the shape at `from` and moves on. ROM: `PR-ALL` 0B7F, then `PO-STORE`.
#[inline]
fn shape(m: &mut Memory, from: u16) -> Result<(), Stop> {
    let at = fit(m)?;
    pen::draw(m, from, at.address);
    scroll::store(
        m,
        Position {
            line: at.line,
            column: at.column.wrapping_sub(1),
            address: at.address.wrapping_add(1),
        },
    );
    Ok(())
}

/// Where the next shape goes: at the end of a line the next one, which may need a scroll.
///
/// ROM: `PR-ALL` 0B7F to 0B98.
#[inline]
fn fit(m: &mut Memory) -> Result<Position, Stop> {
    let at = scroll::fetch(m);
    match at.column {
        1 => test_scroll(m, at.line.wrapping_sub(1), FIRST_COLUMN),
        FIRST_COLUMN => test_scroll(m, at.line, FIRST_COLUMN),
        _ => Ok(at),
    }
}

/// Where the next shape goes, if that can be said without a question or a report: with a new line
/// in the upper screen, and perhaps a scroll.
#[inline]
fn fit_quietly(m: &mut Memory) -> Option<Position> {
    let at = scroll::fetch(m);
    let line = match at.column {
        1 => at.line.wrapping_sub(1),
        FIRST_COLUMN => at.line,
        _ => return Some(at),
    };
    let lines = m.byte(s::DF_SZ);
    let asks = line == lines && m.byte(s::SCR_CT) == 1;
    let fits = (lines..=LINES).contains(&line);
    if scroll::lower(m) || !fits || asks || m.bit(s::TV_FLAG, 4) {
        return None;
    }
    test_scroll(m, line, FIRST_COLUMN).ok()
}

/// Cursor left. ROM: `PO-BACK-1` 0A23.
///
/// Flaws kept: it cannot go from the second line to the first, and it leaves the screen from the
/// first one.
fn back(m: &mut Memory) {
    let at = scroll::fetch(m);
    let (mut line, mut column) = (at.line, at.column.wrapping_add(1));
    if column == FIRST_COLUMN + 1 {
        line = line.wrapping_add(1);
        column = 2;
        if line == LINES {
            line -= 1;
            column = FIRST_COLUMN;
        }
    }
    let _ = scroll::set(m, line, column);
}

/// ENTER. ROM: `PO-ENTER` 0A4F.
fn new_line(m: &mut Memory) -> Result<(), Stop> {
    let line = scroll::fetch(m).line;
    let at = test_scroll(m, line, FIRST_COLUMN)?;
    let _ = scroll::set(m, at.line.wrapping_sub(1), at.column);
    Ok(())
}

/// Makes sure that a line can be printed in, by scrolling if need be, and sets the position.
///
/// ROM: `PO-SCR` 0C55.
fn test_scroll(m: &mut Memory, line: u8, column: u8) -> Result<Position, Stop> {
    let lines = m.byte(s::DF_SZ);
    if scroll::lower(m) {
        if line < 2 {
            return Err(Stop::Report(Report::OutOfScreen));
        }
        // Line 25 less DF_SZ is the lowest of the screen.
        let below = line.wrapping_add(lines);
        if below <= LINES {
            scroll::grow_lower(m, LINES + 1 - below);
        }
        return Ok(scroll::set(m, line, column));
    }
    if line < lines {
        return Err(Stop::Report(Report::OutOfScreen));
    }
    if line > lines {
        return Ok(scroll::set(m, line, column));
    }
    if m.bit(s::TV_FLAG, 4) {
        if m.byte(s::BREG) != 1 {
            scroll::open_lower(m);
            m.set_bit(s::TV_FLAG, 4, false);
            return Err(Stop::Report(Report::Ok));
        }
    } else {
        let left = m.byte(s::SCR_CT).wrapping_sub(1);
        m.set_byte(s::SCR_CT, left);
        if left == 0 {
            return Err(Stop::Scroll);
        }
    }
    Ok(scroll::scroll_upper(m))
}
