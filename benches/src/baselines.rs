//! Baselines: the minimum work of an algorithm that reads all edges.

use refcycle_core::{CsrGraph, Vertices};

use crate::case::Case;
use crate::contest::{Contender, Kind};

const NEW: u32 = u32::MAX;

/// For each edge, writes to the entry of its head.
pub fn touch(graph: &CsrGraph) -> Vec<u32> {
    let mut state = vec![NEW; graph.vertex_count()];
    for (tail, ends) in graph.offsets().windows(2).enumerate() {
        for &head in &graph.heads()[ends[0] as usize..ends[1] as usize] {
            state[head as usize] = tail as u32;
        }
    }
    state
}

/// Numbers all vertices in depth-first order, and does nothing else.
pub fn depth_first(graph: &CsrGraph) -> Vec<u32> {
    let (offsets, heads) = (graph.offsets(), graph.heads());
    let mut state = vec![NEW; graph.vertex_count()];
    let mut frames: Vec<(u32, u32)> = Vec::new();
    let mut count = 0;
    for root in 0..state.len() {
        if state[root] != NEW {
            continue;
        }
        state[root] = count;
        count += 1;
        let mut place = offsets[root];
        let mut end = offsets[root + 1];
        loop {
            if place == end {
                match frames.pop() {
                    Some(frame) => (place, end) = frame,
                    None => break,
                }
                continue;
            }
            let v = heads[place as usize] as usize;
            place += 1;
            if state[v] == NEW {
                state[v] = count;
                count += 1;
                // A vertex without remaining edges needs no frame.
                if place != end {
                    frames.push((place, end));
                }
                place = offsets[v];
                end = offsets[v + 1];
            }
        }
    }
    state
}

pub(crate) fn touch_contender(case: &Case) -> Contender<'_> {
    Contender::new(Kind::Baseline, "touch", case.edges(), |_| {
        std::hint::black_box(touch(case.graph()));
        None
    })
}

pub(crate) fn depth_first_contender(case: &Case) -> Contender<'_> {
    Contender::new(Kind::Baseline, "DFS", case.edges(), |_| {
        std::hint::black_box(depth_first(case.graph()));
        None
    })
}
