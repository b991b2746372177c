//! References of weak containers, which end when another object is freed.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, ListArray, PrimitiveArray, UInt32Array};
use refcycle_core::{CsrGraph, EdgeId, IDirectedGraph, VertexId, Vertices};

use super::arrays::{lengths, values};
use super::columns;
use super::error::DumpError;
use super::lists::sparse_list;

/// A reference that ends when another object is freed, as that of a `WeakKeyDictionary` to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeakReference {
    /// The reference.
    pub edge: EdgeId,
    /// The object with which it ends.
    pub owner: VertexId,
}

/// Sorts them by edge; an edge that is given several times counts once.
pub(super) fn finish(weak: &mut Vec<WeakReference>, graph: &CsrGraph) -> Result<(), String> {
    weak.sort_unstable();
    weak.dedup_by_key(|weak| weak.edge);
    weak.shrink_to_fit();
    let is_in = |weak: &WeakReference| {
        weak.edge.index() < graph.edge_count() && graph.contains_vertex(weak.owner)
    };
    match weak.iter().all(is_in) {
        true => Ok(()),
        false => Err("a weak reference or its owner is not in the graph".to_owned()),
    }
}

/// The column of some rows: for each reference its number among those of its row, and the row of
/// its owner.
pub(super) fn array(weak: &[WeakReference], offsets: &[u32], rows: Range<usize>) -> ArrayRef {
    let edge = |weak: &WeakReference| weak.edge.number();
    let place = |row: usize| weak.partition_point(|weak| edge(weak) < offsets[row]);
    let mut lengths = vec![0; rows.len()];
    let mut numbers = Vec::new();
    let mut row = rows.start;
    for weak in &weak[place(rows.start)..place(rows.end)] {
        while offsets[row + 1] <= edge(weak) {
            row += 1;
        }
        lengths[row - rows.start] += 2;
        numbers.extend([edge(weak) - offsets[row], weak.owner.number()]);
    }
    let numbers = UInt32Array::from(numbers);
    Arc::new(sparse_list(columns::numbers(), &lengths, Arc::new(numbers)))
}

/// Reads the column of some rows, whose references start and end at these offsets.
pub(super) fn take(
    lists: &ListArray,
    offsets: &[u32],
    weak: &mut Vec<WeakReference>,
) -> Result<(), DumpError> {
    let numbers = values::<PrimitiveArray<UInt32Type>>(lists)?;
    let wrong = || DumpError::malformed("a weak reference is missing");
    if numbers.null_count() > 0 {
        return Err(wrong());
    }
    if numbers.is_empty() {
        return Ok(());
    }
    let mut next = numbers.values().iter();
    for (row, length) in offsets.windows(2).zip(lengths(lists)) {
        if !length.is_multiple_of(2) {
            return Err(wrong());
        }
        for _ in 0..length / 2 {
            let (Some(&place), Some(&owner)) = (next.next(), next.next()) else {
                return Err(wrong());
            };
            let edge = row[0].checked_add(place).filter(|&edge| edge < row[1]);
            weak.push(WeakReference {
                edge: EdgeId::new(edge.ok_or_else(wrong)?),
                owner: VertexId::new(owner),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use refcycle_core::{CsrGraph, EdgeId, VertexId};

    use crate::dump::{DumpedObject, HeapDump, HeapDumpBuilder};
    use crate::names::ObjectName;

    fn builder() -> HeapDumpBuilder {
        let graph = CsrGraph::from_edges(3, [(0, 1), (0, 2), (1, 2), (1, 2)]).unwrap();
        let mut builder = HeapDump::builder(graph);
        for address in [16, 32, 48] {
            builder.object(DumpedObject {
                address,
                type_name: "dict",
                name: ObjectName::Instance("dict"),
                size: 64,
                reference_count: None,
            });
        }
        (0..4).for_each(|_| builder.reference(None));
        builder
    }

    fn again(builder: HeapDumpBuilder) -> HeapDump {
        let mut file = Vec::new();
        builder.build().unwrap().write(&mut file).unwrap();
        HeapDump::read(Cursor::new(file)).unwrap()
    }

    #[test]
    fn a_file_has_the_owners_of_weak_references() {
        assert_eq!(again(builder()).weak_references(), []);
        let mut with = builder();
        with.weak_reference(EdgeId::new(3), VertexId::new(0));
        with.weak_reference(EdgeId::new(1), VertexId::new(2));
        let read = again(with);
        let found = read.weak_references().iter();
        let found: Vec<_> = found
            .map(|weak| (weak.edge.number(), weak.owner.number()))
            .collect();
        assert_eq!(found, [(1, 2), (3, 0)]);
    }

    #[test]
    fn an_owner_outside_the_graph_is_an_error() {
        for (edge, owner) in [(4, 0), (0, 3)] {
            let mut wrong = builder();
            wrong.weak_reference(EdgeId::new(edge), VertexId::new(owner));
            let error = wrong.build().unwrap_err().to_string();
            assert!(error.contains("weak reference"), "{error}");
        }
    }

    #[test]
    fn a_file_says_which_sizes_are_unknown_if_that_is_known() {
        assert_eq!(again(builder()).has_unknown_size(VertexId::new(1)), None);
        let mut with = builder();
        with.unknown_sizes([2, 1]);
        let read = again(with);
        let found = [0, 1, 2].map(|v| read.has_unknown_size(VertexId::new(v)));
        assert_eq!(found, [Some(false), Some(true), Some(true)]);
        let mut wrong = builder();
        wrong.unknown_sizes([3]);
        assert!(wrong.build().is_err());
    }
}
