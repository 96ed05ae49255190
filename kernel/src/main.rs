//! The kernel: takes the board and lets the machine work on it.
#![cfg_attr(target_os = "none", no_std)]
#![cfg_attr(target_os = "none", no_main)]

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("The kernel runs on a Raspberry Pi 3B: `cargo x build` makes its image.");
}

#[cfg(target_os = "none")]
mod bare {
    use kernel::arch::mmu::Mmu;
    use kernel::arch::time;
    use kernel::board::Board;
    use kernel::command_line::CommandLine;
    use kernel::drivers::gpio::Function;
    use kernel::drivers::interrupts;
    use kernel::drivers::property::{Clock, Properties};
    use kernel::drivers::uart::CLOCK_UNTOLD;
    use kernel::{heap, log, stop};

    #[panic_handler]
    fn panicked(info: &core::panic::PanicInfo<'_>) -> ! {
        stop::panic(info)
    }

    #[unsafe(no_mangle)]
    fn kernel_main(_mmu: Mmu, _command_line: CommandLine) -> ! {
        // SAFETY: This is the start, and the memory is mapped for this.
        unsafe { heap::start() };
        let Some(mut board) = Board::take() else {
            kernel::arch::cpu::halt()
        };
        board.interrupts.start();
        let clock = board.mailbox.clock(Clock::Uart).unwrap_or(CLOCK_UNTOLD);
        board.gpio.connect(32, Function::Input);
        board.gpio.connect(33, Function::Input);
        board.gpio.pull_none(3 << 14);
        board.gpio.connect(14, Function::Alternate0);
        board.gpio.connect(15, Function::Alternate0);
        board.uart.start(clock);
        log!("kernel {}", kernel::VERSION);
        log!("board revision {:x?}", board.mailbox.board_revision());
        log!("arm memory {:x?}", board.mailbox.arm_memory());
        log!("counter {} Hz", time::frequency());
        board.uart.receive();
        board.interrupts.enable(interrupts::UART);
        log!("ready at {} us", time::since_reset());
        log::flush(|byte| board.uart.write_waiting(byte));
        kernel::arch::cpu::unmask_interrupts();
        loop {
            while let Some(byte) = board.uart.read() {
                board.uart.write(&[byte]);
            }
            if board.uart.take_break() {
                panic!("break");
            }
            // USB: `usb::Host::poll(now)` goes here.
            time::sleep_until(time::now() + 20_000, || board.uart.has_input());
        }
    }
}
