//! Polars: frames and series.
//!
//! The buffers of a series are read through the C data interface of Arrow. Values that Polars would
//! convert for that, such as categories, have only the size that Polars estimates, and it is not
//! known which objects share them.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::arrow_c::Chunks;
use super::compiled_calls::call;
use super::extents::Extents;

/// `PySeries`.
pub(super) fn read_series(series: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = series.py();
    let none = py.None().into_bound(py);
    let stream = call(series, intern!(py, "__arrow_c_stream__"), [&none]);
    let chunks = stream.and_then(Chunks::of);
    match chunks {
        Some(chunks) if !chunks.schema.has_dictionary() && !chunks.schema.has_extensions() => {
            chunks.see(extents)
        }
        _ => {
            extents.alone(estimated_size(series)?);
            Some(())
        }
    }
}

/// `PyDataFrame`. A column that repeats one value is stored as that value, and asking for it as a
/// series would fill memory with it. So the last row is looked at first: in a column that is stored
/// as it is, this row is not at the start of a buffer.
pub(super) fn read_frame(frame: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = frame.py();
    let height: u64 = call(frame, intern!(py, "height"), [])?.extract().ok()?;
    let names = call(frame, intern!(py, "columns"), [])?;
    let names = names.cast::<PyList>().ok()?;
    if height == 0 || names.is_empty() {
        return Some(());
    }
    let number = |number: u64| number.into_pyobject(py).ok().map(Bound::into_any);
    let (last, one) = (number(height - 1)?, number(1)?);
    let last = call(frame, intern!(py, "slice"), [&last, &one])?;
    let last = call(&last, intern!(py, "get_columns"), [])?;
    for (place, (name, last)) in names.iter().zip(last.cast::<PyList>().ok()?).enumerate() {
        if height == 1 || is_inside(&last) {
            let series = call(frame, intern!(py, "to_series"), [&number(place as u64)?])?;
            read_series(&series, extents)?;
        } else {
            let name = PyList::new(py, [name]).ok()?.into_any();
            let column = call(frame, intern!(py, "select"), [&name])?;
            extents.alone(estimated_size(&column)?);
        }
    }
    Some(())
}

/// Whether the items of a series are not at the start of their buffers.
fn is_inside(series: &Bound<'_, PyAny>) -> bool {
    let py = series.py();
    let none = py.None().into_bound(py);
    let stream = call(series, intern!(py, "__arrow_c_stream__"), [&none]);
    let chunks = stream.and_then(Chunks::of);
    chunks.is_some_and(|chunks| !chunks.schema.has_dictionary() && chunks.have_offsets())
}

fn estimated_size(object: &Bound<'_, PyAny>) -> Option<u64> {
    let size = call(object, intern!(object.py(), "estimated_size"), [])?;
    size.extract().ok()
}
