//! What one PRINT puts on the screen in one go is what it would put there code by code, as it does
//! for an observer.

use basic::keys::KeyEvent;
use basic::line::tokenise::{Keywords, tokenise};
use basic::machine::{Machine, Model, Waiting};
use basic::store::memory::{DISPLAY_FILE, SIZE_64K};

/// All bytes in RAM after the program has run, every `scroll?` answered with yes.
fn ram(lines: &[&str], observed: bool) -> Vec<u8> {
    let mut machine = Machine::new(Model::Spectrum48);
    machine.set_probes(observed);
    for line in lines.iter().chain(&["RUN"]) {
        machine.enter_line(&tokenise(line.as_bytes(), Keywords::Spectrum48));
    }
    let mut turns = 0;
    while machine.report().is_none() {
        if machine.waiting() == Waiting::Scroll {
            machine.key(KeyEvent::Typed(b'y'));
        }
        machine.run(0, &mut 1000);
        turns += 1;
        assert!(turns < 10_000, "the program does not end");
    }
    let length = SIZE_64K as u32 - DISPLAY_FILE;
    machine.memory().slice(DISPLAY_FILE, length).to_vec()
}

#[test]
fn items_printed_together_are_items_printed_one_by_one() {
    let programs: [&[&str]; 5] = [
        &["10 FOR i=1 TO 60: PRINT i;\" \";i*2;\" HELLO WORLD\": NEXT i"],
        &["10 FOR i=1 TO 60: PRINT i/7;\"a longer text than that\";i-3;: NEXT i"],
        &["10 PRINT AT 21,25;: FOR i=1 TO 9: PRINT i;\"abcdefgh\";9;i+1;: NEXT i: PRINT z;\"x\""],
        &[
            "10 LET a=1: PRINT INK 2; PAPER 9;a;\"b\";: PRINT OVER 1; INVERSE 1;a;\"c\";a: PRINT a;b;a",
        ],
        &[
            "10 LET a=5: POKE 23659,1: PRINT AT 22,0;a;\"x\";a;\"y\"",
            "20 PRINT #1;AT 0,28;a;\"lower screen\";a;\"and more of it\";a",
        ],
    ];
    for program in programs {
        let (together, single) = (ram(program, false), ram(program, true));
        let differs = together.iter().zip(&single).position(|(a, b)| a != b);
        assert_eq!(
            differs.map(|at| at + DISPLAY_FILE as usize),
            None,
            "{program:?}"
        );
    }
}

#[test]
fn items_of_one_statement_look_like_statements_of_one_item() {
    let together = "10 FOR i=1 TO 60: PRINT i;\" \";i*2;\" HELLO WORLD\";i-1: NEXT i";
    let single = "10 FOR i=1 TO 60: PRINT i;: PRINT \" \";: PRINT i*2;: \
                  PRINT \" HELLO WORLD\";: PRINT i-1: NEXT i";
    let [one, other] = [together, single].map(|line| ram(&[line, "20 STOP"], false));
    let screen = 0x5B00 - DISPLAY_FILE as usize;
    assert!(one[..screen] == other[..screen], "the screens differ");
}
