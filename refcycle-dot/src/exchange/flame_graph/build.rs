//! From a dominator tree to a flame graph: the largest nodes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use refcycle_core::VertexId;
use refcycle_core::algo::DominatorTree;

use super::frames::{Frame, FrameId, FrameNames, Frames};
use super::graph::{FlameGraph, FlameNode};

/// The number of nodes, without those of objects that are not shown.
const MOST_NODES: usize = 20_000;

/// The number of levels.
const DEEPEST: u32 = 200;

/// An object that retains this part of all memory is large.
const LARGE: u64 = 1000;

/// The frame of objects for which there is no node.
const NOT_SHOWN: &str = "(objects not shown)";

/// The node above all others.
const TOP: u32 = 0;

impl FlameGraph {
    /// Builds the flame graph of a dominator tree. `sizes` and `retained` have the bytes of each
    /// vertex and those that it retains.
    ///
    /// # Errors
    /// Errors of the names.
    ///
    /// # Complexity
    /// O(vertices log vertices) time, 20 bytes per vertex, and a frame for each vertex of the nodes
    /// and of those directly below them.
    pub fn of<N: FrameNames>(
        tree: &DominatorTree,
        sizes: &[u64],
        retained: &[u64],
        names: &mut N,
    ) -> Result<Self, N::Error> {
        let total: u64 = tree.roots().iter().map(|v| retained[v.index()]).sum();
        let mut growth = Growth {
            tree,
            sizes,
            retained,
            large: total.div_ceil(LARGE),
            names,
            frames: Frames::default(),
            nodes: vec![Grown::default()],
            waiting: BinaryHeap::new(),
            members: Vec::new(),
        };
        growth.wait(TOP, 0, None, &mut tree.roots().to_vec())?;
        growth.grow()?;
        Ok(growth.finish())
    }
}

/// A node that is part of the flame graph.
#[derive(Default)]
struct Grown {
    parent: u32,
    frame: Option<FrameId>,
    own: Amount,
    /// What is below it and has no node.
    hidden: Amount,
    bytes: u64,
}

#[derive(Clone, Copy, Default)]
struct Amount {
    bytes: u64,
    count: u64,
}

impl Amount {
    fn add(&mut self, bytes: u64, count: usize) {
        self.bytes += bytes;
        self.count += count as u64;
    }
}

/// Vertices that become a node if there is room for it; the one that retains most is the greatest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    bytes: u64,
    /// Among `members`.
    start: Reverse<usize>,
    end: usize,
    parent: u32,
    depth: u32,
    frame: FrameId,
}

struct Growth<'a, N> {
    tree: &'a DominatorTree,
    sizes: &'a [u64],
    retained: &'a [u64],
    large: u64,
    names: &'a mut N,
    frames: Frames,
    nodes: Vec<Grown>,
    waiting: BinaryHeap<Waiting>,
    /// Each vertex at most once.
    members: Vec<VertexId>,
}

impl<N: FrameNames> Growth<'_, N> {
    fn grow(&mut self) -> Result<(), N::Error> {
        while self.nodes.len() <= MOST_NODES
            && let Some(next) = self.waiting.pop()
        {
            let node = self.nodes.len() as u32;
            self.nodes.push(Grown {
                parent: next.parent,
                frame: Some(next.frame),
                bytes: next.bytes,
                ..Grown::default()
            });
            let mut pending = self.members[next.start.0..next.end].to_vec();
            while !pending.is_empty() {
                let mut below = Vec::new();
                for v in pending {
                    self.nodes[node as usize].own.add(self.sizes[v.index()], 1);
                    below.extend_from_slice(self.tree.children(v));
                }
                self.wait(node, next.depth, Some(next.frame), &mut below)?;
                pending = below;
            }
        }
        Ok(())
    }

    /// Adds vertices below a node to those that wait. Those with the frame of the node itself
    /// remain in `below`.
    fn wait(
        &mut self,
        node: u32,
        depth: u32,
        own: Option<FrameId>,
        below: &mut Vec<VertexId>,
    ) -> Result<(), N::Error> {
        let mut named = Vec::with_capacity(below.len());
        for &v in &*below {
            let is_large = self.retained[v.index()] >= self.large;
            named.push((self.names.frame(v, is_large, &mut self.frames)?, v));
        }
        below.clear();
        named.sort_by_key(|&(frame, _)| frame);
        for group in named.chunk_by(|one, other| one.0 == other.0) {
            let frame = group[0].0;
            let vertices = group.iter().map(|&(_, v)| v);
            if Some(frame) == own {
                below.extend(vertices);
                continue;
            }
            let bytes = vertices.clone().map(|v| self.retained[v.index()]).sum();
            if depth == DEEPEST {
                let count = vertices.map(|v| self.tree.subtree(v).len()).sum();
                self.nodes[node as usize].hidden.add(bytes, count);
                continue;
            }
            let start = self.members.len();
            self.members.extend(vertices);
            self.waiting.push(Waiting {
                bytes,
                start: Reverse(start),
                end: self.members.len(),
                parent: node,
                depth: depth + 1,
                frame,
            });
        }
        Ok(())
    }

    fn finish(mut self) -> FlameGraph {
        for left in std::mem::take(&mut self.waiting) {
            let vertices = self.members[left.start.0..left.end].iter();
            let count = vertices.map(|&v| self.tree.subtree(v).len()).sum();
            self.nodes[left.parent as usize]
                .hidden
                .add(left.bytes, count);
        }
        let not_shown = Frame {
            name: NOT_SHOWN.to_owned(),
            place: None,
        };
        for parent in 0..self.nodes.len() {
            let hidden = self.nodes[parent].hidden;
            if hidden.count > 0 {
                self.nodes.push(Grown {
                    parent: parent as u32,
                    frame: Some(self.frames.id(not_shown.clone())),
                    own: hidden,
                    bytes: hidden.bytes,
                    ..Grown::default()
                });
            }
        }
        FlameGraph {
            nodes: preorder(&self.nodes),
            frames: self.frames.into_frames(),
        }
    }
}

/// The nodes, each before those below it, without the one above all others.
fn preorder(nodes: &[Grown]) -> Vec<FlameNode> {
    let mut order: Vec<_> = (1..nodes.len()).collect();
    order.sort_by_key(|&node| (nodes[node].parent, Reverse(nodes[node].bytes)));
    let below = |node: usize| {
        let start = order.partition_point(|&child| (nodes[child].parent as usize) < node);
        let end = order.partition_point(|&child| nodes[child].parent as usize <= node);
        order[start..end].iter().rev()
    };
    let mut found = Vec::with_capacity(order.len());
    let mut pending: Vec<_> = below(TOP as usize).map(|&node| (node, 0)).collect();
    while let Some((node, depth)) = pending.pop() {
        let Grown {
            frame, own, bytes, ..
        } = nodes[node];
        found.extend(frame.map(|frame| FlameNode {
            frame,
            depth,
            own_bytes: own.bytes,
            own_count: own.count,
            bytes,
        }));
        pending.extend(below(node).map(|&child| (child, depth + 1)));
    }
    found
}
