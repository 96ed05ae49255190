//! Keys: what hosts send, the 40-key matrix, LAST-K and auto-repeat.

/// A key of the Spectrum's keyboard, as half-row times 5 plus the key's bit: half-rows in the
/// order of the ports FEFE (CAPS SHIFT Z X C V), FDFE (A..G), FBFE (Q..T), F7FE (1..5),
/// EFFE (0..6), DFFE (P..Y), BFFE (ENTER L..H), 7FFE (SPACE, SYMBOL SHIFT, M N B).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatrixKey(pub u8);

/// What a host tells of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEvent {
    /// A key of a PC keyboard went down: its USB usage (HID usage tables, page 7; modifiers are
    /// E0 to E7).
    Down(u8),
    /// A key of a PC keyboard went up.
    Up(u8),
    /// A key of the Spectrum's own 40 went down.
    MatrixDown(MatrixKey),
    /// A key of the Spectrum's own 40 went up.
    MatrixUp(MatrixKey),
    /// A character came from a source that knows only characters: a code of the Spectrum's
    /// character set (13 ENTER, 12 DELETE, 8 to 11 the cursor, 7 EDIT).
    Typed(u8),
    /// BREAK came from such a source.
    Break,
    /// The keyboard is gone: every key of it is up.
    AllUp,
}
