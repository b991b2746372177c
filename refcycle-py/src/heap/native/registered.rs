//! Functions of the program that state the memory of the objects of a type.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::buffer_class::{Buffer, bytes_of};
use super::extents::Extents;
use crate::border;
use crate::heap::gc_pause::lifted;

struct Registered {
    ty: Py<PyType>,
    function: Py<PyAny>,
    /// Whether an error of the function was reported.
    has_failed: bool,
}

static REGISTERED: Mutex<Vec<Registered>> = Mutex::new(Vec::new());
static ARE_ANY: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether a function is running.
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    /// An exception of a function that ends the call of refcycle.
    static STOP: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// Registers a function that states how much memory outside of Python's objects an object uses.
///
/// `function` is called with each object of exactly this type when sizes are computed, and
/// returns the bytes in addition to the object's own, or a `Buffer` or a list of them for
/// memory that other objects may share or that is on a device, or `None` if it is not known.
/// `None` instead of a function removes the function of the type.
///
/// Unlike everything else that refcycle reads, this runs code of the program. The function must
/// not wait for other threads. After an `Exception` in it, the size of the object is unknown: it
/// has the size of its struct, and `ObjectGraph.buffers` lists it with `size` None. So is a size
/// that is negative or above 2**48. The first such error of a function is reported by
/// `sys.unraisablehook`. Other exceptions, as that of Ctrl-C, are raised. If the function itself
/// asks for sizes, no function is called meanwhile, and what they would state is unknown.
/// `TypeError` if `type` is not a class or `function` not callable.
///
///     >>> import refcycle
///     >>> class Texture:
///     ...     def __init__(self, size):
///     ...         self.size = size
///     >>> refcycle.register_size(Texture, lambda texture: texture.size)
///     >>> texture = Texture(4_000_000)
///     >>> refcycle.ObjectGraph([texture]).shallow_size(texture) > 4_000_000
///     True
///     >>> refcycle.register_size(Texture, None)
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (r#type, function, /))]
pub(crate) fn register_size(
    r#type: &Bound<'_, PyAny>,
    function: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let Ok(ty) = r#type.cast::<PyType>() else {
        return Err(border::wrong_type("type", "a class", r#type));
    };
    if let Some(function) = function.as_ref()
        && !function.is_callable()
    {
        return Err(border::wrong_type("function", "callable or None", function));
    }
    let removed: Vec<_> = {
        let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
        let of_type = |entry: &mut Registered| entry.ty.is(ty);
        let removed = registered.extract_if(.., of_type).collect();
        registered.extend(function.map(|function| Registered {
            ty: ty.clone().unbind(),
            function: function.unbind(),
            has_failed: false,
        }));
        ARE_ANY.store(!registered.is_empty(), Ordering::Relaxed);
        removed
    };
    drop(removed); // may run code, which may register others
    Ok(())
}

pub(in super::super) fn are_any() -> bool {
    ARE_ANY.load(Ordering::Relaxed)
}

pub(super) fn has(ty: &Bound<'_, PyType>) -> bool {
    are_any() && function_of(ty).is_some()
}

fn function_of<'py>(ty: &Bound<'py, PyType>) -> Option<Bound<'py, PyAny>> {
    let registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let found = registered.iter().find(|known| known.ty.is(ty));
    found.map(|known| known.function.bind(ty.py()).clone())
}

/// Whether this is the first error of the function of a type.
fn is_first_error(ty: &Bound<'_, PyType>) -> bool {
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let found = registered.iter_mut().find(|known| known.ty.is(ty));
    found.is_some_and(|known| !std::mem::replace(&mut known.has_failed, true))
}

pub(super) fn read(object: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let function = function_of(&object.get_type())?;
    if IS_RUNNING.get() || STOP.with_borrow(Option::is_some) {
        return None;
    }
    IS_RUNNING.set(true);
    let stated = lifted(object.py(), || function.call1((object,)));
    IS_RUNNING.set(false);
    match stated.and_then(|stated| see(&stated, extents)) {
        Ok(known) => known,
        Err(error) if !error.is_instance_of::<PyException>(object.py()) => {
            STOP.set(Some(error));
            None
        }
        Err(error) => {
            if is_first_error(&object.get_type()) {
                error.write_unraisable(object.py(), Some(&function));
            }
            None
        }
    }
}

/// Raises the exception with which a function of this thread has ended the call of refcycle.
pub(crate) fn check_stop() -> PyResult<()> {
    STOP.take().map_or(Ok(()), Err)
}

/// Describes what the function has returned.
fn see(stated: &Bound<'_, PyAny>, extents: &mut Extents) -> PyResult<Option<()>> {
    if stated.is_none() {
        return Ok(None);
    }
    if let Ok(buffer) = stated.cast::<Buffer>() {
        buffer.get().see(extents);
        return Ok(Some(()));
    }
    if let Ok(buffers) = stated.extract::<Vec<Bound<'_, Buffer>>>() {
        for buffer in buffers {
            buffer.get().see(extents);
        }
        return Ok(Some(()));
    }
    extents.alone(bytes_of(stated, "a size")?);
    Ok(Some(()))
}
