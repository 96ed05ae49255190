//! One transfer on one channel, as a pure state machine: packets, data toggles, retries,
//! time-outs and split transactions.
//!
//! Nothing here touches the controller. Whoever runs a channel calls [`Transfer::advance`] with
//! the time, the frame number and what the channel shows, and does what is answered: start a
//! transaction, disable the channel, look again later. So every answer a hub or a keyboard can
//! give is a line of a test (`transfer_tests.rs`), which matters because QEMU has no split
//! transactions and the real board's hub wants them for nearly every keyboard.
//!
//! A channel is started for one packet at a time, split or not: toggles and progress are then
//! kept in software in one place, and read-back registers (which QEMU does not all update) are
//! not needed.
//!
//! # Split transactions
//!
//! A low- or full-speed device behind a high-speed hub is reached through that hub's transaction
//! translator: a *start-split* hands it the packet, a *complete-split* fetches the outcome
//! (USB 2.0, 11.14 to 11.20).
//!
//! - Control: start-split until it is acknowledged; complete-split; `NYET` means "ask again",
//!   after 5 microframes.
//! - Interrupt: the start-split goes out in the next microframe, but not in microframe 6 of a
//!   frame; complete-splits follow from two microframes later, one in each microframe, at most
//!   four (three if it started in microframe 5, for the frame ends sooner). Whoever runs the
//!   channel should look every few microseconds while this goes on ([`Action::Wait`] says
//!   `urgent`): a complete-split that comes too late loses the report.

use super::descriptor::Speed;

/// A microframe in microseconds (USB 2.0, 7.1.12).
pub const MICROFRAME_US: u64 = 125;
/// Errors of the wire in a row after which a transfer fails (USB 2.0, 10.2.6).
const MAX_ERRORS: u8 = 3;
/// Pause before a transaction that failed is tried again: a frame.
const ERROR_PAUSE_US: u64 = 1_000;
/// Pause after `NYET` or `NAK` of a control split.
const SPLIT_PAUSE_US: u64 = 5 * MICROFRAME_US;
/// `NYET`s in a row after which a control split is begun anew, which counts as an error. The
/// translator should be done within two frames, so this is generous.
const MAX_NYETS: u8 = 32;
/// Halts without any reason in a row (the BCM2837's controller has them) before it is an error.
const MAX_EMPTY_HALTS: u8 = 8;
/// How long a channel may run for a setup packet, for the packet of a split, or for an
/// interrupt packet, before it is given up. QEMU lets a channel to an absent address run for
/// ever.
const SHORT_LIMIT_US: u64 = 50_000;
/// How long a channel may run for a data or status packet: the controller repeats it by itself
/// as long as the device answers `NAK`.
const LONG_LIMIT_US: u64 = 500_000;
/// How long one stage may take over all, `NAK`s of splits included.
const STAGE_LIMIT_US: u64 = 1_000_000;
/// How long a channel may take to stop when it is told to.
pub const DISABLE_LIMIT_US: u64 = 10_000;
/// How long to wait for a microframe. It is at most two away; longer means that the counter
/// stands, as it does when nothing is attached any more.
const FRAME_LIMIT_US: u64 = 2_000;
/// Frame numbers are 14 bits wide (HFNUM).
const FRAME_MASK: u16 = 0x3fff;

/// The hub, and its port, whose transaction translator speaks to a slower device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translator {
    /// Address of the high-speed hub.
    pub hub: u8,
    /// Its port, from 1.
    pub port: u8,
}

/// The two kinds of endpoints used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Endpoint 0.
    Control,
    /// Asked in turn; may say that there is nothing.
    Interrupt,
}

/// The other end of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Device address, 0 to 127.
    pub address: u8,
    /// Endpoint number, 0 to 15.
    pub endpoint: u8,
    /// What kind of endpoint it is.
    pub kind: Kind,
    /// Speed of the device.
    pub speed: Speed,
    /// Largest packet in bytes.
    pub max_packet: u16,
    /// The translator in between, if there is one.
    pub split: Option<Translator>,
}

/// Who sends, and whether it is a setup packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The eight bytes a control transfer begins with.
    Setup,
    /// Device to host.
    In,
    /// Host to device.
    Out,
}

/// The data toggle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Toggle {
    /// DATA0.
    #[default]
    Data0,
    /// DATA1.
    Data1,
}

impl Toggle {
    /// The other one.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Toggle::Data0 => Toggle::Data1,
            Toggle::Data1 => Toggle::Data0,
        }
    }
}

/// Which part of a transaction the channel does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// All of it: no translator in between.
    Whole,
    /// The start-split.
    Start,
    /// The complete-split.
    Complete,
}

/// What a channel is started with: one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The other end.
    pub target: Target,
    /// Who sends.
    pub token: Token,
    /// The packet's toggle (a setup packet has its own mark instead).
    pub toggle: Toggle,
    /// Where in the transfer's data the packet begins (OUT and SETUP).
    pub offset: u16,
    /// Bytes to send, or room for what is received.
    pub length: u16,
    /// Part of a split, or whole.
    pub phase: Phase,
    /// Whether periodic transactions go out in an odd (micro)frame.
    pub odd_frame: bool,
}

/// The condition bits of a halted channel: HCINT without the reserved ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Conditions(pub u32);

impl Conditions {
    /// The transfer completed.
    pub const COMPLETE: Self = Self(1 << 0);
    /// The channel halted.
    pub const HALTED: Self = Self(1 << 1);
    /// The controller's memory access failed.
    pub const BUS_ERROR: Self = Self(1 << 2);
    /// The endpoint answered STALL.
    pub const STALL: Self = Self(1 << 3);
    /// The endpoint has nothing, or no room.
    pub const NAK: Self = Self(1 << 4);
    /// The packet was acknowledged.
    pub const ACK: Self = Self(1 << 5);
    /// Not yet: the translator is still at work.
    pub const NYET: Self = Self(1 << 6);
    /// No answer, or a broken one.
    pub const WIRE_ERROR: Self = Self(1 << 7);
    /// The device sent more than its largest packet.
    pub const BABBLE: Self = Self(1 << 8);
    /// The (micro)frame was over before the transaction could be done.
    pub const OVERRUN: Self = Self(1 << 9);
    /// The packet had the other toggle.
    pub const TOGGLE: Self = Self(1 << 10);

    /// Whether all bits of `other` are set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a channel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelState {
    /// It has not halted since it was started.
    Running,
    /// It halted.
    Halted {
        /// Why.
        why: Conditions,
        /// Bytes of the transaction's length that were not used.
        remaining: u16,
    },
}

/// Why a transfer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferError {
    /// An interrupt endpoint had nothing to say. No failure at all.
    Nak,
    /// A periodic split ran out of complete-splits: nothing to say, or something was lost.
    Missed,
    /// The packet repeated the toggle of the one before: it was a repetition, or one between
    /// was lost.
    Toggle,
    /// The endpoint refuses.
    Stall,
    /// Three errors of the wire in a row.
    Wire,
    /// The device sent more than it said it would.
    Babble,
    /// The controller could not reach memory.
    Bus,
    /// No end within the time limit.
    Timeout,
}

impl core::fmt::Display for TransferError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            TransferError::Nak => "nothing to say",
            TransferError::Missed => "missed complete-split",
            TransferError::Toggle => "repeated packet",
            TransferError::Stall => "request refused",
            TransferError::Wire => "no proper answer",
            TransferError::Babble => "packet too long",
            TransferError::Bus => "memory access failed",
            TransferError::Timeout => "no end in time",
        })
    }
}

/// What is to be done with the channel next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start it.
    Start(Transaction),
    /// Tell it to stop, then go on calling.
    Disable,
    /// Nothing; look again.
    Wait {
        /// Not later than this, in microseconds.
        until_us: u64,
        /// A complete-split is due within microframes: do not leave.
        urgent: bool,
    },
    /// The transfer is over: the number of bytes moved, or why it failed.
    Finished(Result<u16, TransferError>),
}

/// The answer of [`Transfer::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where in the transfer's data the received bytes belong.
    pub offset: u16,
    /// Bytes to take from the channel's buffer, before the action.
    pub received: u16,
    /// What to do.
    pub action: Action,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The next packet's whole transaction or start-split waits for a time.
    Start { not_before: u64 },
    /// A periodic start-split waits for its microframe.
    StartIn { frame: u16, give_up: u64 },
    /// A control complete-split waits for a time.
    Complete { not_before: u64 },
    /// A periodic complete-split waits for its microframe.
    CompleteIn { frame: u16, give_up: u64 },
    /// The channel runs.
    Running { phase: Phase, give_up: u64 },
    /// The channel was told to stop.
    Disabling { give_up: u64 },
    /// Over.
    Over(Result<u16, TransferError>),
}

/// A transfer: a number of packets to or from one endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    target: Target,
    token: Token,
    toggle: Toggle,
    total: u16,
    done: u16,
    state: State,
    give_up: u64,
    errors: u8,
    nyets: u8,
    empty_halts: u8,
    /// Complete-splits left, and the microframe of the latest start- or complete-split.
    tries: u16,
    frame: u16,
    /// Bytes of the present packet that came with earlier complete-splits.
    part: u16,
}

/// How far `frame` is past `target` (0: now), or `None` if it is still to come.
fn late(frame: u16, target: u16) -> Option<u16> {
    let distance = frame.wrapping_sub(target) & FRAME_MASK;
    (distance <= FRAME_MASK / 2).then_some(distance)
}

impl Transfer {
    /// A transfer of `total` bytes that begins with the given toggle. An IN transfer ends with
    /// the first packet that is not full.
    #[must_use]
    pub fn new(target: Target, token: Token, toggle: Toggle, total: u16, now_us: u64) -> Self {
        Self {
            target: Target {
                max_packet: target.max_packet.max(1),
                ..target
            },
            token,
            toggle,
            total,
            done: 0,
            state: State::Start { not_before: now_us },
            give_up: now_us.saturating_add(STAGE_LIMIT_US),
            errors: 0,
            nyets: 0,
            empty_halts: 0,
            tries: 0,
            frame: 0,
            part: 0,
        }
    }

    /// The toggle the next packet has.
    #[must_use]
    pub fn toggle(&self) -> Toggle {
        self.toggle
    }

    /// Whether the channel's state is wanted by the next [`Transfer::advance`].
    #[must_use]
    pub fn on_channel(&self) -> bool {
        matches!(self.state, State::Running { .. } | State::Disabling { .. })
    }

    fn periodic_split(&self) -> bool {
        self.target.split.is_some() && self.target.kind == Kind::Interrupt
    }

    /// Goes one step. `frame` is the controller's frame number; `channel` is looked at only
    /// while the channel has been started.
    pub fn advance(&mut self, now_us: u64, frame: u16, channel: ChannelState) -> Step {
        let before = self.done + self.part;
        let action = self.act(now_us, frame & FRAME_MASK, channel);
        let received = (self.done + self.part).saturating_sub(before);
        let received = if self.token == Token::In { received } else { 0 };
        Step {
            offset: before,
            received,
            action,
        }
    }

    fn act(&mut self, now_us: u64, frame: u16, channel: ChannelState) -> Action {
        if let State::Running { phase, give_up } = self.state {
            match channel {
                ChannelState::Halted { why, remaining } => {
                    self.state = match phase {
                        Phase::Whole => self.after_whole(now_us, why, remaining),
                        Phase::Start => self.after_start(now_us, why),
                        Phase::Complete => self.after_complete(now_us, why, remaining),
                    };
                }
                ChannelState::Running if now_us >= give_up => {
                    let give_up = now_us.saturating_add(DISABLE_LIMIT_US);
                    self.state = State::Disabling { give_up };
                    return Action::Disable;
                }
                ChannelState::Running => {
                    let urgent = self.periodic_split();
                    return Action::Wait {
                        until_us: give_up,
                        urgent,
                    };
                }
            }
        }
        match self.state {
            State::Start { .. } | State::Complete { .. } if now_us >= self.give_up => {
                self.finish(Err(TransferError::Timeout))
            }
            State::Start { not_before } if now_us < not_before => Action::Wait {
                until_us: not_before,
                urgent: false,
            },
            State::Start { .. } if self.periodic_split() => {
                let mut start = (frame + 1) & FRAME_MASK;
                if start & 7 == 6 {
                    start = (start + 1) & FRAME_MASK;
                }
                let give_up = now_us.saturating_add(FRAME_LIMIT_US);
                self.state = State::StartIn {
                    frame: start,
                    give_up,
                };
                Action::Wait {
                    until_us: now_us,
                    urgent: true,
                }
            }
            State::Start { .. } => {
                let phase = if self.target.split.is_some() {
                    Phase::Start
                } else {
                    Phase::Whole
                };
                // A control split must have an even frame; a whole one takes the present.
                self.start(now_us, phase, phase == Phase::Whole && frame & 1 == 1)
            }
            State::StartIn {
                frame: target,
                give_up,
            } => match late(frame, target) {
                Some(0) => {
                    self.frame = target;
                    self.start(now_us, Phase::Start, target & 1 == 1)
                }
                Some(_) if now_us < give_up => {
                    // Came back too late: the next one.
                    self.state = State::Start { not_before: now_us };
                    Action::Wait {
                        until_us: now_us,
                        urgent: true,
                    }
                }
                None if now_us < give_up => Action::Wait {
                    until_us: now_us,
                    urgent: true,
                },
                _ => self.finish(Err(TransferError::Timeout)),
            },
            State::Complete { not_before } if now_us < not_before => Action::Wait {
                until_us: not_before,
                urgent: false,
            },
            State::Complete { .. } => self.start(now_us, Phase::Complete, false),
            State::CompleteIn {
                frame: target,
                give_up,
            } => match late(frame, target) {
                Some(late) if late <= self.tries => {
                    self.tries -= late;
                    self.frame = frame;
                    self.start(now_us, Phase::Complete, frame & 1 == 1)
                }
                Some(_) => self.finish(Err(TransferError::Missed)),
                None if now_us < give_up => Action::Wait {
                    until_us: now_us,
                    urgent: true,
                },
                None => self.finish(Err(TransferError::Timeout)),
            },
            State::Disabling { give_up } => match channel {
                ChannelState::Running if now_us < give_up => Action::Wait {
                    until_us: give_up,
                    urgent: false,
                },
                _ => self.finish(Err(TransferError::Timeout)),
            },
            State::Over(result) => Action::Finished(result),
            // Left above.
            State::Running { give_up, .. } => Action::Wait {
                until_us: give_up,
                urgent: false,
            },
        }
    }

    fn finish(&mut self, result: Result<u16, TransferError>) -> Action {
        self.state = State::Over(result);
        Action::Finished(result)
    }

    /// Starts the channel for the present packet.
    fn start(&mut self, now_us: u64, phase: Phase, odd_frame: bool) -> Action {
        let short = phase != Phase::Whole
            || self.token == Token::Setup
            || self.target.kind == Kind::Interrupt;
        let limit = if short { SHORT_LIMIT_US } else { LONG_LIMIT_US };
        self.state = State::Running {
            phase,
            give_up: now_us.saturating_add(limit),
        };
        Action::Start(Transaction {
            target: self.target,
            token: self.token,
            toggle: self.toggle,
            offset: self.done,
            length: self.room(),
            phase,
            odd_frame,
        })
    }

    /// Length of the present transaction: to be sent, or room for a full packet.
    fn room(&self) -> u16 {
        let rest = self.total.saturating_sub(self.done);
        match self.token {
            Token::In if self.total == 0 => 0,
            Token::In => self.target.max_packet.saturating_sub(self.part),
            Token::Setup | Token::Out => rest.min(self.target.max_packet),
        }
    }

    /// The packet went through.
    fn packet_done(&mut self, now_us: u64, remaining: u16) -> State {
        let length = self.room();
        let moved = match self.token {
            Token::In => self.part + length.saturating_sub(remaining),
            // What remains after sending is not reliable; the packet was taken.
            Token::Setup | Token::Out => length,
        };
        self.part = 0;
        self.done = self.done.saturating_add(moved).min(self.total);
        self.toggle = self.toggle.flipped();
        self.errors = 0;
        self.nyets = 0;
        self.empty_halts = 0;
        if self.done >= self.total || moved < self.target.max_packet {
            State::Over(Ok(self.done))
        } else {
            self.give_up = now_us.saturating_add(STAGE_LIMIT_US);
            State::Start { not_before: now_us }
        }
    }

    /// An error of the wire: the packet again, from its start, until three in a row.
    fn error(&mut self, now_us: u64, error: TransferError) -> State {
        self.errors += 1;
        self.part = 0;
        self.nyets = 0;
        if self.errors >= MAX_ERRORS {
            State::Over(Err(error))
        } else {
            State::Start {
                not_before: now_us.saturating_add(ERROR_PAUSE_US),
            }
        }
    }

    /// A halt that says nothing: the same again.
    fn empty(&mut self, now_us: u64, again: State) -> State {
        self.empty_halts += 1;
        if self.empty_halts > MAX_EMPTY_HALTS {
            self.empty_halts = 0;
            self.error(now_us, TransferError::Wire)
        } else {
            again
        }
    }

    /// Conditions that mean the same in every phase.
    fn fatal(&mut self, now_us: u64, why: Conditions) -> Option<State> {
        if why.has(Conditions::BUS_ERROR) {
            Some(State::Over(Err(TransferError::Bus)))
        } else if why.has(Conditions::STALL) {
            Some(State::Over(Err(TransferError::Stall)))
        } else if why.has(Conditions::BABBLE) {
            Some(State::Over(Err(TransferError::Babble)))
        } else if why.has(Conditions::WIRE_ERROR) {
            Some(self.error(now_us, TransferError::Wire))
        } else if why.has(Conditions::TOGGLE) {
            // Of a control transfer the packet will come again. Of an interrupt endpoint it is
            // up to the owner: something may have been lost.
            Some(match self.target.kind {
                Kind::Control => self.error(now_us, TransferError::Toggle),
                Kind::Interrupt => State::Over(Err(TransferError::Toggle)),
            })
        } else {
            None
        }
    }

    fn after_whole(&mut self, now_us: u64, why: Conditions, remaining: u16) -> State {
        if why.has(Conditions::COMPLETE) {
            return self.packet_done(now_us, remaining);
        }
        if let Some(state) = self.fatal(now_us, why) {
            return state;
        }
        if why.has(Conditions::NAK) || why.has(Conditions::OVERRUN) {
            return match self.target.kind {
                Kind::Interrupt => State::Over(Err(TransferError::Nak)),
                Kind::Control => State::Start {
                    not_before: now_us.saturating_add(ERROR_PAUSE_US),
                },
            };
        }
        self.empty(now_us, State::Start { not_before: now_us })
    }

    fn after_start(&mut self, now_us: u64, why: Conditions) -> State {
        if let Some(state) = self.fatal(now_us, why) {
            return state;
        }
        if why.has(Conditions::ACK) {
            self.nyets = 0;
            if !self.periodic_split() {
                return State::Complete { not_before: now_us };
            }
            self.tries = if self.frame & 7 == 5 { 2 } else { 3 };
            return State::CompleteIn {
                frame: (self.frame + 2) & FRAME_MASK,
                give_up: now_us.saturating_add(FRAME_LIMIT_US),
            };
        }
        if why.has(Conditions::NAK) || why.has(Conditions::NYET) || why.has(Conditions::OVERRUN) {
            // The translator has no room. A periodic one never says so; its next turn will do.
            return match self.target.kind {
                Kind::Interrupt => State::Over(Err(TransferError::Nak)),
                Kind::Control => State::Start {
                    not_before: now_us.saturating_add(SPLIT_PAUSE_US),
                },
            };
        }
        self.empty(now_us, State::Start { not_before: now_us })
    }

    fn after_complete(&mut self, now_us: u64, why: Conditions, remaining: u16) -> State {
        if why.has(Conditions::COMPLETE) {
            return self.packet_done(now_us, remaining);
        }
        if let Some(state) = self.fatal(now_us, why) {
            return state;
        }
        if self.periodic_split() {
            if why.has(Conditions::NAK) {
                return State::Over(Err(TransferError::Nak));
            }
            if why.has(Conditions::ACK) && self.token == Token::In {
                // Part of the packet; the rest comes with the next complete-split.
                self.part += self.room().saturating_sub(remaining);
            }
            // NYET, OVERRUN, or no reason at all: the next microframe, as long as there is one.
            if self.tries == 0 {
                return State::Over(Err(TransferError::Missed));
            }
            self.tries -= 1;
            return State::CompleteIn {
                frame: (self.frame + 1) & FRAME_MASK,
                give_up: now_us.saturating_add(FRAME_LIMIT_US),
            };
        }
        if why.has(Conditions::NAK) {
            // The device has nothing yet, or no room yet: the whole packet again.
            return State::Start {
                not_before: now_us.saturating_add(SPLIT_PAUSE_US),
            };
        }
        if why.has(Conditions::NYET) || why.has(Conditions::ACK) {
            self.nyets += 1;
            return if self.nyets >= MAX_NYETS {
                self.error(now_us, TransferError::Wire)
            } else {
                State::Complete {
                    not_before: now_us.saturating_add(SPLIT_PAUSE_US),
                }
            };
        }
        self.empty(now_us, State::Complete { not_before: now_us })
    }
}
