//! The graph classes. One engine holds the vertices, the edges and the algorithms; a class adds
//! how a vertex is found and shown.

mod allocations;
mod annotated_graph;
mod annotated_parts;
mod arrays;
mod base;
mod collections;
mod comparison;
mod count;
mod cycles;
mod directed_graph;
mod former_names;
mod graph_base;
mod groups;
mod grown;
mod loaded_graph;
mod object_graph;
mod own_memory;
mod pictures;
mod reduce;
mod restore;
mod user_graph;
mod waste;
mod why;

pub(crate) use allocations::most_allocated;
pub(crate) use annotated_graph::AnnotatedGraph;
pub(crate) use annotated_parts::{AnnotatedEdge, AnnotatedVertex};
pub(crate) use base::{GraphBase, wrap};
pub(crate) use collections::{EdgeView, GraphIterator, VertexView};
pub(crate) use comparison::{SavedObjectSet, compare_files};
pub(crate) use cycles::{FeedbackArcSet, FeedbackVertexSet, SimpleCycles};
pub(crate) use directed_graph::DirectedGraph;
pub(crate) use grown::larger_containers;
pub(crate) use loaded_graph::{LoadedGraph, load};
pub(crate) use object_graph::{
    ObjectGraph, engine_of, graph_between, object_graph, save_into, why,
};
pub(crate) use own_memory::without_own_references;
pub(crate) use restore::restore_graph;
pub(crate) use user_graph::UserGraph;
