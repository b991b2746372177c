//! Where the stack of a call of this library begins.

use std::ffi::{c_int, c_void};
use std::ops::Range;

use super::process_maps::{Mapping, mapping_of};

/// `_URC_NO_REASON`: go on with the next frame.
const NEXT: c_int = 0;

/// What the walk has found.
struct Walk<'m> {
    maps: &'m [Mapping],
    /// The file of this library.
    own: &'m str,
    /// The address of the interpreter's loop.
    interpreter: usize,
    top: Option<usize>,
    loops: Vec<Range<usize>>,
    /// Where the last frame began, if it was one of the loop.
    open: Option<usize>,
}

/// The stack of the functions that have called this library.
pub(crate) struct CallerStack {
    /// The stack pointer of the one that called it: what is below belongs to the library.
    pub(crate) top: usize,
    /// The memory of the calls of the interpreter's loop, which keep no references of their own:
    /// those of Python code are in its frames, and also a value that was taken from there remains.
    pub(crate) loops: Vec<Range<usize>>,
}

unsafe extern "C" {
    // Of the library that unwinds the stack for panics.
    fn _Unwind_Backtrace(
        see: unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int,
        argument: *mut c_void,
    ) -> c_int;
    fn _Unwind_GetIP(context: *mut c_void) -> usize;
    fn _Unwind_GetCFA(context: *mut c_void) -> usize;
    fn _Unwind_FindEnclosingFunction(code: *mut c_void) -> *mut c_void;
}

impl Walk<'_> {
    /// A frame, which begins at `start` and runs the function at `function`, with the place in it.
    fn see(&mut self, code: usize, function: usize, start: usize) {
        if let Some(open) = self.open.take() {
            self.loops.push(open..start);
        }
        if self.top.is_none() {
            let file = mapping_of(self.maps, code).and_then(Mapping::file);
            self.top = (file != Some(self.own)).then_some(start);
        }
        if function == self.interpreter && function != 0 {
            self.open = Some(start);
        }
    }
}

/// The stack of the functions that have called this library. `None` if it cannot be walked.
pub(crate) fn stack_of_the_caller(maps: &[Mapping]) -> Option<CallerStack> {
    /// # Safety
    /// `argument` points to a `Walk` that is not in use elsewhere, and `context` to a frame.
    unsafe extern "C" fn see(context: *mut c_void, argument: *mut c_void) -> c_int {
        // SAFETY: guaranteed by the caller.
        let (walk, code, start) = unsafe {
            let walk = &mut *argument.cast::<Walk<'_>>();
            (walk, _Unwind_GetIP(context), _Unwind_GetCFA(context))
        };
        // Where the call is, and not where it returns to: that may be in the next function.
        // SAFETY: takes any address.
        let function = unsafe { _Unwind_FindEnclosingFunction((code.wrapping_sub(1)) as *mut _) };
        walk.see(code, function as usize, start);
        NEXT
    }
    let mut walk = Walk {
        maps,
        own: mapping_of(maps, stack_of_the_caller as *const () as usize)?.file()?,
        interpreter: interpreter_loop(),
        top: None,
        loops: Vec::new(),
        open: None,
    };
    // SAFETY: `see` accepts these arguments, and does not unwind.
    unsafe { _Unwind_Backtrace(see, (&raw mut walk).cast()) };
    Some(CallerStack {
        top: walk.top?,
        loops: walk.loops,
    })
}

/// The address of the function that runs Python code; 0 if it is not known.
fn interpreter_loop() -> usize {
    // SAFETY: the name ends with a zero.
    unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"_PyEval_EvalFrameDefault".as_ptr()) as usize }
}
