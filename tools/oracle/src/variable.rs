//! Addresses of system variables as the Z80 has them.

use basic::store::sysvars;

macro_rules! variables {
    ($($name:ident)*) => {
        $(pub(crate) const $name: u16 = sysvars::$name as u16;)*
    };
}

variables! {
    BORDCR CH_ADD CURCHL ERR_NR ERR_SP E_LINE FLAGS FLAGX KSTATE K_CUR LAST_K PPC RAMTOP SEED STKBOT STKEND
    SUBPPC TV_FLAG WORKSP X_PTR
}
