//! Recorded results of the ROM's calculator, one a line: what this module gives for one.
//!
//! A line is an operation and its operands, `->` and the result: numbers as their five bytes in
//! hexadecimal, reports as `!` and their code, whole numbers and texts as they are.

use alloc::format;
use alloc::string::{String, ToString};

use super::{Number, beep, parse_decimal};
use crate::report::Result;

type Unary = fn(Number) -> Result<Number>;
type Binary = fn(Number, Number) -> Result<Number>;
type Comparison = fn(Number, Number) -> Result<bool>;

const UNARY: [(&str, Unary); 14] = [
    ("neg", |x| Ok(x.neg())),
    ("sin", Number::sin),
    ("cos", Number::cos),
    ("tan", Number::tan),
    ("asn", Number::asn),
    ("acs", Number::acs),
    ("atn", Number::atn),
    ("ln", Number::ln),
    ("exp", Number::exp),
    ("int", |x| Ok(x.int())),
    ("sqr", Number::sqr),
    ("sgn", |x| Ok(x.sgn())),
    ("abs", |x| Ok(x.abs())),
    ("not", |x| Ok(x.not())),
];

const BINARY: [(&str, Binary); 7] = [
    ("add", Number::add),
    ("sub", Number::sub),
    ("mul", Number::mul),
    ("div", Number::div),
    ("pow", Number::pow),
    ("or", |x, y| Ok(x.or(y))),
    ("and", |x, y| Ok(x.and(y))),
];

const COMPARISONS: [(&str, Comparison); 6] = [
    ("le", Number::le),
    ("ge", Number::ge),
    ("ne", Number::ne),
    ("gt", Number::gt),
    ("lt", Number::lt),
    ("eq", Number::eq),
];

/// What stands right of `->` in a line of this operation and these operands; none if the
/// operation is not one of numbers or the operands cannot be read.
#[must_use]
pub fn evaluate(op: &str, operands: &str) -> Option<String> {
    if op == "dec" {
        let (read, _) = parse_decimal(operands.as_bytes());
        return Some(show(read.map(hex)));
    }
    if op == "rnd" {
        let (x, seed) = Number::rnd(operands.parse().ok()?);
        return Some(format!("{} {seed}", hex(x)));
    }
    let mut words = operands.split_ascii_whitespace().map(number);
    let x = words.next()??;
    let y = match words.next() {
        Some(y) => Some(y?),
        None => None,
    };
    if words.next().is_some() {
        return None;
    }
    let Some(y) = y else {
        return unary(op, x);
    };
    if op == "beep" {
        return Some(show(beep(x, y).map(|sound| match sound {
            Some((de, hl)) => format!("DE={de} HL={hl}"),
            None => "silent".to_string(),
        })));
    }
    if let Some(f) = find(&BINARY, op) {
        return Some(show(f(x, y).map(hex)));
    }
    let f = find(&COMPARISONS, op)?;
    Some(show(f(x, y).map(|b| hex(Number::from_bool(b)))))
}

fn unary(op: &str, x: Number) -> Option<String> {
    match op {
        "str" => Some(x.print().to_string()),
        "int1" => Some(show(x.to_u8().map(|v| v.to_string()))),
        "int2" => Some(show(x.to_u16().map(|v| v.to_string()))),
        _ => Some(show(find(&UNARY, op)?(x).map(hex))),
    }
}

fn find<F: Copy>(table: &[(&str, F)], op: &str) -> Option<F> {
    table.iter().find(|(name, _)| *name == op).map(|&(_, f)| f)
}

fn show(result: Result<String>) -> String {
    result.unwrap_or_else(|report| format!("!{}", report.code()))
}

fn hex(x: Number) -> String {
    let [a, b, c, d, e] = x.to_bytes();
    format!("{a:02X}{b:02X}{c:02X}{d:02X}{e:02X}")
}

fn number(word: &str) -> Option<Number> {
    if word.len() != 10 || !word.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(word, 16).ok()?;
    let [_, _, _, a, b, c, d, e] = value.to_be_bytes();
    Some(Number::from_bytes([a, b, c, d, e]))
}
