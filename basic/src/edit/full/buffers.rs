//! The rows of a line that begins above the screen or ends below it.

use alloc::collections::VecDeque;
use alloc::vec;

use super::rows::{COLUMNS, FIRST, INDENT, LAST, LISTED, ROWS, Row, SPANS};
use crate::charset::{ENTER, INK, OVER};

/// Rows of a line above or below the screen, where no line of the program has more.
const ROWS_MAX: usize = ROWS - 1;
/// Characters of a line that there are rows for wherever the line is on the screen.
pub(super) const LONGEST: usize = COLUMNS + (ROWS_MAX - 1) * (COLUMNS - INDENT);
/// The code that empties the rest of a row: there is no line.
const NO_LINE: u8 = 1;

/// A buffer and how many rows of it are in use. It has the ROM's number of rows, or more where a
/// line of the program is longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Buffer {
    pub(super) rows: VecDeque<Row>,
    pub(super) count: usize,
}

impl Buffer {
    pub(super) fn new() -> Self {
        Self {
            rows: vec![Row::EMPTY; ROWS].into(),
            count: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.count + 1 >= self.rows.len()
    }

    /// Has room for a line of so many rows, and for what is typed into it.
    pub(super) fn deepen(&mut self, rows: usize) {
        if rows > ROWS_MAX && self.rows.len() < rows + ROWS {
            self.rows.resize(rows + ROWS, Row::EMPTY);
        }
    }

    /// The rows in use, from the first one.
    pub(super) fn used(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().take(self.count)
    }

    /// Drops the first row.
    pub(super) fn shift_up(&mut self) {
        if let Some(last) = self.rows.back().copied() {
            self.rows.pop_front();
            self.rows.push_back(last);
        }
    }

    /// Puts a row in as the first; the last one goes.
    pub(super) fn shift_down(&mut self, row: Row) {
        self.rows.pop_back();
        self.rows.push_front(row);
    }

    /// Lays a line out in rows; its characters come from `next`. Gives how many rows there are.
    ///
    /// ROM 0: 32D6.
    pub(super) fn lay_out(&mut self, number: u16, mut next: impl FnMut() -> Option<u8>) -> usize {
        let (mut at, mut column) = (0, 0);
        self.rows[0].flags = FIRST;
        self.rows[0].number = number;
        loop {
            let code = match next() {
                Some(code) => code,
                None if at == 0 && column == 0 => NO_LINE,
                None => ENTER,
            };
            match code {
                // A colour and its operand do not show.
                INK..=OVER => {
                    if next().is_none() {
                        return at + 1;
                    }
                    continue;
                }
                ENTER | NO_LINE => {}
                _ if column == COLUMNS => {
                    self.rows[at].flags ^= SPANS | LISTED;
                    at += 1;
                    if at == self.rows.len() {
                        self.rows.push_back(Row::EMPTY);
                    }
                    self.rows[at].flags = 0;
                    self.rows[at].indent();
                    column = INDENT;
                }
                _ => {}
            }
            let row = &mut self.rows[at];
            match code {
                ENTER => {
                    row.clear_from(column);
                    row.flags |= LAST | LISTED;
                    return at + 1;
                }
                NO_LINE => {
                    row.clear_from(column);
                    row.flags |= LAST;
                    return at + 1;
                }
                _ => {
                    row.cells[column] = code;
                    column += 1;
                }
            }
        }
    }
}
