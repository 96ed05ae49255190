//! Printers: the 48K's, which prints the rows of dots in the printer buffer, and the 128's serial
//! line, which takes characters.
//!
//! Owns the print position of both (P_POSN, PR_CC; the 128's column) and what has come out: rows
//! of dots and text, for a host that has a printer connected.

use alloc::string::String;
use alloc::vec::Vec;

use crate::charset;
use crate::report::{Report, Result};
use crate::screen::geometry::pixel_address;
use crate::screen::print::{self, Operand};
use crate::screen::{self, FIRST_COLUMN};
use crate::store::memory::ATTRIBUTES_END;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::token;

/// FLAGS bit 1: the printer is printed to.
pub(crate) const FLAGS_PRINTER: u8 = 1;
/// FLAGS2 bit 1: the printer buffer holds something.
const FLAGS2_BUFFER: u8 = 1;
/// P_FLAG: OVER and INVERSE, the temporary ones.
const P_FLAG_OVER: u8 = 0;
const P_FLAG_INVERSE: u8 = 2;
/// The last column of the 48K's printer.
const LAST_COLUMN: u8 = 31;
/// The printer buffer, behind the attributes: eight rows of dots of 32 bytes.
const BUFFER: Address = ATTRIBUTES_END;
const BUFFER_SIZE: u32 = 256;
const ROW_BYTES: usize = 32;
/// Characters kept of a line's text, at most.
const LINE_MAX: usize = 256;
/// Rows of dots that COPY prints: the upper screen. ROM: `COPY` 0EAC.
const COPY_ROWS: u32 = 176;
/// Columns between its tabulator stops, where a comma goes.
const SERIAL_STOPS: u8 = 8;

/// A row of dots, the leftmost in the first byte's highest bit.
pub type Row = [u8; ROW_BYTES];

/// What comes out of a printer.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Paper {
    /// Rows of dots.
    pub rows: Vec<Row>,
    /// Text, a line ended by `\n`.
    pub text: String,
}

/// What has been printed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Printer {
    carry: bool,
    /// The characters whose dots are in the buffer.
    line: Vec<u8>,
    /// The paper, while a printer is connected.
    paper: Option<Paper>,
}

impl Printer {
    /// Connects a printer: from now on what comes out is kept for [`Printer::take_paper`].
    pub fn connect(&mut self) {
        self.paper.get_or_insert_with(Paper::default);
    }

    /// What has come out since the last call.
    pub fn take_paper(&mut self) -> Paper {
        self.paper.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// Takes a code for the 48K's printer. Colours set the screen's: a colour statement after
    /// LPRINT works though its codes come here.
    ///
    /// ROM: `PRINT-OUT` 09F4 with FLAGS bit 1 set.
    ///
    /// # Errors
    /// Report K; B for a column that is not there.
    pub fn put(&mut self, m: &mut Memory, code: u8) -> Result<()> {
        self.carry = false;
        match print::take_operand(m, code) {
            Operand::None => {}
            Operand::First => return Ok(()),
            Operand::Last { control, first } => return self.operand(m, control, first, code),
        }
        match code {
            charset::COMMA => {
                let column = FIRST_COLUMN.wrapping_sub(m.byte(s::P_POSN));
                self.fill_to(m, (column / 16 * 16 + 16) % 32);
            }
            charset::LEFT => {
                let column = m.byte(s::P_POSN).wrapping_add(1).min(FIRST_COLUMN);
                set_column(m, column);
            }
            // Flaw kept: the cursor does not move right (0A3D).
            charset::RIGHT => {}
            charset::ENTER => self.print_buffer(m),
            charset::INK..=charset::TAB => print::await_operands(m, code),
            ..token::FIRST_48 => self.character(m, code),
            _ => self.spell(m, code, Self::character),
        }
        Ok(())
    }

    /// The processor's carry flag behind the last code, where somebody looks at it.
    #[must_use]
    pub const fn carry(&self) -> bool {
        self.carry
    }

    /// Takes a code for the 128's serial line.
    ///
    /// ROM: 07CA of the 128's first ROM, and what calls it at 0637.
    ///
    /// # Errors
    /// Flaw kept: report 8 where the code leaves neither the zero nor the carry flag, as if it were
    /// a byte that could not be read.
    pub fn put_serial(&mut self, m: &mut Memory, code: u8) -> Result<()> {
        self.carry = false;
        let waiting = m.byte(s::TVPARS);
        if waiting > 0 {
            m.set_byte(s::TVPARS, waiting - 1);
            if waiting == 1 {
                return self.serial_operand(m, code);
            }
            m.set_byte(s::TVDATA + 1, code);
            self.carry = true;
            return Ok(());
        }
        if code >= token::FIRST {
            self.spell(m, code, Self::serial_character);
            self.carry = true;
            return Ok(());
        }
        m.set_bit(s::FLAGS, 0, code == b' ');
        match code {
            b' '.. => self.serial_character(m, code),
            charset::ENTER => self.serial_line(m),
            charset::COMMA => self.serial_comma(m),
            0..charset::INK => self.carry = true,
            _ => {
                // Flaw kept: a colour waits for two operands, and only INK is no error by itself.
                m.set_byte(s::TVDATA, code);
                m.set_byte(s::TVPARS, 2);
                if !matches!(code, charset::INK | charset::AT | charset::TAB) {
                    return Err(Report::EndOfFile);
                }
            }
        }
        Ok(())
    }

    /// The last operand of a control code has come over the serial line. Of AT it is the column.
    ///
    /// ROM: 0872 of the 128's first ROM.
    fn serial_operand(&mut self, m: &mut Memory, code: u8) -> Result<()> {
        let column = match m.byte(s::TVDATA) {
            charset::AT => code,
            charset::TAB => m.byte(s::TVDATA + 1),
            _ => return Err(Report::EndOfFile),
        };
        // The ROM never comes back from a line without columns.
        match column.checked_rem(m.byte(s::WIDTH)) {
            Some(0) => self.serial_line(m),
            Some(column) => {
                while m.byte(s::COL) != column {
                    self.serial_character(m, b' ');
                }
            }
            None => {}
        }
        Ok(())
    }

    /// Blanks up to the next stop, or to the end of the line.
    ///
    /// ROM: 0830 of the 128's first ROM.
    fn serial_comma(&mut self, m: &mut Memory) {
        let width = m.byte(s::WIDTH);
        let mut column = m.byte(s::COL);
        let mut blanks = 0;
        loop {
            blanks += 1;
            column = column.wrapping_add(1);
            if column == width || column > 0 && column.is_multiple_of(SERIAL_STOPS) {
                break;
            }
        }
        for _ in 0..blanks {
            self.serial_character(m, b' ');
        }
    }

    /// The last operand of a control code has come. ROM: `PO-CONT` 0A8D.
    fn operand(&mut self, m: &mut Memory, control: u8, first: u8, last: u8) -> Result<()> {
        match control {
            charset::AT if last > LAST_COLUMN => return Err(Report::IntegerOutOfRange),
            charset::AT => set_column(m, FIRST_COLUMN - last),
            0..charset::AT => return screen::colour_item(m, control, last),
            // TAB. Its second operand is not looked at.
            _ => self.fill_to(m, first % 32),
        }
        Ok(())
    }

    /// Prints the letters of a keyword.
    fn spell(&mut self, m: &mut Memory, code: u8, print: fn(&mut Self, &mut Memory, u8)) {
        let word = token::spelling(code).unwrap_or_default();
        if token::leading_space(code) && !m.bit(s::FLAGS, 0) {
            print(self, m, b' ');
        }
        for letter in word.bytes() {
            print(self, m, letter);
        }
        if token::trailing_space(code) {
            print(self, m, b' ');
        }
    }

    /// One character into the buffer; a full line is printed first.
    ///
    /// ROM: `PR-ALL` 0B7F with FLAGS bit 1 set.
    fn character(&mut self, m: &mut Memory, code: u8) {
        self.carry = true;
        let mut column = m.byte(s::P_POSN);
        if !(2..=FIRST_COLUMN).contains(&column) {
            self.print_buffer(m);
            column = FIRST_COLUMN;
        }
        let [low, high] = m.word(s::PR_CC).to_le_bytes();
        let over = m.bit(s::P_FLAG, P_FLAG_OVER);
        let inverse = if m.bit(s::P_FLAG, P_FLAG_INVERSE) {
            0xFF
        } else {
            0
        };
        for (row, dots) in (0_u8..).zip(shape(m, code)) {
            let at = u16::from_le_bytes([low.wrapping_add(row << 5), high]);
            let old = if over { m.byte(at.into()) } else { 0 };
            m.set_byte_anywhere(at.into(), old ^ dots ^ inverse);
        }
        m.set_word(s::PR_CC, u16::from_le_bytes([low, high]).wrapping_add(1));
        m.set_byte(s::P_POSN, column - 1);
        m.set_bit(s::FLAGS2, FLAGS2_BUFFER, true);
        // A keyword's blank depends on the character before it, here too.
        m.set_bit(s::FLAGS, 0, code == b' ');
        // More than a line is there only where P_POSN was POKEd.
        if self.line.len() < LINE_MAX {
            self.line.push(code);
        }
    }

    /// Blanks up to a column, on the next line if it has passed.
    fn fill_to(&mut self, m: &mut Memory, column: u8) {
        for _ in 0..32 {
            if FIRST_COLUMN.wrapping_sub(m.byte(s::P_POSN)) % 32 == column {
                return;
            }
            self.character(m, b' ');
        }
    }

    /// The buffer is printed, and is empty then.
    ///
    /// ROM: `COPY-BUFF` 0ECD.
    pub fn print_buffer(&mut self, m: &mut Memory) {
        for row in 0..BUFFER_SIZE / ROW_BYTES as u32 {
            self.row(m, BUFFER + row * ROW_BYTES as u32);
        }
        for code in core::mem::take(&mut self.line) {
            self.text(code);
        }
        self.text(b'\r');
        clear_buffer(m);
    }

    /// The buffer is printed when a command ends, if it holds something.
    ///
    /// ROM: 1308.
    pub fn finish(&mut self, m: &mut Memory) {
        if m.bit(s::FLAGS2, FLAGS2_BUFFER) {
            self.print_buffer(m);
        }
    }

    /// Prints the upper screen.
    ///
    /// ROM: `COPY` 0EAC.
    pub fn copy(&mut self, m: &mut Memory) {
        self.picture(m);
        clear_buffer(m);
    }

    /// The rows of dots of COPY, which are all that is printed of it on the 128's serial line.
    pub fn picture(&mut self, m: &mut Memory) {
        m.count_work(COPY_ROWS * ROW_BYTES as u32);
        for y in 0..COPY_ROWS {
            self.row(m, pixel_address(0, y));
        }
    }

    /// One character to the serial line, on the next line if this one is full.
    ///
    /// ROM: 0807 of the 128's first ROM.
    fn serial_character(&mut self, m: &mut Memory, code: u8) {
        m.set_bit(s::FLAGS, 0, code == b' ');
        let column = m.byte(s::COL).wrapping_add(1);
        m.set_byte(s::COL, column);
        if column > m.byte(s::WIDTH) {
            self.serial_line(m);
            m.set_byte(s::COL, 1);
        }
        // Graphics are nothing to it, nor is the copyright sign.
        self.text(if code < charset::COPYRIGHT {
            code
        } else {
            b'?'
        });
    }

    fn serial_line(&mut self, m: &mut Memory) {
        m.set_byte(s::COL, 0);
        self.text(b'\r');
    }

    fn row(&mut self, m: &Memory, at: Address) {
        if let (Some(paper), Some(row)) = (&mut self.paper, m.slice(at, 32).first_chunk()) {
            paper.rows.push(*row);
        }
    }

    fn text(&mut self, code: u8) {
        let Some(paper) = &mut self.paper else { return };
        paper.text.push(match code {
            b'\r' => '\n',
            _ => charset::to_char(code).unwrap_or(char::from(code)),
        });
    }
}

/// The eight rows of a character's shape.
fn shape(m: &Memory, code: u8) -> [u8; 8] {
    let at = match code {
        128..=143 => {
            let half = |right: u8, left: u8| {
                (if code & right != 0 { 0x0F } else { 0 })
                    | (if code & left != 0 { 0xF0 } else { 0 })
            };
            let (upper, lower) = (half(1, 2), half(4, 8));
            return [upper, upper, upper, upper, lower, lower, lower, lower];
        }
        144.. => m
            .word(s::UDG)
            .wrapping_add(u16::from(code - 144).wrapping_mul(8)),
        32.. => m.word(s::CHARS).wrapping_add(u16::from(code) * 8),
        // ROM: `PO-QUEST` 0A69.
        _ => m.word(s::CHARS).wrapping_add(u16::from(b'?') * 8),
    };
    m.eight(at.into())
}

/// Moves the print position, 33 less the column, within the line. ROM: `CL-SET` 0DD9.
fn set_column(m: &mut Memory, column: u8) {
    m.set_byte(s::P_POSN, column);
    m.set_pointer(s::PR_CC, BUFFER + Address::from(FIRST_COLUMN - column));
}

/// Clears the buffer.
///
/// Flaw kept: unless the printer is what is printed to, it is the screen's print position that
/// goes to the start, and to a line below the screen: the next PRINT is report 5.
///
/// ROM: `CLEAR-PRB` 0EDF.
pub fn clear_buffer(m: &mut Memory) {
    m.fill(BUFFER, BUFFER_SIZE, 0);
    m.set_bit(s::FLAGS2, FLAGS2_BUFFER, false);
    m.set_byte(s::PR_CC, 0);
    if m.bit(s::FLAGS, FLAGS_PRINTER) {
        set_column(m, FIRST_COLUMN);
    } else {
        screen::set_rom_position(m, 0, FIRST_COLUMN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty;
    use alloc::format;

    /// Channel P's entry.
    const CHANNEL: Address = 0x5CC5;

    fn machine() -> (Printer, Memory) {
        let mut m = empty();
        screen::reset(&mut m);
        m.set_pointer(s::CURCHL, CHANNEL);
        m.set_bit(s::FLAGS, FLAGS_PRINTER, true);
        let mut printer = Printer::default();
        printer.connect();
        (printer, m)
    }

    fn print(printer: &mut Printer, m: &mut Memory, codes: &[u8]) {
        for code in codes {
            printer.put(m, *code).unwrap();
        }
    }

    #[test]
    fn a_line_comes_out_as_text_and_as_eight_rows_of_dots() {
        let (mut printer, mut m) = machine();
        print(&mut printer, &mut m, b"\x8fa\x17\x04\x00\x81");
        assert_eq!([m.byte(BUFFER)], [0xFF]);
        assert_eq!(m.byte(s::P_POSN), 28);
        assert_eq!(printer.take_paper(), Paper::default());
        print(&mut printer, &mut m, b"\r");
        let paper = printer.take_paper();
        assert_eq!(paper.text, "█a  ▝\n");
        assert_eq!(paper.rows.len(), 8);
        assert_eq!((paper.rows[0][0], paper.rows[0][4]), (0xFF, 0x0F));
        assert_eq!(paper.rows[7][4], 0);
        assert_eq!(m.byte(BUFFER), 0);
    }

    #[test]
    fn a_line_that_is_full_is_printed_when_more_comes() {
        let (mut printer, mut m) = machine();
        print(&mut printer, &mut m, &[b'x'; 32]);
        assert!(printer.take_paper().rows.is_empty());
        print(&mut printer, &mut m, b"y");
        assert_eq!(printer.take_paper().rows.len(), 8);
        printer.finish(&mut m);
        assert_eq!(printer.take_paper().text, "y\n");
    }

    #[test]
    fn copy_prints_the_upper_screen() {
        let (mut printer, mut m) = machine();
        m.set_byte(pixel_address(31, 175), 1);
        m.set_byte(pixel_address(0, 176), 1);
        printer.copy(&mut m);
        let rows = printer.take_paper().rows;
        assert_eq!(rows.len(), 176);
        assert_eq!(rows[175][31], 1);
    }

    #[test]
    fn the_128s_line_is_80_columns_wide_with_stops_at_eight() {
        let (mut printer, mut m) = machine();
        m.set_byte(s::WIDTH, 80);
        for code in b"a\x06b\x17\x14\x00c\x17\x03\x00d\x17\x50\x00\x7F\xF5\xA4" {
            printer.put_serial(&mut m, *code).unwrap();
        }
        let text = printer.take_paper().text;
        let blanks = " ".repeat(80 - 21);
        assert_eq!(
            text,
            format!("a       b           c{blanks}\n   d\n? PRINT PLAY ")
        );
        assert_eq!(m.byte(s::COL), 13);
    }

    #[test]
    fn the_128s_line_takes_two_operands_of_a_colour_and_is_content_with_none() {
        let (mut printer, mut m) = machine();
        m.set_byte(s::WIDTH, 80);
        assert_eq!(printer.put_serial(&mut m, charset::INK), Ok(()));
        assert_eq!(printer.put_serial(&mut m, 2), Ok(()));
        assert!(printer.carry());
        let refused = Err(Report::EndOfFile);
        assert_eq!(printer.put_serial(&mut m, b'a'), refused);
        assert_eq!(printer.put_serial(&mut m, charset::INK + 1), refused);
        for _ in 0..2 {
            let _ = printer.put_serial(&mut m, 1);
        }
        assert_eq!(printer.put_serial(&mut m, b'b'), Ok(()));
        assert_eq!(printer.take_paper().text, "b");
        // A line without columns, which keeps the ROM busy for ever.
        m.set_byte(s::WIDTH, 0);
        for code in [charset::TAB, 5, 0] {
            assert_eq!(printer.put_serial(&mut m, code), Ok(()));
        }
    }

    #[test]
    fn nothing_is_kept_when_no_printer_is_connected() {
        let (_, mut m) = machine();
        let mut printer = Printer::default();
        print(&mut printer, &mut m, b"abc\r");
        assert_eq!(printer.take_paper(), Paper::default());
    }
}
