//! Representations: graphs that hold their edges.

mod builder;
mod csr;
mod rows;

pub use builder::CsrBuilder;
pub use csr::{CsrGraph, InEdges, OutEdges, VertexRange};
pub use rows::{Neighbours, Rows};
