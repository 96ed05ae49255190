//! Memory: the bytes that programs can see, and the areas they are divided into.

pub mod areas;
mod banks;
pub mod memory;
pub mod program;
pub mod slots;
pub mod sysvars;
pub mod variables;

pub use memory::{Address, Memory};

/// A memory with empty areas, for tests.
#[cfg(test)]
pub(crate) fn empty() -> Memory {
    let mut m = Memory::new();
    m.set_stack_end(0xFF00);
    m.set_pointer(sysvars::PROG, 0x5CCB);
    m.set_pointer(sysvars::VARS, 0x5CCB);
    m.set_byte(0x5CCB, areas::VARIABLES_END);
    m.set_pointer(sysvars::E_LINE, 0x5CCC);
    areas::set_min(&mut m);
    m
}
