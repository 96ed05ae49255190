//! Control transfers of the host: one at a time, on channel 0, for whichever device needs one.

use super::channel::{Controller, Progress, drive};
use super::control::{ControlTransfer, Request};
use super::device::Role;
use super::enumerate::Next;
use super::hub::HubStep;
use super::notice::Notice;
use super::transfer::{DISABLE_LIMIT_US, Toggle, TransferError};
use super::{Control, Host, Lane, MAX_DEVICES, Sink};

impl<C: Controller> Host<C> {
    pub(super) fn control_step(&mut self, now_us: u64, sink: &mut dyn Sink) -> bool {
        if self.control.is_none() {
            return matches!(self.lanes[0], Lane::Free) && self.next_request(now_us, sink);
        }
        let Some(Control { transfer, .. }) = &mut self.control else {
            return false;
        };
        let (stage, data) = transfer.stage();
        match drive(&mut self.controller, 0, stage, data, now_us) {
            Progress::Waiting { until_us, .. } => {
                self.wake(until_us);
                false
            }
            Progress::Finished(result) => {
                if let Some(result) = transfer.stage_over(result, now_us) {
                    if let Some(control) = self.control.take() {
                        if result.is_err_and(|error| error != TransferError::Stall) {
                            self.clear_translator(&control);
                        }
                        self.answered(&control, result, now_us);
                    }
                }
                true
            }
        }
    }

    /// Gives up the control transfer if it is for this device.
    pub(super) fn give_up_control(&mut self, slot: usize, now_us: u64) -> Option<Control> {
        let mut control = self.control.take_if(|control| control.slot == slot)?;
        if control.transfer.stage().0.on_channel() {
            self.controller.disable(0);
            let give_up = now_us.saturating_add(DISABLE_LIMIT_US);
            self.lanes[0] = Lane::Stopping { give_up };
        }
        self.clear_translator(&control);
        Some(control)
    }

    /// Lets the translator that a given up control transfer went through forget it.
    fn clear_translator(&mut self, control: &Control) {
        let target = control.transfer.target();
        let Some(split) = target.split else { return };
        for device in self.devices.iter_mut().flatten() {
            if let Role::Hub(hub, _) = &mut device.role {
                if device.address == split.hub {
                    hub.clear_translator(target.address);
                }
            }
        }
    }

    /// Something happened on a hub's ports. If that may have been the end of a device that is
    /// just being asked something, then the answer is not waited for.
    pub(super) fn ports_changed(&mut self, hub: usize, now_us: u64) {
        let Some(slot) = self.control.as_ref().map(|control| control.slot) else {
            return;
        };
        let behind = self.devices[slot]
            .as_ref()
            .and_then(|device| match device.role {
                Role::New(_) => device.parent,
                _ => None,
            });
        let Some((parent, port)) = behind else { return };
        let changed = match self.device(parent).map(|device| &device.role) {
            Some(Role::Hub(state, _)) => parent == hub && state.has_changed(port),
            _ => false,
        };
        if changed {
            if let Some(control) = self.give_up_control(slot, now_us) {
                self.answered(&control, Err(TransferError::Timeout), now_us);
            }
        }
    }

    /// Hands the outcome of a control transfer to whom it is for.
    fn answered(&mut self, control: &Control, result: Result<(), TransferError>, now_us: u64) {
        let answer = result.map(|()| control.transfer.received());
        let Some(device) = self.device(control.slot) else {
            return;
        };
        match &mut device.role {
            Role::New(enumeration) => enumeration.answer(answer, now_us),
            Role::Hub(hub, _) => hub.answer(answer, now_us),
            Role::Keyboards(keyboards) => {
                if let Some(Some((keyboard, pipe))) = keyboards.get_mut(control.part) {
                    if keyboard.answer(answer) {
                        pipe.toggle = Toggle::Data0;
                    }
                }
            }
            Role::Other => {}
        }
    }

    /// Asks the devices in turn what they need. Returns whether anything came of it.
    fn next_request(&mut self, now_us: u64, sink: &mut dyn Sink) -> bool {
        let taken = self.address0_taken();
        for offset in 0..MAX_DEVICES {
            let slot = (self.turn + offset) % MAX_DEVICES;
            let caps = self.caps;
            let Some(device) = self.device(slot) else {
                continue;
            };
            let place = device.place;
            match &mut device.role {
                Role::Other => {}
                Role::New(enumeration) => match enumeration.next(now_us) {
                    Next::Request(request) => return self.begin_control(slot, 0, request, now_us),
                    Next::Wait(until) => self.wake(until),
                    Next::Found(found) => {
                        self.found(slot, &found, sink);
                        return true;
                    }
                    Next::Failed(why) => {
                        self.failed(slot, why, now_us, sink);
                        return true;
                    }
                },
                Role::Hub(hub, _) => match hub.step(now_us, taken) {
                    HubStep::Request(request) => {
                        return self.begin_control(slot, 0, request, now_us);
                    }
                    HubStep::Attach(port, speed) => {
                        self.attach(Some((slot, port)), speed, sink);
                        return true;
                    }
                    HubStep::Detach(port) => {
                        if let Some(child) = self.child_of(Some((slot, port))) {
                            self.remove(child, now_us, sink);
                        }
                        return true;
                    }
                    HubStep::Hopeless(port) => {
                        sink.notice(&Notice::NoReset(place.port(port).unwrap_or(place)));
                        return true;
                    }
                    HubStep::Dead => {
                        sink.notice(&Notice::HubSilent(place));
                        return true;
                    }
                    HubStep::Wait(until) => self.wake(until),
                },
                Role::Keyboards(keyboards) => {
                    let mut deadline = u64::MAX;
                    let mut request = None;
                    for (part, entry) in keyboards.iter_mut().enumerate() {
                        let Some((keyboard, _)) = entry else { continue };
                        request = keyboard.step(now_us, caps).map(|request| (part, request));
                        if request.is_some() {
                            break;
                        }
                        deadline = deadline.min(keyboard.deadline());
                    }
                    if let Some((part, request)) = request {
                        return self.begin_control(slot, part, request, now_us);
                    }
                    self.wake(deadline);
                }
            }
        }
        false
    }

    fn begin_control(&mut self, slot: usize, part: usize, request: Request, now_us: u64) -> bool {
        if let Some(device) = self.devices.get(slot).and_then(Option::as_ref) {
            let transfer = ControlTransfer::new(device.target(), request, now_us);
            self.control = Some(Control {
                slot,
                part,
                transfer,
            });
            // The next request is another device's, if it has one.
            self.turn = (slot + 1) % MAX_DEVICES;
        }
        true
    }
}
