//! Everything that leaves the crate, seen from outside.

mod common;
mod dot;
mod files;
mod graphviz;
mod json;
mod large;
#[cfg(feature = "svg")]
mod pictures;
mod text;
