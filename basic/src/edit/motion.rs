//! What the editing keys of PC keyboards do in the line editor: nothing that the Spectrum's own
//! keys do is changed by them.
//!
//! A colour code and its operand are one character here, and a word ends where a blank follows.

use alloc::vec::Vec;

use super::line::{edit_text, operands};
use crate::keys::Function;
use crate::store::areas::reclaim;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// Moves the cursor in the line being edited, or deletes in it.
pub(super) fn obey(m: &mut Memory, function: Function) {
    let (start, length) = edit_text(m);
    let end = start + length;
    let cursor = m.pointer(s::K_CUR).clamp(start, end);
    match function {
        Function::WordLeft => m.set_pointer(s::K_CUR, word_before(m, start, cursor)),
        Function::WordRight => m.set_pointer(s::K_CUR, word_behind(m, cursor, end)),
        Function::LineStart | Function::Top => m.set_pointer(s::K_CUR, start),
        Function::LineEnd | Function::Bottom => m.set_pointer(s::K_CUR, end),
        Function::DeleteRight => delete(m, cursor, after(m, cursor, end)),
        Function::DeleteWordLeft => delete(m, word_before(m, start, cursor), cursor),
        Function::DeleteWordRight => delete(m, cursor, word_behind(m, cursor, end)),
        Function::DeleteToStart => delete(m, start, cursor),
        Function::DeleteToEnd => delete(m, cursor, end),
        _ => {}
    }
}

/// Deletes what is between two places; the cursor is where it was.
fn delete(m: &mut Memory, from: Address, to: Address) {
    reclaim(m, from, to - from);
    m.set_pointer(s::K_CUR, from);
}

/// The place behind the character at `at`.
fn after(m: &Memory, at: Address, end: Address) -> Address {
    (at + 1 + operands(m.byte(at))).min(end)
}

/// The start of the word that ends before the cursor.
fn word_before(m: &Memory, start: Address, cursor: Address) -> Address {
    let mut places = Vec::new();
    let mut at = start;
    while at < cursor {
        places.push(at);
        at = after(m, at, cursor);
    }
    let blank = |at: &Address| m.byte(*at) == b' ';
    let in_word = places.iter().rposition(|at| !blank(at)).unwrap_or(0);
    let before = places[..in_word].iter().rposition(blank);
    before.map_or(start, |blank| places[blank + 1])
}

/// The start of the word behind the cursor.
fn word_behind(m: &Memory, cursor: Address, end: Address) -> Address {
    let mut at = cursor;
    for blank in [false, true] {
        while at < end && (m.byte(at) == b' ') == blank {
            at = after(m, at, end);
        }
    }
    at
}
