//! The editor and the menus in place on a terminal: what stands there, and what it costs.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test says why")]

use std::num::NonZero;

use basic::console::{Terminal, View};
use basic::machine::Start;
use basic::scenario::{Action, Player, Step, picture_text};
use basic::screen::geometry::pixel_address;
use basic::screen::{Geometry, Picture};
use basic::store::memory::DISPLAY_FILE;
use basic::{charset, token};
use vt100::Parser;

/// A machine, somebody who types, and the terminal that is looked at.
struct Typist {
    player: Player,
    parser: Parser,
    heard: usize,
}

impl Typist {
    fn new(start: Start, lines: u16, columns: u16) -> Self {
        let mut typist = Self {
            player: Player::on_terminal(start).unwrap(),
            parser: screen(lines, columns),
            heard: 0,
        };
        typist.hear();
        typist
    }

    fn hear(&mut self) -> String {
        let new = &self.player.console()[self.heard..];
        self.parser.process(new);
        self.heard += new.len();
        String::from_utf8(new.to_vec()).unwrap()
    }

    /// Types codes as fast as they are taken; what was sent.
    fn types(&mut self, codes: &[u8]) -> String {
        for action in [Action::Type(codes.to_vec()), Action::Idle] {
            self.player.play(&Step { line: 0, action }).unwrap();
        }
        self.hear()
    }

    /// Types codes one after the other; the most bytes that one of them costs.
    fn costs(&mut self, codes: &[u8]) -> usize {
        let cost = |code: &u8| self.types(&[*code]).len();
        codes.iter().map(cost).max().unwrap_or(0)
    }

    /// Presses F1.
    fn help(&mut self) -> String {
        for action in [Action::Key(vec![F1]), Action::Idle] {
            self.player.play(&Step { line: 0, action }).unwrap();
        }
        self.hear()
    }

    fn sees(&self, text: &str) -> bool {
        self.parser.screen().contents().contains(text)
    }

    /// The terminal must show what the display file holds, its cursor where the machine's is.
    fn looks_right(&self, what: &str) {
        let view = self.player.machine().console_view();
        let view = view.unwrap_or_else(|| panic!("{what}: the screen is not shown"));
        looks_right(&self.parser, &view, what);
    }
}

fn screen(lines: u16, columns: u16) -> Parser {
    let some = |n| NonZero::new(n).unwrap();
    Parser::new(some(lines), some(columns), 0)
}

fn looks_right(parser: &Parser, view: &View<'_>, what: &str) {
    let screen = parser.screen();
    for (line, wanted) in picture_text(&view.picture).iter().enumerate() {
        let shown: String = (0..32)
            .map(|column| match screen.cell(line as u16, column) {
                Some(cell) if cell.has_contents() => cell.contents().chars().next().unwrap(),
                _ => ' ',
            })
            .collect();
        let wanted = wanted.chars().chain(std::iter::repeat(' '));
        // What is no character is shown as a block that is like it.
        let right = shown.chars().zip(wanted).all(|(is, c)| is == c || c == '?');
        assert!(right, "{what}: line {line} is `{shown}`");
        let behind = (32..screen.size().1.get()).filter_map(|c| screen.cell(line as u16, c));
        for cell in behind {
            assert!(
                !cell.has_contents() || cell.contents() == " ",
                "{what}: line {line}"
            );
        }
    }
    let (line, column) = screen.cursor_position();
    assert_eq!((line.into(), column.into()), view.cursor, "{what}");
}

const EDIT: u8 = charset::EDIT;
/// The USB usage of F1.
const F1: u8 = 0x3A;
const PROGRAM: &[u8] =
    b"10 PRINT \"Hello\"\r20 FOR n=1 TO 10\r30 LET a=n*n: LET b$=STR$ a\r40 NEXT n\r";

/// A program longer than the screen.
fn long_program() -> Vec<u8> {
    let line = |n| format!("{n} PRINT {n}*{n}, SQR {n}\r").into_bytes();
    (1..=40).flat_map(|n| line(n * 10)).collect()
}

#[test]
fn a_key_costs_few_bytes() {
    let mut at = Typist::new(Start::Basic128, 24, 80);
    let typed = at.costs(&PROGRAM[..16]);
    let line = at.costs(b"\r");
    at.types(&PROGRAM[17..]);
    at.looks_right("a program");
    let moved = at.costs(&[
        charset::UP,
        charset::LEFT,
        charset::LEFT,
        charset::UP,
        charset::RIGHT,
    ]);
    let inserted = at.costs(b"xy");
    // The line goes on in a row of its own, and all below moves.
    let broken = at.costs(b"z");
    at.looks_right("characters put in");
    let joined = at.costs(&[charset::DELETE]);
    let deleted = at.costs(&[charset::DELETE; 2]);
    at.looks_right("and taken out");
    at.types(&[token::RND, charset::ENTER]);
    at.types(&long_program());
    at.types(&[token::INKEY]);
    at.costs(&[charset::DOWN; 15]);
    at.looks_right("before the listing scrolls");
    let scrolled = at.costs(&[charset::DOWN; 5]);
    at.looks_right("the listing has scrolled");
    let page = at.costs(&[token::AT]);
    let menu = at.costs(&[EDIT]);
    at.looks_right("a menu");
    let item = at.costs(&[charset::DOWN; 6]);
    at.looks_right("another item");
    for (what, cost, most) in [
        ("a character at the end", typed, 8),
        ("ENTER", line, 40),
        ("a cursor key", moved, 8),
        ("a character in between", inserted, 8),
        ("a character that breaks the line", broken, 80),
        ("DELETE that joins it", joined, 80),
        ("DELETE", deleted, 8),
        ("the listing scrolling", scrolled, 60),
        ("ten rows down", page, 600),
        ("a menu", menu, 300),
        ("another item", item, 60),
    ] {
        println!("{what}: {cost} bytes");
        assert!(cost > 0 && cost <= most, "{what}: {cost} bytes");
    }
}

#[test]
fn what_is_typed_ahead_is_drawn_once() {
    let mut at = Typist::new(Start::Basic128, 24, 80);
    at.types(b"1");
    assert_eq!(at.types(b" PRINT"), " PRINT");
    at.looks_right("typed ahead");
}

#[test]
fn a_command_that_prints_nothing_leaves_the_screen_in_place() {
    let mut at = Typist::new(Start::Basic128, 24, 80);
    let sent = at.types(b"LET a=1\r");
    assert!(
        sent.ends_with("0 OK, 0:1") || at.sees("0 OK, 0:1"),
        "{sent:?}"
    );
    at.looks_right("its report");
    assert!(!sent.contains("\r\n"), "{sent:?}");
}

#[test]
fn what_a_program_prints_is_text() {
    let mut at = Typist::new(Start::Basic128, 24, 80);
    at.types(PROGRAM);
    let sent = at.types(b"RUN\r");
    assert!(sent.ends_with("Hello\r\n0 OK, 40:1\r\n"), "{sent:?}");
    assert!(at.player.machine().console_view().is_none());
    // The editor comes back with the next key.
    at.types(b"x");
    at.looks_right("the editor again");
    assert!(!at.sees("0 OK"));
    // INPUT asks in a line of its own.
    let sent = at.types(b"\x0cINPUT a: LET b=a\r");
    assert!(at.player.machine().console_view().is_none(), "{sent:?}");
    let sent = at.types(b"5\r");
    assert!(
        sent.contains('5') && sent.ends_with("0 OK, 0:2\r\n"),
        "{sent:?}"
    );
}

#[test]
fn the_help_screen_is_shown_and_left_where_the_screen_is_in_place() {
    for start in [Start::Menu, Start::Basic128] {
        let mut at = Typist::new(start, 24, 80);
        at.types(b"1");
        at.help();
        at.looks_right("help");
        assert!(at.sees("Keys"));
        at.types(b" ");
        at.looks_right("the next page");
        assert!(at.sees("Keys of the editor"));
        // The key tester: what is typed is shown and does nothing else.
        at.types(&[charset::LEFT, charset::LEFT, b'q', b'"', token::FN]);
        at.looks_right("the key tester");
        for line in [
            "     q     Q          113 q",
            "     \"     SS+P       34 \"",
            "           E SS 2     168 FN",
        ] {
            assert!(at.sees(line), "{line}");
        }
        at.types(&[EDIT]);
        at.looks_right("what was there before");
        assert!(!at.sees("What keys send"));
        assert!(!at.player.machine().is_helping());
    }
}

#[test]
fn the_help_screen_is_shown_and_left_where_there_is_text() {
    let mut at = Typist::new(Start::Basic48, 40, 80);
    at.types(b"p12");
    at.help();
    at.looks_right("help");
    at.types(&[EDIT]);
    let sent = at.types(b"3\r");
    assert!(sent.ends_with("123\r\n0 OK, 0:1\r\n"), "{sent:?}");
    let shown = at.parser.screen().contents();
    assert!(shown.ends_with("\n\nPRINT 123\n123\n0 OK, 0:1"), "{shown}");
    // A program goes on behind it.
    at.types(b"10 ia\r20 pa\rr\r");
    at.help();
    at.looks_right("help in INPUT");
    at.types(&[EDIT]);
    let sent = at.types(b"7\r");
    assert!(sent.ends_with("7\r\n0 OK, 20:1\r\n"), "{sent:?}");
}

#[test]
fn the_help_screen_is_lines_where_nothing_is_shown_in_place() {
    let mut player = Player::new(Start::Basic128).unwrap();
    for action in [Action::Key(vec![F1]), Action::Idle] {
        player.play(&Step { line: 0, action }).unwrap();
    }
    let said = String::from_utf8(player.console().to_vec()).unwrap();
    assert!(said.contains("F3         CS 3    TRUE VIDEO\r\n"), "{said}");
}

#[test]
fn menus_and_modes_follow_each_other() {
    for (lines, columns) in [(24, 80), (24, 32), (50, 132)] {
        let mut at = Typist::new(Start::Menu, lines, columns);
        at.looks_right("the opening menu");
        assert!(at.sees("Tape Loader"));
        at.types(&[charset::DOWN, charset::DOWN, charset::ENTER]);
        at.looks_right("the calculator");
        at.types(b"6*7\r");
        at.looks_right("a sum");
        assert!(at.sees("42"));
        at.types(&[EDIT]);
        at.looks_right("its menu");
        at.types(&[charset::DOWN, charset::ENTER]);
        at.looks_right("the opening menu again");
        at.types(&[charset::UP, charset::ENTER]);
        at.looks_right("the tape tester");
        assert!(at.sees("There is no tape."));
        at.types(b" ");
        at.looks_right("the opening menu once more");
        at.types(&[charset::DOWN, charset::ENTER]);
        at.types(PROGRAM);
        at.looks_right("128 BASIC");
        at.types(b"NEW\r");
        at.looks_right("after NEW");
        let sent = at.types(&[charset::UP, charset::UP, charset::ENTER]);
        // 48 BASIC is text.
        assert!(at.player.machine().console_view().is_none(), "{sent:?}");
    }
}

#[test]
fn a_terminal_too_small_does_no_harm() {
    for (lines, columns) in [(1, 1), (5, 10), (10, 200), (24, 20)] {
        let mut at = Typist::new(Start::Basic128, lines, columns);
        at.types(PROGRAM);
        at.types(&[
            charset::UP,
            EDIT,
            charset::DOWN,
            charset::DOWN,
            charset::ENTER,
        ]);
        at.types(b"RUN\r");
    }
}

struct Random(u32);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % limit
    }
}

#[test]
fn any_keys_leave_the_terminal_as_the_display_file_is() {
    let keys = [
        charset::UP,
        charset::DOWN,
        charset::LEFT,
        charset::RIGHT,
        charset::DELETE,
        charset::ENTER,
        token::FN,
        token::PI,
        token::TAB,
        token::AT,
        token::INKEY,
        token::RND,
        token::TAN,
        token::COS,
        b'1',
        b'0',
        b' ',
        b'a',
        b'"',
        b':',
    ];
    let mut random = Random(5);
    let mut at = Typist::new(Start::Basic128, 24, 80);
    at.types(&long_program());
    for step in 0..1500 {
        let code = keys[random.below(keys.len())];
        at.types(&[code]);
        if at.player.machine().console_view().is_some() {
            at.looks_right(&format!("step {step}"));
        }
    }
}

/// A screen whose lines change as editing changes them.
#[test]
fn any_change_of_a_screen_is_shown() {
    let mut random = Random(9);
    let (mut terminal, mut parser) = (Terminal::new(), screen(24, 80));
    let mut lines = vec![[32_u8; 32]; 24];
    let mut attributes = [0x38; 768];
    for step in 0..3000 {
        for _ in 0..=random.below(3) {
            let (line, column) = (random.below(24), random.below(32));
            let code = b' ' + random.below(96) as u8;
            match random.below(8) {
                0 => lines[line][column..].rotate_right(1),
                1 => lines[line][column..].rotate_left(1),
                2 => lines[line.min(18)..].rotate_left(1 + random.below(4)),
                3 => lines[..=line].rotate_right(1),
                4 => lines[line][column..].fill(b' '),
                5 => lines[line].fill(code),
                6 => attributes[line * 32..][..column].fill(random.below(64) as u8),
                _ => lines[line][column] = code,
            }
        }
        let mut display_file = vec![0; 6144];
        for (line, codes) in lines.iter().enumerate() {
            for (column, &code) in codes.iter().enumerate() {
                for (row, byte) in fonts::GLYPHS[usize::from(code - 32)].iter().enumerate() {
                    let at = pixel_address(column as u32, (8 * line + row) as u32) - DISPLAY_FILE;
                    display_file[at as usize] = *byte;
                }
            }
        }
        // Ink that is paper hides: kept apart here.
        let seen = attributes.map(|a| if a & 7 == a >> 3 & 7 { a ^ 7 } else { a });
        let view = View {
            picture: Picture::new(Geometry::CLASSIC, &display_file, &seen, 7, false),
            cursor: (random.below(24), random.below(32)),
            covered: None,
        };
        let mut out = Vec::new();
        if random.below(50) == 0 {
            terminal.forget();
        }
        terminal.show(&view, &mut out);
        parser.process(&out);
        looks_right(
            &parser,
            &view,
            &format!("step {step}: {:?}", String::from_utf8_lossy(&out)),
        );
        for (at, attribute) in seen.iter().enumerate() {
            let cell = parser
                .screen()
                .cell(at as u16 / 32, at as u16 % 32)
                .unwrap();
            assert_eq!(
                cell.bgcolor(),
                background(*attribute, cell),
                "step {step}, cell {at}"
            );
        }
        out.clear();
        terminal.show(&view, &mut out);
        assert_eq!(out, b"", "step {step}: shown already");
    }
}

/// The colour a terminal has behind a cell.
fn background(attribute: u8, cell: &vt100::Cell) -> vt100::Color {
    const ANSI: [u8; 8] = [0, 4, 1, 5, 2, 6, 3, 7];
    let (ink, paper) = (attribute & 7, attribute >> 3 & 7);
    let blank = !cell.has_contents() || cell.contents() == " ";
    match (ink, paper) {
        (_, 7) => vt100::Color::Default,
        (7, 0) => vt100::Color::Default,
        (_, 0) if blank => vt100::Color::Default,
        _ => vt100::Color::Idx(ANSI[usize::from(paper)]),
    }
}
