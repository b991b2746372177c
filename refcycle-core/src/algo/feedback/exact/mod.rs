//! Best orders, by branch and bound and over subsets, within a limit.

mod branch_and_bound;
mod decompose;
mod graph;
mod packing;
mod partial;
mod reduce;
mod subsets;

use alloc::vec::Vec;
use core::ops::ControlFlow;

use self::branch_and_bound::Answer;
use self::graph::Graph;
use self::partial::Partial;
use super::arcs::Arcs;
use super::effort::Effort;
use super::order::Order;
use crate::Watch;
use crate::watch::Meter;

/// A component that is larger than the limit divided by this number cannot be solved within the
/// limit.
const LOOKS: usize = 256;

/// A difference below this share of a non-integer weight is a rounding error.
const ROUNDING: f64 = 1e-12;

/// The result for a component.
pub(super) struct Solution {
    pub(super) part: usize,
    pub(super) bound: f64,
    /// Its vertices in an order of this cost; optimal if the cost equals the bound.
    pub(super) order: Vec<u32>,
    pub(super) cost: f64,
}

/// A component that is being solved. `partial` and `bound` include its pieces as they are solved.
struct Open {
    part: usize,
    partial: Partial,
    bound: f64,
}

/// Solves components, small ones first, as far as the limit allows. The search starts from
/// `order`.
pub(super) fn solve<W: Watch>(
    arcs: &Arcs,
    mut parts: Vec<usize>,
    order: &Order,
    whole: bool,
    limit: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<Solution>> {
    let mut effort = Effort { left: limit, meter };
    let rounding = if whole { 0.0 } else { ROUNDING };
    let mut opened = Vec::new();
    let mut pieces = Vec::new();
    parts.sort_by_key(|&part| arcs.size(part));
    for part in parts {
        if arcs.size(part) > effort.left / LOOKS {
            break;
        }
        let mut partial = Partial::default();
        let graph = arcs.graph(part, rounding, &mut partial);
        for piece in decompose::pieces(graph, &mut partial, &mut effort)? {
            pieces.push((opened.len(), piece));
        }
        let bound = partial.cost;
        opened.push(Open {
            part,
            partial,
            bound,
        });
    }
    pieces.sort_by_key(|(_, piece)| piece.size());
    let mut unsearched = pieces.len();
    for (number, piece) in pieces {
        let answer = solve_piece(piece, order, unsearched, &mut effort)?;
        unsearched -= 1;
        let open: &mut Open = &mut opened[number];
        open.bound += answer.bound;
        match answer.best {
            Some(best) => open.partial.append(best),
            // No known order avoids cutting an arc that is kept.
            None => open.partial.cost = f64::INFINITY,
        }
    }
    let solutions = opened.into_iter().map(|open| open.close(arcs)).collect();
    ControlFlow::Continue(solutions)
}

/// Solves a piece within its share of the remaining effort.
fn solve_piece<W: Watch>(
    piece: Graph,
    order: &Order,
    unsearched: usize,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, Answer> {
    let subsets = subsets::count(&piece);
    let share = (effort.left / unsearched).min(subsets.unwrap_or(usize::MAX));
    let known = piece.in_order(|v| order.label(piece.ends[v as usize].0));
    let known = Some(known).filter(|known| known.cost < f64::INFINITY);
    let mut own = Effort {
        left: share,
        meter: effort.meter,
    };
    let mut answer = branch_and_bound::search(&piece, known, &mut own)?;
    effort.left -= share - own.left;
    if own.left == 0
        && let Some(subsets) = subsets
        && subsets <= effort.left
    {
        let best = subsets::best_order(&piece, effort)?;
        answer = Answer {
            bound: best.cost,
            best: Some(best),
        };
    }
    ControlFlow::Continue(answer)
}

impl Open {
    fn close(self, arcs: &Arcs) -> Solution {
        let (first, end) = (arcs.core.starts[self.part], arcs.core.starts[self.part + 1]);
        Solution {
            part: self.part,
            bound: self.bound,
            order: self.partial.order(first, end),
            cost: self.partial.cost,
        }
    }
}

impl Arcs {
    /// The vertices and the arcs of a component.
    fn size(&self, part: usize) -> usize {
        let (first, end) = (self.core.starts[part], self.core.starts[part + 1]);
        let arcs = self.core.offsets[end as usize] - self.core.offsets[first as usize];
        (end - first + arcs) as usize
    }

    /// The graph of a component. The cost of opposite arcs is added to `partial`.
    fn graph(&self, part: usize, rounding: f64, partial: &mut Partial) -> Graph {
        let (first, end) = (self.core.starts[part], self.core.starts[part + 1]);
        let mut graph = Graph::new((first..end).map(|v| (v, v)).collect(), rounding);
        for v in first..end {
            for (arc, w) in self.out(v) {
                let weight = self.weight(arc);
                let back = self.core.edge(w, v).map_or(0.0, |arc| self.weight(arc));
                let paid = weight.min(back);
                if v < w {
                    partial.cost += paid;
                }
                let rest = graph.rest(weight, paid);
                if rest > 0.0 {
                    graph.push(v - first, w - first, rest);
                }
            }
        }
        graph
    }
}
