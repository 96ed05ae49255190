//! The screen: cells, attributes, the print position and what is drawn.

pub mod colour;
pub mod geometry;
mod pen;
pub mod picture;
pub mod plot;
pub mod print;
pub mod read;
pub mod scroll;
#[cfg(test)]
mod tests;

pub use colour::{attr, border, colour_item, graphics_temps, make_permanent, temps};
pub use geometry::Geometry;
pub use picture::{PALETTE, Picture};
pub use plot::{circle, dot, draw, draw_arc, plot, point};
pub use print::{Screen, Stop, block_pixels, own_pixels};
pub use read::{read_cell, screen_string};
pub use scroll::{
    FIRST_COLUMN, clear_all, clear_lines, cls, cls_lower, end_input, reset, reset_udgs, scroll_all,
    scroll_lines, scroll_up, set_position, set_rom_position,
};
