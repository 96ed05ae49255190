//! Made-up expressions through the ROM's scanner and through ours.

use std::time::Instant;

use basic::store::sysvars;
use basic::token;

use crate::grammar::Maker;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::Status;
use crate::piece;
use crate::programs::{Amount, Tally};
use crate::random::Random;
use crate::scanning::{Scanner, Value, before};
use crate::shrink::shrink;
use crate::tree::{self, Sort, Step, Tree};

/// Expressions that share their variables.
const A_SETUP: u64 = 500;
/// Fuel an expression may take.
const FUEL: u32 = 100_000;
/// T-states a line of the setup may take.
const T_STATES: u64 = 20_000_000;

/// What our machine makes of an expression that should be of a sort.
fn ours(base: &Ours, expression: &[u8], sort: Sort) -> Value {
    let mut machine = base.clone();
    let mut line = before(sort == Sort::Text).to_vec();
    let before = line.len() as u16;
    line.extend_from_slice(expression);
    let pointer = |m: &Ours, at: u32| {
        let memory = m.memory();
        u16::from_le_bytes([memory[at as usize], memory[at as usize + 1]])
    };
    let outcome = machine.enter(&line, FUEL);
    match outcome.status {
        Status::Refused(report, at) => Value::Refused(report, at.wrapping_sub(before)),
        Status::Report('0', ..) => {
            let seed = pointer(&machine, sysvars::SEED);
            // r and r$ are new: they are the last variable
            let at = usize::from(pointer(base, sysvars::E_LINE)) - 1;
            let end = usize::from(pointer(&machine, sysvars::E_LINE)) - 1;
            let variable = machine.memory().get(at..end).unwrap_or_default();
            if sort == Sort::Text {
                return Value::Text(variable.get(3..).unwrap_or_default().to_vec(), seed);
            }
            let mut number = [0; 5];
            if let Some(bytes) = variable.get(1..6) {
                number.copy_from_slice(bytes);
            }
            Value::Number(number, seed)
        }
        Status::Report(report, ..) => Value::Report(report),
        _ => Value::Endless,
    }
}

/// What kind of difference this is.
fn field(rom: &Value, our: &Value) -> String {
    let name = |value: &Value| match value {
        Value::Number(..) => "number".to_owned(),
        Value::Text(..) => "text".to_owned(),
        Value::Report(code) => format!("report {code}"),
        Value::Refused(code, _) => format!("refused {code}"),
        Value::Endless => "endless".to_owned(),
    };
    format!("{} / {}", name(rom), name(our))
}

/// Does many expressions.
pub fn many(rom: &mut Original, amount: Amount, keep: usize) -> Tally {
    let mut tally = Tally::default();
    let begun = Instant::now();
    let mut index = amount.from / A_SETUP * A_SETUP;
    let end = amount.from.saturating_add(amount.count);
    while index < end && begun.elapsed() < amount.time {
        let mut random = Random::new(amount.seed, !index);
        let setup = Maker::new(&mut random).setup();
        rom.reset();
        let mut base = Ours::fresh();
        let lines = setup.into_iter().enumerate().map(|(i, statements)| Step {
            number: i as u16 + 1,
            statements,
        });
        let run = Step {
            number: 0,
            statements: vec![piece!(Statement; token::RUN)],
        };
        for step in lines.chain([run]) {
            rom.enter(&step.line(), T_STATES);
            base.enter(&step.line(), FUEL);
        }
        let mut scanner = Scanner::new(rom);
        for index in index.max(amount.from)..(index + A_SETUP).min(end) {
            let mut random = Random::new(amount.seed, index);
            let mut maker = Maker::new(&mut random);
            let depth = maker.random.between(1, 5);
            let tree = if maker.random.chance(70) {
                maker.number(depth)
            } else {
                maker.text(depth)
            };
            one(&mut scanner, &base, index, tree, keep, &mut tally);
        }
        index += A_SETUP;
    }
    tally
}

fn one(
    scanner: &mut Scanner<'_>,
    base: &Ours,
    index: u64,
    tree: Tree,
    keep: usize,
    tally: &mut Tally,
) {
    let sort = tree.sort;
    let steps = vec![Step {
        number: 0,
        statements: vec![tree],
    }];
    let mut both = |steps: &[Step]| {
        let line = steps.first().map(Step::line).unwrap_or_default();
        (
            scanner.value(&line, sort == Sort::Text),
            ours(base, &line, sort),
        )
    };
    let (rom, our) = both(&steps);
    tally.cases += 1;
    let ending = match &rom {
        Value::Number(..) => "number".to_owned(),
        Value::Text(..) => "text".to_owned(),
        Value::Report(code) => code.to_string(),
        Value::Refused(..) => "refused".to_owned(),
        Value::Endless => "endless".to_owned(),
    };
    *tally.endings.entry(ending).or_default() += 1;
    if rom == Value::Endless {
        tally.left += 1;
        return;
    }
    if rom == our {
        return;
    }
    let kind = field(&rom, &our);
    let entry = tally.found.entry(kind.clone()).or_default();
    entry.0 += 1;
    if entry.1.len() >= keep {
        return;
    }
    let small = shrink(steps, |steps| {
        let (rom, our) = both(steps);
        rom != our && field(&rom, &our) == kind
    });
    let (rom, our) = both(&small);
    let line = small.first().map(Step::line).unwrap_or_default();
    let whole = [before(sort == Sort::Text), &line].concat();
    tally.kept.push((kind, vec![whole]));
    entry.1.push(format!(
        "case {index}\n    {}\n  rom {rom:02X?}\n  our {our:02X?}",
        tree::text(&line)
    ));
}
