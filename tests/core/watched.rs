//! Long computations that a watch stops.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::LazyLock;

use refcycle_core::algo::{
    ParallelEdges, SccStrategy, ancestors, ancestors_set, between, bidirectional_shortest_cycle,
    bidirectional_shortest_path, bow_tie, condensation, descendants, descendants_set,
    dominance_frontiers, dominators, edge_dominators, post_dominators, shortest_cycle,
    shortest_path, shortest_path_dag, strongly_connected_components, topological_levels,
    topological_order, transitive_reduction, vertex_disjoint_paths, weakly_connected_components,
};
use refcycle_core::{CsrGraph, Run, Unwatched, VertexId, Workspace, algo};
use refcycle_tests::watches::StopAt;

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
    let mut never = StopAt::never();
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
        let mut watch = StopAt::check(check);
        assert!(
            run(&mut watch) == ControlFlow::Break(check),
            "went on after check {check}"
        );
        assert_eq!(watch.checks, check, "asked again after a stop");
    }
}

fn components_obey(graph: &CsrGraph) {
    obeys(
        |watch| strongly_connected_components(Run::on(graph).watch(watch)),
        strongly_connected_components(graph),
    );
    let single = || Run::on(graph).strategy(SccStrategy::SinglePass);
    obeys(
        |watch| strongly_connected_components(single().watch(watch)),
        strongly_connected_components(single()),
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
        let run = |stop: usize| {
            let mut watch = StopAt::check(stop);
            let run = Run::on(&giant).strategy(strategy);
            let flow = strongly_connected_components(run.watch(&mut watch));
            (flow, watch.checks)
        };
        let (flow, asked) = run(0);
        assert!(flow.is_continue() && asked >= LEAST_CHECKS, "{asked}");
        for check in 1..=asked {
            let (flow, asked) = run(check);
            assert_eq!((flow.break_value(), asked), (Some(check), check));
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
            |watch| descendants(Run::on(graph).watch(watch), [FIRST], None).unwrap(),
            descendants(graph, [FIRST], None).unwrap(),
        );
    }
    for (graph, start) in [(&*CYCLE, FIRST), (&*PATH, LAST)] {
        obeys(
            |watch| ancestors(Run::on(graph).watch(watch), [start], None).unwrap(),
            ancestors(graph, [start], None).unwrap(),
        );
    }
}

/// All edges leave one vertex, and the watch is not checked between two edges of a vertex.
#[test]
fn ancestors_of_a_hub() {
    let mut watch = StopAt::check(1);
    let stopped = ancestors(Run::on(&*STAR_IN).watch(&mut watch), [FIRST], None).unwrap();
    assert_eq!(stopped, ControlFlow::Break(1));
}

#[test]
fn sets() {
    obeys(
        |watch| descendants_set(Run::on(&*PATH).watch(watch), [FIRST]).unwrap(),
        descendants_set(&*PATH, [FIRST]).unwrap(),
    );
    obeys(
        |watch| ancestors_set(Run::on(&*PATH).watch(watch), [LAST]).unwrap(),
        ancestors_set(&*PATH, [LAST]).unwrap(),
    );
}

#[test]
fn from_both_ends() {
    obeys(
        |watch| bidirectional_shortest_path(Run::on(&*PATH).watch(watch), FIRST, LAST).unwrap(),
        bidirectional_shortest_path(&*PATH, FIRST, LAST).unwrap(),
    );
    obeys(
        |watch| bidirectional_shortest_cycle(Run::on(&*CYCLE).watch(watch), LAST).unwrap(),
        bidirectional_shortest_cycle(&*CYCLE, LAST).unwrap(),
    );
}

#[test]
fn many_paths() {
    let stopped_once = |run: &dyn Fn(&mut StopAt) -> bool| {
        let mut watch = StopAt::check(3);
        assert!(run(&mut watch), "it was not stopped");
        assert_eq!(watch.checks, 3, "asked again after a stop");
    };
    stopped_once(&|watch| {
        let dag = shortest_path_dag(Run::on(&*PATH).watch(watch), FIRST, LAST).unwrap();
        dag.is_break()
    });
    stopped_once(&|watch| {
        let paths = vertex_disjoint_paths(Run::on(&*PATH).watch(watch), FIRST, LAST, 2).unwrap();
        paths.is_break()
    });
}

/// A workspace can be used after a search in it was stopped.
#[test]
fn in_a_workspace() {
    let mut workspace = Workspace::new();
    for check in 1..4 {
        let mut watch = StopAt::check(check);
        let stopped = algo::descendants(
            Run::on(&*PATH).watch(&mut watch).workspace(&mut workspace),
            [FIRST],
            None,
        );
        assert_eq!(stopped, Ok(ControlFlow::Break(check)));
        let mut watch = StopAt::check(check);
        let stopped = algo::bidirectional_shortest_path(
            Run::on(&*PATH).watch(&mut watch).workspace(&mut workspace),
            FIRST,
            LAST,
        );
        assert_eq!(stopped, Ok(ControlFlow::Break(check)));
        let near =
            algo::descendants(Run::on(&*PATH).workspace(&mut workspace), [FIRST], Some(9)).unwrap();
        assert_eq!(near.len(), 10);
        let near = algo::bidirectional_shortest_path(
            Run::on(&*PATH).workspace(&mut workspace),
            FIRST,
            VertexId::new(7),
        );
        assert_eq!(near.unwrap().map(<[_]>::len), Some(8));
    }
}

#[test]
fn paths() {
    for (graph, end) in [(&*CYCLE, LAST), (&*PATH, LAST)] {
        obeys(
            |watch| shortest_path(Run::on(graph).watch(watch), FIRST, end).unwrap(),
            shortest_path(graph, FIRST, end).unwrap(),
        );
    }
    // Nothing leads back to the first.
    obeys(
        |watch| shortest_path(Run::on(&*PATH).watch(watch), VertexId::new(1), FIRST).unwrap(),
        None,
    );
}

#[test]
fn cycles() {
    obeys(
        |watch| shortest_cycle(Run::on(&*CYCLE).watch(watch), LAST).unwrap(),
        shortest_cycle(&*CYCLE, LAST).unwrap(),
    );
    obeys(
        |watch| shortest_cycle(Run::on(&*PATH).watch(watch), FIRST).unwrap(),
        None,
    );
}

#[test]
fn structure() {
    for graph in [&*CYCLE, &*PATH, &*STAR_OUT, &*STAR_IN, &*ISOLATED] {
        let parts = |condensation: algo::Condensation| condensation.into_parts().1.into_parts();
        obeys_in(
            1..=2,
            |watch| {
                condensation(Run::on(graph).watch(watch), ParallelEdges::Keep).map_continue(parts)
            },
            parts(condensation(graph, ParallelEdges::Keep)),
        );
        obeys_in(
            1..=3,
            |watch| weakly_connected_components(Run::on(graph).watch(watch)),
            weakly_connected_components(graph),
        );
        obeys_in(
            1..=4,
            |watch| bow_tie(Run::on(graph).watch(watch)),
            bow_tie(graph),
        );
    }
}

#[test]
fn order() {
    for graph in [&*PATH, &*STAR_OUT, &*STAR_IN, &*ISOLATED] {
        obeys(
            |watch| topological_order(Run::on(graph).watch(watch)).unwrap(),
            topological_order(graph).unwrap(),
        );
        obeys(
            |watch| topological_levels(Run::on(graph).watch(watch)).unwrap(),
            topological_levels(graph).unwrap(),
        );
        obeys(
            |watch| {
                let reduced = transitive_reduction(Run::on(graph).watch(watch)).unwrap();
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
            |watch| between(Run::on(graph).watch(watch), [FIRST], [end], None).unwrap(),
            between(graph, [FIRST], [end], None).unwrap(),
        );
    }
}

#[test]
fn who_dominates() {
    for graph in [&*CYCLE, &*PATH, &*STAR_OUT] {
        // Before the search, everything in a star is reached once more, from its centre.
        obeys_in(
            3..=4,
            |watch| dominators(Run::on(graph).watch(watch), [FIRST]).unwrap(),
            dominators(graph, [FIRST]).unwrap(),
        );
        let tree = dominators(graph, [FIRST]).unwrap().into_tree();
        obeys(
            |watch| {
                let edges = edge_dominators(Run::on(graph).watch(watch), &tree).unwrap();
                edges.map_continue(|edges| edges.iter().count())
            },
            N as usize - 1,
        );
    }
    obeys_in(
        3..=3,
        |watch| post_dominators(Run::on(&*PATH).watch(watch), [LAST]).unwrap(),
        post_dominators(&*PATH, [LAST]).unwrap(),
    );
    let tree = dominators(&*STAR_OUT, [FIRST]).unwrap().into_tree();
    obeys_in(
        2..=2,
        |watch| {
            let frontiers = dominance_frontiers(Run::on(&*STAR_OUT).watch(watch), &tree).unwrap();
            frontiers.map_continue(|frontiers| frontiers.total())
        },
        0,
    );
}

#[test]
fn a_closure_is_a_watch() {
    let mut enough = || ControlFlow::Break("enough");
    let stopped = descendants(Run::on(&*PATH).watch(&mut enough), [FIRST], None).unwrap();
    assert_eq!(stopped, ControlFlow::Break("enough"));
}

#[test]
fn nobody_stops_what_is_unwatched() {
    let ControlFlow::Continue(path) =
        shortest_path(Run::on(&*PATH).watch(&mut Unwatched), FIRST, LAST).unwrap();
    assert_eq!(path.map(|path| path.len()), Some(N as usize));
}
