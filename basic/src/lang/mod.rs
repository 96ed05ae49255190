//! The language: lines compiled once, and run.

mod assign;
mod calls;
pub mod code;
mod definition;
pub mod exec;
mod expr;
mod fast;
mod files;
mod flow;
mod items;
mod ops;
pub mod parse;
mod printing;
mod room;
mod stack;
mod strings;
mod subscripts;
mod syntax;
pub mod text;
mod usr;

pub use exec::{Exec, Flow, Input};
pub use flow::{RAMTOP_MARK, restore};
pub use syntax::STATEMENTS_MAX;
