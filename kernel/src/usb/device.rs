//! A device in the host's table, and the pipe its reports come through.

use super::descriptor::{InterruptIn, MAX_KEYBOARDS, Speed};
use super::enumerate::Enumeration;
use super::hid::Keyboard;
use super::hub::Hub;
use super::notice::{Identity, Place};
use super::transfer::{Kind, Target, Toggle, Translator};

/// How often a keyboard is asked, in microseconds. Ten times the speed of fast typing; QEMU's
/// gives one event each time and forgets all but 16.
pub const KEYBOARD_INTERVAL_US: u64 = 8_000;
/// How often a hub is asked for changes.
pub const HUB_INTERVAL_US: u64 = 50_000;
/// Failures in a row after which a pipe counts as silent.
pub const SILENT_AFTER: u8 = 4;
/// A silent pipe is asked less and less often, down to the interval times two to this.
const MAX_BACK_OFF: u8 = 6;
/// Packets of a keyboard that sends more than it says are taken up to this size: what full speed
/// allows.
const MOST_OF_A_LIAR: u16 = 64;

/// The way the reports of a hub or keyboard come.
#[derive(Clone, Copy, Debug)]
pub struct Pipe {
    endpoint: u8,
    max_packet: u16,
    interval_us: u64,
    /// Toggle of the next packet.
    pub toggle: Toggle,
    /// When to ask again.
    pub due_us: u64,
    /// Failures in a row.
    pub failures: u8,
    /// Being asked.
    pub busy: bool,
}

impl Pipe {
    /// A pipe to be asked every so often.
    #[must_use]
    pub fn new(endpoint: InterruptIn, interval_us: u64) -> Self {
        Self {
            endpoint: endpoint.number,
            max_packet: endpoint.max_packet,
            interval_us,
            toggle: Toggle::Data0,
            due_us: 0,
            failures: 0,
            busy: false,
        }
    }

    /// Largest packet, in bytes.
    #[must_use]
    pub fn max_packet(&self) -> u16 {
        self.max_packet
    }

    /// Its end for transfers.
    #[must_use]
    pub fn target(&self, device: &Device) -> Target {
        Target {
            endpoint: self.endpoint,
            kind: Kind::Interrupt,
            max_packet: self.max_packet,
            ..device.target()
        }
    }

    /// It answered.
    pub fn good(&mut self, now_us: u64) {
        self.failures = 0;
        self.due_us = now_us.saturating_add(self.interval_us);
    }

    /// It did not. Returns whether it has just become silent.
    pub fn bad(&mut self, now_us: u64) -> bool {
        self.failures = self.failures.saturating_add(1);
        let back_off = self.failures.min(MAX_BACK_OFF);
        self.due_us = now_us.saturating_add(self.interval_us << back_off);
        self.failures == SILENT_AFTER
    }

    /// It sent more than it says it does: from now on it may.
    pub fn sends_more(&mut self) {
        self.max_packet = self.max_packet.max(MOST_OF_A_LIAR);
    }
}

/// What a device is to the host.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "the table has room for the largest anyway; boxes would only add to it"
)]
pub enum Role {
    /// Not known yet.
    New(Enumeration),
    /// A hub.
    Hub(Hub, Option<Pipe>),
    /// Keyboards.
    Keyboards([Option<(Keyboard, Pipe)>; MAX_KEYBOARDS]),
    /// Left alone.
    Other,
}

/// A device.
#[derive(Clone, Debug)]
pub struct Device {
    /// The hub it is behind, by its number in the table, and the port there.
    pub parent: Option<(usize, u8)>,
    /// Where it is, for the log.
    pub place: Place,
    /// Its address, once it has one.
    pub address: u8,
    /// Speed of its wires.
    pub speed: Speed,
    /// The translator before it.
    pub split: Option<Translator>,
    /// Packet size of its endpoint 0.
    pub max_packet: u16,
    /// What it is, once known.
    pub identity: Option<Identity>,
    /// What it is to the host.
    pub role: Role,
}

impl Device {
    /// Its endpoint 0.
    #[must_use]
    pub fn target(&self) -> Target {
        let (address, max_packet) = match &self.role {
            Role::New(enumeration) => (enumeration.address(), enumeration.max_packet()),
            _ => (self.address, self.max_packet),
        };
        Target {
            address,
            endpoint: 0,
            kind: Kind::Control,
            speed: self.speed,
            max_packet,
            split: self.split,
        }
    }

    /// The translator for what is plugged into this device, a hub.
    #[must_use]
    pub fn translator_for(&self, port: u8, speed: Speed) -> Option<Translator> {
        match (speed, self.speed) {
            (Speed::High, _) => None,
            (_, Speed::High) => Some(Translator {
                hub: self.address,
                port,
            }),
            // The hub is itself behind a translator, or no high-speed hub is in between.
            _ => self.split,
        }
    }

    /// Its pipes with their numbers, those of keyboards only when the keyboard is ready.
    pub fn pipe(&mut self, number: usize) -> Option<&mut Pipe> {
        match &mut self.role {
            Role::Hub(hub, pipe) if number == 0 && !hub.dead() => pipe.as_mut(),
            Role::Keyboards(keyboards) => match keyboards.get_mut(number) {
                Some(Some((keyboard, pipe))) if keyboard.ready() => Some(pipe),
                _ => None,
            },
            _ => None,
        }
    }
}
