//! The variables of closures.

use pyo3::prelude::*;
use refcycle_dot::dump::redaction::is_variable;
use refcycle_dot::names::ObjectName;
use rustc_hash::FxHashMap;

use super::spelling::{NAME_LIMIT, Values};
use crate::heap::memory;
use crate::heap::{
    Held, Kind, Obj, frame_locals, function_fields, generator_locals, hidden_code_fields, is_cell,
    member, paused, sequence_items, text,
};
use crate::interrupt::Checkpoint;

/// The cells of a function's closure in order, each with the name of its variable; the name is
/// empty if a redacted file does not show it.
pub(crate) fn closure_variables<'h>(
    function: Obj<'h>,
    values: Values<'_>,
) -> Vec<(Obj<'h>, String)> {
    let fields = function_fields(function);
    let field = |wanted| {
        let found = fields.iter().find(|&&(name, _)| name == wanted);
        found.map(|&(_, value)| value)
    };
    let (Some(closure), Some(code)) = (field("__closure__"), field("__code__")) else {
        return Vec::new();
    };
    let items = |tuple| -> Vec<Obj<'h>> {
        let items = sequence_items(tuple).into_iter().flatten();
        items.flatten().collect()
    };
    let cells = items(closure);
    // Since 3.11, the free variables come last among all names.
    let mut hidden = hidden_code_fields(code).into_iter();
    let names = hidden.find(|&(name, _)| name == "co_localsplusnames");
    let names = names.map(|(_, names)| names);
    let names = names.or_else(|| member(code, "co_freevars"));
    let names = names.map(items).unwrap_or_default();
    let Some(first) = names.len().checked_sub(cells.len()) else {
        return Vec::new();
    };
    let variables = names[first..].iter().map(|&name| variable(name, values));
    cells.into_iter().zip(variables).collect()
}

fn variable(name: Obj<'_>, values: Values<'_>) -> String {
    let name = text(name, NAME_LIMIT).map(|(name, _)| name);
    let name = name.filter(|name| is_shown(name, values));
    name.unwrap_or_default()
}

fn is_shown(name: &str, values: Values<'_>) -> bool {
    matches!(values, Values::Shown) || is_variable(name)
}

/// The variables of the cells of a graph.
pub(crate) struct CellVariables {
    /// The names by the addresses of the cells, which the graph holds.
    names: FxHashMap<usize, String>,
}

impl CellVariables {
    /// Examines the functions and the frames of a graph.
    pub(crate) fn of(py: Python<'_>, objects: &Held, values: Values<'_>) -> PyResult<Self> {
        let mut names = FxHashMap::default();
        let mut checkpoint = Checkpoint::new();
        for object in objects {
            // A signal handler may run here.
            checkpoint.step(py)?;
            paused(py, |heap| {
                let seen = heap.see(object);
                for (cell, name) in variables_of(seen, values) {
                    if !name.is_empty() {
                        names.entry(cell.address()).or_insert(name);
                    }
                }
            });
        }
        memory::room_for(64 * names.len())?;
        Ok(Self { names })
    }

    /// For a cell, its name with that of its variable; any other name unchanged.
    pub(crate) fn complete(&self, object: Obj<'_>, name: ObjectName<String>) -> ObjectName<String> {
        if !name.is_nameless_cell() {
            return name;
        }
        match self.names.get(&object.address()) {
            None => name,
            Some(variable) => ObjectName::cell(variable.clone()),
        }
    }
}

/// The cells of a function or a frame, with their variables.
fn variables_of<'h>(object: Obj<'h>, values: Values<'_>) -> Vec<(Obj<'h>, String)> {
    let locals = match Kind::of(object) {
        Kind::Function => return closure_variables(object, values),
        Kind::Frame => frame_locals(object),
        Kind::Generator => generator_locals(object),
        _ => return Vec::new(),
    };
    let cells = locals
        .into_iter()
        .filter(|&(_, value)| is_cell(value))
        .filter(|(name, _)| is_shown(name, values));
    cells.map(|(name, cell)| (cell, name)).collect()
}
