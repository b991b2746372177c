//! pandas: the hash tables of its indexes. Its data are arrays of NumPy and of Arrow.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::compiled_calls::call;
use super::extents::Extents;
use super::loaded::is_in;

/// Whether the type is one of the hash tables of pandas.
pub(super) fn is_table(ty: &Bound<'_, PyType>, name: &[u8]) -> bool {
    let name = name.strip_prefix(b"pandas._libs.hashtable.");
    let name = name.and_then(|name| str::from_utf8(name).ok());
    name.is_some_and(|name| {
        is_in(ty, "pandas._libs.hashtable", name) && name.ends_with("HashTable")
    })
}

/// A hash table, as that of the engine of an index.
pub(super) fn read_table(table: &Bound<'_, PyAny>, extents: &mut Extents) -> Option<()> {
    let bytes = call(table, intern!(table.py(), "sizeof"), [])?;
    extents.alone(bytes.extract().ok()?);
    Some(())
}
