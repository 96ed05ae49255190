//! Which fields are compared, and how.

use std::collections::BTreeSet;

use basic::screen::geometry::cell_pixels;
use serde_json::{Value, json};

use super::difference::{self, Difference};
use crate::account::{self, Fields};
use crate::recognise::PIXEL_BYTES;
use crate::variables;

/// Fields that are not compared, and why.
pub const IGNORED: [(&str, &str); 9] = [
    ("program", "the name of the file"),
    ("rom", "what was asked for"),
    ("tstates", "a statement's cost is a constant here"),
    ("seconds", "the same"),
    (
        "inkeys",
        "how often a loop looks at the keys follows from its speed",
    ),
    ("rs232", "the ROM's printer routine at work on its port"),
    ("display_sha256", "display_z is compared pixel by pixel"),
    ("attr_sha256", "attrs is compared"),
    (
        "t",
        "times inside beeps and borders: as tstates; those inside ay between the start and the end of a PLAY are compared",
    ),
];

/// The order in which fields are shown; others follow.
const ORDER: [&str; 9] = [
    "status",
    "waiting_for",
    "load_errors",
    "report",
    "out",
    "screen",
    "display",
    "attrs",
    "border",
];

/// How a field compares.
#[derive(Clone, Debug)]
enum Compares {
    Equal,
    Differs(Difference),
    /// It differs, for a reason that makes the difference count apart.
    Aside(&'static str),
}

/// A comparison: every field that was compared.
#[derive(Clone, Debug, Default)]
pub struct Compared(Vec<(String, Compares)>);

impl Compared {
    /// Sets differences aside for which there is a reason.
    pub(super) fn set_aside(&mut self, reason: impl Fn(&str) -> Option<&'static str>) {
        for (field, compares) in &mut self.0 {
            if let (Compares::Differs(_), Some(reason)) = (&*compares, reason(field)) {
                *compares = Compares::Aside(reason);
            }
        }
    }
    /// Whether all fields are equal but for those set aside.
    #[must_use]
    pub fn equal(&self) -> bool {
        self.differences().next().is_none()
    }
    /// The fields that count, and whether each is equal.
    pub fn fields(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().filter_map(|(field, compares)| {
            let equal = match compares {
                Compares::Equal => true,
                Compares::Differs(_) => false,
                Compares::Aside(_) => return None,
            };
            Some((field.as_str(), equal))
        })
    }
    /// The fields that differ.
    pub fn differences(&self) -> impl Iterator<Item = (&str, &Difference)> {
        self.0.iter().filter_map(|(field, compares)| {
            let Compares::Differs(difference) = compares else {
                return None;
            };
            Some((field.as_str(), difference))
        })
    }
    /// The reasons for which fields are set aside.
    #[must_use]
    pub fn reasons(&self) -> BTreeSet<&'static str> {
        let reasons = self.0.iter().filter_map(|(_, compares)| match compares {
            Compares::Aside(reason) => Some(*reason),
            _ => None,
        });
        reasons.collect()
    }
    /// The first difference, and the names of the other fields that differ.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
        let mut differences = self.differences();
        let (field, first) = differences.next()?;
        let others: Vec<&str> = differences.map(|(f, _)| f).collect();
        Some(if others.is_empty() {
            format!("{field} {}", first.short)
        } else {
            format!("{field} {} (also {})", first.short, others.join(", "))
        })
    }
}

/// Compares two accounts. With `exact` all pixels count; without it a cell of text is equal if
/// it shows the same character. `only`, if not empty, names the fields wanted.
pub(super) fn compare(golden: &Fields, ours: &Fields, exact: bool, only: &[String]) -> Compared {
    let mut names: BTreeSet<&str> = golden
        .keys()
        .chain(ours.keys())
        .map(String::as_str)
        .collect();
    for (ignored, _) in IGNORED {
        names.remove(ignored);
    }
    if names.remove("display_z") {
        names.insert("display");
    }
    let rank = |name: &str| ORDER.iter().position(|&o| o == name).unwrap_or(ORDER.len());
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_key(|name| rank(name));
    let compared = names
        .into_iter()
        .filter(|name| only.is_empty() || only.iter().any(|o| o == name))
        .map(|name| {
            let found = one(name, golden, ours, exact);
            let compares = found.map_or(Compares::Equal, Compares::Differs);
            (name.to_owned(), compares)
        })
        .collect();
    Compared(compared)
}

/// Compares one field.
fn one(name: &str, golden: &Fields, ours: &Fields, exact: bool) -> Option<Difference> {
    if name == "display" {
        return display(golden, ours, exact);
    }
    if name == "screen" {
        return screens(golden, ours);
    }
    let (Some(a), Some(b)) = (golden.get(name), ours.get(name)) else {
        return Some(difference::values(golden.get(name), ours.get(name)));
    };
    // equal objects may have their members in another order, which matters for variables
    if a == b && name != "vars" {
        return None;
    }
    match name {
        "attrs" => attributes(a, b),
        "out" => out(a, b),
        "then" => then(a, b),
        "report" => report(a, b),
        "beeps" => listed(&without_times(a), &without_times(b)),
        "ay" => listed(&after_time(a), &after_time(b)).or_else(|| play_times(a, b)),
        "borders" => {
            let (a, b) = (colours(a), colours(b));
            (a != b).then(|| difference::texts(&a, &b))
        }
        "tape" => listed(&without_unused(a), &without_unused(b)),
        "listing" | "load_errors" => listed(elements(a), elements(b)),
        "vars" | "peek" => members(a, b),
        _ => Some(difference::values(Some(a), Some(b))),
    }
}

/// The blocks of a tape without what headers hold that the kind of file does not use: in the ROM
/// it is what the workspace held before.
fn without_unused(tape: &Value) -> Vec<Value> {
    elements(tape).iter().map(without_unused_bytes).collect()
}

fn without_unused_bytes(block: &Value) -> Value {
    let hex = block.get("hex").and_then(Value::as_str);
    let header = block.get("flag") == Some(&json!(0)) && block.get("length") == Some(&json!(17));
    let (Some(hex), true) = (hex, header) else {
        return block.clone();
    };
    // two digits a byte
    let (unused, line) = match (hex.get(..2), hex.get(26..30)) {
        (Some("01" | "02"), _) => (26..28, 30),
        (Some("03"), _) => (0..0, 30),
        (_, Some(line)) if line.ends_with("80") => (26..28, 34),
        _ => (0..0, 34),
    };
    let mut used = String::new();
    for (i, digit) in hex.chars().enumerate().take(line) {
        used.push(if unused.contains(&i) { '.' } else { digit });
    }
    json!(used)
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The first difference of two lists.
fn listed(a: &[Value], b: &[Value]) -> Option<Difference> {
    let at = (0..a.len().max(b.len())).find(|&i| a.get(i) != b.get(i))?;
    let found = difference::values(a.get(at), b.get(at));
    Some(Difference {
        short: format!("{at} of {}: {}", a.len(), found.short),
        long: format!(
            "  {} elements, here {}; number {at}:\n{}",
            a.len(),
            b.len(),
            found.long
        ),
    })
}

/// The first difference of two objects' members.
fn members(a: &Value, b: &Value) -> Option<Difference> {
    let empty = Fields::new();
    let (a, b) = (
        a.as_object().unwrap_or(&empty),
        b.as_object().unwrap_or(&empty),
    );
    let mut found = a
        .keys()
        .chain(b.keys().filter(|k| !a.contains_key(*k)))
        .filter(|k| a.get(*k) != b.get(*k))
        .map(|k| (k, difference::values(a.get(k), b.get(k))));
    if let Some((name, first)) = found.next() {
        let others = found.map(|(k, d)| format!("\n  {k}:\n{}", d.long));
        return Some(Difference {
            short: format!("{name}: {}", first.short),
            long: format!("  {name}:\n{}{}", first.long, others.collect::<String>()),
        });
    }
    // the same members in another order: variables lie in the order they were made
    (!a.keys().eq(b.keys())).then(|| {
        let order = |m: &Fields| m.keys().cloned().collect::<Vec<_>>().join(" ");
        difference::texts(&order(a), &order(b))
    })
}

/// A report: its text if that differs, or else its members.
fn report(a: &Value, b: &Value) -> Option<Difference> {
    match (
        a.get("text").and_then(Value::as_str),
        b.get("text").and_then(Value::as_str),
    ) {
        (Some(x), Some(y)) if x != y => Some(Difference::new(format!("{x:?}, here {y:?}"))),
        _ => members(a, b),
    }
}

/// What was printed on each channel.
fn out(a: &Value, b: &Value) -> Option<Difference> {
    let empty = Fields::new();
    let (a, b) = (
        a.as_object().unwrap_or(&empty),
        b.as_object().unwrap_or(&empty),
    );
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    // the screen says more than the lower screen
    names.into_iter().rev().find_map(|name| {
        let text =
            |m: &Fields| -> Option<String> { Some(m.get(name)?.get("text")?.as_str()?.to_owned()) };
        let found = match (a.get(name), b.get(name)) {
            (x, y) if x == y => return None,
            (Some(x), Some(y)) if text(a) == text(b) => members(x, y)?,
            (x, y) if x.is_none() || y.is_none() => difference::values(x, y),
            _ => difference::texts(&text(a).unwrap_or_default(), &text(b).unwrap_or_default()),
        };
        Some(Difference {
            short: format!("{name} {}", found.short),
            long: format!("  channel {name}\n{}", found.long),
        })
    })
}

/// Further commands: status, report and output of each.
fn then(a: &Value, b: &Value) -> Option<Difference> {
    let (a, b) = (elements(a), elements(b));
    let empty = Fields::new();
    let mut shorts = Vec::new();
    let mut longs = Vec::new();
    for i in 0..a.len().max(b.len()) {
        let fields = |list: &[Value]| list.get(i).and_then(Value::as_object).cloned();
        let x = fields(a).unwrap_or_else(|| empty.clone());
        let y = fields(b).unwrap_or_else(|| empty.clone());
        let title = difference::brief(x.get("command"));
        for name in ["command", "status", "waiting_for", "report", "out"] {
            if x.get(name).is_none() && y.get(name).is_none() {
                continue;
            }
            if let Some(found) = one(name, &x, &y, true) {
                shorts.push(format!("{title} {name} {}", found.short));
                longs.push(format!("  {title} {name}\n{}", found.long));
            }
        }
    }
    let first = shorts.first()?;
    Some(Difference {
        short: format!("({} of {}) {first}", shorts.len(), a.len()),
        long: longs.join("\n"),
    })
}

/// Beeps without their times; a duration and a pitch are told by their five bytes.
fn without_times(value: &Value) -> Vec<Value> {
    let mut beeps = elements(value).to_vec();
    for beep in &mut beeps {
        if let Some(beep) = beep.as_object_mut() {
            for name in ["t", "duration", "pitch"] {
                beep.remove(name);
            }
        }
    }
    beeps
}

/// `t register value` without the time.
fn after_time(value: &Value) -> Vec<Value> {
    elements(value)
        .iter()
        .map(|e| {
            let text = e.as_str().unwrap_or_default();
            Value::from(text.split_once(' ').map_or(text, |(_, rest)| rest))
        })
        .collect()
}

/// What PLAY writes first.
const PLAY_BEGINS: &str = "7 248";
/// T-states that times may differ by because they are told in microseconds here.
const ROUNDING: u64 = 8;
/// PLAY's memory is contended on the original and not here: of so many T-states at most (a tempo is
/// worked out) the ROM itself works, which takes up to so many hundredths longer; the rest is its
/// delay loop, which is slowed only where it reads its count.
const WORK: u64 = 45_000;
const WORK_HUNDREDTHS: u64 = 8;
const DELAY_PART: u64 = 2_000;

/// Times between what PLAY writes.
fn play_times(a: &Value, b: &Value) -> Option<Difference> {
    let writes = |value: &Value| -> Vec<(u64, String)> {
        elements(value)
            .iter()
            .filter_map(|e| e.as_str()?.split_once(' '))
            .map(|(t, write)| (t.parse().unwrap_or(0), write.to_owned()))
            .collect()
    };
    let (a, b) = (writes(a), writes(b));
    let pairs = a.windows(2).zip(b.windows(2)).enumerate();
    pairs.into_iter().find_map(|(at, (rom, ours))| {
        // what is between two PLAYs are statements, which cost what they like
        let [(before, _), (then, write)] = rom else {
            return None;
        };
        if write == PLAY_BEGINS {
            return None;
        }
        let took = then - before;
        let here = ours.last()?.0 - ours.first()?.0;
        let may = ROUNDING + took.min(WORK) * WORK_HUNDREDTHS / 100 + took / DELAY_PART;
        (took.abs_diff(here) > may).then(|| {
            Difference::new(format!(
                "{} of {}: {write:?} after {took} T-states, here {here}",
                at + 1,
                a.len()
            ))
        })
    })
}

/// The colours of `t:colour t:colour`.
fn colours(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_default()
        .split(' ')
        .filter_map(|e| Some(e.split_once(':')?.1))
        .collect()
}

/// The attributes of a run-length text.
fn expanded(value: &Value) -> Vec<u8> {
    value
        .as_str()
        .unwrap_or_default()
        .split(' ')
        .flat_map(|run| {
            let (byte, count) = run.split_once('x').unwrap_or((run, "1"));
            let byte = u8::from_str_radix(byte, 16).unwrap_or(0);
            std::iter::repeat_n(byte, count.parse().unwrap_or(0))
        })
        .collect()
}

fn attributes(a: &Value, b: &Value) -> Option<Difference> {
    let differing: Vec<_> = expanded(a)
        .into_iter()
        .zip(expanded(b))
        .enumerate()
        .filter(|(_, (x, y))| x != y)
        .map(|(at, (x, y))| (at, format!("{x:02X}"), format!("{y:02X}")))
        .collect();
    difference::cells(&differing)
}

/// What the last line of the screen begins with after power-on and NEW: the ROM's, and ours
/// (DIFFERENCES.md D12).
const MAKERS: (&str, &str) = ("© 19", "© ZX Spectrum +4");

/// The line of the screen in which the makers' names stand, if it does in both.
fn makers_line(golden: &Fields, ours: &Fields) -> Option<usize> {
    let begins = |fields: &Fields, with| {
        let lines = fields.get("screen").and_then(Value::as_array);
        let last = lines.and_then(|lines| lines.last()?.as_str());
        last.is_some_and(|line| line.starts_with(with))
    };
    (begins(golden, MAKERS.0) && begins(ours, MAKERS.1)).then_some(23)
}

/// The characters, line by line.
fn screens(golden: &Fields, ours: &Fields) -> Option<Difference> {
    let [a, b] = [golden, ours].map(|fields| {
        let mut screen = fields.get("screen").cloned();
        if let Some(lines) = screen.as_mut().and_then(Value::as_array_mut) {
            lines.truncate(makers_line(golden, ours).unwrap_or(lines.len()));
        }
        screen
    });
    match (&a, &b) {
        _ if a == b => None,
        (Some(a), Some(b)) => Some(difference::screens(a, b)),
        _ => Some(difference::values(a.as_ref(), b.as_ref())),
    }
}

/// The pixels, cell by cell.
fn display(golden: &Fields, ours: &Fields, exact: bool) -> Option<Difference> {
    let unpacked = |f: &Fields| account::unpack(f.get("display_z")?.as_str()?);
    let (a, b) = match (unpacked(golden), unpacked(ours)) {
        (Some(a), Some(b)) => (a, b),
        (None, None) => return None,
        (a, _) => {
            let missing = if a.is_none() {
                "not recorded"
            } else {
                "none here"
            };
            return Some(Difference::new(missing.to_owned()));
        }
    };
    let shown = |f: &Fields, at: usize| -> Option<char> {
        let c = f
            .get("screen")?
            .get(at / 32)?
            .as_str()?
            .chars()
            .nth(at % 32)?;
        (c != '?').then_some(c)
    };
    let (a, b) = (a.get(..PIXEL_BYTES)?, b.get(..PIXEL_BYTES)?);
    let lines = makers_line(golden, ours).unwrap_or(24);
    let differing: Vec<_> = (0..32 * lines)
        .filter_map(|at| {
            let cell = |d| cell_pixels(d, at / 32, at % 32);
            let (x, y) = (cell(a), cell(b));
            let same_text = !exact && {
                let c = shown(golden, at);
                // a question mark and an unknown cell look the same here: pixels decide
                c.is_some() && c == shown(ours, at)
            };
            (x != y && !same_text).then(|| (at, variables::hex(&x), variables::hex(&y)))
        })
        .collect();
    difference::cells(&differing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differing(golden: Value, ours: Value, exact: bool) -> Vec<String> {
        let compared = compare(
            golden.as_object().unwrap(),
            ours.as_object().unwrap(),
            exact,
            &[],
        );
        compared
            .differences()
            .map(|(f, d)| format!("{f} {}", d.short))
            .collect()
    }

    #[test]
    fn times_are_not_compared() {
        let golden = json!({"tstates": 5, "ay": ["10 7 56"], "borders": "1:2 9:3",
            "beeps": [{"t": 1, "duration": 1.0, "pitch": 0.0, "hex": ["a", "b"], "DE": 1}]});
        let ours = json!({"tstates": 6, "ay": ["11 7 56"], "borders": "2:2 3:3",
            "beeps": [{"t": 2, "duration": 1.0, "pitch": 0.0, "hex": ["a", "b"], "DE": 1}]});
        assert!(differing(golden.clone(), ours, true).is_empty());
        let other = json!({"ay": ["10 7 57"], "borders": "1:2", "beeps": []});
        assert_eq!(differing(golden, other, true).len(), 3);
    }

    #[test]
    fn times_inside_a_play_are_compared() {
        let play = |times: [u32; 4]| {
            let [a, b, c, d] = times;
            json!({"ay": [format!("{a} 7 248"), format!("{b} 8 15"), format!("{c} 7 255"),
                format!("{d} 7 248")]})
        };
        let golden = play([1000, 2000, 1_702_000, 2_000_000]);
        assert!(differing(golden.clone(), play([5, 950, 1_700_300, 9_000_000]), true).is_empty());
        assert_eq!(
            differing(golden.clone(), play([5, 855, 1_700_300, 9_000_000]), true),
            ["ay 1 of 4: \"8 15\" after 1000 T-states, here 850"]
        );
        assert_eq!(
            differing(golden, play([5, 950, 1_690_000, 9_000_000]), true).len(),
            1
        );
    }

    #[test]
    fn what_is_missing_differs() {
        assert_eq!(
            differing(json!({"vars": {}}), json!({}), true),
            ["vars {}, here absent"]
        );
        assert_eq!(
            differing(json!({}), json!({"inverse_cells": 3}), true),
            ["inverse_cells absent, here 3"]
        );
    }

    #[test]
    fn differences_say_where() {
        assert_eq!(
            differing(
                json!({"out": {"S": {"text": "hello", "bytes": 5}}}),
                json!({"out": {"S": {"text": "help", "bytes": 4}}}),
                true
            ),
            ["out S at 3: \"hello\", here \"help\""]
        );
        assert_eq!(
            differing(
                json!({"attrs": "38x767 07"}),
                json!({"attrs": "38x768"}),
                true
            ),
            ["attrs 1 cells, first 23,31: 07, here 38"]
        );
        assert_eq!(
            differing(
                json!({"vars": {"a": "1", "b": "2"}}),
                json!({"vars": {"b": "2", "a": "1"}}),
                true
            )
            .len(),
            1
        );
        let command = |text: &str| json!({"then": [{"command": "RUN", "status": "report", "report": {"code": "0", "text": text}, "tstates": 1}]});
        assert_eq!(
            differing(
                command("0 OK, 10:1"),
                command("C Nonsense in BASIC, 10:1"),
                true
            ),
            ["then (1 of 1) \"RUN\" report \"0 OK, 10:1\", here \"C Nonsense in BASIC, 10:1\""]
        );
    }

    #[test]
    fn text_in_another_drawing_is_equal_unless_pixels_are_wanted() {
        let fields = |row: u8, c: char| {
            let mut bytes = vec![0u8; 6912];
            bytes[0] = row;
            let line = format!("{c}{}", " ".repeat(31));
            let mut screen = vec![" ".repeat(32); 24];
            screen[0] = line;
            json!({"screen": screen, "display_z": account::pack(&bytes)})
        };
        assert!(differing(fields(1, 'A'), fields(2, 'A'), false).is_empty());
        assert_eq!(differing(fields(1, 'A'), fields(2, 'A'), true).len(), 1);
        assert_eq!(differing(fields(1, '?'), fields(2, '?'), false).len(), 1);
        assert_eq!(differing(fields(1, 'A'), fields(2, 'B'), false).len(), 2);
    }
}
