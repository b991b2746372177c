//! The class of buffers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;
use refcycle_dot::text::escaped;
use rustc_hash::FxHashMap;

use super::extents::{Extents, Identity, MAIN_MEMORY};
use crate::heap::Obj;

/// Memory outside of Python's objects: in the memory of the process or on a device.
///
/// In a snapshot, memory that several objects share is a vertex of this class: it is counted
/// once, and its parents are its holders. So is each buffer on a device. A function that is
/// registered with `register_size` returns buffers: `size` in bytes, the `address` if other
/// objects may use the same memory, and the name of the `device`, as in `"cuda:0"`, unless it
/// is in the memory of the process. `ValueError` if `size` is negative or above 2**48, or if
/// `address` is no address.
///
///     >>> import refcycle
///     >>> refcycle.Buffer(1_000_000, device="cuda:0")
///     <Buffer: 1000000 bytes on cuda:0>
#[pyclass(frozen, module = "refcycle")]
pub(crate) struct Buffer {
    /// The number of bytes.
    #[pyo3(get)]
    size: u64,
    identity: Option<Identity>,
    device: Box<str>,
    /// What it stands for, if it is a vertex.
    vertex: Option<Key>,
}

/// What distinguishes the buffers that are vertices.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::heap) struct Key {
    pub(in crate::heap) device: Box<str>,
    pub(in crate::heap) identity: Option<Identity>,
    pub(in crate::heap) bytes: u64,
    /// Without an identity, the address of the holder, and a number for each of its buffers.
    pub(in crate::heap) holder: (usize, usize),
}

/// The addresses of the buffers that are vertices of graphs. The same memory has the same vertex in
/// all of them, so that a comparison of two graphs does not take it for new.
static VERTICES: LazyLock<Mutex<FxHashMap<Key, usize>>> = LazyLock::new(Mutex::default);

/// Not held while other code runs.
fn vertices() -> MutexGuard<'static, FxHashMap<Key, usize>> {
    VERTICES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(key) = self.vertex.take() {
            vertices().remove(&key);
        }
    }
}

/// No memory is larger.
const MOST: u64 = 1 << 48;

/// The address of the class, once a graph has had a buffer as a vertex.
static BUFFER_TYPE: AtomicUsize = AtomicUsize::new(0);

/// Whether a graph has had a buffer as a vertex.
pub(super) fn exist() -> bool {
    BUFFER_TYPE.load(Ordering::Relaxed) != 0
}

pub(super) fn is_class(ty: &Bound<'_, PyType>) -> bool {
    ty.is(ty.py().get_type::<Buffer>())
}

impl Buffer {
    /// A vertex for this memory: that of an earlier graph, if it still exists.
    pub(in crate::heap) fn of(py: Python<'_>, key: Key) -> PyResult<Py<PyAny>> {
        if let Some(&known) = vertices().get(&key) {
            // SAFETY: a buffer that is released has removed itself before.
            return Ok(unsafe { Bound::from_borrowed_ptr(py, known as *mut _).unbind() });
        }
        BUFFER_TYPE.store(py.get_type::<Self>().as_ptr() as usize, Ordering::Relaxed);
        let buffer = Self {
            size: key.bytes,
            identity: key.identity,
            device: (&*key.device).into(),
            vertex: Some(key.clone()),
        };
        let buffer = Py::new(py, buffer)?.into_any();
        // It refers to no object, and belongs to graphs alone: no later one lists it.
        // SAFETY: the object is alive.
        unsafe { ffi::PyObject_GC_UnTrack(buffer.as_ptr().cast()) };
        vertices().insert(key, buffer.as_ptr() as usize);
        Ok(buffer)
    }

    /// Describes the memory as that of the object that is being read.
    pub(super) fn see(&self, extents: &mut Extents) {
        extents.on_device(&self.device, self.identity, self.size);
    }

    /// The device, [`MAIN_MEMORY`] for the memory of the process.
    pub(crate) fn device_name(&self) -> &str {
        &self.device
    }

    /// The number of bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.size
    }

    pub(crate) fn first_byte(&self) -> Option<u64> {
        match self.identity {
            Some(Identity::Address(address)) => Some(address),
            _ => None,
        }
    }
}

#[crate::border::guarded]
#[pymethods]
impl Buffer {
    #[new]
    #[pyo3(signature = (size, *, address=None, device=None))]
    fn new(
        size: &Bound<'_, PyAny>,
        address: Option<&Bound<'_, PyAny>>,
        device: Option<String>,
    ) -> PyResult<Self> {
        let address = address.map(|address| number(address, "address", u64::MAX));
        Ok(Self {
            size: bytes_of(size, "size")?,
            identity: address.transpose()?.map(Identity::Address),
            device: device.unwrap_or_default().into(),
            vertex: None,
        })
    }

    /// The address of the first byte; `None` if it is not known.
    #[getter]
    fn address(&self) -> Option<u64> {
        self.first_byte()
    }

    /// The name of the device, as in `cuda:0`; `None` for the memory of the process.
    #[getter]
    fn device(&self) -> Option<&str> {
        (&*self.device != MAIN_MEMORY).then_some(&*self.device)
    }

    fn __repr__(&self) -> String {
        let place = match &*self.device {
            MAIN_MEMORY => String::new(),
            device => format!(" on {device}"),
        };
        escaped(&format!("<Buffer: {} bytes{place}>", self.size)).into_owned()
    }
}

/// A number of bytes that the program states.
pub(super) fn bytes_of(stated: &Bound<'_, PyAny>, name: &str) -> PyResult<u64> {
    number(stated, name, MOST)
}

fn number(stated: &Bound<'_, PyAny>, name: &str, most: u64) -> PyResult<u64> {
    let wrong = || {
        let most = if most == MOST { "2**48" } else { "2**64 - 1" };
        PyValueError::new_err(format!("{name} must be from 0 to {most}"))
    };
    match stated.extract::<u64>() {
        Ok(number) if number <= most => Ok(number),
        Ok(_) => Err(wrong()),
        Err(error) if error.is_instance_of::<PyOverflowError>(stated.py()) => Err(wrong()),
        Err(error) if error.is_instance_of::<PyTypeError>(stated.py()) => {
            let ty = stated.get_type();
            Err(PyTypeError::new_err(format!(
                "{name} must be an int, not {}",
                ty.name()?
            )))
        }
        Err(error) => Err(error),
    }
}

/// Whether an object is a buffer that may be a vertex.
pub(crate) fn is_buffer(object: Obj<'_>) -> bool {
    object.ty().address() == BUFFER_TYPE.load(Ordering::Relaxed)
}

/// The device of an object that is a buffer.
#[expect(
    clippy::disallowed_methods,
    reason = "during a pause, a reference may be taken"
)]
pub(crate) fn device_name(object: Obj<'_>) -> Option<String> {
    if !is_buffer(object) {
        return None;
    }
    // SAFETY: the heap is paused by an attached thread, and the object is of exactly this type. Its
    // contents do not change.
    unsafe {
        let object = Bound::from_borrowed_ptr(Python::assume_attached(), object.as_ptr());
        Some(object.cast_unchecked::<Buffer>().get().device.to_string())
    }
}

/// A buffer that is a vertex owns its memory.
pub(super) fn read(object: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let buffer = object.cast::<Buffer>().ok()?.get();
    if buffer.vertex.is_some() {
        extents.vertex(&buffer.device, buffer.identity, buffer.size);
    }
    Some(())
}
