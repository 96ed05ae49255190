use super::*;
use alloc::string::String;
use alloc::vec;
use std::collections::BTreeMap;

/// A terminal of 80 columns as the VT100 and its followers behave: the last column holds the
/// cursor until another character comes.
#[derive(Default)]
struct Terminal {
    cells: BTreeMap<(usize, usize), char>,
    row: usize,
    column: usize,
    pending: bool,
}

impl Terminal {
    fn take(&mut self, bytes: &[u8]) {
        let text = core::str::from_utf8(bytes).unwrap();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\r' => (self.column, self.pending) = (0, false),
                '\n' => (self.row, self.pending) = (self.row + 1, false),
                '\x08' => {
                    (self.column, self.pending) = (self.column.saturating_sub(1), false);
                }
                '\x1b' => {
                    assert_eq!(rest.next(), Some('['));
                    let digits: String = rest.clone().take_while(char::is_ascii_digit).collect();
                    let last = rest.nth(digits.len()).unwrap();
                    let n: usize = digits.parse().unwrap_or(1);
                    let (row, column) = (self.row, self.column);
                    match last {
                        'A' => self.row -= n,
                        'B' => self.row += n,
                        'C' => self.column = (column + n).min(79),
                        'D' => self.column = column.saturating_sub(n),
                        'K' => self.cells.retain(|&(r, c), _| r != row || c < column),
                        'J' => self.cells.retain(|&place, _| place < (row, column)),
                        _ => panic!("terminal code {last}"),
                    }
                    if !matches!(last, 'J' | 'K') {
                        self.pending = false;
                    }
                }
                _ => {
                    if self.pending {
                        (self.row, self.column) = (self.row + 1, 0);
                    }
                    self.cells.insert((self.row, self.column), c);
                    self.pending = self.column == 79;
                    self.column = (self.column + 1).min(79);
                }
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for row in 0..=self.cells.keys().map(|&(row, _)| row).max().unwrap_or(0) {
            let cells = self.cells.range((row, 0)..(row + 1, 0));
            let mut line = String::new();
            for (&(_, column), &c) in cells {
                while line.chars().count() < column {
                    line.push(' ');
                }
                line.push(c);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn printed(codes: &[u8]) -> String {
    let mut console = Console::default();
    let mut out = Vec::new();
    for &code in codes {
        console.printed(b'S', code, &mut out);
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn characters_become_unicode() {
    assert_eq!(printed(b"a^`\x7f~\r"), "a↑£©~\r\n");
    assert_eq!(printed(&[128, 129, 138, 143, 144, 164]), " ▝▌█ⒶⓊ");
    assert_eq!(printed(&[1, 31]), "??");
}

#[test]
fn keywords_are_spaced_as_the_rom_does() {
    // PRINT RND*PI, a<=b AND c, OPEN # 4, a$ after a letter
    assert_eq!(printed(&[245, 165, b'*', 167]), "PRINT RND*PI");
    assert_eq!(printed(&[b'a', 199, b'b', 198, b'c']), "a<=b AND c");
    assert_eq!(printed(&[b'a', 245, 211, b'4']), "a PRINT OPEN #4");
    assert_eq!(printed(&[b'1', 194, b'6']), "1CHR$ 6");
    assert_eq!(printed(&[b'1', b' ', 203, 245]), "1 THEN PRINT ");
}

#[test]
fn commas_tab_and_at_become_spaces_and_lines() {
    assert_eq!(printed(b"1\x062\x063\r"), "1               2\r\n3\r\n");
    assert_eq!(printed(b"ab\x17\x05\x00c\x17\x02\x00d"), "ab   c\r\n  d");
    assert_eq!(printed(b"a\x17\x20\x01b"), "a\r\nb");
    assert_eq!(
        printed(b"a\x16\x05\x03b\x16\x05\x06c\x16\x05\x00d"),
        "a\r\n   b  c\r\nd"
    );
    assert_eq!(printed(b"\x16\x05\x03b\r\x16\x06\x00c"), "   b\r\nc");
}

#[test]
fn colours_and_their_operands_say_nothing() {
    assert_eq!(
        printed(b"a\x10\x02\x11\x41\x12\x01\x13\x01\x14\x01\x15\x01b"),
        "ab"
    );
    // An operand that looks like a control is still an operand.
    assert_eq!(printed(b"\x10\x0db"), "b");
    assert_eq!(printed(b"\x16\x0d\x0db"), "             b");
}

#[test]
fn another_channel_starts_a_line_of_its_own() {
    let mut console = Console::default();
    let mut out = Vec::new();
    console.printed(b'S', b'4', &mut out);
    for code in *b"0 OK" {
        console.printed(b'K', code, &mut out);
    }
    assert!(!console.at_line_start());
    console.fresh_line(&mut out);
    assert!(console.at_line_start());
    console.fresh_line(&mut out);
    console.printed(b'S', b'5', &mut out);
    assert_eq!(out, b"4\r\n0 OK\r\n5");
}

/// Shows each line in turn and gives what stands on a terminal, and its cursor.
fn typed(prompt: &[u8], lines: &[(&[u8], usize)]) -> (String, (usize, usize)) {
    let (mut console, mut terminal) = (Console::default(), Terminal::default());
    let mut out = Vec::new();
    for &code in prompt {
        console.printed(b'K', code, &mut out);
    }
    for &line in lines {
        console.edit_line(Some(line), &mut out);
    }
    terminal.take(&out);
    (terminal.text(), (terminal.row, terminal.column))
}

#[test]
fn typing_at_the_end_comes_out_as_typed() {
    let mut console = Console::default();
    let mut out = Vec::new();
    for n in 1..=3 {
        console.edit_line(Some((&b"RUN"[..n], n)), &mut out);
    }
    console.edit_line(Some((b"RUN", 3)), &mut out);
    assert!(!console.at_line_start());
    console.edit_line(None, &mut out);
    console.edit_line(None, &mut out);
    assert_eq!(out, b"RUN\r\n");
    assert!(console.at_line_start());
}

#[test]
fn an_empty_line_entered_says_nothing() {
    let mut console = Console::default();
    let mut out = Vec::new();
    console.edit_line(Some((b"", 0)), &mut out);
    console.edit_line(None, &mut out);
    assert_eq!(out, b"");
}

#[test]
fn inserting_and_deleting_redraws_in_place() {
    let lines: &[(&[u8], usize)] = &[(b"abc", 3), (b"abc", 1), (b"aXbc", 2), (b"abc", 1)];
    assert_eq!(typed(b"", &lines[..3]), ("aXbc\n".into(), (0, 2)));
    assert_eq!(typed(b"", lines), ("abc\n".into(), (0, 1)));
    assert_eq!(typed(b"Name? ", lines), ("Name? abc\n".into(), (0, 7)));
}

#[test]
fn keywords_numbers_and_controls_in_the_line_keep_the_cursor_right() {
    let line = [b'1', 245, b'2', 14, 0, 0, 2, 0, 0, 16, 13, b':'];
    assert_eq!(typed(b"", &[(&line, 12)]), ("1 PRINT 2:\n".into(), (0, 10)));
    assert_eq!(typed(b"", &[(&line, 1)]), ("1 PRINT 2:\n".into(), (0, 1)));
    assert_eq!(typed(b"", &[(&line, 2)]), ("1 PRINT 2:\n".into(), (0, 8)));
}

#[test]
fn any_editing_of_lines_of_several_rows_stands_right_on_the_terminal() {
    let mut random = 1_u32;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % below
    };
    for prompt in [&b""[..], b"Prompt: "] {
        let (mut console, mut terminal) = (Console::default(), Terminal::default());
        let mut out = Vec::new();
        for &code in prompt {
            console.printed(b'K', code, &mut out);
        }
        let mut line = Vec::new();
        for step in 0..4000 {
            let grow = step % 1000 < 500;
            for _ in 0..=next(3) {
                let at = next(line.len() + 1);
                if grow || line.is_empty() {
                    line.insert(at, b'a' + next(26) as u8);
                } else if at < line.len() {
                    line.remove(at);
                }
            }
            // The end, and the ends of rows, more often than chance has it.
            let cursor = match next(4) {
                0 => line.len(),
                1 => (80 * (1 + next(3)) - prompt.len()).min(line.len()),
                _ => next(line.len() + 1),
            };
            console.edit_line(Some((&line, cursor)), &mut out);
            terminal.take(&out);
            out.clear();
            let all: Vec<u8> = [prompt, &line].concat();
            let rows: Vec<&str> = all
                .chunks(80)
                .map(|row| core::str::from_utf8(row).unwrap().trim_end())
                .collect();
            let shown = terminal.text();
            assert_eq!(shown.trim_end(), rows.join("\n"), "step {step}");
            let place = prompt.len() + cursor;
            let at = (terminal.row * 80 + terminal.column) + usize::from(terminal.pending);
            assert_eq!(at, place, "step {step}");
        }
    }
}

#[test]
fn no_code_in_any_state_panics() {
    let mut random = 7_u32;
    let (mut console, mut out) = (Console::default(), Vec::new());
    for _ in 0..20_000 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = random.to_le_bytes();
        match c {
            0..=9 => {
                console.edit_line(Some((&vec![a; usize::from(b)], usize::from(a))), &mut out);
            }
            10..=12 => console.fresh_line(&mut out),
            _ => console.printed([b'S', b'K', b'P'][usize::from(a % 3)], b, &mut out),
        }
    }
    assert!(core::str::from_utf8(&out).is_ok());
}
