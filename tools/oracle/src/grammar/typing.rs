//! What a person types at the 128: its menus, its full-screen editor, its calculator.

use std::fmt::Write as _;

use basic::charset::{DELETE, DOWN, EDIT, ENTER, INK, LEFT, NUMBER, OVER, RIGHT, UP};
use basic::keys::Function;
use basic::machine::{Machine, Model};
use basic::store::sysvars;
use basic::token;

use super::Maker;
use crate::random::Random;
use crate::tree;

/// Keys of a session, at most a few more.
const KEYS: u32 = 160;
/// The code of a function; 0, which is no key, for one that the ROM does not know.
const fn code(function: Function) -> u8 {
    match function.code() {
        Some(code) => code,
        None => 0,
    }
}
/// Cursor keys and the functions that move the cursor.
const MOVES: &[u8] = &[
    UP,
    UP,
    UP,
    DOWN,
    DOWN,
    LEFT,
    LEFT,
    LEFT,
    RIGHT,
    RIGHT,
    code(Function::WordLeft),
    code(Function::WordRight),
    code(Function::TenUp),
    code(Function::TenDown),
    code(Function::LineStart),
    code(Function::LineEnd),
    code(Function::Top),
    code(Function::Bottom),
];
/// Keys that delete.
const DELETIONS: &[u8] = &[
    DELETE,
    DELETE,
    DELETE,
    code(Function::DeleteRight),
    code(Function::DeleteRight),
    code(Function::DeleteWordLeft),
    code(Function::DeleteWordRight),
    code(Function::DeleteToStart),
    code(Function::DeleteToEnd),
];
/// The key that changes between the whole screen and its lower part.
const SCREEN: u8 = code(Function::Screen);
/// Keys of modes and videos, block graphics, user-defined ones, a keyword that is not typed so.
const OTHERS: &[u8] = &[6, 14, 15, 4, 5, 0x80, 0x8F, 0x90, 0xA2, token::SIN];
/// Commands.
const COMMANDS: &[&str] = &[
    "list",
    "list 50",
    "run",
    "cls",
    "print 1",
    "let a=5",
    "print a",
    "new",
    "clear",
    "goto 20",
    "border 2",
    "paper 6",
    "ink 1: cls",
    "stop",
    "list #2",
    "for i=1 to 30: print i: next i",
    "print at 21,0;\"x\"",
    "print #1;\"y\": pause 0",
    "input a",
    "continue",
    "print 1/0",
    "rem",
    "poke 23624,7",
    "llist",
    "beep .1,1",
    "delete",
    "load \"\"",
    "cat!",
    "play \"a\"",
];
/// Sums, and what is none.
const SUMS: &[&str] = &[
    "1+1",
    "2*3",
    "1/0",
    "-5",
    "sqr 9",
    "(2+3)*4",
    "^2",
    "+1",
    "a",
    "pi",
    "let a=3",
    "print 1",
    "\"a\"",
    "1/3",
    "1e10",
    "val \"2\"",
    "int 2.5",
    "len \"abc\"",
    "1+",
    "",
    "10 rem",
    "a=1",
    "ln 0",
];
/// Items of the editor's menu, from the top: the place of what prints, which is left out.
const ITEMS: u32 = 5;
const PRINTING: u32 = 3;

/// A program, and the keys that are typed then, from the opening menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The lines of the program: number, and text with hidden numbers.
    pub lines: Vec<(u16, Vec<u8>)>,
    /// The keys, by the codes that a keyboard's decoding gives.
    pub keys: Vec<u8>,
}

impl Session {
    /// The program.
    #[must_use]
    pub fn program(&self) -> Vec<u8> {
        let mut program = Vec::new();
        for (number, text) in &self.lines {
            program.extend(number.to_be_bytes());
            program.extend((text.len() as u16 + 1).to_le_bytes());
            program.extend(text);
            program.push(ENTER);
        }
        program
    }

    /// The program for a reader.
    #[must_use]
    pub fn listing(&self) -> String {
        let mut text = String::new();
        for (number, line) in &self.lines {
            // a String takes everything
            let _ = writeln!(text, "  {number} {}", tree::text(line));
        }
        text
    }

    /// Leaves out what does not matter, as long as what is left still `differs`.
    pub fn shrink(&mut self, mut differs: impl FnMut(&Self) -> bool) {
        let mut any = true;
        while any {
            any = shrink_list(self, |session| &mut session.lines, &mut differs)
                | shrink_list(self, |session| &mut session.keys, &mut differs);
            for i in 0..self.lines.len() {
                any |= shrink_list(self, |session| &mut session.lines[i].1, &mut differs);
            }
        }
    }
}

/// Leaves elements of a list out, many at once first; whether any went.
fn shrink_list<T: Clone>(
    session: &mut Session,
    list: impl Fn(&mut Session) -> &mut Vec<T>,
    differs: &mut impl FnMut(&Session) -> bool,
) -> bool {
    let mut any = false;
    let mut chunk = list(session).len().div_ceil(2);
    while chunk > 0 {
        let mut at = 0;
        while at < list(session).len() {
            let mut smaller = session.clone();
            let elements = list(&mut smaller);
            let end = (at + chunk).min(elements.len());
            elements.drain(at..end);
            if differs(&smaller) {
                *session = smaller;
                any = true;
            } else {
                at += chunk;
            }
        }
        chunk /= 2;
    }
    any
}

/// A random session.
#[must_use]
pub fn session(random: &mut Random) -> Session {
    let mut maker = Maker::new(random);
    let lines = maker.program();
    let mut keys = Vec::new();
    let calculator = maker.random.chance(8);
    maker.enter_from_menu(calculator, &mut keys);
    let most = maker.random.between(1, KEYS) as usize;
    while keys.len() < most {
        if calculator {
            maker.at_calculator(&mut keys);
        } else {
            maker.at_editor(&mut keys);
        }
    }
    Session { lines, keys }
}

impl Maker<'_> {
    /// A program of some size.
    fn program(&mut self) -> Vec<(u16, Vec<u8>)> {
        let count = match self.random.below(10) {
            0 | 1 => 0,
            2..=4 => self.random.between(1, 5),
            5..=7 => self.random.between(6, 30),
            _ => self.random.between(31, 200),
        };
        let step = self.random.pick(&[1, 5, 10, 10, 10, 40]);
        self.lines = (1..=count).map(|i| (i * step) as u16).collect();
        let mut machine = Machine::new(Model::Spectrum128);
        for number in self.lines.clone() {
            let mut line = number.to_string().into_bytes();
            self.body(&mut line);
            machine.enter_line(&line);
        }
        let memory = machine.memory();
        let (from, to) = (memory.pointer(sysvars::PROG), memory.pointer(sysvars::VARS));
        let mut rest = memory.slice(from, to - from);
        let mut lines = Vec::new();
        while let [n1, n2, low, high, text @ ..] = rest {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let (text, after) = text.split_at(length);
            lines.push((u16::from_be_bytes([*n1, *n2]), text[..length - 1].to_vec()));
            rest = after;
        }
        lines
    }

    /// The statements of a line, as codes.
    fn body(&mut self, line: &mut Vec<u8>) {
        match self.random.below(20) {
            0 => {
                line.push(token::REM);
                for _ in 0..self.random.below(120) {
                    line.push(self.random.between(32, 126) as u8);
                }
            }
            1 => {
                line.push(token::REM);
                for _ in 0..self.random.below(20) {
                    match self.random.below(256) as u8 {
                        // no end, no hidden number
                        ENTER | NUMBER => {}
                        // the ROM lists a keyword there into memory of its own
                        colour @ INK..=OVER => line.extend([colour, self.random.below(10) as u8]),
                        code => line.push(code),
                    }
                }
            }
            _ => {
                let most = self.random.pick(&[1, 1, 2, 5]);
                for (i, statement) in self.statements(most).iter().enumerate() {
                    if i > 0 {
                        line.push(b':');
                    }
                    statement.write(line);
                }
            }
        }
    }

    /// From the opening menu to the calculator or 128 BASIC, mostly straight.
    fn enter_from_menu(&mut self, calculator: bool, keys: &mut Vec<u8>) {
        let down = if calculator { 2 } else { 1 };
        if self.random.chance(20) {
            keys.extend([UP, DOWN, DOWN, b'x', UP]);
        }
        keys.extend(std::iter::repeat_n(DOWN, down));
        keys.push(ENTER);
    }

    /// Some keys at the calculator.
    fn at_calculator(&mut self, keys: &mut Vec<u8>) {
        match self.random.below(10) {
            0 => self.many_of(MOVES, keys),
            1 => self.many_of(DELETIONS, keys),
            2 => keys.push(ENTER),
            3 => {
                keys.push(EDIT);
                if self.random.chance(20) {
                    keys.push(DOWN);
                    keys.push(ENTER);
                    self.enter_from_menu(true, keys);
                } else {
                    keys.push(ENTER);
                }
            }
            _ => {
                keys.extend(self.random.pick(SUMS).bytes());
                keys.push(ENTER);
            }
        }
    }

    /// Some keys in the full-screen editor.
    fn at_editor(&mut self, keys: &mut Vec<u8>) {
        match self.random.below(100) {
            0..25 => {
                self.typed_line(keys);
                if self.random.chance(85) {
                    keys.push(ENTER);
                }
            }
            25..50 => self.many_of(MOVES, keys),
            50..62 => self.many_of(DELETIONS, keys),
            62..70 => {
                for _ in 0..self.random.between(1, 12) {
                    keys.push(self.random.between(32, 126) as u8);
                }
            }
            70..80 => keys.push(ENTER),
            80..84 => {
                keys.extend(self.line_number().to_string().bytes());
                keys.push(ENTER);
            }
            84..88 => self.editor_menu(keys),
            88..90 => keys.push(SCREEN),
            90..92 => {
                let number = self.line_number().max(1);
                keys.extend(format!("{number}rem ").bytes());
                let letters = self.random.below(600);
                keys.extend((0..letters).map(|i| b'a' + (i % 26) as u8));
                keys.push(ENTER);
            }
            92 => keys.push(self.random.pick(OTHERS)),
            _ => {
                keys.extend(self.random.pick(COMMANDS).bytes());
                keys.push(ENTER);
                if self.random.chance(70) {
                    keys.push(self.random.pick(&[ENTER, b' ', UP, b'n']));
                }
            }
        }
    }

    /// Keys of a kind: a run of one, or some of them.
    fn many_of(&mut self, which: &[u8], keys: &mut Vec<u8>) {
        if self.random.chance(40) {
            let key = self.random.pick(which);
            keys.extend(std::iter::repeat_n(
                key,
                self.random.between(1, 25) as usize,
            ));
        } else {
            for _ in 0..self.random.between(1, 10) {
                keys.push(self.random.pick(which));
            }
        }
    }

    /// A line as a person types it, now and then with mistakes.
    fn typed_line(&mut self, keys: &mut Vec<u8>) {
        let mut codes = Vec::new();
        self.body(&mut codes);
        let mut text = String::new();
        if self.random.chance(85) {
            let number = match self.random.below(4) {
                0 => self.random.between(1, 9999) as u16,
                _ => self.line_number().max(1),
            };
            let _ = write!(text, "{number} ");
        }
        text += &tree::text(&codes);
        if self.random.chance(70) {
            text.make_ascii_lowercase();
        }
        let mut typed: Vec<u8> = text.into_bytes();
        if self.random.chance(30) {
            for _ in 0..self.random.between(1, 3) {
                let at = self.random.below(typed.len() as u32 + 1) as usize;
                typed.insert(at, self.random.between(32, 126) as u8);
            }
        }
        keys.extend(typed);
    }

    /// The editor's menu, and an item of it.
    fn editor_menu(&mut self, keys: &mut Vec<u8>) {
        keys.push(EDIT);
        if self.random.chance(10) {
            keys.extend([UP, b'x', EDIT, DOWN]);
            return;
        }
        let item = self.random.below(ITEMS);
        if item == PRINTING {
            keys.push(ENTER);
            return;
        }
        keys.extend(std::iter::repeat_n(DOWN, item as usize));
        keys.push(ENTER);
        if item + 1 == ITEMS {
            self.enter_from_menu(false, keys);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_the_same_for_its_number_and_is_made_smaller() {
        let made = |index| session(&mut Random::new(1, index));
        assert_eq!(made(3), made(3));
        let mut small = Session {
            lines: (1..9).map(|number| (number, b"abc".to_vec())).collect(),
            keys: (0..50).collect(),
        };
        small.shrink(|s| s.keys.contains(&17) && s.program().contains(&b'b'));
        assert_eq!(small.keys, [17]);
        assert_eq!(small.lines.len(), 1);
        assert_eq!(small.program()[2..], [2, 0, b'b', ENTER]);
    }
}
