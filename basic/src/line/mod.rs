//! Program lines as text: from typing to codes, and from codes to what is printed.

pub mod list;
pub mod numbers;
pub mod renumber;
pub mod spell;
pub mod tokenise;

pub use list::{Item, LineLister, ProgramLister};
pub use tokenise::{Keywords, tokenise};
