//! Representations: graphs that hold their edges.

mod builder;
mod csr;
mod make;
#[cfg(feature = "rayon")]
mod parallel;
mod rows;
mod sort;
mod wide;

pub use builder::CsrBuilder;
pub use csr::{CsrGraph, InEdges, OutEdges, VertexRange};
pub use rows::{Neighbours, Rows};
pub use wide::{WideCsrGraph, WideRows};

pub(crate) use csr::vertex_range;
pub(crate) use sort::{Offset, Transposed, check_rows, check_vertex_count};
