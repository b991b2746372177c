#![doc = include_str!("../README.md")]
#![no_std]
// A module that has some says why it may.
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
mod marks;
mod methods;
mod offsets;
mod once_lock;
mod rows;
mod search;
mod sets;
mod traits;
mod vertex_index;
pub mod views;
pub mod visits;
mod watch;
pub mod weights;
mod workspace;

pub use error::{Error, ErrorKind};
pub use graphs::{CsrBuilder, CsrGraph, WideCsrGraph, WideRows};
pub use ids::{Edge, EdgeId, VertexId};
pub use methods::Algorithms;
pub use rows::Rows;
pub use sets::{VertexSet, VertexSetIter};
pub use traits::{DenseVertices, Heads, IDirectedGraph, Predecessors, Successors, Tails, Vertices};
pub use watch::{Unwatched, Watch};
pub use workspace::Workspace;

/// The most vertices that a graph can have. Three numbers of the 32-bit range are left
/// over for the algorithms' own marks.
pub const MAX_VERTICES: usize = u32::MAX as usize - 2;

/// The most edges that a graph can have.
pub const MAX_EDGES: usize = u32::MAX as usize - 1;
