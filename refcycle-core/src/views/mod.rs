//! Views: a graph seen through another. [`Reversed`] and [`Masked`] borrow and copy
//! nothing; [`Subgraph`] is compact and pays only for what it holds.

mod masked;
mod reversed;
mod subgraph;

pub use masked::{Masked, MaskedEdges, MaskedVertices, VisibleVertices};
pub use reversed::{Reversed, ReversedEdges};
pub use subgraph::Subgraph;
