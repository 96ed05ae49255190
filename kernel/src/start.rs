//! Starting the board: one function for each step, in the order of `main.rs`.
//!
//! Nothing here is needed by what follows but the serial port: what is missing is said there, and
//! the machine goes on without it.

use basic::files::StorageError;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};

use alloc::boxed::Box;
use core::fmt::Write;

use crate::arch::coroutine::{self, Coroutine};
use crate::arch::mmu::Mmu;
use crate::arch::{cpu, time};
use crate::board::Board;
use crate::card::desk::{Desk, Job};
use crate::card::store::Store;
use crate::command_line::CommandLine;
use crate::drivers::emmc::Emmc;
use crate::drivers::framebuffer::{self, Depth, Framebuffer};
use crate::drivers::gpio::{Function, Gpio, Pull};
use crate::drivers::interrupts;
use crate::drivers::mailbox::Mailbox;
use crate::drivers::property::{Clock, Device, Error, Properties};
use crate::drivers::sd::{BASE_UNTOLD, Slot};
use crate::drivers::uart::{self, CLOCK_UNTOLD, Uart};
use crate::page::Page;
use crate::{VERSION, log};

/// The serial port, on the pins it is not on after the firmware (it leaves it to Bluetooth), at
/// the clock the firmware tells. From here on bytes are received and sent by interrupt.
pub fn serial(board: &mut Board, command_line: &CommandLine) {
    if command_line.value("without") == "mailbox" {
        board.mailbox.silence();
    }
    let told = board
        .mailbox
        .set_clock(Clock::Uart, CLOCK_UNTOLD)
        .and_then(|_| board.mailbox.clock(Clock::Uart));
    for pin in [32, 33] {
        board.gpio.connect(pin, Function::Input);
    }
    let pins = 1 << uart::PIN_OUT | 1 << uart::PIN_IN;
    board.gpio.pull(pins, Pull::None);
    for pin in [uart::PIN_OUT, uart::PIN_IN] {
        board.gpio.connect(pin, Function::Alternate0);
    }
    board.uart.start(told.unwrap_or(CLOCK_UNTOLD));
    board.interrupts.start();
    board.uart.receive();
    board.interrupts.enable(interrupts::UART);
    cpu::unmask_interrupts();
    cpu::unmask_errors();
    log!("ZX Spectrum +4, kernel {VERSION}");
    match told {
        Ok(hz) => log!("serial port: {} baud of a clock of {hz} Hz", uart::BAUD),
        Err(error) => log!("serial port: clock: {error}; taken for {CLOCK_UNTOLD} Hz"),
    }
    send(&mut board.uart);
}

/// Sends the log so far.
fn send(uart: &mut Uart) {
    log::flush(|byte| uart.write(&[byte]));
}

/// Says what the board is, and makes the processor as fast as it can be.
pub fn tell(board: &mut Board) {
    let mailbox = &mut board.mailbox;
    match mailbox.firmware() {
        Ok(revision) => log!("firmware of {revision}"),
        Err(Error::Silent) => log!("mailbox: no answer; going on with the serial port alone"),
        Err(error) => log!("firmware: {error}"),
    }
    match mailbox.board_revision() {
        Ok(revision) => log!("board revision {revision:x}"),
        Err(Error::Silent) => {}
        Err(error) => log!("board revision: {error}"),
    }
    match mailbox.arm_memory() {
        Ok([start, bytes]) => log!("memory {} KiB at {start:#x}", bytes / 1024),
        Err(Error::Silent) => {}
        Err(error) => log!("memory: {error}"),
    }
    log!("counter {} Hz", time::frequency());
    let raised = mailbox
        .clock_maximum(Clock::Arm)
        .and_then(|most| mailbox.set_clock(Clock::Arm, most).map(|set| (most, set)));
    match raised {
        Ok((most, set)) if set == most => log!("processor at {} MHz", set / 1_000_000),
        Ok((most, set)) => log!(
            "processor at {} MHz, not the {} MHz it could do",
            set / 1_000_000,
            most / 1_000_000
        ),
        Err(Error::Silent) => {}
        Err(error) => log!("processor clock: {error}; left as it is"),
    }
    if let Ok(hz) = mailbox.clock(Clock::Core) {
        log!("video processor at {} MHz", hz / 1_000_000);
    }
    if let Ok(thousandths) = mailbox.temperature() {
        log!(
            "temperature {}.{} C",
            thousandths / 1000,
            thousandths / 100 % 10
        );
    }
    send(&mut board.uart);
}

/// The screen, if there is one, with the banner on it.
pub fn screen(
    board: &mut Board,
    mmu: &mut Mmu,
    command_line: &CommandLine,
) -> Option<Framebuffer<'static>> {
    let depths: &[Depth] = match command_line.value("without") {
        "screen" => &[],
        "32bpp" => &[Depth::Bits16],
        _ => &[Depth::Bits32, Depth::Bits16],
    };
    let found = framebuffer::negotiate(&mut board.mailbox, depths);
    let screen = match found {
        Ok(screen) => screen,
        Err(error) => {
            log!("no screen: {error}");
            send(&mut board.uart);
            return None;
        }
    };
    if let Err(error) = mmu.map_video(screen.base.into(), screen.end()) {
        log!("no screen: memory at {:#x}: {error:?}", screen.base);
        send(&mut board.uart);
        return None;
    }
    log!(
        "screen {} x {}, {:?}, {} bytes a row, at {:#x}",
        screen.width,
        screen.height,
        screen.depth,
        screen.pitch,
        screen.base
    );
    send(&mut board.uart);
    // SAFETY: The memory was mapped just now, which works once, and is the firmware's gift.
    let mut framebuffer = unsafe { framebuffer::claim(screen) };
    let mut page = Page::new(&mut framebuffer, Rgb888::BLACK, Rgb888::WHITE);
    // Writing on the screen does not fail.
    let _ = write!(page, "ZX Spectrum +4\nkernel {VERSION}\n");
    framebuffer.finish();
    Some(framebuffer)
}

/// The slot for the SD card: its pins, its power and its controller's clock. The card itself is
/// looked for later.
pub fn slot(mut emmc: Emmc, gpio: &mut Gpio, mailbox: &mut Mailbox) -> Slot<Emmc> {
    if let Ok(false) = mailbox.power_on(Device::Card) {
        log!("card: the firmware gives it no power");
    }
    let base = mailbox.clock(Clock::Emmc).unwrap_or(BASE_UNTOLD);
    emmc.connect(gpio);
    emmc.share(coroutine::give_way_in_time);
    Slot::new(emmc, base)
}

/// Whoever works with the card: takes what lies on the desk, does it, and gives way whenever the
/// card makes it wait and whenever it uses the heap.
#[must_use]
pub fn keeper(slot: Slot<Emmc>, desk: Desk) -> Option<Coroutine> {
    let mut store = Store::new(slot);
    let mut said = None;
    Coroutine::new(Box::new(move || {
        let Some(job) = desk.take() else {
            return;
        };
        let answer = coroutine::sharing(|| match &job {
            Job::Look => {
                // What comes of it is told below.
                let _ = store.look();
                None
            }
            Job::Request(request) => Some(store.answer(request)),
        });
        let news = store.take_news();
        match news {
            // That there is no card is not said at each request.
            Some(Err(_)) if news == said => {}
            Some(Err(StorageError::NotReady)) => log!("card: none"),
            Some(Err(StorageError::Unrecognised)) => log!("card: no FAT32 partition on it"),
            Some(Err(_)) => log!("card: it cannot be read"),
            Some(Ok(mounted)) => log!("card: {mounted}"),
            None => {}
        }
        said = news.or(said);
        desk.done(answer);
    }))
}
