//! The automatic listing: the part of the program round the current line.

use super::{Out, TV_LOWER};
use crate::line::list::{Item, ProgramLister, TV_FLAG_AUTOMATIC};
use crate::report::Report;
use crate::screen::{Stop, clear_all, clear_lines};
use crate::store::program::{find_line, next_line};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// Bytes of program that are taken for a screenful (AUTO-LIST 17C3).
const SCREENFUL: Address = 0x02C0;
/// FLAGS2 bit 0: the screen is to be cleared before a direct command.
const FLAGS2_SCREEN_USED: u8 = 0;

/// Lists the program so that the current line (E_PPC) is on the screen, beginning at S_TOP where
/// that is possible.
///
/// ROM: `AUTO-LIST` 1795.
///
/// # Errors
/// A report, if something in a line cannot be printed; TV_FLAG's bit stays then.
pub fn auto_list(out: &mut impl Out) -> Result<(), Report> {
    let m = out.memory();
    m.set_byte(s::TV_FLAG, 1 << TV_FLAG_AUTOMATIC);
    clear_all(m);
    m.set_bit(s::TV_FLAG, TV_LOWER, true);
    let lines = m.byte(s::DF_SZ);
    clear_lines(m, lines);
    m.set_bit(s::TV_FLAG, TV_LOWER, false);
    m.set_bit(s::FLAGS2, FLAGS2_SCREEN_USED, true);
    choose_top(m);
    let top = find_line(m, m.word(s::S_TOP));
    let from = if top.exact {
        top.at
    } else {
        top.before.unwrap_or_else(|| m.pointer(s::PROG))
    };
    list(out, from)?;
    out.memory().set_bit(s::TV_FLAG, TV_FLAG_AUTOMATIC, false);
    Ok(())
}

/// Moves S_TOP so that the current line is likely to be on the screen.
///
/// ROM: 17B2 to 17E1.
fn choose_top(m: &mut Memory) {
    let current = m.word(s::E_PPC);
    if current < m.word(s::S_TOP) {
        m.set_word(s::S_TOP, current);
        return;
    }
    let target = find_line(m, current).at;
    let mut at = find_line(m, m.word(s::S_TOP)).at;
    while at + SCREENFUL < target {
        at = next_line(m, at);
        m.set_word(s::S_TOP, u16::from_be_bytes([m.byte(at), m.byte(at + 1)]));
    }
}

fn list(out: &mut impl Out, from: Address) -> Result<(), Report> {
    let mut lister = ProgramLister::new(from);
    while let Some(item) = lister.next(out.memory()) {
        let printed = match item {
            Item::Code(code) => out.print(code),
            Item::Flash(code) => super::line::flash(out, code),
        };
        match printed {
            Ok(()) => {}
            // In an automatic listing nothing asks for leave to scroll.
            Err(Stop::Report(Report::Ok) | Stop::Scroll) => return Ok(()),
            Err(Stop::Report(report)) => return Err(report),
        }
    }
    Ok(())
}
