//! Control transfers: setup, data and status stages over endpoint 0, tried again when the wire
//! fails (USB 2.0, 8.5.3).

use super::transfer::{Kind, Target, Toggle, Token, Transfer, TransferError};

/// Bytes of data a control transfer can carry here. Configuration descriptors of composite
/// devices reach some hundred bytes; what is beyond is not read.
pub const MAX_DATA: usize = 512;

/// How often a control transfer that fails on the wire is begun anew.
const ATTEMPTS: u8 = 3;
/// Pause before that, in microseconds: a device that is still waking up gets a chance.
const ATTEMPT_PAUSE_US: u64 = 10_000;

/// Request type: standard, from the device.
pub const FROM_DEVICE: u8 = 0x80;
/// Request type: standard, to the device.
pub const TO_DEVICE: u8 = 0x00;
/// Request type: standard, to an endpoint.
pub const TO_ENDPOINT: u8 = 0x02;
/// Request type: of the class, from the device.
pub const CLASS_FROM_DEVICE: u8 = 0xa0;
/// Request type: of the class, to an interface.
pub const CLASS_TO_INTERFACE: u8 = 0x21;
/// Request type: of the class, from an interface.
pub const CLASS_FROM_INTERFACE: u8 = 0xa1;
/// Request type: of the class, to a hub's port.
pub const CLASS_TO_PORT: u8 = 0x23;
/// Request type: of the class, from a hub's port.
pub const CLASS_FROM_PORT: u8 = 0xa3;

/// Standard request.
pub const CLEAR_FEATURE: u8 = 1;
/// Standard request.
pub const SET_FEATURE: u8 = 3;
/// Standard request.
pub const SET_ADDRESS: u8 = 5;
/// Standard request.
pub const GET_DESCRIPTOR: u8 = 6;
/// Standard request.
pub const SET_CONFIGURATION: u8 = 9;
/// Standard request.
pub const GET_STATUS: u8 = 0;

/// The eight bytes that begin a control transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Direction, type and recipient.
    pub request_type: u8,
    /// The request.
    pub request: u8,
    /// wValue.
    pub value: u16,
    /// wIndex.
    pub index: u16,
    /// wLength: bytes of data that follow.
    pub length: u16,
}

impl Setup {
    /// A request without data.
    #[must_use]
    pub const fn plain(request_type: u8, request: u8, value: u16, index: u16) -> Self {
        Self {
            request_type,
            request,
            value,
            index,
            length: 0,
        }
    }

    /// A request for a descriptor.
    #[must_use]
    pub const fn descriptor(request_type: u8, kind: u8, number: u8, length: u16) -> Self {
        let value = u16::from_be_bytes([kind, number]);
        // Strings want a language: English (United States), which all that have any have.
        let index = if kind == super::descriptor::STRING {
            0x0409
        } else {
            0
        };
        Self {
            request_type,
            request: GET_DESCRIPTOR,
            value,
            index,
            length,
        }
    }

    /// Whether the data come from the device.
    #[must_use]
    pub const fn to_host(&self) -> bool {
        self.request_type & 0x80 != 0
    }

    /// As it goes over the wire.
    #[must_use]
    pub const fn bytes(&self) -> [u8; 8] {
        let value = self.value.to_le_bytes();
        let index = self.index.to_le_bytes();
        let length = self.length.to_le_bytes();
        [
            self.request_type,
            self.request,
            value[0],
            value[1],
            index[0],
            index[1],
            length[0],
            length[1],
        ]
    }

    /// Reads the eight bytes back (for tests and traces).
    #[must_use]
    pub const fn from_bytes(b: [u8; 8]) -> Self {
        Self {
            request_type: b[0],
            request: b[1],
            value: u16::from_le_bytes([b[2], b[3]]),
            index: u16::from_le_bytes([b[4], b[5]]),
            length: u16::from_le_bytes([b[6], b[7]]),
        }
    }
}

/// A request with what it sends, and how stubbornly it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The setup packet.
    pub setup: Setup,
    /// The byte to send, if the request sends one: nothing used here sends more.
    pub out: Option<u8>,
    /// Whether the request can be done without: it is tried once only.
    pub optional: bool,
}

impl Request {
    /// A request that sends no data.
    #[must_use]
    pub const fn new(setup: Setup) -> Self {
        Self {
            setup,
            out: None,
            optional: false,
        }
    }

    /// The same, tried once only.
    #[must_use]
    pub const fn optional(setup: Setup) -> Self {
        Self {
            setup,
            out: None,
            optional: true,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Setup,
    Data,
    Status,
}

/// A control transfer under way.
#[derive(Clone, Debug)]
pub struct ControlTransfer {
    target: Target,
    setup: Setup,
    stage: Stage,
    transfer: Transfer,
    attempts: u8,
    setup_bytes: [u8; 8],
    data: [u8; MAX_DATA],
    received: u16,
}

impl ControlTransfer {
    /// A transfer to endpoint 0 of `target`. At most [`MAX_DATA`] bytes are asked for.
    #[must_use]
    pub fn new(target: Target, request: Request, now_us: u64) -> Self {
        let target = Target {
            endpoint: 0,
            kind: Kind::Control,
            ..target
        };
        let mut setup = request.setup;
        let limit = u16::try_from(MAX_DATA).unwrap_or(u16::MAX);
        setup.length = setup.length.min(limit);
        let mut data = [0; MAX_DATA];
        if let Some(byte) = request.out {
            data[0] = byte;
        }
        Self {
            target,
            setup,
            stage: Stage::Setup,
            transfer: Self::setup_stage(target, now_us),
            attempts: if request.optional { 1 } else { ATTEMPTS },
            setup_bytes: setup.bytes(),
            data,
            received: 0,
        }
    }

    fn setup_stage(target: Target, now_us: u64) -> Transfer {
        Transfer::new(target, Token::Setup, Toggle::Data0, 8, now_us)
    }

    /// The other end.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The present stage and the bytes it moves, for whoever runs the channel.
    pub fn stage(&mut self) -> (&mut Transfer, &mut [u8]) {
        let data: &mut [u8] = match self.stage {
            Stage::Setup => &mut self.setup_bytes,
            Stage::Data => &mut self.data,
            Stage::Status => &mut [],
        };
        (&mut self.transfer, data)
    }

    /// To be called when the present stage is over; `Some` when the whole transfer is.
    pub fn stage_over(
        &mut self,
        result: Result<u16, TransferError>,
        now_us: u64,
    ) -> Option<Result<(), TransferError>> {
        let moved = match result {
            Ok(moved) => moved,
            Err(TransferError::Stall) => return Some(Err(TransferError::Stall)),
            Err(error) => {
                self.attempts = self.attempts.saturating_sub(1);
                if self.attempts == 0 {
                    return Some(Err(error));
                }
                self.stage = Stage::Setup;
                self.received = 0;
                self.transfer =
                    Self::setup_stage(self.target, now_us.saturating_add(ATTEMPT_PAUSE_US));
                return None;
            }
        };
        let (stage, token, total) = match self.stage {
            Stage::Setup if self.setup.length > 0 => {
                let token = if self.setup.to_host() {
                    Token::In
                } else {
                    Token::Out
                };
                (Stage::Data, token, self.setup.length)
            }
            Stage::Setup => (Stage::Status, Token::In, 0),
            Stage::Data if self.setup.to_host() => {
                self.received = moved.min(self.setup.length);
                (Stage::Status, Token::Out, 0)
            }
            Stage::Data => (Stage::Status, Token::In, 0),
            Stage::Status => return Some(Ok(())),
        };
        self.stage = stage;
        self.transfer = Transfer::new(self.target, token, Toggle::Data1, total, now_us);
        None
    }

    /// What the device sent.
    #[must_use]
    pub fn received(&self) -> &[u8] {
        &self.data[..usize::from(self.received).min(MAX_DATA)]
    }
}
