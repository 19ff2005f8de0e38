//! Start, output and exit of the program, on Linux on x86-64.

use core::arch::{asm, global_asm};
use core::panic::PanicInfo;

// The kernel starts the program here, with the stack aligned as before a call.
global_asm!(
    ".globl _start",
    "_start:",
    "call {main}",
    "mov edi, eax",
    "mov eax, 60", // exit
    "syscall",
    main = sym crate::main,
);

pub(crate) fn print(text: &str) {
    // SAFETY: `write` only reads the text.
    unsafe {
        asm!("syscall", inout("rax") 1_usize => _, in("rdi") 1_usize, in("rsi") text.as_ptr(), in("rdx") text.len(),
             out("rcx") _, out("r11") _, options(nostack));
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    print("panicked\n");
    // SAFETY: `exit` does not return.
    unsafe { asm!("syscall", in("rax") 60, in("rdi") 101, options(noreturn, nostack)) }
}

// The toolchain's `alloc` was compiled to unwind and refers to these two. Here a panic ends the program, so neither is ever
// called.

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    panic!()
}

#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
