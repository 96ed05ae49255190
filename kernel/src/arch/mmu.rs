//! The map of memory, put to use.

use core::arch::asm;
use core::cell::UnsafeCell;

use super::tables::{BLOCK, Kind, MAIR, MapError, PAGE, PAGES_END, TCR, Tables};

unsafe extern "C" {
    static __image_start: u8;
    static __text_end: u8;
    static __rodata_end: u8;
    static __dma_start: u8;
    static __dma_end: u8;
    static __guard_main: u8;
    static __guard_exception: u8;
    static __guard_emergency: u8;
    static __guard_storage: u8;
    static __end: u8;
}

/// First byte of the memory the heap may use.
pub const HEAP_START: u64 = PAGES_END;
/// One past the last byte of the heap: far below what any Pi 3 gives to the processor.
pub const HEAP_END: u64 = 0x1000_0000;
/// Peripherals of the chip.
const PERIPHERALS: core::ops::Range<u64> = 0x3F00_0000..0x4000_0000;
/// Peripherals of the cores.
const LOCAL: core::ops::Range<u64> = 0x4000_0000..0x4020_0000;

struct Shared(UnsafeCell<Tables>);
// SAFETY: Only core 0 runs Rust, and only `enable` (once, at start) and `Mmu` (of which there is
// one) reach the tables.
unsafe impl Sync for Shared {}

static TABLES: Shared = Shared(UnsafeCell::new(Tables::EMPTY));

/// The right to map more.
#[derive(Debug)]
pub struct Mmu(());

fn place(symbol: &'static u8) -> u64 {
    core::ptr::from_ref(symbol) as usize as u64
}

/// Addresses of the places `link.ld` names.
struct Image {
    start: u64,
    text_end: u64,
    rodata_end: u64,
    dma: core::ops::Range<u64>,
    guards: [u64; 4],
    end: u64,
}

impl Image {
    fn here() -> Self {
        // SAFETY: The linker script defines every symbol; only the addresses are taken.
        unsafe {
            Self {
                start: place(&__image_start),
                text_end: place(&__text_end),
                rodata_end: place(&__rodata_end),
                dma: place(&__dma_start)..place(&__dma_end),
                guards: [
                    place(&__guard_main),
                    place(&__guard_exception),
                    place(&__guard_emergency),
                    place(&__guard_storage),
                ],
                end: place(&__end),
            }
        }
    }
}

/// Maps everything and switches the MMU and both caches on.
///
/// # Errors
/// [`MapError`] when the linker script contradicts the map.
///
/// # Safety
/// To be called once, by core 0, at EL1 with the MMU off, before anything that needs atomics.
pub unsafe fn enable() -> Result<Mmu, MapError> {
    // SAFETY: The caller promises that this is the first use, so nobody else holds a reference.
    let tables = unsafe { &mut *TABLES.0.get() };
    let root = tables.tie();
    let image = Image::here();
    tables.map(image.start, image.text_end, Kind::Code)?;
    tables.map(image.text_end, image.rodata_end, Kind::Constants)?;
    tables.map(image.rodata_end, image.dma.start, Kind::Data)?;
    tables.map(image.dma.start, image.dma.end, Kind::Uncached)?;
    let mut start = image.dma.end;
    for guard in image.guards {
        tables.map(start, guard, Kind::Data)?;
        start = guard + PAGE;
    }
    tables.map(start, image.end, Kind::Data)?;
    tables.map(HEAP_START, HEAP_END, Kind::Data)?;
    tables.map(PERIPHERALS.start, PERIPHERALS.end, Kind::Device)?;
    tables.map(LOCAL.start, LOCAL.end, Kind::Device)?;

    /// M, C, SA, I, WXN and the bits that must be one.
    const SCTLR: u64 = 0x30D0_0800 | 1 | 1 << 2 | 1 << 3 | 1 << 12 | 1 << 19;
    // SAFETY: The tables map this code, its data and its stack to where they are now, so the next
    // instruction is the same with the MMU on; they are complete in memory by the first barrier.
    unsafe {
        asm!(
            "dsb sy",
            "msr mair_el1, {mair}",
            "msr tcr_el1, {tcr}",
            "msr ttbr0_el1, {root}",
            "isb",
            "tlbi vmalle1",
            "ic iallu",
            "dsb sy",
            "isb",
            "msr sctlr_el1, {sctlr}",
            "isb",
            mair = in(reg) MAIR,
            tcr = in(reg) TCR,
            root = in(reg) root,
            sctlr = in(reg) SCTLR,
            options(nostack, preserves_flags),
        );
    }
    Ok(Mmu(()))
}

/// Whose stack ends at the guard page that `address` lies in, if it lies in one.
#[must_use]
pub fn guarded(address: u64) -> Option<&'static str> {
    let names = [
        "program",
        "exception handlers",
        "emergency report",
        "storage",
    ];
    let pages = Image::here().guards.into_iter().zip(names);
    pages
        .filter(|(guard, _)| (*guard..guard + PAGE).contains(&address))
        .map(|(_, name)| name)
        .next()
}

impl Mmu {
    /// Maps memory shared with the video processor, not cached: the blocks of 2 MiB that hold
    /// `start..end`. Above everything the program uses and below the peripherals.
    ///
    /// # Errors
    /// [`MapError`], when the range is mapped already or lies elsewhere.
    pub fn map_video(&mut self, start: u64, end: u64) -> Result<(), MapError> {
        let start = start & !(BLOCK - 1);
        let end = end.next_multiple_of(BLOCK);
        if start < HEAP_END || end > PERIPHERALS.start {
            return Err(MapError::OutOfRange);
        }
        // SAFETY: `self` is the only way here after `enable`.
        let tables = unsafe { &mut *TABLES.0.get() };
        tables.map(start, end, Kind::Uncached)?;
        // SAFETY: The barriers make the new entries seen; the old ones were invalid, and those
        // are never kept in a TLB.
        unsafe {
            asm!("dsb ishst", "isb", options(nostack, preserves_flags));
        }
        Ok(())
    }
}
