//! Random lines: whether they are accepted, where the `?` stands, what becomes of their numbers.

use basic::token;
use zx::Result;

use crate::grammar::Maker;
use crate::image::Images;
use crate::piece;
use crate::programs;
use crate::random::Random;
use crate::tally::{Amount, Tally};
use crate::tree::{Part, Sort, Step, Tree};

/// What soup is made of besides tokens.
const BITS: &[&str] = &[
    "1", "2", "0.5", "1e3", "a", "b", "x", "a$", "b$", "abc", "(", ")", ",", ";", "'", ":", "\"\"",
    "\"x\"", "=", "+", "-", "*", "/", "^", "<", ">", "#", " ", ".", "e", "$", "1.", ".5", "1e",
    "1e+", "a b", "m(1)", "f(", "3 4",
];

/// Many lines.
///
/// # Errors
/// There is no original.
pub fn many(images: &Images, amount: Amount) -> Result<Tally> {
    programs::many(images, amount, |maker| vec![line(maker)])
}

/// A bit of soup.
fn bit(random: &mut Random) -> Vec<u8> {
    match random.below(100) {
        0..45 => vec![random.between(u32::from(token::FIRST_48), 255) as u8],
        45..47 => vec![random.between(32, 255) as u8],
        // no colour codes: the ROM looks for their operand behind the line's end
        47 => vec![random.between(0, 12) as u8],
        _ => random.pick(BITS).as_bytes().to_vec(),
    }
}

/// The bits of a line that is right: a keyword, a digit, a letter each.
fn bits_of(codes: &[u8]) -> Vec<Vec<u8>> {
    codes.iter().map(|&code| vec![code]).collect()
}

/// A made-up line with a number: soup, or right and then spoilt a little.
fn line(maker: &mut Maker<'_>) -> Step {
    let mut bits = Vec::new();
    if maker.random.chance(30) {
        // a keyword begins most lines that get anywhere
        bits.push(vec![
            maker.random.between(u32::from(token::DEF_FN), 255) as u8
        ]);
        for _ in 0..maker.random.below(8) {
            bits.push(bit(maker.random));
        }
    } else {
        let mut codes = Vec::new();
        for (i, statement) in maker.some_statements().iter().enumerate() {
            if i > 0 {
                codes.push(b':');
            }
            statement.write(&mut codes);
        }
        bits = bits_of(&codes);
        for _ in 0..maker.random.below(3) {
            let at = maker.random.below(bits.len() as u32 + 1) as usize;
            match maker.random.below(3) {
                0 => bits.insert(at, bit(maker.random)),
                1 if at < bits.len() => {
                    bits.remove(at);
                }
                _ if at < bits.len() => bits[at] = bit(maker.random),
                _ => {}
            }
        }
    }
    let number = maker.random.between(1, 9999).to_string();
    let mut parts: Vec<Part> = vec![piece!(Other; number).into()];
    parts.extend(bits.into_iter().map(|codes| piece!(Item; codes).into()));
    Step::command(vec![Tree {
        sort: Sort::Other,
        parts,
    }])
}
