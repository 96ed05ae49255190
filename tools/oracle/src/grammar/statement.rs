//! Made-up statements.

use basic::token;

use super::Maker;
use crate::piece;
use crate::play;
use crate::tree::{Part, Sort, Tree};

impl Maker<'_> {
    /// A colour item, by its token.
    fn colour(&mut self) -> Tree {
        let (code, most) = self.random.pick(&[
            (token::INK, 9),
            (token::PAPER, 9),
            (token::INK, 9),
            (token::FLASH, 1),
            (token::BRIGHT, 1),
            (token::INVERSE, 1),
            (token::OVER, 1),
        ]);
        let value = match self.random.below(30) {
            0 => self.small(20),
            1 => piece!(Number; "8"),
            _ => {
                let value = self.random.below(most + 1).to_string();
                piece!(Number; value)
            }
        };
        piece!(Other; code, value)
    }

    /// A colour statement.
    pub(super) fn permanent_colour(&mut self) -> Tree {
        let colour = self.colour();
        piece!(Statement; colour)
    }

    /// One item of PRINT.
    fn print_item(&mut self) -> Tree {
        match self.random.below(100) {
            0..30 => {
                let a = self.number(2);
                piece!(Item; a)
            }
            30..55 => {
                let t = self.text(2);
                piece!(Item; t)
            }
            55..67 => {
                let (a, b) = (self.small(21), self.small(31));
                piece!(Item; token::AT, a, ",", b)
            }
            67..75 => {
                let a = self.small(40);
                piece!(Item; token::TAB, a)
            }
            75..90 => {
                let c = self.colour();
                piece!(Item; c)
            }
            90..92 => {
                let stream = self.random.pick(&["0", "1", "2", "2", "4"]);
                piece!(Item; "#", stream)
            }
            92..97 => {
                // control codes in a string, whole or cut off
                let codes: &[&[u8]] = &[
                    &[22, 3, 4],
                    &[23, 5, 0],
                    &[8],
                    &[8, 8],
                    &[9],
                    &[13],
                    &[6],
                    &[16, 2],
                    &[17, 5],
                    &[18, 1],
                    &[19, 1],
                    &[20, 1],
                    &[21, 1],
                    &[22, 10],
                    &[16],
                    &[23, 9],
                    &[22, 25, 0],
                    &[17, 12],
                    &[10],
                    &[11],
                    &[4],
                    &[14],
                    &[31],
                    &[22, 21, 31],
                    &[23, 31, 255],
                ];
                let codes = self.random.pick(codes);
                let mut item: Vec<Part> = Vec::new();
                for (i, code) in codes.iter().enumerate() {
                    if i > 0 {
                        item.push("+".into());
                    }
                    item.push(token::CHR.into());
                    item.push(code.to_string().into());
                }
                let text = Tree {
                    sort: Sort::Text,
                    parts: item,
                };
                piece!(Item; text)
            }
            _ => piece!(Item; "\"\""),
        }
    }

    /// PRINT, now and then LPRINT.
    pub(super) fn print_statement(&mut self) -> Tree {
        let printer = self.session && self.random.chance(4);
        let token = if printer { token::LPRINT } else { token::PRINT };
        let mut parts: Vec<Part> = vec![token.into()];
        for i in 0..self.random.below(6) {
            if i > 0 {
                let separator = self.random.pick(b";;;;;;,'");
                parts.push(separator.into());
            } else if self.random.chance(6) {
                let separator = self.random.pick(b";,'");
                parts.push(separator.into());
            }
            let item = self.print_item();
            parts.push(item.into());
        }
        if self.random.chance(30) {
            let separator = self.random.pick(b";;,'");
            parts.push(separator.into());
        }
        Tree {
            sort: Sort::Statement,
            parts,
        }
    }

    pub(super) fn drawing(&mut self) -> Tree {
        let colours = if self.random.chance(20) {
            let c = self.colour();
            piece!(Other; piece!(Item; c, ";"))
        } else {
            piece!(Other; "")
        };
        let sign = |random: &mut crate::random::Random| if random.chance(40) { "-" } else { "" };
        match self.random.below(10) {
            0..4 => {
                let (x, y) = (self.small(255), self.small(175));
                piece!(Statement; token::PLOT, colours, x, ",", y)
            }
            4..7 => {
                let (x, y) = (self.small(120), self.small(90));
                let (a, b) = (sign(self.random), sign(self.random));
                piece!(Statement; token::DRAW, colours, a, x, ",", b, y)
            }
            7 | 8 => {
                let (x, y) = (self.small(90), self.small(70));
                let (a, b) = (sign(self.random), sign(self.random));
                let arc = self
                    .random
                    .pick(&["1", "2", "-1", "PI", ".1", "3", "6.283", "0", "-2.5"]);
                let arc: Part = if arc == "PI" {
                    token::PI.into()
                } else {
                    arc.into()
                };
                piece!(Statement; token::DRAW, colours, a, x, ",", b, y, piece!(Item; ",", arc))
            }
            _ => {
                let (x, y, r) = (self.small(255), self.small(175), self.small(60));
                piece!(Statement; token::CIRCLE, colours, x, ",", y, ",", r)
            }
        }
    }

    fn let_statement(&mut self) -> Tree {
        if self.random.chance(60) {
            let (place, value) = (self.number_place(), self.number(3));
            piece!(Statement; token::LET, place, "=", value)
        } else {
            let (place, value) = (self.text_place(), self.text(3));
            piece!(Statement; token::LET, place, "=", value)
        }
    }

    /// A loop, its body between.
    fn loop_into(&mut self, statements: &mut Vec<Tree>) {
        let name = self.random.pick(&["i", "j", "a", "x"]);
        let (from, to) = (self.small(5), self.small(9));
        let step = if self.random.chance(30) {
            let step = self
                .random
                .pick(&["2", ".5", "-1", "0.1", "3", "-.25", "1e-3*500"]);
            piece!(Other; piece!(Item; token::STEP, step))
        } else {
            piece!(Other; "")
        };
        statements.push(piece!(Statement; token::FOR, name, "=", from, token::TO, to, step));
        for _ in 0..self.random.below(3) {
            self.statement_into(statements);
        }
        if self.random.chance(92) {
            statements.push(piece!(Statement; token::NEXT, name));
        }
    }

    fn jump(&mut self) -> Tree {
        let to = if self.random.chance(15) {
            self.number(2)
        } else {
            let number = self.line_number().to_string();
            piece!(Number; number)
        };
        let token = self
            .random
            .pick(&[token::GO_TO, token::GO_SUB, token::GO_SUB]);
        piece!(Statement; token, to)
    }

    fn read(&mut self) -> Tree {
        let place = if self.random.chance(60) {
            self.number_place()
        } else {
            self.text_place()
        };
        piece!(Statement; token::READ, place)
    }

    fn data(&mut self) -> Tree {
        let mut parts: Vec<Part> = vec![token::DATA.into()];
        for i in 0..self.random.between(1, 4) {
            let item = if self.random.chance(60) {
                self.number(2)
            } else {
                self.text(2)
            };
            let comma: Part = if i > 0 { ",".into() } else { "".into() };
            let item = piece!(Other; comma, item);
            parts.push(item.into());
        }
        Tree {
            sort: Sort::Statement,
            parts,
        }
    }

    fn dim(&mut self) -> Tree {
        let name = self.random.pick(&["m", "q", "s$", "t$", "b", "a$", "c$"]);
        let mut parts: Vec<Part> = vec![token::DIM.into(), name.into(), "(".into()];
        for i in 0..self.random.between(1, 3) {
            if i > 0 {
                parts.push(",".into());
            }
            let size = self.small(5);
            parts.push(size.into());
        }
        parts.push(")".into());
        Tree {
            sort: Sort::Statement,
            parts,
        }
    }

    /// INPUT.
    fn input(&mut self) -> Tree {
        let mut parts: Vec<Part> = vec![token::INPUT.into()];
        for i in 0..self.random.between(1, 3) {
            if i > 0 {
                let separator = self.random.pick(b";;,'");
                parts.push(separator.into());
            }
            let item = match self.random.below(10) {
                0..3 => self.number_place(),
                3..6 => self.text_place(),
                6 => {
                    let place = self.text_place();
                    piece!(Other; token::LINE, place)
                }
                7 => {
                    let value = self.number(1);
                    piece!(Other; "(", value, ")")
                }
                _ => self.quoted(),
            };
            parts.push(piece!(Item; item).into());
        }
        Tree {
            sort: Sort::Statement,
            parts,
        }
    }

    /// Streams: opened, used, closed.
    fn stream_into(&mut self, statements: &mut Vec<Tree>) {
        let stream = self.random.pick(&["4", "5", "15", "0", "1", "2"]);
        let channel = self
            .random
            .pick(&["s", "k", "S", "K", "S", "r", "x", "", "sk"]);
        let channel = format!("\"{channel}\"");
        statements.push(piece!(Statement; token::OPEN, stream, ",", piece!(Text; channel)));
        let list = self.random.chance(20);
        for _ in 0..self.random.below(3) {
            let items = self.print_item();
            let used = if list {
                piece!(Statement; token::LIST, "#", stream)
            } else {
                piece!(Statement; token::PRINT, "#", stream, ";", items)
            };
            statements.push(used);
        }
        // closing what is not open runs wild
        if self.random.chance(60) {
            statements.push(piece!(Statement; token::CLOSE, stream));
        }
    }

    /// A statement without operands that matters little.
    fn rare(&mut self) -> Tree {
        match self.random.below(16) {
            0 => piece!(Statement; token::STOP),
            1 => piece!(Statement; token::CLS),
            2 => piece!(Statement; token::RETURN),
            3 => piece!(Statement; token::RESTORE),
            4 => {
                let number = self.line_number().to_string();
                piece!(Statement; token::RESTORE, number)
            }
            5 => piece!(Statement; token::CLEAR),
            6 => piece!(Statement; token::CONTINUE),
            7 => {
                let name = self.random.pick(&["i", "a", "x", "z"]);
                piece!(Statement; token::NEXT, name)
            }
            8 => piece!(Statement; token::REM, "any thing: PRINT 1"),
            9 => {
                let a = self.random.between(20_000, 65_535).to_string();
                piece!(Statement; token::CLEAR, a)
            }
            10 => {
                let (a, b) = (self.small(30), self.number(1));
                piece!(Statement; token::BEEP, "0.0", a, ",", b)
            }
            11 => piece!(Statement; token::PAUSE, "1"),
            12 => {
                let (port, value) = (self.random.pick(&["254", "253", "31"]), self.small(255));
                piece!(Statement; token::OUT, port, ",", value)
            }
            13 => {
                let number = self.line_number().to_string();
                piece!(Statement; token::LIST, number)
            }
            14 => piece!(Statement; token::RUN),
            _ => piece!(Statement; ""),
        }
    }

    /// A statement that only the 128 has: PLAY, and those of the RAM disk.
    fn statement_of_128(&mut self) -> Tree {
        if self.random.chance(60) {
            return self.disk_statement();
        }
        let mut parts: Vec<Part> = vec![token::PLAY.into()];
        for i in 0..self.random.pick(&[1, 1, 2, 3, 5]) {
            let comma = if i > 0 { "," } else { "" };
            let string = if self.random.chance(10) {
                self.text(1)
            } else {
                let string = play::short_string(self.random);
                piece!(Text; format!("\"{string}\""))
            };
            parts.push(piece!(Item; comma, string).into());
        }
        Tree {
            sort: Sort::Statement,
            parts,
        }
    }

    /// Adds a statement, or a few that belong together.
    pub(super) fn statement_into(&mut self, statements: &mut Vec<Tree>) {
        if self.is_128 && self.session && self.random.chance(8) {
            let statement = self.statement_of_128();
            statements.push(statement);
            return;
        }
        let statement = match self.random.below(100) {
            0..22 => self.print_statement(),
            22..42 => self.let_statement(),
            42..48 => {
                let condition = self.number(2);
                let mut then = Vec::new();
                self.statement_into(&mut then);
                let first = then.remove(0);
                statements.push(piece!(Statement; token::IF, condition, token::THEN, first));
                statements.append(&mut then);
                return;
            }
            48..54 => return self.loop_into(statements),
            54..59 => self.jump(),
            59..63 => self.read(),
            63..67 => self.data(),
            67..70 => self.dim(),
            70..75 => self.permanent_colour(),
            75..83 if self.screen => self.drawing(),
            75..87 => self.poke_statement(),
            87..89 => {
                let colour = self.small(7);
                piece!(Statement; token::BORDER, colour)
            }
            89..91 => {
                let seed = self.random.between(1, 65_535).to_string();
                piece!(Statement; token::RANDOMIZE, seed)
            }
            91 if self.session && self.random.chance(40) => return self.stream_into(statements),
            92 if self.session => self.input(),
            91 => {
                let (name, body) = (
                    self.random.pick(&["f(x)=", "f(a)=", "g(x,y)=", "z()="]),
                    self.number(2),
                );
                piece!(Statement; token::DEF_FN, name, body)
            }
            _ => self.rare(),
        };
        statements.push(statement);
    }
}
