use super::line::{copy, spell_edit_line, tokenise_edit_line};
use super::*;
use crate::charset;
use crate::line::list::FLAGX_INPUT;
use crate::line::{Keywords, tokenise};
use crate::report::Report;
use crate::screen::{Screen, cls, screen_string};
use crate::store::areas::{VARIABLES_END, set_min, set_work};
use crate::store::program::put_line;
use crate::token as t;
use std::string::{String, ToString};
use std::vec::Vec;

const CHANNELS: u32 = 0x5CB6;
const PROGRAM: u32 = 0x5CCB;
const GLYPHS: u16 = 0xF000;

/// A machine that only edits.
struct Fake {
    memory: Memory,
    screen: Screen,
    /// What went through RST 10 in channel K.
    log: Vec<u8>,
    sounds: Vec<(u16, u16)>,
}

impl Out for Fake {
    fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }
    fn print(&mut self, code: u8) -> Result<(), Stop> {
        if self.memory.pointer(s::CURCHL) == CHANNELS {
            self.log.push(code);
        }
        self.put(code)
    }
    fn put(&mut self, code: u8) -> Result<(), Stop> {
        self.screen.put(&mut self.memory, code)
    }
    fn sound(&mut self, cycles: u16, timing: u16) {
        self.sounds.push((cycles, timing));
    }
    fn forget(&mut self) {
        self.screen.forget();
    }
}

impl Fake {
    fn new() -> Self {
        let mut m = Memory::new();
        m.set_stack_end(GLYPHS.into());
        m.set_pointer(s::CHANS, CHANNELS);
        for (i, (output, input, letter)) in (0..).zip([
            (0x09F4, 0x10A8, b'K'),
            (0x09F4, 0x15C4, b'S'),
            (0x0F81, 0x15C4, b'R'),
            (0x09F4, 0x15C4, b'P'),
        ]) {
            m.set_word(CHANNELS + 5 * i, output);
            m.set_word(CHANNELS + 5 * i + 2, input);
            m.set_byte(CHANNELS + 5 * i + 4, letter);
        }
        m.set_pointer(s::PROG, PROGRAM);
        m.set_pointer(s::VARS, PROGRAM);
        m.set_byte(PROGRAM, VARIABLES_END);
        m.set_pointer(s::E_LINE, PROGRAM + 1);
        set_min(&mut m);
        m.set_byte(s::ATTR_P, 0x38);
        m.set_byte(s::BORDCR, 0x38);
        // Letters of which only the code is drawn: the tests do not depend on the font.
        m.set_word(s::CHARS, GLYPHS - 0x100);
        for code in 0x21..0x80u8 {
            m.set_byte(u32::from(GLYPHS) + (u32::from(code) - 32) * 8 + 1, code);
        }
        m.set_byte(s::DF_SZ, 2);
        m.set_byte(s::RASP, 64);
        cls(&mut m);
        open_keyboard(&mut m);
        Self {
            memory: m,
            screen: Screen::new(),
            log: Vec::new(),
            sounds: Vec::new(),
        }
    }

    /// A row of the screen; cells that hold no character are `~`.
    fn row(&self, line: u8) -> String {
        (0..32)
            .map(|column| screen_string(&self.memory, line, column).map_or('~', char::from))
            .collect::<String>()
            .trim_end()
            .to_string()
    }

    fn rows(&self) -> Vec<String> {
        (0..24)
            .map(|line| self.row(line))
            .filter(|row| !row.is_empty())
            .collect()
    }

    fn bottom(&self) -> String {
        self.row(23)
    }

    /// The text being edited.
    fn text(&self) -> Vec<u8> {
        let start = self.memory.pointer(s::E_LINE);
        let length = self.memory.pointer(s::WORKSP) - start - 2;
        self.memory.slice(start, length).to_vec()
    }

    fn keys(&mut self, editor: &mut LineEditor, codes: &[u8]) -> Edit {
        let mut last = editor.step(self);
        for &code in codes {
            last = editor.key(self, code);
        }
        last
    }

    /// Types lines as the ROM's main loop takes them, without looking at their syntax.
    fn program(&mut self, editor: &mut LineEditor, lines: &[&[u8]]) {
        for line in lines {
            assert_eq!(self.keys(editor, line), Edit::Wait);
            assert_eq!(editor.key(self, charset::ENTER), Edit::Entered);
            let text = tokenise(&self.text(), Keywords::Spectrum48);
            let skip = text.iter().take_while(|c| **c == b' ').count();
            let digits = text[skip..]
                .iter()
                .take_while(|c| c.is_ascii_digit())
                .count();
            let number = String::from_utf8(text[skip..skip + digits].to_vec()).unwrap();
            let number: u16 = number.parse().unwrap();
            self.memory.set_word(s::E_PPC, number);
            put_line(&mut self.memory, number, &text[skip + digits..]).unwrap();
            self.memory.set_byte(s::DF_SZ, 2);
            auto_list(self).unwrap();
            set_min(&mut self.memory);
            open_keyboard(&mut self.memory);
        }
        editor.step(self);
    }
}

#[test]
fn editing_moves_the_program_cursor_and_brings_lines_down() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(true, Keywords::Spectrum48);
    fake.program(&mut editor, &[b"10 \xF51", b"20 \xF52", b"30 \xF53"]);
    assert_eq!(
        fake.keys(&mut editor, &[charset::UP, charset::EDIT]),
        Edit::Wait
    );
    assert_eq!(fake.bottom(), "  20K PRINT 2");
    fake.program(
        &mut editor,
        &[&[
            charset::RIGHT,
            charset::RIGHT,
            charset::RIGHT,
            b'9',
            charset::DELETE,
            b'8',
        ]],
    );
    fake.keys(&mut editor, &[charset::DOWN, charset::EDIT]);
    // As recorded from the ROM.
    assert_eq!(
        fake.rows(),
        [
            "  10 PRINT 1",
            "  20 PRINT 28",
            "  30> PRINT 3",
            "  30K PRINT 3"
        ]
    );
    assert_eq!(
        fake.memory.byte(0x5800 + 23 * 32 + 4),
        0xB8,
        "the cursor flashes"
    );
}

/// B18.
#[test]
fn edit_lessens_only_the_low_byte_of_the_current_line() {
    for (current, mark) in [(512, true), (511, false)] {
        let mut fake = Fake::new();
        let mut editor = LineEditor::new(true, Keywords::Spectrum48);
        fake.program(&mut editor, &[b"767 \xF51"]);
        fake.memory.set_word(s::E_PPC, current);
        fake.keys(&mut editor, &[charset::EDIT]);
        assert_eq!(fake.text().contains(&b'>'), mark, "{}", fake.bottom());
    }
}

#[test]
fn the_automatic_listing_keeps_the_current_line_in_sight() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(true, Keywords::Spectrum48);
    let lines: Vec<Vec<u8>> = (1..=24u8)
        .map(|n| {
            let mut line = std::format!("{} ", u32::from(n) * 10).into_bytes();
            line.extend([t::REM, b'a' + n - 1]);
            line
        })
        .chain([b"100 \xEAY".to_vec()])
        .collect();
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    fake.program(&mut editor, &lines);
    let rows = fake.rows();
    // As recorded from the ROM.
    assert_eq!(rows[0], "  40 REM d");
    assert_eq!(rows[6], " 100> REM Y");
    assert_eq!(rows[20], " 240 REM x");
    assert_eq!(rows[21], "K");
    assert_eq!(fake.row(21), "");
    for _ in 0..12 {
        editor.key(&mut fake, charset::UP);
    }
    assert_eq!(fake.row(0), "  10> REM a");
    for _ in 0..30 {
        editor.key(&mut fake, charset::DOWN);
    }
    assert!(fake.rows().contains(&" 240> REM x".to_string()));
}

#[test]
fn modes_change_the_cursor_and_colours_take_two_codes() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(true, Keywords::Spectrum48);
    fake.keys(&mut editor, b"10 \xF5abc");
    assert_eq!(fake.bottom(), "10 PRINT abcL");
    fake.keys(&mut editor, &[6]);
    assert_eq!(fake.bottom(), "10 PRINT abcC");
    fake.keys(&mut editor, &[6, 15]);
    assert_eq!(fake.bottom(), "10 PRINT abcG");
    fake.keys(&mut editor, &[15]);
    assert_eq!(fake.bottom(), "10 PRINT abcL");
    fake.keys(&mut editor, &[14]);
    assert_eq!(fake.bottom(), "10 PRINT abcE");
    // INK 2, as CAPS SHIFT and 2 give it in E mode.
    fake.keys(&mut editor, &[0x1A]);
    assert_eq!(fake.bottom(), "10 PRINT abcL");
    assert_eq!(fake.text(), b"10 \xF5abc\x10\x02");
    fake.keys(&mut editor, &[charset::LEFT, charset::DELETE]);
    assert_eq!(fake.text(), b"10 \xF5ab\x10\x02");
    fake.keys(&mut editor, &[charset::RIGHT, charset::RIGHT, 4, b'x']);
    assert_eq!(fake.text(), b"10 \xF5ab\x10\x02\x14\x00x");
}

#[test]
fn delete_takes_the_colour_code_and_leaves_its_operand() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(true, Keywords::Spectrum48);
    fake.keys(&mut editor, &[0x17, charset::DELETE]);
    // As recorded from the ROM: PAPER 7 is gone, the 7 prints as a question mark.
    assert_eq!(fake.text(), [7]);
    assert_eq!(fake.bottom(), "?K");
    fake.keys(&mut editor, &[charset::DELETE, charset::DELETE]);
    assert_eq!(fake.bottom(), "K");
    // A cursor within a colour code is no operand of it.
    fake.keys(&mut editor, &[0x1A, b'a', charset::DELETE]);
    fake.keys(&mut editor, &[charset::LEFT, charset::RIGHT]);
    assert_eq!(fake.text(), [charset::INK, 2]);
    assert_eq!(fake.bottom(), "K");
}

#[test]
fn keywords_typed_as_letters_never_need_a_k_cursor() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    fake.keys(&mut editor, b"");
    assert_eq!(fake.bottom(), "L");
    fake.program(&mut editor, &[b"10 print <= goto 7: rem  goto"]);
    assert_eq!(fake.row(0), "  10>PRINT <= GO TO 7: REM  goto");
    fake.keys(&mut editor, &[charset::EDIT]);
    assert_eq!(fake.text(), b"  10 PRINT <= GO TO 7: REM  goto");
    // One line is full with the cursor, so there are two now.
    assert_eq!(fake.row(22), "  10L PRINT <= GO TO 7: REM  got");
    assert_eq!(fake.row(23), "o");
}

#[test]
fn a_refused_line_shows_where_and_can_be_mended_by_letters() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    fake.keys(&mut editor, b"print 1+");
    let start = fake.memory.pointer(s::E_LINE);
    assert_eq!(editor.key(&mut fake, charset::ENTER), Edit::Entered);
    tokenise_edit_line(&mut fake.memory, Keywords::Spectrum48).unwrap();
    assert_eq!(fake.text(), b"\xF51+");
    // The syntax check says: here.
    fake.memory.set_pointer(s::X_PTR, start + 3);
    spell_edit_line(&mut fake.memory, Keywords::Spectrum48).unwrap();
    open_keyboard(&mut fake.memory);
    assert_eq!(fake.keys(&mut editor, b""), Edit::Wait);
    assert_eq!(fake.bottom(), "PRINT 1+?L");
    assert_eq!(fake.text(), b"PRINT 1+");
    assert_eq!(fake.memory.byte(s::X_PTR + 1), 0, "the mark is shown once");
    fake.keys(&mut editor, b"2");
    assert_eq!(fake.bottom(), "PRINT 1+2L");
    fake.keys(&mut editor, &[charset::DELETE; 12]);
    assert_eq!(fake.bottom(), "L");
    assert_eq!(fake.text(), b"");
}

#[test]
fn a_long_line_makes_the_lower_screen_grow_and_full_memory_is_refused() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    fake.keys(&mut editor, &[b'x'; 100]);
    assert_eq!(fake.memory.byte(s::DF_SZ), 4 + 1);
    assert_eq!(fake.row(20), "x".repeat(32));
    assert_eq!(fake.row(23), "xxxxL");
    let clicks = fake.sounds.len();
    assert_eq!(clicks, 100);
    assert!(fake.sounds.iter().all(|&s| s == (0, 0x00C8)));
    let end = fake.memory.pointer(s::STKEND);
    fake.memory.set_stack_end(end + 80);
    assert_eq!(fake.keys(&mut editor, b"y"), Edit::Wait);
    assert_eq!(fake.sounds.last(), Some(&(64, 0x1A90)));
    assert_eq!(fake.row(23), "xxxxL");
}

/// INPUT of a string, as the ROM prepares it: two quotes with the cursor between.
fn input_string(fake: &mut Fake) {
    let m = &mut fake.memory;
    m.set_bit(s::FLAGX, FLAGX_INPUT, true);
    let at = m.pointer(s::WORKSP);
    for (i, &b) in (0..).zip(b"\"\"\r") {
        m.set_byte(at + i, b);
    }
    for pointer in [s::STKBOT, s::STKEND] {
        m.set_pointer(pointer, at + 3);
    }
    m.set_pointer(s::K_CUR, at + 1);
}

#[test]
fn input_echoes_as_the_rom_does() {
    let mut fake = Fake::new();
    input_string(&mut fake);
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    assert_eq!(fake.keys(&mut editor, b"ok"), Edit::Wait);
    assert_eq!(fake.bottom(), "\"okL\"");
    assert_eq!(editor.key(&mut fake, charset::ENTER), Edit::Entered);
    fake.memory.set_byte(s::K_CUR + 1, 0);
    copy(&mut fake, true);
    // As recorded from the ROM.
    assert_eq!(fake.log, b"\"\"\"o\"\"ok\"\"ok\"");
    assert_eq!(fake.bottom(), "\"ok\"");
}

#[test]
fn an_answer_that_is_refused_can_be_mended_by_letters() {
    let mut fake = Fake::new();
    input_string(&mut fake);
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    let mut keys = std::vec![charset::EDIT];
    keys.extend(b"sin x+");
    fake.keys(&mut editor, &keys);
    assert_eq!(editor.key(&mut fake, charset::ENTER), Edit::Entered);
    tokenise_edit_line(&mut fake.memory, Keywords::Spectrum48).unwrap();
    let at = fake.memory.pointer(s::WORKSP);
    let expected = [t::SIN, b'x', b'+', charset::ENTER];
    assert_eq!(fake.memory.slice(at, 4), expected);
    assert_eq!(fake.memory.pointer(s::STKBOT), at + 4);
    fake.memory.set_pointer(s::X_PTR, at + 1);
    spell_edit_line(&mut fake.memory, Keywords::Spectrum48).unwrap();
    fake.keys(&mut editor, b"");
    assert_eq!(fake.bottom(), "SIN ?x+L");
    assert_eq!(fake.memory.pointer(s::WORKSP), at);
    assert_eq!(fake.text(), b"");
}

#[test]
fn edit_in_input_starts_afresh_and_cursor_down_stops() {
    let mut fake = Fake::new();
    input_string(&mut fake);
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    fake.keys(&mut editor, b"abc");
    fake.keys(&mut editor, &[charset::UP]);
    fake.keys(&mut editor, &[charset::EDIT]);
    assert_eq!(fake.bottom(), "L");
    let at = fake.memory.pointer(s::WORKSP);
    assert_eq!(fake.memory.byte(at), charset::ENTER);
    assert_eq!(fake.memory.pointer(s::K_CUR), at);
    fake.keys(&mut editor, b"7");
    assert_eq!(
        fake.memory.pointer(s::WORKSP),
        at,
        "the workspace stays where it is"
    );
    assert_eq!(fake.bottom(), "7L");
    assert_eq!(
        fake.keys(&mut editor, &[charset::DOWN]),
        Edit::Failed(Report::StopInInput)
    );
    fake.memory.set_bit(s::FLAGX, FLAGX_INPUT, false);
    set_work(&mut fake.memory);
}

#[test]
fn the_first_key_after_a_report_clears_the_lower_screen() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    for &c in b"0 OK, 0:1" {
        fake.put(c).unwrap();
    }
    fake.memory.set_bit(s::TV_FLAG, 5, true);
    assert_eq!(editor.step(&mut fake), Edit::Wait);
    assert_eq!(fake.bottom(), "0 OK, 0:1", "no cursor yet");
    fake.keys(&mut editor, b"p");
    assert_eq!(fake.bottom(), "pL");
}

#[test]
fn an_editor_without_a_keyboard_fails() {
    let mut fake = Fake::new();
    let mut editor = LineEditor::new(false, Keywords::Spectrum48);
    fake.memory.set_pointer(s::CURCHL, CHANNELS + 5);
    fake.memory.set_bit(s::FLAGS2, FLAGS2_CHANNEL_K, false);
    assert_eq!(editor.step(&mut fake), Edit::Failed(Report::InvalidDevice));
}

#[test]
fn no_keys_in_any_order_do_harm() {
    for keyword_keys in [false, true] {
        let mut fake = Fake::new();
        let mut editor = LineEditor::new(keyword_keys, Keywords::Spectrum48);
        fake.program(&mut editor, &[b"10 \xF51", b"20 \xF52", b"9000 \xEAx"]);
        let mut seed = 7u32;
        for turn in 0..6000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [code, kind, ..] = seed.to_be_bytes();
            let code = if kind < 100 { code & 15 } else { code };
            if editor.key(&mut fake, code) != Edit::Wait || turn % 700 == 699 {
                set_min(&mut fake.memory);
                open_keyboard(&mut fake.memory);
            }
            let m = &fake.memory;
            let (start, cursor) = (m.pointer(s::E_LINE), m.pointer(s::K_CUR));
            assert!((start..m.pointer(s::WORKSP)).contains(&cursor));
            assert_eq!(m.byte(m.pointer(s::WORKSP) - 1), VARIABLES_END);
        }
    }
}
