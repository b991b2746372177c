//! A graph that is too large to draw as some dozens of groups: the largest components,
//! and all that is on no cycle by type.

use std::cmp::Reverse;

use refcycle_core::algo::Components;
use refcycle_core::{CsrGraph, Successors, VertexId, Vertices};
use rustc_hash::FxHashMap;

/// How many components and how many types have a group of their own.
const COMPONENTS: usize = 8;
const TYPES: usize = 16;

/// Types named in the label of a component.
const NAMED: usize = 3;

/// The groups of a graph and what leads from one to another.
pub(super) struct Overview {
    /// The group of each vertex.
    pub(super) group: Vec<u32>,
    pub(super) groups: Vec<Group>,
    /// Tail, head, and how many edges there are; no group to itself.
    pub(super) edges: Vec<(u32, u32, u64)>,
}

/// Some vertices as one.
pub(super) struct Group {
    pub(super) label: String,
    /// What the table of types says of it: the name of its only type, or "cycle".
    pub(super) kind: String,
    pub(super) count: u64,
    pub(super) size: u64,
    /// A vertex to begin with: the one with the most edges out.
    pub(super) first: VertexId,
}

/// Groups vertices; `type_of` numbers the types that `name_of` names.
pub(super) fn overview(
    graph: &CsrGraph,
    components: &Components,
    types: &[u32],
    name_of: &dyn Fn(u32) -> String,
    sizes: Option<&[u64]>,
) -> Overview {
    let size = |v: VertexId| sizes.map_or(0, |sizes| sizes[v.index()]);
    let mut cycles: Vec<u32> = (0..components.len() as u32)
        .filter(|&number| components.component(number).len() > 1)
        .collect();
    cycles.sort_by_key(|&number| (Reverse(components.component(number).len()), number));

    let mut counts = FxHashMap::<u32, (u64, u64)>::default();
    for vertices in components.iter() {
        if let &[v] = vertices {
            let (count, bytes) = counts.entry(types[v.index()]).or_default();
            *count += 1;
            *bytes += size(v);
        }
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_unstable_by_key(|&(ty, (count, bytes))| (Reverse((bytes, count)), ty));

    let (own, rest) = cycles.split_at(cycles.len().min(COMPONENTS));
    let mut group = vec![0; graph.vertex_bound()];
    let mut groups = Vec::new();
    let mut take = |label: String, kind: &str, vertices: &mut dyn Iterator<Item = VertexId>| {
        let number = groups.len() as u32;
        let (mut count, mut bytes) = (0, 0);
        let mut first = (VertexId::new(0), None);
        for v in vertices {
            group[v.index()] = number;
            count += 1;
            bytes += size(v);
            let degree = Some(graph.out_degree(v));
            if degree > first.1 {
                first = (v, degree);
            }
        }
        groups.push(Group {
            label,
            kind: kind.to_owned(),
            count,
            size: bytes,
            first: first.0,
        });
    };
    for &number in own {
        let vertices = components.component(number);
        let label = format!(
            "cycle of {}\n{}",
            vertices.len(),
            most_frequent(vertices, types, name_of)
        );
        take(label, "cycle", &mut vertices.iter().copied());
    }
    if !rest.is_empty() {
        let label = format!("{} smaller cycles", rest.len());
        let mut vertices = rest
            .iter()
            .flat_map(|&number| components.component(number))
            .copied();
        take(label, "cycle", &mut vertices);
    }
    // The group of a type, then all others.
    let mut by_type = FxHashMap::<u32, Vec<VertexId>>::default();
    let (large, small) = ranked.split_at(ranked.len().min(TYPES));
    let own_group: FxHashMap<u32, u32> = (0..).zip(large).map(|(n, &(ty, _))| (ty, n)).collect();
    for vertices in components.iter() {
        if let &[v] = vertices {
            let place = own_group.get(&types[v.index()]).copied();
            by_type
                .entry(place.unwrap_or(u32::MAX))
                .or_default()
                .push(v);
        }
    }
    for (place, &(ty, (count, _))) in (0..).zip(large) {
        let name = name_of(ty);
        let label = if count == 1 {
            name.clone()
        } else {
            format!("{name} × {count}")
        };
        let vertices = by_type.remove(&place).unwrap_or_default();
        take(label, &name, &mut vertices.into_iter());
    }
    if !small.is_empty() {
        let label = format!("{} other types", small.len());
        let vertices = by_type.remove(&u32::MAX).unwrap_or_default();
        take(label, "other", &mut vertices.into_iter());
    }

    let width = groups.len();
    let mut between = vec![0; width * width];
    for v in graph.vertices() {
        let row = group[v.index()] as usize * width;
        for w in graph.successors(v) {
            between[row + group[w.index()] as usize] += 1;
        }
    }
    let edges = (0..width)
        .flat_map(|tail| (0..width).map(move |head| (tail, head)))
        .filter(|(tail, head)| tail != head)
        .map(|(tail, head)| (tail as u32, head as u32, between[tail * width + head]))
        .filter(|&(.., count)| count > 0)
        .collect();
    Overview {
        group,
        groups,
        edges,
    }
}

/// "function 420, dict 97, cell 3 …"
fn most_frequent(vertices: &[VertexId], types: &[u32], name_of: &dyn Fn(u32) -> String) -> String {
    let mut counts = FxHashMap::<u32, u64>::default();
    for v in vertices {
        *counts.entry(types[v.index()]).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|&(ty, count)| (Reverse(count), ty));
    let mut text = counts
        .iter()
        .take(NAMED)
        .map(|&(ty, count)| format!("{} {count}", name_of(ty)))
        .collect::<Vec<_>>()
        .join(", ");
    if counts.len() > NAMED {
        text += " …";
    }
    text
}

#[cfg(test)]
mod tests {
    use refcycle_core::algo::strongly_connected_components;

    use super::*;

    #[test]
    fn components_and_types_are_groups() {
        // A cycle of 0 and 1 holds 2 and 3, of one type, and 4.
        let graph =
            CsrGraph::from_edges(5, [(0, 1), (1, 0), (0, 2), (1, 3), (0, 3), (3, 4)]).unwrap();
        let components = strongly_connected_components(&graph);
        let name = |ty| ["list", "str", "int"][ty as usize].to_owned();
        let sizes = [1, 10, 100, 1000, 10_000];
        let types = [0, 1, 1, 1, 2];
        let overview = overview(&graph, &components, &types, &name, Some(&sizes));
        let groups: Vec<_> = overview
            .groups
            .iter()
            .map(|group| (&*group.label, &*group.kind, group.count, group.size))
            .collect();
        assert_eq!(
            groups,
            [
                ("cycle of 2\nlist 1, str 1", "cycle", 2, 11),
                ("int", "int", 1, 10_000),
                ("str × 2", "str", 2, 1100),
            ]
        );
        assert_eq!(overview.group, [0, 0, 2, 2, 1]);
        assert_eq!(overview.edges, [(0, 2, 3), (2, 1, 1)]);
        assert_eq!(overview.groups[0].first, VertexId::new(0));
    }

    #[test]
    fn many_cycles_and_types_share_a_group() {
        let (pairs, loners) = (40, 60);
        let vertices = 2 * pairs + loners;
        let edges = (0..pairs).flat_map(|n| [(2 * n, 2 * n + 1), (2 * n + 1, 2 * n)]);
        let graph = CsrGraph::from_edges(vertices as usize, edges).unwrap();
        let components = strongly_connected_components(&graph);
        let types: Vec<u32> = (0..vertices).collect();
        let overview = overview(&graph, &components, &types, &|ty| ty.to_string(), None);
        assert_eq!(overview.groups.len(), COMPONENTS + 1 + TYPES + 1);
        assert_eq!(overview.groups[COMPONENTS].label, "32 smaller cycles");
        assert_eq!(overview.groups[COMPONENTS].count, 64);
        assert_eq!(overview.groups.last().unwrap().label, "44 other types");
        let counted: u64 = overview.groups.iter().map(|group| group.count).sum();
        assert_eq!(counted, 140);
    }
}
