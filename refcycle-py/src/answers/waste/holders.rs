//! To whom wasted bytes belong, by the dominator tree.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Predecessors, VertexId};
use rustc_hash::FxHashMap;

use super::super::holder_ranks::{HolderRank, HolderRanks};
use super::super::ignored::Ignored;
use super::super::object_types::ObjectTypes;
use crate::engine::{Engine, Retention};
use crate::heap::memory;
use crate::interrupt::Signals;

/// A vertex that retains this number of others directly is one in which objects collect.
const MANY: u32 = 10;

/// The number of referrers that are asked to whom an object belongs.
const ASKED: usize = 24;

/// Referrers of referrers are asked up to this distance.
const DEEPEST: usize = 4;

const NONE: u32 = u32::MAX;

/// The objects in which others collect, and to which part of the process each object belongs.
pub(super) struct Holders<'a> {
    graph: &'a CsrGraph,
    /// For each vertex, its place in the preorder of the tree.
    places: Vec<u32>,
    /// The nearest vertex above in which objects collect, or that has no other above it.
    above: Vec<u32>,
    /// The vertex above that no other one dominates.
    tops: Vec<u32>,
    ranks: Vec<Option<HolderRank>>,
    known: HolderRanks,
    /// The ranks of vertices that only referrers know, by their tops.
    asked: FxHashMap<u32, HolderRank>,
}

impl<'a> Holders<'a> {
    /// The bytes that this takes for each vertex, while it is made.
    const BYTES_A_VERTEX: usize = 24;

    pub(super) fn new(
        py: Python<'_>,
        engine: &Engine,
        graph: &'a CsrGraph,
        retention: &Retention,
    ) -> PyResult<Self> {
        let count = engine.vertex_count();
        memory::ask(Self::BYTES_A_VERTEX * count)?;
        engine.ask_for_backward(py)?;
        let types = ObjectTypes::new(py, engine)?;
        let ignored = Ignored::new(py, engine, &types, None)?;
        let known = HolderRanks::new(py, engine, &types, &ignored)?;
        let mut holders = Self {
            graph,
            places: vec![NONE; count],
            above: vec![NONE; count],
            tops: vec![NONE; count],
            ranks: vec![None; count],
            known,
            asked: FxHashMap::default(),
        };
        engine.run(py, |signals| holders.see(retention, signals))?;
        Ok(holders)
    }

    fn see(&mut self, retention: &Retention, signals: &mut Signals) -> ControlFlow<PyErr> {
        let parent = |v: VertexId| retention.immediate_dominator(v);
        let mut children = vec![0u32; self.places.len()];
        for &v in retention.preorder() {
            if let Some(parent) = parent(v) {
                children[parent.index()] += 1;
            }
        }
        for (place, &v) in retention.preorder().iter().enumerate() {
            signals.step()?;
            let at = v.index();
            self.places[at] = place as u32;
            self.ranks[at] = self.known.own(v);
            let Some(parent) = parent(v) else {
                self.tops[at] = v.number();
                continue;
            };
            let above = parent.index();
            self.tops[at] = self.tops[above];
            self.ranks[at] = self.ranks[at].or(self.ranks[above]);
            if self.known.names_data(v) {
                continue;
            }
            let is_holder = children[above] >= MANY || self.above[above] == NONE;
            self.above[at] = match is_holder {
                true => parent.number(),
                false => self.above[above],
            };
        }
        ControlFlow::Continue(())
    }

    /// The place of a vertex in an order in which those above come first.
    pub(super) fn place(&self, v: VertexId) -> u32 {
        self.places[v.index()]
    }

    /// The nearest vertex above in which objects collect; `None` for a part of the program, and for
    /// a vertex that has nothing above it.
    pub(super) fn above(&self, v: VertexId) -> Option<VertexId> {
        Some(self.above[v.index()])
            .filter(|&above| above != NONE)
            .map(VertexId::new)
    }

    /// Whether a vertex is a part of the program that holds data by name.
    pub(super) fn names_data(&self, v: VertexId) -> bool {
        self.known.names_data(v)
    }

    /// To which part of the process a vertex belongs: that of the nearest object that decides it,
    /// and if there are several, the best of them.
    pub(super) fn rank(&mut self, v: VertexId) -> HolderRank {
        self.rank_within(v, DEEPEST)
    }

    fn rank_within(&mut self, v: VertexId, depth: usize) -> HolderRank {
        if let Some(rank) = self.ranks[v.index()] {
            return rank;
        }
        let top = self.tops[v.index()];
        if top == NONE || depth == 0 {
            return HolderRank::CCode;
        }
        if let Some(&rank) = self.asked.get(&top) {
            return rank;
        }
        let referrers = self.graph.predecessors(VertexId::new(top));
        let mut best = HolderRank::CCode;
        for referrer in referrers.take(ASKED) {
            if self.tops[referrer.index()] != top {
                best = best.min(self.rank_within(referrer, depth - 1));
            }
            if best == HolderRank::Program {
                break;
            }
        }
        if depth == DEEPEST {
            self.asked.insert(top, best);
        }
        best
    }
}
