//! Summarises a large graph as a few dozen classes. Pages, pictures and notebooks show this
//! summary of a graph that is too large to be drawn.
//!
//! Each of the largest strongly connected components is a class, or one class for each of its
//! types. The vertices on no cycle have one class for each type. All smaller components are one
//! class, and so are the types that are too rare to be listed.

mod classes;
mod graph_summary;
mod places;
mod tally;

pub(crate) use classes::Class;
pub(crate) use graph_summary::{Detail, GraphSummary, Input, VertexTypes};
pub(crate) use places::Place;
pub use tally::{Ranking, Tally, TypeCount};
