//! The areas of memory and the pointers that divide them: making room and taking it back.
//!
//! From low to high: channels, program (PROG), variables (VARS), edit line (E_LINE), workspace
//! (WORKSP), calculator stack (STKBOT, STKEND), free memory, then from RAMTOP downwards the GO
//! SUB stack.

use super::memory::{Address, Memory};
use super::sysvars as s;
use crate::report::{Report, Result};

/// The pointers that move with the bytes they point to: the words from VARS to STKEND.
/// ROM: `POINTERS` 1664.
const MOVING: Address = s::VARS;
/// Bytes of them.
const MOVING_SIZE: u32 = s::STKEND + 2 - s::VARS;

/// Changes every pointer that moves. ROM: `POINTERS` 1664.
#[inline(always)]
fn move_pointers(m: &mut Memory, moved: impl Fn(u16) -> u16) {
    for pointer in m.slice_mut(MOVING, MOVING_SIZE).chunks_exact_mut(2) {
        if let [low, high] = pointer {
            [*low, *high] = moved(u16::from_le_bytes([*low, *high])).to_le_bytes();
        }
    }
}

/// Bytes that must stay free above STKEND. ROM: TEST-ROOM 1F05.
pub const RESERVE: Address = 80;

/// More than a GO SUB takes of the room.
const SMALL_STEP: Address = 8;

/// With less room than this between STKEND and the stack a statement may find too little for the
/// `need` bytes that the ROM's calculator holds meanwhile, now or after one more GO SUB.
#[inline]
#[must_use]
pub const fn tight(need: u32) -> Address {
    need + RESERVE + SMALL_STEP
}

/// Whether there is less room than [`tight`] says.
#[inline]
#[must_use]
pub fn is_tight(m: &Memory, need: u32) -> bool {
    m.pointer(s::STKEND) + tight(need) > m.stack_end()
}

/// Nothing below this moves: the screen and the system variables end here.
pub(super) const FIRST: Address = 0x5CB6;

/// Whether the variables lie between the program and the edit line, above what the system itself
/// writes to: POKEd pointers can put them anywhere.
#[inline]
#[must_use]
pub fn are_in_order(m: &Memory) -> bool {
    let start = m.pointer(s::VARS);
    start >= FIRST && start >= m.pointer(s::PROG) && start < m.pointer(s::E_LINE)
}

/// Ends the variables.
pub const VARIABLES_END: u8 = 0x80;

/// Where the mark behind the variables is.
#[must_use]
pub fn variables_end(m: &Memory) -> Address {
    m.pointer(s::E_LINE).saturating_sub(1)
}

/// Ends a line.
pub const ENTER: u8 = 13;

/// Fails when `length` more bytes above STKEND would come too near to the machine stack.
///
/// ROM: `TEST-ROOM` 1F05.
///
/// # Errors
/// Report 4.
pub fn test_room(m: &Memory, length: u32) -> Result<()> {
    if length < free(m) {
        Ok(())
    } else {
        Err(Report::OutOfMemory)
    }
}

/// The room there is: one more than can be taken.
#[must_use]
pub fn free(m: &Memory) -> u32 {
    m.stack_end().saturating_sub(m.pointer(s::STKEND) + RESERVE)
}

/// Opens `length` bytes at `at`: what was there and above moves up, and the pointers to it.
/// The new bytes hold what was there before.
///
/// ROM: `MAKE-ROOM` 1655 (which takes the address before).
///
/// # Errors
/// Report 4, nothing changed; also for a place in no area, where only a POKEd pointer leads.
pub fn make_room(m: &mut Memory, at: Address, length: u32) -> Result<()> {
    test_room(m, length)?;
    let end = m.pointer(s::STKEND);
    if at < FIRST || at > end {
        return Err(Report::OutOfMemory);
    }
    if let Ok(from) = u16::try_from(at) {
        let by = length as u16;
        move_pointers(m, |old| old.wrapping_add(if old >= from { by } else { 0 }));
    }
    if end > at {
        m.copy_within(at, at + length, end - at);
    }
    Ok(())
}

/// Opens `length` bytes at `at` as [`make_room`] does, but the pointers to `at` itself stay there.
///
/// ROM: `MAKE-ROOM` 1655 by `ONE-SPACE` 1652.
///
/// # Errors
/// See [`make_room`].
pub fn make_room_behind(m: &mut Memory, at: Address, length: u32) -> Result<()> {
    let mut staying = [false; (MOVING_SIZE / 2) as usize];
    let pointers = |i: usize| MOVING + 2 * i as Address;
    for (i, stays) in staying.iter_mut().enumerate() {
        *stays = m.pointer(pointers(i)) == at;
    }
    make_room(m, at, length)?;
    for (i, _) in staying.iter().enumerate().filter(|(_, stays)| **stays) {
        m.set_pointer(pointers(i), at);
    }
    Ok(())
}

/// Puts `bytes` in the place of `length` bytes at `at`; `moved` tells where each pointer leads then.
///
/// # Errors
/// Report 4, nothing changed.
pub fn exchange(
    m: &mut Memory,
    at: Address,
    length: u32,
    bytes: &[u8],
    moved: impl Fn(u16) -> u16,
) -> Result<()> {
    let end = m.pointer(s::STKEND);
    let (from, to) = (at + length, at + bytes.len() as u32);
    if at < FIRST || from > end {
        return Err(Report::OutOfMemory);
    }
    test_room(m, to.saturating_sub(from))?;
    move_pointers(m, moved);
    m.copy_within(from, to, end - from);
    m.set_bytes(at, bytes);
    Ok(())
}

/// Removes `length` bytes at `at`: what is above moves down, and the pointers to it.
///
/// Nothing happens where there is no area, and no more is removed than there is: POKEd pointers
/// and lengths can ask for both.
///
/// ROM: `RECLAIM-2` 19E8.
pub fn reclaim(m: &mut Memory, at: Address, length: u32) {
    let end = m.pointer(s::STKEND);
    let length = length.min(end.saturating_sub(at));
    if length == 0 || at < FIRST {
        return;
    }
    if let Ok(from) = u16::try_from(at) {
        let by = length as u16;
        move_pointers(m, |old| old.wrapping_sub(if old > from { by } else { 0 }));
    }
    let from = at + length;
    if end > from {
        m.copy_within(from, at, end - from);
    }
}

/// Room for `length` bytes in the workspace.
///
/// ROM: `BC-SPACES` 0030.
///
/// # Errors
/// Report 4.
pub fn spaces(m: &mut Memory, length: u32) -> Result<Address> {
    test_room(m, length)?;
    let at = m.pointer(s::STKBOT);
    // where STR$ left it, in a workspace that is empty again
    let cursor = m.pointer(s::K_CUR);
    if cursor >= at {
        m.set_pointer(s::K_CUR, cursor + length);
    }
    m.set_pointer(s::STKBOT, at + length);
    let end = m.pointer(s::STKEND);
    m.set_pointer(s::STKEND, end + length);
    Ok(at)
}

/// Empties the edit line, the workspace and the calculator stack.
///
/// ROM: `SET-MIN` 16B0.
pub fn set_min(m: &mut Memory) {
    let line = m.pointer(s::E_LINE);
    m.set_pointer(s::K_CUR, line);
    m.set_byte(line, ENTER);
    m.set_byte(line + 1, VARIABLES_END);
    m.set_pointer(s::WORKSP, line + 2);
    set_work(m);
}

/// Empties the workspace and the calculator stack.
///
/// ROM: `SET-WORK` 16BF.
pub fn set_work(m: &mut Memory) {
    let workspace = m.pointer(s::WORKSP);
    m.set_pointer(s::STKBOT, workspace);
    set_stack(m);
}

/// Empties the calculator stack.
///
/// ROM: `SET-STK` 16C5.
pub fn set_stack(m: &mut Memory) {
    let bottom = m.pointer(s::STKBOT);
    m.set_pointer(s::STKEND, bottom);
    m.set_word(s::MEM, s::MEMBOT as u16);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty;

    #[test]
    fn room_made_and_taken_back_leaves_the_areas_as_they_were() {
        let mut m = empty();
        let before = m.clone();
        make_room(&mut m, 0x5CCB, 7).unwrap();
        assert_eq!(m.pointer(s::VARS), 0x5CD2);
        assert_eq!(m.pointer(s::E_LINE), 0x5CD3);
        assert_eq!(m.byte(0x5CD2), VARIABLES_END);
        reclaim(&mut m, 0x5CCB, 7);
        // PROG pointed at the very place: it moved up with the room and stays, as in the ROM.
        assert_eq!(m.pointer(s::E_LINE), before.pointer(s::E_LINE));
        assert_eq!(m.byte(0x5CCB), VARIABLES_END);
    }

    #[test]
    fn room_beyond_the_stack_is_refused() {
        let mut m = empty();
        let before = m.clone();
        assert_eq!(make_room(&mut m, 0x5CCB, 50_000), Err(Report::OutOfMemory));
        assert!(m == before);
    }
}
