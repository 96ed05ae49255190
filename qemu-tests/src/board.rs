//! One QEMU with the image in it.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use basic::charset;
use basic::console::Style;
use basic::machine::{Model, Start};
use basic::scenario::{Action, Case, OnCard, Step, block, is_screen};
use serde_json::json;
use xtask::card::{self, Entry};
use xtask::find_program;
use xtask::setup::{BOARD, Qemu};

use crate::{Failure, Monitor, PATIENCE, Result, Serial, Shot, image, keyboard, results};

/// Seconds after which `timeout` ends a QEMU whose test is gone.
const LIFE_SECONDS: &str = "900";

/// What the first line of the board's log says, behind its time.
const FIRST_LINE: &[u8] = b"] ZX Spectrum +4, kernel ";

/// Milliseconds, in the board's own time, between one key event and the next: two of the
/// keyboard's polls.
const KEY_MS: u32 = 20;

/// Keys that may wait inside QEMU: it keeps 1024 events, and a key with SHIFT makes twelve.
const KEYS_AT_ONCE: usize = 64;

/// What the serial line sends for BREAK.
const CTRL_C: u8 = 3;

/// How keys reach the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// As characters over the serial port.
    Serial,
    /// On the USB keyboard.
    Keyboard,
}

/// The slot for the SD card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The machine is told that there are no files.
    Without,
    /// There is no card.
    Empty,
    /// A card with this image, which is written to.
    Card(PathBuf),
}

/// How a board is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// How the machine starts.
    pub start: Start,
    /// How the 128's editor and the menus come over the serial line.
    pub console: Style,
    /// More arguments for QEMU.
    pub arguments: Vec<String>,
    /// Words for the kernel.
    pub command_line: String,
    /// The screen's size in pixels; QEMU's own is 640 x 480.
    pub screen: Option<(u32, u32)>,
    /// What is in the slot for the card; nothing, and a machine that keeps no files, by default.
    pub card: Slot,
    /// Devices; a USB keyboard when there are none.
    pub devices: Vec<String>,
    /// Time is counted in instructions, so that every run is the same.
    pub counted_time: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            start: Model::Spectrum48.into(),
            console: Style::Lines,
            arguments: Vec::new(),
            command_line: String::new(),
            screen: None,
            card: Slot::Without,
            devices: Vec::new(),
            counted_time: false,
        }
    }
}

/// A running board.
#[derive(Debug)]
pub struct Board {
    /// Its serial port.
    pub serial: Serial,
    /// QEMU's monitor.
    pub monitor: Monitor,
    child: Child,
    name: String,
    folder: PathBuf,
    card: Slot,
    /// Bytes heard before it was reset last.
    before_reset: usize,
}

impl Board {
    /// Switches a board on. `name` names its files in the results' folder.
    ///
    /// # Errors
    /// When QEMU does not start.
    pub fn start(qemu: &Qemu, name: &str, options: &Options) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("{name}-qemu{}", qemu.version);
        std::fs::create_dir_all(results())?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Names of sockets are short: not in the project's folder, which may be deep.
        let folder = std::env::temp_dir().join(format!("zx4-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let log = std::fs::File::create(results().join(format!("{name}.stderr")))?;
        let child = command(qemu, &name, &folder, options)?
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        // Owned from here on, so that a failure below ends it.
        let mut guard = Guard {
            child: Some(child),
            folder,
        };
        // QEMU greets nobody before somebody listens on the serial line.
        let monitor = guard.connect("monitor", &name)?;
        let serial = Serial::new(guard.connect("serial", &name)?)?;
        let monitor = Monitor::new(monitor)?;
        let (child, folder) = guard.release()?;
        Ok(Self {
            serial,
            monitor,
            child,
            name,
            folder,
            card: options.card.clone(),
            before_reset: 0,
        })
    }

    /// Waits until the kernel says that it is ready, and gives the microseconds it says that took.
    ///
    /// # Errors
    /// When it never is.
    pub fn ready(&self) -> Result<u64> {
        self.serial.until("`ready at N us`", |heard| {
            let text = String::from_utf8_lossy(heard);
            let (_, rest) = text.split_once("ready at ")?;
            rest.split_once(" us")?.0.parse().ok()
        })
    }

    /// Waits until the kernel says that it has found so many USB keyboards since it was switched
    /// on.
    ///
    /// # Errors
    /// When it never does.
    pub fn keyboards(&self, count: usize) -> Result<()> {
        self.serial
            .until(&format!("{count} USB keyboards"), |heard| {
                let text = String::from_utf8_lossy(heard);
                let found = text
                    .lines()
                    .filter(|line| line.contains("USB") && line.contains(": keyboard,"));
                (found.count() >= count).then_some(())
            })
    }

    /// Waits until there is a USB keyboard since the last reset.
    fn keyboard(&self) -> Result<()> {
        self.serial.until("a USB keyboard", |heard| {
            let text = String::from_utf8_lossy(heard.get(self.before_reset..)?);
            text.contains(": keyboard,").then_some(())
        })
    }

    /// Types on the USB keyboard. The keys are pressed one after the other in the board's own
    /// time; this does not wait for them.
    ///
    /// # Errors
    /// When a character is not on the keyboard, or there are too many at once.
    pub fn type_keys(&mut self, text: &str) -> Result<()> {
        if text.chars().count() > KEYS_AT_ONCE {
            return Err(Failure::new(format!(
                "more than {KEYS_AT_ONCE} keys at once: {text}"
            )));
        }
        for c in text.chars() {
            let keys = keyboard::keys_of_char(c)
                .ok_or_else(|| Failure::new(format!("no key types `{c}`")))?;
            self.press(&keys)?;
        }
        Ok(())
    }

    /// Presses keys together, named as QEMU names them, and lets them go.
    ///
    /// # Errors
    /// When QEMU knows no such key.
    pub fn press(&mut self, keys: &[&str]) -> Result<()> {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| json!({ "type": "qcode", "data": key }))
            .collect();
        self.monitor
            .ask("send-key", &json!({ "keys": keys, "hold-time": KEY_MS }))?;
        Ok(())
    }

    /// Takes a picture of the screen and keeps it among the results.
    ///
    /// # Errors
    /// When QEMU gives none.
    pub fn screen(&mut self) -> Result<Shot> {
        let file = results().join(format!("{}.ppm", self.name));
        self.monitor
            .ask("screendump", &json!({ "filename": file }))?;
        Shot::read(&file)
    }

    /// Looks at the screen until `right` is content with it.
    ///
    /// # Errors
    /// What was wrong the last time, after a long time.
    pub fn screen_becomes(&mut self, right: impl Fn(&Shot) -> Result<()>) -> Result<Shot> {
        let start = Instant::now();
        loop {
            let shot = self.screen()?;
            match right(&shot) {
                Ok(()) => return Ok(shot),
                Err(failure) if start.elapsed() > PATIENCE => return Err(failure),
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Waits until the screen's text is this, as scenarios write it (`|` before each line, `..` for
    /// any number of them).
    ///
    /// # Errors
    /// What it was the last time, after a long time.
    pub fn shows_text(&mut self, lines: &str) -> Result<()> {
        let expected: Vec<String> = lines.lines().map(str::to_owned).collect();
        self.screen_becomes(|shot| {
            let text = shot.text()?;
            if is_screen(&text, &expected) {
                return Ok(());
            }
            let seen = block(&text);
            Err(Failure::new(format!("not\n{lines}\nbut\n{seen}")))
        })?;
        Ok(())
    }

    /// Switches the board off and on again, and waits until it is ready. Gives how much the console
    /// had said before.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn reset(&mut self) -> Result<usize> {
        let before = self.serial.raw().len();
        self.monitor.ask("system_reset", &json!({}))?;
        // For a board that stands still.
        self.monitor.ask("cont", &json!({}))?;
        self.serial.until("`ready` after a reset", |heard| {
            crate::serial::find(heard.get(before..)?, b"] ready at ").map(|_| ())
        })?;
        let said = self.serial.mend_cut_line(before, FIRST_LINE);
        self.before_reset = before;
        self.serial.pass_all();
        Ok(said)
    }

    /// The same with other files on the card, and none that were there.
    ///
    /// # Errors
    /// When there is no card, the files do not fit, or the board does not come back.
    pub fn reset_with(&mut self, files: &[Entry]) -> Result<usize> {
        let image = self.card()?.to_owned();
        let made = image.with_extension("made");
        card::make(&made, card::SMALLEST, files)?;
        self.monitor.ask("stop", &json!({}))?;
        // QEMU keeps the file open: its bytes change, not the file.
        std::fs::copy(&made, &image)?;
        std::fs::remove_file(made)?;
        self.reset()
    }

    fn card(&self) -> Result<&Path> {
        match &self.card {
            Slot::Card(image) => Ok(image),
            Slot::Without | Slot::Empty => Err(Failure::new("the board has no card")),
        }
    }

    /// What QEMU had to say about devices used wrongly, without what is expected.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn complaints(&self, expected: &[&str]) -> Result<Vec<String>> {
        let log = std::fs::read_to_string(results().join(format!("{}.devices", self.name)))?;
        let mut complaints: Vec<String> = log
            .lines()
            .filter(|line| !expected.iter().any(|known| line.contains(known)))
            .map(str::to_owned)
            .collect();
        complaints.dedup();
        Ok(complaints)
    }

    /// Plays a case of a scenario file on a board that is ready, and gives what the console said
    /// behind its first `from` bytes. `marks` are the console's lengths after each step as the
    /// host had them: a step ends when the board has said as much.
    ///
    /// # Errors
    /// When the board says less, or takes no key.
    pub fn play(&mut self, case: &Case, marks: &[usize], by: By, from: usize) -> Result<Vec<u8>> {
        let mark = |n: usize| marks.get(n).copied().unwrap_or_default();
        self.says_as_much(from + mark(0), &case.name)?;
        // Before anything is typed: the log waits while the console is in the middle of a line.
        let has_keys = |step: &Step| matches!(step.action, Action::Key(_));
        if case.steps.iter().any(has_keys) {
            self.keyboard()?;
        }
        // Text on the serial line must not overtake keys that the console has not told of.
        let mut way = by;
        let made_before = card_steps(case);
        for (n, step) in case.steps.iter().enumerate().skip(made_before.len()) {
            match (&step.action, way) {
                (Action::Type(codes), _) => {
                    let text: String = codes.iter().map(|&code| typed_char(code)).collect();
                    match way {
                        By::Serial => self.serial.send(text.as_bytes())?,
                        By::Keyboard => self.type_keys(&text)?,
                    }
                }
                (Action::Break, By::Serial) => self.serial.send(&[CTRL_C])?,
                (Action::Break, By::Keyboard) => self.press(&["esc"])?,
                (Action::Key(usages), _) => {
                    let keys: Option<Vec<&str>> = usages
                        .iter()
                        .map(|&usage| keyboard::name_of_usage(usage))
                        .collect();
                    let keys = keys.ok_or_else(|| {
                        Failure::new(format!("`{}` has a key QEMU lacks", case.name))
                    })?;
                    self.press(&keys)?;
                }
                (Action::Frames(frames), _) => thread::sleep(Duration::from_millis(20 * frames)),
                (Action::Card(what), _) => self.looks_at_card(what, &case.name)?,
                (Action::Off, _) => return Err(not_here(&case.name, "off")),
                _ => {}
            }
            self.says_as_much(from + mark(n + 1), &case.name)?;
            if mark(n) < mark(n + 1) {
                way = by;
            } else if has_keys(step) {
                way = By::Keyboard;
            }
        }
        Ok(self.serial.console().split_off(from))
    }

    /// Looks at the card for what a step says of it. What was answered has been written.
    fn looks_at_card(&self, what: &OnCard, case: &str) -> Result<()> {
        let (path, expected) = match what {
            OnCard::Holds(path, bytes) => (path, Some(bytes)),
            OnCard::Lacks(path) => (path, None),
            _ => return Err(not_here(case, "this of a card in use")),
        };
        let found = match card::get(self.card()?, on_image(path)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        if found.as_ref() == expected {
            return Ok(());
        }
        Err(Failure::new(format!(
            "`{case}`: {path} on the card is {found:?}"
        )))
    }

    /// What the console has said, when that is so many bytes at least.
    ///
    /// # Errors
    /// When it does not become so many.
    pub fn hears(&self, length: usize) -> Result<Vec<u8>> {
        self.says_as_much(length, &self.name)?;
        Ok(self.serial.console())
    }

    fn says_as_much(&self, length: usize, case: &str) -> Result<()> {
        self.serial
            .until(&format!("{length} bytes of console in `{case}`"), |heard| {
                (crate::serial::without_log(heard).len() >= length).then_some(())
            })
    }
}

/// What a case says of its card before anything else.
fn card_steps(case: &Case) -> &[Step] {
    let is_first = |step: &&Step| {
        matches!(
            step.action,
            Action::Card(OnCard::File(..) | OnCard::Folder(_))
        )
    };
    let count = case.steps.iter().take_while(is_first).count();
    &case.steps[..count]
}

/// The files, and folders as a card's image is made with them, that are on a case's card at first.
#[must_use]
pub fn files_of(case: &Case) -> Vec<Entry> {
    let entry = |step: &Step| match &step.action {
        Action::Card(OnCard::File(path, bytes)) => Some((on_image(path).into(), bytes.clone())),
        Action::Card(OnCard::Folder(path)) => Some((format!("{}/", on_image(path)), Vec::new())),
        _ => None,
    };
    card_steps(case).iter().filter_map(entry).collect()
}

/// A path of the machine's as images of cards have it.
fn on_image(path: &str) -> &str {
    path.trim_start_matches('/')
}

fn not_here(case: &str, what: &str) -> Failure {
    Failure::new(format!(
        "`{case}`: the board cannot play {what}; `host only` says so in the scenario"
    ))
}

/// What a person types for a code of the machine.
fn typed_char(code: u8) -> char {
    if code == charset::ENTER {
        '\r'
    } else {
        charset::to_char(code).unwrap_or('?')
    }
}

/// The arguments of QEMU.
fn command(qemu: &Qemu, name: &str, folder: &Path, options: &Options) -> Result<Command> {
    let devices_log = results().join(format!("{name}.devices"));
    // An old one must not be taken for this run's.
    std::fs::write(&devices_log, "")?;
    let mut qemu_command = qemu.command();
    qemu_command.args([
        "-machine",
        BOARD,
        "-display",
        "none",
        "-nic",
        "none",
        "-no-user-config",
    ]);
    for (port, wait) in [("monitor", "off"), ("serial", "on")] {
        let path = folder.join(port);
        qemu_command.arg("-chardev");
        qemu_command.arg(format!(
            "socket,id={port},path={},server=on,wait={wait}",
            path.display()
        ));
    }
    qemu_command.args([
        "-mon",
        "chardev=monitor,mode=control",
        "-serial",
        "chardev:serial",
    ]);
    qemu_command
        .args(["-d", "guest_errors,unimp", "-D"])
        .arg(devices_log);
    if options.devices.is_empty() {
        qemu_command.args(["-device", "usb-kbd,id=keyboard"]);
    }
    for device in &options.devices {
        qemu_command.args(["-device", device]);
    }
    if let Some((width, height)) = options.screen {
        qemu_command.args(["-global", &format!("bcm2835-fb.xres={width}")]);
        qemu_command.args(["-global", &format!("bcm2835-fb.yres={height}")]);
    }
    let files = match &options.card {
        Slot::Without => "files=none ",
        Slot::Empty => "",
        Slot::Card(image) => {
            let drive = format!("if=sd,format=raw,file={}", image.display());
            qemu_command.args(["-drive", &drive]);
            ""
        }
    };
    if options.counted_time {
        qemu_command.args(["-icount", "shift=1,sleep=off"]);
    }
    let console = match options.console {
        Style::Lines => "console=line ",
        Style::Screen => "",
    };
    let words = format!(
        "start={} {console}{files}{}",
        options.start.name(),
        options.command_line
    );
    qemu_command
        .args(["-append", words.trim_end()])
        .arg("-kernel")
        .arg(image()?)
        .args(&options.arguments);
    if find_program("timeout").is_none() {
        return Ok(qemu_command);
    }
    let mut command = Command::new("timeout");
    command.args(["--foreground", "--kill-after=2", LIFE_SECONDS]);
    command
        .arg(qemu_command.get_program())
        .args(qemu_command.get_args());
    Ok(command)
}

/// A QEMU that is just starting.
struct Guard {
    child: Option<Child>,
    folder: PathBuf,
}

impl Guard {
    /// Connects to one of its sockets as soon as that is there.
    fn connect(&mut self, port: &str, name: &str) -> Result<UnixStream> {
        let start = Instant::now();
        loop {
            if let Ok(stream) = UnixStream::connect(self.folder.join(port)) {
                return Ok(stream);
            }
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?,
                None => None,
            };
            if ended.is_some() || start.elapsed() > PATIENCE {
                let log = results().join(format!("{name}.stderr"));
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(Failure::new(format!(
                    "QEMU did not start for {name}: {said}"
                )));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn release(mut self) -> Result<(Child, PathBuf)> {
        let child = self
            .child
            .take()
            .ok_or_else(|| Failure::new("QEMU is gone"))?;
        Ok((child, std::mem::take(&mut self.folder)))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            end(child, &self.folder);
        }
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let transcript = results().join(format!("{}.serial", self.name));
        // The results help a person; the test does not depend on them.
        std::fs::write(transcript, self.serial.raw()).ok();
        end(&mut self.child, &self.folder);
    }
}

/// Ends QEMU, which may be beyond listening, with all of its process group: `timeout` alone would
/// leave it running.
fn end(child: &mut Child, folder: &Path) {
    // The shell's own `kill`: a small system has no program of that name. Whatever is gone
    // already is as wanted.
    let mut kill = Command::new("sh");
    kill.args(["-c", &format!("kill -s KILL -- -{}", child.id())]);
    kill.stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    kill.status().ok();
    child.kill().ok();
    child.wait().ok();
    std::fs::remove_dir_all(folder).ok();
}
