//! Opens a graph file.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use super::bytes::{AlignedBytes, Bytes};
use super::format::{FileWeight, HEADER, Header, Layout, check_byte_order};
use crate::graphs::{Neighbours, Transposed, VertexRange, vertex_range};
use crate::offsets::{Offset, check_rows};
use crate::rows::{CsrRows, EdgeOffset, Rows, WideRows};
use crate::{DenseVertices, Error, Predecessors, Successors, VertexId, Vertices};

/// A graph over the bytes of a [graph file](crate::files#graph-files).
///
/// The bytes are read into memory, mapped with the feature `mmap`, or borrowed. Opening checks all of
/// them, so that a file that is foreign, truncated or damaged is rejected.
///
/// The graph also knows its predecessors: from the file, or from a backward direction that is
/// computed in memory when it is first needed (4 or 8 bytes per vertex, like the offsets, and 4
/// per edge). Algorithms are faster on slices: [`as_rows`](Self::as_rows) with fewer than 2^32
/// edges, otherwise [`as_wide_rows`](Self::as_wide_rows). For the algorithms on edges, use
/// [`WithEdges`](crate::views::WithEdges).
///
/// # Example
/// ```
/// use refcycle_core::files::{GraphFile, GraphWriter};
/// use refcycle_core::{CsrGraph, Successors, VertexId};
///
/// let mut bytes = Vec::new();
/// GraphWriter::new(&CsrGraph::from_edges(2, [(0, 1)])?).write(&mut bytes)?;
/// let graph = GraphFile::from_reader(&*bytes)?;
/// assert!(graph.successors(VertexId::new(0)).eq([VertexId::new(1)]));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct GraphFile<'a> {
    bytes: Bytes<'a>,
    header: Header,
    layout: Layout<usize>,
    /// The computed backward direction, if it is not in the file, with narrow or wide offsets.
    back: OnceLock<Transposed<u32>>,
    wide_back: OnceLock<Transposed<u64>>,
}

impl GraphFile<'static> {
    /// Reads a file into memory and opens it.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io), and as for [`new`](Self::new).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_reader(File::open(path)?)
    }

    /// Reads `input` to its end, into memory that is aligned, and opens these bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io), and as for [`new`](Self::new).
    pub fn from_reader(input: impl Read) -> Result<Self, Error> {
        Self::open(Bytes::Read(AlignedBytes::read(input)?))
    }
}

impl<'a> GraphFile<'a> {
    /// Opens the bytes of a file, such as a part of a larger one that is mapped. Copies nothing.
    ///
    /// # Errors
    /// [`ErrorKind::ForeignFile`](crate::ErrorKind::ForeignFile),
    /// [`ErrorKind::UnsupportedVersion`](crate::ErrorKind::UnsupportedVersion);
    /// [`ErrorKind::FileLength`](crate::ErrorKind::FileLength) for a file that is truncated or
    /// has extra bytes at its end;
    /// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets),
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange),
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges);
    /// [`ErrorKind::MalformedFile`](crate::ErrorKind::MalformedFile) for an invalid header, and
    /// for backward rows that are not the reverse of the forward rows;
    /// [`ErrorKind::Misaligned`](crate::ErrorKind::Misaligned) if the bytes do not start at a
    /// multiple of 8; [`ErrorKind::ByteOrder`](crate::ErrorKind::ByteOrder) on a big-endian
    /// machine. Weights may have any value; an algorithm checks those that it uses.
    ///
    /// # Complexity
    /// O(vertices + edges) time, one sweep over the file; no additional memory.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::open(Bytes::Borrowed(bytes))
    }

    pub(super) fn open(bytes: Bytes<'a>) -> Result<Self, Error> {
        check_byte_order()?;
        let all = bytes.all();
        let header = Header::decode(all)?;
        let layout = header.layout_in_memory(all.len())?;
        if bytemuck::try_cast_slice::<u8, u64>(&all[..HEADER]).is_err() {
            return Err(Error::misaligned());
        }
        let file = Self {
            bytes,
            header,
            layout,
            back: OnceLock::new(),
            wide_back: OnceLock::new(),
        };
        if header.wide {
            file.check::<u64>()?;
        } else {
            file.check::<u32>()?;
        }
        Ok(file)
    }

    fn check<O: Offset + bytemuck::Pod>(&self) -> Result<(), Error> {
        let (offsets, heads) = self.rows_at::<O>(&self.layout.forward);
        check_rows(offsets, heads)?;
        let Some(places) = &self.layout.backward else {
            return Ok(());
        };
        let (back, tails) = self.rows_at::<O>(places);
        check_rows(back, tails)?;
        let forward = fingerprint(offsets, heads, |v, head| (v, head));
        if forward != fingerprint(back, tails, |v, tail| (tail, v)) {
            let what = "its backward rows are not the reverse of its forward rows";
            return Err(Error::malformed_file(what));
        }
        Ok(())
    }

    /// The number of edges.
    pub fn edge_count(&self) -> usize {
        self.layout.forward.1.len() / 4
    }

    /// Whether the file has the backward direction.
    pub fn has_backward(&self) -> bool {
        self.layout.backward.is_some()
    }

    /// The graph as slices, with the backward direction if the file has it; `None` unless the
    /// file's offsets have 4 bytes.
    pub fn as_rows(&self) -> Option<Rows<'_>> {
        (!self.header.wide).then(|| self.all_rows())
    }

    /// The graph as slices, with the backward direction if the file has it; `None` unless the
    /// file's offsets have 8 bytes.
    pub fn as_wide_rows(&self) -> Option<WideRows<'_>> {
        self.header.wide.then(|| self.all_rows())
    }

    fn all_rows<O: EdgeOffset + bytemuck::Pod>(&self) -> CsrRows<'_, O> {
        let (offsets, heads) = self.rows_at(&self.layout.forward);
        let back = self.layout.backward.as_ref();
        let back = back.map(|places| self.rows_at(places));
        CsrRows::trusted(offsets, heads, back)
    }

    /// The weight of each vertex; `None` if the file has no vertex weights, or weights of another
    /// type.
    pub fn vertex_weights<W: FileWeight>(&self) -> Option<&[W]> {
        (self.header.vertex_weights == W::KIND).then(|| self.array(&self.layout.vertex_weights))
    }

    /// The weight of each edge, in the order of the heads; `None` if the file has no edge weights,
    /// or weights of another type.
    pub fn edge_weights<W: FileWeight>(&self) -> Option<&[W]> {
        (self.header.edge_weights == W::KIND).then(|| self.array(&self.layout.edge_weights))
    }

    #[inline]
    fn array<T: bytemuck::Pod>(&self, place: &Range<usize>) -> &[T] {
        bytemuck::cast_slice(&self.bytes.all()[place.clone()])
    }

    #[inline]
    fn rows_at<O: bytemuck::Pod>(&self, places: &(Range<usize>, Range<usize>)) -> (&[O], &[u32]) {
        (self.array(&places.0), self.array(&places.1))
    }

    #[inline]
    fn row(&self, places: &(Range<usize>, Range<usize>), v: VertexId) -> Neighbours<'_> {
        let v = v.index();
        let range = if self.header.wide {
            let offsets: &[u64] = self.array(&places.0);
            offsets[v].index()..offsets[v + 1].index()
        } else {
            let offsets: &[u32] = self.array(&places.0);
            offsets[v].index()..offsets[v + 1].index()
        };
        Neighbours::new(&self.array(&places.1)[range])
    }

    /// The backward direction computed in memory.
    fn made_back_rows<'s, O: EdgeOffset + bytemuck::Pod>(
        &'s self,
        made: &'s OnceLock<Transposed<O>>,
    ) -> CsrRows<'s, O> {
        let (offsets, heads) = self.rows_at(&self.layout.forward);
        let back = made.get_or_init(|| Transposed::new(offsets, heads));
        CsrRows::trusted(&back.offsets, &back.tails, Some((offsets, heads)))
    }
}

/// A checksum that depends on the edges but not on their order, so that two directions can be
/// compared in one sweep each.
fn fingerprint<O: Offset>(offsets: &[O], ends: &[u32], edge: fn(u32, u32) -> (u32, u32)) -> u64 {
    let rows = offsets.windows(2).zip(0..);
    rows.flat_map(|(row, v)| {
        let ends = ends[row[0].index()..row[1].index()].iter();
        ends.map(move |&end| {
            let (tail, head) = edge(v, end);
            let bits = (u64::from(tail) << 32 | u64::from(head)).wrapping_add(0x5bd1_e995);
            let mixed = (bits ^ bits >> 29).wrapping_mul(0xff51_afd7_ed55_8ccd);
            (mixed ^ mixed >> 32).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
        })
    })
    .fold(0, u64::wrapping_add)
}

impl fmt::Debug for GraphFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphFile")
            .field("vertices", &self.header.vertices)
            .field("edges", &self.header.edges)
            .field("backward", &self.header.backward)
            .finish_non_exhaustive()
    }
}

impl Vertices for GraphFile<'_> {
    #[inline]
    fn vertex_bound(&self) -> usize {
        self.header.vertices as usize
    }

    #[inline]
    fn vertex_count(&self) -> usize {
        self.vertex_bound()
    }

    #[inline]
    fn contains_vertex(&self, v: VertexId) -> bool {
        v.index() < self.vertex_bound()
    }

    // Also from both ends, and with its length.
    #[allow(refining_impl_trait)]
    fn vertices(&self) -> VertexRange {
        vertex_range(self.vertex_bound())
    }
}

impl DenseVertices for GraphFile<'_> {}

impl Successors for GraphFile<'_> {
    type Successors<'a>
        = Neighbours<'a>
    where
        Self: 'a;

    #[inline]
    fn successors(&self, v: VertexId) -> Neighbours<'_> {
        self.row(&self.layout.forward, v)
    }

    fn rows(&self) -> Option<Rows<'_>> {
        self.as_rows()
    }
}

impl Predecessors for GraphFile<'_> {
    type Predecessors<'a>
        = Neighbours<'a>
    where
        Self: 'a;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Neighbours<'_> {
        match &self.layout.backward {
            Some(places) => self.row(places, v),
            None if self.header.wide => {
                Neighbours::new(self.made_back_rows(&self.wide_back).row(v.number()))
            }
            None => Neighbours::new(self.made_back_rows(&self.back).row(v.number())),
        }
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        let rows = self.as_rows()?;
        Some(
            rows.reversed()
                .unwrap_or_else(|| self.made_back_rows(&self.back)),
        )
    }
}
