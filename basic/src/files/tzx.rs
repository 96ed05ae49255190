//! Cassettes as .tzx files, version 1.20 of the format: their blocks of bytes in the order in which
//! they are played, and new ones behind them.
//!
//! Pauses and texts are passed over; of sound without bytes, and of blocks that are not known, is told
//! where they are; jumps, loops and calls are followed. All numbers have their low byte first.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::cassette::{Cassette, Fault, Flaw, LeftOut};
use super::tape::{BLOCKS_MAX, Block};

/// What such a file begins with.
const SIGNATURE: &[u8; 8] = b"ZXTape!\x1A";
/// The version that is written; files of its first number can be read.
const VERSION: [u8; 2] = [1, 20];
/// Where the blocks begin.
const START: usize = SIGNATURE.len() + VERSION.len();
/// Milliseconds of silence behind a block that is written, as behind those of the ROM.
const PAUSE: u16 = 1000;
/// The ROM's speed as a block of turbo speed tells it: pulses of the leader, the two before the
/// bytes, of a 0 and a 1, and how many the leader has. ROM: `SA-BYTES` 04C2.
const ROM_SPEED: [u16; 6] = [2168, 667, 735, 855, 1710, 3223];
/// Blocks that are played, at most: loops and jumps must come to an end.
const STEPS_MAX: usize = 1 << 20;

/// The blocks that matter, by their first byte.
mod id {
    pub(super) const STANDARD: u8 = 0x10;
    pub(super) const TURBO: u8 = 0x11;
    pub(super) const TONE: u8 = 0x12;
    pub(super) const PULSES: u8 = 0x13;
    pub(super) const PURE_DATA: u8 = 0x14;
    pub(super) const SAMPLES: u8 = 0x15;
    pub(super) const CSW: u8 = 0x18;
    pub(super) const SYMBOLS: u8 = 0x19;
    pub(super) const JUMP: u8 = 0x23;
    pub(super) const LOOP_START: u8 = 0x24;
    pub(super) const LOOP_END: u8 = 0x25;
    pub(super) const CALL: u8 = 0x26;
    pub(super) const RETURN: u8 = 0x27;
}

/// Whether a file is one, by its first bytes.
#[must_use]
pub fn is_tzx(file: &[u8]) -> bool {
    file.starts_with(SIGNATURE)
}

/// How the length of a block without its first byte is told.
struct Rule {
    /// Bytes before a count.
    before: usize,
    /// Bytes of the count: 0 where there is none.
    size: usize,
    /// Bytes for each that is counted.
    each: usize,
}

/// The rule of a kind of block. Kinds that are not known begin with their length, as the format
/// promises.
const fn rule(id: u8) -> Rule {
    let (before, size, each) = match id {
        id::STANDARD => (2, 2, 1),
        id::TURBO => (15, 3, 1),
        id::TONE => (4, 0, 0),
        id::PULSES => (0, 1, 2),
        id::PURE_DATA => (7, 3, 1),
        id::SAMPLES => (5, 3, 1),
        0x20 => (2, 0, 0),        // a pause
        0x21 | 0x30 => (0, 1, 1), // a group begins; a description
        0x22 | id::LOOP_END | id::RETURN => (0, 0, 0),
        id::JUMP | id::LOOP_START => (2, 0, 0),
        id::CALL => (0, 2, 2),
        0x28 | 0x32 => (0, 2, 1), // a choice; about the tape
        0x31 => (1, 1, 1),        // a message
        0x33 => (0, 1, 3),        // hardware
        0x34 => (8, 0, 0),        // about an emulator
        0x35 => (16, 4, 1),       // anything
        0x40 => (1, 3, 1),        // a snapshot
        0x5A => (9, 0, 0),        // where two files were joined
        _ => (0, 4, 1),
    };
    Rule { before, size, each }
}

/// A block of the file.
#[derive(Clone, Copy)]
struct Piece<'a> {
    id: u8,
    /// Where in the file it begins.
    at: usize,
    /// What stands before the part that is counted.
    head: &'a [u8],
    /// The part that is counted.
    body: &'a [u8],
}

impl Piece<'_> {
    /// A word of its fixed part.
    fn word(&self, at: usize) -> u16 {
        match self.head.get(at..) {
            Some([low, high, ..]) => u16::from_le_bytes([*low, *high]),
            _ => 0,
        }
    }

    /// One of the words of its counted part.
    fn listed(&self, index: usize) -> Option<u16> {
        let pair = self.body.chunks_exact(2).nth(index)?;
        Some(u16::from_le_bytes([pair[0], pair[1]]))
    }

    /// What it is for a tape.
    const fn part(&self) -> Part {
        match self.id {
            id::STANDARD | id::TURBO => Part::Bytes,
            id::PURE_DATA => Part::BytesOnly,
            id::TONE | id::PULSES => Part::Tone,
            id::SAMPLES | id::CSW | id::SYMBOLS => Part::LeftOut(LeftOut::Recording),
            0x20..=0x28 | 0x2A | 0x2B | 0x30..=0x35 | 0x5A => Part::Silent,
            // Also those of another machine, and snapshots, which the format gave up.
            kind => Part::LeftOut(LeftOut::Unknown(kind)),
        }
    }
}

/// What a block of the file is for a tape.
enum Part {
    /// Bytes with what comes before them on a tape.
    Bytes,
    /// Bytes without: tones may come before them.
    BytesOnly,
    /// A tone, or pulses.
    Tone,
    /// What cannot be read.
    LeftOut(LeftOut),
    /// Nothing that is heard.
    Silent,
}

/// Cuts a file into its blocks; what is wrong with it, if anything is.
fn pieces(file: &[u8]) -> (Vec<Piece<'_>>, Option<Flaw>) {
    let mut pieces = Vec::new();
    let mut at = START;
    while let Some((&id, rest)) = file.get(at..).and_then(<[u8]>::split_first) {
        let flaw = |fault| Some(Flaw { at, fault });
        if pieces.len() == BLOCKS_MAX {
            return (pieces, flaw(Fault::TooMany));
        }
        let Rule { before, size, each } = rule(id);
        let Some((head, rest)) = rest.split_at_checked(before + size) else {
            return (pieces, flaw(Fault::CutOff));
        };
        let count = head[before..].iter().rev();
        let count = count.fold(0, |all, byte| all << 8 | u64::from(*byte));
        let wanted = usize::try_from(count * each as u64).unwrap_or(usize::MAX);
        let body = &rest[..wanted.min(rest.len())];
        pieces.push(Piece { id, at, head, body });
        if body.len() < wanted {
            return (pieces, flaw(Fault::CutOff));
        }
        at += 1 + head.len() + body.len();
    }
    (pieces, None)
}

/// Where playing goes on after loops and calls.
#[derive(Default)]
struct Player {
    /// The block a loop goes back to, and how often it still does.
    repeat: Option<(usize, u16)>,
    /// The block of a call, and which of its blocks is next.
    call: Option<(usize, usize)>,
}

impl Player {
    /// The block to play after the one at `at`, unless the tape has gone off its ends.
    fn next(&mut self, pieces: &[Piece<'_>], at: usize) -> Option<usize> {
        let piece = &pieces[at];
        let to = |from: usize, by: u16| from.checked_add_signed(isize::from(by.cast_signed()));
        match piece.id {
            id::JUMP => return to(at, piece.word(0)),
            id::LOOP_START => self.repeat = Some((at + 1, piece.word(0))),
            id::LOOP_END => {
                if let Some((start, left @ 2..)) = self.repeat {
                    self.repeat = Some((start, left - 1));
                    return Some(start);
                }
                self.repeat = None;
            }
            id::CALL => {
                self.call = Some((at, 0));
                return self.called(pieces);
            }
            id::RETURN => return self.called(pieces).or(Some(at + 1)),
            _ => {}
        }
        Some(at + 1)
    }

    /// The next block of a call, and after the last one the one behind the call.
    fn called(&mut self, pieces: &[Piece<'_>]) -> Option<usize> {
        let (from, done) = self.call?;
        match pieces[from].listed(done) {
            Some(by) => {
                self.call = Some((from, done + 1));
                from.checked_add_signed(isize::from(by.cast_signed()))
            }
            None => {
                self.call = None;
                Some(from + 1)
            }
        }
    }
}

/// What is played besides bytes.
#[derive(Default)]
struct Others {
    /// The blocks that are noted.
    noted: BTreeSet<usize>,
    /// Where tones began that may come before bytes.
    tones: Option<usize>,
}

impl Others {
    /// Notes what is heard in a block, once in each place of the file.
    fn hear(&mut self, tape: &mut Cassette, at: usize, part: &Part) {
        match part {
            Part::Silent => {}
            Part::Tone => {
                self.tones.get_or_insert(at);
            }
            Part::BytesOnly => self.tones = None,
            Part::Bytes => self.end_tones(tape),
            Part::LeftOut(what) => {
                self.end_tones(tape);
                self.note(tape, at, *what);
            }
        }
    }

    /// No bytes belong to the tones before.
    fn end_tones(&mut self, tape: &mut Cassette) {
        if let Some(at) = self.tones.take() {
            self.note(tape, at, LeftOut::Tones);
        }
    }

    fn note(&mut self, tape: &mut Cassette, at: usize, what: LeftOut) {
        if self.noted.insert(at) {
            tape.left_out.push((tape.blocks.len(), what));
        }
    }
}

/// The blocks of bytes of a .tzx file, as they are played from its start. Of one that is wrong
/// somewhere the blocks before that, and what is there of a last block that is cut off.
#[must_use]
pub fn read(file: &[u8]) -> Cassette {
    if !is_tzx(file) || file.len() < START {
        return Cassette::unreadable(0, Fault::NoTzx);
    }
    if file[SIGNATURE.len()] != VERSION[0] {
        return Cassette::unreadable(SIGNATURE.len(), Fault::Version);
    }
    let (pieces, flaw) = pieces(file);
    let mut tape = Cassette::default();
    tape.flaw = flaw;
    let mut others = Others::default();
    let mut player = Player::default();
    let mut place = Some(0);
    let mut left = STEPS_MAX;
    while let Some((at, piece)) = place.and_then(|at| Some((at, pieces.get(at)?))) {
        let part = piece.part();
        others.hear(&mut tape, at, &part);
        let done = match part {
            _ if left == 0 => Err(Fault::NoEnd),
            Part::Bytes | Part::BytesOnly => tape.push(piece.body),
            Part::Tone | Part::LeftOut(_) | Part::Silent => Ok(()),
        };
        if let Err(fault) = done {
            let at = piece.at;
            tape.flaw = Some(Flaw { at, fault });
            break;
        }
        left -= 1;
        place = player.next(&pieces, at);
    }
    others.end_tones(&mut tape);
    tape
}

/// Puts blocks behind what a .tzx file holds; an empty one becomes a file first. A block that is
/// too long for a block of the ROM's is one of turbo speed, with the ROM's own speed.
pub fn append(file: &mut Vec<u8>, blocks: &[Block]) {
    if file.is_empty() {
        file.extend_from_slice(SIGNATURE);
        file.extend(VERSION);
    }
    for Block(bytes) in blocks {
        if let Ok(length) = u16::try_from(bytes.len()) {
            file.push(id::STANDARD);
            file.extend(PAUSE.to_le_bytes());
            file.extend(length.to_le_bytes());
        } else {
            file.push(id::TURBO);
            for word in ROM_SPEED {
                file.extend(word.to_le_bytes());
            }
            file.push(8); // bits of the last byte
            file.extend(PAUSE.to_le_bytes());
            file.extend_from_slice(&(bytes.len() as u32).to_le_bytes()[..3]);
        }
        file.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::tape::TAPE_MAX;
    use alloc::vec;

    /// A file of blocks given as bytes.
    fn file(blocks: &[&[u8]]) -> Vec<u8> {
        [&SIGNATURE[..], &VERSION, &blocks.concat()].concat()
    }

    /// The last byte of each block of a file that is right.
    fn played(blocks: &[&[u8]]) -> Vec<u8> {
        let tape = read(&file(blocks));
        assert_eq!(tape.flaw, None);
        let last = |block: &Block| block.0.last().copied().unwrap_or_default();
        tape.blocks.iter().map(last).collect()
    }

    const A: &[u8] = b"\x10\0\0\x02\0\xFFa";
    const B: &[u8] = b"\x14aabb\x08pp\x01\0\0b";
    const C: &[u8] = b"\x11aabbccddeeff\x08pp\x04\0\x00123c";

    #[test]
    fn blocks_of_bytes_are_read_and_all_others_passed_over() {
        let others: [&[u8]; 26] = [
            b"\x12aabb",
            b"\x13\x02aabb",
            b"\x15aapp\x08\x02\0\0xx",
            b"\x16\x02\0\0\0xx",
            b"\x17\x02\0\0\0xx",
            b"\x18\x02\0\0\0xx",
            b"\x19\x02\0\0\0xx",
            b"\x20pp",
            b"\x20\0\0",
            b"\x21\x03abc",
            b"\x22",
            b"\x27",
            b"\x28\x04\0\x01aa\0",
            b"\x2A\0\0\0\0",
            b"\x2B\x01\0\0\0\x01",
            b"\x30\x03abc",
            b"\x31\x09\x03abc",
            b"\x32\x02\0xx",
            b"\x33\x02tiitii",
            b"\x34fsrgvvvv",
            b"\x350123456789ABCDEF\x02\0\0\0xx",
            b"\x40\x01\x02\0\0xx",
            b"\x5AXTape!\x1A\x01\x14",
            // Not in the format.
            b"\x77\x02\0\0\0xx",
            b"\x00\0\0\0\0",
            b"\x25",
        ];
        for other in others {
            assert_eq!(played(&[A, other, B, other, C]), b"abc", "{other:02X?}");
            let left_out = match other[0] {
                0x12 | 0x13 => Some(LeftOut::Tones),
                0x15 | 0x18 | 0x19 => Some(LeftOut::Recording),
                kind @ (0 | 0x16 | 0x17 | 0x40 | 0x77) => Some(LeftOut::Unknown(kind)),
                _ => None,
            };
            let told: Vec<_> = left_out.map(|what| (1, what)).into_iter().collect();
            assert_eq!(read(&file(&[A, other, C])).left_out, told, "{other:02X?}");
        }
        assert_eq!(read(&file(&[C])).blocks, [Block(b"123c".to_vec())]);
    }

    #[test]
    fn tones_belong_to_the_bytes_behind_them_or_are_left_out() {
        let left_out = |blocks: &[&[u8]]| read(&file(blocks)).left_out;
        let tone: &[u8] = b"\x12aabb";
        let pulses: &[u8] = b"\x13\x02aabb";
        let text: &[u8] = b"\x30\x03abc";
        let sound: &[u8] = b"\x15aapp\x08\x02\0\0xx";
        assert_eq!(left_out(&[A, tone, pulses, text, B]), []);
        assert_eq!(
            left_out(&[tone, pulses, A, tone]),
            [0, 1].map(|n| (n, LeftOut::Tones))
        );
        let both = [(0, LeftOut::Tones), (0, LeftOut::Recording)];
        assert_eq!(left_out(&[tone, sound, B]), both);
        // Once, however often it is played.
        assert_eq!(left_out(&[b"\x24\x03\0", tone, A, b"\x25"]), both[..1]);
        assert_eq!(left_out(&[b"\x24\x03\0", tone, b"\x25", B]), []);
    }

    #[test]
    fn jumps_loops_and_calls_are_followed() {
        let three: &[u8] = b"\x24\x03\0";
        let end: &[u8] = b"\x25";
        assert_eq!(played(&[three, A, B, end, C]), b"abababc");
        for once in [b"\x24\x01\0", b"\x24\0\0"] {
            assert_eq!(played(&[once, A, end, C]), b"ac");
        }
        // To the block behind the next, and back.
        assert_eq!(played(&[b"\x23\x02\0", A, B]), b"b");
        let back = [b"\x23\x03\0", A, b"\x23\x02\0", b"\x23\xFE\xFF", B];
        assert_eq!(played(&back), b"ab");
        // Off either end of the tape.
        assert_eq!(played(&[A, b"\x23\xF0\xFF", B]), b"a");
        assert_eq!(played(&[A, b"\x23\xF0\x00", B]), b"a");
        let call: &[u8] = b"\x26\x02\0\x03\0\x05\0";
        let calls = [call, C, b"\x23\x09\0", A, b"\x27", B, b"\x27"];
        assert_eq!(played(&calls), b"abc");
    }

    #[test]
    fn what_has_no_end_ends() {
        let fault = |blocks: &[&[u8]]| read(&file(blocks)).flaw.unwrap().fault;
        assert_eq!(fault(&[b"\x23\0\0"]), Fault::NoEnd);
        assert_eq!(fault(&[A, b"\x23\xFF\xFF"]), Fault::TooLong);
        // 65535 times 64 K.
        let big = [&b"\x10\0\0\xFF\xFF"[..], &[7; 0xFFFF]].concat();
        let tape = read(&file(&[b"\x24\xFF\xFF", &big, b"\x25"]));
        assert_eq!(tape.flaw.unwrap().fault, Fault::TooLong);
        assert_eq!(tape.blocks.len(), TAPE_MAX / 0xFFFF);
        assert_eq!(fault(&[&[0x22].repeat(BLOCKS_MAX + 1)]), Fault::TooMany);
    }

    #[test]
    fn a_file_cut_off_anywhere_is_read_up_to_there() {
        let whole = file(&[A, b"\x30\x03abc", C]);
        let c = START + A.len() + 5;
        for length in 0..whole.len() {
            let tape = read(&whole[..length]);
            let (count, flaw) = match length {
                0..START => (0, Some((0, Fault::NoTzx))),
                _ if [START, START + A.len(), c].contains(&length) => {
                    (usize::from(length > START), None)
                }
                _ if length < START + 5 => (0, Some((START, Fault::CutOff))),
                _ if length < START + A.len() => (1, Some((START, Fault::CutOff))),
                _ if length < c => (1, Some((START + A.len(), Fault::CutOff))),
                _ if length < c + 19 => (1, Some((c, Fault::CutOff))),
                _ => (2, Some((c, Fault::CutOff))),
            };
            assert_eq!(tape.blocks.len(), count, "{length}");
            let flaw = flaw.map(|(at, fault)| Flaw { at, fault });
            assert_eq!(tape.flaw, flaw, "{length}");
        }
        let mut later = whole;
        later[8] = 2;
        assert_eq!(read(&later).flaw.unwrap().fault, Fault::Version);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let blocks = [Block::new(0, b"header"), Block::new(0xFF, &[7; 70_000])];
        let mut file = Vec::new();
        append(&mut file, &blocks[..1]);
        assert_eq!(&file[..16], b"ZXTape!\x1A\x01\x14\x10\xE8\x03\x08\0\0");
        append(&mut file, &blocks[1..]);
        let tape = read(&file);
        assert_eq!((tape.blocks, tape.flaw), (blocks.to_vec(), None));
        assert_eq!(read(&file[..START]).blocks, vec![]);
    }
}
