//! The types of `datetime`, which do not take part in collection and do not show their time zone.

use pyo3::ffi;

use super::Obj;
use super::types::is_static_type_named;

/// The time zone of a `datetime` or a `time`.
pub(crate) fn time_zone<'h>(object: Obj<'h>) -> Option<Obj<'h>> {
    let is = |name| is_static_type_named(object, name);
    // SAFETY: an instance of the type, or of a subclass, starts with the struct; the last field
    // exists if the flag before it is set.
    unsafe {
        let zone = if is(c"datetime.datetime") {
            let time = object.as_ptr().cast::<ffi::PyDateTime_DateTime>();
            ((*time).hastzinfo != 0).then(|| (*time).tzinfo)
        } else if is(c"datetime.time") {
            let time = object.as_ptr().cast::<ffi::PyDateTime_Time>();
            ((*time).hastzinfo != 0).then(|| (*time).tzinfo)
        } else {
            None
        };
        Obj::from_nullable(zone?)
    }
}
