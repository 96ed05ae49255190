//! Whatever is typed, loaded or POKEd: the machine neither panics nor hangs, BREAK brings it back
//! to the editor within a frame, and it takes no more memory than there is. Files that come from
//! elsewhere are read, or it is told what is wrong with them.
//!
//! Each target makes a case of any bytes. The tests of this crate give all of them bytes of seeded
//! generators; libFuzzer looks for bytes that lead somewhere new:
//!
//! ```text
//! cargo install cargo-fuzz
//! cd tools/fuzz/libfuzzer
//! cargo fuzz run --fuzz-dir . --sanitizer none TARGET -- -max_total_time=60 -timeout=10 -max_len=2000 -len_control=0
//! ```
//!
//! This works with the stable compiler; `unsafe` is forbidden in what is fuzzed, so the sanitizers
//! would find nothing.
#![forbid(unsafe_code)]

mod card;
mod choices;
mod editor;
mod formats;
mod grammar;
mod rig;
mod targets;

pub use choices::{Choices, bytes_of};
pub use grammar::statements;
pub use rig::{CASE, Rig};
pub use targets::{TARGETS, Target, any_command, canary, target};
