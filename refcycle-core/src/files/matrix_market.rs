//! Matrix Market files, the format of the SuiteSparse collection.

use std::fmt;
use std::io::BufRead;
use std::vec::Vec;

use super::lines::{Lines, fields, finite, number};
use crate::{CsrBuilder, CsrGraph, Error, MAX_EDGES, MAX_VERTICES};

/// The type of the values of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Pattern,
    Integer,
    Real,
}

/// The symmetry of a matrix: which entries are implied by those in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

/// A Matrix Market file whose header has been read.
///
/// It must be a square sparse matrix: `%%MatrixMarket matrix coordinate`, then `pattern`,
/// `integer` or `real`, then `general`, `symmetric` or `skew-symmetric`. An entry in row i and
/// column j, both from 1, is an edge from vertex i - 1 to vertex j - 1. Each entry of a symmetric
/// matrix off the diagonal also gives the reversed edge, with the same value, or with the negated
/// value if the matrix is skew-symmetric. Duplicate entries give parallel edges; an entry of
/// value 0 is an edge.
///
/// # Example
/// ```
/// use refcycle_core::files::MatrixMarketReader;
/// let text = "%%MatrixMarket matrix coordinate real general\n% a comment\n3 3 2\n1 3 0.5\n3 1 2\n";
/// let reader = MatrixMarketReader::new(text.as_bytes())?;
/// // Here you can reject a file that claims to be too large.
/// assert_eq!((reader.vertex_count(), reader.entry_count()), (3, 2));
/// let (graph, weights) = reader.read()?;
/// assert_eq!(graph.heads(), [2, 0]);
/// assert_eq!(weights, Some(vec![0.5, 2.0]));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct MatrixMarketReader<R> {
    lines: Lines<R>,
    field: Field,
    symmetry: Symmetry,
    vertex_count: usize,
    entry_count: u64,
}

/// The memory allocated in advance is at most this, whatever the header claims.
const ROOM: u64 = 1 << 20;

impl<R: BufRead> MatrixMarketReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedText`](crate::ErrorKind::MalformedText) with the number of the
    /// line, also for a matrix that is of another kind or not square;
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges),
    /// [`ErrorKind::Io`](crate::ErrorKind::Io).
    pub fn new(input: R) -> Result<Self, Error> {
        let mut lines = Lines::new(input);
        let banner = match lines.next()? {
            Some(line) => kind(line),
            None => None,
        };
        let Some((field, symmetry)) = banner else {
            return Err(Error::malformed_text(
                1,
                "%%MatrixMarket matrix coordinate, one of pattern, integer and real, \
                 and one of general, symmetric and skew-symmetric",
            ));
        };
        let sizes = match lines.next_beside(b"%")? {
            Some(line) => numbers(line),
            None => return Err(Error::malformed_text(lines.number() + 1, SIZES)),
        };
        let Some([rows, columns, entry_count]) = sizes else {
            return Err(lines.error(SIZES));
        };
        if rows != columns {
            return Err(lines.error("as many rows as columns"));
        }
        if rows > MAX_VERTICES as u64 {
            return Err(Error::too_many_vertices(saturated(rows)));
        }
        if entry_count > MAX_EDGES as u64 {
            return Err(Error::too_many_edges(saturated(entry_count)));
        }
        Ok(Self {
            lines,
            field,
            symmetry,
            vertex_count: rows as usize,
            entry_count,
        })
    }

    /// The number of vertices according to the header.
    pub fn vertex_count(&self) -> usize {
        self.vertex_count
    }

    /// The number of entries according to the header.
    pub fn entry_count(&self) -> u64 {
        self.entry_count
    }

    /// Whether the edges have weights.
    pub fn has_weights(&self) -> bool {
        self.field != Field::Pattern
    }

    /// Reads the entries: the graph, and the value of each edge by edge id, `None` if the file has
    /// only a pattern. Integers beyond 2^53 are rounded.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedText`](crate::ErrorKind::MalformedText) with the number of the
    /// line, also for a value that is not finite, and for fewer or more entries than the header
    /// says; [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges),
    /// [`ErrorKind::Io`](crate::ErrorKind::Io).
    ///
    /// # Complexity
    /// O(vertices + entries) time; 4 bytes for each vertex that the header claims, which may be
    /// many in a file of a few bytes: see [`vertex_count`](Self::vertex_count).
    pub fn read(mut self) -> Result<(CsrGraph, Option<Vec<f64>>), Error> {
        let room = self.entry_count.min(ROOM) as usize;
        let mut builder = CsrBuilder::with_capacity(self.vertex_count, room);
        let mut weights = Vec::new();
        let mut entries = 0;
        while let Some(line) = self.lines.next_beside(b"%")? {
            if entries == self.entry_count {
                return Err(self.lines.error("nothing after the last entry"));
            }
            entries += 1;
            let Some((row, column, value)) = entry(line, self.field) else {
                return Err(self.lines.error(match self.field {
                    Field::Pattern => "a row and a column",
                    Field::Integer => "a row, a column and an integer",
                    Field::Real => "a row, a column and a finite number",
                }));
            };
            let vertex = |number: u64| {
                let index = number.checked_sub(1)?;
                (index < self.vertex_count as u64).then_some(index as u32)
            };
            let (Some(tail), Some(head)) = (vertex(row), vertex(column)) else {
                let what = "a row and a column from 1 to the number of rows";
                return Err(self.lines.error(what));
            };
            let mut add = |tail: u32, head: u32, value| {
                if self.field != Field::Pattern {
                    weights.push(value);
                }
                builder.add_edge(tail.into(), head.into())
            };
            add(tail, head, value)?;
            match self.symmetry {
                Symmetry::Symmetric if tail != head => add(head, tail, value)?,
                Symmetry::Skew if tail != head => add(head, tail, -value)?,
                _ => {}
            }
            if builder.edge_count() > MAX_EDGES {
                return Err(Error::too_many_edges(builder.edge_count()));
            }
        }
        if entries < self.entry_count {
            let what = "as many entries as the header says";
            return Err(Error::malformed_text(self.lines.number() + 1, what));
        }
        if self.field == Field::Pattern {
            let graph = builder.build()?;
            return Ok((graph, None));
        }
        let (graph, weights) = builder.build_with_weights(&weights)?;
        Ok((graph, Some(weights)))
    }
}

impl<R> fmt::Debug for MatrixMarketReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatrixMarketReader")
            .field("field", &self.field)
            .field("symmetry", &self.symmetry)
            .field("vertex_count", &self.vertex_count)
            .field("entry_count", &self.entry_count)
            .finish_non_exhaustive()
    }
}

const SIZES: &str = "the numbers of rows, columns and entries";

/// The contents of the first line.
fn kind(line: &[u8]) -> Option<(Field, Symmetry)> {
    let mut words = fields(line);
    for expected in ["%%MatrixMarket", "matrix", "coordinate"] {
        if !words.next()?.eq_ignore_ascii_case(expected.as_bytes()) {
            return None;
        }
    }
    let field = match &*words.next()?.to_ascii_lowercase() {
        b"pattern" => Field::Pattern,
        b"integer" => Field::Integer,
        b"real" => Field::Real,
        _ => return None,
    };
    let symmetry = match &*words.next()?.to_ascii_lowercase() {
        b"general" => Symmetry::General,
        b"symmetric" => Symmetry::Symmetric,
        b"skew-symmetric" => Symmetry::Skew,
        _ => return None,
    };
    // A pattern has no values to negate.
    let sensible = field != Field::Pattern || symmetry != Symmetry::Skew;
    (words.next().is_none() && sensible).then_some((field, symmetry))
}

/// The numbers of a line with exactly this many fields.
fn numbers<const N: usize>(line: &[u8]) -> Option<[u64; N]> {
    let mut fields = fields(line);
    let mut found = [0; N];
    for place in &mut found {
        *place = number(fields.next()?)?;
    }
    fields.next().is_none().then_some(found)
}

/// Row, column and value.
fn entry(line: &[u8], field: Field) -> Option<(u64, u64, f64)> {
    let mut fields = fields(line);
    let row = number(fields.next()?)?;
    let column = number(fields.next()?)?;
    let value = match field {
        Field::Pattern => 0.0,
        Field::Integer => core::str::from_utf8(fields.next()?)
            .ok()?
            .parse::<i64>()
            .ok()? as f64,
        Field::Real => finite(fields.next()?)?,
    };
    fields.next().is_none().then_some((row, column, value))
}

fn saturated(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
