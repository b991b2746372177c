//! Types: their names and what they refer to.

use std::ffi::CStr;
use std::ptr;

use pyo3::ffi;

use super::containers::is_dict;
use super::object::present;
use super::{Obj, dict_entries, text};

/// The kinds of objects that are labelled in a way of their own. Subclasses written in
/// Python count as well where their instances have the same fields.
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

    /// Whether the object is of the builtin type itself and not of a subclass.
    pub(crate) fn is_exact(object: Obj<'_>) -> bool {
        // SAFETY: the type is alive; the flag is set once, when it is created.
        unsafe { ffi::PyType_HasFeature(object.raw_type(), ffi::Py_TPFLAGS_HEAPTYPE) == 0 }
    }
}

unsafe extern "C" {
    /// Not declared by pyo3-ffi.
    static mut PyMethod_Type: ffi::PyTypeObject;
}

fn is_exact_atom(object: Obj<'_>) -> bool {
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
    // SAFETY: the object is alive, and a type when it is read as one.
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

/// Names are shown to people.
const NAME_LIMIT: usize = 1000;

/// The module of a type: what its namespace says, or the first part of its dotted name;
/// `None` when neither says anything.
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
    // A look-up by key could compare with a key that a user defined.
    dict_entries(namespace)?
        .find(|&(key, _)| text(key, NAME_LIMIT).is_some_and(|(key, _)| key == "__module__"))
        .and_then(|(_, module)| text(module, NAME_LIMIT))
        .map(|(module, _)| module)
}

fn dotted_name(ty: Obj<'_>) -> String {
    match raw(ty) {
        // SAFETY: every type has a name that lives as long as it does.
        Some(raw) => unsafe { CStr::from_ptr(raw.tp_name) }
            .to_string_lossy()
            .into_owned(),
        None => String::new(),
    }
}

/// What a type that was created at run time refers to, by attribute names. The types
/// that are compiled into CPython say nothing of what they refer to.
pub(crate) fn type_fields<'h>(ty: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    let Some(heap) = heap_type(ty) else {
        return Vec::new();
    };
    present([
        ("__dict__", heap.ht_type.tp_dict),
        ("__mro__", heap.ht_type.tp_mro),
        ("__bases__", heap.ht_type.tp_bases),
        ("__base__", heap.ht_type.tp_base.cast()),
        ("tp_cache", heap.ht_type.tp_cache),
        ("ht_module", heap.ht_module),
    ])
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
