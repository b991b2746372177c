//! petgraph as a second oracle, in both directions.

use std::collections::BTreeSet;

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::algo::{
    dijkstra, dominators, has_path_connecting, is_cyclic_directed, kosaraju_scc, tarjan_scc,
    toposort,
};
use petgraph::dot::{Config, Dot};
use petgraph::graph::NodeIndex;
use petgraph::stable_graph::StableDiGraph;
use petgraph::visit::{
    Bfs, Dfs, DfsPostOrder, EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, GraphBase,
    GraphProp, GraphRef, IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighborsDirected,
    IntoNodeIdentifiers, IntoNodeReferences, NodeCount, NodeIndexable, NodeRef, Reversed, Topo,
    VisitMap, Visitable, Walker,
};
use proptest::prelude::*;
use refcycle_core::interop::petgraph::{AsPetgraph, FromPetgraph, to_graph};
use refcycle_core::{
    Algorithms, CsrGraph, DenseVertices, Edge, Error, IDirectedGraph, MAX_VERTICES, VertexId,
};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::representations::{Check, digraph, every_graph, stable_graph};

type Theirs = StableDiGraph<(), ()>;

fn node(v: VertexId) -> NodeIndex {
    NodeIndex::new(v.index())
}

/// The same graph with the same numbers, as a petgraph graph.
fn same(graph: &impl IDirectedGraph, edges: impl Iterator<Item = (VertexId, VertexId)>) -> Theirs {
    let mut theirs = Theirs::new();
    for _ in 0..graph.vertex_bound() {
        theirs.add_node(());
    }
    for (tail, head) in edges {
        theirs.add_edge(node(tail), node(head), ());
    }
    let holes = (0..graph.vertex_bound()).map(VertexId::from_index);
    for hole in holes.filter(|&v| !graph.contains_vertex(v)) {
        theirs.remove_node(node(hole));
    }
    theirs
}

fn by_id(edges: impl Iterator<Item = Edge>) -> Vec<Edge> {
    let mut edges: Vec<_> = edges.collect();
    edges.sort_by_key(|edge| edge.id);
    edges
}

/// A copy in which each vertex has its neighbours in the same order, if the graph lists them by
/// the number of the other end. All graphs do except petgraph's own, which put a new edge first.
fn same_neighbours(graph: &impl IDirectedGraph) -> Theirs {
    let edges: Vec<_> = graph.edges().map(|edge| (edge.tail, edge.head)).collect();
    same(graph, edges.into_iter().rev())
}

/// Our graph and theirs agree on every vertex and edge.
struct Bridge;

impl Check for Bridge {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let ours = AsPetgraph::new(graph);
        let theirs = &same_neighbours(graph);
        assert_eq!(ours.node_count(), theirs.node_count());
        assert_eq!(ours.edge_count(), theirs.edge_count());
        assert_eq!(ours.node_bound(), graph.vertex_bound());
        assert_eq!(ours.edge_bound(), graph.edge_bound());
        let ids = sorted(ours.node_identifiers());
        assert_eq!(ids, sorted(theirs.node_identifiers()));
        let ids: Vec<_> = ours.node_identifiers().collect();
        let references: Vec<_> = ours.node_references().map(|node| node.id()).collect();
        assert_eq!(references, ids);
        same_ends(ours, theirs, &expected.vertices);
        let edges = ours.edge_references().inspect(|edge| {
            let number = edge.id.index();
            assert_eq!(edge.id().index(), number);
            assert_eq!(EdgeIndexable::to_index(&ours, edge.id()), number);
            assert_eq!(EdgeIndexable::from_index(&ours, number), edge.id());
            assert_eq!(edge.source(), node(edge.tail));
            assert_eq!(edge.target(), node(edge.head));
        });
        // The vertices of a graph of one's own may come in any order.
        assert_eq!(by_id(edges), by_id(graph.edges()));
        let mut map = ours.visit_map();
        if let Some(&v) = expected.vertices.last() {
            assert!(map.visit(node(v)));
            assert!(map.is_visited(&node(v)));
            ours.reset_map(&mut map);
            assert!(!map.is_visited(&node(v)));
        }
        assert_eq!(map.len(), graph.vertex_bound());
    }
}

/// Both graphs list the same neighbours and edges of each vertex, in both directions.
fn same_ends<G: IDirectedGraph>(ours: AsPetgraph<'_, G>, theirs: &Theirs, vertices: &[VertexId]) {
    for &v in vertices {
        let id = node(v);
        assert_eq!(NodeIndexable::to_index(&ours, id), v.index());
        assert_eq!(NodeIndexable::from_index(&ours, v.index()), id);
        for direction in [Outgoing, Incoming] {
            let neighbours = sorted(ours.neighbors_directed(id, direction));
            assert_eq!(neighbours, sorted(theirs.neighbors_directed(id, direction)));
            let edges = sorted(
                ours.edges_directed(id, direction)
                    .map(|e| (e.source(), e.target())),
            );
            let same = theirs
                .edges_directed(id, direction)
                .map(|e| (e.source(), e.target()));
            assert_eq!(edges, sorted(same));
        }
        assert!(
            ours.neighbors_directed(id, Outgoing)
                .eq(petgraph::visit::IntoNeighbors::neighbors(ours, id))
        );
        assert!(
            ours.edges_directed(id, Outgoing)
                .map(|e| e.id())
                .eq(ours.edges(id).map(|e| e.id()))
        );
    }
}

/// Whether the vertices are listed in ascending order, and the edges into each vertex in the order
/// of `references`. If so, even the order of petgraph's results is the same on a copy. petgraph's
/// own graphs, and a user's, may have another order.
fn in_order(graph: &impl IDirectedGraph) -> bool {
    graph.vertices().is_sorted()
        && graph.vertices().all(|v| {
            let into = graph.edges().filter(|edge| edge.head == v);
            into.map(|edge| edge.tail).eq(graph.predecessors(v))
        })
}

struct Components;

impl Check for Components {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        let ours = AsPetgraph::new(graph);
        let theirs = &same_neighbours(graph);
        let by_tarjan = tarjan_scc(ours);
        let by_kosaraju = kosaraju_scc(ours);
        if in_order(graph) {
            assert_eq!(by_tarjan, tarjan_scc(theirs));
            assert_eq!(by_kosaraju, kosaraju_scc(theirs));
        }
        let groups = |groups: Vec<Vec<NodeIndex>>| sorted(groups.into_iter().map(sorted));
        let components = graph.strongly_connected_components();
        let members = components
            .iter()
            .map(|members| members.iter().map(|&v| node(v)).collect());
        let members = groups(members.collect());
        assert_eq!(groups(by_tarjan), members);
        assert_eq!(groups(by_kosaraju), members);
        assert_eq!(groups(tarjan_scc(theirs)), members);
    }
}

struct Acyclic;

impl Check for Acyclic {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        let ours = AsPetgraph::new(graph);
        let theirs = &same_neighbours(graph);
        let cyclic = graph.split().cyclic().next().is_some();
        assert_eq!(is_cyclic_directed(ours), cyclic);
        assert_eq!(is_cyclic_directed(theirs), cyclic);
        let order = toposort(ours, None);
        assert_eq!(order.is_err(), cyclic);
        if let Ok(order) = &order {
            let condensation = graph.condensation();
            let position = |v| order.iter().position(|&w| w == v);
            for edge in graph.edges() {
                assert!(position(node(edge.tail)) < position(node(edge.head)));
            }
            assert_eq!(order.len(), condensation.topological_order().count());
        }
        let topo: Vec<_> = Topo::new(ours).iter(ours).collect();
        if in_order(graph) {
            assert_eq!(order, toposort(theirs, None));
            assert_eq!(topo, Topo::new(theirs).iter(theirs).collect::<Vec<_>>());
        }
        assert_eq!(topo.len() == graph.vertex_count(), !cyclic);
    }
}

struct Walks;

impl Check for Walks {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let ours = AsPetgraph::new(graph);
        let theirs = &same_neighbours(graph);
        for &v in expected.vertices.iter().take(6) {
            let id = node(v);
            let breadth: Vec<_> = Bfs::new(ours, id).iter(ours).collect();
            let theirs_breadth: Vec<_> = Bfs::new(theirs, id).iter(theirs).collect();
            let depth: Vec<_> = Dfs::new(ours, id).iter(ours).collect();
            let theirs_depth: Vec<_> = Dfs::new(theirs, id).iter(theirs).collect();
            let post: Vec<_> = DfsPostOrder::new(ours, id).iter(ours).collect();
            let theirs_post: Vec<_> = DfsPostOrder::new(theirs, id).iter(theirs).collect();
            assert_eq!((&breadth, &depth), (&theirs_breadth, &theirs_depth));
            assert_eq!(post, theirs_post);
            let reached = graph.descendants(v, None).unwrap();
            let found: Vec<_> = reached.vertices().iter().map(|&v| node(v)).collect();
            assert_eq!(breadth, found);
            assert_eq!(sorted(depth), sorted(found));

            let back = Reversed(ours);
            let back: Vec<_> = Bfs::new(back, id).iter(back).collect();
            let found = graph.ancestors(v, None).unwrap();
            assert!(
                back.into_iter()
                    .eq(found.vertices().iter().map(|&v| node(v)))
            );
        }
    }
}

struct Paths;

impl Check for Paths {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let ours = AsPetgraph::new(graph);
        let theirs = &same_neighbours(graph);
        for &v in expected.vertices.iter().take(6) {
            let distances = dijkstra(ours, node(v), None, |_| 1_usize);
            assert_eq!(distances, dijkstra(theirs, node(v), None, |_| 1));
            for &w in &expected.vertices {
                let path = graph.shortest_path(v, w).unwrap();
                let steps = path.as_ref().map(|path| path.len() - 1);
                assert_eq!(steps.as_ref(), distances.get(&node(w)));
                let connected = has_path_connecting(ours, node(v), node(w), None);
                assert_eq!(connected, path.is_some());
                assert_eq!(
                    connected,
                    has_path_connecting(theirs, node(v), node(w), None)
                );
            }
        }
    }
}

struct Dominators;

impl Check for Dominators {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let ours = AsPetgraph::new(graph);
        let theirs = &same_neighbours(graph);
        for &root in expected.vertices.iter().take(3) {
            let found = dominators::simple_fast(ours, node(root));
            let same = dominators::simple_fast(theirs, node(root));
            for &v in &expected.vertices {
                let nearest = found.immediate_dominator(node(v));
                assert_eq!(nearest, same.immediate_dominator(node(v)));
            }
        }
    }
}

struct Pictures;

impl Check for Pictures {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        // A DOT picture lists vertices and edges in order.
        let edges: Vec<_> = graph.edges().map(|edge| (edge.tail, edge.head)).collect();
        let theirs = &same(graph, edges.into_iter());
        let ours = AsPetgraph::new(graph);
        if graph.vertices().is_sorted() {
            let config = [Config::NodeIndexLabel, Config::EdgeNoLabel];
            assert_eq!(
                format!("{:?}", Dot::with_config(ours, &config)),
                format!("{:?}", Dot::with_config(theirs, &config))
            );
            assert_eq!(
                format!("{:?}", Dot::new(ours)),
                format!("{:?}", Dot::new(theirs))
            );
        } else {
            let lines = |text: String| sorted(text.lines().map(str::to_owned));
            assert_eq!(
                lines(format!("{:?}", Dot::new(ours))),
                lines(format!("{:?}", Dot::new(theirs)))
            );
        }
    }
}

/// The copy as a petgraph graph, and the edges of the adjacency matrix.
struct Copied;

impl Check for Copied {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let copy = to_graph(graph);
        assert!(copy.node_weights().copied().eq(graph.vertices()));
        let edges = copy.edge_references().map(|edge| Edge {
            id: *edge.weight(),
            tail: copy[edge.source()],
            head: copy[edge.target()],
        });
        assert!(edges.eq(graph.edges()));
        let ours = AsPetgraph::new(graph);
        let matrix = ours.adjacency_matrix();
        for &v in &expected.vertices {
            let heads: Vec<_> = graph.successors(v).collect();
            for &w in &expected.vertices {
                let adjacent = ours.is_adjacent(&matrix, node(v), node(w));
                assert_eq!(adjacent, heads.contains(&w));
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn ours_looks_like_theirs(graph in graphs()) {
        every_graph(&graph, &Bridge);
    }

    #[test]
    fn their_components_are_ours(graph in graphs()) {
        every_graph(&graph, &Components);
    }

    #[test]
    fn their_topological_order_is_ours(graph in graphs()) {
        every_graph(&graph, &Acyclic);
    }

    #[test]
    fn their_walks_are_ours(graph in graphs()) {
        every_graph(&graph, &Walks);
    }

    #[test]
    fn their_paths_are_ours(graph in graphs()) {
        every_graph(&graph, &Paths);
    }

    #[test]
    fn their_dominators_run_on_ours(graph in graphs()) {
        every_graph(&graph, &Dominators);
    }

    #[test]
    fn their_pictures_of_ours(graph in graphs()) {
        every_graph(&graph, &Pictures);
    }

    #[test]
    fn a_node_keeps_its_name(list in graphs()) {
        let (theirs, holey) = stable_graph(&list);
        let ours = FromPetgraph::new(&theirs);
        for &v in &holey.vertices {
            prop_assert_eq!(ours.node_id(v), node(v));
        }
    }

    #[test]
    fn an_edge_keeps_its_number(list in graphs()) {
        let (theirs, _) = stable_graph(&list);
        let ours = FromPetgraph::new(&theirs);
        for edge in ours.edges() {
            let ends = theirs.edge_endpoints(petgraph::graph::EdgeIndex::new(edge.id.index()));
            prop_assert_eq!(ends, Some((node(edge.tail), node(edge.head))));
        }
        let numbers: BTreeSet<_> = ours.edges().map(|edge| edge.id.index()).collect();
        prop_assert!(numbers.into_iter().eq(theirs.edge_indices().map(|edge| edge.index())));
    }

    #[test]
    fn a_copy_is_the_same_graph(list in graphs()) {
        every_graph(&list, &Copied);
    }

    #[test]
    fn a_graph_without_holes_says_so_both_ways(list in graphs()) {
        fn dense<G: DenseVertices>(graph: &G) -> usize {
            graph.vertex_count()
        }
        let theirs = digraph(&list);
        prop_assert_eq!(dense(&FromPetgraph::new(&theirs)), list.bound);
        prop_assert_eq!(dense(&FromPetgraph::new(&theirs)), list.bound);
        prop_assert_eq!(dense(&FromPetgraph::new(AsPetgraph::new(&list.csr()))), list.bound);
    }

    #[test]
    fn a_weight_comes_along_with_its_edge(list in graphs()) {
        let (theirs, _) = stable_graph(&list);
        let theirs = theirs.map(|_, ()| (), |edge, ()| edge.index() as u64 + 7);
        let (ours, ids) = CsrGraph::from_graph(&FromPetgraph::new(&theirs)).unwrap();
        for (edge, id) in ours.edges().zip(ids) {
            let id = petgraph::graph::EdgeIndex::new(id.index());
            prop_assert_eq!(theirs.edge_endpoints(id), Some((node(edge.tail), node(edge.head))));
            prop_assert_eq!(theirs[id], id.index() as u64 + 7);
        }
    }

    #[test]
    fn there_and_back_is_the_identity(list in graphs()) {
        let graph = list.csr();
        let back = FromPetgraph::new(AsPetgraph::new(&graph));
        prop_assert!(back.edges().eq(graph.edges()));
        let theirs = &digraph(&list);
        let ours = FromPetgraph::new(theirs);
        let back = AsPetgraph::new(&ours);
        prop_assert_eq!(tarjan_scc(back), tarjan_scc(theirs));
        prop_assert_eq!(kosaraju_scc(back), kosaraju_scc(theirs));
        prop_assert_eq!(toposort(back, None), toposort(theirs, None));
    }
}

#[test]
#[should_panic(expected = "vertex 0 is not in the graph")]
fn a_removed_node_has_no_name() {
    let mut theirs = Theirs::new();
    let removed = theirs.add_node(());
    theirs.add_node(());
    theirs.remove_node(removed);
    FromPetgraph::new(&theirs).node_id(VertexId::new(0));
}

#[test]
fn petgraph_finds_an_isomorphism_of_ours() {
    let ours = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0), (0, 0)]).unwrap();
    let other = CsrGraph::from_edges(3, [(2, 1), (1, 0), (0, 2), (1, 1)]).unwrap();
    let third = CsrGraph::from_edges(3, [(2, 1), (1, 0), (0, 2), (0, 1)]).unwrap();
    let [ours, other, third] = [&ours, &other, &third].map(AsPetgraph::new);
    assert!(petgraph::algo::is_isomorphic(ours, other));
    assert!(!petgraph::algo::is_isomorphic(ours, third));
}

/// Claims more vertices than there are ids.
#[derive(Clone, Copy)]
struct Huge;

impl GraphBase for Huge {
    type NodeId = usize;
    type EdgeId = usize;
}

impl GraphRef for Huge {}

impl petgraph::visit::Data for Huge {
    type NodeWeight = ();
    type EdgeWeight = ();
}

impl GraphProp for Huge {
    type EdgeType = petgraph::Directed;
}

impl NodeIndexable for Huge {
    fn node_bound(&self) -> usize {
        MAX_VERTICES + 1
    }

    fn to_index(&self, id: usize) -> usize {
        id
    }

    fn from_index(&self, index: usize) -> usize {
        index
    }
}

impl IntoNodeIdentifiers for Huge {
    type NodeIdentifiers = std::ops::Range<usize>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..self.node_bound()
    }
}

#[test]
fn more_nodes_than_we_can_number() {
    let error = Error::too_many_vertices(MAX_VERTICES + 1);
    assert_eq!(FromPetgraph::try_new(Huge).err(), Some(error.clone()));
    assert_eq!(FromPetgraph::try_new(Huge).err(), Some(error));
}
