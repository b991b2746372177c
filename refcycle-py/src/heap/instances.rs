//! The attributes of instances: in a dict, or inline.

use pyo3::ffi;

use super::Obj;
#[cfg(Py_3_11)]
use super::{layout, types::is_static_type};

/// `Py_TPFLAGS_MANAGED_DICT`: the dict, or the values, are stored before the object.
#[cfg(Py_3_11)]
pub(super) const MANAGED_DICT: u64 = 1 << 4;
/// `Py_TPFLAGS_INLINE_VALUES`: the values are stored in the object.
#[cfg(Py_3_13)]
const INLINE_VALUES: u64 = 1 << 2;
/// The flag of types whose instances may hold values themselves.
#[cfg(Py_3_13)]
pub(super) const VALUES_FLAG: u64 = INLINE_VALUES;
/// The flag of types whose instances may hold values themselves.
#[cfg(all(Py_3_11, not(Py_3_13)))]
pub(super) const VALUES_FLAG: u64 = MANAGED_DICT;
#[cfg(Py_3_11)]
fn has_flag(object: Obj<'_>, flag: u64) -> bool {
    // SAFETY: an object's type is alive.
    unsafe { ffi::PyType_HasFeature(object.raw_type(), flag as _) != 0 }
}

/// # Safety
/// The object's type has a managed dict.
#[cfg(Py_3_11)]
unsafe fn word_before(object: Obj<'_>, bytes: usize) -> usize {
    // SAFETY: such objects are preceded by four words.
    unsafe { object.as_ptr().byte_sub(bytes).cast::<usize>().read() }
}

/// The `__dict__` of an instance, if it exists.
pub(crate) fn instance_dict(object: Obj<'_>) -> Option<Obj<'_>> {
    #[cfg(Py_3_11)]
    if has_flag(object, MANAGED_DICT) {
        if !layout::instances_are_known() {
            return None;
        }
        // SAFETY: the flag guarantees that the word exists. In 3.12 only, it is odd if it points to
        // values instead of a dict.
        return unsafe {
            let word = word_before(object, layout::instance::DICT_BEFORE.get());
            let is_dict = !cfg!(all(Py_3_12, not(Py_3_13))) || word & 1 == 0;
            is_dict
                .then(|| Obj::from_nullable(word as *mut ffi::PyObject))
                .flatten()
        };
    }
    // SAFETY: the type states the correct offset of its instances' dict.
    unsafe { object.field(dict_offset(object)?) }
}

/// The offset of an object's dict, if its type reserves a field for it.
fn dict_offset(object: Obj<'_>) -> Option<usize> {
    // SAFETY: an object's type is alive.
    let ty = unsafe { &*object.raw_type() };
    let offset = ty.tp_dictoffset;
    if offset > 0 {
        return usize::try_from(offset).ok();
    }
    if offset == 0 || offset == -1 {
        return None;
    }
    // Relative to the end of an object of variable size.
    let end = ty.tp_basicsize + item_count(object) * ty.tp_itemsize;
    let word = size_of::<usize>() as isize;
    usize::try_from((end + word - 1) / word * word + offset).ok()
}

fn item_count(object: Obj<'_>) -> isize {
    // SAFETY: the object is of variable size. Since 3.12, an integer has a tag in this place, with
    // the number of digits above its three lowest bits.
    unsafe {
        let size = object.word(size_of::<ffi::PyObject>());
        if cfg!(Py_3_12) && ffi::PyLong_Check(object.as_ptr()) != 0 {
            (size >> 3) as isize
        } else {
            (size as isize).abs()
        }
    }
}

/// The attributes that an instance holds without a dict, with the strings that name them.
#[cfg(not(Py_3_11))]
pub(crate) fn instance_attributes(_object: Obj<'_>) -> Vec<(Obj<'_>, Obj<'_>)> {
    Vec::new()
}

/// The attributes that an instance holds without a dict, with the strings that name them.
#[cfg(Py_3_11)]
pub(crate) fn instance_attributes(object: Obj<'_>) -> Vec<(Obj<'_>, Obj<'_>)> {
    if !has_flag(object, MANAGED_DICT) || !layout::instances_are_known() {
        return Vec::new();
    }
    let Some(values) = inline_values(object) else {
        return Vec::new();
    };
    shared_keys(object)
        .enumerate()
        .filter_map(|(index, name)| {
            // SAFETY: for each key that the class shares, there is a value or null.
            let value = unsafe { Obj::from_nullable(values.add(index).read()) };
            Some((name?, value?))
        })
        .collect()
}

/// The address of the values of an instance, if it holds them itself. The caller has checked that
/// its dict is managed.
#[cfg(all(Py_3_11, not(Py_3_12)))]
pub(super) fn inline_values(object: Obj<'_>) -> Option<*const *mut ffi::PyObject> {
    // SAFETY: such objects are preceded by four words.
    let values = unsafe { word_before(object, layout::instance::VALUES_BEFORE.get()) }
        as *const *mut ffi::PyObject;
    (!values.is_null()).then_some(values)
}

/// The address of the values of an instance, if it holds them itself. The caller has checked that
/// its dict is managed.
#[cfg(all(Py_3_12, not(Py_3_13)))]
pub(super) fn inline_values(object: Obj<'_>) -> Option<*const *mut ffi::PyObject> {
    // SAFETY: such objects are preceded by this word.
    let word = unsafe { word_before(object, layout::instance::DICT_BEFORE.get()) };
    (word & 1 == 1).then_some((word + 1) as *const *mut ffi::PyObject)
}

/// The address of the values of an instance, if it holds them itself.
#[cfg(Py_3_13)]
fn inline_values(object: Obj<'_>) -> Option<*const *mut ffi::PyObject> {
    use layout::values as at;

    if !has_flag(object, INLINE_VALUES) {
        return None;
    }
    // SAFETY: the flag guarantees that the values, with their header, are in the object.
    unsafe {
        let values = values_header(object);
        (values.add(at::VALID.get()).read() != 0).then(|| values.add(at::ITEMS.get()).cast())
    }
}

/// The header of the values that are stored in an instance: since 3.14, after the basic size of its
/// class.
///
/// # Safety
/// The type of the object has inline values.
#[cfg(Py_3_13)]
pub(super) unsafe fn values_header(object: Obj<'_>) -> *const u8 {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let fields = if cfg!(Py_3_14) {
            (*object.raw_type()).tp_basicsize as usize
        } else {
            0
        };
        object
            .as_ptr()
            .cast::<u8>()
            .add(fields + layout::values::START.get())
    }
}

/// The names of the attributes that the instances of an object's class share, in the order of
/// their values.
#[cfg(Py_3_11)]
fn shared_keys(object: Obj<'_>) -> impl Iterator<Item = Option<Obj<'_>>> {
    // SAFETY: a class whose instances have managed dicts is a heap type.
    unsafe { keys_of(object.ty()) }
}

/// The names of the attributes that the instances of a class share: the class holds each once.
#[cfg(Py_3_11)]
pub(super) fn class_keys(class: Obj<'_>) -> impl Iterator<Item = Obj<'_>> {
    let has_keys = layout::instances_are_known() && !is_static_type(class);
    // SAFETY: it is a heap type.
    let keys = has_keys.then(|| unsafe { keys_of(class) });
    keys.into_iter().flatten().flatten()
}

/// Up to 3.10, this table has another form.
#[cfg(not(Py_3_11))]
pub(super) fn class_keys(_class: Obj<'_>) -> impl Iterator<Item = Obj<'_>> {
    std::iter::empty()
}

/// # Safety
/// `class` is a heap type, and the import has checked the layout of its keys.
#[cfg(Py_3_11)]
unsafe fn keys_of(class: Obj<'_>) -> impl Iterator<Item = Option<Obj<'_>>> {
    use layout::keys as at;

    // SAFETY: guaranteed by the caller.
    let (entries, count) = unsafe {
        let keys = class.word(layout::class::KEYS.get()) as *const u8;
        if keys.is_null() || usize::from(keys.add(at::KIND.get()).read()) != at::KIND_SPLIT.get() {
            (std::ptr::null(), 0)
        } else {
            let index_bytes = 1 << keys.add(at::LOG2_INDEX_BYTES.get()).read();
            (
                keys.add(at::INDICES.get() + index_bytes),
                keys.add(at::ENTRY_COUNT.get()).cast::<usize>().read(),
            )
        }
    };
    (0..count).map(move |index| {
        // SAFETY: the table has `count` entries, each of which starts with its key.
        unsafe {
            let key = entries
                .add(index * layout::ENTRY_SIZE)
                .cast::<*mut ffi::PyObject>();
            Obj::from_nullable(key.read())
        }
    })
}

/// The dict of an instance that holds its values itself, if the instance's traversal omits the
/// dict: this happens in 3.13 once `__dict__` has been accessed.
#[cfg(Py_3_13)]
#[inline]
pub(super) fn unshown_dict(object: Obj<'_>) -> Option<Obj<'_>> {
    (has_flag(object, INLINE_VALUES) && has_flag(object, MANAGED_DICT))
        .then(|| instance_dict(object))
        .flatten()
}

#[cfg(not(Py_3_13))]
#[inline]
pub(super) fn unshown_dict(_object: Obj<'_>) -> Option<Obj<'_>> {
    None
}

/// An attribute that an instance has in its dict or inline. This calls no code of its class.
pub(crate) fn attribute<'h>(object: Obj<'h>, name: &str) -> Option<Obj<'h>> {
    let is_named = |key| super::text(key, name.len() + 1).is_some_and(|(key, _)| key == name);
    let mut inline = instance_attributes(object).into_iter();
    match inline.find(|&(key, _)| is_named(key)) {
        Some((_, value)) => Some(value),
        None => super::dict_value(instance_dict(object)?, name),
    }
}
