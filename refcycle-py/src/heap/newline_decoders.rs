//! `io.IncrementalNewlineDecoder`, which up to 3.11 takes no part in collection and does not show its
//! fields. Each text stream that was read has one.

use super::Obj;

/// The references of such a decoder, by name; empty if the object is none, or shows them itself.
pub(crate) fn newline_decoder_fields<'h>(object: Obj<'h>) -> Vec<(&'static str, Obj<'h>)> {
    #[cfg(not(Py_3_12))]
    {
        /// Of `nldecoder_object`.
        const SIZE: isize = 40;
        const DECODER: usize = 16;
        const ERRORS: usize = 24;

        let ty = super::types::static_type_named(object, c"_io.IncrementalNewlineDecoder");
        // SAFETY: the type is one of the object's, which is alive.
        if ty.is_some_and(|ty| unsafe { (*ty).tp_basicsize } == SIZE) {
            // SAFETY: the object has the struct of the type; the fields are null or objects.
            return unsafe {
                super::object::present([
                    ("decoder", object.word(DECODER) as *mut _),
                    ("errors", object.word(ERRORS) as *mut _),
                ])
            };
        }
    }
    let _ = object;
    Vec::new()
}
