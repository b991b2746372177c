//! Many objects grouped by how they are held, as Python objects.

use std::collections::HashSet;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use refcycle_core::VertexId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::why::told;
use crate::annotate::dotted;
use crate::answers::{self, HolderGroups};
use crate::engine::{Engine, SavedObject};
use crate::heap::{memory, paused};
use crate::interrupt::Checkpoint;
use crate::provided::{Provided, provided};

/// The groups for which a chain is shown.
pub(super) enum Shown {
    /// The first ones, up to this number.
    First(usize),
    /// The first one of each type, except groups with these signatures.
    FirstOfType(HashSet<String>),
}

/// What `ObjectGraph.why_all` returns: a `refcycle.holder_groups.WhyAll`.
pub(super) fn why_all<'py>(
    engine: &Engine,
    target: &Bound<'py, PyAny>,
    shown: Shown,
) -> PyResult<Bound<'py, PyAny>> {
    let py = target.py();
    let (name, targets) = match target.cast::<PyString>() {
        Ok(name) => {
            let name = name.to_str()?;
            (name.to_owned(), of_type(py, engine, name)?)
        }
        Err(_) => (String::new(), vertices(py, engine, target)?),
    };
    let found = grouped(py, engine, targets)?;
    let rows = PyList::empty(py);
    let mut types = FxHashSet::default();
    for (place, group) in found.groups.iter().enumerate() {
        let example = group.vertices[0];
        let is_shown = match &shown {
            Shown::First(limit) => place < *limit,
            Shown::FirstOfType(allowed) => {
                !allowed.contains(&group.signature) && types.insert(engine.type_key(py, example))
            }
        };
        let why = is_shown
            .then(|| {
                let why = found.why(py, engine, example, &group.signature)?;
                told(engine, &engine.object(py, example)?, why)
            })
            .transpose()?;
        rows.append((
            &group.signature,
            group.vertices.len(),
            group.shallow_size,
            group.retained_size,
            engine.object(py, example)?,
            why,
        ))?;
    }
    provided(py, Provided::WhyAll)?.call1((name, rows))
}

/// What `ObjectGraph.signatures` returns: a `refcycle.holder_groups.SignatureTable`.
pub(super) fn signatures<'py>(
    py: Python<'py>,
    engine: &Engine,
    objects: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let targets = match objects {
        Some(objects) => vertices(py, engine, objects)?,
        None => {
            memory::ask(4 * engine.objects().len())?;
            (0..engine.objects().len())
                .map(VertexId::from_index)
                .collect()
        }
    };
    table(py, engine, targets, |_| true)
}

/// The rows of that table with one of these signatures.
pub(super) fn signatures_among<'py>(
    py: Python<'py>,
    engine: &Engine,
    wanted: &HashSet<String>,
) -> PyResult<Bound<'py, PyAny>> {
    let targets = match wanted.is_empty() {
        true => Vec::new(),
        false => answers::named_at_the_end(py, engine, wanted)?,
    };
    table(py, engine, targets, |signature| wanted.contains(signature))
}

fn table<'py>(
    py: Python<'py>,
    engine: &Engine,
    targets: Vec<VertexId>,
    is_wanted: impl Fn(&str) -> bool,
) -> PyResult<Bound<'py, PyAny>> {
    let found = grouped(py, engine, targets)?;
    let rows = PyList::empty(py);
    for group in found
        .groups
        .iter()
        .filter(|group| is_wanted(&group.signature))
    {
        rows.append((
            &group.signature,
            group.vertices.len(),
            group.shallow_size,
            group.retained_size,
            engine.object(py, group.vertices[0])?,
        ))?;
    }
    provided(py, Provided::SignatureTable)?.call1((rows,))
}

fn grouped(py: Python<'_>, engine: &Engine, targets: Vec<VertexId>) -> PyResult<HolderGroups> {
    match targets.is_empty() {
        true => Ok(HolderGroups::default()),
        false => answers::holder_groups(py, engine, targets),
    }
}

/// The vertices of a collection of objects, each once.
fn vertices(
    py: Python<'_>,
    engine: &Engine,
    objects: &Bound<'_, PyAny>,
) -> PyResult<Vec<VertexId>> {
    let mut checkpoint = Checkpoint::new();
    let mut found = Vec::new();
    for object in objects.try_iter()? {
        checkpoint.step(py)?;
        found.push(engine.vertex(&object?)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The objects of a type, by its name with or without the module.
pub(super) fn of_type(py: Python<'_>, engine: &Engine, name: &str) -> PyResult<Vec<VertexId>> {
    memory::ask(4 * engine.objects().len())?;
    let mut checkpoint = Checkpoint::new();
    let mut wanted = FxHashMap::default();
    let mut found = Vec::new();
    for v in (0..engine.objects().len()).map(VertexId::from_index) {
        checkpoint.step(py)?;
        let is_wanted = *wanted.entry(engine.type_key(py, v)).or_insert_with(|| {
            engine.type_name(py, v) == name || dotted_type(py, engine, v) == name
        });
        if is_wanted {
            found.push(v);
        }
    }
    Ok(found)
}

fn dotted_type(py: Python<'_>, engine: &Engine, v: VertexId) -> String {
    let object = &engine.objects()[v.index()];
    if engine.kind().is_from_file() {
        return SavedObject::of(py, object).type_name().to_owned();
    }
    paused(py, |heap| dotted(heap.see(object).ty()))
}
