//! Getting to know a device: from its first answer at address 0 to its configuration, as a
//! state machine over control requests (USB 2.0, 9.1.2).

use super::control::{
    CLASS_FROM_DEVICE, FROM_DEVICE, MAX_DATA, Request, SET_ADDRESS, SET_CONFIGURATION, Setup,
    TO_DEVICE,
};
use super::descriptor::{
    CONFIGURATION, CONFIGURATION_HEAD, Configuration, DEVICE, DEVICE_LENGTH, DeviceDescriptor, HUB,
    HubDescriptor, Name, STRING, configuration_length, control_packet_size,
};
use super::transfer::TransferError;

/// Pause after SET_ADDRESS in microseconds. The standard gives the device 2 ms (9.2.6.3); some
/// want more.
const ADDRESS_PAUSE_US: u64 = 10_000;

/// Why a device could not be made known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A request failed.
    Request(TransferError),
    /// What it sent is no descriptor.
    Nonsense,
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Failure::Request(error) => error.fmt(f),
            Failure::Nonsense => f.write_str("its descriptors make no sense"),
        }
    }
}

/// What was learnt of a device that is now configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who made it and what it is.
    pub device: DeviceDescriptor,
    /// What it offers.
    pub configuration: Configuration,
    /// Its hub descriptor, if it is a hub that has one.
    pub hub: Option<HubDescriptor>,
    /// Its name, perhaps empty.
    pub name: Name,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this request, and give the outcome to [`Enumeration::answer`].
    Request(Request),
    /// Nothing before this time.
    Wait(u64),
    /// The device is configured.
    Found(Found),
    /// It cannot be used.
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Head,
    Address,
    AddressPause(u64),
    ConfigurationHead,
    Configuration(u16),
    Select,
    Product,
    Hub,
    Done,
    Failed(Failure),
}

/// A device being made known.
#[derive(Clone, Debug)]
pub struct Enumeration {
    stage: Stage,
    address: u8,
    max_packet: u16,
    device: DeviceDescriptor,
    configuration: Configuration,
    hub: Option<HubDescriptor>,
    name: Name,
}

impl Enumeration {
    /// Begins with a device that answers at address 0 and is to have `address`.
    #[must_use]
    pub fn new(address: u8) -> Self {
        Self {
            stage: Stage::Head,
            address,
            // Eight bytes are asked for first: they fit in one packet of any device.
            max_packet: 8,
            device: DeviceDescriptor::default(),
            configuration: Configuration::default(),
            hub: None,
            name: Name::default(),
        }
    }

    /// The address the device answers at now.
    #[must_use]
    pub fn address(&self) -> u8 {
        match self.stage {
            Stage::Head | Stage::Address => 0,
            _ => self.address,
        }
    }

    /// The packet size of endpoint 0, as far as known.
    #[must_use]
    pub fn max_packet(&self) -> u16 {
        self.max_packet
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self, now_us: u64) -> Next {
        let get = |kind, number, length| {
            Next::Request(Request::new(Setup::descriptor(
                FROM_DEVICE,
                kind,
                number,
                length,
            )))
        };
        match self.stage {
            Stage::Head => get(DEVICE, 0, 8),
            Stage::Address => Next::Request(Request::new(Setup::plain(
                TO_DEVICE,
                SET_ADDRESS,
                u16::from(self.address),
                0,
            ))),
            Stage::AddressPause(until) if now_us < until => Next::Wait(until),
            Stage::AddressPause(_) => get(DEVICE, 0, DEVICE_LENGTH),
            Stage::ConfigurationHead => get(CONFIGURATION, 0, CONFIGURATION_HEAD),
            Stage::Configuration(length) => get(CONFIGURATION, 0, length),
            Stage::Select => Next::Request(Request::new(Setup::plain(
                TO_DEVICE,
                SET_CONFIGURATION,
                u16::from(self.configuration.value),
                0,
            ))),
            Stage::Product => Next::Request(Request::optional(Setup::descriptor(
                FROM_DEVICE,
                STRING,
                self.device.product_string,
                255,
            ))),
            // A hub with 255 ports has 71 bytes; only the first seven are used.
            Stage::Hub => Next::Request(Request::new(Setup::descriptor(
                CLASS_FROM_DEVICE,
                HUB,
                0,
                71,
            ))),
            Stage::Done => Next::Found(Found {
                device: self.device,
                configuration: self.configuration,
                hub: self.hub,
                name: self.name,
            }),
            Stage::Failed(why) => Next::Failed(why),
        }
    }

    /// Takes the outcome of the request of [`Enumeration::next`].
    pub fn answer(&mut self, answer: Result<&[u8], TransferError>, now_us: u64) {
        self.stage = match answer {
            Ok(bytes) => self
                .accept(bytes, now_us)
                .unwrap_or(Stage::Failed(Failure::Nonsense)),
            // Its name is a nicety.
            Err(_) if self.stage == Stage::Product => self.after_product(),
            Err(error) => Stage::Failed(Failure::Request(error)),
        };
    }

    fn accept(&mut self, bytes: &[u8], now_us: u64) -> Option<Stage> {
        Some(match self.stage {
            Stage::Head => {
                self.max_packet = control_packet_size(bytes)?;
                Stage::Address
            }
            Stage::Address => Stage::AddressPause(now_us.saturating_add(ADDRESS_PAUSE_US)),
            Stage::AddressPause(_) => {
                self.device = DeviceDescriptor::parse(bytes)?;
                Stage::ConfigurationHead
            }
            Stage::ConfigurationHead => {
                let length = configuration_length(bytes)?;
                Stage::Configuration(length.min(u16::try_from(MAX_DATA).unwrap_or(u16::MAX)))
            }
            Stage::Configuration(_) => {
                self.configuration = Configuration::parse(bytes)?;
                Stage::Select
            }
            Stage::Select if self.device.product_string != 0 => Stage::Product,
            Stage::Select => self.after_product(),
            Stage::Product => {
                self.name = Name::parse(bytes);
                self.after_product()
            }
            Stage::Hub => {
                self.hub = Some(HubDescriptor::parse(bytes)?);
                Stage::Done
            }
            stage @ (Stage::Done | Stage::Failed(_)) => stage,
        })
    }

    fn after_product(&self) -> Stage {
        if self.configuration.hub.is_some() {
            Stage::Hub
        } else {
            Stage::Done
        }
    }
}
