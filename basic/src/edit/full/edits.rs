//! Keys that change the line.

use super::rows::{COLUMNS, FIRST, INDENT, LAST, SPANS};
use super::{At, FullEditor, Host, Step};
use crate::edit::Out;

/// Flags that a row loses when it is no longer the last of its line.
const NOT_LAST: u8 = LAST | 0x20;

impl FullEditor {
    /// A character is typed. ROM 0: 28F1.
    pub(super) fn key_character(&mut self, host: &mut impl Host, code: u8) -> Step<()> {
        self.altered = true;
        self.typing = true;
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        self.insert(host, at, code);
        let moved = self.right(host, &mut at);
        self.typing = false;
        match moved? {
            Ok(preferred) => self.place(host.memory(), at, preferred),
            Err(_) => self.show_cursor(host.memory()),
        }
        Ok(())
    }

    /// Puts a character into the line; what falls out of a row goes into the next one.
    ///
    /// ROM 0: 2E81.
    fn insert(&mut self, out: &mut impl Out, at: At, code: u8) {
        self.typed.inserted(self.place_in_line(at), code);
        let (
            At {
                mut row,
                mut column,
            },
            mut code,
        ) = (at, code);
        loop {
            code = self.rows[row].insert(column, code);
            self.print_row_at(out, row);
            if code == 0 {
                return;
            }
            let flags = self.rows[row].flags;
            row += 1;
            if row > self.last_row {
                self.insert_below(code);
                return;
            }
            self.rows[row - 1].flags = flags & !NOT_LAST | SPANS;
            if flags & NOT_LAST == 0 {
                column = self.rows[row].place_right(0).unwrap_or_else(|end| end);
            } else if self.insert_row(out, row, flags & !FIRST) {
                self.rows[row].indent();
                column = INDENT;
            } else {
                return;
            }
        }
    }

    /// The flags of the row before the one of that number below the screen.
    fn flags_before(&mut self, below: usize) -> &mut u8 {
        match below {
            0 | 1 => &mut self.rows[self.last_row].flags,
            _ => &mut self.below.rows[below - 1].flags,
        }
    }

    /// Puts a character into the rows below the screen. When they are full nothing more can be
    /// typed.
    ///
    /// ROM 0: 316E.
    fn insert_below(&mut self, code: u8) {
        let mut code = code;
        let mut row = 1;
        let mut goes_on = *self.flags_before(row) & LAST == 0;
        *self.flags_before(row) &= !LAST;
        loop {
            let mut column = INDENT;
            if !goes_on {
                let before = self.flags_before(row);
                goes_on = *before & SPANS != 0;
                *before = *before & !LAST | SPANS;
            }
            let last = self.below.rows.len() - 1;
            if row > last {
                // The ROM goes on into what lies behind its buffer.
                self.full = true;
                self.below.count = last;
                self.below.rows[last].flags = LAST;
                return;
            }
            let line = &mut self.below.rows[row];
            if goes_on {
                column = line.place_right(0).unwrap_or_else(|end| end);
            } else {
                line.clear_from(0);
                line.flags = LAST;
            }
            code = line.insert(column, code);
            if code == 0 {
                line.flags |= LAST;
                self.below.count = row;
                return;
            }
            self.full |= row == last && line.cell(COLUMNS - 1) != 0;
            row += 1;
            goes_on = false;
        }
    }

    /// Takes the character at a place out of the line; each row gets the first of the next one.
    ///
    /// ROM 0: 2F12.
    fn delete(&mut self, out: &mut impl Out, at: At) {
        if self.cell(at) != 0 {
            self.typed.deleted(self.place_in_line(at), self.cell(at));
        }
        let (mut row, mut code) = (at.row, 0);
        while self.rows[row].is(SPANS) {
            if row == self.last_row {
                code = self.delete_below();
                break;
            }
            row += 1;
        }
        while row > at.row {
            let line = &mut self.rows[row];
            let column = line.place_right(0).unwrap_or_else(|end| end);
            code = line.remove(column, code);
            if line.is_blank() {
                self.close_row(out, row);
            } else {
                self.print_row_at(out, row);
            }
            row -= 1;
        }
        self.rows[row].remove(at.column, code);
        self.print_row_at(out, row);
    }

    /// Takes the first character out of the rows below the screen.
    ///
    /// ROM 0: 31C9.
    fn delete_below(&mut self) -> u8 {
        self.full = false;
        let mut code = 0;
        for row in (1..=self.below.count).rev() {
            let line = &mut self.below.rows[row];
            if let Ok(column) = line.place_right(0) {
                code = line.remove(column, code);
            }
            if line.is_blank() {
                let flags = line.flags;
                let before = self.flags_before(row);
                *before = *before & !SPANS | flags;
                self.below.count -= 1;
            }
        }
        code
    }

    /// DELETE. ROM 0: 292B.
    pub(super) fn key_delete(&mut self, host: &mut impl Host) -> Step<bool> {
        self.full = false;
        self.altered = true;
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        if self.left(host, &mut at)?.is_none() {
            self.show_cursor(host.memory());
            return Ok(true);
        }
        self.delete(host, at);
        self.place(host.memory(), at, at.column);
        Ok(true)
    }

    /// DELETE of the character at the cursor. ROM 0: 291B.
    pub(super) fn key_delete_right(&mut self, host: &mut impl Host) -> Step<bool> {
        self.altered = true;
        self.hide_cursor(host.memory());
        let at = self.cursor;
        self.delete(host, at);
        self.place(host.memory(), at, at.column);
        Ok(true)
    }

    /// Nothing is printed while many characters are deleted. ROM 0: 3084.
    fn begin_deleting(&mut self, host: &mut impl Host) -> At {
        self.full = false;
        self.hide_cursor(host.memory());
        self.silent = true;
        self.cursor
    }

    /// ROM 0: 2FF8. Flaw kept: the preferred column becomes the number of rows.
    fn end_deleting(&mut self, host: &mut impl Host, at: At) {
        self.silent = false;
        self.print_rows(host);
        self.altered = true;
        self.place(host.memory(), at, self.last_row);
    }

    /// Whether a place is the first of its line. ROM 0: 3095.
    fn is_line_start(&self, at: At) -> bool {
        let before = |column| At { column, ..at };
        self.rows[at.row].is(FIRST)
            && at
                .column
                .checked_sub(1)
                .is_none_or(|column| self.cell(before(column)) == 0)
    }

    /// DELETE of the word to the left. ROM 0: 2FBC.
    pub(super) fn key_delete_word_left(&mut self, host: &mut impl Host) -> Step<bool> {
        let mut at = self.begin_deleting(host);
        let done = self.delete_word_left(host, &mut at)?;
        self.end_deleting(host, at);
        Ok(done)
    }

    fn delete_word_left(&mut self, host: &mut impl Host, at: &mut At) -> Step<bool> {
        let mut in_word = false;
        loop {
            if self.is_line_start(*at) || self.left(host, at)?.is_none() {
                return Ok(false);
            }
            let blank = self.cell(*at) == b' ';
            if in_word && blank {
                return Ok(self.right(host, at)?.is_ok());
            }
            in_word |= !blank;
            self.delete(host, *at);
        }
    }

    /// DELETE of the word to the right. ROM 0: 3017.
    pub(super) fn key_delete_word_right(&mut self, host: &mut impl Host) -> Step<bool> {
        let at = self.begin_deleting(host);
        let mut in_blanks = false;
        loop {
            let code = self.cell(at);
            if in_blanks && code != b' ' || code == 0 {
                break;
            }
            in_blanks |= code == b' ';
            self.delete(host, at);
        }
        self.end_deleting(host, at);
        Ok(true)
    }

    /// DELETE to the line's start. ROM 0: 303E.
    pub(super) fn key_delete_to_start(&mut self, host: &mut impl Host) -> Step<bool> {
        let mut at = self.begin_deleting(host);
        while !self.is_line_start(at) {
            if self.left(host, &mut at)?.is_none() {
                break;
            }
            self.delete(host, at);
        }
        self.end_deleting(host, at);
        Ok(true)
    }

    /// DELETE to the line's end. ROM 0: 3072.
    pub(super) fn key_delete_to_end(&mut self, host: &mut impl Host) -> Step<bool> {
        let at = self.begin_deleting(host);
        while self.cell(at) != 0 {
            self.delete(host, at);
        }
        self.end_deleting(host, at);
        Ok(true)
    }

    /// ENTER: the line is entered if it was altered, and an empty row follows it.
    ///
    /// ROM 0: 2944.
    pub(super) fn key_enter(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let (mut at, preferred) = (self.cursor, self.preferred);
        if self.in_new_row() {
            self.show_cursor(host.memory());
            return Ok(true);
        }
        if self.altered && !self.enter(host, &mut at)? {
            self.show_cursor(host.memory());
            return Ok(false);
        }
        self.line_end(host, &mut at)?;
        let _ = self.right(host, &mut at)?;
        self.insert_row(host, at.row, FIRST | LAST);
        at.column = 0;
        self.place(host.memory(), at, preferred);
        Ok(true)
    }

    /// The key that changes between the whole screen and its lower part. ROM 0: 269B.
    pub(super) fn key_screen(&mut self, host: &mut impl Host) -> bool {
        if self.mode == super::Mode::Calculator {
            return false;
        }
        self.clear_rows(host.memory());
        self.altered = false;
        if self.lower {
            self.reset(host.memory());
            let _ = self.banner(host);
        } else {
            super::clear_banner(host.memory());
            self.use_lower(host);
        }
        self.relist(host);
        self.show_cursor(host.memory());
        true
    }
}
