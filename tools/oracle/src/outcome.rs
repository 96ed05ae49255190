//! What a line did, and what differs between two machines that were given the same line.

use std::borrow::Cow;

use basic::files::Block;
use basic::machine::Model;
use basic::sound::SoundCommand;
use basic::store::sysvars;

use crate::variable::KSTATE;
use crate::{peeks, tree};

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was a program line, or empty, and is entered.
    Entered,
    /// It is wrong: the report's code, and the place of the `?` in the line.
    Refused(char, u16),
    /// It ran: the report's code, PPC, SUBPPC.
    Report(char, u16, u8),
    /// Keys were typed and the line they are part of is edited.
    Editing,
    /// It waits for a key that nobody will press.
    Waiting,
    /// It does not end.
    Endless,
    /// It switched the machine off or did something else that ends the case.
    Gone,
}

impl Status {
    /// Whether a machine in this state takes another line; in the middle of a command memory is not
    /// yet as it will be.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        matches!(
            self,
            Self::Entered | Self::Refused(..) | Self::Report(..) | Self::Editing
        )
    }
}

impl core::fmt::Display for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match *self {
            Self::Entered => write!(f, "entered"),
            Self::Refused(code, at) => write!(f, "refused with {code} before character {at}"),
            Self::Report(code, line, statement) => {
                let line = if line & 0x8000 == 0 { line } else { 0 };
                write!(f, "report {code}, {line}:{statement}")
            }
            Self::Editing => write!(f, "is being edited"),
            Self::Waiting => write!(f, "waits for a key"),
            Self::Endless => write!(f, "does not end"),
            Self::Gone => write!(f, "is gone"),
        }
    }
}

/// What a line did, besides what it left in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// The bytes printed before the report, each with its channel's letter.
    pub printed: Vec<(u8, u8)>,
    /// DE and HL of every call of BEEPER.
    pub beeps: Vec<(u16, u16)>,
    /// What PLAY sent to the sound chip and MIDI.
    pub sounds: Vec<SoundCommand>,
    /// The colours the border was given, each another one than before.
    pub borders: Vec<u8>,
    /// The border's colour.
    pub border: u8,
    /// The blocks recorded on the tape, without what their kind of header does not use.
    pub recorded: Vec<Vec<u8>>,
    /// On the 128, how full its RAM disk is: SFNEXT and SFSPACE.
    pub disk: [u32; 2],
    /// Whether USR has called machine code on the ROM.
    pub machine_code: bool,
}

impl Outcome {
    /// Nothing has happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            status: Status::Entered,
            printed: Vec::new(),
            beeps: Vec::new(),
            sounds: Vec::new(),
            borders: Vec::new(),
            border: 7,
            recorded: Vec::new(),
            disk: [0; 2],
            machine_code: false,
        }
    }

    /// Notes what was recorded.
    pub fn record(&mut self, blocks: &[Block]) {
        self.recorded = blocks.iter().map(used).collect();
    }
}

impl Default for Outcome {
    fn default() -> Self {
        Self::new()
    }
}

/// What a block means: of a header only what its kind uses, of a program not where the string
/// arguments of its functions were.
pub(crate) fn used(Block(block): &Block) -> Vec<u8> {
    let mut bytes = block.clone();
    // the parity goes
    bytes.pop();
    let mut blank = |at: usize| {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = 0;
        }
    };
    match *block.as_slice() {
        [0, 0, ..] if block.get(15) == Some(&0x80) => blank(14),
        [0, 1 | 2, ..] => [14, 16, 17].into_iter().for_each(blank),
        [0, 3, ..] => [16, 17].into_iter().for_each(blank),
        _ => {
            for (at, pair) in block.windows(2).enumerate() {
                if pair == ARGUMENT {
                    (at + 2..at + 5).for_each(&mut blank);
                }
            }
        }
    }
    bytes
}

/// A difference between the ROM and us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What differs: the same for differences of one kind.
    pub field: String,
    /// How, for a reader.
    pub text: String,
    /// How the line ended on the ROM and here, if that differs.
    pub rom: Option<Status>,
    /// The same here.
    pub our: Option<Status>,
    /// Whether something was written over the program by then.
    pub written_over: bool,
    /// Whether USR has called machine code on the ROM.
    pub machine_code: bool,
    /// Lines of a scenario that hold on the ROM and not here, where it is in memory.
    pub expectations: String,
}

impl Difference {
    /// One of both machines' memory.
    #[must_use]
    pub fn of(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
            ..Self::default()
        }
    }

    fn new(field: impl Into<String>, text: impl Into<String>) -> Option<Self> {
        Some(Self::of(field, text))
    }

    /// The same with what a scenario must find.
    fn expecting(self, expectations: String) -> Self {
        Self {
            expectations,
            ..self
        }
    }
}

/// System variables that are not compared: name, bytes, and why.
pub const NOT_COMPARED: &[(&str, u16, &str)] = &[
    ("KSTATE", 8, "no key is pressed; how one is given differs"),
    ("LAST_K", 1, "the same"),
    ("TVDATA", 2, "the print routines' private notes"),
    ("LIST_SP", 2, "a place on the Z80's stack"),
    ("CH_ADD", 2, "where the interpreter was reading"),
    ("X_PTR", 2, "the `?` is compared as a place in the line"),
    (
        "NEWPPC",
        2,
        "where the last jump went; NSPPC says whether there is one",
    ),
    (
        "SUBPPC",
        1,
        "the report has it; STOP and BREAK add 1 for CONTINUE in passing",
    ),
    (
        "DEST",
        2,
        "the interpreter's private note of where LET assigns",
    ),
    ("NXTLIN", 2, "the interpreter's private note"),
    (
        "STRLEN",
        2,
        "the interpreter's private note of what LET assigns to",
    ),
    ("T_ADDR", 2, "a place in the ROM's own tables"),
    ("BREG", 1, "the calculator's private note"),
    ("MEMBOT", 30, "the calculator's scratch memory"),
    ("FRAMES", 3, "time"),
];

/// System variables that are compared after a command only: entering a line leaves the syntax
/// check's notes in them, and the next command sets them before anybody can look.
const AFTER_COMMANDS: &[&str] = &["ERR_NR", "FLAGS", "TV_FLAG", "FLAGX"];

/// The same on the 128: its editor, which is left out, prints in its own colours.
const AFTER_COMMANDS_OF_128: &[&str] = &["ATTR_T", "MASK_T", "P_FLAG"];

/// Bits of FLAGS that are compared: the others tell the type of the last expression, the mode the
/// last character was printed in, and whether VAL was checking when it failed.
const FLAGS_COMPARED: u8 = 0b0010_1111;

/// Bytes of an area that a kept case looks at, from the first that differs.
const PEEKED: usize = 8;

/// The first byte behind the system variables.
pub const SYSTEM_END: u16 = 0x5CB6;
const DISPLAY: u16 = 0x4000;
const ATTRIBUTES: u16 = 0x5800;
const PRINTER: u16 = 0x5B00;
const GRAPHICS: u16 = 0xFF58;

fn word(memory: &[u8], at: u32) -> u16 {
    let at = at as usize;
    u16::from_le_bytes([memory[at], memory[at + 1]])
}

/// The first byte in which two memories differ, from `from` to before `to`.
fn first(rom: &[u8], our: &[u8], from: u16, to: u32) -> Option<usize> {
    let (from, to) = (usize::from(from), to as usize);
    if from >= to {
        return None;
    }
    let at = rom[from..to]
        .iter()
        .zip(&our[from..to])
        .position(|(a, b)| a != b)?;
    Some(from + at)
}

/// Some bytes round a place, as hexadecimal.
fn around(memory: &[u8], at: usize, end: usize) -> String {
    let from = at.saturating_sub(6);
    let to = (at + 12).min(end);
    let mut text = String::new();
    for (i, byte) in memory[from..to].iter().enumerate() {
        let mark = if from + i == at { ">" } else { " " };
        text += &format!("{mark}{byte:02X}");
    }
    text
}

/// The difference of an area.
fn area(name: &str, rom: &[u8], our: &[u8], from: u16, to: u32) -> Option<Difference> {
    let at = first(rom, our, from, to)?;
    let many = (usize::from(from)..to as usize)
        .filter(|&i| rom[i] != our[i])
        .count();
    Difference::new(
        name,
        format!(
            "{name}: {many} bytes, the first at {at:04X} ({} from its start)\n  rom {}\n  our {}",
            at - usize::from(from),
            around(rom, at, to as usize),
            around(our, at, to as usize)
        ),
    )
    .map(|difference| difference.expecting(peek(rom, at, (at + PEEKED).min(to as usize))))
}

/// What a scenario finds in memory.
fn peek(memory: &[u8], from: usize, to: usize) -> String {
    let bytes: String = memory[from..to].iter().map(|b| format!(" {b}")).collect();
    format!("peek {from}{bytes}\n")
}

/// The system variables that differ.
fn system(
    model: Model,
    rom: &[u8],
    our: &[u8],
    ran: bool,
    stack_is_left: bool,
) -> Option<Difference> {
    let mut names = Vec::new();
    let mut text = String::new();
    let mut expectations = String::new();
    let all = sysvars::ALL;
    for (i, &(name, at)) in all.iter().enumerate() {
        let end = all.get(i + 1).map_or(u32::from(SYSTEM_END), |&(_, at)| at);
        if NOT_COMPARED.iter().any(|&(known, _, _)| known == name) {
            continue;
        }
        let is_note = AFTER_COMMANDS.contains(&name)
            || model == Model::Spectrum128 && AFTER_COMMANDS_OF_128.contains(&name);
        if !ran && is_note || stack_is_left && name == "ERR_SP" {
            continue;
        }
        let (from, to) = (at as usize, end as usize);
        let flags = name == "FLAGS" && (rom[from] ^ our[from]) & FLAGS_COMPARED == 0;
        if rom[from..to] != our[from..to] && !flags {
            names.push(name);
            expectations += &peek(rom, from, to);
            text += &format!(
                "\n  {name}: rom {:02X?} our {:02X?}",
                &rom[from..to],
                &our[from..to]
            );
        }
    }
    if names.is_empty() {
        return None;
    }
    Difference::new(
        format!("system {}", names.join(" ")),
        format!("system variables{text}"),
    )
    .map(|difference| difference.expecting(expectations))
}

/// What was printed, for a reader.
fn shown(printed: &[(u8, u8)]) -> String {
    let mut text = String::new();
    let mut channel = 0;
    for &(letter, code) in printed {
        if letter != channel {
            text += &format!("[{}]", char::from(letter));
            channel = letter;
        }
        text += &tree::show(&[code]);
    }
    text
}

/// The first thing that differs after a line, the most telling first.
#[must_use]
pub fn compare(model: Model, rom: (&Outcome, &[u8]), our: (&Outcome, &[u8])) -> Option<Difference> {
    let ((a, ram), (b, own)) = (rom, our);
    // one that ends here may only be slow there
    if a.status != b.status && a.status != Status::Endless {
        let field = match (a.status, b.status) {
            (Status::Refused(x, _), Status::Refused(y, _)) if x == y => "marker".to_owned(),
            (Status::Report(x, ..), Status::Report(y, ..)) if x != y => format!("report {x}/{y}"),
            (Status::Report(..), Status::Report(..)) => "place of report".to_owned(),
            (Status::Refused(..), Status::Refused(..)) => "refusal".to_owned(),
            _ => "status".to_owned(),
        };
        let text = format!("status\n  rom {}\n  our {}", a.status, b.status);
        return Some(Difference {
            field,
            text,
            rom: Some(a.status),
            our: Some(b.status),
            ..Difference::default()
        });
    }
    let found = doings(a, b);
    if found.is_some() || !a.status.goes_on() {
        return found;
    }
    memory(model, ram, own, a.status)
}

/// The first thing that differs in what was printed, heard, shown round the screen and recorded. A
/// machine that was cut off may have come less far.
fn doings(a: &Outcome, b: &Outcome) -> Option<Difference> {
    let cut = [a, b].map(|outcome| outcome.status == Status::Endless);
    // while INPUT waits its line is shown, not printed
    if a.status != Status::Waiting && !agree(cut, &a.printed, &b.printed) {
        return Difference::new(
            "printed",
            format!(
                "printed\n  rom {}\n  our {}",
                shown(&a.printed),
                shown(&b.printed)
            ),
        );
    }
    if !agree(cut, &a.beeps, &b.beeps) {
        return Difference::new(
            "beeps",
            format!("beeps\n  rom {:04X?}\n  our {:04X?}", a.beeps, b.beeps),
        );
    }
    if !agree(cut, &a.sounds, &b.sounds) {
        return Difference::new(
            "sounds",
            format!("sounds\n  rom {:?}\n  our {:?}", a.sounds, b.sounds),
        );
    }
    if !agree(cut, &a.borders, &b.borders) {
        return Difference::new(
            "borders",
            format!("borders\n  rom {:?}\n  our {:?}", a.borders, b.borders),
        );
    }
    if cut == [false; 2] && a.border != b.border {
        return Difference::new(
            "border",
            format!("border: rom {} our {}", a.border, b.border),
        )
        .map(|difference| difference.expecting(format!("border {}\n", a.border)));
    }
    if !agree(cut, &a.recorded, &b.recorded) {
        return Difference::new(
            "tape",
            format!("tape: rom {:02X?}\n  our {:02X?}", a.recorded, b.recorded),
        );
    }
    if cut == [false; 2] && a.disk != b.disk {
        return Difference::new(
            "RAM disk",
            format!("RAM disk: rom {:04X?} our {:04X?}", a.disk, b.disk),
        );
    }
    None
}

/// Whether two machines did the same, as far as those that were cut off have come.
fn agree<T: PartialEq>(cut: [bool; 2], a: &[T], b: &[T]) -> bool {
    match cut {
        [false, false] => a == b,
        [true, false] => b.starts_with(a),
        [false, true] => a.starts_with(b),
        [true, true] => a.starts_with(b) || b.starts_with(a),
    }
}

/// Stands before the five bytes of a function's string argument.
const ARGUMENT: [u8; 2] = [b'$', 14];

/// Our memory with the ROM's bytes where string arguments of functions keep what does not matter:
/// what the A register happened to hold when the string was stacked, and where in the workspace the
/// string was.
fn without_places<'a>(rom: &[u8], our: &'a [u8], from: u16, to: u32) -> Cow<'a, [u8]> {
    let mut own = Cow::Borrowed(our);
    for at in usize::from(from)..(to as usize).saturating_sub(7) {
        let place = at + 2..at + 5;
        if our[at..at + 2] == ARGUMENT && our[place.clone()] != rom[place.clone()] {
            own.to_mut()[place.clone()].copy_from_slice(&rom[place]);
        }
    }
    own
}

/// What differs in program and variables, where they are as long on both.
#[must_use]
pub fn basic(rom: &[u8], our: &[u8]) -> Option<Difference> {
    let same = |at: u32| word(rom, at) == word(our, at);
    let end = |at| u32::from(word(rom, at));
    if !(same(sysvars::PROG) && same(sysvars::VARS)) {
        return None;
    }
    let program = word(rom, sysvars::PROG);
    let masked = without_places(rom, our, program, end(sysvars::VARS));
    area("program", rom, &masked, program, end(sysvars::VARS)).or_else(|| {
        let variables = word(rom, sysvars::VARS);
        let found = || area("variables", rom, our, variables, end(sysvars::E_LINE));
        same(sysvars::E_LINE).then(found).flatten()
    })
}

/// The system variables with these names that differ.
#[must_use]
pub fn variables(rom: &[u8], our: &[u8], names: &[(&'static str, u32)]) -> Option<Difference> {
    let &(name, at) = names
        .iter()
        .find(|&&(_, at)| word(rom, at) != word(our, at))?;
    let text = format!("{name}: rom {} our {}", word(rom, at), word(our, at));
    Difference::new(name, text)
}

/// What differs in memory.
fn memory(model: Model, rom: &[u8], our: &[u8], status: Status) -> Option<Difference> {
    let ran = matches!(status, Status::Report(..));
    let end = |at| u32::from(word(rom, at));
    if let Some(found) = area("display", rom, our, DISPLAY, u32::from(ATTRIBUTES)) {
        return Some(found);
    }
    if let Some(found) = area("attributes", rom, our, ATTRIBUTES, u32::from(PRINTER)) {
        return Some(found);
    }
    let is_48 = model == Model::Spectrum48;
    let printer = || area("printer buffer", rom, our, PRINTER, u32::from(KSTATE));
    // the 128 has its routines there
    if let Some(found) = is_48.then(printer).flatten() {
        return Some(found);
    }
    if let Some(found) = basic(rom, our) {
        return Some(found);
    }
    let edits = status == Status::Editing;
    // the 128 leaves its stack when a command has ended
    let stack_is_left = edits || !is_48;
    if let Some(found) = system(model, rom, our, ran, stack_is_left) {
        return Some(found);
    }
    let channels = area("channels", rom, our, SYSTEM_END, end(sysvars::PROG));
    let rest = || {
        let line = word(rom, sysvars::E_LINE);
        area("edit line", rom, our, line, end(sysvars::STKEND))
    };
    // What ERR_SP points to is an address in the ROM; while a line is edited, the editor's.
    let editor = if edits { 4 } else { 0 };
    let stack = word(rom, sysvars::ERR_SP).saturating_add(2 + editor);
    // and CLEAR leaves an old stack between two RAMTOPs
    let top = || {
        let ramtop = word(rom, sysvars::RAMTOP);
        let end = u32::from(ramtop.saturating_sub(1));
        let go_subs = || area("GO SUB stack", rom, our, stack, end);
        is_48
            .then(go_subs)
            .flatten()
            // below RAMTOP is the stack, with what it held before; on the 128 it begins there
            .or_else(|| {
                let from = ramtop.checked_add(u16::from(!is_48))?.max(GRAPHICS);
                area("graphics", rom, our, from, 0x1_0000)
            })
    };
    channels
        .or_else(rest)
        .or_else(top)
        .or_else(|| peeks::compare(rom, our))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: Model = Model::Spectrum48;

    fn report(code: char) -> Outcome {
        Outcome {
            status: Status::Report(code, 0xFFFE, 1),
            ..Outcome::new()
        }
    }

    #[test]
    fn the_most_telling_difference_comes_first() {
        let (mut rom, our) = (vec![0; 0x1_0000], vec![0; 0x1_0000]);
        let (a, b) = (report('0'), report('B'));
        let found = compare(MODEL, (&a, &rom), (&b, &our)).unwrap();
        assert_eq!(found.field, "report 0/B");
        assert!(found.text.contains("rom report 0, 0:1"), "{}", found.text);
        assert_eq!(compare(MODEL, (&a, &rom), (&a, &our)), None);
        rom[0x4005] = 1;
        let found = compare(MODEL, (&a, &rom), (&a, &our)).unwrap();
        assert_eq!(found.field, "display");
        let waiting = Outcome {
            status: Status::Waiting,
            ..Outcome::new()
        };
        assert_eq!(compare(MODEL, (&waiting, &rom), (&waiting, &our)), None);
        let edits = Outcome {
            status: Status::Editing,
            ..Outcome::new()
        };
        let found = compare(MODEL, (&edits, &rom), (&waiting, &our)).unwrap();
        assert_eq!(found.field, "status");
    }

    #[test]
    fn what_was_cut_off_is_compared_as_far_as_it_came() {
        let memory = vec![0; 0x1_0000];
        let with = |status, printed: &[u8]| Outcome {
            status,
            printed: printed.iter().map(|&code| (b'S', code)).collect(),
            ..Outcome::new()
        };
        let field = |a: &Outcome, b: &Outcome| {
            compare(MODEL, (a, &memory), (b, &memory)).map(|found| found.field)
        };
        let cut = |printed| with(Status::Endless, printed);
        let ended = |printed| with(report('0').status, printed);
        assert_eq!(field(&cut(b"ab"), &cut(b"abc")), None);
        assert_eq!(field(&cut(b"abc"), &cut(b"ab")), None);
        assert_eq!(field(&cut(b"ab"), &ended(b"abc")), None);
        let printed = Some("printed".to_owned());
        assert_eq!(field(&cut(b"abx"), &cut(b"abc")), printed);
        assert_eq!(field(&cut(b"abcd"), &ended(b"abc")), printed);
        let status = Some("status".to_owned());
        assert_eq!(field(&ended(b"abc"), &cut(b"ab")), status);
    }

    #[test]
    fn system_variables_are_named_and_the_volatile_ones_left_out() {
        let (mut rom, our) = (vec![0; 0x1_0000], vec![0; 0x1_0000]);
        rom[sysvars::FRAMES as usize] = 1;
        let status = report('0').status;
        assert_eq!(memory(MODEL, &rom, &our, status), None);
        rom[sysvars::COORDS as usize + 1] = 3;
        assert_eq!(
            memory(MODEL, &rom, &our, status).unwrap().field,
            "system COORDS"
        );
        for (name, bytes, why) in NOT_COMPARED {
            let i = sysvars::ALL.iter().position(|(n, _)| n == name).unwrap();
            let next = sysvars::ALL[i + 1].1;
            assert_eq!(next - sysvars::ALL[i].1, u32::from(*bytes), "{name}");
            assert!(!why.is_empty());
        }
    }
}
