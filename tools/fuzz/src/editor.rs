//! The full-screen editor's target.

use basic::machine::Start;
use basic::store::memory::{ATTRIBUTES_END, DISPLAY_FILE};
use basic::store::sysvars as s;

use crate::choices::Choices;
use crate::rig::Rig;

/// Undo, redo, find, the command before and the one after it: F7, F8, F10, F11, F12.
pub(crate) const COMFORTS: [u8; 5] = [0x40, 0x41, 0x43, 0x44, 0x45];
/// Keys that move and delete in the full-screen editor: Home to Page Down, the cursor keys,
/// Backspace.
const EDITING: [u8; 10] = [0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51, 0x52, 0x2A];
const CONTROL: u8 = 0xE0;
/// What is done in the editor in a case, at most, and how many edits there can be in that.
const EDITS_MAX: usize = 60;
const PRESSES_MAX: usize = 12 * EDITS_MAX;

/// Lines of a program edited in the full-screen editor: all that was done to it can be taken back,
/// and made again.
pub(crate) fn editor(choices: &mut Choices<'_>) {
    let mut rig = Rig::new(Start::Basic128);
    let mut edits = 0;
    while !choices.is_spent() && edits < EDITS_MAX {
        edits += 1;
        match choices.below(8) {
            0..=2 => {
                // No command that changes the program can be spelt with these.
                for _ in 0..=choices.below(6) {
                    rig.type_key(*choices.pick(b"1234567890 rem:\"(+"));
                }
            }
            3 => rig.type_key(13),
            4 => {
                for code in *choices.pick(&[&b"10 rem \r"[..], b"\r20 rem e\r", b"20\r"]) {
                    rig.type_key(*code);
                }
            }
            5 => rig.press(None, *choices.pick(&COMFORTS)),
            _ => {
                let held = Some(CONTROL).filter(|_| choices.one_in(3));
                rig.press(held, *choices.pick(&EDITING));
            }
        }
    }
    let [undo, redo, ..] = COMFORTS;
    assert_eq!(press_on(&mut rig, undo), [], "all was taken back");
    let made = press_on(&mut rig, redo);
    assert_eq!(press_on(&mut rig, undo), [], "all was taken back again");
    assert_eq!(press_on(&mut rig, redo), made, "all was made again");
}

/// Presses a key until nothing comes of it twice; gives the program. The first time the editor may have
/// given up edits within a line that is no longer as it was.
fn press_on(rig: &mut Rig, key: u8) -> Vec<u8> {
    let seen = |rig: &Rig| {
        let m = rig.machine.memory();
        let (start, end) = (m.pointer(s::PROG), m.pointer(s::VARS));
        let screen = m.slice(DISPLAY_FILE, ATTRIBUTES_END - DISPLAY_FILE);
        (m.slice(start, end - start).to_vec(), screen.to_vec())
    };
    let mut last = seen(rig);
    let mut idle = 0;
    for presses in 1.. {
        assert!(presses < PRESSES_MAX, "something comes of it for ever");
        rig.press(None, key);
        let now = seen(rig);
        idle = if now == last { idle + 1 } else { 0 };
        if idle == 2 {
            break;
        }
        last = now;
    }
    last.0
}
