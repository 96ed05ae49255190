//! Images of cards, looked at by the programs of dosfstools and mtools, which `cargo x test` installs.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be written ends the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::card::{self, Entry, SMALLEST};
use xtask::{find_program, image};

/// An image of a test's own, gone with it.
struct Image(PathBuf);

impl Image {
    fn new(name: &str) -> Self {
        let file = format!("plus4-{}-{name}.img", std::process::id());
        Self(std::env::temp_dir().join(file))
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// What mdir lists of the card of an image.
fn listed(image: &Path) -> String {
    let mdir = find_program("mdir").expect("`cargo x test` installs mtools");
    let place = format!("{}@@1M", image.display());
    let output = Command::new(mdir)
        .args(["-b", "-/", "-i", &place])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn files() -> Vec<Entry> {
    let long: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    vec![
        ("bootcode.bin".into(), vec![1; 52_460]),
        ("LICENCE.broadcom".into(), b"words".to_vec()),
        ("programs/a name of many words.bas".into(), long),
        ("programs/empty".into(), Vec::new()),
    ]
}

#[test]
fn what_is_put_on_a_card_is_there_and_the_file_system_is_clean() {
    let image = Image::new("clean");
    card::make(&image.0, SMALLEST, &files()).unwrap();
    let longer = ("programs/empty".to_owned(), vec![7; 5000]);
    let shorter = ("bootcode.bin".to_owned(), vec![2; 600]);
    card::put(&image.0, &[longer.clone(), shorter.clone()]).unwrap();

    let written = fs::read(&image.0).unwrap();
    assert_eq!(written.len() as u64, SMALLEST);
    assert_eq!(written[510..512], [0x55, 0xAA]);
    assert_eq!(written[450], 0x0C, "the partition's kind");
    assert!(
        written.windows(11).any(|name| name == b"BOOTCODEBIN"),
        "the name by which the board's first program looks for its second"
    );
    let entry = written
        .windows(12)
        .find(|it| it.starts_with(b"BOOTCODEBIN"));
    assert_eq!(entry.unwrap()[11], 0x20, "to be archived, and nothing else");
    let [_, licence, program, _] = files().try_into().unwrap();
    for (path, bytes) in [licence, program, longer, shorter] {
        assert!(card::get(&image.0, &path).unwrap() == bytes, "{path}");
    }
    let (clean, text) = card::check(&image.0).unwrap();
    assert!(clean, "{text}");
    let text = listed(&image.0);
    for (path, _) in files() {
        assert!(text.contains(&path), "{path} in\n{text}");
    }
}

#[test]
fn a_card_of_more_than_two_gigabytes_is_made_too() {
    let image = Image::new("large");
    card::make(&image.0, 4 << 30, &files()).unwrap();
    for (path, bytes) in files() {
        assert!(card::get(&image.0, &path).unwrap() == bytes, "{path}");
    }
}

#[test]
fn what_cannot_be_made_leaves_nothing_behind() {
    let image = Image::new("wrong");
    for size in [0, 32 << 20, (64 << 20) + 512] {
        assert!(card::make(&image.0, size, &[]).is_err(), "{size}");
    }
    let large = ("large".to_owned(), vec![0; 70 << 20]);
    let error = card::make(&image.0, SMALLEST, &[large]).unwrap_err();
    assert!(error.to_string().contains("large"), "{error}");
    assert!(!image.0.exists());
    let name = image.0.with_extension("part");
    let name = name.file_name().unwrap().to_string_lossy().into_owned();
    let left = fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    let mut left = left.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert!(!left.any(|file| file.starts_with(&name)));
}

#[test]
fn a_new_kernel_leaves_what_was_saved() {
    let image = Image::new("saved");
    let kernel = Image::new("kernel");
    fs::write(&kernel.0, "one").unwrap();
    let files = image::files(&kernel.0).unwrap();
    image::put(&image.0, None, &files).unwrap();
    card::put(&image.0, &[("games/mine".into(), b"saved".to_vec())]).unwrap();

    fs::write(&kernel.0, "two, which is longer").unwrap();
    image::put(&image.0, None, &image::kernel(&kernel.0).unwrap()).unwrap();
    let get = |path: &str| card::get(&image.0, path);
    assert_eq!(get("kernel8.img").unwrap(), b"two, which is longer");
    assert_eq!(get("games/mine").unwrap(), b"saved");
    let settings = String::from_utf8(get("config.txt").unwrap()).unwrap();
    assert!(settings.contains("\nkernel=kernel8.img\nkernel_address=0x80000\n"));

    image::put(&image.0, Some(SMALLEST), &files).unwrap();
    assert_eq!(card::get(&image.0, "kernel8.img").unwrap(), b"one");
    assert!(card::get(&image.0, "games/mine").is_err(), "a new card");
}

#[test]
fn what_was_changed_on_a_card_is_kept_and_told() {
    let image = Image::new("changed");
    let file = |path: &str, bytes: &[u8]| (path.to_owned(), bytes.to_vec());
    let all = |version: &[u8]| {
        [
            "kernel8.img",
            "config.txt",
            "readme.txt",
            "programs/a.bas",
            "programs/b.bas",
        ]
        .map(|path| file(path, version))
    };
    image::put(&image.0, None, &all(b"one")).unwrap();
    card::put(
        &image.0,
        &[file("config.txt", b"mine"), file("programs/a.bas", b"mine")],
    )
    .unwrap();
    let more = file("programs/c.bas", b"two");
    let kept = image::put(&image.0, None, &[&all(b"one")[1..], &[more]].concat()).unwrap();
    assert_eq!(kept, ["config.txt", "programs/a.bas"]);
    let kept = image::put(&image.0, None, &all(b"two")).unwrap();
    assert_eq!(kept, ["config.txt", "programs/a.bas", "programs/b.bas"]);
    for (path, bytes) in [
        ("kernel8.img", b"two".as_slice()),
        ("config.txt", b"mine"),
        ("readme.txt", b"two"),
        ("programs/a.bas", b"mine"),
        ("programs/b.bas", b"one"),
        ("programs/c.bas", b"two"),
    ] {
        assert_eq!(card::get(&image.0, path).unwrap(), bytes, "{path}");
    }
    let kept = image::put(&image.0, Some(SMALLEST), &all(b"two")).unwrap();
    assert!(kept.is_empty(), "a new card");
    assert_eq!(card::get(&image.0, "programs/a.bas").unwrap(), b"two");
}

#[test]
fn an_image_that_is_no_card_is_refused_and_left_alone() {
    let image = Image::new("none");
    fs::write(&image.0, "words").unwrap();
    let error = image::put(&image.0, None, &files()).unwrap_err();
    assert!(error.to_string().contains("--new"), "{error}");
    assert_eq!(fs::read(&image.0).unwrap(), b"words");
}
