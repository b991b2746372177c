//! Types written in C, as opposed to classes written in Python.

use std::ffi::CStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;

use super::Obj;

/// `subtype_traverse` and `subtype_dealloc`, which every class written in Python has.
static CLASS_TRAVERSE: AtomicUsize = AtomicUsize::new(0);
static CLASS_DEALLOC: AtomicUsize = AtomicUsize::new(0);

/// Finds the functions that all classes written in Python share, from an instance of one.
pub(super) fn learn_from(instance: Obj<'_>) {
    // SAFETY: an object's type is alive.
    let class = unsafe { &*instance.raw_type() };
    CLASS_TRAVERSE.store(address(class.tp_traverse), Ordering::Relaxed);
    CLASS_DEALLOC.store(
        class.tp_dealloc.map_or(0, |dealloc| dealloc as usize),
        Ordering::Relaxed,
    );
}

fn address(traverse: Option<ffi::traverseproc>) -> usize {
    traverse.map_or(0, |traverse| traverse as usize)
}

/// A type whose struct was laid out by a C compiler, with the data that distinguishes it from a
/// later type at the same address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Compiled {
    pub(super) ty: *mut ffi::PyTypeObject,
    pub(super) traverse: usize,
    pub(super) basic_size: usize,
}

impl Compiled {
    fn new(ty: *mut ffi::PyTypeObject) -> Self {
        // SAFETY: the caller's type is alive.
        let raw = unsafe { &*ty };
        Self {
            ty,
            traverse: address(raw.tp_traverse),
            basic_size: usize::try_from(raw.tp_basicsize).unwrap_or(0),
        }
    }

    pub(super) fn of_type(object: Obj<'_>) -> Self {
        Self::new(object.raw_type())
    }

    /// The name with which the type was compiled, including the module.
    pub(super) fn name(self) -> String {
        // SAFETY: every type has a name that lives as long as it does.
        unsafe { CStr::from_ptr((*self.ty).tp_name) }
            .to_string_lossy()
            .into_owned()
    }

    /// Where the struct has the `__dict__` of an object.
    pub(super) fn dict_offset(self) -> Option<usize> {
        // SAFETY: the caller's type is alive.
        let offset = unsafe { (*self.ty).tp_dictoffset };
        usize::try_from(offset).ok().filter(|&offset| offset > 0)
    }

    /// Whether it is a class written in Python.
    pub(super) fn is_class(self) -> bool {
        self.traverse != 0 && self.traverse == CLASS_TRAVERSE.load(Ordering::Relaxed)
    }

    /// The bases of an object's type that have a traversal function of their own, nearest first.
    pub(super) fn bases_of(object: Obj<'_>) -> impl Iterator<Item = Self> {
        let class_traverse = CLASS_TRAVERSE.load(Ordering::Relaxed);
        // SAFETY: a type and its bases are alive as long as an instance.
        std::iter::successors(Some(object.raw_type()), |&ty| unsafe {
            let base = (*ty).tp_base;
            (!base.is_null()).then_some(base)
        })
        .map(Self::new)
        .filter(move |base| {
            class_traverse != 0 && base.traverse != 0 && base.traverse != class_traverse
        })
    }
}

/// Whether all fields of an object are those of classes written in Python.
pub(crate) fn has_python_fields(object: Obj<'_>) -> bool {
    let object_type = &raw mut ffi::PyBaseObject_Type;
    // SAFETY: a type and its bases are alive as long as an instance.
    let mut bases = std::iter::successors(Some(object.raw_type()), |&ty| unsafe {
        let base = (*ty).tp_base;
        (!base.is_null()).then_some(base)
    });
    bases.all(|base| base == object_type || Compiled::new(base).is_class())
}

/// Whether calling the object runs no Python code: it is a function or a type that was written in
/// C.
pub(super) fn is_compiled(object: Obj<'_>) -> bool {
    let ty = object.ty();
    if ty.is(&raw mut ffi::PyCFunction_Type) || ty.is(&raw mut ffi::PyCMethod_Type) {
        return true;
    }
    // SAFETY: the object is alive, and is read as a type only if it is one.
    unsafe {
        if ffi::PyType_Check(object.as_ptr()) == 0 {
            return false;
        }
        let ty = object.as_ptr().cast::<ffi::PyTypeObject>();
        let dealloc = (*ty).tp_dealloc.map_or(0, |dealloc| dealloc as usize);
        let class_dealloc = CLASS_DEALLOC.load(Ordering::Relaxed);
        class_dealloc != 0 && dealloc != class_dealloc
    }
}
