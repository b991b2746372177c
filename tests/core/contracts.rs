//! The contracts of every representation, and the auto traits of every type.

use proptest::prelude::*;
use refcycle_core::algo::{Components, Condensation, ReachabilityIndex, Reached, Split};
use refcycle_core::files::{EdgeListReader, GraphFile, GraphWriter, MatrixMarketReader};
use refcycle_core::interop::petgraph::{AsPetgraph, FromPetgraph};
use refcycle_core::views::{Masked, Reversed, Subgraph};
use refcycle_core::{
    Algorithms, CsrBuilder, CsrGraph, DenseVertices, Edge, EdgeId, Error, ErrorKind,
    IDirectedGraph, MAX_EDGES, MAX_VERTICES, Successors, VertexId, VertexSet, Vertices,
    WideCsrGraph, WideRows,
};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::{graph_contract, successors_contract, vertices_contract};
use refcycle_tests::errors::malformed_offsets;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

struct Contract;

impl Check for Contract {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        graph_contract(graph, expected);
    }
}

struct ForwardContract;

impl ForwardCheck for ForwardContract {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        vertices_contract(graph, expected);
        successors_contract(graph, expected);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_representation_is_the_graph(graph in graphs()) {
        every_graph(&graph, &Contract);
        every_forward_graph(&graph, &ForwardContract);
    }

    #[test]
    fn ids_come_back(number: u32) {
        let v = VertexId::new(number);
        prop_assert_eq!(v, VertexId::from(number));
        prop_assert_eq!(v, VertexId::from_index(v.index()));
        prop_assert_eq!(v.number(), number);
        prop_assert_eq!(v.to_string(), number.to_string());
        let e = EdgeId::new(number);
        prop_assert_eq!(e, EdgeId::from(number));
        prop_assert_eq!(e, EdgeId::from_index(e.index()));
        prop_assert_eq!(e.number(), number);
        prop_assert_eq!(e.to_string(), number.to_string());
    }

    #[test]
    fn ids_are_ordered_as_numbers(a: u32, b: u32) {
        prop_assert_eq!(VertexId::new(a).cmp(&VertexId::new(b)), a.cmp(&b));
        prop_assert_eq!(EdgeId::new(a).cmp(&EdgeId::new(b)), a.cmp(&b));
    }
}

#[test]
#[should_panic(expected = "32 bits")]
fn a_vertex_id_has_32_bits() {
    VertexId::from_index(1 << 32);
}

#[test]
#[should_panic(expected = "32 bits")]
fn an_edge_id_has_32_bits() {
    EdgeId::from_index(1 << 32);
}

#[test]
fn ids_take_four_bytes() {
    assert_eq!(size_of::<VertexId>(), 4);
    assert_eq!(size_of::<EdgeId>(), 4);
    assert_eq!(size_of::<Edge>(), 12);
}

#[test]
fn every_id_below_the_limits_fits() {
    assert_eq!(
        VertexId::from_index(MAX_VERTICES - 1).index(),
        MAX_VERTICES - 1
    );
    assert_eq!(EdgeId::from_index(MAX_EDGES - 1).index(), MAX_EDGES - 1);
}

#[test]
fn an_edge_turned_round_keeps_its_id() {
    let (id, tail, head) = (EdgeId::new(3), VertexId::new(1), VertexId::new(2));
    let turned = Edge {
        id,
        tail: head,
        head: tail,
    };
    assert_eq!(Edge { id, tail, head }.reversed(), turned);
}

#[test]
fn an_error_says_what_was_wrong() {
    let text = |error: Error| error.to_string();
    let many = text(Error::too_many_vertices(usize::MAX));
    assert!(many.contains(&usize::MAX.to_string()) && many.contains(&MAX_VERTICES.to_string()));
    let many = text(Error::too_many_edges(usize::MAX));
    assert!(many.contains(&usize::MAX.to_string()) && many.contains(&MAX_EDGES.to_string()));
    let vertex = text(Error::vertex_out_of_range(17, 5));
    assert!(vertex.contains("17") && vertex.contains('5'));
    assert!(text(malformed_offsets(23)).contains("23"));
    let unsorted = CsrGraph::from_sorted_edges(2, [(0, 0), (1, 0), (0, 1)]);
    assert!(text(unsorted.unwrap_err()).contains("edge 2"));
    let mut bytes = Vec::new();
    let written = GraphWriter::new(&CsrGraph::default()).write(&mut bytes);
    written.unwrap();
    let read = |bytes: &[u8]| text(GraphFile::from_reader(bytes).unwrap_err());
    let length = read(&bytes[..bytes.len() - 1]);
    let lengths = [bytes.len() - 1, bytes.len()].map(|length| length.to_string());
    assert!(
        lengths.iter().all(|number| length.contains(number)),
        "{length}"
    );
    bytes[8] = 23;
    let version = read(&bytes);
    assert!(
        version.contains("23") && version.contains("version 1"),
        "{version}"
    );
    assert!(read(b"something else").contains("wrong magic number"));
    let line = EdgeListReader::new("1 2\n3 x".as_bytes()).last();
    assert!(text(line.unwrap().unwrap_err()).contains("line 2"));
    let error = Error::from(std::io::Error::other("the cable is out"));
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.io_kind(), Some(std::io::ErrorKind::Other));
    assert_eq!(text(error), "the cable is out");
}

#[test]
fn threads_can_share_everything() {
    fn shared<T: Send + Sync>() {}
    shared::<CsrGraph>();
    shared::<CsrBuilder>();
    shared::<Subgraph>();
    shared::<Reversed<'_, CsrGraph>>();
    shared::<Masked<'_, CsrGraph>>();
    shared::<AsPetgraph<'_, CsrGraph>>();
    shared::<FromPetgraph<&petgraph::graph::DiGraph<(), ()>>>();
    shared::<VertexSet>();
    shared::<Components>();
    shared::<Split<CsrGraph>>();
    shared::<Condensation>();
    shared::<ReachabilityIndex<'_, CsrGraph>>();
    shared::<Reached>();
    shared::<Error>();
    shared::<WideCsrGraph>();
    shared::<WideRows<'_>>();
    shared::<GraphFile<'_>>();
    shared::<GraphWriter<'_, CsrGraph>>();
    shared::<EdgeListReader<std::io::Empty>>();
    shared::<MatrixMarketReader<std::io::Empty>>();
    shared::<Edge>();
}

#[test]
fn an_error_travels_in_a_box() {
    fn boxed<E: std::error::Error + Send + Sync + 'static>() {}
    boxed::<Error>();
}

#[test]
fn threads_that_ask_for_the_backward_direction_at_once_agree() {
    let graph = CsrGraph::from_edges(1000, (1..1000).map(|v| (v / 2, v))).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for v in graph.vertices().skip(1) {
                    let edge = graph.in_edges(v).next().unwrap();
                    assert_eq!((edge.tail.number(), edge.head), (v.number() / 2, v));
                }
            });
        }
    });
}

#[test]
fn graphs_without_holes_say_so() {
    fn dense<G: DenseVertices>(_: &G) {}
    let graph = CsrGraph::default();
    assert_eq!((graph.vertex_count(), graph.edge_count()), (0, 0));
    dense(&graph);
    dense(&graph.reversed());
    dense(&WideCsrGraph::default());
    dense(&WideCsrGraph::default().as_rows());
}
