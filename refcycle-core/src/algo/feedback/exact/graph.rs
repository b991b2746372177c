//! A small weighted graph that is reduced and branched on.

use super::partial::Partial;
use crate::{Successors, VertexId, Vertices};
use alloc::vec;
use alloc::vec::Vec;

/// A vertex at the other end of an arc, and the weight of the arc.
pub(super) type End = (u32, f64);

/// A graph whose arcs have weights above 0, with at most one arc between two vertices. An arc of
/// infinite weight is kept permanently.
///
/// Of two opposite arcs, any order makes exactly one go backward. So the lighter one is paid for
/// immediately, and the other keeps the difference.
#[derive(Clone)]
pub(super) struct Graph {
    /// The first and the last of the vertices of the core that each vertex stands for: those
    /// contracted into it are between them in the order.
    pub(super) ends: Vec<(u32, u32)>,
    out: Vec<Vec<End>>,
    ins: Vec<Vec<End>>,
    /// A difference below this share of a weight is a rounding error.
    rounding: f64,
    /// The number of ends of arcs read since the last call.
    looked: usize,
}

impl Graph {
    pub(super) fn new(ends: Vec<(u32, u32)>, rounding: f64) -> Self {
        let n = ends.len();
        Self {
            ends,
            out: vec![Vec::new(); n],
            ins: vec![Vec::new(); n],
            rounding,
            looked: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The vertices and the arcs.
    pub(super) fn size(&self) -> usize {
        self.len() + self.out.iter().map(Vec::len).sum::<usize>()
    }

    pub(super) fn out(&self, v: u32) -> &[End] {
        &self.out[v as usize]
    }

    pub(super) fn ins(&self, v: u32) -> &[End] {
        &self.ins[v as usize]
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0..self.len() as u32)
            .flat_map(|v| self.out(v).iter().map(move |&(w, weight)| (v, w, weight)))
    }

    /// The weight of an arc; 0 if there is no such arc.
    pub(super) fn weight(&self, tail: u32, head: u32) -> f64 {
        let (out, ins) = (self.out(tail), self.ins(head));
        let (row, other) = if out.len() <= ins.len() {
            (out, head)
        } else {
            (ins, tail)
        };
        row.iter()
            .find(|end| end.0 == other)
            .map_or(0.0, |end| end.1)
    }

    pub(super) fn set(&mut self, tail: u32, head: u32, weight: f64) {
        self.looked += set(&mut self.out[tail as usize], head, weight);
        self.looked += set(&mut self.ins[head as usize], tail, weight);
    }

    /// Adds an arc between two vertices that have no arc between them.
    pub(super) fn push(&mut self, tail: u32, head: u32, weight: f64) {
        self.out[tail as usize].push((head, weight));
        self.ins[head as usize].push((tail, weight));
    }

    /// Adds an arc. Returns the cost of the cycle that it closes, with the opposite arc or alone.
    pub(super) fn add(&mut self, tail: u32, head: u32, weight: f64) -> f64 {
        if tail == head {
            return weight;
        }
        let back = self.weight(head, tail);
        self.looked += self.out(head).len().min(self.ins(tail).len());
        let paid = weight.min(back);
        if paid == 0.0 {
            self.set(tail, head, self.weight(tail, head) + weight);
        } else if paid < f64::INFINITY {
            self.set(head, tail, self.rest(back, paid));
            self.set(tail, head, self.rest(weight, paid));
        }
        paid
    }

    /// Removes the arcs that are not kept, and calls `removed` for each.
    pub(super) fn retain(
        &mut self,
        is_kept: impl Fn(u32, u32) -> bool,
        mut removed: impl FnMut(&Self, u32, u32),
    ) {
        for v in 0..self.len() as u32 {
            for &(w, _) in self.out(v) {
                if !is_kept(v, w) {
                    removed(self, v, w);
                }
            }
        }
        for v in 0..self.len() as u32 {
            self.out[v as usize].retain(|&(w, _)| is_kept(v, w));
            self.ins[v as usize].retain(|&(w, _)| is_kept(w, v));
        }
    }

    pub(super) fn take_looked(&mut self) -> usize {
        core::mem::take(&mut self.looked)
    }

    /// A weight minus a part of it.
    pub(super) fn rest(&self, weight: f64, part: f64) -> f64 {
        let rest = weight - part;
        if rest <= part * self.rounding {
            0.0
        } else {
            rest
        }
    }

    /// Whether a cost is no better than a limit.
    pub(super) fn reaches(&self, cost: f64, limit: f64) -> bool {
        cost >= limit * (1.0 - self.rounding)
    }

    /// Two vertices of the core: an arc that goes forward puts the first before the second.
    pub(super) fn before(&self, tail: u32, head: u32) -> (u32, u32) {
        (self.ends[tail as usize].1, self.ends[head as usize].0)
    }

    /// Puts the graph into an order, which is given by the place of each vertex.
    pub(super) fn in_order<P: Ord>(&self, place: impl Fn(u32) -> P) -> Partial {
        let mut partial = Partial::default();
        for (tail, head, weight) in self.all() {
            if place(tail) < place(head) {
                partial.before.push(self.before(tail, head));
            } else {
                partial.cost += weight;
            }
        }
        partial
    }

    /// The subgraph of some vertices. `local` has an item for each vertex, of any value.
    pub(super) fn part(&self, vertices: &[u32], local: &mut [u32]) -> Self {
        for (number, &v) in vertices.iter().enumerate() {
            local[v as usize] = number as u32;
        }
        let within = |row: &[End]| {
            let is_inside = |w: u32| vertices.get(local[w as usize] as usize) == Some(&w);
            let inside = row.iter().filter(|end| is_inside(end.0));
            (inside.map(|&(w, weight)| (local[w as usize], weight))).collect()
        };
        Self {
            ends: vertices.iter().map(|&v| self.ends[v as usize]).collect(),
            out: vertices.iter().map(|&v| within(self.out(v))).collect(),
            ins: vertices.iter().map(|&v| within(self.ins(v))).collect(),
            rounding: self.rounding,
            looked: 0,
        }
    }
}

/// Changes, adds or removes the end of an arc. Returns how many ends were read. They are read from
/// the last to the first, so that clearing a long row from its end is fast.
fn set(row: &mut Vec<End>, other: u32, weight: f64) -> usize {
    let Some(place) = row.iter().rposition(|end| end.0 == other) else {
        if weight > 0.0 {
            row.push((other, weight));
        }
        return row.len();
    };
    let looked = row.len() - place;
    if weight > 0.0 {
        row[place].1 = weight;
    } else {
        row.swap_remove(place);
    }
    looked
}

impl Vertices for Graph {
    fn vertex_bound(&self) -> usize {
        self.len()
    }

    fn vertex_count(&self) -> usize {
        self.len()
    }
}

impl Successors for Graph {
    type Successors<'a> = core::iter::Map<core::slice::Iter<'a, End>, fn(&End) -> VertexId>;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        self.out(v.number()).iter().map(|end| VertexId::new(end.0))
    }
}
