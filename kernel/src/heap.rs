//! The heap: memory above the program, shared out as [`Pools`].

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::NonNull;

use crate::arch::coroutine;
use crate::arch::mmu::{HEAP_END, HEAP_START};
use crate::pools::Pools;

struct Heap(spin::Mutex<Pools>);

#[global_allocator]
static HEAP: Heap = Heap(spin::Mutex::new(Pools::empty()));

/// Opens the heap; before it, and when it is used up, allocation fails and the program stops with
/// a report. Interrupt handlers do not allocate, so the lock is always free.
///
/// # Safety
/// To be called once, with the heap's memory mapped and used by nobody.
pub unsafe fn start() {
    let bytes = usize::try_from(HEAP_END - HEAP_START).unwrap_or(0);
    let bottom = core::ptr::with_exposed_provenance_mut(usize::try_from(HEAP_START).unwrap_or(0));
    // SAFETY: The caller gives this memory away for ever.
    unsafe { HEAP.0.lock().init(bottom, bytes) };
}

/// Bytes in use and bytes free.
#[must_use]
pub fn used_and_free() -> (usize, usize) {
    let heap = HEAP.0.lock();
    (heap.used(), heap.free())
}

// SAFETY: The allocator hands out each byte once, under the lock.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let found = self.0.lock().take(layout);
        coroutine::used_heap();
        found.map_or(core::ptr::null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if let Some(memory) = NonNull::new(memory) {
            // SAFETY: The caller got it from `alloc` with this layout.
            unsafe { self.0.lock().give_back(memory, layout) };
            coroutine::used_heap();
        }
    }
}
