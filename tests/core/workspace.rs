//! Searches that reuse memory.

use proptest::prelude::*;
use refcycle_core::{
    CsrGraph, ErrorKind, IDirectedGraph, Predecessors, Run, VertexId, Workspace, algo,
};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs, graphs_and_choices};
use refcycle_tests::representations::{Check, every_graph};

struct Reuse(Vec<VertexId>);

impl Check for Reuse {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let mut workspace = Workspace::new();
        let starts = || self.0.iter().map(|v| expected.vertices[v.index()]);
        for limit in [None, Some(0), Some(2), None] {
            let ours = algo::descendants(graph, starts(), limit);
            assert_eq!(
                algo::descendants(Run::on(graph).workspace(&mut workspace), starts(), limit),
                ours.as_ref().map_err(Clone::clone)
            );
            let ours = algo::ancestors(graph, starts(), limit);
            assert_eq!(
                algo::ancestors(Run::on(graph).workspace(&mut workspace), starts(), limit),
                ours.as_ref().map_err(Clone::clone)
            );
        }
        for &v in &expected.vertices {
            let all = algo::descendants(graph, [v], None).unwrap();
            assert_eq!(
                algo::descendants(Run::on(graph).workspace(&mut workspace), [v], None),
                Ok(&all)
            );
            let set = algo::descendants_set(graph, [v]).unwrap();
            assert_eq!(set.len(), all.len());
            assert!(set.iter().eq(sorted(all.into_vertices())));
            let all = algo::ancestors(graph, [v], None).unwrap();
            let set = algo::ancestors_set(graph, [v]).unwrap();
            assert!(set.iter().eq(sorted(all.into_vertices())));
        }
        for stranger in expected.strangers().into_iter().rev().take(3) {
            // The earlier starts are reset.
            let error = algo::descendants(
                Run::on(graph).workspace(&mut workspace),
                starts().chain([stranger]),
                None,
            );
            assert_eq!(error.unwrap_err().kind(), ErrorKind::NotAVertex);
            let error = algo::descendants_set(graph, [stranger]).unwrap_err();
            assert_eq!(error.vertex(), Some(stranger.number().into()));
        }
        let none = algo::ancestors(Run::on(graph).workspace(&mut workspace), [], None).unwrap_err();
        assert_eq!(none.kind(), ErrorKind::NoStart);
        assert_eq!(algo::ancestors_set(graph, []).unwrap_err(), none);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_is_left_of_the_search_before((graph, starts) in graphs_and_choices()) {
        every_graph(&graph, &Reuse(starts));
    }

    #[test]
    fn one_workspace_for_graphs_of_any_size(lists in prop::collection::vec(graphs(), 1..6)) {
        let mut workspace = Workspace::new();
        for list in lists {
            let graph = list.csr();
            for &v in &list.vertices {
                let ours = algo::descendants(&graph, [v], None).unwrap();
                prop_assert_eq!(algo::descendants(Run::on(&graph).workspace(&mut workspace), [v], None), Ok(&ours));
                let ours = algo::bidirectional_shortest_cycle(&graph, v).unwrap();
                let theirs = algo::bidirectional_shortest_cycle(Run::on(&graph).workspace(&mut workspace), v);
                prop_assert_eq!(theirs, Ok(ours.as_deref()));
            }
        }
    }
}

/// Large enough for bottom-up sweeps and for reading generations in batches.
fn random(vertices: u32, edges: usize) -> CsrGraph {
    let mut state = 1_u64;
    let mut below = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u32 % vertices
    };
    CsrGraph::from_edges(vertices as usize, (0..edges).map(|_| (below(), below()))).unwrap()
}

#[test]
fn large_generations() {
    for (vertices, edges) in [(10_007, 40_000), (100_003, 1_000_000), (70_000, 90_000)] {
        let graph = random(vertices, edges);
        let start = VertexId::new(7);
        let forward = algo::descendants(&graph, [start], None).unwrap();
        let swept = {
            graph.predecessors(start).count();
            algo::descendants(&graph, [start], None).unwrap()
        };
        let by_generation = |reached: &algo::Reached| -> Vec<_> {
            (0..reached.generations())
                .map(|d| sorted(reached.generation(d).to_vec()))
                .collect()
        };
        assert_eq!(by_generation(&forward), by_generation(&swept));
        let mut workspace = Workspace::new();
        for limit in [Some(2), None, Some(4), None] {
            let ours = algo::descendants(&graph, [start], limit).unwrap();
            assert_eq!(
                by_generation(
                    algo::descendants(Run::on(&graph).workspace(&mut workspace), [start], limit)
                        .unwrap()
                ),
                by_generation(&ours)
            );
        }
        let set = algo::descendants_set(&graph, [start]).unwrap();
        assert!(set.iter().eq(sorted(swept.into_vertices())));
        for v in (0..200).map(VertexId::new) {
            let forward_bfs = algo::shortest_path(&graph, start, v).unwrap();
            let both = algo::bidirectional_shortest_path(
                Run::on(&graph).workspace(&mut workspace),
                start,
                v,
            )
            .unwrap();
            assert_eq!(both.map(<[_]>::len), forward_bfs.map(|path| path.len()));
            let forward_bfs = algo::shortest_cycle(&graph, v).unwrap();
            let both =
                algo::bidirectional_shortest_cycle(Run::on(&graph).workspace(&mut workspace), v)
                    .unwrap();
            assert_eq!(both.map(<[_]>::len), forward_bfs.map(|path| path.len()));
        }
        assert!(workspace.memory() < 40 * vertices as usize);
    }
}
