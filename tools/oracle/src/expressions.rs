//! Made-up expressions through the ROM's scanner and through ours.

use std::fmt::Write as _;

use basic::store::sysvars;
use basic::token;
use zx::Result;

use crate::grammar::Maker;
use crate::image::Images;
use crate::original::Original;
use crate::ours::Ours;
use crate::outcome::Status;
use crate::random::Random;
use crate::scanning::{Scanner, Value, before};
use crate::shrink::shrink;
use crate::tally::{Amount, BLOCK, Case, Shared, Tally, spread};
use crate::tree::{self, Sort, Step, Tree};

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
    let outcome = machine.enter(&line, &[], FUEL);
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
///
/// # Errors
/// There is no original.
pub fn many(images: &Images, amount: Amount) -> Result<Tally> {
    spread(images, amount, |rom, block, shared| {
        let setup = setup(amount.seed, block.start / BLOCK);
        let base = set_up(rom, &setup);
        let mut scanner = Scanner::new(rom);
        for index in block {
            if !shared.goes_on() {
                break;
            }
            let mut random = Random::new(amount.seed, index);
            let mut maker = Maker::new(&mut random);
            let depth = maker.random.between(1, 5);
            let tree = if maker.random.chance(70) {
                maker.number(depth)
            } else {
                maker.text(depth)
            };
            one(
                &mut scanner,
                (&setup, &base),
                (index, tree),
                amount.show,
                shared,
            );
        }
        scanner.end();
    })
}

/// The lines with the variables that the expressions of a block share.
fn setup(seed: u64, block: u64) -> Vec<Step> {
    let mut random = Random::new(seed, !(block * BLOCK));
    Maker::new(&mut random).prepared()
}

/// Gives them to both.
fn set_up(rom: &mut Original, setup: &[Step]) -> Ours {
    rom.reset();
    let mut base = Ours::fresh(rom.model());
    for step in setup {
        rom.enter(&step.line(), &[], T_STATES);
        base.enter(&step.line(), &[], FUEL);
    }
    base
}

fn one(
    scanner: &mut Scanner<'_>,
    (setup, base): (&[Step], &Ours),
    (index, tree): (u64, Tree),
    show: usize,
    shared: &Shared,
) {
    let sort = tree.sort;
    let steps = vec![Step::command(vec![tree])];
    let mut both = |steps: &[Step]| {
        let line = steps.first().map(Step::line).unwrap_or_default();
        (
            scanner.value(&line, sort == Sort::Text),
            ours(base, &line, sort),
        )
    };
    let (rom, our) = both(&steps);
    let ending = match &rom {
        Value::Number(..) => "number",
        Value::Text(..) => "text",
        Value::Report(code) => &code.to_string(),
        Value::Refused(..) => "refused",
        Value::Endless => "endless",
    };
    let kind = field(&rom, &our);
    {
        let mut tally = shared.tally();
        tally.cases += 1;
        tally.ending(ending);
        if rom == Value::Endless {
            tally.left += 1;
            return;
        }
        if rom == our || !tally.differs(&kind, show) {
            return;
        }
    }
    let small = shrink(steps, |steps| {
        let (rom, our) = both(steps);
        rom != our && field(&rom, &our) == kind
    });
    let (rom, our) = both(&small);
    let line = small.first().map(Step::line).unwrap_or_default();
    let whole = Step::raw([before(sort == Sort::Text), &line].concat());
    let mut text = String::new();
    for step in setup {
        // a String takes everything
        let _ = writeln!(text, "    {}", step.shown());
    }
    let _ = write!(
        text,
        "    {}\n  rom {rom:02X?}\n  our {our:02X?}",
        tree::text(&line)
    );
    // what differs is printed
    let mut print = vec![token::PRINT];
    print.extend(if sort == Sort::Text { &b"r$"[..] } else { b"r" });
    let case = Case {
        text,
        steps: setup
            .iter()
            .cloned()
            .chain([whole, Step::raw(print)])
            .collect(),
        expectations: String::new(),
    };
    shared.tally().shown.insert(index, (kind, case));
}
