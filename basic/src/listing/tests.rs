use super::*;
use crate::lang::parse::NUMBER_MARK;
use crate::number::Number;
use alloc::format;
use alloc::string::ToString;
use alloc::vec;

const BASIC_48: Dialect = Dialect {
    is_128: false,
    files: false,
};
const BASIC_128: Dialect = Dialect {
    is_128: true,
    files: true,
};
const DIALECTS: [Dialect; 2] = [BASIC_48, BASIC_128];

/// A line in memory.
fn line(number: u16, body: &[u8]) -> Vec<u8> {
    let length = body.len() as u16 + 1;
    let [low, high] = length.to_le_bytes();
    let [first, second] = number.to_be_bytes();
    [&[first, second, low, high], body, b"\r"].concat()
}

/// A number and what is hidden behind it.
fn number(n: u16) -> Vec<u8> {
    let hidden = crate::line::numbers::hidden(Number::from_u16(n));
    [n.to_string().as_bytes(), &hidden].concat()
}

fn program_of(text: &str) -> Vec<u8> {
    read(text.as_bytes(), BASIC_48).unwrap().program
}

fn mistake_of(text: &str) -> String {
    read(text.as_bytes(), BASIC_48).unwrap_err().to_string()
}

/// A program written, and read again.
fn there_and_back(program: &[u8], dialect: Dialect) -> String {
    let text = write(program, None, dialect).unwrap();
    let again = read(text.as_bytes(), dialect).unwrap_or_else(|m| panic!("{m}\n{text}"));
    assert_eq!(again.program, program, "{text}");
    for line in text.lines() {
        assert_eq!(line.trim_end(), line, "{text}");
    }
    text
}

#[test]
fn a_text_is_the_program_that_typing_it_makes() {
    let print = [&b"\xF5"[..], &number(1), b":\xFB"].concat();
    let program = [line(10, &print), line(20, b"\xEA Go to ")].concat();
    for text in [
        "10 PRINT 1:CLS\n20 REM  Go to\\{32}\n",
        "20rem  Go to\\{32}\r\n10print 1: cls",
        "\u{FEFF}\n# so\n\t10\tprint 1: cls\t \r  20 rem  Go to\\{0x20}\u{1A}",
        "10 print \\\n1:\\\ncls\n20 rem  Go to\\{32\\\n}",
    ] {
        assert_eq!(program_of(text), program, "{text}");
    }
    // Other blanks stay, as in a line that is typed.
    let blanks = [&b"\xF5a : \xF5"[..], b"1 ", &number(1)[1..], b":"].concat();
    assert_eq!(program_of("print a :  print 1 :"), line(10, &blanks));
    assert_eq!(program_of(""), b"");
    assert_eq!(program_of("\n# nothing\n\n"), b"");
}

#[test]
fn characters_that_keyboards_lack_have_their_notation() {
    for (text, codes) in [
        ("\\a\\U\\*\\\\\\@\\`", &b"\x90\xA4\x7F\\@\x60"[..]),
        (
            "\\' \\ '\\. \\ .\\::\\'.\\:'",
            b"\x82\x81\x88\x84\x8F\x86\x8B",
        ),
        ("`\u{A3}^\u{2191}\u{A9}", b"\x60\x60\x5E\x5E\x7F"),
        ("\u{2598}\u{259D}\u{2588}\u{24B6}", b"\x82\x81\x8F\x90"),
        ("\\{16}\\{0x2}\\{ 255 }", b"\x10\x02\xFF"),
        ("a\tb # @x", b"a b # @x"),
    ] {
        let expected = line(10, &[b"\xF5\"", codes, b"\""].concat());
        assert_eq!(program_of(&format!("print \"{text}\"")), expected, "{text}");
        let expected = line(10, &[b"\xEA\"", codes].concat());
        assert_eq!(program_of(&format!("rem \"{text}")), expected, "{text}");
    }
}

#[test]
fn lines_are_numbered_and_labels_stand_for_numbers() {
    let text = "@start:\ncls\n@loop: print \"@loop\"\n100 go to @loop\ngo sub @end:rem @x\n\
                200 @end: return: restore @after\n@after:";
    let go = |code: u8, to: u16| [&[code], &number(to)[..]].concat();
    let expected = [
        line(10, b"\xFB"),
        line(20, b"\xF5\"@loop\""),
        line(100, &go(0xEC, 20)),
        line(110, &[&go(0xED, 200)[..], b":\xEA@x"].concat()),
        line(200, &[b"\xFE:", &go(0xE5, 210)[..]].concat()),
    ];
    assert_eq!(program_of(text), expected.concat());
    let start = read(b"#autostart 100\n#auto\n10 stop", BASIC_48)
        .unwrap()
        .start;
    assert_eq!(start, Some(100));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, mistake) in [
        (
            "10 cls\n20 print 1 1",
            "line 2, column 12: C Nonsense in BASIC",
        ),
        (
            "10 cls\n20 pront 1",
            "line 2, column 5: C Nonsense in BASIC",
        ),
        ("10 print (1", "line 1, column 12: C Nonsense in BASIC"),
        ("print 1e99", "line 1, column 11: 6 Number too big"),
        ("10000 cls", "line 1: the line number is too high"),
        ("99999999999 cls", "line 1: the line number is too high"),
        ("16384 \\!x", "line 1: the line number is too high"),
        ("#autostart x", "line 1: the line number is too high"),
        ("9995 cls\ncls", "line 2: the line number is too high"),
        (
            "10 cls\n20 stop\n10 new",
            "line 3: line 1 has this number too",
        ),
        ("10", "line 1: nothing behind the line number"),
        (
            "10 rem \u{20AC}",
            "line 1, column 8: the machine has no character '€'",
        ),
        (
            "10 rem \u{1}",
            "line 1, column 8: the machine has no character '\\u{1}'",
        ),
        (
            "10 rem \\z",
            "line 1, column 8: what is behind the \\ means nothing",
        ),
        (
            "10 rem \\{256}",
            "line 1, column 8: what is behind the \\ means nothing",
        ),
        (
            "10 rem \\{1",
            "line 1, column 8: what is behind the \\ means nothing",
        ),
        (
            "10 rem \\:x",
            "line 1, column 8: what is behind the \\ means nothing",
        ),
        ("10 go to @x", "line 1, column 10: no line is called @x"),
        ("10 go to @", "line 1, column 10: no line is called @"),
        ("@a:cls\n@a:cls", "line 2: a line before is called @a too"),
        (
            "10 cls\\{14}\\{0}\\{0}\\{1}\\{0}\\{0}",
            "line 1: a hidden number where none belongs",
        ),
        (
            "rem \\\nab\\z",
            "line 1, column 7: what is behind the \\ means nothing",
        ),
    ] {
        let found = mistake_of(text);
        assert!(
            found.starts_with(mistake) || text.contains('\n') && text.starts_with("rem"),
            "{text:?}: {found}"
        );
    }
    let not_text = read(b"10 cls\n20 rem \xC3\xA9\xFF", BASIC_48).unwrap_err();
    assert_eq!(
        not_text.to_string(),
        "line 2, column 9: the text is not UTF-8"
    );
}

#[test]
fn programs_are_written_as_they_are_listed() {
    let if_line = [
        &b"\xFAa="[..],
        &number(1),
        b"\xCB\xF5\"\x60\x90\x80\x8F\xF5\\\";\xB2a;\xA7;\xA6:\xEC",
        &number(10),
    ]
    .concat();
    let program = [
        line(10, &if_line),
        line(20, b"\xEA\x7F  x "),
        line(9999, b"\xFB: "),
    ]
    .concat();
    let text = "10 IF a=1 THEN PRINT \"`\\a\\  \\::\\{245}\\\\\";SIN a;PI;INKEY$: GO TO 10\n\
                20 REM \\*  x\\{32}\n9999 CLS :\\{32}\n";
    assert_eq!(there_and_back(&program, BASIC_48), text);
    let with_start = write(&program, Some(20), BASIC_48).unwrap();
    assert_eq!(with_start, format!("#autostart 20\n{text}"));
    assert_eq!(
        read(with_start.as_bytes(), BASIC_48).unwrap().start,
        Some(20)
    );
}

#[test]
fn lines_that_look_like_others_come_back() {
    for body in [
        // Letters that would be keywords, and keywords that run into letters.
        &b"\xF1print=go to"[..],
        b"\xF1go\xCC=a",
        b"\xF5a\xCCb\xB2c\xA7d\xA5\xB2\xA6\xA6$",
        b"\xF5a<\xC7b:a<=b:a<>b:a>=b:a\xC7=b",
        // Blanks everywhere.
        b"  \xFB  :  a  \xF5  \xF5 b\xA5 *\xA5  ",
        b" ",
        b"\xEA ",
        b"\xEA",
        // Codes that no key gives.
        b"\xF5\x10\x02\"a\x11\x03\"\x17\x22\x22;a",
        b"\x0E\0\0\x01\0\0",
        b"\x0E\0\"",
        b"\xF5@a:\\:#:\x80\x8F\x90\xA4\xA3",
        b"\xEA\x0E\0\r\n\xFF\x82\x8C\x80",
        b"\xF5\"\x82",
        b"",
        b"5 10",
        b"\xF5\r:\xF5",
    ] {
        for dialect in DIALECTS {
            there_and_back(&line(10, body), dialect);
            there_and_back(&line(0, body), dialect);
            there_and_back(&line(NUMBER_MAX, body), dialect);
        }
    }
}

#[test]
fn numbers_that_differ_from_their_digits_are_kept() {
    let mut body = [&b"\xF5"[..], &number(1), b"+", &number(2)].concat();
    let trick = body.len() - 3;
    body[trick] = 77;
    let text = there_and_back(&line(10, &body), BASIC_48);
    assert_eq!(text, "10 PRINT 1+2\\{14}\\{0}\\{0}\\{77}\\{0}\\{0}\n");
    // A byte of a number is no quote.
    body[trick] = b'"';
    body.extend(b";\"a@b\"");
    let text = there_and_back(&line(10, &body), BASIC_48);
    assert_eq!(
        text,
        "10 PRINT 1+2\\{14}\\{0}\\{0}\\{34}\\{0}\\{0};\"a@b\"\n"
    );
    // Without digits, or digits without a number, it is no line that could be typed.
    for body in [&[b"\xEC", &number(10)[2..]].concat()[..], b"\xF51"] {
        let text = there_and_back(&line(10, body), BASIC_48);
        assert!(text.starts_with("10 \\!"), "{text}");
    }
}

#[test]
fn what_a_call_left_in_def_fn_is_not_kept() {
    let body = |argument: [u8; 5]| [&b"\xCEf(x"[..], &[NUMBER_MARK], &argument, b")=x"].concat();
    let called = line(10, &body([0, 0, 7, 0, 0]));
    let text = write(&called, None, BASIC_48).unwrap();
    assert_eq!(text, "10 DEF FN f(x)=x\n");
    assert_eq!(program_of(&text), line(10, &body(*b"=x\r\x80x")));
}

#[test]
fn what_no_text_can_say_is_told() {
    let whole = [line(10, b"\xFB"), line(20, b"\xE2")].concat();
    let write = |program: &[u8]| write(program, None, BASIC_48);
    assert_eq!(write(&whole[..whole.len() - 1]), Err(Unwritable::NoEnd(20)));
    assert_eq!(write(&whole[..8]), Err(Unwritable::Rest));
    assert_eq!(
        write(&[&whole[..], b"\x80"].concat()),
        Err(Unwritable::Rest)
    );
    assert_eq!(
        write(&[&whole[..], &whole].concat()),
        Err(Unwritable::Order(10))
    );
    assert_eq!(
        write(&[line(10, b""), vec![0, 20, 0, 0]].concat()),
        Err(Unwritable::NoEnd(20))
    );
    let shown = show(&[&whole[..], &whole[..9]].concat(), None, BASIC_48);
    assert_eq!(
        shown,
        "10 CLS\n20 STOP\n10 CLS\n# the program ends in bytes that are no line\n"
    );
    let shown = show(&whole[..10], None, BASIC_48);
    assert_eq!(shown, "10 CLS\n# line 20 has no end\n");
}

#[test]
fn long_texts_are_refused_where_they_are_too_long() {
    let too_long = |text: &str, line: usize| {
        let mistake = read(text.as_bytes(), BASIC_48).unwrap_err();
        assert_eq!((mistake.line, mistake.reason), (line, Reason::TooLong));
    };
    let numbered = |count: usize, rest: &str| -> String {
        (1..=count).map(|n| format!("{n}{rest}\n")).collect()
    };
    too_long(&numbered(1_000_000, " stop"), PROGRAM_MAX / 6 + 1);
    too_long(&numbered(5000, " rem 1234567890"), PROGRAM_MAX / 16 + 1);
    too_long(&format!("cls\nrem {}", "x".repeat(1 << 20)), 2);
    too_long(&format!("rem {}", "\\a".repeat(100_000)), 1);
    too_long(
        &format!("rem {}", "x\\\n".repeat(1 << 20)),
        PROGRAM_MAX * 7 - 3,
    );
    assert_eq!(
        mistake_of(&"cls\n".repeat(1_000_000)),
        "line 1000: the line number is too high"
    );
    // Remarks and blank lines are no part of a program.
    assert_eq!(program_of(&"# x\n\n".repeat(1_000_000)), b"");
    let longest = format!("rem {}", "x".repeat(PROGRAM_MAX - 6));
    assert_eq!(program_of(&longest).len(), PROGRAM_MAX);
}
