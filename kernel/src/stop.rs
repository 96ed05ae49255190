//! The end: exceptions that cannot be returned from, and panics.
//!
//! Everything is masked first. A second stop, while the first is being reported, gets one line on
//! the serial port; a third one nothing. Nothing here waits without an end but the last halt.

use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use embedded_graphics::pixelcolor::{Rgb888, RgbColor};

use crate::arch::syndrome::{self, Frame};
use crate::arch::{cpu, mmu, time};
use crate::drivers::framebuffer::{self, Framebuffer};
use crate::drivers::uart::{self, Uart};
use crate::history::HISTORY;
use crate::log::LOG;
use crate::page::Page;
use crate::provoke;
use crate::report::{self, Report};

/// Lines of the log in a report.
const LOG_LINES: usize = 9;

static STOPS: AtomicU32 = AtomicU32::new(0);
/// A test wants the report to fail.
pub(crate) static FAIL_AGAIN: AtomicBool = AtomicBool::new(false);

/// The serial port, if it was set up.
struct Serial(Option<Uart>);

impl Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Some(port) = &mut self.0 {
            for byte in text.bytes() {
                if byte == b'\n' {
                    port.write_waiting(b'\r');
                }
                port.write_waiting(byte);
            }
        }
        Ok(())
    }
}

/// Reports an exception and halts.
pub fn exception(vector: u64, frame: &Frame) -> ! {
    let has_address = vector & 3 == 0 && syndrome::has_address(frame.esr);
    stop(&Report {
        now: time::now(),
        exception: Some((vector, frame)),
        stack: mmu::guarded(frame.far).filter(|_| has_address),
        panic: None,
    })
}

/// Reports a panic and halts.
pub fn panic(info: &PanicInfo<'_>) -> ! {
    stop(&Report {
        now: time::now(),
        exception: None,
        stack: None,
        panic: Some(info),
    })
}

fn stop(report: &Report<'_>) -> ! {
    cpu::mask_all();
    // Nobody else counts: one core, and everything is masked.
    let before = STOPS.load(Ordering::Relaxed);
    STOPS.store(before.saturating_add(1), Ordering::Relaxed);
    // SAFETY: Everything is masked and this function does not return.
    let mut serial = Serial(unsafe { uart::steal() });
    match before {
        0 => {
            if let Some(port) = &mut serial.0 {
                port.drain_masked();
            }
            // Writing to the serial port and to the screen does not fail.
            let _ = serial.write_str("\n");
            let _ = tell(report, &mut serial);
            // SAFETY: As above.
            if let Some(mut screen) = unsafe { framebuffer::steal() } {
                show(report, &mut screen);
            }
            let _ = tell_all(&mut serial);
        }
        1 => {
            let _ = match report.exception {
                Some((vector, frame)) => writeln!(
                    serial,
                    "\n*** and again: {}, ESR {:x} ELR {:x} FAR {:x}. Halted.",
                    syndrome::kind(vector),
                    frame.esr,
                    frame.elr,
                    frame.far
                ),
                None => writeln!(serial, "\n*** and again: panic. Halted."),
            };
        }
        _ => {}
    }
    cpu::halt()
}

/// Writes what the machine can be made again from: long, so it comes last and only here.
fn tell_all(out: &mut impl Write) -> fmt::Result {
    match HISTORY.try_lock() {
        Some(history) => history.record.write(history.setup, out),
        None => Ok(()),
    }
}

fn show(report: &Report<'_>, screen: &mut Framebuffer<'_>) {
    let paper = Rgb888::new(0x60, 0, 0);
    let _ = tell(report, &mut Page::new(screen, paper, Rgb888::WHITE));
    screen.finish();
}

fn tell(report: &Report<'_>, out: &mut impl Write) -> fmt::Result {
    write!(out, "{report}")?;
    if FAIL_AGAIN.load(Ordering::Relaxed) {
        provoke::abort();
    }
    // What is locked was being changed: it is left alone.
    if let Some(history) = HISTORY.try_lock() {
        report::keys(out, history.iter())?;
    }
    if let Some(log) = LOG.try_lock() {
        writeln!(out, "log:")?;
        let mut line = [0; 256];
        let mut length = 0;
        let mut result = Ok(());
        log.last(LOG_LINES, |byte| match byte {
            b'\r' => {}
            b'\n' => {
                let text = core::str::from_utf8(&line[..length]).unwrap_or("?");
                result = result.and_then(|()| writeln!(out, "{text}"));
                length = 0;
            }
            _ if length < line.len() => {
                line[length] = byte;
                length += 1;
            }
            _ => {}
        });
        result?;
    }
    writeln!(out, "Halted.")
}
