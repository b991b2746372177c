//! Cycles among which the weights of the arcs are divided: a lower bound of the weight of any
//! feedback arc set.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::graph::Graph;
use crate::Watch;

/// The longest cycles of each round, in arcs. Short cycles are taken first, because they leave
/// more weight for the others. There are no cycles of two arcs.
const LENGTHS: [u32; 4] = [3, 4, 6, u32::MAX];

/// The bound from the cycles of a graph.
pub(super) struct Packing {
    pub(super) bound: f64,
    /// An arc of a shortest cycle that is not kept. Many other cycles may go through it.
    pub(super) arc: Option<(u32, u32)>,
}

/// The arcs of a graph by number, with their remaining weights.
struct Residue<'a> {
    graph: &'a Graph,
    offsets: Vec<usize>,
    left: Vec<f64>,
    /// The arc by which each vertex was found, and its tail.
    found_by: Vec<(usize, u32)>,
    stamp: Vec<u32>,
    search: u32,
    queue: Vec<u32>,
    /// The cycle that was found, as arcs with their tails, starting with its last arc.
    cycle: Vec<(usize, u32)>,
}

pub(super) fn packing<W: Watch>(
    graph: &Graph,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, Packing> {
    let mut residue = Residue::new(graph);
    let (mut bound, mut shortest, mut best) = (0.0, usize::MAX, None);
    for most in LENGTHS {
        for v in 0..graph.len() as u32 {
            while !effort.is_spent() && residue.find_cycle(v, most, effort)? {
                let cycle = &residue.cycle;
                if cycle.len() <= shortest {
                    shortest = cycle.len();
                    for &(arc, tail) in cycle {
                        let (head, weight) = graph.out(tail)[arc - residue.offsets[tail as usize]];
                        let ways = graph.ins(tail).len() * graph.out(head).len();
                        let gain = ways as f64 / weight;
                        if gain > 0.0 && best.is_none_or(|(most, _)| gain > most) {
                            best = Some((gain, (tail, head)));
                        }
                    }
                }
                let share = residue.take_cycle();
                bound += share;
                // All arcs of the cycle are kept.
                if share == f64::INFINITY {
                    return ControlFlow::Continue(Packing { bound, arc: None });
                }
            }
        }
    }
    ControlFlow::Continue(Packing {
        bound,
        arc: best.map(|(_, arc)| arc),
    })
}

impl<'a> Residue<'a> {
    fn new(graph: &'a Graph) -> Self {
        let mut left = Vec::new();
        let offsets = (0..graph.len() as u32)
            .map(|v| {
                let start = left.len();
                left.extend(graph.out(v).iter().map(|end| end.1));
                start
            })
            .collect();
        Self {
            graph,
            offsets,
            left,
            found_by: vec![(0, 0); graph.len()],
            stamp: vec![0; graph.len()],
            search: 0,
            queue: Vec::new(),
            cycle: Vec::new(),
        }
    }

    /// A shortest cycle through a vertex, of at most `most` arcs, over arcs with remaining weight.
    fn find_cycle<W: Watch>(
        &mut self,
        start: u32,
        most: u32,
        effort: &mut Effort<'_, '_, W>,
    ) -> ControlFlow<W::Stop, bool> {
        self.search += 1;
        self.queue.clear();
        self.queue.push(start);
        let (mut done, mut length, mut level_end, mut steps) = (0, 1, 1, 1);
        while let Some(&v) = self.queue.get(done) {
            if done == level_end {
                length += 1;
                if length > most {
                    break;
                }
                level_end = self.queue.len();
            }
            done += 1;
            for (arc, &(w, _)) in (self.offsets[v as usize]..).zip(self.graph.out(v)) {
                steps += 1;
                if self.left[arc] == 0.0 {
                    continue;
                }
                if w == start {
                    self.trace(start, (arc, v));
                    effort.spend(steps)?;
                    return ControlFlow::Continue(true);
                }
                if core::mem::replace(&mut self.stamp[w as usize], self.search) != self.search {
                    self.found_by[w as usize] = (arc, v);
                    self.queue.push(w);
                }
            }
        }
        effort.spend(steps)?;
        ControlFlow::Continue(false)
    }

    fn trace(&mut self, start: u32, last: (usize, u32)) {
        self.cycle.clear();
        self.cycle.push(last);
        let mut v = last.1;
        while v != start {
            let by = self.found_by[v as usize];
            self.cycle.push(by);
            v = by.1;
        }
    }

    /// Subtracts the least remaining weight on the cycle from all of its arcs.
    fn take_cycle(&mut self) -> f64 {
        let least = |share: f64, &(arc, _): &(usize, u32)| share.min(self.left[arc]);
        let share = self.cycle.iter().fold(f64::INFINITY, least);
        for &(arc, _) in &self.cycle {
            self.left[arc] = self.graph.rest(self.left[arc], share);
        }
        share
    }
}
