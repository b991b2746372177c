//! All queries on a heap dump.

use std::time::Duration;

use refcycle_core::algo::{self, FeedbackOptions, ParallelEdges};
use refcycle_core::{Algorithms, EdgeId, IDirectedGraph, VertexId, Vertices};
use refcycle_dot::dump::HeapDump;
use refcycle_dot::exchange::graphml::{from_graphml, to_graphml};
use refcycle_dot::exchange::heapsnapshot::{FIRST_ID, HeapSnapshot, Node, NodeKind};
use refcycle_dot::exchange::{csv, cytoscape, gexf};
use refcycle_dot::text::{Charset, Direction, Tree, TreeOptions, kind_of, starts};
use refcycle_dot::{
    AnnotatedGraph, Format, HtmlOptions, ImageOptions, Picture, Style, Summary, VertexFacts, dot,
    json, render, write_html,
};

/// Runs all queries. `output` selects which of the outputs that take milliseconds are made.
pub fn ask(dump: &HeapDump, output: u8) {
    let graph = &**dump.graph();
    for v in graph.vertices() {
        let object = (dump.address(v), dump.size(v), dump.reference_count(v));
        dump.find(object.0);
        let _ = kind_of(dump.label(v));
        let number = dump.type_number(v);
        assert_eq!(dump.types().nth(number), Some(dump.type_name(v)));
        dump.state(v);
    }
    paths(dump);
    components(dump);
    retained(dump);
    if let Some(graph) = annotated(dump) {
        texts(&graph);
        match output % 16 {
            0 => page(dump, &graph),
            1 => picture(dump, &graph),
            _ => {}
        }
    }
    snapshot(dump);
}

fn paths(dump: &HeapDump) {
    let graph = &**dump.graph();
    let held = dump.held_from_outside();
    let _ = algo::descendants(graph, held.iter().copied(), None);
    for v in graph.vertices().take(6) {
        let _ = graph.ancestors(v, Some(3));
        let _ = graph.descendants(v, None);
        let _ = graph.shortest_cycle(v);
        for &root in held.iter().take(6) {
            let path = graph.shortest_path(root, v).expect("both are vertices");
            let dag = algo::shortest_path_dag(graph, root, v).expect("both are vertices");
            assert_eq!(path.is_some(), dag.is_some());
            let _ = algo::between(graph, [root], [v], Some(4));
            if root != v {
                let _ = algo::vertex_disjoint_paths(graph, root, v, 3);
            }
        }
    }
}

fn components(dump: &HeapDump) {
    let graph = &**dump.graph();
    let split = graph.split();
    for number in split.cyclic() {
        let part = split.subgraph(number).expect("it has a cycle");
        let cycle = part.minimum_cycle().expect("it has a cycle");
        assert!(
            !algo::cycle_edges(&*part, &cycle)
                .expect("a cycle")
                .is_empty()
        );
        part.simple_cycles().take(5).count();
        if part.edge_count() < 30 {
            let cut = algo::feedback_arc_set(&*part, &FeedbackOptions::default());
            cut.expect("there are no weights");
        }
    }
    algo::condensation(graph, ParallelEdges::Merge).levels();
    graph.bow_tie();
    graph.weakly_connected_components();
}

fn retained(dump: &HeapDump) {
    let graph = &**dump.graph();
    if graph.vertex_count() == 0 {
        return;
    }
    let starts = graph.split().covering(dump.held_from_outside());
    let tree = algo::dominators(graph, starts).expect("they are vertices");
    let tree = tree.into_tree();
    assert_eq!(tree.vertices().len(), graph.vertex_count());
    let retained = tree.accumulate(dump.sizes()).expect("one for each");
    for v in graph.vertices() {
        assert!(retained[v.index()] >= dump.size(v));
    }
}

/// The graph with addresses as ids, as in the Python package; `None` if two objects have the same
/// address.
fn annotated(dump: &HeapDump) -> Option<AnnotatedGraph> {
    let graph = &**dump.graph();
    let vertices = graph.vertices().map(|v| (dump.address(v), dump.label(v)));
    let edges = (0..graph.edge_count()).map(EdgeId::from_index);
    let edges = edges.map(|e| (e.number().into(), dump.reference_label(e)));
    AnnotatedGraph::annotate(graph.clone(), vertices, edges).ok()
}

fn texts(graph: &AnnotatedGraph) {
    let text = json::to_json(graph);
    let again = json::from_json(&text).expect("what we write can be read");
    assert_eq!(json::to_json(&again), text);
    dot::to_dot(graph);
    let text = to_graphml(graph);
    let again = from_graphml(&text).expect("what we write can be read");
    assert_eq!(to_graphml(&again), text);
    gexf::to_gexf(graph);
    cytoscape::to_cytoscape(graph);
    csv::write_edges(graph, Vec::new()).expect("memory takes what is written");
    csv::write_vertices(graph, &VertexFacts::default(), Vec::new()).expect("memory takes what is written");
    let components = graph.strongly_connected_components();
    for direction in [Direction::Referrers, Direction::Referents] {
        let options = TreeOptions {
            direction,
            ..TreeOptions::default()
        };
        let tree = Tree::new(graph, &starts(graph, &components, direction), &options);
        let lines = tree.render(40, Charset::Unicode).lines().count();
        assert!(lines <= options.max_lines, "{lines} lines");
    }
    for summary in [Summary::Never, Summary::Always] {
        let target = graph.vertices().next();
        let mut style = Style::default();
        (style.target, style.summary) = (target, summary);
        Picture::new(graph, &style);
    }
}

fn page(dump: &HeapDump, graph: &AnnotatedGraph) {
    let types: Vec<_> = dump.types().map(str::to_owned).collect();
    let numbers = graph.vertices().map(|v| dump.type_number(v) as u32);
    let numbers: Vec<_> = numbers.collect();
    let options = HtmlOptions {
        target: graph.vertices().next(),
        sizes: Some(dump.sizes()),
        roots: &dump.held_from_outside(),
        types: Some((&numbers, &types)),
        ..HtmlOptions::default()
    };
    write_html(graph, std::io::sink(), &options).expect("the tables fit");
}

fn picture(dump: &HeapDump, graph: &AnnotatedGraph) {
    let roots = dump.roots().iter().map(|root| refcycle_dot::Root {
        vertex: root.vertex,
        holder: root.name.clone(),
    });
    let mut style = Style::default();
    style.roots = roots.collect();
    let options = ImageOptions {
        style,
        time_limit: Duration::from_millis(500),
        ..ImageOptions::default()
    };
    let _ = render(graph, &Format::Svg, &options);
}

fn snapshot(dump: &HeapDump) {
    let graph = &**dump.graph();
    let mut heap = HeapSnapshot::builder(graph);
    for (v, id) in graph.vertices().zip((FIRST_ID..).step_by(2)) {
        let (name, size) = (dump.label(v), dump.size(v));
        heap.node(Node {
            kind: NodeKind::Object,
            name,
            id,
            size,
        });
    }
    for e in (0..graph.edge_count()).map(EdgeId::from_index) {
        heap.edge(dump.reference_name(e));
    }
    for root in dump.roots() {
        heap.root(root.group, &root.name, root.vertex);
    }
    if let Some(v) = graph.vertices().next() {
        heap.weak(v, VertexId::new(0), "weakref");
    }
    // A large object is written as many nodes, which takes milliseconds per TB.
    if dump.sizes().iter().all(|&size| size < 1 << 40) {
        let heap = heap.build().expect("there is one name each");
        heap.write(std::io::sink()).expect("nothing can fail");
    }
}
