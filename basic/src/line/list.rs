//! Program lines and the line being typed as the codes that are printed.
//!
//! The lister gives one code at a time and keeps its place, so that printing may stop for
//! `scroll?` between any two of them. It sets the bits of FLAGS that the screen reads as it goes:
//! print each item before asking for the next.

use crate::charset::{ENTER, is_digit};
use crate::store::memory::{Address, Memory};
use crate::store::program::{self, Place, find_line, is_line};
use crate::store::sysvars::{
    BREG, DF_SZ, E_PPC, FLAGS, FLAGS2, FLAGX, K_CUR, MODE, S_POSN, S_TOP, TV_FLAG, X_PTR,
};
use crate::token::THEN;

/// FLAGS bit 0: no blank before a keyword now.
pub const FLAGS_NO_SPACE: u8 = 0;
/// FLAGS bit 2: what is printed next is in L mode, otherwise in K mode.
pub const FLAGS_PRINT_L: u8 = 2;
/// FLAGS bit 3: the keyboard is in L mode, otherwise in K mode.
pub const FLAGS_L_MODE: u8 = 3;
/// FLAGS2 bit 2: inside quotes.
pub const FLAGS2_QUOTES: u8 = 2;
/// FLAGS2 bit 3: CAPS LOCK.
pub const FLAGS2_CAPS_LOCK: u8 = 3;
/// FLAGX bit 5: INPUT and not editing.
pub const FLAGX_INPUT: u8 = 5;
/// TV_FLAG bit 4: an automatic listing.
pub const TV_FLAG_AUTOMATIC: u8 = 4;

/// The first high byte that is no line number's: the end of the program.
const END_OF_PROGRAM: u8 = 0x40;
/// The mark of the current line in a listing.
const LINE_CURSOR: u8 = b'>';

/// One thing to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A code for the current channel (RST 10). Keywords are one code; the screen spells them.
    Code(u8),
    /// A cursor letter or the error mark, flashing (ROM: `OUT-FLASH` 18C1): goes to the screen
    /// past the channel, with FLASH 1, INVERSE 0, OVER 0 and the other colours as they are.
    Flash(u8),
}

/// The four characters of a line number as a listing has it, with blanks in front; blanks come as
/// 32 (ROM: `OUT-NUM-2` 1A28).
///
/// Flaw kept: a thousands figure above 9 is the character that many after `0`.
#[must_use]
pub const fn line_number(number: u16) -> [u8; 4] {
    let mut text = [b' '; 4];
    let mut rest = number;
    let mut weight = 1000;
    let mut i = 0;
    let mut blank = b' ';
    while i < 3 {
        let figure = rest / weight;
        rest %= weight;
        if figure == 0 {
            text[i] = blank;
        } else {
            // At most 65 for a thousands figure: no overflow.
            text[i] = b'0' + (figure & 0x7F) as u8;
            blank = b'0';
        }
        weight /= 10;
        i += 1;
    }
    text[3] = b'0' + rest as u8;
    text
}

/// A number 0 to 9999 as reports show it, without blanks: the figures and how many of the four
/// they are, at the end of the array (ROM: `OUT-NUM-1` 1A1B). A line number with its top bit set
/// (the line being typed) is 0.
#[must_use]
pub const fn plain_number(number: u16) -> ([u8; 4], usize) {
    if number & 0x8000 != 0 {
        return ([b' ', b' ', b' ', b'0'], 1);
    }
    let text = line_number(number);
    let mut first = 0;
    while first < 3 && text[first] == b' ' {
        first += 1;
    }
    (text, 4 - first)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The figures of the line number.
    Number([u8; 4], u8),
    /// The mark of the current line.
    Mark,
    /// After that mark.
    Marked,
    /// Before a code: the error mark.
    Error,
    /// Before a code: the cursor.
    Cursor,
    /// A code.
    Code,
    Done,
}

/// Prints a program line, or the line being typed, one item at a time.
///
/// ROM: `OUT-LINE` 1855.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineLister {
    at: Address,
    marked: bool,
    letters: bool,
    step: Step,
}

impl LineLister {
    /// Begins a program line at `at`; `None` if the program ends there.
    ///
    /// `before` is what the last line listed left there, `true` at first. It tells afterwards
    /// whether the current line is still to come: `false` once a line behind it has begun.
    pub fn line(m: &mut Memory, at: Address, before: &mut bool) -> Option<Self> {
        let number = u16::from_be_bytes([m.byte(at), m.byte(at + 1)]);
        let current = m.word(E_PPC);
        let marked = number == current;
        if !marked {
            *before = number < current;
        }
        m.set_byte(BREG, u8::from(*before));
        if m.byte(at) >= END_OF_PROGRAM || at > Address::from(u16::MAX) {
            return None;
        }
        Some(Self {
            at: at + 4,
            marked,
            letters: false,
            step: Step::Number(line_number(number), 0),
        })
    }

    /// Begins the text at `at`, the line being typed (ROM: `OUT-LINE2` 187D). With `letters` the
    /// cursor is never K, because keywords are typed letter by letter.
    pub fn text(m: &mut Memory, at: Address, letters: bool) -> Self {
        m.set_bit(FLAGS, FLAGS_NO_SPACE, true);
        let mut lister = Self {
            at,
            marked: false,
            letters,
            step: Step::Error,
        };
        lister.begin(m);
        lister
    }

    /// The place reached: after the last item, the place after the line's ENTER.
    #[must_use]
    pub const fn at(&self) -> Address {
        self.at
    }

    /// ROM: `OUT-LINE3` 1881.
    fn begin(&mut self, m: &mut Memory) {
        m.set_bit(FLAGS2, FLAGS2_QUOTES, false);
        let l_mode = self.letters || m.bit(FLAGX, FLAGX_INPUT);
        m.set_bit(FLAGS, FLAGS_PRINT_L, l_mode);
        self.step = Step::Error;
    }

    /// The next item to print; `None` after the last. Never gives the ENTER at the end.
    pub fn next(&mut self, m: &mut Memory) -> Option<Item> {
        loop {
            match self.step {
                Step::Number(text, i) => {
                    let Some(&c) = text.get(usize::from(i)) else {
                        m.set_bit(FLAGS, FLAGS_NO_SPACE, false);
                        self.step = Step::Mark;
                        continue;
                    };
                    self.step = Step::Number(text, i + 1);
                    return Some(Item::Code(c));
                }
                Step::Mark => {
                    if self.marked {
                        self.step = Step::Marked;
                        return Some(Item::Code(LINE_CURSOR));
                    }
                    self.begin(m);
                }
                Step::Marked => {
                    m.set_bit(FLAGS, FLAGS_NO_SPACE, true);
                    self.begin(m);
                }
                Step::Error => {
                    self.step = Step::Cursor;
                    if m.pointer(X_PTR) == self.at {
                        return Some(Item::Flash(b'?'));
                    }
                }
                Step::Cursor => {
                    self.step = Step::Code;
                    if m.pointer(K_CUR) == self.at {
                        return Some(Item::Flash(cursor_letter(m)));
                    }
                }
                Step::Code => match self.code(m) {
                    Some(code) => {
                        self.step = Step::Error;
                        return Some(Item::Code(code));
                    }
                    None => self.step = Step::Done,
                },
                Step::Done => return None,
            }
        }
    }

    /// The code at the place, a hidden number stepped over; `None` at the end of the line.
    fn code(&mut self, m: &mut Memory) -> Option<u8> {
        let mut code = m.byte(self.at);
        if code == crate::charset::NUMBER {
            self.at += crate::line::numbers::LENGTH as Address;
            code = m.byte(self.at);
        }
        self.at += 1;
        if code == ENTER || self.at > Address::from(u16::MAX) {
            return None;
        }
        out_char(m, code);
        if self.letters {
            m.set_bit(FLAGS, FLAGS_PRINT_L, true);
        }
        Some(code)
    }
}

/// Prints the lines of the program from one on, one item at a time.
///
/// ROM: `LIST-ALL` 1833. In an automatic listing (TV_FLAG bit 4) it ends when its part of the
/// screen is full and the current line is on it, and moves S_TOP on while it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramLister {
    at: Address,
    before: bool,
    line: Option<LineLister>,
    ended: bool,
    done: bool,
}

impl ProgramLister {
    /// From the line at `at` on.
    #[must_use]
    pub const fn new(at: Address) -> Self {
        Self {
            at,
            before: true,
            line: None,
            ended: false,
            done: false,
        }
    }

    /// The next item to print; `None` after the last. Each line ends with ENTER. Look for the
    /// next item only when the one before is on the screen.
    pub fn next(&mut self, m: &mut Memory) -> Option<Item> {
        if self.done {
            return None;
        }
        if core::mem::take(&mut self.ended) && self.screen_full(m) {
            self.done = true;
            return None;
        }
        if self.line.is_none() {
            self.line = LineLister::line(m, self.at, &mut self.before);
        }
        let Some(line) = &mut self.line else {
            self.done = true;
            return None;
        };
        if let Some(item) = line.next(m) {
            return Some(item);
        }
        self.at = line.at();
        self.line = None;
        self.ended = true;
        Some(Item::Code(ENTER))
    }

    /// Whether an automatic listing ends here; if not, S_TOP may have to follow.
    fn screen_full(&self, m: &mut Memory) -> bool {
        if !m.bit(TV_FLAG, TV_FLAG_AUTOMATIC) || m.byte(DF_SZ) != m.byte(S_POSN + 1) {
            return false;
        }
        if self.before {
            next_number(m, S_TOP);
        }
        !self.before
    }
}

/// Moves a line number among the system variables (S_TOP, E_PPC) on to the next line's; the last
/// line's stays. Nothing happens in INPUT.
///
/// ROM: `LN-FETCH` 190F.
pub fn next_number(m: &mut Memory, sysvar: Address) {
    let place = find_line(m, m.word(sysvar).wrapping_add(1));
    let number = number_at(m, place);
    store_number(m, sysvar, number);
}

/// ROM: `LN-STORE` 191C.
pub fn store_number(m: &mut Memory, sysvar: Address, number: u16) {
    if !m.bit(FLAGX, FLAGX_INPUT) {
        m.set_word(sysvar, number);
    }
}

/// The number of the line found, or of the last line before it, or 0 if there is none.
///
/// ROM: `LINE-NO` 1695.
#[must_use]
pub fn number_at(m: &Memory, place: Place) -> u16 {
    if is_line(m, place.at) {
        program::line_number(m, place.at)
    } else {
        place.before.map_or(0, |at| program::line_number(m, at))
    }
}

/// Notes what printing a code of a line does to the mode of the next one (ROM: `OUT-CHAR` 1937).
///
/// Flaw kept: a colon after REM also begins a statement here.
fn out_char(m: &mut Memory, code: u8) {
    if is_digit(code) || code <= b' ' {
        return;
    }
    let mut l_mode = true;
    match code {
        THEN => l_mode = false,
        b':' => l_mode = m.bit(FLAGX, FLAGX_INPUT) || m.bit(FLAGS2, FLAGS2_QUOTES),
        b'"' => m.set_bit(FLAGS2, FLAGS2_QUOTES, !m.bit(FLAGS2, FLAGS2_QUOTES)),
        _ => {}
    }
    m.set_bit(FLAGS, FLAGS_PRINT_L, l_mode);
}

/// The letter of the cursor; deciding it also sets the keyboard's mode (ROM: `OUT-CURS` 18E1).
pub fn cursor_letter(m: &mut Memory) -> u8 {
    let mode = m.byte(MODE);
    if mode != 0 {
        return mode.rotate_left(1).wrapping_add(0x43);
    }
    let l_mode = m.bit(FLAGS, FLAGS_PRINT_L);
    m.set_bit(FLAGS, FLAGS_L_MODE, l_mode);
    if !l_mode {
        b'K'
    } else if m.bit(FLAGS2, FLAGS2_CAPS_LOCK) {
        b'C'
    } else {
        b'L'
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::NUMBER;
    use crate::token;
    use std::string::String;
    use std::vec::Vec;

    const AT: Address = 0x6000;

    fn memory(bytes: &[u8]) -> Memory {
        let mut m = Memory::new();
        for (i, &b) in (0..).zip(bytes) {
            m.set_byte(AT + i, b);
        }
        m
    }

    fn all(m: &mut Memory, mut lister: LineLister) -> String {
        let mut s = String::new();
        while let Some(item) = lister.next(m) {
            match item {
                Item::Code(c) => match token::spelling(c) {
                    Some(word) => {
                        s.push('{');
                        s.push_str(word);
                        s.push('}');
                    }
                    None => s.push(char::from(c)),
                },
                Item::Flash(c) => {
                    s.push('[');
                    s.push(char::from(c));
                    s.push(']');
                }
            }
        }
        s
    }

    #[test]
    fn a_program_line_is_listed_without_its_hidden_numbers() {
        let mut m = memory(b"\0\x0A\x0B\0\xF51\x0E\0\0\x01\0\0:\xFB\r\x40");
        m.set_word(E_PPC, 20);
        let mut before = true;
        let lister = LineLister::line(&mut m, AT, &mut before).unwrap();
        assert_eq!(all(&mut m, lister), "  10{PRINT}1:{CLS}");
        assert!(before);
        assert_eq!(m.byte(BREG), 1);
        let end = AT + 15;
        assert!(LineLister::line(&mut m, end, &mut before).is_none());
    }

    #[test]
    fn the_current_line_is_marked_and_takes_the_blank_of_its_keyword() {
        let mut m = memory(b"\0\x0A\x03\0\xFB\r");
        m.set_word(E_PPC, 10);
        let mut before = true;
        let mut lister = LineLister::line(&mut m, AT, &mut before).unwrap();
        for _ in 0..5 {
            lister.next(&mut m);
        }
        assert!(!m.bit(FLAGS, FLAGS_NO_SPACE));
        assert_eq!(lister.next(&mut m), Some(Item::Code(token::CLS)));
        assert!(m.bit(FLAGS, FLAGS_NO_SPACE));
        let lister = LineLister::line(&mut m, AT, &mut before).unwrap();
        assert_eq!(all(&mut m, lister), "  10>{CLS}");
        m.set_word(E_PPC, 5);
        let _ = LineLister::line(&mut m, AT, &mut before);
        assert!(!before);
    }

    #[test]
    fn the_cursor_tells_the_mode_of_its_place() {
        let mut m = memory(b"\xFB:a\":\r");
        for (place, letter) in [(0, 'K'), (1, 'L'), (2, 'K'), (3, 'L'), (5, 'L')] {
            m.set_pointer(K_CUR, AT + place);
            m.set_pointer(X_PTR, 0);
            let lister = LineLister::text(&mut m, AT, false);
            let text = all(&mut m, lister);
            assert!(text.contains(&std::format!("[{letter}]")), "{text}");
        }
        // THEN and a blank begin a statement, too.
        let mut m = memory(b"\xFAa\xCB \r");
        m.set_pointer(K_CUR, AT + 4);
        let lister = LineLister::text(&mut m, AT, false);
        assert_eq!(all(&mut m, lister), "{IF}a{THEN} [K]");
        m.set_bit(FLAGX, FLAGX_INPUT, true);
        let mut m2 = memory(b":\r");
        m2.set_bit(FLAGX, FLAGX_INPUT, true);
        m2.set_bit(FLAGS2, FLAGS2_CAPS_LOCK, true);
        m2.set_pointer(K_CUR, AT + 1);
        let lister = LineLister::text(&mut m2, AT, false);
        assert_eq!(all(&mut m2, lister), ":[C]");
        m2.set_byte(MODE, 1);
        assert_eq!(cursor_letter(&mut m2), b'E');
        m2.set_byte(MODE, 2);
        assert_eq!(cursor_letter(&mut m2), b'G');
    }

    #[test]
    fn the_error_mark_stands_before_the_cursor() {
        let mut m = memory(b"\xF5 \r");
        m.set_pointer(K_CUR, AT + 1);
        m.set_pointer(X_PTR, AT + 1);
        let lister = LineLister::text(&mut m, AT, false);
        assert_eq!(all(&mut m, lister), "{PRINT}[?][L] ");
    }

    #[test]
    fn numbers_have_blanks_only_in_front() {
        let text = |n| {
            line_number(n)
                .iter()
                .map(|&b| char::from(b))
                .collect::<String>()
        };
        assert_eq!(text(0), "   0");
        assert_eq!(text(10), "  10");
        assert_eq!(text(1001), "1001");
        assert_eq!(text(9999), "9999");
        assert_eq!(text(16383), "@383");
        let plain = |n| {
            let (text, used) = plain_number(n);
            text[4 - used..].to_vec()
        };
        assert_eq!(plain(100), b"100");
        assert_eq!(plain(0), b"0");
        assert_eq!(plain(0xFFFE), b"0");
    }

    #[test]
    fn a_line_without_an_end_ends_with_memory() {
        let mut m = Memory::new();
        let mut lister = LineLister::text(&mut m, 0xFFF0, false);
        m.set_byte(0xFFFF, NUMBER);
        let mut items = Vec::new();
        while let Some(item) = lister.next(&mut m) {
            items.push(item);
            assert!(items.len() < 40);
        }
        assert_eq!(items.len(), 15);
    }

    /// B19.
    #[test]
    fn a_colon_after_rem_begins_a_statement() {
        for (line, l_mode) in [(&b"\xEAa:\r"[..], false), (b"\xEAab\r", true)] {
            let mut m = memory(line);
            let lister = LineLister::text(&mut m, AT, false);
            all(&mut m, lister);
            assert_eq!(m.bit(FLAGS, FLAGS_PRINT_L), l_mode);
        }
    }
}
