//! Instructions that are done out of the main loop: functions of the machine and the statements'
//! work. Strings are in `strings`, what PRINT, LIST and INPUT print in `printing`.

use super::code::{DIRECT, Function, Op};
use super::exec::{Exec, Flow};
use super::room;
use super::text::{self, Text};
use crate::channel;
use crate::number::{self, Number, Transcendental};
use crate::play::{self, Play};
use crate::report::{Report, Result};
use crate::screen;
use crate::store::memory::RAM_START;
use crate::store::sysvars as s;
use crate::store::variables::NUMBER_SIZE;
use crate::store::{Address, Memory, areas};
use crate::system::{LogEntry, Model, System};

/// The highest stream number PRINT # and the like take.
pub(super) const STREAM_LIMIT: u8 = 16;
/// The port BORDER writes to.
const ULA_PORT: u16 = 0x00FE;

/// What a line of DRAW costs, in bytes moved; and an arc or a circle.
const LINE_WORK: u32 = 1 << 14;
const CURVE_WORK: u32 = 1 << 17;

/// The longest dimension DIM takes, the low byte being that of its expression's address; more is
/// report 3. ROM: 2C2F.
const DIM_SIZE_MAX: u16 = 0xFF00;
/// The last bytes of what PEEK sees of the calculator's stack, of the line that comes next and of
/// the RAM disk.
const STKEND_HIGH: Address = s::STKEND + 1;
const NXTLIN_HIGH: Address = s::NXTLIN + 1;
const SFSPACE_LAST: Address = s::SFSPACE + 2;
/// The parameters of INKEY$ without a key: what K-TEST (031E) leaves in DE and A.
const NO_KEY: Text = Text {
    at: 0xFF,
    length: 0,
};
const NO_KEY_FLAG: u8 = 0xFF;

impl Exec {
    /// Does an instruction the main loop leaves to others; the accumulator and the place are in
    /// `self`. [`Flow::Fuel`] says that a jump was made.
    pub(super) fn other(&mut self, sys: &mut System, op: Op) -> Result<Option<Flow>> {
        match op {
            Op::EndLine(..)
            | Op::GoTo
            | Op::GoToLine(..)
            | Op::GoSub(_)
            | Op::GoSubLine(..)
            | Op::For(..)
            | Op::Next(..)
            | Op::ReturnSub
            | Op::Run
            | Op::Clear
            | Op::Restore
            | Op::Continue => return self.flow_op(sys, op),
            Op::Fail(report) => return Err(report),
            Op::FnBegin(..) | Op::FnArgument(..) | Op::Return | Op::ReadDone => {
                self.call_op(sys, op)?;
            }
            Op::FnCall(_) | Op::Value(_) | Op::ValueText(_) | Op::Read(_) => {
                // Functions that call others twice can run for years: each call costs fuel.
                self.call_op(sys, op)?;
                return Ok(Some(Flow::Fuel));
            }
            Op::Subscripts(_)
            | Op::Slice
            | Op::Subscript(_)
            | Op::SliceFrom
            | Op::SliceFromStart
            | Op::SliceTo
            | Op::SliceToEnd
            | Op::SliceWhole
            | Op::SubscriptsText
            | Op::SubscriptsNumber
            | Op::SubscriptsPlace => self.subscript_op(sys, op)?,
            Op::Function(function) => return self.function(sys, function),
            Op::Random => {
                let (value, seed) = Number::rnd(sys.memory.word(s::SEED));
                sys.memory.set_word(s::SEED, seed);
                self.acc = value;
            }
            Op::Argument(at) => self.acc = sys.memory.number(at),
            Op::Literal(..)
            | Op::LiteralCopy(..)
            | Op::TextFlag(_)
            | Op::TextPlace(_)
            | Op::Text(_)
            | Op::TextArgument(_)
            | Op::Concatenate(_)
            | Op::AndText
            | Op::CodeOf
            | Op::UsrLetter
            | Op::Character
            | Op::StringOf(_)
            | Op::KeepPlace
            | Op::LetElement
            | Op::LetText(_)
            | Op::LetSlice
            | Op::Drop
            | Op::ClearWork => self.text_op(sys, op)?,
            Op::InKey => {
                if self.probes && !self.probed {
                    self.probed = true;
                    self.pc -= 1;
                    return Ok(Some(Flow::AboutToLook));
                }
                let key = sys.keys.inkey(&sys.memory);
                self.wants_key = key.is_none();
                self.push_key(sys, key)?;
                if core::mem::take(&mut self.probed) {
                    return Ok(Some(Flow::Looked));
                }
            }
            Op::InKeyStream => self.inkey_stream(sys)?,
            Op::ScreenText | Op::Attribute | Op::PointAt => self.look_at_screen(sys, op)?,
            _ => return self.statement_op(sys, op),
        }
        Ok(None)
    }

    /// A key as a string of one character, or the empty one.
    fn push_key(&mut self, sys: &mut System, key: Option<u8>) -> Result<()> {
        let (text, flag) = match key {
            Some(code) => (text::new_text(&mut sys.memory, &[code])?, code),
            None => (NO_KEY, NO_KEY_FLAG),
        };
        self.stack.push(text.bits_with(flag));
        Ok(())
    }

    /// INKEY$ #. ROM: `READ-IN` 3645.
    fn inkey_stream(&mut self, sys: &mut System) -> Result<()> {
        let stream = self.acc.to_u8()?;
        if stream >= STREAM_LIMIT {
            return Err(Report::IntegerOutOfRange);
        }
        let channel = sys.pointer(s::CURCHL);
        sys.open_stream(stream)?;
        let key = match channel::input(&sys.memory)? {
            channel::Input::Keys => take_key(sys),
            channel::Input::Serial | channel::Input::End => None,
        };
        self.push_key(sys, key)?;
        channel::select(&mut sys.memory, channel);
        Ok(())
    }

    fn function(&mut self, sys: &mut System, function: Function) -> Result<Option<Flow>> {
        let x = self.acc;
        self.acc = match function {
            Function::Tan => self.memo.of(Transcendental::Tan, x)?,
            Function::Asn => x.asn()?,
            Function::Acs => x.acs()?,
            Function::Atn => self.memo.of(Transcendental::Atn, x)?,
            // The main loop does these.
            Function::Sin
            | Function::Cos
            | Function::Ln
            | Function::Exp
            | Function::Int
            | Function::Sqr
            | Function::Sgn
            | Function::Abs => x,
            Function::Peek => {
                let byte = self.peek(sys, x.to_u16()?.into());
                Number::from_u16(byte.into())
            }
            Function::In => {
                let port = x.to_u16()?;
                Number::from_u16(u16::from(sys.read_port(port)))
            }
            Function::Usr => return self.usr(sys, x.to_u16()?),
        };
        Ok(None)
    }

    /// PEEK, and what is kept elsewhere while a program runs.
    fn peek(&mut self, sys: &mut System, at: Address) -> u8 {
        if (s::KSTATE..=s::P_RAMT + 1).contains(&at) {
            self.write_sysvars(sys);
        } else if (sys.memory.stack_end()..sys.pointer(s::RAMTOP)).contains(&at) {
            self.show_go_subs(sys);
        }
        let (start, value) = match at {
            // What waits for the other operand lies on the calculator's stack.
            s::STKEND..=STKEND_HIGH => {
                let waiting = self.stack.len() - usize::from(self.place_is_stacked());
                let size = waiting as u32 * NUMBER_SIZE;
                (s::STKEND, sys.pointer(s::STKEND) + size)
            }
            s::NXTLIN..=NXTLIN_HIGH => (s::NXTLIN, self.next_line(&sys.memory, self.spot().line)),
            s::SFNEXT..=SFSPACE_LAST if sys.model == Model::Spectrum128 => {
                let [next, free] = sys.ram_disk.pointers();
                if at < s::SFSPACE {
                    (s::SFNEXT, next)
                } else {
                    (s::SFSPACE, free)
                }
            }
            _ => return sys.memory.byte(at),
        };
        (value >> (8 * (at - start))) as u8
    }

    /// Whether the place that the statement assigns to, which the ROM has in DEST, is on the stack.
    fn place_is_stacked(&self) -> bool {
        let ahead = (self.pc..).zip(self.code.ops.get(self.pc as usize..).unwrap_or_default());
        let mut statement = ahead.take_while(|(pc, _)| !self.code.begins_statement(*pc));
        let assigns = |op: &Op| {
            matches!(
                op,
                Op::LetElement
                    | Op::LetSlice
                    | Op::ElementPlace(_)
                    | Op::SubscriptsPlace
                    | Op::SubscriptsText
                    | Op::SliceFrom
                    | Op::SliceTo
            )
        };
        let next = statement.find(|(_, op)| assigns(op));
        !self.stack.is_empty() && matches!(next, Some((_, Op::LetElement | Op::LetSlice)))
    }

    /// Where the line behind `line`, which is being run, is. ROM: `NEXT-LINE` 1BD1.
    pub(super) fn next_line(&self, m: &Memory, line: u16) -> Address {
        if line == DIRECT {
            return m.pointer(s::WORKSP).saturating_sub(1);
        }
        let ahead = self.code.ops.get(self.pc as usize..).unwrap_or_default();
        let end = ahead.iter().find_map(|op| match op {
            Op::EndLine(next, _) => Some(*next as usize),
            _ => None,
        });
        let line = self.code.lines.get(end.unwrap_or(usize::MAX));
        line.map_or(m.pointer(s::VARS), |line| line.at)
    }

    /// Writes the system variables that are kept elsewhere while a program runs.
    pub(super) fn write_sysvars(&self, sys: &mut System) {
        let spot = self.spot();
        sys.memory.set_word(s::PPC, spot.line);
        sys.memory.set_byte(s::SUBPPC, spot.statement);
        // PEEK's operand, looked at last, is a number. ROM: `S-NUMERIC` 26C3.
        sys.memory.set_bit(s::FLAGS, 6, true);
        self.mark_stack(sys);
    }

    /// SCREEN$, ATTR and POINT.
    fn look_at_screen(&mut self, sys: &mut System, op: Op) -> Result<()> {
        let first = self.pop_number();
        if op == Op::PointAt {
            self.acc = screen::point(&sys.memory, first, self.acc)?;
            return Ok(());
        }
        // STK-TO-BC 2307 takes the second operand first.
        let column = unsigned(self.acc)?;
        let line = unsigned(first)?;
        if op == Op::Attribute {
            self.acc = Number::from_u16(u16::from(screen::attr(&sys.memory, line, column)));
            return Ok(());
        }
        let cell = screen::read_cell(&sys.memory, line, column);
        let text = match cell.code {
            Some(code) => text::new_text(&mut sys.memory, &[code])?,
            None => Text {
                at: Address::from(cell.at),
                length: 0,
            },
        };
        // Flaw kept: S-SCRN$ (2668) stacks its string a second time.
        self.stack.push(text.bits_with(cell.flag));
        self.stack.push(text.bits());
        Ok(())
    }

    fn statement_op(&mut self, sys: &mut System, op: Op) -> Result<Option<Flow>> {
        match op {
            Op::Poke => {
                let value = byte(self.acc)?;
                let at = Address::from(self.pop_number().to_u16()?);
                return self.poke(sys, at, value);
            }
            Op::Out => {
                let value = byte(self.acc)?;
                let port = self.pop_number().to_u16()?;
                sys.write_port(port, value);
            }
            Op::Border => {
                let colour = self.acc.to_u8()?;
                screen::border(&mut sys.memory, colour)?;
                // BORDER writes to the ULA's port (2297).
                sys.write_port(ULA_PORT, colour);
            }
            Op::Randomize => {
                let seed = match self.acc.to_u16()? {
                    0 => sys.memory.word(s::FRAMES),
                    seed => seed,
                };
                sys.memory.set_word(s::SEED, seed);
            }
            Op::Cls => screen::cls(&mut sys.memory),
            Op::Copy if sys.model == Model::Spectrum128 => sys.printer.picture(&mut sys.memory),
            Op::Copy => sys.printer.copy(&mut sys.memory),
            Op::New => return Ok(Some(Flow::New)),
            Op::Spectrum => return Ok(Some(Flow::Spectrum)),
            Op::Pause => return Ok(Some(Flow::Pause(self.acc.to_u16()?))),
            Op::Beep => return self.beep(sys),
            Op::Play(strings) => return self.play(sys, usize::from(strings)).map(Some),
            Op::DimBegin(slot) => {
                // The old array goes before the sizes are worked out (2C15).
                self.slots.remove(&mut sys.memory, slot);
                self.sizes.clear();
            }
            Op::Room(need) => areas::test_room(&sys.memory, need)?,
            Op::DimSize(slot, origin, at) => {
                let size = self.acc.to_u16()?;
                let low = origin.place(&sys.memory, at) as u8;
                if size == 0 || size > DIM_SIZE_MAX | u16::from(low) {
                    return Err(Report::SubscriptWrong);
                }
                self.sizes.push(size);
                self.slots.bytes_of_elements(slot, &self.sizes)?;
            }
            Op::Dim(slot) => {
                let sizes = core::mem::take(&mut self.sizes);
                let held = room::DIMENSION.run * sizes.len() as u32 + room::by_model(sys.model);
                let result = self.slots.dim(&mut sys.memory, slot, &sizes, held);
                self.sizes = sizes;
                result?;
            }
            Op::Open => {
                let name = self.pop_text();
                let stream = self.pop_number().to_u8()?;
                let name = name.bytes(&sys.memory).to_vec();
                channel::open(&mut sys.memory, stream, &name)?;
            }
            Op::Close => {
                let stream = self.acc.to_u8()?;
                channel::close(&mut sys.memory, stream)?;
            }
            Op::FileName(..)
            | Op::FileArray(_)
            | Op::FileBytes
            | Op::FileProgram
            | Op::Catalogue
            | Op::Disk(_)
            | Op::Erase
            | Op::FormatDevice
            | Op::FormatSpeed => return self.file_op(sys, op),
            Op::DrawingBegin
            | Op::Plot
            | Op::Draw
            | Op::DrawArc
            | Op::Circle
            | Op::PermanentBegin
            | Op::Permanent(_) => self.drawing_op(sys, op)?,
            _ => return self.print_op(sys, op),
        }
        Ok(None)
    }

    /// POKE, and what a changed byte means to what is kept elsewhere.
    fn poke(&mut self, sys: &mut System, at: Address, value: u8) -> Result<Option<Flow>> {
        if at < RAM_START {
            return Ok(None);
        }
        let old = sys.memory.byte(at);
        sys.memory.set_byte(at, value);
        if at == s::NSPPC {
            return self.poked_jump(sys);
        }
        if old == value {
            return Ok(None);
        }
        let program = sys.pointer(s::PROG)..sys.pointer(s::VARS);
        let pointers = s::VARS..s::BREG;
        if program.contains(&at)
            || (pointers.contains(&at) && !matches!(at & !1, s::CH_ADD | s::X_PTR))
        {
            sys.memory.mark_rewritten();
            return Ok(None);
        }
        if (program.end..sys.pointer(s::E_LINE)).contains(&at) {
            self.slots.forget();
        }
        if at == s::RAMTOP || at == s::RAMTOP + 1 {
            self.mark_stack(sys);
        }
        if at == s::BANKM && sys.model == Model::Spectrum128 {
            // Its port gets this with the next statement.
            sys.memory.page(value);
            self.slots.forget();
        }
        Ok(None)
    }

    /// BEEP. ROM: 03F8.
    fn beep(&mut self, sys: &mut System) -> Result<Option<Flow>> {
        let pitch = self.acc;
        let duration = self.pop_number();
        let sounded = number::beep(duration, pitch);
        if sys.logging {
            let sounded = sounded.ok().flatten();
            sys.log.push(LogEntry::Beep {
                at: sys.now,
                duration,
                pitch,
                sounded,
            });
        }
        let Some((de, hl)) = sounded? else {
            return Ok(None);
        };
        Ok(Some(Flow::Sound(sys.beeper(de, hl))))
    }

    /// PLAY: takes its strings and room for the ROM's bytes, whose first are the addresses of
    /// what each string has.
    ///
    /// ROM: 0985 of the 128's first ROM.
    fn play(&mut self, sys: &mut System, strings: usize) -> Result<Flow> {
        let start = self.stack.len().saturating_sub(strings);
        let size = play::SPACE_EACH * strings as u32;
        let at = areas::spaces(&mut sys.memory, play::SPACE + size)?;
        let end = at + play::SPACE + size - 1;
        for number in 0..strings as u32 {
            let its = end - play::SPACE_EACH * (strings as u32 - number);
            sys.memory.set_pointer(at + 2 * number, its);
        }
        let texts = self.stack.drain(start..).map(Text::from_bits);
        self.tune = Some(Play::new(texts.map(|text| (text.at as u16, text.length))));
        Ok(Flow::Play)
    }

    fn drawing_op(&mut self, sys: &mut System, op: Op) -> Result<()> {
        let m = &mut sys.memory;
        match op {
            Op::DrawingBegin => screen::graphics_temps(m),
            Op::PermanentBegin => {
                m.set_bit(s::TV_FLAG, 0, false);
                screen::temps(m);
            }
            Op::Permanent(control) => {
                let value = self.acc.to_u8()?;
                sys.print(control)?;
                sys.print(value)?;
                screen::make_permanent(&mut sys.memory);
            }
            Op::Plot => {
                let x = self.pop_number();
                screen::plot(&mut sys.memory, x, self.acc)?;
                screen::temps(&mut sys.memory);
            }
            Op::Draw => {
                m.count_work(LINE_WORK);
                let x = self.pop_number();
                screen::draw(&mut sys.memory, x, self.acc)?;
            }
            Op::DrawArc => {
                m.count_work(CURVE_WORK);
                let y = self.pop_number();
                let x = self.pop_number();
                screen::draw_arc(&mut sys.memory, x, y, self.acc)?;
            }
            Op::Circle => {
                m.count_work(CURVE_WORK);
                let y = self.pop_number();
                let x = self.pop_number();
                screen::circle(&mut sys.memory, x, y, self.acc)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// A coordinate for AT, SCREEN$ and ATTR. Flaw kept: the sign is not looked at.
///
/// ROM: `STK-TO-A` 2314 by 2307.
pub(super) fn unsigned(n: Number) -> Result<u8> {
    let (value, _) = n.fp_to_a().ok_or(Report::IntegerOutOfRange)?;
    Ok(value)
}

/// A byte for POKE or OUT; a negative number counts from 256 down.
///
/// ROM: `TWO-PARAM` 1E85.
fn byte(n: Number) -> Result<u8> {
    let (value, negative) = n.fp_to_a().ok_or(Report::IntegerOutOfRange)?;
    Ok(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}

/// The key typed last, if nobody took it yet. ROM: `KEY-INPUT` 10A8.
fn take_key(sys: &mut System) -> Option<u8> {
    let m = &mut sys.memory;
    if !m.bit(s::FLAGS, 5) {
        return None;
    }
    m.set_bit(s::FLAGS, 5, false);
    Some(m.byte(s::LAST_K))
}
