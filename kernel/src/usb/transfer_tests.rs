//! Transfers against scripts: what the channel shows, and what is done with it.

use super::descriptor::Speed;
use super::transfer::{
    Action, ChannelState, Conditions, Kind, Phase, Target, Toggle, Token, Transaction, Transfer,
    TransferError, Translator,
};
use Conditions as C;
use std::vec::Vec;

const DONE: C = C(C::COMPLETE.0 | C::ACK.0);
const SPLIT: Option<Translator> = Some(Translator { hub: 1, port: 3 });

fn target(kind: Kind, split: Option<Translator>) -> Target {
    Target {
        address: 5,
        endpoint: 1,
        kind,
        speed: Speed::Low,
        max_packet: 8,
        split,
    }
}

/// A transfer with a clock and a frame counter that fit together.
struct Script {
    transfer: Transfer,
    now: u64,
    received: Vec<(u16, u16)>,
}

impl Script {
    fn new(kind: Kind, split: Option<Translator>, token: Token, total: u16) -> Self {
        let transfer = Transfer::new(target(kind, split), token, Toggle::Data1, total, 0);
        Self {
            transfer,
            now: 0,
            received: Vec::new(),
        }
    }

    fn control(token: Token, total: u16) -> Self {
        Self::new(Kind::Control, SPLIT, token, total)
    }

    fn interrupt() -> Self {
        Self::new(Kind::Interrupt, SPLIT, Token::In, 8)
    }

    fn frame(&self) -> u16 {
        (self.now / 125) as u16
    }

    fn step(&mut self, state: ChannelState) -> Action {
        let step = self.transfer.advance(self.now, self.frame(), state);
        if step.received > 0 {
            self.received.push((step.offset, step.received));
        }
        step.action
    }

    /// Goes on, letting time pass while nothing is to be done, until the channel is started.
    fn started(&mut self) -> Transaction {
        let mut action = self.step(ChannelState::Running);
        for _ in 0..10_000 {
            match action {
                Action::Start(transaction) => return transaction,
                Action::Wait { until_us, urgent } => {
                    let step = if urgent { self.now + 5 } else { until_us };
                    self.now = step.max(self.now + 1);
                }
                Action::Disable => panic!("the channel was disabled at {} us", self.now),
                Action::Finished(result) => panic!("over: {result:?}"),
            }
            action = self.step(ChannelState::Running);
        }
        panic!("never started");
    }

    /// The channel halts; what comes of it, if the transfer is over at once.
    fn halts(&mut self, why: C, remaining: u16) -> Option<Result<u16, TransferError>> {
        self.now += 20;
        let why = why.and(C::HALTED);
        let mut action = self.step(ChannelState::Halted { why, remaining });
        if let Action::Start(_) = action {
            panic!("restarted without a look at the time");
        }
        if let Action::Wait { until_us, .. } = action {
            if until_us <= self.now {
                return None;
            }
            action = self.step(ChannelState::Running);
        }
        match action {
            Action::Finished(result) => Some(result),
            _ => None,
        }
    }
}

/// Steps through a halt where the next start may be immediate.
fn next(script: &mut Script, why: C, remaining: u16) -> Action {
    script.now += 20;
    let why = why.and(C::HALTED);
    script.step(ChannelState::Halted { why, remaining })
}

fn start_of(action: Action) -> Transaction {
    match action {
        Action::Start(transaction) => transaction,
        other => panic!("not started: {other:?}"),
    }
}

#[test]
fn a_whole_transfer_goes_packet_by_packet_with_toggles() {
    let mut script = Script::new(Kind::Control, None, Token::In, 18);
    let one = script.started();
    assert_eq!(
        (one.phase, one.toggle, one.length),
        (Phase::Whole, Toggle::Data1, 8)
    );
    let two = start_of(next(&mut script, DONE, 0));
    assert_eq!((two.toggle, two.offset), (Toggle::Data0, 8));
    let three = start_of(next(&mut script, DONE, 0));
    assert_eq!((three.toggle, three.offset), (Toggle::Data1, 16));
    assert_eq!(next(&mut script, DONE, 6), Action::Finished(Ok(18)));
    assert_eq!(script.received, [(0, 8), (8, 8), (16, 2)]);
    assert_eq!(script.transfer.toggle(), Toggle::Data0);
}

#[test]
fn a_short_packet_ends_a_transfer() {
    let mut script = Script::new(Kind::Control, None, Token::In, 255);
    script.started();
    assert_eq!(next(&mut script, DONE, 3), Action::Finished(Ok(5)));
}

#[test]
fn a_device_that_sends_more_than_was_asked_for_is_cut_off() {
    let mut script = Script::new(Kind::Control, None, Token::In, 4);
    script.started();
    assert_eq!(next(&mut script, DONE, 0), Action::Finished(Ok(4)));
    assert_eq!(script.received, [(0, 4)]);
}

#[test]
fn what_is_sent_counts_whole_whatever_the_register_says() {
    let mut script = Script::new(Kind::Control, None, Token::Out, 10);
    assert_eq!(script.started().length, 8);
    let two = start_of(next(&mut script, DONE, 8));
    assert_eq!((two.offset, two.length), (8, 2));
    assert_eq!(next(&mut script, DONE, 2), Action::Finished(Ok(10)));
    assert_eq!(script.received, []);
}

#[test]
fn nothing_at_an_interrupt_endpoint_is_no_failure() {
    let mut script = Script::new(Kind::Interrupt, None, Token::In, 8);
    script.started();
    assert_eq!(script.halts(C::NAK, 8), Some(Err(TransferError::Nak)));
    assert_eq!(script.transfer.toggle(), Toggle::Data1, "the toggle stays");
}

#[test]
fn three_errors_of_the_wire_are_too_many_and_two_are_not() {
    for split in [None, SPLIT] {
        let mut script = Script::new(Kind::Control, split, Token::In, 8);
        for _ in 0..2 {
            script.started();
            let before = script.now;
            assert_eq!(script.halts(C::WIRE_ERROR, 8), None);
            script.now = before;
        }
        script.started();
        assert_eq!(
            script.halts(C::WIRE_ERROR, 8),
            Some(Err(TransferError::Wire))
        );
    }
    // A packet that goes through begins the count anew.
    let mut script = Script::new(Kind::Control, None, Token::In, 16);
    script.started();
    for last in [false, true] {
        for _ in 0..2 {
            assert_eq!(script.halts(C::WIRE_ERROR, 8), None);
            script.started();
        }
        let action = next(&mut script, DONE, 0);
        assert_eq!(action == Action::Finished(Ok(16)), last, "{action:?}");
    }
}

#[test]
fn errors_that_end_a_transfer_at_once() {
    for (why, error) in [
        (C::STALL, TransferError::Stall),
        (C::BABBLE, TransferError::Babble),
        (C::BUS_ERROR, TransferError::Bus),
    ] {
        for split in [None, SPLIT] {
            for kind in [Kind::Control, Kind::Interrupt] {
                let mut script = Script::new(kind, split, Token::In, 8);
                if script.started().phase == Phase::Start {
                    let _ = next(&mut script, C::ACK, 8);
                    if !script.transfer.on_channel() {
                        assert_eq!(script.started().phase, Phase::Complete);
                    }
                }
                assert_eq!(script.halts(why, 8), Some(Err(error)));
            }
        }
    }
}

#[test]
fn a_repeated_packet_is_waited_out_or_told() {
    let mut control = Script::new(Kind::Control, None, Token::In, 8);
    control.started();
    assert_eq!(control.halts(C::TOGGLE, 8), None);
    assert_eq!(control.started().toggle, Toggle::Data1);
    let mut interrupt = Script::new(Kind::Interrupt, None, Token::In, 8);
    interrupt.started();
    assert_eq!(
        interrupt.halts(C::TOGGLE, 8),
        Some(Err(TransferError::Toggle))
    );
}

#[test]
fn halts_without_a_reason_are_repeated_but_not_for_ever() {
    let mut script = Script::new(Kind::Control, None, Token::In, 8);
    let mut starts = 0;
    script.started();
    let result = loop {
        starts += 1;
        match next(&mut script, C(0), 8) {
            Action::Start(_) => {}
            Action::Wait { .. } => {
                script.started();
            }
            Action::Finished(result) => break result,
            Action::Disable => panic!("disabled"),
        }
        assert!(starts < 100);
    };
    assert_eq!(result, Err(TransferError::Wire));
    assert_eq!(starts, 27, "nine starts to an error, three errors");
}

#[test]
fn a_channel_that_never_halts_is_disabled() {
    for halts_then in [true, false] {
        let mut script = Script::new(Kind::Interrupt, None, Token::In, 8);
        script.started();
        let Action::Wait { until_us, .. } = script.step(ChannelState::Running) else {
            panic!()
        };
        script.now = until_us;
        assert_eq!(script.step(ChannelState::Running), Action::Disable);
        assert!(matches!(
            script.step(ChannelState::Running),
            Action::Wait { .. }
        ));
        let state = if halts_then {
            ChannelState::Halted {
                why: C::HALTED,
                remaining: 8,
            }
        } else {
            script.now += 10_000;
            ChannelState::Running
        };
        assert_eq!(
            script.step(state),
            Action::Finished(Err(TransferError::Timeout))
        );
        assert!(!script.transfer.on_channel());
    }
}

#[test]
fn a_control_split_is_start_ack_complete() {
    let mut script = Script::control(Token::In, 18);
    for (toggle, remaining) in [(Toggle::Data1, 0), (Toggle::Data0, 0), (Toggle::Data1, 6)] {
        let start = if script.transfer.on_channel() {
            None
        } else {
            Some(script.started())
        };
        if let Some(start) = start {
            assert_eq!((start.phase, start.toggle), (Phase::Start, toggle));
            assert!(!start.odd_frame);
        }
        let complete = start_of(next(&mut script, C::ACK, 8));
        assert_eq!((complete.phase, complete.toggle), (Phase::Complete, toggle));
        assert!(!complete.odd_frame);
        let action = next(&mut script, DONE, remaining);
        if remaining == 0 {
            assert_eq!(start_of(action).phase, Phase::Start);
        } else {
            assert_eq!(action, Action::Finished(Ok(18)));
        }
    }
    assert_eq!(script.received, [(0, 8), (8, 8), (16, 2)]);
}

#[test]
fn nyet_of_a_control_split_asks_again_after_five_microframes() {
    let mut script = Script::control(Token::Out, 8);
    script.started();
    let _ = next(&mut script, C::ACK, 0);
    for _ in 0..10 {
        assert_eq!(script.halts(C::NYET, 0), None);
        let before = script.now;
        assert_eq!(script.started().phase, Phase::Complete);
        assert_eq!(script.now - before, 5 * 125);
    }
    assert_eq!(script.halts(DONE, 0), Some(Ok(8)));
}

#[test]
fn nak_of_a_control_split_begins_the_packet_anew_and_has_an_end() {
    // NAK to the complete-split: the device; to the start-split: the translator has no room.
    for naks_start in [false, true] {
        let mut script = Script::control(Token::In, 8);
        let mut rounds = 0;
        loop {
            let action = script.step(ChannelState::Running);
            let Action::Start(transaction) = action else {
                match action {
                    Action::Wait { until_us, .. } => {
                        script.now = until_us;
                        continue;
                    }
                    Action::Finished(result) => {
                        assert_eq!(result, Err(TransferError::Timeout));
                        break;
                    }
                    _ => panic!("{action:?}"),
                }
            };
            rounds += 1;
            assert_eq!(transaction.phase, Phase::Start);
            if !naks_start {
                assert_eq!(
                    start_of(next(&mut script, C::ACK, 8)).phase,
                    Phase::Complete
                );
            }
            assert_eq!(script.halts(C::NAK, 8), None);
        }
        assert!(rounds > 100, "a second's worth, {rounds}");
        assert!((1_000_000..1_010_000).contains(&script.now));
    }
}

#[test]
fn a_translator_that_never_has_the_answer_is_an_error_in_the_end() {
    let mut script = Script::control(Token::In, 8);
    let mut starts = 0;
    let result = loop {
        if script.started().phase == Phase::Start {
            starts += 1;
            let _ = next(&mut script, C::ACK, 8);
        }
        if let Some(result) = script.halts(C::NYET, 8) {
            break result;
        }
    };
    assert_eq!((starts, result), (3, Err(TransferError::Wire)));
}

#[test]
fn an_interrupt_split_keeps_to_its_microframes() {
    for phase in 0..8u64 {
        let mut script = Script::interrupt();
        script.now = 80_000 + phase * 125 + 40;
        let asked = script.frame();
        let start = script.started();
        let begun = script.frame();
        assert_eq!(start.phase, Phase::Start);
        assert_eq!(start.odd_frame, begun & 1 == 1);
        let expected = if (asked + 1) & 7 == 6 {
            asked + 2
        } else {
            asked + 1
        };
        assert_eq!(begun, expected, "start-split from microframe {}", asked & 7);
        // One complete-split in each microframe, from two later on.
        let last = if begun & 7 == 5 { 4 } else { 5 };
        let mut result = script.halts(C::ACK, 8);
        for after in 2..=last {
            assert_eq!(result, None);
            let complete = script.started();
            assert_eq!(complete.phase, Phase::Complete);
            assert_eq!(script.frame(), begun + after);
            assert_eq!(complete.odd_frame, (begun + after) & 1 == 1);
            result = script.halts(C::NYET, 8);
        }
        assert_eq!(result, Some(Err(TransferError::Missed)));
    }
}

#[test]
fn the_answers_of_an_interrupt_split() {
    for (why, remaining, result) in [
        (DONE, 0, Ok(8)),
        (DONE, 5, Ok(3)),
        (C::NAK, 8, Err(TransferError::Nak)),
        (C::STALL, 8, Err(TransferError::Stall)),
        (C::TOGGLE, 8, Err(TransferError::Toggle)),
        (C::BABBLE, 8, Err(TransferError::Babble)),
    ] {
        for nyets in 0..4 {
            let mut script = Script::interrupt();
            script.started();
            assert_eq!(script.halts(C::ACK, 8), None);
            for _ in 0..nyets {
                script.started();
                assert_eq!(script.halts(C::NYET, 8), None);
            }
            script.started();
            assert_eq!(script.halts(why, remaining), Some(result));
            let flipped = result.is_ok();
            assert_eq!(script.transfer.toggle() == Toggle::Data0, flipped);
        }
    }
}

#[test]
fn a_report_that_comes_in_two_parts_is_put_together() {
    let mut script = Script::interrupt();
    script.started();
    assert_eq!(script.halts(C::ACK, 8), None);
    assert_eq!(script.started().length, 8);
    assert_eq!(script.halts(C::ACK, 5), None);
    assert_eq!(script.started().length, 5);
    assert_eq!(script.halts(DONE, 0), Some(Ok(8)));
    assert_eq!(script.received, [(0, 3), (3, 5)]);
}

#[test]
fn a_complete_split_that_comes_late_is_tried_while_it_may_still_work() {
    for late in 0..8u64 {
        let mut script = Script::interrupt();
        script.started();
        let begun = script.frame();
        assert_eq!(script.halts(C::ACK, 8), None);
        script.now = u64::from(begun + 2) * 125 + late * 125 + 10;
        let action = script.step(ChannelState::Running);
        if late <= 3 {
            assert_eq!(start_of(action).phase, Phase::Complete, "{late} late");
            assert_eq!(script.halts(DONE, 0), Some(Ok(8)));
        } else {
            assert_eq!(
                action,
                Action::Finished(Err(TransferError::Missed)),
                "{late} late"
            );
        }
    }
}

#[test]
fn a_frame_counter_that_stands_is_given_up() {
    let mut script = Script::interrupt();
    let mut action = Action::Disable;
    for _ in 0..1_000 {
        let step = script
            .transfer
            .advance(script.now, 0x3fff, ChannelState::Running);
        action = step.action;
        if let Action::Finished(_) = action {
            break;
        }
        script.now += 10;
    }
    assert_eq!(action, Action::Finished(Err(TransferError::Timeout)));
}

#[test]
fn frame_numbers_go_round() {
    let mut script = Script::interrupt();
    let mut frame = 0x3ffe;
    let mut begun = None;
    for _ in 0..20 {
        match script
            .transfer
            .advance(script.now, frame, ChannelState::Running)
            .action
        {
            Action::Start(transaction) => {
                begun = Some((frame, transaction.phase));
                break;
            }
            Action::Wait { .. } => {}
            other => panic!("{other:?}"),
        }
        script.now += 125;
        frame = (frame + 1) & 0x3fff;
    }
    assert_eq!(begun, Some((0x3fff, Phase::Start)));
    let why = C::ACK.and(C::HALTED);
    let state = ChannelState::Halted { why, remaining: 8 };
    assert!(matches!(
        script.transfer.advance(script.now, 0x3fff, state).action,
        Action::Wait { urgent: true, .. }
    ));
    assert!(matches!(
        script
            .transfer
            .advance(script.now, 0, ChannelState::Running)
            .action,
        Action::Wait { urgent: true, .. }
    ));
    assert!(matches!(
        script
            .transfer
            .advance(script.now, 1, ChannelState::Running)
            .action,
        Action::Start(Transaction {
            phase: Phase::Complete,
            odd_frame: true,
            ..
        })
    ));
}

#[test]
fn any_answers_in_any_order_come_to_an_end() {
    let mut noise = super::sim::Noise(0x853c_49e6_748f_ea9b);
    for round in 0..3_000 {
        let kind = if noise.below(2) == 0 {
            Kind::Control
        } else {
            Kind::Interrupt
        };
        let split = if noise.below(2) == 0 { None } else { SPLIT };
        let token = [Token::Setup, Token::In, Token::Out][noise.below(3) as usize];
        let total = noise.below(70) as u16;
        let mut script = Script::new(kind, split, token, total);
        let mut state = ChannelState::Running;
        let mut over = false;
        for _ in 0..200_000 {
            match script.step(state) {
                Action::Finished(result) => {
                    assert!(result.is_err() || result.unwrap() <= total);
                    over = true;
                    break;
                }
                Action::Wait { .. } => script.now += 1 + noise.below(300),
                Action::Start(_) | Action::Disable => script.now += noise.below(50),
            }
            state = if noise.below(3) == 0 {
                let why = C((noise.next() & noise.next() & 0x7ff) as u32).and(C::HALTED);
                ChannelState::Halted {
                    why,
                    remaining: noise.below(1100) as u16,
                }
            } else {
                ChannelState::Running
            };
        }
        assert!(over, "round {round} has no end");
        assert!(
            script
                .received
                .iter()
                .all(|&(at, n)| at + n <= total.max(8))
        );
    }
}
