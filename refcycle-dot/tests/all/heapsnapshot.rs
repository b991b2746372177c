//! Heap snapshots, parsed in the same way as the tools do.

use std::collections::BTreeMap;

use proptest::prelude::*;
use refcycle_core::{CsrGraph, IDirectedGraph, VertexId};
use refcycle_dot::BuildError;
use refcycle_dot::exchange::heapsnapshot::{FIRST_ID, Group, HeapSnapshot, Node, NodeKind};
use refcycle_dot::names::ReferenceName;
use serde_json::Value;

/// Vertices with these sizes, named by number; edges named by index.
fn text(
    sizes: &[u64],
    edges: &[(u32, u32)],
    roots: &[(Group, u32)],
    weak: &[(u32, u32)],
) -> String {
    let graph = CsrGraph::from_edges(sizes.len(), edges.iter().copied()).unwrap();
    let mut heap = HeapSnapshot::builder(&graph);
    for (id, &size) in (FIRST_ID..).step_by(2).zip(sizes) {
        heap.node(Node {
            kind: NodeKind::Object,
            name: &format!("C{id}"),
            id,
            size,
        });
    }
    for edge in 0..graph.edge_count() {
        heap.edge(Some(ReferenceName::Item(edge as u64)));
    }
    for &(group, vertex) in roots {
        heap.root(group, "held", vertex.into());
    }
    for &(tail, head) in weak {
        heap.weak(tail.into(), head.into(), "referent");
    }
    let mut text = Vec::new();
    heap.build().unwrap().write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// A node: type, name, id, size.
type ReadNode = (String, String, u64, u64);

/// A parsed file that is consistent.
struct Read {
    nodes: Vec<ReadNode>,
    /// Tail, type, name or index, head.
    edges: Vec<(usize, String, String, usize)>,
}

fn read(text: &str) -> Read {
    let file: Value = serde_json::from_str(text).unwrap();
    let meta = &file["snapshot"]["meta"];
    let numbers = |key: &str| -> Vec<u64> {
        let items = file[key].as_array().unwrap().iter();
        items.map(|item| item.as_u64().unwrap()).collect()
    };
    let (nodes, edges) = (numbers("nodes"), numbers("edges"));
    assert!(
        nodes
            .iter()
            .chain(&edges)
            .all(|&n| n <= u64::from(u32::MAX))
    );
    let strings = file["strings"].as_array().unwrap();
    let string = |index: u64| strings[index as usize].as_str().unwrap().to_owned();
    let kind = |of: &str, index: u64| meta[of][0][index as usize].as_str().unwrap().to_owned();
    let mut read = Read {
        nodes: Vec::new(),
        edges: Vec::new(),
    };
    let mut places = edges.chunks_exact(3);
    for (tail, node) in nodes.chunks_exact(7).enumerate() {
        let name = string(node[1]);
        read.nodes
            .push((kind("node_types", node[0]), name, node[2], node[3]));
        for edge in places.by_ref().take(node[4] as usize) {
            let kind = kind("edge_types", edge[0]);
            let name = match &*kind {
                "element" => edge[1].to_string(),
                _ => string(edge[1]),
            };
            assert_eq!(edge[2] % 7, 0);
            read.edges.push((tail, kind, name, edge[2] as usize / 7));
        }
    }
    assert_eq!(places.len(), 0);
    assert_eq!(file["snapshot"]["node_count"], read.nodes.len());
    assert_eq!(file["snapshot"]["edge_count"], read.edges.len());
    let mut ids: Vec<_> = read.nodes.iter().map(|node| node.2).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids.len(),
        read.nodes.len(),
        "every node has an id of its own"
    );
    read
}

impl Read {
    /// The number of nodes that the root reaches through strong references.
    fn reached(&self) -> usize {
        let mut seen = vec![false; self.nodes.len()];
        let mut open = vec![0];
        seen[0] = true;
        while let Some(v) = open.pop() {
            for edge in self
                .edges
                .iter()
                .filter(|edge| edge.0 == v && edge.1 != "weak")
            {
                if !std::mem::replace(&mut seen[edge.3], true) {
                    open.push(edge.3);
                }
            }
        }
        seen.iter().filter(|&&seen| seen).count()
    }
}

#[test]
fn a_small_heap_has_the_format_of_its_readers() {
    let written = text(
        &[16, 24, 32],
        &[(0, 1), (2, 2)],
        &[(Group::Threads, 0)],
        &[(1, 2)],
    );
    let expected = r#""nodes":[9,1,1,0,1,0,0,
9,2,3,0,2,0,0,
9,5,5,0,1,0,0,
9,11,17,0,1,0,0,
3,12,101,16,1,0,0,
3,13,103,24,1,0,0,
3,14,105,32,1,0,0],
"edges":[1,1,7,
1,1,14,
1,2,21,
3,15,28,
3,17,42,
1,0,35,
6,16,42,
1,1,42],
"strings":[
"\u003cdummy>",
"#;
    assert!(written.contains(expected), "{written}");
    let read = read(&written);
    assert_eq!(read.nodes[3].1, "(Not reached)");
    assert_eq!(read.edges[3], (2, "internal".into(), "held".into(), 4));
    assert_eq!(read.edges[6], (5, "weak".into(), "referent".into(), 6));
    assert_eq!(read.reached(), 7);
}

#[test]
fn names_determine_the_kind_of_references() {
    let graph = CsrGraph::from_edges(2, [(0, 1); 4]).unwrap();
    let mut heap = HeapSnapshot::builder(&graph);
    for (name, id) in [("</script>\u{0}\"", 101), ("", 103)] {
        heap.node(Node {
            kind: NodeKind::Object,
            name,
            id,
            size: 1,
        });
    }
    for name in [
        Some(ReferenceName::Item(7)),
        Some(ReferenceName::Local("job")),
        Some(ReferenceName::Value("'a'")),
        None,
    ] {
        heap.edge(name);
    }
    heap.root(Group::Elsewhere, "1 reference", 0.into());
    let mut text = Vec::new();
    heap.build().unwrap().write(&mut text).unwrap();
    assert!(text.is_ascii());
    let read = read(std::str::from_utf8(&text).unwrap());
    assert_eq!(read.nodes[3].1, "\u{200b}</script>\u{0}\"");
    assert_eq!(read.nodes[4].1, "?");
    let names: Vec<_> = read.edges[3..]
        .iter()
        .map(|edge| (&*edge.1, &*edge.2))
        .collect();
    let expected = [
        ("element", "7"),
        ("context", "job"),
        ("property", "value['a']"),
        ("internal", "(reference)"),
    ];
    assert_eq!(names, expected);
}

#[test]
fn sizes_beyond_32_bits_are_split() {
    let limit = u64::from(u32::MAX);
    let sizes = [limit, limit + 1, 3 * limit, 0, 40 * limit + 5];
    let read = read(&text(&sizes, &[(3, 0)], &[(Group::Threads, 3)], &[]));
    let total: u64 = read.nodes.iter().map(|node| node.3).sum();
    assert_eq!(total, sizes.iter().sum::<u64>());
    let rests = read
        .nodes
        .iter()
        .filter(|node| node.1 == "(more of its size)");
    assert_eq!(rests.count(), 1 + 2 + 40);
    assert_eq!(read.reached(), read.nodes.len());
    // Each is owned only by its object.
    let mut held = BTreeMap::new();
    for edge in read
        .edges
        .iter()
        .filter(|edge| edge.2 == "(more of its size)")
    {
        *held.entry(read.nodes[edge.0].2).or_insert(0) += read.nodes[edge.3].3;
    }
    let expected = [(103, 1), (105, 2 * limit), (109, 39 * limit + 5)];
    assert_eq!(held, BTreeMap::from(expected));
}

#[test]
fn inconsistent_input_is_an_error() {
    let graph = CsrGraph::from_edges(1, [(0, 0)]).unwrap();
    let node = Node {
        kind: NodeKind::Code,
        name: "x",
        id: 101,
        size: 1,
    };
    let error = HeapSnapshot::builder(&graph).build().unwrap_err();
    assert!(matches!(
        error,
        BuildError::Count {
            what: "vertices",
            expected: 1,
            given: 0
        }
    ));
    let mut heap = HeapSnapshot::builder(&graph);
    heap.node(node);
    let error = heap.build().unwrap_err();
    assert!(matches!(
        error,
        BuildError::Count {
            what: "edges",
            expected: 1,
            given: 0
        }
    ));
    let mut heap = HeapSnapshot::builder(&graph);
    heap.node(node);
    heap.edge(None);
    heap.root(Group::Threads, "", VertexId::new(1));
    assert!(matches!(heap.build().unwrap_err(), BuildError::Graph(_)));
}

#[test]
fn an_empty_heap_is_two_nodes() {
    let read = read(&text(&[], &[], &[], &[]));
    assert_eq!(read.nodes.len(), 2);
    assert_eq!(read.edges, [(0, "element".into(), "1".into(), 1)]);
}

proptest! {
    #[test]
    fn every_object_is_reached_and_counted(
        sizes in prop::collection::vec(prop_oneof![0..100u64, any::<u32>().prop_map(u64::from)], 1..12),
        edges in prop::collection::vec((0..12u32, 0..12u32), 0..24),
        roots in prop::collection::vec((0..7usize, 0..12u32), 0..4),
        weak in prop::collection::vec((0..12u32, 0..12u32), 0..4),
    ) {
        let count = sizes.len() as u32;
        let fit = |pairs: Vec<(u32, u32)>| -> Vec<_> {
            pairs.into_iter().map(|(a, b)| (a % count, b % count)).collect()
        };
        let (edges, weak) = (fit(edges), fit(weak));
        let roots: Vec<_> = roots.into_iter().map(|(g, v)| (Group::ALL[g], v % count)).collect();
        let read = read(&text(&sizes, &edges, &roots, &weak));
        prop_assert_eq!(read.reached(), read.nodes.len());
        let total: u64 = read.nodes.iter().map(|node| node.3).sum();
        prop_assert_eq!(total, sizes.iter().sum::<u64>());
        let first = read.nodes.iter().position(|node| node.0 == "object").unwrap();
        let mut found: Vec<_> = read.edges.iter()
            .filter(|edge| edge.0 >= first && edge.1 == "element")
            .map(|edge| ((edge.0 - first) as u32, (edge.3 - first) as u32))
            .collect();
        let mut expected = edges.clone();
        found.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
        let weaks = read.edges.iter().filter(|edge| edge.1 == "weak").count();
        prop_assert_eq!(weaks, weak.len());
    }
}
