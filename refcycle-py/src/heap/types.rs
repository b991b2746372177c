//! Types: their names and their references.

use std::ffi::{CStr, c_char};
use std::ptr;

use pyo3::ffi;

use super::containers::is_dict;
use super::object::present;
use super::{Obj, dict_value, text};

/// The kinds of objects that have their own form of label. Subclasses written in Python are
/// included if their instances have the same fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `None`, a number, a string, bytes: exactly these types.
    Atom,
    List,
    Tuple,
    Dict,
    Set,
    Type,
    Function,
    Method,
    Module,
    Frame,
    WeakReference,
    Generator,
    Other,
}

impl Kind {
    pub(crate) fn of(object: Obj<'_>) -> Self {
        let pointer = object.as_ptr();
        // SAFETY: the object is alive; all of these read its type.
        unsafe {
            if pointer == ffi::Py_None() || is_exact_atom(object) {
                Self::Atom
            } else if ffi::PyList_Check(pointer) != 0 {
                Self::List
            } else if ffi::PyTuple_Check(pointer) != 0 {
                Self::Tuple
            } else if is_dict(object) {
                Self::Dict
            } else if ffi::PyAnySet_Check(pointer) != 0 {
                Self::Set
            } else if ffi::PyType_Check(pointer) != 0 {
                Self::Type
            } else if ffi::PyFunction_Check(pointer) != 0 {
                Self::Function
            } else if object.ty().is(&raw mut PyMethod_Type) {
                Self::Method
            } else if ffi::PyModule_Check(pointer) != 0 {
                Self::Module
            } else if ffi::PyFrame_Check(pointer) != 0 {
                Self::Frame
            } else if ffi::PyWeakref_Check(pointer) != 0 {
                Self::WeakReference
            } else if is_generator(object) {
                Self::Generator
            } else {
                Self::Other
            }
        }
    }

    /// Whether it is a type that is compiled in, and not a heap type.
    pub(crate) fn is_compiled_type(object: Obj<'_>) -> bool {
        is_type(object) && is_static_type(object)
    }

    /// Whether the object is of the builtin type itself and not of a subclass.
    pub(crate) fn is_exact(object: Obj<'_>) -> bool {
        // SAFETY: the type is alive; the flag is set once, when it is created.
        unsafe { ffi::PyType_HasFeature(object.raw_type(), ffi::Py_TPFLAGS_HEAPTYPE) == 0 }
    }
}

of_python! {
    /// Not declared by pyo3-ffi.
    static mut PyMethod_Type: ffi::PyTypeObject;
}

/// Whether it is a number, a string or bytes, of exactly these types. Such an object refers to no
/// other.
#[inline]
pub(super) fn is_exact_atom(object: Obj<'_>) -> bool {
    let ty = object.ty();
    [
        &raw mut ffi::PyLong_Type,
        &raw mut ffi::PyBool_Type,
        &raw mut ffi::PyFloat_Type,
        &raw mut ffi::PyComplex_Type,
        &raw mut ffi::PyUnicode_Type,
        &raw mut ffi::PyBytes_Type,
    ]
    .iter()
    .any(|&atom| ty.is(atom))
}

/// Whether a type is another one, or a subclass of it.
pub(crate) fn is_subtype(ty: Obj<'_>, of: Obj<'_>) -> bool {
    // SAFETY: both are checked to be types that are alive. The order of bases is read, and no code
    // of the types runs.
    is_type(ty)
        && is_type(of)
        && unsafe { ffi::PyType_IsSubtype(ty.as_ptr().cast(), of.as_ptr().cast()) != 0 }
}

pub(super) fn is_generator(object: Obj<'_>) -> bool {
    let ty = object.ty();
    [
        &raw mut ffi::PyGen_Type,
        &raw mut ffi::PyCoro_Type,
        &raw mut ffi::PyAsyncGen_Type,
    ]
    .iter()
    .any(|&generator| ty.is(generator))
}

fn raw<'h>(ty: Obj<'h>) -> Option<&'h ffi::PyTypeObject> {
    // SAFETY: the object is alive, and is read as a type only if it is one.
    unsafe {
        (ffi::PyType_Check(ty.as_ptr()) != 0).then(|| &*ty.as_ptr().cast::<ffi::PyTypeObject>())
    }
}

fn heap_type<'h>(ty: Obj<'h>) -> Option<&'h ffi::PyHeapTypeObject> {
    let raw = raw(ty)?;
    // SAFETY: a type with the flag is a `PyHeapTypeObject`.
    unsafe {
        (ffi::PyType_HasFeature(ptr::from_ref(raw).cast_mut(), ffi::Py_TPFLAGS_HEAPTYPE) != 0)
            .then(|| &*ty.as_ptr().cast::<ffi::PyHeapTypeObject>())
    }
}

/// Whether it is a type.
#[inline]
pub(super) fn is_type(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyType_Check(object.as_ptr()) != 0 }
}

/// Whether the type of an object, or one of its bases, is the compiled type with this name.
pub(super) fn is_static_type_named(object: Obj<'_>, name: &CStr) -> bool {
    static_type_named(object, name).is_some()
}

/// The static type with this name that is the object's type or a base of it.
pub(super) fn static_type_named(object: Obj<'_>, name: &CStr) -> Option<*mut ffi::PyTypeObject> {
    let mut ty = object.raw_type();
    while !ty.is_null() {
        // SAFETY: an object's type and its bases are alive, and have names.
        unsafe {
            let is_static = ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) == 0;
            if is_static && has_text((*ty).tp_name, name) {
                return Some(ty);
            }
            ty = (*ty).tp_base;
        }
    }
    None
}

/// Whether a C string is this text. Most differ in the first characters, where the comparison ends.
///
/// # Safety
/// `string` points to a text that ends with a zero.
#[inline]
unsafe fn has_text(string: *const c_char, text: &CStr) -> bool {
    let mut bytes = text.to_bytes_with_nul().iter().enumerate();
    // SAFETY: guaranteed by the caller. All characters before this one are equal to those of the
    // text, so none of them is the zero at the end.
    bytes.all(|(place, &byte)| unsafe { *string.add(place) } as u8 == byte)
}

/// References that no type shows to the collector: the dict of weak references to its subclasses,
/// and the strings of a type that was created at run time.
pub(super) fn unshown_fields<'h>(ty: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    let mut fields = match heap_type(ty) {
        Some(heap) => present([
            ("__name__", heap.ht_name),
            ("__qualname__", heap.ht_qualname),
            ("ht_slots", heap.ht_slots),
        ]),
        None => Vec::new(),
    };
    fields.extend(subclass_dict(ty).map(|dict| ("__subclasses__", dict)));
    fields
}

/// The dict of weak references to the subclasses of a type, if the type shows where it is.
pub(super) fn subclass_dict<'h>(ty: Obj<'h>) -> Option<Obj<'h>> {
    let raw = raw(ty).filter(|raw| !has_numbered_subclasses(raw))?;
    // SAFETY: the field is null or a dict.
    unsafe { Obj::from_nullable(raw.tp_subclasses.cast()) }
}

/// A type, and those from which it inherits its struct, the nearest first.
pub(super) fn bases<'h>(ty: Obj<'h>) -> impl Iterator<Item = Obj<'h>> {
    std::iter::successors(Some(ty), |&ty| {
        // SAFETY: the field is null or a type, which its subtype keeps alive.
        unsafe { Obj::from_nullable(raw(ty)?.tp_base.cast()) }
    })
}

/// Whether the field for the subclasses holds a number. This is so since 3.12, for the types that
/// are compiled into the interpreter.
fn has_numbered_subclasses(raw: &ffi::PyTypeObject) -> bool {
    /// `_Py_TPFLAGS_STATIC_BUILTIN`.
    const STATIC_BUILTIN: std::ffi::c_ulong = 1 << 1;

    let raw = ptr::from_ref(raw).cast_mut();
    // SAFETY: the type is alive.
    cfg!(Py_3_12) && unsafe { ffi::PyType_HasFeature(raw, STATIC_BUILTIN) != 0 }
}

/// The references of a type that was compiled into CPython or an extension, which takes no part in
/// collection.
pub(super) fn static_fields<'h>(ty: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    let Some(raw) = raw(ty).filter(|_| is_static_type(ty)) else {
        return Vec::new();
    };
    // Since 3.12, each interpreter has its own dict for such a type.
    #[cfg(Py_3_12)]
    // SAFETY: it is a type. The new reference is released immediately, because the type has one.
    let dict = unsafe {
        let dict = ffi::PyType_GetDict(ptr::from_ref(raw).cast_mut());
        ffi::Py_XDECREF(dict);
        dict
    };
    #[cfg(not(Py_3_12))]
    let dict = raw.tp_dict;
    present([
        ("__dict__", dict),
        ("__mro__", raw.tp_mro),
        ("__bases__", raw.tp_bases),
        ("__base__", raw.tp_base.cast()),
    ])
}

/// Whether a type is compiled in, and not a heap type.
pub(super) fn is_static_type(ty: Obj<'_>) -> bool {
    heap_type(ty).is_none()
}

/// The qualified name of a type, without its module.
pub(crate) fn type_name(ty: Obj<'_>) -> String {
    if let Some(heap_type) = heap_type(ty) {
        // SAFETY: a heap type holds its qualified name.
        let name = unsafe { Obj::from_nullable(heap_type.ht_qualname) };
        if let Some((name, _)) = name.and_then(|name| text(name, NAME_LIMIT)) {
            return name;
        }
    }
    let name = dotted_name(ty);
    match name.rsplit_once('.') {
        Some((_, name)) => name.to_owned(),
        None => name,
    }
}

/// Longer names are cut off, because names are shown to people.
const NAME_LIMIT: usize = 1000;

/// The module of a type: from its namespace, or the first part of its dotted name; `None` if
/// neither exists.
pub(crate) fn type_module(ty: Obj<'_>) -> Option<String> {
    if heap_type(ty).is_none() {
        let name = dotted_name(ty);
        return Some(match name.rsplit_once('.') {
            Some((module, _)) => module.to_owned(),
            None => "builtins".to_owned(),
        });
    }
    // SAFETY: a heap type holds its namespace.
    let namespace = unsafe { Obj::from_nullable(raw(ty)?.tp_dict)? };
    let (module, _) = text(dict_value(namespace, "__module__")?, NAME_LIMIT)?;
    Some(module)
}

/// The name of a type that is compiled in, with the module unless it is a builtin.
pub(crate) fn static_type_name(ty: Obj<'_>) -> Option<String> {
    heap_type(ty).is_none().then(|| {
        let name = dotted_name(ty);
        match name.strip_prefix("builtins.") {
            Some(own) => own.to_owned(),
            None => name,
        }
    })
}

/// `tp_name`: for a type of C code, with its module.
pub(super) fn dotted_name(ty: Obj<'_>) -> String {
    match raw(ty) {
        // SAFETY: every type has a name that lives as long as it does.
        Some(raw) => unsafe { CStr::from_ptr(raw.tp_name) }
            .to_string_lossy()
            .into_owned(),
        None => String::new(),
    }
}

/// The referents of a type, by attribute name.
pub(crate) fn type_fields<'h>(ty: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    let mut fields = match heap_type(ty) {
        Some(heap) => present([
            ("__dict__", heap.ht_type.tp_dict),
            ("__mro__", heap.ht_type.tp_mro),
            ("__bases__", heap.ht_type.tp_bases),
            ("__base__", heap.ht_type.tp_base.cast()),
            ("tp_cache", heap.ht_type.tp_cache),
            ("ht_module", heap.ht_module),
        ]),
        None => static_fields(ty),
    };
    fields.extend(unshown_fields(ty));
    fields
}

/// The `__name__` of a type: the last part of its qualified name.
pub(crate) fn type_short_name(ty: Obj<'_>) -> String {
    if let Some(heap_type) = heap_type(ty) {
        // SAFETY: a heap type holds its name.
        let name = unsafe { Obj::from_nullable(heap_type.ht_name) };
        if let Some((name, _)) = name.and_then(|name| text(name, NAME_LIMIT)) {
            return name;
        }
    }
    type_name(ty)
}

/// The tuple of the bases of a type.
pub(crate) fn type_bases<'h>(ty: Obj<'h>) -> Option<Obj<'h>> {
    // SAFETY: the field is null or a tuple.
    unsafe { Obj::from_nullable(raw(ty)?.tp_bases) }
}
