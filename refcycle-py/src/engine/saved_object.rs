//! Objects that are known from a file.

use std::sync::Arc;

use super::saved_weak_keys::keys_held_by;
use crate::border;
use crate::names::{ObjectName as NameObject, ReferenceName};
use crate::terminal;
use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, VertexId};
use refcycle_dot::dump::{HeapDump, Holder};
use refcycle_dot::names::ObjectName;

/// An object of a saved heap, as described by its file. The vertices of a `LoadedGraph` are
/// such objects, compared by identity.
#[pyclass(frozen, module = "refcycle.loaded_graph")]
pub(crate) struct SavedObject {
    dump: Arc<HeapDump>,
    vertex: VertexId,
}

impl SavedObject {
    pub(super) fn new(dump: &Arc<HeapDump>, vertex: VertexId) -> Self {
        Self {
            dump: Arc::clone(dump),
            vertex,
        }
    }

    /// The saved object that a vertex of a loaded graph is.
    pub(crate) fn of<'a>(py: Python<'a>, vertex: &'a Py<PyAny>) -> Saved<'a> {
        let saved = vertex.bind(py).cast::<Self>();
        let saved = saved.expect("the vertices of a loaded graph are of this type");
        saved.get().saved()
    }

    /// What the file says about it.
    pub(crate) fn saved(&self) -> Saved<'_> {
        Saved {
            dump: &self.dump,
            vertex: self.vertex,
        }
    }
}

/// What a file says about an object.
#[derive(Clone, Copy)]
pub(crate) struct Saved<'a> {
    dump: &'a Arc<HeapDump>,
    vertex: VertexId,
}

impl<'a> Saved<'a> {
    pub(super) fn new(dump: &'a Arc<HeapDump>, vertex: VertexId) -> Self {
        Self { dump, vertex }
    }

    /// Which object of the file it is.
    pub(crate) fn vertex(self) -> VertexId {
        self.vertex
    }

    pub(crate) fn dump(self) -> &'a Arc<HeapDump> {
        self.dump
    }

    /// The number of its references in the file.
    pub(crate) fn out_degree(self) -> usize {
        self.dump.graph().out_degree(self.vertex)
    }

    pub(crate) fn type_number(self) -> usize {
        self.dump.type_number(self.vertex)
    }

    /// The address that the object had.
    pub(crate) fn address(self) -> u64 {
        self.dump.address(self.vertex)
    }

    /// The name of its type, with the module except for builtins.
    pub(crate) fn type_name(self) -> &'a str {
        self.dump.type_name(self.vertex)
    }

    /// The name of its type, without module and enclosing classes.
    pub(crate) fn short_type_name(self) -> &'a str {
        let name = self.type_name();
        name.rsplit('.').next().unwrap_or(name)
    }

    /// Its name, as data.
    pub(crate) fn name(self) -> ObjectName<&'a str> {
        self.dump.object_name(self.vertex)
    }

    /// Its label, in one or two short lines.
    pub(crate) fn label(self) -> &'a str {
        self.dump.label(self.vertex)
    }

    /// The bytes that it used itself.
    pub(crate) fn size(self) -> u64 {
        self.dump.size(self.vertex)
    }

    /// The device of a buffer, which its name states; none in the memory of the process.
    pub(crate) fn device(self) -> Option<&'a str> {
        match self.name() {
            ObjectName::Named { name, .. } if !name.is_empty() => Some(name),
            _ => None,
        }
    }

    /// The state of its execution.
    pub(crate) fn state(self) -> Option<&'a str> {
        self.dump.state(self.vertex)
    }

    /// Where it was allocated.
    pub(crate) fn allocated_at(self) -> Option<&'a str> {
        self.dump.allocated_at(self.vertex)
    }

    /// Whether it owns memory whose size is unknown; `None` if the file does not say it.
    pub(crate) fn has_unknown_size(self) -> Option<bool> {
        self.dump.has_unknown_size(self.vertex)
    }

    /// Why it wastes bytes, and how many, if it does; `None` if the file does not say.
    pub(crate) fn waste(self) -> Option<Option<(&'a str, u64)>> {
        self.dump.waste(self.vertex)
    }

    /// Its holders outside the graph.
    pub(crate) fn holders(self) -> &'a [Holder] {
        let roots = self.dump.roots();
        let start = roots.partition_point(|root| root.vertex < self.vertex);
        let end = roots.partition_point(|root| root.vertex <= self.vertex);
        &roots[start..end]
    }

    /// Whether it was `sys.modules`.
    pub(crate) fn is_sys_modules(self) -> bool {
        self.dump.address_of_sys_modules() == Some(self.address())
    }
}

#[crate::border::guarded]
#[pymethods]
impl SavedObject {
    /// The address that the object had: its `id()`.
    #[getter(address)]
    fn address_in_python(&self) -> u64 {
        self.saved().address()
    }

    /// The name of the object's type, with the module except for builtins.
    #[getter(type_name)]
    fn type_name_in_python(&self) -> &str {
        self.saved().type_name()
    }

    /// The kind of the object.
    ///
    /// One of `value`, `list`, `tuple`, `dict`, `set`, `class`, `function`, `method`, `module`,
    /// `frame`, `generator`, `weak reference`, `instance` and `other`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.saved().name().kind().word()
    }

    /// Its name in Python code: that of a class, a function, a method or a module, or of the
    /// function that a frame executes; `None` for all others.
    #[getter(name)]
    fn name_in_python(&self) -> Option<&str> {
        self.saved().name().name()
    }

    /// The label of the object, one or two short lines.
    #[getter(label)]
    fn label_in_python(&self) -> &str {
        self.saved().label()
    }

    /// The number of items of a list, tuple, dict or set, `None` for all others.
    #[getter]
    fn length(&self) -> Option<u64> {
        match self.saved().name() {
            ObjectName::Container { len, .. } => Some(len),
            _ => None,
        }
    }

    /// The bytes that the object itself used; of a buffer on a device, those on the device.
    #[getter(size)]
    fn size_in_python(&self) -> u64 {
        self.saved().size()
    }

    /// Its state of execution.
    ///
    /// `running` or `suspended` for a generator or coroutine, also before its start and after its
    /// end; `pending` or `done` for a task or future of asyncio; `None` for all other objects.
    #[getter(state)]
    fn state_in_python(&self) -> Option<&str> {
        self.saved().state()
    }

    /// The file and the line at which the object was allocated, as in `/srv/app.py:12`.
    ///
    /// `None` unless `tracemalloc` was tracing in the process when the object was allocated and
    /// when the file was written.
    #[getter(allocated_at)]
    fn allocated_at_in_python(&self) -> Option<&str> {
        self.saved().allocated_at()
    }

    /// Returns the references of the object, as a list of pairs: the label of the reference, or
    /// `None`, and the name of the type of its referent.
    ///
    /// They are in the order of the object, at most `limit` of them. References to objects that
    /// are not in this part of the graph are included, but not those to objects that the snapshot
    /// did not contain: strings and numbers, unless it was taken with `untracked=True`.
    /// `OverflowError` for a negative `limit`.
    ///
    ///     >>> import refcycle, os, tempfile
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
    ///     >>> inner = []
    ///     >>> refcycle.ObjectGraph([{"name": inner}, inner]).save(path)
    ///     >>> [obj.references() for obj in refcycle.load(path)]
    ///     [[('value[str (4 characters)]', 'list')], []]
    #[pyo3(signature = (limit=None))]
    fn references(&self, limit: Option<usize>) -> Vec<(Option<&str>, &str)> {
        let edges = self.dump.graph().out_edges(self.vertex);
        let named = edges.map(|edge| {
            let name = self.dump.reference_label(edge.id);
            (name, self.dump.type_name(edge.head))
        });
        named.take(limit.unwrap_or(usize::MAX)).collect()
    }

    /// Like `references`, with the names as data.
    #[pyo3(name = "_references", signature = (limit=None))]
    fn named_references(&self, limit: Option<usize>) -> Vec<(Option<ReferenceName>, &str)> {
        let edges = self.dump.graph().out_edges(self.vertex);
        let named = edges.map(|edge| {
            let name = self.dump.reference_name(edge.id);
            let name = name.map(|name| name.owned().into());
            (name, self.dump.type_name(edge.head))
        });
        named.take(limit.unwrap_or(usize::MAX)).collect()
    }

    /// Returns the names of the references and of their referents, as a list of pairs, in the
    /// order of the object, at most `limit` of them.
    #[pyo3(name = "_referents")]
    fn named_referents(&self, limit: usize) -> Vec<(Option<ReferenceName>, NameObject)> {
        let edges = self.dump.graph().out_edges(self.vertex);
        let named = edges.map(|edge| {
            let name = self.dump.reference_name(edge.id);
            let name = name.map(|name| name.owned().into());
            (name, self.dump.object_name(edge.head).owned().into())
        });
        named.take(limit).collect()
    }

    /// Returns the addresses of keys of this dict of a `WeakKeyDictionary`: those whose entry
    /// has a value that leads to them.
    #[pyo3(name = "_weak_keys_held_by")]
    fn weak_keys_held_by(&self, value: &Self) -> Vec<u64> {
        let keys = keys_held_by(&self.dump, self.vertex, value.vertex).into_iter();
        keys.map(|key| self.dump.address(key)).collect()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let saved = self.saved();
        // Its name may be in a part of the file that cannot be read any more.
        let label = match border::caught(|| saved.name().long()) {
            Ok(label) => terminal::line(&label),
            Err(error) => {
                let type_name = terminal::line(saved.type_name());
                let reason = error.value(py).str();
                let reason = reason.map_or_else(|_| error.to_string(), |text| text.to_string());
                format!("{type_name}, name unknown: {}", terminal::line(&reason))
            }
        };
        format!("<SavedObject: {label} at 0x{:x}>", saved.address())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(pyo3::exceptions::PyTypeError::new_err(
            "a SavedObject cannot be pickled or copied: load the file again",
        ))
    }
}
