//! The result of a search of memory, as Python objects.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyTuple};

use crate::terminal;

/// The places of which a text has the names.
const SHOWN: usize = 20;

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
    /// Returns the place as a dict, for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let data = PyDict::new(py);
        data.set_item(intern!(py, "kind"), self.kind)?;
        data.set_item(intern!(py, "name"), &self.name)?;
        data.set_item(intern!(py, "address"), self.address)?;
        Ok(data)
    }

    fn __repr__(&self) -> String {
        terminal::line(&format!("<MemoryPlace: {}>", self.name))
    }
}

/// How the number of references to an object has changed since its graph was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    More,
    Fewer,
}

impl Change {
    /// `then` and `now` are the numbers without the reference of the graph. Up to `graphs` of those
    /// of now may be of other graphs.
    pub(crate) fn of(then: u32, now: u32, graphs: u32) -> Self {
        // Up to 3.10, the caller of a Python function holds its arguments.
        let now = now.saturating_sub(u32::from(cfg!(not(Py_3_11))));
        if now < then {
            Self::Fewer
        } else if now - then > graphs {
            Self::More
        } else {
            Self::None
        }
    }
}

/// Where the address of an object is in the memory of the process.
#[pyclass(frozen, module = "refcycle.object_graph")]
pub(crate) struct PlacesInMemory {
    object: String,
    unexplained: Option<u32>,
    change: Change,
    places: Py<PyTuple>,
    names: Vec<String>,
}

impl PlacesInMemory {
    pub(super) fn new(
        py: Python<'_>,
        object: String,
        unexplained: Option<u32>,
        change: Change,
        places: Vec<MemoryPlace>,
    ) -> PyResult<Self> {
        let names = places.iter().map(|place| place.name.clone()).collect();
        Ok(Self {
            object,
            unexplained,
            change,
            places: PyTuple::new(py, places)?.unbind(),
            names,
        })
    }

    fn has_leaked(&self) -> bool {
        self.names.is_empty()
            && self.change != Change::Fewer
            && self.unexplained.is_some_and(|count| count > 0)
    }

    fn text(&self) -> String {
        let count = match self.unexplained {
            None => "its references are not counted".to_owned(),
            Some(0) => "all references are explained".to_owned(),
            Some(1) => "1 reference without a known holder".to_owned(),
            Some(many) => format!("{many} references without a known holder"),
        };
        let mut lines = vec![format!("{}: {count}", self.object)];
        if self.change != Change::None {
            lines.push(
                "references to it have changed since the graph was made: take a new snapshot"
                    .to_owned(),
            );
        }
        if self.has_leaked() {
            lines.push(
                "no pointer to it exists: a reference was leaked (a missing Py_DECREF)".to_owned(),
            );
        } else if self.names.is_empty() {
            lines.push("no other pointer to it exists".to_owned());
        } else {
            let title = match (self.change, self.unexplained) {
                (Change::None, Some(0)) => {
                    "pointers outside the graph, which hold no further reference:"
                }
                (Change::None, _) => "probably held by:",
                _ => "pointers outside the graph, some of which may be newer:",
            };
            lines.push(title.to_owned());
            let shown = self.names.iter().take(SHOWN);
            lines.extend(shown.map(|name| format!("  {name}")));
            match self.names.len().saturating_sub(SHOWN) {
                0 => {}
                more => lines.push(format!("  and {more} more")),
            }
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
    /// reference. False if the object has fewer references than when the graph was made.
    #[getter]
    fn is_leaked(&self) -> bool {
        self.has_leaked()
    }

    /// Whether there are more or fewer references to the object than when the graph was made.
    /// Then `unexplained` is that of an earlier time, and places may be newer: take a new
    /// snapshot.
    #[getter]
    fn has_changed(&self) -> bool {
        self.change != Change::None
    }

    /// Returns the result as a dict, for JSON.
    ///
    /// The keys are those of the attributes, and `object`, the name of the object. Each place is a
    /// dict with `kind`, `name` and `address`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let places = self.places.bind(py).iter().map(|place| {
            let place = place.cast::<MemoryPlace>()?.get();
            place.to_dict(py)
        });
        let places: PyResult<Vec<_>> = places.collect();
        let data = PyDict::new(py);
        data.set_item(intern!(py, "object"), &self.object)?;
        data.set_item(intern!(py, "unexplained"), self.unexplained)?;
        data.set_item(intern!(py, "is_leaked"), self.has_leaked())?;
        data.set_item(intern!(py, "has_changed"), self.change != Change::None)?;
        data.set_item(intern!(py, "places"), places?)?;
        Ok(data)
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
