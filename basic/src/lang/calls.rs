//! Expressions that run inside others: FN, VAL, READ's items and what is typed at INPUT.
//!
//! Each is compiled to code that ends with a return; a frame remembers where to go on.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::code::{Op, Origin, Pc, Spot};
use super::definition::{Definition, find_definition};
use super::exec::{CODE_MAX, Exec, Flow};
use super::parse::{HIDDEN_SIZE, NUMBER_MARK, Parser, Refusal, Sink, Type};
use super::room::{self, Held};
use super::text::Text;
use crate::report::{Report, Result};
use crate::store::areas::{self, ENTER};
use crate::store::program;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::system::System;
use crate::token;

/// VAL's texts whose code is kept, at most.
const VALUES_MAX: usize = 64;
/// The longest text of them.
const VALUE_LENGTH_MAX: usize = 64;

/// What runs inside another expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Where to go on.
    pub(super) back: Pc,
    /// Bytes the ROM holds while it runs; see `room`.
    held: u32,
    /// The function whose arguments were seen before, if FN is left.
    function: Option<Option<usize>>,
    /// What is to be thrown away.
    temporary: Option<Temporary>,
}

/// Code that is thrown away when it is left, and the names that only it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Temporary {
    /// From here on.
    code: Pc,
    /// How many names there were before.
    names: usize,
}

/// Where an expression's code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) pc: Pc,
    /// The room it needs; see `room`.
    pub(super) need: u32,
}

/// A call of FN whose arguments are being worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Call {
    definition: usize,
    argument: usize,
}

/// An item of DATA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    code: Code,
    kind: Type,
    /// The character after it.
    end: Address,
}

/// A text of VAL.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ValueText {
    characters: Vec<u8>,
    code: Code,
    /// The numbers in it.
    numbers: u32,
    /// The room that checking it needs.
    check: u32,
}

/// What is to be compiled.
#[derive(Clone, Copy)]
struct Source<'a> {
    characters: &'a [u8],
    /// The memory it lies in if its numbers are hidden behind their digits.
    hidden: Option<&'a Memory>,
    /// Its first character's address.
    base: Address,
    /// The function whose expression it is.
    function: Option<usize>,
    /// Whether nothing may follow it.
    whole: bool,
    /// The room there is to check it.
    room: u32,
}

impl<'a> Source<'a> {
    /// An expression in the program, other things behind it.
    fn in_program(memory: &'a Memory, base: Address, function: Option<usize>) -> Self {
        Self {
            characters: rest_of_line(memory, base),
            hidden: Some(memory),
            base,
            function,
            whole: false,
            room: u32::MAX,
        }
    }

    /// A text of its own, its numbers only digits.
    fn text(characters: &'a [u8], base: Address, room: u32) -> Self {
        Self {
            characters,
            hidden: None,
            base,
            function: None,
            whole: true,
            room,
        }
    }
}

/// An expression that was compiled.
struct Compiled {
    code: Code,
    /// What goes when it is thrown away.
    before: Temporary,
    kind: Type,
    /// The address behind it.
    end: Address,
    /// The numbers in it that were not hidden.
    numbers: u32,
    /// The room that checking it needed.
    check: u32,
    /// Whether a number in it is from outside the program.
    outside: bool,
}

/// What is known of functions, DATA and VAL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    definitions: Vec<Definition>,
    calls: Vec<Call>,
    /// The function whose expression runs.
    current: Option<usize>,
    items: BTreeMap<Address, Item>,
    /// The end of the item READ is at.
    read_end: Address,
    values: Vec<ValueText>,
}

impl Calls {
    /// Forgets everything that belongs to code.
    pub(super) fn clear(&mut self) {
        self.definitions.clear();
        self.items.clear();
        self.values.clear();
        self.reset();
    }

    /// Forgets what was going on.
    pub(super) fn reset(&mut self) {
        self.calls.clear();
        self.current = None;
    }
}

/// The characters from `at` to the end of the line, hidden numbers stepped over.
pub(super) fn rest_of_line(m: &Memory, at: Address) -> &[u8] {
    let all = m.slice(at, u32::MAX >> 1);
    let mut i = 0;
    while let Some(&code) = all.get(i) {
        match code {
            ENTER => break,
            NUMBER_MARK => i += HIDDEN_SIZE,
            _ => i += 1,
        }
    }
    &all[..i.min(all.len())]
}

impl Exec {
    /// Does an instruction of this module. Gives where to go on, in `pc`.
    pub(super) fn call_op(&mut self, sys: &mut System, op: Op) -> Result<()> {
        match op {
            Op::FnBegin(letter, is_text, arguments) => {
                self.fn_begin(sys, letter, is_text, arguments)
            }
            Op::FnArgument(is_text, more) => self.fn_argument(sys, is_text, more),
            Op::FnCall(held) => self.fn_call(sys, held),
            Op::Return => {
                if self.leave() {
                    self.note_function(sys);
                }
                Ok(())
            }
            Op::Value(held) => self.value(sys, held, Type::Number),
            Op::ValueText(held) => self.value(sys, held, Type::Text),
            Op::Read(is_text) => self.read(sys, is_text),
            Op::ReadDone => {
                let end = self.calls.read_end;
                sys.memory.set_pointer(s::DATADD, end);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Bytes the ROM holds in the expressions around the one that runs.
    pub(super) fn held(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.held)
    }

    /// Goes on at some code and comes back to what is after the present instruction; the ROM holds
    /// so much meanwhile. As it holds something for each, memory ends an endless recursion.
    fn enter(
        &mut self,
        sys: &System,
        code: Code,
        held: u32,
        function: Option<Option<usize>>,
        temporary: Option<Temporary>,
    ) -> Result<()> {
        areas::test_room(&sys.memory, held + code.need)?;
        self.frames.push(Frame {
            back: self.pc,
            held,
            function,
            temporary,
        });
        self.pc = code.pc;
        Ok(())
    }

    /// Whether all code there is stays.
    fn nothing_temporary(&self) -> bool {
        self.frames.iter().all(|frame| frame.temporary.is_none())
    }

    /// Leaves the innermost expression; whether it was a function's.
    fn leave(&mut self) -> bool {
        let Some(frame) = self.frames.pop() else {
            return false;
        };
        self.pc = frame.back;
        if let Some(function) = frame.function {
            self.calls.current = function;
        }
        if let Some(temporary) = frame.temporary {
            self.drop_temporary(temporary);
        }
        frame.function.is_some()
    }

    /// Throws code away, and the names that only it uses: there is no end to those of VAL's texts.
    fn drop_temporary(&mut self, temporary: Temporary) {
        self.code.ops.truncate(temporary.code as usize);
        self.slots.drop_names(temporary.names);
    }

    /// DEFADD follows the function whose expression runs.
    fn note_function(&self, sys: &mut System) {
        let at = self
            .calls
            .current
            .and_then(|i| self.calls.definitions.get(i))
            .map_or(0, |d| d.arguments);
        sys.memory.set_pointer(s::DEFADD, at);
    }

    /// Compiles an expression of this module's kinds, and instructions to be done after it.
    fn compile(
        &mut self,
        source: Source<'_>,
        after: &[Op],
    ) -> core::result::Result<Compiled, Refusal> {
        let Source {
            characters,
            hidden,
            base,
            function,
            whole,
            room,
        } = source;
        self.charge_compiled(characters.len());
        let before = Temporary {
            code: self.code.ops.len() as Pc,
            names: self.slots.count(),
        };
        let parameters = function
            .and_then(|i| self.calls.definitions.get(i))
            .map_or(&[][..], |d| &d.parameters);
        let sink = Sink {
            ops: &mut self.code.ops,
            marks: &mut self.code.marks,
            items: &mut self.code.items,
            slots: &mut self.slots,
        };
        let spot = Spot {
            line: 0,
            statement: 0,
        };
        let mut parser = Parser::new(characters, hidden, (Origin::Fixed, base), spot, sink)
            .with_parameters(parameters);
        // the string goes into another expression
        parser.flags_count = true;
        let result = parser.expression().and_then(|kind| {
            // The ROM takes the ENTER for the operand of a control code at the end, and reads on.
            if whole && (parser.current() != ENTER || parser.at > parser.text.len()) {
                return Err(Report::NonsenseInBasic);
            }
            parser.current();
            Ok((kind, parser.address(parser.at)))
        });
        let place = parser.at;
        let (searched, outside) = (parser.searched, parser.outside);
        let numbers = parser.found.len() as u32;
        let Held { run: need, check } = parser.need;
        self.charge_search(0, searched);
        let result = if check < room {
            result
        } else {
            Err(Report::OutOfMemory)
        };
        match result {
            Ok((kind, end)) => {
                self.code.ops.extend_from_slice(after);
                self.code.ops.push(Op::Return);
                let pc = before.code;
                Ok(Compiled {
                    code: Code { pc, need },
                    before,
                    kind,
                    end,
                    numbers,
                    check,
                    outside,
                })
            }
            Err(report) => {
                self.drop_temporary(before);
                Err(Refusal { report, at: place })
            }
        }
    }

    /// Compiles a numeric expression that stands alone: behind it the run ends.
    pub(super) fn compile_number(&mut self, m: &Memory, text: &[u8], at: Address) -> Result<Pc> {
        let end = Op::Fail(Report::Ok);
        let source = Source {
            hidden: Some(m),
            ..Source::text(text, at, u32::MAX)
        };
        Ok(self.compile(source, &[end])?.code.pc)
    }

    /// Finds the function and takes note of the call.
    ///
    /// ROM: `S-FN-SBRN` 27F7.
    fn fn_begin(
        &mut self,
        sys: &mut System,
        letter: u8,
        is_text: bool,
        arguments: bool,
    ) -> Result<()> {
        let known = self
            .calls
            .definitions
            .iter()
            .position(|d| d.letter == letter && d.is_text == is_text);
        let definition = match known {
            Some(known) => known,
            None => {
                let found = find_definition(&sys.memory, letter, is_text)?;
                // LOOK-PROG leaves the line's number in NEWPPC.
                sys.memory.set_word(s::NEWPPC, found.line);
                self.charge_search(sys.pointer(s::PROG), found.arguments);
                self.calls.definitions.push(found);
                self.calls.definitions.len() - 1
            }
        };
        let wanted = !self.calls.definitions[definition].parameters.is_empty();
        match (wanted, arguments) {
            (true, false) => return Err(Report::NonsenseInBasic),
            (false, true) => return Err(Report::ParameterError),
            _ => {}
        }
        self.calls.calls.push(Call {
            definition,
            argument: 0,
        });
        Ok(())
    }

    /// Puts an argument's value into the definition's line.
    fn fn_argument(&mut self, sys: &mut System, is_text: bool, more: bool) -> Result<()> {
        let Some(call) = self.calls.calls.last_mut() else {
            return Err(Report::ParameterError);
        };
        let definition = &self.calls.definitions[call.definition];
        let Some(parameter) = definition.parameters.get(call.argument).copied() else {
            return Err(Report::ParameterError);
        };
        call.argument += 1;
        let last = call.argument == definition.parameters.len();
        if is_text != (parameter.kind == Type::Text) {
            return Err(Report::ParameterError);
        }
        let value = if is_text { self.pop_number() } else { self.acc };
        sys.memory.set_number(parameter.at, value);
        if more == last {
            Err(Report::ParameterError)
        } else {
            Ok(())
        }
    }

    fn fn_call(&mut self, sys: &mut System, held: u16) -> Result<()> {
        let Some(call) = self.calls.calls.pop() else {
            return Err(Report::ParameterError);
        };
        let (code, temporary) = match self.calls.definitions[call.definition].code {
            Some(code) => (code, None),
            None => {
                let body = self.calls.definitions[call.definition].body;
                let source = Source::in_program(&sys.memory, body, Some(call.definition));
                let compiled = self.compile(source, &[])?;
                let code = compiled.code;
                // Behind code that is thrown away, it goes with that.
                let keep = self.nothing_temporary() && !compiled.outside;
                if keep {
                    self.calls.definitions[call.definition].code = Some(code);
                }
                (code, (!keep).then_some(compiled.before))
            }
        };
        let before = self.calls.current;
        let held = self.held() + u32::from(held) + room::FUNCTION_BODY;
        self.enter(sys, code, held, Some(before), temporary)?;
        self.calls.current = Some(call.definition);
        self.note_function(sys);
        Ok(())
    }

    /// VAL and VAL$: compiles the popped string and goes there.
    ///
    /// ROM: `VAL` 35DE.
    fn value(&mut self, sys: &mut System, held: u16, wanted: Type) -> Result<()> {
        let text = self.pop_text();
        let characters = text.bytes(&sys.memory).to_vec();
        // The ROM copies the string and an ENTER to the workspace.
        let held = self.held() + u32::from(held) + room::VALUE_TEXT;
        let copy = u32::from(text.length) + 1;
        areas::test_room(&sys.memory, held + copy)?;
        let at = areas::spaces(&mut sys.memory, copy)?;
        sys.memory.set_bytes(at, &characters);
        sys.memory.set_byte(at + u32::from(text.length), ENTER);
        let function = self.calls.current;
        if function.is_none() && wanted == Type::Number {
            let mut known = self.calls.values.iter();
            if let Some(known) = known.find(|known| known.characters == characters) {
                areas::test_room(&sys.memory, held + known.check)?;
                let code = known.code;
                areas::spaces(&mut sys.memory, known.numbers * HIDDEN_SIZE as u32)?;
                return self.enter(sys, code, held, None, None);
            }
        }
        // The names of variables stay.
        self.slots.know_all(&sys.memory);
        let source = Source {
            function,
            ..Source::text(
                &characters,
                at,
                areas::free(&sys.memory).saturating_sub(held),
            )
        };
        let compiled = self.compile(source, &[])?;
        let code = compiled.code;
        if compiled.kind != wanted {
            self.drop_temporary(compiled.before);
            return Err(Report::NonsenseInBasic);
        }
        // The ROM puts its numbers into the copy.
        areas::spaces(&mut sys.memory, compiled.numbers * HIDDEN_SIZE as u32)?;
        let keep = function.is_none()
            && wanted == Type::Number
            && self.calls.values.len() < VALUES_MAX
            && characters.len() <= VALUE_LENGTH_MAX
            && self.nothing_temporary()
            && !self.code.ops[code.pc as usize..]
                .iter()
                .any(|op| matches!(op, Op::Literal(..) | Op::LiteralCopy(..)));
        if keep {
            self.calls.values.push(ValueText {
                characters,
                code,
                numbers: compiled.numbers,
                check: compiled.check,
            });
        }
        self.enter(sys, code, held, None, (!keep).then_some(compiled.before))
    }

    /// Finds READ's next item and goes there.
    ///
    /// ROM: `READ` 1DED.
    fn read(&mut self, sys: &mut System, is_text: bool) -> Result<()> {
        let mut at = sys.pointer(s::DATADD);
        if sys.memory.byte(at) != b',' {
            let found =
                program::look_for(&sys.memory, at, 0, token::DATA).ok_or(Report::OutOfData)?;
            if let Some(line) = found.line {
                sys.memory.set_word(s::NEWPPC, line);
            }
            self.charge_search(at, found.at);
            at = found.at;
        }
        let at = program::next_character(&sys.memory, at);
        let mut temporary = None;
        let item = match self.calls.items.get(&at) {
            Some(item) => *item,
            None => {
                let source = Source::in_program(&sys.memory, at, None);
                let compiled = self.compile(source, &[])?;
                let item = Item {
                    code: compiled.code,
                    kind: compiled.kind,
                    end: compiled.end,
                };
                // A program that POKEs DATADD can read from everywhere.
                if self.code.ops.len() < CODE_MAX && !compiled.outside {
                    self.calls.items.insert(at, item);
                } else {
                    temporary = Some(compiled.before);
                }
                item
            }
        };
        if (item.kind == Type::Text) != is_text {
            // The ROM works the item out first; a failing one is reported before its type.
            let source = Source::in_program(&sys.memory, at, None);
            let compiled = self.compile(source, &[Op::Fail(Report::NonsenseInBasic)])?;
            let before = Some(compiled.before);
            return self.enter(sys, compiled.code, room::BY_COMMAND, None, before);
        }
        self.calls.read_end = item.end;
        self.enter(sys, item.code, room::BY_COMMAND, None, temporary)
    }

    /// Checks what was typed at INPUT and, if it is right, makes ready to assign it: the machine
    /// then runs on.
    ///
    /// ROM: `IN-ASSIGN` 21B9.
    ///
    /// # Errors
    /// The report and the character it is about, as an offset into `typed`.
    pub fn check_input(
        &mut self,
        typed: &[u8],
        at: Address,
        kind: super::exec::Input,
    ) -> core::result::Result<(), Refusal> {
        let wanted = if kind == super::exec::Input::Number {
            Type::Number
        } else {
            Type::Text
        };
        let Some(&op) = self.code.ops.get(self.input_pc as usize) else {
            return Err(Refusal {
                report: Report::NonsenseInBasic,
                at: 0,
            });
        };
        let assign = match op {
            Op::InputNumber(slot) => Op::Let(slot),
            Op::InputText(slot) => Op::LetText(slot),
            Op::InputElement => Op::LetElement,
            _ => Op::LetSlice,
        };
        let Compiled {
            code,
            before,
            kind,
            end,
            ..
        } = self.compile(Source::text(typed, at, u32::MAX), &[assign])?;
        if kind != wanted {
            self.drop_temporary(before);
            return Err(Refusal {
                report: Report::NonsenseInBasic,
                at: (end - at) as usize,
            });
        }
        self.frames.push(Frame {
            back: self.pc,
            held: room::BY_COMMAND,
            function: None,
            temporary: Some(before),
        });
        self.pc = code.pc;
        Ok(())
    }

    /// Makes ready to assign a line of text typed at INPUT LINE.
    pub fn accept_line(&mut self, text: Text) {
        let Some(&op) = self.code.ops.get(self.input_pc as usize) else {
            return;
        };
        let assign = match op {
            Op::InputLine(slot) => Op::LetText(slot),
            _ => Op::LetSlice,
        };
        self.stack.push(text.bits());
        let start = self.code.ops.len();
        self.code.ops.push(assign);
        self.code.ops.push(Op::Return);
        self.frames.push(Frame {
            back: self.pc,
            held: room::BY_COMMAND,
            function: None,
            temporary: Some(Temporary {
                code: start as Pc,
                names: self.slots.count(),
            }),
        });
        self.pc = start as Pc;
    }

    /// INPUT wants a line.
    pub(super) fn ask_input(&mut self, input: super::exec::Input) -> Flow {
        self.input_pc = self.pc.saturating_sub(1);
        Flow::Input(input)
    }
}
