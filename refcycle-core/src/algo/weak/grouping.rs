//! The vertices of trees, grouped by tree.

use alloc::vec;
use alloc::vec::Vec;

use crate::algo::vertex_groups::{NO_GROUP, VertexGroups};
use crate::counting_sort;
use crate::{Successors, VertexId};

/// The number of vertices that are looked at together.
const BLOCK: usize = 16;

/// Groups the vertices of a graph by tree, given the parent of each, which is no greater.
pub(super) fn group<G: Successors + ?Sized>(graph: &G, mut parent: Vec<u32>) -> VertexGroups {
    let has_holes = graph.vertex_count() < parent.len();
    let mut starts = match has_holes {
        true => number_with_holes(graph, &mut parent),
        false => number(&mut parent),
    };
    counting_sort::sum(&mut starts);
    let component = parent;
    let members = match starts.len() == 2 && !has_holes {
        // Nothing to sort.
        true => (0..component.len()).map(VertexId::from_index).collect(),
        false => members(&component, &mut starts),
    };
    VertexGroups::of(component, members, starts)
}

/// Replaces each parent by the number of the component. Returns the sizes of the components, each
/// one place after its number.
fn number_with_holes<G: Successors + ?Sized>(graph: &G, parent: &mut [u32]) -> Vec<u32> {
    let mut sizes = vec![0];
    for v in 0..parent.len() {
        let up = parent[v] as usize;
        if !graph.contains_vertex(VertexId::from_index(v)) {
            parent[v] = NO_GROUP;
        } else if up == v {
            parent[v] = sizes.len() as u32 - 1;
            sizes.push(1);
        } else {
            parent[v] = parent[up];
            counting_sort::count(&mut sizes, parent[v]);
        }
    }
    sizes
}

/// [`number_with_holes`] for a graph without holes: vertices in a row that have one parent are
/// numbered together.
fn number(parent: &mut [u32]) -> Vec<u32> {
    let mut sizes = vec![0];
    // The last parent, and the number of its component.
    let (mut last, mut number) = (NO_GROUP, 0);
    let mut first = 0;
    while first < parent.len() {
        if let Some(block) = parent[first..].first_chunk_mut::<BLOCK>()
            && is_all(block, last)
        {
            block.fill(number);
            sizes[number as usize + 1] += BLOCK as u32;
            first += BLOCK;
            continue;
        }
        let end = parent.len().min(first + BLOCK);
        for v in first..end {
            last = parent[v];
            if last == v as u32 {
                number = sizes.len() as u32 - 1;
                sizes.push(0);
            } else {
                number = parent[last as usize];
            }
            parent[v] = number;
            sizes[number as usize + 1] += 1;
        }
        first = end;
    }
    sizes
}

/// The vertices, grouped by component; `starts` is where each group starts.
fn members(component: &[u32], starts: &mut [u32]) -> Vec<VertexId> {
    let mut members = vec![VertexId::default(); starts[starts.len() - 1] as usize];
    let mut last = NO_GROUP;
    let mut first = 0;
    while first < component.len() {
        if let Some(block) = component[first..].first_chunk::<BLOCK>()
            && last != NO_GROUP
            && is_all(block, last)
        {
            let place = &mut starts[last as usize];
            let group = &mut members[*place as usize..][..BLOCK];
            for (member, v) in group.iter_mut().zip(first as u32..) {
                *member = VertexId::new(v);
            }
            *place += BLOCK as u32;
            first += BLOCK;
            continue;
        }
        let end = component.len().min(first + BLOCK);
        for (v, &number) in (first..end).zip(&component[first..end]) {
            last = number;
            if last != NO_GROUP {
                counting_sort::put(starts, &mut members, last, VertexId::from_index(v));
            }
        }
        first = end;
    }
    counting_sort::restore(starts);
    members
}

fn is_all(block: &[u32; BLOCK], one: u32) -> bool {
    // Without a branch for each, so that all are compared at once.
    block.iter().fold(true, |all, &other| all & (other == one))
}
