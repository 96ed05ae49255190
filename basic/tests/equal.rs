//! Equal inputs give equal machines: however the fuel is sliced, in a copy, and made again from
//! what is on record. Over all scenarios; the fuzz tests do the same with random programs.

#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be read ends the test"
)]

mod cases;

use basic::keys::{KeyEvent, MatrixKey};
use basic::line::tokenise::{Keywords, tokenise};
use basic::machine::{FRAME, Fuel, Machine, Model};
use basic::replay;
use basic::scenario::{Case, Player, parse};

/// CAPS SHIFT and SPACE.
const BREAK: [MatrixKey; 2] = [MatrixKey(0), MatrixKey(35)];

/// Plays the steps from `first` on, as far as they go.
fn play(player: &mut Player, case: &Case, first: usize) {
    for step in &case.steps[first..] {
        if player.play(step).is_err() {
            break;
        }
    }
}

fn assert_equal(one: &Machine, other: &Machine, what: &str) {
    let (a, b) = (one.memory(), other.memory());
    let differ = (0..0x1_0000).find(|&at| a.byte(at) != b.byte(at));
    assert_eq!(differ, None, "{what}: bytes");
    assert!(one == other, "{what}");
}

#[test]
fn how_fuel_is_sliced_cannot_be_seen() {
    let slices: [&[Fuel]; 5] = [&[1], &[2], &[3], &[7], &[5, 1, 100, 2, 13, 1, 1, 40, 3]];
    for case in cases::all() {
        let mut whole = Player::new(case.setup).unwrap();
        play(&mut whole, &case, 0);
        for pieces in slices {
            let mut cut = Player::in_pieces(case.setup, pieces).unwrap();
            play(&mut cut, &case, 0);
            let what = format!("{} in pieces of {pieces:?}", case.name);
            assert_eq!(whole.console(), cut.console(), "{what}");
            assert_equal(whole.machine(), cut.machine(), &what);
        }
    }
}

#[test]
fn a_copy_goes_the_same_way() {
    for case in cases::all() {
        let mut one = Player::new(case.setup).unwrap();
        let half = case.steps.len() / 2;
        for step in &case.steps[..half] {
            if one.play(step).is_err() {
                break;
            }
        }
        let mut other = one.clone();
        play(&mut one, &case, half);
        play(&mut other, &case, half);
        assert_eq!(one.console(), other.console(), "{}", case.name);
        assert_equal(one.machine(), other.machine(), &case.name);
    }
}

#[test]
fn a_record_makes_the_machine_again() {
    for case in cases::all() {
        for pieces in [&[][..], &[1, 300, 7]] {
            let mut player = Player::in_pieces(case.setup, pieces).unwrap();
            play(&mut player, &case, 0);
            let mut text = String::from("the log\r\n");
            player.history().write(case.setup, &mut text).unwrap();
            text += "more of it\n";
            let (setup, entries) = replay::read(&text.replace('\n', "\r\n")).unwrap();
            assert_eq!(entries, player.history().entries().unwrap());
            let again = replay::play(setup, &entries);
            assert_equal(&again, player.machine(), &case.name);
        }
    }
}

#[test]
fn a_record_with_an_idle_hour_makes_the_machine_again() {
    // A host looks in again and again.
    let idle = "frames 1000\n".repeat(180);
    let text = format!("== hour\ntype PRINT 1\nidle\n{idle}type RANDOMIZE : PRINT RND\nidle\n");
    let case = &parse(&text).unwrap()[0];
    let mut player = Player::new(case.setup).unwrap();
    play(&mut player, case, 0);
    assert!(player.machine().memory().frames() >= 180_000);
    let again = replay::play(case.setup, &player.history().entries().unwrap());
    assert_equal(&again, player.machine(), "an hour");
}

#[test]
fn how_fuel_is_sliced_cannot_be_seen_while_break_is_held() {
    let broken = |slice: Fuel| {
        let mut machine = Machine::new(Model::Spectrum48);
        let lines = [
            "DIM a$(20000)",
            "20 LPRINT a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$;a$",
            "GO TO 20",
        ];
        for line in lines {
            machine.enter_line(&tokenise(line.as_bytes(), Keywords::Spectrum48));
            machine.run(0, &mut 1_000);
        }
        for key in BREAK {
            machine.key(KeyEvent::MatrixDown(key));
        }
        let mut left: Fuel = 40_000;
        while left > 0 && machine.report().is_none() {
            let mut fuel = slice.min(left);
            left -= fuel;
            machine.run(FRAME, &mut fuel);
        }
        // Whatever is left to do is done.
        machine.run(FRAME, &mut 1_000);
        machine
    };
    let whole = broken(40_000);
    assert_eq!(whole.report().map(|(report, ..)| report.code()), Some('L'));
    for slice in [7, 100, 15_000] {
        assert_equal(&broken(slice), &whole, &format!("slices of {slice}"));
    }
}

/// A test of this file's own eyes: what makes machines differ is seen.
#[test]
fn different_machines_are_not_equal() {
    let machine = |keys: &[u8]| {
        let mut machine = Machine::new(Model::Spectrum48);
        for code in keys {
            machine.key(KeyEvent::Typed(*code));
            let _ = machine.run(0, &mut 100);
        }
        machine
    };
    let one = machine(b"let a=1\r");
    assert!(one == machine(b"let a=1\r"));
    for other in [&b"let a=2\r"[..], b"let a=1", b"let a=1\rx", b"let  a=1\r"] {
        assert!(one != machine(other));
    }
}
