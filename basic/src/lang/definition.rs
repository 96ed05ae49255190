//! DEF FN as it stands in the program.

use alloc::vec::Vec;

use super::calls::Code;
use super::parse::{NUMBER_MARK, Parameter, Type};
use crate::report::{Report, Result};
use crate::store::program;
use crate::store::sysvars as s;
use crate::store::variables::NUMBER_SIZE;
use crate::store::{Address, Memory};
use crate::token;

/// A DEF FN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) line: u16,
    pub(super) letter: u8,
    pub(super) is_text: bool,
    pub(super) parameters: Vec<Parameter>,
    /// DEFADD: the first character after the bracket.
    pub(super) arguments: Address,
    /// The expression.
    pub(super) body: Address,
    pub(super) code: Option<Code>,
}

/// Finds DEF FN of a letter (upper case).
///
/// ROM: 2808-2835.
pub(super) fn find_definition(m: &Memory, letter: u8, is_text: bool) -> Result<Definition> {
    let mut at = m.pointer(s::PROG).saturating_sub(1);
    loop {
        let found = program::look_for(m, at, 0, token::DEF_FN).ok_or(Report::FnWithoutDef)?;
        let mut walk = skip(m, found.at);
        let name = m.byte(walk) & 0xDF;
        walk = skip(m, walk);
        let text = m.byte(walk) == b'$';
        if name == letter && text == is_text {
            if text {
                walk = skip(m, walk);
            }
            let line = found.line.unwrap_or(0);
            return Ok(Definition {
                line,
                ..definition(m, letter, is_text, walk)?
            });
        }
        // On to the end of this DEF FN's statement.
        let (_, end, _) = program::each_statement(m, found.at - 1, 2, 0);
        at = end;
    }
}

/// The next character after `at` that is above a blank. ROM: `FN-SKPOVR` 28AB.
fn skip(m: &Memory, at: Address) -> Address {
    let mut at = at + 1;
    let end = m.pointer(s::VARS);
    while at < end && m.byte(at) < 0x21 {
        at += 1;
    }
    at
}

/// Reads the arguments of a DEF FN, the walk at its bracket.
fn definition(m: &Memory, letter: u8, is_text: bool, bracket: Address) -> Result<Definition> {
    let mut walk = skip(m, bracket);
    let arguments = walk;
    let mut parameters = Vec::new();
    let end = m.pointer(s::VARS);
    while m.byte(walk) != b')' {
        let name = m.byte(walk) | 0x20;
        let mut kind = Type::Number;
        if m.byte(walk + 1) != NUMBER_MARK {
            kind = Type::Text;
            walk = skip(m, walk);
        }
        parameters.push(Parameter {
            letter: name,
            kind,
            at: walk + 2,
        });
        walk = skip(m, walk + 1 + NUMBER_SIZE);
        match m.byte(walk) {
            b',' => walk = skip(m, walk),
            b')' => {}
            _ => return Err(Report::ParameterError),
        }
        if walk >= end {
            return Err(Report::ParameterError);
        }
    }
    // Past `)` and `=`.
    let equals = program::next_character(m, walk);
    let body = program::next_character(m, equals);
    Ok(Definition {
        line: 0,
        letter,
        is_text,
        parameters,
        arguments,
        body,
        code: None,
    })
}
