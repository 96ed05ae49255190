//! The bytes of variables are the truth: copies of numbers that are kept beside them never show.

use basic::line::tokenise::{Dialect, tokenise};
use basic::machine::{Machine, Model};

/// More turns than the longest of these programs takes.
const TURNS: usize = 100;

/// Runs the lines and gives the console's text from the run.
fn printed(lines: &[&str]) -> String {
    let mut machine = Machine::new(Model::Spectrum48);
    let mut text = Vec::new();
    for line in lines.iter().chain(&["RUN"]) {
        machine.drain_console(|_| {});
        machine.enter_line(&tokenise(line.as_bytes(), Dialect::Spectrum48));
    }
    for _ in 0..TURNS {
        machine.run(0, &mut 1000);
    }
    assert!(machine.report().is_some(), "it does not end: {lines:?}");
    machine.drain_console(|t| text.extend_from_slice(t));
    let text = String::from_utf8(text).expect("the console speaks UTF-8");
    let (program, _) = text.split_once("\r\n0 OK").unwrap_or((&text, ""));
    program.trim().replace("\r\n", " ")
}

#[test]
fn a_number_printed_over_is_what_the_bytes_say() {
    // DF_CC POKEd to the value of `a`: a character is drawn there.
    let lines = [
        "10 LET a=1: LET b=a+a",
        "20 LET v=PEEK 23627+256*PEEK 23628: LET x=PEEK 23684: LET y=PEEK 23685",
        "30 LET h=INT (v/256): LET l=v-256*h+3",
        "40 PRINT \"y\";: POKE 23684,l: POKE 23685,h: PRINT \"x\";: POKE 23684,x: POKE 23685,y",
        "50 LET b=a: LET p=PEEK (v+3): PRINT b=p+256*PEEK (v+4);\" \";p",
    ];
    assert_eq!(printed(&lines), "yx1 0");
}

#[test]
fn an_element_beyond_its_array_changes_what_lies_there() {
    // 1/512 begins with the letter x: the number behind the array becomes nought.
    let lines = [
        "10 DIM a(1): LET x=5: LET z=x+x",
        "20 POKE PEEK 23627+256*PEEK 23628+4,9",
        "30 FOR n=1 TO 2: PRINT x: LET a(2)=1/512: LET z=x: PRINT z: LET x=n: NEXT n",
    ];
    assert_eq!(printed(&lines), "5 0 1 0");
}

#[test]
fn elements_of_two_subscripts_beyond_their_array_change_what_lies_there() {
    let lines = [
        "10 DIM a(1,1): LET x=5: LET z=x+x",
        "20 POKE PEEK 23627+256*PEEK 23628+4,9",
        "30 FOR n=1 TO 2: PRINT x: LET a(2,1)=1/512: LET z=x: PRINT z: LET x=n: NEXT n",
    ];
    assert_eq!(printed(&lines), "5 0 1 0");
    let lines = [
        "10 DIM c$(1,1): LET x=5: LET z=x+x",
        "20 POKE PEEK 23627+256*PEEK 23628+4,9",
        "30 FOR n=1 TO 2: PRINT x: LET c$(5)=CHR$ (n+6): LET z=x: PRINT z: LET x=n: NEXT n",
    ];
    assert_eq!(printed(&lines), "5 7 1 8");
}

#[test]
fn names_that_stand_for_one_entry_show_one_number() {
    let lines = [
        "10 LET abc=1: FOR n=1 TO 3: LET a b c d=n: LET abc=abc*10: PRINT abc: NEXT n",
        "20 LET a bcd=7: PRINT a bcd;abc d",
    ];
    assert_eq!(printed(&lines), "10 20 30 730");
}

#[test]
fn a_loop_goes_where_its_bytes_say() {
    // The loop's limit is POKEd.
    let lines = [
        "10 FOR n=1 TO 9: PRINT n: IF n=2 THEN POKE PEEK 23627+256*PEEK 23628+8,3",
        "20 NEXT n",
    ];
    assert_eq!(printed(&lines), "1 2 3");
}
