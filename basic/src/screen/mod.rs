//! The screen: cells, attributes, the print position and what is drawn.

pub mod colour;
pub mod geometry;
pub mod picture;
pub mod print;
pub mod read;
pub mod scroll;
mod spelling;

pub use colour::{attr, border, colour_item, graphics_temps, make_permanent, temps};
pub use geometry::Geometry;
pub use picture::{PALETTE, Picture};
pub use print::{Screen, Stop};
pub use read::screen_string;
pub use scroll::{
    clear_all, clear_lines, cls, cls_lower, reset, reset_udgs, scroll_all, set_position,
};
