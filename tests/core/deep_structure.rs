//! The structure of graphs of ten million vertices, on a stack of 256 KB.

use std::ops::ControlFlow;
use std::thread;

use refcycle_core::algo::{self, BowTiePart, ParallelEdges};
use refcycle_core::visits::{Bfs, DfsEvent, DfsPostorder, DfsPreorder, EdgeClass};
use refcycle_core::visits::{depth_first_arcs, depth_first_edges};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Successors, VertexId, Vertices};

const N: usize = 10_000_000;
const FIRST: VertexId = VertexId::new(0);
const LAST: VertexId = VertexId::new(N as u32 - 1);

fn graph(edges: impl Iterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(N, edges).unwrap()
}

fn path() -> impl Iterator<Item = (u32, u32)> {
    (1..N as u32).map(|v| (v - 1, v))
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(256 << 10).spawn(test);
    if let Err(panic) = thread.expect("a thread starts").join() {
        std::panic::resume_unwind(panic);
    }
}

/// Counts the edges of each class.
fn classes<G: Successors>(graph: &G) -> [usize; 4] {
    let mut counts = [0; 4];
    let _all = depth_first_arcs(graph, graph.vertices(), |event| {
        if let DfsEvent::Edge(_, class) = event {
            counts[class as usize] += 1;
        }
        ControlFlow::<()>::Continue(())
    });
    counts
}

#[test]
fn a_path() {
    on_a_small_stack(|| {
        let graph = graph(path());
        assert!(
            graph
                .topological_order()
                .unwrap()
                .into_iter()
                .eq(graph.vertices())
        );
        let levels = graph.topological_levels().unwrap();
        assert_eq!(
            (levels.len(), levels.level_of(LAST)),
            (N, Some(N as u32 - 1))
        );
        drop(levels);
        assert_eq!(graph.transitive_reduction().unwrap().heads(), graph.heads());
        assert_eq!(graph.between(FIRST, LAST, None).unwrap().len(), N);
        assert_eq!(graph.between(FIRST, LAST, Some(N - 2)).unwrap(), []);
        assert_eq!(graph.weakly_connected_components().len(), 1);
        let bow_tie = graph.bow_tie();
        assert_eq!(
            (bow_tie.core(), bow_tie.part(BowTiePart::Out).len()),
            (&[FIRST][..], N - 1)
        );
        drop(bow_tie);
        assert!(Bfs::new(&graph, [FIRST]).unwrap().eq(graph.vertices()));
        assert!(
            DfsPreorder::new(&graph, [FIRST])
                .unwrap()
                .eq(graph.vertices())
        );
        let mut postorder = DfsPostorder::new(&graph, graph.vertices()).unwrap();
        assert_eq!(
            (postorder.next(), postorder.last()),
            (Some(LAST), Some(FIRST))
        );
        assert_eq!(classes(&graph), [N - 1, 0, 0, 0]);
        let back = graph.reversed();
        assert_eq!(back.topological_order().unwrap()[0], LAST);
        assert_eq!(back.weakly_connected_components().len(), 1);
    });
}

#[test]
fn a_cycle() {
    on_a_small_stack(|| {
        let graph = graph(path().chain([(LAST.number(), 0)]));
        assert_eq!(graph.topological_order().unwrap_err().cycle.len(), N);
        assert_eq!(graph.topological_levels().unwrap_err().cycle.len(), N);
        assert!(graph.transitive_reduction().is_err());
        let condensation = algo::condensation(&graph, ParallelEdges::Merge);
        assert_eq!(condensation.levels().len(), 1);
        assert_eq!(graph.weakly_connected_components().group(0).len(), N);
        assert_eq!(graph.bow_tie().core().len(), N);
        assert_eq!(graph.between(LAST, FIRST, None).unwrap().len(), N);
        assert_eq!(graph.between(LAST, FIRST, Some(1)).unwrap(), [LAST, FIRST]);
        assert_eq!(classes(&graph), [N - 1, 1, 0, 0]);
        let closing = depth_first_edges(&graph, [FIRST], |event| match event {
            DfsEvent::Edge(edge, EdgeClass::Back) => ControlFlow::Break(edge.id.index()),
            _ => ControlFlow::Continue(()),
        });
        assert_eq!(closing.unwrap(), ControlFlow::Break(N - 1));
    });
}

#[test]
fn stars() {
    on_a_small_stack(|| {
        let out = graph((1..N as u32).map(|v| (0, v)));
        assert_eq!(out.topological_levels().unwrap().level(1).len(), N - 1);
        assert_eq!(out.transitive_reduction().unwrap().edge_count(), N - 1);
        assert_eq!(out.weakly_connected_components().len(), 1);
        assert_eq!(Bfs::new(&out, [FIRST]).unwrap().count(), N);
        assert_eq!(DfsPreorder::new(&out, [FIRST]).unwrap().count(), N);
        drop(out);
        let into = graph((1..N as u32).map(|v| (v, 0)));
        assert_eq!(into.topological_levels().unwrap().level(0).len(), N - 1);
        assert_eq!(into.transitive_reduction().unwrap().edge_count(), N - 1);
        assert_eq!(into.weakly_connected_components().len(), 1);
        assert_eq!(into.between(LAST, FIRST, None).unwrap(), [LAST, FIRST]);
        assert_eq!(into.bow_tie().part(BowTiePart::OutTendril).len(), N - 2);
    });
}

#[test]
fn a_path_with_short_cuts() {
    on_a_small_stack(|| {
        // Every vertex also has edges to the last vertex and to the second vertex after it.
        let far = (0..N as u32 - 2).flat_map(|v| [(v, v + 2), (v, N as u32 - 1)]);
        let graph = graph(path().chain(far));
        assert_eq!(graph.transitive_reduction().unwrap().edge_count(), N - 1);
        assert_eq!(classes(&graph)[EdgeClass::Tree as usize], N - 1);
    });
}
