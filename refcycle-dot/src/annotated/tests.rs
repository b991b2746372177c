use refcycle_core::{CsrGraph, Edge, Vertices};

use super::*;

fn sample() -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    builder.edge(9, 500, 40, Some("b"));
    builder.edge(3, 40, 500, None);
    builder.edge(7, 40, 40, Some("b"));
    builder.vertex(500, "x");
    builder.vertex(40, "y");
    builder.build().unwrap()
}

#[test]
fn edges_keep_the_order_given() {
    let graph = sample();
    let ends = |e: Edge| {
        (
            graph.edge_id(e.id),
            graph.vertex_id(e.tail),
            graph.vertex_id(e.head),
        )
    };
    let edges: Vec<_> = graph.edges().map(ends).collect();
    assert_eq!(edges, [(9, 500, 40), (3, 40, 500), (7, 40, 40)]);
    assert_eq!(graph.edge_ids(), [9, 3, 7]);
    for (id, annotation) in [(9, Some("b")), (3, None), (7, Some("b"))] {
        let e = graph.find_edge(id).unwrap();
        assert_eq!(
            (graph.edge_id(e), graph.edge_annotation(e)),
            (id, annotation)
        );
    }
    assert_eq!(graph.find_edge(4), None);
    assert_eq!(graph.find_vertex(0), None);
}

#[test]
fn a_subgraph_of_everything_is_the_same_graph() {
    let graph = sample();
    assert_eq!(graph.subgraph(graph.vertices()), graph);
    let turned = graph.subgraph(graph.vertices().rev());
    assert_eq!(turned.vertex_ids(), [40, 500]);
    assert_eq!(turned.edge_ids(), [9, 3, 7]);
    assert_ne!(turned, graph);
    assert_eq!(turned.subgraph(turned.vertices().rev()), graph);
}

#[test]
fn what_is_wrong_is_named() {
    let build = |add: fn(&mut AnnotatedGraphBuilder)| {
        let mut builder = AnnotatedGraph::builder();
        builder.vertex(1, "");
        add(&mut builder);
        builder.build().unwrap_err()
    };
    assert_eq!(
        build(|b| b.vertex(1, "again")),
        BuildError::DuplicateVertex { id: 1, index: 1 }
    );
    assert_eq!(
        build(|b| [6, 5, 6]
            .map(|id| b.edge(id, 1, 1, None))
            .map(drop)
            .into_iter()
            .collect()),
        BuildError::DuplicateEdge { id: 6, index: 2 }
    );
    assert_eq!(
        build(|b| b.edge(8, 3, 1, None)),
        BuildError::NoSuchVertex {
            id: 3,
            edge: 8,
            index: 0,
            end: "tail"
        }
    );
    let given = AnnotatedGraph::annotate(CsrGraph::default(), [(1, "a")], [(1, None::<&str>)]);
    assert_eq!(
        given.unwrap_err(),
        BuildError::Count {
            what: "vertices",
            expected: 0,
            given: 1
        }
    );
}

#[test]
fn an_empty_graph_is_a_graph() {
    let graph = AnnotatedGraph::builder().build().unwrap();
    assert_eq!(graph, AnnotatedGraph::default());
    assert_eq!((graph.vertex_count(), graph.edges().len()), (0, 0));
}

#[test]
fn names_come_one_by_one() {
    use crate::names::{Container, ObjectName, ReferenceName};

    let pair = CsrGraph::from_edges(2, [(0, 1), (0, 1), (1, 1)]).unwrap();
    let shared = std::sync::Arc::new(pair);
    let list = ObjectName::Container {
        container: Container::List,
        type_name: "app.Row",
        len: 2,
    };
    let names = [
        Some(ReferenceName::Item(0)),
        None,
        Some(ReferenceName::Item(0)),
    ];
    let mut annotator = Annotator::with_capacity(2, 3);
    annotator.vertex(40, &list);
    annotator.edge(0, names[0].as_ref());
    annotator.edge(1, names[1].as_ref());
    annotator.vertex(20, &ObjectName::Other("y"));
    annotator.edge(2, names[2].as_ref());
    let graph = annotator.clone().finish(shared.clone()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&graph.shared_graph(), &shared));
    let v = graph.find_vertex(40).unwrap();
    assert_eq!(graph.object_name(v), list);
    assert_eq!(graph.vertex_annotation(v), "list[2]");
    let found: Vec<_> = graph.edges().map(|e| graph.reference_name(e.id)).collect();
    assert_eq!(found, names);

    annotator.edge::<&str>(3, None);
    let error = annotator.finish(shared).unwrap_err();
    assert!(matches!(
        error,
        BuildError::Count {
            what: "edges",
            expected: 3,
            given: 4
        }
    ));
}
