//! Representations: graphs that hold their edges.

mod builder;
mod csr;

pub use builder::CsrBuilder;
pub use csr::{CsrGraph, InEdges, OutEdges, VertexRange};
