//! Reads the rows of a graph file one after the other.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::vec;
use std::vec::Vec;

use super::format::{HEADER, Header, check_byte_order};
use crate::Error;

/// Reads the rows of a [graph file](crate::files#graph-files) one after the other, in blocks, so
/// that the memory does not depend on the size of the file.
///
/// A [`GraphFile`](super::GraphFile) needs all bytes of a file in memory or mapped. A reader needs
/// two blocks. It can be used again and again, for one pass over the edges each time:
/// [`rows`](Self::rows). The algorithm for graphs that are larger than memory is
/// [`semi_external_components`](crate::algo::semi_external_components).
///
/// # Example
/// ```
/// use std::io::Cursor;
/// use refcycle_core::CsrGraph;
/// use refcycle_core::files::{GraphReader, GraphWriter};
///
/// let mut bytes = Vec::new();
/// GraphWriter::new(&CsrGraph::from_edges(3, [(0, 1), (0, 2), (2, 0)])?).write(&mut bytes)?;
/// let mut reader = GraphReader::new(Cursor::new(bytes))?;
/// let mut rows = reader.rows();
/// let mut edges = 0;
/// while let Some((_, heads)) = rows.next_part(|_| true)? {
///     edges += heads.len();
/// }
/// assert_eq!(edges, 3);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct GraphReader<R> {
    input: R,
    header: Header,
    offsets: Range<u64>,
    heads: Range<u64>,
    block: usize,
    bytes_read: u64,
}

/// The size of a block in bytes, unless another is asked for.
const BLOCK: usize = 4 << 20;

impl GraphReader<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::new(File::open(path)?)
    }
}

impl<R: Read + Seek> GraphReader<R> {
    /// Reads the header. The rows are checked when they are read.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io),
    /// [`ErrorKind::ForeignFile`](crate::ErrorKind::ForeignFile),
    /// [`ErrorKind::UnsupportedVersion`](crate::ErrorKind::UnsupportedVersion);
    /// [`ErrorKind::FileLength`](crate::ErrorKind::FileLength) for a file that is truncated or has
    /// extra bytes at its end; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges),
    /// [`ErrorKind::MalformedFile`](crate::ErrorKind::MalformedFile) for an invalid header;
    /// [`ErrorKind::ByteOrder`](crate::ErrorKind::ByteOrder) on a big-endian machine.
    pub fn new(mut input: R) -> Result<Self, Error> {
        check_byte_order()?;
        let length = input.seek(SeekFrom::End(0))?;
        input.seek(SeekFrom::Start(0))?;
        let mut start = Vec::with_capacity(HEADER);
        input.by_ref().take(HEADER as u64).read_to_end(&mut start)?;
        let header = Header::decode(&start)?;
        let (offsets, heads) = header.layout_of(length)?.forward;
        Ok(Self {
            input,
            header,
            offsets,
            heads,
            block: BLOCK,
            bytes_read: start.len() as u64,
        })
    }

    /// Reads `bytes` at a time, at least eight: 4 MiB unless it is set.
    pub fn with_block(mut self, bytes: usize) -> Self {
        self.block = bytes.max(8);
        self
    }

    /// The number of vertices.
    pub fn vertex_count(&self) -> usize {
        self.header.vertices as usize
    }

    /// The number of edges.
    pub fn edge_count(&self) -> u64 {
        self.header.edges
    }

    /// The number of bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The rows from the first on: one pass over the file.
    pub fn rows(&mut self) -> RowParts<'_, R> {
        let item = if self.header.wide { 8 } else { 4 };
        RowParts {
            offsets: Block::new(self.offsets.clone(), item, self.block),
            heads: Block::new(self.heads.clone(), 4, self.block),
            reader: self,
            next: 0,
            vertex: 0,
            at: 0,
            end: 0,
        }
    }
}

impl<R> fmt::Debug for GraphReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphReader")
            .field("vertices", &self.header.vertices)
            .field("edges", &self.header.edges)
            .field("bytes_read", &self.bytes_read)
            .finish_non_exhaustive()
    }
}

/// The rows of a graph file, in the order of the vertices: see [`GraphReader::rows`].
///
/// # Memory
/// Two blocks.
pub struct RowParts<'r, R> {
    reader: &'r mut GraphReader<R>,
    offsets: Block,
    heads: Block,
    /// The vertex of the next row.
    next: u64,
    /// The vertex of the row that is being read.
    vertex: u32,
    /// The position of the next edge of this row.
    at: u64,
    /// The end of this row.
    end: u64,
}

impl<R: Read + Seek> RowParts<'_, R> {
    /// Reads the next part of a row: its vertex, and the heads of some of its edges. A row without edges
    /// has no part; a row that is longer than a block has several. Rows that are not `wanted` are
    /// skipped, and blocks that contain only such rows are not read. `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io);
    /// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets) and
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) for a damaged file. An
    /// error ends the pass: further calls return `None`. [`GraphReader::rows`] begins another one.
    pub fn next_part(
        &mut self,
        mut wanted: impl FnMut(u32) -> bool,
    ) -> Result<Option<(u32, &[u32])>, Error> {
        while self.at == self.end {
            if self.next == self.reader.header.vertices {
                return Ok(None);
            }
            let vertex = self.next as u32;
            if let Err(error) = self.next_row() {
                self.end_pass();
                return Err(error);
            }
            match wanted(vertex) {
                true => self.vertex = vertex,
                false => self.at = self.end,
            }
        }
        if let Err(error) = self.heads.load(self.at, self.reader) {
            self.end_pass();
            return Err(error);
        }
        let part = self.heads.items(self.at..self.end);
        self.at += part.len() as u64;
        let bound = self.reader.header.vertices as u32;
        // Without a branch, so that several heads are compared at once.
        if part.iter().fold(false, |any, &head| any | (head >= bound)) {
            let head = part.iter().copied().find(|&head| head >= bound);
            let head = head.unwrap_or_default();
            (self.next, self.at) = (self.reader.header.vertices, self.end);
            return Err(Error::vertex_out_of_range(head, bound as usize));
        }
        Ok(Some((self.vertex, part)))
    }

    /// The number of bytes that the reader has read so far.
    pub fn bytes_read(&self) -> u64 {
        self.reader.bytes_read
    }

    /// There are no more parts.
    fn end_pass(&mut self) {
        self.next = self.reader.header.vertices;
        self.at = self.end;
    }

    /// Finds the start and the end of the next row.
    fn next_row(&mut self) -> Result<(), Error> {
        if self.next == 0 {
            self.end = self.offset(0)?;
            if self.end != 0 {
                return Err(Error::malformed_offsets(0));
            }
        }
        self.at = self.end;
        self.next += 1;
        self.end = self.offset(self.next)?;
        let Header {
            vertices, edges, ..
        } = self.reader.header;
        if self.end < self.at || self.end > edges || self.next == vertices && self.end != edges {
            return Err(Error::malformed_offsets(self.next as usize));
        }
        Ok(())
    }

    fn offset(&mut self, place: u64) -> Result<u64, Error> {
        self.offsets.load(place, self.reader)?;
        Ok(match self.reader.header.wide {
            true => self.offsets.items(place..place + 1)[0],
            false => self.offsets.items::<u32>(place..place + 1)[0].into(),
        })
    }
}

impl<R> fmt::Debug for RowParts<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowParts")
            .field("vertex", &self.vertex)
            .finish_non_exhaustive()
    }
}

/// A block of an array.
struct Block {
    /// Where the array is in the file.
    array: Range<u64>,
    /// The bytes of an item.
    item: u64,
    /// Aligned for items of either size.
    words: Vec<u64>,
    /// The items that are in memory.
    held: Range<u64>,
}

impl Block {
    fn new(array: Range<u64>, item: u64, bytes: usize) -> Self {
        let whole = (array.end - array.start).div_ceil(8);
        // A small file needs no more memory than it has bytes.
        let words = (bytes as u64 / 8).min(whole) as usize;
        Self {
            array,
            item,
            words: vec![0; words],
            held: 0..0,
        }
    }

    /// Makes sure that the item at `place`, which exists, is in memory.
    #[inline]
    fn load<R: Read + Seek>(
        &mut self,
        place: u64,
        reader: &mut GraphReader<R>,
    ) -> Result<(), Error> {
        if self.held.contains(&place) {
            return Ok(());
        }
        let start = self.array.start + place * self.item;
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut self.words);
        let count = (self.array.end - start).min(bytes.len() as u64);
        self.held = 0..0;
        reader.input.seek(SeekFrom::Start(start))?;
        reader.input.read_exact(&mut bytes[..count as usize])?;
        reader.bytes_read += count;
        self.held = place..place + count / self.item;
        Ok(())
    }

    /// Those of the items that are in memory; the first of them is.
    #[inline]
    fn items<T: bytemuck::Pod>(&self, range: Range<u64>) -> &[T] {
        let first = range.start - self.held.start;
        let last = range.end.min(self.held.end) - self.held.start;
        &bytemuck::cast_slice(&self.words)[first as usize..last as usize]
    }
}
