//! The result of a search of memory, as Python objects.

use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyTuple};

use crate::terminal;

/// A place in memory that contains the address of an object.
#[pyclass(frozen, get_all, module = "refcycle.object_graph")]
pub(crate) struct MemoryPlace {
    /// Its kind: `"variable"` of a library, `"field"` of an object, `"heap"` (a block of memory
    /// that C code has allocated), `"stack"` of a thread, `"call"` (the value stack of a running
    /// Python function) or `"mapped"` (other memory).
    pub(super) kind: &'static str,
    /// What contains it, such as `C variable near cache in app/_core.so`.
    pub(super) name: String,
    /// The address of the place.
    pub(super) address: usize,
}

#[crate::border::guarded]
#[pymethods]
impl MemoryPlace {
    fn __repr__(&self) -> String {
        terminal::line(&format!("<MemoryPlace: {}>", self.name))
    }
}

/// Where the address of an object is in the memory of the process.
#[pyclass(frozen, module = "refcycle.object_graph")]
pub(crate) struct PlacesInMemory {
    object: String,
    unexplained: Option<u32>,
    places: Py<PyTuple>,
    names: Vec<String>,
}

impl PlacesInMemory {
    pub(super) fn new(
        py: Python<'_>,
        object: String,
        unexplained: Option<u32>,
        places: Vec<MemoryPlace>,
    ) -> PyResult<Self> {
        let names = places.iter().map(|place| place.name.clone()).collect();
        Ok(Self {
            object,
            unexplained,
            places: PyTuple::new(py, places)?.unbind(),
            names,
        })
    }

    fn has_leaked(&self) -> bool {
        self.names.is_empty() && self.unexplained.is_some_and(|count| count > 0)
    }

    fn text(&self) -> String {
        let count = match self.unexplained {
            None => "its references are not counted".to_owned(),
            Some(0) => "all references are explained".to_owned(),
            Some(1) => "1 reference without a known holder".to_owned(),
            Some(many) => format!("{many} references without a known holder"),
        };
        let mut lines = vec![format!("{}: {count}", self.object)];
        if self.has_leaked() {
            lines.push(
                "no pointer to it exists: a reference was leaked (a missing Py_DECREF)".to_owned(),
            );
        } else if self.names.is_empty() {
            lines.push("no other pointer to it exists".to_owned());
        } else {
            lines.push("probably held by:".to_owned());
            lines.extend(self.names.iter().map(|name| format!("  {name}")));
        }
        let lines = lines.iter().map(|line| terminal::line(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[crate::border::guarded]
#[pymethods]
impl PlacesInMemory {
    /// The places, as a tuple of `MemoryPlace` in the order of their addresses.
    #[getter]
    fn places(&self, py: Python<'_>) -> Py<PyTuple> {
        self.places.clone_ref(py)
    }

    /// The number of references to the object whose holder `roots` does not know, or `None` if
    /// CPython does not count its references.
    #[getter]
    fn unexplained(&self) -> Option<u32> {
        self.unexplained
    }

    /// Whether there are such references, and no pointer to the object: C code has leaked a
    /// reference.
    #[getter]
    fn is_leaked(&self) -> bool {
        self.has_leaked()
    }

    fn __len__(&self) -> usize {
        self.names.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.places.bind(py).try_iter()
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        let text = self.text().replace('\n', "; ");
        terminal::line(&format!("<PlacesInMemory: {text}>"))
    }
}
