//! Edge lists, the format of the SNAP collection.

use std::fmt;
use std::io::BufRead;
use std::vec;
use std::vec::Vec;

use crate::hash::FxHashMap;

use super::lines::{Fields, Lines, fields, number};
use crate::{CsrBuilder, CsrGraph, Error, MAX_EDGES, MAX_VERTICES, VertexId};

pub(super) const COMMENTS: &[u8] = b"#%";
const WANTED: &str = "the numbers of two vertices, separated by white space";

/// An iterator over the edges of an edge list: the numbers of the tail and the head of each.
///
/// A line has the numbers of two vertices, below 2^64, separated by white space; the rest of the
/// line is ignored. Lines that are empty or start with `#` or `%` are skipped. The iterator ends
/// after an error.
///
/// # Errors
/// [`ErrorKind::MalformedText`](crate::ErrorKind::MalformedText) with the number of the line,
/// [`ErrorKind::Io`](crate::ErrorKind::Io).
///
/// # Example
/// ```
/// use refcycle_core::files::EdgeListReader;
/// let text = "# From To\n7\t30\n30\t7\n";
/// let edges: Result<Vec<_>, _> = EdgeListReader::new(text.as_bytes()).collect();
/// assert_eq!(edges?, [(7, 30), (30, 7)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct EdgeListReader<R> {
    lines: Lines<R>,
    failed: bool,
}

impl<R: BufRead> EdgeListReader<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            lines: Lines::new(input),
            failed: false,
        }
    }

    /// The line number of the last edge, from 1.
    pub fn line(&self) -> u64 {
        self.lines.number()
    }

    fn edge(&mut self) -> Result<Option<(u64, u64)>, Error> {
        self.read(WANTED, |edge, _| Some(edge))
    }

    /// The next edge; `finish` makes it from its ends and the rest of the line, which should
    /// contain what `wanted` says.
    pub(super) fn read<T>(
        &mut self,
        wanted: &'static str,
        finish: impl for<'l> FnOnce((u64, u64), Fields<'l>) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(line) = self.lines.next_beside(COMMENTS)? else {
            return Ok(None);
        };
        let mut fields = fields(line);
        let mut end = || number(fields.next()?);
        let edge = end().and_then(|tail| Some((tail, end()?)));
        match edge.and_then(|edge| finish(edge, fields)) {
            Some(edge) => Ok(Some(edge)),
            None => Err(self.lines.error(wanted)),
        }
    }
}

impl<R: BufRead> Iterator for EdgeListReader<R> {
    type Item = Result<(u64, u64), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let edge = self.edge();
        self.failed = edge.is_err();
        edge.transpose()
    }
}

impl<R> fmt::Debug for EdgeListReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EdgeListReader").finish_non_exhaustive()
    }
}

/// A graph whose vertices have other numbers in its file.
#[derive(Clone, Debug)]
pub struct NamedGraph {
    /// The graph.
    pub graph: CsrGraph,
    /// The number of each vertex in the file, ascending.
    pub names: Vec<u64>,
}

impl NamedGraph {
    /// The vertex that has this number in the file. O(log vertices) time.
    pub fn vertex(&self, name: u64) -> Option<VertexId> {
        let index = self.names.binary_search(&name).ok()?;
        Some(VertexId::from_index(index))
    }
}

/// Reads an edge list whose vertices may have any numbers: see [`EdgeListReader`] for the format.
///
/// The vertices are the numbers that occur, renumbered without gaps in ascending order.
///
/// # Errors
/// As for [`EdgeListReader`]; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
/// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
///
/// # Complexity
/// O(edges + vertices log vertices) expected time; 8 bytes per edge and about 40 per vertex
/// besides the graph.
///
/// # Example
/// ```
/// use refcycle_core::files::read_edge_list;
/// use refcycle_core::{Successors, VertexId};
/// let read = read_edge_list("# a comment\n100 7\n7 2000\n".as_bytes())?;
/// assert_eq!(read.names, [7, 100, 2000]);
/// let v = read.vertex(100).unwrap();
/// assert!(read.graph.successors(v).eq([VertexId::new(0)]));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn read_edge_list(input: impl BufRead) -> Result<NamedGraph, Error> {
    let (builder, names) = numbered(EdgeListReader::new(input))?;
    let graph = builder.build()?;
    Ok(NamedGraph { graph, names })
}

/// The edges with their ends renumbered, and the numbers of the vertices, ascending.
pub(super) fn numbered(
    edges: impl Iterator<Item = Result<(u64, u64), Error>>,
) -> Result<(CsrBuilder, Vec<u64>), Error> {
    let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
    let mut names = Vec::new();
    let mut ends: [Vec<u32>; 2] = Default::default();
    for edge in edges {
        let edge = edge?;
        for (name, numbered) in [edge.0, edge.1].into_iter().zip(&mut ends) {
            let number = *numbers.entry(name).or_insert_with(|| {
                names.push(name);
                (names.len() - 1) as u32
            });
            numbered.push(number);
        }
        if names.len() > MAX_VERTICES {
            return Err(Error::too_many_vertices(names.len()));
        }
        check_edge_count(ends[0].len())?;
    }
    drop(numbers);
    // Numbered so far by first occurrence. Renumber in the order of the numbers in the file.
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_unstable_by_key(|&number| names[number as usize]);
    let mut ranks = vec![0; names.len()];
    for (rank, &number) in order.iter().enumerate() {
        ranks[number as usize] = rank as u32;
    }
    names.sort_unstable();
    for end in ends.iter_mut().flatten() {
        *end = ranks[*end as usize];
    }
    let [tails, heads] = ends;
    Ok((CsrBuilder::trusted(names.len(), tails, heads), names))
}

/// Reads an edge list whose vertices are the numbers `0..vertex_count`: see [`EdgeListReader`]
/// for the format.
///
/// # Errors
/// As for [`EdgeListReader`], also for a number that is not below `vertex_count`;
/// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
/// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
///
/// # Example
/// ```
/// use refcycle_core::ErrorKind;
/// use refcycle_core::files::read_numbered_edge_list;
/// let graph = read_numbered_edge_list("1 0\n1 3\n".as_bytes(), 4)?;
/// assert_eq!(graph.heads(), [0, 3]);
/// let error = read_numbered_edge_list("1 0\n1 4\n".as_bytes(), 4).unwrap_err();
/// assert_eq!((error.kind(), error.line()), (ErrorKind::MalformedText, Some(2)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn read_numbered_edge_list(
    input: impl BufRead,
    vertex_count: usize,
) -> Result<CsrGraph, Error> {
    if vertex_count > MAX_VERTICES {
        return Err(Error::too_many_vertices(vertex_count));
    }
    let mut reader = EdgeListReader::new(input);
    let mut builder = CsrBuilder::new(vertex_count);
    while let Some(edge) = reader.next() {
        let (tail, head) = edge?;
        if tail.max(head) >= vertex_count as u64 {
            let what = "two numbers below the number of vertices";
            return Err(Error::malformed_text(reader.line(), what));
        }
        builder.add_edge((tail as u32).into(), (head as u32).into())?;
        check_edge_count(builder.edge_count())?;
    }
    builder.build()
}

fn check_edge_count(count: usize) -> Result<(), Error> {
    if count > MAX_EDGES {
        return Err(Error::too_many_edges(count));
    }
    Ok(())
}
