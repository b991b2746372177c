//! Representations: graphs that hold their edges.
//!
//! | graph | offsets | what it has |
//! |---|---|---|
//! | [`CsrGraph`] | 32 bits | its own arrays, edge ids, both directions |
//! | [`WideCsrGraph`] | 64 bits | its own arrays, more than 2^32 edges, both directions |
//! | [`Rows`], [`WideRows`] | 32, 64 bits | slices that belong to somebody else |
//! | [`GraphFile`](crate::files::GraphFile) | either | a file, mapped or in memory |
//!
//! # Arrays of other libraries
//! Compressed sparse rows are compressed sparse rows: the arrays of `sprs`, SciPy or GraphBLAS
//! are a graph without a copy when their numbers have the right size. With `sprs` and indices of
//! 32 bits, a `CsMatI<N, u32, u32>`:
//!
//! | | |
//! |---|---|
//! | a matrix is borrowed | `Rows::new(matrix.indptr().raw_storage(), matrix.indices())` |
//! | a graph is borrowed | `CsMatViewI::try_new((n, n), graph.offsets(), graph.heads(), weights)` |
//! | a matrix is given away | `let (indptr, indices, weights) = matrix.into_raw_storage()`, then `CsrGraph::from_parts(indptr, indices)` |
//! | a graph is given away | `let (indptr, indices) = graph.into_parts()`, then `CsMatI::try_new((n, n), indptr, indices, weights)` |
//!
//! The data of a matrix in rows (`matrix.is_csr()`) are the edge weights; one in columns is the
//! graph reversed. `try_new` wants sorted rows without parallel edges, as a matrix has them.
//!
//! ```
//! use refcycle_core::{CsrGraph, Rows, algo};
//! // What another library calls indptr and indices.
//! let (indptr, indices) = (vec![0, 1, 3, 3], vec![1, 0, 2]);
//! let rows = Rows::new(&indptr, &indices)?;
//! assert_eq!(algo::strongly_connected_components(&rows).len(), 2);
//! // Given away and had back, nothing is copied either.
//! let graph = CsrGraph::from_parts(indptr, indices)?;
//! let (indptr, indices) = graph.into_parts();
//! assert_eq!((indptr.len(), indices.len()), (4, 3));
//! # Ok::<(), refcycle_core::Error>(())
//! ```

mod blocked_sort;
mod builder;
mod csr;
mod edge_sort;
mod from_edges;
mod neighbours;
#[cfg(feature = "rayon")]
mod parallel_build;
mod rows;
mod wide;

pub use crate::rows::Rows;
pub use builder::CsrBuilder;
pub use csr::{CsrGraph, InEdges, OutEdges};
pub use neighbours::{Neighbours, VertexRange};
pub use wide::{WideCsrGraph, WideRows};

#[cfg(feature = "std")]
pub(crate) use edge_sort::Transposed;
#[cfg(feature = "std")]
pub(crate) use neighbours::vertex_range;
