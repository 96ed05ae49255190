//! QEMU's monitor, by its JSON protocol (QMP).

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};

use crate::{Failure, PATIENCE, Result};

/// A connection to the monitor of one QEMU.
#[derive(Debug)]
pub struct Monitor {
    lines: BufReader<UnixStream>,
}

impl Monitor {
    /// Greets a monitor that has just been connected to.
    ///
    /// # Errors
    /// When it does not answer as QEMU does.
    pub fn new(stream: UnixStream) -> Result<Self> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut monitor = Self {
            lines: BufReader::new(stream),
        };
        monitor.read()?;
        monitor.ask("qmp_capabilities", &json!({}))?;
        Ok(monitor)
    }

    /// Runs a command and gives its answer.
    ///
    /// # Errors
    /// When QEMU refuses it or is gone.
    pub fn ask(&mut self, command: &str, arguments: &Value) -> Result<Value> {
        let line = json!({ "execute": command, "arguments": arguments });
        self.lines
            .get_mut()
            .write_all(format!("{line}\n").as_bytes())?;
        loop {
            let mut answer = self.read()?;
            if let Some(error) = answer.get("error") {
                return Err(Failure::new(format!("QEMU refuses {line}: {error}")));
            }
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
            // Anything else is news of some event.
        }
    }

    /// Waits for news of an event of this name.
    ///
    /// # Errors
    /// When QEMU is gone first.
    pub fn event(&mut self, name: &str) -> Result<Value> {
        loop {
            let news = self.read()?;
            if news.get("event").is_some_and(|event| event == name) {
                return Ok(news);
            }
        }
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Err(Failure::new("QEMU has closed its monitor"));
        }
        Ok(serde_json::from_str(&line)?)
    }
}
