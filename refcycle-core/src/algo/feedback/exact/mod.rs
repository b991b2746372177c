//! Best orders, by branch and bound and over subsets, within a limit.

mod graph;
mod packing;
mod reduce;
mod split;
mod subsets;
mod tree;

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use self::graph::Graph;
use self::tree::Answer;
use super::arcs::Arcs;
use super::order::Order;
use crate::algo::{topological_order, weakly_connected_components};
use crate::watch::Meter;
use crate::{CsrGraph, Watch};

/// Where one look at a component takes more than this part of the limit, there will not be
/// looks enough to solve it.
const LOOKS: usize = 256;

/// Less than this share of a weight that is not whole is rounding.
const ROUNDING: f64 = 1e-12;

/// What is decided of an order. Pieces share vertices where they hang together, so that none
/// of them can say where in the order its vertices are.
#[derive(Default)]
struct Partial {
    /// What it costs so far.
    cost: f64,
    /// Which vertices are somewhere before which others.
    before: Vec<(u32, u32)>,
    /// Which are before which others, with no vertex of their piece between them.
    joined: Vec<(u32, u32)>,
}

impl Partial {
    fn append(&mut self, mut other: Self) {
        self.cost += other.cost;
        self.before.append(&mut other.before);
        self.joined.append(&mut other.joined);
    }

    /// An order of the vertices from `first` to `end` that agrees with what is decided.
    fn order(&self, first: u32, end: u32) -> Vec<u32> {
        let joined = self.joined.iter().map(|&(v, w)| (v - first, w - first));
        let joined = graph_of((end - first) as usize, joined);
        let groups = weakly_connected_components(&joined);
        let group = |v: u32| groups.component_of((v - first).into()).unwrap_or_default();
        let before = self.before.iter().map(|&(v, w)| (group(v), group(w)));
        let mut places = vec![0; groups.len()];
        for (place, group) in sorted(&graph_of(groups.len(), before)).enumerate() {
            places[group as usize] = place;
        }
        let mut order: Vec<_> = sorted(&joined).map(|v| first + v).collect();
        order.sort_by_key(|&v| places[group(v) as usize]);
        order
    }
}

fn graph_of(vertices: usize, arcs: impl IntoIterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(vertices, arcs).expect("the vertices are those of a component")
}

fn sorted(graph: &CsrGraph) -> impl Iterator<Item = u32> {
    let order = topological_order(graph).expect("what comes before what has no cycle");
    order.into_iter().map(|v| v.number())
}

/// How many more arcs and subsets may be looked at.
struct Effort<'m, 'w, W> {
    left: usize,
    meter: &'m mut Meter<'w, W>,
}

impl<W: Watch> Effort<'_, '_, W> {
    fn spend(&mut self, steps: usize) -> ControlFlow<W::Stop> {
        self.left = self.left.saturating_sub(steps);
        self.meter.steps(steps)
    }

    fn is_spent(&self) -> bool {
        self.left == 0
    }
}

/// What became of a component.
pub(super) struct Solution {
    pub(super) part: usize,
    pub(super) bound: f64,
    /// Its vertices in an order that costs so much; the best when the bound says so.
    pub(super) order: Vec<u32>,
    pub(super) cost: f64,
}

/// A component that is being solved. Its pieces are counted by `partial` and `bound` when
/// they have been searched.
struct Open {
    part: usize,
    partial: Partial,
    bound: f64,
}

/// Solves components, small ones first, as far as the limit goes. They all have orders,
/// which the search starts from.
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
        for piece in split::pieces(graph, &mut partial, &mut effort)? {
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
            // No order is known that does without an arc which need not be cut.
            None => open.partial.cost = f64::INFINITY,
        }
    }
    let solutions = opened.into_iter().map(|open| open.close(arcs)).collect();
    ControlFlow::Continue(solutions)
}

/// Solves a piece within its share of the effort that is left.
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
    let mut answer = tree::search(&piece, known, &mut own)?;
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

    /// A component by itself. What opposite arcs cost is added to `partial`.
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
