//! Long computations that a watch stops.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use refcycle_core::algo::{
    ancestors, ancestors_watched, descendants, descendants_watched, dominance_frontiers_watched,
    dominators, dominators_watched, edge_dominators_watched, post_dominators,
    post_dominators_watched, shortest_cycle, shortest_cycle_watched, shortest_path,
    shortest_path_watched, strongly_connected_components, strongly_connected_components_watched,
};
use refcycle_core::{CsrGraph, Unwatched, VertexId, Watch};

const N: u32 = 400_000;
/// Once in about sixty-five thousand vertices.
const LEAST_CHECKS: usize = 4;
const MOST_CHECKS: usize = 8;

fn graph(edges: impl Iterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(N as usize, edges).unwrap()
}

static CYCLE: LazyLock<CsrGraph> = LazyLock::new(|| graph((0..N).map(|v| (v, (v + 1) % N))));
static PATH: LazyLock<CsrGraph> = LazyLock::new(|| graph((1..N).map(|v| (v - 1, v))));
static STAR_OUT: LazyLock<CsrGraph> = LazyLock::new(|| graph((1..N).map(|v| (0, v))));
static STAR_IN: LazyLock<CsrGraph> = LazyLock::new(|| graph((1..N).map(|v| (v, 0))));
static ISOLATED: LazyLock<CsrGraph> = LazyLock::new(|| graph(std::iter::empty()));

const FIRST: VertexId = VertexId::new(0);
const LAST: VertexId = VertexId::new(N - 1);

/// Counts its checks, and stops at one of them.
struct StopAt {
    check: usize,
    checks: usize,
}

impl Watch for StopAt {
    type Stop = usize;

    fn check(&mut self) -> ControlFlow<usize> {
        self.checks += 1;
        if self.checks == self.check {
            ControlFlow::Break(self.checks)
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Panics unless the computation asks often enough, stops whenever it is told to, and is
/// `expected` when it is not.
fn obeys<T: PartialEq>(run: impl Fn(&mut StopAt) -> ControlFlow<usize, T>, expected: T) {
    obeys_in(1, run, expected);
}

/// [`obeys`] for a computation that goes over the vertices more than once.
fn obeys_in<T: PartialEq>(
    passes: usize,
    run: impl Fn(&mut StopAt) -> ControlFlow<usize, T>,
    expected: T,
) {
    let mut never = StopAt {
        check: 0,
        checks: 0,
    };
    assert!(
        run(&mut never) == ControlFlow::Continue(expected),
        "another result"
    );
    let asked = never.checks;
    assert!(
        (passes * LEAST_CHECKS..=passes * MOST_CHECKS).contains(&asked),
        "asked {asked} times"
    );
    for check in 1..=asked {
        let mut watch = StopAt { check, checks: 0 };
        assert!(
            run(&mut watch) == ControlFlow::Break(check),
            "went on after check {check}"
        );
        assert_eq!(watch.checks, check, "asked again after a stop");
    }
}

fn components_obey(graph: &CsrGraph) {
    obeys(
        |watch| strongly_connected_components_watched(graph, watch),
        strongly_connected_components(graph),
    );
}

#[test]
fn components_of_a_cycle() {
    components_obey(&CYCLE);
}

#[test]
fn components_of_a_path() {
    components_obey(&PATH);
}

#[test]
fn components_of_a_star_out() {
    components_obey(&STAR_OUT);
}

#[test]
fn components_of_a_star_in() {
    components_obey(&STAR_IN);
}

#[test]
fn components_of_isolated_vertices() {
    components_obey(&ISOLATED);
}

#[test]
fn descendants_and_ancestors() {
    for graph in [&*CYCLE, &*PATH, &*STAR_OUT] {
        obeys(
            |watch| descendants_watched(graph, [FIRST], None, watch).unwrap(),
            descendants(graph, [FIRST], None).unwrap(),
        );
    }
    for (graph, start) in [(&*CYCLE, FIRST), (&*PATH, LAST), (&*STAR_IN, FIRST)] {
        obeys(
            |watch| ancestors_watched(graph, [start], None, watch).unwrap(),
            ancestors(graph, [start], None).unwrap(),
        );
    }
}

#[test]
fn paths() {
    for (graph, end) in [(&*CYCLE, LAST), (&*PATH, LAST)] {
        obeys(
            |watch| shortest_path_watched(graph, FIRST, end, watch).unwrap(),
            shortest_path(graph, FIRST, end).unwrap(),
        );
    }
    // Nothing leads back to the first.
    obeys(
        |watch| shortest_path_watched(&*PATH, VertexId::new(1), FIRST, watch).unwrap(),
        None,
    );
}

#[test]
fn cycles() {
    obeys(
        |watch| shortest_cycle_watched(&*CYCLE, LAST, watch).unwrap(),
        shortest_cycle(&*CYCLE, LAST).unwrap(),
    );
    obeys(
        |watch| shortest_cycle_watched(&*PATH, FIRST, watch).unwrap(),
        None,
    );
}

#[test]
fn who_dominates() {
    for graph in [&*CYCLE, &*PATH, &*STAR_OUT] {
        obeys_in(
            2,
            |watch| dominators_watched(graph, [FIRST], watch).unwrap(),
            dominators(graph, [FIRST]).unwrap(),
        );
        let tree = dominators(graph, [FIRST]).unwrap().into_tree();
        obeys(
            |watch| {
                let edges = edge_dominators_watched(graph, &tree, watch).unwrap();
                edges.map_continue(|edges| edges.iter().count())
            },
            N as usize - 1,
        );
    }
    obeys_in(
        2,
        |watch| post_dominators_watched(&*PATH, [LAST], watch).unwrap(),
        post_dominators(&*PATH, [LAST]).unwrap(),
    );
    let tree = dominators(&*STAR_OUT, [FIRST]).unwrap().into_tree();
    obeys_in(
        2,
        |watch| {
            let frontiers = dominance_frontiers_watched(&*STAR_OUT, &tree, watch).unwrap();
            frontiers.map_continue(|frontiers| frontiers.total())
        },
        0,
    );
}

#[test]
fn a_closure_is_a_watch() {
    let mut enough = || ControlFlow::Break("enough");
    let stopped = descendants_watched(&*PATH, [FIRST], None, &mut enough).unwrap();
    assert_eq!(stopped, ControlFlow::Break("enough"));
}

#[test]
fn nobody_stops_what_is_unwatched() {
    let ControlFlow::Continue(path) =
        shortest_path_watched(&*PATH, FIRST, LAST, &mut Unwatched).unwrap();
    assert_eq!(path.map(|path| path.len()), Some(N as usize));
}
