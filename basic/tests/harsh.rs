//! All scenarios with a machine in which everything that can move moves between any two
//! statements: what a user sees is the same.

#![allow(
    clippy::unwrap_used,
    reason = "a file that cannot be read ends the test"
)]

mod cases;

use basic::scenario::Player;

/// Cases that show an address or how much room there is, by the start of their names, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("B17 ", "POKEs into the program at its usual address"),
    ("B20 ", "the same"),
    ("B44 ", "the same"),
    ("D26 ", "the same"),
    (
        "VAL's numbers take room",
        "prints the address of a string, taken for a number",
    ),
    ("report 4: ", "shows how much room there is"),
    ("D18 ", "the same"),
    (
        "a number printed over ",
        "POKEs where a variable was a few statements before",
    ),
    (
        "what is printed over the program",
        "prints over the program at its usual address",
    ),
    ("what PRINT prints over its own items", "the same"),
    ("B41 ", "looks at the program at its usual address"),
    ("D24 ", "the same"),
    ("D30 ", "the same"),
    ("D39 ", "the same"),
    (
        "a line that there is no room for stays gone until there is, and undo keeps it",
        "its RAMTOP is a little above the program's usual address",
    ),
    ("room for ", "the same"),
];

#[test]
fn what_moves_is_not_seen() {
    let mut shakes = 0;
    let mut wrong = Vec::new();
    let mut excepted = [false; EXCEPTIONS.len()];
    for case in cases::all() {
        let mut plain = Player::new(case.setup).unwrap();
        let mut player = Player::shaken(case.setup).unwrap();
        let play = |player: &mut Player| case.steps.iter().find_map(|step| player.play(step).err());
        let (expected, found) = (play(&mut plain), play(&mut player));
        shakes += player.shakes();
        let same = expected == found && plain.console() == player.console();
        if let Some(exception) = EXCEPTIONS
            .iter()
            .position(|(name, _)| case.name.starts_with(name))
        {
            excepted[exception] = true;
        } else if !same {
            wrong.push(format!("{}: {found:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(excepted.iter().all(|there| *there), "{excepted:?}");
    assert!(shakes > 10_000, "{shakes} moves");
}
