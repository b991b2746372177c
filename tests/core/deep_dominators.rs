//! Dominators of graphs of ten million vertices, as deep or as wide as possible, on a small
//! stack. The dominators of each shape are known.

use std::thread;

use refcycle_core::algo::{self, Dominator, DominatorTree, Dominators};
use refcycle_core::{
    Algorithms, CsrGraph, IDirectedGraph, Successors, VertexId, VertexSet, Vertices,
};

const N: usize = 10_000_000;
const FIRST: VertexId = VertexId::new(0);
const MIDDLE: VertexId = VertexId::new(N as u32 / 2);
const LAST: VertexId = VertexId::new(N as u32 - 1);

fn on_a_small_stack(job: impl FnOnce() + Send) {
    const STACK: usize = 256 << 10;
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let handle = thread.spawn_scoped(scope, job).expect("a thread starts");
        handle.join().expect("the job does not panic");
    });
}

fn graph(edges: impl Iterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(N, edges).unwrap()
}

fn path() -> impl Iterator<Item = (u32, u32)> {
    (1..N as u32).map(|v| (v - 1, v))
}

/// Every vertex is dominated by all earlier vertices, from `first` to `last`.
fn is_a_path(found: Dominators, first: VertexId, last: VertexId) {
    assert_eq!(found.vertices().len(), N);
    assert_eq!(found.immediate_dominator(first), Some(Dominator::Root));
    assert_eq!(found.dominators_of(last).count(), N);
    let sums = found.accumulate(&vec![1_u64; N]).unwrap();
    assert_eq!((sums[first.index()], sums[last.index()]), (N as u64, 1));
    drop(sums);
    let tree = found.into_tree();
    assert_eq!(
        (tree.depth(first), tree.depth(last)),
        (Some(0), Some(N - 1))
    );
    assert!(tree.strictly_dominates(first, last) && !tree.dominates(last, first));
    assert_eq!(tree.subtree(first).len(), N);
    assert_eq!(tree.roots(), [first]);
    assert_eq!(tree.children(first).len(), 1);
    let common = tree.lowest_common_dominator([MIDDLE, last]);
    assert_eq!(common, Some(Dominator::Vertex(MIDDLE)));
}

/// Every other vertex is dominated by the centre only.
fn is_a_star(tree: &DominatorTree, centre: VertexId) {
    assert_eq!(tree.roots(), [centre]);
    assert_eq!(tree.children(centre).len(), N - 1);
    let (one, other) = (tree.children(centre)[0], tree.children(centre)[N - 2]);
    let common = tree.lowest_common_dominator([one, other]);
    assert_eq!(common, Some(Dominator::Vertex(centre)));
}

/// The number of edge dominators and of frontiers.
fn edges_and_frontiers<G: IDirectedGraph>(
    graph: &G,
    tree: &DominatorTree,
    bridges: usize,
    total: usize,
) {
    let edges = algo::edge_dominators(graph, tree).unwrap();
    assert_eq!(edges.iter().count(), bridges);
    drop(edges);
    let frontiers = algo::dominance_frontiers(graph, tree).unwrap();
    assert_eq!(frontiers.total(), total);
}

#[test]
fn a_path() {
    on_a_small_stack(|| {
        let graph = graph(path());
        is_a_path(graph.dominators(FIRST).unwrap(), FIRST, LAST);
        is_a_path(algo::post_dominators_to_sinks(&graph).unwrap(), LAST, FIRST);
        let tree = graph.dominators(FIRST).unwrap().into_tree();
        let edges = algo::edge_dominators(&graph, &tree).unwrap();
        assert_eq!(edges.of(LAST).count(), N - 1);
        drop(edges);
        edges_and_frontiers(&graph, &tree, N - 1, 0);
        assert_eq!(tree.frontier(&graph, FIRST).unwrap(), []);
    });
}

#[test]
fn a_path_that_shows_no_slices() {
    on_a_small_stack(|| {
        let graph = graph(path());
        let all = VertexSet::from_vertices(N, graph.vertices());
        let view = graph.masked(&all).unwrap();
        assert!(view.rows().is_none());
        is_a_path(view.dominators(FIRST).unwrap(), FIRST, LAST);
    });
}

#[test]
fn a_path_with_edges_back_from_its_end() {
    on_a_small_stack(|| {
        // The evaluation of every vertex covers the whole rest of the path.
        let back = (0..N as u32).step_by(2).map(|v| (LAST.number(), v));
        let graph = graph(path().chain(back));
        is_a_path(graph.dominators(FIRST).unwrap(), FIRST, LAST);
    });
}

#[test]
fn a_path_that_all_vertices_start() {
    let graph = graph(path());
    let tree = algo::dominators(&graph, graph.vertices())
        .unwrap()
        .into_tree();
    assert_eq!(tree.roots().len(), N);
    edges_and_frontiers(&graph, &tree, 0, N - 1);
}

#[test]
fn a_cycle() {
    on_a_small_stack(|| {
        let graph = graph(path().chain([(LAST.number(), 0)]));
        is_a_path(graph.dominators(FIRST).unwrap(), FIRST, LAST);
        let tree = graph.dominators(FIRST).unwrap().into_tree();
        // Every frontier consists of the first vertex.
        edges_and_frontiers(&graph, &tree, N - 1, N);
        assert_eq!(tree.frontier(&graph, LAST).unwrap(), [FIRST]);
    });
}

#[test]
fn a_path_in_both_directions() {
    on_a_small_stack(|| {
        let graph = graph(path().flat_map(|(tail, head)| [(tail, head), (head, tail)]));
        is_a_path(graph.dominators(FIRST).unwrap(), FIRST, LAST);
        is_a_path(graph.dominators(LAST).unwrap(), LAST, FIRST);
    });
}

#[test]
fn a_star() {
    let graph = graph((1..N as u32).flat_map(|v| [(0, v), (v, 0)]));
    let tree = graph.dominators(FIRST).unwrap().into_tree();
    is_a_star(&tree, FIRST);
    edges_and_frontiers(&graph, &tree, N - 1, N);
    let post = algo::post_dominators(&graph, [FIRST]).unwrap();
    is_a_star(&post.into_tree(), FIRST);
}

/// A path in which each vertex has an edge to the last: only the first dominates the last.
#[test]
fn a_path_with_short_cuts_to_its_end() {
    on_a_small_stack(|| {
        let short = (0..N as u32 - 2).map(|v| (v, LAST.number()));
        let graph = graph(path().chain(short));
        let found = graph.dominators(FIRST).unwrap();
        let first = Some(Dominator::Vertex(FIRST));
        assert_eq!(found.immediate_dominator(LAST), first);
        let back = graph.reversed();
        assert_eq!(
            back.dominators(LAST).unwrap().dominators_of(FIRST).count(),
            2
        );
    });
}
