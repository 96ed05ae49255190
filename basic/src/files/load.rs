//! Where a file that was found goes in memory, and how MERGE mixes lines and variables.

use super::{Drive, Header, Job, Kind, Verb};
use crate::report::{Report, Result};
use crate::store::areas::{self, VARIABLES_END, make_room, reclaim, variables_end};
use crate::store::program;
use crate::store::sysvars as s;
use crate::store::variables::next_entry;
use crate::store::{Address, Memory};

/// Bytes of an array's entry before its dimensions: letter and length.
pub const ENTRY_HEADER: u32 = 3;
/// Bytes beyond the file that LOAD wants to be free. ROM: 0825.
const LOAD_RESERVE: u32 = 5;

/// A program in memory, as a header tells it: its length with and without the variables.
///
/// ROM: 073E.
#[must_use]
pub fn program_lengths(m: &Memory) -> (u16, u16) {
    let start = m.pointer(s::PROG);
    let to = |end: Address| end.saturating_sub(start) as u16;
    (to(variables_end(m)), to(m.pointer(s::VARS)))
}

/// The bytes a file is made of; past the end of memory they go on at its start.
#[must_use]
pub fn bytes_of(m: &Memory, start: Address, length: u16) -> alloc::vec::Vec<u8> {
    (0..u32::from(length)).map(|i| m.byte(start + i)).collect()
}

/// Writes what was read; past the end of memory it goes on at its start, which is ROM.
pub fn write(m: &mut Memory, at: Address, bytes: &[u8]) {
    for (at, byte) in (at..).zip(bytes) {
        m.set_byte(at, *byte);
    }
}

/// Makes memory ready for a file that was found, and says where its bytes go: for LOAD and MERGE
/// to be written there, for VERIFY to be compared.
///
/// ROM: 07B7 to 0802; 128 editor ROM: 1270.
///
/// # Errors
/// Report 4; R (tape), c (RAM disk) or the card's own for a file that does not fit what is wanted.
pub fn place(m: &mut Memory, job: &Job, found: &Header) -> Result<Address> {
    match job.verb {
        Verb::Merge => merge_room(m, found),
        Verb::Load if found.kind != Kind::Code => {
            test_load_room(m, job, found)?;
            if found.kind == Kind::Program {
                program_room(m, job.drive, found)
            } else {
                array_room(m, job, found)
            }
        }
        Verb::Load | Verb::Verify | Verb::Save => {
            if !fits(job, found) {
                return Err(match (job.drive, job.verb) {
                    (Drive::Tape, _) => Report::TapeLoadingError,
                    (Drive::Card | Drive::Serial, Verb::Verify) => Report::VerifyFailed,
                    (Drive::Card | Drive::Serial, _) => Report::CodeLengthError,
                    (Drive::RamDisk, _) => Report::CodeError,
                });
            }
            Ok(match (job.start, job.drive, found.kind) {
                (_, Drive::RamDisk, Kind::Program) => m.pointer(s::PROG),
                (0, ..) => Address::from(found.first),
                (start, ..) => start,
            })
        }
    }
}

/// Whether a file is as long as what it is loaded to or compared with. Bytes may be shorter.
///
/// ROM: `VR-CONTRL` 07CB; 128 editor ROM: 129B, where anything may.
fn fits(job: &Job, found: &Header) -> bool {
    let wanted = job.header.length;
    let shorter_will_do = job.drive == Drive::RamDisk || found.kind == Kind::Code;
    wanted == 0 || wanted == found.length || wanted > found.length && shorter_will_do
}

/// Whether there is room for more than is there already.
///
/// ROM: `LD-CONTRL` 0808.
fn test_load_room(m: &Memory, job: &Job, found: &Header) -> Result<()> {
    let length = u32::from(found.length);
    let more = if job.start == 0 {
        length + ENTRY_HEADER
    } else {
        let here = u32::from(job.header.length);
        if length <= here {
            return Ok(());
        }
        length - here - 1
    };
    areas::test_room(m, more + LOAD_RESERVE)
}

/// A new array at the end of the variables in place of the old one.
///
/// ROM: 0835 to 0870.
fn array_room(m: &mut Memory, job: &Job, found: &Header) -> Result<Address> {
    if job.start != 0 {
        let entry = job.start - ENTRY_HEADER;
        // A length that was POKEd does not take more than the variables.
        let end = variables_end(m);
        let length = (u32::from(m.word(entry + 1)) + ENTRY_HEADER).min(end.saturating_sub(entry));
        reclaim(m, entry, length);
    }
    let size = u32::from(found.length) + ENTRY_HEADER;
    let line = m.pointer(s::E_LINE);
    make_room(m, line, size)?;
    m.set_byte(line - 1 + size, VARIABLES_END);
    let entry = line - 1;
    m.set_byte(entry, job.header.letter());
    m.set_word(entry + 1, found.length);
    Ok(entry + ENTRY_HEADER)
}

/// Room for another program and its variables: the old ones go.
///
/// ROM: `LD-PROG` 0873; 128 editor ROM: 1335, which also makes READ begin anew.
fn program_room(m: &mut Memory, drive: Drive, found: &Header) -> Result<Address> {
    let start = m.pointer(s::PROG);
    let end = variables_end(m);
    reclaim(m, start, end.saturating_sub(start));
    m.set_pointer(s::VARS, start);
    let length = u32::from(found.length);
    make_room(m, start + 1, length)?;
    m.set_byte(start + length, VARIABLES_END);
    // A header that claims more program than there is file does not move VARS past the file.
    m.set_pointer(s::VARS, start + u32::from(found.second).min(length));
    if drive != Drive::Tape {
        m.set_pointer(s::DATADD, start.wrapping_sub(1));
    }
    Ok(start)
}

/// Room in the workspace for what will be mixed with the program, and its end mark.
///
/// ROM: `ME-CONTRL` 08B6.
fn merge_room(m: &mut Memory, found: &Header) -> Result<Address> {
    let length = u32::from(found.length);
    let at = areas::spaces(m, length + 1)?;
    m.set_byte(at + length, VARIABLES_END);
    Ok(at)
}

/// The part of a merged file that has not been mixed in yet, in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merging {
    /// Its first byte.
    at: Address,
    /// The end mark.
    end: Address,
    /// Whether the lines are done.
    variables: bool,
    /// The line that runs MERGE.
    own_line: u16,
    /// Whether it has been exchanged.
    own_line_gone: bool,
}

impl Merging {
    /// A file of `length` bytes at `at`, merged by a line.
    #[must_use]
    pub const fn new(at: Address, length: u16, own_line: u16) -> Self {
        Self {
            at,
            end: at + length as Address,
            variables: false,
            own_line,
            own_line_gone: false,
        }
    }

    /// Whether the line that runs MERGE has been exchanged.
    #[must_use]
    pub const fn own_line_gone(&self) -> bool {
        self.own_line_gone
    }

    /// Mixes in the next line or variable; says whether there was one.
    ///
    /// ROM: `ME-NEW-LP` 08D2, `ME-VAR-LP` 08F0.
    ///
    /// # Errors
    /// Report 4: what came before is in the program.
    pub fn step(&mut self, m: &mut Memory) -> Result<bool> {
        if self.at >= self.end {
            return Ok(false);
        }
        let first = m.byte(self.at);
        self.variables |= first & 0xC0 != 0;
        if !self.variables {
            let number = program::line_number(m, self.at);
            let place = program::find_line(m, number);
            self.own_line_gone |= place.exact && number == self.own_line;
            let next = program::next_line(m, self.at);
            let old = place
                .exact
                .then(|| program::next_line(m, place.at).min(m.pointer(s::VARS)));
            self.enter(m, place.at, old, next)?;
            return Ok(true);
        }
        if first == VARIABLES_END {
            return Ok(false);
        }
        let next = next_entry(m, self.at);
        let (to, old) = match same_variable(m, self.at) {
            (to, true) => (to, Some(next_entry(m, to).min(variables_end(m)))),
            (to, false) => (to, None),
        };
        self.enter(m, to, old, next)?;
        Ok(true)
    }

    /// Moves the line or variable that ends at `next` from the workspace to `to`, in exchange for
    /// what lies from there to `old`.
    ///
    /// ROM: `ME-ENTER` 092C.
    fn enter(
        &mut self,
        m: &mut Memory,
        to: Address,
        old: Option<Address>,
        next: Address,
    ) -> Result<()> {
        // A POKEd length or VARS does not reach into the workspace.
        let gone = old.map_or(0, |end| end.min(self.at).saturating_sub(to));
        if gone > 0 {
            reclaim(m, to, gone);
            self.moved(|at| at - gone);
        }
        // What claims to be longer than the file ends with it.
        let next = next - gone;
        let size = next.min(self.end).saturating_sub(self.at);
        // PROG stays: a line may go to the very start. Other pointers there move up with it.
        let start = m.pointer(s::PROG);
        make_room(m, if self.variables { to + 1 } else { to }, size)?;
        if self.variables {
            let first = m.byte(to);
            m.set_byte(to + size, first);
        }
        m.set_pointer(s::PROG, start);
        self.moved(|at| at + size);
        m.copy_within(self.at, to, size);
        reclaim(m, self.at, size);
        self.end -= size;
        Ok(())
    }

    /// Follows a move of the workspace.
    fn moved(&mut self, to: impl Fn(Address) -> Address) {
        self.at = to(self.at);
        self.end = to(self.end);
    }
}

/// Where the variable of the same name and kind as the entry at `new` is; without one, the end of
/// the variables.
///
/// ROM: 08F5 to 0921. Flaw kept: the control variable of a loop and a simple one are two.
fn same_variable(m: &Memory, new: Address) -> (Address, bool) {
    let end = variables_end(m);
    let mut at = m.pointer(s::VARS);
    while at < end && m.byte(at) != VARIABLES_END {
        if m.byte(at) == m.byte(new) && (m.byte(at) & 0xE0 != 0xA0 || same_letters(m, at, new)) {
            return (at, true);
        }
        at = next_entry(m, at);
    }
    (at.min(end), false)
}

/// Whether two long names have the same letters. ROM: 0912.
fn same_letters(m: &Memory, mut a: Address, mut b: Address) -> bool {
    let end = m.pointer(s::E_LINE);
    while a < end {
        a += 1;
        b += 1;
        if m.byte(a) != m.byte(b) {
            return false;
        }
        if m.byte(a) & 0x80 != 0 {
            return true;
        }
    }
    false
}
