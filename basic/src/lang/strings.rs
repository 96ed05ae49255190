//! Instructions that work on strings.

use super::code::Op;
use super::exec::Exec;
use super::fast::DOUBTFUL;
use super::room;
use super::text::{self, Text};
use crate::channel;
use crate::number::Number;
use crate::report::{Report, Result};
use crate::store::sysvars as s;
use crate::store::variables::let_slice;
use crate::store::{Address, Memory, areas};
use crate::system::System;

impl Exec {
    /// Does an instruction of this module.
    pub(super) fn text_op(&mut self, sys: &mut System, op: Op) -> Result<()> {
        match op {
            Op::Literal(origin, at, length) => {
                let at = origin.place(&sys.memory, at);
                self.stack.push(Text { at, length }.bits());
            }
            Op::LiteralCopy(origin, at, length) => {
                // The ROM's room has one more, for the closing quote.
                let from = origin.place(&sys.memory, at);
                let to = areas::spaces(&mut sys.memory, u32::from(length) + 1)?;
                let mut from = from;
                sys.memory.count_work(length.into());
                for i in 0..u32::from(length) {
                    let code = sys.memory.byte(from);
                    sys.memory.set_byte(to + i, code);
                    from += if code == b'"' { 2 } else { 1 };
                }
                self.stack.push(Text { at: to, length }.bits());
            }
            Op::Text(slot) => {
                let entry = self
                    .slots
                    .entry(&sys.memory, slot)
                    .ok_or(Report::VariableNotFound)?;
                let m = &sys.memory;
                let (text, flag) = if m.byte(entry) & 0x80 == 0 {
                    let length = m.word(entry + 1);
                    let at = entry + 3;
                    (Text { at, length }, text::SIMPLE)
                } else if m.byte(entry + 3) == 1 {
                    let length = m.word(entry + 4);
                    let at = entry + 6;
                    (Text { at, length }, 0)
                } else {
                    return Err(Report::SubscriptWrong);
                };
                self.stack.push(text.bits_with(flag));
            }
            Op::TextPlace(slot) => {
                let m = &sys.memory;
                if let Some(entry) = self.slots.entry(m, slot) {
                    if m.byte(entry) & 0x80 != 0 && m.byte(entry + 3) != 1 {
                        return Err(Report::SubscriptWrong);
                    }
                }
            }
            Op::TextFlag(flag) => {
                if let Some(top) = self.stack.last_mut() {
                    *top = *top & !0xFF | u64::from(flag);
                }
            }
            Op::TextArgument(at) => self.push_number(sys.memory.number(at)),
            Op::Concatenate(held) => {
                let right = self.pop_text();
                let bits = self.stack.pop().unwrap_or(0);
                // the flag of the left one is in A still
                let (left, flag) = (Text::from_bits(bits), bits as u8);
                let length = u32::from(left.length) + u32::from(right.length);
                let length16 = u16::try_from(length).map_err(|_| Report::OutOfMemory)?;
                let held = self.held() + u32::from(held);
                areas::test_room(&sys.memory, held + room::CONCATENATE + length)?;
                let at = areas::spaces(&mut sys.memory, length)?;
                sys.memory.copy_within(left.at, at, u32::from(left.length));
                sys.memory.copy_within(
                    right.at,
                    at + u32::from(left.length),
                    u32::from(right.length),
                );
                let length = length16;
                self.stack.push(Text { at, length }.bits_with(flag));
            }
            Op::AndText => {
                if self.acc.is_zero() {
                    let bits = self.stack.pop().unwrap_or(0);
                    let text = Text::from_bits(bits);
                    let empty = Text { length: 0, ..text };
                    self.stack.push(empty.bits_with(bits as u8));
                }
            }
            Op::CodeOf => {
                let first = self
                    .pop_text()
                    .bytes(&sys.memory)
                    .first()
                    .copied()
                    .unwrap_or(0);
                self.acc = Number::from_u16(u16::from(first));
            }
            Op::UsrLetter => {
                let address = match self.pop_text().bytes(&sys.memory) {
                    [code] => graphic_offset(*code)?,
                    _ => return Err(Report::InvalidArgument),
                };
                self.acc = Number::from_u16(sys.memory.word(s::UDG).wrapping_add(address));
            }
            Op::Character => {
                let (code, negative) = self.acc.fp_to_a().ok_or(Report::IntegerOutOfRange)?;
                if negative {
                    return Err(Report::IntegerOutOfRange);
                }
                let text = text::new_text(&mut sys.memory, &[code])?;
                self.stack.push(text.bits_with(code));
            }
            Op::StringOf(held) => {
                let printed = self.acc.print();
                let lowest = self.stack.first().copied().unwrap_or(self.acc.bits());
                let held = self.held() + u32::from(held) + room::STRING_OF;
                // A sign is printed before the digits are worked out.
                let sign = u32::from(self.acc.is_negative());
                areas::test_room(&sys.memory, held + room::printing(self.acc) + sign)?;
                if self.acc.print_leaves_zero() {
                    // Flaw kept: a nought stays on the calculator's stack below the string.
                    self.push_number(Number::ZERO);
                }
                // The place the characters are put before stays behind them (3620), with the byte
                // that was there: the first one of the calculator's stack. PLAY reads on to it.
                let length = printed.as_bytes().len() as u16;
                let at = areas::spaces(&mut sys.memory, u32::from(length) + 1)?;
                let end = at + u32::from(length);
                sys.memory.set_bytes(at, printed.as_bytes());
                sys.memory.set_byte(end, lowest as u8);
                sys.memory.set_pointer(s::K_CUR, end);
                // Flaw kept: STR$ prints to channel R, and going back to the channel in use makes
                // the temporary colours the permanent ones again (CHAN-FLAG 1615).
                let channel = sys.pointer(s::CURCHL);
                channel::select(&mut sys.memory, channel);
                // what TEMPS (0D4D), if it was called, has in A when it is done
                let flag = match channel::current_letter(&sys.memory) {
                    channel::letter::K | channel::letter::S => sys.memory.byte(s::P_FLAG),
                    other => other,
                };
                self.stack.push(Text { at, length }.bits_with(flag));
            }
            Op::LetText(slot) => {
                let text = self.pop_text();
                self.slots
                    .let_text(&mut sys.memory, slot, text.at, text.length)?;
            }
            Op::KeepPlace => {
                let below = self.stack.len().saturating_sub(1);
                self.stack.drain(..below);
            }
            Op::LetElement => {
                let at = self.stack.first().copied().unwrap_or(0) as Address;
                self.stack.clear();
                sys.memory.set_number(at, self.acc);
            }
            Op::LetSlice => {
                let text = self.pop_text();
                // The place is kept in DEST and STRLEN: what lies between does not matter.
                let bits = self.stack.first().copied().unwrap_or(0);
                let to = Text::from_bits(bits);
                self.stack.clear();
                let assign = |m: &mut Memory| let_slice(m, to.at, to.length, text.at, text.length);
                if bits & DOUBTFUL == 0 {
                    sys.memory.undisturbed(assign)?;
                } else {
                    assign(&mut sys.memory)?;
                }
            }
            Op::Drop => {
                self.stack.pop();
            }
            Op::ClearWork => {
                areas::set_work(&mut sys.memory);
                self.stack.clear();
            }
            _ => {}
        }
        Ok(())
    }
}

/// Eight times the number of a user-defined graphic, from its letter or its code.
///
/// ROM: `USR-$` 34BC.
fn graphic_offset(code: u8) -> Result<u16> {
    let number = if code.is_ascii_alphabetic() {
        (code & 0x1F) - 1
    } else if (144..165).contains(&code) {
        code - 144
    } else {
        return Err(Report::InvalidArgument);
    };
    if number < 21 {
        Ok(u16::from(number) * 8)
    } else {
        Err(Report::InvalidArgument)
    }
}
