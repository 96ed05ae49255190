//! The sample programs of the card: each is loaded and used, in both models where it runs in both.
#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing where something must be has failed"
)]

use std::fs;
use std::path::PathBuf;

use zx::cli::{RunOptions, options_of};
use zx::run;

/// How cells show that hold no character: something is drawn in them.
const DRAWN: char = '?';

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../boot/programs"))
}

/// The screen after LOAD from the card, RUN, and some seconds with these keys. The program may end by
/// itself or by STOP, or go on; any other report is a failure.
fn screen(name: &str, model: &str, keys: &str, seconds: u32) -> String {
    let card = folder().join("..").display().to_string();
    let load = format!("LOAD \"programs/{name}\"");
    let run = format!("RUN // {keys}");
    let seconds = seconds.to_string();
    let words = [
        "--rom", model, "--card", &card, "--cmd", &load, "--then", &run,
    ];
    let words = words.into_iter().chain(["--max-seconds", &seconds]);
    let words: Vec<String> = words.map(str::to_owned).collect();
    let options: RunOptions = options_of(&words).unwrap();
    let fields = run::run("", &options, None).unwrap().0;
    assert_eq!(
        fields["report"]["code"], "0",
        "LOAD of {name} on the {model}"
    );
    if let Some(report) = fields["then"][0].get("report") {
        let ended = report["code"] == "0" || report["code"] == "9";
        assert!(ended, "{name} on the {model}: {}", report["text"]);
    }
    let rows = fields["screen"].as_array().unwrap().iter();
    rows.map(|row| row.as_str().unwrap().to_owned() + "\n")
        .collect()
}

/// Uses a program in both models and looks for words on the screen.
fn shows(name: &str, keys: &str, seconds: u32, words: &[&str]) {
    for model in ["48", "128"] {
        let seen = screen(name, model, keys, seconds);
        for word in words {
            assert!(
                seen.contains(word),
                "{name} on the {model}: no `{word}` in\n{seen}"
            );
        }
    }
}

/// The row of the screen in which the character is found.
fn row_of(screen: &str, character: char) -> Option<usize> {
    screen.lines().position(|line| line.contains(character))
}

#[test]
fn each_program_has_its_test_and_its_line_in_the_readme() {
    let tests = include_str!("programs.rs");
    let readme = fs::read_to_string(folder().join("../../README.md")).unwrap();
    let card = fs::read_to_string(folder().join("../README.txt")).unwrap();
    let mut count = 0;
    for file in fs::read_dir(folder()).unwrap().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let name = name.strip_suffix(".bas").unwrap();
        assert!(name.len() <= 10, "{name}: a tape has names of ten letters");
        assert!(tests.contains(&format!("\"{name}\",")), "{name}: no test");
        assert!(readme.contains(&format!("`{name}`")), "{name}: README.md");
        assert!(card.contains(&format!("  {name} ")), "{name}: README.txt");
        count += 1;
    }
    assert!(count >= 14);
}

#[test]
fn snake_turns_where_it_is_steered_and_dies_at_the_wall() {
    shows("snake", "", 5, &["S N A K E", "Press any key to play"]);
    let straight = screen("snake", "48", "xx", 60);
    assert!(straight.contains("GAME  OVER"), "{straight}");
    assert_eq!(row_of(&straight, 'Ⓐ'), Some(19), "the head\n{straight}");
    let up = screen("snake", "48", "xxq", 60);
    assert_eq!(row_of(&up, 'Ⓐ'), Some(1), "the head\n{up}");
    shows("snake", "xx{wait:2500}x", 80, &["Best score: 0"]);
}

#[test]
fn lander_falls_without_its_engine_and_flies_with_it() {
    shows(
        "lander",
        "x",
        200,
        &["Fuel480", "The craft is lost", "2 left"],
    );
    shows("lander", &"x{wait:4000}".repeat(5), 900, &["0 left"]);
    let burning = screen("lander", "48", "x{wait:600}{hold:3000:q}", 40);
    assert!(!burning.contains("The craft is lost"), "{burning}");
    assert!(!burning.contains("Fuel480"), "{burning}");
}

#[test]
fn bricks_counts_bricks_and_lost_balls() {
    shows("bricks", "x", 20, &["Wall 1", "Balls 3"]);
    shows("bricks", "xx{wait:400}{hold:100:o}", 60, &["Balls 2"]);
    shows(
        "bricks",
        &format!("x{}", "x{wait:6000}".repeat(3)),
        1000,
        &["GAME  OVER", "Balls 0"],
    );
}

#[test]
fn maze_is_dug_and_walked() {
    shows("maze", "x", 90, &["Maze 1", "Gold 8", "Ⓑ"]);
    let walked = screen("maze", "48", "x{wait:2500}{hold:60:a}", 70);
    assert_ne!(row_of(&walked[33..], 'Ⓑ'), Some(1), "{walked}");
}

#[test]
fn canon_plays_its_seven_turns() {
    let seen = screen("canon", "128", "", 120);
    for words in ["7 of 7", "Again? (y/n)"] {
        assert!(seen.contains(words), "{seen}");
    }
    let seen = screen("canon", "128", "{wait:500}x{wait:100}n", 90);
    assert!(!seen.contains("Again?"), "{seen}");
}

#[test]
fn piano_plays_and_is_played() {
    shows("piano", "", 20, &["Fur Elise", "A key stops the tune"]);
    shows("piano", "xqwerty", 60, &["Play yourself", "Q W E R T Y"]);
}

#[test]
fn mandel_draws_and_moves_its_box() {
    shows("mandel", "", 30, &["x -0.6", "width 3.4", "a key stops"]);
    shows("mandel", "{wait:1500}{hold:150:x}", 60, &["ENTER closer"]);
    let closer = "{wait:1500}{hold:150:x}{wait:50}{hold:10:p}{wait:50}{hold:9:ENTER}";
    shows("mandel", closer, 60, &["width 0.85"]);
}

/// How many cells hold a drawing.
fn drawn(screen: &str) -> usize {
    screen.matches(DRAWN).count()
}

#[test]
fn spiro_surface_and_fern_draw() {
    let seen = screen("spiro", "48", "", 200);
    assert!(seen.contains("Ring ") && drawn(&seen) > 40, "{seen}");
    let seen = screen("surface", "48", "", 200);
    assert!(seen.contains("1: SIN r/r") && drawn(&seen) > 60, "{seen}");
    shows(
        "surface",
        "{wait:500}{hold:50:x}",
        60,
        &["2: COS x + COS y"],
    );
    let seen = screen("fern", "128", "", 60);
    assert!(seen.contains("00 points") && drawn(&seen) > 60, "{seen}");
}

#[test]
fn clock_goes_and_is_set() {
    shows("clock", "", 9, &["10:08:0", "S: set"]);
    shows("clock", "{wait:600}s99\n23\n5x\n59\n", 90, &["00:00:"]);
}

#[test]
fn life_keeps_a_glider_alive() {
    shows("life", "", 9, &["Glider, which walks", "by chance"]);
    shows("life", "1", 90, &["Generation ", "5 cells"]);
}

#[test]
fn sort_puts_every_bar_in_order_six_times() {
    let table = ["Selection      496", "Quick", "Again with others?"];
    shows("sort", "", 1200, &table);
}

#[test]
fn plotter_calculates_and_draws() {
    let sums = "{wait:200}1(3+4)^2\nm-sqr 16*int pi\n";
    shows("plotter", sums, 60, &["= 49", "= 37"]);
    let curve = ["SIN x+SIN (3*x)/3+SIN (5*x)/5", "y from -1.03 to 1.02"];
    shows("plotter", "{wait:200}6{wait:300}3", 200, &curve);
    let own = "{wait:200}3x*x-4\n{wait:300}5";
    shows("plotter", own, 200, &["x*x-4", "-8              60"]);
}

#[test]
fn typing_judges_what_is_typed() {
    let lines = "asdf fdsa asdf sad dadadd as fad sads fadsdads add sad fads as dad";
    shows(
        "typing",
        &format!("1{lines}"),
        120,
        &[" words a minute, 0 wrong"],
    );
    let wrong = lines.replacen('f', "g", 1);
    shows(
        "typing",
        &format!("1{wrong}"),
        120,
        &[" words a minute, 1 wrong"],
    );
}

#[test]
fn bench_compares_all_its_kinds_of_work() {
    let words = ["Empty loop", "PLOT, DRAW", "Taken together: "];
    shows("bench", "", 600, &words);
}

#[test]
fn tutor_teaches_asks_and_goes_on() {
    shows("tutor", "1", 20, &["1  The machine listens", "PRINT 2+3"]);
    let wrong = "1xxxgo\n";
    shows("tutor", wrong, 60, &["Three letters, like going fast."]);
    shows("tutor", "1xxxgo\nrun\nx", 60, &["That was lesson 1."]);
    let game = "9x50\nmany\n25\n";
    shows("tutor", game, 60, &["Guess my number", "50 ", "25 "]);
}

#[test]
fn tutor_has_a_way_through_every_lesson() {
    let keys = [
        "xxx",
        "xxxx",
        "xxxxAda\n",
        "xxx",
        "x40\nxx",
        "xxxxx",
        "xxxxx",
        "xx",
    ];
    let answers = ["run", "14", "12", "5", "yes", "4", "256", "2"];
    for (lesson, (keys, answer)) in (1..).zip(keys.into_iter().zip(answers)) {
        let answered = format!("{lesson}{keys}{answer}\n");
        shows("tutor", &answered, 200, &[&format!("Right: {answer}")]);
        let done = format!("That was lesson {lesson}.");
        shows("tutor", &(answered + "x"), 200, &[&done]);
    }
}

#[test]
fn adventur_can_be_won() {
    let way = "n w read_letter take_lamp open_drawer get_matches take_bread light_lamp e s e \
        take_key give_bread take_key w w take_rope e n unlock_door n u tie_rope d take_oil u u \
        pour_oil light_light";
    let keys: String = way
        .split_whitespace()
        .map(|words| words.replace('_', " ") + "\n")
        .collect();
    shows("adventure", &keys, 600, &["You have done it, in 29 turns."]);
    shows(
        "adventure",
        "dance\nn\nn\nopen door\n",
        200,
        &["You have no key."],
    );
}
