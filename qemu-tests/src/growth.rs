//! How the work grows with the size of what is worked on, in executed instructions.

use std::fmt;

use xtask::setup::Qemu;

use crate::timed::FRAME;
use crate::{Result, Timed};

/// Lines of the small program, and of the large one: about as many as 48K hold. A line takes 6 bytes
/// (its number, its length, REM and ENTER) and there are 41 KB, so that 10,000 do not fit.
const LINES: [usize; 2] = [600, 6000];
/// Variables before the one that counts.
const VARIABLES: [usize; 2] = [100, 1000];
/// Characters of a string built one by one.
const CHARACTERS: [usize; 2] = [500, 5000];
/// Lines scrolled; no more than one `POKE 23692,255` allows.
const SCROLLED: [usize; 2] = [25, 250];
/// Lines listed at the end of the program.
const LISTED: usize = 200;
/// Where the programs of the 128's editor begin: six bytes behind the variables of a machine just
/// switched on, where the characters of a first array lie.
const PROGRAM: usize = 23_755 + 6;
/// A line that is REM, behind its number and its length.
const REM: &[u8] = b"\xEA";
/// The same of one that is GO TO 599: each is as late as a short program has lines.
const GO_TO: &[u8] = b"\xEC599\x0E\0\0\x57\x02\0";
/// Lines of programs of those: each takes 15 bytes, and renumbering needs 5 more for each.
const REFERRING: [usize; 2] = [600, 1800];
/// Keys as a terminal sends them: cursor up, DELETE, the end of the line, EDIT, cursor down.
const UP: &str = "\x1b[A";
const DELETE: &str = "\x7f";
const LINE_END: &str = "\x1b[F";
const EDIT: &str = "\x05";
const DOWN: &str = "\x1b[B";
/// Rows gone up so that each further one scrolls.
const ROWS: usize = 20;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// What is done.
    pub what: &'static str,
    /// The two sizes.
    pub sizes: [usize; 2],
    /// Instructions for each.
    pub instructions: [u64; 2],
    /// What the large one may be.
    pub most: u64,
}

impl Growth {
    /// A row whose large count may be so many hundredths of the small one.
    const fn new(what: &'static str, sizes: [usize; 2], counts: [u64; 2], hundredths: u64) -> Self {
        Self {
            what,
            sizes,
            instructions: counts,
            most: counts[0] * hundredths / 100,
        }
    }

    /// Whether it grows as it should.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.instructions[1] <= self.most
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [small, large] = self.sizes;
        let [few, many] = self.instructions;
        let (what, most) = (self.what, self.most);
        write!(
            f,
            "{what:36}{small:>6}{few:>12}{large:>7}{many:>12}, at most {most}"
        )
    }
}

/// The same, and a tenth for what happens once.
const SAME: u64 = 110;
/// As the size, and a tenth more.
const LINEAR: u64 = 1100;
/// As the size times its logarithm: all variables are put into the order of their names once.
const SORTED: u64 = 1500;
/// Instructions for each character there already is when one is added: the language copies a sum of
/// strings to the workspace and from there to the variable; making room for that and closing up
/// where the old one was move it three times more.
const CHARACTER_COPIES: u64 = 5 * 3;
/// Instructions for entering a line that every computer does in a millisecond.
const A_MILLISECOND: u64 = 1_000_000;

/// The lines behind all others: loops of thirty thousand.
const LOOPS: [&str; 7] = [
    "9980 LET k=k+1",
    "9981 IF k<30000 THEN GO TO 9980",
    "9982 STOP",
    "9985 LET k=k+1: GO SUB 9999: IF k<30000 THEN GO TO 9985",
    "9986 STOP",
    "9990 FOR n=1 TO 30000: NEXT n: STOP",
    "9999 RETURN",
];

/// Measures all rows.
///
/// # Errors
/// When the board does not answer.
pub fn measure(qemu: &Qemu) -> Result<Vec<Growth>> {
    let mut board = Timed::start(qemu, "growth", None)?;
    let mut table = variables(&mut board)?.to_vec();
    table.extend([strings(&mut board)?, scrolling(&mut board)?]);
    table.extend(long_programs(&mut board)?);
    table.extend(full_screen_editor(qemu)?);
    table.push(referring(qemu)?);
    Ok(table)
}

/// A command and a loop with a variable behind many others.
fn variables(board: &mut Timed) -> Result<[Growth; 2]> {
    let (mut once, mut loops) = ([0; 2], [0; 2]);
    let mut there = 0;
    for (size, name) in ["y", "z"].into_iter().enumerate() {
        let count = VARIABLES[size];
        let more: Vec<String> = (there..count)
            .step_by(10)
            .map(|n| {
                let lets: Vec<String> = (n..n + 10).map(|n| format!("LET v{n}=0")).collect();
                lets.join(": ")
            })
            .collect();
        board.enter_all(&more)?;
        there = count;
        board.enter(&format!("10 LET {name}={name}+1"))?;
        board.enter(&format!("20 IF {name}<30000 THEN GO TO 10"))?;
        once[size] = board.enter(&format!("LET {name}=0"))?;
        let short = board.enter(&format!("LET {name}=29999: GO TO 10"))?;
        let long = board.enter(&format!("LET {name}=0: GO TO 10"))?;
        loops[size] = long.saturating_sub(short);
    }
    board.enter_all(&["10", "20", "CLEAR"].map(str::to_owned))?;
    Ok([
        Growth::new("a variable made behind others", VARIABLES, once, SORTED),
        Growth::new("a loop with that variable", VARIABLES, loops, SAME),
    ])
}

/// A string that grows by a character at a time.
fn strings(board: &mut Timed) -> Result<Growth> {
    let mut instructions = [0; 2];
    for (size, count) in instructions.iter_mut().zip(CHARACTERS) {
        *size = board.enter(&format!(
            "LET a$=\"\": FOR i=1 TO {count}: LET a$=a$+\"x\": NEXT i"
        ))?;
    }
    let mut growth = Growth::new("building a string", CHARACTERS, instructions, LINEAR);
    let characters = CHARACTERS[1] as u64;
    growth.most += characters * characters / 2 * CHARACTER_COPIES;
    Ok(growth)
}

/// Lines printed at the bottom.
fn scrolling(board: &mut Timed) -> Result<Growth> {
    let mut instructions = [0; 2];
    for (size, count) in instructions.iter_mut().zip(SCROLLED) {
        *size = board.enter(&format!(
            "CLS : PRINT AT 21,0: POKE 23692,255: FOR i=1 TO {count}: PRINT : NEXT i"
        ))?;
    }
    Ok(Growth::new("scrolling", SCROLLED, instructions, LINEAR))
}

/// All that is done in a short and a long program.
fn long_programs(board: &mut Timed) -> Result<Vec<Growth>> {
    board.enter_all(&LOOPS.map(str::to_owned))?;
    let mut columns = Vec::new();
    let mut there = 0;
    for lines in LINES {
        let more: Vec<String> = (there + 1..=lines).map(|n| format!("{n}REM")).collect();
        board.enter_all(&more)?;
        there = lines;
        let middle = lines / 2;
        let last = lines - LISTED + 1 + LOOPS.len();
        columns.push([
            board.enter("LET k=0: GO TO 9980")?,
            board.enter("LET k=0: GO TO 9985")?,
            board.enter("GO TO 9990")?,
            board.enter(&format!("{middle}REM"))?,
            board.enter(&format!("POKE 23692,255: LIST {last}"))?,
        ]);
    }
    let row = |n: usize, what, hundredths| {
        let counts = [columns[0][n], columns[1][n]];
        Growth::new(what, LINES, counts, hundredths)
    };
    // Looking through the lines once and moving what is behind a new one are little work for each.
    let mut entering = row(3, "entering a line", 400);
    entering.most = entering.most.min(A_MILLISECOND);
    Ok(vec![
        row(0, "GO TO", SAME),
        row(1, "GO SUB and RETURN", SAME),
        row(2, "FOR and NEXT", SAME),
        entering,
        row(4, "LISTing 200 lines", 125),
    ])
}

/// What keys do in the 128's editor, in the middle of a short and of a long program, on a screen.
fn full_screen_editor(qemu: &Qemu) -> Result<Vec<Growth>> {
    let mut columns = Vec::new();
    for lines in LINES {
        let mut board = Timed::full_screen_editor(qemu, "growth-editor")?;
        put_program(&mut board, lines, REM)?;
        // The line in the middle is the current one. This key lists the program after the report.
        let [low, high] = (lines as u16 / 2).to_le_bytes();
        board.enter(&format!("POKE 23625,{low}: POKE 23626,{high}"))?;
        board.keys(UP)?;
        let up = board.keys(UP)?;
        let mut scroll = 0;
        for _ in 0..ROWS {
            scroll = board.keys(UP)?;
        }
        let delete = board.keys(&format!("{LINE_END}x{DELETE}"))?;
        let enter = board.enter("x")?;
        board.keys(EDIT)?;
        board.keys(DOWN)?;
        columns.push([up, scroll, delete, enter, board.enter("")?]);
    }
    let row = |n: usize, what, most| Growth {
        most,
        ..Growth::new(what, LINES, [columns[0][n], columns[1][n]], SAME)
    };
    Ok(vec![
        row(0, "editor: cursor up", FRAME),
        row(1, "editor: cursor up, scrolling", FRAME),
        row(2, "editor: DELETE", FRAME),
        row(3, "editor: entering a changed line", FRAME),
        row(4, "editor: Renumber", FRAME),
    ])
}

/// Renumber where each line refers to one.
fn referring(qemu: &Qemu) -> Result<Growth> {
    let mut counts = [0; 2];
    for (count, lines) in counts.iter_mut().zip(REFERRING) {
        let mut board = Timed::full_screen_editor(qemu, "growth-referring")?;
        put_program(&mut board, lines, GO_TO)?;
        for key in [UP, EDIT, DOWN] {
            board.keys(key)?;
        }
        *count = board.enter("")?;
    }
    let what = "editor: Renumber of references";
    Ok(Growth {
        most: FRAME,
        ..Growth::new(what, REFERRING, counts, SAME)
    })
}

/// Puts a program of lines of the same text in memory: as the characters of an array, which the
/// system variables say to be the program then. Entering the lines one by one would take the square
/// of their number.
fn put_program(board: &mut Timed, lines: usize, text: &[u8]) -> Result<()> {
    let text = [&[text.len() as u8 + 1, 0], text, b"\r"].concat();
    let line = 2 + text.len();
    let end = PROGRAM + lines * line;
    let [low, high] = (end as u16).to_le_bytes();
    let program = (PROGRAM as u16).to_le_bytes()[0];
    let pokes: String = (2..)
        .zip(&text)
        .map(|(at, byte)| format!("POKE p+{at},{byte}: "))
        .collect();
    for command in [
        format!("DIM a$({})", lines * line),
        format!("LET p={PROGRAM}"),
        format!(
            "FOR n=1 TO {lines}: LET h=INT (n/256): POKE p,h: POKE p+1,n-256*h: {pokes}\
             LET p=p+{line}: NEXT n"
        ),
        // Renumber: from 2 on in ones, for there is no line 10,000.
        "POKE 23444,2: POKE 23446,1".to_owned(),
        format!("POKE 23635,{program}: POKE 23627,{low}: POKE 23628,{high}"),
    ] {
        board.enter(&command)?;
    }
    Ok(())
}
