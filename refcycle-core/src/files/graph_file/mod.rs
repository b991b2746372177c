//! Graph files: compressed sparse rows in a file, used in place.
//!
//! [`GraphWriter`] writes a graph file from any graph that knows its successors. [`GraphFile`]
//! opens it as a graph over the file's bytes, which may be read into memory, or mapped with the
//! feature `mmap`, so that a graph may be larger than memory. [`GraphReader`] reads its rows one after
//! the other in blocks.
//!
//! # Layout
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
//! # Example
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

mod aligned_bytes;
mod format;
#[cfg(feature = "mmap")]
mod mapped_bytes;
mod open;
mod reader;
mod stable_bytes;
mod write;

pub use aligned_bytes::AlignedBytes;
pub use format::FileWeight;
#[cfg(feature = "mmap")]
pub use mapped_bytes::MappedBytes;
pub use open::GraphFile;
pub use reader::{GraphReader, RowParts};
pub use stable_bytes::StableBytes;
pub use write::GraphWriter;
