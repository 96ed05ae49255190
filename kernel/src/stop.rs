//! The end: exceptions that cannot be returned from, and panics.

use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use crate::arch::exceptions::Frame;
use crate::arch::{cpu, syndrome, time};
use crate::drivers::uart::{self, Uart};
use crate::log::LOG;

static STOPS: AtomicU32 = AtomicU32::new(0);

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
    report(vector, Some(frame), None)
}

/// Reports a panic and halts.
pub fn panic(info: &PanicInfo<'_>) -> ! {
    report(0, None, Some(info))
}

fn report(vector: u64, frame: Option<&Frame>, info: Option<&PanicInfo<'_>>) -> ! {
    cpu::mask_all();
    let stops = STOPS.load(Ordering::Relaxed);
    STOPS.store(stops + 1, Ordering::Relaxed);
    if stops > 1 {
        cpu::halt();
    }
    // SAFETY: Everything is masked and this never returns.
    let mut out = Serial(unsafe { uart::steal() });
    let _ = writeln!(
        out,
        "\n*** {} at {} us",
        syndrome::kind(vector),
        time::now()
    );
    if let Some(info) = info {
        let _ = writeln!(out, "{info}");
    }
    if let Some(frame) = frame {
        let _ = writeln!(out, "{:x?}", frame);
    }
    if let Some(log) = LOG.try_lock() {
        log.last(8, |byte| {
            if let Some(port) = &mut out.0 {
                port.write_waiting(byte);
            }
        });
    }
    let _ = writeln!(out, "halted");
    cpu::halt()
}
