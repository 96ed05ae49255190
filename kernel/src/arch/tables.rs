//! Page tables as plain numbers: what is mapped where, with which rights.
//!
//! Addresses are the same before and after translation. The map has three tables: one entry for
//! each GiB, 2 MiB blocks in the first GiB (memory and peripherals) and in the second (the cores'
//! own peripherals), and 4 KiB pages in the first 4 MiB, where the program lies. Never touches a
//! register; the walks in the tests read the tables as the hardware does.

/// Bytes in a page.
pub const PAGE: u64 = 0x1000;
/// Bytes in a block.
pub const BLOCK: u64 = 0x20_0000;
/// One past the last byte that is mapped in pages.
pub const PAGES_END: u64 = 2 * BLOCK;
const GIB: u64 = 0x4000_0000;

/// MAIR_EL1 for [`Kind`]: attribute 0 is device memory (nGnRE), 1 normal memory that is not
/// cached, 2 normal memory cached with write-back.
pub const MAIR: u64 = 0x04 | 0x44 << 8 | 0xFF << 16;

/// TCR_EL1: 32 bits of address below, nothing above, 4 KiB granule, walks cached and shareable.
pub const TCR: u64 = 32 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23;

/// What a piece of memory is for, and so what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cached, may be run, may not be written.
    Code,
    /// Cached, may only be read.
    Constants,
    /// Cached, may be read and written.
    Data,
    /// Not cached: shared with devices that do not see the caches.
    Uncached,
    /// Registers of a device.
    Device,
}

impl Kind {
    /// The descriptor's attribute bits for level 1 and 2 blocks and level 3 pages.
    const fn attributes(self) -> u64 {
        const ACCESSED: u64 = 1 << 10;
        const INNER_SHAREABLE: u64 = 3 << 8;
        const READ_ONLY: u64 = 1 << 7;
        const NOT_AT_EL0: u64 = 1 << 54;
        const NOT_AT_EL1: u64 = 1 << 53;
        let never = NOT_AT_EL0 | NOT_AT_EL1;
        ACCESSED
            | match self {
                Self::Code => 2 << 2 | INNER_SHAREABLE | READ_ONLY | NOT_AT_EL0,
                Self::Constants => 2 << 2 | INNER_SHAREABLE | READ_ONLY | never,
                Self::Data => 2 << 2 | INNER_SHAREABLE | never,
                Self::Uncached => 1 << 2 | INNER_SHAREABLE | never,
                Self::Device => never,
            }
    }
}

/// Why something cannot be mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapError {
    /// Start or end does not lie on a page, or on a block behind [`PAGES_END`].
    Unaligned,
    /// It lies outside what the tables cover.
    OutOfRange,
    /// Some of it is mapped already.
    Taken,
}

/// One table of 512 descriptors.
#[derive(Clone, Debug)]
#[repr(C, align(4096))]
pub struct Table([u64; 512]);

impl Table {
    const EMPTY: Self = Self([0; 512]);
}

/// All tables.
#[derive(Clone, Debug)]
#[repr(C, align(4096))]
pub struct Tables {
    gigabytes: Table,
    blocks: [Table; 2],
    pages: [Table; 2],
}

const TABLE: u64 = 3;
const PAGE_ENTRY: u64 = 3;
const BLOCK_ENTRY: u64 = 1;

impl Tables {
    /// Tables that map nothing.
    pub const EMPTY: Self = Self {
        gigabytes: Table::EMPTY,
        blocks: [Table::EMPTY; 2],
        pages: [Table::EMPTY; 2],
    };

    /// Ties the tables together for the place where they lie, and gives the value for TTBR0_EL1.
    pub fn tie(&mut self) -> u64 {
        let [low, high] = self.blocks.each_ref().map(address);
        self.gigabytes.0[0] = low | TABLE;
        self.gigabytes.0[1] = high | TABLE;
        for (block, pages) in self.blocks[0].0.iter_mut().zip(&self.pages) {
            *block = address(pages) | TABLE;
        }
        address(&self.gigabytes)
    }

    /// Maps `start..end` (addresses in bytes) as `kind`: in pages up to [`PAGES_END`], behind it
    /// in blocks.
    ///
    /// # Errors
    /// Nothing is mapped when the range is refused; see [`MapError`].
    pub fn map(&mut self, start: u64, end: u64, kind: Kind) -> Result<(), MapError> {
        if start > end || end > 2 * GIB || start < PAGES_END && end > PAGES_END {
            return Err(MapError::OutOfRange);
        }
        let (size, entry) = if end <= PAGES_END {
            (PAGE, PAGE_ENTRY)
        } else {
            (BLOCK, BLOCK_ENTRY)
        };
        if !start.is_multiple_of(size) || !end.is_multiple_of(size) {
            return Err(MapError::Unaligned);
        }
        for write in [false, true] {
            let mut at = start;
            while at < end {
                let slot = if size == PAGE {
                    &mut self.pages[(at / BLOCK) as usize].0[(at / PAGE) as usize & 511]
                } else {
                    &mut self.blocks[(at / GIB) as usize & 1].0[(at / BLOCK) as usize & 511]
                };
                if write {
                    *slot = at | kind.attributes() | entry;
                } else if *slot != 0 {
                    return Err(MapError::Taken);
                }
                at += size;
            }
        }
        Ok(())
    }
}

fn address<T>(of: &T) -> u64 {
    core::ptr::from_ref(of) as usize as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a walk finds: memory attribute index, may be written, may be run.
    fn walk(tables: &Tables, at: u64) -> Option<(u64, bool, bool)> {
        let mut entry = tables.gigabytes.0[(at >> 30) as usize];
        let mut shift = 30;
        while entry & 3 == TABLE && shift > 12 {
            shift -= 9;
            let lies_at = |table: &Table| address(table) == entry & 0xFFFF_FFFF_F000;
            let table = tables
                .blocks
                .iter()
                .chain(&tables.pages)
                .find(|table| lies_at(table))?;
            entry = table.0[(at >> shift) as usize & 511];
        }
        if entry & 1 == 0 {
            return None;
        }
        let size = if shift == 12 { PAGE } else { BLOCK };
        assert_eq!(entry & 0xFFFF_FFFF_F000, at & !(size - 1), "same address");
        assert_ne!(entry & 1 << 10, 0, "no access flag faults");
        assert_ne!(entry & 1 << 54, 0, "never run at EL0");
        Some((entry >> 2 & 7, entry & 1 << 7 == 0, entry & 1 << 53 == 0))
    }

    fn board() -> Box<Tables> {
        let mut tables = Box::new(Tables::EMPTY);
        tables.tie();
        for (start, end, kind) in [
            (0x8_0000, 0xA_0000, Kind::Code),
            (0xA_0000, 0xA_1000, Kind::Constants),
            (0xA_1000, 0xA_3000, Kind::Data),
            (0xA_3000, 0xA_4000, Kind::Uncached),
            (0x40_0000, 0x400_0000, Kind::Data),
            (0x3F00_0000, 0x4000_0000, Kind::Device),
            (0x4000_0000, 0x4020_0000, Kind::Device),
        ] {
            assert_eq!(tables.map(start, end, kind), Ok(()));
        }
        tables
    }

    #[test]
    fn every_kind_of_memory_has_its_rights() {
        let tables = board();
        assert_eq!(walk(&tables, 0x8_0000), Some((2, false, true)));
        assert_eq!(walk(&tables, 0x9_FFFF), Some((2, false, true)));
        assert_eq!(walk(&tables, 0xA_0000), Some((2, false, false)));
        assert_eq!(walk(&tables, 0xA_2FFF), Some((2, true, false)));
        assert_eq!(walk(&tables, 0xA_3000), Some((1, true, false)));
        assert_eq!(walk(&tables, 0x40_0000), Some((2, true, false)));
        assert_eq!(walk(&tables, 0x3F20_1000), Some((0, true, false)));
        assert_eq!(walk(&tables, 0x4000_0060), Some((0, true, false)));
    }

    #[test]
    fn everything_else_is_unmapped() {
        let tables = board();
        for at in [
            0,
            8,
            0x7_FFFF,
            0xA_4000,
            0x1F_FFFF,
            0x3F_FFFF,
            0x400_0000,
            0x3EFF_FFFF,
            0x4020_0000,
            0x8000_0000,
            0xFFFF_FFFF,
        ] {
            assert_eq!(walk(&tables, at), None, "{at:#x}");
        }
    }

    #[test]
    fn refused_ranges_change_nothing() {
        let mut tables = board();
        let code = Kind::Code;
        assert_eq!(tables.map(0x100, 0x1000, code), Err(MapError::Unaligned));
        let odd = tables.map(0x400_1000, 0x600_0000, code);
        assert_eq!(odd, Err(MapError::Unaligned));
        let across = tables.map(0x3F_F000, 0x60_0000, code);
        assert_eq!(across, Err(MapError::OutOfRange));
        let beyond = tables.map(0x7FE0_0000, 0x8020_0000, code);
        assert_eq!(beyond, Err(MapError::OutOfRange));
        let over = tables.map(0x3EE0_0000, 0x3F20_0000, code);
        assert_eq!(over, Err(MapError::Taken));
        assert_eq!(walk(&tables, 0x3EE0_0000), None);
        assert_eq!(walk(&tables, 0x3F20_1000), Some((0, true, false)));
        assert_eq!(tables.map(0x8000, 0x8000, code), Ok(()));
        assert_eq!(walk(&tables, 0x8000), None);
    }
}
