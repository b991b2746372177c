//! The external ids of the vertices or edges of a graph, which may be any numbers.

use super::error::BuildError;

/// A unique id for each of the numbers `0..n`, and the reverse lookup.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExternalIds {
    ids: Box<[u64]>,
    /// The numbers sorted by their ids; `None` if the ids ascend.
    by_id: Option<Box<[u32]>>,
}

/// Two numbers have the same id.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    pub(crate) id: u64,
    /// The larger of the two numbers.
    pub(crate) index: usize,
}

impl ExternalIds {
    /// O(n) time if the ids ascend, otherwise O(n log n). There must be fewer than 2^32 ids.
    pub(crate) fn new(ids: Vec<u64>) -> Result<Self, Duplicate> {
        if ids.is_sorted_by(|a, b| a < b) {
            return Ok(Self {
                ids: ids.into(),
                by_id: None,
            });
        }
        let mut pairs: Vec<_> = ids.iter().copied().zip(0u32..).collect();
        pairs.sort_unstable();
        // Of several duplicates, report the one that comes first in the input.
        let duplicate = pairs
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .map(|pair| pair[1])
            .min_by_key(|&(_, number)| number);
        if let Some((id, number)) = duplicate {
            return Err(Duplicate {
                id,
                index: number as usize,
            });
        }
        let by_id = pairs.into_iter().map(|(_, number)| number).collect();
        Ok(Self {
            ids: ids.into(),
            by_id: Some(by_id),
        })
    }

    pub(crate) fn get(&self, index: usize) -> u64 {
        self.ids[index]
    }

    pub(crate) fn as_slice(&self) -> &[u64] {
        &self.ids
    }

    /// The number that has this id. O(log n) time.
    pub(crate) fn find(&self, id: u64) -> Option<u32> {
        match &self.by_id {
            None => self.ids.binary_search(&id).ok().map(|index| index as u32),
            Some(by_id) => by_id
                .binary_search_by_key(&id, |&number| self.ids[number as usize])
                .ok()
                .map(|position| by_id[position]),
        }
    }

    pub(crate) fn memory(&self) -> usize {
        size_of_val(&*self.ids) + self.by_id.as_ref().map_or(0, |by_id| size_of_val(&**by_id))
    }
}

pub(super) fn vertex_table(ids: Vec<u64>) -> Result<ExternalIds, BuildError> {
    ExternalIds::new(ids).map_err(|found| BuildError::DuplicateVertex {
        id: found.id,
        index: found.index,
    })
}

pub(super) fn edge_table(ids: Vec<u64>) -> Result<ExternalIds, BuildError> {
    ExternalIds::new(ids).map_err(|found| BuildError::DuplicateEdge {
        id: found.id,
        index: found.index,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_again() {
        for ids in [vec![], vec![0, 5, u64::MAX], vec![7, 3, u64::MAX, 0]] {
            let table = ExternalIds::new(ids.clone()).unwrap();
            for (index, &id) in ids.iter().enumerate() {
                assert_eq!(table.find(id), Some(index as u32));
                assert_eq!(table.get(index), id);
            }
            assert_eq!(table.find(4), None);
        }
    }

    #[test]
    fn the_first_repetition_is_reported() {
        let found = ExternalIds::new(vec![9, 4, 9, 4]).unwrap_err();
        assert_eq!(found, Duplicate { id: 9, index: 2 });
    }
}
