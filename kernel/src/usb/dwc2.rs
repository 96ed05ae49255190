//! The DWC2 controller of the BCM2837 as a [`Controller`]: bringing it up, its root port, its
//! channels.
//!
//! Before anything here can work the firmware must have powered the controller on: mailbox tag
//! 0x28001, device 3, state 3. Without that its registers look right but no channel ever does
//! anything.

use super::channel::{BringUp, Controller, RootStatus};
use super::descriptor::Speed;
use super::dma::{DmaMemory, settle};
use super::registers::{
    ChannelRegisters, FIFO, GAHBCFG, GHWCFG2, GRSTCTL, GUSBCFG, HCCHAR, HCFG, HCSPLT, HCTSIZ,
    HFNUM, HPRT, MAX_CHANNELS, Registers,
};
use super::transfer::{ChannelState, Conditions, Kind, Phase, Toggle, Token, Transaction};
use core::ops::Deref;
use tock_registers::interfaces::{ReadWriteable, Readable, Writeable};

/// The upper half of GSNPSID: "OT".
const SYNOPSYS: u32 = 0x4f54;
/// GHWCFG2's architecture with its own DMA; the core here has no other way to move data.
const INTERNAL_DMA: u32 = 2;
/// Words of each of the three FIFOs. The core's memory has room for more; a receive FIFO that
/// holds no whole packet with its status word stops everything.
const FIFO_WORDS: u32 = 1024;
/// GRSTCTL's number for all transmit FIFOs.
const ALL_TX: u32 = 16;
/// How long the core may take for each step of its reset.
const STEP_LIMIT_US: u64 = 100_000;
/// Rest after the reset.
const RESET_REST_US: u64 = 10_000;
/// Time until a forced host mode holds (the core's programming guide: 25 ms).
const HOST_MODE_US: u64 = 25_000;
/// How often to look while getting ready.
const LOOK_US: u64 = 1_000;
/// HFIR for a root port below high speed, clocked with 48 MHz: 1 ms.
const FRAME_48_MHZ: u32 = 48_000;
/// All condition bits of HCINT.
const ALL_CONDITIONS: u32 = 0x7ff;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begin,
    Idle { give_up: u64 },
    Reset { give_up: u64 },
    Rest { until: u64 },
    FlushTx { give_up: u64 },
    FlushRx { give_up: u64 },
    HostMode { until: u64 },
    Ready,
    Failed(&'static str),
}

/// The controller.
#[derive(Debug)]
pub struct Dwc2<R> {
    registers: R,
    memory: &'static DmaMemory,
    clock: fn() -> u64,
    stage: Stage,
    channels: usize,
}

impl<R: Deref<Target = Registers>> Dwc2<R> {
    /// The controller whose registers and memory these are; `clock` gives the time in
    /// microseconds.
    #[must_use]
    pub fn new(registers: R, memory: &'static DmaMemory, clock: fn() -> u64) -> Self {
        Self {
            registers,
            memory,
            clock,
            stage: Stage::Begin,
            channels: 0,
        }
    }

    fn channel(&self, channel: usize) -> Option<&ChannelRegisters> {
        self.registers.channels.get(channel)
    }

    /// HPRT as read, with the bits that act when written as 1 taken out.
    fn port_to_write(&self) -> u32 {
        let acting = HPRT::CONNECT_CHANGED::SET.mask()
            | HPRT::ENABLED::SET.mask()
            | HPRT::ENABLE_CHANGED::SET.mask()
            | HPRT::OVERLOAD_CHANGED::SET.mask();
        self.registers.hprt.get() & !acting
    }

    fn set_fifos(&self) {
        let registers = &self.registers;
        registers.grxfsiz.set(FIFO_WORDS);
        registers
            .gnptxfsiz
            .write(FIFO::START.val(FIFO_WORDS) + FIFO::DEPTH.val(FIFO_WORDS));
        registers
            .hptxfsiz
            .write(FIFO::START.val(2 * FIFO_WORDS) + FIFO::DEPTH.val(FIFO_WORDS));
    }

    fn configure(&self) {
        let registers = &self.registers;
        // The PHY of this chip is UTMI+, 8 bits wide, and the port is a host's and nothing else.
        registers.gusbcfg.modify(
            GUSBCFG::ULPI::CLEAR
                + GUSBCFG::PHY_16_BIT::CLEAR
                + GUSBCFG::ULPI_FS_LS::CLEAR
                + GUSBCFG::ULPI_CLOCK::CLEAR
                + GUSBCFG::HNP::CLEAR
                + GUSBCFG::SRP::CLEAR
                + GUSBCFG::FORCE_DEVICE::CLEAR
                + GUSBCFG::FORCE_HOST::SET,
        );
        registers.gahbcfg.modify(
            GAHBCFG::INTERRUPT::CLEAR
                + GAHBCFG::BURST.val(0)
                + GAHBCFG::WAIT_WRITES::SET
                + GAHBCFG::DMA::SET,
        );
        registers.gintmsk.set(0);
        registers.haintmsk.set(0);
        registers.gintsts.set(u32::MAX);
    }

    fn advance(&mut self, now_us: u64) -> Stage {
        let registers = &self.registers;
        let limit = now_us.saturating_add(STEP_LIMIT_US);
        match self.stage {
            Stage::Begin => {
                if registers.gsnpsid.get() >> 16 != SYNOPSYS {
                    return Stage::Failed("there is none");
                }
                if registers.ghwcfg2.read(GHWCFG2::ARCHITECTURE) != INTERNAL_DMA {
                    return Stage::Failed("it has no DMA");
                }
                let channels = registers.ghwcfg2.read(GHWCFG2::CHANNELS) + 1;
                self.channels = usize::try_from(channels).unwrap_or(1).min(MAX_CHANNELS);
                // All clocks on.
                registers.pcgcctl.set(0);
                registers.gahbcfg.modify(GAHBCFG::INTERRUPT::CLEAR);
                registers
                    .gusbcfg
                    .modify(GUSBCFG::ULPI_VBUS::CLEAR + GUSBCFG::TERM_PULSE::CLEAR);
                Stage::Idle { give_up: limit }
            }
            Stage::Idle { give_up } => {
                if registers.grstctl.is_set(GRSTCTL::IDLE) {
                    registers.grstctl.write(GRSTCTL::CORE::SET);
                    Stage::Reset { give_up: limit }
                } else if now_us >= give_up {
                    Stage::Failed("its bus is never idle")
                } else {
                    self.stage
                }
            }
            Stage::Reset { give_up } => {
                if !registers.grstctl.is_set(GRSTCTL::CORE) {
                    Stage::Rest {
                        until: now_us.saturating_add(RESET_REST_US),
                    }
                } else if now_us >= give_up {
                    Stage::Failed("its reset does not end")
                } else {
                    self.stage
                }
            }
            Stage::Rest { until } if now_us < until => self.stage,
            Stage::Rest { .. } => {
                registers.pcgcctl.set(0);
                self.configure();
                self.set_fifos();
                registers
                    .grstctl
                    .write(GRSTCTL::FLUSH_TX::SET + GRSTCTL::TX_NUMBER.val(ALL_TX));
                Stage::FlushTx { give_up: limit }
            }
            Stage::FlushTx { give_up } => {
                if !registers.grstctl.is_set(GRSTCTL::FLUSH_TX) {
                    registers.grstctl.write(GRSTCTL::FLUSH_RX::SET);
                    Stage::FlushRx { give_up: limit }
                } else if now_us >= give_up {
                    Stage::Failed("its FIFOs cannot be emptied")
                } else {
                    self.stage
                }
            }
            Stage::FlushRx { give_up } => {
                if !registers.grstctl.is_set(GRSTCTL::FLUSH_RX) {
                    Stage::HostMode {
                        until: now_us.saturating_add(HOST_MODE_US),
                    }
                } else if now_us >= give_up {
                    Stage::Failed("its FIFOs cannot be emptied")
                } else {
                    self.stage
                }
            }
            Stage::HostMode { until } if now_us < until => self.stage,
            Stage::HostMode { .. } => {
                registers.hcfg.modify(HCFG::CLOCK.val(0));
                registers
                    .hprt
                    .set(self.port_to_write() | HPRT::POWER::SET.value);
                Stage::Ready
            }
            stage @ (Stage::Ready | Stage::Failed(_)) => stage,
        }
    }
}

impl<R: Deref<Target = Registers>> Controller for Dwc2<R> {
    fn bring_up(&mut self, now_us: u64) -> BringUp {
        loop {
            let next = self.advance(now_us);
            if next == self.stage {
                break;
            }
            self.stage = next;
        }
        match self.stage {
            Stage::Ready => BringUp::Ready,
            Stage::Failed(why) => BringUp::Failed(why),
            Stage::Rest { until } | Stage::HostMode { until } => BringUp::Pending(until),
            _ => BringUp::Pending(now_us.saturating_add(LOOK_US)),
        }
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn start(&mut self, channel: usize, transaction: &Transaction, data: &[u8]) {
        let Some(registers) = self.channel(channel) else {
            return;
        };
        if transaction.token != Token::In {
            self.memory.write(channel, data);
        }
        let target = &transaction.target;
        registers.hcint.set(u32::MAX);
        // Reaches no interrupt line; a channel that halts for one of its reasons says so.
        registers.hcintmsk.set(Conditions::HALTED.0);
        registers.hcsplt.write(match target.split {
            None => HCSPLT::ENABLE::CLEAR,
            Some(split) => {
                HCSPLT::PORT.val(u32::from(split.port))
                    + HCSPLT::HUB.val(u32::from(split.hub))
                    + HCSPLT::POSITION.val(3)
                    + HCSPLT::COMPLETE.val(u32::from(transaction.phase == Phase::Complete))
                    + HCSPLT::ENABLE::SET
            }
        });
        let pid = match (transaction.token, transaction.toggle) {
            (Token::Setup, _) => HCTSIZ::PID::Setup,
            (_, Toggle::Data0) => HCTSIZ::PID::Data0,
            (_, Toggle::Data1) => HCTSIZ::PID::Data1,
        };
        let bytes = HCTSIZ::BYTES.val(u32::from(transaction.length));
        registers.hctsiz.write(bytes + HCTSIZ::PACKETS.val(1) + pid);
        registers.hcdma.set(self.memory.bus_address(channel));
        let kind = match target.kind {
            Kind::Control => HCCHAR::KIND::Control,
            Kind::Interrupt => HCCHAR::KIND::Interrupt,
        };
        settle();
        registers.hcchar.write(
            HCCHAR::MAX_PACKET.val(u32::from(target.max_packet))
                + HCCHAR::ENDPOINT.val(u32::from(target.endpoint))
                + HCCHAR::IN.val(u32::from(transaction.token == Token::In))
                + HCCHAR::LOW_SPEED.val(u32::from(target.speed == Speed::Low))
                + kind
                + HCCHAR::COUNT.val(1)
                + HCCHAR::ADDRESS.val(u32::from(target.address))
                + HCCHAR::ODD_FRAME.val(u32::from(transaction.odd_frame))
                + HCCHAR::ENABLE::SET,
        );
    }

    fn state(&mut self, channel: usize) -> ChannelState {
        let Some(registers) = self.channel(channel) else {
            return ChannelState::Halted {
                why: Conditions::BUS_ERROR,
                remaining: 0,
            };
        };
        let why = Conditions(registers.hcint.get() & ALL_CONDITIONS);
        if !why.has(Conditions::HALTED) {
            return ChannelState::Running;
        }
        settle();
        let remaining = u16::try_from(registers.hctsiz.read(HCTSIZ::BYTES)).unwrap_or(u16::MAX);
        registers.hcint.set(u32::MAX);
        ChannelState::Halted { why, remaining }
    }

    fn read(&mut self, channel: usize, into: &mut [u8]) {
        self.memory.read(channel, into);
    }

    fn disable(&mut self, channel: usize) {
        let Some(registers) = self.channel(channel) else {
            return;
        };
        // One that has halted already must not be told again: it may never recover.
        if registers.hcchar.is_set(HCCHAR::ENABLE) {
            registers
                .hcchar
                .modify(HCCHAR::DISABLE::SET + HCCHAR::ENABLE::SET);
        }
    }

    fn frame(&mut self) -> u16 {
        let number = self.registers.hfnum.read(HFNUM::NUMBER) & 0x3fff;
        u16::try_from(number).unwrap_or(0)
    }

    fn now_us(&mut self) -> u64 {
        (self.clock)()
    }

    fn root(&mut self) -> RootStatus {
        let port = self.registers.hprt.extract();
        RootStatus {
            connected: port.is_set(HPRT::CONNECTED),
            changed: port.is_set(HPRT::CONNECT_CHANGED),
            enabled: port.is_set(HPRT::ENABLED),
            speed: match port.read(HPRT::SPEED) {
                0 => Speed::High,
                2 => Speed::Low,
                _ => Speed::Full,
            },
        }
    }

    fn root_reset(&mut self, on: bool) {
        let port = self.port_to_write() & !HPRT::RESET::SET.mask();
        let reset = if on { HPRT::RESET::SET.value } else { 0 };
        self.registers
            .hprt
            .set(port | HPRT::POWER::SET.value | reset);
    }

    fn root_acknowledge(&mut self) {
        let changes = HPRT::CONNECT_CHANGED::SET.value
            | HPRT::ENABLE_CHANGED::SET.value
            | HPRT::OVERLOAD_CHANGED::SET.value;
        let port = self.port_to_write() | HPRT::POWER::SET.value;
        self.registers.hprt.set(port | changes);
        // The port's coming up overwrites the clock settings; at high speed with the right ones.
        let status = self.root();
        if status.enabled && status.speed != Speed::High {
            self.registers.hcfg.modify(HCFG::CLOCK.val(1));
            self.registers.hfir.set(FRAME_48_MHZ);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::transfer::{Target, Translator};
    use super::*;
    use std::boxed::Box;
    use std::vec::Vec;
    use tock_registers::registers::InMemoryRegister;

    const GAHBCFG: usize = 0x008;
    const GUSBCFG: usize = 0x00c;
    const GRSTCTL: usize = 0x010;
    const GRXFSIZ: usize = 0x024;
    const GNPTXFSIZ: usize = 0x028;
    const GSNPSID: usize = 0x040;
    const GHWCFG2: usize = 0x048;
    const HPTXFSIZ: usize = 0x100;
    const HCFG: usize = 0x400;
    const HFIR: usize = 0x404;
    const HPRT: usize = 0x440;
    const HCCHAR: usize = 0x500;
    const HCSPLT: usize = 0x504;
    const HCINT: usize = 0x508;
    const HCTSIZ: usize = 0x510;

    /// Memory in place of registers: what is written stays until the test changes it.
    struct Words(&'static [InMemoryRegister<u32>]);

    impl Words {
        fn get(&self, offset: usize) -> u32 {
            self.0[offset / 4].get()
        }

        fn set(&self, offset: usize, value: u32) {
            self.0[offset / 4].set(value);
        }
    }

    fn dwc2() -> (Words, Dwc2<&'static Registers>) {
        let count = size_of::<Registers>() / 4;
        let words: Vec<InMemoryRegister<u32>> =
            (0..count).map(|_| InMemoryRegister::new(0)).collect();
        let words: &'static [InMemoryRegister<u32>] = Box::leak(words.into_boxed_slice());
        // SAFETY: As many cells of 32 bits as the registers are, zeroed and leaked; both are
        // cells for shared use.
        let registers = unsafe { &*words.as_ptr().cast::<Registers>() };
        let memory = Box::leak(Box::new(DmaMemory::for_tests()));
        let words = Words(words);
        words.set(GSNPSID, 0x4f54_280a);
        words.set(GHWCFG2, 0x228d_dd50);
        (words, Dwc2::new(registers, memory, || 0))
    }

    fn target(speed: Speed, kind: Kind, split: Option<Translator>) -> Target {
        Target {
            address: 5,
            endpoint: 1,
            kind,
            speed,
            max_packet: 8,
            split,
        }
    }

    #[test]
    fn it_gets_ready_without_waiting() {
        let (words, mut dwc2) = dwc2();
        assert_eq!(dwc2.bring_up(0), BringUp::Pending(1_000), "bus not idle");
        words.set(GRSTCTL, 1 << 31);
        assert_eq!(dwc2.bring_up(1_000), BringUp::Pending(2_000));
        assert_eq!(words.get(GRSTCTL), 1, "core reset");
        words.set(GRSTCTL, 0);
        assert_eq!(dwc2.bring_up(2_000), BringUp::Pending(12_000));
        dwc2.bring_up(12_000);
        assert_eq!(
            words.get(GRSTCTL),
            1 << 5 | 16 << 6,
            "all transmit FIFOs flushed"
        );
        words.set(GRSTCTL, 0);
        dwc2.bring_up(13_000);
        assert_eq!(words.get(GRSTCTL), 1 << 4, "receive FIFO flushed");
        words.set(GRSTCTL, 0);
        assert_eq!(dwc2.bring_up(14_000), BringUp::Pending(39_000));
        assert_eq!(dwc2.bring_up(39_000), BringUp::Ready);
        assert_eq!(dwc2.channels(), 8);
        assert_eq!(words.get(GRXFSIZ), 1024);
        assert_eq!(words.get(GNPTXFSIZ), 1024 << 16 | 1024);
        assert_eq!(words.get(HPTXFSIZ), 1024 << 16 | 2048);
        assert_eq!(
            words.get(GAHBCFG),
            0x30,
            "DMA, and waiting for writes; no interrupts"
        );
        assert_eq!(words.get(GUSBCFG), 1 << 29, "host");
        assert_eq!(words.get(HPRT), 1 << 12, "power");
    }

    #[test]
    fn what_is_no_controller_or_hangs_is_given_up() {
        let (words, mut none) = dwc2();
        words.set(GSNPSID, 0);
        assert_eq!(none.bring_up(0), BringUp::Failed("there is none"));
        let (words, mut slave) = dwc2();
        words.set(GHWCFG2, 0);
        assert_eq!(slave.bring_up(0), BringUp::Failed("it has no DMA"));
        let (_, mut busy) = dwc2();
        busy.bring_up(0);
        assert_eq!(
            busy.bring_up(100_000),
            BringUp::Failed("its bus is never idle")
        );
        let (words, mut stuck) = dwc2();
        words.set(GRSTCTL, 1 << 31);
        stuck.bring_up(0);
        assert_eq!(
            stuck.bring_up(100_000),
            BringUp::Failed("its reset does not end")
        );
    }

    #[test]
    fn a_setup_packet_straight_to_a_device() {
        let (words, mut dwc2) = dwc2();
        let transaction = Transaction {
            target: target(Speed::Full, Kind::Control, None),
            token: Token::Setup,
            toggle: Toggle::Data0,
            offset: 0,
            length: 8,
            phase: Phase::Whole,
            odd_frame: true,
        };
        dwc2.start(0, &transaction, &[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(words.get(HCSPLT), 0);
        assert_eq!(words.get(HCTSIZ), 3 << 29 | 1 << 19 | 8);
        assert_eq!(
            words.get(HCCHAR),
            1 << 31 | 1 << 29 | 5 << 22 | 1 << 20 | 1 << 11 | 8
        );
        let mut sent = [0; 8];
        dwc2.read(0, &mut sent);
        assert_eq!(sent, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn both_halves_of_an_interrupt_split() {
        let (words, mut dwc2) = dwc2();
        let split = Some(Translator { hub: 2, port: 3 });
        let mut transaction = Transaction {
            target: target(Speed::Low, Kind::Interrupt, split),
            token: Token::In,
            toggle: Toggle::Data1,
            offset: 0,
            length: 8,
            phase: Phase::Start,
            odd_frame: false,
        };
        // Channel 2's registers follow 0x40 further on.
        dwc2.start(2, &transaction, &[]);
        assert_eq!(words.get(HCSPLT + 0x40), 1 << 31 | 3 << 14 | 2 << 7 | 3);
        assert_eq!(words.get(HCTSIZ + 0x40), 2 << 29 | 1 << 19 | 8);
        let common = 1 << 31 | 5 << 22 | 1 << 20 | 3 << 18 | 1 << 17 | 1 << 15 | 1 << 11 | 8;
        assert_eq!(words.get(HCCHAR + 0x40), common);
        transaction.phase = Phase::Complete;
        transaction.odd_frame = true;
        dwc2.start(2, &transaction, &[]);
        assert_eq!(
            words.get(HCSPLT + 0x40),
            1 << 31 | 1 << 16 | 3 << 14 | 2 << 7 | 3
        );
        assert_eq!(words.get(HCCHAR + 0x40), common | 1 << 29);
    }

    #[test]
    fn a_channel_runs_until_it_says_that_it_halted() {
        let (words, mut dwc2) = dwc2();
        words.set(HCINT, 0x10);
        assert_eq!(
            dwc2.state(0),
            ChannelState::Running,
            "NAK, but not halted: goes on by itself"
        );
        words.set(HCINT, 0x12);
        words.set(HCTSIZ, 2 << 29 | 5);
        let why = Conditions::NAK.and(Conditions::HALTED);
        assert_eq!(dwc2.state(0), ChannelState::Halted { why, remaining: 5 });
        dwc2.disable(0);
        assert_eq!(
            words.get(HCCHAR),
            0,
            "one that is not enabled is left alone"
        );
        words.set(HCCHAR, 1 << 31 | 8);
        dwc2.disable(0);
        assert_eq!(words.get(HCCHAR), 3 << 30 | 8);
        assert!(matches!(dwc2.state(99), ChannelState::Halted { .. }));
    }

    #[test]
    fn the_root_port_s_dangerous_bits_are_written_only_on_purpose() {
        let (words, mut dwc2) = dwc2();
        // Connected, enabled, all changes, power, full speed.
        words.set(HPRT, 0x0002_102f);
        let root = dwc2.root();
        assert!(root.connected && root.changed && root.enabled && root.speed == Speed::Full);
        dwc2.root_reset(true);
        assert_eq!(words.get(HPRT), 0x0002_1101);
        words.set(HPRT, 0x0002_112f);
        dwc2.root_reset(false);
        assert_eq!(words.get(HPRT), 0x0002_1001);
        words.set(HPRT, 0x0002_102f);
        dwc2.root_acknowledge();
        assert_eq!(
            words.get(HPRT),
            0x0002_102b,
            "changes, but not the enable bit"
        );
        assert_eq!(
            (words.get(HCFG), words.get(HFIR)),
            (0, 0),
            "not enabled: left alone"
        );
    }
}
