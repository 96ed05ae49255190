//! Instructions of PRINT, LIST and INPUT: what is printed, and what INPUT waits for.

use super::code::Op;
use super::exec::{Exec, Flow, Input};
use super::ops::{STREAM_LIMIT, unsigned};
use crate::charset::{AT, ENTER, TAB};
use crate::line::list::{Item, LineLister};
use crate::report::{Report, Result};
use crate::screen;
use crate::store::program;
use crate::store::sysvars as s;
use crate::system::System;

impl Exec {
    /// Does an instruction of this module.
    pub(super) fn print_op(&mut self, sys: &mut System, op: Op) -> Result<Option<Flow>> {
        match op {
            Op::PrintBegin(stream) => {
                sys.open_stream(stream)?;
                screen::temps(&mut sys.memory);
                return Ok(None);
            }
            Op::PrintNumber => sys.print_all(self.acc.print().as_bytes())?,
            Op::PrintText => {
                let text = self.pop_text();
                let mut done = 0;
                while done < u32::from(text.length) {
                    let mut piece = [0; 32];
                    let length = (u32::from(text.length) - done).min(32);
                    let codes = sys.memory.slice(text.at + done, length);
                    let length = codes.len();
                    piece[..length].copy_from_slice(codes);
                    sys.print_all(&piece[..length])?;
                    done += 32;
                }
            }
            Op::PrintCode(code) => sys.print(code)?,
            Op::PrintAt => {
                let column = unsigned(self.acc)?;
                let line = unsigned(self.pop_number())?;
                sys.print_all(&[AT, line, column])?;
            }
            Op::PrintTab => {
                let [low, high] = self.acc.to_u16()?.to_le_bytes();
                sys.print_all(&[TAB, low, high])?;
            }
            Op::PrintColour(control) => {
                let value = self.acc.to_u8()?;
                sys.print_all(&[control, value])?;
            }
            Op::PrintStream => {
                let stream = self.acc.to_u8()?;
                if stream >= STREAM_LIMIT {
                    return Err(Report::InvalidStream);
                }
                sys.open_stream(stream)?;
                return Ok(None);
            }
            Op::ListBegin(stream) => {
                sys.memory.set_byte(s::TV_FLAG, 0);
                sys.open_stream(stream)?;
                return Ok(None);
            }
            Op::ListFrom => {
                let line = self.acc.to_u16()? & 0x3FFF;
                sys.memory.set_word(s::E_PPC, line);
                self.list_from = Some(program::find_line(&sys.memory, line).at);
                self.list_before = true;
                return Ok(None);
            }
            Op::ListNext => return self.list_line(sys),
            Op::InputBegin => {
                sys.open_stream(1)?;
                sys.clear_lower();
                sys.memory.set_byte(s::TV_FLAG, 1);
                return Ok(None);
            }
            Op::InputEnd => {
                screen::end_input(&mut sys.memory);
                return Ok(None);
            }
            Op::InputNumber(_) | Op::InputElement => {
                return Ok(Some(self.ask_input(Input::Number)));
            }
            Op::InputText(_) | Op::InputSlice => return Ok(Some(self.ask_input(Input::Text))),
            Op::InputLine(_) | Op::InputLineSlice => return Ok(Some(self.ask_input(Input::Line))),
            _ => return Ok(None),
        }
        Ok(sys.is_blocked().then_some(Flow::Scroll))
    }

    /// Prints the next line of a listing and stays at the instruction while there is one.
    ///
    /// ROM: `LIST-ALL` 1833.
    fn list_line(&mut self, sys: &mut System) -> Result<Option<Flow>> {
        let Some(at) = self.list_from else {
            return Ok(None);
        };
        let begun = self.list_line.take();
        let Some(mut lister) =
            begun.or_else(|| LineLister::line(&mut sys.memory, at, &mut self.list_before))
        else {
            self.list_from = None;
            return Ok(None);
        };
        while let Some(item) = lister.next(&mut sys.memory) {
            match item {
                Item::Code(code) => sys.print(code)?,
                Item::Flash(code) => sys.print_flash(code)?,
            }
            if sys.is_blocked() {
                // What is printed sets flags that the rest of the line looks at.
                self.list_line = Some(lister);
                self.pc -= 1;
                return Ok(Some(Flow::Scroll));
            }
        }
        sys.print(ENTER)?;
        // Behind the ENTER, whatever length the line claims: a POKEd one would list all of memory
        // for each line.
        self.list_from = Some(lister.at());
        self.pc -= 1;
        if sys.is_blocked() {
            return Ok(Some(Flow::Scroll));
        }
        // Each line of a long listing costs fuel, so that BREAK is seen.
        Ok(Some(Flow::Fuel))
    }
}
