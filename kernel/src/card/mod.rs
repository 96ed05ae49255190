//! Files on a card: sectors below, the machine's requests above, and nothing of the board.
//!
//! [`Blocks`] is whatever has sectors: the board's slot, a simulated card in tests.

pub mod desk;
#[cfg(test)]
mod harsh_tests;
mod mend;
mod path;
#[cfg(test)]
mod simulated;
pub mod store;
mod volume;

/// Bytes of a sector.
pub const SECTOR: usize = 512;

/// Why sectors could not be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// There is no card, or it is not the one that was there.
    NoCard,
    /// The card cannot read or write them.
    Broken,
    /// The card may not be written.
    Protected,
}

/// A card's sectors.
#[expect(clippy::missing_errors_doc, reason = "each gives a `BlockError`")]
pub trait Blocks {
    /// Looks for a card and makes it ready; gives its sectors.
    fn start(&mut self) -> Result<u64, BlockError>;
    /// Whether the card that was made ready is still there, and ready.
    fn is_there(&mut self) -> bool;
    /// Fills `into`, which is whole sectors, from `sector` on.
    fn read(&mut self, sector: u64, into: &mut [u8]) -> Result<(), BlockError>;
    /// Writes `from`, which is whole sectors, from `sector` on.
    fn write(&mut self, sector: u64, from: &[u8]) -> Result<(), BlockError>;
    /// Sectors that can be moved at once.
    fn sectors_at_once(&self) -> usize;
    /// Others may have their turn: something takes long that moves no sectors.
    fn give_way(&mut self);
}
