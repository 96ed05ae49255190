//! USB descriptors, parsed from bytes that may be anything: every function here takes what a
//! device sent, however short, long or wrong, and answers with what could be made of it.
//!
//! Source: Universal Serial Bus Specification 2.0, chapter 9 (9.6) and 11 (11.23); Device Class
//! Definition for HID 1.11, 4.

use core::fmt;

/// Descriptor type: device.
pub const DEVICE: u8 = 1;
/// Descriptor type: configuration.
pub const CONFIGURATION: u8 = 2;
/// Descriptor type: string.
pub const STRING: u8 = 3;
const INTERFACE: u8 = 4;
const ENDPOINT: u8 = 5;
/// Descriptor type: hub.
pub const HUB: u8 = 0x29;

/// Class code of hubs.
pub const CLASS_HUB: u8 = 9;
/// Class code of human interface devices.
pub const CLASS_HID: u8 = 3;
/// Interface protocol of a keyboard, within the HID class.
const PROTOCOL_KEYBOARD: u8 = 1;

/// Length in bytes of a device descriptor.
pub const DEVICE_LENGTH: u16 = 18;
/// Length in bytes of a configuration descriptor's own head.
pub const CONFIGURATION_HEAD: u16 = 9;

/// Keyboard interfaces used of one device: a receiver for two keyboards has two, nothing known
/// has more.
pub const MAX_KEYBOARDS: usize = 4;

/// How fast a device's wires are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// 1.5 Mb/s: most keyboards.
    Low,
    /// 12 Mb/s.
    Full,
    /// 480 Mb/s.
    High,
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Speed::Low => "low speed",
            Speed::Full => "full speed",
            Speed::High => "high speed",
        })
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([
        *bytes.get(at)?,
        *bytes.get(at.checked_add(1)?)?,
    ]))
}

/// The packet size of endpoint 0, from the first eight bytes of a device descriptor; `None` if
/// they are no device descriptor or the size is none that USB knows.
#[must_use]
pub fn control_packet_size(bytes: &[u8]) -> Option<u16> {
    if *bytes.get(1)? != DEVICE {
        return None;
    }
    match *bytes.get(7)? {
        size @ (8 | 16 | 32 | 64) => Some(u16::from(size)),
        _ => None,
    }
}

/// What a device descriptor says, as far as it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DeviceDescriptor {
    /// Class; 0 means "see the interfaces".
    pub class: u8,
    /// Vendor identification.
    pub vendor: u16,
    /// Product identification.
    pub product: u16,
    /// Number of the string naming the product, 0 for none.
    pub product_string: u8,
}

impl DeviceDescriptor {
    /// Reads a device descriptor of 18 bytes; `None` if it is shorter or something else.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < usize::from(DEVICE_LENGTH) || bytes[1] != DEVICE {
            return None;
        }
        Some(Self {
            class: bytes[4],
            vendor: word(bytes, 8)?,
            product: word(bytes, 10)?,
            product_string: bytes[15],
        })
    }
}

/// The whole length a configuration descriptor announces, from its head.
#[must_use]
pub fn configuration_length(head: &[u8]) -> Option<u16> {
    if *head.get(1)? != CONFIGURATION {
        return None;
    }
    word(head, 2).filter(|length| *length >= CONFIGURATION_HEAD)
}

/// An interrupt endpoint that sends to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterruptIn {
    /// Endpoint number, 1 to 15.
    pub number: u8,
    /// Largest packet in bytes, 1 to 1024.
    pub max_packet: u16,
    /// The interval as the descriptor has it (its unit depends on the speed).
    pub interval: u8,
}

/// A keyboard among a device's interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyboardInterface {
    /// Interface number, for requests.
    pub interface: u8,
    /// Where its reports come from.
    pub endpoint: InterruptIn,
}

/// What a configuration offers, as far as it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Configuration {
    /// The number SET_CONFIGURATION wants.
    pub value: u8,
    /// The status change endpoint, if this is a hub.
    pub hub: Option<InterruptIn>,
    /// The boot keyboards.
    pub keyboards: [Option<KeyboardInterface>; MAX_KEYBOARDS],
    /// Class of the first interface, for the log.
    pub first_class: Option<u8>,
}

impl Configuration {
    /// Reads a configuration descriptor with all that follows it. Descriptors of other kinds are
    /// passed over; one whose length is below 2 or reaches past the end ends the reading.
    /// `None` if there is no configuration descriptor at the start.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if *bytes.get(1)? != CONFIGURATION {
            return None;
        }
        let mut found = Self {
            value: *bytes.get(5)?,
            ..Self::default()
        };
        let mut rest = bytes;
        // The interface that endpoints now belong to: number, class, protocol.
        let mut current: Option<(u8, u8, u8)> = None;
        let mut count = 0;
        while let [length, kind, ..] = *rest {
            let length = usize::from(length);
            if length < 2 || length > rest.len() {
                break;
            }
            let (one, after) = rest.split_at(length);
            rest = after;
            match kind {
                INTERFACE if length >= 9 => {
                    // Alternate settings are never selected.
                    current = (one[3] == 0).then_some((one[2], one[5], one[7]));
                    if found.first_class.is_none() {
                        found.first_class = Some(one[5]);
                    }
                }
                ENDPOINT if length >= 7 => {
                    let Some(endpoint) = interrupt_in(one) else {
                        continue;
                    };
                    match current {
                        Some((_, CLASS_HUB, _)) if found.hub.is_none() => {
                            found.hub = Some(endpoint);
                        }
                        Some((interface, CLASS_HID, PROTOCOL_KEYBOARD))
                            if count < MAX_KEYBOARDS =>
                        {
                            found.keyboards[count] = Some(KeyboardInterface {
                                interface,
                                endpoint,
                            });
                            count += 1;
                            // One report pipe for each interface.
                            current = None;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        Some(found)
    }
}

/// The endpoint if it is of type interrupt, towards the host, and its numbers make sense.
fn interrupt_in(descriptor: &[u8]) -> Option<InterruptIn> {
    let address = *descriptor.get(2)?;
    let number = address & 15;
    let max_packet = word(descriptor, 4)? & 0x7ff;
    (address & 0x80 != 0
        && number != 0
        && *descriptor.get(3)? & 3 == 3
        && (1..=1024).contains(&max_packet))
    .then_some(InterruptIn {
        number,
        max_packet,
        interval: *descriptor.get(6)?,
    })
}

/// What a hub's class descriptor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubDescriptor {
    /// Number of ports.
    pub ports: u8,
    /// Microseconds from power to good power.
    pub power_good_us: u32,
}

impl HubDescriptor {
    /// Reads a hub descriptor; `None` if there are too few bytes or it is another kind.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 7 || bytes[1] != HUB {
            return None;
        }
        Some(Self {
            ports: bytes[2],
            power_good_us: u32::from(bytes[5]) * 2000,
        })
    }
}

/// Characters kept of a product's name.
const NAME_LENGTH: usize = 40;

/// A product's name: the printable ASCII of its string descriptor, `?` for the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name {
    bytes: [u8; NAME_LENGTH],
    length: usize,
}

impl Default for Name {
    fn default() -> Self {
        Self {
            bytes: [0; NAME_LENGTH],
            length: 0,
        }
    }
}

impl Name {
    /// Reads a string descriptor (UTF-16, low byte first); an empty name if it is none.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut name = Self::default();
        let [length, STRING, ..] = *bytes else {
            return name;
        };
        let end = usize::from(length).min(bytes.len()).max(2);
        for pair in bytes[2..end].chunks_exact(2) {
            if name.length == NAME_LENGTH {
                break;
            }
            let printable = pair[1] == 0 && (b' '..=b'~').contains(&pair[0]);
            name.bytes[name.length] = if printable { pair[0] } else { b'?' };
            name.length += 1;
        }
        name
    }

    /// The name's text.
    #[must_use]
    pub fn text(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.length])
            .unwrap_or("")
            .trim()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A receiver: mouse first, then a keyboard, then a vendor interface.
    const RECEIVER: [u8; 84] = [
        9, 2, 84, 0, 3, 7, 0, 0xa0, 49, //
        9, 4, 0, 0, 1, 3, 1, 2, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, 67, 0, 7, 5, 0x81, 3, 8, 0,
        2, //
        9, 4, 1, 0, 1, 3, 1, 1, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, 59, 0, 7, 5, 0x82, 3, 8, 0,
        8, //
        9, 4, 2, 0, 1, 3, 0, 0, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, 98, 0, 7, 5, 0x83, 3, 32, 0, 2,
    ];

    #[test]
    fn the_keyboard_among_several_interfaces_is_found() {
        let found = Configuration::parse(&RECEIVER).unwrap();
        assert_eq!(found.value, 7);
        assert_eq!(found.hub, None);
        assert_eq!(found.first_class, Some(3));
        let keyboard = KeyboardInterface {
            interface: 1,
            endpoint: InterruptIn {
                number: 2,
                max_packet: 8,
                interval: 8,
            },
        };
        assert_eq!(found.keyboards, [Some(keyboard), None, None, None]);
    }

    #[test]
    fn a_descriptor_cut_anywhere_is_read_as_far_as_it_goes() {
        for cut in 0..RECEIVER.len() {
            let found = Configuration::parse(&RECEIVER[..cut]);
            assert_eq!(found.is_some(), cut >= 6, "cut at {cut}");
            let keyboards = found.map_or(0, |c| c.keyboards.iter().flatten().count());
            assert_eq!(keyboards, usize::from(cut >= 59), "cut at {cut}");
        }
    }

    #[test]
    fn a_descriptor_of_length_nought_ends_the_reading() {
        let mut bytes = RECEIVER;
        bytes[9] = 0;
        assert_eq!(
            Configuration::parse(&bytes).unwrap().keyboards,
            [None; MAX_KEYBOARDS]
        );
    }

    #[test]
    fn packet_sizes_of_endpoint_nought() {
        let mut head = [18, 1, 0, 2, 0, 0, 0, 64];
        assert_eq!(control_packet_size(&head), Some(64));
        head[7] = 9;
        assert_eq!(control_packet_size(&head), None);
        head[7] = 8;
        head[1] = 2;
        assert_eq!(control_packet_size(&head), None);
        assert_eq!(control_packet_size(&[18, 1]), None);
    }

    #[test]
    fn names_keep_what_can_be_printed() {
        assert_eq!(
            Name::parse(&[8, 3, b'U', 0, 0xac, 0x20, b'B', 0]).text(),
            "U?B"
        );
        assert_eq!(Name::parse(&[255, 3, b'U', 0, b'x']).text(), "U");
        assert_eq!(Name::parse(&[0, 3]).text(), "");
        assert_eq!(Name::parse(&[4, 2, b'U', 0]).text(), "");
    }

    #[test]
    fn hub_descriptors() {
        let lan9514 = [9, 0x29, 5, 0x1d, 0, 50, 100, 0x20, 0xff];
        let found = HubDescriptor::parse(&lan9514).unwrap();
        assert_eq!((found.ports, found.power_good_us), (5, 100_000));
        assert_eq!(HubDescriptor::parse(&lan9514[..6]), None);
    }
}
