//! Disjoint cliques and cycles: a lower bound.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::digraph::Digraph;
use crate::Watch;

/// Cycles of up to this many vertices are looked for, one number after the other.
const LENGTHS: [u32; 4] = [3, 4, 8, u32::MAX];

/// A lower bound of the weight of a feedback vertex set. Each vertex divides its weight among
/// cycles, of which one vertex must be taken, and cliques of opposite edges, of which all vertices
/// but one must be taken.
pub(super) fn packing<W: Watch>(
    graph: &Digraph,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, f64> {
    let mut residue = Residue {
        graph,
        left: graph.weights.clone(),
        found_by: vec![0; graph.len()],
        stamp: vec![0; graph.len()],
        search: 0,
        queue: Vec::new(),
        chosen: Vec::new(),
    };
    let mut bound = 0.0;
    // Vertices with few edges first: they leave more for the others.
    let mut order: Vec<_> = (0..graph.len() as u32).collect();
    order.sort_by_key(|&v| graph.out(v).len() + graph.ins(v).len());
    for &v in &order {
        while !effort.is_spent() && residue.find_clique(v, effort)? {
            bound += residue.take_share() * (residue.chosen.len() - 1) as f64;
        }
    }
    for most in LENGTHS {
        for &v in &order {
            while !effort.is_spent() && residue.find_cycle(v, most, effort)? {
                bound += residue.take_share();
            }
        }
    }
    ControlFlow::Continue(bound)
}

struct Residue<'a> {
    graph: &'a Digraph,
    /// The weight of each vertex that has not been divided yet.
    left: Vec<f64>,
    found_by: Vec<u32>,
    stamp: Vec<u32>,
    search: u32,
    queue: Vec<u32>,
    /// The vertices of the clique or the cycle that was found.
    chosen: Vec<u32>,
}

impl Residue<'_> {
    fn has_left(&self, v: u32) -> bool {
        self.left[v as usize] > 0.0
    }

    fn find_clique<W: Watch>(
        &mut self,
        v: u32,
        effort: &mut Effort<'_, '_, W>,
    ) -> ControlFlow<W::Stop, bool> {
        self.chosen.clear();
        let graph = self.graph;
        if !self.has_left(v) {
            return ControlFlow::Continue(false);
        }
        self.chosen.push(v);
        let mut steps = graph.out(v).len();
        for &w in graph.out(v) {
            if self.has_left(w) && self.chosen.iter().all(|&x| graph.is_pair(x, w)) {
                steps += self.chosen.len();
                self.chosen.push(w);
            }
        }
        effort.spend(steps)?;
        ControlFlow::Continue(self.chosen.len() > 1)
    }

    /// A shortest cycle through a vertex, of at most `most` vertices.
    fn find_cycle<W: Watch>(
        &mut self,
        start: u32,
        most: u32,
        effort: &mut Effort<'_, '_, W>,
    ) -> ControlFlow<W::Stop, bool> {
        if !self.has_left(start) {
            return ControlFlow::Continue(false);
        }
        self.search += 1;
        self.queue.clear();
        self.queue.push(start);
        let (mut done, mut length, mut level_end, mut steps) = (0, 1, 1, 1);
        let mut found = None;
        'search: while let Some(&v) = self.queue.get(done) {
            if done == level_end {
                length += 1;
                if length > most {
                    break;
                }
                level_end = self.queue.len();
            }
            done += 1;
            for &w in self.graph.out(v) {
                steps += 1;
                if w == start {
                    found = Some(v);
                    break 'search;
                }
                if self.has_left(w)
                    && core::mem::replace(&mut self.stamp[w as usize], self.search) != self.search
                {
                    self.found_by[w as usize] = v;
                    self.queue.push(w);
                }
            }
        }
        effort.spend(steps)?;
        let Some(mut v) = found else {
            return ControlFlow::Continue(false);
        };
        self.chosen.clear();
        while v != start {
            self.chosen.push(v);
            v = self.found_by[v as usize];
        }
        self.chosen.push(start);
        ControlFlow::Continue(true)
    }

    /// Subtracts the least remaining weight of the chosen vertices from all of them.
    fn take_share(&mut self) -> f64 {
        let least = |share: f64, &v: &u32| share.min(self.left[v as usize]);
        let share = self.chosen.iter().fold(f64::INFINITY, least);
        for &v in &self.chosen {
            let rest = self.left[v as usize] - share;
            // What is left of a number that is no integer may be a rounding error.
            self.left[v as usize] = if rest <= share * 1e-12 { 0.0 } else { rest };
        }
        share
    }
}
