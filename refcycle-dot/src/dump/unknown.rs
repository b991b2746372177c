//! Objects that own memory whose size is unknown.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray};

/// Sorts the rows, which are below this number.
pub(super) fn finish(unknown: &mut Vec<u32>, vertices: usize) -> Result<(), String> {
    unknown.sort_unstable();
    unknown.dedup();
    unknown.shrink_to_fit();
    match unknown.last() {
        Some(&last) if last as usize >= vertices => {
            Err(format!("object {last} is not in the graph"))
        }
        _ => Ok(()),
    }
}

/// The column of some rows.
pub(super) fn array(unknown: &[u32], rows: Range<usize>) -> ArrayRef {
    let is_unknown = |row: usize| unknown.binary_search(&(row as u32)).is_ok();
    let column: BooleanArray = rows.map(|row| Some(is_unknown(row))).collect();
    Arc::new(column)
}

/// Reads the column of some rows from `first` on. A null stands for a size that is known.
pub(super) fn take(column: &BooleanArray, first: usize, unknown: &mut Vec<u32>) {
    if column.true_count() == 0 {
        return;
    }
    let rows = (first..).zip(column.iter());
    unknown.extend(
        rows.filter(|(_, is)| *is == Some(true))
            .map(|(row, _)| row as u32),
    );
}
