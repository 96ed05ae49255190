//! Made-up BASIC: whole sessions, statements, expressions.

mod expression;
mod files;
mod kinds;
mod memory;
mod statement;
pub mod typing;

use basic::machine::Model;
use basic::token;

use crate::piece;
use crate::random::Random;
use crate::tree::{Step, Tree};

/// Line numbers are multiples of this.
const STEP: u32 = 10;

/// Makes BASIC up.
pub struct Maker<'a> {
    /// Where chance comes from.
    pub random: &'a mut Random,
    /// The lines of the program.
    lines: Vec<u16>,
    /// Whether user-defined functions may be called.
    functions: bool,
    /// Whether drawing and reading of the screen may appear.
    screen: bool,
    /// Whether what is made runs in a session, where both keep the same account of themselves.
    session: bool,
    /// Whether it is the 128's BASIC.
    is_128: bool,
}

impl<'a> Maker<'a> {
    /// A maker for expressions alone.
    #[must_use]
    pub fn new(random: &'a mut Random) -> Self {
        Self {
            random,
            lines: Vec::new(),
            functions: true,
            screen: true,
            session: false,
            is_128: false,
        }
    }

    /// One for the 128's BASIC too.
    #[must_use]
    pub fn of(model: Model, random: &'a mut Random) -> Self {
        Self {
            is_128: model == Model::Spectrum128,
            ..Self::new(random)
        }
    }

    /// A number of a line, mostly of one that is there.
    fn line_number(&mut self) -> u16 {
        if self.lines.is_empty() || self.random.chance(8) {
            return (self.random.below(20) * STEP / 2) as u16;
        }
        let lines = self.lines.clone();
        self.random.pick(&lines)
    }

    /// The lines every session begins with, mostly: variables of all kinds, functions, data.
    fn setup(&mut self) -> Vec<Vec<Tree>> {
        let mut lines = Vec::new();
        if self.random.chance(92) {
            let mut line = Vec::new();
            for name in ["a", "b", "x", "abc"] {
                let value = self.literal();
                line.push(piece!(Statement; token::LET, name, "=", value));
            }
            lines.push(line);
            let mut line = Vec::new();
            for name in ["a$", "b$"] {
                let value = self.quoted();
                line.push(piece!(Statement; token::LET, name, "=", value));
            }
            lines.push(line);
        }
        if self.random.chance(70) {
            lines.push(vec![
                piece!(Statement; token::DIM, "m(4)"),
                piece!(Statement; token::DIM, "q(2,3)"),
                piece!(Statement; token::DIM, "s$(3,5)"),
                piece!(Statement; token::DIM, "t$(6)"),
            ]);
        }
        // no body calls a function: it might call itself for ever
        self.functions = false;
        let functions = self.random.chance(70);
        if functions {
            let mut body = || self.number(2);
            let (one, two) = (body(), body());
            let text = self.text(2);
            lines.push(vec![
                piece!(Statement; token::DEF_FN, "f(x)=", one),
                piece!(Statement; token::DEF_FN, "g(a,b)=", two),
                piece!(Statement; token::DEF_FN, "s$(a$)=", text),
                piece!(Statement; token::DEF_FN, "z()=", "3"),
            ]);
        }
        self.functions = functions;
        lines
    }

    /// Such lines, entered and run.
    #[must_use]
    pub fn prepared(&mut self) -> Vec<Step> {
        let lines = self.setup();
        let numbers = (1..).map(|i| i * STEP as u16);
        let entered = numbers.zip(lines).map(|(n, line)| Step::line_of(n, line));
        let run = Step::command(vec![piece!(Statement; token::RUN)]);
        entered.chain([run]).collect()
    }

    /// A program and what is done with it.
    #[must_use]
    pub fn session(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        self.session = true;
        let setup = self.setup();
        let own = self.random.between(1, 8);
        let count = setup.len() as u32 + own;
        self.lines = (1..=count).map(|i| (i * STEP) as u16).collect();
        self.screen = self.random.chance(60);
        let mut bodies: Vec<Vec<Tree>> = setup;
        while bodies.len() < count as usize {
            let body = self.statements(4);
            bodies.push(body);
        }
        for (body, number) in bodies.into_iter().zip(self.lines.clone()) {
            steps.push(Step::line_of(number, body));
        }
        for i in 0..self.random.between(1, 5) {
            let step = match self.random.below(100) {
                _ if i == 0 && self.random.chance(85) => {
                    Step::command(vec![piece!(Statement; token::RUN)])
                }
                0..20 => Step::command(vec![piece!(Statement; token::RUN)]),
                20..35 => {
                    let number = self.line_number().max(1);
                    let body = self.statements(3);
                    Step::line_of(number, body)
                }
                35..42 => Step::line_of(self.line_number().max(1), Vec::new()),
                42..54 => Step::command(vec![piece!(Statement; token::CONTINUE)]),
                54..62 => {
                    let number = self.line_number().to_string();
                    Step::command(vec![piece!(Statement; token::GO_TO, number)])
                }
                _ => {
                    let body = self.statements(3);
                    Step::command(body)
                }
            };
            let keys = self.answers();
            steps.push(Step { keys, ..step });
        }
        steps
    }

    /// PRINT statements only, after a setup.
    #[must_use]
    pub fn printing(&mut self) -> Vec<Step> {
        let mut steps = self.prepared();
        for _ in 0..self.random.between(1, 4) {
            let mut body = Vec::new();
            for _ in 0..self.random.between(1, 4) {
                let statement = if self.random.chance(15) {
                    self.permanent_colour()
                } else {
                    self.print_statement()
                };
                body.push(statement);
            }
            steps.push(Step::command(body));
        }
        steps
    }

    /// Statements of a line outside any program.
    #[must_use]
    pub fn some_statements(&mut self) -> Vec<Tree> {
        self.statements(3)
    }

    /// A few statements.
    fn statements(&mut self, most: u32) -> Vec<Tree> {
        let mut statements = Vec::new();
        for _ in 0..self.random.between(1, most) {
            self.statement_into(&mut statements);
        }
        // Behind REM is text without hidden numbers, which READ and FOR would find.
        let rem = |t: &Tree| t.parts.first() == Some(&token::REM.into());
        if let Some(at) = statements.iter().position(rem) {
            statements.truncate(at + 1);
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ours::Ours;
    use crate::outcome::Status;

    #[test]
    fn what_is_made_up_is_mostly_right_and_always_the_same() {
        let session = |index| Maker::new(&mut Random::new(1, index)).session();
        assert_eq!(session(3), session(3));
        let (mut lines, mut refused) = (0, 0);
        for index in 0..40 {
            let mut ours = Ours::default();
            for step in session(index) {
                let outcome = ours.enter(&step.line(), &[], 20_000);
                lines += 1;
                refused += usize::from(matches!(outcome.status, Status::Refused(..)));
                if !outcome.status.goes_on() {
                    break;
                }
            }
        }
        assert!(refused * 8 < lines, "{refused} of {lines}");
    }
}
