//! The kernel: takes the board and lets the machine work on it.
#![cfg_attr(target_os = "none", no_std)]
#![cfg_attr(target_os = "none", no_main)]

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("The kernel runs on a Raspberry Pi 3B: `cargo x build` makes its image.");
}

#[cfg(target_os = "none")]
mod bare {
    use basic::machine::{Machine, Pause, Power};
    use basic::seam::turn;
    use kernel::arch::mmu::Mmu;
    use kernel::arch::{cpu, time};
    use kernel::board::Board;
    use kernel::command_line::CommandLine;
    use kernel::host::PiHost;
    use kernel::host::display::FRAME;
    use kernel::host::fuel::Gauge;
    use kernel::{heap, log, provoke, start, stop, usb};

    #[panic_handler]
    fn panicked(info: &core::panic::PanicInfo<'_>) -> ! {
        stop::panic(info)
    }

    #[unsafe(no_mangle)]
    fn kernel_main(mut mmu: Mmu, command_line: CommandLine) -> ! {
        // SAFETY: This is the start, and the memory is mapped for this.
        unsafe { heap::start() };
        let Some(mut board) = Board::take() else {
            cpu::halt()
        };
        start::serial(&mut board, &command_line);
        start::tell(&mut board);
        let framebuffer = start::screen(&mut board, &mut mmu, &command_line);
        let Board {
            uart,
            power,
            usb,
            mut mailbox,
            ..
        } = board;
        let mut usb = usb::port::start(usb, &mut mailbox);

        let mut host = PiHost::new(uart, framebuffer, command_line.has("quiet"));
        let mut machine = Machine::new();
        let mut gauge = Gauge::new();
        let mut provoked = false;
        log!("ready at {} us", time::since_reset());
        host.send_log();
        loop {
            if let Some(usb) = &mut usb {
                usb.poll(time::now(), &mut host.keys);
            }
            let began = time::now();
            let pause = turn(&mut machine, &mut host, &mut gauge.fuel());
            gauge.learn(time::now().saturating_sub(began), pause);
            host.show(&machine.picture(), pause != Pause::Fuel);
            host.send_log();
            match pause {
                Pause::Fuel => {}
                Pause::Idle(until) => {
                    if !provoked {
                        provoked = true;
                        provoke::provoke(command_line.value("provoke"));
                    }
                    // Fifty times a second at least, at times that are whole frames.
                    let tick = (time::now() / FRAME + 1) * FRAME;
                    let wake = until.map_or(tick, |until| until.min(tick));
                    let wake = usb
                        .as_ref()
                        .map_or(wake, |usb| wake.min(usb.next_deadline()));
                    let typing = machine.takes_typed();
                    time::sleep_until(wake, || host.has_input(typing));
                }
                Pause::Power(what) => {
                    host.drain();
                    match what {
                        Power::Reset => power.reset(),
                        Power::Off => power.off(),
                    }
                }
            }
        }
    }
}
