//! Expressions to code.
//!
//! ROM: `SCANNING` 24FB. Priorities are those of the tables 2795 and 27B0.

use super::code::{Comparison, Function, Op};
use super::parse::{Parser, Type};
use super::room;
use crate::report::{Report, Result};
use crate::store::areas::ENTER;
use crate::store::variables::Kind;
use crate::token;

/// The priority of functions.
const FUNCTION: u8 = 16;
/// The priority of a minus sign before an operand.
const MINUS: u8 = 9;
/// The priority of NOT.
const NOT: u8 = 4;

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Or,
    And,
    Compare(Comparison),
}

/// The operator a code stands for, and its priority.
fn operator(code: u8) -> Option<(Operator, u8)> {
    Some(match code {
        b'+' => (Operator::Add, 6),
        b'-' => (Operator::Subtract, 6),
        b'*' => (Operator::Multiply, 8),
        b'/' => (Operator::Divide, 8),
        b'^' => (Operator::Power, 10),
        b'=' => (Operator::Compare(Comparison::Equal), 5),
        b'>' => (Operator::Compare(Comparison::Greater), 5),
        b'<' => (Operator::Compare(Comparison::Less), 5),
        token::LESS_EQUAL => (Operator::Compare(Comparison::LessEqual), 5),
        token::GREATER_EQUAL => (Operator::Compare(Comparison::GreaterEqual), 5),
        token::NOT_EQUAL => (Operator::Compare(Comparison::Unequal), 5),
        token::OR => (Operator::Or, 2),
        token::AND => (Operator::And, 3),
        _ => return None,
    })
}

impl Parser<'_> {
    /// Compiles an expression of either type.
    ///
    /// # Errors
    /// Report C, and those of literals and of too many names.
    pub fn expression(&mut self) -> Result<Type> {
        self.operands(0)
    }

    /// Compiles a numeric expression. ROM: `EXPT-1NUM` 1C82.
    ///
    /// # Errors
    /// Report C for a string too.
    pub fn number(&mut self) -> Result<()> {
        match self.expression()? {
            Type::Number => Ok(()),
            Type::Text => Err(Report::NonsenseInBasic),
        }
    }

    /// Compiles a string expression. ROM: `EXPT-EXP` 1C8C.
    ///
    /// # Errors
    /// Report C for a number too.
    pub fn text_expression(&mut self) -> Result<()> {
        match self.expression()? {
            Type::Text => Ok(()),
            Type::Number => Err(Report::NonsenseInBasic),
        }
    }

    /// Compiles two numbers with a comma between: the first is pushed. ROM: `EXPT-2NUM` 1C7A.
    ///
    /// # Errors
    /// Report C.
    pub fn two_numbers(&mut self) -> Result<()> {
        self.holding(room::FIRST_OF_TWO, Self::number)?;
        self.expect(b',')?;
        self.emit(Op::Push);
        self.holding(room::NO_CALLS.and_values(1), Self::number)
    }

    /// An operand and all operators after it that bind tighter than `priority`.
    fn operands(&mut self, priority: u8) -> Result<Type> {
        self.deeper()?;
        let mut kind = self.operand()?;
        while let Some((operator, binds)) = operator(self.current()) {
            if binds <= priority {
                break;
            }
            kind = match kind {
                Type::Number => self.numeric_operator(operator, binds)?,
                Type::Text => self.text_operator(operator, binds)?,
            };
        }
        self.depth -= 1;
        Ok(kind)
    }

    /// An operator after a number: its right operand and its instruction.
    fn numeric_operator(&mut self, operator: Operator, binds: u8) -> Result<Type> {
        let push = self.here() as usize;
        self.emit(Op::Push);
        self.next();
        let waiting = room::WAITING.and_values(1);
        if self.holding(waiting, |p| p.operands(binds))? != Type::Number {
            return Err(Report::NonsenseInBasic);
        }
        if operator == Operator::Power {
            self.takes(room::POWER);
        }
        // A literal or a variable on the right needs no waiting.
        if self.out.ops.len() == push + 2 {
            let fused = match (operator, self.out.ops[push + 1]) {
                (Operator::Add, Op::Number(n)) => Some(Op::AddNumber(n)),
                (Operator::Subtract, Op::Number(n)) => Some(Op::SubtractNumber(n)),
                (Operator::Multiply, Op::Number(n)) => Some(Op::MultiplyNumber(n)),
                (Operator::Divide, Op::Number(n)) => Some(Op::DivideNumber(n)),
                (Operator::Compare(c), Op::Number(n)) => Some(Op::CompareNumber(c, n)),
                (Operator::Add, Op::Variable(v)) => Some(Op::AddVariable(v)),
                (Operator::Subtract, Op::Variable(v)) => Some(Op::SubtractVariable(v)),
                (Operator::Multiply, Op::Variable(v)) => Some(Op::MultiplyVariable(v)),
                (Operator::Divide, Op::Variable(v)) => Some(Op::DivideVariable(v)),
                (Operator::Compare(c), Op::Variable(v)) => Some(Op::CompareVariable(c, v)),
                _ => None,
            };
            if let Some(op) = fused {
                self.out.ops.truncate(push);
                self.emit_after_variable(op);
                return Ok(Type::Number);
            }
        }
        self.emit(match operator {
            Operator::Add => Op::Add,
            Operator::Subtract => Op::Subtract,
            Operator::Multiply => Op::Multiply,
            Operator::Divide => Op::Divide,
            Operator::Power => Op::Power,
            Operator::Or => Op::Or,
            Operator::And => Op::And,
            Operator::Compare(c) => Op::Compare(c),
        });
        Ok(Type::Number)
    }

    /// Appends an instruction that works on the accumulator; with the one that loads a variable
    /// before it, it becomes one.
    fn emit_after_variable(&mut self, op: Op) {
        let both = match (self.out.ops.last(), op) {
            (Some(&Op::Variable(v)), Op::AddNumber(n)) => Op::VariableAddNumber(v, n),
            (Some(&Op::Variable(v)), Op::SubtractNumber(n)) => Op::VariableSubtractNumber(v, n),
            (Some(&Op::Variable(v)), Op::MultiplyNumber(n)) => Op::VariableMultiplyNumber(v, n),
            (Some(&Op::Variable(v)), Op::DivideNumber(n)) => Op::VariableDivideNumber(v, n),
            (Some(&Op::Variable(v)), Op::AddVariable(w)) => Op::VariableAddVariable(v, w),
            (Some(&Op::Variable(v)), Op::SubtractVariable(w)) => Op::VariableSubtractVariable(v, w),
            (Some(&Op::Variable(v)), Op::MultiplyVariable(w)) => Op::VariableMultiplyVariable(v, w),
            (Some(&Op::Variable(v)), Op::DivideVariable(w)) => Op::VariableDivideVariable(v, w),
            (Some(&Op::Variable(v)), Op::Element(array)) => Op::ElementVariable(array, v),
            _ => return self.emit(op),
        };
        self.out.ops.pop();
        self.emit(both);
    }

    /// An operator after a string.
    fn text_operator(&mut self, operator: Operator, binds: u8) -> Result<Type> {
        let (wanted, op, result) = match operator {
            Operator::Add => (Type::Text, Op::Concatenate(self.held_here()), Type::Text),
            Operator::And => (Type::Number, Op::AndText, Type::Text),
            Operator::Compare(c) => (Type::Text, Op::CompareText(c), Type::Number),
            _ => return Err(Report::NonsenseInBasic),
        };
        self.next();
        let waiting = room::WAITING.and_values(1);
        if self.holding(waiting, |p| p.operands(binds))? != wanted {
            return Err(Report::NonsenseInBasic);
        }
        match op {
            Op::Concatenate(_) => self.takes(room::CONCATENATE),
            Op::CompareText(_) => self.takes(room::COMPARE_TEXT),
            _ => {}
        }
        self.emit(op);
        Ok(result)
    }

    /// An operand with the slices after it. ROM: `S-U-PLUS` 25AF.
    fn operand(&mut self) -> Result<Type> {
        let code = self.current();
        match code {
            b'+' => {
                self.deeper()?;
                self.next();
                let kind = self.operand()?;
                self.depth -= 1;
                return Ok(kind);
            }
            b'-' => {
                let start = self.out.ops.len();
                self.next();
                if self.holding(room::WAITING, |p| p.operands(MINUS))? != Type::Number {
                    return Err(Report::NonsenseInBasic);
                }
                match self.out.ops.as_slice() {
                    [before @ .., Op::Number(n)] if before.len() == start => {
                        let negative = n.neg();
                        self.out.ops.truncate(start);
                        self.emit(Op::Number(negative));
                    }
                    _ => self.emit(Op::Negate),
                }
                return Ok(Type::Number);
            }
            token::NOT => {
                self.next();
                if self.holding(room::WAITING, |p| p.operands(NOT))? != Type::Number {
                    return Err(Report::NonsenseInBasic);
                }
                self.emit(Op::Not);
                return Ok(Type::Number);
            }
            token::VAL_STR | token::CODE..=token::CHR => return self.function(code),
            token::INKEY if self.peek_next() == b'#' => {
                self.next();
                self.next();
                if self.operands(FUNCTION)? != Type::Number {
                    return Err(Report::NonsenseInBasic);
                }
                self.emit(Op::InKeyStream);
                return Ok(Type::Text);
            }
            _ => {}
        }
        let kind = self.primary(code)?;
        if kind == Type::Text {
            self.holding(room::SLICE, Self::slices)?;
        }
        Ok(kind)
    }

    /// The character after the current one, the walk not moved.
    fn peek_next(&mut self) -> u8 {
        let at = self.at;
        let code = self.next();
        self.at = at;
        code
    }

    /// What can stand alone: a literal, a bracket, a variable, a function without an operand.
    ///
    /// ROM: `S-BRACKET` 25E8, `S-ALPHNUM` 2684.
    fn primary(&mut self, code: u8) -> Result<Type> {
        self.takes(match code {
            token::RND => room::RANDOM,
            token::PI => room::PI,
            _ => room::VALUE,
        });
        match code {
            b'"' => self.quoted(),
            b'(' => {
                self.next();
                self.deeper()?;
                let kind = self.holding(room::BRACKET, Self::expression)?;
                self.depth -= 1;
                self.expect(b')')?;
                Ok(kind)
            }
            b'.' | b'0'..=b'9' | token::BIN => {
                let number = self.literal()?;
                self.emit(Op::Number(number));
                Ok(Type::Number)
            }
            token::FN => self.function_call(),
            token::RND => self.constant(Op::Random, Type::Number),
            token::PI => self.constant(Op::Number(crate::number::Number::PI), Type::Number),
            token::INKEY => self.constant(Op::InKey, Type::Text),
            token::SCREEN => self.two_coordinates(Op::ScreenText, Type::Text),
            token::ATTR => self.two_coordinates(Op::Attribute, Type::Number),
            token::POINT => self.two_coordinates(Op::PointAt, Type::Number),
            _ if code.is_ascii_alphabetic() => self.variable(),
            _ => Err(Report::NonsenseInBasic),
        }
    }

    fn constant(&mut self, op: Op, kind: Type) -> Result<Type> {
        self.next();
        self.emit(op);
        Ok(kind)
    }

    /// `(number,number)` after a function. ROM: `S-2-COORD` 2522.
    fn two_coordinates(&mut self, op: Op, kind: Type) -> Result<Type> {
        self.next();
        self.expect(b'(')?;
        self.deeper()?;
        self.holding(room::COORDINATES, Self::two_numbers)?;
        self.depth -= 1;
        self.expect(b')')?;
        self.emit(op);
        if op == Op::ScreenText {
            let next = self.current();
            self.flag(next);
        }
        Ok(kind)
    }

    /// The first byte of the parameters of the string just pushed, where it can be seen.
    fn flag(&mut self, flag: u8) {
        if self.flags_count {
            self.emit(Op::TextFlag(flag));
        }
    }

    /// A string between quotes. ROM: `S-QUOTE` 25B3.
    fn quoted(&mut self) -> Result<Type> {
        let start = self.at + 1;
        let mut at = start;
        let mut doubled = 0;
        loop {
            match self.byte(at) {
                ENTER => {
                    self.at = at;
                    return Err(Report::NonsenseInBasic);
                }
                b'"' if self.byte(at + 1) == b'"' => {
                    doubled += 1;
                    at += 2;
                }
                b'"' => break,
                _ => at += 1,
            }
        }
        let length = (at - start - doubled) as u16;
        let from = self.address(start);
        self.at = at + 1;
        // a copy is made to the character behind the quote, else blanks are skipped there
        let behind = self.byte(self.at);
        let next = self.current();
        let flag = if doubled == 0 { next } else { behind };
        let origin = self.origin;
        self.emit(if doubled == 0 {
            Op::Literal(origin, from, length)
        } else {
            Op::LiteralCopy(origin, from, length)
        });
        self.flag(flag);
        Ok(Type::Text)
    }

    /// A function with one operand.
    fn function(&mut self, code: u8) -> Result<Type> {
        self.next();
        let kind = self.holding(room::WAITING, |p| p.operands(FUNCTION))?;
        self.takes(room::function(code));
        let held = self.held_here();
        let (wanted, op, result) = match code {
            token::VAL_STR => (Type::Text, Op::ValueText(held), Type::Text),
            token::CODE => (Type::Text, Op::CodeOf, Type::Number),
            token::VAL => (Type::Text, Op::Value(held), Type::Number),
            token::LEN => (Type::Text, Op::Length, Type::Number),
            token::STR => (Type::Number, Op::StringOf(held), Type::Text),
            token::CHR => (Type::Number, Op::Character, Type::Text),
            token::USR if kind == Type::Text => (Type::Text, Op::UsrLetter, Type::Number),
            _ => (
                Type::Number,
                Op::Function(numeric_function(code)?),
                Type::Number,
            ),
        };
        if kind != wanted {
            return Err(Report::NonsenseInBasic);
        }
        self.emit(op);
        Ok(result)
    }

    /// FN. In a line that runs, the name is only looked for: where something was written over it, no
    /// DEF FN has it.
    ///
    /// ROM: `S-FN-SBRN` 27BD, `SF-RUN` 27F7.
    fn function_call(&mut self) -> Result<Type> {
        let wrong = match self.hidden {
            Some(_) => Report::FnWithoutDef,
            None => Report::NonsenseInBasic,
        };
        let letter = self.next();
        if !letter.is_ascii_alphabetic() {
            return Err(wrong);
        }
        let mut kind = Type::Number;
        if self.next() == b'$' {
            kind = Type::Text;
            self.next();
        } else if self.current() != b'(' {
            return Err(wrong);
        }
        self.expect(b'(')?;
        let arguments = self.current() != b')';
        // arguments are kept in the program
        let counted = core::mem::replace(&mut self.flags_count, true);
        self.emit(Op::FnBegin(letter & 0xDF, kind == Type::Text, arguments));
        if arguments {
            loop {
                self.deeper()?;
                let argument = self.holding(room::ARGUMENT, Self::expression)?;
                self.depth -= 1;
                let more = self.current() == b',';
                self.emit(Op::FnArgument(argument == Type::Text, more));
                if !more {
                    break;
                }
                self.next();
            }
        }
        self.expect(b')')?;
        self.flags_count = counted;
        self.emit(Op::FnCall(self.held_here()));
        Ok(kind)
    }

    /// A variable, with its subscripts; in a function it may be an argument.
    ///
    /// ROM: `S-LETTER` 26C9, `STK-F-ARG` 2951.
    fn variable(&mut self) -> Result<Type> {
        let (name, letter) = self.name()?;
        let parameter = if name.is_simple() {
            let kind = if name.kind() == Kind::Text {
                Type::Text
            } else {
                Type::Number
            };
            self.parameters
                .iter()
                .find(|p| p.letter == letter && p.kind == kind)
                .copied()
        } else {
            None
        };
        if let Some(parameter) = parameter {
            self.emit(match parameter.kind {
                Type::Number => Op::Argument(parameter.at),
                Type::Text => Op::TextArgument(parameter.at),
            });
            if parameter.kind == Type::Text {
                self.takes(room::STRING_ARGUMENT);
            }
            return Ok(parameter.kind);
        }
        let slot = self.slot(&name)?;
        match name.kind() {
            Kind::Number => {
                self.emit(Op::Variable(slot));
                Ok(Type::Number)
            }
            Kind::Numbers => {
                self.holding(room::SUBSCRIPT, |p| {
                    p.numeric_subscripts(slot, Op::SubscriptsNumber, Op::Element(slot))
                })?;
                Ok(Type::Number)
            }
            Kind::Text => {
                if self.current() == b'(' {
                    self.emit(Op::Subscripts(slot));
                    self.holding(room::SUBSCRIPT, |p| p.subscripts(true))?;
                } else {
                    self.takes(room::STRING_VARIABLE);
                    self.emit(Op::Text(slot));
                }
                Ok(Type::Text)
            }
        }
    }

    /// The subscripts of an array of numbers, the walk at the bracket: `many` ends them, `one`
    /// does the whole work where there is only one.
    pub(super) fn numeric_subscripts(&mut self, slot: u16, many: Op, one: Op) -> Result<()> {
        let start = self.out.ops.len();
        self.emit(Op::Subscripts(slot));
        self.next();
        let mut count = 0_u32;
        loop {
            self.deeper()?;
            self.number()?;
            self.depth -= 1;
            let more = self.current() == b',';
            count += 1;
            if count == 1 && !more {
                // The usual case: no state to keep. The array is looked for before its subscript
                // is worked out, but that can be seen only if that work can fail otherwise.
                let harmless = self.out.ops[start + 1..]
                    .iter()
                    .all(|op| matches!(op, Op::Number(_) | Op::Variable(_)));
                if harmless {
                    self.out.ops.remove(start);
                } else {
                    self.out.ops[start] = Op::ArrayExists(slot);
                }
                self.emit_after_variable(one);
                return self.expect(b')');
            }
            self.emit(Op::Subscript(more));
            if !more {
                break;
            }
            self.next();
        }
        self.emit(many);
        self.expect(b')')
    }

    /// The slices after a string, each in its brackets.
    pub(super) fn slices(&mut self) -> Result<()> {
        while self.current() == b'(' {
            self.emit(Op::Slice);
            self.subscripts(false)?;
        }
        Ok(())
    }

    /// What stands in the brackets after a string, the walk at the opening one; ends with the
    /// string on the stack. Several subscripts are possible after a variable's name only.
    ///
    /// ROM: `STK-VAR` 2996, `SLICING` 2A52.
    pub(super) fn subscripts(&mut self, several: bool) -> Result<()> {
        self.next();
        self.deeper()?;
        if self.current() == b')' {
            self.emit(Op::SliceWhole);
        } else {
            loop {
                if self.current() == token::TO {
                    self.emit(Op::SliceFromStart);
                } else {
                    self.number()?;
                    if self.current() == token::TO {
                        self.emit(Op::SliceFrom);
                    } else {
                        let more = several && self.current() == b',';
                        self.emit(Op::Subscript(more));
                        if more {
                            self.next();
                            if self.current() == b')' {
                                // `a$(1,)`: the ROM's syntax takes it as the whole element.
                                self.emit(Op::SliceWhole);
                                break;
                            }
                            continue;
                        }
                        break;
                    }
                }
                self.next();
                if self.current() == b')' {
                    self.emit(Op::SliceToEnd);
                } else {
                    self.number()?;
                    self.emit(Op::SliceTo);
                }
                break;
            }
        }
        self.depth -= 1;
        self.expect(b')')?;
        self.emit(Op::SubscriptsText);
        Ok(())
    }
}

/// The function with a number operand and result a token stands for.
fn numeric_function(code: u8) -> Result<Function> {
    Ok(match code {
        token::SIN => Function::Sin,
        token::COS => Function::Cos,
        token::TAN => Function::Tan,
        token::ASN => Function::Asn,
        token::ACS => Function::Acs,
        token::ATN => Function::Atn,
        token::LN => Function::Ln,
        token::EXP => Function::Exp,
        token::INT => Function::Int,
        token::SQR => Function::Sqr,
        token::SGN => Function::Sgn,
        token::ABS => Function::Abs,
        token::PEEK => Function::Peek,
        token::IN => Function::In,
        token::USR => Function::Usr,
        _ => return Err(Report::NonsenseInBasic),
    })
}
