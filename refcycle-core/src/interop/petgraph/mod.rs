//! Adapters between [`petgraph`] and this crate, in both directions. They copy nothing, except
//! [`to_graph`].
//!
//! | from | wrap it in | and run |
//! |---|---|---|
//! | `&Graph`, `&StableGraph`, `&GraphMap` | [`FromPetgraph`] | all algorithms for
//! [`IDirectedGraph`] |
//! | `&Csr`, or anything that knows only its successors | [`FromPetgraph`] | all algorithms
//! for [`Successors`] |
//! | any [`IDirectedGraph`] | [`AsPetgraph`] | petgraph's algorithms, visits and `Dot` |
//! | any [`IDirectedGraph`] | [`to_graph`], a copy | algorithms that change a graph |
//!
//! The number of a vertex is petgraph's `NodeIndexable::to_index`, the number of an edge
//! its `EdgeIndexable::to_index`.
//!
//! # Example
//! ```
//! use petgraph::graph::DiGraph;
//! use refcycle_core::interop::petgraph::{AsPetgraph, FromPetgraph};
//! use refcycle_core::{Algorithms, CsrGraph, VertexId};
//!
//! // An algorithm of this crate on a petgraph graph.
//! let theirs = DiGraph::<(), ()>::from_edges([(0, 1), (1, 0), (1, 2)]);
//! let components = FromPetgraph::new(&theirs).strongly_connected_components();
//! assert_eq!(components.len(), 2);
//!
//! // A petgraph algorithm on a graph of this crate.
//! let ours = CsrGraph::from_edges(3, [(0, 1), (1, 2)])?;
//! let order = petgraph::algo::toposort(AsPetgraph::new(&ours), None).unwrap();
//! assert_eq!(order.len(), 3);
//! # Ok::<(), refcycle_core::Error>(())
//! ```

mod as_petgraph;
mod conversion;
mod from_petgraph;

pub use as_petgraph::AsPetgraph;
pub use conversion::to_graph;
pub use from_petgraph::FromPetgraph;

#[cfg(doc)]
use crate::{IDirectedGraph, Successors};
