//! The board's serial port: what is said there, and what is typed.
//!
//! The kernel's own log comes over the same port, in whole lines that begin with `[` and a time;
//! [`Serial::console`] is the text without them.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::{Failure, PATIENCE, Result};

/// Both ends of a serial line.
#[derive(Debug)]
pub struct Serial {
    stream: UnixStream,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    /// Bytes of the console that [`Serial::wait_for`] has passed.
    passed: usize,
}

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    closed: bool,
}

impl Serial {
    /// Listens on a line from now on.
    ///
    /// # Errors
    /// When the line cannot be shared between reader and writer.
    pub fn new(stream: UnixStream) -> Result<Self> {
        let heard = Arc::new((Mutex::new(Heard::default()), Condvar::new()));
        let mut reader = stream.try_clone()?;
        let shared = Arc::clone(&heard);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                let mut heard = lock(&shared.0);
                heard.bytes.extend_from_slice(&buffer[..count]);
                heard.closed = count == 0;
                shared.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        Ok(Self {
            stream,
            heard,
            passed: 0,
        })
    }

    /// Types bytes as they are.
    ///
    /// # Errors
    /// When QEMU is gone.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// All that was heard so far.
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        lock(&self.heard.0).bytes.clone()
    }

    /// What was heard without the kernel's log lines.
    #[must_use]
    pub fn console(&self) -> Vec<u8> {
        without_log(&lock(&self.heard.0).bytes)
    }

    /// Waits until `done` finds what it looks for in all that was heard.
    ///
    /// # Errors
    /// When the line is closed first, or nothing comes for a long time; says what was heard last.
    pub fn until<T>(&self, what: &str, mut done: impl FnMut(&[u8]) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        let mut heard = lock(&self.heard.0);
        loop {
            if let Some(found) = done(&heard.bytes) {
                return Ok(found);
            }
            let left = PATIENCE.saturating_sub(start.elapsed());
            if heard.closed || left.is_zero() {
                let why = if heard.closed {
                    "QEMU has ended"
                } else {
                    "nothing more came"
                };
                let from = heard.bytes.len().saturating_sub(2000);
                let tail = String::from_utf8_lossy(&heard.bytes[from..]).into_owned();
                return Err(Failure::new(format!(
                    "waiting for {what}: {why}; heard last:\n{tail}"
                )));
            }
            heard = self
                .heard
                .1
                .wait_timeout(heard, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits for a text among all that was heard, the kernel's log included.
    ///
    /// # Errors
    /// As [`Serial::until`].
    pub fn wait_for_log(&self, text: &str) -> Result<()> {
        self.until(&format!("`{text}` in the log"), |heard| {
            find(heard, text.as_bytes()).map(|_| ())
        })
    }

    /// Waits for a text on the console behind what was waited for before, and gives the console's
    /// text up to its end.
    ///
    /// # Errors
    /// As [`Serial::until`].
    pub fn wait_for(&mut self, text: &str) -> Result<String> {
        let from = self.passed;
        let (console, end) = self.until(&format!("{text:?} on the console"), |heard| {
            let console = without_log(heard);
            let at = find(console.get(from..)?, text.as_bytes())?;
            Some((console, from + at + text.len()))
        })?;
        self.passed = end;
        Ok(String::from_utf8_lossy(&console[from..end]).into_owned())
    }

    /// Forgets a log line that a reset has cut off: what stands before the log's new beginning
    /// (its first line, behind its time, is `first`) in the same line; ends a line of the
    /// console's that was cut off. The reset came when `before` bytes or more had been heard. Gives
    /// the length of the console's text before the reset.
    pub fn mend_cut_line(&mut self, before: usize, first: &[u8]) -> usize {
        let mut heard = lock(&self.heard.0);
        let end = mend(&mut heard.bytes, before, first);
        without_log(&heard.bytes[..end]).len()
    }

    /// Lets [`Serial::wait_for`] look only at what comes from now on.
    pub fn pass_all(&mut self) {
        self.passed = self.console().len();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of `text` in `bytes`.
#[must_use]
pub(crate) fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

/// Takes the kernel's log lines out. A line that is not whole yet and may become one is kept back.
#[must_use]
pub(crate) fn without_log(bytes: &[u8]) -> Vec<u8> {
    let mut console = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match log_time(line) {
            Log::Is => {}
            Log::MayBecome => break,
            Log::Not => console.extend_from_slice(line),
        }
    }
    console
}

/// See [`Serial::mend_cut_line`]; gives where the log begins anew.
fn mend(bytes: &mut Vec<u8>, before: usize, first: &[u8]) -> usize {
    let Some(at) = bytes.get(before..).and_then(|rest| find(rest, first)) else {
        return bytes.len();
    };
    let head = &bytes[..before + at];
    let last = |wanted: u8| head.iter().rposition(|&byte| byte == wanted);
    let start = last(b'[').unwrap_or(before);
    let line = last(b'\n').map_or(0, |end| end + 1);
    if line >= start {
        start
    } else if bytes[line] == b'[' {
        bytes.drain(line..start);
        line
    } else {
        bytes.insert(start, b'\n');
        start + 1
    }
}

enum Log {
    Is,
    Not,
    MayBecome,
}

/// Whether a line is one of the log's: `[`, blanks and digits, a point, six digits, `] `.
fn log_time(line: &[u8]) -> Log {
    let whole = line.ends_with(b"\n");
    let Some(rest) = line.strip_prefix(b"[") else {
        return Log::Not;
    };
    let time = rest
        .iter()
        .take_while(|&&c| c == b' ' || c == b'.' || c.is_ascii_digit())
        .count();
    let point = rest[..time].iter().position(|&c| c == b'.');
    match (rest.get(time), rest.get(time + 1)) {
        (None, _) | (Some(b']'), None) => Log::MayBecome,
        (Some(b']'), Some(b' ')) if point.is_some_and(|point| time - point == 7) => {
            if whole {
                Log::Is
            } else {
                Log::MayBecome
            }
        }
        _ => Log::Not,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_lines_are_taken_out_and_nothing_else() {
        let heard =
            b"[    0.001234] ready\r\n4\r\n[ 5 ]\r\n[   12.345678] USB keyboard\r\n[1] x\r\n";
        assert_eq!(without_log(heard), b"4\r\n[ 5 ]\r\n[1] x\r\n");
    }

    #[test]
    fn a_line_cut_off_by_a_reset_is_forgotten() {
        let first = b"] ZX";
        for cut in ["", "[", "[    0.0", "[    0.091829] USB: con"] {
            let mut bytes = format!("4\r\n{cut}[    0.000019] ZX Spectrum\r\n").into_bytes();
            mend(&mut bytes, 3, first);
            assert_eq!(bytes, b"4\r\n[    0.000019] ZX Spectrum\r\n", "{cut}");
        }
        let mut bytes = b"typed[    0.000019] ZX\r\n".to_vec();
        mend(&mut bytes, 0, first);
        assert_eq!(bytes, b"typed\n[    0.000019] ZX\r\n");
    }

    #[test]
    fn half_a_log_line_is_kept_back() {
        assert_eq!(without_log(b"4\r\n[    0.0012"), b"4\r\n");
        assert_eq!(without_log(b"4\r\n[    0.001234] rea"), b"4\r\n");
        assert_eq!(without_log(b"4\r\n[ "), b"4\r\n");
        assert_eq!(without_log(b"4\r\n[x"), b"4\r\n[x");
    }
}
