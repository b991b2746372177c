//! The graph, and the formats in which it can be written.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::frames::{Frame, FrameId};

/// A flame graph of retained memory.
///
/// # Example
/// ```
/// use std::convert::Infallible;
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// use refcycle_dot::exchange::flame_graph::*;
///
/// struct Numbers;
/// impl FrameNames for Numbers {
///     type Error = Infallible;
///     fn frame(&mut self, v: VertexId, _: bool, frames: &mut Frames) -> Result<FrameId, Infallible> {
///         Ok(frames.id(Frame { name: format!("object {v}"), place: None }))
///     }
/// }
///
/// let graph = CsrGraph::from_edges(3, [(0, 1), (0, 2)])?;
/// let tree = algo::dominators(&graph, [VertexId::new(0)])?.into_tree();
/// let sizes = [8, 20, 3];
/// let flame = FlameGraph::of(&tree, &sizes, &tree.accumulate(&sizes)?, &mut Numbers)?;
/// let mut text = Vec::new();
/// flame.write(FlameFormat::Collapsed, &mut text)?;
/// assert_eq!(text, b"object 0 8\nobject 0;object 1 20\nobject 0;object 2 3\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlameGraph {
    pub(super) frames: Vec<Frame>,
    pub(super) nodes: Vec<FlameNode>,
}

/// Objects with the same frame below the same parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlameNode {
    /// The frame.
    pub frame: FrameId,
    /// The number of nodes above it.
    pub depth: u32,
    /// The bytes of the objects themselves.
    pub own_bytes: u64,
    /// The number of the objects themselves.
    pub own_count: u64,
    /// The bytes that the objects retain, themselves included.
    pub bytes: u64,
}

impl FlameGraph {
    /// The nodes, each before those below it; of nodes below the same one, the largest first.
    pub fn nodes(&self) -> &[FlameNode] {
        &self.nodes
    }

    /// A frame of the graph.
    ///
    /// # Panics
    /// If the frame is not of this graph.
    pub fn frame(&self, id: FrameId) -> &Frame {
        &self.frames[id.0 as usize]
    }

    /// The bytes of all objects.
    pub fn bytes(&self) -> u64 {
        self.nodes.iter().map(|node| node.own_bytes).sum()
    }

    /// Writes the graph.
    ///
    /// # Errors
    /// Errors of the writer.
    ///
    /// # Complexity
    /// O(nodes × depth) time; the memory of the frames and of one stack.
    pub fn write(&self, format: FlameFormat, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        match format {
            FlameFormat::Pprof => self.write_pprof(&mut out)?,
            FlameFormat::Speedscope => self.write_speedscope(&mut out)?,
            FlameFormat::Collapsed => self.write_collapsed(&mut out)?,
        }
        out.flush()
    }
}

/// A format of flame graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlameFormat {
    /// `profile.proto` with gzip, for pprof, Perfetto, Pyroscope and others. The values of a stack
    /// are the number of objects and their bytes, as in a heap profile of Go.
    Pprof,
    /// The JSON of speedscope.
    Speedscope,
    /// A line of text for each stack, for flamegraph.pl, inferno and others.
    Collapsed,
}

impl FlameFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Pprof, Self::Speedscope, Self::Collapsed];

    /// The name of the format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pprof => "pprof",
            Self::Speedscope => "speedscope",
            Self::Collapsed => "collapsed",
        }
    }

    /// How the names of files of this format end.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pprof => &[".pb.gz", ".pprof"],
            Self::Speedscope => &[".speedscope.json"],
            Self::Collapsed => &[".collapsed", ".folded"],
        }
    }

    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The format of a file, by the end of its name.
    ///
    /// # Example
    /// ```
    /// use refcycle_dot::exchange::flame_graph::FlameFormat;
    /// assert_eq!(FlameFormat::of_path("heap.pb.gz"), Some(FlameFormat::Pprof));
    /// assert_eq!(FlameFormat::of_path("heap.json"), None);
    /// ```
    pub fn of_path(path: impl AsRef<Path>) -> Option<Self> {
        let name = path.as_ref().to_string_lossy().to_ascii_lowercase();
        let ends = |format: &Self| format.endings().iter().any(|end| name.ends_with(end));
        Self::ALL.into_iter().find(ends)
    }
}
