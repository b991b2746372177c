//! Parts of a graph that no single edge, or no single vertex, holds together.

mod edge_blocks;
mod edge_components;
mod parts;
mod vertex_components;

pub use edge_blocks::two_edge_connected_blocks;
pub use edge_components::two_edge_connected_components;
pub use vertex_components::two_vertex_connected_components;
