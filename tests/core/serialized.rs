//! Ids, edges and results as JSON.

use refcycle_core::{Algorithms, CsrGraph, Edge, EdgeId, VertexId};
use serde_json::{from_str, from_value, json, to_value};

/// Two vertices that no single edge holds together, one that they reach, and one by itself.
fn graph() -> CsrGraph {
    CsrGraph::from_edges(4, [(0, 1), (0, 1), (1, 0), (1, 0), (1, 2)]).unwrap()
}

#[test]
fn ids_and_edges_come_back() {
    for number in [0, 7, u32::MAX] {
        let (v, e) = (VertexId::new(number), EdgeId::new(number));
        assert_eq!(to_value(v).unwrap(), json!(number));
        assert_eq!(from_value::<VertexId>(json!(number)).unwrap(), v);
        assert_eq!(to_value(e).unwrap(), json!(number));
        assert_eq!(from_value::<EdgeId>(json!(number)).unwrap(), e);
    }
    let edges: Vec<_> = graph().edges().collect();
    let text = serde_json::to_string(&edges).unwrap();
    assert!(text.starts_with(r#"[{"id":0,"tail":0,"head":1},"#));
    assert_eq!(from_str::<Vec<Edge>>(&text).unwrap(), edges);
}

#[test]
fn numbers_that_are_no_ids() {
    for text in ["-1", "4294967296", "1.5", "\"1\"", "null", "[1]"] {
        assert!(from_str::<VertexId>(text).is_err(), "{text}");
        assert!(from_str::<EdgeId>(text).is_err(), "{text}");
    }
    assert!(from_str::<Edge>(r#"{"id":0,"tail":0}"#).is_err());
}

#[test]
fn results_are_lists_of_vertices() {
    let graph = graph();
    let components = graph.strongly_connected_components();
    let lists: Vec<Vec<VertexId>> = from_value(to_value(&components).unwrap()).unwrap();
    assert!(lists.iter().eq(components.iter()));
    let weak = graph.weakly_connected_components();
    let lists: Vec<Vec<VertexId>> = from_value(to_value(&weak).unwrap()).unwrap();
    assert!(lists.iter().eq(weak.iter()));
    let groups = graph.two_edge_connected_components();
    assert_eq!(to_value(&groups).unwrap(), json!([[0, 1]]));
    let reached = graph.descendants(VertexId::new(0), None).unwrap();
    assert_eq!(to_value(&reached).unwrap(), json!([[0], [1], [2]]));
    let path = CsrGraph::from_edges(3, [(2, 0), (0, 1), (2, 1)]).unwrap();
    let levels = path.topological_levels().unwrap();
    assert_eq!(to_value(&levels).unwrap(), json!([[2], [0], [1]]));
}

#[test]
fn other_results() {
    let graph = graph();
    let parts = json!({
        "Core": [0, 1], "In": [], "Out": [2], "Tube": [], "InTendril": [], "OutTendril": [],
        "Disconnected": [3],
    });
    assert_eq!(to_value(graph.bow_tie()).unwrap(), parts);
    let dominators = graph.dominators(VertexId::new(0)).unwrap();
    let pairs = json!([[0, null], [1, 0], [2, 1]]);
    assert_eq!(to_value(&dominators).unwrap(), pairs);
    assert_eq!(to_value(dominators.into_tree()).unwrap(), pairs);
    let ring = CsrGraph::from_edges(2, [(0, 1), (1, 0), (0, 1)]).unwrap();
    let cut = json!({ "ids": [2], "weight": 1.0, "lower_bound": 1.0, "is_optimal": true });
    assert_eq!(to_value(ring.feedback_arc_set()).unwrap(), cut);
    let common = json!({ "vertices": [0, 1], "edges": [{ "id": 2, "tail": 1, "head": 0 }] });
    assert_eq!(to_value(ring.on_every_cycle().unwrap()).unwrap(), common);
}
