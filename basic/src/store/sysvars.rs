//! The system variables of the 48K (5C00-5CB5), and those of the 128 that are kept here, with their
//! addresses.
//!
//! Their bytes in memory are the truth, so that PEEK and POKE see what the ROM's do; the names
//! here are the only place where their addresses stand.

use super::memory::Address;

macro_rules! sysvars {
    ($($(#[$doc:meta])* $name:ident = $at:literal;)*) => {
        $($(#[$doc])* pub const $name: Address = $at;)*
        /// Every system variable: name and address, in the order of the addresses.
        pub const ALL: &[(&str, Address)] = &[$((stringify!($name), $at)),*];
    };
}

/// The 128's: what was last written to the port that pages memory, 1 byte.
pub const BANKM: Address = 0x5B5C;
/// The 128's: the constant of the serial line's speed, 2 bytes.
pub const BAUD: Address = 0x5B5F;
/// The 128's: the column its serial printer is at, 1 byte.
pub const COL: Address = 0x5B63;
/// The 128's: columns of a line of its serial printer, 1 byte.
pub const WIDTH: Address = 0x5B64;
/// The 128's: operands that its serial printer waits for, 1 byte.
pub const TVPARS: Address = 0x5B65;
/// The 128's: flags of its BASIC, 1 byte.
pub const FLAGS3: Address = 0x5B66;
/// The 128's: where its RAM disk's next catalogue entry goes, 2 bytes.
pub const SFNEXT: Address = 0x5B83;
/// The 128's: bytes that are free on its RAM disk, 3 bytes.
pub const SFSPACE: Address = 0x5B85;
/// The 128's: the first line of renumbering, 2 bytes.
pub const RNFIRST: Address = 0x5B94;
/// The 128's: the step of renumbering, 2 bytes.
pub const RNSTEP: Address = 0x5B96;
/// The 128's: two characters that its menus' stripes are printed with, 16 bytes.
pub const STRIP1: Address = 0x5B98;

sysvars! {
    /// Key states of the repeat logic, 8 bytes.
    KSTATE = 0x5C00;
    /// The newest key, 1 byte.
    LAST_K = 0x5C08;
    /// Delay before a key repeats, 1 byte, 1/50 s.
    REPDEL = 0x5C09;
    /// Time between repeats, 1 byte, 1/50 s.
    REPPER = 0x5C0A;
    /// Address of the arguments of a user-defined function, 2 bytes.
    DEFADD = 0x5C0B;
    /// Second byte of a colour control typed at the keyboard, 1 byte.
    K_DATA = 0x5C0D;
    /// Control code and first operand on their way to the screen, 2 bytes.
    TVDATA = 0x5C0E;
    /// Channel addresses of streams -3 to 15, 19 words.
    STRMS = 0x5C10;
    /// 256 less than the address of the character set, 2 bytes.
    CHARS = 0x5C36;
    /// Length of the warning buzz, 1 byte.
    RASP = 0x5C38;
    /// Length of the keyboard click, 1 byte.
    PIP = 0x5C39;
    /// One less than the report code, 1 byte.
    ERR_NR = 0x5C3A;
    /// Flags of the BASIC system, 1 byte.
    FLAGS = 0x5C3B;
    /// Flags of the television, 1 byte.
    TV_FLAG = 0x5C3C;
    /// Where an error returns to, 2 bytes.
    ERR_SP = 0x5C3D;
    /// Where the automatic listing returns to, 2 bytes.
    LIST_SP = 0x5C3F;
    /// Cursor mode K L C E G, 1 byte.
    MODE = 0x5C41;
    /// Line to jump to, 2 bytes.
    NEWPPC = 0x5C42;
    /// Statement to jump to, 1 byte, 255 for none.
    NSPPC = 0x5C44;
    /// Line of the statement being run, 2 bytes.
    PPC = 0x5C45;
    /// Number of the statement being run, 1 byte.
    SUBPPC = 0x5C47;
    /// Border colour times 8, and the attribute of the lower screen, 1 byte.
    BORDCR = 0x5C48;
    /// Line with the program cursor, 2 bytes.
    E_PPC = 0x5C49;
    /// Start of the variables, 2 bytes.
    VARS = 0x5C4B;
    /// Address of the variable being assigned to, 2 bytes.
    DEST = 0x5C4D;
    /// Start of the channel area, 2 bytes.
    CHANS = 0x5C4F;
    /// Channel in use, 2 bytes.
    CURCHL = 0x5C51;
    /// Start of the program, 2 bytes.
    PROG = 0x5C53;
    /// Next line of the program, 2 bytes.
    NXTLIN = 0x5C55;
    /// End of the last DATA item read, 2 bytes.
    DATADD = 0x5C57;
    /// Start of the line being typed, 2 bytes.
    E_LINE = 0x5C59;
    /// Address of the cursor, 2 bytes.
    K_CUR = 0x5C5B;
    /// Next character to be interpreted, 2 bytes.
    CH_ADD = 0x5C5D;
    /// Character after the `?` marker, 2 bytes.
    X_PTR = 0x5C5F;
    /// Start of the workspace, 2 bytes.
    WORKSP = 0x5C61;
    /// Bottom of the calculator stack, 2 bytes.
    STKBOT = 0x5C63;
    /// End of the calculator stack, 2 bytes.
    STKEND = 0x5C65;
    /// The calculator's B register, 1 byte.
    BREG = 0x5C67;
    /// Address of the calculator's memory, 2 bytes.
    MEM = 0x5C68;
    /// More flags, 1 byte; bit 3 is CAPS LOCK.
    FLAGS2 = 0x5C6A;
    /// Lines in the lower part of the screen, 1 byte.
    DF_SZ = 0x5C6B;
    /// Top line of the automatic listing, 2 bytes.
    S_TOP = 0x5C6C;
    /// Line CONTINUE goes to, 2 bytes.
    OLDPPC = 0x5C6E;
    /// Statement CONTINUE goes to, 1 byte.
    OSPPC = 0x5C70;
    /// Flags of assignment and INPUT, 1 byte.
    FLAGX = 0x5C71;
    /// Length of the string being assigned to, 2 bytes.
    STRLEN = 0x5C72;
    /// Address of the next item of the syntax table, 2 bytes.
    T_ADDR = 0x5C74;
    /// Seed of RND, 2 bytes.
    SEED = 0x5C76;
    /// Frames since power-on, 3 bytes.
    FRAMES = 0x5C78;
    /// Address of user-defined graphic A, 2 bytes.
    UDG = 0x5C7B;
    /// Coordinates of the last point plotted, x then y, 1 byte each.
    COORDS = 0x5C7D;
    /// 33 less the column of the printer, 1 byte.
    P_POSN = 0x5C7F;
    /// Address of the next position in the printer buffer, 2 bytes.
    PR_CC = 0x5C80;
    /// 33 less the column and 24 less the line of the end of the INPUT line, 2 bytes.
    ECHO_E = 0x5C82;
    /// Display file address of the print position, 2 bytes.
    DF_CC = 0x5C84;
    /// The same for the lower screen, 2 bytes.
    DF_CCL = 0x5C86;
    /// 33 less the column, then 24 less the line of the print position, 1 byte each.
    S_POSN = 0x5C88;
    /// The same for the lower screen.
    SPOSNL = 0x5C8A;
    /// Scrolls before `scroll?` is asked, plus one, 1 byte.
    SCR_CT = 0x5C8C;
    /// Permanent attribute, 1 byte.
    ATTR_P = 0x5C8D;
    /// Permanent transparency mask, 1 byte: a 1 keeps the bit of the screen.
    MASK_P = 0x5C8E;
    /// Temporary attribute, 1 byte.
    ATTR_T = 0x5C8F;
    /// Temporary transparency mask, 1 byte.
    MASK_T = 0x5C90;
    /// More flags of the screen, 1 byte: OVER, INVERSE, INK 9, PAPER 9; even bits temporary.
    P_FLAG = 0x5C91;
    /// The calculator's own memory, 30 bytes.
    MEMBOT = 0x5C92;
    /// Not used by the 48K, 2 bytes.
    NMIADD = 0x5CB0;
    /// Last byte of the BASIC system, 2 bytes.
    RAMTOP = 0x5CB2;
    /// Last byte of memory, 2 bytes.
    P_RAMT = 0x5CB4;
}
