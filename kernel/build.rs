//! Tells the linker where things go and the program what version it is.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    let package = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let workspace = Path::new(&package).parent().unwrap_or(Path::new("."));
    let script = workspace.join("link.ld");
    println!("cargo::rerun-if-changed={}", script.display());
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        println!("cargo::rustc-link-arg-bins=-T{}", script.display());
    }

    // Without a repository (a source archive) the package's version has to do.
    let described = Command::new("git")
        .args(["describe", "--always", "--dirty", "--tags"])
        .current_dir(workspace)
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map(|text| format!("-{}", text.trim()))
        .unwrap_or_default();
    let number = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo::rustc-env=KERNEL_VERSION={number}{described}");
    for place in ["HEAD", "logs/HEAD"] {
        let path = Command::new("git")
            .args(["rev-parse", "--git-path", place])
            .current_dir(workspace)
            .output();
        if let Ok(path) = path {
            let path = String::from_utf8_lossy(&path.stdout).trim().to_string();
            if !path.is_empty() && workspace.join(&path).exists() {
                println!("cargo::rerun-if-changed={}", workspace.join(path).display());
            }
        }
    }
}
