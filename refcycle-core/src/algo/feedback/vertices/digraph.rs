//! A graph that is reduced and branched on.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::hash::FxHashSet;
use crate::watch::{Meter, finished};
use crate::{Unwatched, Watch};

type Row = FxHashSet<u32>;

/// A graph without parallel edges. A vertex without edges is no longer part of it.
#[derive(Clone)]
pub(super) struct Digraph {
    /// The vertex of the whole graph that each vertex stands for.
    pub(super) names: Vec<u32>,
    pub(super) weights: Vec<f64>,
    out: Vec<Row>,
    ins: Vec<Row>,
    edges: usize,
}

/// The vertices whose edges have changed.
pub(super) struct Waiting {
    vertices: Vec<u32>,
    is_waiting: Vec<bool>,
}

impl Waiting {
    pub(super) fn all(count: usize) -> Self {
        Self {
            vertices: (0..count as u32).collect(),
            is_waiting: alloc::vec![true; count],
        }
    }

    pub(super) fn none(count: usize) -> Self {
        Self {
            vertices: Vec::new(),
            is_waiting: alloc::vec![false; count],
        }
    }

    pub(super) fn wake(&mut self, v: u32) {
        if !core::mem::replace(&mut self.is_waiting[v as usize], true) {
            self.vertices.push(v);
        }
    }

    pub(super) fn next(&mut self) -> Option<u32> {
        let v = self.vertices.pop()?;
        self.is_waiting[v as usize] = false;
        Some(v)
    }
}

impl Digraph {
    pub(super) fn new(
        names: Vec<u32>,
        weights: Vec<f64>,
        edges: impl IntoIterator<Item = (u32, u32)>,
    ) -> Self {
        let n = names.len();
        let mut graph = Self {
            names,
            weights,
            out: alloc::vec![Row::default(); n],
            ins: alloc::vec![Row::default(); n],
            edges: 0,
        };
        for (tail, head) in edges {
            graph.add(tail, head);
        }
        graph
    }

    /// The number of vertices, including those that are no longer part of it.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn edges(&self) -> usize {
        self.edges
    }

    pub(super) fn size(&self) -> usize {
        self.len() + self.edges
    }

    pub(super) fn out(&self, v: u32) -> &Row {
        &self.out[v as usize]
    }

    pub(super) fn ins(&self, v: u32) -> &Row {
        &self.ins[v as usize]
    }

    pub(super) fn weight(&self, v: u32) -> f64 {
        self.weights[v as usize]
    }

    pub(super) fn has(&self, tail: u32, head: u32) -> bool {
        self.out(tail).contains(&head)
    }

    /// Whether there are edges in both directions.
    pub(super) fn is_pair(&self, v: u32, w: u32) -> bool {
        self.has(v, w) && self.has(w, v)
    }

    /// The edges, and whether each is one of two opposite edges.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, u32, bool)> + '_ {
        (0..self.len() as u32)
            .flat_map(move |v| (self.out(v).iter()).map(move |&w| (v, w, self.has(w, v))))
    }

    fn add(&mut self, tail: u32, head: u32) {
        if self.out[tail as usize].insert(head) {
            self.ins[head as usize].insert(tail);
            self.edges += 1;
        }
    }

    pub(super) fn cut(&mut self, tail: u32, head: u32) {
        if self.out[tail as usize].remove(&head) {
            self.ins[head as usize].remove(&tail);
            self.edges -= 1;
        }
    }

    /// Removes the edges of `v` and returns their other ends: heads and tails.
    fn take(&mut self, v: u32) -> (Row, Row) {
        let out = core::mem::take(&mut self.out[v as usize]);
        for &head in &out {
            self.ins[head as usize].remove(&v);
        }
        let ins = core::mem::take(&mut self.ins[v as usize]);
        for &tail in &ins {
            self.out[tail as usize].remove(&v);
        }
        self.edges -= out.len() + ins.len();
        (out, ins)
    }

    pub(super) fn remove(&mut self, v: u32, waiting: &mut Waiting) {
        let (out, ins) = self.take(v);
        for w in out.into_iter().chain(ins) {
            waiting.wake(w);
        }
    }

    /// Removes a vertex without a self-loop, and adds an edge from each vertex before it to each
    /// after it: the cycles of the graph are those of before without `v`.
    pub(super) fn bypass<W: Watch>(
        &mut self,
        v: u32,
        waiting: &mut Waiting,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let (out, ins) = self.take(v);
        for &tail in &ins {
            meter.steps(out.len())?;
            for &head in &out {
                self.add(tail, head);
            }
        }
        for w in out.into_iter().chain(ins) {
            waiting.wake(w);
        }
        ControlFlow::Continue(())
    }

    /// Like [`bypass`](Self::bypass) for `v`, to or from which only one edge leads, from or to
    /// `other`. Moves the edges of the vertex that has fewer.
    pub(super) fn merge(&mut self, v: u32, other: u32, waiting: &mut Waiting) {
        let degree = |v: u32| self.out(v).len() + self.ins(v).len();
        if degree(v) <= degree(other) {
            // As many edges as before, which the caller counts.
            return finished(self.bypass(v, waiting, &mut Meter::new(&mut Unwatched)));
        }
        // Two opposite edges become a self-loop.
        let closes = self.is_pair(v, other);
        self.cut(v, other);
        self.cut(other, v);
        if closes {
            self.add(v, v);
        }
        let (out, ins) = self.take(other);
        for &head in &out {
            self.add(v, if head == other { v } else { head });
            waiting.wake(head);
        }
        for &tail in &ins {
            self.add(tail, v);
            waiting.wake(tail);
        }
        waiting.wake(v);
        self.names[v as usize] = self.names[other as usize];
        self.weights[v as usize] = self.weights[other as usize];
    }

    /// The subgraph of some vertices. `local` has an item for each vertex.
    pub(super) fn part(&self, vertices: &[u32], local: &mut [u32]) -> Self {
        for (number, &v) in vertices.iter().enumerate() {
            local[v as usize] = number as u32;
        }
        let inside = |w: &u32| vertices.get(local[*w as usize] as usize) == Some(w);
        let edges = vertices.iter().flat_map(|&v| {
            let heads = self.out(v).iter().filter(|w| inside(w));
            heads.map(move |&w| (v, w))
        });
        let edges = edges.map(|(v, w)| (local[v as usize], local[w as usize]));
        Self::new(
            vertices.iter().map(|&v| self.names[v as usize]).collect(),
            vertices.iter().map(|&v| self.weights[v as usize]).collect(),
            edges,
        )
    }

    /// Without the vertices that are no longer part of it.
    pub(super) fn compact(&self) -> Self {
        let all = 0..self.len() as u32;
        let vertices: Vec<_> = all.filter(|&v| !self.out(v).is_empty()).collect();
        self.part(&vertices, &mut alloc::vec![u32::MAX; self.len()])
    }
}
