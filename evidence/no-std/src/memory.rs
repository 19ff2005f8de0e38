//! The functions that the compiler expects a C library to provide.
//!
//! Copying and filling use string instructions: the compiler would turn a loop into a call of the function that contains it.

use core::arch::asm;

#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    // SAFETY: the caller guarantees both ranges; the direction flag is clear by the calling convention.
    unsafe {
        asm!("rep movsb", inout("rdi") to => _, inout("rsi") from => _, inout("rcx") length => _,
             options(nostack, preserves_flags));
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    if to.addr().wrapping_sub(from.addr()) >= length {
        // SAFETY: the beginning of `to` is not inside `from`, so copying upwards overwrites nothing unread.
        return unsafe { memcpy(to, from, length) };
    }
    // SAFETY: `length` is not 0 here, so both last bytes are inside their ranges; the direction flag is cleared again.
    unsafe {
        asm!("std", "rep movsb", "cld",
             inout("rdi") to.add(length - 1) => _, inout("rsi") from.add(length - 1) => _, inout("rcx") length => _,
             options(nostack));
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, length: usize) -> *mut u8 {
    // SAFETY: the caller guarantees the range.
    unsafe {
        asm!("rep stosb", inout("rdi") to => _, inout("rcx") length => _, in("al") byte as u8,
             options(nostack, preserves_flags));
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, length: usize) -> i32 {
    for at in 0..length {
        // SAFETY: the caller guarantees both ranges. Volatile reads keep the compiler from turning this loop into `memcmp`.
        let (a, b) = unsafe { (a.add(at).read_volatile(), b.add(at).read_volatile()) };
        if a != b {
            return i32::from(a) - i32::from(b);
        }
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, length: usize) -> i32 {
    // SAFETY: the caller guarantees both ranges.
    unsafe { memcmp(a, b, length) }
}
