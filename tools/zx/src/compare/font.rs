//! The character set that recorded screens show.
//!
//! Put into the machine for a comparison, it makes all pixels comparable: inverse and mixed text,
//! POINT on letters, what SCREEN$ finds. It is learnt from the recorded screens each time and
//! is kept nowhere.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use basic::screen::geometry::cell_pixels;
use serde_json::Value;

use crate::Result;
use crate::account;
use crate::computer::CharacterSet;
use crate::recognise::{self, Cell};

/// Learns the set from the recorded results in a folder; none if not every character is shown.
///
/// # Errors
/// A folder or a file that cannot be read.
pub(super) fn learn(golden: &Path) -> Result<Option<CharacterSet>> {
    let mut paths = Vec::new();
    super::files(golden, &mut paths)?;
    let mut seen: HashMap<(u8, Cell), usize> = HashMap::new();
    for path in paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
    {
        count(&super::read_golden(path)?, &mut seen);
    }
    Ok(choose(&seen))
}

/// Counts the shapes of the characters on one recorded screen, each once, and only of characters
/// that have one shape there: `?` also stands for cells that are not known, of which a screen
/// usually has several.
fn count(fields: &account::Fields, seen: &mut HashMap<(u8, Cell), usize>) {
    let screen = fields.get("screen").and_then(Value::as_array);
    let display = fields
        .get("display_z")
        .and_then(Value::as_str)
        .and_then(account::unpack);
    let (Some(screen), Some(display)) = (screen, display) else {
        return;
    };
    let mut shapes: HashMap<u8, HashSet<Cell>> = HashMap::new();
    for (line, text) in screen.iter().enumerate() {
        for (column, c) in text.as_str().unwrap_or_default().chars().enumerate() {
            if let Some(code @ 32..=127) = recognise::code(c) {
                let cell = cell_pixels(&display, line, column);
                shapes.entry(code).or_default().insert(cell);
            }
        }
    }
    for (code, cells) in shapes.into_iter().filter(|(_, cells)| cells.len() == 1) {
        for cell in cells {
            *seen.entry((code, cell)).or_default() += 1;
        }
    }
}

/// The shape each character has most often.
fn choose(seen: &HashMap<(u8, Cell), usize>) -> Option<CharacterSet> {
    let mut set = [[0; 8]; 96];
    for (glyph, code) in set.iter_mut().zip(32..) {
        *glyph = seen
            .iter()
            .filter(|((c, _), _)| *c == code)
            .max_by_key(|((_, cell), count)| (**count, *cell))
            .map(|((_, cell), _)| *cell)?;
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_of_several_shapes_teaches_nothing() {
        let mut display = vec![0; 6912];
        (display[0], display[1], display[2]) = (1, 2, 3);
        let screen = vec!["??A".to_owned() + &" ".repeat(29)];
        let fields = serde_json::json!({"screen": screen, "display_z": account::pack(&display)});
        let mut seen = HashMap::new();
        count(fields.as_object().unwrap(), &mut seen);
        let mut codes: Vec<u8> = seen.keys().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        assert_eq!(codes, [32, 65]);
    }

    #[test]
    fn the_commonest_shape_counts_and_all_are_needed() {
        let mut seen = HashMap::new();
        for code in 32..127 {
            seen.insert((code, [code; 8]), 2);
            seen.insert((code, [!code; 8]), 1);
        }
        assert_eq!(choose(&seen), None);
        seen.insert((127, [127; 8]), 1);
        let set = choose(&seen).unwrap();
        assert_eq!((set[1], set[95]), ([33; 8], [127; 8]));
    }
}
