//! Made-up sessions with the tape.

use basic::token;

use super::Maker;
use crate::piece;
use crate::tree::{Step, Tree};

/// What is done with files, by its token.
const TRANSFERS: &[u8] = &[
    token::SAVE,
    token::SAVE,
    token::LOAD,
    token::LOAD,
    token::VERIFY,
    token::MERGE,
];

impl Maker<'_> {
    /// A name, mostly one that is used again.
    fn file_name(&mut self) -> Tree {
        let name = self.random.pick(&[
            "\"a\"",
            "\"a\"",
            "\"a\"",
            "\"\"",
            "\"\"",
            "\"b\"",
            "\"tencharact\"",
            "\"eleven char\"",
            "\"a\"+\"b\"",
            "a$",
        ]);
        piece!(Text; name)
    }

    /// An address where nothing breaks: above the program, or on the screen.
    fn file_place(&mut self) -> Tree {
        let at = self
            .random
            .pick(&[40_000, 40_000, 40_001, 22_528, 16_400, 60_000]);
        piece!(Number; at.to_string())
    }

    /// SAVE, LOAD, VERIFY or MERGE.
    fn file_statement(&mut self) -> Tree {
        let code = self.random.pick(TRANSFERS);
        let name = self.file_name();
        self.transfer(code, piece!(Other; name))
    }

    /// The same with the RAM disk, or CAT ! or ERASE !.
    pub(super) fn disk_statement(&mut self) -> Tree {
        match self.random.below(10) {
            0 => piece!(Statement; token::CAT, "!"),
            1 => {
                let name = self.file_name();
                piece!(Statement; token::ERASE, "!", name)
            }
            2 => {
                // three of these fill it
                let name = self.file_name();
                piece!(Statement; token::SAVE, "!", name, token::CODE, "40000,25000")
            }
            _ => {
                let code = self.random.pick(TRANSFERS);
                let name = self.file_name();
                self.transfer(code, piece!(Other; "!", name))
            }
        }
    }

    /// One of these of a file with such a name.
    fn transfer(&mut self, code: u8, name: Tree) -> Tree {
        if code == token::MERGE {
            return piece!(Statement; code, name);
        }
        match self.random.below(10) {
            0..3 => {
                let array = self
                    .random
                    .pick(&["m()", "q()", "s$()", "t$()", "a$()", "z()", "z$()"]);
                piece!(Statement; code, name, token::DATA, array)
            }
            3 => piece!(Statement; code, name, token::SCREEN),
            4 if code == token::SAVE => {
                let line = self.line_number().to_string();
                piece!(Statement; code, name, token::LINE, line)
            }
            4 | 5 if code != token::SAVE => piece!(Statement; code, name, token::CODE),
            6..9 => {
                let length = self.random.below(41).to_string();
                let (at, length) = (self.file_place(), piece!(Number; length));
                piece!(Statement; code, name, token::CODE, at, ",", length)
            }
            _ => piece!(Statement; code, name),
        }
    }

    /// A program, and commands that save and load it and other things.
    #[must_use]
    pub fn tape_session(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        self.session = true;
        self.screen = false;
        let setup = self.setup();
        let count = setup.len() as u32 + 3;
        self.lines = (1..=count).map(|i| (i * super::STEP) as u16).collect();
        let mut bodies = setup;
        while bodies.len() < count as usize {
            let mut body = self.statements(2);
            if self.random.chance(30) {
                let file = self.file_statement();
                body.push(file);
            }
            bodies.push(body);
        }
        for (body, number) in bodies.into_iter().zip(self.lines.clone()) {
            steps.push(Step::line_of(number, body));
        }
        steps.push(Step::command(vec![piece!(Statement; token::RUN)]));
        for _ in 0..self.random.between(3, 10) {
            let step = match self.random.below(100) {
                0..70 => {
                    let file = self.file_statement();
                    let mut body = vec![file];
                    if self.random.chance(30) {
                        body.extend(self.statements(1));
                    }
                    Step::command(body)
                }
                70..80 => {
                    let number = self.line_number().max(1);
                    let body = self.statements(2);
                    Step::line_of(number, body)
                }
                80..88 => Step::command(vec![piece!(Statement; token::RUN)]),
                _ => Step::command(self.statements(2)),
            };
            steps.push(step);
        }
        steps
    }
}
