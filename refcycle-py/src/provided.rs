//! Functions and classes that are written in Python and called from Rust.
//!
//! Rust code only names what it needs. At import, the package registers the location of each of
//! these, in `refcycle/_provided.py`; the module is imported when it is first needed.

use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::modules;

/// What Python code provides.
#[derive(Clone, Copy)]
pub(crate) enum Provided {
    /// The class of answers to `why`.
    Answer,
    /// The class of references to cut.
    Cut,
    /// A function that returns the cycles of a graph.
    Cycles,
    /// A function that returns facts about the program, for a dump.
    Description,
    /// The class of dominator trees.
    DominatorTree,
    /// The class of all graphs, including those of users.
    Graph,
    /// A function that returns the types of a graph as a table for a notebook.
    GraphTable,
    /// A function that tells whether instances of a class have a state of execution.
    HasState,
    /// A class of mappings whose keys are compared by a function.
    KeyedDict,
    /// A class of sets whose elements are compared by a function.
    KeyedSet,
    /// A function that writes tables into Parquet files.
    Parquet,
    /// A function that returns what a page says about a graph.
    PageReport,
    /// The class of lists of what objects retain.
    RetainedTable,
    /// A function that returns a table of signatures.
    SignatureTable,
    /// A function that returns the state of execution of an object.
    State,
    /// The class of lists of leak suspects.
    SuspectTable,
    /// A function that returns the answer to `unshared`.
    Unshared,
    /// A function that returns which variables calls do not use again, for a dump.
    UnusedLocals,
    /// A function that returns the answer to `waste`.
    Waste,
    /// A function that returns the answer to `why_all`.
    WhyAll,
}

/// The names by which the package registers them, in the order of `Provided`.
const NAMES: [&str; 20] = [
    "answer",
    "cut",
    "cycles",
    "description",
    "dominator tree",
    "graph",
    "graph table",
    "has state",
    "keyed dict",
    "keyed set",
    "parquet",
    "page report",
    "retained table",
    "signature table",
    "state",
    "suspect table",
    "unshared",
    "unused locals",
    "waste",
    "why all",
];

/// Module and name of each, in the order of `Provided`.
static PLACES: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// Registers the locations of the functions and classes that compiled code calls.
///
/// `places` maps the name of each of them to a module and a name in it. `ValueError` if one is
/// missing or unknown; the previous locations then remain.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_register", signature = (places, /))]
pub(crate) fn register(places: &Bound<'_, PyDict>) -> PyResult<()> {
    let mut registered = Vec::with_capacity(NAMES.len());
    for name in NAMES {
        let Some(place) = places.get_item(name)? else {
            return Err(PyValueError::new_err(format!("no place for {name:?}")));
        };
        registered.push(place.extract()?);
    }
    if places.len() > NAMES.len() {
        return Err(PyValueError::new_err(format!(
            "unknown names: the known ones are {}",
            NAMES.join(", ")
        )));
    }
    *PLACES.lock().unwrap_or_else(PoisonError::into_inner) = registered;
    Ok(())
}

/// Returns a function or class that is written in Python.
///
/// `RuntimeError` if the program is ending and its module can no longer be imported.
pub(crate) fn provided<'py>(py: Python<'py>, what: Provided) -> PyResult<Bound<'py, PyAny>> {
    let place = {
        let places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
        places.get(what as usize).cloned()
    };
    let Some((module, name)) = place else {
        return Err(PyRuntimeError::new_err(
            "the package refcycle has not been imported: import it first",
        ));
    };
    modules::attribute(py, &module, &name)
}
