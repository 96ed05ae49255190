//! Reports of hubs and keyboards: interrupt packets, on the channels from 1 on.

use super::channel::{Controller, Progress, RUNNING_LOOK_US, drive};
use super::descriptor::MAX_KEYBOARDS;
use super::device::{Role, SILENT_AFTER};
use super::notice::Notice;
use super::transfer::{ChannelState, Toggle, Token, Transfer, TransferError};
use super::{HOLD_US, Host, Lane, MAX_DEVICES, REPORT_BYTES, Sink};

impl<C: Controller> Host<C> {
    /// Frees the channels that have stopped.
    pub(super) fn stop_lanes(&mut self, now_us: u64) -> bool {
        let mut moved = false;
        for channel in 0..self.lanes.len() {
            let Lane::Stopping { give_up } = self.lanes[channel] else {
                continue;
            };
            let running = self.controller.state(channel) == ChannelState::Running;
            if running && now_us < give_up {
                self.wake(give_up.min(now_us.saturating_add(RUNNING_LOOK_US)));
            } else {
                self.lanes[channel] = Lane::Free;
                moved = true;
            }
        }
        moved
    }

    /// Begins to ask every hub and keyboard that is due, as long as channels are free.
    pub(super) fn begin_reports(&mut self, now_us: u64) -> bool {
        let mut moved = false;
        let mut wake = u64::MAX;
        let channels = self.controller.channels().min(self.lanes.len());
        for slot in 0..MAX_DEVICES {
            for number in 0..MAX_KEYBOARDS {
                let Some(device) = self.devices.get_mut(slot).and_then(Option::as_mut) else {
                    break;
                };
                let split = device.split.is_some();
                let Some(pipe) = device.pipe(number) else {
                    continue;
                };
                if pipe.busy {
                    continue;
                }
                if now_us < pipe.due_us {
                    wake = wake.min(pipe.due_us);
                    continue;
                }
                let pipe = *pipe;
                let free = (1..channels).find(|&c| matches!(self.lanes[c], Lane::Free));
                let Some(channel) = free else { continue };
                if split {
                    // One in a call; the rest in the next, which is at once.
                    if self.split_begun {
                        wake = now_us;
                        continue;
                    }
                    self.split_begun = true;
                }
                let target = pipe.target(device);
                let transfer =
                    Transfer::new(target, Token::In, pipe.toggle, pipe.max_packet(), now_us);
                if let Some(pipe) = device.pipe(number) {
                    pipe.busy = true;
                }
                let data = [0; REPORT_BYTES];
                self.lanes[channel] = Lane::Report {
                    slot,
                    pipe: number,
                    transfer,
                    data,
                };
                moved = true;
            }
        }
        self.wake(wake);
        moved
    }

    pub(super) fn report_step(&mut self, now_us: u64, sink: &mut dyn Sink) -> bool {
        let mut moved = false;
        let mut wake = u64::MAX;
        for channel in 1..self.lanes.len() {
            let Lane::Report {
                slot,
                pipe,
                transfer,
                data,
            } = &mut self.lanes[channel]
            else {
                continue;
            };
            let mut progress = drive(&mut self.controller, channel, transfer, data, now_us);
            if !self.held && matches!(progress, Progress::Waiting { urgent: true, .. }) {
                self.held = true;
                let begun = self.controller.now_us();
                loop {
                    let now = self.controller.now_us();
                    progress = drive(&mut self.controller, channel, transfer, data, now);
                    let urgent = matches!(progress, Progress::Waiting { urgent: true, .. });
                    if !urgent || now.saturating_sub(begun) >= HOLD_US {
                        break;
                    }
                }
            }
            match progress {
                Progress::Waiting { until_us, .. } => wake = wake.min(until_us),
                Progress::Finished(result) => {
                    let (slot, pipe, toggle, data) = (*slot, *pipe, transfer.toggle(), *data);
                    self.lanes[channel] = Lane::Free;
                    let result = result.map(|n| &data[..usize::from(n).min(REPORT_BYTES)]);
                    self.reported(slot, pipe, toggle, result, now_us, sink);
                    moved = true;
                }
            }
        }
        self.wake(wake);
        moved
    }

    /// A hub's or keyboard's turn is over.
    fn reported(
        &mut self,
        slot: usize,
        number: usize,
        toggle: Toggle,
        result: Result<&[u8], TransferError>,
        now_us: u64,
        sink: &mut dyn Sink,
    ) {
        let Some(device) = self.device(slot) else {
            return;
        };
        let place = device.place;
        match &mut device.role {
            Role::Hub(hub, Some(pipe)) => {
                pipe.busy = false;
                match result {
                    Ok(report) => {
                        pipe.toggle = toggle;
                        pipe.good(now_us);
                        hub.changed(report);
                        self.ports_changed(slot, now_us);
                    }
                    Err(TransferError::Nak | TransferError::Missed | TransferError::Toggle) => {
                        pipe.good(now_us);
                    }
                    Err(_) => {
                        pipe.bad(now_us);
                        if pipe.failures >= SILENT_AFTER {
                            hub.look_at_all();
                        }
                    }
                }
            }
            Role::Keyboards(keyboards) => {
                let Some(Some((keyboard, pipe))) = keyboards.get_mut(number) else {
                    return;
                };
                pipe.busy = false;
                match result {
                    Ok(report) => {
                        pipe.toggle = toggle;
                        pipe.good(now_us);
                        keyboard.report(report);
                        return;
                    }
                    Err(TransferError::Nak) => {
                        pipe.good(now_us);
                        return;
                    }
                    Err(TransferError::Missed | TransferError::Toggle) => {
                        pipe.good(now_us);
                        keyboard.report_lost(now_us);
                        return;
                    }
                    Err(TransferError::Stall) => keyboard.halted(),
                    Err(TransferError::Babble) => {
                        // A translator has taken it from the keyboard already.
                        pipe.sends_more();
                        keyboard.report_lost(now_us);
                    }
                    Err(TransferError::Wire | TransferError::Bus | TransferError::Timeout) => {}
                }
                if pipe.bad(now_us) {
                    keyboard.release();
                    sink.notice(&Notice::Silent(place));
                }
            }
            _ => {}
        }
    }
}
