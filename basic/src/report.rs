//! Reports: why BASIC stopped.
//!
//! Owns the codes and the wording of the 48K's reports (REPORTS, 1391), of those the 128's first
//! ROM adds, of the +3's (its second ROM has them at 276D) and of some of our own. The place where
//! it happened (line and statement) is added where reports are shown, never carried here.

/// Why BASIC stopped. The discriminant is ERR-NR + 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Report {
    /// `0 OK`
    Ok = 0,
    /// `1 NEXT without FOR`
    NextWithoutFor,
    /// `2 Variable not found`
    VariableNotFound,
    /// `3 Subscript wrong`
    SubscriptWrong,
    /// `4 Out of memory`
    OutOfMemory,
    /// `5 Out of screen`
    OutOfScreen,
    /// `6 Number too big`
    NumberTooBig,
    /// `7 RETURN without GOSUB`
    ReturnWithoutGosub,
    /// `8 End of file`
    EndOfFile,
    /// `9 STOP statement`
    StopStatement,
    /// `A Invalid argument`
    InvalidArgument,
    /// `B Integer out of range`
    IntegerOutOfRange,
    /// `C Nonsense in BASIC`
    NonsenseInBasic,
    /// `D BREAK - CONT repeats`
    BreakContRepeats,
    /// `E Out of DATA`
    OutOfData,
    /// `F Invalid file name`
    InvalidFileName,
    /// `G No room for line`
    NoRoomForLine,
    /// `H STOP in INPUT`
    StopInInput,
    /// `I FOR without NEXT`
    ForWithoutNext,
    /// `J Invalid I/O device`
    InvalidDevice,
    /// `K Invalid colour`
    InvalidColour,
    /// `L BREAK into program`
    BreakIntoProgram,
    /// `M RAMTOP no good`
    RamtopNoGood,
    /// `N Statement lost`
    StatementLost,
    /// `O Invalid stream`
    InvalidStream,
    /// `P FN without DEF`
    FnWithoutDef,
    /// `Q Parameter error`
    ParameterError,
    /// `R Tape loading error`
    TapeLoadingError,
    /// `S Unknown machine code`: none of the ROM's, whose number 28 is free.
    UnknownMachineCode,
    /// `a MERGE error`
    MergeError,
    /// `b Wrong file type`
    WrongFileType,
    /// `c CODE error`
    CodeError,
    /// `d Too many brackets`
    TooManyBrackets,
    /// `e File already exists`
    FileAlreadyExists,
    /// `f Invalid name`
    InvalidName,
    /// `g File does not exist` (the 128 never uses this one)
    FileDoesNotExistUnused,
    /// `h File does not exist`
    FileDoesNotExist,
    /// `i Invalid device`
    InvalidDevice128,
    /// `j Invalid baud rate`
    InvalidBaudRate,
    /// `k Invalid note name`
    InvalidNoteName,
    /// `l Number too big`
    NumberTooBig128,
    /// `m Note out of range`
    NoteOutOfRange,
    /// `n Out of range`
    OutOfRange,
    /// `o Too many tied notes`
    TooManyTiedNotes,
    /// `p Bad parameter` (the 128 prints its copyright line here)
    BadParameter,
    /// `Bad filename`: this and what follows are the +3's, in its numbers and without codes.
    BadFilename,
    /// `Drive not found`
    DriveNotFound = 47,
    /// `File not found`
    FileNotFound,
    /// `File already exists`
    FileExists,
    /// `End of file found`
    EndOfFileFound,
    /// `Disk full`
    DiskFull,
    /// `File is read only`
    FileIsReadOnly = 53,
    /// `No rename between drives`
    RenameBetweenDrives = 56,
    /// `File too big`
    FileTooBig = 59,
    /// `Drive not ready`
    DriveNotReady = 62,
    /// `Unrecognised disk format`
    UnrecognisedDisk = 68,
    /// `Unknown disk error`
    UnknownDiskError,
    /// `Invalid attribute`
    InvalidAttribute = 72,
    /// `Destination cannot be wild`
    WildDestination = 74,
    /// `Destination must be drive`
    DestinationNotDrive,
    /// `Invalid drive`
    InvalidDrive = 79,
    /// `Code length error`
    CodeLengthError,
    /// `Folder not empty`: this and what follows are our own.
    FolderNotEmpty = 82,
    /// `VERIFY has failed`
    VerifyFailed,
    /// `Mistake in text`
    MistakeInText,
    /// `Sound is not loaded`: of a cassette's recordings and tones.
    SoundIsNotLoaded,
}

/// The last report with a code.
const LAST_CODED: u8 = Report::BadParameter as u8;

/// What a fallible part of the language gives.
pub type Result<T> = core::result::Result<T, Report>;

/// Every report with its wording, in the order of the codes.
const ALL: &[(Report, &str)] = &[
    (Report::Ok, "OK"),
    (Report::NextWithoutFor, "NEXT without FOR"),
    (Report::VariableNotFound, "Variable not found"),
    (Report::SubscriptWrong, "Subscript wrong"),
    (Report::OutOfMemory, "Out of memory"),
    (Report::OutOfScreen, "Out of screen"),
    (Report::NumberTooBig, "Number too big"),
    (Report::ReturnWithoutGosub, "RETURN without GOSUB"),
    (Report::EndOfFile, "End of file"),
    (Report::StopStatement, "STOP statement"),
    (Report::InvalidArgument, "Invalid argument"),
    (Report::IntegerOutOfRange, "Integer out of range"),
    (Report::NonsenseInBasic, "Nonsense in BASIC"),
    (Report::BreakContRepeats, "BREAK - CONT repeats"),
    (Report::OutOfData, "Out of DATA"),
    (Report::InvalidFileName, "Invalid file name"),
    (Report::NoRoomForLine, "No room for line"),
    (Report::StopInInput, "STOP in INPUT"),
    (Report::ForWithoutNext, "FOR without NEXT"),
    (Report::InvalidDevice, "Invalid I/O device"),
    (Report::InvalidColour, "Invalid colour"),
    (Report::BreakIntoProgram, "BREAK into program"),
    (Report::RamtopNoGood, "RAMTOP no good"),
    (Report::StatementLost, "Statement lost"),
    (Report::InvalidStream, "Invalid stream"),
    (Report::FnWithoutDef, "FN without DEF"),
    (Report::ParameterError, "Parameter error"),
    (Report::TapeLoadingError, "Tape loading error"),
    (Report::UnknownMachineCode, "Unknown machine code"),
    (Report::MergeError, "MERGE error"),
    (Report::WrongFileType, "Wrong file type"),
    (Report::CodeError, "CODE error"),
    (Report::TooManyBrackets, "Too many brackets"),
    (Report::FileAlreadyExists, "File already exists"),
    (Report::InvalidName, "Invalid name"),
    (Report::FileDoesNotExistUnused, "File does not exist"),
    (Report::FileDoesNotExist, "File does not exist"),
    (Report::InvalidDevice128, "Invalid device"),
    (Report::InvalidBaudRate, "Invalid baud rate"),
    (Report::InvalidNoteName, "Invalid note name"),
    (Report::NumberTooBig128, "Number too big"),
    (Report::NoteOutOfRange, "Note out of range"),
    (Report::OutOfRange, "Out of range"),
    (Report::TooManyTiedNotes, "Too many tied notes"),
    (Report::BadParameter, "Bad parameter"),
    (Report::BadFilename, "Bad filename"),
    (Report::DriveNotFound, "Drive not found"),
    (Report::FileNotFound, "File not found"),
    (Report::FileExists, "File already exists"),
    (Report::EndOfFileFound, "End of file found"),
    (Report::DiskFull, "Disk full"),
    (Report::FileIsReadOnly, "File is read only"),
    (Report::RenameBetweenDrives, "No rename between drives"),
    (Report::FileTooBig, "File too big"),
    (Report::DriveNotReady, "Drive not ready"),
    (Report::UnrecognisedDisk, "Unrecognised disk format"),
    (Report::UnknownDiskError, "Unknown disk error"),
    (Report::InvalidAttribute, "Invalid attribute"),
    (Report::WildDestination, "Destination cannot be wild"),
    (Report::DestinationNotDrive, "Destination must be drive"),
    (Report::InvalidDrive, "Invalid drive"),
    (Report::CodeLengthError, "Code length error"),
    (Report::FolderNotEmpty, "Folder not empty"),
    (Report::VerifyFailed, "VERIFY has failed"),
    (Report::MistakeInText, "Mistake in text"),
    (Report::SoundIsNotLoaded, "Sound is not loaded"),
];

impl Report {
    /// The character that stands before the wording: `0`..`9`, `A`..`S`, `a`..`p`; a blank for
    /// reports that have none.
    #[must_use]
    pub const fn code(self) -> char {
        let n = self as u8;
        (match n {
            0..=9 => b'0' + n,
            10..=28 => b'A' + n - 10,
            29..=LAST_CODED => b'a' + n - Self::MergeError as u8,
            _ => b' ',
        }) as char
    }

    /// The wording, without code and place.
    #[must_use]
    pub fn text(self) -> &'static str {
        let found = ALL.iter().find(|(report, _)| *report == self);
        found.map_or("", |(_, text)| text)
    }

    /// What PEEK of ERR-NR (23610) shows: one less than the code, 255 for `0 OK`.
    #[must_use]
    pub const fn err_nr(self) -> u8 {
        (self as u8).wrapping_sub(1)
    }

    /// The report ERR-NR stands for, if it is one.
    #[must_use]
    pub fn from_err_nr(err_nr: u8) -> Option<Self> {
        let number = err_nr.wrapping_add(1);
        ALL.iter()
            .map(|&(report, _)| report)
            .find(|report| *report as u8 == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_texts_follow_the_rom() {
        assert!(ALL.is_sorted_by_key(|(report, _)| *report as u8));
        for (i, &(report, text)) in ALL.iter().enumerate() {
            if i <= usize::from(LAST_CODED) {
                assert_eq!(report as usize, i);
            }
            assert_eq!(report.text(), text);
            assert_eq!(Report::from_err_nr(report.err_nr()), Some(report));
        }
        assert_eq!(Report::NonsenseInBasic.code(), 'C');
        assert_eq!(Report::TapeLoadingError.code(), 'R');
        assert_eq!(Report::MergeError.code(), 'a');
        assert_eq!(Report::WrongFileType.err_nr(), 29);
        assert_eq!(Report::BadParameter.code(), 'p');
        assert_eq!(Report::StatementLost.text(), "Statement lost");
        assert_eq!(Report::BadFilename.err_nr(), 44);
        // As the +3's second ROM counts them.
        assert_eq!(Report::DriveNotReady.err_nr(), 61);
        assert_eq!(Report::InvalidAttribute.err_nr(), 0x47);
        assert_eq!(Report::WildDestination.err_nr(), 0x49);
        assert_eq!(Report::InvalidDrive.err_nr(), 0x4E);
        assert_eq!(Report::CodeLengthError.err_nr(), 0x4F);
        assert_eq!(Report::InvalidDrive.code(), ' ');
        assert_eq!(Report::from_err_nr(100), None);
    }
}
