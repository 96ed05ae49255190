//! Keywords: their codes, their spelling and the blanks printed round them.

macro_rules! tokens {
    ($($name:ident $code:literal $spelling:literal;)*) => {
        $(
            #[doc = concat!("The code of `", $spelling, "`.")]
            pub const $name: u8 = $code;
        )*
        /// The spelling of every code from [`FIRST`] on, in the order of the codes.
        const SPELLINGS: [&str; 0x100 - FIRST as usize] = [$($spelling),*];
    };
}

/// The first code of a keyword. This one and the next are user-defined graphics on the 48K.
pub const FIRST: u8 = SPECTRUM;
/// The first code that is a keyword on every model.
pub const FIRST_48: u8 = RND;

tokens! {
    SPECTRUM 0xA3 "SPECTRUM";
    PLAY 0xA4 "PLAY";
    RND 0xA5 "RND";
    INKEY 0xA6 "INKEY$";
    PI 0xA7 "PI";
    FN 0xA8 "FN";
    POINT 0xA9 "POINT";
    SCREEN 0xAA "SCREEN$";
    ATTR 0xAB "ATTR";
    AT 0xAC "AT";
    TAB 0xAD "TAB";
    VAL_STR 0xAE "VAL$";
    CODE 0xAF "CODE";
    VAL 0xB0 "VAL";
    LEN 0xB1 "LEN";
    SIN 0xB2 "SIN";
    COS 0xB3 "COS";
    TAN 0xB4 "TAN";
    ASN 0xB5 "ASN";
    ACS 0xB6 "ACS";
    ATN 0xB7 "ATN";
    LN 0xB8 "LN";
    EXP 0xB9 "EXP";
    INT 0xBA "INT";
    SQR 0xBB "SQR";
    SGN 0xBC "SGN";
    ABS 0xBD "ABS";
    PEEK 0xBE "PEEK";
    IN 0xBF "IN";
    USR 0xC0 "USR";
    STR 0xC1 "STR$";
    CHR 0xC2 "CHR$";
    NOT 0xC3 "NOT";
    BIN 0xC4 "BIN";
    OR 0xC5 "OR";
    AND 0xC6 "AND";
    LESS_EQUAL 0xC7 "<=";
    GREATER_EQUAL 0xC8 ">=";
    NOT_EQUAL 0xC9 "<>";
    LINE 0xCA "LINE";
    THEN 0xCB "THEN";
    TO 0xCC "TO";
    STEP 0xCD "STEP";
    DEF_FN 0xCE "DEF FN";
    CAT 0xCF "CAT";
    FORMAT 0xD0 "FORMAT";
    MOVE 0xD1 "MOVE";
    ERASE 0xD2 "ERASE";
    OPEN 0xD3 "OPEN #";
    CLOSE 0xD4 "CLOSE #";
    MERGE 0xD5 "MERGE";
    VERIFY 0xD6 "VERIFY";
    BEEP 0xD7 "BEEP";
    CIRCLE 0xD8 "CIRCLE";
    INK 0xD9 "INK";
    PAPER 0xDA "PAPER";
    FLASH 0xDB "FLASH";
    BRIGHT 0xDC "BRIGHT";
    INVERSE 0xDD "INVERSE";
    OVER 0xDE "OVER";
    OUT 0xDF "OUT";
    LPRINT 0xE0 "LPRINT";
    LLIST 0xE1 "LLIST";
    STOP 0xE2 "STOP";
    READ 0xE3 "READ";
    DATA 0xE4 "DATA";
    RESTORE 0xE5 "RESTORE";
    NEW 0xE6 "NEW";
    BORDER 0xE7 "BORDER";
    CONTINUE 0xE8 "CONTINUE";
    DIM 0xE9 "DIM";
    REM 0xEA "REM";
    FOR 0xEB "FOR";
    GO_TO 0xEC "GO TO";
    GO_SUB 0xED "GO SUB";
    INPUT 0xEE "INPUT";
    LOAD 0xEF "LOAD";
    LIST 0xF0 "LIST";
    LET 0xF1 "LET";
    PAUSE 0xF2 "PAUSE";
    NEXT 0xF3 "NEXT";
    POKE 0xF4 "POKE";
    PRINT 0xF5 "PRINT";
    PLOT 0xF6 "PLOT";
    RUN 0xF7 "RUN";
    SAVE 0xF8 "SAVE";
    RANDOMIZE 0xF9 "RANDOMIZE";
    IF 0xFA "IF";
    CLS 0xFB "CLS";
    DRAW 0xFC "DRAW";
    CLEAR 0xFD "CLEAR";
    RETURN 0xFE "RETURN";
    COPY 0xFF "COPY";
}

/// The spelling of a keyword's code (ROM: the token table 0095), `None` for other codes.
#[must_use]
pub const fn spelling(code: u8) -> Option<&'static str> {
    if code < FIRST {
        None
    } else {
        Some(SPELLINGS[(code - FIRST) as usize])
    }
}

/// Whether a blank is printed before a keyword, unless FLAGS bit 0 says that one is there already.
///
/// ROM: `PO-SEARCH` 0C41: not before functions and what comes before OR in the table, nor before
/// what does not begin with a letter.
#[must_use]
pub const fn leading_space(code: u8) -> bool {
    code >= OR && !matches!(code, LESS_EQUAL | GREATER_EQUAL | NOT_EQUAL)
        || matches!(code, SPECTRUM | PLAY)
}

/// Whether a blank is printed after a keyword.
///
/// ROM: `PO-TR-SP` 0C35: after a letter or `$`, but not after RND, INKEY$ and PI.
#[must_use]
pub const fn trailing_space(code: u8) -> bool {
    code >= FIRST
        && !matches!(
            code,
            RND | INKEY | PI | LESS_EQUAL | GREATER_EQUAL | NOT_EQUAL | OPEN | CLOSE
        )
}

/// The code of a keyword spelt exactly as in the table, in letters of either case.
#[must_use]
pub fn code_of(spelling: &str) -> Option<u8> {
    let n = SPELLINGS
        .iter()
        .position(|s| s.eq_ignore_ascii_case(spelling))?;
    u8::try_from(n).ok().map(|n| FIRST + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_the_order_of_the_table() {
        assert_eq!(spelling(0xA5), Some("RND"));
        assert_eq!(spelling(GO_TO), Some("GO TO"));
        assert_eq!(spelling(OPEN), Some("OPEN #"));
        assert_eq!(spelling(0xFF), Some("COPY"));
        assert_eq!(spelling(0xA2), None);
        for code in FIRST..=255 {
            assert_eq!(spelling(code).and_then(code_of), Some(code));
        }
    }

    #[test]
    fn blanks_follow_the_rom() {
        assert!(leading_space(PRINT) && trailing_space(PRINT));
        assert!(!leading_space(SIN) && trailing_space(SIN));
        assert!(!leading_space(RND) && !trailing_space(RND));
        assert!(leading_space(OPEN) && !trailing_space(OPEN));
        assert!(!leading_space(NOT_EQUAL) && !trailing_space(NOT_EQUAL));
        assert!(!leading_space(NOT) && trailing_space(STR));
    }
}
