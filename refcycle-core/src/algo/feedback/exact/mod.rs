//! Best orders, by branch and bound and over subsets, within a limit.

mod branch_and_bound;
mod decompose;
mod graph;
mod kernel;
mod packing;
mod partial;
mod reduce;
mod subsets;
mod windows;

use alloc::vec::Vec;
use core::ops::ControlFlow;

use self::branch_and_bound::Answer;
use self::graph::Graph;
pub(super) use self::kernel::{Kernel, Solution};
use self::kernel::{Open, Piece};
use self::partial::Partial;
use self::reduce::Rules;
use super::effort::Effort;
use super::order::Order;
use crate::Watch;
use crate::watch::Meter;

/// A piece that is larger than the limit divided by this number cannot be solved within the limit.
const LOOKS: usize = 256;

/// Solves pieces of the kernel, small ones first, as far as the limit allows; the others stay in
/// `order`, from which the search starts.
pub(super) fn solve<W: Watch>(
    kernel: Kernel,
    order: &Order,
    limit: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<Solution>> {
    let mut effort = Effort { left: limit, meter };
    let (mut opened, mut rough) = (kernel.opened, kernel.pieces);
    rough.sort_by_key(|piece| piece.graph.size());
    let is_small = |piece: &Piece| piece.graph.size() <= limit / LOOKS;
    let large = rough.split_off(rough.partition_point(is_small));
    if rough.is_empty() {
        return ControlFlow::Continue(Vec::new());
    }
    let mut pieces = Vec::new();
    for Piece { open, graph, .. } in rough {
        let partial = &mut opened[open].partial;
        for piece in decompose::pieces(graph, Rules::All, partial, &mut effort)? {
            pieces.push((open, piece));
        }
    }
    for open in &mut opened {
        open.bound = open.partial.cost;
    }
    for Piece { open, graph, bound } in large {
        let open = &mut opened[open];
        open.bound += bound;
        open.partial.append(in_order(&graph, order));
    }
    pieces.sort_by_key(|(_, piece)| piece.size());
    let mut unsearched = pieces.len();
    for (number, piece) in pieces {
        let answer = solve_piece(piece, order, unsearched, &mut effort)?;
        unsearched -= 1;
        let open = &mut opened[number];
        open.bound += answer.bound;
        match answer.best {
            Some(best) => open.partial.append(best),
            // No known order avoids cutting an arc that is kept.
            None => open.partial.cost = f64::INFINITY,
        }
    }
    let solutions = opened.into_iter().map(Open::close).collect();
    ControlFlow::Continue(solutions)
}

/// A piece in an order of the vertices of the core.
fn in_order(piece: &Graph, order: &Order) -> Partial {
    piece.in_order(|v| order.label(piece.ends[v as usize].0))
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
    let known = in_order(&piece, order);
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
