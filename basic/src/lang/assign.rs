//! Conditions and assignments to code: the commonest become one instruction each.

use super::code::Op;
use super::parse::{Parser, Type};
use super::room;
use crate::report::{Report, Result};
use crate::store::slots::SlotNumber;
use crate::store::variables::Kind;

impl Parser<'_> {
    /// Leaves the line unless the condition holds: a comparison just made is done in one go.
    pub(super) fn if_not(&mut self, start: usize) {
        let clear = self.uses_workspace(start);
        let spot = self.spot;
        let (op, instead_of) = match self.out.ops[start..] {
            [.., Op::Variable(v), Op::CompareNumber(c, n)] => {
                (Op::IfNotVariableNumber(c, v, 0, n), 2)
            }
            [.., Op::Variable(v), Op::CompareVariable(c, w)] => {
                (Op::IfNotVariableVariable(c, v, w, 0), 2)
            }
            [.., Op::CompareNumber(c, n)] => (Op::IfNotNumber(c, 0, n), 1),
            [.., Op::CompareVariable(c, v)] => (Op::IfNotVariable(c, v, 0), 1),
            _ => (Op::IfNot(0), 0),
        };
        self.out.ops.truncate(self.out.ops.len() - instead_of);
        if clear {
            self.emit(Op::ClearWork);
        }
        let at = self.here();
        self.ifs.push((at, spot));
        self.emit(op);
    }

    /// LET: the destination, `=`, the value.
    pub(super) fn let_statement(&mut self) -> Result<()> {
        let (kind, assign) = self.destination()?;
        self.expect(b'=')?;
        let start = self.out.ops.len();
        if self.holding_only(room::BY_COMMAND, Self::expression)? != kind {
            return Err(Report::NonsenseInBasic);
        }
        let to = match assign {
            Op::Let(to) => to,
            Op::LetText(slot) => {
                self.place_first(slot, start);
                self.emit(assign);
                return Ok(());
            }
            _ => {
                self.emit(assign);
                return Ok(());
            }
        };
        // The commonest assignments are one instruction.
        let whole = match self.out.ops[start..] {
            [Op::Number(n)] => Op::LetNumber(to, n),
            [Op::Variable(v)] => Op::LetVariable(to, v),
            [Op::VariableAddNumber(v, n)] => Op::LetVariableAddNumber(to, v, n),
            [Op::VariableAddVariable(v, w)] => Op::LetVariableAddVariable(to, v, w),
            _ => {
                self.emit(assign);
                return Ok(());
            }
        };
        self.out.ops.truncate(start);
        self.emit(whole);
        Ok(())
    }

    /// The place of a string variable is looked at before the value is worked out, from
    /// instruction `start` on; that cannot be seen where nothing in the value can fail first.
    fn place_first(&mut self, slot: SlotNumber, start: usize) {
        let harmless = self.out.ops[start..].iter().all(|op| match op {
            Op::Literal(..) | Op::LiteralCopy(..) | Op::TextFlag(_) | Op::Concatenate(_) => true,
            Op::Text(same) => *same == slot,
            _ => false,
        });
        if !harmless {
            self.out.ops.insert(start, Op::TextPlace(slot));
        }
    }

    /// A variable to assign to: what it takes, and the instruction that assigns. A place that must
    /// be worked out first is pushed.
    ///
    /// ROM: class 1, 1C1F, `VAR-A-1` 1C22.
    pub(super) fn destination(&mut self) -> Result<(Type, Op)> {
        let (name, _) = self.name()?;
        let slot = self.slot(&name)?;
        let start = self.out.ops.len();
        let destination = match name.kind() {
            Kind::Number => (Type::Number, Op::Let(slot)),
            Kind::Numbers => {
                self.holding(room::PLACE, |p| {
                    p.numeric_subscripts(slot, Op::SubscriptsPlace, Op::ElementPlace(slot))
                })?;
                (Type::Number, Op::LetElement)
            }
            Kind::Text if self.current() == b'(' => {
                self.emit(Op::Subscripts(slot));
                self.holding(room::PLACE, |p| {
                    p.subscripts(true)?;
                    p.slices()
                })?;
                (Type::Text, Op::LetSlice)
            }
            Kind::Text => (Type::Text, Op::LetText(slot)),
        };
        if self.uses_workspace(start) {
            self.emit(Op::KeepPlace);
        }
        Ok(destination)
    }
}
