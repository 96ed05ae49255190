//! Keys: what hosts send, the 40-key matrix, LAST-K and auto-repeat.
//!
//! The ROM has no type-ahead but one code (LAST-K, told new by FLAGS bit 5), and neither has
//! this. Only what a host sends faster than the 50 looks a second at the keyboard is kept back
//! until the next look, so that a key that was down and up again between two looks is seen.

pub mod decode;
mod function;
pub mod layout;
mod modifiers;
pub mod table;
pub mod tester;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub use decode::{Shift, legends};
pub use function::Function;
pub use layout::{Chord, Layout};
use modifiers::Modifiers;

use crate::charset;
use crate::store::memory::{Address, Memory};
use crate::store::sysvars as s;

/// A key of the Spectrum's keyboard, as half-row times 5 plus the key's bit: half-rows in the
/// order of the ports FEFE (CAPS SHIFT Z X C V), FDFE (A..G), FBFE (Q..T), F7FE (1..5),
/// EFFE (0..6), DFFE (P..Y), BFFE (ENTER L..H), 7FFE (SPACE, SYMBOL SHIFT, M N B).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatrixKey(pub u8);

impl MatrixKey {
    /// The key with a capital letter or a figure on it.
    #[must_use]
    pub fn named(letter: u8) -> Option<Self> {
        let n = decode::MAIN.iter().position(|&main| main == letter)?;
        u8::try_from(n).ok().map(Self)
    }
}

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
    /// character set (13 ENTER, 12 DELETE, 8 to 11 the cursor, 7 EDIT), or that of a
    /// [`Function`].
    Typed(u8),
    /// BREAK came from such a source.
    Break,
    /// The keyboard is gone: every key of it is up.
    AllUp,
    /// PC keyboards are lettered like this from now on.
    Layout(Layout),
}

/// Who takes what is typed: a PC keyboard's editing keys do what there is to do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Reader {
    /// A program: they type nothing.
    #[default]
    Program,
    /// The line editor or INPUT: they are [taken](Keys::take_function) as functions, since their
    /// codes are keywords there.
    LineEditor,
    /// The 128's editor: they type their codes; those that have none are taken as functions.
    FullEditor,
}

/// FLAGS bit 5: LAST-K holds a new code.
pub const FLAGS_NEW_KEY: u8 = 5;
/// Events kept back at most; one more is applied at once.
const QUEUE_LIMIT: usize = 128;
/// Keys of PC keyboards noticed at one time.
const HELD_LIMIT: usize = 32;
/// Looks at the keyboard for which a typed code counts as a key held down, for INKEY$ and IN.
const TYPED_FRAMES: u8 = 5;
/// Looks without a key after which the same key is a new one (K-NEW 02F1).
const RELEASE_FRAMES: u8 = 5;
/// A set of KSTATE that holds no key.
const FREE: u8 = 0xFF;
/// The code that KSTATE holds for a key that types none.
const NO_CODE: u8 = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    usage: u8,
    chord: Chord,
}

/// The half-rows with a bit set for a key that is down.
type Rows = [u8; 8];

/// The keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Keys {
    /// Letter keys give keywords when the cursor is K, as the 48K's do; otherwise they never do.
    pub keyword_keys: bool,
    layout: Layout,
    /// Keys of the matrix that are down by themselves.
    matrix: Rows,
    /// Keys of PC keyboards that are down, but for the modifiers, in the order they went down.
    held: Vec<Held>,
    modifiers: Modifiers,
    /// The key that went down last, while it is down: the one that types.
    newest: Option<u8>,
    queue: VecDeque<KeyEvent>,
    /// A key press was seen and nobody has had the time to take its code.
    untaken: bool,
    typed: Option<(u8, u8)>,
    break_latched: bool,
    /// A function for an editor, not yet taken.
    function: Option<Function>,
}

impl Keys {
    /// A keyboard with no key down.
    #[must_use]
    pub fn new(keyword_keys: bool, layout: Layout) -> Self {
        Self {
            keyword_keys,
            layout,
            ..Self::default()
        }
    }

    /// Prepares KSTATE, LAST-K's timing and nothing else (ROM: in `START/NEW` 11CB).
    ///
    /// A key that is down has had its effect. The original's test of its memory gives a person a
    /// second to let go.
    pub fn reset_memory(&self, m: &mut Memory) {
        m.set_byte(s::KSTATE, FREE);
        m.set_byte(s::KSTATE + 4, FREE);
        m.set_byte(s::REPDEL, 35);
        m.set_byte(s::REPPER, 5);
        self.notice(m);
    }

    /// Notes which key is down without taking its code: it types when it is pressed again, or
    /// repeats.
    pub fn notice(&self, m: &mut Memory) {
        let _ = self.look(m);
    }

    /// Takes an event; it is seen at the next [`Keys::frame`] or [`Keys::deliver`]. BREAK is seen
    /// at once.
    pub fn event(&mut self, event: KeyEvent) {
        if event == KeyEvent::Break {
            self.break_latched = true;
            self.queue.retain(|e| !matches!(e, KeyEvent::Typed(_)));
            return;
        }
        if self.queue.len() >= QUEUE_LIMIT {
            if let Some(first) = self.queue.pop_front() {
                self.apply(first, 0);
            }
        }
        self.queue.push_back(event);
    }

    /// Whether a typed character would be taken at once.
    #[must_use]
    pub fn takes_typed(&self, m: &Memory) -> bool {
        self.queue.is_empty() && !m.bit(s::FLAGS, FLAGS_NEW_KEY)
    }

    /// What the last look saw can be taken now.
    ///
    /// When a turn comes late, several looks follow each other at once; all but the first key
    /// press would be lost if the next ones did not wait for this.
    pub fn looked(&mut self) {
        self.untaken = false;
    }

    /// The lettering of PC keyboards, for the keys that come next.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let waiting = self.queue.iter().rev().find_map(|event| match event {
            KeyEvent::Layout(layout) => Some(*layout),
            _ => None,
        });
        waiting.unwrap_or(self.layout)
    }

    /// The function that an editing key asks of an editor; told once.
    pub fn take_function(&mut self) -> Option<Function> {
        self.function.take()
    }

    /// Whether no key is down and no event waits.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.queue.is_empty()
            && self.held.is_empty()
            && self.matrix == [0; 8]
            && !self.break_latched
    }

    /// Puts a waiting typed code into LAST-K if the last one has been taken, or the function it
    /// stands for where its reader takes it.
    pub fn deliver(&mut self, m: &mut Memory, reader: Reader) {
        while let Some(&KeyEvent::Typed(code)) = self.queue.front() {
            let untaken = reader == Reader::LineEditor && self.function.is_some();
            if untaken || m.bit(s::FLAGS, FLAGS_NEW_KEY) {
                return;
            }
            self.queue.pop_front();
            match (Function::of_code(code), reader) {
                (Some(_), Reader::Program) => {}
                (Some(function), Reader::LineEditor) => self.function = Some(function),
                _ => {
                    self.typed = Some((code, TYPED_FRAMES));
                    last_key(m, self.typed_code(m, code));
                }
            }
        }
    }

    /// What a typed code gives: a character's is what the keys that type it at the cursor L give
    /// at the cursor in force.
    fn typed_code(&self, m: &Memory, code: u8) -> u8 {
        let mode = m.byte(s::MODE);
        let letters = self.types_letters(m);
        let is_character = (b' '..=charset::COPYRIGHT).contains(&code);
        if !is_character || mode == 0 && (letters || !charset::is_letter(code)) {
            return code;
        }
        let Some(Chord::Key { key, shift, .. }) = layout::chord_of(code) else {
            return code;
        };
        let main = decode::main_code(shift, Some(key)).unwrap_or(code);
        decode::decode(main, shift, mode, letters, caps_lock(m))
    }

    /// Whether letter keys give letters, and not keywords.
    fn types_letters(&self, m: &Memory) -> bool {
        !self.keyword_keys || m.bit(s::FLAGS, crate::line::list::FLAGS_L_MODE)
    }

    /// A fiftieth of a second has passed: takes what has come from the hosts and looks at the
    /// keyboard for whoever reads it. ROM: `KEYBOARD` 02BF.
    pub fn frame(&mut self, m: &mut Memory, reader: Reader) {
        self.typed = self
            .typed
            .and_then(|(code, left)| Some((code, left.checked_sub(1)?)));
        self.take_events(m, reader);
        if let Some(code) = self.look(m) {
            self.give(m, code, reader);
        }
    }

    /// The same while the ROM has the interrupt off: nobody looks.
    pub fn frame_unseen(&mut self, m: &mut Memory) {
        self.take_events(m, Reader::Program);
    }

    /// Applies the events that this look may see.
    fn take_events(&mut self, m: &mut Memory, reader: Reader) {
        let mut downs: Vec<KeyEvent> = Vec::new();
        let mut pressed = false;
        while let Some(&event) = self.queue.front() {
            // What undoes or changes a key press that nobody has seen waits for the next look.
            if pressed {
                return;
            }
            match event {
                KeyEvent::Typed(_) => {
                    self.deliver(m, reader);
                    if self.queue.front() == Some(&event) {
                        return;
                    }
                    continue;
                }
                KeyEvent::Up(usage) if downs.contains(&KeyEvent::Down(usage)) => return,
                KeyEvent::MatrixUp(key) if downs.contains(&KeyEvent::MatrixDown(key)) => return,
                KeyEvent::AllUp if !downs.is_empty() => return,
                KeyEvent::Down(0..modifiers::FIRST) if self.untaken => return,
                KeyEvent::Down(usage) => {
                    pressed = usage < modifiers::FIRST;
                    self.untaken |= pressed;
                    downs.push(event);
                }
                KeyEvent::MatrixDown(_) => downs.push(event),
                KeyEvent::Up(usage) => self.forget(m, usage),
                KeyEvent::MatrixUp(_) | KeyEvent::Break | KeyEvent::AllUp | KeyEvent::Layout(_) => {
                }
            }
            self.queue.pop_front();
            self.apply(event, m.byte(s::MODE));
        }
    }

    /// A PC's key does not bounce: when it is up, the next press is a new one at once.
    ///
    /// The ROM lets five looks pass, so that somebody who types fast loses double letters.
    fn forget(&self, m: &mut Memory, usage: u8) {
        let Some(held) = self.held.iter().find(|h| h.usage == usage) else {
            return;
        };
        let main = held.chord.main_code();
        for set in [s::KSTATE, s::KSTATE + 4] {
            if m.byte(set) == main {
                m.set_byte(set, FREE);
            }
        }
    }

    fn apply(&mut self, event: KeyEvent, mode: u8) {
        self.modifiers.change(event);
        match event {
            KeyEvent::Down(modifiers::FIRST..=modifiers::LAST) => {}
            KeyEvent::Down(usage) => {
                if self.held.iter().any(|h| h.usage == usage) || self.held.len() >= HELD_LIMIT {
                    return;
                }
                if let Some(chord) = self.layout.chord(usage, self.modifiers, mode != 0) {
                    self.held.push(Held { usage, chord });
                    self.newest = Some(usage);
                }
            }
            KeyEvent::Up(usage) => {
                self.held.retain(|h| h.usage != usage);
                if self.newest == Some(usage) {
                    self.newest = None;
                }
            }
            KeyEvent::MatrixDown(key) => set_key(&mut self.matrix, key, true),
            KeyEvent::MatrixUp(key) => set_key(&mut self.matrix, key, false),
            KeyEvent::AllUp => {
                self.matrix = [0; 8];
                self.held.clear();
                self.newest = None;
            }
            KeyEvent::Layout(layout) => self.layout = layout,
            KeyEvent::Typed(_) | KeyEvent::Break => {}
        }
    }

    /// The half-rows as some of the held keys, the modifiers and the matrix's own keys make them.
    fn rows<'a>(&self, held: impl Iterator<Item = &'a Held>) -> Rows {
        let mut rows = self.matrix;
        let mut own = false;
        for h in held {
            own |= h.chord.press(&mut rows);
        }
        // A key with shifts of its own hides those that are held.
        if !own {
            let (caps, symbol) = self.layout.shifts();
            if self.modifiers.has(caps) {
                set_key(&mut rows, decode::CAPS_SHIFT, true);
            }
            if self.modifiers.has(symbol) {
                set_key(&mut rows, decode::SYMBOL_SHIFT, true);
            }
        }
        rows
    }

    /// The modifiers that are held, with what no look has seen yet.
    fn newest_modifiers(&self) -> Modifiers {
        let mut modifiers = self.modifiers;
        for event in &self.queue {
            modifiers.change(*event);
        }
        modifiers
    }

    /// Whether an event is Delete pressed while Control and Alt are held.
    #[must_use]
    pub fn asks_reset(&self, event: KeyEvent) -> bool {
        event == KeyEvent::Down(function::DELETE) && self.newest_modifiers().ask_reset()
    }

    /// Whether CAPS SHIFT and SYMBOL SHIFT are held on PC keyboards, with what no look has seen yet.
    #[must_use]
    pub fn both_shifts(&self) -> bool {
        let modifiers = self.newest_modifiers();
        let (caps, symbol) = self.layout.shifts();
        modifiers.has(caps) && modifiers.has(symbol)
    }

    /// Lets go of every key of PC keyboards at once, and of what no look has seen yet.
    pub fn let_go(&mut self) {
        self.queue
            .retain(|event| !matches!(event, KeyEvent::Down(_) | KeyEvent::Up(_)));
        self.held.clear();
        self.modifiers = Modifiers::default();
        self.newest = None;
    }

    /// What programs see: all that is down.
    fn all_rows(&self) -> Rows {
        let mut rows = self.rows(self.held.iter());
        if let Some((code, _)) = self.typed {
            if let Some(chord) = layout::chord_of(code) {
                chord.press(&mut rows);
            }
        }
        rows
    }

    /// The held key that types.
    fn typing(&self) -> Option<&Held> {
        let newest = self.newest?;
        self.held.iter().find(|h| h.usage == newest)
    }

    /// Looks at the keys that are down; the code that is typed by it.
    ///
    /// ROM: `KEYBOARD` 02BF.
    fn look(&self, m: &mut Memory) -> Option<u8> {
        // Nothing is down or was: the common case, thousands of times in a long PAUSE.
        let free = |set| m.byte(set) & 0x80 != 0;
        let none =
            self.held.is_empty() && self.modifiers == Modifiers::default() && self.matrix == [0; 8];
        if none && free(s::KSTATE) && free(s::KSTATE + 4) {
            return None;
        }
        let typing = self.typing();
        let chord = typing.map(|h| h.chord);
        let direct = chord.filter(|c| matches!(c, Chord::Code(_) | Chord::Function(_)));
        let scan = decode::scan(&self.rows(typing.into_iter()));
        if direct.is_none() && scan.is_none() {
            return None;
        }
        for set in [s::KSTATE, s::KSTATE + 4] {
            if m.byte(set) & 0x80 == 0 {
                let left = m.byte(set + 1).wrapping_sub(1);
                m.set_byte(set + 1, left);
                if left == 0 {
                    m.set_byte(set, FREE);
                }
            }
        }
        let key = scan.and_then(|(shift, key)| Some((shift, decode::main_code(shift, key)?)));
        let direct_main = direct.map(Chord::main_code);
        let (shift, main) = direct_main.map(|main| (Shift::None, main)).or(key)?;
        if let Some(set) = [s::KSTATE, s::KSTATE + 4]
            .into_iter()
            .find(|&set| m.byte(set) == main)
        {
            return repeat(m, set).then(|| m.byte(set + 3));
        }
        let set = [s::KSTATE + 4, s::KSTATE]
            .into_iter()
            .find(|&set| m.byte(set) & 0x80 != 0)?;
        m.set_byte(set, main);
        m.set_byte(set + 1, RELEASE_FRAMES);
        m.set_byte(set + 2, m.byte(s::REPDEL));
        let code = match direct {
            Some(chord) => chord.direct().unwrap_or(NO_CODE),
            None => decode::decode(
                main,
                shift,
                m.byte(s::MODE),
                self.types_letters(m),
                caps_lock(m),
            ),
        };
        m.set_byte(set + 3, code);
        Some(code)
    }

    /// Hands on the code of the key that types.
    fn give(&mut self, m: &mut Memory, code: u8, reader: Reader) {
        match (self.typing().map(|held| held.chord), reader) {
            (Some(Chord::Function(_)), Reader::Program) => {}
            (Some(Chord::Function(function)), reader)
                if reader == Reader::LineEditor || function.code().is_none() =>
            {
                self.function = Some(function);
            }
            _ => last_key(m, code),
        }
    }

    /// The key that is down for INKEY$, if it is just one with at most one shift. Never a keyword;
    /// looks at no system variable but CAPS LOCK's.
    ///
    /// ROM: `S-INKEY$` 2634.
    #[must_use]
    pub fn inkey(&self, m: &Memory) -> Option<u8> {
        if let Some((code, _)) = self.typed {
            return Some(code);
        }
        if let [
            Held {
                chord: Chord::Code(code),
                ..
            },
        ] = self.held[..]
        {
            return Some(code);
        }
        let (shift, key) = decode::scan(&self.rows(self.held.iter()))?;
        let main = decode::main_code(shift, key)?;
        Some(decode::decode(main, shift, 0, true, caps_lock(m)))
    }

    /// The low five bits IN reads from port `port_high` * 256 + 254: a bit is 0 for a key that is
    /// down in one of the half-rows whose bit in `port_high` is 0.
    #[must_use]
    pub fn half_rows(&self, port_high: u8) -> u8 {
        let rows = self.all_rows();
        (0..8)
            .filter(|row| port_high >> row & 1 == 0)
            .fold(0x1F, |bits, row| bits & !rows[row])
    }

    /// Whether BREAK is down, or came from a source of characters and was not yet
    /// [cleared](Keys::clear_break).
    ///
    /// ROM: `BREAK-KEY` 1F54.
    #[inline]
    #[must_use]
    pub fn break_held(&self) -> bool {
        // The common case first: this is asked before every statement.
        if !self.break_latched && self.held.is_empty() && self.matrix == [0; 8] {
            return false;
        }
        let rows = self.rows(self.held.iter());
        self.break_latched || rows[0] & 1 != 0 && rows[7] & 1 != 0
    }

    /// Whether BREAK came from a source of characters; told once.
    pub fn take_typed_break(&mut self) -> bool {
        core::mem::take(&mut self.break_latched)
    }

    /// BREAK was obeyed, or nothing can be broken into.
    pub fn clear_break(&mut self) {
        self.break_latched = false;
    }
}

/// Whether CAPS LOCK is on (FLAGS2 bit 3): what the keyboard's light shows.
#[must_use]
pub fn caps_lock(m: &Memory) -> bool {
    m.bit(s::FLAGS2, crate::line::list::FLAGS2_CAPS_LOCK)
}

/// ROM: `K-END` 0308.
fn last_key(m: &mut Memory, code: u8) {
    m.set_byte(s::LAST_K, code);
    m.set_bit(s::FLAGS, FLAGS_NEW_KEY, true);
}

/// Counts a look at a key that is still down; whether it types again.
///
/// ROM: `K-REPEAT` 0310.
fn repeat(m: &mut Memory, set: Address) -> bool {
    m.set_byte(set + 1, RELEASE_FRAMES);
    let left = m.byte(set + 2).wrapping_sub(1);
    m.set_byte(set + 2, left);
    if left == 0 {
        m.set_byte(set + 2, m.byte(s::REPPER));
    }
    left == 0
}

fn set_key(rows: &mut Rows, key: MatrixKey, down: bool) {
    if let Some(row) = rows.get_mut(usize::from(key.0 / 5)) {
        let bit = 1 << (key.0 % 5);
        if down {
            *row |= bit;
        } else {
            *row &= !bit;
        }
    }
}

#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod tests;
