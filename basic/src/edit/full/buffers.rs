//! The rows of a line that begins above the screen or ends below it.

use super::rows::{COLUMNS, FIRST, INDENT, LAST, LISTED, ROWS, Row, Rows, SPANS};
use crate::charset::{ENTER, INK, OVER};

/// Rows of a line above or below the screen, at most.
const ROWS_MAX: usize = ROWS - 1;
/// Characters of a line that there are rows for wherever the line is on the screen.
pub(super) const LONGEST: usize = COLUMNS + (ROWS_MAX - 1) * (COLUMNS - INDENT);
/// The code that empties the rest of a row: there is no line.
const NO_LINE: u8 = 1;

/// A buffer and how many rows of it are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Buffer {
    pub(super) rows: Rows,
    pub(super) count: usize,
}

impl Buffer {
    pub(super) const fn new() -> Self {
        Self {
            rows: [Row::EMPTY; ROWS],
            count: 0,
        }
    }

    pub(super) const fn is_full(&self) -> bool {
        self.count >= ROWS_MAX
    }

    /// Lays a line out in rows; its characters come from `next`. What does not fit into the rows
    /// is left out. Gives how many rows there are.
    ///
    /// ROM 0: 32D6.
    pub(super) fn lay_out(&mut self, number: u16, mut next: impl FnMut() -> Option<u8>) -> usize {
        let (mut at, mut column) = (0, 0);
        self.rows[0].flags = FIRST;
        self.rows[0].number = number;
        loop {
            let mut code = match next() {
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
                    if at + 1 == ROWS_MAX {
                        code = ENTER;
                    } else {
                        at += 1;
                        self.rows[at].flags = 0;
                        self.rows[at].indent();
                        column = INDENT;
                    }
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
