//! The key notation: what a script of keys says, as steps.
//!
//! Plain characters are typed; `\n` is ENTER; `{NAME}` a named key or a keyword of the 48K's
//! keyboard; `{CS+1}`, `{SS+p}`, `{CS+SS}` chords; `{NAME*5}` repeats; `{{}` and `{}}` braces.
//! By what the program asks: `{inkey:x}`, `{none}`, `{pause:x}`, `{pause:none}`, `{scroll:x}`.
//! By the clock, in frames: `{wait:N}`, `{hold:N:KEY}`.

use basic::keys::MatrixKey;

use crate::{Failure, Result};

/// Keys pressed together; every one of the notation is one key or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    first: MatrixKey,
    second: Option<MatrixKey>,
}

impl Chord {
    /// One key alone.
    #[must_use]
    pub const fn one(key: MatrixKey) -> Self {
        Self {
            first: key,
            second: None,
        }
    }
    /// Two keys together.
    #[must_use]
    pub const fn two(first: MatrixKey, second: MatrixKey) -> Self {
        Self {
            first,
            second: Some(second),
        }
    }
    /// Its keys.
    pub fn keys(self) -> impl Iterator<Item = MatrixKey> {
        std::iter::once(self.first).chain(self.second)
    }
}

/// The chord of BREAK.
pub const BREAK: Chord = Chord::two(CAPS_SHIFT, SPACE);
/// The chord of ENTER.
pub const ENTER: Chord = Chord::one(MatrixKey(30));
/// The chord of the `y` that answers `scroll?`.
pub const YES: Chord = Chord::one(MatrixKey(29));

const CAPS_SHIFT: MatrixKey = MatrixKey(0);
const SPACE: MatrixKey = MatrixKey(35);
const SYMBOL_SHIFT: MatrixKey = MatrixKey(36);

/// One step of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key for whatever asks for one.
    Key(Chord),
    /// Nothing for so many frames.
    Wait(u32),
    /// A key held for so many frames.
    Hold(u32, Chord),
    /// One INKEY$ finds no key.
    NoKey,
    /// A key for exactly one INKEY$.
    Inkey(Chord),
    /// A key for a PAUSE, or none: it runs out.
    Pause(Option<Chord>),
    /// The answer to `scroll?`; none: the usual one.
    Scroll(Option<Chord>),
}

/// The forty keys in the order of [`MatrixKey`]: names of one character are what the key types.
const KEYS: [&str; 40] = [
    "CS", "z", "x", "c", "v", "a", "s", "d", "f", "g", "q", "w", "e", "r", "t", "1", "2", "3", "4",
    "5", "0", "9", "8", "7", "6", "p", "o", "i", "u", "y", "ENTER", "l", "k", "j", "h", "SPACE",
    "SS", "m", "n", "b",
];

/// Characters typed with SYMBOL SHIFT, and the key.
const SYMBOLS: &str = "!1@2#3$4%5&6'7(8)9_0<r>t;o\"p-j+k=l*b,n.m/v?c:z\u{A3}x^h\u{2191}h`x";
/// Characters typed with SYMBOL SHIFT in extended mode, and the key.
const EXTENDED: &str = "[y]u~a|s\\d{f}g\u{A9}p";

/// Named keys: CAPS SHIFT and the key.
const NAMED: [(&str, &str); 13] = [
    ("EDIT", "1"),
    ("CAPSLOCK", "2"),
    ("TRUE", "3"),
    ("INV", "4"),
    ("LEFT", "5"),
    ("DOWN", "6"),
    ("UP", "7"),
    ("RIGHT", "8"),
    ("GRAPH", "9"),
    ("DEL", "0"),
    ("DELETE", "0"),
    ("BREAK", "SPACE"),
    ("EXT", "SS"),
];

/// The keywords of the 48K's keys, by mode: K (the key alone), with SYMBOL SHIFT, E (after both
/// shifts), E with SYMBOL SHIFT. In each the keyword, then the key.
const K_MODE: &[(&str, &str)] = &[
    ("NEW", "a"),
    ("BORDER", "b"),
    ("CONTINUE", "c"),
    ("DIM", "d"),
    ("REM", "e"),
    ("FOR", "f"),
    ("GO TO", "g"),
    ("GO SUB", "h"),
    ("INPUT", "i"),
    ("LOAD", "j"),
    ("LIST", "k"),
    ("LET", "l"),
    ("PAUSE", "m"),
    ("NEXT", "n"),
    ("POKE", "o"),
    ("PRINT", "p"),
    ("PLOT", "q"),
    ("RUN", "r"),
    ("SAVE", "s"),
    ("RANDOMIZE", "t"),
    ("IF", "u"),
    ("CLS", "v"),
    ("DRAW", "w"),
    ("CLEAR", "x"),
    ("RETURN", "y"),
    ("COPY", "z"),
];
const SYMBOL_MODE: &[(&str, &str)] = &[
    ("STOP", "a"),
    ("NOT", "s"),
    ("STEP", "d"),
    ("TO", "f"),
    ("THEN", "g"),
    ("AND", "y"),
    ("OR", "u"),
    ("AT", "i"),
    ("<=", "q"),
    (">=", "e"),
    ("<>", "w"),
];
const E_MODE: &[(&str, &str)] = &[
    ("READ", "a"),
    ("BIN", "b"),
    ("LPRINT", "c"),
    ("DATA", "d"),
    ("TAN", "e"),
    ("SGN", "f"),
    ("ABS", "g"),
    ("SQR", "h"),
    ("CODE", "i"),
    ("VAL", "j"),
    ("LEN", "k"),
    ("USR", "l"),
    ("PI", "m"),
    ("INKEY$", "n"),
    ("PEEK", "o"),
    ("TAB", "p"),
    ("SIN", "q"),
    ("INT", "r"),
    ("RESTORE", "s"),
    ("RND", "t"),
    ("CHR$", "u"),
    ("LLIST", "v"),
    ("COS", "w"),
    ("EXP", "x"),
    ("STR$", "y"),
    ("LN", "z"),
];
const E_SYMBOL_MODE: &[(&str, &str)] = &[
    ("CIRCLE", "h"),
    ("VAL$", "j"),
    ("SCREEN$", "k"),
    ("ATTR", "l"),
    ("INVERSE", "m"),
    ("OVER", "n"),
    ("OUT", "o"),
    ("ASN", "q"),
    ("VERIFY", "r"),
    ("MERGE", "t"),
    ("PAPER", "c"),
    ("FLASH", "v"),
    ("ACS", "w"),
    ("INK", "x"),
    ("ATN", "e"),
    ("BRIGHT", "b"),
    ("BEEP", "z"),
    ("IN", "i"),
    ("DEF FN", "1"),
    ("FN", "2"),
    ("LINE", "3"),
    ("OPEN #", "4"),
    ("CLOSE #", "5"),
    ("MOVE", "6"),
    ("ERASE", "7"),
    ("POINT", "8"),
    ("CAT", "9"),
    ("FORMAT", "0"),
];

/// The key of that name.
fn key(name: &str) -> Option<MatrixKey> {
    let at = KEYS.iter().position(|&k| k == name)?;
    u8::try_from(at).ok().map(MatrixKey)
}

/// The key beside a character in a table of pairs.
fn paired(table: &str, character: char) -> Option<MatrixKey> {
    let mut chars = table.chars();
    while let (Some(c), Some(k)) = (chars.next(), chars.next()) {
        if c == character {
            return key(k.encode_utf8(&mut [0; 4]));
        }
    }
    None
}

/// The key beside a word in a table.
fn listed(table: &[(&str, &str)], word: &str) -> Option<MatrixKey> {
    table
        .iter()
        .find(|(w, _)| *w == word)
        .and_then(|(_, k)| key(k))
}

/// Both shifts, that go to extended mode.
const EXTEND: Chord = Chord::two(CAPS_SHIFT, SYMBOL_SHIFT);

/// The chords that type a character, the cursor being L.
///
/// # Errors
/// A character no key gives.
pub fn chords(character: char) -> Result<Vec<Chord>> {
    let name = character.to_ascii_lowercase();
    Ok(match character {
        '\n' | '\r' => vec![ENTER],
        ' ' => vec![Chord::one(SPACE)],
        _ => {
            if let Some(k) = key(name.encode_utf8(&mut [0; 4])) {
                if name == character {
                    vec![Chord::one(k)]
                } else {
                    vec![Chord::two(CAPS_SHIFT, k)]
                }
            } else if let Some(k) = paired(SYMBOLS, character) {
                vec![Chord::two(SYMBOL_SHIFT, k)]
            } else if let Some(k) = paired(EXTENDED, character) {
                vec![EXTEND, Chord::two(SYMBOL_SHIFT, k)]
            } else {
                return Err(Failure(format!("no key for {character:?}")));
            }
        }
    })
}

/// The chords that type a keyword on the 48K's keyboard, the cursor being K or L.
///
/// # Errors
/// A word that is no keyword of the 48K.
pub fn keyword_chords(word: &str) -> Result<Vec<Chord>> {
    if let Some(k) = listed(K_MODE, word) {
        Ok(vec![Chord::one(k)])
    } else if let Some(k) = listed(SYMBOL_MODE, word) {
        Ok(vec![Chord::two(SYMBOL_SHIFT, k)])
    } else if let Some(k) = listed(E_MODE, word) {
        Ok(vec![EXTEND, Chord::one(k)])
    } else if let Some(k) = listed(E_SYMBOL_MODE, word) {
        Ok(vec![EXTEND, Chord::two(SYMBOL_SHIFT, k)])
    } else {
        Err(Failure(format!("no key for the keyword {word}")))
    }
}

/// The chords of what stands in braces.
fn named(body: &str) -> Result<Vec<Chord>> {
    if body == "EXTEND" {
        return Ok(vec![EXTEND]);
    }
    if let Some(k) = listed(&NAMED, body) {
        return Ok(vec![Chord::two(CAPS_SHIFT, k)]);
    }
    if let Some(k) = listed(SYMBOL_MODE, body) {
        return Ok(vec![Chord::two(SYMBOL_SHIFT, k)]);
    }
    if let Some((a, b)) = body.split_once('+') {
        let find = |name: &str| key(name).or_else(|| key(&name.to_ascii_lowercase()));
        if let (Some(a), Some(b)) = (find(a), find(b)) {
            return Ok(vec![Chord::two(a, b)]);
        }
    }
    if let Some(k) = key(body) {
        return Ok(vec![Chord::one(k)]);
    }
    let mut chars = body.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => chords(c),
        _ => keyword_chords(body),
    }
}

/// The first chord of what stands in braces.
fn first(body: &str) -> Result<Chord> {
    named(body)?
        .first()
        .copied()
        .ok_or_else(|| Failure(format!("no key {{{body}}}")))
}

/// The steps of one pair of braces.
fn one(body: &str) -> Result<Vec<Step>> {
    let frames = |text: &str| {
        text.parse()
            .map_err(|_| Failure(format!("not a number of frames: {{{body}}}")))
    };
    let (kind, rest) = body.split_once(':').unwrap_or((body, ""));
    let optional = |name: &str| {
        if name == "none" {
            Ok(None)
        } else {
            first(name).map(Some)
        }
    };
    Ok(match (kind.to_ascii_lowercase().as_str(), rest) {
        ("none", "") => vec![Step::NoKey],
        (_, "") => named(body)?.into_iter().map(Step::Key).collect(),
        ("wait", n) => vec![Step::Wait(frames(n)?)],
        ("hold", rest) => {
            let (n, name) = rest.split_once(':').unwrap_or((rest, ""));
            vec![Step::Hold(frames(n)?, first(name)?)]
        }
        ("inkey", name) => vec![Step::Inkey(first(name)?)],
        ("pause", name) => vec![Step::Pause(optional(name)?)],
        ("scroll", name) => vec![Step::Scroll(optional(name)?)],
        _ => named(body)?.into_iter().map(Step::Key).collect(),
    })
}

/// The steps of a script.
///
/// # Errors
/// A brace without its end, a key that does not exist, a number of frames that is none.
pub fn parse(script: &str) -> Result<Vec<Step>> {
    let script = script.replace("\\n", "\n");
    let mut steps = Vec::new();
    let mut rest = script.as_str();
    while let Some(c) = rest.chars().next() {
        let literal = if c != '{' {
            rest = rest.strip_prefix(c).unwrap_or_default();
            Some(c)
        } else if let Some(after) = rest.strip_prefix("{{}") {
            rest = after;
            Some('{')
        } else if let Some(after) = rest.strip_prefix("{}}") {
            rest = after;
            Some('}')
        } else {
            None
        };
        if let Some(c) = literal {
            steps.extend(chords(c)?.into_iter().map(Step::Key));
            continue;
        }
        let Some((body, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) else {
            return Err(Failure(format!("no end to {rest:?}")));
        };
        rest = after;
        let repeated = body
            .rsplit_once('*')
            .filter(|(name, _)| !name.is_empty())
            .and_then(|(name, n)| Some((name, n.parse::<usize>().ok()?)));
        let (body, n) = repeated.unwrap_or((body, 1));
        let part = one(body)?;
        for _ in 0..n {
            steps.extend(&part);
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps as text: keys by name, chords with +.
    fn names(script: &str) -> String {
        let chord = |c: Chord| {
            c.keys()
                .map(|k| KEYS[usize::from(k.0)])
                .collect::<Vec<_>>()
                .join("+")
        };
        let optional = |c: Option<Chord>| c.map_or("-".to_owned(), chord);
        parse(script)
            .unwrap()
            .iter()
            .map(|s| match *s {
                Step::Key(c) => chord(c),
                Step::Wait(n) => format!("wait {n}"),
                Step::Hold(n, c) => format!("hold {n} {}", chord(c)),
                Step::NoKey => "none".to_owned(),
                Step::Inkey(c) => format!("inkey {}", chord(c)),
                Step::Pause(c) => format!("pause {}", optional(c)),
                Step::Scroll(c) => format!("scroll {}", optional(c)),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn characters_become_the_keys_that_type_them() {
        assert_eq!(names("aB1 \\n\n"), "a CS+b 1 SPACE ENTER ENTER");
        assert_eq!(names("\"=\u{A3}`?"), "SS+p SS+l SS+x SS+x SS+c");
        assert_eq!(names("[{{}{}}"), "CS+SS SS+y CS+SS SS+f CS+SS SS+g");
        assert_eq!(names("\u{A9}\u{2191}"), "CS+SS SS+p SS+h");
    }

    #[test]
    fn braces_name_keys_chords_and_keywords() {
        assert_eq!(
            names("{ENTER}{DEL*3}{BREAK}"),
            "ENTER CS+0 CS+0 CS+0 CS+SPACE"
        );
        assert_eq!(
            names("{CS+1}{SS+P}{CS+SS}{EXTEND}"),
            "CS+1 SS+p CS+SS CS+SS"
        );
        assert_eq!(names("{*}{+}{:}{a*2}"), "SS+b SS+k SS+z a a");
        assert_eq!(
            names("{PRINT}{SIN}{OPEN #}{TO}{<=}"),
            "p CS+SS q CS+SS SS+4 SS+f SS+q"
        );
    }

    #[test]
    fn steps_say_when_a_key_is_given() {
        assert_eq!(names("{wait:30}{hold:5:a}{none}"), "wait 30 hold 5 a none");
        assert_eq!(
            names("{inkey:B}{inkey: }{inkey:ENTER}{inkey:$}"),
            "inkey CS+b inkey SPACE inkey ENTER inkey SS+4"
        );
        assert_eq!(
            names("{pause:x}{pause:none}{scroll:n}{scroll:none}"),
            "pause x pause - scroll n scroll -"
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for script in [
            "{ENTER", "{NOKEY}", "\u{20AC}", "{wait:x}", "{hold:3}", "{pause:}",
        ] {
            assert!(parse(script).is_err(), "{script}");
        }
    }
}
