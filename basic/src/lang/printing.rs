//! Instructions of PRINT, LIST and INPUT: what is printed, and what INPUT waits for.

use super::code::{Op, Origin};
use super::exec::{Exec, Flow, Input};
use super::ops::{STREAM_LIMIT, unsigned};
use super::room;
use super::text::Text;
use crate::channel::{self, letter};
use crate::charset::{AT, ENTER, LEFT, TAB};
use crate::line::list::{Item, LineLister};
use crate::report::{Report, Result};
use crate::screen;
use crate::store::memory::{ATTRIBUTES, DISPLAY_FILE};
use crate::store::program;
use crate::store::sysvars as s;
use crate::store::{Memory, areas};
use crate::system::System;

/// Codes of one PRINT that go to the screen together.
struct PrintRun {
    codes: [u8; RUN_MAX],
    length: usize,
    /// A code that can move the print position out of the screen is among them.
    strays: bool,
}

/// Codes printed together, at most: two lines of the screen.
const RUN_MAX: usize = 64;

impl Default for PrintRun {
    fn default() -> Self {
        Self {
            codes: [0; RUN_MAX],
            length: 0,
            strays: false,
        }
    }
}

impl PrintRun {
    /// Adds codes, if there is room for all.
    fn put(&mut self, codes: &[u8]) -> bool {
        let end = self.length + codes.len();
        let Some(place) = self.codes.get_mut(self.length..end) else {
            return false;
        };
        place.copy_from_slice(codes);
        self.strays |= codes
            .iter()
            .fold(false, |strays, &code| strays | (code == LEFT));
        self.length = end;
        true
    }

    fn codes(&self) -> &[u8] {
        &self.codes[..self.length]
    }
}

/// Whether what is printed goes to where no program and no variable can be: POKEd positions, and
/// CHR$ 8, lead anywhere.
fn prints_apart(m: &Memory) -> bool {
    let on_screen = |at| (DISPLAY_FILE..ATTRIBUTES).contains(&m.pointer(at));
    let in_buffer = m.pointer(s::PR_CC) < s::KSTATE;
    on_screen(s::DF_CC) && on_screen(s::DF_CCL) && in_buffer
}

/// Prints a string of any length, so many characters together.
fn print_text(sys: &mut System, text: Text, together: usize) -> Result<()> {
    let mut piece = [0; RUN_MAX];
    let mut at = text.at;
    let mut left = u32::from(text.length);
    while left > 0 {
        let codes = sys.memory.slice(at, left.min(together as u32));
        let length = codes.len();
        if length == 0 {
            break;
        }
        piece[..length].copy_from_slice(codes);
        sys.print_all(&piece[..length])?;
        at += length as u32;
        left -= length as u32;
    }
    Ok(())
}

impl Exec {
    /// Adds the item of PRINT that the next two instructions are, if it can be worked out without
    /// changing or reporting anything: so it does not matter that what is before it has not been
    /// printed yet.
    fn next_item(&self, sys: &System, run: &mut PrintRun) -> bool {
        let number = match self.code.ops.get(self.pc as usize..) {
            Some(&[Op::Literal(Origin::Fixed, at, length), Op::PrintText, ..]) => {
                return run.put(Text { at, length }.bytes(&sys.memory));
            }
            Some(&[Op::Number(n), Op::PrintNumber, ..]) => Some(n),
            Some(&[op, Op::PrintNumber, ..]) => {
                let known = |slot| self.slots.known(&sys.memory, slot);
                match op {
                    Op::Variable(slot) => known(slot),
                    Op::VariableAddNumber(slot, n) => known(slot).and_then(|v| v.add(n).ok()),
                    Op::VariableSubtractNumber(slot, n) => known(slot).and_then(|v| v.sub(n).ok()),
                    Op::VariableMultiplyNumber(slot, n) => known(slot).and_then(|v| v.mul(n).ok()),
                    Op::VariableDivideNumber(slot, n) => known(slot).and_then(|v| v.div(n).ok()),
                    _ => None,
                }
            }
            _ => None,
        };
        number.is_some_and(|n| run.put(n.print().as_bytes()))
    }

    /// Does an instruction of this module.
    pub(super) fn print_op(&mut self, sys: &mut System, op: Op) -> Result<Option<Flow>> {
        match op {
            Op::PrintBegin(stream) => {
                sys.open_stream(stream)?;
                screen::temps(&mut sys.memory);
                return Ok(None);
            }
            Op::PrintNumber | Op::PrintText => {
                let mut run = PrintRun::default();
                let apart = prints_apart(&sys.memory);
                let most = room::BY_COMMAND + room::PRINTING_MAX;
                let further = apart && areas::test_room(&sys.memory, most).is_ok();
                if op == Op::PrintNumber {
                    let need = room::BY_COMMAND + room::printing(self.acc);
                    areas::test_room(&sys.memory, need)?;
                    run.put(self.acc.print().as_bytes());
                } else {
                    let text = self.pop_text();
                    if !apart {
                        // It can be what is printed over.
                        print_text(sys, text, 1)?;
                    } else if !run.put(text.bytes(&sys.memory)) {
                        print_text(sys, text, RUN_MAX)?;
                    }
                }
                while further && !run.strays && self.next_item(sys, &mut run) {
                    self.pc += 2;
                }
                sys.print_all(run.codes())?;
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
                // Flaw kept: what the printer does with the value may leave the carry flag, which means
                // here that there was no colour item (2024). PR-ALL (0B7F) does where the code was
                // another's operand; the 128's serial line wants one more operand.
                if sys.printer.carry() && channel::current_letter(&sys.memory) == letter::P {
                    return Err(Report::NonsenseInBasic);
                }
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
