//! What keys of a PC keyboard would do: for the help screen's key tester.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::function::{DELETE, Function};
use super::layout::{Chord, Layout, chord_of};
use super::modifiers::Modifiers;
use super::table::EDITING;
use super::{HELD_LIMIT, KeyEvent, MatrixKey, Shift, decode};
use crate::charset;

/// Presses remembered.
pub const PRESSES: usize = 14;

/// A key that went down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Its USB usage; none if a source of characters typed it.
    pub usage: Option<u8>,
    /// The character on it, with the modifiers that are held.
    pub character: Option<char>,
    /// The Spectrum's keys that it presses; empty if there are none.
    pub spectrum: String,
    /// The code it gives when the cursor is L.
    pub code: Option<u8>,
}

/// A keyboard that types nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tester {
    /// The lettering of the keyboard.
    pub layout: Layout,
    modifiers: Modifiers,
    held: Vec<u8>,
    presses: Vec<Press>,
}

impl Tester {
    /// A keyboard with no key down.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            modifiers: Modifiers::default(),
            held: Vec::new(),
            presses: Vec::new(),
        }
    }

    /// The last presses, the newest at the end.
    #[must_use]
    pub fn presses(&self) -> &[Press] {
        &self.presses
    }

    /// The usages of the keys that are down, in the order they went down.
    #[must_use]
    pub fn held(&self) -> &[u8] {
        &self.held
    }

    /// Takes an event of a PC keyboard.
    pub fn event(&mut self, event: KeyEvent) {
        self.modifiers.change(event);
        match event {
            KeyEvent::Down(usage) => {
                if self.held.len() < HELD_LIMIT && !self.held.contains(&usage) {
                    self.held.push(usage);
                }
                self.note(self.press(usage));
            }
            KeyEvent::Up(usage) => self.held.retain(|held| *held != usage),
            KeyEvent::AllUp => self.held.clear(),
            KeyEvent::Typed(code) => self.note(typed(code)),
            _ => {}
        }
    }

    /// Remembers a press.
    fn note(&mut self, press: Press) {
        if self.presses.len() >= PRESSES {
            self.presses.remove(0);
        }
        self.presses.push(press);
    }

    /// Forgets what was pressed.
    pub fn forget(&mut self) {
        self.presses.clear();
    }

    /// Whether a key is BREAK with the modifiers that are held.
    #[must_use]
    pub fn is_break(&self, usage: u8) -> bool {
        let chord = self.layout.chord(usage, self.modifiers, false);
        chord.and_then(|chord| self.keys(chord)) == Some((Shift::Caps, decode::SPACE))
    }

    /// Whether an event is Delete pressed while Control and Alt are held.
    #[must_use]
    pub fn asks_reset(&self, event: KeyEvent) -> bool {
        event == KeyEvent::Down(DELETE) && self.modifiers.ask_reset()
    }

    /// The key and the shift that a chord presses with the modifiers that are held.
    fn keys(&self, chord: Chord) -> Option<(Shift, MatrixKey)> {
        let Chord::Key { key, shift, own } = chord else {
            return None;
        };
        let (caps, symbol) = self.layout.shifts();
        let shift = if own {
            shift
        } else if self.modifiers.has(symbol) {
            Shift::Symbol
        } else if self.modifiers.has(caps) {
            Shift::Caps
        } else {
            Shift::None
        };
        Some((shift, key))
    }

    /// What a key does with the modifiers that are held.
    fn press(&self, usage: u8) -> Press {
        let chord = self.layout.chord(usage, self.modifiers, false);
        let spectrum = match chord {
            Some(Chord::Code(_)) | None => self.shift(usage).into(),
            Some(chord) => self.keys(chord).map_or_else(|| without_key(chord), name),
        };
        let code = chord.and_then(|chord| match self.keys(chord) {
            Some((shift, key)) => {
                let main = decode::main_code(shift, Some(key))?;
                Some(decode::decode(main, shift, 0, true, false))
            }
            None if chord == Chord::BothShifts => Some(decode::BOTH_SHIFTS),
            None => chord.direct(),
        });
        let shift = self.modifiers.has(Modifiers::SHIFT);
        let alt_gr = self.modifiers.has(Modifiers::ALT_GR);
        Press {
            usage: Some(usage),
            character: self.layout.character(usage, shift, alt_gr),
            spectrum,
            code,
        }
    }

    /// The shift of the Spectrum that a modifier is.
    fn shift(&self, usage: u8) -> &'static str {
        let modifier = Modifiers::one(usage);
        let (caps, symbol) = self.layout.shifts();
        if modifier.has(caps) {
            "CS"
        } else if modifier.has(symbol) {
            "SS"
        } else {
            ""
        }
    }
}

/// What a code does that a source of characters typed.
fn typed(code: u8) -> Press {
    let chord = Function::of_code(code)
        .map(Chord::Function)
        .or_else(|| chord_of(code));
    let spectrum = match chord {
        Some(Chord::Key { key, shift, .. }) => name((shift, key)),
        Some(chord) => without_key(chord),
        None => String::new(),
    };
    Press {
        usage: None,
        character: charset::to_char(code),
        spectrum,
        code: Some(code),
    }
}

/// The names of the Spectrum's keys of a chord that is no key with a shift.
fn without_key(chord: Chord) -> String {
    let keys = match chord {
        Chord::BothShifts => "CS+SS",
        Chord::Function(function) => EDITING
            .get(function as usize)
            .map_or("", |row| row.spectrum),
        Chord::Code(_) | Chord::Key { .. } => "",
    };
    keys.into()
}

/// The names of a key and its shift.
fn name((shift, key): (Shift, MatrixKey)) -> String {
    let shift = match shift {
        Shift::None => "",
        Shift::Caps => "CS+",
        Shift::Symbol => "SS+",
    };
    match key {
        decode::ENTER => format!("{shift}ENTER"),
        decode::SPACE => format!("{shift}SPACE"),
        MatrixKey(n) => {
            let main = decode::MAIN.get(usize::from(n)).copied().unwrap_or(b'?');
            format!("{shift}{}", char::from(main))
        }
    }
}
