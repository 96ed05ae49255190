//! Lines of BASIC, right and wrong, and bytes and addresses worth POKEing.

use crate::choices::Choices;
use basic::store::sysvars as s;
use basic::token as t;

/// Makes lines of BASIC.
pub(crate) struct Grammar<'a, 'b> {
    pub(crate) choices: &'a mut Choices<'b>,
    pub(crate) out: Vec<u8>,
    /// How often addresses are those of system variables.
    pub(crate) pokes: bool,
}

const NUMBERS: &[&str] = &[
    "0", "1", "2", "3", "-1", "8", "16", "22", "31", "32", "127", "175", "255", "256", "0.1",
    "1e38", "1e-38", "65535", "32768", "-65536", "1.5", "21", "9999", "23606", "16384", "23296",
    "22528", ".5", "4e9", "-32768",
];
const NAMES: &[&str] = &["a", "b", "c", "x", "i", "n", "long", "a1", "very long"];
const FUNCTIONS: &[u8] = &[
    t::SIN,
    t::COS,
    t::TAN,
    t::ASN,
    t::ACS,
    t::ATN,
    t::LN,
    t::EXP,
    t::INT,
    t::SQR,
    t::SGN,
    t::ABS,
    t::PEEK,
    t::IN,
    t::NOT,
    b'-',
    b'+',
];
const OPERATORS: &[u8] = &[
    b'+',
    b'-',
    b'*',
    b'/',
    b'^',
    b'=',
    b'<',
    b'>',
    t::LESS_EQUAL,
    t::GREATER_EQUAL,
    t::NOT_EQUAL,
    t::AND,
    t::OR,
];

impl Grammar<'_, '_> {
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn code(&mut self, code: u8) {
        self.out.push(code);
    }

    fn name(&mut self) {
        let name = *self.choices.pick(NAMES);
        self.put(name);
    }

    fn letter(&mut self) {
        let letter = *self.choices.pick(b"abcixn");
        self.code(letter);
    }

    pub(crate) fn number(&mut self, depth: u32) {
        let kinds = if depth == 0 { 4 } else { 16 };
        match self.choices.below(kinds) {
            0 | 1 => {
                let number = *self.choices.pick(NUMBERS);
                self.put(number);
            }
            2 => self.name(),
            3 => {
                let n = self.choices.below(70_000).to_string();
                self.put(&n);
            }
            4 | 5 => {
                let function = *self.choices.pick(FUNCTIONS);
                self.code(function);
                self.number(depth - 1);
            }
            6..=8 => {
                self.number(depth - 1);
                let operator = *self.choices.pick(OPERATORS);
                self.code(operator);
                self.number(depth - 1);
            }
            9 => {
                self.code(b'(');
                self.number(depth - 1);
                self.code(b')');
            }
            10 => {
                let function = *self.choices.pick(&[t::LEN, t::CODE, t::VAL, t::USR]);
                self.code(function);
                self.text(depth - 1);
            }
            11 => {
                self.code(t::FN);
                self.letter();
                self.code(b'(');
                if self.choices.one_in(2) {
                    self.number(depth - 1);
                }
                self.code(b')');
            }
            12 => {
                let function = *self.choices.pick(&[t::POINT, t::ATTR]);
                self.code(function);
                self.code(b'(');
                self.number(depth - 1);
                self.code(b',');
                self.number(depth - 1);
                self.code(b')');
            }
            13 => {
                self.letter();
                self.subscripts(depth - 1);
            }
            14 => {
                let code = *self.choices.pick(&[t::RND, t::PI]);
                self.code(code);
            }
            _ => {
                self.text(depth - 1);
                let operator = *self.choices.pick(&OPERATORS[5..11]);
                self.code(operator);
                self.text(depth - 1);
            }
        }
    }

    fn subscripts(&mut self, depth: u32) {
        self.code(b'(');
        self.number(depth);
        while self.choices.one_in(3) {
            self.code(b',');
            self.number(depth);
        }
        self.code(b')');
    }

    fn quoted(&mut self) {
        self.code(b'"');
        match self.choices.below(5) {
            0 => {}
            1 => {
                for _ in 0..self.choices.below(12) {
                    let code = self.choices.byte();
                    self.code(if code == 13 || code == b'"' {
                        b' '
                    } else {
                        code
                    });
                }
            }
            2 => self.put("a\"\"b"),
            3 => {
                // Something for VAL.
                let mut inner = Grammar {
                    choices: &mut *self.choices,
                    out: Vec::new(),
                    pokes: false,
                };
                inner.number(2);
                let inner = inner.out;
                self.out.extend(inner.into_iter().filter(|c| *c != b'"'));
            }
            _ => self.put("hello"),
        }
        self.code(b'"');
    }

    pub(crate) fn text(&mut self, depth: u32) {
        let kinds = if depth == 0 { 4 } else { 12 };
        match self.choices.below(kinds) {
            0..=2 => self.quoted(),
            3 => {
                self.letter();
                self.code(b'$');
            }
            4 => {
                self.letter();
                self.code(b'$');
                self.slice(depth - 1);
            }
            5 => {
                self.text(depth - 1);
                self.slice(depth - 1);
            }
            6 => {
                self.text(depth - 1);
                self.code(b'+');
                self.text(depth - 1);
            }
            7 => {
                let function = *self.choices.pick(&[t::STR, t::CHR]);
                self.code(function);
                self.number(depth - 1);
            }
            8 => {
                self.code(t::VAL_STR);
                self.text(depth - 1);
            }
            9 => {
                self.code(t::SCREEN);
                self.code(b'(');
                self.number(depth - 1);
                self.code(b',');
                self.number(depth - 1);
                self.code(b')');
            }
            10 => {
                self.code(t::FN);
                self.letter();
                self.put("$(");
                if self.choices.one_in(2) {
                    self.number(depth - 1);
                }
                self.code(b')');
            }
            _ => self.code(t::INKEY),
        }
    }

    fn slice(&mut self, depth: u32) {
        self.code(b'(');
        if self.choices.one_in(3) {
            self.number(depth);
            self.code(b',');
        }
        if !self.choices.one_in(3) {
            self.number(depth);
        }
        self.code(t::TO);
        if !self.choices.one_in(3) {
            self.number(depth);
        }
        self.code(b')');
    }

    fn destination(&mut self) {
        match self.choices.below(6) {
            0 => {
                self.letter();
                self.code(b'$');
                self.code(b'=');
                self.text(2);
            }
            1 => {
                self.letter();
                self.code(b'$');
                self.slice(1);
                self.code(b'=');
                self.text(2);
            }
            2 => {
                self.letter();
                self.subscripts(1);
                self.code(b'=');
                self.number(2);
            }
            _ => {
                self.name();
                self.code(b'=');
                self.number(3);
            }
        }
    }

    /// An address worth POKEing.
    fn address(&mut self) {
        if self.pokes && !self.choices.one_in(4) {
            let at = poke_address(self.choices).to_string();
            self.put(&at);
        } else {
            self.number(1);
        }
    }

    fn line_number(&mut self) {
        if self.choices.one_in(8) {
            self.number(1);
        } else {
            let n = ((self.choices.below(12) + 1) * 10).to_string();
            self.put(&n);
        }
    }

    fn print_items(&mut self) {
        for _ in 0..self.choices.below(4) {
            match self.choices.below(9) {
                0 => {
                    let item = *self
                        .choices
                        .pick(&[t::INK, t::PAPER, t::FLASH, t::OVER, t::TAB]);
                    self.code(item);
                    self.number(0);
                }
                1 => {
                    self.code(t::AT);
                    self.number(0);
                    self.code(b',');
                    self.number(0);
                }
                2 => {
                    self.code(b'#');
                    let n = self.choices.below(5).to_string();
                    self.put(&n);
                }
                3..=5 => self.text(2),
                _ => self.number(2),
            }
            let separator = *self.choices.pick(b";;;,'");
            self.code(separator);
        }
    }

    fn statement(&mut self) {
        let kinds = if self.pokes { 44 } else { 40 };
        match self.choices.below(kinds) {
            0..=4 => {
                self.code(t::PRINT);
                self.print_items();
            }
            5..=8 => {
                self.code(t::LET);
                self.destination();
            }
            9 | 10 => {
                self.code(t::IF);
                self.number(2);
                self.code(t::THEN);
                self.statement();
            }
            11 | 12 => {
                self.code(t::FOR);
                self.letter();
                self.code(b'=');
                self.number(1);
                self.code(t::TO);
                self.number(1);
                if self.choices.one_in(2) {
                    self.code(t::STEP);
                    self.number(0);
                }
            }
            13 | 14 => {
                self.code(t::NEXT);
                self.letter();
            }
            15..=18 => {
                let code = *self.choices.pick(&[
                    t::GO_TO,
                    t::GO_TO,
                    t::GO_SUB,
                    t::RUN,
                    t::RESTORE,
                    t::LIST,
                    t::LLIST,
                    t::CLEAR,
                ]);
                self.code(code);
                self.line_number();
            }
            19 => self.code(t::RETURN),
            20 => {
                self.code(t::READ);
                self.letter();
                if self.choices.one_in(3) {
                    self.code(b'$');
                }
            }
            21 => {
                self.code(t::DATA);
                self.number(1);
                self.code(b',');
                self.text(1);
            }
            22 => {
                self.code(t::DIM);
                self.letter();
                if self.choices.one_in(2) {
                    self.code(b'$');
                }
                self.subscripts(0);
            }
            23 | 24 => {
                self.code(t::DEF_FN);
                self.letter();
                let text = self.choices.one_in(3);
                self.put(if text { "$(" } else { "(" });
                if self.choices.one_in(2) {
                    self.letter();
                }
                self.put(")=");
                if text {
                    self.text(3);
                } else {
                    self.number(3);
                }
            }
            25 => {
                let code = *self.choices.pick(&[t::PLOT, t::DRAW]);
                self.code(code);
                self.number(1);
                self.code(b',');
                self.number(1);
            }
            26 => {
                let code = *self.choices.pick(&[t::CIRCLE, t::DRAW]);
                self.code(code);
                for separator in [b',', b',', b':'] {
                    self.number(1);
                    self.code(separator);
                }
            }
            27 => {
                let code = *self.choices.pick(&[
                    t::INK,
                    t::PAPER,
                    t::FLASH,
                    t::BRIGHT,
                    t::INVERSE,
                    t::OVER,
                    t::BORDER,
                    t::PAUSE,
                    t::RANDOMIZE,
                    t::CLOSE,
                ]);
                self.code(code);
                self.number(1);
            }
            28 | 29 => {
                self.code(t::INPUT);
                if self.choices.one_in(3) {
                    self.quoted();
                    self.code(b';');
                }
                if self.choices.one_in(4) {
                    self.code(t::LINE);
                    self.letter();
                    self.code(b'$');
                } else {
                    self.letter();
                    if self.choices.one_in(2) {
                        self.code(b'$');
                    }
                }
            }
            30 => {
                let code = *self.choices.pick(&[
                    t::CLS,
                    t::STOP,
                    t::CONTINUE,
                    t::COPY,
                    t::CLEAR,
                    t::RESTORE,
                    t::RUN,
                    t::LIST,
                    t::NEW,
                    t::REM,
                    t::RETURN,
                ]);
                self.code(code);
            }
            31 => {
                self.code(t::BEEP);
                self.number(0);
                self.code(b',');
                self.number(0);
            }
            32 => {
                self.code(t::OPEN);
                self.number(0);
                self.code(b',');
                self.quoted();
            }
            33 => {
                let code = *self
                    .choices
                    .pick(&[t::SAVE, t::LOAD, t::VERIFY, t::MERGE, t::CAT]);
                self.code(code);
                self.quoted();
            }
            34 => {
                self.code(t::OUT);
                self.number(1);
                self.code(b',');
                self.number(1);
            }
            35 => {
                self.code(t::LPRINT);
                self.print_items();
            }
            36 | 37 => {
                self.code(t::PRINT);
                self.number(4);
            }
            38 => {
                self.code(t::PRINT);
                self.text(4);
            }
            _ => {
                self.code(t::POKE);
                self.address();
                self.code(b',');
                let n = self.choices.byte().to_string();
                self.put(&n);
            }
        }
    }
}

/// An address that is often one of a system variable or its neighbour.
pub(crate) fn poke_address(choices: &mut Choices<'_>) -> u32 {
    /// What divides the areas, and what the screen and the channels stand on.
    const POINTERS: &[u32] = &[
        s::VARS,
        s::E_LINE,
        s::CHANS,
        s::CURCHL,
        s::STKEND,
        s::STKBOT,
        s::WORKSP,
        s::RAMTOP,
        s::DF_SZ,
        s::S_POSN,
        s::CHARS,
        s::UDG,
        s::NSPPC,
        s::PROG,
        s::K_CUR,
        s::DATADD,
        s::DF_CC,
        s::DF_CCL,
        s::SPOSNL,
        s::TV_FLAG,
        s::FLAGS,
        s::FLAGX,
        s::MODE,
        s::ECHO_E,
        s::P_RAMT,
        s::STRMS,
        s::S_TOP,
        s::E_PPC,
    ];
    match choices.below(6) {
        0 | 1 => *choices.pick(POINTERS) + choices.below(2) as u32,
        2 | 3 => choices.pick(s::ALL).1 + choices.below(3) as u32,
        4 => 0x5CB6 + choices.below(0x200) as u32,
        _ => choices.below(0x1_0000) as u32,
    }
}

/// Some statements in a line, as typed.
#[must_use]
pub fn statements(choices: &mut Choices<'_>, pokes: bool) -> Vec<u8> {
    let mut grammar = Grammar {
        choices,
        out: Vec::new(),
        pokes,
    };
    grammar.statement();
    while grammar.choices.one_in(3) {
        grammar.code(b':');
        grammar.statement();
    }
    grammar.out
}

/// Changes a few bytes.
pub(crate) fn mutate(choices: &mut Choices<'_>, bytes: &mut Vec<u8>) {
    for _ in 0..=choices.below(3) {
        let at = choices.below(bytes.len());
        let code = choices.byte();
        match choices.below(4) {
            0 => bytes.insert(at, code),
            1 if at < bytes.len() => {
                bytes.remove(at);
            }
            2 if at < bytes.len() => bytes[at] = code,
            _ => {
                let copy = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(copy.into_iter().take(20));
            }
        }
    }
}
