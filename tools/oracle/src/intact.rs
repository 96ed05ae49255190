//! Whether a program is still one that could have been entered, or something was written over it.

use basic::charset::{ENTER, NUMBER};
use basic::lang::Exec;
use basic::lang::parse::Dialect;
use basic::line::numbers::{LENGTH, strip_numbers};
use basic::machine::Model;
use basic::store::program::LINE_HEADER;
use basic::store::sysvars as s;

/// Whether the lines of the program in memory lead to its variables, each of them right.
#[must_use]
pub fn is_intact(model: Model, memory: &[u8]) -> bool {
    let word = |at: u32| {
        let at = at as usize;
        usize::from(u16::from_le_bytes([memory[at], memory[at + 1]]))
    };
    let Some(mut rest) = memory.get(word(s::PROG)..word(s::VARS)) else {
        return false;
    };
    while let Some((header, lines)) = rest.split_at_checked(LINE_HEADER as usize) {
        let length = usize::from(u16::from_le_bytes([header[2], header[3]]));
        let Some((text, others)) = lines.split_at_checked(length) else {
            return false;
        };
        if !is_right(model, text) {
            return false;
        }
        rest = others;
    }
    rest.is_empty()
}

/// Whether a line passes the syntax check, with the numbers it has in the places where they belong.
fn is_right(model: Model, text: &[u8]) -> bool {
    let plain = strip_numbers(text);
    let Some(plain) = plain.strip_suffix(&[ENTER]) else {
        return false;
    };
    let mut numbers = Vec::new();
    let dialect = Dialect {
        is_128: model == Model::Spectrum128,
        files: false,
    };
    let (_, checked) = Exec::new().check(plain, dialect, &mut numbers);
    let at_place = |(i, place): (usize, usize)| text.get(place + i * LENGTH) == Some(&NUMBER);
    let mut places = numbers.iter().map(|number| number.before).enumerate();
    let length = plain.len() + 1 + numbers.len() * LENGTH;
    checked.is_ok() && text.len() == length && places.all(at_place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ours::Ours;
    use crate::outcome::Status;

    #[test]
    fn what_was_written_over_is_not_intact() {
        let mut ours = Ours::default();
        for line in ["10 DEF FN a(b)=b: PRINT 10,20", "20 REM 1"] {
            let line = zx::listing::tokenise(line, false).unwrap();
            assert_eq!(ours.enter(&line, &[], 1000).status, Status::Entered);
        }
        let memory = ours.memory();
        assert!(is_intact(Model::Spectrum48, memory));
        let program = usize::from(u16::from_le_bytes([memory[23635], memory[23636]]));
        let with = |offset: usize, code: u8| {
            let mut memory = memory.to_vec();
            memory[program + offset] = code;
            is_intact(Model::Spectrum48, &memory)
        };
        assert!(with(1, 9), "another number");
        assert!(!with(2, 7), "another length");
        assert!(!with(4, b'a'), "no statement");
        let mark = memory[program..].iter().position(|b| *b == NUMBER).unwrap();
        assert!(!with(mark, b' '), "a number without its mark");
    }
}
