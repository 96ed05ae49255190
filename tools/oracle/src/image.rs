//! The image of the original ROM: found in an installed package when a command runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};
use zx::{Failure, Result};

/// Bytes of the 48K ROM.
pub const SIZE: usize = 0x4000;
/// The SHA-256 of the 48K ROM.
const SHA_256: &str = "d55daa439b673b0e3f5897f99ac37ecb45f974d1862b4dadb85dec34af99cb42";
/// Names a file with the image.
const VARIABLE: &str = "ZX_ROM48";
/// Where the package keeps the image.
const IN_PACKAGE: &str = "resources/48.rom";
/// Said when it is nowhere.
const HOW_TO_GET_IT: &str = "the original ROM is needed and is not part of this project: \
`pip install skoolkit` (or `python3 -m venv ~/.cache/zxoracle/venv && \
~/.cache/zxoracle/venv/bin/pip install skoolkit`) brings it, or ZX_ROM48 names a file with it";

/// The folders Python packages of an environment are in.
fn site_packages(environment: &Path) -> Vec<PathBuf> {
    let Ok(versions) = fs::read_dir(environment.join("lib")) else {
        return Vec::new();
    };
    versions
        .flatten()
        .map(|version| version.path().join("site-packages"))
        .collect()
}

/// Where an installed package says it is.
fn of_python() -> Option<PathBuf> {
    let output = Command::new("python3")
        .args(["-c", "import skoolkit; print(skoolkit.__path__[0])"])
        .output()
        .ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    (!path.trim().is_empty()).then(|| PathBuf::from(path.trim()))
}

/// The places the image may be at.
fn places() -> Vec<PathBuf> {
    let mut environments = Vec::new();
    if let Some(cache) = std::env::var_os("ZXORACLE_CACHE") {
        environments.push(PathBuf::from(cache).join("venv"));
    }
    if let Some(home) = std::env::var_os("HOME") {
        environments.push(PathBuf::from(home).join(".cache/zxoracle/venv"));
    }
    if let Some(active) = std::env::var_os("VIRTUAL_ENV") {
        environments.push(PathBuf::from(active));
    }
    let packages = environments
        .iter()
        .flat_map(|environment| site_packages(environment))
        .map(|folder| folder.join("skoolkit"));
    packages
        .chain(of_python())
        .map(|package| package.join(IN_PACKAGE))
        .collect()
}

/// Reads and checks an image.
fn read(path: &Path) -> Result<Vec<u8>> {
    let image = fs::read(path)
        .map_err(|e| zx::failed(&format!("reading the ROM image {}", path.display()), &e))?;
    let sum: String = Sha256::digest(&image)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    if image.len() != SIZE || sum != SHA_256 {
        return Err(Failure(format!(
            "{} is not the 48K ROM: its SHA-256 is {sum}, not {SHA_256}",
            path.display()
        )));
    }
    Ok(image)
}

/// The 48K ROM.
///
/// # Errors
/// It is nowhere, or what is there is something else.
pub fn load() -> Result<Vec<u8>> {
    if let Some(path) = std::env::var_os(VARIABLE) {
        return read(Path::new(&path));
    }
    match places().into_iter().find(|place| place.is_file()) {
        Some(place) => read(&place),
        None => Err(Failure(HOW_TO_GET_IT.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_not_believed() {
        let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let said = read(&other).unwrap_err().0;
        assert!(said.contains("is not the 48K ROM"), "{said}");
    }
}
