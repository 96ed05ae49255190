//! COPY of a file to the screen or the printer.
//!
//! The +3: 2237 and 2BA3 of its second ROM.

use alloc::vec::Vec;

use super::copy::any_on_tape;
use super::load::of_cassette;
use super::{Next, Task, of_plus3, ram_disk_name};
use crate::channel::SCREEN_STREAM;
use crate::charset::{self, ENTER};
use crate::files::cassette;
use crate::files::drive::{CardFile, is_wild};
use crate::files::{Drive, Name, Request, plus3dos};
use crate::machine::Machine;
use crate::report::{Report, Result};

impl Machine {
    /// COPY TO SCREEN$ or LPRINT begins.
    pub(super) fn show(&self, name: &[u8], stream: u8) -> Result<(Task, Next)> {
        let (drive, rest) = self.drive_of(name)?;
        let codes = match drive {
            Drive::Serial => return Err(Report::InvalidDrive),
            Drive::RamDisk => {
                let file = self.sys.ram_disk.load(ram_disk_name(&rest)?);
                file.map_err(of_plus3)?.bytes.clone()
            }
            Drive::Tape => any_on_tape(self.sys.deck.blocks(), &rest)?.1,
            Drive::Card => {
                let path = self.drives()?.path(&rest)?;
                if path.folder || is_wild(&path.text) {
                    return Err(Report::BadFilename);
                }
                let file = CardFile::new(&path.text);
                let request = Request::Read(file.path.clone());
                return Ok((Task::Show(stream, file), Next::Ask(request)));
            }
        };
        Ok((Task::Last, printed(stream, codes)))
    }
}

/// The file of the card is there: it is printed without its header, or what is wanted of a
/// cassette.
pub(super) fn shown(stream: u8, file: &CardFile, bytes: &[u8]) -> Result<Next> {
    let codes = match file.inside.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => {
            let tape = cassette::read(bytes);
            let found = any_on_tape(&tape.blocks, name);
            found.map_err(|report| of_cassette(&tape, report))?.1
        }
        None => match plus3dos::from_file(bytes, Name::any()) {
            Some(found) => found.bytes.to_vec(),
            None => codes_of_text(bytes),
        },
    };
    Ok(printed(stream, codes))
}

/// The codes of a text from a PC: its characters and ends of lines are the machine's. What is no
/// text is left as it is.
fn codes_of_text(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return bytes.to_vec();
    };
    let mut codes = Vec::with_capacity(text.len());
    let mut last = '\0';
    for character in text.trim_start_matches('\u{FEFF}').chars() {
        match character {
            '\n' if last == '\r' => {}
            '\n' => codes.push(ENTER),
            '\0'..=' ' => codes.push(character as u8),
            _ => codes.push(charset::from_char(character).unwrap_or(b'?')),
        }
        last = character;
    }
    codes
}

/// Prints codes. On the screen a control code is a blank.
fn printed(stream: u8, mut codes: Vec<u8>) -> Next {
    if stream == SCREEN_STREAM {
        let controls = codes.iter_mut().filter(|code| **code < b' ');
        for code in controls.filter(|code| **code != ENTER) {
            *code = b' ';
        }
    }
    Next::Text(stream, codes)
}
