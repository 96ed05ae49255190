//! Single operations of the calculator on random operands, mostly at the edges.

use basic::number::vectors;

use crate::image::Images;
use crate::original::{Original, code};
use crate::outcome::SYSTEM_END;
use crate::random::Random;
use crate::spectrum::Register;
use crate::tally::{Amount, Case, Shared, Tally, spread};
use crate::variable::{CH_ADD, ERR_NR, ERR_SP, FLAGS, KSTATE, SEED, STKEND};

use zx::Result;

/// Where a call's code is, where it returns to, where errors go.
const CALL: u16 = 0x8000;
const RETURNED: u16 = 0x7FF0;
const FAILED: u16 = 0x7FF8;
/// Where a text that is read stands.
const TEXT: u16 = 0x8100;
/// T-states an operation may take.
const T_STATES: u64 = 20_000_000;
/// Names of the routines.
const DEC_TO_FP: u16 = 0x2C9B;
const FIND_INT1: u16 = 0x1E94;
const FIND_INT2: u16 = 0x1E99;
const BEEP: u16 = 0x03F8;
const BEEPER: u16 = 0x03B5;
const S_RND: u16 = 0x25F8;
/// What S-RND ends with, past its result.
const S_PI_END: u16 = 0x2630;

/// FLAGS: running, not checking.
const RUNNING: u8 = 0x80;

/// How an operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// As SCANNING does it: the calculator's literal, and how many operands.
    Literal(u8, usize),
    /// A routine with so many operands.
    Routine(u16, usize),
    /// RND with a random SEED.
    Seed,
    /// The text of a number is read.
    Text,
}

/// Operations by the names that recorded results have, and how often each is taken.
const OPERATIONS: &[(&str, How, u32)] = &[
    ("add", How::Literal(0x0F, 2), 14),
    ("sub", How::Literal(0x03, 2), 14),
    ("mul", How::Literal(0x04, 2), 14),
    ("div", How::Literal(0x05, 2), 14),
    ("pow", How::Literal(0x06, 2), 1),
    ("or", How::Literal(0x07, 2), 1),
    ("and", How::Literal(0x08, 2), 1),
    ("le", How::Literal(0x09, 2), 2),
    ("ge", How::Literal(0x0A, 2), 2),
    ("ne", How::Literal(0x0B, 2), 2),
    ("gt", How::Literal(0x0C, 2), 2),
    ("lt", How::Literal(0x0D, 2), 2),
    ("eq", How::Literal(0x0E, 2), 2),
    ("neg", How::Literal(0x1B, 1), 2),
    ("sin", How::Literal(0x1F, 1), 1),
    ("cos", How::Literal(0x20, 1), 1),
    ("tan", How::Literal(0x21, 1), 1),
    ("asn", How::Literal(0x22, 1), 1),
    ("acs", How::Literal(0x23, 1), 1),
    ("atn", How::Literal(0x24, 1), 1),
    ("ln", How::Literal(0x25, 1), 1),
    ("exp", How::Literal(0x26, 1), 1),
    ("int", How::Literal(0x27, 1), 4),
    ("sqr", How::Literal(0x28, 1), 1),
    ("sgn", How::Literal(0x29, 1), 2),
    ("abs", How::Literal(0x2A, 1), 2),
    ("not", How::Literal(0x30, 1), 2),
    ("str", How::Literal(0x2E, 1), 4),
    ("int1", How::Routine(FIND_INT1, 1), 2),
    ("int2", How::Routine(FIND_INT2, 1), 2),
    ("beep", How::Routine(BEEP, 2), 1),
    ("rnd", How::Seed, 1),
    ("dec", How::Text, 3),
];

/// Some bytes at which mantissas and whole numbers change.
const EDGES: &[u8] = &[0, 0, 0, 0xFF, 0xFF, 1, 0x7F, 0x80, 0xFE, 0xCC, 0x55];

/// An operand: five bytes as the ROM's own arithmetic and the hidden numbers of lines make them.
fn operand(random: &mut Random) -> [u8; 5] {
    let bits = random.bits();
    let [a, b, c, d, e, f, g, h] = bits.to_le_bytes();
    let whole = |value: i32| {
        let sign = if value < 0 { 0xFF } else { 0 };
        let [low, high] = (value as u16).to_le_bytes();
        [0, sign, low, high, 0]
    };
    let edge = |byte: u8| EDGES[usize::from(byte) % EDGES.len()];
    match a % 16 {
        0 | 1 => whole(i32::from(b % 21) - 10),
        2 => whole(i32::from(b) - if c & 1 == 0 { 0 } else { 255 }),
        3 | 4 => whole(i32::from(u16::from_le_bytes([b, c])) - i32::from(d & 1) * 65_535),
        // near 1
        5 | 6 => [0x7D + b % 10, c, d, e, f],
        7 => [0x78 + b % 32, edge(c), edge(d), edge(e), edge(f)],
        // of the size of whole numbers and more
        8 | 9 => [0x80 + b % 36, c, d, e, f],
        10 => {
            // whole, in the long form
            let exponent = 0x81 + b % 34;
            let kept = u32::from(exponent - 0x80).min(32);
            let mask = (u64::from(u32::MAX) << (32 - kept)) as u32;
            let [w, x, y, z] = (u32::from_be_bytes([c, d, e, f]) & mask).to_be_bytes();
            [exponent, w, x, y, z]
        }
        11 => [b.max(1), edge(c), edge(d), edge(e), edge(f)],
        // as large or small as there are
        12 => [
            if b & 1 == 0 { 0xFF - c % 4 } else { 1 + c % 4 },
            d,
            e,
            f,
            g,
        ],
        13 => [0x80 + b % 34, edge(c), edge(d), edge(e), h],
        _ => [b.max(1), c, d, e, f],
    }
}

/// The text of a number.
fn text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.between(0, 4) * random.between(0, 4) {
        text.push(char::from(b'0' + random.below(10) as u8));
    }
    if random.chance(60) || text.is_empty() {
        text.push('.');
        for _ in 0..random.between(1, 12) {
            text.push(char::from(b'0' + random.below(10) as u8));
        }
    }
    if random.chance(40) {
        text.push(random.pick(&['e', 'E']));
        text += random.pick(&["", "+", "-"]);
        let most = if random.chance(80) { 45 } else { 300 };
        text += &random.below(most).to_string();
    }
    text
}

/// The ROM's calculator, called directly.
struct Calculator<'a> {
    rom: &'a mut Original,
    /// The system variables before each operation.
    system: Vec<u8>,
    /// Where the calculator's stack begins.
    stack: u16,
}

impl<'a> Calculator<'a> {
    fn new(rom: &'a mut Original) -> Self {
        rom.reset();
        let s = &mut rom.spectrum;
        s.set_interrupts(false);
        for at in [RETURNED, FAILED, S_PI_END] {
            s.hook(u32::from(at), true);
        }
        let flags = s.byte(FLAGS) | RUNNING;
        s.write(FLAGS, &[flags]);
        s.write(ERR_NR, &[0xFF]);
        let system = s.memory()[KSTATE.into()..SYSTEM_END.into()].to_vec();
        let stack = s.word(STKEND);
        Self { rom, system, stack }
    }

    fn end(self) {
        for at in [RETURNED, FAILED, S_PI_END] {
            self.rom.spectrum.hook(u32::from(at), false);
        }
    }

    /// The result, as recorded results have it.
    fn result(&mut self, how: How, operands: &[[u8; 5]], text: &str, seed: u16) -> String {
        let s = &mut self.rom.spectrum;
        s.write(KSTATE, &self.system);
        let mut at = self.stack;
        for operand in operands {
            s.write(at, operand);
            at += 5;
        }
        s.set_word(STKEND, at);
        let error = s.word(ERR_SP);
        s.set_word(error, FAILED);
        s.set_word(error.wrapping_sub(2), RETURNED);
        s.set_register(Register::SP, error.wrapping_sub(2));
        match how {
            How::Literal(literal, _) => {
                // LD B,literal; RST 28; fp-calc-2; end-calc; JP RETURNED
                let [low, high] = RETURNED.to_le_bytes();
                s.write(CALL, &[6, literal, 0xEF, 0x3B, 0x38, 0xC3, low, high]);
                s.set_register(Register::PC, CALL);
            }
            How::Routine(at, _) => s.set_register(Register::PC, at),
            How::Seed => {
                s.set_word(SEED, seed);
                s.set_register(Register::PC, S_RND);
            }
            How::Text => {
                s.write(TEXT, text.as_bytes());
                s.write(TEXT + text.len() as u16, &[13]);
                s.set_word(CH_ADD, TEXT);
                let first = u16::from(text.as_bytes().first().copied().unwrap_or(13));
                s.set_register(Register::AF, first << 8);
                s.set_register(Register::PC, DEC_TO_FP);
            }
        }
        self.rom.spectrum.forget_routine();
        self.run(how)
    }

    fn run(&mut self, how: How) -> String {
        let s = &mut self.rom.spectrum;
        let end = s.now() + T_STATES;
        let stopped = loop {
            match s.run(end.saturating_sub(s.now())) {
                Some(at) if at == u32::from(BEEPER) && how == How::Routine(BEEP, 2) => {
                    return format!(
                        "DE={} HL={}",
                        s.register(Register::DE),
                        s.register(Register::HL)
                    );
                }
                Some(at) if at == u32::from(RETURNED) => break RETURNED,
                Some(at) if at == u32::from(FAILED) => break FAILED,
                Some(at) if at == u32::from(S_PI_END) && how == How::Seed => break RETURNED,
                Some(_) => {}
                None => return "endless".to_owned(),
            }
        };
        if stopped == FAILED {
            return format!("!{}", code(s.byte(ERR_NR).wrapping_add(1)));
        }
        let at = usize::from(s.word(STKEND).wrapping_sub(5));
        let top = s.memory().get(at..at + 5).unwrap_or_default();
        let number: String = top.iter().map(|b| format!("{b:02X}")).collect();
        match how {
            How::Literal(0x2E, _) => {
                let from = usize::from(u16::from_le_bytes([top[1], top[2]]));
                let length = usize::from(u16::from_le_bytes([top[3], top[4]]));
                let text = s.memory().get(from..from + length).unwrap_or_default();
                text.iter().map(|&c| char::from(c)).collect()
            }
            How::Routine(FIND_INT1, _) => (s.register(Register::AF) >> 8).to_string(),
            How::Routine(BEEP, _) => "silent".to_owned(),
            How::Routine(..) => s.register(Register::BC).to_string(),
            How::Seed => format!("{number} {}", s.word(SEED)),
            How::Literal(..) | How::Text => number,
        }
    }
}

/// Does many operations.
///
/// # Errors
/// There is no original.
pub fn many(images: &Images, amount: Amount) -> Result<Tally> {
    let all = OPERATIONS.iter().map(|(_, _, weight)| weight).sum();
    spread(images, amount, |rom, block, shared| {
        let mut calculator = Calculator::new(rom);
        let mut endings = Tally::default();
        for index in block {
            if !shared.goes_on() {
                break;
            }
            let mut random = Random::new(amount.seed, index);
            let mut left = random.below(all);
            let Some(&(name, how, _)) = OPERATIONS.iter().find(|(_, _, weight)| {
                let here = left < *weight;
                left = left.wrapping_sub(*weight);
                here
            }) else {
                continue;
            };
            endings.cases += 1;
            endings.ending(name);
            one(
                &mut calculator,
                &mut random,
                (name, how),
                index,
                amount,
                shared,
            );
        }
        calculator.end();
        shared.tally().add(&endings);
    })
}

fn one(
    calculator: &mut Calculator<'_>,
    random: &mut Random,
    (name, how): (&str, How),
    index: u64,
    amount: Amount,
    shared: &Shared,
) {
    let (mut numbers, mut words, mut seed) = (Vec::new(), String::new(), 0);
    match how {
        How::Literal(_, many) | How::Routine(_, many) => {
            for i in 0..many {
                let number = operand(random);
                numbers.push(number);
                words += if i > 0 { " " } else { "" };
                words += &number.map(|b| format!("{b:02X}")).concat();
            }
        }
        How::Seed => {
            seed = random.below(0x1_0000) as u16;
            words = seed.to_string();
        }
        How::Text => words = text(random),
    }
    let theirs = calculator.result(how, &numbers, &words, seed);
    let own = vectors::evaluate(name, &words).unwrap_or_default();
    if theirs != own && shared.tally().differs(name, amount.show) {
        let case = Case::untyped(format!("    {name} {words} -> {theirs}\n  our {own}"));
        shared.tally().shown.insert(index, (name.to_owned(), case));
    }
}
