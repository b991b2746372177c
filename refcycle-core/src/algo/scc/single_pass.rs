//! A single depth-first search of a graph that lists successors.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::Components;
use super::state::{SccState, UNSEEN};
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
    let mut search = SccState::new(graph.vertex_bound());
    search.work(|search| {
        let mut frames: Vec<Frame<G::Successors<'_>>> = Vec::new();
        for root in graph.vertices() {
            if search.state()[root.index()] != UNSEEN {
                continue;
            }
            meter.step()?;
            let mut frame = Frame {
                vertex: root,
                // SAFETY: it is below the bound and unseen, as the check of its state shows.
                low: unsafe { search.open(root.number()) },
                successors: graph.successors(root),
            };
            'frames: loop {
                for w in &mut frame.successors {
                    let seen = search.state()[w.index()];
                    if seen != UNSEEN {
                        frame.low = frame.low.min(seen);
                        continue;
                    }
                    meter.step()?;
                    let successors = graph.successors(w);
                    // Many vertices have no edges: each is a component by itself.
                    if successors.size_hint().1 == Some(0) {
                        // SAFETY: it is below the bound and unseen.
                        unsafe { search.close_single(w.number()) };
                        continue;
                    }
                    let child = Frame {
                        vertex: w,
                        // SAFETY: the same.
                        low: unsafe { search.open(w.number()) },
                        successors,
                    };
                    frames.push(core::mem::replace(&mut frame, child));
                    continue 'frames;
                }
                // SAFETY: it has been opened, and is no longer on the path.
                let low = unsafe { search.close(frame.vertex.number(), frame.low) };
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
