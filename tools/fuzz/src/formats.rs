//! Files that come from elsewhere: what is read of them is bounded, and comes back as it was
//! written.

use basic::files::cassette::{self, Format};
use basic::files::tape::{BLOCKS_MAX, Block, TAPE_MAX, to_tap};
use basic::files::{Name, plus3dos, tzx};
use basic::lang::parse::Dialect;
use basic::listing;
use basic::machine::Model;
use basic::store::sysvars as s;
use basic::token as t;

use crate::choices::Choices;
use crate::grammar::{mutate, statements};
use crate::rig::Rig;

/// A file of the +3's kind, with bytes changed; what it was before is read as it was written.
pub(crate) fn plus3_file(choices: &mut Choices<'_>) -> Vec<u8> {
    let head: Vec<u8> = (0..17)
        .map(|at| {
            if at == 0 {
                choices.byte() % 4
            } else {
                choices.byte()
            }
        })
        .collect();
    let Some(header) = head
        .try_into()
        .ok()
        .and_then(|head| basic::files::Header::from_bytes(&head))
    else {
        return Vec::new();
    };
    let bytes = choices.take(200);
    let mut file = plus3dos::to_file(&header, bytes);
    let read = plus3dos::from_file(&file, header.name).expect("what was written is read");
    assert_eq!(read.header, header);
    assert_eq!(read.bytes, &bytes[..bytes.len().min(header.length.into())]);
    for _ in 0..choices.below(4) {
        let at = choices.below(file.len());
        file[at] = choices.byte();
    }
    // The check made right again: any header is read.
    if let Some(sum) = file
        .get(..127)
        .map(|head| head.iter().fold(0_u8, |all, b| all.wrapping_add(*b)))
    {
        file[127] = sum;
    }
    if choices.one_in(2) {
        file.truncate(choices.below(file.len() + 1));
    }
    file
}

/// A file of the +3's kind.
pub(crate) fn plus3(choices: &mut Choices<'_>) {
    let file = plus3_file(choices);
    if let Some(read) = plus3dos::from_file(&file, Name::any()) {
        assert!(read.bytes.len() <= usize::from(read.header.length));
    }
}

/// What holds of any cassette that was read.
fn check(file: &[u8]) {
    let tape = cassette::read(file);
    let size: usize = tape.blocks.iter().map(|block| block.0.len()).sum();
    assert!(size <= TAPE_MAX && tape.blocks.len() <= BLOCKS_MAX);
    let items = cassette::items(&tape.blocks);
    assert!(items.len() <= tape.blocks.len());
    assert_eq!(tape.items().len(), items.len() + tape.left_out.len());
    let mut longer = file.to_vec();
    let more = [Block::new(0xFF, b"more")];
    let appended = cassette::append(&mut longer, &more);
    assert_eq!(appended.err(), tape.flaw);
    if tape.flaw.is_some() {
        assert_eq!(longer, file);
    } else if Format::of(file) == Format::Tap {
        assert_eq!(to_tap(&tape.blocks), file);
        let after = cassette::read(&longer);
        assert_eq!(
            (&after.blocks[..tape.blocks.len()], after.flaw),
            (&tape.blocks[..], None)
        );
        assert_eq!(after.blocks.last(), more.last());
    }
}

/// A .tap file whose lengths are not always true.
pub(crate) fn tap_file(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    for _ in 0..choices.below(12) {
        let length = choices.below(40);
        let block = choices.take(length);
        let said = if choices.one_in(6) {
            choices.word()
        } else {
            block.len() as u16
        };
        file.extend(said.to_le_bytes());
        file.extend_from_slice(block);
    }
    if choices.one_in(4) {
        file.extend_from_slice(choices.take(30));
    }
    file
}

/// A .tap file.
pub(crate) fn tap(choices: &mut Choices<'_>) {
    check(&tap_file(choices));
}

/// A .tzx file of any blocks.
pub(crate) fn tzx_file(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    tzx::append(&mut file, &[]);
    for _ in 0..choices.below(24) {
        let id = *choices.pick(&[
            0x10, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x20, 0x21, 0x22,
            0x23, 0x23, 0x24, 0x24, 0x25, 0x25, 0x26, 0x27, 0x28, 0x2A, 0x2B, 0x30, 0x31, 0x32,
            0x33, 0x34, 0x35, 0x40, 0x5A, 0x00, 0xFF,
        ]);
        file.push(id);
        match id {
            0x10 => {
                let length = choices.below(30);
                let block = choices.take(length);
                file.extend([0, 0, block.len() as u8, 0]);
                file.extend_from_slice(block);
            }
            // Short ways, and how often.
            0x23 => file.extend((choices.below(12) as i16 - 6).to_le_bytes()),
            0x24 => file.extend(choices.word().to_le_bytes()),
            0x26 => {
                let count = choices.below(4);
                file.extend([count as u8, 0]);
                for _ in 0..count {
                    file.extend((choices.below(12) as i16 - 6).to_le_bytes());
                }
            }
            _ => {
                let length = choices.below(24);
                file.extend_from_slice(choices.take(length));
            }
        }
    }
    if choices.one_in(8) {
        file.truncate(choices.below(file.len() + 1));
    }
    file
}

/// A .tzx file.
pub(crate) fn tzx(choices: &mut Choices<'_>) {
    check(&tzx_file(choices));
}

fn any_dialect(choices: &mut Choices<'_>) -> Dialect {
    Dialect {
        is_128: choices.one_in(2),
        files: choices.one_in(2),
    }
}

/// A text, right and wrong.
pub(crate) fn text_file(choices: &mut Choices<'_>, dialect: Dialect) -> Vec<u8> {
    const PIECES: [&str; 40] = [
        "10",
        "20",
        "0",
        "9999",
        "16383",
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\\\n",
        "\\",
        "\\!",
        "\\{14}",
        "\\{0}",
        "\\{34}",
        "\\{234}",
        "\\a",
        "\\::",
        "\\' ",
        "\"",
        ":",
        "@a",
        "@a:",
        "#",
        "#autostart 10\n",
        "print ",
        "REM",
        "go to ",
        "go",
        "to",
        "def fn f(x)=x",
        "1",
        "1e5",
        "<",
        "=",
        ">",
        "\u{A3}",
        "\u{2588}",
        "\u{FEFF}",
    ];
    let mut text = Vec::new();
    for number in 1..=choices.below(8) {
        match choices.below(8) {
            0 => {
                for _ in 0..choices.below(8) {
                    text.extend_from_slice(choices.pick(&PIECES).as_bytes());
                }
            }
            1 if choices.one_in(8) => text.extend_from_slice(choices.take(6)),
            1 => {
                let line = format!("{number} rem {}", choices.pick(&PIECES));
                text.extend_from_slice(line.as_bytes());
            }
            _ => {
                let codes = statements(choices, false);
                let length = codes.len() as u16 + 1;
                let line = [&[0, number as u8][..], &length.to_le_bytes(), &codes, b"\r"];
                let mut line = listing::show(&line.concat(), None, dialect);
                // There are no numbers behind its digits: with its mark it stays so, without it is
                // a line that is typed.
                if choices.one_in(8) {
                    line.make_ascii_lowercase();
                } else {
                    line = line.replace("\\!", "");
                }
                text.extend_from_slice(line.as_bytes());
            }
        }
        text.extend_from_slice(
            choices
                .pick(&["\n", "\n", "\r", "\r\n", "\t\n\n"])
                .as_bytes(),
        );
    }
    text
}

/// A text: what is read of it comes back.
pub(crate) fn text(choices: &mut Choices<'_>) {
    let dialect = any_dialect(choices);
    let text = text_file(choices, dialect);
    if let Ok(read) = listing::read(&text, dialect) {
        assert!(read.program.len() <= listing::PROGRAM_MAX);
        there_and_back(&read.program, dialect);
    }
}

/// A program as it was typed, and lines of any bytes.
pub(crate) fn listing(choices: &mut Choices<'_>) {
    let mut rig = Rig::any(choices);
    rig.enter_program(choices, false);
    let dialect = Dialect {
        is_128: rig.machine.model() == Model::Spectrum128,
        files: false,
    };
    let m = rig.machine.memory();
    let start = m.pointer(s::PROG);
    let typed = m.slice(start, m.pointer(s::VARS).saturating_sub(start));
    there_and_back(typed, dialect);
    let mut program = Vec::new();
    for number in 1..=1 + choices.below(6) as u8 {
        let mut body = statements(choices, false);
        mutate(choices, &mut body);
        if choices.one_in(3) {
            body = choices.take(40).to_vec();
        }
        program.extend([0, number]);
        program.extend((body.len() as u16 + 1).to_le_bytes());
        program.extend(body);
        program.push(13);
    }
    there_and_back(&program, dialect);
    drop(listing::show(choices.take(60), None, dialect));
}

/// A program as text and back is the same, but for the places of DEF FN's arguments.
fn there_and_back(program: &[u8], dialect: Dialect) {
    let text = listing::write(program, None, dialect).expect("its lines are whole and in order");
    let again = listing::read(text.as_bytes(), dialect);
    let again = again.map_err(|mistake| format!("{mistake}\n{text}"));
    let again = again.expect("what was written is read").program;
    assert_eq!(listing::write(&again, None, dialect).as_ref(), Ok(&text));
    if !program.contains(&t::DEF_FN) {
        assert_eq!(again, program, "{text}");
    }
}
