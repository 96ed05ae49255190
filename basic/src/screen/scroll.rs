//! The print position, clearing and scrolling.
//!
//! Owns S_POSN, SPOSNL, ECHO_E, DF_CC, DF_CCL, DF_SZ and the movement of rows in the display file.
//! Here as in the ROM a *line* counts from the bottom (24 less the line) and a *column* from the
//! right (33 less the column), as the system variables hold them. ROM: 0ADC, 0B03, 0D02 to 0EAB.

use super::colour::{attribute_of, temps};
use crate::store::memory::{
    ATTRIBUTES, Address, CHARACTER_SET, DISPLAY_FILE, Memory, RAM_START, Rows,
};
use crate::store::sysvars as s;

/// Bytes of the display file.
const DISPLAY_SIZE: u32 = ATTRIBUTES - DISPLAY_FILE;
/// Bytes in a row of pixels, and attributes in a line.
const ROW: u32 = 32;
/// Bytes of a line with its attributes.
const LINE_BYTES: u32 = 9 * ROW;
/// Bytes of a third of the display file: eight lines.
const THIRD: u32 = 2048;
/// Bytes from one pixel row of a line to the next.
const PIXEL_ROW: u32 = 256;
/// Lines of the screen.
pub(super) const LINES: u8 = 24;
/// The first column, as S_POSN counts.
pub const FIRST_COLUMN: u8 = 33;
/// Lines of the lower screen when nothing is typed.
const LOWER_LINES: u8 = 2;
/// The attribute after NEW: black on white.
const FIRST_ATTRIBUTE: u8 = 0x38;
/// The output routine of channels K and S, `PRINT-OUT`.
pub(super) const PRINT_OUT: u16 = 0x09F4;
/// The input routine of channel K, `KEY-INPUT`.
const KEY_INPUT: u16 = 0x10A8;
/// Where channel K's information starts, counted from CHANS.
const CHANNEL_K: Address = 0;
/// Where channel S's information starts, counted from CHANS.
const CHANNEL_S: Address = 5;

/// A print position: line and column as S_POSN counts them, and the address in the display file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// 24 less the line; in the lower screen 24 is its first line.
    pub(super) line: u8,
    /// 33 less the column.
    pub(super) column: u8,
    /// Of the cell's top row.
    pub(super) address: u16,
}

/// Whether what is printed goes to the lower screen.
#[inline]
pub(super) fn lower(m: &Memory) -> bool {
    m.bit(s::TV_FLAG, 0)
}

/// The information of the channel that is printed to. Not always the one TV_FLAG tells: PLOT with
/// a colour item prints it to whatever channel is open.
#[inline]
pub(super) fn channel(m: &Memory) -> Address {
    m.pointer(s::CURCHL)
}

/// Stores the print position. ROM: `PO-STORE` 0ADC.
#[inline]
pub(super) fn store(m: &mut Memory, at: Position) {
    let both = u16::from_le_bytes([at.column, at.line]);
    if lower(m) {
        m.set_word(s::SPOSNL, both);
        m.set_word(s::ECHO_E, both);
        m.set_word(s::DF_CCL, at.address);
    } else {
        m.set_word(s::S_POSN, both);
        m.set_word(s::DF_CC, at.address);
    }
}

/// The print position. ROM: `PO-FETCH` 0B03.
#[inline]
pub(super) fn fetch(m: &Memory) -> Position {
    let (position, address) = if lower(m) {
        (s::SPOSNL, s::DF_CCL)
    } else {
        (s::S_POSN, s::DF_CC)
    };
    Position {
        line: m.byte(position + 1),
        column: m.byte(position),
        address: m.word(address),
    }
}

/// The display file address of the start of a line, 24 less the line given.
///
/// ROM: `CL-ADDR` 0E9B. Flaw kept: a line that is not on the screen has an address, too.
#[inline]
pub(super) const fn line_address(line: u8) -> u16 {
    let down = LINES.wrapping_sub(line);
    u16::from_le_bytes([down.rotate_right(3) & 0xE0, down & 0x18 | 0x40])
}

/// Sets the print position, from the numbers the system variables hold, and gives the address.
///
/// ROM: `CL-SET` 0DD9.
pub(super) fn set(m: &mut Memory, line: u8, column: u8) -> Position {
    let on_screen = if lower(m) {
        line.wrapping_add(m.byte(s::DF_SZ)).wrapping_sub(LINES)
    } else {
        line
    };
    let right = FIRST_COLUMN.wrapping_sub(column);
    let at = Position {
        line,
        column,
        address: line_address(on_screen).wrapping_add(u16::from(right)),
    };
    store(m, at);
    at
}

/// Moves the print position to a line and a column, counted from the top left of the part of the
/// screen that is printed to (TV_FLAG bit 0). Nothing is checked and nothing scrolls.
///
/// ROM: `CL-SET` 0DD9.
pub fn set_position(m: &mut Memory, line: u8, column: u8) {
    let _ = set(
        m,
        LINES.wrapping_sub(line),
        FIRST_COLUMN.wrapping_sub(column),
    );
}

/// Turns output to the lower screen.
///
/// ROM: `CHAN-OPEN` 1601 for stream -3, `CHAN-K` 1634.
pub(super) fn open_lower(m: &mut Memory) {
    let at = m.pointer(s::CHANS) + CHANNEL_K;
    m.set_pointer(s::CURCHL, at);
    m.set_bit(s::TV_FLAG, 0, true);
    m.set_bit(s::FLAGS, 5, false);
    m.set_bit(s::FLAGS2, 4, true);
    m.set_bit(s::FLAGS, 1, false);
    temps(m);
}

/// Turns output to the upper screen.
///
/// ROM: `CHAN-OPEN` 1601 for stream -2, `CHAN-S` 1642.
pub(super) fn open_upper(m: &mut Memory) {
    let at = m.pointer(s::CHANS) + CHANNEL_S;
    m.set_pointer(s::CURCHL, at);
    m.set_bit(s::FLAGS2, 4, false);
    m.set_bit(s::TV_FLAG, 0, false);
    m.set_bit(s::FLAGS, 1, false);
    temps(m);
}

/// Ends what channel K was in the middle of, and moves to the start of the lower screen.
///
/// ROM: `CL-CHAN` 0D94.
fn home_lower(m: &mut Memory) {
    open_lower(m);
    let at = channel(m);
    m.set_word(at, PRINT_OUT);
    m.set_word(at + 2, KEY_INPUT);
    let _ = set(m, LINES - 1, FIRST_COLUMN);
}

/// Moves the print position to a line and a column as the ROM counts them: 24 and 33 are the top
/// left.
///
/// ROM: `CL-SET` 0DD9.
pub fn set_rom_position(m: &mut Memory, line: u8, column: u8) {
    let _ = set(m, line, column);
}

/// Ends INPUT: the upper screen's print position does not stay where the lower screen grew over
/// it, and the lower screen is cleared.
///
/// ROM: the end of `INPUT`, 20A0.
pub fn end_input(m: &mut Memory) {
    let (mut column, mut line) = (m.byte(s::S_POSN), m.byte(s::S_POSN + 1));
    let lower = m.byte(s::DF_SZ);
    if lower >= line {
        column = FIRST_COLUMN;
        line = lower;
    }
    m.set_byte(s::S_POSN, column);
    m.set_byte(s::S_POSN + 1, line);
    m.set_byte(s::SCR_CT, LINES.wrapping_add(1).wrapping_sub(line));
    m.set_bit(s::TV_FLAG, 0, false);
    let _ = set(m, line, column);
    cls_lower(m);
}

/// Clears the screen; afterwards the lower screen has two lines and channel K is open.
///
/// ROM: `CLS` 0D6B.
pub fn cls(m: &mut Memory) {
    clear_all(m);
    cls_lower(m);
}

/// Clears the whole display in the permanent colours; channel S is open afterwards. The lower
/// screen keeps its size.
///
/// ROM: `CL-ALL` 0DAF.
pub fn clear_all(m: &mut Memory) {
    m.set_word(s::COORDS, 0);
    m.set_bit(s::FLAGS2, 0, false);
    home_lower(m);
    open_upper(m);
    clear_lines(m, LINES);
    let at = channel(m);
    m.set_word(at, PRINT_OUT);
    m.set_byte(s::SCR_CT, 1);
    let _ = set(m, LINES, FIRST_COLUMN);
}

/// Clears the lower screen and gives it its two lines again; channel K is open afterwards.
///
/// ROM: `CLS-LOWER` 0D6E.
pub fn cls_lower(m: &mut Memory) {
    m.set_bit(s::TV_FLAG, 5, false);
    m.set_bit(s::TV_FLAG, 0, true);
    temps(m);
    let lines = m.byte(s::DF_SZ);
    clear_lines(m, lines);
    let upper_end = ATTRIBUTES + u32::from(LINES - LOWER_LINES) * ROW;
    let from = match lines.min(LINES) {
        // Flaw kept: with one line (POKE 23659,1) the loop runs 255 times downwards and fills
        // attributes and display file.
        1 => DISPLAY_FILE,
        lines => ATTRIBUTES + u32::from(LINES - lines) * ROW,
    };
    if from < upper_end {
        let attribute = m.byte(s::ATTR_P);
        m.slice_mut(from, upper_end - from).fill(attribute);
        m.mark_changed((1 << LINES) - 1);
    }
    m.set_byte(s::DF_SZ, LOWER_LINES);
    home_lower(m);
}

/// Clears the last `lines` lines of the screen, 1 to 24. The attributes become ATTR_P, or BORDCR
/// when the lower screen is printed to.
///
/// ROM: `CL-LINE` 0E44. Differs: the ROM overwrites the system when asked for 0 lines or more
/// than 24 (`POKE 23659,0`); here 0 does nothing and more are 24.
pub fn clear_lines(m: &mut Memory, lines: u8) {
    let lines = lines.min(LINES);
    if lines == 0 {
        return;
    }
    m.count_work(u32::from(lines) * LINE_BYTES);
    let first = u32::from(LINES - lines);
    let colours = if lower(m) { s::BORDCR } else { s::ATTR_P };
    let attribute = m.byte(colours);
    let display = m.slice_mut(DISPLAY_FILE, DISPLAY_SIZE);
    if first == 0 {
        display.fill(0);
    } else {
        for (third, bytes) in display.chunks_exact_mut(THIRD as usize).enumerate() {
            let from = (first.saturating_sub(third as u32 * 8)).min(8) * ROW;
            if from == PIXEL_ROW {
                continue;
            }
            for row in bytes.chunks_exact_mut(PIXEL_ROW as usize) {
                // Line after line: mostly it is one, and of a length the compiler knows.
                for line in row[from as usize..].as_chunks_mut().0 {
                    *line = [0; ROW as usize];
                }
            }
        }
    }
    m.slice_mut(ATTRIBUTES + first * ROW, u32::from(lines) * ROW)
        .fill(attribute);
    m.mark_changed((1 << LINES) - (1 << first));
}

/// Scrolls the screen but for its first line, which is lost, up by one line.
///
/// ROM: `CL-SC-ALL` 0DFE.
pub fn scroll_all(m: &mut Memory) {
    scroll_lines(m, LINES - 1);
}

/// Moves the last `lines` lines of the screen, 1 to 24, up by one and clears the last one. What
/// the first of them overwrites is lost.
///
/// ROM: `CL-SCROLL` 0E00.
pub fn scroll_lines(m: &mut Memory, lines: u8) {
    let lines = lines.min(LINES);
    if lines == 0 {
        return;
    }
    m.count_work(u32::from(lines) * LINE_BYTES);
    // With all 24 lines the first one leaves the screen.
    let to = u32::from(LINES - lines).saturating_sub(1);
    let display = m.slice_mut(DISPLAY_FILE, DISPLAY_SIZE);
    if to == 0 {
        scroll_display(display);
    }
    for third in (to / 8..3).filter(|_| to > 0) {
        let start = (third * THIRD) as usize;
        let from = (to.saturating_sub(third * 8) * ROW) as usize;
        for row in 0..8 {
            let row = start + row * PIXEL_ROW as usize;
            let end = row + PIXEL_ROW as usize;
            display.copy_within(row + from + ROW as usize..end, row + from);
            let next = row + THIRD as usize;
            if next < display.len() {
                display.copy_within(next..next + ROW as usize, end - ROW as usize);
            }
        }
    }
    m.copy_within(
        ATTRIBUTES + (to + 1) * ROW,
        ATTRIBUTES + to * ROW,
        (u32::from(LINES) - 1 - to) * ROW,
    );
    m.mark_changed((1 << LINES) - (1 << to) as Rows);
    clear_lines(m, 1);
}

/// Moves the whole display file up by one line; what stands in the last one does not matter.
fn scroll_display(display: &mut [u8]) {
    const LINE: usize = ROW as usize;
    /// Rows of a line, and lines of a third.
    const ROWS: usize = 8;
    display.copy_within(LINE.., 0);
    // All bytes move alike but for a third's first line: it has come to the ends of the rows
    // before its own, and belongs where the third above it ends.
    let (lines, _) = display.as_chunks_mut::<LINE>();
    let last = |row: usize| row * ROWS + ROWS - 1;
    for row in 0..2 * ROWS {
        if let Some(&moved) = lines.get(last(row + ROWS - 1)) {
            lines[last(row)] = moved;
        }
    }
}

/// Scrolls the upper screen by one line and gives the new position, its last line.
///
/// ROM: `PO-SCR-3` 0CD2, `PO-SCR` 0C55.
pub(super) fn scroll_upper(m: &mut Memory) -> Position {
    let line = scroll_up(m);
    set(m, line, FIRST_COLUMN)
}

/// Scrolls the upper screen by one line: the line that comes free at its end takes the colour of
/// the last line of the screen, which takes its colour back. The print position stays; gives the
/// last line of the upper screen as S_POSN counts.
///
/// ROM: `PO-SCR-3` 0CD2.
pub fn scroll_up(m: &mut Memory) -> u8 {
    scroll_all(m);
    let line = m.byte(s::DF_SZ).wrapping_add(1);
    let freed = attribute_of(Address::from(line_address(line)));
    let last = ATTRIBUTES + u32::from(LINES - 1) * ROW;
    let (upper, lower) = (m.byte(last), m.byte(freed));
    if (ATTRIBUTES..=last).contains(&freed) {
        m.slice_mut(freed, ROW).fill(upper);
        m.slice_mut(last, ROW).fill(lower);
        m.mark_changed((1 << LINES) - 1);
    } else {
        for i in 0..ROW {
            m.set_byte(freed + i, upper);
            m.set_byte(last + i, lower);
        }
    }
    line
}

/// Gives the lower screen `more` lines, pushing the upper one up where its print position would
/// be covered.
///
/// ROM: `PO-SCR-4` 0D02, from 0D0E on.
pub(super) fn grow_lower(m: &mut Memory, more: u8) {
    let colours = m.word(s::ATTR_T);
    let flags = m.byte(s::P_FLAG);
    temps(m);
    for _ in 0..more {
        let old = m.byte(s::DF_SZ);
        let new = old.wrapping_add(1);
        m.set_byte(s::DF_SZ, new);
        let upper = m.byte(s::S_POSN + 1);
        if new < upper {
            scroll_lines(m, old);
        } else {
            m.set_byte(s::S_POSN + 1, upper.wrapping_add(1));
            scroll_lines(m, LINES);
        }
    }
    m.set_byte(s::P_FLAG, flags);
    m.set_word(s::ATTR_T, colours);
    let (column, line) = (m.byte(s::S_POSN), m.byte(s::S_POSN + 1));
    m.set_bit(s::TV_FLAG, 0, false);
    let _ = set(m, line, column);
    m.set_bit(s::TV_FLAG, 0, true);
}

/// Sets the screen's system variables as they are after NEW and clears the screen. The channel
/// information (CHANS) must be there.
///
/// ROM: the screen's part of `NEW` 11B7. UDG is left alone: see [`reset_udgs`].
pub fn reset(m: &mut Memory) {
    m.set_pointer(s::CHARS, CHARACTER_SET - 0x100);
    for at in [s::ATTR_P, s::ATTR_T, s::BORDCR] {
        m.set_byte(at, FIRST_ATTRIBUTE);
    }
    for at in [s::MASK_P, s::MASK_T, s::P_FLAG, s::TV_FLAG] {
        m.set_byte(at, 0);
    }
    m.set_word(s::TVDATA, 0);
    // CLEAR-PRB 0EDF: an empty printer buffer.
    m.slice_mut(0x5B00, PIXEL_ROW).fill(0);
    m.set_byte(s::P_POSN, FIRST_COLUMN);
    m.set_word(s::PR_CC, 0x5B00);
    m.set_byte(s::DF_SZ, LOWER_LINES);
    cls(m);
}

/// User-defined graphics: A to U.
pub const UDG_COUNT: u32 = 21;

/// Puts the user-defined graphics, looking like the letters A to U, at `at` and points UDG there.
///
/// ROM: 1203 in `START-NEW`, at the top of memory (65368) after power-on.
pub fn reset_udgs(m: &mut Memory, at: Address) {
    if at >= RAM_START {
        m.copy_within(CHARACTER_SET + 8 * 33, at, UDG_COUNT * 8);
    }
    m.set_pointer(s::UDG, at);
}
