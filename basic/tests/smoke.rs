//! The shortest way through the whole machine.
use basic::machine::{Entered, Machine, Model, Pause};

fn run(lines: &[&str]) -> (Machine, String) {
    let mut machine = Machine::new(Model::Spectrum48);
    machine.set_probes(true);
    for line in lines {
        let tokens = basic::line::tokenise::tokenise(
            line.as_bytes(),
            basic::line::tokenise::Keywords::Spectrum48,
        );
        let entered = machine.enter_line(&tokens);
        assert!(
            matches!(entered, Entered::Line | Entered::Running),
            "{line}: {entered:?}"
        );
    }
    let mut fuel = 1_000_000;
    let mut pause = machine.run(20_000, &mut fuel);
    while matches!(pause, Pause::Probe(_)) {
        pause = machine.run(20_000, &mut fuel);
    }
    let mut text = String::new();
    machine.drain_console(|bytes| text.push_str(&String::from_utf8_lossy(bytes)));
    assert!(matches!(pause, Pause::Idle(_)), "{pause:?}");
    (machine, text)
}

#[test]
fn a_program_prints_and_reports() {
    let (machine, text) = run(&[
        "10 FOR i=1 TO 3",
        "20 PRINT i;\" \";SQR i",
        "30 NEXT i",
        "run",
    ]);
    assert!(text.contains("2 1.4142136\r\n3 1.7320508\r\n"), "{text}");
    assert!(text.contains("0 OK, 30:1"), "{text}");
    let (report, line, statement) = machine.report().unwrap();
    assert_eq!((report.code(), line, statement), ('0', 30, 1));
}

/// From a key's report to the changed picture: at most one frame, whenever in the frame it comes.
#[test]
fn a_key_is_in_the_picture_within_a_frame() {
    use basic::keys::KeyEvent;
    const FRAME: u64 = basic::machine::FRAME;
    const LETTER_A: u8 = 0x04;
    for phase in (0..FRAME).step_by(1_000) {
        let mut machine = Machine::new(Model::Spectrum48);
        let mut now = 50 * FRAME;
        machine.run(now, &mut 1_000);
        machine.take_changed();
        now += phase;
        let pressed = now;
        machine.key(KeyEvent::Down(LETTER_A));
        machine.run(now, &mut 1_000);
        // A host wakes at every frame.
        while machine.take_changed().is_none() {
            now = (now / FRAME + 1) * FRAME;
            assert!(
                now - pressed <= FRAME,
                "a key at {phase} us is not seen in its frame"
            );
            machine.run(now, &mut 1_000);
        }
        let shown = basic::scenario::screen_text(machine.memory());
        assert!(shown.iter().any(|line| line.starts_with('a')), "{shown:?}");
    }
}

/// A refused line comes back with its `?` on the console too.
#[test]
fn the_console_shows_where_a_line_is_wrong() {
    use basic::keys::KeyEvent;
    let mut machine = Machine::new(Model::Spectrum48);
    let mut text = String::new();
    let mut now = 0;
    for code in *b"print 3+\r2\r" {
        machine.key(KeyEvent::Typed(code));
        now += basic::machine::FRAME;
        machine.run(now, &mut 10_000);
        machine.drain_console(|bytes| text.push_str(&String::from_utf8_lossy(bytes)));
        if code == b'+' {
            assert!(!text.contains('?'), "{text:?}");
        }
    }
    assert!(text.contains("PRINT 3+?"), "{text:?}");
    assert!(text.contains("\r\n5\r\n0 OK, 0:1"), "{text:?}");
}

/// NEW takes the original a second, and this machine no time: the ENTER that asked for it is still
/// down, and must not choose from the menu or end the greeting.
#[test]
fn the_key_that_started_the_machine_again_types_no_more() {
    use basic::keys::KeyEvent;
    use basic::machine::Start;
    const ENTER: u8 = 0x28;
    const MENU: &str = "Tape Loader";
    const GREETING: &str = "© ZX Spectrum +4 authors";
    for (start, typed, downs, seen) in [
        (Start::Basic128, &b"new"[..], 0, MENU),
        (Start::Menu, b"", 3, GREETING),
        (Start::by_name("line48").unwrap(), b"new", 0, GREETING),
    ] {
        let mut machine = Machine::new(start);
        let mut now = 0;
        let mut pass = |machine: &mut Machine, frames: u64| {
            for _ in 0..frames {
                now += basic::machine::FRAME;
                machine.run(now, &mut 1_000_000);
            }
        };
        pass(&mut machine, 5);
        for &code in typed {
            machine.key(KeyEvent::Typed(code));
        }
        for _ in 0..downs {
            machine.key(KeyEvent::Typed(10));
        }
        pass(&mut machine, 10);
        machine.key(KeyEvent::Down(ENTER));
        // A person holds a key for a tenth of a second and more.
        pass(&mut machine, 20);
        machine.key(KeyEvent::Up(ENTER));
        pass(&mut machine, 2);
        let screen = basic::scenario::screen_text(machine.memory());
        assert!(
            screen.iter().any(|line| line.contains(seen)),
            "{start:?}: {screen:#?}"
        );
    }
}
