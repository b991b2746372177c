//! The variables of libraries, whose memory may continue after the part that is in their files.

use std::ops::Range;

/// The addresses of the variables of each library that is loaded.
#[cfg(target_os = "linux")]
pub(super) fn library_data() -> Vec<Range<usize>> {
    use std::ffi::{c_int, c_void};

    /// Adds the writable segments of a library.
    ///
    /// # Safety
    /// `info` describes a loaded library, and `found` is a `Vec<Range<usize>>`.
    unsafe extern "C" fn add(
        info: *mut libc::dl_phdr_info,
        _size: usize,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: guaranteed by the caller; a library has this number of segments.
        unsafe {
            let found = &mut *found.cast::<Vec<Range<usize>>>();
            let (info, base) = (&*info, (*info).dlpi_addr as usize);
            for number in 0..usize::from(info.dlpi_phnum) {
                let segment = &*info.dlpi_phdr.add(number);
                if segment.p_type == libc::PT_LOAD && segment.p_flags & libc::PF_W != 0 {
                    let start = base.wrapping_add(segment.p_vaddr as usize);
                    found.push(start..start.wrapping_add(segment.p_memsz as usize));
                }
            }
        }
        0
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    // SAFETY: the function has the right type, and the vector outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut found).cast()) };
    found
}

#[cfg(not(target_os = "linux"))]
pub(super) fn library_data() -> Vec<Range<usize>> {
    Vec::new()
}
