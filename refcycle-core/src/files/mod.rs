//! Graphs in files: graph files, which are used where they lie, and the text formats of the
//! SNAP and SuiteSparse collections.
//!
//! | file | read it with | what it gives |
//! |---|---|---|
//! | [graph file](graph_file), written by [`GraphWriter`] | [`GraphFile`] | a graph over the file's bytes, in memory or mapped |
//! | edge list | [`read_edge_list`], [`EdgeListReader`] | a [`CsrGraph`](crate::CsrGraph), or the edges one by one |
//! | Matrix Market | [`read_matrix_market`], [`MatrixMarketReader`] | a [`CsrGraph`](crate::CsrGraph), with weights |
//!
//! A [`Replacement`] is a file that is written beside its place and moved there when it is whole.
//!
//! Whatever is wrong with a file is an [`Error`](crate::Error) that names it, with the number
//! of the line in a text.

mod edge_list;
pub mod graph_file;
mod lines;
mod matrix_market;
mod replacement;

pub use edge_list::{EdgeListReader, NamedGraph, read_edge_list, read_numbered_edge_list};
pub use graph_file::{AlignedBytes, FileWeight, GraphFile, GraphWriter, StableBytes};
pub use matrix_market::{MatrixGraph, MatrixMarketReader, read_matrix_market};
pub use replacement::{ReplaceOptions, Replacement};
