//! Program lines as text: from typing to codes, and from codes to what is printed.

pub mod list;
pub mod numbers;
pub mod tokenise;

pub use list::{Item, LineLister};
pub use tokenise::{Dialect, tokenise};
