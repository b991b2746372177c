//! Where the stack of a call of this library begins.

use std::ffi::{c_int, c_void};

use super::process_maps::{Mapping, mapping_of};

/// `_URC_NO_REASON`: go on with the next frame.
const NEXT: c_int = 0;
/// `_URC_END_OF_STACK`: any other number ends the walk.
const END: c_int = 5;

/// What the walk has found.
struct Walk<'m> {
    maps: &'m [Mapping],
    /// The file of this library.
    own: &'m str,
    top: Option<usize>,
}

unsafe extern "C" {
    // Of the library that unwinds the stack for panics.
    fn _Unwind_Backtrace(
        see: unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int,
        argument: *mut c_void,
    ) -> c_int;
    fn _Unwind_GetIP(context: *mut c_void) -> usize;
    fn _Unwind_GetCFA(context: *mut c_void) -> usize;
}

/// The stack pointer of the function that has called this library: what is below belongs to the
/// library. `None` if the stack cannot be walked.
pub(crate) fn stack_of_the_caller(maps: &[Mapping]) -> Option<usize> {
    /// # Safety
    /// `argument` points to a `Walk` that is not in use elsewhere, and `context` to a frame.
    unsafe extern "C" fn see(context: *mut c_void, argument: *mut c_void) -> c_int {
        // SAFETY: guaranteed by the caller.
        let (walk, code, top) = unsafe {
            let walk = &mut *argument.cast::<Walk<'_>>();
            (walk, _Unwind_GetIP(context), _Unwind_GetCFA(context))
        };
        let file = mapping_of(walk.maps, code).and_then(Mapping::file);
        if file == Some(walk.own) {
            return NEXT;
        }
        walk.top = Some(top);
        END
    }
    let mut walk = Walk {
        maps,
        own: mapping_of(maps, stack_of_the_caller as *const () as usize)?.file()?,
        top: None,
    };
    // SAFETY: `see` accepts these arguments, and does not unwind.
    unsafe { _Unwind_Backtrace(see, (&raw mut walk).cast()) };
    walk.top
}
