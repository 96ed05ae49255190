//! Files on the SD card: what the machine asks for, done over any [`Card`].
//!
//! Nothing here touches hardware; the board's card is `drivers::emmc`.

pub mod store;

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;

use resident_fat::BlockDevice;

pub use store::Store;

/// Why a card did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardError {
    /// There is none, or it does not answer any more.
    Absent,
    /// It says that it could not, or what it sent is damaged.
    Failed,
}

/// A card: sectors of 512 bytes, read and written in runs.
pub trait Card: BlockDevice<Error = CardError> {
    /// Makes the card ready, if it is not. Gives whether it had to be: it may be another card then.
    ///
    /// # Errors
    /// There is no card, or none that can be used.
    fn ready(&mut self) -> Result<bool, CardError>;
}
