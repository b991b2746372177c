//! pyarrow: arrays, tables, record batches and buffers.
//!
//! The buffers of an array are known exactly, with the part that a slice does not show. The classes
//! of extension types may be written in Python, and making an object of one would run its code. So
//! arrays with such types are read through the C data interface.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};

use super::arrow_c::{Chunks, see_pair};
use super::compiled_calls::{call, get, get_number};
use super::extents::{Extents, Identity, Reader, read_nothing};
use super::initialised::is_initialised;
use super::loaded::{in_module, is_subtype};

/// Arrays that have neither children nor a dictionary.
const FLAT: [&[u8]; 34] = [
    b"NullArray",
    b"BooleanArray",
    b"Int8Array",
    b"Int16Array",
    b"Int32Array",
    b"Int64Array",
    b"UInt8Array",
    b"UInt16Array",
    b"UInt32Array",
    b"UInt64Array",
    b"HalfFloatArray",
    b"FloatArray",
    b"DoubleArray",
    b"Date32Array",
    b"Date64Array",
    b"TimestampArray",
    b"Time32Array",
    b"Time64Array",
    b"DurationArray",
    b"MonthDayNanoIntervalArray",
    b"Decimal32Array",
    b"Decimal64Array",
    b"Decimal128Array",
    b"Decimal256Array",
    b"BinaryArray",
    b"LargeBinaryArray",
    b"BinaryViewArray",
    b"StringArray",
    b"LargeStringArray",
    b"StringViewArray",
    b"FixedSizeBinaryArray",
    b"NumericArray",
    b"IntegerArray",
    b"FloatingPointArray",
];

/// The reader for a type of `pyarrow.lib`, which has this name there.
pub(super) fn reader(ty: &Bound<'_, PyType>, name: &[u8]) -> Option<Reader> {
    let is_below = |name| {
        let base = in_module(ty.py(), "pyarrow.lib", name);
        base.is_some_and(|base| is_subtype(ty, &base))
    };
    Some(match name {
        _ if FLAT.contains(&name) => read_flat,
        b"ChunkedArray" => read_chunked,
        b"Table" => read_table,
        b"RecordBatch" => read_batch,
        _ if is_below("Array") => read_nested,
        _ if is_below("Buffer") => read_buffer,
        _ if is_below("_Weakrefable") => read_nothing,
        _ => return None,
    })
}

/// The reader for a class that is written in Python and has a base in `pyarrow.lib`.
pub(super) fn reader_of_subclass(ty: &Bound<'_, PyType>) -> Option<Reader> {
    let base = in_module(ty.py(), "pyarrow.lib", "_Weakrefable")?;
    is_subtype(ty, &base).then_some(read_nothing)
}

fn read_buffer(buffer: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = buffer.py();
    is_initialised(buffer).then_some(())?;
    let bytes = get_number(buffer, intern!(py, "size"))?;
    let address = get_number(buffer, intern!(py, "address"))?;
    if get(buffer, intern!(py, "is_cpu"))?.extract().ok()? {
        extents.at(address, bytes);
        return Some(());
    }
    let device = get(buffer, intern!(py, "device"))?;
    let name: String = get(&device, intern!(py, "type_name"))?.extract().ok()?;
    let number: i64 = get(&device, intern!(py, "device_id"))?.extract().ok()?;
    let name = match number {
        0.. => format!("{name}:{number}"),
        _ => name,
    };
    extents.on_device(&name, Some(Identity::Address(address)), bytes);
    Some(())
}

fn read_flat(array: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = array.py();
    is_initialised(array).then_some(())?;
    for buffer in call(array, intern!(py, "buffers"), [])?
        .cast::<PyList>()
        .ok()?
    {
        if !buffer.is_none() {
            read_buffer(&buffer, extents)?;
        }
    }
    Some(())
}

/// An array that may have dictionaries. An array keeps the object of its dictionary once it was
/// asked for it, so it is not asked.
fn read_nested(array: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    read_flat(array, extents)?;
    let py = array.py();
    let none = py.None().into_bound(py);
    match call(array, intern!(py, "__arrow_c_array__"), [&none]) {
        Some(pair) => see_pair(&pair, true, extents),
        // Arrays on a device.
        None => None,
    }
}

fn read_chunked(chunked: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = chunked.py();
    is_initialised(chunked).then_some(())?;
    let none = py.None().into_bound(py);
    let stream = call(chunked, intern!(py, "__arrow_c_stream__"), [&none])?;
    let chunks = Chunks::of(stream)?;
    if chunks.schema.has_extensions() || chunks.schema.has_dictionary() {
        return chunks.see(extents);
    }
    let count = get_number(chunked, intern!(py, "num_chunks"))?;
    for number in 0..count {
        let number = number.into_pyobject(py).ok()?.into_any();
        let chunk = call(chunked, intern!(py, "chunk"), [&number])?;
        read_flat(&chunk, extents)?;
    }
    Some(())
}

fn read_table(table: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = table.py();
    is_initialised(table).then_some(())?;
    let count = get_number(table, intern!(py, "num_columns"))?;
    for number in 0..count {
        let number = number.into_pyobject(py).ok()?.into_any();
        let column = call(table, intern!(py, "column"), [&number])?;
        read_chunked(&column, extents)?;
    }
    Some(())
}

fn read_batch(batch: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let py = batch.py();
    is_initialised(batch).then_some(())?;
    let none = py.None().into_bound(py);
    let stream = call(batch, intern!(py, "__arrow_c_stream__"), [&none])?;
    let chunks = Chunks::of(stream)?;
    if chunks.schema.has_extensions() || chunks.schema.has_dictionary() {
        return chunks.see(extents);
    }
    let count = get_number(batch, intern!(py, "num_columns"))?;
    for number in 0..count {
        let number = number.into_pyobject(py).ok()?.into_any();
        read_flat(&call(batch, intern!(py, "column"), [&number])?, extents)?;
    }
    Some(())
}
