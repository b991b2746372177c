//! Functions that the known objects call to check frames, generators and code.
//!
//! The functions are the same on all versions; `frames` knows the layout of each version.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::wrap_pyfunction;

use super::frames;
use super::memory::Memory;
use crate::heap::layout::frame;

type Object<'a, 'py> = &'a Bound<'py, PyAny>;

pub(super) fn add_to(scope: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = scope.py();
    scope.set_item("finished", wrap_pyfunction!(finished, py)?)?;
    scope.set_item("cleared_frame", wrap_pyfunction!(cleared_frame, py)?)?;
    scope.set_item("suspended", wrap_pyfunction!(suspended, py)?)?;
    scope.set_item("is_cleared", wrap_pyfunction!(is_cleared, py)?)?;
    scope.set_item("generator_field", wrap_pyfunction!(generator_field, py)?)?;
    scope.set_item("code_fits", wrap_pyfunction!(code_fits, py)?)?;
    scope.set_item("cache_fits", wrap_pyfunction!(cache_fits, py)?)?;
    scope.set_item("body_fits", wrap_pyfunction!(body_fits, py)?)?;
    scope.set_item("ready", wrap_pyfunction!(ready, py)?)?;
    scope.set_item("running_fits", wrap_pyfunction!(running_fits, py)?)
}

/// Whether the frame of a call that has returned is as expected, with these values in its
/// variables and an empty stack.
#[pyfunction]
fn finished(
    object: Object<'_, '_>,
    function: Object<'_, '_>,
    values: Vec<Bound<'_, PyAny>>,
    caller: Object<'_, '_>,
    trace: Object<'_, '_>,
) -> PyResult<bool> {
    // SAFETY: it is a frame object.
    let fields = unsafe { Memory::of(object, 0) };
    Ok(fields.has(frame::BACK, caller.as_ptr() as usize)
        && fields.has(frame::TRACE, trace.as_ptr() as usize)
        && frames::is_finished(object, function, &values)?)
}

/// Whether a cleared frame says that its stack is empty.
#[pyfunction]
fn cleared_frame(object: Object<'_, '_>, function: Object<'_, '_>) -> PyResult<bool> {
    frames::is_cleared_frame(object, function)
}

/// Whether the frame of a suspended generator is as expected, with these objects on its stack
/// (`None`: with any objects).
#[pyfunction]
#[pyo3(signature = (object, frame_object, function, values, on_stack))]
fn suspended(
    object: Object<'_, '_>,
    frame_object: Object<'_, '_>,
    function: Object<'_, '_>,
    values: Vec<Bound<'_, PyAny>>,
    on_stack: Option<Vec<Bound<'_, PyAny>>>,
) -> PyResult<bool> {
    frames::is_suspended(object, frame_object, function, &values, on_stack.as_deref())
}

/// Whether the frame of a generator has been cleared.
#[pyfunction]
fn is_cleared(object: Object<'_, '_>) -> Option<bool> {
    // SAFETY: it is a generator.
    frames::is_cleared(unsafe { Memory::of(object, 0) })
}

/// Whether a field of a generator has this value.
#[pyfunction]
fn generator_field(object: Object<'_, '_>, name: &str, value: Object<'_, '_>) -> bool {
    // SAFETY: it is a generator.
    let fields = unsafe { Memory::of(object, 0) };
    frames::generator_field(fields, name, value.as_ptr() as usize)
}

/// Whether a code object gives the right number of slots for its frames, and their names.
#[pyfunction]
fn code_fits(object: Object<'_, '_>) -> PyResult<bool> {
    frames::code_fits(object)
}

/// Whether a code object that was asked for its bytes keeps them where it is expected.
#[pyfunction]
fn cache_fits(object: Object<'_, '_>, bytes: Object<'_, '_>) -> bool {
    frames::cache_fits(object, bytes)
}

/// Whether the frame of a class body, or of code that `exec` runs, has its variables in this dict.
#[pyfunction]
fn body_fits(object: Object<'_, '_>, names: Object<'_, '_>) -> PyResult<bool> {
    frames::body_fits(object, names)
}

/// Sets whether frame objects of running calls may be read from now on.
#[pyfunction]
fn ready(is_ready: bool) {
    frames::set_ready(is_ready);
}

/// Whether the frame of a running call is as expected, with these values in its variables, the last
/// of which is also on its stack. It has called the innermost function and waits for it, and its
/// own caller waits for it. Each of these two is given with the object on its stack.
#[pyfunction]
#[pyo3(signature = (innermost, object, function, values, caller, holder))]
fn running_fits(
    innermost: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    object: Object<'_, '_>,
    function: Object<'_, '_>,
    values: Vec<Bound<'_, PyAny>>,
    caller: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    holder: Option<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    frames::running_fits(innermost, object, function, &values, caller, holder)
}
