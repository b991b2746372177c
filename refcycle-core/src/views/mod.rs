//! Views of a graph. [`Reversed`] and [`Masked`] borrow it and copy nothing; [`WithEdges`] borrows
//! it and gives its edges ids; a [`Subgraph`] is a compact copy of a part.

mod masked;
mod reversed;
mod subgraph;
mod with_edges;

pub use masked::Masked;
pub use reversed::Reversed;
pub use subgraph::Subgraph;
pub use with_edges::WithEdges;
