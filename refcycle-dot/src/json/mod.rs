//! Graphs as JSON:
//! `{"vertices": [{"id", "annotation"}], "edges": [{"id", "annotation", "head", "tail"}]}`.

mod error;
mod read;
mod write;

pub use error::JsonError;
pub use read::{from_json, read_json};
pub use write::{to_json, write_json};
