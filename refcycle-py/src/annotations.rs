//! Names for objects and references, in Python.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::annotate::{self, Values, named_references};
use crate::engine::SavedObject;
use crate::heap::{Measured, execution, paused};
use crate::modules;
use crate::names::ObjectName;
use crate::provided::{Provided, provided};

/// Returns the label of an object, one or two short lines.
///
/// No code of the object runs. Takes constant time.
///
///     >>> from refcycle.annotations import object_annotation
///     >>> object_annotation([1, 2])
///     'list[2]'
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn object_annotation(obj: &Bound<'_, PyAny>) -> String {
    crate::engine::annotation_of(obj)
}

/// Returns the file name of a frame as a redacted file shows it: the name if it is that of a
/// source file, otherwise its length.
///
///     >>> from refcycle._refcycle import redacted_file
///     >>> redacted_file("/srv/shop/views.py"), redacted_file("price > 40")
///     ('/srv/shop/views.py', 'str (10 characters)')
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn redacted_file(name: &Bound<'_, PyAny>) -> PyResult<String> {
    crate::annotate::redacted_file(name.py(), name)
}

/// Returns the name of a function as a redacted file shows it: the name if it is an identifier
/// or one that the compiler gives, such as `<lambda>`, otherwise its length.
///
///     >>> from refcycle._refcycle import redacted_function
///     >>> redacted_function("checkout"), redacted_function("4111 1111")
///     ('checkout', 'str (9 characters)')
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn redacted_function(name: &Bound<'_, PyString>) -> String {
    crate::annotate::redacted_function(&name.to_string_lossy())
}

/// Returns the labels of an object's references: a mapping, by identity, from each referent to
/// a list of labels.
///
/// No code of the object runs, and nothing is created in it. Takes time in proportion to the
/// references.
///
///     >>> from refcycle.annotations import annotated_references
///     >>> inner = []
///     >>> annotated_references([inner, inner])[inner]
///     ['item[0]', 'item[1]']
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn annotated_references<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = obj.py();
    let references = provided(py, Provided::KeyedDict)?.call1((
        modules::attribute(py, "builtins", "id")?,
        modules::attribute(py, "builtins", "list")?,
    ))?;
    for (target, name) in named_references(py, obj, Values::Shown)? {
        references
            .get_item(target)?
            .cast::<PyList>()?
            .append(name.to_string())?;
    }
    Ok(references)
}

/// Returns the name of an object, live or from a file. No code of the object runs.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn object_name(obj: &Bound<'_, PyAny>) -> ObjectName {
    if let Ok(saved) = obj.cast_exact::<SavedObject>() {
        return saved.get().saved().name().owned().into();
    }
    let (py, held) = (obj.py(), obj.as_unbound());
    // If the structs of its type cannot be measured, the name has less detail.
    let _ = Measured::default().see(py, std::slice::from_ref(held), 0);
    let name = paused(py, |heap| {
        annotate::object_name(heap.see(held), Values::Shown)
    });
    name.into()
}

/// Returns the file and the line at which an object was allocated, as in `/srv/app.py:12`.
///
/// `None` unless `tracemalloc` is tracing and was tracing then; of an object from a file,
/// unless the file says it. Makes nothing that remains, and no code of the object runs.
///
///     >>> from refcycle._refcycle import allocated_at
///     >>> allocated_at(len) is None
///     True
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn allocated_at(obj: &Bound<'_, PyAny>) -> Option<String> {
    crate::engine::allocated_at(obj)
}

/// Returns the code that a frame or a generator executes and the offset of its current
/// instruction, as a pair; `None` if it has ended, or is something else.
///
/// Available on Python 3.11 and later; before that, always `None`. Nothing is created in the
/// object, and no code of it runs.
///
///     >>> from refcycle._refcycle import execution
///     >>> execution(len) is None
///     True
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "execution")]
pub(crate) fn execution_of(obj: &Bound<'_, PyAny>) -> Option<(Py<PyAny>, i32)> {
    let held = obj.as_unbound();
    paused(obj.py(), |heap| {
        let (code, instruction) = execution(heap.see(held))?;
        Some((code.hold(), instruction))
    })
}
