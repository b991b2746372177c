//! The callbacks of `sys.monitoring`, which exists since 3.12.
//!
//! No function tells them. The state of the interpreter has an array of them, and after it one of
//! the names of the tools: it is where all names are those that `sys.monitoring` tells.

use pyo3::intern;
use pyo3::prelude::*;

use super::credits::Credits;
use super::interpreter_state::state_words;
use crate::heap::{RawMemory, sys_attribute};

/// The tools that can have names; `sys.setprofile` and `sys.settrace` are the others.
const NAMED_TOOLS: usize = 6;
const TOOLS: usize = 8;
/// The places for each tool.
const EVENTS: usize = if cfg!(Py_3_14) { 19 } else { 17 };

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    if cfg!(not(Py_3_12)) {
        return Ok(());
    }
    let names = tool_names(py)?;
    if names.iter().all(|&name| name == 0) {
        return Ok(());
    }
    let Ok(memory) = RawMemory::new() else {
        return Ok(());
    };
    let state = state_words(py, &memory);
    let places = state.windows(NAMED_TOOLS).enumerate();
    let places = places.filter(|&(place, words)| words == names && place >= TOOLS * EVENTS);
    let places: Vec<_> = places.map(|(place, _)| place).collect();
    // If several places look like it, it is unknown.
    let &[place] = places.as_slice() else {
        return Ok(());
    };
    let callbacks = state[place - TOOLS * EVENTS..place].chunks(EVENTS);
    for (tool, callbacks) in callbacks.take(NAMED_TOOLS).enumerate() {
        for &callback in callbacks.iter().filter(|&&callback| callback != 0) {
            credits.give(callback, || {
                format!("callback of sys.monitoring, tool {tool}")
            });
        }
    }
    Ok(())
}

/// The addresses of the names of the tools, 0 for one that is not in use.
fn tool_names(py: Python<'_>) -> PyResult<Vec<usize>> {
    let Some(monitoring) = sys_attribute(py, "monitoring").filter(|found| !found.is_none()) else {
        return Ok(Vec::new());
    };
    let name = |tool| {
        let name = monitoring.call_method1(intern!(py, "get_tool"), (tool,))?;
        // The interpreter holds it too.
        Ok(if name.is_none() {
            0
        } else {
            name.as_ptr() as usize
        })
    };
    (0..NAMED_TOOLS).map(name).collect()
}
