//! The fields that a type written in C, or `__slots__`, declares by name.

use std::ffi::CStr;

use pyo3::ffi;

use super::Obj;

/// `T_OBJECT`, which is deprecated in CPython and in pyo3-ffi; some types still use it.
const T_OBJECT: i32 = 6;

/// The references that the object holds in fields that its type and its bases declare as members,
/// each with the member's name.
pub(crate) fn members<'h>(object: Obj<'h>) -> impl Iterator<Item = (&'h str, Obj<'h>)> {
    declared(object).filter_map(move |(name, offset)| {
        // SAFETY: the type declares a reference at the offset.
        unsafe {
            let value = object.field(offset)?;
            Some((name.to_str().ok()?, value))
        }
    })
}

/// The reference in the declared field of this name.
pub(crate) fn member<'h>(object: Obj<'h>, wanted: &str) -> Option<Obj<'h>> {
    let found = members(object).find(|&(name, _)| name == wanted);
    found.map(|(_, value)| value)
}

/// The number in the field of this name, if the type declares it as a C `int`.
pub(super) fn int_member(object: Obj<'_>, wanted: &CStr) -> Option<i32> {
    let (_, offset) =
        declared_as(object, |code| code == ffi::Py_T_INT).find(|&(name, _)| name == wanted)?;
    // SAFETY: the type declares an `int` at the offset.
    Some(unsafe { object.as_ptr().byte_add(offset).cast::<i32>().read() })
}

/// The offsets of these fields.
pub(super) fn member_offsets(object: Obj<'_>) -> impl Iterator<Item = usize> {
    declared(object).map(|(_, offset)| offset)
}

/// The names of these fields, each with its offset.
pub(super) fn declared<'h>(object: Obj<'h>) -> impl Iterator<Item = (&'h CStr, usize)> {
    declared_as(object, |code| {
        matches!(code, T_OBJECT | ffi::Py_T_OBJECT_EX)
    })
}

fn declared_as<'h>(
    object: Obj<'h>,
    is_wanted: impl Fn(i32) -> bool,
) -> impl Iterator<Item = (&'h CStr, usize)> {
    let bases = std::iter::successors(Some(object.raw_type()), |&ty| {
        // SAFETY: a type and its bases are alive as long as an instance.
        let base = unsafe { (*ty).tp_base };
        (!base.is_null()).then_some(base)
    });
    bases
        // SAFETY: as above; the table ends with an entry without a name.
        .map(|ty| unsafe { (*ty).tp_members })
        .filter(|table| !table.is_null())
        .flat_map(|table| {
            (0..)
                // SAFETY: the entry is in the table, because the previous one had a name.
                .map(move |index| unsafe { &*table.add(index) })
                .take_while(|member| !member.name.is_null())
        })
        .filter(move |member| is_wanted(member.type_code))
        .filter_map(|member| {
            // SAFETY: the names of members are static or belong to the type.
            let name = unsafe { CStr::from_ptr(member.name) };
            Some((name, usize::try_from(member.offset).ok()?))
        })
}
