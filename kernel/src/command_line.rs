//! The command line: words that the firmware (`cmdline.txt`) or QEMU (`-append`) hands over.
//!
//! Both put a list of tags at 0x100 when there is no device tree. The words the kernel knows:
//!
//! | word | what it does |
//! |---|---|
//! | `quiet` | log lines after the start stay in the kernel's memory (they show when it stops) |
//! | `keyboard=us`, `uk`, `de`, `fr`, `es`, `zx` | how the keyboard is lettered: US (when nothing is said), UK, German, French, Spanish, the Spectrum's own forty keys |
//! | `start=menu` | start in the opening menu, as without the word |
//! | `start=128`, `start=48` | the same with 128 BASIC or 48 BASIC chosen |
//! | `start=line`, `start=line48` | no menus: the 128 or the 48K takes commands at once, typed letter by letter |
//! | `console=line` | the serial console shows the 128's editor and menus as lines of text, for a terminal that cannot be drawn on |
//! | `files=none` | keep no files: be as the original without disks, whatever card there is |
//! | `timed` | say after each ENTER, cursor key and the like typed on the serial line how long the machine worked before it waited |
//! | `provoke=abort` | read an address that is not mapped, once the machine runs |
//! | `provoke=write` | write to the program itself |
//! | `provoke=overflow` | use up the stack |
//! | `provoke=panic` | panic |
//! | `provoke=nested` | a second fault while the first is shown |
//! | `after=N` | provoke only after so many key events |
//! | `provoke=reset`, `provoke=off` | reset, switch off |
//! | `without=mailbox` | go on as when the mailbox never answers |
//! | `without=screen` | go on as when every framebuffer is refused |
//! | `without=32bpp` | go on as when a framebuffer of 32 bits a pixel is refused |
//!
//! All but `quiet`, `keyboard`, `start` and `console` are for tests of what they measure and provoke: so the image tested is the image shipped.

/// Where the tags lie.
pub const TAGS_AT: usize = 0x100;
/// Words of the tags that are looked at: 4 KiB.
pub const TAGS_WORDS: usize = 1024;

const TAG_CORE: u32 = 0x5441_0001;
const TAG_COMMAND_LINE: u32 = 0x5441_0009;

/// Bytes of the command line that are kept: the firmware puts long words of its own before ours,
/// as Linux' COMMAND_LINE_SIZE allows.
const KEPT: usize = 2048;

/// The words.
#[derive(Clone, Debug)]
pub struct CommandLine {
    bytes: [u8; KEPT],
    length: usize,
}

impl CommandLine {
    /// The command line in a list of tags; empty when there is none or it is no such list.
    #[must_use]
    pub fn from_tags(tags: &[u32]) -> Self {
        let mut line = Self {
            bytes: [0; KEPT],
            length: 0,
        };
        let mut rest = tags;
        let mut first = true;
        // Each tag starts with its length in words, these two included.
        while let [length, kind, ..] = *rest {
            let Some(tag) = rest.get(..length as usize) else {
                break;
            };
            if tag.len() < 2 || first != (kind == TAG_CORE) {
                break;
            }
            if kind == TAG_COMMAND_LINE {
                let bytes = tag[2..].iter().flat_map(|word| word.to_le_bytes());
                for (to, byte) in line.bytes.iter_mut().zip(bytes.take_while(|&b| b != 0)) {
                    *to = byte;
                    line.length += 1;
                }
                break;
            }
            first = false;
            rest = &rest[tag.len()..];
        }
        line
    }

    /// Whether `word` is one of the words.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.bytes[..self.length]
            .split(u8::is_ascii_whitespace)
            .any(|found| found == word.as_bytes())
    }

    /// What follows `name=` in the first word that starts so; empty when there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.bytes[..self.length]
            .split(u8::is_ascii_whitespace)
            .filter_map(|word| word.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
            .find_map(|value| core::str::from_utf8(value).ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<u32> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let words = bytes
            .chunks(4)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let mut tags = vec![5, TAG_CORE, 1, 0x1000, 0, 4, 0x5441_0002, 0x3C00_0000, 0];
        tags.extend([2 + u32::try_from(words.len()).unwrap(), TAG_COMMAND_LINE]);
        tags.extend(words);
        tags.extend([0, 0]);
        tags
    }

    #[test]
    fn words_are_found_whole() {
        let line = CommandLine::from_tags(&tags("a.b=1 quiet provoke=abort  without=mailbox"));
        assert!(line.has("quiet"));
        assert!(!line.has("quie"));
        assert_eq!(line.value("provoke"), "abort");
        assert_eq!(line.value("without"), "mailbox");
        assert_eq!(line.value("a"), "");
        assert_eq!(line.value("with"), "");
    }

    #[test]
    fn what_is_no_list_of_tags_is_an_empty_line() {
        let whole = tags("quiet");
        let mut lists = vec![vec![], vec![0; 64], vec![u32::MAX; 64], whole[5..].to_vec()];
        lists.push((0..1024u32).map(|n| n.wrapping_mul(0x9E37_79B9)).collect());
        // A length of 1 would never end; one beyond the end would read other things.
        lists.push(vec![5, TAG_CORE, 0, 0, 0, 1, 1, 1]);
        lists.push(vec![5, TAG_CORE, 0, 0, 0, 9, TAG_COMMAND_LINE, 0x6565_6565]);
        for list in lists {
            assert!(!CommandLine::from_tags(&list).has("quiet"));
        }
        let long = "x".repeat(5000);
        assert!(CommandLine::from_tags(&tags(&long)).has(&long[..KEPT]));
    }
}
