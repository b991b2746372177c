//! Long computations that a watch stops.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::LazyLock;

use refcycle_core::algo::{
    ParallelEdges, SccOptions, SccStrategy, ancestors, ancestors_set, ancestors_set_watched,
    ancestors_watched, between, between_watched, bidirectional_shortest_cycle,
    bidirectional_shortest_cycle_watched, bidirectional_shortest_path,
    bidirectional_shortest_path_watched, bow_tie, bow_tie_watched, condensation,
    condensation_watched, descendants, descendants_set, descendants_set_watched,
    descendants_watched, dominance_frontiers_watched, dominators, dominators_watched,
    edge_dominators_watched, post_dominators, post_dominators_watched, shortest_cycle,
    shortest_cycle_watched, shortest_path, shortest_path_dag_watched, shortest_path_watched,
    strongly_connected_components, strongly_connected_components_watched,
    strongly_connected_components_with, strongly_connected_components_with_watched,
    topological_levels, topological_levels_watched, topological_order, topological_order_watched,
    transitive_reduction, transitive_reduction_watched, vertex_disjoint_paths_watched,
    weakly_connected_components, weakly_connected_components_watched,
};
use refcycle_core::{CsrGraph, Unwatched, VertexId, Watch, Workspace, algo};

const N: u32 = 400_000;
/// The bounds of the number of checks: about one per 65,536 vertices.
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

/// Panics unless the computation checks the watch often enough, stops at every requested stop, and
/// otherwise returns `expected`.
fn obeys<T: PartialEq>(run: impl Fn(&mut StopAt) -> ControlFlow<usize, T>, expected: T) {
    obeys_in(1..=1, run, expected);
}

/// [`obeys`] for a computation that visits the vertices more than once.
fn obeys_in<T: PartialEq>(
    passes: RangeInclusive<usize>,
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
        (passes.start() * LEAST_CHECKS..=passes.end() * MOST_CHECKS).contains(&asked),
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
    let options = SccOptions::new().strategy(SccStrategy::SinglePass);
    obeys(
        |watch| strongly_connected_components_with_watched(graph, options, watch),
        strongly_connected_components_with(graph, options),
    );
}

/// Sweeps check the watch between blocks, and count the vertices of the blocks.
#[test]
fn components_of_a_giant() {
    let mut random = 1_u64;
    let mut next = || {
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (random >> 33) as u32 % N
    };
    let giant = graph((0..4 * N).map(|_| (next(), next())));
    for strategy in [SccStrategy::Auto, SccStrategy::GiantFirst] {
        for parallel in [false, true] {
            let options = SccOptions::new().strategy(strategy).parallel(parallel);
            let run = |stop: usize| {
                let mut watch = StopAt {
                    check: stop,
                    checks: 0,
                };
                let flow = strongly_connected_components_with_watched(&giant, options, &mut watch);
                (flow, watch.checks)
            };
            let (flow, asked) = run(0);
            assert!(flow.is_continue() && asked >= LEAST_CHECKS, "{asked}");
            for check in 1..=asked {
                let (flow, asked) = run(check);
                // Threads may find different vertices in another run, and may finish earlier.
                if parallel && asked < check {
                    assert!(flow.is_continue());
                } else {
                    assert_eq!((flow.break_value(), asked), (Some(check), check));
                }
            }
        }
    }
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
    for (graph, start) in [(&*CYCLE, FIRST), (&*PATH, LAST)] {
        obeys(
            |watch| ancestors_watched(graph, [start], None, watch).unwrap(),
            ancestors(graph, [start], None).unwrap(),
        );
    }
}

/// All edges leave one vertex, and the watch is not checked between two edges of a vertex.
#[test]
fn ancestors_of_a_hub() {
    let mut watch = StopAt {
        check: 1,
        checks: 0,
    };
    let stopped = ancestors_watched(&*STAR_IN, [FIRST], None, &mut watch).unwrap();
    assert_eq!(stopped, ControlFlow::Break(1));
}

#[test]
fn sets() {
    obeys(
        |watch| descendants_set_watched(&*PATH, [FIRST], watch).unwrap(),
        descendants_set(&*PATH, [FIRST]).unwrap(),
    );
    obeys(
        |watch| ancestors_set_watched(&*PATH, [LAST], watch).unwrap(),
        ancestors_set(&*PATH, [LAST]).unwrap(),
    );
}

#[test]
fn from_both_ends() {
    obeys(
        |watch| bidirectional_shortest_path_watched(&*PATH, FIRST, LAST, watch).unwrap(),
        bidirectional_shortest_path(&*PATH, FIRST, LAST).unwrap(),
    );
    obeys(
        |watch| bidirectional_shortest_cycle_watched(&*CYCLE, LAST, watch).unwrap(),
        bidirectional_shortest_cycle(&*CYCLE, LAST).unwrap(),
    );
}

#[test]
fn many_paths() {
    let stopped_once = |run: &dyn Fn(&mut StopAt) -> bool| {
        let mut watch = StopAt {
            check: 3,
            checks: 0,
        };
        assert!(run(&mut watch), "it was not stopped");
        assert_eq!(watch.checks, 3, "asked again after a stop");
    };
    stopped_once(&|watch| {
        let dag = shortest_path_dag_watched(&*PATH, FIRST, LAST, watch).unwrap();
        dag.is_break()
    });
    stopped_once(&|watch| {
        let paths = vertex_disjoint_paths_watched(&*PATH, FIRST, LAST, 2, watch).unwrap();
        paths.is_break()
    });
}

/// A workspace can be used after a search in it was stopped.
#[test]
fn in_a_workspace() {
    let mut workspace = Workspace::new();
    for check in 1..4 {
        let mut watch = StopAt { check, checks: 0 };
        let stopped = workspace.descendants_watched(&*PATH, [FIRST], None, &mut watch);
        assert_eq!(stopped, Ok(ControlFlow::Break(check)));
        let mut watch = StopAt { check, checks: 0 };
        let stopped =
            workspace.bidirectional_shortest_path_watched(&*PATH, FIRST, LAST, &mut watch);
        assert_eq!(stopped, Ok(ControlFlow::Break(check)));
        let near = workspace.descendants(&*PATH, [FIRST], Some(9)).unwrap();
        assert_eq!(near.len(), 10);
        let near = workspace.bidirectional_shortest_path(&*PATH, FIRST, VertexId::new(7));
        assert_eq!(near.unwrap().map(<[_]>::len), Some(8));
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
fn structure() {
    for graph in [&*CYCLE, &*PATH, &*STAR_OUT, &*STAR_IN, &*ISOLATED] {
        let parts = |condensation: algo::Condensation| condensation.into_parts().1.into_parts();
        obeys_in(
            1..=2,
            |watch| condensation_watched(graph, ParallelEdges::Keep, watch).map_continue(parts),
            parts(condensation(graph, ParallelEdges::Keep)),
        );
        obeys(
            |watch| weakly_connected_components_watched(graph, watch),
            weakly_connected_components(graph),
        );
        obeys_in(1..=4, |watch| bow_tie_watched(graph, watch), bow_tie(graph));
    }
}

#[test]
fn order() {
    for graph in [&*PATH, &*STAR_OUT, &*STAR_IN, &*ISOLATED] {
        obeys(
            |watch| topological_order_watched(graph, watch).unwrap(),
            topological_order(graph).unwrap(),
        );
        obeys(
            |watch| topological_levels_watched(graph, watch).unwrap(),
            topological_levels(graph).unwrap(),
        );
        obeys(
            |watch| {
                let reduced = transitive_reduction_watched(graph, watch).unwrap();
                reduced.map_continue(CsrGraph::into_parts)
            },
            transitive_reduction(graph).unwrap().into_parts(),
        );
    }
}

#[test]
fn what_lies_between() {
    for (graph, end) in [(&*CYCLE, LAST), (&*PATH, LAST)] {
        obeys_in(
            1..=2,
            |watch| between_watched(graph, [FIRST], [end], None, watch).unwrap(),
            between(graph, [FIRST], [end], None).unwrap(),
        );
    }
}

#[test]
fn who_dominates() {
    for graph in [&*CYCLE, &*PATH, &*STAR_OUT] {
        // Before the search, everything in a star is reached once more, from its centre.
        obeys_in(
            2..=3,
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
        2..=2,
        |watch| post_dominators_watched(&*PATH, [LAST], watch).unwrap(),
        post_dominators(&*PATH, [LAST]).unwrap(),
    );
    let tree = dominators(&*STAR_OUT, [FIRST]).unwrap().into_tree();
    obeys_in(
        2..=2,
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
