//! Keys that move the cursor.

use super::rows::{COLUMNS, FIRST, INDENT, LAST, SPANS};
use super::{At, FullEditor, Host, Mode, Step};
use crate::line::list::number_at;
use crate::store::program::{LAST_LINE, Place, find_line};
use crate::store::sysvars as s;

/// The last column.
const LAST_COLUMN: usize = COLUMNS - 1;
/// Rows that the keys for many rows go.
const MANY: usize = 10;

impl FullEditor {
    pub(super) fn cell(&self, at: At) -> u8 {
        self.rows[at.row].cell(at.column)
    }

    /// Goes to the row above: a line that was altered is entered, an empty row is closed, and the
    /// listing scrolls.
    ///
    /// ROM 0: 2B0B.
    pub(super) fn up(&mut self, host: &mut impl Host, at: &mut At) -> Step<bool> {
        if self.altered && self.rows[at.row].is(FIRST) && !self.enter(host, at)? {
            return Ok(false);
        }
        if self.rows[at.row].is_blank() {
            self.close_row(host, at.row);
        }
        if at.row <= self.first_scrolled {
            if self.scroll_down(host) {
                return Ok(true);
            }
            if at.row == 0 {
                return Ok(false);
            }
        }
        at.row -= 1;
        Ok(true)
    }

    /// Goes to the row below.
    ///
    /// ROM 0: 2B30.
    pub(super) fn down(&mut self, host: &mut impl Host, at: &mut At) -> Step<bool> {
        if self.rows[at.row].is_blank() {
            self.close_row(host, at.row);
            return Ok(true);
        }
        if self.altered && self.rows[at.row].is(LAST) && !self.enter(host, at)? {
            return Ok(false);
        }
        if at.row >= self.last_scrolled {
            if self.scroll_up(host) {
                return Ok(true);
            }
            if at.row == self.last_row {
                return Ok(false);
            }
        }
        at.row += 1;
        Ok(true)
    }

    /// Goes to the next place to the left, if there is one; gives the preferred column then.
    ///
    /// ROM 0: 2B5B.
    pub(super) fn left(&mut self, host: &mut impl Host, at: &mut At) -> Step<Option<usize>> {
        if let Some(column) = at.column.checked_sub(1) {
            if let Some(place) = self.rows[at.row].place_left(column) {
                at.column = place;
                return Ok(Some(column));
            }
            at.column = 0;
        }
        if !self.up(host, at)? {
            return Ok(None);
        }
        let place = self.rows[at.row].place_left(LAST_COLUMN);
        at.column = place.unwrap_or(0);
        Ok(place)
    }

    /// Goes to the next place to the right; behind the last character of a line that is typed a
    /// new row is made. Gives the preferred column, also where there is no place.
    ///
    /// ROM 0: 2B78.
    pub(super) fn right(
        &mut self,
        host: &mut impl Host,
        at: &mut At,
    ) -> Step<Result<usize, usize>> {
        let next = at.column + 1;
        // Flaw kept: behind the last column it is PIP.
        let mut preferred = usize::from(host.memory().byte(s::PIP)).min(LAST_COLUMN);
        at.column = LAST_COLUMN;
        if next <= LAST_COLUMN {
            preferred = next;
            match self.rows[at.row].place_right(next) {
                Ok(place) => {
                    at.column = place;
                    return Ok(Ok(next));
                }
                Err(end) => at.column = end - 1,
            }
        }
        let row = &mut self.rows[at.row];
        if self.typing && !row.is(SPANS) {
            let flags = row.flags & !FIRST | LAST;
            row.flags = row.flags & !LAST | SPANS;
            self.down(host, at)?;
            self.insert_row(host, at.row, flags);
            // Flaw kept: the row after the new one is indented.
            if let Some(row) = self.rows.get_mut(at.row + 1) {
                row.indent();
            }
            at.column = INDENT;
            return Ok(Ok(INDENT));
        }
        if !self.down(host, at)? {
            return Ok(Err(at.column));
        }
        let place = self.rows[at.row].place_right(0);
        at.column = place.unwrap_or(0);
        Ok(place.map_err(|_| preferred))
    }

    /// The place in a row that is nearest to a column, to the left of it if there is one.
    ///
    /// ROM 0: 2B02.
    fn near_left(&self, row: usize, column: usize) -> Option<usize> {
        let row = &self.rows[row];
        row.place_left(column).or_else(|| row.place_right(0).ok())
    }

    /// The same, to the right of it if there is one.
    ///
    /// ROM 0: 2AF9.
    fn near_right(&self, row: usize, column: usize) -> Option<usize> {
        let row = &self.rows[row];
        row.place_right(column)
            .or_else(|end| row.place_left(end).ok_or(()))
            .ok()
    }

    /// The key of one character to the left. ROM 0: 2AD7.
    pub(super) fn key_left(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        let preferred = self.left(host, &mut at)?;
        Ok(self.place_or_stay(host, at, preferred))
    }

    /// The key of one character to the right. ROM 0: 2AE3.
    pub(super) fn key_right(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        let moved = self.right(host, &mut at)?;
        if moved.is_err() {
            // Behind the end of the program.
            self.up(host, &mut at)?;
            at.column = self.rows[at.row].place_left(LAST_COLUMN).unwrap_or(0);
        }
        self.place(host.memory(), at, moved.unwrap_or_else(|column| column));
        Ok(moved.is_ok())
    }

    /// The key of one row up. ROM 0: 2A94.
    pub(super) fn key_up(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let (mut at, preferred) = (self.cursor, self.preferred);
        if !self.up(host, &mut at)? {
            self.show_cursor(host.memory());
            return Ok(false);
        }
        let place = self.near_left(at.row, preferred);
        if place.is_none() {
            self.down(host, &mut at)?;
        }
        at.column = place.or_else(|| self.near_right(at.row, 0)).unwrap_or(0);
        self.place(host.memory(), at, preferred);
        Ok(place.is_some())
    }

    /// The key of one row down. ROM 0: 2AB5.
    pub(super) fn key_down(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let (mut at, preferred) = (self.cursor, self.preferred);
        if !self.down(host, &mut at)? {
            self.show_cursor(host.memory());
            return Ok(false);
        }
        let place = self.near_left(at.row, preferred);
        if place.is_none() {
            self.up(host, &mut at)?;
        }
        let near = place.or_else(|| self.near_right(at.row, preferred));
        at.column = near.unwrap_or(0);
        self.place(host.memory(), at, preferred);
        Ok(place.is_some())
    }

    /// The key of ten rows down. ROM 0: 2A25.
    pub(super) fn key_ten_down(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let (mut at, preferred) = (self.cursor, self.preferred);
        for _ in 0..MANY {
            if !self.down(host, &mut at)? {
                self.show_cursor(host.memory());
                return Ok(false);
            }
            (self.cursor, self.preferred) = (at, preferred);
            let Some(place) = self.near_right(at.row, preferred) else {
                self.up(host, &mut at)?;
                at.column = self.near_right(at.row, preferred).unwrap_or(0);
                self.place(host.memory(), at, preferred);
                return Ok(false);
            };
            at.column = place;
        }
        self.place(host.memory(), at, preferred);
        Ok(true)
    }

    /// The key of ten rows up. ROM 0: 2A4F.
    pub(super) fn key_ten_up(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let (mut at, preferred) = (self.cursor, self.preferred);
        for _ in 0..MANY {
            if !self.up(host, &mut at)? {
                self.show_cursor(host.memory());
                return Ok(false);
            }
            (self.cursor, self.preferred) = (at, preferred);
            let Some(place) = self.near_left(at.row, preferred) else {
                self.down(host, &mut at)?;
                at.column = self.rows[at.row].place_right(0).unwrap_or(0);
                self.place(host.memory(), at, preferred);
                return Ok(false);
            };
            at.column = place;
        }
        self.place(host.memory(), at, preferred);
        Ok(true)
    }

    /// Goes to the start of the line. ROM 0: 2C31.
    fn line_start(&mut self, host: &mut impl Host, at: &mut At) -> Step<bool> {
        while !self.rows[at.row].is(FIRST) {
            if !self.up(host, at)? {
                return Ok(false);
            }
        }
        let place = self.rows[at.row].place_right(0);
        at.column = place.unwrap_or_else(|end| end);
        Ok(place.is_ok())
    }

    /// Goes to the end of the line. ROM 0: 2C4C.
    pub(super) fn line_end(&mut self, host: &mut impl Host, at: &mut At) -> Step<bool> {
        while !self.rows[at.row].is(LAST) {
            if !self.down(host, at)? {
                return Ok(false);
            }
        }
        let place = self.rows[at.row].place_left(LAST_COLUMN);
        at.column = place.unwrap_or(0);
        Ok(place.is_some())
    }

    /// The key of the line's start. ROM 0: 2A87.
    pub(super) fn key_line_start(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        let found = self.line_start(host, &mut at)?;
        Ok(self.place_or_stay(host, at, found.then_some(at.column)))
    }

    /// The key of the line's end. ROM 0: 2A7A.
    pub(super) fn key_line_end(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        let found = self.line_end(host, &mut at)?;
        Ok(self.place_or_stay(host, at, found.then_some(at.column)))
    }

    /// The key of one word to the left. ROM 0: 29D4, 2BEA.
    pub(super) fn key_word_left(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        let mut in_word = false;
        loop {
            if self.left(host, &mut at)?.is_none() {
                self.show_cursor(host.memory());
                return Ok(false);
            }
            let blank = self.cell(at) == b' ';
            if in_word && blank {
                break;
            }
            in_word |= !blank;
        }
        let found = self.right(host, &mut at)?.is_ok().then_some(at.column);
        Ok(self.place_or_stay(host, at, found))
    }

    /// The key of one word to the right. ROM 0: 29E1, 2C09.
    pub(super) fn key_word_right(&mut self, host: &mut impl Host) -> Step<bool> {
        self.hide_cursor(host.memory());
        let mut at = self.cursor;
        let mut in_blanks = false;
        loop {
            if self.right(host, &mut at)?.is_err() {
                self.left(host, &mut at)?;
                self.show_cursor(host.memory());
                return Ok(false);
            }
            let blank = self.cell(at) == b' ';
            if in_blanks && !blank {
                break;
            }
            in_blanks |= blank;
        }
        self.place(host.memory(), at, at.column);
        Ok(true)
    }

    /// The key of the program's first line. ROM 0: 2983.
    pub(super) fn key_top(&mut self, host: &mut impl Host) -> Step<bool> {
        let first = find_line(host.memory(), 0);
        self.go_to(host, first)
    }

    /// The key of the program's last line.
    ///
    /// Flaw kept: it goes to the line before line 9999, if there is one of that number.
    ///
    /// ROM 0: 29AB.
    pub(super) fn key_bottom(&mut self, host: &mut impl Host) -> Step<bool> {
        let m = host.memory();
        let end = find_line(m, LAST_LINE);
        let last = Place {
            at: end.before.unwrap_or_else(|| m.pointer(s::PROG)),
            before: None,
            exact: false,
        };
        self.go_to(host, last)
    }

    pub(super) fn go_to(&mut self, host: &mut impl Host, place: Place) -> Step<bool> {
        if self.mode == Mode::Calculator {
            return Ok(false);
        }
        let m = host.memory();
        self.hide_cursor(m);
        m.set_word(s::E_PPC, number_at(m, place));
        self.colour = super::display::CURSOR;
        self.relist(host);
        self.show_cursor(host.memory());
        Ok(true)
    }

    /// Places the cursor if a place was found; it stays otherwise.
    fn place_or_stay(&mut self, host: &mut impl Host, at: At, preferred: Option<usize>) -> bool {
        match preferred {
            Some(column) => self.place(host.memory(), at, column),
            None => self.show_cursor(host.memory()),
        }
        preferred.is_some()
    }
}
