//! `zx convert` and `zx list`: programs between text, cassettes and the files of a card, and what
//! is in each.

use std::fs;
use std::path::{Path, PathBuf};

use basic::files::cassette::{self, Cassette, Format, Item, State};
use basic::files::header::NO_LINE;
use basic::files::tape::{Block, FLAG_DATA, FLAG_HEADER};
use basic::files::{Header, Kind, Name, plus3dos};
use basic::lang::parse::Dialect;
use basic::listing::{self, Listing};
use clap::Args;

use crate::computer::Rom;
use crate::{Failure, Result, failed};

/// Options of both commands.
#[derive(Debug, Args)]
struct Common {
    /// Whose BASIC a text is
    #[arg(long, value_enum, default_value = "128")]
    rom: Rom,
    /// The file of a cassette that is meant; otherwise its first program, or its first file
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
}

/// Options of a conversion.
#[derive(Debug, Args)]
pub struct ConvertOptions {
    /// A text (.bas, .txt), a cassette (.tap, .tzx) or a file of a card
    input: PathBuf,
    /// What it becomes: a text or a cassette by its name, otherwise a file of a card
    output: PathBuf,
    #[command(flatten)]
    common: Common,
    /// The line that starts by itself
    #[arg(long, value_name = "LINE", value_parser = clap::value_parser!(u16).range(0..=9999))]
    start: Option<u16>,
    /// The name on a cassette; otherwise that of the file that is there, or of the output
    #[arg(long)]
    name: Option<String>,
}

/// Options of a list.
#[derive(Debug, Args)]
pub struct ListOptions {
    /// A cassette: what is on it; a program in any form: its text
    input: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// A file, whatever it was kept in.
#[derive(Debug)]
struct File {
    header: Header,
    bytes: Vec<u8>,
}

/// What was read.
#[derive(Debug)]
enum Contents {
    Cassette(Cassette),
    File(File),
}

/// Makes one form of another.
///
/// # Errors
/// What is wrong with the input, or cannot be said in the form of the output.
pub fn convert(options: &ConvertOptions) -> Result<()> {
    let dialect = dialect(options.common.rom);
    let contents = open(&options.input, dialect)?;
    let output = options.output.to_string_lossy();
    let format = Format::of_name(&output);
    let written = match (contents, format) {
        (Contents::Cassette(tape), Some(format)) if options.common.file.is_none() => {
            whole(&tape)?;
            remark(&options.input, &tape);
            cassette_file(format, &tape.blocks)?
        }
        (contents, format) => {
            let on_tape = matches!(contents, Contents::Cassette(_));
            let mut file = one(contents, options.common.file.as_deref())?;
            if let (Some(line), Kind::Program) = (options.start, file.header.kind) {
                file.header.first = line;
            }
            if let Some(name) = &options.name {
                file.header.name = tape_name(name);
            } else if !on_tape {
                file.header.name = Name::of_path(&output);
            }
            match format {
                Some(format) => cassette_file(format, &blocks(&file))?,
                None if is_text(&options.output) => text(&file, dialect)?.into_bytes(),
                None => plus3dos::to_file(&file.header, &file.bytes),
            }
        }
    };
    let doing = format!("writing {}", options.output.display());
    fs::write(&options.output, written).map_err(|e| failed(&doing, &e))
}

/// Says what is in a file; whether all is right with it.
///
/// # Errors
/// A file that cannot be read.
pub fn list(options: &ListOptions) -> Result<bool> {
    let dialect = dialect(options.common.rom);
    let contents = open(&options.input, dialect)?;
    match contents {
        Contents::Cassette(tape) if options.common.file.is_none() => {
            for item in tape.items() {
                println!("{}", describe(&item));
            }
            remark(&options.input, &tape);
            Ok(tape.flaw.is_none())
        }
        contents => {
            let File { header, bytes } = one(contents, options.common.file.as_deref())?;
            if header.kind == Kind::Program {
                print!(
                    "{}",
                    listing::show(program(&header, &bytes), header.start_line(), dialect)
                );
            } else {
                println!("{}", title(&header));
            }
            Ok(true)
        }
    }
}

/// What a text may hold: all that the machine takes where files are kept.
const fn dialect(rom: Rom) -> Dialect {
    Dialect {
        is_128: matches!(rom, Rom::Rom128),
        files: true,
    }
}

/// Whether a file is a text by its name.
fn is_text(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["bas", "txt"]
        .iter()
        .any(|text| extension.eq_ignore_ascii_case(text))
}

/// Reads a file in the form that it has, or that its name says.
fn open(path: &Path, dialect: Dialect) -> Result<Contents> {
    let shown = path.display();
    let file = fs::read(path).map_err(|e| failed(&format!("reading {shown}"), &e))?;
    let name = path.to_string_lossy();
    if let Some(read) = plus3dos::from_file(&file, Name::of_path(&name)) {
        if !read.is_whole() {
            return Err(Failure(format!("{shown}: the file is cut off")));
        }
        let header = read.header;
        let bytes = read.bytes.to_vec();
        return Ok(Contents::File(File { header, bytes }));
    }
    if Format::of(&file) == Format::Tzx || Format::of_name(&name).is_some() {
        return Ok(Contents::Cassette(cassette::read(&file)));
    }
    if !is_text(path) {
        let forms = "a text is called .bas or .txt, a cassette .tap or .tzx, and a file of a card has its header";
        return Err(Failure(format!("{shown}: {forms}")));
    }
    let read = listing::read(&file, dialect).map_err(|e| failed(&shown.to_string(), &e))?;
    Ok(Contents::File(program_file(read)))
}

/// A program that was a text.
fn program_file(Listing { program, start }: Listing) -> File {
    // No text makes a program that is longer than memory.
    let length = u16::try_from(program.len()).unwrap_or(u16::MAX);
    let header = Header {
        kind: Kind::Program,
        name: Name::new(b""),
        length,
        first: start.unwrap_or(NO_LINE),
        second: length,
    };
    File {
        header,
        bytes: program,
    }
}

/// A name as it is on tape.
fn tape_name(text: &str) -> Name {
    let codes = text
        .chars()
        .map(|c| basic::charset::from_char(c).unwrap_or(b'?'));
    Name::new(&codes.collect::<Vec<u8>>())
}

/// Says what is to be said of a cassette besides what is on it.
fn remark(path: &Path, tape: &Cassette) {
    for remark in tape.remarks() {
        eprintln!("zx: {}: {remark}", path.display());
    }
}

/// Fails if a cassette is not right to its end.
fn whole(tape: &Cassette) -> Result<()> {
    match tape.flaw {
        Some(flaw) => Err(Failure(flaw.to_string())),
        None => Ok(()),
    }
}

/// A file of a cassette: of this name, or the first program, or the first file.
fn one(contents: Contents, name: Option<&str>) -> Result<File> {
    let tape = match contents {
        Contents::File(file) => return Ok(file),
        Contents::Cassette(tape) => tape,
    };
    let files = || {
        let items = cassette::items(&tape.blocks).into_iter();
        items.filter_map(|item| match item {
            Item::File {
                block,
                header,
                state,
            } => Some((block, header, state)),
            Item::Block { .. } | Item::LeftOut { .. } => None,
        })
    };
    let found = match name.map(tape_name) {
        Some(name) => files().find(|(_, header, _)| header.name == name),
        None => files()
            .find(|(_, header, _)| header.kind == Kind::Program)
            .or_else(|| files().next()),
    };
    let Some((block, header, state)) = found else {
        let missing = match name {
            Some(name) => format!("no file {name:?} on the cassette"),
            None => "no file on the cassette".to_owned(),
        };
        // It may be among what is left out.
        return Err(Failure([vec![missing], tape.remarks()].concat().join("; ")));
    };
    if state != State::Whole {
        return Err(Failure(format!("{}: {}", title(&header), flaw_of(state))));
    }
    let Block(data) = &tape.blocks[block + 1];
    let bytes = data[1..data.len() - 1].to_vec();
    Ok(File { header, bytes })
}

/// The two blocks of a file on tape.
fn blocks(file: &File) -> [Block; 2] {
    [
        Block::new(FLAG_HEADER, &file.header.to_bytes()),
        Block::new(FLAG_DATA, &file.bytes),
    ]
}

fn cassette_file(format: Format, blocks: &[Block]) -> Result<Vec<u8>> {
    let too_long = |block: &Block| block.0.len() > usize::from(u16::MAX);
    if format == Format::Tap && blocks.iter().any(too_long) {
        return Err(Failure("a block is too long for a .tap file".to_owned()));
    }
    Ok(cassette::write(format, blocks))
}

/// The lines of a program, without its variables.
fn program<'b>(header: &Header, bytes: &'b [u8]) -> &'b [u8] {
    &bytes[..bytes.len().min(header.second.into())]
}

/// A program as text.
fn text(file: &File, dialect: Dialect) -> Result<String> {
    let File { header, bytes } = file;
    if header.kind != Kind::Program {
        return Err(Failure(format!("{}: no program", title(header))));
    }
    let program = program(header, bytes);
    if program.len() < bytes.len() {
        eprintln!("zx: the program's variables are left out");
    }
    listing::write(program, header.start_line(), dialect).map_err(|e| Failure(e.to_string()))
}

/// What a header says.
fn title(header: &Header) -> String {
    let kind = String::from_utf8_lossy(header.kind.title());
    let name: String = header
        .name
        .0
        .iter()
        .map(|code| basic::charset::to_char(*code).unwrap_or('?'))
        .collect();
    let length = header.length;
    let more = match header.kind {
        Kind::Program => match header.start_line() {
            Some(line) => format!(" LINE {line}"),
            None => String::new(),
        },
        Kind::Numbers | Kind::Characters => format!(" DATA {}", variable(header)),
        Kind::Code => format!(" CODE {},{length}", header.first),
    };
    format!("{}{name} {length:5} bytes{more}", kind.trim_start())
}

/// The name of an array.
fn variable(header: &Header) -> String {
    let letter = char::from(header.letter() & 0x1F | 0x60);
    let sign = if header.kind == Kind::Characters {
        "$"
    } else {
        ""
    };
    format!("{letter}{sign}()")
}

/// What is on a cassette, as a line.
fn describe(item: &Item) -> String {
    match item {
        Item::File { header, state, .. } if *state == State::Whole => title(header),
        Item::File { header, state, .. } => format!("{} ({})", title(header), flaw_of(*state)),
        Item::Block {
            flag,
            length,
            right,
            ..
        } => {
            let flag = flag.map_or_else(|| "no flag".to_owned(), |flag| format!("flag {flag}"));
            let parity = if *right { "" } else { " (wrong parity)" };
            format!("Without a header: {flag} {length:5} bytes{parity}")
        }
        Item::LeftOut { what, .. } => format!("Left out: {what}"),
    }
}

fn flaw_of(state: State) -> String {
    match state {
        State::Whole => "right".to_owned(),
        State::OtherLength(length) => format!("{length} bytes are there"),
        State::WrongParity => "wrong parity".to_owned(),
        State::Missing => "missing".to_owned(),
    }
}
