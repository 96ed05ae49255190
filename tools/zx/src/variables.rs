//! The variables area, decoded.

use basic::store::Memory;
use basic::store::memory::Address;
use basic::store::sysvars;
use serde_json::{Map, Value, json};

/// Variables decoded at most, so that a broken area ends.
const LIMIT: usize = 400;
/// Elements of an array shown at most.
const NUMBERS_SHOWN: usize = 60;
/// Characters of a string array shown at most.
const CHARACTERS_SHOWN: usize = 400;

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

/// The characters of a string, others than plain ones as `\xNN`.
fn text(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&b| match b {
            b'\\' | b'`' => format!("\\x{b:02X}"),
            32..=126 => char::from(b).to_string(),
            _ => format!("\\x{b:02X}"),
        })
        .collect()
}

/// Every variable by its name: numbers as five bytes in hexadecimal.
#[must_use]
pub fn dump(memory: &Memory) -> Map<String, Value> {
    let mut at = memory.pointer(sysvars::VARS);
    let mut found = Map::new();
    for _ in 0..LIMIT {
        let head = memory.byte(at);
        if head == 0x80 {
            break;
        }
        let letter = char::from((head & 31) + 96);
        let number = |at: Address| hex(&bytes(memory, at, 5));
        match head >> 5 {
            2 => {
                let length = u32::from(memory.word(at + 1));
                let value = text(&bytes(memory, at + 3, length));
                found.insert(format!("{letter}$"), json!(value));
                at += 3 + length;
            }
            3 => {
                found.insert(letter.to_string(), json!(number(at + 1)));
                at += 6;
            }
            5 => {
                let mut name = letter.to_string();
                loop {
                    at += 1;
                    let c = memory.byte(at);
                    name.push(char::from(c & 127));
                    if c & 128 != 0 || name.len() > LIMIT {
                        break;
                    }
                }
                found.insert(name, json!(number(at + 1)));
                at += 6;
            }
            7 => {
                let value = json!({
                    "value": number(at + 1),
                    "limit": number(at + 6),
                    "step": number(at + 11),
                    "line": memory.word(at + 16),
                    "stmt": memory.byte(at + 18),
                });
                found.insert(format!("FOR {letter}"), value);
                at += 19;
            }
            kind @ (4 | 6) => {
                let length = u32::from(memory.word(at + 1));
                let body = bytes(memory, at + 3, length);
                let name = format!("{letter}{}", if kind == 4 { "()" } else { "$()" });
                found.insert(name, array(&body, kind == 4));
                at += 3 + length;
            }
            _ => {
                found.insert("?".to_owned(), json!(format!("{head:02X} at {at}")));
                break;
            }
        }
    }
    found
}

/// An array's dimensions and elements.
fn array(body: &[u8], of_numbers: bool) -> Value {
    let count = body.first().copied().map_or(0, usize::from);
    let Some(sizes) = body.get(1..1 + 2 * count) else {
        return json!(format!("broken: {}", hex(body)));
    };
    let dims: Vec<u16> = sizes
        .chunks_exact(2)
        .map(|c| u16::from_le_bytes([c[0], c[1]]))
        .collect();
    let elements = &body[1 + 2 * count..];
    if of_numbers {
        let mut shown: Vec<String> = elements.chunks(5).map(hex).collect();
        if shown.len() > NUMBERS_SHOWN {
            shown.truncate(NUMBERS_SHOWN);
            shown.push("...".to_owned());
        }
        json!({"dims": dims, "data": shown})
    } else {
        let mut shown = text(&elements[..elements.len().min(CHARACTERS_SHOWN)]);
        if elements.len() > CHARACTERS_SHOWN {
            shown.push_str("...");
        }
        json!({"dims": dims, "data": shown})
    }
}

/// Bytes from an address on, which wraps as the Z80's does.
#[must_use]
pub fn bytes(memory: &Memory, at: Address, length: u32) -> Vec<u8> {
    (0..length)
        .map(|i| memory.byte(at.wrapping_add(i)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumped(area: &[u8]) -> Value {
        let mut memory = Memory::new();
        memory.set_word(sysvars::VARS, 0x8000);
        for (at, &b) in (0x8000..).zip(area) {
            memory.set_byte(at, b);
        }
        Value::Object(dump(&memory))
    }

    #[test]
    fn every_kind_of_variable_is_decoded() {
        assert_eq!(dumped(b"\x80"), json!({}));
        assert_eq!(dumped(b"\x61\0\0\x05\0\0\x80"), json!({"a": "0000050000"}));
        assert_eq!(
            dumped(b"\xA1b\xE3\0\0\x05\0\0\x80"),
            json!({"abc": "0000050000"})
        );
        assert_eq!(
            dumped(b"\x42\x03\0x\x01`\x80"),
            json!({"b$": "x\\x01\\x60"})
        );
        assert_eq!(
            dumped(b"\xE9\0\0\x01\0\0\0\0\x09\0\0\0\0\x01\0\0\x0A\0\x02\x80"),
            json!({"FOR i": {"value": "0000010000", "limit": "0000090000", "step": "0000010000", "line": 10, "stmt": 2}})
        );
        assert_eq!(
            dumped(b"\x84\x0D\0\x01\x02\0\0\0\x01\0\0\0\0\x02\0\0\x80"),
            json!({"d()": {"dims": [2], "data": ["0000010000", "0000020000"]}})
        );
        assert_eq!(
            dumped(b"\xC5\x06\0\x01\x03\0abc\x80"),
            json!({"e$()": {"dims": [3], "data": "abc"}})
        );
    }

    #[test]
    fn a_broken_area_ends() {
        assert_eq!(dumped(b"\x01\x80"), json!({"?": "01 at 32768"}));
        assert_eq!(dumped(b"\x84\x01\0\x09\x80"), json!({"d()": "broken: 09"}));
    }
}
