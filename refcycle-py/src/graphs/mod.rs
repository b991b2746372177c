//! The graph classes. One engine holds the vertices, the edges and the algorithms; a
//! class adds how a vertex is found and shown.

mod annotated_graph;
mod annotated_parts;
mod arrays;
mod arrow;
mod base;
mod collections;
mod cycles;
mod directed_graph;
mod engine;
mod exchange;
mod heapsnapshot;
mod html;
mod images;
mod interop;
mod labels;
mod loaded_graph;
mod lookup;
mod memory_needs;
mod notebook;
mod object_facts;
mod object_graph;
mod pictures;
mod restore;
mod save;
mod saved_object;
mod statistics;
mod text;
mod user_graph;

pub(crate) use annotated_graph::AnnotatedGraph;
pub(crate) use annotated_parts::{AnnotatedEdge, AnnotatedVertex};
pub(crate) use arrow::{ArrowTable, ArrowTables};
pub(crate) use base::{GraphBase, wrap};
pub(crate) use collections::{EdgeView, GraphIterator, VertexView};
pub(crate) use cycles::{FeedbackArcSet, SimpleCycles};
pub(crate) use directed_graph::DirectedGraph;
pub(crate) use engine::{Engine, Kind};
pub(crate) use loaded_graph::{LoadedGraph, load};
pub(crate) use object_graph::{ObjectGraph, annotation_of, graph_between, object_graph};
pub(crate) use pictures::os_error;
pub(crate) use restore::restore_graph;
pub(crate) use save::save_into;
pub(crate) use saved_object::SavedObject;
pub(crate) use text::Tree;
pub(crate) use user_graph::UserGraph;
