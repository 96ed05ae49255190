//! What the language works on besides its own state: memory, what is printed, keys, sounds.

use alloc::vec::Vec;

use crate::channel::{self, Output, letter};
use crate::console::{Console, Style};
use crate::files::{Deck, Drives, RamDisk};
use crate::keys::Keys;
use crate::number::Number;
use crate::ports::{Ports, Written};
use crate::printer::{self, Printer};
use crate::report::Result;
use crate::screen::{self, Screen, Stop};
use crate::sound::{Micros, SoundCommand, TStates};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::token;

/// What printing a character costs, in bytes moved.
const PRINT_WORK: u32 = 256;
/// Characters of a keyword, nearly.
const WORD_LENGTH: u32 = 6;

/// Which of the two classic machines this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// The Spectrum 48K.
    Spectrum48,
    /// 128 BASIC of the Spectrum 128K.
    Spectrum128,
}

/// Microseconds in a second.
const MICROS: u64 = 1_000_000;

impl Model {
    /// The Z80's clock in Hz.
    #[must_use]
    pub const fn clock(self) -> u64 {
        match self {
            Self::Spectrum48 => 3_500_000,
            Self::Spectrum128 => 3_546_900,
        }
    }

    /// How long so many T-states take.
    #[must_use]
    pub const fn micros(self, t_states: TStates) -> Micros {
        let (seconds, rest) = (t_states / self.clock(), t_states % self.clock());
        seconds
            .saturating_mul(MICROS)
            .saturating_add(rest * MICROS / self.clock())
    }
}

/// T-states of half a wave of the beeper besides its delay. ROM: `BEEPER` 03B5.
const HALF_WAVE: TStates = 118;

/// One thing the machine did, for tools that compare it with the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEntry {
    /// A byte went through PRINT-A-2 (15F2).
    Print {
        /// The channel's letter.
        channel: u8,
        /// The byte.
        code: u8,
        /// Whether it is part of a keyword's spelling.
        nested: bool,
    },
    /// What follows is a report.
    ReportStart,
    /// BEEP.
    Beep {
        /// When.
        at: Micros,
        /// Seconds.
        duration: Number,
        /// Semitones above middle C.
        pitch: Number,
        /// DE and HL BEEPER is called with, if it is.
        sounded: Option<(u16, u16)>,
    },
    /// The sound chip or MIDI got something.
    Played {
        /// When.
        at: Micros,
        /// What.
        command: SoundCommand,
    },
    /// The border was given a colour.
    Border {
        /// When.
        at: Micros,
        /// 0 to 7.
        colour: u8,
    },
}

/// Memory, output, keys and sounds.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// All bytes.
    pub memory: Memory,
    /// The state of the print routines.
    pub screen: Screen,
    /// The state of the printer.
    pub printer: Printer,
    /// What waits to be printed while `scroll?` is asked.
    queue: Vec<u8>,
    /// What was being printed when leave to scroll was needed: channel and code.
    held: Option<(u8, u8)>,
    /// Whether `scroll?` must be asked before anything more is printed.
    blocked: bool,
    /// Keys.
    pub keys: Keys,
    /// Sounds made and not yet handed out.
    pub sounds: Vec<(Micros, SoundCommand)>,
    /// The mirror for text consoles.
    pub console: Console,
    /// Console text not yet handed out.
    pub console_text: Vec<u8>,
    /// What was done, if `logging`.
    pub log: Vec<LogEntry>,
    /// Whether `log` is kept.
    pub logging: bool,
    /// The border's colour.
    pub border: u8,
    /// Whether the border changed since it was last shown.
    pub border_changed: bool,
    /// The time of the turn.
    pub now: Micros,
    /// The model.
    pub model: Model,
    /// What was written to ports.
    pub ports: Ports,
    /// The tape deck.
    pub deck: Deck,
    /// The RAM disk of the 128.
    pub ram_disk: RamDisk,
    /// Which drives are meant, if the host keeps files; else there are none to choose from.
    pub drives: Option<Drives>,
}

impl System {
    /// Everything as after power-on.
    #[must_use]
    pub fn new(model: Model, console: Style) -> Self {
        Self {
            memory: Memory::new(),
            screen: Screen::new(),
            printer: Printer::default(),
            queue: Vec::new(),
            held: None,
            blocked: false,
            keys: Keys::default(),
            sounds: Vec::new(),
            console: Console::new(console),
            console_text: Vec::new(),
            log: Vec::new(),
            logging: false,
            border: 7,
            border_changed: true,
            now: 0,
            model,
            ports: Ports::default(),
            deck: Deck::default(),
            ram_disk: RamDisk::default(),
            drives: None,
        }
    }

    /// Whether `scroll?` must be asked before anything else.
    #[inline]
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// Prints one code in the current channel, now or once `scroll?` is answered.
    ///
    /// ROM: `PRINT-A-2` 15F2 (RST 10).
    ///
    /// # Errors
    /// What the channel says of it.
    pub fn print(&mut self, code: u8) -> Result<()> {
        if self.blocked {
            self.queue.push(code);
            return Ok(());
        }
        let word = if code >= token::FIRST { WORD_LENGTH } else { 1 };
        self.memory.count_work(PRINT_WORK * word);
        let channel = channel::current_letter(&self.memory);
        if self.logging {
            self.log_print(channel, code);
        }
        let output = channel::output(&self.memory)?;
        let printer = match output {
            Output::Print => self.memory.bit(s::FLAGS, printer::FLAGS_PRINTER),
            Output::Serial => true,
            Output::Add => return channel::add(&mut self.memory, code),
            Output::Nothing => return Ok(()),
        };
        if code >= token::FIRST && self.memory.bit(s::FLAGS, 0) {
            self.console.suppress_space();
        }
        if printer {
            if output == Output::Serial {
                self.printer.put_serial(&mut self.memory, code)?;
            } else {
                self.printer.put(&mut self.memory, code)?;
            }
            self.mirror(channel, code);
            return Ok(());
        }
        match self.screen.put(&mut self.memory, code) {
            Ok(()) => self.mirror(channel, code),
            Err(Stop::Report(report)) => return Err(report),
            Err(Stop::Scroll) => {
                // The console shows it behind the question, as the screen does.
                self.held = Some((channel, code));
                self.blocked = true;
            }
        }
        Ok(())
    }

    /// Prints bytes.
    ///
    /// # Errors
    /// See [`System::print`].
    pub fn print_all(&mut self, codes: &[u8]) -> Result<()> {
        let mut rest = codes;
        while let Some((code, after)) = rest.split_first() {
            let plain = self.print_plain(rest);
            rest = if plain > 0 {
                rest.get(plain..).unwrap_or_default()
            } else {
                self.print(*code)?;
                after
            };
        }
        Ok(())
    }

    /// Prints the plain characters the codes begin with, as far as nothing has to be looked at
    /// for each of them; says how many.
    fn print_plain(&mut self, codes: &[u8]) -> usize {
        if self.blocked || self.logging {
            return 0;
        }
        let channel = channel::current_letter(&self.memory);
        if !matches!(channel, letter::K | letter::S) || !self.console.takes_plain(channel) {
            return 0;
        }
        let count = self.screen.put_plain(&mut self.memory, codes);
        self.memory.count_work(PRINT_WORK * count as u32);
        let done = codes.get(..count).unwrap_or(&[]);
        self.console.printed_plain(done, &mut self.console_text);
        count
    }

    /// Prints a flashing letter past the channel: the cursor or the error mark.
    ///
    /// ROM: `OUT-FLASH` 18C1.
    ///
    /// # Errors
    /// See [`System::print`].
    pub fn print_flash(&mut self, code: u8) -> Result<()> {
        let colours = self.memory.word(s::ATTR_T);
        let flags = self.memory.byte(s::P_FLAG);
        // FLASH 1 and not transparent; OVER 0, INVERSE 0.
        self.memory.set_word(s::ATTR_T, colours & 0x7FFF | 0x80);
        self.memory.set_byte(s::P_FLAG, 0);
        let result = self.screen.put(&mut self.memory, code);
        self.memory.set_word(s::ATTR_T, colours);
        self.memory.set_byte(s::P_FLAG, flags);
        match result {
            Ok(()) => Ok(()),
            Err(Stop::Report(report)) => Err(report),
            Err(Stop::Scroll) => {
                self.blocked = true;
                Ok(())
            }
        }
    }

    /// `scroll?` stands in the lower screen: shows it on the console, and logs it as a part of
    /// what is being printed, which it is in the ROM.
    pub fn scroll_prompt(&mut self) {
        self.console_new_line();
        for code in *b"scroll?" {
            self.console
                .printed(letter::K, code, &mut self.console_text);
            if self.logging {
                self.log.push(LogEntry::Print {
                    channel: letter::K,
                    code,
                    nested: true,
                });
            }
        }
    }

    /// Begins a new line on the console unless it stands at the start of one.
    pub fn console_new_line(&mut self) {
        self.console.fresh_line(&mut self.console_text);
    }

    /// Goes on printing after `scroll?` was answered.
    ///
    /// # Errors
    /// See [`System::print`].
    pub fn unblock(&mut self) -> Result<()> {
        self.blocked = false;
        match self.screen.resume(&mut self.memory) {
            Ok(()) => {}
            Err(Stop::Report(report)) => return Err(report),
            Err(Stop::Scroll) => {
                self.blocked = true;
                return Ok(());
            }
        }
        if let Some((channel, code)) = self.held.take() {
            self.mirror(channel, code);
        }
        // What cannot be printed yet goes back into the queue.
        let waiting = core::mem::take(&mut self.queue);
        self.print_all(&waiting)
    }

    /// Throws away what waits to be printed.
    pub fn drop_output(&mut self) {
        self.queue.clear();
        self.held = None;
        self.blocked = false;
        self.screen = Screen::new();
    }

    /// Shows a printed byte on the console.
    fn mirror(&mut self, channel: u8, code: u8) {
        self.console.printed(channel, code, &mut self.console_text);
    }

    /// Writes a printed byte to the log.
    pub(crate) fn log_print(&mut self, channel: u8, code: u8) {
        self.log.push(LogEntry::Print {
            channel,
            code,
            nested: false,
        });
        self.log_spelling(channel, code);
    }

    /// Logs the letters of a keyword as the screen prints them.
    fn log_spelling(&mut self, channel: u8, code: u8) {
        let first = if self.model == Model::Spectrum48 {
            token::FIRST_48
        } else {
            token::FIRST
        };
        if code >= first {
            if let Some(spelling) = token::spelling(code) {
                let blank = token::leading_space(code) && !self.memory.bit(s::FLAGS, 0);
                let before = blank.then_some(b' ');
                let after = token::trailing_space(code).then_some(b' ');
                for code in before.into_iter().chain(spelling.bytes()).chain(after) {
                    self.log.push(LogEntry::Print {
                        channel,
                        code,
                        nested: true,
                    });
                }
            }
        }
    }

    /// Gives the border BORDCR's colour again: after a sound, or the stripes of a tape.
    ///
    /// ROM: `BEEPER` 03B5, `SA-LD-RET` 053F.
    pub fn restore_border(&mut self) {
        self.set_border(self.memory.byte(s::BORDCR) >> 3 & 7);
    }

    /// Gives the border a colour, 0 to 7.
    pub fn set_border(&mut self, colour: u8) {
        if self.border == colour {
            return;
        }
        self.border_changed = true;
        self.border = colour;
        if self.logging {
            self.log.push(LogEntry::Border {
                at: self.now,
                colour,
            });
        }
    }

    /// OUT: a byte for a port.
    pub fn write_port(&mut self, port: u16, value: u8) {
        let is_128 = self.model == Model::Spectrum128;
        match self.ports.write(port, value, is_128) {
            Written::Nothing => {}
            Written::Ula(colour, speaker) => {
                self.set_border(colour);
                let sound = speaker.map(|out| (self.now, SoundCommand::Speaker(out)));
                self.sounds.extend(sound);
            }
            Written::Psg(register, value) => {
                self.sent(self.now, SoundCommand::Psg { register, value });
            }
        }
    }

    /// PLAY sends something to the sound chip or MIDI.
    pub fn played(&mut self, at: Micros, command: SoundCommand) {
        if let SoundCommand::Psg { register, value } = command {
            self.ports.write_psg(register, value);
        }
        self.sent(at, command);
    }

    /// The sound chip or MIDI has got something.
    fn sent(&mut self, at: Micros, command: SoundCommand) {
        if self.logging {
            self.log.push(LogEntry::Played { at, command });
        }
        self.sounds.push((at, command));
    }

    /// IN: what a port gives.
    #[must_use]
    pub fn read_port(&self, port: u16) -> u8 {
        let keys = self.keys.half_rows((port >> 8) as u8);
        let is_128 = self.model == Model::Spectrum128;
        self.ports.read(port, keys, is_128)
    }

    /// Sounds the beeper as DE and HL tell BEEPER; how long that takes.
    ///
    /// ROM: `BEEPER` 03B5.
    pub fn beeper(&mut self, cycles: u16, delay: u16) -> Micros {
        let waves = u32::from(cycles) + 1;
        let half = 4 * TStates::from(delay) + HALF_WAVE;
        // Not above 262258 T-states, which are fewer than 2^32 nanoseconds.
        let half_wave = (half * 1_000_000_000 / self.model.clock()) as u32;
        self.beeper_port(SoundCommand::Beep { waves, half_wave });
        self.model.micros(2 * half * u64::from(waves))
    }

    /// A sound from the beeper, which has the border's port: the border has its permanent colour
    /// again.
    pub fn beeper_port(&mut self, command: SoundCommand) {
        self.ports.beeped();
        self.restore_border();
        self.sounds.push((self.now, command));
    }

    /// Uses a stream's channel from now on.
    ///
    /// # Errors
    /// Report O.
    pub fn open_stream(&mut self, stream: u8) -> Result<()> {
        channel::open_stream(&mut self.memory, stream)
    }

    /// The address of a pointer.
    #[must_use]
    pub fn pointer(&self, sysvar: Address) -> Address {
        self.memory.pointer(sysvar)
    }

    /// Clears the lower screen and uses channel K. ROM: `CLS-LOWER` 0D6E.
    pub fn clear_lower(&mut self) {
        screen::cls_lower(&mut self.memory);
    }
}
