//! The bare-metal image: `target/kernel8.elf` for debuggers, `target/kernel8.img` for the board
//! and QEMU.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::{KERNEL_TARGET, Rust};
use crate::{Error, Result, cargo, root, succeed};

/// Name of the kernel's package and program.
const KERNEL: &str = "kernel";

/// What a build leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// With symbols.
    pub elf: PathBuf,
    /// As the firmware loads it to 0x80000.
    pub raw: PathBuf,
}

/// Builds the kernel for the board, optimised, and copies it to `target`.
///
/// # Errors
/// When it does not build, or the files cannot be written.
pub fn image(rust: &Rust) -> Result<Image> {
    variant(rust, "kernel8", &[])
}

/// Builds a variant of the kernel with features of its own under another name.
///
/// # Errors
/// When it does not build, or the files cannot be written.
pub fn variant(rust: &Rust, name: &str, features: &[&str]) -> Result<Image> {
    let target = root().join("target");
    let mut command = cargo();
    command
        .args([
            "build",
            "--release",
            "--package",
            KERNEL,
            "--target",
            KERNEL_TARGET,
            "--target-dir",
        ])
        .arg(&target);
    if !features.is_empty() {
        command.args(["--features", &features.join(",")]);
    }
    succeed(&mut command, "building the kernel")?;
    let built = target.join(KERNEL_TARGET).join("release").join(KERNEL);
    let image = Image {
        elf: target.join(name).with_extension("elf"),
        raw: target.join(name).with_extension("img"),
    };
    copy(&built, &image.elf)?;
    succeed(
        Command::new(&rust.objcopy)
            .args(["-O", "binary"])
            .arg(&image.elf)
            .arg(&image.raw),
        "llvm-objcopy",
    )?;
    Ok(image)
}

impl Image {
    /// One line for each file with its size in bytes.
    ///
    /// # Errors
    /// When a file is gone.
    pub fn sizes(&self) -> Result<String> {
        let line = |file: &Path, what: &str| -> Result<String> {
            let bytes = std::fs::metadata(file)
                .map_err(|error| Error::new(format!("{}: {error}", file.display())))?
                .len();
            let shown = file.strip_prefix(root()).unwrap_or(file).display();
            Ok(format!(
                "{shown}  {bytes} bytes ({} KiB), {what}",
                bytes.div_ceil(1024)
            ))
        };
        Ok(format!(
            "{}\n{}",
            line(&self.elf, "with symbols")?,
            line(&self.raw, "as the board loads it")?
        ))
    }
}

/// Copies a file under its new name in one step, so that nobody sees half of it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let part = to.with_extension(format!("part{}", std::process::id()));
    std::fs::copy(from, &part)
        .and_then(|_| std::fs::rename(&part, to))
        .map_err(|error| {
            Error::new(format!(
                "copying {} to {}: {error}",
                from.display(),
                to.display()
            ))
        })
}
