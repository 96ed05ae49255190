//! Keyboards: boot reports into keys, many keyboards into one, and what a keyboard must be told.
//!
//! Source: Device Class Definition for HID 1.11, appendix B (boot keyboard), 7.2 (requests); HID
//! Usage Tables, page 7.

use super::control::{
    CLASS_FROM_INTERFACE, CLASS_TO_INTERFACE, CLEAR_FEATURE, Request, Setup, TO_ENDPOINT,
};
use super::descriptor::KeyboardInterface;
use super::transfer::TransferError;
use basic::keys::KeyEvent;

/// Bytes of a boot report: modifiers, a reserved byte, six keys.
const REPORT_LENGTH: usize = 8;
/// Usages up to this one mean errors: 1 that too many keys are down, 2 and 3 faults.
const LAST_ERROR_USAGE: u8 = 3;
/// Usage of the first modifier (left CTRL).
const FIRST_MODIFIER: u8 = 0xe0;
/// Usage of the last modifier (right GUI).
const LAST_MODIFIER: u8 = 0xe7;

const GET_REPORT: u8 = 1;
const SET_REPORT: u8 = 9;
const SET_IDLE: u8 = 10;
const SET_PROTOCOL: u8 = 11;
/// wValue of an input report without number.
const INPUT_REPORT: u16 = 0x0100;
/// wValue of an output report without number.
const OUTPUT_REPORT: u16 = 0x0200;
/// The bit of CAPS LOCK in the output report.
const LED_CAPS: u8 = 1 << 1;

/// Refused requests after which a keyboard is not asked for the same again.
const MAX_REFUSALS: u8 = 2;
/// Least time between two GET_REPORT requests, in microseconds.
const ASK_AGAIN_US: u64 = 20_000;

/// A set of keys, by usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Keys([u32; 8]);

impl Keys {
    fn place(usage: u8) -> (usize, u32) {
        (usize::from(usage / 32), 1 << (usage % 32))
    }

    /// Adds a key.
    pub fn insert(&mut self, usage: u8) {
        let (word, bit) = Self::place(usage);
        self.0[word] |= bit;
    }

    /// Takes a key away.
    pub fn remove(&mut self, usage: u8) {
        let (word, bit) = Self::place(usage);
        self.0[word] &= !bit;
    }

    /// Whether a key is in.
    #[must_use]
    pub fn contains(&self, usage: u8) -> bool {
        let (word, bit) = Self::place(usage);
        self.0[word] & bit != 0
    }

    /// Adds all keys of another set.
    pub fn extend(&mut self, other: &Keys) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    /// Whether no key is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_modifier(usage: u8) -> bool {
    (FIRST_MODIFIER..=LAST_MODIFIER).contains(&usage)
}

/// Tells what changed from the keys `told` to those in `held`, and keeps `told` up to date.
/// Modifiers go down first and up before other keys go down, so that every key is seen with the
/// modifiers of its own report.
pub fn tell_changes(told: &mut Keys, held: &Keys, mut key: impl FnMut(KeyEvent)) {
    let mut pass = |modifiers: bool, down: bool| {
        for usage in 0..=u8::MAX {
            if is_modifier(usage) != modifiers || held.contains(usage) != down {
                continue;
            }
            if down && !told.contains(usage) {
                told.insert(usage);
                key(KeyEvent::Down(usage));
            } else if !down && told.contains(usage) {
                told.remove(usage);
                key(KeyEvent::Up(usage));
            }
        }
    };
    pass(true, true);
    pass(false, false);
    pass(true, false);
    pass(false, true);
}

/// How a keyboard's reports are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Layout {
    #[default]
    Unknown,
    /// As the boot protocol says, perhaps with more behind it.
    Plain,
    /// With a report number (1) before it, which the boot protocol forbids.
    Numbered,
}

/// Reads a keyboard's reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder {
    layout: Layout,
}

impl Decoder {
    /// The keys held according to a report; `None` if it says nothing of them (empty, or more
    /// keys down than the keyboard can tell apart). Missing bytes count as 0, surplus ones are
    /// passed over.
    pub fn decode(&mut self, report: &[u8]) -> Option<Keys> {
        if report.is_empty() {
            return None;
        }
        let report = self.without_number(report);
        let mut bytes = [0; REPORT_LENGTH];
        for (byte, sent) in bytes.iter_mut().zip(report) {
            *byte = *sent;
        }
        let [modifiers, _, usages @ ..] = bytes;
        if usages
            .iter()
            .any(|&usage| (1..=LAST_ERROR_USAGE).contains(&usage))
        {
            return None;
        }
        let mut keys = Keys::default();
        for bit in 0..8u8 {
            if modifiers & (1 << bit) != 0 {
                keys.insert(FIRST_MODIFIER + bit);
            }
        }
        for usage in usages {
            if usage != 0 && usage <= LAST_MODIFIER {
                keys.insert(usage);
            }
        }
        Some(keys)
    }

    /// Leaves the report number away if there is one. Reports of nine bytes or more may have one
    /// in front or something behind: the reserved byte, which is 0, tells them apart as soon as
    /// a key is down, since keys are filled in from the front.
    fn without_number<'a>(&mut self, report: &'a [u8]) -> &'a [u8] {
        let [first, second, third, rest @ ..] = report else {
            return report;
        };
        if report.len() <= REPORT_LENGTH {
            return report;
        }
        if self.layout == Layout::Unknown {
            let later = rest.iter().any(|&byte| byte != 0);
            if *first != 1 || (*second == 0 && *third != 0) {
                self.layout = Layout::Plain;
            } else if *third == 0 && (*second != 0 || later) {
                self.layout = Layout::Numbered;
            }
        }
        match self.layout {
            Layout::Plain => report,
            // Undecided: 1 and nothing else is "no keys" with a number, more likely than CTRL.
            Layout::Unknown | Layout::Numbered => &report[1..],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Protocol,
    Idle,
    Lights(bool),
    Report,
    ClearHalt,
}

/// One keyboard interface.
#[derive(Clone, Copy, Debug)]
pub struct Keyboard {
    interface: KeyboardInterface,
    decoder: Decoder,
    held: Keys,
    protocol_set: bool,
    idle_set: bool,
    lights: Option<bool>,
    light_refusals: u8,
    report_refusals: u8,
    /// A report may have been lost: ask for the present one, from this time on.
    ask_report: Option<u64>,
    last_ask_us: u64,
    halted: bool,
    asked: Option<Asked>,
}

impl Keyboard {
    /// A keyboard of a device just configured.
    #[must_use]
    pub fn new(interface: KeyboardInterface) -> Self {
        Self {
            interface,
            decoder: Decoder::default(),
            held: Keys::default(),
            protocol_set: false,
            idle_set: false,
            lights: None,
            light_refusals: 0,
            report_refusals: 0,
            ask_report: None,
            last_ask_us: 0,
            halted: false,
            asked: None,
        }
    }

    /// The keys it holds.
    #[must_use]
    pub fn held(&self) -> &Keys {
        &self.held
    }

    /// Lets go of all its keys: it does not answer any more.
    pub fn release(&mut self) {
        self.held = Keys::default();
    }

    /// Whether its reports can be asked for yet.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.protocol_set && self.idle_set && !self.halted
    }

    /// Takes a report.
    pub fn report(&mut self, report: &[u8]) {
        if let Some(held) = self.decoder.decode(report) {
            self.held = held;
        }
    }

    /// Its report endpoint refuses until it is told to go on.
    pub fn halted(&mut self) {
        self.halted = true;
    }

    /// A report may have been lost, and with it a key going up.
    pub fn report_lost(&mut self, now_us: u64) {
        if self.report_refusals < MAX_REFUSALS {
            self.ask_report = Some(now_us.max(self.last_ask_us.saturating_add(ASK_AGAIN_US)));
        }
    }

    /// When [`Keyboard::step`] has something to do at the latest.
    #[must_use]
    pub fn deadline(&self) -> u64 {
        self.ask_report.unwrap_or(u64::MAX)
    }

    /// The next request it needs, if any; its outcome goes to [`Keyboard::answer`].
    pub fn step(&mut self, now_us: u64, caps: bool) -> Option<Request> {
        if self.asked.is_some() {
            return None;
        }
        let index = u16::from(self.interface.interface);
        let to = |request, value| {
            Request::optional(Setup::plain(CLASS_TO_INTERFACE, request, value, index))
        };
        let (asked, request) = if !self.protocol_set {
            // 0: the boot protocol.
            (Asked::Protocol, to(SET_PROTOCOL, 0))
        } else if !self.idle_set {
            // 0: a report only when something changes.
            (Asked::Idle, to(SET_IDLE, 0))
        } else if self.halted {
            let endpoint = u16::from(self.interface.endpoint.number) | 0x80;
            let setup = Setup::plain(TO_ENDPOINT, CLEAR_FEATURE, 0, endpoint);
            (Asked::ClearHalt, Request::new(setup))
        } else if self.ask_report.is_some_and(|at| now_us >= at) {
            self.last_ask_us = now_us;
            let length = 8;
            let setup = Setup {
                request_type: CLASS_FROM_INTERFACE,
                request: GET_REPORT,
                value: INPUT_REPORT,
                index,
                length,
            };
            (Asked::Report, Request::optional(setup))
        } else if self.lights != Some(caps) && self.light_refusals < MAX_REFUSALS {
            let setup = Setup {
                request_type: CLASS_TO_INTERFACE,
                request: SET_REPORT,
                value: OUTPUT_REPORT,
                index,
                length: 1,
            };
            let byte = if caps { LED_CAPS } else { 0 };
            (
                Asked::Lights(caps),
                Request {
                    setup,
                    out: Some(byte),
                    optional: true,
                },
            )
        } else {
            return None;
        };
        self.asked = Some(asked);
        Some(request)
    }

    /// Whether a request of [`Keyboard::step`] is out.
    #[must_use]
    pub fn asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Takes the outcome of the request that is out. Returns whether the endpoint's toggle
    /// begins anew. A keyboard that refuses something is used all the same.
    pub fn answer(&mut self, answer: Result<&[u8], TransferError>) -> bool {
        match self.asked.take() {
            Some(Asked::Protocol) => self.protocol_set = true,
            Some(Asked::Idle) => self.idle_set = true,
            Some(Asked::ClearHalt) => {
                self.halted = false;
                return true;
            }
            Some(Asked::Lights(caps)) => match answer {
                Ok(_) => {
                    self.lights = Some(caps);
                    self.light_refusals = 0;
                }
                Err(_) => self.light_refusals += 1,
            },
            Some(Asked::Report) => {
                self.ask_report = None;
                match answer {
                    Ok(report) => {
                        self.report_refusals = 0;
                        self.report(report);
                    }
                    Err(_) => self.report_refusals += 1,
                }
            }
            None => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn keys(usages: &[u8]) -> Keys {
        let mut keys = Keys::default();
        usages.iter().for_each(|&usage| keys.insert(usage));
        keys
    }

    fn events(from: &[u8], to: &[u8]) -> Vec<KeyEvent> {
        let mut told = keys(from);
        let mut events = Vec::new();
        tell_changes(&mut told, &keys(to), |event| events.push(event));
        assert_eq!(told, keys(to));
        events
    }

    #[test]
    fn a_boot_report_gives_modifiers_and_keys() {
        let held = Decoder::default().decode(&[0x22, 0, 4, 0x28, 0, 0, 0, 0]);
        assert_eq!(held, Some(keys(&[0xe1, 0xe5, 4, 0x28])));
    }

    #[test]
    fn roll_over_reports_say_nothing() {
        assert_eq!(Decoder::default().decode(&[2, 0, 1, 1, 1, 1, 1, 1]), None);
        assert_eq!(Decoder::default().decode(&[0, 0, 3, 0, 0, 0, 0, 0]), None);
        assert_eq!(Decoder::default().decode(&[]), None);
    }

    #[test]
    fn short_and_long_reports_are_read() {
        assert_eq!(Decoder::default().decode(&[1]), Some(keys(&[0xe0])));
        assert_eq!(
            Decoder::default().decode(&[0, 0, 4, 5, 6]),
            Some(keys(&[4, 5, 6]))
        );
        let surplus = [0, 0, 4, 5, 6, 7, 8, 9, 0x55];
        assert_eq!(
            Decoder::default().decode(&surplus),
            Some(keys(&[4, 5, 6, 7, 8, 9]))
        );
    }

    #[test]
    fn a_report_number_in_front_is_recognised() {
        let mut decoder = Decoder::default();
        assert_eq!(
            decoder.decode(&[1, 0, 0, 0, 0, 0, 0, 0, 0]),
            Some(keys(&[]))
        );
        assert_eq!(
            decoder.decode(&[1, 0, 0, 4, 0, 0, 0, 0, 0]),
            Some(keys(&[4]))
        );
        assert_eq!(
            decoder.decode(&[1, 2, 0, 4, 0, 0, 0, 0, 0]),
            Some(keys(&[0xe1, 4]))
        );
        let mut plain = Decoder::default();
        assert_eq!(
            plain.decode(&[1, 0, 4, 0, 0, 0, 0, 0, 0]),
            Some(keys(&[0xe0, 4]))
        );
        assert_eq!(
            plain.decode(&[1, 0, 0, 0, 0, 0, 0, 0, 0]),
            Some(keys(&[0xe0]))
        );
    }

    #[test]
    fn every_key_is_seen_with_its_own_modifiers() {
        use KeyEvent::{Down, Up};
        assert_eq!(events(&[], &[0xe1, 4]), [Down(0xe1), Down(4)]);
        assert_eq!(events(&[0xe1, 4], &[]), [Up(4), Up(0xe1)]);
        assert_eq!(events(&[0xe1, 4], &[5]), [Up(4), Up(0xe1), Down(5)]);
        assert_eq!(events(&[4], &[0xe1, 5]), [Down(0xe1), Up(4), Down(5)]);
        assert_eq!(events(&[4], &[4]), []);
    }

    #[test]
    fn a_keyboard_that_refuses_everything_is_still_ready() {
        let endpoint = super::super::descriptor::InterruptIn {
            number: 1,
            max_packet: 8,
            interval: 10,
        };
        let mut keyboard = Keyboard::new(KeyboardInterface {
            interface: 0,
            endpoint,
        });
        let mut requests = 0;
        while keyboard.step(0, true).is_some() {
            keyboard.answer(Err(TransferError::Stall));
            requests += 1;
            assert!(requests < 10);
        }
        assert!(keyboard.ready());
        assert_eq!(requests, 4, "protocol, idle, lights twice");
    }

    #[test]
    fn lights_follow_and_lost_reports_are_asked_for() {
        let endpoint = super::super::descriptor::InterruptIn {
            number: 1,
            max_packet: 8,
            interval: 10,
        };
        let mut keyboard = Keyboard::new(KeyboardInterface {
            interface: 3,
            endpoint,
        });
        for _ in 0..3 {
            assert!(keyboard.step(0, false).is_some());
            keyboard.answer(Ok(&[]));
        }
        assert_eq!(keyboard.step(0, false), None);
        let lights = keyboard.step(0, true).unwrap();
        assert_eq!(
            (lights.setup.request, lights.setup.index, lights.out),
            (9, 3, Some(2))
        );
        keyboard.answer(Ok(&[]));
        assert_eq!(keyboard.step(0, true), None);

        keyboard.report(&[0, 0, 4, 0, 0, 0, 0, 0]);
        keyboard.report_lost(100_000);
        let get = keyboard.step(100_000, true).unwrap();
        assert_eq!((get.setup.request_type, get.setup.request), (0xa1, 1));
        keyboard.answer(Ok(&[0; 8]));
        assert_eq!(*keyboard.held(), Keys::default());
    }
}
