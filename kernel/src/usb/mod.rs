//! The USB host: hubs and boot keyboards on the board's DWC2 controller, polled, never waiting.
//!
//! [`Host::poll`] is called from the main loop whenever [`Host::next_deadline`] has come (or more
//! often: it returns at once otherwise). It moves everything on as far as that goes now: the
//! controller's getting ready, the root port, hubs, devices being made known, keyboards. All
//! delays the standard wants are deadlines kept in the state.
//!
//! | layer | module | |
//! |---|---|---|
//! | 0 | [`registers`], [`dma`] | the only code here that is about the chip, with [`dwc2`] |
//! | 1 | [`descriptor`], [`transfer`] | bytes into facts; one transfer as a pure state machine |
//! | 2 | [`channel`], [`dwc2`] | the seam to the controller, and the controller |
//! | 3 | [`control`], [`enumerate`], [`hub`], [`hid`] | pure state machines over transfers |
//! | 4 | [`notice`], [`device`], `requests`, `reports`, this | the table of devices, and the turn |
//! | 5 | [`port`] | all of it put together for the board |
//!
//! # How long a call takes
//!
//! A few microseconds as a rule, since nothing is waited for. The exception is the interrupt
//! packet of a keyboard behind a high-speed hub's transaction translator (the normal case on the
//! board, impossible in QEMU): once its start-split is out, its complete-splits are due within
//! microframes of 125 microseconds, and late ones lose the report. Such a packet is seen through
//! in one call, half a millisecond as a rule and [`HOLD_US`] at most, one packet in a call and
//! one call in 8 milliseconds for each keyboard.
//!
//! # What only the board can show
//!
//! QEMU has no split transactions, no low speed, no errors of the wire and no power to switch on.
//! To be looked at on a board, with this log line or that as the sign: the hub on the board at
//! place 1 with 5 ports at high speed; a low-speed and a full-speed keyboard at each of its ports,
//! typed on fast; a keyboard with a hub inside; a receiver; CAPS LOCK's light; each of them pulled
//! out with a key held, and while it is being made known.

pub mod channel;
pub mod control;
pub mod descriptor;
pub mod device;
pub mod dma;
pub mod dwc2;
pub mod enumerate;
pub mod hid;
pub mod hub;
pub mod notice;
pub mod port;
pub mod registers;
mod reports;
mod requests;
pub mod transfer;

#[cfg(test)]
mod host_tests;
#[cfg(test)]
mod sim;
#[cfg(test)]
mod transfer_tests;

use basic::keys::KeyEvent;
use channel::{BringUp, Controller};
use control::ControlTransfer;
use descriptor::{CLASS_HUB, MAX_KEYBOARDS, Speed};
use device::{Device, HUB_INTERVAL_US, KEYBOARD_INTERVAL_US, Pipe, Role};
use enumerate::{Enumeration, Failure, Found};
use hid::{Keyboard, Keys, tell_changes};
use hub::{ATTEMPT_PAUSE_US, ATTEMPTS, DEBOUNCE_US, Hub, RECOVERY_US};
use notice::{Identity, Notice, Place, What};
use registers::MAX_CHANNELS;
use transfer::{DISABLE_LIMIT_US, Transfer};

/// Devices kept, hubs included. The board's own hub and network chip take two.
pub const MAX_DEVICES: usize = 24;
/// Bytes kept of a report.
const REPORT_BYTES: usize = 64;
/// Longest time [`Host::poll`] stays for the complete-splits of one packet: two microframes to
/// the start-split, five to the last complete-split, and some to spare.
pub const HOLD_US: u64 = 1_250;
/// Length of the root port's reset (USB 2.0, 7.1.7.5: 50 ms).
const ROOT_RESET_US: u64 = 50_000;
/// How often the root port is looked at.
const ROOT_LOOK_US: u64 = 20_000;
/// Rounds in one call; the rest waits for the next.
const MAX_ROUNDS: usize = 32;

/// Who hears of keys and of what happens.
pub trait Sink {
    /// A key of some keyboard went down or up, or all did.
    fn key(&mut self, event: KeyEvent);
    /// Something happened.
    fn notice(&mut self, notice: &Notice);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Starting,
    Running,
    Dead,
}

/// The root port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Empty,
    Debouncing { until: u64 },
    Waiting { not_before: u64 },
    Resetting { until: u64 },
    Recovering { until: u64 },
    Attached,
    Hopeless,
}

/// What a channel is used for. Channel 0 is for control transfers.
#[derive(Clone, Copy, Debug)]
enum Lane {
    Free,
    /// The transfer was given up; the channel is to halt.
    Stopping {
        give_up: u64,
    },
    Report {
        slot: usize,
        pipe: usize,
        transfer: Transfer,
        data: [u8; REPORT_BYTES],
    },
}

/// A control transfer with the device it is for and, of a device with several keyboards, which.
#[derive(Debug)]
struct Control {
    slot: usize,
    part: usize,
    transfer: ControlTransfer,
}

/// The USB host.
#[derive(Debug)]
pub struct Host<C> {
    controller: C,
    stage: Stage,
    root: Root,
    root_attempts: u8,
    devices: [Option<Device>; MAX_DEVICES],
    control: Option<Control>,
    lanes: [Lane; MAX_CHANNELS],
    /// Keys that were told to be down.
    told: Keys,
    caps: bool,
    next_us: u64,
    /// Device that is asked first for a control request.
    turn: usize,
    /// A periodic split was begun in this call.
    split_begun: bool,
    /// This call has stayed for complete-splits.
    held: bool,
}

impl<C: Controller> Host<C> {
    /// A host on a controller that the firmware has powered on.
    #[must_use]
    pub fn new(controller: C) -> Self {
        Self {
            controller,
            stage: Stage::Starting,
            root: Root::Empty,
            root_attempts: 0,
            devices: [const { None }; MAX_DEVICES],
            control: None,
            lanes: [Lane::Free; MAX_CHANNELS],
            told: Keys::default(),
            caps: false,
            next_us: 0,
            turn: 0,
            split_begun: false,
            held: false,
        }
    }

    /// When [`Host::poll`] wants to be called again at the latest, in microseconds.
    #[must_use]
    pub fn next_deadline(&self) -> u64 {
        self.next_us
    }

    /// The controller, for tests and for looking at.
    pub fn controller(&mut self) -> &mut C {
        &mut self.controller
    }

    /// Sets the CAPS LOCK light of all keyboards, now and of those to come.
    pub fn set_leds(&mut self, caps: bool) {
        if self.caps != caps {
            self.caps = caps;
            self.next_us = 0;
        }
    }

    /// Keyboards in use.
    #[must_use]
    pub fn keyboards(&self) -> usize {
        let count = |device: &Device| match &device.role {
            Role::Keyboards(keyboards) => keyboards.iter().flatten().count(),
            _ => 0,
        };
        self.devices.iter().flatten().map(count).sum()
    }

    /// Moves everything on as far as it goes now.
    pub fn poll(&mut self, now_us: u64, sink: &mut dyn Sink) {
        if now_us < self.next_us {
            return;
        }
        if self.stage != Stage::Running {
            self.start(now_us, sink);
            if self.stage != Stage::Running {
                return;
            }
        }
        self.split_begun = false;
        self.held = false;
        for _ in 0..MAX_ROUNDS {
            self.next_us = now_us.saturating_add(ROOT_LOOK_US);
            let mut moved = self.root_step(now_us, sink);
            moved |= self.stop_lanes(now_us);
            moved |= self.control_step(now_us, sink);
            moved |= self.begin_reports(now_us);
            moved |= self.report_step(now_us, sink);
            if !moved {
                self.tell_keys(sink);
                return;
            }
        }
        self.next_us = now_us;
        self.tell_keys(sink);
    }

    fn start(&mut self, now_us: u64, sink: &mut dyn Sink) {
        if self.stage == Stage::Dead {
            self.next_us = u64::MAX;
            return;
        }
        match self.controller.bring_up(now_us) {
            BringUp::Pending(until) => self.next_us = until,
            BringUp::Ready => {
                self.stage = Stage::Running;
                self.next_us = now_us;
                sink.notice(&Notice::Ready {
                    channels: self.controller.channels(),
                });
            }
            BringUp::Failed(why) => {
                self.stage = Stage::Dead;
                self.next_us = u64::MAX;
                sink.notice(&Notice::NoController(why));
            }
        }
    }

    fn wake(&mut self, at_us: u64) {
        self.next_us = self.next_us.min(at_us);
    }

    // The root port.

    fn root_step(&mut self, now_us: u64, sink: &mut dyn Sink) -> bool {
        let status = self.controller.root();
        let gone = !status.connected || status.changed;
        let before = self.root;
        match self.root {
            Root::Attached if gone || !status.enabled => {
                if let Some(slot) = self.child_of(None) {
                    self.remove(slot, now_us, sink);
                }
                self.root = Root::Empty;
            }
            Root::Hopeless | Root::Waiting { .. } if gone => self.root = Root::Empty,
            Root::Empty if status.connected => {
                self.controller.root_acknowledge();
                self.root_attempts = 0;
                self.root = Root::Debouncing {
                    until: now_us.saturating_add(DEBOUNCE_US),
                };
            }
            Root::Debouncing { .. } if gone => self.root = Root::Empty,
            Root::Debouncing { until } if now_us >= until => {
                self.root = Root::Waiting { not_before: now_us };
            }
            Root::Waiting { not_before } if now_us >= not_before => {
                self.controller.root_reset(true);
                self.root = Root::Resetting {
                    until: now_us.saturating_add(ROOT_RESET_US),
                };
            }
            Root::Resetting { until } if now_us >= until => {
                self.controller.root_reset(false);
                self.root = Root::Recovering {
                    until: now_us.saturating_add(RECOVERY_US),
                };
            }
            Root::Recovering { until } if now_us >= until => {
                self.controller.root_acknowledge();
                if status.enabled {
                    self.root = Root::Attached;
                    self.attach(None, status.speed, sink);
                } else {
                    self.root_again(now_us);
                    if self.root == Root::Hopeless {
                        sink.notice(&Notice::NoReset(Place::ROOT));
                    }
                }
            }
            Root::Debouncing { until }
            | Root::Waiting { not_before: until }
            | Root::Resetting { until }
            | Root::Recovering { until } => self.wake(until),
            Root::Empty | Root::Attached | Root::Hopeless => {}
        }
        self.root != before
    }

    /// The device on the root port failed: once more, or never.
    fn root_again(&mut self, now_us: u64) -> bool {
        self.root_attempts = self.root_attempts.saturating_add(1);
        let again = self.root_attempts < ATTEMPTS;
        self.root = if again {
            Root::Waiting {
                not_before: now_us.saturating_add(ATTEMPT_PAUSE_US),
            }
        } else {
            Root::Hopeless
        };
        again
    }

    // The table of devices.

    fn child_of(&self, parent: Option<(usize, u8)>) -> Option<usize> {
        self.devices
            .iter()
            .position(|d| d.as_ref().is_some_and(|d| d.parent == parent))
    }

    fn device(&mut self, slot: usize) -> Option<&mut Device> {
        self.devices.get_mut(slot)?.as_mut()
    }

    /// Whether a device may be listening at address 0.
    fn address0_taken(&self) -> bool {
        matches!(self.root, Root::Resetting { .. } | Root::Recovering { .. })
            || self
                .devices
                .iter()
                .flatten()
                .any(|device| match &device.role {
                    Role::New(enumeration) => enumeration.address() == 0,
                    Role::Hub(hub, _) => hub.holds_address0(),
                    _ => false,
                })
    }

    /// A device answers at address 0.
    fn attach(&mut self, parent: Option<(usize, u8)>, speed: Speed, sink: &mut dyn Sink) {
        let (place, split) = match parent {
            None => (Some(Place::ROOT), None),
            Some((slot, port)) => {
                let Some(hub) = self.device(slot) else { return };
                (hub.place.port(port), hub.translator_for(port, speed))
            }
        };
        let free = self.devices.iter().position(Option::is_none);
        let address = free.and_then(|slot| u8::try_from(slot + 1).ok());
        let (Some(place), Some(slot), Some(address)) = (place, free, address) else {
            let hub = parent.and_then(|(slot, _)| self.devices[slot].as_ref());
            sink.notice(&Notice::TooMany(
                place.or(hub.map(|h| h.place)).unwrap_or(Place::ROOT),
            ));
            if let Some((slot, port)) = parent {
                if let Some(Device {
                    role: Role::Hub(hub, _),
                    ..
                }) = self.device(slot)
                {
                    hub.leave_alone(port);
                }
            }
            return;
        };
        self.devices[slot] = Some(Device {
            parent,
            place,
            address,
            speed,
            split,
            max_packet: 8,
            identity: None,
            role: Role::New(Enumeration::new(address)),
        });
    }

    /// A device is gone, and all behind it.
    fn remove(&mut self, slot: usize, now_us: u64, sink: &mut dyn Sink) {
        let behind = |d: &Option<Device>| {
            d.as_ref()
                .is_some_and(|d| d.parent.is_some_and(|(hub, _)| hub == slot))
        };
        while let Some(child) = self.devices.iter().position(behind) {
            self.remove(child, now_us, sink);
        }
        let give_up = now_us.saturating_add(DISABLE_LIMIT_US);
        if self
            .control
            .as_ref()
            .is_some_and(|control| control.slot == slot)
        {
            if let Some(mut control) = self.control.take() {
                if control.transfer.stage().0.on_channel() {
                    self.controller.disable(0);
                    self.lanes[0] = Lane::Stopping { give_up };
                }
            }
        }
        for channel in 1..self.lanes.len() {
            if let Lane::Report {
                slot: owner,
                transfer,
                ..
            } = &self.lanes[channel]
            {
                if *owner == slot {
                    let on_channel = transfer.on_channel();
                    self.lanes[channel] = Lane::Free;
                    if on_channel {
                        self.controller.disable(channel);
                        self.lanes[channel] = Lane::Stopping { give_up };
                    }
                }
            }
        }
        if let Some(device) = self.devices.get_mut(slot).and_then(Option::take) {
            let identity = device.identity;
            sink.notice(&Notice::Gone {
                place: device.place,
                identity,
            });
        }
    }

    /// A device could not be made known.
    fn failed(&mut self, slot: usize, why: Failure, now_us: u64, sink: &mut dyn Sink) {
        let Some(device) = self.devices.get_mut(slot).and_then(Option::take) else {
            return;
        };
        let again = match device.parent {
            None => self.root_again(now_us),
            Some((hub, port)) => match self.device(hub).map(|d| &mut d.role) {
                Some(Role::Hub(hub, _)) => hub.device_failed(port, now_us),
                _ => false,
            },
        };
        sink.notice(&Notice::Failed {
            place: device.place,
            why,
            again,
        });
    }

    /// A device is configured: what it is decides what it is to the host.
    fn found(&mut self, slot: usize, found: &Found, sink: &mut dyn Sink) {
        let Some(device) = self.device(slot) else {
            return;
        };
        let mut keyboards = [None; MAX_KEYBOARDS];
        for (place, interface) in keyboards.iter_mut().zip(found.configuration.keyboards) {
            *place = interface.map(|interface| {
                let pipe = Pipe::new(interface.endpoint, KEYBOARD_INTERVAL_US);
                (Keyboard::new(interface), pipe)
            });
        }
        let count = keyboards.iter().flatten().count();
        let what;
        if let Some(descriptor) = found.hub {
            let hub = Hub::new(descriptor);
            what = What::Hub(hub.ports());
            let pipe = found
                .configuration
                .hub
                .map(|e| Pipe::new(e, HUB_INTERVAL_US));
            device.max_packet = device.target().max_packet;
            device.role = Role::Hub(hub, pipe);
        } else if count > 0 {
            what = What::Keyboard(count);
            device.max_packet = device.target().max_packet;
            device.role = Role::Keyboards(keyboards);
        } else {
            let class = match found.device.class {
                0 | 0xef => found.configuration.first_class.unwrap_or(0),
                class => class,
            };
            let class = if found.configuration.hub.is_some() {
                CLASS_HUB
            } else {
                class
            };
            what = What::Other(class);
            device.role = Role::Other;
        }
        let identity = Identity {
            vendor: found.device.vendor,
            product: found.device.product,
            name: found.name,
            what,
        };
        device.identity = Some(identity);
        sink.notice(&Notice::Found {
            place: device.place,
            identity,
            speed: device.speed,
        });
    }

    // Keys.

    /// Tells what changed of all keyboards together: a key is up when none holds it.
    fn tell_keys(&mut self, sink: &mut dyn Sink) {
        let mut held = Keys::default();
        let mut any = false;
        for device in self.devices.iter().flatten() {
            if let Role::Keyboards(keyboards) = &device.role {
                any = true;
                keyboards
                    .iter()
                    .flatten()
                    .for_each(|(keyboard, _)| held.extend(keyboard.held()));
            }
        }
        if held == self.told {
            return;
        }
        if any {
            tell_changes(&mut self.told, &held, |event| sink.key(event));
        } else {
            self.told = held;
            sink.key(KeyEvent::AllUp);
        }
    }
}
