//! The account of a run: what it did, as JSON fields.
//!
//! What has nothing to say is absent. Times are T-states of a 3.5 MHz Z80 from the start of RUN.

use std::collections::BTreeMap;
use std::io::Write as _;

use base64::Engine as _;
use basic::files::Block;
use basic::machine::{LogEntry, Model};
use basic::number::Number;
use basic::seam::{Micros, SoundCommand};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::computer::{Computer, Rom};
use crate::driver::{Outcome, Session, Status};
use crate::listing;
use crate::recognise::{self, PIXEL_BYTES, Shapes};
use crate::variables;

/// JSON fields in their order.
pub type Fields = Map<String, Value>;

/// Raw bytes of a channel are given up to this many.
const RAW_SHOWN: usize = 2000;
/// Bytes of a block of tape are given when there are fewer than this.
const TAPE_SHOWN: usize = 398;

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256(data: &[u8]) -> String {
    Sha256::digest(data)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// base64 of zlib.
#[must_use]
pub fn pack(data: &[u8]) -> String {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    // writing to memory cannot fail
    let packed = encoder
        .write_all(data)
        .and_then(|()| encoder.finish())
        .unwrap_or_default();
    base64::engine::general_purpose::STANDARD.encode(packed)
}

/// What [`pack`] packed.
#[must_use]
pub fn unpack(text: &str) -> Option<Vec<u8>> {
    use std::io::Read as _;
    let packed = base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()?;
    let mut data = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice())
        .read_to_end(&mut data)
        .ok()?;
    Some(data)
}

/// T-states of a time, to the nearest that it can be.
const fn tstates(time: Micros, model: Model) -> u64 {
    (time * model.clock() + 500_000) / 1_000_000
}

/// Seconds of a time, as a JSON number.
fn seconds(time: Micros) -> Value {
    format!("{}.{:06}", time / 1_000_000, time % 1_000_000)
        .parse::<f64>()
        .map_or(Value::Null, Value::from)
}

/// A number's value; every one has an exact double.
#[must_use]
pub fn to_f64(number: Number) -> f64 {
    let b = number.to_bytes();
    if b[0] == 0 {
        let magnitude = i32::from(u16::from_le_bytes([b[2], b[3]]));
        return f64::from(if b[1] == 0 {
            magnitude
        } else {
            magnitude - 65536
        });
    }
    let sign = u64::from(b[1] >> 7) << 63;
    let exponent = (u64::from(b[0]) + (1023 - 129)) << 52;
    // 31 bits below the leading one, of a double's 52
    let fraction = u64::from(u32::from_be_bytes([b[1] & 0x7F, b[2], b[3], b[4]])) << 21;
    f64::from_bits(sign | exponent | fraction)
}

/// The fields of one command's outcome.
#[must_use]
pub fn of_run(session: &Session, outcome: &Outcome) -> Fields {
    let computer = session.computer();
    let mut fields = Fields::new();
    fields.insert("rom".into(), json!(computer.rom().name()));
    fields.insert("status".into(), json!(outcome.status.name()));
    if outcome.status == Status::Entered {
        return fields;
    }
    if let Some(what) = outcome.waiting_for {
        fields.insert("waiting_for".into(), json!(what));
    }
    insert_load_errors(&mut fields, session);
    let end = outcome
        .log
        .iter()
        .position(|e| matches!(e, LogEntry::ReportStart))
        .unwrap_or(outcome.log.len());
    let (did, report) = outcome.log.split_at(end);
    if let Some((code, line, stmt)) = outcome.report {
        fields.insert(
            "report".into(),
            json!({
                "code": code.code().to_string(),
                "err_nr": code.err_nr(),
                "line": line,
                "stmt": stmt,
                "text": report_text(report),
            }),
        );
    }
    if let Some(refused) = outcome.refused {
        let code = refused.code().to_string();
        fields.insert("report".into(), json!({"code": code, "syntax": true}));
        // on the 48K a program line that is refused gives no more; on the 128K it is typed
        if outcome.program_line && computer.rom() == Rom::Rom48 {
            return fields;
        }
    }
    let began = outcome.began.unwrap_or(outcome.ended);
    if outcome.began.is_some() {
        let took = outcome.ended - began;
        fields.insert(
            "tstates".into(),
            json!(tstates(took, computer.rom().model())),
        );
        fields.insert("seconds".into(), seconds(took));
    }
    fields.insert("out".into(), Value::Object(channels(did, outcome.scrolled)));
    insert_screen(&mut fields, computer);
    insert_sounds(&mut fields, did, began, computer.rom().model());
    if !outcome.recorded.is_empty() {
        fields.insert("tape".into(), tape(&outcome.recorded));
    }
    if outcome.inkeys > 0 {
        fields.insert("inkeys".into(), json!(outcome.inkeys));
    }
    if outcome.keys_left > 0 {
        fields.insert("keys_left".into(), json!(outcome.keys_left));
    }
    fields
}

/// The fields of a program that was only loaded.
#[must_use]
pub fn of_loading(session: &Session) -> Fields {
    let mut fields = Fields::new();
    fields.insert("rom".into(), json!(session.computer().rom().name()));
    fields.insert("status".into(), json!("loaded"));
    let errors: Vec<Value> = load_errors(session);
    fields.insert("load_errors".into(), Value::Array(errors));
    fields
}

fn load_errors(session: &Session) -> Vec<Value> {
    session
        .load_errors()
        .iter()
        .map(|e| json!({"line": e.line, "report": e.report.to_string(), "text": e.text}))
        .collect()
}

fn insert_load_errors(fields: &mut Fields, session: &Session) {
    let errors = load_errors(session);
    if !errors.is_empty() {
        fields.insert("load_errors".into(), Value::Array(errors));
    }
}

/// The report's text as it was printed.
fn report_text(log: &[LogEntry]) -> String {
    let text: String = log
        .iter()
        .filter_map(|e| match e {
            LogEntry::Print { code: 127, .. } => Some('\u{A9}'),
            LogEntry::Print { code, .. } if (32..127).contains(code) => Some(char::from(*code)),
            _ => None,
        })
        .collect();
    text.trim().to_owned()
}

/// What went to one channel: all codes, and those that show (tokens replaced by their letters).
#[derive(Default)]
struct Channel {
    raw: Vec<u8>,
    visible: Vec<u8>,
    operands: u8,
    in_token: bool,
}

impl Channel {
    fn take(&mut self, code: u8, nested: bool, spelt: bool) {
        if nested {
            if self.in_token {
                self.visible.push(code);
            }
            return;
        }
        self.raw.push(code);
        self.in_token = false;
        if self.operands > 0 {
            self.operands -= 1;
        } else if spelt {
            // its letters follow, nested
            self.in_token = true;
            return;
        } else {
            self.operands = match code {
                16..=21 => 1,
                22 | 23 => 2,
                _ => 0,
            };
        }
        self.visible.push(code);
    }
}

/// What was printed, by channel. `scroll?` goes to the lower screen as part of no code: it makes
/// an entry with nothing in it.
fn channels(log: &[LogEntry], scrolled: bool) -> Fields {
    let mut channels: BTreeMap<u8, Channel> = BTreeMap::new();
    if scrolled {
        channels.insert(b'K', Channel::default());
    }
    for (i, entry) in log.iter().enumerate() {
        if let &LogEntry::Print {
            channel,
            code,
            nested,
        } = entry
            && channel != b'R'
        {
            let spelt = matches!(log.get(i + 1), Some(LogEntry::Print { nested: true, .. }));
            let spelt = spelt && code >= basic::token::FIRST;
            channels
                .entry(channel)
                .or_default()
                .take(code, nested, spelt);
        }
    }
    channels
        .into_iter()
        .map(|(name, channel)| {
            let mut fields = Fields::new();
            fields.insert("text".into(), json!(listing::show(&channel.visible)));
            fields.insert("bytes".into(), json!(channel.raw.len()));
            fields.insert("sha256".into(), json!(sha256(&channel.raw)));
            if channel.raw != channel.visible && channel.raw.len() < RAW_SHOWN {
                let raw = variables::hex(&channel.raw).to_lowercase();
                fields.insert("raw".into(), json!(raw));
            }
            (char::from(name).to_string(), Value::Object(fields))
        })
        .collect()
}

/// Adds what the screen shows.
pub fn insert_screen(fields: &mut Fields, computer: &Computer) {
    let shapes = Shapes::of(computer.memory(), computer.rom().udgs());
    let display = recognise::display(computer.memory());
    let text = recognise::text(&display, &shapes);
    fields.insert("screen".into(), json!(text.lines));
    if !text.inverse.is_empty() {
        fields.insert("inverse_cells".into(), json!(text.inverse.len()));
    }
    insert_pixels(fields, computer, &display);
}

/// Adds the fields of the pixels and attributes.
fn insert_pixels(fields: &mut Fields, computer: &Computer, display: &[u8]) {
    let (pixels, attributes) = display.split_at(PIXEL_BYTES.min(display.len()));
    fields.insert("attrs".into(), json!(recognise::runs(attributes)));
    let border = computer.machine().picture().border();
    fields.insert("border".into(), json!(border));
    fields.insert("display_sha256".into(), json!(sha256(pixels)));
    fields.insert("display_z".into(), json!(pack(display)));
    fields.insert("attr_sha256".into(), json!(sha256(attributes)));
}

/// Blocks of a tape: flag, length and bytes without the parity.
fn tape(blocks: &[Block]) -> Value {
    let blocks = blocks.iter().filter_map(|Block(all)| {
        let [flag, bytes @ .., _] = all.as_slice() else {
            return None;
        };
        let mut block = Fields::new();
        block.insert("flag".into(), json!(flag));
        block.insert("length".into(), json!(bytes.len()));
        if bytes.len() < TAPE_SHOWN {
            block.insert("hex".into(), json!(variables::hex(bytes).to_lowercase()));
        }
        block.insert("sha256".into(), json!(sha256(bytes)));
        Some(Value::Object(block))
    });
    Value::Array(blocks.collect())
}

/// Adds `beeps`, `borders` and `ay`.
fn insert_sounds(fields: &mut Fields, log: &[LogEntry], began: Micros, model: Model) {
    let since = |at: Micros| tstates(at.saturating_sub(began), model);
    let mut beeps = Vec::new();
    let mut borders: Vec<(u64, u8)> = Vec::new();
    let mut ay = Vec::new();
    for entry in log {
        match *entry {
            LogEntry::Beep {
                at,
                duration,
                pitch,
                sounded,
            } => {
                let mut beep = Fields::new();
                beep.insert("t".into(), json!(since(at)));
                beep.insert("duration".into(), json!(to_f64(duration)));
                beep.insert("pitch".into(), json!(to_f64(pitch)));
                let hex = [duration, pitch].map(|n| variables::hex(&n.to_bytes()));
                beep.insert("hex".into(), json!(hex));
                // a sound too short for a wave never comes to the beeper
                if let Some((de, hl)) = sounded {
                    beep.insert("DE".into(), json!(de));
                    beep.insert("HL".into(), json!(hl));
                }
                beeps.push(Value::Object(beep));
            }
            LogEntry::Played {
                at,
                command: SoundCommand::Psg { register, value },
            } => ay.push(Value::from(format!("{} {register} {value}", since(at)))),
            LogEntry::Border { at, colour }
                if borders.last().is_none_or(|&(_, last)| last != colour) =>
            {
                borders.push((since(at), colour));
            }
            _ => {}
        }
    }
    if !beeps.is_empty() {
        fields.insert("beeps".into(), Value::Array(beeps));
    }
    if !ay.is_empty() {
        fields.insert("ay".into(), Value::Array(ay));
    }
    if !borders.is_empty() {
        let text: Vec<String> = borders.iter().map(|(t, c)| format!("{t}:{c}")).collect();
        fields.insert("borders".into(), json!(text.join(" ")));
    }
}

/// The fields of a typed script.
#[must_use]
pub fn of_typing(computer: &Computer, waits: bool) -> Fields {
    let mut fields = Fields::new();
    fields.insert("rom".into(), json!(computer.rom().name()));
    fields.insert("waiting_for_key".into(), json!(waits));
    let shapes = Shapes::of(computer.memory(), computer.rom().udgs());
    let display = recognise::display(computer.memory());
    let text = recognise::text(&display, &shapes);
    fields.insert("screen".into(), json!(text.lines));
    fields.insert("inverse_cells".into(), json!(text.inverse));
    insert_pixels(&mut fields, computer, &display);
    let program = program(computer);
    if program.first().is_some_and(|&high| high < 0x40) {
        let text = listing::detokenise(&program);
        fields.insert("listing".into(), json!(text));
    }
    fields
}

/// The bytes of the program area.
#[must_use]
pub fn program(computer: &Computer) -> Vec<u8> {
    use basic::store::sysvars::{PROG, VARS};
    let memory = computer.memory();
    let start = memory.pointer(PROG);
    variables::bytes(memory, start, memory.pointer(VARS).saturating_sub(start))
}

/// JSON as the oracle writes it: one blank a level.
#[must_use]
pub fn to_text(fields: &Fields) -> String {
    use serde::Serialize as _;
    let mut out = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, format);
    // strings and numbers to memory: nothing that can fail
    fields.serialize(&mut serializer).unwrap_or_default();
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(channel: u8, codes: &[u8]) -> Vec<LogEntry> {
        codes
            .iter()
            .map(|&code| LogEntry::Print {
                channel,
                code,
                nested: false,
            })
            .collect()
    }

    #[test]
    fn numbers_have_their_exact_value() {
        let value = |b| to_f64(Number::from_bytes(b));
        assert_eq!(value([0, 0, 5, 0, 0]).to_bits(), 5f64.to_bits());
        assert_eq!(
            value([0, 0xFF, 0xF4, 0xFF, 0]).to_bits(),
            (-12f64).to_bits()
        );
        assert_eq!(
            value([0x7C, 0x4C, 0xCC, 0xCC, 0xCC]).to_string(),
            "0.04999999998835847"
        );
        assert_eq!(value([0x81, 0x80, 0, 0, 0]).to_bits(), (-1f64).to_bits());
    }

    #[test]
    fn channels_spell_tokens_out_and_keep_the_raw_codes() {
        let mut log = print(b'S', b"a\x16\x01\xF5\r");
        log.push(LogEntry::Print {
            channel: b'S',
            code: 0xF5,
            nested: false,
        });
        for &code in b"PRINT " {
            log.push(LogEntry::Print {
                channel: b'S',
                code,
                nested: true,
            });
        }
        log.extend(print(b'R', b"x"));
        log.extend(print(b'K', b"k"));
        let out = channels(&log, false);
        assert_eq!(out.keys().collect::<Vec<_>>(), ["K", "S"]);
        assert_eq!(out["S"]["text"], "a{AT 1,245}\nPRINT ");
        assert_eq!(out["S"]["bytes"], 6);
        assert_eq!(out["S"]["raw"], "611601f50df5");
        assert_eq!(out["K"]["text"], "k");
        assert_eq!(out["K"].get("raw"), None);
        assert_eq!(
            out["K"]["sha256"],
            "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a"
        );
    }

    #[test]
    fn what_makes_no_sound_is_absent() {
        let mut fields = Fields::new();
        insert_sounds(&mut fields, &print(b'S', b"a"), 0, Model::Spectrum48);
        assert!(fields.is_empty());
    }

    #[test]
    fn packed_bytes_come_back() {
        let data: Vec<u8> = (0..6912u32).map(|i| ((i * i) >> 3) as u8).collect();
        assert_eq!(unpack(&pack(&data)).unwrap(), data);
        assert_eq!(unpack("?"), None);
    }

    #[test]
    fn json_is_indented_by_one_and_keeps_letters() {
        let mut fields = Fields::new();
        fields.insert("b".into(), json!(["\u{A3}"]));
        fields.insert("a".into(), json!({}));
        assert_eq!(
            to_text(&fields),
            "{\n \"b\": [\n  \"\u{A3}\"\n ],\n \"a\": {}\n}"
        );
    }
}
