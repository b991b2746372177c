//! Which reader reads the objects of a type.

use std::ffi::CStr;

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;
use rustc_hash::FxHashMap;

use super::buffer_class;
use super::extents::{Reader, read_nothing};
use super::loaded::{in_dict, is_in, modules};
use super::{lxml, numpy, pandas, pillow, polars, pyarrow, registered, torch};
use crate::heap::paused;
use crate::heap::slices::{SLICE, Turns};

/// Chooses a reader for each type, once.
pub(super) struct Readers {
    known: FxHashMap<usize, Option<Reader>>,
}

/// The types of some objects.
pub(super) struct Types {
    /// The index of its type for each object.
    of_objects: Vec<u32>,
    /// For each type, the index of an object.
    examples: Vec<usize>,
}

impl Types {
    /// Reads them in slices.
    pub(super) fn of(py: Python<'_>, objects: &[Py<PyAny>]) -> Self {
        let mut types = Self {
            of_objects: Vec::with_capacity(objects.len()),
            examples: Vec::new(),
        };
        let mut places = FxHashMap::default();
        let mut last = (0, 0);
        let mut turns = Turns::default();
        for part in objects.chunks(SLICE) {
            if !types.of_objects.is_empty() {
                turns.give(py);
            }
            paused(py, |heap| {
                for object in heap.see_all(part) {
                    let ty = object.ty().address();
                    if last.0 != ty {
                        let place = *places.entry(ty).or_insert_with(|| {
                            types.examples.push(types.of_objects.len());
                            types.examples.len() - 1
                        });
                        last = (ty, place);
                    }
                    types.of_objects.push(last.1 as u32);
                }
            });
        }
        types
    }
}

impl Readers {
    /// None if no library with a reader is loaded, no function is registered, and no graph has
    /// buffers among its vertices.
    pub(super) fn new(py: Python<'_>) -> Option<Self> {
        let modules = modules(py)?;
        let is_loaded = [
            intern!(py, "numpy"),
            intern!(py, "pyarrow"),
            intern!(py, "polars"),
            intern!(py, "torch"),
            intern!(py, "PIL"),
            intern!(py, "lxml"),
            intern!(py, "pandas"),
            intern!(py, "_duckdb"),
            intern!(py, "duckdb"),
        ]
        .into_iter()
        .any(|name| in_dict(&modules, name).is_some());
        (is_loaded || registered::are_any() || buffer_class::exist()).then(|| Self {
            known: FxHashMap::default(),
        })
    }

    /// The objects that have a reader, by index.
    pub(super) fn find(
        &mut self,
        py: Python<'_>,
        objects: &[Py<PyAny>],
        types: &Types,
    ) -> Vec<(u32, Reader)> {
        let readers: Vec<_> = types
            .examples
            .iter()
            .map(|&number| self.of(objects[number].bind(py)))
            .collect();
        let found = types.of_objects.iter().enumerate();
        found
            .filter_map(|(number, &place)| Some((number as u32, readers[place as usize]?)))
            .collect()
    }

    /// The reader for an object.
    pub(super) fn of(&mut self, object: &Bound<'_, PyAny>) -> Option<Reader> {
        let ty = object.get_type_ptr() as usize;
        *self.known.entry(ty).or_insert_with(|| choose(object))
    }
}

fn choose(object: &Bound<'_, PyAny>) -> Option<Reader> {
    let ty = object.get_type();
    if buffer_class::is_class(&ty) {
        return Some(buffer_class::read);
    }
    if registered::has(&ty) {
        return Some(registered::read);
    }
    // SAFETY: a type has a name, which lives as long as it does.
    let (name, is_static) = unsafe {
        let raw = ty.as_type_ptr();
        let is_static = ffi::PyType_HasFeature(raw, ffi::Py_TPFLAGS_HEAPTYPE) == 0;
        (CStr::from_ptr((*raw).tp_name), is_static)
    };
    let name = name.to_bytes();
    if is_static {
        if let Some(name) = name.strip_prefix(b"pyarrow.lib.") {
            return pyarrow::reader(&ty, name);
        }
        match name {
            b"ImagingCore" => return Some(pillow::read),
            b"lxml.etree._Document" => return Some(lxml::read),
            _ => {}
        }
    }
    match name {
        b"PySeries" | b"builtins.PySeries" if is_polars(&ty, "PySeries") => {
            Some(polars::read_series)
        }
        b"PyDataFrame" | b"builtins.PyDataFrame" if is_polars(&ty, "PyDataFrame") => {
            Some(polars::read_frame)
        }
        b"Tensor" if is_in(&ty, "torch", "Tensor") => Some(torch::read_tensor),
        b"Parameter" if is_in(&ty, "torch.nn.parameter", "Parameter") => Some(torch::read_tensor),
        b"UntypedStorage" if is_in(&ty, "torch.storage", "UntypedStorage") => {
            Some(torch::read_storage)
        }
        _ if numpy::is_array(object) => Some(numpy::read),
        _ if name.rsplit(|&byte| byte == b'.').next()?.starts_with(b"Py")
            && is_any_of_polars(&ty, name) =>
        {
            Some(read_nothing)
        }
        _ if pandas::is_table(&ty, name) => Some(pandas::read_table),
        _ if is_of_duckdb(&ty, name) => Some(read_nothing),
        _ if !is_static => {
            torch::reader_of_subclass(&ty).or_else(|| pyarrow::reader_of_subclass(&ty))
        }
        _ => None,
    }
}

/// Whether the type is a compiled class of DuckDB, which tells the memory of no object.
fn is_of_duckdb(ty: &Bound<'_, PyType>, name: &[u8]) -> bool {
    let name = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    let modules = ["_duckdb", "duckdb.duckdb"];
    // SAFETY: the type is alive.
    let is_error =
        unsafe { ffi::PyType_HasFeature(ty.as_type_ptr(), ffi::Py_TPFLAGS_BASE_EXC_SUBCLASS) } != 0;
    let is_there = |name| modules.iter().any(|module| is_in(ty, module, name));
    !is_error && str::from_utf8(name).is_ok_and(is_there)
}

/// Whether the type is a compiled class of Polars.
fn is_any_of_polars(ty: &Bound<'_, PyType>, name: &[u8]) -> bool {
    let name = name.strip_prefix(b"builtins.").unwrap_or(name);
    str::from_utf8(name).is_ok_and(|name| is_polars(ty, name))
}

fn is_polars(ty: &Bound<'_, PyType>, name: &str) -> bool {
    is_in(ty, "polars._plr", name) || is_in(ty, "polars.polars", name)
}
