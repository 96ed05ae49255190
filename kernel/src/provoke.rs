//! Faults on demand (`provoke=` on the command line, `after=` so many key events): so that what
//! happens then can be tested with the image that is shipped.

use core::hint::black_box;
use core::sync::atomic::Ordering;

use basic::machine::Power;

use crate::stop::FAIL_AGAIN;

/// An address that nothing is mapped to.
const NOWHERE: usize = 0x10;

/// Does what the command line asks for; an unknown word does nothing. Gives what the board is to
/// be switched to, if that is asked for.
///
/// # Panics
/// When asked to.
#[must_use]
pub fn provoke(what: &str) -> Option<Power> {
    match what {
        "reset" => return Some(Power::Reset),
        "off" => return Some(Power::Off),
        "abort" => abort(),
        "write" => write(),
        "overflow" => {
            black_box(overflow(1));
        }
        #[expect(clippy::panic, reason = "this is what it is for")]
        "panic" => panic!("provoked"),
        "nested" => {
            FAIL_AGAIN.store(true, Ordering::Relaxed);
            abort();
        }
        _ => {}
    }
    None
}

/// Reads where nothing is mapped.
pub(crate) fn abort() {
    let nowhere = core::ptr::without_provenance::<u64>(black_box(NOWHERE));
    // SAFETY: It is not safe, on purpose: the map has a hole there, so that the processor stops
    // this very instruction and the program does not go on.
    black_box(unsafe { nowhere.read_volatile() });
}

/// Writes to the program.
fn write() {
    let here =
        core::ptr::with_exposed_provenance_mut::<u32>(black_box(abort as *const () as usize));
    // SAFETY: As in `abort`: the map lets nobody write there.
    unsafe { here.write_volatile(0) };
}

/// Calls itself until the stack ends.
#[inline(never)]
fn overflow(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if depth == 0 {
        return 0;
    }
    overflow(black_box(depth + 1)) + room[(depth % 64) as usize]
}
