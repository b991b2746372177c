//! Tests of the public interface of the crate.

mod common;
mod dot;
mod exchange;
mod files;
#[cfg(feature = "flame-graphs")]
mod flame_graph;
mod graphml;
mod graphviz;
mod heapsnapshot;
mod json;
mod large;
#[cfg(feature = "svg")]
mod picture_limits;
#[cfg(feature = "svg")]
mod pictures;
mod stopping;
mod text;
