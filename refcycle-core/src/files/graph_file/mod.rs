//! Graph files: compressed sparse rows in a file, used where they lie.
//!
//! A graph file is written by [`GraphWriter`] from any graph that knows its successors. Opened,
//! it is a [`GraphFile`]: a graph over the file's bytes, which may be read into memory, or
//! mapped with the feature `mmap`, so that a graph larger than memory can be gone through.
//!
//! # Layout
//! All numbers are little-endian and unsigned.
//!
//! | at byte | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `89 52 43 47 0D 0A 1A 0A` |
//! | 8 | 4 | the version: 1 |
//! | 12 | 1 | bytes of an offset: 4, or 8 |
//! | 13 | 1 | 1 when there are backward rows, else 0 |
//! | 14 | 1 | what the vertex weights are: 0 there are none, 1 `u32`, 2 `u64`, 3 `f32`, 4 `f64` |
//! | 15 | 1 | what the edge weights are, likewise |
//! | 16 | 8 | n, the number of vertices |
//! | 24 | 8 | m, the number of edges |
//! | 32 | 32 | zeros |
//!
//! Then come these arrays, each followed by as many zeros as bring the next, or the end of the
//! file, to a multiple of 8:
//!
//! | items | of bytes | what |
//! |---|---|---|
//! | n + 1 | 4 or 8 | where the edges of each vertex start: from 0 to m, never falling |
//! | m | 4 | the head of each edge |
//! | n + 1 | 4 or 8 | the same of the edges turned round, when there are backward rows |
//! | m | 4 | the tail of each edge, sorted by head |
//! | n | 4 or 8 | vertex weights, when there are any |
//! | m | 4 or 8 | edge weights, in the order of the heads, when there are any |
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
mod stable_bytes;
mod write;

pub use aligned_bytes::AlignedBytes;
pub use format::FileWeight;
#[cfg(feature = "mmap")]
pub use mapped_bytes::MappedBytes;
pub use open::GraphFile;
pub use stable_bytes::StableBytes;
pub use write::GraphWriter;
