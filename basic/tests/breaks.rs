//! BREAK held while a program runs: at which statement it stops.
//!
//! ROM: `STMT-RET` 1B76.

use basic::keys::{KeyEvent, MatrixKey};
use basic::line::tokenise::{Keywords, tokenise};
use basic::machine::{FRAME, Machine, Model};
use basic::store::sysvars;

const CAPS_SHIFT: MatrixKey = MatrixKey(0);
const SPACE: MatrixKey = MatrixKey(35);

fn enter(machine: &mut Machine, line: &str) {
    machine.enter_line(&tokenise(line.as_bytes(), Keywords::Spectrum48));
}

/// Runs the lines for some jumps and line ends, then with BREAK held; the report's place, and
/// where CONTINUE would go on.
fn broken(lines: &[&str], before: u32) -> [(u16, u8); 2] {
    let mut machine = Machine::new(Model::Spectrum48);
    for line in lines {
        enter(&mut machine, line);
    }
    let mut fuel = before;
    while fuel > 0 {
        machine.run(0, &mut fuel);
        assert_eq!(machine.report(), None, "it ends: {lines:?}");
    }
    machine.key(KeyEvent::MatrixDown(CAPS_SHIFT));
    machine.key(KeyEvent::MatrixDown(SPACE));
    machine.run(FRAME, &mut 1_000);
    let (report, line, statement) = machine.report().expect("BREAK ends the program");
    assert_eq!(report.code(), 'L');
    let m = machine.memory();
    let next = (m.word(sysvars::OLDPPC), m.byte(sysvars::OSPPC));
    [(line, statement), next]
}

#[test]
fn break_is_looked_at_after_every_statement() {
    let program = ["10 LET n=1: LET m=2: LET k=3: GO TO 10", "GO TO 10"];
    for jumps in 1..5 {
        assert_eq!(broken(&program, jumps), [(10, 1), (10, 2)], "{jumps}");
    }
}

#[test]
fn break_is_not_looked_at_behind_a_condition_a_remark_or_nothing() {
    let program = ["10 IF 1 THEN : LET n=1: GO TO 10", "GO TO 10"];
    assert_eq!(broken(&program, 2), [(10, 3), (10, 4)]);
    let program = [
        "10 IF 0 THEN STOP",
        "20 REM",
        "30 LET n=1",
        "40 GO TO 10",
        "GO TO 10",
    ];
    assert_eq!(broken(&program, 1), [(30, 1), (30, 2)]);
}

#[test]
fn break_behind_a_jump_goes_on_where_it_went() {
    let program = [
        "10 GO TO 20",
        "20 FOR n=1 TO 2: NEXT n: GO TO 10",
        "GO TO 10",
    ];
    assert_eq!(broken(&program, 1), [(10, 1), (20, 0)]);
    // RETURN to the end of GO SUB's line.
    let program = ["10 GO SUB 20", "15 GO TO 10", "20 RETURN", "GO TO 10"];
    assert_eq!(broken(&program, 2), [(20, 1), (10, 2)]);
}

#[test]
fn a_function_is_done_before_its_statement_is_broken_into() {
    let program = [
        "10 DEF FN f(x)=x*VAL \"2\"",
        "20 LET a=FN f(1)+FN f(2): GO TO 20",
        "GO TO 10",
    ];
    assert_eq!(broken(&program, 2), [(20, 1), (20, 2)]);
}

/// DIFFERENCES.md D4: the ROM looks at the tape only.
#[test]
fn break_ends_merge_while_it_mixes() {
    let mut machine = Machine::new(Model::Spectrum48);
    for line in 1..=400 {
        enter(&mut machine, &format!("{line} REM"));
    }
    enter(&mut machine, "SAVE \"m\"");
    machine.run(0, &mut 1_000);
    machine.key(KeyEvent::Typed(b' '));
    machine.run(FRAME, &mut 10_000);
    enter(&mut machine, "NEW");
    machine.run(FRAME, &mut 10_000);
    enter(&mut machine, "1000 REM");
    enter(&mut machine, "MERGE \"m\"");
    let lines = |machine: &Machine| {
        let m = machine.memory();
        let bytes = m.word(sysvars::VARS) - m.word(sysvars::PROG);
        bytes / 6
    };
    while lines(&machine) == 1 {
        assert_eq!(machine.report(), None);
        machine.run(FRAME, &mut 1);
    }
    machine.key(KeyEvent::MatrixDown(CAPS_SHIFT));
    machine.key(KeyEvent::MatrixDown(SPACE));
    machine.run(2 * FRAME, &mut 1_000_000);
    assert_eq!(
        machine.report().map(|(report, ..)| report.code()),
        Some('D')
    );
    assert!((2..401).contains(&lines(&machine)), "{}", lines(&machine));
}

#[test]
fn banks_paged_in_over_and_over_do_not_keep_break_waiting() {
    let mut machine = Machine::new(Model::Spectrum128);
    enter(
        &mut machine,
        "FOR n=1 TO 1000: POKE 23388,16+n-2*INT (n/2): NEXT n",
    );
    machine.run(0, &mut 10_000);
    assert_eq!(machine.report(), None, "16 KB are moved each time");
    machine.key(KeyEvent::MatrixDown(CAPS_SHIFT));
    machine.key(KeyEvent::MatrixDown(SPACE));
    machine.run(FRAME, &mut 10_000);
    let report = machine.report().map(|(report, ..)| report.code());
    assert_eq!(report, Some('L'));
}
