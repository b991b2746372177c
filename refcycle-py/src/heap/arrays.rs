//! NumPy arrays, which do not show their referents to the collector. refcycle never imports NumPy:
//! it recognises an array by its type.

use std::ffi::c_int;

use pyo3::ffi;

use super::Obj;
use super::types::is_static_type_named;

/// `PyArrayObject_fields`: part of NumPy's public ABI.
#[repr(C)]
struct Array {
    ob_base: ffi::PyObject,
    data: *mut u8,
    nd: c_int,
    dimensions: *const isize,
    strides: *const isize,
    base: *mut ffi::PyObject,
    descr: *mut Descr,
    flags: c_int,
}

/// The first fields of `PyArray_Descr`, which are public too.
#[repr(C)]
struct Descr {
    ob_base: ffi::PyObject,
    typeobj: *mut ffi::PyTypeObject,
    kind: u8,
    type_: u8,
    byteorder: u8,
    former_flags: u8,
    type_num: c_int,
}

const NPY_MAXDIMS: c_int = 64;
const NPY_OBJECT: c_int = 17;
/// `StringDType`.
const NPY_VSTRING: c_int = 2056;
const NPY_ARRAY_OWNDATA: c_int = 0x4;

fn array<'h>(object: Obj<'h>) -> Option<&'h Array> {
    // SAFETY: an instance of NumPy's own type has these fields.
    is_static_type_named(object, c"numpy.ndarray")
        .then(|| unsafe { &*object.as_ptr().cast::<Array>() })
}

/// The address of NumPy's own type, if it is the type of the object or a base of it.
pub(super) fn array_type(object: Obj<'_>) -> Option<usize> {
    super::types::static_type_named(object, c"numpy.ndarray").map(|ty| ty as usize)
}

/// Whether an array owns its data.
pub(super) fn is_owner(object: Obj<'_>) -> bool {
    array(object).is_some_and(|array| array.flags & NPY_ARRAY_OWNDATA != 0)
}

/// The object to which the data of an array belong.
pub(super) fn base_of<'h>(object: Obj<'h>) -> Option<Obj<'h>> {
    // SAFETY: the field is null or a reference.
    unsafe { Obj::from_nullable(array(object)?.base) }
}

/// Whether an array has items that refer to strings elsewhere, in memory of their type.
pub(super) fn has_strings(object: Obj<'_>) -> bool {
    // SAFETY: every array has a descriptor.
    array(object).is_some_and(|array| unsafe { (*array.descr).type_num } == NPY_VSTRING)
}

/// The address of the data of an array.
pub(super) fn data_of(object: Obj<'_>) -> Option<usize> {
    array(object).map(|array| array.data as usize)
}

/// The addresses of the first byte of an array with items of this size, and of the byte after the
/// last one. The same address twice for an array without items. `None` if most of the addresses
/// between belong to no item, so that the strides may lead anywhere.
pub(super) fn span_of(object: Obj<'_>, item: i64) -> Option<(u64, u64)> {
    /// How much longer than its items an array may be, apart from a page.
    const SPARSEST: i64 = 16;
    const PAGE: i64 = 4096;

    let array = array(object)?;
    let (mut low, mut high) = (array.data as i64, (array.data as i64).checked_add(item)?);
    let mut items = item;
    for axis in 0..usize::try_from(array.nd).ok()? {
        // SAFETY: an array has a length and a stride for each axis.
        let (length, stride) = unsafe { (*array.dimensions.add(axis), *array.strides.add(axis)) };
        let length = i64::try_from(length).ok()?;
        if length <= 0 {
            return Some((0, 0));
        }
        let last = length - 1;
        items = items.saturating_mul(length);
        let reach = last.checked_mul(i64::try_from(stride).ok()?)?;
        low = low.checked_add(reach.min(0))?;
        high = high.checked_add(reach.max(0))?;
    }
    let most = items.saturating_mul(SPARSEST).saturating_add(PAGE);
    (high.checked_sub(low)? <= most).then_some((low as u64, high as u64))
}

/// How an array refers to an object.
pub(crate) enum ArrayReference {
    Field(&'static str),
    /// By the index in each dimension.
    Item(Vec<isize>),
}

/// The references of an array: the array that owns the data, if this is a view; the type of the
/// items; and the items that an array of objects owns. Each with its name.
pub(crate) fn array_references<'h>(object: Obj<'h>) -> Vec<(ArrayReference, Obj<'h>)> {
    let Some(array) = array(object) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut add = |name, pointer| {
        // SAFETY: the field is null or a reference.
        let referent = unsafe { Obj::from_nullable(pointer) };
        found.extend(referent.map(|referent| (ArrayReference::Field(name), referent)));
    };
    add("base", array.base);
    add("dtype", array.descr.cast());
    // SAFETY: every array has a descriptor.
    let is_of_objects =
        unsafe { (*array.descr).kind == b'O' && (*array.descr).type_num == NPY_OBJECT };
    if is_of_objects && array.flags & NPY_ARRAY_OWNDATA != 0 && array.nd <= NPY_MAXDIMS {
        see_items(array, array.data, &mut Vec::new(), &mut |index, item| {
            // SAFETY: an item of such an array is null or a reference.
            if let Some(item) = unsafe { Obj::from_nullable(item) } {
                found.push((ArrayReference::Item(index.to_vec()), item));
            }
        });
    }
    found
}

/// Shows the items below an incomplete index.
fn see_items(
    array: &Array,
    start: *const u8,
    index: &mut Vec<isize>,
    see: &mut impl FnMut(&[isize], *mut ffi::PyObject),
) {
    let axis = index.len();
    if axis == array.nd as usize {
        // SAFETY: this is the address of an item, which may be unaligned in such an array.
        see(index, unsafe {
            start.cast::<*mut ffi::PyObject>().read_unaligned()
        });
        return;
    }
    // SAFETY: an array has a length and a stride for each axis.
    let (length, stride) = unsafe { (*array.dimensions.add(axis), *array.strides.add(axis)) };
    for place in 0..length {
        index.push(place);
        // SAFETY: the address is within the data, because the index is below the length.
        see_items(array, unsafe { start.offset(place * stride) }, index, see);
        index.pop();
    }
}

/// The referents of an array.
pub(super) fn references<'h>(object: Obj<'h>) -> impl Iterator<Item = Obj<'h>> {
    array_references(object)
        .into_iter()
        .map(|(_, referent)| referent)
}
