//! Every representation of a graph: a check that holds for a graph must hold for all of them.

use petgraph::csr::Csr;
use petgraph::graph::DiGraph;
use petgraph::graphmap::DiGraphMap;
use petgraph::stable_graph::StableDiGraph;
use refcycle_core::files::{GraphFile, GraphWriter};
use refcycle_core::interop::petgraph::{AsPetgraph, FromPetgraph};
use refcycle_core::views::{Masked, Subgraph};
use refcycle_core::{
    Algorithms, CsrGraph, IDirectedGraph, Rows, Successors, VertexId, VertexSet, WideCsrGraph,
};

use crate::EdgeList;
use crate::scattered::Scattered;

/// A property that every graph must have.
pub trait Check {
    /// Panics unless `graph`, which must be the graph `expected`, has the property.
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList);
}

/// A property that every graph that knows its successors must have.
pub trait ForwardCheck {
    /// Panics unless `graph`, which must be the graph `expected`, has the property.
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList);
}

struct Forward<'c, C>(&'c C);

impl<C: ForwardCheck> Check for Forward<'_, C> {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        self.0.check(graph, expected);
    }
}

/// Adds the name of the representation to the message of a panic.
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("(the graph was {})", self.0);
        }
    }
}

fn run<G: IDirectedGraph>(name: &'static str, check: &impl Check, graph: &G, list: &EdgeList) {
    let _named = Named(name);
    check.check(graph, list);
}

/// Runs a check on every representation and view of a graph with the vertices `0..n`.
/// The vertex at position `i` of the list that the check receives is always vertex `i`.
pub fn every_graph(list: &EdgeList, check: &impl Check) {
    compact(list, check);
    views(list, check);
    petgraphs(list, check);
    let spread = spread(list, 150);
    run(
        "a user's, with holes",
        check,
        &Scattered(spread.clone()),
        &spread,
    );
}

/// Runs a check on a graph with slices, one that computes its edges and has holes, and views of
/// them. For algorithms that treat all other representations alike: each representation costs time
/// to compile.
pub fn some_graphs(list: &EdgeList, check: &impl Check) {
    run("CsrGraph", check, &list.csr(), list);
    let turned = list.reversed().csr();
    run("Reversed", check, &turned.reversed(), list);
    let around = Surrounded::new(list, 2);
    let mask = around.mask();
    let masked = Masked::new(&around.graph, &mask);
    run("Masked", check, &masked, &around.list);
    let spread = spread(list, 150);
    let user = Scattered(spread.clone());
    run("a user's, with holes", check, &user, &spread);
}

/// Runs a check on every representation and view, including those that know only their
/// successors.
pub fn every_forward_graph(list: &EdgeList, check: &impl ForwardCheck) {
    every_graph(list, &Forward(check));
    let csr = list.csr();
    let rows = Rows::new(csr.offsets(), csr.heads()).expect("slices of a graph");
    forward("Rows", check, &rows, list);
    let wide = WideCsrGraph::from(csr.clone());
    forward("WideCsrGraph", check, &wide, list);
    forward("WideRows", check, &wide.as_rows(), list);
    for (name, file) in graph_files(&csr) {
        forward(name, check, &file, list);
    }
    let turned = list.reversed().csr();
    let wide = WideCsrGraph::from(turned.clone());
    forward("Reversed<WideCsrGraph>", check, &wide.reversed(), list);
    for (name, file) in graph_files(&turned) {
        forward(name, check, &file.reversed(), list);
    }
    let merged = list.merged();
    let mut theirs = Csr::<(), ()>::with_nodes(list.bound);
    for (tail, head) in merged.pairs() {
        theirs.add_edge(tail, head, ());
    }
    let theirs = FromPetgraph::new(&theirs);
    forward("FromPetgraph<&Csr>", check, &theirs, &merged);
}

fn forward(
    name: &'static str,
    check: &impl ForwardCheck,
    graph: &impl Successors,
    list: &EdgeList,
) {
    let _named = Named(name);
    check.check(graph, list);
}

/// The graph in graph files of every form, in memory.
pub fn graph_files(graph: &CsrGraph) -> Vec<(&'static str, GraphFile<'static>)> {
    let writer = || GraphWriter::new(graph);
    let files = [
        ("GraphFile", writer()),
        ("GraphFile with backward rows", writer().backward()),
        ("wide GraphFile", writer().wide()),
        (
            "wide GraphFile with backward rows",
            writer().wide().backward(),
        ),
    ];
    let opened = files.map(|(name, writer)| {
        let mut bytes = Vec::new();
        writer.write(&mut bytes).expect("a graph can be written");
        let file = GraphFile::from_reader(&*bytes);
        (name, file.expect("what was written can be read"))
    });
    opened.into()
}

fn compact(list: &EdgeList, check: &impl Check) {
    let csr = list.csr();
    run("CsrGraph", check, &csr, list);
    run("CsrGraph::from_successors", check, &copy(&csr), list);

    let around = Surrounded::new(list, 3);
    // The opposite order, so that every id changes.
    let turned: Vec<_> = around.list.vertices.iter().rev().copied().collect();
    let last = list.bound.saturating_sub(1);
    let expected = list.renumbered(list.bound, |v| VertexId::from_index(last - v.index()));
    let forward = Subgraph::induced(&around.graph, turned.iter().copied());
    run("Subgraph::induced", check, &*forward, &expected);
    let backward = Subgraph::induced_backward(&around.graph, turned);
    run("Subgraph::induced_backward", check, &*backward, &expected);
}

fn views(list: &EdgeList, check: &impl Check) {
    let csr = list.csr();
    run(
        "Reversed<Reversed>",
        check,
        &csr.reversed().reversed(),
        list,
    );
    let turned = list.reversed().csr();
    run("Reversed", check, &turned.reversed(), list);

    // Few strangers, more of them, and enough that a search uses a hash table.
    for stride in [2, 20, 150] {
        let around = Surrounded::new(list, stride);
        let mask = around.mask();
        let masked = around
            .graph
            .masked(&mask)
            .expect("the vertices are those of the graph");
        run("Masked", check, &masked, &around.list);
        run(
            "Masked<Masked>",
            check,
            &masked
                .masked(&mask)
                .expect("the vertices are those of the graph"),
            &around.list,
        );
        let turned = Surrounded::new(&list.reversed(), stride);
        let masked = turned
            .graph
            .masked(&mask)
            .expect("the vertices are those of the graph");
        run("Reversed<Masked>", check, &masked.reversed(), &around.list);
        let back = turned.graph.reversed();
        run(
            "Masked<Reversed>",
            check,
            &back
                .masked(&mask)
                .expect("the vertices are those of the graph"),
            &around.list,
        );
    }
    let around = Surrounded::new(list, 2);
    let filled = copy(
        &around
            .graph
            .masked(&around.mask())
            .expect("the vertices are those of the graph"),
    );
    run("a copy of Masked", check, &filled, &around.filled());
}

fn petgraphs(list: &EdgeList, check: &impl Check) {
    let csr = list.csr();
    let both_ways = FromPetgraph::new(AsPetgraph::new(&csr));
    run(
        "FromPetgraph<AsPetgraph<CsrGraph>>",
        check,
        &both_ways,
        list,
    );

    let theirs = digraph(list);
    run(
        "FromPetgraph<&Graph>",
        check,
        &FromPetgraph::new(&theirs),
        list,
    );

    let (theirs, with_holes) = stable_graph(list);
    run(
        "FromPetgraph<&StableGraph>",
        check,
        &FromPetgraph::new(&theirs),
        &with_holes,
    );

    let merged = list.merged();
    let mut theirs = DiGraphMap::<u32, ()>::new();
    for v in &list.vertices {
        theirs.add_node(v.number());
    }
    for (tail, head) in merged.pairs() {
        theirs.add_edge(tail, head, ());
    }
    run(
        "FromPetgraph<&GraphMap>",
        check,
        &FromPetgraph::new(&theirs),
        &merged,
    );
}

fn copy(graph: &impl Successors) -> CsrGraph {
    CsrGraph::from_successors(graph).expect("a copy has no more edges")
}

fn spread(list: &EdgeList, stride: usize) -> EdgeList {
    let place = |v: VertexId| VertexId::from_index(v.index() * stride + 1);
    list.renumbered(list.bound * stride + stride / 2, place)
}

/// A graph with strangers between its vertices, joined to them and to each other.
#[derive(Debug)]
pub struct Surrounded {
    /// The whole graph.
    pub graph: CsrGraph,
    /// The graph without the strangers; its vertices have the ids of the whole graph.
    pub list: EdgeList,
}

impl Surrounded {
    /// Puts each vertex `stride` ids from the next.
    pub fn new(list: &EdgeList, stride: usize) -> Self {
        let list = spread(list, stride);
        let ours = VertexSet::from_vertices(list.bound, list.vertices.iter().copied());
        let mut whole = list.clone();
        for (a, b) in (1..list.bound as u32).map(|b| (VertexId::new(b - 1), VertexId::new(b))) {
            if !(ours.contains(a) && ours.contains(b)) {
                whole.edges.extend([(a, b), (b, a)]);
            }
            if !ours.contains(b) {
                whole.edges.push((b, b));
            }
        }
        // A detour through strangers, which a view must not take.
        if let (Some(&first), Some(&last)) = (list.vertices.first(), list.vertices.last()) {
            let stranger = VertexId::new(0);
            whole.edges.extend([(last, stranger), (stranger, first)]);
        }
        Self {
            graph: whole.csr(),
            list,
        }
    }

    /// The mask that hides the strangers.
    pub fn mask(&self) -> VertexSet {
        VertexSet::from_vertices(self.list.bound, self.list.vertices.iter().copied())
    }

    /// The graph with the strangers, but without their edges.
    fn filled(&self) -> EdgeList {
        let mut filled = self.list.clone();
        // The graph's own vertices stay at their positions.
        filled
            .vertices
            .extend(self.list.holes().filter(|v| v.index() < self.list.bound));
        filled
    }
}

/// The graph as a petgraph graph.
pub fn digraph(list: &EdgeList) -> DiGraph<(), ()> {
    let mut graph = DiGraph::with_capacity(list.bound, list.edges.len());
    for _ in 0..list.bound {
        graph.add_node(());
    }
    for (tail, head) in list.pairs() {
        graph.add_edge(tail.into(), head.into(), ());
    }
    graph
}

/// The graph as a petgraph graph, with vertices removed before, between and after its own, and an
/// edge removed after each of its own.
pub fn stable_graph(list: &EdgeList) -> (StableDiGraph<(), ()>, EdgeList) {
    let list = spread(list, 3);
    let mut graph = StableDiGraph::new();
    for _ in 0..list.bound {
        graph.add_node(());
    }
    for (tail, head) in list.pairs() {
        graph.add_edge(tail.into(), head.into(), ());
        let doomed = graph.add_edge(head.into(), 0.into(), ());
        graph.add_edge(0.into(), tail.into(), ());
        graph.remove_edge(doomed);
        graph.add_edge((tail + 1).into(), (head + 1).into(), ());
    }
    for v in list.holes() {
        graph.remove_node(v.number().into());
    }
    (graph, list)
}
