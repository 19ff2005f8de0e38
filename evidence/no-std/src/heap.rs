//! An allocator that never frees, which is enough for a short program.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

const SIZE: usize = 64 * 1024;

#[repr(align(16))]
struct Heap {
    bytes: UnsafeCell<[u8; SIZE]>,
    used: AtomicUsize,
}

#[global_allocator]
static HEAP: Heap = Heap { bytes: UnsafeCell::new([0; SIZE]), used: AtomicUsize::new(0) };

// SAFETY: no two allocations share bytes, since one atomic step moves `used` past them.
unsafe impl Sync for Heap {}

// SAFETY: a block lies inside `bytes`, is aligned as asked, and overlaps no other.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let end_after = |used: usize| {
            let start = used.next_multiple_of(layout.align());
            Some((start, start.checked_add(layout.size()).filter(|end| *end <= SIZE)?))
        };
        let reserved = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| end_after(used).map(|(_, end)| end))
            .ok()
            .and_then(end_after);
        match reserved {
            // SAFETY: `start` is at most SIZE. This program asks for no alignment above that of `bytes`.
            Some((start, _)) => unsafe { self.bytes.get().cast::<u8>().add(start) },
            None => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
