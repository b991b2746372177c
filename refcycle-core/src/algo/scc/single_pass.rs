//! One depth-first search of a graph that lists successors.

use std::ops::ControlFlow;

use super::Components;
use super::search::{Search, UNSEEN};
use crate::watch::Meter;
use crate::{Successors, VertexId, Watch};

struct Frame<I> {
    vertex: VertexId,
    low: u32,
    successors: I,
}

/// The components of any graph.
pub(super) fn components<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Components> {
    let mut search = Search::new(graph.vertex_bound());
    search.work(|search| {
        let mut frames: Vec<Frame<G::Successors<'_>>> = Vec::new();
        for root in graph.vertices() {
            if search.state[root.index()] != UNSEEN {
                continue;
            }
            meter.step()?;
            let mut frame = Frame {
                vertex: root,
                low: search.open(root),
                successors: graph.successors(root),
            };
            'frames: loop {
                for w in &mut frame.successors {
                    let seen = search.state[w.index()];
                    if seen != UNSEEN {
                        frame.low = frame.low.min(seen);
                        continue;
                    }
                    meter.step()?;
                    let successors = graph.successors(w);
                    // Many a vertex has no edges: it is a component at once.
                    if successors.size_hint().1 == Some(0) {
                        search.close_single(w);
                        continue;
                    }
                    let child = Frame {
                        vertex: w,
                        low: search.open(w),
                        successors,
                    };
                    frames.push(std::mem::replace(&mut frame, child));
                    continue 'frames;
                }
                let low = search.close(frame.vertex, frame.low);
                match frames.pop() {
                    Some(parent) => frame = parent,
                    None => break,
                }
                frame.low = frame.low.min(low);
            }
        }
        ControlFlow::Continue(())
    })?;
    ControlFlow::Continue(search.into_components())
}
