//! Made-up expressions.

use basic::token;

use super::Maker;
use crate::piece;
use crate::tree::Tree;

/// Numbers at which something changes.
const EDGES: &[&str] = &[
    "255",
    "256",
    "32767",
    "32768",
    "65535",
    "65536",
    "1e38",
    "1.7e38",
    "1e-38",
    "4e-39",
    "0.1",
    ".5",
    "1.5",
    "2.5",
    "0.49999999",
    "99999999",
    "123456789",
    "1e8",
    "1e9",
    "4294967295",
    "1e10",
    "16777216",
    "3.1415927",
    "21",
    "22",
    "23",
    "31",
    "32",
    "175",
    "176",
    "165",
    "128",
    "-1",
    "-0.5",
    "-32768",
    "-65535",
    "1e-5",
    "0.00001",
    "1e-9",
    "1e5",
    "127",
    "2147483648",
];
/// Functions of a number.
const FUNCTIONS: &[u8] = &[
    token::SIN,
    token::COS,
    token::TAN,
    token::ASN,
    token::ACS,
    token::ATN,
    token::LN,
    token::EXP,
    token::INT,
    token::INT,
    token::SQR,
    token::SGN,
    token::ABS,
    token::INT,
    token::ABS,
];
const OPERATORS: &[u8] = &[
    b'+',
    b'+',
    b'+',
    b'-',
    b'-',
    b'*',
    b'*',
    b'/',
    b'/',
    b'^',
    b'=',
    b'<',
    b'>',
    token::LESS_EQUAL,
    token::GREATER_EQUAL,
    token::NOT_EQUAL,
    token::AND,
    token::OR,
];
const COMPARISONS: &[u8] = &[
    b'=',
    b'<',
    b'>',
    token::LESS_EQUAL,
    token::GREATER_EQUAL,
    token::NOT_EQUAL,
];
/// Numeric variables; the last ones are seldom there.
const NUMBERS: &[&str] = &["a", "b", "x", "abc", "a", "b", "x", "i", "j", "n1", "A b C"];
const TEXTS: &[&str] = &["a$", "b$", "a$", "b$", "A$", "c$"];
/// What VAL may be given.
const VALUES: &[&str] = &[
    "1", "2+3", "a", "x*2", "abc", "1e3", " 7 ", "a$", "", "1+", "-.5", "PI",
];

impl Maker<'_> {
    /// A literal number.
    pub(super) fn literal(&mut self) -> Tree {
        let text = match self.random.below(100) {
            0..45 => self.random.below(10).to_string(),
            45..60 => self.random.below(300).to_string(),
            60..70 => format!("{}.{}", self.random.below(100), self.random.below(1000)),
            70..74 => self.random.below(70_000).to_string(),
            74..77 => format!("{}e{}", self.random.below(1000), self.random.below(12)),
            77..80 => format!(".{:03}E-{}", self.random.below(1000), self.random.below(12)),
            80..82 => {
                let mut digits = vec![token::BIN];
                for _ in 0..self.random.below(10) {
                    digits.push(b'0' + self.random.below(2) as u8);
                }
                return piece!(Number; digits);
            }
            _ => self.random.pick(EDGES).to_owned(),
        };
        piece!(Number; text)
    }

    /// A small whole number as an expression.
    pub(super) fn small(&mut self, most: u32) -> Tree {
        if self.random.chance(12) {
            return self.number(1);
        }
        let value = self.random.below(most + 1).to_string();
        piece!(Number; value)
    }

    /// A numeric variable.
    fn variable(&mut self) -> Tree {
        if self.random.chance(18) {
            return self.element();
        }
        let name = self.random.pick(NUMBERS);
        piece!(Number; name)
    }

    /// An element of a numeric array.
    fn element(&mut self) -> Tree {
        if self.random.chance(50) {
            let i = self.small(4);
            piece!(Number; "m(", i, ")")
        } else {
            let (i, j) = (self.small(2), self.small(3));
            piece!(Number; "q(", i, ",", j, ")")
        }
    }

    /// A place to assign a number to.
    pub(super) fn number_place(&mut self) -> Tree {
        let name = self.random.pick(NUMBERS);
        match self.random.below(100) {
            0..20 => {
                let element = self.element();
                piece!(Other; element)
            }
            _ => piece!(Other; name),
        }
    }

    /// A place to assign a string to.
    pub(super) fn text_place(&mut self) -> Tree {
        match self.random.below(100) {
            0..10 => {
                let i = self.small(3);
                piece!(Other; "s$(", i, ")")
            }
            10..16 => piece!(Other; "t$"),
            16..24 => {
                let slice = self.slice();
                piece!(Other; "s$(2)", slice)
            }
            24..40 => {
                let slice = self.slice();
                let name = self.random.pick(&["a$", "b$", "t$"]);
                piece!(Other; name, slice)
            }
            _ => {
                let name = self.random.pick(TEXTS);
                piece!(Other; name)
            }
        }
    }

    /// A numeric expression so deep.
    pub fn number(&mut self, depth: u32) -> Tree {
        if depth == 0 || self.random.chance(18) {
            return match self.random.below(100) {
                0..55 => self.literal(),
                55..92 => self.variable(),
                92..95 => piece!(Number; token::PI),
                95..98 => piece!(Number; token::RND),
                _ => piece!(Number; token::USR, "\"a\""),
            };
        }
        let d = depth - 1;
        match self.random.below(100) {
            0..40 => {
                let (a, op, b) = (self.number(d), self.random.pick(OPERATORS), self.number(d));
                piece!(Number; a, op, b)
            }
            40..48 => {
                let a = self.number(d);
                piece!(Number; "(", a, ")")
            }
            48..53 => {
                let a = self.number(d);
                let sign = self.random.pick(&[b'-', b'-', b'+', token::NOT]);
                piece!(Number; sign, a)
            }
            53..65 => {
                let a = self.number(d);
                let function = self.random.pick(FUNCTIONS);
                if self.random.chance(60) {
                    piece!(Number; function, "(", a, ")")
                } else {
                    piece!(Number; function, a)
                }
            }
            65..72 => {
                let t = self.text(d);
                let function = self.random.pick(&[token::LEN, token::CODE]);
                piece!(Number; function, t)
            }
            72..75 => {
                let value = self.random.pick(VALUES);
                piece!(Number; token::VAL, piece!(Text; "\"", value, "\""))
            }
            75..77 => {
                let t = self.text(d);
                piece!(Number; token::VAL, t)
            }
            77..83 => {
                let (a, op, b) = (self.text(d), self.random.pick(COMPARISONS), self.text(d));
                piece!(Number; a, op, b)
            }
            83..86 => {
                let at = self.peek_place();
                piece!(Number; token::PEEK, at)
            }
            86..92 if self.screen => {
                let (a, b) = (self.small(24), self.small(32));
                match self.random.below(3) {
                    0 => {
                        let (x, y) = (self.small(255), self.small(175));
                        piece!(Number; token::POINT, "(", x, ",", y, ")")
                    }
                    _ => piece!(Number; token::ATTR, "(", a, ",", b, ")"),
                }
            }
            86..97 if self.functions => {
                let (a, b) = (self.number(d), self.number(d));
                match self.random.below(8) {
                    0 => piece!(Number; token::FN, "z()"),
                    1..4 => piece!(Number; token::FN, "g(", a, ",", b, ")"),
                    _ => piece!(Number; token::FN, "f(", a, ")"),
                }
            }
            97 => {
                let port = self.number(d);
                piece!(Number; token::IN, port)
            }
            98 => {
                let t = self.text(d);
                piece!(Number; token::USR, t)
            }
            _ => self.variable(),
        }
    }

    /// A quoted string.
    pub(super) fn quoted(&mut self) -> Tree {
        let mut codes = vec![b'"'];
        for _ in 0..self.random.below(9) {
            match self.random.below(100) {
                0..80 => codes.push(self.random.pick(b"abcxyzABC 0123 .,;:+-*")),
                80..90 => codes.push(self.random.between(32, 127) as u8),
                90..94 => codes.push(self.random.between(128, 164) as u8),
                94..97 => codes.push(self.random.between(165, 255) as u8),
                _ => {
                    let colour = self.random.between(16, 21) as u8;
                    codes.extend([colour, self.random.below(2) as u8]);
                }
            }
            match codes.last() {
                Some(b'"') if codes.len() > 1 => codes.push(b'"'),
                _ => {}
            }
        }
        codes.push(b'"');
        piece!(Text; codes)
    }

    fn slice(&mut self) -> Tree {
        let (a, b) = (self.small(6), self.small(8));
        match self.random.below(6) {
            0 => piece!(Item; "(", a, ")"),
            1 => piece!(Item; "(", token::TO, b, ")"),
            2 => piece!(Item; "(", a, token::TO, ")"),
            3 => piece!(Item; "(", token::TO, ")"),
            _ => piece!(Item; "(", a, token::TO, b, ")"),
        }
    }

    /// A string expression so deep.
    pub fn text(&mut self, depth: u32) -> Tree {
        if depth == 0 || self.random.chance(20) {
            return match self.random.below(100) {
                0..50 => self.quoted(),
                50..85 => {
                    let name = self.random.pick(TEXTS);
                    piece!(Text; name)
                }
                85..90 => piece!(Text; "t$"),
                90..95 => {
                    let i = self.small(3);
                    piece!(Text; "s$(", i, ")")
                }
                _ => piece!(Text; token::INKEY),
            };
        }
        let d = depth - 1;
        match self.random.below(100) {
            0..25 => {
                let (a, b) = (self.text(d), self.text(d));
                piece!(Text; a, "+", b)
            }
            25..40 => {
                let a = self.number(d);
                piece!(Text; token::STR, a)
            }
            40..50 => {
                let a = self.small(255);
                piece!(Text; token::CHR, a)
            }
            50..68 => {
                let name = self.random.pick(&["a$", "b$", "t$", "s$(2)"]);
                let slice = self.slice();
                piece!(Text; name, slice)
            }
            68..76 => {
                let (a, slice) = (self.text(d), self.slice());
                piece!(Text; "(", a, ")", slice)
            }
            76..79 => {
                let (a, slice) = (self.quoted(), self.slice());
                piece!(Text; a, slice)
            }
            79..84 => {
                let (a, b) = (self.text(d), self.number(d));
                piece!(Text; a, token::AND, b)
            }
            84..87 => {
                let inner = self
                    .random
                    .pick(&["a$", "\"\"x\"\"", "b$+a$", "a$(2)", "STR$ 5"]);
                piece!(Text; token::VAL_STR, "\"", inner, "\"")
            }
            87..92 if self.screen => {
                let (a, b) = (self.small(21), self.small(31));
                piece!(Text; token::SCREEN, "(", a, ",", b, ")")
            }
            87..97 if self.functions => {
                let a = self.text(d);
                piece!(Text; token::FN, "s$(", a, ")")
            }
            _ => self.quoted(),
        }
    }
}
