//! Graphs in files: graph files, which are used in place, and the text formats of the SNAP and
//! SuiteSparse collections.
//!
//! | file | read it with | result |
//! |---|---|---|
//! | [graph file](graph_file), written by [`GraphWriter`] | [`GraphFile`] | a graph over the file's bytes, in memory or mapped |
//! | graph file, larger than memory | [`GraphReader`] | its rows, one after the other |
//! | edge list | [`read_edge_list`], [`EdgeListReader`] | a [`CsrGraph`](crate::CsrGraph), or the edges one by one |
//! | edge list with weights | [`read_weighted_edge_list`] | the same, and the weights |
//! | edge list with names | [`read_keyed_edge_list`] | a [`KeyedGraph`](crate::graphs::KeyedGraph) |
//! | Matrix Market | [`read_matrix_market`], [`MatrixMarketReader`] | a [`CsrGraph`](crate::CsrGraph), with weights |
//!
//! A [`Replacement`] is a file that is written beside its destination and moved there when it is
//! complete.
//!
//! Any fault in a file is reported as an [`Error`](crate::Error) that describes it, with the line
//! number for text files.

mod edge_list;
pub mod graph_file;
mod lines;
mod matrix_market;
mod replacement;
mod weighted_edge_list;

pub use edge_list::{EdgeListReader, NamedGraph, read_edge_list, read_numbered_edge_list};
pub use graph_file::{
    AlignedBytes, FileWeight, GraphFile, GraphReader, GraphWriter, RowParts, StableBytes,
};
pub use matrix_market::{MatrixGraph, MatrixMarketReader, read_matrix_market};
pub use replacement::{ReplaceOptions, Replacement};
pub use weighted_edge_list::{read_keyed_edge_list, read_weighted_edge_list};
