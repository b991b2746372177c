//! Functions, cells, builtin functions, modules and weak references.

use pyo3::ffi;

use super::Obj;
use super::object::present;

/// The references of a Python function by attribute name; empty if the object is not a function.
/// They are read from the struct, because since 3.14 evaluating `__annotations__` may run code.
pub(crate) fn function_fields<'h>(object: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    // SAFETY: the object is alive, and its fields are read only if it is a function.
    let function = unsafe {
        if ffi::PyFunction_Check(object.as_ptr()) == 0 {
            return Vec::new();
        }
        &*object.as_ptr().cast::<ffi::PyFunctionObject>()
    };
    present([
        ("__name__", function.func_name),
        ("__qualname__", function.func_qualname),
        ("__code__", function.func_code),
        ("__defaults__", function.func_defaults),
        ("__kwdefaults__", function.func_kwdefaults),
        ("__closure__", function.func_closure),
        ("__globals__", function.func_globals),
        ("__builtins__", function.func_builtins),
        ("__module__", function.func_module),
        ("__doc__", function.func_doc),
        ("__dict__", function.func_dict),
        ("__annotations__", function.func_annotations),
        #[cfg(Py_3_12)]
        ("__type_params__", function.func_typeparams),
        #[cfg(Py_3_14)]
        ("__annotate__", function.func_annotate),
    ])
}

/// The references of a function written in C by attribute name; empty if the object is not such a
/// function.
pub(crate) fn builtin_fields<'h>(object: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    // SAFETY: the object is alive, and its fields are read only if it is a builtin function.
    let function = unsafe {
        if ffi::PyCFunction_Check(object.as_ptr()) == 0 {
            return Vec::new();
        }
        &*object.as_ptr().cast::<ffi::PyCFunctionObject>()
    };
    // SAFETY: the object is alive, and the field is read only if it has the larger struct.
    let class = unsafe {
        let method = object.as_ptr().cast::<ffi::PyCMethodObject>();
        (ffi::PyCMethod_Check(object.as_ptr()) != 0).then(|| (*method).mm_class)
    };
    present([
        ("__self__", function.m_self),
        ("__module__", function.m_module),
        (
            "mm_class",
            class.map_or(std::ptr::null_mut(), <*mut _>::cast),
        ),
    ])
}

/// The name of a function written in C, and the object to which it is bound, usually a module;
/// `None` if the object is not such a function.
pub(crate) fn builtin_name<'h>(object: Obj<'h>) -> Option<(String, Option<Obj<'h>>)> {
    // SAFETY: the object is alive, and its fields are read only if it is a builtin function. Its
    // definition lives as long as the function, and has a name.
    unsafe {
        if ffi::PyCFunction_Check(object.as_ptr()) == 0 {
            return None;
        }
        let function = &*object.as_ptr().cast::<ffi::PyCFunctionObject>();
        let name = std::ffi::CStr::from_ptr((*function.m_ml).ml_name);
        let name = name.to_string_lossy().into_owned();
        Some((name, Obj::from_nullable(function.m_self)))
    }
}

/// The object that a cell holds.
pub(crate) fn cell_contents<'h>(object: Obj<'h>) -> Option<Obj<'h>> {
    // SAFETY: the object is alive, and its field is read only if it is a cell.
    unsafe {
        if ffi::PyCell_Check(object.as_ptr()) == 0 {
            return None;
        }
        Obj::from_nullable((*object.as_ptr().cast::<ffi::PyCellObject>()).ob_ref)
    }
}

/// Whether the object is a cell.
pub(crate) fn is_cell(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyCell_Check(object.as_ptr()) != 0 }
}

/// The namespace of a module.
pub(crate) fn module_dict<'h>(object: Obj<'h>) -> Option<Obj<'h>> {
    // SAFETY: the object is alive and checked to be a module. The call returns a borrowed
    // reference.
    unsafe {
        if ffi::PyModule_Check(object.as_ptr()) == 0 {
            return None;
        }
        Obj::from_nullable(ffi::PyModule_GetDict(object.as_ptr()))
    }
}

/// `None` if the object is not a weak reference; otherwise its referent, if that is alive.
pub(crate) fn weak_referent<'h>(object: Obj<'h>) -> Option<Option<Obj<'h>>> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive. `wr_object` is the first field of the public struct on every
    // version; if the reference is dead, it is `None` or a referent with a count of zero.
    unsafe {
        if ffi::PyWeakref_Check(pointer) == 0 {
            return None;
        }
        let referent = object.field(size_of::<ffi::PyObject>());
        Some(referent.filter(|referent| {
            referent.as_ptr() != ffi::Py_None() && ffi::Py_REFCNT(referent.as_ptr()) > 0
        }))
    }
}

/// The callback of a weak reference or a proxy, which is called when the referent dies.
pub(crate) fn weak_callback<'h>(object: Obj<'h>) -> Option<(&'static str, Obj<'h>)> {
    // SAFETY: the object is alive. `wr_callback` is the second field of the public struct on every
    // version.
    unsafe {
        if ffi::PyWeakref_Check(object.as_ptr()) == 0 {
            return None;
        }
        let callback = object.field(size_of::<ffi::PyObject>() + size_of::<usize>())?;
        Some(("__callback__", callback))
    }
}

/// The references that a code object does not declare, by name: the names of its variables and what
/// these are, and since 3.11 what it keeps of earlier requests for its attributes. Empty if the
/// object is no code object.
pub(crate) fn hidden_code_fields<'h>(object: Obj<'h>) -> Vec<(&'static str, Obj<'h>)> {
    #[cfg(Py_3_11)]
    // SAFETY: the object is alive. The fields are read only if it is a code object, at the offsets
    // that the import checked.
    unsafe {
        use super::layout::{self, code};

        if ffi::PyCode_Check(object.as_ptr()) != 0 && layout::code_is_known() {
            let own = [
                ("co_localsplusnames", object.field(code::LOCAL_NAMES.get())),
                ("co_localspluskinds", object.field(code::LOCAL_KINDS.get())),
            ];
            return own
                .into_iter()
                .chain(code_cache(object))
                .filter_map(|(name, field)| Some((name, field?)))
                .collect();
        }
    }
    let _ = object;
    Vec::new()
}

/// The words of `_PyCoCached`, which a code object has once one of these attributes was asked for.
#[cfg(Py_3_12)]
const CACHED: [&str; 4] = ["co_code", "co_varnames", "co_cellvars", "co_freevars"];

/// The bytes that a code object uses for what it keeps of its attributes, without the objects.
///
/// # Safety
/// The object is a code object.
#[cfg(Py_3_12)]
pub(super) unsafe fn code_cache_size(object: Obj<'_>) -> usize {
    use super::layout::{self, code};

    // SAFETY: guaranteed by the caller; the offset was checked.
    let has_cache =
        layout::code_cache_is_known() && unsafe { object.word(code::CACHED.get()) } != 0;
    if has_cache {
        size_of::<usize>() * CACHED.len()
    } else {
        0
    }
}

/// What a code object keeps of its attributes.
///
/// # Safety
/// The object is a code object.
#[cfg(Py_3_11)]
unsafe fn code_cache<'h>(object: Obj<'h>) -> Vec<(&'static str, Option<Obj<'h>>)> {
    use super::layout::{self, code};

    if !layout::code_cache_is_known() {
        return Vec::new();
    }
    // SAFETY: guaranteed by the caller; the offset was checked. Since 3.12, there is the address of
    // a struct, in which each word is an object or null.
    unsafe {
        #[cfg(not(Py_3_12))]
        return vec![("co_code", object.field(code::CACHED.get()))];
        #[cfg(Py_3_12)]
        {
            let kept = object.word(code::CACHED.get()) as *const *mut ffi::PyObject;
            if kept.is_null() {
                return Vec::new();
            }
            let names = CACHED.into_iter().enumerate();
            let kept = names.map(|(place, name)| (name, Obj::from_nullable(*kept.add(place))));
            kept.collect()
        }
    }
}

/// The code of a Python function.
#[inline]
pub(super) fn function_code<'h>(object: Obj<'h>) -> Option<Obj<'h>> {
    // SAFETY: the object is alive, and its field is read only if it is a function.
    unsafe {
        if ffi::PyFunction_Check(object.as_ptr()) == 0 {
            return None;
        }
        Obj::from_nullable((*object.as_ptr().cast::<ffi::PyFunctionObject>()).func_code)
    }
}
