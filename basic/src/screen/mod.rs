//! The screen: cells, attributes, the print position and what is drawn.

pub mod geometry;
pub mod picture;

pub use geometry::Geometry;
pub use picture::{PALETTE, Picture};
