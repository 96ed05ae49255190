//! Typed text to a line of codes: keywords found among letters.

use alloc::vec::Vec;

use super::numbers;
use crate::charset::{ENTER, NUMBER, is_letter};
use crate::token;

/// Letters, blanks and signs the 128 keeps while it waits for a keyword to be complete.
const WORD_LIMIT: usize = 9;
const QUOTE: u8 = b'"';

/// Spellings that are taken besides those of the keyword table.
const ALIASES: [(&str, u8); 5] = [
    ("GOTO", token::GO_TO),
    ("GOSUB", token::GO_SUB),
    ("DEFFN", token::DEF_FN),
    ("OPEN#", token::OPEN),
    ("CLOSE#", token::CLOSE),
];
/// A spelling the 128 does not take.
const RANDOMISE: &str = "RANDOMISE";

/// Which keywords there are, and whose slips are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keywords {
    /// The keywords of the 48K.
    Spectrum48,
    /// With SPECTRUM and PLAY.
    Spectrum128,
    /// With SPECTRUM and PLAY, and exactly what the 128's editor makes of a line.
    ///
    /// Flaws kept: a `<` or `>` before a name goes after it unless the name is followed by a
    /// blank and another word (`IF a<b:` becomes `ab<:`); `<=`, `>=` and `<>` become one code in
    /// quotes and after REM too; a second word is cut where the ninth character falls
    /// (`abc printer` becomes `abc PRINT er`); a keyword ending in `$` is not seen when a letter
    /// follows it at once.
    Rom128,
}

impl Keywords {
    /// The lowest code of a keyword.
    #[must_use]
    pub const fn first_keyword(self) -> u8 {
        match self {
            Self::Spectrum48 => token::FIRST_48,
            Self::Spectrum128 | Self::Rom128 => token::FIRST,
        }
    }
}

/// A typed line as codes, without hidden numbers; the text ends at its end or at ENTER, which is
/// not part of the result.
///
/// ROM: 128K ROM 0, "Tokenize BASIC Line" 3C63. A keyword is a run of letters, at most one blank
/// among them, up to a character that is no letter; in either case of letters; not in quotes, not
/// after REM. One blank before and one after it go with it, as the lister puts them there again.
///
/// But for [`Keywords::Rom128`], keyword codes in the text stay as they are with their blanks, and
/// the 128's slips are mended: `<` and `>` keep their place; `<=` in quotes and after REM stays two
/// characters; long words are looked at whole; `CHR$a` is a keyword and a name; and RANDOMISE is a
/// keyword.
#[must_use]
pub fn tokenise(text: &[u8], keywords: Keywords) -> Vec<u8> {
    Tokeniser::new(keywords).line(text).codes
}

/// A line of codes, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The codes.
    pub codes: Vec<u8>,
    /// Of each code, when it was put in.
    pub steps: Vec<Step>,
    /// Characters of the text.
    pub length: usize,
}

/// The state in which a code was put into the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Characters that had been looked at, ENTER included.
    pub taken: usize,
    /// The character of the text that it is, or the first of them.
    pub place: usize,
    /// A comparison sign that waited for the next character.
    pub comparison: Option<u8>,
}

/// The same as [`tokenise()`], with what the 128's editor needs to find a mistake again. A comparison
/// sign may be left over from the line before.
#[must_use]
pub fn tokenise_typed(text: &[u8], keywords: Keywords, comparison: Option<u8>) -> Typed {
    let mut tokeniser = Tokeniser::new(keywords);
    tokeniser.comparison = comparison;
    tokeniser.line(text)
}

/// A character of a text that was written elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As it would be typed.
    Typed(u8),
    /// A code that is no part of a word and no blank that might go, and is kept whatever it is.
    Code(u8),
}

/// The same as [`tokenise()`] for a line of a text that was written elsewhere.
#[must_use]
pub fn tokenise_written(text: &[Written], keywords: Keywords) -> Typed {
    let mut tokeniser = Tokeniser::new(keywords);
    for c in text {
        match *c {
            Written::Typed(c) => tokeniser.take(c),
            Written::Code(code) => tokeniser.code(code),
        }
    }
    tokeniser.out.length = tokeniser.taken;
    tokeniser.take(ENTER);
    tokeniser.out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Between words.
    Plain,
    /// A word is being collected.
    Word,
    /// The rest of a word too long to be a keyword.
    Rest,
    Quoted,
    Remark,
}

/// Kinds of characters (ROM 0: 3D9D).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    /// `$` or `#`, the last character of some keywords.
    Sign,
    Blank,
    Other,
}

impl Kind {
    const fn of(c: u8) -> Self {
        match c {
            b' ' => Self::Blank,
            b'$' | b'#' => Self::Sign,
            _ if is_letter(c) => Self::Letter,
            _ => Self::Other,
        }
    }
}

struct Tokeniser {
    /// Do what the 128 does in everything.
    exact: bool,
    /// The first keyword there is.
    first: u8,
    out: Typed,
    /// Characters looked at.
    taken: usize,
    /// The character that is put into the line.
    place: usize,
    mode: Mode,
    /// The letters of a word, perhaps of two with a blank between.
    word: Vec<u8>,
    /// The character that is its first.
    word_place: usize,
    /// Where in `word` the first word ends.
    split: Option<usize>,
    /// A `<` or `>` that may become one code with what follows.
    comparison: Option<u8>,
    /// The last code was a keyword, so a blank now is dropped.
    after_keyword: bool,
    /// A blank is due unless a keyword follows.
    blank_due: bool,
    /// Bytes of a hidden number still to come.
    number: usize,
}

impl Tokeniser {
    const fn new(keywords: Keywords) -> Self {
        Self {
            exact: matches!(keywords, Keywords::Rom128),
            first: keywords.first_keyword(),
            out: Typed {
                codes: Vec::new(),
                steps: Vec::new(),
                length: 0,
            },
            taken: 0,
            place: 0,
            mode: Mode::Plain,
            word: Vec::new(),
            word_place: 0,
            split: None,
            comparison: None,
            after_keyword: false,
            blank_due: false,
            number: 0,
        }
    }

    fn line(mut self, text: &[u8]) -> Typed {
        self.out.codes.reserve(text.len());
        for &c in text.iter().take_while(|&&c| c != ENTER) {
            self.take(c);
        }
        self.out.length = self.taken;
        self.take(ENTER);
        self.out
    }

    /// Puts a code into the line. ROM 0: 3EFB.
    fn push(&mut self, code: u8) {
        self.out.codes.push(code);
        self.out.steps.push(Step {
            taken: self.taken,
            place: self.place,
            comparison: self.comparison,
        });
    }

    /// One character of the text.
    fn take(&mut self, c: u8) {
        self.place = self.taken;
        self.taken += 1;
        let kind = Kind::of(c);
        match self.mode {
            Mode::Plain => self.between(c),
            Mode::Quoted | Mode::Remark => self.put(c),
            Mode::Rest => match kind {
                Kind::Letter | Kind::Sign => self.put(c),
                Kind::Blank | Kind::Other => {
                    self.mode = Mode::Plain;
                    self.between(c);
                }
            },
            Mode::Word => match kind {
                Kind::Letter | Kind::Sign => self.grow(c, kind),
                Kind::Blank => self.end_of_word(c, true),
                Kind::Other => self.end_of_word(c, false),
            },
        }
    }

    /// A code that stands for itself.
    fn code(&mut self, code: u8) {
        if self.number > 0 {
            self.number -= 1;
            self.place = self.taken;
            self.taken += 1;
            return self.push(code);
        }
        // What came before it is complete.
        self.take(ENTER);
        match (self.mode, code) {
            (Mode::Plain, NUMBER) => self.number = numbers::LENGTH - 1,
            (Mode::Plain, token::REM) => self.mode = Mode::Remark,
            (Mode::Plain, QUOTE) => self.mode = Mode::Quoted,
            (Mode::Quoted, QUOTE) => self.mode = Mode::Plain,
            _ => {}
        }
        if core::mem::take(&mut self.blank_due) {
            self.push(b' ');
        }
        self.after_keyword = false;
        self.push(code);
    }

    fn between(&mut self, c: u8) {
        if is_letter(c) {
            self.mode = Mode::Word;
            self.word.push(c);
            self.word_place = self.place;
        } else {
            self.put(c);
        }
    }

    fn grow(&mut self, c: u8, kind: Kind) {
        let signed = matches!(self.word.last(), Some(b'$' | b'#'));
        if !self.exact && signed && kind == Kind::Letter {
            self.end_of_word(c, false);
        } else if !self.full() {
            self.word.push(c);
        } else if self.split.is_some() {
            self.end_of_word(c, true);
        } else {
            self.plain_word(c);
        }
    }

    fn full(&self) -> bool {
        self.exact && self.word.len() >= WORD_LIMIT
    }

    /// A word may be complete: `c` follows it, and `joins` tells whether it may be the blank in
    /// a keyword of two words.
    fn end_of_word(&mut self, c: u8, joins: bool) {
        // Each turn but the last shortens the word.
        loop {
            let found = self.keyword();
            if found.is_none() && self.split.is_none() {
                if joins && !self.full() {
                    self.split = Some(self.word.len());
                    self.word.push(c);
                } else {
                    self.plain_word(c);
                }
                return;
            }
            if let Some(code) = found {
                self.split = None;
                self.word.clear();
                self.mode = Mode::Plain;
                let place = core::mem::replace(&mut self.place, self.word_place);
                self.put_keyword(code);
                self.place = place;
                self.between(c);
                return;
            }
            // The first word is no keyword and does not begin one: it goes, then the blank.
            let at = self.split.unwrap_or(0);
            let gone = at.max(1).min(self.word.len());
            let place = self.place;
            for i in 0..gone {
                self.place = self.word_place + i;
                self.put(self.word[i]);
            }
            self.place = place;
            self.word.drain(..gone);
            self.word_place += gone;
            self.split = (at > 0).then_some(0);
            if self.word.is_empty() {
                self.split = None;
                self.mode = Mode::Plain;
                self.between(c);
                return;
            }
        }
    }

    /// The word is no keyword and goes as it is; then `c` follows.
    fn plain_word(&mut self, c: u8) {
        if !self.exact {
            self.flush_comparison();
        }
        self.split = None;
        let place = self.place;
        let word = core::mem::take(&mut self.word);
        for (i, c) in word.into_iter().enumerate() {
            self.place = self.word_place + i;
            self.emit(c);
        }
        self.place = place;
        self.mode = Mode::Plain;
        match Kind::of(c) {
            // Beyond what the 128 looks at.
            Kind::Letter | Kind::Sign if self.exact => {
                self.mode = Mode::Rest;
                self.put(c);
            }
            _ => self.between(c),
        }
    }

    /// The keyword the collected word is (ROM 0: 3F7E).
    fn keyword(&self) -> Option<u8> {
        let word = core::str::from_utf8(&self.word).ok()?;
        let alias = ALIASES.iter().find(|(s, _)| s.eq_ignore_ascii_case(word));
        if let Some(&(_, code)) = alias {
            return Some(code);
        }
        if !self.exact && word.eq_ignore_ascii_case(RANDOMISE) {
            return Some(token::RANDOMIZE);
        }
        token::code_of(word).filter(|&code| code >= self.first)
    }

    /// Takes a code on its way out; a comparison sign waits for what follows (ROM 0: 3E16).
    fn put(&mut self, c: u8) {
        let in_text = matches!(self.mode, Mode::Quoted | Mode::Remark);
        if in_text && !self.exact {
            return self.put_plain(c);
        }
        match (self.comparison.take(), c) {
            (None, b'<' | b'>') => self.comparison = Some(c),
            (None, _) => self.put_plain(c),
            (Some(b'<'), b'>') => self.put_keyword(token::NOT_EQUAL),
            (Some(b'<'), b'=') => self.put_keyword(token::LESS_EQUAL),
            (Some(b'>'), b'=') => self.put_keyword(token::GREATER_EQUAL),
            (Some(first), _) => {
                self.put_plain(first);
                self.put_plain(c);
            }
        }
    }

    fn flush_comparison(&mut self) {
        if let Some(first) = self.comparison.take() {
            self.put_plain(first);
        }
    }

    /// ROM 0: 3E64.
    fn put_plain(&mut self, c: u8) {
        match c {
            ENTER => return,
            token::REM => self.mode = Mode::Remark,
            QUOTE => {
                self.mode = match self.mode {
                    Mode::Remark => Mode::Remark,
                    Mode::Quoted => Mode::Plain,
                    Mode::Plain | Mode::Word | Mode::Rest => Mode::Quoted,
                }
            }
            _ => {}
        }
        self.emit(c);
    }

    fn put_keyword(&mut self, code: u8) {
        self.flush_comparison();
        if code == token::REM {
            self.mode = Mode::Remark;
        }
        self.blank_due = false;
        self.after_keyword = true;
        self.push(code);
    }

    /// Puts a code into the line, minding the blanks (ROM 0: 3E9C).
    fn emit(&mut self, c: u8) {
        if self.exact && c >= token::FIRST {
            self.put_keyword(c);
        } else if c == b' ' && self.after_keyword {
            self.after_keyword = false;
        } else if c == b' ' && !self.blank_due {
            self.blank_due = true;
        } else if c == b' ' {
            self.push(b' ');
        } else {
            if core::mem::take(&mut self.blank_due) {
                self.push(b' ');
            }
            self.after_keyword = false;
            self.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    /// The codes with keywords spelt between braces.
    fn shown(codes: &[u8]) -> String {
        let mut s = String::new();
        for &c in codes {
            match token::spelling(c) {
                Some(word) => {
                    s.push('{');
                    s.push_str(word);
                    s.push('}');
                }
                None => s.push(char::from(c)),
            }
        }
        s
    }

    fn typed(text: &str) -> String {
        shown(&tokenise(text.as_bytes(), Keywords::Spectrum48))
    }

    /// What the 128's ROM made of these lines.
    const RECORDED: [(&str, &str); 21] = [
        ("10 if a<b then stop", "10{IF}a<b{THEN}{STOP}"),
        (
            "10 go to 10:goto10:gosub 5: go sub 7",
            "10{GO TO}10:{GO TO}10:{GO SUB}5:{GO SUB}7",
        ),
        (
            "10 def fn a(x)=x: deffn b()=1",
            "10{DEF FN}a(x)=x:{DEF FN}b()=1",
        ),
        (
            "10 open #4,\"k\":open#5,\"k\":close #4:close#4",
            "10{OPEN #}4,\"k\":{OPEN #}5,\"k\":{CLOSE #}4:{CLOSE #}4",
        ),
        ("10 print chr$65;chr$ a", "10{PRINT}{CHR$}65;{CHR$}a"),
        (
            "10 for i=1to5step2:next i",
            "10{FOR}i=1{TO}5{STEP}2:{NEXT}i",
        ),
        ("10 print  a  ;  b :  print", "10{PRINT} a  ;  b : {PRINT}"),
        ("10 print a$(2to3)", "10{PRINT}a$(2{TO}3)"),
        (
            "10 let averylongname=1: let verylongprint=2",
            "10{LET}averylongname=1:{LET}verylongprint=2",
        ),
        (
            "10 PRINT Sin x,COS X:print\"a\";print",
            "10{PRINT}{SIN}x,{COS}X:{PRINT}\"a\";{PRINT}",
        ),
        ("10 rem  two  spaces", "10{REM} two  spaces"),
        ("10 let a=not b or c and d", "10{LET}a={NOT}b{OR}c{AND}d"),
        (
            "10 print inkey$ ; inkey$+pi*rnd",
            "10{PRINT}{INKEY$};{INKEY$}+{PI}*{RND}",
        ),
        ("  20   cls  ", "  20  {CLS}"),
        ("10 let go to=1", "10{LET}{GO TO}=1"),
        ("10 go  to 10", "10 go {TO}10"),
        ("10 x=1>=2", "10 x=1{>=}2"),
        (
            "10 let defined = 5: let define x = 6",
            "10{LET}defined = 5:{LET}define x = 6",
        ),
        (
            "10 print screen$ (1,1);screen$(1,1)",
            "10{PRINT}{SCREEN$}(1,1);{SCREEN$}(1,1)",
        ),
        ("10 print1", "10{PRINT}1"),
        ("10 let printx=xprint", "10{LET}printx=xprint"),
    ];

    #[test]
    fn keywords_are_found_as_the_128_finds_them() {
        for (text, expected) in RECORDED {
            assert_eq!(typed(text), expected);
            assert_eq!(
                shown(&tokenise(text.as_bytes(), Keywords::Rom128)),
                expected
            );
        }
    }

    #[test]
    fn the_slips_of_the_128_are_mended_by_the_one_and_kept_by_the_other() {
        for (text, mended, exact) in [
            ("10 if a<b:", "10{IF}a<b:", "10{IF}ab<:"),
            (
                "10 print \"<>\";\"a<=b\"",
                "10{PRINT}\"<>\";\"a<=b\"",
                "10{PRINT}\"{<>}\";\"a{<=}b\"",
            ),
            (
                "10 rem <= print \"a\"",
                "10{REM}<= print \"a\"",
                "10{REM}{<=}print \"a\"",
            ),
            (
                "10 randomise 5:randomize 6",
                "10{RANDOMIZE}5:{RANDOMIZE}6",
                "10 randomise 5:{RANDOMIZE}6",
            ),
            (
                "10 let abc printer=1",
                "10{LET}abc printer=1",
                "10{LET}abc{PRINT}er=1",
            ),
            ("10 print chr$a", "10{PRINT}{CHR$}a", "10{PRINT}chr$a"),
            (
                "10 a>b:a><b:a<<b:a=<b",
                "10 a>b:a><b:a<<b:a=<b",
                "10 ab>:a><b:a<<b:a=b<",
            ),
        ] {
            assert_eq!(typed(text), mended);
            assert_eq!(shown(&tokenise(text.as_bytes(), Keywords::Rom128)), exact);
        }
    }

    #[test]
    fn codes_in_the_text_stay_with_their_blanks() {
        assert_eq!(
            tokenise(b"10\xEA  print", Keywords::Spectrum128),
            b"10\xEA  print"
        );
        assert_eq!(
            tokenise(b"10\xF5 1:print 2", Keywords::Spectrum128),
            b"10\xF5 1:\xF52"
        );
        assert_eq!(tokenise(b"print\rprint", Keywords::Spectrum128), b"\xF5");
        assert_eq!(
            tokenise(b"\x90\x80\x0F", Keywords::Spectrum128),
            b"\x90\x80\x0F"
        );
    }

    #[test]
    fn codes_that_stand_for_themselves_are_no_part_of_words() {
        let line = |text: &[u8]| {
            let written = text.iter().map(|c| match c {
                // A capital stands for its code.
                b'A'..=b'Z' => Written::Code(c.to_ascii_lowercase()),
                b'!' => Written::Code(b' '),
                _ => Written::Typed(*c),
            });
            let written: Vec<Written> = written.collect();
            shown(&tokenise_written(&written, Keywords::Spectrum48).codes)
        };
        assert_eq!(line(b"print print"), "{PRINT}{PRINT}");
        assert_eq!(line(b"Print go To"), "print go to");
        assert_eq!(line(b"print ! a !"), "{PRINT}  a  ");
        assert_eq!(line(b"a<!=b"), "a< =b");
        let codes = [14, 34, 34, 34, 13, 234].map(Written::Code);
        let rest = b"rem \"".map(Written::Typed);
        let line = tokenise_written(&[&codes[..], &rest].concat(), Keywords::Spectrum48);
        assert_eq!(line.codes, b"\x0E\"\"\"\x0D\xEA\xEA\"");
    }

    #[test]
    fn the_48_has_no_play() {
        assert_eq!(
            tokenise(b"play spectrum", Keywords::Spectrum48),
            b"play spectrum"
        );
        assert_eq!(
            tokenise(b"play spectrum", Keywords::Spectrum128),
            b"\xA4\xA3"
        );
    }

    #[test]
    fn an_empty_line_stays_empty() {
        assert_eq!(tokenise(b"", Keywords::Spectrum128), b"");
        assert_eq!(tokenise(b"   ", Keywords::Spectrum128), b"  ");
    }
}
