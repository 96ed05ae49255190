//! A PC keyboard as QEMU names its keys.

/// QEMU's name of a key by its USB usage (HID usage tables, page 7).
#[must_use]
pub fn name_of_usage(usage: u8) -> Option<&'static str> {
    const LETTERS: [&str; 26] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u", "v", "w", "x", "y", "z",
    ];
    const DIGITS: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
    const FROM_ENTER: [&str; 30] = [
        "ret",
        "esc",
        "backspace",
        "tab",
        "spc",
        "minus",
        "equal",
        "bracket_left",
        "bracket_right",
        "backslash",
        "backslash",
        "semicolon",
        "apostrophe",
        "grave_accent",
        "comma",
        "dot",
        "slash",
        "caps_lock",
        "f1",
        "f2",
        "f3",
        "f4",
        "f5",
        "f6",
        "f7",
        "f8",
        "f9",
        "f10",
        "f11",
        "f12",
    ];
    const FROM_PAUSE: [&str; 11] = [
        "pause", "insert", "home", "pgup", "delete", "end", "pgdn", "right", "left", "down", "up",
    ];
    const MODIFIERS: [&str; 8] = [
        "ctrl", "shift", "alt", "meta_l", "ctrl_r", "shift_r", "alt_r", "meta_r",
    ];
    let in_table = |table: &[&'static str], first: u8| {
        table.get(usize::from(usage.checked_sub(first)?)).copied()
    };
    in_table(&LETTERS, 0x04)
        .or_else(|| in_table(&DIGITS, 0x1E))
        .or_else(|| in_table(&FROM_ENTER, 0x28))
        .or_else(|| in_table(&FROM_PAUSE, 0x48))
        .or_else(|| in_table(&MODIFIERS, 0xE0))
}

/// The keys that type a character: QEMU's names, pressed in this order.
#[must_use]
pub fn keys_of_char(c: char) -> Option<Vec<&'static str>> {
    /// Unshifted and shifted characters of the same keys of an American keyboard.
    const PLAIN: &str = "1234567890-=[]\\;'`,./";
    const SHIFTED: &str = "!@#$%^&*()_+{}|:\"~<>?";
    let usage = |name: &str| basic::scenario::usage(name).and_then(name_of_usage);
    Some(match c {
        ' ' => vec!["spc"],
        '\n' | '\r' => vec!["ret"],
        'a'..='z' => vec![usage(c.encode_utf8(&mut [0; 4]))?],
        'A'..='Z' => vec!["shift", usage(c.encode_utf8(&mut [0; 4]))?],
        _ => {
            let shifted = SHIFTED.chars().position(|known| known == c);
            let plain = match shifted {
                Some(at) => PLAIN.chars().nth(at)?,
                None => c,
            };
            let key = usage(plain.encode_utf8(&mut [0; 4]))?;
            if shifted.is_some() {
                vec!["shift", key]
            } else {
                vec![key]
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_keys_of_an_american_keyboard() {
        assert_eq!(keys_of_char('a').unwrap(), ["a"]);
        assert_eq!(keys_of_char('Z').unwrap(), ["shift", "z"]);
        assert_eq!(keys_of_char('"').unwrap(), ["shift", "apostrophe"]);
        assert_eq!(keys_of_char('=').unwrap(), ["equal"]);
        assert_eq!(keys_of_char('*').unwrap(), ["shift", "8"]);
        assert_eq!(keys_of_char('\n').unwrap(), ["ret"]);
        assert_eq!(keys_of_char('€'), None);
    }

    #[test]
    fn every_key_a_scenario_names_is_one_qemu_has() {
        for name in [
            "ENTER", "ESC", "DELETE", "LEFT", "UP", "F12", "PAUSE", "SHIFT", "ALTGR", "/",
        ] {
            let usage = basic::scenario::usage(name).unwrap();
            assert!(name_of_usage(usage).is_some(), "{name}");
        }
    }
}
