//! Subscripts and slices while they are worked out.
//!
//! ROM: `STK-VAR` 2996, `SLICING` 2A52, `INT-EXP1` 2ACC.

use super::code::Op;
use super::exec::Exec;
use super::fast::DOUBTFUL;
use super::text::Text;
use crate::number::Number;
use crate::report::{Report, Result};
use crate::store::variables::NUMBER_SIZE;
use crate::store::{Address, areas};
use crate::system::System;

/// What subscripts are applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subscripts {
    /// An array whose dimensions are counted off.
    Array {
        /// Where the next size is.
        sizes: Address,
        /// Sizes still to be matched; of an array of characters without its last.
        left: u8,
        /// Elements before the one meant.
        before: u32,
        /// An array of characters.
        text: bool,
        /// Where its entry ends.
        end: Address,
    },
    /// A string that is sliced.
    Slice {
        /// The whole string.
        text: Text,
        /// First character of the slice, from 1.
        from: u16,
        /// Whether that was out of range.
        wrong: bool,
        /// [`DOUBTFUL`], or nought.
        doubt: u64,
    },
    /// The place of an element of numbers; [`DOUBTFUL`], or nought.
    Place(Address, u64),
}

/// [`DOUBTFUL`] if a place that ends at `to` lies beyond an entry that ends at `end`.
fn doubt_beyond(to: Address, end: Address) -> u64 {
    if to <= end { 0 } else { DOUBTFUL }
}

/// A subscript as a whole number, and whether it is outside 1 to `limit`.
fn bounded(index: Number, limit: u16) -> Result<(u16, bool)> {
    let value = index.to_u16()?;
    Ok((value, value == 0 || value > limit))
}

impl Exec {
    /// Does an instruction of this module.
    pub(super) fn subscript_op(&mut self, sys: &mut System, op: Op) -> Result<()> {
        match op {
            Op::Subscripts(slot) => {
                let entry = self
                    .slots
                    .entry(&sys.memory, slot)
                    .ok_or(Report::VariableNotFound)?;
                let m = &sys.memory;
                let first = m.byte(entry);
                let begun = if first & 0x80 == 0 {
                    let text = Text {
                        at: entry + 3,
                        length: m.word(entry + 1),
                    };
                    slice_of(text, 0)
                } else {
                    let end = entry + 3 + u32::from(m.word(entry + 1));
                    let dimensions = m.byte(entry + 3);
                    let text = first & 0x40 != 0;
                    if text && dimensions == 1 {
                        let text = Text {
                            at: entry + 6,
                            length: m.word(entry + 4),
                        };
                        slice_of(text, doubt_beyond(text.end(), end))
                    } else {
                        let left = if text {
                            dimensions.saturating_sub(1)
                        } else {
                            dimensions
                        };
                        Subscripts::Array {
                            sizes: entry + 4,
                            left,
                            before: 0,
                            text,
                            end,
                        }
                    }
                };
                self.subscripts.push(begun);
            }
            Op::Slice => {
                let bits = self.stack.pop().unwrap_or(0);
                let text = Text::from_bits(bits);
                self.subscripts.push(slice_of(text, bits & DOUBTFUL));
            }
            Op::Subscript(more) => self.subscript(sys, more)?,
            Op::SliceFrom => match self.subscripts.last_mut() {
                Some(Subscripts::Slice {
                    text, from, wrong, ..
                }) => {
                    (*from, *wrong) = bounded(self.acc, text.length)?;
                }
                Some(Subscripts::Array { .. }) => {
                    // The subscript itself is fine, but then no comma follows.
                    self.subscript(sys, false)?;
                    return Err(Report::SubscriptWrong);
                }
                _ => return Err(Report::NonsenseInBasic),
            },
            Op::SliceFromStart => {
                if !matches!(self.subscripts.last(), Some(Subscripts::Slice { .. })) {
                    return Err(Report::NonsenseInBasic);
                }
            }
            Op::SliceTo => {
                if let Some(Subscripts::Slice {
                    text, from, wrong, ..
                }) = self.subscripts.last().copied()
                {
                    let (to, bad) = bounded(self.acc, text.length)?;
                    self.cut(text, from, to, wrong || bad)?;
                }
            }
            Op::SliceToEnd => {
                if let Some(Subscripts::Slice {
                    text, from, wrong, ..
                }) = self.subscripts.last().copied()
                {
                    self.cut(text, from, text.length, wrong)?;
                }
            }
            Op::SliceWhole => {
                if !matches!(self.subscripts.last(), Some(Subscripts::Slice { .. })) {
                    return Err(Report::NonsenseInBasic);
                }
            }
            Op::SubscriptsText => match self.subscripts.pop() {
                Some(Subscripts::Slice { text, doubt, .. }) => self.stack.push(text.bits() | doubt),
                _ => return Err(Report::SubscriptWrong),
            },
            Op::SubscriptsNumber => match self.subscripts.pop() {
                Some(Subscripts::Place(at, _)) => self.acc = sys.memory.number(at),
                _ => return Err(Report::SubscriptWrong),
            },
            Op::SubscriptsPlace => match self.subscripts.pop() {
                Some(Subscripts::Place(at, doubt)) => self.stack.push(u64::from(at) | doubt),
                _ => return Err(Report::SubscriptWrong),
            },
            _ => {}
        }
        Ok(())
    }

    /// A subscript is in the accumulator; whether a comma follows it.
    fn subscript(&mut self, sys: &System, more: bool) -> Result<()> {
        let m = &sys.memory;
        match self.subscripts.last().copied() {
            Some(Subscripts::Array {
                mut sizes,
                mut left,
                mut before,
                text,
                end,
            }) => {
                let size = m.word(sizes);
                sizes += 2;
                let (index, wrong) = bounded(self.acc, size)?;
                if wrong {
                    return Err(Report::SubscriptWrong);
                }
                // GET-HL*DE 2AF4.
                before *= u32::from(size);
                if before > 0xFFFF {
                    return Err(Report::OutOfMemory);
                }
                // A POKEd size can go past 16 bits; the ROM's addition wraps.
                before = (before + u32::from(index) - 1) & 0xFFFF;
                left = left.saturating_sub(1);
                let now = if left > 0 {
                    if !more {
                        return Err(Report::SubscriptWrong);
                    }
                    Subscripts::Array {
                        sizes,
                        left,
                        before,
                        text,
                        end,
                    }
                } else if text {
                    let length = m.word(sizes);
                    let text = Text {
                        at: sizes + 2 + before * u32::from(length),
                        length,
                    };
                    slice_of(text, doubt_beyond(text.end(), end))
                } else if more {
                    return Err(Report::SubscriptWrong);
                } else {
                    let at = sizes + before * NUMBER_SIZE;
                    let certain = areas::are_in_order(m) && at + NUMBER_SIZE <= end;
                    Subscripts::Place(at, if certain { 0 } else { DOUBTFUL })
                };
                if let Some(last) = self.subscripts.last_mut() {
                    *last = now;
                }
                Ok(())
            }
            Some(Subscripts::Slice { text, .. }) => {
                let (index, wrong) = bounded(self.acc, text.length)?;
                if more {
                    return Err(Report::NonsenseInBasic);
                }
                self.cut(text, index, index, wrong)
            }
            _ => Err(Report::SubscriptWrong),
        }
    }

    /// Makes the slice `from` to `to`: empty if it ends before it begins, whatever the bounds.
    fn cut(&mut self, text: Text, from: u16, to: u16, wrong: bool) -> Result<()> {
        let length = if to < from {
            0
        } else if wrong {
            return Err(Report::SubscriptWrong);
        } else {
            to - from + 1
        };
        let at = (text.at + Address::from(from)).wrapping_sub(1) & 0xFFFF;
        if let Some(last) = self.subscripts.last_mut() {
            let doubt = match last {
                Subscripts::Slice { doubt, .. } => *doubt,
                _ => DOUBTFUL,
            };
            *last = slice_of(Text { at, length }, doubt);
        }
        Ok(())
    }

    /// The string on top of the value stack.
    pub(super) fn pop_text(&mut self) -> Text {
        Text::from_bits(self.stack.pop().unwrap_or(0))
    }

    /// The number on top of the value stack.
    pub(super) fn pop_number(&mut self) -> Number {
        Number::from_bits(self.stack.pop().unwrap_or(0))
    }
}

fn slice_of(text: Text, doubt: u64) -> Subscripts {
    Subscripts::Slice {
        text,
        from: 1,
        wrong: false,
        doubt,
    }
}
