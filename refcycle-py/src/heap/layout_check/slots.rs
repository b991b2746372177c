//! The slots after the struct of a frame or a generator.

use pyo3::prelude::*;

use super::memory::Memory;

/// The number of slots that a frame has for variables and for its value stack, computed from
/// attributes of its code.
pub(super) fn slots(code: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
    let names = |attribute| -> PyResult<Vec<String>> { code.getattr(attribute)?.extract() };
    let variables = names("co_varnames")?;
    let cells = names("co_cellvars")?;
    // An argument that is a cell has one slot since 3.11, and two before.
    let is_new = |cell: &&String| cfg!(not(Py_3_11)) || !variables.contains(cell);
    let cells = cells.iter().filter(is_new).count();
    let variables: usize = code.getattr("co_nlocals")?.extract()?;
    let free = names("co_freevars")?.len();
    let stack = code.getattr("co_stacksize")?.extract()?;
    Ok((variables + cells + free, stack))
}

/// A frame object or a generator, with the slots that follow its struct.
pub(super) fn with_slots(object: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Memory> {
    let (variables, stack) = slots(code)?;
    // SAFETY: both are allocated with a word for each slot of their code.
    Ok(unsafe { Memory::of(object, variables + stack) })
}
