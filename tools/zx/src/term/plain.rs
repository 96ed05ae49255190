//! Without a terminal: characters in, the console's mirror out.
//!
//! Time is virtual: waiting costs nothing, so a script of input runs as fast as it can. It ends
//! when the input has ended and the machine waits for more.

use std::io::{self, Write as _};

use basic::keys::KeyEvent;
use basic::machine::Fuel;
use basic::machine::{Machine, Pause, Waiting};
use basic::seam::Micros;

use super::keys;
use crate::card::Folder;
use crate::computer::{FRAME, STATEMENT};

/// Work of one frame.
const FUEL: Fuel = (FRAME / STATEMENT) as Fuel;

/// Plays the console to its end.
pub(super) fn run(mut machine: Machine, card: Option<&Folder>) -> io::Result<()> {
    let mut input = Vec::new();
    let mut reader = io::stdin().lock();
    let mut out = io::stdout().lock();
    let mut now: Micros = 0;
    loop {
        let mut fuel = FUEL;
        let pause = machine.run(now, &mut fuel);
        if let (Some(request), Some(card)) = (machine.request(), card) {
            let answer = card.answer(request);
            machine.answer(answer);
        }
        let mut written = Ok(());
        machine.drain_console(|text| {
            if written.is_ok() {
                written = out.write_all(text);
            }
        });
        written?;
        match pause {
            Pause::Power(_) => return out.flush(),
            Pause::Fuel | Pause::Probe(_) => now += FRAME,
            Pause::Idle(deadline) => {
                // Nobody can put a tape in.
                if machine.waiting() == Waiting::Tape {
                    out.write_all(b"\n")?;
                    return out.flush();
                }
                let waits = !matches!(
                    machine.waiting(),
                    Waiting::Nothing | Waiting::Files | Waiting::Pause(1..)
                );
                if !waits {
                    now = deadline.unwrap_or(now).max(now + FRAME);
                    continue;
                }
                if machine.takes_typed() {
                    out.flush()?;
                    if !next(&mut reader, &mut input, &mut machine)? {
                        out.write_all(b"\n")?;
                        return out.flush();
                    }
                }
                now += FRAME;
            }
        }
    }
}

/// Types the next character of the input; false if there is none.
fn next(reader: &mut impl io::Read, kept: &mut Vec<u8>, machine: &mut Machine) -> io::Result<bool> {
    loop {
        let mut byte = [0];
        if reader.read(&mut byte)? == 0 {
            return Ok(false);
        }
        kept.push(byte[0]);
        let code = match std::str::from_utf8(kept) {
            Ok(text) => text.chars().next().and_then(keys::typed),
            // the rest of a character's bytes is still to come
            Err(e) if e.error_len().is_none() => continue,
            Err(_) => None,
        };
        kept.clear();
        if let Some(code) = code {
            machine.key(KeyEvent::Typed(code));
            return Ok(true);
        }
    }
}
