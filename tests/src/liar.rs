//! A graph that breaks its contract, and all queries that can be run on it.
//!
//! Whatever safe code returns, the core may panic or return wrong results. But it must not access
//! invalid memory, and every [`CsrGraph`] that it builds must be well-formed. The fuzz target
//! `lying` includes this file.
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::vec::IntoIter;

use refcycle_core::algo::{self, FeedbackOptions, ParallelEdges, SccStrategy, Split};
use refcycle_core::files::GraphWriter;
use refcycle_core::views::{Masked, Subgraph};
use refcycle_core::visits::{Bfs, DfsPostorder, DfsPreorder};
use refcycle_core::{
    Algorithms, CsrGraph, Edge, EdgeId, IDirectedGraph, Predecessors, Rows, Run, Successors,
    VertexId, VertexSet, Vertices, WideCsrGraph, Workspace,
};

/// The liar panics after this many answers, so that every query ends.
const PATIENCE: u32 = 20_000;

/// A graph whose answers come from a script, a few bytes each. After the end of the script, they
/// are zeros.
pub struct Liar {
    script: Vec<u8>,
    at: Cell<usize>,
    answers: Cell<u32>,
    /// The rows that it returns, of graphs of other sizes.
    graphs: [CsrGraph; 3],
}

impl Liar {
    /// A liar with this script.
    pub fn new(script: &[u8]) -> Self {
        let graph = |count: u32| {
            let edges = (0..2 * count).map(|i| (i % count, (7 * i + 3) % count));
            CsrGraph::from_edges(count as usize, edges).expect("few edges")
        };
        Self {
            script: script.to_vec(),
            at: Cell::new(0),
            answers: Cell::new(0),
            graphs: [graph(1), graph(9), graph(70)],
        }
    }

    fn byte(&self) -> u8 {
        let answers = self.answers.get() + 1;
        assert!(answers < PATIENCE, "the liar has had enough");
        self.answers.set(answers);
        let at = self.at.get();
        self.at.set(at + 1);
        self.script.get(at).copied().unwrap_or(0)
    }

    /// Usually a small number.
    fn number(&self) -> u32 {
        match self.byte() {
            255 => u32::MAX - u32::from(self.byte() % 4),
            254 => 1 << (self.byte() % 32),
            small => u32::from(small % 16),
        }
    }

    fn numbers(&self) -> Vec<u32> {
        let count = self.byte() % 8;
        (0..count).map(|_| self.number()).collect()
    }

    fn hinted<T>(&self, items: Vec<T>) -> Hinted<T> {
        let hint = match self.byte() % 8 {
            0 => Some((0, Some(0))),
            1 => Some((3, Some(3))),
            2 => Some((1000, Some(2))),
            _ => None,
        };
        let items = items.into_iter();
        Hinted { items, hint }
    }

    fn listed(&self) -> Hinted<VertexId> {
        let items = self.numbers().into_iter().map(VertexId::new).collect();
        self.hinted(items)
    }

    fn edges(&self) -> Hinted<Edge> {
        let edge = |_| Edge {
            id: EdgeId::new(self.number()),
            tail: self.number().into(),
            head: self.number().into(),
        };
        let items = (0..self.byte() % 8).map(edge).collect();
        self.hinted(items)
    }

    fn some_rows(&self) -> Option<Rows<'_>> {
        let graph = self.graphs.get(usize::from(self.byte() % 6))?;
        if self.byte().is_multiple_of(2) {
            return Some(graph.as_rows());
        }
        graph.back_rows()
    }
}

/// An iterator that is wrong about its length.
#[derive(Clone)]
pub struct Hinted<T> {
    items: IntoIter<T>,
    hint: Option<(usize, Option<usize>)>,
}

impl<T> Iterator for Hinted<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.items.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.hint.unwrap_or_else(|| self.items.size_hint())
    }
}

impl Vertices for Liar {
    fn vertex_bound(&self) -> usize {
        match self.byte() {
            250.. => 300,
            other => usize::from(other % 20),
        }
    }

    fn vertex_count(&self) -> usize {
        // The core allocates memory for this many, so this number has a limit.
        self.number() as usize % 1000
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.byte() % 4 != 3 || v.number() == 0
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.listed()
    }
}

impl Successors for Liar {
    type Successors<'a> = Hinted<VertexId>;

    fn successors(&self, _: VertexId) -> Hinted<VertexId> {
        self.listed()
    }

    fn rows(&self) -> Option<Rows<'_>> {
        self.some_rows()
    }
}

impl Predecessors for Liar {
    type Predecessors<'a> = Hinted<VertexId>;

    fn predecessors(&self, _: VertexId) -> Hinted<VertexId> {
        self.listed()
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        self.some_rows()
    }
}

impl IDirectedGraph for Liar {
    type OutEdges<'a> = Hinted<Edge>;
    type InEdges<'a> = Hinted<Edge>;

    fn edge_bound(&self) -> usize {
        self.vertex_bound()
    }

    fn edge_count(&self) -> usize {
        self.number() as usize % 1000
    }

    fn out_edges(&self, _: VertexId) -> Hinted<Edge> {
        self.edges()
    }

    fn in_edges(&self, _: VertexId) -> Hinted<Edge> {
        self.edges()
    }
}

/// Edges whose copies are other edges.
pub struct Fickle(RefCell<Vec<Vec<(u32, u32)>>>, IntoIter<(u32, u32)>);

impl Fickle {
    /// Yields `first`. Its clones yield the items of `copies`, from the last to the first.
    pub fn new(first: Vec<(u32, u32)>, copies: Vec<Vec<(u32, u32)>>) -> Self {
        Self(RefCell::new(copies), first.into_iter())
    }
}

impl Clone for Fickle {
    fn clone(&self) -> Self {
        let copy = self.0.borrow_mut().pop().unwrap_or_default();
        Self::new(copy, Vec::new())
    }
}

impl Iterator for Fickle {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        self.1.next()
    }
}

/// A query.
pub type Question = fn(&Liar);

/// The queries, by name.
pub const QUESTIONS: &[(&str, Question)] = &[
    ("components", |g| {
        let components = algo::strongly_connected_components(g);
        if let Ok(split) = Split::new(g, components) {
            split.sources();
            split.sinks();
            split.cyclic().count();
            split.covering([VertexId::new(0)]);
        }
    }),
    ("components, giant first", |g| {
        let run = Run::on(g).strategy(SccStrategy::GiantFirst);
        let _ = algo::strongly_connected_components(run);
    }),
    ("components, watched", |g| {
        let mut watch = || match g.byte() % 8 {
            0 => ControlFlow::Break(()),
            1 => panic!("the watch"),
            _ => ControlFlow::Continue(()),
        };
        let _ = algo::strongly_connected_components(Run::on(g).watch(&mut watch));
    }),
    ("condensation", |g| {
        check(algo::condensation(g, ParallelEdges::Merge).graph());
    }),
    ("condensation, all edges", |g| {
        let condensation = algo::condensation(g, ParallelEdges::Keep);
        check(condensation.graph());
        check(&condensation.transitive_reduction());
        condensation.levels();
    }),
    ("transitive reduction", |g| {
        if let Ok(graph) = algo::transitive_reduction(g) {
            check(&graph);
        }
    }),
    ("topological", |g| {
        let _ = algo::topological_order(g);
        let _ = algo::topological_levels(g);
    }),
    ("bow tie", |g| drop(algo::bow_tie(g))),
    ("weak components", |g| {
        algo::weakly_connected_components(g);
    }),
    ("dominators", |g| {
        if let Ok(dominators) = algo::dominators(g, [VertexId::new(0), VertexId::new(1)]) {
            let tree = dominators.into_tree();
            let _ = algo::dominance_frontiers(g, &tree);
            let _ = algo::edge_dominators(g, &tree);
        }
    }),
    ("post-dominators", |g| {
        let _ = algo::post_dominators_to_sinks(g);
        let _ = algo::post_dominators(g, [VertexId::new(1)]);
        let _ = algo::post_dominators_to_sink_components(g);
        if let Ok(graph) = algo::control_dependence_graph(g) {
            check(&graph);
        }
    }),
    ("reach", |g| {
        let _ = algo::descendants(g, [VertexId::new(0)], None);
        let _ = algo::ancestors(g, [VertexId::new(0)], Some(2));
        let _ = algo::descendants_set(g, [VertexId::new(0)]);
        let _ = algo::ancestors_set(g, [VertexId::new(0)]);
    }),
    ("paths", |g| {
        let [v, w] = [0, 5].map(VertexId::new);
        let _ = algo::shortest_path(g, v, w);
        let _ = algo::bidirectional_shortest_path(g, v, w);
        let _ = algo::shortest_path_dag(g, v, w);
        let _ = algo::vertex_disjoint_paths(g, v, w, 3);
    }),
    ("reachability index", |g| {
        let index = algo::ReachabilityIndex::new(g);
        for v in (0..9).map(VertexId::new) {
            let _ = index.reaches(v, VertexId::new(2));
            let _ = algo::reaches(g, v, VertexId::new(2));
        }
    }),
    ("loops", |g| {
        if let Ok(forest) = algo::loop_forest(g, [0, 3].map(VertexId::new)) {
            forest.headers().count();
        }
    }),
    ("strong cuts", |g| {
        algo::strong_bridges(g);
        algo::strong_articulation_points(g);
    }),
    ("2-connected", |g| {
        algo::two_edge_connected_blocks(g);
        algo::two_edge_connected_components(g);
        algo::two_vertex_connected_components(g);
    }),
    ("between", |g| {
        let [v, w] = [0, 5].map(VertexId::new);
        let _ = algo::between(g, [v], [w], None);
        if let Ok(graph) = algo::subgraph_between(g, [v], [w], Some(3)) {
            check(&graph);
        }
    }),
    ("cycles", |g| {
        let v = VertexId::new(0);
        let _ = algo::shortest_cycle(g, v);
        let _ = algo::bidirectional_shortest_cycle(g, v);
        algo::girth(g);
        if let Some(cycle) = algo::minimum_cycle(g) {
            let _ = algo::cycle_edges(g, &cycle);
        }
    }),
    ("simple cycles", |g| {
        algo::simple_cycles(g).take(10).count();
        if let Ok(cycles) = algo::simple_cycles_through(g, VertexId::new(0)) {
            cycles.take(10).count();
        }
    }),
    ("feedback", |g| {
        let _ = algo::feedback_arc_set(g, &FeedbackOptions::default());
        let _ = algo::feedback_vertex_set(g, &FeedbackOptions::default());
        let _ = algo::on_every_cycle(g);
    }),
    ("subgraph", |g| {
        let vertices = [5, 1, 0, 1].map(VertexId::new);
        check(&Subgraph::induced(g, vertices));
    }),
    ("subgraph of ascending vertices", |g| {
        check(&Subgraph::induced(g, (0..12).map(VertexId::new)));
    }),
    ("subgraph, backward", |g| {
        let vertices = [0, 2, 3].map(VertexId::new);
        check(&Subgraph::induced_backward(g, vertices));
    }),
    ("copies", |g| {
        if let Ok(graph) = CsrGraph::from_successors(g) {
            check(&graph);
        }
        if let Ok((graph, _)) = CsrGraph::from_graph(g) {
            check(&graph);
        }
        let _ = WideCsrGraph::from_successors(g);
    }),
    ("views", |g| {
        let turned = g.reversed();
        algo::strongly_connected_components(&turned);
        let mut mask = VertexSet::new(16);
        (0..16).step_by(3).for_each(|v| {
            mask.insert(VertexId::new(v));
        });
        let masked = Masked::new(g, &mask);
        check(algo::condensation(&masked, ParallelEdges::Merge).graph());
        algo::strongly_connected_components(&masked.reversed());
    }),
    ("numbered edges", |g| {
        if let Ok(view) = g.with_edges() {
            let vertices = [0, 2, 3].map(VertexId::new);
            check(&Subgraph::induced(&view, vertices));
            if let Ok((graph, _)) = CsrGraph::from_graph(&view) {
                check(&graph);
            }
            algo::strong_bridges(&view);
            check(&Subgraph::induced_backward(&view, vertices));
        }
    }),
    ("numbered edges, backward", |g| {
        if let Ok(view) = g.with_edges() {
            let ids = view.in_edges(VertexId::new(0)).map(|edge| edge.id);
            assert!(
                ids.clone().all(|id| id.index() < view.edge_bound()),
                "MALFORMED"
            );
            ids.for_each(|id| {
                view.edge(id);
            });
            algo::strongly_connected_components(&view.reversed());
            let _ = algo::on_every_cycle(&view);
        }
    }),
    ("workspace", |g| {
        let mut workspace = Workspace::new();
        for _ in 0..3 {
            let [v, w] = [0, 3].map(VertexId::new);
            let _ = algo::descendants(Run::on(g).workspace(&mut workspace), [v], None);
            let _ = algo::ancestors(Run::on(g).workspace(&mut workspace), [w], None);
            let _ = algo::shortest_path(Run::on(g).workspace(&mut workspace), v, w);
            let _ = algo::shortest_cycle(Run::on(g).workspace(&mut workspace), v);
            let _ = algo::bidirectional_shortest_path(Run::on(g).workspace(&mut workspace), v, w);
        }
    }),
    ("visits", |g| {
        let _ = Bfs::new(g, [VertexId::new(0)]).map(Iterator::count);
        let _ = DfsPreorder::new(g, [VertexId::new(0)]).map(Iterator::count);
        let _ = DfsPostorder::new(g, [VertexId::new(0)]).map(Iterator::count);
    }),
    ("writing", |g| {
        let _ = GraphWriter::new(g).backward().write(Vec::new());
    }),
    ("edges twice", |g| {
        let edges = || {
            let ends = g.numbers();
            ends.iter()
                .zip(&ends[ends.len() / 2..])
                .map(|(&a, &b)| (a, b))
                .collect()
        };
        let (first, copies) = (edges(), vec![edges(), edges()]);
        let count = g.number() as usize % 400;
        if let Ok(graph) = CsrGraph::from_edges_twice(count, Fickle::new(first, copies)) {
            check(&graph);
        }
        let pairs = edges().into_iter().collect();
        if let Ok(graph) = CsrGraph::from_sorted_edges(count, g.hinted::<(u32, u32)>(pairs)) {
            check(&graph);
        }
    }),
];

/// Checks that a graph that was built is well-formed, and that searches on it end.
fn check(graph: &CsrGraph) {
    let rows = Rows::new(graph.offsets(), graph.heads());
    assert!(rows.is_ok(), "MALFORMED: {rows:?}");
    let components = algo::strongly_connected_components(graph);
    assert!(components.len() <= graph.vertex_bound(), "MALFORMED");
}

/// Messages that must not occur in a panic: the first is from the check above, the others are from
/// debug assertions.
const FAULTS: [&str; 5] = [
    "MALFORMED",
    "left: Err(",
    "assertion failed: (v as usize)",
    "assertion failed: (edge as usize)",
    "assertion failed: at < self.members",
];

/// Runs a query on a liar.
///
/// # Errors
/// The message of a panic that is a bug in the core.
pub fn ask(question: Question, script: &[u8]) -> Result<(), String> {
    let liar = Liar::new(script);
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| question(&liar))) else {
        return Ok(());
    };
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(|words| &**words));
    let words = words.unwrap_or_default();
    match FAULTS.iter().any(|fault| words.contains(fault)) {
        true => Err(words.to_owned()),
        false => Ok(()),
    }
}
