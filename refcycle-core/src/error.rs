//! Errors: input that a graph or an algorithm cannot use.

use core::fmt;
#[cfg(feature = "std")]
use std::{boxed::Box, io, string::ToString};

/// The kind of an error, without details: see [`Error::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// More vertices than [`MAX_VERTICES`](crate::MAX_VERTICES).
    TooManyVertices,
    /// More edges than [`MAX_EDGES`](crate::MAX_EDGES).
    TooManyEdges,
    /// An end of an edge is not a vertex: [`Error::vertex`].
    VertexOutOfRange,
    /// The offsets of a CSR graph do not start at 0, decrease, or do not end at the number of
    /// edges: [`Error::index`].
    MalformedOffsets,
    /// An algorithm was given a number that is not a vertex of the graph, because it is out of
    /// range, in a hole of the ids or masked out: [`Error::vertex`].
    NotAVertex,
    /// No start vertex was given to an algorithm that needs one.
    NoStart,
    /// A weight is NaN or otherwise not usable by the algorithm: [`Error::index`].
    InvalidWeight,
    /// A slice does not have one item for each vertex or edge: [`Error::found`] and
    /// [`Error::expected`].
    LengthMismatch,
    /// Edges that must be sorted by tail are not: [`Error::index`].
    NotSorted,
    /// The file is not a graph file: it has the wrong magic number.
    ForeignFile,
    /// A graph file has a version that this crate cannot read: [`Error::found`] and
    /// [`Error::expected`].
    UnsupportedVersion,
    /// A graph file is shorter or longer than its header says, in bytes: [`Error::found`] and
    /// [`Error::expected`].
    FileLength,
    /// A graph file is damaged in another way; the text says how.
    MalformedFile,
    /// The bytes of a graph file are not aligned in memory and cannot be read in place.
    Misaligned,
    /// The byte order of this machine is not that of graph files.
    ByteOrder,
    /// A line of a text file is wrong: [`Error::line`].
    MalformedText,
    /// Reading or writing failed: [`Error::io_kind`].
    Io,
}

/// Why a graph could not be built, or a query could not be answered.
///
/// [`kind`](Self::kind) and, where they apply, the other accessors describe it for programs; its
/// text describes it for people.
///
/// ```
/// use refcycle_core::{CsrGraph, ErrorKind};
/// let error = CsrGraph::from_edges(2, [(0, 5)]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::VertexOutOfRange);
/// assert_eq!((error.vertex(), error.expected()), (Some(5), Some(2)));
/// assert_eq!(
///     error.to_string(),
///     "an edge ends at vertex 5, but the vertices are the numbers below 2",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
// Those of files do not occur without files.
#[cfg_attr(not(feature = "std"), allow(dead_code))]
enum Reason {
    TooManyVertices {
        count: u64,
    },
    TooManyEdges {
        count: u64,
    },
    VertexOutOfRange {
        end: EdgeEnd,
        negative: bool,
        /// Without its sign.
        vertex: u64,
        vertex_count: u64,
    },
    MalformedOffsets {
        index: u64,
    },
    NotAVertex {
        vertex: u64,
    },
    NoStart,
    InvalidWeight {
        index: u64,
        wanted: &'static str,
    },
    LengthMismatch {
        what: &'static str,
        found: u64,
        expected: u64,
    },
    NotSorted {
        index: u64,
    },
    ForeignFile,
    UnsupportedVersion {
        found: u32,
        expected: u32,
    },
    FileLength {
        found: u64,
        expected: u64,
    },
    MalformedFile {
        what: &'static str,
    },
    Misaligned,
    ByteOrder,
    MalformedText {
        line: u64,
        what: &'static str,
    },
    #[cfg(feature = "std")]
    /// Only the kind and the text are kept, as an [`io::Error`] can be neither copied nor
    /// compared.
    Io {
        kind: io::ErrorKind,
        text: Box<str>,
    },
}

/// An end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EdgeEnd {
    Tail,
    Head,
}

impl Error {
    /// `count` vertices are more than [`MAX_VERTICES`](crate::MAX_VERTICES).
    pub fn too_many_vertices(count: usize) -> Self {
        Self(Reason::TooManyVertices {
            count: count as u64,
        })
    }

    /// `count` edges are more than [`MAX_EDGES`](crate::MAX_EDGES).
    pub fn too_many_edges(count: usize) -> Self {
        Self(Reason::TooManyEdges {
            count: count as u64,
        })
    }

    /// An edge starts at `vertex`, which is not below `vertex_count`.
    pub fn tail_out_of_range(vertex: u32, vertex_count: usize) -> Self {
        Self(Reason::VertexOutOfRange {
            end: EdgeEnd::Tail,
            negative: false,
            vertex: vertex.into(),
            vertex_count: vertex_count as u64,
        })
    }

    /// An edge ends at `vertex`, which is not below `vertex_count`.
    pub fn vertex_out_of_range(vertex: u32, vertex_count: usize) -> Self {
        Self(Reason::VertexOutOfRange {
            end: EdgeEnd::Head,
            negative: false,
            vertex: vertex.into(),
            vertex_count: vertex_count as u64,
        })
    }

    /// An end of an edge is a number that no vertex has.
    #[cold]
    pub(crate) fn no_vertex(end: EdgeEnd, number: i128, vertex_count: usize) -> Self {
        Self(Reason::VertexOutOfRange {
            end,
            negative: number < 0,
            vertex: u64::try_from(number.unsigned_abs()).unwrap_or(u64::MAX),
            vertex_count: vertex_count as u64,
        })
    }

    /// The offset at `index` is not possible in a CSR graph.
    pub(crate) fn malformed_offsets(index: usize) -> Self {
        Self(Reason::MalformedOffsets {
            index: index as u64,
        })
    }

    /// The number `vertex` is not a vertex of the graph.
    pub fn not_a_vertex(vertex: crate::VertexId) -> Self {
        Self(Reason::NotAVertex {
            vertex: vertex.number().into(),
        })
    }

    /// No vertex was given to start from.
    pub fn no_start() -> Self {
        Self(Reason::NoStart)
    }

    /// The weight at `index` is not `wanted`, such as "a finite number".
    pub(crate) fn invalid_weight(index: usize, wanted: &'static str) -> Self {
        Self(Reason::InvalidWeight {
            index: index as u64,
            wanted,
        })
    }

    /// There are `found` of `what`, such as "edge weights", instead of `expected`.
    pub fn length_mismatch(what: &'static str, found: usize, expected: usize) -> Self {
        Self(Reason::LengthMismatch {
            what,
            found: found as u64,
            expected: expected as u64,
        })
    }

    /// The edge at `index` has a lower tail than the edge before it.
    pub(crate) fn not_sorted(index: usize) -> Self {
        Self(Reason::NotSorted {
            index: index as u64,
        })
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match self.0 {
            Reason::TooManyVertices { .. } => ErrorKind::TooManyVertices,
            Reason::TooManyEdges { .. } => ErrorKind::TooManyEdges,
            Reason::VertexOutOfRange { .. } => ErrorKind::VertexOutOfRange,
            Reason::MalformedOffsets { .. } => ErrorKind::MalformedOffsets,
            Reason::NotAVertex { .. } => ErrorKind::NotAVertex,
            Reason::NoStart => ErrorKind::NoStart,
            Reason::InvalidWeight { .. } => ErrorKind::InvalidWeight,
            Reason::LengthMismatch { .. } => ErrorKind::LengthMismatch,
            Reason::NotSorted { .. } => ErrorKind::NotSorted,
            Reason::ForeignFile => ErrorKind::ForeignFile,
            Reason::UnsupportedVersion { .. } => ErrorKind::UnsupportedVersion,
            Reason::FileLength { .. } => ErrorKind::FileLength,
            Reason::MalformedFile { .. } => ErrorKind::MalformedFile,
            Reason::Misaligned => ErrorKind::Misaligned,
            Reason::ByteOrder => ErrorKind::ByteOrder,
            Reason::MalformedText { .. } => ErrorKind::MalformedText,
            #[cfg(feature = "std")]
            Reason::Io { .. } => ErrorKind::Io,
        }
    }

    /// The number that is not a vertex, for errors about a vertex; `None` if it is negative.
    pub fn vertex(&self) -> Option<u64> {
        match self.0 {
            Reason::VertexOutOfRange {
                vertex, negative, ..
            } => (!negative).then_some(vertex),
            Reason::NotAVertex { vertex } => Some(vertex),
            _ => None,
        }
    }

    /// The index of the fault in the given slice, or among the given edges.
    pub fn index(&self) -> Option<u64> {
        match self.0 {
            Reason::MalformedOffsets { index }
            | Reason::InvalidWeight { index, .. }
            | Reason::NotSorted { index } => Some(index),
            _ => None,
        }
    }

    /// The number found: of vertices, edges, items or bytes; or the version.
    pub fn found(&self) -> Option<u64> {
        match self.0 {
            Reason::TooManyVertices { count } | Reason::TooManyEdges { count } => Some(count),
            Reason::LengthMismatch { found, .. } | Reason::FileLength { found, .. } => Some(found),
            Reason::UnsupportedVersion { found, .. } => Some(found.into()),
            _ => None,
        }
    }

    /// The number expected, or the maximum; for an end that is not a vertex, the number of
    /// vertices.
    pub fn expected(&self) -> Option<u64> {
        match self.0 {
            Reason::TooManyVertices { .. } => Some(crate::MAX_VERTICES as u64),
            Reason::TooManyEdges { .. } => Some(crate::MAX_EDGES as u64),
            Reason::VertexOutOfRange { vertex_count, .. } => Some(vertex_count),
            Reason::LengthMismatch { expected, .. } | Reason::FileLength { expected, .. } => {
                Some(expected)
            }
            Reason::UnsupportedVersion { expected, .. } => Some(expected.into()),
            _ => None,
        }
    }

    /// The number of the line that is wrong, from 1.
    pub fn line(&self) -> Option<u64> {
        match self.0 {
            Reason::MalformedText { line, .. } => Some(line),
            _ => None,
        }
    }

    /// The kind of the I/O error.
    #[cfg(feature = "std")]
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match self.0 {
            Reason::Io { kind, .. } => Some(kind),
            _ => None,
        }
    }
}

/// Errors of files.
#[cfg(feature = "std")]
impl Error {
    /// A file does not start with the magic number of a graph file.
    pub(crate) fn foreign_file() -> Self {
        Self(Reason::ForeignFile)
    }

    /// A graph file has the version `found`, but only `expected` can be read.
    pub(crate) fn unsupported_version(found: u32, expected: u32) -> Self {
        Self(Reason::UnsupportedVersion { found, expected })
    }

    /// A file has `found` bytes instead of `expected`.
    pub(crate) fn file_length(found: u64, expected: u64) -> Self {
        Self(Reason::FileLength { found, expected })
    }

    /// A graph file is damaged: `what` says how, such as "an unknown flag is set".
    pub(crate) fn malformed_file(what: &'static str) -> Self {
        Self(Reason::MalformedFile { what })
    }

    /// Bytes do not start at a multiple of eight.
    pub(crate) fn misaligned() -> Self {
        Self(Reason::Misaligned)
    }

    /// Graph files cannot be read in place on this machine.
    pub(crate) fn byte_order() -> Self {
        Self(Reason::ByteOrder)
    }

    /// The line with this number, from 1, should contain `what`, such as "two vertices".
    pub(crate) fn malformed_text(line: u64, what: &'static str) -> Self {
        Self(Reason::MalformedText { line, what })
    }
}

#[cfg(feature = "std")]
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self(Reason::Io {
            kind: error.kind(),
            text: error.to_string().into(),
        })
    }
}

impl fmt::Display for Error {
    // Longer than sixty lines: a table of one text for each reason.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::TooManyVertices { count } => write!(
                f,
                "{count} vertices are too many: a graph can have at most {}",
                crate::MAX_VERTICES
            ),
            Reason::TooManyEdges { count } => write!(
                f,
                "{count} edges are too many: a graph can have at most {}",
                crate::MAX_EDGES
            ),
            Reason::VertexOutOfRange {
                end,
                negative,
                vertex,
                vertex_count,
            } => write!(
                f,
                "an edge {} at vertex {}{vertex}, but the vertices are the numbers below {vertex_count}",
                match end {
                    EdgeEnd::Tail => "starts",
                    EdgeEnd::Head => "ends",
                },
                if *negative { "-" } else { "" }
            ),
            Reason::MalformedOffsets { index } => write!(
                f,
                "offset {index} is invalid: offsets must start at 0, never decrease, and end at the number of edges"
            ),
            Reason::NotAVertex { vertex } => write!(
                f,
                "{vertex} is not a vertex of this graph: it is out of range, removed or masked out"
            ),
            Reason::NoStart => f.write_str("no vertex was given to start from: give at least one"),
            Reason::InvalidWeight { index, wanted } => {
                write!(
                    f,
                    "weight {index} is invalid: every weight must be {wanted}"
                )
            }
            Reason::LengthMismatch {
                what,
                found,
                expected,
            } => {
                write!(f, "found {found} {what}, expected {expected}")
            }
            Reason::NotSorted { index } => write!(
                f,
                "edge {index} has a lower tail than the edge before it: edges must be sorted by tail"
            ),
            Reason::ForeignFile => f.write_str("not a graph file (wrong magic number)"),
            Reason::UnsupportedVersion { found, expected } => write!(
                f,
                "graph file version {found} is not supported: only version {expected} can be read"
            ),
            Reason::FileLength { found, expected } => write!(
                f,
                "this graph file has {found} bytes instead of {expected}: it is truncated, or has extra bytes at its end"
            ),
            Reason::MalformedFile { what } => write!(f, "this graph file is damaged: {what}"),
            Reason::Misaligned => f.write_str(
                "the bytes of a graph file must start at an address that is a multiple of 8",
            ),
            Reason::ByteOrder => f.write_str(
                "graph files are little-endian and cannot be read in place on this machine",
            ),
            Reason::MalformedText { line, what } => {
                write!(f, "line {line} is invalid: expected {what}")
            }
            #[cfg(feature = "std")]
            Reason::Io { text, .. } => f.write_str(text),
        }
    }
}

impl core::error::Error for Error {}
