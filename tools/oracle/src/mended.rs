//! The 128's ROMs in memory, mended where ours differs from them on purpose: the numbers are those
//! of DIFFERENCES.md. What is left is compared to the last cell.

use std::ops::Range;

use basic::charset::AT;
use basic::store::memory::ATTRIBUTES_END;
use basic::store::sysvars;

use crate::spectrum::{ROM_1, Register, Spectrum};

/// D30, a line that begins above the screen is read whole: `LD HL,(nn)` that should be `LD HL,nn`.
const ROWS_ABOVE: (usize, u8) = (0x2DA1, 0x21);
/// D16, a bracket behind a number: the distance of a `JR NZ` over what finds the operator.
const NO_OPERATOR: (usize, u8) = (0x271C, 0x06);
/// D13, a printer is always ready: the `JR NZ` back that waits for it.
const PRINTER_BUSY: usize = 0x08B6;
const NOP: u8 = 0;

/// D30: a line is about to be laid out above the screen, the rows 3 bytes behind HL.
const LAY_OUT_ABOVE: u32 = 0x324C;
const BUFFER_HEADER: u16 = 3;
/// D30: the place of a mistake is about to be stored: its row in C, its column in B, the preferred
/// column in A.
const PLACE_OF_MISTAKE: u32 = 0x2D4A;
/// D30: the cursor is about to go left on its way to a mistake, and where it is then.
const LEFT_TO_MISTAKE: u32 = 0x2D1B;
const AT_MISTAKE: u16 = 0x2D45;
/// D30: a row, from DE on, gets a character or loses one at column B.
const INSERT: u32 = 0x16AC;
const REMOVE: u32 = 0x16C1;
/// D30: a place for the cursor in a row, from DE on, is looked for from column B to the right, or to
/// the left; where a listing does so it may lead behind the last column here, too.
const PLACE_RIGHT: u32 = 0x2E41;
const PLACE_LEFT: u32 = 0x2E63;
const LISTING: Range<u16> = 0x15AB..0x15CB;
/// D30: the cursor is about to be shown or to be taken off at the attribute in HL.
const SHOW: u32 = 0x3AA5;
const HIDE: u32 = 0x3ABA;
/// D30, AT in a line is shown as `?`: the character of a cell is about to be printed.
const PRINT_CELL: u32 = 0x3B42;

/// D11: OUT is about to write A to the port in BC, and where it has done so.
const OUT: u32 = ROM_1 + 0x1E7D;
const OUT_DONE: u16 = 0x1E7F;
/// Bits of a port that are 0 where it pages banks and ROMs in, and the ULA's.
const PAGING: u16 = 0x8002;
const ULA: u16 = 1;

/// D22: ATTR is about to look at the byte HL points to, and where it has done so.
const ATTR: u32 = ROM_1 + 0x2592;
const ATTR_DONE: u16 = 0x2593;
/// Below the system variables: the 128's routines, its stack and its own system variables. What ATTR
/// finds of them here: places and bytes.
const OWN: Range<u16> = 0x5B00..0x5C00;
const KEPT: [(u32, u16); 9] = [
    // and RAMRST
    (sysvars::BANKM, 2),
    (sysvars::BAUD, 2),
    (sysvars::COL, 1),
    (sysvars::WIDTH, 1),
    (sysvars::TVPARS, 1),
    (sysvars::FLAGS3, 1),
    (sysvars::RNFIRST, 2),
    (sysvars::RNSTEP, 2),
    (sysvars::STRIP1, 16),
];

/// Where the editor's cursor is: its row, its column, the preferred column.
const CURSOR: u16 = 0xF6EE;
const PREFERRED: u16 = 0xF6F0;
/// Whether the line that is entered begins on the screen, and in which row.
const ENTERED: u16 = 0xEC03;
const ON_SCREEN: u8 = 2;
const ENTERED_ROW: u16 = 0xEC05;
/// The rows of the screen: 32 cells and 3 bytes more.
const ROWS: u16 = 0xEC16;
const ROW: u16 = 35;
const COLUMNS: u16 = 32;
/// The flags of a result that is nought, and of what was found.
const ZERO: u8 = 0x40;
const CARRY: u8 = 1;

/// Mends what can be mended by other bytes.
pub(crate) fn mend(rom_0: &mut [u8], rom_1: &mut [u8]) {
    let (at, code) = ROWS_ABOVE;
    rom_0[at] = code;
    let (at, code) = NO_OPERATOR;
    rom_1[at] = code;
    ready_printer(rom_0);
}

/// Mends what waits for a printer.
pub(crate) fn ready_printer(rom_0: &mut [u8]) {
    rom_0[PRINTER_BUSY..][..2].fill(NOP);
}

/// Lets the machine stop at all places where [`at`] has something to do.
pub(crate) fn hook(s: &mut Spectrum) {
    for place in [
        LAY_OUT_ABOVE,
        PLACE_OF_MISTAKE,
        LEFT_TO_MISTAKE,
        INSERT,
        REMOVE,
        PLACE_RIGHT,
        PLACE_LEFT,
        SHOW,
        HIDE,
        PRINT_CELL,
    ] {
        s.hook(place, true);
    }
    hook_statements(s);
}

/// The same of those that are in statements.
pub(crate) fn hook_statements(s: &mut Spectrum) {
    for place in [OUT, ATTR] {
        s.hook(place, true);
    }
}

/// Does what is missing at a place where the machine stopped.
pub(crate) fn at(s: &mut Spectrum, place: u32) {
    let [column, row] = s.register(Register::BC).to_be_bytes();
    match place {
        LAY_OUT_ABOVE => {
            let rows = s.register(Register::HL);
            s.set_register(Register::HL, rows - BUFFER_HEADER);
        }
        PLACE_OF_MISTAKE => {
            let moved = [row, column] != [s.byte(CURSOR), s.byte(CURSOR + 1)];
            let preferred = if moved { 0 } else { s.byte(PREFERRED) };
            set_a(s, preferred, 0);
        }
        LEFT_TO_MISTAKE if is_start(s, row, column) => {
            s.set_register(Register::PC, AT_MISTAKE);
        }
        INSERT | REMOVE if u16::from(column) >= COLUMNS => {
            let [code, _] = s.register(Register::AF).to_be_bytes();
            set_a(s, code, if code == 0 { ZERO } else { 0 });
            s.set_register(Register::HL, s.register(Register::DE) + COLUMNS);
            s.ret();
        }
        PLACE_RIGHT if u16::from(column) >= COLUMNS && !is_listing(s) => {
            let last = s.register(Register::DE) + COLUMNS - 1;
            let found = u16::from(column) == COLUMNS && s.byte(last) != 0;
            if !found {
                s.set_register(Register::BC, u16::from_be_bytes([column + 1, row]));
            }
            set_a(s, column, if found { CARRY } else { 0 });
            s.ret();
        }
        PLACE_LEFT if u16::from(column) >= COLUMNS && !is_listing(s) => {
            let last = (COLUMNS - 1) as u8;
            s.set_register(Register::BC, u16::from_be_bytes([last, row]));
        }
        SHOW | HIDE => {
            let last = ATTRIBUTES_END as u16 - 1;
            s.set_register(Register::HL, s.register(Register::HL).min(last));
        }
        PRINT_CELL if s.register(Register::AF) >> 8 == u16::from(AT) => set_a(s, b'?', 0),
        _ => {
            in_statement(s, place);
        }
    }
}

/// The same where statements stop; whether there was such a place.
pub(crate) fn in_statement(s: &mut Spectrum, place: u32) -> bool {
    match place {
        OUT => {
            let port = s.register(Register::BC);
            if port & PAGING == 0 {
                let [value, _] = s.register(Register::AF).to_be_bytes();
                if port & ULA == 0 {
                    s.write_ula(value);
                }
                s.set_register(Register::PC, OUT_DONE);
            }
        }
        ATTR => {
            let at = s.register(Register::HL);
            let is_kept =
                |&(kept, bytes): &(u32, u16)| (kept as u16..kept as u16 + bytes).contains(&at);
            if OWN.contains(&at) && !KEPT.iter().any(is_kept) {
                set_a(s, 0, 0);
                s.set_register(Register::PC, ATTR_DONE);
            }
        }
        _ => return false,
    }
    true
}

/// Whether a listing called the routine that begins.
fn is_listing(s: &Spectrum) -> bool {
    LISTING.contains(&s.word(s.register(Register::SP)))
}

/// Whether a place is the first one of the line that is entered.
fn is_start(s: &Spectrum, row: u8, column: u8) -> bool {
    let from = ROWS + ROW * u16::from(row);
    s.byte(ENTERED) & ON_SCREEN != 0
        && s.byte(ENTERED_ROW) == row
        && (0..u16::from(column).min(COLUMNS)).all(|cell| s.byte(from + cell) == 0)
}

fn set_a(s: &mut Spectrum, a: u8, flags: u8) {
    s.set_register(Register::AF, u16::from_be_bytes([a, flags]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_beside_a_row_is_none() {
        let rom = vec![0; 0x4000];
        let mut s = Spectrum::new_128(&rom, &rom);
        let registers = [Register::AF, Register::BC, Register::DE, Register::HL];
        let mut after = |place, values: [u16; 4]| {
            s.set_register(Register::SP, ROWS);
            for (register, value) in registers.iter().zip(values) {
                s.set_register(*register, value);
            }
            at(&mut s, place);
            registers.map(|register| s.register(register))
        };
        let insert = [0x4100, 0x2005, ROWS, 0];
        assert_eq!(
            after(INSERT, insert),
            [0x4100, 0x2005, ROWS, ROWS + COLUMNS]
        );
        let within = [0x4100, 0x1F05, ROWS, 0];
        assert_eq!(after(INSERT, within), within);
        assert_eq!(after(PLACE_LEFT, insert)[1], 0x1F05);
        assert_eq!(after(PLACE_RIGHT, insert)[..2], [0x2000, 0x2105]);
        assert_eq!(after(PLACE_RIGHT, within), within);
        assert_eq!(after(SHOW, [0, 0, 0, 0x5B00])[3], 0x5AFF);
        assert_eq!(after(HIDE, [0, 0, 0, 0x5AFF])[3], 0x5AFF);
        // The cursor is in row 0, column 0, as all memory is 0.
        let stays = [0x4100, 0, ROWS, 0];
        assert_eq!(after(PLACE_OF_MISTAKE, stays)[0], 0);
    }
}
