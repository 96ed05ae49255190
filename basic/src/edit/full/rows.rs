//! Rows: what the editor knows of a row of the screen.

use alloc::collections::VecDeque;

/// Columns of a row.
pub(super) const COLUMNS: usize = 32;
/// Columns left free in front of the further rows of a line. ROM 0: 35B9.
pub(super) const INDENT: usize = 5;
/// Rows in a buffer: the screen's, those above it and those below it.
pub(super) const ROWS: usize = 21;

/// The line begins in this row.
pub(super) const FIRST: u8 = 1;
/// The line goes on in the next row.
pub(super) const SPANS: u8 = 2;
/// The line ends in this row.
pub(super) const LAST: u8 = 8;
/// It is a line of the program, and not only typed.
pub(super) const LISTED: u8 = 16;

/// A row: 32 cells, what is known of them, and the number of the line that begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Characters; 0 where there is none and the cursor does not go.
    pub(super) cells: [u8; COLUMNS],
    pub(super) flags: u8,
    pub(super) number: u16,
}

/// The rows of a buffer.
pub(super) type Rows = [Row; ROWS];

impl Row {
    /// A row for a new line. ROM 0: 2EEF.
    pub(super) const EMPTY: Self = Self {
        cells: [0; COLUMNS],
        flags: FIRST | LAST,
        number: 0,
    };

    pub(super) const fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The character in a column; none beyond the row.
    pub(super) fn cell(&self, column: usize) -> u8 {
        self.cells.get(column).copied().unwrap_or(0)
    }

    /// Looks from a column to the right for a place of the cursor.
    pub(super) fn place_right(&self, column: usize) -> Result<usize, usize> {
        place_right(|column| self.cell(column), column)
    }

    /// Looks from a column of the row to the left for a place of the cursor: the column itself, or
    /// the one behind the next character to the left.
    ///
    /// ROM 0: 2E63.
    pub(super) fn place_left(&self, column: usize) -> Option<usize> {
        place_left(|column| self.cell(column), column.min(COLUMNS - 1))
    }

    /// Whether no character is in it.
    pub(super) fn is_blank(&self) -> bool {
        self.place_right(0).is_err()
    }

    /// Puts a character in, those behind it go one to the right; gives the one that falls out.
    ///
    /// ROM 0: 16AC.
    pub(super) fn insert(&mut self, column: usize, code: u8) -> u8 {
        let mut moved = code;
        for cell in self.cells.iter_mut().skip(column) {
            core::mem::swap(cell, &mut moved);
        }
        moved
    }

    /// Takes a character out, those behind it go one to the left, and `code` follows them; gives
    /// the one taken out.
    ///
    /// ROM 0: 16C1.
    pub(super) fn remove(&mut self, column: usize, code: u8) -> u8 {
        let mut moved = code;
        for cell in self.cells.iter_mut().skip(column).rev() {
            core::mem::swap(cell, &mut moved);
        }
        moved
    }

    /// Empties the cells from a column on. ROM 0: 35E6.
    pub(super) fn clear_from(&mut self, column: usize) {
        self.cells.iter_mut().skip(column).for_each(|c| *c = 0);
    }

    /// Empties the cells in front of a line's further rows. ROM 0: 35F4.
    pub(super) fn indent(&mut self) {
        self.cells[..INDENT].fill(0);
    }
}

/// Looks from a column to the right for a place of the cursor: a character, or the column behind
/// one. If there is none it tells where the search ended.
///
/// Flaw kept: a character that stands alone in the last column is not found.
///
/// ROM 0: 2E41.
pub(super) fn place_right(cell: impl Fn(usize) -> u8, column: usize) -> Result<usize, usize> {
    if cell(column) != 0 || column > 0 && cell(column - 1) != 0 {
        return Ok(column);
    }
    let mut at = column + 1;
    while at < COLUMNS - 1 {
        if cell(at) != 0 {
            return Ok(at);
        }
        at += 1;
    }
    Err(at)
}

/// See [`Row::place_left`].
pub(super) fn place_left(cell: impl Fn(usize) -> u8, column: usize) -> Option<usize> {
    if cell(column) != 0 {
        return Some(column);
    }
    (0..column).rev().find(|c| cell(*c) != 0).map(|c| c + 1)
}

/// A cell of a buffer as it lies in memory, where three bytes follow the cells of each row: its
/// flags and its line's number.
pub(super) fn byte(rows: &VecDeque<Row>, at: usize) -> u8 {
    let (row, column) = (at / (COLUMNS + 3), at % (COLUMNS + 3));
    let Some(row) = rows.get(row) else {
        return 0;
    };
    let [high, low] = row.number.to_be_bytes();
    match column.checked_sub(COLUMNS) {
        None => row.cell(column),
        Some(0) => row.flags,
        Some(1) => high,
        Some(_) => low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Row {
        let mut row = Row::EMPTY;
        for (cell, c) in row.cells.iter_mut().zip(text.bytes()) {
            *cell = if c == b'.' { 0 } else { c };
        }
        row
    }

    #[test]
    fn the_cursor_finds_characters_and_the_place_behind_them() {
        let row = row("..10 a..b");
        assert_eq!(row.place_right(0), Ok(2));
        assert_eq!(row.place_right(6), Ok(6));
        assert_eq!(row.place_right(7), Ok(8));
        assert_eq!(row.place_right(10), Err(31));
        assert_eq!(row.place_left(31), Some(9));
        assert_eq!(row.place_left(7), Some(6));
        assert_eq!(row.place_left(1), None);
        assert_eq!(
            Row {
                cells: [b'x'; COLUMNS],
                ..row
            }
            .place_left(COLUMNS),
            Some(31)
        );
        assert!(Row::EMPTY.is_blank() && !row.is_blank());
    }

    #[test]
    fn characters_go_in_and_out() {
        let mut full = row("0123456789abcdefghijklmnopqrstuv");
        assert_eq!(full.insert(30, b'X'), b'v');
        assert_eq!(&full.cells[28..], b"stXu");
        assert_eq!(full.remove(0, b'w'), b'0');
        assert_eq!(&full.cells[..3], b"123");
        assert_eq!(&full.cells[29..], b"Xuw");
    }
}
