//! Channels and streams: where what is printed goes.
//!
//! The channel information area and the table of streams are bytes in memory as the ROM keeps
//! them, so programs that look at or change them are understood.

use crate::report::{Report, Result};
use crate::screen;
use crate::store::memory::RAM_START;
use crate::store::sysvars as s;
use crate::store::{Address, Memory, areas};

/// The stream PRINT prints to, the upper screen's. ROM: `PRINT` 1FCD.
pub const SCREEN_STREAM: u8 = 2;
/// The stream LPRINT prints to. ROM: `LPRINT` 1FC9.
pub const PRINTER_STREAM: u8 = 3;

/// First byte of the channel information area on the 48K and 128K.
pub const CHANNEL_AREA: Address = 0x5CB6;
/// Bytes of a channel's entry: output routine (2), input routine (2), letter.
const ENTRY: u32 = 5;
/// The output routines of the entries: `PRINT-OUT`, `ADD-CHAR`, and of the 128's printer one in
/// the printer buffer that calls the routine in its ROM 0.
const PRINT_OUT: u16 = 0x09F4;
const ADD_CHAR: u16 = 0x0F81;
const SERIAL_OUT: u16 = 0x5B34;
/// The input routines: `KEY-INPUT`, `REPORT-J`, and again one of the 128.
const KEY_INPUT: u16 = 0x10A8;
const REPORT_J: u16 = 0x15C4;
const SERIAL_IN: u16 = 0x5B2F;
/// The entries as NEW makes them: output routine, input routine, letter. ROM: 15AF.
const INITIAL_CHANNELS: [(u16, u16, u8); 4] = [
    (PRINT_OUT, KEY_INPUT, b'K'),
    (PRINT_OUT, REPORT_J, b'S'),
    (ADD_CHAR, REPORT_J, b'R'),
    (PRINT_OUT, REPORT_J, b'P'),
];
/// Machine code that a channel's routine may be: `RET`, and `OR n: RET`, which says that nothing
/// more will come.
const RET: u8 = 0xC9;
const OR: u8 = 0xF6;
/// Streams -3 to 3 as offsets into the area, plus one. ROM: 15C6.
const INITIAL_STREAMS: [u16; 7] = [1, 6, 11, 1, 1, 6, 16];
/// Streams in the table: -3 to 15.
const STREAMS: u32 = 19;
/// Stream 0 in the table.
const STREAM_0: u32 = 3;
/// The highest stream number.
pub const STREAM_MAX: u8 = 15;

/// The letters of channels.
pub mod letter {
    /// Keyboard and lower screen.
    pub const K: u8 = b'K';
    /// Upper screen.
    pub const S: u8 = b'S';
    /// Workspace.
    pub const R: u8 = b'R';
    /// Printer.
    pub const P: u8 = b'P';
}

/// What becomes of a code printed in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The print routine takes it: for the screen or the printer.
    Print,
    /// It goes into the line being edited.
    Add,
    /// The 128's serial line takes it.
    Serial,
    /// Nothing.
    Nothing,
}

/// What becomes of a code printed in the channel in use, by its output routine.
///
/// # Errors
/// Report J for what cannot be printed to; S for machine code that is not understood.
#[inline]
pub fn output(m: &Memory) -> Result<Output> {
    match m.word(m.pointer(s::CURCHL)) {
        PRINT_OUT => Ok(Output::Print),
        ADD_CHAR => Ok(Output::Add),
        SERIAL_OUT => Ok(Output::Serial),
        REPORT_J => Err(Report::InvalidDevice),
        // The print routine's own, while a control code waits for its operands.
        routine if Address::from(routine) < RAM_START => Ok(Output::Print),
        routine if m.byte(Address::from(routine)) == RET => Ok(Output::Nothing),
        _ => Err(Report::UnknownMachineCode),
    }
}

/// Where the codes come from that are read from a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The keyboard.
    Keys,
    /// The 128's serial line, from which nothing comes.
    Serial,
    /// A routine that says that nothing more will come.
    End,
}

/// Where what is read from the channel in use comes from, by its input routine.
///
/// # Errors
/// Report J for what cannot be read from; S for machine code that is not understood.
pub fn input(m: &Memory) -> Result<Input> {
    let routine = m.word(m.pointer(s::CURCHL) + 2);
    match routine {
        REPORT_J => Err(Report::InvalidDevice),
        SERIAL_IN => Ok(Input::Serial),
        _ if Address::from(routine) < RAM_START => Ok(Input::Keys),
        _ => match *m.slice(Address::from(routine), 3) {
            [OR, operand, RET] if operand != 0 => Ok(Input::End),
            _ => Err(Report::UnknownMachineCode),
        },
    }
}

/// Writes the channels and streams as NEW does, and the 128's printer if there is one; gives the
/// address after the channels.
pub fn reset(m: &mut Memory, serial: bool) -> Address {
    m.set_pointer(s::CHANS, CHANNEL_AREA);
    let mut at = CHANNEL_AREA;
    for (output, input, letter) in INITIAL_CHANNELS {
        m.set_word(at, output);
        m.set_word(at + 2, input);
        m.set_byte(at + 4, letter);
        at += ENTRY;
    }
    if serial {
        m.set_word(at - ENTRY, SERIAL_OUT);
        m.set_word(at - ENTRY + 2, SERIAL_IN);
    }
    m.set_byte(at, 0x80);
    for i in 0..STREAMS {
        m.set_word(
            s::STRMS + 2 * i,
            INITIAL_STREAMS.get(i as usize).copied().unwrap_or(0),
        );
    }
    at + 1
}

/// Gives channel P the 48K's printer again, as SPECTRUM does.
///
/// ROM: 1B53 of the 128's first ROM.
pub fn use_printer_of_48(m: &mut Memory) {
    let [.., (output, input, _)] = INITIAL_CHANNELS;
    let entry = m.pointer(s::CHANS) + ENTRY * (INITIAL_CHANNELS.len() as Address - 1);
    m.set_word(entry, output);
    m.set_word(entry + 2, input);
}

/// The letter of the channel in use.
#[must_use]
pub fn current_letter(m: &Memory) -> u8 {
    m.byte(m.pointer(s::CURCHL) + 4)
}

/// Uses the channel of stream `stream` (0 to 15) from now on.
///
/// ROM: `CHAN-OPEN` 1601.
///
/// # Errors
/// Report O when the stream is not open.
pub fn open_stream(m: &mut Memory, stream: u8) -> Result<()> {
    open_entry(m, stream_entry(stream))
}

/// A stream that BASIC prints to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnStream {
    /// Stream -3: the lower screen.
    Lower,
    /// Stream -2: the upper screen.
    Upper,
}

/// The same for a stream of BASIC's own.
///
/// # Errors
/// Report O when somebody has POKEd it shut.
pub fn open_own_stream(m: &mut Memory, stream: OwnStream) -> Result<()> {
    open_entry(m, s::STRMS + 2 * stream as Address)
}

fn open_entry(m: &mut Memory, entry: Address) -> Result<()> {
    let offset = m.word(entry);
    if offset == 0 {
        return Err(Report::InvalidStream);
    }
    let channel = (m.pointer(s::CHANS) + Address::from(offset) - 1) & 0xFFFF;
    select(m, channel);
    Ok(())
}

/// Uses the channel whose entry is at `channel`.
///
/// ROM: `CHAN-FLAG` 1615, `CHAN-P` 164D.
pub fn select(m: &mut Memory, channel: Address) {
    m.set_pointer(s::CURCHL, channel);
    m.set_bit(s::FLAGS2, 4, false);
    match m.byte(channel + 4) {
        letter::K => {
            m.set_bit(s::TV_FLAG, 0, true);
            m.set_bit(s::FLAGS, 5, false);
            m.set_bit(s::FLAGS2, 4, true);
            m.set_bit(s::FLAGS, 1, false);
            screen::temps(m);
        }
        letter::S => {
            m.set_bit(s::TV_FLAG, 0, false);
            m.set_bit(s::FLAGS, 1, false);
            screen::temps(m);
        }
        letter::P => m.set_bit(s::FLAGS, 1, true),
        _ => {}
    }
}

/// Puts a code in where the cursor of the line being edited is.
///
/// ROM: `ADD-CHAR` 0F81.
///
/// # Errors
/// Report 4.
pub fn add(m: &mut Memory, code: u8) -> Result<()> {
    m.set_bit(s::MODE, 0, false);
    let at = m.pointer(s::K_CUR);
    areas::make_room_behind(m, at, 1)?;
    m.set_byte(at, code);
    m.set_pointer(s::K_CUR, at + 1);
    Ok(())
}

/// The table entry of a stream.
fn stream_entry(stream: u8) -> Address {
    s::STRMS + 2 * (STREAM_0 + u32::from(stream))
}

/// OPEN #: connects a stream to the channel a name stands for.
///
/// ROM: `OPEN` 1736, `OPEN-2` 175D.
///
/// # Errors
/// Report O for a stream above 15 or one open to something else; F for a name that is no channel.
pub fn open(m: &mut Memory, stream: u8, name: &[u8]) -> Result<()> {
    if stream > STREAM_MAX {
        return Err(Report::InvalidStream);
    }
    let old = m.word(stream_entry(stream));
    if old != 0 {
        // Only K, S and P can be replaced: 173E-1758.
        let letter = m.byte(m.pointer(s::CHANS) + Address::from(old) + 3);
        if !matches!(letter, letter::K | letter::S | letter::P) {
            return Err(Report::InvalidStream);
        }
    }
    let [code] = name else {
        return Err(Report::InvalidFileName);
    };
    let offset = match code & 0xDF {
        letter::K => INITIAL_STREAMS[0],
        letter::S => INITIAL_STREAMS[1],
        letter::P => INITIAL_STREAMS[6],
        _ => return Err(Report::InvalidFileName),
    };
    m.set_word(stream_entry(stream), offset);
    Ok(())
}

/// CLOSE #: disconnects a stream; streams 0 to 3 go back to what they were at first.
///
/// ROM: `CLOSE` 16E5, `CLOSE-2` 1701, `STR-DATA` 171E.
///
/// # Errors
/// Report O for a stream above 15.
pub fn close(m: &mut Memory, stream: u8) -> Result<()> {
    if stream > STREAM_MAX {
        return Err(Report::InvalidStream);
    }
    let entry = stream_entry(stream);
    if m.word(entry) == 0 && stream > 3 {
        // Difference D5: the ROM runs wild when a stream above 3 is closed twice.
        return Ok(());
    }
    let initial = INITIAL_STREAMS
        .get(usize::from(stream) + STREAM_0 as usize)
        .copied();
    m.set_word(entry, initial.unwrap_or(0));
    Ok(())
}
