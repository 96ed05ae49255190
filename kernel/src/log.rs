//! The log: what was found, with the time it was found at.
//!
//! Every line stays in memory, where the report of a stop shows the last ones. Lines go to the
//! serial port too: at once until the machine is ready, and afterwards, when the port belongs to
//! BASIC, only as whole lines where the console is at the start of one ([`flush`]). They begin
//! with `[`, six or more digits and blanks around a point, and `] `, so whoever compares what BASIC
//! printed can take them out. With `quiet` on the command line none is sent once the machine is
//! ready.

use core::fmt::{self, Write};

use crate::arch::time;

/// Bytes kept.
const KEPT: usize = 8192;

/// The bytes of the log, the oldest overwritten first.
#[derive(Debug)]
pub struct Log {
    bytes: [u8; KEPT],
    /// Bytes ever written.
    written: usize,
    /// Of these, sent to the serial port.
    sent: usize,
}

impl Log {
    /// An empty log.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; KEPT],
            written: 0,
            sent: 0,
        }
    }

    fn put(&mut self, byte: u8) {
        self.bytes[self.written % KEPT] = byte;
        self.written += 1;
    }

    /// Adds a line said at `at` microseconds.
    pub fn line(&mut self, at: time::Micros, text: fmt::Arguments<'_>) {
        // Writing into memory cannot fail.
        let _ = write!(
            self,
            "[{:5}.{:06}] {text}\r\n",
            at / 1_000_000,
            at % 1_000_000
        );
    }

    /// Hands on what was not handed on yet.
    pub fn send(&mut self, mut take: impl FnMut(u8)) {
        self.sent = self.sent.max(self.written.saturating_sub(KEPT));
        while self.sent < self.written {
            take(self.bytes[self.sent % KEPT]);
            self.sent += 1;
        }
    }

    /// Whether something was not handed on yet.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.sent < self.written
    }

    /// Counts everything as sent.
    pub fn skip(&mut self) {
        self.sent = self.written;
    }

    /// The last `lines` lines.
    pub fn last(&self, lines: usize, mut take: impl FnMut(u8)) {
        let oldest = self.written.saturating_sub(KEPT);
        let mut start = self.written;
        let mut ends = 0;
        while start > oldest {
            if self.bytes[(start - 1) % KEPT] == b'\n' {
                ends += 1;
                if ends > lines {
                    break;
                }
            }
            start -= 1;
        }
        for at in start..self.written {
            take(self.bytes[at % KEPT]);
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Log {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.put(byte);
        }
        Ok(())
    }
}

/// The log of this machine. The report of a stop takes it when it is free.
pub static LOG: spin::Mutex<Log> = spin::Mutex::new(Log::new());

/// Adds a line; [`crate::log!`] is the way to it.
pub fn line(text: fmt::Arguments<'_>) {
    LOG.lock().line(time::now(), text);
}

/// Sends what is waiting.
pub fn flush(take: impl FnMut(u8)) {
    LOG.lock().send(take);
}

/// Whether something is waiting.
#[must_use]
pub fn is_waiting() -> bool {
    LOG.lock().is_waiting()
}

/// Counts what is waiting as sent.
pub fn skip() {
    LOG.lock().skip();
}

/// Says a line in the log, as `format!` takes it.
#[macro_export]
macro_rules! log {
    ($($text:tt)*) => {
        $crate::log::line(format_args!($($text)*))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fill: impl FnOnce(&mut dyn FnMut(u8))) -> String {
        let mut bytes = Vec::new();
        fill(&mut |byte| bytes.push(byte));
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn lines_carry_their_time_and_are_sent_once() {
        let mut log = Log::new();
        log.line(1_234_567, format_args!("one {}", 1));
        log.line(12, format_args!("two"));
        let sent = text(|take| log.send(take));
        assert_eq!(sent, "[    1.234567] one 1\r\n[    0.000012] two\r\n");
        assert_eq!(text(|take| log.send(take)), "");
        assert_eq!(text(|take| log.last(1, take)), "[    0.000012] two\r\n");
        assert_eq!(text(|take| log.last(9, take)), sent);
    }

    #[test]
    fn a_full_log_keeps_the_last_lines() {
        let mut log = Log::new();
        for n in 0..1000 {
            log.line(n, format_args!("line {n}"));
        }
        let last = text(|take| log.last(2, take));
        assert_eq!(
            last,
            "[    0.000998] line 998\r\n[    0.000999] line 999\r\n"
        );
        let sent = text(|take| log.send(take));
        assert_eq!(sent.len(), KEPT);
        assert!(sent.ends_with("line 999\r\n"));
        log.line(0, format_args!("kept back"));
        log.skip();
        assert_eq!(text(|take| log.send(take)), "");
    }
}
