//! Graphs in files: graph files, which are used in place, and the text formats of the SNAP and
//! SuiteSparse collections.
//!
//! | file | read it with | result |
//! |---|---|---|
//! | [graph file](#graph-files), written by [`GraphWriter`] | [`GraphFile`] | a graph over the file's bytes, in memory or mapped |
//! | graph file, larger than memory | [`GraphReader`] | its rows, one after the other |
//! | edge list | [`read_edge_list`], [`EdgeListReader`] | a [`CsrGraph`](crate::CsrGraph), or the edges one by one |
//! | edge list with weights | [`read_weighted_edge_list`] | the same, and the weights |
//! | edge list with names | [`read_keyed_edge_list`] | a [`KeyedGraph`](crate::graphs::KeyedGraph) |
//! | Matrix Market | [`MatrixMarketReader`] | a [`CsrGraph`](crate::CsrGraph), with weights |
//!
//! A [`Replacement`] is a file that is written beside its destination and moved there when it is
//! complete.
//!
//! Any fault in a file is reported as an [`Error`](crate::Error) that describes it, with the line
//! number for text files.
//!
//! # Graph files
//! A graph file contains compressed sparse rows, which are used in place. [`GraphWriter`] writes one
//! from any graph that knows its successors. [`GraphFile`] opens it as a graph over the file's bytes,
//! which may be read into memory, or mapped with the feature `mmap`, so that a graph may be larger than
//! memory. [`GraphReader`] reads its rows one after the other in blocks.
//!
//! All numbers are little-endian and unsigned.
//!
//! | at byte | bytes | content |
//! |---|---|---|
//! | 0 | 8 | `89 52 43 47 0D 0A 1A 0A` |
//! | 8 | 4 | the version: 1 |
//! | 12 | 1 | bytes of an offset: 4, or 8 |
//! | 13 | 1 | 1 if there are backward rows, otherwise 0 |
//! | 14 | 1 | the type of the vertex weights: 0 none, 1 `u32`, 2 `u64`, 3 `f32`, 4 `f64` |
//! | 15 | 1 | the type of the edge weights, likewise |
//! | 16 | 8 | n, the number of vertices |
//! | 24 | 8 | m, the number of edges |
//! | 32 | 32 | zeros |
//!
//! These arrays follow, each padded with zeros to a multiple of 8:
//!
//! | items | bytes each | content |
//! |---|---|---|
//! | n + 1 | 4 or 8 | where the edges of each vertex start: from 0 to m, never decreasing |
//! | m | 4 | the head of each edge |
//! | n + 1 | 4 or 8 | the same for the reversed edges, if there are backward rows |
//! | m | 4 | the tail of each edge, sorted by head, if there are backward rows |
//! | n | 4 or 8 | vertex weights, if there are any |
//! | m | 4 or 8 | edge weights, in the order of the heads, if there are any |
//!
//! With offsets of 4 bytes m is at most [`MAX_EDGES`](crate::MAX_EDGES); n is at most
//! [`MAX_VERTICES`](crate::MAX_VERTICES). Nothing follows the last array.
//!
//! ## Example
//! ```
//! use refcycle_core::files::{GraphFile, GraphWriter};
//! use refcycle_core::{CsrGraph, algo};
//!
//! let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
//! let path = std::env::temp_dir().join(format!("refcycle-{}.rcg", std::process::id()));
//! GraphWriter::new(&graph).backward().edge_weights(&[1.0, 0.5, 2.0]).save(&path)?;
//!
//! let file = GraphFile::read(&path)?;
//! assert_eq!(algo::strongly_connected_components(&file).len(), 2);
//! assert_eq!(file.edge_weights(), Some(&[1.0, 0.5, 2.0][..]));
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), refcycle_core::Error>(())
//! ```

mod edge_list;
mod graph_file;
mod lines;
mod matrix_market;
mod replacement;
mod weighted_edge_list;

pub use edge_list::{EdgeListReader, NamedGraph, read_edge_list, read_numbered_edge_list};
pub use graph_file::{FileWeight, GraphFile, GraphReader, GraphWriter, RowParts};
pub use matrix_market::MatrixMarketReader;
pub use replacement::{ReplaceOptions, Replacement};
pub use weighted_edge_list::{read_keyed_edge_list, read_weighted_edge_list};
