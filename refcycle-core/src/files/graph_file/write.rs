//! Writes a graph file.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::format::{FileWeight, Header, check_byte_order};
use crate::files::{ReplaceOptions, Replacement};
use crate::lengths::check_length;
use crate::offsets::{Offset, check_vertex_count};
use crate::{Error, Predecessors, Successors, VertexId};

/// Writes a graph as a [graph file](crate::files#graph-files).
///
/// The graph is iterated three times, and its backward direction twice. So nothing is kept in
/// memory, and the graph may be computed, or be in a file that is larger than memory. Holes in its
/// ids become vertices without edges.
///
/// # Example
/// ```
/// use refcycle_core::CsrGraph;
/// use refcycle_core::files::GraphWriter;
/// let graph = CsrGraph::from_edges(2, [(0, 1)])?;
/// let mut bytes = Vec::new();
/// GraphWriter::new(&graph).backward().write(&mut bytes)?;
/// assert_eq!(bytes.len(), 64 + 2 * (16 + 8));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct GraphWriter<'g, G: ?Sized> {
    graph: &'g G,
    wide: bool,
    backward: Option<EachEnd<G>>,
    vertex_weights: Weights<'g>,
    edge_weights: Weights<'g>,
}

/// Calls a function with each neighbour of a vertex in one direction.
type EachEnd<G> = fn(&G, VertexId, &mut dyn FnMut(VertexId));

#[derive(Clone, Copy, Default)]
struct Weights<'g> {
    kind: u8,
    count: usize,
    bytes: &'g [u8],
}

impl<'g> Weights<'g> {
    fn new<W: FileWeight>(weights: &'g [W]) -> Self {
        Self {
            kind: W::KIND,
            count: weights.len(),
            bytes: bytemuck::cast_slice(weights),
        }
    }

    fn check(&self, what: &'static str, expected: u64) -> Result<(), Error> {
        match self.kind {
            0 => Ok(()),
            _ => check_length(what, self.count, expected as usize),
        }
    }
}

impl<'g, G: Successors + ?Sized> GraphWriter<'g, G> {
    /// Writes only the graph's successors by default.
    pub fn new(graph: &'g G) -> Self {
        Self {
            graph,
            wide: false,
            backward: None,
            vertex_weights: Weights::default(),
            edge_weights: Weights::default(),
        }
    }

    /// Writes the backward direction too.
    pub fn backward(mut self) -> Self
    where
        G: Predecessors,
    {
        self.backward = Some(|graph, v, f| graph.predecessors(v).for_each(f));
        self
    }

    /// Writes offsets of 8 bytes even if there are fewer than 2^32 edges.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Writes weights of the vertices: one for each number below the graph's
    /// [`vertex_bound`](crate::Vertices::vertex_bound).
    pub fn vertex_weights<W: FileWeight>(mut self, weights: &'g [W]) -> Self {
        self.vertex_weights = Weights::new(weights);
        self
    }

    /// Writes weights of the edges: one for each edge, in the order in which the graph lists
    /// the successors of vertex 0, 1 and so on.
    pub fn edge_weights<W: FileWeight>(mut self, weights: &'g [W]) -> Self {
        self.edge_weights = Weights::new(weights);
        self
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io);
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless there is one weight
    /// for each vertex or edge, and for a graph that lists a different number of edges the second
    /// time, or backward; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices);
    /// [`ErrorKind::ByteOrder`](crate::ErrorKind::ByteOrder) on a big-endian machine.
    ///
    /// # Complexity
    /// O(vertices + edges) time, and a buffer.
    pub fn write(&self, out: impl Write) -> Result<(), Error> {
        check_byte_order()?;
        let bound = self.graph.vertex_bound();
        check_vertex_count(bound)?;
        let forward: EachEnd<G> = |graph, v, f| graph.successors(v).for_each(f);
        let vertices = bound as u64;
        let edges = self.degrees(forward).sum();
        self.vertex_weights.check("vertex weights", vertices)?;
        self.edge_weights.check("edge weights", edges)?;
        let header = Header {
            wide: self.wide || edges > <u32 as Offset>::MAX,
            backward: self.backward.is_some(),
            vertex_weights: self.vertex_weights.kind,
            edge_weights: self.edge_weights.kind,
            vertices,
            edges,
        };
        let mut out = Padded {
            out: BufWriter::with_capacity(1 << 16, out),
            written: 0,
        };
        out.write(&header.encode())?;
        for each in [Some(forward), self.backward].into_iter().flatten() {
            self.rows(each, &header, &mut out)?;
        }
        for weights in [self.vertex_weights, self.edge_weights] {
            out.write(weights.bytes)?;
            out.pad()?;
        }
        out.out.flush()?;
        Ok(())
    }

    /// The number of edges of each vertex id, including holes.
    fn degrees(&self, each: EachEnd<G>) -> impl Iterator<Item = u64> {
        (0..self.graph.vertex_bound()).map(move |v| {
            let mut degree = 0;
            self.ends(each, VertexId::from_index(v), &mut |_| degree += 1);
            degree
        })
    }

    fn ends(&self, each: EachEnd<G>, v: VertexId, f: &mut dyn FnMut(VertexId)) {
        if self.graph.contains_vertex(v) {
            each(self.graph, v, f);
        }
    }

    fn rows<W: Write>(
        &self,
        each: EachEnd<G>,
        header: &Header,
        out: &mut Padded<W>,
    ) -> Result<(), Error> {
        let mut sum = 0;
        for degree in std::iter::once(0).chain(self.degrees(each)) {
            sum += degree;
            match header.wide {
                true => out.write(&sum.to_le_bytes())?,
                false => out.write(&(sum as u32).to_le_bytes())?,
            }
        }
        out.pad()?;
        let mut written = 0;
        let mut failed = Ok(());
        for v in (0..self.graph.vertex_bound()).map(VertexId::from_index) {
            self.ends(each, v, &mut |end| {
                written += 1;
                if failed.is_ok() {
                    failed = out.write(&end.number().to_le_bytes());
                }
            });
            std::mem::replace(&mut failed, Ok(()))?;
        }
        out.pad()?;
        for found in [sum, written] {
            check_length(
                "edges in another pass",
                found as usize,
                header.edges as usize,
            )?;
        }
        Ok(())
    }

    /// Writes a file beside `path` and then renames it, so that there is never an incomplete file
    /// at `path`: see [`Replacement`](crate::files::Replacement).
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let file = Replacement::begin(path, ReplaceOptions::default())?;
        let mut failed = None;
        let saved = file.write(|out| match self.write(&mut *out) {
            // Pipes and devices cannot be synchronized.
            Ok(()) if out.get_ref().metadata()?.is_file() => out.get_ref().sync_all(),
            Ok(()) => Ok(()),
            Err(error) => {
                failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(saved?),
        }
    }
}

impl<G: ?Sized> fmt::Debug for GraphWriter<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphWriter")
            .field("wide", &self.wide)
            .field("backward", &self.backward.is_some())
            .finish_non_exhaustive()
    }
}

/// A writer that counts its bytes.
struct Padded<W: Write> {
    out: BufWriter<W>,
    written: u64,
}

impl<W: Write> Padded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// Writes zeros up to a multiple of 8.
    fn pad(&mut self) -> io::Result<()> {
        let missing = self.written.next_multiple_of(8) - self.written;
        self.write(&[0; 8][..missing as usize])
    }
}
