//! The one entry to everything this project can do.
fn main() {}
