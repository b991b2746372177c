//! The memory outside of Python's objects that the vertices of a graph use.

use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{IDirectedGraph, VertexId};
use refcycle_dot::names::ReferenceName;

use super::Engine;
use super::saved_object::{Saved, SavedObject};
use crate::annotate::MEMORY;
use crate::heap::{Buffer, MAIN_MEMORY, memory, native_memory};
use crate::terminal;

/// The type of a buffer in a file.
const BUFFER_TYPE: &str = "refcycle.Buffer";

/// A buffer, and the vertices that use it.
pub(crate) struct HeldBuffer {
    /// None if it could not be read.
    bytes: Option<u64>,
    device: String,
    address: Option<u64>,
    holders: Vec<VertexId>,
    vertex: Option<VertexId>,
}

impl HeldBuffer {
    /// Its addresses and a vertex that uses it, if it is in the memory of the process and its place is
    /// known.
    pub(crate) fn place(&self) -> Option<(Range<usize>, VertexId)> {
        let start = usize::try_from(self.address?).ok()?;
        let end = start.checked_add(usize::try_from(self.bytes?).ok()?)?;
        let is_near = self.device == MAIN_MEMORY && start < end;
        is_near.then_some((start..end, *self.holders.first()?))
    }

    /// The buffers of live objects, in no particular order.
    pub(crate) fn of_objects(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Self>> {
        memory::ask(8 * engine.objects().len())?;
        let memory = native_memory(py, engine.objects());
        let unknown = memory.unknown.into_iter().map(|holder| Self {
            bytes: None,
            device: String::new(),
            address: None,
            holders: vec![VertexId::new(holder)],
            vertex: None,
        });
        let buffers = memory.groups.into_iter().filter_map(|group| {
            let vertex = group.owner.map(VertexId::new);
            // The memory of another object is no buffer.
            if vertex.is_some_and(|vertex| buffer(py, engine, vertex).is_none()) {
                return None;
            }
            Some(Self {
                bytes: Some(group.bytes),
                device: group.device.to_string(),
                address: group.address(),
                holders: group.holders.into_iter().map(VertexId::new).collect(),
                vertex,
            })
        });
        Ok(buffers.chain(unknown).collect())
    }

    /// The buffers among the vertices of a graph from a file.
    pub(crate) fn of_saved(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Self>> {
        engine.ask_for_in_edges(py)?;
        let graph = engine.any_graph();
        let saved = |v: VertexId| engine.saved(py, v);
        // A program may have made buffers of its own, which hold no memory.
        let holders = |v: VertexId| {
            let edges = graph.in_edges(v);
            let holds = edges.filter(|edge| {
                engine.saved_reference(py, edge.tail, edge.id) == Some(ReferenceName::Field(MEMORY))
            });
            holds.map(|edge| edge.tail).collect()
        };
        let buffers = engine
            .vertices()
            .filter(|&v| saved(v).type_name() == BUFFER_TYPE);
        let buffers = buffers.map(|v| Self {
            bytes: Some(saved(v).size()),
            device: saved_device(saved(v)).unwrap_or_default().to_owned(),
            address: None,
            holders: holders(v),
            vertex: Some(v),
        });
        Ok(buffers
            .filter(|buffer| !buffer.holders.is_empty())
            .collect())
    }
}

fn buffer<'a>(py: Python<'a>, engine: &'a Engine, v: VertexId) -> Option<&'a Buffer> {
    let object = engine.objects()[v.index()].bind(py);
    object.cast::<Buffer>().ok().map(Bound::get)
}

impl Engine {
    /// The device of a vertex that is a buffer, with its bytes: see [`device_of`].
    pub(super) fn device_of<'a>(&'a self, py: Python<'a>, v: VertexId) -> Option<(&'a str, u64)> {
        match self.kind().is_from_file() {
            true => {
                let saved = self.saved(py, v);
                saved_device(saved).map(|device| (device, saved.size()))
            }
            false => device_of(py, &self.objects()[v.index()]),
        }
    }
}

/// The device of a live buffer, or of one from a file. None for all other objects, and for memory of
/// the process.
pub(crate) fn device_of<'a>(py: Python<'a>, vertex: &'a Py<PyAny>) -> Option<(&'a str, u64)> {
    let vertex = vertex.bind(py);
    if let Ok(saved) = vertex.cast::<SavedObject>() {
        let saved = saved.get().saved();
        return saved_device(saved).map(|device| (device, saved.size()));
    }
    let buffer = vertex.cast::<Buffer>().ok()?.get();
    let device = buffer.device_name();
    (device != MAIN_MEMORY).then(|| (device, buffer.bytes()))
}

/// The bytes of an object of a file in the memory of the process.
pub(crate) fn saved_size(saved: Saved<'_>) -> u64 {
    match saved_device(saved) {
        Some(_) => 0,
        None => saved.size(),
    }
}

fn saved_device(saved: Saved<'_>) -> Option<&str> {
    (saved.type_name() == BUFFER_TYPE)
        .then(|| saved.device())
        .flatten()
}

/// Memory outside of Python's objects, and its holders: see `ObjectGraph.buffers`.
#[pyclass(frozen, module = "refcycle.object_graph")]
pub(crate) struct NativeBuffer {
    /// The number of bytes; `None` if it is not known.
    #[pyo3(get)]
    size: Option<u64>,
    device: String,
    /// The address of the first byte; `None` if it is not known.
    #[pyo3(get)]
    address: Option<u64>,
    holders: Vec<Py<PyAny>>,
    /// The vertex of the graph that stands for the memory; `None` if it has a single holder.
    #[pyo3(get)]
    vertex: Option<Py<PyAny>>,
}

impl NativeBuffer {
    /// The buffers of a graph, the largest first, and those of unknown size at the end.
    pub(crate) fn of(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Self>> {
        let mut found = engine.kind().buffers(py, engine)?;
        found.sort_by_key(|found| {
            (
                std::cmp::Reverse(found.bytes),
                found.holders.first().copied(),
            )
        });
        let object = |v: VertexId| engine.object(py, v).map(Bound::unbind);
        let buffer = |found: HeldBuffer| {
            Ok(Self {
                size: found.bytes,
                device: found.device,
                address: found.address,
                holders: found
                    .holders
                    .into_iter()
                    .map(object)
                    .collect::<PyResult<_>>()?,
                vertex: found.vertex.map(object).transpose()?,
            })
        };
        found.into_iter().map(buffer).collect()
    }
}

#[crate::border::guarded]
#[pymethods]
impl NativeBuffer {
    /// The name of the device, as in `cuda:0`; `None` for the memory of the process.
    #[getter]
    fn device(&self) -> Option<&str> {
        (self.device != MAIN_MEMORY).then_some(&*self.device)
    }

    /// The objects that use the memory, in the order of the vertices, as a list.
    #[getter]
    fn holders<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, &self.holders)
    }

    fn __repr__(&self) -> String {
        let size = self
            .size
            .map_or_else(|| "unknown size".to_owned(), |size| format!("{size} bytes"));
        let place = match &*self.device {
            MAIN_MEMORY => String::new(),
            device => format!(" on {device}"),
        };
        let holders = match self.holders.len() {
            1 => "1 holder".to_owned(),
            many => format!("{many} holders"),
        };
        terminal::line(&format!("<NativeBuffer: {size}{place}, {holders}>"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for holder in &self.holders {
            visit.call(holder)?;
        }
        visit.call(&self.vertex)
    }
}
