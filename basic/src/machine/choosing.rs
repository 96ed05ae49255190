//! The menu's Tape Loader and Tape Tester where the host keeps files: programs of the card to
//! choose from, and the deck.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::disk::{Sorting, remark_lines, tape_lines};
use super::{Activity, Fuel, Machine, Pause};
use crate::charset::ENTER;
use crate::edit::Chooser;
use crate::edit::chooser::{COLUMNS, Press};
use crate::edit::menu;
use crate::files::cassette::{self, Format, Item, State};
use crate::files::drive::{codes_of, folder_of};
use crate::files::{Answer, Entry, Kind, Reply, Request, StorageError};
use crate::report::{Report, Result};
use crate::store::sysvars as s;
use crate::system::System;
use crate::token;

/// Below a list of programs.
const HOW_TO_CHOOSE: &[u8] = b"ENTER: load and run, EDIT: back";
/// Below what is on a tape.
const HOW_TO_WIND: &[u8] = b"ENTER: wind, R: rewind, E: eject";
/// The folder above.
const ABOVE: &[u8] = b"../";
/// Ends of files that are no programs: pictures, texts and what the board starts from.
const NO_PROGRAMS: &str = ".scr .txt .md .bin .dat .elf .img .dtb";

/// A list that is chosen from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choosing {
    /// The folder or the cassette whose programs are listed; nothing: the deck is shown.
    place: Option<String>,
    /// What its lines stand for.
    items: Vec<Line>,
    stage: Stage,
}

/// What a line stands for.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// The place above.
    Above,
    /// A folder or a cassette.
    Folder(String),
    /// A program: what LOAD is given, from the current folder on.
    Program(Vec<u8>),
    /// The block that is read next when the tape is wound there.
    Block(usize),
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// This is to be asked, as soon as nothing else is.
    Ask(Request),
    /// The answer is to come.
    Asked,
    /// It has come.
    Answered(Answer),
    /// A folder's entries are put into their order.
    Sort(Sorting<(Vec<u8>, Line)>),
    /// The list is on the screen.
    Shown(Chooser),
}

impl Choosing {
    /// What lies in a place on the card.
    fn at(place: &str) -> Self {
        let request = match Format::of_name(place) {
            Some(_) => Request::Read(place.into()),
            None => Request::List(place.into()),
        };
        Self {
            place: Some(place.into()),
            items: Vec::new(),
            stage: Stage::Ask(request),
        }
    }

    /// Whether an answer is to come, or to be looked at.
    pub(super) fn asks(&self) -> bool {
        matches!(self.stage, Stage::Ask(_) | Stage::Asked | Stage::Sort(_))
    }

    /// Takes an answer, if it has asked.
    pub(super) fn answer(&mut self, answer: Answer) {
        if self.stage == Stage::Asked {
            self.stage = Stage::Answered(answer);
        }
    }

    /// The list that is shown.
    pub(super) fn chooser(&self) -> Option<&Chooser> {
        match &self.stage {
            Stage::Shown(chooser) => Some(chooser),
            _ => None,
        }
    }

    fn banner(&self) -> &'static [u8] {
        if self.place.is_some() {
            menu::TAPE_LOADER
        } else {
            menu::TAPE_TESTER
        }
    }
}

impl Machine {
    /// Shows the programs on the card to choose from.
    pub(super) fn choose_program(&mut self) {
        let folder = self.sys.drives.as_ref().map(|drives| drives.folder.clone());
        let choosing = Choosing::at(folder.as_deref().unwrap_or("/"));
        self.activities.push(Activity::Choose(choosing));
    }

    /// Shows what is in the deck.
    pub(super) fn show_deck(&mut self) {
        let deck = &self.sys.deck;
        let title = deck.path().map_or_else(|| b"The deck".to_vec(), codes_of);
        let tape = deck.items();
        let end = deck.blocks().len();
        let mut lines: Vec<Vec<u8>> = Vec::new();
        // The block each line stands for.
        let mut blocks = Vec::new();
        let mut marked = None;
        for (item, line) in tape.iter().zip(tape_lines(&tape, None)) {
            if marked.is_none() && is_next(item, deck.position()) {
                marked = Some(lines.len());
            }
            lines.extend(rows(&line));
            blocks.resize(lines.len(), item.block());
        }
        let marked = marked.unwrap_or(lines.len());
        if tape.is_empty() {
            lines.extend(tape_lines(&tape, None).iter().flat_map(|line| rows(line)));
        } else {
            lines.push(b"The end".to_vec());
            let remarks = remark_lines(deck.remarks());
            lines.extend(remarks.iter().flat_map(|line| rows(line)));
            blocks.resize(lines.len(), end);
        }
        let chooser = Chooser::new(title, HOW_TO_WIND, lines, marked);
        let choosing = Choosing {
            place: None,
            items: blocks.into_iter().map(Line::Block).collect(),
            stage: Stage::Asked,
        };
        self.activities.push(Activity::Choose(choosing));
        self.show_list(chooser);
    }

    /// Goes on with a list.
    pub(super) fn step_choose(&mut self, fuel: &mut Fuel) -> Option<Pause> {
        if self.sys.keys.break_held() {
            self.sys.keys.clear_break();
            self.leave_list();
            return None;
        }
        if self.exec.is_in_debt(fuel) {
            return None;
        }
        let Some(Activity::Choose(choosing)) = self.activities.last_mut() else {
            return None;
        };
        match core::mem::replace(&mut choosing.stage, Stage::Asked) {
            Stage::Ask(request) => {
                if let Err(request) = self.ask_host(request) {
                    self.set_choosing(Stage::Ask(request));
                }
                Some(Pause::Idle(None))
            }
            Stage::Asked => Some(Pause::Idle(None)),
            Stage::Answered(answer) => {
                if let Err(report) = self.list_answer(answer) {
                    self.finish(report);
                }
                None
            }
            Stage::Sort(mut sorting) => {
                *fuel = fuel.saturating_sub(1);
                let sorted = sorting.go_on(&mut self.sys.memory, line_of);
                self.exec.charge(&mut self.sys);
                match sorted {
                    None => self.set_choosing(Stage::Sort(sorting)),
                    Some(sorted) => {
                        let (lines, items) = sorted.into_iter().unzip();
                        self.show_programs(lines, items);
                    }
                }
                None
            }
            Stage::Shown(chooser) => self.key_of_list(chooser),
        }
    }

    fn set_choosing(&mut self, stage: Stage) {
        if let Some(Activity::Choose(choosing)) = self.activities.last_mut() {
            choosing.stage = stage;
        }
    }

    /// Back to the opening menu.
    fn leave_list(&mut self) {
        let m = &mut self.sys.memory;
        m.set_bit(s::FLAGS, 5, false);
        menu::clear_screen(m);
        self.go_home();
    }

    /// The answer has come: the list is shown, a folder's when it is sorted.
    fn list_answer(&mut self, answer: Answer) -> Result<()> {
        let Some(Activity::Choose(choosing)) = self.activities.last_mut() else {
            return Ok(());
        };
        let place = choosing.place.clone().unwrap_or_default();
        let inside = Format::of_name(&place).is_some();
        // A folder that has gone in the meantime is the root.
        if answer == Err(StorageError::NotFound) && place != "/" {
            *choosing = Choosing::at("/");
            return Ok(());
        }
        match answer? {
            Reply::Bytes(bytes) if inside => {
                let (lines, items) = programs_on(&bytes, &place);
                self.show_programs(lines, items);
            }
            Reply::List(entries, _) if !inside => {
                choosing.stage = Stage::Sort(Sorting::new(entries));
            }
            _ => return Err(Report::UnknownDiskError),
        }
        Ok(())
    }

    /// Shows a list of programs, with the way to the place above.
    fn show_programs(&mut self, mut lines: Vec<Vec<u8>>, mut items: Vec<Line>) {
        let Some(Activity::Choose(choosing)) = self.activities.last_mut() else {
            return;
        };
        let place = choosing.place.clone().unwrap_or_default();
        if place != "/" {
            lines.insert(0, ABOVE.to_vec());
            items.insert(0, Line::Above);
        }
        choosing.items = items;
        let marked = usize::from(place != "/" && lines.len() > 1);
        self.show_list(Chooser::new(codes_of(&place), HOW_TO_CHOOSE, lines, marked));
    }

    /// Draws a list, and shows it on the console.
    fn show_list(&mut self, chooser: Chooser) {
        let Some(Activity::Choose(choosing)) = self.activities.last_mut() else {
            return;
        };
        chooser.draw(&mut self.sys, choosing.banner());
        self.sys.console_new_line();
        mirror(&mut self.sys, &chooser);
        choosing.stage = Stage::Shown(chooser);
    }

    /// Takes the next key of a list.
    fn key_of_list(&mut self, mut chooser: Chooser) -> Option<Pause> {
        let Some(code) = menu::take_key(&mut self.sys) else {
            self.set_choosing(Stage::Shown(chooser));
            return Some(Pause::Idle(None));
        };
        let Some(Activity::Choose(choosing)) = self.activities.last_mut() else {
            return None;
        };
        let deck = choosing.place.is_none();
        let press = match (chooser.key(&mut self.sys, code), deck) {
            (Press::Other, true) => return self.key_of_deck(chooser, code),
            (Press::Other, false) => chooser.find(&mut self.sys, code),
            (press, _) => press,
        };
        match press {
            Press::Moved { page: true } => self.show_list(chooser),
            Press::Moved { page: false } | Press::Other => {
                mirror(&mut self.sys, &chooser);
                choosing.stage = Stage::Shown(chooser);
            }
            Press::Left => self.leave_list(),
            Press::Taken => {
                let item = choosing.items.get(chooser.marked()).cloned();
                self.take_choice(item);
            }
        }
        None
    }

    /// A key beside the deck: R rewinds, E takes the cassette out.
    fn key_of_deck(&mut self, chooser: Chooser, code: u8) -> Option<Pause> {
        match code {
            b'r' | b'R' => self.sys.deck.wind(0),
            b'e' | b'E' => {
                self.sys.deck.insert(Vec::new());
            }
            _ => {
                self.set_choosing(Stage::Shown(chooser));
                return None;
            }
        }
        self.activities.pop();
        self.show_deck();
        None
    }

    fn take_choice(&mut self, line: Option<Line>) {
        let Some(Activity::Choose(choosing)) = self.activities.pop() else {
            return;
        };
        let place = choosing.place.unwrap_or_default();
        match line {
            None => self.leave_list(),
            Some(Line::Above) => {
                let above = Choosing::at(folder_of(&place));
                self.activities.push(Activity::Choose(above));
            }
            Some(Line::Folder(name)) => {
                let place = format!("{}/{name}", place.trim_end_matches('/'));
                self.activities.push(Activity::Choose(Choosing::at(&place)));
            }
            Some(Line::Program(name)) => {
                let folder = match Format::of_name(&place) {
                    Some(_) => folder_of(&place),
                    None => &place,
                };
                if let Some(drives) = &mut self.sys.drives {
                    drives.folder = folder.into();
                }
                let quoted = name.iter().flat_map(|code| match code {
                    b'"' => [b'"', b'"'].into_iter().take(2),
                    code => [*code, 0].into_iter().take(1),
                });
                let begin = [token::LOAD, b'"', b'A', b':'];
                let end = [b'"', b':', token::RUN];
                let command: Vec<u8> = begin.into_iter().chain(quoted).chain(end).collect();
                menu::clear_screen(&mut self.sys.memory);
                self.load_in_menu(&command);
            }
            Some(Line::Block(to)) => {
                self.sys.deck.wind(to);
                self.show_deck();
            }
        }
    }
}

/// A line as it is printed, row by row.
fn rows(line: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let lines = line.trim_ascii_end().split(|code| *code == ENTER);
    lines
        .flat_map(|line| line.chunks(COLUMNS))
        .map(<[u8]>::to_vec)
}

/// The line for what lies in a folder, if it is one for programs: folders and cassettes stand first.
fn line_of(entry: &Entry) -> Option<(bool, (Vec<u8>, Line))> {
    let name = entry.name.to_lowercase();
    let folder = Format::of_name(&name).is_some() || entry.folder;
    let is_program = || !NO_PROGRAMS.split(' ').any(|end| name.ends_with(end));
    if name.starts_with('.') || !folder && !is_program() {
        return None;
    }
    let mut line = codes_of(&entry.name);
    if entry.folder {
        line.push(b'/');
    }
    let item = if folder {
        Line::Folder(entry.name.clone())
    } else {
        Line::Program(line.clone())
    };
    Some((folder, (line, item)))
}

/// Whether something on a tape comes next when it stands at a block.
const fn is_next(item: &Item, position: usize) -> bool {
    !matches!(item, Item::LeftOut { .. }) && item.block() >= position
}

/// Lines for the programs on a cassette.
fn programs_on(bytes: &[u8], place: &str) -> (Vec<Vec<u8>>, Vec<Line>) {
    let (mut lines, mut items) = (Vec::new(), Vec::new());
    let file = codes_of(crate::files::drive::last_part(place));
    for item in cassette::items(&cassette::read(bytes).blocks) {
        if let Item::File { header, state, .. } = item {
            if header.kind != Kind::Program || state != State::Whole {
                continue;
            }
            let name = header.name.0.trim_ascii_end();
            let plain = name.iter().map(|code| match code {
                0..0x20 => b'?',
                code => *code,
            });
            lines.push(plain.collect());
            items.push(Line::Program(if name.is_empty() {
                file.clone()
            } else {
                [&file[..], b"/", name].concat()
            }));
        }
    }
    (lines, items)
}

/// Shows a list on the console.
fn mirror(sys: &mut System, chooser: &Chooser) {
    let out = &mut sys.console_text;
    if !sys.console.show_screen(out) {
        let (title, lines, marked) = chooser.page();
        sys.console.menu(title, &lines, marked, out);
    }
}
