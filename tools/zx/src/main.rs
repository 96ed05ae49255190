//! The machine on this computer.
fn main() {}
