//! Containers that are empty or have spare room.

use pyo3::ffi;

use super::WasteKind;
use crate::heap::sizes::{GC_HEAD, dict_tables, spare_in_dict, spare_in_set};
use crate::heap::{Obj, container_len, layout};

const WORD: usize = size_of::<usize>();

/// The bytes before a tuple and in front of its items: since 3.14, its hash is among them.
const TUPLE: usize = GC_HEAD + if cfg!(Py_3_14) { 4 } else { 3 } * WORD;

/// The collector's header and a list without items.
const LIST: usize = GC_HEAD + 5 * WORD;

/// The table of a dict without items that once had some: removing them one by one leaves it.
const SMALL_TABLE: usize = 256;

/// What a container wastes: the kind and the bytes. `size` is its size.
pub(super) type Waste = Option<(WasteKind, usize)>;

/// A list. `list(x)` allocates room for an even number of items.
///
/// # Safety
/// The object is a list.
pub(super) unsafe fn list(object: Obj<'_>, size: usize) -> Waste {
    // SAFETY: guaranteed by the caller. The room is negative while a list is being sorted.
    let (len, room) = unsafe {
        let list = object.as_ptr().cast::<ffi::PyListObject>();
        (ffi::Py_SIZE(object.as_ptr()), (*list).allocated)
    };
    if room < 0 {
        return None;
    }
    let needed = (len + 1) & !1;
    match len {
        0 => Some((WasteKind::Empty, size)),
        _ if room > needed => Some((WasteKind::ListSlack, (room - needed) as usize * WORD)),
        _ => None,
    }
}

/// A dict.
///
/// # Safety
/// The object is a dict.
pub(super) unsafe fn dict(object: Obj<'_>, size: usize) -> Waste {
    if !layout::dicts_are_known() {
        return None;
    }
    let len = container_len(object);
    // SAFETY: guaranteed by the caller.
    let (table, spare) = unsafe { (dict_tables(object), spare_in_dict(object, len)) };
    match len {
        0 if table <= SMALL_TABLE => Some((WasteKind::Empty, size)),
        _ if spare > 0 => Some((WasteKind::DictSlack, spare)),
        _ => None,
    }
}

/// A set or a frozenset.
///
/// # Safety
/// The object is a set.
pub(super) unsafe fn set(object: Obj<'_>, size: usize, is_frozen: bool) -> Waste {
    let len = container_len(object);
    // SAFETY: guaranteed by the caller.
    let spare = unsafe { spare_in_set(object, len) };
    match len {
        _ if spare > 0 => Some((WasteKind::SetSlack, spare)),
        0 if !is_frozen => Some((WasteKind::Empty, size)),
        1 if !is_frozen => nearly_empty(size, TUPLE + WORD),
        _ => None,
    }
}

/// A deque.
///
/// # Safety
/// The object is a deque.
pub(super) unsafe fn deque(object: Obj<'_>, size: usize) -> Waste {
    // SAFETY: guaranteed by the caller; the number of items of a deque is its `ob_size`.
    match unsafe { ffi::Py_SIZE(object.as_ptr()) } {
        0 => Some((WasteKind::Empty, size)),
        1 => nearly_empty(size, LIST + WORD),
        _ => None,
    }
}

fn nearly_empty(size: usize, other: usize) -> Waste {
    (size > other).then(|| (WasteKind::NearlyEmpty, size - other))
}

/// A bytearray. Since 3.15, its room belongs to an object of its own.
///
/// # Safety
/// The object is a bytearray.
pub(super) unsafe fn bytearray(object: Obj<'_>) -> Waste {
    if cfg!(Py_3_15) {
        return None;
    }
    // SAFETY: guaranteed by the caller.
    let (len, room, exports) = unsafe {
        let array = object.as_ptr().cast::<ffi::PyByteArrayObject>();
        let len = ffi::Py_SIZE(object.as_ptr());
        (len, (*array).ob_alloc, (*array).ob_exports)
    };
    // A copy has a byte more than its contents.
    let spare = usize::try_from(room - len - 1).unwrap_or(0);
    (exports == 0 && spare > 0).then_some((WasteKind::BytearraySlack, spare))
}
