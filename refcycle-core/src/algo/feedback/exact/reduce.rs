//! Decisions about a graph that do not change the least cost.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::graph::{End, Graph};
use super::partial::Partial;
use crate::Watch;

/// The vertices whose arcs have changed.
struct Waiting {
    vertices: Vec<u32>,
    is_waiting: Vec<bool>,
}

impl Waiting {
    fn wake(&mut self, v: u32) {
        if !core::mem::replace(&mut self.is_waiting[v as usize], true) {
            self.vertices.push(v);
        }
    }

    fn next(&mut self) -> Option<u32> {
        let v = self.vertices.pop()?;
        self.is_waiting[v as usize] = false;
        Some(v)
    }
}

/// Which reductions are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// Those that take little time in large graphs.
    Quick,
    All,
}

/// The quick rules contract no arc into a vertex with more arcs than this: each of them may be read
/// for each arc that is moved.
const MANY: usize = 512;

/// Removes sources and sinks, contracts and keeps arcs, until nothing changes or the effort is
/// spent.
pub(super) fn reduce<W: Watch>(
    graph: &mut Graph,
    rules: Rules,
    partial: &mut Partial,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    let mut waiting = Waiting {
        vertices: (0..graph.len() as u32).collect(),
        is_waiting: vec![true; graph.len()],
    };
    let most = match rules {
        Rules::Quick => MANY,
        Rules::All => usize::MAX,
    };
    while let Some(v) = waiting.next() {
        if effort.is_spent() {
            break;
        }
        effort.spend(1 + graph.out(v).len() + graph.ins(v).len() + graph.take_looked())?;
        if graph.out(v).is_empty() || graph.ins(v).is_empty() {
            release(graph, v, partial, &mut waiting);
        } else if let Some(arc) = contractible(graph, v, most) {
            contract(graph, arc, partial, &mut waiting);
        } else if rules == Rules::All {
            keep_heavy(graph, v, partial, &mut waiting);
        }
    }
    ControlFlow::Continue(())
}

/// All arcs of a source or a sink go forward.
fn release(graph: &mut Graph, v: u32, partial: &mut Partial, waiting: &mut Waiting) {
    while let Some(&(w, _)) = graph.out(v).last() {
        partial.before.push(graph.before(v, w));
        graph.set(v, w, 0.0);
        waiting.wake(w);
    }
    while let Some(&(w, _)) = graph.ins(v).last() {
        partial.before.push(graph.before(w, v));
        graph.set(w, v, 0.0);
        waiting.wake(w);
    }
}

/// An arc that can be contracted.
struct Contractible {
    tail: u32,
    head: u32,
    /// The end that has no other arcs in the direction of the arc.
    gone: u32,
}

/// An arc at `v` that some best order does not cut, and one end of which has no other arcs in its
/// direction: this end has its best place directly before or behind the other one.
///
/// An arc need not be cut if it weighs no less than all arcs that enter its tail, or all that leave
/// its head: moving that end costs no more.
fn contractible(graph: &Graph, v: u32, most: usize) -> Option<Contractible> {
    let (out, ins) = (graph.out(v), graph.ins(v));
    let is_small = |v: u32| graph.out(v).len() + graph.ins(v).len() <= most;
    if !is_small(v) {
        return None;
    }
    if let &[(w, weight)] = out
        && is_small(w)
        && (outweighs(weight, ins) || outweighs(weight, graph.out(w)))
    {
        let (tail, head, gone) = (v, w, v);
        return Some(Contractible { tail, head, gone });
    }
    if let &[(u, weight)] = ins
        && is_small(u)
        && (outweighs(weight, out) || outweighs(weight, graph.ins(u)))
    {
        let (tail, head, gone) = (u, v, v);
        return Some(Contractible { tail, head, gone });
    }
    // The same at the neighbours of `v`, which depends on the arcs of `v`.
    let sum = |row: &[End]| row.iter().map(|end| end.1).sum::<f64>();
    let leaving = sum(out);
    let may_go = |end: &&End, row: &[End]| row.len() == 1 && is_small(end.0);
    let before = (ins.iter()).find(|end| end.1 >= leaving && may_go(end, graph.out(end.0)));
    if let Some(&(u, _)) = before {
        let (tail, head, gone) = (u, v, u);
        return Some(Contractible { tail, head, gone });
    }
    let entering = sum(ins);
    let behind = (out.iter()).find(|end| end.1 >= entering && may_go(end, graph.ins(end.0)));
    let &(w, _) = behind?;
    let (tail, head, gone) = (v, w, w);
    Some(Contractible { tail, head, gone })
}

/// Moves all other arcs of the end that goes to the other end.
fn contract(graph: &mut Graph, arc: Contractible, partial: &mut Partial, waiting: &mut Waiting) {
    let Contractible { tail, head, gone } = arc;
    partial.joined.push(graph.before(tail, head));
    graph.set(tail, head, 0.0);
    let other = if tail == gone { head } else { tail };
    graph.ends[other as usize] = (graph.ends[tail as usize].0, graph.ends[head as usize].1);
    while let Some(&(head, weight)) = graph.out(gone).last() {
        graph.set(gone, head, 0.0);
        partial.cost += graph.add(other, head, weight);
        waiting.wake(head);
    }
    while let Some(&(tail, weight)) = graph.ins(gone).last() {
        graph.set(tail, gone, 0.0);
        partial.cost += graph.add(tail, other, weight);
        waiting.wake(tail);
    }
    waiting.wake(other);
}

/// An arc that weighs no less than all arcs that enter its tail, or all that leave its head, need
/// not be cut: moving that end costs no more.
fn keep_heavy(graph: &mut Graph, v: u32, partial: &mut Partial, waiting: &mut Waiting) {
    let heavy = |row: &[End], others: &[End]| -> Vec<u32> {
        let light = row.iter().filter(|end| end.1 < f64::INFINITY);
        let heavy = light.filter(|end| outweighs(end.1, others));
        heavy.map(|end| end.0).collect()
    };
    for head in heavy(graph.out(v), graph.ins(v)) {
        keep_and_wake(graph, (v, head), partial, waiting);
    }
    for tail in heavy(graph.ins(v), graph.out(v)) {
        keep_and_wake(graph, (tail, v), partial, waiting);
    }
}

fn outweighs(weight: f64, row: &[End]) -> bool {
    let mut sum = 0.0;
    row.iter().all(|end| {
        sum += end.1;
        sum <= weight
    })
}

fn keep_and_wake(graph: &mut Graph, arc: (u32, u32), partial: &mut Partial, waiting: &mut Waiting) {
    let cut = keep(graph, arc, partial);
    for (tail, head) in cut.into_iter().chain([arc]) {
        waiting.wake(tail);
        waiting.wake(head);
    }
}

/// Keeps an arc permanently. Arcs that close a cycle with kept arcs are cut and returned.
pub(super) fn keep(
    graph: &mut Graph,
    (tail, head): (u32, u32),
    partial: &mut Partial,
) -> Vec<(u32, u32)> {
    // An arc that has been cut meanwhile needs no decision.
    if graph.weight(tail, head) == 0.0 {
        return Vec::new();
    }
    graph.set(tail, head, f64::INFINITY);
    let behind = kept_from(tail, graph.len(), |v| graph.ins(v));
    let ahead = kept_from(head, graph.len(), |v| graph.out(v));
    let mut is_behind = vec![false; graph.len()];
    for v in behind {
        is_behind[v as usize] = true;
    }
    let mut cut = Vec::new();
    for v in ahead {
        let closing = graph.out(v).iter().filter(|end| is_behind[end.0 as usize]);
        for &(w, weight) in closing {
            partial.cost += weight;
            cut.push((v, w));
        }
    }
    for &(v, w) in &cut {
        graph.set(v, w, 0.0);
    }
    cut
}

/// The vertices that kept arcs lead to.
fn kept_from<'a>(start: u32, vertices: usize, row: impl Fn(u32) -> &'a [End]) -> Vec<u32> {
    let mut seen = vec![false; vertices];
    seen[start as usize] = true;
    let mut found = vec![start];
    let mut done = 0;
    while let Some(&v) = found.get(done) {
        done += 1;
        for &(w, weight) in row(v) {
            if weight == f64::INFINITY && !core::mem::replace(&mut seen[w as usize], true) {
                found.push(w);
            }
        }
    }
    found
}
