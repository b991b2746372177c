//! Edge lists with weights, and edge lists whose vertices have names.

use std::boxed::Box;
use std::io::BufRead;
use std::vec::Vec;

use super::edge_list::{COMMENTS, EdgeListReader, NamedGraph, numbered};
use super::lines::{Lines, fields, finite};
use crate::Error;
use crate::graphs::{KeyedBuilder, KeyedGraph};

/// Reads an edge list with weights: each line has the numbers of two vertices and a finite number.
/// Otherwise like [`read_edge_list`](super::read_edge_list).
///
/// The weights are in the order of the edge ids of the graph.
///
/// # Errors
/// As for [`read_edge_list`](super::read_edge_list), also for a line without a weight.
///
/// # Complexity
/// As for [`read_edge_list`](super::read_edge_list), and 16 bytes more per edge.
///
/// # Example
/// ```
/// use refcycle_core::files::read_weighted_edge_list;
/// let (read, weights) = read_weighted_edge_list("100 7 0.5\n7 100 2e3\n".as_bytes())?;
/// assert_eq!((read.names, weights), (vec![7, 100], vec![2000.0, 0.5]));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn read_weighted_edge_list(input: impl BufRead) -> Result<(NamedGraph, Vec<f64>), Error> {
    let mut weights = Vec::new();
    let mut reader = EdgeListReader::new(input);
    let edges = core::iter::from_fn(|| {
        let (tail, head, weight) = match reader.weighted_edge().transpose()? {
            Ok(edge) => edge,
            Err(error) => return Some(Err(error)),
        };
        weights.push(weight);
        Some(Ok((tail, head)))
    });
    let (builder, names) = numbered(edges)?;
    let (graph, weights) = builder.build_with_weights(&weights)?;
    Ok((NamedGraph { graph, names }, weights))
}

/// Reads an edge list whose vertices have any names without white space: two names per line,
/// separated by white space; the rest of a line is ignored. Lines that are empty or start with `#`
/// or `%` are skipped.
///
/// The vertices are the names, in the order in which they occur.
///
/// # Errors
/// [`ErrorKind::MalformedText`](crate::ErrorKind::MalformedText) with the number of the line, also
/// for a name that is not UTF-8; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
/// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges),
/// [`ErrorKind::Io`](crate::ErrorKind::Io).
///
/// # Complexity
/// O(bytes) expected time; 8 bytes per edge, and each name once with about 30 bytes more.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, files::read_keyed_edge_list};
/// let read = read_keyed_edge_list("# who calls whom\nann bob\nbob eve\neve bob\n".as_bytes())?;
/// let cycle = read.graph.minimum_cycle().unwrap();
/// let names: Vec<&str> = cycle.iter().map(|&v| &**read.key(v).unwrap()).collect();
/// assert_eq!(names, ["bob", "eve"]);
/// assert!(read.graph.reaches(read.vertex("ann").unwrap(), read.vertex("eve").unwrap())?);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn read_keyed_edge_list(input: impl BufRead) -> Result<KeyedGraph<Box<str>>, Error> {
    let mut builder: KeyedBuilder<Box<str>> = KeyedBuilder::new();
    let mut lines = Lines::new(input);
    while let Some(line) = lines.next_beside(COMMENTS)? {
        let Some((tail, head)) = names(line) else {
            return Err(lines.error("two names in UTF-8, separated by white space"));
        };
        let tail = builder.intern(tail)?;
        let head = builder.intern(head)?;
        builder.add_edge_between(tail, head)?;
    }
    builder.build()
}

fn names(line: &[u8]) -> Option<(&str, &str)> {
    let mut names = fields(line).map(|name| core::str::from_utf8(name).ok());
    Some((names.next()??, names.next()??))
}

impl<R: BufRead> EdgeListReader<R> {
    /// The next edge and its weight.
    fn weighted_edge(&mut self) -> Result<Option<(u64, u64, f64)>, Error> {
        self.read(
            "the numbers of two vertices and a finite number, separated by white space",
            |(tail, head), mut rest| Some((tail, head, finite(rest.next()?)?)),
        )
    }
}
