//! Where the bytes of the instances of a type are.

use std::ffi::CStr;

use pyo3::ffi;

use super::outside::Kind;
use super::{tables, texts};
use crate::heap::types::is_static_type;
use crate::heap::{Obj, dict_entries, layout, text};

/// The builtin types that are measured here. For all others, CPython's own `__sizeof__` is called.
#[derive(Clone, Copy)]
pub(super) struct Trusted {
    pub(super) dicts: bool,
    pub(super) integers: bool,
    pub(super) lists: bool,
    pub(super) sets: bool,
    pub(super) texts: bool,
}

/// `PyGC_Head`.
pub(in super::super) const GC_HEAD: usize = 16;
/// The two words before an object that hold its dict and its weak references.
const PRE_HEADER: usize = 16;
/// The flags of types whose instances have the pre-header: `Py_TPFLAGS_MANAGED_DICT`,
/// since 3.12 `Py_TPFLAGS_PREHEADER`.
#[cfg(Py_3_12)]
const PRE_HEADER_FLAGS: u64 = 1 << 3 | 1 << 4;
#[cfg(all(Py_3_11, not(Py_3_12)))]
const PRE_HEADER_FLAGS: u64 = 1 << 4;
#[cfg(not(Py_3_11))]
const PRE_HEADER_FLAGS: u64 = 0;

const WORD: usize = size_of::<usize>();

/// The minimum allocation for an integer: since 3.11, the whole of `PyLongObject`.
pub(in super::super) const INTEGER_MIN: usize = if cfg!(Py_3_11) { 32 } else { 28 };

/// The bytes of the memory of an instance of a type that are before the instance: the header of the
/// collector, and the words for its dict and its weak references.
///
/// # Safety
/// The type is alive.
pub(in super::super) unsafe fn bytes_before(ty: *mut ffi::PyTypeObject) -> usize {
    // SAFETY: the caller's promise.
    let has = |flags| unsafe { ffi::PyType_HasFeature(ty, flags) != 0 };
    let header = if has(ffi::Py_TPFLAGS_HAVE_GC) {
        GC_HEAD
    } else {
        0
    };
    header
        + if has(PRE_HEADER_FLAGS as _) {
            PRE_HEADER
        } else {
            0
        }
}

/// How the instances of a type are measured.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// The bytes before an instance.
    before: usize,
    /// Whether to ask for each instance if it takes part in collection.
    asks_collector: bool,
    /// `tp_basicsize`.
    basic: usize,
    /// Whether instances may hold attribute values.
    values: bool,
    body: Body,
    /// Memory that no reference shows and that is not in the struct.
    outside: Option<&'static Kind>,
}

/// The parts that are added to the basic size.
#[derive(Clone, Copy)]
enum Body {
    Nothing,
    Items(Items),
    /// A number of items that the type knows.
    Constant(usize),
    Integer(Items),
    Text,
    List,
    Dict,
    Set,
    Type(Items),
    /// A moment of `datetime`: the last field exists only if it has a time zone.
    Moment,
    /// The result of this function, instead of the basic size.
    Method(ffi::PyCFunction),
}

#[derive(Clone, Copy)]
struct Items {
    /// `tp_itemsize`.
    size: usize,
    /// Items that are allocated beyond the number that the instance states: `PyType_GenericAlloc`
    /// adds one.
    spare: usize,
    /// The allocated bytes are a multiple of this.
    unit: usize,
}

impl Items {
    fn end(self, basic: usize, count: usize) -> usize {
        // If `ob_size` is not a number of items, the size is meaningless.
        count
            .saturating_add(self.spare)
            .saturating_mul(self.size)
            .saturating_add(basic)
            .checked_next_multiple_of(self.unit)
            .unwrap_or(usize::MAX)
    }
}

/// The bytes of one object.
pub(super) enum Size {
    Known(usize),
    /// The result of the method plus these bytes.
    OfMethod {
        method: ffi::PyCFunction,
        besides: usize,
    },
}

impl Plan {
    /// Reads the structs of the type and of its bases; calls none of their functions.
    pub(super) fn of(ty: *mut ffi::PyTypeObject, trusted: Trusted) -> Self {
        // SAFETY: the type and its bases are alive.
        unsafe {
            let before = bytes_before(ty);
            let body = Body::of(ty, trusted);
            // True and False are integers, whatever their type states before 3.12.
            let of_basic = match body {
                Body::Integer(items) if items.spare == 0 => &raw mut ffi::PyLong_Type,
                _ => ty,
            };
            Self {
                before,
                asks_collector: (*ty).tp_is_gc.is_some(),
                basic: (*of_basic).tp_basicsize as usize,
                values: tables::instances_may_have_values(ty),
                body,
                outside: Kind::of(ty),
            }
        }
    }

    /// Whether instances own memory that is not in their struct and to which no reference leads.
    pub(super) fn owns_memory_outside(&self) -> bool {
        self.outside.is_some()
    }

    /// Memory outside of the struct, if it is still to be checked how it is measured.
    pub(super) fn unchecked(&self) -> Option<&'static Kind> {
        self.outside.filter(|kind| kind.is_unchecked())
    }

    /// Whether an instance of the type owns memory of which the size is unknown.
    pub(super) fn is_partly_unknown(&self, object: Obj<'_>) -> bool {
        // SAFETY: the object is of the type, and so of the kind.
        self.outside
            .is_some_and(|kind| unsafe { kind.bytes(object) }.is_none())
    }

    /// The bytes of an instance of the type.
    #[inline]
    pub(super) fn size(&self, object: Obj<'_>) -> Size {
        let pointer = object.as_ptr();
        let mut besides = self.before;
        // SAFETY: the object is alive.
        if self.asks_collector && unsafe { ffi::PyObject_IS_GC(pointer) } == 0 {
            besides = 0;
        }
        if self.values {
            besides += tables::instance_values(object);
        }
        if let Some(kind) = self.outside {
            // SAFETY: the object is of the type, and so of the kind.
            besides += unsafe { kind.bytes(object) }.unwrap_or(0);
        }
        // SAFETY: the bodies fit the type of the object, which is alive.
        let own = unsafe {
            match self.body {
                Body::Nothing => self.basic,
                Body::Constant(bytes) => self.basic + bytes,
                Body::Items(items) => items.end(self.basic, item_count(object)),
                Body::Integer(items) => {
                    let count = digit_count(object).max(1);
                    items.end(self.basic, count).max(INTEGER_MIN)
                }
                Body::Text => texts::text_size(object, self.basic),
                Body::List => self.basic + list_items(object),
                Body::Dict => self.basic + tables::dict_tables(object),
                Body::Set => self.basic + tables::set_table(object),
                Body::Type(items) => type_size(object, self.basic, items),
                Body::Moment if has_time_zone(object) => self.basic,
                Body::Moment => self.basic - WORD,
                Body::Method(method) => return Size::OfMethod { method, besides },
            }
        };
        Size::Known(own.saturating_add(besides))
    }
}

impl Body {
    /// # Safety
    /// The type is alive.
    unsafe fn of(ty: *mut ffi::PyTypeObject, trusted: Trusted) -> Self {
        // SAFETY: guaranteed by the caller.
        let items = unsafe { Items::of(ty) };
        // SAFETY: guaranteed by the caller. Subclasses allocate the whole struct.
        if unsafe { is_moment(ty) } {
            return Self::Moment;
        }
        let mut base = ty;
        while !base.is_null() && base != &raw mut ffi::PyBaseObject_Type {
            // SAFETY: a type keeps its bases alive.
            if let Some(body) = unsafe { Self::by_base(base, ty, items, trusted) } {
                return body;
            }
            // SAFETY: as above.
            base = unsafe { (*base).tp_base };
        }
        if items.size == 0 {
            Self::Nothing
        } else {
            Self::Items(items)
        }
    }

    /// The plan that a base of the type determines, if any.
    ///
    /// # Safety
    /// The types are alive.
    unsafe fn by_base(
        base: *mut ffi::PyTypeObject,
        ty: *mut ffi::PyTypeObject,
        items: Items,
        trusted: Trusted,
    ) -> Option<Self> {
        if base == &raw mut ffi::PyTuple_Type {
            // SAFETY: guaranteed by the caller; this base shows that it is a tuple type.
            return Some(match unsafe { struct_sequence_items(ty) } {
                Some(count) => Self::Constant(count * WORD),
                None => Self::Items(items),
            });
        }
        if base == &raw mut ffi::PyBytes_Type {
            return Some(Self::Items(items));
        }
        if base == &raw mut ffi::PyLong_Type && trusted.integers {
            return Some(Self::Integer(items));
        }
        if base == &raw mut ffi::PyUnicode_Type && trusted.texts {
            return Some(Self::Text);
        }
        if base == &raw mut ffi::PyList_Type && trusted.lists {
            return Some(Self::List);
        }
        if is_dict_type(base) && trusted.dicts {
            return Some(Self::Dict);
        }
        if is_set_type(base) && trusted.sets {
            return Some(Self::Set);
        }
        if base == &raw mut ffi::PyType_Type && layout::values_are_known() {
            return Some(Self::Type(items));
        }
        // SAFETY: guaranteed by the caller.
        if unsafe { shows_its_buffer(base) } {
            return Some(Self::Nothing);
        }
        // SAFETY: guaranteed by the caller.
        unsafe { own_sizeof(base) }.map(Self::Method)
    }
}

impl Items {
    /// # Safety
    /// The type is alive.
    unsafe fn of(ty: *mut ffi::PyTypeObject) -> Self {
        // SAFETY: guaranteed by the caller.
        unsafe {
            let size = (*ty).tp_itemsize as usize;
            let base = (*ty).tp_base;
            // Classes written in Python use `PyType_GenericAlloc`, and so do all metaclasses. The
            // builtin types allocate no more than they need.
            let is_class = ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) != 0
                && ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_BASETYPE) != 0
                && !base.is_null()
                && (*base).tp_itemsize as usize == size;
            let is_metaclass = ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_TYPE_SUBCLASS) != 0;
            let is_packed = !is_class
                && ffi::PyType_HasFeature(
                    ty,
                    ffi::Py_TPFLAGS_LONG_SUBCLASS | ffi::Py_TPFLAGS_BYTES_SUBCLASS,
                ) != 0;
            Self {
                size,
                spare: usize::from(is_class || is_metaclass),
                unit: if is_packed { 1 } else { WORD },
            }
        }
    }
}

/// Whether it is a `datetime` or a `time` without the last field, the time zone.
pub(in super::super) fn lacks_time_zone(object: Obj<'_>) -> bool {
    // SAFETY: an object's type is alive; only an instance of these types is read.
    unsafe { is_moment(object.raw_type()) && !has_time_zone(object) }
}

/// Whether it is a `datetime` or a `time`: [`lacks_time_zone`] is false of all others.
pub(in super::super) fn may_lack_time_zone(object: Obj<'_>) -> bool {
    // SAFETY: an object's type is alive.
    unsafe { is_moment(object.raw_type()) }
}

/// Whether it is a type of `datetime` whose instances may have a time zone.
///
/// # Safety
/// The type is alive.
unsafe fn is_moment(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: guaranteed by the caller; a type has a name.
    unsafe {
        ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) == 0
            && [c"datetime.datetime", c"datetime.time"].contains(&CStr::from_ptr((*ty).tp_name))
    }
}

/// `hastzinfo`.
///
/// # Safety
/// The object is a `datetime` or a `time`.
unsafe fn has_time_zone(object: Obj<'_>) -> bool {
    // SAFETY: guaranteed by the caller; both structs start in the same way.
    unsafe { (*object.as_ptr().cast::<ffi::PyDateTime_Time>()).hastzinfo != 0 }
}

fn is_dict_type(ty: *mut ffi::PyTypeObject) -> bool {
    #[cfg(Py_3_15)]
    if ty == &raw mut ffi::PyFrozenDict_Type {
        return true;
    }
    ty == &raw mut ffi::PyDict_Type
}

fn is_set_type(ty: *mut ffi::PyTypeObject) -> bool {
    ty == &raw mut ffi::PySet_Type || ty == &raw mut ffi::PyFrozenSet_Type
}

/// Whether the `__sizeof__` of a type includes the bytes of an object that its traversal shows and
/// that is counted separately: since 3.12, that of `io.BytesIO`.
///
/// # Safety
/// The type is alive.
unsafe fn shows_its_buffer(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a type has a name.
    cfg!(Py_3_12) && unsafe { CStr::from_ptr((*ty).tp_name) } == c"_io.BytesIO"
}

/// The `__sizeof__` that a type written in C defines itself. A Python class has its methods in its
/// namespace, which is not examined.
///
/// # Safety
/// The type is alive.
pub(super) unsafe fn own_sizeof(ty: *mut ffi::PyTypeObject) -> Option<ffi::PyCFunction> {
    // SAFETY: the methods of a type are an array that ends with an empty name.
    unsafe {
        let mut method = (*ty).tp_methods;
        while !method.is_null() && !(*method).ml_name.is_null() {
            let is_plain = (*method).ml_flags & !ffi::METH_COEXIST == ffi::METH_NOARGS;
            if is_plain && CStr::from_ptr((*method).ml_name) == c"__sizeof__" {
                return Some((*method).ml_meth.PyCFunction);
            }
            method = method.add(1);
        }
        None
    }
}

/// The number of items of an instance of a struct sequence, including those that have only a name
/// and are not counted by its length.
///
/// # Safety
/// The type is a tuple type and alive.
unsafe fn struct_sequence_items(ty: *mut ffi::PyTypeObject) -> Option<usize> {
    // SAFETY: guaranteed by the caller; a namespace holds its values.
    unsafe {
        // A class written in Python may have base classes and an attribute of this name.
        if ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_BASETYPE) != 0 {
            return None;
        }
        let namespace = Obj::from_nullable((*ty).tp_dict)?;
        let (_, count) = dict_entries(namespace)?
            .find(|&(key, _)| text(key, 20).is_some_and(|(key, _)| key == "n_fields"))?;
        if ffi::PyLong_CheckExact(count.as_ptr()) == 0 {
            return None;
        }
        usize::try_from(ffi::PyLong_AsSsize_t(count.as_ptr())).ok()
    }
}

/// # Safety
/// The object is of variable size.
unsafe fn item_count(object: Obj<'_>) -> usize {
    // SAFETY: guaranteed by the caller.
    (unsafe { object.word(size_of::<ffi::PyObject>()) } as isize).unsigned_abs()
}

/// # Safety
/// The object is an integer.
unsafe fn digit_count(object: Obj<'_>) -> usize {
    // SAFETY: guaranteed by the caller. Since 3.12, the number of digits is above three bits that
    // have another use.
    unsafe {
        if cfg!(Py_3_12) {
            object.word(size_of::<ffi::PyObject>()) >> 3
        } else {
            item_count(object)
        }
    }
}

/// # Safety
/// The object is a list.
pub(super) unsafe fn list_items(object: Obj<'_>) -> usize {
    // SAFETY: guaranteed by the caller. `allocated` is negative while a list is being sorted.
    unsafe {
        let list = object.as_ptr().cast::<ffi::PyListObject>();
        if (*list).ob_item.is_null() {
            0
        } else {
            usize::try_from((*list).allocated).unwrap_or(0) * WORD
        }
    }
}

/// A type created at run time also has slots, copies of strings, and a table of keys.
///
/// # Safety
/// The object is a type.
unsafe fn type_size(object: Obj<'_>, basic: usize, items: Items) -> usize {
    /// The bytes of a copy of a C string.
    ///
    /// # Safety
    /// The pointer is a C string, or null.
    unsafe fn copy(string: *const std::ffi::c_char) -> usize {
        if string.is_null() {
            return 0;
        }
        // SAFETY: guaranteed by the caller.
        unsafe { CStr::from_ptr(string) }.count_bytes() + 1
    }

    if is_static_type(object) {
        return size_of::<ffi::PyTypeObject>();
    }
    // SAFETY: a type that is not static is a `PyHeapTypeObject`, and owns these fields.
    unsafe {
        let heap = object.as_ptr().cast::<ffi::PyHeapTypeObject>();
        let mut size = items.end(basic, item_count(object)) + copy((*heap).ht_type.tp_doc);
        if cfg!(Py_3_11) {
            let name = object.word(layout::class::C_NAME.get()) as *const std::ffi::c_char;
            if name == (*heap).ht_type.tp_name {
                size += copy(name);
            }
        }
        size + tables::keys_size(object.word(layout::class::KEYS.get()) as *const u8)
    }
}
