//! USR of an address: there is no Z80, but the calls that programs make for what the ROM's routine
//! does are known, and so is machine code that only gives a number.

use super::exec::{Exec, Flow};
use super::room;
use crate::number::Number;
use crate::printer;
use crate::report::{Report, Result};
use crate::screen::{self, FIRST_COLUMN};
use crate::store::memory::RAM_START;
use crate::store::sysvars as s;
use crate::store::{Address, areas};
use crate::system::{Model, System};

/// Bytes of the machine stack between a statement and the routine USR calls.
const USR_DEPTH: u32 = 10;

/// Z80 instructions that are understood.
mod z80 {
    /// LD BC,nn
    pub(super) const LD_BC: u8 = 0x01;
    /// RET
    pub(super) const RET: u8 = 0xC9;
}

/// A routine of the ROM that programs call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// `START` 0000.
    Start,
    /// `RESET` 0066: starts again, but goes back if NMIADD is not nought.
    Reset,
    /// Nothing that shows: a RET, or `BREAK-KEY` 1F54, which tells by a flag only.
    Return,
    /// A routine that looks at keys, and what it leaves in BC.
    Keys(u16),
    /// A scroll of the upper screen: ways into `PO-SCR` 0C55 and `PO-SCR-3` 0CD2; the print position
    /// stays.
    ScrollUpper,
    /// `CL-SC-ALL` 0DFE, `CL-SCROLL` 0E00: so many lines.
    Scroll(u8),
    /// `CLS` 0D6B.
    Cls,
    /// `CLS-LOWER` 0D6E.
    ClsLower,
    /// `CL-LINE` 0E44: so many lines.
    ClearLines(u8),
    /// `TEMPS` 0D4D.
    Temps,
    /// `COPY` 0EAC.
    Copy,
    /// `COPY-BUFF` 0ECD.
    CopyBuffer,
    /// `CLEAR-PRB` 0EDF.
    ClearBuffer,
    /// `NEW` 11B7.
    New,
    /// `MAIN-4` 1303: the program is over.
    Main,
    /// `OUT-NUM-1` 1A1B: prints BC, which is the address.
    OutNumber,
    /// 65536 less the free memory. ROM: `FREE-MEM` 1F1A.
    FreeMemory,
}

/// What comes of [`Call::Start`].
const START: Flow = Flow::Start48 { new: false };

/// The calls that are known.
const CALLS: [(u16, Call); 22] = [
    (0, Call::Start),
    (0x0066, Call::Reset),
    (0x007C, Call::Return),
    (0x028E, Call::Keys(0xFEFE)),
    (0x02BF, Call::Keys(0xFFFE)),
    (0x0C76, Call::ScrollUpper),
    (0x0CD0, Call::ScrollUpper),
    (0x0CD2, Call::ScrollUpper),
    (0x0D4D, Call::Temps),
    (0x0D6B, Call::Cls),
    (0x0D6E, Call::ClsLower),
    (0x0DFE, Call::Scroll(23)),
    (0x0E00, Call::Scroll(14)),
    (0x0E44, Call::ClearLines(14)),
    (0x0EAC, Call::Copy),
    (0x0ECD, Call::CopyBuffer),
    (0x0EDF, Call::ClearBuffer),
    (0x11B7, Call::New),
    (0x1303, Call::Main),
    (0x1A1B, Call::OutNumber),
    (0x1F1A, Call::FreeMemory),
    (0x1F54, Call::Return),
];

impl Exec {
    /// USR: calls the routine at an address; the value is what BC holds then.
    ///
    /// ROM: `USR-NO` 34B3.
    ///
    /// # Errors
    /// Report S when it is not known what the routine does; nothing has changed then.
    pub(super) fn usr(&mut self, sys: &mut System, address: u16) -> Result<Option<Flow>> {
        let known = CALLS.iter().find(|(at, _)| *at == address);
        let bc = match known {
            Some((_, call)) => match self.call(sys, *call, address)? {
                Called::Returned(bc) => bc,
                Called::Left(flow) => return Ok(Some(flow)),
            },
            None => in_memory(sys, address).ok_or(Report::UnknownMachineCode)?,
        };
        self.acc = Number::from_u16(bc);
        Ok(sys.is_blocked().then_some(Flow::Scroll))
    }

    fn call(&self, sys: &mut System, call: Call, address: u16) -> Result<Called> {
        let m = &mut sys.memory;
        let bc = match call {
            Call::Start => return Ok(Called::Left(START)),
            Call::Reset if m.word(s::NMIADD) == 0 => return Ok(Called::Left(START)),
            Call::Reset | Call::Return => address,
            Call::Keys(bc) => bc,
            Call::ScrollUpper => {
                let line = screen::scroll_up(m);
                u16::from_le_bytes([FIRST_COLUMN, line])
            }
            Call::Scroll(lines) => {
                screen::scroll_lines(m, lines);
                u16::from_le_bytes([FIRST_COLUMN, 1])
            }
            Call::Cls => {
                screen::cls(m);
                u16::from_le_bytes([FIRST_COLUMN, 0x17])
            }
            Call::ClsLower => {
                screen::cls_lower(m);
                u16::from_le_bytes([FIRST_COLUMN, 0x17])
            }
            Call::ClearLines(lines) => {
                screen::clear_lines(m, lines);
                u16::from_le_bytes([FIRST_COLUMN, lines])
            }
            Call::Temps => {
                screen::temps(m);
                address
            }
            // On the 128 these overwrite its own code in the printer buffer, and it is lost.
            Call::Copy | Call::CopyBuffer | Call::ClearBuffer
                if sys.model == Model::Spectrum128 =>
            {
                return Err(Report::UnknownMachineCode);
            }
            Call::Copy => {
                sys.printer.copy(m);
                u16::from(FIRST_COLUMN)
            }
            Call::CopyBuffer => {
                sys.printer.print_buffer(m);
                u16::from(FIRST_COLUMN)
            }
            Call::ClearBuffer => {
                printer::clear_buffer(m);
                u16::from(FIRST_COLUMN)
            }
            Call::New => return Ok(Called::Left(Flow::Start48 { new: true })),
            Call::Main => return Err(Report::Ok),
            Call::OutNumber => {
                sys.print_all(Number::from_u16(address).print().as_bytes())?;
                0xFFF6
            }
            Call::FreeMemory => {
                // What the ROM's calculator and its calls hold meanwhile.
                let held = room::VALUE * self.stack.len() as u32 + USR_DEPTH;
                let used = sys.pointer(s::STKEND) + areas::RESERVE + held;
                let free = sys.memory.stack_end().saturating_sub(used);
                (free as u16).wrapping_neg()
            }
        };
        Ok(Called::Returned(bc))
    }
}

/// How a call came out.
enum Called {
    /// With this in BC.
    Returned(u16),
    /// The statement is not gone on with.
    Left(Flow),
}

/// What BC holds after the machine code at an address in memory, if it is understood: `RET`, or
/// `LD BC,nn: RET`.
fn in_memory(sys: &System, address: u16) -> Option<u16> {
    let at = Address::from(address);
    if at < RAM_START {
        return None;
    }
    match *sys.memory.slice(at, 4) {
        [z80::RET, ..] => Some(address),
        [z80::LD_BC, low, high, z80::RET] => Some(u16::from_le_bytes([low, high])),
        _ => None,
    }
}
