//! Programs run here give the accounts that the original ROM gives: small cases of each way in
//! which keys are given and results are told.
#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing where something must be has failed"
)]

use serde_json::json;
use zx::account::Fields;
use zx::cli::{RunOptions, TypeOptions, options_of};
use zx::run;

/// The account of a listing with options as a header has them.
fn account(source: &str, options: &[&str]) -> Fields {
    let words: Vec<String> = options.iter().map(|&w| w.to_owned()).collect();
    let options: RunOptions = options_of(&words).unwrap();
    run::run(source, &options, None).unwrap().0
}

fn printed(fields: &Fields) -> &str {
    fields["out"]["S"]["text"].as_str().unwrap()
}

#[test]
fn a_program_gives_an_account_with_its_fields_in_order() {
    let fields = account(
        "10 LET a=5: PRINT \"hi\";a\n20 BORDER 2: FOO\n",
        &["--vars", "--peek", "23624,23296:2", "--list"],
    );
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "rom",
            "status",
            "load_errors",
            "report",
            "tstates",
            "seconds",
            "out",
            "screen",
            "attrs",
            "border",
            "display_sha256",
            "display_z",
            "attr_sha256",
            "peek",
            "vars",
            "listing"
        ]
    );
    assert_eq!(fields["status"], "report");
    assert_eq!(
        fields["load_errors"],
        json!([{"line": 20, "report": "C", "text": "BORDER 2: FOO"}])
    );
    assert_eq!(
        fields["report"],
        json!({"code": "0", "err_nr": 255, "line": 10, "stmt": 2, "text": "0 OK, 10:2"})
    );
    let sum = "8f7a3a4eed53799881144e86fde1cd09c33da69300e3a53b5892c2f8933810dc";
    assert_eq!(
        fields["out"]["S"],
        json!({"text": "hi5\n", "bytes": 4, "sha256": sum})
    );
    assert_eq!(fields["vars"], json!({"a": "0000050000"}));
    assert_eq!(fields["peek"]["23624"], json!([56]));
    assert_eq!(fields["peek"]["23296:2"], json!([0, 0]));
    assert_eq!(fields["listing"], json!(["10 LET a=5: PRINT \"hi\";a"]));
    assert_eq!(fields["attrs"], "38x768");
    let screen = fields["screen"].as_array().unwrap();
    assert_eq!(screen.len(), 24);
    assert!(screen[0].as_str().unwrap().starts_with("hi5   "));
    assert!(screen[23].as_str().unwrap().starts_with("0 OK, 10:2   "));
}

#[test]
fn input_gets_the_keys_it_asks_for() {
    let source = "10 INPUT a: INPUT \"name? \";n$: PRINT a*2;n$\n";
    let fields = account(source, &["--keys", "3*4\\nBob\\n"]);
    assert_eq!(printed(&fields), "24Bob\n");
    assert_eq!(fields.get("keys_left"), None);
    let fields = account(source, &["--keys", "1\\n"]);
    assert_eq!(fields["status"], "waiting");
    assert_eq!(fields["waiting_for"], "INPUT");
    assert_eq!(fields.get("report"), None);
}

#[test]
fn inkey_gets_exactly_the_keys_meant_for_it() {
    let source =
        "10 FOR i=1 TO 4: LET k$=INKEY$: IF k$=\"\" THEN LET k$=\"-\"\n20 PRINT k$: NEXT i\n";
    let fields = account(source, &["--keys", "{none}{inkey:a}{inkey:B}{none}"]);
    assert_eq!(printed(&fields), "-\na\nB\n-\n");
    assert_eq!(fields["inkeys"], 4);
}

#[test]
fn loops_that_wait_for_a_key_and_for_none_end() {
    let source = "10 IF INKEY$<>\"\" THEN GO TO 10\n20 LET k$=INKEY$: IF k$=\"\" THEN GO TO 20\n30 PRINT k$: PAUSE 0: PRINT \"after\"\n";
    // the key that ends the loop ends the PAUSE too
    let fields = account(source, &["--keys", "xy"]);
    assert_eq!(printed(&fields), "x\nafter\n");
    assert_eq!(fields["keys_left"], 1);
    let fields = account("10 PAUSE 0: PAUSE 0\n", &["--keys", "x"]);
    assert_eq!(fields["waiting_for"], "PAUSE 0");
}

#[test]
fn a_pause_costs_virtual_time_only() {
    let source = "10 PAUSE 5000: PRINT \"done\"\n";
    let fields = account(source, &["--keys", "k"]);
    assert_eq!(printed(&fields), "done\n");
    // a plain key is not for a PAUSE that ends by itself
    assert_eq!(fields["keys_left"], 1);
    let seconds = |fields: &Fields| fields["seconds"].to_string();
    assert!(seconds(&fields).starts_with("100."), "{}", seconds(&fields));
    let fields = account(source, &["--keys", "{pause:k}"]);
    assert!(seconds(&fields).starts_with("0."), "{}", seconds(&fields));
}

#[test]
fn scroll_is_answered_by_itself_or_by_the_script() {
    let source = "10 FOR i=1 TO 30: PRINT i: NEXT i\n";
    assert_eq!(account(source, &[])["report"]["text"], "0 OK, 10:3");
    let fields = account(source, &["--keys", "{scroll:n}"]);
    assert_eq!(fields["report"]["code"], "D");
    assert_eq!(fields["out"]["K"]["bytes"], 0);
    let fields = account(source, &["--scroll", "keys"]);
    assert_eq!(fields["waiting_for"], "scroll?");
}

#[test]
fn break_comes_by_the_clock() {
    let fields = account("10 GO TO 10\n", &["--keys", "{wait:30}{BREAK}"]);
    assert_eq!(fields["report"]["code"], "L");
    let fields = account("10 GO TO 10\n", &["--max-seconds", "2.5"]);
    assert_eq!(fields["status"], "timeout");
    assert_eq!(fields["seconds"].to_string(), "2.5");
}

#[test]
fn further_commands_follow_the_first() {
    let fields = account(
        "10 INPUT a: PRINT a: STOP\n",
        &[
            "--keys",
            "1\\n",
            "--then",
            "CONTINUE",
            "--then",
            "10 PRINT \"new\"",
            "--then",
            "PRINT 1+",
            "--then",
            "RUN",
            "--then",
            "INPUT b: PRINT b // 7\\n",
        ],
    );
    assert_eq!(fields["report"]["text"], "9 STOP statement, 10:3");
    let then = fields["then"].as_array().unwrap();
    let statuses: Vec<&str> = then.iter().map(|c| c["status"].as_str().unwrap()).collect();
    assert_eq!(
        statuses,
        ["report", "entered", "syntax", "report", "report"]
    );
    assert_eq!(then[2]["report"], json!({"code": "C", "syntax": true}));
    assert_eq!(then[3]["out"]["S"]["text"], "new\n");
    assert_eq!(then[4]["command"], "INPUT b: PRINT b");
    assert_eq!(then[4]["out"]["S"]["text"], "7\n");
    // the screen is the last command's
    assert!(fields["screen"][0].as_str().unwrap().starts_with("new"));
}

#[test]
fn a_command_after_one_that_waits_is_run_all_the_same() {
    let fields = account("10 INPUT a\n", &["--then", "PRINT \"free\""]);
    assert_eq!(fields["status"], "waiting");
    assert_eq!(fields["then"][0]["report"]["text"], "0 OK, 0:1");
    let fields = account(
        "10 GO TO 10\n",
        &["--max-seconds", "1", "--then", "PRINT \"free\""],
    );
    assert_eq!(fields["status"], "timeout");
    assert_eq!(fields["then"][0]["out"]["S"]["text"], "free\n");
}

#[test]
fn sounds_and_borders_are_told() {
    let fields = account("10 BORDER 1: BEEP 1,0: BORDER 6: BORDER 6\n", &[]);
    let beep = &fields["beeps"][0];
    assert_eq!((&beep["DE"], &beep["HL"]), (&json!(261), &json!(1642)));
    assert_eq!(beep["hex"], json!(["0000010000", "0000000000"]));
    let borders: Vec<&str> = fields["borders"].as_str().unwrap().split(' ').collect();
    assert_eq!(borders.len(), 2);
    assert!(borders[0].ends_with(":1") && borders[1].ends_with(":6"));
    assert_eq!(fields["border"], 6);
}

#[test]
fn typing_at_a_machine_just_switched_on() {
    let options: TypeOptions = options_of(&["--rom".to_owned(), "48".to_owned()]).unwrap();
    let (fields, _) = run::type_keys("10p1/2\\nr\\n", None, &options, None).unwrap();
    assert_eq!(fields["waiting_for_key"], true);
    assert_eq!(fields["listing"], json!(["10 PRINT 1/2"]));
    assert!(fields["screen"][0].as_str().unwrap().starts_with("0.5 "));
    let (fields, _) =
        run::type_keys("{LEFT}{none}{wait:5}{hold:3:a}", None, &options, None).unwrap();
    assert_eq!(fields.get("listing"), None);
    let (fields, _) = run::type_keys("k\\n", Some("10 REM hello"), &options, None).unwrap();
    assert!(
        fields["screen"][0]
            .as_str()
            .unwrap()
            .contains("10 REM hello")
    );
}
