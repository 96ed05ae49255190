//! Memory: the bytes that programs can see, and the areas they are divided into.

pub mod areas;
pub mod memory;
pub mod program;
pub mod sysvars;
pub mod variables;

pub use memory::{Address, Memory};
