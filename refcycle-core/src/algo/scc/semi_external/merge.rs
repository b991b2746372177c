//! Merges the components of some edges and the forest.

use std::vec;
use std::vec::Vec;

use super::open::{NONE, Open};
use crate::algo::strongly_connected_components;
use crate::counting_sort::{fill, offsets_by};
use crate::{Rows, VertexId};

/// The edges, and those of the forest, as rows. An edge is a tail and a head.
pub(super) fn rows_of(
    edges: Vec<(u32, u32)>,
    open: usize,
    parents: &[u32],
) -> (Vec<u32>, Vec<u32>) {
    let forest = parents.iter().copied().zip(0..);
    let forest = forest.filter(|&(parent, _)| parent != NONE);
    let all = edges.iter().copied().chain(forest);
    let mut offsets: Vec<u32> = offsets_by(open, all.clone().map(|(tail, _)| tail));
    let mut heads = vec![0; offsets[open] as usize];
    fill(&mut offsets, &mut heads, all);
    (offsets, heads)
}

/// The groups after a merge.
pub(super) struct Merged {
    /// The new number of each group.
    pub(super) number: Vec<u32>,
    pub(super) open: Open,
}

impl Merged {
    pub(super) fn of(rows: Rows<'_>, old: &Open) -> Self {
        let components = strongly_connected_components(&rows);
        let count = components.len();
        let mut open = Open::new(count);
        // In topological order, so that the level of a group is known before that of those to which
        // its edges lead.
        for number in components.topological_order() {
            let below = open.levels[number as usize] + 1;
            for &member in components.component(number) {
                open.flags[number as usize] |= old.flags[member.index()];
                for &head in rows.row(member.number()) {
                    let head = components.number(VertexId::new(head));
                    if head != number && open.levels[head as usize] < below {
                        open.levels[head as usize] = below;
                        open.parents[head as usize] = number;
                    }
                }
            }
        }
        let number = components.into_numbers(NONE).into_vec();
        Self { number, open }
    }
}
