//! The program on the screen: rows that come and go as it is scrolled.

use super::rows::{self, FIRST, LAST, LISTED, Row, SPANS};
use super::source::{Source, Walk, line_after, line_before};
use super::{At, FullEditor, Host, Mode};
use crate::edit::Out;
use crate::store::Memory;
use crate::store::sysvars as s;

/// Passes of a listing, at most: from the line at the top, from the current line, and from the
/// first line of the program.
const PASSES: usize = 3;

impl FullEditor {
    /// Makes the next row below the screen the first of its buffer: of the line that ends there,
    /// or of the next line of the program.
    ///
    /// ROM 0: 30DF.
    fn next_below(&mut self, m: &Memory, walk: &mut Walk) {
        if self.below.count > 0 {
            self.full = false;
            self.below.shift_up();
            self.below.count -= 1;
            return;
        }
        let mut source = Source::default();
        let mut number = 0;
        if let Some((found, at)) = walk.line_after(m, self.listed) {
            self.listed = found;
            number = found;
            source.begin(found, at);
        }
        let listed = self.mode == Mode::Basic;
        let next = || if listed { source.fetch(m) } else { None };
        let rows = self.below.lay_out(number, next);
        self.below.count = rows - 1;
        self.deepen(rows);
    }

    /// Both buffers have room for a line of so many rows.
    fn deepen(&mut self, rows: usize) {
        self.above.deepen(rows);
        self.below.deepen(rows);
    }

    /// Moves the screen's last row into the buffer below it; fails when that is full.
    ///
    /// ROM 0: 311E.
    fn push_below(&mut self, m: &Memory) -> bool {
        let row = self.rows[self.last_row];
        if row.flags & (FIRST | LISTED) == FIRST | LISTED {
            if let Some((number, _)) = line_before(m, row.number) {
                self.listed = number;
            }
        }
        if row.is(FIRST) {
            self.below.count = 0;
        } else if self.below.is_full() {
            return false;
        } else {
            self.below.shift_down(row);
            self.below.rows[1] = row;
            self.below.count += 1;
        }
        true
    }

    /// Moves a row that leaves the screen at its top into the buffer above it; fails when that is
    /// full.
    ///
    /// ROM 0: 326A.
    fn push_above(&mut self, m: &Memory, row: &Row) -> bool {
        if row.flags & (FIRST | LISTED) == FIRST | LISTED {
            self.top = row.number;
        }
        if row.is(LAST) {
            self.top = line_after(m, self.top).map_or(0, |(number, _)| number);
            self.above.count = 0;
        } else if self.above.is_full() {
            return false;
        } else {
            self.above.rows[self.above.count] = *row;
            self.above.count += 1;
        }
        true
    }

    /// The row above the screen, of the line that begins there or of the line before; `None` at
    /// the start of the program.
    ///
    /// ROM 0: 322B.
    fn pop_above(&mut self, m: &Memory) -> Option<Row> {
        if self.above.count > 0 {
            self.above.count -= 1;
        } else {
            let (number, at) = line_before(m, self.top)?;
            self.top = number;
            let mut source = Source::default();
            source.begin(number, at);
            let listed = self.mode == Mode::Basic;
            let next = || if listed { source.fetch(m) } else { None };
            let rows = self.above.lay_out(number, next);
            self.above.count = rows - 1;
            self.deepen(rows);
        }
        Some(self.above.rows[self.above.count])
    }

    /// Moves all rows up by one; fails where nothing can go above the screen.
    ///
    /// ROM 0: 1639.
    pub(super) fn scroll_up(&mut self, out: &mut impl Out) -> bool {
        let row = self.rows[0];
        if !self.push_above(out.memory(), &row) {
            return false;
        }
        self.pull_up(out, 0);
        true
    }

    /// Moves all rows down by one; fails at the start of the program.
    ///
    /// ROM 0: 166F.
    pub(super) fn scroll_down(&mut self, out: &mut impl Out) -> bool {
        let Some(row) = self.pop_above(out.memory()) else {
            return false;
        };
        self.push_down(out, 0, row)
    }

    /// Drops a row: those behind it move up.
    ///
    /// ROM 0: 1648.
    fn pull_up(&mut self, out: &mut impl Out, from: usize) {
        self.next_below(out.memory(), &mut Walk::default());
        self.rows.copy_within(from + 1..=self.last_row, from);
        self.rows[self.last_row] = self.below.rows[0];
        self.show_pulled_up(out, from);
    }

    /// Puts a row in: it and those behind it move down.
    ///
    /// ROM 0: 1675.
    fn push_down(&mut self, out: &mut impl Out, from: usize, row: Row) -> bool {
        if !self.push_below(out.memory()) {
            return false;
        }
        self.rows.copy_within(from..self.last_row, from + 1);
        self.rows[from] = row;
        self.show_pushed_down(out, from);
        true
    }

    /// Puts an empty row in.
    ///
    /// ROM 0: 2ED3.
    pub(super) fn insert_row(&mut self, out: &mut impl Out, at: usize, flags: u8) -> bool {
        let done = self.push_down(out, at, Row::EMPTY);
        if done {
            self.rows[at].flags = flags;
        }
        done
    }

    /// Takes an empty row out that the cursor leaves; if it was the last one of its line, the row
    /// before it is that now.
    ///
    /// ROM 0: 2F80.
    pub(super) fn close_row(&mut self, out: &mut impl Out, at: usize) {
        let flags = self.rows[at].flags;
        if flags & FIRST == 0 {
            let before = match at.checked_sub(1) {
                Some(before) => &mut self.rows[before],
                None => {
                    let before = line_before(out.memory(), self.top);
                    self.top = before.map_or(0, |(number, _)| number);
                    &mut self.above.rows[self.above.count.saturating_sub(1)]
                }
            };
            before.flags = before.flags & !SPANS | flags;
        }
        self.pull_up(out, at);
    }

    /// Lists the program so that the current line (E_PPC) is on the screen, with the cursor in it
    /// behind as many characters as were in front of it.
    ///
    /// ROM 0: 152F.
    pub(super) fn relist(&mut self, host: &mut impl Host) {
        self.typed.clear();
        let mut searching = true;
        for _ in 0..PASSES {
            let m = host.memory();
            let current = m.word(s::E_PPC);
            if current == 0 {
                self.before_cursor = 0;
            }
            let mut walk = Walk::default();
            let above = core::mem::take(&mut self.above.count);
            self.below.count = 0;
            self.listed = line_before(m, self.top).map_or(0, |(number, _)| number);
            for _ in 0..above {
                self.next_below(m, &mut walk);
                let row = self.below.rows[0];
                self.push_above(m, &row);
            }
            let mut found = false;
            for at in 0..=self.last_row {
                self.next_below(m, &mut walk);
                let row = self.below.rows[0];
                found |= searching && row.is(FIRST) && row.number == current;
                self.rows[at] = row;
                if found && self.find_cursor(at) {
                    (found, searching) = (false, false);
                }
            }
            if found || !searching {
                break;
            }
            if current != 0 {
                self.top = current;
                self.above.count = 0;
            } else {
                self.top = 0;
                let first = line_after(m, 0).map_or(0, |(number, _)| number);
                m.set_word(s::E_PPC, first);
            }
        }
        self.print_rows(host);
    }

    /// Looks in a row of the current line for the cursor; it may be in a later row.
    ///
    /// Flaw kept: behind the row's last column its flags and its line's number count as characters.
    ///
    /// ROM 0: 15AB.
    fn find_cursor(&mut self, row: usize) -> bool {
        let cell = |column| rows::byte(&self.below.rows, column);
        let mut column = 0;
        let mut found = false;
        while !found {
            let place = rows::place_right(cell, column);
            if self.before_cursor == 0 {
                found = true;
                column = match place {
                    Ok(column) => column,
                    Err(end) => rows::place_left(cell, end).unwrap_or(0),
                };
            } else {
                match place {
                    Ok(place) => column = place + 1,
                    Err(end) => {
                        column = end;
                        break;
                    }
                }
                self.before_cursor -= 1;
            }
        }
        self.silent &= !found;
        self.cursor = At { row, column };
        self.preferred = column;
        found
    }
}
