//! The terminal's keys.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use basic::charset::{DELETE, DOWN, EDIT, ENTER, LEFT, RIGHT, UP};
use basic::keys::Function;
use basic::scenario::usage;

use crate::keyscript::{self, Chord, Step};
use crate::recognise;

/// What a key is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// A code of the Spectrum is typed.
    Type(u8),
    /// A key of a PC keyboard, with what is held with it, as USB usages.
    Press(Vec<u8>),
    /// BREAK.
    Break,
    /// The other view.
    OtherView,
    /// Leave.
    Leave,
}

/// The line that says how to leave.
pub(super) const HELP: &str = "Ctrl-Q leaves  Ctrl-T text/pixels  Esc BREAK  F1 help";

/// The code a character types.
pub(super) fn typed(c: char) -> Option<u8> {
    match c {
        '\n' | '\r' => Some(ENTER),
        _ => recognise::code(c),
    }
}

/// What a key of the terminal is to do.
pub(super) fn wish(key: &KeyEvent) -> Option<Wish> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        // terminals send Ctrl-] as Ctrl-5
        KeyCode::Char('q' | 'Q' | ']' | '5') if control => Some(Wish::Leave),
        KeyCode::Char('t' | 'T') if control => Some(Wish::OtherView),
        KeyCode::Char('c' | 'C') if control => Some(Wish::Break),
        KeyCode::Char('h' | 'H') if control => Some(Wish::Type(DELETE)),
        KeyCode::Char('j' | 'J' | 'm' | 'M') if control => Some(Wish::Type(ENTER)),
        KeyCode::Char('e' | 'E') if control => Some(Wish::Type(EDIT)),
        KeyCode::Char(c) if control => with_control(c),
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::ALT) => with_alt(c),
        KeyCode::Char(c) => typed(c).map(Wish::Type),
        KeyCode::Esc => Some(Wish::Break),
        KeyCode::Enter => Some(Wish::Type(ENTER)),
        _ if key
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
        {
            pressed(key)
        }
        KeyCode::Backspace => Some(Wish::Type(DELETE)),
        KeyCode::Left => Some(Wish::Type(LEFT)),
        KeyCode::Right => Some(Wish::Type(RIGHT)),
        KeyCode::Down => Some(Wish::Type(DOWN)),
        KeyCode::Up => Some(Wish::Type(UP)),
        _ => pressed(key),
    }
}

/// A function of the editors by Control and a letter: its code, or its key when it has none.
fn with_control(letter: char) -> Option<Wish> {
    let function = Function::of_letter(u8::try_from(letter).ok()?)?;
    let code = function.code().map(Wish::Type);
    code.or_else(|| function.key().map(|usage| Wish::Press([usage].into())))
}

/// What Alt does that a PC's keyboard does otherwise: with a letter it is SYMBOL SHIFT, since
/// Control with a letter is something else in a terminal. With a figure it is CAPS SHIFT.
fn with_alt(c: char) -> Option<Wish> {
    let key = usage(c.to_ascii_lowercase().encode_utf8(&mut [0; 4]))?;
    let shift = match c {
        '0'..='9' => "ALT",
        'a'..='z' | 'A'..='Z' => "CTRL",
        _ => return None,
    };
    Some(Wish::Press([usage(shift)?, key].into()))
}

/// A key of the terminal as the key of a PC keyboard that it is.
pub(super) fn pressed(key: &KeyEvent) -> Option<Wish> {
    let key_usage = match key.code {
        KeyCode::Char(' ') => usage("SPACE"),
        KeyCode::Char(c) => usage(c.encode_utf8(&mut [0; 4])),
        KeyCode::F(n) => usage(&format!("F{n}")),
        KeyCode::Enter => usage("ENTER"),
        KeyCode::Esc => usage("ESC"),
        KeyCode::Tab => usage("TAB"),
        KeyCode::Backspace => usage("DELETE"),
        KeyCode::Insert => usage("INSERT"),
        KeyCode::Delete => usage("DEL"),
        KeyCode::Home => usage("HOME"),
        KeyCode::End => usage("END"),
        KeyCode::PageUp => usage("PGUP"),
        KeyCode::PageDown => usage("PGDN"),
        KeyCode::Left => usage("LEFT"),
        KeyCode::Right => usage("RIGHT"),
        KeyCode::Up => usage("UP"),
        KeyCode::Down => usage("DOWN"),
        _ => None,
    }?;
    let held = [(KeyModifiers::CONTROL, "CTRL"), (KeyModifiers::ALT, "ALT")];
    let held = held
        .iter()
        .filter(|(modifier, _)| key.modifiers.contains(*modifier));
    let mut usages: Vec<u8> = held.filter_map(|(_, name)| usage(name)).collect();
    usages.push(key_usage);
    Some(Wish::Press(usages))
}

/// The keys of the Spectrum that give a code; none for what takes two strokes.
pub(super) fn chord(code: u8) -> Option<Chord> {
    let name = match code {
        EDIT => "{EDIT}",
        LEFT => "{LEFT}",
        RIGHT => "{RIGHT}",
        DOWN => "{DOWN}",
        UP => "{UP}",
        DELETE => "{DEL}",
        ENTER => "{ENTER}",
        _ => {
            let chords = keyscript::chords(basic::charset::to_char(code)?).ok()?;
            return chords.first().copied().filter(|_| chords.len() == 1);
        }
    };
    match keyscript::parse(name).ok()?.first() {
        Some(&Step::Key(chord)) => Some(chord),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_program_sees_the_keys_of_a_code() {
        assert_eq!(chord(ENTER), Some(keyscript::ENTER));
        assert_eq!(chord(b'y'), Some(keyscript::YES));
        let up: Vec<u8> = chord(UP).unwrap().keys().map(|k| k.0).collect();
        assert_eq!(up, [0, 23]);
        assert_eq!(chord(b'['), None);
        assert_eq!(chord(255), None);
    }

    #[test]
    fn keys_become_codes() {
        let press = |code, modifiers| wish(&KeyEvent::new(code, modifiers));
        let none = KeyModifiers::NONE;
        assert_eq!(press(KeyCode::Char('a'), none), Some(Wish::Type(b'a')));
        assert_eq!(press(KeyCode::Char('\u{A3}'), none), Some(Wish::Type(96)));
        assert_eq!(press(KeyCode::Char('\u{20AC}'), none), None);
        assert_eq!(press(KeyCode::Enter, none), Some(Wish::Type(13)));
        assert_eq!(
            press(KeyCode::Char('c'), KeyModifiers::CONTROL),
            Some(Wish::Break)
        );
        assert_eq!(
            press(KeyCode::Char('q'), KeyModifiers::CONTROL),
            Some(Wish::Leave)
        );
        assert_eq!(press(KeyCode::Char('x'), KeyModifiers::CONTROL), None);
        for (letter, key) in [
            ('z', 0x40),
            ('y', 0x41),
            ('f', 0x43),
            ('p', 0x44),
            ('n', 0x45),
        ] {
            let comfort = Some(Wish::Press([key].into()));
            let code = KeyCode::Char(letter);
            assert_eq!(press(code, KeyModifiers::CONTROL), comfort);
        }
        let word = Function::DeleteWordLeft.code().map(Wish::Type);
        assert_eq!(press(KeyCode::Char('w'), KeyModifiers::CONTROL), word);
        let edit = press(KeyCode::Char('e'), KeyModifiers::CONTROL);
        assert_eq!(edit, Some(Wish::Type(EDIT)));
        let usages = |keys: &[u8]| Some(Wish::Press(keys.to_vec()));
        assert_eq!(press(KeyCode::F(1), none), usages(&[0x3A]));
        let alt = |c| press(KeyCode::Char(c), KeyModifiers::ALT);
        assert_eq!(alt('G'), usages(&[0xE0, 0x0A]));
        assert_eq!(alt('9'), usages(&[0xE2, 0x26]));
        assert_eq!(alt('?'), None);
        assert_eq!(press(KeyCode::Home, none), usages(&[0x4A]));
        assert_eq!(
            press(KeyCode::Left, KeyModifiers::CONTROL),
            usages(&[0xE0, 0x50])
        );
    }
}
