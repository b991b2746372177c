//! The columns of a part of a file, as arrays of known types.

use arrow_array::{Array, ListArray, RecordBatch};
use arrow_schema::{Field, Schema};

use super::error::DumpError;

pub(super) fn has_column(schema: &Schema, wanted: &Field) -> bool {
    let found = schema.field_with_name(wanted.name());
    found.is_ok_and(|found| found.data_type() == wanted.data_type())
}

pub(super) fn column<'b, T: 'static>(
    batch: &'b RecordBatch,
    name: &str,
) -> Result<&'b T, DumpError> {
    let column = batch.column_by_name(name);
    let column = column.and_then(|column| column.as_any().downcast_ref::<T>());
    column.ok_or_else(|| DumpError::malformed(format!("it has no column `{name}`")))
}

/// The elements of all lists of a column; a null has no elements.
pub(super) fn values<T: Array + Clone + 'static>(lists: &ListArray) -> Result<T, DumpError> {
    let offsets = lists.value_offsets();
    let (first, last) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
    let values = lists.values().slice(first, last - first);
    let values = values.as_any().downcast_ref::<T>().cloned();
    values.ok_or_else(|| DumpError::malformed("a list has the wrong type"))
}

pub(super) fn lengths(lists: &ListArray) -> impl Iterator<Item = usize> {
    lists
        .value_offsets()
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) as usize)
}
