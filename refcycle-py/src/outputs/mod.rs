//! A graph for people and for other tools: names, text, pictures, pages, files, tables.

pub(crate) mod arrow;
pub(crate) mod derived;
pub(crate) mod destination;
pub(crate) mod exchange;
mod facts;
pub(crate) mod flame_graph;
pub(crate) mod heapsnapshot;
pub(crate) mod images;
pub(crate) mod imports;
pub(crate) mod interop;
pub(crate) mod labels;
pub(crate) mod named;
pub(crate) mod notebook;
pub(crate) mod page;
pub(crate) mod save;
mod saved_objects;
mod smaller_objects;
pub(crate) mod text;
pub(crate) mod treemap;
