//! The console's text on the serial line, the screen in place on its terminal, and the log between
//! its lines.

use alloc::vec::Vec;

use basic::console::{Terminal, View};
use basic::seam::Console;

use super::PiHost;
use crate::log;

impl Console for PiHost<'_> {
    fn print(&mut self, text: &[u8]) {
        self.send(|terminal, out| terminal.print(text, out));
    }

    fn show(&mut self, view: &View<'_>) {
        // A slow line gets the newest picture when it has taken the last one, and none while more
        // is typed.
        if !self.uart.has_bytes() && !self.uart.is_sending() {
            self.send(|terminal, out| terminal.show(view, out));
        }
    }
}

impl PiHost<'_> {
    /// Sends what the terminal is to get.
    fn send(&mut self, make: impl FnOnce(&mut Terminal, &mut Vec<u8>)) {
        let mut out = Vec::new();
        make(&mut self.terminal, &mut out);
        self.uart.write(&out);
        if let Some(last) = out.last() {
            self.at_line_start = *last == b'\n';
        }
    }

    /// Sends the log's new lines if the console is at the start of a line, or can be.
    pub fn send_log(&mut self) {
        let lost = self.uart.take_lost();
        if lost > 0 {
            crate::log!("serial port: {lost} bytes lost");
        }
        if self.quiet {
            log::skip();
            return;
        }
        if log::is_waiting() && self.terminal.is_on() {
            self.send(Terminal::leave);
        }
        if self.at_line_start {
            log::flush(|byte| self.uart.write(&[byte]));
        }
    }
}
