//! The DWC2 controller of the BCM2837 as a [`Controller`]: bringing it up, its root port, its
//! channels.
//!
//! Before anything here can work the firmware must have powered the controller on: mailbox tag
//! 0x28001, device 3, state 3. Without that its registers look right but no channel ever does
//! anything.

use super::channel::{BringUp, Controller, RootStatus};
use super::descriptor::Speed;
use super::dma::{DmaMemory, before_start};
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
        registers.hcfg.modify(HCFG::CLOCK.val(0));
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
        registers.hcintmsk.set(0);
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
        before_start();
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
        before_start();
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
