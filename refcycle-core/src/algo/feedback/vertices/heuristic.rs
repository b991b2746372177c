//! A good set: a greedy choice, improved by local search.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::super::order::Order;
use super::digraph::{Digraph, Waiting};
use super::reduce::{Chosen, simple};
use crate::watch::Meter;
use crate::{CsrGraph, Predecessors, Successors, Watch};

/// Takes the vertex with the most paths through it for its weight, reduces the rest, and repeats.
pub(super) fn greedy<W: Watch>(
    mut graph: Digraph,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Chosen> {
    let mut effort = Effort {
        left: usize::MAX,
        meter,
    };
    let mut chosen = Chosen::default();
    let mut waiting = Waiting::all(graph.len());
    simple(&mut graph, &mut chosen, &mut waiting, &mut effort)?;
    // Numbers that are not negative have the order of their bits.
    let ways = |graph: &Digraph, v: u32| {
        let ways = (graph.out(v).len() * graph.ins(v).len()) as f64;
        (ways / graph.weight(v)).to_bits()
    };
    let mut queue: BinaryHeap<_> = (0..graph.len() as u32)
        .map(|v| (ways(&graph, v), v))
        .collect();
    while let Some((known, v)) = queue.pop() {
        effort.spend(1)?;
        if graph.out(v).is_empty() {
            continue;
        }
        let now = ways(&graph, v);
        if now < known {
            queue.push((now, v));
            continue;
        }
        effort.spend(graph.out(v).len() + graph.ins(v).len())?;
        chosen.take(&mut graph, v, &mut waiting);
        simple(&mut graph, &mut chosen, &mut waiting, &mut effort)?;
        if graph.edges() > 0 && queue.is_empty() {
            let rest = (0..graph.len() as u32).filter(|&v| !graph.out(v).is_empty());
            queue.extend(rest.map(|v| (ways(&graph, v), v)));
        }
    }
    ControlFlow::Continue(chosen)
}

/// The local search ends after this many rounds without a gain.
const IDLE_ROUNDS: usize = 16;

/// A set of vertices without cycles in an order in which all of their edges go forward.
struct Kept<'g> {
    graph: &'g CsrGraph,
    weights: &'g [f64],
    order: Order,
    is_kept: Vec<bool>,
    cost: f64,
}

/// Improves a choice: each chosen vertex is put back at the best place of the order, and the
/// neighbours on the wrong side of it are taken instead, if that costs less, or not much more: the
/// tolerance decreases from round to round.
///
/// P. Galinier, E. Lemamou and M. W. Bouzidi, "Applying local search to the feedback vertex set
/// problem", J. Heuristics 19 (2013), doi:10.1007/s10732-013-9224-z.
pub(super) fn improve<W: Watch>(
    graph: &Digraph,
    chosen: &mut Chosen,
    rounds: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let n = graph.len();
    let fixed = CsrGraph::from_edges(n, graph.all().map(|(v, w, _)| (v, w)));
    let fixed = fixed.expect("the ends are vertices of the graph");
    let mut number = crate::hash::FxHashMap::default();
    number.extend(graph.names.iter().copied().zip(0..n as u32));
    let mut is_kept = vec![true; n];
    for name in &chosen.names {
        is_kept[number[name] as usize] = false;
    }
    let mut kept = Kept {
        order: Order::new(&forward_order(&fixed, &is_kept)),
        graph: &fixed,
        weights: &graph.weights,
        is_kept,
        cost: chosen.cost,
    };
    let mean = graph.weights.iter().sum::<f64>() / n as f64;
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut best = (kept.cost, kept.is_kept.clone());
    let mut idle = 0;
    for round in 0..rounds {
        let tolerance = mean * (rounds - 1 - round) as f64 / rounds as f64;
        for v in 0..n as u32 {
            meter.step()?;
            if !kept.is_kept[v as usize] {
                // Xorshift.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let share = (random >> 11) as f64 / (1_u64 << 53) as f64;
                kept.put_back(v, tolerance * share * share);
            }
        }
        idle += 1;
        if kept.cost < best.0 {
            best = (kept.cost, kept.is_kept.clone());
            idle = 0;
        }
        if idle > IDLE_ROUNDS && tolerance < mean / 4.0 {
            break;
        }
    }
    if best.0 < chosen.cost {
        let taken = || (0..n).filter(|&v| !best.1[v]);
        chosen.names = taken().map(|v| graph.names[v]).collect();
        chosen.cost = taken().map(|v| graph.weights[v]).sum();
    }
    ControlFlow::Continue(())
}

/// The vertices in an order in which the edges between those that are kept go forward.
pub(super) fn forward_order(graph: &CsrGraph, is_kept: &[bool]) -> Vec<u32> {
    let n = is_kept.len() as u32;
    let mut entering = vec![0_u32; is_kept.len()];
    let kept = |v: u32| is_kept[v as usize];
    for v in (0..n).filter(|&v| kept(v)) {
        for w in graph.successors(v.into()) {
            entering[w.index()] += 1;
        }
    }
    let mut order: Vec<_> = (0..n)
        .filter(|&v| !kept(v) || entering[v as usize] == 0)
        .collect();
    let mut done = 0;
    while let Some(&v) = order.get(done) {
        done += 1;
        if !kept(v) {
            continue;
        }
        for w in graph.successors(v.into()) {
            entering[w.index()] -= 1;
            if entering[w.index()] == 0 && kept(w.number()) {
                order.push(w.number());
            }
        }
    }
    assert_eq!(
        order.len(),
        is_kept.len(),
        "the vertices that are kept have no cycle"
    );
    order
}

impl Kept<'_> {
    /// Puts `v` behind its last predecessor or before its first successor, if what is taken
    /// instead costs at most `tolerance` more.
    fn put_back(&mut self, v: u32, tolerance: f64) {
        let order = &self.order;
        let before = |v: &u32| self.is_kept[*v as usize];
        let ins = || {
            self.graph
                .predecessors(v.into())
                .map(|w| w.number())
                .filter(before)
        };
        let out = || {
            self.graph
                .successors(v.into())
                .map(|w| w.number())
                .filter(before)
        };
        let last = ins().max_by_key(|&w| order.label(w));
        let first = out().min_by_key(|&w| order.label(w));
        let weight = |v: u32| self.weights[v as usize];
        let mut taken = Vec::new();
        let mut cost = 0.0;
        if let (Some(last), Some(first)) = (last, first)
            && !order.before(last, first)
        {
            let early = || out().filter(|&w| !order.before(last, w));
            let late = || ins().filter(|&w| !order.before(w, first));
            let behind: f64 = early().map(weight).sum();
            let ahead: f64 = late().map(weight).sum();
            cost = behind.min(ahead);
            if cost > weight(v) + tolerance {
                return;
            }
            let is_behind = behind < ahead || (behind == ahead && v.is_multiple_of(2));
            let place = if is_behind {
                last
            } else {
                order.previous(first)
            };
            if is_behind {
                taken.extend(early());
            } else {
                taken.extend(late());
            }
            self.order.move_behind(v, place);
        } else if let Some(last) = last {
            self.order.move_behind(v, last);
        } else if let Some(first) = first {
            let place = self.order.previous(first);
            self.order.move_behind(v, place);
        }
        self.cost += cost - self.weights[v as usize];
        self.is_kept[v as usize] = true;
        for w in taken {
            self.is_kept[w as usize] = false;
        }
    }
}
