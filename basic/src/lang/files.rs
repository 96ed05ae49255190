//! SAVE, LOAD, VERIFY, MERGE, and CAT, ERASE, FORMAT: what they say of a file, and how a program
//! goes on when a file has been loaded over it.
//!
//! ROM: `SAVE-ETC` 0605; 128 editor ROM: 11EB to 1529, CAT 1BE5, ERASE 1C0C, FORMAT 0641.

use alloc::vec::Vec;

use super::code::{DIRECT, DiskOp, Op, Spot};
use super::exec::{Exec, Flow};
use super::parse::Parser;
use crate::channel::{PRINTER_STREAM, SCREEN_STREAM};
use crate::charset::ENTER;
use crate::files::drive::names_cassette;
use crate::files::header::{HEADER_SIZE, NAME_SIZE, NO_LINE, SECOND_UNUSED};
use crate::files::load::{self, program_lengths};
use crate::files::{Command, Drive, FileName, Header, Job, Kind, Name, Verb};
use crate::number::Number;
use crate::report::{Report, Result};
use crate::screen;
use crate::store::areas;
use crate::store::memory::{ATTRIBUTES_END, DISPLAY_FILE};
use crate::store::program;
use crate::store::slots::SlotNumber;
use crate::store::sysvars as s;
use crate::store::variables;
use crate::system::{Model, System};
use crate::token;

/// Bytes of a screen: display file and attributes. ROM: 06B0.
const SCREEN_SIZE: u16 = (ATTRIBUTES_END - DISPLAY_FILE) as u16;
/// Speeds of the serial line and their constants. ROM: 128 editor ROM, 06B8.
const SPEEDS: [(u16, u16); 8] = [
    (50, 0x0AA5),
    (110, 0x04D4),
    (300, 0x01C3),
    (600, 0x00E0),
    (1200, 0x006E),
    (2400, 0x0036),
    (4800, 0x0019),
    (9600, 0x000B),
];

impl Parser<'_> {
    /// SAVE, LOAD, VERIFY and MERGE: the name and what follows it.
    ///
    /// ROM: `SAVE-ETC` 0605; 128 editor ROM: 13BE.
    pub(super) fn file_statement(&mut self, code: u8) -> Result<()> {
        let verb = match code {
            token::SAVE => Verb::Save,
            token::LOAD => Verb::Load,
            token::VERIFY => Verb::Verify,
            _ => Verb::Merge,
        };
        let drive = if self.exclamation() {
            Drive::RamDisk
        } else {
            Drive::Tape
        };
        self.text_expression()?;
        self.emit(Op::FileName(verb, drive));
        match (self.current(), verb) {
            (token::DATA | token::SCREEN | token::CODE, Verb::Merge) => {
                return Err(Report::NonsenseInBasic);
            }
            (token::DATA, _) => {
                self.next();
                let (name, _) = self.name()?;
                if name.kind() == variables::Kind::Number {
                    return Err(Report::NonsenseInBasic);
                }
                self.expect(b'(')?;
                self.expect(b')')?;
                let slot = self.slot(&name)?;
                self.emit(Op::FileArray(slot));
            }
            (token::SCREEN, _) => {
                self.next();
                self.emit(Op::Number(Number::from_u16(DISPLAY_FILE as u16)));
                self.emit(Op::Push);
                self.emit(Op::Number(Number::from_u16(SCREEN_SIZE)));
                self.emit(Op::FileBytes);
            }
            (token::CODE, _) => {
                self.next();
                self.code_place(verb)?;
                self.emit(Op::FileBytes);
            }
            (token::LINE, Verb::Save) => {
                self.next();
                self.number()?;
                self.emit(Op::FileProgram);
            }
            _ => {
                self.emit(Op::Number(Number::from_u16(NO_LINE)));
                self.emit(Op::FileProgram);
            }
        }
        Ok(())
    }

    /// Address and length behind CODE: both must be there for SAVE, what is not there is nought.
    ///
    /// ROM: 06D0 to 06F6.
    fn code_place(&mut self, verb: Verb) -> Result<()> {
        let mut missing = 2;
        if !self.at_end() {
            self.number()?;
            missing = 1;
            self.emit(Op::Push);
            if self.current() == b',' {
                self.next();
                self.number()?;
                return Ok(());
            }
        }
        if verb == Verb::Save {
            return Err(Report::NonsenseInBasic);
        }
        if missing == 2 {
            self.emit(Op::Number(Number::ZERO));
            self.emit(Op::Push);
        }
        self.emit(Op::Number(Number::ZERO));
        Ok(())
    }

    /// Steps over the `!` that means the RAM disk of the 128.
    fn exclamation(&mut self) -> bool {
        let there = self.dialect.is_128 && self.current() == b'!';
        if there {
            self.next();
        }
        there
    }

    /// CAT, ERASE, FORMAT and MOVE: on the 48K there is nothing to do them with. Where the host
    /// keeps files they have the +3's syntax besides the 128's.
    ///
    /// ROM: `CAT-ETC` 1793; 128 editor ROM: 1BE5, 1C0C, 0641, 1AF0.
    pub(super) fn disk_statement(&mut self, code: u8) -> Result<()> {
        if self.dialect.files && self.command(code)? {
            return Ok(());
        }
        if !self.dialect.is_128 {
            if code != token::CAT {
                self.text_expression()?;
            }
            if code == token::MOVE {
                self.expect(b',')?;
                self.text_expression()?;
            }
            self.emit(Op::Fail(Report::InvalidStream));
            return Ok(());
        }
        match code {
            token::CAT | token::ERASE => {
                if !self.exclamation() {
                    return Err(Report::NonsenseInBasic);
                }
                if code == token::CAT {
                    self.emit(Op::Catalogue);
                } else {
                    self.text_expression()?;
                    self.emit(Op::Erase);
                }
            }
            token::FORMAT => {
                self.text_expression()?;
                self.format_speed()?;
            }
            _ => {
                self.text_expression()?;
                self.expect(b',')?;
                self.text_expression()?;
                self.emit_old_move();
            }
        }
        Ok(())
    }
}

impl Parser<'_> {
    /// FORMAT "p"; and a speed.
    fn format_speed(&mut self) -> Result<()> {
        self.emit(Op::FormatDevice);
        self.expect(b';')?;
        self.number()?;
        self.emit(Op::FormatSpeed);
        Ok(())
    }

    /// MOVE of two strings behind each other: of the 48K an error, of the 128 a RET.
    fn emit_old_move(&mut self) {
        if self.dialect.is_128 {
            self.emit(Op::Drop);
            self.emit(Op::Drop);
        } else {
            self.emit(Op::Fail(Report::InvalidStream));
        }
    }
}

/// CAT, ERASE, MOVE, COPY and FORMAT as the +3 has them.
impl Parser<'_> {
    /// Such a statement, if it is one of the +3's: whether it is.
    fn command(&mut self, code: u8) -> Result<bool> {
        let op = match code {
            token::CAT | token::ERASE if self.dialect.is_128 && self.current() == b'!' => {
                return Ok(false);
            }
            token::CAT => self.catalogue()?,
            token::ERASE => {
                self.text_expression()?;
                DiskOp::Erase
            }
            token::MOVE => {
                self.text_expression()?;
                if self.current() == b',' {
                    self.next();
                    self.text_expression()?;
                    self.emit_old_move();
                    return Ok(true);
                }
                self.expect(token::TO)?;
                self.text_expression()?;
                DiskOp::Move
            }
            _ => {
                self.text_expression()?;
                if self.dialect.is_128 && self.current() == b';' {
                    self.format_speed()?;
                    return Ok(true);
                }
                DiskOp::Format
            }
        };
        self.emit(Op::Disk(op));
        Ok(true)
    }

    /// `#stream,`, a pattern and EXP, each of which may be left out.
    fn catalogue(&mut self) -> Result<DiskOp> {
        let stream = self.current() == b'#';
        if stream {
            self.next();
            self.number()?;
            self.emit(Op::Push);
            if !self.at_end() {
                self.expect(b',')?;
            }
        }
        let pattern = !self.at_end() && self.current() != token::EXP;
        if pattern {
            self.text_expression()?;
        }
        let detailed = self.current() == token::EXP;
        if detailed {
            self.next();
        }
        Ok(DiskOp::Catalogue {
            stream,
            pattern,
            detailed,
        })
    }

    /// COPY of files, if something follows.
    pub(super) fn copy_statement(&mut self) -> Result<()> {
        if !self.dialect.files || self.at_end() {
            self.emit(Op::Copy);
            return Ok(());
        }
        self.text_expression()?;
        self.expect(token::TO)?;
        let op = match self.current() {
            token::SCREEN => DiskOp::Show(SCREEN_STREAM),
            token::LPRINT => DiskOp::Show(PRINTER_STREAM),
            _ if self.spectrum() => DiskOp::Head,
            _ => {
                self.text_expression()?;
                self.emit(Op::Disk(DiskOp::Copy));
                return Ok(());
            }
        };
        if op == DiskOp::Head {
            self.expect(token::FORMAT)?;
        } else {
            self.next();
        }
        self.emit(Op::Disk(op));
        Ok(())
    }

    /// Steps over SPECTRUM, if it is there: the keyword, or its letters, as the 48K has no keyword.
    fn spectrum(&mut self) -> bool {
        if self.current() == token::SPECTRUM {
            self.next();
            return true;
        }
        let start = self.at;
        let letters = token::spelling(token::SPECTRUM).unwrap_or_default();
        let there = letters.bytes().all(|letter| {
            let is_next = self.current().eq_ignore_ascii_case(&letter);
            self.next();
            is_next
        });
        if !there {
            self.at = start;
        }
        there
    }
}

impl Exec {
    /// A command of the +3: the strings it names are popped.
    fn disk_op(&mut self, sys: &System, op: DiskOp) -> Result<Flow> {
        let pop = |exec: &mut Self| exec.pop_text().bytes(&sys.memory).to_vec();
        self.command = Some(match op {
            DiskOp::Catalogue {
                stream,
                pattern,
                detailed,
            } => {
                let pattern = if pattern { pop(self) } else { Vec::new() };
                let stream = if stream {
                    self.pop_number().to_u8()?
                } else {
                    SCREEN_STREAM
                };
                Command::Catalogue {
                    stream,
                    pattern,
                    detailed,
                }
            }
            DiskOp::Erase => Command::Erase(pop(self)),
            DiskOp::Move | DiskOp::Copy => {
                let to = pop(self);
                let from = pop(self);
                if op == DiskOp::Move {
                    Command::Move(from, to)
                } else {
                    Command::Copy(from, to)
                }
            }
            DiskOp::Show(stream) => Command::Show(pop(self), stream),
            DiskOp::Head => Command::Head(pop(self)),
            DiskOp::Format => Command::Format(pop(self)),
        });
        Ok(Flow::Disk)
    }

    /// A command on a file can begin: on a drive of the +3's, or on a medium of the Spectrum's.
    fn begins(&mut self, job: Job) -> Flow {
        match self.card_name.take() {
            None => Flow::File(job),
            Some(name) => {
                self.command = Some(Command::File(job, name));
                Flow::Disk
            }
        }
    }

    /// Does an instruction of this module.
    pub(super) fn file_op(&mut self, sys: &mut System, op: Op) -> Result<Option<Flow>> {
        match op {
            Op::FileName(verb, drive) => {
                self.file = self.begin_file(sys, verb, drive)?;
            }
            Op::FileArray(slot) => {
                if let Some(job) = self.file.take() {
                    return self.array_file(sys, slot, job).map(Some);
                }
            }
            Op::FileBytes => {
                let length = self.acc.to_u16()?;
                let start = self.pop_number().to_u16()?;
                return Ok(self.file.take().map(|mut job| {
                    job.header.kind = Kind::Code;
                    job.header.length = length;
                    job.header.first = start;
                    job.start = start.into();
                    self.write_sysvars(sys);
                    self.begins(job)
                }));
            }
            Op::FileProgram => {
                let line = self.acc.to_u16()?;
                return Ok(self.file.take().map(|mut job| {
                    let (length, program) = program_lengths(&sys.memory);
                    job.header.length = length;
                    job.header.first = line;
                    job.header.second = program;
                    job.start = sys.pointer(s::PROG);
                    self.begins(job)
                }));
            }
            Op::Disk(op) => return self.disk_op(sys, op).map(Some),
            Op::Catalogue => {
                sys.open_stream(SCREEN_STREAM)?;
                for Name(name) in sys.ram_disk.names() {
                    sys.print_all(&name)?;
                    sys.print(ENTER)?;
                    if !sys.is_blocked() {
                        screen::temps(&mut sys.memory);
                    }
                }
                return Ok(sys.is_blocked().then_some(Flow::Scroll));
            }
            Op::Erase => {
                let name = self.pop_text();
                let name = match name.bytes(&sys.memory) {
                    name @ [_, ..] if name.len() <= NAME_SIZE => Name::new(name),
                    _ => return Err(Report::InvalidName),
                };
                sys.ram_disk.erase(name)?;
            }
            Op::FormatDevice => match self.pop_text().bytes(&sys.memory) {
                [b'p' | b'P'] => {}
                [_] => return Err(Report::NonsenseInBasic),
                _ => return Err(Report::InvalidDevice128),
            },
            Op::FormatSpeed => {
                let speed = self.acc.to_u16()?;
                if speed == 0 {
                    return Err(Report::InvalidBaudRate);
                }
                // The next speed there is, or the fastest.
                let next = SPEEDS.iter().find(|(known, _)| *known >= speed);
                let (_, constant) = next.unwrap_or(&SPEEDS[SPEEDS.len() - 1]);
                sys.memory.set_word(s::BAUD, *constant);
            }
            _ => {}
        }
        Ok(None)
    }

    /// A command on a file whose name has been worked out: room for its headers, the name. Nothing
    /// if it only chooses a drive. `drive` is the one that the name may change.
    ///
    /// ROM: 0616 to 0650.
    fn begin_file(&mut self, sys: &mut System, verb: Verb, drive: Drive) -> Result<Option<Job>> {
        let name = self.pop_text();
        let headers = if verb == Verb::Save { 1 } else { 2 };
        areas::spaces(&mut sys.memory, headers * HEADER_SIZE as u32)?;
        let bytes = name.bytes(&sys.memory);
        self.card_name = None;
        let (drive, name) = match &mut sys.drives {
            Some(drives) if drive == Drive::Tape => {
                let FileName { drive, rest } = FileName::new(bytes)?;
                let default = if verb == Verb::Save {
                    &mut drives.save
                } else {
                    &mut drives.load
                };
                if drive == Some(Drive::Serial) {
                    if !rest.is_empty() {
                        return Err(Report::BadFilename);
                    }
                } else if let (Some(drive), true) = (drive, rest.is_empty()) {
                    *default = drive;
                    return Ok(None);
                }
                let drive = drive.unwrap_or(*default);
                let name = match drive {
                    // A cassette of the card goes into the deck.
                    Drive::Tape if verb == Verb::Load && names_cassette(&rest) => {
                        self.card_name = Some(rest);
                        Name::any()
                    }
                    // Whatever comes next.
                    Drive::Tape if verb != Verb::Save && rest == b"*" => Name::any(),
                    Drive::Tape => file_name(verb, &rest)?,
                    Drive::Card | Drive::RamDisk | Drive::Serial => {
                        self.card_name = Some(rest);
                        Name::any()
                    }
                };
                (drive, name)
            }
            _ => (drive, file_name(verb, bytes)?),
        };
        Ok(Some(Job {
            verb,
            drive,
            header: Header {
                kind: Kind::Program,
                name,
                length: 0,
                first: 0,
                second: SECOND_UNUSED,
            },
            start: 0,
        }))
    }

    /// A command on an array, or a string.
    ///
    /// Flaw kept: the 48K takes a string for an array of characters, the 128 an array of
    /// characters that is not there yet for a string.
    ///
    /// ROM: 0660 to 068F; 128 editor ROM: 1415.
    fn array_file(&mut self, sys: &System, slot: SlotNumber, mut job: Job) -> Result<Flow> {
        let m = &sys.memory;
        let is_128 = sys.model == Model::Spectrum128;
        let entry = self.slots.entry(m, slot);
        let name = self.slots.name(slot);
        let text = name.kind() == variables::Kind::Text;
        let letter = name.letter() & 0x1F;
        let first = match entry {
            Some(entry) if is_128 => m.byte(entry),
            None if is_128 && text => letter | 0x40,
            _ => letter | if text { 0xC0 } else { 0x80 },
        };
        match entry {
            Some(entry) => {
                job.header.length = m.word(entry + 1);
                job.start = entry + load::ENTRY_HEADER;
            }
            None if job.verb == Verb::Load => {}
            None => return Err(Report::VariableNotFound),
        }
        job.header.kind = if first & 0x40 == 0 {
            Kind::Numbers
        } else {
            Kind::Characters
        };
        job.header.first = u16::from(first) << 8;
        Ok(self.begins(job))
    }

    /// Notes in NXTLIN where the program goes on after the statement that runs, if it is the last
    /// of its line, and says whether it is: the pointer moves with the lines.
    pub fn note_next_line(&self, sys: &mut System) -> bool {
        let rest = self.code.ops.get(self.pc as usize..).unwrap_or_default();
        let Some(Op::EndLine(..)) = rest.iter().find(|op| **op != Op::ClearWork) else {
            return false;
        };
        let at = self.next_line(&sys.memory, self.spot().line);
        sys.memory.set_pointer(s::NXTLIN, at);
        self.spot().line != DIRECT
    }

    /// Memory is no longer what the code was made from: a file has been loaded. The statement that
    /// runs stays known.
    pub fn memory_loaded(&mut self, sys: &mut System) {
        self.lost = Some(self.spot());
        self.drop_code();
        self.mark_stack(sys);
    }

    /// Goes on after [`Exec::memory_loaded`]: where NEWPPC and NSPPC say, or behind the statement,
    /// if its line has not gone.
    ///
    /// Flaw kept: when it has, CH-ADD points anywhere, and what stands there is hardly ever a
    /// statement.
    ///
    /// ROM: `STMT-RET` 1B76.
    ///
    /// # Errors
    /// Report C; what the line says that comes next.
    pub fn go_on_after_load(&mut self, sys: &mut System, line_gone: bool) -> Result<()> {
        areas::set_work(&mut sys.memory);
        self.stack.clear();
        if self.poked_jump(sys)?.is_none() {
            let spot = self.spot();
            if line_gone && spot.line != DIRECT {
                return Err(Report::NonsenseInBasic);
            }
            let statement = spot.statement.saturating_add(1);
            self.pc = self.place(sys, Spot { statement, ..spot })?;
        }
        self.jumped_from.0 = self.pc;
        Ok(())
    }

    /// The same after MERGE; `last` if it is the last statement of its line.
    ///
    /// Flaw kept: lines that were exchanged where NXTLIN points to are passed over.
    ///
    /// ROM: `LINE-END` 1BB3.
    ///
    /// # Errors
    /// See [`Exec::go_on_after_load`]; report 0 at the program's end.
    pub fn go_on_after_merge(
        &mut self,
        sys: &mut System,
        line_gone: bool,
        last: bool,
    ) -> Result<()> {
        if last {
            let at = sys.pointer(s::NXTLIN);
            if !program::is_line(&sys.memory, at) {
                return Err(Report::Ok);
            }
            let line = program::line_number(&sys.memory, at);
            sys.memory.set_word(s::NEWPPC, line);
            sys.memory.set_byte(s::NSPPC, 0);
        }
        self.go_on_after_load(sys, line_gone)
    }
}

/// A name of ten characters.
///
/// ROM: 0625.
fn file_name(verb: Verb, name: &[u8]) -> Result<Name> {
    match name {
        name if verb == Verb::Save && (name.is_empty() || name.len() > NAME_SIZE) => {
            Err(Report::InvalidFileName)
        }
        [] => Ok(Name::any()),
        name => Ok(Name::new(name)),
    }
}
