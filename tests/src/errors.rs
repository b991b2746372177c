//! Errors to compare with.

use refcycle_core::{CsrGraph, Error, ErrorKind};

/// The error for offsets of which the one at `index` is the first wrong one.
pub fn malformed_offsets(index: usize) -> Error {
    let mut offsets = vec![0; index];
    offsets.push(1);
    let error = CsrGraph::from_parts(offsets, Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MalformedOffsets);
    assert_eq!(error.index(), Some(index as u64));
    error
}
