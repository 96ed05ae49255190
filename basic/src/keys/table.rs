//! The keys a person wants to know of, for the help screen and for the README, whose table a test
//! holds against this one.

/// A key of a PC keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called; at most [`PC_WIDTH`] characters.
    pub pc: &'static str,
    /// The keys of the Spectrum that do the same: CS CAPS SHIFT, SS SYMBOL SHIFT, E both together
    /// and let go; at most [`SPECTRUM_WIDTH`] characters.
    pub spectrum: &'static str,
    /// What it does; at most [`DOES_WIDTH`] characters.
    pub does: &'static str,
}

/// Characters of a PC key's name.
pub const PC_WIDTH: usize = 10;
/// Characters of the Spectrum's keys.
pub const SPECTRUM_WIDTH: usize = 7;
/// Characters of what a key does.
pub const DOES_WIDTH: usize = 13;

const fn row(pc: &'static str, spectrum: &'static str, does: &'static str) -> Row {
    Row { pc, spectrum, does }
}

/// The Spectrum's own functions.
pub const KEYS: [Row; 13] = [
    row("F1", "CS+SS H", "help"),
    row("F2, Insert", "CS 1", "EDIT"),
    row("F3", "CS 3", "TRUE VIDEO"),
    row("F4", "CS 4", "INV VIDEO"),
    row("F6, Tab", "CS+SS", "EXTENDED MODE"),
    row("F9", "CS 9", "GRAPHICS"),
    row("Caps Lock", "CS 2", "CAPS LOCK"),
    row("Esc, Pause", "CS SPC", "BREAK"),
    row("Arrows", "CS 5..8", "cursor"),
    row("Backspace", "CS 0", "delete left"),
    row("Shift", "CS", "CAPS SHIFT"),
    row("Ctrl,AltGr", "SS", "SYMBOL SHIFT"),
    row("Alt+0..9", "CS 0..9", "EDIT..DELETE"),
];

/// Functions of the 128's editor that have no key on the Spectrum.
pub const EDITING: [Row; 14] = [
    row("Delete", "E CS K", "delete right"),
    row("Home", "E SS 2", "line start"),
    row("End", "E M", "line end"),
    row("Ctrl+Left", "E I", "word left"),
    row("Ctrl+Right", "E CS J", "word right"),
    row("PgUp", "E P", "10 rows up"),
    row("PgDn", "SS I", "10 rows down"),
    row("Ctrl+Home", "E N", "program start"),
    row("Ctrl+End", "E T", "program end"),
    row("Ctrl+Bksp", "E E", "del last word"),
    row("Ctrl+Del", "E W", "del next word"),
    row("Alt+Bksp", "E K", "del to start"),
    row("Alt+Del", "E J", "del to end"),
    row("F5", "E SS 8", "upper/lower"),
];

/// What the editors do besides; the Spectrum has no keys for it.
pub const COMFORTS: [Row; 5] = [
    row("F7", "", "undo"),
    row("F8", "", "redo"),
    row("F10", "", "find text"),
    row("F11", "", "last command"),
    row("F12", "", "next command"),
];
