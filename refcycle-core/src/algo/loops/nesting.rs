//! The header of the innermost loop around each vertex.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::sets::Sets;
use super::tree::{Other, SearchTree};
use crate::Watch;
use crate::counting_sort::{fill, offsets_by};
use crate::watch::Meter;

/// No loop, or the end of a list.
const NONE: u32 = u32::MAX;

/// What a vertex is for the loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    NoHeader,
    Reducible,
    Irreducible,
}

/// The loops found so far. All vertices have their numbers in preorder.
pub(super) struct Nesting {
    /// The header of the innermost loop of other vertices around each vertex; 0 if there is none.
    pub(super) around: Vec<u32>,
    /// Whether an edge goes to the vertex from itself or from below.
    is_header: Vec<bool>,
    /// For each vertex, the lowest header of a loop that is entered at a vertex other than its
    /// header, among the loops around such a vertex of which this is the innermost header.
    entered_up_to: Vec<u32>,
}

/// Edges by their lowest common ancestor: those of `v` are `offsets[v]..offsets[v + 1]`.
struct Grouped {
    offsets: Vec<usize>,
    edges: Vec<(u32, u32)>,
}

impl Grouped {
    fn new(count: usize, edges: &[Other]) -> Self {
        let mut offsets: Vec<usize> = offsets_by(count, edges.iter().map(|edge| edge.ancestor));
        let mut grouped = vec![(0, 0); edges.len()];
        let items = edges
            .iter()
            .map(|edge| (edge.ancestor, (edge.tail, edge.head)));
        fill(&mut offsets, &mut grouped, items);
        Self {
            offsets,
            edges: grouped,
        }
    }

    fn of(&self, v: u32) -> &[(u32, u32)] {
        let v = v as usize;
        &self.edges[self.offsets[v]..self.offsets[v + 1]]
    }
}

impl Nesting {
    pub(super) fn of<W: Watch>(
        tree: &SearchTree,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let count = tree.parent.len();
        let others = Grouped::new(count, &tree.others);
        let mut nesting = Self {
            around: vec![0; count],
            is_header: vec![false; count],
            entered_up_to: vec![NONE; count],
        };
        let mut entering = Entering::new(count);
        let mut sets = Sets::new(count);
        let mut body = Vec::new();
        for u in (0..count as u32).rev() {
            meter.step()?;
            // All edges whose ends have `u` as lowest common ancestor are known from here on. A
            // loop is one vertex, its header.
            for &(tail, head) in others.of(u) {
                meter.step()?;
                if head == u {
                    nesting.is_header[u as usize] = true;
                    nesting.take_in(sets.find(tail), u, &mut body);
                    continue;
                }
                let outermost = sets.find(head);
                nesting.enter(head, outermost);
                entering.add(outermost, tail);
            }
            while let Some(v) = body.pop() {
                meter.step()?;
                sets.join(v, u);
                // The tree edge, and the others into the loops of which `v` is the header.
                let parent = sets.find(tree.parent[v as usize]);
                nesting.take_in(parent, u, &mut body);
                while let Some(tail) = entering.pop(v) {
                    nesting.take_in(sets.find(tail), u, &mut body);
                }
            }
        }
        ControlFlow::Continue(nesting)
    }

    /// An edge goes to `head`, from outside of the loops around it up to that of `outermost`.
    fn enter(&mut self, head: u32, outermost: u32) {
        if outermost != head {
            let innermost = self.around[head as usize];
            let up_to = &mut self.entered_up_to[innermost as usize];
            *up_to = outermost.min(*up_to);
        }
    }

    /// Adds a vertex, or the loop of which it is the header, to the loop of `header`.
    fn take_in(&mut self, v: u32, header: u32, body: &mut Vec<u32>) {
        if v > header && self.around[v as usize] == 0 {
            self.around[v as usize] = header;
            body.push(v);
        }
    }

    /// What each vertex is.
    pub(super) fn kinds(&self) -> Box<[Kind]> {
        let mut entered_up_to = self.entered_up_to.clone();
        let mut kinds = vec![Kind::NoHeader; self.around.len()];
        for v in (1..kinds.len()).rev() {
            let up_to = entered_up_to[v];
            let around = self.around[v];
            if up_to != NONE && up_to <= around {
                let outer = &mut entered_up_to[around as usize];
                *outer = up_to.min(*outer);
            }
            kinds[v] = match self.is_header[v] {
                false => Kind::NoHeader,
                true if up_to == NONE => Kind::Reducible,
                true => Kind::Irreducible,
            };
        }
        kinds.into()
    }
}

/// The tails of the edges into each vertex, as lists.
struct Entering {
    first: Vec<u32>,
    /// The tail, and the next in the list.
    edges: Vec<(u32, u32)>,
}

impl Entering {
    fn new(count: usize) -> Self {
        Self {
            first: vec![NONE; count],
            edges: Vec::new(),
        }
    }

    fn add(&mut self, head: u32, tail: u32) {
        let first = &mut self.first[head as usize];
        self.edges.push((tail, *first));
        *first = self.edges.len() as u32 - 1;
    }

    fn pop(&mut self, head: u32) -> Option<u32> {
        let first = &mut self.first[head as usize];
        let &(tail, next) = self.edges.get(*first as usize)?;
        *first = next;
        Some(tail)
    }
}
