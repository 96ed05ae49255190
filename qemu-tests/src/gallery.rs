//! `cargo x pictures`: pictures of what the board shows.

use std::fs;
use std::path::{Path, PathBuf};

use basic::machine::Start;
use basic::scenario::parse;
use xtask::card;
use xtask::setup::Qemu;

use crate::picture::shows_first_phase;
use crate::{Board, By, Failure, Options, Result, Scene, Slot, files_of, results};

/// What there are pictures of.
const CASES: &str = include_str!("../pictures.zxs");
/// Those that the README shows.
pub const README: [&str; 3] = ["menu", "editor", "program"];
/// The size of the screen they are taken from.
const README_SIZE: (u32, u32) = (640, 480);
/// Sizes of the screen when none are asked for.
pub const SIZES: [(u32, u32); 2] = [(1280, 720), (1920, 1080)];

/// All scenes, from the opening menu on.
///
/// # Errors
/// When one does not become what its case says.
pub fn scenes() -> Result<Vec<Scene>> {
    let cases = parse(CASES).map_err(|problem| Failure::new(problem.text))?;
    let mut scenes = Vec::new();
    for mut case in cases {
        case.setup.start = Start::Menu;
        scenes.push(Scene::play(case)?);
    }
    Ok(scenes)
}

/// The folder of the README's pictures.
#[must_use]
pub fn readme_folder() -> PathBuf {
    xtask::root().join("docs")
}

/// Takes the pictures that the arguments ask for: at each `WIDTHxHEIGHT` all of them, with none
/// the README's too.
///
/// # Errors
/// When an argument is no size, or a picture does not come.
pub fn start(arguments: &[String]) -> Result<()> {
    let asked: Vec<(u32, u32)> = arguments
        .iter()
        .map(|text| size(text))
        .collect::<Result<_>>()?;
    let scenes = scenes()?;
    let qemu = xtask::setup::find_qemu()?;
    if asked.is_empty() {
        let shown: Vec<&Scene> = scenes
            .iter()
            .filter(|scene| README.contains(&scene.case.name.as_str()))
            .collect();
        take(&qemu, &shown, README_SIZE, &readme_folder())?;
    }
    let all: Vec<&Scene> = scenes.iter().collect();
    for &(width, height) in if asked.is_empty() { &SIZES } else { &asked[..] } {
        let folder = xtask::root().join(format!("target/pictures/{width}x{height}"));
        take(&qemu, &all, (width, height), &folder)?;
    }
    Ok(())
}

fn size(text: &str) -> Result<(u32, u32)> {
    let size = text
        .split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    size.ok_or_else(|| Failure::new(format!("`{text}` is no size: 1920x1080 for instance is")))
}

/// Plays scenes on a board with a screen of that size, one after the other, and keeps a picture of
/// each: what the machine on this computer shows, to the pixel.
///
/// # Errors
/// When the board shows anything else.
pub fn take(qemu: &Qemu, scenes: &[&Scene], size: (u32, u32), folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let (width, height) = size;
    let name = format!("pictures-{width}x{height}");
    // In counted time no key comes late, however busy this computer is.
    let mut options = Options {
        start: Start::Menu,
        screen: Some(size),
        counted_time: true,
        ..Options::default()
    };
    let (with_card, without): (Vec<&Scene>, Vec<&Scene>) =
        scenes.iter().partition(|scene| scene.case.setup.files);
    if !without.is_empty() {
        let mut board = Board::start(qemu, &name, &options)?;
        board.ready()?;
        take_all(&mut board, &without, folder)?;
    }
    if !with_card.is_empty() {
        let name = format!("{name}-card");
        fs::create_dir_all(results())?;
        let image = results().join(format!("{name}.card"));
        card::make(&image, card::SMALLEST, &[])?;
        options.card = Slot::Card(image.clone());
        let mut board = Board::start(qemu, &name, &options)?;
        board.ready()?;
        take_all(&mut board, &with_card, folder)?;
        fs::remove_file(image)?;
    }
    Ok(())
}

/// Plays scenes on a board that is ready.
fn take_all(board: &mut Board, scenes: &[&Scene], folder: &Path) -> Result<()> {
    for scene in scenes {
        let from = match scene.case.setup.files {
            true => board.reset_with(&files_of(&scene.case))?,
            false => board.reset()?,
        };
        board.play(&scene.case, &scene.marks, By::Serial, from)?;
        let shot = board.screen_becomes(|shot| shows_first_phase(shot, scene.player.machine()))?;
        let file = folder.join(format!("{}.png", scene.case.name));
        fs::write(&file, shot.png()?)?;
        xtask::say(&format!("{}", file.display()));
    }
    Ok(())
}
