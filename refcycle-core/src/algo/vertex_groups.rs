//! Groups of vertices, as the result of an algorithm.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::VertexId;

/// Vertices in numbered groups: see
/// [`weakly_connected_components`](super::weakly_connected_components),
/// [`two_edge_connected_components`](super::two_edge_connected_components),
/// [`two_edge_connected_blocks`](super::two_edge_connected_blocks) and
/// [`two_vertex_connected_components`](super::two_vertex_connected_components).
///
/// The vertices of a group are in ascending order, and the groups are in ascending order of their
/// vertices.
///
/// # Memory
/// 4 bytes per vertex id, 4 per vertex of a group, and 4 per group.
#[derive(Clone, PartialEq, Eq)]
pub struct VertexGroups {
    /// The first group of each vertex id, [`NO_GROUP`] if there is none. Ids beyond its end have none.
    number: Box<[u32]>,
    /// The vertices, by group.
    vertices: Box<[VertexId]>,
    /// Where each group starts in `vertices`; the last item is the end of the last group.
    starts: Box<[u32]>,
}

pub(super) const NO_GROUP: u32 = u32::MAX;

impl VertexGroups {
    /// Groups that are already in order.
    pub(super) fn of(number: Vec<u32>, vertices: Vec<VertexId>, starts: Vec<u32>) -> Self {
        Self {
            number: number.into(),
            vertices: vertices.into(),
            starts: starts.into(),
        }
    }

    /// Sorts groups that are not empty: each ends at one of `ends`. As a vertex has edges of its own
    /// in each of its groups, 32 bits suffice for their sizes together.
    pub(super) fn sorted(mut members: Vec<VertexId>, ends: &[usize]) -> Self {
        let mut start = 0;
        let mut ranges = Vec::with_capacity(ends.len());
        for &end in ends {
            members[start..end].sort_unstable();
            ranges.push(start..end);
            start = end;
        }
        ranges.sort_unstable_by(|a, b| members[a.clone()].cmp(&members[b.clone()]));
        let bound = members.iter().max().map_or(0, |last| last.index() + 1);
        let mut number = vec![NO_GROUP; bound];
        let mut vertices = Vec::with_capacity(members.len());
        let mut starts = Vec::with_capacity(ends.len() + 1);
        starts.push(0);
        for (group, range) in (0..).zip(ranges) {
            for &v in &members[range] {
                let first = &mut number[v.index()];
                *first = group.min(*first);
                vertices.push(v);
            }
            starts.push(vertices.len() as u32);
        }
        Self::of(number, vertices, starts)
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The vertices of a group, ascending.
    ///
    /// # Panics
    /// If there is no group with this number.
    pub fn group(&self, number: u32) -> &[VertexId] {
        let number = number as usize;
        &self.vertices[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    /// The number of the group of `v`, of the first one if it is in several; `None` if it is in none.
    pub fn group_of(&self, v: VertexId) -> Option<u32> {
        let number = self.number.get(v.index()).copied();
        number.filter(|&number| number != NO_GROUP)
    }

    /// The number of the group with the most vertices, the first if there are several; `None` if
    /// there is no group.
    pub fn largest(&self) -> Option<u32> {
        (0..self.len() as u32)
            .rev()
            .max_by_key(|&number| self.group(number).len())
    }

    /// The vertices of each group, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[VertexId]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.group(number as u32))
    }
}

impl fmt::Debug for VertexGroups {
    /// Prints the vertices of each group.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().enumerate()).finish()
    }
}
