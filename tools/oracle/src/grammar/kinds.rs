//! Made-up sessions of one kind each: what is typed, what is POKEd, what is drawn.

use basic::store::sysvars as s;
use basic::token;

use super::{Maker, STEP};
use crate::piece;
use crate::tree::{Step, Tree};

/// Keys of the editor: EDIT, cursor keys, DELETE, CAPS LOCK, the videos, modes.
const EDITING_KEYS: &[u8] = &[7, 8, 8, 8, 9, 9, 10, 11, 12, 12, 12, 6, 4, 5, 14, 15];
const ENTER: u8 = 13;
/// Answers to INPUT.
const ANSWERS: &[&str] = &[
    "1", "23", "-4.5", "1e3", "a", "b$", "x+1", "abc", "", "m(2)", "1+", "\"", "a$", "2 3", "0",
];

/// System variables, or bytes of them, that take any value without harm.
const ANY_BYTE: &[u32] = &[
    s::REPDEL,
    s::REPPER,
    s::RASP,
    s::PIP,
    s::BORDCR,
    s::SEED,
    s::SEED + 1,
    s::SCR_CT,
    s::ATTR_P,
    s::MASK_P,
    s::ATTR_T,
    s::MASK_T,
    s::P_FLAG,
    s::COORDS,
    s::COORDS + 1,
    s::CHARS,
    s::FLAGS2,
    s::OSPPC,
    s::K_DATA,
    s::MODE,
    s::E_PPC,
    s::S_TOP,
];

impl Maker<'_> {
    /// A program, then keys: lines typed with mistakes and corrections, EDIT, cursor keys.
    #[must_use]
    pub fn editing(&mut self) -> Vec<Step> {
        let own = self.random.between(0, 4);
        self.lines = (1..=own).map(|i| (i * STEP) as u16).collect();
        let mut steps = Vec::new();
        for number in self.lines.clone() {
            let body = self.statements(2);
            steps.push(Step::line_of(number, body));
        }
        for _ in 0..self.random.between(1, 6) {
            let keys = self.keys();
            steps.push(Step::typing(&keys));
        }
        steps
    }

    /// Some keys.
    fn keys(&mut self) -> Vec<u8> {
        let mut keys = Vec::new();
        match self.random.below(10) {
            0 | 1 => keys.extend([7; 1]),
            2 => keys.extend([10, 10, 7]),
            3 => keys.extend([11, 7]),
            4 => {
                for _ in 0..self.random.between(1, 8) {
                    keys.push(self.random.pick(EDITING_KEYS));
                }
            }
            5 => {
                let number = self.random.between(0, 60).to_string();
                keys.extend(number.bytes());
            }
            _ => {
                if self.random.chance(60) {
                    keys.extend(self.line_number().to_string().bytes());
                }
                for (i, statement) in self.statements(2).iter().enumerate() {
                    if i > 0 {
                        keys.push(b':');
                    }
                    statement.write(&mut keys);
                }
            }
        }
        // colours are typed in extended mode, which keys given one by one are not
        keys.retain(|key| !matches!(key, 16..=31));
        for _ in 0..self.random.below(5) {
            let at = self.random.below(keys.len() as u32 + 1) as usize;
            let key = if self.random.chance(70) {
                self.random.pick(EDITING_KEYS)
            } else {
                self.random.between(32, 255) as u8
            };
            keys.insert(at, key);
        }
        if keys.is_empty() || self.random.chance(75) {
            keys.push(ENTER);
        }
        keys
    }

    /// Keys for whatever asks.
    pub(super) fn answers(&mut self) -> Vec<u8> {
        let mut keys = Vec::new();
        for _ in 0..self.random.below(6) {
            keys.extend(self.random.pick(ANSWERS).bytes());
            keys.push(ENTER);
        }
        keys
    }

    /// POKEs of system variables between statements that feel them.
    #[must_use]
    pub fn pokes(&mut self) -> Vec<Step> {
        self.session = true;
        let mut steps = self.prepared();
        for _ in 0..self.random.between(1, 4) {
            let mut body = Vec::new();
            for _ in 0..self.random.between(1, 3) {
                let at = self.random.pick(ANY_BYTE).to_string();
                let value = self.random.below(256).to_string();
                body.push(piece!(Statement; token::POKE, at, ",", value));
                self.statement_into(&mut body);
            }
            steps.push(Step::command(body));
        }
        steps
    }

    /// PLOT, DRAW and CIRCLE with all kinds of arguments.
    #[must_use]
    pub fn pictures(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for _ in 0..self.random.between(1, 4) {
            let mut body = Vec::new();
            for _ in 0..self.random.between(1, 5) {
                let statement = match self.random.below(10) {
                    0 => self.permanent_colour(),
                    1 => {
                        let (x, y) = (self.coordinate(255), self.coordinate(175));
                        piece!(Statement; token::PRINT, token::POINT, "(", x, ",", y, ")")
                    }
                    2..6 => self.wide_drawing(),
                    _ => self.drawing(),
                };
                body.push(statement);
            }
            steps.push(Step::command(body));
        }
        steps
    }

    /// A coordinate or length: mostly in range, now and then a fraction, negative or too big.
    fn coordinate(&mut self, most: u32) -> Tree {
        let whole = self.random.below(most + 1);
        let text = match self.random.below(12) {
            0 => format!("{whole}.{}", self.random.below(1000)),
            1 => format!("-{whole}"),
            2 => format!("-{whole}.5"),
            3 => (whole * 3).to_string(),
            4 => format!("1e-{}", self.random.below(12)),
            5 => format!("{}/7", whole * 5),
            _ => whole.to_string(),
        };
        piece!(Number; text)
    }

    fn wide_drawing(&mut self) -> Tree {
        let (x, y) = (self.coordinate(255), self.coordinate(175));
        match self.random.below(4) {
            0 => piece!(Statement; token::PLOT, x, ",", y),
            1 => piece!(Statement; token::DRAW, x, ",", y),
            2 => {
                let angle = self.coordinate(7);
                piece!(Statement; token::DRAW, x, ",", y, ",", angle)
            }
            _ => {
                let radius = self.coordinate(90);
                piece!(Statement; token::CIRCLE, x, ",", y, ",", radius)
            }
        }
    }
}
