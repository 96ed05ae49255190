//! The items of PRINT and INPUT to code.

use super::code::{Behind, Item, Op};
use super::parse::{Parser, Type};
use super::room;
use super::syntax::COLOUR_BASE;
use crate::charset::ENTER;
use crate::report::{Report, Result};
use crate::store::Address;
use crate::token;

impl Parser<'_> {
    /// The items of PRINT, up to the statement's end or a bracket.
    ///
    /// ROM: `PRINT-2` 1FDF.
    pub(super) fn print_items(&mut self) -> Result<()> {
        if !self.print_end() && !self.at_separator() {
            self.print_item()?;
        }
        self.further_items(Behind::Item)
    }

    /// The rest of PRINT's items.
    pub(super) fn further_items(&mut self, mut behind: Behind) -> Result<()> {
        loop {
            self.note_item(behind);
            if behind != Behind::Separator {
                let Some(op) = self.print_separator() else {
                    break;
                };
                self.out.ops.extend(op);
                behind = Behind::Separator;
            } else if self.print_end() {
                return Ok(());
            } else {
                if !self.at_separator() {
                    self.further_item()?;
                }
                behind = Behind::Item;
            }
        }
        if self.current() != b')' {
            self.emit(Op::PrintCode(ENTER));
        }
        Ok(())
    }

    /// Notes where the walk stands within PRINT.
    fn note_item(&mut self, behind: Behind) {
        let (pc, at) = (self.here(), self.base + self.at as Address);
        if self.out.items.last().is_none_or(|last| last.pc != pc) {
            let need = 0;
            self.out.items.push(Item {
                pc,
                at,
                behind,
                need,
            });
        }
    }

    /// An item behind a noted place, which has a need of its own.
    fn further_item(&mut self) -> Result<()> {
        let before = core::mem::take(&mut self.need.run);
        self.print_item()?;
        let need = core::mem::replace(&mut self.need.run, before);
        if let Some(place) = self.out.items.last_mut() {
            place.need = need;
        }
        Ok(())
    }

    /// Whether PRINT's items end here. ROM: `PR-END-Z` 2045.
    fn print_end(&mut self) -> bool {
        matches!(self.current(), ENTER | b':' | b')')
    }

    fn at_separator(&mut self) -> bool {
        matches!(self.current(), b';' | b',' | b'\'')
    }

    /// Steps over a separator; what it prints.
    ///
    /// ROM: `PR-POSN-1` 204E.
    fn print_separator(&mut self) -> Option<Option<Op>> {
        let op = match self.current() {
            b';' => None,
            b',' => Some(Op::PrintCode(6)),
            b'\'' => Some(Op::PrintCode(ENTER)),
            _ => return None,
        };
        self.next();
        Some(op)
    }

    /// One item. ROM: `PR-ITEM-1` 1FFC, `STR-ALTER` 2070.
    fn print_item(&mut self) -> Result<()> {
        match self.current() {
            token::AT => {
                self.next();
                self.holding_only(room::BY_ITEM, Self::two_numbers)?;
                self.emit(Op::PrintAt);
            }
            token::TAB => {
                self.next();
                self.holding_only(room::BY_ITEM, Self::number)?;
                self.emit(Op::PrintTab);
            }
            code @ token::INK..=token::OVER => {
                self.next();
                self.holding_only(room::BY_COLOUR, Self::number)?;
                self.emit(Op::PrintColour(code - COLOUR_BASE));
            }
            b'#' => {
                self.next();
                self.holding_only(room::BY_STREAM, Self::number)?;
                self.emit(Op::PrintStream);
            }
            _ => match self.expression()? {
                Type::Number => self.emit(Op::PrintNumber),
                Type::Text => self.emit(Op::PrintText),
            },
        }
        Ok(())
    }

    /// The items of INPUT. ROM: `IN-ITEM-1` 20C1.
    pub(super) fn input_items(&mut self) -> Result<()> {
        loop {
            while let Some(op) = self.print_separator() {
                if let Some(op) = op {
                    self.emit(op);
                }
                if self.print_end() {
                    return Ok(());
                }
            }
            match self.current() {
                b'(' => {
                    self.next();
                    self.print_items()?;
                    self.expect(b')')?;
                }
                token::LINE => {
                    self.next();
                    let op = match self.destination()? {
                        (_, Op::LetText(slot)) => {
                            self.emit(Op::TextPlace(slot));
                            Op::InputLine(slot)
                        }
                        (Type::Text, _) => Op::InputLineSlice,
                        _ => return Err(Report::NonsenseInBasic),
                    };
                    self.emit(op);
                }
                code if code.is_ascii_alphabetic() => {
                    let op = match self.destination()? {
                        (_, Op::Let(slot)) => Op::InputNumber(slot),
                        (_, Op::LetText(slot)) => {
                            self.emit(Op::TextPlace(slot));
                            Op::InputText(slot)
                        }
                        (Type::Number, _) => Op::InputElement,
                        (Type::Text, _) => Op::InputSlice,
                    };
                    self.emit(op);
                }
                _ => self.print_item()?,
            }
            if !self.at_separator() {
                return Ok(());
            }
        }
    }
}
