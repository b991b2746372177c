//! Columns of lists.

use arrow_array::{ArrayRef, ListArray};

const FITS: &str = "the values are of this type, and as many as the lengths say";

pub(super) fn list(
    element: arrow_schema::FieldRef,
    lengths: impl IntoIterator<Item = usize>,
    values: ArrayRef,
    nulls: Option<arrow_buffer::NullBuffer>,
) -> ListArray {
    let offsets = arrow_buffer::OffsetBuffer::from_lengths(lengths);
    ListArray::try_new(element, offsets, values, nulls).expect(FITS)
}

/// The same, with null for an empty list.
pub(super) fn sparse_list(
    element: arrow_schema::FieldRef,
    lengths: &[usize],
    values: ArrayRef,
) -> ListArray {
    let nulls = lengths.iter().map(|&length| length > 0).collect();
    list(element, lengths.iter().copied(), values, Some(nulls))
}
