//! `target/plus4.img`: a card that boots a Raspberry Pi 3B, and the card of `cargo x run`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::card::{self, Entry, SMALLEST};
use crate::{Error, Result, root};

/// The kernel's name on the card.
const KERNEL: &str = "kernel8.img";

/// The firmware's settings, for which a user may have others.
const SETTINGS: &str = "config.txt";

/// The folder of the sample programs on the card; they are in `boot` under the same name.
const PROGRAMS: &str = "programs";

/// Where the image is made.
#[must_use]
pub fn path() -> PathBuf {
    root().join("target/plus4.img")
}

/// All that this project puts on the card: the kernel, the firmware's settings, the words for a
/// reader, the sample programs.
///
/// # Errors
/// When a file of the project cannot be read.
pub fn files(kernel: &Path) -> Result<Vec<Entry>> {
    let boot = root().join("boot");
    let mut files = vec![
        (KERNEL.to_owned(), read(kernel)?),
        (SETTINGS.to_owned(), read(&boot.join(SETTINGS))?),
        ("readme.txt".to_owned(), read(&boot.join("README.txt"))?),
    ];
    let programs = boot.join(PROGRAMS);
    let names = fs::read_dir(&programs).map_err(|error| about(&programs, &error))?;
    let mut names: Vec<String> = names
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in names {
        files.push((format!("{PROGRAMS}/{name}"), read(&programs.join(&name))?));
    }
    Ok(files)
}

/// The kernel alone.
///
/// # Errors
/// When it cannot be read.
pub fn kernel(kernel: &Path) -> Result<Vec<Entry>> {
    Ok(vec![(KERNEL.to_owned(), read(kernel)?)])
}

/// Puts the files on the card at `image`. A card that is there keeps what else is on it, and the
/// settings and sample programs that it has; a new one is made when there is none, or with a `size`.
/// Gives the files that stayed as they are there, which is not how they are here.
///
/// # Errors
/// When the card cannot be made or written.
pub fn put(image: &Path, size: Option<u64>, files: &[Entry]) -> Result<Vec<String>> {
    if size.is_some() || !image.exists() {
        return card::make(image, size.unwrap_or(SMALLEST), files)
            .map(|()| Vec::new())
            .map_err(|error| about(image, &error));
    }
    let mut kept = Vec::new();
    let mut written = Vec::new();
    for (path, bytes) in files {
        match card::get(image, path) {
            Ok(there) if is_users(path) => {
                if there != *bytes {
                    kept.push(path.clone());
                }
            }
            _ => written.push((path.clone(), bytes.clone())),
        }
    }
    card::put(image, &written).map(|()| kept).map_err(|error| {
        let new = "`cargo x image --new` makes a new card, without what was saved on this one.";
        Error::new(format!("{} {new}", about(image, &error)))
    })
}

/// Whether a user may have changed a file of ours on a card.
fn is_users(path: &str) -> bool {
    path == SETTINGS
        || path
            .split_once('/')
            .is_some_and(|(folder, _)| folder == PROGRAMS)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| about(file, &error))
}

fn about(file: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("{}: {error}.", file.display()))
}
