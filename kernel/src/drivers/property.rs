//! Messages to the firmware: requests written as tags, and answers believed only when they are
//! whole.
//!
//! A message is a list of tags, each with room for its answer. The firmware fills the answers in
//! and marks the message and every tag it knows. Nothing here touches the mailbox itself; what
//! carries messages is a [`Post`].

/// Words in a message: enough for the longest one, the framebuffer's.
pub const WORDS: usize = 64;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// No answer came in time; nothing more is asked.
    Silent,
    /// The firmware refused the message.
    Refused,
    /// The firmware does not know the tag, or answered less than was asked for.
    Unknown,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Silent => "no answer",
            Self::Refused => "refused",
            Self::Unknown => "not known to the firmware",
        })
    }
}

/// What carries a message to the firmware and back.
pub trait Post {
    /// Sends the message and waits, a bounded time, until it holds the answers.
    ///
    /// # Errors
    /// [`Error::Silent`] when none came.
    fn exchange(&mut self, message: &mut [u32; WORDS]) -> Result<(), Error>;
}

/// A message being written, then its answers.
#[derive(Clone, Debug)]
pub struct Message {
    words: [u32; WORDS],
    length: usize,
}

const REQUEST: u32 = 0;
const SUCCESS: u32 = 0x8000_0000;

impl Message {
    /// A message without tags.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            words: [0; WORDS],
            length: 2,
        }
    }

    /// Adds a tag with the words it sends and room for `answer` words (more tags than fit are
    /// left out, and have no answer). Gives the tag's place, for [`Self::answer`].
    pub fn add(&mut self, tag: u32, send: &[u32], answer: usize) -> usize {
        let place = self.length;
        let room = send.len().max(answer);
        // Three words before the values, one of zero after the last tag.
        if place + 3 + room + 1 > WORDS {
            return WORDS;
        }
        self.words[place] = tag;
        self.words[place + 1] = room as u32 * 4;
        self.words[place + 2] = REQUEST;
        self.words[place + 3..place + 3 + send.len()].copy_from_slice(send);
        self.length = place + 3 + room;
        place
    }

    /// Sends the message.
    ///
    /// # Errors
    /// [`Error::Silent`] or [`Error::Refused`].
    pub fn send(&mut self, post: &mut impl Post) -> Result<(), Error> {
        self.words[0] = (self.length as u32 + 1) * 4;
        self.words[1] = REQUEST;
        post.exchange(&mut self.words)?;
        if self.words[1] == SUCCESS {
            Ok(())
        } else {
            Err(Error::Refused)
        }
    }

    /// The answer to the tag at `place`.
    ///
    /// # Errors
    /// [`Error::Unknown`] when there is none of `N` words.
    pub fn answer<const N: usize>(&self, place: usize) -> Result<[u32; N], Error> {
        let mark = *self.words.get(place + 2).ok_or(Error::Unknown)?;
        // Bytes, of which an unknown tag has none.
        if mark & SUCCESS == 0 || ((mark & !SUCCESS) as usize) < N * 4 {
            return Err(Error::Unknown);
        }
        let values = self.words.get(place + 3..).ok_or(Error::Unknown)?;
        values.first_chunk().copied().ok_or(Error::Unknown)
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

/// A clock of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Clock {
    /// The SD card controller's.
    Emmc = 1,
    /// The PL011's.
    Uart = 2,
    /// The processor's.
    Arm = 3,
    /// The video processor's.
    Core = 4,
}

/// A device the firmware switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Device {
    /// The SD card.
    Card = 0,
    /// The USB controller.
    Usb = 3,
}

/// Questions with one tag; every one gives [`Error`] as its own.
#[expect(clippy::missing_errors_doc, reason = "said once above")]
pub trait Properties: Post + Sized {
    /// Asks one tag.
    fn ask<const N: usize>(&mut self, tag: u32, send: &[u32]) -> Result<[u32; N], Error> {
        let mut message = Message::new();
        let place = message.add(tag, send, N);
        message.send(self)?;
        message.answer(place)
    }
    /// The firmware's revision: the time it was built, in seconds since 1970.
    fn firmware(&mut self) -> Result<u32, Error> {
        self.ask::<1>(0x0000_0001, &[]).map(|[revision]| revision)
    }
    /// The board's revision code.
    fn board_revision(&mut self) -> Result<u32, Error> {
        self.ask::<1>(0x0001_0002, &[]).map(|[revision]| revision)
    }
    /// The processor's memory: first address and bytes.
    fn arm_memory(&mut self) -> Result<[u32; 2], Error> {
        self.ask(0x0001_0005, &[])
    }
    /// A clock's frequency in Hz.
    fn clock(&mut self, clock: Clock) -> Result<u32, Error> {
        self.clock_question(0x0003_0002, &[clock as u32, 0], clock)
    }
    /// The highest frequency of a clock in Hz.
    fn clock_maximum(&mut self, clock: Clock) -> Result<u32, Error> {
        self.clock_question(0x0003_0004, &[clock as u32, 0], clock)
    }
    /// Sets a clock to `hz`, and gives what it was set to.
    fn set_clock(&mut self, clock: Clock, hz: u32) -> Result<u32, Error> {
        self.clock_question(0x0003_8002, &[clock as u32, hz, 0], clock)
    }
    /// The same for all three: the answer repeats the clock, and is 0 for one that is not there.
    fn clock_question(&mut self, tag: u32, send: &[u32], clock: Clock) -> Result<u32, Error> {
        match self.ask::<2>(tag, send)? {
            [which, hz] if which == clock as u32 && hz != 0 => Ok(hz),
            _ => Err(Error::Unknown),
        }
    }
    /// The chip's temperature in thousandths of a degree.
    fn temperature(&mut self) -> Result<u32, Error> {
        self.ask::<2>(0x0003_0006, &[0, 0]).map(|[_, value]| value)
    }
    /// Switches a device on and waits until its power is stable; tells whether it is on.
    fn power_on(&mut self, device: Device) -> Result<bool, Error> {
        match self.ask::<2>(0x0002_8001, &[device as u32, 3])? {
            [which, state] if which == device as u32 => Ok(state & 3 == 1),
            _ => Err(Error::Unknown),
        }
    }
}

impl<T: Post> Properties for T {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Firmware as the tests want it: `answer` sees a tag and its values, changes them, and tells
    /// how many words it answers.
    pub(crate) struct Fake<F>(pub(crate) F);

    impl<F: FnMut(u32, &mut [u32]) -> usize> Post for Fake<F> {
        fn exchange(&mut self, message: &mut [u32; WORDS]) -> Result<(), Error> {
            assert_eq!(message[1], 0, "a request");
            let bytes = message[0] as usize;
            let mut at = 2;
            while message[at] != 0 {
                let room = message[at + 1] as usize / 4;
                let tag = message[at];
                let answered = (self.0)(tag, &mut message[at + 3..at + 3 + room]);
                message[at + 2] = SUCCESS | (answered as u32 * 4);
                at += 3 + room;
            }
            assert_eq!(bytes, (at + 1) * 4, "the length counts the last word");
            message[1] = SUCCESS;
            Ok(())
        }
    }

    /// A mailbox that gives one result and does not touch the message but for its second word.
    pub(crate) struct Broken(pub(crate) Result<u32, Error>);

    impl Post for Broken {
        fn exchange(&mut self, message: &mut [u32; WORDS]) -> Result<(), Error> {
            message[1] = self.0?;
            Ok(())
        }
    }

    #[test]
    fn answers_are_read_where_they_belong() {
        let mut seen = Vec::new();
        let mut firmware = Fake(|tag, values: &mut [u32]| {
            seen.push((tag, values.to_vec()));
            values[1] = 1_200_000_000;
            2
        });
        assert_eq!(firmware.clock_maximum(Clock::Arm), Ok(1_200_000_000));
        assert_eq!(
            firmware.set_clock(Clock::Arm, 1_200_000_000),
            Ok(1_200_000_000)
        );
        let set = (0x0003_8002, vec![3, 1_200_000_000, 0]);
        assert_eq!(seen, [(0x0003_0004, vec![3, 0]), set]);
    }

    #[test]
    fn an_answer_that_is_none_is_an_error() {
        let mut nothing = Fake(|_, _: &mut [u32]| 0);
        assert_eq!(nothing.board_revision(), Err(Error::Unknown));
        assert_eq!(nothing.power_on(Device::Usb), Err(Error::Unknown));
        let mut short = Fake(|_, _: &mut [u32]| 1);
        assert_eq!(short.arm_memory(), Err(Error::Unknown));
        let mut other = Fake(|_, values: &mut [u32]| {
            values[0] = 9;
            2
        });
        assert_eq!(other.clock(Clock::Uart), Err(Error::Unknown));
        assert_eq!(other.power_on(Device::Usb), Err(Error::Unknown));
        let mut off = Fake(|_, values: &mut [u32]| {
            values[1] = 0;
            2
        });
        assert_eq!(off.power_on(Device::Usb), Ok(false));
        assert_eq!(off.clock(Clock::Uart), Err(Error::Unknown), "0 Hz");
    }

    #[test]
    fn a_broken_mailbox_is_an_error() {
        let cases = [
            (Err(Error::Silent), Error::Silent),
            (Ok(0x8000_0001), Error::Refused),
            (Ok(0), Error::Refused),
            (Ok(SUCCESS), Error::Unknown),
        ];
        for (result, error) in cases {
            assert_eq!(Broken(result).temperature(), Err(error));
        }
    }

    #[test]
    fn a_message_too_long_has_no_answer() {
        let mut message = Message::new();
        assert_eq!(message.add(1, &[], 50), 2);
        assert_eq!(message.add(2, &[1, 2], 20), WORDS);
        message.send(&mut Fake(|_, _: &mut [u32]| 50)).unwrap();
        assert_eq!(message.answer::<1>(WORDS), Err(Error::Unknown));
        assert!(message.answer::<50>(2).is_ok());
    }
}
