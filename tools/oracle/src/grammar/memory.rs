//! Made-up PEEK and POKE: places that programs use and that do no harm.

use basic::store::sysvars as s;
use basic::token;

use super::Maker;
use crate::piece;
use crate::tree::Tree;

/// System variables that PEEK reads: what others hold differs for good reasons.
const PEEKED: &[u32] = &[
    s::REPDEL,
    s::REPPER,
    s::CHARS,
    s::CHARS + 1,
    s::RASP,
    s::PIP,
    s::ERR_NR,
    s::PPC,
    s::PPC + 1,
    s::SUBPPC,
    s::BORDCR,
    s::E_PPC,
    s::VARS,
    s::VARS + 1,
    s::PROG,
    s::PROG + 1,
    s::E_LINE,
    s::E_LINE + 1,
    s::DF_SZ,
    s::OLDPPC,
    s::OSPPC,
    s::SEED,
    s::SEED + 1,
    s::UDG,
    s::UDG + 1,
    s::COORDS,
    s::COORDS + 1,
    s::P_POSN,
    s::PR_CC,
    s::DF_CC,
    s::DF_CC + 1,
    s::S_POSN,
    s::S_POSN + 1,
    s::SCR_CT,
    s::ATTR_P,
    s::MASK_P,
    s::ATTR_T,
    s::MASK_T,
    s::P_FLAG,
    s::RAMTOP,
    s::P_RAMT,
    s::CHANS,
    s::DATADD,
    s::FLAGS2,
    s::STKBOT,
    s::WORKSP,
    s::CURCHL,
    s::DEFADD,
];

/// System variables that are POKEd, and with what.
const POKED: &[(u32, &[u8])] = &[
    (s::FLAGS2, &[0, 8]),
    (s::DF_SZ, &[1, 2, 3]),
    (s::SCR_CT, &[1, 2, 3, 255]),
    (s::ATTR_P, &[7, 56, 120, 184, 255]),
    (s::MASK_P, &[0, 7, 56, 192, 255]),
    (s::ATTR_T, &[7, 56, 120, 184]),
    (s::MASK_T, &[0, 7, 56]),
    (s::P_FLAG, &[0, 1, 2, 3, 4, 8, 12, 16, 32, 64, 128, 255]),
    (s::CHARS, &[0, 8]),
    // below 60 it would point to bytes of the ROM that are not here
    (s::CHARS + 1, &[60]),
    (s::COORDS, &[0, 100, 255]),
    (s::COORDS + 1, &[0, 100, 175, 200]),
    (s::SEED, &[0, 1, 255]),
    (s::SEED + 1, &[0, 1, 255]),
    (s::BORDCR, &[0, 7, 56, 15, 120]),
    (s::REPDEL, &[1, 35]),
    (s::PIP, &[0, 100]),
    // above 88 the last shape would be the ROM's first bytes
    (s::UDG, &[80, 88]),
    (s::UDG + 1, &[61, 255]),
    (s::E_PPC, &[10, 20]),
    (s::S_TOP, &[10]),
    (s::OSPPC, &[1, 2]),
    (s::MODE, &[0, 1, 2]),
];

impl Maker<'_> {
    /// An address that may be written to.
    fn harmless(&mut self) -> u32 {
        match self.random.below(5) {
            0 => self.random.between(0x4000, 0x57FF),
            1 | 2 => self.random.between(0x5800, 0x5AFF),
            3 => self.random.between(65_368, 65_535),
            _ => self.random.between(40_000, 40_010),
        }
    }

    /// An address to PEEK.
    pub(super) fn peek_place(&mut self) -> Tree {
        let at = match self.random.below(4) {
            0 | 1 if self.session => self.random.pick(PEEKED),
            2 => 0x5CB6 + self.random.below(60),
            _ => self.harmless(),
        };
        let at = at.to_string();
        // no smaller number: the ROM's own bytes are not here
        piece!(Other; at)
    }

    /// POKE.
    pub(super) fn poke_statement(&mut self) -> Tree {
        if self.random.chance(55) {
            let (at, values) = self.random.pick(POKED);
            let value = self.random.pick(values).to_string();
            return piece!(Statement; token::POKE, at.to_string(), ",", value);
        }
        let at = self.harmless().to_string();
        let value = if self.random.chance(20) {
            self.number(2)
        } else {
            self.small(255)
        };
        piece!(Statement; token::POKE, at, ",", value)
    }
}
