//! A graph with the data that the problems need, each computed when it is first needed.

use std::io;
use std::sync::OnceLock;

use petgraph::csr::Csr;
use petgraph::graph::DiGraph;
use refcycle_core::algo::{Components, Split};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, VertexId, Vertices};

use crate::catalogue::{Entry, Size, Source, catalogue, select};
use crate::generators::{Generator, Random};
use crate::raw;

/// The peers' representations of larger graphs do not fit into memory.
const MOST_EDGES_OF_PEERS: usize = 200_000_000;

/// A graph of a run.
pub struct Case {
    name: String,
    graph: CsrGraph,
    generator: Option<Box<dyn Generator>>,
    components: OnceLock<Components>,
    rooted: OnceLock<CsrGraph>,
    petgraph_csr: OnceLock<Csr<(), ()>>,
    petgraph_graph: OnceLock<DiGraph<(), ()>>,
}

impl Case {
    /// Computes or reads the graph.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn new(entry: Entry) -> io::Result<Self> {
        let (graph, generator) = match entry.source {
            Source::Generated(generator) => (generator.graph(), Some(generator)),
            Source::Stored(path) => (raw::read_any(&path)?, None),
        };
        Ok(Self {
            name: entry.name,
            graph,
            generator,
            components: OnceLock::new(),
            rooted: OnceLock::new(),
            petgraph_csr: OnceLock::new(),
            petgraph_graph: OnceLock::new(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The graph itself.
    pub fn graph(&self) -> &CsrGraph {
        &self.graph
    }

    /// The number of vertices.
    pub fn vertices(&self) -> usize {
        self.graph.vertex_count()
    }

    /// The number of edges.
    pub fn edges(&self) -> usize {
        self.graph.edge_count()
    }

    /// Whether it is small enough for the peers.
    pub fn suits_peers(&self) -> bool {
        self.edges() <= MOST_EDGES_OF_PEERS
    }

    /// Computes the backward direction, so that no contender pays for it.
    pub fn with_backward(&self) -> &CsrGraph {
        if self.graph.vertex_count() > 0 {
            self.graph.in_degree(VertexId::new(0));
        }
        &self.graph
    }

    /// The edges in the order of the generator, or by tail if the graph was read.
    pub fn edge_list(&self) -> Vec<(u32, u32)> {
        match &self.generator {
            Some(generator) => generator.edge_list(),
            None => self
                .graph
                .edges()
                .map(|edge| (edge.tail.number(), edge.head.number()))
                .collect(),
        }
    }

    /// Its components.
    pub fn components(&self) -> &Components {
        self.components
            .get_or_init(|| self.graph.strongly_connected_components())
    }

    /// The vertices of the largest component.
    pub fn largest_component(&self) -> &[VertexId] {
        let largest = self.components().iter().max_by_key(|members| members.len());
        largest.unwrap_or(&[])
    }

    /// A smallest set of vertices from which all others can be reached: one vertex of each source
    /// component.
    pub fn starts(&self) -> Vec<VertexId> {
        let components = self.components();
        let split = Split::new(&self.graph, components).expect("they are its components");
        (split.sources())
            .iter()
            .map(|&number| components.component(number)[0])
            .collect()
    }

    /// The graph with one more vertex at the end, from which all others can be reached: it has
    /// edges to the [`starts`](Self::starts).
    pub fn rooted(&self) -> &CsrGraph {
        self.rooted.get_or_init(|| {
            let mut heads = Vec::with_capacity(self.edges());
            heads.extend_from_slice(self.graph.heads());
            heads.extend(self.starts().iter().map(|start| start.number()));
            let mut offsets = Vec::with_capacity(self.graph.vertex_count() + 2);
            offsets.extend_from_slice(self.graph.offsets());
            offsets.push(heads.len() as u32);
            CsrGraph::from_parts(offsets, heads).expect("the starts are vertices")
        })
    }

    /// The graph as petgraph's `Csr`, which drops parallel edges.
    pub fn petgraph_csr(&self) -> &Csr<(), ()> {
        self.petgraph_csr.get_or_init(|| petgraph_csr(&self.graph))
    }

    /// The graph as petgraph's `Graph`.
    pub fn petgraph_graph(&self) -> &DiGraph<(), ()> {
        self.petgraph_graph
            .get_or_init(|| petgraph_graph(&self.graph))
    }

    /// Random vertices of the largest component, the same in each run; empty if it has fewer than
    /// 100.
    pub fn queries(&self, count: usize) -> Vec<VertexId> {
        let members = self.largest_component();
        if members.len() < 100 {
            return Vec::new();
        }
        let mut random = Random::new(9);
        let mut any = || members[random.below(members.len() as u32) as usize];
        (0..count).map(|_| any()).collect()
    }

    /// Random pairs of different vertices of the largest component, likewise.
    pub fn query_pairs(&self, count: usize) -> Vec<[VertexId; 2]> {
        let ends = self.queries(2 * count + 200);
        let pairs = ends.as_chunks().0.iter().copied();
        pairs
            .filter(|[start, end]| start != end)
            .take(count)
            .collect()
    }
}

/// The graphs of a size, one after the other; a graph that cannot be read is reported and
/// skipped.
pub fn cases(size: Size) -> impl Iterator<Item = Case> {
    catalogue(size).into_iter().filter_map(|entry| {
        let name = entry.name.clone();
        let case = Case::new(entry);
        case.inspect_err(|error| eprintln!("{name} is skipped: {error}"))
            .ok()
    })
}

/// A graph as petgraph's own `Csr`, which drops parallel edges.
pub fn petgraph_csr(graph: &CsrGraph) -> Csr<(), ()> {
    let mut edges: Vec<_> = graph
        .edges()
        .map(|edge| (edge.tail.number(), edge.head.number()))
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut csr = Csr::from_sorted_edges(&edges).expect("the edges are sorted");
    while csr.node_count() < graph.vertex_count() {
        csr.add_node(());
    }
    csr
}

/// A graph as petgraph's `Graph`.
pub fn petgraph_graph(graph: &CsrGraph) -> DiGraph<(), ()> {
    let mut theirs = DiGraph::with_capacity(graph.vertex_count(), graph.edge_count());
    for _ in graph.vertices() {
        theirs.add_node(());
    }
    for edge in graph.edges() {
        theirs.add_edge(edge.tail.number().into(), edge.head.number().into(), ());
    }
    theirs
}

/// Reports on each graph that the arguments of the program name, small ones with `--small`.
pub fn for_each_named(report: impl Fn(&str, &CsrGraph)) {
    let mut names: Vec<_> = std::env::args().skip(1).collect();
    let small = names.iter().any(|name| name == "--small");
    names.retain(|name| name != "--small");
    let size = if small { Size::Small } else { Size::Full };
    for entry in select(size, &names) {
        match Case::new(entry) {
            Ok(case) => report(case.name(), case.graph()),
            Err(error) => eprintln!("{error}"),
        }
    }
}
