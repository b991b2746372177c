#![doc = include_str!("../README.md")]
//!
//! ## Where to start
//!
//! - The traits: [`Vertices`], [`IDirectedGraph`], [`Successors`], [`Predecessors`]; [`Heads`] and
//!   [`Tails`] help to write them. [`Algorithms`] has the algorithms as methods, [`algo`] as functions.
//! - Graphs: [`CsrGraph`], [`Rows`], [`WideCsrGraph`], and more in [`graphs`]; [`views`] of other graphs;
//!   graphs in [`files`].
//! - [`visits`] has traversals. A [`Run`] adds to a graph how an algorithm is to run: with a [`Watch`],
//!   which can stop it, or in a [`Workspace`], which serves many small searches.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
// Modules with unsafe code say why.
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod algo;
mod counting_sort;
mod error;
#[cfg(feature = "std")]
pub mod files;
pub mod graphs;
mod hash;
mod ids;
#[cfg(feature = "petgraph")]
pub mod interop;
mod lengths;
mod marks;
mod methods;
mod offsets;
mod once_lock;
mod rows;
mod run;
mod search;
#[cfg(feature = "serde")]
mod serialize;
mod sets;
mod traits;
mod vertex_index;
mod vertex_number;
pub mod views;
pub mod visits;
mod watch;
mod workspace;

pub use error::{Error, ErrorKind};
pub use graphs::builder::CsrBuilder;
pub use graphs::csr::{Csr, CsrGraph, WideCsrGraph};
pub use ids::{Edge, EdgeId, VertexId};
pub use methods::Algorithms;
pub use rows::{CsrRows, EdgeOffset, Rows, WideRows};
pub use run::{BorrowedInput, Input, Run};
pub use sets::VertexSet;
pub use traits::{DenseVertices, Heads, IDirectedGraph, Predecessors, Successors, Tails, Vertices};
pub use vertex_number::VertexNumber;
pub use watch::{Unwatched, Watch};
pub use workspace::Workspace;

/// The maximum number of vertices of a graph. Three numbers of the 32-bit range are reserved for
/// the algorithms.
pub const MAX_VERTICES: usize = u32::MAX as usize - 2;

/// The maximum number of edges of a graph.
pub const MAX_EDGES: usize = u32::MAX as usize - 1;
