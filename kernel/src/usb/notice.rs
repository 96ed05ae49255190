//! What the USB host has to say: one line of the log for each thing that happens.

use super::descriptor::{Name, Speed};
use super::enumerate::Failure;
use core::fmt;

/// Hubs and devices in a row that USB allows (USB 2.0, 4.1.1: seven tiers, the first of which is
/// the root).
pub const MAX_DEPTH: usize = 6;

/// Where a device is plugged in: the root port, which is 1, then a port for each hub in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    ports: [u8; MAX_DEPTH],
    depth: usize,
}

impl Place {
    /// The root port.
    pub const ROOT: Self = Self {
        ports: [1, 0, 0, 0, 0, 0],
        depth: 1,
    };

    /// A port of the hub at this place; `None` if that is further away than USB allows.
    #[must_use]
    pub fn port(mut self, port: u8) -> Option<Self> {
        *self.ports.get_mut(self.depth)? = port;
        self.depth += 1;
        Some(self)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, port) in self.ports.iter().take(self.depth).enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{port}")?;
        }
        Ok(())
    }
}

/// What a device turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A hub with so many ports.
    Hub(u8),
    /// A device with so many keyboards.
    Keyboard(usize),
    /// Something else: its class.
    Other(u8),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Hub(ports) => write!(f, "hub with {ports} ports"),
            What::Keyboard(1) => f.write_str("keyboard"),
            What::Keyboard(count) => write!(f, "{count} keyboards"),
            What::Other(class) => f.write_str(match class {
                1 => "audio device",
                2 | 10 => "communication device",
                3 => "input device that is no boot keyboard",
                6 => "camera",
                7 => "printer",
                8 => "storage device",
                9 => "hub that cannot be used",
                0xe0 => "radio adapter",
                0xff => "device of its maker's own kind",
                _ => "device of an unknown kind",
            }),
        }
    }
}

/// A device as the log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Vendor identification.
    pub vendor: u16,
    /// Product identification.
    pub product: u16,
    /// The product's name, perhaps empty.
    pub name: Name,
    /// What it is.
    pub what: What,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:04x}:{:04x}", self.what, self.vendor, self.product)?;
        match self.name.text() {
            "" => Ok(()),
            name => write!(f, " \"{name}\""),
        }
    }
}

/// Something that happened on the USB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The controller cannot be used, so there is no USB.
    NoController(&'static str),
    /// The controller is ready.
    Ready {
        /// Its channels.
        channels: usize,
    },
    /// A device is configured.
    Found {
        /// Where.
        place: Place,
        /// What.
        identity: Identity,
        /// Speed of its wires.
        speed: Speed,
    },
    /// A device was unplugged.
    Gone {
        /// Where it was.
        place: Place,
        /// What it was, if it was known.
        identity: Option<Identity>,
    },
    /// A device could not be made known.
    Failed {
        /// Where.
        place: Place,
        /// Why.
        why: Failure,
        /// Whether it is tried again.
        again: bool,
    },
    /// A port could not be reset with its device.
    NoReset(Place),
    /// There are more devices than can be kept, or hubs behind hubs than USB allows.
    TooMany(Place),
    /// A keyboard does not answer any more; it is asked less often.
    Silent(Place),
    /// A hub does not answer any more; it is asked no more.
    HubSilent(Place),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::NoController(why) => write!(f, "no USB: {why}"),
            Notice::Ready { channels } => {
                write!(f, "USB: controller ready, {channels} channels")
            }
            Notice::Found {
                place,
                identity,
                speed,
            } => {
                write!(f, "USB {place}: {identity}, {speed}")?;
                if matches!(identity.what, What::Other(_)) {
                    f.write_str("; left alone")?;
                }
                Ok(())
            }
            Notice::Gone {
                place,
                identity: Some(identity),
            } => {
                write!(f, "USB {place}: unplugged ({identity})")
            }
            Notice::Gone {
                place,
                identity: None,
            } => write!(f, "USB {place}: unplugged"),
            Notice::Failed { place, why, again } => {
                let then = if *again { "trying again" } else { "left alone" };
                write!(f, "USB {place}: device not usable ({why}); {then}")
            }
            Notice::NoReset(place) => {
                write!(f, "USB {place}: device cannot be reset; left alone")
            }
            Notice::TooMany(place) => write!(f, "USB {place}: one device too many; left alone"),
            Notice::Silent(place) => write!(f, "USB {place}: keyboard does not answer"),
            Notice::HubSilent(place) => write!(f, "USB {place}: hub does not answer"),
        }
    }
}
