//! Python objects that contain memory which objects of a library use too.

use std::mem::MaybeUninit;

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;

use super::compiled_calls::get_from;
use super::extents::{Extents, Identity, MAIN_MEMORY};
use crate::heap::types::{type_module, type_name};
use crate::heap::{Obj, arrays, paused};

/// The kind of an object that may contain memory.
enum Owner {
    /// From this address on, as many bytes.
    Memory(u64, u64),
    Array,
    /// An object that shows its memory by the buffer protocol, as a type of CPython at this address
    /// does, which is its type or a base of it. What is below runs no code.
    Exporter(usize),
}

/// Adds the memory of objects in which some of the memory that was found lies.
pub(super) fn see(py: Python<'_>, objects: &[Py<PyAny>], extents: &mut Extents) {
    let wanted = Ranges::of(extents);
    // During the pause only the kind is determined; arrays and exporters are then asked.
    let owners: Vec<(u32, Owner)> = paused(py, |heap| {
        let mut exporters = Exporters::default();
        let objects = objects.iter().enumerate();
        let owners = objects.filter_map(|(number, object)| {
            let owner = owner(heap.see(object), &mut exporters)?;
            let is_wanted = match owner {
                Owner::Memory(start, bytes) => wanted.touch(start, bytes),
                _ => true,
            };
            is_wanted.then_some((number as u32, owner))
        });
        owners.collect()
    });
    for (number, owner) in owners {
        let object = objects[number as usize].bind(py);
        let memory = match owner {
            Owner::Memory(start, bytes) => Some((start, bytes)),
            Owner::Array => array_memory(object),
            Owner::Exporter(ty) => exported(object, ty as _),
        };
        if let Some((start, bytes)) = memory.filter(|&(start, bytes)| wanted.touch(start, bytes)) {
            extents.owned(number, MAIN_MEMORY, Some(Identity::Address(start)), bytes);
        }
    }
}

/// Whether objects of this type contain the memory that they show. Those of ctypes may show any.
pub(super) fn is_owner_type(object: Obj<'_>) -> bool {
    match owner(object, &mut Exporters::default()) {
        // SAFETY: the type is one of the object's.
        Some(Owner::Exporter(ty)) => unsafe {
            type_module(Obj::new(ty as _)).is_none_or(|module| &*module != "_ctypes")
        },
        Some(_) => true,
        None => is_memoryview(object),
    }
}

fn is_memoryview(object: Obj<'_>) -> bool {
    object.ty().is(&raw mut ffi::PyMemoryView_Type)
}

/// The types of CPython that show their memory by the buffer protocol.
#[derive(Default)]
struct Exporters {
    /// The types that were looked at, each with the address of the one of CPython.
    known: rustc_hash::FxHashMap<usize, Option<usize>>,
}

impl Exporters {
    fn base_of(&mut self, object: Obj<'_>) -> Option<usize> {
        let ty = object.raw_type();
        *self.known.entry(ty as usize).or_insert_with(|| {
            // SAFETY: a type keeps its bases alive.
            let bases = std::iter::successors(Some(ty), |&ty| unsafe {
                let base = (*ty).tp_base;
                (!base.is_null()).then_some(base)
            });
            let mut bases = bases.map(|ty| ty as usize);
            // SAFETY: the type is alive.
            bases.find(|&ty| is_exporter(unsafe { Obj::new(ty as _) }))
        })
    }
}

fn is_exporter(ty: Obj<'_>) -> bool {
    let name = (type_module(ty).unwrap_or_default(), type_name(ty));
    let is_known = matches!(
        (&*name.0, &*name.1),
        ("array", "array")
            | ("mmap", "mmap")
            | (
                "_ctypes",
                "Array"
                    | "Structure"
                    | "Union"
                    | "_SimpleCData"
                    | "_Pointer"
                    | "CFuncPtr"
                    | "_CData"
            )
    );
    is_known && crate::heap::compiled::is_compiled(ty)
}

fn owner(object: Obj<'_>, exporters: &mut Exporters) -> Option<Owner> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive and of the type that was checked.
    unsafe {
        if ffi::PyBytes_Check(pointer) != 0 {
            let bytes = ffi::PyBytes_Size(pointer) as u64;
            return Some(Owner::Memory(ffi::PyBytes_AsString(pointer) as u64, bytes));
        }
        if ffi::PyByteArray_Check(pointer) != 0 {
            let bytes = ffi::PyByteArray_Size(pointer) as u64;
            return Some(Owner::Memory(
                ffi::PyByteArray_AsString(pointer) as u64,
                bytes,
            ));
        }
    }
    if let Some(ty) = exporters.base_of(object) {
        return Some(Owner::Exporter(ty));
    }
    (arrays::array_type(object).is_some() && arrays::is_owner(object)).then_some(Owner::Array)
}

/// The memory that a NumPy array owns.
fn array_memory(array: &Bound<'_, PyAny>) -> Option<(u64, u64)> {
    let held = array.as_unbound();
    let (ty, start) = paused(array.py(), |heap| {
        let array = heap.see(held);
        Some((arrays::array_type(array)?, arrays::data_of(array)?))
    })?;
    let bytes = get_from(ty as _, array, intern!(array.py(), "nbytes"))?;
    Some((start as u64, bytes.extract().ok()?))
}

/// The memory that an object shows as one of this type, if it is its own. The buffer is released
/// before any other code can run.
fn exported(object: &Bound<'_, PyAny>, ty: *mut ffi::PyTypeObject) -> Option<(u64, u64)> {
    // An object of ctypes may show the memory of another one.
    if let Some(is_own) = get_from(ty, object, intern!(object.py(), "_b_needsfree_"))
        && !is_own.is_truthy().ok()?
    {
        return None;
    }
    let mut view = MaybeUninit::<ffi::Py_buffer>::uninit();
    // SAFETY: a type has these functions or not. The view is filled in if the call succeeds, and is
    // released then as `PyBuffer_Release` does it, except that a class below may have a function of
    // its own for that.
    unsafe {
        let functions = (*ty).tp_as_buffer.as_ref()?;
        let show = functions.bf_getbuffer?;
        if show(object.as_ptr(), view.as_mut_ptr(), ffi::PyBUF_SIMPLE) != 0 {
            ffi::PyErr_Clear();
            return None;
        }
        let mut view = view.assume_init();
        let memory = (view.buf as u64, view.len as u64);
        if let Some(release) = functions.bf_releasebuffer {
            release(object.as_ptr(), &mut view);
        }
        ffi::Py_XDECREF(view.obj);
        Some(memory)
    }
}

/// Ranges of addresses that do not overlap, ascending.
struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    fn of(extents: &Extents) -> Self {
        let mut found: Vec<_> = extents.addresses().collect();
        found.sort_unstable();
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for (start, end) in found {
            match ranges.last_mut() {
                Some(last) if start < last.1 => last.1 = last.1.max(end),
                _ => ranges.push((start, end)),
            }
        }
        Self(ranges)
    }

    fn touch(&self, start: u64, bytes: u64) -> bool {
        let end = start.saturating_add(bytes);
        let place = self.0.partition_point(|&(_, last)| last <= start);
        self.0.get(place).is_some_and(|&(first, _)| first < end)
    }
}
