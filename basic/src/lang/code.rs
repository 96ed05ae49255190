//! The code a line is compiled to, once, and the table of compiled lines.
//!
//! Numbers go through one register (the executor's accumulator); strings, and numbers that must
//! wait, through the value stack.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::files::{Drive, Verb};
use crate::number::{Number, order};
use crate::report::{Report, Result};
use crate::store::program;
use crate::store::slots::SlotNumber;
use crate::store::sysvars as s;
use crate::store::{Address, Memory};

/// A place in the code.
pub type Pc = u32;

/// No place yet: the target has not been compiled.
pub const NOWHERE: Pc = Pc::MAX;

/// PPC of a direct command. ROM: LINE-RUN 1B8A.
pub const DIRECT: u16 = 0xFFFE;

/// A comparison; its value says in which orders it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Comparison {
    /// `<=`
    LessEqual = order::LESS | order::EQUAL,
    /// `>=`
    GreaterEqual = order::GREATER | order::EQUAL,
    /// `<>`
    Unequal = order::LESS | order::GREATER,
    /// `>`
    Greater = order::GREATER,
    /// `<`
    Less = order::LESS,
    /// `=`
    Equal = order::EQUAL,
}

impl Comparison {
    /// Whether it holds for two numbers.
    ///
    /// # Errors
    /// Report 6.
    #[inline(always)]
    pub fn holds(self, left: Number, right: Number) -> Result<bool> {
        left.stands(right, self as u8)
    }

    /// Whether it holds for two things in this order.
    #[inline]
    #[must_use]
    pub fn is(self, ordering: Ordering) -> bool {
        self as u8 >> (ordering as i8 + 1) & 1 != 0
    }
}

/// A function from a number to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// SIN
    Sin,
    /// COS
    Cos,
    /// TAN
    Tan,
    /// ASN
    Asn,
    /// ACS
    Acs,
    /// ATN
    Atn,
    /// LN
    Ln,
    /// EXP
    Exp,
    /// INT
    Int,
    /// SQR
    Sqr,
    /// SGN
    Sgn,
    /// ABS
    Abs,
    /// PEEK. ROM: `peek` 34AC.
    Peek,
    /// IN. ROM: `in` 34A5.
    In,
    /// USR of a number. ROM: `usr-no` 34B3.
    Usr,
}

/// How a FOR, GO SUB or NEXT names its own statement: line and statement number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Line number, [`DIRECT`] for a direct command.
    pub line: u16,
    /// Statement, from 1.
    pub statement: u8,
}

/// Where something in a line's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// At an address that holds as long as the code.
    Fixed,
    /// At an offset from E_LINE: a direct command, which moves when a variable is added.
    EditLine,
}

impl Origin {
    /// How the code of a line says where something is.
    #[must_use]
    pub const fn of_line(number: u16) -> Self {
        match number {
            DIRECT => Self::EditLine,
            _ => Self::Fixed,
        }
    }

    /// Where it is now.
    #[must_use]
    pub fn place(self, m: &Memory, at: Address) -> Address {
        match self {
            Self::Fixed => at,
            Self::EditLine => m.pointer(s::E_LINE) + at,
        }
    }

    /// What [`Origin::place`] makes that address of.
    #[must_use]
    pub fn offset(self, m: &Memory, place: Address) -> Address {
        match self {
            Self::Fixed => place,
            Self::EditLine => place.saturating_sub(m.pointer(s::E_LINE)),
        }
    }
}

/// One instruction. "acc" is the accumulator; "pop" takes from the value stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// acc = the number.
    Number(Number),
    /// acc = the variable.
    Variable(SlotNumber),
    /// acc = the argument whose five bytes are at the address.
    Argument(Address),
    /// Pushes acc.
    Push,
    /// acc = pop + acc.
    Add,
    /// acc = pop - acc.
    Subtract,
    /// acc = pop * acc.
    Multiply,
    /// acc = pop / acc.
    Divide,
    /// acc = pop to the power acc.
    Power,
    /// acc = pop OR acc.
    Or,
    /// acc = pop AND acc.
    And,
    /// acc = pop compared with acc.
    Compare(Comparison),
    /// acc = acc + number.
    AddNumber(Number),
    /// acc = acc - number.
    SubtractNumber(Number),
    /// acc = acc * number.
    MultiplyNumber(Number),
    /// acc = acc / number.
    DivideNumber(Number),
    /// acc = acc compared with the number.
    CompareNumber(Comparison, Number),
    /// acc = acc + variable.
    AddVariable(SlotNumber),
    /// acc = acc - variable.
    SubtractVariable(SlotNumber),
    /// acc = acc * variable.
    MultiplyVariable(SlotNumber),
    /// acc = acc / variable.
    DivideVariable(SlotNumber),
    /// acc = acc compared with the variable.
    CompareVariable(Comparison, SlotNumber),
    /// acc = variable + number.
    VariableAddNumber(SlotNumber, Number),
    /// acc = variable - number.
    VariableSubtractNumber(SlotNumber, Number),
    /// acc = variable * number.
    VariableMultiplyNumber(SlotNumber, Number),
    /// acc = variable / number.
    VariableDivideNumber(SlotNumber, Number),
    /// acc = first variable + second.
    VariableAddVariable(SlotNumber, SlotNumber),
    /// acc = first variable - second.
    VariableSubtractVariable(SlotNumber, SlotNumber),
    /// acc = first variable * second.
    VariableMultiplyVariable(SlotNumber, SlotNumber),
    /// acc = first variable / second.
    VariableDivideVariable(SlotNumber, SlotNumber),
    /// acc = -acc.
    Negate,
    /// acc = NOT acc.
    Not,
    /// acc = function of acc.
    Function(Function),
    /// acc = RND.
    Random,
    /// Pushes a literal's characters as they stand.
    Literal(Origin, Address, u16),
    /// Pushes a literal that has doubled quotes: a copy with each pair made one; the length is
    /// the copy's.
    LiteralCopy(Origin, Address, u16),
    /// Fails if the string variable is an array whose elements need subscripts.
    TextPlace(SlotNumber),
    /// The first byte of the string's parameters just pushed.
    TextFlag(u8),
    /// Pushes a string variable.
    Text(SlotNumber),
    /// Pushes the string argument whose parameters are at the address.
    TextArgument(Address),
    /// Starts subscripts of a variable.
    Subscripts(SlotNumber),
    /// Starts a slice of the popped string.
    Slice,
    /// acc is a subscript; whether a comma follows.
    Subscript(bool),
    /// acc is where a slice begins.
    SliceFrom,
    /// A slice begins at 1 because nothing is said.
    SliceFromStart,
    /// acc is where a slice ends.
    SliceTo,
    /// A slice ends at the end because nothing is said.
    SliceToEnd,
    /// Nothing stands in the brackets.
    SliceWhole,
    /// Ends subscripts of a string: pushes the string.
    SubscriptsText,
    /// Ends subscripts of a number: acc = the element.
    SubscriptsNumber,
    /// Ends subscripts of a number to assign to: pushes the element's address.
    SubscriptsPlace,
    /// acc = the element acc of an array with one dimension.
    Element(SlotNumber),
    /// acc = the element that the second slot, a variable, says of the first, an array with one
    /// dimension.
    ElementVariable(SlotNumber, SlotNumber),
    /// Pushes the place of element acc of an array with one dimension.
    ElementPlace(SlotNumber),
    /// Fails unless the array exists.
    ArrayExists(SlotNumber),
    /// Pushes pop joined to what was below it; what the ROM holds besides. ROM: `strs-add` 359C.
    Concatenate(u16),
    /// acc = comparison of the two popped strings.
    CompareText(Comparison),
    /// Pushes the popped string if acc is not nought, else the empty one. ROM: `str-&-no` 352D.
    AndText,
    /// acc = LEN pop. ROM: `len` 3674.
    Length,
    /// acc = CODE pop. ROM: `code` 3669.
    CodeOf,
    /// acc = VAL pop; what the ROM holds besides.
    Value(u16),
    /// Pushes VAL$ pop; the same.
    ValueText(u16),
    /// acc = USR of the popped letter.
    UsrLetter,
    /// Pushes CHR$ acc. ROM: `chrs` 35C9.
    Character,
    /// Pushes STR$ acc; what the ROM holds besides. ROM: `str$` 361F.
    StringOf(u16),
    /// Pushes INKEY$.
    InKey,
    /// Pushes INKEY$ #acc.
    InKeyStream,
    /// Pushes SCREEN$ (pop, acc). ROM: `S-SCREEN$` 2668.
    ScreenText,
    /// acc = ATTR (pop, acc). ROM: `S-ATTR` 2672.
    Attribute,
    /// acc = POINT (pop, acc). ROM: `S-POINT` 267B.
    PointAt,
    /// Starts a call of FN letter, of a string function if so; whether it has arguments.
    /// ROM: `S-FN` 25F5.
    FnBegin(u8, bool, bool),
    /// An argument is ready (a string if so); whether a comma follows.
    FnArgument(bool, bool),
    /// Calls the function; what the ROM holds besides.
    FnCall(u16),
    /// Ends the code of a function's or a VAL's expression.
    Return,

    /// Assigns acc.
    Let(SlotNumber),
    /// Assigns a number.
    LetNumber(SlotNumber, Number),
    /// Assigns the second variable to the first.
    LetVariable(SlotNumber, SlotNumber),
    /// Assigns second variable + number to the first.
    LetVariableAddNumber(SlotNumber, SlotNumber, Number),
    /// Assigns second variable + third to the first.
    LetVariableAddVariable(SlotNumber, SlotNumber, SlotNumber),
    /// Assigns the popped string.
    LetText(SlotNumber),
    /// Drops what lies below the place on the stack: SCREEN$ in its subscripts leaves a string there.
    KeepPlace,
    /// Assigns acc to the element whose place is popped.
    LetElement,
    /// Assigns the popped string to the part of a string popped next.
    LetSlice,
    /// acc (or a push, for a string) = the next item of DATA.
    Read(bool),
    /// The item has been assigned: DATA's pointer moves past it.
    ReadDone,
    /// Goes to the place if acc is nought. ROM: `IF` 1CF0.
    IfNot(Pc),
    /// Goes to the place unless the comparison with the number holds.
    IfNotNumber(Comparison, Pc, Number),
    /// Goes to the place unless the comparison with the variable holds.
    IfNotVariable(Comparison, SlotNumber, Pc),
    /// Goes to the place unless the comparison of the variable with the number holds.
    IfNotVariableNumber(Comparison, SlotNumber, Pc, Number),
    /// Goes to the place unless the comparison of the two variables holds.
    IfNotVariableVariable(Comparison, SlotNumber, SlotNumber, Pc),
    /// FOR: pop is the limit, below it the value; acc the step; the statement ends at the address
    /// (an offset from E_LINE in a direct command).
    For(SlotNumber, Spot, Address),
    /// NEXT.
    Next(SlotNumber),
    /// Goes to line acc.
    GoTo,
    /// Goes to a line, with its place.
    GoToLine(u16, Pc),
    /// Calls line acc from this spot.
    GoSub(Spot),
    /// Calls a line from this spot, with its place.
    GoSubLine(u16, Spot, Pc),
    /// RETURN. ROM: `RETURN` 1F23.
    ReturnSub,
    /// The line is done: goes on with the next one (its index), with its place.
    EndLine(u32, Pc),
    /// STOP, and every report that is a statement's whole work. ROM: `STOP` 1CEE.
    Fail(Report),
    /// RUN from line acc. ROM: `RUN` 1EA1.
    Run,
    /// CLEAR acc.
    Clear,
    /// RESTORE acc.
    Restore,
    /// RANDOMIZE acc. ROM: `RANDOMIZE` 1E4F.
    Randomize,
    /// CONTINUE. ROM: `CONTINUE` 1E5F.
    Continue,
    /// NEW.
    New,
    /// DIM: its sizes are ready.
    Dim(SlotNumber),
    /// A size of DIM is ready, whose expression stands at the address.
    DimSize(SlotNumber, Origin, Address),
    /// DIM begins: the array's old entry goes at its end.
    DimBegin(SlotNumber),
    /// Fails unless there is room for so much.
    Room(u32),
    /// POKE pop, acc. ROM: `POKE` 1E80.
    Poke,
    /// OUT pop, acc. ROM: `OUT-CMD` 1E7A.
    Out,
    /// BORDER acc.
    Border,
    /// CLS.
    Cls,
    /// COPY.
    Copy,
    /// PAUSE acc.
    Pause,
    /// BEEP pop, acc.
    Beep,
    /// PLAY: so many strings.
    Play(u8),
    /// INK.. OVER as a statement: sets the permanent colours; then the control code 16 to 21.
    PermanentBegin,
    /// The permanent colour is in acc.
    Permanent(u8),
    /// PLOT, DRAW or CIRCLE begins: its colours are set.
    DrawingBegin,
    /// PLOT pop, acc.
    Plot,
    /// DRAW pop, acc.
    Draw,
    /// DRAW pop, pop, acc.
    DrawArc,
    /// CIRCLE pop, pop, acc.
    Circle,
    /// PRINT begins on a stream.
    PrintBegin(u8),
    /// Prints acc.
    PrintNumber,
    /// Prints the popped string.
    PrintText,
    /// Prints a character code.
    PrintCode(u8),
    /// AT pop, acc.
    PrintAt,
    /// TAB acc.
    PrintTab,
    /// A colour item: control code 16 to 21 and acc.
    PrintColour(u8),
    /// #acc.
    PrintStream,
    /// LIST begins on a stream.
    ListBegin(u8),
    /// #acc in LIST: like PRINT's.
    ListFrom,
    /// Lists one line and comes back until all are listed.
    ListNext,
    /// INPUT begins.
    InputBegin,
    /// Waits for a number.
    InputNumber(SlotNumber),
    /// Waits for a string.
    InputText(SlotNumber),
    /// Waits for a number for the element whose place is popped.
    InputElement,
    /// Waits for a string for the part popped.
    InputSlice,
    /// Waits for a line of text (LINE).
    InputLine(SlotNumber),
    /// Waits for a line of text for the part popped.
    InputLineSlice,
    /// INPUT is done.
    InputEnd,
    /// OPEN #pop-number, pop-string: the stream is below the string.
    Open,
    /// CLOSE #acc.
    Close,
    /// SPECTRUM.
    Spectrum,
    /// SAVE, LOAD, VERIFY or MERGE begins: the popped name is checked.
    FileName(Verb, Drive),
    /// The file is an array.
    FileArray(SlotNumber),
    /// The file is acc bytes at pop.
    FileBytes,
    /// The file is a program that starts at line acc.
    FileProgram,
    /// CAT !.
    Catalogue,
    /// ERASE ! pop.
    Erase,
    /// FORMAT pop: the device is checked.
    FormatDevice,
    /// The speed FORMAT sets is acc.
    FormatSpeed,
    /// A command of the +3 on the popped names.
    Disk(DiskOp),
    /// Throws the popped string away.
    Drop,
    /// Empties the workspace and the value stack: the statement may have used them.
    ClearWork,
}

/// Commands of the +3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskOp {
    /// CAT.
    Catalogue {
        /// The stream is popped, after the pattern.
        stream: bool,
        /// A pattern is popped.
        pattern: bool,
        /// Everything is told.
        detailed: bool,
    },
    /// ERASE pop.
    Erase,
    /// MOVE pop below TO pop.
    Move,
    /// COPY pop below TO pop.
    Copy,
    /// COPY pop TO a stream: SCREEN$ or LPRINT.
    Show(u8),
    /// COPY pop TO SPECTRUM FORMAT.
    Head,
    /// FORMAT pop.
    Format,
}

impl Op {
    /// Whether the ROM looks at BREAK when a statement ends with this instruction: not behind IF's
    /// condition and where nothing but the end of the line is left, nor inside a statement.
    #[must_use]
    pub const fn may_end_statement(self) -> bool {
        !matches!(
            self,
            Self::EndLine(..)
                | Self::IfNot(_)
                | Self::IfNotNumber(..)
                | Self::IfNotVariable(..)
                | Self::IfNotVariableNumber(..)
                | Self::IfNotVariableVariable(..)
                | Self::FnCall(_)
                | Self::Value(_)
                | Self::ValueText(_)
                | Self::Return
                | Self::Read(_)
                | Self::ListNext
        )
    }
}

/// Where a statement's code begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its first instruction.
    pub pc: Pc,
    /// Line and statement.
    pub spot: Spot,
    /// Where it stands, in a direct command as an offset from E_LINE.
    pub at: Address,
    /// Whether THEN stands before it, and no colon.
    pub after_then: bool,
    /// Bytes the ROM wants for it between STKEND and the stack; see `room`.
    pub need: u32,
}

/// A place within a PRINT, where the ROM looks at its text again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The first instruction behind it.
    pub pc: Pc,
    /// Where it is, in a direct command as an offset from E_LINE.
    pub at: Address,
    /// What stands before it.
    pub behind: Behind,
    /// The room the item behind it needs; see [`Mark::need`].
    pub need: u32,
}

/// What has been read of a statement when the rest of it is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// Nothing: the statements behind it are meant.
    Statement,
    /// An item of PRINT.
    Item,
    /// A separator of PRINT.
    Separator,
}

/// A line of the program and its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub number: u16,
    /// Its first byte in memory.
    pub at: Address,
    /// Its code, or [`NOWHERE`] while it has not been compiled.
    pub code: Pc,
    /// The first of its marks.
    pub marks: u32,
    /// How many statements it has (marks, without those of IF's other ways out).
    pub statements: u32,
    /// The instruction that ends it.
    pub end: Pc,
}

impl Line {
    /// The line at an address, without its code.
    fn new(m: &Memory, at: Address) -> Self {
        Self {
            number: program::line_number(m, at),
            at,
            code: NOWHERE,
            marks: 0,
            statements: 0,
            end: NOWHERE,
        }
    }
}

/// All code there is. It is a cache: it can be dropped at any time and is made again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// The instructions.
    pub ops: Vec<Op>,
    /// Where statements begin, in the order of the code.
    pub marks: Vec<Mark>,
    /// Places within PRINTs, in the order of the code.
    pub items: Vec<Item>,
    /// The lines in the order of their numbers; empty when the table must be made.
    pub lines: Vec<Line>,
    /// Whether `lines` is what the program area holds.
    pub lines_valid: bool,
    /// As many of `lines` lead to each other from the first one on; see [`Code::reach`].
    linked: usize,
    /// Whether the numbers go up, as they do unless somebody POKEd the program.
    pub lines_in_order: bool,
    /// The direct command.
    pub direct: Option<Line>,
    /// The most any statement needs; see [`Mark::need`].
    pub need_max: u32,
}

/// More room than there is: the run stops before each statement.
const ALL_ROOM: u32 = u16::MAX as u32;

impl Code {
    /// There is a number in it from outside the program: each statement is to be compiled when it
    /// is run.
    pub fn mark_unsteady(&mut self) {
        self.need_max = ALL_ROOM;
    }

    /// Whether there is such a number in it.
    #[must_use]
    pub fn is_unsteady(&self) -> bool {
        self.need_max == ALL_ROOM
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        self.ops.clear();
        self.marks.clear();
        self.items.clear();
        self.lines.clear();
        self.lines_valid = false;
        self.direct = None;
        self.need_max = 0;
    }

    /// Makes the table of lines if it is not there.
    pub fn index(&mut self, m: &Memory) {
        if self.lines_valid {
            return;
        }
        self.lines.clear();
        self.add_lines(m, m.pointer(s::PROG));
        self.lines_valid = true;
        self.linked = self.lines.len();
        self.lines_in_order = self.lines.is_sorted_by_key(|line| line.number);
    }

    /// A run comes to what stands at an address behind its line. Where the line's number has become
    /// none, the lines before do not lead there: then the place of that line and the lines from the
    /// address on are added, but no number is looked for in them.
    pub fn reach(&mut self, m: &Memory, at: Address) {
        self.index(m);
        let last = self.linked().last();
        let broken = last.map_or(m.pointer(s::PROG), |last| program::next_line(m, last.at));
        if self.linked == self.lines.len() && broken < at && program::is_line(m, at) {
            self.lines.push(Line::new(m, broken));
            self.add_lines(m, at);
        }
    }

    /// Whether a run that comes to a line of the table ends there.
    #[must_use]
    pub fn ends_at(&self, index: usize) -> bool {
        index == self.linked || index >= self.lines.len()
    }

    /// The lines that looking for a number finds.
    #[must_use]
    pub fn linked(&self) -> &[Line] {
        &self.lines[..self.linked]
    }

    fn add_lines(&mut self, m: &Memory, mut at: Address) {
        while program::is_line(m, at) {
            self.lines.push(Line::new(m, at));
            at = program::next_line(m, at);
        }
    }

    /// The index of the first line whose number is not lower.
    #[must_use]
    pub fn line_from(&self, number: u16) -> usize {
        let lines = self.linked();
        if self.lines_in_order {
            return lines.partition_point(|line| line.number < number);
        }
        // As LINE-ADDR, the first.
        lines
            .iter()
            .position(|line| line.number >= number)
            .unwrap_or(lines.len())
    }

    /// The last mark that is not behind an instruction.
    fn mark_up_to(&self, pc: Pc) -> Option<&Mark> {
        let after = self.marks.partition_point(|mark| mark.pc <= pc);
        self.marks.get(after.checked_sub(1)?)
    }

    /// The mark of the statement that begins at an instruction; the last, where empty ones do, too.
    #[must_use]
    pub fn mark_at(&self, pc: Pc) -> Option<&Mark> {
        self.mark_up_to(pc).filter(|mark| mark.pc == pc)
    }

    /// The first place within a PRINT with nothing but separators between it and an instruction.
    #[must_use]
    pub fn item_at(&self, pc: Pc) -> Option<&Item> {
        let first = self.items.partition_point(|item| item.pc < pc);
        self.items.get(first).filter(|item| item.pc == pc)
    }

    /// The room the statement, or PRINT's further item, that begins at an instruction needs; nought
    /// inside one.
    #[must_use]
    pub fn need(&self, pc: Pc) -> u32 {
        let item = self.item_at(pc).map_or(0, |item| item.need);
        self.mark_at(pc).map_or(item, |mark| mark.need)
    }

    /// Whether an instruction ends a line.
    fn ends_line(&self, pc: Pc) -> bool {
        matches!(self.ops.get(pc as usize), Some(Op::EndLine(..)))
    }

    /// Whether a statement, or what ends a line, begins at an instruction.
    #[must_use]
    pub fn begins_statement(&self, pc: Pc) -> bool {
        self.ends_line(pc) || self.mark_at(pc).is_some()
    }

    /// Whether the statement that begins at an instruction stands behind THEN.
    #[must_use]
    pub fn is_after_then(&self, pc: Pc) -> bool {
        self.mark_at(pc).is_some_and(|mark| mark.after_then)
    }

    /// The spot of the statement that begins at an instruction; one past the last at a line's end.
    #[must_use]
    pub fn spot_ahead(&self, pc: Pc) -> Spot {
        let spot = self.spot(pc);
        let past = self.ends_line(pc) && self.mark_at(pc).is_none();
        Spot {
            statement: spot.statement.wrapping_add(u8::from(past)),
            ..spot
        }
    }

    /// The spot of the statement an instruction belongs to.
    #[must_use]
    pub fn spot(&self, pc: Pc) -> Spot {
        match self.mark_up_to(pc) {
            Some(mark) => mark.spot,
            None => Spot {
                line: DIRECT,
                statement: 1,
            },
        }
    }
}

const _: () = assert!(size_of::<Op>() <= 16);
