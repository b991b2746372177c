//! Flame graphs of retained memory, for the viewers of profiles: pprof, Perfetto, speedscope,
//! flamegraph.pl and others.
//!
//! A stack of frames is a path in the dominator tree: each object is below the one with which it
//! would be freed. The width of a frame is the memory that its objects retain, and its own part is
//! that of the objects themselves. So the widths of all stacks add up to the memory of the graph.
//!
//! Objects below the same parent that have the same frame are one node, such as all sessions in a
//! list, and so is an object with objects of the same frame directly below it, such as the nodes
//! of a linked list.
//!
//! A flame graph has at most 20,000 nodes, those that retain most, and at most 200 levels. The
//! other objects are the frame `(objects not shown)` below their parents.

mod build;
mod collapsed;
mod frames;
mod graph;
mod pprof;
mod speedscope;

pub use frames::{Frame, FrameId, FrameNames, Frames};
pub use graph::{FlameFormat, FlameGraph, FlameNode};
