//! The console's text on the serial line, and the log between its lines.

use basic::seam::Console;

use super::PiHost;
use crate::log;

impl Console for PiHost<'_> {
    fn print(&mut self, text: &[u8]) {
        self.uart.write(text);
        if let Some(last) = text.last() {
            self.at_line_start = *last == b'\n';
        }
    }
}

impl PiHost<'_> {
    /// Sends the log's new lines if the console is at the start of a line.
    pub fn send_log(&mut self) {
        let lost = self.uart.take_lost();
        if lost > 0 {
            crate::log!("serial port: {lost} bytes lost");
        }
        if self.quiet {
            log::skip();
        } else if self.at_line_start {
            log::flush(|byte| self.uart.write(&[byte]));
        }
    }
}
