//! Random graphs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use refcycle_core::{CsrGraph, VertexId};

use crate::EdgeList;

/// The runner's settings. A failure prints its smallest graph: add it to the table of cases, not
/// to a file of seeds.
pub fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::default()
    }
}

/// Graphs with few vertices, with parallel edges, self-loops and isolated vertices, including the
/// empty graph.
pub fn graphs() -> impl Strategy<Value = EdgeList> {
    prop_oneof![
        3 => graphs_of(8, 24),  // dense: large components
        2 => graphs_of(14, 18), // about one edge per vertex: many components, long paths
        1 => graphs_of(20, 8),  // mostly isolated vertices
    ]
}

fn graphs_of(vertices: usize, edges: usize) -> impl Strategy<Value = EdgeList> {
    let ends = 0..vertices as u32;
    (0..=vertices, vec((ends.clone(), ends), 0..=edges)).prop_map(|(n, edges)| {
        // Numbers are reduced to the range, without flat_map, so that failures shrink to smaller
        // graphs.
        let n32 = n as u32;
        let edges = edges.into_iter().filter(|_| n > 0);
        EdgeList::dense(n, edges.map(|(t, h)| (t % n32, h % n32)))
    })
}

/// The vertices of [`random_edges`].
pub const RANDOM_VERTICES: usize = (1 << 20) + 12_345;

/// Edges in random order, the same in each run, including parallel edges, self-loops and a hub.
pub fn random_edges() -> Vec<(VertexId, VertexId)> {
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
        VertexId::new(((state >> 32) % RANDOM_VERTICES as u64) as u32)
    };
    let kinds = [0, 0, 0, 1, 2, 3].into_iter().cycle();
    let edges = kinds
        .take(400_000)
        .scan((0.into(), 0.into()), |last, kind| {
            *last = match kind {
                0 => (random(), random()),
                1 => *last,
                2 => (last.1, last.1),
                _ => (random(), 70_000.into()),
            };
            Some(*last)
        });
    edges.collect()
}

/// Graphs like those of [`graphs`], but without cycles: their edges go to lower ids, to higher
/// ids, or both.
pub fn acyclic_graphs() -> impl Strategy<Value = EdgeList> {
    (graphs(), 0..3).prop_map(|(mut graph, way)| {
        let rank = |v: VertexId| match way {
            0 => v.number(),
            1 => !v.number(),
            _ => v.number().reverse_bits(),
        };
        graph.edges.retain(|(tail, head)| tail != head);
        for (tail, head) in &mut graph.edges {
            if rank(*tail) < rank(*head) {
                std::mem::swap(tail, head);
            }
        }
        graph
    })
}

/// A graph, and some of its vertices in any order, with repetitions.
pub fn graphs_and_choices() -> impl Strategy<Value = (EdgeList, Vec<VertexId>)> {
    (graphs(), vec(any::<prop::sample::Index>(), 0..12)).prop_map(|(graph, choice)| {
        let n = graph.vertices.len();
        let choice = choice.into_iter().filter(|_| n > 0);
        let choice = choice.map(|i| graph.vertices[i.index(n)]).collect();
        (graph, choice)
    })
}

/// The worst case of Semi-NCA, which looks like a heap: a linked list in which each node refers to
/// an item that refers back to the node, and a registry that refers to the items of the second
/// half. Vertex 0 is the registry, which also refers to the list.
pub fn shared_list(places: u32) -> CsrGraph {
    let item = |place: u32| places + place;
    let list = (1..=places).map(|place| (place - 1, place));
    let items = (1..=places).flat_map(|place| [(place, item(place)), (item(place), place)]);
    let registry = (places / 2..=places).map(|place| (0, item(place)));
    CsrGraph::from_edges(2 * places as usize + 1, list.chain(items).chain(registry))
        .expect("the edges are within the graph")
}
