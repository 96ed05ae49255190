//! The Raspberry Pi's boot firmware, which is not part of this project: from a folder, or from
//! Debian's package, fetched when a card is made and kept in `target/firmware` only.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::card::Entry;
use crate::{Error, Result, find_program, output, root, say, succeed};

/// What a Pi 3B reads before the kernel.
pub const FILES: [&str; 3] = ["bootcode.bin", "start.elf", "fixup.dat"];

/// The licence that allows to pass the firmware on, and has to go with it.
pub const LICENCE: &str = "LICENCE.broadcom";

/// Debian's package with the firmware in it.
const PACKAGE: &str = "raspi-firmware";

/// The part of Debian that has the package.
const COMPONENT: &str = "non-free-firmware";

/// Where the package has the firmware, and where the licence.
const IN_PACKAGE: [&str; 2] = [
    "usr/lib/raspi-firmware",
    "usr/share/doc/raspi-firmware/copyright",
];

/// What to do by hand where the firmware is not to be had.
pub const BY_HAND: &str = "The board needs three files beside kernel8.img: bootcode.bin, start.elf and fixup.dat. They are in
the folder `boot` of the project raspberrypi/firmware on GitHub, with their licence LICENCE.broadcom.
Copy them to the card's top folder, or into a folder of this computer and type
    cargo x image --firmware FOLDER";

/// The firmware in a folder that somebody names.
///
/// # Errors
/// When one of the three files is not there.
pub fn in_folder(folder: &Path) -> Result<Vec<Entry>> {
    let read = |name: &str| {
        fs::read(folder.join(name))
            .map(|bytes| (name.to_owned(), bytes))
            .map_err(|error| Error::new(format!("{}: {error}.", folder.join(name).display())))
    };
    let mut files = FILES.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    files.extend(read(LICENCE).ok());
    Ok(files)
}

/// The firmware fetched before, if it was.
#[must_use]
pub fn kept() -> Option<Vec<Entry>> {
    in_folder(&folder()).ok()
}

/// The firmware of Debian's package, fetched unless it was before.
///
/// # Errors
/// When it is not to be had here.
pub fn fetched() -> Result<Vec<Entry>> {
    if let Some(files) = kept() {
        return Ok(files);
    }
    say("fetching the board's firmware: the Debian package raspi-firmware, 5 MB");
    fetch()?;
    in_folder(&folder())
}

fn folder() -> std::path::PathBuf {
    root().join("target/firmware")
}

/// Downloads the package with lists of apt's own in `target`, since the sources of a computer
/// seldom have [`COMPONENT`]. Nothing is installed.
fn fetch() -> Result<()> {
    for program in ["apt-get", "dpkg-deb"] {
        if find_program(program).is_none() {
            return Err(Error::new(format!("there is no {program} here.")));
        }
    }
    let apt = root().join("target/firmware-apt");
    let unpacked = apt.join("package");
    let failed = |error: std::io::Error| Error::new(format!("{}: {error}.", apt.display()));
    fs::remove_dir_all(&apt).ok();
    for folder in ["lists/partial", "cache/archives/partial", "deb"] {
        fs::create_dir_all(apt.join(folder)).map_err(failed)?;
    }
    let known = output(Command::new("apt-get").args([
        "indextargets",
        "--format",
        "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)",
        "Created-By: Packages",
    ]));
    let sources = sources(&known.unwrap_or_default());
    if sources.is_empty() {
        return Err(Error::new("this system's packages are not Debian's."));
    }
    fs::write(apt.join("sources.list"), sources).map_err(failed)?;
    let options = [
        ("Dir::Etc::SourceList", "sources.list"),
        ("Dir::Etc::SourceParts", "none"),
        ("Dir::State::Lists", "lists"),
        ("Dir::Cache", "cache"),
    ]
    .map(|(name, place)| format!("-o{name}={}", apt.join(place).display()));
    for words in [&["update"][..], &["download", PACKAGE]] {
        let mut command = Command::new("apt-get");
        command
            .args(["-qq", "-oAPT::Sandbox::User=root"])
            .args(&options)
            .args(words)
            .current_dir(apt.join("deb"));
        succeed(&mut command, &format!("apt-get {}", words.join(" ")))?;
    }
    for package in fs::read_dir(apt.join("deb")).map_err(failed)?.flatten() {
        let mut command = Command::new("dpkg-deb");
        command.arg("-x").arg(package.path()).arg(&unpacked);
        succeed(&mut command, "dpkg-deb")?;
    }
    fs::create_dir_all(folder()).map_err(failed)?;
    let [files, licence] = IN_PACKAGE.map(|place| unpacked.join(place));
    fs::copy(licence, folder().join(LICENCE)).map_err(failed)?;
    for name in FILES {
        fs::copy(files.join(name), folder().join(name)).map_err(failed)?;
    }
    fs::remove_dir_all(&apt).map_err(failed)
}

/// Sources like those of Debian's that this computer has, for [`COMPONENT`].
fn sources(known: &str) -> String {
    let mut sources = String::new();
    for line in known.lines() {
        if let ["Debian", place, release, "main"] = line.split(' ').collect::<Vec<_>>()[..] {
            sources += &format!("deb {place} {release} {COMPONENT}\n");
        }
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debians_own_sources_are_asked_for_the_firmware() {
        let known = "Debian http://mirror/debian/ bookworm main
Debian http://mirror/debian/ bookworm contrib
NodeSource http://node/ nodistro main
";
        let asked = sources(known);
        assert_eq!(
            asked,
            "deb http://mirror/debian/ bookworm non-free-firmware\n"
        );
    }

    #[test]
    fn a_folder_without_the_firmware_is_refused_with_the_first_name_that_is_missing() {
        let error = in_folder(Path::new("no-such-folder")).unwrap_err();
        assert!(error.to_string().contains(FILES[0]), "{error}");
    }
}
