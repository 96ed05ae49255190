//! A hub's ports: power, debounce, reset, what comes and what goes, as a state machine over
//! control requests (USB 2.0, 11.24).

use super::control::{
    CLASS_FROM_PORT, CLASS_TO_PORT, CLEAR_FEATURE, GET_STATUS, Request, SET_FEATURE, Setup,
};
use super::descriptor::{HubDescriptor, Speed};
use super::transfer::TransferError;

/// Ports used of one hub. Hubs one can buy have up to 10 behind one descriptor, QEMU's has 8;
/// further ports stay without power.
pub const MAX_PORTS: usize = 16;

/// How long a connection must be steady before the reset (USB 2.0, 7.1.7.3: 100 ms).
pub const DEBOUNCE_US: u64 = 100_000;
/// When to look for the end of a reset first: hubs take 10 to 20 ms for it (11.5.1.5).
const RESET_LOOK_US: u64 = 12_000;
/// How often to look after that.
const RESET_LOOK_AGAIN_US: u64 = 5_000;
/// When a reset that does not end is given up.
const RESET_LIMIT_US: u64 = 500_000;
/// Rest after a reset: the standard says 10 ms (7.1.7.5), some devices want more.
pub const RECOVERY_US: u64 = 20_000;
/// How often a device that could not be made known is reset and tried again.
pub const ATTEMPTS: u8 = 3;
/// Pause before that.
pub const ATTEMPT_PAUSE_US: u64 = 100_000;
/// Failed requests in a row after which a hub is no longer asked.
const MAX_FAILURES: u8 = 5;
/// Least time for ports to have good power; hubs that announce none are not believed.
const MIN_POWER_US: u64 = 20_000;

/// Devices whose remains a translator can be told to forget, waiting for the telling. There is one
/// control transfer at a time, so that more than one is rare.
const MAX_STALE: usize = 4;

/// Hub class request: forget a transaction that was given up.
const CLEAR_TT_BUFFER: u8 = 8;
/// wIndex of that: a hub has one translator for all ports unless it is told otherwise.
const THE_TRANSLATOR: u16 = 1;

const PORT_ENABLE: u16 = 1;
const PORT_RESET: u16 = 4;
const PORT_POWER: u16 = 8;
/// The first of the five change features; bit n of the change word is cleared with this plus n.
const C_PORT: u16 = 16;
const CHANGES: u16 = 0x1f;

const STATUS_CONNECTED: u16 = 1 << 0;
const STATUS_ENABLED: u16 = 1 << 1;
const STATUS_OVERLOAD: u16 = 1 << 3;
const STATUS_RESET: u16 = 1 << 4;
const STATUS_POWER: u16 = 1 << 8;
const STATUS_LOW: u16 = 1 << 9;
const STATUS_HIGH: u16 = 1 << 10;
const CHANGED_CONNECTION: u16 = 1 << 0;
const CHANGED_OVERLOAD: u16 = 1 << 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PortState {
    /// Nothing there, or no power yet.
    Empty,
    /// Something is there; until when it must stay.
    Debouncing { until: u64 },
    /// To be reset as soon as no other device listens at address 0.
    Waiting { not_before: u64 },
    /// Being reset.
    Resetting { look: u64, give_up: u64 },
    /// Reset; rests.
    Recovering { until: u64, speed: Speed },
    /// Handed over.
    Attached,
    /// Left alone until it is unplugged.
    Hopeless,
}

#[derive(Clone, Copy, Debug)]
struct Port {
    state: PortState,
    /// Its status is to be asked for.
    look: bool,
    /// Change bits to clear.
    clear: u16,
    /// To be disabled.
    disable: bool,
    powered: bool,
    attempts: u8,
}

const NEW_PORT: Port = Port {
    state: PortState::Empty,
    look: false,
    clear: 0,
    disable: false,
    powered: false,
    attempts: 0,
};

/// What is to be done for a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubStep {
    /// Send this request, and give the outcome to [`Hub::answer`].
    Request(Request),
    /// A device on this port (from 1) waits at address 0, with this speed.
    Attach(u8, Speed),
    /// What was on this port is gone.
    Detach(u8),
    /// A device on this port could not be reset and is left alone.
    Hopeless(u8),
    /// The hub has stopped answering; told once.
    Dead,
    /// Nothing before this time.
    Wait(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Translator,
    Power,
    Status,
    Clear(u16),
    Disable,
    Reset,
}

/// A hub.
#[derive(Clone, Debug)]
pub struct Hub {
    count: u8,
    power_good_us: u64,
    /// When the first look at the ports is due; `None` once done.
    first_look: Option<u64>,
    ports: [Port; MAX_PORTS],
    asked: Option<(u8, Asked)>,
    /// What [`Hub::step`] has to tell first.
    detached: u32,
    hopeless: u32,
    failures: u8,
    death_told: bool,
    /// wValues of the transactions the translator is to forget.
    stale: [Option<u16>; MAX_STALE],
}

fn port_bit(port: u8) -> u32 {
    1u32.checked_shl(u32::from(port)).unwrap_or(0)
}

impl Hub {
    /// A hub just configured.
    #[must_use]
    pub fn new(descriptor: HubDescriptor) -> Self {
        let most = u8::try_from(MAX_PORTS).unwrap_or(u8::MAX);
        Self {
            count: descriptor.ports.min(most),
            power_good_us: u64::from(descriptor.power_good_us).max(MIN_POWER_US),
            first_look: None,
            ports: [NEW_PORT; MAX_PORTS],
            asked: None,
            detached: 0,
            hopeless: 0,
            failures: 0,
            death_told: false,
            stale: [None; MAX_STALE],
        }
    }

    /// Ports used.
    #[must_use]
    pub fn ports(&self) -> u8 {
        self.count
    }

    /// Whether the hub has stopped answering and is no longer asked.
    #[must_use]
    pub fn dead(&self) -> bool {
        self.failures >= MAX_FAILURES
    }

    /// Takes a report of the status change endpoint: bit n for port n.
    pub fn changed(&mut self, report: &[u8]) {
        for port in 1..=usize::from(self.count) {
            let byte = report.get(port / 8).copied().unwrap_or(0);
            if byte & (1 << (port % 8)) != 0 {
                self.ports[port - 1].look = true;
            }
        }
    }

    /// Whether this port has changed and was not looked at since.
    #[must_use]
    pub fn has_changed(&self, port: u8) -> bool {
        let index = usize::from(port).wrapping_sub(1);
        self.ports.get(index).is_some_and(|port| port.look)
    }

    /// All ports are to be looked at, because the status change endpoint does not work.
    pub fn look_at_all(&mut self) {
        for port in &mut self.ports[..usize::from(self.count)] {
            port.look = true;
        }
    }

    /// The device on this port could not be made known: tries again, or leaves it alone.
    /// Returns whether it is tried again.
    pub fn device_failed(&mut self, port: u8, now_us: u64) -> bool {
        let Some(slot) = self.port(port) else {
            return false;
        };
        slot.disable = true;
        slot.attempts = slot.attempts.saturating_add(1);
        let again = slot.attempts < ATTEMPTS;
        slot.state = if again {
            PortState::Waiting {
                not_before: now_us.saturating_add(ATTEMPT_PAUSE_US),
            }
        } else {
            PortState::Hopeless
        };
        again
    }

    /// A control transfer with the device at `address` was given up, so that this hub's
    /// translator may keep a part of it for ever, of the two or so that it has room for.
    pub fn clear_translator(&mut self, address: u8) {
        // Endpoint 0, type control; the top bit is the direction (USB 2.0, table 11-20).
        let out = u16::from(address) << 4;
        for value in [out, out | 0x8000] {
            if let Some(free) = self.stale.iter_mut().find(|s| s.is_none()) {
                *free = Some(value);
            }
        }
    }

    /// The device on this port is not wanted until it is unplugged.
    pub fn leave_alone(&mut self, port: u8) {
        if let Some(slot) = self.port(port) {
            slot.disable = true;
            slot.state = PortState::Hopeless;
        }
    }

    fn port(&mut self, port: u8) -> Option<&mut Port> {
        let index = usize::from(port).checked_sub(1)?;
        self.ports.get_mut(index)
    }

    fn ask(&mut self, port: u8, asked: Asked) -> HubStep {
        self.asked = Some((port, asked));
        let index = u16::from(port);
        let setup = match asked {
            // Not of one port: made in `step`.
            Asked::Translator | Asked::Power => {
                Setup::plain(CLASS_TO_PORT, SET_FEATURE, PORT_POWER, index)
            }
            Asked::Reset => Setup::plain(CLASS_TO_PORT, SET_FEATURE, PORT_RESET, index),
            Asked::Disable => Setup::plain(CLASS_TO_PORT, CLEAR_FEATURE, PORT_ENABLE, index),
            Asked::Clear(bit) => Setup::plain(CLASS_TO_PORT, CLEAR_FEATURE, C_PORT + bit, index),
            Asked::Status => Setup {
                request_type: CLASS_FROM_PORT,
                request: GET_STATUS,
                value: 0,
                index,
                length: 4,
            },
        };
        HubStep::Request(Request::new(setup))
    }

    /// The next thing to do. Only one request is out at a time. No port is reset while
    /// `address0_taken`: two devices must not listen at address 0 at once.
    pub fn step(&mut self, now_us: u64, address0_taken: bool) -> HubStep {
        if self.dead() {
            let told = core::mem::replace(&mut self.death_told, true);
            return if told {
                HubStep::Wait(u64::MAX)
            } else {
                HubStep::Dead
            };
        }
        for port in 1..=self.count {
            if self.detached & port_bit(port) != 0 {
                self.detached &= !port_bit(port);
                return HubStep::Detach(port);
            }
            if self.hopeless & port_bit(port) != 0 {
                self.hopeless &= !port_bit(port);
                return HubStep::Hopeless(port);
            }
        }
        if self.asked.is_some() {
            return HubStep::Wait(u64::MAX);
        }
        if let Some(value) = self.stale.iter_mut().find_map(Option::take) {
            self.asked = Some((1, Asked::Translator));
            return HubStep::Request(Request::optional(Setup::plain(
                CLASS_TO_PORT,
                CLEAR_TT_BUFFER,
                value,
                THE_TRANSLATOR,
            )));
        }
        // All ports get power first, then their time, then the first look.
        for port in 1..=self.count {
            if self.port(port).is_some_and(|p| !p.powered) {
                return self.ask(port, Asked::Power);
            }
        }
        let first_look = *self
            .first_look
            .get_or_insert_with(|| now_us.saturating_add(self.power_good_us));
        if first_look != u64::MAX {
            if now_us < first_look {
                return HubStep::Wait(first_look);
            }
            self.first_look = Some(u64::MAX);
            self.look_at_all();
        }
        let mut next = u64::MAX;
        for port in 1..=self.count {
            match self.port_step(port, now_us, address0_taken) {
                HubStep::Wait(until) => next = next.min(until),
                step => return step,
            }
        }
        HubStep::Wait(next)
    }

    fn port_step(&mut self, port: u8, now_us: u64, address0_taken: bool) -> HubStep {
        let Some(slot) = self.port(port) else {
            return HubStep::Wait(u64::MAX);
        };
        if slot.clear & CHANGES != 0 {
            let bit = u16::try_from(slot.clear.trailing_zeros()).unwrap_or(0);
            return self.ask(port, Asked::Clear(bit));
        }
        if slot.disable {
            return self.ask(port, Asked::Disable);
        }
        if slot.look {
            slot.look = false;
            return self.ask(port, Asked::Status);
        }
        match slot.state {
            PortState::Empty | PortState::Attached | PortState::Hopeless => HubStep::Wait(u64::MAX),
            PortState::Debouncing { until } if now_us < until => HubStep::Wait(until),
            // Still there?
            PortState::Debouncing { .. } => self.ask(port, Asked::Status),
            PortState::Waiting { not_before } if now_us < not_before => HubStep::Wait(not_before),
            // Whoever has the address will be done with it, and then this is called again.
            PortState::Waiting { .. } if address0_taken => HubStep::Wait(u64::MAX),
            PortState::Waiting { .. } => self.ask(port, Asked::Reset),
            PortState::Resetting { look, .. } if now_us < look => HubStep::Wait(look),
            PortState::Resetting { .. } => self.ask(port, Asked::Status),
            PortState::Recovering { until, .. } if now_us < until => HubStep::Wait(until),
            PortState::Recovering { speed, .. } => {
                slot.state = PortState::Attached;
                HubStep::Attach(port, speed)
            }
        }
    }

    /// Whether a device on one of the ports may be listening at address 0, as far as the hub's
    /// own part goes: from the reset to the handing over, and after a failure until the port is
    /// disabled.
    #[must_use]
    pub fn holds_address0(&self) -> bool {
        !self.dead()
            && (matches!(self.asked, Some((_, Asked::Reset)))
                || self.ports.iter().any(|p| {
                    p.disable
                        || matches!(
                            p.state,
                            PortState::Resetting { .. } | PortState::Recovering { .. }
                        )
                }))
    }

    /// Takes the outcome of a request of [`Hub::step`].
    pub fn answer(&mut self, answer: Result<&[u8], TransferError>, now_us: u64) {
        let Some((port, asked)) = self.asked.take() else {
            return;
        };
        match answer {
            Ok(_) => self.failures = 0,
            // A refusal is an answer.
            Err(TransferError::Stall) => {}
            Err(_) => self.failures = self.failures.saturating_add(1),
        }
        let status = match (asked, answer) {
            (Asked::Status, Ok(&[a, b, c, d, ..])) => {
                Some((u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])))
            }
            _ => None,
        };
        let Some(slot) = self.port(port) else { return };
        match asked {
            Asked::Translator => {}
            Asked::Power => slot.powered = true,
            Asked::Disable => slot.disable = false,
            Asked::Clear(bit) => slot.clear &= !(1 << bit),
            Asked::Reset => {
                slot.state = PortState::Resetting {
                    look: now_us.saturating_add(RESET_LOOK_US),
                    give_up: now_us.saturating_add(RESET_LIMIT_US),
                };
            }
            Asked::Status => {
                if let Some((status, change)) = status {
                    self.port_status(port, status, change, now_us);
                } else {
                    self.no_status(port, now_us);
                }
            }
        }
    }

    /// The status could not be had: later, or as good as never.
    fn no_status(&mut self, port: u8, now_us: u64) {
        let Some(slot) = self.port(port) else { return };
        match &mut slot.state {
            PortState::Debouncing { until } => *until = now_us.saturating_add(DEBOUNCE_US),
            PortState::Resetting { look, give_up } if now_us < *give_up => {
                *look = now_us.saturating_add(RESET_LOOK_AGAIN_US);
            }
            PortState::Resetting { .. } => {
                slot.state = PortState::Hopeless;
                self.hopeless |= port_bit(port);
            }
            _ => {}
        }
    }

    fn port_status(&mut self, port: u8, status: u16, change: u16, now_us: u64) {
        let connected = status & STATUS_CONNECTED != 0;
        let came_or_went = change & CHANGED_CONNECTION != 0;
        let mut detached = false;
        let mut hopeless = false;
        let Some(slot) = self.port(port) else { return };
        slot.clear |= change & CHANGES;
        if change & CHANGED_OVERLOAD != 0 && status & (STATUS_OVERLOAD | STATUS_POWER) == 0 {
            // The overload is over, but the power stays off until it is asked for.
            slot.powered = false;
        }
        let debounce = PortState::Debouncing {
            until: now_us.saturating_add(DEBOUNCE_US),
        };
        if !connected {
            detached = slot.state == PortState::Attached;
            slot.state = PortState::Empty;
            slot.attempts = 0;
        } else {
            match slot.state {
                PortState::Empty => slot.state = debounce,
                PortState::Debouncing { .. } if came_or_went => slot.state = debounce,
                PortState::Debouncing { until } if now_us >= until => {
                    slot.state = PortState::Waiting { not_before: now_us };
                }
                PortState::Debouncing { .. } => {}
                PortState::Attached => {
                    // Another device already, or one the hub switched off (EMI, overload):
                    // from the beginning.
                    if came_or_went || status & STATUS_ENABLED == 0 {
                        detached = true;
                        slot.state = debounce;
                    }
                }
                PortState::Waiting { .. } | PortState::Hopeless if came_or_went => {
                    slot.attempts = 0;
                    slot.state = debounce;
                }
                PortState::Waiting { .. } | PortState::Hopeless => {}
                PortState::Resetting { give_up, .. } => {
                    if status & STATUS_RESET == 0 && status & STATUS_ENABLED != 0 {
                        let speed = if status & STATUS_LOW != 0 {
                            Speed::Low
                        } else if status & STATUS_HIGH != 0 {
                            Speed::High
                        } else {
                            Speed::Full
                        };
                        let until = now_us.saturating_add(RECOVERY_US);
                        slot.state = PortState::Recovering { until, speed };
                    } else if now_us < give_up {
                        let look = now_us.saturating_add(RESET_LOOK_AGAIN_US);
                        slot.state = PortState::Resetting { look, give_up };
                    } else {
                        slot.attempts = slot.attempts.saturating_add(1);
                        if slot.attempts < ATTEMPTS {
                            let not_before = now_us.saturating_add(ATTEMPT_PAUSE_US);
                            slot.state = PortState::Waiting { not_before };
                        } else {
                            slot.state = PortState::Hopeless;
                            hopeless = true;
                        }
                    }
                }
                PortState::Recovering { .. } if came_or_went => slot.state = debounce,
                PortState::Recovering { .. } => {}
            }
        }
        if detached {
            self.detached |= port_bit(port);
        }
        if hopeless {
            self.hopeless |= port_bit(port);
        }
    }
}
