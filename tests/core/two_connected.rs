//! 2-edge-connected and 2-vertex-connected components, and 2-edge-connected blocks.

use std::collections::BTreeSet;

use proptest::prelude::*;
use refcycle_core::algo::VertexGroups;
use refcycle_core::{Algorithms, CsrGraph, Run, Successors, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};
use refcycle_tests::watches::StopAt;

type Groups = Vec<Vec<VertexId>>;

/// The strongly connected components of more than one vertex.
fn components(list: &EdgeList) -> Groups {
    let all = Distances::of(list).components().into_iter();
    all.filter(|members| members.len() > 1)
        .map(sorted)
        .collect()
}

fn without_edge(list: &EdgeList, place: usize) -> EdgeList {
    let mut rest = list.clone();
    rest.edges.remove(place);
    rest
}

/// Two vertices are in a block if they are in a component without any single edge.
fn blocks_by_hand(list: &EdgeList) -> Groups {
    let mut blocks = components(list);
    for place in 0..list.edges.len() {
        let parts = components(&without_edge(list, place));
        let shared = |block: &Vec<VertexId>| {
            let common = |part: &Vec<VertexId>| {
                let common = block.iter().copied().filter(|v| part.contains(v));
                common.collect::<Vec<_>>()
            };
            parts.iter().map(common).collect::<Vec<_>>()
        };
        blocks = blocks.iter().flat_map(shared).collect();
        blocks.retain(|block| block.len() > 1);
    }
    sorted(blocks)
}

/// Removes edges that separate the vertices of a component, one after the other.
fn edge_components_by_hand(list: &EdgeList) -> Groups {
    let mut open = components(list);
    let mut found = Vec::new();
    while let Some(members) = open.pop() {
        let inside = list.induced(|v| members.contains(&v));
        let parts = (0..inside.edges.len()).map(|place| components(&without_edge(&inside, place)));
        match parts.into_iter().find(|parts| *parts != [members.clone()]) {
            Some(parts) => open.extend(parts),
            None if inside.edges.is_empty() => {}
            None => found.push(members),
        }
    }
    sorted(found)
}

/// Removes vertices that separate the others of a component, one after the other.
fn vertex_components_by_hand(list: &EdgeList) -> Groups {
    let mut open = components(list);
    let mut found = BTreeSet::new();
    while let Some(members) = open.pop() {
        if members.len() < 3 {
            continue;
        }
        let rest =
            |cut: VertexId| -> Vec<_> { members.iter().copied().filter(|&v| v != cut).collect() };
        let parts = |cut| components(&list.induced(|v| rest(cut).contains(&v)));
        let is_cut = |&&cut: &&VertexId| parts(cut) != [rest(cut)];
        let Some(&cut) = members.iter().find(is_cut) else {
            found.insert(members);
            continue;
        };
        for part in parts(cut) {
            let with_cut = |v: VertexId| v == cut || part.contains(&v);
            open.extend(components(&list.induced(with_cut)));
        }
    }
    found.into_iter().collect()
}

fn listed(groups: &VertexGroups) -> Groups {
    assert_eq!(groups.iter().count(), groups.len());
    assert_eq!(groups.is_empty(), groups.iter().next().is_none());
    for &v in groups.iter().flatten() {
        let first = groups.iter().position(|group| group.contains(&v));
        assert_eq!(groups.group_of(v), first.map(|number| number as u32));
    }
    let most = groups.iter().map(<[VertexId]>::len).max();
    assert_eq!(
        groups.largest().map(|number| groups.group(number).len()),
        most
    );
    groups.iter().map(<[VertexId]>::to_vec).collect()
}

struct All;

impl ForwardCheck for All {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let blocks = listed(&graph.two_edge_connected_blocks());
        assert_eq!(blocks, blocks_by_hand(expected));
        let components = listed(&graph.two_edge_connected_components());
        assert_eq!(components, edge_components_by_hand(expected));
        let inner = listed(&graph.two_vertex_connected_components());
        assert_eq!(inner, vertex_components_by_hand(expected));
    }
}

/// Graphs in which many vertices have two edges in each direction.
fn dense_graphs() -> impl Strategy<Value = EdgeList> {
    (3..=9_usize).prop_flat_map(|n| {
        let ends = 0..n as u32;
        prop::collection::vec((ends.clone(), ends), 2 * n..=4 * n)
            .prop_map(move |edges| EdgeList::dense(n, edges))
    })
}

/// Cliques of three or four vertices that share vertices, with some further edges.
fn joined_cliques() -> impl Strategy<Value = EdgeList> {
    let clique = prop::collection::vec(0..11_u32, 3..=4);
    let cliques = prop::collection::vec(clique, 1..=4);
    let more = prop::collection::vec((0..11_u32, 0..11_u32), 0..=6);
    (cliques, more).prop_map(|(cliques, more)| {
        let pairs = |clique: Vec<u32>| {
            let all = clique.clone();
            let pairs = clique.into_iter();
            pairs.flat_map(move |v| all.clone().into_iter().map(move |w| (v, w)))
        };
        EdgeList::dense(11, cliques.into_iter().flat_map(pairs).chain(more))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..config() })]

    #[test]
    fn groups_are_those_found_by_hand(graph in graphs()) {
        every_forward_graph(&graph, &All);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..config() })]

    #[test]
    fn groups_of_dense_graphs(graph in dense_graphs()) {
        All.check(&graph.csr(), &graph);
    }

    #[test]
    fn groups_of_joined_cliques(graph in joined_cliques()) {
        All.check(&graph.csr(), &graph);
    }
}

fn graph(n: usize, edges: &[(u32, u32)]) -> CsrGraph {
    CsrGraph::from_edges(n, edges.iter().copied()).unwrap()
}

#[test]
fn graphs_without_groups() {
    for graph in [
        graph(0, &[]),
        graph(1, &[(0, 0), (0, 0)]),
        graph(3, &[(0, 1), (0, 1), (1, 2), (0, 2)]),
        graph(3, &[(0, 1), (1, 2), (2, 0)]),
    ] {
        assert!(graph.two_edge_connected_blocks().is_empty());
        assert!(graph.two_edge_connected_components().is_empty());
        assert!(graph.two_vertex_connected_components().is_empty());
    }
}

#[test]
fn parallel_edges_count_for_edges_only() {
    let double = graph(2, &[(0, 1), (0, 1), (1, 0), (1, 0)]);
    let both = vec![vec![VertexId::new(0), VertexId::new(1)]];
    assert_eq!(listed(&double.two_edge_connected_blocks()), both);
    assert_eq!(listed(&double.two_edge_connected_components()), both);
    assert!(double.two_vertex_connected_components().is_empty());
    let cycle = [(0, 1), (1, 2), (2, 0)];
    let cycle: Vec<_> = cycle.iter().chain(&cycle).copied().collect();
    let cycle = graph(3, &cycle);
    assert_eq!(cycle.two_edge_connected_components().group(0).len(), 3);
    assert!(cycle.two_vertex_connected_components().is_empty());
}

/// Cliques of three in a row that share a vertex each: one round finds all, in any order of ids.
#[test]
fn a_long_chain_of_cliques() {
    let n = 100_001_u32;
    let cliques = (0..n - 2).step_by(2);
    let all = |v| {
        [
            (v, v + 1),
            (v + 1, v + 2),
            (v + 2, v),
            (v + 1, v),
            (v + 2, v + 1),
            (v, v + 2),
        ]
    };
    for step in [1, 77_773] {
        let name = |v: u32| (u64::from(v) * step % u64::from(n)) as u32;
        let edges = cliques
            .clone()
            .flat_map(all)
            .map(|(v, w)| (name(v), name(w)));
        let chain = CsrGraph::from_edges(n as usize, edges).unwrap();
        let edges = chain.two_edge_connected_components();
        assert_eq!((edges.len(), edges.group(0).len()), (1, n as usize));
        assert_eq!(chain.two_edge_connected_blocks(), edges);
        let groups = listed(&chain.two_vertex_connected_components());
        assert_eq!(groups.len(), n as usize / 2);
        assert!(groups.iter().all(|group| group.len() == 3));
    }
}

/// Triangles that two hubs point at, each of which points at the hubs and at the previous triangle:
/// each round removes one.
#[test]
fn a_cascade() {
    let mut edges = vec![(0, 1), (0, 1), (1, 0), (1, 0)];
    for number in 0..6 {
        let [a, b, c] = [2, 3, 4].map(|v| v + 3 * number);
        edges.extend([(a, b), (b, a), (b, c), (c, b), (c, a), (a, c)]);
        edges.extend([(number % 2, a), (b, 0), (c, 1)]);
        if number > 0 {
            edges.push((b, c - 3));
        }
    }
    let list = EdgeList::dense(20, edges);
    All.check(&list.csr(), &list);
}

/// Small stacks, because the searches go deep.
#[test]
fn deep_graphs() {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        const N: u32 = 10_000_000;
        let cycle = CsrGraph::from_edges(N as usize, (0..N).map(|v| (v, (v + 1) % N))).unwrap();
        assert!(cycle.two_edge_connected_blocks().is_empty());
        assert!(cycle.two_edge_connected_components().is_empty());
        assert!(cycle.two_vertex_connected_components().is_empty());
        drop(cycle);
        // Each vertex leads to the next two: nothing is a cut.
        const M: u32 = 300_000;
        let edges = (0..M).flat_map(|v| [(v, (v + 1) % M), (v, (v + 2) % M)]);
        let double = CsrGraph::from_edges(M as usize, edges).unwrap();
        let whole = double.two_vertex_connected_components();
        assert_eq!((whole.len(), whole.group(0).len()), (1, M as usize));
        assert_eq!(double.two_edge_connected_components(), whole);
        assert_eq!(double.two_edge_connected_blocks(), whole);
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn the_searches_can_be_stopped() {
    let n = 200_000;
    let edges = (0..n).flat_map(|v| [(v, (v + 1) % n), (v, (v + 2) % n)]);
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    for stop in [1, 4, 8] {
        let stopped =
            algo::two_edge_connected_blocks(Run::on(&graph).watch(&mut StopAt::check(stop)));
        assert_eq!(stopped.break_value(), Some(stop));
        let stopped =
            algo::two_edge_connected_components(Run::on(&graph).watch(&mut StopAt::check(stop)));
        assert_eq!(stopped.break_value(), Some(stop));
        let stopped =
            algo::two_vertex_connected_components(Run::on(&graph).watch(&mut StopAt::check(stop)));
        assert_eq!(stopped.break_value(), Some(stop));
    }
}
