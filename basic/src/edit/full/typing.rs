//! Undo and redo: first of what was typed in the line the cursor is in, then of edits of the
//! program. And commands that come back.

use alloc::vec::Vec;

use super::buffers::LONGEST;
use super::rows::{COLUMNS, FIRST, LAST, LISTED, Row};
use super::{At, FullEditor, Host, Mode, Step};
use crate::edit::Turn;
use crate::store::program::find_line;
use crate::token;

/// Characters of edits kept at most: three or four lines as long as there can be.
const TYPED_MAX: usize = 4096;

/// An edit within a line: after so many characters some went, and some came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Edit {
    at: usize,
    gone: Vec<u8>,
    came: Vec<u8>,
}

/// The edits in the line the cursor is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typing {
    done: Vec<Edit>,
    undone: Vec<Edit>,
    /// There were more than are kept.
    lost: bool,
    /// What is done now is not noted.
    off: bool,
}

impl Typing {
    /// The line was left.
    pub(super) fn clear(&mut self) {
        *self = Self {
            off: self.off,
            ..Self::default()
        };
    }

    /// A character came in after `at` others. One word is one edit.
    pub(super) fn inserted(&mut self, at: usize, code: u8) {
        if self.off {
            return;
        }
        match self.done.last_mut() {
            Some(Edit {
                at: start,
                gone,
                came,
            }) if gone.is_empty()
                && *start + came.len() == at
                && (code == b' ' || came.last() != Some(&b' ')) =>
            {
                came.push(code);
            }
            _ => self.done.push(Edit {
                at,
                came: [code].into(),
                ..Edit::default()
            }),
        }
        self.noted();
    }

    /// A character went that was behind `at` others.
    pub(super) fn deleted(&mut self, at: usize, code: u8) {
        if self.off {
            return;
        }
        match self.done.last_mut() {
            Some(edit) if edit.came.is_empty() && edit.at == at + 1 => {
                edit.at = at;
                edit.gone.insert(0, code);
            }
            Some(edit) if edit.came.is_empty() && edit.at == at => edit.gone.push(code),
            _ => self.done.push(Edit {
                at,
                gone: [code].into(),
                ..Edit::default()
            }),
        }
        self.noted();
    }

    fn noted(&mut self) {
        self.undone.clear();
        let size = |edit: &Edit| edit.gone.len() + edit.came.len();
        let mut characters: usize = self.done.iter().map(size).sum();
        while characters > TYPED_MAX {
            characters -= size(&self.done.remove(0));
            self.lost = true;
        }
    }

    /// Takes out the edit to be reversed or made again next.
    fn take(&mut self, turn: Turn) -> Option<Edit> {
        match turn {
            Turn::Back => self.done.pop(),
            Turn::On => self.undone.pop(),
        }
    }
}

impl FullEditor {
    /// The key of undo, and the one of redo. The cursor is where something changed.
    pub(super) fn key_undo(&mut self, host: &mut impl Host, turn: Turn) -> Step<bool> {
        if let Some(edit) = self.typed.take(turn) {
            return self.turn_edit(host, edit, turn);
        }
        let typed = !self.typed.done.is_empty() || self.typed.lost;
        if self.mode == Mode::Calculator || typed {
            return Ok(false);
        }
        let Some(number) = host.undo(turn) else {
            return Ok(false);
        };
        self.altered = false;
        self.before_cursor = 0;
        let place = find_line(host.memory(), number);
        self.go_to(host, place)
    }

    fn turn_edit(&mut self, host: &mut impl Host, edit: Edit, turn: Turn) -> Step<bool> {
        let (gone, came) = match turn {
            Turn::Back => (&edit.came, &edit.gone),
            Turn::On => (&edit.gone, &edit.came),
        };
        let done = self.exchange(host, edit.at, gone, came)?;
        if !done {
            self.typed.clear();
            return Ok(false);
        }
        let typing = &mut self.typed;
        match turn {
            Turn::Back => typing.undone.push(edit),
            Turn::On => typing.done.push(edit),
        }
        self.altered = !typing.done.is_empty() || typing.lost;
        Ok(true)
    }

    /// Puts characters in the place of others in the line the cursor is in, as if by keys; the
    /// cursor is behind them then. Tells whether those others were there.
    fn exchange(
        &mut self,
        host: &mut impl Host,
        start: usize,
        gone: &[u8],
        came: &[u8],
    ) -> Step<bool> {
        let end = start + gone.len();
        if self
            .text(self.first_row(self.cursor.row))
            .codes
            .get(start..end)
            != Some(gone)
        {
            return Ok(false);
        }
        self.hide_cursor(host.memory());
        self.silent = true;
        self.typed.off = true;
        let mut done = self.walk(host, end);
        if matches!(done, Ok(true)) {
            for _ in gone {
                done = done.and_then(|_| self.key_delete(host));
            }
            for code in came {
                done = done.and_then(|_| self.key_character(host, *code).map(|()| true));
            }
        }
        self.typed.off = false;
        self.silent = false;
        self.hide_cursor(host.memory());
        self.print_rows(host);
        self.show_cursor(host.memory());
        done
    }

    /// Walks to the place in the line that is behind so many characters.
    pub(super) fn walk(&mut self, host: &mut impl Host, place: usize) -> Step<bool> {
        let mut at = self.cursor;
        let on = self.place_in_line(at) < place;
        self.typing = true;
        let mut walked = Ok(Some(0));
        while let Ok(Some(_)) = walked {
            let here = self.place_in_line(at);
            // A place the cursor cannot go to is passed.
            if here == place || (here < place) != on {
                break;
            }
            self.cursor = at;
            walked = if on {
                self.right(host, &mut at).map(Result::ok)
            } else {
                self.left(host, &mut at)
            };
        }
        self.typing = false;
        self.place(host.memory(), at, at.column);
        Ok(walked?.is_some() && self.place_in_line(at) == place)
    }

    /// How many characters of its line are in front of a place.
    pub(super) fn place_in_line(&self, at: At) -> usize {
        let count = |cells: &[u8]| cells.iter().filter(|c| **c != 0).count();
        let first = self.first_row(at.row);
        let above = self.above.used().filter(|_| first.is_none());
        let rows = above.chain(&self.rows[first.unwrap_or(0)..at.row]);
        rows.map(|row| count(&row.cells)).sum::<usize>()
            + count(&self.rows[at.row].cells[..at.column.min(COLUMNS)])
    }

    /// The key of the command before, and of the one after it: it takes the place of what was
    /// typed in an empty row, or in a new one.
    pub(super) fn key_command(&mut self, host: &mut impl Host, turn: Turn) -> Step<bool> {
        if self.altered && self.begins().is_some_and(|row| row.is(LISTED)) {
            return Ok(false);
        }
        let Some(line) = host.command(turn) else {
            return Ok(false);
        };
        let typed = |c: &u8| (b' '..token::FIRST).contains(c);
        let line: Vec<u8> = line.into_iter().filter(typed).collect();
        if line.len() > LONGEST {
            return Ok(false);
        }
        if !self.altered && !self.in_new_row() {
            self.key_enter(host)?;
            if !self.in_new_row() {
                return Ok(false);
            }
        }
        let gone = self.text(self.first_row(self.cursor.row)).codes;
        if gone == line {
            return Ok(true);
        }
        let done = self.exchange(host, 0, &gone, &line)?;
        if done {
            self.typed.done.push(Edit {
                at: 0,
                gone,
                came: line,
            });
            self.typed.noted();
        }
        Ok(done)
    }

    /// Whether the cursor is in an empty row, where a line can be typed.
    pub(super) fn in_new_row(&self) -> bool {
        let row = &self.rows[self.cursor.row];
        row.is_blank() && row.flags & (FIRST | LAST) == FIRST | LAST
    }

    /// The first row of the line the cursor is in.
    pub(super) fn begins(&self) -> Option<&Row> {
        let on_screen = self.rows[..=self.cursor.row].iter().rev();
        on_screen
            .chain(self.above.used().take(1))
            .find(|row| row.is(FIRST))
    }
}
