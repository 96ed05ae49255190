//! Lines at their limits: deep, long and endless ones end in a report.

#![allow(
    clippy::unwrap_used,
    reason = "a machine without a report has failed the test"
)]

use allocation_counter::measure;
use basic::machine::{Entered, Model, Waiting};
use basic::token as t;
use fuzz::{CASE, Rig};

/// A line entered and run to its end; its report.
fn report_of(rig: &mut Rig, line: &[u8]) -> char {
    match rig.machine.enter_line(line) {
        Entered::Running => {}
        Entered::Refused(report, _) => return report.code(),
        Entered::Line | Entered::Nothing => return '-',
        Entered::NoRoom => return '4',
    }
    rig.run(200_000);
    rig.reach_editor();
    rig.machine
        .report()
        .map_or('0', |(report, _, _)| report.code())
}

#[test]
fn deep_and_long_lines_end_in_a_report() {
    let repeat = |code: u8, count: usize| vec![code; count];
    let line = |parts: &[&[u8]]| parts.concat();
    let mut rig = Rig::new(Model::Spectrum48);
    for count in [10, 190, 250, 10_000, 60_000] {
        let open = repeat(b'(', count);
        let close = repeat(b')', count);
        let nested = report_of(&mut rig, &line(&[&[t::PRINT], &open, b"1", &close]));
        assert_eq!(nested, if count < 100 { '0' } else { '4' }, "{count}");
        for code in [t::SIN, t::VAL, t::NOT, b'-', b'+', t::LEN, t::CHR, t::FN] {
            let codes = repeat(code, count);
            report_of(&mut rig, &line(&[&[t::PRINT], &codes, b"\"1\""]));
            report_of(&mut rig, &line(&[&[t::PRINT], &codes, b"1"]));
        }
        for piece in [
            "1+", "a+", "\"a\"+", "a(", "a$(", "\"\"(", "1^", "1,", ":", "a", "1", " ",
        ] {
            let pieces = piece.repeat(count / piece.len());
            report_of(&mut rig, &line(&[&[t::PRINT], pieces.as_bytes(), b"1"]));
            report_of(&mut rig, &line(&[&[t::REM], pieces.as_bytes()]));
            report_of(
                &mut rig,
                &line(&[b"10", &[t::DATA], pieces.as_bytes(), b"1"]),
            );
            report_of(&mut rig, &line(&[&[t::LIST]]));
            report_of(&mut rig, b"10");
        }
        let thens = [t::IF, b'1', t::THEN].repeat(count / 3);
        report_of(&mut rig, &thens);
    }
    rig.usable();
}

#[test]
fn vals_names_are_forgotten() {
    let mut rig = Rig::new(Model::Spectrum48);
    // A name of 16 letters can be written with blanks in 32768 ways, here from n.
    for line in [
        &b"10\xF1abcdefghijklmnop=1"[..],
        b"20\xF1a$=\"abcdefghijklmnop\":\xEBn=1\xCC2500:\xF1b$=\"\":\xF1m=n",
        b"30\xEBi=1\xCC16:\xF1b$=b$+a$(i):\xF1m=m/2:\xFAm\xC9\xBAm\xCB\xF1b$=b$+\" \"",
        b"40\xF1m=\xBAm:\xF3i:\xF1x=\xB0(b$+\"+0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0\")",
        b"50\xF3n",
    ] {
        assert_eq!(rig.machine.enter_line(line), Entered::Line);
    }
    let info = measure(|| {
        assert_eq!(rig.machine.enter_line(&[t::RUN]), Entered::Running);
        rig.run(2_000_000);
    });
    assert_eq!(rig.machine.waiting(), Waiting::Editor);
    let report = rig.machine.report().map(|(report, ..)| report.code());
    assert_eq!(report, Some('0'));
    // Those of 2500 texts would take a cell, a name and an entry each.
    assert!(info.bytes_max < 100_000, "{} bytes", info.bytes_max);
}

#[test]
fn recursion_ends_in_a_report() {
    let mut rig = Rig::new(Model::Spectrum48);
    let text = |line: &str| {
        basic::line::tokenise::tokenise(
            line.as_bytes(),
            basic::line::tokenise::Keywords::Spectrum48,
        )
    };
    for (program, report) in [
        ("10 def fn a(x)=fn a(x)", '4'),
        ("10 def fn a(x)=fn a(x+1)+fn a(x-1)", '4'),
        ("10 let a$=chr$ 176+\"a$\": print val a$", '4'),
        (
            "10 let a$=chr$ 176+\"a$+\"+chr$ 176+\"a$\": print val a$",
            '4',
        ),
        ("10 let a$=chr$ 174+\"a$\": print val$ a$", '4'),
        ("10 dim a$(1,1): print a$(2,1)", '3'),
        ("10 let a$=\"abc\": print a$(0 to 1)", '3'),
        ("10 let a$=\"abc\": print a$(4 to 65535)", '3'),
        ("10 let a$=\"abc\": print a$(65535 to 0)", '0'),
        ("10 let a$=\"abc\": print a$(65536 to)", 'B'),
        ("10 let a$=\"\": let a$(1 to 2)=\"x\"", '3'),
        ("10 dim a(65535)", '3'),
        ("10 dim a$(300,300)", '4'),
        ("10 dim a(1,1,1,1,1,1,1): print a(1,1,1,1,1,1,1)", '0'),
        ("10 let a$=\"xxxxxxxx\": let a$=a$+a$: go to 10", 'L'),
        ("10 let a$=\"x\"\n20 let a$=a$+a$: go to 20", '4'),
        ("10 go sub 10", '4'),
    ] {
        report_of(&mut rig, &[t::NEW]);
        for line in program.lines() {
            assert_eq!(rig.machine.enter_line(&text(line)), Entered::Line, "{line}");
        }
        let _ = rig.machine.enter_line(&[t::RUN]);
        if program.contains("fn") {
            rig.run(CASE);
            let _ = rig.machine.enter_line(&text("print fn a(1)"));
        }
        rig.run(1_000_000);
        rig.reach_editor();
        let got = rig.machine.report().map(|(report, _, _)| report.code());
        assert_eq!(got, Some(report), "{program}");
    }
    // Functions that call the next one twice: two to the power of their number calls.
    report_of(&mut rig, &[t::NEW]);
    for i in 0..25_u8 {
        let (this, next) = (char::from(b'a' + i), char::from(b'b' + i));
        let line = format!("{} def fn {this}(x)=fn {next}(x)+fn {next}(x)", i + 1);
        assert_eq!(rig.machine.enter_line(&text(&line)), Entered::Line);
    }
    let _ = rig.machine.enter_line(&text("200 def fn z(x)=1"));
    let _ = rig.machine.enter_line(&text("print fn a(1)"));
    rig.run(CASE);
    assert_eq!(rig.machine.waiting(), Waiting::Nothing);
    rig.reach_editor();
    assert_eq!(rig.machine.report().unwrap().0.code(), 'L');
}

/// What one statement does is bounded too: between the strings it prints it can be cut, and BREAK
/// ends it.
#[test]
fn a_long_statement_costs_what_it_does() {
    let mut rig = Rig::new(Model::Spectrum48);
    let many = b"a$;".repeat(500);
    for line in [
        b"10\xE9a$(9000)".to_vec(),
        [b"20\xE0".as_slice(), &many].concat(),
    ] {
        assert_eq!(rig.machine.enter_line(&line), Entered::Line);
    }
    assert_eq!(rig.machine.enter_line(&[t::RUN]), Entered::Running);
    for fuel in [100, 1_000, 10_000] {
        rig.call(&mut { fuel });
        let said = rig.console.len();
        assert!(said <= 9_000 + 8 * fuel as usize, "{said} bytes for {fuel}");
        assert_eq!(
            rig.machine.waiting(),
            Waiting::Nothing,
            "{:?}",
            rig.machine.report()
        );
    }
    rig.reach_editor();
    let (report, line, statement) = rig.machine.report().unwrap();
    assert_eq!((report.code(), line, statement), ('L', 20, 1));
    assert!(rig.console.len() < 20 * 9_000);
    // It was not done: CONTINUE does it again.
    assert_eq!(rig.machine.enter_line(&[t::CONTINUE]), Entered::Running);
    rig.call(&mut 100);
    assert!(rig.console.len() > 1_000);
}
