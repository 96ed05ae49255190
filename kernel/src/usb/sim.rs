//! A bus for the tests: a controller with time of its own, hubs with transaction translators,
//! and devices good and bad.
//!
//! It is strict where the real thing is strict: a slow device behind a high-speed hub answers
//! only to split transactions through the right port, complete-splits must come in their
//! microframes, toggles must match.

use super::channel::{BringUp, Controller, RootStatus};
use super::control::Setup;
use super::descriptor::Speed;
use super::transfer::{ChannelState, Conditions, Kind, Phase, Toggle, Token, Transaction};
use std::collections::{BTreeMap, VecDeque};
use std::vec;
use std::vec::Vec;

/// Time a transaction takes.
const TRANSACTION_US: u64 = 30;
/// Time a hub's port reset takes.
const PORT_RESET_US: u64 = 15_000;

/// A small generator of reproducible noise (xorshift).
#[derive(Clone, Debug)]
pub(super) struct Noise(pub(super) u64);

impl Noise {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct SimPort {
    pub(super) child: Option<usize>,
    powered: bool,
    pub(super) enabled: bool,
    change: u16,
    reset_done: Option<u64>,
    pub(super) resets: u32,
}

/// What goes wrong with a device.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// It answers nothing.
    pub(super) dead: bool,
    /// So many packets get no answer.
    pub(super) lost_packets: u32,
    /// It refuses these requests (bRequest).
    pub(super) refuses: Vec<u8>,
    /// Its report endpoint refuses until told otherwise.
    pub(super) halted: bool,
    /// What it says is noise.
    pub(super) noise: Option<Noise>,
    /// So many NAKs before each control data packet.
    pub(super) naks: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) speed: Speed,
    pub(super) address: u8,
    pub(super) configured: bool,
    mps0: u16,
    device: Vec<u8>,
    configuration: Vec<u8>,
    product: Vec<u8>,
    pub(super) ports: Vec<SimPort>,
    /// Reports waiting at each endpoint.
    pub(super) reports: BTreeMap<u8, VecDeque<Vec<u8>>>,
    toggles: BTreeMap<u8, Toggle>,
    setup: Option<Setup>,
    data: Vec<u8>,
    sent: usize,
    ep0: Toggle,
    refused: bool,
    new_address: Option<u8>,
    naks_left: u32,
    /// Every request it got.
    pub(super) requests: Vec<Setup>,
    pub(super) lights: Vec<u8>,
    /// The latest report.
    present: Vec<u8>,
    pub(super) faults: Faults,
}

fn string(text: &str) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(2 + 2 * text.len()).unwrap(), 3];
    bytes.extend(text.bytes().flat_map(|b| [b, 0]));
    bytes
}

impl Node {
    fn new(speed: Speed, class: u8, product: u16, name: &str, interfaces: &[u8]) -> Self {
        let mps0: u8 = if speed == Speed::Low { 8 } else { 64 };
        let [low, high] = product.to_le_bytes();
        let device = vec![
            18, 1, 0, 2, class, 0, 0, mps0, 0x34, 0x12, low, high, 0, 1, 0, 2, 0, 1,
        ];
        let total = u16::try_from(9 + interfaces.len()).unwrap().to_le_bytes();
        let mut configuration = vec![9, 2, total[0], total[1], 1, 1, 0, 0xa0, 50];
        configuration.extend(interfaces);
        Self {
            speed,
            address: 0,
            configured: false,
            mps0: u16::from(mps0),
            device,
            configuration,
            product: string(name),
            ports: Vec::new(),
            reports: BTreeMap::new(),
            toggles: BTreeMap::new(),
            setup: None,
            data: Vec::new(),
            sent: 0,
            ep0: Toggle::Data0,
            refused: false,
            new_address: None,
            naks_left: 0,
            requests: Vec::new(),
            lights: Vec::new(),
            present: vec![0; 8],
            faults: Faults::default(),
        }
    }

    /// A keyboard with one interface.
    pub(super) fn keyboard(speed: Speed) -> Self {
        let interface = [
            9, 4, 0, 0, 1, 3, 1, 1, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0, 7, 5, 0x81, 3, 8, 0, 10,
        ];
        Self::new(speed, 0, 0x4b42, "Keys", &interface)
    }

    /// A receiver: a mouse at endpoint 1, a keyboard at 2, another at 3.
    pub(super) fn receiver() -> Self {
        let interfaces = [
            9, 4, 0, 0, 1, 3, 1, 2, 0, 7, 5, 0x81, 3, 8, 0, 2, //
            9, 4, 1, 0, 1, 3, 1, 1, 0, 7, 5, 0x82, 3, 16, 0, 4, //
            9, 4, 2, 0, 1, 3, 1, 1, 0, 7, 5, 0x83, 3, 8, 0, 4,
        ];
        Self::new(Speed::Full, 0, 0x5243, "Receiver", &interfaces)
    }

    /// A memory stick.
    pub(super) fn storage(speed: Speed) -> Self {
        let interface = [
            9, 4, 0, 0, 2, 8, 6, 80, 0, 7, 5, 0x81, 2, 0, 2, 0, 7, 5, 0x02, 2, 0, 2, 0,
        ];
        Self::new(speed, 0, 0x5354, "Stick", &interface)
    }

    /// A hub.
    pub(super) fn hub(speed: Speed, ports: usize) -> Self {
        let interface = [9, 4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x81, 3, 2, 0, 12];
        let mut node = Self::new(speed, 9, 0x4855, "Hub", &interface);
        node.ports = vec![SimPort::default(); ports];
        node
    }

    fn reset(&mut self) {
        self.address = 0;
        self.configured = false;
        self.setup = None;
        self.new_address = None;
        self.toggles.clear();
        for port in &mut self.ports {
            *port = SimPort {
                child: port.child,
                resets: port.resets,
                ..SimPort::default()
            };
        }
    }

    fn toggle(&mut self, endpoint: u8) -> &mut Toggle {
        self.toggles.entry(endpoint).or_default()
    }

    /// What it answers to a request: the data, or `None` to refuse.
    fn respond(&mut self, setup: Setup, now: u64) -> Option<Vec<u8>> {
        if self.faults.refuses.contains(&setup.request) {
            return None;
        }
        if let Some(noise) = &mut self.faults.noise {
            if noise.below(4) == 0 {
                return None;
            }
            let length = noise.below(u64::from(setup.length) + 1);
            // Now and then something half right.
            let mut bytes: Vec<u8> = match (setup.request, setup.value >> 8, noise.below(3)) {
                (6, 1, 1..) => self.device.clone(),
                (6, 2, 1..) => self.configuration.clone(),
                _ => (0..length).map(|_| noise.next() as u8).collect(),
            };
            for _ in 0..noise.below(3) {
                let at = noise.below(bytes.len().max(1) as u64) as usize;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = noise.next() as u8;
                }
            }
            if setup.request != 5 {
                return Some(bytes);
            }
        }
        let index = usize::from(setup.index);
        match (setup.request_type, setup.request) {
            (0x80, 6) => match setup.value >> 8 {
                1 => Some(self.device.clone()),
                2 => Some(self.configuration.clone()),
                3 if setup.value & 255 == 2 => Some(self.product.clone()),
                _ => None,
            },
            (0x00, 5) => {
                self.new_address = u8::try_from(setup.value).ok();
                Some(vec![])
            }
            (0x00, 9) => {
                self.configured = true;
                self.toggles.clear();
                Some(vec![])
            }
            (0x02, 1) => {
                self.faults.halted = false;
                self.toggles.clear();
                Some(vec![])
            }
            (0x21, 9..=11) => Some(vec![]),
            (0xa1, 1) => Some(self.present.clone()),
            (0xa0, 6) if !self.ports.is_empty() => {
                let ports = u8::try_from(self.ports.len()).unwrap();
                Some(vec![9, 0x29, ports, 0, 0, 10, 0, 0, 0xff])
            }
            (0x23, request) => {
                let port = self.ports.get_mut(index.checked_sub(1)?)?;
                match (request, setup.value) {
                    (3, 8) => {
                        port.powered = true;
                        if port.child.is_some() {
                            port.change |= 1;
                        }
                    }
                    (3, 4) => {
                        port.reset_done = Some(now + PORT_RESET_US);
                        port.resets += 1;
                        port.enabled = false;
                    }
                    (1, 1) => port.enabled = false,
                    (8, _) => {}
                    (1, feature @ 16..=20) => port.change &= !(1 << (feature - 16)),
                    _ => return None,
                }
                Some(vec![])
            }
            _ => None,
        }
    }

    /// One packet. `None`: no answer.
    fn packet(&mut self, t: &Transaction, data: &[u8], now: u64) -> Option<(Conditions, Vec<u8>)> {
        let ok = Conditions::COMPLETE.and(Conditions::ACK);
        if self.faults.dead {
            return None;
        }
        if self.faults.lost_packets > 0 {
            self.faults.lost_packets -= 1;
            return None;
        }
        if t.target.endpoint != 0 {
            return Some(self.report_packet(t));
        }
        match t.token {
            Token::Setup => {
                let setup = Setup::from_bytes(data.try_into().ok()?);
                self.requests.push(setup);
                self.setup = Some(setup);
                let response = self.respond(setup, now);
                self.refused = response.is_none();
                self.data = response.unwrap_or_default();
                if setup.to_host() {
                    self.data.truncate(usize::from(setup.length));
                }
                self.sent = 0;
                self.ep0 = Toggle::Data1;
                self.naks_left = self.faults.naks;
                Some((ok, vec![]))
            }
            _ if self.refused => Some((Conditions::STALL, vec![])),
            _ if self.naks_left > 0 => {
                self.naks_left -= 1;
                Some((Conditions::NAK, vec![]))
            }
            Token::In => {
                let setup = self.setup?;
                if setup.to_host() {
                    let end = (self.sent + usize::from(self.mps0)).min(self.data.len());
                    let packet = self.data[self.sent..end].to_vec();
                    self.sent = end;
                    let same = t.toggle == self.ep0;
                    self.ep0 = self.ep0.flipped();
                    if !same {
                        return Some((Conditions::TOGGLE, vec![]));
                    }
                    self.naks_left = self.faults.naks;
                    Some((ok, packet))
                } else {
                    assert_eq!(t.toggle, Toggle::Data1, "status stage toggle");
                    if let Some(address) = self.new_address.take() {
                        self.address = address;
                    }
                    Some((ok, vec![]))
                }
            }
            Token::Out => {
                if self.setup?.request == 9 && self.setup?.request_type == 0x21 {
                    self.lights.extend(data);
                }
                Some((ok, vec![]))
            }
        }
    }

    fn report_packet(&mut self, t: &Transaction) -> (Conditions, Vec<u8>) {
        let ok = Conditions::COMPLETE.and(Conditions::ACK);
        let endpoint = t.target.endpoint;
        if self.faults.halted {
            return (Conditions::STALL, vec![]);
        }
        assert!(
            self.configured || self.faults.noise.is_some(),
            "asked before configured"
        );
        let report = if let Some(noise) = &mut self.faults.noise {
            (0..noise.below(12)).map(|_| noise.next() as u8).collect()
        } else if self.ports.is_empty() {
            match self.reports.entry(endpoint).or_default().front() {
                Some(report) => report.clone(),
                None => return (Conditions::NAK, vec![]),
            }
        } else {
            let mut bits = 0u16;
            for (index, port) in self.ports.iter().enumerate() {
                bits |= u16::from(port.change != 0) << (index + 1);
            }
            if bits == 0 {
                return (Conditions::NAK, vec![]);
            }
            bits.to_le_bytes()[..(self.ports.len() / 8 + 1)].to_vec()
        };
        if report.len() > usize::from(t.target.max_packet) {
            return (Conditions::BABBLE, vec![]);
        }
        self.reports.entry(endpoint).or_default().pop_front();
        let same = *self.toggle(endpoint) == t.toggle;
        let toggle = self.toggle(endpoint);
        *toggle = toggle.flipped();
        if same {
            (ok, report)
        } else {
            (Conditions::TOGGLE, vec![])
        }
    }
}

/// What a translator holds of one transaction.
#[derive(Clone, Debug)]
struct Held {
    /// Microframe (unwrapped) of the start-split, and those the answer takes.
    begun: u64,
    takes: u64,
    outcome: Option<(Conditions, Vec<u8>)>,
}

#[derive(Clone, Debug, Default)]
struct SimChannel {
    done_at: Option<u64>,
    why: Conditions,
    data: Vec<u8>,
    length: u16,
    /// It will never halt by itself.
    stuck: bool,
}

/// The bus.
#[derive(Debug)]
pub(super) struct Sim {
    pub(super) now: u64,
    pub(super) nodes: Vec<Node>,
    root: Option<usize>,
    root_changed: bool,
    root_enabled: bool,
    channels: Vec<SimChannel>,
    translators: BTreeMap<(u8, u8), Held>,
    /// Control transactions each translator holds, with the device's address: two at most.
    buffers: BTreeMap<u8, Vec<(u8, Held)>>,
    /// Translators never have the answer of an interrupt endpoint in time.
    pub(super) slow_translators: bool,
    /// Channels to absent devices hang, as in QEMU; otherwise they report an error.
    pub(super) absent_hangs: bool,
    /// Complete-splits answered NYET.
    pub(super) nyets: u32,
    /// Complete-splits that came when the answer was gone.
    pub(super) late: u32,
    /// Split transactions begun.
    pub(super) splits: u32,
    /// The frame counter stands.
    pub(super) frozen: bool,
    noise: Noise,
}

impl Sim {
    pub(super) fn new() -> Self {
        Self {
            now: 1_000,
            nodes: Vec::new(),
            root: None,
            root_changed: false,
            root_enabled: false,
            channels: vec![SimChannel::default(); 8],
            translators: BTreeMap::new(),
            buffers: BTreeMap::new(),
            slow_translators: false,
            absent_hangs: false,
            nyets: 0,
            late: 0,
            splits: 0,
            frozen: false,
            noise: Noise(0x1234_5678_9abc_def1),
        }
    }

    /// Adds a device that is not plugged in.
    pub(super) fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub(super) fn plug_root(&mut self, node: usize) {
        self.root = Some(node);
        self.root_changed = true;
        self.root_enabled = false;
        self.nodes[node].reset();
    }

    pub(super) fn unplug_root(&mut self) {
        self.root = None;
        self.root_changed = true;
        self.root_enabled = false;
    }

    pub(super) fn plug(&mut self, hub: usize, port: usize, node: usize) {
        self.nodes[node].reset();
        let port = &mut self.nodes[hub].ports[port - 1];
        port.child = Some(node);
        port.enabled = false;
        if port.powered {
            port.change |= 1;
        }
    }

    pub(super) fn unplug(&mut self, hub: usize, port: usize) {
        let port = &mut self.nodes[hub].ports[port - 1];
        port.child = None;
        port.enabled = false;
        port.change |= 1;
    }

    /// A report for an endpoint of a keyboard.
    pub(super) fn report(&mut self, node: usize, endpoint: u8, report: &[u8]) {
        self.nodes[node].present = report.to_vec();
        self.nodes[node]
            .reports
            .entry(endpoint)
            .or_default()
            .push_back(report.to_vec());
    }

    /// Control transactions that translators hold.
    pub(super) fn held_by_translators(&self) -> usize {
        self.buffers.values().map(Vec::len).sum()
    }

    fn settle_ports(&mut self) {
        for index in 0..self.nodes.len() {
            for port in 0..self.nodes[index].ports.len() {
                let slot = &mut self.nodes[index].ports[port];
                if slot.reset_done.is_some_and(|done| self.now >= done) {
                    slot.reset_done = None;
                    slot.change |= 1 << 4;
                    slot.enabled = slot.child.is_some();
                    if let Some(child) = slot.child {
                        self.nodes[child].reset();
                    }
                }
            }
        }
    }

    fn port_status(&self, hub: usize, port: usize) -> Vec<u8> {
        let slot = &self.nodes[hub].ports[port];
        let mut status = 0u16;
        if let (Some(child), true) = (slot.child, slot.powered) {
            status |= 1;
            status |= match self.nodes[child].speed {
                Speed::Low => 1 << 9,
                Speed::High => 1 << 10,
                Speed::Full => 0,
            };
        }
        status |= u16::from(slot.enabled) << 1;
        status |= u16::from(slot.reset_done.is_some()) << 4;
        status |= u16::from(slot.powered) << 8;
        let mut bytes = status.to_le_bytes().to_vec();
        bytes.extend(slot.change.to_le_bytes());
        bytes
    }

    /// The device that answers at an address, with the translator in between.
    fn reach(&self, address: u8) -> Option<(usize, Option<(u8, u8)>)> {
        let mut found = None;
        let mut queue = vec![];
        if let (Some(root), true) = (self.root, self.root_enabled) {
            queue.push((root, None));
        }
        while let Some((index, translator)) = queue.pop() {
            let node = &self.nodes[index];
            if node.address == address {
                assert!(found.is_none(), "two devices listen at address {address}");
                found = Some((index, translator));
            }
            for (number, port) in node.ports.iter().enumerate() {
                if let (Some(child), true) = (port.child, port.enabled) {
                    let number = u8::try_from(number + 1).unwrap();
                    let translator = match (self.nodes[child].speed, node.speed) {
                        (Speed::High, _) => None,
                        (_, Speed::High) => Some((node.address, number)),
                        _ => translator,
                    };
                    queue.push((child, translator));
                }
            }
        }
        found
    }

    fn microframe(&self) -> u64 {
        if self.frozen { 77 } else { self.now / 125 }
    }

    fn packet(
        &mut self,
        index: usize,
        t: &Transaction,
        data: &[u8],
    ) -> Option<(Conditions, Vec<u8>)> {
        let now = self.now;
        let answer = self.nodes[index].packet(t, data, now);
        // What needs more than the device alone: port status, and the translator.
        if t.token == Token::Setup && t.target.endpoint == 0 && answer.is_some() {
            if let Some(setup) = self.nodes[index].setup {
                let port = usize::from(setup.index).wrapping_sub(1);
                if setup.request_type == 0x23 && setup.request == 8 {
                    let address = self.nodes[index].address;
                    let stale = u8::try_from(setup.value >> 4 & 0x7f).unwrap();
                    let buffers = self.buffers.entry(address).or_default();
                    buffers.retain(|(held, _)| *held != stale);
                }
                if setup.request_type == 0xa3
                    && port < self.nodes[index].ports.len()
                    && !self.nodes[index].faults.refuses.contains(&setup.request)
                {
                    let status = self.port_status(index, port);
                    self.nodes[index].data = status;
                    self.nodes[index].refused = false;
                }
            }
        }
        answer
    }

    fn outcome(&mut self, t: &Transaction, data: &[u8]) -> Option<(Conditions, Vec<u8>)> {
        self.settle_ports();
        let reached = self.reach(t.target.address);
        let Some(split) = t.target.split else {
            let (index, translator) = reached?;
            if translator.is_some() || t.target.speed != self.nodes[index].speed {
                return None;
            }
            return self.packet(index, t, data);
        };
        // The hub itself must be there.
        let (hub, _) = self.reach(split.hub)?;
        if self.nodes[hub].faults.dead {
            return None;
        }
        let key = (split.hub, split.port);
        let frame = self.microframe();
        let periodic = t.target.kind == Kind::Interrupt;
        if periodic {
            assert_eq!(t.odd_frame, frame & 1 == 1, "parity of a periodic split");
        } else {
            assert!(!t.odd_frame, "control splits have even frames");
        }
        match t.phase {
            Phase::Whole => panic!("whole transaction through a translator"),
            Phase::Start => {
                self.splits += 1;
                if !periodic {
                    let buffers = self.buffers.entry(key.0).or_default();
                    buffers.retain(|(address, _)| *address != t.target.address);
                    if buffers.len() >= 2 {
                        return Some((Conditions::NAK, vec![]));
                    }
                }
                assert!(
                    !periodic || frame & 7 != 6,
                    "periodic start-split in microframe 6"
                );
                let outcome = match reached {
                    Some((index, translator))
                        if translator == Some(key) && self.nodes[index].speed == t.target.speed =>
                    {
                        self.packet(index, t, data)
                    }
                    _ => None,
                };
                let takes = 1 + self.noise.below(3) + u64::from(periodic);
                let takes = if periodic && self.slow_translators {
                    99
                } else {
                    takes
                };
                let held = Held {
                    begun: frame,
                    takes,
                    outcome,
                };
                if periodic {
                    self.translators.insert(key, held);
                } else {
                    let buffers = self.buffers.entry(key.0).or_default();
                    buffers.push((t.target.address, held));
                }
                Some((Conditions::ACK, vec![]))
            }
            Phase::Complete => {
                let buffers = self.buffers.entry(key.0).or_default();
                let place = buffers
                    .iter()
                    .position(|(address, _)| *address == t.target.address);
                let held = if periodic {
                    self.translators.get(&key)?.clone()
                } else {
                    buffers[place?].1.clone()
                };
                let age = frame - held.begun;
                if age < held.takes {
                    self.nyets += 1;
                    return Some((Conditions::NYET, vec![]));
                }
                if periodic && age > 6 {
                    self.late += 1;
                    return Some((Conditions::NYET, vec![]));
                }
                if periodic {
                    self.translators.remove(&key);
                } else {
                    self.buffers.entry(key.0).or_default().remove(place?);
                }
                held.outcome
            }
        }
    }
}

impl Controller for Sim {
    fn bring_up(&mut self, _now_us: u64) -> BringUp {
        BringUp::Ready
    }

    fn channels(&self) -> usize {
        self.channels.len()
    }

    fn start(&mut self, channel: usize, t: &Transaction, data: &[u8]) {
        let slot = &self.channels[channel];
        assert!(
            slot.done_at.is_none() && !slot.stuck,
            "channel {channel} started while it runs"
        );
        let outcome = self.outcome(t, data);
        let hangs = outcome.is_none() && self.absent_hangs;
        let (why, data) = outcome.unwrap_or((Conditions::WIRE_ERROR, vec![]));
        // NAKs of whole control packets are repeated by the controller itself.
        let data = if t.token == Token::In { data } else { vec![] };
        self.channels[channel] = SimChannel {
            done_at: (!hangs).then_some(self.now + TRANSACTION_US),
            why: why.and(Conditions::HALTED),
            data,
            length: t.length,
            stuck: hangs,
        };
    }

    fn state(&mut self, channel: usize) -> ChannelState {
        let now = self.now;
        let slot = &mut self.channels[channel];
        match slot.done_at {
            Some(done) if now >= done => {
                slot.done_at = None;
                let used = u16::try_from(slot.data.len()).unwrap().min(slot.length);
                ChannelState::Halted {
                    why: slot.why,
                    remaining: slot.length - used,
                }
            }
            _ => ChannelState::Running,
        }
    }

    fn read(&mut self, channel: usize, into: &mut [u8]) {
        for (to, from) in into.iter_mut().zip(&self.channels[channel].data) {
            *to = *from;
        }
    }

    fn disable(&mut self, channel: usize) {
        let now = self.now;
        let slot = &mut self.channels[channel];
        slot.stuck = false;
        slot.why = Conditions::HALTED;
        slot.done_at = Some(now + TRANSACTION_US);
    }

    fn frame(&mut self) -> u16 {
        (self.microframe() & 0x3fff) as u16
    }

    fn now_us(&mut self) -> u64 {
        self.now += 3;
        self.now
    }

    fn root(&mut self) -> RootStatus {
        RootStatus {
            connected: self.root.is_some(),
            changed: self.root_changed,
            enabled: self.root_enabled,
            speed: self.root.map_or(Speed::Full, |root| self.nodes[root].speed),
        }
    }

    fn root_reset(&mut self, on: bool) {
        self.root_enabled = false;
        if let (Some(root), false) = (self.root, on) {
            self.nodes[root].reset();
            self.root_enabled = true;
        }
    }

    fn root_acknowledge(&mut self) {
        self.root_changed = false;
    }
}
