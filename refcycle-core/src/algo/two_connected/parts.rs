//! The parts of a graph that can still contain 2-connected subgraphs.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::algo::scc::strongly_connected_components_watched;
use crate::traits::edges;
use crate::watch::Meter;
use crate::{CsrGraph, Predecessors, Successors, VertexId, Watch};

const NONE: u32 = u32::MAX;

/// A compact graph without self-loops, and the vertex of the whole graph that each of its vertices
/// stands for. Several can stand for the same one.
pub(super) struct Parts {
    pub(super) graph: CsrGraph,
    pub(super) names: Vec<VertexId>,
}

impl Parts {
    /// The edges within the strongly connected components; of parallel edges only one if `simple`.
    pub(super) fn of<G: Successors + ?Sized, W: Watch>(
        graph: &G,
        simple: bool,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let components = strongly_connected_components_watched(graph, watch)?;
        let several = || components.iter().filter(|members| members.len() > 1);
        let mut local = vec![NONE; graph.vertex_bound()];
        let mut names = Vec::new();
        for &v in several().flatten() {
            local[v.index()] = names.len() as u32;
            names.push(v);
        }
        let mut meter = Meter::new(watch);
        let mut offsets = vec![0];
        let (mut heads, mut row) = (Vec::new(), Vec::new());
        let mut first = 0;
        for members in several() {
            let numbers = first..first + members.len() as u32;
            for (v, &name) in numbers.clone().zip(members) {
                meter.step()?;
                let ends = graph.successors(name).map(|w| local[w.index()]);
                row.extend(ends.filter(|w| numbers.contains(w) && *w != v));
                if simple {
                    row.sort_unstable();
                    row.dedup();
                }
                heads.append(&mut row);
                offsets.push(heads.len() as u32);
            }
            first = numbers.end;
        }
        let graph = CsrGraph::from_parts(offsets, heads).expect("the rows are in order");
        ControlFlow::Continue(Self { graph, names })
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// A graph of some edges between numbers below `bound`, each of which stands for the vertex
    /// `stands_for` of this graph. Returns also these vertices. Vertices without edges are omitted.
    pub(super) fn with_edges(
        &self,
        bound: usize,
        mut edges: Vec<(u32, u32)>,
        stands_for: impl Fn(u32) -> u32,
    ) -> (Self, Vec<u32>) {
        let mut local = vec![NONE; bound];
        let mut origins = Vec::new();
        for (tail, head) in &mut edges {
            for end in [tail, head] {
                let number = &mut local[*end as usize];
                if *number == NONE {
                    *number = origins.len() as u32;
                    origins.push(stands_for(*end));
                }
                *end = *number;
            }
        }
        let graph = CsrGraph::from_edges(origins.len(), edges).expect("the ends are renumbered");
        let name = |&origin: &u32| self.names[origin as usize];
        let names = origins.iter().map(name).collect();
        (Self { graph, names }, origins)
    }

    /// Without the vertices that fewer than two edges leave, or fewer than two enter: these are in
    /// no 2-connected subgraph. Returns also the vertex of this graph for each that is left.
    pub(super) fn peeled<W: Watch>(
        self,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, (Self, Vec<u32>)> {
        let n = self.len() as u32;
        let graph = &self.graph;
        let mut outs: Vec<_> = (0..n).map(|v| graph.out_degree(v.into()) as u32).collect();
        let mut ins: Vec<_> = (0..n).map(|v| graph.in_degree(v.into()) as u32).collect();
        let few = |outs: &[u32], ins: &[u32], v: u32| outs[v as usize] < 2 || ins[v as usize] < 2;
        let mut gone: Vec<_> = (0..n).map(|v| few(&outs, &ins, v)).collect();
        let mut waiting: Vec<_> = (0..n).filter(|&v| gone[v as usize]).collect();
        if waiting.is_empty() {
            return ControlFlow::Continue((self, (0..n).collect()));
        }
        while let Some(v) = waiting.pop() {
            meter.step()?;
            let v = VertexId::new(v);
            let heads = graph.successors(v).map(|w| (w, true));
            for (w, forward) in heads.chain(graph.predecessors(v).map(|w| (w, false))) {
                let degrees = if forward { &mut ins } else { &mut outs };
                degrees[w.index()] -= 1;
                if few(&outs, &ins, w.number()) && !gone[w.index()] {
                    gone[w.index()] = true;
                    waiting.push(w.number());
                }
            }
        }
        let edges = self
            .edges()
            .filter(|&(v, w)| !gone[v as usize] && !gone[w as usize]);
        let edges = edges.collect();
        ControlFlow::Continue(self.with_edges(self.len(), edges, |v| v))
    }

    /// The ends of all edges.
    pub(super) fn edges(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        edges(&self.graph).map(|edge| (edge.tail.number(), edge.head.number()))
    }
}

/// Collects groups of vertices.
#[derive(Default)]
pub(super) struct Found {
    pub(super) vertices: Vec<VertexId>,
    pub(super) ends: Vec<usize>,
}

impl Found {
    pub(super) fn add(&mut self, vertices: impl IntoIterator<Item = VertexId>) {
        self.vertices.extend(vertices);
        self.ends.push(self.vertices.len());
    }
}
