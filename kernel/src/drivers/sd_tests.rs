//! A controller with a card in it, and what can be wrong with either.

use std::vec::Vec;

use super::*;

/// What a card is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Up to 2 GiB, of the first version of the specification.
    First,
    /// Up to 2 GiB.
    Standard,
    /// More.
    High,
}

/// What goes wrong, once, with the command of this number among all that are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// No answer.
    NoAnswer,
    /// A wrong checksum of the answer.
    Checksum,
    /// A wrong checksum of the data.
    Data,
    /// The data never come.
    NoData,
    /// The card is busy for ever.
    Busy,
    /// The card complains in its answer.
    Complaint,
    /// The card is pulled out.
    PulledOut,
    /// The card is pulled out and put back.
    PutBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Ready,
    Identification,
    StandBy,
    Transfer,
}

/// A controller and a card.
struct Fake {
    kind: Option<Kind>,
    state: State,
    protected: bool,
    powers_up: bool,
    /// How often it has been asked whether it is powered up.
    asked: u32,
    application: bool,
    complaint: u32,
    registers: [u32; 64],
    memory: Vec<u8>,
    /// Where the next word of data goes to or comes from, and how many sectors are left.
    data: Option<(usize, usize, bool)>,
    word: usize,
    now: Micros,
    commands: Vec<u32>,
    fault: Option<(usize, Fault)>,
    gave_way: u32,
    slowest_clock: u32,
}

const SECTORS: usize = 64;
const ADDRESS: u32 = 0x4567;

impl Fake {
    fn new(kind: Option<Kind>) -> Self {
        let memory = (0..SECTORS * SECTOR).map(|n| (n / SECTOR + n) as u8);
        Self {
            kind,
            state: State::Idle,
            protected: false,
            powers_up: true,
            asked: 0,
            application: false,
            complaint: 0,
            registers: [0; 64],
            memory: memory.collect(),
            data: None,
            word: 0,
            now: 0,
            commands: Vec::new(),
            fault: None,
            gave_way: 0,
            slowest_clock: u32::MAX,
        }
    }

    fn register(&mut self, register: Register) -> &mut u32 {
        &mut self.registers[register as usize / 4]
    }

    fn raise(&mut self, bits: u32) {
        *self.register(Register::Interrupt) |= bits;
    }

    fn answer(&mut self, word: u32) {
        *self.register(Register::Response0) = word;
        self.raise(COMMAND_DONE);
    }

    fn status(&mut self) -> u32 {
        let state = match self.state {
            State::Idle => 0,
            State::Ready => 1,
            State::Identification => 2,
            State::StandBy => 3,
            State::Transfer => 4,
        };
        core::mem::take(&mut self.complaint) | state << 9 | STATUS_READY
    }

    /// The 128 bits without the lowest eight, for 32 KiB or 512 KiB.
    fn specific_data(&self) -> [u32; 4] {
        let mut bits = 0_u128;
        let mut put = |at: u32, value: u128| bits |= value << (at - 8);
        if self.kind == Some(Kind::High) {
            put(126, 1);
            put(48, 0);
        } else {
            // Blocks of 1024 bytes, (7 + 1) << (0 + 2) of them.
            put(80, 10);
            put(62, 7);
            put(47, 0);
        }
        put(12, self.protected.into());
        core::array::from_fn(|n| (bits >> (32 * n)) as u32)
    }

    fn take_fault(&mut self) -> Option<Fault> {
        let (at, fault) = self.fault?;
        (self.commands.len() == at + 1).then(|| {
            self.fault = None;
            fault
        })
    }

    fn command(&mut self, word: u32) {
        let argument = *self.register(Register::Argument);
        let index = word >> 24;
        self.commands.push(index);
        let fault = self.take_fault();
        match fault {
            Some(Fault::PulledOut) => self.kind = None,
            Some(Fault::PutBack) => self.state = State::Idle,
            _ => {}
        }
        let application = core::mem::take(&mut self.application);
        let in_state = |state| self.state == state;
        let known = match (index, application) {
            _ if self.kind.is_none() || fault == Some(Fault::NoAnswer) => false,
            (0, _) => true,
            (8, _) => self.kind != Some(Kind::First) && in_state(State::Idle),
            (55, _) => true,
            (41, true) => in_state(State::Idle),
            (2, _) => in_state(State::Ready),
            (3, _) => in_state(State::Identification),
            (9 | 7, _) => in_state(State::StandBy) && argument >> 16 == ADDRESS,
            (13, _) => argument >> 16 == ADDRESS && !in_state(State::Idle),
            (12, _) => self.data.is_some(),
            (6, true) | (16 | 17 | 18 | 24 | 25, _) => in_state(State::Transfer),
            _ => false,
        };
        // GO_IDLE is answered by nobody, and by an empty slot just so.
        if !known && index != 0 {
            self.complaint |= 1 << 22;
            return self.raise(ERROR & 0x8000 | COMMAND_TIMEOUT);
        }
        if fault == Some(Fault::Checksum) {
            return self.raise(ERROR & 0x8000 | 1 << 17);
        }
        if fault == Some(Fault::Complaint) {
            self.complaint |= 1 << 21;
        }
        self.obey(index, argument, word, fault);
    }

    fn obey(&mut self, index: u32, argument: u32, word: u32, fault: Option<Fault>) {
        match index {
            0 => {
                self.state = State::Idle;
                self.asked = 0;
                self.data = None;
                self.answer(0);
            }
            8 => self.answer(argument & 0xFFF),
            55 => {
                self.application = true;
                let status = self.status() | 1 << 5;
                self.answer(status);
            }
            41 => {
                self.asked += 1;
                let mut condition = argument & VOLTAGES;
                if self.powers_up && self.asked > 3 {
                    condition |= POWERED_UP;
                    self.state = State::Ready;
                    if self.kind == Some(Kind::High) && argument & HIGH_CAPACITY != 0 {
                        condition |= HIGH_CAPACITY;
                    }
                }
                self.answer(condition);
            }
            2 => {
                self.state = State::Identification;
                self.answer(0);
            }
            3 => {
                self.state = State::StandBy;
                self.answer(ADDRESS << 16 | 0x500);
            }
            9 => {
                let words = self.specific_data();
                self.registers[4..8].copy_from_slice(&words);
                self.raise(COMMAND_DONE);
            }
            17 | 18 | 24 | 25 => self.start_data(argument, word, fault),
            _ => {
                if index == 7 {
                    self.state = State::Transfer;
                }
                if index == 12 {
                    self.data = None;
                }
                let status = self.status();
                self.answer(status);
                if word & RESPONSE_AND_BUSY == RESPONSE_AND_BUSY && fault != Some(Fault::Busy) {
                    self.raise(DATA_DONE);
                }
            }
        }
    }

    fn start_data(&mut self, argument: u32, word: u32, fault: Option<Fault>) {
        let count = *self.register(Register::BlockSizeAndCount) as usize;
        assert_eq!(count & 0xFFFF, SECTOR);
        let sectors = match word & SEVERAL {
            0 => 1,
            _ => count >> 16,
        };
        let place = match self.kind {
            Some(Kind::High) => argument as usize * SECTOR,
            _ => argument as usize,
        };
        assert!(place.is_multiple_of(SECTOR));
        let status = self.status();
        self.answer(status);
        let writes = word & TO_HOST == 0;
        self.data = Some((place, sectors, writes));
        self.word = 0;
        match fault {
            Some(Fault::Data) => self.raise(ERROR & 0x8000 | 1 << 21),
            Some(Fault::NoData | Fault::Busy) => {}
            _ => self.raise(if writes { WRITE_READY } else { READ_READY }),
        }
    }

    /// One word of data was moved.
    fn moved(&mut self) {
        self.word += 4;
        if !self.word.is_multiple_of(SECTOR) {
            return;
        }
        let (_, sectors, writes) = self.data.expect("data are moved in a transfer");
        if self.word == sectors * SECTOR {
            self.data = None;
            self.raise(DATA_DONE);
        } else {
            self.raise(if writes { WRITE_READY } else { READ_READY });
        }
    }
}

impl Port for Fake {
    fn get(&mut self, register: Register) -> u32 {
        self.now += 1;
        if register != Register::Data {
            return *self.register(register);
        }
        let (place, ..) = self.data.expect("data are read in a transfer");
        let at = place + self.word;
        let word = u32::from_le_bytes(self.memory[at..at + 4].try_into().expect("four bytes"));
        self.moved();
        word
    }

    fn set(&mut self, register: Register, value: u32) {
        match register {
            Register::Interrupt => *self.register(register) &= !value,
            Register::Command => self.command(value),
            Register::Data => {
                let (place, ..) = self.data.expect("data are written in a transfer");
                let at = place + self.word;
                self.memory[at..at + 4].copy_from_slice(&value.to_le_bytes());
                self.moved();
            }
            Register::Control1 => {
                let half = value >> 8 & 0xFF | (value >> 6 & 3) << 8;
                if value & CLOCK_TO_CARD != 0 {
                    self.slowest_clock = self.slowest_clock.min(BASE / (2 * half));
                }
                let resets = RESET_ALL | RESET_COMMAND | RESET_DATA;
                let stable = if value & CLOCK_RUNS != 0 {
                    CLOCK_STABLE
                } else {
                    0
                };
                *self.register(register) = value & !resets | stable;
            }
            _ => *self.register(register) = value,
        }
    }

    fn now(&mut self) -> Micros {
        self.now
    }

    fn wait(&mut self, micros: Micros) {
        self.now += micros;
    }

    fn give_way(&mut self) {
        self.gave_way += 1;
        self.now += 50;
    }
}

const BASE: u32 = 200_000_000;

fn slot(kind: Option<Kind>) -> Slot<Fake> {
    Slot::new(Fake::new(kind), BASE)
}

/// A slot with a card that is ready.
fn ready(kind: Kind) -> Slot<Fake> {
    let mut slot = slot(Some(kind));
    assert!(slot.start().is_ok());
    slot.port().commands.clear();
    slot
}

fn expected(sector: usize, sectors: usize) -> Vec<u8> {
    Fake::new(None).memory[sector * SECTOR..(sector + sectors) * SECTOR].to_vec()
}

const KINDS: [Kind; 3] = [Kind::First, Kind::Standard, Kind::High];

#[test]
fn every_kind_of_card_is_identified_in_order() {
    let asked = [55, 41, 55, 41, 55, 41, 55, 41];
    for (kind, sectors) in KINDS.into_iter().zip([64, 64, 1024]) {
        let mut slot = slot(Some(kind));
        assert_eq!(slot.start(), Ok(sectors));
        let mut order = Vec::from([0, 8]);
        order.extend(asked);
        order.extend([2, 3, 9, 7, 16, 55, 6]);
        assert_eq!(slot.port().commands, order);
        assert!(slot.port().slowest_clock <= IDENTIFY_HZ);
        assert!(slot.port().gave_way > 50, "others work meanwhile");
    }
}

#[test]
fn sectors_are_read_and_written_with_one_command() {
    for kind in KINDS {
        let mut slot = ready(kind);
        let mut one = [0; SECTOR];
        slot.read(5, &mut one).expect("it is there");
        assert_eq!(one[..], expected(5, 1));
        let mut several = std::vec![0; 7 * SECTOR];
        slot.read(9, &mut several).expect("they are there");
        assert_eq!(several, expected(9, 7));
        slot.write(3, &several).expect("there is room");
        slot.write(2, &one).expect("there is room");
        assert_eq!(slot.port().memory[3 * SECTOR..10 * SECTOR], several[..]);
        assert_eq!(slot.port().memory[2 * SECTOR..3 * SECTOR], one[..]);
        assert_eq!(
            slot.port().memory[10 * SECTOR..],
            expected(10, SECTORS - 10)
        );
        assert_eq!(slot.port().commands, [17, 18, 25, 13, 24, 13]);
    }
}

#[test]
fn what_lies_beyond_the_card_is_not_asked_for() {
    let mut slot = ready(Kind::Standard);
    let mut two = [0; 2 * SECTOR];
    assert_eq!(slot.read(63, &mut two), Err(BlockError::Broken));
    assert_eq!(slot.write(u64::MAX, &two), Err(BlockError::Broken));
    assert!(slot.port().commands.is_empty());
}

#[test]
fn an_empty_slot_is_told_soon() {
    let mut slot = slot(None);
    assert_eq!(slot.start(), Err(BlockError::NoCard));
    assert_eq!(slot.read(0, &mut [0; SECTOR]), Err(BlockError::NoCard));
    assert!(slot.port().now < 20_000, "{} us", slot.port().now);
}

#[test]
fn a_card_that_never_powers_up_is_given_up() {
    let mut slot = slot(Some(Kind::High));
    slot.port().powers_up = false;
    assert_eq!(slot.start(), Err(BlockError::NoCard));
    assert!(slot.port().now <= POWER_UP_LIMIT + 50_000);
}

#[test]
fn a_protected_card_is_not_written() {
    let mut slot = slot(Some(Kind::High));
    slot.port().protected = true;
    assert_eq!(slot.start(), Ok(1024));
    assert_eq!(slot.write(0, &[0; SECTOR]), Err(BlockError::Protected));
    assert!(slot.read(0, &mut [0; SECTOR]).is_ok());
}

#[test]
fn a_fault_that_passes_is_not_noticed() {
    let faults = [
        Fault::NoAnswer,
        Fault::Checksum,
        Fault::Data,
        Fault::NoData,
        Fault::Complaint,
    ];
    for kind in KINDS {
        for fault in faults {
            let mut slot = ready(kind);
            slot.port().fault = Some((0, fault));
            let mut several = std::vec![0; 4 * SECTOR];
            assert_eq!(slot.read(9, &mut several), Ok(()), "{fault:?}");
            assert_eq!(several, expected(9, 4), "{fault:?}");
            slot.port().commands.clear();
            slot.port().fault = Some((0, fault));
            assert_eq!(slot.write(20, &several), Ok(()), "{fault:?}");
            let written = &slot.port().memory[20 * SECTOR..24 * SECTOR];
            assert_eq!(written, several, "{fault:?}");
        }
    }
}

#[test]
fn a_card_pulled_out_or_exchanged_is_no_card_until_it_is_started_again() {
    for fault in [Fault::PulledOut, Fault::PutBack] {
        let mut slot = ready(Kind::High);
        slot.port().fault = Some((0, fault));
        let before = slot.port().now;
        assert_eq!(slot.read(0, &mut [0; SECTOR]), Err(BlockError::NoCard));
        assert!(slot.port().now - before < 100_000, "soon");
        assert!(!slot.is_there());
        let again = slot.read(0, &mut [0; SECTOR]);
        assert_eq!(again, Err(BlockError::NoCard));
        slot.port().kind = Some(Kind::Standard);
        assert_eq!(slot.start(), Ok(64));
        assert_eq!(slot.read(0, &mut [0; SECTOR]), Ok(()));
        assert!(slot.is_there());
        slot.port().state = State::Idle;
        assert!(!slot.is_there());
    }
}

#[test]
fn an_answer_garbled_while_a_card_is_identified_is_asked_for_again() {
    for at in 1..17 {
        let mut slot = slot(Some(Kind::Standard));
        slot.port().fault = Some((at, Fault::Checksum));
        assert_eq!(slot.start(), Ok(64), "at {at}");
    }
}

#[test]
fn every_fault_at_every_command_ends_in_time() {
    let faults = [
        Fault::NoAnswer,
        Fault::Checksum,
        Fault::Data,
        Fault::NoData,
        Fault::Busy,
        Fault::Complaint,
        Fault::PulledOut,
        Fault::PutBack,
    ];
    for fault in faults {
        for at in 0..30 {
            let mut slot = slot(Some(Kind::Standard));
            slot.port().fault = Some((at, fault));
            let started = slot.start();
            let mut several = std::vec![0; 4 * SECTOR];
            let read = slot.read(9, &mut several);
            assert!(read.is_err() || several == expected(9, 4));
            let written = slot.write(20, &several);
            assert!(started.is_ok() || read.is_err() && written.is_err());
            assert!(slot.port().now < 10_000_000, "{fault:?} at {at}");
            slot.port().fault = None;
            if slot.port().kind.is_some() {
                assert_eq!(slot.start(), Ok(64), "{fault:?} at {at}");
                assert_eq!(slot.read(9, &mut several), Ok(()));
            }
        }
    }
}

#[test]
fn the_card_is_never_clocked_too_fast() {
    for base in [1_000_000, 50_000_000, 200_000_000, 250_000_000, 500_000_000] {
        for target in [IDENTIFY_HZ, TRANSFER_HZ] {
            let (bits, hz) = divider(base, target);
            assert!(hz <= target && hz > 0, "{base} {target}");
            assert_eq!(bits & !0xFFC0, 0);
        }
    }
    assert_eq!(divider(200_000_000, TRANSFER_HZ), (4 << 8, 25_000_000));
}

#[test]
fn capacities_are_those_of_real_cards() {
    // A card of 8 GB: version 2, C_SIZE 15159.
    let mut bits = 1_u128 << 126 | 15_159 << 48 | 9 << 80;
    let words = |bits: u128| core::array::from_fn(|n| (bits >> (8 + 32 * n)) as u32);
    assert_eq!(capacity(words(bits)), (15_523_840, false));
    bits |= 1 << 13;
    assert_eq!(capacity(words(bits)), (15_523_840, true));
    // A card of 2 GB: version 1, blocks of 1024 bytes.
    let bits = 10_u128 << 80 | 3_791 << 62 | 7 << 47;
    assert_eq!(capacity(words(bits)), (3_883_008, false));
}
