//! The kernel: takes the board and lets the machine work on it.
#![cfg_attr(target_os = "none", no_std)]
#![cfg_attr(target_os = "none", no_main)]

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("The kernel runs on a Raspberry Pi 3B: `cargo x build` makes its image.");
}

#[cfg(target_os = "none")]
mod bare {
    use basic::console::Style;
    use basic::keys::{KeyEvent, Layout};
    use basic::machine::{Machine, Pause, Power, Setup, Start};
    use basic::seam::turn;
    use kernel::arch::mmu::Mmu;
    use kernel::arch::{cpu, time};
    use kernel::board::Board;
    use kernel::command_line::CommandLine;
    use kernel::host::PiHost;
    use kernel::host::display::FRAME;
    use kernel::host::fuel::Gauge;
    use kernel::{drivers, heap, history, log, provoke, start, stop, usb};

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
            usb: usb_port,
            mut mailbox,
            mut gpio,
            emmc,
            ..
        } = board;

        let mut host = PiHost::new(uart, framebuffer);
        if let Some(layout) = Layout::of_word(command_line.value("keyboard")) {
            host.keys.push(KeyEvent::Layout(layout));
        }
        let start = Start::by_name(command_line.value("start")).unwrap_or(Start::Menu);
        let files = command_line.value("files") != "none";
        let setup = Setup { start, files };
        history::HISTORY.lock().setup = setup;
        let console = match command_line.value("console") {
            "line" => Style::Lines,
            _ => Style::Screen,
        };
        let mut machine = Machine::with_console(setup, console);
        let mut gauge = Gauge::new();
        let mut provoked = false;
        let provoke_after = command_line.value("after").parse().unwrap_or(0_usize);
        // Started after the first turn: the prompt comes first.
        let mut usb_port = Some(usb_port);
        let mut usb = None;
        let mut keeper = files
            .then(|| start::slot(emmc, &mut gpio, &mut mailbox))
            .and_then(|slot| start::keeper(slot, host.desk.clone()));
        log!("ready at {} us", time::since_reset());
        host.send_log();
        if command_line.has("quiet") {
            host.be_quiet();
        }
        let timed = command_line.has("timed");
        // The longest time between two looks at the keys, since something was asked of the card.
        let mut longest = None;
        loop {
            let began = time::now();
            let pause = turn(&mut machine, &mut host, &mut gauge.fuel());
            gauge.learn(time::now().saturating_sub(began), pause);
            if let Some(port) = usb_port.take() {
                usb = usb::port::start(port, &mut mailbox);
            }
            if let Some(usb) = &mut usb {
                usb.set_leds(machine.caps_lock());
                usb.poll(time::now(), &mut host.keys);
            }
            if host.desk.has_work() {
                if let Some(keeper) = &mut keeper {
                    keeper.resume();
                    if timed {
                        longest.get_or_insert(0);
                    }
                }
            }
            let typing = machine.takes_typed();
            let resting =
                matches!(pause, Pause::Idle(_) | Pause::Power(_)) && !host.has_input(typing);
            host.show(&machine.picture(), resting);
            if timed && matches!(pause, Pause::Idle(_)) {
                if let Some(pressed) = host.take_pressed() {
                    log!("worked {} us", time::now().saturating_sub(pressed));
                }
            }
            host.send_log();
            if let Some(longest) = &mut longest {
                *longest = time::now().saturating_sub(began).max(*longest);
            }
            if matches!(pause, Pause::Idle(_)) && host.desk.is_free() {
                if let Some(longest) = longest.take() {
                    log!("card: {longest} us at a time");
                }
            }
            match pause {
                // Probes are for tools that compare; nobody switches them on here.
                Pause::Fuel | Pause::Probe(_) => {}
                Pause::Idle(until) => {
                    let typed = history::HISTORY.lock().count;
                    if typed >= provoke_after && !core::mem::replace(&mut provoked, true) {
                        if let Some(what) = provoke::provoke(command_line.value("provoke")) {
                            host.drain();
                            switch(power, what);
                        }
                    }
                    // Fifty times a second at least, at times that are whole frames.
                    let tick = (time::now() / FRAME + 1) * FRAME;
                    let wake = until.map_or(tick, |until| until.min(tick));
                    let wake = usb
                        .as_ref()
                        .map_or(wake, |usb| wake.min(usb.next_deadline()));
                    if keeper.is_none() || host.desk.is_free() {
                        time::sleep_until(wake, || host.has_input(typing));
                    }
                }
                Pause::Power(what) => {
                    host.drain();
                    switch(power, what);
                }
            }
        }
    }

    fn switch(power: drivers::power::Power, what: Power) -> ! {
        match what {
            Power::Reset => power.reset(),
            Power::Off => power.off(),
        }
    }
}
