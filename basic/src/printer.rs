//! The printer as far as programs see it: its column, its buffer's state and what emptying the
//! buffer does to the screen. No paper comes out yet.

use crate::report::Result;
use crate::screen;
use crate::store::Memory;
use crate::store::memory::ATTRIBUTES_END;
use crate::store::sysvars as s;
use crate::token;

/// FLAGS bit 1: the printer is printed to.
pub(crate) const FLAGS_PRINTER: u8 = 1;
/// FLAGS2 bit 1: the printer buffer holds something.
const FLAGS2_BUFFER: u8 = 1;
/// P_POSN at the start of a line: 33 less the column.
const FIRST_COLUMN: u8 = 33;
/// Bytes of the printer buffer, behind the attributes.
const BUFFER_SIZE: u32 = 256;

/// What is left of a control code's operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Printer {
    operands: u8,
    /// The first operand of TAB.
    tab: Option<u8>,
    /// The colour control whose operand comes next.
    colour: Option<u8>,
}

impl Printer {
    /// Takes a code of channel P. Colours set the screen's: a colour statement after LPRINT works
    /// though its codes come here.
    ///
    /// ROM: `PRINT-OUT` 09F4 with FLAGS bit 1 set.
    ///
    /// # Errors
    /// Report K.
    pub fn put(&mut self, m: &mut Memory, code: u8) -> Result<()> {
        if let Some(control) = self.colour.take() {
            return screen::colour_item(m, control, code);
        }
        if self.operands > 0 {
            self.operands -= 1;
            if let (Some(column), 0) = (self.tab, self.operands) {
                self.tab = None;
                fill_to(m, column);
            } else if self.tab.is_some() {
                self.tab = Some(code % 32);
            }
            return Ok(());
        }
        match code {
            6 => {
                let column = FIRST_COLUMN.wrapping_sub(m.byte(s::P_POSN));
                fill_to(m, (column / 16 * 16 + 16) % 32);
            }
            13 => empty_line(m),
            16..=21 => self.colour = Some(code),
            22 => self.operands = 2,
            23 => {
                self.operands = 2;
                self.tab = Some(0);
            }
            _ => match token::spelling(code).filter(|_| code >= token::FIRST_48) {
                Some(word) => {
                    if token::leading_space(code) && !m.bit(s::FLAGS, 0) {
                        character(m, b' ');
                    }
                    for letter in word.bytes() {
                        character(m, letter);
                    }
                    if token::trailing_space(code) {
                        character(m, b' ');
                    }
                }
                None => character(m, code),
            },
        }
        Ok(())
    }
}

/// One character into the buffer; a full line is printed first.
fn character(m: &mut Memory, code: u8) {
    let mut column = m.byte(s::P_POSN);
    if !(2..=FIRST_COLUMN).contains(&column) {
        empty_line(m);
        column = FIRST_COLUMN;
    }
    m.set_byte(s::P_POSN, column - 1);
    m.set_bit(s::FLAGS2, FLAGS2_BUFFER, true);
    // A keyword's blank depends on the character before it, here too.
    m.set_bit(s::FLAGS, 0, code == b' ');
}

/// Blanks up to a column, on the next line if it has passed.
fn fill_to(m: &mut Memory, column: u8) {
    for _ in 0..32 {
        if FIRST_COLUMN.wrapping_sub(m.byte(s::P_POSN)) % 32 == column {
            return;
        }
        character(m, b' ');
    }
}

/// The line is printed: the buffer is empty.
fn empty_line(m: &mut Memory) {
    m.set_byte(s::P_POSN, FIRST_COLUMN);
    m.set_bit(s::FLAGS2, FLAGS2_BUFFER, false);
}

/// Empties the buffer when a command ends, if it holds something.
///
/// ROM: 1308, `COPY-BUFF` 0ECD.
pub fn finish(m: &mut Memory) {
    if m.bit(s::FLAGS2, FLAGS2_BUFFER) {
        clear_buffer(m);
    }
}

/// Clears the buffer.
///
/// Flaw kept: unless the printer is what is printed to, it is the screen's print position that
/// goes to the start, and to a line below the screen: the next PRINT is report 5.
///
/// ROM: `CLEAR-PRB` 0EDF.
pub fn clear_buffer(m: &mut Memory) {
    m.fill(ATTRIBUTES_END, BUFFER_SIZE, 0);
    m.set_bit(s::FLAGS2, FLAGS2_BUFFER, false);
    m.set_byte(s::PR_CC, 0);
    if m.bit(s::FLAGS, FLAGS_PRINTER) {
        m.set_byte(s::P_POSN, FIRST_COLUMN);
    } else {
        screen::set_rom_position(m, 0, FIRST_COLUMN);
    }
}
