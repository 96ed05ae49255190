//! The images of the original ROMs: found in an installed package when a command runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use basic::machine::Model;
use sha2::{Digest as _, Sha256};
use zx::{Failure, Result};

/// Bytes of a ROM.
pub const SIZE: usize = 0x4000;
/// Names a folder with the images.
const VARIABLE: &str = "ZX_ROMS";
/// Where the package keeps its images.
const IN_PACKAGE: &str = "resources";
/// An image's file and its SHA-256.
type Known = (&'static str, &'static str);
/// The 48K ROM, and the 128's two.
const ROM_48: Known = (
    "48.rom",
    "d55daa439b673b0e3f5897f99ac37ecb45f974d1862b4dadb85dec34af99cb42",
);
const ROM_128_0: Known = (
    "128-0.rom",
    "3ba308f23b9471d13d9ba30c23030059a9ce5d4b317b85b86274b132651d1425",
);
const ROM_128_1: Known = (
    "128-1.rom",
    "8d93c3342321e9d1e51d60afcd7d15f6a7afd978c231b43435a7c0757c60b9a3",
);
/// Said when it is nowhere.
const HOW_TO_GET_IT: &str = "the original ROM is needed and is not part of this project: \
`pip install skoolkit` (or `python3 -m venv ~/.cache/zxoracle/venv && \
~/.cache/zxoracle/venv/bin/pip install skoolkit`) brings it, or ZX_ROMS names a folder with it";

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

/// The folders the images may be in.
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

/// The images of a machine's ROMs.
#[derive(Clone, Debug)]
pub enum Images {
    /// A 48K's.
    Spectrum48(Vec<u8>),
    /// A 128's, the first one that of the editor.
    Spectrum128(Vec<u8>, Vec<u8>),
}

/// Reads and checks an image.
fn read(folder: &Path, (name, known): Known) -> Result<Vec<u8>> {
    let path = folder.join(name);
    let image = fs::read(&path)
        .map_err(|e| zx::failed(&format!("reading the ROM image {}", path.display()), &e))?;
    let sum: String = Sha256::digest(&image)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    if image.len() != SIZE || sum != known {
        return Err(Failure(format!(
            "{} is not the original ROM: its SHA-256 is {sum}, not {known}",
            path.display()
        )));
    }
    Ok(image)
}

/// The ROMs of a model.
///
/// # Errors
/// They are nowhere, or what is there is something else.
pub fn load(model: Model) -> Result<Images> {
    let folder = match std::env::var_os(VARIABLE) {
        Some(path) => PathBuf::from(path),
        None => places()
            .into_iter()
            .find(|place| place.join(ROM_48.0).is_file())
            .ok_or_else(|| Failure(HOW_TO_GET_IT.to_owned()))?,
    };
    Ok(match model {
        Model::Spectrum48 => Images::Spectrum48(read(&folder, ROM_48)?),
        Model::Spectrum128 => {
            Images::Spectrum128(read(&folder, ROM_128_0)?, read(&folder, ROM_128_1)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_not_believed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let said = read(folder, ("Cargo.toml", ROM_48.1)).unwrap_err().0;
        assert!(said.contains("is not the original ROM"), "{said}");
    }
}
