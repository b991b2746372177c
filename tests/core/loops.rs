//! Loops and how they are nested.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::algo::{self, LoopForest};
use refcycle_core::{CsrGraph, ErrorKind, IDirectedGraph, Run, Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{config, graphs_and_choices};
use refcycle_tests::representations::{Check, some_graphs};

/// A depth-first search by recursion: the vertices in preorder, each with the end of its
/// descendants.
#[derive(Default)]
struct Search {
    order: Vec<VertexId>,
    end: Vec<usize>,
}

impl Search {
    fn visit<G: Successors>(&mut self, graph: &G, v: VertexId) {
        if self.order.contains(&v) {
            return;
        }
        let place = self.order.len();
        self.order.push(v);
        self.end.push(0);
        for w in graph.successors(v) {
            self.visit(graph, w);
        }
        self.end[place] = self.order.len();
    }

    /// The vertex and its descendants.
    fn below(&self, place: usize) -> &[VertexId] {
        &self.order[place..self.end[place]]
    }
}

/// The loop of a vertex, by definition; empty if no edge leads to it from below.
fn loop_of(search: &Search, list: &EdgeList, place: usize) -> BTreeSet<VertexId> {
    let header = search.order[place];
    let below: BTreeSet<_> = search.below(place).iter().copied().collect();
    let into = |v: VertexId| {
        list.edges
            .iter()
            .filter(move |edge| edge.1 == v)
            .map(|edge| edge.0)
    };
    let mut found = BTreeSet::new();
    let mut waiting: Vec<_> = into(header).filter(|v| below.contains(v)).collect();
    if !waiting.is_empty() {
        found.insert(header);
    }
    while let Some(v) = waiting.pop() {
        if found.insert(v) {
            waiting.extend(into(v).filter(|w| below.contains(w)));
        }
    }
    found
}

/// The choices are the positions of the starts.
struct Nested(Vec<usize>);

impl Check for Nested {
    fn check<G: IDirectedGraph>(&self, graph: &G, list: &EdgeList) {
        let starts: Vec<_> = self.0.iter().map(|&place| list.vertices[place]).collect();
        let Ok(forest) = algo::loop_forest(graph, starts.iter().copied()) else {
            assert!(starts.is_empty());
            return;
        };
        let mut search = Search::default();
        for &start in &starts {
            search.visit(graph, start);
        }
        let loops: Vec<_> = (0..search.order.len())
            .map(|place| loop_of(&search, list, place))
            .collect();
        let headers = (search.order.iter().zip(&loops)).filter(|(_, body)| !body.is_empty());
        assert!(forest.headers().eq(headers.clone().map(|(&v, _)| v)));
        assert_eq!(
            (forest.len(), forest.is_empty()),
            (headers.clone().count(), headers.clone().count() == 0)
        );
        let mut all_reducible = true;
        for &v in &list.vertices {
            // The innermost loop has the last header.
            let around: Vec<_> = headers
                .clone()
                .filter(|(_, body)| body.contains(&v))
                .map(|(&h, _)| h)
                .collect();
            let found: Vec<_> = forest.loops_of(v).collect();
            assert!(
                found.iter().rev().eq(&around),
                "{v}: {found:?}, not {around:?}"
            );
            assert_eq!(forest.header_of(v), around.last().copied());
            assert_eq!(forest.depth(v), around.len());
            let other = around.iter().rev().copied().find(|&h| h != v);
            assert_eq!(forest.around(v), other);
            assert_eq!(forest.is_header(v), around.contains(&v));
            for (&header, body) in headers.clone() {
                assert_eq!(forest.contains(header, v), body.contains(&v));
            }
            if !forest.is_header(v) {
                assert_eq!(forest.is_reducible(v), None);
            }
        }
        for (&header, body) in headers {
            let reached = |v: &VertexId| search.order.contains(v);
            let enters = |&(tail, head): &(VertexId, VertexId)| {
                reached(&tail) && !body.contains(&tail) && body.contains(&head) && head != header
            };
            let reducible = !list.edges.iter().any(enters)
                && !starts
                    .iter()
                    .any(|start| body.contains(start) && *start != header);
            assert_eq!(forest.is_reducible(header), Some(reducible), "{header}");
            all_reducible &= reducible;
        }
        assert_eq!(forest.all_reducible(), all_reducible);
        for hole in list.holes() {
            assert_eq!((forest.header_of(hole), forest.around(hole)), (None, None));
            let error = algo::loop_forest(graph, [hole]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotAVertex);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..config() })]

    #[test]
    fn loops_are_those_of_the_definition((list, starts) in graphs_and_choices()) {
        let starts = starts.into_iter().map(|v| v.index()).collect();
        some_graphs(&list, &Nested(starts));
    }
}

/// Larger graphs, in which loops are nested deeper.
#[test]
fn loops_of_larger_graphs() {
    let mut state = 9_u64;
    let mut random = |bound: u32| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        ((state >> 33) % u64::from(bound)) as u32
    };
    for _ in 0..30 {
        let near = (1..40).map(|v| (v - 1, v)).collect::<Vec<_>>();
        let edges = (0..25).map(|_| (random(40), random(40))).chain(near);
        let list = EdgeList::dense(40, edges);
        Nested(vec![0, 17]).check(&list.csr(), &list);
    }
}

fn loops(n: usize, edges: &[(u32, u32)]) -> LoopForest {
    let graph = CsrGraph::from_edges(n, edges.iter().copied()).unwrap();
    algo::loop_forest(&graph, [VertexId::new(0)]).unwrap()
}

#[test]
fn a_self_loop_is_a_loop() {
    let forest = loops(2, &[(0, 1), (1, 1)]);
    let v = VertexId::new(1);
    assert_eq!((forest.header_of(v), forest.around(v)), (Some(v), None));
    assert_eq!(forest.is_reducible(v), Some(true));
    assert_eq!(format!("{forest:?}"), "{VertexId(1): None}");
    assert!(loops(2, &[(0, 1)]).is_empty());
}

#[test]
fn no_start_is_an_error() {
    let error = algo::loop_forest(&CsrGraph::default(), []).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoStart);
}

#[test]
fn deep_loops() {
    const N: u32 = 1_000_000;
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        // Each vertex leads on and back to the one before it: N - 1 loops, each in the last.
        let edges = (1..N).flat_map(|v| [(v - 1, v), (v, v - 1)]);
        let graph = CsrGraph::from_edges(N as usize, edges).unwrap();
        let forest = algo::loop_forest(&graph, [VertexId::new(0)]).unwrap();
        assert_eq!(forest.len(), N as usize - 1);
        assert_eq!(forest.depth(VertexId::new(N - 1)), N as usize - 1);
        assert!(forest.all_reducible());
        assert_eq!(graph.edge_count(), 2 * (N as usize - 1));
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn finding_loops_can_be_stopped() {
    let n = 400_000;
    let cycle = CsrGraph::from_edges(n as usize, (0..n).map(|v| (v, (v + 1) % n))).unwrap();
    for stop in [1, 10, 20] {
        let mut asked = 0;
        let mut watch = || {
            asked += 1;
            if asked == stop {
                ControlFlow::Break(stop)
            } else {
                ControlFlow::Continue(())
            }
        };
        let stopped = algo::loop_forest(Run::on(&cycle).watch(&mut watch), [VertexId::new(0)]);
        assert_eq!(stopped.unwrap().break_value(), Some(stop));
    }
}
