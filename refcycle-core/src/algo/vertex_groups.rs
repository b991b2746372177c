//! Groups of vertices, as the result of an algorithm.

use alloc::vec::Vec;
use core::fmt;

use crate::VertexId;

/// Groups of vertices: see [`two_edge_connected_components`](super::two_edge_connected_components),
/// [`two_edge_connected_blocks`](super::two_edge_connected_blocks) and
/// [`two_vertex_connected_components`](super::two_vertex_connected_components).
///
/// The vertices of a group are in ascending order, and the groups are in ascending order of their
/// vertices.
///
/// # Memory
/// 4 bytes per vertex of a group, and 8 per group.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct VertexGroups {
    vertices: Vec<VertexId>,
    /// Where each group ends in `vertices`.
    ends: Vec<usize>,
}

impl VertexGroups {
    /// Sorts groups that are not empty: each ends at one of `ends`.
    pub(super) fn new(mut vertices: Vec<VertexId>, ends: &[usize]) -> Self {
        let mut start = 0;
        let mut ranges = Vec::with_capacity(ends.len());
        for &end in ends {
            vertices[start..end].sort_unstable();
            ranges.push(start..end);
            start = end;
        }
        ranges.sort_unstable_by(|a, b| vertices[a.clone()].cmp(&vertices[b.clone()]));
        let mut groups = Self {
            vertices: Vec::with_capacity(vertices.len()),
            ends: Vec::with_capacity(ends.len()),
        };
        for range in ranges {
            groups.vertices.extend_from_slice(&vertices[range]);
            groups.ends.push(groups.vertices.len());
        }
        groups
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The vertices of a group.
    ///
    /// # Panics
    /// If there is no group with this number.
    pub fn group(&self, number: u32) -> &[VertexId] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.vertices[start..self.ends[number]]
    }

    /// The vertices of each group, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[VertexId]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.group(number as u32))
    }
}

impl fmt::Debug for VertexGroups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
