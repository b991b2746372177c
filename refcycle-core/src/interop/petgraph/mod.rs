//! Between [`petgraph`] and this crate, both ways, without copying unless told to.
//!
//! | from | wrap it in | and run |
//! |---|---|---|
//! | `&Graph`, `&StableGraph`, `&GraphMap` | [`FromPetgraph`] | everything of [`IDirectedGraph`] |
//! | `&Csr`, or anything that only knows its successors | [`FromPetgraphForward`] | what asks for [`Successors`] |
//! | any [`IDirectedGraph`] | [`AsPetgraph`] | petgraph's algorithms, visits and `Dot` |
//! | any [`IDirectedGraph`] | [`to_graph`], a copy | what changes a graph |
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
//! // Ours on theirs.
//! let theirs = DiGraph::<(), ()>::from_edges([(0, 1), (1, 0), (1, 2)]);
//! let components = FromPetgraph::new(&theirs).strongly_connected_components();
//! assert_eq!(components.len(), 2);
//!
//! // Theirs on ours.
//! let ours = CsrGraph::from_edges(3, [(0, 1), (1, 2)])?;
//! let order = petgraph::algo::toposort(AsPetgraph::new(&ours), None).unwrap();
//! assert_eq!(order.len(), 3);
//! # Ok::<(), refcycle_core::Error>(())
//! ```

mod as_petgraph;
mod conversion;
mod from_petgraph;

pub use as_petgraph::{
    AllEdges, AsPetgraph, EdgeReference, EdgeReferences, Either, NodeIds, NodeRefs,
};
pub use conversion::to_graph;
pub use from_petgraph::{FromPetgraph, FromPetgraphForward, PetgraphEdges, PetgraphVertices};

#[cfg(doc)]
use crate::{IDirectedGraph, Successors};
