//! Graphs whose vertices are named by keys, and the conversions of ids and edges.

use std::rc::Rc;

use proptest::prelude::*;
use refcycle_core::files::{read_edge_list, read_keyed_edge_list, read_weighted_edge_list};
use refcycle_core::graphs::{KeyedBuilder, KeyedGraph, VertexKeys};
use refcycle_core::{
    Algorithms, CsrGraph, EdgeId, Error, ErrorKind, MAX_VERTICES, VertexId, VertexSet,
};
use refcycle_tests::generators::{config, graphs};

/// Keys that are neither dense nor numbers.
fn name(v: u32) -> String {
    format!("{}-{v}", "x".repeat(v as usize % 5))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn keys_are_vertices_in_the_order_of_their_first_use(list in graphs(), spread in 1..999_u64) {
        let far = |v: u32| ((u64::from(v) + 1) * spread) << 20;
        let mut seen: Vec<u64> = Vec::new();
        let mut number = |v: u32| match seen.iter().position(|&key| key == far(v)) {
            Some(place) => place as u32,
            None => {
                seen.push(far(v));
                seen.len() as u32 - 1
            }
        };
        let edges: Vec<_> = list.pairs().map(|(t, h)| (number(t), number(h))).collect();
        let expected = CsrGraph::from_edges(seen.len(), edges).unwrap();

        let keyed = KeyedGraph::from_edges(list.pairs().map(|(t, h)| (far(t), far(h)))).unwrap();
        prop_assert_eq!(&keyed.graph, &expected);
        prop_assert_eq!(keyed.keys.as_slice(), &seen[..]);
        for (v, key) in seen.iter().enumerate() {
            prop_assert_eq!(keyed.vertex(key), Some(VertexId::from_index(v)));
            prop_assert_eq!(keyed.key(VertexId::from_index(v)), Some(key));
        }
        prop_assert_eq!(keyed.vertex(&1), None);
        prop_assert_eq!(keyed.key(VertexId::from_index(seen.len())), None);
    }

    #[test]
    fn a_file_of_names_is_the_graph_of_its_names(list in graphs()) {
        let lines = list.pairs().map(|(t, h)| format!("{}\t{}  rest \r\n%\n", name(t), name(h)));
        let text: String = lines.collect();
        let read = read_keyed_edge_list(text.as_bytes()).unwrap();
        let expected = KeyedGraph::from_edges(list.pairs().map(|(t, h)| (name(t), name(h))));
        let expected = expected.unwrap();
        prop_assert_eq!(read.graph, expected.graph);
        let names: Vec<_> = read.keys.into_vec().into_iter().map(String::from).collect();
        prop_assert_eq!(names, expected.keys.into_vec());
    }

    #[test]
    fn weights_of_a_file_belong_to_their_edges(list in graphs()) {
        let weight = |edge: usize| edge as f64 * 0.25 - 1.0;
        let lines = list.pairs().enumerate();
        let text: String = lines.map(|(i, (t, h))| format!("{t} {h} {}\n", weight(i))).collect();
        let (read, weights) = read_weighted_edge_list(text.as_bytes()).unwrap();
        let unweighted = read_edge_list(text.as_bytes()).unwrap();
        prop_assert_eq!((&read.graph, &read.names), (&unweighted.graph, &unweighted.names));
        // Parallel edges keep their order.
        let mut expected: Vec<_> = list.pairs().enumerate().collect();
        expected.sort_by_key(|&(_, (tail, _))| tail);
        let expected: Vec<_> = expected.into_iter().map(|(i, _)| weight(i)).collect();
        prop_assert_eq!(weights, expected);
    }

    #[test]
    fn collected_edges_are_the_graph_up_to_the_highest_end(list in graphs()) {
        let bound = list.pairs().map(|(t, h)| t.max(h) as usize + 1).max().unwrap_or(0);
        let expected = CsrGraph::from_edges(bound, list.pairs()).unwrap();
        let wide = list.pairs().map(|(t, h)| (t as usize, h as usize));
        let signed = list.pairs().map(|(t, h)| (i64::from(t), i64::from(h)));
        let ids = list.edges.iter().copied();
        prop_assert_eq!(&wide.collect::<CsrGraph>(), &expected);
        prop_assert_eq!(&signed.collect::<CsrGraph>(), &expected);
        prop_assert_eq!(&ids.collect::<CsrGraph>(), &expected);
        let edges: Vec<_> = expected.edges().collect();
        prop_assert_eq!(edges, expected.edges().collect::<Vec<_>>());
    }
}

#[test]
fn a_string_is_stored_once() {
    let mut keys: VertexKeys<Rc<str>> = VertexKeys::default();
    for _ in 0..3 {
        assert_eq!(keys.intern("tea").unwrap(), VertexId::new(0));
        assert_eq!(keys.intern("milk").unwrap(), VertexId::new(1));
    }
    assert_eq!(keys.insert(Rc::from("tea")).unwrap(), VertexId::new(0));
    assert_eq!((keys.len(), keys.is_empty()), (2, false));
    assert_eq!(
        (keys.vertex("milk"), keys.vertex("te")),
        (Some(1.into()), None)
    );
    assert_eq!(format!("{keys:?}"), r#"{0: "tea", 1: "milk"}"#);
    assert!(VertexKeys::<u8>::new().is_empty());
}

/// The table grows many times, and all keys stay where they are.
#[test]
fn many_keys() {
    let mut builder = KeyedBuilder::default();
    for v in 0..100_000_u64 {
        builder.add_edge(v << 40, (v / 2) << 40).unwrap();
    }
    assert_eq!(
        (builder.keys().len(), builder.edge_count()),
        (100_000, 100_000)
    );
    let built = builder.build().unwrap();
    for v in (0..100_000_u64).step_by(997) {
        let found = built.vertex(&(v << 40)).unwrap();
        assert_eq!(built.key(found), Some(&(v << 40)));
        assert_eq!(built.graph.out_degree(found), 1);
    }
    assert_eq!(built.vertex(&1), None);
}

#[test]
fn isolated_keys_are_vertices() {
    let mut builder = KeyedBuilder::new();
    let alone = builder.vertex('a').unwrap();
    builder.add_edge('b', 'c').unwrap();
    assert_eq!(builder.keys().vertex(&'a'), Some(alone));
    let built = builder.build().unwrap();
    assert_eq!(built.graph.offsets(), [0, 0, 1, 1]);
    assert_eq!(built.graph.heads(), [2]);
}

#[test]
fn an_edge_between_strangers_is_an_error() {
    let mut builder = KeyedBuilder::new();
    let v = builder.vertex("only").unwrap();
    let stranger = VertexId::new(1);
    let error = builder.add_edge_between(stranger, v).unwrap_err();
    assert_eq!(error, Error::tail_out_of_range(1, 1));
    let error = builder.add_edge_between(v, stranger).unwrap_err();
    assert_eq!(error, Error::vertex_out_of_range(1, 1));
    builder.add_edge_between(v, v).unwrap();
    let error = builder.clone().build_with_weights::<f64>(&[]).unwrap_err();
    assert_eq!(error, Error::length_mismatch("edge weights", 0, 1));
    let (built, weights) = builder.build_with_weights(&[7_u8]).unwrap();
    assert_eq!((built.graph.heads(), weights), (&[0][..], vec![7]));
}

#[test]
fn files_without_weights_or_names() {
    let line = |text: &str| {
        let error = read_weighted_edge_list(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MalformedText);
        error.line().unwrap()
    };
    assert_eq!(line("1 2 3\n1 2\n"), 2);
    assert_eq!(line("1 2 heavy\n"), 1);
    assert_eq!(line("1 2 inf\n"), 1);
    assert_eq!(line("1 2 NaN\n"), 1);
    assert_eq!(line("1\n"), 1);
    assert_eq!(line("1 -2 3\n"), 1);
    let text = |bytes: &[u8]| read_keyed_edge_list(bytes).unwrap_err();
    assert_eq!(text(b"a b\n\nc\n").line(), Some(3));
    assert_eq!(text(b"a \xff\n").line(), Some(1));
    let empty = read_keyed_edge_list("# nothing\n".as_bytes()).unwrap();
    assert!(empty.keys.is_empty() && empty.graph == CsrGraph::default());
}

#[test]
fn an_index_is_an_id_if_it_has_32_bits() {
    assert_eq!(VertexId::try_from(7_usize), Ok(VertexId::new(7)));
    assert_eq!(EdgeId::new(9).index(), 9);
    let last = u32::MAX as usize;
    assert_eq!(VertexId::try_from(last).map(VertexId::index), Ok(last));
    assert!(VertexId::try_from(last + 1).is_err());
    assert!(EdgeId::try_from(usize::MAX).is_err());
}

#[test]
#[should_panic(expected = "numbers that a graph can have")]
fn a_negative_end_cannot_be_collected() {
    let _: CsrGraph = [(0, -1)].into_iter().collect();
}

#[test]
#[should_panic(expected = "numbers that a graph can have")]
fn an_end_beyond_all_vertices_cannot_be_collected() {
    let _: CsrGraph = [(MAX_VERTICES as u64, 0)].into_iter().collect();
}

#[test]
fn an_error_names_the_end_that_is_wrong() {
    let text = |edge| {
        CsrGraph::from_edges(3, [(0, 1), edge])
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        text((5, 1)),
        "an edge starts at vertex 5, but the vertices are the numbers below 3"
    );
    assert_eq!(
        text((1, 5)),
        "an edge ends at vertex 5, but the vertices are the numbers below 3"
    );
    assert_eq!(text((5, 6)), text((5, 1)));
}

#[test]
fn graphs_are_equal_if_their_edges_are() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2)]).unwrap();
    let same = CsrGraph::from_edges(3, [(1, 2), (0, 1)]).unwrap();
    let _computed = same.in_degree(VertexId::new(0));
    assert_eq!(graph, same);
    assert_ne!(graph, CsrGraph::from_edges(4, [(0, 1), (1, 2)]).unwrap());
    assert_ne!(graph, CsrGraph::from_edges(3, [(0, 1), (2, 1)]).unwrap());
    let part = graph.full_subgraph([0, 1].map(VertexId::new)).unwrap();
    assert_eq!(part, part.clone());
}

#[test]
fn debug_shows_the_graph() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)]).unwrap();
    let text = "{ vertices: 3, edges: 3, successors: {0: [1], 1: [0, 2], 2: []} }";
    assert_eq!(format!("{graph:?}"), format!("CsrGraph {text}"));
    assert_eq!(format!("{:?}", graph.as_rows()), format!("Rows {text}"));
    let large = CsrGraph::from_edges(1000, [(0, 1)]).unwrap();
    let text = format!("{large:?}");
    assert!(
        text.contains("15: [], ..}") && !text.contains("16:"),
        "{text}"
    );
    let set = VertexSet::from_vertices(9, [7, 2].map(VertexId::new));
    assert_eq!(format!("{set:?}"), "{VertexId(2), VertexId(7)}");
    let components = format!("{:?}", graph.strongly_connected_components());
    assert!(
        components.starts_with("{0: [VertexId(2)], 1: ["),
        "{components}"
    );
}
