//! Power-on, NEW and what they leave in memory.

use alloc::boxed::Box;

use super::{Activity, Machine};
use crate::channel;
use crate::edit::Commands;
use crate::files::Drives;
use crate::lang::{Exec, RAMTOP_MARK};
use crate::ports::Ports;
use crate::report::Report;
use crate::screen;
use crate::store::areas::{self, VARIABLES_END};
use crate::store::memory::{ATTRIBUTES_END, DISPLAY_FILE, SIZE_64K};
use crate::store::sysvars as s;
use crate::store::{Address, Memory};
use crate::system::Model;

/// The last byte of memory.
const LAST_BYTE: Address = SIZE_64K as Address - 1;
/// Bytes of the user-defined graphics.
const GRAPHICS_SIZE: Address = 21 * 8;
/// RAMTOP after power-on: the user-defined graphics are above it.
const FIRST_RAMTOP: Address = LAST_BYTE - GRAPHICS_SIZE;
/// Bytes that CLEAR leaves below a new RAMTOP, at least. ROM: 1EC9.
const RAMTOP_ROOM: Address = 50;
/// First values of RASP and PIP. ROM: 1212.
const RASP: u8 = 0x40;
/// What PIP is on a 48K: a click too short to hear.
const PIP: u8 = 0;
/// REPPER in the 128's editor, 1/50 s.
const REPPER_128: u8 = 2;
/// BANKM in 128 BASIC, ROM 1; and after SPECTRUM: ROM 1, and no more changes.
const BANKM_128: u8 = 0x10;
const BANKM_LOCKED: u8 = 0x30;
/// The instruction RST 8.
const RST_8: u8 = 0xCF;
/// The 128's serial line: the constant of 9600 baud, and columns of a line.
const BAUD_9600: u16 = 11;
const SERIAL_WIDTH: u8 = 80;
/// RNFIRST and RNSTEP at first.
const RENUMBERING: u16 = 10;
/// Shown after power-on and NEW, where the ROM shows its makers' line.
const GREETING: &[u8] = b"\x7f ZX Spectrum +4 authors";

impl Machine {
    /// Switches it off and on. Tape, printer and keyboard stay connected, and time goes on.
    pub fn restart(&mut self) {
        self.sys.model = self.start.model();
        self.sys.keys.keyword_keys = false;
        self.sys.ports = Ports::default();
        self.sys.ram_disk.clear();
        if let Some(drives) = &mut self.sys.drives {
            *drives = Drives::default();
        }
        self.commands = Commands::default();
        self.help = None;
        self.activities.clear();
        self.switch_on();
        self.begin();
    }

    /// All memory is empty, and then as after power-on.
    fn switch_on(&mut self) {
        self.sys.memory = self.sys.memory.cleared();
        self.sys.drop_output();
        self.power_on();
    }

    /// ROM: `START` 0000, `START/NEW` 11CB.
    pub(super) fn power_on(&mut self) {
        let m = &mut self.sys.memory;
        m.set_pointer(s::P_RAMT, LAST_BYTE);
        screen::reset_udgs(m, FIRST_RAMTOP + 1);
        m.set_byte(s::RASP, RASP);
        m.set_byte(s::PIP, PIP);
        m.set_pointer(s::RAMTOP, FIRST_RAMTOP);
        self.start();
    }

    /// NEW: everything below RAMTOP is as after power-on.
    ///
    /// ROM: `NEW` 11B7.
    pub(super) fn new_program(&mut self) {
        self.sys.memory.page(BANKM_128);
        let old = &self.sys.memory;
        let mut m = old.cleared();
        for sysvar in [s::P_RAMT, s::RAMTOP, s::UDG] {
            m.set_word(sysvar, old.word(sysvar));
        }
        m.set_byte(s::RASP, old.byte(s::RASP));
        m.set_byte(s::PIP, old.byte(s::PIP));
        let top = old.pointer(s::RAMTOP) + 1;
        let kept = (SIZE_64K as Address).saturating_sub(top);
        m.slice_mut(top, kept).copy_from_slice(old.slice(top, kept));
        let frames = old.slice(s::FRAMES, 3).to_vec();
        m.slice_mut(s::FRAMES, 3).copy_from_slice(&frames);
        self.sys.memory = m;
        self.sys.drop_output();
        self.start();
        self.go_home();
    }

    /// The 48K's ROM starts again, or does what NEW does there. On the 128 it is the ROM that is
    /// paged in while BASIC works.
    ///
    /// ROM: `START` 0000, `NEW` 11B7.
    pub(super) fn start_48(&mut self, new: bool) {
        self.use_48();
        if new {
            self.new_program();
        } else {
            self.switch_on();
            self.go_home();
        }
    }

    /// The machine is a 48K from now on.
    fn use_48(&mut self) {
        self.sys.keys.keyword_keys |= self.has_menus();
        self.sys.model = Model::Spectrum48;
    }

    /// SPECTRUM: from now on the machine is a 48K, with all that is in memory.
    ///
    /// ROM: 1B53 of the 128's first ROM.
    pub(super) fn become_48(&mut self) {
        self.use_48();
        let m = &mut self.sys.memory;
        channel::use_printer_of_48(m);
        page_home(m);
        m.set_byte(s::BANKM, BANKM_LOCKED);
        // Keywords are known by one key again, and 163 and 164 are graphics.
        m.set_bit(s::FLAGS, 4, false);
        if let Some(base) = self.activities.first_mut() {
            *base = Activity::Edit;
        }
        self.finish(Report::Ok);
        self.exec.drop_code();
    }

    /// What power-on and NEW have in common.
    fn start(&mut self) {
        let model = self.sys.model;
        self.exec = Exec::new();
        self.exec.probes = self.probes;
        self.full = Some(Box::default());
        self.changes.clear();
        self.sys.set_border(7);
        let m = &mut self.sys.memory;
        m.slice_mut(DISPLAY_FILE, ATTRIBUTES_END - DISPLAY_FILE)
            .fill(0);
        m.mark_changed(u64::MAX);
        m.set_word(s::CHARS, 0x3C00);
        let top = m.pointer(s::RAMTOP);
        m.set_byte(top, RAMTOP_MARK);
        m.set_pointer(s::ERR_SP, top.saturating_sub(3));
        empty_areas(m, model);
        self.sys.keys.reset_memory(m);
        m.set_byte(s::ERR_NR, 0xFF);
        m.set_byte(s::NSPPC, 0xFF);
        m.set_byte(s::P_POSN, 33);
        screen::reset(m);
        m.set_byte(s::DF_SZ, 2);
        screen::cls(m);
        if model == Model::Spectrum128 {
            // The 128's BASIC prints keywords letter by letter: a mode of FLAGS.
            m.set_bit(s::FLAGS, 4, true);
            m.set_byte(s::REPPER, REPPER_128);
            // ROM 1 is paged in; behind BANKM stands the restart that reports errors, RST 8.
            m.set_bytes(s::BANKM, &[BANKM_128, RST_8]);
            m.set_word(s::BAUD, BAUD_9600);
            m.set_byte(s::COL, 0);
            m.set_byte(s::WIDTH, SERIAL_WIDTH);
            // There is no printer's buffer.
            m.set_byte(s::P_POSN, 0);
            m.set_word(s::PR_CC, 0);
            m.set_byte(s::FLAGS3, 1);
            m.set_word(s::RNFIRST, RENUMBERING);
            m.set_word(s::RNSTEP, RENUMBERING);
        }
        self.exec.clear_go_subs(&mut self.sys);
        self.last_report = None;
        // The greeting fits: it cannot be refused.
        let _ = self.sys.print_all(GREETING);
        self.sys.memory.set_bit(s::TV_FLAG, 5, true);
        self.sys.console_new_line();
    }

    /// Makes memory fit to take a line again, whatever has been POKEd. The ROM would run wild.
    ///
    /// If the areas are out of order (CHANS, PROG, VARS, E_LINE), or channels K and S are not where
    /// CHANS says, the areas are as after NEW: program and variables are gone. A RAMTOP below them
    /// is where it is after power-on. If so many GO SUBs have not returned that not even a command
    /// of one character could be typed, they are forgotten. Nothing else is touched; where all is
    /// well nothing happens.
    pub(super) fn mend_areas(&mut self) {
        let model = self.sys.model;
        let m = &mut self.sys.memory;
        let mut mended = false;
        if !areas_in_order(m) {
            empty_areas(m, model);
            mended = true;
        }
        let line_end = m.pointer(s::E_LINE) + 2;
        if line_end + RAMTOP_ROOM >= m.pointer(s::RAMTOP) {
            if line_end + RAMTOP_ROOM >= FIRST_RAMTOP {
                empty_areas(m, model);
            }
            m.set_pointer(s::RAMTOP, FIRST_RAMTOP);
            mended = true;
        }
        if mended {
            areas::set_min(m);
            self.exec.drop_code();
            self.changes.clear();
        }
        if mended || line_end + areas::RESERVE + 1 >= self.sys.memory.stack_end() {
            self.exec.clear_go_subs(&mut self.sys);
        }
    }
}

/// Pages the bank in that BASIC works with, as the 128's editor does, and shows the usual screen.
pub(super) fn page_home(m: &mut Memory) {
    if m.byte(s::BANKM) != BANKM_128 {
        m.set_byte(s::BANKM, BANKM_128);
        m.page(BANKM_128);
    }
}

/// The channels, and neither program nor variables.
fn empty_areas(m: &mut Memory, model: Model) {
    let program = channel::reset(m, model == Model::Spectrum128);
    m.set_pointer(s::DATADD, program - 1);
    m.set_pointer(s::PROG, program);
    m.set_pointer(s::VARS, program);
    m.set_byte(program, VARIABLES_END);
    m.set_pointer(s::E_LINE, program + 1);
    areas::set_min(m);
}

/// Whether the areas up to the edit line lie in their order, with channels K and S at CHANS.
fn areas_in_order(m: &Memory) -> bool {
    let channels = m.pointer(s::CHANS);
    let places = [
        channel::CHANNEL_AREA,
        m.pointer(s::PROG),
        m.pointer(s::VARS),
        areas::variables_end(m),
    ];
    places.is_sorted()
        && channels >= channel::CHANNEL_AREA
        && m.byte(channels + 4) == channel::letter::K
        && m.byte(channels + 9) == channel::letter::S
}
