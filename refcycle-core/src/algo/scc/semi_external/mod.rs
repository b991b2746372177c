//! Components of a graph file that is larger than memory.

mod groups;
mod merge;
mod open;
mod pass;

use core::ops::ControlFlow;
use std::io::{Read, Seek};

use self::groups::Groups;
use self::pass::Pass;
use super::Components;
use crate::files::GraphReader;
use crate::{Error, MAX_EDGES, MAX_VERTICES};

/// How far [`semi_external_components`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SemiExternalProgress {
    /// The number of the pass over the file, from 1.
    pub pass: u32,
    /// Whether this pass has ended.
    pub pass_ended: bool,
    /// The number of groups that may still be merged. A group is a set of vertices that are known to
    /// be in the same component.
    pub open_groups: usize,
    /// The bytes that were read, of all passes.
    pub bytes_read: u64,
}

/// The strongly connected components of a graph in a file, with memory for the vertices but not
/// for the edges. Two vertices are in the same component if each reaches the other.
///
/// The file is read from its start to its end, in blocks, as often as necessary: one time if the
/// edges fit into memory, often two or three times if there is a giant component. The components
/// are the same as those of [`strongly_connected_components`](super::strongly_connected_components),
/// numbered in a reverse topological order, which may be another one.
///
/// `edges_in_memory` is the number of edges that are in memory at a time, 12 bytes each: with
/// `None`, as many as there are vertices. More edges need fewer passes.
///
/// `progress` is called about once per million edges, and at the end of each pass. If it returns
/// `Break`, the search ends with this value.
///
/// # Errors
/// [`ErrorKind::Io`](crate::ErrorKind::Io); for a damaged file,
/// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets) and
/// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange).
///
/// # Complexity
/// O(vertices + edges) time for each pass, if at least as many edges are in memory as there are
/// vertices. No algorithm is known that needs few passes for every graph. Here, each pass merges or
/// closes groups, or moves some vertex further from the roots of a forest, or is the last one. So
/// there are at most n (n + 1) / 2 passes for n vertices. Many passes are needed if the edges
/// between components do not fit into memory and there are long paths through them, in an order
/// unlike that of the file. `progress` can stop the search.
///
/// # Memory
/// 40 to 60 bytes per vertex, 12 for each edge in memory, and two blocks of the file.
///
/// # Implementation details
/// Memory contains the group of each vertex, and a forest of edges between the groups, in which the
/// level of a group is its distance from its root. A pass collects edges between different groups.
/// When there are enough, the components of these edges and the forest are merged into groups, and
/// each group becomes a child of the one from which the longest path leads to it. After a pass, groups
/// that no edge enters, or that no edge leaves, are closed. The search ends after a pass whose edges
/// fit into memory together, or if all of them go to a higher level: then there are no more cycles.
///
/// # References
/// - Z. Zhang, J. X. Yu, L. Qin, L. Chang, X. Lin, "I/O efficient: computing SCCs in massive
///   graphs", SIGMOD 2013, doi:10.1145/2463676.2463703: a tree in memory with contracted
///   components, and its levels.
/// - J. F. Sibeyn, J. Abello, U. Meyer, "Heuristics for semi-external depth first search on
///   directed graphs", SPAA 2002, doi:10.1145/564870.564915: batches of edges beside a tree.
///
/// # Example
/// ```
/// use std::io::Cursor;
/// use std::ops::ControlFlow;
/// use refcycle_core::files::{GraphReader, GraphWriter};
/// use refcycle_core::{CsrGraph, algo};
///
/// // A cycle that leads to a vertex.
/// let mut bytes = Vec::new();
/// GraphWriter::new(&CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?).write(&mut bytes)?;
///
/// let mut reader = GraphReader::new(Cursor::new(bytes))?;
/// let most_passes = 100;
/// let components = algo::semi_external_components(&mut reader, Some(1), |progress| {
///     match progress.pass > most_passes {
///         true => ControlFlow::Break("too many passes"),
///         false => ControlFlow::Continue(()),
///     }
/// })?;
/// let components = components.continue_value().unwrap();
/// assert_eq!(components.len(), 2);
/// assert_eq!(components.component(1).len(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn semi_external_components<R: Read + Seek, B>(
    reader: &mut GraphReader<R>,
    edges_in_memory: Option<usize>,
    mut progress: impl FnMut(&SemiExternalProgress) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Components>, Error> {
    let mut groups = Groups::new(reader.vertex_count());
    let vertices = reader.vertex_count();
    // With the edges of the forest they must fit into a graph.
    let most = MAX_EDGES - MAX_VERTICES.min(vertices);
    let batch = edges_in_memory.unwrap_or(vertices).clamp(1, most);
    let mut pass_number = 0_u32;
    loop {
        pass_number = pass_number.saturating_add(1);
        let mut report = |groups: &Groups, pass_ended, bytes_read| {
            progress(&SemiExternalProgress {
                pass: pass_number,
                pass_ended,
                open_groups: groups.open(),
                bytes_read,
            })
        };
        let edges = usize::try_from(reader.edge_count()).unwrap_or(usize::MAX);
        let mut pass = Pass::new(batch, edges);
        let flow = pass.read(&mut groups, &mut reader.rows(), |groups, bytes| {
            report(groups, false, bytes)
        })?;
        if let ControlFlow::Break(stop) = flow {
            return Ok(ControlFlow::Break(stop));
        }
        pass.end(&mut groups);
        if let ControlFlow::Break(stop) = report(&groups, true, reader.bytes_read()) {
            return Ok(ControlFlow::Break(stop));
        }
        if groups.open() == 0 {
            return Ok(ControlFlow::Continue(groups.into_components()));
        }
    }
}
