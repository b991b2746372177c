//! A graph whose vertices and edges have ids and annotations.

mod annotator;
mod builder;
mod error;
mod graph;
mod graph_traits;
mod ids;
mod order;
mod owners;

pub use annotator::Annotator;
pub use builder::AnnotatedGraphBuilder;
pub use error::BuildError;
pub use graph::AnnotatedGraph;

#[cfg(test)]
mod tests;
