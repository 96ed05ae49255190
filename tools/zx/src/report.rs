//! Accounts as text for people.

use std::fmt::Write as _;

use serde_json::Value;

use crate::account::Fields;

/// The text of a JSON value: strings without their quotes.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A report's own text, or its code when it was a refusal.
fn report(value: &Value) -> String {
    match value.get("text") {
        Some(text) => plain(text),
        None => format!(
            "refused: {}",
            value.get("code").map(plain).unwrap_or_default()
        ),
    }
}

fn channels(out: &mut String, fields: &Fields) {
    let Some(channels) = fields.get("out").and_then(Value::as_object) else {
        return;
    };
    for (name, channel) in channels {
        let text = channel.get("text").map(plain).unwrap_or_default();
        let _ = writeln!(
            out,
            "--- channel {name} ({} bytes)\n{text}",
            channel["bytes"]
        );
    }
}

fn screen(out: &mut String, fields: &Fields) {
    let rule = format!("+{}+\n", "-".repeat(32));
    out.push_str(&rule);
    for line in fields
        .get("screen")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let _ = writeln!(out, "|{}|", plain(line));
    }
    out.push_str(&rule);
    if let (Some(attrs), Some(border)) = (fields.get("attrs"), fields.get("border")) {
        let _ = writeln!(out, "attrs {} border {border}", plain(attrs));
    }
}

/// The account of a run.
#[must_use]
pub fn of_run(fields: &Fields) -> String {
    let mut out = String::new();
    let status = fields.get("status").map(plain).unwrap_or_default();
    let _ = write!(out, "status {status}");
    if let Some(what) = fields.get("waiting_for") {
        let _ = write!(out, " for {}", plain(what));
    }
    out.push('\n');
    for e in fields
        .get("load_errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let _ = writeln!(
            out,
            "line {} refused ({}): {}",
            e["line"],
            plain(&e["report"]),
            plain(&e["text"])
        );
    }
    if let Some(value) = fields.get("report") {
        let _ = writeln!(out, "report {}", report(value));
    }
    if let (Some(t), Some(s)) = (fields.get("tstates"), fields.get("seconds")) {
        let _ = writeln!(out, "about {t} T-states, {s} s");
    }
    channels(&mut out, fields);
    for command in fields
        .get("then")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let _ = writeln!(
            out,
            "--- {}: {} {}",
            plain(&command["command"]),
            plain(&command["status"]),
            command.get("report").map(report).unwrap_or_default()
        );
        if let Some(command) = command.as_object() {
            channels(&mut out, command);
        }
    }
    for name in [
        "beeps", "borders", "tape", "trace", "peek", "vars", "listing",
    ] {
        if let Some(value) = fields.get(name) {
            let _ = writeln!(out, "{name} {}", plain(value));
        }
    }
    if let Some(ay) = fields.get("ay").and_then(Value::as_array) {
        let _ = writeln!(out, "ay {} writes", ay.len());
    }
    screen(&mut out, fields);
    out
}

/// The account of a typed script.
#[must_use]
pub fn of_typing(fields: &Fields) -> String {
    let mut out = String::new();
    screen(&mut out, fields);
    for line in fields
        .get("listing")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let _ = writeln!(out, "  {}", plain(line));
    }
    if let Some(peek) = fields.get("peek") {
        let _ = writeln!(out, "peek {peek}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_account_says_what_happened() {
        let fields = json!({
            "status": "waiting", "waiting_for": "INPUT",
            "load_errors": [{"line": 5, "report": "C", "text": "FOO"}],
            "report": {"code": "C", "syntax": true},
            "out": {"S": {"text": "hello", "bytes": 5}},
            "screen": ["hello"], "attrs": "38x768", "border": 7,
        });
        let text = of_run(fields.as_object().unwrap());
        assert_eq!(
            text.lines().take(5).collect::<Vec<_>>(),
            [
                "status waiting for INPUT",
                "line 5 refused (C): FOO",
                "report refused: C",
                "--- channel S (5 bytes)",
                "hello"
            ]
        );
        assert!(text.ends_with("attrs 38x768 border 7\n"));
    }
}
