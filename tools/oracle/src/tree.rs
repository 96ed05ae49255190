//! What is made up, as trees, so that it can be made smaller piece by piece.

use basic::token;

/// What a piece is, which says what may stand in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A numeric expression.
    Number,
    /// A string expression.
    Text,
    /// A statement.
    Statement,
    /// Something that can be left out.
    Item,
    /// Something that must stay.
    Other,
}

/// A part of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Codes of the line.
    Codes(Vec<u8>),
    /// A piece.
    Tree(Tree),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Codes(text.as_bytes().to_vec())
    }
}
impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Codes(text.into_bytes())
    }
}
impl From<u8> for Part {
    fn from(code: u8) -> Self {
        Self::Codes(vec![code])
    }
}
impl From<Vec<u8>> for Part {
    fn from(codes: Vec<u8>) -> Self {
        Self::Codes(codes)
    }
}
impl From<Tree> for Part {
    fn from(tree: Tree) -> Self {
        Self::Tree(tree)
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// What it is.
    pub sort: Sort,
    /// What it consists of.
    pub parts: Vec<Part>,
}

/// A piece of a sort made of parts.
#[macro_export]
macro_rules! piece {
    ($sort:ident; $($part:expr),+ $(,)?) => {
        $crate::tree::Tree {
            sort: $crate::tree::Sort::$sort,
            parts: vec![$($crate::tree::Part::from($part)),+],
        }
    };
}

impl Tree {
    /// Appends the codes.
    pub fn write(&self, line: &mut Vec<u8>) {
        for part in &self.parts {
            match part {
                Part::Codes(codes) => line.extend_from_slice(codes),
                Part::Tree(tree) => tree.write(line),
            }
        }
    }

    /// The pieces right below.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.parts.iter().filter_map(|part| match part {
            Part::Tree(tree) => Some(tree),
            Part::Codes(_) => None,
        })
    }

    /// How many pieces it is of, itself counted.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.children().map(Self::count).sum::<usize>()
    }

    /// The piece with this number, counted as they stand in the line, itself 0.
    pub fn nth(&mut self, n: usize) -> Option<&mut Self> {
        if n == 0 {
            return Some(self);
        }
        let mut left = n - 1;
        for part in &mut self.parts {
            if let Part::Tree(tree) = part {
                let count = tree.count();
                if left < count {
                    return tree.nth(left);
                }
                left -= count;
            }
        }
        None
    }
}

/// One thing that is given to the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of a program line; 0 for a command.
    pub number: u16,
    /// Its statements; none deletes the line.
    pub statements: Vec<Tree>,
    /// What is typed where it waits for keys.
    pub keys: Vec<u8>,
    /// Whether the codes are typed one by one instead of entered as a line.
    pub typed: bool,
}

impl Step {
    /// A line.
    #[must_use]
    pub const fn line_of(number: u16, statements: Vec<Tree>) -> Self {
        Self {
            number,
            statements,
            keys: Vec::new(),
            typed: false,
        }
    }

    /// A command.
    #[must_use]
    pub const fn command(statements: Vec<Tree>) -> Self {
        Self::line_of(0, statements)
    }

    /// A line given by its codes.
    #[must_use]
    pub fn raw(codes: Vec<u8>) -> Self {
        Self::command(vec![piece!(Other; codes)])
    }

    /// Keys, one after the other.
    #[must_use]
    pub fn typing(keys: &[u8]) -> Self {
        let parts = keys.iter().map(|&key| piece!(Item; key).into()).collect();
        Self {
            typed: true,
            ..Self::command(vec![Tree {
                sort: Sort::Other,
                parts,
            }])
        }
    }

    /// It as a reader wants to see it.
    #[must_use]
    pub fn shown(&self) -> String {
        let line = self.line();
        if self.typed {
            return format!("keys {}", show(&line));
        }
        if self.keys.is_empty() {
            return text(&line);
        }
        format!("{} (keys {})", text(&line), show(&self.keys))
    }

    /// The line as it is entered.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let mut line = Vec::new();
        if self.number != 0 {
            line.extend(self.number.to_string().bytes());
        }
        for (i, statement) in self.statements.iter().enumerate() {
            if i > 0 {
                line.push(b':');
            }
            statement.write(&mut line);
        }
        line
    }
}

/// A line's codes as text that `zx::listing` reads: keywords spelt outside quotes, escapes inside.
#[must_use]
pub fn text(line: &[u8]) -> String {
    let mut text = String::new();
    let mut quoted = false;
    let mut rem = false;
    for &code in line {
        if code == b'"' {
            quoted = !quoted;
        }
        match token::spelling(code) {
            Some(word) if !quoted && !rem && code >= token::FIRST => {
                let lettered = word.starts_with(|c: char| c.is_ascii_alphabetic());
                if lettered && text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '$') {
                    text.push(' ');
                }
                text += word;
                if word.ends_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '#') {
                    text.push(' ');
                }
                rem = code == token::REM;
            }
            _ => text += &show(&[code]),
        }
    }
    text
}

/// The codes of such a text: the other way round than [`show`].
#[must_use]
pub fn codes(text: &str) -> Vec<u8> {
    let mut codes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escape = rest
            .strip_prefix("\\{")
            .and_then(|rest| rest.split_once('}'))
            .and_then(|(number, after)| Some((number.parse().ok()?, after)));
        if let Some((code, after)) = escape {
            codes.push(code);
            rest = after;
        } else {
            rest = rest
                .strip_prefix("\\\\")
                .unwrap_or(&rest[first.len_utf8()..]);
            codes.push(first as u8);
        }
    }
    codes
}

/// Codes as text, those that are no ASCII as escapes.
#[must_use]
pub fn show(codes: &[u8]) -> String {
    let mut text = String::new();
    for &code in codes {
        match code {
            b'\\' => text += "\\\\",
            b' '..=b'_' | b'a'..=b'~' => text.push(char::from(code)),
            _ => text += &format!("\\{{{code}}}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found_by_number_and_written_in_order() {
        let mut tree = piece!(Statement; token::PRINT, piece!(Number; "1"), ";",
            piece!(Text; piece!(Text; "a$"), "+", piece!(Text; "b$")));
        assert_eq!(tree.count(), 5);
        tree.nth(3).unwrap().parts = vec!["c$".into()];
        let mut line = Vec::new();
        tree.write(&mut line);
        assert_eq!(text(&line), "PRINT 1;c$+b$");
        assert!(tree.nth(5).is_none());
    }

    #[test]
    fn text_is_read_back_as_the_same_codes() {
        assert_eq!(codes(&show(b"a\\b\x0D\xFF{")), b"a\\b\x0D\xFF{");
        let line = b"\xF5\"a\x10\x02\xFF\\\";\xAC1,\xBEx;a$\xC6b";
        let text = text(line);
        assert_eq!(
            text,
            "PRINT \"a\\{16}\\{2}\\{255}\\\\\";AT 1,PEEK x;a$ AND b"
        );
        assert_eq!(zx::listing::tokenise(&text, false).unwrap(), line);
    }
}
