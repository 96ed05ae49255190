//! Statements to code.
//!
//! ROM: `LINE-SCAN` 1B17, the statement loop 1B28, the parameter table 1A7A. The same walk checks
//! a line that was typed and compiles one that is run: what is not there yet in a statement is
//! found the same way by both.

use super::code::{Behind, Mark, Op, Pc};
use super::parse::{Parser, Type};
use super::room;
use crate::channel::{PRINTER_STREAM, SCREEN_STREAM};
use crate::play::VOICES_MAX;
use crate::report::{Report, Result};
use crate::store::Address;
use crate::store::areas::ENTER;
use crate::store::variables::Kind;
use crate::token;

/// The highest statement number in a line. ROM: 1B2F.
pub const STATEMENTS_MAX: u8 = 127;

/// Less than a colour statement's token: what is left is its control code, 16 to 21.
pub(super) const COLOUR_BASE: u8 = token::INK - 16;

/// How a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// A colon or the end of the line must follow.
    Separator,
    /// Another statement follows at once (THEN).
    Statement,
    /// The rest of the line does not matter (REM).
    Nothing,
}

impl Parser<'_> {
    /// Compiles a line's statements, and `end` as the last instruction, again for each IF.
    /// Gives the place of the first `end`. What the syntax check says of a line that is wrong
    /// becomes an instruction: the statements before it run.
    pub fn line(&mut self, behind: Behind, end: Op) -> Pc {
        let done = match behind {
            Behind::Statement => self.statements(),
            Behind::Item | Behind::Separator => self.rest_of_print(behind),
        };
        if let Err(report) = done {
            self.emit(Op::Fail(report));
        }
        let place = self.here();
        self.emit(end);
        let ifs = core::mem::take(&mut self.ifs);
        for (at, spot) in ifs {
            let out = self.here();
            self.out.marks.push(Mark {
                pc: out,
                spot,
                at: self.base + self.text.len() as Address,
                after_then: false,
                need: 0,
            });
            self.emit(end);
            match &mut self.out.ops[at as usize] {
                Op::IfNot(to)
                | Op::IfNotNumber(_, to, _)
                | Op::IfNotVariable(_, _, to)
                | Op::IfNotVariableNumber(_, _, to, _)
                | Op::IfNotVariableVariable(_, _, _, to) => *to = out,
                _ => {}
            }
        }
        place
    }

    /// Compiles a line's statements, from the one behind `spot` on.
    ///
    /// # Errors
    /// What the syntax check says; the walk stands where it found it.
    pub fn statements(&mut self) -> Result<()> {
        let mut after_then = false;
        loop {
            if self.spot.statement == STATEMENTS_MAX {
                return Err(Report::NonsenseInBasic);
            }
            self.spot.statement += 1;
            self.mark_statement(core::mem::take(&mut after_then));
            match self.current() {
                ENTER => return Ok(()),
                b':' => {
                    self.next();
                    continue;
                }
                code => {
                    self.next();
                    let start = self.out.ops.len();
                    self.begin_need();
                    let after = self.statement(code)?;
                    if let Some(mark) = self.out.marks.last_mut() {
                        mark.need = self.need.run;
                    }
                    match after {
                        After::Nothing => return Ok(()),
                        After::Statement => {
                            after_then = true;
                            continue;
                        }
                        After::Separator => {
                            if self.uses_workspace(start) {
                                self.emit(Op::ClearWork);
                            }
                        }
                    }
                }
            }
            if self.statement_ends()? {
                return Ok(());
            }
        }
    }

    /// A statement begins here.
    fn mark_statement(&mut self, after_then: bool) {
        self.out.marks.push(Mark {
            pc: self.here(),
            spot: self.spot,
            at: self.base + self.at as Address,
            after_then,
            need: 0,
        });
    }

    /// Steps over what must stand behind a statement; whether that is the line's end.
    fn statement_ends(&mut self) -> Result<bool> {
        match self.current() {
            ENTER => Ok(true),
            b':' => {
                self.next();
                Ok(false)
            }
            _ => Err(Report::NonsenseInBasic),
        }
    }

    /// Whether instructions from `start` on make strings, or leave something on the value stack.
    pub(super) fn uses_workspace(&self, start: usize) -> bool {
        self.out.ops[start..].iter().any(|op| {
            matches!(
                op,
                Op::LiteralCopy(..)
                    | Op::Concatenate(_)
                    | Op::StringOf(_)
                    | Op::Character
                    | Op::InKey
                    | Op::InKeyStream
                    | Op::ScreenText
                    | Op::Value(_)
                    | Op::ValueText(_)
                    | Op::FnCall(_)
                    | Op::Play(_)
                    | Op::InputNumber(_)
                    | Op::InputText(_)
                    | Op::InputElement
                    | Op::InputSlice
                    | Op::InputLine(_)
                    | Op::InputLineSlice
                    | Op::Read(_)
                    | Op::FileName(..)
            )
        })
    }

    /// One statement, the walk after its token.
    ///
    /// ROM: `SEPARATOR` 1B6F, `REM` 1BB2, `LPRINT` 1FC9.
    fn statement(&mut self, code: u8) -> Result<After> {
        match code {
            token::LET => self.let_statement()?,
            token::IF => {
                let start = self.out.ops.len();
                self.number()?;
                self.expect(token::THEN)?;
                self.if_not(start);
                return Ok(After::Statement);
            }
            token::REM => return Ok(After::Nothing),
            token::FOR => self.for_statement()?,
            token::NEXT => {
                let slot = self.loop_variable()?;
                self.takes(room::NEXT);
                self.emit(Op::Next(slot));
            }
            token::PRINT | token::LPRINT => {
                self.emit(Op::PrintBegin(if code == token::PRINT {
                    SCREEN_STREAM
                } else {
                    PRINTER_STREAM
                }));
                self.holding_only(room::BY_COMMAND, Self::print_items)?;
            }
            token::INPUT => {
                self.emit(Op::InputBegin);
                self.holding_only(room::BY_COMMAND, Self::input_items)?;
                self.emit(Op::InputEnd);
            }
            token::DATA | token::DEF_FN if self.hidden.is_some() => self.pass_by(),
            token::DATA => self.data_statement()?,
            token::DEF_FN => self.def_fn_statement()?,
            token::READ => self.read_statement()?,
            token::DIM => self.dim_statement()?,
            token::LIST | token::LLIST => self.list_statement(code)?,
            token::INK..=token::OVER => {
                self.emit(Op::PermanentBegin);
                self.holding_only(room::BY_ITEM, Self::number)?;
                self.emit(Op::Permanent(code - COLOUR_BASE));
            }
            token::PLOT | token::DRAW | token::CIRCLE => self.drawing(code)?,
            token::OPEN => {
                self.number()?;
                self.expect(b',')?;
                self.emit(Op::Push);
                self.holding(room::NO_CALLS.and_values(1), Self::text_expression)?;
                self.emit(Op::Open);
            }
            token::SAVE | token::LOAD | token::VERIFY | token::MERGE => {
                self.file_statement(code)?;
            }
            token::CAT | token::ERASE | token::FORMAT | token::MOVE => {
                self.disk_statement(code)?;
            }
            token::COPY => self.copy_statement()?,
            token::SPECTRUM if self.dialect.is_128 => self.emit(Op::Spectrum),
            token::PLAY if self.dialect.is_128 => self.play_statement()?,
            _ => self.simple_statement(code)?,
        }
        Ok(After::Separator)
    }

    /// The statements of the classes 0, 3, 6 and 8: no operand, one that may be left out, one,
    /// two.
    fn simple_statement(&mut self, code: u8) -> Result<()> {
        let op = match code {
            token::STOP => Op::Fail(Report::StopStatement),
            token::RETURN => Op::ReturnSub,
            token::NEW => Op::New,
            token::CONTINUE => Op::Continue,
            token::CLS => Op::Cls,
            token::RUN | token::CLEAR | token::RESTORE | token::RANDOMIZE => {
                self.holding_only(room::BY_COMMAND, Self::number_or_zero)?;
                match code {
                    token::RUN => Op::Run,
                    token::CLEAR => Op::Clear,
                    token::RESTORE => Op::Restore,
                    _ => Op::Randomize,
                }
            }
            token::GO_TO | token::GO_SUB => {
                let start = self.out.ops.len();
                self.number()?;
                return self.jump(code, start);
            }
            token::PAUSE | token::BORDER | token::CLOSE => {
                self.number()?;
                match code {
                    token::PAUSE => Op::Pause,
                    token::BORDER => Op::Border,
                    _ => Op::Close,
                }
            }
            token::POKE | token::OUT | token::BEEP => {
                self.two_numbers()?;
                if code == token::BEEP {
                    self.takes(room::BEEP);
                }
                match code {
                    token::POKE => Op::Poke,
                    token::OUT => Op::Out,
                    _ => Op::Beep,
                }
            }
            _ => return Err(Report::NonsenseInBasic),
        };
        self.emit(op);
        Ok(())
    }

    /// GO TO and GO SUB: a literal line number is resolved once.
    fn jump(&mut self, code: u8, start: usize) -> Result<()> {
        let fixed = match self.out.ops[start..] {
            [Op::Number(n)] => n.to_u16().ok().filter(|line| *line < GO_TO_LIMIT),
            _ => None,
        };
        if fixed.is_some() {
            self.out.ops.truncate(start);
        }
        let spot = self.spot;
        self.emit(match (code, fixed) {
            (token::GO_TO, Some(line)) => Op::GoToLine(line, super::code::NOWHERE),
            (token::GO_TO, None) => Op::GoTo,
            (_, Some(line)) => Op::GoSubLine(line, spot, super::code::NOWHERE),
            (_, None) => Op::GoSub(spot),
        });
        Ok(())
    }

    /// A number, or nought where the statement ends. ROM: `FETCH-NUM` 1CDE.
    fn number_or_zero(&mut self) -> Result<()> {
        if self.at_end() {
            self.takes(room::VALUE);
            self.emit(Op::Number(crate::number::Number::ZERO));
            Ok(())
        } else {
            self.number()
        }
    }

    /// The variable of FOR and NEXT: one letter. ROM: class 4, 1C6C.
    fn loop_variable(&mut self) -> Result<u16> {
        let (name, _) = self.name()?;
        if !name.is_simple() || name.kind() != Kind::Number {
            return Err(Report::NonsenseInBasic);
        }
        self.slot(&name)
    }

    fn for_statement(&mut self) -> Result<()> {
        let slot = self.loop_variable()?;
        self.expect(b'=')?;
        self.number()?;
        self.emit(Op::Push);
        self.expect(token::TO)?;
        self.holding(room::NO_CALLS.and_values(1), Self::number)?;
        self.emit(Op::Push);
        self.takes(room::FOR);
        if self.current() == token::STEP {
            self.next();
            self.holding(room::NO_CALLS.and_values(2), Self::number)?;
        } else {
            self.need.run = self.need.run.max(room::FOR_STEP);
            self.emit(Op::Number(crate::number::Number::ONE));
        }
        self.current();
        let spot = self.spot;
        let end = self.address(self.at);
        self.emit(Op::For(slot, spot, end));
        Ok(())
    }

    /// The rest of a PRINT of which something has been printed, and the statements behind it.
    fn rest_of_print(&mut self, behind: Behind) -> Result<()> {
        self.mark_statement(false);
        self.further_items(behind)?;
        self.emit(Op::ClearWork);
        if self.statement_ends()? {
            Ok(())
        } else {
            self.statements()
        }
    }

    /// DATA in a line that is checked: expressions with commas. ROM: `DATA` 1E27.
    fn data_statement(&mut self) -> Result<()> {
        loop {
            self.expression()?;
            if self.current() != b',' {
                return Ok(());
            }
            self.next();
        }
    }

    /// Steps to the end of a statement that does nothing when run. ROM: `PASS-BY` 1E39.
    fn pass_by(&mut self) {
        let mut quoted = false;
        loop {
            match self.byte(self.at) {
                ENTER => return,
                super::parse::NUMBER_MARK => self.at += super::parse::HIDDEN_SIZE - 1,
                b'"' => quoted = !quoted,
                b':' if !quoted => return,
                _ => {}
            }
            if self.at >= self.text.len() {
                return;
            }
            self.at += 1;
        }
    }

    /// DEF FN in a line that is checked. ROM: `DEF-FN` 1F60.
    fn def_fn_statement(&mut self) -> Result<()> {
        let mut kind = Type::Number;
        if !self.current().is_ascii_alphabetic() {
            return Err(Report::NonsenseInBasic);
        }
        if self.next() == b'$' {
            kind = Type::Text;
            self.next();
        }
        self.expect(b'(')?;
        if self.current() != b')' {
            loop {
                if !self.current().is_ascii_alphabetic() {
                    return Err(Report::NonsenseInBasic);
                }
                self.at += 1;
                let after_letter = self.at;
                if self.current() == b'$' {
                    self.at += 1;
                } else {
                    self.at = after_letter;
                }
                self.slot_of_argument();
                if self.current() != b',' {
                    break;
                }
                self.next();
            }
        }
        self.expect(b')')?;
        self.expect(b'=')?;
        if self.expression()? != kind {
            return Err(Report::NonsenseInBasic);
        }
        Ok(())
    }

    /// READ: variables with commas. ROM: `READ` 1DED.
    fn read_statement(&mut self) -> Result<()> {
        loop {
            let (kind, assign) = self.destination()?;
            if let Op::LetText(slot) = assign {
                self.emit(Op::TextPlace(slot));
            }
            self.emit(Op::Read(kind == Type::Text));
            self.emit(assign);
            self.emit(Op::ReadDone);
            if self.current() != b',' {
                return Ok(());
            }
            self.next();
        }
    }

    /// DIM: one array. ROM: `DIM` 2C02.
    fn dim_statement(&mut self) -> Result<()> {
        let (name, _) = self.name()?;
        if name.kind() == Kind::Number || self.current() != b'(' {
            return Err(Report::NonsenseInBasic);
        }
        let slot = self.slot(&name)?;
        self.emit(Op::DimBegin(slot));
        // The array there was makes room first.
        let room = self.here() as usize;
        self.emit(Op::Room(0));
        self.need.run = 0;
        self.next();
        let mut size = room::SIZE;
        let mut count = 0_u8;
        loop {
            let at = self.base + self.at as Address;
            self.holding(size, Self::number)?;
            size = size.and(room::DIMENSION);
            count = count.checked_add(1).ok_or(Report::OutOfMemory)?;
            self.emit(Op::DimSize(slot, self.origin, at));
            if self.current() != b',' {
                break;
            }
            self.next();
        }
        self.expect(b')')?;
        self.emit(Op::Dim(slot));
        self.out.ops[room] = Op::Room(core::mem::take(&mut self.need.run));
        Ok(())
    }

    /// LIST and LLIST. ROM: `LIST` 17F9, `LLIST` 17F5.
    fn list_statement(&mut self, code: u8) -> Result<()> {
        self.emit(Op::ListBegin(if code == token::LIST {
            SCREEN_STREAM
        } else {
            PRINTER_STREAM
        }));
        if self.current() == b'#' {
            self.next();
            self.holding_only(room::BY_COMMAND, Self::number)?;
            self.emit(Op::PrintStream);
            if matches!(self.current(), b';' | b',') {
                self.next();
                self.number()?;
            } else {
                self.emit(Op::Number(crate::number::Number::ZERO));
            }
        } else {
            self.holding_only(room::BY_LIST, Self::number_or_zero)?;
        }
        self.emit(Op::ListFrom);
        self.emit(Op::ListNext);
        Ok(())
    }

    /// PLOT, DRAW and CIRCLE with their colour items. ROM: class 9, 1CBE; `CO-TEMP-1` 21E1.
    fn drawing(&mut self, code: u8) -> Result<()> {
        self.emit(Op::DrawingBegin);
        while let colour @ token::INK..=token::OVER = self.current() {
            self.next();
            self.holding(room::DRAWING_COLOUR, Self::number)?;
            self.emit(Op::PrintColour(colour - COLOUR_BASE));
            if !matches!(self.current(), b',' | b';') {
                return Err(Report::NonsenseInBasic);
            }
            self.next();
        }
        self.two_numbers()?;
        let third = self.current() == b',' && code != token::PLOT;
        if third {
            self.next();
            self.emit(Op::Push);
            self.holding(room::NO_CALLS.and_values(2), Self::number)?;
            self.takes(if code == token::DRAW {
                room::DRAW_ARC
            } else {
                room::CIRCLE
            });
        }
        self.emit(match (code, third) {
            (token::PLOT, _) => Op::Plot,
            (token::DRAW, false) => Op::Draw,
            (token::DRAW, true) => Op::DrawArc,
            (_, true) => Op::Circle,
            (_, false) => return Err(Report::NonsenseInBasic),
        });
        Ok(())
    }

    /// PLAY: strings with commas. ROM: 2317 of the 128's first ROM.
    fn play_statement(&mut self) -> Result<()> {
        let mut strings = 0_u8;
        loop {
            self.text_expression()?;
            strings = strings.saturating_add(1);
            if self.current() != b',' {
                break;
            }
            self.next();
        }
        if usize::from(strings) > VOICES_MAX {
            return Err(Report::BadParameter);
        }
        self.emit(Op::Play(strings));
        Ok(())
    }
}

/// Line numbers from here on are refused by GO TO. ROM: 1E6F.
pub(super) const GO_TO_LIMIT: u16 = 0xF000;
