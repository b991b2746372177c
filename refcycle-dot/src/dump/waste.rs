//! Why the few objects that waste bytes do so, and how many bytes.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, DictionaryArray, LargeStringArray, UInt32Array, UInt64Array};
use refcycle_core::VertexId;

use super::states::States;

/// The kind of waste and the bytes that would be saved, of some vertices.
#[derive(Clone, Debug, Default)]
pub(super) struct Waste {
    kinds: States,
    /// In the order of the vertices.
    saved: Vec<(VertexId, u64)>,
}

impl Waste {
    pub(super) fn push(&mut self, v: VertexId, kind: &str, saved: u64) {
        self.kinds.push(v, kind);
        self.saved.push((v, saved));
    }

    /// Sorts them by vertex; `vertices` is the number of vertices, and `most` that of all bytes.
    pub(super) fn finish(&mut self, vertices: usize, most: u64) -> Result<(), String> {
        self.kinds.finish(vertices)?;
        self.saved.sort_by_key(|&(v, _)| v);
        self.saved.dedup_by_key(|&mut (v, _)| v);
        self.saved.shrink_to_fit();
        let add = |all: u64, &(_, saved): &(VertexId, u64)| all.checked_add(saved);
        match self.saved.iter().try_fold(0, add) {
            Some(all) if all <= most => Ok(()),
            _ => Err("its wasted bytes add up to more than any memory".to_owned()),
        }
    }

    pub(super) fn get(&self, v: VertexId) -> Option<(&str, u64)> {
        let place = self.saved.binary_search_by_key(&v, |&(known, _)| known);
        Some((self.kinds.get(v)?, self.saved[place.ok()?].1))
    }

    /// The kinds as the values of a dictionary of Arrow's.
    pub(super) fn dictionary(&self) -> ArrayRef {
        Arc::new(LargeStringArray::from_iter_values(self.kinds.texts()))
    }

    /// The columns of some rows, with these kinds.
    pub(super) fn arrays(
        &self,
        rows: Range<usize>,
        dictionary: &ArrayRef,
    ) -> (DictionaryArray<UInt32Type>, UInt64Array) {
        let keys = self.kinds.numbers(rows.clone());
        let keys: UInt32Array = keys.map(|number| number.map(u32::from)).collect();
        let start = self.saved.partition_point(|&(v, _)| v.index() < rows.start);
        let mut next = self.saved[start..].iter().peekable();
        let saved = rows.map(|row| {
            let known = next.next_if(|(v, _)| v.index() == row);
            known.map(|&(_, saved)| saved)
        });
        let kinds = DictionaryArray::try_new(keys, Arc::clone(dictionary));
        (kinds.expect("each kind has a number"), saved.collect())
    }

    pub(super) fn memory(&self) -> usize {
        self.kinds.memory() + size_of_val(&*self.saved)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use refcycle_core::{CsrGraph, VertexId};

    use crate::dump::{DumpedObject, HeapDump, HeapDumpBuilder};
    use crate::names::ObjectName;

    #[test]
    fn a_file_says_whether_waste_is_known() {
        let builder = || {
            let mut builder = HeapDump::builder(CsrGraph::from_edges(2, []).unwrap());
            for address in [16, 32] {
                builder.object(DumpedObject {
                    address,
                    type_name: "list",
                    name: ObjectName::Instance("list"),
                    size: 56,
                    reference_count: None,
                });
            }
            builder
        };
        let again = |builder: HeapDumpBuilder| {
            let mut file = Vec::new();
            builder.build().unwrap().write(&mut file).unwrap();
            HeapDump::read(Cursor::new(file)).unwrap()
        };
        let [one, other] = [0, 1].map(VertexId::new);
        let unknown = again(builder());
        assert_eq!([unknown.waste(one), unknown.waste(other)], [None, None]);
        let mut nothing = builder();
        nothing.knows_waste();
        assert_eq!(again(nothing).waste(one), Some(None));
        let mut some = builder();
        some.waste(other, "empty", 56);
        some.waste(other, "duplicate", 1);
        let some = again(some);
        assert_eq!(some.waste(one), Some(None));
        assert_eq!(some.waste(other), Some(Some(("empty", 56))));
        let mut outside = builder();
        outside.waste(VertexId::new(2), "empty", 56);
        assert!(outside.build().is_err());
        let mut huge = builder();
        huge.waste(one, "empty", u64::MAX);
        huge.waste(other, "empty", 1);
        let error = huge.build().unwrap_err().to_string();
        assert!(error.contains("wasted bytes"), "{error}");
    }
}
