//! The seam to the controller: what the pure part of the driver asks of it, and how a transfer
//! is run on a channel.

use super::descriptor::Speed;
use super::transfer::{Action, ChannelState, Transaction, Transfer, TransferError};

/// How far the controller is with getting ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BringUp {
    /// Ask again, at the latest at this time in microseconds.
    Pending(u64),
    /// It can be used.
    Ready,
    /// It cannot.
    Failed(&'static str),
}

/// What the root port shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootStatus {
    /// Something is plugged in.
    pub connected: bool,
    /// That changed since it was last acknowledged.
    pub changed: bool,
    /// The port carries traffic.
    pub enabled: bool,
    /// Speed of the device; makes sense while the port is enabled.
    pub speed: Speed,
}

/// A host controller with one root port and some channels. No method waits.
pub trait Controller {
    /// Gets the controller ready, one step further at each call.
    fn bring_up(&mut self, now_us: u64) -> BringUp;
    /// Number of channels.
    fn channels(&self) -> usize;
    /// Starts a channel; `data` are the bytes to send.
    fn start(&mut self, channel: usize, transaction: &Transaction, data: &[u8]);
    /// What a channel that was started shows.
    fn state(&mut self, channel: usize) -> ChannelState;
    /// Takes what a channel received.
    fn read(&mut self, channel: usize, into: &mut [u8]);
    /// Tells a channel to stop; it halts soon after.
    fn disable(&mut self, channel: usize);
    /// The (micro)frame number, 14 bits.
    fn frame(&mut self) -> u16;
    /// The time in microseconds, for the moments when [`super::Host::poll`] must not leave.
    fn now_us(&mut self) -> u64;
    /// The root port.
    fn root(&mut self) -> RootStatus;
    /// Begins or ends the root port's reset.
    fn root_reset(&mut self, on: bool);
    /// Acknowledges the root port's changes, and after a reset sets the clocks for its speed.
    fn root_acknowledge(&mut self);
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Under way.
    Waiting {
        /// When to look again at the latest.
        until_us: u64,
        /// A complete-split is due within microframes.
        urgent: bool,
    },
    /// Over.
    Finished(Result<u16, TransferError>),
}

/// How often the controller is looked at for a transaction that runs.
pub const RUNNING_LOOK_US: u64 = 250;

/// Steps in one go: more than the packets of the longest control transfer, split or not.
const MAX_STEPS: usize = 256;

/// Runs a transfer as far as it goes without waiting. Bytes for which `data` has no room are
/// dropped.
pub fn drive(
    controller: &mut impl Controller,
    channel: usize,
    transfer: &mut Transfer,
    data: &mut [u8],
    now_us: u64,
) -> Progress {
    for _ in 0..MAX_STEPS {
        let running = transfer.on_channel();
        let state = if running {
            controller.state(channel)
        } else {
            ChannelState::Running
        };
        let frame = controller.frame();
        let step = transfer.advance(now_us, frame, state);
        let offset = usize::from(step.offset).min(data.len());
        if step.received > 0 {
            let end = (offset + usize::from(step.received)).min(data.len());
            controller.read(channel, &mut data[offset..end]);
        }
        match step.action {
            Action::Start(transaction) => {
                let begin = usize::from(transaction.offset).min(data.len());
                let end = (begin + usize::from(transaction.length)).min(data.len());
                controller.start(channel, &transaction, &data[begin..end]);
            }
            Action::Disable => controller.disable(channel),
            Action::Wait { until_us, urgent } => {
                let until_us = if transfer.on_channel() {
                    until_us.min(now_us.saturating_add(RUNNING_LOOK_US))
                } else {
                    until_us
                };
                if until_us > now_us || urgent {
                    return Progress::Waiting { until_us, urgent };
                }
            }
            Action::Finished(result) => return Progress::Finished(result),
        }
    }
    Progress::Waiting {
        until_us: now_us,
        urgent: false,
    }
}
