//! Bytes that a program could save, as Python objects.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::answers::{self, ObjectNames};
use crate::engine::Engine;
use crate::provided::{Provided, provided};

/// The number of rows whose holders are named, of the program and of others.
const NAMED: usize = 100;

/// Rows with fewer bytes are only counted.
const LEAST: u64 = 1000;

/// What `ObjectGraph.waste` returns: a `refcycle.waste.Waste`.
pub(super) fn waste<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyAny>> {
    let found = answers::waste(py, engine)?;
    let is_known = found.is_some();
    let found = found.unwrap_or_default();
    let rows = PyList::empty(py);
    let mut names = ObjectNames::new(py, engine);
    let (mut of_program, mut of_others) = (0, 0);
    // The number and the bytes of the objects in rows that are left out.
    let (mut rest, mut rest_of_others) = ((0, 0), (0, 0));
    for row in found.rows {
        let (number, rest) = match row.belongs_to {
            "program" => (&mut of_program, &mut rest),
            _ => (&mut of_others, &mut rest_of_others),
        };
        if *number == NAMED || row.bytes < LEAST {
            *rest = (rest.0 + row.count, rest.1 + row.bytes);
            continue;
        }
        *number += 1;
        rows.append((
            row.kind.word(),
            engine.dotted_type(py, row.example),
            row.count,
            row.bytes,
            names.place(row.holder)?,
            names.place(row.example)?,
            row.belongs_to,
            engine.object(py, row.example)?,
        ))?;
    }
    let total: u64 = engine.sizes(py).into_iter().sum();
    provided(py, Provided::Waste)?.call1((
        rows,
        rest,
        rest_of_others,
        found.garbage,
        total,
        is_known,
        sees_untracked(py, engine),
    ))
}

/// Whether a graph has the objects that the collector does not track; `None` if that is not known.
fn sees_untracked(py: Python<'_>, engine: &Engine) -> Option<bool> {
    if let Some(reading) = engine.reading() {
        return Some(reading.untracked);
    }
    let metadata = engine.dump(py)?.metadata();
    metadata
        .get("untracked")
        .map(|untracked| untracked == "true")
}
