//! Views of a graph. [`Reversed`] and [`Masked`] borrow it and copy nothing; a [`Subgraph`] is a
//! compact copy of a part.

mod masked;
mod reversed;
mod subgraph;

pub use masked::Masked;
pub use reversed::Reversed;
pub use subgraph::Subgraph;
