//! Trees of references for a terminal.
//!
//! A tree starts at a vertex and follows its referrers (edges backwards) or its referents
//! (edges forwards). Vertices near the start are shown first, up to a number of lines. A vertex
//! that appears again is not expanded again, siblings of the same kind are folded, and the last
//! lines say what is left out.
//!
//! ```
//! use refcycle_dot::AnnotatedGraph;
//! use refcycle_dot::text::{Charset, Tree, TreeOptions};
//!
//! let mut builder = AnnotatedGraph::builder();
//! builder.vertex(1, "dict[0]");
//! builder.vertex(2, "function\ncount");
//! builder.edge(0, 2, 1, Some("__dict__"));
//! builder.edge(1, 1, 2, Some("value['me']"));
//! let graph = builder.build()?;
//! let dict = graph.find_vertex(1).unwrap();
//! let tree = Tree::new(&graph, &[dict], &TreeOptions::default());
//! assert_eq!(tree.render(80, Charset::Unicode), "\
//! dict (0 items) #1
//! └─ .__dict__ of function count
//!    └─ ['me'] of dict (0 items) ↑ already above: #1");
//! # Ok::<(), refcycle_dot::BuildError>(())
//! ```

mod cells;
mod grow;
mod kind;
mod names;
mod options;
mod render;
mod starts;
mod tree;

pub use crate::counts::{counted, grouped, size_text};
pub use crate::escape::escaped;
pub use crate::shorten::shortened;
pub use cells::{cut, width};
pub use kind::{class_of, kind_of};
pub use names::Names;
pub use options::{Charset, Direction, FEWEST_LINES, TreeOptions};
pub use starts::starts;
pub use tree::Tree;
