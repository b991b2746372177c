//! GraphML, which yEd, Gephi, NetworkX, igraph and many other tools read and write.

mod elements;
mod error;
mod read;
mod write;

pub use error::GraphmlError;
pub use read::{from_graphml, read_graphml};
pub use write::{to_graphml, write_graphml};
