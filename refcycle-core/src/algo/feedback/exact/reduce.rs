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

/// Removes sources and sinks, contracts and keeps arcs, until nothing changes or the effort is
/// spent.
pub(super) fn reduce<W: Watch>(
    graph: &mut Graph,
    partial: &mut Partial,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop> {
    let mut waiting = Waiting {
        vertices: (0..graph.len() as u32).collect(),
        is_waiting: vec![true; graph.len()],
    };
    while let Some(v) = waiting.next() {
        if effort.is_spent() {
            break;
        }
        effort.spend(1 + graph.out(v).len() + graph.ins(v).len() + graph.take_looked())?;
        if graph.out(v).is_empty() || graph.ins(v).is_empty() {
            release(graph, v, partial, &mut waiting);
        } else if !contract(graph, v, partial, &mut waiting) {
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

/// A vertex whose only outgoing arc weighs no less than all arcs that enter it has its best place
/// directly before the head of that arc; likewise with the directions exchanged.
fn contract(graph: &mut Graph, v: u32, partial: &mut Partial, waiting: &mut Waiting) -> bool {
    let (tail, head) = match (graph.out(v), graph.ins(v)) {
        (&[(head, weight)], ins) if outweighs(weight, ins) => (v, head),
        (out, &[(tail, weight)]) if outweighs(weight, out) => (tail, v),
        _ => return false,
    };
    partial.joined.push(graph.before(tail, head));
    graph.set(tail, head, 0.0);
    let other = if tail == v { head } else { tail };
    graph.ends[other as usize] = (graph.ends[tail as usize].0, graph.ends[head as usize].1);
    while let Some(&(head, weight)) = graph.out(v).last() {
        graph.set(v, head, 0.0);
        partial.cost += graph.add(other, head, weight);
        waiting.wake(head);
    }
    while let Some(&(tail, weight)) = graph.ins(v).last() {
        graph.set(tail, v, 0.0);
        partial.cost += graph.add(tail, other, weight);
        waiting.wake(tail);
    }
    waiting.wake(other);
    true
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
