//! The machine the original ROMs run in: a Z80, 48 or 128 KB, keyboard ports, the sound chip's
//! registers, the interrupt, hooks.
//!
//! As small as differential tests allow: memory is never contended, no key is ever pressed (keys
//! are put into LAST_K where the ROM asks for one), nothing is heard.

use rustzx_z80::{RegName16, Z80, Z80Bus};

/// T-states between interrupts.
const FRAME: u64 = 69_888;
/// T-states the interrupt line is active.
const INTERRUPT: u64 = 32;
/// T-states a port takes.
const IO: u64 = 4;
/// First byte that can be written.
pub const RAM: u16 = 0x4000;

/// Bytes of a page.
pub const PAGE: usize = 0x4000;
/// Pages of a 128: two ROMs, eight banks of RAM.
const PAGES: usize = 10;
/// Where the 128 keeps its banks 0 to 7 among the pages: what its BASIC runs in comes first, so
/// that the first four pages are a 48K's memory.
const BANKS: [u8; 8] = [3, 5, 2, 6, 7, 1, 8, 9];
/// The page of a 128's second ROM.
const SECOND_ROM: u8 = 4;
/// Where addresses of a 128's second ROM are counted from; see [`Spectrum::run`].
pub const ROM_1: u32 = SECOND_ROM as u32 * PAGE as u32;
/// Port 7FFD: the bank at the top, the ROM, no more paging.
const BANK: u8 = 7;
const ROM: u8 = 0x10;
const LOCK: u8 = 0x20;

/// Port 254: the loudspeaker when written, what is heard when read.
const SPEAKER: u8 = 0x10;
const EAR: u8 = 0x40;
/// The sound chip's register that reads the keypad's line, and what it gives with nothing plugged in.
const PSG_PORT: u8 = 14;
const PSG_PORT_IDLE: u8 = 0xBF;

/// A write to a register of the sound chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundWrite {
    /// T-states since power-on.
    pub at: u64,
    /// The register.
    pub register: u8,
    /// What was written.
    pub value: u8,
}

struct Bus {
    memory: Box<[u8]>,
    /// The pages at 0000, 4000, 8000 and C000.
    mapped: [u8; 4],
    /// Port 7FFD of a 128; a 48K has none.
    paging: Option<u8>,
    /// The sound chip's chosen register, and what is in all of them.
    register: u8,
    registers: [u8; 16],
    /// Writes to the sound chip since they were last taken.
    sound: Vec<SoundWrite>,
    /// T-states since power-on.
    now: u64,
    interrupt: bool,
    border: u8,
    /// The colours it was given since they were last taken, each another one than before.
    borders: Vec<u8>,
    /// Bit 4 of what port 254 was last given.
    speaker: bool,
}

impl Bus {
    /// Where an address is in memory now.
    #[inline]
    fn place(&self, at: u16) -> usize {
        usize::from(self.mapped[usize::from(at >> 14)]) * PAGE + usize::from(at) % PAGE
    }

    fn set_border(&mut self, value: u8) {
        let colour = value & 7;
        if colour != self.border {
            self.border = colour;
            self.borders.push(colour);
        }
    }

    fn page(&mut self, value: u8) {
        if let Some(old) = self.paging {
            if old & LOCK == 0 {
                self.paging = Some(value);
                self.mapped[0] = if value & ROM == 0 { 0 } else { SECOND_ROM };
                self.mapped[3] = BANKS[usize::from(value & BANK)];
            }
        }
    }
}

impl Z80Bus for Bus {
    fn read_internal(&mut self, at: u16) -> u8 {
        self.memory[self.place(at)]
    }
    fn write_internal(&mut self, at: u16, value: u8) {
        if at >= RAM {
            let place = self.place(at);
            self.memory[place] = value;
        }
    }
    fn wait_mreq(&mut self, _at: u16, clocks: usize) {
        self.now += clocks as u64;
    }
    fn wait_no_mreq(&mut self, _at: u16, clocks: usize) {
        self.now += clocks as u64;
    }
    fn wait_internal(&mut self, clocks: usize) {
        self.now += clocks as u64;
    }
    fn wait_loop(&mut self, _at: u16, clocks: usize) {
        self.now += clocks as u64;
    }
    fn read_io(&mut self, port: u16) -> u8 {
        self.now += IO;
        if port & 1 == 0 {
            // no key down; bit 6 follows the loudspeaker
            return if self.speaker { 0xFF } else { 0xFF & !EAR };
        }
        if self.paging.is_some() && port & 0xC002 == 0xC000 {
            return match self.register {
                PSG_PORT => PSG_PORT_IDLE,
                register => self.registers[usize::from(register)],
            };
        }
        // nothing on the bus
        0xFF
    }
    fn write_io(&mut self, port: u16, value: u8) {
        self.now += IO;
        if port & 1 == 0 {
            self.set_border(value);
            self.speaker = value & SPEAKER != 0;
        }
        if self.paging.is_none() {
            return;
        }
        match port & 0xC002 {
            0xC000 => self.register = value & 15,
            0x8000 => {
                self.registers[usize::from(self.register)] = value;
                self.sound.push(SoundWrite {
                    at: self.now,
                    register: self.register,
                    value,
                });
            }
            0x4000 | 0 => self.page(value),
            _ => {}
        }
    }
    fn read_interrupt(&mut self) -> u8 {
        0xFF
    }
    fn reti(&mut self) {}
    fn halt(&mut self, _halted: bool) {}
    fn int_active(&self) -> bool {
        self.interrupt
    }
    fn nmi_active(&self) -> bool {
        false
    }
    fn pc_callback(&mut self, _at: u16) {}
}

/// Registers by name.
pub use rustzx_z80::RegName16 as Register;

/// Registers that a snapshot keeps.
const KEPT: [RegName16; 8] = [
    RegName16::AF,
    RegName16::BC,
    RegName16::DE,
    RegName16::HL,
    RegName16::IX,
    RegName16::IY,
    RegName16::SP,
    RegName16::PC,
];

/// The machine at rest between two instructions, to go back to.
#[derive(Clone)]
pub struct Snapshot {
    memory: Box<[u8]>,
    mapped: [u8; 4],
    paging: Option<u8>,
    register: u8,
    sound_registers: [u8; 16],
    registers: [u16; 8],
    others: [u16; 3],
    interrupts: bool,
    i: u8,
    now: u64,
    next_frame: u64,
    border: u8,
    speaker: bool,
}

/// A Z80 and its memory.
pub struct Spectrum {
    cpu: Z80,
    bus: Bus,
    next_frame: u64,
    /// Whether to stop at a place in memory.
    hooks: Box<[bool]>,
    /// While SP is not above this, [`Spectrum::inside`] holds.
    watch: Option<u16>,
}

impl Spectrum {
    /// A 48K just switched on, with this in its ROM.
    #[must_use]
    pub fn new(rom: &[u8]) -> Self {
        let mut memory = vec![0; 4 * PAGE];
        memory[..rom.len()].copy_from_slice(rom);
        Self::with(memory, None)
    }

    /// A 128 just switched on, with these in its ROMs.
    #[must_use]
    pub fn new_128(rom_0: &[u8], rom_1: &[u8]) -> Self {
        let mut memory = vec![0; PAGES * PAGE];
        memory[..rom_0.len()].copy_from_slice(rom_0);
        memory[ROM_1 as usize..][..rom_1.len()].copy_from_slice(rom_1);
        Self::with(memory, Some(0))
    }

    fn with(memory: Vec<u8>, paging: Option<u8>) -> Self {
        let mut cpu = Z80::default();
        cpu.regs.set_pc(0);
        let hooks = vec![false; memory.len()].into_boxed_slice();
        Self {
            cpu,
            bus: Bus {
                memory: memory.into_boxed_slice(),
                mapped: [0, 1, 2, 3],
                paging,
                register: 0,
                registers: [0; 16],
                sound: Vec::new(),
                now: 0,
                interrupt: false,
                border: 7,
                borders: Vec::new(),
                speaker: false,
            },
            next_frame: FRAME,
            hooks,
            watch: None,
        }
    }

    /// Stops before the instruction at an address from now on, or no more. Addresses of a 128's
    /// second ROM are counted from [`ROM_1`].
    pub fn hook(&mut self, at: u32, on: bool) {
        self.hooks[at as usize] = on;
    }

    /// Runs until just before a hooked instruction, whose address it gives, or for so many
    /// T-states. The first instruction is done in any case. An address is that of the place in
    /// memory: a 48K's own, of a 128's second ROM from [`ROM_1`].
    pub fn run(&mut self, t_states: u64) -> Option<u32> {
        let end = self.bus.now.saturating_add(t_states);
        while self.bus.now < end {
            if self.cpu.is_halted() && self.cpu.regs.get_iff1() {
                self.bus.now = self.bus.now.max(self.next_frame);
            }
            if self.bus.now >= self.next_frame {
                // An instruction with a hook is not begun twice: its interrupt comes after it.
                let at = self.cpu.regs.get_pc();
                let late = self.bus.now - self.next_frame >= INTERRUPT;
                if late {
                    self.next_frame += FRAME;
                } else {
                    self.bus.interrupt = !self.hooks[self.bus.place(at)] || self.cpu.is_halted();
                    let enabled = self.cpu.regs.get_iff1();
                    self.cpu.emulate(&mut self.bus);
                    if self.bus.interrupt && enabled && !self.cpu.regs.get_iff1() {
                        self.next_frame += FRAME;
                    }
                    self.bus.interrupt = false;
                    if let Some(stop) = self.stopped() {
                        return Some(stop);
                    }
                    continue;
                }
            }
            self.cpu.emulate(&mut self.bus);
            if let Some(stop) = self.stopped() {
                return Some(stop);
            }
        }
        None
    }

    /// The address of the next instruction, if it is hooked.
    #[inline]
    fn stopped(&mut self) -> Option<u32> {
        if let Some(watch) = self.watch {
            if self.cpu.regs.get_sp() > watch {
                self.watch = None;
            }
        }
        if self.cpu.is_halted() {
            // a HALT that waits is not met again
            return None;
        }
        let at = self.bus.place(self.cpu.regs.get_pc());
        self.hooks[at].then_some(at as u32)
    }

    /// From the start of a routine (its return address on the stack) to its end, [`Self::inside`]
    /// holds.
    pub fn watch_routine(&mut self) {
        self.watch = Some(self.cpu.regs.get_sp());
    }

    /// Whether the routine that is watched has not returned yet.
    #[must_use]
    pub fn inside(&self) -> bool {
        self.watch.is_some()
    }

    /// Watches no routine.
    pub fn forget_routine(&mut self) {
        self.watch = None;
    }

    /// A register pair.
    #[must_use]
    pub fn register(&self, register: Register) -> u16 {
        self.cpu.regs.get_reg_16(register)
    }

    /// Changes a register pair.
    pub fn set_register(&mut self, register: Register, value: u16) {
        self.cpu.regs.set_reg_16(register, value);
    }

    /// Turns the interrupt off or on.
    pub fn set_interrupts(&mut self, on: bool) {
        self.cpu.regs.set_iff1(on);
        self.cpu.regs.set_iff2(on);
    }

    /// Returns from the routine that is about to begin.
    pub fn ret(&mut self) {
        let sp = self.register(Register::SP);
        let to = self.word(sp);
        self.set_register(Register::PC, to);
        self.set_register(Register::SP, sp.wrapping_add(2));
    }

    /// A byte of memory.
    #[must_use]
    pub fn byte(&self, at: u16) -> u8 {
        self.bus.memory[self.bus.place(at)]
    }

    /// Two bytes, low first.
    #[must_use]
    pub fn word(&self, at: u16) -> u16 {
        u16::from_le_bytes([self.byte(at), self.byte(at.wrapping_add(1))])
    }

    /// The 64 KB that BASIC sees.
    #[must_use]
    pub fn memory(&self) -> &[u8] {
        &self.bus.memory[..4 * PAGE]
    }

    /// Writes bytes at addresses as the Z80 sees them now; in the ROM too.
    pub fn write(&mut self, at: u16, bytes: &[u8]) {
        for (i, &byte) in bytes.iter().enumerate() {
            let place = self.bus.place(at.wrapping_add(i as u16));
            self.bus.memory[place] = byte;
        }
    }

    /// The writes to the sound chip since this was last asked.
    pub fn take_sound(&mut self) -> Vec<SoundWrite> {
        std::mem::take(&mut self.bus.sound)
    }

    /// The colours the border was given since this was last asked.
    pub fn take_borders(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bus.borders)
    }

    /// Writes two bytes, low first.
    pub fn set_word(&mut self, at: u16, value: u16) {
        self.write(at, &value.to_le_bytes());
    }

    /// What a routine that is skipped would write to the border's port at last.
    pub fn write_ula(&mut self, value: u8) {
        self.bus.set_border(value);
        self.bus.speaker = value & SPEAKER != 0;
    }

    /// The border's colour.
    #[must_use]
    pub fn border(&self) -> u8 {
        self.bus.border
    }

    /// Time passes in which the Z80 does nothing.
    pub fn pass(&mut self, t_states: u64) {
        self.bus.now += t_states;
    }

    /// T-states since power-on.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.bus.now
    }

    /// The state now. The interrupt mode is not kept: there is one only after the ROM's start.
    pub fn snapshot(&mut self) -> Snapshot {
        let registers = KEPT.map(|register| self.register(register));
        self.cpu.regs.exx();
        let others = [RegName16::BC, RegName16::DE, RegName16::HL].map(|r| self.register(r));
        self.cpu.regs.exx();
        Snapshot {
            memory: self.bus.memory.clone(),
            mapped: self.bus.mapped,
            paging: self.bus.paging,
            register: self.bus.register,
            sound_registers: self.bus.registers,
            registers,
            others,
            interrupts: self.cpu.regs.get_iff1(),
            i: self.cpu.regs.get_i(),
            now: self.bus.now,
            next_frame: self.next_frame,
            border: self.bus.border,
            speaker: self.bus.speaker,
        }
    }

    /// Goes back to a state.
    pub fn restore(&mut self, to: &Snapshot) {
        self.resume(to);
        self.bus.memory.copy_from_slice(&to.memory);
        self.bus.register = to.register;
        self.bus.registers = to.sound_registers;
        self.bus.sound.clear();
        self.bus.borders.clear();
        self.bus.now = to.now;
        self.bus.border = to.border;
        self.bus.speaker = to.speaker;
        self.next_frame = to.next_frame;
    }

    /// Goes back to where the Z80 was in a state, and to the pages it had, with what is in memory.
    pub fn resume(&mut self, at: &Snapshot) {
        self.cpu = Z80::default();
        self.cpu.set_im(1);
        for (register, value) in [RegName16::BC, RegName16::DE, RegName16::HL]
            .into_iter()
            .zip(at.others)
        {
            self.set_register(register, value);
        }
        self.cpu.regs.exx();
        for (register, value) in KEPT.into_iter().zip(at.registers) {
            self.set_register(register, value);
        }
        self.cpu.regs.set_i(at.i);
        self.set_interrupts(at.interrupts);
        self.bus.mapped = at.mapped;
        self.bus.paging = at.paging;
        self.bus.interrupt = false;
        self.watch = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LD SP,8000; CALL 0010; JR -2; at 0010: LD HL,5000; LD (HL),7; RET; at 0038: INC B; EI; RET.
    fn little() -> Spectrum {
        let mut rom = [0; 0x40];
        rom[..8].copy_from_slice(&[0x31, 0, 0x80, 0xCD, 0x10, 0, 0x18, 0xFE]);
        rom[0x10..0x16].copy_from_slice(&[0x21, 0, 0x50, 0x36, 7, 0xC9]);
        rom[0x38..0x3B].copy_from_slice(&[4, 0xFB, 0xC9]);
        Spectrum::new(&rom)
    }

    #[test]
    fn a_program_runs_to_its_hooks() {
        let mut spectrum = little();
        spectrum.hook(0x10, true);
        spectrum.hook(0x06, true);
        assert_eq!(spectrum.run(1000), Some(0x10));
        assert_eq!(spectrum.word(0x7FFE), 6);
        spectrum.watch_routine();
        assert!(spectrum.inside());
        assert_eq!(spectrum.run(1000), Some(0x06));
        assert_eq!(spectrum.byte(0x5000), 7);
        assert!(!spectrum.inside());
    }

    #[test]
    fn a_routine_is_skipped_by_returning_from_it() {
        let mut spectrum = little();
        spectrum.hook(0x10, true);
        assert_eq!(spectrum.run(1000), Some(0x10));
        spectrum.ret();
        assert_eq!(spectrum.register(Register::PC), 6);
        assert_eq!(spectrum.byte(0x5000), 0);
    }

    #[test]
    fn the_interrupt_comes_once_a_frame_and_never_splits_a_hook() {
        let mut spectrum = little();
        spectrum.hook(0x06, true);
        assert_eq!(spectrum.run(1000), Some(6));
        let snapshot = spectrum.snapshot();
        spectrum.restore(&snapshot);
        spectrum.hook(0x06, false);
        spectrum.set_register(Register::BC, 0);
        spectrum.set_interrupts(true);
        assert_eq!(spectrum.run(10 * FRAME), None);
        assert_eq!(spectrum.register(Register::BC) >> 8, 10);
    }

    #[test]
    fn a_hooked_halt_is_met_once_and_waits_for_the_interrupt() {
        let mut rom = [0; 0x40];
        // IM 1; EI; HALT; NOP; at 0038: INC B; EI; RET
        rom[..5].copy_from_slice(&[0xED, 0x56, 0xFB, 0x76, 0]);
        rom[0x38..0x3B].copy_from_slice(&[4, 0xFB, 0xC9]);
        let mut spectrum = Spectrum::new(&rom);
        spectrum.set_register(Register::SP, 0x8000);
        spectrum.set_register(Register::BC, 0);
        spectrum.hook(3, true);
        spectrum.hook(4, true);
        assert_eq!(spectrum.run(100), Some(3));
        assert_eq!(spectrum.run(2 * FRAME), Some(4));
        assert_eq!(spectrum.register(Register::BC) >> 8, 1);
    }

    #[test]
    fn a_snapshot_is_the_same_machine_again() {
        let mut spectrum = little();
        spectrum.hook(0x10, true);
        spectrum.run(1000);
        let before = spectrum.snapshot();
        spectrum.run(500);
        spectrum.write(0x6000, &[9]);
        spectrum.restore(&before);
        assert_eq!(spectrum.byte(0x6000), 0);
        assert_eq!(spectrum.byte(0x5000), 0);
        assert_eq!(spectrum.register(Register::PC), 0x10);
        assert_eq!(spectrum.now(), before.now);
    }

    #[test]
    fn the_rom_cannot_be_written_by_its_program() {
        let mut rom = [0; 0x40];
        // LD A,1; LD (0020),A; LD (4000),A
        rom[..8].copy_from_slice(&[0x3E, 1, 0x32, 0x20, 0, 0x32, 0, 0x40]);
        let mut spectrum = Spectrum::new(&rom);
        spectrum.hook(8, true);
        spectrum.run(100);
        assert_eq!((spectrum.byte(0x20), spectrum.byte(0x4000)), (0, 1));
    }

    #[test]
    fn a_128_changes_its_banks_and_roms_until_it_is_told_not_to() {
        // LD BC,7FFD; LD HL,C000; LD A,1; OUT (C),A; LD (HL),A; LD A,17; OUT (C),A
        let rom_0 = [
            1, 0xFD, 0x7F, 0x21, 0, 0xC0, 0x3E, 1, 0xED, 0x79, 0x77, 0x3E, 0x17, 0xED, 0x79,
        ];
        // at 000F in the other ROM: LD (HL),A; LD A,30; OUT (C),A; LD A,0; OUT (C),A; LD (HL),A
        let mut rom_1 = [0; 0x20];
        rom_1[0x0F..0x19]
            .copy_from_slice(&[0x77, 0x3E, 0x30, 0xED, 0x79, 0x3E, 0, 0xED, 0x79, 0x77]);
        let mut spectrum = Spectrum::new_128(&rom_0, &rom_1);
        spectrum.hook(ROM_1 + 0x19, true);
        spectrum.write(0xC000, &[9]);
        assert_eq!(spectrum.run(1000), Some(ROM_1 + 0x19));
        // bank 0, locked, with the last byte written; 1 and 7 keep their own
        assert_eq!(spectrum.byte(0xC000), 0);
        assert_eq!(spectrum.memory()[0xC000], 0);
        let bank = |n: usize| spectrum.bus.memory[usize::from(BANKS[n]) * PAGE];
        assert_eq!([bank(1), bank(7)], [1, 0x17]);
    }

    #[test]
    fn what_the_sound_chip_is_told_is_noted() {
        // LD BC,FFFD; LD A,7; OUT (C),A; IN D,(C); LD B,BF; LD A,3E; OUT (C),A; LD B,FF; IN E,(C)
        let rom = [
            1, 0xFD, 0xFF, 0x3E, 7, 0xED, 0x79, 0xED, 0x50, 6, 0xBF, 0x3E, 0x3E, 0xED, 0x79, 6,
            0xFF, 0xED, 0x58,
        ];
        let mut spectrum = Spectrum::new_128(&rom, &[]);
        spectrum.hook(rom.len() as u32, true);
        spectrum.run(1000);
        let writes = spectrum.take_sound();
        assert_eq!(writes.len(), 1);
        assert_eq!((writes[0].register, writes[0].value), (7, 0x3E));
        assert_eq!(spectrum.register(Register::DE), 0x003E);
    }
}
