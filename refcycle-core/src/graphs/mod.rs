//! Representations: graphs that store their edges.
//!
//! | graph | offsets | properties |
//! |---|---|---|
//! | [`CsrGraph`] | 32 bits | its own arrays, edge ids, both directions |
//! | [`WideCsrGraph`](crate::WideCsrGraph) | 64 bits | the same with more than 2^32 edges, without edge ids |
//! | [`Rows`](crate::Rows), [`WideRows`](crate::WideRows) | 32, 64 bits | borrowed slices |
//! | [`KeyedGraph`] | 32 bits | a `CsrGraph` with a key for each vertex |
//! | [`GraphFile`](crate::files::GraphFile) | either | a file, mapped or in memory |
//!
//! # Weights
//! A graph contains no weights. An algorithm with weights takes a slice with one item for each
//! number below the graph's [`vertex_bound`](crate::Vertices::vertex_bound) or
//! [`edge_bound`](crate::IDirectedGraph::edge_bound): the weight of vertex `v` is
//! `weights[v.index()]`, holes included.
//! [`CsrBuilder::build_with_weights`](crate::CsrBuilder::build_with_weights) brings weights into the
//! order of the edges.
//!
//! # Arrays of other libraries
//! The arrays of `sprs`, SciPy or GraphBLAS are compressed sparse rows too: they are a graph
//! without a copy if their numbers have the right size. With `sprs` and indices of 32 bits, a
//! `CsMatI<N, u32, u32>`:
//!
//! | | |
//! |---|---|
//! | borrow a matrix | `Rows::new(matrix.indptr().raw_storage(), matrix.indices())` |
//! | borrow a graph | `CsMatViewI::try_new((n, n), graph.offsets(), graph.heads(), weights)` |
//! | convert a matrix | `let (indptr, indices, weights) = matrix.into_raw_storage()`, then `CsrGraph::from_parts(indptr, indices)` |
//! | convert a graph | `let (indptr, indices) = graph.into_parts()`, then `CsMatI::try_new((n, n), indptr, indices, weights)` |
//!
//! The data of a matrix in rows (`matrix.is_csr()`) are the edge weights; a matrix in columns is
//! the reversed graph. `try_new` needs sorted rows without parallel edges, like those of a matrix.
//!
//! ```
//! use refcycle_core::{CsrGraph, Rows, algo};
//! // What another library calls indptr and indices.
//! let (indptr, indices) = (vec![0, 1, 3, 3], vec![1, 0, 2]);
//! let rows = Rows::new(&indptr, &indices)?;
//! assert_eq!(algo::strongly_connected_components(&rows).len(), 2);
//! // A conversion in either direction copies nothing.
//! let graph = CsrGraph::from_parts(indptr, indices)?;
//! let (indptr, indices) = graph.into_parts();
//! assert_eq!((indptr.len(), indices.len()), (4, 3));
//! # Ok::<(), refcycle_core::Error>(())
//! ```

mod blocked_sort;
mod edge_sort;
mod from_edges;
mod keyed;
mod neighbours;
mod rows;

// Their types are public at the root of the crate.
pub(crate) mod builder;
pub(crate) mod csr;

pub use keyed::{KeyedBuilder, KeyedGraph, VertexKeys};
pub use neighbours::VertexRange;

pub(crate) use csr::{CsrGraph, InEdges, row};
pub(crate) use edge_sort::{Transposed, transposed_ids};
pub(crate) use neighbours::Neighbours;
#[cfg(feature = "std")]
pub(crate) use neighbours::vertex_range;
