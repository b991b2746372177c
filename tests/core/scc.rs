//! Strongly connected components.

use std::collections::BTreeSet;

use proptest::prelude::*;
use refcycle_core::algo::{Components, SccStrategy, Split};
use refcycle_core::interop::petgraph::AsPetgraph;
use refcycle_core::{
    Algorithms, CsrGraph, IDirectedGraph, Predecessors, Run, Successors, VertexId, Vertices, algo,
};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

pub(crate) const STRATEGIES: [SccStrategy; 3] = [
    SccStrategy::Auto,
    SccStrategy::SinglePass,
    SccStrategy::GiantFirst,
];

pub(crate) fn components_by<G: Successors>(graph: &G, strategy: SccStrategy) -> Components {
    algo::strongly_connected_components(Run::on(graph).strategy(strategy))
}

/// The components, each sorted, in the order of their first vertices.
fn groups(components: &Components) -> Vec<Vec<VertexId>> {
    let each = components.iter();
    sorted(each.map(|members| sorted(members.iter().copied())))
}

struct Partition;

impl ForwardCheck for Partition {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let default = algo::strongly_connected_components(graph);
        let auto = algo::strongly_connected_components(Run::on(graph));
        assert_eq!(default, auto);
        for strategy in STRATEGIES {
            let components = components_by(graph, strategy);
            self.check_one(&components, expected, &oracle);
        }
    }
}

impl Partition {
    fn check_one(&self, components: &Components, expected: &EdgeList, oracle: &Distances) {
        assert_eq!(groups(components), oracle.components());
        assert_eq!(components.len(), oracle.components().len());
        assert_eq!(components.is_empty(), expected.vertices.is_empty());
        for number in 0..components.len() as u32 {
            for &v in components.component(number) {
                assert_eq!(components.component_of(v), Some(number));
            }
        }
        for hole in expected.holes() {
            assert_eq!(components.component_of(hole), None);
        }
    }
}

struct Order;

impl ForwardCheck for Order {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        for strategy in STRATEGIES {
            let components = components_by(graph, strategy);
            self.check_one(&components, expected);
        }
    }
}

impl Order {
    fn check_one(&self, components: &Components, expected: &EdgeList) {
        let number = |v: VertexId| components.component_of(v).unwrap();
        for &(tail, head) in &expected.edges {
            assert!(number(tail) >= number(head), "{tail} -> {head} goes up");
        }
        let order: Vec<_> = components.topological_order().collect();
        assert_eq!(order.len(), components.len());
        let position = |v| {
            order
                .iter()
                .position(|&number| Some(number) == components.component_of(v))
        };
        for &(tail, head) in &expected.edges {
            assert!(
                position(tail) <= position(head),
                "{tail} -> {head} goes back"
            );
        }
    }
}

struct Ends;

impl ForwardCheck for Ends {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let components = algo::strongly_connected_components(graph);
        let numbers = |in_it: &dyn Fn(VertexId) -> bool| {
            let vertices = expected.vertices.iter().copied().filter(|&v| in_it(v));
            let numbers: BTreeSet<_> = vertices
                .map(|v| components.component_of(v).unwrap())
                .collect();
            Vec::from_iter(numbers)
        };
        let split = Split::new(graph, &components).unwrap();
        assert_eq!(split.sources(), numbers(&|v| oracle.in_source(v)));
        assert_eq!(split.sinks(), numbers(&|v| oracle.in_sink(v)));
        let cyclic: Vec<_> = split.cyclic().collect();
        assert_eq!(cyclic, numbers(&|v| oracle.cycle(v).is_some()));
        self.check_covering(&components, graph, expected, &oracle);
    }
}

impl Ends {
    /// The starts may be any ids, including holes.
    fn check_covering<G: Successors>(
        &self,
        components: &Components,
        graph: &G,
        expected: &EdgeList,
        oracle: &Distances,
    ) {
        let bound = graph.vertex_bound() as u32 + 1;
        for step in 1..4 {
            let wanted: Vec<_> = (0..bound).step_by(step).map(VertexId::new).collect();
            let split = Split::new(graph, components).unwrap();
            let covering = split.covering(wanted.iter().copied());
            let given = wanted
                .iter()
                .copied()
                .filter(|v| expected.vertices.contains(v));
            let given = Vec::from_iter(given);
            let (first, rest) = covering.split_at(given.len());
            assert_eq!(first, given);
            let has_given = |v| oracle.component(v).iter().any(|u| given.contains(u));
            let others = expected.vertices.iter().copied();
            let others = others.filter(|&v| oracle.in_source(v) && !has_given(v));
            assert_eq!(sorted(rest.iter().copied()), sorted(others));
            for &v in &expected.vertices {
                assert!(oracle.path_from_any(&covering, v).is_some(), "{v}");
            }
        }
    }
}

/// The methods of a graph return the same as the functions.
struct Methods;

impl Check for Methods {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        let components = algo::strongly_connected_components(graph);
        assert_eq!(graph.strongly_connected_components(), components);
        let split = Split::new(graph, &components).unwrap();
        let other = graph.split();
        assert_eq!(other.components(), &components);
        assert_eq!(other.sources(), split.sources());
        assert_eq!(other.sinks(), split.sinks());
        assert_eq!(other.into_components(), components);
    }
}

/// Reversing every edge changes neither the components nor, except for its direction, their
/// order.
struct Turned;

impl Check for Turned {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let components = graph.strongly_connected_components();
        let turned = graph.reversed().strongly_connected_components();
        assert_eq!(groups(&components), groups(&turned));
        for &(tail, head) in &expected.edges {
            assert!(turned.component_of(head) >= turned.component_of(tail));
        }
        let of = |components: &algo::Components, numbers: Vec<u32>| {
            let vertices = numbers
                .into_iter()
                .flat_map(|n| components.component(n).to_vec());
            sorted(vertices)
        };
        assert_eq!(
            of(&components, graph.split().sources()),
            of(&turned, graph.reversed().split().sinks())
        );
    }
}

/// A graph of `middle` vertices that mostly reach each other, with a fringe that they reach
/// and one that reaches them, in any order of ids.
fn bow_tie(middle: u32, fringe: u32, edges: &[(u32, u32)], far: u32) -> CsrGraph {
    let n = middle + 2 * fringe;
    let all = edges.iter().map(|&(a, b)| {
        // The parts, from the last to the first: edges between parts go to a lower part.
        let (a, b) = (a % n, b % n);
        let part = |v: u32| u32::from(v >= fringe) + u32::from(v >= fringe + middle);
        if part(a) < part(b) { (b, a) } else { (a, b) }
    });
    let mixed = |v: u32| (u64::from(v) * u64::from(far) % u64::from(n)) as u32;
    let edges: Vec<_> = all.map(|(a, b)| (mixed(a), mixed(b))).collect();
    CsrGraph::from_edges(n as usize, edges).unwrap()
}

/// Panics unless no edge goes from a component to one with a higher number.
fn assert_reverse_topological(graph: &CsrGraph, components: &Components) {
    for v in graph.vertices() {
        for w in graph.successors(v) {
            assert!(components.component_of(v) >= components.component_of(w));
        }
    }
}

fn like_petgraph(graph: &CsrGraph) {
    let theirs = petgraph::algo::kosaraju_scc(AsPetgraph::new(graph));
    let theirs = theirs
        .into_iter()
        .map(|members| sorted(members.iter().map(|v| VertexId::from_index(v.index()))));
    let theirs = sorted(theirs);
    // First without the backward direction, then with it.
    for _ in 0..2 {
        for strategy in STRATEGIES {
            let components = components_by(graph, strategy);
            assert_eq!(groups(&components), theirs, "{strategy:?}");
            assert_reverse_topological(graph, &components);
        }
        graph.back_rows();
    }
}

/// Large enough for each strategy to use its code for large graphs.
#[test]
fn large_random_graphs() {
    let mut random = 1_u64;
    let mut next = || {
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (random >> 33) as u32
    };
    for (middle, fringe, edges) in [(70_000, 10_000, 400_000), (30_000, 50_000, 300_000)] {
        let edges: Vec<_> = (0..edges).map(|_| (next(), next())).collect();
        like_petgraph(&bow_tie(middle, fringe, &edges, 1_000_003));
    }
}

/// Pseudo-random numbers, the same in each run.
fn numbers(mut state: u64) -> impl FnMut(u32) -> u32 {
    move |bound| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (((state >> 33) * u64::from(bound)) >> 31) as u32
    }
}

/// Shapes for which there is a strategy, large enough for it.
#[test]
fn large_graphs_of_several_shapes() {
    let mut below = numbers(1);
    // A ring with some distant edges: one component, by sweeps in both orders.
    let count = 50_000;
    let mut small_world = Vec::new();
    for v in 0..count {
        for step in 1..7 {
            let near = (v + step) % count;
            small_world.push((v, if below(10) == 0 { below(count) } else { near }));
        }
    }
    like_petgraph(&CsrGraph::from_edges(count as usize, small_world).unwrap());

    // Parts of equal size in random order: no giant, and every step goes far.
    let (count, size) = (280_000, 3500);
    let mixed = |v: u32| (u64::from(v) * 1_000_003 % u64::from(count)) as u32;
    let mut parts = Vec::new();
    for v in 0..count {
        let first = v / size * size;
        parts.extend([(); 2].map(|()| (mixed(v), mixed(first + below(size)))));
    }
    like_petgraph(&CsrGraph::from_edges(count as usize, parts).unwrap());

    // A long path with shortcuts, in random order.
    let path = (1..count).flat_map(|v| [(v - 1, v), (v - 1, v + below((count - v).min(1000)))]);
    let path: Vec<_> = path.map(|(a, b)| (mixed(a), mixed(b))).collect();
    like_petgraph(&CsrGraph::from_edges(count as usize, path).unwrap());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn petgraph_finds_the_same(
        middle in 1..60_u32,
        fringe in 0..30_u32,
        edges in prop::collection::vec((any::<u32>(), any::<u32>()), 0..300),
        far in prop::sample::select(vec![1_u32, 1009, 7919]),
    ) {
        like_petgraph(&bow_tie(middle, fringe, &edges, far));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn two_vertices_share_a_component_when_each_reaches_the_other(graph in graphs()) {
        every_forward_graph(&graph, &Partition);
    }

    #[test]
    fn components_come_in_reverse_topological_order(graph in graphs()) {
        every_forward_graph(&graph, &Order);
    }

    #[test]
    fn sources_sinks_and_cycles(graph in graphs()) {
        every_forward_graph(&graph, &Ends);
    }

    #[test]
    fn methods_are_the_functions(graph in graphs()) {
        every_graph(&graph, &Methods);
    }

    #[test]
    fn the_reversed_graph_has_the_same_components(graph in graphs()) {
        every_graph(&graph, &Turned);
    }
}
