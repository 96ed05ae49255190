//! What a program sees of the system variables: it copies all of them to where nothing else is, and
//! the copies are compared byte for byte.

use basic::store::sysvars;
use basic::token;

use crate::grammar::Maker;
use crate::outcome::Difference;
use crate::piece;
use crate::tree::{Step, Tree};

/// The first and the last system variable's byte, and where their copies go.
const FIRST: u32 = sysvars::KSTATE;
const LAST: u32 = sysvars::P_RAMT + 1;
const COPIES: u32 = 0xF000;
/// More than the Z80's stack takes below ERR_SP, and than the copies take.
const STACK: u32 = 0x400;
/// The line of the routine that copies.
const ROUTINE: u16 = 9000;

/// System variables' bytes that are copied at once, at most: the ROM takes its time.
const MANY: u32 = 24;

/// What is not compared: variables, and why. Of the rest every byte is.
pub const NOT_COMPARED: &[(&str, &str)] = &[
    ("NEWPPC", NOTES),
    ("DEST", NOTES),
    ("CH_ADD", NOTES),
    ("X_PTR", NOTES),
    ("BREG", NOTES),
    ("STRLEN", NOTES),
    ("T_ADDR", NOTES),
    ("FRAMES", "time"),
    ("MEMBOT", NOTES),
];
/// What the field of their differences begins with.
const FIELD: &str = "PEEK ";
const NOTES: &str = "D19: the interpreter's own notes";

/// The variable a byte is of, and which of its bytes it is.
fn named(at: u32) -> (&'static str, u32) {
    let before = sysvars::ALL.iter().rfind(|known| known.1 <= at);
    before.map_or(("", 0), |&(name, start)| (name, at - start))
}

/// Whether variables, the edit line or the workspace have come to where the copies are.
#[must_use]
pub const fn reached(end: u32) -> bool {
    end > COPIES
}

/// Whether a difference is one of the copies.
#[must_use]
pub fn is_one(difference: &Difference) -> bool {
    difference.field.starts_with(FIELD)
}

/// What differs in the copies, if nothing else can have come where they are.
#[must_use]
pub fn compare(rom: &[u8], our: &[u8]) -> Option<Difference> {
    let word = |at: u32| u32::from(rom[at as usize]) | u32::from(rom[at as usize + 1]) << 8;
    if reached(word(sysvars::STKEND)) || word(sysvars::ERR_SP) < COPIES + STACK {
        return None;
    }
    let mut names = Vec::new();
    let mut text = String::from("system variables as PEEK sees them");
    for at in FIRST..=LAST {
        let copy = (COPIES + at - FIRST) as usize;
        let (name, byte) = named(at);
        let counts = NOT_COMPARED.iter().all(|known| known.0 != name);
        if rom[copy] != our[copy] && counts {
            if names.last() != Some(&name) {
                names.push(name);
            }
            text += &format!(
                "\n  {name}+{byte}: rom {:02X} our {:02X}",
                rom[copy], our[copy]
            );
        }
    }
    (!names.is_empty()).then(|| Difference::of(format!("{FIELD}{}", names.join(" ")), text))
}

/// `GO SUB` to the routine.
fn look() -> Tree {
    piece!(Statement; token::GO_SUB, ROUTINE.to_string())
}

/// The routine; it copies from one address to another.
fn routine(from: u32, to: u32) -> Step {
    let up = (COPIES - FIRST).to_string();
    Step::line_of(
        ROUTINE,
        vec![
            piece!(Statement; token::FOR, "n=", from.to_string(), token::TO, to.to_string()),
            piece!(Statement; token::POKE, "n+", up, ",", token::PEEK, "n"),
            piece!(Statement; token::NEXT, "n"),
            piece!(Statement; token::RETURN),
        ],
    )
}

impl Maker<'_> {
    /// A session in which programs and commands look at some system variables now and then.
    #[must_use]
    pub fn peeks(&mut self) -> Vec<Step> {
        let from = self.random.between(FIRST, LAST);
        let to = LAST.min(from + self.random.below(MANY));
        let mut steps = vec![routine(from, to)];
        for mut step in self.session() {
            let looks = self.random.between(1, 2);
            for _ in 0..looks {
                let places = step.statements.len() as u32;
                if places > 0 {
                    let at = self.random.between(1, places) as usize;
                    step.statements.insert(at, look());
                }
            }
            steps.push(step);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ours::Ours;
    use crate::random::Random;

    #[test]
    fn a_copy_that_differs_is_named_with_its_byte() {
        let mut ours = Ours::default();
        for step in [
            routine(sysvars::SEED, sysvars::FRAMES),
            Step::command(vec![look()]),
        ] {
            ours.enter(&step.line(), &[], 10_000);
        }
        let our = ours.memory();
        let mut rom = our.to_vec();
        assert_eq!(compare(&rom, our), None);
        rom[(COPIES + sysvars::FRAMES - FIRST) as usize] ^= 1;
        assert_eq!(compare(&rom, our), None, "time");
        rom[(COPIES + sysvars::SEED - FIRST) as usize + 1] ^= 1;
        let found = compare(&rom, our).unwrap();
        assert_eq!(found.field, "PEEK SEED");
        assert!(
            found.text.contains("SEED+1: rom 01 our 00"),
            "{}",
            found.text
        );
    }

    #[test]
    fn every_session_has_the_routine() {
        let steps = Maker::new(&mut Random::new(1, 2)).peeks();
        assert_eq!(steps[0].number, ROUTINE);
        assert!(steps.iter().any(|step| step.statements.contains(&look())));
    }
}
