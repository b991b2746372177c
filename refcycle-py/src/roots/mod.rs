//! The holders of the references from outside a graph.
//!
//! Only a reference that is known to exist gets a holder: CPython is asked for its own references,
//! the objects that the graph leaves out are searched if its objects refer to them, and so are the
//! fields of all objects and the variables of the loaded libraries. What memory shows is less than
//! certain if an object's address is found in more places than it has references: the name then
//! begins with "probably". All other references are counted as unexplained.

mod capsules;
mod credits;
mod exit_functions;
mod greenlets;
mod interpreter;
mod interpreter_fields;
mod interpreter_state;
#[cfg_attr(not(target_os = "linux"), path = "no_libraries.rs")]
mod libraries;
mod monitoring;
mod registries;
mod sqlite;
mod subclasses;
#[cfg(target_os = "linux")]
mod symbols;
mod threads;
mod untracked;

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{Predecessors, VertexId};
use refcycle_dot::exchange::heapsnapshot::Group;

use crate::annotate::Values;
use crate::engine::Engine;
use crate::heap::layout;
use crate::interrupt::Checkpoint;
use crate::terminal;
use credits::Credits;
pub(crate) use credits::Open;
#[cfg(target_os = "linux")]
pub(crate) use libraries::Libraries;
pub(crate) use threads::UNCAUGHT;
#[cfg(target_os = "linux")]
pub(crate) use threads::names_by_native_id;

/// A vertex with references from outside its graph.
#[pyclass(frozen, module = "refcycle.object_graph")]
pub(crate) struct Root {
    /// The object.
    #[pyo3(get)]
    vertex: Py<PyAny>,
    /// The number of references from outside.
    #[pyo3(get)]
    external_references: u32,
    holders: Vec<String>,
    /// Where the unexplained references come from.
    elsewhere: &'static str,
}

impl Root {
    fn unexplained_count(&self) -> u32 {
        self.external_references
            .saturating_sub(self.holders.len() as u32)
    }

    fn text(&self) -> String {
        let names = self.holders.iter().map(|name| &**name);
        let rest = match self.unexplained_count() {
            0 => None,
            count => Some(references(self.elsewhere, count)),
        };
        listed(names, rest)
    }
}

/// The holders of one object in a line, each name once, then the number of those that have no name.
///
/// Hundreds of constants of the interpreter may hold an object such as `None`: the first ones are
/// named, and the others are counted.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>, rest: Option<String>) -> String {
    const NAMED: usize = 4;

    let mut names: Vec<_> = names.map(str::to_owned).collect();
    // A class has many instances.
    names.dedup();
    if names.len() > NAMED {
        let others = names.len() - NAMED + 1;
        names.truncate(NAMED - 1);
        names.push(format!("and {others} others"));
    }
    names.extend(rest);
    names.join("; ")
}

#[crate::border::guarded]
#[pymethods]
impl Root {
    /// The holders of the explained references: a tuple with a text for each.
    #[getter]
    fn holders<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.holders)
    }

    /// The number of references whose holder is unknown.
    #[getter]
    fn unexplained(&self) -> u32 {
        self.unexplained_count()
    }

    /// All holders in one text, as in `running in thread MainThread` or `held by C code: 2
    /// references`.
    #[getter]
    fn name(&self) -> String {
        self.text()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let what = crate::engine::long_name_of(self.vertex.bind(py));
        terminal::line(&format!("<Root: {what}, {}>", self.text()))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.vertex)
    }
}

/// What is known about the references from outside, in the order of the vertices. For a graph from
/// a file this comes from the file, whatever `values` is.
///
/// # Cost
/// A pass over the graph's edges, and one over the references of its objects: about the
/// time of a snapshot.
pub(crate) fn explained(
    py: Python<'_>,
    engine: &Engine,
    values: Values<'_>,
) -> PyResult<Vec<Open>> {
    explained_as(py, engine, values, true)
}

/// The same without what the graph leaves out.
///
/// # Cost
/// A pass over the graph's edges.
pub(crate) fn explained_in_part(
    py: Python<'_>,
    engine: &Engine,
    values: Values<'_>,
) -> PyResult<Vec<Open>> {
    explained_as(py, engine, values, false)
}

fn explained_as(
    py: Python<'_>,
    engine: &Engine,
    values: Values<'_>,
    with_hidden: bool,
) -> PyResult<Vec<Open>> {
    let mut credits = Credits::new(py, engine, values)?;
    if engine.kind().is_from_file() {
        return credits.explained_in_a_file(py);
    }
    credits.group = Group::Threads;
    threads::explain(py, &mut credits)?;
    greenlets::explain(py, &mut credits);
    credits.group = Group::Interpreter;
    interpreter::explain(py, &mut credits)?;
    interpreter_fields::explain(py, &mut credits)?;
    credits.group = Group::Registries;
    registries::explain(py, &mut credits)?;
    monitoring::explain(py, &mut credits)?;
    if with_hidden {
        // For a part of a heap, most references come from the rest.
        let is_whole = engine.is_closed();
        if is_whole {
            credits.group = Group::Elsewhere;
            libraries::explain_static_objects(py, &mut credits);
        }
        credits.group = Group::Hidden;
        sqlite::explain(py, &mut credits)?;
        capsules::explain(py, &mut credits)?;
        untracked::explain(py, &mut credits)?;
        subclasses::explain(py, &mut credits);
        if is_whole {
            credits.group = Group::Elsewhere;
            libraries::explain(py, &mut credits);
        }
    }
    Ok(credits.into_found())
}

/// Where unexplained references come from.
#[derive(Clone, Copy)]
enum Elsewhere {
    Code,
    CodeOrCall,
    OutsideTheGraph,
}

impl Elsewhere {
    fn of(engine: &Engine) -> Self {
        if !engine.is_closed() {
            return Self::OutsideTheGraph;
        }
        match layout::running_calls_are_unseen() && !engine.kind().is_from_file() {
            true => Self::CodeOrCall,
            false => Self::Code,
        }
    }

    /// As the holder of an object.
    fn held(self) -> &'static str {
        match self {
            Self::Code => "held by C code",
            Self::CodeOrCall => "held by C code or by a running call",
            Self::OutsideTheGraph => "held from outside the graph",
        }
    }

    /// As the place that a reference comes from.
    fn place(self) -> &'static str {
        match self {
            Self::Code => "C code",
            Self::CodeOrCall => "C code or a running call",
            Self::OutsideTheGraph => "outside the graph",
        }
    }
}

/// Whether unexplained references may come from the rest of the snapshot of which the graph is a
/// part.
pub(crate) fn is_in_a_part(engine: &Engine) -> bool {
    matches!(Elsewhere::of(engine), Elsewhere::OutsideTheGraph)
}

/// Where the unexplained references come from, as in "C code".
pub(crate) fn place_elsewhere(engine: &Engine) -> &'static str {
    Elsewhere::of(engine).place()
}

/// What to draw above the vertices that are held from outside: the holders of their references and,
/// for a closed graph, the number of unexplained references. A holder that also holds a referrer of
/// the vertex is not drawn again: of the frames that run in a thread, only the innermost has it.
pub(crate) fn drawn(py: Python<'_>, engine: &Engine) -> PyResult<Vec<refcycle_dot::Root>> {
    let found = explained(py, engine, Values::Shown)?;
    let holds = |v: VertexId, name: &str| {
        let place = found.binary_search_by_key(&v.index(), Open::vertex);
        place.is_ok_and(|place| {
            found[place]
                .holders()
                .iter()
                .any(|(_, known)| known == name)
        })
    };
    let mut roots = Vec::new();
    for open in &found {
        let vertex = VertexId::from_index(open.vertex());
        let referrers = || {
            engine
                .graph()
                .into_iter()
                .flat_map(|graph| graph.predecessors(vertex))
        };
        let mut names: Vec<_> = open.holders().iter().map(|(_, name)| name).collect();
        names.dedup();
        for name in names {
            if !referrers().any(|referrer| referrer != vertex && holds(referrer, name)) {
                roots.push(refcycle_dot::Root {
                    vertex,
                    holder: name.clone(),
                });
            }
        }
        if open.unexplained() > 0 && engine.is_closed() {
            roots.push(refcycle_dot::Root {
                vertex,
                holder: references_elsewhere(engine, open.unexplained()),
            });
        }
    }
    Ok(roots)
}

/// As in "held by C code: 2 references".
pub(crate) fn references_elsewhere(engine: &Engine, count: u32) -> String {
    references(Elsewhere::of(engine).held(), count)
}

fn references(elsewhere: &str, count: u32) -> String {
    match count {
        1 => format!("{elsewhere}: 1 reference"),
        many => format!("{elsewhere}: {many} references"),
    }
}

/// The vertices with references from outside, in the order of the vertices, at the cost of
/// [`explained`].
pub(crate) fn roots(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Py<Root>>> {
    let elsewhere = Elsewhere::of(engine).held();
    let found = explained(py, engine, Values::Shown)?;
    let mut checkpoint = Checkpoint::of(found.len());
    let found = found.into_iter().map(|open| {
        checkpoint.step(py)?;
        let vertex = VertexId::from_index(open.vertex());
        Py::new(
            py,
            Root {
                vertex: engine.object(py, vertex)?.unbind(),
                external_references: open.external(),
                holders: open
                    .into_holders()
                    .into_iter()
                    .map(|(_, name)| name)
                    .collect(),
                elsewhere,
            },
        )
    });
    found.collect()
}
